"""A data file as it is, for giving it back: every row of it, with the columns the reader sees in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from resilience_index.data.files.opening import File, with_file
from resilience_index.data.files.records import Record
from resilience_index.data.files.source import Input
from resilience_index.data.layout.columns import Layout, match
from resilience_index.data.layout.header import Header
from resilience_index.data.layout.long_form import long_columns, long_layout
from resilience_index.data.sheets.return_sheet import MOST_CELLS, Original, too_large
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
    seen = _Seen(columns, keys or Keys(), known)
    return with_file(path, columns, seen.keys, seen.original, encoding=encoding, sheet=sheet, label=label)


@dataclass(frozen=True)
class _Seen:
    """What the reader looks for in a header."""

    columns: Sequence[Column]
    keys: Keys
    known: Sequence[Column]

    def original(self, file: File) -> Original:
        header = file.header(self.columns, self.keys)
        layout = self._layout(header, file.label)
        records = [record for record in _few(file.originals(header, layout), file.label) if not record.blank]
        return Original(file.label, records, layout, header.sheet or "")

    def _layout(self, header: Header, file: str) -> Layout:
        long = long_columns(header, self.columns)
        if long is not None:
            return long_layout(header, long, self.keys, file)
        return match(header.cells, self.columns, self.keys, file=file, row=header.row, known=self.known)


def _few(records: Iterator[Record], file: str) -> list[Record]:
    found = []
    cells = 0
    for record in records:
        cells += len(record.cells)
        if cells > MOST_CELLS:
            raise too_large(file, cells, MOST_CELLS, {"zh": "个以上单元格", "en": "cells or more"})
        found.append(record)
    return found
