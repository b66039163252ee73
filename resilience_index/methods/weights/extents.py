"""Extents of columns: the first of two passes over the rows of a table.

They set the scale on which the second pass adds up integers, and tell constant and missing columns.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from resilience_index.methods.arrays import FloatArray

Integers = npt.NDArray[Any]
"""Python integers of any size, or int64."""

CHUNK = 1024
"""Rows that are worked on at a time, so that they stay in cache."""
ABREAST = 16


class Extents(NamedTuple):
    """Of the rows seen: how many, and of each column the units with a value, the least and the largest value.

    (leaves,) each. Without values the minimum is +inf and the maximum -inf.
    """

    rows: int
    counts: Integers
    minima: FloatArray
    maxima: FloatArray


def extents(block: FloatArray) -> Extents:
    """Extents of a table or of a block of its rows; ``block`` (units, leaves).

    Raises ValueError for an infinite value.
    """
    leaves = block.shape[1]
    counts = np.zeros(leaves, dtype=np.int64)
    minima, maxima = np.full(leaves, np.inf), np.full(leaves, -np.inf)
    for start in range(0, block.shape[0], CHUNK):
        chunk = block[start : start + CHUNK]
        wide = wide_view(chunk)
        low = wide.min(axis=0).reshape(-1, leaves).min(axis=0)
        high = wide.max(axis=0).reshape(-1, leaves).max(axis=0)
        counts += chunk.shape[0]
        if np.isnan(low).any():
            missing = np.isnan(chunk)
            counts -= missing.sum(axis=0)
            low = np.where(missing, np.inf, chunk).min(axis=0)
            high = np.where(missing, -np.inf, chunk).max(axis=0)
        np.minimum(minima, low, out=minima)
        np.maximum(maxima, high, out=maxima)
    if (minima == -np.inf).any() or (maxima == np.inf).any():
        raise ValueError("weights need finite values")
    return Extents(block.shape[0], counts, minima, maxima)


def merge(parts: Iterable[Extents]) -> Extents:
    """The extents of all blocks together, in any order of ``parts`` (at least one)."""
    rows, counts, minima, maxima = zip(*parts, strict=True)
    return Extents(sum(rows), np.add.reduce(counts), np.minimum.reduce(minima), np.maximum.reduce(maxima))


def wide_view(chunk: FloatArray) -> FloatArray:
    """A view of 16 rows side by side where the layout has one, else ``chunk`` itself.

    Loops over the few columns of one row after another would be mostly overhead.
    """
    rows, leaves = chunk.shape
    if rows % ABREAST == 0 and rows and chunk.flags.c_contiguous:
        return chunk.reshape(rows // ABREAST, leaves * ABREAST)
    return chunk
