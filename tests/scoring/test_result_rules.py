"""The contract's rules for what follows from scores: ranks, grades, red lines, flags, settings that win."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import resilience_index as ri

Score = Callable[..., Any]

PASS = "defaults: {normalize: none, scale: 1}\n"
ONE = PASS + "tree: {children: [{id: x}]}"


# -- ranks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ties", "expected"),
    [(None, [1, 2, 2, 4, None]), ("min", [1, 2, 2, 4, None]), ("average", [1, 2.5, 2.5, 4, None]),
     ("dense", [1, 2, 2, 3, None])],
)  # fmt: skip
def test_ranks_fall_and_ties_share(ties: str | None, expected: list[float], score: Score) -> None:
    said = "" if ties is None else f"ranks: {{ties: {ties}}}\n"
    result = score(said + ONE, "id,x\na,9\nb,5\nc,5\nd,1\ne,")
    assert result.ranks == expected


def test_scores_compare_at_10_decimals_of_the_inside_scale(score: Score) -> None:
    # 0.50000000004 and 0.5 are level at 10 decimals, 0.5000000001 is not; on 0–100 the same holds.
    data = "id,x\na,0.50000000004\nb,0.5\nc,0.5000000001"
    assert score(ONE, data).ranks == [2, 2, 1]
    assert score("defaults: {normalize: none}\ntree: {children: [{id: x}]}", data).ranks == [2, 2, 1]


def test_floating_point_noise_breaks_no_tie(score: Score) -> None:
    text = PASS + "tree: {aggregate: sum, children: [{id: x}, {id: y}, {id: z}]}"
    result = score(text, "id,x,y,z\na,0.1,0.2,0.3\nb,0.3,0.2,0.1\nc,0,0,0.1")
    assert result.scores[0] != result.scores[1]
    assert result.ranks == [1, 1, 3]


def test_a_declared_rounding_comes_before_ranking(score: Score) -> None:
    text = PASS + "tree: {round: {digits: 1}, children: [{id: x}]}"
    assert score(text, "id,x\na,0.61\nb,0.64\nc,0.66").ranks == [2, 2, 1]


def test_ranks_are_within_a_period(score: Score) -> None:
    data = "id,period,x\na,2024,1\nb,2024,2\na,2025,9\nb,2025,8\nc,2025,7"
    assert score(ONE, data).ranks == [2, 1, 1, 2, 3]


def test_ranks_by_a_group_are_within_group_and_period(score: Score) -> None:
    # 2024: 东 has a alone, 西 has b and c. 2025: 东 has a and d, 西 has b and c.
    data = (
        "id,period,district,x\na,2024,东,1\nb,2024,西,2\nc,2024,西,3\n"
        "a,2025,东,1\nb,2025,西,2\nc,2025,西,1\nd,2025,东,5"
    )
    assert score(ONE, data).ranks == [3, 2, 1, 3, 2, 3, 1]
    assert score(ONE, data, by="district").ranks == [1, 2, 1, 2, 1, 2, 1]
    assert score(ONE, data, by="period").ranks == [3, 2, 1, 3, 2, 3, 1]


# -- grades -----------------------------------------------------------------------------------------------

GRADED = """
defaults: {normalize: none}
grades: [{id: A, min: 80}, {id: B, min: 60}, {id: C, min: 40.5}]
tree: {children: [{id: x}]}
"""


def test_grade_bounds_are_inclusive(score: Score) -> None:
    assert score(GRADED, "id,x\na,0.8\nb,0.79\nc,0.6\nd,0.405\ne,1").grades == ["A", "B", "B", "C", "A"]


def test_a_grade_is_decided_at_10_decimals_of_the_inside_scale(score: Score) -> None:
    # 79.99996 is below 80; 79.99999999999 (inside 0.7999999999999) counts as 80.
    result = score(GRADED, "id,x\na,0.7999996\nb,0.7999999999999\nc,0.80000000000001")
    assert result.grades == ["B", "A", "A"]


def test_noise_below_a_bound_costs_no_grade(score: Score) -> None:
    # 0.7 + 0.1 is 0.7999999999999999 in floating point.
    text = (
        PASS
        + "grades: [{id: A, min: 0.8}, {id: B, min: 0}]\n"
        + ("tree: {aggregate: sum, children: [{id: x}, {id: y}]}")
    )
    result = score(text, "id,x,y\na,0.7,0.1\nb,0.7,0.0999999")
    assert result.scores[0] < 0.8
    assert result.grades == ["A", "B"]


def test_below_the_lowest_bound_there_is_no_grade(score: Score) -> None:
    result = score(GRADED, "id,x\na,0.4\nb,0.9\nc,")
    assert result.grades == [None, "A", None]
    assert result.finding("RI416").params == {"count": 1, "bound": 40.5}


def test_grades_look_at_the_rounded_score(score: Score) -> None:
    # 0.7995 is shown as 80 with 0 digits.
    text = GRADED.replace("children: [", "round: {digits: 0}, children: [")
    assert score(text, "id,x\na,0.7995\nb,0.7949").grades == ["A", "B"]


def test_grade_bounds_are_on_the_shown_scale(score: Score) -> None:
    text = ONE + "\ngrades: [{id: A, min: 0.8}, {id: B, min: 0}]"
    assert score(text, "id,x\na,0.8\nb,0.79999999999\nc,0.7999999999").grades == ["A", "A", "B"]


# -- red lines --------------------------------------------------------------------------------------------

CAPPED = """
defaults: {normalize: none}
grades: [{id: A, min: 80}, {id: B, min: 60}, {id: C, min: 40}, {id: D, min: 20}]
red_lines: [{indicator: leaks, op: ">=", value: 1, cap: C}]
tree: {children: [{id: x}, {id: leaks, direction: context}]}
"""


def test_a_red_line_caps_the_grade_and_nothing_else(score: Score) -> None:
    # a and b fall to C, c is D already, d has no leak, e has no grade to lose. Scores and ranks stay.
    result = score(CAPPED, "id,x,leaks\na,0.9,1\nb,0.7,3\nc,0.3,1\nd,0.9,0\ne,0.1,2")
    assert result.grades == ["C", "C", "D", "A", None]
    assert result.scores == [90, 70, 30, 90, 10]
    assert result.ranks == [1, 3, 4, 1, 5]
    finding = result.finding("RI408")
    assert finding.params["units"] == ["a", "b", "c", "e"]
    assert (finding.help("en"), finding.help("zh")) == ("because (en)", "because（中）")


def test_a_red_line_that_cannot_be_checked_caps_nothing_and_is_told(score: Score) -> None:
    # b has no figure; to c it does not apply, which is an answer.
    result = score(CAPPED, "id,x,leaks\na,0.9,0\nb,0.9,\nc,0.9,不适用")
    assert result.grades == ["A", "A", "A"]
    assert result.finding("RI409").params == {"indicator": "leaks", "count": 1, "units": ["b"]}
    assert "RI408" not in result.codes


def test_of_several_red_lines_the_lowest_cap_holds(score: Score) -> None:
    text = CAPPED.replace("cap: C}]", 'cap: B}, {indicator: x, op: "<", value: 0.95, cap: D}]')
    result = score(text, "id,x,leaks\na,0.96,1\nb,0.9,1\nc,0.96,0")
    assert result.grades == ["B", "D", "A"]


def test_a_red_line_looks_at_the_raw_value(score: Score) -> None:
    # 12 leaks are clipped to 0 by the goalposts [3, 0]; the line counts 12.
    text = """
    grades: [{id: A, min: 0}, {id: B, min: -1}]
    red_lines: [{indicator: leaks, op: ">", value: 10, cap: B}]
    tree: {children: [{id: leaks, direction: cost, goalposts: [3, 0]}]}
    """
    assert score(text, "id,leaks\na,12\nb,10").grades == ["B", "A"]


# -- flags ------------------------------------------------------------------------------------------------


def test_flags_look_at_the_shown_value_of_a_node(score: Score) -> None:
    # Shown: percentile ranks 0, 0.5, 1; passed: 0.2, 0.5, 0.8. Only c is at or above 0.9.
    text = (
        PASS
        + """
    flags: [{id: high, node: part, op: ">=", value: 0.9}, {id: low, node: index, op: "<", value: 0.5}]
    tree: {children: [{id: part, show: {normalize: percentile_rank}, children: [{id: x}]}]}
    """.replace("\n    ", "\n")
    )
    result = score(text, "id,x\na,0.2\nb,0.5\nc,0.8\nd,")
    assert result.flag("high") == [False, False, True, None]
    assert result.flag("low") == [True, False, False, None]


def test_the_data_frame_has_the_columns_of_the_file_and_true_false_flags(score: Score) -> None:
    text = ONE + '\nflags: [{id: high, node: index, op: ">=", value: 0.5}]\ngrades: [{id: A, min: 0.5}]'
    frame = score(text, "id,period,district,x\n07,2024,东,0.7\n08,2024,东,\n07,2025,东,0.1").result.scores
    names = ["community_id", "community", "period", "district", "score", "rank", "grade", "coverage", "high"]
    assert list(frame.columns) == names
    assert frame["community_id"].tolist() == ["07", "08", "07"]
    assert frame["high"].tolist() == [True, pd.NA, False]
    assert frame["grade"].fillna("—").tolist() == ["A", "—", "—"]
    assert frame["rank"].isna().tolist() == [False, True, False]


def test_flags_may_name_leaves_on_their_shown_scale(score: Score) -> None:
    # x is normalised to 0.25, 0.75, 1 and shown on 0–100.
    text = """
    flags: [{id: good, node: x, op: ">=", value: 75}]
    tree: {children: [{id: x, goalposts: [0, 8]}, {id: y, goalposts: [0, 8]}]}
    """
    result = score(text, "id,x,y\na,2,1\nb,6,1\nc,9,1\nd,,1")
    assert result.flag("good") == [False, True, True, None]


def test_noise_sets_no_flag(score: Score) -> None:
    text = (
        PASS
        + 'flags: [{id: full, node: index, op: "==", value: 0.8}]\n'
        + ("tree: {aggregate: sum, children: [{id: x}, {id: y}]}")
    )
    assert score(text, "id,x,y\na,0.7,0.1\nb,0.7,0.2").flag("full") == [True, False]


# -- options and defaults ---------------------------------------------------------------------------------

OWN = """
defaults: {normalize: goalposts, aggregate: arithmetic, missing: {policy: available, min_coverage: 1}, scale: 1}
tree:
  aggregate: arithmetic
  children:
    - {id: x, goalposts: [0, 10], normalize: {method: goalposts}}
    - {id: y, goalposts: [0, 10]}
    - id: part
      missing: {policy: available, min_coverage: 0}
      children: [{id: v, goalposts: [0, 10]}, {id: w, goalposts: [0, 10]}]
"""


def test_an_option_replaces_the_default_and_never_a_setting_of_its_own(score: Score) -> None:
    data = "id,x,y,v,w\na,1,1,1,1\nb,2,2,2,2\nc,4,4,4,4"
    result = score(OWN, data, normalize="percentile_rank")
    assert result.passed("x") == [0.1, 0.2, 0.4]
    assert result.passed("y") == [0, 0.5, 1]
    finding = result.finding("RI411")
    assert (finding.params["what"], finding.params["count"]) == ("normalize", 1)
    assert finding.params["value"] == "percentile_rank"


def test_how_many_kept_their_own_is_said_of_each_option(score: Score) -> None:
    # aggregate: the root has its own (1), part has not; missing: part has its own (1).
    data = "id,x,y,v,w\na,2,2,4,9\nb,2,2,4,"
    result = score(OWN, data, aggregate="geometric", missing="zero")
    told = {f.params["what"]: f.params["count"] for f in result.result.findings if f.code == "RI411"}
    assert told == {"aggregate": 1, "missing": 1}
    # part of a is √(0.4 · 0.9) = 0.6, of b 0.4 alone; the root stays arithmetic: (0.2 + 0.2 + 0.6)/3.
    assert result.of("part") == [pytest.approx(0.6, rel=1e-12), pytest.approx(0.4, rel=1e-12)]
    assert result.scores[0] == pytest.approx(1 / 3, rel=1e-12)


def test_nothing_is_said_where_nothing_was_kept(score: Score) -> None:
    text = "tree: {children: [{id: x, goalposts: [0, 10]}]}"
    assert "RI411" not in score(text, "id,x\na,1\nb,2", normalize="minmax").codes
    assert "RI411" not in score(OWN, "id,x,y,v,w\na,1,1,1,1").codes


def test_a_target_keeps_its_range_under_another_default(score: Score) -> None:
    text = "tree: {children: [{id: x, direction: target, goalposts: [0, 4, 6, 10]}, {id: y}]}"
    result = score(text, "id,x,y\na,2,1\nb,5,2", normalize="percentile_rank")
    assert result.passed("x") == [0.5, 1]
    assert result.finding("RI421").params == {"id": "x", "name": "percentile_rank"}


def test_a_table_read_for_other_leaves_is_not_scored(score: Score, framework_file: Any) -> None:
    # The same two columns in the other order: by position, x would be taken for y.
    table = score(PASS + "tree: {children: [{id: x}, {id: y}]}", "id,x,y\na,1,2").result.table
    other = ri.load_framework(framework_file(PASS + "tree: {children: [{id: y}, {id: x}]}"))
    with pytest.raises(ri.UsageError) as caught:
        ri.score(table, other)
    assert caught.value.code == "RI009"


# -- one unit ---------------------------------------------------------------------------------------------


def test_one_community_alone_is_scored_by_absolute_methods(score: Score) -> None:
    text = "grades: [{id: A, min: 50}]\ntree: {children: [{id: x, goalposts: [0, 10]}, {id: y, goalposts: [0, 10]}]}"
    result = score(text, "id,x,y\na,6,4")
    assert (result.scores, result.ranks, result.grades, result.coverage) == ([50], [1], ["A"], [1])


def test_a_leaf_without_any_value_is_told(score: Score) -> None:
    text = PASS + "tree: {missing: {policy: available, min_coverage: 0}, children: [{id: x}, {id: y}]}"
    result = score(text, "id,x,y\na,1,\nb,2,NA")
    assert result.finding("RI415").params == {"leaf": "y"}
    assert result.finding("RI415").location.field == "y"
    assert result.scores == [1, 2]
