"""What a worksheet says about its cells besides their values: formats, errors, merged and hidden cells.

The scan also is the guard before the values are read: references outside a sheet, cells out of order,
and sheets that are nearly empty and enormous are refused, because readers of values fill the whole
rectangle.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from resilience_index.data.files.package import Attributes, Package, local, unsound
from resilience_index.data.files.sheet_formats import Kind, kind_of, zeros_of
from resilience_index.data.files.sheet_texts import Rich, SharedTexts, is_blank
from resilience_index.data.layout.columns import column_of, letter
from resilience_index.errors import UnreadableError

ROWS, COLUMNS = 1 << 20, 1 << 14
DENSE = 4_000_000
"""Cells that the rectangle around the values may always have; beyond, one in ``SPARSE`` must have a value."""
SPARSE = 64
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")

Cell = tuple[int, int]  # row from 1, column from 0


class Sheet(NamedTuple):
    """A worksheet as the workbook lists it; ``state`` is visible, hidden or veryHidden."""

    name: str
    state: str
    part: str


class Merged(NamedTuple):
    """A range of merged cells: rows from 1 and columns from 0, the last ones inside."""

    reference: str
    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Marks:
    """What the scan of a sheet found; cells are (row from 1, column from 0).

    ``kinds`` are the cells whose format changes what their number says, ``zeros`` those whose format fills
    it up with zeros to so many digits, ``errors`` the error values,
    ``formulas`` the formulas whose result is not stored. ``hidden_columns`` are first and last columns of
    ranges. ``last`` is the far corner of the values, ``valued`` counts them. ``shown`` counts the cells in
    which a reader of values must find one. ``raised`` are the texts in which runs are raised or lowered, with
    these runs in the characters that look so.
    """

    kinds: dict[Cell, Kind] = field(default_factory=dict)
    zeros: dict[Cell, int] = field(default_factory=dict)
    errors: dict[Cell, str] = field(default_factory=dict)
    formulas: dict[Cell, str] = field(default_factory=dict)
    merged: list[Merged] = field(default_factory=list)
    raised: dict[Cell, str] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    last: Cell = (0, -1)
    valued: int = 0
    shown: int = 0


class Styles:
    """The number formats of a workbook by style number, and its first day."""

    def __init__(self, package: Package, styles: str | None, *, from_1904: bool) -> None:
        self.from_1904 = from_1904
        self.kinds: list[Kind] = []
        self.zeros: list[int] = []
        if styles is not None and styles in package:
            self._read(package, styles)

    def _read(self, package: Package, part: str) -> None:
        custom: dict[int, str] = {}
        numbers: list[int] = []
        inside = [False]

        def start(tag: str, attributes: Attributes) -> None:
            name = local(tag)
            if name == "numFmt":
                custom[_whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
            elif name == "cellXfs":
                inside[0] = True
            elif name == "xf" and inside[0]:
                numbers.append(_whole(attributes.get("numFmtId")))

        def end(tag: str) -> None:
            if local(tag) == "cellXfs":
                inside[0] = False

        package.parse(part, start, end)
        self.kinds = [kind_of(number, custom) for number in numbers]
        self.zeros = [zeros_of(custom.get(number, "")) for number in numbers]

    def kind(self, style: str | None) -> Kind:
        """What the cells of a style look like."""
        number = _whole(style)
        return self.kinds[number] if 0 <= number < len(self.kinds) else "number"

    def padded(self, style: str | None) -> int:
        """How many digits the cells of a style are filled up to with zeros; 0 for none."""
        number = _whole(style)
        return self.zeros[number] if 0 <= number < len(self.zeros) else 0


def _whole(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else 0


def scan(package: Package, part: str, styles: Styles, shared: SharedTexts) -> tuple[Marks, bytes]:
    """The marks of a worksheet, and its XML.

    Raises ``UnreadableError`` RI262.
    """
    work = _Scan(package.file, styles, shared)
    content = package.parse(part, work.start, work.end, work.text)
    return work.done(), content


class _Scan:
    def __init__(self, file: str, styles: Styles, shared: SharedTexts) -> None:
        self.file = file
        self.shared = shared
        self.rich = Rich()
        self.styles = styles
        self.marks = Marks()
        self.letters: dict[str, int] = {}
        self.row = 0
        self.column = -1
        self.number = "0"
        self.type = "n"
        self.style: str | None = None
        self.collecting: str | None = None
        self.pieces: list[str] = []
        self.formula: str | None = None
        self.value: str | None = None
        self.raised: str | None = None

    def start(self, tag: str, attributes: Attributes) -> None:
        name = local(tag)
        if name == "c":
            self._cell(attributes)
        elif self.collecting == "is":
            self.rich.start(name, attributes)
        elif name in ("v", "f", "is"):
            self.collecting, self.pieces = name, []
            if name == "is":
                self.rich.begin()
        elif name == "row":
            self._row(attributes)
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif name == "col":
            self._hidden_columns(attributes)
        elif name == "dimension":
            self._range(attributes.get("ref", "A1"))

    def text(self, text: str) -> None:
        if self.collecting is not None:
            self.pieces.append(text)
            if self.collecting == "is":
                self.rich.text(text)

    def end(self, tag: str) -> None:
        name = local(tag)
        if name == "c":
            self._end_cell()
        elif self.collecting == "is" != name:
            self.rich.end(name)
        elif name == self.collecting:
            text = "".join(self.pieces)
            if name == "f":
                self.formula = text
            elif self.value is not None:
                raise self._disorder()
            else:
                self.value = text
                self.raised = self.rich.done() if name == "is" and self.rich.raised else None
            self.collecting = None

    def done(self) -> Marks:
        marks = self.marks
        rows, columns = marks.last[0], marks.last[1] + 1
        if rows * columns > max(DENSE, SPARSE * marks.valued):
            place = f"{letter(marks.last[1])}{marks.last[0]}"
            raise unsound(
                self.file,
                f"it has {marks.valued} values spread as far as {place}; delete the rows and columns that are not used",
                f"仅有 {marks.valued} 个值，却散布到 {place}，请删除未使用的行和列",
            )
        return marks

    def _row(self, attributes: Attributes) -> None:
        given = attributes.get("r")
        row = self.row + 1 if given is None else _whole(given)
        if not self.row < row <= ROWS:
            raise self._disorder()
        self.row, self.column, self.number = row, -1, str(row)
        if attributes.get("hidden") in ("1", "true"):
            self.marks.hidden_rows.append(row)

    def _cell(self, attributes: Attributes) -> None:
        given = attributes.get("r")
        if given is None:
            row, column = self.row, self.column + 1
        elif given.endswith(self.number) and (known := self.letters.get(given[: -len(self.number)])) is not None:
            row, column = self.row, known  # as nearly always: the row's own number behind letters seen before
        else:
            row, column = self._place(given)
        if row != self.row or not self.column < column < COLUMNS:
            raise self._disorder()
        self.column = column
        self.type = attributes.get("t", "n")
        self.style = attributes.get("s")
        self.formula = self.value = self.raised = None

    def _end_cell(self) -> None:
        cell = (self.row, self.column)
        marks = self.marks
        if self.value or self.formula is not None:
            marks.valued += 1
            marks.last = (self.row, max(self.column, marks.last[1]))
        if self.value:
            if self.type == "s":
                number = self.value.strip()
                marks.shown += number not in self.shared.blank
                if number in self.shared.raised:
                    marks.raised[cell] = self.shared.raised[number]
            elif self.type != "e":
                marks.shown += not is_blank(self.value)
                if self.raised is not None:
                    marks.raised[cell] = self.raised
            if self.type == "e":
                marks.errors[cell] = self.value
            elif self.type == "n" and self.style is not None:
                if (kind := self.styles.kind(self.style)) != "number":
                    marks.kinds[cell] = kind
                elif zeros := self.styles.padded(self.style):
                    marks.zeros[cell] = zeros
        elif self.formula is not None and (self.value is None or self.type != "str"):
            marks.formulas[cell] = f"={self.formula}"

    def _place(self, reference: str) -> Cell:
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            raise self._disorder()
        letters = found[1]
        column = self.letters.get(letters)
        if column is None:
            column = self.letters[letters] = column_of(letters)
        row = int(found[2])
        if row > ROWS or column >= COLUMNS:
            raise self._disorder()
        return row, column

    def _merge(self, reference: str) -> None:
        self.marks.merged.append(self._range(reference))

    def _range(self, reference: str) -> Merged:
        first, _, last = reference.partition(":")
        top, left = self._place(first)
        bottom, right = self._place(last or first)
        if bottom < top or right < left:
            raise self._disorder()
        return Merged(reference, top, left, bottom, right)

    def _hidden_columns(self, attributes: Attributes) -> None:
        if attributes.get("hidden") in ("1", "true"):
            self.marks.hidden_columns.append((_whole(attributes.get("min")) - 1, _whole(attributes.get("max")) - 1))

    def _disorder(self) -> UnreadableError:
        return unsound(
            self.file, f"the cells after row {self.row} are out of order", f"第 {self.row} 行之后的单元格次序有误"
        )


def sheets(package: Package) -> tuple[list[Sheet], Styles, str | None]:
    """The worksheets of a workbook in their order, its formats, and the part with its shared texts.

    Sheets of charts and macros are not among them. Raises ``UnreadableError`` RI262.
    """
    workbook = next(
        (target for kind, target in package.relations("").values() if kind == "officeDocument"), "xl/workbook.xml"
    )
    relations = package.relations(workbook)
    listed: list[tuple[str, str, str]] = []
    from_1904 = [False]

    def start(tag: str, attributes: Attributes) -> None:
        name = local(tag)
        if name == "sheet":
            identifier = next((value for key, value in attributes.items() if local(key) == "id"), "")
            listed.append((attributes.get("name", ""), attributes.get("state", "visible"), identifier))
        elif name == "workbookPr":
            from_1904[0] = attributes.get("date1904") in ("1", "true")

    package.parse(workbook, start)
    found = [
        Sheet(name, state, relations[identifier][1])
        for name, state, identifier in listed
        if relations.get(identifier, ("",))[0] == "worksheet"
    ]
    styles = Styles(package, _of_kind(relations.values(), "styles"), from_1904=from_1904[0])
    return found, styles, _of_kind(relations.values(), "sharedStrings")


def _of_kind(relations: Iterable[tuple[str, str]], wanted: str) -> str | None:
    return next((target for kind, target in relations if kind == wanted), None)
