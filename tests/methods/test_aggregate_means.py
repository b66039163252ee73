"""Harmonic and power means, extremes, ordered averages, Mazziotta–Pareto: row by row."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_index.methods import aggregate, aggregate_balance

NAN = np.nan


def columns(*rows):
    """Rows of children's values to a list of columns."""
    return [np.array(column, dtype=np.float64) for column in zip(*rows, strict=True)]


def test_harmonic_mean_rescales_the_weights_of_those_present():
    # 4 / (3/0.5 + 1/0.25) = 0.4; alone 0.25; weights 3 and 1.
    children = columns((0.5, 0.25), (NAN, 0.25), (NAN, NAN))
    result = aggregate.harmonic_mean(children, np.array([3.0, 1.0])).tolist()
    assert result[:2] == pytest.approx([0.4, 0.25], rel=1e-15)
    assert math.isnan(result[2])


def test_harmonic_mean_of_zeros_and_floors():
    children = columns((0.0, 1.0), (0.005, NAN))
    assert aggregate.harmonic_mean(children, np.ones(2)).tolist() == pytest.approx([0.0, 0.005])
    # 2 / (1/0.01 + 1) and 0.01
    floored = aggregate.harmonic_mean(children, np.ones(2), floor=0.01).tolist()
    assert floored == pytest.approx([2 / 101, 0.01], rel=1e-15)
    assert aggregate.harmonic_mean(children, np.array([0.0, 1.0]))[0] == 1.0


@pytest.mark.parametrize("p", [-100.0, -2.0, -1.0, -1e-9, 1e-9, 0.5, 2.0, 3.0, 100.0])
def test_power_mean_is_what_the_formula_says(p):
    x, w = (0.2, 0.5, 0.9), (1.0, 2.0, 1.0)
    expected = (sum(weight * value**p for weight, value in zip(w, x, strict=True)) / 4) ** (1 / p)
    if abs(p) < 1e-6:  # there the formula itself has lost its digits
        expected = math.exp(sum(weight * math.log(value) for weight, value in zip(w, x, strict=True)) / 4)
    assert aggregate.power_mean(columns(x), np.array(w), p)[0] == pytest.approx(expected, rel=1e-9)


def test_power_means_between_the_extremes():
    children = columns((0.2, 0.5, 0.9), (0.3, NAN, 0.1))
    weights = np.array([1.0, 2.0, 1.0])
    found = [aggregate.smallest(children, weights)]
    found += [aggregate.power_mean(children, weights, p) for p in (-100.0, -1.0, 0.0, 1.0, 2.0, 100.0)]
    found.append(aggregate.largest(children, weights))
    assert all((first <= second).all() for first, second in itertools.pairwise(found))
    assert found[2].tolist() == pytest.approx(aggregate.harmonic_mean(children, weights).tolist(), rel=1e-14)
    assert found[3].tolist() == aggregate.geometric_mean(children, weights).tolist()
    assert found[4].tolist() == pytest.approx(aggregate.weighted_mean(children, weights).tolist(), rel=1e-14)
    assert found[5][0] == pytest.approx(math.sqrt((0.04 + 0.5 + 0.81) / 4), rel=1e-14)


def test_power_means_of_zeros():
    children = columns((0.0, 1.0), (0.0, 0.0), (1e-300, 1e-200))
    assert aggregate.power_mean(children, np.ones(2), 2.0).tolist() == pytest.approx(
        [math.sqrt(0.5), 0.0, 1e-200 * 0.5**0.5]
    )
    assert aggregate.power_mean(children, np.ones(2), -2.0)[:2].tolist() == [0.0, 0.0]
    floored = aggregate.power_mean(children, np.ones(2), -1.0, floor=0.01).tolist()
    assert floored == pytest.approx([2 / 101, 0.01, 0.01], rel=1e-12)


def test_extremes_look_at_children_with_weight():
    children = columns((0.2, 0.1, 0.9), (NAN, 0.1, 0.4), (NAN, 0.1, NAN))
    weights = np.array([1.0, 0.0, 1.0])
    assert aggregate.smallest(children, weights).tolist()[:2] == [0.2, 0.4]
    assert aggregate.largest(children, weights).tolist()[:2] == [0.9, 0.4]
    assert math.isnan(aggregate.smallest(children, weights)[2])


# --- ordered weighted averages


def test_owa_with_equal_weights_orders_by_size():
    # Yager: 0.5 · 0.9 + 0.3 · 0.4 + 0.2 · 0.1 = 0.59, whatever the order of the children.
    for row in ((0.9, 0.4, 0.1), (0.1, 0.9, 0.4)):
        assert aggregate_balance.ordered_mean(columns(row), np.ones(3), [0.5, 0.3, 0.2])[0] == pytest.approx(0.59)


def test_owa_holds_the_extremes_and_the_mean():
    children, ones = columns((0.9, 0.4, 0.1), (0.2, NAN, 0.6)), np.ones(3)
    assert aggregate_balance.ordered_mean(children, ones, [1, 0, 0]).tolist() == pytest.approx([0.9, 0.6])
    assert aggregate_balance.ordered_mean(children, ones, [2, 2, 2]).tolist() == pytest.approx([1.4 / 3, 0.4])
    # With one of three missing, order weights (0, 0, 1) are stretched: W steps up over the last third only.
    assert aggregate_balance.ordered_mean(children, ones, [0, 0, 1]).tolist() == pytest.approx([0.1, 0.2])


def test_owa_with_weights_torra_1997():
    # W goes through (0, 0), (1/2, 0.8), (1, 1). The larger child has 3/4 of the weight: W(3/4) = 0.9.
    result = aggregate_balance.ordered_mean(columns((0.2, 0.6)), np.array([1.0, 3.0]), [0.8, 0.2])
    assert result[0] == pytest.approx(0.9 * 0.6 + 0.1 * 0.2)
    # Equal order weights leave the weighted mean.
    result = aggregate_balance.ordered_mean(columns((0.2, 0.6)), np.array([1.0, 3.0]), [1, 1])
    assert result[0] == pytest.approx(0.5)
    assert np.isnan(aggregate_balance.ordered_mean(columns((NAN, 0.6)), np.array([1.0, 0.0]), [1, 1])[0])


# --- Mazziotta–Pareto


def test_mazziotta_pareto_takes_off_the_variance_over_the_mean():
    # M = 0.5, S² = 0.04: 0.5 − 0.08, and 0.5 + 0.08.
    children = columns((0.3, 0.7), (0.5, 0.5), (0.4, NAN))
    for sign, expected in (("minus", [0.42, 0.5, 0.4]), ("plus", [0.58, 0.5, 0.4])):
        values, undefined = aggregate_balance.mazziotta_pareto(children, np.ones(2), sign=sign)
        assert values.tolist() == pytest.approx(expected)
        assert not undefined.any()


def test_the_adjusted_index_stands_on_70_to_130():
    # 70 + 60x: 88 and 112; M = 100, S² = 144.
    values, _ = aggregate_balance.mazziotta_pareto(columns((0.3, 0.7)), np.ones(2), to=(70.0, 130.0))
    assert values[0] == pytest.approx(98.56)


def test_mazziotta_pareto_is_not_defined_without_a_mean_above_0():
    children = columns((-0.3, 0.1), (-0.1, 0.1), (0.0, 0.0), (NAN, NAN))
    values, undefined = aggregate_balance.mazziotta_pareto(children, np.ones(2))
    assert undefined.tolist() == [True, True, False, False]
    assert values[2] == 0.0


# --- bits

FUNCTIONS = {
    "harmonic_mean": lambda parts, weights: aggregate.harmonic_mean(parts, weights, floor=0.05),
    "power 2": lambda parts, weights: aggregate.power_mean(parts, weights, 2.0),
    "power -3": lambda parts, weights: aggregate.power_mean(parts, weights, -3.0, floor=0.05),
    "smallest": aggregate.smallest,
    "largest": aggregate.largest,
    "ordered_mean": lambda parts, weights: aggregate_balance.ordered_mean(
        parts, weights, [3.0, *(1.0 for _ in parts[1:])]
    ),
    "mazziotta_pareto": lambda parts, weights: aggregate_balance.mazziotta_pareto(parts, weights)[0],
}


@pytest.mark.parametrize("name", FUNCTIONS)
@settings(deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.integers(0, 60),
    width=st.integers(1, 9),
    missing=st.sampled_from([0.0, 0.02, 0.5, 1.0]),
    cuts=st.lists(st.integers(0, 100), max_size=4),
)
def test_a_row_does_not_know_its_block(name, seed, size, width, missing, cuts, block_free):
    rng = np.random.default_rng(seed)
    children = [rng.random(size) for _ in range(width)]
    for child in children:
        child[rng.random(size) < 0.1] = 0.0
        child[rng.random(size) < missing] = NAN
    weights = np.where(rng.random(width) < 0.2, 0.0, rng.random(width))
    assert block_free(lambda *parts: FUNCTIONS[name](parts, weights), children, cuts)


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1), width=st.integers(1, 6), p=st.sampled_from([-7.0, -1.0, -0.1, 0.0, 0.3, 1.0, 4.0])
)
def test_means_lie_between_the_extremes_and_rise_with_each_child(seed, width, p):
    rng = np.random.default_rng(seed)
    children = [0.01 + rng.random(5) for _ in range(width)]
    weights = 0.1 + rng.random(width)
    for function in (
        lambda parts: aggregate.power_mean(parts, weights, p),
        lambda parts: aggregate_balance.ordered_mean(parts, weights, [1.0 + place for place in range(width)]),
    ):
        before = function(children)
        assert (before <= np.max(children, axis=0) * (1 + 1e-12)).all()
        assert (before >= np.min(children, axis=0) * (1 - 1e-12)).all()
        raised = [child + (0.1 if place == 0 else 0.0) for place, child in enumerate(children)]
        assert (function(raised) >= before - 1e-12).all()
