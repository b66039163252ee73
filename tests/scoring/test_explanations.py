"""Explanations: a score can be worked out again from what ``explain`` says, and a run's folder says the same."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import resilience_index as ri
from resilience_index.analysis.explain import Explanation, explain, explain_run, only
from resilience_index.audit.canonical import dump
from resilience_index.framework.catalogue import shipped_folder
from resilience_index.methods.checking import parse_flag
from resilience_index.runs import folder as run_folder
from resilience_index.scoring import assess

MIXED = """
defaults: {missing: {policy: available, min_coverage: 1/2}}
ranks: {ties: average}
grades: [{id: A, min: 60}, {id: B, min: 20}]
red_lines: [{indicator: leaks, op: ">=", value: 3, cap: B}]
tree:
  aggregate: {method: geometric, zero: {floor: 0.01}}
  round: {digits: 2}
  children:
    - id: services
      weight: 3
      children:
        - {id: closure, goalposts: [60, 100], weight: 2}
        - {id: response, direction: cost, goalposts: [240, 30], weight: 1, round: {digits: 1}}
        - {id: visits, normalize: {method: minmax, to: [0.1, 1]}, weight: 1}
    - id: burden
      weight: 2
      against: true
      aggregate: sum
      children:
        - {id: leaks, goalposts: [0, 10], weight: 1/2}
        - {id: calls, normalize: percentile_rank, weight: 1/4}
    - {id: belonging, goalposts: [1, 5], weight: 1, invert: true}
"""
ROWS = """
id,period,closure,response,visits,leaks,calls,belonging
a,2024,85,135,10,1,7,2
b,2024,70,,30,0,9,3
a,2025,90,100,25,3,8,1.5
b,2025,,60,35,2,不适用,4
c,2025,,,,2,5,4
d,2025,61,230,12,9,7,5
e,2025,,,,,,4
"""


def work_out(explanation: Explanation) -> dict[str, float | None]:
    """The shown value of every node, from the leaves' normalised values and the effective weights alone."""
    values = {leaf.indicator: (leaf.normalized, leaf.parameters["against"]) for leaf in explanation.leaves}
    weights = {leaf.indicator: leaf.effective_weight for leaf in explanation.leaves}
    weights |= {node.id: node.effective_weight for node in explanation.nodes}
    shown = {}
    for node in reversed(explanation.nodes):
        terms = []
        for child in node.children:
            value, against = values[child["id"]]
            if value is not None:
                terms.append((weights[child["id"]], 1 - value if against else value))
        value = None if node.aggregated is None else joined(node, terms)
        if value is not None and node.steps["invert"]:
            value = 1 - value
        shown[node.id] = None if value is None else value * node.scale
        if value is not None and node.steps["round"] is not None:
            shown[node.id] = round(shown[node.id] + 1e-9, node.steps["round"]["digits"])
            value = shown[node.id] / node.scale
        values[node.id] = (value, node.steps["against"])
    return shown


def joined(node: Any, terms: list[tuple[float, float]]) -> float:
    if node.aggregate["method"] == "geometric":
        floor = node.aggregate["zero"]["floor"]
        return math.exp(sum(weight * math.log(max(value, floor)) for weight, value in terms))
    return sum(weight * value for weight, value in terms)


@pytest.fixture
def result(score: Callable[..., Any]) -> ri.Result:
    return score(MIXED, ROWS).result


UNITS = [("a", "2024"), ("b", "2024"), ("a", "2025"), ("b", "2025"), ("c", "2025"), ("d", "2025"), ("e", "2025")]


@pytest.mark.parametrize(("name", "period"), UNITS)
def test_a_score_is_worked_out_again_from_its_explanation(name: str, period: str, result: ri.Result) -> None:
    explanation = explain(result, name, period)
    shown = work_out(explanation)
    for node in explanation.nodes:
        expected = None if node.shown is None else pytest.approx(node.shown, rel=1e-12)
        assert shown[node.id] == expected, node.id
    assert shown["index"] == (None if explanation.score is None else pytest.approx(explanation.score, rel=1e-12))


def test_effective_weights_are_those_of_the_children_that_are_there(result: ri.Result) -> None:
    explanation = explain(result, "b", "2024")
    weights = {leaf.indicator: leaf.effective_weight for leaf in explanation.leaves}
    # Without the response the closure weighs 2 of 3 and the visits 1 of 3; a sum re-scales nothing.
    assert [weights["closure"], weights["response"], weights["visits"]] == [
        pytest.approx(2 / 3),
        None,
        pytest.approx(1 / 3),
    ]
    assert (weights["leaks"], weights["calls"]) == (0.5, 0.25)
    closure = next(leaf for leaf in explanation.leaves if leaf.indicator == "closure")
    assert (closure.local_weight, closure.global_weight) == (0.5, pytest.approx(3 / 6 * 0.5))


def test_what_a_missing_child_counts_as_0_it_weighs(score: Callable[..., Any]) -> None:
    text = "tree: {missing: zero, children: [{id: x, goalposts: [0, 10]}, {id: y, goalposts: [0, 10]}]}"
    explanation = explain(score(text, "id,x,y\na,8,").result, "a")
    # (0.8 + 0)/2: x weighs a half, not all.
    assert explanation.score == pytest.approx(40)
    assert [leaf.effective_weight for leaf in explanation.leaves] == [0.5, 0.5]
    assert work_out(explanation)["index"] == pytest.approx(40)


def test_what_does_not_apply_weighs_nothing_even_where_missing_counts_as_0(score: Callable[..., Any]) -> None:
    leaves = ", ".join(f"{{id: {name}, goalposts: [0, 10]}}" for name in "xyz")
    text = f"tree: {{missing: zero, children: [{leaves}]}}"
    explanation = explain(score(text, "id,x,y,z\na,8,不适用,").result, "a")
    assert explanation.score == pytest.approx(40)
    assert [leaf.effective_weight for leaf in explanation.leaves] == [pytest.approx(0.5), None, pytest.approx(0.5)]
    assert [leaf.contribution for leaf in explanation.leaves] == [pytest.approx(40), None, 0]


def test_an_explanation_leads_from_the_cell_to_the_rank(result: ri.Result) -> None:
    explanation = explain(result, "a", "2025")
    leaks = next(leaf for leaf in explanation.leaves if leaf.indicator == "leaks")
    assert (leaks.source_file, leaks.source_row, leaks.source_column, leaks.raw) == ("data.csv", 4, "leaks", "3")
    assert (leaks.cleaned, leaks.treated, leaks.status) == (3, 3, "reported")
    assert leaks.method["method"] == "goalposts"
    assert leaks.parameters["goalposts"] == [0, 10]
    visits = next(leaf for leaf in explanation.leaves if leaf.indicator == "visits")
    assert visits.parameters["extent"] == {"0": [10, 35]}
    assert (explanation.community_id, explanation.period, explanation.rank) == ("a", "2025", 2)
    assert (explanation.grade_before, explanation.grade) == ("A", "B")
    assert [line["indicator"] for line in explanation.red_lines] == ["leaks"]


def test_the_newest_period_is_explained_unless_one_is_named(result: ri.Result) -> None:
    assert explain(result, "a").period == "2025"
    assert explain(result, "a", "2024").period == "2024"


def test_part_of_an_explanation(result: ri.Result) -> None:
    part = only(explain(result, "a"), "burden")
    assert [node.id for node in part.nodes] == ["burden"]
    assert [leaf.indicator for leaf in part.leaves] == ["leaks", "calls"]
    with pytest.raises(ri.UsageError) as caught:
        only(explain(result, "a"), "burdn")
    assert "burden" in str(caught.value.params["suggestion"])


def test_a_finished_run_explains_as_a_fresh_result_does(
    framework_file: Callable[..., Path], data_file: Callable[..., Path], tmp_path: Path
) -> None:
    work = assess.job(str(framework_file(MIXED)), str(data_file(ROWS)))
    result = assess.assess(work)
    run = run_folder.write(result, work, tmp_path / "run", formats=()).folder
    for name, period in UNITS:
        fresh, finished = explain(result, name, period), explain_run(run, name, period)
        assert fresh == finished
        assert dump(fresh.to_dict()) == dump(finished.to_dict())


@pytest.mark.parametrize(
    ("framework", "weights"), [("toe", "combine"), ("sfic", "given"), ("toe", "entropy:scope=siblings")]
)
def test_the_shipped_frameworks_can_be_worked_out_again(framework: str, weights: str, tmp_path: Path) -> None:
    sample = shipped_folder("sample_data")
    work = assess.job(
        framework, str(sample / "communities.csv"), judgments=str(sample / "judgments.yaml"),
        options=assess.Options(weights=parse_flag("weights", weights)),
    )  # fmt: skip
    result = assess.assess(work)
    run = run_folder.write(result, work, tmp_path / "run", formats=()).folder
    ids = result.table.ids.to_pylist()
    for unit in (0, 61, 140):
        period = result.table.periods[unit].as_py()
        explanation = explain(result, ids[unit], period)
        assert explanation == explain_run(run, ids[unit], period)
        assert work_out(explanation)[explanation.nodes[0].id] == pytest.approx(explanation.score, rel=1e-12)
        # A leaf's share of the score: its value times the weights on its way up, all of them means.
        share = {node.id: node.effective_weight for node in explanation.nodes}
        parents = {node.id: node.parent for node in explanation.nodes}
        total = 0.0
        for leaf in explanation.leaves:
            if leaf.taken is not None:
                product, parent = leaf.taken * leaf.effective_weight, leaf.parent
                while parent is not None:
                    product, parent = product * share[parent], parents[parent]
                total += product
        assert 100 * total == pytest.approx(explanation.score, rel=1e-12)


def test_an_explanation_is_json(result: ri.Result) -> None:
    answer = json.loads(dump(explain(result, "e", "2025").to_dict()))
    assert answer["schema_version"] == 1
    assert (answer["score"], answer["rank"], answer["grade"]) == (None, None, None)
    assert [leaf["status"] for leaf in answer["leaves"]][:3] == ["missing", "missing", "missing"]


@pytest.mark.parametrize(("wanted", "code"), [("nobody", "RI417"), ("甲社区", "RI418")])
def test_a_community_that_cannot_be_told(wanted: str, code: str, score: Callable[..., Any]) -> None:
    data = "id,community,x\n01,甲社区,1\n02,甲社区,2\n03,乙社区,3"
    result = score("tree: {children: [{id: x, goalposts: [0, 10]}]}", data).result
    with pytest.raises(ri.InputError) as caught:
        explain(result, wanted)
    (finding,) = caught.value.findings
    assert finding.code == code
    assert finding.location.file == "data.csv"
    if code == "RI418":
        assert finding.params["known"] == ["01", "02"]


def test_a_folder_without_a_run_or_a_trace(
    framework_file: Callable[..., Path], data_file: Callable[..., Path], tmp_path: Path
) -> None:
    with pytest.raises(ri.UsageError) as caught:
        explain_run(tmp_path, "a")
    assert caught.value.code == "RI012"
    work = assess.job(str(framework_file(MIXED)), str(data_file(ROWS)))
    run = run_folder.write(assess.assess(work), work, tmp_path / "run", formats=(), with_trace=False).folder
    with pytest.raises(ri.UsageError) as caught:
        explain_run(run, "a")
    assert caught.value.code == "RI014"
