"""Obstacle degrees: by hand, and what must hold for any data."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.methods.obstacle import obstacle_degree

NAN = math.nan


def of(x: list[float], weights: list[float]) -> list[float]:
    found = obstacle_degree([np.array([value]) for value in x], np.array(weights))
    return [float(share[0]) for share in found]


def test_obstacle_degree_by_its_definition() -> None:
    found = of([0.9, 0.5, 0.2, 0.7], [0.1, 0.2, 0.3, 0.4])
    expected = [0.02127659574468085, 0.21276595744680854, 0.5106382978723404, 0.2553191489361703]
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert found[0] + found[1] == pytest.approx(0.2340425531914894, abs=1e-12)


def test_a_unit_that_lacks_nothing() -> None:
    assert of([1.0, 1.0], [0.5, 0.5]) == [0.0, 0.0]
    assert of([1.2, 0.5], [0.5, 0.5]) == [0.0, 1.0]


def test_leaves_without_a_value_have_no_share() -> None:
    found = of([NAN, 0.5, 0.0], [0.8, 0.1, 0.1])
    assert math.isnan(found[0])
    assert found[1:] == pytest.approx([1 / 3, 2 / 3])


def test_weights_may_differ_between_units() -> None:
    leaves = [np.array([0.5, 0.5]), np.array([0.5, 0.5])]
    found = obstacle_degree(leaves, [np.array([0.5, 1.0]), np.array([0.5, 0.0])])
    assert found[0].tolist() == [0.5, 1.0]


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.001, 1)), min_size=1, max_size=12))
def test_shares_add_up_to_one(leaves: list[tuple[float, float]]) -> None:
    x, weights = [leaf[0] for leaf in leaves], [leaf[1] for leaf in leaves]
    found = of(x, weights)
    assert all(share >= 0.0 for share in found)
    lacking = sum(weight * (1.0 - value) for value, weight in leaves)
    assert sum(found) == pytest.approx(1.0 if lacking > 0 else 0.0, abs=1e-12)
