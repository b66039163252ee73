"""The sheet of levels: every node of every unit, and beside them results and the steps between."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from resilience_index.report.view.calculation import NodeSteps, RowValues
from resilience_index.report.view.format import number_text
from resilience_index.report.view.model import ItemView, UnitView
from resilience_index.report.words.translations import column_title
from resilience_index.report.workbook import live as xlsx_live
from resilience_index.report.workbook.book import MISSING, PARAMETER, Report, full_length, grade_colours, live, shades
from resilience_index.report.workbook.formulas import Formula
from resilience_index.report.workbook.layout import COVERAGE, LEAST, METHOD, PARENT, WEIGHT, Layout, first_of
from resilience_index.report.workbook.parts import BODY, HELPER, INPUT, MIDDLE, WRAPPED, Sheet, Style
from resilience_index.report.workbook.values import labels, leads, name_unit, weight

Cell = float | str | None


def write(book: Report) -> None:
    """The sheet, with formulas or with values only."""
    if book.live is not None:
        _Live(book, book.live).write()
    else:
        _values(book)


def _values(book: Report) -> None:
    view, sheet = book.view, Sheet(book, "levels")
    inner = [item for item in view.items if item.id in book.nodes]
    heads = leads(book)
    start = len(heads)
    # The id under the title is the name of the column in scores.csv.
    sheet.header(heads + [_heading(book, item) for item in inner])
    for place, unit in enumerate(book.units[: book.listed]):
        name_unit(book, sheet, place)
        for column, item in enumerate(inner, start):
            sheet.number(column, unit.nodes.get(item.id), unit.node_texts.get(item.id, MISSING), _style(item))
        sheet.row += 1
    sheet.filter(0, start + len(inner) - 1)
    sheet.freeze(2)
    for column, item in enumerate(inner, start):
        shades(sheet, (column, column), full_length(book, item))
    sheet.finish(wide=True)


def _heading(book: Report, item: ItemView) -> str:
    return f"{book.short(item.title)}\n{item.id}"


def _style(item: ItemView) -> Style:
    return {**BODY, "bold": True} if item.level == 0 else BODY


class _Live:
    """The sheet with formulas."""

    def __init__(self, book: Report, layout: Layout) -> None:
        self.book, self.layout = book, layout
        self.sheet = Sheet(book, "levels", {layout.beyond("remark"): 60})
        self.places = {node.id: place for place, node in enumerate(layout.calculation.nodes)}
        self.leaf_places = {leaf.id: place for place, leaf in enumerate(layout.calculation.leaves)}
        self.makers: dict[str, Callable[[UnitView, RowValues, int], Cell]] = {
            "rank": lambda unit, _row, _place: unit.rank,
            "coverage": lambda unit, _row, _place: unit.coverage,
            "grade": lambda unit, _row, _place: grade_text(unit),
            "before": lambda unit, _row, _place: before_text(unit),
            "said": lambda unit, _row, _place: _lines(said(book, unit, capped=not layout.graded)),
            "remark": lambda unit, _row, _place: remark(book, unit),
            "key": lambda _unit, row, _place: row.key,
            "place": lambda _unit, _row, place: float(place + 1),
            "position": lambda unit, row, _place: self._position(unit, row),
        }

    def write(self) -> None:
        """Parameters, headings, units."""
        book, layout, sheet = self.book, self.layout, self.sheet
        labels(sheet, layout, ("parent", "aggregate", "local", "min_coverage", "min_children"))
        for name, column in layout.node_columns.items():
            self._parameters(layout.nodes[name], column)
        for (kind, item), extra in layout.extras.items():
            if kind == "taken":
                weight(book, sheet, layout, item, extra.column, HELPER)
        sheet.row = layout.parameters
        heads = leads(book) + [self._node_heading(name) for name in layout.node_columns]
        sheet.header(heads + [self._extra_heading(kind, item) for kind, item in layout.extras])
        self._units()
        last = layout.leads + len(layout.node_columns) + len(layout.extras) - 1
        sheet.filter(layout.parameters, last)
        sheet.freeze(layout.leads, layout.parameters)
        self._looks()
        sheet.sheet.print_area(0, 0, max(layout.parameters, sheet.row - 1), layout.beyond("remark"))
        sheet.finish(wide=True)

    def _node_heading(self, name: str) -> str:
        mark = "" if self.layout.nodes[name].live else f"\n{self.book.say('values_only')}"
        return _heading(self.book, self.book.items[name]) + mark

    def _extra_heading(self, kind: str, item: str) -> str:
        book = self.book
        if kind == "group":
            return book.short(column_title(item))
        names = {"before": "grade_before", "key": "compared_score", "place": "list_place", "position": "grade_place",
                 "line": "red_line_place", "aggregated": "before_normalizing", "passed": "passed_up",
                 "compared": "compared_value", "taken": "as_taken", "code": "group_code",
                 "said": "remark_fixed"}  # fmt: skip
        text = book.say(names.get(kind, kind))
        if kind == "remark" and xlsx_live.result_or_step(self.layout, kind, item) is None:
            return f"{text}\n{book.say('values_only')}"
        if kind == "line":
            line = self.layout.calculation.red_lines[int(item)]
            return f"{text}\n{line.indicator}"
        return f"{text}\n{item}" if item else text

    def _parameters(self, node: NodeSteps, column: int) -> None:
        sheet, book = self.sheet, self.book
        item = book.items[node.id]
        above = book.items[item.parent].title if item.parent else None
        sheet.note(PARENT, column, book.short(above) if above else "", PARAMETER)
        marks = [item.aggregate, *(["1 − x"] if node.invert else [])]
        marks += [node.normalize.method] if node.normalize is not None else []
        sheet.note(METHOD, column, " · ".join(marks), PARAMETER)
        if item.parent:
            weight(book, sheet, self.layout, node.id, column)
        else:
            sheet.note(WEIGHT, column, "", PARAMETER)
        style = {**PARAMETER, **INPUT} if node.live else PARAMETER
        for row, value in ((COVERAGE, node.min_coverage), (LEAST, node.min_children)):
            sheet.row = row
            if value is not None and node.missing == "available":
                sheet.number(column, float(value), number_text(float(value), 4), style, "0.####")
            else:
                sheet.note(row, column, MISSING if row == LEAST else node.missing, PARAMETER)

    def _units(self) -> None:
        book, layout, sheet = self.book, self.layout, self.sheet
        nodes = [(column, layout.nodes[name], xlsx_live.node(layout, layout.nodes[name]), book.items[name])
                 for name, column in layout.node_columns.items()]  # fmt: skip
        extras = [
            (
                kind,
                item,
                extra.column,
                None if kind in ("rank", "place") else xlsx_live.result_or_step(layout, kind, item),
            )
            for (kind, item), extra in layout.extras.items()
        ]
        for place, (unit, row) in enumerate(zip(book.units, layout.calculation.rows, strict=True)):
            name_unit(book, sheet, place)
            for column, node, formula, item in nodes:
                value: Cell = unit.nodes.get(node.id)
                value = self._absent(row, node.id) if value is None else value
                style = _style(item) if not isinstance(value, str) else {**_style(item), "align": "right"}
                text = unit.node_texts.get(node.id, MISSING)
                sheet.live(column, live(formula, sheet.row), value, text, style, book.figure_format(item.scale))
            for kind, name, column, formula in extras:
                self._extra(kind, name, column, formula, unit, row, place)
            sheet.row += 1

    def _absent(self, row: RowValues, node: str) -> str:
        return self.book.excused if self.places[node] in row.nodes_excused else MISSING

    def _extra(
        self, kind: str, name: str, column: int, formula: Formula | None, unit: UnitView, row: RowValues, place: int
    ) -> None:
        layout, sheet = self.layout, self.sheet
        if kind == "group":
            sheet.text(column, unit.groups.get(name, ""))
            return
        block = first_of(layout.blocks, sheet.row) if kind in ("rank", "place") else (0, 0)
        if kind == "rank":
            formula = xlsx_live.rank(layout, block)
        elif kind == "place":
            formula = xlsx_live.place(layout, block, block[0] - layout.first)
        value = self.makers[kind](unit, row, place) if kind in self.makers else self._step(kind, name, row)
        looks: dict[str, tuple[Style, str, str]] = {
            "rank": (MIDDLE, unit.rank_text, "General"),
            "coverage": (BODY, unit.coverage_text, "0%"),
            "grade": (MIDDLE, "", ""),
            "before": (MIDDLE, "", ""),
            "remark": (WRAPPED, "", ""),
            "said": ({**WRAPPED, **HELPER}, "", ""),
            "place": ({**MIDDLE, **HELPER}, "0", "General"),
            "position": ({**MIDDLE, **HELPER}, "0", "General"),
            "line": ({**MIDDLE, **HELPER}, "0", "General"),
            "code": ({**MIDDLE, **HELPER}, "0", "General"),
        }
        style, text, number = looks.get(kind, ({**BODY, **HELPER}, "0.0000000000", "0.0000000000"))
        sheet.live(column, live(formula, sheet.row), MISSING if value is None else value, text, style, number)

    def _position(self, unit: UnitView, row: RowValues) -> float | None:
        """The place of the grade before red lines, from 1; one beyond the last without a grade."""
        if row.key is None:
            return None
        return float(unit.grade_before.index + 1 if unit.grade_before else len(self.book.view.grades) + 1)

    def _step(self, kind: str, name: str, row: RowValues) -> Cell:
        """The value of a step that has a column of its own."""
        layout = self.layout
        if kind == "line":
            return self._line(int(name), row)
        if kind == "code":
            return float(row.groups[list(layout.calculation.groupings).index(name)])
        if kind == "taken" and name in layout.leaves:
            place = self.leaf_places[name]
            value = row.normalized[place]
            if value is None:
                return self.book.excused if place in row.excused else MISSING
            return 1.0 - value if layout.leaves[name].against else value
        node = layout.nodes[name]
        value = (row.aggregated if kind == "aggregated" else row.passed)[self.places[name]]
        if value is None:
            return self._absent(row, name)
        if kind == "taken":
            return 1.0 - value if node.against else value
        ranks = node.normalize is not None and node.normalize.method == "percentile_rank"
        if kind == "compared" or (kind == "aggregated" and ranks):
            return round(value, 10)
        return value * node.scale if kind == "passed" else value

    def _line(self, index: int, row: RowValues) -> float:
        """The place of the grade a red line leaves a unit; 0 where it did not catch it."""
        line = self.layout.calculation.red_lines[index]
        return float(line.cap + 1) if index in row.caught else 0.0

    def _looks(self) -> None:
        """Shades by level and colours of grades."""
        layout, sheet, book = self.layout, self.sheet, self.book
        for name, column in layout.node_columns.items():
            shades(sheet, (column, column), full_length(book, book.items[name]), layout.first)
        if layout.graded:
            column = layout.beyond("grade")
            grade_colours(book, sheet, column, layout.first, layout.last)


def remark(book: Report, unit: UnitView) -> str:
    """Why a grade was lowered, and why there is no score."""
    return _lines([*said(book, unit, capped=True), *([book.long(unit.note)] if unit.note else [])])


def said(book: Report, unit: UnitView, *, capped: bool) -> list[str]:
    """Red lines (``capped``: where they do not recalculate), gates, and values that were filled or treated."""
    lines = [f"{book.say('capped_mark')}: {book.long(reason)}" for reason in (unit.capped_by if capped else ())]
    lines += [f"{book.say('gate_mark')}: {book.long(reason)}" for reason in unit.gates_failed]
    return lines + ([book.long(unit.prepared)] if unit.prepared else [])


def _lines(texts: Sequence[str]) -> str:
    return "\n".join(texts)


def grade_text(unit: UnitView) -> str:
    """The grade, or what stands in its place."""
    if unit.grade is not None:
        return unit.grade.id
    return MISSING if unit.state is None else unit.state.id


def before_text(unit: UnitView) -> str:
    """The grade that a red line or a gate took away."""
    lowered = unit.grade_before if unit.capped_by or unit.gates_failed else None
    return lowered.id if lowered else ""
