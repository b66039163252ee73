"""A report on paper as a list of blocks: what Word documents and PDFs are made of.

The builders (``city_document``, ``community_document``) lay out the view in one language; the renderers (``docx``,
``pdf``) only place blocks. A figure or a sentence can therefore not differ between the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Align = Literal["left", "center", "right"]
Language = Literal["zh", "en"]


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its text, colours as ``#rrggbb``, and steps of indentation."""

    text: str
    fill: str | None = None
    ink: str | None = None
    strong: bool = False
    indent: int = 0


@dataclass(frozen=True)
class Column:
    """A column of a table; ``width`` is relative to the other columns."""

    title: str
    width: float
    align: Align = "left"


@dataclass(frozen=True)
class Heading:
    """A heading with its number in the text; level 1 to 3."""

    text: str
    level: int


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: running text, a remark in small type, or a warning in a frame."""

    text: str
    style: Literal["body", "note", "warning"] = "body"


@dataclass(frozen=True)
class Bullets:
    """A list, each item with an optional lead in strong type."""

    items: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Facts:
    """Pairs of a label and a value."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """A table with a caption above and an optional remark below; the header is repeated on every page.

    Without a caption it is not numbered. ``share`` is its part of the width of the text.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    caption: str = ""
    note: str = ""
    share: float = 1.0


@dataclass(frozen=True)
class Figure:
    """A picture as SVG text with its size in millimetres, a text for those who cannot see it, and a caption."""

    svg: str
    width: float
    height: float
    alt: str
    caption: str = ""


@dataclass(frozen=True)
class Scorecard:
    """A row of large figures with labels; colours as in a cell."""

    items: Sequence[tuple[str, Cell]]


@dataclass(frozen=True)
class Beside:
    """Two columns of blocks; ``share`` is the left one's part of the width."""

    left: Sequence[Block]
    right: Sequence[Block]
    share: float = 0.5


@dataclass(frozen=True)
class Signature:
    """A block to be filled in by hand: lines to sign, and a place for the seal."""

    lines: Sequence[str]
    seal: str
    note: str


@dataclass(frozen=True)
class PageBreak:
    """What follows begins on a new page."""


Block: TypeAlias = (
    Heading | Paragraph | Bullets | Facts | Table | Figure | Scorecard | Beside | Signature | PageBreak
)  # fmt: skip


@dataclass(frozen=True)
class Document:
    """A whole document in one language.

    With a ``cover`` (its facts) it has a title page and a table of contents, named ``contents``; without, it is a
    page that begins with its title. ``running`` stands at the head of every page, ``page`` at its foot with {n} and
    {total}.
    """

    language: Language
    title: str
    subtitle: str
    running: str
    page: str
    blocks: Sequence[Block]
    cover: Sequence[tuple[str, str]] = ()
    contents: str = ""
    notice: str = ""
    table_word: str = ""
    figure_word: str = ""
    keywords: Sequence[str] = field(default_factory=tuple)

    @property
    def has_cover(self) -> bool:
        """Whether it has a title page and a table of contents."""
        return bool(self.cover)
