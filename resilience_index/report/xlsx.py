"""The report as a workbook: six sheets whose figures are numbers and whose names are text.

Nothing in it is a formula or a link. The date of creation is fixed, so that the same view gives the same bytes.
"""

from __future__ import annotations

import datetime
import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from resilience_index.report import charts
from resilience_index.report.translations import clean, languages, pick, say
from resilience_index.report.view import Both, GradeView, ItemView, UnitView, View

# A sheet ends at row 1 048 576; the rest is counted on the first sheet and stands in scores.csv.
LISTED_ROWS = 1_000_000
# The longest text a cell can hold.
_CELL_LIMIT = 32_767
# Points: of a row with one line, and of a further line.
_ROW, _LINE = 18, 15
_HEADER = {"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "text_wrap": True, "align": "center",
           "valign": "vcenter", "border": 1, "border_color": "#FFFFFF"}  # fmt: skip
_LINES = {"valign": "top", "bottom": 1, "bottom_color": "#D5DCE3"}
_BODY = {**_LINES, "indent": 1}
_WRAPPED = {**_BODY, "text_wrap": True}
_MIDDLE = {**_LINES, "align": "center"}
_PLAIN = {"text_wrap": True, "valign": "top"}
_NODE = {"bold": True, "bg_color": "#F0F4F8"}
_NOTICE = {"bg_color": "#FFF4DC", "text_wrap": True, "valign": "vcenter", "left": 5, "left_color": "#B87410"}
_BAR = "#9DC8E6"


def write(view: View, path: Path, language: str = "both") -> None:
    """Write the workbook to ``path``; the same view and language give the same bytes.

    ``language`` is ``zh``, ``en`` or ``both`` (bilingual headings). Raises ``ValueError`` for another.
    """
    import xlsxwriter

    languages(language)
    workbook = xlsxwriter.Workbook(
        str(path),
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": "Microsoft YaHei", "font_size": 10},
        },
    )
    workbook.set_properties(
        {
            "title": clean(pick(view.title, language, " / ")),
            "author": "resilience-index",
            "created": datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC).replace(tzinfo=None),
        }
    )
    book = _Book(workbook, view, language)
    _summary(book)
    _ranking(book)
    _levels(book)
    _weights(book)
    _method(book)
    _log(book)
    workbook.close()


class _Book:
    """The workbook with its formats, each made once."""

    def __init__(self, workbook: Any, view: View, language: str) -> None:
        self.workbook, self.view, self.language = workbook, view, language
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.items = {item.id: item for item in view.items}
        self.nodes = {item.parent for item in view.items if item.parent is not None}
        self.dimensions = [self.items[name] for name in view.dimensions]
        self.units = [unit for period in view.periods for unit in period.units]

    def format(self, properties: Mapping[str, Any]) -> Any:
        """The format of these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(dict(properties))
        return self._formats[key]

    def say(self, key: str) -> str:
        return say(key, self.language)

    def short(self, texts: Both) -> str:
        """A title: both languages in one line."""
        return pick(texts, self.language)

    def long(self, texts: Both) -> str:
        """A sentence: a line for each language."""
        return pick(texts, self.language, "\n")


class _Sheet:
    """A sheet that remembers how wide its columns and how high its rows must be.

    Programs differ in whether they fit rows to wrapped text when they open a file, so heights are set.
    """

    def __init__(self, book: _Book, key: str, widest: int = 46) -> None:
        self.book, self.widest = book, widest
        self.sheet = book.workbook.add_worksheet(book.say(key))
        self.widths: dict[int, float] = {}
        self.wrapped: dict[int, list[tuple[int, str]]] = {}
        self.row = 0
        self.sheet.set_default_row(_ROW)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.set_margins(0.4, 0.4, 0.6, 0.6)
        self.sheet.fit_to_pages(1, 0)
        title = clean(pick(book.view.title, book.language, " / ")).replace("&", "&&")[:120]
        self.sheet.set_footer(f"&L&8{title}&R&8&P / &N")

    def text(self, column: int, text: str, properties: Mapping[str, Any] = _BODY) -> None:
        """A text in the current row; never a number, a formula or a link."""
        text = _fit(text)
        style = self.book.format(properties)
        if text:
            self.sheet.write_string(self.row, column, text, style)
            self._widen(column, text, properties.get("indent", 0))
            if "text_wrap" in properties:
                self.wrapped.setdefault(self.row, []).append((column, text))
        else:
            self.sheet.write_blank(self.row, column, None, style)

    def number(
        self, column: int, value: float | None, text: str = "", properties: Mapping[str, Any] = _BODY
    ) -> None:
        """A number in the current row with the decimals (and the per cent sign) of ``text``, its written form."""
        if value is None or not math.isfinite(value):
            self.text(column, text, {**properties, "align": "center" if properties is _MIDDLE else "right"})
            return
        shape = _number_format(text) if text else "General"
        self.sheet.write_number(self.row, column, value, self.book.format({**properties, "num_format": shape}))
        self._widen(column, text or "0.00", properties.get("indent", 0))

    def figure(self, column: int, text: str, properties: Mapping[str, Any] = _BODY) -> None:
        """A number that the view gives as text only; what is no number stays text."""
        self.number(column, _parsed(text), text, properties)

    def header(self, texts: Iterable[str], column: int = 0) -> None:
        """The headings of a table in the current row."""
        style = self.book.format(_HEADER)
        for place, text in enumerate(texts, column):
            text = _fit(text)
            self.sheet.write_string(self.row, place, text, style)
            self.wrapped.setdefault(self.row, []).append((place, text))
            # A heading may take several lines, but no word of it should break.
            words = text.split()
            self.widths[place] = max(self.widths.get(place, 8), min(22, max(map(_width, words), default=0) + 4))
        self.row += 1

    def title(self, text: str) -> None:
        """A heading above a table."""
        self.sheet.set_row(self.row, 26)
        self.sheet.write_string(
            self.row, 0, _fit(text), self.book.format({"bold": True, "font_size": 13, "font_color": "#1F4E79", "valign": "vcenter"})
        )
        self.row += 1

    def paragraph(self, text: str, first: int, last: int, properties: Mapping[str, Any] = _PLAIN) -> None:
        """A text in a row of its own, over columns whose widths are settled."""
        text = _fit(text)
        style = self.book.format(properties)
        self.sheet.merge_range(self.row, first, self.row, last, "", style)
        self.sheet.write_string(self.row, first, text, style)
        lines = _lines(text, sum(self.widths.get(column, 8) for column in range(first, last + 1)))
        self._height(self.row, lines)
        self.row += 1

    def finish(self) -> None:
        """Set the widths of the columns and the heights of the rows with wrapped text."""
        for column, width in self.widths.items():
            self.sheet.set_column(column, column, width)
        for row, cells in self.wrapped.items():
            self._height(row, max(_lines(text, self.widths[column]) for column, text in cells))

    def table(self, first: int, last_column: int, *, frozen: int | None = None) -> None:
        """Filter for the table between the heading in row ``first`` and the row before the current one."""
        self.sheet.autofilter(first, 0, max(first, self.row - 1), last_column)
        if frozen is not None:
            self.sheet.freeze_panes(first + 1, frozen)
            self.sheet.repeat_rows(first)

    def _widen(self, column: int, text: str, indent: int) -> None:
        width = max(map(_width, text.split("\n"))) + 2 + 2 * indent
        if width > self.widths.get(column, 8):
            self.widths[column] = min(width, self.widest)

    def _height(self, row: int, lines: int) -> None:
        # Excel allows 409 points.
        if lines > 1:
            self.sheet.set_row(row, min(400, _ROW + _LINE * (lines - 1)))


def _summary(book: _Book) -> None:
    view, sheet = book.view, _Sheet(book, "summary")
    last = max(9, 4 + len(view.grades) + 1 + len(book.dimensions))
    sheet.widths = {0: 22} | dict.fromkeys(range(1, last + 1), 13)
    sheet.sheet.set_row(0, 32)
    sheet.sheet.write_string(
        0, 0, _fit(book.short(view.title)),
        book.format({"bold": True, "font_size": 16, "font_color": "#1F4E79", "valign": "vcenter"}),
    )  # fmt: skip
    sheet.row = 1
    facts = [
        ("report", ""),
        ("framework", f"{view.framework_id} {view.framework_version}"),
        ("data", view.data_source),
        ("scale", view.scale_text),
        ("program", f"resilience-index {view.program_version}"),
    ]
    for key, value in facts:
        sheet.sheet.write_string(sheet.row, 0, book.say(key), book.format({"font_color": "#51606F"}))
        sheet.sheet.write_string(sheet.row, 1, _fit(value), book.format({}))
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
        lines = [f"{book.short(step.title)}{relative}: {step.formula}", f"{book.short(step.about)} — {book.short(step.used_by)}"]
        sheet.paragraph("\n".join(lines), 1, last)
    for key, texts in (("notes", [book.long(note) for note in view.notes]), ("sources", list(view.sources))):
        if texts:
            sheet.row += 1
            sheet.title(book.say(key))
            for text in texts:
                sheet.paragraph(text, 0, last)
    sheet.finish()


def _notices(book: _Book) -> list[str]:
    view = book.view
    found = []
    if view.synthetic:
        found.append(f"{book.say('synthetic')}\n{say('synthetic_about', book.language, chr(10))}")
    if view.relative:
        names = ", ".join(view.relative_methods)
        found.append(f"{book.say('relative')}\n{say('relative_about', book.language, chr(10))} {names}")
    left_out = sum(period.total for period in view.periods) - min(len(book.units), LISTED_ROWS)
    if left_out > 0:
        found.append(f"{left_out} {say('rows_left_out', book.language, chr(10))}")
    return found


def _period_table(book: _Book, sheet: _Sheet) -> None:
    view = book.view
    counted = [period.scored - sum(period.grade_counts.get(grade.id, 0) for grade in view.grades) for period in view.periods]
    no_grade = bool(view.grades) and any(count > 0 for count in counted)
    heads = [book.say(key) for key in ("period", "communities", "scored", "unscored", "mean_score")]
    heads += [f"{grade.id} {book.short(grade.title)} ≥ {grade.minimum}" for grade in view.grades]
    heads += [book.say("no_grade")] if no_grade else []
    heads += [f"{book.say('mean')}: {book.short(item.title)}" for item in book.dimensions]
    sheet.header(heads)
    for column, grade in enumerate(view.grades, 5):
        fill, ink = charts.grade_colour(grade.index, len(view.grades))
        style = {**_HEADER, "bg_color": fill.upper(), "font_color": ink.upper()}
        sheet.sheet.write_string(sheet.row - 1, column, _fit(heads[column]), book.format(style))
    for period, without in zip(view.periods, counted, strict=True):
        sheet.text(0, period.label if view.has_periods else "—")
        counts = [period.total, period.scored, period.total - period.scored]
        for column, count in enumerate(counts, 1):
            sheet.number(column, count, "0")
        sheet.number(4, period.mean, period.mean_text, {**_BODY, "bold": True})
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


def _ranking(book: _Book) -> None:
    view, sheet = book.view, _Sheet(book, "ranking")
    groups, grades = list(view.group_names), bool(view.grades)
    heads = [book.say(key) for key in ("rank", "community_id", "community")] + groups
    heads += [book.say("period")] if view.has_periods else []
    heads += [book.say("score")]
    heads += [book.say("grade"), book.say("grade_before")] if grades else []
    heads += [book.say("coverage"), *(book.short(item.title) for item in book.dimensions), book.say("remark")]
    score = 3 + len(groups) + view.has_periods
    first_dimension = score + 2 + 2 * grades
    sheet.header(heads)
    grade_styles = {grade.id: _grade_style(grade, len(view.grades)) for grade in view.grades}
    for unit in book.units[:LISTED_ROWS]:
        sheet.number(0, unit.rank, unit.rank_text, _MIDDLE)
        sheet.text(1, unit.community_id)
        sheet.text(2, unit.name)
        for column, name in enumerate(groups, 3):
            sheet.text(column, unit.groups.get(name, ""))
        if view.has_periods:
            sheet.text(score - 1, unit.period)
        sheet.number(score, unit.score, unit.score_text, {**_BODY, "bold": True})
        if grades:
            sheet.text(score + 1, unit.grade.id if unit.grade else "—", grade_styles[unit.grade.id] if unit.grade else _MIDDLE)
            lowered = unit.grade_before if unit.capped_by and unit.grade_before else None
            sheet.text(score + 2, lowered.id if lowered else "", _MIDDLE)
        sheet.number(first_dimension - 1, unit.coverage, unit.coverage_text)
        for column, item in enumerate(book.dimensions, first_dimension):
            sheet.number(column, unit.nodes.get(item.id), unit.node_texts.get(item.id, "—"))
        sheet.text(first_dimension + len(book.dimensions), _remark(book, unit), _WRAPPED)
        sheet.row += 1
    sheet.table(0, len(heads) - 1, frozen=3)
    scores = (unit.score for unit in book.units)
    _data_bar(sheet, score, charts.full_length(scores, view.scale))
    for column, item in enumerate(book.dimensions, first_dimension):
        _shades(sheet, column, _full(book, item))
    sheet.finish()


def _remark(book: _Book, unit: UnitView) -> str:
    lines = [f"{book.say('capped_mark')}: {book.long(reason)}" for reason in unit.capped_by]
    if unit.note:
        lines.append(book.long(unit.note))
    return "\n".join(lines)


def _grade_style(grade: GradeView, count: int) -> dict[str, Any]:
    fill, ink = charts.grade_colour(grade.index, count)
    return {**_MIDDLE, "bg_color": fill.upper(), "font_color": ink.upper(), "bold": True}


def _full(book: _Book, item: ItemView) -> float:
    return charts.full_length((unit.nodes.get(item.id) for unit in book.units), book.view.scale)


def _data_bar(sheet: _Sheet, column: int, full: float) -> None:
    sheet.sheet.conditional_format(
        1, column, max(1, sheet.row - 1), column,
        {"type": "data_bar", "min_type": "num", "min_value": 0, "max_type": "num", "max_value": full, "bar_color": _BAR,
         "bar_solid": True, "bar_border_color": _BAR},
    )  # fmt: skip


def _shades(sheet: _Sheet, column: int, full: float) -> None:
    sheet.sheet.conditional_format(
        1, column, max(1, sheet.row - 1), column,
        {"type": "2_color_scale", "min_type": "num", "min_value": 0, "max_type": "num", "max_value": full,
         "min_color": "#FFFFFF", "max_color": "#8CB9DD"},
    )  # fmt: skip


def _levels(book: _Book) -> None:
    view, sheet = book.view, _Sheet(book, "levels")
    inner = [item for item in view.items if item.id in book.nodes]
    heads = [book.say(key) for key in ("community_id", "community")] + ([book.say("period")] if view.has_periods else [])
    start = len(heads)
    # The id under the title is the name of the column in scores.csv.
    sheet.header(heads + [f"{book.short(item.title)}\n{item.id}" for item in inner])
    for unit in book.units[:LISTED_ROWS]:
        sheet.text(0, unit.community_id)
        sheet.text(1, unit.name)
        if view.has_periods:
            sheet.text(2, unit.period)
        for column, item in enumerate(inner, start):
            style = {**_BODY, "bold": True} if item.level == 0 else _BODY
            sheet.number(column, unit.nodes.get(item.id), unit.node_texts.get(item.id, "—"), style)
        sheet.row += 1
    sheet.table(0, start + len(inner) - 1, frozen=2)
    for column, item in enumerate(inner, start):
        _shades(sheet, column, _full(book, item))
    sheet.finish()


def _weights(book: _Book) -> None:
    view, sheet = book.view, _Sheet(book, "weights", 40)
    keys = ("item", "id", "parent", "level", "kind", "local", "global")
    heads = [book.say(key) for key in keys]
    heads += [f"{book.say('component')} {name}" for name in view.component_names]
    heads += [book.say(key) for key in ("aggregate", "own_settings", "source")]
    sheet.header(heads)
    for item in view.items:
        is_node = item.id in book.nodes
        style = {**_BODY, **_NODE} if is_node else _BODY
        sheet.text(0, book.short(item.title), {**style, "indent": 1 + item.level, "text_wrap": True})
        sheet.text(1, item.id, style)
        sheet.text(2, item.parent or "", style)
        sheet.number(3, item.level, "0", {**style, "align": "center"})
        sheet.text(4, book.say("node" if is_node else "context" if item.local_weight is None else "leaf"), style)
        sheet.number(5, item.local_weight, item.local_text, style)
        sheet.number(6, item.global_weight, item.global_text, style)
        for column, name in enumerate(view.component_names, 7):
            sheet.figure(column, item.components.get(name, ""), style)
        column = 7 + len(view.component_names)
        sheet.text(column, item.aggregate, style)
        sheet.text(column + 1, "\n".join(map(book.short, item.settings)), {**style, "text_wrap": True})
        sheet.text(column + 2, item.source or "", style)
        sheet.row += 1
    sheet.table(0, len(heads) - 1, frozen=1)
    if view.matrices:
        _matrices(book, sheet)
    sheet.finish()


def _matrices(book: _Book, sheet: _Sheet) -> None:
    sheet.row += 1
    sheet.title(book.say("consistency"))
    keys = ("matrix", "id", "expert", "size", "verdict", "lambda_max", "ci", "ri", "cr", "ri_table", "priorities")
    sheet.header([book.say(key) for key in keys])
    for matrix in book.view.matrices:
        style = _BODY if matrix.consistent else {**_BODY, "bg_color": "#FBE5D6"}
        wrapped = {**style, "text_wrap": True}
        sheet.text(0, book.short(matrix.parent_title), style)
        sheet.text(1, matrix.parent, style)
        sheet.text(2, book.say("group") if matrix.expert is None else matrix.expert, style)
        sheet.number(3, matrix.size, "0", style)
        verdict = say("consistent" if matrix.consistent else "inconsistent", book.language, "\n")
        sheet.text(4, verdict, wrapped if matrix.consistent else {**wrapped, "bold": True})
        for column, text in enumerate((matrix.lambda_max, matrix.ci, matrix.ri, matrix.cr), 5):
            sheet.figure(column, text, style)
        sheet.text(9, matrix.ri_table, style)
        sheet.text(10, "\n".join(f"{book.short(title)} {text}" for title, text in matrix.priorities), _WRAPPED)
        sheet.row += 1


def _method(book: _Book) -> None:
    view, sheet = book.view, _Sheet(book, "method", 30)
    sheet.title(book.say("how"))
    sheet.header([book.say(key) for key in ("step", "method", "id", "used_by", "comparability", "formula", "about", "source")])
    for step in view.methods:
        mark = book.say("relative_mark" if step.relative else "absolute_mark")
        cells = [book.long(step.step), book.long(step.title), step.method, book.long(step.used_by), mark, step.formula,
                 book.long(step.about), step.source]  # fmt: skip
        _row(sheet, cells, _WRAPPED)
    sheet.row += 1
    sheet.title(book.say("indicators"))
    first = sheet.row
    keys = ("indicator", "id", "goalposts", "unit", "direction", "normalize", "measure", "basis", "source")
    sheet.header([book.say(key) for key in keys])
    for item in view.items:
        if item.id in book.nodes:
            continue
        cells = [book.long(item.title), item.id, item.goalposts, item.unit, book.long(item.direction), item.normalize,
                 book.long(item.measure), book.long(item.basis), item.source or ""]  # fmt: skip
        _row(sheet, cells, _WRAPPED)
    sheet.table(first, len(keys) - 1)
    sheet.row += 1
    sheet.title(book.say("settings"))
    sheet.header([book.say(key) for key in ("setting", "origin", "value")])
    for setting in view.settings:
        sheet.text(0, setting.name, _WRAPPED)
        sheet.text(1, book.long(setting.origin), _WRAPPED)
        sheet.paragraph(setting.value, 2, 7, _WRAPPED)
    sheet.finish()


def _log(book: _Book) -> None:
    view, sheet = book.view, _Sheet(book, "log")
    keys = ("code", "severity", "place", "message", "help")
    sheet.header([book.say(key) for key in keys])
    for finding in view.findings[:LISTED_ROWS]:
        severity = book.say(finding.severity) if finding.severity in ("error", "warning", "info") else finding.severity
        _row(sheet, [finding.code, severity, finding.place, book.long(finding.message), book.long(finding.help)], _WRAPPED)
    if not view.findings:
        sheet.text(0, book.say("no_findings"))
        sheet.row += 1
    sheet.table(0, len(keys) - 1, frozen=0)
    sheet.row += 1
    sheet.title(book.say("inputs"))
    sheet.header([book.say("file"), book.say("sha256")], 2)
    for name, digest in view.inputs:
        sheet.text(2, name, _WRAPPED)
        sheet.text(3, digest, _WRAPPED)
        sheet.row += 1
    sheet.finish()


def _row(sheet: _Sheet, cells: Sequence[str], properties: Mapping[str, Any]) -> None:
    for column, text in enumerate(cells):
        sheet.text(column, text, properties)
    sheet.row += 1


def _fit(text: str) -> str:
    text = clean(text)
    return text if len(text) <= _CELL_LIMIT else text[: _CELL_LIMIT - 1] + "…"


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _number_format(text: str) -> str:
    """The number format that writes a number as ``text`` does."""
    percent = text.endswith("%")
    digits = text.rstrip("% ").partition(".")[2]
    return "0" + (f".{'0' * len(digits)}" if digits else "") + ("%" if percent else "")


def _lines(text: str, room: float) -> int:
    # Words that do not fit move to the next line whole, hence the reserve.
    return sum(max(1, math.ceil(_width(line) / max(4, room * 0.92 - 2))) for line in text.split("\n"))


def _parsed(text: str) -> float | None:
    try:
        return float(text.rstrip("% ")) / 100 if text.endswith("%") else float(text)
    except ValueError:
        return None
