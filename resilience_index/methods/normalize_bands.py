"""Bands: points by the interval a value falls into, as official points tables give them.

A table of bands is turned into edges once, and every value is looked up among them. An edge is the smallest
double that belongs to the band above it, so that "at least 80" and "above 80" differ by exactly one double, and
no comparison is ever by a tolerance.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from resilience_index.methods.arrays import BoolArray, FloatArray
from resilience_index.methods.bands import intervals


class Edges(NamedTuple):
    """Ascending edges (k,) and the points from each edge on (k + 1,), NaN where no band is."""

    edges: FloatArray
    points: FloatArray


def edges(bands: Sequence[Mapping[str, Any]], *, full: float | None = None) -> Edges:
    """The edges of a table; points are divided by ``full`` where it is given. Raises what ``intervals`` raises."""
    found = intervals(bands)
    cuts = sorted({bound for interval in found for bound in interval if math.isfinite(bound)})
    points = np.full(len(cuts) + 1, np.nan)
    starts = [-math.inf, *cuts]
    for band, (low, high) in zip(bands, found, strict=True):
        for place, start in enumerate(starts):
            if low <= start < high:
                points[place] = float(band["points"]) / (1.0 if full is None else full)
    return Edges(np.array(cuts), points + 0.0)


def apply(x: FloatArray, table: Edges, *, out: FloatArray | None = None) -> FloatArray:
    """The points of each value (n,); NaN for missing values and for those in no band (see ``outside``)."""
    out = np.empty_like(x) if out is None else out
    np.take(table.points, np.searchsorted(table.edges, x, side="right"), out=out)
    np.copyto(out, np.nan, where=np.isnan(x))
    return out


def outside(x: FloatArray, points: FloatArray) -> BoolArray:
    """Where a value (n,) fell into no band: it is there, and has no points."""
    return np.isnan(points) & ~np.isnan(x)
