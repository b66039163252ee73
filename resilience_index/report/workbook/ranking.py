"""The ranking: where the workbook has formulas, a list that sorts itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from resilience_index.report.view.model import UnitView
from resilience_index.report.words.translations import column_title
from resilience_index.report.workbook.book import (
    MISSING,
    Report,
    data_bar,
    full_length,
    grade_colours,
    grade_style,
    live,
    shades,
)
from resilience_index.report.workbook.formulas import Formula
from resilience_index.report.workbook.layout import ROW, Layout, letters
from resilience_index.report.workbook.levels import before_text, grade_text, remark
from resilience_index.report.workbook.parts import BODY, HELPER, MIDDLE, WRAPPED, Sheet, Style, number_format

Cell = float | str | None


@dataclass(frozen=True)
class _Column:
    """A column: its heading, what it shows of a unit (value and text), its look, the column of levels it fetches."""

    heading: str
    value: Callable[[UnitView], tuple[Cell, str]]
    style: Style
    source: int
    blank: bool = False
    number: str = ""
    node: str = ""


@dataclass(frozen=True)
class Ranking:
    """Where the columns of the ranking stand, for charts."""

    name: int
    score: int
    first_dimension: int


def columns_of(book: Report) -> Ranking:
    """Where the columns of the ranking stand."""
    score = 3 + len(book.view.group_names) + book.view.has_periods
    return Ranking(2, score, score + 2 + 2 * bool(book.view.grades))


def write(book: Report) -> None:
    """The sheet."""
    sheet = Sheet(book, "ranking")
    columns = _columns(book)
    sheet.header([column.heading for column in columns] + ([book.say("list_row")] if book.live else []))
    places = columns_of(book)
    graded = columns_grade(book)
    for place, unit in enumerate(book.units[: book.listed]):
        _unit(book, sheet, columns, unit, book.absent(place), graded)
    last = len(columns) - 1
    sheet.filter(0, last)
    sheet.freeze(3)
    data_bar(sheet, places.score, _full_score(book))
    for column, item in enumerate(book.dimensions, places.first_dimension):
        shades(sheet, (column, column), full_length(book, item))
    if graded is not None and book.live:
        grade_colours(book, sheet, graded, 1, max(1, sheet.row - 1))
    sheet.sheet.print_area(0, 0, max(1, sheet.row - 1), last)
    sheet.finish()
    if book.live:
        sheet.sheet.set_column(last + 1, last + 1, 8, None, {"level": 1})


def columns_grade(book: Report) -> int | None:
    """The column of grades."""
    return columns_of(book).score + 1 if book.view.grades else None


def _full_score(book: Report) -> float:
    from resilience_index.report.page import charts

    return charts.full_length((unit.score for unit in book.units), book.view.scale)


def _unit(
    book: Report, sheet: Sheet, columns: list[_Column], unit: UnitView, absent: Mapping[str, str], graded: int | None
) -> None:
    row_cell = f"${letters(len(columns))}{ROW}"
    for place, column in enumerate(columns):
        value, text = column.value(unit)
        style = column.style
        if place == graded and unit.grade and not book.live:
            style = grade_style(unit.grade, len(book.view.grades))
        number = column.number
        if isinstance(value, float | int):
            number = number_format(text)  # as many decimals as tell it from a grade's bound
        else:
            value = absent.get(column.node, text) if value is None else value
        formula = _fetch(book.live, column, row_cell) if book.live else None
        if formula is None and not isinstance(value, str):
            sheet.number(place, value, text, style)
        else:
            sheet.live(place, live(formula, sheet.row), value, text, style, number)
    if book.live:
        layout = book.live
        listed = layout.column(layout.beyond("place"), "levels")
        text = f"MATCH(ROWS(A$2:A{sheet.row + 1}),{listed},0)"
        sheet.live(len(columns), (text, False), float(sheet.row), "0", {**MIDDLE, **HELPER})
    sheet.row += 1


def _fetch(layout: Layout, column: _Column, row_cell: str) -> Formula:
    text = f"INDEX({layout.column(column.source, 'levels')},{row_cell})"
    return Formula(f'{text}&""' if column.blank else text)


def _columns(book: Report) -> list[_Column]:
    view, layout = book.view, book.live

    def extra(kind: str, item: str = "") -> int:
        return layout.beyond(kind, item) if layout is not None and (kind, item) in layout.extras else 0

    found = [
        _Column(book.say("rank"), lambda unit: (unit.rank, unit.rank_text), MIDDLE, extra("rank")),
        _Column(book.say("community_id"), lambda unit: (unit.community_id, ""), BODY, 0),
        _Column(book.say("community"), lambda unit: (unit.name, ""), BODY, 1, blank=True),
    ]
    found += [_group(book, name, extra("group", name)) for name in view.group_names]
    if view.has_periods:
        found.append(_Column(book.say("period"), lambda unit: (unit.period, ""), BODY, 2))
    root = view.items[0].id
    nodes = layout.node_columns if layout is not None else {}
    score = nodes.get(root, 0)
    bold = {**BODY, "bold": True}
    found.append(
        _Column(
            book.say("score"),
            lambda unit: (unit.score, unit.score_text),
            bold,
            score,
            False,
            book.figure_format(view.scale),
            root,
        )
    )
    if view.grades:
        found.append(_Column(book.say("grade"), _grade, MIDDLE, extra("grade")))
        found.append(_Column(book.say("grade_before"), _before, MIDDLE, extra("before"), blank=True))
    coverage = extra("coverage")
    found.append(
        _Column(book.say("coverage"), lambda unit: (unit.coverage, unit.coverage_text), BODY, coverage, False, "0%")
    )
    found += [_dimension(book, item.id, nodes.get(item.id, 0)) for item in book.dimensions]
    found.append(_Column(book.say("remark"), lambda unit: (remark(book, unit), ""), WRAPPED, extra("remark"), True))
    return found


def _group(book: Report, name: str, source: int) -> _Column:
    return _Column(book.short(column_title(name)), lambda unit: (unit.groups.get(name, ""), ""), BODY, source, True)


def _dimension(book: Report, name: str, source: int) -> _Column:
    def value(unit: UnitView) -> tuple[Cell, str]:
        return unit.nodes.get(name), unit.node_texts.get(name, MISSING)

    item = book.items[name]
    return _Column(book.short(item.title), value, BODY, source, False, book.figure_format(item.scale), name)


def _grade(unit: UnitView) -> tuple[Cell, str]:
    return grade_text(unit), ""


def _before(unit: UnitView) -> tuple[Cell, str]:
    return before_text(unit), ""
