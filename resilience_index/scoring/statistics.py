"""Mergeable statistics of a column: what ``measure`` takes from a block, ``merge`` joins, ``settle`` reads.

All of them are exact and independent of the order of rows and of how rows are cut into blocks: extremes,
counts, sorted values, and sums kept as terms whose exact sum they are. The statistics of data weights are in
``data_weights``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from resilience_index.methods import rounding
from resilience_index.methods.exact import exact_partials, exact_product_partials

Floats = NDArray[np.float64]
Wanted = Literal["extent", "ordered", "weights", "across", "sums", "squares", "moments"]
SUMMED: tuple[Wanted, ...] = ("sums", "moments")
SQUARED: tuple[Wanted, ...] = ("squares", "moments")
LARGEST = 2.0**500
"""Columns with a value of this size or more (about 3.3e150) have no sums."""


@dataclass
class ColumnStatistics:
    """Statistics of one column (or of one group of its rows).

    ``sums`` and ``squares`` are terms whose exact sum is Σ x and Σ x²; ``marked`` the values of rows of which
    each counts by itself.
    """

    count: int = 0
    minimum: float = np.inf
    maximum: float = -np.inf
    ordered: list[Floats] = field(default_factory=list)
    sums: list[float] = field(default_factory=list)
    squares: list[float] = field(default_factory=list)
    marked: list[float] = field(default_factory=list)

    def merge(self, other: ColumnStatistics) -> None:
        """Take in the statistics of further rows."""
        self.count += other.count
        self.minimum = min(self.minimum, other.minimum)
        self.maximum = max(self.maximum, other.maximum)
        self.ordered += other.ordered
        self.sums += other.sums
        self.squares += other.squares
        self.marked += other.marked

    @property
    def summable(self) -> bool:
        """Whether its values are small enough for exact sums."""
        return not self.count or max(abs(self.minimum), abs(self.maximum)) < LARGEST

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


def measure(x: Floats, wanted: Wanted, marked: Floats | None = None) -> ColumnStatistics:
    """Take the wanted statistics of a block of a column (units,), missing values (NaN) left out.

    ``marked`` are the values of single rows, missing ones among them.
    """
    whole = x.size > 0 and not np.isnan(x.min())  # the smallest is NaN as soon as one is
    values = x if whole and wanted != "ordered" else x[~np.isnan(x)]
    found = ColumnStatistics() if marked is None else ColumnStatistics(marked=marked.tolist())
    if values.size == 0:
        return found
    found.count, found.minimum, found.maximum = int(values.size), float(values.min()), float(values.max())
    if wanted == "ordered":
        found.ordered = [values]
    if found.summable:
        found.sums = exact_partials(values) if wanted in SUMMED else []
        found.squares = exact_product_partials(values, values) if wanted in SQUARED else []
    return found
