"""The same communities under several frameworks: how far their orders agree, and who moves most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from resilience_index.data.table import Table, encode, natural_key
from resilience_index.findings import Finding
from resilience_index.methods.exact import mean_of
from resilience_index.methods.kendall import Agreement, agreement
from resilience_index.methods.rounding import comparison_key
from resilience_index.scoring.result import Result
from resilience_index.scoring.statistics import Floats

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Units:
    """The communities (and periods) of all results, in the order of the data.

    ``ids``, ``names``, ``periods`` and each group are pyarrow string arrays; ``rows[i]`` (units,) are the
    positions of the units in the i-th result, −1 where it has no such row.
    """

    ids: Any
    names: Any
    periods: Any
    groups: dict[str, Any]
    period_codes: Codes
    period_labels: tuple[str, ...]
    rows: tuple[Codes, ...]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Pair:
    """Two frameworks (positions) in one period: ``agreement`` of their scores, mean distance of their ranks."""

    first: int
    second: int
    agreement: Agreement
    mean_shift: float | None


@dataclass(frozen=True)
class Period:
    """One period: its units (row positions), every pair of frameworks, and the tau of each with itself.

    The last is 1, or None where a framework puts the units in no order.
    """

    label: str
    units: Codes
    pairs: tuple[Pair, ...]
    own: tuple[float | None, ...]

    def tau(self) -> list[list[float | None]]:
        """Kendall's tau-b of all frameworks with all, in their order; None where it is undefined."""
        found: list[list[float | None]] = [[None] * len(self.own) for _ in self.own]
        for index, own in enumerate(self.own):
            found[index][index] = own
        for pair in self.pairs:
            found[pair.first][pair.second] = found[pair.second][pair.first] = pair.agreement.tau_b
        return found


@dataclass(frozen=True)
class Counts:
    """A framework in a period: how many units have a score, their mean (None: no one has), how many have each grade."""

    scored: int
    mean: float | None
    grades: Mapping[str, int]


@dataclass(frozen=True)
class Comparison:
    """Several results side by side.

    Arrays are (frameworks, units) in the order of ``units``: ``scores`` on each framework's shown scale, ``ranks``
    as each run gives them, ``grades`` positions in the result's outcomes (−1: none). ``shift`` (units,) is the
    largest difference of a unit's ranks, NaN with fewer than two ranks; ``best`` and ``worst`` are the frameworks
    under which it ranks first and last (the first named of several), −1 without a difference.
    """

    results: tuple[Result, ...]
    units: Units
    scores: Floats
    ranks: Floats
    grades: Codes
    shift: Floats
    best: Codes
    worst: Codes
    periods: tuple[Period, ...]

    @property
    def ids(self) -> list[str]:
        """The ids of the frameworks, or the names of the schemes."""
        return [result.plan.framework.label for result in self.results]

    @property
    def of(self) -> Literal["frameworks", "schemes"]:
        """What is compared."""
        return "schemes" if any(result.plan.framework.scheme for result in self.results) else "frameworks"

    def counts(self, period: Period, index: int) -> Counts:
        """What is counted of the framework at ``index`` in a period."""
        scores = self.scores[index, period.units]
        scored = scores[~np.isnan(scores)].tolist()
        grades = self.grades[index, period.units]
        names = self.results[index].outcomes
        return Counts(
            len(scored), mean_of(scored) if scored else None,
            {name: int((grades == code).sum()) for code, name in enumerate(names)},
        )  # fmt: skip

    def largest(self, period: Period, limit: int | None) -> list[int]:
        """The units of a period that move, the largest shift first, equal ones by code; at most ``limit``."""
        moved = period.units[self.shift[period.units] > 0]
        if limit is not None and moved.size > limit:
            least = -np.partition(-self.shift[moved], limit - 1)[limit - 1] if limit else np.inf
            moved = moved[self.shift[moved] >= least]
        ordered = sorted(moved.tolist(), key=lambda unit: (-self.shift[unit], self.units.ids[unit].as_py()))
        return ordered[:limit]

    def findings(self) -> list[Finding]:
        """RI039 for every pair and period without a tau."""
        return list(self._undefined())

    def _undefined(self) -> Iterator[Finding]:
        for period in self.periods:
            within = {"zh": f"{period.label} 期", "en": f" in {period.label}"} if period.label else {"zh": "", "en": ""}
            for pair in period.pairs:
                why = pair.agreement.undefined
                if why is not None:
                    params = {"first": self.ids[pair.first], "second": self.ids[pair.second], "period": within}
                    yield Finding("RI039", params={**params, "reason": UNDEFINED[why]})


UNDEFINED = {
    "too_few": {"zh": "两者都有得分的社区不足 2 个", "en": "fewer than 2 communities have a score in both"},
    "tied": {"zh": "其中一个框架下所有得分相同", "en": "all scores are equal in one of them"},
}
"""Why there is no tau, in both languages."""


def compare(results: Sequence[Result]) -> Comparison:
    """Compare results of two or more frameworks over the same communities.

    Kendall's tau-b is over the units of a period with a score in both frameworks, on scores at the 10 decimals in
    which ranks compare them; so neither the rule for tied ranks nor groups of ranks change it. Shifts are
    differences of the ranks as the runs give them.
    """
    units = _units([result.table for result in results])
    scores = np.array([_taken(result.score, rows) for result, rows in zip(results, units.rows, strict=True)])
    ranks = np.array([_taken(result.ranks, rows) for result, rows in zip(results, units.rows, strict=True)])
    keys = [comparison_key(row / result.plan.nodes[0].scale) for row, result in zip(scores, results, strict=True)]
    grades = np.array(
        [np.where(rows >= 0, result.graded[rows], -1) for result, rows in zip(results, units.rows, strict=True)]
    )
    known = ~np.isnan(ranks)
    low, high = np.where(known, ranks, np.inf), np.where(known, ranks, -np.inf)
    shift = np.where(known.sum(axis=0) >= 2, high.max(axis=0) - low.min(axis=0), np.nan)
    moves = shift > 0
    periods = []
    for code, label in enumerate(units.period_labels):
        rows = np.flatnonzero(units.period_codes == code)
        pairs = tuple(_pair(keys, ranks, rows, first, second) for first, second in combinations(range(len(results)), 2))
        own = tuple(agreement(key[rows], key[rows]).tau_b for key in keys)
        periods.append(Period(label, rows, pairs, own))
    return Comparison(
        tuple(results), units, scores, ranks, grades, shift, best=np.where(moves, low.argmin(axis=0), -1),
        worst=np.where(moves, high.argmax(axis=0), -1), periods=tuple(periods),
    )  # fmt: skip


def _pair(keys: Sequence[Floats], ranks: Floats, rows: Codes, first: int, second: int) -> Pair:
    distances = np.abs(ranks[first, rows] - ranks[second, rows])
    distances = distances[~np.isnan(distances)]
    # Ranks are whole or half numbers: their sum is exact in any order.
    mean = float(distances.sum()) / distances.size if distances.size else None
    return Pair(first, second, agreement(keys[first][rows], keys[second][rows]), mean)


def _taken(values: Floats, rows: Codes) -> Floats:
    """Values of a result at the rows; NaN where it has none."""
    return np.where(rows >= 0, values[rows], np.nan)


def _units(tables: Sequence[Table]) -> Units:
    """The units of all tables: every table is of the same data, but each may leave out other rows."""
    first = tables[0]
    groups = {name: labels for table in reversed(tables) for name, labels in table.groups.items()}
    if all(_same(first, table) for table in tables[1:]):
        codes, labels = first.period_codes()
        every = np.arange(len(first), dtype=np.int64)
        return Units(
            first.ids, first.names, first.periods, groups, codes, tuple(labels), rows=(every,) * len(tables)
        )  # fmt: skip
    return _joined(tables, list(groups))


def _same(one: Table, other: Table) -> bool:
    if (one.periods is None) != (other.periods is None):
        return False
    return bool(one.ids.equals(other.ids) and (one.periods is None or one.periods.equals(other.periods)))


def _joined(tables: Sequence[Table], group_names: Sequence[str]) -> Units:
    """Units by code and period, by first appearance."""
    import pyarrow as pa

    places: dict[tuple[str, str], int] = {}
    origins: list[tuple[int, int]] = []
    found = []
    for number, table in enumerate(tables):
        ids = table.ids.to_pylist()
        periods = [""] * len(ids) if table.periods is None else table.periods.to_pylist()
        rows = np.full(len(ids), -1, dtype=np.int64)
        for row, key in enumerate(zip(ids, periods, strict=True)):
            rows[row] = places.setdefault(key, len(places))
            if rows[row] == len(origins):
                origins.append((number, row))
        found.append(rows)
    positions = []
    for rows in found:
        inverse = np.full(len(places), -1, dtype=np.int64)
        inverse[rows] = np.arange(rows.size, dtype=np.int64)
        positions.append(inverse)
    names = pa.array([tables[number].names[row].as_py() for number, row in origins], pa.string())
    groups = {
        name: pa.array(
            [tables[number].groups[name][row].as_py() if name in tables[number].groups else None
             for number, row in origins], pa.string()
        )
        for name in group_names
    }  # fmt: skip
    ids = pa.array([key[0] for key in places], pa.string())
    if all(table.periods is None for table in tables):
        return Units(ids, names, None, groups, np.zeros(len(places), np.int64), ("",), tuple(positions))
    labels = pa.array([key[1] for key in places], pa.string())
    codes, distinct = encode(labels)
    order = sorted(range(len(distinct)), key=lambda code: natural_key(distinct[code]))
    place = np.empty(len(distinct), dtype=np.int64)
    place[order] = np.arange(len(distinct), dtype=np.int64)
    return Units(
        ids, names, labels, groups, place[codes], tuple(distinct[code] for code in order), rows=tuple(positions)
    )  # fmt: skip
