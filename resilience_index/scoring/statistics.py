"""Mergeable statistics of a column: what ``measure`` takes from a block, ``merge`` joins, ``settle`` reads.

All of them are exact and independent of the order of rows and of how rows are cut into blocks: extremes,
counts and sorted values. The statistics of data weights are in ``data_weights``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from resilience_index.methods import rounding

Floats = NDArray[np.float64]
Wanted = Literal["extent", "ordered", "weights"]


@dataclass
class ColumnStatistics:
    """Statistics of one column (or of one group of its rows)."""

    count: int = 0
    minimum: float = np.inf
    maximum: float = -np.inf
    ordered: list[Floats] = field(default_factory=list)

    def merge(self, other: ColumnStatistics) -> None:
        """Take in the statistics of further rows."""
        self.count += other.count
        self.minimum = min(self.minimum, other.minimum)
        self.maximum = max(self.maximum, other.maximum)
        self.ordered += other.ordered

    def sorted_values(self) -> Floats:
        """All values that are not missing, ascending."""
        if not self.ordered:
            return np.empty(0)
        values = np.concatenate(self.ordered)
        values.sort()
        return values

    def is_constant(self, *, node: bool) -> bool:
        """Whether all values are the same: those of a leaf exactly, those of a ``node`` at 10 decimals.

        Values of a node come out of sums: without the decimals in which they are ranked, floating-point noise
        would be stretched to the whole scale.
        """
        if not self.count:
            return False
        if node:
            low, high = rounding.comparison_key(np.array([self.minimum, self.maximum])).tolist()
            return bool(low == high)
        return self.minimum == self.maximum


def measure(x: Floats, wanted: Wanted) -> ColumnStatistics:
    """Take the wanted statistics of a block of a column (units,), missing values (NaN) left out."""
    values = x[~np.isnan(x)]
    if values.size == 0:
        return ColumnStatistics()
    ordered = [values] if wanted == "ordered" else []
    return ColumnStatistics(int(values.size), float(values.min()), float(values.max()), ordered=ordered)
