"""The report of a whole run as a document: cover, summary, method, results, groups, diagnosis, annexes, signatures."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence

from resilience_index.report import annexes, charts, diagnosis_document, pictures, standings
from resilience_index.report.document import (
    Block,
    Cell,
    Column,
    Document,
    Facts,
    Figure,
    Heading,
    Language,
    PageBreak,
    Paragraph,
    Signature,
    Table,
)
from resilience_index.report.document_words import Words
from resilience_index.report.format import DASH
from resilience_index.report.translations import column_title
from resilience_index.report.view import GradeView, ItemView, PeriodView, UnitView, View

LISTED_UNITS = 1000
"""Communities in the tables of a document; what is left out is counted there and stands in scores.csv."""
_WIDE = {"zh": 6, "en": 4}
"""With more dimensions than this, columns are headed by letters that a remark below explains."""


def build(view: View, language: Language) -> Document:
    """The document of a run in one language; the newest period stands in front."""
    words = Words(language)
    period = view.periods[0]
    chapters = _Chapters(words)
    blocks: list[Block] = [*_summary(view, period, words), PageBreak()]
    blocks += [chapters.next("chapter_scope"), *_scope(view, chapters)]
    blocks += [chapters.next("chapter_method"), *_method(view, chapters)]
    blocks += [chapters.next("chapter_results"), *_results(view, period, chapters)]
    blocks += _by_group(view, period, chapters)
    blocks += chapters.with_content("chapter_diagnosis", lambda: diagnosis_document.statements(
        view, words, chapters.section))  # fmt: skip
    blocks += chapters.with_content("chapter_actions", lambda: diagnosis_document.actions(view, words))
    blocks += annexes.build(view, words)
    blocks += [PageBreak(), Heading(words("chapter_signature"), 1), signature(words)]
    title = words.of(view.title)
    return Document(
        language=language, title=title, subtitle=words("report_title"), running=f"{title}  {words('report_title')}",
        page=words("page"), blocks=blocks, cover=_cover(view, period, words), contents=words("contents"),
        notice=words("synthetic") if view.synthetic else "", table_word=words("table"), figure_word=words("figure"),
        keywords=(view.framework_id, *view.dimensions),
    )  # fmt: skip


def signature(words: Words) -> Signature:
    """The blank block for signatures and seal."""
    lines = [words(key) for key in ("unit_name", "made_by", "checked_by", "approved_by", "date")]
    return Signature(lines, words("seal"), words("signature_note"))


def name_of(unit: UnitView, words: Words) -> str:
    """The name of a community, or that it has none."""
    return unit.name if unit.name.strip() else words("no_name")


def outcome_cell(unit: UnitView, view: View, words: Words) -> Cell:
    """A unit's grade, or what stands in its place."""
    if unit.grade is None and unit.state is not None:
        title = words.of(unit.state.title)
        return Cell(f"{unit.state.id} {title}" if title != unit.state.id else title)
    return grade_cell(unit.grade, view, words)


def grade_cell(grade: GradeView | None, view: View, words: Words) -> Cell:
    """A grade with its title, in its colours."""
    if grade is None:
        return Cell(DASH)
    fill, ink = charts.grade_colour(grade.index, len(view.grades))
    title = words.of(grade.title)
    return Cell(f"{grade.id} {title}" if title != grade.id else title, fill, ink)


def within(key: str, period: PeriodView, view: View, words: Words) -> str:
    """A caption that names the period where the data have periods."""
    return words(key, period=words("in_period", label=period.label) if view.has_periods else "")


class _Chapters:
    """Numbers chapters and sections as official documents do: 一、（一） in Chinese, 1 and 1.1 in English."""

    def __init__(self, words: Words) -> None:
        self.words, self.chapter, self.part = words, 0, 0

    def next(self, key: str, **parts: object) -> Heading:
        """The heading of the next chapter."""
        self.chapter, self.part = self.chapter + 1, 0
        number = f"{chinese(self.chapter)}、" if self.words.language == "zh" else f"{self.chapter}  "
        return Heading(number + self.words(key, **parts), 1)

    def with_content(self, key: str, make: Callable[[], list[Block]]) -> list[Block]:
        """The next chapter with its content; nothing where there is none."""
        heading, content = self.next(key), make()
        if not content:
            self.chapter -= 1
        return [heading, *content] if content else []

    def section(self, text: str) -> Heading:
        """The heading of the next section of the chapter."""
        self.part += 1
        number = f"（{chinese(self.part)}）" if self.words.language == "zh" else f"{self.chapter}.{self.part}  "
        return Heading(number + text, 2)


def chinese(number: int) -> str:
    """A number from 1 to 99 in Chinese numerals."""
    digits = " 一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else digits[tens]) + "十" if tens else "") + (digits[ones] if ones else "")


def _cover(view: View, period: PeriodView, words: Words) -> list[tuple[str, str]]:
    facts = [(words("cover_framework"), f"{words.of(view.framework_title)} {view.framework_version}")]
    if view.has_periods:
        facts.append((words("cover_period"), period.label))
    facts.append((words("cover_communities"), str(period.total)))
    if view.scheme is not None:
        facts.append((words("cover_scheme"), view.scheme))
    facts.append((words("cover_data"), view.data_source))
    facts.append((words("cover_program"), f"resilience-index {view.program_version}"))
    return facts


def _summary(view: View, period: PeriodView, words: Words) -> list[Block]:
    label = words("of_period", label=period.label) if view.has_periods else ""
    parts = [words(
        "summary_scope", framework=words.of(view.framework_title), version=view.framework_version, period=label,
        total=period.total, scored=period.scored, scale=view.scale_text,
    )]  # fmt: skip
    parts += [*_figures_of(view, period, words), *diagnosis_document.summary(view, words)]
    blocks: list[Block] = [Heading(words("summary"), 1), Paragraph(words.sentences(parts))]
    if view.synthetic:
        blocks.append(Paragraph(words("synthetic"), "warning"))
    if view.relative:
        methods = words.join(list(view.relative_methods))
        blocks.append(Paragraph(words("relative", methods=methods), "warning"))
    if view.grading is not None and view.grading.relative:
        blocks.append(Paragraph(relative_grades(view, words), "warning"))
    return [*blocks, *_grade_figure(view, words)]


def relative_grades(view: View, words: Words) -> str:
    """That grades are relative, and to whom."""
    assert view.grading is not None
    return words("relative_grades", method=view.grading.method, among=words.of(view.grading.among))


def _figures_of(view: View, period: PeriodView, words: Words) -> list[str]:
    """The sentences of the summary; each only where there is something to say."""
    parts = []
    ends = standings.extremes(period)
    if ends is not None:
        top, bottom = ends
        parts.append(words("summary_mean", mean=period.mean_text))
        parts.append(words("summary_extremes", top=name_of(top, words), top_score=top.score_text,
                           bottom=name_of(bottom, words), bottom_score=bottom.score_text))  # fmt: skip
    counts = [f"{grade.id} {period.grade_counts.get(grade.id, 0)}" for grade in view.grades]
    if counts:
        parts.append(words("summary_grades", counts=words.join(counts)))
    parts += _dimensions_said(view, period, words)
    before = standings.earlier(view, 0)
    if before is not None:
        up, down, same = standings.moves(period, before)
        difference = standings.difference_text(period.mean, before.mean, view.scale)
        parts.append(words("summary_change", before=before.label, difference=difference, up=up, down=down, same=same))
    capped = sum(bool(unit.capped_by) for unit in period.units)
    if capped:
        parts.append(words("summary_capped", count=capped))
    if period.gated:
        parts.append(words("summary_gated", count=period.gated))
    if period.total > period.scored:
        parts.append(words("summary_unscored", count=period.total - period.scored))
    return parts


def _dimensions_said(view: View, period: PeriodView, words: Words) -> list[str]:
    scales = {view.item(name).scale for name in view.dimensions}
    known = {name: value for name in view.dimensions if (value := period.node_means.get(name)) is not None}
    if len(known) < 2 or len(scales) > 1:  # means on different scales do not compare
        return []
    best, worst = max(known, key=lambda name: known[name]), min(known, key=lambda name: known[name])
    return [words(
        "summary_dimensions", best=words.of(view.item(best).title), best_score=period.node_mean_texts[best],
        worst=words.of(view.item(worst).title), worst_score=period.node_mean_texts[worst],
    )]  # fmt: skip


def _scope(view: View, chapters: _Chapters) -> list[Block]:
    words = chapters.words
    leaves = sum(item.kind == "leaf" for item in view.items)
    blocks: list[Block] = [chapters.section(words("section_object"))]
    if view.description is not None:
        blocks.append(Paragraph(words.of(view.description)))
    said = [words("scope_data", file=view.data_source)]
    said.append(words("scope_tree", dimensions=len(view.dimensions), leaves=leaves))
    blocks.append(Paragraph(words.sentences(said)))
    if view.notes:
        blocks.append(chapters.section(words("section_notes")))
        blocks += [Paragraph(words.of(note)) for note in view.notes]
    return blocks


def _method(view: View, chapters: _Chapters) -> list[Block]:
    words = chapters.words
    columns = [Column(words("step"), 1.1), Column(words("method"), 2.1), Column(words("formula"), 3),
               Column(words("source"), 2.2)]  # fmt: skip
    rows = [
        [Cell(words.of(step.step)), Cell(f"{words.of(step.title)}\n{step.method}"), Cell(step.formula),
         Cell(step.source)]
        for step in view.methods
    ]  # fmt: skip
    blocks: list[Block] = [
        chapters.section(words("section_steps")), Paragraph(words("method_intro")),
        Table(columns, rows, words("caption_steps")),
    ]  # fmt: skip
    if view.grades:
        blocks += [chapters.section(words("section_grades")), *_bounds(view, words)]
        if any(unit.gates_failed for period in view.periods for unit in period.units):
            blocks.append(Paragraph(words("gates_about")))
        if any(unit.capped_by for period in view.periods for unit in period.units):
            blocks.append(Paragraph(words("red_lines_about")))
    return blocks


def _bounds(view: View, words: Words) -> list[Block]:
    """The lower bounds of the grades: of the whole run, or of each group that has its own."""
    grading = view.grading
    said = "" if grading is None else words("grading_about", method=grading.method, among=words.of(grading.among))
    if grading is None or len(grading.groups) < 2:
        columns = [Column(words("grade"), 1, "center"), Column(words("bound"), 1, "right")]
        lines = [[grade_cell(grade, view, words), Cell(grade.minimum or DASH)] for grade in view.grades]
        return [Table(columns, lines, words("caption_grades"), said, share=0.5)]
    within = words.of(column_title(grading.within)) if grading.within is not None else ""
    columns = [Column(within, 2), *(Column(grade.id, 1, "right") for grade in view.grades)]
    rows = [[Cell(group.label or DASH), *(Cell(bound) for bound in group.bounds)] for group in grading.groups]
    return [Table(columns, rows, words("caption_grades"), said)]


def _results(view: View, period: PeriodView, chapters: _Chapters) -> list[Block]:
    words = chapters.words
    blocks: list[Block] = [chapters.section(words("section_overall"))]
    if view.has_periods:
        blocks.append(_period_table(view, words))
    else:
        blocks.append(_overview(view, period, words))
    blocks += _dimension_blocks(view, period, words)
    blocks += _histogram(view, period, words)
    blocks += [chapters.section(words("section_ranking")), *_ranking(view, period, words)]
    capped = [unit for unit in period.units if unit.capped_by]
    if capped:
        blocks += [chapters.section(words("section_capped")), _capped(capped, view, words)]
    gated = [unit for unit in period.units if unit.gates_failed]
    if gated:
        blocks += [chapters.section(words("section_gated")), _gated(gated, view, words)]
    unscored = [unit for unit in period.units if unit.score is None]
    if unscored:
        blocks += [chapters.section(words("section_unscored")), _unscored(unscored, words)]
    return blocks


def _overview(view: View, period: PeriodView, words: Words) -> Facts:
    rows = [(words("communities"), str(period.total)), (words("scored"), str(period.scored)),
            (words("mean_score"), period.mean_text)]  # fmt: skip
    rows += [(f"{grade.id} {words.of(grade.title)}", str(period.grade_counts.get(grade.id, 0)))
             for grade in view.grades]  # fmt: skip
    return Facts(rows)


def _period_table(view: View, words: Words) -> Table:
    columns = [Column(words("period"), 1.2), Column(words("communities"), 1.2, "right"),
               Column(words("scored"), 1, "right"), Column(words("mean_score"), 1.2, "right")]  # fmt: skip
    columns += [Column(f"{grade.id} {words.of(grade.title)}", 1, "right") for grade in view.grades]
    rows = [
        [Cell(period.label), Cell(str(period.total)), Cell(str(period.scored)), Cell(period.mean_text),
         *(Cell(str(period.grade_counts.get(grade.id, 0))) for grade in view.grades)]
        for period in view.periods
    ]  # fmt: skip
    return Table(columns, rows, words("caption_periods"))


def _grade_figure(view: View, words: Words) -> list[Block]:
    if not view.grades or not any(period.scored for period in view.periods):
        return []
    legend = [charts.Part(f"{grade.id} {words.of(grade.title)}", 1, charts.grade_colour(grade.index, len(view.grades)))
              for grade in view.grades]  # fmt: skip
    legend.append(charts.Part(words("no_grade"), 1, charts.NO_GRADE_COLOUR))
    rows, said = [], []
    for period in reversed(view.periods):
        parts = [charts.Part(grade.id, period.grade_counts.get(grade.id, 0),
                             charts.grade_colour(grade.index, len(view.grades))) for grade in view.grades]  # fmt: skip
        rest = period.scored - sum(part.count for part in parts)
        parts.append(charts.Part(words("no_grade"), max(0, rest), charts.NO_GRADE_COLOUR))
        rows.append((period.label if view.has_periods else "", parts))
        counts = words.join([f"{part.name} {part.count}" for part in parts if part.count])
        said.append(f"{period.label}{words('colon')}{counts}" if view.has_periods else counts)
    if not any(parts[-1].count for _, parts in rows):
        legend.pop()
    picture = pictures.stacked(rows, legend)
    alt = words("alt_grades", values=words.list(said))
    return [Figure(picture.svg, picture.width, picture.height, alt, words("figure_grades"))]


def full_lengths(view: View) -> dict[str, float]:
    """What a full bar of each dimension means: its scale, or the largest value where values go beyond it."""
    units = [unit for period in view.periods for unit in period.units]
    return {
        name: charts.full_length((unit.nodes.get(name) for unit in units), view.item(name).scale)
        for name in view.dimensions
    }


def _dimension_blocks(view: View, period: PeriodView, words: Words) -> list[Block]:
    if not view.dimensions:
        return []
    before = standings.earlier(view, 0)
    columns = [Column(words("dimension"), 3), Column(words("weight"), 1, "right"), Column(words("mean"), 1, "right")]
    if before is not None:
        columns.append(Column(words("since", before=before.label), 1, "right"))
    rows, bars, full = [], [], full_lengths(view)
    for name in view.dimensions:
        item, mean = view.item(name), period.node_means.get(name)
        row = [Cell(words.of(item.title)), Cell(item.global_text), Cell(period.node_mean_texts.get(name, DASH))]
        if before is not None:
            row.append(Cell(standings.difference_text(mean, before.node_means.get(name), item.scale)))
        rows.append(row)
        other = before.node_means.get(name) if before is not None else None
        bars.append(pictures.Bar(words.of(item.title), mean, row[2].text, other, full[name]))
    legend = (period.label, before.label) if before is not None else None
    picture = pictures.bars(bars, legend)
    alt = words("alt_dimensions", values=words.list([f"{bar.title} {bar.text}" for bar in bars]))
    return [
        Table(columns, rows, words("caption_dimension_means")),
        Figure(picture.svg, picture.width, picture.height, alt, words("figure_dimensions")),
    ]


def _histogram(view: View, period: PeriodView, words: Words) -> list[Block]:
    if period.scored < 2:
        return []
    found = standings.classes(view, period)
    picture = pictures.histogram(found)
    said = [words("alt_bin", low=low, high=high, count=count) for low, high, count in found if count]
    alt = words("alt_histogram", values=words.list(said))
    return [Figure(picture.svg, picture.width, picture.height, alt, within("figure_histogram", period, view, words))]


def _ranking(view: View, period: PeriodView, words: Words) -> list[Block]:
    before = standings.earlier(view, 0)
    old = standings.by_id(before)
    named = standings.telling(view, period)[-2:]
    columns = [Column(words("rank"), 0.8, "right"), Column(words("community"), 2.4), Column(words("community_id"), 2)]
    columns += [Column(words.of(column_title(name)), 1.5) for name in named]
    columns.append(Column(words("score"), 1.1, "right"))
    if before is not None:
        columns.append(Column(words("change"), 1.1, "right"))
    if view.grades:
        columns.append(Column(words("grade"), 1.8 if words.language == "en" else 1, "center"))
    columns.append(Column(words("coverage"), 1.2 if words.language == "en" else 1, "right"))
    rows = []
    for unit in period.units[:LISTED_UNITS]:
        row = [Cell(unit.rank_text), Cell(name_of(unit, words)), Cell(unit.community_id)]
        row += [Cell(unit.groups.get(name, "")) for name in named]
        row.append(Cell(unit.score_text, strong=True))
        if before is not None:
            was = old.get(unit.community_id)
            row.append(Cell(standings.difference_text(unit.score, was.score if was else None, view.scale)))
        if view.grades:
            row.append(outcome_cell(unit, view, words))
        mark = f"\n{words.of(unit.prepared)}" if unit.prepared else ""
        rows.append([*row, Cell(unit.coverage_text + mark)])
    notes = [words("ranked_within", group=words.of(column_title(view.ranked_by)))] if view.ranked_by else []
    notes += [words("change_note", before=before.label)] if before is not None else []
    notes += [words("coverage_note"), *_left_out(period, words)]
    return [Table(columns, rows, within("caption_ranking", period, view, words), words.sentences(notes))]


def _left_out(period: PeriodView, words: Words) -> list[str]:
    shown = min(LISTED_UNITS, len(period.units))
    return [words("rows_left_out", shown=shown, count=period.total - shown)] if period.total > shown else []


def _capped(units: Sequence[UnitView], view: View, words: Words) -> Table:
    columns = [Column(words("rank"), 0.7, "right"), Column(words("community"), 1.8),
               Column(words("grade_before"), 1.2, "center"), Column(words("grade"), 1.2, "center"),
               Column(words("reason"), 4)]  # fmt: skip
    rows = [
        [Cell(unit.rank_text), Cell(name_of(unit, words)), grade_cell(unit.grade_before, view, words),
         grade_cell(unit.grade, view, words), Cell("\n".join(words.of(reason) for reason in unit.capped_by))]
        for unit in units[:LISTED_UNITS]
    ]  # fmt: skip
    return Table(columns, rows, words("caption_capped"))


def _gated(units: Sequence[UnitView], view: View, words: Words) -> Table:
    columns = [Column(words("rank"), 0.7, "right"), Column(words("community"), 1.8),
               Column(words("grade_without_gates"), 1.2, "center"), Column(words("instead"), 1.2, "center"),
               Column(words("reason"), 4)]  # fmt: skip
    rows = [
        [Cell(unit.rank_text), Cell(name_of(unit, words)), grade_cell(unit.grade_before, view, words),
         outcome_cell(unit, view, words), Cell("\n".join(words.of(reason) for reason in unit.gates_failed))]
        for unit in units[:LISTED_UNITS]
    ]  # fmt: skip
    return Table(columns, rows, words("caption_gated"))


def _unscored(units: Sequence[UnitView], words: Words) -> Table:
    columns = [Column(words("community"), 2), Column(words("community_id"), 2),
               Column(words("coverage"), 1, "right"), Column(words("reason"), 4)]  # fmt: skip
    rows = [
        [Cell(name_of(unit, words)), Cell(unit.community_id), Cell(unit.coverage_text),
         Cell(words.of(unit.note) if unit.note else "")]
        for unit in units[:LISTED_UNITS]
    ]  # fmt: skip
    return Table(columns, rows, words("caption_unscored"))


def _by_group(view: View, period: PeriodView, chapters: _Chapters) -> list[Block]:
    """The chapter on groups; without a grouping column, one table of all communities by dimension."""
    words = chapters.words
    name = standings.grouping(view, period)
    if name is None:
        if not view.dimensions:
            return []
        caption = within("caption_dimensions", period, view, words)
        listed = period.units[:LISTED_UNITS]
        note = words.sentences(_left_out(period, words))
        return [chapters.next("chapter_dimensions"), _dimension_table(view, listed, words, caption, note)]
    title = words.of(column_title(name))
    found = standings.groups(view, period, name)
    shown = title if words.language == "zh" else title.lower()
    blocks: list[Block] = [chapters.next("chapter_groups", group=shown), _group_table(view, found, title, words)]
    room = LISTED_UNITS
    for group in found:
        label = group.name or words("unnamed_group")
        said = words("group_sentence", group=label, total=len(group.units), scored=group.scored,
                     mean=group.mean_text, overall=period.mean_text)  # fmt: skip
        blocks += [chapters.section(label), Paragraph(said)]
        if room:
            caption = words("caption_group", group=label)
            left_out = len(group.units) - len(group.units[:room])
            note = words("rows_left_out", shown=room, count=left_out) if left_out else ""
            blocks.append(_dimension_table(view, group.units[:room], words, caption, note))
            room -= len(group.units[:room])
    return blocks


def _group_table(view: View, found: Sequence[standings.Group], title: str, words: Words) -> Table:
    columns = [Column(title, 2), Column(words("communities"), 1.1, "right"), Column(words("scored"), 0.9, "right"),
               Column(words("mean_score"), 1.1, "right")]  # fmt: skip
    columns += [Column(grade.id, 0.6, "right") for grade in view.grades]
    columns.append(Column(words("best"), 2.4))
    rows = []
    for group in found:
        row = [Cell(group.name or words("unnamed_group")), Cell(str(len(group.units))), Cell(str(group.scored)),
               Cell(group.mean_text), *(Cell(str(group.grade_counts[grade.id])) for grade in view.grades)]  # fmt: skip
        best = group.top
        row.append(Cell(DASH if best is None else f"{name_of(best, words)} {best.score_text}"))
        rows.append(row)
    caption = words("caption_groups", group=title if words.language == "zh" else title.lower())
    return Table(columns, rows, caption)


def _dimension_table(view: View, units: Sequence[UnitView], words: Words, caption: str, note: str = "") -> Table:
    dimensions = [view.item(name) for name in view.dimensions]
    titles, legend = _column_titles(dimensions, words)
    columns = [Column(words("rank"), 0.7, "right"), Column(words("community"), 2)]
    columns.append(Column(words("score"), 1, "right"))
    if view.grades:
        columns.append(Column(words("grade"), 1.6 if words.language == "en" else 0.9, "center"))
    columns += [Column(item, 1.2 if not legend else 0.9, "right") for item in titles]
    rows = []
    for unit in units:
        row = [Cell(unit.rank_text), Cell(name_of(unit, words)), Cell(unit.score_text, strong=True)]
        if view.grades:
            row.append(grade_cell(unit.grade, view, words))
        rows.append([*row, *(Cell(unit.node_texts.get(item.id, DASH)) for item in dimensions)])
    return Table(columns, rows, caption, words.sentences([part for part in (legend, note) if part]))


def _column_titles(items: Sequence[ItemView], words: Words) -> tuple[list[str], str]:
    """Headings of columns: titles where they fit, else letters and a remark that explains them."""
    titles = [words.of(item.title) for item in items]
    if len(items) <= _WIDE[words.language]:
        return titles, ""
    letters = [*string.ascii_uppercase, *(first + second for first in string.ascii_uppercase
                                          for second in string.ascii_uppercase)][: len(items)]  # fmt: skip
    pairs = [f"{letter} {title}" for letter, title in zip(letters, titles, strict=True)]
    return letters, words("letters", letters=words.join(pairs))
