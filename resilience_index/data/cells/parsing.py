"""Cells: the text of one cell to a number, or to a reason why there is none.

This is the definition of what a number is. ``convert`` applies the same rules to whole columns at
once and asks this module about every text it does not take for a plain number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from resilience_index.data.cells import causes, forms
from resilience_index.data.cells.forms import Conversion, plain_number
from resilience_index.data.privacy import mask

MISSING_TEXTS = ("", "NA", "N/A", "-", "—", "——", "/", "无", "缺失", "暂无数据")
NOT_APPLICABLE_TEXTS = ("不适用", "n.a.")
YES_NO = {"是": 1.0, "有": 1.0, "否": 0.0, "无": 0.0}
"""Words that 0/1 indicators are answered in; there 无 is an answer, elsewhere it means "missing"."""
_BOOLEANS = {"true": 1.0, "false": 0.0}  # as spreadsheets write them, in any case
_MISSING = frozenset(text.casefold() for text in MISSING_TEXTS)
_NOT_APPLICABLE = frozenset(NOT_APPLICABLE_TEXTS)
_LONGEST_SHOWN = 40
_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


class Status(IntEnum):
    """What a cell holds: a value, nothing, a statement that there can be none, or something unreadable."""

    REPORTED = 0
    MISSING = 1
    NOT_APPLICABLE = 2
    FAULTY = 3


class Cell(NamedTuple):
    """The number in a cell (NaN unless reported), its status, and what was converted to read it."""

    value: float
    status: Status
    conversion: Conversion = Conversion.NONE


@dataclass(frozen=True)
class CellRules:
    """What the cells of one indicator may hold besides plain numbers and the usual marks.

    ``texts`` and ``numbers`` are further ways of writing "missing": texts compared exactly but for
    width, numbers however they are written. ``unit`` is the indicator's, which decides about percent
    signs, 万 and units behind numbers. ``decimal_comma`` says that the file's cells are not separated
    by commas, so that 12,5 can be 12.5.
    """

    texts: frozenset[str] = frozenset()
    numbers: frozenset[float] = frozenset()
    unit: str | None = None
    decimal_comma: bool = False

    @classmethod
    def of(cls, tokens: Iterable[str | float] = (), *, unit: str | None = None) -> CellRules:
        """Take tokens as a framework writes them; one that reads as a number matches as a number too."""
        texts, numbers = set(), set()
        for token in tokens:
            text = str(token).strip()
            texts |= {text, text.translate(_ASCII)}
            number = plain_number(text)
            if number is not None:
                numbers.add(number)
        return cls(frozenset(texts), frozenset(numbers), unit)

    @property
    def yes_no(self) -> bool:
        """Whether the indicator is 0/1, so that its cells may be words."""
        return forms.is_yes_no(self.unit)


NO_RULES = CellRules()


def parse(text: str, rules: CellRules = NO_RULES) -> Cell:
    """Read one cell of an indicator column; any text gives a cell.

    White space around the text (ideographic and no-break spaces too) does not count. Missing and
    not-applicable marks are compared without regard to case and width, further ones to width only.
    """
    text = text.strip()
    mark = text if text.isascii() else text.translate(_ASCII)
    own = text in rules.texts or mark in rules.texts
    word = None if own or not rules.yes_no else answer(text)
    if word is not None:
        return Cell(word, Status.REPORTED, Conversion.WORD)
    if own or mark.casefold() in _MISSING:
        return Cell(math.nan, Status.MISSING)
    if mark.casefold() in _NOT_APPLICABLE:
        return Cell(math.nan, Status.NOT_APPLICABLE)
    read = forms.read(text, rules.unit, decimal_comma=rules.decimal_comma)
    if read is None:
        return Cell(math.nan, Status.FAULTY)
    value, conversion = read
    if value in rules.numbers:
        return Cell(math.nan, Status.MISSING)
    return Cell(value, Status.REPORTED, conversion)


def why(text: str, rules: CellRules = NO_RULES) -> causes.Clause:
    """Why a text that ``parse`` found faulty is not a number: a clause to end a sentence with, by language."""
    return causes.why(text.strip(), rules.unit, decimal_comma=rules.decimal_comma)


def answer(text: str) -> float | None:
    """The value of a word that a 0/1 indicator may be answered in; None for any other text."""
    return YES_NO.get(text, _BOOLEANS.get(text.casefold()))


def show(text: str) -> str:
    """Make a cell's text fit for a message: no personal numbers, invisible characters escaped, cut at 40."""
    text = mask(text)
    cut = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in cut)
