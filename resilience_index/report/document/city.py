"""The report of a whole run as a document: cover, summary, method, results, groups, diagnosis, annexes, signatures."""

from __future__ import annotations

from collections import Counter

from resilience_index.report.document import annexes
from resilience_index.report.document import diagnosis as diagnosis_document
from resilience_index.report.document.blocks import (
    Block,
    Cell,
    Column,
    Document,
    Heading,
    Language,
    PageBreak,
    Paragraph,
    Table,
)
from resilience_index.report.document.parts import Chapters, grade_cell, grade_mark, name_of, relative_grades, signature
from resilience_index.report.document.results import _grade_figure, by_group, results
from resilience_index.report.view import standings
from resilience_index.report.view.format import DASH
from resilience_index.report.view.model import PeriodView, View
from resilience_index.report.words.document import Words
from resilience_index.report.words.translations import column_title

_FRAMEWORK = "framework file"
"""What the registry names as the source of weights that the framework gives."""


def build(view: View, language: Language) -> Document:
    """The document of a run in one language; the newest period stands in front."""
    words = Words(language)
    period = view.periods[0]
    chapters = Chapters(words)
    blocks: list[Block] = [*_summary(view, period, words), PageBreak()]
    blocks += [chapters.next("chapter_scope"), *_scope(view, chapters)]
    blocks += [chapters.next("chapter_method"), *_method(view, chapters)]
    blocks += [chapters.next("chapter_results"), *results(view, period, chapters)]
    blocks += by_group(view, period, chapters)
    blocks += chapters.with_content("chapter_diagnosis", lambda: diagnosis_document.statements(
        view, words, chapters.section))  # fmt: skip
    blocks += chapters.with_content("chapter_actions", lambda: diagnosis_document.actions(view, words))
    blocks += annexes.build(view, words)
    blocks += [PageBreak(), Heading(words("chapter_signature"), 1), signature(words)]
    title = words.of(view.title)
    return Document(
        language=language, title=title, subtitle=words("report_title"), running=f"{title} · {words('report_title')}",
        page=words("page"), blocks=blocks, cover=_cover(view, period, words), contents=words("contents"),
        notice=words("synthetic") if view.synthetic else "", table_word=words("table"), figure_word=words("figure"),
        keywords=(view.framework_id, *view.dimensions),
    )  # fmt: skip


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
    parts += _figures_of(view, period, words)
    blocks: list[Block] = [Heading(words("summary"), 1), Paragraph(words.sentences(parts))]
    held_back = diagnosis_document.summary(view, words)
    if held_back:
        blocks.append(Paragraph(words.sentences(held_back)))
    blocks += diagnosis_document.first_actions(view, words)
    if view.synthetic:
        blocks.append(Paragraph(words("synthetic"), "warning"))
    if view.relative:
        methods = words.join(list(view.relative_methods))
        blocks.append(Paragraph(words("relative", methods=methods), "warning"))
    if view.grading is not None and view.grading.relative:
        blocks.append(Paragraph(relative_grades(view, words), "warning"))
    return [*blocks, *_grade_figure(view, words)]


def _figures_of(view: View, period: PeriodView, words: Words) -> list[str]:
    """The sentences of the summary; each only where there is something to say."""
    parts = []
    ends = standings.extremes(period)
    if ends is not None:
        top, bottom = ends
        parts.append(words("summary_mean", mean=period.mean_text))
        parts.append(words("summary_extremes", top=name_of(top, words), top_score=top.score_text,
                           bottom=name_of(bottom, words), bottom_score=bottom.score_text))  # fmt: skip
    counts = [f"{grade_mark(grade, words)} {period.grade_counts.get(grade.id, 0)}" for grade in view.grades]
    if counts:
        parts.append(words("summary_grades", counts=words.join(counts)))
    parts += _dimensions_said(view, period, words)
    before = standings.earlier(view, 0)
    if before is not None:
        up, down, same = standings.moves(period, before)
        difference = standings.difference_text(period.mean, before.mean, view.scale)
        turn = {"+": "summary_rise", "-": "summary_fall"}.get(difference[0], "summary_same")
        if difference != DASH:
            parts.append(words(turn, before=before.label, difference=difference.lstrip("+-")))
        parts.append(words("summary_moves", up=up, down=down, same=same))
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


def _scope(view: View, chapters: Chapters) -> list[Block]:
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


def _method(view: View, chapters: Chapters) -> list[Block]:
    words = chapters.words
    columns = [Column(words("step"), 1.1), Column(words("method"), 2.1), Column(words("formula"), 3),
               Column(words("source"), 2.2)]  # fmt: skip
    rows = [
        [Cell(words.of(step.step)), Cell(f"{words.of(step.title)}\n{step.method}"), Cell(words.formula(step.formula)),
         Cell(words("framework_file") if step.source == _FRAMEWORK else step.source)]
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
    blocks += _assumptions(view, chapters)
    again = [words("again_program", version=view.program_version), words("again_verify"), words("again_trace")]
    return [*blocks, chapters.section(words("section_again")), Paragraph(words.sentences(again))]


def _assumptions(view: View, chapters: Chapters) -> list[Block]:
    """On what the goalposts rest, and how many of them are assumptions; nothing where the framework does not say."""
    words = chapters.words
    known = [words.of(item.basis) for item in view.items if item.kind == "leaf" and words.of(item.basis) != DASH]
    if not known:
        return []
    counts = [words("counted", what=basis, count=count) for basis, count in sorted(Counter(known).items())]
    said = [words("assumptions_basis", counts=words.join(counts)), words("assumptions_about")]
    return [chapters.section(words("section_assumptions")), Paragraph(words.sentences(said))]


def _bounds(view: View, words: Words) -> list[Block]:
    """The lower bounds of the grades: of the whole run, or of each group that has its own."""
    grading = view.grading
    said = "" if grading is None else words("grading_fixed")
    if grading is not None and grading.relative:
        said = words("grading_about", method=grading.method, among=words.of(grading.among))
    if grading is None or len(grading.groups) < 2:
        columns = [Column(words("grade"), 1, "center"), Column(words("bound"), 1, "right")]
        lines = [[grade_cell(grade, view, words), Cell(grade.minimum or DASH)] for grade in view.grades]
        return [Table(columns, lines, words("caption_grades"), said, share=0.5)]
    within = words.of(column_title(grading.within)) if grading.within is not None else ""
    columns = [Column(within, 2), *(Column(grade_mark(grade, words), 1, "right") for grade in view.grades)]
    rows = [[Cell(group.label or DASH), *(Cell(bound) for bound in group.bounds)] for group in grading.groups]
    return [Table(columns, rows, words("caption_grades"), said)]
