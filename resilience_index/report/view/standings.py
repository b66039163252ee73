"""Figures that documents show beside those of the view: changes since the period before, groups, classes of scores."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from resilience_index.methods.exact import mean_of
from resilience_index.report.view.format import DASH, decimals, number_text
from resilience_index.report.view.model import PeriodView, UnitView, View

CLASSES = 10
MOST_GROUPS = 40
"""A report has a table for each group; above this, one table for all."""


@dataclass(frozen=True)
class Group:
    """The units of a group in a period. ``top`` is the first of those with a score, ``mean`` on the shown scale."""

    name: str
    units: Sequence[UnitView]
    scored: int
    mean_text: str
    top: UnitView | None
    grade_counts: dict[str, int]


def difference_text(now: float | None, before: float | None, scale: float) -> str:
    """The signed difference of two shown values, with the digits of the scale; a dash without one of them."""
    if now is None or before is None:
        return DASH
    text = number_text(now - before, decimals(scale))
    return f"+{text}" if float(text) > 0 else text


def earlier(view: View, key: int) -> PeriodView | None:
    """The period before the one at ``key``; None for the first."""
    return view.periods[key + 1] if key + 1 < len(view.periods) else None


def by_id(period: PeriodView | None) -> dict[str, UnitView]:
    """The units of a period by their ids."""
    return {unit.community_id: unit for unit in period.units} if period is not None else {}


def moves(now: PeriodView, before: PeriodView) -> tuple[int, int, int]:
    """How many units scored in both periods rose, fell and stayed the same."""
    old = by_id(before)
    pairs = [
        (unit.score, old[unit.community_id].score) for unit in now.units
        if unit.score is not None and unit.community_id in old and old[unit.community_id].score is not None
    ]  # fmt: skip
    up = sum(1 for new, was in pairs if was is not None and new > was)
    down = sum(1 for new, was in pairs if was is not None and new < was)
    return up, down, len(pairs) - up - down


def grouping(view: View, period: PeriodView) -> str | None:
    """The grouping column of the chapter on groups.

    The one that ranks are counted within, else the coarsest that splits the units into 2 to 40 groups.
    """
    names = [view.ranked_by] if view.ranked_by in view.group_names else list(view.group_names)
    counts = {name: len({unit.groups.get(name, "") for unit in period.units}) for name in names if name}
    fitting = [name for name, count in counts.items() if 2 <= count <= MOST_GROUPS]
    return min(fitting, key=lambda name: (counts[name], names.index(name))) if fitting else None


def telling(view: View, period: PeriodView) -> list[str]:
    """The grouping columns in which units differ."""
    return [name for name in view.group_names if len({unit.groups.get(name, "") for unit in period.units}) > 1]


def groups(view: View, period: PeriodView, name: str) -> list[Group]:
    """The groups of a period in the order of their names, each with its units in the order of the view."""
    found: dict[str, list[UnitView]] = {}
    for unit in period.units:
        found.setdefault(unit.groups.get(name, ""), []).append(unit)
    return [_group(view, label, found[label]) for label in sorted(found, key=lambda label: (label == "", label))]


def _group(view: View, label: str, units: Sequence[UnitView]) -> Group:
    scores = [unit.score for unit in units if unit.score is not None]
    mean = mean_of(scores) if scores else None
    scored = [unit for unit in units if unit.score is not None]
    counts = {grade.id: sum(unit.grade is not None and unit.grade.id == grade.id for unit in scored)
              for grade in view.grades}  # fmt: skip
    top = max(scored, key=lambda unit: unit.score or 0.0, default=None)
    return Group(label, units, len(scores), number_text(mean, decimals(view.scale)), top, counts)


def extremes(period: PeriodView) -> tuple[UnitView, UnitView] | None:
    """The units with the highest and the lowest score; None without scores."""
    scored = [unit for unit in period.units if unit.score is not None]
    if not scored:
        return None
    return max(scored, key=lambda unit: unit.score or 0.0), min(scored, key=lambda unit: unit.score or 0.0)


def classes(view: View, period: PeriodView) -> list[tuple[str, str, int]]:
    """(low, high, units) for ten equal intervals from 0 to the end of the scale; only the last includes its upper
    bound. The end is that of the view's largest score, rounded up, where scores go beyond it (sums).
    """
    width = _end(view) / CLASSES
    counts = [0] * CLASSES
    for unit in period.units:
        if unit.score is not None:
            counts[min(CLASSES - 1, max(0, math.floor(unit.score / width + 1e-9)))] += 1
    digits = 0 if width == int(width) else 2
    return [
        (number_text(place * width, digits), number_text((place + 1) * width, digits), count)
        for place, count in enumerate(counts)
    ]


def _end(view: View) -> float:
    """What the tenth class ends with: the full points or the scale, or more where a score is above it."""
    end = view.scale if view.calculation is None else view.calculation.spread.edges[-1]
    most = max((unit.score for period in view.periods for unit in period.units if unit.score is not None), default=0.0)
    if most <= end:
        return end
    step = 10.0 ** math.floor(math.log10(most / CLASSES))
    return CLASSES * step * next(times for times in (1, 2, 5, 10) if CLASSES * step * times >= most)
