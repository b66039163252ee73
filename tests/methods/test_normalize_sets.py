"""Normalisation by spread, size, place and bands: pure functions on small columns worked out by hand."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.methods import bands, normalize, normalize_bands, normalize_rank, normalize_spread
from resilience_index.methods.exact import exact_partials, exact_product_partials

NAN = np.nan
VALUES = st.lists(st.integers(-50, 50).map(lambda value: value / 4), min_size=2, max_size=12)


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def mean_sd(x: np.ndarray) -> tuple[float, float]:
    return normalize_spread.mean_sd(x.size, exact_partials(x), exact_product_partials(x, x))


# -- z-scores -------------------------------------------------------------------------------------------


def test_zscore_by_hand() -> None:
    # 2, 4, 9: mean 5, squares 9 + 1 + 16 = 26, variance 26/2 = 13.
    x = column(2, 4, 9, NAN)
    mean, sd = mean_sd(x[:3])
    assert (mean, sd) == (5.0, math.sqrt(13))
    expected = [-3 / sd, -1 / sd, 4 / sd]
    assert normalize_spread.zscore(x, mean, sd)[:3] == pytest.approx(expected, rel=1e-15)
    assert normalize_spread.zscore(x, mean, sd, cost=True)[:3] == pytest.approx([-value for value in expected])
    stretched = normalize_spread.zscore(x, mean, sd, to_mean=10, to_sd=2)
    assert stretched[:3] == pytest.approx([10 + 2 * value for value in expected])
    assert np.isnan(stretched[3])


def test_a_small_spread_beside_a_large_mean_loses_no_digit() -> None:
    # One pass over squares in floating point gives 0 here, or nothing at all.
    x = column(1e9 + 1, 1e9 + 2, 1e9 + 3)
    assert mean_sd(x) == (1e9 + 2, 1.0)


@given(VALUES, st.randoms(use_true_random=False))
def test_mean_and_deviation_are_exact_whatever_the_order(values: list[float], random) -> None:
    exact = [Fraction(value) for value in values]
    mean = sum(exact, Fraction(0)) / len(exact)
    variance = sum(((value - mean) ** 2 for value in exact), Fraction(0)) / (len(exact) - 1)
    shuffled = list(values)
    random.shuffle(shuffled)
    assert mean_sd(column(*shuffled)) == (float(mean), math.sqrt(variance))


# -- distances and ratios ---------------------------------------------------------------------------------


def test_distance_by_hand() -> None:
    # Worst 2, reference 10: 6 is half the way, 12 a quarter beyond.
    assert normalize_spread.distance(column(2, 6, 10, 12, 0), 2, 10).tolist() == [0, 0.5, 1, 1.25, -0.25]
    assert normalize_spread.distance(column(2, 6, 10, 12, 0), 2, 10, clip=True).tolist() == [0, 0.5, 1, 1, 0]
    # A cost: worst 10, reference 2.
    assert normalize_spread.distance(column(10, 4, 2), 10, 2).tolist() == [0, 0.75, 1]


@given(VALUES.filter(lambda values: len(set(values)) > 1))
def test_distance_to_the_best_is_the_range(values: list[float]) -> None:
    x = column(*values)
    low, high = x.min(), x.max()
    assert normalize_spread.distance(x, low, high) == pytest.approx(normalize.minmax(x, low, high), abs=1e-15)
    turned = normalize.minmax(x, low, high, cost=True)
    assert normalize_spread.distance(x, high, low) == pytest.approx(turned, abs=1e-15)


def test_ratio_by_hand() -> None:
    # 3, 4 have the sum 7 and the root of squares 5.
    x = column(3, 4, NAN, 0)
    assert normalize_spread.ratio(x, 5)[[0, 1, 3]].tolist() == [0.6, 0.8, 0]
    assert normalize_spread.ratio(x, 5, cost=True)[[0, 1, 3]] == pytest.approx([0.4, 0.2, 1])
    assert normalize_spread.ratio(column(8, 2), 4).tolist() == [2, 0.5]
    assert normalize_spread.ratio(column(8, 2), 4, clip=True).tolist() == [1, 0.5]


# -- places -------------------------------------------------------------------------------------------------


def test_ranks_by_hand() -> None:
    x = column(5, NAN, 1, 5, 9)
    ordered = column(1, 5, 5, 9)
    for ties, expected in (("min", [2, 1, 2, 4]), ("average", [2.5, 1, 2.5, 4]), ("max", [3, 1, 3, 4])):
        ranks = normalize_rank.ranks(x, ordered, ties=ties)
        assert ranks[[0, 2, 3, 4]].tolist() == expected
        assert np.isnan(ranks[1])
        assert normalize_rank.borda(x, ordered, ties=ties)[[0, 2, 3, 4]].tolist() == [rank - 1 for rank in expected]
    for ties, expected in (("min", [2, 4, 2, 1]), ("average", [2.5, 4, 2.5, 1]), ("max", [3, 4, 3, 1])):
        assert normalize_rank.ranks(x, ordered, ties=ties, cost=True)[[0, 2, 3, 4]].tolist() == expected


def test_a_single_unit_has_rank_one() -> None:
    assert normalize_rank.ranks(column(7), column(7)).tolist() == [1]
    assert normalize_rank.ranks(column(6, 8), column(7)).tolist() == [1, 1]
    assert normalize_rank.borda(column(7), column(7)).tolist() == [0]


def test_values_between_those_of_the_set_have_a_place_between() -> None:
    # The set 10, 20, 20, 40 has the places 0, 1, 2, 3: 15 lies half-way between 0 and 1, 25 a quarter of the
    # way from the last 20 (place 2) to 40 (place 3); 5 and 50 lie outside.
    ordered = column(10, 20, 20, 40)
    x = column(15, 25, 5, 50)
    for ties in ("min", "average", "max"):
        assert normalize_rank.places(x, ordered, ties=ties).tolist() == [0.5, 2.25, 0, 3]
        assert normalize_rank.places(x, ordered, ties=ties, reverse=True).tolist() == [2.5, 0.75, 3, 0]
    shares = normalize_rank.percentile_in(x, ordered)
    assert shares == pytest.approx([0.5 / 3, 0.75, 0, 1])
    assert normalize_rank.percentile_in(x, ordered, cost=True) == pytest.approx(1 - shares)
    assert normalize_rank.percentile_in(x, ordered, cost=True, before=True) == pytest.approx(1 - shares)


@given(VALUES, st.sampled_from(["min", "average", "max"]), st.booleans(), st.booleans())
def test_percentiles_of_the_set_itself_are_those_of_percentile_rank(values, ties, cost, before) -> None:
    x, ordered = column(*values, NAN), column(*sorted(values))
    expected = normalize.percentile_rank(x, ordered, ties=ties, cost=cost, before=before)
    found = normalize_rank.percentile_in(x, ordered, ties=ties, cost=cost, before=before)
    assert found.tobytes() == expected.tobytes()


@given(VALUES, VALUES, st.sampled_from(["min", "average", "max"]))
def test_places_never_fall_and_stay_inside(values: list[float], others: list[float], ties) -> None:
    ordered = column(*sorted(values))
    places = normalize_rank.places(column(*sorted(others + values)), ordered, ties=ties)
    assert (np.diff(places) >= 0).all()
    assert places.min() >= 0
    assert places.max() <= ordered.size - 1


# -- bands --------------------------------------------------------------------------------------------------


def points(table: list[dict], *values: float) -> list[float | None]:
    x = column(*values)
    found = normalize_bands.apply(x, normalize_bands.edges(table))
    assert (normalize_bands.outside(x, found) == (np.isnan(found) & ~np.isnan(x))).all()
    return [None if math.isnan(value) else value for value in found.tolist()]


def test_lower_bounds_go_on_to_the_next() -> None:
    table = [{"min": 100, "points": 2}, {"min": 80, "points": 1}, {"points": 0}]
    assert points(table, 100, 99.9, 80, 79.9, -5, 120, NAN) == [2, 1, 1, 0, 0, 2, None]
    assert points(table[:2], 100, 79.9) == [2, None]


def test_above_leaves_its_bound_out() -> None:
    # "More than 10" in a points table.
    table = [{"above": 10, "points": 2}, {"points": 0}]
    assert points(table, 10, math.nextafter(10, 11), 10.1) == [0, 2, 2]


def test_upper_bounds_go_down_to_the_next() -> None:
    table = [{"max": 3, "points": 3}, {"below": 10, "points": 1}, {"points": 0}]
    assert points(table, 3, 3.1, 9.9, 10, -1) == [3, 1, 1, 0, 3]


def test_bands_with_both_bounds_may_leave_gaps() -> None:
    table = [{"min": 0, "max": 1, "points": 1}, {"above": 2, "below": 3, "points": 5}, {"min": 3, "points": 7}]
    assert points(table, 0, 1, 1.5, 2, 2.5, 3, 99, -0.1) == [1, 1, None, None, 5, 7, 7, None]


def test_a_band_may_be_one_value() -> None:
    assert points([{"min": 5, "max": 5, "points": 1}, {"above": 5, "points": 2}], 5, 6, 4) == [1, 2, None]


def test_points_over_full_marks() -> None:
    table = normalize_bands.edges([{"min": 1, "points": 3}, {"points": 0}], full=4)
    assert normalize_bands.apply(column(1, 0), table).tolist() == [0.75, 0]


@pytest.mark.parametrize(
    "table",
    [
        [{"min": 1, "points": 1}, {"min": 1, "points": 2}],
        [{"max": 1, "points": 1}, {"max": 1, "points": 2}],
        [{"points": 1}, {"points": 2}],
        [{"min": 0, "max": 2, "points": 1}, {"min": 2, "max": 3, "points": 2}],
        [{"min": 0, "max": 9, "points": 1}, {"min": 2, "max": 3, "points": 2}],
        [{"min": 0, "points": 1}, {"max": 0, "points": 2}],
    ],
)
def test_bands_that_share_a_value_are_refused(table) -> None:
    with pytest.raises(bands.Overlap) as caught:
        bands.intervals(table)
    assert (caught.value.first, caught.value.second) == (0, 1)


def test_bands_say_their_condition() -> None:
    table = [{"min": 1, "max": 2, "points": 1}, {"above": 2, "below": 3, "points": 2.5}, {"points": 0}]
    assert bands.summary(table) == "1 ≤ x ≤ 2 → 1; 2 < x < 3 → 2.5; x → 0"
    assert bands.place_of(table[:2], 2.5) == 1
    assert bands.place_of(table[:2], 3) is None


def test_bands_against_the_direction() -> None:
    table = [{"min": 2, "points": 1}, {"points": 3}]
    assert bands.against_direction(table, "benefit") == (1, 0)
    assert bands.against_direction(table, "cost") is None
    assert bands.against_direction(table, "target") is None
