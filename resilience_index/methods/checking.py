"""Checking a method call (a name and parameters, as YAML or a flag gave them) against the registry."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from resilience_index.methods import bands, registry
from resilience_index.methods.registry import Method, Param

# A fraction, or a decimal number, in ASCII digits: what Python's int() and float() take beyond that
# (1_000, other scripts' digits) would be read by no other program.
_FRACTION = re.compile(r"([-+]?[0-9]{1,400})\s*/\s*([0-9]{1,400})\Z")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")


class BadCall(ValueError):  # noqa: N818 - it is an answer, caught by the two callers, not an error of the run
    """A call that the registry does not allow.

    ``code`` is a finding's, ``params`` fill its message. ``path`` leads from the call to what is wrong
    (``("method",)``, ``("subjective", "ri_table")``); it is empty when that is the call itself.
    """

    def __init__(self, code: str, path: tuple[str | int, ...] = (), /, **params: Any) -> None:
        super().__init__(code, params)
        self.code, self.path, self.params = code, path, params

    def __str__(self) -> str:
        details = ", ".join(f"{key}={value!r}" for key, value in self.params.items())
        return f"{self.code}({details})"

    def under(self, key: str) -> BadCall:
        """The same answer about a call that stands in parameter ``key`` of another."""
        return BadCall(self.code, (key, *self.path), **self.params)


class Call(Mapping[str, Any]):
    """A checked method call: its ``name`` and all parameters, defaults filled in; immutable."""

    __slots__ = ("_params", "kind", "name")

    def __init__(self, kind: str, name: str, params: Mapping[str, Any]) -> None:
        self.kind = kind
        self.name = name
        self._params = MappingProxyType(dict(params))

    def __getitem__(self, key: str) -> Any:
        return self._params[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._params)

    def __len__(self) -> int:
        return len(self._params)

    def __repr__(self) -> str:
        return f"Call({self.text()!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Call) and self.kind == other.kind and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.kind, self.text()))

    def __reduce__(self) -> tuple[Any, ...]:
        # The read-only parameters cannot be pickled; a call is rebuilt from what YAML would say.
        return check, (self.kind, self.to_dict())

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
        """``name(parameter=value, …)`` with its components and the parameters that differ from their defaults."""
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
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _text(value: Any) -> str:
    if isinstance(value, Call):
        return value.text()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(_text(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return str(value)


def suggestion(name: str, known: Sequence[str]) -> str | None:
    """The known name closest to ``name``, or None when nothing is close."""
    folded = {candidate.lower(): candidate for candidate in known}
    matches = difflib.get_close_matches(name.lower(), list(folded), n=1)
    return folded[matches[0]] if matches else None


def check(kind: str, value: Any) -> Call:
    """Check a call written as a name or as a mapping ``{method: name, …}`` (``policy`` for missing).

    Raises ``BadCall`` with RI121 (unknown method), RI122 (unknown parameter), RI123 (bad value) or
    RI124 (no method named).
    """
    key = "policy" if kind == "missing" else "method"
    known = registry.names(kind)
    if isinstance(value, Call) and value.kind == kind:
        return value
    given: dict[str, Any] = {}
    name: Any = value
    if isinstance(value, Mapping) and not isinstance(value, Call):
        given = {str(item): value[item] for item in value}
        name = given.pop(key, None)
    if not isinstance(name, str):
        raise BadCall("RI124", (key,), key=key, known=known)
    if name not in known:
        titles = registry.KIND_TITLES[kind]
        raise BadCall("RI121", (key,), kind=titles, name=name, known=known, suggestion=suggestion(name, known))
    return Call(kind, name, _params(registry.get(kind, name), given))


def _params(method: Method, given: Mapping[str, Any]) -> dict[str, Any]:
    """All parameters of a method: those given, checked, and the defaults of the others."""
    known = [param.name for param in method.params]
    for unknown in given:
        if unknown not in known:
            raise BadCall(
                "RI122", (unknown,), name=method.name, param=unknown, known=known or ["—"],
                suggestion=suggestion(unknown, known),
            )  # fmt: skip
    for param in method.params:
        if param.required and param.name not in given:
            raise BadCall(
                "RI123", name=method.name, param=param.name, value={"zh": "空", "en": "missing"},
                expected={"zh": "必填值", "en": "it to be given"}, suggestion=None,
            )  # fmt: skip
    params = {
        param.name: _value(method.name, param, given[param.name]) if param.name in given else _default(param)
        for param in method.params
    }
    target = params.get("target")
    if target is not None and params.get("transform") == "log" and not target > 0:
        raise BadCall(
            "RI123", ("target",), name=method.name, param="target", value=shown(target),
            expected={"zh": "取对数时大于 0", "en": "a number above 0 under a logarithm"}, suggestion=None,
        )  # fmt: skip
    return params


def _default(param: Param) -> Any:
    return check("weights", param.default) if param.kind == "component" else param.default


def _value(method: str, param: Param, value: Any) -> Any:
    if value is None and not param.required and param.default is None:
        return None

    def bad(expected: str | dict[str, str]) -> BadCall:
        near = suggestion(value, param.choices) if isinstance(value, str) else None
        return BadCall(
            "RI123", (param.name,), name=method, param=param.name, value=shown(value), expected=expected,
            suggestion=near,
        )  # fmt: skip

    return _READERS.get(param.kind, _number)(param, value, bad)


Bad = Callable[[str | dict[str, str]], BadCall]


def _choice(param: Param, value: Any, bad: Bad) -> Any:
    if not isinstance(value, str) or value not in param.choices:
        raise bad(" | ".join(param.choices))
    return value


def _boolean(param: Param, value: Any, bad: Bad) -> Any:  # noqa: ARG001 - readers share one signature
    if not isinstance(value, bool):
        raise bad("true | false")
    return value


def _column(param: Param, value: Any, bad: Bad) -> Any:  # noqa: ARG001
    if not isinstance(value, str) or not value.strip():
        raise bad({"zh": "period 或一个列名", "en": "period, or the name of a column"})
    return value


def _component(param: Param, value: Any, bad: Bad) -> Any:
    try:
        call = check("weights", value)
    except BadCall as error:
        raise error.under(param.name) from error
    if call.name not in param.choices:
        raise bad(" | ".join(param.choices))
    return call


def _components(param: Param, value: Any, bad: Bad) -> Any:
    if not isinstance(value, (list, tuple)) or not value:
        raise bad({"zh": "赋权方法的列表", "en": "a list of weighting methods"})
    return tuple(_at(param.name, place, _inside, param, item, bad) for place, item in enumerate(value))


def _component_map(param: Param, value: Any, bad: Bad) -> Any:
    if not isinstance(value, Mapping) or isinstance(value, Call) or not value:
        raise bad({"zh": "{节点: 赋权方法}", "en": "{node: weighting method}"})
    return MappingProxyType(
        {str(key): _at(param.name, str(key), _inside, param, item, bad) for key, item in value.items()}
    )


def _at(name: str, step: str | int, read: Callable[..., Any], *arguments: Any) -> Any:
    """What ``read`` gives; a bad call is about the element ``step`` of the parameter ``name``."""
    try:
        return read(*arguments)
    except BadCall as error:
        raise BadCall(error.code, (name, step, *error.path[1:]), **error.params) from error


def _inside(param: Param, value: Any, bad: Bad) -> Call:
    """A method for single sets of siblings: what it takes from data, it takes among siblings."""
    call: Call = _component(param, value, bad)
    if call.name == "combine":
        written = value if isinstance(value, Mapping) else {}
        inside = {
            part: _among_siblings(call[part], written.get(part), bad)
            for part in ("subjective", "objective")
            if "scope" in call[part]
        }
        return Call(call.kind, call.name, {**call, **inside})
    return _among_siblings(call, value, bad) if "scope" in call else call


def _among_siblings(call: Call, written: Any, bad: Bad) -> Call:
    if isinstance(written, Mapping) and written.get("scope") == "leaves":
        raise bad("scope: siblings")
    return Call(call.kind, call.name, {**call, "scope": "siblings"})


def _zero(param: Param, value: Any, bad: Bad) -> Any:  # noqa: ARG001
    if value == "refuse":
        return value
    if isinstance(value, Mapping) and set(value) == {"floor"}:
        floor = number(value["floor"])
        if floor is not None and 0 < floor <= 1:
            return MappingProxyType({"floor": float(floor)})
    raise bad("refuse | {floor: f}, 0 < f ≤ 1")


def _numbers(param: Param, value: Any, bad: Bad) -> tuple[float, ...]:
    lengths = (2,) if param.kind == "pair" else (2, 4)
    expected = "[low, high], low < high" if param.kind == "pair" else "[worst, best] | [low, a, b, high]"
    if not isinstance(value, (list, tuple)) or len(value) not in lengths:
        raise bad(expected)
    result = tuple(float(item) for item in map(number, value) if item is not None)
    if len(result) != len(value):
        raise bad(expected)
    if param.kind == "pair" and result[0] >= result[1]:
        raise bad(expected)
    return result


def _list(param: Param, value: Any, bad: Bad) -> tuple[Fraction | float, ...]:
    limits = {language: _limits(param, language) for language in ("zh", "en")}
    expected = {"zh": f"数字的列表{limits['zh']}", "en": f"a list of numbers{limits['en']}"}
    if not isinstance(value, (list, tuple)) or not value:
        raise bad(expected)
    found = tuple(item for item in map(number, value) if item is not None)
    low = param.minimum is not None and any(item < param.minimum for item in found)
    high = param.maximum is not None and any(item > param.maximum for item in found)
    if len(found) != len(value) or low or high:
        raise bad(expected)
    return found


def _bands(param: Param, value: Any, bad: Bad) -> Any:
    try:
        return bands.read(value, number)
    except bands.Faulty as fault:
        error = bad(fault.expected)
        params = {**error.params, "value": shown(fault.value)}
        raise BadCall(error.code, (param.name, *fault.path), **params) from fault
    except bands.Overlap as fault:
        first, second = fault.words
        raise BadCall("RI155", (param.name, fault.second), first=first, second=second) from fault


def _positive(param: Param, value: Any, bad: Bad) -> Any:  # noqa: ARG001
    parsed = number(value)
    if parsed is None or not parsed > 0:
        raise bad({"zh": "大于 0 的数字", "en": "a number above 0"})
    return float(parsed)


def _words(param: Param, value: Any, bad: Bad) -> Any:  # noqa: ARG001
    if not isinstance(value, str) or not value.strip():
        raise bad({"zh": "文字", "en": "text"})
    return value


_NUMBER_WORDS = {
    "integer": {"zh": "整数", "en": "an integer"},
    "share": {"zh": "数字或分数", "en": "a number or a fraction"},
    "number": {"zh": "数字", "en": "a number"},
}


def _number(param: Param, value: Any, bad: Bad) -> Any:
    parsed = number(value)
    whole = param.kind != "integer" or (parsed is not None and parsed == int(parsed))
    low = parsed is not None and param.minimum is not None and parsed < param.minimum
    high = parsed is not None and param.maximum is not None and parsed > param.maximum
    if parsed is None or not whole or low or high:
        raise bad({language: word + _limits(param, language) for language, word in _NUMBER_WORDS[param.kind].items()})
    if param.kind == "integer":
        return int(parsed)
    return parsed if isinstance(parsed, Fraction) else float(parsed)


def _limits(param: Param, language: str) -> str:
    if param.minimum is None:
        return ""
    if param.maximum is None:
        words = {"zh": "，≥ {low:g}", "en": " ≥ {low:g}"}
    else:
        words = {"zh": "，{low:g} 到 {high:g}", "en": " from {low:g} to {high:g}"}
    return words[language].format(low=param.minimum, high=param.maximum)


_READERS: dict[str, Callable[[Param, Any, Bad], Any]] = {
    "choice": _choice,
    "boolean": _boolean,
    "column": _column,
    "zero": _zero,
    "component": _component,
    "components": _components,
    "component map": _component_map,
    "list": _list,
    "bands": _bands,
    "positive": _positive,
    "text": _words,
    "pair": _numbers,
    "numbers": _numbers,
}


def number(value: Any) -> Fraction | float | None:
    """Read a number or a fraction written as text (``2/3``); None when it is neither or not finite."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = _from_text(value.strip())
    if not isinstance(value, (int, float, Fraction)):
        return None
    try:
        result = float(value)
    except OverflowError:
        return None
    if not math.isfinite(result):
        return None
    return value if isinstance(value, Fraction) else result


def _from_text(text: str) -> Fraction | float | None:
    fraction = _FRACTION.match(text)
    if fraction is not None:
        denominator = int(fraction[2])
        return Fraction(int(fraction[1]), denominator) if denominator else None
    return float(text) if _DECIMAL.match(text) else None


def shown(value: Any, limit: int = 60) -> str | dict[str, str]:
    """A value of a file as a message shows it: as YAML writes it, shortened, collections by their kind."""
    if isinstance(value, Call):
        value = value.to_dict()
    if isinstance(value, Mapping):
        return {"zh": "映射", "en": "a mapping"} if len(str(value)) > limit else _text(value)
    if value is None or value == "":
        return {"zh": "空", "en": "empty"}
    text = f"'{value}'" if isinstance(value, str) else _text(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def parse_flag(kind: str, text: str) -> Call:
    """Read a flag such as ``entropy:scope=siblings,shift=0.01`` or ``minmax:to=[0.1,1]``.

    Raises ``BadCall`` as ``check`` does.
    """
    name, _, rest = text.partition(":")
    name = name.strip()
    key = "policy" if kind == "missing" else "method"
    given: dict[str, Any] = {key: name}
    for part in _split(rest):
        param, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise BadCall(
                "RI123", name=name, param=param, value={"zh": "没有值", "en": "without a value"},
                expected=f"{param}=…", suggestion=None,
            )  # fmt: skip
        if param in given:
            raise BadCall(
                "RI123", name=name, param=param, value={"zh": "出现两次", "en": "given twice"},
                expected={"zh": "一个值", "en": "one value"}, suggestion=None,
            )  # fmt: skip
        given[param] = _scalar(value)
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
    if text == "null":
        return None
    parsed = number(text)
    return text if parsed is None else parsed
