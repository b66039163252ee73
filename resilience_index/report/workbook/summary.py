"""The first sheet: what was assessed, results by period, charts, how the score is made."""

from __future__ import annotations

from itertools import pairwise

from resilience_index.report.view.format import number_text
from resilience_index.report.view.model import PeriodView
from resilience_index.report.words.translations import say
from resilience_index.report.workbook import charts as xlsx_charts
from resilience_index.report.workbook.book import MISSING, Report, grade_header
from resilience_index.report.workbook.formulas import literal
from resilience_index.report.workbook.layout import letters
from resilience_index.report.workbook.parts import BODY, TITLE, Live, Sheet

_NOTICE = {"bg_color": "#FFF4DC", "text_wrap": True, "valign": "vcenter", "left": 5, "left_color": "#B87410"}
_GUIDE = {"bg_color": "#E8F1F9", "text_wrap": True, "valign": "vcenter", "left": 5, "left_color": "#0B5CAD"}
_FIRST_GRADE = 5


def write(book: Report) -> None:
    """The sheet."""
    view, sheet = book.view, Sheet(book, "summary")
    last = max(9, 4 + len(view.grades) + 1 + len(book.dimensions))
    sheet.widths = {0: 22.0} | dict.fromkeys(range(1, last + 1), 13.0)
    sheet.sheet.set_row(0, 32)
    sheet.put(0, 0, book.short(view.title), {**TITLE, "font_size": 16})
    sheet.row = 1
    facts = [
        ("report", ""),
        ("framework", f"{book.short(view.framework_title)} ({view.framework_id} {view.framework_version})"),
        *([("scheme", view.scheme)] if view.scheme is not None else []),
        ("data", view.data_source),
        ("scale", view.scale_text),
        ("program", f"resilience-index {view.program_version}"),
    ]
    for key, value in facts:
        sheet.put(sheet.row, 0, book.say(key), {"font_color": "#51606F"})
        sheet.put(sheet.row, 1, value, {})
        sheet.row += 1
    for notice in _notices(book):
        sheet.paragraph(notice, 0, last, _NOTICE)
    sheet.paragraph(_guide(book), 0, last, _GUIDE)
    sheet.row += 1
    sheet.title(book.say("periods"))
    first = sheet.row + 1
    _period_table(book, sheet)
    spread = _spread_table(book, sheet) if book.layout is not None and book.units else None
    xlsx_charts.place(book, sheet, periods=first, spread=spread)
    sheet.row += 1
    sheet.title(book.say("how"))
    for step in view.methods:
        sheet.text(0, book.short(step.step), {"bold": True, "valign": "top", "text_wrap": True})
        relative = f" ({book.say('relative_mark')})" if step.relative else ""
        formula = f"{book.short(step.title)}{relative}: {step.formula}"
        sheet.paragraph(f"{formula}\n{book.short(step.about)} — {book.short(step.used_by)}", 1, last)
    for key, texts in (("notes", [book.long(note) for note in view.notes]), ("sources", list(view.sources))):
        if texts:
            sheet.row += 1
            sheet.title(book.say(key))
            for text in texts:
                sheet.paragraph(text, 0, last)
    sheet.finish()


def _notices(book: Report) -> list[str]:
    view = book.view
    found = []
    if view.synthetic:
        found.append(f"{book.say('synthetic')}\n{say('synthetic_about', book.language, chr(10))}")
    if view.relative:
        names = ", ".join(view.relative_methods)
        about = say("relative_about", book.language, chr(10)).replace("\n", f" {names}\n")
        found.append(f"{book.say('relative')}\n{about} {names}")
    if view.grading is not None and view.grading.relative:
        about = say("relative_grades_about", book.language, chr(10))
        found.append(f"{book.say('relative_grades')} ({view.grading.method})\n{about}\n{book.long(view.grading.among)}")
    left_out = sum(period.total for period in view.periods) - min(len(book.units), book.listed)
    if left_out > 0:
        found.append(f"{left_out} {say('rows_left_out', book.language, chr(10))}")
    return found


def _guide(book: Report) -> str:
    """Whether the workbook recalculates, and what does not follow."""
    if book.live is None:
        key = "not_live" if book.layout is not None else "not_listed"
        return say(key, book.language, "\n")
    calculation = book.live.calculation
    moved = any(leaf.live for leaf in calculation.leaves)
    lines = [say("live_about" if moved else "live_nothing", book.language, "\n")]
    if moved and not book.live.moves(calculation.nodes[0].id):
        lines.append(say("live_not_score", book.language, "\n"))
    if calculation.value_weights:
        lines.append(f"{say('live_weights', book.language, ' ')} {', '.join(calculation.value_weights)}")
    if book.view.grades and not book.live.graded:
        lines.append(say("not_graded", book.language, "\n"))
    if book.view.cells:
        lines.append(say("raw_marks", book.language, "\n"))
    fixed = calculation.without_formula
    if fixed:
        named = ", ".join(f"{name} ({method})" for name, method in fixed.items())
        lines.append(f"{say('live_not', book.language, ' ')} {named}")
    return "\n".join(lines)


def _period_table(book: Report, sheet: Sheet) -> None:
    view = book.view
    counted = [period.scored - sum(period.grade_counts.values()) for period in view.periods]
    no_grade = bool(view.grades) and (any(count > 0 for count in counted) or _may_lack_grade(book))
    book.summary_no_grade = no_grade
    heads = [book.say(key) for key in ("period", "communities", "scored", "unscored", "mean_score")]
    heads += [
        f"{grade.id} {book.short(grade.title)}" + (f" ≥ {grade.minimum}" if grade.minimum else "")
        for grade in view.grades
    ]
    heads += [book.say("no_grade")] if no_grade else []
    heads += [f"{book.say('mean')}: {book.short(item.title)}" for item in book.dimensions]
    sheet.header(heads)
    for column, grade in enumerate(view.grades, _FIRST_GRADE):
        sheet.put(sheet.row - 1, column, heads[column], grade_header(grade, len(view.grades)))
    for place, (period, without) in enumerate(zip(view.periods, counted, strict=True)):
        _period_row(book, sheet, place, period, without if no_grade else None)


def _may_lack_grade(book: Report) -> bool:
    """Whether a changed value may bring a score below the lowest bound."""
    bounds = book.live.calculation.bounds if book.live is not None else None
    return bool(bounds) and bounds is not None and bounds[-1] > 0


def _period_row(book: Report, sheet: Sheet, place: int, period: PeriodView, without: int | None) -> None:
    view, score = book.view, book.view.items[0].id
    sheet.text(0, period.label if view.has_periods else MISSING)
    sheet.number(1, period.total, "0")
    sheet.live(2, _over(book, place, score, "COUNT({0})"), period.scored, "0")
    row = sheet.row + 1
    left = (f"B{row}-C{row}", False) if book.live else None
    sheet.live(3, left, period.total - period.scored, "0")
    mean = "IF(COUNT({0})=0,no_value,AVERAGE({0}))"
    sheet.live(4, _over(book, place, score, mean), period.mean, period.mean_text, {**BODY, "bold": True},
               book.figure_format(view.scale))  # fmt: skip
    column = _FIRST_GRADE
    for grade in view.grades:
        formula = _graded(book, place, f"SUMPRODUCT(--EXACT({{0}},{literal(grade.id)}))")
        sheet.live(column, formula, period.grade_counts.get(grade.id, 0), "0")
        column += 1
    if without is not None:
        first, last = letters(_FIRST_GRADE), letters(column - 1)
        formula = (f"C{row}-SUM({first}{row}:{last}{row})", False) if book.live and book.live.graded else None
        sheet.live(column, formula, without, "0")
        column += 1
    for item in book.dimensions:
        text = period.node_mean_texts.get(item.id, MISSING)
        formula = _over(book, place, item.id, mean)
        sheet.live(column, formula, period.node_means.get(item.id), text, BODY, book.figure_format(item.scale))
        column += 1
    sheet.row += 1


def _over(book: Report, place: int, node: str, text: str) -> Live | None:
    """A formula over a node's values in a period."""
    layout = book.live
    if layout is None:
        return None
    return text.format(layout.column(layout.node_columns[node], "levels", layout.periods[place])), False


def _graded(book: Report, place: int, text: str) -> Live | None:
    layout = book.live
    if layout is None or not layout.graded:
        return None
    return text.format(layout.column(layout.beyond("grade"), "levels", layout.periods[place])), False


def _spread_table(book: Report, sheet: Sheet) -> int:
    """How many scores lie in each tenth of the scale; returns the row of the headings."""
    assert book.calculation is not None
    spread = book.calculation.spread
    sheet.row += 1
    sheet.title(book.say("spread"))
    heading = sheet.row
    edges = [number_text(edge) for edge in spread.edges]
    bounds = [f"{low}–{high}" for low, high in pairwise(edges)]
    sheet.header([book.say("period"), *bounds])
    for place, (period, counts) in enumerate(zip(book.view.periods, spread.counts, strict=True)):
        sheet.text(0, period.label if book.view.has_periods else MISSING)
        for column, count in enumerate(counts, 1):
            upper = "<=" if column == len(counts) else "<"
            test = f'COUNTIFS({{0}},">={edges[column - 1]}",{{0}},"{upper}{edges[column]}")'
            sheet.live(column, _over(book, place, book.view.items[0].id, test), count, "0")
        sheet.row += 1
    return heading
