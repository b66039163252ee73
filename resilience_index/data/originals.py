"""A data file as it is, for giving it back: every row of it, with the columns the reader sees in it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from resilience_index.data.columns import Layout, match
from resilience_index.data.header import Header, find_header
from resilience_index.data.long_form import long_columns, long_layout
from resilience_index.data.read import kind_of
from resilience_index.data.records import Record, csv_records
from resilience_index.data.return_sheet import MOST_CELLS, Original, too_large
from resilience_index.data.source import Input, NotUtf8Error, Source, open_source
from resilience_index.data.table import Column, Keys


def read_original(
    path: str | Path | Input,
    columns: Sequence[Column],
    *,
    keys: Keys | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    known: Sequence[Column] = (),
    label: str | None = None,
) -> Original:
    """Read every row of a data file as texts, with the header and the columns that ``read_table`` finds.

    Parameters as for ``read_table``, and the same errors; ``UsageError`` RI034 for a file with more cells than a
    return sheet takes.
    """
    given = Input.of(path)
    seen = _Seen(columns, keys or Keys(), known)
    name = label or given.path.name
    kind = kind_of(given)
    if kind == "xlsx":
        from resilience_index.data.sheet_file import SheetFile

        workbook = SheetFile(given, name, columns, seen.keys, sheet)
        header = workbook.header(columns, seen.keys)
        layout = seen.layout(header, workbook.label)
        return _original(workbook.label, workbook.originals(header, layout), layout, workbook.sheet)
    if kind == "parquet":
        from resilience_index.data.parquet import ParquetFile

        parquet = ParquetFile(given, name)
        layout = seen.layout(parquet.header(columns, seen.keys), name)
        return _original(name, parquet.originals(), layout)
    source = open_source(given, encoding)
    try:
        return _text(source, seen, name)
    except NotUtf8Error:
        return _text(source.as_gb18030(), seen, name)


@dataclass(frozen=True)
class _Seen:
    """What the reader looks for in a header."""

    columns: Sequence[Column]
    keys: Keys
    known: Sequence[Column]

    def layout(self, header: Header, file: str) -> Layout:
        long = long_columns(header, self.columns)
        if long is not None:
            return long_layout(header, long, self.keys, file)
        return match(header.cells, self.columns, self.keys, file=file, row=header.row, known=self.known)


def _text(source: Source, seen: _Seen, file: str) -> Original:
    header = find_header(source, seen.columns, seen.keys)
    return _original(file, _lines(source, header.delimiter), seen.layout(header, file))


def _original(file: str, records: Iterator[Record], layout: Layout, sheet: str = "") -> Original:
    return Original(file, [record for record in _few(records, file) if not record.blank], layout, sheet)


def _few(records: Iterator[Record], file: str) -> list[Record]:
    found = []
    cells = 0
    for record in records:
        cells += len(record.cells)
        if cells > MOST_CELLS:
            raise too_large(file, cells, MOST_CELLS, {"zh": "个以上单元格", "en": "cells or more"})
        found.append(record)
    return found


def _lines(source: Source, delimiter: str) -> Iterator[Record]:
    """The rows of a text file; lines whose quotation marks are wrong are split at every delimiter."""
    for record in csv_records(source, delimiter):
        if not record.lines:
            yield record
            continue
        with source.text() as stream:
            broken = itertools.islice(stream, record.end - record.lines, record.end)
            for number, line in enumerate(broken):
                cells = [cell.strip().strip('"') for cell in line.rstrip("\r\n").split(delimiter)]
                yield Record(record.row + number, cells)
