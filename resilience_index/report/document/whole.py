"""All about one community as a document without bounds of space: what its page on paper has no room for, too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from resilience_index.report.document import annexes, pictures
from resilience_index.report.document import city as city_document
from resilience_index.report.document import diagnosis as diagnosis_document
from resilience_index.report.document.blocks import (
    Block,
    Bullets,
    Cell,
    Column,
    Document,
    Figure,
    Heading,
    Paragraph,
    Scorecard,
    Table,
)
from resilience_index.report.document.community import Pages
from resilience_index.report.document.parts import Chapters, name_of
from resilience_index.report.view.format import DASH
from resilience_index.report.view.model import UnitView
from resilience_index.report.words.document import Words
from resilience_index.report.words.page import WORDS

if TYPE_CHECKING:
    from resilience_index.report.view.diagnosis import ActionView, AgainstView, ProfileView
    from resilience_index.report.view.units import UnitLeaves

_COMPARED = ("goalposts", "all", "previous")
"""Comparisons whose strengths and weaknesses are listed."""


class WholePages(Pages):
    """Makes the whole pages of the communities of a period; other communities show by their marks, not by name."""

    def page(self, unit: UnitView) -> Document:
        """All about a unit of the period."""
        words, view = self.words, self.view
        profile = diagnosis_document.profile_of(view, unit)
        chapters = Chapters(words)
        blocks: list[Block] = [Scorecard(self._scores(unit))]
        blocks += [Paragraph(text, "warning") for text in [*self._warnings(unit), *self._relative()]]
        blocks += [chapters.next("chapter_results"), *self._dimensions(unit), *self._position(unit)]
        if profile is None:
            blocks += self._strengths(unit)
        else:
            blocks += chapters.with_content("chapter_diagnosis", lambda: _diagnosis(profile, chapters))
            blocks += chapters.with_content("chapter_actions", lambda: _actions(profile.actions, words))
        blocks += self._trace(unit)
        blocks += [chapters.next("chapter_method"), *city_document._method(view, chapters)]
        blocks += [Paragraph(words.of(note)) for note in view.notes]
        blocks += [*annexes._sources(view, words), Paragraph(self._colophon(), "note")]
        return Document(
            language=self.language, title=name_of(unit, words), subtitle=self._subtitle(unit),
            running=f"{self.title}  {words('page_title')}", page="", blocks=blocks,
            notice=words("synthetic") if view.synthetic else "", table_word=words("table"),
            figure_word=words("figure"), keywords=(view.framework_id, unit.community_id),
        )  # fmt: skip

    def _relative(self) -> list[str]:
        view = self.view
        return [self.words("relative", methods=self.words.join(list(view.relative_methods)))] if view.relative else []

    def _position(self, unit: UnitView) -> list[Block]:
        """Where the community stands among all of the period, in its score and in each dimension."""
        others = [other for other in self.period.units if other is not unit]
        if not others or unit.score is None:
            return []
        words = self.words
        root = next(iter(self.view.items)).id
        rows = [self._strip(unit, others, name) for name in (root, *(item.id for item in self.dimensions))]
        legend = (words("this_community"), words.of(WORDS["peers"]), words("other_communities"),
                  words("mean_of_all"))  # fmt: skip
        picture = pictures.strips(rows, legend)
        said = [
            words("alt_value", title=row.title, value=row.text, mean=self.period.node_mean_texts.get(name, DASH))
            for row, name in zip(rows, (root, *(item.id for item in self.dimensions)), strict=True)
        ]
        title = words.of(WORDS["position"])
        return [Figure(picture.svg, picture.width, picture.height, f"{title}{words('colon')}{words.list(said)}", title)]

    def _strip(self, unit: UnitView, others: Sequence[UnitView], name: str) -> pictures.Strip:
        group = next((label for label in reversed(self.view.group_names) if unit.groups.get(label)), None)
        item = self.view.item(name)
        values: tuple[list[float], list[float]] = [], []
        for other in others:
            value = other.nodes.get(name)
            if value is not None:
                peer = group is not None and other.groups.get(group) == unit.groups[group]
                values[peer].append(value)
        return pictures.Strip(
            self.words.of(item.title), unit.nodes.get(name), unit.node_texts.get(name, DASH), *values,
            self.period.node_means.get(name), self.full.get(name, item.scale),
        )  # fmt: skip

    # --- from the cell of the file to points of the score

    def _trace(self, unit: UnitView) -> list[Block]:
        lines = self.view.leaves
        if lines is None or lines.period != unit.period or unit.community_id not in lines.units:
            return []
        words, found = self.words, lines.units[unit.community_id]
        columns = [Column(words("indicator"), 3), Column(words.of(WORDS["raw"]), 1.6, "right"),
                   Column(words("goalposts"), 1.4), Column(words.of(WORDS["normalized"]), 1.1, "right"),
                   Column(words("global"), 1, "right"), Column(words.of(WORDS["points"]), 1, "right"),
                   Column(words.of(WORDS["column"]), 1.6), Column(words.of(WORDS["row"]), 0.7, "right")]  # fmt: skip
        rows = [self._line(found, place, leaf, column) for place, (leaf, column) in enumerate(
            zip(lines.leaves, lines.columns, strict=True))]  # fmt: skip
        about = [words.of(WORDS["trace_about"]), f"{words.of(WORDS['file'])}{words('colon')}{found.file}"]
        return [Heading(words.of(WORDS["trace"]), 1), Table(columns, rows, words.of(WORDS["trace"]),
                                                            words.sentences(about))]  # fmt: skip

    def _line(self, found: UnitLeaves, place: int, leaf: str, column: str) -> list[Cell]:
        words, item = self.words, self.view.item(leaf)
        raw = found.raw[place]
        if raw != DASH:
            unit = item.unit_behind[0 if raw == "1" else 1][self.language]
            raw += unit if unit == "%" else f" {unit}" if unit else ""
        if place in found.prepared:
            raw += f" → {found.prepared[place]}"
        if place in found.marks:
            raw += words("brackets", text=words.of(WORDS[found.marks[place]]))
        row = found.rows[place]
        return [
            Cell(f"{words.of(item.title)}\n{leaf}"), Cell(raw), Cell(item.goalposts or DASH),
            Cell(found.value_texts[place]), Cell(item.global_text), Cell(found.point_texts[place], strong=True),
            Cell(column or DASH), Cell(DASH if row is None else str(row)),
        ]  # fmt: skip


def _diagnosis(profile: ProfileView, chapters: Chapters) -> list[Block]:
    """Comparisons, statements with what they rest on, obstacles and coupling."""
    words = chapters.words
    blocks: list[Block] = []
    if profile.statements:
        blocks += [chapters.section(words("section_statements"))]
        blocks += diagnosis_document._statements(profile.statements, words)
    blocks += diagnosis_document.not_judged(profile, words)
    if profile.against:
        blocks.append(chapters.section(words.of(WORDS["compared"])))
        for item in profile.against:
            if item.kind in _COMPARED:
                blocks += _points(item, words)
    if profile.obstacles:
        blocks += [chapters.section(words("section_obstacles")), Paragraph(words("obstacle_about"))]
        obstacles = diagnosis_document._obstacles(profile.obstacles[: diagnosis_document.CITY_OBSTACLES], words)
        blocks += [Table(obstacles.columns, obstacles.rows), *diagnosis_document.dimensions(profile, words)]
    if profile.coupling is not None:
        blocks += [chapters.section(words("section_coupling"))]
        blocks.append(Paragraph(diagnosis_document._coupling(profile, words)))
    return blocks


def _points(item: AgainstView, words: Words) -> list[Block]:
    blocks: list[Block] = []
    for key, points in (("strengths", item.strengths), ("weaknesses", item.weaknesses)):
        if points:
            title = f"{words(key)}{words('colon')}{words.of(item.title)}"
            blocks += [Heading(title, 3), Bullets([diagnosis_document._point(point, words) for point in points])]
    return blocks


def _actions(actions: Sequence[ActionView], words: Words) -> list[Block]:
    """All actions, in the order in which to take them."""
    if not actions:
        return []
    columns = [Column(words("priority"), 0.6, "right"), Column(words("action"), 4.4), Column(words("what_for"), 2.2),
               Column(words("obstacle_degree"), 1, "right"), Column(words("changeable"), 1.1),
               Column(words("source"), 1.1)]  # fmt: skip
    rows = [
        [Cell(str(place)), Cell(words.of(item.text)), Cell(words.of(item.about)), Cell(item.degree),
         Cell(words.of(item.changeable)), Cell(words.of(item.source))]
        for place, item in enumerate(actions, 1)
    ]  # fmt: skip
    return [Paragraph(words("actions_about")), Table(columns, rows)]
