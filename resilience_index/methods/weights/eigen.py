"""Eigenvalues of symmetric matrices by Jacobi rotations, elementwise in a fixed order.

Slower than a linear algebra library and the same to the last bit everywhere. Rotations of disjoint pairs
are done together, the pairs going round as in a tournament, so that a step is a few array operations.
"""

from __future__ import annotations

import numpy as np

from resilience_index.errors import InternalError, RefusalError
from resilience_index.methods.arrays import FloatArray, IntArray

_MOST_SWEEPS = 60
_BELOW_ZERO = -1e-10  # above it is rounding
_SETTLED = 2.0**-100  # of squares: what is left beside the diagonal no longer moves an eigenvalue


def symmetric(matrix: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Eigenvalues (n,), descending, and unit eigenvectors (n, n), one a column, of a symmetric matrix (n, n).

    Vectors have either sign; those of equal eigenvalues are any basis. Source: C. G. J. Jacobi, Journal für
    die reine und angewandte Mathematik 30, 1846, 51-94; rounds after R. P. Brent and F. T. Luk, SIAM Journal
    on Scientific and Statistical Computing 6(1), 1985, 69-84.
    """
    size = matrix.shape[0]
    a = matrix.astype(np.float64)
    vectors = np.eye(size)
    scale = float((a * a).max()) * size
    beside = ~np.eye(size, dtype=np.bool_)
    for _ in range(_MOST_SWEEPS):
        if not (np.square(a)[beside] > _SETTLED * scale).any():
            order = np.argsort(-a.diagonal(), kind="stable")
            return a.diagonal()[order], vectors[:, order]
        for p, q in _rounds(size):
            _rotate(a, vectors, p, q)
    raise InternalError("RI011", reason="Jacobi rotations do not settle")  # pragma: no cover - they always do


def require_no_contradiction(method: str, values: FloatArray) -> None:
    """Refuse eigenvalues (n,), descending, that no table has: RI367 (``method``, ``value``).

    Correlations over pairwise common units may contradict one another: their matrix then has a negative
    eigenvalue.
    """
    if values[-1] < _BELOW_ZERO:
        raise RefusalError("RI367", method=method, value=float(values[-1]))


def _rounds(size: int) -> list[tuple[IntArray, IntArray]]:
    """All pairs of ``size`` players in rounds, each player at most once a round."""
    players = list(range(size + size % 2))
    rounds = []
    for _ in range(len(players) - 1):
        half = len(players) // 2
        pairs = zip(players[:half], reversed(players[half:]), strict=True)
        met = [(min(pair), max(pair)) for pair in pairs if max(pair) < size]
        rounds.append((np.array([p for p, _ in met]), np.array([q for _, q in met])))
        players = [players[0], players[-1], *players[1:-1]]
    return rounds


def _rotate(a: FloatArray, vectors: FloatArray, p: IntArray, q: IntArray) -> None:
    """Make a_pq zero for disjoint pairs, rotating ``vectors`` along."""
    off = a[p, q]
    turning = off != 0.0
    p, q, off = p[turning], q[turning], off[turning]
    if not p.size:
        return
    theta = (a[q, q] - a[p, p]) / 2.0
    # t = sign(θ)·off / (|θ| + √(θ² + off²)): the smaller root, without overflow for tiny ``off``
    t = np.where(theta < 0.0, -1.0, 1.0) * off / (np.abs(theta) + np.sqrt(theta * theta + off * off))
    c = 1.0 / np.sqrt(t * t + 1.0)
    s = t * c
    for columns in (a, vectors):
        left, right = columns[:, p], columns[:, q]
        columns[:, p], columns[:, q] = c * left - s * right, s * left + c * right
    left, right = a[p, :], a[q, :]
    a[p, :], a[q, :] = c[:, None] * left - s[:, None] * right, s[:, None] * left + c[:, None] * right
    a[p, q] = 0.0
    a[q, p] = 0.0
