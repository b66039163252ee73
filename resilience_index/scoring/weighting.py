"""Weights of a run: those known from the start, and those that data must settle.

``Weighting`` holds, for each inner node, the local weights of its scored children. Expert weights are
there at once; data weights (entropy) wait for statistics that the kernel measures. A combination joins
the expert weights with the data weights as the data method alone would give them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from resilience_index.errors import InternalError, RefusalError
from resilience_index.findings import Finding
from resilience_index.methods.checking import Call
from resilience_index.methods.weights import combine, entropy, levels
from resilience_index.scoring import expert_weights
from resilience_index.scoring.expert_weights import MatrixReport
from resilience_index.scoring.plan import NodePlan, Plan, Ref
from resilience_index.scoring.statistics import ColumnStatistics, Floats


@dataclass(frozen=True)
class WeightTable:
    """Weights of a whole tree: ``local[node]`` of its children, ``leaf`` and ``node`` global weights."""

    local: tuple[Floats, ...]
    leaf: Floats
    node: Floats


@dataclass
class Weighting:
    """The weights of a plan on their way from known to settled."""

    plan: Plan
    findings: list[Finding] = field(default_factory=list)
    matrices: list[MatrixReport] = field(default_factory=list)
    components: dict[str, WeightTable] = field(default_factory=dict)
    local: list[Floats | None] = field(default_factory=list)
    final: bool = False

    def __post_init__(self) -> None:
        call = self.plan.weights
        self.objective: Call | None = call if call.name == "entropy" else call.get("objective")
        self.subjective: Call | None = call.get("subjective") if call.name == "combine" else call
        if call.name == "entropy":
            self.subjective = None
        self._flatten()
        self.local = [None] * len(self.plan.nodes)
        if self.subjective is not None:
            found = expert_weights.find(self.plan, self.subjective)
            self.findings += found.findings
            self.matrices += found.matrices
            self.components[self.subjective.name] = self.table(found.local)
        if self.objective is None:
            self._finish()
        elif self.scope == "siblings":
            for node in self.plan.nodes:
                if len(node.children) == 1:  # it needs no data
                    self.local[node.index] = np.ones(1)
            self._settle_siblings()

    @property
    def scope(self) -> str | None:
        """``leaves`` or ``siblings`` while a data method waits for statistics, else None."""
        return None if self.final or self.objective is None else str(self.objective["scope"])

    @property
    def shift(self) -> float:
        """The named shift of the entropy method."""
        return float(self.objective["shift"]) if self.objective is not None else 0.0

    @property
    def raw(self) -> bool:
        """Whether the data method looks at raw instead of normalised values."""
        return self.objective is not None and self.objective["input"] == "raw"

    def table(self, local: Sequence[Floats]) -> WeightTable:
        """Global weights from local ones: products down the tree."""
        flat = np.ones(self._parent.size)
        for node, shares in zip(self.plan.nodes, local, strict=True):
            flat[self._children[node.index]] = shares
        return self._split(levels.global_from_local(flat, self._parent), local)

    def table_from_leaves(self, leaf_weights: Floats) -> WeightTable:
        """Local weights from global weights of the scored leaves: a node weighs the sum of its leaves."""
        is_leaf = np.arange(self._parent.size) >= len(self.plan.nodes)
        weights, flat = levels.local_from_global(leaf_weights, self._parent, is_leaf)
        return self._split(weights, [flat[children] for children in self._children])

    def _flatten(self) -> None:
        """Number the tree as ``levels`` wants it: nodes in pre-order, then the scored leaves."""
        count = len(self.plan.nodes)
        places = {leaf.index: count + position for position, leaf in enumerate(self.plan.scored)}
        self._children = [
            [places[ref.index] if ref.kind == "leaf" else ref.index for ref in node.children]
            for node in self.plan.nodes
        ]
        parents = [node.parent for node in self.plan.nodes] + [leaf.parent for leaf in self.plan.scored]
        self._parent = np.array(parents)

    def _split(self, weights: Floats, local: Sequence[Floats]) -> WeightTable:
        count = len(self.plan.nodes)
        leaf_weights = np.zeros(len(self.plan.leaves))
        leaf_weights[[leaf.index for leaf in self.plan.scored]] = weights[count:]
        return WeightTable(tuple(local), leaf_weights, weights[:count])

    def settle_leaves(self, statistics: Sequence[ColumnStatistics]) -> None:
        """Data weights of all scored leaves together, from the statistics of each."""
        leaves = self.plan.scored
        shares = self._divergence_weights([Ref("leaf", leaf.index) for leaf in leaves], statistics)
        self._settled(self.table_from_leaves(shares))

    def settle_node(self, index: int, statistics: Sequence[ColumnStatistics]) -> None:
        """Data weights of one node's children, from the statistics of each."""
        node = self.plan.nodes[index]
        self.local[index] = self._divergence_weights(node.children, statistics, node)
        self._settle_siblings()

    def _settle_siblings(self) -> None:
        if all(shares is not None for shares in self.local):
            self._settled(self.table([shares for shares in self.local if shares is not None]))

    def _is_top(self, node: NodePlan) -> bool:
        """Whether a node is the root, or an only child of an only child … of it."""
        while node.parent >= 0:
            node = self.plan.nodes[node.parent]
            if len(node.children) > 1:
                return False
        return True

    def _divergence_weights(
        self, columns: Sequence[Ref], statistics: Sequence[ColumnStatistics], node: NodePlan | None = None
    ) -> Floats:
        names = [self.plan.child_id(ref) for ref in columns]
        for name, found in zip(names, statistics, strict=True):
            if found.count < 3:
                raise RefusalError("RI322", leaf=name, count=found.count)
        constant = [found.is_constant(node=ref.kind == "node") for ref, found in zip(columns, statistics, strict=True)]
        self.findings += [
            Finding("RI324", params={"leaf": name}) for name, flat in zip(names, constant, strict=True) if flat
        ]
        units = min(found.count for found in statistics)
        if units < len(names):
            self.findings.append(Finding("RI325", params={"units": units, "leaves": len(names)}))
        divergences = np.array(
            [0.0 if flat else found.divergence() for flat, found in zip(constant, statistics, strict=True)]
        )
        if node is not None and not divergences.any() and not self._is_top(node):
            # The node is constant itself and gets weight 0; at the top nothing would be left to weigh.
            return np.full(len(names), 1.0 / len(names))
        return entropy.weights_from(divergences)

    def _settled(self, table: WeightTable) -> None:
        assert self.objective is not None
        self.components[self.objective.name] = table
        self._finish()

    def _finish(self) -> None:
        call = self.plan.weights
        table = self._combined(call) if call.name == "combine" else next(iter(self.components.values()))
        self.local = list(table.local)
        self.weights = table
        self.final = True

    def _combined(self, call: Call) -> WeightTable:
        if self.subjective is None or self.objective is None:  # pragma: no cover - a combination has both
            raise InternalError("RI011", reason="combination without components")
        scored = [leaf.index for leaf in self.plan.scored]
        subjective = self.components[self.subjective.name].leaf[scored]
        objective = self.components[self.objective.name].leaf[scored]
        if call["rule"] == "product":
            joined = combine.product(subjective, objective)
            killed = [
                leaf.id for leaf, s, o in zip(self.plan.scored, subjective, objective, strict=True) if s > 0 and o == 0
            ]
            if killed:
                self.findings.append(Finding("RI326", params={"names": killed}))
        else:
            joined = combine.linear(subjective, objective, float(call["alpha"]))
        return self.table_from_leaves(joined)
