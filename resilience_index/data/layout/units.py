"""Units: their names in both languages, how they follow a figure, and the spellings of one unit.

Headers and cells may carry any of them.
"""

from __future__ import annotations

from resilience_index.folding import unscripted

ENGLISH = {
    "个": "number",
    "种": "kinds",
    "类": "types",
    "级": "levels",
    "分": "points",
    "天": "days",
    "秒": "s",
    "倍": "multiple",
    "百分点": "percentage points",
    "次/年": "times/year",
    "项/年": "items/year",
    "项/人·年": "items/person·year",
    "学时/人·年": "class hours/person·year",
    "h/人·周": "h/person·week",
    "m²/人": "m²/person",
    "万元/年": "10,000 CNY/year",
    "人/万人": "per 10,000 people",
    "人/千人": "per 1,000 people",
    "件/千户": "cases per 1,000 households",
}


_CHINESE = {"min": "分钟", "h": "小时", "s": "秒", "h/人·周": "小时/人·周", "m²": "平方米", "m²/人": "平方米/人"}
_BEHIND = {
    "个": ("", ""), "种": ("kind", "kinds"), "类": ("type", "types"), "级": ("level", "levels"),
    "分": ("point", "points"), "天": ("day", "days"), "倍": ("time", "times"),
    "百分点": ("percentage point", "percentage points"), "次/年": ("a year", "a year"), "项/年": ("a year", "a year"),
    "项/人·年": ("per person and year", "per person and year"),
    "学时/人·年": ("class hour per person and year", "class hours per person and year"),
    "h/人·周": ("h per person and week", "h per person and week"), "m²/人": ("m² per person", "m² per person"),
    "万元/年": ("× 10,000 CNY a year", "× 10,000 CNY a year"),
    "人/万人": ("per 10,000 people", "per 10,000 people"), "人/千人": ("per 1,000 people", "per 1,000 people"),
    "件/千户": ("per 1,000 households", "per 1,000 households"),
}  # fmt: skip
"""English units behind the figure 1 and behind any other figure, where they are not written as they are named."""
_SCALES = frozenset({"0/1", "1–5"})
"""Scales of points, no units to read after a figure."""
NO_UNIT = {"en": "no unit", "zh": "“无单位”"}


def unit_name(unit: str, language: str) -> str:
    """A unit as it is written in ``zh`` or ``en``; one without a name there stays as it is."""
    return (ENGLISH if language == "en" else _CHINESE).get(unit, unit)


def unit_behind(unit: str | None, language: str, *, one: bool = False) -> str:
    """A unit as it follows a figure, ``one`` the figure 1; nothing for what is merely counted or a scale of points."""
    if not unit or unit in _SCALES:
        return ""
    if language == "en" and unit in _BEHIND:
        return _BEHIND[unit][0 if one else 1]
    return unit_name(unit, language)


def with_unit(figure: str, unit: str | None, language: str) -> str:
    """A figure with its unit: ``8 types``, ``0.89 per 1,000 people``, ``34.6%``."""
    behind = unit_behind(unit, language, one=figure == "1")
    return figure + (behind if behind == "%" else f" {behind}" if behind else "")


def bilingual(unit: str | None) -> dict[str, str]:
    """A unit for messages in both languages, with the dictionary's sign beside a name of another script."""
    if not unit:
        return NO_UNIT

    english, chinese = unit_name(unit, "en"), unit_name(unit, "zh")
    return {
        "en": unit if english == unit else f"{english} ({unit})",
        "zh": unit if chinese == unit else f"{chinese}（{unit}）",
    }


_UNITS = (
    {"min", "mins", "minute", "minutes", "分钟"}, {"h", "hr", "hour", "hours", "小时", "时"},
    {"s", "sec", "second", "seconds", "秒"}, {"天", "日", "d", "day", "days"}, {"%", "percent", "百分比"},
    {"百分点", "个百分点", "pp", "percentagepoints"}, {"个", "家", "处"}, {"m2/人", "平方米/人"}, {"m2", "平方米"},
    {"次/年", "次"}, {"h/人·周", "小时/人·周"}, {"万元/年", "万元"}, {"1–5", "1-5", "1~5", "1至5"},
    {"0/1", "0或1", "1/0", "1或0", "是/否", "是或否", "有/无", "有或无", "yes/no"},
    *({unscripted(chinese), unscripted(english)} for chinese, english in ENGLISH.items()),
)  # fmt: skip
"""Spellings of one unit, in the folded form of headers."""


def same_unit(written: str, unit: str) -> bool:
    """Whether a folded unit in a header is the indicator's own, perhaps in its other language or spelling."""
    return written == unit or any(written in names and unit in names for names in _UNITS)


def is_unit(written: str) -> bool:
    """Whether a folded text is a unit that some indicator may have."""
    return any(written in names for names in _UNITS)
