"""Obstacle degree: how much of what a unit lacks each indicator accounts for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from resilience_index.methods.arrays import FloatArray


def obstacle_degree(leaves: Sequence[FloatArray], weights: Sequence[FloatArray] | FloatArray) -> list[FloatArray]:
    """O_j = w_j(1 − x_j) / Σ w_j(1 − x_j) of each unit, a share for each leaf, adding up to 1.

    ``leaves`` are m arrays (units,) on 0..1, direction applied, NaN without a value; ``weights`` are global
    weights (m,), or m arrays (units,) where they differ between units. Leaves without a value have no share and
    the others' shares are of what is known. A unit that lacks nothing has 0 everywhere; what lies above 1 lacks
    nothing. Source: the obstacle degree model as used with entropy weights and TOPSIS, F_j·I_j / Σ F_j·I_j with
    I_j = 1 − x_j.
    """
    lacking = []
    for leaf, weight in zip(leaves, weights, strict=True):
        lacking.append(weight * np.clip(1.0 - leaf, 0.0, None))
    total = np.zeros_like(leaves[0])
    for part in lacking:
        total += np.where(np.isnan(part), 0.0, part)
    return [
        np.where(np.isnan(part), np.nan, np.divide(part, total, out=np.zeros_like(total), where=total > 0.0))
        for part in lacking
    ]
