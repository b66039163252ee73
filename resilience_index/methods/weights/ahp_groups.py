"""Several experts: their group's priorities, how far they agree, and who is left out for what reason.

Experts are rows (k), elements columns (n). Sums over experts go through ``math.fsum`` and sums over elements run in
their order, so that no result depends on the order of the experts, not even in its last bit. The aggregation of
judgments, cell by cell, is ``ahp.aggregate_judgments``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import FloatArray
from resilience_index.methods.rank import competition_rank
from resilience_index.methods.rounding import comparison_key
from resilience_index.methods.weights.direct import normalised

PriorityMean = Literal["geometric", "arithmetic"]


@dataclass(frozen=True, slots=True)
class Distances:
    """How far each expert's priorities are from the group's, by three measures, (k,) each.

    ``total_variation`` is ½·Σ|p − g|, the share of the weight that would have to move (0 to 1);
    ``euclidean`` √Σ(p − g)²; ``compatibility`` Saaty's index, the mean of (p_i/p_j)·(g_j/g_i) over all i
    and j, 1 for equal priorities.
    """

    total_variation: FloatArray
    euclidean: FloatArray
    compatibility: FloatArray


@dataclass(frozen=True, slots=True)
class Concordance:
    """Kendall's W over ``experts`` rankings of ``elements``, 0 for none and 1 for full agreement.

    ``w`` is None where nothing can agree: fewer than two experts or elements, or every expert with all elements on
    a level. ``chi_square`` = m·(n − 1)·W has ``degrees`` = n − 1 degrees of freedom when the rankings are
    independent, ``p_value`` being its chance to be as large then; with fewer than eight elements an approximation.
    """

    w: float | None
    experts: int
    elements: int
    chi_square: float | None
    degrees: int
    p_value: float | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An expert, by position, left out because ``cr`` is above ``limit``."""

    expert: int
    cr: float
    limit: float


@dataclass(frozen=True, slots=True)
class Selection:
    """Positions of the experts kept, in order, and those left out with the reason."""

    kept: tuple[int, ...]
    left_out: tuple[LeftOut, ...]


def aggregate_priorities(
    priorities: FloatArray, expert_weights: FloatArray, mean: PriorityMean = "geometric"
) -> FloatArray:
    """The group's priorities as the weighted mean of its experts' priorities.

    ``priorities`` (k, n), each row of sum 1, above 0 for the geometric mean; ``expert_weights`` (k,) not
    negative, their sum above 0; gives (n,) of sum 1. Source: E. Forman and K. Peniwati, European Journal of
    Operational Research 108, 1998, 165-169 (aggregation of individual priorities).
    """
    heard = expert_weights > 0.0
    weights, rows = expert_weights[heard], priorities[heard]
    if (rows == rows[0]).all():
        return normalised(rows[0])
    values = np.log(rows) if mean == "geometric" else rows
    total = math.fsum(weights.tolist())
    means = np.array([math.fsum((column * weights).tolist()) / total for column in values.T])
    if mean == "geometric":
        means = np.exp(means - means.max())
    return normalised(means)


def dispersion(matrices: FloatArray) -> FloatArray:
    """Geometric standard deviation of each judgment over the experts who gave it.

    ``matrices`` (k, n, n) reciprocal, NaN for gaps; gives (n, n), symmetric, exp of the sample standard
    deviation of ln a_ij: 1 where all agree, NaN where fewer than two gave it; the diagonal is 1. Source: T.
    L. Saaty and L. G. Vargas, Mathematical and Computer Modelling 46, 2007, 918-925.
    """
    size = matrices.shape[1]
    result = np.ones((size, size))
    for i in range(size):
        for j in range(i + 1, size):
            given = matrices[:, i, j]
            result[i, j] = result[j, i] = _geometric_sd(given[~np.isnan(given)])
    return result


def distances(priorities: FloatArray, group: FloatArray) -> Distances:
    """How far each expert is from the group.

    ``priorities`` (k, n) and ``group`` (n,) above 0, of sum 1. Source: total variation and Euclidean
    distance of two distributions; T. L. Saaty, European Journal of Operational Research 145, 2003, 85-91
    (compatibility index).
    """
    size = priorities.shape[1]
    difference = np.abs(priorities - group)
    squares = _sums(difference * difference)
    ratios = priorities / group
    return Distances(
        total_variation=0.5 * _sums(difference),
        euclidean=np.sqrt(squares),
        compatibility=_sums(ratios) * _sums(1.0 / ratios) / (size * size),
    )


def kendall_w(priorities: FloatArray) -> Concordance:
    """Kendall's coefficient of concordance of the experts' rankings, corrected for ties.

    ``priorities`` (k, n): larger is more important; values that agree to 10 decimals are on a level. With
    ranks averaged over ties, rank sums R_j and T the sum of t³ − t over the ties of all experts,
    W = (12·ΣR_j² − 3·m²·n·(n + 1)²) / (m²·(n³ − n) − m·T). Ranks are multiples of ½, so the sums are exact.
    Source: M. G. Kendall and B. Babington Smith, Annals of Mathematical Statistics 10, 1939, 275-287; S.
    Siegel and N. J. Castellan, Nonparametric Statistics, 1988 (ties).
    """
    experts, elements = priorities.shape
    if experts < 2 or elements < 2:
        return Concordance(None, experts, elements, None, max(0, elements - 1), None)
    ranks = np.stack([competition_rank(comparison_key(row), ties="average") for row in priorities])
    ties = sum(_ties(row) for row in ranks)
    sums = ranks.sum(axis=0)
    below = experts * experts * (elements**3 - elements) - experts * ties
    if below == 0:
        return Concordance(None, experts, elements, None, elements - 1, None)
    above = 12.0 * float((sums * sums).sum()) - 3.0 * experts * experts * elements * (elements + 1) ** 2
    w = above / below
    chi_square = experts * (elements - 1) * w
    return Concordance(w, experts, elements, chi_square, elements - 1, _chi_square_tail(chi_square, elements - 1))


def leave_out(crs: Sequence[float | None], limit: float) -> Selection:
    """Keep the experts whose CR is within ``limit``, and name the others with their CR.

    ``crs`` (k,); None, where a CR has no meaning (n ≤ 2), is kept. Raises RI343 (``limit``) when nobody would be
    left. Source: the usual rule of AHP surveys; leaving out is the evaluator's decision.
    """
    left_out = tuple(LeftOut(expert, cr, limit) for expert, cr in enumerate(crs) if cr is not None and cr > limit)
    gone = {item.expert for item in left_out}
    kept = tuple(expert for expert in range(len(crs)) if expert not in gone)
    if not kept:
        raise RefusalError("RI343", limit=limit)
    return Selection(kept, left_out)


def _chi_square_tail(value: float, degrees: int) -> float:
    """P(χ² ≥ value), by the finite sum there is for whole degrees of freedom."""
    half = value / 2.0
    if half == 0.0:
        return 1.0
    if degrees % 2 == 0:
        total, term = math.exp(-half), math.exp(-half)
        steps = [float(step) for step in range(1, degrees // 2)]
    else:
        total = math.erfc(math.sqrt(half))
        term = math.exp(-half) / math.sqrt(math.pi * half)
        steps = [step + 0.5 for step in range((degrees - 1) // 2)]
    for step in steps:
        term *= half / step
        total += term
    return min(1.0, total)


def _geometric_sd(values: FloatArray) -> float:
    count = len(values)
    if count < 2:
        return math.nan
    if (values == values[0]).all():
        return 1.0
    logs = np.log(values)
    mean = math.fsum(logs.tolist()) / count
    return math.exp(math.sqrt(math.fsum(((logs - mean) ** 2).tolist()) / (count - 1)))


def _sums(rows: FloatArray) -> FloatArray:
    """Sums (k,) of (k, n), each rounded once."""
    return np.array([math.fsum(row) for row in rows.tolist()])


def _ties(ranks: FloatArray) -> int:
    """Σ t³ − t over the groups of equal ranks of one expert."""
    counts = np.unique(ranks, return_counts=True)[1].tolist()
    return sum(count**3 - count for count in counts)
