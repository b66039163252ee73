"""The workbook of a view: what its sheets share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from resilience_index.report.page import charts
from resilience_index.report.view.format import decimals
from resilience_index.report.view.model import GradeView, ItemView, View
from resilience_index.report.words.translations import languages, pick
from resilience_index.report.workbook.formulas import NO_VALUE, NOT_APPLICABLE, Formula
from resilience_index.report.workbook.layout import Layout
from resilience_index.report.workbook.parts import HEADER, MIDDLE, Book, Sheet, Style

MISSING = "—"
EXCUSED = {"zh": "不适用", "en": "n/a", "both": "不适用 n/a"}
NODE = {"bold": True, "bg_color": "#F0F4F8"}
PARAMETER = {"font_size": 9, "bg_color": "#F5F7F9", "valign": "vcenter", "align": "center", "text_wrap": True}
_BAR = "#9DC8E6"


class Report(Book):
    """The workbook of a view: ``layout`` is None where it lists no raw values, ``live`` where it has no formulas.

    ``listed`` is the number of units a sheet lists at most.

    The places of formulas are settled before the first sheet is written: sheets refer to each other.
    """

    def __init__(self, view: View, path: Path, language: str, listed: int) -> None:
        super().__init__(path, language, pick(view.title, language, " / "))
        self.view, self.calculation, self.listed = view, view.calculation, listed
        self.items = {item.id: item for item in view.items}
        self.nodes = {item.parent for item in view.items if item.parent is not None}
        self.dimensions = [self.items[name] for name in view.dimensions]
        self.units = [unit for period in view.periods for unit in period.units]
        self.excused = EXCUSED[language]
        self.summary_no_grade = False
        self.layout: Layout | None = None
        if self.calculation is not None and len(self.units) == len(self.calculation.rows):
            names = {key: self.say(key) for key in ("levels", "weights", "normalized", "raw", "method")}
            self.layout = Layout(view, self.calculation, names, languages(language))
        if self.layout is not None and self.layout.last >= listed:
            self.layout = None
        self.live = self.layout if self.calculation is not None and self.calculation.live else None
        if self.live is not None:
            self._define_marks()

    def _define_marks(self) -> None:
        """Name the texts that stand for a missing value and for one that does not apply."""
        self.workbook.define_name(NO_VALUE, f'="{MISSING}"')
        self.workbook.define_name(NOT_APPLICABLE, f'="{self.excused}"')

    def absent(self, place: int) -> dict[str, str]:
        """The nodes that do not apply to a unit where the workbook has formulas, with the text that says so."""
        if self.live is None:
            return {}
        calculation = self.live.calculation
        return {calculation.nodes[index].id: self.excused for index in calculation.rows[place].nodes_excused}

    def figure_format(self, scale: float) -> str:
        """The number format of values on a shown scale."""
        return "0." + "0" * decimals(scale)


def live(formula: Formula | None, row: int) -> tuple[str, bool] | None:
    """A column's formula for the unit in a row."""
    from resilience_index.report.workbook.layout import on_row

    return None if formula is None else (on_row(formula.text, row), formula.array)


def row_of(sheet: Sheet, cells: Sequence[str], properties: Style) -> None:
    """A row of texts."""
    for column, text in enumerate(cells):
        sheet.text(column, text, properties)
    sheet.row += 1


def grade_style(grade: GradeView, count: int) -> dict[str, Any]:
    """How a cell with a grade looks."""
    fill, ink = charts.grade_colour(grade.index, count)
    return {**MIDDLE, "bg_color": fill.upper(), "font_color": ink.upper(), "bold": True}


def grade_header(grade: GradeView, count: int) -> dict[str, Any]:
    """How the heading of a grade looks."""
    fill, ink = charts.grade_colour(grade.index, count)
    return {**HEADER, "bg_color": fill.upper(), "font_color": ink.upper()}


def grade_colours(book: Report, sheet: Sheet, column: int, first: int, last: int) -> None:
    """Colour the grades of a column, whatever they become."""
    for grade in book.view.grades:
        fill, ink = charts.grade_colour(grade.index, len(book.view.grades))
        style = book.workbook.add_format({"bg_color": fill.upper(), "font_color": ink.upper()})
        criterion = '"' + grade.id.replace('"', '""') + '"'
        rule = {"type": "cell", "criteria": "==", "value": criterion, "format": style}
        sheet.sheet.conditional_format(first, column, last, column, rule)


def full_length(book: Report, item: ItemView) -> float:
    """What a full shade of a node means."""
    return charts.full_length((unit.nodes.get(item.id) for unit in book.units), item.scale)


def data_bar(sheet: Sheet, column: int, full: float, first: int = 1) -> None:
    """Bars behind the figures of a column down to the row before the current one."""
    sheet.sheet.conditional_format(
        first, column, max(first, sheet.row - 1), column,
        {"type": "data_bar", "min_type": "num", "min_value": 0, "max_type": "num", "max_value": full,
         "bar_color": _BAR, "bar_solid": True, "bar_border_color": _BAR},
    )  # fmt: skip


def shades(sheet: Sheet, columns: tuple[int, int], full: float, first: int = 1) -> None:
    """Shade the figures of columns down to the row before the current one: the stronger, the higher."""
    sheet.sheet.conditional_format(
        first, columns[0], max(first, sheet.row - 1), columns[1],
        {"type": "2_color_scale", "min_type": "num", "min_value": 0, "max_type": "num", "max_value": full,
         "min_color": "#FFFFFF", "max_color": "#8CB9DD"},
    )  # fmt: skip
