"""What commands print: findings to stderr, data to stdout, JSON as one object."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from resilience_index.cli.language import current, t
from resilience_index.cli.width import cells, wrap
from resilience_index.data.privacy import mask, mask_all
from resilience_index.errors import InputError, PersonalDataError, ResilienceError, UsageError
from resilience_index.findings import Finding, Language, from_error, sort_findings


def language() -> Language:
    """The language of this run."""
    return current()


def report_error(error: ResilienceError) -> int:
    """Print an error with all its findings; return the exit code."""
    findings = [from_error(error)]
    if isinstance(error, InputError):
        findings = sort_findings(error.findings)
    elif isinstance(error, PersonalDataError):  # the first one sums up the others
        findings = list(error.findings)
    if "--json" in sys.argv:
        try:
            write_json({"schema_version": 1, "findings": [finding_dict(finding) for finding in findings]})
        except UsageError as unwritable:
            findings.append(from_error(unwritable))
    verbose = "-v" in sys.argv or "--verbose" in sys.argv
    shown = [finding for finding in findings if finding.severity != "info" or verbose]
    write_findings(shown or findings, sys.stderr)
    say_total(findings)
    return error.exit_code


_STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What JSON leaves as it is and a terminal obeys; as escapes it is the same text."""


def write_json(value: Any) -> None:
    """Print one JSON object."""
    import json

    from resilience_index.audit.canonical import finite

    text = json.dumps(finite(value), ensure_ascii=False, indent=2, allow_nan=False)
    sys.stdout.write(_STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")


def finding_dict(finding: Finding) -> dict[str, Any]:
    """A finding for JSON, in the current language."""
    told: dict[str, Any] = mask_all(finding.to_dict((current(),)))
    return told


def write_findings(findings: Iterable[Finding], stream: TextIO) -> None:
    """Print findings as ``place: CODE message``, the source line with a caret, and the remedy."""
    stream.writelines(finding_text(finding, width_of(stream)) + "\n" for finding in findings)


def width_of(stream: TextIO) -> int | None:
    """The width of a terminal; None for a pipe or file, where nothing wraps."""
    if not stream.isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns


_WORDS = {
    "error": {"zh": "错误", "en": "error"},
    "warning": {"zh": "警告", "en": "warning"},
    "info": {"zh": "提示", "en": "info"},
}


def severity_word(severity: str) -> str:
    """The severity in the current language."""
    return _WORDS[severity][current()]


def finding_text(finding: Finding, width: int | None = None) -> str:
    """A finding as the contract writes it; sentences break over lines where a width is given."""
    place = finding.location.text()
    language = current()
    head = f"{finding.code} {severity_word(finding.severity)}: {finding.message(language)}"
    lines = folded(safe(mask(f"{place}: {head}" if place else head)), width)
    if finding.source is not None and finding.location.column is not None:
        lines += caret(mask(finding.source), finding.location.column, width)
    lines += folded(safe(mask(f"  help: {finding.help(language)}")), width)
    return "\n".join(lines)


def folded(text: str, width: int | None) -> list[str]:
    """A sentence as lines; further lines are indented."""
    return [text] if width is None else wrap(text, max(width, 40), "    ")


def caret(source: str, column: int, width: int | None = None) -> list[str]:
    """The part of the source line around the column, and a caret under the column."""
    room = 100 if width is None else max(width, 40) - 4
    start = max(0, column - max(10, room * 6 // 10))
    part = ""
    for character in source[start:]:
        shown = safe(" " if character == "\t" else character)
        if cells(part) + cells(shown) > room:
            break
        part += shown
    before = safe(source[start : column - 1].replace("\t", " "))
    return [f"    {part}", "    " + " " * cells(before) + "^"]


REPEATS = 5
"""Warnings of one code that are printed before the rest is only counted."""


def safe(text: str) -> str:
    """Control characters (and bidirectional overrides) as escapes: nothing in data can steer a terminal."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or character == "\n" else character.encode("unicode_escape").decode()
        for character in text
    )


def tell(findings: Sequence[Finding], *, quiet: bool, verbose: bool) -> None:
    """Findings of a run that went well: the first warnings of each code, with ``-v`` all, with ``-q`` none."""
    if quiet:
        return
    shown = few(findings, verbose=verbose)
    write_findings(shown, sys.stderr)
    say_hidden(len(findings) - len(shown))


def few(findings: Iterable[Finding], *, verbose: bool) -> list[Finding]:
    """Errors, and the first warnings of each code; ``verbose`` all."""
    shown: list[Finding] = []
    seen: dict[str, int] = {}
    for finding in findings:
        seen[finding.code] = seen.get(finding.code, 0) + 1
        if verbose or finding.severity == "error" or (finding.severity != "info" and seen[finding.code] <= REPEATS):
            shown.append(finding)
    return shown


def say_hidden(number: int) -> None:
    """Say how many findings are not shown."""
    if number:
        more = count(number, "more finding", "more findings")
        message(t(f"({more}: -v shows all)", f"（另有 {number} 条，加 -v 可见）"))


SUMMARY = "RI251"
"""The finding that counts the others itself."""


def say_total(findings: Iterable[Finding]) -> None:
    """Say how many errors there are, where there are several and none of them says so."""
    errors = [finding.code for finding in findings if finding.severity == "error"]
    if len(errors) > 1 and SUMMARY not in errors:
        print(t(f"{len(errors)} errors", f"共 {len(errors)} 个错误"), file=sys.stderr)


def message(text: str, *, quiet: bool = False) -> None:
    """A message for people, to stderr."""
    if not quiet:
        width = width_of(sys.stderr)
        for line in text.splitlines():
            print("\n".join(folded(safe(mask(line)), width)), file=sys.stderr)


def count(number: int, one: str, many: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number} {one if number == 1 else many}"
