"""Several frameworks compared, in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resilience_index.report.terminal.console import Language, clean, headline, table
from resilience_index.report.words.results import say

if TYPE_CHECKING:
    from rich.console import Console

    from resilience_index.report.view.comparison import ComparisonView, PeriodComparisonView


def print_comparison(view: ComparisonView, language: Language, out: Console) -> None:
    """Frameworks with their means and grades, tau-b and mean shifts, and who moves most in the newest period."""
    for number, period in enumerate(view.periods):
        second = f"{say('period', language)} {clean(period.label)}" if view.has_periods else ""
        if number == 0:
            headline(say(f"comparison_{view.of}", language), second, out, joiner="  " if second else "")
        else:
            out.print()
            out.print(second, style="bold")
        if view.synthetic and number == 0:
            out.print(say("synthetic", language), style="italic")
        _framework_counts(view, period, language, out)
        out.print()
        _tau_table(view, period, language, out)
        if number == 0:
            _notes(view, language, out)
            out.print()
            _shifts(view, period, language, out)


def _framework_counts(view: ComparisonView, period: PeriodComparisonView, language: Language, out: Console) -> None:
    result = table(
        [("", "left"), (say(view.of.removesuffix("s"), language), "left"), (say("scored", language), "right"),
         (say("mean", language), "right"), (say("grades", language), "wrap")]
    )  # fmt: skip
    for framework, found in zip(view.frameworks, period.frameworks, strict=True):
        grades = "  ".join(f"{name} {count}" for name, count in found.grade_counts.items())
        result.add_row(framework.mark, framework.id, str(found.scored), found.mean_text, grades)
    out.print(result)


def _tau_table(view: ComparisonView, period: PeriodComparisonView, language: Language, out: Console) -> None:
    marks = [framework.mark for framework in view.frameworks]
    ids = [framework.id for framework in view.frameworks]
    widths = [max(map(len, column)) + 1 for column in zip(marks, *period.cells, strict=True)]
    beside = max(map(len, ids)) + 2 + max(map(len, marks)) + sum(widths) <= out.width
    result = table([("", "left"), *([("", "left")] if beside else []), *((mark, "right") for mark in marks)])
    for mark, name, cells in zip(marks, ids, period.cells, strict=True):
        result.add_row(mark, *([name] if beside else []), *cells)
    out.print(result)
    out.print(say("tau_legend", language).format(units=period.units), style="dim")


def _notes(view: ComparisonView, language: Language, out: Console) -> None:
    """What the figures depend on."""
    for framework in view.frameworks:
        if framework.relative_methods:
            text = say("relative", language).format(names=", ".join(framework.relative_methods))
            out.print(f"{framework.mark} {text}", style="italic")
        found = framework.grading
        if found is not None and found.relative:
            text = say("relative_grades", language).format(method=found.method, among=found.among[language])
            out.print(f"{framework.mark} {text}", style="italic")
    if view.ranked_by:
        out.print(say("ranked_by", language).format(name=clean(view.ranked_by)), style="dim")


def _shifts(view: ComparisonView, period: PeriodComparisonView, language: Language, out: Console) -> None:
    if not period.moved:
        out.print(say(f"no_shift_{view.of}", language))
        return
    out.print(say(f"largest_shifts_{view.of}", language), style="bold")
    result = table(
        [(say("community", language), "wrap"), (say("code", language), "wrap"),
         *((framework.mark, "right") for framework in view.frameworks),
         (say("shift", language), "right"), (say("between", language), "left")]
    )  # fmt: skip
    for unit in period.shifts:
        between = f"{unit.best} {unit.worst}"
        result.add_row(clean(unit.name), clean(unit.community_id), *unit.rank_texts, unit.shift_text, between)
    out.print(result)
    if len(period.shifts) < period.moved:
        out.print(say("more_rows", language).format(count=period.moved - len(period.shifts)), style="dim")
