"""Scores of combinations of two sides: the data of one, the set, weights or methods of the other.

Everything is calculated by the kernel that scores every run. The *set* is the table that statistics are measured on
and ranks are counted in; the *weights* are the final local weights, and those a framework gives to its sums; the
*method* is everything else a plan says. A leaf that only one framework has, or has in another unit of measurement,
takes its values from that framework's side in every combination, so that its coming or going belongs to the method.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resilience_index.analysis.pairing import Pairs
from resilience_index.data.table import Table, frozen
from resilience_index.findings import Finding
from resilience_index.scoring import fixed_weights
from resilience_index.scoring import run as running
from resilience_index.scoring.kernel import Block, Program
from resilience_index.scoring.plan import Plan
from resilience_index.scoring.result import Result
from resilience_index.scoring.statistics import Floats

FACTORS = ("data", "set", "weights", "method")
LISTED = 8
"""So many names stand in a sentence before the rest is only counted."""
KEPT = 50_000
"""Up to so many rows the results of combinations are kept; larger ones are calculated again when asked for."""


@dataclass(frozen=True)
class Mix:
    """Which side (0 or 1) each factor is of."""

    data: int
    set: int
    weights: int
    method: int


@dataclass(frozen=True)
class Figures:
    """What a combination gives to the communities in both sides (units,); a grade is its place in the list."""

    score: Floats
    rank: Floats
    grade: Floats


class Mixer:
    """Two sides and every combination of them, each calculated once."""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs
        self.results = (pairs.first.result, pairs.second.result)
        self.plans = tuple(result.plan for result in self.results)
        self._units = [_units(plan) for plan in self.plans]
        old, new = self._units
        self.other_units = [name for name in old if name in new and old[name] != new[name]]
        self.shared = {name for name in old if name in new and old[name] == new[name]}
        self.same_tree = self._parents(0) == self._parents(1)
        self._tables: dict[tuple[int, int], Table] = {}
        self._programs: dict[tuple[int, int, int], Program] = {}
        self._results: dict[Mix, Result] = {}
        weights = [fixed_weights.by_id(result.plan, result.weighting) for result in self.results]
        self.same_weights = self.same_tree and weights[0] == weights[1]
        self.same_set = self.results[0] is self.results[1]
        self.same_method = self.plans[0] is self.plans[1]
        self.same_values = self.same_set or self._same_values()

    def _same_values(self) -> bool:
        """Whether both tables hold the same communities with the same values."""
        first, second = (result.table for result in self.results)
        if not first.ids.equals(second.ids) or self.results[0].period_labels != self.results[1].period_labels:
            return False
        if not np.array_equal(self.results[0].period_codes, self.results[1].period_codes):
            return False
        here, there = ({name: at for at, name in enumerate(table.indicators)} for table in (first, second))
        return all(
            np.array_equal(first.values[here[name]], second.values[there[name]], equal_nan=True) for name in self.shared
        )

    def _parents(self, side: int) -> dict[str, str | None]:
        """The parent of every node and scored leaf."""
        plan = self.plans[side]
        found: dict[str, str | None] = {plan.nodes[0].id: None}
        for node in plan.nodes:
            found |= {plan.child_id(ref): node.id for ref in node.children}
        return found

    def findings(self) -> list[Finding]:
        """RI488 and RI489: what cannot be exchanged."""
        found = []
        if not self.same_tree:
            old, new = self._parents(0), self._parents(1)
            params = {
                "added": _few([name for name in new if name not in old]),
                "removed": _few([name for name in old if name not in new]),
                "moved": _few([name for name in old if name in new and old[name] != new[name]]),
            }
            found.append(Finding("RI488", params=params))
        for name in self.other_units:
            old_unit, new_unit = (units[name] or "—" for units in self._units)
            found.append(Finding("RI489", params={"id": name, "old": old_unit, "new": new_unit}))
        return found

    def figures(self, mix: Mix) -> Figures:
        """Score, rank and grade of a combination. Raises ``InputError`` where it cannot be calculated."""
        result, rows = self.result(mix), self.pairs.rows[mix.set]
        places = result.grades[rows].astype(np.float64)
        grades = np.where(places < 0, float(len(result.plan.grades)), places)
        return Figures(result.score[rows], result.ranks[rows], grades)

    def result(self, mix: Mix) -> Result:
        """The result of a combination, over all rows of the side that gives the set."""
        if len({mix.data, mix.set, mix.weights, mix.method}) == 1:
            return self.results[mix.data]
        mix = Mix(
            mix.data, mix.set, 0 if self.same_weights else mix.weights, 0 if self.same_method else mix.method,
        )  # fmt: skip
        if mix in self._results:
            return self._results[mix]
        table = self._table(mix.set, mix.method)
        if mix.data != mix.set:
            table = self._exchanged(table, mix)
        result = running.apply(self._program(mix), table)
        if len(result) <= KEPT:
            self._results[mix] = result
        return result

    def block(self, mix: Mix, units: NDArray[np.int64]) -> tuple[Program, Block]:
        """The columns of a combination that the kernel works on, of some communities, with its program."""
        result = self.result(mix)
        rows = self.pairs.rows[mix.set][units]
        whole = result.block_of(0, len(result))
        block = Block(
            0, rows.size, [column[rows] for column in whole.columns],
            {index: mask[rows] for index, mask in whole.not_applicable.items()},
            {name: codes[rows] for name, codes in whole.codes.items()},
        )  # fmt: skip
        return result.program, block

    def _program(self, mix: Mix) -> Program:
        key = (0 if self.same_set else mix.set, mix.weights, mix.method)
        if key not in self._programs:
            giver = self.results[mix.weights]
            plan, weighting = fixed_weights.with_weights(self.plans[mix.method], giver.plan, giver.weighting)
            self._programs[key] = running.settled(plan, self._table(mix.set, mix.method), weighting)
        return self._programs[key]

    def _table(self, of: int, method: int) -> Table:
        """The table of a side with the columns that the method of a side wants."""
        table, other = self.results[of].table, self.results[method].table
        names = other.indicators
        if of == method or self.same_method or (names == table.indicators and self.shared.issuperset(names)):
            return table
        key = (of, method)
        if key not in self._tables:
            own = {name: position for position, name in enumerate(table.indicators)}
            values, excused = [], {}
            for position, name in enumerate(names):
                if name in self.shared:
                    column, mask = table.values[own[name]], table.not_applicable.get(own[name])
                else:
                    column = np.full(len(table), np.nan)
                    column[self.pairs.rows[of]] = other.values[position][self.pairs.rows[method]]
                    mask = _spread(other.not_applicable.get(position), len(table), self.pairs.rows, of, method)
                values.append(frozen(column))
                if mask is not None:
                    excused[position] = mask
            self._tables[key] = table.replace(
                indicators=names, values=values, not_applicable=excused, faulty={}, headers={}, raw=None,
                findings=[], cell_rows=None, conversions={},
            )  # fmt: skip
        return self._tables[key]

    def _exchanged(self, table: Table, mix: Mix) -> Table:
        """A table with the data of the other side in the rows of the communities that are in both."""
        source = self.results[mix.data].table
        places = {name: position for position, name in enumerate(source.indicators)}
        here, there = self.pairs.rows[mix.set], self.pairs.rows[mix.data]
        values, excused = [], dict(table.not_applicable)
        for position, name in enumerate(table.indicators):
            column = table.values[position]
            if name in self.shared:
                column = column.copy()
                column[here] = source.values[places[name]][there]
                mask = source.not_applicable.get(places[name])
                if position in excused or mask is not None:
                    old = excused.get(position)
                    new = np.zeros(len(table), dtype=bool) if old is None else old.copy()
                    new[here] = False if mask is None else mask[there]
                    excused[position] = new
            values.append(frozen(column))
        return table.replace(values=values, not_applicable=excused, faulty={}, findings=[], raw=None)


def _few(names: list[str]) -> list[str]:
    """As many names as a sentence takes, with how many there are where some are left out."""
    return [*names[:LISTED], f"… ({len(names)})"] if len(names) > LISTED else names or ["—"]


def _units(plan: Plan) -> dict[str, str | None]:
    """The unit of measurement of every leaf, and of every column that leaves are divided by."""
    found = {leaf.id: leaf.leaf.indicator.unit for leaf in plan.leaves}
    return found | {item.id: item.unit for item in plan.framework.denominators}


def _spread(
    mask: NDArray[np.bool_] | None, size: int, rows: tuple[NDArray[np.int64], NDArray[np.int64]], of: int, method: int
) -> NDArray[np.bool_] | None:
    """A mask of one side's rows at the rows of the other."""
    if mask is None:
        return None
    found = np.zeros(size, dtype=bool)
    found[rows[of]] = mask[rows[method]]
    return found
