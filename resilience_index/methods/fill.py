"""Filling missing values of one column from the same column, from other columns, or from other periods.

Columns are ``x`` (n,) in any unit, NaN where there is no value; ``gaps`` (n,) says which of those cells are to
be filled (a cell that is not applicable is never one of them). Every function gives a new column; what nothing
can be said of stays NaN. No result depends on the order of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from resilience_index.methods.arrays import BoolArray, FloatArray, group_rows
from resilience_index.methods.moments import mean, median

Codes = NDArray[np.int64]
Centre = Literal["mean", "median"]
Extent = tuple[float, float]

MOST_ROWS = 20_000
"""Rows among which neighbours are looked for at most: the work grows with their square."""
_BITS = 20
"""A column's range in steps of 2^-20: products of two are at most 2^40, and their sums exact in doubles."""
_WIDE_BITS = 16
_MOST_COLUMNS = 4096
"""Up to here sums of three products per column stay below 2^53 with the finer steps."""
_CELLS = 1 << 22
_FEW = 32

_CENTRES: dict[str, Callable[[FloatArray], float]] = {"mean": mean, "median": median}


def by_centre(x: FloatArray, gaps: BoolArray, codes: Codes | None, how: Centre) -> tuple[FloatArray, dict[int, float]]:
    """The mean or median of the values that are there, all over or of each group of rows.

    ``codes`` (n,) are the groups, None for one group. Also gives the value of each group that has one.
    Source: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 3.
    """
    centre = _CENTRES[how]
    found: dict[int, float] = {}
    there = ~np.isnan(x)
    if codes is None:
        if there.any():
            found[0] = centre(x[there])
            x = np.where(gaps, found[0], x)
        return x, found
    result = x.copy()
    for code, rows in group_rows(codes):
        values, missing = x[rows[there[rows]]], rows[gaps[rows]]
        if values.size and missing.size:
            found[code] = centre(values)
            result[missing] = found[code]
    return result, found


def by_given(x: FloatArray, gaps: BoolArray, codes: Codes | None, centres: Mapping[int, float]) -> FloatArray:
    """As ``by_centre``, with given values of the groups; gaps of a group without one stay."""
    result = x.copy()
    for code, centre in centres.items():
        result[gaps if codes is None else gaps & (codes == code)] = centre
    return result


def previous(x: FloatArray, gaps: BoolArray, units: Codes, periods: Codes, *, limit: int | None = None) -> FloatArray:
    """The unit's last value of an earlier period.

    ``units`` and ``periods`` (n,) are codes, periods in their order, one row a unit and period at most;
    ``limit`` is how many periods back a value may come from. Last observation carried forward.
    """
    order = np.lexsort((periods, units))
    before, _ = _neighbours(x[order], units[order])
    result = x.copy()
    source = order[np.maximum(before, 0)]
    usable = (before >= 0) & gaps[order]
    if limit is not None:
        usable &= periods[order] - periods[source] <= limit
    result[order[usable]] = x[source[usable]]
    return result


def linear(x: FloatArray, gaps: BoolArray, units: Codes, times: FloatArray) -> FloatArray:
    """On the line between the unit's nearest values before and after; not beyond the first and last.

    ``times`` (n,) are where the periods lie: years, or places in their order. Source: OECD/JRC, Handbook on
    Constructing Composite Indicators (2008), step 3.
    """
    order = np.lexsort((times, units))
    before, after = _neighbours(x[order], units[order])
    usable = (before >= 0) & (after >= 0) & gaps[order]
    row, first, last = order[usable], order[before[usable]], order[after[usable]]
    part = (times[row] - times[first]) / (times[last] - times[first])
    result = x.copy()
    start, end = x[first], x[last]
    between = start * (1.0 - part) + end * part
    result[row] = np.clip(between, np.minimum(start, end), np.maximum(start, end))  # rounding leads nowhere else
    return result


def _neighbours(x: FloatArray, units: Codes) -> tuple[Codes, Codes]:
    """Of rows sorted by unit and time: the place of the last value at or before each, and of the next; −1: none."""
    size = x.size
    places = np.arange(size)
    there = ~np.isnan(x)
    starts = np.ones(size, dtype=np.bool_)
    starts[1:] = units[1:] != units[:-1]
    first = np.maximum.accumulate(np.where(starts, places, 0))
    before = np.maximum.accumulate(np.where(there, places, -1))
    ends = np.ones(size, dtype=np.bool_)
    ends[:-1] = starts[1:]
    last = np.minimum.accumulate(np.where(ends, places, size)[::-1])[::-1]
    after = np.minimum.accumulate(np.where(there, places, size)[::-1])[::-1]
    return np.where(before >= first, before, -1), np.where(after <= last, after, -1)


def by_row(
    x: FloatArray, gaps: BoolArray, cost: bool, others: Sequence[tuple[FloatArray, bool]], how: Centre, *, raw: bool,
    extents: Sequence[Extent] | None = None,
) -> FloatArray:  # fmt: skip
    """The mean or median of what the unit has in other columns, on a common scale, brought back to this one.

    ``others`` are columns with whether less is better in them, ``cost`` the same of this one. On the common
    scale 0 is the worst and 1 the best value of a column; constant columns say nothing. ``raw`` takes values
    as they are. ``extents`` are the smallest and largest values, of this column and then of the others, where they
    are not those of the columns themselves. Source: W. Becker and others, COINr (Impute by row).
    """
    rows = np.flatnonzero(gaps)
    (low, high), *ends = extents or [extent(x), *(extent(column) for column, _ in others)]
    columns = [
        column[rows] if raw else _scaled(column[rows], less, ends[place])
        for place, (column, less) in enumerate(others)
    ]  # fmt: skip
    if not columns or not (raw or low <= high):
        return x
    matrix = np.sort(np.stack(columns), axis=0)  # sorted: the order of columns decides nothing either
    counts = (~np.isnan(matrix)).sum(axis=0)
    value = np.full(rows.size, np.nan)
    known = counts > 0
    if how == "mean":
        total = np.zeros(rows.size)
        for column in matrix:
            total += np.where(np.isnan(column), 0.0, column)
        np.divide(total, counts, out=value, where=known)
    else:
        at = np.arange(rows.size)
        middle = np.minimum(counts // 2, matrix.shape[0] - 1)
        lower = np.where(counts % 2 == 1, middle, np.maximum(counts // 2 - 1, 0))
        value = np.where(known, matrix[lower, at] / 2.0 + matrix[middle, at] / 2.0, np.nan)
    if not raw:
        value = high - value * (high - low) if cost else low + value * (high - low)
    result = x.copy()
    result[rows] = value
    return result


def extent(x: FloatArray) -> Extent:
    """The smallest and the largest value; NaN for none."""
    values = x[~np.isnan(x)]
    return (float(values.min()), float(values.max())) if values.size else (np.nan, np.nan)


def _scaled(x: FloatArray, cost: bool, ends: Extent) -> FloatArray:
    """Values of a column on 0..1 between its smallest and largest value; NaN where these are one."""
    low, high = ends
    if not low < high:
        return np.full(x.shape, np.nan)
    # Halved first: the range of doubles of both signs is wider than a double.
    return ((high / 2 - x / 2) if cost else (x / 2 - low / 2)) / (high / 2 - low / 2)


class Neighbours:
    """Distances between units over the columns that both have, and fillings from the nearest units.

    ``columns`` are (n,) each. A column is laid on a grid of 2^20 steps over its range (2^16 for more than
    4096 columns); a constant one says nothing. The distance of two units is the mean squared difference over
    the columns that both have; a unit that has fewer than half of the columns that the other has is no
    neighbour of it. All of it are whole numbers below 2^53, exact in whatever order a library adds them.
    Source: O. Troyanskaya and others, Bioinformatics 17(6), 2001, 520-525 (KNNimpute).
    """

    def __init__(self, columns: Sequence[FloatArray]) -> None:
        steps = 2.0 ** (_BITS if len(columns) <= _MOST_COLUMNS else _WIDE_BITS)
        scaled = [_scaled(column, False, extent(column)) for column in columns]
        used = [np.rint(column * steps) for column in scaled if not np.isnan(column).all()]
        grid = np.stack(used, axis=1) if used else np.empty((columns[0].size if columns else 0, 0))
        known = ~np.isnan(grid)
        self.values = np.where(known, grid, 0.0)
        self.known = known.astype(np.float32)  # counts of columns are exact in it too
        self.own = known.sum(axis=1).astype(np.float32)
        squares = self.values * self.values
        # Σ (a − b)² over common columns = Σ a²·[b there] + Σ [a there]·b² − 2·Σ a·b: one product of matrices.
        self.left = np.hstack([squares, self.known, -2.0 * self.values])
        self.right = np.hstack([self.known, squares, self.values]).T

    def distances(self, rows: Codes) -> FloatArray:
        """(rows, n): mean squared differences in steps; infinite to units that are no neighbours."""
        common = self.known[rows] @ self.known.T
        total: FloatArray = self.left[rows] @ self.right
        far = 2.0 * common < self.own[rows][:, np.newaxis]
        far |= common == 0.0
        with np.errstate(invalid="ignore"):
            np.divide(total, common, out=total)
        total[far] = np.inf
        return total

    def fill(
        self, targets: Sequence[tuple[FloatArray, BoolArray, int]], codes: Sequence[Codes | None]
    ) -> list[FloatArray]:
        """Fill several columns: each with its gaps and k, and the groups that neighbours must share.

        A gap takes the mean of the k nearest units that have a value; those as near as the last of them count
        too. With fewer than k such units it stays.
        """
        results = [x.copy() for x, _, _ in targets]
        donors = [~np.isnan(x) for x, _, _ in targets]
        wanted = np.zeros(self.own.size, dtype=np.bool_)
        for _, gaps, _ in targets:
            wanted |= gaps
        rows = np.flatnonzero(wanted)
        size = max(1, _CELLS // max(1, self.own.size))
        # Most gaps of a unit are filled from the few units that are nearest to it by all columns.
        few = min(self.own.size, _FEW + 2 * max((k for _, _, k in targets), default=0))
        for start in range(0, rows.size, size):
            part = rows[start : start + size]
            distances = self.distances(part)
            reach = np.partition(distances, few - 1, axis=1)[:, few - 1]
            for place, row in enumerate(part.tolist()):
                every = distances[place]
                close = np.flatnonzero(every <= reach[place])
                for (x, gaps, k), result, there, groups in zip(targets, results, donors, codes, strict=True):
                    if not gaps[row]:
                        continue
                    usable = close[_usable(there[close], groups, close, row)]
                    if usable.size < k:
                        usable = np.flatnonzero(_usable(there, groups, slice(None), row))
                    result[row] = _nearest(every[usable], x[usable], k)
        return results


def _usable(there: BoolArray, groups: Codes | None, at: Codes | slice, row: int) -> BoolArray:
    if groups is None:
        return there
    same: BoolArray = groups[at] == groups[row]
    return there & same


def _nearest(distances: FloatArray, values: FloatArray, k: int) -> float:
    """The mean of the values at the k smallest distances and at those equal to the largest of them."""
    if distances.size < k:
        return float("nan")
    farthest = float(np.partition(distances, k - 1)[k - 1])
    if not np.isfinite(farthest):
        return float("nan")
    return mean(values[distances <= farthest])
