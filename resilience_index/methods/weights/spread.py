"""Standard deviation and coefficient of variation weights 标准差法, 变异系数法, from mergeable statistics.

A column needs its count, Σ x and Σ x², both kept as exact partials: the variance is put together from exact
integers and rounded once, so that it neither cancels nor depends on the order of rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import FloatArray
from resilience_index.methods.exact import exact_partials, exact_product_partials
from resilience_index.methods.weights import columns
from resilience_index.methods.weights.columns import Names


class ColumnStatistics(NamedTuple):
    """Of one column: how many units have a value, partials of Σ x and Σ x², the smallest and largest x.

    Without values the minimum is +inf and the maximum -inf, so that merging needs no special case.
    """

    units: int
    total_partials: list[float]
    square_partials: list[float]
    minimum: float
    maximum: float


def column_statistics(x: FloatArray) -> ColumnStatistics:
    """Statistics of one column, or of one block of its rows.

    ``x`` (n,): values below 2^500 in size (ValueError), NaN skipped.
    """
    missing = np.isnan(x)
    if missing.any():
        x = x[~missing]
    if not x.size:
        return ColumnStatistics(0, [], [], math.inf, -math.inf)
    return ColumnStatistics(x.size, exact_partials(x), exact_product_partials(x, x), float(x.min()), float(x.max()))


def merge(parts: Iterable[ColumnStatistics]) -> ColumnStatistics:
    """The statistics of all blocks together, in any order of ``parts``."""
    units, minimum, maximum = 0, math.inf, -math.inf
    total: list[float] = []
    squares: list[float] = []
    for part in parts:
        units += part.units
        total += part.total_partials
        squares += part.square_partials
        minimum = min(minimum, part.minimum)
        maximum = max(maximum, part.maximum)
    return ColumnStatistics(units, total, squares, minimum, maximum)


def column_mean(found: ColumnStatistics) -> float:
    """The mean, rounded once; NaN without values."""
    return float(_exact(found.total_partials) / found.units) if found.units else math.nan


def column_deviation(found: ColumnStatistics) -> float:
    """The sample standard deviation, exactly 0 for a constant column; NaN for fewer than two values."""
    if found.units < 2:
        return math.nan
    if found.minimum == found.maximum:
        return 0.0
    total = _exact(found.total_partials)
    scatter = found.units * _exact(found.square_partials) - total * total
    return math.sqrt(max(0.0, float(scatter / (found.units * (found.units - 1)))))


def std_weights(found: Sequence[ColumnStatistics], names: Names = None) -> FloatArray:
    """w ∝ s, the sample standard deviation of each normalised column.

    ``found`` of all units, column by column; gives (leaves,) of sum 1. Constant columns have weight 0.
    Raises RI360 (fewer than 3 units), RI361 (all constant). Source: W. Sałabun, J. Wątróbski and A.
    Shekhovtsov, Symmetry 12(9), 2020, 1549, section 2.
    """
    columns.require_units("std", [column.units for column in found], names)
    s = np.array([column_deviation(column) for column in found])
    columns.require_some_variation("std", s == 0.0)
    return columns.shares(s)


def cv_weights(found: Sequence[ColumnStatistics], names: Names = None) -> FloatArray:
    """w ∝ s / mean, the coefficient of variation of each column.

    ``found`` of all units, column by column; gives (leaves,) of sum 1. Constant columns have weight 0.
    Raises RI360 (fewer than 3 units), RI361 (all constant), and RI362 (``method``, ``leaf``, ``value``) for
    a negative value, since a ratio to the mean has a meaning on ratio scales only. Source: D. Shuai and
    others, Chinese Control and Decision Conference, 2012, "A new angular method to determine the objective
    weights".
    """
    columns.require_units("cv", [column.units for column in found], names)
    for leaf, column in enumerate(found):
        if column.minimum < 0.0:
            raise RefusalError("RI362", method="cv", leaf=columns.leaf_name(names, leaf), value=column.minimum)
    s = np.array([column_deviation(column) for column in found])
    columns.require_some_variation("cv", s == 0.0)
    means = np.array([column_mean(column) for column in found])
    ratios = np.zeros(s.size)
    np.divide(s, means, out=ratios, where=s > 0.0)
    return columns.shares(ratios)


def std(matrix: FloatArray, names: Names = None) -> FloatArray:
    """Standard deviation weights of a whole table: ``matrix`` (units, leaves), NaN for missing.

    Gives (leaves,) of sum 1; errors and source as ``std_weights``.
    """
    return std_weights(_table(matrix), names)


def cv(matrix: FloatArray, names: Names = None) -> FloatArray:
    """Coefficient of variation weights of a whole table: ``matrix`` (units, leaves), NaN for missing.

    Gives (leaves,) of sum 1; errors and source as ``cv_weights``.
    """
    return cv_weights(_table(matrix), names)


def _table(matrix: FloatArray) -> list[ColumnStatistics]:
    """The statistics of each column."""
    return [column_statistics(np.ascontiguousarray(matrix[:, leaf])) for leaf in range(matrix.shape[1])]


def _exact(partials: Iterable[float]) -> Fraction:
    """The exact sum."""
    return sum(map(Fraction, partials), start=Fraction(0))
