"""A worksheet as the readers' door sees a file: which sheet, its rows, what its marks mean for them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from resilience_index.data.body import LISTED, Body, Gather
from resilience_index.data.cells import CellRules, show
from resilience_index.data.files.careful import read_records
from resilience_index.data.files.package import unsound
from resilience_index.data.files.records import Record
from resilience_index.data.files.sheet_marks import Merged, Sheet
from resilience_index.data.files.source import Input
from resilience_index.data.files.workbook import LARGEST, Book, Grid
from resilience_index.data.layout.columns import Layout
from resilience_index.data.layout.header import Header, header_of
from resilience_index.data.layout.names import known_names
from resilience_index.data.privacy import mask
from resilience_index.data.table import Column, Keys, SourceFile
from resilience_index.errors import UnreadableError, UsageError
from resilience_index.findings import Finding, Location

_ENOUGH = 2  # known names that make a sheet the table although there are others
_DIGITS_KEPT = 1e15  # a spreadsheet keeps 15 digits of a number


class SheetFile:
    """The sheet of a workbook that holds the table.

    ``sheet`` is the name or number of the one to read; None: found by its header. Raises
    ``UnreadableError`` RI262 and RI266, ``UsageError`` RI263 to RI265.
    """

    def __init__(
        self, given: Input, label: str, columns: Sequence[Column], keys: Keys, sheet: str | None = None
    ) -> None:
        self.shown = str(given.path)
        self._content = given.whole()
        if len(self._content) > LARGEST:
            raise unsound(self.shown, f"it is larger than {LARGEST >> 20} MiB", f"大于 {LARGEST >> 20} MiB")
        self._workbook = Book(self._content, self.shown)
        names = known_names(columns, keys)
        if sheet is not None:
            chosen = self._workbook.named(sheet)
            self._grid = self._workbook.grid(chosen)
            self._header = header_of(self._grid.preview, names)
        else:
            self._grid, self._header = self._find(names)
        self.sheet = self._grid.sheet.name
        self.label = f"{label}[{show(self.sheet)}]"
        self._asked = sheet is not None

    def _find(self, names: frozenset[str]) -> tuple[Grid, Header]:
        filled = [grid for sheet in self._workbook.visible if (grid := self._workbook.grid(sheet)).records]
        if not filled:
            raise UnreadableError("RI266", file=self.shown)
        headers = [(grid, header_of(grid.preview, names)) for grid in filled]
        likely = [found for found in headers if found[1].known >= _ENOUGH] or headers
        if len(likely) > 1:
            raise UsageError("RI263", file=self.shown, sheets=[show(grid.sheet.name) for grid, _ in likely])
        return likely[0]

    def header(self, columns: Sequence[Column], keys: Keys) -> Header:  # noqa: ARG002 - known since the sheet is
        """The header, by which the sheet was found."""
        return self._header

    def rows(
        self, header: Header, layout: Layout, columns: Sequence[Column], rules: Sequence[CellRules], *, keep_text: bool
    ) -> Body:
        """All rows below the header, hidden ones too; findings RI233, RI238, RI250, RI267 and RI269 to RI274."""
        gather = Gather(layout, rules, max(1, len(self._grid.records)), keep_text=keep_text)
        marks = _Marked(self._grid, layout, header, self.label)
        records = marks.records(record for record in self._grid.records if record.row > header.row)
        body = read_records(records, header, layout, columns, gather, file=self.label)
        body.findings += marks.findings(body)
        return body

    def originals(self, header: Header, layout: Layout) -> Iterator[Record]:
        """Every row from the first on, with merged entries of key columns in each of their rows."""
        yield from (record for record in self._grid.records if record.row <= header.row)
        marks = _Marked(self._grid, layout, header, self.label)
        yield from marks.records(record for record in self._grid.records if record.row > header.row)

    def about(self, header: Header, count: int) -> list[Finding]:  # noqa: ARG002 - as for text files
        """RI268: the other sheets."""
        others = [_named(sheet) for sheet in self._workbook.sheets if sheet.name != self._grid.sheet.name]
        if not others or self._asked:
            return []
        return [Finding("RI268", Location(self.label), {"sheet": show(self._grid.sheet.name), "others": others})]

    def described(self, header: Header, headers: dict[str, str], form: str) -> SourceFile:  # noqa: ARG002
        """What was read."""
        digest = hashlib.sha256(self._content).hexdigest()
        return SourceFile(
            self.label, "xlsx", lambda: digest, len(self._content), headers,
            sheet=mask(self._grid.sheet.name), form=form, path=self.shown,
        )  # fmt: skip


def _named(sheet: Sheet) -> Any:
    name = show(sheet.name)
    return name if sheet.state == "visible" else {"en": f"{name} (hidden)", "zh": f"{name}（隐藏）"}


class _Marked:
    """What the marks of a sheet mean for the rows of a table laid out in it."""

    def __init__(self, grid: Grid, layout: Layout, header: Header, file: str) -> None:
        self.grid = grid
        self.marks = grid.marks
        self.numbers = grid.numbers
        self.layout = layout
        self.header = header
        self.file = file
        keys = (layout.id, layout.name, layout.period, *layout.groups.values())
        self.keys = {column for column in keys if column is not None}
        self.values = {*layout.indicators.values(), *layout.further}
        self.filled: list[Merged] = []
        self.padded: dict[int, str] = {}  # codes that are shown with leading zeros, by row

    def records(self, records: Iterator[Record]) -> Iterator[Record]:
        """The records with merged entries of key columns in each of their rows."""
        covered: dict[int, list[Merged]] = {}
        for merged in self.marks.merged:
            # A block over columns of values is a note, not an entry.
            inside = merged.left in self.keys and self.keys.issuperset(range(merged.left, merged.right + 1))
            if inside and merged.bottom > merged.top > self.header.row:
                for row in range(merged.top, min(merged.bottom, self.marks.last[0]) + 1):
                    covered.setdefault(row, []).append(merged)
        for record in map(self._as_shown, records):
            if record.row not in covered:
                yield record
                continue
            cells = list(record.cells)
            for merged in covered[record.row]:
                if record.row == merged.top:
                    self.filled.append(merged)
                elif not record.blank:
                    cells[merged.left] = self._text(merged)
            yield record._replace(cells=tuple(cells))

    def _as_shown(self, record: Record) -> Record:
        """The record with its code as the sheet shows it: with leading zeros where the format has them."""
        column = self.layout.id
        cell = (record.row, -1 if column is None else column)
        if cell not in self.marks.zeros or not self.numbers.get(cell, -1.0).is_integer() or self.numbers[cell] < 0:
            return record
        cells = list(record.cells)
        shown = cells[cell[1]].zfill(self.marks.zeros[cell])
        if shown != cells[cell[1]]:
            self.padded[record.row] = cells[cell[1]] = shown
        return record._replace(cells=tuple(cells))

    def findings(self, body: Body) -> list[Finding]:
        rows = {int(row): index for index, row in enumerate(body.rows)}
        return [
            *self._hidden(rows), *self._filled(), *self._merged(rows, body), *self._formulas(rows), *self._codes(rows)
        ]  # fmt: skip

    def _place(self, row: int | None, column: int) -> Location:
        return Location(self.file, row=row, field=self.layout.title(column))

    def _hidden(self, rows: dict[int, int]) -> list[Finding]:
        found = []
        hidden = [row for row in self.marks.hidden_rows if row in rows]
        if hidden:
            params: dict[str, Any] = {"what": {"en": "rows", "zh": "行"}, "count": len(hidden), "first": hidden[0]}
            found.append(Finding("RI267", Location(self.file), params))
        columns = [
            column
            for column in sorted(self.keys | self.values)
            if any(first <= column <= last for first, last in self.marks.hidden_columns)
        ]
        if columns:
            first = self.layout.title(columns[0])
            params = {"what": {"en": "columns", "zh": "列"}, "count": len(columns), "first": first}
            found.append(Finding("RI267", Location(self.file), params))
        return found

    def _filled(self) -> list[Finding]:
        if not self.filled:
            return []
        params = {"count": len(self.filled), "first": self.filled[0].reference}
        return [Finding("RI269", self._place(None, self.filled[0].left), params)]

    def _merged(self, rows: dict[int, int], body: Body) -> list[Finding]:
        """RI270 for cells of indicators that share one value with others; they count as faulty."""
        found: list[Finding] = []
        positions: dict[int, list[int]] = {}
        for position, column in self.layout.indicators.items():
            positions.setdefault(column, []).append(position)
        for merged in self.marks.merged:
            columns = [column for column in sorted(self.values) if merged.left <= column <= merged.right]
            covered = [row for row in range(merged.top, min(merged.bottom, self.marks.last[0]) + 1) if row in rows]
            cells = [(row, column) for row in covered for column in columns]
            if cells == [(merged.top, merged.left)] or not self._text(merged):
                continue  # the others are not in use, or there is no value at all
            for row, column in cells:
                if len(found) < LISTED:
                    found.append(Finding("RI270", self._place(row, column), {"range": merged.reference}))
                for position in positions.get(column, ()):
                    mask = body.covered.setdefault(position, np.zeros(len(body.rows), dtype=np.bool_))
                    mask[rows[row]] = True
        return found

    def _text(self, merged: Merged) -> str:
        """What stands in merged cells."""
        if merged.top > self.marks.last[0] or merged.left > self.marks.last[1]:
            return ""
        return self._as_shown(self.grid.records[merged.top - 1]).cells[merged.left].strip()

    def _formulas(self, rows: dict[int, int]) -> list[Finding]:
        """Formulas without results: their texts are no numbers, and must not become names either."""
        cells = sorted(cell for cell in self.marks.formulas if cell[0] in rows)
        found = [
            Finding("RI272", self._place(row, column), {"formula": show(self.marks.formulas[row, column])})
            for row, column in cells
            if column in self.keys
        ][:LISTED]
        values = [cell for cell in cells if cell[1] in self.values]
        if values:
            params = {"count": len(values), "first": values[0][0]}
            found.append(Finding("RI271", Location(self.file), params))
        return found

    def _codes(self, rows: dict[int, int]) -> list[Finding]:
        """Codes that are stored as numbers.

        RI233 where digits are lost, RI238 where they are not whole, RI250 where the sheet shows zeros, else RI274.
        """
        column = self.layout.id
        if column is None:
            return []
        found = []
        numeric = [(row, self.numbers[row, column]) for row in rows if (row, column) in self.numbers]
        for code, faults in (
            ("RI233", [(row, str(int(number))) for row, number in numeric if abs(number) >= _DIGITS_KEPT]),
            ("RI238", [(row, repr(number)) for row, number in numeric if not number.is_integer()]),
        ):
            found += [Finding(code, self._place(row, column), {"id": show(text)}) for row, text in faults[:LISTED]]
        padded = [row for row in self.padded if row in rows]
        if padded:
            params: dict[str, Any] = {"count": len(padded), "first": padded[0], "id": show(self.padded[padded[0]])}
            found.append(Finding("RI250", self._place(None, column), params))
        plain = [row for row, _ in numeric if row not in self.padded]
        if plain:
            params = {"count": len(plain), "first": plain[0]}
            found.append(Finding("RI274", self._place(None, column), params))
        return found
