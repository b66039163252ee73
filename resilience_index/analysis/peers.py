"""Strengths and weaknesses against goalposts, peers and the last period, leaf by leaf.

Peers are the communities of the same group (street, district, city, and any other group of the data) and of the whole
run, in the same period, the community itself among them; and the nearest ones by leaf profile, without it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from resilience_index.analysis.standing import Both, Item, Standing
from resilience_index.data.table import natural_key
from resilience_index.framework.diagnosis_models import DiagnosisModel
from resilience_index.methods import rounding

SHARED = 2 / 3
"""The share of weight in leaves both have that makes two profiles comparable, as for coverage."""


@dataclass(frozen=True)
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


Reference = tuple[float | None, float | None]
"""What is compared with: shown and good."""


class Peers:
    """The peers of each community of one period."""

    def __init__(self, standing: Standing, rows: Sequence[int], settings: DiagnosisModel) -> None:
        self.standing, self.rows, self.settings = standing, list(rows), settings
        self._means: dict[tuple[str, str], Mapping[str, Reference]] = {}
        self._members: dict[tuple[str, str], list[int]] = {}
        self._scored: dict[tuple[str, str], np.ndarray] = {}
        self.by_id = {(standing.ids[row], standing.periods[row]): row for row in range(len(standing))}
        self._score = rounding.comparison_key(standing.score / (standing.root.scale / standing.root.full))
        places = {row: place for place, row in enumerate(sorted(rows, key=lambda row: natural_key(standing.ids[row])))}
        self._array = np.array(self.rows, dtype=np.int64)
        self._order = np.array([places[row] for row in self.rows], dtype=np.int64)
        self._good = [(leaf.weight, leaf.good[self._array]) for leaf in standing.leaves]

    def of(self, row: int) -> tuple[tuple[Comparison, ...], tuple[Neighbour, ...]]:
        """All comparisons of a community, and its nearest communities."""
        standing = self.standing
        found: list[Comparison | None] = [goalposts(standing, row, self.settings)]
        for group, values in standing.groups.items():
            if values[row]:
                found.append(self._set(row, "group", group, values[row]))
        found.append(self._set(row, "all", None, standing.periods[row]))
        neighbours = self._nearest(row)
        if neighbours:
            rows = [self.by_id[neighbour.community_id, standing.periods[row]] for neighbour in neighbours]
            reference = _means(standing, rows)
            scored = sum(1 for neighbour in neighbours if neighbour.score is not None)
            item = _comparison(standing, row, "nearest", "", reference, self.settings.apart)
            found.append(replace(item, count=scored))
        before = self._before(row)
        if before is not None:
            found.append(previous(standing, row, before, self.settings))
        return tuple(item for item in found if item is not None), neighbours

    def _set(self, row: int, kind: str, group: str | None, label: str) -> Comparison | None:
        """Against the means of a set of peers; None where the community is alone in it."""
        key = (group or "", label)
        if key not in self._means:
            values = self.standing.groups[group] if group is not None else None
            rows = [other for other in self.rows if values is None or values[other] == label]
            self._members[key], self._means[key] = rows, _means(self.standing, rows)
            scores = self._score[rows]
            self._scored[key] = scores[~np.isnan(scores)]
        if len(self._members[key]) < 2:
            return None
        scored, own = self._scored[key], float(self._score[row])
        rank = None if math.isnan(own) else 1 + int((scored > own).sum())
        found = _comparison(self.standing, row, kind, label, self._means[key], self.settings.apart)
        return replace(found, group=group, count=int(scored.size), rank=rank)

    def _before(self, row: int) -> int | None:
        """The row of the same community in the nearest earlier period."""
        labels = self.standing.labels
        for label in reversed(labels[: labels.index(self.standing.periods[row])]):
            found = self.by_id.get((self.standing.ids[row], label))
            if found is not None:
                return found
        return None

    def _nearest(self, row: int) -> tuple[Neighbour, ...]:
        standing = self.standing
        here = self.rows.index(row)
        squares, weights = np.zeros(len(self.rows)), np.zeros(len(self.rows))
        total = 0.0
        for weight, good in self._good:  # leaf after leaf: the sums do not depend on the order of rows
            total += weight
            apart = good - good[here]
            there = ~np.isnan(apart)
            squares += np.where(there, weight * np.square(np.where(there, apart, 0.0)), 0.0)
            weights += np.where(there, weight, 0.0)
        weights[here] = 0.0
        enough = np.flatnonzero((weights > 0.0) & (weights >= SHARED * total - 1e-9))
        distances = np.sqrt(squares[enough] / weights[enough])
        chosen = np.lexsort((self._order[enough], np.round(distances, 12)))[: self.settings.nearest]
        found = [(self.rows[int(enough[place])], float(distances[place])) for place in chosen.tolist()]
        return tuple(
            Neighbour(standing.ids[other], standing.names[other], distance, _known(standing.score[other]))
            for other, distance in found
        )


def goalposts(standing: Standing, row: int, settings: DiagnosisModel) -> Comparison:
    """Against the best value: strengths are leaves ``strong`` or more of the way there, weaknesses below ``weak``."""
    scale = standing.root.scale
    strengths, weaknesses = [], []
    for item in standing.leaves:
        value, share = float(item.good[row]), float(item.share[row])
        if math.isnan(value) or math.isnan(share):
            continue
        if _at_least(value, settings.strong):
            strengths.append(_point(item, row, (None, None), value, value * share * scale))
        elif not _at_least(value, settings.weak):
            weaknesses.append(_point(item, row, (None, None), value - 1.0, (value - 1.0) * share * scale))
    return Comparison(
        kind="goalposts", group=None, label="", count=None, rank=None, reference=None, gap=None, dimensions=(),
        strengths=_sorted(strengths), weaknesses=_sorted(weaknesses),
    )  # fmt: skip


def previous(standing: Standing, row: int, before: int, settings: DiagnosisModel) -> Comparison:
    """Against an earlier period of the same community (or city)."""
    reference = {item.id: (_known(item.shown[before]), _known(item.good[before])) for item in standing.items.values()}
    return _comparison(standing, row, "previous", standing.periods[before], reference, settings.moved)


def of_city(city: Standing, row: int, settings: DiagnosisModel) -> tuple[Comparison, ...]:
    """The comparisons of the city's means: with the goalposts, and with the last period."""
    found = [goalposts(city, row, settings)]
    if row > 0:
        found.append(previous(city, row, row - 1, settings))
    return tuple(found)


def means(standing: Standing) -> Standing:
    """The means over the communities of each period, as a standing with one unit for each period.

    Means are over those that have a value; their sums are exact, so that the order of rows does not matter.
    """
    rows = [standing.rows_of(label) for label in standing.labels]

    def over(column: np.ndarray) -> np.ndarray:
        return np.array([_mean([float(column[row]) for row in some]) for some in rows], dtype=np.float64)

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


def _means(standing: Standing, rows: Sequence[int]) -> Mapping[str, Reference]:
    def mean(column: np.ndarray) -> float | None:
        return _known(_mean([float(column[row]) for row in rows]))

    return {item.id: (mean(item.shown), mean(item.good)) for item in standing.items.values()}


def _mean(values: Iterable[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return math.fsum(known) / len(known) if known else math.nan


def _comparison(
    standing: Standing, row: int, kind: str, label: str, reference: Mapping[str, Reference], apart: float
) -> Comparison:
    """Leaf by leaf against reference values: strengths lie ``apart`` or more above, weaknesses as much below."""
    scale = standing.root.scale
    strengths: list[Point] = []
    weaknesses: list[Point] = []
    for item in standing.leaves:
        other = reference[item.id]
        value, share = float(item.good[row]), float(item.share[row])
        if math.isnan(value) or math.isnan(share) or other[1] is None:
            continue
        gap = value - other[1]
        if _at_least(abs(gap), apart):
            (strengths if gap > 0.0 else weaknesses).append(_point(item, row, other, gap, gap * share * scale))
    score, root = _known(standing.score[row]), reference[standing.root.id][0]
    return Comparison(
        kind=kind, group=None, label=label, count=None, rank=None, reference=root,
        gap=None if score is None or root is None else score - root,
        dimensions=tuple(
            (item.id, item.title, _known(item.shown[row]), reference[item.id][0]) for item in standing.dimensions
        ),
        strengths=_sorted(strengths), weaknesses=_sorted(weaknesses),
    )  # fmt: skip


def _point(item: Item, row: int, reference: Reference, gap: float, points: float) -> Point:
    return Point(
        id=item.id, title=item.title, shown=float(item.shown[row]), reference=reference[0], gap=gap, points=points,
        scale=item.scale, raw=None if item.raw is None else _known(item.raw[row]), unit=item.unit,
        prepared=item.prepared(row),
    )  # fmt: skip


def _sorted(points: list[Point]) -> tuple[Point, ...]:
    """Those worth most first; equal ones in the order of the tree."""
    key: Callable[[Point], float] = lambda point: -round(abs(point.points), 10)  # noqa: E731 - typed
    return tuple(sorted(points, key=key))


def _at_least(value: float, bound: float) -> bool:
    """Compared at ten decimals, as results are everywhere."""
    return round(value, 10) >= round(bound, 10)


def _known(value: float) -> float | None:
    number = float(value)
    return None if math.isnan(number) else number
