"""The contract's rules for missing and not applicable children, each worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Score = Callable[..., Any]
Close = Callable[[Any], Any]


def node(missing: str, count: int, *, more: str = "") -> str:
    """A node with this rule over ``count`` leaves x0, x1, … that pass their values."""
    rule = f"missing: {missing}, " if missing else ""
    leaves = ", ".join(f"{{id: x{number}}}" for number in range(count))
    return f"defaults: {{normalize: none, scale: 1}}\ntree: {{{rule}{more}children: [{leaves}]}}"


def rows(*units: str) -> str:
    """A table of the leaves x0, x1, …; a unit is its cells."""
    header = ",".join(f"x{number}" for number in range(units[0].count(",") + 1))
    return "\n".join([f"id,{header}", *(f"u{number},{cells}" for number, cells in enumerate(units))])


# -- available --------------------------------------------------------------------------------------------


def test_without_a_condition_two_thirds_must_be_there(score: Score, close: Close) -> None:
    # 2 of 3 is two thirds whatever the last bit says, 1 of 3 is not.
    assert score(node("", 3), rows("1,2,", "1,,", "1,2,6")).scores == close([1.5, None, 3])
    # 4 of 6 is, 3 of 5 (0.6) is not.
    assert score(node("", 6), rows("1,2,3,4,,", "1,2,3,,,")).scores == close([2.5, None])
    assert score(node("available", 5), rows("1,2,3,,", "1,2,3,4,")).scores == close([None, 2.5])


@pytest.mark.parametrize(
    ("share", "enough"),
    [
        ("1/3", 1),
        ("0.3333333333", 1),  # 1/3 is above it
        ("0.3333333334", 1),  # below it by 7e-11, inside the margin of 1e-9
        ("0.33333334", 2),  # below it by 7e-9
        ("0.5", 2),
        ("2/3", 2),
        ("0.7", 3),
        ("1", 3),
    ],
)
def test_min_coverage_is_a_number_or_a_fraction_with_a_margin(share: str, enough: int, score: Score) -> None:
    text = node(f"{{policy: available, min_coverage: {share}}}", 3)
    result = score(text, rows("6,,", "6,6,", "6,6,6"))
    assert [value is not None for value in result.scores] == [count >= enough for count in (1, 2, 3)]


def test_min_coverage_0_still_needs_one_child(score: Score) -> None:
    assert score(node("{policy: available, min_coverage: 0}", 2), rows("4,", ",")).scores == [4, None]


def test_min_children_is_a_count(score: Score, close: Close) -> None:
    # Four of six, whatever the share: and the share of 2/3 is no condition any more.
    text = node("{policy: available, min_children: 4}", 6)
    assert score(text, rows("1,2,3,4,,", "1,2,3,,,")).scores == close([2.5, None])
    assert score(node("{policy: available, min_children: 1}", 6), rows("1,,,,,")).scores == [1]


def test_both_conditions_must_hold(score: Score) -> None:
    # At least half and at least two: of four children two; but of x0 and x1 alone (the others not applicable)
    # one is half and still too few.
    text = node("{policy: available, min_coverage: 1/2, min_children: 2}", 4)
    result = score(text, rows("1,3,,", "1,,,", "1,,不适用,不适用", "1,3,不适用,不适用"))
    assert result.scores == [2, None, None, 2]


def test_a_node_below_its_coverage_is_missing_to_its_parent(score: Score, close: Close) -> None:
    text = """
    defaults: {normalize: none, scale: 1}
    tree:
      missing: {policy: available, min_children: 1}
      children:
        - {id: part, children: [{id: x}, {id: y}, {id: z}]}
        - {id: other, weight: 1, children: [{id: w}]}
    """.replace("id: part,", "id: part, weight: 3,")
    # a: part is (1 + 2)/2 = 1.5, the score (3 · 1.5 + 5)/4; b: 1 of 3 is too little, the score is other alone.
    result = score(text, "id,x,y,z,w\na,1,2,,5\nb,1,,,5\nc,1,,,")
    assert result.of("part") == [1.5, None, None]
    assert result.scores == close([2.375, 5, None])
    # Only a missing root leaves a unit unscored: it has no rank and is named.
    assert result.ranks == [2, 1, None]
    assert result.finding("RI407").params["units"] == ["c"]


def test_nodes_that_could_be_computed_stay_beside_a_missing_root(score: Score) -> None:
    text = """
    defaults: {normalize: none, scale: 1}
    tree: {children: [{id: part, children: [{id: x}]}, {id: other, children: [{id: y}]}, {id: z}]}
    """
    result = score(text, "id,x,y,z\na,7,,")
    assert (result.scores, result.of("part"), result.of("other")) == ([None], [7], [None])


# -- not applicable ---------------------------------------------------------------------------------------


def test_what_does_not_apply_leaves_numerator_and_denominator(score: Score, close: Close) -> None:
    # b: 1 of 3 applicable is too little; c: 2 of the 3 that apply are enough; d: the only one that applies.
    text = node("", 4)
    result = score(text, rows("1,2,3,", "1,,,不适用", "1,2,,不适用", "4,不适用,不适用,不适用"))
    assert result.scores == close([2, None, 1.5, 4])


def test_coverage_counts_reported_of_applicable_leaves(score: Score, close: Close) -> None:
    text = """
    defaults: {normalize: none, scale: 1}
    tree: {children: [{id: x}, {id: part, children: [{id: y}, {id: z}]}, {id: people, direction: context}]}
    """
    # a: 2 of 3; b: 1 of the 2 that apply; c: none of 1; d: nothing applies, there is no share.
    data = "id,x,y,z,people\na,1,2,,9\nb,不适用,2,,9\nc,不适用,不适用,,9\nd,n.a.,不适用,n.a.,9"
    assert score(text, data).coverage == close([2 / 3, 1 / 2, 0, None])


def test_a_node_whose_leaves_are_all_not_applicable_is_not_applicable_itself(score: Score) -> None:
    # part does not apply to a: the root has one child that applies, and it is there. In b part is missing, and one
    # of two is below 2/3. That holds at any depth: deep is not applicable, so part is.
    text = """
    defaults: {normalize: none, scale: 1}
    tree:
      children:
        - {id: part, children: [{id: deep, children: [{id: x}, {id: y}]}]}
        - {id: z}
    """
    result = score(text, "id,x,y,z\na,不适用,不适用,7\nb,不适用,,7\nc,不适用,5,7")
    assert result.of("part") == [None, None, 5]
    assert result.scores == [7, None, 6]


def test_a_unit_to_which_nothing_applies_has_no_score(score: Score) -> None:
    result = score(node("zero", 2), rows("不适用,不适用", "1,3"))
    assert result.scores == [None, 2]


# -- zero, refuse -----------------------------------------------------------------------------------------


def test_zero_counts_a_missing_child_as_0(score: Score, close: Close) -> None:
    # (6 + 0)/2; all missing is 0; what does not apply is no 0: 6/1.
    result = score(node("zero", 2), rows("6,", ",", "6,不适用"))
    assert result.scores == close([3, 0, 6])
    # It is missing all the same: coverage 1 of 2, 0 of 2, 1 of 1.
    assert result.coverage == [0.5, 0, 1]


def test_zero_gives_a_sum_nothing(score: Score) -> None:
    assert score(node("zero", 2, more="aggregate: sum, "), rows("6,", ",")).scores == [6, 0]


def test_a_child_that_counts_against_is_0_to_its_parent_when_missing(score: Score, close: Close) -> None:
    # The parent takes 0 for what is missing, not 1 − 0: (0 + 0.4)/2.
    text = """
    defaults: {normalize: none, scale: 1}
    tree: {missing: zero, children: [{id: x, against: true}, {id: y}]}
    """
    assert score(text, "id,x,y\na,,0.4").scores == close([0.2])


def test_refuse_asks_for_every_child_that_applies(score: Score) -> None:
    assert score(node("refuse", 2), rows("1,3", "不适用,3")).scores == [2, 3]


def test_a_rule_of_a_node_goes_before_the_default(score: Score, close: Close) -> None:
    # The default counts 0; part asks for all of its children and is missing without y, so it counts as 0 above.
    text = """
    defaults: {normalize: none, scale: 1, missing: zero}
    tree:
      children:
        - {id: part, missing: {policy: available, min_coverage: 1}, children: [{id: x}, {id: y}]}
        - {id: z}
    """
    result = score(text, "id,x,y,z\na,1,,5\nb,1,3,5\nc,1,3,")
    assert result.of("part") == [None, 2, 2]
    assert result.scores == close([2.5, 3.5, 1])


def test_children_that_are_there_but_weigh_nothing(score: Score) -> None:
    # y is missing, and x, which is there, has weight 0: 0/0 is no value, and is told.
    text = """
    defaults: {normalize: none, scale: 1, missing: {policy: available, min_coverage: 1/2}}
    tree: {children: [{id: x, weight: 0}, {id: y, weight: 1}]}
    """
    result = score(text, "id,x,y\na,1,\nb,1,2")
    assert result.scores == [None, 2]
    assert result.finding("RI410").params == {"node": "index", "count": 1}
