"""The sheets of raw and normalised values: the parameters above the headings, a unit in a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from resilience_index.report.view.calculation import LeafSteps, RowValues
from resilience_index.report.view.format import number_text
from resilience_index.report.workbook import live as xlsx_live
from resilience_index.report.workbook.book import MISSING, PARAMETER, Report, live, shades
from resilience_index.report.workbook.formulas import NOT_APPLICABLE, Formula
from resilience_index.report.workbook.layout import FIRST_POINT, METHOD, PARENT, WEIGHT, Layout, letters
from resilience_index.report.workbook.parts import BODY, INPUT, Sheet, Style

_LABEL = {**PARAMETER, "align": "left", "font_color": "#51606F"}
_NARROW = 16
_FILLED, _TREATED = {"bg_color": "#E2F0D9"}, {"bg_color": "#FCE4CC"}


def labels(sheet: Sheet, layout: Layout, keys: Sequence[str]) -> None:
    """The names of the parameters above the headings; rows without one are hidden."""
    for row in range(layout.parameters):
        if row < len(keys):
            sheet.over(row, 0, layout.leads - 1, sheet.book.say(keys[row]), _LABEL)
        else:
            sheet.sheet.set_row(row, None, None, {"hidden": True})


def leads(book: Report) -> list[str]:
    """The headings of the columns that name a unit."""
    found = [book.say("community_id"), book.say("community")]
    return found + ([book.say("period")] if book.view.has_periods else [])


def name_unit(book: Report, sheet: Sheet, place: int) -> None:
    """The columns that name a unit."""
    unit = book.units[place]
    sheet.text(0, unit.community_id)
    sheet.text(1, unit.name)
    if book.view.has_periods:
        sheet.text(2, unit.period)


def _ordered(layout: Layout, *, context: bool) -> list[tuple[int, LeafSteps, int]]:
    """Column, leaf and position among the leaves, in the order of the columns."""
    places = {leaf.id: place for place, leaf in enumerate(layout.calculation.leaves)}
    return [
        (column, layout.leaves[name], places[name])
        for name, column in layout.leaf_columns.items()
        if context or layout.leaves[name].normalize is not None
    ]


def _headings(
    book: Report, sheet: Sheet, layout: Layout, columns: Sequence[LeafSteps], note: Callable[..., str]
) -> None:
    sheet.row = layout.parameters
    titles = []
    for leaf in columns:
        text = f"{book.short(book.items[leaf.id].title)}\n{leaf.id}"
        titles.append(f"{text}\n{note(leaf)}" if note(leaf) else text)
    sheet.header(leads(book) + titles)


def raw(book: Report, layout: Layout) -> None:
    """The values as they were read, to be changed by the reader."""
    sheet = Sheet(book, "raw")
    columns = _ordered(layout, context=True)
    labels(sheet, layout, ("unit", "direction", "lowest_allowed", "highest_allowed", "value_count"))
    for column, leaf, index in columns:
        _raw_parameters(book, sheet, layout, leaf, column, index)
    follows = {column: book.live is not None and layout.followed(leaf) for column, leaf, _ in columns}

    def mark(leaf: LeafSteps) -> str:
        if leaf.normalize is None:
            return book.say("context")
        return "" if book.live is None or layout.followed(leaf) else book.say("not_followed")

    _headings(book, sheet, layout, [leaf for _, leaf, _ in columns], mark)
    for place, row in enumerate(layout.calculation.rows):
        name_unit(book, sheet, place)
        for column, _, index in columns:
            value = row.raw[index]
            style = {**BODY, **(INPUT if follows[column] else {}), **_mark(row, index)}
            if value is None:
                sheet.text(column, book.excused if index in row.excused else "", {**style, "align": "right"})
            else:
                sheet.number(column, value, number_text(value), style, "General")
        sheet.row += 1
    sheet.filter(layout.parameters, layout.leads + len(columns) - 1)
    sheet.freeze(layout.leads, layout.parameters)
    if book.live:
        _entries(book, sheet, layout, [leaf for _, leaf, _ in columns])
    sheet.finish(wide=True)


def _mark(row: RowValues, index: int) -> Style:
    """How a value looks that was filled in, or treated as an outlier, before it was normalised."""
    return _FILLED if index in row.filled else _TREATED if index in row.treated else {}


def _raw_parameters(book: Report, sheet: Sheet, layout: Layout, leaf: LeafSteps, column: int, index: int) -> None:
    item = book.items[leaf.id]
    sheet.note(0, column, book.either(item.unit), PARAMETER)
    sheet.note(1, column, book.short(item.direction), PARAMETER)
    for row, place in ((2, 0), (3, 1)):
        sheet.row = row
        bound = None if leaf.allowed is None else leaf.allowed[place]
        sheet.number(column, bound, "" if bound is None else number_text(bound), PARAMETER)
    sheet.row = 4
    count = sum(row.raw[index] is not None for row in layout.calculation.rows)
    formula = (f"COUNT({layout.column(column)})", False) if book.live else None
    sheet.live(column, formula, count, "0", PARAMETER)
    sheet.widths[column] = max(sheet.widths.get(column, 8), 9)


def _entries(book: Report, sheet: Sheet, layout: Layout, columns: Sequence[LeafSteps]) -> None:
    """What may be typed, and a mark on what is neither a number in range nor said not to apply."""
    wrong = book.workbook.add_format({"bg_color": "#FBD5C8", "font_color": "#7A1F00"})
    for leaf in columns:
        column = layout.leaf_columns[leaf.id]
        name, first = letters(column), layout.first + 1
        cell = f"{name}{first}"
        fits = f"ISNUMBER({cell})"
        if leaf.allowed is not None:
            fits = f"AND({fits},{cell}>={name}$3,{cell}<={name}$4)"
        area = (layout.first, column, layout.last, column)
        rule = f'=AND({cell}<>"",{cell}<>{NOT_APPLICABLE},NOT({fits}))'
        sheet.sheet.conditional_format(*area, {"type": "formula", "criteria": rule, "format": wrong})


def normalized(book: Report, layout: Layout) -> None:
    """The values between 0 and 1, with the parameters that make them."""
    sheet = Sheet(book, "normalized")
    columns = _ordered(layout, context=False)
    keys = ["parent", "method_name", "local", "point_1", "point_2", "point_3", "point_4"]
    labels(sheet, layout, keys[: layout.parameters])
    for column, leaf, index in columns:
        _parameters(book, sheet, layout, leaf, column, index)
    marks = {True: "", False: book.say("values_only")}
    _headings(book, sheet, layout, [leaf for _, leaf, _ in columns], lambda leaf: marks[not book.live or leaf.live])
    formulas = {leaf.id: xlsx_live.leaf(layout, leaf) if book.live else None for _, leaf, _ in columns}
    for place, row in enumerate(layout.calculation.rows):
        name_unit(book, sheet, place)
        for column, leaf, index in columns:
            _normalized_cell(book, sheet, row, index, column, formulas[leaf.id])
        sheet.row += 1
    sheet.filter(layout.parameters, layout.leads + len(columns) - 1)
    sheet.freeze(layout.leads, layout.parameters)
    if columns:
        shades(sheet, (columns[0][0], columns[-1][0]), 1.0, layout.first)
    sheet.finish(wide=True)


def _normalized_cell(
    book: Report, sheet: Sheet, row: RowValues, index: int, column: int, formula: Formula | None
) -> None:
    value: float | str | None = row.normalized[index]
    if value is None:
        value = book.excused if index in row.excused else MISSING
    text = "" if isinstance(value, str) else number_text(value, 4)
    style = {**BODY, "align": "right"} if isinstance(value, str) else BODY
    sheet.live(column, live(formula, sheet.row), value, text, style, "0.0000")


def _parameters(book: Report, sheet: Sheet, layout: Layout, leaf: LeafSteps, column: int, index: int) -> None:
    """A leaf's parent, method, weight and parameters above its heading."""
    step = leaf.normalize
    assert step is not None
    item = book.items[leaf.id]
    sheet.note(PARENT, column, book.short(book.items[item.parent or ""].title), PARAMETER)
    marks = [step.method, *(["log"] if step.log else []), *([f"within {step.within}"] if step.within else [])]
    sheet.note(METHOD, column, " · ".join([*marks, *(["1 − x"] if leaf.invert else [])]), PARAMETER)
    weight(book, sheet, layout, leaf.id, column)
    values = [row.raw[index] for row in layout.calculation.rows]
    known = [value for value in values if value is not None]
    found: list[tuple[str | None, float | None]]
    if step.method == "minmax" and step.within is not None:
        found = [(None, None), (None, None)]  # each group has its own
    elif step.method == "minmax":
        whole = layout.column(column, "raw")
        found = [(f"MIN({whole})", min(known, default=0.0)), (f"MAX({whole})", max(known, default=0.0))]
    elif step.method == "percentile_rank":
        found = [(f"COUNT({layout.column(column, 'raw')})", len(known))]
    else:
        found = [(None, value) for value in step.points]
    if step.method == "minmax" and step.to != (0.0, 1.0):
        found += [(None, end) for end in step.to]
    found = found if leaf.live else []
    found += [(None, None)] * (layout.parameters - FIRST_POINT - len(found))
    for sheet.row, (formula, value) in enumerate(found, FIRST_POINT):
        style = PARAMETER if formula or value is None or not book.live else {**PARAMETER, **INPUT}
        made = (formula, False) if formula and book.live else None
        sheet.live(column, made, value, "" if value is None else number_text(value), style, "General")
    sheet.widths[column] = max(sheet.widths.get(column, 8), 10)


def weight(book: Report, sheet: Sheet, layout: Layout, child: str, column: int, style: Style | None = None) -> None:
    """The weight with which a child counts, above its heading."""
    style = {**PARAMETER, **(style or {})}
    sheet.row = WEIGHT
    source = xlsx_live.weight(layout, child)
    if isinstance(source, str):
        share = book.items[child].local_weight
        formula = (source, False) if book.live else None
        sheet.live(column, formula, share, "" if share is None else "0.0000", style, "0.0000")
    else:
        follows = book.live is not None and layout.nodes[layout.parent[child]].live
        sheet.number(column, source, number_text(source), {**style, **(INPUT if follows else {})}, "General")
