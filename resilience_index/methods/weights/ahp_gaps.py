"""Comparison matrices with gaps, and matrices whose two halves disagree.

A matrix (n, n) has NaN where no judgment was given. Whoever completes one invents judgments, so the rule has a
name: ``least_squares`` takes the ratio of the priorities that fit the given judgments best, ``eigenvalue``
the entries under which λmax is smallest. Both are determined exactly when the graph of the given comparisons
is connected; otherwise they are refused, with its parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import BoolArray, FloatArray, IntArray
from resilience_index.methods.weights import ahp, power
from resilience_index.methods.weights.direct import label

Completion = Literal["least_squares", "eigenvalue"]
COMPLETIONS: tuple[Completion, ...] = ("least_squares", "eigenvalue")

CLASH_TOLERANCE = 0.05
"""How far a_ij · a_ji may be from 1: 1/7 written as 0.14 stays below, two different judgments of Saaty's scale,
9 and 1/8 being the nearest, never do."""

_MOST_ROUNDS = 10_000
_SETTLED = 1e-12


@dataclass(frozen=True, slots=True)
class Clash:
    """Two answers to one question: ``value`` is a_ij and ``reverse`` a_ji, of positions ``first`` < ``second``."""

    first: int
    second: int
    value: float
    reverse: float

    @property
    def product(self) -> float:
        """a_ij · a_ji, which would be 1."""
        return self.value * self.reverse


@dataclass(frozen=True, slots=True)
class CompletedConsistency:
    """Consistency of a completed matrix, against the random index of full ones and of ones with its gaps.

    ``cr`` and ``ri`` are those of a full matrix of that size: completing takes inconsistency away, so this CR
    flatters. ``ri_gaps`` and ``cr_gaps`` allow for the ``missing`` pairs; None where nothing can be
    inconsistent (n ≤ 2, or no more judgments than a tree of comparisons needs).
    """

    lambda_max: float
    ci: float
    ri_table: str
    ri: float
    cr: float | None
    missing: int
    ri_gaps: float | None
    cr_gaps: float | None


def clashes(matrix: FloatArray, tolerance: float = CLASH_TOLERANCE) -> list[Clash]:
    """Pairs of which both directions are given with a product further than ``tolerance`` from 1.

    ``matrix`` (n, n) positive, NaN for gaps; sorted by position. Source: reciprocity, Saaty 1980.
    """
    size = matrix.shape[0]
    found = [Clash(i, j, float(matrix[i, j]), float(matrix[j, i])) for i in range(size) for j in range(i + 1, size)]
    return [clash for clash in found if abs(clash.product - 1.0) > tolerance]


def reconciled(
    matrix: FloatArray, tolerance: float = CLASH_TOLERANCE, names: Sequence[str] | None = None
) -> FloatArray:
    """A reciprocal matrix from judgments given in either direction, or in both.

    ``matrix`` (n, n) positive, NaN for gaps, the diagonal is not read; gives (n, n) with a_ji = 1 / a_ij and
    NaN where neither direction was given. Of two directions that agree the one from 1 upwards is kept: its
    rounded reciprocal is the other. Raises RI341 (``pairs``) for clashes; ``names`` (n,) of the
    elements are for the message. Source: Saaty 1980.
    """
    found = clashes(matrix, tolerance)
    if found:
        raise RefusalError("RI341", pairs=[_describe(clash, names) for clash in found])
    forward, backward = matrix, 1.0 / matrix.T
    use_forward = (forward >= 1.0) | np.isnan(backward)
    upper = np.triu(np.where(use_forward, forward, backward), 1)
    result = np.eye(matrix.shape[0])
    rows, columns = np.triu_indices(matrix.shape[0], 1)
    result[rows, columns] = upper[rows, columns]
    result[columns, rows] = 1.0 / upper[rows, columns]
    return result


def components(matrix: FloatArray) -> list[list[int]]:
    """Which elements hang together by comparisons: lists of positions, one for each connected part.

    ``matrix`` (n, n), NaN for gaps. One list means that priorities of all elements are determined. Source:
    S. Bozóki, J. Fülöp and L. Rónyai, Mathematical and Computer Modelling 52, 2010, 318-333.
    """
    given = _given(matrix[np.newaxis])
    left = list(range(matrix.shape[0]))
    parts = []
    while left:
        reached = _reached(given, left[0])[0]
        parts.append([position for position in left if reached[position]])
        left = [position for position in left if not reached[position]]
    return parts


def missing_pairs(matrix: FloatArray) -> list[tuple[int, int]]:
    """Positions (i, j), i < j, of the gaps of ``matrix`` (n, n)."""
    rows, columns = np.nonzero(np.triu(np.isnan(matrix), 1))
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def least_squares(matrices: FloatArray, names: Sequence[str] | None = None) -> FloatArray:
    """Priorities with the least Σ (ln a_ij − ln w_i + ln w_j)² over the judgments given.

    ``matrices`` (k, n, n) reciprocal, NaN for gaps (gaps may differ from matrix to matrix); gives (k, n),
    each row of sum 1. Without gaps these are the row geometric means, to the last bit; with gaps the system
    L·y = b is solved, L being the Laplacian of the graph of comparisons. Raises RI340 (``count``, ``parts``)
    for the first matrix whose graph is not connected; ``names`` (n,) are for the message. Source: Bozóki,
    Fülöp and Rónyai 2010 (logarithmic least squares).
    """
    logs = _log_priorities(matrices, names)
    logs -= logs.max(axis=1, keepdims=True)  # the largest is exp(0): no overflow, whatever the units
    with np.errstate(under="ignore"):
        weights = np.exp(logs).T
    result: FloatArray = (weights / power.add_rows(weights)).T
    gapless = ~np.isnan(matrices).any(axis=(1, 2))
    result[gapless] = ahp.geometric(matrices[gapless])
    return result


def complete(
    matrices: FloatArray, rule: Completion = "least_squares", names: Sequence[str] | None = None
) -> FloatArray:
    """The matrices with their gaps filled by a named rule.

    ``matrices`` (k, n, n) reciprocal, NaN for gaps; gives (k, n, n) reciprocal, given judgments untouched.
    ``least_squares`` fills w_i / w_j of the log least squares priorities, which are then those of the
    completed matrix too. ``eigenvalue`` fills the entries under which λmax is smallest, starting from
    these: at the optimum a_ij² = u_j·v_i / (u_i·v_j) with the left and right principal eigenvectors u and v.
    Raises RI340 as ``least_squares`` and RI342 (``rounds``, ``tolerance``) when the search does not settle.
    Source: Bozóki, Fülöp and Rónyai 2010.
    """
    logs = _log_priorities(matrices, names)
    gaps = np.isnan(matrices)
    with np.errstate(over="ignore", under="ignore"):
        fitted = np.exp(logs[:, :, np.newaxis] - logs[:, np.newaxis, :])
    result = _with_upper(matrices, gaps, fitted)
    if rule == "eigenvalue":
        open_ones = np.flatnonzero(gaps.any(axis=(1, 2)))
        result[open_ones] = _least_eigenvalue(result[open_ones], gaps[open_ones])
    return result


def random_index_with_gaps(n: int, missing: int, table: str = ahp.DEFAULT_TABLE) -> float:
    """The random index of n × n matrices of which ``missing`` pairs were filled with the least λmax.

    RI(n) · (1 − 2·missing / ((n − 1)(n − 2))), which is 0 for the fewest comparisons that connect n elements
    and the table's own figure for none missing: the approximation of its authors, within 0.04 of simulated
    means up to n = 9. Raises RI311 as ``ahp.random_index``. Source: K. C. Ágoston and L. Csató, Omega 108,
    2022.
    """
    if n <= 2:
        return 0.0
    return max(0.0, ahp.random_index(n, table) * (1.0 - 2.0 * missing / ((n - 1) * (n - 2))))


def completed_consistency(
    lambda_max: float, n: int, missing: int, table: str = ahp.DEFAULT_TABLE
) -> CompletedConsistency:
    """Consistency of a completed n × n matrix with ``missing`` pairs that were gaps.

    ``lambda_max`` of the completed matrix. Raises RI311 as ``ahp.random_index``. The random index with gaps
    was found for the ``eigenvalue`` completion; λmax after ``least_squares`` is a little larger, so that the
    CR errs on the strict side. Source: Ágoston and Csató 2022.
    """
    full = ahp.consistency(lambda_max, n, table)
    ri_gaps: float | None = random_index_with_gaps(n, missing, table)
    if not ri_gaps:
        ri_gaps = None
    cr_gaps = None if ri_gaps is None else full.ci / ri_gaps
    return CompletedConsistency(full.lambda_max, full.ci, table, full.ri, full.cr, missing, ri_gaps, cr_gaps)


def _describe(clash: Clash, names: Sequence[str] | None) -> str:
    first, second = label(clash.first, names), label(clash.second, names)
    return f"{first}/{second} {clash.value:.6g} × {second}/{first} {clash.reverse:.6g} = {clash.product:.4g}"


def _given(matrices: FloatArray) -> BoolArray:
    """Which pairs (k, n, n) are compared, in either direction; an element is not compared with itself."""
    given = ~np.isnan(matrices)
    given |= np.swapaxes(given, 1, 2)
    diagonal = np.arange(matrices.shape[1])
    given[:, diagonal, diagonal] = False
    return given


def _reached(given: BoolArray, start: int) -> BoolArray:
    """Which elements (k, n) are connected with the one at ``start``."""
    reached = np.zeros(given.shape[:2], dtype=np.bool_)
    reached[:, start] = True
    for _ in range(given.shape[1] - 1):
        reached |= (given & reached[:, np.newaxis, :]).any(axis=2)
    return reached


def _refuse_parts(matrices: FloatArray, given: BoolArray, names: Sequence[str] | None) -> None:
    apart = np.flatnonzero(~_reached(given, 0).all(axis=1))
    if apart.size:
        parts = components(matrices[apart[0]])
        described = ["(" + ", ".join(label(position, names) for position in part) + ")" for part in parts]
        raise RefusalError("RI340", count=len(parts), parts=described)


def _log_priorities(matrices: FloatArray, names: Sequence[str] | None) -> FloatArray:
    """y (k, n) with L·y = b, y of the last element being 0."""
    count, size = matrices.shape[0], matrices.shape[1]
    given = _given(matrices)
    _refuse_parts(matrices, given, names)
    with np.errstate(all="ignore"):
        logs = np.where(given, np.log(matrices), 0.0)
    right = logs[:, :, 0].copy()
    for column in range(1, size):
        right += logs[:, :, column]
    laplacian = np.where(given, -1.0, 0.0)
    diagonal: IntArray = np.arange(size)
    laplacian[:, diagonal, diagonal] = given.sum(axis=2)
    result = np.zeros((count, size))
    result[:, :-1] = _eliminated(laplacian[:, :-1, :-1].copy(), right[:, :-1].copy())
    return result


def _eliminated(left: FloatArray, right: FloatArray) -> FloatArray:
    """x of A·x = b (k, n) for symmetric positive definite A, which need no pivots; both arrays are used up."""
    size = right.shape[1]
    for pivot in range(size):
        factors = left[:, pivot + 1 :, pivot] / left[:, pivot, pivot, np.newaxis]
        left[:, pivot + 1 :, pivot + 1 :] -= factors[:, :, np.newaxis] * left[:, np.newaxis, pivot, pivot + 1 :]
        right[:, pivot + 1 :] -= factors * right[:, pivot, np.newaxis]
    for pivot in range(size - 1, -1, -1):
        right[:, pivot] /= left[:, pivot, pivot]
        right[:, :pivot] -= left[:, :pivot, pivot] * right[:, pivot, np.newaxis]
    return right


def _with_upper(matrices: FloatArray, gaps: BoolArray, values: FloatArray) -> FloatArray:
    """``matrices`` with the gaps above the diagonal from ``values`` and those below as their reciprocals."""
    result = matrices.copy()
    filled = gaps & np.triu(np.ones(gaps.shape[1:], dtype=np.bool_), 1)
    mirrored = np.swapaxes(filled, 1, 2)
    result[filled] = values[filled]
    result[mirrored] = (1.0 / np.swapaxes(result, 1, 2))[mirrored]
    return result


def _least_eigenvalue(matrices: FloatArray, gaps: BoolArray) -> FloatArray:
    """Move the entries at ``gaps`` until λmax is smallest; each matrix stops by itself."""
    result = matrices.copy()
    active = np.arange(len(matrices))
    for _ in range(_MOST_ROUNDS):
        if not active.size:
            return result
        current, open_cells = result[active], gaps[active]
        right = power.principal(current)[0]
        left = power.principal(np.swapaxes(current, 1, 2))[0]
        ratios = np.sqrt(right / left)
        wanted = ratios[:, :, np.newaxis] / ratios[:, np.newaxis, :]
        result[active] = _with_upper(current, open_cells, wanted)
        moved = np.where(open_cells, np.abs(wanted / current - 1.0), 0.0)
        active = active[(moved > _SETTLED).any(axis=(1, 2))]
    raise RefusalError("RI342", rounds=_MOST_ROUNDS, tolerance=_SETTLED)
