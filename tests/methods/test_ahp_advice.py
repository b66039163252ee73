import math
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_index.errors import RefusalError
from resilience_index.methods.weights import ahp, ahp_advice, ahp_gaps


def reciprocal(upper):
    """A matrix (n, n) from the rows above its diagonal; a fraction is written as text, a gap as None."""
    size = len(upper) + 1
    matrix = np.ones((size, size))
    for i, row in enumerate(upper):
        for j, cell in enumerate(row, start=i + 1):
            matrix[i, j] = math.nan if cell is None else float(Fraction(cell))
            matrix[j, i] = 1 / matrix[i, j]
    return matrix


def cr_of(matrix, table=ahp.DEFAULT_TABLE):
    lambda_max = max(np.linalg.eigvals(matrix).real)
    return ahp.consistency(lambda_max, len(matrix), table).cr


def changed(matrix, i, j, value):
    result = matrix.copy()
    result[i, j], result[j, i] = value, 1 / value
    return result


def judged(seed, size):
    """Random judgments of Saaty's scale."""
    rng = np.random.default_rng(seed)
    matrix = np.ones((size, size))
    for i, j in combinations(range(size), 2):
        matrix[i, j] = float(ahp_advice.SCALE[rng.integers(17)])
        matrix[j, i] = 1 / matrix[i, j]
    return matrix


matrices = st.builds(judged, st.integers(0, 2**32 - 1), st.integers(3, 7))
# 2 is thrice 3 and 3 seven times 5, yet 2 only twice 5
UPPER = [["1/2", "1/3", 1, 3], [3, 1, 2], [1, 7], [2]]


# --- triads


def test_worst_triad_holds_the_three_judgments():
    matrix = reciprocal(UPPER)
    worst = ahp_advice.worst_triad(matrix)
    assert worst.elements == (1, 2, 4)
    assert worst.judgments == (3.0, 7.0, 2.0)
    assert worst.ratio == pytest.approx(3 * 7 / 2)
    every = ahp_advice.triads(matrix)
    assert len(every) == 10
    assert every[0] == worst
    assert ahp_advice.triads(matrix, 3) == every[:3]
    assert [item.ratio for item in every] == sorted((item.ratio for item in every), reverse=True)


def test_triads_with_gaps_and_of_two_elements():
    matrix = reciprocal([[2, None, 5], [3, None], [4]])
    assert [item.elements for item in ahp_advice.triads(matrix)] == []
    assert ahp_advice.worst_triad(matrix) is None
    matrix = reciprocal([[2, 9, None], [3, None], [4]])
    assert ahp_advice.worst_triad(matrix).elements == (0, 1, 2)
    assert ahp_advice.worst_triad(matrix).ratio == pytest.approx(1.5)
    assert ahp_advice.worst_triad(np.ones((2, 2))) is None


@settings(deadline=None, max_examples=40)
@given(matrices)
def test_ratios_of_triads_do_not_depend_on_the_order_of_the_elements(matrix):
    order = np.random.default_rng(1).permutation(len(matrix))
    turned = ahp_advice.triads(matrix[order][:, order])
    ratios = [item.ratio for item in ahp_advice.triads(matrix)]
    assert [item.ratio for item in turned] == pytest.approx(ratios, rel=1e-12)
    assert all(ratio >= 1.0 for ratio in ratios)


# --- circles


def test_a_strict_circle_is_listed_with_its_direction():
    matrix = reciprocal([[2, "1/4", 3], [5, 4], [2]])
    (found,) = ahp_advice.three_cycles(matrix)
    assert found.elements == (0, 1, 2)
    assert found.judgments == (2.0, 5.0, 4.0)
    assert found.strength == 40.0
    assert found.strict
    assert [item.elements for item in ahp_advice.three_cycles(matrix.T)] == [(0, 2, 1)]


def test_circles_with_a_tie_only_when_asked():
    matrix = reciprocal([[2, 1], [1]])
    assert ahp_advice.three_cycles(matrix) == []
    (found,) = ahp_advice.three_cycles(matrix, with_ties=True)
    assert (found.elements, found.strict, found.strength) == ((0, 1, 2), False, 2.0)
    assert ahp_advice.three_cycles(np.ones((4, 4)), with_ties=True) == []
    assert ahp_advice.three_cycles(reciprocal([[2, None], [5]]), with_ties=True) == []


def test_the_strongest_circle_comes_first():
    matrix = reciprocal([[2, "1/2", "1/9"], [2, 9], [9]])
    found = ahp_advice.three_cycles(matrix)
    assert [item.strength for item in found] == sorted((item.strength for item in found), reverse=True)
    assert found[0].strength > found[-1].strength


@settings(deadline=None, max_examples=40)
@given(matrices)
def test_circles_are_those_a_plain_search_finds(matrix):
    size = len(matrix)
    expected = {
        (i, j, k)
        for i in range(size)
        for j in range(size)
        for k in range(size)
        if i < min(j, k) and matrix[i, j] > 1 and matrix[j, k] > 1 and matrix[k, i] > 1
    }
    assert {item.elements for item in ahp_advice.three_cycles(matrix)} == expected


@settings(deadline=None, max_examples=20)
@given(st.lists(st.floats(0.1, 10), min_size=3, max_size=8))
def test_a_consistent_expert_has_nothing_to_look_at(weights):
    w = np.array(weights)
    matrix = w[:, np.newaxis] / w
    assert ahp_advice.three_cycles(matrix) == []
    assert ahp_advice.worst_triad(matrix).ratio == pytest.approx(1.0, abs=1e-12)
    assert ahp_advice.best_change(matrix) is None
    proposal = ahp_advice.propose(matrix)
    assert (proposal.changes, proposal.cr_before, proposal.reached) == ((), 0.0, True)
    for item in ahp_advice.suggestions(matrix):
        assert item.fitted == pytest.approx(item.value, rel=1e-12)
        assert item.cr_fitted == 0.0


# --- the scale


def test_nearest_on_the_scale_is_by_ratio():
    assert len(ahp_advice.SCALE) == 17
    assert ahp_advice.nearest_on_scale(4.4) == 4
    assert ahp_advice.nearest_on_scale(4.5) == 5  # beyond √20 = 4.47
    assert ahp_advice.nearest_on_scale(1 / 4.4) == Fraction(1, 4)
    assert ahp_advice.nearest_on_scale(1e6) == 9
    assert ahp_advice.nearest_on_scale(1e-6) == Fraction(1, 9)
    assert ahp_advice.nearest_on_scale(math.sqrt(2)) == 1
    assert ahp_advice.nearest_on_scale(math.sqrt(6)) == 2
    assert ahp_advice.nearest_on_scale(1 / math.sqrt(6)) == Fraction(1, 2)
    for value in ahp_advice.SCALE:
        assert ahp_advice.nearest_on_scale(float(value)) == value


# --- suggestions


@settings(deadline=None, max_examples=30)
@given(matrices)
def test_suggestions_are_the_estimate_left_out_and_its_cr(matrix):
    found = ahp_advice.suggestions(matrix)
    size = len(matrix)
    assert [(item.first, item.second) for item in found] == list(combinations(range(size), 2))
    for item in found:
        i, j = item.first, item.second
        others = [k for k in range(size) if k not in (i, j)]
        logs = [math.log(matrix[i, k] * matrix[k, j]) for k in others]
        assert item.value == matrix[i, j]
        assert item.fitted == pytest.approx(math.exp(sum(logs) / len(logs)), rel=1e-12)
        without = changed(matrix, i, j, math.nan)
        weights = ahp_gaps.least_squares(without[np.newaxis])[0]
        assert item.fitted == pytest.approx(weights[i] / weights[j], rel=1e-11)
        assert item.cr_fitted == pytest.approx(cr_of(changed(matrix, i, j, item.fitted)), abs=1e-9)
        assert item.nearest == ahp_advice.nearest_on_scale(item.fitted)
        assert item.cr_nearest == pytest.approx(cr_of(changed(matrix, i, j, float(item.nearest))), abs=1e-9)


def test_suggestions_name_the_table():
    matrix = reciprocal(UPPER)
    for table in ahp.RANDOM_INDEX:
        item = ahp_advice.suggestions(matrix, table)[4]
        assert item.cr_nearest == pytest.approx(cr_of(changed(matrix, 1, 2, 0.5), table), abs=1e-9)


def test_the_best_change_of_one_wild_judgment_is_to_take_it_back():
    w = np.array([8.0, 4.0, 2.0, 1.0, 1.0])
    matrix = changed(w[:, np.newaxis] / w, 1, 3, 1 / 4)
    best = ahp_advice.best_change(matrix)
    assert (best.first, best.second, best.nearest) == (1, 3, 4)
    assert best.fitted == pytest.approx(4.0)
    assert best.cr_nearest == 0.0
    assert cr_of(matrix) > 0.1
    order = [3, 0, 4, 2, 1]
    turned = ahp_advice.best_change(matrix[order][:, order])
    assert (turned.first, turned.second, turned.nearest) == (0, 4, Fraction(1, 4))


def test_best_change_is_the_lowest_cr_of_all():
    matrix = reciprocal(UPPER)
    best = ahp_advice.best_change(matrix)
    assert (best.first, best.second, best.nearest) == (1, 2, Fraction(1, 2))
    assert best.cr_nearest == min(item.cr_nearest for item in ahp_advice.suggestions(matrix))
    assert best.cr_nearest == pytest.approx(0.0511519, abs=1e-6)


def test_one_and_two_elements_have_nothing_to_change():
    for size in (1, 2):
        matrix = np.ones((size, size))
        assert ahp_advice.best_change(matrix) is None
        proposal = ahp_advice.propose(matrix)
        assert (proposal.changes, proposal.cr_before, proposal.cr_after, proposal.reached) == ((), None, None, True)


def test_gaps_are_completed_and_bridges_have_no_estimate():
    # 0, 1 and 2 compare with each other; 3 hangs on 2 alone
    matrix = reciprocal([[2, "1/9", None], [3, None], [4]])
    found = {(item.first, item.second): item for item in ahp_advice.suggestions(matrix)}
    assert set(found) == {(0, 1), (0, 2), (1, 2), (2, 3)}
    bridge = found[2, 3]
    assert (bridge.value, bridge.fitted, bridge.cr_fitted, bridge.nearest, bridge.cr_nearest) == (4.0, *[None] * 4)
    assert found[0, 2].fitted == pytest.approx(6.0)
    assert found[0, 2].cr_fitted == 0.0
    best = ahp_advice.best_change(matrix)
    assert best.cr_nearest == 0.0
    proposal = ahp_advice.propose(matrix)
    assert proposal.reached
    assert np.isnan(proposal.matrix[[0, 1, 3], [3, 3, 0]]).all()
    assert proposal.cr_before == pytest.approx(cr_of(ahp_gaps.complete(matrix[np.newaxis])[0]), abs=1e-9)


def test_a_tree_of_judgments_has_no_suggestions():
    matrix = reciprocal([[2, None], [3]])
    assert all(item.fitted is None for item in ahp_advice.suggestions(matrix))
    assert ahp_advice.best_change(matrix) is None


def test_what_falls_apart_or_is_above_the_table_is_refused():
    with pytest.raises(RefusalError, match="RI340"):
        ahp_advice.propose(reciprocal([[2, None, None], [None, None], [3]]))
    with pytest.raises(RefusalError, match="RI311"):
        ahp_advice.propose(judged(1, 16), table="saaty_1980")


# --- proposals


@settings(deadline=None, max_examples=25)
@given(matrices, st.sampled_from([0.0, 0.05, 0.1, 0.5]))
def test_a_proposal_lists_every_change_with_its_effect(matrix, threshold):
    original = matrix.copy()
    proposal = ahp_advice.propose(matrix, threshold)
    assert (matrix == original).all()  # a proposal, nothing applied
    assert proposal.cr_before == pytest.approx(cr_of(matrix), abs=1e-9)
    assert proposal.reached == (proposal.cr_after <= threshold)
    assert bool(proposal.changes) <= (proposal.cr_before > threshold)
    current, cr = matrix.copy(), proposal.cr_before
    for change in proposal.changes:
        assert change.before == current[change.first, change.second] == original[change.first, change.second]
        assert change.cr_before == cr
        assert change.cr_after < cr
        assert change.after in ahp_advice.SCALE
        current = changed(current, change.first, change.second, float(change.after))
        cr = change.cr_after
        assert cr == pytest.approx(cr_of(current), abs=1e-9)
    assert (current == proposal.matrix).all()
    assert cr == proposal.cr_after
    assert list(proposal.cycles_left) == ahp_advice.three_cycles(current)
    pairs = [(change.first, change.second) for change in proposal.changes]
    assert len(set(pairs)) == len(pairs)


def test_a_proposal_stops_as_soon_as_it_passes():
    proposal = ahp_advice.propose(reciprocal(UPPER))
    assert [(item.first, item.second, item.after) for item in proposal.changes] == [(1, 2, Fraction(1, 2))]
    assert proposal.reached
    assert (proposal.threshold, proposal.ri_table) == (0.10, "alonso_lamata_2006")
    stricter = ahp_advice.propose(reciprocal(UPPER), 0.02)
    assert len(stricter.changes) > 1
    assert stricter.changes[0] == proposal.changes[0]


def test_a_proposal_that_passes_tells_of_the_circles_it_leaves():
    # Slight preferences in a circle: the degrees nearly agree, the order does not
    matrix = reciprocal([[1.2, "5/6"], [1.2]])
    proposal = ahp_advice.propose(matrix)
    assert (proposal.changes, proposal.reached) == ((), True)
    assert [cycle.elements for cycle in proposal.cycles_left] == [(0, 1, 2)]


def test_a_proposal_that_cannot_reach_says_so():
    # A CR of 0 asks for ratios that the scale does not have
    proposal = ahp_advice.propose(judged(2, 4), 0.0)
    assert not proposal.reached
    assert proposal.changes
    assert 0 < proposal.cr_after < proposal.cr_before
