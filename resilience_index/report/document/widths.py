"""How wide the columns of a table are: as they ask, but so that no usual word of one has to break."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from resilience_index.report.document.blocks import Beside, Block, Table

_LOOKED_AT, _USUAL_WORD, _SHORT_TITLE, _SHORT_TEXT = 60, 16, 6, 12
"""Rows, and characters of words, Chinese titles and whole texts, that decide how narrow a column may be."""
_POINT = 20
"""Widths are in twentieths of a point."""


def widths(content: Table, width: int, size: float, em: float = 0.56) -> list[int]:
    """Widths in twentieths of a point; they add up to ``width``, but for rounding.

    ``size`` is that of the type in points, ``em`` the usual width of a letter or digit in it.
    """
    columns = content.columns
    wanted = [
        _room(column.title, [row[place].text for row in content.rows[:_LOOKED_AT]], size, em)
        for place, column in enumerate(columns)
    ]
    # Everyone has a fair part of the width if it needs it; what is left goes to those that need more.
    fair = [min(need, width // len(columns)) for need in wanted]
    more = sum(wanted) - sum(fair)
    part = min(1.0, (width - sum(fair)) / more) if more else 0.0
    least = [own + part * (need - own) for own, need in zip(fair, wanted, strict=True)]
    asked = [width * column.width / sum(each.width for each in columns) for column in columns]
    # What narrow columns lack is taken from the others in proportion to what they have to spare.
    lacking = sum(max(0.0, need - have) for need, have in zip(least, asked, strict=True))
    spare = sum(max(0.0, have - need) for need, have in zip(least, asked, strict=True))
    share = lacking / spare if spare else 0.0
    return [
        max(1, round(need if have < need else have - share * (have - need)))
        for need, have in zip(least, asked, strict=True)
    ]


def fitted(blocks: Sequence[Block], width: int, size: float, em: float) -> Iterator[Block]:
    """The blocks with the columns of their tables as wide as ``widths`` finds them."""
    for block in blocks:
        if isinstance(block, Table):
            found = widths(block, round(width * block.share), size, em)
            columns = [replace(column, width=own) for column, own in zip(block.columns, found, strict=True)]
            yield replace(block, columns=columns)
        elif isinstance(block, Beside):
            left = list(fitted(block.left, round(width * block.share * 0.98), size, em))
            yield replace(block, left=left, right=list(fitted(block.right, round(width * (1 - block.share) * 0.98),
                                                              size, em)))  # fmt: skip
        else:
            yield block


def _room(title: str, texts: Sequence[str], size: float, em: float) -> int:
    """What the longest usual word of a column needs, with the margins of its cell."""
    whole = [text for text in texts if len(text) <= _SHORT_TEXT]  # a grade with its title stays on one line
    lengths = [len(word) * em for text in (title, *texts) for word in text.split()
               if word.isascii() and len(word) <= _USUAL_WORD]  # fmt: skip
    lengths += [len(text) * em for text in whole if text.isascii()]
    if not title.isascii() and len(title) <= _SHORT_TITLE:
        lengths.append(len(title))
    return round(max(lengths) * size * _POINT) + 10 * _POINT if lengths else 0
