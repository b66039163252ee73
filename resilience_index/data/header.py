"""Finding the header and the delimiter."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass

from resilience_index.data.columns import known_names, recognised
from resilience_index.data.source import NotUtf8Error, Source
from resilience_index.data.table import Column, Keys

DELIMITERS = {
    ",": {"en": "commas", "zh": "逗号"},
    ";": {"en": "semicolons", "zh": "分号"},
    "\t": {"en": "tabs", "zh": "制表符"},
}
# A line of nothing but delimiters is blank, whichever delimiter it is being split by.
_NO_DELIMITERS = str.maketrans("", "", "".join(DELIMITERS))


@dataclass(frozen=True)
class Header:
    """The header's cells and its row number (rows count as a spreadsheet shows them).

    ``lines`` are the lines of the file up to its end; ``broken`` says that its quotation marks are
    wrong, and that it was split at every delimiter instead.
    """

    cells: tuple[str, ...]
    row: int
    lines: int
    delimiter: str
    broken: bool = False


def find_header(source: Source, columns: Sequence[Column], keys: Keys) -> Header:
    """The first row that is not blank, split by the delimiter that makes most sense of it.

    Most sense: the most columns that are recognised, then the most columns; a comma in doubt.
    Raises ``NotUtf8Error`` when the beginning of the file does not decode.
    """
    names = known_names(columns, keys)
    found = [_first_row(source, delimiter) for delimiter in DELIMITERS]
    return max(found, key=lambda header: (recognised(header.cells, names), len(header.cells)))


def _first_row(source: Source, delimiter: str) -> Header:
    row = 0
    try:
        with source.text() as stream:
            reader = csv.reader(stream, delimiter=delimiter, strict=True)
            try:
                for cells in reader:
                    row += 1
                    if any(cell.translate(_NO_DELIMITERS).strip() for cell in cells):
                        return Header(tuple(cells), row, reader.line_num, delimiter)
            except csv.Error:
                return _split(source, delimiter, row)
    except UnicodeDecodeError:
        raise NotUtf8Error from None
    return Header((), 1, row, delimiter)


def _split(source: Source, delimiter: str, skip: int) -> Header:
    # Rows before a broken header are blank, so each is a line.
    with source.text() as stream:
        for _ in range(skip):
            next(stream)
        line = next(stream).rstrip("\r\n")
    cells = tuple(cell.strip().strip('"') for cell in line.split(delimiter))
    return Header(cells, skip + 1, skip + 1, delimiter, broken=True)
