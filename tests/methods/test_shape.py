"""Skewness, kurtosis, medians and quantiles against published definitions and printed figures."""

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.methods.moments import Shape, mean, median, quantile, shape
from resilience_index.methods.weights.spread import column_deviation, column_statistics

# Twelve units by six indicators with a gap in two of them, and what the R package COINr 1.1 prints of them.
# fmt: off
TABLE = {
    "I1": [12.5, 15.75, 9.2, 20.1, 17.3, 11.05, 14.6, 8.4, 22.9, 13.35, 18.8, 10.7],
    "I2": [3.1, 2.8, 4.6, 1.95, 3.75, 2.4, 5.2, 1.1, 3.3, 2.15, 4.05],
    "I3": [101.2, 98.4, 110, 105.5, 95.75, 99.9, 950, 102.3, 108.6, 97.1, 103.4, 100.6],
    "I4": [0.45, 0.52, 0.38, 0.71, 0.66, 0.49, 0.58, 0.31, 0.83, 0.47, 0.62, 0.41],
    "I5": [55, 61.3, 47.25, 39.9, 72.1, 58.4, 66.6, 44.8, 52.75, 69.5, 49.15],
    "I6": [3, 5, 3, 8, 5, 1, 7, 2, 9, 5, 6, 2],
}
COINR_2022 = {  # minimum, maximum, mean, median, standard deviation, skewness, kurtosis, values
    "I1": (8.4, 22.9, 14.5541666667, 13.975, 4.54024720659, 0.412121070577, -0.759332432554, 12),
    "I2": (1.1, 5.2, 3.12727272727, 3.1, 1.21744889756, 0.122923392063, -0.490358637778, 11),
    "I3": (95.75, 950, 172.729166667, 101.75, 244.814869255, 3.46216716856, 11.9903025952, 12),
    "I4": (0.31, 0.83, 0.535833333333, 0.505, 0.149694132595, 0.488575061517, -0.198853621174, 12),
    "I5": (39.9, 72.1, 56.0681818182, 55, 10.5229100711, 0.12125467776, -1.10739418798, 11),
    "I6": (1, 9, 4.66666666667, 5, 2.53460892925, 0.248633496068, -0.955108579566, 12),
}
# fmt: on


@pytest.mark.parametrize("name", TABLE)
def test_statistics_of_raw_columns_becker_2022(name: str) -> None:
    x = np.array(TABLE[name], dtype=float)
    found = shape(x)
    figures = (
        x.min(),
        x.max(),
        mean(x),
        median(x),
        column_deviation(column_statistics(x)),
        found.skewness,
        found.kurtosis,
        found.units,
    )
    assert figures == pytest.approx(COINR_2022[name], rel=1e-11)


def test_only_the_column_with_an_outlier_fails_the_test_becker_2022() -> None:
    passing = {name: shape(np.array(values, dtype=float)).passes(2.0, 3.5) for name, values in TABLE.items()}
    assert passing == {"I1": True, "I2": True, "I3": False, "I4": True, "I5": True, "I6": True}


def test_one_measure_below_its_bound_is_enough() -> None:
    assert Shape(9, 1.99, 50.0).passes(2.0, 3.5)
    assert Shape(9, -5.0, 3.49).passes(2.0, 3.5)
    assert not Shape(9, -2.0, 3.5).passes(2.0, 3.5)  # both stand on their bounds: strictly below is asked for


def test_what_has_no_shape_passes() -> None:
    constant, few = shape(np.full(9, 0.1)), shape(np.array([1.0, 2.0, 50.0]))
    assert math.isnan(constant.skewness)
    assert math.isnan(few.kurtosis)
    assert constant.passes(0.0, -9.0)
    assert few.units == 3


def test_quantiles_of_type_7_hyndman_fan_1996() -> None:
    ordered = np.array([1.0, 2.0, 4.0, 8.0])
    assert [quantile(ordered, share) for share in (0.0, 0.25, 0.5, 0.9, 1.0)] == pytest.approx(
        [1.0, 1.75, 3.0, 6.8, 8.0], rel=1e-15
    )
    assert quantile(np.array([3.0]), 0.7) == 3.0


values = st.lists(st.integers(-(10**6), 10**6).map(lambda n: n / 64), min_size=4, max_size=40)


@given(values, st.randoms(use_true_random=False))
def test_the_order_of_values_decides_nothing(numbers: list[float], random: object) -> None:
    x = np.array(numbers)
    random.shuffle(numbers)  # type: ignore[attr-defined]
    y = np.array(numbers)
    assert repr(shape(x)) == repr(shape(y))
    assert (mean(x), median(x)) == (mean(y), median(y))


@given(values)
def test_median_is_that_of_the_library(numbers: list[float]) -> None:
    assert median(np.array(numbers)) == statistics.median(numbers)


@given(values, st.sampled_from([2.0**-30, 2.0**-3, 2.0**40, 2.0**500]))
def test_the_unit_of_measurement_decides_nothing(numbers: list[float], factor: float) -> None:
    x = np.array(numbers)
    assert repr(shape(x)[1:]) == repr(shape(x * factor)[1:])


def test_a_large_offset_does_not_cancel() -> None:
    x = np.array(TABLE["I6"], dtype=float)
    assert shape(x + 2.0**40)[1:] == pytest.approx(shape(x)[1:], rel=1e-12)


def test_sums_beyond_the_largest_double_have_a_mean() -> None:
    x = np.array([1.6e308, 1.6e308, 1.2e308])
    assert mean(x) == pytest.approx(1.4666666666666667e308, rel=1e-15)
    assert median(np.array([1.6e308, 1.7e308])) == pytest.approx(1.65e308, rel=1e-15)
    assert math.isnan(mean(np.empty(0)))
    assert math.isnan(median(np.empty(0)))
