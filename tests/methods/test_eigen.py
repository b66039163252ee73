import numpy as np
import pytest

from resilience_index.methods.weights import eigen


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 20, 51])
def test_agrees_with_a_linear_algebra_library(size):
    x = np.random.default_rng(size).normal(size=(size, size))
    matrix = x + x.T
    before = matrix.copy()
    values, vectors = eigen.symmetric(matrix)
    assert (matrix == before).all()
    assert values == pytest.approx(np.linalg.eigvalsh(matrix)[::-1], abs=1e-12 * size)
    assert vectors.T @ vectors == pytest.approx(np.eye(size), abs=1e-12)
    assert (vectors * values) @ vectors.T == pytest.approx(matrix, abs=1e-12 * size)


def test_known_values():
    values, vectors = eigen.symmetric(np.array([[2.0, 1.0], [1.0, 2.0]]))
    assert values == pytest.approx([3.0, 1.0], abs=1e-15)
    assert np.abs(vectors) == pytest.approx(np.sqrt(0.5), abs=1e-15)
    values, vectors = eigen.symmetric(np.diag([1.0, 3.0, 2.0]))
    assert values.tolist() == [3.0, 2.0, 1.0]
    assert np.abs(vectors).tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
    assert eigen.symmetric(np.zeros((2, 2)))[0].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("scale", [1e-120, 1.0, 1e120])
def test_equal_and_tiny_eigenvalues(scale):
    ones = np.ones((5, 5)) * scale
    values, _ = eigen.symmetric(ones)
    assert values / scale == pytest.approx([5.0, 0, 0, 0, 0], abs=1e-14)


def test_every_pair_meets_once():
    for size in range(1, 9):
        pairs = [pair for p, q in eigen._rounds(size) for pair in zip(p.tolist(), q.tolist(), strict=True)]
        assert len(pairs) == len(set(pairs)) == size * (size - 1) // 2
        for p, q in eigen._rounds(size):
            assert len({*p.tolist(), *q.tolist()}) == 2 * len(p)
