"""How an English report writes what the shipped files write in Chinese: sections of the papers, and units.

The papers are Chinese and number their sections 三(一)2; the dictionary has each unit once. Texts of other forms, such
as those of a user's own framework, stay as they are.
"""

from __future__ import annotations

import re

_DIGITS = dict(zip("一二三四五六七八九", "123456789", strict=True))
_ORDINALS = {"一": "first", "二": "second", "三": "third", "四": "fourth", "五": "fifth"}
_SECTIONS = re.compile(r"[\d; ()一二三四五六七八九第其是进路结论]*\d{3} [\d; ()一二三四五六七八九第其是进路结论]*")

UNITS = {
    "个": "", "次/年": "a year", "天": "days", "分": "points", "类": "kinds", "m²/人": "m² per person",
    "万元/年": "× 10,000 yuan a year", "人/千人": "per 1,000 residents", "倍": "times",
    "项/人·年": "per person and year", "学时/人·年": "hours per person and year", "级": "levels", "种": "kinds",
    "人/万人": "per 10,000 residents", "h/人·周": "h per person and week", "百分点": "percentage points",
    "件/千户": "per 1,000 households", "项/年": "a year",
}  # fmt: skip
_AFTER = re.compile(rf"(?<=\d) ({'|'.join(map(re.escape, sorted(UNITS, key=len, reverse=True)))})(?=$|[ ;\]）)，,])")
_COUNT = "number"


def section(text: str, language: str) -> str:
    """A reference to sections of numbered papers; ``001 四(三); 004 三(二)`` is ``001 sec. 4(3); 004 sec. 3(2)``."""
    if language != "en" or not _SECTIONS.fullmatch(text):
        return text
    text = re.sub("[第其]([一二三四五])", lambda found: _ORDINALS[found[1]], text)
    text = re.sub("([一二三四五])是", lambda found: _ORDINALS[found[1]], text)
    text = re.sub(r"进路(\d)", r"approach \1", text).replace("结论", "conclusion")
    text = re.sub(r"(?<![(])([一二三四五六七八九])", r"sec. \1", text)
    return re.sub("[一二三四五六七八九]", lambda found: _DIGITS[found[0]], text)


def unit(text: str, language: str) -> str:
    """The unit of an indicator as a table names it."""
    return text if language != "en" or text not in UNITS else UNITS[text] or _COUNT


def with_unit(text: str, language: str) -> str:
    """A text in which units follow figures: ``25.27 万元/年`` is ``25.27 × 10,000 yuan a year`` in English."""
    if language != "en":
        return text
    return _AFTER.sub(lambda found: f" {UNITS[found[1]]}" if UNITS[found[1]] else "", text)
