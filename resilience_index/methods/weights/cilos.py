"""CILOS weights, the criterion impact loss: what the best unit of each criterion loses in the others.

With a_ij the value of criterion j at the best unit of criterion i, the loss is p_ij = 1 − a_ij / a_jj. The
weights q solve Fq = 0, F being P with −Σ_i p_ij on its diagonal: they are the stationary distribution of a
Markov chain, found here without a subtraction (W. K. Grassmann, M. I. Taksar and D. P. Heyman, Operations
Research 33(5), 1985, 1107-1116). Any positive factor of a column cancels, so neither its unit nor the
normalisation by the sum matters. Where several units are best, a_ij is the mean over those of them that
have j: the source has no ties, and the choice of one would depend on the order of rows.

Source: E. K. Zavadskas and V. Podvezko, Int. J. of Information Technology & Decision Making 15(2), 2016,
267-283, after B. G. Mirkin.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import BoolArray, FloatArray
from resilience_index.methods.exact import exact_partials, exact_sum
from resilience_index.methods.weights import columns
from resilience_index.methods.weights.columns import Names


class Others(NamedTuple):
    """At the best units of one criterion, of another: how many have it, partials of their sum, the least."""

    units: int
    partials: list[float]
    least: float


class Best(NamedTuple):
    """Of one criterion: units with a value, least and best value, and all criteria at its best units."""

    units: int
    least: float
    best: float
    others: list[Others]


def measure(block: FloatArray, cost: BoolArray) -> list[Best]:
    """Of a table or of a block of its rows, criterion by criterion.

    ``block`` (units, leaves), NaN for missing; ``cost`` (leaves,) where less is better: such a column is
    taken as 1/x. A value that is not above 0 is noted, for ``weights_from`` to refuse.
    """
    x = block.copy()
    with np.errstate(divide="ignore"):
        # 1/x would hide the sign of -inf and turn 0 into the best: such values are kept for the refusal.
        np.divide(1.0, x, out=x, where=cost[np.newaxis, :] & (x > 0.0))
    found = []
    for leaf in range(x.shape[1]):
        column = x[:, leaf]
        there = column[~np.isnan(column)]
        if not there.size:
            found.append(Best(0, math.inf, -math.inf, [_nothing()] * x.shape[1]))
            continue
        best = float(there.max())
        found.append(Best(there.size, float(there.min()), best, _others(x[column == best])))
    return found


def merge(parts: Iterable[list[Best]]) -> list[Best]:
    """Of all blocks together, in any order of ``parts`` (at least one)."""
    return [_merge_best(list(criterion)) for criterion in zip(*parts, strict=True)]


def losses(found: list[Best], names: Names = None) -> tuple[FloatArray, BoolArray]:
    """The matrix P of relative losses, (varying leaves, varying leaves), and which leaves vary, (leaves,).

    Raises RI360 (fewer than 3 units), RI363 (a value not above 0), RI361 (all constant), RI374
    (``method``, ``leaf``, ``pairs``) when none of the best units of one criterion has a value of another.
    Source: Zavadskas and Podvezko 2016, section 3.
    """
    columns.require_units("cilos", [criterion.units for criterion in found], names)
    for leaf, criterion in enumerate(found):
        if not criterion.least > 0.0:
            name = columns.leaf_name(names, leaf)
            raise RefusalError("RI363", method="cilos", leaf=name, value=criterion.least)
    varying = np.array([criterion.least < criterion.best for criterion in found], dtype=np.bool_)
    columns.require_some_variation("cilos", ~varying)
    active = np.flatnonzero(varying).tolist()
    p = np.zeros((len(active), len(active)))
    without = [(i, j) for i in active for j in active if not found[i].others[j].units]
    if without:
        pairs = [f"{columns.leaf_name(names, i)} → {columns.leaf_name(names, j)}" for i, j in without]
        raise RefusalError("RI374", method="cilos", leaf=columns.leaf_name(names, without[0][1]), pairs=pairs)
    for row, i in enumerate(active):
        for column, j in enumerate(active):
            other = found[i].others[j]
            if other.least < found[j].best:
                p[row, column] = max(0.0, 1.0 - exact_sum(other.partials) / other.units / found[j].best)
    return p, varying


def weights_from(found: list[Best], names: Names = None) -> FloatArray:
    """q with Fq = 0: the less a criterion loses at the best units of the others, the larger its weight.

    ``found`` of all units; gives (leaves,) of sum 1. Constant columns, which would lose nothing and take
    all, have weight 0 and are left out. Raises as ``losses``, and RI375 (``method``, ``leaves``) when several sets of
    criteria lose nothing to the others, so that q is not unique. Source: as ``losses``.
    """
    p, varying = losses(found, names)
    sets = _closed_sets(p > 0.0)
    if len(sets) > 1:
        active = np.flatnonzero(varying).tolist()
        leaves = ["+".join(columns.leaf_name(names, active[place]) for place in own) for own in sets]
        raise RefusalError("RI375", method="cilos", leaves=leaves)
    own = sets[0]
    q = np.zeros(p.shape[0])
    q[own] = _stationary(p[np.ix_(own, own)].T)
    return columns.over_all(varying, q)


def cilos(matrix: FloatArray, cost: BoolArray, names: Names = None) -> FloatArray:
    """CILOS weights of a whole table.

    ``matrix`` (units, leaves) above 0, NaN for missing; ``cost`` (leaves,) where less is better. Gives
    (leaves,) of sum 1. Errors and source as ``weights_from``.
    """
    return weights_from(merge(measure(block, cost) for block in columns.row_blocks(matrix)), names)


def _nothing() -> Others:
    return Others(0, [], math.inf)


def _others(rows: FloatArray) -> list[Others]:
    """All criteria at some units, (units, leaves)."""
    found = []
    for leaf in range(rows.shape[1]):
        x = rows[:, leaf]
        x = np.ascontiguousarray(x[~np.isnan(x)])
        found.append(Others(x.size, exact_partials(x), float(x.min())) if x.size else _nothing())
    return found


def _merge_best(parts: list[Best]) -> Best:
    """One criterion of all blocks together: only the blocks with the best value count for the others."""
    best = max(part.best for part in parts)
    chosen = [part.others for part in parts if part.best == best]
    others = [
        Others(
            sum(other.units for other in same),
            [term for other in same for term in other.partials],
            min(other.least for other in same),
        )
        for same in zip(*chosen, strict=True)
    ]
    return Best(sum(part.units for part in parts), min(part.least for part in parts), best, others)


def _closed_sets(loses: BoolArray) -> list[list[int]]:
    """The sets of criteria that lose to one another and to no other, in the order of the leaves.

    ``loses`` (n, n): at the best unit of row i, criterion j loses. From j a chain moves to such i; a set
    that no chain leaves keeps all of the weight.
    """
    size = loses.shape[0]
    reach = loses.T | np.eye(size, dtype=np.bool_)
    for middle in range(size):
        reach |= reach[:, middle : middle + 1] & reach[middle : middle + 1, :]
    found: list[list[int]] = []
    for start in range(size):
        inside = np.flatnonzero(reach[start])
        closed = reach[inside, start].all()
        if closed and inside[0] == start:
            found.append(inside.tolist())
    return found


def _stationary(rates: FloatArray) -> FloatArray:
    """The distribution q that the rates (n, n) from row to column leave as it is; all states in one set."""
    rates = rates.copy()
    size = rates.shape[0]
    for last in range(size - 1, 0, -1):
        total = math.fsum(rates[last, :last].tolist())
        rates[:last, last] /= total
        rates[:last, :last] += rates[:last, last : last + 1] * rates[last : last + 1, :last]
    q = np.ones(size)
    for state in range(1, size):
        q[state] = math.fsum((q[:state] * rates[:state, state]).tolist())
    return columns.shares(q)
