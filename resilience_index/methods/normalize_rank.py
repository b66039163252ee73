"""Places of values among a reference set: in it, or (against a baseline) between its values.

Every function takes values ``x`` (n,) in any order and the set ``ordered`` (N,), N ≥ 1, ascending, without
missing values. NaN stays NaN.
"""

from __future__ import annotations

import numpy as np

from resilience_index.methods.arrays import FloatArray, IntArray
from resilience_index.methods.normalize import Ties


def ranks(
    x: FloatArray, ordered: FloatArray, *, ties: Ties = "min", cost: bool = False, out: FloatArray | None = None
) -> FloatArray:
    """Ranks 1 (worst) to N (best); a ``cost`` ranks −x, so that its smallest value is best.

    Level values share their smallest, mean or largest rank. Values that are not in the set take a place between
    its values, see ``places``. Source: OECD/JRC, Handbook on Constructing Composite Indicators (2008), section
    5.1; W. Becker et al., COINr, ``n_rank``.
    """
    return np.add(places(x, ordered, ties=ties, reverse=cost), 1.0, out=out)


def borda(
    x: FloatArray, ordered: FloatArray, *, ties: Ties = "min", cost: bool = False, out: FloatArray | None = None
) -> FloatArray:
    """Ranks 0 (worst) to N − 1 (best), otherwise as ``ranks``. Source: W. Becker et al., COINr, ``n_borda``."""
    return np.add(places(x, ordered, ties=ties, reverse=cost), 0.0, out=out)


def percentile_in(
    x: FloatArray,
    ordered: FloatArray,
    *,
    ties: Ties = "min",
    cost: bool = False,
    before: bool = False,
    out: FloatArray | None = None,
) -> FloatArray:
    """Percentile ranks 0..1 in a set that the values need not belong to, N ≥ 2: place / (N − 1).

    For values of the set the same, to the bit, as ``normalize.percentile_rank``, with the same parameters.
    Source: as there, and for other values as ``places``.
    """
    found = places(x, ordered, ties=ties, reverse=cost and before)
    found /= ordered.size - 1.0
    return np.subtract(1.0, found, out=out) if cost and not before else np.add(found, 0.0, out=out)


def places(x: FloatArray, ordered: FloatArray, *, ties: Ties = "min", reverse: bool = False) -> FloatArray:
    """The place of each value in the set, counted from 0 at the smallest (with ``reverse`` at the largest).

    A value of the set has the place of its rank. One that lies between two neighbours lo < x < hi of the set has
    the place in between, by (x − lo) / (hi − lo), from the last place of lo to the first of hi; below all of
    them it has place 0, above all N − 1. Source for values in between: PERCENTRANK.INC of spreadsheets, which
    interpolates linearly.
    """
    order = np.argsort(x)  # searching for neighbours one after the other stays in the cache
    values = x[order]
    below = np.searchsorted(ordered, values)
    upto = np.searchsorted(ordered, values, side="right")
    strange = np.flatnonzero((below == upto) & ~np.isnan(values))
    first, last = (ordered.size - upto, ordered.size - below - 1) if reverse else (below, upto - 1)
    chosen = {"min": first, "max": last, "average": (first + last) / 2.0}[ties]
    place = chosen.astype(np.float64)
    if strange.size:
        between = _between(values[strange], ordered, below[strange])
        place[strange] = ordered.size - 1.0 - between if reverse else between
    np.copyto(place, np.nan, where=np.isnan(values))
    result = np.empty_like(place)
    result[order] = place
    return result


def _between(x: FloatArray, ordered: FloatArray, below: IntArray) -> FloatArray:
    """Places of values that are not in the set; ``below`` counts its values below each."""
    inside = (below > 0) & (below < ordered.size)
    low = ordered[np.where(inside, below - 1, 0)]
    high = ordered[np.where(inside, below, 0)]
    with np.errstate(all="ignore"):
        place = below - 1.0 + (x - low) / (high - low)
    return np.asarray(np.where(inside, place, np.where(below > 0, ordered.size - 1.0, 0.0)))
