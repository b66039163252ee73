"""Kendall's tau-b: by hand, against another implementation, and by what must hold for any data."""

from __future__ import annotations

import math
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from resilience_index.methods.kendall import Agreement, agreement, inversions

NAN = math.nan
KEYS = st.lists(st.tuples(*[st.one_of(st.integers(-3, 3).map(float), st.just(NAN))] * 2), max_size=30)


def tau(first: list[float], second: list[float]) -> float | None:
    return agreement(np.array(first, dtype=float), np.array(second, dtype=float)).tau_b


def counted(first: list[float], second: list[float]) -> Agreement:
    """Every pair looked at, one after the other."""
    units = [(a, b) for a, b in zip(first, second, strict=True) if not (math.isnan(a) or math.isnan(b))]
    found = {"concordant": 0, "discordant": 0, "first_ties": 0, "second_ties": 0}
    for i, (a, b) in enumerate(units):
        for c, d in units[:i]:
            found["first_ties"] += a == c
            found["second_ties"] += b == d
            found["concordant"] += (a - c) * (b - d) > 0
            found["discordant"] += (a - c) * (b - d) < 0
    return Agreement(len(units), **found)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([1, 2, 3], [1, 2, 3], 1.0),
        ([1, 2, 3], [3, 2, 1], -1.0),
        ([1, 2, 3], [1, 3, 2], 1 / 3),  # (1,2) (1,3) agree, (2,3) does not: (2 - 1) / 3
        ([1, 2, 3, 4], [2, 1, 4, 3], 1 / 3),  # 4 pairs agree, 2 do not
        ([1, 1, 2], [1, 2, 3], 2 / math.sqrt(6)),  # one level pair: 2 / sqrt((3 - 1) · 3)
        ([1, 1, 2, 2], [1, 2, 1, 2], 0.0),
        ([1, 2, 2, 3], [1, 2, 2, 3], 1.0),  # level in both: (5 - 0) / sqrt(5 · 5)
        ([1, NAN, 2, 3], [1, 9, 2, NAN], 1.0),
        ([-0.0, 1], [0.0, 2], 1.0),
    ],
)
def test_by_hand(first: list[float], second: list[float], expected: float) -> None:
    assert tau(first, second) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ([], [], "too_few"),
        ([1], [2], "too_few"),
        ([1, NAN, 3], [NAN, 2, 3], "too_few"),
        ([1, 1, 1], [1, 2, 3], "tied"),
        ([1, 2, 3], [5, 5, 5], "tied"),
        ([1, 1], [1, 1], "tied"),
    ],
)
def test_undefined(first: list[float], second: list[float], why: str) -> None:
    found = agreement(np.array(first, dtype=float), np.array(second, dtype=float))
    assert (found.tau_b, found.undefined) == (None, why)


@given(KEYS)
def test_pairs_are_counted_exactly(units: list[tuple[float, float]]) -> None:
    first, second = [unit[0] for unit in units], [unit[1] for unit in units]
    assert agreement(np.array(first, dtype=float), np.array(second, dtype=float)) == counted(first, second)


@given(KEYS)
def test_symmetry_reversal_and_self(units: list[tuple[float, float]]) -> None:
    first, second = [unit[0] for unit in units], [unit[1] for unit in units]
    found = tau(first, second)
    assert tau(second, first) == found
    backwards = tau(first, [-value for value in second])
    assert backwards == (None if found is None else -found)
    assert tau(first[::-1], second[::-1]) == found
    assert tau(first, first) in (None, 1.0)
    if found is not None:
        assert -1.0 <= found <= 1.0
        assert tau([math.exp(value) for value in first], second) == found


@pytest.mark.parametrize("kinds", [2, 3, 10, 1000])
@pytest.mark.parametrize("size", [2, 5, 50, 1000])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_as_scipy_finds_it(size: int, kinds: int, seed: int) -> None:
    random = np.random.default_rng([seed, size, kinds])
    first, second = random.integers(0, kinds, (2, size)).astype(float)
    second = np.where(random.random(size) < 0.5, first, second)
    expected = stats.kendalltau(first, second, variant="b").statistic
    found = agreement(first, second).tau_b
    if math.isnan(expected):
        assert found is None
    else:
        assert found == pytest.approx(expected, abs=1e-12)


@given(st.lists(st.integers(0, 40), max_size=60))
def test_inversions(codes: list[int]) -> None:
    expected = sum(before > after for i, after in enumerate(codes) for before in codes[:i])
    assert inversions(np.array(codes, dtype=np.int64)) == expected


def test_many_units_take_little_time_and_memory() -> None:
    random = np.random.default_rng(7)
    first, second = random.random((2, 100_000))
    started = time.perf_counter()
    found = agreement(first, second)
    assert time.perf_counter() - started < 1.0
    assert found.tau_b == pytest.approx(stats.kendalltau(first, second).statistic, abs=1e-12)
    tracemalloc.start()
    try:
        agreement(first, second)
        assert tracemalloc.get_traced_memory()[1] < 250 * first.size  # bytes a unit: no n × n array
    finally:
        tracemalloc.stop()
