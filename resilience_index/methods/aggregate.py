"""Aggregation of children into a node, row by row.

``children`` are m arrays of shape (n,) on the inside scale, ``weights`` has shape (m,) and is not
negative; missing is NaN. Terms are added in the order of the children, and each row is computed by
itself: rows with a missing child go through a second pass of their own, so that a row's bits do not
depend on its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import SupportsFloat

import numpy as np

from resilience_index.methods.arrays import BoolArray, FloatArray, IntArray

DEFAULT_COVERAGE = 2.0 / 3.0
"""Share of children that must be there when a framework says nothing."""

COVERAGE_MARGIN = 1e-9
"""Two children of three are two thirds, whatever the last bit says."""

Transform = Callable[[FloatArray, FloatArray], FloatArray]
"""What becomes of children before they are averaged: of ``x`` into ``out``, elementwise."""


def weighted_mean(children: Sequence[FloatArray], weights: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Σ w·x / Σ w over the children that are there.

    Shapes as in the module's docstring; gives (n,), NaN where no child with a positive weight is there.
    ``out`` must be none of the children. Source: OECD/JRC, Handbook on Constructing Composite Indicators
    (2008), section 6 (linear aggregation).
    """
    return _mean(children, weights, out)


def geometric_mean(
    children: Sequence[FloatArray],
    weights: FloatArray,
    *,
    floor: float | None = None,
    out: FloatArray | None = None,
) -> FloatArray:
    """exp(Σ w·ln x / Σ w) over the children that are there, after max(x, floor) if ``floor`` is given.

    Shapes as in the module's docstring; gives (n,), NaN where no child with a positive weight is there.
    Children of weight 0 are not looked at. The caller refuses what ``nonpositive_children`` finds: here
    a zero gives 0 and a negative NaN. ``out`` must be none of the children. Source: UNDP, Human
    Development Report 2021/22, Technical note 1, step 2; OECD/JRC Handbook (2008), section 6.
    """
    out = _mean(children, weights, out, lambda x, into: np.log(_floored(x, floor, into), out=into))
    with np.errstate(all="ignore"):
        return np.exp(out, out=out)


def weighted_sum(children: Sequence[FloatArray], weights: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Σ w·x over the children that are there, the weights taken as they are.

    Shapes as in the module's docstring; gives (n,), NaN where no child is there (a child of weight 0
    counts as there). ``out`` must be none of the children. Source: additive points tables.
    """
    out = np.empty_like(children[0]) if out is None else out
    factors = weights.tolist()
    with np.errstate(all="ignore"):
        term = np.empty_like(out)
        for position, (child, weight) in enumerate(zip(children, factors, strict=True)):
            np.multiply(child, weight, out=term if position else out)
            if position:
                np.add(out, term, out=out)
        rows = np.flatnonzero(np.isnan(out))
        if rows.size:
            part = np.stack([child[rows] for child in children])
            missing = np.isnan(part)
            np.multiply(part, weights[:, np.newaxis], out=part)
            np.putmask(part, missing, 0.0)
            total = part[0]
            for child in part[1:]:
                np.add(total, child, out=total)
            np.copyto(total, np.nan, where=missing.all(axis=0))
            out[rows] = total
    return out


def nonpositive_children(children: Sequence[FloatArray], weights: FloatArray) -> list[tuple[int, BoolArray]]:
    """The zeros and negatives that a geometric mean would meet.

    Shapes as in the module's docstring; gives (position of the child, mask (n,)) for each child of
    positive weight that has some, in the order of the children.
    """
    found = []
    with np.errstate(all="ignore"):
        for position, (child, weight) in enumerate(zip(children, weights.tolist(), strict=True)):
            if weight > 0.0:
                mask = np.less_equal(child, 0.0)
                if mask.any():
                    found.append((position, mask))
    return found


def node_available(
    present: IntArray,
    applicable: IntArray,
    *,
    min_coverage: SupportsFloat | None = None,
    min_children: int | None = None,
) -> BoolArray:
    """Whether enough children are there for a node to have a value.

    ``present`` and ``applicable`` count scored children, shape (n,) each; gives (n,). With
    ``min_coverage`` present / applicable must reach that share (margin 1e-9), with ``min_children``
    present must reach that count; without either two thirds must be there. A node without applicable or
    without present children is never available. Source: contract.md, "The rules behind the keys".
    """
    if min_coverage is None and min_children is None:
        min_coverage = DEFAULT_COVERAGE
    available: BoolArray = present > 0
    available &= applicable > 0
    if min_coverage is not None:
        share = np.divide(present, np.maximum(applicable, 1))
        available &= share >= float(min_coverage) - COVERAGE_MARGIN
    if min_children is not None:
        available &= present >= min_children
    return available


def harmonic_mean(
    children: Sequence[FloatArray],
    weights: FloatArray,
    *,
    floor: float | None = None,
    out: FloatArray | None = None,
) -> FloatArray:
    """Σ w / Σ w/x over the children that are there, after max(x, floor) if ``floor`` is given.

    Shapes as in the module's docstring; gives (n,), NaN where no child with a positive weight is there.
    The caller refuses what ``nonpositive_children`` finds: here a zero gives 0. ``out`` must be none of
    the children. Source: P. S. Bullen, Handbook of Means and Their Inequalities (2003), II.1.1.
    """
    out = _mean(children, weights, out, lambda x, into: np.divide(1.0, _floored(x, floor, into), out=into))
    with np.errstate(all="ignore"):
        return np.divide(1.0, out, out=out)


def power_mean(
    children: Sequence[FloatArray],
    weights: FloatArray,
    p: float,
    *,
    floor: float | None = None,
    out: FloatArray | None = None,
) -> FloatArray:
    """(Σ w·x^p / Σ w)^(1/p) over the children that are there; the geometric mean for p = 0.

    Shapes as in the module's docstring; gives (n,), NaN where no child with a positive weight is there.
    ``floor`` as for ``geometric_mean``, looked at when p ≤ 0 only. Children are not negative; where p ≤ 0
    a zero gives 0. Each row is divided by its largest child (p < 0: its smallest) first, so that no power
    leaves the range of floating point. ``out`` must be none of the children. Source: P. S. Bullen,
    Handbook of Means and Their Inequalities (2003), III.1.
    """
    if p == 0.0:
        return geometric_mean(children, weights, floor=floor, out=out)
    if p < 0.0 and floor is not None:
        children = [np.maximum(child, floor) for child in children]
    unit = (largest if p > 0.0 else smallest)(children, weights)
    with np.errstate(all="ignore"):

        def relative(x: FloatArray, into: FloatArray) -> FloatArray:
            # x^p − 1 by expm1: exact for small p, where x^p is close to 1 for every x.
            np.log(np.divide(x, unit, out=into), out=into)
            np.multiply(into, p, out=into)
            return np.expm1(into, out=into)

        # Rows of which a child is missing are taken out of the block: ``unit`` must be cut alike.
        out = _mean_rows(children, weights, out, relative)
        np.log1p(out, out=out)
        np.divide(out, p, out=out)
        np.exp(out, out=out)
        np.multiply(out, unit, out=out)
        np.copyto(out, 0.0, where=unit == 0.0)
    return out


def smallest(children: Sequence[FloatArray], weights: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """The smallest child of positive weight that is there.

    Shapes as in the module's docstring; gives (n,), NaN where none is there.
    """
    return _extreme(np.fmin, children, weights, out)


def largest(children: Sequence[FloatArray], weights: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """The largest child of positive weight that is there.

    Shapes as in the module's docstring; gives (n,), NaN where none is there.
    """
    return _extreme(np.fmax, children, weights, out)


def _extreme(
    join: Callable[..., FloatArray], children: Sequence[FloatArray], weights: FloatArray, out: FloatArray | None
) -> FloatArray:
    out = np.empty_like(children[0]) if out is None else out
    out.fill(np.nan)
    for child, weight in zip(children, weights.tolist(), strict=True):
        if weight > 0.0:
            join(out, child, out=out)
    return out


def _mean_rows(
    children: Sequence[FloatArray], weights: FloatArray, out: FloatArray | None, transform: Transform
) -> FloatArray:
    """The mean of transformed children, where the transform looks at the whole block and cannot be cut."""
    moved = [
        transform(child, np.empty_like(child)) if weight > 0.0 else child
        for child, weight in zip(children, weights.tolist(), strict=True)
    ]
    return _mean(moved, weights, out)


def _mean(
    children: Sequence[FloatArray], weights: FloatArray, out: FloatArray | None, transform: Transform | None = None
) -> FloatArray:
    """Σ w·f(x) / Σ w over the children that are there, f being the transform."""
    out = np.empty_like(children[0]) if out is None else out
    counted = [(child, weight) for child, weight in zip(children, weights.tolist(), strict=True) if weight > 0.0]
    if not counted:
        out.fill(np.nan)
        return out
    with np.errstate(all="ignore"):
        term = np.empty_like(out)
        divisor = 0.0
        for position, (child, weight) in enumerate(counted):
            target = term if position else out
            np.multiply(child if transform is None else transform(child, target), weight, out=target)
            divisor += weight
            if position:
                np.add(out, term, out=out)
        rows = np.flatnonzero(np.isnan(out))
        np.divide(out, divisor, out=out)
        if rows.size:
            factors = np.array([weight for _, weight in counted])
            part = np.stack([child[rows] for child, _ in counted])
            out[rows] = _mean_of_present(part, factors[:, np.newaxis], transform)
    return out


def _mean_of_present(part: FloatArray, factors: FloatArray, transform: Transform | None) -> FloatArray:
    """The same for rows of which some children may be missing: ``part`` (m, r) is overwritten."""
    missing = np.isnan(part)
    if transform is not None:
        transform(part, part)
    np.multiply(part, factors, out=part)
    np.putmask(part, missing, 0.0)
    np.logical_not(missing, out=missing)
    shares = np.multiply(missing, factors)
    total, divisor = part[0], shares[0]
    for child in range(1, part.shape[0]):  # not reduce(): the order of its additions varies with the shape
        np.add(total, part[child], out=total)
        np.add(divisor, shares[child], out=divisor)
    mean: FloatArray = np.full_like(total, np.nan)
    np.divide(total, divisor, out=mean, where=divisor > 0.0)
    return mean


def _floored(x: FloatArray, floor: float | None, out: FloatArray) -> FloatArray:
    """Max(x, floor), into ``out`` where there is a floor."""
    return x if floor is None else np.maximum(x, floor, out=out)
