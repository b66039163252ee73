"""The careful way of reading rows: one by one, every fault with its row.

It decides what a file means; ``fast`` must agree with it or leave the file to it.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from resilience_index.data.body import LISTED, Body, Gather
from resilience_index.data.cells import CellRules, show
from resilience_index.data.files.records import Record, csv_records
from resilience_index.data.files.source import Source
from resilience_index.data.layout.columns import Layout, letter
from resilience_index.data.layout.header import Header
from resilience_index.data.layout.rows import Kind, RowKinds
from resilience_index.data.layout.units import bilingual
from resilience_index.data.table import Column
from resilience_index.errors import UnreadableError
from resilience_index.findings import Finding, Location
from resilience_index.framework.text import NUL_BYTES

_BATCH = 8192
_NAMED = 5  # columns of a header that are named when they differ
_TOLD = 20  # rows of one kind that are left out with a finding each; further ones are counted
_FAULTS = ("RI206", "RI207", "RI230", "RI239", "RI259")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}")
_THREE_DIGITS = re.compile(r"[0-9]{3}(\.[0-9]*)?")


def read_careful(
    source: Source,
    header: Header,
    layout: Layout,
    columns: Sequence[Column],
    rules: Sequence[CellRules],
    *,
    file: str,
    keep_text: bool,
) -> Body:
    """Read all rows of a text file below its header; see ``read_records``.

    Raises ``NotUtf8Error``, and ``UnreadableError`` RI005 for NUL bytes.
    """
    gather = Gather(layout, rules, _most_rows(source), keep_text=keep_text)
    records = csv_records(source, header.delimiter, lines=header.lines, row=header.row)
    return read_records(records, header, layout, columns, gather, file=file)


def read_records(
    records: Iterable[Record],
    header: Header,
    layout: Layout,
    columns: Sequence[Column],
    gather: Gather,
    *,
    file: str,
) -> Body:
    """Read the records below the header of a file of any kind.

    Ragged rows and rows with broken quotation marks are errors and are left out; blank rows, totals,
    notes, units and repeated headers are left out with a finding: RI206 to RI209, RI223 to RI230, RI237, RI239,
    RI259.
    """
    reading = _Rows(header, layout, columns, gather, file)
    reading.above(header.above)
    reading.read(records)
    body = gather.body(reading.count, np.array(reading.numbers, dtype=np.int64))
    body.findings = [*about_header(header, file), *reading.findings()]
    body.left_out = [*header.above, *reading.left_out]
    return body


def about_header(header: Header, file: str) -> list[Finding]:
    """What stands above the header: RI223 title rows left out, RI224 a header of several rows."""
    found = [
        Finding("RI223", Location(file, row=record.row), {"text": _text(record.cells)})
        for record in header.above
        if record.row not in header.upper
    ]
    if header.upper:
        params = {"upper": list(header.upper), "row": header.row}
        found.append(Finding("RI224", Location(file, row=header.row), params))
    return found


def _text(cells: Sequence[str]) -> str:
    """What a row says, short."""
    return show("  ".join(text for cell in cells if (text := cell.strip())))


def _most_rows(source: Source) -> int:
    count = 1
    for block in source.blocks(source.start, source.end):
        if b"\0" in block:
            raise UnreadableError("RI005", file=str(source.path), kind=NUL_BYTES)
        count += block.count(b"\n") + block.count(b"\r")
    return count


class _Rows:
    def __init__(self, header: Header, layout: Layout, columns: Sequence[Column], gather: Gather, file: str) -> None:
        self.layout = layout
        self.width = len(header.cells)
        self.gather = gather
        self.file = file
        self.kinds = RowKinds(layout, columns, [record.cells for record in header.below])
        self.count = 0
        self.numbers: list[int] = []
        self.blank: list[int] = []
        self.faults: dict[str, list[Finding]] = {code: [] for code in _FAULTS}
        self.further = dict.fromkeys(self.faults, 0)
        self.left_out: list[Record] = []
        self.told: list[Finding] = []
        self.untold: dict[str, int] = {}

    def above(self, records: Iterable[Record]) -> None:
        """Look at the units that stand above the header."""
        for record in records:
            if self.kinds.are_units(record.cells):
                self._units(record)

    def read(self, records: Iterable[Record]) -> None:
        batch: list[Sequence[str]] = []
        for record in records:
            if not self._is_data(record):
                continue
            self.numbers.append(record.row)
            batch.append(record.cells)
            if len(batch) == _BATCH:
                self._take(batch)
                batch = []
        if batch:
            self._take(batch)

    def findings(self) -> list[Finding]:
        found = []
        for code, listed in self.faults.items():
            found += listed
            if self.further[code]:
                params = {"count": self.further[code], "fault": code, "shown": len(listed)}
                found.append(Finding("RI209", Location(self.file), params))
        if self.blank:
            params = {"count": len(self.blank), "first": self.blank[0]}
            found.append(Finding("RI208", Location(self.file), params))
        found += self.told
        for code, count in self.untold.items():
            params = {"count": count, "code": code, "shown": _TOLD}
            found.append(Finding("RI229", Location(self.file), params))
        return found

    def _is_data(self, record: Record) -> bool:
        """Whether the row is a community's; every other one leaves a finding."""
        if record.too_long:
            self._fault("RI259", record.row, limit=csv.field_size_limit())
            return False
        if record.lines:
            self._fault("RI206", record.row, lines=record.lines)
            return False
        kind = self.kinds.kind(record.cells)
        if kind is Kind.BLANK:
            self.blank.append(record.row)
        elif kind is not Kind.DATA and (kind is not Kind.NO_CODE or len(record.cells) == self.width):
            self._leave_out(kind, record)
        elif len(record.cells) == self.width:
            return True
        else:
            self.gather.scan.row(record)
            cause = _cause(record.cells, self.width)
            self._fault("RI207", record.row, found=len(record.cells), expected=self.width, cause=cause)
        return False

    def _leave_out(self, kind: Kind, record: Record) -> None:
        self.left_out.append(record)
        code = kind.value
        if kind in (Kind.OTHER_HEADER, Kind.NO_CODE):
            self._fault(code, record.row, **self._refused(kind, record))
            return
        if kind is Kind.UNITS:
            self._units(record)
        if sum(finding.code == code for finding in self.told) < _TOLD:
            params = {"text": _text(record.cells)}
            self.told.append(Finding(code, Location(self.file, row=record.row), params))
        else:
            self.untold[code] = self.untold.get(code, 0) + 1

    def _refused(self, kind: Kind, record: Record) -> dict[str, Any]:
        if kind is Kind.NO_CODE:
            return {"text": _text(record.cells)}
        filled = [(column, text) for column, cell in enumerate(record.cells) if (text := cell.strip())]
        others = [
            f"{letter(column)}: {self.layout.title(column)} → {show(text)}"
            for column, text in self.kinds.other_names(filled)
        ]
        return {"cells": others[:_NAMED]}

    def _units(self, record: Record) -> None:
        """Errors about the units of a row that are not those of the indicators."""
        for column, written in self.kinds.wrong_units(record.cells):
            self.told.append(self._wrong_unit(record.row, column, written))

    def _wrong_unit(self, row: int, column: int, written: str) -> Finding:
        position = next(position for position, own in self.layout.indicators.items() if own == column)
        indicator = self.kinds.columns[position]
        params = {
            "found": show(written),
            "indicator": indicator.id,
            "unit": bilingual(indicator.unit),
        }
        return Finding("RI214", Location(self.file, row=row, field=self.layout.title(column)), params)

    def _fault(self, code: str, row: int, **params: Any) -> None:
        if len(self.faults[code]) < LISTED:
            self.faults[code].append(Finding(code, Location(self.file, row=row), params))
        else:
            self.further[code] += 1

    def _take(self, batch: list[Sequence[str]]) -> None:
        import pyarrow as pa

        columns = list(zip(*batch, strict=True))
        for column in self.layout.texts:
            self.gather.texts(column, self.count, pa.array(columns[column], pa.string()))
        for position, column in self.layout.indicators.items():
            self.gather.cells(position, self.count, pa.array(columns[column], pa.string()))
        for column in self.gather.scan.unused:
            if column not in self.layout.unnamed:
                self.gather.skipped(column, self.count, pa.array(columns[column], pa.string()))
        self.count += len(batch)


def _cause(cells: Sequence[str], width: int) -> dict[str, str]:
    """The likely reason for a row that is too long or too short, as a further clause."""
    if len(cells) < width:
        return {
            "en": "; a cell may hold a line break without quotation marks",
            "zh": "，可能某单元格含有未加引号的换行",
        }
    pairs = itertools.pairwise(cell.strip() for cell in cells)
    split = [f"{a},{b}" for a, b in pairs if _THOUSANDS.fullmatch(a) and _THREE_DIGITS.fullmatch(b)]
    if split:
        return {
            "en": f"; {' or '.join(repr(text) for text in split[:3])} may be one number with a thousands comma",
            "zh": f"，{'或'.join(f'“{text}”' for text in split[:3])}可能是带千分位逗号的一个数",
        }
    return {
        "en": "; a cell may hold the separator without quotation marks",
        "zh": "，可能某单元格含有未加引号的分隔符",
    }
