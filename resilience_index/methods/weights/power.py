"""Principal eigenvectors of many small positive matrices at once.

The matrices are turned so that the batch runs along the last axis: then every operation is elementwise
over contiguous doubles, a few hundred matrices stay in the cache, and the additions of one matrix keep one
order whatever else is in the batch. No linear algebra library takes part.
"""

from __future__ import annotations

import numpy as np

from resilience_index.methods.arrays import FloatArray

_BLOCK_CELLS = 65_536  # cells worked on together: 512 KiB
_MOST_SQUARINGS = 64  # 2^64 power steps: what has not settled by then never will
_LEAST_CHECKS = 3  # looks at the weights before the power is squared again; a squaring costs n steps
_STEPS = 3  # steps without a look before each look
_SMALL = 12  # up to this size a squaring before the first step pays
_SETTLED = 2.0**-50
_TERMS = 16  # of a sum, which that allows for; longer sums round more
_POLISHING_STEPS = 2


def principal(matrices: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Principal right eigenvectors and eigenvalues of positive matrices.

    ``matrices`` (k, n, n), n ≥ 1, entries within 1e±70; gives weights (k, n), each row of sum 1, and λmax
    (k,), the mean of (A·w)_i / w_i. Power iteration with A or A², then squared again and again, until one
    more step changes no weight by more than a few units in the last place; then two plain steps with the
    matrix itself. Source: G. H. Golub and C. F. Van Loan, Matrix Computations, section 7.3.1.
    """
    count, size = matrices.shape[0], matrices.shape[1]
    weights = np.empty((count, size))
    values = np.empty(count)
    block = max(1, _BLOCK_CELLS // (size * size))
    for start in range(0, count, block):
        turned = np.ascontiguousarray(matrices[start : start + block].transpose(2, 1, 0))
        with np.errstate(all="ignore"):
            vectors, lambda_max = _block(turned)
        weights[start : start + block] = vectors.T
        values[start : start + block] = lambda_max
    return weights, values


def multiply(turned: FloatArray, vectors: FloatArray) -> FloatArray:
    """A·v of each matrix, column by column.

    ``turned`` (n, n, k): cell [j, i, b] is a_ij of matrix b; ``vectors`` (n, k); gives (n, k).
    """
    result: FloatArray = turned[0] * vectors[0]
    term = np.empty_like(result)
    for column in range(1, len(turned)):
        np.multiply(turned[column], vectors[column], out=term)
        result += term
    return result


def add_rows(vectors: FloatArray) -> FloatArray:
    """Sums (k,) of ``vectors`` (n, k), row by row: numpy's own order would change with k."""
    result: FloatArray = vectors[0].copy()
    for row in vectors[1:]:
        result += row
    return result


def _block(turned: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Weights (n, k) and eigenvalues (k,) of one block of turned matrices."""
    weights = _settle(turned)
    for _ in range(_POLISHING_STEPS):
        weights = _normalised(multiply(turned, weights))
    ratios = multiply(turned, weights) / weights
    return weights, add_rows(ratios) / len(turned)


def _settle(turned: FloatArray) -> FloatArray:
    """Weights (n, k) that one more step leaves where they are."""
    size, count = len(turned), turned.shape[2]
    result = np.empty((size, count))
    powers = turned / turned.max(axis=(0, 1))
    vectors = np.full((size, count), 1.0 / size)
    active = np.arange(count)
    tolerance = _SETTLED * max(1.0, size / _TERMS)
    for round_ in range(_MOST_SQUARINGS):
        if round_ or size <= _SMALL:
            powers = _square(powers)
            powers /= powers.max(axis=(0, 1))
        moving = np.ones(active.size, dtype=np.bool_)
        for _ in range(max(_LEAST_CHECKS, size // 2)):
            for _ in range(_STEPS):
                vectors = multiply(powers, vectors)
            before = _normalised(vectors)
            vectors = _normalised(multiply(powers, before))
            settled = (np.abs(vectors - before) <= tolerance * vectors).all(axis=0)
            settled &= moving  # the first time counts, so that no weight depends on the rest of the block
            result[:, active[settled]] = vectors[:, settled]
            moving &= ~settled
            if not moving.any():
                return result
        active, vectors, powers = active[moving], vectors[:, moving], powers[:, :, moving]
    result[:, active] = vectors
    return result


def _square(turned: FloatArray) -> FloatArray:
    """A·A of each turned matrix, in a fixed order of additions."""
    result: FloatArray = turned[0] * turned[:, :1]
    term = np.empty_like(result)
    for middle in range(1, len(turned)):
        np.multiply(turned[middle], turned[:, middle : middle + 1], out=term)
        result += term
    return result


def _normalised(vectors: FloatArray) -> FloatArray:
    """Columns (n, k) divided by their sums."""
    normalised: FloatArray = vectors / add_rows(vectors)
    return normalised
