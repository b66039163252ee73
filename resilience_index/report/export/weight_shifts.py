"""How far weights are from equal ones, level by level."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from resilience_index.report.export.tables import weight_rows
from resilience_index.scoring.plan import Plan
from resilience_index.scoring.weighting import Weighting


@dataclass(frozen=True)
class LevelShift:
    """One level against equal weights among siblings: the share of the whole that lies elsewhere, and who gains most.

    ``moved`` is half of Σ|w − e| over the nodes and leaves of the level, w and e being global weights: 0 to 1.
    ``most`` and ``least`` are the items with the largest gain and loss, with their w − e; None where nothing moves.
    """

    level: int
    items: int
    moved: float
    most: tuple[str, float] | None
    least: tuple[str, float] | None

    def to_dict(self) -> dict[str, Any]:
        """As ``weights --json`` prints it."""
        return {
            "level": self.level, "items": self.items, "moved": self.moved,
            "largest_gain": _named(self.most), "largest_loss": _named(self.least),
        }  # fmt: skip


_NOISE = 1e-12


def weight_shifts(plan: Plan, weighting: Weighting) -> list[LevelShift]:
    """Every level below the root against equal weights among siblings (not over leaves: a tree may be ragged)."""
    equal = weighting.table([np.full(len(node.children), 1.0 / len(node.children)) for node in plan.nodes])
    levels: dict[int, list[tuple[str, float]]] = {}
    for row in weight_rows(plan, weighting):
        ref = plan.positions[row["node"]]
        even = float((equal.leaf if ref.kind == "leaf" else equal.node)[ref.index])
        levels.setdefault(row["level"], []).append((row["node"], row["global_weight"] - even))
    return [_shift(level, items) for level, items in sorted(levels.items()) if level > 0]


def _shift(level: int, items: list[tuple[str, float]]) -> LevelShift:
    moved = math.fsum(abs(change) for _, change in items) / 2.0
    most, least = max(items, key=lambda item: item[1]), min(items, key=lambda item: item[1])
    return LevelShift(
        level, len(items), moved if moved > _NOISE else 0.0,
        most if most[1] > _NOISE else None, least if least[1] < -_NOISE else None,
    )  # fmt: skip


def _named(item: tuple[str, float] | None) -> dict[str, Any] | None:
    return None if item is None else {"node": item[0], "change": item[1]}
