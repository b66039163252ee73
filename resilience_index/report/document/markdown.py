"""Documents as Markdown (CommonMark with the tables of GitHub), for wikis, mails and version control.

Every text of a run is escaped, so that no name becomes a link, a picture, HTML or a table of its own. Pictures are
given by what they say to those who cannot see them: the figures are all there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from resilience_index.files import write_atomic
from resilience_index.report.document import city as city_document
from resilience_index.report.document import wording
from resilience_index.report.document.blocks import (
    Beside,
    Block,
    Bullets,
    Cell,
    Document,
    Facts,
    Figure,
    Heading,
    Language,
    Paragraph,
    Scorecard,
    Signature,
    Table,
)
from resilience_index.report.templates import SHIPPED, Templates
from resilience_index.report.view.model import View
from resilience_index.report.words.translations import clean

_ACTIVE = re.compile(r"[\\`*_{}\[\]<>|~&$#]")
_AUTOLINK = re.compile(r"(?i)(?<=http):(?=//)|(?<=https):(?=//)|(?<=ftp):(?=//)|(?<=www)\.|@")
_AT_START = re.compile(r"^(?:[-+](?=\s|$)|[-=]+$|:?-{2}|:-|(?<!\d)(?P<number>\d+)(?P<mark>[.)])(?=\s|$))")
_ALIGN = {"left": ":---", "center": ":---:", "right": "---:"}
_INDENT = "\u2003"
"""A space that tables keep at the beginning of a cell."""


def write_markdown(view: View, path: Path, lang: Language, templates: Templates = SHIPPED) -> None:
    """Write the report of a run; the same view, language and templates give the same bytes."""
    write_atomic(path, render(wording.of(city_document.build(view, lang), templates)))


def render(document: Document) -> bytes:
    """A document as Markdown, UTF-8."""
    return "\n\n".join(_Writer(document).parts()).encode("utf-8") + b"\n"


def escaped(text: str) -> str:
    """A text in one line in which nothing is markup, wherever it stands."""
    shown = " ".join(clean(text).split())
    shown = _AUTOLINK.sub(_escape, _ACTIVE.sub(_escape, shown))
    return _AT_START.sub(_escape_start, shown)


def _escape(found: re.Match[str]) -> str:
    return "\\" + found[0]


def _escape_start(found: re.Match[str]) -> str:
    """What would begin a list, a rule, a heading or a table: escaped before it, or between a number and its mark."""
    return f"{found['number']}\\{found['mark']}" if found["number"] else "\\" + found[0]


def _lines(text: str, joiner: str) -> str:
    """A text of several lines, each escaped."""
    return joiner.join(shown for line in text.split("\n") if (shown := escaped(line)))


def _strong(text: str) -> str:
    shown = escaped(text)
    return f"**{shown}**" if shown else ""


class _Writer:
    """Writes one document; counts captions."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.tables = self.figures = 0

    def parts(self) -> Iterator[str]:
        document = self.document
        yield f"# {escaped(document.title)}"
        if document.subtitle:
            yield escaped(document.subtitle)
        if document.cover:
            yield _pairs(document.cover)
        if document.notice:
            yield f"> {_strong(document.notice)}"
        yield from self._blocks(document.blocks)

    def _blocks(self, blocks: Iterable[Block]) -> Iterator[str]:
        for block in blocks:
            yield from (part for part in self._block(block) if part)

    def _block(self, block: Block) -> Iterator[str]:
        match block:
            case Heading():
                yield f"{'#' * (block.level + 1)} {escaped(block.text)}"
            case Paragraph():
                framed = block.style == "warning"
                yield ("> " if framed else "") + _lines(block.text, "\\\n> " if framed else "\\\n")
            case Bullets():
                yield "\n".join(_item(_strong(lead), escaped(rest)) for lead, rest in block.items)
            case Facts():
                yield _pairs(block.rows)
            case Table():
                yield from self._table(block)
            case Figure():
                yield self._figure(block)
            case Scorecard():
                yield _rows([(label, "center") for label, _ in block.items], [[cell for _, cell in block.items]])
            case Beside():
                yield from self._blocks(block.left)
                yield from self._blocks(block.right)
            case Signature():
                yield "\n".join(f"- {escaped(line)}" for line in (*block.lines, block.seal))
                yield escaped(block.note)

    def _table(self, block: Table) -> Iterator[str]:
        if block.caption:
            self.tables += 1
            yield _strong(f"{self.document.table_word} {self.tables} {block.caption}")
        yield _rows([(column.title, column.align) for column in block.columns], block.rows)
        yield _lines(block.note, "\\\n")

    def _figure(self, block: Figure) -> str:
        self.figures += 1
        named = _strong(f"{self.document.figure_word} {self.figures} {block.caption}".strip())
        return f"{named} {escaped(block.alt)}"


def _item(lead: str, rest: str) -> str:
    # A space behind the strong part: without it, Chinese punctuation beside the asterisks would keep them as they are.
    return f"- {' '.join(part for part in (lead, rest) if part)}"


def _pairs(rows: Sequence[tuple[str, str]]) -> str:
    return "\n".join(_item(_strong(label), escaped(value)) for label, value in rows)


def _rows(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Cell]]) -> str:
    lines = [[escaped(title) for title, _ in columns], [_ALIGN[align] for _, align in columns]]
    lines += [[_INDENT * cell.indent + _lines(cell.text, " · ") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
