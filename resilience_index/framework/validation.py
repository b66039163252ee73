"""From a YAML document to a model: pydantic's errors become findings with places."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from resilience_index.errors import InputError
from resilience_index.findings import Finding, did_you_mean
from resilience_index.framework.models import SCHEMAS, Model
from resilience_index.framework.yaml_strict import Document, Map, Seq
from resilience_index.methods.checking import BadCall, suggestion

M = TypeVar("M", bound=Model)

_EXPECTED = {
    "string_type": {"zh": "文本", "en": "text"},
    "string_too_short": {"zh": "非空文本", "en": "text that is not empty"},
    "float_type": {"zh": "数字", "en": "a number"},
    "int_type": {"zh": "整数", "en": "an integer"},
    "bool_type": {"zh": "true 或 false", "en": "true or false"},
    "list_type": {"zh": "列表 [ … ]", "en": "a list [ … ]"},
    "dict_type": {"zh": "映射 {键: 值}", "en": "a mapping {key: value}"},
    "model_type": {"zh": "映射 {键: 值}", "en": "a mapping {key: value}"},
    "model_attributes_type": {"zh": "映射 {键: 值}", "en": "a mapping {key: value}"},
}


def validate(document: Document, kind: str, model: type[M]) -> M:
    """Check a document against its model.

    Raises ``InputError`` with all findings: RI110 (another kind of file), RI111 (missing key), RI112
    (unknown key), RI113 (wrong value), RI121–RI124 (method calls).
    """
    expected = SCHEMAS[kind]
    if document.data.get("schema") != expected:
        found = document.data.get("schema", "—")
        raise InputError([document.finding("RI110", ("schema",), schema=found, expected=expected)])
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        raise InputError([_finding(document, details, model) for details in error.errors()]) from error


def _finding(document: Document, details: ErrorDetails, model: type[Model]) -> Finding:
    path = _path(document, details["loc"])
    key = str(path[-1]) if path else "—"
    context: dict[str, Any] = details.get("ctx") or {}
    error = context.get("error")
    if isinstance(error, BadCall):
        params = dict(error.params)
        if "suggestion" in params:
            params["suggestion"] = did_you_mean(params["suggestion"])
        place = (*path, error.key) if error.key and _has(document, (*path, error.key)) else path
        return document.finding(error.code, place, **params)
    if details["type"] == "missing":
        return document.finding("RI111", path[:-1], key=key)
    if details["type"] == "extra_forbidden":
        known = _known_keys(model, details["loc"])
        return _unknown_key(document, path, key, known)
    return document.finding("RI113", path, **_wrong(details, key, error))


def _unknown_key(document: Document, path: tuple[str | int, ...], key: str, known: list[str]) -> Finding:
    location = document.location(path, key=True)
    params = {"key": key, "suggestion": did_you_mean(suggestion(key, known)), "known": known}
    return Finding("RI112", location, params, document.source_line(location))


def _wrong(details: ErrorDetails, key: str, error: Any) -> dict[str, Any]:
    value = details["input"]
    shown = {"zh": "映射", "en": "a mapping"} if isinstance(value, dict) else repr(value)[:60]
    expected: Any = _EXPECTED.get(details["type"])
    if expected is None:
        text = str(error) if error is not None else details["msg"]
        text = text.removeprefix("Value error, ").removeprefix("Input should be ")
        expected = text[:1].lower() + text[1:]
    return {"key": key, "value": shown, "expected": expected}


def _path(document: Document, loc: tuple[int | str, ...]) -> tuple[str | int, ...]:
    """Pydantic's path without the tags of its unions, which are no keys of the file."""
    path: list[str | int] = []
    node: Any = document.data
    for position, step in enumerate(loc):
        if isinstance(node, Map) and isinstance(step, str) and step in node:
            node = node[step]
        elif isinstance(node, Seq) and isinstance(step, int) and step < len(node):
            node = node[step]
        elif step in ("node", "leaf", "local") and position < len(loc) - 1:
            continue
        elif step == "[key]":
            break
        else:
            node = None
        path.append(step)
    return tuple(path)


def _has(document: Document, path: tuple[str | int, ...]) -> bool:
    node: Any = document.data
    for step in path:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def _known_keys(model: type[Model], loc: tuple[int | str, ...]) -> list[str]:
    """The keys that the mapping with the unknown key may have."""
    from resilience_index.framework.schema_walk import keys_at

    return keys_at(model, loc[:-1])
