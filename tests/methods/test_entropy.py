import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from resilience_index.errors import RefusalError
from resilience_index.methods.weights import entropy, extents

NAN = np.nan


def refusal(call):
    with pytest.raises(RefusalError) as caught:
        call()
    return caught.value.code, caught.value.params


def divergence_of(values):
    """1 − e of one column."""
    x = np.array(values)[:, np.newaxis]
    found = extents.extents(x)
    on = entropy.scale(found)
    return float(entropy.divergences(entropy.measure(x, on), on, found)[0])


def test_entropy_zavadskas_podvezko_2016():
    # Int. J. of Information Technology & Decision Making 15(2), 2016: raw values, direction ignored
    matrix = np.array([[3.0, 100, 10, 7], [2.5, 80, 8, 5], [1.8, 50, 20, 11], [2.2, 70, 12, 9]])
    weights = entropy.entropy(matrix)
    assert weights == pytest.approx([0.1146, 0.1981, 0.4185, 0.2689], abs=6e-5)
    full = [0.11457544989508994, 0.1980819718190378, 0.4184612445596035, 0.26888133372626877]
    assert weights == pytest.approx(full, rel=1e-13)


def test_entropy_lee_chang_2018():
    # Renewable and Sustainable Energy Reviews 92, 2018
    matrix = np.array(
        [
            [4550.0, 30.0, 6.74, 20.0, 15.0, 5.0, 85.0, 150.0, 0.87, 4.76],
            [3005.0, 60.86, 2.4, 35.0, 27.0, 4.0, 26.0, 200.0, 0.17, 4.51],
            [2040.0, 14.85, 1.7, 90.0, 25.0, 5.0, 26.0, 500.0, 0.27, 4.19],
            [3370.0, 99.4, 3.25, 25.3, 54.0, 3.0, 45.0, 222.0, 0.21, 3.78],
            [3920.0, 112.6, 4.93, 11.4, 71.7, 2.0, 50.0, 100.0, 0.25, 4.11],
        ]
    )
    weights = entropy.entropy(matrix)
    printed = [0.026, 0.154, 0.089, 0.199, 0.115, 0.040, 0.080, 0.123, 0.172, 0.002]
    assert weights == pytest.approx(printed, abs=6e-4)
    assert weights[[0, 3, 9]] == pytest.approx(
        [0.025858302620117086, 0.1990662243009534, 0.0024598029705810735], rel=1e-12
    )


def test_zeros_and_constants():
    assert entropy.entropy(np.array([[0, 1], [0.5, 0.5], [1, 0]])) == pytest.approx([0.5, 0.5], abs=1e-12)
    assert entropy.entropy(np.array([[1.0, 5], [2, 5], [3, 5]])).tolist() == [1.0, 0.0]
    # one unit has everything: e = 0
    assert divergence_of([0.0, 0.0, 0.7]) == pytest.approx(1.0, abs=1e-15)
    assert divergence_of([0.0] * 4) == 0.0


def test_all_constant_is_refused():
    assert refusal(lambda: entropy.entropy(np.array([[2.0, 5], [2, 5], [2, 5]]))) == ("RI323", {"count": 2})
    assert refusal(lambda: entropy.weights_from(np.zeros(3))) == ("RI323", {"count": 3})


def test_fewer_than_three_units_are_refused():
    assert refusal(lambda: entropy.entropy(np.array([[1.0, 5], [2, 6]]))) == ("RI322", {"leaf": "1", "count": 2})
    assert refusal(lambda: entropy.entropy(np.array([[2.0], [2.0]]))) == ("RI322", {"leaf": "1", "count": 2})
    sparse = np.array([[1.0, 5], [2, 6], [3, NAN]])
    assert refusal(lambda: entropy.entropy(sparse, names=["roads", "wells"])) == (
        "RI322",
        {"leaf": "wells", "count": 2},
    )
    assert refusal(lambda: entropy.entropy(np.full((3, 1), NAN))) == ("RI322", {"leaf": "1", "count": 0})


def test_negatives_are_refused_unless_shifted_away():
    x = np.array([[-0.2], [NAN], [0.5], [1.0], [0.25]])
    assert refusal(lambda: entropy.entropy(x)) == ("RI321", {"leaf": "1", "value": -0.2})
    assert refusal(lambda: entropy.entropy(x, shift=0.1, names=["wells"])) == (
        "RI321",
        {"leaf": "wells", "value": -0.2},
    )
    assert entropy.entropy(x, shift=0.2).tolist() == [1.0]
    entropy.entropy(np.array([[-0.2, 1], [0.5, 2], [1, 4]]), shift=0.2)


def test_a_shift_changes_the_weights():
    matrix = np.array([[0.0, 0.2], [0.5, 0.4], [1.0, 0.9]])
    shifted = entropy.entropy(matrix, shift=0.01)
    assert shifted == pytest.approx(entropy.entropy(matrix + 0.01), rel=1e-14)
    assert abs(shifted[0] - entropy.entropy(matrix)[0]) > 1e-3


def test_sums_skip_missing_values():
    x = np.array([[0.5], [NAN], [0.25], [0.0], [1.0]])
    on = entropy.scale(extents.extents(x))
    sums = entropy.measure(x, on)
    assert math.ldexp(sums.x[0], int(on.x[0])) == 1.75
    total = math.ldexp(sums.xlnx[0], int(on.xlnx[0]))
    assert total == pytest.approx(0.5 * math.log(0.5) + 0.25 * math.log(0.25), rel=1e-14)
    assert math.isnan(x[1, 0])
    assert x[0, 0] == 0.5


def test_rounding_below_zero_is_zero():
    # nearly constant: 1 − e is about 1e-17 and its rounding may have either sign
    for last in (1.0 + 2.0**-52, 1.0 - 2.0**-53):
        assert 0.0 <= divergence_of([1.0] * 6 + [last]) < 1e-15
    assert entropy.divergence(3, 3.0, -1e-12) == 0.0


@pytest.mark.parametrize("rest", [3e-7, 1e-12, 3.0])
def test_units_that_lie_far_below_one_are_not_rounded_away(rest):
    # 5000 units share what one has a hundred thousand times and more: the sums are measured once more, finer
    x = np.full((5000, 1), rest)
    x[7] = 1e6 if rest > 1.0 else 1.0
    found = extents.extents(x)
    coarse = entropy.scale(found)
    fine = entropy.finer(entropy.measure(x, coarse), coarse, found)
    assert fine is not None
    assert fine.fine
    sums = entropy.measure(x, fine)
    assert entropy.finer(sums, fine, found) is None
    exact = sum(map(Fraction, x[:, 0].tolist()))
    assert abs(Fraction(int(sums.x[0])) * Fraction(2) ** (int(fine.x[0]) - 49) / exact - 1) < Fraction(1, 10**20)
    terms = math.fsum((x[:, 0] * np.log(x[:, 0])).tolist())
    expected = 1.0 - (math.log(exact) - terms / float(exact)) / math.log(5000)
    assert entropy.divergences(sums, fine, found)[0] == pytest.approx(expected, rel=1e-13)
    shuffled = np.random.default_rng(1).permutation(x)
    parts = [entropy.measure(block, fine) for block in np.array_split(shuffled, 7)]
    again = entropy.merge(parts)
    assert (again.x[0], again.xlnx[0]) == (sums.x[0], sums.xlnx[0])


def test_a_fine_scale_agrees_with_the_other_and_knows_no_layout():
    matrix = table((5, 3000, 4))
    found = extents.extents(matrix)
    coarse = entropy.scale(found)
    fine = coarse._replace(fine=True)
    assert entropy.finer(entropy.measure(matrix, coarse), coarse, found) is None
    sums = entropy.measure(matrix, fine)
    expected = entropy.divergences(entropy.measure(matrix, coarse), coarse, found)
    assert entropy.divergences(sums, fine, found) == pytest.approx(expected, rel=1e-12)
    for other in (np.asfortranarray(matrix), np.pad(matrix, ((0, 0), (1, 1)))[:, 1:-1]):
        again = entropy.measure(other, fine)
        assert again.x.tolist() == sums.x.tolist()
        assert again.xlnx.tolist() == sums.xlnx.tolist()


tables = st.tuples(st.integers(0, 2**32 - 1), st.integers(3, 40), st.integers(1, 6))


def table(drawn):
    seed, rows, columns = drawn
    rng = np.random.default_rng(seed)
    matrix = rng.random((rows, columns))
    matrix[rng.random(matrix.shape) < 0.1] = 0.0
    missing = rng.random(matrix.shape) < 0.1
    missing[:3] = False
    matrix[missing] = NAN
    matrix[0] += 0.1
    return matrix


@settings(deadline=None, max_examples=60)
@given(tables)
def test_agrees_with_the_printed_formula(drawn):
    matrix = table(drawn)
    expected = []
    for column in matrix.T:
        x = column[~np.isnan(column)]
        p = [value / math.fsum(x) for value in x if value > 0]
        expected.append(1 + math.fsum(q * math.log(q) for q in p) / math.log(len(x)))
    weights = entropy.entropy(matrix)
    assert weights == pytest.approx(np.array(expected) / math.fsum(expected), rel=1e-10)
    assert abs(math.fsum(weights) - 1) < 1e-12


@settings(deadline=None, max_examples=60)
@given(tables, st.lists(st.integers(0, 50), max_size=4))
def test_neither_order_nor_blocks_of_rows_change_a_bit(drawn, cuts):
    matrix = table(drawn)
    whole = entropy.entropy(matrix)
    order = np.random.default_rng(drawn[0]).permutation(len(matrix))
    assert entropy.entropy(matrix[order]).tobytes() == whole.tobytes()
    edges = sorted({0, len(matrix), *(cut % len(matrix) for cut in cuts)})
    blocks = np.split(matrix[order], edges[1:-1])
    found = extents.merge(extents.extents(block) for block in reversed(blocks))
    assert found.counts.tolist() == np.count_nonzero(~np.isnan(matrix), axis=0).tolist()
    on = entropy.scale(found)
    sums = entropy.merge(entropy.measure(block, on) for block in reversed(blocks))
    assert entropy.finer(sums, on, found) is None
    assert entropy.weights_from(entropy.divergences(sums, on, found)).tobytes() == whole.tobytes()


@settings(deadline=None, max_examples=60)
@given(tables, st.floats(1e-4, 1e6))
def test_units_of_measurement_do_not_matter(drawn, factor):
    matrix = table(drawn)
    assert entropy.entropy(matrix * factor) == pytest.approx(entropy.entropy(matrix), rel=1e-9, abs=1e-12)
    assert entropy.entropy(matrix * 1024.0) == pytest.approx(entropy.entropy(matrix), rel=1e-10, abs=1e-13)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.just(0.0) | st.floats(1e-280, 1.0), min_size=3, max_size=30))
def test_divergence_lies_in_0_to_1(values):
    assume(sum(values) > 0.0)
    assert 0.0 <= divergence_of(values) <= 1.0 + 1e-12
