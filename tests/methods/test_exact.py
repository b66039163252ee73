import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from resilience_index.methods import exact

finite = st.floats(allow_nan=False, allow_infinity=False)
mixed = st.one_of(
    finite,
    st.floats(0.0, 1.0),
    st.sampled_from([0.0, -0.0, 5e-324, -5e-324, 2.0**-1022, 1.0, -1.0, 2.0**53, 2.0**999, 2.0**1000]),
)


def exactly(values) -> float:
    total = sum(map(Fraction, values), start=Fraction(0))
    try:
        return float(total)
    except OverflowError:
        return math.inf if total > 0 else -math.inf


def summed(values) -> float:
    return exact.exact_sum(exact.exact_partials(np.array(values, dtype=np.float64)))


@settings(deadline=None, max_examples=200)
@given(st.lists(mixed, max_size=40))
@example([])
@example([5e-324] * 3)
@example([1e308, 1e308, -1e308])
@example([1.7e308] * 3)
@example([-1.7e308] * 3)
@example([2.0**1000, 2.0**-1074, -(2.0**1000)])
@example([2.0**999, 1.0, 2.0**-1074, -(2.0**999)])
def test_sum_is_correctly_rounded(values):
    assert summed(values) == exactly(values)


@settings(deadline=None, max_examples=60)
@given(st.lists(mixed, min_size=1, max_size=40))
def test_partials_lose_nothing(values):
    partials = exact.exact_partials(np.array(values))
    assert sum(map(Fraction, partials), start=Fraction(0)) == sum(map(Fraction, values))


@settings(deadline=None, max_examples=60)
@given(st.lists(mixed, min_size=2, max_size=40), st.randoms(use_true_random=False), st.data())
def test_order_and_partition_do_not_matter(values, random, data):
    cut = data.draw(st.integers(0, len(values)))
    shuffled = random.sample(values, len(values))
    parts = exact.exact_partials(np.array(shuffled[cut:])) + exact.exact_partials(np.array(shuffled[:cut]))
    assert exact.exact_sum(parts) == summed(values)


@pytest.mark.parametrize("size", [1, 8191, 8192, 8193, 20_000])
@pytest.mark.parametrize("scale", [1e-310, 1e-5, 1.0, 1e6, 1e290])
def test_long_columns_agree_with_fsum(size, scale):
    x = np.random.default_rng(size).normal(size=size) * scale
    assert summed(x) == math.fsum(x)
    assert summed(np.abs(x)) == math.fsum(np.abs(x))


# 0.5 + 2^-50 leaves half a unit to the second round, the most there can be
@pytest.mark.parametrize("value", [0.5 + 2.0**-50, 1.0 - 2.0**-53, 1.0, 1.0 + 2.0**-52, 2.0 - 2.0**-52, 2.0**-1022])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_full_chunk_of_the_largest_value_fits_the_integer_sum(value, sign):
    x = np.full(exact.CHUNK, sign * value)
    assert summed(x) == sign * float(exact.CHUNK * Fraction(value))


def test_binades_far_apart_need_few_partials():
    x = np.array([1e300, 1e-300, -1e300, 3e-300, 1.0])
    assert summed(x) == 1.0
    assert len(exact.exact_partials(x)) < 14


def test_ordinary_columns_need_few_partials():
    x = np.random.default_rng(3).random(8192)
    assert len(exact.exact_partials(x)) <= 4
    assert len(exact.exact_partials(x * 1e9)) <= 4
    assert exact.exact_partials(np.zeros(5)) == []


def test_scratch_is_scratch_and_the_column_is_kept():
    x = np.random.default_rng(4).random(9000)
    before = x.copy()
    scratch = np.full((2, exact.CHUNK), np.nan)
    assert exact.exact_partials(x, scratch) == exact.exact_partials(x)
    assert not np.isnan(scratch).any()
    assert (x == before).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused(bad):
    with pytest.raises(ValueError, match="finite"):
        exact.exact_partials(np.array([1.0, bad, 2.0]))
    with pytest.raises(ValueError, match="finite"):
        exact.exact_product_partials(np.array([1.0, bad]), np.ones(2))


def test_a_sum_may_leave_the_range_on_its_way():
    assert exact.exact_sum([1e308, 1e308, -1e308]) == 1e308
    assert exact.exact_sum([1e308, 1e308]) == math.inf
    assert exact.exact_sum([-1e308, -1e308]) == -math.inf
    assert exact.exact_sum(iter([0.1] * 10)) == 1.0


factor = st.one_of(st.just(0.0), st.floats(1e-130, 1e140), st.floats(-1e140, -1e-130))


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(factor, factor), max_size=20))
def test_sum_of_products_is_correctly_rounded(pairs):
    x, y = np.array(pairs, dtype=np.float64).reshape(-1, 2).T
    expected = sum((Fraction(a) * Fraction(b) for a, b in pairs), start=Fraction(0))
    partials = exact.exact_product_partials(x, y)
    assert sum(map(Fraction, partials), start=Fraction(0)) == expected
    assert exact.exact_sum(partials) == float(expected)


def test_factors_too_large_for_splitting_are_refused():
    exact.exact_product_partials(np.array([2.0**499]), np.array([-(2.0**499)]))
    for x, y in ((2.0**500, 1.0), (1.0, -(2.0**500))):
        with pytest.raises(ValueError, match="finite factors"):
            exact.exact_product_partials(np.array([1.0, x]), np.array([1.0, y]))


@settings(deadline=None, max_examples=200)
@given(st.lists(finite, min_size=1, max_size=20))
@example([1.7e308] * 3)
@example([1.7e308, 1.7e308, -1.7e308, -1.7e308])
def test_a_mean_lies_among_its_terms_and_never_overflows(values) -> None:
    found = exact.mean_of(values)
    assert min(values) <= found <= max(values) or math.isclose(found, max(values, key=abs), rel_tol=1e-15)
    true = sum(map(Fraction, values)) / len(values)
    assert abs(Fraction(found) - true) <= abs(true) * Fraction(2, 10**15) + Fraction(5e-324)


def test_the_mean_of_nothing_is_nan_and_of_infinities_infinite() -> None:
    assert math.isnan(exact.mean_of([]))
    assert exact.mean_of([math.inf, 1.7e308, 1.7e308]) == math.inf
    assert exact.mean_of([1.0, -math.inf]) == -math.inf
    assert math.isnan(exact.mean_of([math.inf, -math.inf]))
