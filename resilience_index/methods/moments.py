"""Skewness and kurtosis of one column, as spreadsheets give them, the same for any order of its values.

Both are the *type 2* estimators (SKEW and KURT of spreadsheets; ``e1071`` and COINr in R): unbiased under a
normal distribution. Mean and deviations come from exact sums, so the order of rows decides no last bit.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from resilience_index.methods.arrays import FloatArray
from resilience_index.methods.exact import exact_partials, exact_sum

LEAST = 4
"""The least number of values that a kurtosis takes."""


class Shape(NamedTuple):
    """How many units have a value, and their skewness and excess kurtosis (NaN where they are not defined)."""

    units: int
    skewness: float
    kurtosis: float

    def passes(self, skewness: float, kurtosis: float) -> bool:
        """|skewness| or kurtosis is below its bound; a column without a shape (constant) passes."""
        if math.isnan(self.skewness) or math.isnan(self.kurtosis):
            return True
        return abs(self.skewness) < skewness or self.kurtosis < kurtosis


def mean(x: FloatArray) -> float:
    """The mean of ``x`` (n,), no NaN, rounded once from the exact sum; NaN for none."""
    if not x.size:
        return math.nan
    total = exact_sum(exact_partials(x))
    if math.isfinite(total):
        return total / x.size
    return exact_sum(exact_partials(x / x.size))  # the sum is beyond the largest double, the mean is not


def median(x: FloatArray) -> float:
    """The median of ``x`` (n,), no NaN: of an even number of values the mean of the middle two; NaN for none."""
    if not x.size:
        return math.nan
    middle = x.size // 2
    if x.size % 2:
        return float(np.partition(x, middle)[middle])
    low, high = np.partition(x, [middle - 1, middle])[middle - 1 : middle + 1].tolist()
    half = low / 2.0 + high / 2.0
    return float(half)


def quantile(ordered: FloatArray, share: float) -> float:
    """The quantile of ``ordered`` (n,), ascending and not empty: linear between neighbours, the first being 0.

    ``share`` 0..1. Source: R. J. Hyndman and Y. Fan, The American Statistician 50(4), 1996, 361-365, type 7
    (PERCENTILE.INC of spreadsheets).
    """
    place = share * (ordered.size - 1)
    below = int(place)
    above = min(below + 1, ordered.size - 1)
    low, high = float(ordered[below]), float(ordered[above])
    part = place - below
    return low if part == 0.0 or low == high else low * (1.0 - part) + high * part


def shape(x: FloatArray) -> Shape:
    """Skewness and excess kurtosis of type 2 of ``x`` (n,), no NaN, any unit.

    NaN for fewer than ``LEAST`` values and for a constant column. Sources: D. N. Joanes and C. A. Gill, The
    Statistician 47(1), 1998, 183-189, G1 and G2.
    """
    n = x.size
    if n < LEAST or float(x.min()) == float(x.max()):
        return Shape(n, math.nan, math.nan)
    # Neither measure depends on the unit: a power of two keeps the fourth powers inside the range of doubles.
    largest = float(np.abs(x).max())
    d = np.ldexp(x, -math.frexp(largest)[1])
    d = d - mean(d)
    d = d - mean(d)  # what the rounding of the first mean left
    spread = float(np.abs(d).max())
    d = np.ldexp(d, -math.frexp(spread)[1])
    squares = d * d
    second = exact_sum(exact_partials(squares))
    third = exact_sum(exact_partials(squares * d))
    fourth = exact_sum(exact_partials(squares * squares))
    skewness = math.sqrt(n) * third / (second * math.sqrt(second)) * math.sqrt(n * (n - 1)) / (n - 2)
    kurtosis = ((n + 1) * (n * fourth / (second * second) - 3.0) + 6.0) * (n - 1) / ((n - 2) * (n - 3))
    return Shape(n, skewness, kurtosis)
