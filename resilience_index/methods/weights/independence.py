"""Independence weights 独立性权重: the less the others explain a column, the more it weighs.

w ∝ 1 / R, R being the multiple correlation of a column with all others. R² = 1 − 1 / (C⁻¹)_jj, C being the
correlation matrix, inverted by sweeping column after column; columns that are combinations of others are
not swept, and have R = 1, as have those that they are combinations of.

Source: the method as in Chinese textbooks of comprehensive evaluation (独立性权系数法); R: M. G. Kendall, A
Course in Multivariate Analysis, 1957; sweeping: J. H. Goodnight, The American Statistician 33(3), 1979, 149-158.
"""

from __future__ import annotations

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import FloatArray
from resilience_index.methods.weights import columns, eigen, extents, moments
from resilience_index.methods.weights.columns import Names
from resilience_index.methods.weights.moments import Comoments

_DEPENDENT = 1e-11
"""What is left of a column's variance below this is rounding."""
_UNRELATED = 1e-14
"""R² below this is rounding."""


def squared_correlations(found: Comoments, names: Names = None) -> FloatArray:
    """R² of each column with all others that vary, (leaves,); NaN for constant columns.

    ``found`` of all units. Raises RI360 (fewer than 3 units), RI361 (all constant), RI364 and RI365
    (pairs), RI373 (``units``, ``leaves``) when there are no more units than columns that vary, where R is
    1 whatever the values, RI367 (``method``, ``value``) when missing values make correlations that
    contradict one another.
    """
    counts = moments.units(found)
    columns.require_units("independence", counts, names)
    flat = moments.constant(found)
    columns.require_some_variation("independence", flat)
    leaves = int((~flat).sum())
    least = int(found.counts[np.ix_(~flat, ~flat)].min())
    if least <= leaves:
        raise RefusalError("RI373", units=least, leaves=leaves)
    r = moments.correlations(found, "independence", names)[np.ix_(~flat, ~flat)]
    if least < max(counts):  # of the same units they cannot contradict one another
        eigen.require_no_contradiction("independence", eigen.symmetric(r)[0])
    result = np.full(flat.size, np.nan)
    result[~flat] = _multiple(r)
    return result


def weights_from(found: Comoments, names: Names = None) -> FloatArray:
    """w ∝ 1 / R; ``found`` of all units, gives (leaves,) of sum 1.

    Constant columns have weight 0; a single column that varies has weight 1. Raises as
    ``squared_correlations``, and RI372 (``leaf``) when a column has no correlation with the others.
    """
    squared = squared_correlations(found, names)
    active = ~np.isnan(squared)
    if active.sum() == 1:
        return columns.over_all(active, np.ones(1))
    for leaf in np.flatnonzero(active).tolist():
        if squared[leaf] < _UNRELATED:
            raise RefusalError("RI372", leaf=columns.leaf_name(names, leaf))
    return columns.over_all(active, columns.shares(1.0 / np.sqrt(squared[active])))


def independence(matrix: FloatArray, names: Names = None) -> FloatArray:
    """Independence weights of a whole table: ``matrix`` (units, leaves), NaN for missing.

    Gives (leaves,) of sum 1; errors and source as ``weights_from``.
    """
    on = moments.grid(extents.extents(matrix))
    return weights_from(moments.comoments(matrix, on), names)


def _multiple(r: FloatArray) -> FloatArray:
    """R² of each column from the correlations (n, n) of all."""
    size = r.shape[0]
    a = r.copy()
    left = list(range(size))
    swept: list[int] = []
    while left:
        pivot = max(left, key=lambda column: (a[column, column], -column))
        if a[pivot, pivot] <= _DEPENDENT:
            break
        _sweep(a, pivot)
        left.remove(pivot)
        swept.append(pivot)
    squared = np.ones(size)
    for column in swept:
        # a[column, dependent] is the share of the column in what the dependent one is made of
        if not any(abs(a[column, other]) > np.sqrt(_DEPENDENT) for other in left):
            squared[column] = min(1.0, max(0.0, 1.0 - 1.0 / a[column, column]))
    return squared


def _sweep(a: FloatArray, k: int) -> None:
    """Sweep the symmetric matrix ``a`` on k, in place; what is swept becomes the inverse."""
    pivot = a[k, k]
    row = a[k, :] / pivot
    column = a[:, k].copy()
    a -= column[:, np.newaxis] * row[np.newaxis, :]
    a[k, :] = row
    a[:, k] = -column / pivot
    a[k, k] = 1.0 / pivot
