"""JSON Schema of method calls, made from the registry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from resilience_index.methods import bands, registry
from resilience_index.methods.registry import Kind, Param

Schema = dict[str, Any]
_FRACTION: Schema = {"type": "string", "pattern": "^[0-9]+/[0-9]+$"}


def call_schema(kind: Kind) -> Schema:
    """The schema of a call of that kind: a method's name, or a mapping with its parameters."""
    key = "policy" if kind == "missing" else "method"
    names = registry.names(kind)
    calls = []
    for name in names:
        params = registry.get(kind, name).params
        properties = {key: {"const": name}, **{param.name: _param_schema(param) for param in params}}
        required = [key, *(param.name for param in params if param.required)]
        calls.append({"type": "object", "properties": properties, "required": required, "additionalProperties": False})
    return {"anyOf": [{"enum": names}, *calls], "title": registry.KIND_TITLES[kind]["en"]}


def _param_schema(param: Param) -> Schema:
    schema = _KINDS.get(param.kind, _number)(param)
    schema = {**schema, "description": param.about["en"]}
    if not param.required and param.default is not None:
        schema["default"] = list(param.default) if isinstance(param.default, tuple) else param.default
    return schema


def _number(param: Param) -> Schema:
    limits = {"minimum": param.minimum, "maximum": param.maximum}
    return {"type": "number", **{key: limit for key, limit in limits.items() if limit is not None}}


def _zero(_: Param) -> Schema:
    floor = {"type": "number", "exclusiveMinimum": 0, "maximum": 1}
    named = {"type": "object", "properties": {"floor": floor}, "required": ["floor"], "additionalProperties": False}
    return {"anyOf": [{"const": "refuse"}, named]}


def _component(param: Param) -> Schema:
    names = {"enum": list(param.choices)}
    return {"anyOf": [names, {"type": "object", "properties": {"method": names}, "required": ["method"]}]}


def _components(param: Param) -> Schema:
    return {"type": "array", "items": _component(param), "minItems": 1}


def _component_map(param: Param) -> Schema:
    return {"type": "object", "additionalProperties": _component(param), "minProperties": 1}


def _list(param: Param) -> Schema:
    return {"type": "array", "items": _number(param), "minItems": 2, "maxItems": 2 if param.kind == "pair" else 4}


def _numbers(param: Param) -> Schema:
    return {"type": "array", "items": {"anyOf": [_number(param), _FRACTION]}, "minItems": 1}


def _bands(_: Param) -> Schema:
    bounds = {key: {"anyOf": [{"type": "number"}, _FRACTION]} for key in (*bands.LOWER, *bands.UPPER, "points")}
    words = {"type": "object", "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
             "required": ["zh", "en"], "additionalProperties": False}  # fmt: skip
    band = {"type": "object", "properties": {**bounds, "text": {"anyOf": [{"type": "string"}, words]}},
            "required": ["points"], "additionalProperties": False}  # fmt: skip
    return {"type": "array", "items": band, "minItems": 1}


_KINDS: dict[str, Callable[[Param], Schema]] = {
    "choice": lambda param: {"enum": list(param.choices)},
    "boolean": lambda _: {"type": "boolean"},
    "column": lambda _: {"type": "string"},
    "zero": _zero,
    "component": _component,
    "components": _components,
    "component map": _component_map,
    "list": _numbers,
    "bands": _bands,
    "positive": lambda _: {"type": "number", "exclusiveMinimum": 0},
    "text": lambda _: {"type": "string", "minLength": 1},
    "pair": _list,
    "numbers": _list,
    "share": lambda param: {"anyOf": [_number(param), _FRACTION]},
    "integer": lambda param: {**_number(param), "type": "integer"},
}
