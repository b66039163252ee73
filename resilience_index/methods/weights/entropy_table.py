"""Entropy weights 熵权法 of large tables: all columns together, in two passes over the rows.

Where ``entropy`` keeps the exact sums of each column by itself, this rounds every value once to a unit that
the extents of its column set, 2^-49 of the largest, and adds integers: as independent of the order of rows,
of blocks and of threads, to the same result within 1e-12, and several times as fast. Needs values between
1e-280 and 1e300 or 0.
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
from resilience_index.methods.weights.entropy import divergence, weights_from
from resilience_index.methods.weights.extents import ABREAST, CHUNK, Extents, Integers, wide_view

_UNIT_BITS = 49
"""Of a value in a sum of 2^10 values, so that it fits in an int64."""
_LEAST_UNIT = -1000
_TINY = 1e-300  # added to an x that may be 0, lost in every other


class Scale(NamedTuple):
    """The units in which a table is summed: 2^``x`` and 2^``xlnx`` of each column, (leaves,) each.

    ``highest`` (leaves,) the largest shifted value that they are made for; ``zeros`` whether a shifted value
    may be 0, ``gaps`` whether one may be missing.
    """

    x: Integers
    xlnx: Integers
    highest: FloatArray
    shift: float
    zeros: bool
    gaps: bool


class Sums(NamedTuple):
    """Σ x and Σ x ln x of each column, (leaves,) each: Python integers that count units of the scale."""

    x: Integers
    xlnx: Integers


def scale(bounds: Extents, shift: float = 0.0, names: Names = None) -> Scale:
    """The scale of a table, from the extents of all its rows, or from what is known of them before.

    Each value is rounded to 2^-49 of a power of two that no value of the column exceeds, and so is each
    x ln x. ``shift`` is added to each value. Raises RI321 (``leaf``,
    ``value``, before the shift) when a shifted value is negative.
    """
    there = bounds.counts > 0
    low = np.where(there, bounds.minima + shift, 1.0)
    high = np.where(there, bounds.maxima + shift, 1.0)
    for leaf in np.flatnonzero(low < 0.0).tolist():
        raise RefusalError("RI321", leaf=leaf_name(names, leaf), value=float(bounds.minima[leaf]))
    with np.errstate(all="ignore"):
        largest = np.abs(np.log(high) * high)
    largest = np.where(high > 0.36, np.fmax(largest, 0.37), largest)  # |x ln x| rises up to x = 1/e
    exponents = [np.maximum(np.frexp(bound)[1] - _UNIT_BITS, _LEAST_UNIT) for bound in (high, largest)]
    gaps = bool((bounds.counts < bounds.rows).any())
    return Scale(exponents[0], exponents[1], high, shift, gaps or bool((low == 0.0).any()), gaps)


def measure(block: FloatArray, on: Scale) -> Sums:
    """The sums of a table or of a block of its rows, as integers, so that they do not depend on order.

    ``block`` (units, leaves) in any layout, inside the extents that made the scale ``on``, NaN for missing.
    Takes two buffers of 1024 rows. Source: as ``exact.exact_partials``, of which this is one round.
    """
    rows, leaves = block.shape
    by_row = abs(block.strides[0]) >= abs(block.strides[1])
    size = min(rows, CHUNK)
    rooms = [np.empty((size, leaves)) if by_row else np.empty((leaves, size)).T for _ in range(2)]
    magics = [np.ldexp(1.5, unit + 52) for unit in (on.x, on.xlnx)]
    origins = [magic.view(np.int64) for magic in magics]
    wide_magics = [np.tile(magic, ABREAST) for magic in magics]
    alike = [bool((magic == magic[0]).all()) for magic in magics]  # as for most normalised tables: a faster loop
    totals = [np.zeros(leaves, dtype=object) for _ in magics]
    for start in range(0, rows, CHUNK):
        chunk = block[start : start + CHUNK]
        x, term = _x_and_xlnx(chunk, on, *(wide_view(room[: chunk.shape[0]]) for room in rooms))
        for place, values in ((1, term), (0, x)):
            magic = wide_magics[place] if values.shape[1] > leaves else magics[place]
            np.add(values, magic[0] if alike[place] else magic, out=term)
            patterns = np.add.reduce(term.view(np.int64), axis=0).reshape(-1, leaves).sum(axis=0)
            totals[place] += patterns - origins[place] * chunk.shape[0]  # modulo 2^64: the difference is small
    return Sums(*totals)


def _x_and_xlnx(chunk: FloatArray, on: Scale, room: FloatArray, term: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The shifted values, 0 for missing ones, and their x ln x in ``term``."""
    x = wide_view(chunk)
    if x.shape != term.shape:
        x, room, term = chunk, room.reshape(chunk.shape), term.reshape(chunk.shape)
    if on.shift != 0.0 or on.gaps:
        x = np.add(x, on.shift, out=room)
        if on.gaps:
            np.copyto(x, 0.0, where=np.isnan(x))
    np.log(np.add(x, _TINY, out=term) if on.zeros else x, out=term)  # ln 0 would make 0 · ln 0 no number
    np.multiply(term, x, out=term)
    return x, term


def merge(parts: Iterable[Sums]) -> Sums:
    """The sums of all blocks together, in any order of ``parts`` (at least one, on one scale)."""
    x, xlnx = zip(*parts, strict=True)
    return Sums(np.add.reduce(x), np.add.reduce(xlnx))


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
        if found.minima[leaf] == found.maxima[leaf]:
            continue
        total = math.ldexp(float(sums.x[leaf]), int(on.x[leaf]))
        xlnx_total = math.ldexp(float(sums.xlnx[leaf]), int(on.xlnx[leaf]))
        result[leaf] = divergence(count, total, xlnx_total)
    return result


def entropy(matrix: FloatArray, *, shift: float = 0.0, names: Names = None) -> FloatArray:
    """Entropy weights of a whole table, as ``entropy.entropy`` but for the last digits.

    ``matrix`` (units, leaves), not negative after ``shift``, NaN for missing; gives (leaves,) of sum 1.
    Raises RI321, RI322 and RI323 as the functions above and ``entropy.weights_from``.
    """
    found = extents.extents(matrix)
    on = scale(found, shift, names)
    return weights_from(divergences(measure(matrix, on), on, found, names))
