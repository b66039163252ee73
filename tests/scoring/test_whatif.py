"""What would change a rank or a grade: every promise is kept by scoring the changed data, and is the nearest one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import resilience_index as ri
from resilience_index.analysis import outlook as outlooks
from resilience_index.analysis.explain import explain, only
from resilience_index.analysis.whatif import Goal, Outlook, outlook
from resilience_index.data.table import frozen
from resilience_index.framework.catalogue import framework_paths, shipped_folder
from resilience_index.framework.loading import load_framework
from resilience_index.scoring import assess

GRADED = """
grades: [{id: A, min: 80}, {id: B, min: 60}, {id: C, min: 40}]
red_lines: [{indicator: leaks, op: ">=", value: 1, cap: B}]
tree:
  aggregate: {method: geometric, zero: {floor: 0.01}}
  children:
    - id: service
      weight: 2
      children:
        - {id: visits, unit: "%", goalposts: [0, 100], weight: 2}
        - {id: minutes, unit: min, direction: cost, goalposts: [240, 30], weight: 1}
        - {id: size, direction: target, goalposts: [0, 200, 400, 1000], weight: 1}
    - id: burden
      weight: 1
      against: true
      children:
        - {id: calls, range: [0, 50], normalize: {method: goalposts, goalposts: [0, 40], clip: false}}
    - {id: leaks, direction: context, range: [0, 9]}
"""
ROWS = """
id,visits,minutes,size,calls,leaks
a,70,100,450.5,10,0
b,90,40,300,5,0
c,95.5,35,210,4,2
d,50,200,,30,0
e,20,230,900,38,0
"""


@pytest.fixture
def result(framework_file: Callable[..., Path], data_file: Callable[..., Path]) -> ri.Result:
    framework = load_framework(framework_file(GRADED))
    return ri.score(ri.read_data(data_file(ROWS), framework), framework)


def again(result: ri.Result, row: int, indicator: str, value: float) -> ri.Result:
    """The whole table scored anew with one value changed."""
    table = result.table
    position = table.indicators.index(indicator)
    column = table.values[position].copy()
    column[row] = value
    values = [frozen(column) if place == position else old for place, old in enumerate(table.values)]
    return ri.score(table.replace(values=values), result.plan.framework)


def level(result: ri.Result, row: int) -> int:
    return int(result.grades[row]) if result.grades[row] >= 0 else len(result.plan.grades)


def reached(goal: Goal, before: ri.Result, after: ri.Result, row: int) -> bool:
    """Whether a table scored anew has what a goal promises."""
    if goal.kind == "better_grade":
        return level(after, row) < level(before, row)
    if goal.kind == "worse_grade":
        return level(after, row) > level(before, row)
    other = before.table.ids.to_pylist().index(goal.community_id)
    if goal.kind == "pass_above":
        return bool(after.ranks[row] < after.ranks[other])
    return bool(after.ranks[row] > after.ranks[other])


@pytest.mark.parametrize("row", range(5))
def test_every_promise_is_kept(row: int, result: ri.Result) -> None:
    """Scored anew with the value that is needed, the community is where the goal says, with that score and grade."""
    found = outlook(result, row)
    assert found.findings == ()
    assert found.goals
    for goal in found.goals:
        for step in goal.leaves:
            after = again(result, row, step.indicator, step.needed)
            assert reached(goal, result, after, row), (goal.kind, step)
            assert after.score[row] == step.score
            assert after.grade_id(row) == step.grade


@pytest.mark.parametrize("row", range(5))
def test_the_value_is_hardly_more_than_enough(row: int, result: ri.Result) -> None:
    """Two per cent less of the way does not do it, unless whole numbers are counted."""
    for goal in outlook(result, row).goals:
        for step in goal.leaves:
            if step.value is None or step.needed == int(step.needed):
                continue
            less = step.value + (step.needed - step.value) * 0.97
            assert not reached(goal, result, again(result, row, step.indicator, less), row), (goal.kind, step)


@pytest.mark.parametrize("row", range(5))
def test_what_is_left_out_cannot_do_it(row: int, result: ri.Result) -> None:
    """A grid of every leaf's values finds no leaf that the goal does not name."""
    ends = {"visits": (0, 100), "minutes": (30, 240), "size": (0, 1000), "calls": (0, 50), "leaks": (0, 9)}
    for goal in outlook(result, row).goals:
        named = {step.indicator for step in goal.leaves}
        for indicator, (low, high) in ends.items():
            value = result.table.values[result.table.indicators.index(indicator)][row]
            if indicator in named or (np.isnan(value) and goal.kind in ("worse_grade", "behind_below")):
                continue
            for x in np.linspace(low, high, 21).tolist():
                try:
                    after = again(result, row, indicator, x)
                except ri.InputError:  # below 0 there is no geometric mean
                    continue
                assert not reached(goal, result, after, row), (goal.kind, indicator, x)


def goal(found: Outlook, kind: str) -> Goal:
    return next(goal for goal in found.goals if goal.kind == kind)


def test_a_red_line_holds_a_grade(result: ri.Result) -> None:
    """c scores above 80 and is B by its leaks: only fewer leaks lift it; one leak more takes b down."""
    assert (result.score[2] > 80, result.grade_id(2)) == (True, "B")
    better = goal(outlook(result, 2), "better_grade")
    assert [(step.indicator, step.needed, step.grade) for step in better.leaves] == [("leaks", 0.0, "A")]
    assert better.grade == "A"
    worse = {step.indicator: step for step in goal(outlook(result, 1), "worse_grade").leaves}
    assert (worse["leaks"].value, worse["leaks"].needed, worse["leaks"].grade) == (0.0, 1.0, "B")


def test_order_and_ends(result: ri.Result) -> None:
    """The nearest first; first and last have nobody above and below; values stay inside goalposts and range."""
    for row in range(5):
        for found in outlook(result, row).goals:
            distances = [step.distance for step in found.leaves]
            assert distances == sorted(distances)
            assert all(0 < distance <= 1 for distance in distances)
    order = np.argsort(result.ranks).tolist()
    assert "pass_above" not in {found.kind for found in outlook(result, order[0]).goals}
    assert "behind_below" not in {found.kind for found in outlook(result, order[-1]).goals}


def test_a_target_moves_towards_its_range(result: ri.Result) -> None:
    """450.5 is above the best range: fewer households gain, more lose; nobody needs more than 400."""
    gains = [step for found in outlook(result, 0).goals if found.kind in ("better_grade", "pass_above")
             for step in found.leaves if step.indicator == "size"]  # fmt: skip
    losses = [step for step in goal(outlook(result, 0), "behind_below").leaves if step.indicator == "size"]
    assert all(400 <= step.needed < 450.5 for step in gains)
    assert all(step.needed > 450.5 for step in losses)


def test_a_missing_value_can_be_reported(result: ri.Result) -> None:
    """d has no size: what it would have to report to gain."""
    steps = [step for found in outlook(result, 3).goals for step in found.leaves if step.indicator == "size"]
    assert steps
    assert all(step.value is None for step in steps)
    assert not [step for step in goal(outlook(result, 3), "behind_below").leaves if step.indicator == "size"]


def test_at_a_bound_the_value_needed_is_a_short_decimal(score: Callable[..., Any]) -> None:
    """0.5 is the least of its band: anything below will do, and 0.499 says so better than 0.49999999999999994."""
    bands = "{method: bands, bands: [{below: 0.5, points: 0}, {min: 0.5, points: 8}]}"
    text = (
        f"grades: [{{id: A, min: 8}}, {{id: B, min: 0}}]\n"
        f"tree: {{aggregate: points, scale: 1, children: [{{id: x, range: [0, 3], normalize: {bands}}}]}}"
    )
    found = goal(outlook(score(text, "id,x\na,0.5\nb,1.25").result, 0), "worse_grade")
    assert [(step.indicator, step.needed, step.grade) for step in found.leaves] == [("x", 0.499, "B")]


def test_a_gate_withholds_another_grade_than_the_lowest(score: Callable[..., Any]) -> None:
    """Who fails a gate with a high score would reach the grade of that score, and the goal names it."""
    text = (
        "grades: [{id: A, min: 80}, {id: B, min: 0}]\n"
        'gates: [{id: safe, indicator: leaks, op: "==", value: 0, reason: {zh: 一, en: One}}]\n'
        "tree: {children: [{id: x, goalposts: [0, 10]}, {id: leaks, direction: context, range: [0, 9]}]}"
    )
    found = goal(outlook(score(text, "id,x,leaks\na,9,1\nb,1,0").result, 0), "better_grade")
    assert (found.grade, [(step.indicator, step.needed) for step in found.leaves]) == ("A", [("leaks", 0.0)])


def test_relative_methods_promise_nothing(score: Callable[..., Any]) -> None:
    text = "tree: {children: [{id: x, normalize: minmax}, {id: y, goalposts: [0, 10]}]}"
    found = outlook(score(text, "id,x,y\na,1,2\nb,3,4").result, 0)
    assert found.goals == ()
    assert [finding.code for finding in found.findings] == ["RI493"]
    assert found.findings[0].params["names"] == ["minmax"]


def test_values_filled_from_other_rows_promise_nothing(score: Callable[..., Any]) -> None:
    """A gap that last year's value fills: one row alone would be scored without it."""
    text = "tree: {children: [{id: x, fill: previous, goalposts: [0, 10]}, {id: y, goalposts: [0, 10]}]}"
    result = score(text, "id,period,x,y\na,2024,1,2\na,2025,,9\nb,2025,3,4").result
    found = outlook(result, 1)
    assert (found.goals, [finding.code for finding in found.findings]) == ((), ["RI493"])


def test_relative_grades_promise_ranks_only(score: Callable[..., Any]) -> None:
    text = (
        "grading: quantile\ngrades: [{id: A}, {id: B}]\n"
        "tree: {children: [{id: x, goalposts: [0, 10]}, {id: y, goalposts: [0, 10]}]}"
    )
    found = outlook(score(text, "id,x,y\na,1,2\nb,3,4\nc,5,6").result, 0)
    assert [finding.code for finding in found.findings] == ["RI495"]
    assert [goal.kind for goal in found.goals] == ["pass_above"]
    assert found.goals[0].leaves[0].score > 35.0


def test_values_that_are_refused_are_no_promise(score: Callable[..., Any]) -> None:
    """A zero would stop the run: no leaf is said to fall that far, and the search goes on without it."""
    text = "tree: {aggregate: geometric, children: [{id: x, goalposts: [0, 10]}, {id: y, goalposts: [0, 10]}]}"
    result = score(text, "id,x,y\na,5,5\nb,4,4.5").result
    found = goal(outlook(result, 0), "behind_below")
    for step in found.leaves:
        assert step.needed > 0
    (above,) = (found for found in outlook(result, 1).goals if found.kind == "pass_above")
    assert {step.indicator for step in above.leaves} == {"x", "y"}


def test_ranks_inside_groups(framework_file: Callable[..., Path], data_file: Callable[..., Path]) -> None:
    """The neighbours are those of the same group and period."""
    framework = load_framework(framework_file("tree: {children: [{id: x, goalposts: [0, 10]}]}"))
    rows = "id,district,period,x\na,E,2024,5\nb,W,2024,6\nc,E,2024,8\na,E,2025,1\nc,E,2025,7"
    result = ri.score(ri.read_data(data_file(rows), framework), framework, by="district")
    found = outlook(result, 0)
    assert [goal.community_id for goal in found.goals] == ["c"]


def test_divided_leaves_are_told_in_raw_units(score: Callable[..., Any]) -> None:
    """Shelters for 1,000 residents: what is needed is a number of shelters."""
    text = (
        "tree: {children: [{id: shelters, denominate: {by: residents, factor: 1000}, "
        "normalize: {method: goalposts, goalposts: [0, 10]}}, {id: residents, direction: context}]}"
    )
    result = score(text, "id,shelters,residents\na,4,2000\nb,9,3000").result
    (found,) = outlook(result, 0).goals
    step = next(step for step in found.leaves if step.indicator == "shelters")
    assert (step.value, step.needed) == (4.0, 7.0)


def test_a_part_of_the_tree(result: ri.Result) -> None:
    """``--node``: goals keep the leaves below it."""
    explanation = explain(result, "a")
    found = outlooks.within(outlooks.of_result(result, explanation), only(explanation, "service"))
    names = {step.indicator for goal in found.goals for step in goal.leaves}
    assert names
    assert {name for goal in found.goals for name in goal.unable} <= {"visits", "minutes", "size"}
    assert names <= {"visits", "minutes", "size"}


def test_a_unit_without_a_score(score: Callable[..., Any]) -> None:
    assert outlook(score("tree: {children: [{id: x, goalposts: [0, 10]}]}", "id,x\na,1\nb,").result, 1) == Outlook(())


# --- contributions


@pytest.mark.parametrize("name", list(framework_paths()))
def test_contributions_of_the_sample_add_up(name: str) -> None:
    """Every community of the sample under every shipped framework: leaves, and the children of the root, to 1e-12."""
    framework = load_framework(name)
    work = assess.job(framework, shipped_folder("sample_data") / "communities.csv")
    result = assess.assess(work)
    scored = 0
    for detail in result.details():
        start, stop = detail.block.start, detail.block.stop
        score = result.score[start:stop]
        known = ~np.isnan(score)
        total = np.zeros(stop - start)
        for column in detail.contributions.leaves:
            total += 0.0 if column is None else np.where(np.isnan(column), 0.0, column)
        assert np.abs(total - score)[known].max() <= 1e-12
        total = np.zeros(stop - start)
        for ref in result.plan.nodes[0].children:
            part = detail.contributions.nodes if ref.kind == "node" else detail.contributions.leaves
            column = part[ref.index]
            total += 0.0 if column is None else np.where(np.isnan(column), 0.0, column)
        assert np.abs(total - score)[known].max() <= 1e-12
        scored += int(known.sum())
    assert scored >= 170
