"""Methods and their parameters as explanations name them, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resilience_index.methods.registry import get
from resilience_index.report.view.format import number_text
from resilience_index.report.view.model import Both

_APART = ("method", "bands", "goalposts")
"""Parameters of a method that a line of their own tells."""
_WORDS: dict[str, tuple[str, str]] = {
    "band": ("所在档", "band"),
    "goalposts": ("目标值", "goalposts"),
    "extent": ("最小、最大值", "least and greatest value"),
    "spread": ("均值与标准差", "mean and deviation"),
    "distance": ("最差值与参照值", "worst value and reference"),
    "size": ("除数", "divisor"),
    "units": ("参与排序的单元数", "units ranked"),
    "direction": ("方向", "direction"),
    "invert": ("取 1 − x", "inverted: 1 − x"),
    "against": ("上级取 1 − x", "the parent takes 1 − x"),
    "round": ("修约", "rounding"),
    "condition": ("条件", "condition"),
    "points": ("得分", "points"),
    "text": ("说明", "text"),
    "digits": ("小数位", "digits"),
    "mode": ("方式", "mode"),
    "half_up": ("四舍五入", "half up"),
    "half_even": ("四舍六入五成双", "half to even"),
    "mean": ("均值", "mean"),
    "sd": ("标准差", "deviation"),
    "worst": ("最差", "worst"),
    "reference": ("参照", "reference"),
    "benefit": ("越大越好", "benefit"),
    "cost": ("越小越好", "cost"),
    "target": ("居中最好", "target"),
    "context": ("只报告，不计分", "context, not scored"),
}


def method_text(call: Mapping[str, Any]) -> str:
    """``name(parameter=value, …)`` of a normalisation, with what differs from its defaults."""
    entry = get("normalize", str(call["method"]))
    parts = []
    for name, value in call.items():
        param = entry.param(name)
        default = None if param is None else param.default
        default = list(default) if isinstance(default, tuple) else default  # a manifest holds lists
        if name not in _APART and value is not None and (param is None or param.required or value != default):
            parts.append(f"{name}={_value(value, 'en')}")
    return entry.name + (f"({', '.join(parts)})" if parts else "")


def lines(parameters: Mapping[str, Any]) -> list[Both]:
    """One line for each parameter that says something."""
    shown = [(name, value) for name, value in parameters.items() if value not in (None, False, [], {})]
    return [{"zh": _line(name, value, "zh"), "en": _line(name, value, "en")} for name, value in shown]


def _line(name: str, value: Any, language: str) -> str:
    title = _word(name, language)
    if value is True:
        return title
    if isinstance(value, Mapping) and list(value) == ["0"]:  # one group: all units
        value = value["0"]
    return f"{title}{'：' if language == 'zh' else ': '}{_value(value, language)}"


def _value(value: Any, language: str) -> str:
    if isinstance(value, Mapping):
        return ("，" if language == "zh" else ", ").join(
            f"{_word(str(key), language)} {_value(item, language)}" for key, item in value.items()
        )
    if isinstance(value, (list, tuple)):
        return " → ".join(_value(item, language) for item in value)
    if isinstance(value, float):
        return number_text(value) if value.is_integer() else number_text(value, 6).rstrip("0").rstrip(".")
    return _word(value, language) if isinstance(value, str) else str(value)


def _word(name: str, language: str) -> str:
    both = _WORDS.get(name)
    return name if both is None else both[language == "en"]
