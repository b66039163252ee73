"""Combinations of several vectors of weights: the geometric mean, game theory, maximum deviation."""

import contextlib
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from resilience_index.errors import RefusalError
from resilience_index.methods.weights import combine, gini

PAIR = np.array([[0.5, 0.3, 0.2], [0.2, 0.2, 0.6]])


def refusal(call):
    with pytest.raises(RefusalError) as caught:
        call()
    return caught.value.code, caught.value.params


def test_geometric_is_the_root_of_the_product():
    root = np.sqrt(PAIR[0] * PAIR[1])
    assert combine.geometric(PAIR) == pytest.approx(root / root.sum(), rel=1e-14)
    three = np.vstack([PAIR, [0.1, 0.1, 0.8]])
    root = np.cbrt(three.prod(axis=0))
    assert combine.geometric(three) == pytest.approx(root / root.sum(), rel=1e-14)
    assert combine.geometric(np.array([[0.5, 0.5, 0.0], [0.25, 0.5, 0.25]]))[2] == 0.0
    assert combine.geometric(PAIR * 1e-200) == pytest.approx(combine.geometric(PAIR), rel=1e-12)


def test_geometric_of_nothing_is_refused():
    assert refusal(lambda: combine.geometric(np.eye(2))) == ("RI376", {"method": "geometric"})


def test_game_of_equal_vectors_shares_equally():
    found = combine.game(np.stack([PAIR[0]] * 3))
    assert found.shares == pytest.approx([1 / 3] * 3, rel=1e-15)
    assert found.weights == pytest.approx(PAIR[0], rel=1e-15)
    twice = combine.game(PAIR[[0, 1, 0]], negative="absolute")
    once = combine.game(PAIR, negative="absolute")
    assert twice.weights == pytest.approx(once.weights, rel=1e-14)
    assert twice.coefficients[0] == twice.coefficients[2] == once.coefficients[0] / 2.0
    assert combine.game(PAIR[:1]).weights == pytest.approx(PAIR[0], rel=1e-15)


def test_game_of_a_mixture_is_refused_by_name():
    mixture = np.vstack([PAIR, PAIR.mean(axis=0)])
    names = ["ahp", "entropy", "mean"]
    assert refusal(lambda: combine.game(mixture, names=names)) == ("RI379", {"component": "mean"})
    exact = np.array([[0.5, 0.25, 0.25], [0.25, 0.25, 0.5], [0.375, 0.25, 0.375]])
    assert refusal(lambda: combine.game(exact)) == ("RI379", {"component": "3"})


weights_of = st.lists(st.floats(0.01, 1.0), min_size=3, max_size=3)


@settings(deadline=None, max_examples=80)
@given(weights_of, weights_of)
def test_game_meets_its_conditions(left, right):
    pair = np.array([left, right])
    pair /= pair.sum(axis=1, keepdims=True)
    assume(np.abs(pair[0] - pair[1]).max() > 1e-3)
    gram = pair @ pair.T
    found = combine.game(pair, negative="absolute")
    assert gram @ found.coefficients == pytest.approx(gram.diagonal(), rel=1e-9)
    assert found.shares == pytest.approx(np.abs(found.coefficients) / np.abs(found.coefficients).sum(), rel=1e-12)
    turned = combine.game(pair[::-1], negative="absolute")
    assert turned.weights == pytest.approx(found.weights, rel=1e-12)
    order = [2, 0, 1]
    assert combine.game(pair[:, order], negative="absolute").weights.tolist() == found.weights[order].tolist()
    if (found.coefficients < 0.0).any():
        assert refusal(lambda: combine.game(pair))[0] == "RI378"
    else:
        assert combine.game(pair).weights.tolist() == found.weights.tolist()


def test_deviation_favours_the_component_that_tells_units_apart():
    differences = np.array([0.1, 0.2, 0.6])
    found = combine.deviation(PAIR, differences)
    raw = PAIR @ differences
    assert found.shares == pytest.approx(raw / raw.sum(), rel=1e-15)
    assert found.coefficients == pytest.approx(raw / np.sqrt(raw @ raw), rel=1e-15)
    assert found.weights == pytest.approx(found.shares @ PAIR, rel=1e-15)
    # with one component a leaf, the weights of leaves are in proportion to their differences
    assert combine.deviation(np.eye(3), differences).weights == pytest.approx(differences / 0.9, rel=1e-14)


def test_deviation_is_the_largest_there_is():
    # among θ of length 1 no other has a larger total deviation of the scores
    matrix = np.random.default_rng(1).random((12, 3))
    differences = np.array([gini.mean_difference(gini.column_values(x)) for x in matrix.T])
    best = combine.deviation(PAIR, differences).coefficients @ PAIR @ differences
    for angle in np.linspace(0.0, math.pi / 2, 50):
        assert np.array([math.cos(angle), math.sin(angle)]) @ PAIR @ differences <= best * (1 + 1e-15)


def test_deviation_without_differences_is_refused():
    expected = ("RI361", {"method": "deviation", "count": 3})
    assert refusal(lambda: combine.deviation(PAIR, np.zeros(3))) == expected


@settings(deadline=None, max_examples=60)
@given(st.lists(weights_of, min_size=1, max_size=4), weights_of)
def test_sums_are_one(vectors, differences):
    components = np.array(vectors)
    components /= components.sum(axis=1, keepdims=True)
    found = [combine.geometric(components), combine.deviation(components, np.array(differences)).weights]
    with contextlib.suppress(RefusalError):  # of a mixture
        found.append(combine.game(components, negative="absolute").weights)
    for weights in found:
        assert abs(math.fsum(weights) - 1.0) < 1e-12
        assert (weights >= 0.0).all()
