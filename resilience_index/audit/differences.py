"""Where two versions of a file of a run differ: the cell, the row and column, the path, the line.

``recorded`` is what stands in the run, ``made`` what comes out when it is scored again. Numbers that differ by less
than ``TOLERANCE`` are near: processors differ in the last digit of logarithms and powers. They are counted apart,
unless the comparison is ``exact``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from resilience_index.audit.found import ABSENT, LISTED, TOLERANCE, Difference, Found, apart, shown
from resilience_index.audit.package_differences import packages
from resilience_index.audit.text_differences import add_form, texts
from resilience_index.data.cells import show

__all__ = [
    "ABSENT", "LISTED", "TOLERANCE", "Difference", "Found", "apart", "csv_tables", "documents", "packages",
    "parquet_tables", "shown", "texts",
]  # fmt: skip

_CHUNK = 1 << 16
_MANY = 10_000
_PLACE = ("file", "row", "line", "column", "field", "path")
"""Where a finding is, in the order in which it is called by it."""
_MISSING = object()
"""In the place of a key or an item that one of two documents does not have."""


# --- tables of text


def csv_tables(recorded: Path, made: Path, keys: Sequence[str], *, exact: bool = False) -> Found:
    """Two CSV files of ours; ``keys`` are the columns that say which row it is.

    The byte order mark and the line ends are told where the cells are the same. Raises ``ValueError``.
    """
    import csv

    found = Found(exact)
    try:
        with (
            recorded.open(encoding="utf-8-sig", newline="") as first,
            made.open(encoding="utf-8-sig", newline="") as second,
        ):
            rows = zip_longest(csv.reader(first), csv.reader(second))
            header, wanted = next(rows, ([], []))
            if header != wanted:
                _headers(found, header or [], wanted or [])
                return found
            for number, (old, new) in enumerate(rows, 2):
                if old != new:
                    _rows(found, wanted, number, old, new, keys)
    except csv.Error as error:
        raise ValueError(str(error)) from error
    if not found.count:
        add_form(found, recorded, made)
    return found


def _headers(found: Found, header: Sequence[str], wanted: Sequence[str]) -> None:
    for old, new in zip_longest(header, wanted):
        if old != new:
            title = shown(new if new is not None else old)
            found.add(Difference(title, shown(old), shown(new), row=1, column=title))


def _rows(
    found: Found, header: Sequence[str], number: int, old: Sequence[str] | None, new: Sequence[str] | None,
    keys: Sequence[str],
) -> None:  # fmt: skip
    if old is None or new is None or len(old) != len(new):
        row = dict(zip(header, new or old or [], strict=False))
        said, now = (shown(None if cells is None else ",".join(cells)) for cells in (old, new))
        found.add(Difference(_named(row, keys), said, now, row=number))
        return
    row = dict(zip(header, new, strict=False))
    for name, first, second in zip(header, old, new, strict=False):
        if first != second:
            item = Difference(_named(row, keys), shown(first or None), shown(second or None), number, name)
            found.compare(first, second, item)


def _named(row: Mapping[str, Any], keys: Sequence[str]) -> str:
    """A row by its keys; by its first cell where its columns are called otherwise."""
    said = [row[key] for key in keys if row.get(key) not in (None, "")]
    return " ".join(shown(value) for value in said or list(row.values())[:1])


# --- Parquet


def parquet_tables(
    recorded: Path, made: Any, keys: Sequence[str], columns: Sequence[str] | None = None, *, exact: bool = False
) -> Found:
    """A Parquet file of ours against a table of Arrow, or another file; ``columns`` None: all.

    Raises ``ValueError`` (which Arrow's errors are) or ``OSError`` for a file that cannot be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        new = made if isinstance(made, pa.Table) else pq.read_table(made)
        found = Found(exact)
        with pq.ParquetFile(recorded) as file:
            rows = file.metadata.num_rows
            if rows > _MANY + 2 * new.num_rows:  # a file that claims far too many is not read
                found.add(Difference("rows", str(rows), str(new.num_rows)))
                return found
            old = file.read()
    except (pa.ArrowException, OverflowError, MemoryError) as error:
        raise ValueError(str(error)) from error
    names = columns or list(dict.fromkeys([*new.column_names, *old.column_names]))
    for name in names:
        if name not in old.column_names or name not in new.column_names:
            said, now = (shown(name if name in table.column_names else None) for table in (old, new))
            found.add(Difference(name, said, now, column=name))
    if old.num_rows != new.num_rows:
        found.add(Difference("rows", str(old.num_rows), str(new.num_rows)))
        _whose(found, old, new, keys)
        return found
    for name in names:
        if name in old.column_names and name in new.column_names:
            _column(found, name, old, new, [key for key in keys if key in new.column_names])
    return found


def _whose(found: Found, old: Any, new: Any, keys: Sequence[str]) -> None:
    """Which rows stand in one of two tables only."""
    kept = [[key for key in keys if key in table.column_names] for table in (old, new)]
    first, second = (
        {_named(row, names): None for row in table.select(names).to_pylist()}
        for table, names in zip((old, new), kept, strict=True)
    )
    for name in [name for name in first if name not in second]:
        found.add(Difference(name, name, ABSENT))
    for name in [name for name in second if name not in first]:
        found.add(Difference(name, ABSENT, name))


def _column(found: Found, name: str, old: Any, new: Any, keys: Sequence[str]) -> None:
    first, second = old.column(name), new.column(name)
    for start in range(0, len(first), _CHUNK):
        parts = first.slice(start, _CHUNK), second.slice(start, _CHUNK)
        if parts[0].equals(parts[1]):
            continue
        for offset, (one, two) in enumerate(zip(parts[0].to_pylist(), parts[1].to_pylist(), strict=True)):
            if _same(one, two):
                continue
            where = {key: new.column(key)[start + offset].as_py() for key in keys}
            item = Difference(_named(where, keys), shown(one), shown(two), start + offset + 1, name)
            found.compare(one, two, item)


def _same(first: Any, second: Any) -> bool:
    if isinstance(first, float) and isinstance(second, float) and math.isnan(first) and math.isnan(second):
        return True
    return bool(first == second and type(first) is type(second))


# --- JSON


def documents(recorded: Any, made: Any, *, exact: bool = False) -> Found:
    """Two JSON values; items of lists that have an ``id``, a ``name`` or a ``code`` are called by it."""
    found = Found(exact)
    for path, old, new in _paths(recorded, made, ""):
        found.compare(old, new, Difference(path or "/", _json(old), _json(new)))
    return found


def _json(value: Any) -> str:
    return ABSENT if value is _MISSING else "null" if value is None else shown(value)


def _paths(old: Any, new: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            yield from _paths(old.get(key, _MISSING), new.get(key, _MISSING), f"{path}.{key}" if path else str(key))
    elif isinstance(old, list) and isinstance(new, list) and (pairs := _pairs(old, new)) is not None:
        for name, first, second in pairs:
            yield from _paths(first, second, f"{path}[{show(name)}]")
    elif isinstance(old, list) and isinstance(new, list):
        names = [_called(item, position) for position, item in enumerate(new if len(new) >= len(old) else old)]
        for name, first, second in zip(names, *_padded(old, new), strict=True):
            yield from _paths(first, second, f"{path}[{name}]")
    elif old != new or (type(old) is not type(new) and not _numbers(old, new)):
        yield path, old, new


def _pairs(old: list[Any], new: list[Any]) -> list[tuple[str, Any, Any]] | None:
    """The items of two lists that belong together, by name; None where each belongs to the one in its place."""
    return _by_finding(old, new) or _by_name(old, new)


def _by_finding(old: list[Any], new: list[Any]) -> list[tuple[str, Any, Any]] | None:
    """Findings by code and place, so that one that is added reads as added; None for what are no findings.

    Of those that are called the same the first belong together. Another order alone is a difference of each in its
    place.
    """
    first, second = _findings(old), _findings(new)
    if first is None or second is None:
        return None
    if sorted(first) == sorted(second) and list(first) != list(second):
        return None
    return [
        (name, first.get((name, number), _MISSING), second.get((name, number), _MISSING))
        for name, number in dict.fromkeys([*first, *second])
    ]


def _findings(items: list[Any]) -> dict[tuple[str, int], Any] | None:
    """Findings by what they are called and how many before are called the same; None where an item is none."""
    found: dict[tuple[str, int], Any] = {}
    seen: Counter[str] = Counter()
    for item in items:
        if not (isinstance(item, dict) and isinstance(item.get("code"), str) and _places(item.get("location"))):
            return None
        place = (str(item["location"][key]) for key in _PLACE if item["location"].get(key) is not None)
        name = " ".join([item["code"], *place])
        found[name, seen[name]] = item
        seen[name] += 1
    return found


def _places(location: Any) -> bool:
    return isinstance(location, dict) and set(location) <= set(_PLACE)


def _by_name(old: list[Any], new: list[Any]) -> list[tuple[str, Any, Any]] | None:
    """The items of two lists of other lengths by what they are called; None where names are missing or double.

    Of lists with as many items each is compared with the one in its place: another order is a difference, too.
    """
    if len(old) == len(new):
        return None
    sides = [{name: item for item in side if (name := _name_of(item)) is not None} for side in (old, new)]
    if len(sides[0]) < len(old) or len(sides[1]) < len(new):
        return None
    return [(name, *(side.get(name, _MISSING) for side in sides)) for name in dict.fromkeys([*sides[0], *sides[1]])]


def _numbers(old: Any, new: Any) -> bool:
    """1 and 1.0 are the same number in JSON; true is none."""
    return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in (old, new))


def _padded(old: list[Any], new: list[Any]) -> tuple[list[Any], list[Any]]:
    longest = max(len(old), len(new))
    return [*old, *[_MISSING] * (longest - len(old))], [*new, *[_MISSING] * (longest - len(new))]


def _called(item: Any, position: int) -> str:
    name = _name_of(item)
    return str(position) if name is None else show(name)


def _name_of(item: Any) -> str | None:
    if isinstance(item, dict):
        for key in ("id", "name", "code"):
            if isinstance(item.get(key), str):
                return str(item[key])
    return None
