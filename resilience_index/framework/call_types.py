"""Numbers and method calls as the YAML files hold them: how they are read, and their JSON Schemas."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from resilience_index.framework.method_schema import call_schema
from resilience_index.methods import checking
from resilience_index.methods.registry import KIND_TITLES


def _number(value: Any) -> Any:
    parsed = checking.number(value)
    if parsed is None:
        raise ValueError("a number or a fraction such as 2/3")
    return parsed


def _call(kind: str, value: Any) -> checking.Call:
    return checking.check(kind, value)


def _denominate(value: Any) -> checking.Call:
    """``{by: ID, factor: f}``, or the id alone; there is one method, which need not be named."""
    if isinstance(value, str):
        value = {"by": value}
    if isinstance(value, Mapping) and not isinstance(value, checking.Call):
        value = {"method": "ratio", **value}
    return checking.check("denominate", value)


def _denominate_schema() -> dict[str, Any]:
    """As ``_denominate`` reads it."""
    called = call_schema("denominate")["anyOf"][1]
    properties = {key: value for key, value in called["properties"].items() if key != "method"}
    mapping = {**called, "properties": properties, "required": ["by"]}
    return {"anyOf": [{"type": "string", "minLength": 1}, mapping], "title": KIND_TITLES["denominate"]["en"]}


_NUMBER_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^-?[0-9]+/[0-9]+$"}]}
Number = Annotated[Fraction | float, BeforeValidator(_number), WithJsonSchema(_NUMBER_SCHEMA)]
NormalizeCall = Annotated[
    checking.Call, BeforeValidator(partial(_call, "normalize")), WithJsonSchema(call_schema("normalize"))
]
AggregateCall = Annotated[
    checking.Call, BeforeValidator(partial(_call, "aggregate")), WithJsonSchema(call_schema("aggregate"))
]
WeightsCall = Annotated[
    checking.Call, BeforeValidator(partial(_call, "weights")), WithJsonSchema(call_schema("weights"))
]
MissingCall = Annotated[
    checking.Call, BeforeValidator(partial(_call, "missing")), WithJsonSchema(call_schema("missing"))
]
DenominateCall = Annotated[checking.Call, BeforeValidator(_denominate), WithJsonSchema(_denominate_schema())]
FillCall = Annotated[checking.Call, BeforeValidator(partial(_call, "fill")), WithJsonSchema(call_schema("fill"))]
TreatCall = Annotated[checking.Call, BeforeValidator(partial(_call, "treat")), WithJsonSchema(call_schema("treat"))]
GradingCall = Annotated[
    checking.Call, BeforeValidator(partial(_call, "grading")), WithJsonSchema(call_schema("grading"))
]
