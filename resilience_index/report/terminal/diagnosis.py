"""The diagnosis in a terminal: compact bars, sparklines over periods, statements with their sections, actions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from resilience_index.report.terminal.console import bar, clean, headline, indented, spark, table
from resilience_index.report.view.diagnosis import (
    ActionView,
    AgainstView,
    DiagnosisView,
    ObstacleView,
    PointView,
    ProfileView,
)
from resilience_index.report.words.diagnosis import label
from resilience_index.report.words.results import say

if TYPE_CHECKING:
    from rich.console import Console

_FIRST = 3
_ACTIONS = 5
_OBSTACLES = 6
_BAR = 12


def print_city(view: DiagnosisView, title: str, language: str, out: Console, *, full: bool = False) -> None:
    """The city as a whole: history, obstacles, statements, in how many communities each holds, actions."""
    headline(title, f"{say('period', language)} {clean(view.period)}" if view.period else "", out)
    city = view.city
    out.print(_named("city", f"{label('mean', language)} {city.score}", language))
    _history(city, language, out)
    _coupling(city, language, out)
    for against in city.against:
        if against.kind == "previous":
            _compared([against], language, out)
    _points(city, language, out, full=full)
    _obstacles(city, language, out, full=full)
    _statements(city, language, out)
    _frequencies(view, language, out)
    _actions(city.actions, language, out, full=full)
    _notes(view, language, out)


def print_community(
    view: DiagnosisView, profile: ProfileView, title: str, language: str, out: Console, *, full: bool = False
) -> None:
    """One community: where it stands among its peers, what is lacking, statements, actions."""
    second = f"{title}{f'  {clean(profile.period)}' if profile.period else ''}"
    headline(f"{clean(profile.name)} ({clean(profile.community_id or '')})", second, out)
    words = (("score", profile.score), ("rank", profile.rank), ("grade", profile.grade))
    out.print("  ".join(f"{say(word, language)} {value}" for word, value in words))
    _history(profile, language, out)
    _coupling(profile, language, out)
    out.print()
    _compared([item for item in profile.against if item.kind != "goalposts"], language, out)
    if profile.neighbours:
        comma = "，" if language == "zh" else ", "
        near = [
            f"{clean(name)} ({clean(code)}) {label('distance', language)} {apart}{comma}"
            f"{say('score', language)} {score}"
            for code, name, apart, score in profile.neighbours
        ]
        out.print(_named("neighbours", ("；" if language == "zh" else "; ").join(near), language), style="dim")
    _points(profile, language, out, full=full)
    _obstacles(profile, language, out, full=full)
    _statements(profile, language, out)
    _actions(profile.actions, language, out, full=full)
    _notes(view, language, out)


def _history(profile: ProfileView, language: str, out: Console) -> None:
    if len(profile.history) < 2:
        return
    values = [moment.score for moment in profile.history]
    told = "  ".join(f"{clean(moment.period)} {moment.text}" for moment in profile.history)
    drawn = f"{spark(values)}  " if out.is_terminal else ""
    out.print(_named("history", f"{drawn}{told}", language))


def _coupling(profile: ProfileView, language: str, out: Console) -> None:
    found = profile.coupling
    if found is not None:
        level, stage = found.level[language], found.stage[language]
        comma, left, right = ("，", "（", "）") if language == "zh" else (", ", " (", ")")
        parts = (f"D {found.d}{left}{level}{right}", f"C {found.c}{left}{stage}{right}", f"T {found.t}")
        out.print(_named("coupling", comma.join(parts), language))


def _compared(comparisons: Sequence[AgainstView], language: str, out: Console) -> None:
    columns = [
        (label("against", language), "wrap"), (say("rank", language), "right"), (label("mean", language), "right"),
        (label("gap", language), "right"),
    ]  # fmt: skip
    result = table(columns)
    for item in comparisons:
        result.add_row(clean(item.title[language]), item.rank, item.reference, item.gap)
    out.print(result)


def _points(profile: ProfileView, language: str, out: Console, *, full: bool) -> None:
    """Strengths and weaknesses against the goalposts, and what stands out among peers and since the last period."""
    for against in profile.against:
        limit = None if full else _FIRST
        rows = [("strengths", point) for point in against.strengths[:limit]]
        rows += [("weaknesses", point) for point in against.weaknesses[:limit]]
        if against.kind == "all" or (against.kind == "group" and not full) or not rows:
            continue  # in a terminal the nearest communities and the last period say most
        out.print()
        out.print(clean(against.title[language]), style="bold")
        _point_table(rows, language, out)


def _point_table(rows: Sequence[tuple[str, PointView]], language: str, out: Console) -> None:
    columns = [
        ("", "left"), (say("indicator", language), "wrap"), (say("raw", language), "right"),
        (label("value", language), "right"), (label("reference", language), "right"),
        (label("points", language), "right"),
    ]  # fmt: skip
    result = table(columns)
    for kind, point in rows:
        mark = "+" if kind == "strengths" else "-"
        cells = (mark, point.title[language], point.raw[language], point.value, point.reference, point.points)
        result.add_row(*cells)
    out.print(result)


def _obstacles(profile: ProfileView, language: str, out: Console, *, full: bool) -> None:
    shown = [item for item in profile.obstacles if item.share > 0.0][: None if full else _OBSTACLES]
    if not shown:
        return
    out.print()
    out.print(label("obstacles", language), style="bold")
    columns = [
        (say("indicator", language), "wrap"), (label("degree", language), "right"), ("", "left"),
        (label("value", language), "right"), (say("raw", language), "right"),
    ]  # fmt: skip
    result = table(columns)
    largest = max(item.share for item in shown)
    for item in shown:
        result.add_row(*_obstacle_cells(item, largest, language))
    out.print(result)
    if full:
        _nodes(profile.node_obstacles, language, out)
    elif profile.dimension_obstacles:
        comma = "，" if language == "zh" else ", "
        told = comma.join(f"{item.title[language]} {item.degree}" for item in profile.dimension_obstacles)
        out.print()
        for line in wrapped(_named("dimensions", clean(told), language), out.width):
            out.print(line)


def _nodes(found: Sequence[ObstacleView], language: str, out: Console) -> None:
    """The obstacle degrees of the nodes, as they stand in the tree."""
    if not found:
        return
    out.print()
    out.print(label("nodes", language), style="bold")
    result = table([(say("node", language), "wrap"), (label("degree", language), "right"), ("", "left"),
                    (label("value", language), "right")])  # fmt: skip
    for item in found:
        title = indented(clean(item.title[language]), item.level - 1)
        result.add_row(title, item.degree, bar(item.share, _BAR), item.value)
    out.print(result)


def _obstacle_cells(item: ObstacleView, largest: float, language: str) -> tuple[str, ...]:
    return item.title[language], item.degree, bar(item.share / largest, _BAR), item.value, item.raw[language]


def _statements(profile: ProfileView, language: str, out: Console) -> None:
    out.print()
    out.print(label("statements", language), style="bold")
    if not profile.statements:
        out.print(label("none", language))
    for item in profile.statements:
        _line(f"• {item.title[language]}", item.source[language], out)
        _indented(item.text[language], out)
        if item.dilemma is not None:
            _indented(_named("dilemma", f"{item.dilemma[language]} [{item.dilemma_source[language]}]", language), out)
        if item.detail is not None:
            _indented(_named("detail", item.detail[language], language), out)
        for way in item.paths:
            _indented(_named("path", f"{way.title[language]} [{way.source[language]}]", language), out)
    if profile.unjudged:
        semicolon = "；" if language == "zh" else "; "
        told = semicolon.join(clean(text[language]) for text in profile.unjudged)
        for line in wrapped(_named("not_judged", told, language), out.width):
            out.print(line)


def _frequencies(view: DiagnosisView, language: str, out: Console) -> None:
    if not view.frequencies:
        return
    out.print()
    out.print(label("frequencies", language), style="bold")
    result = table([("", "right"), ("", "left"), ("", "wrap")])
    result.show_header = False
    total = max(1, *(int(item.text.split("/")[1]) for item in view.frequencies))
    for item in view.frequencies:
        result.add_row(item.text, bar(item.count / total, _BAR), item.title[language])
    out.print(result)


def _actions(actions: Sequence[ActionView], language: str, out: Console, *, full: bool) -> None:
    shown = actions[: None if full else _ACTIONS]
    if not shown:
        return
    out.print()
    out.print(label("actions", language), style="bold")
    for number, item in enumerate(shown, start=1):
        path = f" · {item.path[language]}" if item.path is not None else ""
        _line(f"{number}. {item.text[language]}", item.source[language], out)
        _indented(f"{item.degree} · {item.changeable[language]}{path} · {item.about[language]}", out, style="dim")


def _notes(view: DiagnosisView, language: str, out: Console) -> None:
    out.print()
    for note in view.notes:
        for line in wrapped(note[language], out.width):
            out.print(line, style="dim")


def _named(key: str, text: str, language: str) -> str:
    return f"{label(key, language)}{'：' if language == 'zh' else ': '}{text}"


def _line(text: str, source: str, out: Console) -> None:
    """A sentence with its source, further lines indented."""
    sections = _SECTIONS.findall(f"[{clean(source)}]")
    first, *more = _lines([*_PIECES.findall(clean(text)), " ", *sections], out.width - 2)
    out.print(first)
    for line in more:
        out.print(f"  {line}")


def _indented(text: str, out: Console, *, style: str | None = None) -> None:
    for line in wrapped(clean(text), out.width - 2):
        out.print(f"  {line}", style=style)


_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_OPEN, _CLOSE = "（《“‘\\[(", "，。；：、？！）》”’…—\\])"
_PIECES = re.compile(rf"\s+|[{_OPEN}]*(?:[{_WIDE}]|[^\s{_WIDE}{_OPEN}{_CLOSE}]+)[{_CLOSE}]*|[{_OPEN}{_CLOSE}]+")

_SECTIONS = re.compile(r"[^;\]]+[;\]]\s*")  # each section of a source stays whole


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` cells: Latin words stay whole, Chinese breaks anywhere but before punctuation."""
    return _lines(_PIECES.findall(text), width)


def _lines(pieces: Sequence[str], width: int) -> list[str]:
    """Pieces that stay whole, in lines of at most ``width`` cells."""
    from rich.cells import cell_len

    lines, current = [], ""
    for piece in pieces:
        if cell_len(current + piece.rstrip()) > width and current.strip():
            lines.append(current.rstrip())
            current = ""
        if current or not piece.isspace():
            current += piece
    return [*lines, current.rstrip()] if current.strip() or not lines else lines
