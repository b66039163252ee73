"""Grades by inclusive lower bounds, and caps by red lines."""

from __future__ import annotations

import numpy as np

from resilience_index.methods.arrays import BoolArray, FloatArray, IntArray


def assign(shown: FloatArray, bounds: FloatArray) -> IntArray:
    """Index of the grade of each score, 0 for the highest.

    ``shown`` (n,) are the scores as shown (scaled, rounded); ``bounds`` (g,) are the lower bounds on the
    same scale, strictly descending, each belonging to its grade. Gives (n,); −1 below the lowest bound
    and for NaN. Source: contract.md, grades.
    """
    index = np.searchsorted(np.negative(bounds), np.negative(shown))
    # NaN sorts behind every bound, where a score below all of them stands too.
    return np.where(index == bounds.size, -1, index)


def cap(index: IntArray, cap_index: int, mask: BoolArray) -> IntArray:
    """Grades no better than ``cap_index`` where ``mask`` is set.

    ``index`` (n,) as ``assign`` gives it, ``mask`` (n,); gives (n,). A unit without a grade gets none.
    Source: contract.md, red lines.
    """
    return np.where(mask & (index >= 0) & (index < cap_index), cap_index, index)
