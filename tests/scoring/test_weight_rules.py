"""The contract's rules for weights, worked out by hand on trees of a few leaves."""

from __future__ import annotations

from collections.abc import Callable
from math import log
from pathlib import Path
from typing import Any

import pytest

Score = Callable[..., Any]
Close = Callable[[Any], Any]

TWO_BY_TWO = """
defaults: {normalize: none, scale: 1}
tree:
  children:
    - {id: left, weight: 3, children: [{id: x, weight: 1}, {id: y, weight: 4}]}
    - {id: right, weight: 1, children: [{id: v}, {id: w}]}
"""
PLAIN = "id,x,y,v,w\na,0.1,0.2,0.3,0.4\nb,0.4,0.3,0.2,0.1\nc,0.5,0.5,0.5,0.5"


# -- equal, given -----------------------------------------------------------------------------------------


def test_given_weights_are_shares_of_siblings(score: Score, close: Close) -> None:
    # Local: 3/4 and 1/4; 1/5 and 4/5; 1/2 each. Global: the products down the tree.
    result = score(TWO_BY_TWO, PLAIN)
    assert result.local("index", "left", "right", "x", "y", "v", "w") == close([1, 0.75, 0.25, 0.2, 0.8, 0.5, 0.5])
    assert result.weights("index", "left", "right") == close([1, 0.75, 0.25])
    assert result.weights("x", "y", "v", "w") == close([0.15, 0.6, 0.125, 0.125])
    # a: 0.15 · 0.1 + 0.6 · 0.2 + 0.125 · (0.3 + 0.4) = 0.015 + 0.12 + 0.0875
    assert result.scores[0] == close(0.2225)


def test_equal_weights_forget_the_given_ones(score: Score, close: Close) -> None:
    result = score(TWO_BY_TWO, PLAIN, weights="equal")
    assert result.weights("left", "right", "x", "y", "v", "w") == close([0.5, 0.5, 0.25, 0.25, 0.25, 0.25])
    assert result.scores[0] == close(0.25)


def test_a_ragged_tree_is_equal_within_siblings_not_over_leaves(score: Score, close: Close) -> None:
    text = """
    defaults: {normalize: none, scale: 1}
    tree: {children: [{id: part, children: [{id: x}, {id: y}, {id: z}]}, {id: w}]}
    """
    result = score(text, "id,x,y,z,w\na,1,1,1,0", weights="equal")
    assert result.weights("x", "y", "z", "w") == close([1 / 6, 1 / 6, 1 / 6, 1 / 2])


# -- entropy ----------------------------------------------------------------------------------------------
# With m = 4 units: p = (1/2, 1/2, 0, 0) has −Σ p ln p = ln 2 and e = ln 2/ln 4 = 1/2, so 1 − e = 1/2;
# p = (1/2, 1/4, 1/8, 1/8) has (1/2 + 1/2 + 3/8 + 3/8) ln 2 = 7/4 ln 2, e = 7/8, 1 − e = 1/8;
# p = (1, 0, 0, 0) has e = 0, 1 − e = 1; p = (1/4, 1/4, 1/4, 1/4) has e = 1.
HALF, EIGHTH, WHOLE, FLAT = [1, 1, 0, 0], [4, 2, 1, 1], [1, 0, 0, 0], [1, 1, 1, 1]


def columns(**values: list[Any]) -> str:
    lines = zip(*values.values(), strict=True)
    return "\n".join(
        ["id," + ",".join(values), *(f"u{number}," + ",".join(map(str, line)) for number, line in enumerate(lines))]
    )


def test_entropy_weighs_all_leaves_together(score: Score, close: Close) -> None:
    # Divergences 1/2, 1/8, 1/8, 1/4 (half of WHOLE's units away is not needed): x 1/2, y 1/8, v 1, w 1/8: sum 7/4.
    result = score(TWO_BY_TWO, columns(x=HALF, y=EIGHTH, v=WHOLE, w=EIGHTH), weights="entropy")
    assert result.weights("x", "y", "v", "w") == close([2 / 7, 0.5 / 7, 4 / 7, 0.5 / 7])
    # A parent weighs the sum of its leaves; local weights are shares of that.
    assert result.weights("left", "right") == close([2.5 / 7, 4.5 / 7])
    assert result.local("left", "right", "x", "y", "v", "w") == close([2.5 / 7, 4.5 / 7, 0.8, 0.2, 8 / 9, 1 / 9])


def test_entropy_looks_at_normalised_values_after_direction(score: Score, close: Close) -> None:
    # x as a cost with goalposts [8, 0] is 1, 1, 0, 0 after normalisation (0 → 1, 8 → 0): 1 − e = 1/2; y: 1/8.
    text = """
    tree: {children: [{id: x, direction: cost, goalposts: [8, 0]}, {id: y, goalposts: [0, 8]}]}
    """
    result = score(text, columns(x=[0, 0, 8, 8], y=EIGHTH), weights="entropy")
    assert result.weights("x", "y") == close([0.8, 0.2])


def test_entropy_of_a_child_that_counts_against_is_that_of_what_counts(score: Score, close: Close) -> None:
    # x is 0, 0, 1, 1 and counts as 1, 1, 0, 0.
    text = "defaults: {normalize: none}\ntree: {children: [{id: x, against: true}, {id: y}]}"
    assert score(text, columns(x=[0, 0, 1, 1], y=EIGHTH), weights="entropy").weights("x") == close([0.8])


def test_m_counts_the_units_with_a_value_in_that_column(score: Score, close: Close) -> None:
    # x has three values p = (1/2, 1/4, 1/4): −Σ p ln p = 3/2 ln 2, e = 1.5 ln 2 / ln 3; y has four, 1 − e = 1/8.
    text = "defaults: {normalize: none, missing: zero}\ntree: {children: [{id: x}, {id: y}]}"
    result = score(text, columns(x=[2, 1, 1, ""], y=EIGHTH), weights="entropy")
    d = 1 - 1.5 * log(2) / log(3)
    assert result.weights("x", "y") == close([d / (d + 0.125), 0.125 / (d + 0.125)])


def test_the_shift_is_added_to_normalised_values(score: Score, close: Close) -> None:
    # (3, 1, 0, 0) + 1 = (4, 2, 1, 1): 1 − e = 1/8; FLAT stays flat. (1, 0, 0, 0) + 1 = (2, 1, 1, 1), p = 2/5, 1/5 …
    text = "defaults: {normalize: none}\ntree: {children: [{id: x}, {id: y}]}"
    result = score(text, columns(x=[3, 1, 0, 0], y=WHOLE), weights="entropy:shift=1")
    d = 1 - -(0.4 * log(0.4) + 0.6 * log(0.2)) / log(4)
    assert result.weights("x", "y") == close([0.125 / (0.125 + d), d / (0.125 + d)])


@pytest.mark.parametrize("scope", ["leaves", "siblings"])
def test_input_raw_takes_the_values_of_the_file(scope: str, score: Score, close: Close) -> None:
    # Normalised, both are 1, 1, 0, 0 (clipped) and weigh the same; raw x is 4, 2, 1, 1 and y is 2, 2, 0, 0.
    text = "tree: {children: [{id: x, goalposts: [1.5, 2]}, {id: y, goalposts: [0, 2]}]}"
    data = columns(x=EIGHTH, y=[2, 2, 0, 0])
    assert score(text, data, weights=f"entropy:scope={scope}").weights("x", "y") == close([0.5, 0.5])
    assert score(text, data, weights=f"entropy:scope={scope},input=raw").weights("x", "y") == close([0.2, 0.8])


def test_entropy_among_siblings_goes_bottom_up(score: Score, close: Close) -> None:
    # left: x HALF 1/2 against y EIGHTH 1/8 → 0.8, 0.2. Its scores 0.8 · HALF + 0.2 · EIGHTH = 1.6, 1.2, 0.2, 0.2.
    # right: v, w both WHOLE → 1/2 each, scores WHOLE, 1 − e = 1.
    result = score(TWO_BY_TWO, columns(x=HALF, y=EIGHTH, v=WHOLE, w=WHOLE), weights="entropy:scope=siblings")
    assert result.local("x", "y", "v", "w") == close([0.8, 0.2, 0.5, 0.5])
    assert result.of("left") == close([1.6, 1.2, 0.2, 0.2])
    p = [0.5, 0.375, 0.0625, 0.0625]  # 1.6/3.2 …
    d = 1 + sum(share * log(share) for share in p) / log(4)
    assert result.local("left", "right") == close([d / (1 + d), 1 / (1 + d)])
    assert result.weights("x") == close([0.8 * d / (1 + d)])


def test_a_constant_column_gets_weight_0_and_is_told(score: Score, close: Close) -> None:
    result = score(TWO_BY_TWO, columns(x=HALF, y=FLAT, v=HALF, w=HALF), weights="entropy")
    assert result.weights("x", "y", "v", "w") == close([1 / 3, 0, 1 / 3, 1 / 3])
    assert result.finding("RI324").params == {"leaf": "y"}
    assert result.finding("RI324").severity == "warning"


@pytest.mark.parametrize("scope", ["leaves", "siblings"])
def test_under_a_parent_of_weight_0_local_weights_are_equal(scope: str, score: Score, close: Close) -> None:
    # y and x are constant, left weighs nothing, whatever the given weights 1 and 4.
    result = score(TWO_BY_TWO, columns(x=FLAT, y=FLAT, v=HALF, w=HALF), weights=f"entropy:scope={scope}")
    assert result.weights("left", "right", "x", "y") == close([0, 1, 0, 0])
    assert result.local("x", "y") == close([0.5, 0.5])
    # Their parent has a value all the same: (1 + 1)/2.
    assert result.of("left") == [1, 1, 1, 1]
    assert result.scores == close([1, 1, 0, 0])


def test_an_only_child_needs_no_data_weight(score: Score) -> None:
    # part is negative, of which entropy would know nothing to say; it is all there is.
    text = """
    defaults: {normalize: none, scale: 1}
    tree: {children: [{id: part, children: [{id: x, against: true}]}]}
    """
    result = score(text, columns(x=[2, 3, 4, 5]), weights="entropy:scope=siblings")
    assert result.weights("part", "x") == [1, 1]
    assert result.scores == [-1, -2, -3, -4]


def test_a_node_that_is_constant_but_for_noise_gets_weight_0(score: Score, close: Close) -> None:
    # 0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1, … differ in the last bit only.
    text = """
    defaults: {normalize: none, scale: 1, aggregate: sum}
    tree: {aggregate: arithmetic, children: [{id: part, children: [{id: x}, {id: y}, {id: z}]}, {id: w}]}
    """
    data = columns(x=[0.1, 0.3, 0.2, 0.1], y=[0.2, 0.2, 0.2, 0.3], z=[0.3, 0.1, 0.2, 0.2], w=EIGHTH)
    result = score(text, data, weights="entropy:scope=siblings")
    assert len(set(result.passed("part"))) > 1
    assert result.weights("part", "w") == [0, 1]


def test_fewer_units_than_leaves_is_warned_of(score: Score) -> None:
    data = columns(x=[1, 2, 3], y=[2, 1, 3], v=[3, 2, 5], w=[1, 1, 2])
    result = score(TWO_BY_TWO, data, weights="entropy")
    assert result.finding("RI325").params == {"units": 3, "leaves": 4}
    assert "RI325" not in score(TWO_BY_TWO, PLAIN + "\nd,1,1,1,1", weights="entropy").codes


def test_a_data_weight_pools_all_periods(score: Score, close: Close) -> None:
    # x over both years is HALF; in 2024 alone it would be constant.
    text = "defaults: {normalize: none}\ntree: {children: [{id: x}, {id: y}]}"
    data = "id,period,x,y\na,2024,1,4\nb,2024,1,2\na,2025,0,1\nb,2025,0,1"
    assert score(text, data, weights="entropy").weights("x", "y") == close([0.8, 0.2])


# -- experts ----------------------------------------------------------------------------------------------


@pytest.fixture
def judge(tmp_path: Path) -> Callable[[str], Path]:
    """A judgments file from the experts, as YAML."""

    def write(experts: str) -> Path:
        path = tmp_path / "judgments.yaml"
        path.write_text("schema: resilience-index/judgments/1\nexperts:\n" + experts, encoding="utf-8")
        return path

    return write


THREE = "defaults: {normalize: none, scale: 1}\ntree: {children: [{id: x}, {id: y}, {id: z}]}"
THREE_ROWS = "id,x,y,z\na,7,0,0\nb,0,7,0\nc,0,0,7"


def test_consistent_judgments_give_their_ratios(score: Score, close: Close, judge: Callable[[str], Path]) -> None:
    # x : y : z = 4 : 2 : 1, so the score of a is 7 · 4/7.
    judgments = judge("  - {id: E1, comparisons: {index: {x/y: 2, x/z: 4, y/z: 2}}}")
    result = score(THREE, THREE_ROWS, weights="ahp", judgments=judgments)
    assert result.weights("x", "y", "z") == close([4 / 7, 2 / 7, 1 / 7])
    assert result.scores == close([4, 2, 1])
    (matrix,) = [matrix for matrix in result.result.weighting.matrices if matrix.expert is None]
    assert (matrix.lambda_max, matrix.ci) == (pytest.approx(3, abs=1e-12), pytest.approx(0, abs=1e-12))


def test_experts_are_joined_by_the_weighted_geometric_mean_of_judgments(
    score: Score, close: Close, judge: Callable[[str], Path]
) -> None:
    # x/y: 1 with weight 3 and 1/16 with weight 1: (1³ · 1/16)^(1/4) = 1/2, so x : y = 1 : 2.
    text = "defaults: {normalize: none}\ntree: {children: [{id: x}, {id: y}]}"
    judgments = judge(
        "  - {id: E1, weight: 3, comparisons: {index: {x/y: 1}}}\n  - {id: E2, comparisons: {index: {y/x: 16}}}"
    )
    assert score(text, "id,x,y\na,1,1", weights="ahp", judgments=judgments).weights("x", "y") == close([1 / 3, 2 / 3])


def test_an_inconsistent_expert_is_told_and_used(score: Score, judge: Callable[[str], Path]) -> None:
    # x > y > z > x, each nine times: a full circle, in which nothing outweighs anything.
    judgments = judge("  - {id: E1, comparisons: {index: {x/y: 9, y/z: 9, z/x: 9}}}")
    result = score(THREE, THREE_ROWS, weights="ahp", judgments=judgments)
    assert result.weights("x", "y", "z") == pytest.approx([1 / 3, 1 / 3, 1 / 3], rel=1e-12)
    assert [f.severity for f in result.result.findings if f.code == "RI310"] == [
        "warning",
        "warning",
    ]  # E1 and the group


def test_a_parent_without_judgments_keeps_the_given_weights(
    score: Score, close: Close, judge: Callable[[str], Path]
) -> None:
    judgments = judge("  - {id: E1, comparisons: {index: {left/right: 1}, right: {v/w: 3}}}")
    result = score(TWO_BY_TWO, PLAIN, weights="ahp", judgments=judgments)
    assert result.local("left", "right", "x", "y", "v", "w") == close([0.5, 0.5, 0.2, 0.8, 0.75, 0.25])
    assert "left" in result.finding("RI309").message("en")


# -- combinations -----------------------------------------------------------------------------------------


def test_a_linear_combination_of_global_leaf_weights(score: Score, close: Close) -> None:
    # Given: 0.15, 0.6, 0.125, 0.125. Entropy of (HALF, EIGHTH, WHOLE, EIGHTH): (4, 1, 8, 1)/14.
    # α = 1/4: (0.15 + 3 · 4/14)/4 …
    call = {"method": "combine", "rule": "linear", "alpha": "1/4", "subjective": "given", "objective": "entropy"}
    result = score(TWO_BY_TWO, columns(x=HALF, y=EIGHTH, v=WHOLE, w=EIGHTH), weights=call)
    x, y = (0.15 + 3 * 4 / 14) / 4, (0.6 + 3 * 1 / 14) / 4
    v, w = (0.125 + 3 * 8 / 14) / 4, (0.125 + 3 * 1 / 14) / 4
    assert result.weights("x", "y", "v", "w") == close([x, y, v, w])
    assert result.weights("left", "right") == close([x + y, v + w])
    assert result.local("x", "v") == close([x / (x + y), v / (v + w)])
    components = {name: table.leaf.tolist() for name, table in result.result.weighting.components.items()}
    assert components == {"given": close([0.15, 0.6, 0.125, 0.125]), "entropy": close([4 / 14, 1 / 14, 8 / 14, 1 / 14])}


def test_a_product_combination(score: Score, close: Close) -> None:
    # 0.15 · 4, 0.6 · 1, 0.125 · 8, 0.125 · 1 = 0.6, 0.6, 1, 0.125; sum 2.325.
    call = {"method": "combine", "rule": "product", "subjective": "given", "objective": "entropy"}
    result = score(TWO_BY_TWO, columns(x=HALF, y=EIGHTH, v=WHOLE, w=EIGHTH), weights=call)
    assert result.weights("x", "y", "v", "w") == close([0.6 / 2.325, 0.6 / 2.325, 1 / 2.325, 0.125 / 2.325])


def test_a_product_with_a_zero_data_weight_kills_the_expert_weight_and_tells(score: Score, close: Close) -> None:
    # y and x are constant: left is left with nothing, its local weights are equal.
    call = {"method": "combine", "rule": "product", "subjective": "given", "objective": "entropy"}
    result = score(TWO_BY_TWO, columns(x=FLAT, y=FLAT, v=HALF, w=HALF), weights=call)
    assert result.weights("left", "right", "x", "y", "v", "w") == close([0, 1, 0, 0, 0.5, 0.5])
    assert result.local("x", "y") == close([0.5, 0.5])
    assert result.finding("RI326").params == {"names": ["x", "y"], "rule": "product", "method": "entropy"}
    assert result.finding("RI326").severity == "warning"


def test_a_product_kills_no_weight_that_was_not_there(score: Score) -> None:
    # x has no expert weight to lose, y has.
    text = TWO_BY_TWO.replace("{id: x, weight: 1}", "{id: x, weight: 0}")
    call = {"method": "combine", "rule": "product", "subjective": "given", "objective": "entropy"}
    result = score(text, columns(x=FLAT, y=FLAT, v=HALF, w=HALF), weights=call)
    assert result.finding("RI326").params == {"names": ["y"], "rule": "product", "method": "entropy"}


def test_a_linear_combination_keeps_a_constant_column_in(score: Score, close: Close) -> None:
    # y: half of 0.6; the entropy weights of the others are 1/3 each.
    call = {"method": "combine", "subjective": "given", "objective": "entropy"}
    result = score(TWO_BY_TWO, columns(x=HALF, y=FLAT, v=HALF, w=HALF), weights=call)
    assert result.weights("y", "x") == close([0.3, (0.15 + 1 / 3) / 2])
    assert "RI326" not in result.codes


def test_the_objective_part_is_found_as_if_it_were_alone(score: Score, close: Close) -> None:
    # Bottom-up entropy weighs left's scores with its own local weights (0.8, 0.2), not with the combined ones.
    data = columns(x=HALF, y=EIGHTH, v=WHOLE, w=WHOLE)
    alone = score(TWO_BY_TWO, data, weights="entropy:scope=siblings")
    call = {"method": "combine", "subjective": "given", "objective": {"method": "entropy", "scope": "siblings"}}
    joined = score(TWO_BY_TWO, data, weights=call)
    names = ("x", "y", "v", "w")
    expected = [(s + o) / 2 for s, o in zip([0.15, 0.6, 0.125, 0.125], alone.weights(*names), strict=True)]
    assert joined.weights(*names) == close(expected)


# -- what holds for all -----------------------------------------------------------------------------------


@pytest.mark.parametrize("weights", ["equal", "given", "entropy", "entropy:scope=siblings", "combine:subjective=given"])
def test_weights_of_every_level_sum_to_1(weights: str, score: Score) -> None:
    result = score(TWO_BY_TWO, PLAIN + "\nd,0.7,0.1,0.9,0.3", weights=weights)
    assert sum(result.weights("left", "right")) == pytest.approx(1, abs=1e-12)
    assert sum(result.weights("x", "y", "v", "w")) == pytest.approx(1, abs=1e-12)
    for siblings in (("left", "right"), ("x", "y"), ("v", "w")):
        assert sum(result.local(*siblings)) == pytest.approx(1, abs=1e-12)


def test_relative_methods_are_named(score: Score) -> None:
    assert score(TWO_BY_TWO, PLAIN, weights="entropy").finding("RI419").params == {"names": ["entropy"]}
    assert "RI419" not in score(TWO_BY_TWO, PLAIN).codes
