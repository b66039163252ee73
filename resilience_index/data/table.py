"""The table of communities as the rest of the program sees it, whatever file it came from."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from resilience_index.findings import Finding, Location
from resilience_index.framework.tree import Indicator

_Mark = TypeVar("_Mark", np.bool_, np.int16)  # what is known of a cell besides its value


@dataclass(frozen=True)
class Column:
    """What the reader must know of an indicator.

    ``range`` is in raw units, both ends allowed; ``tokens`` are further texts or numbers that mean
    "missing" in this column.
    """

    id: str
    titles: tuple[str, ...]
    aliases: tuple[str, ...]
    unit: str | None
    range: tuple[float, float] | None
    tokens: tuple[str | float, ...] = ()

    @classmethod
    def of(cls, indicator: Indicator, tokens: tuple[str | float, ...] = ()) -> Column:
        """The column of an indicator of a framework."""
        return cls(
            id=indicator.id, titles=(indicator.title.zh, indicator.title.en), aliases=indicator.aliases,
            unit=indicator.unit, range=indicator.range, tokens=tokens,
        )  # fmt: skip


@dataclass(frozen=True)
class Keys:
    """Names of the key columns as an assessment declares them; None: found by the built-in names."""

    id: str | None = None
    name: str | None = None
    period: str | None = None
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class RawText:
    """The cells of the indicator columns as they stand in the file, for traces."""

    columns: dict[int, Any]

    def column(self, position: int) -> Any:
        """The texts of the indicator at that position as a pyarrow string array of length (units,).

        None when the file has no such column.
        """
        return self.columns.get(position)


@dataclass(frozen=True)
class SourceFile:
    """A file that a table was read from, and as what it was read.

    ``name`` is how findings call it (with the sheet of a workbook in brackets); ``kind`` is csv, xlsx or
    parquet, ``form`` wide or long. ``encoding`` and ``delimiter`` are of text files, ``sheet`` of workbooks.
    ``headers`` gives the header of the column that each indicator's cells stand in. ``size`` is in bytes
    and ``sha256`` in hex, both of the file as it is; ``path`` is what the caller named. ``digest`` waits for
    the checksum, which is computed in the background.
    """

    name: str
    kind: str
    digest: Callable[[], str] = field(repr=False, compare=False)
    size: int
    headers: dict[str, str]
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    form: str = "wide"
    path: str = ""

    @property
    def sha256(self) -> str:
        """The checksum in hex. Raises ``UnreadableError`` RI007 when the file has changed since it was read."""
        return self.digest()


@dataclass(frozen=True, eq=False)
class Table:
    """Communities (rows; one a period) by indicators.

    ``values[i]`` is a read-only float64 array of shape (units,) for ``indicators[i]``, NaN where
    there is no value; leaf after leaf, because every method works on one leaf at a time.
    ``not_applicable`` and ``faulty`` hold, by indicator position, boolean arrays (units,) of cells
    that are 不适用, and of cells that were refused (not a number, or outside the range); only
    where there are any. ``ids``, ``names``, ``periods`` and each group are pyarrow string arrays.
    ``rows`` are the row numbers a spreadsheet shows (the header is row 1). ``headers`` gives the
    header of an indicator's column as it stands in the first file that has one. ``files`` are the files
    read; ``file_of`` says by position in it which one each row is from, None: all from the first.
    ``cell_rows`` holds, by indicator position, the row number of each cell where a unit's cells stand in
    rows of their own (0: there is no cell), None: a unit is one row. ``conversions`` holds, by indicator
    position, int16 arrays (units,) of what was converted to read each cell (``forms.Conversion``; 0:
    nothing), only where there are any.
    """

    source: str
    indicators: tuple[str, ...]
    values: list[NDArray[np.float64]]
    not_applicable: dict[int, NDArray[np.bool_]]
    faulty: dict[int, NDArray[np.bool_]]
    ids: Any
    names: Any
    periods: Any
    groups: dict[str, Any]
    rows: NDArray[np.int64]
    headers: dict[str, str]
    raw: RawText | None
    findings: list[Finding]
    files: tuple[SourceFile, ...]
    file_of: NDArray[np.int64] | None = None
    cell_rows: dict[int, NDArray[np.int64]] | None = None
    conversions: dict[int, NDArray[np.int16]] = field(default_factory=dict)
    _codes: dict[str, tuple[NDArray[np.int64], list[str]]] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def encoding(self) -> str | None:
        """The encoding of the first file; None for a workbook or a Parquet file."""
        return self.files[0].encoding

    @property
    def delimiter(self) -> str | None:
        """The delimiter of the first file, if it is a text file."""
        return self.files[0].delimiter

    @property
    def sha256(self) -> str:
        """The checksum of the first file."""
        return self.files[0].sha256

    @property
    def size(self) -> int:
        """The size of the first file."""
        return self.files[0].size

    def file(self, row: int) -> SourceFile:
        """The file that a row is from."""
        return self.files[0 if self.file_of is None else int(self.file_of[row])]

    def place(self, row: int, position: int | None = None) -> Location:
        """Where a row is, or the cell of the indicator at that position in it."""
        file, number = self.file(row), int(self.rows[row])
        if position is None:
            return Location(file.name, row=number)
        if self.cell_rows is not None and position in self.cell_rows:
            number = int(self.cell_rows[position][row]) or number
        return Location(file.name, row=number, field=file.headers.get(self.indicators[position]))

    def replace(self, **changes: Any) -> Table:
        """Return a table with some of its fields changed; the arrays of the others are shared."""
        return dataclasses.replace(self, **{"_codes": {}, **changes})

    def label(self, row: int) -> str:
        """Name, code and period of the community in that row, for messages."""
        name, code = self.names[row].as_py(), self.ids[row].as_py()
        period = "" if self.periods is None else f", {self.periods[row].as_py()}"
        return f"{code}{period}" if name == code or not name else f"{name} ({code}{period})"

    def select(self, mask: NDArray[np.bool_]) -> Table:
        """Return the table of the rows where ``mask``, a boolean array (units,), is true.

        Findings and files stay those of the whole table.
        """
        import pyarrow as pa

        chosen = pa.array(mask)

        def some(cells: dict[int, NDArray[_Mark]]) -> dict[int, NDArray[_Mark]]:
            return {position: kept for position, full in cells.items() if (kept := full[mask]).any()}

        raw = self.raw
        if raw is not None:
            raw = RawText({position: text.filter(chosen) for position, text in raw.columns.items()})
        return self.replace(
            values=[frozen(column[mask]) for column in self.values],
            not_applicable=some(self.not_applicable),
            faulty=some(self.faulty),
            conversions=some(self.conversions),
            ids=self.ids.filter(chosen),
            names=self.names.filter(chosen),
            periods=None if self.periods is None else self.periods.filter(chosen),
            groups={name: labels.filter(chosen) for name, labels in self.groups.items()},
            rows=self.rows[mask],
            file_of=None if self.file_of is None else self.file_of[mask],
            cell_rows=None if self.cell_rows is None else {at: rows[mask] for at, rows in self.cell_rows.items()},
            raw=raw,
        )

    def period_codes(self) -> tuple[NDArray[np.int64], list[str]]:
        """Period of each row as a code (units,), and the labels it counts in, naturally sorted.

        Without a period column every code is 0 and the one label is empty.
        """
        if self.periods is None:
            return np.zeros(len(self), dtype=np.int64), [""]
        if "period" not in self._codes:
            codes, labels = encode(self.periods)
            order = sorted(range(len(labels)), key=lambda code: natural_key(labels[code]))
            place = np.empty(len(labels), dtype=np.int64)
            place[order] = np.arange(len(labels), dtype=np.int64)
            self._codes["period"] = (place[codes], [labels[code] for code in order])
        return self._codes["period"]

    def group_codes(self, name: str) -> tuple[NDArray[np.int64], list[str]]:
        """Group of each row as a code (units,), and its labels in the order of the file.

        Raises KeyError when the table has no group column of that name.
        """
        key = f"group:{name}"
        if key not in self._codes:
            self._codes[key] = encode(self.groups[name])
        return self._codes[key]


def encode(labels: Any) -> tuple[NDArray[np.int64], list[str]]:
    """Codes (units,) of a pyarrow string array, and its distinct labels by first appearance."""
    codes, distinct = encoded(labels)
    return codes, distinct.to_pylist()


def encoded(labels: Any) -> tuple[NDArray[np.int64], Any]:
    """As ``encode``, with the distinct labels as a pyarrow array: there may be as many as rows."""
    import pyarrow as pa

    if not isinstance(labels, pa.ChunkedArray):
        labels = pa.chunked_array([labels])
    parts = labels.dictionary_encode().chunks
    if not parts:
        return np.zeros(0, dtype=np.int64), pa.array([], pa.string())
    codes = [part.indices.to_numpy(zero_copy_only=False) for part in parts]
    # Chunks are encoded one after the other: the last one's dictionary holds them all.
    return np.concatenate(codes, dtype=np.int64), parts[-1].dictionary


def natural_key(label: str) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """Sort key under which "9" comes before "10" and "2024 Q2" before "2024 Q10"."""
    parts: Sequence[str] = re.split(r"([0-9]+)", label)
    key = []
    for number, part in enumerate(parts):
        digits = part.lstrip("0")
        # Numbers compare by length and then as text: int() refuses very long ones.
        key.append((0, len(digits), digits) if number % 2 else (1, 0, part))
    return tuple(part for part in key if part != (1, 0, "")), label


def frozen(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Make an array read-only, because tables share their arrays."""
    values.flags.writeable = False
    return values
