"""How the leaves add up to the score.

At an additive node (arithmetic mean, sum) a child contributes its weighted value. Where a node's value is
not that sum — any other aggregation, a re-normalised, inverted or rounded node — the value is shared among the
children in proportion to weight × value (equally, when all of these are 0). So the contributions of the
leaves add up to the score on every framework, and are the plain products on additive ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from resilience_index.scoring.aggregation import UNWEIGHED
from resilience_index.scoring.kernel import Block, Program, Values
from resilience_index.scoring.plan import NodePlan
from resilience_index.scoring.statistics import Floats


@dataclass(frozen=True)
class Contributions:
    """Contributions to the score on the shown scale, and effective weights, of leaves and nodes (units,).

    NaN where a unit has no score or the item no value; ``effective`` are the shares of the parent after
    weights were re-scaled over the children present.
    """

    leaves: list[Floats | None]
    nodes: list[Floats | None]
    effective_leaves: list[Floats | None]
    effective_nodes: list[Floats | None]


def contributions(program: Program, values: Values, block: Block) -> Contributions:
    """Split the score of each unit, as it is shown, over the leaves."""
    plan = program.plan
    size = len(plan.nodes)
    result = Contributions([None] * len(plan.leaves), [None] * size, [None] * len(plan.leaves), [None] * size)
    root = values.shown[0]
    if root is None:
        return result
    result.nodes[0] = root
    result.effective_nodes[0] = np.where(np.isnan(root), np.nan, 1.0)
    for node in plan.nodes:
        _split(program, node, values, block, result)
    return result


def _split(program: Program, node: NodePlan, values: Values, block: Block, result: Contributions) -> None:
    own = result.nodes[node.index]
    assert own is not None
    factors = program.factors(node)
    children = [program.taken(ref, values) for ref in node.children]
    present = [~np.isnan(child) for child in children]
    # A child that counts as 0 though missing keeps its weight; one that is not applicable has none. A node that
    # counts as 0 itself shares what that is worth (under a geometric mean, or inverted) equally.
    nothing = ~np.isnan(own) & np.isnan(_known(values.nodes[node.index]))
    if node.missing.name == "zero" or nothing.any():
        counted = nothing | (node.missing.name == "zero")
        excused = [program.not_applicable(ref, block, values) for ref in node.children]
        applies = [np.ones_like(nothing) if free is None else ~free for free in excused]
        present = [np.where(counted, mask, here) for mask, here in zip(applies, present, strict=True)]
        children = [np.where(nothing | np.isnan(child), 0.0, child) for child in children]
    divisor, total, count = np.zeros(own.shape), np.zeros(own.shape), np.zeros(own.shape)
    weighted = []
    for child, here, factor in zip(children, present, factors.tolist(), strict=True):
        part = np.where(here, factor * np.where(here, child, 0.0), 0.0)
        weighted.append(part)
        divisor += np.where(here, factor, 0.0)
        total += part  # one after the other: np.sum adds in an order that depends on the size of the block
        count += here
    with np.errstate(all="ignore"):
        for ref, here, factor, part in zip(node.children, present, factors.tolist(), weighted, strict=True):
            share = np.where(total != 0.0, part / total, 1.0 / count)
            contribution = np.where(here & ~np.isnan(own), own * share, np.nan)
            effective = np.where(here, factor if node.aggregate.name in UNWEIGHED else factor / divisor, np.nan)
            target, weights = (
                (result.leaves, result.effective_leaves)
                if ref.kind == "leaf"
                else (result.nodes, result.effective_nodes)
            )
            target[ref.index] = contribution
            weights[ref.index] = effective


def _known(column: Floats | None) -> Floats:
    assert column is not None
    return column
