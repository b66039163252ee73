"""Whether an explanation that was put together from the files of a run holds what one holds: anybody may edit them."""

from __future__ import annotations

import functools
import math
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from resilience_index.methods.checking import BadCall, check


def refuse_other(explanation: Any) -> None:
    """Raise ``ValueError`` for an explanation with values of other kinds than it declares, or methods there are not."""
    about = explanation.framework
    texts = [about.get("title"), *(line.title for line in (*explanation.nodes, *explanation.leaves))]
    texts += [line.get("reason") for line in (*explanation.red_lines, *explanation.gates)]
    named = all(isinstance(about.get(key), str) for key in ("id", "version"))
    if not _is(explanation, type(explanation)) or not named or not all(map(_in_both_languages, texts)):
        raise ValueError(explanation.community_id)
    try:
        for node in explanation.nodes:
            check("aggregate", node.aggregate)
            check("missing", node.missing)
        for leaf in explanation.leaves:
            check("normalize", leaf.method)
    except BadCall as error:
        raise ValueError(error.code) from error


def _in_both_languages(text: Any) -> bool:
    return isinstance(text, Mapping) and all(isinstance(text.get(language), str) for language in ("zh", "en"))


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _is(value: Any, hint: Any) -> bool:
    """Whether a value is of a declared kind."""
    if hint is Any:
        return _plain(value)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return any(_is(value, one) for one in arguments)
    if origin is Mapping:
        return isinstance(value, Mapping) and all(
            isinstance(key, str) and _is(value[key], arguments[1]) for key in value
        )
    if origin is Sequence:
        return isinstance(value, (list, tuple)) and all(_is(one, arguments[0]) for one in value)
    if is_dataclass(hint):
        kinds = _hints(typing.cast("type", hint))
        return isinstance(value, typing.cast("type", hint)) and all(
            _is(getattr(value, item.name), kinds[item.name]) for item in fields(hint)
        )
    if hint in (int, float):
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole or (hint is float and isinstance(value, float) and math.isfinite(value))
    return isinstance(value, typing.cast("type", hint))


def _plain(value: Any) -> bool:
    """What JSON can hold."""
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and _plain(item) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return all(map(_plain, value))
    return value is None or isinstance(value, (str, bool, int)) or (isinstance(value, float) and math.isfinite(value))
