"""The terminal renderer: tables that fit 80 columns, count Chinese characters as two, plain when piped."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from resilience_index.report import node_details
from resilience_index.report.charts import full_length
from resilience_index.report.format import brief_text, number_text
from resilience_index.report.view import GradeView, PeriodView, UnitView, View
from resilience_index.report.words import say

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

    from resilience_index.report.comparison_view import ComparisonView, PeriodComparisonView

Language = str
PIPE_WIDTH = 200
"""Width of tables in a pipe or file: wide enough that nothing wraps."""
LISTED_GROUPS = 12
"""Groups whose bounds of grades are printed below a ranking."""
_BARS = " ▏▎▍▌▋▊▉█"
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that steer a terminal or turn the direction of writing."""
_GRADE_STYLES = ("bold green", "cyan", "yellow", "red", "red")


def console(stream: TextIO | None = None) -> Console:
    """A console on stdout: colours and the window's width on a terminal, neither when piped."""
    import os

    from rich.console import Console
    from rich.segment import Segment

    class Output(Console):
        """A console that lets the program end in its own way when the reader has gone."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

        def render(self, *arguments: Any, **named: Any) -> Iterator[Segment]:
            """What is shown, wherever the text comes from: nothing in it steers the terminal."""
            for found in super().render(*arguments, **named):
                yield found if found.control else found._replace(text=STEERING.sub(_visible, found.text))

    stream = sys.stdout if stream is None else stream
    terminal = stream.isatty()
    plain = not terminal or bool(os.environ.get("NO_COLOR"))
    columns = os.environ.get("COLUMNS", "")
    return Output(
        file=stream, highlight=False, markup=False, emoji=False, soft_wrap=False, legacy_windows=False,
        force_terminal=terminal, no_color=plain, color_system=None if plain else "auto",
        width=None if terminal else int(columns) if columns.isdigit() and int(columns) else PIPE_WIDTH,
    )  # fmt: skip


def table(columns: Sequence[tuple[str, str]]) -> Table:
    """A table without lines; ``columns`` are (heading, ``left``, ``right`` or ``wrap``).

    On a narrow terminal ``wrap`` columns break their text over lines; nothing is cut off.
    """
    from rich.table import Table

    result = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold", show_edge=False)
    for heading, side in columns:
        justify: Any = "right" if side == "right" else "left"
        result.add_column(heading, justify=justify, no_wrap=side != "wrap", overflow="fold")
    return result


def _visible(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def bar(share: float | None, width: int) -> str:
    """A bar of block characters for a share 0..1."""
    if share is None or width <= 0:
        return " " * max(width, 0)
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_BARS[rest] if rest else "")).ljust(width)


_SPARKS = "▁▂▃▄▅▆▇█"


def spark(values: Sequence[float | None], *, least: float = 5.0) -> str:
    """A sparkline: a block for each value between the lowest and the highest of them; a space for none.

    A range below ``least`` is widened to it, so that small changes do not look large.
    """
    known = [value for value in values if value is not None]
    if not known:
        return " " * len(values)
    low, high = min(known), max(known)
    if high - low < least:
        middle = (low + high) / 2
        low, high = middle - least / 2, middle + least / 2
    steps = len(_SPARKS) - 1
    return "".join(" " if value is None else _SPARKS[round((value - low) / (high - low) * steps)] for value in values)


def clean(text: str) -> str:
    """Control characters as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def indented(text: str, level: int) -> RenderableType:
    """A text that keeps its indentation where it wraps."""
    from rich.padding import Padding
    from rich.text import Text

    return Padding(Text(text), (0, 0, 0, 2 * level))


def headline(first: str, second: str, out: Console, *, joiner: str = "  ") -> None:
    """A title and what belongs to it: on one line where both fit, else on two."""
    from rich.cells import cell_len

    if cell_len(first + joiner + second) <= out.width:
        out.print(f"{first}{joiner}{second}", style="bold")
    else:
        out.print(first, style="bold")
        out.print(second, style="bold")


def joined(parts: Sequence[str], out: Console) -> list[str]:
    """Parts joined by dots into lines; a line breaks between parts, not inside one."""
    from rich.cells import cell_len

    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]} · {part}" if lines else part
        if lines and cell_len(longer) <= out.width:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines


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


def heading(title: str, width: int) -> str | None:
    """A column's heading in at most two lines of whole words (Chinese: halves); None when it does not fit."""
    from rich.cells import cell_len

    if cell_len(title) <= width:
        return title
    words = title.split()
    for count in range(len(words) - 1, 0, -1):
        lines = " ".join(words[:count]), " ".join(words[count:])
        if all(cell_len(line) <= width for line in lines):
            return "\n".join(lines)
    fits = len(title) == 4 and cell_len(title) == 8 and width >= 4
    return f"{title[:2]}\n{title[2:]}" if fits else None


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


def print_list(rows: Sequence[Sequence[str]], headings: Sequence[tuple[str, str]], out: Console) -> None:
    """A table of texts."""
    result = table(headings)
    for row in rows:
        result.add_row(*row)
    out.print(result)


def print_explanation(explanation: Any, language: Language, out: Console) -> None:
    """One community: the head, its nodes, and every leaf from cell to contribution."""
    head = f"{clean(explanation.community)} ({clean(explanation.community_id)})"
    if explanation.period:
        head += f"  {clean(explanation.period)}"
    out.print(head, style="bold")
    rank = "—" if explanation.rank is None else number_text(explanation.rank)
    words = [
        f"{say('score', language)} {_exact(explanation.score)}", f"{say('rank', language)} {rank}",
        f"{say('grade', language)} {explanation.grade or '—'}",
    ]  # fmt: skip
    out.print("  ".join(words))
    colon = "：" if language == "zh" else ": "
    for line in explanation.red_lines:
        before, after = explanation.grade_before or "—", explanation.grade or "—"
        change = after if before == after else f"{before} → {after}"
        out.print(f"{say('capped', language)}{colon}{change}{colon}{line['reason'][language]}")
    for gate in explanation.gates:
        rule = f"{gate['indicator'] or gate['node']} {gate['op']} {number_text(gate['value'])}"
        out.print(f"{say('gated', language)}{colon}{rule}{colon}{gate['reason'][language]}")
    if explanation.grading["relative"] and explanation.grading["bounds"]:
        bounds = "  ".join(f"{item['grade']} ≥ {number_text(item['min'])}" for item in explanation.grading["bounds"])
        out.print(f"{say('bounds', language)} ({explanation.grading['method']['method']}){colon}{bounds}")
    if explanation.nodes:
        _node_table(explanation, language, out)
    titles = {node.id: node.title[language] for node in explanation.nodes}
    for parent in dict.fromkeys(leaf.parent for leaf in explanation.leaves):
        out.print()
        out.print(f"{titles[parent]} ({parent})" if parent in titles else parent, style="bold")
        _leaf_table([leaf for leaf in explanation.leaves if leaf.parent == parent], language, out)
    out.print()
    if explanation.score is None:
        out.print(say("unscored", language))
        return
    total = math.fsum(leaf.contribution or 0.0 for leaf in explanation.leaves)
    out.print(f"Σ {say('contribution', language)} = {_exact(total)}")


def _exact(value: float | None) -> str:
    """A score with the digits in which scores are compared."""
    text = number_text(value, 8)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _node_table(explanation: Any, language: Language, out: Console) -> None:
    from resilience_index.methods.registry import get

    result = table(
        [(say("node", language), "wrap"), (say("value", language), "right"), (say("effective", language), "right"),
         (say("contribution", language), "right"), (say("aggregation", language), "wrap")]
    )  # fmt: skip
    for node in explanation.nodes:
        method = str(node.aggregate["method"])
        if language == "zh":
            method = get("aggregate", method).title["zh"]
        steps = [
            say(name, language) for name in ("normalize", "invert", "against", "round", "show") if node.steps[name]
        ]
        result.add_row(
            indented(node.title[language], node.level), number_text(node.shown, 4),
            number_text(node.effective_weight, 4), number_text(node.contribution, 4), " · ".join([method, *steps]),
        )  # fmt: skip
    out.print(result)
    for node in explanation.nodes:
        if node.details:
            out.print(f"{node.title[language]}: {node_details.text(node.details, node.aggregate, language)}")


def _leaf_table(leaves: Sequence[Any], language: Language, out: Console) -> None:
    result = table(
        [(say("indicator", language), "wrap"), (say("cell", language), "left"), (say("raw", language), "right"),
         (say("normalized", language), "right"), (say("effective", language), "right"),
         (say("contribution", language), "right")]
    )  # fmt: skip
    result.columns[0].max_width = 34
    result.columns[2].no_wrap = False
    for leaf in leaves:
        raw = clean(leaf.raw) if leaf.raw else "—"
        if leaf.status in ("filled", "treated") or leaf.divided is not None:
            raw = _prepared_text(leaf, raw, language)
        elif leaf.status != "reported":
            raw = say(leaf.status, language)
        cell = say("row", language).format(row=leaf.source_row) if leaf.source_row is not None else "—"
        result.add_row(
            leaf.title[language], cell, raw, number_text(leaf.taken, 4), number_text(leaf.effective_weight, 4),
            number_text(leaf.contribution, 4),
        )  # fmt: skip
    out.print(result)


def _prepared_text(leaf: Any, raw: str, language: Language) -> str:
    """A cell that was divided, filled or treated: the value before and after, and what was done."""
    before = raw if leaf.divided is None or leaf.filled is not None else f"{raw} → {brief_text(leaf.divided)}"
    if leaf.status == "filled":
        before = f"{say('filled', language)} {brief_text(leaf.filled)}"
        return before if leaf.filled == leaf.treated else f"{before} → {brief_text(leaf.treated)}"
    if leaf.status == "treated":
        return f"{before} → {brief_text(leaf.treated)} ({say('treated', language)})"
    return before if leaf.status == "reported" else say(leaf.status, language)
