"""What may stand in brackets behind the title of an indicator: its own unit, its range, or a year.

The rule is exact: whatever it does not name may be another scale, which the caller refuses.
"""

from __future__ import annotations

import re

from resilience_index.data.layout.units import same_unit
from resilience_index.data.table import Column
from resilience_index.folding import fold

_LABEL = re.compile(r"(?:计量)?单位[:为]?|units?:")
# A comma before a group of three digits belongs to a number, as in "10,000 CNY/year".
_SEPARATOR = re.compile(r"[、;]|,(?!(?<=[0-9],)[0-9]{3}(?![0-9]))")
_COUNTED = re.compile(r"[以按](.+)[计记]")
_TO = "(?:-|–|—|~|至|到)"
_NUMBER = r"(-?[0-9]+(?:\.[0-9]+)?)"
_RANGE = re.compile(f"{_NUMBER}(.*?){_TO}{_NUMBER}(.*)")
_TOP = re.compile(f"满分(?:为|:)?{_NUMBER}分?")
_SCALE = re.compile(r"([0-9]+)[–-]([0-9]+)")
_POINTS = ("分", "points")

_YEAR = "(?:19|20)[0-9]{2}"
_MONTH = "(?:0?[1-9]|1[0-2])"
_ONE_YEAR = re.compile(f"(?:截至|截止)?{_YEAR}(?:年度?)?[末底]?|[本上全]年度?")
_PERIOD = re.compile(
    f"(?:截至|截止)?(?:{_YEAR}年?{_TO}{_YEAR}(?:年度?)?"
    f"|{_YEAR}年?(?:[上下]半年|第?[1-4一二三四]季度|-?q[1-4])"
    f"|{_YEAR}年{_MONTH}(?:月?{_TO}{_MONTH})?月[末底]?|{_YEAR}[-./]{_MONTH})"
)

_YES = ("是", "有", "达标", "yes", "y", "true")
_NO = ("否", "无", "没有", "未达标", "不达标", "no", "n", "false")
_WORDS = "|".join(sorted((*_YES, *_NO), key=len, reverse=True))
_ANSWER = re.compile(f"({_WORDS})(?:=|:|为|填|记)?([01])|([01])(?:=|:|为|-|表示|代表)?({_WORDS})")


def says_own_unit(written: str, column: Column) -> bool:
    """Whether a folded text in brackets says nothing about the values but what holds for the indicator.

    That is its unit in any spelling (``单位:分钟``, ``个数``, ``以分钟计``, ``百分比%``), its range with or
    without the unit (``1-5分``), a year or period (``2024年``), what 0 and 1 stand for (``是=1``), or
    several of these between commas or semicolons. Parts of a year and spans of years are refused for a
    unit that is itself per year. Blank brackets say nothing.
    """
    unit = fold(column.unit or "")
    bare = _without_label(written)
    if not written or (bare and same_unit(bare, unit)):
        return True
    parts = [part for part in _SEPARATOR.split(bare) if part]
    if same_unit("0/1", unit) and not any(same_unit(part, unit) for part in parts):
        parts = [answer for part in parts for answer in part.split("/")]
    return bool(parts) and all(_agrees(_without_label(part), unit, column) for part in parts)


def _without_label(text: str) -> str:
    label = _LABEL.match(text)
    return text if label is None else text[label.end() :]


def _agrees(part: str, unit: str, column: Column) -> bool:
    return (
        _is_unit(part, unit)
        or _is_period(part, unit)
        or _is_range(part, unit, column)
        or (same_unit("0/1", unit) and _is_answer(part))
    )


def _is_unit(part: str, unit: str) -> bool:
    """The unit by itself, as a number of it (个数), counted in it (以分钟计), or in two spellings (百分比%)."""
    if not part or not unit:
        return False
    counted = _COUNTED.fullmatch(part)
    spelt = (part, part.removesuffix("数"), "" if counted is None else counted[1])
    if any(same_unit(text, unit) for text in spelt if text):
        return True
    return any(same_unit(part[:at], unit) and same_unit(part[at:], unit) for at in range(1, len(part)))


def _is_period(part: str, unit: str) -> bool:
    """A year; or a part of one or several, which would change the values of a unit per year."""
    if _ONE_YEAR.fullmatch(part):
        return True
    return _PERIOD.fullmatch(part) is not None and "年" not in unit and "year" not in unit


def _is_range(part: str, unit: str, column: Column) -> bool:
    """The indicator's own range, both ends exactly, perhaps with the unit behind the numbers."""
    scale = _SCALE.fullmatch(unit)
    own = column.range or (None if scale is None else (float(scale[1]), float(scale[2])))
    points = _POINTS if scale is not None or unit in _POINTS else ()
    top = _TOP.fullmatch(part)
    if top is not None:
        return bool(points) and own is not None and float(top[1]) == own[1]
    found = _RANGE.fullmatch(part)
    if found is None or (float(found[1]), float(found[3])) != own:
        return False
    return all(not text or text in points or _is_unit(text, unit) for text in (found[2], found[4]))


def _is_answer(part: str) -> bool:
    """What 0 or 1 stands for, the right way round."""
    found = _ANSWER.fullmatch(part)
    if found is None:
        return False
    word, digit = (found[1], found[2]) if found[1] else (found[4], found[3])
    return (word in _YES) == (digit == "1")
