"""Which indicator each row of a long table is about, and whether its unit is the indicator's own.

A table may name its indicators in two columns, by codes of its own and by titles: every row goes by the
column that names an indicator of the framework.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.data.layout.header_units import says_own_unit
from resilience_index.data.layout.names import Names
from resilience_index.data.table import Column, encoded
from resilience_index.folding import fold

Integers = NDArray[np.int64]
LEFT_OUT = -1
"""Instead of a position: a row that is left out. The reasons, from the weakest to the strongest:"""
_UNKNOWN, _OTHER, _AMBIGUOUS = -4, -3, -2
_UNSAID = frozenset({"", "-", "--", "—", "——", "/"})
_NONE = frozenset({"无", "无单位", "无量纲", "none", "dimensionless"})


@dataclass
class Named:
    """The indicator of each row: ``at`` (rows,) is its position, negative where there is none.

    ``bracketed`` (rows,) says that something else than the indicator's unit stands in brackets behind its
    name. ``main`` is the number of the column that names the most indicators. The other parts are lists
    of indices into the rows: ``contradictions`` with the number of the column that names another
    indicator, ``ambiguous`` with text and positions, ``unknown`` with text and the number of rows.
    ``others`` counts the names of indicators that the framework does not use.
    """

    at: Integers
    bracketed: NDArray[np.bool_]
    main: int
    contradictions: list[tuple[int, int]]
    ambiguous: list[tuple[int, str, tuple[int, ...]]]
    unknown: list[tuple[int, str, int]]
    others: int


@dataclass
class _Told:
    """What one column says: of each row its number among the distinct texts, of each text what it names."""

    codes: Integers
    texts: list[str]
    meaning: Integers
    bracketed: NDArray[np.bool_]
    several: dict[int, tuple[int, ...]]

    @property
    def at(self) -> Integers:
        return self.meaning[self.codes] if self.texts else np.zeros(0, dtype=np.int64)


def named(texts: Sequence[Any], rows: Integers, columns: Sequence[Column], known: Sequence[Column]) -> Named:
    """Find the indicator of each of the ``rows`` (indices into the columns of ``texts``, at least one).

    ``columns`` are the indicators that positions count, ``known`` others that may be named.
    """
    names, others = Names(columns), Names(known)
    told = [_told(column, rows, names, others) for column in texts]
    main = int(np.argmax([(column.at >= 0).sum() for column in told]))
    first = told[main]
    at, bracketed = first.at.copy(), first.bracketed[first.codes] if first.texts else np.zeros(0, dtype=np.bool_)
    contradictions: dict[int, int] = {}
    for number, column in enumerate(told):
        if number == main:
            continue
        own = column.at
        differ = (own != at) & (np.maximum(own, at) >= 0) & (np.minimum(own, at) >= _OTHER)
        differ &= (own != _AMBIGUOUS) & (at != _AMBIGUOUS)
        contradictions |= {index: number for index in np.flatnonzero(differ).tolist() if index not in contradictions}
        taken = (at < 0) & (own > at) & ~differ
        at = np.where(taken, own, at)
        bracketed = np.where(taken, column.bracketed[column.codes], bracketed)
    at[list(contradictions)] = LEFT_OUT
    return Named(
        at, bracketed, main, sorted(contradictions.items()),
        ambiguous=[(index, text, first.several.get(code, ())) for index, text, code, _ in _each(first, at, _AMBIGUOUS)],
        unknown=[(index, text, count) for index, text, _, count in _each(first, at, _UNKNOWN)],
        others=len(list(_each(first, at, _OTHER))),
    )  # fmt: skip


def _told(column: Any, rows: Integers, names: Names, others: Names) -> _Told:
    codes, distinct = encoded(column)
    codes = codes[rows]
    texts = distinct.to_pylist()
    meaning = np.full(len(texts), _UNKNOWN, dtype=np.int64)
    bracketed = np.zeros(len(texts), dtype=np.bool_)
    several: dict[int, tuple[int, ...]] = {}
    for code in np.unique(codes).tolist():
        text = texts[code]
        positions = names.positions(text)
        if not positions and text and not others.positions(text):
            positions = names.before_bracket(text)
            bracketed[code] = len(positions) == 1
        if len(positions) == 1:
            meaning[code] = positions[0]
        elif positions:
            meaning[code] = _AMBIGUOUS
            several[code] = positions
        elif text and others.positions(text):
            meaning[code] = _OTHER
    return _Told(codes, texts, meaning, bracketed, several)


def _each(column: _Told, at: Integers, reason: int) -> list[tuple[int, str, int, int]]:
    """The texts of rows that are left out for a reason: index of the first row, text, its number, count of rows."""
    where = np.flatnonzero(at == reason)
    codes, first, counts = np.unique(column.codes[where], return_index=True, return_counts=True)
    found = zip(where[first].tolist(), codes.tolist(), counts.tolist(), strict=True)
    return [(index, column.texts[code], code, count) for index, code, count in sorted(found)]


def is_own_unit(column: Column, written: str) -> bool:
    """Whether a cell of a column of units says the indicator's own, or nothing."""
    folded = fold(written)
    if folded in _UNSAID or (column.unit is None and folded in _NONE):
        return True
    return says_own_unit(folded, column)
