"""The analytic hierarchy process: priorities, consistency, group judgments.

Matrices are batched: shape (k, n, n), one per expert or per parent, a_ij saying how many times more
important i is than j; positive everywhere, diagonal 1. Each matrix is computed by itself, so a priority
does not depend on what else is in the batch, and by elementwise operations in a fixed order, so that it
does not depend on a linear algebra library either.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import BoolArray, FloatArray
from resilience_index.methods.weights import power

DEFAULT_TABLE = "alonso_lamata_2006"

_ALONSO_LAMATA = (
    *(0.5245, 0.8815, 1.1086, 1.2479, 1.3417, 1.4056, 1.4499),
    *(1.4854, 1.5141, 1.5365, 1.5551, 1.5713, 1.5838),
)

RANDOM_INDEX: dict[str, dict[int, float]] = {
    name: dict(enumerate((0.0, 0.0, *values), start=1))
    for name, values in {
        "alonso_lamata_2006": _ALONSO_LAMATA,
        "saaty_1980": (0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59),
        "saaty_2005": (0.52, 0.89, 1.11, 1.25, 1.35, 1.40, 1.45, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59),
    }.items()
}
"""Mean consistency index of random matrices by size n, as each source printed it.

J. A. Alonso and M. T. Lamata, Int. J. of Uncertainty, Fuzziness and Knowledge-Based Systems 14(4), 2006,
table 4; T. L. Saaty, The Analytic Hierarchy Process, 1980; T. L. Saaty, Theory and Applications of the
Analytic Network Process, 2005. The dip of 1980 at n = 12 is in the source.
"""

Priority = Literal["eigenvector", "geometric", "arithmetic", "least_squares"]
PRIORITIES: tuple[Priority, ...] = ("eigenvector", "geometric", "arithmetic", "least_squares")

_ROUNDING = 2.0**-46
"""By how much of n rounding may lift λmax of a consistent matrix; judgments that differ at all lift it more."""

_GCI_PER_CR = {3: 3.147, 4: 3.526}
_GCI_PER_CR_ABOVE = 3.7


@dataclass(frozen=True, slots=True)
class Consistency:
    """Consistency of one matrix: ``cr`` is None for n ≤ 2, where there is nothing to be inconsistent."""

    lambda_max: float
    ci: float
    ri: float
    ri_table: str
    cr: float | None


def random_index(n: int, table: str = DEFAULT_TABLE) -> float:
    """The random index of an n × n matrix in ``table``, a key of RANDOM_INDEX; 0 for n ≤ 2.

    Above n = 15 ``alonso_lamata_2006`` goes on with its regression λ̄ = 2.7699 n − 4.3513, that is
    RI = (2.7699 n − 4.3513 − n) / (n − 1); the Saaty tables raise RI311 (``size``, ``table``). Source:
    Alonso and Lamata 2006, section 4.
    """
    values = RANDOM_INDEX[table]
    if n in values:
        return values[n]
    if table == "alonso_lamata_2006":
        return (2.7699 * n - 4.3513 - n) / (n - 1)
    raise RefusalError("RI311", size=n, table=table)


def priorities(matrices: FloatArray, method: Priority = "eigenvector") -> tuple[FloatArray, FloatArray]:
    """Priorities and λmax of complete matrices by a named method.

    ``matrices`` (k, n, n); gives (k, n), each row of sum 1, and (k,). ``least_squares`` of a complete
    matrix is ``geometric``; for matrices with gaps see ``ahp_gaps``. λmax is the eigenvalue under
    ``eigenvector`` and the estimate of ``mean_ratio`` under the others. Source: as the functions named.
    """
    if method == "eigenvector":
        return eigenvector(matrices)
    weights = arithmetic(matrices) if method == "arithmetic" else geometric(matrices)
    return weights, mean_ratio(matrices, weights)


def eigenvector(matrices: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Principal right eigenvectors and eigenvalues of positive matrices.

    ``matrices`` (k, n, n), n ≥ 1, entries within 1e±70; gives weights (k, n), each row of sum 1, and λmax
    (k,), the mean of (A·w)_i / w_i, both to the last few bits. Source: T. L. Saaty, Int. J. Services
    Sciences 1(1), 2008, 83-98, appendix.
    """
    return power.principal(matrices)


def mean_ratio(matrices: FloatArray, weights: FloatArray) -> FloatArray:
    """λmax as the mean of (A·w)_i / w_i, whatever the priorities w.

    ``matrices`` (k, n, n), ``weights`` (k, n) above 0; gives (k,). For reciprocal matrices it is never below
    n but for rounding, and n only when they are consistent; for the eigenvector it is the eigenvalue.
    Source: Saaty 1980; the usual hand calculation.
    """
    means: FloatArray = _add_last(_times(matrices, weights) / weights) / matrices.shape[1]
    return means


def geometric(matrices: FloatArray) -> FloatArray:
    """Row geometric means of positive matrices (方根法), normalised.

    ``matrices`` (k, n, n); gives (k, n), each row of sum 1. Source: G. Crawford and C. Williams, Journal
    of Mathematical Psychology 29, 1985, 387-405.
    """
    means = _add_columns(np.log(matrices)) / matrices.shape[1]
    means -= means.max(axis=1, keepdims=True)  # the largest is exp(0): no overflow, whatever the units
    with np.errstate(under="ignore"):
        return _normalised(np.exp(means))


def arithmetic(matrices: FloatArray) -> FloatArray:
    """Row means of the columns divided by their sums (和积法).

    ``matrices`` (k, n, n), positive; gives (k, n), each row of sum 1. Source: T. L. Saaty, The Analytic
    Hierarchy Process, 1980 (additive normalisation).
    """
    columns = matrices[:, 0, :].copy()
    for row in range(1, matrices.shape[1]):
        columns += matrices[:, row, :]
    return _normalised(_add_columns(matrices / columns[:, np.newaxis, :]))


def gci(matrices: FloatArray) -> FloatArray:
    """Geometric consistency index: 2 / ((n − 1)(n − 2)) · Σ_{i<j} ln²(a_ij · w_j / w_i).

    ``matrices`` (k, n, n), w being their row geometric means; gives (k,), NaN for n ≤ 2. Source: J.
    Aguarón and J. M. Moreno-Jiménez, European Journal of Operational Research 147, 2003, 137-145.
    """
    count, size = matrices.shape[0], matrices.shape[1]
    if size <= 2:
        return np.full(count, np.nan)
    logs = np.log(matrices)
    means = _add_columns(logs) / size
    rows, columns = np.triu_indices(size, 1)
    errors = logs[:, rows, columns] + means[:, columns] - means[:, rows]
    squares = _add_last(errors * errors)
    squares *= 2.0 / ((size - 1) * (size - 2))
    return squares


def gci_threshold(n: int, cr: float = 0.10) -> float:
    """The geometric consistency index that corresponds to ``cr``; NaN for n ≤ 2.

    In proportion to ``cr``, as the printed figures are: 0.3147 for n = 3, 0.3526 for n = 4 and 0.370 above,
    for a CR of 0.10. Source: Aguarón and Moreno-Jiménez 2003.
    """
    return math.nan if n <= 2 else cr * _GCI_PER_CR.get(n, _GCI_PER_CR_ABOVE)


def consistency(lambda_max: float, n: int, table: str = DEFAULT_TABLE) -> Consistency:
    """CI = (λmax − n) / (n − 1) and CR = CI / RI of one n × n matrix.

    λmax of a reciprocal matrix is never below n. What rounding leaves below or just above is taken as 0, so that
    a consistent matrix has a CR of exactly 0. For n ≤ 2 CI is 0 and CR None. Raises RI311 (``size``, ``table``)
    as ``random_index`` does. Source: Saaty 1980, chapter 3.
    """
    ri = random_index(n, table)
    if n <= 2:
        return Consistency(float(lambda_max), 0.0, ri, table, None)
    excess = float(lambda_max) - n
    ci = 0.0 if excess <= n * _ROUNDING else excess / (n - 1)
    return Consistency(float(lambda_max), ci, ri, table, ci / ri)


def consistency_ratios(lambda_max: FloatArray, n: int, table: str = DEFAULT_TABLE) -> tuple[FloatArray, FloatArray]:
    """CI and CR of many n × n matrices at once, as ``consistency`` has them.

    ``lambda_max`` (k,); gives (k,) each; CR is NaN for n ≤ 2, where CI is 0. Raises RI311 (``size``,
    ``table``). Source: Saaty 1980, chapter 3.
    """
    ri = random_index(n, table)
    if n <= 2:
        return np.zeros(lambda_max.shape), np.full(lambda_max.shape, np.nan)
    excess = lambda_max - n
    ci = np.where(excess <= n * _ROUNDING, 0.0, excess / (n - 1))
    return ci, ci / ri


def aggregate_judgments(
    matrices: FloatArray, expert_weights: FloatArray, present: BoolArray | None = None
) -> FloatArray:
    """The group's matrix: in each cell the weighted geometric mean over the experts who gave it.

    ``matrices`` (k, n, n), ``expert_weights`` (k,) not negative, ``present`` (k, n, n) where a judgment
    was given (all by default). Gives (n, n): the cells above the diagonal are computed, those below are
    their reciprocals; a cell that no expert of positive weight gave is NaN. Neither the order of the
    experts nor rounding moves a judgment on which all agree. Source: J. Aczél and T. L. Saaty, Journal of
    Mathematical Psychology 27, 1983, 93-102.
    """
    size = matrices.shape[1]
    result = np.ones((size, size))
    heard = expert_weights > 0.0
    for i in range(size):
        for j in range(i + 1, size):
            given = heard if present is None else heard & present[:, i, j]
            cell = _weighted_geometric_mean(matrices[given, i, j], expert_weights[given])
            result[i, j] = cell
            result[j, i] = 1.0 / cell
    return result


def _weighted_geometric_mean(values: FloatArray, weights: FloatArray) -> float:
    """Of one cell, by sums that do not depend on the order; NaN for no values."""
    if not values.size:
        return math.nan
    first = float(values[0])
    if (values == first).all():
        return first
    return math.exp(math.fsum((np.log(values) * weights).tolist()) / math.fsum(weights.tolist()))


def _times(matrices: FloatArray, vectors: FloatArray) -> FloatArray:
    """A·v for each matrix and its vector (k, n), in a fixed order of additions."""
    result = matrices[:, :, 0] * vectors[:, :1]
    for column in range(1, matrices.shape[2]):
        result += matrices[:, :, column] * vectors[:, column : column + 1]
    return result


def _add_columns(matrices: FloatArray) -> FloatArray:
    """Row sums (k, n) of (k, n, m), in a fixed order of additions."""
    result = matrices[:, :, 0].copy()
    for column in range(1, matrices.shape[2]):
        result += matrices[:, :, column]
    return result


def _add_last(vectors: FloatArray) -> FloatArray:
    """Sums (k,) of (k, m), in a fixed order of additions."""
    result = vectors[:, 0].copy()
    for column in range(1, vectors.shape[1]):
        result += vectors[:, column]
    return result


def _normalised(vectors: FloatArray) -> FloatArray:
    """Rows divided by their sums."""
    normalised: FloatArray = vectors / _add_last(vectors)[:, np.newaxis]
    return normalised
