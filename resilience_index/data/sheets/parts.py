"""What the workbooks that people fill in or get back are made of: formats, comments, sizes that fit."""

from __future__ import annotations

import datetime
import io
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from resilience_index.findings import Language

ROW, LINE = 18, 15
"""Points: of a row with one line of text, and of each further line."""
TEXT = 49
"""The number format of cells that keep what is typed as text."""
LONGEST_CELL = 32_767
"""Characters a cell of a workbook holds."""

# Dark enough for white letters, and told apart without seeing red or green (after Tol's schemes).
COLOURS = ("#1F4E79", "#117755", "#7A3E8E", "#8A4B08", "#8C2D4B", "#44526B", "#5B6B16", "#3F4FA3")
KEY_COLOUR = "#333F4F"
TITLE = {"bold": True, "font_size": 15, "font_color": "#1F4E79", "valign": "vcenter"}
HEADER = {"bold": True, "font_color": "#FFFFFF", "text_wrap": True, "align": "center", "valign": "vcenter",
          "border": 1, "border_color": "#FFFFFF"}  # fmt: skip
BODY = {"valign": "top", "text_wrap": True, "align": "left", "indent": 1, "bottom": 1, "bottom_color": "#D5DCE3"}
PLAIN = {"valign": "top", "text_wrap": True}
# C0 and C1 controls without tab and line feed, noncharacters, marks and overrides of the reading direction.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def clean(text: str) -> str:
    """``text`` with controls, direction marks and what XML forbids shown as the replacement character."""
    return _UNSAFE.sub("\ufffd", text) if _UNSAFE.search(text) else text


def new_workbook(target: Any, title: str) -> Any:
    """An xlsxwriter workbook on a path or stream, whose bytes depend on its content only.

    Nothing written to it becomes a formula, a link or, being text, a number. ``title`` is fit for XML.
    """
    import xlsxwriter

    # The library changes the options it is given: they are made anew for each workbook.
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": "Microsoft YaHei", "font_size": 10},
    }
    workbook = xlsxwriter.Workbook(target, options)
    created = datetime.datetime(2000, 1, 1)  # noqa: DTZ001 - the format has no time zone
    workbook.set_properties({"title": title, "author": "resilience-index", "created": created})
    return workbook


class Book:
    """A workbook of ours in memory; formats are made once."""

    def __init__(self, language: Language, title: str) -> None:
        self.language: Language = language
        self._bytes = io.BytesIO()
        self.workbook = new_workbook(self._bytes, clean(title))
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, *properties: Mapping[str, Any], **more: Any) -> Any:
        """The format of these properties, later ones over earlier ones."""
        merged: dict[str, Any] = {}
        for part in (*properties, more):
            merged.update(part)
        key = tuple(sorted(merged.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(merged)
        return self._formats[key]

    def content(self) -> bytes:
        """The finished workbook."""
        self.workbook.close()
        return self._bytes.getvalue()


def comment(text: str, *, wide: int = 320) -> tuple[str, dict[str, Any]]:
    """A cell comment and its options: as high as its text needs at ``wide`` pixels."""
    text = clean(text)[: LONGEST_CELL - 1]
    lines = lines_of(text, wide / 6.6)
    return text, {"width": wide, "height": min(600, 12 + 16 * lines), "font_size": 9, "author": "resilience-index"}


def width(text: str) -> int:
    """The width of a text in characters of a spreadsheet; a Han character takes two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def header_width(header: str) -> float:
    """The width of a column whose header takes three lines or four; no English word breaks."""
    longest = max(map(width, header.split()), default=0) if header.isascii() else 0
    return min(26, max(11, longest + 3, width(header) / 3 + 3))


def lines_of(text: str, room: float) -> int:
    """Lines that a text takes in a column of that width, with some reserve: words move whole."""
    # Columns are measured in digits; Latin letters are narrower on the whole.
    widths = (width(line) * (0.9 if line.isascii() else 1) for line in text.split("\n"))
    return sum(1 if size <= 0.94 * room else math.ceil(size / (0.88 * room)) for size in widths)


def height(texts: Sequence[tuple[str, float]]) -> float:
    """The height of a row, in points, for its (text, column width) pairs; Excel allows 409."""
    return min(400, ROW + LINE * (max((lines_of(text, room) for text, room in texts), default=1) - 1))


def print_setup(sheet: Any) -> None:
    """Landscape A4 with narrow margins and page numbers."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.set_footer("&L&8 &A&R&8 &P / &N")
