"""What the data-entry template and the return sheet share: leaves as columns, limits of cells, formats, the guide."""

from __future__ import annotations

import datetime
import io
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resilience_index.data.cells import NOT_APPLICABLE_TEXTS
from resilience_index.data.columns import letter
from resilience_index.data.sheet_words import DIRECTIONS, say
from resilience_index.data.unit_names import unit_name
from resilience_index.findings import Language
from resilience_index.framework.models import Text
from resilience_index.framework.tree import Framework, Indicator, Leaf, Node, walk

ROW, LINE = 18, 15
"""Points: of a row with one line of text, and of each further line."""
TEXT = 49
"""The number format of cells that keep what is typed as text."""
LONGEST_CELL = 32_767
"""Characters a cell of a workbook holds."""
_LONGEST_PROMPT, _LONGEST_PROMPT_TITLE = 255, 32
_MOST_STEPS = 10  # a scale of points with more steps is not chosen from a list
_POINTS = frozenset({"分", "级"})

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


@dataclass(frozen=True)
class Use:
    """A framework (its id) that uses a leaf: the first-level node above the leaf, and the leaf's goalposts there."""

    framework: str
    dimension: Text
    goalposts: tuple[float, ...] | None


@dataclass(frozen=True)
class LeafColumn:
    """A leaf as a column of a sheet, with every framework that uses it, in the order they were named."""

    indicator: Indicator
    uses: tuple[Use, ...]


def uses_of(framework: Framework) -> dict[str, Use]:
    """For each leaf of a framework, by id, how it is used there."""
    found = {}
    for child in framework.root.children:
        for item in walk(child):
            if isinstance(item, Leaf):
                dimension = child.title if isinstance(child, Node) else framework.root.title
                found[item.id] = Use(framework.id, dimension, _goalposts(item))
    for indicator in framework.denominators:
        found[indicator.id] = Use(framework.id, framework.root.title, None)
    return found


def _goalposts(leaf: Leaf) -> tuple[float, ...] | None:
    if leaf.denominate is not None:  # they are those of the quotient, which nobody enters
        return None
    own = leaf.normalize.get("goalposts") if leaf.normalize is not None else None
    return tuple(map(float, own)) if own else leaf.indicator.goalposts


def clean(text: str) -> str:
    """``text`` with controls, direction marks and what XML forbids shown as the replacement character."""
    return _UNSAFE.sub("\ufffd", text) if _UNSAFE.search(text) else text


def figure(number: float) -> str:
    """A number as short as it can be written."""
    return repr(float(number)).removesuffix(".0")


def header_text(indicator: Indicator, language: str) -> str:
    """The header of an indicator's column, in the form the reader takes: title and unit in brackets."""
    title = " ".join(indicator.title.say(language).split())
    unit = unit_name(indicator.unit or "", language)
    if not unit or set("()（）[]【】〔〕") & set(unit):
        return title
    return f"{title}（{unit}）" if language == "zh" else f"{title} ({unit})"


def choices(indicator: Indicator) -> list[str]:
    """The values an indicator is chosen from: those of 0/1 and of short scales of points; else empty."""
    if indicator.unit == "0/1":
        return ["0", "1"]
    if indicator.range is None or (indicator.unit or "") not in _POINTS:
        return []
    low, high = map(float, indicator.range)
    if not (low.is_integer() and high.is_integer() and high - low <= _MOST_STEPS):
        return []
    return [str(step) for step in range(int(low), int(high) + 1)]


def range_text(indicator: Indicator, language: str) -> str:
    """The allowed values of an indicator."""
    if indicator.unit == "0/1":
        return say("yes_no", language)
    if indicator.range is None:
        return say("any_number", language)
    low, high = map(figure, indicator.range)
    return say("range", language, low=low, high=high)


def goalposts_text(goalposts: tuple[float, ...] | None, language: str) -> str:
    """Goalposts in words."""
    if not goalposts:
        return say("none", language)
    if len(goalposts) == 4:
        low, first, last, high = map(figure, goalposts)
        return say("target", language, low=low, first=first, last=last, high=high)
    worst, best = map(figure, goalposts[:2])
    return say("goalposts", language, worst=worst, best=best)


def about(column: LeafColumn, language: str) -> str:
    """All there is to say about a leaf, line by line, for the comment on its header."""
    item = column.indicator
    lines = [
        ("id", item.id),
        ("unit", unit_name(item.unit or "", language) or say("no_unit", language)),
        ("allowed", range_text(item, language)),
        ("direction", DIRECTIONS[item.direction][language]),
        ("posts", posts_text(column, language)),
        ("measure", item.measure.say(language) if item.measure else ""),
        ("not_applicable", item.not_applicable.say(language) if item.not_applicable else ""),
        ("frameworks", frameworks_text(column, language, "；" if language == "zh" else "; ")),
    ]
    return "\n".join(say("line", language, name=say(key, language), text=text) for key, text in lines if text)


def posts_text(column: LeafColumn, language: str) -> str:
    """The goalposts of a scored leaf, once where all frameworks agree, else framework by framework."""
    if not column.indicator.scored:
        return ""
    texts = [goalposts_text(use.goalposts, language) for use in column.uses]
    if len(set(texts)) == 1:
        return texts[0]
    return "\n".join(
        say("line", language, name=use.framework, text=text) for use, text in zip(column.uses, texts, strict=True)
    )


def frameworks_text(column: LeafColumn, language: str, between: str) -> str:
    """The frameworks that use a leaf, each with the dimension it stands under."""
    named = [
        say("use", language, framework=use.framework, dimension=use.dimension.say(language)) for use in column.uses
    ]
    return between.join(named)


class Book:
    """A workbook in memory whose bytes depend on its content only; formats are made once.

    Nothing written to it becomes a formula, a link or, being text, a number.
    """

    def __init__(self, language: Language, title: str) -> None:
        import xlsxwriter

        self.language: Language = language
        self._bytes = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": "Microsoft YaHei", "font_size": 10},
        }
        self.workbook = xlsxwriter.Workbook(self._bytes, options)
        created = datetime.datetime(2000, 1, 1)  # noqa: DTZ001 - the format has no time zone
        self.workbook.set_properties({"title": clean(title), "author": "resilience-index", "created": created})
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


def limit(sheet: Any, rows: tuple[int, int], column: int, indicator: Indicator, language: str) -> None:
    """Say and hold what may be entered in the cells of an indicator: rows and column count from 0.

    What the reader refuses is stopped; what it would merely be strange to find is asked back about.
    """
    listed = choices(indicator)
    not_applicable = NOT_APPLICABLE_TEXTS[0 if language == "zh" else 1]
    allowed = range_text(indicator, language)
    rule: dict[str, Any] = {
        "ignore_blank": True,
        "input_title": _cut(indicator.title.say(language), _LONGEST_PROMPT_TITLE),
        "input_message": _prompt(indicator, language, not_applicable),
        "error_title": say("stop_title", language),
        "error_message": _cut(say("stop", language, allowed=allowed, word=not_applicable), _LONGEST_PROMPT),
    }
    if listed:
        rule |= {"validate": "list", "source": [*listed, not_applicable]}
        if indicator.unit != "0/1":
            rule["error_type"] = "warning"
    else:
        rule |= {"validate": "custom", "value": _formula(indicator, f"{letter(column)}{rows[0] + 1}")}
    sheet.data_validation(rows[0], column, rows[1], column, rule)


def _formula(indicator: Indicator, cell: str) -> str:
    number = f"ISNUMBER({cell})"
    if indicator.range is not None:
        low, high = map(figure, indicator.range)
        number = f"AND(ISNUMBER({cell}),{cell}>={low},{cell}<={high})"
    words = ",".join(f'{cell}="{word}"' for word in NOT_APPLICABLE_TEXTS)
    return f"=OR({words},{number})"


def _prompt(indicator: Indicator, language: str, word: str) -> str:
    unit = unit_name(indicator.unit or "", language)
    text = say("prompt_unit", language, unit=unit) if unit and unit != "0/1" else ""
    text += say("prompt", language, allowed=range_text(indicator, language),
                direction=DIRECTIONS[indicator.direction][language])  # fmt: skip
    text += say("prompt_word", language, word=word) if indicator.not_applicable else say("prompt_blank", language)
    if indicator.measure is not None:
        text += "\n" + indicator.measure.say(language)
    return _cut(text, _LONGEST_PROMPT)


def _cut(text: str, longest: int) -> str:
    # The limits count UTF-16 units.
    text = clean(text)
    if len(text.encode("utf-16-le")) // 2 <= longest:
        return text
    while len(text.encode("utf-16-le")) // 2 > longest - 1:
        text = text[:-1]
    return text.rstrip("，、；,; ") + "…"


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


def write_guide(book: Book, name: str, title: str, notes: Sequence[str], columns: Sequence[LeafColumn],
                places: Mapping[str, int], colours: Mapping[str, str]) -> None:  # fmt: skip
    """A sheet that explains every leaf: notes on top, then a table with a row for each leaf.

    ``places`` gives the column of each leaf's id in the data sheet, ``colours`` that of its header. Title and id
    share a cell, so that no row has two names by which the reader could take it for a header.
    """
    language = book.language
    sheet = book.workbook.add_worksheet(name)
    heads = [
        ("column", 7), ("indicator", 30), ("unit", 12), ("allowed", 17), ("direction", 17), ("posts", 19),
        ("measure", 52), ("not_applicable", 30), ("frameworks", 36),
    ]  # fmt: skip
    for place, (_, size) in enumerate(heads):
        sheet.set_column(place, place, size)
    sheet.hide_gridlines(2)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, clean(title), book.format(TITLE))
    room = sum(size for _, size in heads[:-1])
    for row, note in enumerate(notes, 1):
        sheet.merge_range(row, 0, row, len(heads) - 2, "", book.format(PLAIN))
        sheet.write_string(row, 0, clean(note), book.format(PLAIN))
        sheet.set_row(row, height([(note, room)]))
    first = len(notes) + 2
    for place, (key, _) in enumerate(heads):
        sheet.write_string(first, place, say(key, language), book.format(HEADER, bg_color=KEY_COLOUR))
    sheet.set_row(first, 24)
    for row, column in enumerate(columns, first + 1):
        texts = _guide_row(column, places, language)
        for place, text in enumerate(texts):
            style = book.format(BODY)
            if place == 0:
                style = book.format(HEADER, bg_color=colours[column.indicator.id])
            sheet.write_string(row, place, clean(text), style)
        sheet.set_row(row, height(list(zip(texts, (size for _, size in heads), strict=True))))
    print_setup(sheet)
    sheet.repeat_rows(first)
    sheet.fit_to_pages(1, 0)


def _guide_row(column: LeafColumn, places: Mapping[str, int], language: str) -> list[str]:
    item = column.indicator
    return [
        letter(places[item.id]),
        f"{item.title.say(language)}\n{item.id}",
        unit_name(item.unit or "", language) or "—",
        range_text(item, language),
        DIRECTIONS[item.direction][language],
        posts_text(column, language) or "—",
        item.measure.say(language) if item.measure else "—",
        item.not_applicable.say(language) if item.not_applicable else "—",
        frameworks_text(column, language, "\n"),
    ]


def print_setup(sheet: Any) -> None:
    """Landscape A4 with narrow margins and page numbers."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.set_footer("&L&8 &A&R&8 &P / &N")


def dimension_colours(columns: Sequence[LeafColumn]) -> dict[str, str]:
    """The header colour of each leaf: one colour for each dimension of the first framework that uses it."""
    dimensions: dict[tuple[str, str], str] = {}
    found = {}
    for column in columns:
        key = (column.uses[0].framework, column.uses[0].dimension.zh)
        found[column.indicator.id] = dimensions.setdefault(key, COLOURS[len(dimensions) % len(COLOURS)])
    return found
