"""Forms of numbers that people write and that have one meaning: read exactly, and told.

Nothing is rounded on the way: separators, signs and units are taken off the text, 万 moves its decimal
point, and the text becomes a float once. ``causes`` tells why a text is none of these forms.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from enum import IntFlag

from resilience_index.data.layout.units import same_unit
from resilience_index.folding import fold

# [0-9], not \d: \d also takes the digits of every other script.
NUMBER = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_PLAIN = re.compile(rf"[+-]?{NUMBER}")
# Just these characters: a compatibility folding would make 52 of 5².
_NARROW = str.maketrans("０１２３４５６７８９．，＋－％", "0123456789.,+-%")
_MINUS = "\u2212"
_SPACES = " \u00a0\u2009\u202f"  # plain, no-break, thin, narrow no-break
_FRONT = re.compile(rf"([+-]?[0-9.,][0-9.,{_SPACES}]*(?:(?<=[0-9.])[eE][+-]?[0-9]+)?)(.*)", re.DOTALL)
# A group of zeros at the front separates no thousands: 0,123 would rather be a decimal comma.
_COMMAS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_SPACED = re.compile(rf"[+-]?[1-9][0-9]{{0,2}}([{_SPACES}])[0-9]{{3}}(?:\1[0-9]{{3}})*(?:[.,][0-9]+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+(?:[eE][+-]?[0-9]+)?")
_LONGEST_UNIT = 40
_LARGE = {"万": 4, "萬": 4, "亿": 8, "億": 8}

COUNTS = (
    "个", "家", "处", "所", "人", "名", "位", "户", "次", "件", "项", "类", "种", "条", "起", "例", "份", "场",
    "套", "台", "辆", "栋", "座", "间", "元",
)  # fmt: skip
"""Units that count things: 万 behind a number can only mean ten thousand of them."""
PERIODS = ("年", "季", "季度", "月", "周", "日", "天")
_COUNTS, _PERIODS = frozenset(COUNTS), frozenset(PERIODS)


class Conversion(IntFlag):
    """What was done to a cell's text to read its number; 0 for a plain number."""

    NONE = 0
    WIDTH = 1
    MINUS = 2
    THOUSANDS = 4
    SPACES = 8
    DECIMAL_COMMA = 16
    PERCENT = 32
    TEN_THOUSANDS = 64
    HUNDRED_MILLIONS = 128
    UNIT = 256
    WORD = 512


CONVERSIONS: Mapping[Conversion, Mapping[str, str]] = {
    Conversion.WIDTH: {"en": "full-width characters", "zh": "全角字符"},
    Conversion.MINUS: {"en": "minus sign U+2212", "zh": "减号 U+2212"},
    Conversion.THOUSANDS: {"en": "thousands commas", "zh": "千分位逗号"},
    Conversion.SPACES: {"en": "spaces between thousands", "zh": "千分位空格"},
    Conversion.DECIMAL_COMMA: {"en": "decimal comma", "zh": "小数逗号"},
    Conversion.PERCENT: {"en": "percent sign", "zh": "百分号"},
    Conversion.TEN_THOUSANDS: {"en": "万, ten thousands", "zh": "万"},
    Conversion.HUNDRED_MILLIONS: {"en": "亿, hundred millions", "zh": "亿"},
    Conversion.UNIT: {"en": "the unit behind the number", "zh": "数字后的单位"},
}
"""Every conversion that is told by its kind; words have a finding of their own."""


def label(code: int) -> str:
    """The conversions in a code by their names, for the trace: ``width+percent``; empty for none."""
    return "+".join(str(flag.name).lower() for flag in Conversion if flag & code)


def plain_number(text: str) -> float | None:
    """The value of a plain decimal number; None for any other text and for what overflows a float."""
    if _PLAIN.fullmatch(text) is None:
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def narrow(text: str) -> str:
    """The text with full-width digits, signs and separators, and the minus sign U+2212, in ASCII."""
    return text if text.isascii() else text.translate(_NARROW).replace(_MINUS, "-")


def is_percent(unit: str | None) -> bool:
    """Whether an indicator is measured in per cent."""
    return unit is not None and same_unit(fold(unit), "%")


def is_yes_no(unit: str | None) -> bool:
    """Whether an indicator is answered by yes or no."""
    return unit is not None and same_unit(fold(unit), "0/1")


def is_count(unit: str | None) -> bool:
    """Whether a unit counts things, perhaps in a period, so that 万 has one meaning: 次 and 次/年, not 人/千人."""
    if not unit:
        return True
    counted, _, period = fold(unit).partition("/")
    return counted in _COUNTS and (not period or period in _PERIODS)


def number_and_rest(text: str) -> tuple[str, str] | None:
    """A narrow text cut where its number ends; None when it does not begin with one."""
    found = _FRONT.fullmatch(text)
    return None if found is None else (found[1].rstrip(_SPACES), found[2].strip())


def read(text: str, unit: str | None, *, decimal_comma: bool) -> tuple[float, Conversion] | None:
    """The number in a trimmed text and what had to be converted, or None if it is not clearly one.

    ``unit`` is the indicator's; ``decimal_comma`` says that the file could write 12,5 for 12.5.
    """
    ascii_text = narrow(text)
    parts = number_and_rest(ascii_text)
    if parts is None:
        return None
    digits = _digits(parts[0], decimal_comma=decimal_comma)
    scale = _scale(parts[1], unit)
    if digits is None or scale is None or (scale[0] and "e" in digits[0].lower()):
        return None
    value = float(f"{digits[0]}e{scale[0]}" if scale[0] else digits[0])
    if not math.isfinite(value):
        return None
    code = digits[1] | scale[1]
    if _MINUS in text:
        code |= Conversion.MINUS
    if text.replace(_MINUS, "-").translate(_NARROW) != text.replace(_MINUS, "-"):
        code |= Conversion.WIDTH
    return value, code


def _digits(number: str, *, decimal_comma: bool) -> tuple[str, Conversion] | None:
    """A number as plain decimal text."""
    if _PLAIN.fullmatch(number):
        return number, Conversion.NONE
    if _COMMAS.fullmatch(number):
        # Where commas may be decimal, one comma before three digits may be either.
        if decimal_comma and number.count(",") == 1 and "." not in number:
            return None
        return number.replace(",", ""), Conversion.THOUSANDS
    spaced = _SPACED.fullmatch(number)
    if spaced is not None and (decimal_comma or "," not in number):
        code = Conversion.SPACES | (Conversion.DECIMAL_COMMA if "," in number else Conversion.NONE)
        return number.replace(spaced[1], "").replace(",", "."), code
    if decimal_comma and _DECIMAL_COMMA.fullmatch(number):
        return number.replace(",", "."), Conversion.DECIMAL_COMMA
    return None


def _scale(rest: str, unit: str | None) -> tuple[int, Conversion] | None:
    """The power of ten that the text behind a number stands for, if it is one the indicator allows."""
    if not rest:
        return 0, Conversion.NONE
    if rest == "%":
        return (0, Conversion.PERCENT) if is_percent(unit) else None
    if _own(rest, unit):
        return 0, Conversion.UNIT
    power = _LARGE.get(rest[0])
    if power is None:
        return None
    code = Conversion.TEN_THOUSANDS if power == 4 else Conversion.HUNDRED_MILLIONS
    counted = rest[1:].strip()
    if not counted:
        return (power, code) if is_count(unit) else None
    return (power, code | Conversion.UNIT) if _own(counted, unit) and not holds_large(unit) else None


def _own(written: str, unit: str | None) -> bool:
    # Behind an answer, 是/否 is what is left of a form and no unit.
    if not unit or len(written) > _LONGEST_UNIT or is_yes_no(unit):
        return False
    return same_unit(fold(written), fold(unit))


def holds_large(unit: str | None) -> bool:
    """Whether a unit is itself in 万 or 亿, or per so many, so that a further 万 has two meanings."""
    return any(mark in fold(unit or "") for mark in "百千万亿") or is_percent(unit)
