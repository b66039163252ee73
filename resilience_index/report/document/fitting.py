"""How large the type of a page of a community may be: an estimate that PDFs check and Word documents rely on."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from resilience_index.report.document.blocks import Beside, Block, Bullets, Document, Paragraph, Table

SIZES = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0, 4.5, 4.0)
"""Points."""
_LOADS = (1300, 1700, 1900)
# What a row of a table, and the beginning of an item, take beside their text.
_ROW, _ITEM = 40.0, 20.0


def likely(document: Document) -> int:
    """The place in ``SIZES`` of the size in which a page most likely fits, from how much it has to say."""
    load = _load(document.blocks)
    return sum(load > bound for bound in _LOADS)


def _load(blocks: Sequence[Block]) -> float:
    found = 0.0
    for block in blocks:
        if isinstance(block, Paragraph):
            found += width(block.text)
        elif isinstance(block, Bullets):
            found += sum(_ITEM + width(lead + rest) for lead, rest in block.items)
        elif isinstance(block, Table):
            found += _ROW * (len(block.rows) + 1)
        elif isinstance(block, Beside):
            found += max(_load(block.left), _load(block.right))
    return found


def width(text: str) -> float:
    """Ems: Chinese characters are square, others about half as wide."""
    return sum(1.0 if unicodedata.east_asian_width(character) in "WF" else 0.54 for character in text)
