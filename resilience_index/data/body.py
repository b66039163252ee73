"""The body of a table: what its rows hold, gathered in batches while a file is read, before it is checked."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from resilience_index.data import cells
from resilience_index.data.cells import CellRules, Status
from resilience_index.data.cells.causes import Clause
from resilience_index.data.cells.convert import numbers
from resilience_index.data.cells.forms import Conversion
from resilience_index.data.files.records import Record
from resilience_index.data.layout.columns import Layout
from resilience_index.data.privacy.scan import Scan
from resilience_index.data.table import frozen
from resilience_index.findings import Finding

LISTED = 1000  # faults of one kind that are listed for a column; the rest are counted
_COMBINE_BELOW = 1 << 30  # pyarrow string arrays count their bytes in 32 bits


class Unreadable(NamedTuple):
    """A faulty cell: row index, text, and the clause that says why it is not a number."""

    at: int
    text: str
    why: Clause


class Example(NamedTuple):
    """The first cell with a conversion: row index, text, and the value it was read as."""

    at: int
    text: str
    value: float


@dataclass
class Body:
    """What the rows of a file hold, before it is checked.

    ``values``, masks and ``raw`` go by indicator position, ``texts`` by column of the file.
    ``unreadable`` lists the first faulty cells of an indicator, ``words`` counts the cells of 0/1
    indicators that were read from words. ``conversions`` and ``examples`` go by indicator position too:
    codes of the cells that were converted, and the first cell of each kind. ``left_out`` are the rows
    that are no communities, ``covered`` marks cells that only share another cell's value, by indicator
    position, ``scan`` is what was seen of personal data.
    """

    values: list[NDArray[np.float64]]
    not_applicable: dict[int, NDArray[np.bool_]]
    faulty: dict[int, NDArray[np.bool_]]
    unreadable: dict[int, list[Unreadable]]
    texts: dict[int, Any]
    raw: dict[int, Any]
    rows: NDArray[np.int64]
    words: dict[int, dict[str, int]] = field(default_factory=dict)
    conversions: dict[int, NDArray[np.int16]] = field(default_factory=dict)
    examples: dict[int, dict[Conversion, Example]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    left_out: list[Record] = field(default_factory=list)
    covered: dict[int, NDArray[np.bool_]] = field(default_factory=dict)
    scan: Scan | None = None

    @property
    def personal(self) -> list[Finding]:
        """What was found of personal data: RI251 to RI255."""
        return [] if self.scan is None else self.scan.findings(self.rows, self.left_out)


class Gather:
    """Collects batches of rows, in any order and from several threads, into one ``Body``.

    ``capacity`` is an upper bound of the number of rows; memory that stays unused is never touched.
    """

    def __init__(self, layout: Layout, rules: Sequence[CellRules], capacity: int, *, keep_text: bool) -> None:
        self.layout = layout
        self.rules = rules
        self.keep_text = keep_text
        self.scan = Scan(layout)
        self.slots = {position: slot for slot, position in enumerate(sorted(layout.indicators))}
        self._capacity = capacity
        self._block = _room(len(self.slots), capacity)
        self._masks: dict[tuple[Status, int], NDArray[np.bool_]] = {}
        self._conversions: dict[int, NDArray[np.int16]] = {}
        self._examples: dict[int, dict[Conversion, Example]] = {}
        self._unreadable: dict[int, list[Unreadable]] = {}
        self._words: dict[int, dict[str, int]] = {}
        self._chunks: dict[tuple[str, int], list[tuple[int, Any]]] = {}
        self._lock = threading.Lock()

    def texts(self, column: int, at: int, texts: Any) -> None:
        """Take a batch of a text column, a pyarrow string array that begins at row index ``at``."""
        self._keep("text", column, at, self.scan.texts(column, at, texts))

    def skipped(self, column: int, at: int, texts: Any) -> None:
        """Take a batch of a column that is only looked through for personal data, a pyarrow string array."""
        self.scan.skipped(column, at, texts)

    def numbers(self, position: int, at: int, values: Any) -> None:
        """Take a batch of an indicator as a pyarrow float64 array, null where missing."""
        self._block[self.slots[position], at : at + len(values)] = values.to_numpy(zero_copy_only=False)

    def block(self, at: int, batch: Any) -> NDArray[np.float64]:
        """Take all indicators at once, in the order of ``slots``: a record batch of float64, null where missing.

        Returns them as an array (columns, rows), NaN where null.
        """
        # One step for all columns: threads that parse must not queue up for the interpreter at every column.
        values: NDArray[np.float64] = batch.to_tensor(null_to_nan=True, row_major=False).to_numpy().T
        self._block[:, at : at + batch.num_rows] = values
        return values

    def cells(self, position: int, at: int, texts: Any) -> None:
        """Take a batch of an indicator as it stands in the file, a pyarrow string array."""
        converted = numbers(texts, self.rules[position])
        masked = self.scan.cells(self.layout.indicators[position], at, texts, converted.values, plain=converted.plain)
        if masked is not texts:  # a personal number is no value
            texts, converted = masked, numbers(masked, self.rules[position])
        if self.keep_text:
            self._keep("raw", position, at, texts)
        self._block[self.slots[position], at : at + len(texts)] = converted.values
        if converted.not_applicable is not None:
            self._mask(Status.NOT_APPLICABLE, position)[at : at + len(texts)] = converted.not_applicable
        if converted.conversions is not None:
            self._converted(position, at, texts, converted.values, converted.conversions)
        with self._lock:
            for word, count in converted.words.items():
                counts = self._words.setdefault(position, {})
                counts[word] = counts.get(word, 0) + count
        if converted.faulty is not None:
            self._mask(Status.FAULTY, position)[at : at + len(texts)] = converted.faulty
            first = [(at + index, texts[index].as_py()) for index in np.flatnonzero(converted.faulty)[:LISTED].tolist()]
            found = [Unreadable(index, text, cells.why(text, self.rules[position])) for index, text in first]
            with self._lock:
                self._unreadable.setdefault(position, []).extend(found)

    def _converted(self, position: int, at: int, texts: Any, values: Any, codes: NDArray[np.int16]) -> None:
        examples = {}
        for kind in Conversion:
            hit = codes & kind
            if hit.any():
                first = int(np.argmax(hit != 0))
                examples[kind] = Example(at + first, texts[first].as_py(), float(values[first]))
        with self._lock:
            if position not in self._conversions:
                self._conversions[position] = np.zeros(self._capacity, dtype=np.int16)
            self._conversions[position][at : at + len(texts)] = codes
            known = self._examples.setdefault(position, {})
            for kind, example in examples.items():
                known[kind] = min(known.get(kind, example), example)

    def body(self, count: int, rows: NDArray[np.int64]) -> Body:
        """The first ``count`` rows, once all batches are in; ``rows`` are their row numbers."""
        absent = len(self.slots) < len(self.rules)
        values = [frozen(np.full(count if absent else 0, np.nan))] * len(self.rules)
        for position, slot in self.slots.items():
            values[position] = self._block[slot, :count]
        kept = self.slots if self.keep_text else ()
        texts = {column: self._joined("text", column) for column in self.layout.texts}
        if self.layout.id is not None:
            texts[self.layout.id] = self.scan.codes(texts[self.layout.id], rows)
        return Body(
            values=values,
            not_applicable=self._cut(Status.NOT_APPLICABLE, count),
            faulty=self._cut(Status.FAULTY, count),
            unreadable={
                position: sorted(found, key=lambda cell: cell.at)[:LISTED]
                for position, found in self._unreadable.items()
            },
            texts=texts,
            raw={position: self._joined("raw", position) for position in kept},
            rows=rows,
            words=self._words,
            conversions={position: codes[:count] for position, codes in self._conversions.items()},
            examples=self._examples,
            scan=self.scan,
        )

    def _keep(self, kind: str, number: int, at: int, texts: Any) -> None:
        with self._lock:
            self._chunks.setdefault((kind, number), []).append((at, texts))

    def _mask(self, status: Status, position: int) -> NDArray[np.bool_]:
        with self._lock:
            if (status, position) not in self._masks:
                self._masks[status, position] = np.zeros(self._capacity, dtype=np.bool_)
            return self._masks[status, position]

    def _cut(self, wanted: Status, count: int) -> dict[int, NDArray[np.bool_]]:
        masks = sorted(self._masks.items())
        return {position: mask[:count] for (status, position), mask in masks if status == wanted}

    def _joined(self, kind: str, number: int) -> Any:
        import pyarrow as pa

        chunks = sorted(self._chunks.pop((kind, number), []), key=lambda chunk: chunk[0])
        whole = pa.chunked_array([texts for _, texts in chunks], type=pa.string())
        return whole.combine_chunks() if whole.nbytes < _COMBINE_BELOW else whole


def _room(columns: int, rows: int) -> NDArray[np.float64]:
    """An array (columns, rows) that is not filled yet, in memory of pyarrow's pool.

    The pool keeps what other tables have given back; fresh memory costs as much as half of the parsing.
    """
    import pyarrow as pa

    size = columns * rows
    return np.frombuffer(pa.allocate_buffer(8 * max(size, 1)), dtype=np.float64)[:size].reshape(columns, rows)
