"""The results of a city on paper: overview, dimensions, ranking, groups."""

from __future__ import annotations

from collections.abc import Sequence

from resilience_index.report.document import pictures
from resilience_index.report.document.blocks import (
    Block,
    Cell,
    Column,
    Facts,
    Figure,
    Paragraph,
    Table,
)
from resilience_index.report.document.parts import (
    Chapters,
    column_titles,
    full_lengths,
    grade_cell,
    grade_mark,
    grade_name,
    name_of,
    outcome_cell,
    within,
)
from resilience_index.report.page import charts
from resilience_index.report.view import standings
from resilience_index.report.view.format import DASH
from resilience_index.report.view.model import PeriodView, UnitView, View
from resilience_index.report.words.document import Words
from resilience_index.report.words.translations import column_title

LISTED_UNITS = 1000
"""Communities in the tables of a document; what is left out is counted there and stands in scores.csv."""


def results(view: View, period: PeriodView, chapters: Chapters) -> list[Block]:
    """The chapter of results: overall, by dimension, the ranking, what was capped or not scored."""
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
    rows += [(grade_name(grade, words), str(period.grade_counts.get(grade.id, 0)))
             for grade in view.grades]  # fmt: skip
    return Facts(rows)


def _period_table(view: View, words: Words) -> Table:
    columns = [Column(words("period"), 1.2), Column(words("communities"), 1.2, "right"),
               Column(words("scored"), 1, "right"), Column(words("mean_score"), 1.2, "right")]  # fmt: skip
    columns += [Column(grade_name(grade, words), 1, "right") for grade in view.grades]
    rows = [
        [Cell(period.label), Cell(str(period.total)), Cell(str(period.scored)), Cell(period.mean_text),
         *(Cell(str(period.grade_counts.get(grade.id, 0))) for grade in view.grades)]
        for period in view.periods
    ]  # fmt: skip
    return Table(columns, rows, words("caption_periods"))


def _grade_figure(view: View, words: Words) -> list[Block]:
    if not view.grades or not any(period.scored for period in view.periods):
        return []
    legend = [charts.Part(grade_name(grade, words), 1, charts.grade_colour(grade.index, len(view.grades)))
              for grade in view.grades]  # fmt: skip
    legend.append(charts.Part(words("no_grade"), 1, charts.NO_GRADE_COLOUR))
    rows, said = [], []
    for period in reversed(view.periods):
        parts = [charts.Part(grade_mark(grade, words), period.grade_counts.get(grade.id, 0),
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
    return [Figure(picture.svg, picture.width, picture.height, alt,
                   words("figure_grades" if view.has_periods else "figure_grades_once"))]  # fmt: skip


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


def by_group(view: View, period: PeriodView, chapters: Chapters) -> list[Block]:
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
    columns += [Column(grade_mark(grade, words), 0.6, "right") for grade in view.grades]
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
    titles, legend = column_titles(dimensions, words)
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
