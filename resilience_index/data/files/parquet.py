"""Parquet files: typed columns to the same table that a text file gives.

Numbers stay numbers; everything else becomes the text that a person would have typed and goes through
the rules of ``cells``. Rows are numbered as in other files: the header is row 1, so row n of the data
is n + 1.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from resilience_index.data.body import LISTED, Body, Gather
from resilience_index.data.cells import CellRules, show
from resilience_index.data.cells.convert import without_tokens
from resilience_index.data.files.careful import read_records
from resilience_index.data.files.package import unsound
from resilience_index.data.files.records import PREVIEWED, Preview, Record
from resilience_index.data.files.source import Hasher, Input
from resilience_index.data.layout.columns import Layout
from resilience_index.data.layout.header import Header, header_of
from resilience_index.data.layout.names import known_names
from resilience_index.data.layout.rows import any_doubtful
from resilience_index.data.privacy.scan import is_long
from resilience_index.data.table import Column, Keys, SourceFile
from resilience_index.findings import Finding, Location

_EXACT = 1 << 53  # whole numbers up to here are float64 numbers
_BATCH = 8192


class ParquetFile:
    """A Parquet file as the readers' door sees a file. Raises ``UnreadableError`` RI262 when it is damaged."""

    def __init__(self, given: Input, label: str) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        self.shown = str(given.path)
        self.label = label
        self._given = given
        self._hasher: Hasher | None = None
        self._size = given.head()[1]
        source = self.shown if given.content is None else pa.BufferReader(given.content)
        try:
            self._file = parquet.ParquetFile(source)
            self.names: tuple[str, ...] = tuple(self._file.schema_arrow.names)
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:  # names of columns are decoded, too
            raise _damaged(self.shown, error) from error
        self._hasher = Hasher(given.path, given.content)

    def header(self, columns: Sequence[Column], keys: Keys) -> Header:
        """The names of the columns."""
        return header_of(Preview((Record(1, self.names),)), known_names(columns, keys))

    def rows(
        self, header: Header, layout: Layout, columns: Sequence[Column], rules: Sequence[CellRules], *, keep_text: bool
    ) -> Body:
        """All rows; findings RI238, RI273 to RI275 and those of ``read_records``."""
        refused = self._faults(layout)
        if refused:
            rows = np.zeros(0, dtype=np.int64)
            empty = Gather(dataclasses.replace(layout, indicators={}), rules, 0, keep_text=keep_text).body(0, rows)
            empty.findings = refused
            return empty
        used = self._columns()
        name = layout.id if layout.name is None else layout.name
        if layout.id is None or any_doubtful(used.text(layout.id), used.text(layout.id if name is None else name)):
            gather = Gather(layout, rules, used.count, keep_text=keep_text)
            header = dataclasses.replace(header, below=used.below())
            body = read_records(used.records(), header, layout, columns, gather, file=self.label)
        else:
            body = used.body(layout, rules, keep_text=keep_text)
        body.findings += [*used.rounded(layout, self.label), *self._numeric_codes(used, layout, len(body.rows))]
        return body

    def originals(self, header: Header, layout: Layout) -> Iterator[Record]:  # noqa: ARG002 - as for workbooks
        """The names of the columns, then every row as texts. Raises ``UnreadableError`` RI262."""
        yield Record(1, self.names)
        yield from self._columns().records()

    def about(self, header: Header, count: int) -> list[Finding]:  # noqa: ARG002 - as for text files
        """Nothing that the rows do not tell."""
        return []

    def described(self, header: Header, headers: dict[str, str], form: str) -> SourceFile:  # noqa: ARG002
        """What was read."""
        assert self._hasher is not None
        digest = self._hasher.begin(self._size)
        return SourceFile(self.label, "parquet", digest, self._size, headers, form=form, path=self.shown)

    def _numeric_codes(self, used: Columns, layout: Layout, count: int) -> list[Finding]:
        """Codes that are stored as numbers: RI274, and RI238 for those that are not whole."""
        if layout.id is None or not count or not used.numeric(layout.id):
            return []
        import pyarrow.compute as pc

        title = layout.title(layout.id)
        codes = used.text(layout.id)
        broken = np.flatnonzero(pc.match_substring_regex(codes, r"\.[0-9]*[1-9]").to_numpy(zero_copy_only=False))
        found = [
            Finding("RI238", Location(self.label, row=index + 2, field=title), {"id": show(codes[index].as_py())})
            for index in broken[:LISTED].tolist()
        ]
        there = np.flatnonzero(pc.not_equal(codes, "").to_numpy(zero_copy_only=False))
        if not there.size:
            return found
        params = {"count": int(there.size), "first": int(there[0]) + 2}
        return [*found, Finding("RI274", Location(self.label, field=title), params)]

    def _faults(self, layout: Layout) -> list[Finding]:
        """RI275: columns in use whose type is neither text nor number."""
        found = []
        for column in sorted({*layout.texts, *layout.indicators.values()}):
            kind = self._file.schema_arrow.field(column).type
            if not _is_plain(kind):
                place = Location(self.label, row=1, field=layout.title(column))
                found.append(Finding("RI275", place, {"type": str(kind)}))
        return found

    def _columns(self) -> Columns:
        """Read all columns: those not in use are looked through for personal data. Raises ``UnreadableError`` RI262."""
        import pyarrow as pa

        try:
            table = self._file.read()
            # Files may say text and hold other bytes.
            table.validate(full=True)
        except (pa.ArrowException, OSError, NotImplementedError, UnicodeDecodeError) as error:
            raise _damaged(self.shown, error) from error
        return Columns([_joined(column) for column in table.columns], table.num_rows)


@dataclass(frozen=True)
class Columns:
    """The arrays of a file by column number, all of length ``count``."""

    arrays: list[Any]
    count: int

    def text(self, column: int) -> Any:
        """A column as a pyarrow string array without nulls."""
        return as_text(self.arrays[column])

    def records(self) -> Iterator[Record]:
        """The rows as texts."""
        for start in range(0, self.count, _BATCH):
            texts = [as_text(array.slice(start, _BATCH)).to_pylist() for array in self.arrays]
            for index, cells in enumerate(zip(*texts, strict=True)):
                yield Record(start + index + 2, cells)

    def below(self) -> tuple[Record, ...]:
        """The first rows, as ``Header.below`` has them."""
        first = Columns([array.slice(0, PREVIEWED) for array in self.arrays], min(PREVIEWED, self.count))
        return tuple(first.records())

    def body(self, layout: Layout, rules: Sequence[CellRules], *, keep_text: bool) -> Body:
        """All rows, column by column."""
        gather = Gather(layout, rules, self.count, keep_text=keep_text)
        for column in layout.texts:
            gather.texts(column, 0, self.text(column))
        for position, column in layout.indicators.items():
            numbers = None if keep_text or column in layout.texts else as_numbers(self.arrays[column])
            if numbers is None or is_long(numbers):
                gather.cells(position, 0, self.text(column))
            else:
                gather.numbers(position, 0, numbers)
        for column in gather.scan.unused:
            numbers = as_numbers(self.arrays[column])
            if column not in layout.unnamed and (numbers is None or is_long(numbers)):
                gather.skipped(column, 0, self.text(column))
        body = gather.body(self.count, np.arange(2, self.count + 2, dtype=np.int64))
        for position in layout.indicators:
            without_tokens(body.values[position], rules[position])
        return body

    def rounded(self, layout: Layout, file: str) -> list[Finding]:
        """RI273: whole numbers of indicators that float64 cannot hold."""
        import pyarrow as pa
        import pyarrow.compute as pc

        found = []
        for column in sorted(set(layout.indicators.values())):
            array = self.arrays[column]
            if not pa.types.is_integer(array.type) or array.type.bit_width < 64:
                continue
            beyond = pc.greater(array, pa.scalar(_EXACT, array.type))
            if pa.types.is_signed_integer(array.type):
                beyond = pc.or_(beyond, pc.less(array, pa.scalar(-_EXACT, array.type)))
            rows = np.flatnonzero(pc.fill_null(beyond, False).to_numpy(zero_copy_only=False))
            if rows.size:
                params = {"count": int(rows.size), "first": int(rows[0]) + 2}
                found.append(Finding("RI273", Location(file, field=layout.title(column)), params))
        return found

    def numeric(self, column: int) -> bool:
        """Whether a column is stored as numbers."""
        import pyarrow as pa

        kind = self.arrays[column].type
        return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def as_numbers(array: Any) -> Any:
    """A numeric column as float64 with null where missing; None when its cells must be read one by one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = array.type
    if pa.types.is_null(kind):
        return pa.nulls(len(array), pa.float64())
    if pa.types.is_integer(kind):
        return pc.cast(array, pa.float64(), safe=False)
    if not pa.types.is_floating(kind):
        return None
    numbers = pc.cast(array, pa.float64())
    missing = pc.is_nan(numbers)
    if pc.any(missing).as_py():
        numbers = pc.if_else(missing, pa.scalar(None, pa.float64()), numbers)
    return None if pc.any(pc.is_inf(numbers)).as_py() else numbers


def as_text(array: Any) -> Any:
    """Any plain column as the texts a person would have typed; blank for nulls and NaN."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = array.type
    if pa.types.is_null(kind):
        return pa.array([""] * len(array), pa.string())
    if not _is_plain(kind):
        return pa.array(["" if value is None else str(value) for value in array.to_pylist()], pa.string())
    if pa.types.is_boolean(kind):
        text = pc.if_else(array, "TRUE", "FALSE")
    elif pa.types.is_floating(kind):
        text = _float_text(array)
    elif pa.types.is_timestamp(kind) or pa.types.is_time(kind):
        text = _date_text(array)
    else:
        text = pc.cast(array, pa.string())
    return _joined(pc.fill_null(text, ""))


def _float_text(array: Any) -> Any:
    """Floats in Python's shortest form, whole ones without a point: 99.0 of a code column is 99."""
    import pyarrow as pa
    import pyarrow.compute as pc

    numbers = pc.cast(array, pa.float64())
    known = pc.if_else(pc.is_nan(numbers), pa.scalar(None, pa.float64()), numbers)
    values = known.to_numpy(zero_copy_only=False)
    if pa.types.is_float64(array.type):
        texts = [repr(value) for value in values.tolist()]
    else:
        # The digits of a shorter float: 0.1 stored in 32 bits is 0.1, not 0.10000000149011612.
        short = np.float16 if pa.types.is_float16(array.type) else np.float32
        texts = [np.format_float_positional(value, trim="0") for value in values.astype(short)]
    whole = [text.removesuffix(".0") for text in texts]
    return pc.if_else(pc.is_null(known), "", pa.array(whole, pa.string()))


def _date_text(array: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_timestamp(array.type):
        days = pc.cast(pc.floor_temporal(array, unit="day"), array.type)
        if pc.all(pc.equal(days, array), min_count=0).as_py():
            return pc.cast(pc.cast(array, pa.date32()), pa.string())
    # Columns of nanoseconds would show nine zeros.
    return pc.replace_substring_regex(pc.cast(array, pa.string()), r"\.0+(\D|$)", r"\1")


def _is_plain(kind: Any) -> bool:
    import pyarrow as pa

    types = pa.types
    if types.is_dictionary(kind):
        return _is_plain(kind.value_type)
    tests = (
        types.is_null, types.is_boolean, types.is_integer, types.is_floating, types.is_decimal, types.is_date,
        types.is_timestamp, types.is_time, types.is_string, types.is_large_string, types.is_string_view,
    )  # fmt: skip
    return any(test(kind) for test in tests)


def _joined(array: Any) -> Any:
    """One array; of a dictionary its values."""
    import pyarrow as pa

    if pa.types.is_dictionary(array.type):
        array = array.cast(array.type.value_type)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return array


def _damaged(file: str, error: Exception) -> Exception:
    reason = str(error).split("\n")[0]
    return unsound(file, f"it is damaged or incomplete ({reason})", f"文件已损坏或不完整（{reason}）")
