"""The rules of every normalisation through the engine: small tables worked out by hand, refusals, and laws.

Laws are tested on the steps themselves, measured over blocks cut at random, as the engine does.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.errors import InputError, RefusalError
from resilience_index.methods.checking import check
from resilience_index.scoring.normalizing import normalize_steps
from resilience_index.scoring.statistics import ColumnStatistics, measure
from resilience_index.scoring.steps import RowRefusal

Score = Callable[..., Any]
Close = Callable[[Any], Any]


def leaf(normalize: str, direction: str = "benefit", **settings: Any) -> str:
    keys = "".join(f", {key}: {value}" for key, value in settings.items())
    return f"tree: {{children: [{{id: x, direction: {direction}, normalize: {normalize}{keys}}}]}}"


def refused(score: Score, framework: str, data: str) -> Any:
    with pytest.raises(InputError) as caught:
        score(framework, data)
    (found,) = [finding for finding in caught.value.findings if finding.severity == "error"]
    return found


# -- by hand ------------------------------------------------------------------------------------------------


def test_zscore(score: Score, close: Close) -> None:
    # Mean 5, deviation √13 (divisor 2); the unit without a value stays without.
    data = "id,x\na,2\nb,4\nc,9\nd,"
    expected = [-3 / sqrt(13), -1 / sqrt(13), 4 / sqrt(13)]
    assert score(leaf("zscore"), data).passed("x") == [*close(expected).expected, None]
    cost = score(leaf("{method: zscore, mean: 50, sd: 10}", "cost"), data).passed("x")[:3]
    assert cost == close([50 - 10 * value for value in expected])
    clipped = score(leaf("{method: zscore, clip: [-1/2, 1]}"), data).passed("x")[:3]
    assert clipped == close([-0.5, -1 / sqrt(13), 1])


def test_zscore_of_logarithms(score: Score, close: Close) -> None:
    # ln 1, ln e, ln e²: mean 1, deviation 1.
    values = f"id,x\na,1\nb,{np.e!r}\nc,{np.e**2!r}"
    assert score(leaf("{method: zscore, transform: log}"), values).passed("x") == close([-1, 0, 1])


def test_ranks_and_borda(score: Score) -> None:
    data = "id,x\na,7\nb,3\nc,7\nd,\ne,9"
    assert score(leaf("rank"), data).passed("x") == [2, 1, 2, None, 4]
    assert score(leaf("{method: rank, ties: average}"), data).passed("x") == [2.5, 1, 2.5, None, 4]
    assert score(leaf("{method: rank, ties: max}", "cost"), data).passed("x") == [3, 4, 3, None, 1]
    assert score(leaf("borda", "cost"), data).passed("x") == [1, 3, 1, None, 0]


def test_vector(score: Score, close: Close) -> None:
    # √(3² + 4²) = 5; for a cost 1 − r, or reciprocals: (1/3, 1/4) over 5/12 are 4/5, 3/5.
    data = "id,x\na,3\nb,4"
    assert score(leaf("vector"), data).passed("x") == close([0.6, 0.8])
    assert score(leaf("vector", "cost"), data).passed("x") == close([0.4, 0.2])
    assert score(leaf("{method: vector, cost: reciprocal}", "cost"), data).passed("x") == close([0.8, 0.6])


def test_sum(score: Score, close: Close) -> None:
    # 1, 3 of 4; for a cost reciprocals 1, 1/3 of 4/3.
    data = "id,x\na,1\nb,3"
    assert score(leaf("sum"), data).passed("x") == close([0.25, 0.75])
    assert score(leaf("sum", "cost"), data).passed("x") == close([0.75, 0.25])
    assert score(leaf("{method: sum, cost: complement}", "cost"), data).passed("x") == close([0.75, 0.25])
    three = "id,x\na,1\nb,2\nc,2"
    assert score(leaf("{method: sum, cost: complement}", "cost"), three).passed("x") == close([0.8, 0.6, 0.6])
    assert score(leaf("sum", "cost"), three).passed("x") == close([0.5, 0.25, 0.25])


def test_max(score: Score, close: Close) -> None:
    data = "id,x\na,2\nb,8\nc,5"
    assert score(leaf("max"), data).passed("x") == close([0.25, 1, 0.625])
    assert score(leaf("max", "cost"), data).passed("x") == close([1, 0.25, 0.4])
    assert score(leaf("{method: max, cost: complement}", "cost"), data).passed("x") == close([0.75, 0, 0.375])


def test_distance_to_a_reference_unit_inside_each_period(score: Score, close: Close) -> None:
    # 2023: worst 2, reference 6; 2024: worst 0, reference 10.
    data = "id,period,x\na,2023,2\nb,2023,6\nc,2023,8\na,2024,0\nb,2024,10\nc,2024,5"
    text = leaf("{method: distance_to_reference, reference: b, within: period}")
    assert score(text, data).passed("x") == close([0, 1, 1, 0, 1, 0.5])
    text = leaf("{method: distance_to_reference, reference: b, within: period, clip: false}")
    assert score(text, data).passed("x") == close([0, 1, 1.5, 0, 1, 0.5])
    # A cost: worst 8 and 10, reference 6 and 10 - which is the worst of 2024.
    found = refused(score, leaf("{method: distance_to_reference, reference: b, within: period}", "cost"), data)
    assert found.code == "RI439"
    assert "(within '2024')" in found.message("en")


def test_distance_to_a_target_under_a_logarithm(score: Score, close: Close) -> None:
    # Worst 1, target 100: 10 is half the way.
    text = leaf("{method: distance_to_target, target: 100, transform: log}")
    assert score(text, "id,x\na,1\nb,10\nc,100\nd,1000").passed("x") == close([0, 0.5, 1, 1])


def test_statistics_inside_groups(score: Score, close: Close) -> None:
    data = "id,district,x\na,N,1\nb,N,3\nc,S,10\nd,S,30"
    assert score(leaf("{method: sum, within: district}"), data).passed("x") == close([0.25, 0.75, 0.25, 0.75])
    assert score(leaf("{method: rank, within: district}"), data).passed("x") == [1, 2, 1, 2]
    z = 1 / sqrt(2)
    assert score(leaf("{method: zscore, within: district}"), data).passed("x") == close([-z, z, -z, z])


def test_minmax_to_any_range(score: Score, close: Close) -> None:
    data = "id,x\na,0\nb,5\nc,10"
    assert score(leaf("{method: minmax, to: [1, 100]}", scale=1), data).passed("x") == close([1, 50.5, 100])
    assert score(leaf("{method: minmax, to: [-1, 1]}", "cost", scale=1), data).passed("x") == close([1, 0, -1])


def test_goalposts_times_a_scale(score: Score, close: Close) -> None:
    text = leaf("{method: goalposts, goalposts: [0, 10], scale: 4}", scale=1)
    assert score(text, "id,x\na,5\nb,20").passed("x") == close([2, 4])


def test_a_constant_column(score: Score) -> None:
    data = "id,x\na,5\nb,5\nc,"
    for method in ("minmax", "zscore", "distance_to_best"):
        assert refused(score, leaf(method), data).code == "RI403"
        assert score(leaf(f"{{method: {method}, constant: 0.5}}"), data).passed("x") == [0.5, 0.5, None]
    assert score(leaf("rank"), data).passed("x") == [1, 1, None]
    assert score(leaf("max"), data).passed("x") == [1, 1, None]


# -- bands and points tables --------------------------------------------------------------------------------

TABLE = """
defaults: {aggregate: sum, scale: 1}
tree:
  scale: 1
  children:
    - id: grid
      normalize: {method: bands, bands: [{min: 100, points: 2}, {min: 90, points: 1}, {points: 0}]}
    - id: funds
      normalize: {method: bands, bands: [{above: 10, points: 2, text: {zh: 足, en: enough}}, {points: 0}]}
    - id: delay
      direction: cost
      normalize: {method: bands, bands: [{max: 3, points: 3}, {below: 30, points: 1}, {points: 0}]}
"""


def test_a_points_table_adds_up(score: Score) -> None:
    result = score(TABLE, "id,grid,funds,delay\na,100,10.01,3\nb,99.9,10,29.99\nc,89,0,30")
    assert [result.passed(name) for name in ("grid", "funds", "delay")] == [[2, 1, 0], [2, 0, 0], [3, 1, 0]]
    assert result.scores == [7, 2, 0]
    assert "RI419" not in result.codes


def test_bands_as_shares_of_full_marks(score: Score) -> None:
    text = leaf("{method: bands, full: 4, bands: [{min: 1, points: 3}, {points: 0}]}")
    assert score(text, "id,x\na,1\nb,0").scores == [75, 0]


def test_bands_of_a_leaf_with_a_best_range(score: Score) -> None:
    text = leaf(
        "{method: bands, bands: [{min: 0, below: 2, points: 0.5}, {min: 2, max: 4, points: 1}, "
        "{above: 4, points: 0.25}]}",
        "target", goalposts=[0, 2, 4, 8],
    )  # fmt: skip
    assert score(text, "id,x\na,1\nb,2\nc,4\nd,5").passed("x") == [0.5, 1, 1, 0.25]


def test_a_value_in_no_band_is_refused_by_name(score: Score) -> None:
    text = leaf("{method: bands, bands: [{min: 0, max: 5, points: 1}]}")
    found = refused(score, text, "id,x\na,1\nb,6")
    assert found.code == "RI437"
    assert "'x' is 6 for b" in found.message("en")
    assert found.location.row == 3


def test_bands_as_a_default_follow_the_direction(score: Score) -> None:
    text = "defaults: {normalize: {method: bands, bands: [{min: 1, points: 1}, {points: 0}]}}\n"
    tree = "tree: {children: [{id: x}, {id: y, direction: %s}]}"
    assert score(text + tree % "benefit", "id,x,y\na,1,0").passed("y") == [0]
    assert refused(score, text + tree % "cost", "id,x,y\na,1,0").code == "RI156"


# -- inner nodes ----------------------------------------------------------------------------------------------


def node(normalize: str, **settings: Any) -> str:
    keys = "".join(f", {key}: {value}" for key, value in settings.items())
    children = "[{id: x, goalposts: [0, 10]}]"
    return f"tree: {{children: [{{id: part, normalize: {normalize}, children: {children}{keys}}}]}}"


NODE_DATA = "id,x\na,2\nb,4\nc,9"  # inside 0.2, 0.4, 0.9


@pytest.mark.parametrize(
    ("normalize", "expected"),
    [
        ("zscore", [-3 / sqrt(13), -1 / sqrt(13), 4 / sqrt(13)]),
        ("rank", [1, 2, 3]),
        ("borda", [0, 1, 2]),
        ("percentile_rank", [0, 0.5, 1]),
        ("sum", [2 / 15, 4 / 15, 9 / 15]),
        ("vector", [2 / sqrt(101), 4 / sqrt(101), 9 / sqrt(101)]),
        ("max", [2 / 9, 4 / 9, 1]),
        ("distance_to_best", [0, 2 / 7, 1]),
        ("{method: distance_to_reference, reference: b}", [0, 1, 1]),
        # Numbers are on the node's shown scale, 20 to 90.
        ("{method: distance_to_target, target: 60}", [0, 0.5, 1]),
        ("{method: goalposts, goalposts: [10, 50]}", [0.25, 0.75, 1]),
        ("{method: goalposts, goalposts: [90, 40]}", [1, 1, 0]),
        ("{method: goalposts, goalposts: [0, 40, 60, 100]}", [0.5, 1, 0.25]),
        ("{method: goalposts, goalposts: [10, 40], transform: log}", [log(2) / log(4), 1, 1]),
        ("{method: minmax, to: [1, 100]}", [1, 1 + 99 * 2 / 7, 100]),
        ("{method: bands, bands: [{min: 40, points: 1}, {points: 0}]}", [0, 1, 1]),
        ("{method: bands, bands: [{above: 40, points: 1}, {points: 0}]}", [0, 0, 1]),
    ],
)
def test_a_node_is_normalised_as_a_leaf_is(score: Score, close: Close, normalize: str, expected: list[float]) -> None:
    assert score(node(normalize), NODE_DATA).passed("part") == close(expected)
    shown = node("none", show=f"{{normalize: {normalize}}}")
    assert score(shown, NODE_DATA).of("part") == close([100 * value for value in expected])
    assert score(shown, NODE_DATA).passed("part") == close([0.2, 0.4, 0.9])


def test_a_bound_of_bands_on_a_node_does_not_turn_on_noise(score: Score) -> None:
    # 0.1 + 0.2 is 0.30000000000000004 in floating point and 30 to everybody.
    text = """
tree:
  children:
    - {id: part, aggregate: sum, normalize: {method: bands, bands: [{above: 30, points: 1}, {points: 0}]},
       children: [{id: x, goalposts: [0, 10]}, {id: y, goalposts: [0, 10]}]}
"""
    assert score(text, "id,x,y\na,1,2\nb,1,2.001").passed("part") == [0, 1]


def test_noise_is_no_distance_on_a_node(score: Score) -> None:
    # The parts are 0.1 + 0.2 and 0.3: the same to everybody.
    text = """
tree:
  children:
    - {id: part, aggregate: sum, normalize: {method: distance_to_reference, reference: a},
       children: [{id: x, goalposts: [0, 10]}, {id: y, goalposts: [0, 10]}]}
"""
    assert refused(score, text, "id,x,y\na,1,2\nb,3,0").code == "RI439"


def test_refusals_of_a_node_name_it(score: Score) -> None:
    below = "tree: {children: [{id: part, normalize: %s, children: [{id: x, normalize: none}]}]}"
    for method, code in (("sum", "RI435"), ("{method: bands, bands: [{min: 0, points: 1}]}", "RI437")):
        found = refused(score, below % method, "id,x\na,1\nb,-2")
        assert (found.code, found.params["leaf"], found.params["value"]) == (code, "part", -2)
    shown = "tree: {children: [{id: part, show: {normalize: max}, children: [{id: x, normalize: none}]}]}"
    assert refused(score, shown, "id,x\na,1\nb,-2").code == "RI435"


# -- refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["vector", "sum", "max"])
def test_what_is_no_size_is_refused_by_name(score: Score, method: str) -> None:
    found = refused(score, leaf(method), "id,x\na,1\nb,-1")
    assert (found.code, found.location.row, found.params["least"]) == ("RI435", 3, "≥ 0")
    text = leaf(f"{{method: {method}, cost: reciprocal}}", "cost")
    found = refused(score, text, "id,x\na,1\nb,0")
    assert (found.code, found.params["least"]) == ("RI435", "> 0")
    found = refused(score, leaf(method), "id,x\na,0\nb,0")
    assert (found.code, found.params["reason"]["en"]) == ("RI436", "all its values are 0")


@pytest.mark.parametrize("method", ["vector", "sum", "zscore"])
def test_values_too_large_for_exact_sums_are_refused(score: Score, method: str) -> None:
    assert refused(score, leaf(method), "id,x\na,1e200\nb,1").code == "RI436"


def test_a_deviation_that_vanishes_is_refused(score: Score) -> None:
    assert refused(score, leaf("zscore"), "id,x\na,1e-320\nb,2e-320").code == "RI436"


def test_a_reference_must_be_there_once_with_a_value(score: Score) -> None:
    text = leaf("{method: distance_to_reference, reference: b}")
    reasons = {
        "id,x\na,1\nc,2": "no row has this community_id",
        "id,x\na,1\nb,\nc,2": "it has no value",
        "id,period,x\na,1,1\nb,1,2\nb,2,3": "it has several rows; 'within: period' may be meant",
    }
    for data, reason in reasons.items():
        found = refused(score, text, data)
        assert (found.code, found.params["reason"]["en"]) == ("RI438", reason)
    text = leaf("{method: distance_to_reference, reference: b, within: district}")
    found = refused(score, text, "id,district,x\na,N,1\nb,N,2\nc,S,1\nd,S,3")
    assert found.message("en").endswith("(within 'S'): it is not among the units")


def test_a_reference_no_better_than_the_worst_is_refused(score: Score) -> None:
    found = refused(score, leaf("{method: distance_to_target, target: 1}"), "id,x\na,1\nb,2")
    assert (found.code, found.params["worst"]) == ("RI439", 1)
    assert refused(score, leaf("{method: distance_to_target, target: 3}", "cost"), "id,x\na,1\nb,2").code == "RI439"
    assert refused(score, leaf("{method: distance_to_reference, reference: a}"), "id,x\na,1\nb,2").code == "RI439"


def test_relative_methods_say_so(score: Score) -> None:
    data = "id,x\na,1\nb,2"
    methods = ["zscore", "rank", "borda", "vector", "sum", "max", "distance_to_best"]
    methods += ["{method: distance_to_target, target: 9}", "{method: distance_to_reference, reference: b}"]
    for method in methods:
        name = method if ":" not in method else method.split(":")[1].split(",")[0].strip()
        assert score(leaf(method), data).finding("RI419").params["names"] == [name]


# -- laws --------------------------------------------------------------------------------------------------------

RELATIVE = {
    "minmax": {}, "zscore": {}, "percentile_rank": {"ties": "average"}, "rank": {"ties": "max"}, "borda": {},
    "vector": {}, "sum": {}, "max": {}, "distance_to_best": {}, "distance_to_target": {"target": 500},
}  # fmt: skip
SCALE_FREE = [name for name in RELATIVE if name != "distance_to_target"]
SHIFT_FREE = ["minmax", "zscore", "percentile_rank", "rank", "borda", "distance_to_best"]
DUPLICATION_FREE = ["minmax", "max", "distance_to_best"]
COLUMNS = st.lists(st.integers(1, 400).map(lambda value: value / 8), min_size=3, max_size=14).filter(
    lambda values: len(set(values)) > 1
)
METHODS = st.sampled_from(sorted(RELATIVE))


def normalised(method: str, values: list[float], *, cost: bool = False, cuts: int = 1) -> np.ndarray:
    """A column through the steps of a method, measured over ``cuts`` blocks."""
    target = {"target": 0.01} if method == "distance_to_target" and cost else RELATIVE[method]
    steps = normalize_steps(check("normalize", {"method": method, **target}), "x", goalposts=None, cost=cost)
    x = np.array(values)
    for step in steps:
        if not step.settled:
            assert step.wanted is not None
            found = ColumnStatistics()
            for block in np.array_split(x, cuts):
                found.merge(measure(block, step.wanted))
            step.settle({0: found})
        x = np.concatenate([step.apply(block.copy(), None) for block in np.array_split(x, cuts)])
    return x


@given(METHODS, COLUMNS, st.booleans(), st.randoms(use_true_random=False), st.integers(1, 5))
def test_order_and_blocks_change_no_bit(method, values, cost, random, cuts) -> None:
    order = list(range(len(values)))
    random.shuffle(order)
    expected = normalised(method, values, cost=cost)
    found = normalised(method, [values[place] for place in order], cost=cost, cuts=cuts)
    assert found.tobytes() == expected[order].tobytes()


@given(METHODS, COLUMNS, st.booleans())
def test_better_is_never_less(method, values, cost) -> None:
    ordered = sorted(values, reverse=cost)
    assert (np.diff(normalised(method, ordered, cost=cost)) >= -1e-15).all()


@given(st.sampled_from(SCALE_FREE), COLUMNS, st.booleans(), st.sampled_from([0.001, 0.3, 7, 1000]))
def test_the_unit_of_measurement_does_not_matter(method, values, cost, factor) -> None:
    rescaled = normalised(method, [value * factor for value in values], cost=cost)
    assert rescaled == pytest.approx(normalised(method, values, cost=cost), abs=1e-12)


@given(st.sampled_from(SHIFT_FREE), COLUMNS, st.booleans(), st.sampled_from([-300, 0.5, 4096]))
def test_the_origin_of_an_interval_scale_does_not_matter(method, values, cost, shift) -> None:
    shifted = normalised(method, [value + shift for value in values], cost=cost)
    assert shifted == pytest.approx(normalised(method, values, cost=cost), abs=1e-10)


@given(st.sampled_from(DUPLICATION_FREE), COLUMNS, st.booleans())
def test_rows_that_stand_twice_change_nothing_between_extremes(method, values, cost) -> None:
    twice = normalised(method, values * 2, cost=cost)
    assert twice[: len(values)].tobytes() == normalised(method, values, cost=cost).tobytes()


@given(METHODS.filter(lambda name: name not in ("zscore", "rank", "borda")), COLUMNS, st.booleans())
def test_bounded_methods_stay_between_0_and_1(method, values, cost) -> None:
    found = normalised(method, values, cost=cost)
    assert found.min() >= 0
    assert found.max() <= 1


@given(COLUMNS, st.booleans())
def test_z_scores_have_mean_0_and_deviation_1(values, cost) -> None:
    z = normalised("zscore", values, cost=cost)
    assert z.mean() == pytest.approx(0, abs=1e-12)
    assert z.std(ddof=1) == pytest.approx(1, abs=1e-12)


@given(COLUMNS, st.booleans())
def test_shares_of_the_sum_add_to_1(values, cost) -> None:
    assert normalised("sum", values, cost=cost).sum() == pytest.approx(1, abs=1e-12)


def test_groups_without_values_have_none() -> None:
    for method, parameters in RELATIVE.items():
        steps = normalize_steps(check("normalize", {"method": method, **parameters}), "x", goalposts=None, cost=False)
        steps[-1].settle({0: ColumnStatistics()})
        assert np.isnan(steps[-1].apply(np.array([np.nan, np.nan]), None)).all(), method


def test_a_step_refuses_before_it_divides() -> None:
    steps = normalize_steps(check("normalize", "sum"), "x", goalposts=None, cost=False)
    with pytest.raises(RowRefusal):
        steps[0].apply(np.array([1.0, -1.0]), None)
    with pytest.raises(RefusalError):
        steps[1].settle({0: measure(np.array([0.0, 0.0]), "sums")})
