"""How a node's children become its value: the dispatch from a method's name to the functions of ``methods``.

An ``Aggregator`` serves one node. Most look at each unit by itself and are settled from the start; those across
units (``Across``) are settled by passes over all units, which the kernel runs as it does for weights from data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.errors import RefusalError
from resilience_index.methods import (
    aggregate,
    aggregate_across,
    aggregate_balance,
    aggregate_fuzzy,
    aggregate_ranks,
)
from resilience_index.scoring.data_weights import Gathered
from resilience_index.scoring.plan import NodePlan, Plan, Ref
from resilience_index.scoring.statistics import Floats

Bools = NDArray[np.bool_]
Problem = tuple[str, int, dict[str, Any]]
"""A refusal of a row: finding code, row, parameters."""

UNWEIGHED = ("sum", "points")
"""Methods that add up what is there: weights are taken as they are written, whatever the weighting."""


@dataclass
class Given:
    """The children of a node in a block of rows that begins at row ``start``, after the node's missing rule.

    ``children`` are arrays (units,), ``factors`` their weights; ``available`` says where the node has a value
    (None: everywhere), ``codes`` the units' groups, ``memberships`` what fuzzy children hand on instead of a value.
    Refusals of rows are put into ``problems``; ``details`` takes figures on the way, where they are asked for.
    """

    children: list[Floats]
    factors: Floats
    available: Bools | None
    codes: NDArray[np.int64] | None
    start: int
    problems: list[Problem]
    memberships: Mapping[int, Floats] = field(default_factory=dict)
    details: dict[str, Floats] | None = None
    membership: Floats | None = None

    @property
    def size(self) -> int:
        """The number of units."""
        return int(self.children[0].size)

    def refuse(self, code: str, mask: Bools, values: Floats | None, **params: Any) -> None:
        """Refuse the rows of a mask that have a value at the node."""
        for row in np.flatnonzero(mask if self.available is None else mask & self.available).tolist():
            known = {} if values is None else {"value": float(values[row])}
            self.problems.append((code, self.start + row, {**params, **known}))

    def taking_part(self) -> list[Floats]:
        """The children of units that have a value at the node; the others' are missing."""
        if self.available is None or bool(self.available.all()):
            return self.children
        return [np.where(self.available, child, np.nan) for child in self.children]


class Aggregator:
    """The aggregation of one node."""

    settled = True
    within: str | None = None
    passes = 0

    def __init__(self, plan: Plan, node: NodePlan) -> None:
        self.plan, self.node, self.call = plan, node, node.aggregate

    def value(self, given: Given) -> Floats:
        """The node's value in a block."""
        return _ROWWISE[self.call.name](self, given)

    def parameters(self) -> dict[str, Any]:
        """What was settled from the data, for traces and explanations."""
        return {}

    def _child(self, position: int) -> str:
        return self.plan.child_id(self.node.children[position])

    # -- row by row -----------------------------------------------------------------------------------

    def _arithmetic(self, given: Given) -> Floats:
        return aggregate.weighted_mean(given.children, given.factors)

    def _sum(self, given: Given) -> Floats:
        return aggregate.weighted_sum(given.children, given.factors)

    def _points(self, given: Given) -> Floats:
        """Points earned; where an item is missing, those of the others are raised to the full points of all."""
        earned = aggregate.weighted_sum(given.children, given.factors)
        gaps = [np.isnan(child) for child in given.children]
        if not any(mask.any() for mask in gaps):
            return earned
        whole, there = 0.0, np.zeros(given.size)
        for mask, full in zip(gaps, self.node.full, strict=True):
            whole += full
            there += np.where(mask, 0.0, full)
        with np.errstate(all="ignore"):
            raised = np.where(there > 0.0, earned * (whole / there), earned)
        return np.where(np.logical_or.reduce(gaps), raised, earned)

    def _floor(self, given: Given, code: str) -> float | None:
        """The floor under zeros; refuses what a mean of logarithms or reciprocals cannot take."""
        zero = self.call["zero"]
        floor = None if zero == "refuse" else float(zero["floor"])
        for position, mask in aggregate.nonpositive_children(given.children, given.factors):
            bad = mask if floor is None else mask & (given.children[position] < 0)
            self._refuse_child(given, code, position, bad)
        return floor

    def _refuse_child(self, given: Given, code: str, position: int, mask: Bools) -> None:
        params = {"node": self.node.id, "child": self._child(position)}
        if code != "RI405":
            params["method"] = self.call.text()
        given.refuse(code, mask, given.children[position], **params)

    def _geometric(self, given: Given) -> Floats:
        return aggregate.geometric_mean(given.children, given.factors, floor=self._floor(given, "RI405"))

    def _harmonic(self, given: Given) -> Floats:
        return aggregate.harmonic_mean(given.children, given.factors, floor=self._floor(given, "RI445"))

    def _power(self, given: Given) -> Floats:
        p = float(self.call["p"])
        if p <= 0.0:
            return aggregate.power_mean(given.children, given.factors, p, floor=self._floor(given, "RI445"))
        if p == 1.0:
            return aggregate.weighted_mean(given.children, given.factors)
        for position, mask in aggregate.nonpositive_children(given.children, given.factors):
            self._refuse_child(given, "RI446", position, mask & (given.children[position] < 0))
        return aggregate.power_mean(given.children, given.factors, p)

    def _min(self, given: Given) -> Floats:
        return aggregate.smallest(given.children, given.factors)

    def _max(self, given: Given) -> Floats:
        return aggregate.largest(given.children, given.factors)

    def _owa(self, given: Given) -> Floats:
        order = [float(weight) for weight in self.call["order"]]
        return aggregate_balance.ordered_mean(given.children, given.factors, order)

    def _mpi(self, given: Given) -> Floats:
        values, undefined = aggregate_balance.mazziotta_pareto(
            given.children, given.factors, sign=self.call["sign"], to=self.call["to"]
        )
        if undefined.any():
            given.refuse("RI447", undefined, None, node=self.node.id)
        return values


class Fuzzy(Aggregator):
    """Fuzzy comprehensive evaluation. Fuzzy children of the same grades hand on their membership vectors."""

    def __init__(self, plan: Plan, node: NodePlan) -> None:
        super().__init__(plan, node)
        self.grades = [float(grade) for grade in self.call["grades"]]
        self.bounds = None if self.call["bounds"] is None else [float(bound) for bound in self.call["bounds"]]

    def hands_on(self, ref: Ref) -> bool:
        """Whether a child's membership vector is taken as it is."""
        if ref.kind == "leaf":
            return False
        child = self.plan.nodes[ref.index]
        turned = child.normalize is not None or child.invert or child.against
        same = child.aggregate.name == "fuzzy" and child.aggregate["grades"] == self.call["grades"]
        return same and not turned

    def value(self, given: Given) -> Floats:
        """The score of the membership vector, which ``given`` keeps."""
        if self.call["membership"] == "votes":
            for position, child in enumerate(given.children):
                self._refuse_child(given, "RI460", position, child < 0)
            membership = aggregate_fuzzy.from_votes(given.children)
        else:
            parts = [self._membership(position, given) for position in range(len(given.children))]
            membership = aggregate_fuzzy.compose(parts, given.factors, self.call["operator"])
        values = aggregate_fuzzy.score(membership, self.grades, self.call["score"])
        lost = np.isnan(values) & aggregate_across.present(given.children, given.factors)
        if lost.any():
            given.refuse("RI459", lost, None, node=self.node.id)
        given.membership = membership
        if given.details is not None:
            for grade, row in enumerate(membership, start=1):
                given.details[f"membership_{grade}"] = row
        return values

    def _membership(self, position: int, given: Given) -> Floats:
        child = given.children[position]
        if self.bounds is None:
            found = aggregate_fuzzy.triangular(child, self.grades)
        else:
            found = aggregate_fuzzy.banded(child, self.grades, self.bounds)
        handed = given.memberships.get(position)
        if handed is None:
            return found
        shares = aggregate_fuzzy.shares(handed)  # a missing child that counts as 0 has no vector of its own
        return np.where(np.isnan(shares[0]) | np.isnan(child), found, shares)


class Across(Aggregator):
    """A method across units, of each group of units apart where it says ``within``."""

    def __init__(self, plan: Plan, node: NodePlan) -> None:
        super().__init__(plan, node)
        self.settled = self.wide = False
        self.within: str | None = self.call["within"]
        self.derived = [ref.kind == "node" for ref in node.children]
        self.groups: dict[int, aggregate_across.AcrossMethod] = {}
        self.empty: set[int] = set()

    def make(self) -> aggregate_across.AcrossMethod:
        """The method, not settled."""
        return _ACROSS[self.call.name](self.call, self.derived)

    def _each(self, given: Given) -> list[tuple[int, Any]]:
        """The groups of a block and their rows."""
        if given.codes is None:
            return [(0, slice(None))]
        return [(int(code), np.flatnonzero(given.codes == code)) for code in np.unique(given.codes)]

    def measure(self, given: Given) -> dict[int, Gathered]:
        """What the next pass gathers from a block, by group."""
        children = given.taking_part()
        found = {}
        for code, rows in self._each(given):
            method = self.groups.get(code) or self.make()
            if method.settled or code in self.empty:
                continue
            part = [np.ascontiguousarray(child[rows]) for child in children]
            with self._named(code):
                found[code] = Gathered(method.measure(part, given.factors), method.merge)
        return found

    def settle(self, found: Mapping[int, Gathered], factors: Floats) -> None:
        """Read what a pass has gathered, group by group."""
        self.passes += 1
        for code in sorted(found):
            if code not in self.groups and not self.make().count(found[code].found):
                self.empty.add(code)  # no unit has a value: there is nothing to compare, and nothing to refuse
                continue
            method = self.groups.setdefault(code, self.make())
            if not method.settled:
                with self._named(code):
                    method.settle(found[code].found, factors)
        self.settled = all(method.settled for method in self.groups.values())

    def value(self, given: Given) -> Floats:
        """The settled methods' values, group by group."""
        values = np.full(given.size, np.nan)
        children = given.taking_part()
        for code, rows in self._each(given):
            method = self.groups.get(code)
            if method is None:
                continue
            take = method.beyond if self.wide else method.value
            outcome = take([np.ascontiguousarray(child[rows]) for child in children], given.factors)
            values[rows] = outcome.values
            if outcome.undefined is not None:
                mask = np.zeros(given.size, dtype=bool)
                mask[rows] = outcome.undefined
                given.refuse("RI449", mask, None, node=self.node.id, method=self.call.name)
            if given.details is not None:
                for name, column in outcome.details.items():
                    given.details.setdefault(name, np.full(given.size, np.nan))[rows] = column
        return values

    def _named(self, code: int) -> _Named:
        return _Named(self, code)

    def name_of(self, position: Any) -> str:
        """The child at a position."""
        return self._child(int(position))

    def parameters(self) -> dict[str, Any]:
        """What was settled, by group."""
        return {"across": {str(code): method.parameters() for code, method in sorted(self.groups.items())}}


class _Named:
    """Adds to a refusal of a method the node, the group and the child it is about."""

    def __init__(self, aggregator: Across, code: int) -> None:
        self.aggregator, self.code = aggregator, code

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if not isinstance(error, RefusalError):
            return
        own = self.aggregator
        error.params.update(id=own.node.id, owner=own.node.id, method=own.call.name)
        if own.within is not None:
            error.params.update(group=self.code, grouping=own.within)
        if "child" in error.params:
            error.params["child"] = own.name_of(error.params["child"])


_ROWWISE: dict[str, Callable[[Aggregator, Given], Floats]] = {
    "arithmetic": Aggregator._arithmetic,
    "geometric": Aggregator._geometric,
    "harmonic": Aggregator._harmonic,
    "power": Aggregator._power,
    "sum": Aggregator._sum,
    "points": Aggregator._points,
    "min": Aggregator._min,
    "max": Aggregator._max,
    "owa": Aggregator._owa,
    "mpi": Aggregator._mpi,
}
_ACROSS: dict[str, Callable[[Mapping[str, Any], list[bool]], aggregate_across.AcrossMethod]] = {
    "topsis": lambda call, derived: aggregate_across.Topsis(derived, call["norm"]),
    "vikor": lambda call, derived: aggregate_across.Vikor(derived, call["v"]),
    "gra": lambda call, derived: aggregate_across.Grey(derived, call["rho"]),
    "rsr": lambda call, derived: aggregate_ranks.RankSum(derived, call["score"], call["classes"]),
    "copeland": lambda _, derived: aggregate_ranks.Copeland(derived),
}


def make(plan: Plan, node: NodePlan) -> Aggregator:
    """The aggregator of a node, settled or not."""
    if node.aggregate.name == "fuzzy":
        return Fuzzy(plan, node)
    return (Across if node.aggregate.name in _ACROSS else Aggregator)(plan, node)
