"""Columns of text to columns of numbers, by the rules of ``cells``, without a Python loop per cell.

Plain numbers are cast by pyarrow; every other text is put to ``cells.parse`` once, however many
cells hold it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from resilience_index.data import cells
from resilience_index.data.cells import CellRules, Status
from resilience_index.data.cells.forms import NUMBER, Conversion

_Mark = TypeVar("_Mark", np.bool_, np.int16)
_CASTABLE = rf"^-?{NUMBER}$"  # pyarrow's versions differ about a leading plus


@dataclass(frozen=True)
class Numbers:
    """Values (units,), NaN without one, and what is known of single cells, where there is any such cell.

    ``not_applicable`` and ``faulty`` are masks, ``conversions`` holds codes of ``Conversion``, all (units,).
    ``words`` counts the cells of a 0/1 indicator by the word they were read from.
    """

    values: NDArray[np.float64]
    not_applicable: NDArray[np.bool_] | None = None
    faulty: NDArray[np.bool_] | None = None
    conversions: NDArray[np.int16] | None = None
    words: Mapping[str, int] = field(default_factory=dict)

    @property
    def plain(self) -> bool:
        """Whether every cell is a plain number or a mark for a missing one."""
        return self.not_applicable is None and self.faulty is None and self.conversions is None


def numbers(texts: Any, rules: CellRules) -> Numbers:
    """Convert a pyarrow string array (units,) without nulls."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts_or_null = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
    try:
        cast = pc.cast(texts_or_null, pa.float64())
    except pa.ArrowInvalid:
        return _mixed(texts, rules)
    values = cast.to_numpy(zero_copy_only=False)
    # pyarrow also reads inf, nan and 1e400, which are not numbers here.
    if np.count_nonzero(np.isfinite(values)) + cast.null_count != len(values):
        return _mixed(texts, rules)
    return Numbers(without_tokens(values, rules))


def without_tokens(values: NDArray[np.float64], rules: CellRules) -> NDArray[np.float64]:
    """Values with NaN in place of the numbers that mean "missing"; in place when the array is writable."""
    for number in sorted(rules.numbers):
        hit = values == number
        if hit.any():
            values = values if values.flags.writeable else values.copy()
            values[hit] = np.nan
    return values


def _mixed(texts: Any, rules: CellRules) -> Numbers:
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = pc.match_substring_regex(texts, _CASTABLE)
    is_plain = plain.to_numpy(zero_copy_only=False)
    values = np.full(len(texts), np.nan)
    values[is_plain] = pc.cast(texts.filter(plain), pa.float64()).to_numpy(zero_copy_only=False)
    faulty = np.isinf(values)
    values[faulty] = np.nan
    values = without_tokens(values, rules)
    encoded = texts.filter(pc.invert(plain)).dictionary_encode()
    others = encoded.dictionary.to_pylist()
    if not others:
        return Numbers(values, faulty=_any(faulty))
    parsed = [cells.parse(text, rules) for text in others]
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    values[~is_plain] = np.array([cell.value for cell in parsed])[codes]
    statuses = np.zeros(len(texts), dtype=np.int8)
    statuses[~is_plain] = np.array([cell.status for cell in parsed], dtype=np.int8)[codes]
    conversions = np.zeros(len(texts), dtype=np.int16)
    conversions[~is_plain] = np.array([cell.conversion for cell in parsed], dtype=np.int16)[codes]
    words: dict[str, int] = {}
    if any(cell.conversion & Conversion.WORD for cell in parsed):
        counts = np.bincount(codes, minlength=len(others)).tolist()
        for text, cell, count in zip(others, parsed, counts, strict=True):
            if cell.conversion & Conversion.WORD:
                words[text.strip()] = words.get(text.strip(), 0) + count
    faulty |= statuses == Status.FAULTY
    return Numbers(values, _any(statuses == Status.NOT_APPLICABLE), _any(faulty), _any(conversions), words)


def _any(marks: NDArray[_Mark]) -> NDArray[_Mark] | None:
    """The marks of the cells, or None when no cell has one."""
    return marks if marks.any() else None
