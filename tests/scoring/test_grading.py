"""Grades by bounds that are found from the scores, and gates, in whole runs."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import resilience_index as ri
from resilience_index.report.export import json as json_out
from resilience_index.report.view import build as view_build
from resilience_index.scoring import run
from resilience_index.scoring.engines import local
from resilience_index.scoring.plan import build
from resilience_index.scoring.settings import resolve

Score = Callable[..., Any]

HEAD = "defaults: {normalize: none, scale: 1}\n"
TREE = "tree: {children: [{id: x}]}\n"
FIXED = "grades: [{id: A, min: 7}, {id: B, min: 4}, {id: C, min: 0}]\n"
NAMED = "grades: [{id: A}, {id: B}, {id: C}]\n"
EIGHT = "id,x\n" + "\n".join(
    f"{name},{value}" for name, value in zip("abcdefgh", [9, 9, 8, 5, 4, 4, 1, 0], strict=True)
)


def bounds_of(result: Any) -> list[list[float | None]]:
    return [[None if math.isnan(value) else value for value in row] for row in result.result.cuts.bounds.tolist()]


# -- where the bounds lie ---------------------------------------------------------------------------------


def test_fixed_is_the_default_and_as_before(score: Score) -> None:
    plain, said = score(HEAD + FIXED + TREE, EIGHT), score(HEAD + "grading: fixed\n" + FIXED + TREE, EIGHT)
    assert plain.grades == said.grades == ["A", "A", "A", "B", "B", "B", "C", "C"]
    assert bounds_of(plain) == [[7, 4, 0]]
    assert not plain.result.cuts.relative
    assert "RI467" not in plain.codes


@pytest.mark.parametrize(
    ("grading", "bounds", "grades"),
    [
        # 8 units: 8/3 → place 3 is 8; 16/3 → place 6 is 4, and its tie comes along.
        ("quantile", [8, 4, 0], "AAABBBCC"),
        ("{method: quantile, shares: [1/8, 1/8, 3/4]}", [9, 9, 0], "AACCCCCC"),
        ("natural_breaks", [8, 4, 0], "AAABBBCC"),
        ("equal_interval", [6, 3, 0], "AAABBBCC"),
        # mean 5, squares 16+16+9+0+1+1+16+25 = 84: sd √12.
        ("{method: mean_sd, steps: [1, -1]}", [5 + 12**0.5, 5 - 12**0.5, 0], "AABBBBCC"),
        ("{method: mean_sd, steps: [1, -1], sd: population}", [5 + 10.5**0.5, 5 - 10.5**0.5, 0], "AABBBBCC"),
    ],
)
def test_bounds_from_the_scores(grading: str, bounds: list[float], grades: str, score: Score) -> None:
    result = score(HEAD + f"grading: {grading}\n" + NAMED + TREE, EIGHT)
    assert bounds_of(result)[0] == pytest.approx(bounds, abs=1e-9)
    assert result.grades == list(grades)
    finding = result.finding("RI467")
    assert "all communities of this run" in finding.message("en")
    assert "全部社区" in finding.message("zh")


def test_an_option_takes_the_ids_of_grades_with_bounds_of_their_own(score: Score) -> None:
    result = score(HEAD + FIXED + TREE, EIGHT, grading="quantile:shares=[0.5,0.25,0.25]")
    assert result.grades == list("AAAABBCC")  # place 4 is 5, place 6 is 4
    result = score(HEAD + FIXED + TREE, EIGHT, grading={"method": "equal_interval"})
    assert bounds_of(result) == [[6, 3, 0]]


def test_bounds_within_each_period_and_over_all(score: Score) -> None:
    data = "id,period,x\na,2024,1\nb,2024,2\nc,2024,3\na,2025,7\nb,2025,8\nc,2025,9"
    pooled = score(HEAD + "grading: equal_interval\ngrades: [{id: A}, {id: B}]\n" + TREE, data)
    assert pooled.grades == list("BBBAAA")
    within = "grading: {method: equal_interval, within: period}\ngrades: [{id: A}, {id: B}]\n"
    apart = score(HEAD + within + TREE, data)
    assert bounds_of(apart) == [[2, 1], [8, 7]]
    assert apart.grades == list("BAABAA")
    assert apart.result.cuts.labels == ("2024", "2025")
    assert "the communities of the same period" in apart.finding("RI467").message("en")


def test_bounds_within_a_group_that_only_grading_names(framework_file: Any, tmp_path: Path) -> None:
    text = HEAD + "grading: {method: quantile, within: district}\ngrades: [{id: A}, {id: B}]\n" + TREE
    framework = ri.load_framework(framework_file(text))
    path = tmp_path / "data.csv"
    path.write_text("community_id,district,x\na,东,1\nb,东,2\nc,西,8\nd,西,9\ne,东,\n", encoding="utf-8")
    result = ri.score(ri.read_data(path, framework), framework)
    assert [result.grade_id(unit) for unit in range(5)] == ["B", "A", "B", "A", None]
    listed = result.cuts.to_dict(["A", "B"])
    assert [group["group"] for group in listed["groups"]] == ["东", "西"]
    assert [group["units"] for group in listed["groups"]] == [2, 2]


def test_a_grouping_that_does_not_exist_is_refused(refused: Score) -> None:
    finding = refused(HEAD + "grading: {method: quantile, within: distrikt}\n" + NAMED + TREE, EIGHT)
    assert finding.code == "RI212" or finding.code == "RI412"


@pytest.mark.parametrize(
    ("grading", "data", "needed", "there"),
    [
        ("natural_breaks", "id,x\na,1\nb,1\nc,2", 3, 2), ("equal_interval", "id,x\na,1\nb,1", 2, 1),
        ("mean_sd", "id,x\na,1", 2, 1),
    ],
)  # fmt: skip
def test_too_few_different_scores_are_refused(grading: str, data: str, needed: int, there: int, refused: Score) -> None:
    finding = refused(HEAD + f"grading: {grading}\n" + NAMED + TREE, data)
    assert finding.code == "RI466"
    assert (finding.params["needed"], finding.params["count"]) == (needed, there)


def test_each_group_with_too_few_scores_is_named(refused: Score) -> None:
    text = HEAD + "grading: {method: equal_interval, within: period}\n" + NAMED + TREE
    found = refused(text, "id,period,x\na,2023,1\na,2024,1\nb,2024,2\na,2025,1\nb,2025,1", every=True)
    assert [finding.code for finding in found] == ["RI466", "RI466"]
    assert ["2023" in finding.message("en") for finding in found] == [True, False]


def test_grades_that_ties_leave_empty_are_named(score: Score) -> None:
    result = score(HEAD + "grading: quantile\n" + NAMED + TREE, "id,x\na,5\nb,5\nc,5\nd,1")
    assert result.grades == list("AAAC")
    assert result.finding("RI468").params["names"] == ["B"]


def test_without_any_score_there_are_no_bounds(score: Score) -> None:
    result = score(HEAD + "grading: natural_breaks\n" + NAMED + TREE, "id,x\na,\nb,")
    assert result.grades == [None, None]
    assert bounds_of(result) == [[None, None, None]]
    assert "RI467" not in result.codes


def test_fixed_grading_by_an_option_needs_every_min(refused: Score) -> None:
    finding = refused(HEAD + "grading: quantile\n" + NAMED + TREE, EIGHT, grading="fixed")
    assert (finding.code, finding.params["names"]) == ("RI465", ["A", "B", "C"])


def test_shares_of_an_option_are_counted_against_the_grades(refused: Score) -> None:
    finding = refused(HEAD + FIXED + TREE, EIGHT, grading="quantile:shares=[0.5,0.5]")
    assert (finding.code, finding.params["expected"]) == ("RI172", 3)


def test_a_red_line_caps_a_relative_grade(score: Score) -> None:
    text = HEAD + "grading: quantile\n" + NAMED + 'red_lines: [{indicator: x, op: ">=", value: 9, cap: C}]\n' + TREE
    assert score(text, EIGHT).grades == list("CCABBBCC")


@settings(deadline=None, max_examples=20)
@given(st.permutations(range(9)), st.sampled_from(["quantile", "natural_breaks", "mean_sd", "equal_interval"]))
def test_relative_grades_depend_neither_on_rows_nor_blocks_nor_threads(order: list[int], grading: str) -> None:
    framework = ri.load_framework("examples/svi")
    table = ri.read_data(Path(framework_data("svi")), framework)
    call = assess_call(grading)
    plan = build(framework, resolve(framework, options={"grading": call}))
    first = run.execute(plan, table)
    rows = [int(row) for block in order for row in range(block, len(table), 9)]
    moved = table.replace(
        values=[column[rows] for column in table.values], ids=table.ids.take(rows), names=table.names.take(rows),
        rows=table.rows[rows], not_applicable={}, faulty={}, raw=None, conversions={}, _codes={},
    )  # fmt: skip
    spans = local.spans
    local.spans = lambda *_, **__: [(0, 7), (7, 8), (8, 40)]  # type: ignore[assignment]
    try:
        second = run.execute(plan, moved, threads=3)
    finally:
        local.spans = spans
    assert first.cuts.bounds.tolist() == second.cuts.bounds.tolist()
    assert np.array_equal(first.graded[rows], second.graded)


def framework_data(name: str) -> str:
    from resilience_index.framework import catalogue

    return str(catalogue.example_paths()[name].with_suffix(".csv"))


def assess_call(name: str) -> Any:
    from resilience_index.methods.checking import check

    return check("grading", name)


# -- gates ------------------------------------------------------------------------------------------------

GATES = """\
gates:
  - {id: satisfied, indicator: s, op: ">", value: 70, reason: {zh: 满意率, en: Satisfaction}}
  - {id: good_y, node: part, op: ">=", value: 2, missing: pass, reason: {zh: 部分, en: Part},
     state: {id: held, title: {zh: 暂缓, en: Held back}}}
"""
GATED = "tree: {children: [{id: x}, {id: s, direction: context}, {id: part, children: [{id: y}]}], aggregate: sum}\n"
DATA = "id,x,s,y\na,9,71,5\nb,9,70,5\nc,9,80,1\nd,9,,5\ne,3,80,\nf,1,60,1\ng,,80,1"


def test_who_fails_a_gate_has_no_grade_or_its_state(score: Score) -> None:
    result = score(HEAD + FIXED + GATES + GATED, DATA)
    assert result.scores == [14, 14, 10, 14, None, 2, None]
    # b: exactly 70 is not above; c: part is 1; d: unknown counts as failing; e, g: no score; f: the first gate decides.
    assert result.grades == ["A", None, "held", None, None, None, None]
    assert result.ranks == [1, 1, 4, 1, None, 5, None]  # gates touch neither scores nor ranks
    second, first = sorted(
        (finding for finding in result.result.findings if finding.code == "RI469"), key=lambda item: item.params["id"]
    )
    assert first.params["units"] == ["b", "d", "f"]
    assert first.help("en") == "Satisfaction"
    assert second.params["units"] == ["c", "f"]
    assert "its state is 'held'" in second.message("en")
    assert result.finding("RI470").params == {
        "id": "satisfied", "count": 1, "units": ["d"],
        "remedy": {"zh": "视为未达到；请向其补要该数据", "en": "they count as failing it; ask them for the figure"},
    }  # fmt: skip
    assert result.result.outcomes == ("A", "B", "C", "held")
    assert result.result.grades_before.tolist()[:4] == [0, 0, 0, 0]


def test_an_unknown_value_passes_a_gate_that_says_so(score: Score) -> None:
    text = (
        HEAD + FIXED + 'gates: [{id: g, indicator: s, op: ">", value: 1, missing: pass, reason: {zh: 否, en: nay}}]\n'
    )
    result = score(text + GATED, DATA)
    assert result.grades[3] == "A"
    assert result.result.gated[0].passed.tolist()[:2] == [1.0, 1.0]
    assert math.isnan(result.result.gated[0].passed[3])
    assert "passing" in result.finding("RI470").help("en")


def test_a_gate_does_not_hold_where_its_indicator_does_not_apply(score: Score) -> None:
    text = HEAD + FIXED + 'gates: [{id: g, indicator: s, op: ">", value: 1, reason: {zh: 否, en: nay}}]\n' + GATED
    result = score(text, "id,x,s,y\na,9,不适用,5\nb,9,2,5")
    assert result.grades == ["A", "A"]
    assert "RI470" not in result.codes


def test_gates_are_in_every_output(score: Score) -> None:
    result = score(HEAD + FIXED + GATES + GATED, DATA).result
    assert result.scores["grade"].fillna("").tolist() == ["A", "", "held", "", "", "", ""]
    assert result.scores["satisfied"].tolist()[:3] == [True, False, True]
    printed = json_out.score_dict(result, "en")
    by_id = {item["community_id"]: item for item in printed["communities"]}
    assert by_id["f"]["gates_failed"] == ["satisfied", "good_y"]
    assert by_id["c"]["grade"] == "held"
    assert by_id["a"]["gates_failed"] == []
    view = view_build.build(result)
    unit = next(unit for unit in view.periods[0].units if unit.community_id == "c")
    assert (unit.grade, unit.state.id, unit.grade_before.id) == (None, "held", "A")
    assert unit.gates_failed == [{"zh": "part >= 2：部分", "en": "part >= 2: Part"}]
    assert view.periods[0].gated == 4


def test_relative_bounds_are_in_every_output(score: Score) -> None:
    result = score(HEAD + "grading: natural_breaks\n" + NAMED + TREE, EIGHT).result
    printed = json_out.score_dict(result, "en")["settings"]["grading"]
    assert printed == {
        "value": {"method": "natural_breaks"}, "origin": "framework", "relative": True, "within": None,
        "groups": [{"group": None, "units": 8, "bounds": [
            {"grade": "A", "min": 8.0}, {"grade": "B", "min": 4.0}, {"grade": "C", "min": 0.0}]}],
    }  # fmt: skip
    view = view_build.build(result)
    assert view.grading.relative
    assert [group.bounds for group in view.grading.groups] == [["8", "4", "0"]]
    assert [grade.minimum for grade in view.grades] == ["8", "4", "0"]
    entry = next(step for step in view.methods if step.step["en"] == "Bounds of grades")
    assert (entry.method, entry.relative) == ("natural_breaks", True)


def test_ranks_inside_periods_with_every_rule_for_ties(score: Score) -> None:
    data = "id,period,x\na,2024,5\nb,2024,5\nc,2024,1\na,2025,5\nb,2025,9\nc,2025,9"
    for ties, expected in (
        ("min", [1, 1, 3, 3, 1, 1]), ("average", [1.5, 1.5, 3, 3, 1.5, 1.5]), ("dense", [1, 1, 2, 2, 1, 1])
    ):  # fmt: skip
        text = f"ranks: {{ties: {ties}}}\n" + HEAD + TREE
        assert score(text, data).ranks == expected
        assert score(text, data, by="period").ranks == expected


def test_many_groups_are_counted_in_the_terminal(framework_file: Any, tmp_path: Path, capsys: Any) -> None:
    from resilience_index.report.terminal import console, scores

    text = HEAD + "grading: {method: quantile, within: district}\ngrades: [{id: A}, {id: B}]\n" + TREE
    framework = ri.load_framework(framework_file(text))
    path = tmp_path / "data.csv"
    rows = [f"{name}{district},d{district:02},{name == 'b'}" for district in range(15) for name in "ab"]
    path.write_text("community_id,district,x\n" + "\n".join(rows).replace("True", "2").replace("False", "1"))
    result = ri.score(ri.read_data(path, framework), framework)
    scores.print_scores(view_build.build(result), "en", top=1, out=console.console())
    printed = capsys.readouterr().out
    assert printed.count("A ≥ 2  B ≥ 1") == scores.LISTED_GROUPS
    assert "… 3 more groups (manifest.json has all)" in printed
    assert "d00: A ≥ 2" in printed
