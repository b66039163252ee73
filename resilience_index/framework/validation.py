"""From a YAML document to a model: pydantic's errors become findings with places."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from resilience_index.errors import InputError
from resilience_index.findings import Finding, Location, did_you_mean
from resilience_index.framework import mending
from resilience_index.framework.model_base import Model
from resilience_index.framework.models import SCHEMAS
from resilience_index.framework.schema_walk import keys_at
from resilience_index.framework.yaml_strict import MAX_FINDINGS, Document, Map, Seq, Steps, path_text
from resilience_index.methods.checking import BadCall, shown, suggestion

M = TypeVar("M", bound=Model)
Words = dict[str, str]

_EXPECTED: dict[str, Words] = {
    "string_type": {"zh": "文本（数字、日期请加引号）", "en": "text (put numbers and dates in quotes)"},
    "string_too_short": {"zh": "非空文本", "en": "text that is not empty"},
    "float_type": {"zh": "数字", "en": "a number"},
    "finite_number": {"zh": "有限的数字", "en": "a finite number"},
    "int_type": {"zh": "整数", "en": "an integer"},
    "int_from_float": {"zh": "整数", "en": "an integer"},
    "bool_type": {"zh": "true 或 false", "en": "true or false"},
    "list_type": {"zh": "列表 [ … ]", "en": "a list [ … ]"},
    "dict_type": {"zh": "映射 {键: 值}", "en": "a mapping {key: value}"},
    "model_type": {"zh": "映射 {键: 值}", "en": "a mapping {key: value}"},
    "model_attributes_type": {"zh": "映射 {键: 值}", "en": "a mapping {key: value}"},
    "value_error": {"zh": "数字或分数（如 2/3）", "en": "a number or a fraction such as 2/3"},
}
_LIMITS: dict[str, Words] = {
    "too_short": {"zh": "列表，项数不少于 {min_length}", "en": "a list, its length at least {min_length}"},
    "too_long": {"zh": "列表，项数不多于 {max_length}", "en": "a list, its length at most {max_length}"},
    "greater_than": {"zh": "大于 {gt:g} 的数", "en": "a number above {gt:g}"},
    "greater_than_equal": {"zh": "不小于 {ge:g} 的数", "en": "a number of at least {ge:g}"},
    "less_than_equal": {"zh": "不大于 {le:g} 的数", "en": "a number of at most {le:g}"},
}
_TEXT = {"zh": "双语文本 {zh: …, en: …}", "en": "a text in both languages, {zh: …, en: …}"}
_CHILD = {"zh": "指标标识，或节点、指标的映射", "en": "an indicator's id, or the mapping of a node or leaf"}
# Comparisons as they are written elsewhere.
_OPERATORS = {
    "=>": ">=", "=<": "<=", "=": "==", "===": "==", "<>": "!=", "=!": "!=", "≥": ">=", "≤": "<=", "≠": "!=", "＞": ">",
    "＜": "<", "＝": "==", "＞＝": ">=", "＜＝": "<=", "gt": ">", "lt": "<", "ge": ">=", "le": "<=", "eq": "==",
}  # fmt: skip
_TAGS = ("node", "leaf", "local")
_NOT_THERE = ("missing", "extra_forbidden")


@dataclass(frozen=True)
class Examined(Generic[M]):
    """What was found in a document, and its model.

    When the document has errors of form, ``model`` is made from what can be used of it, so that the meaning
    of the rest is checked in the same run; it is None when too little is left. ``keep`` drops those
    findings about meaning that may follow from the errors of form.
    """

    model: M | None
    findings: tuple[Finding, ...]
    touched: tuple[Steps, ...] = ()

    def keep(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings about meaning that do not rest on a part that was mended."""
        return mending.keep(findings, self.touched)


def validate(document: Document, kind: str, model: type[M]) -> M:
    """The model of a document that must be without errors of form.

    Raises ``InputError`` with all findings of ``examine``.
    """
    examined = examine(document, kind, model)
    if examined.findings or examined.model is None:
        raise InputError(examined.findings)
    return examined.model


def examine(document: Document, kind: str, model: type[M]) -> Examined[M]:
    """Check a document against its model and go on with what is sound.

    Its findings are RI111 (missing key), RI112 (unknown key), RI113 (wrong value) and RI121–RI124 (method
    calls), after those the document has itself. Raises ``InputError`` RI110 for another kind of file.
    """
    expected = SCHEMAS[kind]
    if document.data.get("schema") != expected:
        found = document.finding("RI110", ("schema",), schema=shown(document.data.get("schema")), expected=expected)
        raise InputError([*document.findings, found])
    try:
        return Examined(model.model_validate(document.data), document.findings)
    except ValidationError as error:
        errors = error.errors(include_url=False)
    findings = _findings(document, errors, model)
    if len(errors) > MAX_FINDINGS:
        findings = [*findings, Finding("RI114", Location(document.file), {"limit": MAX_FINDINGS})]
    mended, touched = mending.mend(document.data, model, errors, lambda item: _path(document, item))
    return Examined(mended, (*document.findings, *findings), touched)


def _findings(document: Document, errors: list[ErrorDetails], model: type[Model]) -> list[Finding]:
    """One finding a place and fault; the members of a union that do not fit make one sentence."""
    unions: dict[Steps, list[ErrorDetails]] = {}
    order: list[tuple[Steps, ErrorDetails]] = []
    for details in errors[:MAX_FINDINGS]:
        path = _path(document, details)
        if details["type"] in _EXPECTED and details["type"] != "value_error":
            unions.setdefault(path, []).append(details)
            if len(unions[path]) > 1:
                continue
        order.append((path, details))
    return [_finding(document, path, details, unions.get(path, []), model) for path, details in order]


def _finding(
    document: Document, path: Steps, details: ErrorDetails, union: list[ErrorDetails], model: type[Model]
) -> Finding:
    error = (details.get("ctx") or {}).get("error")
    if isinstance(error, BadCall):
        return _call_finding(document, path, error)
    if details["type"] == "missing":
        return document.finding("RI111", path[:-1], key=str(path[-1]))
    if details["type"] == "extra_forbidden":
        known = keys_at(model, details["loc"][:-1])
        near = [*known, "indicator", "children"] if "direction" in known and "children" not in known else known
        hint = did_you_mean(suggestion(str(path[-1]), near))
        return document.finding("RI112", path, at_key=True, key=str(path[-1]), suggestion=hint, known=known or ["—"])
    expected = [_expected(item, path) for item in (union or [details])]
    joined = {"zh": "或".join(item["zh"] for item in expected), "en": " or ".join(item["en"] for item in expected)}
    return document.finding(
        "RI113", path, key=_name(path), value=shown(details["input"]), expected=joined, suggestion=_near(details)
    )


def _call_finding(document: Document, path: Steps, error: BadCall) -> Finding:
    """A method call that the registry does not allow, at the parameter it is about."""
    params = dict(error.params)
    if "suggestion" in params:
        params["suggestion"] = did_you_mean(params["suggestion"])
    place = path
    for step in error.path:
        if not document.has((*place, step)):
            break
        place = (*place, step)
    return document.finding(error.code, place, at_key=error.code == "RI122", **params)


def _name(path: Steps) -> str:
    """The key a value stands at, with its position in a list: ``goalposts[0]``."""
    start = len(path) - 1
    while start > 0 and isinstance(path[start], int):
        start -= 1
    return path_text(path[max(start, 0) :]) or "—"


def _choices(details: ErrorDetails) -> list[str]:
    """The words that may stand at a key; none where it takes other values."""
    if details["type"] != "literal_error":
        return []
    return re.findall(r"'([^']*)'", str((details.get("ctx") or {}).get("expected")))


def _near(details: ErrorDetails) -> Words:
    value = details["input"]
    if isinstance(value, str) and (operator := _OPERATORS.get(value.strip())) in _choices(details):
        return did_you_mean(operator)
    return did_you_mean(suggestion(value, _choices(details)) if isinstance(value, str) else None)


def _expected(details: ErrorDetails, path: Steps) -> Words:
    context: dict[str, Any] = details.get("ctx") or {}
    if choices := " | ".join(_choices(details)):
        return {"zh": choices, "en": choices}
    if len(path) > 1 and path[-2] == "children":
        return _CHILD
    if context.get("class_name") == "Text":
        return _TEXT
    if details["type"] in _EXPECTED:
        return _EXPECTED[details["type"]]
    if details["type"] in _LIMITS:
        return {language: word.format(**context) for language, word in _LIMITS[details["type"]].items()}
    text = details["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return {"zh": text, "en": text}


def _path(document: Document, details: ErrorDetails) -> Steps:
    """Pydantic's path in the file: without the members of unions, which are no keys of the file."""
    loc = details["loc"]
    path: list[str | int] = []
    node: Any = document.data
    for position, step in enumerate(loc):
        if step in _TAGS and position > 1 and loc[position - 2] == "children":
            continue
        there = (isinstance(node, Map) and step in node) or (
            isinstance(node, Seq) and isinstance(step, int) and step < len(node)
        )
        if not there and (details["type"] not in _NOT_THERE or position < len(loc) - 1):
            break
        path.append(step)
        node = node[step] if there else None
    return tuple(path)
