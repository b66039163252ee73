"""The typefaces of PDFs and pictures: those of an installed package only, so that every machine makes the same bytes.

Noto Serif SC (running text) and Noto Sans SC (headings, tables, pictures) cover simplified and traditional Chinese as
GB 18030 asks; the typefaces inside typst add letters of Latin, Greek and Cyrillic. What none of them covers is
written by its code point: nothing is lost in an empty box.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from resilience_index.errors import UsageError

PACKAGE = "pylopdf-fonts-zh-cn"
SANS, SERIF = "Noto Sans SC", "Noto Serif SC"
# What the typefaces inside typst cover, as a test finds it by setting each character.
_BUILT_IN = (
    (0xA0, 0xAC), (0xAE, 0x24F), (0x384, 0x38A), (0x38C, 0x38C), (0x38E, 0x3A1), (0x3A3, 0x3FF), (0x400, 0x4FF),
    (0x1E00, 0x1EFF), (0x20A0, 0x20BF), (0xFFFD, 0xFFFD),
)  # fmt: skip


@functools.cache
def files() -> tuple[Path, ...]:
    """The files of the two typefaces. Raises ``UsageError`` RI540 when the package is not there."""
    try:
        import pylopdf_fonts_zh_cn as package
    except ImportError as error:
        raise UsageError("RI540", package=PACKAGE) from error
    found = (Path(package.sans_path()), Path(package.serif_path()))
    if not all(path.is_file() for path in found):
        raise UsageError("RI540", package=PACKAGE)
    return found


@functools.cache
def collection() -> Any:
    """The typefaces as typst takes them, with its own and without those of the system. Raises as ``files`` does."""
    import typst

    folders = sorted({str(path.parent) for path in files()})
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)


@functools.cache
def covered() -> frozenset[int]:
    """The code points that one of the typefaces has a glyph for. Raises as ``files`` does."""
    from fontTools.ttLib import TTFont

    points = {point for first, last in _BUILT_IN for point in range(first, last + 1)}
    for path in files():
        with TTFont(path, lazy=True) as font:
            points.update(font.getBestCmap())
    return frozenset(points)


@functools.cache
def _plain() -> frozenset[str]:
    return frozenset(map(chr, covered())) | {"\n", "\t"}


def printable(text: str) -> str:
    """``text`` with every character that has no glyph as ``[U+1F44D]``; line breaks and tabs stay."""
    unknown = set(text) - _plain()
    return text.translate({ord(found): f"[U+{ord(found):04X}]" for found in unknown}) if unknown else text
