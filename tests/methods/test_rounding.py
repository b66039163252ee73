import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from resilience_index.methods import rounding


def shown(value, digits, mode="half_up", scale=1.0):
    return float(rounding.round_shown(np.array([value]), digits, mode, scale)[0])


def by_fractions(value, digits, mode, scale):
    """The rule itself, in integers: shortest decimal forms, exact product, halves as the mode says."""
    if not math.isfinite(value):
        return math.copysign(value, value * scale)
    product = Fraction(repr(value)) * Fraction(repr(float(scale)))
    units = abs(product) * Fraction(10) ** digits
    whole, rest = divmod(units, 1)
    half = Fraction(1, 2)
    whole += rest > half or (rest == half and (mode == "half_up" or whole % 2 == 1))
    try:
        size = float(whole / Fraction(10) ** digits)
    except OverflowError:
        size = math.inf
    return -size if product < 0 and size else size


decimals = st.builds(
    lambda number, places: float(f"{number}e-{places}"),
    st.integers(-(10**7), 10**7),
    st.integers(0, 12),
)
halves = st.builds(
    lambda number, places, nudge: (
        np.nextafter(float(f"{number}5e-{places}"), nudge).item()
        if nudge is not None
        else float(f"{number}5e-{places}")
    ),
    st.integers(-(10**6), 10**6),
    st.integers(0, 12),
    st.sampled_from([None, None, math.inf, -math.inf]),
)
values = st.one_of(decimals, halves, st.floats(0.0, 1.0), st.floats(allow_nan=False, allow_infinity=False))
modes = st.sampled_from(["half_up", "half_even"])
scales = st.one_of(st.sampled_from([1.0, 100.0, 10.0, 0.1, 1000.0, 3.0, -1.0]), st.floats(1e-3, 1e3))


@settings(deadline=None, max_examples=400)
@given(st.lists(values, min_size=1, max_size=8), st.integers(-4, 12), modes, scales)
@example([0.80005], 2, "half_up", 100.0)
@example([0.80005], 2, "half_even", 100.0)
@example([2.675, 1.005, -1.005], 2, "half_up", 1.0)
@example([1e300, 1.7976931348623157e308, 5e-324, 2.0**53, 2.0**52 + 0.5], 2, "half_up", 100.0)
@example([2.0**49 + 0.5, 2.0**48 + 0.5, 2.0**47 + 0.5, 4503599627370497.5], 0, "half_even", 1.0)
def test_agrees_with_exact_arithmetic(numbers, digits, mode, scale):
    result = rounding.round_shown(np.array(numbers), digits, mode, scale).tolist()
    assert result == [by_fractions(number, digits, mode, scale) for number in numbers]


@settings(deadline=None, max_examples=60)
@given(values, st.sampled_from([-400, -330, -30, -23, -17, -16, 15, 16, 17, 30, 330, 400]), modes, scales)
@example(15.0, -1, "half_up", 1e250)
@example(15.0, 3, "half_up", 1e-250)
@example(2e23, -23, "half_up", 1.0)
def test_agrees_with_exact_arithmetic_for_odd_digits(number, digits, mode, scale):
    assert shown(number, digits, mode, scale) == by_fractions(number, digits, mode, scale)


def test_halves_are_those_of_the_digits_that_are_shown():
    assert 0.80005 * 100 != 80.005
    assert shown(0.80005, 2, "half_up", 100.0) == 80.01
    assert shown(0.80005, 2, "half_even", 100.0) == 80.0
    assert shown(0.80015, 2, "half_even", 100.0) == 80.02
    assert shown(2.675, 2) == 2.68  # the double is 2.67499…
    assert shown(0.145, 0, scale=100) == 15.0


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_half_up_goes_away_from_zero_and_half_even_to_the_even(sign):
    x = sign * np.array([0.5, 1.5, 2.5, 3.5, 0.4999999999999999])
    assert (sign * rounding.round_shown(x, 0)).tolist() == [1, 2, 3, 4, 0]
    assert (sign * rounding.round_shown(x, 0, "half_even")).tolist() == [0, 2, 2, 4, 0]


def test_negative_digits_round_to_tens_and_hundreds():
    x = np.array([1250.0, 1249.999, -1350.0, 49.0])
    assert rounding.round_shown(x, -2).tolist() == [1300.0, 1200.0, -1400.0, 0.0]
    assert rounding.round_shown(x, -2, "half_even").tolist() == [1200.0, 1200.0, -1400.0, 0.0]


def test_a_negative_scale_turns_the_sign():
    assert shown(0.25, 1, scale=-1.0) == -0.3
    assert shown(-0.25, 1, scale=-1.0) == 0.3


@pytest.mark.parametrize("digits", [0, 2, -2, 20])
def test_missing_infinite_and_negative_zero(digits):
    result = rounding.round_shown(np.array([np.nan, np.inf, -np.inf, -0.0, -1e-30]), digits)
    assert math.isnan(result[0])
    assert result.tolist()[1:4] == [math.inf, -math.inf, 0.0]
    assert not np.signbit(result[3])
    if digits < 20:
        assert result[4] == 0.0
        assert not np.signbit(result[4])


def test_results_are_the_nearest_doubles():
    x = np.arange(100_001) / 100_000
    result = rounding.round_shown(x, 1, scale=100.0)
    assert result.tolist() == [float(f"{value:.1f}") for value in np.round(result, 1)]
    assert rounding.round_shown(np.array([0.1 + 0.2]), 1).tolist() == [0.3]


def test_few_values_need_decimal_arithmetic(monkeypatch):
    seen = []
    original = rounding._round_exactly
    monkeypatch.setattr(
        rounding,
        "_round_exactly",
        lambda x, rows, *args, **options: (seen.append(rows.size), original(x, rows, *args, **options)),
    )
    x = np.random.default_rng(6).random(100_000)
    x[:4] = [0.00000000005, 0.12345, np.nan, np.inf]
    rounding.comparison_key(x)
    rounding.round_shown(x, 2, scale=100.0)
    assert 2 <= sum(seen) < 20


def test_comparison_key_forgets_floating_point_noise_and_nothing_else():
    key = rounding.comparison_key(np.array([0.1 + 0.2, 0.3, 0.3000000001, 0.30000000005, np.nan]))
    assert key.tolist()[:4] == [0.3, 0.3, 0.3000000001, 0.3000000001]
    assert math.isnan(key[4])
    assert rounding.COMPARED_DIGITS == 10


@settings(deadline=None, max_examples=25)
@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.integers(0, 60),
    cuts=st.lists(st.integers(0, 100), max_size=4),
    mode=modes,
)
def test_a_row_does_not_know_its_block(seed, size, cuts, mode, block_free):
    rng = np.random.default_rng(seed)
    x = np.round(rng.random(size) * 2 - 0.5, 4)
    x[rng.random(size) < 0.1] = np.nan
    assert block_free(lambda part: rounding.round_shown(part, 1, mode, 100.0), [x], cuts)


def test_out_is_filled_and_given_back(same_bits):
    x = np.array([0.125, np.nan, 0.5])
    out = np.full(3, 7.0)
    assert rounding.round_shown(x, 2, out=out) is out
    assert same_bits(out, np.array([0.13, np.nan, 0.5]))
    assert rounding.comparison_key(x, out=out) is out
    assert same_bits(out, x)
