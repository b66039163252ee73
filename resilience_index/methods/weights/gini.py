"""Gini coefficient weights 基尼系数法, and the mean difference of two units that they share with others.

Both need the values in order, so the statistics of a column are its values: merging joins them, and the
sums over ordered values are exact. A column of a million units takes 8 MB until it is settled.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import FloatArray
from resilience_index.methods.exact import exact_partials, exact_product_partials, exact_sum
from resilience_index.methods.weights import columns
from resilience_index.methods.weights.columns import Names


class ColumnValues(NamedTuple):
    """Of one column: its values without missing ones, in any order, in any number of pieces."""

    pieces: tuple[FloatArray, ...]

    @property
    def units(self) -> int:
        """How many units have a value."""
        return sum(piece.size for piece in self.pieces)

    def ordered(self) -> FloatArray:
        """All values, ascending (units,)."""
        values = np.concatenate([*self.pieces, np.empty(0)])
        values.sort()
        return values


def column_values(x: FloatArray) -> ColumnValues:
    """The values of one column, or of one block of its rows; ``x`` (n,), NaN skipped; copied."""
    return ColumnValues((x[~np.isnan(x)],))


def merge(parts: Iterable[ColumnValues]) -> ColumnValues:
    """The values of all blocks together, in any order of ``parts``."""
    return ColumnValues(tuple(piece for part in parts for piece in part.pieces))


def total_difference(ordered: FloatArray) -> float:
    """Σ_{i<k} |x_i − x_k| of ascending values (n,), rounded once: Σ (2i − n − 1)·x_i, i from 1.

    0 for a constant column. Values below 2^450 in size (ValueError). Source: C. Gini, Variabilità e
    mutabilità, 1912; the form over ordered values: M. G. Kendall, The Advanced Theory of Statistics,
    volume 1, chapter 2.
    """
    if not ordered.size or ordered[0] == ordered[-1]:
        return 0.0
    places = np.arange(1 - ordered.size, ordered.size, 2, dtype=np.float64)
    return exact_sum(exact_product_partials(places, ordered))


def mean_difference(found: ColumnValues) -> float:
    """The mean of |x_i − x_k| over all pairs of different units; NaN for fewer than two values.

    Source: Gini 1912.
    """
    n = found.units
    return total_difference(found.ordered()) / (n * (n - 1) / 2.0) if n > 1 else math.nan


def coefficient(found: ColumnValues) -> float:
    """G = Σ_i Σ_k |x_i − x_k| / (2 n² · mean) = Σ_{i<k} |x_i − x_k| / (n · Σ x); 0 for a constant column.

    ``found`` not negative. Source: Gini 1912.
    """
    ordered = found.ordered()
    difference = total_difference(ordered)
    return difference / (ordered.size * exact_sum(exact_partials(ordered))) if difference > 0.0 else 0.0


def weights_from(found: Sequence[ColumnValues], names: Names = None) -> FloatArray:
    """w ∝ G, the Gini coefficient of each column.

    ``found`` of all units, column by column; gives (leaves,) of sum 1. Constant columns have weight 0.
    Raises RI360 (fewer than 3 units), RI361 (all constant), RI362 (``method``, ``leaf``, ``value``) for a
    negative value. Source: G. Li and G. Chi, 1st Int. Conf. on Information Science and Engineering, 2009,
    3726-3729.
    """
    columns.require_units("gini", [column.units for column in found], names)
    return _shares([_checked(column, leaf, names) for leaf, column in enumerate(found)])


def gini(matrix: FloatArray, names: Names = None) -> FloatArray:
    """Gini coefficient weights of a whole table: ``matrix`` (units, leaves), NaN for missing.

    Gives (leaves,) of sum 1; errors and source as ``weights_from``.
    """
    columns.require_units("gini", np.count_nonzero(~np.isnan(matrix), axis=0).tolist(), names)
    return _shares([_checked(column_values(matrix[:, leaf]), leaf, names) for leaf in range(matrix.shape[1])])


def _checked(found: ColumnValues, leaf: int, names: Names) -> float:
    """The coefficient of a column that has values, none of them negative."""
    lowest = min(float(piece.min()) for piece in found.pieces if piece.size)
    if lowest < 0.0:
        raise RefusalError("RI362", method="gini", leaf=columns.leaf_name(names, leaf), value=lowest)
    return coefficient(found)


def _shares(coefficients: list[float]) -> FloatArray:
    """Coefficients made weights, unless all are 0."""
    found = np.array(coefficients)
    columns.require_some_variation("gini", found == 0.0)
    return columns.shares(found)
