"""Bounds of grades that are found from the scores themselves.

Every function gives inclusive lower bounds, the best grade first, the last of them the smallest score. A grade is
chosen by comparing a score with the bounds, so equal scores always have one grade. The results depend on the set of
scores only: neither on the order of the rows nor on how they were cut into blocks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from resilience_index.methods.arrays import FloatArray, IntArray
from resilience_index.methods.exact import exact_partials, exact_product_partials, exact_sum


def quantile(scores: FloatArray, shares: Sequence[Fraction]) -> FloatArray:
    """Bounds by shares of the units, the best first.

    ``scores`` (n,), n ≥ 1, no NaN, on the shown scale; ``shares`` (g,) sum to 1. The first j grades together begin
    at the score of place ⌈n·(s₁ + … + s_j)⌉, counted from the highest: no fewer units than their share, more where
    scores are tied. Gives (g,); two bounds are equal where ties leave a grade empty.
    Source: the inverse of the empirical distribution, Hyndman & Fan (1996), definition 1, from the top.
    """
    falling = -np.sort(-scores)
    bounds, reached = [], Fraction(0)
    for share in shares:
        reached += share
        place = math.ceil(reached * falling.size)
        bounds.append(falling[min(max(place, 1), falling.size) - 1])
    return np.array(bounds)


def equal_interval(scores: FloatArray, count: int) -> FloatArray:
    """Bounds that cut the span from the smallest to the largest score into ``count`` equal parts.

    ``scores`` (n,), n ≥ 1, no NaN, on the shown scale; gives (count,). Source: Slocum et al. (2009), Thematic
    Cartography and Geovisualization, ch. 4.
    """
    low, high = float(scores.min()), float(scores.max())
    parts = np.arange(count - 1, 0, -1, dtype=np.float64)
    return np.append(low + (high - low) * parts / count, low)


def mean_sd(scores: FloatArray, steps: Sequence[float], *, sample: bool = True) -> FloatArray:
    """Bounds at the mean plus ``steps`` times the standard deviation.

    ``scores`` (n,), n ≥ 2, no NaN, on the shown scale; ``steps`` (g − 1,) fall. The divisor is n − 1, or n where not
    ``sample``. Gives (g,): the last is the smallest score, or the bound before it where no score lies below that.
    Sums are exact. Source: Slocum et al. (2009), Thematic Cartography and Geovisualization, ch. 4.
    """
    mean = exact_sum(exact_partials(scores)) / scores.size
    deviations = scores - mean
    squares = exact_sum(exact_product_partials(deviations, deviations))
    deviation = math.sqrt(squares / (scores.size - sample))
    bounds = mean + np.array(steps) * deviation
    return np.append(bounds, min(float(scores.min()), float(bounds[-1])))


def middle_steps(count: int) -> tuple[float, ...]:
    """The steps of ``mean_sd`` for ``count`` grades: one apart, even on both sides of the mean."""
    return tuple(count / 2.0 - place for place in range(1, count))


def natural_breaks(scores: FloatArray, count: int) -> FloatArray:
    """Bounds of the ``count`` classes whose squared deviations from their means have the least sum.

    ``scores`` (n,), no NaN, at least ``count`` different ones; gives (count,), each the smallest score of its class.
    Equal scores are one value with a weight, so no class splits them. The least sum is found over all divisions by
    dynamic programming, m different scores in O(count · m log m) steps, for the best start of a last class never
    moves back as its end moves on. Of divisions with the same sum, each class from the top begins at the lowest
    score. Source: Fisher (1958), On grouping for maximum homogeneity, JASA 53; Jenks & Caspall (1971), Annals of the
    AAG 61; the divide-and-conquer step: Wang & Song (2011), The R Journal 3(2), and its later versions.
    """
    values, counts = np.unique(scores, return_counts=True)
    if not 1 <= count <= values.size:
        raise ValueError("natural breaks need at least as many different scores as classes")
    costs = _Costs(values, counts)
    best = np.full(values.size + 1, np.inf)
    best[1:] = costs.of(np.zeros(values.size, dtype=np.int64), np.arange(1, values.size + 1))
    starts = []
    for classes in range(2, count + 1):
        best, start = _one_more(best, classes, costs)
        starts.append(start)
    stop, bounds = values.size, []
    for start in reversed(starts):
        stop = int(start[stop])
        bounds.append(values[stop])
    return np.array([*bounds, values[0]])


class _Costs:
    """Sums of squared deviations of runs of sorted values, from running sums."""

    def __init__(self, values: FloatArray, counts: IntArray) -> None:
        centred = values - values[values.size // 2]  # small numbers lose less in the differences below
        weights = counts.astype(np.float64)
        self.count, self.sum, self.square = (
            np.concatenate(([0.0], np.cumsum(terms))) for terms in (weights, weights * centred, weights * centred**2)
        )

    def of(self, start: IntArray, stop: IntArray) -> FloatArray:
        """Of the values ``start`` to ``stop`` (both (k,), the second exclusive)."""
        total = self.sum[stop] - self.sum[start]
        spread = self.square[stop] - self.square[start] - total * total / (self.count[stop] - self.count[start])
        return np.asarray(np.maximum(spread, 0.0))


def _one_more(best: FloatArray, classes: int, costs: _Costs) -> tuple[FloatArray, IntArray]:
    """The least cost of the first j values in ``classes`` classes, and where the last class begins; j up to m.

    ``best`` (m + 1,) is that of one class fewer. Each round settles the middle of every open range of j and halves
    what is left of j and of starts.
    """
    size = best.size - 1
    found = np.full(size + 1, np.inf)
    starts = np.zeros(size + 1, dtype=np.int64)
    low, high = np.array([classes]), np.array([size])
    first, last = np.array([classes - 1]), np.array([size - 1])
    while low.size:
        middle = (low + high) // 2
        until = np.minimum(last, middle - 1)
        lengths = until - first + 1
        offsets = np.cumsum(lengths) - lengths
        start = np.arange(int(lengths.sum())) - np.repeat(offsets - first, lengths)
        cost = best[start] + costs.of(start, np.repeat(middle, lengths))
        least = np.minimum.reduceat(cost, offsets)
        places = np.flatnonzero(cost == np.repeat(least, lengths))
        chosen = start[places[np.searchsorted(places, offsets)]]
        found[middle], starts[middle] = least, chosen
        left, right = low < middle, middle < high
        low, high, first, last = (
            np.concatenate((low[left], middle[right] + 1)), np.concatenate((middle[left] - 1, high[right])),
            np.concatenate((first[left], chosen[right])), np.concatenate((chosen[left], last[right])),
        )  # fmt: skip
    return found, starts
