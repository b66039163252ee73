"""Checking a method call (a name and parameters, as YAML or a flag gave them) against the registry."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from resilience_index.methods import registry
from resilience_index.methods.registry import Param


class BadCall(ValueError):  # noqa: N818 - it is an answer, caught by the two callers, not an error of the run
    """A call that the registry does not allow: ``code``, the key it is about, and message parameters."""

    def __init__(self, code: str, key: str | None, **params: Any) -> None:
        super().__init__(code, params)
        self.code, self.key, self.params = code, key, params


class Call(Mapping[str, Any]):
    """A checked method call: its ``name`` and all parameters, defaults filled in; immutable."""

    __slots__ = ("_params", "kind", "name")

    def __init__(self, kind: str, name: str, params: Mapping[str, Any]) -> None:
        self.kind = kind
        self.name = name
        self._params = MappingProxyType(dict(params))

    def __getitem__(self, key: str) -> Any:
        return self._params[key]

    def __iter__(self) -> Any:
        return iter(self._params)

    def __len__(self) -> int:
        return len(self._params)

    def __repr__(self) -> str:
        return f"Call({self.text()!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Call) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash(self.text())

    @property
    def method(self) -> registry.Method:
        """The registry's entry."""
        return registry.get(self.kind, self.name)

    def to_dict(self) -> dict[str, Any]:
        """``{"method": name, parameter: value, …}`` without parameters that are unset."""
        key = "policy" if self.kind == "missing" else "method"
        shown = {name: _plain(value) for name, value in self._params.items() if value is not None}
        return {key: self.name, **shown}

    def text(self) -> str:
        """``name(parameter=value, …)`` with the parameters that differ from their defaults."""
        entry = self.method
        parts = []
        for name, value in self._params.items():
            param = entry.param(name)
            if value is not None and (param is None or param.required or value != param.default):
                parts.append(f"{name}={_text(value)}")
        return self.name + (f"({', '.join(parts)})" if parts else "")


def _plain(value: Any) -> Any:
    if isinstance(value, Call):
        return value.to_dict()
    if isinstance(value, Fraction):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _text(value: Any) -> str:
    if isinstance(value, Call):
        return value.text()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(_text(item) for item in value) + "]"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return str(value)


def suggestion(name: str, known: Sequence[str]) -> str | None:
    """The known name closest to ``name``, or None when nothing is close."""
    folded = {candidate.lower(): candidate for candidate in known}
    matches = difflib.get_close_matches(name.lower(), list(folded), n=1, cutoff=0.6)
    return folded[matches[0]] if matches else None


def check(kind: str, value: Any) -> Call:
    """Check a call written as a name or as a mapping ``{method: name, …}`` (``policy`` for missing).

    Raises ``BadCall`` with RI121 (unknown method), RI122 (unknown parameter), RI123 (bad value) or
    RI124 (no method named).
    """
    if isinstance(value, Call):
        return value
    key = "policy" if kind == "missing" else "method"
    if isinstance(value, str):
        name, given = value, {}
    elif isinstance(value, Mapping):
        given = {str(item): value[item] for item in value}
        name = given.pop(key, None)
        if not isinstance(name, str):
            raise BadCall("RI124", None, key=key, known=registry.names(kind))
    else:
        raise BadCall("RI124", None, key=key, known=registry.names(kind))
    if (kind, name) not in registry.METHODS:
        raise BadCall(
            "RI121", key, kind=registry.KIND_TITLES[kind], name=name, known=registry.names(kind),
            suggestion=suggestion(name, registry.names(kind)),
        )  # fmt: skip
    method = registry.get(kind, name)
    for unknown in given:
        if method.param(unknown) is None:
            known = [param.name for param in method.params]
            raise BadCall("RI122", unknown, name=name, param=unknown, known=known or ["—"],
                          suggestion=suggestion(unknown, known))  # fmt: skip
    params = {
        param.name: _value(method.name, param, given[param.name]) if param.name in given else _default(param)
        for param in method.params
    }
    return Call(kind, name, params)


def _default(param: Param) -> Any:
    return check("weights", param.default) if param.kind == "component" else param.default


def _value(method: str, param: Param, value: Any) -> Any:
    def bad(expected: str) -> BadCall:
        return BadCall("RI123", param.name, name=method, param=param.name, value=value, expected=expected)

    match param.kind:
        case "choice":
            if value not in param.choices:
                raise bad(" | ".join(param.choices))
            return value
        case "boolean":
            if not isinstance(value, bool):
                raise bad("true | false")
            return value
        case "column":
            if not isinstance(value, str) or not value:
                raise bad("period | COLUMN")
            return value
        case "zero":
            return _zero(value, bad)
        case "component":
            call = check("weights", value)
            if call.name not in param.choices:
                raise bad(" | ".join(param.choices))
            return call
        case "pair" | "numbers":
            return _numbers(param, value, bad)
        case _:
            return _number(param, value, bad)


def _zero(value: Any, bad: Any) -> Any:
    if value == "refuse":
        return value
    if isinstance(value, Mapping) and set(value) == {"floor"}:
        floor = number(value["floor"])
        if floor is not None and 0 < floor <= 1:
            return MappingProxyType({"floor": float(floor)})
    raise bad("refuse | {floor: 0 < f ≤ 1}")


def _numbers(param: Param, value: Any, bad: Any) -> tuple[float, ...] | None:
    if value is None and param.default is None:
        return None
    lengths = (2,) if param.kind == "pair" else (2, 4)
    expected = "[low, high]" if param.kind == "pair" else "[worst, best] | [low, a, b, high]"
    if not isinstance(value, (list, tuple)) or len(value) not in lengths:
        raise bad(expected)
    parsed = [number(item) for item in value]
    if any(item is None for item in parsed):
        raise bad(expected)
    result = tuple(float(item) for item in parsed if item is not None)
    outside = (param.minimum is not None and min(result) < param.minimum) or (
        param.maximum is not None and max(result) > param.maximum
    )
    if outside or (param.kind == "pair" and result[0] >= result[1]):
        raise bad(f"[low, high], {param.minimum} ≤ low < high ≤ {param.maximum}")
    return result


def _number(param: Param, value: Any, bad: Any) -> Any:
    expected = {"integer": "an integer", "share": "a number or fraction"}.get(param.kind, "a number")
    if param.minimum is not None:
        expected += f" ≥ {param.minimum:g}"
    if param.maximum is not None:
        expected += f" ≤ {param.maximum:g}"
    if value is None and param.default is None:
        return None
    parsed = number(value)
    wrong = parsed is None or (param.kind == "integer" and parsed != int(parsed))
    if parsed is None or wrong:
        raise bad(expected)
    low = param.minimum is not None and parsed < param.minimum
    high = param.maximum is not None and parsed > param.maximum
    if low or high:
        raise bad(expected)
    if param.kind == "integer":
        return int(parsed)
    return parsed if isinstance(parsed, Fraction) else float(parsed)


def number(value: Any) -> Fraction | float | None:
    """Read a number or a fraction written as text (``2/3``); None when it is neither or not finite."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Fraction):
        return value
    if isinstance(value, str):
        numerator, slash, denominator = value.partition("/")
        try:
            if slash:
                return Fraction(int(numerator), int(denominator))
            result = float(value)
        except (ValueError, ZeroDivisionError):
            return None
        return result if math.isfinite(result) else None
    return None


def parse_flag(kind: str, text: str) -> Call:
    """Read a flag such as ``entropy:scope=siblings,shift=0.01`` or ``minmax:to=[0.1,1]``.

    Raises ``BadCall`` as ``check`` does.
    """
    name, _, rest = text.partition(":")
    key = "policy" if kind == "missing" else "method"
    given: dict[str, Any] = {key: name.strip()}
    for part in _split(rest):
        param, equals, value = part.partition("=")
        if not equals:
            raise BadCall("RI123", None, name=name, param=part, value=part, expected="key=value")
        given[param.strip()] = _scalar(value.strip())
    return check(kind, given)


def _split(text: str) -> list[str]:
    parts, depth, current = [], 0, ""
    for character in text:
        depth += (character in "[{") - (character in "]}")
        if character == "," and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += character
    return [part for part in (*parts, current) if part.strip()]


def _scalar(text: str) -> Any:
    if text.startswith("[") and text.endswith("]"):
        return [_scalar(part.strip()) for part in _split(text[1:-1])]
    if text.startswith("{") and text.endswith("}"):
        pairs = (part.partition(":") for part in _split(text[1:-1]))
        return {key.strip(): _scalar(value.strip()) for key, _, value in pairs}
    if text in ("true", "false"):
        return text == "true"
    parsed = number(text)
    return text if parsed is None else parsed
