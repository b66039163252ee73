"""The language of help, messages and terminal output: ``--lang``, else the locale."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Literal

Language = Literal["zh", "en"]


def find(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """``--lang zh|en`` in the arguments, else the first locale variable that is set, else English."""
    for position, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=")
        if argument == "--lang" and position + 1 < len(arguments):
            value = arguments[position + 1]
        if value != argument and value in ("zh", "en"):
            return "zh" if value == "zh" else "en"
    for name in ("RESILIENCE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


# Help texts are made when the command modules are imported, so the language is found once, here.
CURRENT: Language = find(sys.argv[1:], os.environ)


def current() -> Language:
    """The language of this run."""
    return CURRENT


def t(en: str, zh: str) -> str:
    """The text in the current language."""
    return zh if CURRENT == "zh" else en
