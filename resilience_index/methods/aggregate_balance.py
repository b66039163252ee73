"""Aggregations that look at how a unit's children differ: ordered weighted averages, Mazziotta–Pareto.

Shapes are those of ``aggregate``: m children of shape (n,), weights (m,) not negative, NaN for missing. Each row
is computed by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from resilience_index.methods.aggregate import weighted_mean
from resilience_index.methods.arrays import BoolArray, FloatArray

_CHUNK = 4096
"""Rows that are ordered at a time, so that what is copied stays in cache."""


def ordered_mean(
    children: Sequence[FloatArray], weights: FloatArray, order: Sequence[float], out: FloatArray | None = None
) -> FloatArray:
    """The ordered weighted average: ``order`` weighs the largest child first, the smallest last.

    ``order`` has m weights, not negative and not all 0. With equal ``weights`` and all children there this is
    Σ ω_i·x_(i). Otherwise ω is read as the steps of a piecewise linear function over the shares of weight:
    the i-th largest child, standing between the shares s_(i−1) and s_i of the weight that is there, counts
    W(s_i) − W(s_(i−1)). With equal ``order`` that is the weighted mean. Gives (n,), NaN where no child with a
    positive weight is there.

    Source: R. R. Yager, IEEE Transactions on Systems, Man and Cybernetics 18 (1988), 183–190; with weights V. Torra,
    International Journal of Intelligent Systems 12 (1997), 153–166, section 3.
    """
    out = np.empty_like(children[0]) if out is None else out
    steps = np.concatenate(([0.0], np.cumsum(np.asarray(order, dtype=np.float64))))
    steps /= steps[-1]
    places = np.arange(steps.size) / (steps.size - 1)
    for start in range(0, out.size, _CHUNK):
        stop = start + _CHUNK
        part = np.stack([child[start:stop] for child in children])
        out[start:stop] = _ordered_rows(part, weights, places, steps)
    return out


def _ordered_rows(part: FloatArray, weights: FloatArray, places: FloatArray, steps: FloatArray) -> FloatArray:
    """One chunk: ``part`` (m, r)."""
    counted = ~np.isnan(part) & (weights > 0.0)[:, np.newaxis]
    values = np.where(counted, part, -np.inf)
    order = np.argsort(-values, axis=0, kind="stable")
    values = np.take_along_axis(values, order, axis=0)
    shares = np.take_along_axis(np.where(counted, weights[:, np.newaxis], 0.0), order, axis=0)
    for row in range(1, len(shares)):
        np.add(shares[row], shares[row - 1], out=shares[row])
    total = shares[-1].copy()
    some = total > 0.0
    np.divide(shares, total, out=shares, where=some)
    reached = np.interp(shares, places, steps)
    result = np.zeros(part.shape[1])
    before = np.zeros(part.shape[1])
    for row in range(len(shares)):
        coefficient = reached[row] - before
        result += np.where(coefficient > 0.0, coefficient, 0.0) * np.where(coefficient > 0.0, values[row], 0.0)
        before = reached[row]
    result[~some] = np.nan
    return result


def mazziotta_pareto(
    children: Sequence[FloatArray],
    weights: FloatArray,
    *,
    sign: Literal["minus", "plus"] = "minus",
    to: tuple[float, float] = (0.0, 1.0),
) -> tuple[FloatArray, BoolArray]:
    """The mean less (``plus``: with) the penalty for unbalance, and where it is not defined.

    Children are first put on the range ``to``: y = low + (high − low)·x; the result stays there. With mean M and
    population variance S² of a unit's own children, v = M ∓ S²/M, that is M ∓ S·cv. Not defined where M ≤ 0, unless
    M and S are 0. Gives two arrays (n,); NaN where no child with a positive weight is there.

    Source: M. Mazziotta and A. Pareto, Social Indicators Research 127 (2016), 983–1003, section 3 (MPI: values
    around 100 ± 10; adjusted: 70 to 130).
    """
    low, high = to
    if to != (0.0, 1.0):
        children = [low + (high - low) * child for child in children]
    mean = weighted_mean(children, weights)
    variance = weighted_mean([np.square(child - mean) for child in children], weights)
    with np.errstate(all="ignore"):
        penalty = np.where(variance == 0.0, 0.0, variance / mean)
        undefined = (mean < 0.0) | ((mean == 0.0) & (variance != 0.0))
    return mean - penalty if sign == "minus" else mean + penalty, undefined
