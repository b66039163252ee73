"""Scores and grades in the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from resilience_index.report.page.charts import full_length
from resilience_index.report.terminal.console import Language, bar, clean, heading, headline, joined, spark, table
from resilience_index.report.view.model import GradeView, PeriodView, UnitView, View
from resilience_index.report.words.results import say

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


LISTED_GROUPS = 12
"""Groups whose bounds of grades are printed below a ranking."""


_GRADE_STYLES = ("bold green", "cyan", "yellow", "red", "red")


def print_scores(
    view: View, language: Language, *, top: int, out: Console,
    histories: Mapping[str, Sequence[float | None]] | None = None,
) -> None:  # fmt: skip
    """The ranking of the newest period with a bar a dimension, and a line for each earlier period.

    ``histories`` are scores over the periods by id: a terminal shows them as sparklines.
    """
    newest = view.periods[0]
    second = f"{view.framework_id} {view.framework_version}"
    if view.scheme is not None:
        second += f"  ·  {say('scheme', language)} {view.scheme}"
    if view.has_periods:
        second += f"  ·  {say('period', language)} {clean(newest.label)}"
    headline(view.title[language], second, out)
    if view.synthetic:
        out.print(say("synthetic", language), style="italic")
    trends = {name: spark(values, least=view.scale / 20) for name, values in (histories or {}).items()}
    ranking, legend = _ranking(view, newest, language, top, out.width, trends if out.is_terminal else {})
    out.print(ranking)
    for line in joined(legend, out):
        out.print(line, style="dim")
    if view.ranked_by:
        out.print(say("ranked_by", language).format(name=clean(view.ranked_by)), style="dim")
    hidden = newest.total - min(len(newest.units), top or newest.total)
    if hidden > 0:
        out.print(say("more_rows", language).format(count=hidden), style="dim")
    _periods(view, language, out)


def _ranking(
    view: View, period: PeriodView, language: Language, top: int, width: int, trends: Mapping[str, str]
) -> tuple[Table, list[str]]:
    """The ranking, and a legend where the dimensions' names are too long for headings."""
    item = {entry.id: entry for entry in view.items}
    from rich.cells import cell_len

    shown = period.units[: top or None]
    names = min(20, max([9, *(cell_len(clean(unit.name)) for unit in shown)]))
    group = view.ranked_by if view.ranked_by in view.group_names else None
    groups = min(12, max([cell_len(clean(unit.groups[group])) for unit in shown] or [0])) + 1 if group else 0
    grades = max([6, *(cell_len(_mark(unit)) for unit in shown)]) - 6 if view.grades else 0
    space = width - 26 - names - groups - grades - (max(6, len(view.periods) + 1) if trends else 0)
    each = min(14, space // max(1, len(view.dimensions)) - 1)
    dimensions = view.dimensions if each >= 5 else []
    digits = max([3, *(len(_number(unit.nodes[name], item[name].scale)) for unit in shown for name in dimensions)])
    bars = each - digits - 1
    columns = [
        (say("rank", language), "right"),
        (say("community", language), "wrap"),
        (say("score", language), "right"),
    ]
    if group:
        columns.insert(1, (clean(group), "wrap"))
    if trends:
        columns.append((say("trend", language), "left"))
    if view.grades:
        columns.append((say("grade", language), "left"))
    titles = [_heading(item[name].title[language]) for name in dimensions]
    short = [heading(title, each) for title in titles]
    legend = []
    if any(title is None for title in short):
        legend = [f"[{number}] {title}" for number, title in enumerate(titles, start=1)]
        short = [f"[{number}]" for number in range(1, len(titles) + 1)]
    columns += [(title or "", "wrap") for title in short]
    columns.append((say("coverage", language), "right"))
    result = table(columns)
    result.columns[2 if group else 1].max_width = names
    if group:
        result.columns[1].max_width = max(groups - 1, cell_len(clean(group)))
    for column in result.columns[len(columns) - 1 - len(dimensions) : -1]:
        column.width = each
    # A sum may be beyond its scale: then bars are as long as the largest of those that are shown.
    full = {name: full_length((unit.nodes[name] for unit in shown), item[name].scale) for name in dimensions}
    for unit in shown:
        cells = _row(view, unit, full, bars, digits, trends)
        result.add_row(*(cells if group is None else [cells[0], clean(unit.groups[group]), *cells[1:]]))
    return result, legend


def _number(value: float | None, scale: float) -> str:
    return "—" if value is None else f"{value:.0f}" if scale >= 100 else f"{value:.2f}"


def _row(
    view: View, unit: UnitView, full: Mapping[str, float], bars: int, digits: int, trends: Mapping[str, str]
) -> list[Any]:
    from rich.text import Text

    cells: list[Any] = [unit.rank_text, clean(unit.name), unit.score_text]
    if trends:
        cells.append(trends.get(unit.community_id, ""))
    if view.grades:
        cells.append(Text(_mark(unit), style=_grade_style(unit.grade)))
    for name, length in full.items():
        value = unit.nodes[name]
        number = _number(value, view.item(name).scale)
        share = None if value is None else value / length
        cells.append(f"{number:>{digits}} {bar(share, bars)}" if bars >= 3 else f"{number:>{digits}}")
    cells.append(unit.coverage_text + ("†" if unit.prepared else ""))
    return cells


def _mark(unit: UnitView) -> str:
    """The grade, or the state of a gate, with the marks of red lines and gates."""
    state = "—" if unit.state is None else clean(unit.state.id)
    mark = f"{unit.grade.id}{'*' if unit.capped_by else ''}" if unit.grade else state
    return mark + ("†" if unit.gates_failed else "")


def _grade_style(grade: GradeView | None) -> str:
    return "dim" if grade is None else _GRADE_STYLES[min(grade.index, len(_GRADE_STYLES) - 1)]


def _heading(title: str) -> str:
    """A dimension's title without what stands in brackets, as a column heading."""
    for bracket in ("(", "\uff08"):
        title = title.split(bracket, 1)[0]
    return title.strip()


def _periods(view: View, language: Language, out: Console) -> None:
    if view.relative:
        names = ", ".join(view.relative_methods)
        out.print(say("relative", language).format(names=names), style="italic")
    if view.cells:
        out.print(say("prepared_mark", language), style="dim")
    if any(unit.capped_by for unit in view.periods[0].units):
        out.print(say("capped_mark", language), style="dim")
    if any(unit.gates_failed for unit in view.periods[0].units):
        out.print(say("gate_mark", language), style="dim")
    _bounds(view, language, out)
    result = table(
        [(say("period", language), "left"), (say("communities", language), "right"), (say("scored", language), "right"),
         (say("mean", language), "right"), *((grade.id, "right") for grade in view.grades)]
    )  # fmt: skip
    for period in view.periods:
        label = clean(period.label) if view.has_periods else say("all", language)
        counts = [str(period.grade_counts[grade.id]) for grade in view.grades]
        result.add_row(label, str(period.total), str(period.scored), period.mean_text, *counts)
    out.print()
    out.print(result)


def _bounds(view: View, language: Language, out: Console) -> None:
    """Bounds that were found from the scores: relative, and so printed with every ranking."""
    grading = view.grading
    if grading is None or not grading.relative:
        return
    text = say("relative_grades", language).format(method=grading.method, among=grading.among[language])
    out.print(text, style="italic")
    for group in grading.groups[:LISTED_GROUPS]:
        label = f"{clean(group.label)}: " if grading.within is not None else ""
        bounds = "  ".join(f"{grade.id} ≥ {bound}" for grade, bound in zip(view.grades, group.bounds, strict=True))
        out.print(label + bounds, style="dim")
    if len(grading.groups) > LISTED_GROUPS:
        out.print(say("more_groups", language).format(count=len(grading.groups) - LISTED_GROUPS), style="dim")
