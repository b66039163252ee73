"""Normalisation by the spread or the size of a set of units: z-scores, distances, shares.

Elementwise, as in ``normalize``: the statistics of the set are given, so that any cut of the rows gives the
same values. Every function takes ``out``, a float64 array of the shape of ``x`` but not ``x`` itself, and
gives it back. NaN stays NaN; a zero is +0.0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from resilience_index.methods.arrays import FloatArray


def zscore(
    x: FloatArray,
    mean: float,
    sd: float,
    *,
    cost: bool = False,
    to_mean: float = 0.0,
    to_sd: float = 1.0,
    out: FloatArray | None = None,
) -> FloatArray:
    """(x − mean) / sd, or (mean − x) / sd for a cost, stretched to the mean and deviation asked for.

    ``x`` (n,), ``mean`` and ``sd`` > 0 (the sample's, divisor n − 1) in the raw unit. Source: OECD/JRC, Handbook
    on Constructing Composite Indicators (2008), section 5; W. Becker et al., COINr, ``n_zscore``.
    """
    out = np.empty_like(x) if out is None else out
    with np.errstate(all="ignore"):
        if cost:
            np.subtract(mean, x, out=out)
        else:
            np.subtract(x, mean, out=out)
        np.divide(out, sd, out=out)
        if to_sd != 1.0:
            np.multiply(out, to_sd, out=out)
        return np.add(out, to_mean, out=out)


def distance(
    x: FloatArray, worst: float, reference: float, *, clip: bool = False, out: FloatArray | None = None
) -> FloatArray:
    """1 − (reference − x) / (reference − worst): 1 at the reference, 0 at the worst value, above 1 beyond.

    ``x`` (n,), ``worst`` and ``reference`` in the raw unit, not equal; for a cost the worst value is the larger.
    ``clip`` keeps 0..1. The reference is the best value, that of a unit, or a target. Source: OECD/JRC, Handbook
    on Constructing Composite Indicators (2008), section 5; W. Becker et al., COINr, ``n_dist2max``,
    ``n_dist2ref`` and ``n_dist2targ``.
    """
    out = np.empty_like(x) if out is None else out
    with np.errstate(all="ignore"):
        np.subtract(reference, x, out=out)
        np.divide(out, reference - worst, out=out)
        np.subtract(1.0, out, out=out)
        if clip:
            np.clip(out, 0.0, 1.0, out=out)
        return np.add(out, 0.0, out=out)


def ratio(
    x: FloatArray, size: float, *, cost: bool = False, clip: bool = False, out: FloatArray | None = None
) -> FloatArray:
    """x / size, or 1 − x / size for a cost.

    ``x`` (n,) on a ratio scale, not negative; ``size`` > 0 is the largest value of the set, its sum, or the root
    of its sum of squares. ``clip`` keeps 0..1. Source: A. Jahan and K. L. Edwards, Materials & Design 65 (2015)
    335-342 (linear max, linear sum and vector normalisation; for a cost by reciprocals ``x`` holds these).
    """
    out = np.empty_like(x) if out is None else out
    with np.errstate(all="ignore"):
        np.divide(x, size, out=out)
        if cost:
            np.subtract(1.0, out, out=out)
        if clip:
            np.clip(out, 0.0, 1.0, out=out)
        return np.add(out, 0.0, out=out)


def mean_sd(count: int, sums: Iterable[float], squares: Iterable[float]) -> tuple[float, float]:
    """Mean and sample standard deviation (divisor n − 1) from exact partial sums of x and of x².

    ``count`` ≥ 2 values. Nothing is rounded before the last division and root, so that neither the order of
    units nor a large mean beside a small spread costs digits.
    """
    total = sum(map(Fraction, sums))
    square = sum(map(Fraction, squares))
    variance = (square - total * total / count) / (count - 1)
    return float(total / count), math.sqrt(max(float(variance), 0.0))
