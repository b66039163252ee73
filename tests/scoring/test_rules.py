"""The rules that decide whether a published table comes out, each on a small case worked out by hand.

The numbers are those of the list of rules: 1 normalisation, 2 aggregation, 3 inner nodes normalised again, 4 rounding,
5 missing values, 6 weights, scale and inversion, 7 grades, flags and red lines, 8 ids and columns, 9 panels.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import resilience_index as ri

Score = Callable[..., Any]
ONE = "defaults: {scale: 1}\n"


def near(*values: float | None) -> list[Any]:
    return [None if value is None else pytest.approx(value, abs=1e-12) for value in values]


def leaf(score: Score, normalize: str, direction: str, *values: Any, further: str = "") -> list[float | None]:
    """The normalised values of a column."""
    text = f"{ONE}tree: {{children: [{{id: x, direction: {direction}, normalize: {normalize}{further}}}]}}"
    data = "id,x\n" + "\n".join(f"u{row},{value}" for row, value in enumerate(values))
    return score(text, data).passed("x")


# -- rule 1: normalisation of a leaf ----------------------------------------------------------------------


def test_rule_1_minmax_of_the_data(score: Score) -> None:
    assert leaf(score, "minmax", "benefit", 10, 20, 30) == near(0, 0.5, 1)
    assert leaf(score, "minmax", "cost", 10, 20, 30) == near(1, 0.5, 0)


def test_rule_1_fixed_goalposts_clipped_or_not(score: Score) -> None:
    assert leaf(score, "{method: goalposts, goalposts: [0, 20]}", "benefit", -5, 5, 30) == near(0, 0.25, 1)
    unclipped = "{method: goalposts, goalposts: [0, 20], clip: false}"
    assert leaf(score, unclipped, "benefit", -5, 5, 30) == near(-0.25, 0.25, 1.5)
    assert leaf(score, "{method: goalposts, goalposts: [20, 0]}", "cost", 5, 20) == near(0.75, 0)


def test_rule_1_log_comes_before_goalposts_and_takes_them_along(score: Score) -> None:
    call = "{method: goalposts, goalposts: [1, 10000], transform: log}"
    assert leaf(score, call, "benefit", 1, 10, 100, 10000) == near(0, 0.25, 0.5, 1)


@pytest.mark.parametrize(
    ("ties", "expected"), [("min", (0, 0.25, 0.25, 0.75, 1)), ("average", (0, 0.375, 0.375, 0.75, 1)),
                           ("max", (0, 0.5, 0.5, 0.75, 1))],
)  # fmt: skip
def test_rule_1_percentile_ranks_and_their_ties(ties: str, expected: tuple[float, ...], score: Score) -> None:
    assert leaf(score, f"{{method: percentile_rank, ties: {ties}}}", "benefit", 1, 2, 2, 3, 9) == near(*expected)


def test_rule_1_units_without_a_value_do_not_count_in_n(score: Score) -> None:
    found = leaf(score, "percentile_rank", "benefit", 1, "", 2, "—", 3)
    assert found == near(0, None, 0.5, None, 1)


def test_rule_1_inversion_after_ranking_differs_from_inversion_before(score: Score) -> None:
    # 1, 2, 2: after: 1 − (0, 1/2, 1/2); before: −1 ranks 3rd, −2 and −2 share the first place.
    assert leaf(score, "{method: percentile_rank, cost: after}", "cost", 1, 2, 2) == near(1, 0.5, 0.5)
    assert leaf(score, "{method: percentile_rank, cost: before}", "cost", 1, 2, 2) == near(1, 0, 0)
    assert leaf(score, "percentile_rank", "benefit", 1, 2, 2, further=", invert: true") == near(1, 0.5, 0.5)


def test_rule_1_target_range_and_none(score: Score) -> None:
    call = "{method: goalposts, goalposts: [0, 10, 20, 40]}"
    assert leaf(score, call, "target", 5, 10, 15, 30, 50) == near(0.5, 1, 1, 0.5, 0)
    assert leaf(score, "none", "cost", 0.3, 7) == near(0.3, 7)


def test_rule_1_distance_to_a_reference(score: Score) -> None:
    # A reference of 50 that is full marks: what a unit has of it.
    call = "{method: goalposts, goalposts: [0, 50], clip: false}"
    assert leaf(score, call, "benefit", 25, 50, 60) == near(0.5, 1, 1.2)


# -- rule 2: aggregation ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "expected"),
    [("arithmetic", (3 * 0.2 + 0.8) / 4), ("geometric", (0.2**3 * 0.8) ** 0.25), ("sum", 3 * 0.2 + 0.8)],
)
def test_rule_2_each_mean_by_hand(method: str, expected: float, score: Score) -> None:
    text = (
        f"defaults: {{normalize: none, scale: 1, aggregate: {method}}}\n"
        "tree: {children: [{id: x, weight: 3}, {id: y, weight: 1}]}"
    )
    assert score(text, "id,x,y\na,0.2,0.8").scores == near(expected)


def test_rule_2_a_zero_under_the_geometric_mean(score: Score, refused: Score) -> None:
    tree = "tree: {aggregate: {method: geometric, zero: %s}, children: [{id: x}, {id: y}]}"
    head = "defaults: {normalize: none, scale: 1}\n"
    assert refused(head + tree % "refuse", "id,x,y\na,0,1").code == "RI405"
    assert score(head + tree % "{floor: 0.04}", "id,x,y\na,0,1\nb,0.02,0.25").scores == near(0.2, 0.1)


# -- rule 3: inner nodes normalised again -----------------------------------------------------------------

THEMES = """\
defaults: {normalize: {method: percentile_rank}, aggregate: sum, scale: 1, round: {digits: 4}}
tree:
  normalize: {method: percentile_rank}
  children:
    - {id: t1, %(t1)s, children: [{id: a}, {id: b}]}
    - {id: t2, %(t2)s, children: [{id: c}]}
"""
SHOWN = "show: {normalize: {method: percentile_rank}, round: {digits: 4}}"
FOUR = "id,a,b,c\nu,1,1,4\nv,2,2,3\nw,3,3,1\nx,4,4,2"


def test_rule_3_shown_as_a_rank_and_passed_up_as_a_sum(score: Score) -> None:
    # Ranks of a and b: 0, .3333, .6667, 1; sums 0, .6666, 1.3334, 2. Ranks of c: 1, .6667, 0, .3333.
    result = score(THEMES % {"t1": SHOWN, "t2": SHOWN}, FOUR)
    assert result.of("t1") == near(0, 0.3333, 0.6667, 1)
    assert result.passed("t1") == near(0, 0.6666, 1.3334, 2)
    # Sums of sums: 1, 1.3333, 1.3334, 2.3333: of these the index is the percentile rank.
    assert result.scores == near(0, 0.3333, 0.6667, 1)


def test_rule_3_passed_up_as_ranks_the_order_is_another(score: Score) -> None:
    passed = "normalize: {method: percentile_rank}"
    result = score(THEMES % {"t1": passed, "t2": passed}, FOUR)
    # Now 0 + 1, .3333 + .6667, .6667 + 0, 1 + .3333.
    assert result.passed("t1") == near(0, 0.3333, 0.6667, 1)
    assert result.scores == near(0.3333, 0.3333, 0, 1)


# -- rule 4: rounding -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "expected"), [("half_up", (0.13, 0.38)), ("half_even", (0.12, 0.38))])
def test_rule_4_halves_go_up_or_to_the_even_digit(mode: str, expected: tuple[float, ...], score: Score) -> None:
    text = f"{ONE}tree: {{children: [{{id: x, normalize: none, round: {{digits: 2, mode: {mode}}}}}]}}"
    assert score(text, "id,x\na,0.125\nb,0.375").passed("x") == near(*expected)


def test_rule_4_each_step_has_its_own_rounding(score: Score) -> None:
    # Leaves to one digit: .4 and .5; their mean .45 stays; the root to one digit: .5.
    text = (
        f"{ONE}tree: {{round: {{digits: 1}}, children: [{{id: x, normalize: none, round: {{digits: 1}}}}, "
        "{id: y, normalize: none, round: {digits: 1}}]}"
    )
    assert score(text, "id,x,y\na,0.44,0.46").scores == near(0.5)


def test_rule_4_noise_of_sums_breaks_no_tie_before_ranking(score: Score) -> None:
    text = (
        "defaults: {normalize: none, scale: 1}\n"
        "tree: {aggregate: sum, normalize: {method: percentile_rank}, children: [{id: x}, {id: y}, {id: z}]}"
    )
    result = score(text, "id,x,y,z\na,0.1,0.2,0.3\nb,0.3,0.2,0.1\nc,0.5,0.5,0.5")
    assert 0.1 + 0.2 + 0.3 != 0.3 + 0.2 + 0.1
    assert result.scores == near(0, 0, 1)
    assert result.ranks == [2, 2, 1]


# -- rule 5: missing values -------------------------------------------------------------------------------

SIX = "children: [{id: a}, {id: b}, {id: c}, {id: d}, {id: e}, {id: f}]"
HALF = "defaults: {normalize: none, scale: 1}\n"


def test_rule_5_four_of_six_as_a_count(score: Score) -> None:
    text = f"{HALF}tree: {{missing: {{policy: available, min_children: 4}}, {SIX}}}"
    assert score(text, "id,a,b,c,d,e,f\nu,1,2,3,4,,\nv,1,2,3,,,").scores == near(2.5, None)


def test_rule_5_two_thirds_as_a_share(score: Score) -> None:
    text = f"{HALF}tree: {{missing: {{policy: available, min_coverage: 2/3}}, {SIX}}}"
    assert score(text, "id,a,b,c,d,e,f\nu,1,2,3,4,,\nv,1,2,3,,,").scores == near(2.5, None)


def test_rule_5_refuse_names_unit_and_leaf(refused: Score) -> None:
    finding = refused(f"{HALF}tree: {{missing: {{policy: refuse}}, {SIX}}}", "id,a,b,c,d,e,f\nu,1,2,3,4,5,")
    assert finding.code == "RI406"
    assert (finding.params["child"], "u" in str(finding.params["unit"])) == ("f", True)


def test_rule_5_mean_of_the_group(score: Score) -> None:
    head = "defaults: {normalize: none, scale: 1, fill: {method: group_mean, by: district}}\n"
    text = head + "tree: {children: [{id: x}]}"
    found = score(text, "id,district,x\na,1,4\nb,1,6\nc,1,\nd,2,9\ne,2,")
    assert found.scores == near(4, 6, 5, 9, 9)
    assert found.coverage == [1, 1, 0, 1, 0]


def test_rule_5_sentinels_are_missing_and_not_applicable_is_apart(score: Score) -> None:
    text = "defaults: {normalize: {method: percentile_rank}, scale: 1, tokens: [-999]}\ntree: {children: [{id: x}]}"
    result = score(text, "id,x\na,1\nb,-999\nc,无\nd,—\ne,\nf,2\ng,3\nh,不适用")
    assert result.scores == near(0, None, None, None, None, 0.5, 1, None)
    assert result.ranks == [3, None, None, None, None, 2, 1, None]
    assert result.coverage[-1] is None  # nothing applies


# -- rule 6: weights, scale, inversion --------------------------------------------------------------------


def test_rule_6_equal_and_given_weights(score: Score) -> None:
    text = "defaults: {normalize: none, scale: 1}\ntree: {children: [{id: x, weight: 1/4}, {id: y, weight: 3/4}]}"
    assert score(text, "id,x,y\na,0,1").scores == near(0.75)
    assert score(text, "id,x,y\na,0,1", weights="equal").scores == near(0.5)


def test_rule_6_weights_derived_from_the_data(score: Score) -> None:
    # y is constant: entropy leaves all the weight to x.
    text = "defaults: {normalize: none, scale: 1}\ntree: {children: [{id: x}, {id: y}]}"
    result = score(text, "id,x,y\na,0.2,0.5\nb,0.4,0.5\nc,0.9,0.5", weights="entropy")
    assert result.scores == near(0.2, 0.4, 0.9)


def test_rule_6_a_scale_after_aggregation(score: Score) -> None:
    text = "defaults: {normalize: none}\ntree: {scale: 10, children: [{id: n, scale: 1, children: [{id: x}]}]}"
    result = score(text, "id,x\na,0.25")
    assert (result.of("n"), result.scores) == (near(0.25), near(2.5))


def test_rule_6_a_node_that_is_inverted_and_one_that_counts_against(score: Score) -> None:
    tree = "tree: {children: [{id: n, %s: true, children: [{id: x}]}, {id: y}]}"
    head = "defaults: {normalize: none, scale: 1}\n"
    inverted, against = (score(head + tree % word, "id,x,y\na,0.2,0.4") for word in ("invert", "against"))
    assert (inverted.of("n"), against.of("n")) == (near(0.8), near(0.2))
    assert inverted.scores == against.scores == near(0.6)


# -- rule 7: grades, flags, red lines ---------------------------------------------------------------------

GRADES = "grades: [{id: A, min: 80}, {id: B, min: 60}]\n"
X = "tree: {children: [{id: x, normalize: {method: goalposts, goalposts: [0, 100]}}]}"


def test_rule_7_lower_bounds_are_inclusive_on_the_rounded_score(score: Score) -> None:
    result = score(GRADES + X, "id,x\na,80\nb,79.99996\nc,79.999999999999\nd,60\ne,59.9")
    assert result.grades == ["A", "B", "A", "B", None]
    rounded = X.replace("tree: {", "tree: {round: {digits: 2}, ")
    assert score(GRADES + rounded, "id,x\na,79.995\nb,79.99").grades == ["A", "B"]


def test_rule_7_flags_of_nodes_and_of_leaves(score: Score) -> None:
    flags = 'flags: [{id: high_x, node: x, op: ">=", value: 90}, {id: high, node: index, op: ">=", value: 90}]\n'
    result = score(flags + X, "id,x\na,90\nb,89.9999999\nc,\nd,100")
    assert result.flag("high_x") == result.flag("high") == [True, False, None, True]


def test_rule_7_a_red_line_caps_the_grade_and_leaves_the_score(score: Score) -> None:
    text = (
        GRADES
        + 'red_lines: [{indicator: leaks, op: ">=", value: 1, cap: B}]\n'
        + X.replace("children: [", "children: [{id: leaks, direction: context}, ")
    )
    result = score(text, "id,x,leaks\na,90,1\nb,90,0\nc,10,3")
    assert (result.grades, result.scores, result.ranks) == (["B", "A", None], near(90, 90, 10), [1, 1, 3])


# -- rule 8: ids and columns ------------------------------------------------------------------------------


def test_rule_8_doubled_ids_are_refused(refused: Score) -> None:
    found = refused(X, "id,x\na,1\nb,2\na,3", every=True)
    assert "RI232" in {finding.code for finding in found}
    assert "row 4" in next(finding for finding in found if finding.code == "RI232").location.text()


def test_rule_8_unknown_columns_are_reported(score: Score) -> None:
    result = score(X, "id,x,y_unknown\na,1,2")
    assert "y_unknown" in next(item for item in result.result.findings if item.code == "RI218").message("en")


# -- rule 9: panels ---------------------------------------------------------------------------------------


def test_rule_9_fixed_goalposts_compare_years(score: Score) -> None:
    data = "id,period,x\na,2024,40\nb,2024,60\na,2025,50\nb,2025,90"
    assert score(X, data).scores == near(40, 60, 50, 90)
    alone = score(X, "id,period,x\na,2024,40\nb,2024,60")
    assert alone.scores == near(40, 60)


def test_rule_9_relative_methods_pool_the_years_unless_they_say_otherwise(score: Score) -> None:
    data = "id,period,x\na,2024,40\nb,2024,60\na,2025,50\nb,2025,90"
    tree = "tree: {children: [{id: x, normalize: %s}]}"
    assert score(ONE + tree % "minmax", data).scores == near(0, 0.4, 0.2, 1)
    assert score(ONE + tree % "{method: minmax, within: period}", data).scores == near(0, 1, 0, 1)


def test_rule_9_a_saved_baseline_makes_years_compare(framework_file: Any, data_file: Any, tmp_path: Path) -> None:
    framework = ri.load_framework(framework_file(ONE + "tree: {children: [{id: x, normalize: minmax}]}"))
    first = ri.score(ri.read_data(data_file("id,x\na,40\nb,60"), framework), framework)
    ri.save_baseline(first, tmp_path / "baseline.json")
    later = ri.read_data(data_file("id,x\na,50\nb,90", "later.csv"), framework)
    assert ri.score(later, framework).score.tolist() == [0, 1]
    # 50 lies half-way between the 40 and 60 of the first year; 90 is beyond its best.
    assert ri.score(later, framework, baseline=tmp_path / "baseline.json").score.tolist() == [0.5, 1]
