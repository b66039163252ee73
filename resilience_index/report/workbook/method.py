"""The sheets of methods and of the log."""

from __future__ import annotations

from resilience_index.report.view.format import number_text
from resilience_index.report.words.translations import column_title
from resilience_index.report.workbook.book import Report, grade_style, row_of
from resilience_index.report.workbook.layout import Layout
from resilience_index.report.workbook.live import GRADE_BOUNDS, GRADE_IDS, RED_LINE_REASONS, RED_LINES
from resilience_index.report.workbook.parts import BODY, HEADER, INPUT, MIDDLE, WRAPPED, Sheet


def write(book: Report) -> None:
    """The sheet of methods, with the tables of grades and red lines that formulas look up."""
    view, sheet = book.view, Sheet(book, "method", {0: 32, 1: 28, 2: 24, 3: 20, 4: 22, 5: 40, 6: 66, 7: 34, 8: 24})
    sheet.title(book.say("how"))
    keys: tuple[str, ...] = ("step", "method", "id", "used_by", "comparability", "formula", "about", "source")
    sheet.header(map(book.say, keys))
    for step in view.methods:
        mark = book.say("relative_mark" if step.relative else "absolute_mark")
        cells = [book.long(step.step), book.long(step.title), step.method, book.long(step.used_by), mark,
                 step.formula, book.long(step.about), step.source]  # fmt: skip
        row_of(sheet, cells, WRAPPED)
    if view.grades:
        _grades(book, sheet)
    _found_bounds(book, sheet)
    if book.live is not None and book.live.graded and book.live.calculation.red_lines:
        _red_lines(book, sheet, book.live)
    sheet.row += 1
    sheet.title(book.say("indicators"))
    first = sheet.row
    keys = ("indicator", "id", "goalposts", "unit", "direction", "normalize", "measure", "basis", "source")
    sheet.header(map(book.say, keys))
    for item in view.items:
        if item.id in book.nodes:
            continue
        cells = [
            book.long(item.title),
            item.id,
            item.goalposts,
            book.either(item.unit),
            book.long(item.direction),
            item.normalize,
        ]
        cells += [book.long(item.measure), book.long(item.basis), book.either(item.source)]
        row_of(sheet, cells, WRAPPED)
    sheet.filter(first, len(keys) - 1)
    sheet.row += 1
    sheet.title(book.say("settings"))
    sheet.over(sheet.row, 2, 7, book.say("value"), HEADER)
    sheet.header(book.say(key) for key in ("setting", "origin"))
    for setting in view.settings:
        sheet.text(0, setting.name, WRAPPED)
        sheet.text(1, book.long(setting.origin), WRAPPED)
        sheet.paragraph(setting.value, 2, 7, WRAPPED)
    sheet.finish()


def _grades(book: Report, sheet: Sheet) -> None:
    """The grades, the best first, with their inclusive lower bounds."""
    sheet.row += 1
    sheet.title(book.say("grade_bounds"))
    sheet.header([book.say("grade"), book.say("title"), book.say("lower_bound")])
    first, grades = sheet.row, book.view.grades
    bounds = book.live.calculation.bounds if book.live is not None else None
    for place, grade in enumerate(grades):
        sheet.text(0, grade.id, grade_style(grade, len(grades)))
        sheet.text(1, book.short(grade.title))
        if bounds:
            sheet.number(2, bounds[place], grade.minimum, {**BODY, **INPUT}, "General")
        else:
            sheet.figure(2, grade.minimum)
        sheet.row += 1
    if bounds:
        _name(book, GRADE_IDS, 0, first, sheet.row - 1)
        _name(book, GRADE_BOUNDS, 2, first, sheet.row - 1)
    grading = book.view.grading
    if grading is not None:
        mark = book.say("relative_mark" if grading.relative else "absolute_mark")
        row_of(sheet, [grading.method, mark, book.long(grading.among)], WRAPPED)


def _found_bounds(book: Report, sheet: Sheet) -> None:
    """The bounds that were found from the scores, of each group."""
    grading = book.view.grading
    if grading is None or not grading.relative:
        return
    sheet.row += 1
    sheet.title(f"{book.say('bounds')}: {book.short(grading.among)}")
    group = book.say("item") if grading.within is None else book.short(column_title(grading.within))
    sheet.header([group, book.say("scored"), *(grade.id for grade in book.view.grades)])
    for found in grading.groups:
        sheet.text(0, found.label or "—", WRAPPED)
        sheet.number(1, found.units, "0")
        for column, bound in enumerate(found.bounds, 2):
            sheet.figure(column, bound, BODY)
        sheet.row += 1


def _red_lines(book: Report, sheet: Sheet, layout: Layout) -> None:
    """Red lines: the condition on a raw value, and the best grade that it leaves."""
    sheet.row += 1
    sheet.title(book.say("red_lines"))
    sheet.header([book.say(key) for key in ("indicator", "id", "condition", "value", "capped_at", "remark")])
    first = sheet.row
    for line in layout.calculation.red_lines:
        cap = book.view.grades[line.cap]
        sheet.text(0, book.short(book.items[line.indicator].title), WRAPPED)
        sheet.text(1, line.indicator, WRAPPED)
        sheet.text(2, line.op, {**MIDDLE, "valign": "top"})
        sheet.number(3, line.value, number_text(line.value), {**BODY, **INPUT, "valign": "top"}, "General")
        sheet.text(4, cap.id, grade_style(cap, len(book.view.grades)))
        sheet.text(5, f"{book.say('capped_mark')}: {book.long(line.reason)}", WRAPPED)
        sheet.row += 1
    _name(book, RED_LINES, 3, first, sheet.row - 1)
    _name(book, RED_LINE_REASONS, 5, first, sheet.row - 1)


def _name(book: Report, name: str, column: int, first: int, last: int) -> None:
    """Name the cells of a column for formulas."""
    assert book.live is not None
    book.workbook.define_name(name, "=" + book.live.column(column, "method", (first, last)))


def log(book: Report) -> None:
    """The sheet of findings and inputs."""
    view, sheet = book.view, Sheet(book, "log")
    keys = ("code", "severity", "place", "message", "help")
    sheet.header(map(book.say, keys))
    for finding in view.findings[: book.listed]:
        known = finding.severity in ("error", "warning", "info")
        severity = book.say(finding.severity) if known else finding.severity
        texts = [book.long(finding.message), book.long(finding.help)]
        row_of(sheet, [finding.code, severity, finding.place, *texts], WRAPPED)
    if not view.findings:
        sheet.text(0, book.say("no_findings"))
        sheet.row += 1
    sheet.filter(0, len(keys) - 1)
    sheet.freeze(0)
    if view.inputs:
        sheet.row += 1
        sheet.title(book.say("inputs"))
        sheet.header([book.say("file"), book.say("sha256")], 2)
    for name, digest in view.inputs:
        sheet.text(2, name, WRAPPED)
        sheet.text(3, digest, WRAPPED)
        sheet.row += 1
    sheet.finish()
