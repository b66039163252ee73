import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_index.methods import grade

BOUNDS = np.array([85.0, 75.0, 60.0])


def test_lower_bounds_are_inclusive():
    shown = np.array([100.0, 85.0, 84.99, 75.0, 74.99, 60.0, 59.99, -5.0, np.nan, np.inf, -np.inf])
    assert grade.assign(shown, BOUNDS).tolist() == [0, 0, 1, 1, 2, 2, -1, -1, -1, 0, -1]


def test_no_grades_at_all():
    assert grade.assign(np.array([1.0, np.nan]), np.array([])).tolist() == [-1, -1]


def test_cap_never_improves_a_grade():
    index = np.array([0, 1, 2, -1, 0])
    mask = np.array([True, True, True, True, False])
    assert grade.cap(index, 1, mask).tolist() == [1, 1, 2, -1, 0]
    assert index.tolist() == [0, 1, 2, -1, 0]


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.one_of(st.just(np.nan), st.integers(0, 10).map(float)), max_size=20),
    st.sets(st.integers(0, 10).map(float)),
)
def test_agrees_with_looking_it_up(shown, bounds):
    bounds = sorted(bounds, reverse=True)
    expected = [next((i for i, bound in enumerate(bounds) if score >= bound), -1) for score in shown]
    assert grade.assign(np.array(shown, dtype=np.float64), np.array(bounds, dtype=np.float64)).tolist() == expected
