"""Rows below the header that are no communities: totals, notes, units, further rows of the header.

They are left out, each with a finding, or are errors where they change the meaning of what stands
below. A row that merely lacks something (a code, values) is a community and stays: leaving a community
out would be worse than a message too many.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.data.cells import MISSING_TEXTS, NOT_APPLICABLE_TEXTS, YES_NO
from resilience_index.data.layout import row_words
from resilience_index.data.layout.columns import Layout
from resilience_index.data.layout.header_units import says_own_unit
from resilience_index.data.layout.names import BRACKETS, ID_NAMES, LONG_NAMES, NAME_NAMES, PERIOD_NAMES
from resilience_index.data.layout.units import is_unit
from resilience_index.data.table import Column
from resilience_index.folding import fold

# What a code is made of: whatever is not may still be one, but is looked at more closely.
PLAIN_CODE = r"^[0-9A-Za-z_.\-]*[0-9][0-9A-Za-z_.\-]*$"
_PLAIN_CODE = re.compile(PLAIN_CODE)
_SAYS_NOTHING = frozenset((*MISSING_TEXTS, *YES_NO, *NOT_APPLICABLE_TEXTS))
_NAMES = frozenset(fold(name) for name in (*ID_NAMES, *NAME_NAMES, *PERIOD_NAMES))

# Last bytes of what the names of totals end with, and of what may follow a name.
_OF_TOTALS = sorted({text.encode()[-1] for text in row_words.LAST})
_OF_WORDS = sorted({text.encode()[-1] for text in row_words.EXACT})
_OF_SPACES = sorted({chr(code).encode()[-1] for code in range(0x3001) if chr(code).isspace()})

Filled = list[tuple[int, str]]


class Kind(Enum):
    """What a row is; the values are the codes of the findings about it."""

    DATA = ""
    BLANK = "RI208"
    UNITS = "RI225"
    NOTE = "RI226"
    HEADER = "RI227"
    OTHER_HEADER = "RI230"
    TOTAL = "RI237"
    NO_CODE = "RI239"


class RowKinds:
    """Tells rows apart, given the layout of the table they stand in.

    ``below`` are the first rows below the header: where most codes in them are numbers, a text
    without a digit is no code.
    """

    def __init__(self, layout: Layout, columns: Sequence[Column], below: Sequence[Sequence[str]] = ()) -> None:
        self.columns = columns
        self.id = layout.id
        self.name = layout.name
        self.header = [fold(text) for text in layout.header]
        self.units = {column: columns[position] for position, column in layout.indicators.items()}
        # By column, the names that a further header may give it.
        self.names = {
            column: {fold(name) for name in (columns[at].id, *columns[at].titles, *columns[at].aliases)}
            for at, column in layout.indicators.items()
        }
        for key, names in ((layout.id, ID_NAMES), (layout.name, NAME_NAMES), (layout.period, PERIOD_NAMES)):
            if key is not None:
                self.names.setdefault(key, set()).update(map(fold, names))
        for group in layout.groups.values():
            self.names.setdefault(group, set())
        for column in layout.further:  # of a long table
            same = (set(map(fold, names)) for names in LONG_NAMES)
            self.names[column] = next((names for names in same if self.header[column] in names), set())
        for column, own in self.names.items():
            own.add(_bare(self.header[column]))
        self.known = _NAMES.union(*self.names.values())
        self.groups = frozenset(layout.groups.values())
        self.began = False
        self.numbered = False
        self.numbered = self._are_numbered(below)
        self.began = False

    def _are_numbered(self, below: Sequence[Sequence[str]]) -> bool:
        """Whether most communities of the first rows have numbers for codes."""
        rows = [row for row in below if self.kind(row) is Kind.DATA and sum(bool(cell.strip()) for cell in row) > 1]
        codes = [code for row in rows if (code := self._cell(row, self.id))]
        return bool(codes) and sum(code.isdecimal() for code in codes) * 2 > len(codes)

    @staticmethod
    def _cell(cells: Sequence[str], column: int | None) -> str:
        return cells[column].strip() if column is not None and column < len(cells) else ""

    def kind(self, cells: Sequence[str]) -> Kind:
        """The kind of the next row, which may have too few or too many cells."""
        code, name = self._cell(cells, self.id), self._cell(cells, self.name)
        if _PLAIN_CODE.match(code):
            if not self.began and row_words.is_numbering(list(cells)):
                return Kind.HEADER
            self.began = True
            return Kind.TOTAL if row_words.is_sum_name(name) else Kind.DATA
        filled = [(column, text) for column, cell in enumerate(cells) if (text := cell.strip())]
        kind = self._unusual(filled, code, name) if filled else Kind.BLANK
        self.began = self.began or kind is Kind.DATA
        return kind

    def _unusual(self, filled: Filled, code: str, name: str) -> Kind:
        if len(filled) > 1 and self._is_header(filled, code):
            return Kind.HEADER if not self.other_names(filled) else Kind.OTHER_HEADER
        first = filled[0][1]
        note = row_words.is_note(first) or ":" in code or "：" in code
        if not self.began and not note:
            before = self._before(filled, code)
            if before is not None:
                return before
        if row_words.is_sum_code(code, name) or (not code and any(map(row_words.is_sum, (name, first)))):
            return Kind.TOTAL
        if note:
            return Kind.NOTE
        if len(filled) == 1:
            return self._lone(filled[0][0], first)
        if not code and not name:
            return self._nameless(filled)
        if self.numbered and code and not any(map(str.isdigit, code)):
            return Kind.NO_CODE
        return Kind.DATA

    def _before(self, filled: Filled, code: str) -> Kind | None:
        """What stands between the header and the first community."""
        named = any(column == self.name for column, _ in filled)
        if (code or not named) and row_words.is_numbering([text for _, text in filled]):
            return Kind.HEADER
        if self._is_units(filled, code):
            return Kind.UNITS
        words = any(column in self.units and text not in _SAYS_NOTHING for column, text in filled)
        if self.numbered and words and len(filled) > 1 and not any(any(map(str.isdigit, text)) for _, text in filled):
            return Kind.OTHER_HEADER
        return None

    def _lone(self, column: int, text: str) -> Kind:
        """A row with one filled cell: a note in merged cells, a section heading, or a bare community."""
        if column == self.name and column != self.id:
            return Kind.DATA  # a community without a code is an error, not a note
        if row_words.is_sentence(text):
            return Kind.NOTE
        if column == self.id or column in self.units:
            lone = self.numbered and column == self.id and not any(map(str.isdigit, text))
            return Kind.NOTE if lone else self._nameless([(column, text)]) if column != self.id else Kind.DATA
        return self._nameless([(column, text)])

    def _nameless(self, filled: Filled) -> Kind:
        """A row with neither code nor name: numbered ahead, a line of signatures, or a community without both."""
        keys = {*self.units, *self.groups}
        if all(column not in keys and text.isdecimal() for column, text in filled):
            return Kind.BLANK
        said = [text for _, text in filled if text not in _SAYS_NOTHING]
        if said and len(filled) <= 4 and all(map(row_words.is_remark, said)):
            return Kind.NOTE
        return Kind.DATA

    def _is_header(self, filled: Filled, code: str) -> bool:
        same = sum(column < len(self.header) and fold(text) == self.header[column] for column, text in filled)
        if same * 2 > len(filled):
            return True
        known = sum(_bare(fold(text)) in self.known for _, text in filled)
        return known * 2 > len(filled) or (known > 1 and _bare(fold(code)) in self.names.get(self.id or 0, ()))

    def other_names(self, filled: Filled) -> list[tuple[int, str]]:
        """Columns of a further header where something else stands than in the first one, and what stands there."""
        return [
            (column, text)
            for column, text in filled
            if column in self.names and not self._same_name(column, fold(text))
        ]

    def _same_name(self, column: int, folded: str) -> bool:
        if folded == self.header[column] or folded in self.names[column]:
            return True
        bracket = BRACKETS.fullmatch(folded)
        own = self.units.get(column)
        return (
            bracket is not None
            and bracket[1] in self.names[column]
            and (own is None or says_own_unit(bracket[2], own) or not is_unit(bracket[2]))
        )

    def _is_units(self, filled: Filled, code: str) -> bool:
        if code and fold(code).strip(":") not in row_words.UNIT_WORDS:
            return False
        written = [(_unit(text), self.units[column]) for column, text in filled if column in self.units]
        said = [(text, own) for text, own in written if text not in row_words.NO_UNIT]
        units = sum(is_unit(text) or says_own_unit(text, own) for text, own in said)
        return bool(said) and units * 2 >= len(said) and not any(text.replace(".", "").isdecimal() for text, _ in said)

    def are_units(self, cells: Sequence[str]) -> bool:
        """Whether a row above the header holds units."""
        filled = [(column, text) for column, cell in enumerate(cells) if (text := cell.strip())]
        return self._is_units(filled, self._cell(cells, self.id))

    def wrong_units(self, cells: Sequence[str]) -> list[tuple[int, str]]:
        """Columns of a row of units where another unit stands than the indicator's own, and what stands there."""
        return [
            (column, cells[column].strip())
            for column, own in self.units.items()
            if column < len(cells)
            and (written := _unit(cells[column])) not in row_words.NO_UNIT
            and not says_own_unit(written, own)
        ]


def _bare(folded: str) -> str:
    bracket = BRACKETS.fullmatch(folded)
    return folded if bracket is None else bracket[1]


def _unit(text: str) -> str:
    return fold(text).strip("()[]【】")


def any_doubtful(ids: Any, names: Any) -> bool:
    """Whether ``RowKinds`` must look at any row, from codes and names as pyarrow strings.

    Where it need not, every row is a community, whatever stands in its further cells; the first row
    below the header is the caller's to look at.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pc.all(pc.ascii_is_decimal(ids), min_count=0).as_py():
        codes = pc.utf8_trim_whitespace(ids)
        if not pc.all(pc.match_substring_regex(codes, PLAIN_CODE), min_count=0).as_py():
            return True
    may_be = _ends_in(names, (*_OF_TOTALS, *_OF_WORDS, *_OF_SPACES))
    named = pc.utf8_trim_whitespace(names.filter(pa.array(may_be)))
    if pc.any(pc.is_in(named, pa.array(row_words.EXACT)), min_count=0).as_py():
        return True
    named = named.filter(pa.array(_ends_in(named, _OF_TOTALS)))
    said = pc.unique(named.filter(pc.match_substring_regex(named, row_words.SAYS_SUM)))
    return any(map(row_words.is_sum_name, said.to_pylist()))


def _ends_in(names: Any, last: Sequence[int]) -> NDArray[np.bool_]:
    """Whether the last byte of each text of a pyarrow string array is one of some."""
    import pyarrow as pa

    if isinstance(names, pa.ChunkedArray):
        return np.concatenate([_ends_in(chunk, last) for chunk in names.chunks] or [np.zeros(0, dtype=np.bool_)])
    _, offsets, data = names.buffers()
    ends = np.frombuffer(offsets, dtype=np.int32)[names.offset : names.offset + len(names) + 1]
    content = np.frombuffer(data, dtype=np.uint8) if data is not None and data.size else np.zeros(1, dtype=np.uint8)
    wanted = np.zeros(256, dtype=np.bool_)
    wanted[list(last)] = True
    filled = ends[1:] > ends[:-1]
    hit: NDArray[np.bool_] = filled & wanted[content[np.maximum(ends[1:] - 1, 0)]]
    return hit
