"""The view of a comparison: every figure and text that is shown of it, made once, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from resilience_index.analysis.comparison import Comparison, Period
from resilience_index.report.view import grades as grade_view
from resilience_index.report.view.format import DASH, decimals, number_text
from resilience_index.report.view.method import both
from resilience_index.report.view.model import Both, GradingView


@dataclass(frozen=True)
class FrameworkView:
    """A framework with the mark by which tables refer to it."""

    mark: str
    id: str
    version: str
    title: Both
    relative_methods: Sequence[str]
    grading: GradingView | None = None


@dataclass(frozen=True)
class CountsView:
    """A framework in a period: communities with a score, their mean, and how many have each grade."""

    scored: int
    mean_text: str
    grade_counts: Mapping[str, int]


@dataclass(frozen=True)
class ShiftView:
    """A community that moves: its rank under each framework, the largest difference and the marks it is between."""

    community_id: str
    name: str
    rank_texts: Sequence[str]
    shift_text: str
    best: str
    worst: str


@dataclass(frozen=True)
class PeriodComparisonView:
    """A period. ``cells`` (frameworks × frameworks) hold tau-b above the diagonal and on it, the mean shift below.

    ``units`` says over how many communities tau-b is taken, as a range where pairs of frameworks differ;
    ``moved`` counts the communities with a shift, ``shifts`` are the largest of them.
    """

    label: str
    frameworks: Sequence[CountsView]
    cells: Sequence[Sequence[str]]
    units: str
    moved: int
    shifts: Sequence[ShiftView]


@dataclass(frozen=True)
class ComparisonView:
    """Several frameworks side by side, the newest period first."""

    frameworks: Sequence[FrameworkView]
    periods: Sequence[PeriodComparisonView]
    has_periods: bool
    ranked_by: str | None
    synthetic: bool
    of: str = "frameworks"


def build(comparison: Comparison, *, limit: int | None, synthetic: bool = False) -> ComparisonView:
    """The view of a comparison with the ``limit`` largest shifts of each period (None: all)."""
    plans = [result.plan for result in comparison.results]
    frameworks = [
        FrameworkView(
            f"[{number}]", plan.framework.label, plan.framework.version,
            both(plan.framework.scheme_title or plan.framework.title),
            plan.relative_methods(), grade_view.grading(result),
        )
        for number, (plan, result) in enumerate(zip(plans, comparison.results, strict=True), start=1)
    ]  # fmt: skip
    marks = [framework.mark for framework in frameworks]
    return ComparisonView(
        frameworks, [_period(comparison, period, marks, limit) for period in reversed(comparison.periods)],
        has_periods=comparison.units.periods is not None, ranked_by=plans[0].settings["by"], synthetic=synthetic,
        of=comparison.of,
    )  # fmt: skip


def _period(comparison: Comparison, period: Period, marks: Sequence[str], limit: int | None) -> PeriodComparisonView:
    found = []
    for index, result in enumerate(comparison.results):
        numbers = comparison.counts(period, index)
        mean = number_text(numbers.mean, decimals(result.plan.nodes[0].top))
        found.append(CountsView(numbers.scored, mean, numbers.grades))
    cells = [[_tau_text(value) for value in row] for row in period.tau()]
    for pair in period.pairs:
        cells[pair.second][pair.first] = number_text(pair.mean_shift, 1)
    sizes = sorted({pair.agreement.n for pair in period.pairs})
    units = str(sizes[0]) if len(sizes) == 1 else f"{sizes[0]}–{sizes[-1]}"
    return PeriodComparisonView(
        period.label, found, cells, units, moved=int((comparison.shift[period.units] > 0).sum()),
        shifts=[_shift(comparison, unit, marks) for unit in comparison.largest(period, limit)],
    )  # fmt: skip


def _tau_text(value: float | None) -> str:
    return DASH if value is None else number_text(value, 3)


def _shift(comparison: Comparison, unit: int, marks: Sequence[str]) -> ShiftView:
    units = comparison.units
    return ShiftView(
        units.ids[unit].as_py(), units.names[unit].as_py(),
        [number_text(comparison.ranks[index, unit]) for index in range(len(marks))],
        number_text(comparison.shift[unit]), marks[int(comparison.best[unit])], marks[int(comparison.worst[unit])],
    )  # fmt: skip
