"""Framework files for tests: small texts in which marks say where which finding is expected.

``⟨RI134⟩`` stands in front of the character a finding must point at. ``check`` takes the marks out, loads
the file and compares code, line and column of all findings; nothing more and nothing less may be found.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from pathlib import Path

from resilience_index.errors import InputError
from resilience_index.findings import Finding
from resilience_index.framework.loading import load_dictionary, load_framework
from resilience_index.framework.tree import Framework

ALPHA = "- {id: alpha, title: {zh: 甲, en: Alpha}, direction: benefit, goalposts: [0, 10]}"
BETA = "- {id: beta, title: {zh: 乙, en: Beta}, direction: cost, goalposts: [10, 0]}"
_FRAME = """\
schema: resilience-index/framework/1
id: demo
version: 1.0.0
title: {{zh: 示例, en: Demo}}
{top}tree:
  id: index
  title: {{zh: 总指数, en: Index}}
{root}  children:
{children}"""
_MARK = re.compile("⟨(RI[0-9]{3})⟩")
_PLACEHOLDER = re.compile(r"\{[a-z_]*\}")
_CHINESE = re.compile("[\u4e00-\u9fff]")

Place = tuple[str, int, int]


def framework_text(*children: str, top: str = "", root: str = "") -> str:
    """A framework file with these children of the root; ``root`` are further keys of the root."""
    items = "\n".join(textwrap.indent(textwrap.dedent(child).strip("\n"), "    ") for child in children)
    top = textwrap.dedent(top).strip("\n") + "\n" if top else ""
    root = textwrap.indent(textwrap.dedent(root).strip("\n"), "  ") + "\n" if root else ""
    return _FRAME.format(top=top, root=root, children=items + "\n")


def unmark(text: str) -> tuple[str, list[Place]]:
    """The text without its marks, and what they expect where."""
    lines, places = [], []
    for number, marked in enumerate(text.split("\n"), start=1):
        line = marked
        while mark := _MARK.search(line):
            places.append((mark[1], number, mark.start() + 1))
            line = line[: mark.start()] + line[mark.end() :]
        lines.append(line)
    return "\n".join(lines), sorted(places)


def found_in(load: Callable[[], object]) -> list[Finding]:
    """The findings of a load that fails, or those that stay in what was loaded."""
    try:
        loaded = load()
    except InputError as error:
        return list(error.findings)
    return list(getattr(loaded, "findings", ()))


def check(folder: Path, marked: str, load: Callable[[Path], object] = load_framework) -> list[Finding]:
    """Load a marked text, compare the findings with the marks, and return them by place."""
    text, expected = unmark(marked)
    path = folder / "file.yaml"
    path.write_text(text, encoding="utf-8")
    findings = found_in(lambda: load(path))
    places = [(item.code, item.location.line, item.location.column) for item in findings]
    assert sorted(places) == expected, "\n".join(item.message() for item in findings)
    for item in findings:
        assert item.location.file == str(path)
        assert item.source == text.split("\n")[item.location.line - 1]
        assert_sentences(item)
    return sorted(findings, key=lambda item: (item.location.line, item.location.column, item.code))


def assert_sentences(finding: Finding) -> None:
    """Both sentences exist in both languages, without an unfilled placeholder."""
    for language in ("zh", "en"):
        for sentence in (finding.message(language), finding.help(language)):
            assert sentence
            assert not _PLACEHOLDER.search(sentence.replace("{key: value}", "")), sentence
    assert _CHINESE.search(finding.message("zh"))
    assert not _CHINESE.search(_without_values(finding))


def _without_values(finding: Finding) -> str:
    """The English sentences without what stands in quotes, which may be the user's own text."""
    return re.sub("'[^']*'", "''", f"{finding.message('en')} {finding.help('en')}")


def load_text(folder: Path, text: str, name: str = "file.yaml") -> Framework:
    """The framework of a text without marks."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load_framework(path)


__all__ = [
    "ALPHA",
    "BETA",
    "assert_sentences",
    "check",
    "found_in",
    "framework_text",
    "load_dictionary",
    "load_text",
    "unmark",
]
