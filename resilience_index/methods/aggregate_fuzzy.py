"""Fuzzy comprehensive evaluation: how far a unit belongs to each grade, by the memberships of its children.

Membership vectors are arrays (k, n): grade by unit. ``grades`` are the values of the k grades, all different,
rising or falling. Missing is NaN in every grade. Each unit is computed by itself.

Source: L. A. Zadeh, Information and Control 8 (1965), 338–353; Wang Peizhuang, Theory of Fuzzy Sets and Its
Applications (1983), comprehensive evaluation (模糊综合评判).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from resilience_index.methods import rounding
from resilience_index.methods.arrays import FloatArray

Operator = Literal["min_max", "product_max", "min_sum", "product_sum"]


def triangular(x: FloatArray, grades: Sequence[float]) -> FloatArray:
    """Membership of values (n,): 1 at a grade's value, falling to 0 at its neighbours'; 1 beyond the outermost.

    Gives (k, n); the memberships of a value add up to 1.
    """
    values = np.asarray(grades, dtype=np.float64)
    order = np.argsort(values)
    rising = values[order]
    result = np.empty((values.size, x.size))
    for place, grade in enumerate(order.tolist()):
        peak = np.zeros(values.size)
        peak[place] = 1.0
        result[grade] = np.interp(x, rising, peak)
    result[:, np.isnan(x)] = np.nan
    return result


def banded(x: FloatArray, grades: Sequence[float], bounds: Sequence[float]) -> FloatArray:
    """Membership of values (n,) in bands: 1 in the grade in whose band a value lies, else 0.

    ``bounds`` are the k − 1 inclusive lower bounds between the grades, in the order of ``grades``. Gives (k, n).
    """
    falling = grades[0] > grades[-1]
    cuts = np.sort(np.asarray(bounds, dtype=np.float64))
    band = np.searchsorted(cuts, x, side="right")
    if falling:
        band = len(cuts) - band
    result: FloatArray = (band == np.arange(len(grades))[:, np.newaxis]).astype(np.float64)
    result[:, np.isnan(x)] = np.nan
    return result


def from_votes(votes: Sequence[FloatArray]) -> FloatArray:
    """Membership as the share of each grade in the votes for all: ``votes`` are k arrays (n,), not negative.

    A grade without a value has no votes; NaN where nobody voted. Gives (k, n).
    """
    table = np.stack([np.nan_to_num(vote, nan=0.0) for vote in votes])
    total = _total(table)
    return np.asarray(np.where(total > 0.0, table / np.where(total > 0.0, total, 1.0), np.nan))


def compose(memberships: Sequence[FloatArray], weights: FloatArray, operator: Operator) -> FloatArray:
    """b = w ∘ R: ``memberships`` of m children, each (k, n), joined by their weights (m,).

    Weights are shares of those of the children that are there. M(∧,∨) ``min_max``: max_j min(w_j, r_j); M(·,∨)
    ``product_max``: max_j w_j·r_j; M(∧,⊕) ``min_sum``: min(1, Σ_j min(w_j, r_j)); M(·,⊕) ``product_sum``:
    min(1, Σ_j w_j·r_j). Gives (k, n), as it comes out (not divided by its sum); NaN where no child with a positive
    weight is there.
    """
    shape = memberships[0].shape
    total = np.zeros(shape[1])
    for membership, weight in zip(memberships, weights.tolist(), strict=True):
        total += np.where(np.isnan(membership[0]), 0.0, weight)
    result = np.zeros(shape)
    for membership, weight in zip(memberships, weights.tolist(), strict=True):
        if not weight > 0.0:
            continue
        share = weight / np.where(total > 0.0, total, 1.0)
        joined = np.minimum(membership, share) if operator.startswith("min") else membership * share
        joined[:, np.isnan(membership[0])] = 0.0
        if operator.endswith("max"):
            np.maximum(result, joined, out=result)
        else:
            np.add(result, joined, out=result)
    np.minimum(result, 1.0, out=result)
    result[:, ~(total > 0.0)] = np.nan
    return result


def shares(membership: FloatArray) -> FloatArray:
    """A membership vector (k, n) divided by its sum; NaN where that is 0."""
    total = _total(membership)
    with np.errstate(all="ignore"):
        return np.asarray(np.where(total > 0.0, membership / total, np.nan))


def score(membership: FloatArray, grades: Sequence[float], by: Literal["values", "largest"]) -> FloatArray:
    """One number of a membership vector (k, n): (n,).

    ``values``: Σ b·grade / Σ b. ``largest``: the value of the grade of largest membership; of equal ones (at 10
    decimals) the lowest. NaN where nothing belongs to any grade.
    """
    values = np.asarray(grades, dtype=np.float64)
    part = shares(membership)
    if by == "values":
        result = np.zeros(part.shape[1])
        for row, value in zip(part, values.tolist(), strict=True):
            result += row * value
        return result
    order = np.argsort(values)
    compared = rounding.comparison_key(np.ascontiguousarray(part[order]).reshape(-1)).reshape(part.shape)
    best = np.argmax(np.where(np.isnan(compared), -1.0, compared), axis=0)
    return np.asarray(np.where(np.isnan(part[0]), np.nan, values[order][best]))


def _total(table: FloatArray) -> FloatArray:
    """Sums over grades, one after the other."""
    total: FloatArray = table[0].copy()
    for row in table[1:]:
        total += row
    return total
