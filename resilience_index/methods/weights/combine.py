"""Combination weighting 组合赋权 of two vectors of global leaf weights."""

from __future__ import annotations

import math
from typing import SupportsFloat

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import FloatArray


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
