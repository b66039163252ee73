"""Everything the tables of an AHP show, for the matrices of many experts and many nodes at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from resilience_index.methods.arrays import FloatArray, IntArray
from resilience_index.methods.weights import ahp, ahp_gaps


@dataclass(frozen=True, slots=True)
class Judged:
    """One matrix with its priorities and consistency.

    ``matrix`` (n, n) is complete; ``missing`` pairs of it were filled. ``cr`` is None for n ≤ 2; ``gci`` too.
    ``ri_gaps`` and ``cr_gaps`` allow for the gaps, as ``ahp_gaps.CompletedConsistency`` explains; without gaps
    they are ``ri`` and ``cr``.
    """

    matrix: FloatArray
    priorities: FloatArray
    lambda_max: float
    ci: float
    ri_table: str
    ri: float
    cr: float | None
    gci: float | None
    missing: int
    ri_gaps: float | None
    cr_gaps: float | None


def judge(
    matrices: Sequence[FloatArray],
    method: ahp.Priority = "eigenvector",
    completion: ahp_gaps.Completion = "least_squares",
    table: str = ahp.DEFAULT_TABLE,
) -> list[Judged]:
    """Priorities and consistency of matrices of any sizes, in their order; those of one size are one batch.

    ``matrices`` (n, n) each, reciprocal, NaN for gaps, which are filled by ``completion`` first (under
    ``least_squares`` the priorities of a matrix with gaps are those of the log least squares problem itself).
    Raises RI340 and RI342 as ``ahp_gaps.complete`` and RI311 as ``ahp.random_index``. Source: as the
    functions of ``ahp`` and ``ahp_gaps`` used.
    """
    by_size: dict[int, list[int]] = {}
    for place, matrix in enumerate(matrices):
        by_size.setdefault(len(matrix), []).append(place)
    results: dict[int, Judged] = {}
    for _, places in sorted(by_size.items()):
        batch = _judge(np.stack([matrices[place] for place in places]), method, completion, table)
        results.update(zip(places, batch, strict=True))
    return [results[place] for place in range(len(matrices))]


def _judge(matrices: FloatArray, method: ahp.Priority, completion: ahp_gaps.Completion, table: str) -> list[Judged]:
    size = matrices.shape[1]
    missing: IntArray = np.triu(np.isnan(matrices), 1).sum(axis=(1, 2))
    complete = ahp_gaps.complete(matrices, completion) if missing.any() else matrices
    weights, lambda_max = ahp.priorities(complete, method)
    gaps = np.flatnonzero(missing)
    if method == "least_squares" and gaps.size:
        weights[gaps] = ahp_gaps.least_squares(matrices[gaps])
        lambda_max[gaps] = ahp.mean_ratio(complete[gaps], weights[gaps])
    gci = ahp.gci(complete).tolist()
    found = []
    for place, value in enumerate(lambda_max.tolist()):
        item = ahp_gaps.completed_consistency(value, size, int(missing[place]), table)
        judged = Judged(
            matrix=complete[place], priorities=weights[place], lambda_max=item.lambda_max, ci=item.ci,
            ri_table=table, ri=item.ri, cr=item.cr, gci=gci[place] if size > 2 else None,
            missing=item.missing, ri_gaps=item.ri_gaps, cr_gaps=item.cr_gaps,
        )  # fmt: skip
        found.append(judged)
    return found
