"""Number formats of workbooks: what a stored number looks like on the screen, where that changes its meaning.

A workbook stores 85% as 0.85 and a date as a count of days; only the cell's format tells.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

Kind = Literal["number", "percent", "date", "time", "span"]

# Built-in formats have numbers only; 27 to 36 and 50 to 58 are the dates of Chinese, Japanese and Korean versions.
_BUILT_IN: dict[int, Kind] = {
    9: "percent", 10: "percent", **dict.fromkeys((14, 15, 16, 17, 22), "date"),
    **dict.fromkeys((18, 19, 20, 21, 45, 47), "time"), 46: "span",
    **dict.fromkeys((*range(27, 32), 36, *range(50, 55), 57, 58), "date"),
    **dict.fromkeys((32, 33, 34, 35, 55, 56), "time"),
}  # fmt: skip
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')
_PADDING = re.compile(r"[_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]", re.IGNORECASE)
_SPAN = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]")
_LAST_DAY = 2_958_465  # 9999-12-31
_LEAP_DAY = 60  # 1900-02-29, which Excel counts although it never was


def kind_of(number: int, custom: Mapping[int, str]) -> Kind:
    """What a format does to a number, by the format's number and the workbook's own formats."""
    code = custom.get(number)
    if code is None:
        return _BUILT_IN.get(number, "number")
    return _kind_of_code(code)


def _kind_of_code(code: str) -> Kind:
    shown = _LITERAL.sub("", code).split(";")[0]
    if "%" in shown or "％" in shown:
        return "percent"
    if _SPAN.search(shown):
        return "span"
    letters = set(_BRACKETS.sub("", shown).lower().replace("general", ""))
    if letters & set("yd"):
        return "date"
    if letters & set("hs"):
        return "time"
    return "date" if "m" in letters else "number"


def zeros_of(code: str) -> int:
    """How many digits a format fills up with zeros, as ``000`` does; 0 for one that shows anything else."""
    shown = _PADDING.sub("", code.split(";", maxsplit=1)[0])
    return len(shown) if shown and set(shown) == {"0"} else 0


def number_text(value: float) -> str:
    """A stored number as text: whole numbers without a point, others with the fewest digits that tell them apart."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)


def percent_text(value: float) -> str:
    """A number shown as a percentage: 0.85 is ``85%``, exactly."""
    if not math.isfinite(value):
        return repr(value)
    text = format(Decimal(repr(value)).scaleb(2), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def date_text(value: float, kind: Kind, *, from_1904: bool) -> str:
    """A number shown as a date, time or span of time, in ISO form; what is no date as Excel shows it."""
    seconds = round(value * 86_400) if abs(value) <= _LAST_DAY + 1 else -1
    if seconds < 0:
        return "########"
    days, rest = divmod(seconds, 86_400)
    clock = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    if kind == "span":
        return f"{seconds // 3600}:{clock[3:]}"
    if kind == "time" and days == 0:
        return clock
    if not from_1904 and days == _LEAP_DAY:
        day = "1900-02-29"
    else:
        start = datetime.date(1904, 1, 1) if from_1904 else datetime.date(1899, 12, 30)
        if not from_1904 and days < _LEAP_DAY:
            start = datetime.date(1899, 12, 31)
        try:
            day = (start + datetime.timedelta(days=days)).isoformat()
        except OverflowError:
            return "########"
    return day if rest == 0 else f"{day} {clock}"
