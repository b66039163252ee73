import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_index.methods.weights import levels

#        0 root
#        1 a (leaf)    2 b (leaves 3, 4)    5 c (6 (leaf 7), leaf 8)
PARENT = np.array([-1, 0, 0, 2, 2, 0, 5, 6, 5])
IS_LEAF = np.array([False, True, False, True, True, False, False, True, True])


def test_nodes_weigh_what_their_leaves_weigh():
    weights, local = levels.local_from_global(np.array([0.1, 0.2, 0.3, 0.25, 0.15]), PARENT, IS_LEAF)
    assert weights == pytest.approx([1.0, 0.1, 0.5, 0.2, 0.3, 0.4, 0.25, 0.25, 0.15], rel=1e-15)
    assert local == pytest.approx([1.0, 0.1, 0.5, 0.4, 0.6, 0.4, 0.625, 1.0, 0.375], rel=1e-15)


def test_children_of_a_parent_without_weight_share_equally():
    weights, local = levels.local_from_global(np.array([0.4, 0.0, 0.0, 0.6, 0.0]), PARENT, IS_LEAF)
    assert weights.tolist() == [1.0, 0.4, 0.0, 0.0, 0.0, 0.6, 0.6, 0.6, 0.0]
    assert local.tolist() == [1.0, 0.4, 0.0, 0.5, 0.5, 0.6, 1.0, 1.0, 0.0]


def test_products_down():
    local = np.array([1.0, 0.2, 0.5, 0.5, 0.5, 0.3, 0.1, 1.0, 0.9])
    expected = [1.0, 0.2, 0.5, 0.25, 0.25, 0.3, 0.03, 0.03, 0.27]
    assert levels.global_from_local(local, PARENT) == pytest.approx(expected, rel=1e-15)
    assert local[3] == 0.5


def test_a_single_leaf_is_the_whole_tree():
    parent, is_leaf = np.array([-1]), np.array([True])
    weights, local = levels.local_from_global(np.array([1.0]), parent, is_leaf)
    assert weights.tolist() == local.tolist() == [1.0]
    assert levels.global_from_local(local, parent).tolist() == [1.0]


@st.composite
def trees(draw):
    """Parents of a random tree in pre-order."""
    path, parent = [0], [-1]
    for node in range(1, draw(st.integers(1, 40))):
        path = path[: draw(st.integers(1, len(path)))]
        parent.append(path[-1])
        path.append(node)
    return np.array(parent)


@settings(deadline=None, max_examples=80)
@given(trees(), st.integers(0, 2**32 - 1))
def test_local_and_global_weights_belong_together(parent, seed):
    is_leaf = ~np.isin(np.arange(parent.size), parent)
    rng = np.random.default_rng(seed)
    leaf_weights = rng.random(is_leaf.sum()) + 1e-3
    leaf_weights[rng.random(leaf_weights.size) < 0.3] = 0.0
    leaf_weights[-1] += 0.1
    leaf_weights /= leaf_weights.sum()
    weights, local = levels.local_from_global(leaf_weights, parent, is_leaf)
    assert weights[is_leaf].tolist() == leaf_weights.tolist()
    assert abs(weights[0] - 1) < 1e-12
    for node in np.flatnonzero(~is_leaf):
        siblings = np.flatnonzero(parent == node)
        assert abs(math.fsum(local[siblings]) - 1) < 1e-12
        assert math.fsum(weights[siblings]) == pytest.approx(weights[node], rel=1e-14)
    assert np.allclose(levels.global_from_local(local, parent), weights, rtol=1e-12, atol=1e-15)
