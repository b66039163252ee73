"""Filling in blocks, near and far neighbours, and medians of any number of values: against plain loops."""

from __future__ import annotations

import math

import numpy as np
import pytest

from resilience_index.methods import fill

NAN = math.nan


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)


def filled(x: np.ndarray, others: list[np.ndarray], k: int, codes: np.ndarray | None = None) -> list[float]:
    gaps = np.isnan(x)
    result: list[float] = fill.Neighbours([*others, x]).fill([(x, gaps, k)], [codes])[0].tolist()
    return result


def test_distances_are_taken_for_few_units_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(2)
    a, x = random.normal(size=30), random.normal(size=30)
    x[random.random(30) < 0.5] = NAN
    whole = filled(x, [a], 2)
    parts: list[int] = []
    own = fill.Neighbours.distances

    def counted(self: fill.Neighbours, rows: np.ndarray) -> np.ndarray:
        parts.append(len(rows))
        return own(self, rows)

    monkeypatch.setattr(fill, "_CELLS", 75)
    monkeypatch.setattr(fill.Neighbours, "distances", counted)
    assert filled(x, [a], 2) == whole
    missing = int(np.isnan(x).sum())
    assert parts == [2] * (missing // 2) + [1] * (missing % 2)
    monkeypatch.setattr(fill, "_CELLS", 1)
    parts.clear()
    assert filled(x, [a], 2) == whole
    assert parts == [1] * missing


@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_nearest_of_many(k: int) -> None:
    """More units than are looked at first: the near ones are among those, and ties at the edge count."""
    a = np.arange(257.0)  # of a range that is a power of two, so that shares of it are exact
    x = a * 10.0
    x[100] = NAN
    assert filled(x, [a], k)[100] == 1000.0  # 99 and 101 are level, as are 98 and 102
    lost = x.copy()
    lost[[99, 98]] = NAN
    assert filled(lost, [a], 1)[100] == 1010.0
    assert filled(lost, [a], 2)[100] == 1015.0
    assert filled(lost, [a], 3)[100] == pytest.approx((1010 + 1020 + 1030 + 970) / 4)


def test_neighbours_of_the_same_group_only() -> None:
    a = np.arange(120.0)
    x = a.copy()
    x[60] = NAN
    codes = np.where(a % 40 == 20, 1, 0)  # 20, 60 and 100
    assert filled(x, [a], 2, codes)[60] == 60.0
    x[20] = NAN
    assert filled(x, [a], 1, codes)[60] == 100.0
    assert math.isnan(filled(x, [a], 2, codes)[60])


def test_where_no_neighbour_is_near_enough() -> None:
    for distances in (column(math.inf, math.inf), column(1.0)):
        assert repr(fill._nearest(distances, np.ones(distances.size), 2)) == "nan"
    assert fill._nearest(column(1, 3, 2, 3), column(10, 20, 30, 40), 3) == 25.0
    assert fill._nearest(column(1, 2), column(10, 20), 2) == 15.0
    random = np.random.default_rng(12)
    distances = random.random(2000)
    for k in (1, 2, 700, 1999, 2000):
        nearest = distances[np.argsort(distances)[:k]]
        assert fill._nearest(distances, distances, k) == pytest.approx(nearest.mean(), rel=1e-12)


@pytest.mark.parametrize("how", ["mean", "median"])
@pytest.mark.parametrize("cost", [True, False])
@pytest.mark.parametrize("raw", [True, False])
def test_rows_of_any_number_of_values(how: str, cost: bool, raw: bool) -> None:
    random = np.random.default_rng(9)
    others = [random.uniform(-5, 5, 12) for _ in range(7)]
    for row in range(8):
        for other in others[row:]:
            other[row] = NAN  # the unit of this row has as many values
    directions = [True, False, True, True, False, False, True]
    x = column(*[NAN] * 8, 3, 9, 4, 5)
    found = fill.by_row(x, np.isnan(x), cost, list(zip(others, directions, strict=True)), how, raw=raw)  # type: ignore[arg-type]
    centre = np.mean if how == "mean" else np.median
    assert found[8:].tolist() == [3, 9, 4, 5]
    assert math.isnan(found[0])
    for row in range(1, 8):
        values = []
        for other, less in list(zip(others, directions, strict=True))[:row]:
            low, high = np.nanmin(other), np.nanmax(other)
            share = (high - other[row]) / (high - low) if less else (other[row] - low) / (high - low)
            values.append(other[row] if raw else share)
        value = centre(values)
        if not raw:
            value = 9 - value * 6 if cost else 3 + value * 6
        assert found[row] == pytest.approx(value, rel=1e-13)


@pytest.mark.parametrize("columns", [1, 2, 3, 4])
def test_medians_of_all_that_is_there(columns: int) -> None:
    others = [column(place * place + 1.0, NAN) for place in range(columns)]
    x = column(NAN, NAN)
    found = fill.by_row(x, np.isnan(x), False, [(other, False) for other in others], "median", raw=True)
    assert found[0] == np.median([other[0] for other in others])
    assert math.isnan(found[1])


def test_rows_by_given_extents() -> None:
    x, other = column(NAN, 5, 7), column(2, 1, 3)
    extents = [(0.0, 10.0), (0.0, 4.0)]
    found = fill.by_row(x, np.isnan(x), False, [(other, False)], "mean", raw=False, extents=extents)
    assert found.tolist() == [5.0, 5.0, 7.0]
    turned = fill.by_row(x, np.isnan(x), True, [(other + 1, True)], "mean", raw=False, extents=extents)
    assert turned.tolist() == [7.5, 5.0, 7.0]
    nothing = column(NAN, NAN)
    assert repr(fill.extent(nothing)) == "(nan, nan)"
    assert fill.extent(column(3, NAN, -1)) == (-1.0, 3.0)
    assert fill.by_row(nothing, np.isnan(nothing), False, [(column(1, 2), False)], "mean", raw=False) is nothing
    assert fill.by_row(nothing, np.isnan(nothing), False, [(column(1, 2), False)], "mean", raw=True).tolist() == [1, 2]
    assert fill.by_row(nothing, np.isnan(nothing), False, [], "mean", raw=True) is nothing


@pytest.mark.parametrize("how", ["mean", "median"])
def test_centres_by_group_whole(how: str) -> None:
    x = column(1, NAN, 6, 20, NAN, 2, 40, NAN)
    codes = np.array([0, 0, 0, 1, 1, 0, 1, 2])
    gaps = np.isnan(x)
    first = 3.0 if how == "mean" else 2.0
    result, centres = fill.by_centre(x, gaps, codes, how)  # type: ignore[arg-type]
    assert centres == {0: first, 1: 30.0}
    assert repr(result.tolist()) == repr([1.0, first, 6.0, 20.0, 30.0, 2.0, 40.0, NAN])
    assert repr(fill.by_given(x, gaps, codes, centres).tolist()) == repr(result.tolist())
    assert fill.by_given(x, gaps, None, {0: 5.0}).tolist() == [1, 5, 6, 20, 5, 2, 40, 5]
    every = fill.by_centre(x, gaps, None, how)[1]  # type: ignore[arg-type]
    assert every == {0: 13.8 if how == "mean" else 6.0}
    nothing = column(NAN, NAN)
    assert fill.by_centre(nothing, np.isnan(nothing), None, how) == (nothing, {})  # type: ignore[arg-type]
    whole = column(1, 2)
    assert fill.by_centre(whole, np.isnan(whole), np.zeros(2, dtype=np.int64), how)[1] == {}  # type: ignore[arg-type]


def test_over_time_in_any_order_of_rows() -> None:
    units, periods = np.array([1, 0, 1, 0, 1, 0, 1]), np.array([3, 2, 0, 0, 1, 1, 2])
    x = column(8, NAN, 2, NAN, NAN, 7, NAN)
    gaps = np.isnan(x)
    assert repr(fill.previous(x, gaps, units, periods).tolist()) == repr([8.0, 7.0, 2.0, NAN, 2.0, 7.0, 2.0])
    assert repr(fill.previous(x, gaps, units, periods, limit=1).tolist()) == repr([8.0, 7.0, 2.0, NAN, 2.0, 7.0, NAN])
    assert fill.previous(x, gaps, units, periods, limit=2)[6] == 2.0
    found = fill.linear(x, gaps, units, periods.astype(float))
    assert found.tolist() == pytest.approx([8, NAN, 2, NAN, 4, 7, 6], nan_ok=True)
    spaced = np.array([10.0, 2.0, 0.0, 0.0, 1.0, 1.0, 5.0])
    assert fill.linear(x, gaps, units, spaced).tolist() == pytest.approx([8, NAN, 2, NAN, 2.6, 7, 5], nan_ok=True)
    some = gaps & (units == 0)
    assert math.isnan(fill.linear(x, some, units, spaced)[4])
    assert math.isnan(fill.previous(x, some, units, periods)[4])
