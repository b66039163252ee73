import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from resilience_index.errors import RefusalError
from resilience_index.methods.weights import bwm


def arrays(*rows):
    return [np.array(row, dtype=float) for row in rows]


@st.composite
def judged(draw, most=9):
    """(best_to_others, others_to_worst, best, worst) on the scale 1 to 9, consistent or not."""
    size = draw(st.integers(2, most))
    best, worst = draw(st.permutations(range(size)))[:2]
    first = draw(st.lists(st.integers(1, 9), min_size=size, max_size=size))
    second = draw(st.lists(st.integers(1, 9), min_size=size, max_size=size))
    first[best] = second[worst] = 1
    second[best] = first[worst]
    return (*arrays(first, second), best, worst)


def rows_of(given, xi_column):
    """The inequalities of a model: rows · (w, ξ) ≤ 0, ξ entering as ``xi_column`` says."""
    first, second, best, worst = given
    size = len(first)
    for j in range(size):
        for sign in (1.0, -1.0):
            row = np.zeros(size + 1)
            row[best] += sign
            row[j] -= sign * first[j]
            yield xi_column(row, j)
            row = np.zeros(size + 1)
            row[j] += sign
            row[worst] -= sign * second[j]
            yield xi_column(row, worst)


def least_xi_linear(given):
    def charge(row, _):
        row[-1] -= 1.0
        return row

    rows = list(rows_of(given, charge))
    size = len(given[0])
    return linprog([0.0] * size + [1.0], rows, np.zeros(len(rows)), [[1.0] * size + [0.0]], [1.0])


def at_xi(given, xi, objective):
    """The linear program over the weights that are possible in the nonlinear model at ``xi``."""

    def charge(row, place):
        row[place] -= xi
        return row[:-1]

    rows = list(rows_of(given, charge))
    return linprog(objective, rows, np.zeros(len(rows)), [[1.0] * len(given[0])], [1.0])


# --- published figures

TRANSPORT = (*arrays([8, 2, 1], [1, 5, 8]), 2, 0)  # load flexibility, accessibility, cost


def test_bwm_nonlinear_transport_rezaei_2015():
    found = bwm.nonlinear(*TRANSPORT)
    assert found.weights == pytest.approx([0.0714, 0.3387, 0.5899], abs=3e-4)
    assert found.xi == pytest.approx(0.26, abs=5e-3)  # printed with two decimals
    assert found.consistency_index == pytest.approx(4.47, abs=5e-3)
    assert found.cr == pytest.approx(0.058, abs=3e-4)
    assert found.unique
    assert found.low == pytest.approx(found.high, abs=1e-12)


def test_bwm_linear_transport_rezaei_2015():
    found = bwm.linear(*TRANSPORT)
    assert found.weights == pytest.approx([0.07142857142857142, 0.32142857142857145, 0.6071428571428572], abs=1e-15)
    assert found.xi == pytest.approx(0.03571428571428581, abs=1e-15)
    assert found.unique


def test_bwm_consistency_index_rezaei_2015():
    printed = [0.0, 0.44, 1.0, 1.63, 2.30, 3.0, 3.73, 4.47, 5.23]
    exact = [0.0, 0.4384, 1.0, 1.6277, 2.2984, 3.0, 3.7251, 4.4689, 5.228]
    for value in range(1, 10):
        found = bwm.consistency_index(value)
        assert found == pytest.approx(printed[value - 1], abs=5e-3)
        assert found == pytest.approx(exact[value - 1], abs=5e-5)
        assert found**2 - (1 + 2 * value) * found + value**2 - value == pytest.approx(0.0, abs=1e-12)


# --- against a general solver


@settings(deadline=None, max_examples=60)
@given(judged())
def test_linear_is_the_optimum_of_the_program(given_judgments):
    found = bwm.linear(*given_judgments)
    solved = least_xi_linear(given_judgments)
    assert found.xi == pytest.approx(solved.fun, abs=1e-9)
    assert found.weights.sum() == pytest.approx(1.0, abs=1e-15)
    assert (found.weights >= 0).all()
    first, second, best, worst = given_judgments
    gaps = [np.abs(found.weights[best] - first * found.weights), np.abs(found.weights - second * found.weights[worst])]
    assert np.max(gaps) == pytest.approx(found.xi, abs=1e-12)
    if found.unique:
        assert found.weights == pytest.approx(solved.x[:-1], abs=1e-8)


@settings(deadline=None, max_examples=40)
@given(judged(7))
def test_nonlinear_is_the_least_possible_xi_with_its_intervals(given_judgments):
    found = bwm.nonlinear(*given_judgments)
    size = len(given_judgments[0])
    assert at_xi(given_judgments, found.xi + 1e-6, np.zeros(size)).status == 0
    if found.xi > 1e-3:
        assert at_xi(given_judgments, found.xi - 1e-4, np.zeros(size)).status == 2
    for j, axis in enumerate(np.eye(size)):
        assert found.low[j] == pytest.approx(at_xi(given_judgments, found.xi + 1e-8, axis).fun, abs=1e-6)
        assert found.high[j] == pytest.approx(-at_xi(given_judgments, found.xi + 1e-8, -axis).fun, abs=1e-6)
    assert found.weights.sum() == pytest.approx(1.0, abs=1e-15)
    assert found.unique == bool((found.high - found.low <= 1e-9).all())
    if size <= 3:
        assert found.unique


@settings(deadline=None, max_examples=60)
@given(judged(), st.integers(0, 2**32 - 1))
def test_the_order_of_the_elements_does_not_matter(given_judgments, seed):
    first, second, best, worst = given_judgments
    order = np.random.default_rng(seed).permutation(len(first))
    places = np.argsort(order)
    turned = (first[order], second[order], int(places[best]), int(places[worst]))
    for model in (bwm.linear, bwm.nonlinear):
        found = model(*given_judgments)
        again = model(*turned)
        assert again.weights == pytest.approx(found.weights[order], rel=1e-12)
        assert again.xi == pytest.approx(found.xi, abs=1e-14)
    check, again = bwm.input_consistency(*given_judgments), bwm.input_consistency(*turned)
    assert again.ratios.tolist() == check.ratios[order].tolist()


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 9).flatmap(lambda top: st.tuples(st.just(top), st.lists(st.sampled_from(
    [value for value in range(1, top + 1) if top % value == 0]), min_size=0, max_size=7))))  # fmt: skip
def test_consistent_judgments_give_their_weights(drawn):
    top, others = drawn
    first = np.array([1.0, *others, top])
    second = top / first
    given_judgments = (first, second, 0, len(first) - 1)
    expected = (1 / first) / (1 / first).sum()
    for model in (bwm.linear, bwm.nonlinear):
        found = model(*given_judgments)
        assert found.weights == pytest.approx(expected, rel=1e-14)
        assert (found.xi, found.unique) == (0.0, True)
    nonlinear = bwm.nonlinear(*given_judgments)
    assert nonlinear.low.tolist() == nonlinear.high.tolist() == nonlinear.weights.tolist()
    assert nonlinear.cr == (None if top == 1 else 0.0)
    assert bwm.input_consistency(*given_judgments).cr == 0.0


def test_several_weights_of_four_elements_are_intervals_with_their_centre():
    given_judgments = (*arrays([1, 2, 4, 8], [8, 4, 1, 1]), 0, 3)  # the third contradicts, the second has room
    found = bwm.nonlinear(*given_judgments)
    assert not found.unique
    assert (found.high > found.low).sum() >= 3
    middles = (found.low + found.high) / 2
    assert found.weights == pytest.approx(middles / middles.sum(), rel=1e-14)
    assert (found.low <= found.weights).all()
    assert (found.weights <= found.high).all()
    assert bwm.linear(*given_judgments).unique


def test_one_and_two_elements():
    for model in (bwm.linear, bwm.nonlinear):
        assert model(*arrays([1], [1]), 0, 0).weights.tolist() == [1.0]
        found = model(*arrays([1, 4], [4, 1]), 0, 1)
        assert found.weights == pytest.approx([0.8, 0.2])
        assert found.xi == 0.0


def test_best_and_worst_alike_have_no_consistency_index():
    found = bwm.nonlinear(*arrays([1, 3, 1], [1, 1, 1]), 0, 2)
    assert found.consistency_index == 0.0
    assert found.cr is None
    assert found.xi > 0


# --- the judgments themselves


def test_input_consistency_liang_brunelli_rezaei_2020():
    # |2 · 5 − 8| / (64 − 8)
    found = bwm.input_consistency(*TRANSPORT)
    assert found.ratios == pytest.approx([0.0, 2 / 56, 0.0])
    assert found.cr == pytest.approx(1 / 28)
    assert (found.too_large, found.reversals) == ((), ())


def test_input_contradictions_are_named():
    given_judgments = (*arrays([1, 3, 5, 9, 4], [4, 2, 3, 1, 1]), 0, 4)
    found = bwm.input_consistency(*given_judgments)
    assert found.too_large == (2, 3)  # five and nine times less than the best, the worst only four times
    assert found.reversals == ((1, 2), (2, 4))
    alike = bwm.input_consistency(*arrays([1, 3, 1], [1, 1, 1]), 0, 2)
    assert alike.cr == np.inf
    assert bwm.input_consistency(*arrays([1, 1, 1], [1, 1, 1]), 0, 2).cr == 0.0


@pytest.mark.parametrize(
    ("first", "second", "best", "worst", "code", "params"),
    [
        ([1, 2, 8], [8, 5, 1], 0, 0, "RI347", {"name": "a"}),
        ([1, 0.5, 8], [8, 5, 1], 0, 2, "RI344", {"pair": "a/b", "value": 0.5}),
        ([1, 2, 8], [8, np.nan, 1], 0, 2, "RI344", {"pair": "b/c", "value": None}),
        ([1, np.inf, 8], [8, 5, 1], 0, 2, "RI344", {"pair": "a/b", "value": np.inf}),
        ([2, 2, 8], [8, 5, 1], 0, 2, "RI345", {"name": "a", "value": 2.0}),
        ([1, 2, 8], [8, 5, 3], 0, 2, "RI345", {"name": "c", "value": 3.0}),
        ([1, 2, 8], [7, 5, 1], 0, 2, "RI346", {"forward": 8.0, "backward": 7.0}),
    ],
)
def test_what_are_no_judgments_is_refused(first, second, best, worst, code, params):
    for model in (bwm.linear, bwm.nonlinear, bwm.check_input):
        with pytest.raises(RefusalError) as caught:
            model(*arrays(first, second), best, worst, ["a", "b", "c"])
        assert (caught.value.code, caught.value.params) == (code, params)


def test_positions_name_what_has_no_name():
    with pytest.raises(RefusalError) as caught:
        bwm.linear(*arrays([1, 0, 8], [8, 5, 1]), 0, 2)
    assert caught.value.params["pair"] == "#1/#2"
