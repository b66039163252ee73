"""What all data methods share: names of leaves in refusals, too few units, shares of a sum."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import BoolArray, FloatArray

BLOCK = 1 << 16
"""Rows of a whole table that are measured at a time, so that copies stay small beside it."""
LEAST_UNITS = 3
"""Fewer units have no dispersion worth the name."""

Names = Sequence[str] | None
"""Ids of the leaves, column by column; without them refusals count the columns from 1."""


def row_blocks(matrix: FloatArray) -> Iterator[FloatArray]:
    """A table (units, leaves) in blocks of rows; one empty block for no rows."""
    for start in range(0, max(1, matrix.shape[0]), BLOCK):
        yield matrix[start : start + BLOCK]


def leaf_name(names: Names, leaf: int) -> str:
    """How a refusal names the column ``leaf``, counted from 0."""
    return names[leaf] if names is not None else str(leaf + 1)


def require_units(method: str, counts: Iterable[int], names: Names = None) -> None:
    """Refuse a column with fewer than 3 values: RI360 (``method``, ``leaf``, ``count``).

    ``counts`` are the units with a value, column by column. Source: methods.md, "Weights".
    """
    for leaf, count in enumerate(counts):
        if count < LEAST_UNITS:
            raise RefusalError("RI360", method=method, leaf=leaf_name(names, leaf), count=count)


def require_some_variation(method: str, constant: BoolArray) -> None:
    """Refuse a table whose columns are all constant: RI361 (``method``, ``count`` of columns).

    ``constant`` (leaves,). Source: methods.md, "Weights".
    """
    if constant.all():
        raise RefusalError("RI361", method=method, count=constant.size)


def shares(values: FloatArray) -> FloatArray:
    """``values`` (leaves,), not negative and not all 0, divided by their sum.

    The sum is rounded once, so that the order of leaves does not matter.
    """
    return values / math.fsum(values.tolist())


def over_all(active: BoolArray, values: FloatArray) -> FloatArray:
    """``values`` of the active leaves among zeros for the others: (active leaves,) to (leaves,)."""
    result = np.zeros(active.size)
    result[active] = values
    return result
