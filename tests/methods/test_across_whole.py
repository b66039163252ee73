"""Aggregation across units: every figure a method settles on, worked out by hand, and all that it refuses."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from resilience_index.errors import RefusalError
from resilience_index.methods import aggregate_across as across
from resilience_index.methods import aggregate_ranks as by_ranks

NAN = math.nan


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)


def table(*columns: tuple[float, ...]) -> list[np.ndarray]:
    return [column(*values) for values in columns]


def plain(outcome: across.Outcome) -> dict[str, Any]:
    """All of an outcome as lists."""
    undefined = None if outcome.undefined is None else outcome.undefined.tolist()
    details = {name: values.tolist() for name, values in outcome.details.items()}
    return {"values": outcome.values.tolist(), "undefined": undefined, **details}


def near(expected: Any) -> Any:
    """Equal to the last few bits, NaN and None as they are."""
    if isinstance(expected, dict):
        return {key: near(value) for key, value in expected.items()}
    if isinstance(expected, list):
        return [near(value) for value in expected]
    return pytest.approx(expected, rel=1e-12, abs=1e-15, nan_ok=True) if isinstance(expected, float) else expected


def test_topsis_whole() -> None:
    children, weights = table((0, 3, 4, NAN), (1, 1, 1, 1), (9, 9, 8, NAN)), column(1, 1, 0)
    method = across.Topsis([False] * 3)
    found = method.evaluate(children, weights)
    assert plain(found) == near({
        "values": [0.0, 0.75, 1.0, NAN], "undefined": [False, False, False, True],
        "distance_to_best": [0.8, 0.2, 0.0, 0.0], "distance_to_worst": [0.0, 0.6, 0.8, 0.0],
    })  # fmt: skip
    assert method.parameters() == {"worst": [0.0, None, None], "best": [4.0, None, None], "norms": [5.0, None, None]}
    beyond = method.beyond(table((8, -8), (5, 0), (0, 0)), weights)
    assert plain(beyond) == near({
        "values": [1.0, 0.0], "undefined": None, "distance_to_best": [0.0, 0.8], "distance_to_worst": [0.8, 0.0],
    })  # fmt: skip


def test_topsis_of_two_children_by_weight() -> None:
    children, weights = table((0, 1, 4), (2, 0, 1)), column(3, 1)
    method = across.Topsis([False, False], norm="none")
    found = method.evaluate(children, weights)
    best = [math.sqrt(144), math.sqrt(81 + 4), math.sqrt(1)]
    worst = [math.sqrt(4), math.sqrt(9), math.sqrt(144 + 1)]
    assert plain(found) == near({
        "values": [low / (low + high) for low, high in zip(worst, best, strict=True)], "undefined": None,
        "distance_to_best": best, "distance_to_worst": worst,
    })  # fmt: skip
    assert method.parameters() == {"worst": [0.0, 0.0], "best": [4.0, 2.0], "norms": [1.0, 1.0]}
    vector = across.Topsis([False, False])
    vector.evaluate(children, weights)
    assert vector.parameters()["norms"] == near([math.sqrt(17), math.sqrt(5)])


def test_topsis_of_negative_and_of_missing_values() -> None:
    children, weights = table((-3, 4, NAN), (1, NAN, 3)), column(1, 1)
    method = across.Topsis([False, False])
    found = method.evaluate(children, weights)
    root = math.sqrt(10)
    assert plain(found) == near({
        "values": [0.0, 1.0, 1.0], "undefined": None,
        "distance_to_best": [math.sqrt((7 / 5) ** 2 + (2 / root) ** 2), 0.0, 0.0],
        "distance_to_worst": [0.0, 7 / 5, 2 / root],
    })  # fmt: skip
    assert method.parameters() == near({"worst": [-3.0, 1.0], "best": [4.0, 3.0], "norms": [5.0, root]})


def test_vikor_whole() -> None:
    children, weights = table((0, 1, 4), (2, 0, 1), (5, 6, 7)), column(3, 1, 0)
    method = across.Vikor([False] * 3, v=0.25)
    found = method.evaluate(children, weights)
    compromise = [Fraction(1, 4) * Fraction(10, 11) + Fraction(3, 4), Fraction(31, 40), Fraction(0)]
    assert plain(found) == near({
        "values": [float(1 - share) for share in compromise], "undefined": None, "S": [0.75, 0.8125, 0.125],
        "R": [0.75, 0.5625, 0.125], "Q": [float(share) for share in compromise],
    })  # fmt: skip
    assert method.parameters() == near({
        "worst": [0.0, 0.0, None], "best": [4.0, 2.0, None], "S": [0.125, 0.8125], "R": [0.125, 0.75], "units": 3,
    })  # fmt: skip
    beyond = method.beyond(table((9, -9), (9, -9), (9, -9)), weights)
    assert plain(beyond) == near({
        "values": [1.0, 0.0], "undefined": None, "S": [0.0, 1.0], "R": [0.0, 0.75],
        "Q": [-0.25 * 2 / 11 - 0.75 * 0.2, 0.25 * (0.875 / 0.6875) + 0.75],
    })  # fmt: skip


def test_vikor_with_gaps() -> None:
    """Weights are shares of what is there; a child that is the same for all has its share and adds nothing."""
    children, weights = table((0, 1, 4, NAN), (2, 0, NAN, NAN), (7, 7, 7, 7)), column(2, 1, 1)
    method = across.Vikor([False] * 3)
    found = method.evaluate(children, weights)
    s, r = [2 / 4, 2.5 / 4, 0.0], [2 / 4, 1.5 / 4, 0.0]
    q = [0.5 * s[row] / 0.625 + 0.5 * r[row] / 0.5 for row in range(3)]
    assert plain(found) == near({
        "values": [*(1 - share for share in q), NAN], "undefined": [False, False, False, True],
        "S": [*s, NAN], "R": [*r, NAN], "Q": [*q, NAN],
    })  # fmt: skip
    assert method.parameters()["units"] == 3


@pytest.mark.parametrize(("v", "kept"), [(0.0, 1), (1.0, 0)])
def test_vikor_by_one_part_alone(v: float, kept: int) -> None:
    children, weights = table((0, 1, 4), (2, 0, 1)), column(3, 1)
    found = across.Vikor([False, False], v=v).evaluate(children, weights)
    measure = ([0.75, 0.8125, 0.125], [0.75, 0.5625, 0.125])[kept]
    low, high = min(measure), max(measure)
    assert found.details["Q"].tolist() == near([(value - low) / (high - low) for value in measure])


def test_grey_whole() -> None:
    children, weights = table((9, 9, 9), (0, 1, 4), (3, 3, 3), (NAN, NAN, NAN)), column(0, 1, 2, 5)
    method = across.Grey([False] * 4)
    found = method.evaluate(children, weights)
    assert plain(found) == near({
        "values": [(1 / 3 + 2) / 3, (2 / 5 + 2) / 3, 1.0], "undefined": None,
    })  # fmt: skip
    assert method.parameters() == {"best": [0.0, 4.0, 3.0, 0.0], "widest": 4.0}
    assert plain(method.beyond(table((0,), (99,), (99,), (0,)), weights))["values"] == near([1.0])
    wide = across.Grey([False] * 2, rho=0.25)
    assert wide.evaluate(table((0, 8), (0, 2)), column(1, 1)).values.tolist() == near([
        (2 / (8 + 2) + 2 / (2 + 2)) / 2, 1.0,
    ])  # fmt: skip
    assert wide.parameters() == {"best": [8.0, 2.0], "widest": 8.0}
    gaps = across.Grey([False] * 2).evaluate(table((0, 8, NAN), (5, 5, NAN)), column(1, 1))
    assert gaps.values.tolist() == near([(1 / 3 + 1) / 2, 1.0, NAN])


def test_rank_sum_whole() -> None:
    children, weights = table((1, 2, 3, 3, NAN), (5, 4, NAN, 9, NAN)), column(2, 1)
    method = by_ranks.RankSum([False, False], classes=2)
    found = method.evaluate(children, weights)
    ratios = [(2 * 1 / 4 + 2 / 3) / 3, (2 * 2 / 4 + 1 / 3) / 3, 3.5 / 4, (2 * 3.5 / 4 + 1) / 3]
    from scipy.stats import norm

    probits = [5 + norm.ppf(share) for share in (1 / 4, 2 / 4, 3 / 4, 15 / 16)]
    order = sorted(range(4), key=lambda row: ratios[row])
    own = [probits[order.index(row)] for row in range(4)]
    slope, intercept = np.polyfit(own, ratios, 1).tolist()
    assert plain(found) == near({
        "values": [*ratios, NAN], "undefined": None, "ratio": [*ratios, NAN], "probit": [*own, NAN],
        "fitted": [*(intercept + slope * probit for probit in own), NAN],
        "class": [*(2.0 if probit >= 5 else 1.0 for probit in own), NAN],
    })  # fmt: skip
    assert method.parameters() == near({
        "units": 4, "intercept": intercept, "slope": slope, "r2": float(np.corrcoef(own, ratios)[0, 1] ** 2),
        "probit_cuts": [5.0], "ratio_cuts": [intercept + slope * 5.0],
    })  # fmt: skip
    fitted = by_ranks.RankSum([False, False], score="fitted").evaluate(children, weights)
    assert repr(fitted.values.tolist()) == repr(found.details["fitted"].tolist())


def test_rank_sum_of_two_ratios() -> None:
    method = by_ranks.RankSum([False])
    found = method.evaluate(table((1, 2, 2)), column(1))
    assert plain(found) == near({
        "values": [1 / 3, 2.5 / 3, 2.5 / 3], "undefined": None, "ratio": [1 / 3, 2.5 / 3, 2.5 / 3],
        "probit": found.details["probit"].tolist(),
    })  # fmt: skip
    assert method.parameters() == {
        "units": 3, "intercept": None, "slope": None, "r2": None, "probit_cuts": [4.0, 6.0], "ratio_cuts": None,
    }  # fmt: skip
    with pytest.raises(RefusalError) as caught:
        by_ranks.RankSum([False], score="fitted").evaluate(table((1, 2, 2)), column(1))
    assert (caught.value.code, caught.value.params) == ("RI457", {"count": 2})


def test_ranks_of_units_that_were_not_ranked() -> None:
    method = by_ranks.RankSum([False])
    method.evaluate(table((10, 20, 30, 30)), column(1))
    found = method.beyond(table((5, 10, 15, 30, 99)), column(1))
    assert found.details["ratio"].tolist() == near([1 / 4, 1 / 4, 1.5 / 4, 3.5 / 4, 4 / 4])


def test_a_child_of_a_single_unit_is_ranked_first_of_one() -> None:
    method = by_ranks.RankSum([False, False])
    found = method.evaluate(table((5, NAN), (1, 2)), column(1, 1))
    assert found.details["ratio"].tolist() == [0.75, 1.0]
    assert method.beyond(table((9, 1), (2, 0)), column(1, 1)).details["ratio"].tolist() == [1.0, 0.75]


def test_copeland_whole() -> None:
    children, weights = table((1, 2, 3, NAN), (3, 2, 1, NAN), (0, 0, 0, 1)), column(2, 1, 0)
    method = by_ranks.Copeland([False] * 3)
    found = method.evaluate(children, weights)
    assert plain(found) == near({"values": [0.0, 0.5, 1.0, NAN], "undefined": None})
    assert method.parameters() == {"units": 3}
    # Beside those compared: better than two of three in what weighs most, then better than none.
    assert method.value(table((2.5, 0), (0, 0), (0, 0)), weights).values.tolist() == near([
        (2 - 1 + 3) / 6, 0.0,
    ])  # fmt: skip


def test_pairs_by_other_weights_than_those_they_were_settled_with() -> None:
    children = table((1, 2, 3), (3, 2, 1))
    method = by_ranks.Copeland([False, False])
    assert method.evaluate(children, column(2, 1)).values.tolist() == [0.0, 0.5, 1.0]
    assert method.value(children, column(1, 2)).values.tolist() == [1.0, 0.5, 0.0]
    assert method.value(children, column(1, 1)).values.tolist() == [0.5, 0.5, 0.5]
    assert method.value(children, column(2, 1)).values.tolist() == [0.0, 0.5, 1.0]


METHODS: dict[str, Any] = {
    "topsis": across.Topsis, "vikor": across.Vikor, "gra": across.Grey, "rsr": by_ranks.RankSum,
    "copeland": by_ranks.Copeland,
}  # fmt: skip


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize(
    ("children", "weights", "code", "count"),
    [
        (table((1,), (2,)), column(1, 1), "RI450", 1),
        (table((1, NAN, NAN), (NAN, NAN, NAN)), column(1, 1), "RI450", 1),
        (table((1, NAN), (NAN, 2)), column(1, 0), "RI450", 1),
        (table((NAN, NAN), (NAN, NAN)), column(1, 1), "RI450", 0),
        (table((1, 1, 1), (2, 2, 2)), column(1, 1), "RI448", 3),
        (table((1, 1, 1), (2, 3, 4)), column(1, 0), "RI448", 3),
        (table((1, 1, NAN), (2, 2, NAN)), column(1, 1), "RI448", 2),
    ],
)
def test_units_that_cannot_be_compared(
    name: str, children: list[np.ndarray], weights: np.ndarray, code: str, count: int
) -> None:
    if name in ("rsr", "copeland") and code == "RI448" and not weights.all():
        children = [children[0], children[0]]  # the rows themselves are compared there
    with pytest.raises(RefusalError) as caught:
        METHODS[name]([False, False]).evaluate(children, weights)
    assert (caught.value.code, caught.value.params) == (code, {"count": count})


@pytest.mark.parametrize("name", METHODS)
def test_two_units_can_be_compared(name: str) -> None:
    method = METHODS[name]([False])
    values = method.evaluate(table((1, 2)), column(1)).values.tolist()
    assert values == {"gra": near([1 / 3, 1.0]), "rsr": [0.5, 1.0]}.get(name, [0.0, 1.0])
    assert method.settled


def test_sums_that_differ_by_noise_are_the_same_where_children_come_out_of_sums() -> None:
    noisy = table((0.3, 0.1 + 0.2), (1.0, 1.0))
    for name, made in METHODS.items():
        with pytest.raises(RefusalError) as caught:
            made([True, False]).evaluate(noisy, column(1, 1))
        assert caught.value.params == {"count": 2}, name
        if name != "rsr":
            assert made([False, True]).evaluate(noisy, column(1, 1)).values[0] < 1.0


def test_vikor_refuses_what_only_its_parts_cannot_tell() -> None:
    with pytest.raises(RefusalError) as caught:  # S is the same for both, and v leaves R no share
        across.Vikor([False, False], v=1.0).evaluate(table((0, 1), (1, 0)), column(1, 1))
    assert (caught.value.code, caught.value.params) == ("RI448", {"count": 2})


@pytest.mark.parametrize(
    ("values", "told"),
    [((1e120, 1), 1e120), ((-1e120, 1), -1e120), ((-2e120, 3e120), 3e120), ((NAN, 1e121), 1e121)],
)
def test_values_too_large_are_told(values: tuple[float, ...], told: float) -> None:
    with pytest.raises(RefusalError) as caught:
        across.extents(table((0, 1), values), column(1, 1))
    assert (caught.value.code, caught.value.params) == ("RI456", {"child": 1, "value": told})
    assert across.extents(table((0, 1), values), column(1, 0)).high.tolist() == [1.0, -math.inf]
    within = math.nextafter(1e120, 0)
    assert across.extents(table((-within, within)), column(1)).high.tolist() == [within]


@pytest.mark.parametrize(
    ("children", "weights", "low", "high", "units"),
    [
        (((1, 2, 3), (4, NAN, 6)), (1, 1), [1, 4], [3, 6], 3),
        (((4, NAN, 6), (1, 2, 3)), (1, 1), [4, 1], [6, 3], 3),
        (((4, NAN, 6), (NAN, NAN, 3)), (1, 1), [4, 3], [6, 3], 2),
        (((4, NAN, 6), (1, 2, 3)), (1, 0), [4, math.inf], [6, -math.inf], 2),
        (((NAN, NAN, NAN), (NAN, 2, NAN)), (1, 1), [math.inf, 2], [-math.inf, 2], 1),
        (((NAN, NAN), (NAN, NAN)), (1, 1), [math.inf] * 2, [-math.inf] * 2, 0),
        (((), ()), (1, 1), [math.inf] * 2, [-math.inf] * 2, 0),
    ],
)
def test_extents_and_how_many_units_have_a_value(
    children: Any, weights: Any, low: list[float], high: list[float], units: int
) -> None:
    found = across.extents(table(*children), column(*weights))
    assert (found.low.tolist(), found.high.tolist(), found.units) == (low, high, units)
    joined = across.merge_extents([found, across.Extents(column(0, 9), column(0, 9), 5)])
    assert joined.low.tolist() == [min(0, low[0]), min(9, low[1])]
    assert joined.high.tolist() == [max(0, high[0]), max(9, high[1])]
    assert joined.units == units + 5


def test_which_children_are_constant() -> None:
    found = across.Extents(column(0, 0.3, 0.3, math.inf, 2), column(1, 0.1 + 0.2, 0.1 + 0.2, -math.inf, 2), 2)
    assert found.constant([False, True, False, True, False]).tolist() == [False, True, False, True, True]
    assert found.low.tolist() == [0, 0.3, 0.3, math.inf, 2]  # as they were
    assert across.known(column(1, 2), np.array([True, False])) == [1.0, None]
    assert across.present(table((1, NAN, NAN), (NAN, 2, NAN), (3, 3, 3)), column(1, 1, 0)).tolist() == [
        True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("name", METHODS)
def test_how_many_units_a_pass_found(name: str) -> None:
    method = METHODS[name]([False, False])
    children, weights = table((1, 2, NAN), (NAN, 2, NAN)), column(1, 1)
    found = method.merge([method.measure(children, weights), method.measure(children, weights)])
    assert method.count(found) == 4
    assert not method.settled
    assert method.reach is None


@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize("counted", [True, False])
def test_pairs_of_units_block_by_block(monkeypatch: pytest.MonkeyPatch, same: bool, counted: bool) -> None:
    monkeypatch.setattr(by_ranks, "_ROWS", 4)
    monkeypatch.setattr(by_ranks, "_COLUMNS", 6)
    random = np.random.default_rng(11)
    rows = random.integers(0, 4, (23, 3)).astype(float)
    rows[random.random(rows.shape) < 0.2] = NAN
    against = rows if same else random.integers(0, 4, (17, 3)).astype(float)
    counts = random.integers(1, 4, len(against)) if counted else np.ones(len(against), dtype=np.int64)
    weights = np.array([2.0, 1.0, 1.0])
    found = by_ranks.net_wins(rows, against, counts, weights, same=same)
    expected = []
    for mine in rows:
        net = 0
        for theirs, count in zip(against, counts.tolist(), strict=True):
            better = sum(w for w, a, b in zip(weights, mine, theirs, strict=True) if a > b)
            worse = sum(w for w, a, b in zip(weights, mine, theirs, strict=True) if a < b)
            net += count * (int(better > worse) - int(better < worse))
        expected.append(net)
    assert found.tolist() == expected
