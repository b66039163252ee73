"""Weights of a run: those known from the start, and those that data must settle.

``Weighting`` holds, for each inner node, the local weights of its scored children. Expert weights are
there at once; data weights wait for statistics that the kernel measures. A combination joins the expert
weights with the data weights as the data method alone would give them; ``levels`` finds the weights of each
set of siblings by a method of its own, bottom up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.findings import Finding
from resilience_index.methods.checking import Call
from resilience_index.methods.registry import DATA_WEIGHTS
from resilience_index.methods.weights import levels
from resilience_index.scoring import expert_weights, joining, weight_calls
from resilience_index.scoring.data_weights import Columns, DataMethod, Gathered
from resilience_index.scoring.joining import Joined
from resilience_index.scoring.judgment_reports import AnswerReport, GroupReport, MatrixReport
from resilience_index.scoring.plan import NodePlan, Plan, Ref
from resilience_index.scoring.statistics import Floats

_DIRECTED = ("merec", "cilos", "idocriw")
"""Methods that must know of a raw column whether more is better."""


@dataclass(frozen=True)
class WeightTable:
    """Weights of a whole tree: ``local[node]`` of its children, ``leaf`` and ``node`` global weights."""

    local: tuple[Floats, ...]
    leaf: Floats
    node: Floats


@dataclass
class Solver:
    """A data method and the columns it waits for: all scored leaves, or the children of one node."""

    position: int
    method: DataMethod
    columns: tuple[Ref, ...]
    node: int | None
    raw: bool

    @property
    def settled(self) -> bool:
        """Whether its result is there."""
        return self.method.result is not None


@dataclass
class Weighting:
    """The weights of a plan on their way from known to settled."""

    plan: Plan
    findings: list[Finding] = field(default_factory=list)
    matrices: list[MatrixReport] = field(default_factory=list)
    groups: list[GroupReport] = field(default_factory=list)
    answers: list[AnswerReport] = field(default_factory=list)
    joined: list[Joined] = field(default_factory=list)
    components: dict[str, WeightTable] = field(default_factory=dict)
    local: list[Floats | None] = field(default_factory=list)
    solvers: list[Solver] = field(default_factory=list)
    final: bool = False

    def __post_init__(self) -> None:
        self.call = self.plan.weights
        self._flatten()
        self.local = [None] * len(self.plan.nodes)
        self._subjective: dict[int, Floats] = {}
        if self.call.name == "levels":
            self._start_levels()
        else:
            self._start_whole()
        self._proceed()

    # -- what there is to find ------------------------------------------------------------------------

    def _start_whole(self) -> None:
        """One method, or a combination of two, for the whole tree."""
        call = self.call
        objective: Call | None = call if call.name in DATA_WEIGHTS else call.get("objective")
        subjective: Call | None = call.get("subjective") if call.name == "combine" else call
        if subjective is not None and subjective is not objective:
            found = self._ask(subjective, None)
            self.components[subjective.name] = self.table(found)
        if objective is None:
            self.local = list(self.components[call.name].local)
            return
        if call.get("rule") == "deviation":
            self._add(None, [Ref("leaf", leaf.index) for leaf in self.plan.scored], None)
        if objective["scope"] == "leaves":
            self._add(objective, [Ref("leaf", leaf.index) for leaf in self.plan.scored], None)
            return
        for node in self.plan.nodes:
            if len(node.children) == 1:  # it needs no data
                self.local[node.index] = np.ones(1)
            else:
                self._add(objective, node.children, node)

    def _start_levels(self) -> None:
        """A method of its own for each set of siblings."""
        for call in weight_calls.choices(self.call):
            nodes = [node for node in self.plan.nodes if self.serving(node) == call]
            alone = [node for node in nodes if len(node.children) == 1]
            several = [node for node in nodes if len(node.children) > 1]
            for node in alone:
                self.local[node.index] = np.ones(1)
            subjective: Call = call["subjective"] if call.name == "combine" else call
            if subjective.name not in DATA_WEIGHTS:
                found = self._ask(subjective, several)
                for node in several:
                    self._subjective[node.index] = found[node.index]
                    if call.name != "combine":
                        self.local[node.index] = found[node.index]
            objective = call if call.name in DATA_WEIGHTS else call.get("objective")
            for node in several if objective is not None else ():
                if call.get("rule") == "deviation":
                    self._add(None, node.children, node)
                self._add(objective, node.children, node)

    def _ask(self, call: Call, nodes: Sequence[NodePlan] | None) -> list[Floats]:
        """Local weights by a method that needs no data, with what is reported of the judgments behind them."""
        found = expert_weights.find(self.plan, call, nodes)
        self.findings += found.findings
        self.matrices += found.matrices
        self.groups += found.groups
        self.answers += found.answers
        return found.local

    def _add(self, call: Call | None, columns: Sequence[Ref], node: NodePlan | None) -> None:
        raw = call is not None and call.get("input") == "raw"
        cost = [ref.kind == "leaf" and _is_cost(self.plan, ref) for ref in columns]
        directed = raw or (call is not None and call.get("direction") == "raw")
        if raw and call is not None and call.name in _DIRECTED:
            self._refuse_targets(call, columns)
        described = Columns(
            names=tuple(self.plan.child_id(ref) for ref in columns),
            nodes=np.array([ref.kind == "node" for ref in columns]),
            cost=np.array(cost if directed else [False] * len(columns)),
            owner=None if node is None else node.id,
            equal_if_flat=node is not None and not self._is_top(node),
        )
        method = DataMethod(call, described)
        self.solvers.append(
            Solver(len(self.solvers), method, tuple(columns), None if node is None else node.index, raw)
        )

    def _refuse_targets(self, call: Call, columns: Sequence[Ref]) -> None:
        for ref in columns:
            if ref.kind == "leaf" and self.plan.leaves[ref.index].leaf.indicator.direction == "target":
                raise RefusalError("RI354", method=call.name, leaf=self.plan.child_id(ref))

    def serving(self, node: NodePlan) -> Call:
        """The call that weighs a node's children."""
        return weight_calls.serving(self.call, node.id, node.level)

    def methods_by_row(self) -> dict[str, str] | None:
        """Under ``levels`` the method of each node's or leaf's local weight, by id; else None."""
        if self.call.name != "levels":
            return None
        return {self.plan.child_id(ref): self.serving(node).text() for node in self.plan.nodes for ref in node.children}

    # -- data -----------------------------------------------------------------------------------------

    def waiting(self, node: int | None) -> list[Solver]:
        """The solvers that still wait for data of a node's children; None: of all leaves together."""
        return [solver for solver in self.solvers if solver.node == node and not solver.settled]

    def settle(self, position: int, gathered: Gathered) -> None:
        """Hand a solver what a pass has gathered."""
        method = self.solvers[position].method
        try:
            method.settle(gathered)
        except RefusalError as error:
            if method.columns.owner is not None:
                error.params.setdefault("owner", method.columns.owner)
            raise
        self.findings += method.findings
        method.findings = []
        self._proceed()

    def _proceed(self) -> None:
        """Use what is settled; when nothing is open any more, the weights are final."""
        if self.final:
            return
        for node in self.plan.nodes:
            if self.local[node.index] is None:
                self._settle_node(node)
        if self.waiting(None) or any(not solver.settled for solver in self.solvers):
            return
        self._finish()

    def _settle_node(self, node: NodePlan) -> None:
        mine = [solver for solver in self.solvers if solver.node == node.index]
        if not mine or not all(solver.settled for solver in mine):
            return
        objective = mine[-1].method.result
        assert objective is not None
        call = self.serving(node)
        if self.call.name == "levels" and call.name == "combine":
            differences = mine[0].method.result if len(mine) > 1 else None
            names = [self.plan.child_id(ref) for ref in node.children]
            self.local[node.index] = self._join(
                call, self._subjective[node.index], objective, differences, names, node.id
            )
        else:
            self.local[node.index] = objective

    def _finish(self) -> None:
        whole = [solver for solver in self.solvers if solver.node is None]
        objective: WeightTable | None = None
        if whole and whole[-1].method.call is not None:
            result = whole[-1].method.result
            assert result is not None
            objective = self.table_from_leaves(result)
        elif all(shares is not None for shares in self.local):
            objective = self.table([shares for shares in self.local if shares is not None])
        assert objective is not None
        data = self.call if self.call.name in DATA_WEIGHTS else self.call.get("objective")
        if data is not None:
            self.components[data.name] = objective
        self.weights = self._combined(whole) if self.call.name == "combine" else objective
        self.local = list(self.weights.local)
        self.final = True
        self._tell_extremes(data, objective)

    def _combined(self, whole: Sequence[Solver]) -> WeightTable:
        scored = [leaf.index for leaf in self.plan.scored]
        subjective, objective = (
            self.components[self.call[part].name].leaf[scored] for part in ("subjective", "objective")
        )
        differences = whole[0].method.result if self.call["rule"] == "deviation" else None
        names = [leaf.id for leaf in self.plan.scored]
        return self.table_from_leaves(self._join(self.call, subjective, objective, differences, names, None))

    def _join(
        self, call: Call, subjective: Floats, objective: Floats, differences: Floats | None, names: Sequence[str],
        node: str | None,
    ) -> Floats:  # fmt: skip
        try:
            joined = joining.join(call, subjective, objective, differences)
        except RefusalError as error:
            if node is not None:
                error.params.setdefault("owner", node)
            raise
        self.joined.append(Joined(call, node, joined.coefficients, joined.shares))
        killed = joining.killed(call, subjective, objective, names)
        if killed:
            self.findings.append(Finding("RI326", params={"names": killed}))
        return joined.weights

    def _tell_extremes(self, data: Call | None, table: WeightTable) -> None:
        """RI356: leaves to which data alone leave next to nothing, or more than half of the whole."""
        served = [
            leaf for leaf in self.plan.scored
            if data is not None or self.serving(self.plan.nodes[leaf.parent]).name in DATA_WEIGHTS
        ]  # fmt: skip
        self.findings += joining.extremes(
            [(leaf.id, float(table.leaf[leaf.index])) for leaf in served],
            data.text() if data is not None else self.call.text(), len(self.plan.scored),
        )  # fmt: skip

    # -- the tree -------------------------------------------------------------------------------------

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

    def _is_top(self, node: NodePlan) -> bool:
        """Whether a node is the root, or an only child of an only child … of it."""
        while node.parent >= 0:
            node = self.plan.nodes[node.parent]
            if len(node.children) > 1:
                return False
        return True


def _is_cost(plan: Plan, ref: Ref) -> bool:
    """Whether more of a leaf's raw value means less for its parent."""
    leaf = plan.leaves[ref.index]
    turned = (leaf.leaf.indicator.direction == "cost") != leaf.invert
    return turned != leaf.against
