"""Entropy weights 熵权法, in two passes over the rows: the extents of each column, then its sums.

With p = x / S and S = Σ x, the entropy −Σ p ln p is ln S − Σ x ln x / S: a column needs only its count, Σ x and
Σ x ln x. Every value is rounded once, by itself, to a unit that the extents of its column set, 2^-49 of the
largest, and the units are added as integers: the result is the same to the last bit for any order of rows, any
blocks of them and any number of threads. Where the mean lies so far below the largest value that this rounding
could be seen, a further pass goes to the square of the unit. The sums are then within 1e-12 of the exact ones.
Values of a column should lie above 1e-280 and below 1e300, or be 0.

Source: C. E. Shannon, Bell System Technical Journal 27, 1948, 379-423; as weights, M. Zeleny, Multiple Criteria
Decision Making, 1982, chapter 7; E. K. Zavadskas and V. Podvezko, Int. J. of Information Technology & Decision
Making 15(2), 2016, 267-283. The rounding: J. Demmel and H. D. Nguyen, IEEE Transactions on Computers 64(7), 2015,
section 3.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import FloatArray
from resilience_index.methods.weights import extents
from resilience_index.methods.weights.columns import LEAST_UNITS, Names, leaf_name
from resilience_index.methods.weights.extents import CHUNK, Extents, Integers, wide_view

_UNIT_BITS = 49
"""Of a value in a sum of 2^10 values, so that it fits in an int64."""
_LEAST_UNIT = -1000
_TINY = 1e-300  # added to an x that may be 0, lost in every other
_SKEW = 1024.0
"""How far the largest term may lie above the mean x before units of 2^-49 of it are too coarse: 1e-12 of the sum."""


class Scale(NamedTuple):
    """The units in which a table is summed: 2^``x`` and 2^``xlnx`` of each column, (leaves,) each.

    ``highest`` (leaves,) the largest shifted value that they are made for, ``largest`` (leaves,) the largest x or
    |x ln x|; ``zeros`` whether a shifted value may be 0, ``gaps`` whether one may be missing. A ``fine`` scale
    has units of 2^-49 of these beside them, for what the first leave.
    """

    x: Integers
    xlnx: Integers
    highest: FloatArray
    largest: FloatArray
    shift: float
    zeros: bool
    gaps: bool
    fine: bool = False


class Sums(NamedTuple):
    """Σ x and Σ x ln x of each column, (leaves,) each: Python integers that count units of the scale.

    Of a fine scale, units of 2^-49 of those.
    """

    x: Integers
    xlnx: Integers


def scale(found: Extents, shift: float = 0.0, names: Names = None) -> Scale:
    """The scale of a table, from the extents of all its rows.

    Each value is rounded to 2^-49 of a power of two that no value of the column exceeds, and so is each x ln x.
    ``shift`` is added to each value. Raises RI321 (``leaf``, ``value``, before the shift) when a shifted value
    is negative.
    """
    there = found.counts > 0
    low = np.where(there, found.minima + shift, 1.0)
    high = np.where(there, found.maxima + shift, 1.0)
    for leaf in np.flatnonzero(low < 0.0).tolist():
        raise RefusalError("RI321", leaf=leaf_name(names, leaf), value=float(found.minima[leaf]))
    with np.errstate(all="ignore"):
        largest = np.abs(np.log(high) * high)
    largest = np.where(high > 0.36, np.fmax(largest, 0.37), largest)  # |x ln x| rises up to x = 1/e
    exponents = [np.maximum(np.frexp(bound)[1] - _UNIT_BITS, _LEAST_UNIT) for bound in (high, largest)]
    gaps = bool((found.counts < found.rows).any())
    zeros = gaps or bool((low == 0.0).any())
    return Scale(exponents[0], exponents[1], high, np.fmax(high, largest), shift, zeros, gaps)


def measure(block: FloatArray, on: Scale) -> Sums:
    """The sums of a table or of a block of its rows, as integers, so that they do not depend on order.

    ``block`` (units, leaves) in any layout, inside the extents that made the scale ``on``, NaN for missing.
    Takes two buffers of 1024 rows, three for a fine scale. Source: Demmel and Nguyen 2015, of which this is
    one round, or two.
    """
    rows, leaves = block.shape
    by_row = abs(block.strides[0]) >= abs(block.strides[1])
    size = min(rows, CHUNK)
    rooms = [np.empty((size, leaves)) if by_row else np.empty((leaves, size)).T for _ in range(2 + on.fine)]
    adders = [_Adder(unit, leaves, on.fine) for unit in (on.x, on.xlnx)]
    for start in range(0, rows, CHUNK):
        chunk = block[start : start + CHUNK]
        x, term, *more = _x_and_xlnx(chunk, on, [wide_view(room[: chunk.shape[0]]) for room in rooms])
        shifted = more[-1] if on.fine else term
        adders[1].add(term, shifted, term)
        adders[0].add(x, shifted, more[0] if on.fine else term)
    return Sums(adders[0].total, adders[1].total)


class _Adder:
    """Adds up the values of each column in units of 2^``unit``, or of 2^-49 of these where it is ``fine``.

    x + 1.5·2^(unit + 52) rounds x to the unit, and its bit pattern counts them.
    """

    def __init__(self, unit: Integers, leaves: int, fine: bool) -> None:
        self.leaves = leaves
        self.total: Integers = np.zeros(leaves, dtype=object)
        units = [unit, unit - _UNIT_BITS] if fine else [unit]
        self.magics = [np.ldexp(1.5, each + 52) for each in units]
        self.alike = [bool((magic == magic[0]).all()) for magic in self.magics]  # as for most normalised tables: faster

    def add(self, values: FloatArray, shifted: FloatArray, rest: FloatArray) -> None:
        """Add a chunk of ``values`` (units, leaves), or of several units abreast; the others are room."""
        abreast = values.shape[1] // self.leaves
        for place, magic in enumerate(self.magics):
            own = magic[0] if self.alike[place] else np.tile(magic, abreast)
            np.add(values, own, out=shifted)
            patterns = np.add.reduce(shifted.view(np.int64)).reshape(-1, self.leaves).sum(axis=0)
            patterns -= magic.view(np.int64) * (values.size // self.leaves)  # modulo 2^64: the difference is small
            self.total += patterns.astype(object) << (_UNIT_BITS * (len(self.magics) - 1 - place))
            if place + 1 < len(self.magics):
                np.subtract(shifted, own, out=shifted)
                values = np.subtract(values, shifted, out=rest)


def _x_and_xlnx(chunk: FloatArray, on: Scale, rooms: list[FloatArray]) -> list[FloatArray]:
    """The shifted values, 0 for missing ones, and their x ln x in the second room; with the rooms left over."""
    x = wide_view(chunk)
    if x.shape != rooms[0].shape:
        x, rooms = chunk, [room.reshape(chunk.shape) for room in rooms]
    room, term, *more = rooms
    if on.shift != 0.0 or on.gaps:
        x = np.add(x, on.shift, out=room)
        if on.gaps:
            np.copyto(x, 0.0, where=np.isnan(x))
    np.log(np.add(x, _TINY, out=term) if on.zeros else x, out=term)  # ln 0 would make 0 · ln 0 no number
    np.multiply(term, x, out=term)
    return [x, term, room, *more]


def merge(parts: Iterable[Sums]) -> Sums:
    """The sums of all blocks together, in any order of ``parts`` (at least one, on one scale)."""
    x, xlnx = zip(*parts, strict=True)
    return Sums(np.add.reduce(x), np.add.reduce(xlnx))


def finer(sums: Sums, on: Scale, found: Extents) -> Scale | None:
    """The scale on which all units must be measured once more, or None where ``on`` was fine enough.

    ``sums`` and ``found``, the extents, of all units. Units of 2^-49 of the largest term are fine while the
    mean is at least a 1024th of it, which with few units it always is.
    """
    if on.fine:
        return None
    varying = np.flatnonzero(found.minima < found.maxima).tolist()
    coarse = any(
        on.largest[leaf] * int(found.counts[leaf]) > _SKEW * _total(sums.x, on.x, on, leaf) for leaf in varying
    )
    return on._replace(fine=True) if coarse else None


def divergences(sums: Sums, on: Scale, found: Extents, names: Names = None) -> FloatArray:
    """1 − e of each column, (leaves,), exactly 0 for constant ones.

    ``sums`` and ``found``, the extents, of all units. Raises RI322 (``leaf``, ``count``) when m < 3,
    ValueError when values lie above those that the scale was made for. Source: Zavadskas and Podvezko 2016,
    section 2.
    """
    if (found.maxima + on.shift > on.highest).any():
        raise ValueError("values above the scale of the sums")
    result = np.zeros(on.x.size)
    for leaf in range(on.x.size):
        count = int(found.counts[leaf])
        if count < LEAST_UNITS:
            raise RefusalError("RI322", leaf=leaf_name(names, leaf), count=count)
        if found.minima[leaf] < found.maxima[leaf]:
            total, xlnx_total = _total(sums.x, on.x, on, leaf), _total(sums.xlnx, on.xlnx, on, leaf)
            result[leaf] = divergence(count, total, xlnx_total)
    return result


def _total(units: Integers, exponents: Integers, on: Scale, leaf: int) -> float:
    """A sum that counts units, as a number."""
    return math.ldexp(float(units[leaf]), int(exponents[leaf]) - (_UNIT_BITS if on.fine else 0))


def divergence(count: int, total: float, xlnx_total: float) -> float:
    """1 − e of a column that varies, e = (ln S − Σ x ln x / S) / ln m.

    ``count`` is m, the units with a value, at least 3, ``total`` is S = Σ x, above 0, and ``xlnx_total``
    Σ x ln x. Never negative: what rounding leaves below 0 is 0. Source: Zavadskas and Podvezko 2016, section 2.
    """
    return max(0.0, 1.0 - (math.log(total) - xlnx_total / total) / math.log(count))


def weights_from(divergences: FloatArray) -> FloatArray:
    """w ∝ 1 − e: ``divergences`` (m,) not negative to weights (m,) of sum 1.

    Raises RI323 (``count``, the number of columns) when all are 0. Source: Zavadskas and Podvezko 2016,
    section 2.
    """
    total = math.fsum(divergences.tolist())
    if total == 0.0:
        raise RefusalError("RI323", count=divergences.size)
    return divergences / total


def entropy(matrix: FloatArray, *, shift: float = 0.0, names: Names = None) -> FloatArray:
    """Entropy weights of a whole table.

    ``matrix`` (units, leaves), not negative after ``shift``, NaN for missing; gives (leaves,) of sum 1.
    Raises RI321, RI322 and RI323 as the functions above. Source: Zavadskas and Podvezko 2016, section 2.
    """
    found = extents.extents(matrix)
    on: Scale | None = scale(found, shift, names)
    while on is not None:
        last, sums = on, measure(matrix, on)
        on = finer(sums, last, found)
    return weights_from(divergences(sums, last, found, names))
