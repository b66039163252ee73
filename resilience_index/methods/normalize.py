"""Normalisation: raw values of one leaf to 0..1, elementwise.

Every function takes ``out``, a float64 array of the shape of ``x`` (``x`` itself is allowed unless it
says otherwise), and gives it back. NaN stays NaN. A zero is always +0.0: which of two zeros a maximum
picks depends on the processor, and an assessment must not.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import BoolArray, FloatArray

Ties = Literal["min", "average", "max"]


def goalposts(
    x: FloatArray,
    worst: float,
    best: float,
    *,
    log: bool = False,
    clip: bool = True,
    out: FloatArray | None = None,
) -> FloatArray:
    """(x − worst) / (best − worst): 0 at the worst goalpost, 1 at the best, either being the larger.

    ``x`` (n,) and the goalposts in the raw unit, worst ≠ best; with ``log`` all three are replaced by
    their natural logarithms, the caller having looked at ``nonpositive(x)``; ``clip`` keeps 0..1. Raises
    RI402 (``worst``, ``best``) when a goalpost is not positive under ``log``. Source: UNDP, Human
    Development Report 2021/22, Technical note 1, step 1.
    """
    out = np.empty_like(x) if out is None else out
    with np.errstate(all="ignore"):
        if log:
            if not min(worst, best) > 0.0:
                raise RefusalError("RI402", worst=worst, best=best)
            worst, best = np.log(np.array([worst, best])).tolist()
            x = np.log(x, out=out)
        np.subtract(x, worst, out=out)
        np.divide(out, best - worst, out=out)
        return _finish(out, clip=clip)


def target(
    x: FloatArray,
    low: float,
    a: float,
    b: float,
    high: float,
    *,
    clip: bool = True,
    out: FloatArray | None = None,
) -> FloatArray:
    """1 inside [a, b], falling linearly to 0 at ``low`` and ``high``.

    ``x`` (n,) and the bounds in the raw unit, low ≤ a ≤ b ≤ high. Outside the outer bounds 0, or
    negative along the same lines without ``clip``; a side without width (low = a or b = high) drops to 0
    at once either way. ``out`` must not be ``x``. Source: OECD/JRC, Handbook on Constructing Composite
    Indicators (2008), section 5 (distance to a reference), with the interval of the dictionary.
    """
    out = np.empty_like(x) if out is None else out
    with np.errstate(all="ignore"):
        if a > low:
            np.subtract(x, low, out=out)
            np.divide(out, a - low, out=out)
        else:
            np.greater_equal(x, a, out=out, casting="unsafe")
        if high > b:
            falling = np.subtract(high, x)
            np.divide(falling, high - b, out=falling)
        else:
            falling = np.less_equal(x, b).astype(np.float64)
        np.minimum(out, falling, out=out)
        np.minimum(out, 1.0, out=out)
        if a <= low and high <= b:  # two comparisons, which make a number of NaN
            np.copyto(out, np.nan, where=np.isnan(x))
        return _finish(out, clip=clip)


def minmax(
    x: FloatArray,
    minimum: float,
    maximum: float,
    *,
    cost: bool = False,
    to: tuple[float, float] = (0.0, 1.0),
    clip: bool = False,
    constant: float | None = None,
    out: FloatArray | None = None,
) -> FloatArray:
    """(x − min) / (max − min), or (max − x) / (max − min) for a cost, stretched to ``to``.

    ``x`` (n,), ``minimum`` and ``maximum`` in the raw unit, over whatever set the scores refer to;
    ``clip`` is for values outside that set. Raises RI403 (``value``) when minimum = maximum, unless
    ``constant`` gives the result for such a column. Source: OECD/JRC, Handbook on Constructing Composite
    Indicators (2008), section 5.
    """
    out = np.empty_like(x) if out is None else out
    if minimum == maximum:
        if constant is None:
            raise RefusalError("RI403", value=minimum)
        missing = np.isnan(x)
        out.fill(constant)
        np.copyto(out, np.nan, where=missing)
        return out
    with np.errstate(all="ignore"):
        if cost:
            np.subtract(maximum, x, out=out)
        else:
            np.subtract(x, minimum, out=out)
        np.divide(out, maximum - minimum, out=out)
        _finish(out, clip=clip)
        if to != (0.0, 1.0):
            np.multiply(out, to[1] - to[0], out=out)
            np.add(out, to[0], out=out)
    return out


def percentile_rank(
    x: FloatArray,
    ordered: FloatArray,
    *,
    ties: Ties = "min",
    cost: bool = False,
    before: bool = False,
    out: FloatArray | None = None,
) -> FloatArray:
    """(rank − 1) / (N − 1) of each value in a reference set of N, ranks ascending.

    ``x`` (n,) holds values of that set; ``ordered`` (N,) is the set without missing values, ascending.
    ``ties`` share their smallest, mean or largest rank. A ``cost`` gives 1 − p, or with ``before`` the
    p of −x, which differs where there are ties. Raises RI404 (``count``) when N < 2. Source: CDC/ATSDR
    SVI documentation (percentile ranking); W. Becker et al., COINr, ``n_prank``.
    """
    count = ordered.size
    if count < 2:
        raise RefusalError("RI404", count=count)
    out = np.empty_like(x) if out is None else out
    order = np.argsort(x)  # searching for neighbours one after the other stays in the cache
    values = x[order]
    reverse = cost and before
    # rank − 1 counts the values that come before: those strictly before for the smallest rank, those
    # before or level, without the value itself, for the largest.
    if ties == "max":
        ranks = _count_before(values, ordered, level=True, reverse=reverse)
        ranks -= 1.0
    else:
        ranks = _count_before(values, ordered, level=False, reverse=reverse)
        if ties == "average":
            ranks += _count_before(values, ordered, level=True, reverse=reverse)
            ranks -= 1.0
            ranks /= 2.0
    ranks /= count - 1.0
    if cost and not before:
        np.subtract(1.0, ranks, out=ranks)
    np.copyto(ranks, np.nan, where=np.isnan(values))
    out[order] = ranks
    return out


def invert(x: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """1 − x, for ``x`` (n,) on the inside scale."""
    out = np.empty_like(x) if out is None else out
    return np.subtract(1.0, x, out=out)


def nonpositive(x: FloatArray) -> BoolArray:
    """Where ``x`` (n,) has no logarithm: zero or negative, not missing."""
    with np.errstate(all="ignore"):
        return np.less_equal(x, 0.0)


def _finish(out: FloatArray, *, clip: bool) -> FloatArray:
    """Keep 0..1 if asked, and turn −0.0 into 0.0."""
    if clip:
        np.clip(out, 0.0, 1.0, out=out)
    return np.add(out, 0.0, out=out)


def _count_before(x: FloatArray, ordered: FloatArray, *, level: bool, reverse: bool) -> FloatArray:
    """How many of ``ordered`` come before each x, or before or ``level``; from the top if ``reverse``."""
    positions = np.searchsorted(ordered, x, side="right" if level is not reverse else "left")
    return (ordered.size - positions if reverse else positions).astype(np.float64)
