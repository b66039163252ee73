"""Cells: the text of one cell to a number, or to a reason why there is none.

This is the definition of what a number is. ``convert`` applies the same rules to whole columns at
once and asks this module about every text it does not take for a plain number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

# [0-9], not \d: \d also takes the digits of every other script.
NUMBER = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_PLAIN = re.compile(rf"[+-]?{NUMBER}")

MISSING_TEXTS = ("", "NA", "N/A", "-", "—", "——", "/", "无", "缺失", "暂无数据")
NOT_APPLICABLE_TEXTS = ("不适用", "n.a.")
YES_NO = {"是": 1.0, "有": 1.0, "否": 0.0, "无": 0.0}
"""Words that 0/1 indicators are answered in; there 无 is an answer, elsewhere it means "missing"."""
_MISSING = frozenset(text.casefold() for text in MISSING_TEXTS)
_NOT_APPLICABLE = frozenset(NOT_APPLICABLE_TEXTS)
_LONGEST_SHOWN = 40


class Status(IntEnum):
    """What a cell holds: a value, nothing, a statement that there can be none, or something unreadable."""

    REPORTED = 0
    MISSING = 1
    NOT_APPLICABLE = 2
    FAULTY = 3


class Cell(NamedTuple):
    """The number in a cell (NaN unless reported) and its status."""

    value: float
    status: Status


@dataclass(frozen=True)
class Tokens:
    """Further ways of writing "missing": exact texts, and numbers however they are written.

    ``yes_no`` marks a 0/1 indicator, whose cells may be words.
    """

    texts: frozenset[str] = frozenset()
    numbers: frozenset[float] = frozenset()
    yes_no: bool = False

    @classmethod
    def of(cls, tokens: Iterable[str | float], *, yes_no: bool = False) -> Tokens:
        """Take tokens as a framework writes them; one that reads as a number matches as a number too."""
        texts, numbers = set(), set()
        for token in tokens:
            text = str(token).strip()
            texts.add(text)
            number = plain_number(text)
            if number is not None:
                numbers.add(number)
        return cls(frozenset(texts), frozenset(numbers), yes_no)


NO_TOKENS = Tokens()


def plain_number(text: str) -> float | None:
    """The value of a plain decimal number; None for any other text and for what overflows a float."""
    if _PLAIN.fullmatch(text) is None:
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def parse(text: str, tokens: Tokens = NO_TOKENS) -> Cell:
    """Read one cell of an indicator column.

    White space around the text (ideographic and no-break spaces too) does not count. Missing and
    not-applicable marks are compared without regard to case, further ``tokens`` exactly.
    """
    text = text.strip()
    if tokens.yes_no and text in YES_NO and text not in tokens.texts:
        return Cell(YES_NO[text], Status.REPORTED)
    if text.casefold() in _MISSING or text in tokens.texts:
        return Cell(math.nan, Status.MISSING)
    if text.casefold() in _NOT_APPLICABLE:
        return Cell(math.nan, Status.NOT_APPLICABLE)
    value = plain_number(text)
    if value is None:
        return Cell(math.nan, Status.FAULTY)
    if value in tokens.numbers:
        return Cell(math.nan, Status.MISSING)
    return Cell(value, Status.REPORTED)


def show(text: str) -> str:
    """Make a cell's text fit for a message: control and invisible characters escaped, cut at 40."""
    cut = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in cut)
