"""The fast way of reading rows: pyarrow, several threads, straight into the final arrays.

The file is cut into segments at line ends. A thread reads a segment, counts its lines, by which the next
one knows its place in the arrays, looks at quotation marks, and parses. Whenever anything is not
perfectly regular, ``DoubtError`` leaves the file to ``careful``.
"""

from __future__ import annotations

import codecs
import os
import re
import threading
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.data import cells
from resilience_index.data.body import Body, Gather
from resilience_index.data.cells import CellRules
from resilience_index.data.cells.convert import without_tokens
from resilience_index.data.cells.forms import plain_number
from resilience_index.data.files.segments import NoRoomError, Order, Segment, Segments
from resilience_index.data.files.source import Piece, Source
from resilience_index.data.layout.columns import Layout
from resilience_index.data.layout.header import Header
from resilience_index.data.layout.row_words import is_numbering
from resilience_index.data.layout.rows import any_doubtful
from resilience_index.data.privacy.scan import LONG, is_long
from resilience_index.errors import UnreadableError
from resilience_index.framework.text import NUL_BYTES

BLOCK = 1 << 20
_LONGEST_CELL = 131_072  # the csv module's limit, so that both ways refuse the same cells
_QUOTE = 34
_LINE_END = 10
_FIRST = 5  # rows below the header that may number its columns


class DoubtError(Exception):
    """The file is not as regular as this way of reading needs. Never leaves this room.

    ``cells`` says that only cells of indicator columns are in doubt, so that reading them as text
    may still do.
    """

    def __init__(self, reason: str, *, cells: bool = False) -> None:
        super().__init__(reason)
        self.cells = cells


class _NotNumericError(Exception):
    """A column that was only looked through has numbers whose texts must be seen."""


def read_fast(
    source: Source,
    header: Header,
    layout: Layout,
    rules: Sequence[CellRules],
    *,
    as_text: bool,
    keep_text: bool,
) -> Body:
    """Read all rows below the header, or raise ``DoubtError``.

    ``as_text`` reads indicator columns as text and converts them by the rules of ``cells``; otherwise
    pyarrow converts them, which is faster and knows plain numbers and missing marks only. Raises
    ``NotUtf8Error``, and ``UnreadableError`` RI005 for NUL bytes.
    """
    import pyarrow as pa

    if header.lines != 1 or header.broken or header.above or layout.id is None:
        raise DoubtError("the header is not one plain line at the top with a column of codes")
    if any(is_numbering(list(record.cells)) for record in header.below[:_FIRST]):
        raise DoubtError("a row below the header may number the columns")
    if not as_text and set(layout.texts) & set(layout.indicators.values()):
        raise DoubtError("an indicator column is also a group", cells=True)
    segments = Segments(source, _below(source))
    if not segments.all:
        raise DoubtError("there are no rows")
    # Columns that are only looked through cost less as numbers than as texts.
    skimmed, room = _numeric(header, layout), segments.room()
    while True:
        gather = Gather(layout, rules, room, keep_text=keep_text)
        parser = _Parser(source, header, layout, gather, Order(room), as_text=as_text, skimmed=skimmed)
        try:
            with ThreadPoolExecutor(_workers(segments)) as pool:
                count = sum(pool.map(parser.parse, segments.all))
            break
        except NoRoomError:
            room = segments.lines()
        except _NotNumericError:
            skimmed = frozenset()
        except pa.ArrowInvalid as error:
            if _column_of(error) not in skimmed:
                raise DoubtError(str(error), cells="conversion error to double" in str(error)) from None
            skimmed = frozenset()
    body = gather.body(count, np.arange(header.row + 1, header.row + 1 + count, dtype=np.int64))
    for position in () if as_text else layout.indicators:
        without_tokens(body.values[position], rules[position])
    return body


def _below(source: Source) -> int:
    """Where the rows begin."""
    first_line = re.match(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)", source.head[source.start :])
    if first_line is None or source.start + first_line.end() >= len(source.head) < source.end:
        raise DoubtError("the header is longer than the head of the file")
    return source.start + first_line.end()


def _numeric(header: Header, layout: Layout) -> frozenset[int]:
    """The columns whose first cells are plain numbers, or blank."""
    first = [record.cells for record in header.below if len(record.cells) == len(header.cells)]
    marks = frozenset(cells.MISSING_TEXTS)
    return frozenset(
        column
        for column in range(len(header.cells))
        if first and all(row[column] in marks or plain_number(row[column]) is not None for row in first)
    ) - set(layout.texts)


def _column_of(error: Exception) -> int | None:
    """The column that pyarrow could not convert."""
    found = re.match(r"In CSV column #([0-9]+): .*CSV conversion error to double", str(error))
    return None if found is None else int(found[1])


def _workers(segments: Segments) -> int:
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(available, len(segments.all)))


class _Parser:
    """Reads a segment, looks at its lines and quotation marks, and parses it into its place."""

    def __init__(self, source: Source, header: Header, layout: Layout, gather: Gather, order: Order,
                 *, as_text: bool, skimmed: Collection[int]) -> None:  # fmt: skip
        import pyarrow as pa
        from pyarrow import csv

        self.source = source
        self.layout = layout
        self.gather = gather
        self.order = order
        self.kept = threading.local()
        self.boundary = np.zeros(256, dtype=np.bool_)
        self.boundary[[ord(header.delimiter), 10, 13, _QUOTE]] = True
        self.as_text = as_text
        self.skipped = [column for column in gather.scan.unused if column not in layout.unnamed]
        self.skimmed = skimmed
        self.ids = -1 if layout.id is None else layout.id
        self.names = self.ids if layout.name is None else layout.name
        self.numbers = [str(layout.indicators[position]) for position in gather.slots]
        names = [str(column) for column in range(len(header.cells))]
        types = {str(column): pa.string() for column in layout.texts}
        value = pa.string() if as_text else pa.float64()
        types |= {str(column): value for column in layout.indicators.values()}
        types |= {str(column): pa.float64() if column in skimmed else pa.string() for column in self.skipped}
        # Threads work on segments, so each parses alone. Rows must fit a block: others raise.
        self.read_options = csv.ReadOptions(column_names=names, block_size=BLOCK, use_threads=False)
        self.parse_options = csv.ParseOptions(delimiter=header.delimiter, ignore_empty_lines=False)
        self.convert_options = csv.ConvertOptions(
            column_types=types,
            include_columns=list(types),
            null_values=_marks(gather.rules),
            strings_can_be_null=False,  # names such as NA and null are names
        )

    def parse(self, segment: Segment) -> int:
        """Parse a segment into its place; returns the number of its rows."""
        try:
            piece = self.source.piece(segment.start, segment.end, self._room(segment.end - segment.start))
            lines = self._lines(piece)
        except BaseException:
            self.order.stop(segment)
            raise
        self._rows(piece, self.order.place(segment, lines), lines)
        return lines

    def _room(self, size: int) -> bytearray:
        """Memory that the thread's segments are read into, one after the other."""
        room: bytearray = getattr(self.kept, "room", bytearray())
        if self.source.data is None and len(room) < size:
            room = self.kept.room = bytearray(size)
        return room

    def _lines(self, piece: Piece) -> int:
        """The number of lines; raises on NUL bytes and on unusual quotation marks."""
        held, start, end = piece
        if held.startswith(codecs.BOM_UTF8, start, end):
            raise DoubtError("pyarrow would drop the mark at the beginning of the first cell")
        if held.find(b"\0", start, end) >= 0:
            raise UnreadableError("RI005", file=str(self.source.path), kind=NUL_BYTES)
        codes = np.frombuffer(held, dtype=np.uint8, count=end - start, offset=start)
        if held.find(b'"', start, end) >= 0:
            self._check_quotes(codes)
        # Not held.count(): four times as slow where lines are short, and no other thread runs meanwhile.
        return int(np.count_nonzero(codes == _LINE_END)) + int(codes[-1:].tolist() != [_LINE_END])

    def _check_quotes(self, codes: NDArray[np.uint8]) -> None:
        """Doubt unless quotation marks only enclose whole cells, doubled inside.

        In such a file the marks alternate: each at an even place opens a cell (or is the second of
        a doubled pair), so a separator, line end or mark stands before it; each at an odd place
        closes a cell (or is the first of a pair), so one of those follows it. pyarrow would read
        ``"1"2`` as 12 and the csv module refuses it.
        """
        places = np.flatnonzero(codes == _QUOTE)
        opening, closing = places[0::2], places[1::2]
        before = codes[np.maximum(opening - 1, 0)]
        after = codes[np.minimum(closing + 1, len(codes) - 1)]
        regular = len(places) % 2 == 0 and bool(
            (self.boundary[before] | (opening == 0)).all()
            and (self.boundary[after] | (closing == len(codes) - 1)).all()
        )
        if not regular:
            raise DoubtError("quotation marks inside or not around whole cells")

    def _rows(self, piece: Piece, first: int, lines: int) -> None:
        """Parse lines into the place that begins at row index ``first``."""
        import pyarrow as pa
        from pyarrow import csv

        reader = csv.open_csv(
            pa.BufferReader(pa.py_buffer(piece.held).slice(piece.start, piece.end - piece.start)),
            read_options=self.read_options,
            parse_options=self.parse_options,
            convert_options=self.convert_options,
        )
        at, stop = first, first + lines
        texts: dict[int, list[Any]] = {column: [] for column in self.layout.texts}
        for batch in reader:
            if at + batch.num_rows > stop:
                raise DoubtError("more rows than lines")
            for column, batches in texts.items():
                batches.append(batch.column(str(column)))
            for column in self.skipped:
                array = batch.column(str(column))
                if column not in self.skimmed:
                    _check_lengths(array)
                    self.gather.skipped(column, at, array)
                elif is_long(array):
                    raise _NotNumericError
            if self.as_text:
                for position, column in self.layout.indicators.items():
                    self.gather.cells(position, at, batch.column(str(column)))
            elif self.numbers:
                numbers = batch.select(self.numbers)
                _check_numbers(self.gather.block(at, numbers), numbers)
            at += batch.num_rows
        if at != stop:
            raise DoubtError("a cell holds a line break")
        self._texts(first, texts)

    def _texts(self, at: int, batches: Mapping[int, Sequence[Any]]) -> None:
        """Check and hand over the text columns of a segment: whole, because short arrays cost more to look through."""
        import pyarrow as pa

        texts = {column: pa.concat_arrays(parts) for column, parts in batches.items() if parts}
        if not texts:
            return
        if any_doubtful(texts[self.ids], texts[self.names]):
            raise DoubtError("some rows may be no communities")
        for column, whole in texts.items():
            _check_lengths(whole)
            self.gather.texts(column, at, whole)


def _marks(rules: Sequence[CellRules]) -> list[str]:
    """Texts that mean "missing" in every indicator column; those of single columns are left to ``cells``."""
    common = frozenset.intersection(*(own.texts for own in rules)) if rules else frozenset()
    usual = [text for text in cells.MISSING_TEXTS if text not in cells.YES_NO or not any(own.yes_no for own in rules)]
    return [*usual, *sorted(common - set(cells.MISSING_TEXTS))]


def _check_lengths(texts: Any) -> None:
    import pyarrow.compute as pc

    if (pc.max(pc.binary_length(texts)).as_py() or 0) > _LONGEST_CELL:
        raise DoubtError("a cell is very long")


def _check_numbers(values: NDArray[np.float64], batch: Any) -> None:
    """Doubt values that pyarrow takes for numbers and ``cells`` does not; ``batch`` says which are missing."""
    if not values.size or (values.max() < LONG and values.min() > -LONG):  # not so where one is missing
        return
    nulls = sum(column.null_count for column in batch.columns)
    if np.count_nonzero(np.abs(values) < LONG) + nulls != values.size:
        raise DoubtError("inf, nan, or a number as long as those of people", cells=True)
