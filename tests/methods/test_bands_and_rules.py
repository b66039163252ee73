"""Tables of bands by their edges, and what an aggregation asks of its node: every way to be wrong, alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from resilience_index.methods import bands, normalize_bands
from resilience_index.methods.aggregate_rules import faults

INF = math.inf


def above(value: float) -> float:
    return math.nextafter(value, INF)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ([{"min": 3}, {"min": 1}, {}], [(3, INF), (1, 3), (-INF, 1)]),
        ([{"above": 3}, {"min": 3}], [(above(3), INF), (3, above(3))]),
        ([{"max": 1}, {"below": 4}, {}], [(-INF, above(1)), (above(1), 4), (4, INF)]),
        ([{"min": 0, "below": 2}, {"min": 5}, {"max": -1}], [(0, 2), (5, INF), (-INF, above(-1))]),
        ([{"min": 0, "below": 2}, {"min": 2, "max": 2}], [(0, 2), (2, above(2))]),
        ([{}], [(-INF, INF)]),
        ([{"min": 0}], [(0, INF)]),
        ([{"below": 0}], [(-INF, 0)]),
    ],
)
def test_each_band_is_an_interval_of_doubles(
    table: list[dict[str, float]], expected: list[tuple[float, float]]
) -> None:
    assert bands.intervals(table) == expected
    given = [{**band, "points": place} for place, band in enumerate(table)]
    for place, (low, high) in enumerate(expected):
        for value in (low, math.nextafter(high, -INF)):
            if math.isfinite(value):
                assert bands.place_of(given, value) == place
    edges = normalize_bands.edges(given, full=4.0)
    starts = sorted({bound for interval in expected for bound in interval if math.isfinite(bound)})
    assert edges.edges.tolist() == starts
    for start, points in zip([-INF, *starts], edges.points.tolist(), strict=True):
        inside = [place for place, (low, high) in enumerate(expected) if low <= start < high]
        assert repr(points) == (repr(inside[0] / 4.0) if inside else "nan")


def test_points_of_values_between_and_beside_bands() -> None:
    table = [{"min": 0, "below": 2, "points": -0.0}, {"above": 4, "points": 3}]
    edges = normalize_bands.edges(table)
    x = np.array([-1e-300, 0.0, math.nextafter(2, 0), 2.0, 4.0, above(4), math.nan, INF])
    points = normalize_bands.apply(x, edges)
    assert repr(points.tolist()) == "[nan, 0.0, 0.0, nan, nan, 3.0, nan, 3.0]"
    assert normalize_bands.outside(x, points).tolist() == [True, False, False, True, True, False, False, False]
    out = np.zeros(8)
    assert normalize_bands.apply(x, edges, out=out) is out
    assert repr(out.tolist()) == repr(points.tolist())
    assert [bands.place_of(table, value) for value in (-1.0, 1.0, 3.0, 5.0)] == [None, 0, None, 1]


@pytest.mark.parametrize(
    ("table", "first", "second"),
    [
        ([{"min": 1}, {"min": 2}, {"min": 1}], 0, 2),
        ([{"max": 1}, {"max": 1}], 0, 1),
        ([{}, {}], 0, 1),
        ([{"min": 0, "max": 2}, {"min": 2, "max": 3}], 0, 1),
        ([{"min": 2, "max": 3}, {"min": 0, "max": 2}], 0, 1),
        ([{"min": 9, "max": 9}, {"min": 5, "max": 6}, {"min": 0, "max": 5}], 1, 2),
    ],
)
def test_bands_that_share_a_value_are_named_in_their_order(
    table: list[dict[str, float]], first: int, second: int
) -> None:
    with pytest.raises(bands.Overlap) as caught:
        bands.intervals(table)
    assert (caught.value.first, caught.value.second) == (first, second)
    assert caught.value.words == (bands.words(table[first]), bands.words(table[second]))


RISING = [{"min": 3, "points": 5}, {"points": 1}, {"min": 1, "points": 1}]


@pytest.mark.parametrize(
    ("table", "direction", "expected"),
    [
        (RISING, "benefit", None),
        (RISING, "cost", (2, 0)),
        (RISING, "target", None),
        ([{"min": 1, "points": 2}, {"points": 3}], "benefit", (1, 0)),
        ([{"min": 1, "points": 2}, {"points": 3}], "cost", None),
        ([{"min": 1, "points": 2}, {"points": 2}], "benefit", None),
        ([{"min": 1, "points": 2}, {"points": 2}], "cost", None),
    ],
)
def test_points_against_the_direction(
    table: list[dict[str, float]], direction: str, expected: tuple[int, int] | None
) -> None:
    assert bands.against_direction(table, direction) == expected


def test_words_of_bands() -> None:
    table = [
        {"min": 90, "points": 2}, {"above": 80, "below": 90, "points": 1.5}, {"max": 8e9, "points": 0},
        {"below": 1, "points": 0}, {"min": 0.5, "max": 1, "points": 0}, {"points": -1},
    ]  # fmt: skip
    assert [bands.words(band) for band in table] == [
        "90 ≤ x", "80 < x < 90", "x ≤ 8e+09", "x < 1", "0.5 ≤ x ≤ 1", "x",
    ]  # fmt: skip
    assert bands.summary(table) == ("90 ≤ x → 2; 80 < x < 90 → 1.5; x ≤ 8e+09 → 0; x < 1 → 0; 0.5 ≤ x ≤ 1 → 0; x → -1")


# --- what an aggregation asks of its node


def both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def fuzzy(grades: Any, membership: str = "triangular", bounds: Any = None) -> dict[str, Any]:
    return {"grades": grades, "membership": membership, "bounds": bounds}


STEPS = ("grades", both("至少两个、依次递增或递减的值", "two values or more, rising or falling"))
ORDERED = ("bounds", both("与等级同序，且在等级值之间", "bounds in the order of the grades, between their values"))


@pytest.mark.parametrize(
    ("call", "children", "expected"),
    [
        ({}, 3, []),
        ({"order": None, "grades": None}, 3, []),
        ({"order": [0, 1]}, 2, []),
        ({"order": [1, 0]}, 3, [("order", both("3 个权重，每个子项一个", "3 weights, one for each child"))]),
        ({"order": [0, 0]}, 3, [("order", both("3 个权重，每个子项一个", "3 weights, one for each child"))]),
        ({"order": [0, 0]}, 2, [("order", both("至少一个权重大于 0", "at least one weight above 0"))]),
        (fuzzy([1, 0]), 5, []),
        (fuzzy([0, 0.5, 1]), 5, []),
        (fuzzy([1]), 5, [STEPS]),
        (fuzzy([1, 1]), 5, [STEPS]),
        (fuzzy([0, 1, 1]), 5, [STEPS]),
        (fuzzy([1, 0, 0]), 5, [STEPS]),
        (fuzzy([0, 1, 0.5]), 5, [STEPS]),
        (fuzzy([1, 0.5, 0], bounds=[0.6, 0.3]), 5,
         [("bounds", both("只在 membership: bands 时给出", "to stand only with membership: bands"))]),
        (fuzzy([1, 0.5, 0], "votes"), 3, []),
        (fuzzy([1, 0.5, 0], "votes"), 2, [("grades", both("2 个，每个子项一个", "2 values, one for each child"))]),
        (fuzzy([1, 0.5, 0], "bands", [0.6, 0.3]), 5, []),
        (fuzzy([0, 0.5, 1], "bands", [0.3, 0.6]), 5, []),
        (fuzzy([0, 0.5, 1], "bands", [0, 1]), 5, []),
        (fuzzy([1, 0.5, 0], "bands", [1, 0]), 5, []),
        (fuzzy([1, 0.5, 0], "bands"), 5, [("bounds", both("2 个分界", "2 bounds between the grades"))]),
        (fuzzy([1, 0.5, 0], "bands", [0.5]), 5, [("bounds", both("2 个分界", "2 bounds between the grades"))]),
        (fuzzy([1, 0.5, 0], "bands", [0.9, 0.6, 0.3]), 5,
         [("bounds", both("2 个分界", "2 bounds between the grades"))]),
        (fuzzy([1, 0.5, 0], "bands", [0.3, 0.6]), 5, [ORDERED]),
        (fuzzy([1, 0.5, 0], "bands", [0.5, 0.5]), 5, [ORDERED]),
        (fuzzy([0, 0.5, 1], "bands", [0.6, 0.3]), 5, [ORDERED]),
        (fuzzy([0, 0.5, 1], "bands", [0.5, 0.5]), 5, [ORDERED]),
        (fuzzy([1, 0.5, 0], "bands", [1.01, 0.3]), 5, [ORDERED]),
        (fuzzy([1, 0.5, 0], "bands", [0.3, -0.01]), 5, [ORDERED]),
        (fuzzy([0, 0.5, 1], "bands", [-0.01, 0.3]), 5, [ORDERED]),
        (fuzzy([0, 0.5, 1], "bands", [0.3, 1.01]), 5, [ORDERED]),
        # Wrong in two ways: both are told.
        (fuzzy([1, 1], "bands"), 5, [STEPS, ("bounds", both("1 个分界", "1 bounds between the grades"))]),
        (fuzzy([1], "votes", [2]), 2,
         [STEPS, ("bounds", both("只在 membership: bands 时给出", "to stand only with membership: bands")),
          ("grades", both("2 个，每个子项一个", "2 values, one for each child"))]),
    ],
)  # fmt: skip
def test_what_does_not_fit_a_node(call: dict[str, Any], children: int, expected: Any) -> None:
    assert list(faults(call, children)) == expected
