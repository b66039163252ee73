"""Records: the rows of a file as texts, whatever kind of file it is."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from resilience_index.data.files.source import NotUtf8Error, Source

PREVIEWED = 60  # records that the header is looked for in


class Record(NamedTuple):
    """A row: the number a spreadsheet shows for it, and its cells as texts.

    ``lines`` above 0 says that its quotation marks are wrong and that as many lines from here could
    not be read. ``end`` counts the lines of a text file up to the end of the row. ``too_long`` says that a cell, and
    no quotation mark, is why ``lines`` could not be read.
    """

    row: int
    cells: Sequence[str]
    lines: int = 0
    end: int = 0
    too_long: bool = False

    @property
    def blank(self) -> bool:
        """Whether no cell holds anything but white space."""
        return not self.lines and not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True)
class Preview:
    """The first records of a file as one way of reading it gives them: a delimiter, or a sheet."""

    records: tuple[Record, ...]
    delimiter: str = ""
    sheet: str | None = None


def csv_records(source: Source, delimiter: str, *, lines: int = 0, row: int = 0) -> Iterator[Record]:
    """The records of a text file from the line after ``lines``; the first one has the number ``row`` + 1.

    Raises ``NotUtf8Error`` at a byte that is not UTF-8.
    """
    try:
        with source.text() as stream:
            for _ in range(lines):
                next(stream)
            reader = csv.reader(stream, delimiter=delimiter, strict=True)
            while True:
                before = reader.line_num
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    unread = reader.line_num - before
                    # On several lines it is a mark that is not closed which makes the cell long.
                    too_long = unread == 1 and "field limit" in str(error)
                    yield Record(row + 1, (), unread, lines + reader.line_num, too_long)
                    # What an unclosed mark swallowed was most likely a row on every line.
                    row += unread
                    continue
                row += 1
                yield Record(row, cells, 0, lines + reader.line_num)
    except UnicodeDecodeError:
        raise NotUtf8Error from None


def csv_preview(source: Source, delimiter: str) -> Preview:
    """The beginning of a text file, split by one delimiter."""
    return Preview(tuple(itertools.islice(csv_records(source, delimiter), PREVIEWED)), delimiter)
