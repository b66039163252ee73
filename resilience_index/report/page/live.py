"""What the page needs to aggregate the root anew under other weights: its method, its children's values, its rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resilience_index.report.view.calculation import Calculation, NodeSteps, RowValues
from resilience_index.report.view.model import View
from resilience_index.scoring.grading import OPERATORS

METHODS = ("arithmetic", "geometric", "harmonic", "power", "sum")
"""Aggregations that the page's script has too; min and max do not look at weights, the others at all units."""


def build(view: View, positions: Mapping[str, int], limit: int) -> dict[str, Any]:
    """The root's calculation as plain data; ``{"off": reason}`` where there is no live form.

    ``positions`` are those of the items; a period with more than ``limit`` units has no ranking of its own on the
    page. Units are aligned with the units of the periods of the view, one period after the other.
    """
    found = view.calculation
    shown = [len(period.units) for period in view.periods]
    if found is None or sum(shown) != len(found.rows) or max(shown, default=0) > limit:
        return {"off": "live_off_large"}
    root = found.nodes[0]
    if root.aggregate not in METHODS or root.normalize is not None or root.show:
        return {"off": "live_off_method", "method": root.aggregate}
    weights: Sequence[float | None] = root.factors or [view.item(child).local_weight for child in root.children]
    if len(root.children) < 2 or any(weight is None for weight in weights):
        return {"off": "live_off_single"}
    values = [_values(found, root, row) for row in found.rows]
    caps = [_cap(found, row) for row in found.rows]
    blocks = [row.block for row in found.rows]
    return {
        "method": root.aggregate,
        "children": [positions[child] for child in root.children],
        "weights": list(weights),
        "relative": root.factors is None,
        "floor": root.floor,
        "power": root.power,
        "missing": root.missing,
        "coverage": root.min_coverage,
        "least": root.min_children,
        "invert": root.invert,
        "round": [root.round.digits, root.round.mode] if root.round else None,
        "scale": root.scale,
        "ties": found.ties,
        "graded": found.bounds is not None,
        "bounds": list(found.bounds or ()),
        "values": values,
        "excused": {str(unit): gone for unit, row in enumerate(found.rows) if (gone := _excused(found, root, row))},
        "caps": {str(unit): cap for unit, cap in enumerate(caps) if cap is not None},
        "blocks": blocks if _divided(view, blocks) else None,
    }  # fmt: skip


def _divided(view: View, blocks: Sequence[int]) -> bool:
    """Whether units of one period are ranked in groups."""
    return len(set(blocks)) > sum(1 for period in view.periods if period.units)


def _values(found: Calculation, root: NodeSteps, row: RowValues) -> list[float | None]:
    """The children's values as the root takes them, inside scale."""
    taken = []
    for child in root.children:
        value, against = _child(found, row, child)
        taken.append(1.0 - value if against and value is not None else value)
    return taken


def _child(found: Calculation, row: RowValues, child: str) -> tuple[float | None, bool]:
    for position, node in enumerate(found.nodes):
        if node.id == child:
            return row.passed[position], node.against
    position, leaf = next((place, leaf) for place, leaf in enumerate(found.leaves) if leaf.id == child)
    return row.normalized[position], leaf.against


def _excused(found: Calculation, root: NodeSteps, row: RowValues) -> list[int]:
    """Positions of children that do not apply to the unit."""
    if not row.excused and not row.nodes_excused:
        return []
    gone = {found.leaves[position].id for position in row.excused}
    gone |= {found.nodes[position].id for position in row.nodes_excused}
    return [place for place, child in enumerate(root.children) if child in gone]


def _cap(found: Calculation, row: RowValues) -> int | None:
    """The position of the best grade that red lines leave to a unit; None without one that holds."""
    positions = {leaf.id: place for place, leaf in enumerate(found.leaves)}
    held = []
    for line in found.red_lines:
        value = row.raw[positions[line.indicator]]
        if value is not None and bool(OPERATORS[line.op](value, line.value)):
            held.append(line.cap)
    return max(held, default=None)
