"""Periods that are written in several ways: they would be scored as different periods."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from resilience_index.data.cells import show
from resilience_index.data.table import encode, encoded

_YEAR = re.compile(r"(?<=[0-9])年度?$")


@dataclass
class Alike:
    """Spellings of one period.

    ``groups`` lists them (as they are written, in the order of their rows) with the first row of the
    second one. ``twice`` are pairs of rows of one community: the earlier one and one whose period is
    written in another way. Rows are indices.
    """

    groups: list[tuple[tuple[str, ...], int]] = field(default_factory=list)
    twice: list[tuple[int, int]] = field(default_factory=list)


def plain_period(label: str) -> str:
    """What periods are compared by: no width, white space, invisible characters, 年 or 年度 behind a number."""
    wide = unicodedata.normalize("NFKC", label)
    bare = "".join(char for char in wide if not char.isspace() and unicodedata.category(char) != "Cf")
    return _YEAR.sub("", bare)


def alike(ids: Any, periods: Any) -> Alike:
    """Find the periods that look alike; ``ids`` and ``periods`` are pyarrow string arrays (rows,)."""
    import pyarrow.compute as pc

    spellings: dict[str, list[str]] = {}
    for label in pc.unique(periods).to_pylist():
        if plain := plain_period(label):
            spellings.setdefault(plain, []).append(label)
    written = [group for group in spellings.values() if len(group) > 1]
    if not written:  # as nearly always: no row is looked at
        return Alike()
    codes, labels = encode(periods)
    number = {label: code for code, label in enumerate(labels)}
    several = [[number[label] for label in group] for group in written]
    first_of = {code: int(np.argmax(codes == code)) for group in several for code in group}
    same = np.arange(len(labels))
    found = Alike()
    for group in several:
        group.sort(key=first_of.__getitem__)
        same[group] = group[0]
        found.groups.append((tuple(labels[code] for code in group), first_of[group[1]]))
    found.groups.sort(key=lambda group: group[1])
    id_codes = encoded(ids)[0] * len(labels)
    exact = _first(id_codes + codes)
    first = _first(id_codes + same[codes])
    rows = np.arange(len(codes))
    # Of equal entries the first one only: the others are doubles, which have their own finding.
    found.twice = [
        (int(first[row]), row)
        for row in np.flatnonzero((exact == rows) & (first != rows)).tolist()
        if ids[row].as_py()
    ]  # fmt: skip
    return found


def _first(codes: Any) -> Any:
    """The index of the first entry that equals each one."""
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    return first[inverse]


def of_period(label: str) -> dict[str, str]:
    """The end of a sentence about a community: which period its row is of."""
    label = show(label)
    return {"en": f" of period {label}", "zh": f"（期别 {label}）"}


def written_as(first: str, second: str) -> dict[str, str]:
    """The end of a sentence about a community that stands twice: how its periods are written."""
    first, second = show(first), show(second)
    return {"en": f", as of period {first} and of period {second}", "zh": f"（期别分别写作 {first} 与 {second}）"}
