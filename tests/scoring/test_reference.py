"""Random frameworks and tables: the program and the slow reference agree on every figure."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from reference import NOT_APPLICABLE, Cell, Reference, Refused, Undecided, Unit, Value

import resilience_index as ri
from resilience_index.report.export.tables import weight_rows

REFUSALS = {"RI402", "RI403", "RI404", "RI405", "RI406", "RI321", "RI322", "RI323", "RI331"}
MINMAX = {"method": "minmax", "constant": 0.5}
FLOORED = {"method": "geometric", "zero": {"floor": 0.01}}
TITLE = {"zh": "题", "en": "title"}


@dataclass
class Case:
    """A run as the files say it. ``comparisons``: parent → [(expert's weight, {(i, j): judgment})]."""

    framework: dict[str, Any]
    units: list[Unit]
    options: dict[str, Any]
    by: str | None
    comparisons: dict[str, list[tuple[Fraction, dict[tuple[int, int], Fraction]]]]


def some(*choices: Any) -> st.SearchStrategy[Any]:
    """The first choice most often."""
    return st.sampled_from([choices[0]] * len(choices) + list(choices))


TIES = st.sampled_from(["min", "average", "max"])


@st.composite
def cases(draw: st.DrawFn) -> Case:
    return _Maker(draw).case()


class _Maker:
    """Draws a tree of at most four levels with settings, and a table that fits it.

    ``fine`` tables have values of many digits; the others are full of ties, zeros, halves and bounds that are met
    exactly.
    """

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.fine = draw(st.booleans())
        self.count = 0
        self.leaves: list[dict[str, Any]] = []
        self.nodes: list[dict[str, Any]] = []

    def case(self) -> Case:
        draw = self.draw
        tree = self.node(0)
        tree.pop("weight", None)
        framework: dict[str, Any] = {
            "defaults": {
                "normalize": draw(some({"method": "goalposts"}, "percentile_rank", MINMAX)),
                "aggregate": draw(some("arithmetic", FLOORED, "sum")),
                "missing": self.missing(),
                "scale": draw(some(100, 1, 10)),
            },
            "ranks": {"ties": draw(some("min", "average", "dense"))},
            "tree": tree,
        }  # fmt: skip
        if draw(some(False, True)):
            framework["defaults"]["round"] = self.rounding()
        scale = tree.get("scale", framework["defaults"]["scale"])
        framework["grades"] = [
            {"id": "A", "min": 0.7 * scale, "title": TITLE},
            {"id": "B", "min": 0.3 * scale, "title": TITLE},
        ]
        flagged = draw(
            st.sampled_from([item for item in self.leaves + self.nodes if item.get("direction") != "context"])
        )
        framework["flags"] = [{"id": "flag", "node": flagged["id"], "op": draw(some(">=", "<")), "value": 0.5}]
        framework["red_lines"] = [
            {"indicator": draw(st.sampled_from(self.leaves))["id"], "op": ">=", "value": 8, "cap": "B", "reason": TITLE}
        ]
        weights = self.weights()
        comparisons = {}
        if "ahp" in (weights if isinstance(weights, str) else weights.values()):
            parents = [node for node in self.nodes if len(inner(node)) > 1]
            assume(parents)
            comparisons = {node["id"]: self.judgments(len(inner(node))) for node in parents[:2]}
        options = {"weights": weights}
        if draw(some(False, True)):
            options["missing"] = self.missing()
        return Case(framework, self.units(), options, draw(some(None, "district")), comparisons)

    def _name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def node(self, level: int) -> dict[str, Any]:
        draw = self.draw
        node: dict[str, Any] = {"id": self._name("n"), "title": TITLE}
        self.nodes.append(node)
        count = draw(st.integers(1, 4 if level < 2 else 2))
        node["children"] = [
            self.node(level + 1) if level < 3 and draw(some(False, True)) else self.leaf() for _ in range(count)
        ]
        if not inner(node):
            node["children"].append(self.leaf(context=False))
        if draw(st.booleans()):
            weights = draw(st.lists(some(1, 2, 0.5, "1/3", 0), min_size=5, max_size=5))
            if any(weights):
                for child, weight in zip(inner(node), weights, strict=False):
                    child["weight"] = weight
                if all(child["weight"] == 0 for child in inner(node)):
                    inner(node)[0]["weight"] = 1
        node |= self.some_of(
            aggregate=some("arithmetic", FLOORED, {"method": "geometric"}, "sum"),
            normalize=some(
                MINMAX, {"method": "minmax", "to": [0.1, 1], "constant": 0.5}, "percentile_rank",
                {"method": "percentile_rank", "ties": "average", "within": "period"},
            ),
            missing=st.builds(self.missing, st.just(len(inner(node)))),
            invert=st.just(True), against=st.just(True), scale=some(100, 1, 10),
            show=st.sampled_from(["percentile_rank", MINMAX]).map(lambda call: {"normalize": call}),
        )  # fmt: skip
        node |= self.some_of(round=st.builds(self.rounding))
        if "show" in node:
            node["show"] |= self.some_of(round=st.builds(self.rounding))
        return node

    def leaf(self, context: bool = True) -> dict[str, Any]:
        directions = ["benefit"] * 4 + ["cost"] * 3 + ["target"] + ["context"] * context
        direction = self.draw(st.sampled_from(directions))
        posts = {"benefit": [1, 9], "cost": [9, 1], "target": [1, 4, 6, 9], "context": None}[direction]
        leaf: dict[str, Any] = {"id": self._name("x"), "title": TITLE, "direction": direction}
        self.leaves.append(leaf)
        if direction == "context":
            return leaf
        leaf["goalposts"] = posts
        clip, log = self.draw(some(True, False)), self.draw(some("none", "log"))
        methods = [{"method": "goalposts", "clip": clip, "transform": log}]
        if direction != "target":
            ties, cost = self.draw(TIES), self.draw(st.sampled_from(["after", "before"]))
            within = self.draw(some(None, "period", "district"))
            methods += [
                {"method": "minmax", "constant": 0.5, "transform": log},
                {"method": "minmax", "to": [0.1, 1], "constant": 0.5, "within": within},
                {"method": "percentile_rank", "ties": ties, "cost": cost},
                {"method": "percentile_rank", "within": within},
            ]
        for call in methods:
            if call.get("within", "") is None:
                del call["within"]
        leaf |= self.some_of(
            normalize=st.sampled_from(methods), invert=st.just(True), against=st.just(True), scale=some(100, 1)
        )
        leaf |= self.some_of(round=st.builds(self.rounding))
        return leaf

    def some_of(self, **settings_: st.SearchStrategy[Any]) -> dict[str, Any]:
        """Each setting once in four items."""
        return {name: self.draw(strategy) for name, strategy in settings_.items() if self.draw(st.integers(0, 3)) == 3}

    def missing(self, children: int = 2) -> Any:
        return self.draw(
            some(
                {"policy": "available"}, {"policy": "available", "min_coverage": 0.5},
                {"policy": "available", "min_children": min(2, children)},
                {"policy": "available", "min_coverage": "1/3", "min_children": 1},
                "zero", "refuse",
            )
        )  # fmt: skip

    def rounding(self) -> dict[str, Any]:
        return {"digits": self.draw(some(2, 1, 4)), "mode": self.draw(some("half_up", "half_even"))}

    def weights(self) -> Any:
        entropy = {
            "method": "entropy", "scope": self.draw(some("leaves", "siblings")), "shift": self.draw(some(0, 0.01)),
            "input": self.draw(some("normalized", "raw")),
        }  # fmt: skip
        combine = {
            "method": "combine", "rule": self.draw(st.sampled_from(["linear", "product"])),
            "alpha": self.draw(some(0.5, "1/3")), "subjective": self.draw(some("given", "equal", "ahp")),
            "objective": entropy,
        }  # fmt: skip
        return self.draw(st.sampled_from(["given", "equal", "ahp", entropy, combine, combine]))

    def judgments(self, size: int) -> list[tuple[Fraction, dict[tuple[int, int], Fraction]]]:
        value = st.sampled_from([Fraction(1, 5), Fraction(1, 2), Fraction(1), Fraction(3), Fraction(4)])
        pairs = [(i, j) for i in range(size) for j in range(i + 1, size)]
        experts = self.draw(st.integers(1, 2))
        return [(Fraction(1 + expert), {pair: self.draw(value) for pair in pairs}) for expert in range(experts)]

    def units(self) -> list[Unit]:
        size = self.draw(st.integers(4, 8))
        wide = st.integers(100_001, 9_999_999).map(lambda n: Fraction(n, 1_000_000))
        value = wide if self.fine else st.integers(1, 10).map(Fraction)
        absent = self.draw(st.sampled_from([[], [], [None], [None, NOT_APPLICABLE]]))
        cell = st.one_of(*[value] * 8, st.sampled_from(absent)) if absent else value
        periods = self.draw(some(["2024"], ["2024", "2025"]))
        found = []
        for _ in range(size):
            cells: dict[str, Cell] = {leaf["id"]: self.draw(cell) for leaf in self.leaves}
            groups = {"period": self.draw(st.sampled_from(periods)), "district": self.draw(some("东", "西"))}
            found.append(Unit(cells, groups))
        return found


def inner(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [child for child in node["children"] if child.get("direction") != "context"]


def program(case: Case, folder: Path) -> ri.Result:
    """The program's answer, by way of files."""
    head = {"schema": "resilience-index/framework/1", "id": "random", "version": "1.0.0", "title": TITLE}
    framework = copy.deepcopy(head | case.framework)
    _titles(framework["tree"])
    (folder / "random.yaml").write_text(json.dumps(framework), encoding="utf-8")  # JSON is YAML too
    names = list(case.units[0].cells)
    lines = [",".join(["community_id", "period", "district", *names])]
    for number, unit in enumerate(case.units):
        cells = [
            "不适用" if cell == NOT_APPLICABLE else "" if cell is None else str(float(cell))
            for cell in unit.cells.values()
        ]
        lines.append(",".join([f"u{number}", unit.groups["period"], unit.groups["district"], *cells]))
    (folder / "random.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    judgments = None
    if case.comparisons:
        judgments = folder / "judgments.yaml"
        judgments.write_text(json.dumps(_judgments(case)), encoding="utf-8")
    loaded = ri.load_framework(folder / "random.yaml")
    table = ri.read_data(folder / "random.csv", loaded)
    return ri.score(table, loaded, judgments=judgments, by=case.by, **case.options)


def _titles(item: dict[str, Any]) -> None:
    """Titles are names of columns: each its own."""
    item["title"] = {"zh": item["id"] + "题", "en": item["id"] + " title"}
    for child in item.get("children", []):
        _titles(child)


def _judgments(case: Case) -> dict[str, Any]:
    experts: dict[int, dict[str, Any]] = {}
    children = {node["id"]: inner(node) for node in _nodes(case.framework["tree"])}
    for parent, given_ in case.comparisons.items():
        for number, (weight, cells) in enumerate(given_):
            expert = experts.setdefault(number, {"id": f"E{number}", "weight": int(weight), "comparisons": {}})
            names = [child["id"] for child in children[parent]]
            expert["comparisons"][parent] = {f"{names[i]}/{names[j]}": str(value) for (i, j), value in cells.items()}
    return {"schema": "resilience-index/judgments/1", "experts": list(experts.values())}


def _nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node] + [found for child in node["children"] if "children" in child for found in _nodes(child)]


def same(found: Any, expected: Sequence[Value], what: str, scale: float = 1.0) -> None:
    """Equal to 1e-12 of each figure, or of the scale's last thousandth where a figure is next to nothing."""
    found = np.asarray(found, dtype=np.float64)
    wanted = np.array([np.nan if x is None else float(x) for x in expected])
    assert np.array_equal(np.isnan(found), np.isnan(wanted)), f"{what}: {found} instead of {wanted}"
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=2e-15 * scale, err_msg=what)


def compare(result: ri.Result, expected: Reference) -> None:
    plan = result.plan
    values = result.detail(0, len(result)).values
    for leaf in plan.scored:
        same(values.leaves[leaf.index], expected.passed[leaf.id], leaf.id)
    for row in weight_rows(plan, result.weighting):
        assert row["global_weight"] == pytest.approx(float(expected.weights[row["node"]]), rel=1e-12, abs=1e-15)
        for name, weight in row["components"].items():
            assert weight == pytest.approx(float(expected.components[name][row["node"]]), rel=1e-12, abs=1e-15)
    for node in plan.nodes:
        local = [float(x) for x in expected.local[node.id]]
        assert result.weights.local[node.index].tolist() == pytest.approx(local, rel=1e-12, abs=1e-15)
        same(result.passed[node.index], expected.passed[node.id], node.id)
        same(result.shown[node.index], expected.shown[node.id], f"{node.id} shown", node.scale)
    same(result.score, expected.scores, "score", plan.nodes[0].scale)
    same(result.coverage, expected.coverage, "coverage")
    same(result.ranks, expected.ranks, "rank")
    assert [result.grade_id(unit) for unit in range(len(result))] == expected.grades
    for name, flags in expected.flags.items():
        same(result.flags[name], [None if flag is None else Fraction(flag) for flag in flags], name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("random")


@settings(deadline=None, max_examples=150)
@given(case=cases())
def test_the_program_agrees_with_the_reference(case: Case, folder: Path) -> None:
    try:
        expected = Reference(case.framework, case.units, options=case.options, by=case.by, comparisons=case.comparisons)
    except Undecided:
        event("undecided")
        assume(False)
    except Refused as refusal:
        event(f"refused {refusal.code}")
        with pytest.raises(ri.InputError) as caught:
            program(case, folder)
        assert {finding.code for finding in caught.value.findings if finding.severity == "error"} <= REFUSALS
        return
    event("scored")
    result = program(case, folder)
    compare(result, expected)
    contributions(result)


def contributions(result: ri.Result) -> None:
    """Those of a unit's leaves add up to its score."""
    detail = result.detail(0, len(result)).contributions.leaves
    parts = [part for part in detail if part is not None]
    for unit, score in enumerate(result.score.tolist()):
        own = [float(part[unit]) for part in parts if not np.isnan(part[unit])]
        if score == score:
            size = max(map(abs, [*own, score]))
            assert sum(own) == pytest.approx(score, rel=1e-12, abs=1e-13 * size)
        else:
            assert not own
    alone = result.detail(0, 1).contributions.leaves
    for part, single in zip(detail, alone, strict=True):
        assert part is None or np.array_equal(part[:1], single, equal_nan=True)
