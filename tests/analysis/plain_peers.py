"""Peers reckoned leaf by leaf with Python numbers, to hold the fast way against: the same doubles, bit for bit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from resilience_index.analysis.standing import Standing
from resilience_index.data.table import natural_key

Told = tuple[str, float | None, float, float]
"""A leaf, the shown value of what it is compared with, the gap and its points."""


def mean(values: Sequence[float]) -> float:
    known = [float(value) for value in values if not math.isnan(value)]
    return math.fsum(known) / len(known) if known else math.nan


def at_least(value: float, bound: float) -> bool:
    return round(value, 10) >= round(bound, 10)


def told(points: list[Told]) -> list[Told]:
    return sorted(points, key=lambda point: -round(abs(point[3]), 10))


def goalposts(standing: Standing, row: int, strong: float, weak: float) -> tuple[list[Told], list[Told]]:
    better, worse = [], []
    for item in standing.leaves:
        value, share = float(item.good[row]), float(item.share[row])
        if math.isnan(value) or math.isnan(share):
            continue
        if at_least(value, strong):
            better.append((item.id, None, value, value * share * standing.root.scale))
        elif not at_least(value, weak):
            worse.append((item.id, None, value - 1.0, (value - 1.0) * share * standing.root.scale))
    return told(better), told(worse)


def against(standing: Standing, row: int, others: Sequence[int], apart: float) -> tuple[list[Told], list[Told]]:
    better, worse = [], []
    for item in standing.leaves:
        value, share = float(item.good[row]), float(item.share[row])
        other = mean([item.good[other] for other in others])
        gap = value - other
        if math.isnan(gap) or math.isnan(share) or not at_least(abs(gap), apart):
            continue
        shown = mean([item.shown[other] for other in others])
        (better if gap > 0.0 else worse).append((item.id, shown, gap, gap * share * standing.root.scale))
    return told(better), told(worse)


def nearest(standing: Standing, row: int, rows: Sequence[int], count: int) -> list[tuple[str, float]]:
    whole = 0.0
    for leaf in standing.leaves:
        whole += leaf.weight
    found = []
    for other in rows:
        squares = weights = 0.0
        for leaf in standing.leaves:
            apart = float(leaf.good[other]) - float(leaf.good[row])
            if not math.isnan(apart):
                squares += leaf.weight * (apart * apart)
                weights += leaf.weight
        if other != row and weights > 0.0 and weights >= 2 / 3 * whole - 1e-9:
            found.append((standing.ids[other], math.sqrt(squares / weights)))
    return sorted(found, key=lambda pair: (round(pair[1], 12), natural_key(pair[0])))[:count]


def sets(standing: Standing, row: int, rows: Sequence[int]) -> Mapping[tuple[str | None, str], list[int]]:
    """The groups of a community and all communities, by column and label."""
    found: dict[tuple[str | None, str], list[int]] = {}
    for name, values in standing.groups.items():
        if values[row]:
            found[name, values[row]] = [other for other in rows if values[other] == values[row]]
    found[None, standing.periods[row]] = list(rows)
    return {key: members for key, members in found.items() if len(members) > 1}
