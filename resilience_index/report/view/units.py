"""The leaves of each community of the newest period: from the cell of the file to points of the score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from resilience_index.report.view.format import brief_text, decimals, known, number_text

if TYPE_CHECKING:
    from resilience_index.scoring.result import Result

MOST_CELLS = 400_000
"""Values up to which a page carries them; beyond that, trace.parquet has them."""


@dataclass(frozen=True)
class UnitLeaves:
    """A community's leaves, aligned with ``LeafLines.leaves``. Texts are ready to show, numbers on the shown scale.

    ``rows`` are the rows of the cells in ``file`` (None: there is no cell); ``marks`` say by position what is special
    about a value (``missing``, ``not_applicable``, ``faulty``, ``filled``, ``treated``), nothing for a reported one;
    ``prepared`` holds by position the value that was normalised where it is not the one that was reported.
    """

    file: str
    rows: Sequence[int | None]
    raw: Sequence[str]
    values: Sequence[float | None]
    value_texts: Sequence[str]
    points: Sequence[float | None]
    point_texts: Sequence[str]
    marks: Mapping[int, str]
    prepared: Mapping[int, str]


@dataclass(frozen=True)
class LeafLines:
    """``units`` by community id, in one period; ``columns`` are the headers of the leaves in the data."""

    period: str
    leaves: Sequence[str]
    columns: Sequence[str]
    units: Mapping[str, UnitLeaves]


def build(result: Result, order: Any) -> LeafLines | None:
    """The leaf lines of the units in ``order`` (row positions of one period); None when they are too many."""
    plan, table = result.plan, result.table
    rows = [int(row) for row in order]
    if not rows or len(rows) * len(plan.leaves) > MOST_CELLS:
        return None
    wanted = set(rows)
    units: dict[str, UnitLeaves] = {}
    for start, stop in _spans(result):
        inside = [row for row in range(start, stop) if row in wanted]
        if inside:
            units |= dict(_units(result, start, stop, inside))
    ids = [table.ids[row].as_py() for row in rows]
    headers = {leaf: header for file in reversed(table.files) for leaf, header in file.headers.items()}
    return LeafLines(
        period=result.period_labels[int(result.period_codes[rows[0]])],
        leaves=[leaf.id for leaf in plan.leaves],
        columns=[headers.get(leaf.id) or "" for leaf in plan.leaves],
        units={name: units[name] for name in ids},
    )


def _spans(result: Result) -> Iterable[tuple[int, int]]:
    from resilience_index.scoring.engines import local

    return local.spans(len(result))


def _units(result: Result, start: int, stop: int, rows: Sequence[int]) -> Iterable[tuple[str, UnitLeaves]]:
    from resilience_index.audit.trace import STATUSES, status_codes

    table, leaves = result.table, result.plan.leaves
    detail = result.detail(start, stop)
    digits, points_digits = [decimals(leaf.top) for leaf in leaves], decimals(result.plan.nodes[0].top)
    statuses = [status_codes(result, leaf.index, start, stop) for leaf in leaves]
    for row in rows:
        place = row - start
        values = [_at(column, place, leaf.factor) for column, leaf in zip(detail.values.leaves, leaves, strict=True)]
        points = [_at(column, place) for column in detail.contributions.leaves]
        yield table.ids[row].as_py(), UnitLeaves(
            file=table.file(row).name,
            rows=[_row(result, leaf.index, row) for leaf in leaves],
            raw=[number_text(known(table.values[leaf.index][row])) for leaf in leaves],
            values=values,
            value_texts=[number_text(value, places) for value, places in zip(values, digits, strict=True)],
            points=points,
            point_texts=[number_text(value, points_digits) for value in points],
            marks={
                position: STATUSES[int(codes[place])] for position, codes in enumerate(statuses) if codes[place] != 0
            },
            prepared=_prepared(result, row),
        )  # fmt: skip


def _prepared(result: Result, row: int) -> dict[int, str]:
    """The values of a row that were divided, filled or treated before they were normalised, by position."""
    found = result.prepared
    divided = {leaf for leaf, column in found.divided.items() if known(column[row]) is not None}
    changed = {leaf for masks in (found.filled, found.treated) for leaf, mask in masks.items() if mask[row]}
    return {
        position: brief_text(float(found.values[leaf.index][row]))
        for position, leaf in enumerate(result.plan.leaves)
        if leaf.index in divided | changed
    }


def _at(column: Any, place: int, scale: float = 1.0) -> float | None:
    value = None if column is None else known(column[place])
    return None if value is None else value * scale


def _row(result: Result, leaf: int, row: int) -> int | None:
    """The row of a cell as a spreadsheet shows it; None where there is none."""
    if result.table.cell_rows is None:
        return int(result.table.rows[row])
    cells = result.table.cell_rows.get(leaf)
    return None if cells is None or not cells[row] else int(cells[row])
