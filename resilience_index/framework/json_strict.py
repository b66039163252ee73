"""JSON from anywhere: what cannot be written again in UTF-8, or is nested without end, is refused when it is read."""

from __future__ import annotations

import json
from typing import Any, NoReturn

DEEPEST = 60
"""Levels of lists and objects inside each other; what the program writes has less than twenty."""


def parse(content: str | bytes, *, finite: bool = True) -> Any:
    """The value of a JSON text (UTF-8, with or without a mark).

    Raises ``ValueError`` for what is no JSON, for halves of surrogate pairs, more than ``DEEPEST`` levels, and, unless
    ``finite`` is false, for NaN and infinities.
    """
    text = content if isinstance(content, str) else content.decode("utf-8-sig")
    try:
        value = json.loads(text, parse_constant=_no_number if finite else float)
    except RecursionError as error:
        raise ValueError("deep") from error
    _refuse(value, may_be_halved="\\u" in text or isinstance(content, str))
    return value


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


def _refuse(value: Any, *, may_be_halved: bool) -> None:
    """Look through a value, level by level."""
    level = [value]
    for _ in range(DEEPEST + 1):
        inside: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                inside += item
                inside += item.values()
            elif isinstance(item, list):
                inside += item
            elif may_be_halved and isinstance(item, str):
                item.encode()
        if not inside:
            return
        level = inside
    raise ValueError("deep")
