import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_index.methods import aggregate

NAN = np.nan


def columns(*rows):
    """Rows of children's values to a list of columns."""
    return [np.array(column, dtype=np.float64) for column in zip(*rows, strict=True)]


def test_mean_rescales_the_weights_of_those_present():
    children = columns((0.2, 0.4, 0.9), (0.2, NAN, 0.9), (NAN, 0.4, NAN), (NAN, NAN, NAN))
    result = aggregate.weighted_mean(children, np.array([1.0, 2.0, 1.0])).tolist()
    assert result[:3] == pytest.approx([1.9 / 4, 1.1 / 2, 0.4], rel=1e-15)
    assert math.isnan(result[3])


def test_mean_of_weights_that_do_not_sum_to_one():
    children = columns((0.2, 0.4))
    assert aggregate.weighted_mean(children, np.array([3.0, 1.0]))[0] == pytest.approx(0.25)
    assert aggregate.weighted_mean(children, np.array([0.75, 0.25]))[0] == pytest.approx(0.25)


@pytest.mark.parametrize("function", [aggregate.weighted_mean, aggregate.geometric_mean])
def test_children_without_weight_are_not_looked_at(function):
    children = columns((0.5, 0.0), (0.5, NAN), (NAN, 0.3), (0.5, -4.0))
    result = function(children, np.array([1.0, 0.0])).tolist()
    assert result[:2] == [0.5, 0.5]
    assert math.isnan(result[2])
    assert result[3] == 0.5
    assert np.isnan(function(children, np.zeros(2))).all()


def test_sum_takes_the_weights_as_they_are():
    children = columns((2.0, 3.0), (2.0, NAN), (NAN, 3.0), (NAN, NAN))
    result = aggregate.weighted_sum(children, np.array([1.0, 0.5])).tolist()
    assert result[:3] == [3.5, 2.0, 1.5]
    assert math.isnan(result[3])
    without = aggregate.weighted_sum(children, np.array([1.0, 0.0])).tolist()
    assert without[:3] == [2.0, 2.0, 0.0]
    assert math.isnan(without[3])


def test_geometric_mean_rescales_too():
    children = columns((0.25, 1.0), (0.25, NAN), (NAN, NAN))
    result = aggregate.geometric_mean(children, np.array([1.0, 1.0])).tolist()
    assert result[:2] == pytest.approx([0.5, 0.25], rel=1e-15)
    assert math.isnan(result[2])
    weighted = aggregate.geometric_mean(columns((0.25, 1.0)), np.array([3.0, 1.0]))[0]
    assert weighted == pytest.approx(0.25**0.75, rel=1e-15)


def test_geometric_mean_of_zeros_and_floors():
    children = columns((0.0, 1.0), (0.005, NAN), (0.5, 0.5), (-1.0, 1.0))
    weights = np.ones(2)
    result = aggregate.geometric_mean(children, weights)
    assert result[0] == 0.0
    assert math.isnan(result[3])
    floored = aggregate.geometric_mean(children, weights, floor=0.01).tolist()
    assert floored == pytest.approx([0.1, 0.01, 0.5, 0.1], rel=1e-14)


def test_geometric_mean_hdi():
    # UNDP, Technical note 1: the index of the dimensions 0.858, 0.636 and 0.778 (equal weights)
    result = aggregate.geometric_mean(columns((0.858, 0.636, 0.778)), np.ones(3))[0]
    assert result == pytest.approx((0.858 * 0.636 * 0.778) ** (1 / 3), rel=1e-15)


def test_nonpositive_children_with_weight_are_named():
    children = columns((0.5, 0.0, 0.0), (0.0, 0.0, 0.2), (NAN, 0.0, -0.1))
    found = aggregate.nonpositive_children(children, np.array([1.0, 0.0, 0.5]))
    assert [(position, mask.tolist()) for position, mask in found] == [
        (0, [False, True, False]),
        (2, [True, False, True]),
    ]
    assert aggregate.nonpositive_children(children, np.array([0.0, 1.0, 0.0]))[0][1].all()
    assert aggregate.nonpositive_children(columns((0.1,), (NAN,)), np.ones(1)) == []


# --- bits

FUNCTIONS = {
    "weighted_mean": aggregate.weighted_mean,
    "weighted_sum": aggregate.weighted_sum,
    "geometric_mean": aggregate.geometric_mean,
    "geometric_mean floor": lambda *args, **out: aggregate.geometric_mean(*args, floor=0.05, **out),
}


def table(seed, size, width, missing):
    rng = np.random.default_rng(seed)
    children = [rng.random(size) for _ in range(width)]
    for child in children:
        child[rng.random(size) < 0.1] = 0.0
        child[rng.random(size) < missing] = NAN
    weights = rng.random(width)
    weights[rng.random(width) < 0.2] = 0.0
    return children, weights


@pytest.mark.parametrize("name", FUNCTIONS)
@settings(deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.integers(0, 60),
    width=st.integers(1, 14),
    missing=st.sampled_from([0.0, 0.02, 0.5, 1.0]),
    cuts=st.lists(st.integers(0, 100), max_size=4),
)
def test_a_row_does_not_know_its_block(name, seed, size, width, missing, cuts, block_free):
    children, weights = table(seed, size, width, missing)
    assert block_free(lambda *parts: FUNCTIONS[name](parts, weights), children, cuts)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_out_is_filled_and_children_are_kept(name, same_bits):
    children, weights = table(7, 40, 6, 0.2)
    kept = [child.copy() for child in children]
    expected = FUNCTIONS[name](children, weights)
    out = np.full(40, 7.0)
    assert FUNCTIONS[name](children, weights, out=out) is out
    assert same_bits(out, expected)
    assert all(same_bits(child, before) for child, before in zip(children, kept, strict=True))


# --- against slow references


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32 - 1), width=st.integers(1, 12), missing=st.sampled_from([0.0, 0.3]))
def test_means_agree_with_exact_arithmetic(seed, width, missing):
    children, weights = table(seed, 8, width, missing)
    mean = aggregate.weighted_mean(children, weights)
    total = aggregate.weighted_sum(children, weights)
    geometric = aggregate.geometric_mean(children, weights, floor=0.01)
    for row in range(8):
        pairs = [
            (Fraction(float(child[row])), Fraction(weight))
            for child, weight in zip(children, weights.tolist(), strict=True)
            if not math.isnan(child[row])
        ]
        summed, share = sum(x * w for x, w in pairs), sum(w for _, w in pairs)
        assert np.isnan(total[row]) == (not pairs)
        assert np.isnan(mean[row]) == np.isnan(geometric[row]) == (share == 0)
        if pairs:
            assert total[row] == pytest.approx(float(summed), rel=1e-14, abs=1e-300)
        if share:
            assert mean[row] == pytest.approx(float(summed / share), rel=1e-14, abs=1e-300)
            logs = math.fsum(math.log(max(x, 0.01)) * float(w) for x, w in pairs) / float(share)
            assert geometric[row] == pytest.approx(math.exp(logs), rel=1e-13)


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), factor=st.sampled_from([2.0, 0.125, 1024.0]))
def test_only_relative_weights_count(seed, factor, same_bits):
    children, weights = table(seed, 20, 5, 0.2)
    for function in (aggregate.weighted_mean, aggregate.geometric_mean):
        assert same_bits(function(children, weights), function(children, weights * factor))


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32 - 1))
def test_means_lie_between_their_children_and_geometric_below_arithmetic(seed):
    children, _ = table(seed, 20, 5, 0.2)
    weights = np.random.default_rng(seed).random(5) + 0.1
    low = np.fmin.reduce(children) - 1e-15
    high = np.fmax.reduce(children) + 1e-15
    mean = aggregate.weighted_mean(children, weights)
    geometric = aggregate.geometric_mean(children, weights)
    there = ~np.isnan(mean)
    assert ((low <= mean) & (mean <= high))[there].all()
    assert ((low <= geometric) & (geometric <= mean + 1e-15))[there].all()


# --- which nodes have a value


def available(present, applicable, **rule):
    return aggregate.node_available(np.array(present), np.array(applicable), **rule).tolist()


def test_two_thirds_without_a_rule():
    assert available([2, 1, 4, 3, 66, 67], [3, 3, 6, 5, 100, 100]) == [True, False, True, False, False, True]


def test_coverage_has_a_margin_for_fractions_only():
    assert available([2, 7], [3, 10], min_coverage=0.6666666667) == [True, True]
    assert available([2], [3], min_coverage=0.66667) == [False]
    assert available([2], [3], min_coverage=Fraction(2, 3)) == [True]
    assert available([3, 2], [3, 3], min_coverage=1.0) == [True, False]
    assert available([1, 0], [9, 9], min_coverage=0.0) == [True, False]


def test_counts_and_shares_together():
    assert available([1, 2, 3], [9, 9, 9], min_children=2) == [False, True, True]
    assert available([2, 4, 5], [9, 9, 9], min_coverage=0.5, min_children=3) == [False, False, True]
    assert available([1, 2], [1, 2], min_coverage=0.5, min_children=2) == [False, True]


def test_nothing_applicable_is_never_available():
    assert available([0, 0], [0, 3], min_coverage=0.0) == [False, False]
    assert available([0, 0], [0, 3], min_children=0) == [False, False]
    assert available([1], [0], min_children=1) == [False]


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=10),
    st.one_of(st.none(), st.fractions(0, 1, max_denominator=40)),
    st.one_of(st.none(), st.integers(1, 8)),
)
def test_node_rule_agrees_with_fractions(pairs, coverage, count):
    pairs = [(min(pair), max(pair)) for pair in pairs]
    share = Fraction(2, 3) if coverage is None and count is None else coverage
    expected = [
        applicable > 0
        and present > 0
        and (share is None or Fraction(present, applicable) >= share)
        and (count is None or present >= count)
        for present, applicable in pairs
    ]
    present, applicable = zip(*pairs, strict=True)
    rule = {"min_coverage": None if coverage is None else float(coverage), "min_children": count}
    assert available(present, applicable, **rule) == expected
