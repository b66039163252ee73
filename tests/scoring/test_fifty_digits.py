"""Random trees and tables: every figure beside the same with 50 digits (``fifty_digits``)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import fifty_digits
import numpy as np
from fifty_digits import Cells, Exact, exact
from mpmath import mp, mpf
from scoring_figures import FIGURES
from test_own_indices import named

import resilience_index as ri
from resilience_index.report.export.tables import weight_rows

TREES = int(os.environ.get("NUMBERS_TREES", "30"))
LARGEST = 1e-12
"""No value may be further off; what is measured is printed at the end of the run."""
LARGEST_WEIGHT = 1e-10
"""Nor any weight. Entropy weighs 1 − e, independence 1/R: where e is nearly 1, or R nearly 0, digits are lost."""

CALLS: list[Any] = [
    "goalposts", {"method": "goalposts", "transform": "log"}, {"method": "goalposts", "clip": False},
    "minmax", {"method": "minmax", "to": [0.1, 1]}, {"method": "minmax", "transform": "log"},
    "percentile_rank", {"method": "percentile_rank", "ties": "average"}, "rank", {"method": "borda", "ties": "max"},
    "vector", {"method": "vector", "cost": "reciprocal"}, "sum", {"method": "sum", "cost": "complement"},
    "max", {"method": "max", "cost": "complement"}, {"method": "zscore", "mean": 50, "sd": 10},
    "distance_to_best", {"method": "distance_to_reference", "reference": "U003"},
    {"method": "distance_to_target", "target": 97, "clip": False}, "none",
    {"method": "bands", "bands": [{"min": 60, "points": 3}, {"min": 30, "points": 2}, {"points": 1}]},
]  # fmt: skip
FLOOR = {"zero": {"floor": 0.01}}
AGGREGATE: list[Any] = [
    "arithmetic", {"method": "geometric", **FLOOR}, {"method": "harmonic", **FLOOR}, {"method": "power", "p": 3},
    {"method": "power", "p": -0.5, **FLOOR}, "owa", "mpi",
    {"method": "mpi", "sign": "plus", "to": [70, 130]}, "min", "max", "topsis", {"method": "topsis", "norm": "none"},
    {"method": "vikor", "v": 0.7}, {"method": "gra", "rho": 0.3}, "rsr", {"method": "rsr", "score": "fitted"},
]  # fmt: skip
EVEN = [call for call in CALLS if not isinstance(call, dict) or call["method"] in ("minmax", "vector", "sum", "max")]
"""Normalisations that leave no value below 0 and no column constant: what weights from data take."""
DATA_WEIGHTS = ("entropy", "gini", "std", "cv", "critic", "independence")
ANY_SIGN = ("arithmetic", "owa", "min", "max", "vikor", "gra", "rsr")
"""Aggregations that take negative values; the others refuse them."""


class Tree:
    """A tree of up to three levels and its table, both drawn by a seed."""

    def __init__(self, seed: int, levels: int = 2, calls: Sequence[Any] = CALLS) -> None:
        self.draw = np.random.default_rng(seed)
        self.calls = calls
        self.size = int(self.draw.integers(8, 40)) if levels == 2 else int(self.draw.integers(24, 60))
        self.ids = [f"U{n:03d}" for n in range(self.size)]
        self.leaves: list[dict[str, Any]] = []
        self.tree = self.node("index", levels)
        self.whole = seed % 3 > 0
        gaps = 0.0 if self.whole else 0.08
        self.columns: dict[str, Any] = {}
        for leaf in self.leaves:
            x = (
                self.draw.uniform(1, 99, self.size)
                if self.draw.random() < 0.5
                else self.draw.lognormal(3, 1, self.size)
            )
            x[self.draw.random(self.size) < gaps] = np.nan
            x[3] = 98.0 if leaf["direction"] == "benefit" else 1.0 / 16  # the reference: nearly the best
            self.columns[leaf["id"]] = x

    def one_of(self, choices: Sequence[Any]) -> Any:
        return choices[int(self.draw.integers(len(choices)))]

    def node(self, name: str, levels: int) -> dict[str, Any]:
        node: dict[str, Any] = {"id": name, "children": []}
        for place in range(int(self.draw.integers(2, 5))):
            inner = levels > 0 and self.draw.random() < 0.6
            child = self.node(f"{name}_{place}", levels - 1) if inner else self.leaf(f"{name}_{place}")
            child["weight"] = self.one_of([1, 2, 5, "1/3", 0.7])
            node["children"].append(child)
        signed = any(map(maybe_negative, node["children"]))
        calls = [call for call in AGGREGATE if not signed or fifty_digits.call_of(call)["method"] in ANY_SIGN]
        node["aggregate"] = self.one_of(calls)
        if node["aggregate"] == "owa":
            node["aggregate"] = {"method": "owa", "order": list(range(len(node["children"]) + 1, 1, -1))}
        return node

    def leaf(self, name: str) -> dict[str, Any]:
        direction = self.one_of(["benefit", "cost"])
        call = fifty_digits.call_of(self.one_of(self.calls))
        leaf: dict[str, Any] = {"id": name, "direction": direction}
        if call["method"] == "goalposts":
            if self.draw.random() < 0.2 and len(call) == 1:
                leaf |= {"direction": "target", "goalposts": [0.01, 20, 50, 1000]}
            else:
                leaf["goalposts"] = [0.01, 110] if direction == "benefit" else [110, 0.01]
        if call["method"] == "distance_to_target" and direction == "cost":
            call["target"] = 0.05
        if call["method"] in ("bands", "none"):
            leaf["direction"] = "benefit"
        leaf["normalize"] = call
        self.leaves.append(leaf)
        return leaf

    def cells(self) -> dict[str, Cells]:
        return {name: [None if np.isnan(v) else mpf(v) for v in x.tolist()] for name, x in self.columns.items()}

    def score(self, folder: Path, **options: Any) -> ri.Result:
        content = {
            "schema": "resilience-index/framework/1", "id": "drawn", "version": "1.0.0",
            "title": {"zh": "随机", "en": "drawn"}, "tree": named(self.tree),
            "defaults": {"missing": {"policy": "available", "min_children": 1}, "scale": 1},
        }  # fmt: skip
        path = folder / "drawn.yaml"
        path.write_text(json.dumps(content), encoding="utf-8")  # JSON is YAML too
        names = list(self.columns)
        lines = [",".join(["community_id", *names])]
        for row, unit in enumerate(self.ids):
            cells = [self.columns[name][row] for name in names]
            lines.append(",".join([unit, *("" if np.isnan(cell) else repr(float(cell)) for cell in cells)]))
        (folder / "drawn.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        framework = ri.load_framework(path)
        return ri.score(ri.read_data(folder / "drawn.csv", framework), framework, **options)


def nodes(item: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "children" in item:
        yield item
        for child in item["children"]:
            yield from nodes(child)


def maybe_negative(item: Mapping[str, Any]) -> bool:
    if "children" not in item:
        call = item["normalize"]
        return call["method"] == "zscore" or call.get("clip", True) is False
    call = fifty_digits.call_of(item["aggregate"])
    if call["method"] == "mpi" or call.get("score") == "fitted":
        return True
    return call["method"] in ("arithmetic", "owa", "min", "max") and any(map(maybe_negative, item["children"]))


def given(tree: Mapping[str, Any]) -> dict[str, list[Any]]:
    local = {}
    for node in nodes(tree):
        weights = [exact(child["weight"]) for child in node["children"]]
        local[node["id"]] = [weight / sum(weights) for weight in weights]
    return local


def distance(found: Sequence[float], expected: Cells) -> float:
    """The largest difference, relative to the figure or, for figures next to nothing, to 1/1000 of the column."""
    assert [x is None for x in expected] == [bool(np.isnan(x)) for x in found]
    size = max((abs(x) for x in expected if x is not None), default=mpf(0)) / 1000
    pairs = [(mpf(float(a)), b) for a, b in zip(found, expected, strict=True) if b is not None]
    return float(max((abs(a - b) / max(abs(b), size) for a, b in pairs if a != b), default=mpf(0)))


def noted(what: str, figures: Mapping[str, float], count: str) -> None:
    worst = sorted(figures, key=lambda name: -figures[name])
    others = ", ".join(f"{name} {figures[name]:.1e}" for name in worst[1:4])
    FIGURES.append(f"{what}: {count}, largest relative error {figures[worst[0]]:.1e} ({worst[0]}; then {others})")


def test_every_value_of_random_trees(tmp_path: Path) -> None:
    worst: dict[str, float] = {}
    figures = 0
    for seed in range(TREES):
        tree = Tree(seed)
        result = tree.score(tmp_path)
        expected = Exact(tree.tree, tree.cells(), tree.ids, given(tree.tree))
        values = result.detail(0, len(result)).values.leaves
        found = {leaf.id: values[leaf.index] for leaf in result.plan.scored}
        found |= {node.id: result.passed[node.index] for node in result.plan.nodes}
        calls = {leaf["id"]: leaf["normalize"] for leaf in tree.leaves}
        calls |= {node["id"]: node["aggregate"] for node in nodes(tree.tree)}
        for name, column in found.items():
            off = distance(column, expected.values[name])
            method = fifty_digits.call_of(calls[name])["method"]
            assert off <= LARGEST, f"tree {seed}, {name}, {calls[name]}: {off:.1e}"
            worst[method] = max(worst.get(method, 0.0), off)
            figures += len(column)
    assert len(worst) == len({fifty_digits.call_of(call)["method"] for call in [*CALLS, *AGGREGATE]})
    noted("values", worst, f"{TREES} trees, {figures} figures")


def weighed(result: ri.Result, tree: Tree) -> list[float]:
    """The global weights of the leaves."""
    rows = {row["node"]: row["global_weight"] for row in weight_rows(result.plan, result.weighting)}
    return [rows[leaf["id"]] for leaf in tree.leaves]


def test_weights_from_data(tmp_path: Path) -> None:
    worst: dict[str, float] = {}
    count = 0
    for seed in range(TREES):
        tree = Tree(1000 + seed, 1, EVEN)
        columns = [normalized_leaf(tree, leaf) for leaf in tree.leaves]
        for method in DATA_WEIGHTS:
            if method == "independence" and not tree.whole:
                continue  # correlations pair by pair make no matrix that can always be inverted
            expected = fifty_digits.data_weights(method, columns)
            off = distance(weighed(tree.score(tmp_path, weights=method), tree), expected)
            assert off <= LARGEST_WEIGHT, f"tree {1000 + seed}, {method}: {off:.1e}"
            worst[method] = max(worst.get(method, 0.0), off)
            count += len(expected)
    assert set(worst) == set(DATA_WEIGHTS)
    noted("weights from data", worst, f"{TREES} trees, {count} weights")


def normalized_leaf(tree: Tree, leaf: Mapping[str, Any]) -> Cells:
    call = dict(leaf["normalize"]) | ({"goalposts": leaf["goalposts"]} if "goalposts" in leaf else {})
    return fifty_digits.normalized(tree.cells()[leaf["id"]], call, leaf["direction"], tree.ids)


def leaf_shares(tree: Tree) -> Cells:
    """The given global weights of the leaves."""
    local = given(tree.tree)
    shares: dict[str, Any] = {tree.tree["id"]: mpf(1)}
    for node in nodes(tree.tree):
        for child, share in zip(node["children"], local[node["id"]], strict=True):
            shares[child["id"]] = shares[node["id"]] * share
    return [shares[leaf["id"]] for leaf in tree.leaves]


def test_combined_weights(tmp_path: Path) -> None:
    worst: dict[str, float] = {}
    for seed in range(TREES):
        tree = Tree(2000 + seed, 1, EVEN)
        one = leaf_shares(tree)
        other = fifty_digits.data_weights("entropy", [normalized_leaf(tree, leaf) for leaf in tree.leaves])
        parts = {
            "linear": [a / 3 + b * 2 / 3 for a, b in zip(one, other, strict=True)],
            "product": [a * b for a, b in zip(one, other, strict=True)],
            "geometric": [mp.sqrt(a * b) for a, b in zip(one, other, strict=True)],
        }
        for rule, found in parts.items():
            call = {"method": "combine", "rule": rule, "subjective": "given", "objective": "entropy"}
            result = tree.score(tmp_path, weights=call | ({"alpha": "1/3"} if rule == "linear" else {}))
            off = distance(weighed(result, tree), [each / mp.fsum(found) for each in found])
            assert off <= LARGEST_WEIGHT, f"tree {2000 + seed}, {rule}: {off:.1e}"
            worst[rule] = max(worst.get(rule, 0.0), off)
    noted("combined weights", worst, f"{TREES} trees")


def test_weights_from_judgments(tmp_path: Path) -> None:
    worst: dict[str, float] = {}
    scale = [Fraction(1, n) for n in range(9, 1, -1)] + [Fraction(n) for n in range(1, 10)]
    for seed in range(TREES):
        tree = Tree(3000 + seed, 1, ["minmax"])
        draw, experts, asked = tree.draw, [], {}
        for expert in range(int(draw.integers(1, 4))):
            said: dict[str, dict[str, str]] = {}
            for node in nodes(tree.tree):
                names = [child["id"] for child in node["children"]]
                cells = {(i, j): scale[int(draw.integers(len(scale)))] for j in range(len(names)) for i in range(j)}
                asked.setdefault(node["id"], []).append((expert + 1, cells))
                said[node["id"]] = {f"{names[i]}/{names[j]}": str(value) for (i, j), value in cells.items()}
            experts.append({"id": f"E{expert}", "weight": expert + 1, "comparisons": said})
        judgments = tmp_path / "judgments.yaml"
        judgments.write_text(json.dumps({"schema": "resilience-index/judgments/1", "experts": experts}), "utf-8")
        for rule in ("eigenvector", "geometric", "arithmetic"):
            result = tree.score(tmp_path, weights={"method": "ahp", "priority": rule}, judgments=judgments)
            for node in result.plan.nodes:
                size = len(result.weights.local[node.index])
                expected = fifty_digits.priorities(fifty_digits.joined(asked[node.id], size), rule)
                off = distance(result.weights.local[node.index].tolist(), expected)
                assert off <= LARGEST, f"tree {3000 + seed}, {node.id}, {rule}: {off:.1e}"
                worst[rule] = max(worst.get(rule, 0.0), off)
    noted("weights from judgments", worst, f"{TREES} trees")
