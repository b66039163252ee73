"""Each step by itself: its values, what it puts them into, what it settles on, hands on to a baseline, and refuses."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from resilience_index.errors import RefusalError
from resilience_index.framework.models import Rounding
from resilience_index.methods import normalize_bands
from resilience_index.scoring import baseline
from resilience_index.scoring.statistics import ColumnStatistics, measure
from resilience_index.scoring.steps import (
    IMPOSSIBLE,
    Bands,
    Comparable,
    Goalposts,
    Grouped,
    Invert,
    Logarithm,
    Round,
    RowRefusal,
    Sizes,
    Step,
    Times,
    round_step,
)
from resilience_index.scoring.steps_relative import Distance, DistanceToBest, MinMax, Ranked, Ratio, ZScore

NAN = math.nan


def column(*values: float) -> Any:
    return np.array(values, dtype=np.float64)


def plain(values: Any) -> list[float | None]:
    return [None if math.isnan(value) else float(value) for value in values]


def settled(step: Grouped, *groups: tuple[float, ...], wanted: Any = "moments", marked: Any = None) -> Grouped:
    """A step with the statistics of columns, one a group."""
    step.settled = False
    step.settle({
        code: measure(column(*values), wanted, None if marked is None else column(*marked))
        for code, values in enumerate(groups)
    })  # fmt: skip
    assert step.settled
    return step


def minmax(**more: Any) -> Grouped:
    return settled(MinMax(name="x", **more), (2, 6, 4), wanted="extent")


STEPS: dict[str, tuple[Callable[[], Step], Any, list[float | None]]] = {
    "goalposts": (lambda: Goalposts(goalposts=(2.0, 6.0)), column(2, 3, 9), [0, 0.25, 1]),
    "goalposts beyond": (lambda: Goalposts(goalposts=(2.0, 6.0), clip=False), column(2, 3, 10), [0, 0.25, 2]),
    "goalposts of a node": (lambda: Goalposts(goalposts=(20.0, 60.0), scale=10.0), column(2, 3, 9), [0, 0.25, 1]),
    "goalposts in logarithms": (lambda: Goalposts(goalposts=(1.0, 16.0), log=True), column(1, 4, 16), [0, 0.5, 1]),
    "target": (lambda: Goalposts(goalposts=(0.0, 2.0, 4.0, 8.0)), column(1, 3, 6, 9), [0.5, 1, 0.5, 0]),
    "target in logarithms": (
        lambda: Goalposts(goalposts=(1.0, 4.0, 8.0, 32.0), log=True), column(2, 6, 16), [0.5, 1, 0.5],
    ),
    "logarithm": (Logarithm, column(1, math.e), [0, 1]),
    "times": (lambda: Times(factor=2.5), column(2, -4), [5, -10]),
    "reciprocal": (lambda: Sizes(reciprocal=True), column(2, 4), [0.5, 0.25]),
    "comparable": (Comparable, column(0.1 + 0.2, 1), [0.3, 1]),
    "invert": (Invert, column(0.25, 1), [0.75, 0]),
    "bands": (
        lambda: Bands(table=normalize_bands.edges(
            [{"min": 5, "points": 4}, {"min": 1, "points": 2}, {"points": 0}], full=4
        )),
        column(5, 1, 0, 9), [1, 0.5, 0, 1],
    ),
    "minmax": (minmax, column(2, 3, 6), [0, 0.25, 1]),
    "minmax of a cost": (lambda: minmax(cost=True), column(2, 3, 6), [1, 0.75, 0]),
    "minmax to": (lambda: minmax(to=(0.1, 0.5)), column(2, 4, 6), [0.1, 0.3, 0.5]),
    "constant": (
        lambda: settled(MinMax(name="x", constant=0.5), (3, 3, 3), wanted="extent"), column(3, 3), [0.5, 0.5],
    ),
    "distance to best": (
        lambda: settled(DistanceToBest(name="x"), (2, 6, 8), wanted="extent"), column(2, 5, 8), [0, 0.5, 1],
    ),
    "distance to a target": (
        lambda: settled(Distance(name="x", target=10.0), (2, 6, 8), wanted="extent"), column(2, 6, 10), [0, 0.5, 1],
    ),
    "zscore": (lambda: settled(ZScore(name="x"), (1, 2, 3), wanted="moments"), column(1, 2, 3), None),
    "ratio": (lambda: settled(Ratio(name="x"), (1, 2, 4), wanted="extent"), column(1, 2, 4), [0.25, 0.5, 1]),
    "rank": (
        lambda: settled(Ranked(name="x", method="rank"), (1, 2, 4), wanted="ordered"), column(4, 2, 1), None,
    ),
    "percentile": (
        lambda: settled(Ranked(name="x"), (1, 2, 4), wanted="ordered"), column(1, 2, 4), [0, 0.5, 1],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
def test_values_are_put_where_they_are_wanted(name: str) -> None:
    make, x, expected = STEPS[name]
    before, out = x.copy(), np.full(x.shape, 77.0)
    free = make().apply(x, None)
    given = make().apply(x, None, out)
    assert given is out
    assert free.tolist() == given.tolist()
    assert x.tolist() == before.tolist()
    if expected is not None:
        assert free.tolist() == pytest.approx(expected, rel=1e-12, abs=1e-15)


def test_steps_without_parameters_have_none() -> None:
    for step in (Logarithm(), Times(), Invert(), Comparable(), Sizes(), Round()):
        assert (step.parameters(), step.settled, step.wanted, step.within, step.mark) == ({}, True, None, None, None)
    assert Goalposts(goalposts=(1.0, 2.0)).parameters() == {"goalposts": [1.0, 2.0]}


# -- rows that have no place --------------------------------------------------------------------------------


def refused_rows(step: Step, *values: float) -> RowRefusal:
    with pytest.raises(RowRefusal) as caught:
        step.apply(column(*values), None)
    return caught.value


@pytest.mark.parametrize("step", [Logarithm(leaf="x"), Goalposts(goalposts=(1.0, 2.0), log=True, leaf="x")])
def test_logarithms_of_nothing(step: Step) -> None:
    error = refused_rows(step, 1, 0, NAN, -2)
    assert (error.code, error.params) == ("RI402", {"leaf": "x"})
    assert (error.rows.tolist(), error.values.tolist()) == ([1, 3], [0, -2])
    assert math.isnan(step.apply(column(NAN, 1), None)[0])


@pytest.mark.parametrize(("reciprocal", "least", "rows"), [(False, "≥ 0", [3]), (True, "> 0", [1, 3])])
def test_sizes_below_nothing(reciprocal: bool, least: str, rows: list[int]) -> None:
    step = Sizes(leaf="x", method="sum", reciprocal=reciprocal)
    error = refused_rows(step, 1, 0, NAN, -2)
    assert (error.code, error.params) == ("RI435", {"leaf": "x", "name": "sum", "least": least})
    assert (error.rows.tolist(), error.values.tolist()) == (rows, [[1, 0, NAN, -2][row] for row in rows])
    assert plain(step.apply(column(4, NAN), None)) == [0.25 if reciprocal else 4, None]


# -- groups -------------------------------------------------------------------------------------------------

TWO = ((2.0, 6.0), (1.0, 3.0, 9.0))


def test_groups_have_their_own_parameters() -> None:
    step = settled(MinMax(name="x", within="town"), *TWO, wanted="extent")
    x, codes = column(4, 5, 2, 9, NAN, 4), np.array([0, 1, 0, 1, 1, 2])
    expected = [0.5, 0.5, 0, 1, None, None]  # nobody knows the third group
    assert plain(step.apply(x, codes)) == expected
    out = np.full(6, 77.0)
    assert step.apply(x, codes, out) is out
    assert plain(out) == expected
    assert plain(step.apply(column(2, 6), None)) == [0, 1]  # without groups the first


MISSING: list[Grouped] = [
    MinMax(), DistanceToBest(), Distance(target=9.0), ZScore(), Ratio(), Ranked(), Ranked(method="rank"),
]  # fmt: skip


@pytest.mark.parametrize("step", MISSING, ids=lambda step: type(step).__name__)
def test_groups_without_a_value_have_none(step: Grouped) -> None:
    wanted = "ordered" if isinstance(step, Ranked) else "moments"
    found = settled(step, (1, 2, 3), (NAN, NAN), wanted=wanted)
    x = column(1, 2)
    assert plain(found.apply(x, np.array([1, 1]))) == plain(found.apply(x, np.array([5, 5]))) == [None, None]
    assert None not in plain(found.apply(x, np.array([0, 0])))
    assert not found.holds(None)
    assert not found.holds(found.groups.get(1))
    assert found.holds(found.groups[0])


# -- parameters, and back -----------------------------------------------------------------------------------

SAVED: dict[str, tuple[Callable[[], Grouped], Any, dict[str, Any], dict[str, Any]]] = {
    "minmax": (
        lambda: MinMax(name="x"), "extent", {"minimum": 2.0, "maximum": 6.0},
        {"extent": {"0": [2.0, 6.0], "1": [1.0, 9.0]}},
    ),
    "distance": (
        lambda: Distance(name="x", target=10.0), "extent", {"worst": 2.0, "reference": 10.0},
        {"distance": {"0": {"worst": 2.0, "reference": 10.0}, "1": {"worst": 1.0, "reference": 10.0}}},
    ),
    "zscore": (
        lambda: ZScore(name="x"), "moments", {"mean": 4.0, "sd": math.sqrt(8)},
        {"spread": {"0": {"mean": 4.0, "sd": math.sqrt(8)}, "1": {"mean": 13 / 3, "sd": math.sqrt(52 / 3)}}},
    ),
    "max": (lambda: Ratio(name="x"), "extent", {"size": 6.0}, {"size": {"0": 6.0, "1": 9.0}}),
    "sum": (lambda: Ratio(name="x", method="sum"), "sums", {"size": 8.0}, {"size": {"0": 8.0, "1": 13.0}}),
    "vector": (
        lambda: Ratio(name="x", method="vector"), "squares", {"size": math.sqrt(40)},
        {"size": {"0": math.sqrt(40), "1": math.sqrt(91)}},
    ),
    "rank": (
        lambda: Ranked(name="x", method="rank"), "ordered", {"values": [2.0, 6.0]}, {"units": {"0": 2, "1": 3}},
    ),
}  # fmt: skip


def near(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: near(item) for key, item in value.items()}
    return pytest.approx(value, rel=1e-12) if isinstance(value, float | list) else value


@pytest.mark.parametrize("name", SAVED)
def test_parameters_go_into_a_baseline_and_come_back(name: str) -> None:
    make, wanted, saved, parameters = SAVED[name]
    step = settled(make(), *TWO, wanted=wanted)
    assert step.parameters() == near(parameters)
    assert step.saved(step.groups[0]) == near(saved)
    other = make()
    other.settled = False
    other.fix({code: step.saved(found) for code, found in step.groups.items()})
    assert (other.settled, other.fixed, step.fixed) == (True, True, False)
    assert other.parameters() == step.parameters()
    x, codes = column(2, 3, 6, 4), np.array([0, 1, 0, 1])
    assert plain(other.apply(x, codes)) == plain(step.apply(x, codes))


WRONG: list[tuple[Grouped, dict[str, Any]]] = [
    *((MinMax(name="x"), saved) for saved in (
        {}, {"minimum": 1.0}, {"minimum": "1", "maximum": 2.0}, {"minimum": True, "maximum": 2.0},
        {"minimum": NAN, "maximum": 2.0}, {"minimum": 0.0, "maximum": math.inf}, {"minimum": 3.0, "maximum": 2.0},
    )),
    (MinMax(name="x"), {"minimum": 2.0, "maximum": 2.0}),
    *((Distance(name="x"), saved) for saved in ({}, {"worst": 1.0}, {"worst": 2.0, "reference": 2.0})),
    *((ZScore(name="x"), saved) for saved in ({"mean": 1.0}, {"mean": 1.0, "sd": -1.0}, {"mean": 1.0, "sd": 0.0})),
    *((Ratio(name="x"), saved) for saved in ({}, {"size": 0.0}, {"size": -1.0}, {"size": False})),
    *((Ranked(name="x"), {"values": values}) for values in (
        [], [1.0], [2.0, 1.0], [1.0, NAN], [[1.0], [2.0]], "ab", None,
    )),
    (Ranked(name="x", method="rank"), {"values": []}),
]  # fmt: skip


@pytest.mark.parametrize(("step", "saved"), WRONG)
def test_parameters_that_no_run_has(step: Grouped, saved: dict[str, Any]) -> None:
    with pytest.raises(RefusalError) as caught:
        step.fix({0: saved})
    assert (caught.value.code, caught.value.params) == ("RI442", {"id": "x", "reason": IMPOSSIBLE})


def test_parameters_that_a_run_may_have() -> None:
    for step, saved in (
        (ZScore(name="x", constant=0.5), {"mean": 1, "sd": 0}),
        (MinMax(name="x"), {"minimum": 1, "maximum": 2}),
        (MinMax(name="x", constant=0.5), {"minimum": 2, "maximum": 2}),
        (Ranked(name="x", method="rank"), {"values": [1.0]}),
        (Ranked(name="x"), {"values": [1.0, 1.0]}),
        (Distance(name="x"), {"worst": 2.0, "reference": 1.0}),
    ):
        step.fix({0: saved})  # type: ignore[attr-defined]
        assert step.settled


def test_values_beyond_a_baseline_are_cut_off_where_they_should() -> None:
    for clip, ratio in ((True, [1.0, 0.5]), (False, [1.5, 0.5])):
        step = Ratio(name="x", clip=clip)
        step.fix({0: {"size": 4.0}})
        assert step.apply(column(6, 2), None).tolist() == ratio
    own = settled(Ratio(name="x", clip=True), (1, 2, 4), wanted="extent")
    assert own.apply(column(6, 2), None).tolist() == [1.5, 0.5]  # never beyond its own run


# -- what a run refuses -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "values", "marked", "code", "params"),
    [
        (MinMax(name="x"), (3, 3), None, "RI403", {}), (ZScore(name="x"), (3, 3), None, "RI403", {}),
        (Ranked(name="x"), (3,), None, "RI404", {"count": 1}),
        (Ratio(name="x"), (0, 0), None, "RI436", {"name": "max", "reason": "all its values are 0"}),
        (Ratio(name="x", method="sum"), (0, 0), None, "RI436", {"name": "sum", "reason": "all its values are 0"}),
        (Ratio(name="x", method="sum"), (1e160, 1), None, "RI436", {"name": "sum", "reason": "3.3e150"}),
        (ZScore(name="x"), (1e160, 1), None, "RI436", {"name": "zscore", "reason": "3.3e150"}),
        (ZScore(name="x"), (1e-200, 2e-200), None, "RI436", {"name": "zscore", "reason": "differ too little"}),
        (Distance(name="x", method="m", target=1.0), (1, 3), None, "RI439", {"name": "m", "value": 1.0, "worst": 1.0}),
        (Distance(name="x", method="m", target=3.0, cost=True), (1, 3), None, "RI439",
         {"name": "m", "value": 3.0, "worst": 3.0}),
        (Distance(name="x", mark="u"), (1, 3), (), "RI438", {"unit": "u", "reason": "not among the units"}),
        (Distance(name="x", mark="u"), (1, 3), (NAN,), "RI438", {"unit": "u", "reason": "has no value"}),
        (Distance(name="x", mark="u"), (1, 3), (3, 3), "RI438", {"unit": "u", "reason": "several rows"}),
    ],
)  # fmt: skip
def test_what_settles_on_nothing(
    step: Grouped, values: tuple[float, ...], marked: Any, code: str, params: dict[str, Any]
) -> None:
    wanted: Any = "ordered" if isinstance(step, Ranked) else "moments"
    with pytest.raises(RefusalError) as caught:
        step.settle({7: measure(column(*values), wanted, None if marked is None else column(*marked))})
    found = dict(caught.value.params)
    reason = found.pop("reason", None)
    expected = dict(params)
    words = expected.pop("reason", None)
    assert (caught.value.code, found) == (code, {"id": "x", "group": 7} | expected)
    assert (reason is None) is (words is None)
    assert words is None or (words in reason["en"] and set(reason) == {"zh", "en"})


def test_what_just_settles() -> None:
    assert settled(Ranked(name="x", method="rank"), (3,), wanted="ordered").parameters() == {"units": {"0": 1}}
    assert settled(Ranked(name="x"), (3, 3), wanted="ordered").parameters() == {"units": {"0": 2}}
    assert settled(Distance(name="x", mark="u"), (1, 3), marked=(3,)).groups == {0: (1.0, 3.0)}
    assert settled(Distance(name="x", mark="u", cost=True), (1, 3), marked=(1,)).groups == {0: (3.0, 1.0)}
    noise = Distance(name="x", target=1.0 + 1e-12)
    assert settled(noise, (1, 0.5)).groups == {0: (0.5, 1.0 + 1e-12)}
    with pytest.raises(RefusalError):  # on a node that much is noise
        settled(Distance(name="x", target=1.0 + 1e-12, node=True), (1, 1))
    assert settled(Distance(name="x", target=1.0 + 1e-12), (1, 1)).groups == {0: (1.0, 1.0 + 1e-12)}


# -- statistics and rounding --------------------------------------------------------------------------------


def test_statistics_of_nothing() -> None:
    empty = measure(column(), "ordered")
    assert (empty, measure(column(NAN), "moments")) == (ColumnStatistics(), ColumnStatistics())
    assert empty.sorted_values().tolist() == []
    assert (empty.is_constant(node=True), empty.is_constant(node=False), empty.summable) == (False, False, True)


def test_constant_leaves_are_exact_and_nodes_to_ten_decimals() -> None:
    for values, leaf, node in (((1, 1), True, True), ((1, 1 + 1e-12), False, True), ((1, 1 + 1e-9), False, False)):
        found = measure(column(*values), "extent")
        assert (found.is_constant(node=False), found.is_constant(node=True)) == (leaf, node)


def test_rounding_is_made_from_its_setting() -> None:
    assert round_step(None, 10.0) is None
    step = round_step(Rounding(digits=2, mode="half_even"), 100.0)
    assert (step.digits, step.mode, step.scale) == (2, "half_even", 100.0)  # type: ignore[union-attr]
    up, even = Round(digits=0, scale=10.0), Round(digits=0, mode="half_even", scale=10.0)
    x = column(0.25, 0.35, 0.035 * 10, NAN)
    assert plain(up.shown(x)) == [3, 4, 4, None]
    assert plain(even.shown(x)) == [2, 4, 4, None]
    assert plain(up.apply(x, None)) == [0.3, 0.4, 0.4, None]
    mean = column((0.01 + 0.06) / 2)  # 0.035, and a little less in floating point
    assert mean[0] < 0.035
    assert Round(digits=2, scale=1.0).shown(mean).tolist() == [0.04]


def test_no_figure_of_a_baseline_is_nothing() -> None:
    assert baseline._compact({"b": [1.5, "字"], "a": None}) == '{"a": null, "b": [1.5, "字"]}'
    for value in (NAN, math.inf):
        with pytest.raises(ValueError, match="not JSON compliant"):
            baseline._compact({"x": value})
