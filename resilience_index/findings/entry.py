"""The form of a catalogue entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Entry:
    """A code, its severity, and its sentences with ``{placeholders}`` in both languages."""

    code: str
    severity: Literal["error", "warning", "info"]
    message: dict[str, str]
    help: dict[str, str]

    def patterns(self, language: str) -> tuple[str, str]:
        """Message and help as they are read, words still to be filled in in single braces."""
        message, remedy = (
            text.replace("{{", "{").replace("}}", "}") for text in (self.message[language], self.help[language])
        )
        return message, remedy


def entry(
    code: str,
    severity: Literal["error", "warning", "info"],
    message_en: str,
    help_en: str,
    message_zh: str,
    help_zh: str,
) -> Entry:
    """Build an entry; the order of arguments keeps each language's two sentences together."""
    return Entry(code, severity, {"en": message_en, "zh": message_zh}, {"en": help_en, "zh": help_zh})
