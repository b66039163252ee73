"""Coupling coordination of several systems: how evenly they are developed, and how far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import FloatArray, IntArray

Form = Literal["standard", "modified"]

LEVELS = 10
"""Levels of D, 0 (extreme disorder) to 9 (excellent coordination), of width 0.1."""
STAGES = (0.3, 0.5, 0.8, 1.0)
"""Upper bounds of the stages of C, each bound belonging to the stage below it."""
_DECIMALS = 1e10  # bounds are compared at the ten decimals in which results are compared everywhere


@dataclass(frozen=True)
class Coupling:
    """Coupling C, development T and coordination D = √(C·T) of each unit: float64 (units,), 0..1, NaN without."""

    c: FloatArray
    t: FloatArray
    d: FloatArray

    @property
    def level(self) -> IntArray:
        """The level of D: 0 to 9, the intervals being (a, b], with 0 in the lowest; −1 where D is missing."""
        return _steps(self.d * LEVELS, LEVELS)

    @property
    def stage(self) -> IntArray:
        """The stage of C by ``STAGES``, 0 to 3; −1 where C is missing."""
        known = ~np.isnan(self.c)
        compared = np.round(np.where(known, self.c, 0.0) * _DECIMALS) / _DECIMALS
        stages = np.searchsorted(np.array(STAGES), compared)
        return np.where(known, stages, -1).astype(np.int64)


def coupling(systems: Sequence[FloatArray], weights: FloatArray, *, form: Form = "standard") -> Coupling:
    """C = n·(ΠU)^(1/n)/ΣU, T = Σ a·U, D = √(C·T) over the n ``systems``, arrays (units,) on 0..1.

    ``weights`` (n,), not negative, are scaled to add up to 1 and enter T only. A unit without a value in any
    system has none here; a unit with a system at 0 has C = D = 0, also where all are 0. ``modified`` takes
    C = √([1 − mean |Ui − Uj|] · [Π U/max U]^(1/(n−1))), which spreads over 0..1 where the standard form crowds
    near 1. Raises RI501 (``system``: position, ``row``, ``value``) for a value outside 0..1, RI502 (``count``)
    for fewer than two systems, RI503 when no weight is positive. Source: Wang, Kong, Ren et al. (2021),
    Research on misuses and modification of coupling coordination degree model in China, Journal of Natural
    Resources 36(3), formulas 1 to 3 and 7.
    """
    if len(systems) < 2:
        raise RefusalError("RI502", count=len(systems))
    shares = np.asarray(weights, dtype=np.float64)
    total = sum(shares.tolist())
    if not total > 0.0 or min(shares.tolist()) < 0.0:
        raise RefusalError("RI503", weights=shares.tolist())
    for position, system in enumerate(systems):
        outside = np.flatnonzero((system < 0.0) | (system > 1.0))
        if outside.size:
            row = int(outside[0])
            raise RefusalError("RI501", system=position, row=row, value=float(system[row]))
    t = np.zeros_like(systems[0])
    for system, share in zip(systems, (shares / total).tolist(), strict=True):
        t += system * share
    c = _standard(systems) if form == "standard" else _modified(systems)
    np.copyto(c, np.nan, where=np.isnan(t))
    return Coupling(c, np.minimum(t, 1.0), np.sqrt(c * np.minimum(t, 1.0)))


def _standard(systems: Sequence[FloatArray]) -> FloatArray:
    """Geometric over arithmetic mean, 0 where all are 0."""
    count = len(systems)
    largest = _largest(systems)
    # Divided by the largest first: a product of many small numbers would vanish.
    product, total = np.ones_like(largest), np.zeros_like(largest)
    for system in systems:
        share = np.divide(system, largest, out=np.zeros_like(largest), where=largest > 0.0)
        product *= share
        total += share
    mean = np.divide(total, count)
    result: FloatArray = np.divide(product ** (1.0 / count), mean, out=np.zeros_like(largest), where=mean > 0.0)
    return np.minimum(result, 1.0)


def _modified(systems: Sequence[FloatArray]) -> FloatArray:
    count = len(systems)
    largest = _largest(systems)
    apart, product = np.zeros_like(largest), np.ones_like(largest)
    for position, system in enumerate(systems):
        for other in systems[:position]:
            apart += np.abs(system - other)
        product *= np.divide(system, largest, out=np.zeros_like(largest), where=largest > 0.0)
    pairs = count * (count - 1) / 2
    return np.sqrt(np.maximum(1.0 - apart / pairs, 0.0) * product ** (1.0 / (count - 1)))


def _largest(systems: Sequence[FloatArray]) -> FloatArray:
    largest = systems[0].copy()
    for system in systems[1:]:
        np.maximum(largest, system, out=largest)
    return largest


def _steps(x: FloatArray, count: int) -> IntArray:
    """Which of ``count`` intervals (k, k + 1] holds each x, from 0; −1 for NaN."""
    known = ~np.isnan(x)
    compared = np.round(np.where(known, x, 0.0) * _DECIMALS) / _DECIMALS
    return np.where(known, np.clip(np.ceil(compared) - 1, 0, count - 1), -1).astype(np.int64)
