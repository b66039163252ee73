"""A strict YAML reader that keeps positions.

It takes the subset of YAML 1.2 that a person can check by eye: mappings with unique text keys,
sequences and scalars. Anchors, aliases, merge keys, tags, several documents and deep nesting are
refused with their place. It builds values from the parser's event stream with its own stack, since
the C loader's recursion crashes on deep nesting and the Python one takes the last of two equal keys.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resilience_index.errors import InputError, UnreadableError
from resilience_index.findings import Finding, Location
from resilience_index.framework.text import read_bytes

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 60

_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL_HEX = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_CONSTANTS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    ".inf": float("inf"), ".Inf": float("inf"), ".INF": float("inf"),
    "+.inf": float("inf"), "-.inf": float("-inf"), "-.Inf": float("-inf"), "-.INF": float("-inf"),
    ".nan": float("nan"), ".NaN": float("nan"), ".NAN": float("nan"),
}  # fmt: skip

Mark = tuple[int, int]


class Map(dict[str, Any]):
    """A mapping that knows where it, its keys and its values stand (line and column from 1)."""

    __slots__ = ("keys_at", "mark", "values_at")

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.keys_at: dict[str, Mark] = {}
        self.values_at: dict[str, Mark] = {}


class Seq(list[Any]):
    """A sequence that knows where it and its items stand."""

    __slots__ = ("items_at", "mark")

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.items_at: list[Mark] = []


@dataclass(frozen=True)
class Document:
    """A parsed file: its root mapping, its name as findings show it, its lines and its bytes."""

    data: Map
    file: str
    lines: tuple[str, ...]
    content: bytes

    def location(self, path: tuple[str | int, ...], *, key: bool = False) -> Location:
        """The place of the value (or of its key) at ``path``; the nearest parent when it is absent."""
        mark, node = self.data.mark, self.data
        walked: list[str | int] = []
        for step in path:
            if isinstance(node, Map) and isinstance(step, str) and step in node:
                last = len(walked) == len(path) - 1
                mark = node.keys_at[step] if key and last else node.values_at[step]
            elif isinstance(node, Seq) and isinstance(step, int) and step < len(node):
                mark = node.items_at[step]
            else:
                break
            walked.append(step)
            node = node[step]  # type: ignore[index]  # a Map is indexed by text, a Seq by number: checked above
        return Location(self.file, mark[0], mark[1], path=path_text(path) or None)

    def source_line(self, location: Location) -> str | None:
        """The text of the line a location points at."""
        if location.line is None or not 1 <= location.line <= len(self.lines):
            return None
        return self.lines[location.line - 1][:500]

    def finding(self, code: str, path: tuple[str | int, ...], *, key: bool = False, **params: Any) -> Finding:
        """A finding at ``path`` with its source line."""
        location = self.location(path, key=key)
        return Finding(code, location, params, self.source_line(location))


def path_text(path: tuple[str | int, ...]) -> str:
    """``("tree", "children", 0)`` → ``tree.children[0]``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else (f".{step}" if text else step)
    return text


def read(path: Path, label: str | None = None) -> Document:
    """Read a YAML file.

    Raises ``UnreadableError`` (missing, folder, empty, binary, too large, hostile, not a mapping) and
    ``InputError`` (syntax, duplicate or non-text keys), both with places.
    """
    return parse(read_bytes(path, MAX_BYTES, label), label or str(path))


def parse(content: bytes, file: str) -> Document:
    """Parse the bytes of a YAML file; ``file`` is its name in findings."""
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError("RI006", where=Location(file), file=file, encoding="UTF-8") from error
    lines = tuple(text.splitlines())
    data = _Builder(text, file, lines).build()
    return Document(data, file, lines, content)


def scalar(text: str) -> Any:
    """Resolve a plain scalar by the YAML 1.2 core schema: ``no`` is text, ``017`` is 17, ``1e-3`` is 0.001."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.match(text):
        return int(text)
    if _OCTAL_HEX.match(text):
        return int(text[2:], 8 if text[1] == "o" else 16)
    if _FLOAT.match(text):
        return float(text)
    return text


class _Builder:
    """Builds values from parser events with an explicit stack."""

    def __init__(self, text: str, file: str, lines: tuple[str, ...]) -> None:
        self.text, self.file, self.lines = text, file, lines
        self.stack: list[Map | Seq] = []
        self.pending: list[tuple[str, Mark] | None] = []
        self.root: Any = None
        self.root_mark: Mark = (1, 1)
        self.findings: list[Finding] = []

    def build(self) -> Map:
        import yaml

        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        documents = 0
        try:
            for event in yaml.parse(self.text, Loader=loader):
                if isinstance(event, yaml.DocumentStartEvent):
                    documents += 1
                    if documents > 1:
                        self._hostile("RI106", _mark(event))
                elif isinstance(event, yaml.AliasEvent):
                    self._hostile("RI103", _mark(event), name="*" + event.anchor)
                elif isinstance(event, yaml.NodeEvent):
                    self._node(event, yaml)
                elif isinstance(event, yaml.CollectionEndEvent):
                    self.stack.pop()
                    self.pending.pop()
        except yaml.MarkedYAMLError as error:
            raise self._syntax(error) from error
        except yaml.YAMLError as error:
            raise UnreadableError("RI005", where=Location(self.file), file=self.file, kind="control characters") from error
        if self.findings:
            raise InputError(self.findings)
        if not isinstance(self.root, Map):
            location = Location(self.file, *self.root_mark)
            raise UnreadableError("RI107", where=location, file=self.file, source_line=self._line(self.root_mark))
        return self.root

    def _node(self, event: Any, yaml: Any) -> None:
        mark = _mark(event)
        if event.anchor is not None:
            self._hostile("RI103", mark, name="&" + event.anchor)
        if event.tag is not None:
            self._hostile("RI104", mark, name=event.tag)
        if isinstance(event, yaml.ScalarEvent):
            if self._is_key():
                self._key(event, mark)
            else:
                self._add(scalar(event.value) if event.implicit[0] else event.value, mark)
            return
        if self._is_key():
            # A collection as a key: note it, and read on under a stand-in name to find what else is wrong.
            self._bad_key("[…]", mark)
            self.pending[-1] = (f"\0{len(self.findings)}", mark)
            return_value: Map | Seq = Map(mark) if isinstance(event, yaml.MappingStartEvent) else Seq(mark)
        else:
            return_value = Map(mark) if isinstance(event, yaml.MappingStartEvent) else Seq(mark)
            self._add(return_value, mark)
        self.stack.append(return_value)
        self.pending.append(None)
        if len(self.stack) > MAX_DEPTH:
            self._hostile("RI105", mark, limit=MAX_DEPTH)

    def _is_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1], Map) and self.pending[-1] is None

    def _key(self, event: Any, mark: Mark) -> None:
        mapping = self.stack[-1]
        assert isinstance(mapping, Map)
        plain = event.implicit[0]
        name = event.value
        if plain and name == "<<":
            self._hostile("RI103", mark, name="<<")
        if plain and not isinstance(scalar(name), str):
            self._bad_key(name, mark)
        if name in mapping.keys_at:
            line, column = mapping.keys_at[name]
            self.findings.append(
                Finding("RI101", Location(self.file, *mark), {"key": name, "line": line, "column": column}, self._line(mark))
            )
        self.pending[-1] = (name, mark)

    def _bad_key(self, name: str, mark: Mark) -> None:
        self.findings.append(Finding("RI102", Location(self.file, *mark), {"key": name}, self._line(mark)))

    def _add(self, value: Any, mark: Mark) -> None:
        if not self.stack:
            self.root, self.root_mark = value, mark
            return
        top = self.stack[-1]
        if isinstance(top, Seq):
            top.append(value)
            top.items_at.append(mark)
            return
        key = self.pending[-1]
        assert key is not None
        self.pending[-1] = None
        name, key_mark = key
        if name not in top:
            top[name] = value
            top.keys_at[name], top.values_at[name] = key_mark, mark

    def _line(self, mark: Mark) -> str | None:
        return self.lines[mark[0] - 1][:500] if mark[0] <= len(self.lines) else None

    def _hostile(self, code: str, mark: Mark, **params: Any) -> None:
        raise UnreadableError(code, where=Location(self.file, *mark), source_line=self._line(mark), **params)

    def _syntax(self, error: Any) -> InputError:
        at = error.problem_mark or error.context_mark
        mark = (at.line + 1, at.column + 1) if at is not None else (1, 1)
        reason = str(error.problem or error.context or "syntax")
        return InputError([Finding("RI100", Location(self.file, *mark), {"reason": reason}, self._line(mark))])


def _mark(event: Any) -> Mark:
    return event.start_mark.line + 1, event.start_mark.column + 1
