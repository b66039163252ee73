"""What runs leave behind, whole: the text of a baseline, findings with every word, repaired judgments."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import resilience_index as ri
from resilience_index.findings import Location
from resilience_index.scoring import baseline as baselines
from resilience_index.scoring import repair, run
from resilience_index.scoring.aggregation import Fuzzy
from resilience_index.scoring.plan import Ref
from resilience_index.scoring.preparation import prepared
from resilience_index.scoring.statistics import ColumnStatistics, measure
from resilience_index.scoring.steps import Grouped
from resilience_index.scoring.steps_relative import Distance, MinMax, Ranked, Ratio, ZScore

Score = Callable[..., Any]


def told(findings: Any, *codes: str) -> list[tuple[str, Location, dict[str, Any]]]:
    return [(item.code, item.location, dict(item.params)) for item in findings if item.code in codes]


# -- a baseline ---------------------------------------------------------------------------------------------

PREPARED = """
tree:
  children:
    - {id: x, normalize: minmax, fill: median, treat: {method: percentile}}
    - {id: y, direction: cost, normalize: vector}
"""
ROWS = "id,x,y\na,1,3\nb,3,5\nc,8,7\nd,4,9"


def near(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: near(item) for key, item in value.items()}
    if isinstance(value, list):
        return [near(item) for item in value]
    return pytest.approx(value, rel=1e-12) if isinstance(value, float) else value


def test_the_text_of_a_baseline(score: Score, tmp_path: Path) -> None:
    result = score(PREPARED, ROWS, weights="std:scope=leaves").result
    # 5 and 95 % of 1, 3, 4, 8 lie at 1 + 0.15 · 2 and 4 + 0.85 · 4; nothing is missing, yet the median is kept.
    low, high, size = 1.3, 7.4, math.sqrt(9 + 25 + 49 + 81)
    spread = [
        float(np.std((np.array([1.3, 3, 7.4, 4]) - low) / (high - low))), float(np.std(np.array([3, 5, 7, 9]) / size)),
    ]  # fmt: skip
    expected = {
        "schema": "resilience-index/baseline/1",
        "framework": {"id": "small", "version": "1.0.0", "tree_sha256": result.plan.framework.tree_sha256},
        "settings": {
            "aggregate": {"method": "arithmetic"}, "fill": {"method": "none"}, "missing": {"policy": "available"},
            "round": None, "scale": 100.0, "treat": {"method": "none"}, "weights": {"method": "std", "scope": "leaves"},
        },
        "units": 4,
        "steps": [
            {"id": "x", "step": "fill", "direction": "benefit", "method": {"method": "median"},
             "groups": [{"group": None, "parameters": {"median": 3.5}}]},
            {"id": "x", "step": "treat", "direction": "benefit",
             "method": {"method": "percentile", "low": 0.05, "high": 0.95},
             "groups": [{"group": None, "parameters": {"low": low, "high": high}}]},
            {"id": "x", "step": "normalize", "direction": "benefit",
             "method": {"method": "minmax", "to": [0.0, 1.0], "transform": "none"},
             "groups": [{"group": None, "parameters": {"minimum": low, "maximum": high}}]},
            {"id": "y", "step": "normalize", "direction": "cost",
             "method": {"method": "vector", "cost": "complement", "transform": "none"},
             "groups": [{"group": None, "parameters": {"size": size}}]},
        ],
        "weights": {
            "method": {"method": "std", "scope": "leaves"},
            "local": {"index": {"x": spread[0] / sum(spread), "y": spread[1] / sum(spread)}},
        },
    }  # fmt: skip
    text = baselines.text(result)
    content = json.loads(text)
    digest = content.pop("sha256")
    assert content == near(expected)
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    assert digest == hashlib.sha256(plain).hexdigest()
    lines = text.decode().splitlines()
    assert (lines[0], lines[-1], text.endswith(b"}\n")) == ("{", "}", True)
    assert [line.partition(":")[0] for line in lines[1:6]] == [
        '"schema"',
        '"framework"',
        '"settings"',
        '"units"',
        '"steps"',
    ]
    assert sum(line.startswith('  {"direction"') for line in lines) == 4
    path = tmp_path / "base.json"
    baselines.save_baseline(result, path)
    assert path.read_bytes() == text
    loaded = baselines.load(str(path))
    assert (loaded.file, loaded.name, loaded.content, loaded.units) == (str(path), "base.json", text, 4)
    assert loaded.groups("x", "fill") == {None: {"median": 3.5}}
    assert loaded.groups("x", "weigh") is None


# -- findings -----------------------------------------------------------------------------------------------

GATES = """
gates:
  - {id: g, indicator: x, op: '>=', value: 3, reason: low}
  - {id: h, indicator: y, op: '<', value: 5, missing: pass, state: {id: S, title: state}, reason: high}
  - {id: k, node: p, op: '>', value: 999, missing: pass, reason: none}
grades: [{id: A, min: 50}, {id: B, min: 0}]
defaults: {missing: {policy: available, min_children: 1}}
tree:
  children:
    - {id: x, goalposts: [0, 10]}
    - {id: y, direction: cost, goalposts: [10, 0]}
    - {id: p, children: [{id: z, goalposts: [0, 10]}]}
"""


def test_gates_are_told_whole(score: Score) -> None:
    text = GATES
    for word in ("low", "high", "none", "state"):
        for key in ("reason", "title"):
            text = text.replace(f"{key}: {word}", f"{key}: {{zh: {word}中, en: {word}}}")
    result = score(text, "id,x,y,z\na,3,4.5,1\nb,2,,\nc,,5,1\nd,4,9,1")
    remedies = {
        "fail": {"zh": "视为未达到；请向其补要该数据", "en": "they count as failing it; ask them for the figure"},
        "pass": {"zh": "视为达到；请向其补要该数据", "en": "they count as passing it; ask them for the figure"},
    }
    state = {"zh": "，状态为“S”", "en": ", its state is 'S'"}

    def failed(name: str, condition: str, units: list[str], state: Any, reason: str) -> Any:
        params = {"id": name, "condition": condition, "units": units, "state": state}
        return "RI469", Location(), params | {"reason": {"zh": f"{reason}中", "en": reason}}

    def unknown(name: str, unit: str, policy: str) -> Any:
        return "RI470", Location(), {"id": name, "count": 1, "units": [unit], "remedy": remedies[policy]}

    expected = [
        failed("g", "x >= 3", ["b", "c"], "", "low"), unknown("g", "c", "fail"),
        failed("h", "y < 5", ["c", "d"], state, "high"), unknown("h", "b", "pass"),
        failed("k", "p > 999", ["a", "c", "d"], "", "none"), unknown("k", "b", "pass"),
    ]  # fmt: skip
    found = told(result.result.findings, "RI469", "RI470")
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert result.result.outcomes == ("A", "B", "S")
    # c fails the first gate, which names no state: no grade. d fails the second one first.
    assert result.grades == [None, None, None, "S"]


@pytest.mark.parametrize(
    ("aggregate", "code", "more"),
    [("{method: geometric, zero: refuse}", "RI405", {}), ("harmonic", "RI445", {"method": "harmonic"})],
)
def test_children_that_a_mean_refuses(score: Score, aggregate: str, code: str, more: dict[str, str]) -> None:
    text = f"defaults: {{normalize: none}}\ntree: {{aggregate: {aggregate}, children: [{{id: x}}, {{id: y}}]}}"
    with pytest.raises(ri.InputError) as caught:
        score(text, "id,x,y\na,1,3\nb,0,5\nc,-2,7")
    common = {"node": "index", "child": "x"} | more
    assert told(caught.value.findings, code) == [
        (code, Location("data.csv", row=3, field="x"), common | {"value": 0.0, "unit": "b"}),
        (code, Location("data.csv", row=4, field="x"), common | {"value": -2.0, "unit": "c"}),
    ]  # fmt: skip


def test_ranks_that_may_turn_round_are_told(score: Score) -> None:
    part = "{id: p, aggregate: topsis, children: [{id: x, goalposts: [0, 9]}, {id: y, goalposts: [0, 9]}]}"
    rows = "id,x,y,z\na,1,3,1\nb,3,5,2\nc,8,7,3"
    result = score(f"tree: {{children: [{part}, {{id: z, goalposts: [0, 9]}}]}}", rows)
    assert told(result.result.findings, "RI453") == [("RI453", Location(), {"names": ["p"]})]


# -- rules at their edges -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("least", "scores"), [(1, [20, 10]), (2, [20, None]), (3, [None, None])])
def test_a_node_may_ask_for_more_children_than_it_has(score: Score, least: int, scores: list[float | None]) -> None:
    rule = f"{{policy: available, min_children: {least}}}"
    children = "children: [{id: x, goalposts: [0, 10]}, {id: y, goalposts: [0, 10]}]"
    text = f"defaults: {{missing: {rule}}}\ntree: {{{children}}}"
    assert score(text, "id,x,y\na,1,3\nb,1,").scores == pytest.approx(scores)


def test_quotients_without_end_are_none(score: Score) -> None:
    text = """
    tree:
      children:
        - {id: x, denominate: {by: n, factor: 10}, normalize: {method: goalposts, goalposts: [0, 1]}}
        - {id: y, goalposts: [0, 10]}
        - {id: n, direction: context}
    """
    result = score(text, "id,x,y,n\na,1e300,5,1e-300\nb,1,5,20\ne,1,5,")
    assert result.passed("x") == [None, 0.5, None]
    lost = ("RI425", Location("data.csv", field="n"), {"leaf": "x", "by": "n", "count": 1, "units": ["e"]})
    assert told(result.result.findings, "RI424", "RI425") == [lost]
    with pytest.raises(ri.InputError) as caught:
        score(text, "id,x,y,n\nb,1,5,20\nc,1,5,0\nd,1,5,-1\ne,1,5,\nf,,5,0\ng,,5,")
    common = {"leaf": "x", "by": "n"}
    assert told(caught.value.findings, "RI424", "RI425") == [
        ("RI424", Location("data.csv", row=3, field="n"), common | {"value": "0", "unit": "c"}),
        ("RI424", Location("data.csv", row=4, field="n"), common | {"value": "-1", "unit": "d"}), lost,
    ]  # fmt: skip


def test_the_first_of_many_units_are_named(score: Score) -> None:
    rows = "id,x\n" + "\n".join(f"u{place},1" for place in range(9))
    table = score("tree: {children: [{id: x, goalposts: [0, 9]}]}", rows).result.table
    every = [f"u{place}" for place in range(9)]
    first = prepared._FIRST
    for count in range(10):
        listed = every[:count] if count <= first else [*every[:first], f"… ({count})"]
        assert prepared.names(table, np.arange(count)) == listed
    assert 0 < first < 9


def test_codes_of_pairs() -> None:
    def joined(first: list[int], second: list[int]) -> list[int]:
        return run._joined(np.array(first, dtype=np.int64), np.array(second, dtype=np.int64)).tolist()  # type: ignore[no-any-return]

    assert joined([], []) == []
    found = joined([0, 0, 1, 1, 2, 0], [0, 1, 0, 1, 1, 0])
    assert len(set(found)) == 5
    assert found[0] == found[5]


def test_only_fuzzy_nodes_of_the_same_grades_hand_on(score: Score) -> None:
    fuzzy = "aggregate: {method: fuzzy, grades: %s, membership: triangular}"
    leaf = "children: [{id: %s, goalposts: [0, 10]}]"
    children = [
        f"{{id: same, {fuzzy % '[1, 0]'}, {leaf % 'a'}}}", f"{{id: other, {fuzzy % '[1, 0.5, 0]'}, {leaf % 'b'}}}",
        f"{{id: mean, {leaf % 'c'}}}", f"{{id: turned, invert: true, {fuzzy % '[1, 0]'}, {leaf % 'd'}}}",
        "{id: leaf, goalposts: [0, 10]}",
    ]  # fmt: skip
    plan = score(
        f"tree: {{{fuzzy % '[1, 0]'}, children: [{', '.join(children)}]}}", "id,a,b,c,d,leaf\nu,1,2,3,4,5"
    ).plan
    aggregator = Fuzzy(plan, plan.nodes[0])
    handed = {plan.child_id(ref): aggregator.hands_on(ref) for ref in plan.nodes[0].children}
    assert handed == {"same": True, "other": False, "mean": False, "turned": False, "leaf": False}
    assert aggregator.hands_on(Ref("leaf", 0)) is False


# -- groups in any order ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "wanted", "key"),
    [
        (MinMax(name="x"), "extent", "extent"), (Distance(name="x", target=99.0), "extent", "distance"),
        (ZScore(name="x"), "moments", "spread"), (Ratio(name="x"), "extent", "size"),
        (Ranked(name="x"), "ordered", "units"),
    ],
)  # fmt: skip
def test_groups_are_listed_in_order_and_empty_ones_hide_none(step: Grouped, wanted: Any, key: str) -> None:
    groups = {2: (1.0, 2.0), 1: (math.nan,), 0: (3.0, 5.0, 9.0)}
    found: dict[int, ColumnStatistics] = {code: measure(np.array(values), wanted) for code, values in groups.items()}
    if isinstance(step, MinMax | Ranked):
        del found[1]  # which have a place for it
    step.settle(found)
    assert list(step.parameters()[key]) == ["0", "2"]


# -- repaired judgments -------------------------------------------------------------------------------------

JUDGED = """\
schema: resilience-index/judgments/1
experts:
  # the first
  - id: E1
    comparisons:
      index: {x/y: 2, x/z: 4, y/z: 2}
  - id: E2
    comparisons:
      small/index:
        x/y: 9   # much
        "z/x": "9"
        y/z: 9
"""


def test_repaired_judgments_differ_in_single_numbers(score: Score, tmp_path: Path) -> None:
    path = tmp_path / "judgments.yaml"
    path.write_text(JUDGED, encoding="utf-8")
    text = "defaults: {normalize: none, scale: 1}\ntree: {children: [{id: x}, {id: y}, {id: z}]}"
    matrices = score(text, "id,x,y,z\na,7,0,0\nb,0,7,0", weights="ahp", judgments=path).result.weighting.matrices
    (found,) = repair.repairs(matrices)
    assert (found.report.expert, found.report.parent) == ("E2", "index")
    changes = found.proposal.changes
    lines = list(found.lines())
    assert len(lines) == len(changes) + (not found.proposal.reached)
    pairs = [found.report.pair(change.first, change.second) for change in changes]
    assert lines[0] == (
        f"index E2: {pairs[0]} 9 → {changes[0].after} (CR {changes[0].cr_before:.4f} → {changes[0].cr_after:.4f})"
    )
    proposed = repair.proposed(path, "small", [found]).decode()
    head = ["# 建议的判断，未经专家确认。改动： / Proposed judgments, confirmed by no expert. Changes:"]
    head += [f"#   {line}" for line in lines]
    assert proposed.splitlines()[: len(head)] == head
    body = proposed.splitlines()[len(head) :]
    changed = [(old, new) for old, new in zip(JUDGED.splitlines(), body, strict=True) if old != new]
    assert len(changed) == len(changes)
    written = {"x/y": "        x/y: {}   # much", "x/z": '        "z/x": {}', "y/z": "        y/z: {}"}
    after = {
        pair: 1 / change.after if pair == "x/z" else change.after for pair, change in zip(pairs, changes, strict=True)
    }
    assert {new for _, new in changed} == {written[pair].format(value) for pair, value in after.items()}
    again = tmp_path / "again.yaml"
    again.write_text(proposed, encoding="utf-8")
    better = score(text, "id,x,y,z\na,7,0,0\nb,0,7,0", weights="ahp", judgments=again).result.weighting.matrices
    cr = next(item.cr for item in better if item.expert == "E2")
    assert cr == pytest.approx(changes[-1].cr_after)
    untouched = [item.cr for each in (matrices, better) for item in each if item.expert == "E1"]
    assert untouched[0] == untouched[1]
