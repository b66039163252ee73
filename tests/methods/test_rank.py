import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_index.methods import rank

NAN = np.nan


def test_ties():
    keys = np.array([0.5, 0.9, NAN, 0.5, 0.1, 0.5])
    expected = {"min": [2, 1, 2, 5, 2], "average": [3, 1, 3, 5, 3], "dense": [2, 1, 2, 3, 2]}
    for ties, ranks in expected.items():
        result = rank.competition_rank(keys, ties=ties)
        assert math.isnan(result[2])
        assert np.delete(result, 2).tolist() == ranks
    assert rank.competition_rank(keys)[3] == 2.0


def test_groups_are_ranked_apart():
    keys = np.array([0.5, 0.9, NAN, 0.5, 0.9, 0.9])
    groups = np.array([7, 7, 7, -1, -1, -1])
    for ties, ranks in {
        "min": [2, 1, 3, 1, 1],
        "average": [2, 1, 3, 1.5, 1.5],
        "dense": [2, 1, 2, 1, 1],
    }.items():
        assert np.delete(rank.competition_rank(keys, ties=ties, groups=groups), 2).tolist() == ranks


def test_zeros_of_both_signs_are_level_and_infinities_are_numbers():
    assert rank.competition_rank(np.array([0.0, -0.0, np.inf, -np.inf])).tolist() == [2, 2, 1, 4]


@pytest.mark.parametrize("keys", [[], [NAN, NAN]])
@pytest.mark.parametrize("grouped", [True, False])
def test_nobody_to_rank(keys, grouped):
    groups = np.zeros(len(keys), dtype=np.int64) if grouped else None
    result = rank.competition_rank(np.array(keys, dtype=np.float64), groups=groups)
    assert result.shape == (len(keys),)
    assert np.isnan(result).all()


rows = st.lists(
    st.tuples(st.one_of(st.just(NAN), st.integers(-2, 3).map(float), st.floats(-1, 1)), st.integers(-1, 2)),
    max_size=30,
)


@settings(deadline=None, max_examples=150)
@given(rows, st.sampled_from(["min", "average", "dense"]), st.booleans())
def test_agrees_with_counting(pairs, ties, grouped):
    keys = np.array([key for key, _ in pairs], dtype=np.float64)
    groups = np.array([group for _, group in pairs], dtype=np.int64)
    result = rank.competition_rank(keys, ties=ties, groups=groups if grouped else None).tolist()
    for (key, group), found in zip(pairs, result, strict=True):
        if math.isnan(key):
            assert math.isnan(found)
            continue
        peers = [other for other, code in pairs if code == group or not grouped]
        better = [other for other in peers if other > key]
        level = sum(other == key for other in peers)
        expected = {
            "min": len(better) + 1,
            "average": len(better) + (level + 1) / 2,
            "dense": len(set(better)) + 1,
        }[ties]
        assert found == expected
