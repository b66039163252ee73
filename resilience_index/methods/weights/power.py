"""Principal eigenvectors of many small positive matrices at once.

The matrices are turned so that the batch runs along the last axis: then every operation is elementwise
over contiguous doubles, a few hundred matrices stay in the cache, and the additions of one matrix keep one
order whatever else is in the batch. No linear algebra library takes part.
"""

from __future__ import annotations

import numpy as np

from resilience_index.methods.arrays import FloatArray, IntArray

_BLOCK_CELLS = 65_536  # cells worked on together: 512 KiB
_FIRST_STEPS = 3
_MOST_SOLUTIONS = 16  # each squares the distance, or better: what is still on its way is squared instead
_ABOVE = 1.0 + 2.0**-40  # of the bound, so that rounding leaves λ·I − A its sign
_ALIKE = 2.0**-48  # between the largest and the least (A·v)_i / v_i: they differ by rounding alone
_TERMS = 8  # of a sum, which that allows for; longer sums round more
_MOST_SQUARINGS = 64  # 2^64 power steps: what has not settled by then never will
_STEPS = 12  # before the power is squared again; a squaring costs n steps
_POLISHING_STEPS = 2


def principal(matrices: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Principal right eigenvectors and eigenvalues of positive matrices.

    ``matrices`` (k, n, n), n ≥ 1, entries within 1e±70; gives weights (k, n), each row of sum 1, and λmax
    (k,), the mean of (A·w)_i / w_i. A few power steps, then (λ·I − A)·v' = v with λ the largest (A·v)_i / v_i,
    which keeps v positive and converges whatever the matrix, until all (A·v)_i / v_i agree; then two power
    steps with the matrix itself. Where rounding stops that, power iteration with A², A⁴ and so on. Source: T.
    Noda, Numerische Mathematik 17, 1971, 382-386; G. H. Golub and C. F. Van Loan, Matrix Computations,
    section 7.3.1.
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
    weights, left = _solved(turned)
    if left.size:
        weights[:, left] = _squared(turned[:, :, left])
    for _ in range(_POLISHING_STEPS):
        weights = _normalised(multiply(turned, weights))
    ratios = multiply(turned, weights) / weights
    return weights, add_rows(ratios) / len(turned)


def _solved(turned: FloatArray) -> tuple[FloatArray, IntArray]:
    """Weights (n, k) by inverse iteration, and the places of matrices that rounding keeps from settling."""
    size, count = len(turned), turned.shape[2]
    tolerance = _ALIKE * max(1.0, size / _TERMS)
    vectors = np.full((size, count), 1.0 / size)
    for _ in range(_FIRST_STEPS):
        vectors = multiply(turned, vectors)
    vectors = result = _normalised(vectors)
    active: IntArray = np.arange(count)
    for _ in range(_MOST_SOLUTIONS):
        step = multiply(turned, vectors)
        ratios = step / vectors
        most = ratios.max(axis=0)
        moving = ~(most - ratios.min(axis=0) <= tolerance * most)  # what is no number goes on
        step = _normalised(step)
        if active.size == count:
            result = step.copy()
        else:
            result[:, active] = step
        active = active[moving]
        if not active.size:
            break
        if not moving.all():
            turned, step, most = turned[:, :, moving], step[:, moving], most[moving]
        vectors = _solution(turned, step, most * _ABOVE)
    return result, active


def _solution(turned: FloatArray, vectors: FloatArray, shifts: FloatArray) -> FloatArray:
    """(λ·I − A)⁻²·v, normalised, for ``shifts`` λ (k,) above the eigenvalues; ``vectors`` (n, k), used up.

    The inverse is positive, and elimination needs no pivots. The second solution costs a fifth of the first.
    """
    size = len(turned)
    left = np.negative(turned)
    left[range(size), range(size)] += shifts
    room = np.empty_like(left)
    for pivot in range(size - 1):
        after = slice(pivot + 1, size)
        left[pivot, after] /= left[pivot, pivot]  # the factors of the rows, in the place of what they remove
        term = np.multiply(left[after, pivot][:, np.newaxis], left[pivot, after], out=room[after, after])
        left[after, after] -= term
    for _ in range(2):
        for pivot in range(size - 1):
            vectors[pivot + 1 :] -= left[pivot, pivot + 1 :] * vectors[pivot]
        for pivot in range(size - 1, -1, -1):
            vectors[pivot] /= left[pivot, pivot]
            vectors[:pivot] -= left[pivot, :pivot] * vectors[pivot]
    return _normalised(np.abs(vectors))


def _squared(turned: FloatArray) -> FloatArray:
    """Weights (n, k) by power iteration with A², A⁴, A⁸ and so on, until one more step leaves them."""
    size, count = len(turned), turned.shape[2]
    result = np.empty((size, count))
    powers = turned / turned.max(axis=(0, 1))
    vectors = np.full((size, count), 1.0 / size)
    active: IntArray = np.arange(count)
    tolerance = _ALIKE * max(1.0, size / _TERMS)
    for _ in range(_MOST_SQUARINGS):
        powers = _square(powers)
        powers /= powers.max(axis=(0, 1))
        for _ in range(_STEPS):
            vectors = _normalised(multiply(powers, vectors))
        before, vectors = vectors, _normalised(multiply(powers, vectors))
        moving = ~(np.abs(vectors - before) <= tolerance * vectors).all(axis=0)
        result[:, active] = vectors
        active, vectors, powers = active[moving], vectors[:, moving], powers[:, :, moving]
        if not active.size:
            break
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
