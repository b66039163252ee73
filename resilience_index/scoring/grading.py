"""Grades after the scores: where their bounds lie, who reaches which, and which gates hold."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.data.table import natural_key
from resilience_index.errors import InputError
from resilience_index.findings import Finding, sort_findings
from resilience_index.framework.grade_checks import share_of
from resilience_index.framework.models import Gate
from resilience_index.methods import grade, grading
from resilience_index.methods.checking import Call
from resilience_index.scoring.plan import Plan
from resilience_index.scoring.statistics import Floats

Codes = NDArray[np.int64]
Words = dict[str, str]
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    ">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


@dataclass(frozen=True)
class Cuts:
    """The bounds of the grades of a run.

    ``bounds`` (groups, grades) are inclusive lower bounds on the shown scale, the best grade first; NaN in a group
    without a score. ``codes`` (units,) say which group a unit belongs to, None where all share one; ``labels``
    (groups,) name the groups, ``units`` (groups,) count the scores that the bounds were found from.
    """

    call: Call
    bounds: Floats
    labels: tuple[str, ...] = ("",)
    codes: Codes | None = None
    units: tuple[int, ...] = (0,)

    @property
    def relative(self) -> bool:
        """Whether the bounds depend on the communities of the run."""
        return self.call.method.relative

    @property
    def within(self) -> str | None:
        """The grouping inside which the bounds were found; None: over all scores of the run."""
        return self.call.get("within")

    def of_unit(self, unit: int) -> Floats:
        """The bounds for a unit (row position): (grades,)."""
        return np.asarray(self.bounds[0 if self.codes is None else int(self.codes[unit])])

    def to_dict(self, ids: Sequence[str]) -> dict[str, Any]:
        """Plain data: method, whether it is relative, and the bounds by group; ``ids`` are those of the grades."""
        groups = sorted(zip(self.labels, self.units, self.bounds.tolist(), strict=True), key=_natural)
        listed = [
            {
                "group": None if self.within is None else label or "", "units": units,
                "bounds": [
                    {"grade": name, "min": None if np.isnan(value) else value}
                    for name, value in zip(ids, row, strict=True)
                ],
            }
            for label, units, row in groups
        ]  # fmt: skip
        return {"method": self.call.to_dict(), "relative": self.relative, "within": self.within, "groups": listed}


def _natural(group: tuple[str, int, list[float]]) -> Any:
    return natural_key(group[0] or "")


@dataclass(frozen=True)
class Gated:
    """A gate with the units (row positions) that fail it, and those of which it is not known.

    ``passed`` (units,) is 1, 0 or NaN (unknown); ``failed`` includes the unknown ones where the gate says so.
    """

    gate: Gate
    passed: Floats
    failed: Codes
    unknown: Codes


def fixed(plan: Plan) -> Cuts:
    """The bounds that the grades themselves say; only where they are fixed."""
    return Cuts(plan.grading, np.array([plan.bounds]))


def cut(
    plan: Plan,
    scores: Floats,
    groups: tuple[Codes, Sequence[str]] | None,
    comparable: Callable[[Floats], Floats],
    findings: list[Finding],
) -> tuple[Cuts, Codes]:
    """The bounds found from the scores, and the grade of each unit (−1: none).

    ``scores`` (units,) are those that are compared with bounds, on the shown scale; ``groups`` are codes and labels
    where the method works inside groups; ``comparable`` brings bounds to the digits in which they are compared.
    Adds RI467 and RI468 to ``findings``. Raises ``InputError`` RI466 for groups with too few different scores.
    """
    codes, labels = (None, ("",)) if groups is None else (groups[0], tuple(groups[1]))
    bounds = np.full((len(labels), len(plan.grades)), np.nan)
    grades: Codes = np.full(scores.size, -1, dtype=np.int64)
    known = ~np.isnan(scores)
    problems, told, sizes = [], [], []
    for code, label in enumerate(labels):
        rows = np.flatnonzero(known if codes is None else known & (codes == code))
        sizes.append(int(rows.size))
        if not rows.size:
            continue
        within = _within(plan.grading, label)
        needed, there = _needed(plan), int(np.unique(scores[rows]).size)
        if there < needed:
            params = {"method": plan.grading.name, "needed": needed, "within": within, "count": there}
            problems.append(Finding("RI466", params=params))
            continue
        bounds[code] = comparable(_bounds(plan, scores[rows]))
        grades[rows] = grade.assign(scores[rows], bounds[code])
        empty = [item.id for item, lost in zip(plan.grades[1:], np.diff(bounds[code]) >= 0.0, strict=True) if lost]
        if empty:
            told.append(Finding("RI468", params={"names": empty, "within": within}))
    if problems:
        raise InputError(sort_findings([*findings, *problems]))
    if known.any():
        told.append(Finding("RI467", params={"method": plan.grading.text(), "among": among(plan.grading)}))
    findings += told
    return Cuts(plan.grading, bounds, labels, codes, tuple(sizes)), grades


def _needed(plan: Plan) -> int:
    """How many different scores the bounds take."""
    return {"quantile": 1, "natural_breaks": len(plan.grades)}.get(plan.grading.name, 2)


def _bounds(plan: Plan, scores: Floats) -> Floats:
    """The bounds from the scores of one group: (grades,)."""
    call, count = plan.grading, len(plan.grades)
    if call.name == "quantile":
        shares = call["shares"]
        return grading.quantile(scores, [Fraction(1, count)] * count if shares is None else list(map(share_of, shares)))
    if call.name == "natural_breaks":
        return grading.natural_breaks(scores, count)
    if call.name == "equal_interval":
        return grading.equal_interval(scores, count)
    steps = grading.middle_steps(count) if call["steps"] is None else list(map(float, call["steps"]))
    return grading.mean_sd(scores, steps, sample=call["sd"] == "sample")


def among(call: Call) -> Words:
    """Among whom a grade is relative."""
    within = call.get("within")
    if within is None:
        return {"zh": "本次运行的全部社区（各期合并）", "en": "all communities of this run, its periods together"}
    if within == "period":
        return {"zh": "同一期的社区", "en": "the communities of the same period"}
    return {"zh": f"“{within}”相同的社区", "en": f"the communities with the same '{within}'"}


def _within(call: Call, label: str) -> Words | str:
    if call.get("within") is None:
        return ""
    return {"zh": f"（“{label}”内）", "en": f" (within '{label}')"}


def gate(item: Gate, values: Floats, excused: NDArray[np.bool_] | None, scored: NDArray[np.bool_]) -> Gated:
    """Who passes a gate.

    ``values`` (units,) are what it looks at, NaN where unknown; to the ``excused`` it does not apply, and those that
    are not ``scored`` have no grade that it could take.
    """
    known = ~np.isnan(values)
    holds = known & OPERATORS[item.op](np.where(known, values, 0.0), item.value)
    unknown = ~known if excused is None else ~known & ~excused
    failed = known & ~holds
    if item.missing == "fail":
        failed |= unknown
    passed: Floats = np.where(known, holds.astype(np.float64), np.nan)
    return Gated(item, passed, np.flatnonzero(failed & scored), np.flatnonzero(unknown & scored))


def condition(item: Gate) -> str:
    """The condition of a gate as it is written: ``satisfaction > 70``."""
    return f"{item.indicator or item.node} {item.op} {item.value:.15g}"


def states(gated: Sequence[Gated], size: int) -> Codes:
    """The position of the first gate that each unit fails, −1 for none: (units,)."""
    found: Codes = np.full(size, -1, dtype=np.int64)
    for position in reversed(range(len(gated))):
        found[gated[position].failed] = position
    return found


def gate_findings(gated: Sequence[Gated], names: Callable[[Codes], list[str]]) -> list[Finding]:
    """RI469 for each gate that somebody fails, RI470 for those of whom it is not known."""
    findings = []
    for found in gated:
        item = found.gate
        if found.failed.size:
            params: dict[str, Any] = {"id": item.id, "condition": condition(item), "units": names(found.failed)}
            state: Words | str = ""
            if item.state is not None:
                state = {"zh": f"，状态为“{item.state.id}”", "en": f", its state is '{item.state.id}'"}
            reason = {"zh": item.reason.zh, "en": item.reason.en}
            findings.append(Finding("RI469", params={**params, "state": state, "reason": reason}))
        if found.unknown.size:
            params = {"id": item.id, "count": int(found.unknown.size), "units": names(found.unknown)}
            findings.append(Finding("RI470", params={**params, "remedy": _REMEDIES[item.missing]}))
    return findings


_REMEDIES = {
    "fail": {"zh": "视为未达到；请向其补要该数据", "en": "they count as failing it; ask them for the figure"},
    "pass": {"zh": "视为达到；请向其补要该数据", "en": "they count as passing it; ask them for the figure"},
}
