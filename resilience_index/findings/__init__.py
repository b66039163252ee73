"""Findings: what the program has to say about its inputs, each with a place, a cause and a remedy.

A finding holds a catalogue code and the parameters of its sentences, so that the same finding is
read in Chinese and in English, in the terminal and in JSON. ``catalogue`` holds the codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from resilience_index.errors import InputError, PersonalDataError, ResilienceError
from resilience_index.findings.catalogue import CATALOGUE
from resilience_index.findings.entry import Entry

Severity = Literal["error", "warning", "info"]
Language = Literal["zh", "en"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")

__all__ = [
    "CATALOGUE",
    "SEVERITIES",
    "Entry",
    "Finding",
    "Language",
    "Location",
    "Severity",
    "did_you_mean",
    "from_error",
    "has_errors",
    "sort_findings",
]


@dataclass(frozen=True, slots=True)
class Location:
    """Where a finding is.

    ``line`` and ``column`` (both from 1) are for text files; ``row`` (as a spreadsheet counts, the
    header is row 1) and ``field`` (the column's header) are for tables; ``path`` is the way through
    a YAML document (``tree.children[0].weight``).
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None
    row: int | None = None
    field: str | None = None
    path: str | None = None

    def text(self) -> str:
        """``file:line:col`` for text, ``file:row R, column "C"`` for tables; empty without a place."""
        if self.row is not None or (self.field is not None and self.line is None):
            parts = []
            if self.row is not None:
                parts.append(f"row {self.row}")
            if self.field is not None:
                parts.append(f'column "{self.field}"')
            return ":".join(([self.file] if self.file else []) + [", ".join(parts)])
        numbers = [str(number) for number in (self.line, self.column) if number is not None]
        return ":".join(([self.file] if self.file else []) + numbers)

    def to_dict(self) -> dict[str, Any]:
        """Return only the parts that are known, for JSON."""
        names = ("file", "line", "column", "row", "field", "path")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in what was read or computed.

    ``params`` fill the sentences of the catalogue's entry; a parameter may be a mapping
    ``{"zh": …, "en": …}`` and is then read in the language of the sentence. ``source`` is the source
    line a caret can be set under.
    """

    code: str
    location: Location = field(default_factory=Location)
    params: Mapping[str, Any] = field(default_factory=dict)
    source: str | None = None

    @property
    def entry(self) -> Entry:
        """The catalogue's entry of this code."""
        return CATALOGUE[self.code]

    @property
    def severity(self) -> Severity:
        """``error``, ``warning`` or ``info``."""
        return self.entry.severity

    def message(self, language: Language = "en") -> str:
        """Say what was found."""
        return _fill(self.entry.message[language], self.params, language)

    def help(self, language: Language = "en") -> str:
        """Say what to do about it."""
        return _fill(self.entry.help[language], self.params, language)

    def to_dict(self, languages: Sequence[Language] = ("en",)) -> dict[str, Any]:
        """Return all that the text form says; several languages give mappings of sentences."""
        if len(languages) == 1:
            message: Any = self.message(languages[0])
            remedy: Any = self.help(languages[0])
        else:
            message = {language: self.message(language) for language in languages}
            remedy = {language: self.help(language) for language in languages}
        result: dict[str, Any] = {
            "code": self.code,
            "severity": self.severity,
            "message": message,
            "help": remedy,
            "location": self.location.to_dict(),
        }
        if self.source is not None:
            result["source"] = self.source
        return result


class _Missing(dict[str, Any]):
    """Leaves a placeholder visible instead of failing while an error is being reported."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _fill(template: str, params: Mapping[str, Any], language: Language) -> str:
    values = _Missing()
    for key, value in params.items():
        values[key] = _say(value, language)
    return template.format_map(values)


_LONGEST_TEXT = 500
_LONGEST_LIST = 50


def _say(value: Any, language: Language) -> str:
    if isinstance(value, Mapping) and language in value:
        value = value[language]
    if isinstance(value, (list, tuple)):
        items = [_say(item, language) for item in value[:_LONGEST_LIST]]
        if len(value) > _LONGEST_LIST:
            items.append(f"… ({len(value)})")
        return ("、" if language == "zh" else ", ").join(items)
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(float(value)).removesuffix(".0")
    text = str(value)
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"


def _describe(error: ResilienceError) -> str:
    """The text of an error in a traceback: its findings, or the one it stands for, in English."""
    found = error.findings if isinstance(error, (InputError, PersonalDataError)) else (from_error(error),)
    lines = []
    for finding in sort_findings(found):
        place = finding.location.text()
        lines.append(f"{place + ': ' if place else ''}{finding.code} {finding.message('en')}")
    hidden = len(lines) - _DESCRIBED
    return "\n".join([*lines[:_DESCRIBED], *([f"… and {hidden} more findings"] if hidden > 0 else [])])


_DESCRIBED = 20
ResilienceError.describe = staticmethod(_describe)


def from_error(error: ResilienceError) -> Finding:
    """Turn a deliberate error into the finding that tells of it."""
    where = error.where if isinstance(error.where, Location) else Location()
    source = error.params.get("source_line")
    return Finding(error.code, where, error.params, source if isinstance(source, str) else None)


def has_errors(findings: Iterable[Finding]) -> bool:
    """Say whether any finding is an error."""
    return any(finding.severity == "error" for finding in findings)


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Order findings by severity, file and place, so that every run lists them alike."""

    def key(finding: Finding) -> tuple[Any, ...]:
        place = finding.location
        return (
            SEVERITIES.index(finding.severity),
            place.file or "",
            place.line or place.row or 0,
            place.column or 0,
            place.field or "",
            finding.code,
            str(sorted((key, str(value)) for key, value in finding.params.items())),
        )

    return sorted(findings, key=key)


def did_you_mean(candidate: str | None) -> dict[str, str]:
    """The parameter ``suggestion`` of a message: a question in both languages, or nothing."""
    if not candidate:
        return {"zh": "", "en": ""}
    return {"zh": f"，是否为“{candidate}”？", "en": f"; did you mean '{candidate}'?"}
