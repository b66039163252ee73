"""Going on after errors of form: a file's model with its faulty parts left out.

A file with a misspelt key still has weights, goalposts and names that can be checked. So the faulty parts
are taken out (or, where a key is required, stood in for), and the findings about meaning that could follow
from that are dropped: none is invented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from resilience_index.findings import Finding
from resilience_index.framework.model_base import Model
from resilience_index.framework.yaml_strict import Steps, path_text

M = TypeVar("M", bound=Model)

_ROUNDS = 3
# Required keys and what stands for them: nothing in these values gives a finding of its own, but for the
# codes of _ABSENCE and _NAMED.
_STAND_INS: dict[str, Any] = {
    "id": "mended", "title": {"zh": "—", "en": "—"}, "direction": "context", "version": "0",
}  # fmt: skip
_CHILD = {key: _STAND_INS[key] for key in ("id", "title", "direction")}
# Findings that something is not there, or is there twice: it may be what was taken out or stood in for.
_ABSENCE = frozenset(
    {
        "RI111",
        "RI136",
        "RI141",
        "RI142",
        "RI143",
        "RI147",
        "RI148",
        "RI180",
        "RI303",
        "RI315",
        "RI381",
        "RI382",
        "RI383",
    }
)
_NAMED = frozenset({"RI130", "RI144", "RI301", "RI302"})


def mend(
    data: Any,
    model: type[M],
    errors: Sequence[ErrorDetails],
    path_of: Callable[[ErrorDetails], Steps],
) -> tuple[M | None, tuple[Steps, ...]]:
    """The model of ``data`` without its faulty parts (None when that fails), and the paths touched."""
    copy = _copy(data)
    touched: list[Steps] = []
    for _ in range(_ROUNDS):
        for details in errors:
            path = path_of(details)
            touched.append(path)
            _take_out(copy, path, unknown=details["type"] == "extra_forbidden")
        try:
            return model.model_validate(copy), tuple(touched)
        except ValidationError as error:
            errors = error.errors(include_url=False)
    return None, tuple(touched)


def keep(findings: Iterable[Finding], touched: Sequence[Steps]) -> list[Finding]:
    """The findings that no part that was taken out or stood in for can have caused."""
    regions = {path_text(path[:-1] if len(path) > 1 else path) for path in touched}
    names = any(_is_name(path) for path in touched)
    return [
        finding
        for finding in findings
        if not (names and finding.code in _NAMED)
        and not (finding.code == "RI182" and any("chain" in path or "children" in path for path in touched))
        and not (finding.code in _ABSENCE and any(_related(finding.location.path or "", region) for region in regions))
    ]


def _is_name(path: Steps) -> bool:
    """Whether other parts of the file may refer to what stands at a path."""
    return (
        path[0] in ("grades", "recommendations", "risks")
        or path[-1] in ("id", "indicator", "children", "tree")
        or "children" in path[-2:]
    )


def _related(first: str, second: str) -> bool:
    """Whether one path leads through the other."""
    short, long = sorted((first, second), key=len)
    return long.startswith(short) and (len(long) == len(short) or not short or long[len(short)] in ".[")


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _take_out(data: Any, path: Steps, *, unknown: bool = False) -> None:
    """Remove what stands at ``path``, with the list it stands in; a required key gets a stand-in."""
    if len(path) > 1 and path[-2] == "children":
        siblings = _at(data, path[:-1])
        if isinstance(siblings, list) and isinstance(path[-1], int):
            siblings[path[-1]] = dict(_CHILD)
        return
    while path and isinstance(path[-1], int):
        path = path[:-1]
    parent = _at(data, path[:-1]) if path else None
    if not isinstance(parent, dict):
        return
    key = str(path[-1])
    if key in parent:
        del parent[key]
    elif key in _STAND_INS:
        parent[key] = _STAND_INS[key]
    elif not unknown:
        _take_out(data, path[:-1])


def _at(data: Any, path: Steps) -> Any:
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data
