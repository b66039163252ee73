"""Weights from points that experts give directly: a budget divided among siblings, or scores."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import FloatArray

_BUDGET_TOLERANCE = 1e-9


def points(
    given: FloatArray,
    expert_weights: FloatArray,
    *,
    budget: float | None = None,
    names: Sequence[str] | None = None,
    experts: Sequence[str] | None = None,
) -> FloatArray:
    """Each expert's points divided by their sum, then the weighted mean over the experts.

    ``given`` (k, n) not negative, any units; ``expert_weights`` (k,) above 0; gives (n,) of sum 1. Dividing
    first lets every expert count by their weight, whatever the total they used; with ``budget`` that total is
    checked. Raises RI348 (``expert``, ``name``, ``value``) for a negative or missing value, RI349
    (``expert``) for an expert without points, RI350 (``expert``, ``total``, ``budget``) for a total beside
    the budget; ``names`` (n,) and ``experts`` (k,) are for the messages. Source: point allocation, P. A.
    Bottomley, J. R. Doyle and R. H. Green, Journal of Marketing Research 37, 2000, 508-513; OECD, Handbook on
    Constructing Composite Indicators, 2008 (budget allocation).
    """
    return mean_of_shares(shares(given, budget=budget, names=names, experts=experts), expert_weights)


def shares(
    given: FloatArray,
    *,
    budget: float | None = None,
    names: Sequence[str] | None = None,
    experts: Sequence[str] | None = None,
) -> FloatArray:
    """Each expert's points (k, n) divided by their sum; raises as ``points``. Source: as ``points``."""
    result = np.empty(given.shape)
    for row, values in enumerate(given.tolist()):
        expert = label(row, experts)
        for place, value in enumerate(values):
            if not 0.0 <= value < math.inf:
                raise RefusalError("RI348", expert=expert, name=label(place, names), value=shown(value))
        total = math.fsum(values)
        if total == 0.0:
            raise RefusalError("RI349", expert=expert)
        if budget is not None and abs(total - budget) > _BUDGET_TOLERANCE * budget:
            raise RefusalError("RI350", expert=expert, total=shown(total), budget=shown(budget))
        result[row] = given[row] / total
    return result


def mean_of_shares(each: FloatArray, expert_weights: FloatArray) -> FloatArray:
    """Weighted mean of weights, normalised.

    ``each`` (k, n), rows of sum 1; ``expert_weights`` (k,) above 0; gives (n,) of sum 1, whatever the order
    of the experts. Source: as ``points``.
    """
    total = math.fsum(expert_weights.tolist())
    means = np.array([math.fsum((column * expert_weights).tolist()) / total for column in each.T])
    return normalised(means)


def normalised(weights: FloatArray) -> FloatArray:
    """``weights`` (n,) not negative, divided by their sum, which is rounded once and above 0."""
    result: FloatArray = weights / math.fsum(weights.tolist())
    return result


def label(place: int, names: Sequence[str] | None) -> str:
    """A name for a message: the one given, or #1 for the first and so on."""
    return f"#{place + 1}" if names is None else names[place]


def shown(value: float) -> float | None:
    """None for a missing value, which messages show as a dash."""
    return None if math.isnan(value) else value
