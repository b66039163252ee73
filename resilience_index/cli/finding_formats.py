"""Findings in the forms that people, editors and code-hosting services read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from resilience_index.cli import output, shared
from resilience_index.cli.language import current
from resilience_index.findings import Finding

FORMATS = ("text", "concise", "json", "github")

# A workflow command knows three levels; an information finding is its notice.
_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def check_format(name: str | None, *, json: bool = False) -> str:
    """The format that ``--format`` and ``--json`` ask for together.

    Raises ``UnknownNameError`` RI008 for one that does not exist, ``UsageError`` RI009 when the two disagree.
    """
    if name is not None and name not in FORMATS:
        raise shared.unknown({"zh": "格式", "en": "format"}, name, FORMATS)
    if json and name not in (None, "json"):
        from resilience_index.scoring import assess

        raise assess.usage(
            f"--json 与 --format {name} 不能同时使用", "请只写其中一个",
            f"--json and --format {name} ask for different forms", "keep one of them",
        )  # fmt: skip
    return "json" if json else name or "text"


def concise(finding: Finding) -> str:
    """One line: ``place: CODE severity: message``; compilers print so, and editors jump to the place."""
    place = finding.location.text()
    text = f"{finding.code} {output.severity_word(finding.severity)}: {finding.message(current())}"
    return output.safe(f"{place}: {text}" if place else text).replace("\n", "\\n")


def github(finding: Finding) -> str:
    """A workflow command, by which GitHub shows the finding beside the line; ``line`` is a table's row."""
    place = finding.location
    line = place.line if place.line is not None else place.row
    column = place.column if place.line is not None else None
    properties = {"file": place.file, "line": line, "col": column, "title": finding.code}
    if place.file is None:
        properties = {"title": finding.code}
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value is not None)
    message = f"{finding.message(current())}\n{finding.help(current())}"
    if place.field is not None:
        message = f'column "{place.field}": {message}'
    return f"::{_LEVELS[finding.severity]} {written}::{_data(message)}"


def _data(text: str) -> str:
    """A message of a workflow command: it ends with its line, so breaks are escaped, and the escapes' own mark."""
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return output.safe(escaped)


def _property(value: object) -> str:
    """A property of a workflow command: colons and commas would end it."""
    return _data(str(value)).replace(":", "%3A").replace(",", "%2C")


def as_json(files: Sequence[tuple[str, str]], findings: Sequence[Finding]) -> dict[str, Any]:
    """What ``validate --format json`` prints: ``files`` are names with their kinds."""
    return {
        "schema_version": 1,
        "files": [{"file": file, "kind": kind} for file, kind in files],
        "findings": [finding.to_dict((current(),)) for finding in findings],
    }


LINES = {"concise": concise, "github": github}
"""The formats of one line a finding."""
