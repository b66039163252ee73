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
from resilience_index.framework import yaml_reasons
from resilience_index.framework.text import read_bytes

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 60
MAX_ITEMS = 300_000
"""Keys and values of a file: some eight thousand indicators; more could take longer than a second to read."""
MAX_FINDINGS = 1000

_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL_HEX = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_INFINITY = re.compile(r"([-+]?)\.(inf|Inf|INF)\Z")
_CONSTANTS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    ".nan": float("nan"), ".NaN": float("nan"), ".NAN": float("nan"),
}  # fmt: skip
_NUMERIC = frozenset("+-.0123456789")
"""What numbers begin with."""
_LONGEST_INTEGER = 300
_LONGEST_SOURCE = 500
# What YAML does not allow in a file (C0 and C1 controls but tab, LF, CR, NEL; surrogates; non-characters).
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# Only what YAML calls a line break: str.splitlines knows more, and would number the lines otherwise.
_LINE = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_OPEN = ("could not find expected ':'", "found unexpected end of stream")

_STEP = re.compile(r"\[[0-9]+\]|[^.\[\]]+")

Mark = tuple[int, int]
Steps = tuple[str | int, ...]


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
    """A parsed file: its root mapping, its name as findings show it, its lines and its bytes.

    ``findings`` are about keys (RI101, RI102); of two equal keys the first counts.
    """

    data: Map
    file: str
    lines: tuple[str, ...]
    content: bytes
    findings: tuple[Finding, ...] = ()

    def location(self, path: Steps, *, at_key: bool = False) -> Location:
        """The place of the value (or of its key) at ``path``; the nearest parent when it is absent."""
        mark = self.data.mark
        node: Any = self.data
        for position, step in enumerate(path):
            if isinstance(node, Map) and isinstance(step, str) and step in node:
                last = position == len(path) - 1
                mark = node.keys_at[step] if at_key and last else node.values_at[step]
            elif isinstance(node, Seq) and isinstance(step, int) and step < len(node):
                mark = node.items_at[step]
            else:
                break
            node = node[step]
        return Location(self.file, mark[0], mark[1], path=path_text(path) or None)

    def has(self, path: Steps) -> bool:
        """Whether there is a value (or null) at ``path``."""
        node: Any = self.data
        for step in path:
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                return False
        return True

    def source_line(self, location: Location) -> str | None:
        """The text of the line a location points at."""
        return None if location.line is None else _line(self.lines, location.line, location.column or 1)

    def finding(self, code: str, path: Steps, /, *, at_key: bool = False, **params: Any) -> Finding:
        """A finding at ``path`` with its source line."""
        location = self.location(path, at_key=at_key)
        return Finding(code, location, params, self.source_line(location))


def path_text(path: Steps) -> str:
    """``("tree", "children", 0)`` → ``tree.children[0]``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else (f".{step}" if text else step)
    return text


def path_steps(text: str) -> Steps:
    """``tree.children[0]`` → ``("tree", "children", 0)``, for paths whose keys have no dots or brackets."""
    return tuple(int(step[1:-1]) if step[0] == "[" else step for step in _STEP.findall(text))


def read(path: Path, label: str | None = None) -> Document:
    """Read a YAML file.

    Raises ``UnreadableError`` (missing, folder, empty, binary, too large, hostile, not a mapping) and
    ``InputError`` (syntax, duplicate or non-text keys), both with places.
    """
    return _without_findings(read_leniently(path, label))


def read_leniently(path: Path, label: str | None = None) -> Document:
    """Read a YAML file as ``read`` does, but leave findings about keys in the document.

    For callers that go on to find what else is wrong with the file.
    """
    return parse_leniently(read_bytes(path, MAX_BYTES, label), label or str(path))


def parse(content: bytes, file: str) -> Document:
    """Parse the bytes of a YAML file; ``file`` is its name in findings. Raises as ``read`` does."""
    return _without_findings(parse_leniently(content, file))


def _without_findings(document: Document) -> Document:
    if document.findings:
        raise InputError(document.findings)
    return document


def parse_leniently(content: bytes, file: str) -> Document:
    """Parse as ``parse`` does, but leave findings about keys in the document."""
    try:
        text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError("RI006", where=Location(file), file=file, encoding="UTF-8") from error
    lines = tuple(_LINE.split(text))
    builder = _Builder(text, file, lines)
    data = builder.build()
    return Document(data, file, lines, content, tuple(builder.findings))


def scalar(text: str) -> Any:
    """Resolve a plain scalar by the YAML 1.2 core schema: ``no`` is text, ``017`` is 17, ``1e-3`` is 0.001."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _NUMERIC:
        return text
    if _INTEGER.match(text):
        # Beyond the range of floats, and of what int() reads, a number is as good as infinite.
        return int(text) if len(text) <= _LONGEST_INTEGER else float(text)
    if _OCTAL_HEX.match(text):
        number = int(text[2:], 8 if text[1] == "o" else 16)
        return number if len(text) <= _LONGEST_INTEGER else float("inf")
    if _FLOAT.match(text):
        return float(text)
    infinity = _INFINITY.match(text)
    if infinity:
        return float(infinity[1] + "inf")
    return text


def _line(lines: tuple[str, ...], line: int, column: int) -> str | None:
    """The beginning of a line, for a finding; None where it would not reach the place."""
    if not 1 <= line <= len(lines) or column > _LONGEST_SOURCE:
        return None
    return lines[line - 1][:_LONGEST_SOURCE]


class _Builder:
    """Builds values from parser events with an explicit stack."""

    def __init__(self, text: str, file: str, lines: tuple[str, ...]) -> None:
        self.text, self.file, self.lines = text, file, lines
        self.stack: list[Map | Seq] = []
        self.pending: list[tuple[str, Mark] | None] = []
        self.root: Any = None
        self.root_mark: Mark = (1, 1)
        self.items = 0
        self.findings: list[Finding] = []

    def build(self) -> Map:
        import yaml

        self._characters()
        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        documents = 0
        try:
            for event in yaml.parse(self.text, Loader=loader):
                kind = type(event)  # the hottest loop of reading: looked up once, the most frequent first
                if kind is yaml.ScalarEvent:
                    self._scalar(event, self._begin(event))
                elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                    mark = self._begin(event)
                    self._collection(Map(mark) if kind is yaml.MappingStartEvent else Seq(mark), mark)
                elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                    self.stack.pop()
                    self.pending.pop()
                elif kind is yaml.DocumentStartEvent:
                    documents += 1
                    if documents > 1:
                        self._hostile("RI106", _mark(event))
                elif isinstance(event, yaml.AliasEvent):
                    self._hostile("RI103", _mark(event), name=f"*{event.anchor}")
        except yaml.MarkedYAMLError as error:
            raise self._syntax(error) from error
        except yaml.YAMLError as error:
            reason = {"zh": str(error), "en": str(error)}
            raise InputError([Finding("RI100", Location(self.file, 1, 1), {"reason": reason})]) from error
        if not isinstance(self.root, Map):
            if self.root is None and documents == 0:
                raise UnreadableError("RI004", where=Location(self.file), file=self.file)

            self._hostile("RI107", self.root_mark, file=self.file, hint=yaml_reasons.hint(self.lines))
        assert isinstance(self.root, Map)
        return self.root

    def _characters(self) -> None:
        found = _FORBIDDEN.search(self.text)
        if found is None:
            return
        before = _LINE.split(self.text[: found.start()])
        self._hostile("RI115", (len(before), len(before[-1]) + 1), character=f"U+{ord(found[0]):04X}")

    def _begin(self, event: Any) -> Mark:
        """Count a scalar or collection and refuse what none may have; its place."""
        mark = _mark(event)
        self.items += 1
        if self.items > MAX_ITEMS:
            self._hostile("RI109", mark, limit=MAX_ITEMS)
        if event.anchor is not None:
            self._hostile("RI103", mark, name=f"&{event.anchor}")
        if event.tag is not None:
            self._hostile("RI104", mark, name=event.tag)
        return mark

    def _scalar(self, event: Any, mark: Mark) -> None:
        if self._is_key():
            self._key(event, mark)
        else:
            self._add(scalar(event.value) if event.implicit[0] else event.value, mark)

    def _collection(self, collection: Map | Seq, mark: Mark) -> None:
        if self._is_key():
            # A collection as a key: note it, and read on under a stand-in name to find what else is wrong.
            self._bad_key({"zh": "（集合）", "en": "(a collection)"}, mark)
            self.pending[-1] = (f"\0{self.items}", mark)
        else:
            self._add(collection, mark)
        self.stack.append(collection)
        self.pending.append(None)
        if len(self.stack) > MAX_DEPTH:
            self._hostile("RI105", mark, limit=MAX_DEPTH)

    def _is_key(self) -> bool:
        return bool(self.stack) and self.pending[-1] is None and isinstance(self.stack[-1], Map)

    def _key(self, event: Any, mark: Mark) -> None:
        mapping = self.stack[-1]
        assert isinstance(mapping, Map)
        plain, name = event.implicit[0], event.value
        if plain and name == "<<":
            self._hostile("RI103", mark, name="<<")
        self.pending[-1] = (name, mark)
        if plain and not isinstance(scalar(name), str):
            self._bad_key(name or {"zh": "（空）", "en": "(empty)"}, mark)
        elif name in mapping.keys_at:
            line, column = mapping.keys_at[name]
            self._find("RI101", mark, key=name, line=line, column=column)

    def _bad_key(self, name: Any, mark: Mark) -> None:
        self._find("RI102", mark, key=name)

    def _find(self, code: str, mark: Mark, **params: Any) -> None:
        self.findings.append(Finding(code, Location(self.file, *mark), params, self._line(mark)))
        if len(self.findings) >= MAX_FINDINGS:
            more = Finding("RI114", Location(self.file), {"limit": MAX_FINDINGS})
            raise InputError([*self.findings, more])

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
        return _line(self.lines, *mark)

    def _at_end(self, at: Any) -> bool:
        rest = self.lines[at.line :]
        return not rest or not (rest[0][at.column :].strip() or any(line.strip() for line in rest[1:]))

    def _hostile(self, code: str, mark: Mark, **params: Any) -> None:
        raise UnreadableError(code, where=Location(self.file, *mark), source_line=self._line(mark), **params)

    def _syntax(self, error: Any) -> InputError:
        # What is open (a quote, a bracket, a key without colon) is noticed later, even at the end of the
        # file; the place to mend is where it began.
        at, began = error.problem_mark, error.context_mark
        if began is not None and (at is None or error.problem in _OPEN or self._at_end(at)):
            at = began
        mark = (at.line + 1, at.column + 1) if at is not None else (1, 1)
        reason = yaml_reasons.reason(error.problem, error.context)
        for number in (mark[0], mark[0] - 1):
            column = yaml_reasons.wide_colon(self.lines[number - 1]) if 1 <= number <= len(self.lines) else 0
            if column:
                mark, reason = (number, column), yaml_reasons.WIDE_COLON
                break
        line = self._line(mark)
        return InputError([*self.findings, Finding("RI100", Location(self.file, *mark), {"reason": reason}, line)])


def _mark(event: Any) -> Mark:
    return event.start_mark.line + 1, event.start_mark.column + 1
