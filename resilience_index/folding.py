"""What names are compared by, of indicators as of columns: one folded form."""

from __future__ import annotations

import functools
import unicodedata
from typing import Any

# Characters of GB 2312, the set of simplified script, that are traditional ones too, alone or in some words.
_BOTH_SCRIPTS = "乾吒哩坏夥後徵拚捱摺於榘沈菸薹藉袷覆醣麴麽"
_FIRST_HAN = "㐀"
# A word of many indicators in which 覆 is never 复; without it they would all be put to the converter.
_COVERAGE = "覆盖"


@functools.lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """The text without case, width, white space, invisible characters and traditional script."""
    plain = unscripted(text)
    return to_simplified().convert(plain) if _may_be_traditional(plain) else plain


def unscripted(text: str) -> str:
    """As ``fold``, with traditional characters left as they are."""
    wide = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(char for char in wide if not char.isspace() and unicodedata.category(char) != "Cf")
    # Accents may have stood on a space that is gone.
    return unicodedata.normalize("NFKC", bare)


@functools.cache
def to_simplified() -> Any:
    """The converter from traditional to simplified script; loaded when it is first needed."""
    from opencc import OpenCC

    return OpenCC("t2s")


def _may_be_traditional(text: str) -> bool:
    """Whether the converter is needed; it is not loaded for texts that are simplified to the last character."""
    if text.isascii():
        return False
    known = _simplified()
    return any(char >= _FIRST_HAN and char not in known for char in text.replace(_COVERAGE, ""))


@functools.cache
def _simplified() -> frozenset[str]:
    """Characters that the converter leaves as they are, in whatever word of such characters they stand."""
    rows, cells = range(0xB0, 0xF8), range(0xA1, 0xFF)
    pairs = bytes(byte for row in rows for cell in cells for byte in (row, cell))
    return frozenset(pairs.decode("gb2312", "ignore")) - set(_BOTH_SCRIPTS)
