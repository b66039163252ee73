"""The careful way of reading rows: one by one with the csv module, every fault with its row.

It decides what a file means; ``fast`` must agree with it or leave the file to it.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from resilience_index.data.cells import Tokens
from resilience_index.data.columns import Layout
from resilience_index.data.convert import LISTED, Body, Gather
from resilience_index.data.header import Header
from resilience_index.data.source import NUL_BYTES, NotUtf8Error, Source
from resilience_index.errors import UnreadableError
from resilience_index.findings import Finding, Location

_BATCH = 8192
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}")
_THREE_DIGITS = re.compile(r"[0-9]{3}(\.[0-9]*)?")


def read_careful(
    source: Source, header: Header, layout: Layout, tokens: Sequence[Tokens], *, file: str, keep_text: bool
) -> Body:
    """Read all rows below the header.

    Ragged rows and rows with broken quotation marks are errors and are left out, blank rows are
    left out with a finding: RI206 to RI209. Raises ``NotUtf8Error``, and ``UnreadableError`` RI005 for
    NUL bytes.
    """
    gather = Gather(layout, tokens, _most_rows(source), keep_text=keep_text)
    reading = _Rows(header, layout, gather, file)
    try:
        with source.text() as stream:
            for _ in range(header.lines):
                next(stream)
            reading.read(csv.reader(stream, delimiter=header.delimiter, strict=True))
    except UnicodeDecodeError:
        raise NotUtf8Error from None
    body = gather.body(reading.count, np.array(reading.numbers, dtype=np.int64))
    body.findings = reading.findings()
    return body


def _most_rows(source: Source) -> int:
    count = 1
    for block in source.blocks(source.start, source.end):
        if b"\0" in block:
            raise UnreadableError("RI005", file=str(source.path), kind=NUL_BYTES)
        count += block.count(b"\n") + block.count(b"\r")
    return count


class _Rows:
    def __init__(self, header: Header, layout: Layout, gather: Gather, file: str) -> None:
        self.header = header
        self.layout = layout
        self.gather = gather
        self.file = file
        self.count = 0
        self.numbers: list[int] = []
        self.blank: list[int] = []
        self.faults: dict[str, list[Finding]] = {"RI206": [], "RI207": []}
        self.further = {"RI206": 0, "RI207": 0}

    def read(self, reader: Any) -> None:
        batch: list[list[str]] = []
        for number, cells in self._records(reader):
            self.numbers.append(number)
            batch.append(cells)
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
        return found

    def _records(self, reader: Any) -> Iterator[tuple[int, list[str]]]:
        """Row numbers and cells of the rows that are as wide as the header and not blank."""
        width = len(self.header.cells)
        number = self.header.row
        while True:
            line = reader.line_num
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                lines = reader.line_num - line
                self._fault("RI206", number + 1, lines=lines)
                # What an unclosed mark swallowed was most likely a row on every line.
                number += lines
                continue
            number += 1
            if not any(cells) or not any(cell.strip() for cell in cells):
                self.blank.append(number)
            elif len(cells) == width:
                yield number, cells
            else:
                self._fault("RI207", number, found=len(cells), expected=width, cause=_cause(cells, width))

    def _fault(self, code: str, row: int, **params: Any) -> None:
        if len(self.faults[code]) < LISTED:
            self.faults[code].append(Finding(code, Location(self.file, row=row), params))
        else:
            self.further[code] += 1

    def _take(self, batch: list[list[str]]) -> None:
        import pyarrow as pa

        columns = list(zip(*batch, strict=True))
        for column in self.layout.texts:
            self.gather.texts(column, self.count, pa.array(columns[column], pa.string()))
        for position, column in self.layout.indicators.items():
            self.gather.cells(position, self.count, pa.array(columns[column], pa.string()))
        self.count += len(batch)


def _cause(cells: Sequence[str], width: int) -> dict[str, str]:
    """The likely reason for a row that is too long or too short, as a further clause."""
    if len(cells) < width:
        return {
            "en": "; a cell may hold a line break without quotation marks",
            "zh": "，可能某单元格含有未加引号的换行",
        }
    for first, second in itertools.pairwise(cell.strip() for cell in cells):
        if _THOUSANDS.fullmatch(first) and _THREE_DIGITS.fullmatch(second):
            return {
                "en": f"; '{first},{second}' may be one number with a thousands comma",
                "zh": f"，“{first},{second}”可能是带千分位逗号的一个数",
            }
    return {
        "en": "; a cell may hold the separator without quotation marks",
        "zh": "，可能某单元格含有未加引号的分隔符",
    }
