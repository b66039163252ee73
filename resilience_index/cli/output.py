"""What commands print: findings to stderr, data to stdout, JSON as one object."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from resilience_index.cli.language import CURRENT, t
from resilience_index.errors import InputError, ResilienceError
from resilience_index.findings import Finding, Language, from_error, sort_findings


def language() -> Language:
    """The language of this run."""
    return CURRENT


def report_error(error: ResilienceError) -> int:
    """Print an error with all its findings; return the exit code."""
    findings = sort_findings(error.findings) if isinstance(error, InputError) else [from_error(error)]
    if "--json" in sys.argv:
        write_json({"schema_version": 1, "findings": [finding.to_dict((CURRENT,)) for finding in findings]})
    shown = [finding for finding in findings if finding.severity != "info" or "-v" in sys.argv or "--verbose" in sys.argv]
    write_findings(shown or findings, sys.stderr)
    errors = sum(finding.severity == "error" for finding in findings)
    if errors > 1:
        print(t(f"{errors} errors", f"共 {errors} 个错误"), file=sys.stderr)
    return error.exit_code


def write_json(value: Any) -> None:
    """Print one JSON object."""
    from resilience_index.audit.canonical import finite

    import json

    sys.stdout.write(json.dumps(finite(value), ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def write_findings(findings: Iterable[Finding], stream: TextIO) -> None:
    """Print findings as ``place: CODE message``, the source line with a caret, and the remedy."""
    for finding in findings:
        stream.write(finding_text(finding) + "\n")


_WORDS = {
    "error": {"zh": "错误", "en": "error"},
    "warning": {"zh": "警告", "en": "warning"},
    "info": {"zh": "提示", "en": "info"},
}


def severity_word(severity: str) -> str:
    """The severity in the current language."""
    return _WORDS[severity][CURRENT]


def finding_text(finding: Finding) -> str:
    """A finding as the contract writes it."""
    place = finding.location.text()
    head = f"{finding.code} {_WORDS[finding.severity][CURRENT]}: {finding.message(CURRENT)}"
    lines = [safe(f"{place}: {head}" if place else head)]
    if finding.source is not None and finding.location.column is not None:
        lines += caret(finding.source, finding.location.column)
    lines.append(safe(f"  help: {finding.help(CURRENT)}"))
    return "\n".join(lines)


def caret(source: str, column: int) -> list[str]:
    """The source line and a caret under the column; wide characters count as two cells."""
    start = max(0, column - 60)
    part = source[start : start + 100].replace("\t", " ")
    width = sum(2 if is_wide(character) else 1 for character in part[: column - 1 - start])
    return [safe(f"    {part}"), "    " + " " * width + "^"]


def is_wide(character: str) -> bool:
    """Whether a character takes two cells of a terminal."""
    import unicodedata

    return unicodedata.east_asian_width(character) in ("W", "F")


def safe(text: str) -> str:
    """Control characters (and bidirectional overrides) as escapes: nothing in data can steer a terminal."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or character == "\n" else character.encode("unicode_escape").decode()
        for character in text
    )


def tell(findings: Sequence[Finding], *, quiet: bool, verbose: bool) -> None:
    """Findings of a run that went well: warnings, with ``-v`` all, with ``-q`` none."""
    if quiet:
        return
    shown = [finding for finding in findings if verbose or finding.severity != "info"]
    write_findings(shown, sys.stderr)
    hidden = len(findings) - len(shown)
    if hidden:
        print(t(f"({hidden} notes more with -v)", f"(另有 {hidden} 条提示，加 -v 可见)"), file=sys.stderr)


def message(text: str, *, quiet: bool = False) -> None:
    """A message for people, to stderr."""
    if not quiet:
        print(text, file=sys.stderr)
