import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_index.errors import RefusalError
from resilience_index.methods.weights import combine

S = np.array([0.5, 0.3, 0.2])
O = np.array([0.2, 0.2, 0.6])  # noqa: E741 - the letter of the formula


def test_linear_is_a_weighted_mean():
    assert combine.linear(S, O, 0.5) == pytest.approx([0.35, 0.25, 0.4], rel=1e-15)
    assert combine.linear(S, O, 0.25) == pytest.approx([0.275, 0.225, 0.5], rel=1e-15)
    assert combine.linear(S, O, 1.0) == pytest.approx(S, rel=1e-15)
    assert combine.linear(S, O, 0.0) == pytest.approx(O, rel=1e-15)
    assert combine.linear(1.5 * S, 1.5 * O, 0.5) == pytest.approx([0.35, 0.25, 0.4], rel=1e-15)
    half = combine.linear(S, O, Fraction(1, 2))
    assert half.dtype == np.float64
    assert half.tolist() == combine.linear(S, O, 0.5).tolist()


def test_product_is_normalised():
    assert combine.product(S, O) == pytest.approx([0.1 / 0.28, 0.06 / 0.28, 0.12 / 0.28], rel=1e-15)
    assert combine.product(S, np.array([0.0, 0.5, 0.5]))[0] == 0.0


def test_product_of_nothing_is_refused():
    with pytest.raises(RefusalError) as caught:
        combine.product(np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    assert (caught.value.code, caught.value.params) == ("RI331", {"count": 2})


positive = st.lists(st.tuples(st.floats(1e-6, 1.0), st.floats(0.0, 1.0)), min_size=1, max_size=40)


@settings(deadline=None, max_examples=80)
@given(positive, st.floats(0.0, 1.0))
def test_sums_are_one(pairs, alpha):
    s, o = np.array(pairs).T
    o[0] += 0.1
    s, o = s / s.sum(), o / o.sum()
    for weights in (combine.linear(s, o, alpha), combine.product(s, o)):
        assert abs(math.fsum(weights) - 1) < 1e-12
        assert (weights >= 0).all()
    equal = np.full(len(s), 1 / len(s))
    assert combine.product(s, equal) == pytest.approx(s, rel=1e-12)
