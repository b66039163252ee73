"""Text on a terminal: how many cells it takes, and breaking it into lines that fit.

A Chinese character takes two cells. Chinese text may break between any two characters, except that no line
begins with a closing mark or ends with an opening one; other text breaks at spaces only, so that paths, ids and
options stay whole.
"""

from __future__ import annotations

import unicodedata

_CLOSING = "，。、；：？！）》」』】〕”’…,.;:?!)]}%"
_OPENING = "（《「『【〔“‘([{"


def is_wide(character: str) -> bool:
    """Whether a character takes two cells of a terminal."""
    return unicodedata.east_asian_width(character) in ("W", "F")


def cells(text: str) -> int:
    """How many cells of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(2 if is_wide(character) else 0 if unicodedata.combining(character) else 1 for character in text)


def pad(text: str, width: int) -> str:
    """The text with spaces after it up to a width in cells."""
    return text + " " * max(0, width - cells(text))


def wrap(text: str, width: int, hanging: str = "") -> list[str]:
    """Break a text into lines of at most ``width`` cells; lines after the first begin with ``hanging``.

    A piece that is wider than a line by itself (a path, an address) stays whole.
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line.strip() and cells(line) + cells(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = hanging + piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()]


def _pieces(text: str) -> list[str]:
    """The parts of a text between which a line may break; a space ends the part before it."""
    pieces: list[str] = []
    start = 0
    for at in range(1, len(text)):
        before, after = text[at - 1], text[at]
        if (before == " " and after != " ") or _may_break(before, after):
            pieces.append(text[start:at])
            start = at
    return [*pieces, text[start:]]


def _may_break(before: str, after: str) -> bool:
    """Whether a line may break between two characters without a space: beside a wide one, kinsoku observed."""
    if not (is_wide(before) or is_wide(after)) or before == " " or after == " ":
        return False
    return before not in _OPENING and after not in _CLOSING
