"""Why scores, grades and ranks changed: every change split into data, set, weights and method.

The split is Shapley's (Shapley 1953; for decompositions of change: Shorrocks 2013, J. Econ. Inequality 11:99): the
part of a factor is the mean, over all orders in which the factors can be exchanged one by one, of what exchanging it
changes. No order is preferred, and the parts add up to the change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import factorial, isnan

import numpy as np
from numpy.typing import NDArray

from resilience_index.analysis.mixing import FACTORS, Figures, Mix, Mixer
from resilience_index.analysis.pairing import Pairs, Side, pair
from resilience_index.data.table import natural_key
from resilience_index.errors import InputError
from resilience_index.findings import Finding, sort_findings
from resilience_index.methods.exact import mean_of
from resilience_index.scoring.kernel import Block, Program
from resilience_index.scoring.plan import Plan
from resilience_index.scoring.statistics import Floats

FIGURES = ("score", "rank", "grade")
TITLES = {
    "data": {"zh": "数据", "en": "data"}, "set": {"zh": "集合", "en": "set"},
    "weights": {"zh": "权重", "en": "weights"}, "method": {"zh": "方法", "en": "method"},
}  # fmt: skip
EXPLAINED = 2000
"""Up to so many communities the data part is split by leaf for all, beyond for those that move most."""
Group = tuple[str, ...]


@dataclass(frozen=True)
class Leaves:
    """The data part by leaf: ``effects`` (leaves, units) on the shown scale, for the communities at ``units``.

    A leaf's effect is the mean of what its value changes as the first and as the last one exchanged. Where nodes are
    sums or arithmetic means effects add up to the data part; ``rest`` (units,) is what leaves do together.
    """

    ids: tuple[str, ...]
    units: NDArray[np.int64]
    effects: Floats
    rest: Floats

    def means(self) -> list[LeafMean]:
        """Every leaf with its mean effect, the largest mean size first, equal ones by id."""
        found = [
            LeafMean(name, _mean(effects), _mean(np.abs(effects)))
            for name, effects in zip(self.ids, self.effects, strict=True)
        ]
        return sorted(found, key=lambda item: (-(item.size or 0.0), item.id))


@dataclass(frozen=True)
class LeafMean:
    """A leaf's effect over the communities looked at: its mean, and the mean of its size; None without any."""

    id: str
    mean: float | None
    size: float | None


@dataclass(frozen=True)
class Change:
    """Two sides compared.

    ``before`` and ``after`` are the figures of the communities in both, a grade as its place in the list (from 0,
    the best). ``parts[figure][factor]`` (units,) add up to after − before; a factor that cannot be told apart from
    the method is None there, and its share stands under ``method``. NaN where a community cannot be split.
    ``grades`` are the ids of both lists, the one behind the last standing for no grade; ``comparable`` says whether
    they are the same list.
    """

    pairs: Pairs
    before: Figures
    after: Figures
    parts: Mapping[str, Mapping[str, Floats | None]]
    groups: tuple[Group, ...]
    grades: tuple[tuple[str | None, ...], tuple[str | None, ...]]
    comparable: bool
    leaves: Leaves | None
    findings: tuple[Finding, ...]

    def delta(self, figure: str) -> Floats:
        """After − before, of each community."""
        return np.asarray(getattr(self.after, figure) - getattr(self.before, figure))

    def movers(self, limit: int | None, sign: int = 0) -> list[int]:
        """The communities whose scores change most, equal ones by code; ``sign`` 1: only gains, −1: only losses."""
        delta, ids = self.delta("score"), self.pairs.first.result.table.ids
        chosen = np.flatnonzero(~np.isnan(delta) & ((delta * sign > 0) if sign else (delta != 0)))
        rows = self.pairs.rows[0]
        key = {unit: natural_key(ids[int(rows[unit])].as_py()) for unit in _largest(chosen, np.abs(delta), limit)}
        return sorted(key, key=lambda unit: (-abs(float(delta[unit])), key[unit]))[:limit]

    def means(self, figure: str) -> dict[str, float | None]:
        """The means of a figure over the communities whose change is split, with the means of the parts."""
        there = ~np.isnan(_value(self.parts[figure]["method"]))
        columns: dict[str, Floats | None] = {
            "before": getattr(self.before, figure), "after": getattr(self.after, figure),
            "change": self.delta(figure), **self.parts[figure],
        }  # fmt: skip
        return {name: None if column is None else _mean(column[there]) for name, column in columns.items()}

    def split_count(self) -> int:
        """How many communities have their change split."""
        return int((~np.isnan(_value(self.parts["score"]["method"]))).sum())

    def largest_leaves(self, unit: int, limit: int) -> list[tuple[str, float, float | None, float | None]]:
        """The leaves with the largest effects on one community: id, effect, raw value before and after."""
        if self.leaves is None:
            return []
        at = int(np.searchsorted(self.leaves.units, unit))
        if at >= self.leaves.units.size or self.leaves.units[at] != unit:
            return []
        effects = self.leaves.effects[:, at]
        order = [index for index in np.argsort(-np.abs(effects), kind="stable").tolist() if effects[index] != 0.0]
        found = [(self.leaves.ids[index], float(effects[index])) for index in order[:limit]]
        return [(name, effect, self._raw(name, unit, 0), self._raw(name, unit, 1)) for name, effect in found]

    def _raw(self, name: str, unit: int, side: int) -> float | None:
        table = self.pairs.sides[side].result.table
        value = float(table.values[table.indicators.index(name)][int(self.pairs.rows[side][unit])])
        return None if isnan(value) else value


def _mean(values: Floats) -> float | None:
    return mean_of(values.tolist()) if values.size else None


def _largest(chosen: NDArray[np.int64], size: Floats, limit: int | None) -> list[int]:
    """Those of ``chosen`` that can be among the ``limit`` largest, ties included."""
    if limit is None or chosen.size <= limit:
        return [int(unit) for unit in chosen]
    if limit == 0:
        return []
    least = -np.partition(-size[chosen], limit - 1)[limit - 1]
    return [int(unit) for unit in chosen[size[chosen] >= least]]


def compare(first: Side, second: Side) -> Change:
    """Compare two sides. Raises ``UsageError`` RI485, ``InputError`` RI484."""
    pairs = pair(first, second)
    mixer = Mixer(pairs)
    findings = [*pairs.findings(), *mixer.findings(), *_comparability(pairs, mixer)]
    before, after = mixer.figures(Mix(0, 0, 0, 0)), mixer.figures(Mix(1, 1, 1, 1))
    groups, found, refused = _split(mixer)
    findings += refused
    merged = next((group for group in groups if "method" in group), ())
    parts: dict[str, dict[str, Floats | None]] = {figure: {} for figure in FIGURES}
    for figure in FIGURES:
        for factor in FACTORS:
            alone = factor == "method" or factor not in merged
            group = next(group for group in groups if factor in group)
            parts[figure][factor] = found[group][figure] if alone else None
    grades = (_grade_ids(pairs.first), _grade_ids(pairs.second))
    lost = int(np.isnan(_value(parts["score"]["method"])).sum())
    if lost:
        findings.append(Finding("RI491", params={"count": lost}))
    change = Change(
        pairs, before, after, parts, groups, grades, comparable=grades[0] == grades[1], leaves=None,
        findings=tuple(sort_findings(findings)),
    )  # fmt: skip
    return _with_leaves(change, mixer)


def _value(column: Floats | None) -> Floats:
    assert column is not None
    return column


def _grade_ids(side: Side) -> tuple[str | None, ...]:
    return (*(grade.id for grade in side.result.plan.grades), None)


def _comparability(pairs: Pairs, mixer: Mixer) -> list[Finding]:
    """RI480 and RI492: relative methods over different sets, and other bounds of grades."""
    found = []
    names = {name for plan in mixer.plans for name in plan.relative_methods()}
    names |= {plan.grading.text() for plan in mixer.plans if plan.relative_grades}
    if names and (not mixer.same_values or _by_period(pairs.first.result.plan)):
        found.append(Finding("RI480", params={"names": sorted(names)}))
    bounds = [_bounds(side) for side in pairs.sides]
    if bounds[0] != bounds[1]:
        first, second = bounds
        found.append(Finding("RI492", params={"first": first, "second": second}))
    return found


def _bounds(side: Side) -> list[str]:
    """The bounds of the grades as a sentence names them; those that are found from scores by their method."""
    plan = side.result.plan
    if plan.relative_grades:
        return [f"{plan.grading.text()} ({side.name})"]
    return [f"{grade.id} {number:g}" for grade, number in zip(plan.grades, plan.bounds, strict=True)] or ["—"]


def _by_period(plan: Plan) -> bool:
    """Whether statistics are taken period by period."""
    return plan.groupings.get("period", "--by") != "--by"


# --- the split


def _split(mixer: Mixer) -> tuple[tuple[Group, ...], dict[Group, dict[str, Floats]], list[Finding]]:
    """The parts by group of factors: as many groups as can be told apart.

    Where a combination is refused, set and weights are counted with the method; where data and method cannot be
    told apart either, all is one part.
    """
    every: list[Group] = [("data",), ("set",), ("weights",), ("method",)]
    if not mixer.same_tree:
        every = [("data",), ("set",), ("weights", "method")]
    reason: Finding | None = None
    tries: list[list[Group]] = [every, [("data",), ("set", "weights", "method")], [FACTORS]]
    for groups in tries:
        try:
            found = _shapley(groups, mixer)
        except InputError as error:
            reason = reason or error.findings[0]
            continue
        findings = []
        if reason is not None:
            why = {"zh": f"{reason.code}: {reason.message('zh')}", "en": f"{reason.code}: {reason.message('en')}"}
            names = [TITLES[factor] for group in groups for factor in group if "method" in group and factor != "method"]
            parts = {"zh": "、".join(name["zh"] for name in names), "en": ", ".join(name["en"] for name in names)}
            findings.append(Finding("RI490", params={"reason": why, "parts": parts}))
        return tuple(groups), found, findings
    raise AssertionError("both sides themselves are there")  # pragma: no cover - the last try needs nothing else


def _mix(groups: Sequence[Group], switched: Sequence[Group]) -> Mix:
    side = {factor: int(group in switched) for group in groups for factor in group}
    return Mix(**side)


def subsets(groups: Sequence[Group], player: Group) -> list[tuple[tuple[Group, ...], int]]:
    """The sets of other groups that may be exchanged before ``player``, each with the orders in which they are."""
    others = [group for group in groups if group != player]
    count = len(groups)
    return [
        (chosen, factorial(size) * factorial(count - size - 1))
        for size in range(count)
        for chosen in combinations(others, size)
    ]


def _shapley(groups: Sequence[Group], mixer: Mixer) -> dict[Group, dict[str, Floats]]:
    values: dict[frozenset[Group], Figures] = {}

    def value(switched: Sequence[Group]) -> Figures:
        key = frozenset(switched)
        if key not in values:
            values[key] = mixer.figures(_mix(groups, switched))
        return values[key]

    found: dict[Group, dict[str, Floats]] = {}
    for player in groups:
        sums = {figure: np.zeros(len(mixer.pairs)) for figure in FIGURES}
        for chosen, orders in subsets(groups, player):
            without, with_it = value(chosen), value((*chosen, player))
            for figure in FIGURES:
                sums[figure] += orders * (getattr(with_it, figure) - getattr(without, figure))
        # Dividing once at the end keeps whole ranks and grades whole.
        found[player] = {figure: column / factorial(len(groups)) for figure, column in sums.items()}
    lost = np.zeros(len(mixer.pairs), dtype=bool)
    for figures in values.values():
        lost |= np.isnan(figures.score)
    for sums in found.values():
        for column in sums.values():
            column[lost] = np.nan
    return found


# --- leaves


def _with_leaves(change: Change, mixer: Mixer) -> Change:
    data = change.parts["score"]["data"]
    if data is None or ("data",) not in change.groups:
        return change
    every = np.flatnonzero(~np.isnan(data))
    if every.size > EXPLAINED:
        every = np.array(sorted(_largest(every, np.abs(data), EXPLAINED))[:EXPLAINED], dtype=np.int64)
    if not every.size:
        return change
    ids, effects = _leaf_effects(change, mixer, every)
    rest = data[every] - _added(effects)
    return replace(change, leaves=Leaves(tuple(ids), every, effects, rest))


def _added(effects: Floats) -> Floats:
    total = np.zeros(effects.shape[1])
    for row in effects:
        total += row
    return total


def _leaf_effects(change: Change, mixer: Mixer, units: NDArray[np.int64]) -> tuple[list[str], Floats]:
    """What each leaf's values change, weighted over the same combinations as the data part."""
    ids = [leaf.id for leaf in mixer.plans[0].leaves if leaf.id in mixer.shared]
    effects = np.zeros((len(ids), units.size))
    every = factorial(len(change.groups))
    for chosen, orders in subsets(change.groups, ("data",)):
        old = mixer.block(_mix(change.groups, chosen), units)
        new = mixer.block(_mix(change.groups, (*chosen, ("data",))), units)
        plan = old[0].plan
        ends = _score(*old), _score(*new)
        for number, name in enumerate(ids):
            index = plan.positions[name].index
            if plan.leaves[index].scored and _differ(old[1], new[1], index):
                gain = _score(old[0], _swapped(old[1], new[1], index)) - ends[0]
                loss = ends[1] - _score(new[0], _swapped(new[1], old[1], index))
                effects[number] += orders * 0.5 * (gain + loss) / every
    moved = [number for number in range(len(ids)) if np.any(effects[number] != 0.0)]
    return [ids[number] for number in moved], effects[moved]


def _score(program: Program, block: Block) -> Floats:
    """The scores of a block; NaN where a value is refused."""
    shown = program.evaluate(block).shown[0]
    return np.full(block.stop, np.nan) if shown is None else shown


def _differ(first: Block, second: Block, index: int) -> bool:
    masks = [block.not_applicable.get(index) for block in (first, second)]
    known = [np.zeros(first.stop, dtype=bool) if mask is None else mask for mask in masks]
    same = np.array_equal(first.columns[index], second.columns[index], equal_nan=True)
    return not (same and np.array_equal(known[0], known[1]))


def _swapped(block: Block, other: Block, index: int) -> Block:
    """A block with one leaf's column of another."""
    columns = list(block.columns)
    columns[index] = other.columns[index]
    excused = {key: mask for key, mask in block.not_applicable.items() if key != index}
    if index in other.not_applicable:
        excused[index] = other.not_applicable[index]
    return Block(block.start, block.stop, columns, excused, block.codes)
