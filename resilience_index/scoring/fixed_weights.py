"""Weights that are given: those another run has found, used with any data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from resilience_index.scoring.plan import Plan
from resilience_index.scoring.statistics import Floats
from resilience_index.scoring.weighting import Weighting


@dataclass
class FixedWeighting(Weighting):
    """Final weights from the start: ``shares[node]`` are the local weights of a node's scored children."""

    shares: Sequence[Floats] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.call = self.plan.weights
        self._flatten()
        self.local = list(self.shares)
        self.weights = self.table(self.shares)
        self.final = True


def with_weights(plan: Plan, other: Plan, weighting: Weighting) -> tuple[Plan, FixedWeighting]:
    """``plan`` with the weights another run of the same tree has found, and as its framework gives them.

    The trees have the same nodes with the same scored children, in whatever order.
    """
    nodes, shares = [], []
    for node in plan.nodes:
        twin = other.nodes[other.positions[node.id].index]
        places = {other.child_id(ref): position for position, ref in enumerate(twin.children)}
        order = [places[plan.child_id(ref)] for ref in node.children]
        given = tuple(twin.given[position] for position in order)
        nodes.append(replace(node, given=given, has_given=twin.has_given))
        shares.append(np.array(weighting.weights.local[twin.index])[order])
    mixed = replace(plan, nodes=tuple(nodes))
    return mixed, FixedWeighting(mixed, shares=shares)


def by_id(plan: Plan, weighting: Weighting) -> Mapping[str, tuple[dict[str, float], dict[str, float]]]:
    """The weights of each node's children: local ones, and as the framework gives them."""
    found = {}
    for node, local in zip(plan.nodes, weighting.weights.local, strict=True):
        names = [plan.child_id(ref) for ref in node.children]
        found[node.id] = (dict(zip(names, local.tolist(), strict=True)), dict(zip(names, node.given, strict=True)))
    return found
