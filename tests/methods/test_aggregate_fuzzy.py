"""Fuzzy comprehensive evaluation: memberships, the four operators, the score."""

import numpy as np
import pytest

from resilience_index.methods import aggregate_fuzzy as fuzzy

NAN = np.nan
GRADES = [1.0, 0.75, 0.5, 0.25, 0.0]
VOTES = [[4, 2, 1, 0, 0], [6, 1, 0, 0, 0], [0, 0, 5, 1, 1], [2, 2, 1, 1, 1]]
"""Seven votes on teaching, research and two more factors of a promotion, for five grades."""


def memberships():
    return [np.array(row, dtype=np.float64)[:, np.newaxis] / 7 for row in VOTES]


@pytest.mark.parametrize(
    ("weights", "max_min", "normalised", "average"),
    [
        (
            [0.2, 0.5, 0.1, 0.2],
            [0.5, 0.2, 1 / 7, 1 / 7, 1 / 7],
            [0.4430379746835444, 0.17721518987341778, 0.12658227848101267, 0.12658227848101267, 0.12658227848101267],
            [0.6, 0.1857142857142857, 0.1285714285714286, 0.04285714285714286, 0.04285714285714286],
        ),
        (
            [0.2, 0.1, 0.5, 0.2],
            [0.2, 0.2, 0.5, 1 / 7, 1 / 7],
            [0.16867469879518074, 0.16867469879518074, 0.42168674698795183, 0.12048192771084337, 0.12048192771084337],
            [0.2571428571428572, 0.12857142857142856, 0.4142857142857143, 0.1, 0.1],
        ),
    ],
)
def test_fuzzy_professor_promotion(weights, max_min, normalised, average):
    # The textbook prints two decimals of these; here they stand in full.
    found = fuzzy.compose(memberships(), np.array(weights), "min_max")
    assert found[:, 0].tolist() == pytest.approx(max_min, abs=1e-15)
    assert fuzzy.shares(found)[:, 0].tolist() == pytest.approx(normalised, abs=1e-15)
    assert fuzzy.compose(memberships(), np.array(weights), "product_sum")[:, 0].tolist() == pytest.approx(average)


def test_the_other_two_operators():
    # Children 0.6, 0.4 and 0.1, 0.9 with weights 3/4 and 1/4.
    parts = [np.array([[0.6], [0.4]]), np.array([[0.1], [0.9]])]
    weights = np.array([3.0, 1.0])
    # M(·,∨): max(0.45, 0.025), max(0.3, 0.225); M(∧,⊕): 0.6 + 0.1, 0.4 + 0.25
    assert fuzzy.compose(parts, weights, "product_max")[:, 0].tolist() == pytest.approx([0.45, 0.3])
    assert fuzzy.compose(parts, weights, "min_sum")[:, 0].tolist() == pytest.approx([0.7, 0.65])
    # Sums are bounded by 1.
    full = [np.ones((1, 1)), np.ones((1, 1)), np.ones((1, 1))]
    assert fuzzy.compose(full, np.ones(3), "min_sum")[0, 0] == pytest.approx(1.0)


def test_weights_are_shares_of_the_children_present():
    parts = [np.array([[1.0, NAN, NAN], [0.0, NAN, NAN]]), np.array([[0.2, 0.2, NAN], [0.8, 0.8, NAN]])]
    found = fuzzy.compose(parts, np.array([3.0, 1.0]), "product_sum")
    assert found[:, :2].T.tolist() == [pytest.approx([0.8, 0.2]), pytest.approx([0.2, 0.8])]
    assert np.isnan(found[:, 2]).all()
    assert np.isnan(fuzzy.score(found, [1.0, 0.0], "values")[2])
    assert np.isnan(fuzzy.score(found, [1.0, 0.0], "largest")[2])


def test_triangles_stand_on_the_grades():
    found = fuzzy.triangular(np.array([0.0, 0.1, 0.75, 0.9, 1.2, -3.0, NAN]), GRADES)
    assert found[:, 0].tolist() == [0, 0, 0, 0, 1]
    assert found[:, 1].tolist() == pytest.approx([0, 0, 0, 0.4, 0.6])
    assert found[:, 2].tolist() == [0, 1, 0, 0, 0]
    assert found[:, 3].tolist() == pytest.approx([0.6, 0.4, 0, 0, 0])
    assert found[:, 4].tolist() == [1, 0, 0, 0, 0]
    assert found[:, 5].tolist() == [0, 0, 0, 0, 1]
    assert np.isnan(found[:, 6]).all()
    rising = fuzzy.triangular(np.array([0.1]), GRADES[::-1])
    assert rising[::-1, 0].tolist() == pytest.approx(found[:, 1].tolist())


def test_bands_hold_their_lower_bounds():
    values = np.array([0.8, 0.79999, 0.6, 0.2, NAN])
    found = fuzzy.banded(values, [1.0, 0.7, 0.3], [0.8, 0.6])
    assert found[:, :4].T.tolist() == [[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert np.isnan(found[:, 4]).all()
    rising = fuzzy.banded(values, [0.3, 0.7, 1.0], [0.6, 0.8])
    assert rising[::-1, :4].tolist() == found[:, :4].tolist()


def test_votes_are_shares():
    found = fuzzy.from_votes([np.array([3.0, 0.0, NAN]), np.array([1.0, 0.0, 2.0])])
    assert found[:, 0].tolist() == [0.75, 0.25]
    assert np.isnan(found[:, 1]).all()
    assert found[:, 2].tolist() == [0.0, 1.0]


def test_scores_by_value_and_by_the_largest_membership():
    vector = np.array([[0.5, 0.4, 0.2], [0.3, 0.4, 0.2], [0.2, 0.2, 0.2]])
    assert fuzzy.score(vector, [1.0, 0.5, 0.0], "values").tolist() == pytest.approx([0.65, 0.6, 0.5])
    # Of equal memberships the lowest grade counts.
    assert fuzzy.score(vector, [1.0, 0.5, 0.0], "largest").tolist() == [1.0, 0.5, 0.0]
    assert fuzzy.score(vector[::-1], [0.0, 0.5, 1.0], "largest").tolist() == [1.0, 0.5, 0.0]


def test_means_of_triangles_are_means_of_values():
    # Under M(·,⊕) the score is the weighted mean: triangles of a value average to the value.
    rng = np.random.default_rng(3)
    children, weights = [rng.random(50) for _ in range(4)], np.array([0.1, 0.2, 0.3, 0.4])
    vector = fuzzy.compose([fuzzy.triangular(child, GRADES) for child in children], weights, "product_sum")
    expected = sum(weight * child for weight, child in zip(weights, children, strict=True))
    assert fuzzy.score(vector, GRADES, "values").tolist() == pytest.approx(expected.tolist(), abs=1e-14)
