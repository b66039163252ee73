"""Swing weights: how much the step from the worst to the best level of each indicator is worth."""

from __future__ import annotations

from collections.abc import Sequence

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import FloatArray
from resilience_index.methods.weights.direct import label, mean_of_shares, shares

REFERENCE = 100.0


def swing(
    given: FloatArray,
    expert_weights: FloatArray,
    *,
    reference: float = REFERENCE,
    names: Sequence[str] | None = None,
    experts: Sequence[str] | None = None,
) -> FloatArray:
    """Points of the swings divided by their sum, then the weighted mean over the experts.

    ``given`` (k, n): the most important swing has ``reference`` points, the others from 0 to that;
    ``expert_weights`` (k,) above 0; gives (n,) of sum 1. Raises RI351 (``expert``, ``largest``, ``reference``)
    when the largest is another number, RI348 and RI349 as ``direct.points``. Source: D. von Winterfeldt and
    W. Edwards, Decision Analysis and Behavioral Research, 1986.
    """
    each = shares(given, names=names, experts=experts)
    for row, largest in enumerate(given.max(axis=1).tolist()):
        if largest != reference:
            raise RefusalError("RI351", expert=label(row, experts), largest=largest, reference=reference)
    return mean_of_shares(each, expert_weights)
