"""JSON Schema of method calls, made from the registry."""

from __future__ import annotations

from typing import Any

from resilience_index.methods import registry
from resilience_index.methods.registry import Param

_NUMBER: dict[str, Any] = {"type": "number"}
_SHARE: dict[str, Any] = {"anyOf": [_NUMBER, {"type": "string", "pattern": r"^\d+/\d+$"}]}


def call_schema(kind: str) -> dict[str, Any]:
    """The schema of a call of that kind: a method's name, or a mapping with its parameters."""
    key = "policy" if kind == "missing" else "method"
    names = registry.names(kind)
    calls = []
    for name in names:
        params = registry.get(kind, name).params  # type: ignore[arg-type]  # kinds are the registry's own
        properties = {key: {"const": name}, **{param.name: _param_schema(param) for param in params}}
        calls.append(
            {"type": "object", "properties": properties, "required": [key], "additionalProperties": False}
        )
    return {"anyOf": [{"enum": names}, *calls], "title": registry.KIND_TITLES[kind]["en"]}


def _param_schema(param: Param) -> dict[str, Any]:
    schema = _kind_schema(param)
    schema = {**schema, "description": param.about["en"]}
    if not param.required and param.default is not None:
        schema["default"] = list(param.default) if isinstance(param.default, tuple) else param.default
    return schema


def _kind_schema(param: Param) -> dict[str, Any]:
    match param.kind:
        case "choice":
            return {"enum": list(param.choices)}
        case "boolean":
            return {"type": "boolean"}
        case "column":
            return {"type": "string"}
        case "zero":
            floor = {"type": "object", "properties": {"floor": _NUMBER}, "required": ["floor"]}
            return {"anyOf": [{"const": "refuse"}, {**floor, "additionalProperties": False}]}
        case "component":
            nested = {"type": "object", "properties": {"method": {"enum": list(param.choices)}}}
            return {"anyOf": [{"enum": list(param.choices)}, {**nested, "required": ["method"]}]}
        case "pair":
            return {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}
        case "numbers":
            return {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 4}
        case "share":
            return _SHARE
        case "integer":
            return {"type": "integer"}
        case _:
            return _NUMBER
