"""Filling missing values against printed figures and hand-made cases."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.methods import fill

NAN = np.nan
# Twelve units by six indicators; the second and fifth have a gap, and less is better in them.
# fmt: off
TABLE = {
    "I1": [12.5, 15.75, 9.2, 20.1, 17.3, 11.05, 14.6, 8.4, 22.9, 13.35, 18.8, 10.7],
    "I2": [3.1, 2.8, 4.6, NAN, 1.95, 3.75, 2.4, 5.2, 1.1, 3.3, 2.15, 4.05],
    "I3": [101.2, 98.4, 110, 105.5, 95.75, 99.9, 950, 102.3, 108.6, 97.1, 103.4, 100.6],
    "I4": [0.45, 0.52, 0.38, 0.71, 0.66, 0.49, 0.58, 0.31, 0.83, 0.47, 0.62, 0.41],
    "I5": [55, 61.3, 47.25, 39.9, 72.1, 58.4, 66.6, 44.8, NAN, 52.75, 69.5, 49.15],
    "I6": [3, 5, 3, 8, 5, 1, 7, 2, 9, 5, 6, 2],
}
# fmt: on
COLUMNS = {name: np.array(values, dtype=float) for name, values in TABLE.items()}
COST = ("I2", "I5")
NORTH = np.array([0, 0, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1])  # 1: south


def filled(name: str, result: np.ndarray) -> float:
    """The value of the gap; nothing else may have changed."""
    gap = np.isnan(COLUMNS[name])
    assert result[~gap].tolist() == COLUMNS[name][~gap].tolist()
    return float(result[gap][0])


def gaps(x: np.ndarray) -> np.ndarray:
    return np.isnan(x)


@pytest.mark.parametrize(
    ("how", "groups", "first", "second"),
    [
        ("mean", None, 3.12727272727, 56.0681818182),
        ("median", None, 3.1, 55.0),
        ("mean", NORTH, 4.18, 64.9),
        ("median", NORTH, 4.05, 66.6),
    ],
)
def test_centres_becker_2022(how: str, groups: np.ndarray | None, first: float, second: float) -> None:
    for name, expected in (("I2", first), ("I5", second)):
        x = COLUMNS[name]
        result, centres = fill.by_centre(x, gaps(x), groups, how)  # type: ignore[arg-type]
        assert filled(name, result) == pytest.approx(expected, rel=1e-11)
        assert filled(name, result) in centres.values()


def by_row(name: str, among: str, how: str, *, raw: bool) -> float:
    x = COLUMNS[name]
    others = [(COLUMNS[other], other in COST) for other in among.split() if other != name]
    result = fill.by_row(x, gaps(x), name in COST, others, how, raw=raw)  # type: ignore[arg-type]
    return filled(name, result)


ALL = "I1 I2 I3 I4 I5 I6"


@pytest.mark.parametrize(
    ("how", "raw", "siblings", "first", "second"),
    [
        ("mean", False, False, 2.3607165099, 46.2431267193),
        ("median", False, False, 1.89172413793, 39.9),
        ("mean", True, False, 34.842, 28.486),
        ("mean", False, True, 3.52246435167, 39.9),
    ],
)
def test_rows_becker_2022(how: str, raw: bool, siblings: bool, first: float, second: float) -> None:
    assert by_row("I2", "I1 I2 I3" if siblings else ALL, how, raw=raw) == pytest.approx(first, rel=1e-11)
    assert by_row("I5", "I4 I5 I6" if siblings else ALL, how, raw=raw) == pytest.approx(second, rel=1e-11)


def test_a_group_without_a_value_stays_missing() -> None:
    x = np.array([NAN, 2.0, 4.0, NAN])
    result, centres = fill.by_centre(x, gaps(x), np.array([1, 0, 0, 0]), "mean")
    assert np.isnan(result[0])
    assert result[1:].tolist() == [2.0, 4.0, 3.0]
    assert centres == {0: 3.0}


def test_only_gaps_are_filled() -> None:
    """A cell without a value that is no gap does not apply to the unit."""
    x = np.array([NAN, NAN, 4.0, 4.0])
    gap = np.array([True, False, False, False])
    codes = np.zeros(4, dtype=np.int64)
    results = [
        fill.by_centre(x, gap, None, "mean")[0],
        fill.by_centre(x, gap, codes, "median")[0],
        fill.by_row(x, gap, False, [(np.arange(4.0), False)], "mean", raw=True),
        fill.Neighbours([np.arange(4.0)]).fill([(x, gap, 1)], [None])[0],
    ]
    for result in results:
        assert not np.isnan(result[0])
        assert np.isnan(result[1])


UNITS = np.array([0, 0, 0, 0, 1, 1, 1, 1])
PERIODS = np.array([0, 1, 2, 3, 0, 1, 2, 3])


def test_previous_takes_the_units_last_value() -> None:
    x = np.array([1.0, NAN, NAN, 4.0, NAN, 6.0, NAN, NAN])
    assert fill.previous(x, gaps(x), UNITS, PERIODS).tolist()[:4] == [1.0, 1.0, 1.0, 4.0]
    result = fill.previous(x, gaps(x), UNITS, PERIODS)
    assert np.isnan(result[4])  # nothing before, and not the other unit's value
    assert result[5:].tolist() == [6.0, 6.0, 6.0]
    limited = fill.previous(x, gaps(x), UNITS, PERIODS, limit=1)
    assert np.isnan(limited[[2, 4, 7]]).all()
    assert limited[[1, 6]].tolist() == [1.0, 6.0]


def test_linear_goes_by_time_and_not_beyond() -> None:
    x = np.array([1.0, NAN, NAN, 4.0, NAN, 6.0, NAN, NAN])
    by_place = fill.linear(x, gaps(x), UNITS, PERIODS.astype(float))
    assert by_place[:4].tolist() == pytest.approx([1.0, 2.0, 3.0, 4.0], rel=1e-15)
    assert np.isnan(by_place[[4, 6, 7]]).all()
    years = np.array([2015.0, 2016.0, 2020.0, 2025.0])[PERIODS]
    assert fill.linear(x, gaps(x), UNITS, years)[1:3].tolist() == pytest.approx([1.3, 2.5], rel=1e-15)


def test_neighbours_are_the_nearest_over_common_leaves() -> None:
    a = np.array([0.0, 1.0, 2.0, 10.0])
    b = np.array([0.0, NAN, 3.0, 10.0])
    x = np.array([NAN, 5.0, 7.0, 90.0])
    one, two = (fill.Neighbours([a, b, x]).fill([(x, gaps(x), k)], [None])[0][0] for k in (1, 2))
    assert (one, two) == (5.0, 6.0)


def test_neighbours_as_near_as_the_last_count_too() -> None:
    a = np.array([5.0, 4.0, 6.0, 0.0, 10.0])
    x = np.array([NAN, 1.0, 2.0, 50.0, 60.0])
    assert fill.Neighbours([a, x]).fill([(x, gaps(x), 1)], [None])[0][0] == 1.5


def test_a_neighbour_has_half_of_the_leaves() -> None:
    a, b, c = np.array([1.0, 1.0, 9.0]), np.array([1.0, NAN, 9.0]), np.array([1.0, NAN, 0.0])
    x = np.array([NAN, 5.0, 7.0])
    assert fill.Neighbours([a, b, c, x]).fill([(x, gaps(x), 1)], [None])[0][0] == 7.0


def test_with_fewer_than_k_neighbours_it_stays_missing() -> None:
    a = np.array([0.0, 1.0, 2.0, NAN])
    x = np.array([NAN, 5.0, 7.0, 9.0])
    space = fill.Neighbours([a, x])
    assert space.fill([(x, gaps(x), 2)], [None])[0][0] == 6.0
    assert np.isnan(space.fill([(x, gaps(x), 3)], [None])[0][0])  # the fourth shares no leaf with the first
    assert np.isnan(space.fill([(x, gaps(x), 2)], [np.array([0, 0, 1, 0])])[0][0])


def test_neighbours_without_a_column_that_varies() -> None:
    x = np.array([NAN, 5.0])
    assert np.isnan(fill.Neighbours([np.full(2, 3.0)]).fill([(x, gaps(x), 1)], [None])[0][0])


def test_constant_other_columns_say_nothing_of_a_row() -> None:
    x, other = np.array([NAN, 5.0, 7.0]), np.full(3, 2.0)
    assert np.isnan(fill.by_row(x, gaps(x), False, [(other, False)], "mean", raw=False)[0])


def reference(columns: list[np.ndarray], x: np.ndarray, k: int, row: int) -> float:
    """As Neighbours says it does, unit by unit in whole numbers."""
    grid = []
    for column in columns:
        known = column[~np.isnan(column)]
        if known.size and known.min() < known.max():
            share = (column - known.min()) / (known.max() - known.min())
            grid.append([None if np.isnan(value) else round(value * 2**20) for value in share])
    found = []
    mine = [cells[row] for cells in grid]
    for other in range(x.size):
        theirs = [cells[other] for cells in grid]
        both = [(p - q) ** 2 for p, q in zip(mine, theirs, strict=True) if p is not None and q is not None]
        enough = 2 * len(both) >= sum(value is not None for value in mine)
        if both and enough and not np.isnan(x[other]):
            found.append((sum(both) / len(both), x[other]))
    distances = sorted(distance for distance, _ in found)
    if len(distances) < k:
        return NAN
    near = [value for distance, value in found if distance <= distances[k - 1]]
    return float(np.mean(near))


cells = st.one_of(st.none(), st.integers(0, 12))
tables = st.integers(2, 25).flatmap(
    lambda rows: st.lists(st.lists(cells, min_size=rows, max_size=rows), min_size=2, max_size=5)
)


@given(tables, st.integers(1, 4), st.randoms(use_true_random=False))
def test_neighbours_agree_with_whole_numbers_in_any_order(
    table: list[list[int | None]], k: int, random: object
) -> None:
    columns = [np.array([NAN if value is None else float(value) for value in row]) for row in table]
    targets = [(column, gaps(column), k) for column in columns]
    found = fill.Neighbours(columns).fill(targets, [None] * len(columns))
    for result, column in zip(found, columns, strict=True):
        for row in np.flatnonzero(gaps(column)):
            expected = reference(columns, column, k, int(row))
            assert result[row] == pytest.approx(expected, rel=1e-14, nan_ok=True)
    order = list(range(columns[0].size))
    random.shuffle(order)  # type: ignore[attr-defined]
    turned = [column[order] for column in columns]
    again = fill.Neighbours(turned).fill([(column, gaps(column), k) for column in turned], [None] * len(columns))
    for result, other in zip(found, again, strict=True):
        assert repr(result[order].tolist()) == repr(other.tolist())


def test_far_neighbours_are_found_when_the_near_ones_have_no_value() -> None:
    """The near ones are looked at first; here none of them has a value."""
    a = np.arange(200.0)
    x = np.where(a < 150, NAN, a)
    gap = a == 0
    assert fill.Neighbours([a]).fill([(x, gap, 2)], [None])[0][0] == 150.5


@given(tables, st.randoms(use_true_random=False))
def test_rows_and_centres_do_not_depend_on_order(table: list[list[int | None]], random: object) -> None:
    columns = [np.array([NAN if value is None else value / 7 for value in row]) for row in table]
    order = list(range(columns[0].size))
    random.shuffle(order)  # type: ignore[attr-defined]
    x, others = columns[0], columns[1:]
    turned = [column[order] for column in others]
    for how, raw in itertools.product(("mean", "median"), (True, False)):
        one = fill.by_row(x, gaps(x), True, [(column, False) for column in others], how, raw=raw)  # type: ignore[arg-type]
        two = fill.by_row(x[order], gaps(x[order]), True, [(c, False) for c in reversed(turned)], how, raw=raw)  # type: ignore[arg-type]
        assert repr(one[order].tolist()) == repr(two.tolist())
        mine, _ = fill.by_centre(x, gaps(x), None, how)  # type: ignore[arg-type]
        theirs, _ = fill.by_centre(x[order], gaps(x[order]), None, how)  # type: ignore[arg-type]
        assert repr(mine[order].tolist()) == repr(theirs.tolist())


@given(st.lists(cells, min_size=1, max_size=24), st.randoms(use_true_random=False))
def test_filling_over_time_does_not_depend_on_order(values: list[int | None], random: object) -> None:
    x = np.array([NAN if value is None else value / 3 for value in values])
    units, periods = np.arange(x.size) // 4, np.arange(x.size) % 4
    order = list(range(x.size))
    random.shuffle(order)  # type: ignore[attr-defined]
    one = fill.previous(x, gaps(x), units, periods)
    assert repr(one[order].tolist()) == repr(
        fill.previous(x[order], gaps(x[order]), units[order], periods[order]).tolist()
    )
    two = fill.linear(x, gaps(x), units, periods.astype(float))
    again = fill.linear(x[order], gaps(x[order]), units[order], periods[order].astype(float))
    assert repr(two[order].tolist()) == repr(again.tolist())
    for unit in range(int(units.max()) + 1):  # inside the values of the unit
        known = x[(units == unit) & ~np.isnan(x)]
        filled_in = two[(units == unit) & ~np.isnan(two)]
        assert not filled_in.size or known.min() <= filled_in.min() <= filled_in.max() <= known.max()
