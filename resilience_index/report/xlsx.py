"""The report as a workbook: six sheets whose figures are numbers and whose names are text.

Nothing in it is a formula or a link. The date of creation is fixed: the same view gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from resilience_index.report import charts, xlsx_prepared
from resilience_index.report.translations import column_title, languages, pick, say
from resilience_index.report.view import GradeView, ItemView, UnitView, View
from resilience_index.report.workbook import BODY, HEADER, MIDDLE, TITLE, WRAPPED, Book, Sheet, Style, fit

# A sheet ends at row 1 048 576; the rest is counted on the first sheet and stands in scores.csv.
LISTED_ROWS = 1_000_000
_NODE = {"bold": True, "bg_color": "#F0F4F8"}
_NOTICE = {"bg_color": "#FFF4DC", "text_wrap": True, "valign": "vcenter", "left": 5, "left_color": "#B87410"}
_BAR = "#9DC8E6"


def write(view: View, path: Path, language: str = "both") -> None:
    """Write the workbook to ``path``; the same view and language give the same bytes.

    ``language`` is ``zh``, ``en`` or ``both`` (bilingual headings). Raises ``ValueError`` for another.
    """
    languages(language)
    book = _Report(view, path, language)
    _summary(book)
    _ranking(book)
    _levels(book)
    _weights(book)
    _method(book)
    xlsx_prepared.write(book, view)
    _log(book)
    book.workbook.close()


class _Report(Book):
    """The workbook of a view."""

    def __init__(self, view: View, path: Path, language: str) -> None:
        super().__init__(path, language, pick(view.title, language, " / "))
        self.view = view
        self.items = {item.id: item for item in view.items}
        self.nodes = {item.parent for item in view.items if item.parent is not None}
        self.dimensions = [self.items[name] for name in view.dimensions]
        self.units = [unit for period in view.periods for unit in period.units]


def _summary(book: _Report) -> None:
    view, sheet = book.view, Sheet(book, "summary")
    last = max(9, 4 + len(view.grades) + 1 + len(book.dimensions))
    sheet.widths = {0: 22.0} | dict.fromkeys(range(1, last + 1), 13.0)
    sheet.sheet.set_row(0, 32)
    sheet.sheet.write_string(
        0,
        0,
        fit(book.short(view.title)),
        book.format({**TITLE, "font_size": 16}),
    )
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
        sheet.sheet.write_string(sheet.row, 0, book.say(key), book.format({"font_color": "#51606F"}))
        sheet.sheet.write_string(sheet.row, 1, fit(value), book.format({}))
        sheet.row += 1
    for notice in _notices(book):
        sheet.paragraph(notice, 0, last, _NOTICE)
    sheet.row += 1
    sheet.title(book.say("periods"))
    _period_table(book, sheet)
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


def _notices(book: _Report) -> list[str]:
    view = book.view
    found = []
    if view.synthetic:
        found.append(f"{book.say('synthetic')}\n{say('synthetic_about', book.language, chr(10))}")
    if view.relative:
        names = ", ".join(view.relative_methods)
        about = say("relative_about", book.language, chr(10)).replace("\n", f" {names}\n")
        found.append(f"{book.say('relative')}\n{about} {names}")
    if view.grading is not None and view.grading.relative:
        among = book.long(view.grading.among)
        about = say("relative_grades_about", book.language, chr(10))
        found.append(f"{book.say('relative_grades')} ({view.grading.method})\n{about}\n{among}")
    left_out = sum(period.total for period in view.periods) - min(len(book.units), LISTED_ROWS)
    if left_out > 0:
        found.append(f"{left_out} {say('rows_left_out', book.language, chr(10))}")
    return found


def _period_table(book: _Report, sheet: Sheet) -> None:
    view = book.view
    counted = [period.scored - sum(period.grade_counts.values()) for period in view.periods]
    no_grade = bool(view.grades) and any(count > 0 for count in counted)
    heads = [book.say(key) for key in ("period", "communities", "scored", "unscored", "mean_score")]
    heads += [
        f"{grade.id} {book.short(grade.title)}" + (f" ≥ {grade.minimum}" if grade.minimum else "")
        for grade in view.grades
    ]
    heads += [book.say("no_grade")] if no_grade else []
    heads += [f"{book.say('mean')}: {book.short(item.title)}" for item in book.dimensions]
    sheet.header(heads)
    for column, grade in enumerate(view.grades, 5):
        fill, ink = charts.grade_colour(grade.index, len(view.grades))
        style = {**HEADER, "bg_color": fill.upper(), "font_color": ink.upper()}
        sheet.sheet.write_string(sheet.row - 1, column, fit(heads[column]), book.format(style))
    for period, without in zip(view.periods, counted, strict=True):
        sheet.text(0, period.label if view.has_periods else "—")
        counts = [period.total, period.scored, period.total - period.scored]
        for column, count in enumerate(counts, 1):
            sheet.number(column, count, "0")
        sheet.number(4, period.mean, period.mean_text, {**BODY, "bold": True})
        column = 5
        for grade in view.grades:
            sheet.number(column, period.grade_counts.get(grade.id, 0), "0")
            column += 1
        if no_grade:
            sheet.number(column, without, "0")
            column += 1
        for item in book.dimensions:
            sheet.number(column, period.node_means.get(item.id), period.node_mean_texts.get(item.id, "—"))
            column += 1
        sheet.row += 1


def _ranking(book: _Report) -> None:
    view, sheet = book.view, Sheet(book, "ranking")
    groups, grades = list(view.group_names), bool(view.grades)
    heads = [book.say(key) for key in ("rank", "community_id", "community")]
    heads += [book.short(column_title(name)) for name in groups]
    heads += [book.say("period")] if view.has_periods else []
    heads += [book.say("score")]
    heads += [book.say("grade"), book.say("grade_before")] if grades else []
    heads += [book.say("coverage"), *(book.short(item.title) for item in book.dimensions), book.say("remark")]
    score = 3 + len(groups) + view.has_periods
    first_dimension = score + 2 + 2 * grades
    sheet.header(heads)
    grade_styles = {grade.id: _grade_style(grade, len(view.grades)) for grade in view.grades}
    for unit in book.units[:LISTED_ROWS]:
        sheet.number(0, unit.rank, unit.rank_text, MIDDLE)
        sheet.text(1, unit.community_id)
        sheet.text(2, unit.name)
        for column, name in enumerate(groups, 3):
            sheet.text(column, unit.groups.get(name, ""))
        if view.has_periods:
            sheet.text(score - 1, unit.period)
        sheet.number(score, unit.score, unit.score_text, {**BODY, "bold": True})
        if grades:
            style = grade_styles[unit.grade.id] if unit.grade else MIDDLE
            state = "—" if unit.state is None else unit.state.id
            sheet.text(score + 1, unit.grade.id if unit.grade else state, style)
            lowered = unit.grade_before if unit.capped_by or unit.gates_failed else None
            sheet.text(score + 2, lowered.id if lowered else "", MIDDLE)
        sheet.number(first_dimension - 1, unit.coverage, unit.coverage_text)
        for column, item in enumerate(book.dimensions, first_dimension):
            sheet.number(column, unit.nodes.get(item.id), unit.node_texts.get(item.id, "—"))
        sheet.text(first_dimension + len(book.dimensions), _remark(book, unit), WRAPPED)
        sheet.row += 1
    sheet.filter(0, len(heads) - 1)
    sheet.freeze(3)
    scores = (unit.score for unit in book.units)
    _data_bar(sheet, score, charts.full_length(scores, view.scale))
    for column, item in enumerate(book.dimensions, first_dimension):
        _shades(sheet, column, _full(book, item))
    sheet.finish()


def _remark(book: _Report, unit: UnitView) -> str:
    lines = [f"{book.say('capped_mark')}: {book.long(reason)}" for reason in unit.capped_by]
    lines += [f"{book.say('gated')}: {book.long(reason)}" for reason in unit.gates_failed]
    if unit.prepared:
        lines.append(book.long(unit.prepared))
    if unit.note:
        lines.append(book.long(unit.note))
    return "\n".join(lines)


def _grade_style(grade: GradeView, count: int) -> dict[str, Any]:
    fill, ink = charts.grade_colour(grade.index, count)
    return {**MIDDLE, "bg_color": fill.upper(), "font_color": ink.upper(), "bold": True}


def _full(book: _Report, item: ItemView) -> float:
    return charts.full_length((unit.nodes.get(item.id) for unit in book.units), item.scale)


def _data_bar(sheet: Sheet, column: int, full: float) -> None:
    sheet.sheet.conditional_format(
        1, column, max(1, sheet.row - 1), column,
        {"type": "data_bar", "min_type": "num", "min_value": 0, "max_type": "num", "max_value": full,
         "bar_color": _BAR, "bar_solid": True, "bar_border_color": _BAR},
    )  # fmt: skip


def _shades(sheet: Sheet, column: int, full: float) -> None:
    sheet.sheet.conditional_format(
        1, column, max(1, sheet.row - 1), column,
        {"type": "2_color_scale", "min_type": "num", "min_value": 0, "max_type": "num", "max_value": full,
         "min_color": "#FFFFFF", "max_color": "#8CB9DD"},
    )  # fmt: skip


def _levels(book: _Report) -> None:
    view, sheet = book.view, Sheet(book, "levels")
    inner = [item for item in view.items if item.id in book.nodes]
    heads = [book.say("community_id"), book.say("community")]
    heads += [book.say("period")] if view.has_periods else []
    start = len(heads)
    # The id under the title is the name of the column in scores.csv.
    sheet.header(heads + [f"{book.short(item.title)}\n{item.id}" for item in inner])
    for unit in book.units[:LISTED_ROWS]:
        sheet.text(0, unit.community_id)
        sheet.text(1, unit.name)
        if view.has_periods:
            sheet.text(2, unit.period)
        for column, item in enumerate(inner, start):
            style = {**BODY, "bold": True} if item.level == 0 else BODY
            sheet.number(column, unit.nodes.get(item.id), unit.node_texts.get(item.id, "—"), style)
        sheet.row += 1
    sheet.filter(0, start + len(inner) - 1)
    sheet.freeze(2)
    for column, item in enumerate(inner, start):
        _shades(sheet, column, _full(book, item))
    sheet.finish()


def _weights(book: _Report) -> None:
    view = book.view
    sheet = Sheet(book, "weights", {0: 52, 8 + len(view.component_names): 60, 10: 60})
    keys = ("item", "id", "parent", "level", "kind", "local", "global")
    heads = [book.say(key) for key in keys]
    heads += [f"{book.say('component')} {name}" for name in view.component_names]
    heads += [book.say(key) for key in ("aggregate", "own_settings", "source")]
    sheet.header(heads)
    for item in view.items:
        is_node = item.id in book.nodes
        style = {**BODY, **_NODE} if is_node else BODY
        sheet.text(0, book.short(item.title), {**style, "indent": 1 + item.level, "text_wrap": True})
        sheet.text(1, item.id, style)
        sheet.text(2, item.parent or "", style)
        sheet.number(3, item.level, "0", {**style, "align": "center"})
        kind = "node" if is_node else "context" if item.local_weight is None else "leaf"
        sheet.text(4, book.say(kind), style)
        sheet.number(5, item.local_weight, item.local_text, style)
        sheet.number(6, item.global_weight, item.global_text, style)
        for column, name in enumerate(view.component_names, 7):
            sheet.figure(column, item.components.get(name, ""), style)
        column = 7 + len(view.component_names)
        sheet.text(column, item.aggregate, style)
        sheet.text(column + 1, "\n".join(map(book.long, item.settings)), {**style, "text_wrap": True})
        sheet.text(column + 2, item.source or "", style)
        sheet.row += 1
    sheet.filter(0, len(heads) - 1)
    # The headings of the tree do not stay in sight: they would stand above the matrices too.
    sheet.sheet.freeze_panes(0, 1)
    if view.matrices:
        _matrices(book, sheet)
    if view.opinions:
        _opinions(book, sheet)
    sheet.finish()


def _matrices(book: _Report, sheet: Sheet) -> None:
    sheet.row += 1
    sheet.title(book.say("consistency"))
    keys = ("matrix", "id", "expert", "size", "verdict", "lambda_max", "ci", "ri", "cr", "ri_table")
    sheet.header([*map(book.say, keys), book.say("priorities")])
    for matrix in book.view.matrices:
        style = BODY if matrix.consistent else {**BODY, "bg_color": "#FBE5D6"}
        wrapped = {**style, "text_wrap": True}
        sheet.text(0, book.short(matrix.parent_title), style)
        sheet.text(1, matrix.parent, style)
        sheet.text(2, book.say("group") if matrix.expert is None else matrix.expert, style)
        sheet.number(3, matrix.size, "0", style)
        verdict = say("consistent" if matrix.consistent else "inconsistent", book.language, "\n")
        if matrix.left_out:
            verdict += "\n" + say("left_out", book.language, "\n")
        if matrix.note is not None:
            verdict += "\n" + book.long(matrix.note)
        sheet.text(4, verdict, wrapped if matrix.consistent else {**wrapped, "bold": True})
        for column, text in enumerate((matrix.lambda_max, matrix.ci, matrix.ri, matrix.cr), 5):
            sheet.figure(column, text, style)
        sheet.text(9, matrix.ri_table, style)
        priorities = [f"{book.short(title)} {text}" for title, text in matrix.priorities]
        sheet.text(10, "\n".join(priorities), wrapped)
        sheet.row += 1


def _opinions(book: _Report, sheet: Sheet) -> None:
    sheet.row += 1
    sheet.title(book.say("opinions"))
    sheet.header(map(book.say, ("node", "id", "expert", "method", "priorities", "remarks")))
    wrapped = {**BODY, "text_wrap": True}
    for opinion in book.view.opinions:
        sheet.text(0, book.short(opinion.parent_title), BODY)
        sheet.text(1, opinion.parent, BODY)
        sheet.text(2, book.say("group") if opinion.expert is None else opinion.expert, BODY)
        sheet.text(3, opinion.method, BODY)
        sheet.text(4, "\n".join(f"{book.short(title)} {text}" for title, text in opinion.shares), wrapped)
        sheet.text(5, "\n".join(map(book.long, opinion.remarks)), wrapped)
        sheet.row += 1


def _method(book: _Report) -> None:
    view, sheet = book.view, Sheet(book, "method", {0: 32, 1: 28, 2: 24, 3: 20, 4: 22, 5: 40, 6: 66, 7: 34, 8: 24})
    sheet.title(book.say("how"))
    keys: tuple[str, ...] = ("step", "method", "id", "used_by", "comparability", "formula", "about", "source")
    sheet.header(map(book.say, keys))
    for step in view.methods:
        mark = book.say("relative_mark" if step.relative else "absolute_mark")
        cells = [book.long(step.step), book.long(step.title), step.method, book.long(step.used_by), mark,
                 step.formula, book.long(step.about), step.source]  # fmt: skip
        _row(sheet, cells, WRAPPED)
    _bounds(book, sheet)
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
            item.unit,
            book.long(item.direction),
            item.normalize,
        ]
        cells += [book.long(item.measure), book.long(item.basis), item.source or ""]
        _row(sheet, cells, WRAPPED)
    sheet.filter(first, len(keys) - 1)
    sheet.row += 1
    sheet.title(book.say("settings"))
    sheet.header([*(book.say(key) for key in ("setting", "origin", "value")), *[""] * 5])
    for setting in view.settings:
        sheet.text(0, setting.name, WRAPPED)
        sheet.text(1, book.long(setting.origin), WRAPPED)
        sheet.paragraph(setting.value, 2, 7, WRAPPED)
    sheet.finish()


def _bounds(book: _Report, sheet: Sheet) -> None:
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


def _log(book: _Report) -> None:
    view, sheet = book.view, Sheet(book, "log")
    keys = ("code", "severity", "place", "message", "help")
    sheet.header(map(book.say, keys))
    for finding in view.findings[:LISTED_ROWS]:
        known = finding.severity in ("error", "warning", "info")
        severity = book.say(finding.severity) if known else finding.severity
        texts = [book.long(finding.message), book.long(finding.help)]
        _row(sheet, [finding.code, severity, finding.place, *texts], WRAPPED)
    if not view.findings:
        sheet.text(0, book.say("no_findings"))
        sheet.row += 1
    sheet.filter(0, len(keys) - 1)
    sheet.freeze(0)
    sheet.row += 1
    sheet.title(book.say("inputs"))
    sheet.header([book.say("file"), book.say("sha256")], 2)
    for name, digest in view.inputs:
        sheet.text(2, name, WRAPPED)
        sheet.text(3, digest, WRAPPED)
        sheet.row += 1
    sheet.finish()


def _row(sheet: Sheet, cells: Sequence[str], properties: Style) -> None:
    for column, text in enumerate(cells):
        sheet.text(column, text, properties)
    sheet.row += 1
