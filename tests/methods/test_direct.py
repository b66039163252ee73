import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_index.errors import RefusalError
from resilience_index.methods.weights import direct, swing


def refusal(function, *arguments, **options):
    with pytest.raises(RefusalError) as caught:
        function(*arguments, **options)
    return caught.value.code, caught.value.params


# --- points


def test_points_of_two_experts_by_hand():
    given_points = np.array([[50.0, 30.0, 20.0], [20.0, 30.0, 50.0]])
    assert direct.points(given_points, np.ones(2)) == pytest.approx([0.35, 0.3, 0.35], rel=1e-15)
    assert direct.points(given_points, np.array([3.0, 1.0]), budget=100) == pytest.approx(
        [0.425, 0.3, 0.275], rel=1e-15
    )


def test_every_expert_counts_alike_whatever_the_total():
    given_points = np.array([[5.0, 5.0], [300.0, 100.0]])
    assert direct.points(given_points, np.ones(2)) == pytest.approx([0.625, 0.375], rel=1e-15)
    assert direct.shares(given_points).tolist() == [[0.5, 0.5], [0.75, 0.25]]


def test_no_points_for_an_element_is_weight_0():
    assert direct.points(np.array([[10.0, 0.0]]), np.ones(1)).tolist() == [1.0, 0.0]


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 8))
def test_points_do_not_depend_on_the_order_of_experts_or_elements(seed, count, size):
    rng = np.random.default_rng(seed)
    given_points, weights = rng.integers(1, 101, (count, size)).astype(float), rng.random(count) + 0.1
    found = direct.points(given_points, weights)
    assert abs(math.fsum(found.tolist()) - 1) < 1e-15
    order, turned = rng.permutation(count), rng.permutation(size)
    assert direct.points(given_points[order], weights[order]).tobytes() == found.tobytes()
    assert direct.points(given_points[:, turned], weights).tobytes() == found[turned].tobytes()
    expected = np.average(given_points / given_points.sum(axis=1, keepdims=True), axis=0, weights=weights)
    assert np.allclose(found, expected, rtol=1e-13, atol=0)
    assert np.allclose(direct.points(given_points * 3.7, weights), found, rtol=1e-14, atol=0)


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf])
def test_points_below_0_or_missing_are_refused(value):
    shown = None if math.isnan(value) else value
    code, params = refusal(direct.points, np.array([[5.0, 5.0], [3.0, value]]), np.ones(2))
    assert (code, params) == ("RI348", {"expert": "#2", "name": "#2", "value": shown})
    names = {"names": ["roads", "parks"], "experts": ["E01", "E02"]}
    assert refusal(direct.points, np.array([[5.0, 5.0], [value, 1.0]]), np.ones(2), **names)[1] == {
        "expert": "E02", "name": "roads", "value": shown,
    }  # fmt: skip


def test_an_expert_without_points_is_refused():
    assert refusal(direct.points, np.zeros((1, 3)), np.ones(1)) == ("RI349", {"expert": "#1"})


def test_a_budget_must_be_used_up():
    given_points = np.array([[0.1, 0.2, 0.7], [0.5, 0.25, 0.2]])
    code, params = refusal(direct.points, given_points, np.ones(2), budget=1.0, experts=["E01", "E02"])
    assert (code, params["expert"], params["budget"]) == ("RI350", "E02", 1.0)
    assert params["total"] == pytest.approx(0.95)
    assert direct.points(given_points[:1], np.ones(1), budget=1.0) == pytest.approx([0.1, 0.2, 0.7])


def test_a_name_or_the_place():
    assert (direct.label(2, None), direct.label(0, ["roads"])) == ("#3", "roads")
    assert direct.normalised(np.array([1.0, 3.0])).tolist() == [0.25, 0.75]


# --- swing


def test_swing_weights_von_winterfeldt_edwards_1986():
    # 100 for the most important swing, 80 and 20 beside it
    assert swing.swing(np.array([[80.0, 100.0, 20.0]]), np.ones(1)).tolist() == [0.4, 0.5, 0.1]
    two = np.array([[100.0, 0.0], [50.0, 100.0]])
    assert swing.swing(two, np.array([1.0, 3.0])) == pytest.approx([0.5, 0.5], rel=1e-15)
    assert swing.swing(np.array([[10.0, 5.0]]), np.ones(1), reference=10.0) == pytest.approx([2 / 3, 1 / 3])


def test_swing_without_its_reference_is_refused():
    given_points = np.array([[100.0, 20.0], [90.0, 60.0]])
    assert refusal(swing.swing, given_points, np.ones(2)) == (
        "RI351", {"expert": "#2", "largest": 90.0, "reference": 100.0},
    )  # fmt: skip
    assert refusal(swing.swing, np.array([[120.0, 100.0]]), np.ones(1), experts=["E07"])[1]["expert"] == "E07"
    assert refusal(swing.swing, np.array([[100.0, -1.0]]), np.ones(1))[0] == "RI348"
    assert refusal(swing.swing, np.zeros((1, 2)), np.ones(1))[0] == "RI349"
