"""Bounds of grades found from scores: against every division, against definitions worked out in fractions."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from resilience_index.methods import grade, grading

TENTHS = st.integers(0, 60).map(lambda value: value / 10)
SCORES = st.lists(TENTHS, min_size=1, max_size=14)
PROPERTY = settings(deadline=None, max_examples=60)


def classes(scores: list[float], bounds: np.ndarray) -> list[int]:
    return grade.assign(np.array(scores), bounds).tolist()


def spread(values: list[float]) -> Fraction:
    exact = [Fraction(str(value)) for value in values]
    mean = sum(exact, start=Fraction(0)) / len(exact)
    return sum(((value - mean) ** 2 for value in exact), start=Fraction(0))


def least_spread(scores: list[float], count: int) -> Fraction:
    """The least sum over all divisions of the different scores, tried one by one."""
    values = sorted(set(scores))
    found = []
    for cuts in itertools.combinations(range(1, len(values)), count - 1):
        parts = [values[start:stop] for start, stop in itertools.pairwise([0, *cuts, len(values)])]
        found.append(sum((spread([score for score in scores if score in part]) for part in parts), start=Fraction(0)))
    return min(found)


# --- natural breaks


@PROPERTY
@given(SCORES, st.integers(1, 5))
def test_natural_breaks_have_the_least_spread_of_all_divisions(scores: list[float], count: int):
    assume(len(set(scores)) >= count)
    bounds = grading.natural_breaks(np.array(scores), count)
    assert bounds.size == count
    assert all(high > low for high, low in itertools.pairwise(bounds))
    assert set(bounds) <= set(scores)
    assert bounds[-1] == min(scores)
    found = classes(scores, bounds)
    assert set(found) == set(range(count))
    parts = [[score for score, place in zip(scores, found, strict=True) if place == grade_] for grade_ in range(count)]
    total = sum((spread(part) for part in parts), start=Fraction(0))
    assert float(total) == pytest.approx(float(least_spread(scores, count)), abs=1e-9)


@PROPERTY
@given(SCORES, st.integers(2, 4), st.randoms())
def test_bounds_do_not_depend_on_the_order_of_rows(scores: list[float], count: int, chance):
    assume(len(set(scores)) >= count)
    moved = list(scores)
    chance.shuffle(moved)
    shares = [Fraction(1, count)] * count
    for find in (
        lambda x: grading.natural_breaks(x, count), lambda x: grading.equal_interval(x, count),
        lambda x: grading.mean_sd(x, grading.middle_steps(count)), lambda x: grading.quantile(x, shares),
    ):  # fmt: skip
        assert find(np.array(scores)).tolist() == find(np.array(moved)).tolist()


def test_natural_breaks_of_groups_that_everybody_sees():
    scores = np.array([10.0, 11, 12, 50, 51, 52, 53, 90, 91])
    assert grading.natural_breaks(scores, 3).tolist() == [90, 50, 10]


def test_natural_breaks_weigh_tied_scores():
    # Forty times 5: cutting 5 from 6 saves more than cutting 0 from it would.
    scores = np.array([0.0] + [5.0] * 40 + [6.0] * 40)
    assert grading.natural_breaks(scores, 2).tolist() == [5, 0]
    assert grading.natural_breaks(scores, 3).tolist() == [6, 5, 0]


def test_natural_breaks_need_as_many_scores_as_classes():
    with pytest.raises(ValueError, match="different scores"):
        grading.natural_breaks(np.array([1.0, 1.0]), 2)


def test_natural_breaks_of_many_scores_beat_every_move_of_a_single_bound():
    chance = np.random.default_rng(7)
    scores = np.round(np.concatenate([chance.normal(30, 6, 4000), chance.normal(70, 9, 6000)]), 6)
    bounds = grading.natural_breaks(scores, 4)
    values = np.unique(scores)

    def total(limits: np.ndarray) -> float:
        places = grade.assign(scores, limits)
        return sum(float(((scores[places == k] - scores[places == k].mean()) ** 2).sum()) for k in range(4))

    best = total(bounds)
    for which in range(3):
        at = int(np.searchsorted(values, bounds[which]))
        for step in (-40, -3, -1, 1, 3, 40):
            moved = bounds.copy()
            moved[which] = values[at + step]
            assert total(moved) >= best - 1e-6


# --- quantiles


@PROPERTY
@given(SCORES, st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_quantile_grades_reach_their_shares_and_no_fewer(scores: list[float], parts: list[int]):
    shares = [Fraction(part, sum(parts)) for part in parts]
    bounds = grading.quantile(np.array(scores), shares)
    falling, reached = sorted(scores, reverse=True), Fraction(0)
    for share, bound in zip(shares, bounds, strict=True):
        reached += share
        place = math.ceil(reached * len(scores))
        assert bound == falling[place - 1]
        assert sum(score >= bound for score in scores) >= place
        assert sum(score > bound for score in scores) < place


def test_quantile_of_ten_scores_takes_tenths_as_they_are_written():
    scores = np.arange(1.0, 11.0)
    shares = [Fraction("0.1"), Fraction("0.2"), Fraction("0.7")]  # 0.1 + 0.2 is three units, not four
    assert grading.quantile(scores, shares).tolist() == [10, 8, 1]


def test_quantile_never_splits_a_tie():
    scores = [5.0, 5.0, 5.0, 1.0]
    bounds = grading.quantile(np.array(scores), [Fraction(1, 2), Fraction(1, 2)])
    assert classes(scores, bounds) == [0, 0, 0, 1]
    empty = grading.quantile(np.array([5.0, 5.0]), [Fraction(1, 2), Fraction(1, 2)])
    assert classes([5.0, 5.0], empty) == [0, 0]


# --- equal_interval


@PROPERTY
@given(SCORES, st.integers(1, 6))
def test_equal_interval_cuts_the_span_in_equal_parts(scores: list[float], count: int):
    low, high = Fraction(str(min(scores))), Fraction(str(max(scores)))
    expected = [float(low + (high - low) * part / count) for part in range(count - 1, -1, -1)]
    assert grading.equal_interval(np.array(scores), count) == pytest.approx(expected, abs=1e-12)


# --- mean_sd


def test_mean_sd_by_hand():
    scores = np.array([40.0, 50.0, 60.0, 70.0, 80.0])  # mean 60, squares 1000: sd √250 or √200
    assert grading.mean_sd(scores, [1, 0, -1]) == pytest.approx([60 + 250**0.5, 60, 60 - 250**0.5, 40], abs=1e-12)
    assert grading.mean_sd(scores, [0.5], sample=False) == pytest.approx([60 + 200**0.5 / 2, 40], abs=1e-12)


def test_mean_sd_steps_lie_evenly_around_the_mean():
    assert grading.middle_steps(4) == (1, 0, -1)
    assert grading.middle_steps(5) == (1.5, 0.5, -0.5, -1.5)
    assert grading.middle_steps(2) == (0,)


def test_mean_sd_without_a_score_below_the_last_step_ends_there():
    bounds = grading.mean_sd(np.array([0.0, 0.0, 0.0, 10.0]), [1, 0, -1])
    assert bounds[2] < 0
    assert bounds[3] == bounds[2]
