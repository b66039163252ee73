"""Weights of a run: those known from the start, and those that data must settle.

``Weighting`` holds, for each inner node, the local weights of its scored children. Expert weights are
there at once; data weights wait for statistics that the kernel measures. A combination joins two components
as each method alone would give them; ``levels`` finds the weights of each set of siblings by a method of its
own, bottom up.
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
    """A data method and the columns it waits for: all scored leaves, or the children of one node.

    ``part`` is the component of a combination that it finds, in the ``phase`` in which that is found.
    """

    position: int
    method: DataMethod
    columns: tuple[Ref, ...]
    node: int | None
    raw: bool
    part: str
    phase: int

    @property
    def settled(self) -> bool:
        """Whether its result is there."""
        return self.method.result is not None


@dataclass
class Weighting:
    """The weights of a plan on their way from known to settled.

    Components of a combination for the whole tree are found one after another, each as if it were alone: in
    the next ``phase`` nothing holds that nodes measured in the one before.
    """

    plan: Plan
    findings: list[Finding] = field(default_factory=list)
    matrices: list[MatrixReport] = field(default_factory=list)
    groups: list[GroupReport] = field(default_factory=list)
    answers: list[AnswerReport] = field(default_factory=list)
    joined: list[Joined] = field(default_factory=list)
    components: dict[str, WeightTable] = field(default_factory=dict)
    local: list[Floats | None] = field(default_factory=list)
    solvers: list[Solver] = field(default_factory=list)
    phase: int = 0
    final: bool = False

    def __post_init__(self) -> None:
        self.call = self.plan.weights
        self._flatten()
        self.local = [None] * len(self.plan.nodes)
        self._known: dict[int, dict[str, Floats]] = {}
        self._open = list(weight_calls.components(self.call).items()) if self.call.name != "levels" else []
        self._found: dict[str, WeightTable] = {}
        if self.call.name == "levels":
            self._start_levels()
        else:
            self._start_whole()
        self._proceed()

    # -- what there is to find ------------------------------------------------------------------------

    def _start_whole(self) -> None:
        """One method, or a combination of two, for the whole tree."""
        if self.call.get("rule") == "deviation":
            self._add(None, self._leaves(), None, "differences")
        self._next()

    def _next(self) -> None:
        """Start on the next component that waits for data; those before it are known at once."""
        while self._open:
            part, call = self._open[0]
            if call.name in DATA_WEIGHTS:
                self._start(part, call)
                return
            self._found[part] = self.table(self._ask(call, None))
            self._open.pop(0)

    def _start(self, part: str, call: Call) -> None:
        """Wait for the data of one component."""
        self.local = [None] * len(self.plan.nodes)
        if call["scope"] == "leaves":
            self._add(call, self._leaves(), None, part)
            return
        for node in self.plan.nodes:
            if len(node.children) == 1:  # it needs no data
                self.local[node.index] = np.ones(1)
            else:
                self._add(call, node.children, node, part)

    def _leaves(self) -> list[Ref]:
        return [Ref("leaf", leaf.index) for leaf in self.plan.scored]

    def _start_levels(self) -> None:
        """A method of its own for each set of siblings."""
        for call in weight_calls.choices(self.call):
            nodes = [node for node in self.plan.nodes if self.serving(node) == call]
            alone = [node for node in nodes if len(node.children) == 1]
            several = [node for node in nodes if len(node.children) > 1]
            for node in alone:
                self.local[node.index] = np.ones(1)
            if call.get("rule") == "deviation":
                for node in several:
                    self._add(None, node.children, node, "differences")
            for part, own in weight_calls.components(call).items():
                if own.name in DATA_WEIGHTS:
                    for node in several:
                        self._add(own, node.children, node, part)
                    continue
                found = self._ask(own, several)
                for node in several:
                    self._known.setdefault(node.index, {})[part] = found[node.index]

    def _ask(self, call: Call, nodes: Sequence[NodePlan] | None) -> list[Floats]:
        """Local weights by a method that needs no data, with what is reported of the judgments behind them."""
        found = expert_weights.find(self.plan, call, nodes)
        self.findings += found.findings
        self.matrices += found.matrices
        self.groups += found.groups
        self.answers += found.answers
        return found.local

    def _add(self, call: Call | None, columns: Sequence[Ref], node: NodePlan | None, part: str) -> None:
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
        place = None if node is None else node.index
        self.solvers.append(Solver(len(self.solvers), method, tuple(columns), place, raw, part, self.phase))

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
        while not self.final:
            for node in self.plan.nodes:
                if self.local[node.index] is None:
                    self._settle_node(node)
            if any(not solver.settled for solver in self.solvers):
                return
            if not self._open:
                self._finish()
                return
            part, _ = self._open.pop(0)
            whole = self._results(None).get(part)
            self._found[part] = self._table_of_nodes() if whole is None else self.table_from_leaves(whole)
            self.phase += 1
            self._next()

    def _results(self, node: int | None) -> dict[str, Floats]:
        """What the solvers of this phase found for a node, or for all leaves together, by component."""
        mine = [solver for solver in self.solvers if solver.node == node and solver.phase == self.phase]
        return {solver.part: solver.method.result for solver in mine if solver.method.result is not None}

    def _settle_node(self, node: NodePlan) -> None:
        mine = [solver for solver in self.solvers if solver.node == node.index and solver.phase == self.phase]
        found = {**self._known.get(node.index, {}), **self._results(node.index)}
        if not found or not all(solver.settled for solver in mine):
            return
        call = self.serving(node)
        if self.call.name == "levels" and call.name == "combine":
            names = [self.plan.child_id(ref) for ref in node.children]
            self.local[node.index] = self._join(
                call, found["subjective"], found["objective"], found.get("differences"), names, node.id
            )
        else:
            self.local[node.index] = next(iter(found.values()))

    def _table_of_nodes(self) -> WeightTable:
        return self.table([shares for shares in self.local if shares is not None])

    def _finish(self) -> None:
        parts = weight_calls.components(self.call) if self.call.name != "levels" else {}
        alike = len({part.name for part in parts.values()}) < len(parts)
        for part, call in parts.items():
            self.components[call.text() if alike else call.name] = self._found[part]
        if self.call.name == "combine":
            self.weights = self._combined()
        else:
            self.weights = self._found[""] if parts else self._table_of_nodes()
        self.local = list(self.weights.local)
        self.final = True
        for part, call in parts.items():
            if call.name in DATA_WEIGHTS:
                self._tell_extremes(call, self._found[part])
        if not parts:
            self._tell_extremes(None, self.weights)

    def _combined(self) -> WeightTable:
        scored = [leaf.index for leaf in self.plan.scored]
        subjective, objective = (self._found[part].leaf[scored] for part in ("subjective", "objective"))
        differences = next((solver.method.result for solver in self.solvers if solver.part == "differences"), None)
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
        self.findings += joining.killed(call, subjective, objective, names)
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
