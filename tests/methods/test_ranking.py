import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_index.errors import RefusalError
from resilience_index.methods.weights import ranking

ONE = np.ones(1)


def ranked(*places, rule="centroid"):
    return ranking.ranked(np.array(places, dtype=float), np.ones(len(places)), rule)


# --- weights of places


@pytest.mark.parametrize(
    ("rule", "count", "expected"),
    [
        ("centroid", 2, [0.75, 0.25]),
        ("centroid", 3, [0.6111, 0.2778, 0.1111]),
        ("centroid", 4, [0.5208, 0.2708, 0.1458, 0.0625]),
        ("centroid", 5, [0.4567, 0.2567, 0.1567, 0.0900, 0.0400]),
        ("sum", 3, [0.5, 0.3333, 0.1667]),
        ("sum", 5, [0.3333, 0.2667, 0.2, 0.1333, 0.0667]),
        ("reciprocal", 3, [0.5455, 0.2727, 0.1818]),
        ("reciprocal", 4, [0.48, 0.24, 0.16, 0.12]),
    ],
)
def test_place_weights_barron_barrett_1996(rule, count, expected):
    assert ranking.place_weights(count, rule) == pytest.approx(expected, abs=5e-5)
    assert ranked(range(1, count + 1), rule=rule) == pytest.approx(ranking.place_weights(count, rule), rel=1e-15)


@pytest.mark.parametrize("rule", ranking.RANK_RULES)
def test_place_weights_fall_and_sum_to_1(rule):
    for count in range(1, 31):
        weights = ranking.place_weights(count, rule)
        assert abs(math.fsum(weights.tolist()) - 1) < 1e-15
        assert (np.diff(weights) < 0).all()
        assert (weights > 0).all()


def test_centroid_is_the_mean_of_all_weights_in_that_order():
    draws = -np.sort(-np.random.default_rng(5).dirichlet(np.ones(4), 40_000), axis=1)
    assert draws.mean(axis=0) == pytest.approx(ranking.place_weights(4), abs=2e-3)


# --- rankings


def test_elements_on_a_level_share_the_mean_weight():
    expected = ranking.place_weights(4)
    middle = (expected[1] + expected[2]) / 2
    for places in ([1, 2, 2, 4], [1, 2.5, 2.5, 4], [1, 2, 2, 3]):
        assert ranked(places) == pytest.approx([expected[0], middle, middle, expected[3]], rel=1e-15)
    for places in ([1, 1, 1], [2, 2, 2]):
        assert ranked(places).tolist() == [1 / 3] * 3
    assert ranked([1]).tolist() == [1.0]


def test_experts_are_averaged_by_weight():
    places = np.array([[1.0, 2.0], [2.0, 1.0]])
    assert ranking.ranked(places, np.ones(2)).tolist() == [0.5, 0.5]
    assert ranking.ranked(places, np.array([3.0, 1.0])) == pytest.approx([0.625, 0.375], rel=1e-15)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 8), st.sampled_from(ranking.RANK_RULES))
def test_rankings_do_not_depend_on_the_order_of_experts_or_elements(seed, count, size, rule):
    rng = np.random.default_rng(seed)
    places = np.stack([rng.permutation(size) + 1.0 for _ in range(count)])
    weights = rng.random(count) + 0.1
    found = ranking.ranked(places, weights, rule)
    order, turned = rng.permutation(count), rng.permutation(size)
    assert ranking.ranked(places[order], weights[order], rule).tobytes() == found.tobytes()
    assert ranking.ranked(places[:, turned], weights, rule).tobytes() == found[turned].tobytes()
    assert abs(math.fsum(found.tolist()) - 1) < 1e-15


@pytest.mark.parametrize(
    "places", [[0, 1, 2], [1, 1, 4], [1, 2, 5], [1, 3, 3], [2, 3, 4], [1, math.nan, 2], [1.5, 2, 3]]
)
def test_what_is_no_ranking_is_refused(places):
    with pytest.raises(RefusalError) as caught:
        ranking.ranked(np.array([[1.0, 2.0, 3.0], places]), np.ones(2), experts=["E01", "E02"])
    assert caught.value.code == "RI352"
    assert caught.value.params["places"] == [None if math.isnan(place) else float(place) for place in places]
    assert (caught.value.params["expert"], caught.value.params["count"]) == ("E02", 3)


# --- precedence chart


def chart(*rows):
    return np.array([rows], dtype=float)


def test_precedence_chart_by_hand():
    # A before B and C, B and C level
    given_chart = chart([0.5, 1, 1], [0, 0.5, 0.5], [0, 0.5, 0.5])
    assert ranking.precedence_chart(given_chart, ONE) == pytest.approx([2.5 / 4.5, 1 / 4.5, 1 / 4.5], rel=1e-15)
    bare = ranking.precedence_chart(given_chart, ONE, diagonal=False)
    assert bare == pytest.approx([2 / 3, 1 / 6, 1 / 6], rel=1e-15)


def test_the_least_important_keeps_a_weight_only_with_the_diagonal():
    given_chart = ranking.chart_from_scores(np.array([9.0, 7.0, 5.0]))[np.newaxis]
    assert ranking.precedence_chart(given_chart, ONE) == pytest.approx([5 / 9, 3 / 9, 1 / 9], rel=1e-15)
    assert ranking.precedence_chart(given_chart, ONE, diagonal=False)[2] == 0.0
    assert ranking.precedence_chart(np.ones((1, 1, 1)), ONE, diagonal=False).tolist() == [1.0]


def test_chart_from_scores_takes_rounding_noise_as_a_tie():
    found = ranking.chart_from_scores(np.array([0.1 + 0.2, 0.3, 0.5]))
    assert found.tolist() == [[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [1.0, 1.0, 0.5]]


def test_charts_are_averaged_over_the_experts():
    two = np.stack([ranking.chart_from_scores(np.array([2.0, 1.0])), ranking.chart_from_scores(np.array([1.0, 2.0]))])
    assert ranking.precedence_chart(two, np.ones(2)).tolist() == [0.5, 0.5]
    assert ranking.precedence_chart(two, np.array([3.0, 1.0])) == pytest.approx([0.625, 0.375], rel=1e-15)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=8), st.booleans())
def test_charts_do_not_depend_on_the_order_of_the_elements(scores, diagonal):
    values = np.array(scores, dtype=float)
    if len(scores) == 1 and not diagonal:
        return
    found = ranking.precedence_chart(ranking.chart_from_scores(values)[np.newaxis], ONE, diagonal=diagonal)
    backwards = ranking.chart_from_scores(values[::-1])[np.newaxis]
    assert ranking.precedence_chart(backwards, ONE, diagonal=diagonal).tobytes() == found[::-1].tobytes()
    assert abs(math.fsum(found.tolist()) - 1) < 1e-15
    better = values[:, np.newaxis] > values
    assert (found[:, np.newaxis] > found)[better].all()


@pytest.mark.parametrize(("value", "reverse"), [(1.0, 1.0), (0.7, 0.3), (math.nan, 0.0), (0.5, 0.0)])
def test_charts_with_other_values_are_refused(value, reverse):
    given_chart = chart([0.5, 1, value], [0, 0.5, 1], [reverse, 0, 0.5])
    with pytest.raises(RefusalError) as caught:
        ranking.precedence_chart(given_chart, ONE, names=["a", "b", "c"])
    params = caught.value.params
    assert (caught.value.code, params["expert"], params["first"], params["second"]) == ("RI353", "#1", "a", "c")
    assert (params["value"], params["reverse"]) == (None if math.isnan(value) else value, reverse)
