"""Strengths and weaknesses against goalposts, peers and the last period, leaf by leaf.

Peers are the communities of the same group (street, district, city, and any other group of the data) and of the whole
run, in the same period, the community itself among them; and the nearest ones by leaf profile, without it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from resilience_index.analysis.standing import Both, Item, Standing
from resilience_index.data.table import natural_key
from resilience_index.framework.diagnosis_models import DiagnosisModel
from resilience_index.methods import rounding
from resilience_index.methods.exact import mean_of
from resilience_index.scoring.statistics import Floats

SHARED = 2 / 3
"""The share of weight in leaves both have that makes two profiles comparable, as for coverage."""
_TIE = 1e-9
"""Farther apart than this, two values differ at the ten decimals in which results are compared."""


@dataclass(frozen=True, slots=True)
class Point:
    """A leaf beside what it is compared with: values on the shown scale; ``gap`` and ``points`` say how much better.

    ``gap`` is a share of the way from worst to best, negative where worse; ``points`` is what it is worth in the
    score: gap × effective share × scale of the score.
    """

    id: str
    title: Both
    shown: float
    reference: float | None
    gap: float
    points: float
    scale: float
    raw: float | None
    unit: str | None
    prepared: dict[str, Any] | None = None


@dataclass(frozen=True)
class Comparison:
    """A community against one set of references.

    ``kind`` is goalposts, group, all, nearest or previous; ``group`` the column, ``label`` its value (or the
    period); ``count`` and ``rank`` are of the scored communities of the set; ``reference`` is its mean score.
    Strengths and weaknesses are leaves, those worth most first.
    """

    kind: str
    group: str | None
    label: str
    count: int | None
    rank: int | None
    reference: float | None
    gap: float | None
    dimensions: tuple[tuple[str, Both, float | None, float | None], ...]
    strengths: tuple[Point, ...]
    weaknesses: tuple[Point, ...]


@dataclass(frozen=True)
class Neighbour:
    """A community with a similar profile: root mean square difference of the leaves both have, by their weights."""

    community_id: str
    name: str
    distance: float
    score: float | None


@dataclass(frozen=True)
class _Reference:
    """What a unit is set against: the leaves' values inside (leaves,), NaN without; their shown values by position."""

    good: Floats
    shown: Callable[[int], float | None]
    score: float | None
    dimensions: tuple[float | None, ...]


class Peers:
    """The peers of each community of one period; comparisons hold the ``first`` strengths and weaknesses (all)."""

    def __init__(
        self, standing: Standing, rows: Sequence[int], settings: DiagnosisModel, *, first: int | None = None
    ) -> None:
        self.standing, self.rows, self.settings = standing, list(rows), settings
        self.leaves = _Leaves(standing, settings, first)
        self._place = {row: place for place, row in enumerate(self.rows)}
        self._sets: dict[tuple[str, str], _Set] = {}
        self._members: dict[str, dict[str, list[int]]] = {}
        self.by_id = {(standing.ids[row], standing.periods[row]): row for row in range(len(standing))}
        self._score = rounding.comparison_key(standing.score / (standing.root.scale / standing.root.full))
        self._near = _Near(standing, self.rows, settings.nearest)

    def of(self, row: int) -> tuple[tuple[Comparison, ...], tuple[Neighbour, ...]]:
        """All comparisons of a community, and its nearest communities."""
        standing, leaves = self.standing, self.leaves
        found: list[Comparison | None] = [leaves.goalposts(row)]
        whole = self._set(row, "all", None, standing.periods[row])
        for group, values in standing.groups.items():
            label = values[row]
            if label and whole is not None and len(self._grouped(group)[label]) == len(self.rows):
                found.append(replace(whole, kind="group", group=group, label=label))
            elif label:
                found.append(self._set(row, "group", group, label))
        found.append(whole)
        near = [(self.rows[place], distance) for place, distance in self._near.of(self._place[row])]
        neighbours = tuple(
            Neighbour(standing.ids[other], standing.names[other], distance, _known(standing.score[other]))
            for other, distance in near
        )
        if neighbours:
            scored = sum(1 for neighbour in neighbours if neighbour.score is not None)
            reference = leaves.near([other for other, _ in near])
            found.append(leaves.against(row, "nearest", "", reference, self.settings.apart, count=scored))
        before = self._before(row)
        if before is not None:
            found.append(leaves.previous(row, before))
        return tuple(item for item in found if item is not None), neighbours

    def _set(self, row: int, kind: str, group: str | None, label: str) -> Comparison | None:
        """Against the means of a set of peers; None where the community is alone in it."""
        key = (group or "", label)
        if key not in self._sets:
            rows = self.rows if group is None else self._grouped(group)[label]
            scores = self._score[rows]
            self._sets[key] = _Set(len(rows), self.leaves.mean(rows), scores[~np.isnan(scores)])
        peers = self._sets[key]
        if peers.members < 2:
            return None
        own = float(self._score[row])
        rank = None if math.isnan(own) else 1 + int((peers.scored > own).sum())
        return self.leaves.against(
            row, kind, label, peers.reference, self.settings.apart, group=group, count=int(peers.scored.size), rank=rank
        )

    def _grouped(self, group: str) -> dict[str, list[int]]:
        """The rows of the period by their label in a group."""
        if group not in self._members:
            found: dict[str, list[int]] = {}
            for row in self.rows:
                found.setdefault(self.standing.groups[group][row], []).append(row)
            self._members[group] = found
        return self._members[group]

    def _before(self, row: int) -> int | None:
        """The row of the same community in the nearest earlier period."""
        labels = self.standing.labels
        for label in reversed(labels[: labels.index(self.standing.periods[row])]):
            found = self.by_id.get((self.standing.ids[row], label))
            if found is not None:
                return found
        return None


@dataclass(frozen=True)
class _Set:
    """A set of peers: how many, their means, and the scores of those that have one."""

    members: int
    reference: _Reference
    scored: Floats


class _Near:
    """The nearest communities by leaf profile, by their places among the rows of a period."""

    def __init__(self, standing: Standing, rows: Sequence[int], count: int) -> None:
        leaves, self._count = standing.leaves, count
        good = np.array([leaf.good[rows] for leaf in leaves]).reshape(len(leaves), len(rows))
        weights = np.array([leaf.weight for leaf in leaves]).reshape(-1, 1)
        there = ~np.isnan(good)
        self._there, self._whole = there, there.all(axis=0)
        self._good, self._weights = np.where(there, good, 0.0), np.where(there, weights, 0.0)
        self._apart, self._both = np.empty_like(good), np.empty_like(good)  # room to work in
        self._enough = SHARED * float(sum(weights.ravel().tolist())) - 1e-9
        ordered = sorted(range(len(rows)), key=lambda place: natural_key(standing.ids[rows[place]]))
        self._order = np.empty(len(rows), dtype=np.int64)
        self._order[ordered] = np.arange(len(rows))

    def of(self, here: int) -> list[tuple[int, float]]:
        """Places and distances of those nearest to a community, the nearest first, equal ones by id."""
        apart, weights = self._apart, self._weights
        np.subtract(self._good, self._good[:, here : here + 1], out=apart)
        np.multiply(apart, apart, out=apart)
        if not self._whole[here]:  # only what both have is compared
            weights = np.multiply(weights, self._there[:, here : here + 1], out=self._both)
        np.multiply(weights, apart, out=apart)
        # Sums over the first axis add leaf after leaf: they do not depend on the order or number of rows.
        squares, total = np.add.reduce(apart, axis=0), np.add.reduce(weights, axis=0)
        total[here] = 0.0
        enough = np.flatnonzero((total > 0.0) & (total >= self._enough))
        distances = np.sqrt(squares[enough] / total[enough])
        compared = np.round(distances, 12)
        if self._count < compared.size:
            kept = np.flatnonzero(compared <= np.partition(compared, self._count - 1)[self._count - 1])
            enough, distances, compared = enough[kept], distances[kept], compared[kept]
        chosen = np.lexsort((self._order[enough], compared))[: self._count]
        return list(zip(enough[chosen].tolist(), distances[chosen].tolist(), strict=True))


class _Leaves:
    """The leaves of all units beside each other, (units, leaves), and what they are compared with."""

    def __init__(self, standing: Standing, settings: DiagnosisModel, first: int | None) -> None:
        self.standing, self.settings, self.first = standing, settings, first
        self.items = standing.leaves
        shape = (len(self.items), len(standing))
        self._good = np.array([item.good for item in self.items]).reshape(shape).T.copy()
        self._share = np.array([item.share for item in self.items]).reshape(shape).T.copy()
        self._scale = standing.root.scale

    def goalposts(self, row: int) -> Comparison:
        """Against the best: strengths are leaves ``strong`` or more of the way there, weaknesses below ``weak``."""
        value, share = self._good[row], self._share[row]
        known = ~(np.isnan(value) | np.isnan(share))
        strong = known & _at_least(value, self.settings.strong)
        weak = known & ~strong & ~_at_least(value, self.settings.weak)
        gap = np.where(strong, value, value - 1.0)
        with np.errstate(over="ignore"):  # a run that somebody changed may hold figures of any size
            points = gap * share * self._scale
        return Comparison(
            kind="goalposts", group=None, label="", count=None, rank=None, reference=None, gap=None, dimensions=(),
            strengths=self._points(row, strong, gap, points, None),
            weaknesses=self._points(row, weak, gap, points, None),
        )  # fmt: skip

    def previous(self, row: int, before: int) -> Comparison:
        """Against an earlier period of the same community (or city)."""
        standing, items = self.standing, self.items
        reference = _Reference(
            self._good[before], lambda position: _known(items[position].shown[before]),
            _known(standing.root.shown[before]), tuple(_known(item.shown[before]) for item in standing.dimensions),
        )  # fmt: skip
        return self.against(row, "previous", standing.periods[before], reference, self.settings.moved)

    def mean(self, rows: Sequence[int]) -> _Reference:
        """The means of a set of units, over those that have a value."""
        standing = self.standing
        shown = [_known(_mean(item.shown[rows])) for item in self.items]
        return _Reference(
            np.array([_mean(item.good[rows]) for item in self.items]), shown.__getitem__,
            _known(_mean(standing.root.shown[rows])),
            tuple(_known(_mean(item.shown[rows])) for item in standing.dimensions),
        )  # fmt: skip

    def near(self, rows: Sequence[int]) -> _Reference:
        """The means of a few units: as ``mean``, shown values only when they are asked for."""
        standing, items = self.standing, self.items
        few = self._good[rows]
        good = [_mean_of(values) for values in few.T.tolist()]
        return _Reference(
            np.array(good), lambda position: _known(_mean(items[position].shown[rows])),
            _known(_mean(standing.root.shown[rows])),
            tuple(_known(_mean(item.shown[rows])) for item in standing.dimensions),
        )  # fmt: skip

    def against(
        self, row: int, kind: str, label: str, reference: _Reference, apart: float, *, group: str | None = None,
        count: int | None = None, rank: int | None = None,
    ) -> Comparison:  # fmt: skip
        """Leaf by leaf against reference values: strengths lie ``apart`` or more above, weaknesses as much below."""
        standing, share = self.standing, self._share[row]
        gap = self._good[row] - reference.good
        hit = ~(np.isnan(gap) | np.isnan(share)) & _at_least(np.abs(gap), apart)
        with np.errstate(over="ignore"):  # a run that somebody changed may hold figures of any size
            points = gap * share * self._scale
        score = _known(standing.score[row])
        return Comparison(
            kind=kind, group=group, label=label, count=count, rank=rank, reference=reference.score,
            gap=None if score is None or reference.score is None else score - reference.score,
            dimensions=tuple(
                (item.id, item.title, _known(item.shown[row]), other)
                for item, other in zip(standing.dimensions, reference.dimensions, strict=True)
            ),
            strengths=self._points(row, hit & (gap > 0.0), gap, points, reference),
            weaknesses=self._points(row, hit & ~(gap > 0.0), gap, points, reference),
        )  # fmt: skip

    def _points(
        self, row: int, chosen: np.ndarray, gap: Floats, points: Floats, reference: _Reference | None
    ) -> tuple[Point, ...]:
        """Those worth most first; equal ones in the order of the tree."""
        sizes = {position: abs(float(points[position])) for position in np.flatnonzero(chosen).tolist()}
        found = list(sizes)
        if self.first is not None and len(found) > self.first:
            least = sorted(sizes.values(), reverse=True)[self.first - 1] - _TIE
            found = [position for position in found if sizes[position] >= least]
        found.sort(key=lambda position: -round(sizes[position], 10))
        return tuple(
            _point(
                self.items[position], row, None if reference is None else reference.shown(position),
                float(gap[position]), float(points[position]),
            )
            for position in found[: self.first]
        )  # fmt: skip


def of_city(city: Standing, row: int, settings: DiagnosisModel, *, first: int | None = None) -> tuple[Comparison, ...]:
    """The comparisons of the city's means: with the goalposts, and with the last period."""
    leaves = _Leaves(city, settings, first)
    return (leaves.goalposts(row), leaves.previous(row, row - 1)) if row > 0 else (leaves.goalposts(row),)


def means(standing: Standing) -> Standing:
    """The means over the communities of each period, as a standing with one unit for each period.

    Means are over those that have a value; their sums are exact, so that the order of rows does not matter.
    """
    rows = [standing.rows_of(label) for label in standing.labels]

    def over(column: np.ndarray) -> np.ndarray:
        return np.array([_mean(column[some]) for some in rows], dtype=np.float64)

    items = {
        name: replace(
            item, shown=over(item.shown), good=over(item.good), share=over(item.share),
            raw=None if item.raw is None else over(item.raw), used=None, marks=None,
        )
        for name, item in standing.items.items()
    }  # fmt: skip
    count = len(rows)
    return replace(
        standing, items=items, ids=("",) * count, names=("",) * count, periods=standing.labels, groups={},
        score=over(standing.score), rank=np.full(count, np.nan), coverage=over(standing.coverage),
        grades=(None,) * count,
    )  # fmt: skip


def _mean(values: Floats) -> float:
    return _mean_of(values.tolist())


def _mean_of(values: list[float]) -> float:
    known = [value for value in values if value == value]  # noqa: PLR0124 - NaN is not itself
    return mean_of(known)


def _point(item: Item, row: int, reference: float | None, gap: float, points: float) -> Point:
    return Point(
        id=item.id, title=item.title, shown=float(item.shown[row]), reference=reference, gap=gap, points=points,
        scale=item.scale, raw=None if item.raw is None else _known(item.raw[row]), unit=item.unit,
        prepared=item.prepared(row),
    )  # fmt: skip


def _at_least(values: Floats, bound: float) -> np.ndarray:
    """Compared at ten decimals, as results are everywhere."""
    found = values >= bound
    for position in np.flatnonzero(np.abs(values - bound) < _TIE).tolist():
        found[position] = round(float(values[position]), 10) >= round(bound, 10)
    return found


def _known(value: float) -> float | None:
    number = float(value)
    return None if math.isnan(number) else number
