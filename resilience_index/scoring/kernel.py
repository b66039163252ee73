"""The kernel: ``measure → merge → settle → score`` over blocks of rows.

A ``Program`` is a plan made executable: for every leaf and node the steps of its way, and the weights.
Steps and weights that need statistics of the units are unsettled at first. ``requests`` names the
statistics that can be measured now; ``measure`` takes them from a block of rows; ``merge`` joins them;
``settle`` turns them into parameters. When nothing is left to settle, ``evaluate`` gives the values of a
block. A program with fixed goalposts and expert weights needs no measuring pass at all.

Columns are kept leaf by leaf (each contiguous over units), not unit by unit: every operation is an
elementwise ufunc on one column of one block, which stays in cache, never goes through BLAS, and so gives
the same bits for any cut of the rows into blocks and any number of threads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.methods import aggregate
from resilience_index.scoring import aggregation
from resilience_index.scoring.aggregation import Across, Fuzzy, Given
from resilience_index.scoring.data_weights import Gathered
from resilience_index.scoring.normalizing import normalize_steps
from resilience_index.scoring.plan import LeafPlan, NodePlan, Plan, Ref
from resilience_index.scoring.statistics import Floats, Wanted, measure
from resilience_index.scoring.steps import Grouped, Invert, Round, RowRefusal, Step, round_step
from resilience_index.scoring.weighting import Solver, Weighting

Key = tuple[str, int, int]
Measured = dict[Key, dict[int, Any]]
"""Statistics by what they are of and by group: of a column, or (under the key of weights) a data method's."""
Problem = aggregation.Problem
Fixed = Mapping[tuple[str, int], Mapping[int, Mapping[str, Any]]]
"""Parameters of a baseline: of which column's steps (leaf, node or show, and its index), by group."""


@dataclass(frozen=True)
class Block:
    """Rows ``start`` to ``stop``: a view of each leaf's column, masks and group codes of those rows."""

    start: int
    stop: int
    columns: list[Floats]
    not_applicable: Mapping[int, NDArray[np.bool_]]
    codes: Mapping[str, NDArray[np.int64]]
    marks: Mapping[str, NDArray[np.intp]] = field(default_factory=dict)
    """Where in the block the rows of single units are, by their community_id."""


@dataclass(frozen=True)
class Request:
    """Statistics that can be measured now: of which column (see ``Key``), and which.

    ``mark`` names the unit whose value is among them.
    """

    key: Key
    wanted: Wanted
    within: str | None = None
    mark: str | None = None


@dataclass
class Values:
    """What ``evaluate`` gives of a block: values that are not ready yet are None.

    ``leaves`` (by leaf) and ``nodes`` (by node) are the values passed up, ``shown`` (by node) the values
    on the shown scale; ``problems`` are refusals of single rows. ``memberships`` are what fuzzy nodes hand on,
    ``details`` figures on the way of nodes that have some, ``waiting`` what nodes would join that are not settled.
    """

    leaves: list[Floats | None]
    nodes: list[Floats | None]
    before: list[Floats | None]
    shown: list[Floats | None]
    aggregated: list[Floats | None]
    applicable: list[NDArray[np.bool_] | None]
    weightless: dict[int, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    memberships: dict[int, Floats] = field(default_factory=dict)
    details: dict[int, dict[str, Floats]] = field(default_factory=dict)
    waiting: dict[int, Given] = field(default_factory=dict)

    def refuse(self, refusal: RowRefusal, start: int) -> None:
        """Note a refusal of single rows of a block that begins at row ``start``."""
        for row, value in zip(refusal.rows.tolist(), refusal.values.tolist(), strict=True):
            self.problems.append((refusal.code, start + row, {**refusal.params, "value": value}))


class Program:
    """A plan made executable."""

    def __init__(self, plan: Plan, weighting: Weighting) -> None:
        self.plan = plan
        self.weighting = weighting
        self.fixed: Fixed = {}
        self.leaf_steps = [leaf_steps(leaf) if leaf.scored else [] for leaf in plan.leaves]
        self._make_node_steps()

    def _make_node_steps(self) -> None:
        self.aggregators = [aggregation.make(self.plan, node) for node in self.plan.nodes]
        self.node_steps = [node_steps(node) for node in self.plan.nodes]
        self.show_steps = [show_steps(node) for node in self.plan.nodes]

    # -- what is to be measured ---------------------------------------------------------------------

    def requests(self) -> list[Request]:
        """The statistics that can be measured now; empty when the program is settled."""
        found: list[Request] = []
        ready = [True] * len(self.plan.leaves)
        for leaf in self.plan.scored:
            step, position = _first_unsettled(self.leaf_steps[leaf.index])
            if step is not None:
                ready[leaf.index] = False
                found.append(_asked("leaf", leaf.index, position, step))
        found += [_weights(solver) for solver in self.weighting.waiting(None) if solver.raw or all(ready)]
        node_ready: dict[int, bool] = {}
        for node in reversed(self.plan.nodes):
            node_ready[node.index] = self._node_requests(node, ready, node_ready, found)
        return found

    def _node_requests(
        self, node: NodePlan, ready: list[bool], node_ready: Mapping[int, bool], found: list[Request]
    ) -> bool:
        """Add what one node wants; say whether its value is ready."""
        if not all(ready[ref.index] if ref.kind == "leaf" else node_ready[ref.index] for ref in node.children):
            return False
        if self.weighting.local[node.index] is None:
            found += [_weights(solver) for solver in self.weighting.waiting(node.index)]
            return False
        aggregator = self.aggregators[node.index]
        if not aggregator.settled:
            found.append(Request(("across", node.index, aggregator.passes), "across", aggregator.within))
            return False
        step, position = _first_unsettled(self.node_steps[node.index])
        if step is not None:
            found.append(_asked("node", node.index, position, step))
            return False
        if self.weighting.final:
            step, position = _first_unsettled(self.show_steps[node.index])
            if step is not None:
                found.append(_asked("show", node.index, position, step))
        return True

    def measure(
        self, block: Block, requests: list[Request], room: Floats | None = None
    ) -> tuple[Measured, list[Problem]]:
        """The requested statistics of a block, and the refusals that kept it from being measured.

        ``room`` is as for ``evaluate``; nothing of it is kept.
        """
        values = self.evaluate(block, room)
        if values.problems:
            return {}, values.problems
        result: Measured = {}
        for request in requests:
            if request.wanted == "weights":
                result[request.key] = {0: self._weighed(request, block, values)}
                continue
            if request.wanted == "across":
                aggregator = self.aggregators[request.key[1]]
                assert isinstance(aggregator, Across)
                result[request.key] = dict(aggregator.measure(values.waiting[request.key[1]]))
                continue
            try:
                column = self._column(request, block, values)
            except RowRefusal as refusal:
                values.refuse(refusal, block.start)
                continue
            result[request.key] = _measured(column, request, block)
        return result, values.problems

    def _weighed(self, request: Request, block: Block, values: Values) -> Gathered:
        """What a data method gathers from a block."""
        solver = self.weighting.solvers[request.key[1]]
        return solver.method.measure(
            [
                block.columns[ref.index] if solver.raw and ref.kind == "leaf" else self.taken(ref, values)
                for ref in solver.columns
            ]
        )

    def _column(self, request: Request, block: Block, values: Values) -> Floats:
        kind, index, position = request.key
        if kind == "leaf":
            steps = self.leaf_steps[index][:position]
            return _run(steps, block.columns[index], block.codes)
        source = values.aggregated[index] if kind == "node" else values.nodes[index]
        assert source is not None
        steps = self.node_steps[index] if kind == "node" else self.show_steps[index]
        return _run(steps[:position], source, block.codes)

    def settle(self, measured: Measured) -> None:
        """Turn merged statistics into parameters and weights."""
        phase = self.weighting.phase
        for (kind, index, position), found in measured.items():
            if kind == "weights":
                self.weighting.settle(index, found[0])
            elif kind == "across":
                aggregator = self.aggregators[index]
                assert isinstance(aggregator, Across)
                aggregator.settle(found, self.factors(self.plan.nodes[index]))
            else:
                steps = {"leaf": self.leaf_steps, "node": self.node_steps, "show": self.show_steps}[kind]
                steps[index][position].settle(found)
        if self.weighting.phase != phase and self.weighting.call.name == "combine":
            # Bottom-up data weights were found with themselves; what nodes measured then no longer holds.
            self._make_node_steps()
            self._fix()

    def fix(self, baseline: Fixed) -> None:
        """Let steps take the parameters of a baseline instead of statistics of the units."""
        self.fixed = baseline
        self._fix()

    def widen(self) -> None:
        """Let steps take values beyond the statistics they are settled on, as under a baseline."""
        for step in chain.from_iterable((*self.leaf_steps, *self.node_steps, *self.show_steps)):
            if isinstance(step, Grouped):
                step.fixed = True
        for aggregator in self.aggregators:
            if isinstance(aggregator, Across):
                aggregator.wide = True

    def _fix(self) -> None:
        for (kind, index), groups in self.fixed.items():
            steps = {"leaf": self.leaf_steps, "node": self.node_steps, "show": self.show_steps}[kind][index]
            for step in steps:
                if isinstance(step, Grouped):
                    step.fix(groups)

    # -- values ---------------------------------------------------------------------------------------

    def evaluate(self, block: Block, room: Floats | None = None, *, details: bool = False) -> Values:
        """Values of a block, as far as the program is settled; with ``details``, figures on their way.

        ``room`` (leaves, at least the block's rows) is where the values of leaves may be put; they last until
        it is used again. Without it they get memory of their own.
        """
        size = len(self.plan.nodes)
        values = Values(
            [None] * len(self.plan.leaves), [None] * size, [None] * size, [None] * size, [None] * size, [None] * size
        )
        for leaf in self.plan.scored:
            steps = self.leaf_steps[leaf.index]
            if all(step.settled for step in steps):
                out = None if room is None else room[leaf.index, : block.stop - block.start]
                try:
                    values.leaves[leaf.index] = _run(steps, block.columns[leaf.index], block.codes, out)
                except RowRefusal as refusal:
                    values.refuse(refusal, block.start)
        if not values.problems:
            for node in reversed(self.plan.nodes):
                self._evaluate_node(node, block, values, details=details)
        return values

    def taken(self, ref: Ref, values: Values) -> Floats:
        """A child's value as its parent takes it: 1 − x for one that counts against."""
        item = self.plan.leaves[ref.index] if ref.kind == "leaf" else self.plan.nodes[ref.index]
        x = values.leaves[ref.index] if ref.kind == "leaf" else values.nodes[ref.index]
        assert x is not None
        return 1.0 - x if item.against else x

    def factors(self, node: NodePlan) -> Floats:
        """The weights a node's aggregation uses: local ones, or as the framework writes them where it adds up."""
        if node.aggregate.name == "sum":
            return np.array(node.given)
        if node.aggregate.name == "points":
            return np.array(node.points)
        local = self.weighting.local[node.index]
        assert local is not None
        return local

    def _evaluate_node(self, node: NodePlan, block: Block, values: Values, *, details: bool) -> None:
        index = node.index
        if self.weighting.local[index] is None:
            return
        for ref in node.children:
            if (values.leaves if ref.kind == "leaf" else values.nodes)[ref.index] is None:
                return
        children = [self.taken(ref, values) for ref in node.children]
        children, available, values.applicable[index] = self._missing_rule(node, children, block, values)
        aggregator = self.aggregators[index]
        given = Given(
            children, self.factors(node), available,
            None if aggregator.within is None else block.codes[aggregator.within], block.start, values.problems,
            self._handed_on(aggregator, values), {} if details else None,
        )  # fmt: skip
        if not aggregator.settled:
            values.waiting[index] = given
            return
        value = aggregator.value(given)
        if node.aggregate.name not in aggregation.UNWEIGHED:
            self._note_weightless(node, value, available, values)
        if available is not None:
            value[~available] = np.nan
        if given.membership is not None:
            values.memberships[index] = given.membership
        if given.details:
            values.details[index] = given.details
        values.aggregated[index] = value
        steps = self.node_steps[index]
        if all(step.settled for step in steps):
            last = steps[-1] if steps and isinstance(steps[-1], Round) else None
            try:
                before = _run(steps[:-1] if last else steps, value, block.codes)
            except RowRefusal as refusal:
                values.refuse(refusal, block.start)
                return
            values.before[index] = before
            shown = last.shown(before) if last else before * node.scale
            values.nodes[index] = shown / last.scale if last else before
            values.shown[index] = self._shown(node, values.nodes[index], shown, block, values)

    def _shown(
        self, node: NodePlan, passed: Floats | None, shown: Floats, block: Block, values: Values
    ) -> Floats | None:
        steps = self.show_steps[node.index]
        if node.show is None:
            return shown
        if not all(step.settled for step in steps) or passed is None:
            return None
        last = steps[-1] if steps and isinstance(steps[-1], Round) else None
        try:
            value = _run(steps[:-1] if last else steps, passed, block.codes)
        except RowRefusal as refusal:
            values.refuse(refusal, block.start)
            return None
        return last.shown(value) if last else value * node.scale

    def _missing_rule(
        self, node: NodePlan, children: list[Floats], block: Block, values: Values
    ) -> tuple[list[Floats], NDArray[np.bool_] | None, NDArray[np.bool_] | None]:
        """Children after the node's rule, whether it has a value (None: all), whether it applies (None: all)."""
        absent = [np.isnan(child) for child in children]
        least = node.missing.get("min_children") or 0
        if least <= len(children) and not any(mask.any() for mask in absent):
            return children, None, None
        not_applicable = [self.not_applicable(ref, block, values) for ref in node.children]
        size = block.stop - block.start
        applicable = np.full(size, len(children), dtype=np.int64)
        present = np.full(size, len(children), dtype=np.int64)
        for mask, excused in zip(absent, not_applicable, strict=True):
            present -= mask
            if excused is not None:
                applicable -= excused
        applies = applicable > 0
        policy = node.missing.name
        if policy == "refuse":
            self._refuse_missing(node, absent, not_applicable, block, values)
        if policy == "zero":
            children = [
                np.where(mask if excused is None else mask & ~excused, 0.0, child)
                for child, mask, excused in zip(children, absent, not_applicable, strict=True)
            ]
            return children, applies, applies
        if policy == "refuse":
            return children, applies, applies
        available = aggregate.node_available(
            present, applicable, min_coverage=node.missing["min_coverage"], min_children=node.missing["min_children"]
        )
        return children, available, applies

    def not_applicable(self, ref: Ref, block: Block, values: Values) -> NDArray[np.bool_] | None:
        """Where a child does not apply (None: it applies everywhere)."""
        if ref.kind == "leaf":
            return block.not_applicable.get(ref.index)
        applies = values.applicable[ref.index]
        return None if applies is None else ~applies

    def _refuse_missing(
        self, node: NodePlan, absent: list[Any], excused: list[Any], block: Block, values: Values
    ) -> None:
        for ref, mask, free in zip(node.children, absent, excused, strict=True):
            gaps = mask if free is None else mask & ~free
            for row in np.flatnonzero(gaps).tolist():
                params = {"node": node.id, "child": self.plan.child_id(ref)}
                values.problems.append(("RI406", block.start + row, params))

    def _handed_on(self, aggregator: aggregation.Aggregator, values: Values) -> dict[int, Floats]:
        """The membership vectors of fuzzy children, by their position among the children."""
        if not isinstance(aggregator, Fuzzy):
            return {}
        return {
            position: values.memberships[ref.index]
            for position, ref in enumerate(aggregator.node.children)
            if aggregator.hands_on(ref)
        }

    def _note_weightless(self, node: NodePlan, result: Floats, available: Any, values: Values) -> None:
        lost = np.isnan(result) if available is None else np.isnan(result) & available
        if lost.any() and not values.problems:
            values.weightless[node.index] = int(lost.sum())


def leaf_steps(leaf: LeafPlan) -> list[Step]:
    """A leaf's way: (transform →) normalize with direction → clip → invert → round."""
    cost = leaf.leaf.indicator.direction == "cost"
    steps = normalize_steps(leaf.normalize, leaf.id, goalposts=leaf.goalposts, cost=cost)
    if leaf.invert:
        steps.append(Invert())
    rounded = round_step(leaf.round, leaf.scale)
    return [*steps, rounded] if rounded else steps


def node_steps(node: NodePlan) -> list[Step]:
    """A node's way after aggregation: normalize → invert → round."""
    steps: list[Step] = []
    if node.normalize is not None:
        steps += normalize_steps(node.normalize, node.id, goalposts=None, cost=False, node=True, scale=node.scale)
    if node.invert:
        steps.append(Invert())
    rounded = round_step(node.round, node.scale)
    return [*steps, rounded] if rounded else steps


def show_steps(node: NodePlan) -> list[Step]:
    """What a node's column, rank and grade go through beyond what its parent takes."""
    if node.show is None:
        return []
    steps: list[Step] = []
    if node.show.normalize is not None:
        steps += normalize_steps(node.show.normalize, node.id, goalposts=None, cost=False, node=True, scale=node.scale)
    rounded = round_step(node.show.round, node.scale)
    return [*steps, rounded] if rounded else steps


def merge(first: Measured, second: Measured) -> Measured:
    """Join the statistics of two sets of rows (into the first)."""
    for key, groups in second.items():
        mine = first.setdefault(key, {})
        for code, found in groups.items():
            if code in mine:
                mine[code].merge(found)
            else:
                mine[code] = found
    return first


def _run(steps: list[Step], x: Floats, codes: Mapping[str, Any], out: Floats | None = None) -> Floats:
    """``x`` after the steps; the first may write into ``out``."""
    for step in steps:
        x = step.apply(x, None if step.within is None else codes[step.within], out)
        out = None  # not twice: the next step would overwrite what it reads
    return x


def _weights(solver: Solver) -> Request:
    return Request(("weights", solver.position, solver.method.passes), "weights")


def _first_unsettled(steps: list[Step]) -> tuple[Step | None, int]:
    for position, step in enumerate(steps):
        if not step.settled:
            return step, position
    return None, -1


def _asked(kind: str, index: int, position: int, step: Step) -> Request:
    assert step.wanted is not None
    return Request((kind, index, position), step.wanted, step.within, step.mark)


def _measured(column: Floats, request: Request, block: Block) -> dict[int, Any]:
    """The statistics of a column's block, by group."""
    rows = None if request.mark is None else block.marks[request.mark]
    if request.within is None:
        return {0: measure(column, request.wanted, None if rows is None else column[rows])}
    codes = block.codes[request.within]
    found = {}
    for code in np.unique(codes):
        marked = None if rows is None else column[rows[codes[rows] == code]]
        found[int(code)] = measure(column[codes == code], request.wanted, marked)
    return found
