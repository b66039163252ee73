"""The contract's rules for inner nodes, each on a few units worked out by hand.

Order at a node: missing rule → aggregate → normalize → invert → round → show.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Score = Callable[..., Any]
Close = Callable[[Any], Any]

AS_GIVEN = "defaults: {normalize: none, scale: 1, missing: {policy: available, min_coverage: 0}}"
"""Leaves pass their values, nothing is scaled, and one child is enough: what is left is the node under test."""


def tree(keys: str, children: str) -> str:
    """A framework of one node with these keys over these children."""
    return f"{AS_GIVEN}\ntree: {{{keys + ', ' if keys else ''}children: [{children}]}}"


# -- arithmetic, geometric, sum ---------------------------------------------------------------------------


def test_the_arithmetic_mean_weighs_relatively(score: Score, close: Close) -> None:
    # (2 · 0.9 + 1 · 0.3) / 3 = 0.7; weights of 1 and 1/2 are the same two to one.
    assert score(tree("", "{id: x, weight: 2}, {id: y, weight: 1}"), "id,x,y\na,0.9,0.3").scores == close([0.7])
    assert score(tree("", "{id: x, weight: 1}, {id: y, weight: 1/2}"), "id,x,y\na,0.9,0.3").scores == close([0.7])


def test_without_weights_all_children_count_the_same(score: Score, close: Close) -> None:
    assert score(tree("", "{id: x}, {id: y}"), "id,x,y\na,0.9,0.3").scores == close([0.6])


def test_a_missing_child_leaves_its_weight_to_the_others(score: Score, close: Close) -> None:
    # Weights 1, 2, 5: without z (0.9 + 2 · 0.3)/3 = 0.5.
    text = tree("", "{id: x, weight: 1}, {id: y, weight: 2}, {id: z, weight: 5}")
    assert score(text, "id,x,y,z\na,0.9,0.3,").scores == close([0.5])


def test_the_geometric_mean(score: Score, close: Close) -> None:
    # √(0.4 · 0.9) = 0.6; with weights 3 and 1: (0.1³ · 0.0016)^(1/4) = (1.6e-6)^(1/4).
    assert score(tree("aggregate: geometric", "{id: x}, {id: y}"), "id,x,y\na,0.4,0.9").scores == close([0.6])
    text = tree("aggregate: geometric", "{id: x, weight: 3}, {id: y, weight: 1}")
    assert score(text, "id,x,y\na,0.1,0.0016").scores == close([1.6e-6**0.25])


def test_a_geometric_mean_without_one_child(score: Score, close: Close) -> None:
    # √(0.4 · 0.9) again: the third is missing and its weight is gone.
    text = tree("aggregate: geometric", "{id: x}, {id: y}, {id: z}")
    assert score(text, "id,x,y,z\na,0.4,0.9,").scores == close([0.6])


def test_a_floor_lifts_zeros_and_what_lies_below_it(score: Score, close: Close) -> None:
    # max(0, 0.01) · 0.25 → √0.0025 = 0.05; max(0.001, 0.01) is the same; 0.04 stays: √(0.04 · 0.25) = 0.1.
    text = tree("aggregate: {method: geometric, zero: {floor: 0.01}}", "{id: x}, {id: y}")
    assert score(text, "id,x,y\na,0,0.25\nb,0.001,0.25\nc,0.04,0.25").scores == close([0.05, 0.05, 0.1])


def test_the_floor_is_on_the_inside_scale(score: Score, close: Close) -> None:
    # x is shown as 0..100; the floor of 0.01 is 1 there, not 0.01: √(0.01 · 0.25).
    text = """
    defaults: {scale: 100}
    tree:
      aggregate: {method: geometric, zero: {floor: 0.01}}
      children: [{id: x, goalposts: [0, 10]}, {id: y, goalposts: [0, 10]}]
    """
    assert score(text, "id,x,y\na,0,2.5").scores == close([5])


def test_zeros_of_weight_0_are_ignored(score: Score, close: Close) -> None:
    text = tree("aggregate: geometric", "{id: x, weight: 0}, {id: y, weight: 1}")
    assert score(text, "id,x,y\na,0,0.25").scores == close([0.25])


def test_zeros_under_a_node_without_a_value_are_ignored(score: Score) -> None:
    # One of three children is less than 2/3: there is no mean that the zero could spoil.
    text = """
    defaults: {normalize: none, scale: 1}
    tree: {aggregate: geometric, children: [{id: x}, {id: y}, {id: z}]}
    """
    assert score(text, "id,x,y,z\na,0,,\nb,0.5,0.5,0.5").scores == [None, 0.5]


def test_sum_takes_the_weights_of_the_framework_as_they_are(score: Score, close: Close) -> None:
    # 2 · 0.9 + 0.5 · 0.3 = 1.95, although the sum's local weights are 0.8 and 0.2.
    result = score(tree("aggregate: sum", "{id: x, weight: 2}, {id: y, weight: 1/2}"), "id,x,y\na,0.9,0.3\nb,0.9,")
    assert result.scores == close([1.95, 1.8])
    assert result.local("x", "y") == close([0.8, 0.2])


def test_sum_without_weights_takes_1(score: Score, close: Close) -> None:
    result = score(tree("aggregate: sum", "{id: x}, {id: y}, {id: z}"), "id,x,y,z\na,0.9,0.3,0.2\nb,,0.3,0.2")
    assert result.scores == close([1.4, 0.5])


def test_sum_keeps_the_framework_weights_under_every_weighting(score: Score, close: Close) -> None:
    text = tree("aggregate: sum", "{id: x, weight: 2}, {id: y, weight: 3}")
    data = "id,x,y\na,0.9,0.3\nb,0.5,0.1\nc,0.1,0.4"
    for weights in ("equal", "entropy"):
        # 1.8 + 0.9, 1 + 0.3, 0.2 + 1.2
        assert score(text, data, weights=weights).scores == close([2.7, 1.3, 1.4])


# -- normalize, invert, against ---------------------------------------------------------------------------


def test_a_node_is_renormalised_among_units(score: Score, close: Close) -> None:
    # Means 0.2, 0.3, 0.6: min–max gives 0, 0.1/0.4, 1, which the parent takes: (0.25 + 0.5)/2.
    text = f"""
    {AS_GIVEN}
    tree:
      children:
        - {{id: part, normalize: minmax, children: [{{id: x}}, {{id: y}}]}}
        - {{id: z}}
    """
    result = score(text, "id,x,y,z\na,0.1,0.3,0.5\nb,0.2,0.4,0.5\nc,0.5,0.7,0.5")
    assert result.of("part") == close([0, 0.25, 1])
    assert result.scores == close([0.25, 0.375, 0.75])


def test_a_percentile_rank_of_a_node(score: Score, close: Close) -> None:
    # Sums 0.4, 0.6, 0.6, 1.2: ranks 1, 2, 2, 4 of 4; the node of d has no value and does not count.
    text = tree("aggregate: sum, normalize: percentile_rank", "{id: x}, {id: y}")
    data = "id,x,y\na,0.1,0.3\nb,0.2,0.4\nc,0.4,0.2\nd,,\ne,0.5,0.7"
    assert score(text, data).scores == close([0, 1 / 3, 1 / 3, None, 1])


def test_noise_breaks_no_tie_of_a_node(score: Score, close: Close) -> None:
    # 0.1 + 0.2 + 0.3 is 0.6000000000000001 in floating point and 0.3 + 0.2 + 0.1 is 0.6: compared at 10 decimals
    # they are level, so ranks are 1, 1, 3 of 3.
    text = tree("aggregate: sum, normalize: percentile_rank", "{id: x}, {id: y}, {id: z}")
    assert 0.1 + 0.2 + 0.3 != 0.3 + 0.2 + 0.1
    assert score(text, "id,x,y,z\na,0.1,0.2,0.3\nb,0.3,0.2,0.1\nc,1,1,1").scores == [0, 0, 1]


def test_a_node_that_is_constant_but_for_noise_is_constant(score: Score) -> None:
    text = tree("aggregate: sum, normalize: {method: minmax, constant: 0.5}", "{id: x}, {id: y}, {id: z}")
    assert score(text, "id,x,y,z\na,0.1,0.2,0.3\nb,0.3,0.2,0.1").scores == [0.5, 0.5]


def test_invert_is_shown_and_passed_up(score: Score, close: Close) -> None:
    # 1 − 0.3 = 0.7, and (0.7 + 0.5)/2 = 0.6.
    text = f"""
    {AS_GIVEN}
    tree: {{children: [{{id: part, invert: true, children: [{{id: x}}]}}, {{id: z}}]}}
    """
    result = score(text, "id,x,z\na,0.3,0.5")
    assert result.of("part") == close([0.7])
    assert result.scores == close([0.6])


def test_against_is_shown_as_it_is_and_counted_as_its_opposite(score: Score, close: Close) -> None:
    # Shown 0.3, counted 0.7: (0.7 + 0.5)/2 = 0.6.
    text = f"""
    {AS_GIVEN}
    tree: {{children: [{{id: part, against: true, children: [{{id: x}}]}}, {{id: z}}]}}
    """
    result = score(text, "id,x,z\na,0.3,0.5")
    assert result.of("part") == close([0.3])
    assert result.scores == close([0.6])


def test_a_leaf_may_count_against_too(score: Score, close: Close) -> None:
    # (1 − 0.3 + 0.5)/2; under the geometric mean √(0.7 · 0.5).
    data = "id,x,z\na,0.3,0.5"
    children = "{id: x, against: true}, {id: z}"
    assert score(tree("", children), data).scores == close([0.6])
    assert score(tree("aggregate: geometric", children), data).scores == close([0.35**0.5])
    assert score(tree("", children), data).passed("x") == close([0.3])


def test_invert_and_against_undo_each_other_for_the_parent(score: Score, close: Close) -> None:
    text = f"""
    {AS_GIVEN}
    tree: {{children: [{{id: part, invert: true, against: true, children: [{{id: x}}]}}]}}
    """
    result = score(text, "id,x\na,0.3")
    assert result.of("part") == close([0.7])
    assert result.scores == close([0.3])


def test_normalize_comes_before_invert_and_invert_before_round(score: Score, close: Close) -> None:
    # Sums 1, 2, 4 → min–max 0, 1/3, 1 → inverted 1, 2/3, 0 → rounded 1, 0.67, 0.
    text = tree("aggregate: sum, normalize: minmax, invert: true, round: {digits: 2}", "{id: x}, {id: y}")
    result = score(text, "id,x,y\na,0.4,0.6\nb,1,1\nc,1,3")
    assert result.scores == [1, 0.67, 0]


# -- round, show, scale -----------------------------------------------------------------------------------


def test_the_parent_takes_the_rounded_value_unscaled(score: Score, close: Close) -> None:
    # part is 1/3, on 0–100 33.3; its parent takes 0.333: (0.333 + 0.5)/2 = 0.4165, shown 41.65.
    text = """
    defaults: {normalize: none}
    tree:
      children:
        - {id: part, round: {digits: 1}, children: [{id: x}, {id: y}, {id: z}]}
        - {id: other, children: [{id: w}]}
    """
    result = score(text, "id,x,y,z,w\na,0,0,1,0.5")
    assert result.of("part") == [33.3]
    assert result.passed("part") == close([0.333])
    assert result.scores == close([41.65])


def test_show_is_for_the_column_and_the_parent_takes_the_value_before(score: Score, close: Close) -> None:
    # Sums 0.4, 0.6, 1.2 are shown as percentile ranks 0, 0.5, 1, and passed as sums: (0.4 + 0)/2 …
    text = f"""
    {AS_GIVEN}
    tree:
      children:
        - id: part
          aggregate: sum
          show: {{normalize: percentile_rank, round: {{digits: 2}}}}
          children: [{{id: x}}, {{id: y}}]
        - {{id: z}}
    """
    result = score(text, "id,x,y,z\na,0.1,0.3,0\nb,0.2,0.4,0\nc,0.5,0.7,0")
    assert result.of("part") == [0, 0.5, 1]
    assert result.passed("part") == close([0.4, 0.6, 1.2])
    assert result.scores == close([0.2, 0.3, 0.6])


def test_show_starts_from_the_rounded_value(score: Score, close: Close) -> None:
    # 0.14 and 0.11 are rounded to 0.1 and so level when they are ranked for show: ranks 1, 1, 3 of 3.
    text = tree("round: {digits: 1}, show: {normalize: percentile_rank}", "{id: x}")
    result = score(text, "id,x\na,0.14\nb,0.11\nc,0.9")
    assert result.scores == [0, 0, 1]
    assert result.passed("index") == close([0.1, 0.1, 0.9])


def test_the_score_rank_and_grade_are_those_of_the_shown_root(score: Score) -> None:
    # 0.61 and 0.64 are both shown as 0.6: level, and of grade B although 0.61 ≥ 0.605.
    text = """
    defaults: {normalize: none, scale: 1}
    grades: [{id: A, min: 0.605}, {id: B, min: 0}]
    tree: {show: {round: {digits: 1}}, children: [{id: x}]}
    """
    result = score(text, "id,x\na,0.61\nb,0.64\nc,0.7")
    assert result.scores == [0.6, 0.6, 0.7]
    assert result.ranks == [2, 2, 1]
    assert result.grades == ["B", "B", "A"]


def test_each_node_is_shown_on_its_own_scale(score: Score, close: Close) -> None:
    # 0.25 on 0–10 is 2.5, its parent's mean of 0.25 and 0.75 on 0–1 is 0.5; scales are for showing only.
    text = """
    defaults: {normalize: none, scale: 10}
    tree: {scale: 1, children: [{id: part, children: [{id: x}]}, {id: other, scale: 100, children: [{id: y}]}]}
    """
    result = score(text, "id,x,y\na,0.25,0.75")
    assert (result.of("part"), result.of("other"), result.scores) == close(([2.5], [75], [0.5]))


@pytest.mark.parametrize(("mode", "expected"), [("half_up", [0.3, -0.3]), ("half_even", [0.2, -0.2])])
def test_halves_of_a_node(mode: str, expected: list[float], score: Score) -> None:
    # (0.2 + 0.3)/2 = 0.25, (−0.2 − 0.3)/2 = −0.25.
    text = tree(f"round: {{digits: 1, mode: {mode}}}", "{id: x}, {id: y}")
    assert score(text, "id,x,y\na,0.2,0.3\nb,-0.2,-0.3").scores == expected


def test_noise_decides_no_half(score: Score) -> None:
    # (0.01 + 0.06)/2 = 0.035 is 0.034999999999999996 in floating point, and 1 − 0.965 is 0.035000000000000031.
    text = tree("round: {digits: 2, mode: %s}", "{id: x}, {id: y}")
    result = score(text % "half_up", "id,x,y\na,0.01,0.06\nb,0.02,0.07")
    assert 0.5 * 0.01 + 0.5 * 0.06 < 0.035
    assert result.scores == [0.04, 0.05]
    turned = tree("invert: true, round: {digits: 2, mode: half_even}", "{id: x}")
    assert 1 - 0.975 > 0.025
    assert score(turned, "id,x\na,0.975").scores == [0.02]


def test_round_and_scale_of_the_defaults_hold_for_leaves_and_nodes(score: Score, close: Close) -> None:
    # On 0–10 to 0 digits: leaves 0.34 → 3 → 0.3 and 0.46 → 5 → 0.5; their mean 0.4 → 4. Without the leaves' own
    # rounding the mean of 3.4 and 4.6 would be 4 too, so y is chosen to tell: 0.36 → 4: (0.3 + 0.4)/2 = 3.5 → 4.
    text = """
    defaults: {normalize: none, scale: 10, round: {digits: 0}}
    tree: {children: [{id: x}, {id: y}]}
    """
    result = score(text, "id,x,y\na,0.34,0.36\nb,0.34,0.34")
    assert result.passed("x") == close([0.3, 0.3])
    assert result.passed("y") == close([0.4, 0.3])
    assert result.scores == [4, 3]


def test_trees_may_be_ragged(score: Score, close: Close) -> None:
    # deep = mean(0.2, 0.4) = 0.3, middle = mean(0.3, 0.9) = 0.6, root = mean(0.6, 0.1) = 0.35.
    text = f"""
    {AS_GIVEN}
    tree:
      children:
        - id: middle
          children:
            - {{id: deep, children: [{{id: x}}, {{id: y}}]}}
            - {{id: z}}
        - {{id: w}}
    """
    result = score(text, "id,x,y,z,w\na,0.2,0.4,0.9,0.1")
    assert (result.of("deep"), result.of("middle"), result.scores) == close(([0.3], [0.6], [0.35]))
    assert result.weights("x", "y", "z", "w") == close([0.125, 0.125, 0.25, 0.5])
