"""Entropy weights 熵权法, from statistics that blocks of rows can be merged into.

With p = x / S and S = Σ x, the entropy −Σ p ln p is ln S − Σ x ln x / S: a column needs only its count, Σ x
and Σ x ln x, both kept as exact partials. Source: C. E. Shannon, Bell System Technical Journal 27, 1948,
379-423; as weights, M. Zeleny, Multiple Criteria Decision Making, 1982, chapter 7; E. K. Zavadskas and V.
Podvezko, Int. J. of Information Technology & Decision Making 15(2), 2016, 267-283.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import FloatArray
from resilience_index.methods.exact import exact_partials, exact_sum

LEAST_UNITS = 3
"""Fewer units have no dispersion worth the name."""


class ColumnStatistics(NamedTuple):
    """Of one column: how many units have a value, partials of Σ x and Σ x ln x, the smallest and largest x.

    Without values the minimum is +inf and the maximum −inf, so that merging needs no special case.
    """

    units: int
    total_partials: list[float]
    xlnx_partials: list[float]
    minimum: float
    maximum: float


def column_statistics(x: FloatArray, shift: float = 0.0) -> ColumnStatistics:
    """Statistics of one column, or of one block of its rows.

    ``x`` (n,): normalised or raw values, below 1e300, NaN skipped; ``shift`` is added to each. Raises
    RI321 (``minimum``) when a shifted value is negative. 0 · ln 0 is 0. Source: Zavadskas and Podvezko
    2016, section 2.
    """
    missing = np.isnan(x)
    if missing.any():
        x = x[~missing]
    if shift != 0.0:
        x = x + shift
    if not x.size:
        return ColumnStatistics(0, [], [], math.inf, -math.inf)
    minimum = float(x.min())
    if minimum < 0.0:
        raise RefusalError("RI321", minimum=minimum)
    with np.errstate(all="ignore"):
        xlnx = np.log(x)
        np.multiply(xlnx, x, out=xlnx)
    if minimum == 0.0:
        np.copyto(xlnx, 0.0, where=np.equal(x, 0.0))
    return ColumnStatistics(x.size, exact_partials(x), exact_partials(xlnx), minimum, float(x.max()))


def merge(parts: Iterable[ColumnStatistics]) -> ColumnStatistics:
    """The statistics of all blocks together, in any order of ``parts``."""
    units, minimum, maximum = 0, math.inf, -math.inf
    total: list[float] = []
    xlnx: list[float] = []
    for part in parts:
        units += part.units
        total += part.total_partials
        xlnx += part.xlnx_partials
        minimum = min(minimum, part.minimum)
        maximum = max(maximum, part.maximum)
    return ColumnStatistics(units, total, xlnx, minimum, maximum)


def divergence(count: int, total: float, xlnx_total: float) -> float:
    """1 − e of a column, e = (ln S − Σ x ln x / S) / ln m.

    ``count`` is m, the units with a value, ``total`` is S = Σ x and ``xlnx_total`` Σ x ln x. Never
    negative: what rounding leaves below 0 is 0, and so is a column of zeros. A constant column is the
    caller's: its 1 − e is 0 but for rounding. Raises RI322 (``count``) when m < 3. Source: Zavadskas and
    Podvezko 2016, section 2.
    """
    if count < LEAST_UNITS:
        raise RefusalError("RI322", count=count)
    if total == 0.0:
        return 0.0
    entropy_ratio = (math.log(total) - xlnx_total / total) / math.log(count)
    return max(0.0, 1.0 - entropy_ratio)


def column_divergence(statistics: ColumnStatistics) -> float:
    """1 − e of a column from its statistics, exactly 0 for a constant one; raises RI322 as above."""
    if statistics.units >= LEAST_UNITS and statistics.minimum == statistics.maximum:
        return 0.0
    return divergence(statistics.units, exact_sum(statistics.total_partials), exact_sum(statistics.xlnx_partials))


def weights_from(divergences: FloatArray) -> FloatArray:
    """w ∝ 1 − e: ``divergences`` (m,) not negative to weights (m,) of sum 1.

    Raises RI323 (``count``, the number of columns) when all are 0. Source: Zavadskas and Podvezko 2016,
    section 2.
    """
    total = math.fsum(divergences.tolist())
    if total == 0.0:
        raise RefusalError("RI323", count=divergences.size)
    return divergences / total


def entropy(matrix: FloatArray, *, shift: float = 0.0) -> FloatArray:
    """Entropy weights of a whole table.

    ``matrix`` (units, leaves), not negative after ``shift``, NaN for missing; gives (leaves,) of sum 1.
    Raises RI321, RI322 and RI323 as the functions above. Source: Zavadskas and Podvezko 2016, section 2.
    """
    columns = [np.ascontiguousarray(matrix[:, leaf]) for leaf in range(matrix.shape[1])]
    return weights_from(np.array([column_divergence(column_statistics(x, shift)) for x in columns]))
