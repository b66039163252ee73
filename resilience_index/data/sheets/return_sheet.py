"""The return sheet: a data file given back with every finding at its cell, to be corrected and read again.

Rows and columns stay where they are in the file, so that a place in a finding is the same place in the sheet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from resilience_index.data.cells.forms import plain_number
from resilience_index.data.files.records import Record
from resilience_index.data.layout.columns import Layout, column_of, letter
from resilience_index.data.sheets import leaves, parts
from resilience_index.data.sheets.parts import Book
from resilience_index.data.sheets.words import SEVERITY_WORDS, say
from resilience_index.errors import UsageError
from resilience_index.files import write_atomic
from resilience_index.findings import SEVERITIES, Finding, Language, Location, sort_findings
from resilience_index.framework.tree import Indicator

MOST_CELLS = 2_000_000
"""Cells of a file that is given back; a larger one is not corrected by hand."""
_MOST_COLUMNS = 16_384
_DEEP = 8  # rows above the first of the data that may stay in sight
_SPARE = 100  # rows below the last that have limits too
_MOST_LINKS = 60_000  # Excel takes 65,530 links on a sheet
_PERSONS = frozenset({"RI254", "RI255"})  # findings about columns of names, and of addresses
_DIGITS = 15  # of a number that every spreadsheet keeps

# Told apart without seeing red or green, and by their symbols.
_FILLS = {"error": "#F7C4B8", "warning": "#FFE3A3", "info": "#CFE3F5"}
_EDGES = {"error": "#B3261E", "warning": "#B07A00", "info": "#2F6DA8"}
_ROW_FILLS = {"error": "#FDEEEA", "warning": "#FFF6DF", "info": "#EFF6FC"}
_SYMBOLS = {"error": "✖", "warning": "▲", "info": "●"}
_SHEET = re.compile(r"[^\[\]:*?/\\']([^\[\]:*?/\\]{0,29}[^\[\]:*?/\\'])?")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")
# Direction marks and overrides: taken out, because a header with one inside is still the same header.
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Original:
    """A data file as it is: its name in findings, its rows, and where its header and columns are.

    ``records`` hold every row that has something in it, those above the header too. ``sheet`` is the name of the
    sheet in a workbook; it is kept, because assessments may name it.
    """

    file: str
    records: Sequence[Record]
    layout: Layout
    sheet: str = ""


@dataclass
class _Marks:
    """Findings by cell, by row and about the file as such; rows count from 1, columns from 0."""

    cells: dict[tuple[int, int], list[Finding]] = field(default_factory=dict)
    rows: dict[int, list[Finding]] = field(default_factory=dict)
    places: list[tuple[Finding, tuple[int, int] | None]] = field(default_factory=list)


def write_return_sheet(
    original: Original,
    findings: Iterable[Finding],
    indicators: Sequence[Indicator],
    destination: str | Path,
    *,
    language: Language = "zh",
    title: str = "",
    mask: Callable[[str], str] = str,
) -> int:
    """Write the file with its findings marked to ``destination`` (``.xlsx``); return the number of findings.

    ``indicators`` are those whose positions ``original.layout`` counts by; their cells get drop-downs and limits.
    ``title`` names the framework. ``mask`` makes a cell's text fit to be seen by others. Raises ``UsageError``
    RI032 for another ending, RI034 for a file that no sheet holds, and ``OSError``.
    """
    path = Path(destination)
    check_ending(path)
    _check_size(original)
    found = sort_findings([_for_communities(finding) for finding in findings])
    hidden = _columns_of_persons(original.layout, found, mask)
    original = replace(
        original,
        records=[_masked(record, original.layout, hidden, mask) for record in original.records],
        sheet=_sheet_name(original.sheet, language, mask),
    )
    marks = _place(original, found, mask)
    book = Book(language, say("returned", language))
    summary = book.workbook.add_worksheet(say("summary", language))
    _Data(book, original, marks).write(indicators)
    _Summary(book, summary, original, marks, mask, title).write()
    write_atomic(path, book.content())
    return len(marks.places)


def _sheet_name(name: str, language: Language, mask: Callable[[str], str]) -> str:
    """The name of the sheet with the data: that of the original where it has one and it can be had."""
    fits = mask(name) == name and _SHEET.fullmatch(name) and parts.clean(name) == name and name.strip() == name
    taken = name.casefold() in (say("summary", language).casefold(), "history")  # a name that Excel keeps for itself
    return name if fits and not taken else say("data", language)


def _for_communities(finding: Finding) -> Finding:
    """A finding without what only the authors of frameworks can use: the line of the leaf."""
    if "leaf" not in finding.params:
        return finding
    return replace(finding, params={**finding.params, "leaf": ""})


def _columns_of_persons(layout: Layout, findings: Iterable[Finding], mask: Callable[[str], str]) -> set[int]:
    """Columns that seem to hold names or addresses of persons: nobody needs to get those back."""
    by_title = _by_title(layout, mask)
    told = [finding.params for finding in findings if finding.code in _PERSONS]
    titles = [title for params in told for key in ("names", "addresses") for title in params.get(key, ())]
    return {column for title in titles for column in by_title.get(title, _by_letters([title]))}


def _masked(record: Record, layout: Layout, hidden: set[int], mask: Callable[[str], str]) -> Record:
    below = record.row > layout.row
    cells = [
        "***" if below and column in hidden and text.strip() else mask(text) for column, text in enumerate(record.cells)
    ]
    return record._replace(cells=cells)


def check_ending(path: Path) -> None:
    """Refuse a return sheet that is no ``.xlsx``: ``UsageError`` RI032."""
    if path.suffix.lower() != ".xlsx":
        raise UsageError("RI032", where=Location(str(path)), file=str(path), known=[".xlsx"])


def _check_size(original: Original) -> None:
    last = original.records[-1].row if original.records else 0
    columns = max((len(record.cells) for record in original.records), default=0)
    cells = sum(len(record.cells) for record in original.records)
    longest = max((len(text) for record in original.records for text in record.cells), default=0)
    over = [
        (count, most, unit)
        for count, most, unit in (
            (last, 1_048_576, {"zh": "行", "en": "rows"}), (columns, _MOST_COLUMNS, {"zh": "列", "en": "columns"}),
            (cells, MOST_CELLS, {"zh": "个单元格", "en": "cells"}),
            (longest, parts.LONGEST_CELL, {"zh": "个字符（同一单元格内）", "en": "characters in a cell"}),
        )
        if count > most
    ]  # fmt: skip
    if over:
        raise too_large(original.file, *over[0])


def too_large(file: str, count: int, most: int, unit: Mapping[str, str]) -> UsageError:
    """RI034: a file with more of something than a sheet takes."""
    reason = {"zh": f"有 {count} {unit['zh']}，上限为 {most}", "en": f"{count} {unit['en']}, at most {most}"}
    return UsageError("RI034", where=Location(file), file=file, reason=reason)


def _place(original: Original, findings: Sequence[Finding], mask: Callable[[str], str]) -> _Marks:
    """Where each finding is marked: on a cell, on a row and the cell of its code, or nowhere in the table."""
    layout = original.layout
    by_title = _by_title(layout, mask)
    marks = _Marks()
    for finding in findings:
        place = finding.location
        named = by_title.get(place.field or "", _by_letters([place.field]))[:1]
        columns = _by_letters(finding.params.get(name) for name in ("letter", "first_letter", "second_letter")) or named
        if place.line is not None:  # in a file of another kind
            spots = []
        elif place.row is None or place.row == layout.row:
            spots = [(layout.row, column) for column in columns]
        else:
            assert place.row is not None
            spots = [(place.row, named[0] if named else layout.id or 0)]
            if not named:
                marks.rows.setdefault(place.row, []).append(finding)
        for spot in spots:
            marks.cells.setdefault(spot, []).append(finding)
        marks.places.append((finding, spots[0] if spots else None))
    return marks


def _by_title(layout: Layout, mask: Callable[[str], str]) -> dict[str, list[int]]:
    """Columns by what findings call them; of two with one title the one that is read comes first."""
    used = {*layout.indicators.values(), *layout.texts}
    found: dict[str, list[int]] = {}
    for column in sorted(range(len(layout.header)), key=lambda column: column not in used):
        title = layout.title(column)
        for name in {title, mask(title)} - {""}:
            found.setdefault(name, []).append(column)
    return found


def _by_letters(texts: Iterable[Any]) -> list[int]:
    """The columns that findings name by their letters."""
    return [column_of(text) for text in texts if isinstance(text, str) and re.fullmatch("[A-Z]{1,3}", text)]


def _worst(findings: Sequence[Finding]) -> str:
    return min((finding.severity for finding in findings), key=SEVERITIES.index)


def _comment(findings: Sequence[Finding], language: Language) -> str:
    """Code, cause and remedy of each finding of a cell."""
    return "\n\n".join(
        f"{_SYMBOLS[finding.severity]} {SEVERITY_WORDS[finding.severity][language]} {finding.code}\n"
        f"{finding.message(language)}\n→ {finding.help(language)}"
        for finding in findings
    )


def _inert(text: str) -> str:
    """A cell's text as it stands in the file, without what could steer a screen."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return parts.clean(_DIRECTION.sub("", lines))


def _as_number(text: str, *, decimals: bool) -> float | None:
    """The number a text is written as, if a spreadsheet shows that number as the same text.

    ``decimals`` lets zeros at the end go: 83.0 and 83 are one value of an indicator, though not one code.
    """
    if sum(character.isdigit() for character in text) > _DIGITS:
        return None
    value = plain_number(text)
    # Of 5e+16 a spreadsheet shows all the digits.
    same = value is not None and text != "-0" and "e" not in text and leaves.figure(value) == text
    return value if same or (decimals and _DECIMAL.fullmatch(text)) else None


class _Data:
    """The sheet with the data."""

    def __init__(self, book: Book, original: Original, marks: _Marks) -> None:
        self.book, self.original, self.marks = book, original, marks
        self.layout = original.layout
        self.sheet = book.workbook.add_worksheet(original.sheet)
        self.numeric = set(self.layout.indicators.values())
        self.words = set(self.layout.texts)  # columns that stay text: codes, names, groups, periods

    def write(self, indicators: Sequence[Indicator]) -> None:
        """Write rows, marks, limits and the look of the sheet."""
        widths: dict[int, int] = {}
        last = self.layout.row
        for record in self.original.records:
            last = max(last, record.row)
            self._row(record, widths)
        written = {
            (record.row, column)
            for record in self.original.records
            for column, text in enumerate(record.cells)
            if text or (record.row, column) in self.marks.cells
        }
        for row, column in sorted(set(self.marks.cells) - written):
            self.sheet.write_blank(row - 1, column, None, self._style(row, column))
        for (row, column), findings in sorted(self.marks.cells.items()):
            text, options = parts.comment(_comment(findings, self.book.language), wide=360)
            self.sheet.write_comment(row - 1, column, text, {**options, "color": _ROW_FILLS[_worst(findings)]})
        below = self.layout.row
        for position, column in sorted(self.layout.indicators.items()):
            leaves.limit(self.sheet, (below, last + _SPARE - 1), column, indicators[position], self.book.language)
        self._look(widths, last)

    def _row(self, record: Record, widths: dict[int, int]) -> None:
        header = record.row == self.layout.row
        for column, original in enumerate(record.cells):
            text = _inert(original)
            style = self._style(record.row, column)
            number = None
            if record.row > self.layout.row and column not in self.words:
                number = _as_number(text, decimals=column in self.numeric)
            if number is not None:
                self.sheet.write_number(record.row - 1, column, number, style)
            elif text:
                self.sheet.write_string(record.row - 1, column, text, style)
            elif (record.row, column) in self.marks.cells or record.row in self.marks.rows:
                self.sheet.write_blank(record.row - 1, column, None, style)
            if record.row >= self.layout.row and not header:
                widths[column] = max(widths.get(column, 0), min(40, parts.width(text) + 3))

    def _style(self, row: int, column: int) -> Any:
        properties: dict[str, Any] = {"locked": False, "valign": "vcenter"}
        if row == self.layout.row:
            properties = {**parts.HEADER, "bg_color": parts.KEY_COLOUR, "locked": False}
        elif row < self.layout.row:
            properties["font_color"] = "#44526B"
        elif column in self.words:
            properties["num_format"] = parts.TEXT
        elif column in self.numeric:
            properties["align"] = "right"
        if (row, column) in self.marks.cells:
            severity = _worst(self.marks.cells[row, column])
            properties |= {"bg_color": _FILLS[severity], "font_color": "#000000", "bold": True, "border": 2,
                           "border_color": _EDGES[severity]}  # fmt: skip
        elif row in self.marks.rows:
            properties["bg_color"] = _ROW_FILLS[_worst(self.marks.rows[row])]
        return self.book.format(properties)

    def _look(self, widths: dict[int, int], last: int) -> None:
        sheet, layout = self.sheet, self.layout
        heights = []
        for column, text in enumerate(layout.header):
            size = max(widths.get(column, 0), parts.header_width(text))
            sheet.set_column(column, column, size)
            heights.append((text, size))
        sheet.set_row(layout.row - 1, max(36, parts.height(heights)))
        keys = [column for column in (layout.id, layout.name) if column is not None and column < 3]
        sheet.freeze_panes(layout.row if layout.row <= _DEEP else 0, max(keys, default=-1) + 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:{letter(max(0, len(layout.header) - 1))}{last + _SPARE}"})
        parts.print_setup(sheet)
        sheet.repeat_rows(layout.row - 1)


class _Summary:
    """The sheet that lists the findings, each with a link to its cell."""

    heads = (
        ("number", 6), ("severity", 10), ("code", 8), ("cell", 8), ("whose", 26), ("where", 28), ("content", 20),
        ("cause", 52), ("remedy", 52),
    )  # fmt: skip

    def __init__(
        self, book: Book, sheet: Any, original: Original, marks: _Marks, mask: Callable[[str], str], title: str
    ) -> None:
        self.book, self.sheet, self.original, self.marks, self.mask = book, sheet, original, marks, mask
        self.title = title
        wanted = {spot[0] for _, spot in marks.places if spot is not None}
        self.rows = {record.row: record.cells for record in original.records if record.row in wanted}

    def write(self) -> None:
        """Write counts, what to do, and the table."""
        book, sheet, language = self.book, self.sheet, self.book.language
        for place, (_, size) in enumerate(self.heads):
            sheet.set_column(place, place, size)
        sheet.hide_gridlines(2)
        sheet.set_row(0, 30)
        sheet.write_string(0, 0, say("returned", language), book.format(parts.TITLE))
        file = _inert(self.original.file)
        lines = [say("line", language, name=say("file", language), text=file)]
        if self.title:
            lines.append(say("line", language, name=say("checked", language), text=_inert(self.title)))
        count = len(self.marks.places)
        lines += [say(key, language, data=self.original.sheet) for key in ("do_mend", "do_return")] if count else []
        lines += [] if count else [say("no_findings", language)]
        room = sum(size for _, size in self.heads)
        for row, text in enumerate(lines, 1):
            sheet.merge_range(row, 0, row, len(self.heads) - 1, "", book.format(parts.PLAIN))
            sheet.write_string(row, 0, text, book.format(parts.PLAIN))
            sheet.set_row(row, parts.height([(text, room)]))
        row = len(lines) + 2
        for severity in SEVERITIES:
            number = sum(finding.severity == severity for finding, _ in self.marks.places)
            style = book.format(bg_color=_FILLS[severity], bold=True, left=5, left_color=_EDGES[severity])
            sheet.merge_range(row, 0, row, 1, "", style)
            sheet.write_string(row, 0, f"{_SYMBOLS[severity]} {SEVERITY_WORDS[severity][language]}", style)
            sheet.write_number(row, 2, number, book.format(bold=True, align="center"))
            row += 1
        if count:
            self._table(row + 1)
        parts.print_setup(sheet)
        sheet.fit_to_pages(1, 0)

    def _table(self, first: int) -> None:
        language = self.book.language
        for place, (key, _) in enumerate(self.heads):
            style = self.book.format(parts.HEADER, bg_color=parts.KEY_COLOUR)
            self.sheet.write_string(first, place, say(key, language), style)
        self.sheet.set_row(first, 24)
        for number, (finding, spot) in enumerate(self.marks.places, 1):
            self._finding(first + number, number, finding, spot)
        self.sheet.autofilter(first, 0, first + len(self.marks.places), len(self.heads) - 1)
        self.sheet.repeat_rows(first)

    def _finding(self, row: int, number: int, finding: Finding, spot: tuple[int, int] | None) -> None:
        language, severity = self.book.language, finding.severity
        body = self.book.format(parts.BODY)
        word = f"{_SYMBOLS[severity]} {SEVERITY_WORDS[severity][language]}"
        texts = [
            "",
            word,
            finding.code,
            "—",
            *self._about(finding, spot),
            finding.message(language),
            finding.help(language),
        ]
        texts = [_inert(text) for text in texts]
        self.sheet.write_number(row, 0, number, self.book.format(parts.BODY, align="center"))
        for place, text in enumerate(texts[1:], 1):
            style = self.book.format(parts.BODY, bg_color=_FILLS[severity], bold=True) if place == 1 else body
            self.sheet.write_string(row, place, text, style)
        if spot is not None:
            cell = f"{letter(spot[1])}{spot[0]}"
            sheet = self.original.sheet.replace("'", "''")
            if number <= _MOST_LINKS:
                link = self.book.format(parts.BODY, font_color="#1A5FB4", underline=1)
                self.sheet.write_url(row, 3, f"internal:'{sheet}'!{cell}", link, cell)
            else:
                self.sheet.write_string(row, 3, cell, body)
        self.sheet.set_row(row, parts.height(list(zip(texts, (size for _, size in self.heads), strict=True))))

    def _about(self, finding: Finding, spot: tuple[int, int] | None) -> list[str]:
        """Community, column and content of the cell that a finding is about."""
        layout, language = self.original.layout, self.book.language
        if spot is None:
            return ["—", say("whole", language), "—"]
        row, column = spot
        cells = self.rows.get(row, ())
        header = layout.title(column) if column < len(layout.header) else ""
        where = say("of_column", language, letter=letter(column), header=self.mask(header))
        content = _short(cells[column]) if column < len(cells) else ""
        if finding in self.marks.rows.get(row, ()):
            where = say("whole_row", language, row=row)
        if row <= layout.row:
            return ["—", where, content]
        keys = [cells[key].strip() for key in (layout.id, layout.name) if key is not None and key < len(cells)]
        return [" ".join(key for key in keys if key) or "—", where, content]


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
