"""The cells that were filled or treated, as reports show them: each with its value before and after."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from resilience_index.report.view.format import brief_text
from resilience_index.report.view.method import both
from resilience_index.report.view.model import Both, CellView
from resilience_index.scoring.plan import LeafPlan
from resilience_index.scoring.result import Result

MOST_CELLS = 10_000
"""Cells that reports list; the others are counted and stand in the trace."""


def count(result: Result) -> int:
    """How many cells were filled or treated."""
    return sum(int(_touched(result, leaf).sum()) for leaf in result.plan.leaves)


def cells(result: Result) -> list[CellView]:
    """The first of these cells, in the order of the tree, then of the rows."""
    found: list[CellView] = []
    for leaf in result.plan.leaves:
        rows = np.flatnonzero(_touched(result, leaf))[: MOST_CELLS - len(found)]
        found += _cells(result, leaf, rows.tolist())
    return found


def mark(result: Result, unit: int) -> Both | None:
    """How many values of a unit were filled and treated, in words; None without any."""
    filled = sum(bool(mask[unit]) for mask in result.prepared.filled.values())
    treated = sum(bool(mask[unit]) for mask in result.prepared.treated.values())
    zh = [f"{number} 项{word}" for number, word in ((filled, "填补"), (treated, "经异常值处理")) if number]
    en = [f"{number} {word}" for number, word in ((filled, "filled"), (treated, "treated")) if number]
    return {"zh": "，".join(zh), "en": ", ".join(en)} if zh else None


def _touched(result: Result, leaf: LeafPlan) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    touched = np.zeros(len(result), dtype=np.bool_)
    for masks in (result.prepared.filled, result.prepared.treated):
        if leaf.index in masks:
            touched |= masks[leaf.index]
    return touched


def _cells(result: Result, leaf: LeafPlan, rows: list[int]) -> Iterator[CellView]:
    table, prepared, index = result.table, result.prepared, leaf.index
    none = np.zeros(len(result), dtype=np.bool_)
    filled, treated = prepared.filled.get(index, none), prepared.treated.get(index, none)
    before = prepared.divided.get(index, table.values[index])
    for row in rows:
        parts = [call.text() for call, mask in ((leaf.fill, filled), (leaf.treat, treated)) if mask[row]]
        yield CellView(
            community_id=table.ids[row].as_py(), name=table.names[row].as_py(),
            period=result.period_labels[int(result.period_codes[row])], indicator=leaf.id,
            title=both(leaf.leaf.title),
            actions=[name for name, mask in (("filled", filled), ("treated", treated)) if mask[row]],
            before=brief_text(None if filled[row] else float(before[row])),
            after=brief_text(float(prepared.values[index][row])), method=", ".join(parts),
        )  # fmt: skip
