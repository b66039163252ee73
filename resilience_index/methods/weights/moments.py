"""Co-moments of columns, the same to the last bit for any order and any blocks of rows.

CRITIC, PCA and independence weights stand on correlations; those of 50 columns are 1275 sums over all units.
To be the same for any order of rows, any cut into blocks, any number of threads and any linear algebra
library, they are summed as integers. A first pass over the rows finds the *extents* of each column, which
set a *grid* of 2^42 steps over its range; each value is rounded to the grid once, by itself. The grid
number is q = h + l, with h an integer of 22 bits and l what is left, in 20 bits. A product of two is taken as

    q_i·q_j = h_i·h_j + (u_i·l_j + l_i·u_j) / 2,  u = 2h + l to 2 bits,

two matrix products in float64 instead of the three of an exact one. Chunks of rows are so short that every
partial sum is a multiple of one unit, at most 2^53 of them: exact in whatever order a library adds. From
there on everything is integers until the last division.

Rounding to the grid moves a value by at most 2^-43 (1.1e-13) of its column's range, and what is left out of
a product is at most 2^-48 (3.6e-15) of the two ranges: correlations and standard deviations come out to 1e-12
where the deviation is a quarter of the range, and usually, since such errors average out, to a tenth of that.

Source of the splitting: K. Ozaki, T. Ogita, S. Oishi and S. M. Rump, Numerical Algorithms 59(1), 2012,
95-118. Columns are (units, leaves) in any memory layout, NaN for missing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import BoolArray, FloatArray
from resilience_index.methods.weights.columns import LEAST_UNITS, Names, leaf_name
from resilience_index.methods.weights.extents import CHUNK, Extents, Integers, wide_view

_HIGH_BITS = 22
"""Of h: |h| <= 2^21, so that 2^10 products of two are at most 2^52."""
_LOW_BITS = 20
"""Of l, which is counted in 2^-20."""
_MIXED_BITS = 2
"""Of u below the point: |u| <= 2^22, so that 2^10 products with l are at most 2^53 of their units."""
_CHUNKS = 512  # sums of at most 2^53 each fit an int64 together
_LARGEST_FACTOR = 2.0**1000  # ranges below 2^-978 have fewer steps
_TO_QUARTERS = 1.5 * 2.0 ** (52 - _MIXED_BITS)  # added and subtracted, it rounds u


class Grid(NamedTuple):
    """Where the 0 of each column's grid lies, and how many h there are in a unit; (leaves,) each."""

    middle: FloatArray
    factor: FloatArray


@dataclass(frozen=True, slots=True)
class Comoments:
    """Sums over the units that have both columns i and j, (leaves, leaves) each, Python integers.

    ``counts`` such units; ``sums`` Σ q_i in units of 2^-20 and ``squares`` Σ q_i² in units of 2^-23, of the
    row's column over the pair's units, so not symmetric; ``products`` Σ q_i·q_j in units of 2^-23.
    """

    grid: Grid
    counts: Integers
    sums: Integers
    squares: Integers
    products: Integers


def grid(found: Extents) -> Grid:
    """The grid of each column from the extents of all rows."""
    there = found.counts > 0
    low, high = np.where(there, found.minima, 0.0), np.where(there, found.maxima, 0.0)
    half = high / 2.0 - low / 2.0
    with np.errstate(divide="ignore", over="ignore"):
        factor = np.minimum(2.0 ** (_HIGH_BITS - 1) / half, _LARGEST_FACTOR)
    return Grid(low / 2.0 + high / 2.0, np.where(half > 0.0, factor, 0.0))


def comoments(block: FloatArray, on: Grid) -> Comoments:
    """Co-moments of a table or of a block of its rows.

    ``block`` (units, leaves), inside the extents that made the grid ``on``. Beyond the result it takes
    three buffers of 1024 rows.
    """
    parts = [
        _segment(block[start : start + CHUNK * _CHUNKS], on) for start in range(0, block.shape[0], CHUNK * _CHUNKS)
    ]
    return merge_comoments(parts or [_segment(block, on)])


def merge_comoments(parts: Iterable[Comoments]) -> Comoments:
    """The co-moments of all blocks together, in any order of ``parts`` (at least one, on one grid)."""
    first, *others = parts
    counts, sums, squares, products = first.counts, first.sums, first.squares, first.products
    for part in others:
        if not all(map(np.array_equal, part.grid, first.grid)):
            raise ValueError("co-moments on different grids")
        counts = counts + part.counts
        sums = sums + part.sums
        squares = squares + part.squares
        products = products + part.products
    return Comoments(first.grid, counts, sums, squares, products)


class _Sums:
    """The integer sums of a segment while it is read; ``gone`` are those to be taken away again."""

    def __init__(self, leaves: int) -> None:
        square = (leaves, leaves)
        self.rows = 0
        self.single = np.zeros((2, leaves), dtype=np.int64)
        self.products = np.zeros((2, *square), dtype=np.int64)
        self.missing = np.zeros(square, dtype=np.int64)
        self.gone: Integers | None = None

    def lose(self, parts: Sequence[FloatArray], missing: BoolArray) -> None:
        """Note the rows with missing values: what columns have where others have none."""
        if self.gone is None:
            self.gone = np.zeros((4, *self.missing.shape), dtype=np.int64)
        rows = missing.any(axis=1)
        none = missing[rows].astype(np.float64)
        h, l, u = (part[rows] for part in parts)  # noqa: E741 - the letters of the text
        self.missing += (none.T @ none).astype(np.int64)
        for place, terms in enumerate((h, l, h * h, 2.0**_MIXED_BITS * u * l)):
            self.gone[place] += (terms.T @ none).astype(np.int64)


def _segment(block: FloatArray, on: Grid) -> Comoments:
    """Of at most 2^19 rows, so that int64 holds every sum."""
    rows, leaves = block.shape
    size = min(rows, CHUNK)
    by_row = abs(block.strides[0]) >= abs(block.strides[1])
    rooms = [np.empty((size, leaves)) if by_row else np.empty((leaves, size)).T for _ in range(3)]
    ones = np.ones(size)
    sums = _Sums(leaves)
    for start in range(0, rows, CHUNK):
        chunk = block[start : start + CHUNK]
        parts = [room[: chunk.shape[0]] for room in rooms]
        h, l, u = parts  # noqa: E741
        _split(chunk, on, h, l, u)
        high = h.T @ h
        if np.isnan(high.trace()):
            missing = np.isnan(h)
            for part in parts:
                np.copyto(part, 0.0, where=missing)
            sums.lose(parts, missing)
            high = h.T @ h
        sums.rows += chunk.shape[0]
        sums.products[0] += high.astype(np.int64)
        sums.products[1] += (2.0**_MIXED_BITS * (u.T @ l)).astype(np.int64)
        sums.single[0] += (ones[: chunk.shape[0]] @ h).astype(np.int64)
        sums.single[1] += (ones[: chunk.shape[0]] @ l).astype(np.int64)
    return _joined(sums, on)


def _split(chunk: FloatArray, on: Grid, h: FloatArray, l: FloatArray, u: FloatArray) -> None:  # noqa: E741
    """The parts of the grid numbers of a chunk, into ``h``, ``l`` (in 2^-20) and ``u``."""
    wide, room = wide_view(chunk), wide_view(l)
    if wide.shape != room.shape:
        wide, room = chunk, l
    times = wide.shape[1] // chunk.shape[1]
    np.subtract(wide, np.tile(on.middle, times), out=room)
    np.multiply(room, np.tile(on.factor, times), out=room)
    np.rint(l, out=h)
    np.add(l, h, out=u)
    np.add(u, _TO_QUARTERS, out=u)
    np.subtract(u, _TO_QUARTERS, out=u)
    np.subtract(l, h, out=l)
    np.multiply(l, 2.0**_LOW_BITS, out=l)
    np.rint(l, out=l)


def _joined(sums: _Sums, on: Grid) -> Comoments:
    """Parts put together to integers of any size."""
    low, mixed = 1 << _LOW_BITS, 1 << (_LOW_BITS + _MIXED_BITS + 1)
    high, crossed = (part.astype(object) for part in sums.products)
    products = high * mixed + (crossed + crossed.T)
    h, l = (part.astype(object) for part in sums.single)  # noqa: E741
    leaves = h.size
    singles = np.repeat((h * low + l)[:, np.newaxis], leaves, axis=1)
    squares = np.repeat(products.diagonal()[:, np.newaxis], leaves, axis=1)
    counts = np.full((leaves, leaves), sums.rows, dtype=np.int64)
    if sums.gone is not None:
        h, l, high, crossed = (part.astype(object) for part in sums.gone)  # noqa: E741
        singles = singles - (h * low + l)
        squares = squares - (high * mixed + 2 * crossed)
        alone = sums.missing.diagonal()
        counts += sums.missing - alone[:, np.newaxis] - alone
    return Comoments(on, counts, singles, squares, products)


def units(found: Comoments) -> list[int]:
    """How many units have a value, column by column."""
    return [int(count) for count in found.counts.diagonal()]


def constant(found: Comoments) -> BoolArray:
    """Which columns have the same value in all units that have one, or no value at all; (leaves,)."""
    return np.array([_scatter(found, leaf, leaf) == 0 for leaf in range(found.counts.shape[0])], dtype=np.bool_)


def deviations(found: Comoments, *, of_range: bool = False) -> FloatArray:
    """Sample standard deviation of each column, (leaves,); NaN for fewer than two values.

    In the column's unit, or ``of_range``: as a share of the column's range, which is the deviation that
    min-max normalised values would have.
    """
    result = np.full(found.counts.shape[0], np.nan)
    for leaf, count in enumerate(units(found)):
        if count > 1:
            variance = _scatter(found, leaf, leaf) / (count * (count - 1))
            factor = 2.0**_HIGH_BITS if of_range else float(found.grid.factor[leaf])
            result[leaf] = math.sqrt(variance) / 2.0**_LOW_BITS / factor if factor > 0.0 else 0.0
    return result


def correlations(found: Comoments, method: str, names: Names = None) -> FloatArray:
    """Pearson's r of each pair of columns over the units that have both.

    (leaves, leaves), 1 on the diagonal, NaN in rows and columns of constant leaves. Raises RI364
    (``method``, ``leaf``, ``pairs``) for pairs with fewer than 3 common units, RI365 (``method``, ``leaf``,
    ``pairs``, the constant column first) when a column that varies is constant over a pair's units, that is,
    deviates by less than 1e-7 of its range; ``leaf`` is the first of the first pair. Source: K. Pearson,
    Proceedings of the Royal Society of London 58, 1895, 240-242.
    """
    flat = constant(found)
    active = np.flatnonzero(~flat).tolist()
    result = np.full(found.counts.shape, np.nan)
    few, without = [], []
    for place, i in enumerate(active):
        result[i, i] = 1.0
        for j in active[:place]:
            count = int(found.counts[i, j])
            flat_ones = [pair for pair in ((j, i), (i, j)) if _scatter(found, *pair) == 0]
            if count < LEAST_UNITS:
                few.append((j, i, f" ({count})"))
            elif flat_ones:
                without += [(leaf, other, "") for leaf, other in flat_ones]
            else:
                result[i, j] = result[j, i] = _correlation(found, i, j)
    for code, pairs in (("RI364", few), ("RI365", without)):
        if pairs:
            described = [f"{leaf_name(names, i)} × {leaf_name(names, j)}{more}" for i, j, more in pairs]
            raise RefusalError(code, method=method, leaf=leaf_name(names, pairs[0][0]), pairs=described)
    return result


def _scatter(found: Comoments, i: int, j: int) -> int:
    """n·Σ q_i² − (Σ q_i)² over the units that have both columns, in units of 2^-40.

    A variance below 1/8, 1e-7 of the range squared, may be what is left out of the products: it is 0.
    """
    count = int(found.counts[i, j])
    scatter = _central(count, found.squares[i, j], found.sums[i, j], found.sums[i, j])
    return scatter if scatter > count * count << (2 * _LOW_BITS - 3) else 0


def _central(count: int, product: int, left: int, right: int) -> int:
    """n·Σ q_i·q_j − Σ q_i · Σ q_j in units of 2^-40."""
    return count * (product << (_LOW_BITS - _MIXED_BITS - 1)) - left * right


def _correlation(found: Comoments, i: int, j: int) -> float:
    """r of two columns, exactly ±1 where the grid numbers lie on one line through their middle."""
    left, right = _scatter(found, i, j), _scatter(found, j, i)
    joint = _central(int(found.counts[i, j]), found.products[i, j], found.sums[i, j], found.sums[j, i])
    if joint * joint == left * right:
        return 1.0 if joint > 0 else -1.0
    return max(-1.0, min(1.0, joint / math.sqrt(left * right)))
