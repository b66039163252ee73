"""CRITIC weights: how much a column varies, times how little it goes with the others.

Source: D. Diakoulaki, G. Mavrotas and L. Papayannakis, Computers & Operations Research 22(7), 1995, 763-770.
"""

from __future__ import annotations

import math

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import FloatArray
from resilience_index.methods.weights import columns, extents, moments
from resilience_index.methods.weights.columns import Names
from resilience_index.methods.weights.moments import Comoments


def weights_from(found: Comoments, *, of_range: bool = False, names: Names = None) -> FloatArray:
    """w ∝ s · Σ (1 − r) over the other columns, s being the sample standard deviation.

    ``found`` are the co-moments of all units; gives (leaves,) of sum 1. ``of_range`` takes s of the
    min-max normalised columns, which the grid knows without normalising them (r is the same); for cost
    columns to be flipped, give them with the opposite sign. Constant columns have weight 0 and are left
    out of the others' sums; a single column that varies has weight 1. Raises RI360 (fewer than 3 units),
    RI361 (all constant), RI364 and RI365 (pairs, as ``moments.correlations``), RI366 (``count``) when all
    columns that vary go together perfectly. Source: Diakoulaki, Mavrotas and Papayannakis 1995, section 2.
    """
    columns.require_units("critic", moments.units(found), names)
    flat = moments.constant(found)
    columns.require_some_variation("critic", flat)
    active = ~flat
    if active.sum() == 1:
        return columns.over_all(active, np.ones(1))
    r = moments.correlations(found, "critic", names)[np.ix_(active, active)]
    conflict = np.array([math.fsum((1.0 - row).tolist()) for row in r])
    if not conflict.any():
        raise RefusalError("RI366", count=int(active.sum()))
    s = moments.deviations(found, of_range=of_range)[active]
    return columns.over_all(active, columns.shares(s * conflict))


def critic(matrix: FloatArray, *, of_range: bool = False, names: Names = None) -> FloatArray:
    """CRITIC weights of a whole table.

    ``matrix`` (units, leaves), NaN for missing, normalised unless ``of_range`` does it; gives (leaves,)
    of sum 1. Errors and source as ``weights_from``.
    """
    on = moments.grid(extents.extents(matrix))
    return weights_from(moments.comoments(matrix, on), of_range=of_range, names=names)
