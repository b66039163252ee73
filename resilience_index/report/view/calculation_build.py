"""The calculation of a view from a result: the plan's steps in plain terms, and every value on the way."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from resilience_index.framework.models import Rounding
from resilience_index.methods import rounding
from resilience_index.methods.aggregate import DEFAULT_COVERAGE
from resilience_index.methods.checking import Call
from resilience_index.report.view.calculation import (
    Calculation,
    LeafSteps,
    NodeSteps,
    NormalizeStep,
    RedLineStep,
    RoundStep,
    RowValues,
    Spread,
)
from resilience_index.report.view.format import known
from resilience_index.scoring import weight_calls
from resilience_index.scoring.engines import local
from resilience_index.scoring.plan import LeafPlan, NodePlan, Plan
from resilience_index.scoring.result import Result

LIVE_ROWS = 3_000
"""Units up to which there are formulas: a rank looks at all units, so that work grows with their square."""
LIVE_CELLS = 200_000
"""Formulas of leaves and nodes up to which a spreadsheet opens and recalculates in the time a reader waits."""
VALUE_CELLS = 400_000
"""Values of leaves up to which they are listed at all; beyond that, trace.parquet has them."""

NORMALIZE = ("goalposts", "minmax", "percentile_rank", "none")
AGGREGATE = ("arithmetic", "geometric", "harmonic", "power", "sum", "min", "max")
_BINS = 10


def build(result: Result, orders: Sequence[Any]) -> Calculation | None:
    """The calculation for the rows in ``orders`` (row positions of each period); None when they are too many."""
    plan = result.plan
    rows, cells = len(result), len(result) * (len(plan.leaves) + len(plan.nodes))
    if not rows or cells > VALUE_CELLS:
        return None
    return Calculation(
        leaves=[_leaf(plan, leaf) for leaf in plan.leaves],
        nodes=[_node(plan, node) for node in plan.nodes],
        rows=_rows(result, np.concatenate(orders)),
        ties=plan.ties,
        bounds=_bounds(result),
        red_lines=list(_red_lines(plan)),
        groupings=list(plan.groupings),
        value_weights=sorted({call.name for call in weight_calls.from_data(plan.weights)}),
        spread=_spread(result, orders),
        live=rows <= LIVE_ROWS and cells <= LIVE_CELLS,
    )


def _bounds(result: Result) -> list[float] | None:
    """The grades' lower bounds; None where they follow the scores, or where a gate may take a grade away."""
    if result.cuts.relative or result.gated:
        return None
    return [float(bound) for bound in result.cuts.bounds[0]]


def _own(plan: Plan, *steps: Call | None) -> bool:
    """Whether steps have formulas: known ones, with statistics that are the run's own."""
    known = all(step is None or step.name in NORMALIZE for step in steps)
    return known and (plan.baseline is None or not any(step is not None and step.method.relative for step in steps))


def _leaf(plan: Plan, leaf: LeafPlan) -> LeafSteps:
    indicator = leaf.leaf.indicator
    allowed = getattr(indicator, "range", None)
    scored = leaf.scored
    plain = leaf.denominate is None and leaf.fill.name == "none" and leaf.treat.name == "none"
    return LeafSteps(
        id=leaf.id,
        normalize=_normalize(leaf.normalize, leaf.goalposts, cost=indicator.direction == "cost") if scored else None,
        invert=leaf.invert,
        against=leaf.against,
        round=_round(leaf.round),
        scale=leaf.scale,
        allowed=None if allowed is None else (float(allowed[0]), float(allowed[1])),
        live=scored and plain and _own(plan, leaf.normalize),
    )


def _node(plan: Plan, node: NodePlan) -> NodeSteps:
    call, missing, show = node.aggregate, node.missing, node.show
    least, zero = missing.get("min_children"), call.get("zero")
    coverage = missing.get("min_coverage")
    if coverage is None and least is None:
        coverage = DEFAULT_COVERAGE
    normalizing = [node.normalize, show.normalize if show else None]
    return NodeSteps(
        id=node.id,
        children=[child.id for child in node.node.scored_children],
        factors=list(node.given) if call.name == "sum" else None,
        aggregate=call.name,
        floor=float(zero["floor"]) if isinstance(zero, Mapping) else None,
        power=None if call.get("p") is None else float(call["p"]),
        missing=missing.name,
        min_coverage=None if coverage is None else float(coverage),
        min_children=None if least is None else int(least),
        normalize=_normalize(node.normalize),
        invert=node.invert,
        against=node.against,
        round=_round(node.round),
        show=show is not None,
        show_normalize=_normalize(show.normalize) if show else None,
        show_round=_round(show.round) if show else None,
        scale=node.scale,
        live=call.name in AGGREGATE and _own(plan, *normalizing),
    )


def _normalize(call: Call | None, points: Sequence[float] | None = None, *, cost: bool = False) -> NormalizeStep | None:
    if call is None:
        return None
    low, high = call.get("to") or (0.0, 1.0)
    return NormalizeStep(
        method=call.name,
        points=tuple(points or ()),
        log=call.get("transform") == "log",
        clip=bool(call.get("clip")),
        to=(float(low), float(high)),
        constant=call.get("constant"),
        ties=call.get("ties") or "min",
        cost=cost,
        before=call.get("cost") == "before",
        within=call.get("within"),
    )


def _round(setting: Rounding | None) -> RoundStep | None:
    return None if setting is None else RoundStep(setting.digits, setting.mode)


def _red_lines(plan: Plan) -> Iterable[RedLineStep]:
    positions = {item.id: index for index, item in enumerate(plan.grades)}
    for line in plan.framework.red_lines:
        if line.cap in positions:
            reason = {"zh": line.reason.zh, "en": line.reason.en}
            yield RedLineStep(line.indicator, line.op, float(line.value), positions[line.cap], reason)


def _rows(result: Result, order: Any) -> list[RowValues]:
    found: dict[int, RowValues] = {}
    blocks = _blocks(result, order)
    caught: dict[int, set[int]] = {}
    for place, found_by in enumerate(result.capped):
        for unit in found_by.units.tolist():
            caught.setdefault(unit, set()).add(place)
    keys = rounding.comparison_key(result.score / result.plan.nodes[0].scale)
    for start, stop in local.spans(len(result)):
        block = result.block_of(start, stop)
        values = result.program.evaluate(block)
        codes = [block.codes[name] for name in result.plan.groupings]
        reported = [column[start:stop] for column in result.table.values]
        raw, leaves = _table(reported, stop - start), _table(values.leaves, stop - start)
        filled, treated = (
            _excused({index: mask[start:stop] for index, mask in masks.items()}, stop - start)
            for masks in (result.prepared.filled, result.prepared.treated)
        )
        aggregated, passed = _table(values.aggregated, stop - start), _table(values.nodes, stop - start)
        leaves_excused = _excused(block.not_applicable, stop - start)
        applies = {index: ~mask for index, mask in enumerate(values.applicable) if mask is not None}
        nodes_excused = _excused(applies, stop - start)
        for place in range(stop - start):
            unit = start + place
            found[unit] = RowValues(
                block=blocks[unit],
                groups=[int(code[place]) for code in codes],
                raw=raw[place],
                excused=leaves_excused[place],
                normalized=leaves[place],
                aggregated=aggregated[place],
                passed=passed[place],
                nodes_excused=nodes_excused[place],
                key=known(float(keys[unit])),
                caught=frozenset(caught.get(unit, ())),
                filled=filled[place],
                treated=treated[place],
            )
    return [found[unit] for unit in order.tolist()]


def _table(columns: Sequence[Any], size: int) -> list[list[float | None]]:
    """Columns over units as one list a unit; NaN and columns without values are None."""
    nothing = np.full(size, np.nan)
    matrix = np.stack([nothing if column is None else column for column in columns], axis=1)
    return [[None if math.isnan(value) else value for value in row] for row in matrix.tolist()]


def _excused(masks: Any, size: int) -> list[frozenset[int]]:
    sets: list[set[int]] = [set() for _ in range(size)]
    for index, mask in masks.items():
        for place in np.flatnonzero(mask).tolist():
            sets[place].add(index)
    return [frozenset(positions) for positions in sets]


def _blocks(result: Result, order: Any) -> dict[int, int]:
    """Of each unit the number of those it is ranked with: its period and group, numbered in the order of the view."""
    by = result.plan.settings["by"]
    periods = result.period_codes.tolist()
    groups = result.block_of(0, len(result)).codes[by].tolist() if by else [0] * len(result)
    numbers: dict[tuple[int, int], int] = {}
    return {unit: numbers.setdefault((periods[unit], groups[unit]), len(numbers)) for unit in order.tolist()}


def _spread(result: Result, orders: Sequence[Any]) -> Spread:
    """Scores of each period counted in ten intervals of the scale; only the last includes its upper bound."""
    scale = result.plan.nodes[0].top
    edges = [scale * place / _BINS for place in range(_BINS + 1)]
    scores = [result.score[rows] for rows in orders]
    inside = [values[(values >= edges[0]) & (values <= edges[-1])] for values in scores]
    return Spread(edges, [np.histogram(values, bins=edges)[0].tolist() for values in inside])
