"""The terminal renderer: tables that fit 80 columns, count Chinese characters as two, plain when piped."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from resilience_index.report.words import say
from resilience_index.report.view import GradeView, PeriodView, UnitView, View

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

Language = str
PIPE_WIDTH = 200
"""Width of tables in a pipe or file: wide enough that nothing wraps."""
_BARS = " ▏▎▍▌▋▊▉█"
_GRADE_STYLES = ("bold green", "cyan", "yellow", "red", "red")


def console(stream: TextIO | None = None) -> Console:
    """A console on stdout: colours and the window's width on a terminal, neither when piped."""
    import os

    from rich.console import Console

    stream = sys.stdout if stream is None else stream
    terminal = stream.isatty()
    return Console(
        file=stream, highlight=False, markup=False, emoji=False, soft_wrap=False, legacy_windows=False,
        force_terminal=terminal, no_color=not terminal or bool(os.environ.get("NO_COLOR")),
        width=None if terminal else int(os.environ.get("COLUMNS", "0")) or PIPE_WIDTH,
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


def bar(share: float | None, width: int) -> str:
    """A bar of block characters for a share 0..1."""
    if share is None or width <= 0:
        return " " * max(width, 0)
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_BARS[rest] if rest else "")).ljust(width)


def clean(text: str) -> str:
    """Control characters as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def print_scores(view: View, language: Language, *, top: int, out: Console) -> None:
    """The ranking of the newest period with a bar a dimension, and a line for each earlier period."""
    newest = view.periods[0]
    heading = f"{view.title[language]}  {view.framework_id} {view.framework_version}"
    if view.has_periods:
        heading += f"  ·  {say('period', language)} {clean(newest.label)}"
    out.print(heading, style="bold")
    if view.synthetic:
        out.print(say("synthetic", language), style="italic")
    ranking, legend = _ranking(view, newest, language, top, out.width)
    out.print(ranking)
    if legend:
        out.print(legend, style="dim")
    hidden = newest.total - min(len(newest.units), top or newest.total)
    if hidden > 0:
        out.print(say("more_rows", language).format(count=hidden), style="dim")
    _periods(view, language, out)


def _ranking(view: View, period: PeriodView, language: Language, top: int, width: int) -> tuple[Table, str]:
    """The ranking, and a legend where the dimensions' names are too long for headings."""
    item = {entry.id: entry for entry in view.items}
    from rich.cells import cell_len

    shown = period.units[: top or None]
    names = min(20, max([9, *(cell_len(unit.name) for unit in shown)]))
    space = width - 26 - names
    each = min(14, space // max(1, len(view.dimensions)) - 1)
    dimensions = view.dimensions if each >= 5 else []
    bars = each - 4
    columns = [(say("rank", language), "right"), (say("community", language), "wrap"), (say("score", language), "right")]
    if view.grades:
        columns.append((say("grade", language), "left"))
    titles = [_heading(item[name].title[language]) for name in dimensions]
    legend = ""
    if language == "en" and any(len(word) > each for title in titles for word in title.split()):
        legend = " · ".join(f"[{number}] {title}" for number, title in enumerate(titles, start=1))
        titles = [f"[{number}]" for number in range(1, len(titles) + 1)]
    columns += [(title, "wrap") for title in titles]
    columns.append((say("coverage", language), "right"))
    result = table(columns)
    result.columns[1].max_width = names
    for column in result.columns[len(columns) - 1 - len(dimensions) : -1]:
        column.width = each
    for unit in shown:
        result.add_row(*_row(view, unit, dimensions, bars))
    return result, legend


def _row(view: View, unit: UnitView, dimensions: Sequence[str], bars: int) -> list[Any]:
    from rich.text import Text

    cells: list[Any] = [unit.rank_text, clean(unit.name), unit.score_text]
    if view.grades:
        mark = f"{unit.grade.id}{'*' if unit.capped_by else ''}" if unit.grade else "—"
        cells.append(Text(mark, style=_grade_style(unit.grade)))
    for name in dimensions:
        value, scale = unit.nodes[name], view.item(name).scale
        number = "—" if value is None else f"{value:.0f}" if scale >= 100 else f"{value:.2f}"
        share = None if value is None else value / scale
        cells.append(f"{number:>3} {bar(share, bars)}" if bars >= 3 else number)
    cells.append(unit.coverage_text)
    return cells


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
    if any(unit.capped_by for unit in view.periods[0].units):
        out.print(say("capped_mark", language), style="dim")
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


def print_weights(rows: Sequence[Mapping[str, Any]], titles: Mapping[str, Mapping[str, str]], components: Sequence[str],
                  language: Language, out: Console, percent: Callable[[float, int], str]) -> None:  # fmt: skip
    """Weights of the tree, indented by level."""
    result = table(
        [(say("node", language), "left"), (say("title", language), "wrap"), (say("local", language), "right"),
         (say("global", language), "right"), *((name, "right") for name in components)]
    )  # fmt: skip
    for row in rows:
        indent = "  " * row["level"]
        shares = [percent(row["components"][name], 2) for name in components]
        title = titles[row["node"]][language]
        result.add_row(
            indent + row["node"], title, percent(row["local_weight"], 2), percent(row["global_weight"], 2), *shares
        )
    out.print(result)


def print_matrices(matrices: Sequence[Any], language: Language, out: Console) -> None:
    """Consistency of every comparison matrix; the verdict stands in words."""
    result = table(
        [(say("node", language), "left"), (say("expert", language), "left"), ("n", "right"), ("λmax", "right"),
         ("CI", "right"), ("RI", "right"), ("CR", "right"), ("GCI", "right"), ("", "left")]
    )  # fmt: skip
    for matrix in matrices:
        verdict = "" if matrix.consistent else say("inconsistent", language)
        cr = "—" if matrix.cr is None else f"{matrix.cr:.4f}"
        gci = "—" if matrix.gci is None else f"{matrix.gci:.4f}"
        expert = matrix.expert if matrix.expert is not None else say("group", language)
        result.add_row(
            matrix.parent, clean(expert), str(len(matrix.children)), f"{matrix.lambda_max:.4f}", f"{matrix.ci:.4f}",
            f"{matrix.ri:.4f}", cr, gci, verdict,
        )  # fmt: skip
    out.print(result)
    if matrices:
        out.print(f"RI: {matrices[0].ri_table}, CR ≤ {matrices[0].threshold:g}", style="dim")


def print_tree(rows: Sequence[Sequence[str]], headings: Sequence[tuple[str, str]], out: Console) -> None:
    """Rows whose first cell is already indented."""
    result = table(headings)
    for row in rows:
        result.add_row(*row)
    out.print(result)


def print_explanation(explanation: Any, language: Language, out: Console, number: Callable[..., str]) -> None:
    """One community: the head, its nodes, and every leaf from cell to contribution."""
    head = f"{clean(explanation.community)} ({clean(explanation.community_id)})"
    if explanation.period:
        head += f"  {clean(explanation.period)}"
    out.print(head, style="bold")
    rank = "—" if explanation.rank is None else number(explanation.rank)
    words = [
        f"{say('score', language)} {number(explanation.score)}", f"{say('rank', language)} {rank}",
        f"{say('grade', language)} {explanation.grade or '—'}",
    ]  # fmt: skip
    out.print("  ".join(words))
    for line in explanation.red_lines:
        out.print(f"{say('capped', language)}: {explanation.grade_before} → {explanation.grade}: {line['reason'][language]}")
    _node_table(explanation, language, out, number)
    for node in explanation.nodes:
        leaves = [leaf for leaf in explanation.leaves if leaf.parent == node.id]
        if leaves:
            out.print()
            out.print(f"{node.title[language]} ({node.id})", style="bold")
            _leaf_table(leaves, language, out, number)
    total = sum(leaf.contribution or 0.0 for leaf in explanation.leaves)
    out.print()
    out.print(f"Σ {say('contribution', language)} = {number(total)}")


def _node_table(explanation: Any, language: Language, out: Console, number: Callable[..., str]) -> None:
    result = table(
        [(say("node", language), "left"), (say("value", language), "right"), (say("effective", language), "right"),
         (say("contribution", language), "right"), (say("method", language), "wrap")]
    )  # fmt: skip
    result.columns[0].no_wrap = False
    for node in explanation.nodes:
        method = str(node.aggregate["method"])
        steps = [name for name in ("normalize", "invert", "against", "round", "show") if node.steps[name]]
        result.add_row(
            "  " * node.level + node.title[language], number(node.shown, 4), number(node.effective_weight, 4),
            number(node.contribution, 4), " · ".join([method, *steps]),
        )  # fmt: skip
    out.print(result)


def _leaf_table(leaves: Sequence[Any], language: Language, out: Console, number: Callable[..., str]) -> None:
    result = table(
        [(say("indicator", language), "wrap"), (say("cell", language), "left"), (say("raw", language), "right"),
         (say("normalized", language), "right"), (say("effective", language), "right"),
         (say("contribution", language), "right")]
    )  # fmt: skip
    result.columns[0].max_width = 34
    for leaf in leaves:
        raw = clean(leaf.raw) if leaf.raw else "—"
        if leaf.status != "reported":
            raw = say(leaf.status, language)
        cell = say("row", language).format(row=leaf.source_row) if leaf.source_row is not None else "—"
        result.add_row(
            leaf.title[language], cell, raw, number(leaf.taken, 4), number(leaf.effective_weight, 4),
            number(leaf.contribution, 4),
        )  # fmt: skip
    out.print(result)
