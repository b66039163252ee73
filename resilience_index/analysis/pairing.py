"""The communities of two sides that are compared: which are in both, which are new, which have gone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resilience_index.errors import InputError, UsageError
from resilience_index.findings import Finding, Location, did_you_mean
from resilience_index.methods.checking import suggestion
from resilience_index.scoring.result import Result

Rows = NDArray[np.int64]
FIRST = 5
"""How many units a sentence names before it only counts them."""


@dataclass(frozen=True)
class Side:
    """One side of a comparison: a result, what it is called, and the one period that counts (None: all)."""

    name: str
    result: Result
    period: str | None = None

    @property
    def periods(self) -> list[str]:
        """The periods of the side; one empty label where the data have none."""
        return [self.period] if self.period is not None else list(self.result.period_labels)

    def rows(self) -> Rows:
        """The rows that count."""
        if self.period is None:
            return np.arange(len(self.result), dtype=np.int64)
        code = self.result.period_labels.index(self.period)
        return np.flatnonzero(self.result.period_codes == code)


@dataclass(frozen=True)
class Pairs:
    """Two sides and their communities: ``rows`` (units,) of each side are the same communities in the same order.

    ``new`` are rows of the second side, ``gone`` rows of the first. ``periods`` are those that are compared where
    communities are matched by code and period, None where by code alone.
    """

    first: Side
    second: Side
    rows: tuple[Rows, Rows]
    new: Rows
    gone: Rows
    periods: tuple[str, ...] | None

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both sides."""
        return self.first, self.second

    def __len__(self) -> int:
        return int(self.rows[0].size)

    def findings(self) -> list[Finding]:
        """RI486 and RI487: communities of one side only."""
        found = []
        for code, side, rows in (("RI486", self.second, self.new), ("RI487", self.first, self.gone)):
            if rows.size:
                names = [side.result.table.label(int(row)) for row in rows[:FIRST]]
                units = names if rows.size <= FIRST else [*names, "…"]
                params = {"second": self.second.name, "count": int(rows.size), "units": units}
                found.append(Finding(code, params=params))
        return found


def side(name: str, result: Result, period: str | None) -> Side:
    """A side. Raises ``InputError`` RI413 for a period that it does not have."""
    if period is not None and period not in result.period_labels:
        known = [label for label in result.period_labels if label]
        params = {"name": period, "known": known or ["—"], "suggestion": did_you_mean(suggestion(period, known))}
        place = Location() if name == period else Location(name)
        raise InputError([Finding("RI413", place, params)])
    return Side(name, result, period)


def pair(first: Side, second: Side) -> Pairs:
    """Match the communities of two sides: by code where each has one period, else by code and period.

    Raises ``UsageError`` RI485 where it is open which periods are compared, ``InputError`` RI484 where no community
    is in both.
    """
    several = len(first.periods) > 1 or len(second.periods) > 1
    common = [label for label in first.periods if label in second.periods]
    if several and not common:
        known = [f"{one.name}: {', '.join(label or '—' for label in one.periods)}" for one in (first, second)]
        raise UsageError("RI485", known=known)
    keys = [_keys(one, common if several else None) for one in (first, second)]
    both = [key for key in keys[0] if key in keys[1]]
    if not both:
        also = {"zh": "与期" if several else "", "en": " and period" if several else ""}
        raise InputError([Finding("RI484", params={"first": first.name, "second": second.name, "also": also})])
    matched = [np.array([rows[key] for key in both], dtype=np.int64) for rows in keys]
    only = [
        np.array([row for key, row in mine.items() if key not in others], dtype=np.int64)
        for mine, others in (keys, keys[::-1])
    ]
    return Pairs(first, second, (matched[0], matched[1]), new=only[1], gone=only[0],
                 periods=tuple(common) if several else None)  # fmt: skip


def _keys(one: Side, periods: list[str] | None) -> dict[tuple[str, str], int]:
    """Row by code, and by period where periods are told apart."""
    table, rows = one.result.table, one.rows()
    ids = table.ids.to_pylist()
    if periods is None:
        return {(ids[row], ""): row for row in rows.tolist()}
    labels, codes = one.result.period_labels, one.result.period_codes
    wanted = set(periods)
    return {(ids[row], labels[codes[row]]): row for row in rows.tolist() if labels[codes[row]] in wanted}
