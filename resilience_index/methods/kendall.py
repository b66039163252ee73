"""Kendall's rank correlation, counted exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from resilience_index.methods.arrays import FloatArray, IntArray

Undefined = Literal["too_few", "tied"]


@dataclass(frozen=True)
class Agreement:
    """How far two orders of the same units agree, in pairs of units.

    ``n`` counts the units with a value in both orders; ``concordant`` and ``discordant`` the pairs of them that
    stand in the same and in opposite order (pairs level in either order are neither); ``first_ties`` and
    ``second_ties`` the pairs level in each.
    """

    n: int
    concordant: int
    discordant: int
    first_ties: int
    second_ties: int

    @property
    def pairs(self) -> int:
        """All pairs of units."""
        return _pairs(self.n)

    @property
    def undefined(self) -> Undefined | None:
        """Why there is no tau-b: fewer than two units, or all of them level in one of the orders."""
        if self.n < 2:
            return "too_few"
        return "tied" if self.pairs in (self.first_ties, self.second_ties) else None

    @property
    def tau_b(self) -> float | None:
        """Kendall's tau-b, −1 to 1; None where it is undefined."""
        if self.undefined is not None:
            return None
        difference = self.concordant - self.discordant
        # One division of whole numbers, which is rounded once: equal orders give 1 and not 0.9999999999999999.
        square = difference**2 / ((self.pairs - self.first_ties) * (self.pairs - self.second_ties))
        return math.copysign(math.sqrt(square), difference) if difference else 0.0


def agreement(first: FloatArray, second: FloatArray) -> Agreement:
    """Compare two orders; ``first`` and ``second`` (n,) hold a key for each unit, NaN for none.

    Pairs are counted in whole numbers, in O(n log n) steps and O(n) memory: what is discordant is what a sort
    by the first order, ties by the second, leaves inverted in the second. Source: Kendall (1945), "The treatment
    of ties in ranking problems", Biometrika 33; the counting by sorting is Knight's (1966).
    """
    known = ~(np.isnan(first) | np.isnan(second))
    left, right = _codes(first[known]), _codes(second[known])
    n = int(left.size)
    first_ties, second_ties = _level(left), _level(right)
    both_ties = _level(left * (int(right.max(initial=0)) + 1) + right)
    discordant = inversions(right[np.lexsort((right, left))])
    concordant = _pairs(n) - first_ties - second_ties + both_ties - discordant
    return Agreement(n, concordant, discordant, first_ties, second_ties)


def inversions(codes: IntArray) -> int:
    """The pairs of places (i, j), i < j, where ``codes[i] > codes[j]``; ``codes`` (n,) are not negative.

    Two codes first differ in one binary digit: they are inverted when the one before has a 1 there. So each
    digit, from the highest on, is counted inside the codes that agree above it, which stand together.
    """
    values = codes.astype(np.int64)
    total = 0
    places = np.arange(values.size)
    for digit in reversed(range(int(values.max(initial=0)).bit_length())):
        above = values >> (digit + 1)
        starts = np.flatnonzero(np.concatenate(([True], above[1:] != above[:-1])))
        sizes = np.diff(starts, append=values.size)
        ones = (values >> digit) & 1
        counted = np.concatenate(([0], np.cumsum(ones)))
        ones_before = counted[:-1] - np.repeat(counted[starts], sizes)
        total += int(ones_before[ones == 0].sum())
        zeros = sizes - (counted[starts + sizes] - counted[starts])
        start = np.repeat(starts, sizes)
        moved = np.where(ones == 1, start + np.repeat(zeros, sizes) + ones_before, places - ones_before)
        ordered = np.empty_like(values)
        ordered[moved] = values
        values = ordered
    return total


def _codes(keys: FloatArray) -> IntArray:
    """Whole numbers in the order of the keys; level keys have one number."""
    codes: IntArray = np.unique(keys, return_inverse=True)[1].astype(np.int64).reshape(keys.shape)
    return codes


def _level(codes: IntArray) -> int:
    """The pairs of units that have the same code."""
    counts = np.unique(codes, return_counts=True)[1]
    return int((counts * (counts - 1) // 2).sum())


def _pairs(n: int) -> int:
    return n * (n - 1) // 2
