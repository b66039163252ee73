"""Exact co-moments: against plain formulas, and the same bits for any order, blocks and layout."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_index.errors import RefusalError
from resilience_index.methods.weights import extents as ranges
from resilience_index.methods.weights import moments

NAN = np.nan


def of(matrix):
    return moments.comoments(matrix, moments.grid(ranges.extents(matrix)))


def same(left, right):
    return all(
        np.array_equal(getattr(left, name), getattr(right, name)) for name in ("counts", "sums", "squares", "products")
    )


def plain_correlation(x, y):
    """Over the rows that have both, in extended precision."""
    both = ~(np.isnan(x) | np.isnan(y))
    x, y = x[both].astype(np.longdouble), y[both].astype(np.longdouble)
    x, y = x - x.mean(), y - y.mean()
    return float((x @ y) / np.sqrt((x @ x) * (y @ y)))


def random_table(seed, rows, columns, missing=0.1):
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(rows, columns))
    matrix[:, -1] += matrix[:, 0]
    matrix[rng.random(matrix.shape) < missing] = NAN
    full = rng.permutation(rows)[:3]
    matrix[full] = rng.normal(size=(3, columns))
    return matrix


tables = st.tuples(st.integers(0, 2**32 - 1), st.integers(3, 60), st.integers(2, 5), st.sampled_from([0.0, 0.2]))


@settings(deadline=None, max_examples=60)
@given(tables)
def test_agrees_with_the_plain_formulas(drawn):
    matrix = random_table(*drawn)
    found = of(matrix)
    r, s = moments.correlations(found, "critic"), moments.deviations(found)
    assert moments.units(found) == np.count_nonzero(~np.isnan(matrix), axis=0).tolist()
    for i in range(matrix.shape[1]):
        assert s[i] == pytest.approx(np.nanstd(matrix[:, i], ddof=1), rel=2e-12)
        assert r[i, i] == 1.0
        for j in range(i):
            assert r[i, j] == r[j, i] == pytest.approx(plain_correlation(matrix[:, i], matrix[:, j]), abs=3e-12)


@settings(deadline=None, max_examples=40)
@given(tables, st.lists(st.integers(0, 60), max_size=4))
def test_neither_order_nor_blocks_nor_layout_change_anything(drawn, cuts):
    matrix = random_table(*drawn)
    found = ranges.extents(matrix)
    on = moments.grid(found)
    whole = moments.comoments(matrix, on)
    mixed = matrix[np.random.default_rng(drawn[0]).permutation(len(matrix))]
    edges = sorted({cut % len(matrix) for cut in cuts} - {0})
    blocks = np.split(mixed, edges)
    again = ranges.merge(ranges.extents(block) for block in reversed(blocks))
    assert again.rows == found.rows
    assert all(np.array_equal(left, right) for left, right in zip(again[1:], found[1:], strict=True))
    assert same(moments.merge_comoments(moments.comoments(block, on) for block in reversed(blocks)), whole)
    assert same(moments.comoments(np.asfortranarray(mixed), on), whole)
    padded = np.zeros((2 * len(mixed), mixed.shape[1] + 3))
    padded[::2, 1:-2] = mixed
    assert same(moments.comoments(padded[::2, 1:-2], on), whole)


@pytest.mark.parametrize("rows", [16, 1023, 1024, 1025, 2064, 5000])
@pytest.mark.parametrize("missing", [0.0, 0.001, 0.3])
def test_chunks_leave_no_seam(rows, missing):
    matrix = random_table(rows, rows, 4, missing)
    found = of(matrix)
    on = found.grid
    parts = [moments.comoments(matrix[start : start + 7], on) for start in range(0, rows, 7)]
    assert same(moments.merge_comoments(parts), found)
    assert same(of(np.asfortranarray(matrix)), found)
    padded = np.zeros((rows, 6))
    padded[:, 1:5] = matrix
    assert same(of(padded[:, 1:5]), found)
    r = moments.correlations(found, "critic")
    assert r[3, 0] == pytest.approx(plain_correlation(matrix[:, 0], matrix[:, 3]), abs=1e-12)


def test_sums_stay_exact_where_every_value_is_extreme(monkeypatch):
    # the largest possible sums of a chunk, and of a segment: ±1/2 of the range everywhere
    rows = moments.CHUNK * 3
    column = np.tile([0.0, 1.0], rows // 2)
    matrix = np.stack([column, 1.0 - column, column], axis=1)
    found = of(matrix)
    assert found.products[0, 0] == rows << (42 + 23)
    assert found.products[0, 1] == -(rows << (42 + 23))
    assert moments.correlations(found, "critic").tolist() == [[1, -1, 1], [-1, 1, -1], [1, -1, 1]]
    monkeypatch.setattr(moments, "_CHUNKS", 2)
    assert same(of(matrix), found)


def test_lines_have_correlations_of_exactly_one():
    x = np.random.default_rng(5).random(100)
    r = moments.correlations(of(np.stack([x, -x, 4.0 * x, x**2], axis=1)), "critic")
    assert r[0, 1] == r[1, 2] == -1.0
    assert r[0, 2] == 1.0
    assert 0.9 < r[0, 3] < 1.0


def test_far_from_zero_nothing_cancels():
    x = np.random.default_rng(6).integers(0, 1000, 50) / 1024.0
    near, far = (of(np.stack([x + shift, x**2 + shift], axis=1)) for shift in (0.0, 2.0**30))
    assert moments.deviations(far) == pytest.approx(moments.deviations(near), rel=1e-6)
    assert moments.deviations(far)[0] == pytest.approx(np.std(x, ddof=1), rel=1e-12)


def test_deviations_of_the_range_are_those_of_min_max_values():
    x = np.random.default_rng(7).random((20, 3)) * [1.0, 50.0, 1e-6] + [3.0, -8.0, 0.0]
    normalised = (x - x.min(axis=0)) / (x.max(axis=0) - x.min(axis=0))
    assert moments.deviations(of(x), of_range=True) == pytest.approx(normalised.std(axis=0, ddof=1), rel=1e-12)


def test_constants_and_columns_without_values():
    matrix = np.array([[1.0, 7, NAN, NAN], [2, 7, NAN, 3], [4, 7, NAN, 3]])
    found = of(matrix)
    assert moments.constant(found).tolist() == [False, True, True, True]
    assert moments.units(found) == [3, 3, 0, 2]
    deviations = moments.deviations(found)
    assert deviations[[0, 1, 3]] == pytest.approx([np.std([1, 2, 4], ddof=1), 0.0, 0.0], rel=1e-12)
    assert np.isnan(deviations[2])
    r = moments.correlations(found, "critic")
    assert r[0, 0] == 1.0
    assert np.isnan(r).sum() == 15


def test_pairs_without_enough_in_common_are_refused():
    few = np.array([[1.0, NAN], [2, NAN], [3, 1], [4, 2], [NAN, 3], [5, NAN]])
    with pytest.raises(RefusalError) as caught:
        moments.correlations(of(few), "critic", ["a", "b"])
    assert caught.value.code == "RI364"
    assert caught.value.params == {"method": "critic", "leaf": "a", "pairs": ["a × b (2)"]}
    flat = np.array([[1.0, 5, 8, 3], [1, 6, 9, 1], [1, 7, 6, 2], [2, NAN, 6, 5], [3, 4, NAN, 5], [1, NAN, NAN, 4]])
    flat[4, 0] = 1.0
    with pytest.raises(RefusalError) as caught:
        moments.correlations(of(flat), "pca")
    assert caught.value.code == "RI365"
    assert caught.value.params == {"method": "pca", "leaf": "1", "pairs": ["1 × 2"]}
    flat[3, 2] = NAN
    with pytest.raises(RefusalError) as caught:
        moments.correlations(of(flat), "pca", ["a", "b", "c", "d"])
    assert caught.value.params == {"method": "pca", "leaf": "a", "pairs": ["a × b", "a × c"]}


def test_almost_constant_over_a_pair_is_constant():
    matrix = np.array([[1.0, 5], [1 + 1e-9, 6], [1, 7], [2, NAN]])
    with pytest.raises(RefusalError, match="RI365"):
        moments.correlations(of(matrix), "critic")
    matrix[1, 0] = 1 + 1e-6
    assert moments.correlations(of(matrix), "critic")[0, 1] == pytest.approx(0.0, abs=1e-6)


def test_blocks_without_rows_count_for_nothing():
    matrix = random_table(8, 10, 3)
    found = of(matrix)
    empty = moments.comoments(matrix[:0], found.grid)
    assert same(moments.merge_comoments([empty, found, empty]), found)
    extents = ranges.merge([ranges.extents(matrix[:0]), ranges.extents(matrix)])
    assert extents.rows == 10
    assert np.array_equal(extents.minima, np.nanmin(matrix, axis=0))


def test_what_is_not_finite_and_mixed_grids_are_refused():
    matrix = random_table(9, 10, 3)
    with pytest.raises(ValueError, match="finite"):
        ranges.extents(np.where(np.isnan(matrix), np.inf, matrix) * [1.0, -np.inf, 1.0])
    with pytest.raises(ValueError, match="different grids"):
        moments.merge_comoments([of(matrix), of(2.0 * matrix)])


def test_very_small_ranges_are_still_measured():
    x = np.random.default_rng(10).random(20)
    found = of(np.stack([x * 1e-294, x * 1e300], axis=1))
    assert moments.correlations(found, "critic")[0, 1] == pytest.approx(1.0, abs=1e-6)
    assert moments.constant(found).tolist() == [False, False]


def test_the_sums_are_those_of_the_grid_numbers():
    matrix = np.random.default_rng(11).normal(size=(2500, 3))
    found = of(matrix)
    scaled = (matrix - found.grid.middle) * found.grid.factor
    h = np.rint(scaled)
    u = np.rint((scaled + h) * 4.0)
    l = np.rint((scaled - h) * 2.0**20)  # noqa: E741 - the letter of the text
    h, u, l = ([[int(value) for value in column] for column in part.T] for part in (h, u, l))  # noqa: E741
    for i in range(3):
        assert found.sums[i, 0] == sum((a << 20) + b for a, b in zip(h[i], l[i], strict=True))
        for j in range(3):
            high = sum(a * b for a, b in zip(h[i], h[j], strict=True))
            mixed = sum(a * b for a, b in zip(u[i], l[j], strict=True))
            mixed += sum(a * b for a, b in zip(u[j], l[i], strict=True))
            assert found.products[i, j] == (high << 23) + mixed


_BITS = """
import os
import subprocess
import sys

import numpy as np
from resilience_index.methods.weights import critic, entropy
matrix = np.random.default_rng(1).random((3000, 50))
print(critic.critic(matrix).tobytes().hex(), entropy.entropy(matrix).tobytes().hex())
"""


@pytest.mark.parametrize("name", ["OPENBLAS_NUM_THREADS", "OPENBLAS_CORETYPE"])
def test_neither_threads_nor_kernels_of_the_library_matter(name):
    values = {"OPENBLAS_NUM_THREADS": ("1", "2"), "OPENBLAS_CORETYPE": ("Prescott", "Haswell")}[name]
    printed = {
        subprocess.run(
            [sys.executable, "-c", _BITS], env={**os.environ, name: value}, capture_output=True, check=True
        ).stdout
        for value in values
    }
    assert len(printed) == 1
