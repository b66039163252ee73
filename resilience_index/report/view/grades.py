"""Grades in the view: their bounds, what they are relative to, gates and the states in a grade's place."""

from __future__ import annotations

import numpy as np

from resilience_index.framework.models import Gate
from resilience_index.report.view.format import number_text
from resilience_index.report.view.method import both
from resilience_index.report.view.model import Both, BoundsView, GradeView, GradingView, StateView
from resilience_index.scoring.grading import among, condition
from resilience_index.scoring.result import Result

FIXED: Both = {"zh": "固定分界：各年可比", "en": "fixed bounds: grades compare between years"}


def grades(result: Result) -> list[GradeView]:
    """The grades with their lower bounds; without them where groups of units have their own."""
    bounds = _texts(result.cuts.bounds[0].tolist()) if len(result.cuts.labels) == 1 else [""] * len(result.plan.grades)
    return [
        GradeView(item.id, both(item.title), bound, index)
        for index, (item, bound) in enumerate(zip(result.plan.grades, bounds, strict=True))
    ]


def _texts(bounds: list[float]) -> list[str]:
    """Bounds with the digits in which they are compared."""
    return [number_text(bound) for bound in bounds]


def grading(result: Result) -> GradingView | None:
    """How the bounds were found; None without grades."""
    if not result.plan.grades:
        return None
    cuts = result.cuts
    found = cuts.to_dict([item.id for item in result.plan.grades])["groups"]
    groups = [
        BoundsView(
            group["group"] or "", group["units"],
            _texts([np.nan if bound["min"] is None else bound["min"] for bound in group["bounds"]]),
        )
        for group in found
    ]  # fmt: skip
    return GradingView(
        cuts.call.text(), dict(cuts.call.method.title), cuts.relative, cuts.within,
        among(cuts.call) if cuts.relative else FIXED, groups,
    )  # fmt: skip


def of_period(result: Result, label: str) -> dict[str, str]:
    """The bounds that hold in a period, by grade; empty where its units do not share them."""
    cuts = result.cuts
    if cuts.within is None or len(cuts.labels) == 1:
        row = 0
    elif cuts.within == "period":
        row = cuts.labels.index(label)
    else:
        return {}
    ids = [item.id for item in result.plan.grades]
    return dict(zip(ids, _texts(cuts.bounds[row].tolist()), strict=True))


def state(result: Result, unit: int) -> StateView | None:
    """What stands in the place of a unit's grade."""
    found = result.state(unit)
    return None if found is None else StateView(found.id, both(found.title))


def gate_text(gate: Gate) -> Both:
    """A gate that is not passed, with its reason."""
    rule = condition(gate)
    return {"zh": f"{rule}：{gate.reason.zh}", "en": f"{rule}: {gate.reason.en}"}
