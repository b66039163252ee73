"""What framework, assessment and data have against each other: each finding whole, and each condition at its edge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from plan_tools import finding

import resilience_index as ri
from resilience_index.data.table import Table
from resilience_index.findings import Finding, Location
from resilience_index.methods.checking import check
from resilience_index.scoring import crossfile
from resilience_index.scoring import plan as planning
from resilience_index.scoring.baseline import Baseline
from resilience_index.scoring.plan import Plan
from resilience_index.scoring.settings import Setting, Settings, resolve

Given = Callable[..., tuple[Plan, Table]]
Planned = Callable[..., Plan]


@pytest.fixture
def planned(framework_file: Callable[[str], Path]) -> Planned:
    """The plan of a framework."""

    def make(text: str, **options: Any) -> Plan:
        framework = ri.load_framework(framework_file(text))
        items = dict(resolve(framework).items) | {
            name: Setting(check(name, value), "option") for name, value in options.items()
        }
        return planning.build(framework, Settings(items), refuse=False)

    return make


@pytest.fixture
def given(planned: Planned, data_file: Callable[[str], Path]) -> Given:
    """The plan of a framework and a table that was read for it; refused cells count as missing."""

    def make(text: str, data: str, **options: Any) -> tuple[Plan, Table]:
        plan = planned(text, **options)
        return plan, ri.read_data(data_file(data), plan.framework, accept_errors=True)

    return make


def told(findings: list[Finding], *codes: str) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (item.code, item.location.text().rpartition("/")[2], dict(item.params))
        for item in findings if not codes or item.code in codes
    ]  # fmt: skip


def line(plan: Plan, name: str) -> str:
    return next(leaf.leaf.location.text() for leaf in plan.leaves if leaf.id == name)


# -- values and goalposts -----------------------------------------------------------------------------------

ONE = "tree: {children: [{id: x, unit: '%%', goalposts: [10, 20]%s}, {id: y, goalposts: [0, 9]}]}"


def column(*values: object) -> str:
    return "id,x,y\n" + "\n".join(f"c{place},{value},1" for place, value in enumerate(values))


@pytest.mark.parametrize(
    ("values", "low", "high", "side", "score"),
    [
        ((21, 30, 25.5), 21.0, 30.0, "above", "100"), ((1, -3, 9), -3.0, 9.0, "below", "0"),
        ((21, "", 30, 25), 21.0, 30.0, "above", "100"),
    ],
)  # fmt: skip
def test_values_beside_the_goalposts_are_told_whole(
    given: Given, values: tuple[object, ...], low: float, high: float, side: str, score: str
) -> None:
    plan, table = given(ONE % "", column(*values))
    sides = {"above": {"zh": "高于", "en": "above"}, "below": {"zh": "低于", "en": "below"}}
    assert told(crossfile.table_findings(plan, table)) == [
        ("RI282", 'data.csv:column "x"', {
            "indicator": "x", "count": 3, "low": low, "high": high, "goalposts": "[10, 20]", "side": sides[side],
            "unit": "%", "leaf": line(plan, "x"),
            "effect": {"zh": f"所有社区都得 {score}", "en": f"every community gets {score}"},
        })
    ]  # fmt: skip


@pytest.mark.parametrize("values", [(20, 30, 40), (1, 2, 10), (21, 30), (1, 2), (1, 30, 2), ("", "", "")])
def test_values_at_a_goalpost_around_them_or_two_are_nothing(given: Given, values: tuple[object, ...]) -> None:
    plan, table = given(ONE % "", column(*values))
    assert "RI282" not in [item.code for item in crossfile.table_findings(plan, table)]


@pytest.mark.parametrize(
    ("own", "values", "score"),
    [
        (", invert: true", (21, 22, 23), "0"), (", invert: true", (1, 2, 3), "100"), (", scale: 5", (21, 22, 23), "5"),
        (", normalize: {method: goalposts, scale: 0.5}", (21, 22, 23), "50"),
        (", normalize: {method: goalposts, clip: false}", (21, 22, 23), None),
        (", normalize: {method: goalposts, goalposts: [10, 12, 14, 20]}, direction: target", (1, 2, 3), "0"),
    ],
)  # fmt: skip
def test_what_every_community_gets(given: Given, own: str, values: tuple[int, ...], score: str | None) -> None:
    text = (ONE % own).replace("goalposts: [10, 20],", "" if "direction" in own else "goalposts: [10, 20],")
    plan, table = given(text, column(*values))
    ((_, _, params),) = told(crossfile.table_findings(plan, table), "RI282")
    beyond = {"zh": "各社区得分都在目标值之外", "en": "every community is scored beyond the goalposts"}
    all_get = {"zh": f"所有社区都得 {score}", "en": f"every community gets {score}"}
    assert params["effect"] == (beyond if score is None else all_get)


def test_costs_turn_it_round_and_units_may_be_unknown(given: Given) -> None:
    text = "tree: {children: [{id: x, direction: cost, goalposts: [20.5, 10]}]}"
    for values, score in (((21, 22, 23), "0"), ((1, 2, 3), "100")):
        plan, table = given(text, "id,x\n" + "\n".join(f"c{value},{value}" for value in values))
        ((_, _, params),) = told(crossfile.table_findings(plan, table), "RI282")
        assert params["effect"]["en"] == f"every community gets {score}"
        assert (params["goalposts"], params["unit"]) == (
            "[20.5, 10]", {"zh": "所要求的单位", "en": "the unit that is asked for"},
        )  # fmt: skip


@pytest.mark.parametrize(("last", "codes"), [("25", ["RI282"]), ("15", [])])
@pytest.mark.parametrize("count", [1000, 1001])
def test_the_glance_at_the_first_thousand_is_not_all(given: Given, count: int, last: str, codes: list[str]) -> None:
    plan, table = given(ONE % "", column(*["30"] * (count - 1), last))
    assert [code for code, _, _ in told(crossfile.table_findings(plan, table))] == codes


def test_divided_columns_are_looked_at_as_they_are_scored(given: Given) -> None:
    text = """
    tree:
      children:
        - {id: x, denominate: {by: n, factor: 10}, normalize: {method: goalposts, goalposts: [10, 20]}}
        - {id: n, direction: context}
    """
    plan, table = given(text, "id,x,n\na,30,10\nb,60,20\nc,90,20")
    ((_, _, params),) = told(crossfile.table_findings(plan, table), "RI282")
    assert (params["low"], params["high"], params["count"]) == (30.0, 45.0, 3)
    assert told(crossfile.table_findings(*given(text, "id,x,n\na,1.5,1\nb,60,20\nc,90,20"))) == []


# -- columns without values ---------------------------------------------------------------------------------

LINES = """
grades: [{id: A, min: 50}, {id: B, min: 0}]
red_lines:
  - {indicator: a, op: '<', value: 1, cap: B}
  - {indicator: b, op: '<', value: 1, cap: B}
  - {indicator: c, op: '<', value: 1, cap: B}
flags:
  - {id: of_a, node: a, op: '<', value: 1}
  - {id: of_p, node: p, op: '<', value: 1}
  - {id: of_q, node: q, op: '<', value: 1}
  - {id: of_z, node: z, op: '<', value: 1}
  - {id: of_all, node: index, op: '<', value: 1}
tree:
  children:
    - {id: p, children: [{id: a, goalposts: [0, 9]}, {id: b, goalposts: [0, 9]}]}
    - {id: q, children: [{id: c, goalposts: [0, 9]}, {id: d, goalposts: [0, 9]}]}
    - {id: z, missing: zero, children: [{id: e, goalposts: [0, 9]}]}
"""
NO_COLUMN = {"zh": "数据中没有这一列", "en": "the data have no column for it"}
NO_VALUE = {"zh": "没有任何社区有值", "en": "no community has a value"}
NO_DATA = {"zh": "其下没有任何指标有值", "en": "no indicator below it has a value"}


def test_what_rests_on_nothing_is_told_with_its_cause(given: Given) -> None:
    plan, table = given(LINES, "id,a,d\nx,,1\ny,,2")
    found = crossfile.table_findings(plan, table)
    assert told(found, "RI415") == [("RI415", 'data.csv:column "a"', {"leaf": "a"})]
    assert [params for _, _, params in told(found, "RI283")] == [
        {"indicator": "a", "cause": NO_VALUE}, {"indicator": "b", "cause": NO_COLUMN},
        {"indicator": "c", "cause": NO_COLUMN},
    ]  # fmt: skip
    assert [params for _, _, params in told(found, "RI284")] == [
        {"id": "of_a", "node": "a", "cause": NO_VALUE}, {"id": "of_p", "node": "p", "cause": NO_DATA},
    ]  # fmt: skip
    text = Path(plan.framework.file).read_text(encoding="utf-8").splitlines()
    for item in found:
        if item.code in ("RI283", "RI284"):
            where = item.location
            assert where.line is not None
            assert where.column is not None
            key = "indicator" if item.code == "RI283" else "node"
            assert text[where.line - 1][where.column - 1 :] == item.params[key]
            assert text[where.line - 1].strip(" -").startswith(f"{key}: ")
            assert item.source == text[where.line - 1]


def test_filled_leaves_and_refused_cells_have_data(given: Given) -> None:
    plan, table = given(LINES, "id,a,b,c,d\nx,,1,1,1\ny,,1,1,1", fill="median")
    assert [code for code, _, _ in told(crossfile.table_findings(plan, table))] == ["RI415"]
    plan, table = given(LINES, "id,a,b,c,d\nx,?!,1,1,1\ny,?!,1,1,1")
    assert told(crossfile.table_findings(plan, table)) == []
    plan, table = given(LINES, "id,a,b,c,d\nx,,1,1,1\ny,2,1,1,1")
    assert told(crossfile.table_findings(plan, table)) == []


def test_an_empty_table_says_nothing(given: Given) -> None:
    plan, table = given(LINES, "id,a,d\nx,,1\ny,,2")
    assert crossfile.table_findings(plan, table.select(table.values[0] > 99)) == []


def test_missing_columns_name_the_line_that_asks_for_them(planned: Planned) -> None:
    plan = planned(LINES)
    place = line(plan, "b")
    findings = [
        finding("RI216", Location("d.csv", row=1), indicator="b", kept=1), finding("RI216", indicator="?"),
        finding("RI217", indicator="b"),
    ]  # fmt: skip
    first, *rest = crossfile.with_leaf_places(plan, findings)
    assert rest == findings[1:]
    assert first == replace(findings[0], params={
        **findings[0].params, "leaf": {"zh": f"（指标位于 {place}）", "en": f" (the leaf stands at {place})"},
    })  # fmt: skip


# -- bounds that no score reaches ---------------------------------------------------------------------------


def graded(*bounds: float) -> str:
    return "grades: [" + ", ".join(f"{{id: G{place}, min: {low}}}" for place, low in enumerate(bounds)) + "]\n"


PLAIN = "tree: {%schildren: [{id: x, goalposts: [0, 9]}]}"


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ((100, 0), []), ((100.5, 100.25, 0), [("RI285", "G0", 100.5), ("RI285", "G1", 100.25)]),
        ((60, -0.5, -1), [("RI285", "G1", -0.5)]), ((60, 0, -1), []), ((101,), [("RI285", "G0", 101)]), ((-5,), []),
        ((1, 0.5), [("RI286", None, 1)]), ((1.01, 0), []), ((0.5,), []), ((0, -1), []),
        ((0.01, 0), [("RI286", None, 0.01)]),
    ],
)  # fmt: skip
def test_bounds_of_grades(planned: Planned, bounds: tuple[float, ...], expected: list[Any]) -> None:
    plan = planned(graded(*bounds) + PLAIN % "")
    params = [
        {"value": value, "scale": 100.0} | ({} if name is None else {"id": name}) for _, name, value in expected
    ]  # fmt: skip
    found = crossfile.plan_findings(plan)
    assert [(item.code, dict(item.params)) for item in found] == [
        (code, item) for (code, _, _), item in zip(expected, params, strict=True)
    ]  # fmt: skip
    unit = planned(graded(1, 0.5) + PLAIN % "scale: 1, ")
    assert crossfile.plan_findings(unit) == []


def test_without_fixed_bounds_there_is_nothing_to_say(planned: Planned) -> None:
    plan = planned(graded(500, 0) + PLAIN % "", grading="quantile")
    assert crossfile.plan_findings(plan) == []
    assert crossfile.plan_findings(planned(PLAIN % "")) == []


UNIT = [
    ("minmax", True), ("{method: minmax, to: [0, 1]}", True), ("{method: minmax, to: [0.5, 0.75]}", True),
    ("{method: minmax, to: [-0.1, 1]}", False), ("{method: minmax, to: [0, 1.1]}", False),
    ("{method: goalposts, goalposts: [0, 1], scale: 1}", True),
    ("{method: goalposts, goalposts: [0, 1], scale: 1.01}", False),
    ("{method: goalposts, goalposts: [0, 1], clip: false}", False), ("percentile_rank", True), ("zscore", False),
    ("{method: distance_to_target, target: 5}", True),
    ("{method: distance_to_reference, reference: a}", True),
    ("{method: distance_to_reference, reference: a, clip: false}", False),
    ("{method: distance_to_target, target: 5, clip: false}", False),
    ("{method: bands, bands: [{min: 1, points: 1}, {points: 0}]}", True),
    ("{method: bands, bands: [{min: 1, points: 1.01}, {points: 0}]}", False),
    ("{method: bands, bands: [{min: 1, points: 1}, {points: -0.01}]}", False),
    ("{method: bands, full: 2, bands: [{min: 1, points: 2}, {points: 0}]}", True),
    ("{method: bands, full: 2, bands: [{min: 1, points: 2.01}, {points: 0}]}", False),
]  # fmt: skip


@pytest.mark.parametrize(("normalize", "share"), UNIT)
def test_which_normalisations_give_shares(planned: Planned, normalize: str, share: bool) -> None:
    text = f"{graded(500, 0)}tree: {{children: [{{id: x, normalize: {normalize}}}, {{id: y, goalposts: [0, 9]}}]}}"
    plan = planned(text)
    assert [item.code for item in crossfile.plan_findings(plan)] == ["RI285"] * share
    # Against a baseline values go beyond what it has seen, unless they are cut off; without one nothing is beyond.
    based = replace(plan, baseline=Baseline.__new__(Baseline))
    assert [item.code for item in crossfile.plan_findings(based)] == ["RI285"] * share
    if "{method: minmax" in normalize:
        plan = planned(text.replace("{method: minmax", "{method: minmax, clip: false"))
        assert [item.code for item in crossfile.plan_findings(plan)] == ["RI285"] * share
        based = replace(plan, baseline=Baseline.__new__(Baseline))
        assert crossfile.plan_findings(based) == []


@pytest.mark.parametrize(
    ("own", "bounded"),
    [
        ("aggregate: arithmetic", True), ("aggregate: geometric", True), ("aggregate: sum", False),
        ("aggregate: mpi", False), ("aggregate: rsr", False), ("aggregate: sum, normalize: minmax", True),
        ("normalize: zscore", False), ("normalize: zscore, show: {normalize: minmax}", False),
        ("normalize: minmax, show: {normalize: minmax}", True), ("normalize: minmax, show: {normalize: zscore}", False),
        ("aggregate: sum, show: {normalize: minmax}", True), ("show: {round: {digits: 1}}", True),
    ],
)  # fmt: skip
def test_which_nodes_have_a_scale(planned: Planned, own: str, bounded: bool) -> None:
    leaves = "children: [{id: x, goalposts: [0, 9]}, {id: y, goalposts: [0, 9]}]"
    plan = planned(f"{graded(500, 0)}tree: {{{own}, {leaves}}}")
    assert [item.code for item in crossfile.plan_findings(plan)] == ["RI285"] * bounded
    below = f"{graded(500, 0)}tree: {{children: [{{id: p, {own}, {leaves}}}, {{id: z, goalposts: [0, 9]}}]}}"
    assert [item.code for item in crossfile.plan_findings(planned(below))] == ["RI285"] * bounded


OUTCOMES: list[tuple[str, float, bool | None]] = [
    (">=", 0, True), (">=", 0.1, None), (">=", 5, None), (">=", 5.1, False), (">", -0.1, True), (">", 0, None),
    (">", 4.9, None), (">", 5, False), ("<=", 5, True), ("<=", 4.9, None), ("<=", 0, None), ("<=", -0.1, False),
    ("<", 5.1, True), ("<", 5, None), ("<", 0.1, None), ("<", 0, False), ("==", 0, None), ("==", 5, None),
    ("==", -0.1, False), ("==", 5.1, False), ("!=", 0, None), ("!=", 5, None), ("!=", -0.1, True), ("!=", 5.1, True),
]  # fmt: skip


@pytest.mark.parametrize(("op", "value", "outcome"), OUTCOMES)
@pytest.mark.parametrize("node", ["x", "p"])
def test_flags_and_red_lines_whole(planned: Planned, node: str, op: str, value: float, outcome: bool | None) -> None:
    text = f"""
    {graded(4, 0)}
    flags: [{{id: f, node: {node}, op: '{op}', value: {value}}}]
    red_lines: [{{indicator: x, op: '{op}', value: {value}, cap: G1}}]
    defaults: {{scale: 5}}
    tree: {{children: [{{id: p, children: [{{id: x, range: [0, 5], goalposts: [0, 5]}}]}}]}}
    """.replace("\n    ", "\n")
    plan = planned(text)
    words = {True: {"zh": "成立", "en": "true"}, False: {"zh": "不成立", "en": "false"}}
    expected = [] if outcome is None else [
        ("RI287", {"id": "f", "node": node, "op": op, "value": value, "scale": 5.0, "outcome": words[outcome]}),
        ("RI288", {"indicator": "x", "op": op, "value": value, "range": "[0, 5]", "outcome": words[outcome]}),
    ]  # fmt: skip
    found = crossfile.plan_findings(plan)
    assert [(item.code, dict(item.params)) for item in found] == expected
    assert [item.location.path for item in found] == (
        [] if outcome is None else ["flags[0].value", "red_lines[0].value"]
    )


@pytest.mark.parametrize(
    ("op", "value", "outcome"), [("==", 3, "true"), ("!=", 3, "false"), ("==", 2, "false"), ("!=", 2, "true")]
)
def test_a_range_of_one_value(op: str, value: float, outcome: str) -> None:
    found = crossfile._outcome(op, value, 3.0, 3.0)
    assert found is not None
    assert found["en"] == outcome


def test_flags_on_what_has_no_scale_and_leaves_without_a_range(planned: Planned) -> None:
    text = f"""
{graded(4, 0)}
flags: [{{id: f, node: x, op: '>', value: 999}}, {{id: g, node: y, op: '>', value: 999}}]
red_lines: [{{indicator: x, op: '>', value: 999, cap: G1}}, {{indicator: y, op: '>', value: 999, cap: G1}}]
tree: {{children: [{{id: x, normalize: zscore}}, {{id: y, range: [0, 9], goalposts: [0, 9]}}]}}
"""
    assert [(item.code, item.params.get("id"), item.params.get("indicator")) for item in crossfile.plan_findings(
        planned(text))] == [("RI287", "g", None), ("RI288", None, "y")]  # fmt: skip
