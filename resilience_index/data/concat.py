"""Several files as one table: the rows of one file after those of another."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from resilience_index.data.body import LISTED
from resilience_index.data.cells import show
from resilience_index.data.checks import periods
from resilience_index.data.layout.names import GROUP_NAMES
from resilience_index.data.privacy import mask
from resilience_index.data.table import RawText, Table, encode, encoded, frozen
from resilience_index.findings import Finding, Location

_Mark = TypeVar("_Mark", np.bool_, np.int16)


def concat(tables: Sequence[Table]) -> Table:
    """One table of several that were read for the same indicators, in the order given.

    A community (and period) in two files is an error, RI279; codes that have lost their zeros in one of
    the files RI234; a file without periods among files that have them RI236; periods that files write in
    different ways RI260. Groups that a file does
    not have are blank in its rows.
    """
    if len(tables) == 1:
        return tables[0]
    first = tables[0]
    file_of = np.concatenate([
        np.full(len(table), at, dtype=np.int64) for at, table in _numbered(tables)
    ])  # fmt: skip
    has_periods = any(table.periods is not None for table in tables)
    headers: dict[str, str] = {}
    for table in tables:
        headers = table.headers | headers
    result = dataclasses.replace(
        first,
        source=", ".join(file.name for table in tables for file in table.files),
        values=[frozen(np.concatenate(columns)) for columns in zip(*(table.values for table in tables), strict=True)],
        not_applicable=_masks(tables, [table.not_applicable for table in tables]),
        faulty=_masks(tables, [table.faulty for table in tables]),
        conversions=_masks(tables, [table.conversions for table in tables]),
        ids=_texts([table.ids for table in tables]),
        names=_texts([table.names for table in tables]),
        periods=_texts([_or_blank(table.periods, table) for table in tables]) if has_periods else None,
        groups=_groups(tables),
        rows=np.concatenate([table.rows for table in tables]),
        headers={indicator: headers[indicator] for indicator in first.indicators if indicator in headers},
        raw=_raw(tables),
        files=tuple(file for table in tables for file in table.files),
        file_of=file_of,
        cell_rows=_cell_rows(tables),
        _codes={},
    )
    findings = [finding for table in tables for finding in table.findings]
    return result.replace(findings=[*findings, *_together(result, tables)])


def across(tables: Sequence[Table]) -> list[Finding]:
    """What several tables say of each other when they are read as one; their own findings are not repeated."""
    return concat([keys_only(table) for table in tables]).findings if len(tables) > 1 else []


def keys_only(table: Table) -> Table:
    """A table with nothing but its codes, names and periods."""
    return table.replace(
        indicators=(), values=[], not_applicable={}, faulty={}, conversions={}, groups={}, raw=None, findings=[],
        cell_rows=None,
    )  # fmt: skip


def _together(result: Table, tables: Sequence[Table]) -> list[Finding]:
    """RI236 for files without periods among others, RI279, RI234 and RI260 across files."""
    without = [table for table in tables if result.periods is not None and table.periods is None]
    found = [Finding("RI236", Location(table.files[0].name)) for table in without]
    return [*found, *_doubles(result), *_zeros(result), *_alike(result)]


def _numbered(tables: Sequence[Table]) -> list[tuple[int, Table]]:
    """Each table with the position of its file among all files."""
    starts = np.cumsum([0, *(len(table.files) for table in tables)]).tolist()
    return list(zip(starts, tables, strict=False))


def _texts(columns: Sequence[Any]) -> Any:
    import pyarrow as pa

    chunks = [chunk for column in columns for chunk in (column.chunks if hasattr(column, "chunks") else [column])]
    return pa.chunked_array(chunks, pa.string())


def _or_blank(column: Any, table: Table) -> Any:
    import pyarrow as pa

    return pa.repeat(pa.scalar("", pa.string()), len(table)) if column is None else column


def _masks(
    tables: Sequence[Table], masks: Sequence[dict[int, NDArray[_Mark]]]
) -> dict[int, NDArray[_Mark]]:  # fmt: skip
    kinds: dict[int, Any] = {position: mask.dtype for own in masks for position, mask in own.items()}
    return {
        position: np.concatenate([
            own[position] if position in own else np.zeros(len(table), dtype=kind)
            for table, own in zip(tables, masks, strict=True)
        ])
        for position, kind in sorted(kinds.items())
    }  # fmt: skip


def _groups(tables: Sequence[Table]) -> dict[str, Any]:
    names = list(dict.fromkeys(name for table in tables for name in table.groups))
    # Declared ones, then city to street: not as the files happen to have them.
    builtin = list(GROUP_NAMES)
    names.sort(key=lambda name: builtin.index(name) + 1 if name in builtin else 0)
    return {name: _texts([_or_blank(table.groups.get(name), table) for table in tables]) for name in names}


def _raw(tables: Sequence[Table]) -> RawText | None:
    import pyarrow as pa

    raws = [table.raw for table in tables if table.raw is not None]
    if len(raws) < len(tables):
        return None
    positions = sorted({position for raw in raws for position in raw.columns})
    return RawText({
        position: _texts([
            pa.nulls(len(table), pa.string()) if (texts := raw.column(position)) is None else texts
            for table, raw in zip(tables, raws, strict=True)
        ])
        for position in positions
    })  # fmt: skip


def _cell_rows(tables: Sequence[Table]) -> dict[int, NDArray[np.int64]] | None:
    if all(table.cell_rows is None for table in tables):
        return None
    positions = sorted({position for table in tables for position in table.cell_rows or ()})
    return {
        position: np.concatenate([
            table.rows if table.cell_rows is None else table.cell_rows.get(position, np.zeros(len(table), np.int64))
            for table in tables
        ])
        for position in positions
    }  # fmt: skip


def _doubles(table: Table) -> list[Finding]:
    """RI279 for communities that stand in two files."""
    assert table.file_of is not None
    codes = encoded(table.ids)[0]
    if table.periods is not None:
        labels = encoded(table.periods)[0]
        codes = codes * (int(labels.max(initial=0)) + 1) + labels
    _, first, place = np.unique(codes, return_index=True, return_inverse=True)
    again = np.flatnonzero(table.file_of != table.file_of[first[place]])
    pairs = [(int(first[place[row]]), row) for row in again.tolist()]
    pairs = [(before, row) for before, row in pairs if table.ids[row].as_py()]  # blank codes have their own finding
    said = ["" if table.periods is None else periods.of_period(table.periods[row].as_py()) for _, row in pairs[:LISTED]]
    told = [(before, row, period) for (before, row), period in zip(pairs, said, strict=False)]
    return _twice(table, told, len(pairs))


def _twice(table: Table, pairs: Sequence[tuple[int, int, Any]], count: int) -> list[Finding]:
    """RI279 for pairs of rows of one community, with what is said of their periods; ``count`` of them in all."""
    found = []
    for before, row, period in pairs:
        params = {
            "id": show(table.ids[row].as_py()), "period": period, "other": table.file(before).name,
            "row": int(table.rows[before]),
        }  # fmt: skip
        found.append(Finding("RI279", table.place(row), params))
    if count > len(found):
        found.append(Finding("RI209", params={"count": count - len(found), "fault": "RI279", "shown": len(found)}))
    return found


def _alike(table: Table) -> list[Finding]:
    """RI260 for periods that files write in different ways, RI279 for communities that then stand twice."""
    if table.periods is None:
        return []
    assert table.file_of is not None
    alike = periods.alike(table.ids, table.periods)
    if not alike.groups:
        return []
    codes, labels = encode(table.periods)
    of_file = [{labels[code] for code in np.unique(codes[table.file_of == at])} for at in range(len(table.files))]
    found = [
        Finding("RI260", table.place(row), {"labels": [show(label) for label in group]})
        for group, row in alike.groups
        if not any(own.issuperset(group) for own in of_file)  # else the checks of that file have told it
    ]
    twice = [(first, row) for first, row in alike.twice if table.file_of[first] != table.file_of[row]]
    told = [
        (first, row, periods.written_as(table.periods[first].as_py(), table.periods[row].as_py()))
        for first, row in twice[:LISTED]
    ]
    return [*found, *_twice(table, told, len(twice))]


def _zeros(table: Table) -> list[Finding]:
    """RI234 where one file has lost the leading zeros that codes in another one have."""
    import pyarrow.compute as pc

    assert table.file_of is not None
    digits = pc.ascii_is_decimal(table.ids).to_numpy(zero_copy_only=False)
    zero_led = digits & pc.starts_with(table.ids, "0").to_numpy(zero_copy_only=False)
    lengths = pc.binary_length(table.ids).to_numpy(zero_copy_only=False)
    if not zero_led.any():
        return []
    found = []
    long = int(np.flatnonzero(zero_led)[np.argmax(lengths[zero_led])])
    for at, file in enumerate(table.files):
        own = table.file_of == at
        if (zero_led & own).any():
            continue  # the checks of the file itself have compared its codes
        short = np.flatnonzero(own & digits & (lengths < lengths[long]))
        if short.size:
            row = int(short[0])
            params = {
                "short": show(table.ids[row].as_py()), "short_row": int(table.rows[row]),
                "long": show(table.ids[long].as_py()), "count": int(short.size),
                "long_row": int(table.rows[long]),
                "long_file": {"en": f", {table.file(long).name}", "zh": f"{table.file(long).name} "},
            }  # fmt: skip
            found.append(Finding("RI234", Location(file.name, row=int(table.rows[row])), params))
    return found


def short_names(paths: Sequence[str]) -> dict[str, str]:
    """The shortest ends of paths that tell them apart: neither machine nor folder shows where none is needed.

    Personal numbers in them are masked.
    """
    unique = list(dict.fromkeys(paths))
    names = {path: path for path in unique}  # a path such as "." has no parts
    for path in unique:
        parts = PurePath(path.replace("\\", "/")).parts
        for length in range(1, len(parts) + 1):
            name = "/".join(parts[-length:])
            others = [PurePath(other.replace("\\", "/")).parts[-length:] for other in unique if other != path]
            if parts[-length:] not in others or length == len(parts):
                names[path] = name
                break
    return _without_numbers(names)


def _without_numbers(names: dict[str, str]) -> dict[str, str]:
    """The names with personal numbers masked; those that are alike then are numbered."""
    masked = {path: mask(name) for path, name in names.items()}
    if masked == names:
        return names
    count: dict[str, int] = {}
    for path, name in masked.items():
        count[name] = count.get(name, 0) + 1
        if name != names[path] and count[name] > 1:
            masked[path] = f"{name}#{count[name]}"
    return masked
