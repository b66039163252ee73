"""Combination weighting 组合赋权 of vectors of global leaf weights: of two, or of several where the source does."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, SupportsFloat

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import FloatArray
from resilience_index.methods.weights.columns import Names, leaf_name, shares

_NEARLY_DEPENDENT = Fraction(1, 10**20)
"""The least square of the sine between a vector and the span of others: below, rounding makes the answer."""
_ROUNDING = 1e-12
"""A coefficient smaller than this beside the largest is 0."""


def linear(subjective: FloatArray, objective: FloatArray, alpha: SupportsFloat) -> FloatArray:
    """α·s + (1 − α)·o, normalised.

    ``subjective`` and ``objective`` (leaves,) not negative, of sum 1; ``alpha`` in 0..1; gives (leaves,)
    of sum 1. Source: additive synthesis of subjective and objective weights, Zavadskas and Podvezko 2016,
    section 1.
    """
    share = float(alpha)  # a Fraction would turn the arrays into arrays of objects
    mixed = share * subjective + (1.0 - share) * objective
    return mixed / math.fsum(mixed.tolist())


def product(subjective: FloatArray, objective: FloatArray) -> FloatArray:
    """s·o / Σ s·o.

    ``subjective`` and ``objective`` (leaves,) not negative, of sum 1; gives (leaves,) of sum 1. Raises
    RI331 (``count``, the number of leaves) when every product is 0. Source: C. L. Hwang and K. Yoon,
    Multiple Attribute Decision Making, 1981, section 2.3.4.
    """
    mixed = subjective * objective
    total = math.fsum(mixed.tolist())
    if total == 0.0:
        raise RefusalError("RI331", count=mixed.size)
    return mixed / total


@dataclass(frozen=True, slots=True)
class Combination:
    """A combination and how it came about.

    ``coefficients`` (components,) as the system of equations gave them, ``shares`` (components,) of sum 1,
    ``weights`` (leaves,) of sum 1.
    """

    coefficients: FloatArray
    shares: FloatArray
    weights: FloatArray


def geometric(components: FloatArray) -> FloatArray:
    """The geometric mean of the components, normalised: √(s·o) / Σ √(s·o) for two.

    ``components`` (components, leaves) not negative, each of sum 1; gives (leaves,) of sum 1, the vector of
    least relative entropy to all of them. Raises RI376 (``method``) when every product is 0. Source:
    minimum discrimination information, S. Kullback, Information Theory and Statistics, 1959, chapter 3.
    """
    with np.errstate(divide="ignore"):
        logs = np.log(components)
    means = np.array([math.fsum(column.tolist()) for column in logs.T]) / components.shape[0]
    largest = means.max()
    if largest == -math.inf:
        raise RefusalError("RI376", method="geometric")
    return shares(np.exp(means - largest))


def game(
    components: FloatArray, *, negative: Literal["refuse", "absolute"] = "refuse", names: Names = None
) -> Combination:
    """Game theory: the combination with the least sum of squared distances to each component.

    ``components`` (components, leaves) not negative, each of sum 1, at least one. The coefficients solve
    the first-order conditions Σ_j a_j (w_i · w_j) = w_i · w_i, in exact rational arithmetic; ``shares`` are
    a / Σ a and ``weights`` Σ share · w. Equal vectors count once and share their coefficient equally. A
    negative coefficient is refused, RI378 (``component``, ``value``), or taken by its size if ``negative``
    is ``absolute``, as part of the literature does. Vectors of which one is a mixture of others leave the
    coefficients open: RI379 (``component``). ``names`` are those of the components. Source: Chen Jialiang,
    Fujian Computer (福建电脑) 2003(9), 15-16; the conditions follow from the definition.
    """
    exact = [tuple(map(Fraction, vector)) for vector in components.tolist()]
    distinct = list(dict.fromkeys(exact))
    first = [exact.index(vector) for vector in distinct]
    gram = [[_dot(left, right) for right in distinct] for left in distinct]
    solution = _solve(gram, [leaf_name(names, place) for place in first])
    coefficients = np.array([float(solution[distinct.index(vector)] / exact.count(vector)) for vector in exact])
    # Weights sum to 1 but for rounding: beside equal weights, whose true coefficient is 0, it would be told as -1e-16.
    coefficients[np.abs(coefficients) < _ROUNDING * np.abs(coefficients).max()] = 0.0
    if negative == "refuse" and (coefficients < 0.0).any():
        worst = int(np.argmin(coefficients))
        raise RefusalError("RI378", component=leaf_name(names, worst), value=float(coefficients[worst]))
    return _combined(coefficients, np.abs(coefficients), components)


def deviation(components: FloatArray, differences: FloatArray) -> Combination:
    """Maximum deviation: the combination under which the units' scores differ most from one another.

    ``components`` (components, leaves) not negative, each of sum 1; ``differences`` (leaves,), how much
    units differ in each normalised leaf: the sum or mean of |x_i − x_k| over all pairs of units, as
    ``gini.mean_difference`` gives it. With w = Σ θ_k w_k and Σ θ_k² = 1, Σ_j w_j d_j is largest for θ_k in
    proportion to Σ_j d_j w_kj; ``shares`` are θ / Σ θ. Raises RI361 (``method``, ``count``) when no weighted
    leaf differs between units. Source: Wang Yingming, Systems Engineering and Electronics (系统工程与电子技术)
    20(7), 1998, 24-26, whose weights of leaves are here the coefficients of components.
    """
    found = np.array([math.fsum((vector * differences).tolist()) for vector in components])
    length = math.sqrt(math.fsum((found * found).tolist()))
    if length == 0.0:
        raise RefusalError("RI361", method="deviation", count=differences.size)
    return _combined(found / length, found, components)


def _combined(coefficients: FloatArray, sizes: FloatArray, components: FloatArray) -> Combination:
    """Components mixed in proportion to ``sizes``, exact sums over components."""
    parts = shares(sizes)
    mixed = np.array([math.fsum(column.tolist()) for column in (components * parts[:, np.newaxis]).T])
    return Combination(coefficients, parts, shares(mixed))


def _dot(left: tuple[Fraction, ...], right: tuple[Fraction, ...]) -> Fraction:
    return sum((a * b for a, b in zip(left, right, strict=True)), start=Fraction(0))


def _solve(gram: list[list[Fraction]], names: list[str]) -> list[Fraction]:
    """a with G·a = diag G, by elimination; RI379 where a pivot is (nearly) nothing beside the diagonal."""
    size = len(gram)
    rows = [[*row, row[place]] for place, row in enumerate(gram)]
    for pivot in range(size):
        if rows[pivot][pivot] <= _NEARLY_DEPENDENT * gram[pivot][pivot]:
            raise RefusalError("RI379", component=names[pivot])
        for other in range(size):
            if other != pivot:
                factor = rows[other][pivot] / rows[pivot][pivot]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[pivot], strict=True)]
    return [row[size] / row[place] for place, row in enumerate(rows)]
