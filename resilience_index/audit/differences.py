"""Where two versions of a file of a run differ: the cell, the row and column, the path, the line.

``recorded`` is what stands in the run, ``made`` what comes out when it is scored again. Numbers that differ by less
than ``TOLERANCE`` are near: processors differ in the last digit of logarithms and powers. They are counted apart,
unless the comparison is ``exact``.
"""

from __future__ import annotations

import json
import math
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

from resilience_index.data.cells import show

TOLERANCE = 1e-9
"""Relative to the number, at least to 1 (two numbers as near as this are of one size)."""
LISTED = 20
"""Differences of one file that are named; the others are counted."""
ABSENT = "—"
_CHUNK = 1 << 16
_MANY = 10_000
_MISSING = object()
"""In the place of a key or an item that one of two documents does not have."""


@dataclass(frozen=True)
class Difference:
    """One place where both differ; texts as they are shown. ``row`` and ``column`` or ``path`` or ``line``."""

    item: str
    recorded: str
    made: str
    row: int | None = None
    column: str | None = None
    line: int | None = None


@dataclass
class Found:
    """What was found in one file: the first differences, how many there are, and how many numbers are only near."""

    exact: bool = False
    listed: list[Difference] = field(default_factory=list)
    count: int = 0
    near: int = 0
    largest: float = 0.0

    def add(self, item: Difference) -> None:
        """Count a difference; the first ones are kept."""
        self.count += 1
        if len(self.listed) < LISTED:
            self.listed.append(item)

    def compare(self, recorded: Any, made: Any, item: Difference) -> None:
        """Count two values that are not the same."""
        gap = None if self.exact else apart(recorded, made)
        if gap is None:
            self.add(item)
        else:
            self.near += 1
            self.largest = max(self.largest, gap)


def apart(recorded: Any, made: Any) -> float | None:
    """How far two numbers are apart when that is within the tolerance; None when it is not, or one is no number."""
    numbers = []
    for value in (recorded, made):
        if isinstance(value, bool) or value is None:
            return None
        try:
            numbers.append(float(value))
        except (TypeError, ValueError):
            return None
    first, second = numbers
    if not (math.isfinite(first) and math.isfinite(second)):
        return None
    gap = abs(first - second)
    return gap if gap <= TOLERANCE * max(1.0, abs(first)) else None


def shown(value: Any) -> str:
    """A value as sentences show it."""
    if value is None:
        return ABSENT
    if isinstance(value, float):
        return "—" if math.isnan(value) else repr(value)
    if isinstance(value, (dict, list)):
        value = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return show(str(value))


# --- tables of text


def csv_tables(recorded: Path, made: Path, keys: Sequence[str], *, exact: bool = False) -> Found:
    """Two CSV files of ours; ``keys`` are the columns that say which row it is. Raises ``ValueError``."""
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
    return found


def _headers(found: Found, header: Sequence[str], wanted: Sequence[str]) -> None:
    for position, (old, new) in enumerate(zip_longest(header, wanted), 1):
        if old != new:
            item = f"{new if new is not None else old}"
            found.add(Difference(shown(item), shown(old), shown(new), row=1, column=str(position)))


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
    elif isinstance(old, list) and isinstance(new, list) and (pairs := _by_name(old, new)) is not None:
        for name, first, second in pairs:
            yield from _paths(first, second, f"{path}[{show(name)}]")
    elif isinstance(old, list) and isinstance(new, list):
        names = [_called(item, position) for position, item in enumerate(new if len(new) >= len(old) else old)]
        for name, first, second in zip(names, *_padded(old, new), strict=True):
            yield from _paths(first, second, f"{path}[{name}]")
    elif old != new or (type(old) is not type(new) and not _numbers(old, new)):
        yield path, old, new


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


# --- pages and workbooks


def texts(recorded: Path, made: Path) -> Found:
    """Two texts, line by line."""
    found = Found()
    first, second = (path.read_bytes().decode("utf-8", "backslashreplace").split("\n") for path in (recorded, made))
    for number, (old, new) in enumerate(zip_longest(first, second), 1):
        if old != new:
            at = _first_apart(old or "", new or "")
            parts = [None if text is None else text[max(0, at - 20) : at + 40] for text in (old, new)]
            found.add(Difference(f"line {number}", shown(parts[0]), shown(parts[1]), line=number))
    return found


def _first_apart(old: Sequence[Any], new: Sequence[Any]) -> int:
    return next(
        (at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), min(len(old), len(new))
    )


_CELL = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"')
_PARAGRAPH = re.compile(rb"<w:p[ >]")
_LARGEST = 1 << 28


def packages(recorded: Path, made: Path) -> Found:
    """Two workbooks or Word documents: the part that differs, and the first cell or paragraph in it.

    Raises ``ValueError`` for what is none.
    """
    found = Found()
    try:
        first, second = _parts(recorded), _parts(made)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ValueError(str(error)) from error
    for name in sorted({*first, *second}):
        old, new = first.get(name), second.get(name)
        if old is None or new is None:
            found.add(
                Difference(
                    show(name), shown(name if old is not None else None), shown(name if new is not None else None)
                )
            )
        elif old != new:
            inside = _first_cell(old, new) or _first_paragraph(name, old, new)
            place = f"{name} {inside}" if inside else name
            found.add(Difference(show(place), *_around(old, new)))
    return found


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        if sum(info.file_size for info in archive.infolist()) > _LARGEST:
            raise ValueError(path)
        return {info.filename: archive.read(info) for info in archive.infolist()}


def _first_cell(old: bytes, new: bytes) -> str | None:
    pieces = [_CELL.split(part) for part in (old, new)]
    for position in range(1, min(map(len, pieces)), 2):
        if pieces[0][position : position + 2] != pieces[1][position : position + 2]:
            return pieces[1][position].decode("ascii")
    return None


def _first_paragraph(name: str, old: bytes, new: bytes) -> str | None:
    """The number of the first paragraph that differs, as the parts of a Word document count them."""
    if not name.startswith("word/"):
        return None
    count = len(_PARAGRAPH.findall(new[: _first_apart(old, new)]))
    return f"paragraph {count}" if count else None


def _around(old: bytes, new: bytes) -> tuple[str, str]:
    first, second = (part.decode("utf-8", "backslashreplace") for part in (old, new))
    at = _first_apart(first, second)
    return shown(first[max(0, at - 20) : at + 40]), shown(second[max(0, at - 20) : at + 40])
