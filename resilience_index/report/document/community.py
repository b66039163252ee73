"""The report of one community on one page: grade, dimensions against the mean, strengths, diagnosis, actions."""

from __future__ import annotations

from collections.abc import Sequence

from resilience_index.report.document import diagnosis as diagnosis_document
from resilience_index.report.document import pictures
from resilience_index.report.document.blocks import (
    Beside,
    Block,
    Bullets,
    Cell,
    Column,
    Document,
    Figure,
    Heading,
    Language,
    Paragraph,
    Scorecard,
    Table,
)
from resilience_index.report.document.parts import full_lengths, name_of, outcome_cell, relative_grades
from resilience_index.report.page.charts import NO_GRADE_COLOUR
from resilience_index.report.view import standings
from resilience_index.report.view.format import DASH
from resilience_index.report.view.model import ItemView, PeriodView, UnitView, View
from resilience_index.report.words.document import Words
from resilience_index.report.words.translations import column_title

SHOWN = 3
"""Strengths and weaknesses of each kind."""


class Pages:
    """Makes the pages of the communities of a period; holds what is the same for all.

    ``key`` is the place of the period in the view (0: the newest).
    """

    def __init__(self, view: View, language: Language, key: int = 0) -> None:
        self.view, self.words, self.language = view, Words(language), language
        self.period = view.periods[key]
        self.before = standings.earlier(view, key)
        self.history = [(period, standings.by_id(period)) for period in reversed(view.periods[key:])]
        self.full = full_lengths(view)
        self.dimensions = [view.item(name) for name in view.dimensions]
        self.lower = _lower_nodes(view)
        self.title = self.words.of(view.title)

    def page(self, unit: UnitView) -> Document:
        """The page of a unit of the period."""
        words, view = self.words, self.view
        profile = diagnosis_document.profile_of(view, unit)
        blocks: list[Block] = [Scorecard(self._scores(unit))]
        blocks += [Paragraph(text, "warning") for text in self._warnings(unit)]
        blocks += self._dimensions(unit)
        blocks += diagnosis_document.community(profile, words) if profile is not None else self._strengths(unit)
        blocks += [Paragraph(self._colophon(), "note")]
        return Document(
            language=self.language, title=name_of(unit, words), subtitle=self._subtitle(unit),
            running=f"{self.title} · {words('page_title')}", page="", blocks=blocks,
            notice=words("synthetic") if view.synthetic else "", table_word=words("table"),
            figure_word=words("figure"), keywords=(view.framework_id, unit.community_id),
        )  # fmt: skip

    def _subtitle(self, unit: UnitView) -> str:
        words = self.words
        parts = [unit.community_id, *(text for name in self.view.group_names if (text := unit.groups.get(name, "")))]
        if self.view.has_periods:
            parts.append(f"{words.of(column_title('period'))}{words('colon')}{unit.period}")
        return "  ·  ".join(parts)

    def _scores(self, unit: UnitView) -> list[tuple[str, Cell]]:
        words, period = self.words, self.period
        rank = DASH if unit.rank is None else unit.rank_text
        if unit.rank is not None and self.view.ranked_by is None:
            rank = words("rank_of", rank=unit.rank_text, scored=period.scored)
        fill, ink = NO_GRADE_COLOUR
        items = [(words("score"), Cell(unit.score_text)), (words("rank"), Cell(rank))]
        if self.view.grades:
            grade = outcome_cell(unit, self.view, words)
            items.append((words("grade"), grade if grade.fill else Cell(grade.text, fill, ink)))
        items.append((words("mean_of_all"), Cell(period.mean_text)))
        if self.before is not None:
            old = self.history[-2][1].get(unit.community_id)
            text = standings.difference_text(unit.score, old.score if old else None, self.view.scale)
            items.append((words("since", before=self.before.label), Cell(text)))
        items.append((words("coverage"), Cell(unit.coverage_text)))
        return items

    def _warnings(self, unit: UnitView) -> list[str]:
        words = self.words
        found = [words.of(unit.note)] if unit.note else []
        for reason in unit.capped_by:
            before = unit.grade_before.id if unit.grade_before else DASH
            after = unit.grade.id if unit.grade else DASH
            found.append(words("capped_because", before=before, after=after, reason=words.of(reason)))
        for reason in unit.gates_failed:
            before = unit.grade_before.id if unit.grade_before else DASH
            after = unit.state.id if unit.state else DASH
            found.append(words("gate_because", before=before, after=after, reason=words.of(reason)))
        if unit.prepared:
            found.append(words("prepared_because", what=words.of(unit.prepared)))
        return found

    def _dimensions(self, unit: UnitView) -> list[Block]:
        if not self.dimensions:
            return []
        words = self.words
        bars = [self._bar(item, unit, self.period) for item in self.dimensions]
        said = [words("alt_value", title=bar.title, value=bar.text,
                      mean=self.period.node_mean_texts.get(item.id, DASH))
                for bar, item in zip(bars, self.dimensions, strict=True)]  # fmt: skip
        if len(bars) >= 3:
            picture = pictures.radar(bars, (words("this_community"), words("mean_of_all")))
            alt = words("alt_radar", values=words.list(said))
        else:
            picture = pictures.bars(bars, (words("this_community"), words("mean_of_all")))
            alt = words("alt_dimensions", values=words.list(said))
        left = Figure(picture.svg, picture.width, picture.height, alt, words("figure_radar"))
        right: list[Block] = [*self._trend(unit), self._table(self.dimensions, unit, words("dimension"))]
        blocks: list[Block] = [Beside([left], right, 0.5)]
        lower: list[Block] = [self._table(self.lower, unit, words("lower_nodes"))] if self.lower else []
        compared = diagnosis_document.comparison(self.view, unit, words)
        return [*blocks, Beside(lower, compared, 0.5)] if lower and compared else [*blocks, *lower, *compared]

    def _bar(self, item: ItemView, unit: UnitView, period: PeriodView) -> pictures.Bar:
        return pictures.Bar(
            self.words.of(item.title), unit.nodes.get(item.id), unit.node_texts.get(item.id, DASH),
            period.node_means.get(item.id), self.full[item.id],
        )  # fmt: skip

    def _table(self, items: Sequence[ItemView], unit: UnitView, title: str) -> Table:
        words = self.words
        old = self.history[-2][1].get(unit.community_id) if self.before is not None else None
        columns = [Column(title, 2.6), Column(words("score"), 1, "right"),
                   Column(words("compared_with_mean"), 1.1, "right")]  # fmt: skip
        if self.before is not None:
            columns.append(Column(words("since", before=self.before.label), 1.1, "right"))
        rows = []
        for item in items:
            value = unit.nodes.get(item.id)
            row = [Cell(words.of(item.title)), Cell(unit.node_texts.get(item.id, DASH), strong=True),
                   Cell(standings.difference_text(value, self.period.node_means.get(item.id), item.scale))]  # fmt: skip
            if self.before is not None:
                was = old.nodes.get(item.id) if old is not None else None
                row.append(Cell(standings.difference_text(value, was, item.scale)))
            rows.append(row)
        return Table(columns, rows)

    def _trend(self, unit: UnitView) -> list[Block]:
        points = []
        for period, units in self.history:
            found = units.get(unit.community_id)
            score, text = (found.score, found.score_text) if found is not None else (None, DASH)
            points.append(pictures.Bar(period.label, score, text, period.mean))
        if sum(point.value is not None for point in points) < 2:
            return []
        picture = pictures.trend(points, self.view.scale)
        alt = self.words("alt_trend", values=self.words.list([f"{point.title} {point.text}" for point in points]))
        return [Figure(picture.svg, picture.width, picture.height, alt, self.words("trend"))]

    def _strengths(self, unit: UnitView) -> list[Block]:
        """The lower-level nodes furthest above and below the mean, where no diagnosis says it better."""
        apart = [
            (value - mean, item) for item in self.lower or self.dimensions
            if (value := unit.nodes.get(item.id)) is not None
            and (mean := self.period.node_means.get(item.id)) is not None
        ]  # fmt: skip
        best = [pair for pair in sorted(apart, key=lambda pair: -pair[0]) if pair[0] > 0][:SHOWN]
        worst = [pair for pair in sorted(apart, key=lambda pair: pair[0]) if pair[0] < 0][:SHOWN]
        sides: list[list[Block]] = [
            [Heading(self.words(key), 3), Bullets([self._apart(pair, unit) for pair in pairs])] if pairs else []
            for key, pairs in (("strengths", best), ("weaknesses", worst))
        ]
        filled = [side for side in sides if side]
        if not filled:
            return []
        body: list[Block] = [Beside(filled[0], filled[1], 0.5)] if len(filled) == 2 else filled[0]
        return [*body, Paragraph(self.words("against_mean_about"), "note")]

    def _apart(self, pair: tuple[float, ItemView], unit: UnitView) -> tuple[str, str]:
        _, item = pair
        mean = self.period.node_means.get(item.id)
        difference = standings.difference_text(unit.nodes.get(item.id), mean, item.scale)
        value = f"{unit.node_texts.get(item.id, DASH)}{self.words('brackets', text=difference)}"
        return self.words.of(item.title), value

    def _colophon(self) -> str:
        words, view = self.words, self.view
        said = [words("made_with", framework=words.of(view.framework_title), version=view.framework_version,
                      scale=view.scale_text)]  # fmt: skip
        if view.ranked_by:
            said.append(words("ranked_within", group=words.of(column_title(view.ranked_by))))
        if view.relative:
            said.append(words("relative", methods=words.join(list(view.relative_methods))))
        if view.grading is not None and view.grading.relative:
            said.append(relative_grades(view, words))
        return words.sentences(said)


def _lower_nodes(view: View) -> list[ItemView]:
    """The nodes between the dimensions and the leaves."""
    return [item for item in view.items if item.kind == "node" and item.level >= 2]
