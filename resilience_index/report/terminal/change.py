"""The terminal's tables of changes, of the way of single leaves, and of what would change a rank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from resilience_index.report.terminal.console import clean, headline, indented, table
from resilience_index.report.view.change import ChangeView, OnlyView, PartsView
from resilience_index.report.view.explanation import ExplanationView
from resilience_index.report.view.outlook import OutlookView
from resilience_index.report.words.change import word

if TYPE_CHECKING:
    from rich.console import Console

LISTED = 10
"""Communities and leaves that are shown unless ``--top`` says otherwise."""
_ONLY = 5


def print_change(view: ChangeView, language: str, out: Console, *, top: int | None) -> None:
    """Both sides, the mean change with its parts, the largest changes, and the leaves behind them."""
    headline(word("change_title", language), f"{clean(view.first.name)} → {clean(view.second.name)}", out)
    for side in (view.first, view.second):
        period = f" · {clean(side.period)}" if side.period and side.period != side.name else ""
        out.print(f"{clean(side.name)}: {side.framework}{period} · {side.rows[language]}", style="dim")
    parts = [(word(factor, language), "right") for factor in view.factors]
    names = [word(name, language) for name in ("before", "after", "change")]
    result = table([("", "left"), *((name, "right") for name in names), *parts])
    result.add_row(f"{word('mean', language)} ({view.split})", *_cells(view.mean))
    out.print()
    out.print(result)
    out.print(word("rule", language), style="dim")
    out.print()
    if view.units:
        _units(view, language, out)
        if view.left_out > 0:
            out.print(word("more", language).format(count=view.left_out), style="dim")
    else:
        out.print(word("no_change", language))
    if view.leaves:
        _leaves(view, language, out, top)
    for key, units in (("new", view.new), ("gone", view.gone)):
        if units:
            out.print()
            out.print(_only(word(key, language), units, language))


def _cells(parts: PartsView) -> list[str]:
    return [parts.before, parts.after, parts.change, *parts.parts]


def _units(view: ChangeView, language: str, out: Console) -> None:
    out.print(word("movers", language), style="bold")
    columns = [(word("community", language), "wrap")]
    if view.has_periods:
        columns.append((word("period", language), "left"))
    columns += [(word(name, language), "right") for name in ("before", "after", "change", *view.factors)]
    columns += [(word("rank", language), "left"), (word("grade", language), "left")]
    result = table(columns)
    for unit in view.units:
        rank = unit.rank.after if unit.rank.before == unit.rank.after else f"{unit.rank.before} → {unit.rank.after}"
        period = [clean(unit.period)] if view.has_periods else []
        result.add_row(clean(unit.name), *period, *_cells(unit.score), rank, unit.grades)
    out.print(result)


def _leaves(view: ChangeView, language: str, out: Console, top: int | None) -> None:
    out.print()
    out.print(word("leaves", language), style="bold")
    result = table(
        [(word("leaf", language), "wrap"), (word("mean_effect", language), "right"),
         (word("mean_size", language), "right")]
    )  # fmt: skip
    shown = view.leaves[:top]
    for leaf in shown:
        result.add_row(leaf.title[language], leaf.mean_effect, leaf.mean_size)
    out.print(result)
    if len(shown) < len(view.leaves):
        out.print(word("more", language).format(count=len(view.leaves) - len(shown)), style="dim")


def _only(title: str, units: Sequence[OnlyView], language: str) -> str:
    joiner, colon = ("、", "：") if language == "zh" else (", ", ": ")
    names = [f"{clean(unit.name)} ({clean(unit.community_id)})" for unit in units[:_ONLY]]
    return f"{title} ({len(units)}){colon}{joiner.join(names)}" + (" …" if len(units) > _ONLY else "")


def print_outlook(view: OutlookView, language: str, out: Console, *, limit: int = 5) -> None:
    """What would change the rank or the grade: for each goal the nearest leaves."""
    if not (view.goals or view.notes):
        return
    out.print()
    out.print(word("outlook", language), style="bold")
    for note in view.notes:
        out.print(note[language], style="italic")
    if not view.goals:
        return
    for goal in view.goals:
        out.print(clean(goal.title[language]))
        if not goal.leaves:
            out.print("  " + word("none_able", language))
            continue
        result = table(
            [(word("leaf", language), "wrap"), (word("now", language), "right"), (word("needed", language), "right"),
             (word("then", language), "right"), (word("grade", language), "left")]
        )  # fmt: skip
        result.columns[0].max_width = 40
        for leaf in goal.leaves[:limit]:
            result.add_row(
                indented(leaf.title[language], 1), leaf.now or word("not_reported", language), leaf.needed, leaf.score,
                leaf.grade,
            )  # fmt: skip
        out.print(result)
        further = len(goal.leaves) - limit
        if further > 0:
            out.print("  " + word("further", language).format(count=further), style="dim")
    out.print(word("outlook_rule", language), style="dim")


def print_ways(view: ExplanationView, language: str, out: Console) -> None:
    """The whole way of every leaf, one under the other: cell, raw, cleaned, prepared, normalised, weights, points."""
    for leaf in (leaf for group in view.groups for leaf in group.leaves):
        out.print()
        unit = f" · {clean(leaf.unit[language])}" if leaf.unit[language] else ""
        out.print(f"{clean(leaf.title[language])} ({leaf.id}{unit})", style="bold")
        comma, semicolon = ("，", "；") if language == "zh" else (", ", "; ")
        place = comma.join(clean(part) for part in (leaf.file, leaf.row[language], leaf.column) if part)
        read = leaf.cleaned + (f" ({leaf.conversion})" if leaf.conversion else "")
        status = "" if leaf.status is None else f" ({leaf.status[language]})"
        rows = [
            ("cell", place), ("raw", clean(leaf.raw) + status), ("cleaned", read),
            *(("prepared", step) for step in leaf.prepared),
            ("parameters", semicolon.join(filter(None, [leaf.method, *(line[language] for line in leaf.parameters)]))),
            ("normalized", leaf.normalized),
            ("local", leaf.local), ("effective", leaf.effective), ("global", leaf.global_weight),
            ("contribution", leaf.contribution),
        ]  # fmt: skip
        result = table([("", "left"), ("", "wrap")])
        result.show_header = False
        for name, text in rows:
            result.add_row("  " + word(name, language), text)
        out.print(result)
