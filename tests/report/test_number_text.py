"""Numbers as reports write them: the quick way gives what decimal arithmetic gives."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from resilience_index.report.view.format import DASH, number_text

EXACT = Context(prec=400)


def exactly(value: float, digits: int | None) -> str:
    shortest = Decimal(repr(value))
    if digits is None:
        return str(int(shortest)) if shortest == shortest.to_integral_value() else format(shortest.normalize(), "f")
    rounded = shortest.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP, context=EXACT)
    return format(rounded or abs(rounded), "f")


halves = st.builds(lambda number, digits: number / 10**digits, st.integers(-(10**9), 10**9), st.integers(0, 6))
near_halves = st.builds(lambda value, up: math.nextafter(value, math.inf if up else -math.inf), halves, st.booleans())


@given(
    st.one_of(halves, near_halves, st.floats(allow_nan=False, allow_infinity=False)), st.sampled_from([None, *range(7)])
)
@example(0.125, 2)
@example(2.675, 2)
@example(-0.004, 2)
@example(-0.005, 2)
@example(-0.0, 2)
@example(-0.0, None)
@example(999999999.995, 2)
@example(1e9, 4)
@example(1e-05, 4)
@example(5e-05, 4)
def test_the_quick_way_is_exact(value, digits):
    assert number_text(value, digits) == exactly(value, digits)


@pytest.mark.parametrize("value", [None, math.nan])
def test_no_value_is_a_dash(value):
    assert number_text(value, 2) == DASH
