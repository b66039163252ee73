"""The fast way of reading rows: pyarrow, several threads, straight into the final arrays.

The file is cut into segments at line ends. A first pass counts the rows of every segment, so that
each knows its place in the arrays, and looks at quotation marks and bytes; a second pass parses.
Whenever anything is not perfectly regular, ``DoubtError`` leaves the file to ``careful``.
"""

from __future__ import annotations

import codecs
import itertools
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.data import cells
from resilience_index.data.cells import CellRules
from resilience_index.data.columns import Layout
from resilience_index.data.convert import Body, Gather, without_tokens
from resilience_index.data.forms import plain_number
from resilience_index.data.header import Header
from resilience_index.data.privacy_scan import LONG, is_long
from resilience_index.data.row_words import is_numbering
from resilience_index.data.rows import any_doubtful
from resilience_index.data.source import NUL_BYTES, Source
from resilience_index.errors import UnreadableError

SEGMENT = 8 << 20
BLOCK = 1 << 20
_LONGEST_CELL = 131_072  # the csv module's limit, so that both ways refuse the same cells
_QUOTE = 34
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


@dataclass(frozen=True)
class _Segment:
    start: int
    end: int
    at: int
    rows: int


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
    with ThreadPoolExecutor(_workers(source)) as pool:
        segments = _segments(source, header, pool)
        if not segments:
            raise DoubtError("there are no rows")
        count = segments[-1].at + segments[-1].rows
        # Columns that are only looked through cost less as numbers than as texts.
        for skimmed in (_numeric(header, layout), frozenset[int]()):
            gather = Gather(layout, rules, count, keep_text=keep_text)
            parser = _Parser(source, header, layout, gather, as_text=as_text, skimmed=skimmed)
            try:
                nulls = np.sum(list(pool.map(parser.parse, segments)), axis=0)
                break
            except _NotNumericError:
                continue
            except pa.ArrowInvalid as error:
                if _column_of(error) not in skimmed:
                    raise DoubtError(str(error), cells="conversion error to double" in str(error)) from None
        rows = np.arange(header.row + 1, header.row + 1 + count, dtype=np.int64)
        body = gather.body(count, rows)
        if not as_text:
            slots = enumerate(sorted(layout.indicators))
            checks = [pool.submit(_check_numbers, body.values[at], rules[at], nulls[slot]) for slot, at in slots]
            for check in checks:
                check.result()
    return body


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


def _workers(source: Source) -> int:
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(available, (source.end - source.start) // SEGMENT + 1))


def _segments(source: Source, header: Header, pool: ThreadPoolExecutor) -> list[_Segment]:
    first_line = re.match(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)", source.head[source.start :])
    if first_line is None or source.start + first_line.end() >= len(source.head) < source.end:
        raise DoubtError("the header is longer than the head of the file")
    cuts = list(_cuts(source, source.start + first_line.end()))
    scan = _Scan(source, header.delimiter)
    counts = list(pool.map(scan.count, cuts, cuts[1:]))
    places = itertools.accumulate(counts, initial=0)
    return [_Segment(*place) for place in zip(cuts, cuts[1:], places, counts, strict=False)]


def _cuts(source: Source, start: int) -> Iterator[int]:
    """The ends of the segments, each just after a line end."""
    while start < source.end:
        yield start
        end = min(start + SEGMENT, source.end)
        for block in source.blocks(end, source.end):
            found = block.find(b"\n")
            end += found + 1 if found >= 0 else len(block)
            if found >= 0:
                break
        start = end
    yield source.end


class _Scan:
    """The first pass over a segment."""

    def __init__(self, source: Source, delimiter: str) -> None:
        self.source = source
        self.boundary = np.zeros(256, dtype=np.bool_)
        self.boundary[[ord(delimiter), 10, 13, _QUOTE]] = True

    def count(self, start: int, end: int) -> int:
        """The number of lines; raises on unusual quotation marks."""
        lines, quotes, last = 0, False, 10
        for number, block in enumerate(self.source.views(start, end)):
            if number == 0 and block.startswith(codecs.BOM_UTF8):
                raise DoubtError("pyarrow would drop the mark at the beginning of the first cell")
            lines += block.count(b"\n")
            quotes = quotes or b'"' in block
            last = block[-1]
        if quotes:
            self._check_quotes(b"".join(self.source.blocks(start, end)))
        return lines + (last != 10)

    def _check_quotes(self, data: bytes) -> None:
        """Doubt unless quotation marks only enclose whole cells, doubled inside.

        In such a file the marks alternate: each at an even place opens a cell (or is the second of
        a doubled pair), so a separator, line end or mark stands before it; each at an odd place
        closes a cell (or is the first of a pair), so one of those follows it. pyarrow would read
        ``"1"2`` as 12 and the csv module refuses it.
        """
        codes = np.frombuffer(data, dtype=np.uint8)
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


class _Parser:
    """The second pass over a segment."""

    def __init__(self, source: Source, header: Header, layout: Layout, gather: Gather, *, as_text: bool,
                 skimmed: Collection[int]) -> None:  # fmt: skip
        import pyarrow as pa
        from pyarrow import csv

        self.source = source
        self.layout = layout
        self.gather = gather
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

    def parse(self, segment: _Segment) -> Any:
        """Parse a segment into its place; returns the number of nulls of each indicator column."""
        from pyarrow import csv

        nulls = np.zeros(len(self.gather.slots), dtype=np.int64)
        reader = csv.open_csv(
            self.source.arrow_stream(segment.start, segment.end),
            read_options=self.read_options,
            parse_options=self.parse_options,
            convert_options=self.convert_options,
        )
        at, stop = segment.at, segment.at + segment.rows
        texts: dict[int, list[Any]] = {column: [] for column in self.layout.texts}
        for batch in reader:
            if at + batch.num_rows > stop:
                raise DoubtError("more rows than lines")
            for column, batches in texts.items():
                batches.append(batch.column(str(column)))
            for column in self.skipped:
                array = batch.column(str(column))
                if column not in self.skimmed:
                    _check_texts(self.source, array)
                    self.gather.skipped(column, at, array)
                elif is_long(array):
                    raise _NotNumericError
            if self.as_text:
                for position, column in self.layout.indicators.items():
                    self.gather.cells(position, at, batch.column(str(column)))
            elif self.numbers:
                values = batch.select(self.numbers)
                nulls += [column.null_count for column in values.columns]
                self.gather.block(at, values)
            at += batch.num_rows
        if at != stop:
            raise DoubtError("a cell holds a line break")
        self._texts(segment.at, texts)
        return nulls

    def _texts(self, at: int, batches: Mapping[int, Sequence[Any]]) -> None:
        """Check and hand over the text columns of a segment: whole, because short arrays cost more to look through."""
        import pyarrow as pa

        texts = {column: pa.concat_arrays(parts) for column, parts in batches.items() if parts}
        if not texts:
            return
        if any_doubtful(texts[self.ids], texts[self.names]):
            raise DoubtError("some rows may be no communities")
        for column, whole in texts.items():
            _check_texts(self.source, whole)
            self.gather.texts(column, at, whole)


def _marks(rules: Sequence[CellRules]) -> list[str]:
    """Texts that mean "missing" in every indicator column; those of single columns are left to ``cells``."""
    common = frozenset.intersection(*(own.texts for own in rules)) if rules else frozenset()
    usual = [text for text in cells.MISSING_TEXTS if text not in cells.YES_NO or not any(own.yes_no for own in rules)]
    return [*usual, *sorted(common - set(cells.MISSING_TEXTS))]


def _check_texts(source: Source, texts: Any) -> None:
    import pyarrow.compute as pc

    if (pc.max(pc.binary_length(texts)).as_py() or 0) > _LONGEST_CELL:
        raise DoubtError("a cell is very long")
    if pc.any(pc.match_substring(texts, "\0"), min_count=0).as_py():
        raise UnreadableError("RI005", file=str(source.path), kind=NUL_BYTES)


def _check_numbers(values: NDArray[np.float64], rules: CellRules, nulls: int) -> None:
    """Doubt values that pyarrow takes for numbers and ``cells`` does not; take out missing marks."""
    usual = np.count_nonzero(np.abs(values) < LONG)
    if usual + nulls != len(values):
        raise DoubtError("inf, nan, or a number as long as those of people", cells=True)
    without_tokens(values, rules)
