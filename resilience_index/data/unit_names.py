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
