"""What to ask an expert to look at again: the worst triads, circular judgments, and what a change would do.

Everything here proposes; nothing is applied. Elements are positions 0..n-1; a judgment is named by (i, j) with
i < j and its value a_ij. A matrix may have gaps (NaN): then only what was given is looked at, and every CR is that
of the matrix completed by log least squares, against the random index of a full one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np

from resilience_index.methods.arrays import FloatArray, IntArray
from resilience_index.methods.weights import ahp, ahp_gaps, power

SCALE: tuple[Fraction, ...] = (
    *(Fraction(1, value) for value in range(9, 1, -1)),
    *(Fraction(value) for value in range(1, 10)),
)
"""Saaty's judgments, 1/9 to 9."""

_SCALE_VALUES = np.array([float(value) for value in SCALE])
_SCALE_LOGS = np.log(_SCALE_VALUES)
_LEAST_GAIN = 1e-9
"""A change must lower the CR by more than this to be proposed: less is noise."""


@dataclass(frozen=True, slots=True)
class Triad:
    """Three elements i < j < k and their judgments; ``ratio`` is how far a_ij · a_jk is from a_ik, as a factor ≥ 1."""

    elements: tuple[int, int, int]
    judgments: tuple[float, float, float]  # a_ij, a_jk, a_ik
    ratio: float


@dataclass(frozen=True, slots=True)
class Cycle:
    """A circle of preference: the first is preferred to the second, that to the third, and that to the first.

    ``judgments`` are the three values in that order, none below 1; ``strength`` is their product, 1 being no
    contradiction; ``strict`` says that none of them is 1. The circle starts at its smallest position.
    """

    elements: tuple[int, int, int]
    judgments: tuple[float, float, float]
    strength: float
    strict: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What one judgment would be if it followed from all the others.

    ``fitted`` is the log least squares estimate from the other judgments and ``cr_fitted`` the CR with it;
    ``nearest`` is the value of Saaty's scale next to it, ``cr_nearest`` the CR with that. All four are None
    where the other judgments do not tell (the pair is the only link between two groups).
    """

    first: int
    second: int
    value: float
    fitted: float | None
    cr_fitted: float | None
    nearest: Fraction | None
    cr_nearest: float | None


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a proposal: judgment (first, second) from ``before`` to ``after``, and the CR on both sides."""

    first: int
    second: int
    before: float
    after: Fraction
    cr_before: float
    cr_after: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """Changes in the order they were found, the matrix with all of them, and whether it passes.

    ``cr_before`` and ``cr_after`` are None for n ≤ 2, where there is nothing to change. ``cycles_left`` are the
    strict circles of preference of the changed matrix: a CR within the threshold does not rule them out.
    """

    changes: tuple[Change, ...]
    matrix: FloatArray
    cr_before: float | None
    cr_after: float | None
    threshold: float
    ri_table: str
    reached: bool
    cycles_left: tuple[Cycle, ...]


def triads(matrix: FloatArray, most: int | None = None) -> list[Triad]:
    """Triads of given judgments, the most contradictory first.

    ``matrix`` (n, n) reciprocal, NaN for gaps; at most ``most``. Equal ones are in the order of their
    elements. Source: W. W. Koczkodaj, Mathematical and Computer Modelling 18(7), 1993, 79-84: the triad as
    the place where inconsistency shows; here measured by |ln (a_ij · a_jk · a_ki)|.
    """
    size = matrix.shape[0]
    places = np.array(list(combinations(range(size), 3)), dtype=np.intp).reshape(-1, 3)
    i, j, k = places.T
    logs = np.abs(np.log(matrix[i, j]) + np.log(matrix[j, k]) - np.log(matrix[i, k]))
    given = np.flatnonzero(~np.isnan(logs))
    order = given[np.argsort(-logs[given], kind="stable")][:most]
    return [
        Triad(
            (int(i[at]), int(j[at]), int(k[at])),
            (float(matrix[i[at], j[at]]), float(matrix[j[at], k[at]]), float(matrix[i[at], k[at]])),
            math.exp(float(logs[at])),
        )
        for at in order
    ]


def worst_triad(matrix: FloatArray) -> Triad | None:
    """The triad furthest from a_ij · a_jk = a_ik; None where no three judgments meet. Source: as ``triads``."""
    found = triads(matrix, 1)
    return found[0] if found else None


def three_cycles(matrix: FloatArray, *, with_ties: bool = False) -> list[Cycle]:
    """Circular judgments among three elements, the strongest first.

    ``matrix`` (n, n) reciprocal, NaN for gaps. A > B, B > C, C > A is a strict circle; ``with_ties`` adds
    those where one or two of the three are ties (A > B, B = C, C = A). No change of degree makes a strict one
    consistent: a judgment has to turn round. Source: M. G. Kendall and B. Babington Smith, Biometrika 31,
    1940, 324-345 (circular triads).
    """
    found = []
    for i, j, k in combinations(range(matrix.shape[0]), 3):
        if any(map(math.isnan, (matrix[i, j], matrix[j, k], matrix[i, k]))):
            continue
        for circle in ((i, j, k), (i, k, j)):
            first, second, third = circle
            judged = (float(matrix[first, second]), float(matrix[second, third]), float(matrix[third, first]))
            strict = min(judged) > 1.0
            if strict or (with_ties and min(judged) >= 1.0 and max(judged) > 1.0):
                found.append(Cycle(circle, judged, judged[0] * judged[1] * judged[2], strict))
    return sorted(found, key=lambda cycle: -cycle.strength)


def nearest_on_scale(value: float) -> Fraction:
    """The value of Saaty's scale next to ``value`` by ratio; half-way the one nearer to 1."""
    distances = np.abs(_SCALE_LOGS - math.log(value))
    close = [place for place, far in enumerate(distances.tolist()) if far <= distances.min() + 1e-12]
    return SCALE[min(close, key=lambda place: abs(float(_SCALE_LOGS[place])))]


def suggestions(matrix: FloatArray, table: str = ahp.DEFAULT_TABLE) -> list[Suggestion]:
    """For each given judgment its value, what the others say it should be, and the CR that would give.

    ``matrix`` (n, n) reciprocal, n ≥ 3, NaN for gaps, connected; in the order of positions. For a complete
    matrix ``fitted`` is the geometric mean of a_ik · a_kj over the other elements k. Raises RI311 for n above
    the table and RI340 for a matrix that falls apart. Source: least squares with one observation left out;
    P. T. Harker, Mathematical Modelling 9, 1987, 353-360, for asking one judgment again.
    """
    pairs = _given_pairs(matrix)
    fitted = [_from_others(matrix, i, j) for i, j in pairs]
    told = [place for place, value in enumerate(fitted) if value is not None]
    changed = [(pairs[place], fitted[place] or 1.0) for place in told]
    crs_fitted = _crs_with(matrix, changed, table)
    nearest = [nearest_on_scale(value) for _, value in changed]
    rounded = [(pair, float(value)) for (pair, _), value in zip(changed, nearest, strict=True)]
    crs_nearest = _crs_with(matrix, rounded, table)
    results = [Suggestion(i, j, float(matrix[i, j]), None, None, None, None) for i, j in pairs]
    for at, place in enumerate(told):
        (i, j), value = changed[at]
        results[place] = Suggestion(i, j, float(matrix[i, j]), value, crs_fitted[at], nearest[at], crs_nearest[at])
    return results


def best_change(matrix: FloatArray, table: str = ahp.DEFAULT_TABLE) -> Suggestion | None:
    """The suggestion whose value on the scale gives the lowest CR; None where no such change lowers it.

    ``matrix`` (n, n) as for ``suggestions``; None also for n ≤ 2. Of several with the same CR the one that
    changes the judgment least, then the first. Raises RI311 and RI340 as ``suggestions``. Source: as there.
    """
    return None if matrix.shape[0] <= 2 else _best(suggestions(matrix, table), _cr_of(matrix, table))


def propose(matrix: FloatArray, threshold: float = 0.10, table: str = ahp.DEFAULT_TABLE) -> Proposal:
    """Changes, one judgment after the other, until the CR is within ``threshold``.

    ``matrix`` (n, n) as for ``suggestions``. Each step takes the best change among the judgments not yet
    changed; the search ends where none lowers the CR (``reached`` is then False). A proposal to be put to the
    expert: it is nobody's judgment. Raises RI311 and RI340 as ``suggestions``. Source: as ``best_change``,
    repeated.
    """
    current = matrix.copy()
    if matrix.shape[0] <= 2:
        return Proposal((), current, None, None, threshold, table, reached=True, cycles_left=())
    start = cr = _cr_of(matrix, table)
    changes: list[Change] = []
    while cr > threshold:
        done = {(change.first, change.second) for change in changes}
        open_ones = [item for item in suggestions(current, table) if (item.first, item.second) not in done]
        best = _best(open_ones, cr)
        if best is None or best.nearest is None or best.cr_nearest is None:
            break
        changes.append(Change(best.first, best.second, best.value, best.nearest, cr, best.cr_nearest))
        current = _changed(current, (best.first, best.second), float(best.nearest))
        cr = best.cr_nearest
    cycles = tuple(three_cycles(current))
    return Proposal(tuple(changes), current, start, cr, threshold, table, cr <= threshold, cycles)


def _best(choices: list[Suggestion], cr: float) -> Suggestion | None:
    helpful = [item for item in choices if item.cr_nearest is not None and item.cr_nearest < cr - _LEAST_GAIN]

    def key(item: Suggestion) -> tuple[float, float]:
        # 9 decimals: the CR of equivalent changes differs by rounding, which must not choose between them.
        step = abs(math.log(float(item.nearest or 1)) - math.log(item.value))
        return round(item.cr_nearest or 0.0, 9), round(step, 9)

    return min(helpful, key=key, default=None)


def _given_pairs(matrix: FloatArray) -> list[tuple[int, int]]:
    return [(i, j) for i, j in combinations(range(matrix.shape[0]), 2) if not math.isnan(matrix[i, j])]


def _from_others(matrix: FloatArray, i: int, j: int) -> float | None:
    """The log least squares estimate of a_ij from all other judgments; None when they do not connect the two."""
    if not np.isnan(matrix).any():
        others: IntArray = np.array([k for k in range(matrix.shape[0]) if k not in (i, j)])
        logs = np.log(matrix[i, others]) + np.log(matrix[others, j])
        return math.exp(math.fsum(logs.tolist()) / len(others))
    without = _changed(matrix, (i, j), math.nan)
    if len(ahp_gaps.components(without)) > 1:
        return None
    weights = ahp_gaps.least_squares(without[np.newaxis])[0]
    return float(weights[i] / weights[j])


def _changed(matrix: FloatArray, pair: tuple[int, int], value: float) -> FloatArray:
    result = matrix.copy()
    result[pair] = value
    result[pair[::-1]] = 1.0 / value
    return result


def _cr_of(matrix: FloatArray, table: str) -> float:
    return _crs(matrix[np.newaxis], table)[0]


def _crs_with(matrix: FloatArray, changes: list[tuple[tuple[int, int], float]], table: str) -> list[float]:
    """The CR of the matrix with each change by itself."""
    if not changes:
        return []
    return _crs(np.stack([_changed(matrix, pair, value) for pair, value in changes]), table)


def _crs(matrices: FloatArray, table: str) -> list[float]:
    if np.isnan(matrices).any():
        matrices = ahp_gaps.complete(matrices)
    ratios: list[float] = ahp.consistency_ratios(power.principal(matrices)[1], matrices.shape[1], table)[1].tolist()
    return ratios
