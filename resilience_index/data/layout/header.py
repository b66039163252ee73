"""Finding the header: in which row it stands, and which delimiter or sheet makes most sense of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from resilience_index.data.files.records import Preview, Record, csv_preview
from resilience_index.data.files.source import Source
from resilience_index.data.layout.names import known_names, recognised, recognises
from resilience_index.data.table import Column, Keys

DELIMITERS = {
    ",": {"en": "commas", "zh": "逗号"},
    ";": {"en": "semicolons", "zh": "分号"},
    "\t": {"en": "tabs", "zh": "制表符"},
}
# A line of nothing but delimiters is blank, whichever delimiter it is being split by.
_NO_DELIMITERS = str.maketrans("", "", "".join(DELIMITERS))
_ENOUGH = 2  # known names that make a row a header although another row stands above it
_FURTHER = 2  # rows that are looked at below the first that may be a header: headers may have two rows
_TIERS = 3  # rows that a header may be put together from


@dataclass(frozen=True)
class Header:
    """The header's cells and its row number (rows count as a spreadsheet shows them).

    ``lines`` are the lines of a text file up to its end; ``broken`` says that its quotation marks are
    wrong, and that it was split at every delimiter instead. ``above`` are the rows before it that are
    not blank, ``upper`` the rows of them that cells of the header were taken from. ``known`` counts
    the cells that name a key or an indicator. ``below`` are the records that follow, as far as they
    were looked at.
    """

    cells: tuple[str, ...]
    row: int
    lines: int
    delimiter: str = ""
    sheet: str | None = None
    broken: bool = False
    above: tuple[Record, ...] = ()
    upper: tuple[int, ...] = ()
    known: int = 0
    below: tuple[Record, ...] = ()


def find_header(source: Source, columns: Sequence[Column], keys: Keys) -> Header:
    """The header of a text file, split by the delimiter that makes most sense of it.

    Most sense: the most columns that are recognised, then the most columns; a comma in doubt.
    Raises ``NotUtf8Error`` when the beginning of the file does not decode.
    """
    names = known_names(columns, keys)
    found = [header_of(csv_preview(source, delimiter), names, source) for delimiter in DELIMITERS]
    return max(found, key=lambda header: (header.known, len(header.cells)))


def header_of(preview: Preview, names: frozenset[str], source: Source | None = None) -> Header:
    """The header of a preview: its first row, unless a row below names more keys and indicators.

    Rows below count only with two known names or more, so that no data row is taken for a header.
    ``source`` is the text file that the preview is of: a header with broken quotation marks is split
    from its line. Without any row the header has no cells.
    """
    records = [record for record in preview.records if not _blank(record)]
    if not records:
        last = preview.records[-1].end if preview.records else 0
        return Header((), 1, last, preview.delimiter, preview.sheet)
    if records[0].lines and source is not None:
        return _split(source, preview, records[0].row - 1, names)
    best = _joined(records, 0, preview, names)
    hit = 0 if best.known >= _ENOUGH else None
    for number, record in enumerate(records[1:], 1):
        if hit is not None and number > hit + _FURTHER:
            break
        if recognised(record.cells, names) < _ENOUGH:
            continue
        hit = number if hit is None else hit
        joined = _joined(records, number, preview, names)
        if joined.known > best.known:
            best = joined
    return best


def _joined(records: Sequence[Record], best: int, preview: Preview, names: frozenset[str]) -> Header:
    """The header at that place, its blank cells filled from merged cells of the rows right above."""
    record = records[best]
    cells = list(record.cells)
    upper = set()
    for above in reversed(records[max(0, best - _TIERS + 1) : best]):
        blank = [
            column
            for column, text in enumerate(above.cells)
            if text.strip() and (column >= len(cells) or not cells[column].strip())
        ]
        if not any(recognises(above.cells[column], names) for column in blank):
            continue  # a title, or the heading of several columns
        cells += [""] * (max(blank) + 1 - len(cells))
        for column in blank:
            cells[column] = above.cells[column]
        upper.add(above.row)
    after = preview.records.index(record) + 1
    return Header(
        tuple(cells), record.row, record.end, preview.delimiter, preview.sheet,
        above=tuple(records[:best]), upper=tuple(sorted(upper)), known=recognised(cells, names),
        below=preview.records[after:],
    )  # fmt: skip


def _blank(record: Record) -> bool:
    return not record.lines and not any(cell.translate(_NO_DELIMITERS).strip() for cell in record.cells)


def _split(source: Source, preview: Preview, skip: int, names: frozenset[str]) -> Header:
    # Rows before a broken header are blank, so each is a line.
    with source.text() as stream:
        for _ in range(skip):
            next(stream)
        line = next(stream).rstrip("\r\n")
    cells = tuple(cell.strip().strip('"') for cell in line.split(preview.delimiter))
    known = recognised(cells, names)
    return Header(cells, skip + 1, skip + 1, preview.delimiter, preview.sheet, broken=True, known=known)
