"""The parts of a workbook: formats made once, cells that stay text or numbers, widths and heights that fit."""

from __future__ import annotations

import functools
import math
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from resilience_index.data.sheets.parts import new_workbook
from resilience_index.report.view.model import Both
from resilience_index.report.words.translations import clean, pick, say

Style = Mapping[str, Any]
Live = tuple[str, bool]
"""A formula without its equals sign, and whether it is evaluated over ranges."""

_CELL_LIMIT = 32_767
"""UTF-16 units that a cell holds."""
_HEADING = 30
"""Characters of the longest word in a heading that is not broken."""
_SIGNS = ("=", "+", "-", "@")
# Points: of a row with one line, and of a further line.
_ROW, _LINE = 18, 15
_PAGE_WIDTH = 260
"""Characters side by side on a landscape page that can still be read."""
HEADER = {"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "text_wrap": True, "align": "center",
           "valign": "vcenter", "border": 1, "border_color": "#FFFFFF"}  # fmt: skip
_LINES = {"valign": "vcenter", "bottom": 1, "bottom_color": "#D5DCE3"}
INPUT = {"font_color": "#0B5CAD"}
"""Cells a reader may change: formulas follow them."""
HELPER = {"font_color": "#6B7785"}
BODY = {**_LINES, "align": "left", "indent": 1}
WRAPPED = {**BODY, "valign": "top", "text_wrap": True}
MIDDLE = {**_LINES, "align": "center"}
TITLE = {"bold": True, "font_size": 13, "font_color": "#1F4E79", "valign": "vcenter"}
PLAIN = {"text_wrap": True, "valign": "top"}


class Book:
    """A workbook with its formats, each made once. ``title`` stands in the footers.

    No text written to it becomes a formula, a link or a number; formulas are ours alone (``Sheet.live``). The same
    content gives the same bytes.
    """

    def __init__(self, path: Path, language: str, title: str) -> None:
        self.language, self.heading = language, clean(title)
        self.workbook = new_workbook(str(path), self.heading)
        self._formats: dict[tuple[tuple[tuple[str, Any], ...], str], Any] = {}

    def format(self, properties: Style, number: str = "") -> Any:
        """The format of these properties; ``number`` is the number format of a figure."""
        key = (tuple(properties.items()), number)
        if key not in self._formats:
            # Figures stand on the right unless centred, as far from the edge as texts do from theirs.
            figure = {"num_format": number, "align": _side(properties)} if number else {}
            self._formats[key] = self.workbook.add_format({**properties, **figure})
        return self._formats[key]

    def say(self, key: str) -> str:
        """A fixed word of the reports."""
        return say(key, self.language)

    def short(self, texts: Both) -> str:
        """A title: both languages in one line."""
        return pick(texts, self.language)

    def either(self, texts: Both) -> str:
        """A figure with its unit, or a source: both languages with a stroke between them."""
        return pick(texts, self.language, " / ")

    def long(self, texts: Both) -> str:
        """A sentence: a line for each language."""
        return pick(texts, self.language, "\n")


class Sheet:
    """A sheet that remembers how wide its columns and how high its rows must be.

    Programs differ in whether they fit rows to wrapped text when they open a file, so heights are set.
    ``key`` names the sheet; ``widest`` gives columns a limit of their own, in characters.
    """

    def __init__(self, book: Book, key: str, widest: Mapping[int, int] | None = None) -> None:
        self.book, self.widest = book, widest or {}
        self.sheet = book.workbook.add_worksheet(book.say(key), _own_worksheet())
        self.widths: dict[int, float] = {}
        self.wrapped: dict[int, list[tuple[int, str]]] = {}
        self.merged: dict[int, tuple[int, int, str]] = {}
        self.row = 0
        self.sheet.set_default_row(_ROW)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.set_margins(0.4, 0.4, 0.6, 0.6)
        self.sheet.fit_to_pages(1, 0)
        # In a footer & starts a code, digits after &8 would join the size, and 255 characters are the limit.
        title = book.heading[:100].replace("&", "&&")
        self.sheet.set_footer(f"&L&8 {title}&R&8 &P / &N")

    def text(self, column: int, text: str, properties: Style = BODY) -> None:
        """A text in the current row; never a number, a formula or a link."""
        text = fit(text)
        if text:
            self.put(self.row, column, text, properties)
            self._widen(column, text, properties.get("indent", 0))
            if "text_wrap" in properties:
                self.wrapped.setdefault(self.row, []).append((column, text))
        else:
            self.sheet.write_blank(self.row, column, None, self.book.format(properties))

    def put(self, row: int, column: int, text: str, properties: Style) -> None:
        """A text in some cell. One that begins like a formula stays text when a reader edits it."""
        text = fit(text)
        quoted = {**properties, "quote_prefix": True} if text.startswith(_SIGNS) else properties
        self.sheet.write_string(row, column, text, self.book.format(quoted))

    def note(self, row: int, column: int, text: str, properties: Style) -> None:
        """A text in some row that takes the width of its column as it is."""
        text = fit(text)
        if text:
            self.put(row, column, text, properties)
            self.wrapped.setdefault(row, []).append((column, text))
        else:
            self.sheet.write_blank(row, column, None, self.book.format(properties))

    def over(self, row: int, first: int, last: int, text: str, properties: Style) -> None:
        """A text over some columns of a row, which takes their widths as they are."""
        self.sheet.merge_range(row, first, row, last, "", self.book.format(properties))
        self.put(row, first, text, properties)
        self.merged[row] = (first, last, fit(text))

    def number(self, column: int, value: float | None, text: str, properties: Style = BODY, number: str = "") -> None:
        """A number in the current row, written as ``text`` writes it (its decimals, its per cent sign), or in the
        format ``number``.
        """
        if value is None or not math.isfinite(value):
            self.text(column, text, {**properties, "align": _side(properties)})
            return
        style = self.book.format(properties, number or number_format(text))
        self.sheet.write_number(self.row, column, _Exact(value), style)
        width = len(text) + 2 + 2 * properties.get("indent", 0)
        if width > self.widths.get(column, 8):
            self.widths[column] = width

    def figure(self, column: int, text: str, properties: Style = BODY) -> None:
        """A number that the view has as text only; what is no number stays text."""
        self.number(column, _parsed(text), text, properties)

    def live(
        self,
        column: int,
        formula: Live | None,
        value: float | str | None,
        text: str,
        properties: Style = BODY,
        number: str = "",
    ) -> None:
        """A formula with the value it gives now, which ``text`` shows; without a formula the value itself.

        ``number`` is the number format of a cell that has no number now and may get one.
        """  # fmt: skip
        if formula is None:
            if isinstance(value, str):
                self.text(column, value, properties)
            else:
                self.number(column, value, text, properties)
            return
        if isinstance(value, str) or value is None or not math.isfinite(value):
            result: float | str = _Shown(fit(value if isinstance(value, str) else text))
            shown, style = str(result), self.book.format(properties, number)
            if "text_wrap" in properties and shown:
                self.wrapped.setdefault(self.row, []).append((column, shown))
        else:
            result, shown = float(value), text
            style = self.book.format(properties, number or number_format(text))
        content, over_ranges = formula
        if over_ranges:
            self.sheet.write_array_formula(self.row, column, self.row, column, "{=" + content + "}", style, result)
        else:
            self.sheet.write_formula(self.row, column, "=" + content, style, result)
        self._widen(column, shown, properties.get("indent", 0))

    def header(self, texts: Iterable[str], column: int = 0) -> None:
        """The headings of a table in the current row."""
        for place, text in enumerate(texts, column):
            shown = fit(text)
            self.put(self.row, place, shown, HEADER)
            self.wrapped.setdefault(self.row, []).append((place, shown))
            # A heading may take several lines, but no word of it should break.
            longest = max(map(_width, shown.split()), default=0) + 4
            self.widths[place] = max(self.widths.get(place, 8), min(_HEADING, longest))
        self.row += 1

    def title(self, text: str) -> None:
        """A heading above a table."""
        self.sheet.set_row(self.row, 26)
        self.put(self.row, 0, text, TITLE)
        self.row += 1

    def paragraph(self, text: str, first: int, last: int, properties: Style = PLAIN) -> None:
        """A text in a row of its own, over columns whose widths are settled."""
        text = fit(text)
        self.sheet.merge_range(self.row, first, self.row, last, "", self.book.format(properties))
        self.put(self.row, first, text, properties)
        self._height(self.row, _lines(text, self._room(first, last)))
        self.row += 1

    def finish(self, *, wide: bool = False) -> None:
        """Set widths of columns and heights of rows with wrapped text; a ``wide`` sheet prints side by side."""
        for column, width in self.widths.items():
            self.sheet.set_column(column, column, width)
        if wide:
            self.sheet.fit_to_pages(max(1, math.ceil(sum(self.widths.values()) / _PAGE_WIDTH)), 0)
        needed = {row: max(_lines(text, self.widths[column]) for column, text in cells)
                  for row, cells in self.wrapped.items()}  # fmt: skip
        for row, (first, last, text) in self.merged.items():
            needed[row] = max(needed.get(row, 1), _lines(text, self._room(first, last)))
        for row, lines in needed.items():
            self._height(row, lines)

    def filter(self, first: int, last_column: int) -> None:
        """Filters for the table from the heading in row ``first`` to the row before the current one."""
        self.sheet.autofilter(first, 0, max(first, self.row - 1), last_column)

    def freeze(self, columns: int, heading: int = 0) -> None:
        """Keep the rows down to the heading and some columns in sight, and print them on every page."""
        self.sheet.freeze_panes(heading + 1, columns)
        self.sheet.repeat_rows(0, heading)
        if columns:
            self.sheet.repeat_columns(0, columns - 1)

    def _room(self, first: int, last: int) -> float:
        """The width of some columns."""
        return sum(self.widths.get(column, 8) for column in range(first, last + 1))

    def _widen(self, column: int, text: str, indent: int) -> None:
        width = max(map(_width, text.split("\n"))) + 2 + 2 * indent
        if width > self.widths.get(column, 8):
            self.widths[column] = min(width, self.widest.get(column, 46))

    def _height(self, row: int, lines: int) -> None:
        # Excel allows 409 points.
        if lines > 1:
            self.sheet.set_row(row, min(400, _ROW + _LINE * (lines - 1)))


@functools.cache
def _own_worksheet() -> Any:
    """The library's worksheet without its search for functions newer than ours, which takes most of the time."""
    from xlsxwriter.worksheet import Worksheet

    class Own(Worksheet):  # type: ignore[misc]  # the library has no types
        def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002 - theirs
            return formula.removeprefix("{").removeprefix("=").removesuffix("}")

    return Own


class _Shown(str):
    """The text a formula gives; one that reads like an error value is a text all the same."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return not str(other).startswith("#") and str(self) == other

    __hash__ = str.__hash__


class _Exact(float):
    """A number written with all its digits: the library formats with 16, a double can need 17."""

    def __format__(self, specification: str) -> str:
        return repr(float(self)).removesuffix(".0")


def fit(text: str) -> str:
    """Text as a cell can hold it: inert, and cut at the limit of the format."""
    text = clean(text)
    if 2 * len(text) <= _CELL_LIMIT or len(text) + sum(character > "\uffff" for character in text) <= _CELL_LIMIT:
        return text
    units = text.encode("utf-16-le")[: 2 * (_CELL_LIMIT - 1)]
    return units.decode("utf-16-le", "ignore") + "…"


def _side(properties: Style) -> str:
    return "center" if properties.get("align") == "center" else "right"


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def number_format(text: str) -> str:
    """The number format that writes a number as ``text`` does."""
    percent = text.endswith("%")
    digits = text.rstrip("% ").partition(".")[2]
    return "0" + (f".{'0' * len(digits)}" if digits else "") + ("%" if percent else "")


def _lines(text: str, room: float) -> int:
    # A word that does not fit moves to the next line whole, hence the reserve.
    widths = (_width(line) + 2 for line in text.split("\n"))
    return sum(1 if width <= room else math.ceil(width / (0.9 * room)) for width in widths)


def _parsed(text: str) -> float | None:
    try:
        return float(text.rstrip("% ")) / 100 if text.endswith("%") else float(text)
    except ValueError:
        return None
