"""What the shipped rules say of a row of data, reckoned from the cells and the YAML files with nothing of the program.

Goalposts, the weights of what is there, the lowest of four resiliences with the dilemma, path and worst detail of its
chain, named risks, systems that lie apart, problems of practice, coordination of the dimensions, obstacle degrees.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

MISSING = {"", "NA", "N/A", "-", "—", "——", "/", "无", "缺失", "暂无数据"}
ABSENT = {"不适用", "n.a."}
LEAST = 2 / 3
APART = 1e-11
Chain = tuple[str, str, str, str | None]


@cache
def read(folder: Path, name: str) -> dict[str, Any]:
    return yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))


def nodes(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield tree
    for child in tree["children"]:
        if isinstance(child, dict):
            yield from nodes(child)


class Reckoned:
    """The values 0..1 of the leaves and nodes of a row; None without one."""

    def __init__(self, folder: Path, framework: str, row: dict[str, str]) -> None:
        self.framework = read(folder, framework)
        self.leaves = read(folder, "dictionary")["indicators"]
        self.row, self.tree = row, self.framework["tree"]
        self.values: dict[str, float | None] = {}
        self.left_out: set[str] = set()
        self._node(self.tree)
        self.by_id = {node["id"]: node for node in nodes(self.tree)}

    def _leaf(self, name: str) -> None:
        leaf, cell = self.leaves[name], self.row.get(name, "").strip()
        self.values[name] = None
        if leaf["direction"] == "context" or cell in ABSENT:
            self.left_out.add(name)
        elif cell not in MISSING:
            value, posts = float(cell), [float(post) for post in leaf["goalposts"]]
            if leaf["direction"] == "target":
                low, first, last, high = posts
                share = min((value - low) / (first - low), (high - value) / (high - last), 1.0)
            else:
                share = (value - posts[0]) / (posts[1] - posts[0])
            self.values[name] = min(1.0, max(0.0, share))

    def children(self, node: dict[str, Any]) -> list[tuple[str, float]]:
        """The children that count for this row, with their weights."""
        named = [
            (child, 1.0) if isinstance(child, str) else (child["id"], float(child["weight"]))
            for child in node["children"]
        ]
        return [(name, weight) for name, weight in named if name not in self.left_out]

    def _node(self, node: dict[str, Any]) -> None:
        for child in node["children"]:
            self._leaf(child) if isinstance(child, str) else self._node(child)
        counted = self.children(node)
        there = [(self.values[name], weight) for name, weight in counted if self.values[name] is not None]
        whole, known = sum(weight for _, weight in counted), sum(weight for _, weight in there)
        self.values[node["id"]] = None
        if not counted:
            self.left_out.add(node["id"])
        elif known >= LEAST * whole - 1e-12:
            self.values[node["id"]] = sum(value * weight for value, weight in there) / known

    # -- statements -------------------------------------------------------------------------------------

    def weakest(self, items: list[str], below: float) -> list[Chain]:
        """The lowest nodes with their dilemma, path and the detail of their worst leaf."""
        values = [self.values[name] for name in items]
        if None in values or max(values) - min(values) < APART or min(values) >= below - APART:
            return []
        return [self._chain(name, below) for name in items if self.values[name] - min(values) < APART]

    def _chain(self, name: str, below: float) -> Chain:
        chain = self.by_id[name]["chain"]
        known = [
            (self.values[detail["indicator"]], place)
            for place, detail in enumerate(chain["details"])
            if self.values.get(detail["indicator"]) is not None
        ]
        worst, place = min(known, default=(1.0, 0))
        detail = chain["details"][place]["title"]["zh"] if worst < below - APART else None
        return name, chain["dilemma"]["title"]["zh"], chain["path"], detail

    def problems(self, items: list[str], below: float) -> list[Chain]:
        """The nodes below a bound, the worst first."""
        low = [name for name in items if self.values[name] is not None and self.values[name] < below - APART]
        return [self._chain(name, below) for name in sorted(low, key=lambda name: round(self.values[name], 12))]

    def risks(self, below: float) -> set[str]:
        """The named risks one of whose leaves lies below a bound."""
        return {
            risk["id"] for risk in self.framework["risks"] if any(self._low(leaf, below) for leaf in risk["indicators"])
        }

    def _low(self, name: str, below: float) -> bool:
        value = self.values.get(name)
        return value is not None and value < below - APART

    def apart(self, items: list[str], gap: float) -> tuple[str, str] | None:
        """The highest and lowest of several systems, if they lie so far apart."""
        values = [self.values[name] for name in items]
        if None in values or max(values) - min(values) < gap - APART:
            return None
        return items[values.index(max(values))], items[values.index(min(values))]

    def coordination(self, items: list[str]) -> float | None:
        """D of systems of the same weight."""
        values = [self.values[name] for name in items]
        if None in values or not sum(values):
            return None
        c = len(values) * math.prod(values) ** (1 / len(values)) / sum(values)
        return math.sqrt(c * sum(values) / len(values))

    def obstacles(self) -> dict[str, float]:
        """The obstacle degree of each leaf that has a value."""
        lacking: dict[str, float] = {}

        def share(node: dict[str, Any], whole: float) -> None:
            there = [(name, weight) for name, weight in self.children(node) if self.values[name] is not None]
            known = sum(weight for _, weight in there)
            for name, weight in there:
                if name in self.by_id:
                    share(self.by_id[name], whole * weight / known)
                else:
                    lacking[name] = whole * weight / known * (1.0 - self.values[name])

        share(self.tree, 1.0)
        total = sum(lacking.values())
        return {name: value / total for name, value in lacking.items()}
