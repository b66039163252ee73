"""English names of units that the dictionary writes in Chinese; headers may carry either."""

from __future__ import annotations

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
