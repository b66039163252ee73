"""What would change a community's rank or grade: for each leaf alone, the raw value that would do it.

Every candidate is scored by the program that scored the run, as a row of its own with one value changed; the value
that is just enough is found by bisection. Where the score of one community depends on the others, nothing is
promised.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.data.table import Table, frozen
from resilience_index.errors import InputError
from resilience_index.findings import Finding
from resilience_index.methods.checking import check
from resilience_index.methods.rounding import comparison_key
from resilience_index.scoring import run as running
from resilience_index.scoring.kernel import Program
from resilience_index.scoring.plan import LeafPlan
from resilience_index.scoring.result import Result
from resilience_index.scoring.statistics import Floats

KINDS = ("better_grade", "pass_above", "worse_grade", "behind_below")
STEPS = 60
"""Halvings of the way to a value: then it is found to the last digit."""
CLOSE = 0.02
"""A short decimal may go this much further than what is just enough."""
EDGE = 0.001
"""From a bound itself it may go this share of what the leaf can take on."""
DIGITS = 12
_NOISE = 1e-12


@dataclass(frozen=True)
class Step:
    """One leaf whose change alone does it: raw value now (None: not reported) and needed, what then comes out.

    ``distance`` is the way as a share of what the leaf can take on.
    """

    indicator: str
    title: dict[str, str]
    unit: str | None
    value: float | None
    needed: float
    score: float
    grade: str | None
    distance: float


@dataclass(frozen=True)
class Goal:
    """What would change, with the leaves that do it alone, the nearest first; ``unable`` names the others.

    ``community`` and its score are those to pass or to fall behind, where there is one.
    """

    kind: str
    grade: str | None
    community_id: str | None
    community: str | None
    score: float | None
    leaves: tuple[Step, ...]
    unable: tuple[str, ...]


@dataclass(frozen=True)
class Outlook:
    """All goals of a community; ``findings`` say what is not promised."""

    goals: tuple[Goal, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class _Way:
    """From the value of a leaf towards one end of what it can take on; ``span`` is the whole of that."""

    leaf: LeafPlan
    start: float
    end: float
    span: float
    whole: bool


@dataclass(frozen=True)
class _Scores:
    """What rows of candidates give: score, compared key, and level (the position of the grade; behind all: none)."""

    score: Floats
    key: Floats
    level: Floats
    grades: list[str | None]


Test = Callable[[_Scores], NDArray[np.bool_]]


def outlook(result: Result, row: int) -> Outlook:
    """What would change the rank or grade of the unit in a row of a result; RI493 and RI495 where that is open."""
    names = result.plan.relative_methods()
    if names:
        return Outlook((), (Finding("RI493", params={"names": names}),))
    if math.isnan(float(result.score[row])):
        return Outlook(())
    search = _Search(result, row)
    apart = abs(float(search.now.score[0]) - float(result.score[row]))
    if not apart <= _NOISE * result.plan.nodes[0].scale:  # a row alone is scored otherwise: values of others fill it
        used = {call.name for leaf in result.plan.scored for call in (leaf.fill, leaf.treat)} - {"none"}
        return Outlook((), (Finding("RI493", params={"names": sorted(used)}),))
    return search.outlook()


class _Search:
    def __init__(self, result: Result, row: int) -> None:
        self.result, self.row, self.plan = result, row, result.plan
        self.program = result.program
        if self.plan.relative_grades:
            self.program = _without_grades(result.program)
        self.ways = self._defined([way for leaf in self.plan.leaves for way in self._ways(leaf)])
        self.now = self._graded(_copies(result.table, row, 1), np.arange(1), 1)

    def outlook(self) -> Outlook:
        if not self.ways:
            return Outlook(())
        findings: list[Finding] = []
        goals = []
        if self.plan.relative_grades:
            findings.append(Finding("RI495", params={"names": self.plan.grading.text()}))
        elif self.plan.grades:
            level = float(self.now.level[0])
            if level > 0:
                goals.append(self._goal("better_grade", lambda found: found.level < level, gain=True))
            if level < len(self.plan.grades):
                goals.append(self._goal("worse_grade", lambda found: found.level > level, gain=False))
        above, below = self._neighbours()
        if above is not None:
            bar = self._key(above)
            goals.append(self._goal("pass_above", lambda found: found.key > bar, gain=True, unit=above))
        if below is not None:
            floor = self._key(below)
            goals.append(self._goal("behind_below", lambda found: found.key < floor, gain=False, unit=below))
        return Outlook(tuple(sorted(goals, key=lambda goal: KINDS.index(goal.kind))), tuple(findings))

    # -- who stands next ------------------------------------------------------------------------------

    def _key(self, row: int) -> float:
        return float(self._keys()[row])

    def _keys(self) -> Floats:
        return comparison_key(self.result.score / self.plan.nodes[0].scale)

    def _neighbours(self) -> tuple[int | None, int | None]:
        """The rows ranked next above and below, of those with another score."""
        keys, mine = self._keys(), self._key(self.row)
        peers = self.result.period_codes == self.result.period_codes[self.row]
        by = self.plan.settings["by"]
        if by:
            codes = running.grouping(self.result.table, by, "--by")[0]
            peers &= codes == codes[self.row]
        better, worse = np.flatnonzero(peers & (keys > mine)), np.flatnonzero(peers & (keys < mine))
        above = int(better[np.argmin(keys[better])]) if better.size else None
        below = int(worse[np.argmax(keys[worse])]) if worse.size else None
        return above, below

    # -- what leaves can take on ----------------------------------------------------------------------

    def _ways(self, leaf: LeafPlan) -> list[_Way]:
        """Towards each end of what a leaf can take on; none where it does not apply or changes nothing."""
        table = self.result.table
        excused = table.not_applicable.get(leaf.index)
        if not self._matters(leaf) or (excused is not None and excused[self.row]):
            return []
        column = table.values[leaf.index]
        known = column[~np.isnan(column)]
        ends = self._ends(leaf, known)
        if ends is None:
            return []
        low, high = ends
        whole = bool(known.size) and bool(np.all(known == np.rint(known)))
        start = float(column[self.row])
        if math.isnan(start):
            best = self._best(leaf)
            pairs = [(low, high), (high, low)] if best is None else [(low, best[0]), (high, best[1])]
        else:
            low, high = min(low, start), max(high, start)
            pairs = [(start, end) for end in self._stops(leaf, low, high, start) if end != start]
        return [_Way(leaf, begin, end, high - low, whole) for begin, end in pairs if high > low]

    def _matters(self, leaf: LeafPlan) -> bool:
        framework = self.plan.framework
        watched = {line.indicator for line in framework.red_lines} | {gate.indicator for gate in framework.gates}
        return leaf.scored or leaf.id in watched or any(
            other.denominate is not None and other.denominate["by"] == leaf.id for other in self.plan.leaves
        )  # fmt: skip

    def _ends(self, leaf: LeafPlan, known: Floats) -> tuple[float, float] | None:
        """The lowest and the highest raw value: goalposts, else the range, else what is seen in the run."""
        limits = leaf.leaf.indicator.range
        if leaf.goalposts is not None and leaf.normalize.get("clip", True):
            factor = self._raw_factor(leaf)
            if factor is None:
                return None
            ends = min(leaf.goalposts) * factor, max(leaf.goalposts) * factor
            bounds = self._thresholds(leaf)
            ends = min(ends[0], *bounds, ends[1]), max(ends[1], *bounds, ends[0])
        elif limits is not None:
            return limits
        elif known.size:
            return float(known.min()), float(known.max())
        else:
            return None
        if limits is None:
            return ends
        return max(ends[0], limits[0]), min(ends[1], limits[1])

    def _raw_factor(self, leaf: LeafPlan) -> float | None:
        """What turns a value after dividing into a raw one, for this unit."""
        if leaf.denominate is None:
            return 1.0
        table = self.result.table
        divisor = float(table.values[table.indicators.index(leaf.denominate["by"])][self.row])
        return divisor / float(leaf.denominate["factor"]) if divisor > 0 else None

    def _thresholds(self, leaf: LeafPlan) -> list[float]:
        """Values at which red lines and gates look."""
        framework = self.plan.framework
        found = [line.value for line in framework.red_lines if line.indicator == leaf.id]
        return found + [gate.value for gate in framework.gates if gate.indicator == leaf.id]

    def _stops(self, leaf: LeafPlan, low: float, high: float, start: float) -> list[float]:
        """Ends towards which the score only rises or only falls."""
        best = self._best(leaf)
        if best is None:
            return [low, high]
        inner = [best[0]] if start < best[0] else [best[1]] if start > best[1] else []
        return [*inner, *([low] if start <= best[1] else []), *([high] if start >= best[0] else [])]

    def _best(self, leaf: LeafPlan) -> tuple[float, float] | None:
        """The raw values between which a target leaf is at its best; None for leaves that only rise or fall."""
        factor = self._raw_factor(leaf)
        if leaf.goalposts is None or len(leaf.goalposts) != 4 or factor is None:
            return None
        return leaf.goalposts[1] * factor, leaf.goalposts[2] * factor

    # -- scoring candidates ---------------------------------------------------------------------------

    def _score(self, cells: Sequence[tuple[LeafPlan, float]]) -> _Scores:
        """The unit again and again, each time with the raw value of one leaf changed."""
        table = _changed(_copies(self.result.table, self.row, len(cells)), cells)
        return self._graded(table, np.arange(len(cells)), len(cells))

    def _graded(self, table: Table, rows: NDArray[np.intp], size: int) -> _Scores:
        score, level = np.full(size, np.nan), np.full(size, np.nan)
        grades: list[str | None] = [None] * size
        try:
            found = running.apply(self.program, table, self._codes(len(table)))
        except InputError as error:
            bad = {finding.location.row for finding in error.findings} - {None}
            keep = np.array([number not in bad for number in table.rows.tolist()], dtype=bool)
            if keep.all() or not keep.any():
                return _Scores(score, score, level, grades)
            return self._graded(table.select(keep), rows[keep], size)
        score[rows] = found.score
        count = len(found.plan.grades)
        places = np.where(found.states >= 0, count + 1, np.where(found.grades < 0, count, found.grades))
        level[rows] = np.where(np.isnan(found.score), count + 2, places)
        for place, row in enumerate(rows.tolist()):
            grades[row] = found.grade_id(place)
        return _Scores(score, comparison_key(score / self.plan.nodes[0].scale), level, grades)

    def _codes(self, size: int) -> dict[str, NDArray[np.int64]]:
        """The unit's groups, as the run counts them."""
        block = self.result.block_of(self.row, self.row + 1)
        return {name: np.repeat(codes, size) for name, codes in block.codes.items()}

    # -- the search -----------------------------------------------------------------------------------

    def _goal(self, kind: str, test: Test, *, gain: bool, unit: int | None = None) -> Goal:
        ways = [way for way in self.ways if gain or not self._is_missing(way.leaf)]
        steps: dict[str, Step] = {}
        for way, step in zip(ways, self._search(ways, test), strict=True):
            if step is not None and (way.leaf.id not in steps or step.distance < steps[way.leaf.id].distance):
                steps[way.leaf.id] = step
        leaves = sorted(steps.values(), key=lambda step: (step.distance, step.indicator))
        table = self.result.table
        return Goal(
            kind, self._target(kind, leaves), None if unit is None else table.ids[unit].as_py(),
            None if unit is None else table.names[unit].as_py(),
            None if unit is None else float(self.result.score[unit]), tuple(leaves),
            unable=tuple(name for name in dict.fromkeys(way.leaf.id for way in ways) if name not in steps),
        )  # fmt: skip

    def _target(self, kind: str, leaves: Sequence[Step]) -> str | None:
        """The next grade; None where it is about a rank, or below the lowest grade."""
        level, grades = int(self.now.level[0]), self.plan.grades
        if kind == "better_grade":
            if level > len(grades) and leaves:  # a gate withholds the grade, which need not be the lowest
                return leaves[0].grade
            return grades[min(level, len(grades)) - 1].id
        if kind == "worse_grade":
            return leaves[0].grade if leaves else grades[level + 1].id if level + 1 < len(grades) else None
        return None

    def _is_missing(self, leaf: LeafPlan) -> bool:
        return math.isnan(float(self.result.table.values[leaf.index][self.row]))

    def _search(self, ways: Sequence[_Way], test: Test) -> list[Step | None]:
        """For each way the value nearest to its start that passes the test; None where not even its end does."""
        found: list[Step | None] = [None] * len(ways)
        if not ways:
            return found
        able = np.flatnonzero(test(self._score([(way.leaf, way.end) for way in ways]))).tolist()
        if not able:
            return found
        some = [ways[index] for index in able]
        _, high = self._halve(some, test)
        for index, step in zip(able, self._shortest(some, high, test), strict=True):
            found[index] = step
        return found

    def _halve(self, ways: Sequence[_Way], test: Test) -> tuple[Floats, Floats]:
        """The last share of each way that fails the test, and the first that passes it."""
        low, high = np.zeros(len(ways)), np.ones(len(ways))
        for _ in range(STEPS):
            middle = (low + high) / 2
            passed = test(self._score([(way.leaf, _at(way, t)) for way, t in zip(ways, middle.tolist(), strict=True)]))
            low, high = np.where(passed, low, middle), np.where(passed, middle, high)
        return low, high

    def _defined(self, ways: Sequence[_Way]) -> list[_Way]:
        """The ways, each only as far as there is a score: beyond, a value may be refused."""
        if not ways:
            return []
        lost = np.flatnonzero(np.isnan(self._score([(way.leaf, way.end) for way in ways]).score)).tolist()
        if not lost:
            return list(ways)
        low, _ = self._halve([ways[index] for index in lost], lambda found: np.isnan(found.score))
        shorter = {index: _at(ways[index], share) for index, share in zip(lost, low.tolist(), strict=True)}
        return [replace(way, end=shorter.get(index, way.end)) for index, way in enumerate(ways)]

    def _shortest(self, ways: Sequence[_Way], enough: Floats, test: Test) -> list[Step | None]:
        """The shortest decimals that are enough and go hardly further."""
        options = [_decimals(way, _at(way, t)) for way, t in zip(ways, enough.tolist(), strict=True)]
        scored = self._score([(way.leaf, x) for way, values in zip(ways, options, strict=True) for x in values])
        passed, place, found = test(scored), 0, []
        for way, values in zip(ways, options, strict=True):
            step = None
            for offset, x in enumerate(values):
                if step is None and passed[place + offset]:
                    at = place + offset
                    step = self._step(way, x, float(scored.score[at]), scored.grades[at])
            found.append(step)
            place += len(values)
        return found

    def _step(self, way: _Way, x: float, score: float, grade: str | None) -> Step:
        indicator = way.leaf.leaf.indicator
        value = float(self.result.table.values[way.leaf.index][self.row])
        return Step(
            way.leaf.id, {"zh": indicator.title.zh, "en": indicator.title.en}, indicator.unit,
            None if math.isnan(value) else value, x, score, grade, abs(x - way.start) / way.span,
        )  # fmt: skip


def _at(way: _Way, share: float) -> float:
    return way.end if share >= 1.0 else way.start + (way.end - way.start) * share


def _decimals(way: _Way, enough: float) -> list[float]:
    """Candidates from the shortest on: decimals between what is just enough and the end."""
    up = way.end > way.start
    found = []
    far = abs(enough - way.start)
    least = EDGE * way.span if far <= _NOISE * way.span else 0.0  # the value is at a bound: any step beyond it will do
    allowed = abs(way.end - enough) if way.whole else max(CLOSE * far, least)
    for digits in range(DIGITS):
        exact = Decimal(repr(enough)).quantize(Decimal(1).scaleb(-digits), ROUND_CEILING if up else ROUND_FLOOR)
        x = float(exact)
        if abs(x - enough) <= allowed and (x <= way.end if up else x >= way.end):
            found.append(x)
    return [*found, enough, way.end]


def _without_grades(program: Program) -> Program:
    """The same program without grades: bounds that come from the scores mean nothing to candidates."""
    alone = copy.copy(program)
    alone.plan = replace(program.plan, grades=(), grading=check("grading", "fixed"))
    return alone


def _copies(table: Table, row: int, size: int) -> Table:
    """A table of one row, repeated; its row numbers count them."""
    import pyarrow as pa

    taken = pa.array(np.full(size, row))
    rows = np.full(size, row)
    return table.replace(
        values=[frozen(column[rows]) for column in table.values],
        not_applicable={at: mask[rows] for at, mask in table.not_applicable.items() if mask[row]},
        faulty={}, ids=table.ids.take(taken), names=table.names.take(taken),
        periods=None if table.periods is None else table.periods.take(taken),
        groups={name: labels.take(taken) for name, labels in table.groups.items()},
        rows=np.arange(size, dtype=np.int64), file_of=None, cell_rows=None, conversions={}, raw=None, findings=[],
    )  # fmt: skip


def _changed(table: Table, cells: Sequence[tuple[LeafPlan, float]]) -> Table:
    columns: dict[int, Any] = {}
    for row, (leaf, x) in enumerate(cells):
        if leaf.index not in columns:
            columns[leaf.index] = table.values[leaf.index].copy()
        columns[leaf.index][row] = x
    return table.replace(
        values=[frozen(columns[index]) if index in columns else column for index, column in enumerate(table.values)]
    )


__all__ = ["Goal", "Outlook", "Step", "outlook"]
