"""Units: the English names of those that the dictionary writes in Chinese, and the spellings of one unit.

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


def unit_name(unit: str, language: str) -> str:
    """A unit as it is written in ``zh`` or ``en``; one without an English name stays as it is."""
    return ENGLISH.get(unit, unit) if language == "en" else unit


_CHINESE = {"min": "分钟", "h": "小时", "s": "秒", "h/人·周": "小时/人·周", "m²": "平方米", "m²/人": "平方米/人"}
NO_UNIT = {"en": "no unit", "zh": "“无单位”"}


def bilingual(unit: str | None) -> dict[str, str]:
    """A unit for messages in both languages, with the dictionary's sign beside a name of another script."""
    if not unit:
        return NO_UNIT

    english, chinese = unit_name(unit, "en"), _CHINESE.get(unit, unit)
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
