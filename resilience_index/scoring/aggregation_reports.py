"""What aggregations across units say of the whole run: VIKOR's compromise solution, the line of a rank-sum ratio."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.findings import Finding
from resilience_index.methods import rounding
from resilience_index.methods.aggregate_across import Vikor
from resilience_index.methods.aggregate_ranks import RankSum
from resilience_index.scoring.aggregation import Across, Aggregator
from resilience_index.scoring.kernel import Program
from resilience_index.scoring.plan import NodePlan
from resilience_index.scoring.statistics import Floats

MARGIN = 1e-9
"""A lead of 1/(N − 1) is one, whatever the last bit says."""
_DIGITS = 6


@dataclass(frozen=True)
class AcrossReport:
    """What a node's method found, of all units or of one group of them: ``figures`` are plain data."""

    node: str
    method: str
    group: str | None
    figures: Mapping[str, Any]
    finding: Finding

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {"node": self.node, "method": self.method, "group": self.group, **self.figures}


@dataclass(frozen=True)
class Units:
    """How units are named and what a node's children gave for one of them."""

    ids: Callable[[int], str]
    names: Callable[[NDArray[np.int64]], list[str]]
    details: Callable[[int, int], Mapping[str, Floats]]


def columns(program: Program, rows: int) -> dict[int, Floats]:
    """Room for the values (rows,) of the nodes that have something to say, by node."""
    return {node.index: np.full(rows, np.nan) for node in program.plan.nodes if node.aggregate.name in ("vikor", "rsr")}


def build(
    node: NodePlan, aggregator: Aggregator, values: Floats, codes: NDArray[np.int64] | None, labels: Sequence[str],
    units: Units,
) -> Iterable[AcrossReport]:  # fmt: skip
    """The reports of a node: ``values`` (units,) as its method gave them, ``codes`` and ``labels`` of its groups."""
    assert isinstance(aggregator, Across)
    for code, method in sorted(aggregator.groups.items()):
        label = None if codes is None else labels[code]
        if isinstance(method, Vikor):
            rows = np.flatnonzero(~np.isnan(values) if codes is None else ~np.isnan(values) & (codes == code))
            yield _compromise(node, method, label, values, rows, units)
        if isinstance(method, RankSum):
            yield _line(node, method, label)


def _within(label: str | None) -> Any:
    return "" if label is None else {"zh": f"（“{label}”内）", "en": f" (within '{label}')"}


def _compromise(
    node: NodePlan, method: Vikor, label: str | None, values: Floats, rows: NDArray[np.int64], units: Units
) -> AcrossReport:
    """Opricovic and Tzeng (2004), section 2, step 5: the compromise solution and its two conditions."""
    compromise = 1.0 - values[rows]
    key = rounding.comparison_key(compromise)
    lowest, second = np.partition(key, 1)[:2].tolist()
    least = 1.0 / (rows.size - 1)
    near = np.flatnonzero((key - lowest < least - MARGIN) | (key <= second))
    ordered = sorted(near.tolist(), key=lambda place: (key[place], units.ids(int(rows[place]))))
    first = int(rows[ordered[0]])
    exact = float(compromise[ordered[1]] - compromise[ordered[0]])
    found = units.details(first, node.index)
    lead = second - lowest
    advantage = lead >= least - MARGIN
    best = [
        bool(rounding.comparison_key(np.array([float(found[name][0]) - low]))[0] <= 0.0)
        for name, low in zip(("S", "R"), method.low, strict=True)
    ]
    if not advantage:
        chosen = [place for place in ordered if key[place] - lowest < least - MARGIN]
    else:
        chosen = ordered[:1] if any(best) else ordered[:2]
    members = [int(rows[place]) for place in chosen]
    params = {
        "id": node.id, "within": _within(label), "units": units.names(np.array(members)),
        "advantage": _holds(advantage), "stability": _holds(any(best)), "lead": round(lead, _DIGITS),
        "least": round(least, _DIGITS),
    }  # fmt: skip
    figures = {
        "units": int(rows.size), "compromise": [units.ids(row) for row in members],
        "acceptable_advantage": bool(advantage), "acceptable_stability": any(best), "lead": exact,
        "least_lead": least, "best_in": [name for name, holds in zip(("S", "R"), best, strict=True) if holds],
    }  # fmt: skip
    return AcrossReport(node.id, node.aggregate.text(), label, figures, Finding("RI452", params=params))


def _holds(condition: bool) -> dict[str, str]:
    return {"zh": "满足", "en": "holds"} if condition else {"zh": "不满足", "en": "fails"}


def _line(node: NodePlan, method: RankSum, label: str | None) -> AcrossReport:
    line, figures = method.line, method.parameters()
    assert line is not None
    common = {"id": node.id, "within": _within(label)}
    if line.slope is None or line.intercept is None or line.r2 is None:
        finding = Finding("RI458", params={**common, "count": int(line.ratios.size)})
        return AcrossReport(node.id, node.aggregate.text(), label, figures, finding)
    places = np.searchsorted(method.cuts(), line.probits, side="right")
    sizes = [int(line.counts[places == place].sum()) for place in range(method.classes)]
    params = {
        **common, "intercept": round(line.intercept, _DIGITS), "slope": round(line.slope, _DIGITS),
        "fit": round(line.r2, _DIGITS), "count": line.units, "classes": " / ".join(map(str, sizes)),
        "cuts": [f"{cut:.4f}" for cut in figures["ratio_cuts"]],
    }  # fmt: skip
    return AcrossReport(
        node.id, node.aggregate.text(), label, {**figures, "class_sizes": sizes}, Finding("RI454", params=params)
    )
