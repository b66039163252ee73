"""What is found where two versions of a file differ, and when numbers in them are near."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from resilience_index.data.cells import show

TOLERANCE = 1e-9
"""Relative to the number, at least to 1 (two numbers as near as this are of one size)."""
LISTED = 20
"""Differences of one file that are named; the others are counted."""
ABSENT = "—"
_NUMBER = re.compile(r"(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)")
_DECIMAL = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_WHOLE = re.compile(r"[-+]?[0-9]+")
_FILLED = re.compile(r"[-+]?0[0-9]")
_LONGER = 32
"""Times as long as the other a text may be whose numbers are compared: more no way to write a number is."""
_BLOCK = 1 << 12


@dataclass(frozen=True)
class Difference:
    """One place where both differ; texts as they are shown. ``row`` and ``column`` or ``path`` or ``line``."""

    item: str
    recorded: str
    made: str
    row: int | None = None
    column: str | None = None
    line: int | None = None


class Near(NamedTuple):
    """Two texts that are the same but for numbers within the tolerance: how many, and how far the farthest is."""

    numbers: int
    largest: float


@dataclass
class Found:
    """What was found in one file: the first differences, how many there are, and how many numbers are only near."""

    exact: bool = False
    listed: list[Difference] = field(default_factory=list)
    count: int = 0
    near: int = 0
    largest: float = 0.0

    def add(self, item: Difference) -> None:
        """Count a difference; the first ones are kept."""
        self.count += 1
        if len(self.listed) < LISTED:
            self.listed.append(item)

    def add_near(self, near: Near) -> None:
        """Count numbers that are within the tolerance."""
        self.near += near.numbers
        self.largest = max(self.largest, near.largest)

    def compare(self, recorded: Any, made: Any, item: Difference) -> None:
        """Count two values that are not the same."""
        gap = None if self.exact else apart(recorded, made)
        if gap is None:
            self.add(item)
        else:
            self.add_near(Near(1, gap))


def apart(recorded: Any, made: Any) -> float | None:
    """How far two numbers are apart when that is within the tolerance; None when it is not, or one is no number.

    Texts of digits alone are codes as often as counts: two that are not the same are never near, nor is one that is
    filled up with zeros.
    """
    numbers = []
    for value in (recorded, made):
        if isinstance(value, bool) or value is None:
            return None
        if isinstance(value, str) and (_FILLED.match(value) or not _DECIMAL.fullmatch(value)):
            return None
        try:
            numbers.append(float(value))
        except (TypeError, ValueError):
            return None
    if all(isinstance(value, str) and _WHOLE.fullmatch(value) for value in (recorded, made)):
        return None
    first, second = numbers
    if not (math.isfinite(first) and math.isfinite(second)):
        return None
    gap = abs(first - second)
    return gap if gap <= TOLERANCE * max(1.0, abs(first)) else None


def near(recorded: str, made: str) -> Near | None:
    """Of two texts that differ: whether they do so in numbers within the tolerance only (``apart``); None otherwise."""
    old, new = _pieces(recorded, made)
    agreed, found = _agreeing(old, new)
    return found if agreed == len(old) == len(new) else None


def without_near(recorded: str, made: str) -> str:
    """The recorded text with the numbers of the other one in it, up to the first place where they are not near."""
    old, new = _pieces(recorded, made)
    agreed, _ = _agreeing(old, new)
    return "".join([*new[:agreed], *old[agreed:]])


def _pieces(recorded: str, made: str) -> tuple[list[str], list[str]]:
    """Both in pieces, every second one a number; whole where one is too long to be the other written otherwise."""
    if max(len(recorded), len(made)) > _LONGER * (min(len(recorded), len(made)) + 1):
        return [recorded], [made]
    return _NUMBER.split(recorded), _NUMBER.split(made)


def _agreeing(old: Sequence[str], new: Sequence[str]) -> tuple[int, Near]:
    """How many pieces agree from the beginning on, and what is near among them."""
    count, largest = 0, 0.0
    for at, (first, second) in enumerate(zip(old, new, strict=False)):
        if first == second:
            continue
        gap = apart(first, second) if at % 2 else None
        if gap is None:
            return at, Near(count, largest)
        count, largest = count + 1, max(largest, gap)
    return min(len(old), len(new)), Near(count, largest)


def shown(value: Any) -> str:
    """A value as sentences show it."""
    if value is None:
        return ABSENT
    if isinstance(value, float):
        return "—" if math.isnan(value) else repr(value)
    if isinstance(value, (dict, list)):
        value = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return show(str(value))


def first_apart(old: Sequence[Any], new: Sequence[Any]) -> int:
    """The place of the first item that differs; the end of the shorter one where none does."""
    shorter = min(len(old), len(new))
    start = next((at for at in range(0, shorter, _BLOCK) if old[at : at + _BLOCK] != new[at : at + _BLOCK]), shorter)
    return next((at for at in range(start, shorter) if old[at] != new[at]), shorter)


def places(old: str, new: str, *, exact: bool = True) -> tuple[int, int]:
    """Where in each the first letter stands that differs; not ``exact``: numbers that are near are passed over."""
    if exact:
        at = first_apart(old, new)
        return at, at
    pieces = _pieces(old, new)
    agreed, _ = _agreeing(*pieces)
    before, after = (sum(map(len, side[:agreed])) for side in pieces)
    more = first_apart(*("".join(side[agreed : agreed + 2]) for side in pieces))
    return before + more, after + more


def around(old: str, new: str, *, exact: bool = True) -> tuple[str, str]:
    """What both have at the first letter that differs (``places``), as it is shown."""
    said, now = (
        shown(text[max(0, at - 20) : at + 40])
        for text, at in zip((old, new), places(old, new, exact=exact), strict=True)
    )
    return said, now
