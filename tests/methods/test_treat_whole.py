"""Everything a treatment says of a column, and how another column is treated by it."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from resilience_index.methods import treat
from resilience_index.methods.moments import Shape, shape

NOTHING = {
    "before": None, "after": None, "low": None, "high": None, "points": 0, "logged": False, "mirrored": False,
    "offset": None, "kept": "", "failing": False, "edge": None, "shift": None,
}  # fmt: skip
# Skewed, with a logarithm that is not; and a column of which even the logarithm is skewed.
SKEWED = np.array([float(2**place) for place in range(20)])
MONSTER = np.array([1.0, 1.5, 2.0, 2.5, 3.0, 1.2, 1.7, 2.2, 2.7, 2.9, 1.1, 1e200])


def whole(found: treat.Treated) -> dict[str, Any]:
    """All fields but the values."""
    return {field.name: getattr(found, field.name) for field in fields(found) if field.name != "values"}


def said(**known: Any) -> dict[str, Any]:
    return NOTHING | known


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)


def test_winsorizing_both_sides() -> None:
    x = column(-100, 1, 2, 3, 4, 5, 6, 200)
    found = treat.winsorize(x, max_points=2, test=False)
    assert found.values.tolist() == [1, 1, 2, 3, 4, 5, 6, 6]
    assert whole(found) == said(before=shape(x), after=shape(found.values), low=1.0, high=6.0, points=2)
    one = treat.winsorize(x, max_points=1, test=False)
    assert one.values.tolist() == [-100, 1, 2, 3, 4, 5, 6, 6]
    assert whole(one) == said(before=shape(x), after=shape(one.values), high=6.0, points=1)
    left = treat.winsorize(-x, max_points=1, test=False)
    assert left.values.tolist() == [100, -1, -2, -3, -4, -5, -6, -6]
    assert whole(left) == said(before=shape(-x), after=shape(left.values), low=-6.0, points=1)


def test_points_of_one_side_after_the_other_add_up() -> None:
    """Two above, then one below, then one more above: the values at the bound are moved along with the next."""
    x = column(-90, 1, 2, 3, 4, 5, 6, 7, 8, 400, 400)
    found = treat.winsorize(x, max_points=3, test=False)
    assert (found.values.tolist(), found.points) == ([1, 1, 2, 3, 4, 5, 6, 7, 8, 8, 8], 3)
    assert treat.winsorize(x, max_points=2, test=False).values.tolist() == [-90, 1, 2, 3, 4, 5, 6, 7, 8, 8, 8]
    assert treat.winsorize(x, max_points=1, test=False).values is x
    more = treat.winsorize(x, max_points=4, test=False)
    assert (more.points, more.low, more.high) == (4, 2.0, 8.0)  # what is left is skewed to the left by a little


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_winsorizing_to_the_last_but_one_different_value(sign: float) -> None:
    """As long as two values are left that differ; the step after that would make them one."""
    x = sign * column(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1000)
    found = treat.winsorize(x, max_points=11)
    assert found.values.tolist() == [*(sign * column(0, 0, 0, 0, 0, 0, 0, 0, 0)).tolist(), sign, sign]
    passing = shape(found.values).passes(2.0, 3.5)
    assert (found.failing, found.kept) == (not passing, "" if passing else "constant")


def test_the_limits_of_the_test_are_strict() -> None:
    x = column(1, 2, 3, 4, 5, 6, 30)
    found = shape(x)
    skewness, kurtosis = found.skewness, found.kurtosis
    assert treat.winsorize(x, skewness=skewness, kurtosis=kurtosis).points == 1
    assert treat.winsorize(x, skewness=math.nextafter(skewness, 9), kurtosis=kurtosis).values is x
    assert treat.winsorize(x, skewness=skewness, kurtosis=math.nextafter(kurtosis, 99)).values is x
    assert treat.log(x, skewness=skewness, kurtosis=kurtosis).logged
    assert not treat.log(x, skewness=math.nextafter(skewness, 9), kurtosis=kurtosis).logged
    assert not Shape(5, -2.0, 4.0).passes(2.0, 4.0)
    assert Shape(5, -1.9, 4.0).passes(2.0, 4.0)
    assert not Shape(5, -2.1, 4.0).passes(2.0, 4.0)
    for lost in (Shape(5, math.nan, 9.0), Shape(5, 9.0, math.nan)):
        assert lost.passes(0.0, 0.0)


def test_what_fails_in_the_end_says_why() -> None:
    x = column(*range(40), 1e5, 1e7)
    kept = treat.winsorize(x, max_points=1)
    assert whole(kept) == said(
        before=shape(x), after=shape(kept.values), high=1e5, points=1, kept="points", failing=True
    )
    undone = treat.winsorize(x, max_points=1, otherwise="undo")
    assert undone.values is x
    assert whole(undone) == said(before=shape(x), after=shape(x), kept="points", failing=True)
    constant = treat.winsorize(column(*[0.0] * 20, 1.0), otherwise="undo")
    assert whole(constant) == said(before=constant.before, after=constant.before, kept="constant", failing=True)
    logged = treat.winsorize(SKEWED, max_points=1, otherwise="log", skewness=1.5, kurtosis=3.0)
    assert whole(logged) == whole(treat.log(SKEWED, skewness=1.5, kurtosis=3.0))
    twice = np.array([*MONSTER, 1e200])
    before, after = shape(twice).kurtosis, treat.log(twice, test=False).after
    assert after is not None
    assert after.kurtosis < before
    between = (after.kurtosis + before) / 2.0
    passing = treat.winsorize(twice, max_points=1, otherwise="log", skewness=0.1, kurtosis=between)
    assert (passing.logged, passing.failing, passing.before, passing.after) == (True, False, shape(twice), after)
    few = column(1, 2, 900)
    assert whole(treat.winsorize(few)) == said(before=shape(few), after=shape(few), kept="few")
    even = column(1, 2, 3, 4)
    assert whole(treat.winsorize(even)) == said(before=shape(even), after=shape(even))


@pytest.mark.parametrize(
    ("x", "options", "edge", "added", "mirrored"),
    [
        (SKEWED, {}, 1.0, 0.01 * (2.0**19 - 1.0), False),
        (SKEWED, {"shift": "one"}, 1.0, 1.0, False),
        (SKEWED, {"shift": "zero"}, 0.0, 0.0, False),
        (-SKEWED, {}, -1.0, 0.01 * (2.0**19 - 1.0), True),
        (-SKEWED, {"shift": "one"}, -1.0, 1.0, True),
        (-SKEWED, {"shift": "one", "mirror": False}, -(2.0**19), 1.0, False),
        (SKEWED - 50.0, {"shift": "one"}, -49.0, 1.0, False),
    ],
)
@pytest.mark.parametrize("test", [True, False])
def test_logarithms_say_of_what(
    x: np.ndarray, options: dict[str, Any], edge: float, added: float, mirrored: bool, test: bool
) -> None:
    found = treat.log(x, **options, test=test)
    expected = [-math.log(edge - value + added) if mirrored else math.log(value - edge + added) for value in x.tolist()]
    assert found.values.tolist() == pytest.approx(expected, rel=1e-14, abs=1e-14)
    after = shape(found.values)
    assert whole(found) == said(
        before=shape(x), after=after, logged=True, mirrored=mirrored, points=20, edge=edge, shift=added,
        offset=edge + added if mirrored else added - edge, failing=test and not after.passes(2.0, 3.5),
    )  # fmt: skip


def test_a_logarithm_that_still_fails() -> None:
    for x, mirrored in ((MONSTER, False), (-MONSTER, True)):
        found = treat.log(x)
        assert (found.logged, found.mirrored, found.failing, found.points) == (True, mirrored, True, 12)
        assert not treat.log(x, test=False).failing


def test_logarithms_that_are_not_taken() -> None:
    few, even = column(1, 2, 900), column(1, 2, 3, 4)
    assert whole(treat.log(few)) == said(before=shape(few), after=shape(few), kept="few")
    assert treat.log(few, test=False).logged
    assert whole(treat.log(even)) == said(before=shape(even), after=shape(even))
    none = column()
    assert repr(whole(treat.log(none, test=False))) == repr(said(before=shape(none), after=shape(none)))
    level = column(2, 2, 2, 2, 2)
    assert treat.log(level).kept == ""  # no shape: it passes
    assert treat.log(level, test=False).kept == "constant"
    zero = SKEWED - 1.0
    assert whole(treat.log(zero, shift="zero")) == said(before=shape(zero), after=shape(zero), kept="not_positive")
    assert treat.log(zero + 1e-9, shift="zero").logged


def test_cuts_say_their_bounds() -> None:
    x = column(1, 2, 3, 4, 5, 6, 7, 8, 100)
    assert whole(treat.iqr(x)) == said(low=-3.0, high=13.0, points=1)
    assert whole(treat.percentile(x, low=0.25, high=0.75)) == said(low=3.0, high=7.0, points=4)
    few = column(1, 2, 3)
    assert whole(treat.iqr(few)) == whole(treat.percentile(few)) == said(kept="few")
    even = column(1, 2, 3, 4)
    assert treat.iqr(even).points == 0
    level, spike = column(5, 5, 5, 5), column(5, 5, 5, 5, 5, 5, 9)
    assert whole(treat.iqr(level)) == said(low=5.0, high=5.0)
    assert whole(treat.iqr(spike)) == said(low=5.0, high=5.0, kept="constant")
    assert treat.percentile(column(0, 1, 2, 3, 4), low=0.5, high=0.5).kept == "constant"


def test_what_another_column_is_treated_by() -> None:
    x = column(1, 2, 3, 4, 5, 6, 7, 8, 100)
    assert treat.settled(treat.iqr(x)) == {"low": -3.0, "high": 13.0}
    assert treat.settled(treat.winsorize(x)) == {"high": 8.0}
    assert treat.settled(treat.winsorize(-x)) == {"low": -8.0}
    assert treat.settled(treat.iqr(column(5, 5, 5, 5))) == {}
    assert treat.settled(treat.iqr(column(5, 5, 5, 5, 5, 5, 9))) == {}
    assert treat.settled(treat.iqr(column(1, 2, 3))) == {}
    assert treat.settled(treat.log(SKEWED, shift="one")) == {"edge": 1.0, "shift": 1.0, "mirrored": False}
    assert treat.settled(treat.log(-SKEWED, shift="one")) == {"edge": -1.0, "shift": 1.0, "mirrored": True}
    # A step was made before the one that would have made it constant: the bound stands.
    y = column(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1000)
    found = treat.winsorize(y)
    assert (found.kept, found.points, treat.settled(found)) == ("constant", 1, {"high": 1.0})
    assert treat.settled(treat.Treated(x, kept="constant", low=1.0)) == {}
    assert treat.settled(treat.Treated(x, kept="points", low=1.0)) == {"low": 1.0}


def test_another_column_treated_by_it() -> None:
    x = column(-5, 0, 7, 20)
    for saved, values, points in (
        ({"low": 0.0, "high": 7.0}, [0, 0, 7, 7], 2),
        ({"low": 1.0}, [1, 1, 7, 20], 2),
        ({"high": 7.0}, [-5, 0, 7, 7], 1),
    ):
        found = treat.again(x, saved)
        assert found.values.tolist() == values
        assert whole(found) == said(low=saved.get("low"), high=saved.get("high"), points=points)
    untouched = treat.again(x, {})
    assert untouched.values is x
    assert whole(untouched) == NOTHING


@pytest.mark.parametrize(
    ("edge", "mirrored", "offset"),
    [(-5.0, False, 7.0), (20.0, True, 22.0), (-6.9, False, 8.9), (18.1, True, 20.1)],
)
def test_another_column_under_the_same_logarithm(edge: float, mirrored: bool, offset: float) -> None:
    x = column(-5, 0, 7, 20)
    found = treat.again(x, {"edge": edge, "shift": 2.0, "mirrored": mirrored})
    sizes = [edge - value + 2.0 if mirrored else value - edge + 2.0 for value in x.tolist()]
    expected = [-math.log(size) if mirrored else math.log(size) for size in sizes]
    assert found.values.tolist() == pytest.approx(expected, rel=1e-13)
    assert whole(found) == said(
        logged=True, mirrored=mirrored, offset=pytest.approx(offset), points=4, edge=edge, shift=2.0
    )


@pytest.mark.parametrize(("edge", "mirrored"), [(-3.0, False), (18.0, True)])
def test_a_value_without_the_same_logarithm(edge: float, mirrored: bool) -> None:
    x = column(-5, 0, 7, 20)  # the outermost is exactly where the logarithm ends
    found = treat.again(x, {"edge": edge, "shift": 2.0, "mirrored": mirrored})
    assert found.values is x
    assert whole(found) == said(edge=edge, shift=2.0, mirrored=mirrored, kept="beyond")


def test_parameters_are_complete() -> None:
    x = column(-100, 1, 2, 3, 4, 5, 6, 200)
    found = treat.winsorize(x, max_points=2, test=False)
    before, after = shape(x), shape(column(1, 1, 2, 3, 4, 5, 6, 6))
    assert treat.parameters(found) == {
        "points": 2, "skewness": before.skewness, "kurtosis": before.kurtosis, "skewness_after": after.skewness,
        "kurtosis_after": after.kurtosis, "low": 1.0, "high": 6.0,
    }  # fmt: skip
    assert treat.parameters(treat.iqr(column(1, 2, 3, 4, 5, 6, 7, 8, 100))) == {"points": 1, "low": -3.0, "high": 13.0}
    logged = treat.log(-SKEWED, shift="one")
    assert logged.before is not None
    assert logged.after is not None
    assert treat.parameters(logged) == {
        "points": 20, "skewness": logged.before.skewness, "kurtosis": logged.before.kurtosis,
        "skewness_after": logged.after.skewness, "kurtosis_after": logged.after.kurtosis, "offset": 0.0,
        "mirrored": True,
    }  # fmt: skip
    assert treat.parameters(treat.winsorize(column(1, 2, 3))) == {"points": 0}  # no shape
