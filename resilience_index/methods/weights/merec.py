"""MEREC weights: how much the units' performance changes when a criterion is removed.

Two passes over the rows: the extremes of each column, then the effects. Units with a missing value have no
performance and are left out of both.

Source: M. Keshavarz-Ghorabaee, M. Amiri, E. K. Zavadskas, Z. Turskis and J. Antucheviciene, Symmetry 13(4),
2021, 525.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import BoolArray, FloatArray
from resilience_index.methods.exact import exact_partials, exact_sum
from resilience_index.methods.weights import columns
from resilience_index.methods.weights.columns import LEAST_UNITS, Names


class Extremes(NamedTuple):
    """Over the units that have all values: how many there are, the smallest and largest x of each column."""

    units: int
    minima: FloatArray
    maxima: FloatArray


class Effects(NamedTuple):
    """Partials of the removal effect E_j = Σ |S'_ij − S_i| of each column."""

    partials: list[list[float]]


def extremes(block: FloatArray) -> Extremes:
    """The first pass: of a table or of a block of its rows, ``block`` (units, leaves), NaN for missing."""
    rows = _complete(block)
    if not rows.shape[0]:
        nothing = np.full(block.shape[1], np.inf)
        return Extremes(0, nothing, -nothing)
    return Extremes(rows.shape[0], rows.min(axis=0), rows.max(axis=0))


def merge_extremes(parts: Iterable[Extremes]) -> Extremes:
    """The extremes of all blocks together, in any order of ``parts`` (at least one)."""
    units, minima, maxima = zip(*parts, strict=True)
    return Extremes(sum(units), np.minimum.reduce(minima), np.maximum.reduce(maxima))


def check(found: Extremes, names: Names = None) -> None:
    """Refuse what has no MEREC weights, before the second pass.

    ``found`` over all units. Raises RI377 (``count``) for fewer than 3 units with all values, RI363
    (``method``, ``leaf``, ``value``) for a value that is not above 0, RI361 when all columns are constant.
    """
    if found.units < LEAST_UNITS:
        raise RefusalError("RI377", count=found.units)
    for leaf, lowest in enumerate(found.minima.tolist()):
        if not lowest > 0.0:
            raise RefusalError("RI363", method="merec", leaf=columns.leaf_name(names, leaf), value=lowest)
    columns.require_some_variation("merec", found.minima == found.maxima)


def effects(block: FloatArray, cost: BoolArray, found: Extremes) -> Effects:
    """The second pass: of a table or of a block of its rows.

    ``block`` (units, leaves), ``cost`` (leaves,) where less is better, ``found`` over all units, checked.
    The normalised value is min/x for a benefit and x/max for a cost column; S = ln(1 + Σ |ln n| / m), S'
    the same without column j, both over the same m columns, of which constant ones are part. Source:
    Keshavarz-Ghorabaee and others 2021, section 3.
    """
    rows = _complete(block)
    leaves = rows.shape[1]
    size = np.empty((leaves, rows.shape[0]))  # |ln n|, leaf by leaf
    for leaf in range(leaves):
        x = rows[:, leaf]
        ratio = x / found.maxima[leaf] if cost[leaf] else found.minima[leaf] / x
        np.negative(np.log(ratio), out=size[leaf])
    total = np.zeros(rows.shape[0])
    for leaf in range(leaves):
        total += size[leaf]
    performance = np.log(1.0 + total / leaves)
    partials = []
    for leaf in range(leaves):
        removed = np.log(1.0 + (total - size[leaf]) / leaves)
        partials.append(exact_partials(np.abs(removed - performance)))
    return Effects(partials)


def merge_effects(parts: Iterable[Effects]) -> Effects:
    """The effects of all blocks together, in any order of ``parts`` (at least one)."""
    together = zip(*(part.partials for part in parts), strict=True)
    return Effects([[term for terms in column for term in terms] for column in together])


def weights_from(found: Effects) -> FloatArray:
    """w ∝ E: (leaves,) of sum 1, 0 for a constant column. Source: as ``effects``."""
    return columns.shares(np.array([exact_sum(terms) for terms in found.partials]))


def merec(matrix: FloatArray, cost: BoolArray, names: Names = None) -> FloatArray:
    """MEREC weights of a whole table.

    ``matrix`` (units, leaves) above 0, NaN for missing; ``cost`` (leaves,) where less is better (none once
    the table is normalised). Gives (leaves,) of sum 1. Errors and source as ``check`` and ``effects``.
    """
    found = merge_extremes(extremes(block) for block in columns.row_blocks(matrix))
    check(found, names)
    return weights_from(merge_effects(effects(block, cost, found) for block in columns.row_blocks(matrix)))


def _complete(block: FloatArray) -> FloatArray:
    """The rows without missing values."""
    missing = np.isnan(block).any(axis=1)
    return block[~missing] if missing.any() else block
