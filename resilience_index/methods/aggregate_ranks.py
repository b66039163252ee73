"""Aggregation across units by order alone: rank-sum ratio and Copeland's comparison of pairs.

The interface is that of ``aggregate_across``. Children that come out of sums (``derived``) are compared at 10
decimals, others exactly.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods import rounding
from resilience_index.methods.aggregate import weighted_mean
from resilience_index.methods.aggregate_across import AcrossMethod, Outcome, refuse_same, require
from resilience_index.methods.arrays import BoolArray, FloatArray, IntArray

COPELAND_LIMIT = 50_000
"""Most units that are compared in pairs."""
_DECIMALS = 9
"""Decimals to which weights are taken to compare coalitions: sums of such weights are exact."""
_ROWS, _COLUMNS = 64, 4096
"""Units by units of one block of pairs, which stays in cache."""


def compared(children: Sequence[FloatArray], derived: Sequence[bool]) -> list[FloatArray]:
    """Children as they are compared."""
    return [rounding.comparison_key(child) if sums else child for child, sums in zip(children, derived, strict=True)]


@dataclass(frozen=True)
class RankLine:
    """The distribution of rank-sum ratios: a line over probits.

    ``ratios`` (distinct, ascending), how many units have each, and their ``probits``; fitted = intercept + slope ·
    probit, r² of the fit. The line is None where fewer than three ratios differ.
    """

    ratios: FloatArray
    counts: IntArray
    probits: FloatArray
    units: int
    intercept: float | None
    slope: float | None
    r2: float | None


class RankSum(AcrossMethod):
    """Rank-sum ratio 秩和比: RSR = Σ w·R/n / Σ w, R the rank of a child among the n units that have it (1: worst).

    Ties share their mean rank. The ratios' distribution: of each distinct ratio the mean position R̄ among the N
    units, p = R̄/N (1 − 1/(4N) where that reaches 1), probit = 5 + Φ⁻¹(p); the line through the distinct ratios over
    their probits gives fitted values; classes cut the probits from 2 to 8 into equal parts, from the lowest, class
    1. Source: F.-D. Tian, Chinese Journal of Preventive Medicine 22 (1988), 172–176; RSR (秩和比法及其应用, 1993).
    """

    def __init__(self, derived: Sequence[bool], score: Literal["ratio", "fitted"] = "ratio", classes: int = 3) -> None:
        super().__init__(derived)
        self.score, self.classes = score, classes
        self.columns: list[FloatArray] | None = None
        self.line: RankLine | None = None

    def measure(self, children: Sequence[FloatArray], weights: FloatArray) -> list[list[FloatArray]]:
        if self.columns is None:
            return [[child[~np.isnan(child)]] for child in compared(children, self.derived)]
        ratios = self.ratios(children, weights)
        return [[ratios[~np.isnan(ratios)]]]

    def merge(self, parts: Sequence[list[list[FloatArray]]]) -> list[list[FloatArray]]:
        return [[piece for part in pieces for piece in part] for pieces in zip(*parts, strict=True)]

    def count(self, found: list[list[FloatArray]]) -> int:
        return max(sum(piece.size for piece in pieces) for pieces in found)

    def settle(self, found: list[list[FloatArray]], weights: FloatArray) -> None:  # noqa: ARG002 - the interface
        if self.columns is None:
            self.columns = [np.sort(np.concatenate(pieces)) for pieces in found]
            return
        ranked = np.sort(np.concatenate(found[0]))
        require(ranked.size)
        self.keys, first, counts = np.unique(rounding.comparison_key(ranked), return_index=True, return_counts=True)
        refuse_same(np.array([self.keys.size == 1]), ranked.size)
        self.line = rank_line(ranked[first], counts)  # of ratios that differ by noise, the smallest
        if self.score == "fitted" and self.line.slope is None:
            raise RefusalError("RI457", count=int(self.keys.size))
        self.settled = True

    def ratios(self, children: Sequence[FloatArray], weights: FloatArray) -> FloatArray:
        """The rank-sum ratios of units."""
        columns = self.columns
        assert columns is not None
        parts = []
        for child, column in zip(compared(children, self.derived), columns, strict=True):
            below = np.searchsorted(column, child)
            upto = np.searchsorted(column, child, side="right")
            # A value that is not among those ranked stands half way between its neighbours, or level with the last.
            rank = np.where(np.isnan(child), np.nan, np.clip(0.5 * (below + upto + 1), 1.0, max(column.size, 1)))
            parts.append(rank / max(column.size, 1))
        return weighted_mean(parts, weights)

    def value(self, children: Sequence[FloatArray], weights: FloatArray) -> Outcome:
        line = self.line
        assert line is not None
        ratios = self.ratios(children, weights)
        gaps = np.isnan(ratios)
        places = np.searchsorted(self.keys, rounding.comparison_key(ratios))
        probits = np.where(gaps, np.nan, line.probits[np.minimum(places, line.ratios.size - 1)])
        details = {"ratio": ratios, "probit": probits}
        if line.slope is not None and line.intercept is not None:
            details["fitted"] = line.intercept + line.slope * probits
            details["class"] = np.where(gaps, np.nan, 1.0 + np.searchsorted(self.cuts(), probits, side="right"))
        return Outcome(details["fitted"] if self.score == "fitted" else ratios, None, details)

    def cuts(self) -> FloatArray:
        """The probits at which classes begin, from the second."""
        return 2.0 + 6.0 * np.arange(1, self.classes) / self.classes

    def parameters(self) -> dict[str, Any]:
        line = self.line
        assert line is not None
        bounds = None
        if line.slope is not None and line.intercept is not None:
            bounds = [line.intercept + line.slope * cut for cut in self.cuts().tolist()]
        return {
            "units": line.units, "intercept": line.intercept, "slope": line.slope, "r2": line.r2,
            "probit_cuts": self.cuts().tolist(), "ratio_cuts": bounds,
        }  # fmt: skip


def rank_line(ratios: FloatArray, counts: IntArray) -> RankLine:
    """The line of distinct ``ratios`` (ascending), of which ``counts`` units each have one, over their probits."""
    from scipy.special import ndtri

    units = int(counts.sum())
    upto = np.cumsum(counts)
    places = upto - (counts - 1) / 2.0
    shares = np.where(places >= units, 1.0 - 1.0 / (4.0 * units), places / units)
    probits = 5.0 + ndtri(shares)
    if ratios.size < 3:
        return RankLine(ratios, counts, probits, units, None, None, None)
    mean_x, mean_y = (math.fsum(column.tolist()) / column.size for column in (probits, ratios))
    x, y = probits - mean_x, ratios - mean_y
    xx, xy, yy = (math.fsum((first * second).tolist()) for first, second in ((x, x), (x, y), (y, y)))
    slope = xy / xx
    return RankLine(ratios, counts, probits, units, mean_y - slope * mean_x, slope, xy * xy / (xx * yy))


class Copeland(AcrossMethod):
    """Copeland's score over pairs of units: (wins − losses + N − 1) / (2(N − 1)).

    Of two units the one wins that is better in children of more weight, among the children both have; equal
    children count for neither. Weights are taken to 9 decimals, so that sums of them compare exactly. Time grows
    with the square of N, which is at most ``COPELAND_LIMIT`` (RI451). Source: A. H. Copeland (1951), as in H. P.
    Young, American Political Science Review 82 (1988), 1231–1244; over indicators G. Munda, Social Multi-Criteria
    Evaluation (2008), ch. 6.
    """

    def __init__(self, derived: Sequence[bool]) -> None:
        super().__init__(derived)
        self._table: tuple[bytes, dict[bytes, float]] | None = None

    def measure(self, children: Sequence[FloatArray], weights: FloatArray) -> FloatArray:
        rows = np.stack(compared(children, self.derived), axis=1)
        rows += 0.0  # no negative zeros: equal rows have equal bytes
        return rows[_has(rows, weights)]

    def merge(self, parts: Sequence[FloatArray]) -> FloatArray:
        if sum(len(part) for part in parts) > COPELAND_LIMIT:  # no more is kept than it takes to refuse
            parts = [np.concatenate(parts)[: COPELAND_LIMIT + 1]]
        return np.concatenate(parts)

    def count(self, found: FloatArray) -> int:
        return len(found)

    def settle(self, found: FloatArray, weights: FloatArray) -> None:
        require(len(found))
        if len(found) > COPELAND_LIMIT:
            raise RefusalError("RI451", limit=COPELAND_LIMIT)
        self.units = len(found)
        # Which units there are, in an order of their own, is all that may matter: not where they stand.
        self.rows, self.counts = np.unique(np.where(np.isnan(found), np.inf, found), axis=0, return_counts=True)
        self.rows[np.isinf(self.rows)] = np.nan
        refuse_same(np.array([len(self.rows) == 1]), self.units)
        self._of_all(weights)
        self.settled = True

    def value(self, children: Sequence[FloatArray], weights: FloatArray) -> Outcome:
        rows = np.ascontiguousarray(np.stack(compared(children, self.derived), axis=1) + 0.0)
        result = np.full(len(rows), np.nan)
        units = np.flatnonzero(_has(rows, weights))
        table = self._of_all(weights)
        strangers = []
        for unit in units.tolist():
            found = table.get(_bytes(rows[unit]))
            if found is None:
                strangers.append(unit)
            else:
                result[unit] = found
        if strangers:
            net = net_wins(rows[strangers], self.rows, self.counts, weights)
            result[strangers] = (net + self.units) / (2.0 * self.units)
        return Outcome(result)

    def _of_all(self, weights: FloatArray) -> dict[bytes, float]:
        """The score of every row among the units, by its bytes; found once for each set of weights."""
        key, table = weights.tobytes(), self._table
        if table is None or table[0] != key:
            net = net_wins(self.rows, self.rows, self.counts, weights, same=True)
            scores = (net + self.units - 1) / (2.0 * (self.units - 1))
            names = [_bytes(row) for row in self.rows]
            table = self._table = (key, dict(zip(names, scores.tolist(), strict=True)))
        return table[1]

    def parameters(self) -> dict[str, Any]:
        return {"units": self.units}


def _bytes(row: FloatArray) -> bytes:
    """What identifies a row; every missing value is the same."""
    return np.where(np.isnan(row), np.nan, row).tobytes()


def _has(rows: FloatArray, weights: FloatArray) -> BoolArray:
    """Rows (n, m) with a child of positive weight."""
    return np.asarray((~np.isnan(rows))[:, weights > 0.0].any(axis=1))


def net_wins(
    rows: FloatArray, against: FloatArray, counts: IntArray, weights: FloatArray, *, same: bool = False
) -> IntArray:
    """Wins less losses of each of ``rows`` (r, m) over all units: ``against`` (a, m) with ``counts`` (a,).

    ``same`` says that ``rows`` are ``against``: then each pair is looked at once.
    """
    whole = np.rint(weights / weights.sum() * 10.0**_DECIMALS).astype(np.int32)
    mine, theirs = _dense(rows, against)
    gaps = (mine < 0).any(axis=1) | (theirs < 0).any(axis=1)
    groups = [(weight, np.flatnonzero(whole == weight).tolist()) for weight in np.unique(whole).tolist() if weight > 0]
    net = np.zeros(len(rows), dtype=np.int64)
    for start in range(0, len(rows), _ROWS):
        stop = min(start + _ROWS, len(rows))
        for first in range(start if same else 0, len(against), _COLUMNS):
            last = min(first + _COLUMNS, len(against))
            total = _balance(mine[:, start:stop, np.newaxis], theirs[:, np.newaxis, first:last], groups, gaps)
            net[start:stop] += _signs(total, counts[first:last])
            if same and last > stop:  # what these win, the others lose; the pairs inside the block are both there
                beyond = max(first, stop)
                net[beyond:last] -= _signs(total[:, beyond - first :].T, counts[start:stop])
    return net


def _dense(rows: FloatArray, against: FloatArray) -> tuple[Any, Any]:
    """The values of each child as ranks (m, r), (m, a) among all; −1 where it is missing."""
    found = np.empty((rows.shape[1], len(rows) + len(against)), dtype=np.int32)
    for child in range(rows.shape[1]):
        column = np.concatenate([rows[:, child], against[:, child]])
        distinct = np.unique(column[~np.isnan(column)])
        found[child] = np.where(np.isnan(column), -1, np.searchsorted(distinct, column))
    ranks = found.astype(np.int16) if int(found.max()) < 2**15 else found
    return ranks[:, : len(rows)], ranks[:, len(rows) :]


def _balance(mine: Any, theirs: Any, groups: Sequence[tuple[int, Sequence[int]]], gaps: BoolArray) -> Any:
    """The weight of the children in which each of some units is better, less that of those in which it is worse."""
    shape = (mine.shape[1], theirs.shape[2])
    better, worse = np.empty(shape, dtype=bool), np.empty(shape, dtype=bool)
    total = np.zeros(shape, dtype=np.int32)
    term = np.empty_like(total)
    for weight, children in groups:
        count = np.zeros(shape, dtype=np.int8 if len(children) < 128 else np.int32)
        for child in children:
            np.greater(mine[child], theirs[child], out=better)
            np.less(mine[child], theirs[child], out=worse)
            if gaps[child]:
                both = (mine[child] >= 0) & (theirs[child] >= 0)
                better &= both
                worse &= both
            np.subtract(better.view(np.int8), worse.view(np.int8), out=better.view(np.int8))
            np.add(count, better.view(np.int8), out=count)
        if len(groups) == 1:
            return count
        np.multiply(count, np.int32(weight), out=term)
        np.add(total, term, out=total)
    return total


def _signs(total: Any, counts: IntArray) -> IntArray:
    """Wins less losses by row, each column standing for ``counts`` units."""
    if counts.max() == 1:
        return np.asarray(np.count_nonzero(total > 0, axis=1) - np.count_nonzero(total < 0, axis=1))
    return np.asarray(np.sign(total).astype(np.int64) @ counts)
