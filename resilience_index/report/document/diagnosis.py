"""The diagnosis as parts of a document; nothing where the view has none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from resilience_index.report.document.blocks import Beside, Block, Bullets, Cell, Column, Heading, Paragraph, Table
from resilience_index.report.view.format import DASH
from resilience_index.report.view.model import Both, UnitView, View
from resilience_index.report.words.diagnosis import LABELS
from resilience_index.report.words.document import Words

if TYPE_CHECKING:
    from resilience_index.report.view.diagnosis import (
        ActionView,
        AgainstView,
        DiagnosisView,
        ObstacleView,
        PointView,
        ProfileView,
        StatementView,
    )

CITY_OBSTACLES, CITY_ACTIONS, CITY_FREQUENCIES = 10, 12, 20
PAGE_POINTS, PAGE_STATEMENTS, PAGE_ACTIONS, PAGE_OBSTACLES = 3, 3, 3, 3
"""How much of a diagnosis is shown in the report of a run and on the page of a community; JSON has all."""


def summary(view: View, words: Words) -> list[str]:
    """Sentences on the whole run."""
    if view.diagnosis is None:
        return []
    city = view.diagnosis.city
    said = []
    if city.coupling is not None:
        said.append(words("summary_coupling", d=city.coupling.d, level=words.of(city.coupling.level)))
    if city.obstacles:
        named = [
            f"{words.of(item.title)}{words('brackets', text=item.degree)}" for item in city.obstacles[:PAGE_POINTS]
        ]
        said.append(words("summary_obstacles", items=words.join(named)))
    return said


def first_actions(view: View, words: Words) -> list[Block]:
    """The most urgent actions for the whole run, for the summary."""
    if view.diagnosis is None or not view.diagnosis.city.actions:
        return []
    first = view.diagnosis.city.actions[:PAGE_ACTIONS]
    lines = [("", words.of(item.text)) for item in first]
    return [Paragraph(words("summary_actions")), Bullets(lines)]


def statements(view: View, words: Words, section: Callable[[str], Heading]) -> list[Block]:
    """The chapter on the diagnosis of the whole run, without its heading."""
    found = view.diagnosis
    if found is None:
        return []
    city = found.city
    blocks: list[Block] = []
    if city.statements:
        blocks += [section(words("section_statements")), *_statements(city.statements, words)]
    blocks += not_judged(city, words)
    if found.frequencies:
        blocks += [section(words("section_frequencies")), _frequencies(found, words)]
    if city.obstacles:
        blocks += [section(words("section_obstacles")), Paragraph(words("obstacle_about"))]
        blocks += [_obstacles(city.obstacles[:CITY_OBSTACLES], words), *dimensions(city, words)]
    if city.coupling is not None:
        blocks += [section(words("section_coupling")), Paragraph(_coupling(city, words))]
    if blocks and found.notes:
        blocks.append(Paragraph("\n".join(words.of(note) for note in found.notes), "note"))
    return blocks


def actions(view: View, words: Words) -> list[Block]:
    """The chapter of recommendations for the whole run, without its heading."""
    if view.diagnosis is None or not view.diagnosis.city.actions:
        return []
    city = view.diagnosis.city
    columns = [Column(words("priority"), 0.6, "right"), Column(words("action"), 4.4), Column(words("what_for"), 2.2),
               Column(words("obstacle_degree"), 1, "right"), Column(words("changeable"), 1.1),
               Column(words("source"), 1.1)]  # fmt: skip
    rows = [
        [Cell(str(place)), Cell(words.of(item.text)), Cell(words.of(item.about)), Cell(item.degree),
         Cell(words.of(item.changeable)), Cell(words.of(item.source))]
        for place, item in enumerate(city.actions[:CITY_ACTIONS], 1)
    ]  # fmt: skip
    left_out = len(city.actions) - CITY_ACTIONS
    note = words("actions_left_out", count=left_out) if left_out > 0 else ""
    return [Paragraph(words("actions_about")), Table(columns, rows, words("caption_actions"), note)]


def _statements(found: Sequence[StatementView], words: Words) -> list[Block]:
    """Each statement with its source; the text of a path once, its name each time."""
    blocks: list[Block] = []
    told: set[str] = set()
    for item in found:
        blocks += [Heading(words.of(item.title), 3), Paragraph(words.of(item.text))]
        lines = []
        if item.chain:
            parts = [f"{words.of(name)}{words('colon')}{words.of(text)}" for name, text in item.chain]
            lines.append((words("chain"), _cited(words.list(parts), item.chain_source, words)))
        if item.dilemma is not None:
            text = words.of(item.dilemma)
            if item.dilemma_text is not None:
                text += words("colon") + words.of(item.dilemma_text)
            lines.append((words("dilemma"), _cited(text, item.dilemma_source, words)))
        if item.detail is not None:
            lines.append((words("detail"), words.of(item.detail)))
        for way in item.paths:
            text = words.of(way.title)
            if way.id not in told and words.of(way.text) != text:
                text += words("colon") + words.of(way.text)
            told.add(way.id)
            lines.append((words("path"), _cited(text, way.source, words)))
        if lines:
            blocks.append(Bullets(lines))
        basis = [words.of(item.threshold), words("cited", source=words.of(item.source))]
        blocks.append(Paragraph(words.list([part for part in basis if part]), "note"))
    return blocks


def not_judged(profile: ProfileView, words: Words, most: int | None = None) -> list[Block]:
    """What missing values leave open; a sign stands for what is more than ``most``."""
    if not profile.unjudged:
        return []
    told = [words.of(text) for text in profile.unjudged[:most]]
    more = words("semicolon") + "…" if len(told) < len(profile.unjudged) else ""
    return [Paragraph(f"{words.of(LABELS['not_judged'])}{words('colon')}{words.list(told)}{more}", "note")]


def dimensions(profile: ProfileView, words: Words) -> list[Block]:
    """The obstacle degrees of the dimensions in a sentence."""
    told = [f"{words.of(item.title)} {item.degree}" for item in profile.dimension_obstacles]
    return [Paragraph(f"{words.of(LABELS['dimensions'])}{words('colon')}{words.list(told)}")] if told else []


def _cited(text: str, source: Both, words: Words) -> str:
    return text + words("brackets", text=words.of(source)) if words.of(source) else text


def _frequencies(found: DiagnosisView, words: Words) -> Table:
    columns = [Column(words("statement"), 4), Column(words("communities"), 1, "right")]
    rows = [[Cell(words.of(item.title)), Cell(item.text)] for item in found.frequencies[:CITY_FREQUENCIES]]
    return Table(columns, rows, words("caption_frequencies"), share=0.8)


def _obstacles(found: Sequence[ObstacleView], words: Words) -> Table:
    columns = [Column(words("indicator"), 3), Column(words("value"), 1.2, "right"), Column(words("score"), 1, "right"),
               Column(words("obstacle_degree"), 1.2, "right")]  # fmt: skip
    rows = [[Cell(words.of(item.title)), Cell(words.of(item.raw)), Cell(item.value), Cell(item.degree)]
            for item in found]  # fmt: skip
    return Table(columns, rows, words("caption_obstacles"))


def _coupling(profile: ProfileView, words: Words) -> str:
    found = profile.coupling
    assert found is not None
    return words("coupling_sentence", c=found.c, t=found.t, d=found.d, level=words.of(found.level),
                 stage=words.of(found.stage))  # fmt: skip


# --- the page of a community


def comparison(view: View, unit: UnitView, words: Words) -> list[Block]:
    """With whom a community is compared: their mean, the gap, its rank among them."""
    profile = profile_of(view, unit)
    found = [item for item in profile.against if item.kind != "goalposts"] if profile is not None else []
    if not found:
        return []
    columns = [Column(words("compared"), 3), Column(words("mean"), 1, "right"), Column(words("gap"), 1, "right"),
               Column(words("rank"), 1, "right")]  # fmt: skip
    rows = [[Cell(words.of(item.title)), Cell(item.reference), Cell(item.gap), Cell(item.rank)] for item in found]
    return [Table(columns, rows)]


def profile_of(view: View, unit: UnitView) -> ProfileView | None:
    """The diagnosis of a community in the period of the diagnosis, if there is one."""
    found = view.diagnosis
    if found is None or unit.period != found.period:
        return None
    return found.community(unit.community_id)


def community(profile: ProfileView, words: Words) -> list[Block]:
    """Strengths and weaknesses, statements and actions of a community."""
    blocks = _points(profile, words)
    if profile.statements:
        lines = [_statement_line(item, words) for item in profile.statements[:PAGE_STATEMENTS]]
        blocks += [Heading(words("page_statements"), 3), Bullets(lines)]
    blocks += not_judged(profile, words, PAGE_STATEMENTS)
    if profile.actions:
        lines = [("", _action_line(item, words)) for item in profile.actions[:PAGE_ACTIONS]]
        blocks += [Heading(words("page_actions"), 3), Bullets(lines)]
    closing = []
    if profile.obstacles:
        named = [f"{words.of(item.title)} {item.degree}" for item in profile.obstacles[:PAGE_OBSTACLES]]
        closing.append(words("page_obstacles", items=words.list(named)))
    if profile.coupling is not None:
        closing.append(_coupling(profile, words))
    return [*blocks, Paragraph(words.sentences(closing))] if closing else blocks


def _statement_line(item: StatementView, words: Words) -> tuple[str, str]:
    """A statement in a line: dilemma and detail where the framework names them, and the path that leads out."""
    text = words.of(item.text)
    if item.dilemma is not None:
        text = f"{words('dilemma')}{words('colon')}{words.of(item.dilemma)}"
        if item.detail is not None:
            text += f"{words('comma')}{words.of(item.detail)}"
    paths = [words.of(way.title) for way in item.paths]
    arrow = f" → {words.list(paths)}" if paths else ""
    return words.of(item.title), f"{text}{arrow}{words('brackets', text=words.of(item.source))}"


def _action_line(item: ActionView, words: Words) -> str:
    """An action with what it is for, its obstacle degree, how easy it is, and its source."""
    about = f"{words.of(item.about)}{words('colon')}{words('of_lacking', degree=item.degree)}"
    basis = words.list([about, words.of(item.changeable), words.of(item.source)])
    return words.of(item.text) + words("brackets", text=basis)


def _points(profile: ProfileView, words: Words) -> list[Block]:
    """Strengths and weaknesses against all communities, else against the goalposts."""
    kinds = {item.kind: item for item in profile.against}
    chosen: AgainstView | None = kinds.get("all") or kinds.get("goalposts")
    if chosen is None:
        return []
    title = words.of(chosen.title)
    sides: list[list[Block]] = [
        [Heading(f"{words(key)}{words('colon')}{title}", 3), Bullets([_point(item, words) for item in found])]
        for key, found in (
            ("strengths", chosen.strengths[:PAGE_POINTS]), ("weaknesses", chosen.weaknesses[:PAGE_POINTS])
        ) if found
    ]  # fmt: skip
    if len(sides) == 2:
        return [Beside(sides[0], sides[1], 0.5)]
    return sides[0] if sides else []


def _point(item: PointView, words: Words) -> tuple[str, str]:
    gap = "" if item.reference == DASH else words("brackets", text=item.gap)
    return words.of(item.title), f"{words.of(item.raw)}{words('comma')}{item.value}{gap}"
