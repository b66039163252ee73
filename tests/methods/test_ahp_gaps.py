import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from resilience_index.errors import RefusalError
from resilience_index.methods.weights import ahp, ahp_gaps

GAP = np.nan


def matrix_of(size, judgments):
    """A matrix from {(i, j): value}, one direction each."""
    matrix = np.full((size, size), GAP)
    np.fill_diagonal(matrix, 1.0)
    for (i, j), value in judgments.items():
        matrix[i, j] = value
    return ahp_gaps.reconciled(matrix)


def with_gaps(seed, count, size, gaps):
    """Reciprocal matrices of random judgments, ``gaps`` pairs of each missing, still connected."""
    rng = np.random.default_rng(seed)
    pairs = [(i, j) for i in range(size) for j in range(i + 1, size)]
    found = []
    for _ in range(count):
        logs = {pair: rng.normal() for pair in pairs}
        while True:
            left = [pairs[place] for place in rng.permutation(len(pairs))[gaps:]]
            matrix = matrix_of(size, {pair: np.exp(logs[pair]) for pair in left})
            if len(ahp_gaps.components(matrix)) == 1:
                break
        found.append(matrix)
    return np.stack(found)


HOUSING = dict(
    zip(
        ["ab", "ac", "ad", "ae", "af", "bd", "bf", "ce", "cg", "fd", "ga", "ge", "ha", "hb", "hd", "hf"],
        [5, 3, 7, 6, 6, 5, 3, 3, 6, 4, 3, 5, 4, 7, 8, 6],
        strict=True,
    )
)


def housing():
    return matrix_of(8, {("abcdefgh".index(i), "abcdefgh".index(j)): value for (i, j), value in HOUSING.items()})


# --- published figures


def test_ahp_incomplete_housing_bozoki_2010_least_eigenvalue():
    # The completion by cyclic coordinates: λmax as small as the 16 judgments allow
    completed = ahp_gaps.complete(housing()[np.newaxis], "eigenvalue")
    weights, lambda_max = ahp.eigenvector(completed)
    assert lambda_max[0] == pytest.approx(9.298092250355769, abs=1e-8)
    expected = [0.1893694419, 0.0566813797, 0.2116152138, 0.0174930329, 0.0319336357, 0.0353557274]
    assert weights[0] == pytest.approx([*expected, 0.1509270890, 0.3066244796], abs=2e-6)
    figures = {
        "bc": 0.3300157671, "be": 1.7197181575, "bg": 0.4663468704, "cd": 9.9206064754, "cf": 4.8525142209,
        "ch": 0.5696112788, "de": 0.5252689167, "dg": 0.1424405292, "ef": 0.9312042874, "eh": 0.1093088138,
        "fg": 0.2912086738, "gh": 0.4030928976,
    }  # fmt: skip
    assert len(figures) == len(ahp_gaps.missing_pairs(housing())) == 12
    for (i, j), value in figures.items():
        found = completed[0]["abcdefgh".index(i), "abcdefgh".index(j)]
        assert found == pytest.approx(value, rel=1e-4), (i, j)


def test_ahp_incomplete_housing_bozoki_2010_least_squares():
    # The same judgments by log least squares, from the normal equations; a little above the least λmax
    weights = ahp_gaps.least_squares(housing()[np.newaxis])[0]
    laplacian, right = np.zeros((8, 8)), np.zeros(8)
    for (first, second), value in HOUSING.items():
        i, j = "abcdefgh".index(first), "abcdefgh".index(second)
        laplacian[[i, j], [i, j]] += 1.0
        laplacian[[i, j], [j, i]] -= 1.0
        right[i] += np.log(value)
        right[j] -= np.log(value)
    solved = np.exp(np.linalg.lstsq(laplacian, right, rcond=None)[0])
    assert weights == pytest.approx(solved / solved.sum(), rel=1e-12)
    lambda_max = ahp.eigenvector(ahp_gaps.complete(housing()[np.newaxis]))[1][0]
    assert lambda_max == pytest.approx(9.3022764, abs=1e-6)


def test_ahp_harker_1987_agrees_with_both_completions():
    # 1 is twice 2 and 2 is twice 3: whatever the rule, 1 is four times 3
    matrix = matrix_of(3, {(0, 1): 2, (1, 2): 2})
    assert ahp_gaps.least_squares(matrix[np.newaxis])[0] == pytest.approx([4 / 7, 2 / 7, 1 / 7], abs=1e-15)
    for rule in ahp_gaps.COMPLETIONS:
        completed = ahp_gaps.complete(matrix[np.newaxis], rule)
        assert completed[0, 0, 2] == pytest.approx(4.0, rel=1e-14)
        weights, lambda_max = ahp.eigenvector(completed)
        assert weights[0] == pytest.approx([4 / 7, 2 / 7, 1 / 7], abs=1e-14)
        assert lambda_max[0] == pytest.approx(3.0, abs=1e-14)


# --- reciprocity


def test_both_directions_within_rounding_are_one_judgment():
    matrix = np.array([[1.0, 3.0, 0.14], [0.33, 1.0, 1.0], [7.0, 1.0, 1.0]])
    assert ahp_gaps.clashes(matrix) == []
    expected = [[1.0, 3.0, 1 / 7], [1 / 3, 1.0, 1.0], [7.0, 1.0, 1.0]]
    assert ahp_gaps.reconciled(matrix) == pytest.approx(np.array(expected), rel=1e-15)


def test_a_judgment_in_either_direction_is_enough():
    lower = np.array([[1.0, GAP, GAP], [0.5, 1.0, GAP], [GAP, 4.0, 1.0]])
    found = ahp_gaps.reconciled(lower)
    assert found[0, 1] == 2.0
    assert found[1, 2] == 0.25
    assert np.isnan(found[[0, 2], [2, 0]]).all()
    assert ahp_gaps.missing_pairs(found) == [(0, 2)]
    assert ahp_gaps.missing_pairs(np.eye(2) + 1) == []


def test_clashes_are_refused_by_name():
    matrix = np.array([[1.0, 3.0, 5.0], [3.0, 1.0, 2.0], [0.25, 0.5, 1.0]])
    found = ahp_gaps.clashes(matrix)
    assert [(item.first, item.second, item.value, item.reverse) for item in found] == [
        (0, 1, 3.0, 3.0),
        (0, 2, 5.0, 0.25),
    ]
    assert [item.product for item in found] == [9.0, 1.25]
    with pytest.raises(RefusalError) as caught:
        ahp_gaps.reconciled(matrix, names=["roads", "parks", "wells"])
    assert caught.value.code == "RI341"
    assert caught.value.params == {
        "pairs": ["roads/parks 3 × parks/roads 3 = 9", "roads/wells 5 × wells/roads 0.25 = 1.25"],
    }
    with pytest.raises(RefusalError) as unnamed:
        ahp_gaps.reconciled(matrix, tolerance=2.0)
    assert unnamed.value.params["pairs"] == ["#1/#2 3 × #2/#1 3 = 9"]


def test_neighbours_on_the_scale_always_clash():
    scale = [*(1 / value for value in range(2, 10)), *range(1, 10)]
    for forward in scale:
        for backward in scale:
            matrix = np.array([[1.0, forward], [1 / backward, 1.0]])
            assert bool(ahp_gaps.clashes(matrix)) == (forward != backward)


# --- connectivity


def test_components_name_the_parts():
    matrix = matrix_of(5, {(0, 3): 2, (3, 4): 1, (1, 2): 5})
    assert ahp_gaps.components(matrix) == [[0, 3, 4], [1, 2]]
    assert ahp_gaps.components(np.ones((1, 1))) == [[0]]
    assert ahp_gaps.components(np.full((3, 3), GAP)) == [[0], [1], [2]]


@pytest.mark.parametrize("function", [ahp_gaps.least_squares, ahp_gaps.complete])
def test_matrices_that_fall_apart_are_refused(function):
    whole = matrix_of(4, {(0, 1): 2, (1, 2): 2, (2, 3): 2})
    apart = matrix_of(4, {(0, 2): 2, (1, 3): 2})
    with pytest.raises(RefusalError) as caught:
        function(np.stack([whole, apart]), names=["a", "b", "c", "d"])
    assert (caught.value.code, caught.value.params) == ("RI340", {"count": 2, "parts": ["(a, c)", "(b, d)"]})
    with pytest.raises(RefusalError) as unnamed:
        function(apart[np.newaxis])
    assert unnamed.value.params["parts"] == ["(#1, #3)", "(#2, #4)"]


# --- least squares


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(3, 9), st.data())
def test_least_squares_solves_the_normal_equations(seed, size, data):
    gaps = data.draw(st.integers(0, (size - 1) * (size - 2) // 2))
    matrices = with_gaps(seed, 3, size, gaps)
    weights = ahp_gaps.least_squares(matrices)
    assert np.allclose(weights.sum(axis=1), 1.0, rtol=0, atol=1e-15)
    residuals = np.log(matrices) - np.log(weights[:, :, np.newaxis] / weights[:, np.newaxis, :])
    assert np.abs(np.nansum(residuals, axis=2)).max() < 1e-12
    for k in range(3):
        assert ahp_gaps.least_squares(matrices[k : k + 1])[0].tobytes() == weights[k].tobytes()


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(3, 7))
def test_completions_do_not_depend_on_the_order_of_the_elements(seed, size):
    matrices = with_gaps(seed, 2, size, size - 2)
    order = np.random.default_rng(seed).permutation(size)
    turned = matrices[:, order][:, :, order]
    assert np.allclose(ahp_gaps.least_squares(turned), ahp_gaps.least_squares(matrices)[:, order], rtol=1e-12, atol=0)
    for rule in ahp_gaps.COMPLETIONS:
        completed = ahp_gaps.complete(matrices, rule)
        assert np.allclose(ahp_gaps.complete(turned, rule), completed[:, order][:, :, order], rtol=1e-9, atol=0)


def test_without_gaps_they_are_the_row_geometric_means():
    matrices = with_gaps(3, 5, 6, 0)
    assert ahp_gaps.least_squares(matrices).tobytes() == ahp.geometric(matrices).tobytes()
    for rule in ahp_gaps.COMPLETIONS:
        assert ahp_gaps.complete(matrices, rule).tobytes() == matrices.tobytes()
    assert ahp_gaps.least_squares(np.ones((2, 1, 1))).tolist() == [[1.0]] * 2
    assert ahp_gaps.complete(np.ones((0, 3, 3))).shape == (0, 3, 3)


def test_a_chain_is_followed_exactly():
    matrix = matrix_of(30, {(i, i + 1): 2 for i in range(29)})
    weights = ahp_gaps.least_squares(matrix[np.newaxis])[0]
    assert weights == pytest.approx(2.0 ** -np.arange(1, 31) / (1 - 2.0**-30), rel=1e-12)


# --- completion


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**32 - 1), st.integers(3, 7))
def test_completing_leaves_judgments_alone_and_stays_reciprocal(seed, size):
    matrices = with_gaps(seed, 3, size, size - 2)
    given_cells = ~np.isnan(matrices)
    rows, columns = np.triu_indices(size, 1)
    for rule in ahp_gaps.COMPLETIONS:
        completed = ahp_gaps.complete(matrices, rule)
        assert (completed[given_cells] == matrices[given_cells]).all()
        assert (completed[:, columns, rows] == 1 / completed[:, rows, columns]).all()
        if rule == "least_squares":
            assert np.allclose(ahp.geometric(completed), ahp_gaps.least_squares(matrices), rtol=1e-12, atol=0)


def test_least_eigenvalue_agrees_with_a_general_minimiser():
    matrices = with_gaps(7, 6, 5, 3)
    completed = ahp_gaps.complete(matrices, "eigenvalue")
    found = ahp.eigenvector(completed)[1]
    for k, matrix in enumerate(matrices):
        pairs = ahp_gaps.missing_pairs(matrix)

        def lambda_of(logs, matrix=matrix, pairs=pairs):
            filled = matrix.copy()
            for (i, j), value in zip(pairs, logs, strict=True):
                filled[i, j], filled[j, i] = np.exp(value), np.exp(-value)
            return np.linalg.eigvals(filled).real.max()

        best = minimize(lambda_of, np.zeros(len(pairs)), method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-13})
        assert found[k] == pytest.approx(best.fun, abs=1e-9)
        assert [completed[k][pair] for pair in pairs] == pytest.approx(np.exp(best.x), rel=1e-4)
    assert (found <= ahp.eigenvector(ahp_gaps.complete(matrices))[1] + 1e-12).all()


def test_a_search_that_does_not_settle_is_refused(monkeypatch):
    monkeypatch.setattr(ahp_gaps, "_MOST_ROUNDS", 2)
    with pytest.raises(RefusalError) as caught:
        ahp_gaps.complete(with_gaps(7, 2, 6, 5), "eigenvalue")
    assert (caught.value.code, caught.value.params) == ("RI342", {"rounds": 2, "tolerance": 1e-12})


def test_a_matrix_does_not_know_its_batch():
    matrices = with_gaps(11, 6, 5, 3)
    for rule in ahp_gaps.COMPLETIONS:
        together = ahp_gaps.complete(matrices, rule)
        for k in range(len(matrices)):
            assert ahp_gaps.complete(matrices[k : k + 1], rule)[0].tobytes() == together[k].tobytes()


# --- consistency of completed matrices


def test_random_index_with_gaps_agoston_csato_2022():
    assert ahp_gaps.random_index_with_gaps(5, 0) == ahp.random_index(5)
    assert ahp_gaps.random_index_with_gaps(5, 3) == pytest.approx(ahp.random_index(5) / 2)
    assert ahp_gaps.random_index_with_gaps(5, 6) == 0.0
    assert ahp_gaps.random_index_with_gaps(2, 0) == 0.0
    assert ahp_gaps.random_index_with_gaps(6, 2, "saaty_2005") == pytest.approx(1.25 * 0.8)


@pytest.mark.parametrize(("size", "gaps"), [(4, 1), (4, 2), (5, 2), (6, 4)])
def test_random_index_with_gaps_is_the_mean_of_simulated_matrices(size, gaps):
    rng = np.random.default_rng(size * 10 + gaps)
    scale = np.array([*(1 / value for value in range(9, 1, -1)), *range(1, 10)])
    matrices = with_gaps(size, 1000, size, gaps)
    draws = scale[rng.integers(0, 17, matrices.shape)]
    upper = np.triu(draws, 1)
    with np.errstate(divide="ignore"):
        drawn = np.where(upper > 0, upper, 1 / np.swapaxes(upper, 1, 2))
    drawn[:, range(size), range(size)] = 1.0
    drawn[np.isnan(matrices)] = GAP
    lambda_max = ahp.eigenvector(ahp_gaps.complete(drawn, "eigenvalue"))[1]
    mean = ((lambda_max - size) / (size - 1)).mean()
    assert mean == pytest.approx(ahp_gaps.random_index_with_gaps(size, gaps), abs=0.04)


def test_consistency_of_a_completed_matrix_names_both_indices():
    found = ahp_gaps.completed_consistency(5.4, 5, 3, "saaty_1980")
    assert (found.ci, found.ri, found.missing, found.ri_table) == (pytest.approx(0.1), 1.12, 3, "saaty_1980")
    assert found.cr == pytest.approx(0.1 / 1.12)
    assert found.ri_gaps == pytest.approx(0.56)
    assert found.cr_gaps == pytest.approx(2 * found.cr)
    tree = ahp_gaps.completed_consistency(5.0, 5, 6)
    assert (tree.cr, tree.ri_gaps, tree.cr_gaps) == (0.0, None, None)
    pair = ahp_gaps.completed_consistency(2.0, 2, 0)
    assert (pair.cr, pair.ri_gaps, pair.cr_gaps) == (None, None, None)
    with pytest.raises(RefusalError, match="RI311"):
        ahp_gaps.completed_consistency(17.0, 16, 1, "saaty_1980")
