"""Weights from the order of importance alone: rank-order weights and the precedence chart 优序图."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import FloatArray
from resilience_index.methods.rounding import comparison_key
from resilience_index.methods.weights.direct import label, mean_of_shares, shown

RankRule = Literal["centroid", "sum", "reciprocal"]
RANK_RULES: tuple[RankRule, ...] = ("centroid", "sum", "reciprocal")


def place_weights(count: int, rule: RankRule = "centroid") -> FloatArray:
    """The weights of the places 1 to ``count``, falling, of sum 1, each the double nearest to its fraction.

    ``centroid`` (ROC): w_r = (1/n)·Σ_{i≥r} 1/i; ``sum`` (RS): 2·(n + 1 − r) / (n·(n + 1)); ``reciprocal``
    (RR): (1/r) / Σ 1/i. Source: W. G. Stillwell, D. A. Seaver and W. Edwards, Organizational Behavior and Human
    Performance 28, 1981, 62-77 (RS, RR); F. H. Barron and B. E. Barrett, Management Science 42, 1996,
    1515-1523 (ROC).
    """
    return np.array([float(weight) for weight in _place_fractions(count, rule)])


def ranked(
    places: FloatArray,
    expert_weights: FloatArray,
    rule: RankRule = "centroid",
    experts: Sequence[str] | None = None,
) -> FloatArray:
    """Weights from the experts' rankings: each ranking's weights, then their weighted mean.

    ``places`` (k, n), 1 for the most important; elements on a level share a place, the smallest they take up
    (1, 2, 2, 4), their mean (1, 2.5, 2.5, 4), or the next one (1, 2, 2, 3), and have the mean of the weights
    of the places they take up. ``expert_weights`` (k,) above 0; gives (n,) of sum 1. Raises RI352
    (``expert``, ``places``, ``count``) for anything else; ``experts`` (k,) are for the message. Source: as
    ``place_weights``; ties by M. G. Kendall's mid-rank rule, applied to weights.
    """
    count = places.shape[1]
    steps = _place_fractions(count, rule)
    each = np.empty(places.shape)
    for row, given in enumerate(places.tolist()):
        groups = _levels(given)
        if groups is None:
            raise RefusalError(
                "RI352", expert=label(row, experts), places=[shown(place) for place in given], count=count
            )
        start = 0
        for group in groups:
            taken = steps[start : start + len(group)]
            each[row, group] = float(sum(taken) / len(taken))
            start += len(group)
    return mean_of_shares(each, expert_weights)


def precedence_chart(
    charts: FloatArray,
    expert_weights: FloatArray,
    *,
    diagonal: bool = True,
    names: Sequence[str] | None = None,
    experts: Sequence[str] | None = None,
) -> FloatArray:
    """Row sums of precedence charts divided by the total, averaged over the experts.

    ``charts`` (k, n, n): 1 where the row is more important than the column, 0 where less, 0.5 for a tie; the
    diagonal is not read. With ``diagonal`` each element ties with itself (0.5), so that the least important
    keeps a weight; without, it has 0. ``expert_weights`` (k,) above 0; gives (n,) of sum 1. Raises RI353
    (``expert``, ``first``, ``second``, ``value``, ``reverse``) for other values or halves that do not add
    up to 1. Source: P. E. Moody, Decision Making: Proven Methods for Better Decisions, 1983 (优序图).
    """
    count, size = charts.shape[0], charts.shape[1]
    each = np.empty((count, size))
    for row, chart in enumerate(charts.tolist()):
        for i in range(size):
            for j in range(i + 1, size):
                if chart[i][j] not in (0.0, 0.5, 1.0) or chart[i][j] + chart[j][i] != 1.0:
                    raise RefusalError(
                        "RI353", expert=label(row, experts), first=label(i, names), second=label(j, names),
                        value=shown(chart[i][j]), reverse=shown(chart[j][i]),
                    )  # fmt: skip
        own = 0.5 if diagonal or size == 1 else 0.0
        sums = [own + math.fsum(value for j, value in enumerate(cells) if j != i) for i, cells in enumerate(chart)]
        each[row] = np.array(sums) / math.fsum(sums)
    return mean_of_shares(each, expert_weights)


def chart_from_scores(scores: FloatArray) -> FloatArray:
    """The precedence chart of elements with scores, for instance mean points of many answers.

    ``scores`` (n,): larger is more important; values that agree to 10 decimals are level. Gives (n, n) of 1,
    0.5 and 0, the diagonal 0.5. Source: as ``precedence_chart``.
    """
    keys = comparison_key(scores)
    chart: FloatArray = (np.sign(keys[:, np.newaxis] - keys) + 1.0) / 2.0
    return chart


def _place_fractions(count: int, rule: RankRule) -> list[Fraction]:
    if rule == "sum":
        return [Fraction(2 * (count - place), count * (count + 1)) for place in range(count)]
    inverse = [Fraction(1, place) for place in range(1, count + 1)]
    if rule == "reciprocal":
        total = sum(inverse)
        return [value / total for value in inverse]
    return [sum(inverse[place:], start=Fraction(0)) / count for place in range(count)]


def _levels(given: list[float]) -> list[list[int]] | None:
    """Positions grouped by place, the best first; None when the places are no ranking."""
    if any(math.isnan(place) for place in given):
        return None
    levels = [[at for at, place in enumerate(given) if place == value] for value in sorted(set(given))]
    before = [sum(len(group) for group in levels[:number]) for number in range(len(levels))]
    found = [given[group[0]] for group in levels]
    smallest = [start + 1.0 for start in before]
    middle = [start + (len(group) + 1) / 2 for start, group in zip(before, levels, strict=True)]
    dense = [number + 1.0 for number in range(len(levels))]
    return levels if found in (smallest, middle, dense) else None
