"""The best–worst method: comparisons with the best and the worst element only.

``best_to_others`` (n,) says how many times more important the best element is than each, ``others_to_worst``
(n,) how many times more important each is than the worst. Both models are small enough to be solved exactly
without a linear programming library, so that the weights do not depend on one:

- nonlinear (2015): for a given ξ each element is tied to t = w_B / w_W only, by an interval. A ξ is possible
  when the intervals for t meet; bisection finds the least one. At it, a weight is a ratio of linear functions
  of t between a few known points, so its least and largest values lie at these.
- linear (2016): with ξ as the unit, the least ξ at Σ w = 1 is the largest Σ w at ξ = 1. All weights but two
  then stand at their upper bounds, and what remains is a program in w_B and w_W, solved at its corners.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import FloatArray
from resilience_index.methods.weights.direct import label, normalised, shown

_BISECTIONS = 200
_CORNER = 1e-9
"""How far beyond a bound, as a share of it, a corner may lie by rounding."""
_SAME_SUM = 1e-12
_SAME_WEIGHT = 1e-9


@dataclass(frozen=True, slots=True)
class LinearWeights:
    """Weights (n,) of the linear model and its ξ, which is the model's own measure of consistency (0 is full).

    ``unique`` is False where several weights reach the same ξ; the weights are then the mean of the corners.
    """

    weights: FloatArray
    xi: float
    unique: bool


@dataclass(frozen=True, slots=True)
class NonlinearWeights:
    """Weights (n,) of the nonlinear model, the interval each may have at the least ξ, and the consistency.

    ``low`` and ``high`` (n,) differ where the least ξ leaves room, which takes more than three elements;
    ``weights`` are then the middles of the intervals divided by their sum. ``cr`` = ξ / ``consistency_index``,
    None where the index is 0 (the best as important as the worst).
    """

    weights: FloatArray
    low: FloatArray
    high: FloatArray
    xi: float
    consistency_index: float
    cr: float | None
    unique: bool


@dataclass(frozen=True, slots=True)
class InputConsistency:
    """What the answers show before any weight is computed.

    ``ratios`` (n,) are |a_Bj · a_jW − a_BW| / (a_BW² − a_BW), 0 where a_BW is 1 and all agree, ``cr`` the
    largest of them. ``too_large`` lists positions judged further apart than the best and the worst;
    ``reversals`` pairs (i, j) of which one list puts i and the other j first.
    """

    ratios: FloatArray
    cr: float
    too_large: tuple[int, ...]
    reversals: tuple[tuple[int, int], ...]


def consistency_index(best_over_worst: float) -> float:
    """The largest ξ that judgments with this a_BW can have: the smaller root of ξ² − (1 + 2a)ξ + a² − a = 0.

    0, 0.44, 1, 1.63, 2.30, 3, 3.73, 4.47, 5.23 for a_BW from 1 to 9. Source: J. Rezaei, Omega 53, 2015, 49-57.
    """
    return (1.0 + 2.0 * best_over_worst - math.sqrt(8.0 * best_over_worst + 1.0)) / 2.0


def check_input(
    best_to_others: FloatArray,
    others_to_worst: FloatArray,
    best: int,
    worst: int,
    names: Sequence[str] | None = None,
) -> None:
    """Refuse what is no set of best–worst judgments; ``linear`` and ``nonlinear`` call it themselves.

    ``best`` and ``worst`` are positions; ``names`` (n,) are for the messages. Raises RI347 (``name``) for the
    same element as both, RI344 (``pair``, ``value``) for a judgment below 1 or missing, RI345 (``name``,
    ``value``) for an element not 1 against itself, RI346 (``forward``, ``backward``) for two values of best
    against worst. Source: Rezaei 2015.
    """
    if best == worst and len(best_to_others) > 1:
        raise RefusalError("RI347", name=label(best, names))
    first, last = label(best, names), label(worst, names)
    for values, head, tail in ((best_to_others, f"{first}/", ""), (others_to_worst, "", f"/{last}")):
        for place, value in enumerate(values.tolist()):
            if not 1.0 <= value < math.inf:
                raise RefusalError("RI344", pair=f"{head}{label(place, names)}{tail}", value=shown(value))
    for place, values in ((best, best_to_others), (worst, others_to_worst)):
        if values[place] != 1.0:
            raise RefusalError("RI345", name=label(place, names), value=float(values[place]))
    if best_to_others[worst] != others_to_worst[best]:
        raise RefusalError("RI346", forward=float(best_to_others[worst]), backward=float(others_to_worst[best]))


def input_consistency(
    best_to_others: FloatArray, others_to_worst: FloatArray, best: int, worst: int
) -> InputConsistency:
    """Consistency from the judgments alone: cardinal ratios, and orders that contradict each other.

    ``best_to_others`` and ``others_to_worst`` (n,) as ``check_input`` accepts them. Source: F. Liang, M.
    Brunelli and J. Rezaei, Omega 96, 2020, 102175 (input-based consistency ratio, ordinal consistency).
    """
    span = float(best_to_others[worst])
    gaps = np.abs(best_to_others * others_to_worst - span)
    gaps[[best, worst]] = 0.0
    ratios = gaps / (span * span - span) if span > 1.0 else np.where(gaps == 0.0, 0.0, np.inf)
    too_large = np.flatnonzero((best_to_others > span) | (others_to_worst > span))
    later = best_to_others[:, np.newaxis] > best_to_others
    earlier = others_to_worst[:, np.newaxis] > others_to_worst
    pairs = np.argwhere(later & earlier)
    reversals = sorted((min(i, j), max(i, j)) for i, j in pairs.tolist())
    return InputConsistency(ratios, float(ratios.max()), tuple(too_large.tolist()), tuple(reversals))


def linear(
    best_to_others: FloatArray,
    others_to_worst: FloatArray,
    best: int,
    worst: int,
    names: Sequence[str] | None = None,
) -> LinearWeights:
    """Weights with the least ξ ≥ |w_B − a_Bj·w_j|, |w_j − a_jW·w_W| for all j.

    ``best_to_others`` and ``others_to_worst`` (n,); gives weights (n,) of sum 1. Raises RI344 to RI347 as
    ``check_input``. Source: J. Rezaei, Omega 64, 2016, 126-130.
    """
    check_input(best_to_others, others_to_worst, best, worst, names)
    span = float(best_to_others[worst])
    others = [place for place in range(len(best_to_others)) if place not in (best, worst)]
    upper, lower = best_to_others[others], others_to_worst[others]
    if best == worst or bool((upper * lower == span).all()):
        return LinearWeights(normalised(1.0 / best_to_others), 0.0, unique=True)
    corners = _corners(upper, lower, span)
    each = np.minimum((corners[:, :1] + 1.0) / upper, lower * corners[:, 1:] + 1.0)
    sums = np.array([math.fsum([*pair, *row]) for pair, row in zip(corners.tolist(), each.tolist(), strict=True)])
    chosen = np.flatnonzero(sums >= sums.max() * (1.0 - _SAME_SUM))
    weights = np.empty((chosen.size, len(best_to_others)))
    weights[:, others] = each[chosen]
    weights[:, [best, worst]] = corners[chosen]
    weights /= sums[chosen, np.newaxis]
    spread = weights.max(axis=0) - weights.min(axis=0)
    mean = np.array([math.fsum(column) for column in weights.T.tolist()])
    return LinearWeights(normalised(mean), float(1.0 / sums.max()), unique=bool((spread <= _SAME_WEIGHT).all()))


def nonlinear(
    best_to_others: FloatArray,
    others_to_worst: FloatArray,
    best: int,
    worst: int,
    names: Sequence[str] | None = None,
) -> NonlinearWeights:
    """Weights with the least ξ ≥ |w_B/w_j − a_Bj|, |w_j/w_W − a_jW| for all j, as intervals and their centre.

    ``best_to_others`` and ``others_to_worst`` (n,); gives weights (n,) of sum 1. Raises RI344 to RI347 as
    ``check_input``. Source: Rezaei 2015; intervals and centre, Rezaei 2016.
    """
    check_input(best_to_others, others_to_worst, best, worst, names)
    span = float(best_to_others[worst])
    index = consistency_index(span)
    others = [place for place in range(len(best_to_others)) if place not in (best, worst)]
    upper, lower = best_to_others[others], others_to_worst[others]
    if best == worst or bool((upper * lower == span).all()):
        exact = normalised(1.0 / best_to_others)
        return NonlinearWeights(exact, exact, exact, 0.0, index, 0.0 if index else None, unique=True)
    xi = _least_xi(upper, lower, span)
    low, high = np.empty(len(best_to_others)), np.empty(len(best_to_others))
    low[[best, worst, *others]], high[[best, worst, *others]] = _intervals(upper, lower, span, xi)
    weights = normalised(low + high)
    unique = bool((high - low <= _SAME_WEIGHT).all())
    return NonlinearWeights(weights, low, high, xi, index, xi / index if index else None, unique)


def _ratios(upper: FloatArray, lower: FloatArray, span: float, xi: float) -> tuple[float, float]:
    """The least and largest t = w_B / w_W that every judgment allows at ξ; empty when they cross."""
    least = (np.maximum(upper - xi, 0.0) * np.maximum(lower - xi, 0.0)).max()
    largest = ((upper + xi) * (lower + xi)).min()
    return max(float(least), span - xi, 0.0), min(float(largest), span + xi)


def _least_xi(upper: FloatArray, lower: FloatArray, span: float) -> float:
    """The least ξ at which the intervals meet, from above to the last bit."""
    below, above = 0.0, float(max(upper.max(), lower.max(), span))
    for _ in range(_BISECTIONS):
        middle = below + (above - below) / 2.0
        if middle in (below, above):
            break
        least, largest = _ratios(upper, lower, span, middle)
        if least <= largest:
            above = middle
        else:
            below = middle
    return above


def _intervals(upper: FloatArray, lower: FloatArray, span: float, xi: float) -> tuple[FloatArray, FloatArray]:
    """The least and largest weight of the best, the worst and the others, in this order, at ξ.

    With w_W = 1 and w_B = t, element j may lie between max(a_jW − ξ, t/(a_Bj + ξ)) and
    min(a_jW + ξ, t/(a_Bj − ξ)). For each t its weight is largest with the others at their least; between
    the t where a bound changes over, weights are ratios of linear functions of t, and so monotone.
    """
    least, largest = _ratios(upper, lower, span, xi)
    turns = np.concatenate([(lower - xi) * (upper + xi), (lower + xi) * (upper - xi)])
    inside = turns[(turns > least) & (turns < largest)]
    t = np.concatenate([[least, largest], inside])[:, np.newaxis]
    bottom = np.maximum(lower - xi, t / (upper + xi))
    with np.errstate(divide="ignore"):
        top = np.minimum(lower + xi, np.where(upper > xi, t / np.where(upper > xi, upper - xi, 1.0), np.inf))
    top = np.maximum(top, bottom)  # they meet where ξ is least, but for rounding
    fewest, most = _totals(bottom), _totals(top)
    ends = np.concatenate([t, np.ones_like(t)], axis=1)
    low = np.concatenate([ends / (1.0 + t + most), bottom / (1.0 + t + most - top + bottom)], axis=1)
    high = np.concatenate([ends / (1.0 + t + fewest), top / (1.0 + t + fewest - bottom + top)], axis=1)
    return low.min(axis=0), high.max(axis=0)


def _totals(rows: FloatArray) -> FloatArray:
    """Sums (k, 1) of (k, m), each rounded once, whatever the order of the elements."""
    return np.array([[math.fsum(row)] for row in rows.tolist()])


def _corners(upper: FloatArray, lower: FloatArray, span: float) -> FloatArray:
    """The corners (k, 2) of all (w_B, w_W) that are possible at ξ = 1, and where a bound changes over.

    Each line is b·w_B + w·w_W = c. Element j needs (w_B − 1)/a_Bj ≤ a_jW·w_W + 1 and
    a_jW·w_W − 1 ≤ (w_B + 1)/a_Bj; its upper bounds change over where (w_B + 1)/a_Bj = a_jW·w_W + 1.
    """
    one, products = np.ones_like(upper), upper * lower
    bounds = np.array([[1.0, -span, 1.0], [-1.0, span, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
    bounds = np.concatenate(
        [bounds, np.stack([one, -products, upper + 1.0], axis=1), np.stack([-one, products, upper + 1.0], axis=1)]
    )
    lines = np.concatenate([bounds, np.stack([one, -products, upper - 1.0], axis=1)])
    first, second = np.triu_indices(len(lines), 1)
    (b1, w1, c1), (b2, w2, c2) = lines[first].T, lines[second].T
    determinant = b1 * w2 - b2 * w1
    crossing = determinant != 0.0
    with np.errstate(all="ignore"):
        points = np.stack([(c1 * w2 - c2 * w1) / determinant, (b1 * c2 - b2 * c1) / determinant], axis=1)[crossing]
    b, w, c = bounds.T
    terms = points[:, :1] * b, points[:, 1:] * w
    slack = _CORNER * (np.abs(terms[0]) + np.abs(terms[1]) + np.abs(c))
    possible = (terms[0] + terms[1] <= c + slack).all(axis=1)
    corners: FloatArray = points[possible]
    return corners
