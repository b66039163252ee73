"""Workbooks (XLSX): which sheets there are, and the cells of a sheet as the texts that a person sees.

The values come from calamine, their meaning from the marks of ``sheet_marks``: a percentage is shown
with its sign, a date in ISO form, an error by its name.
"""

from __future__ import annotations

import difflib
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from resilience_index.data.cells import show
from resilience_index.data.files.package import Package, unsound
from resilience_index.data.files.records import PREVIEWED, Preview, Record
from resilience_index.data.files.sheet_formats import date_text, number_text, percent_text
from resilience_index.data.files.sheet_marks import Cell, Marks, Sheet, Styles, scan, sheets
from resilience_index.data.files.sheet_texts import SharedTexts, is_blank, shared_texts
from resilience_index.data.files.source import Input
from resilience_index.errors import UnreadableError, UsageError
from resilience_index.findings import did_you_mean

LARGEST = 256 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Grid:
    """A worksheet: its rows as texts, all of one width, and its marks.

    ``numbers`` holds the stored numbers of whole numeric cells, by (row from 1, column from 0).
    """

    sheet: Sheet
    records: tuple[Record, ...]
    marks: Marks
    numbers: dict[Cell, float]

    @property
    def preview(self) -> Preview:
        """The first rows, for finding the header."""
        return Preview(self.records[:PREVIEWED], sheet=self.sheet.name)

    @property
    def width(self) -> int:
        """The number of columns."""
        return self.marks.last[1] + 1


class Book:
    """An XLSX file. Raises ``UnreadableError`` RI262 when it is damaged or unpacks to too much."""

    def __init__(self, content: bytes, file: str) -> None:
        self.file = file
        self._package = Package(content, file)
        self.sheets: Sequence[Sheet]
        self.sheets, self._styles, self._texts = sheets(self._package)
        self._grids: dict[str, Grid] = {}

    @property
    def visible(self) -> list[Sheet]:
        """The worksheets that a person sees."""
        return [sheet for sheet in self.sheets if sheet.state == "visible"]

    def grid(self, sheet: Sheet) -> Grid:
        """Read a sheet. Raises ``UnreadableError`` RI262."""
        if sheet.name not in self._grids:
            self._grids[sheet.name] = self._read(sheet, self._styles)
        return self._grids[sheet.name]

    def named(self, wanted: str) -> Sheet:
        """The visible sheet of that name, or of that number among the visible ones (from 1).

        Raises ``UsageError`` RI264 when there is none, RI265 when it is hidden.
        """
        for same in (str, str.casefold):
            for sheet in self.sheets:
                if same(sheet.name.strip()) == same(wanted.strip()):
                    if sheet.state != "visible":
                        raise UsageError("RI265", file=self.file, name=show(sheet.name))
                    return sheet
        visible = self.visible
        if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted[:9]) <= len(visible):
            return visible[int(wanted) - 1]
        names = [sheet.name for sheet in visible]
        near = next(iter(difflib.get_close_matches(wanted, names, 1)), None)
        known = [show(name) for name in names]
        hint = did_you_mean(None if near is None else show(near))
        raise UsageError("RI264", file=self.file, name=show(wanted), known=known, suggestion=hint)

    def _read(self, sheet: Sheet, styles: Styles) -> Grid:
        shared = SharedTexts()
        texts = None
        if self._texts is not None and self._texts in self._package:
            shared, texts = shared_texts(self._package, self._texts)
        marks, content = scan(self._package, sheet.part, styles, shared)
        if not marks.valued:
            return Grid(sheet, (), marks, {})
        rows = _values(content, texts, self.file)
        for row, column in (*marks.errors, *marks.formulas):
            # Blank in most versions of calamine; their texts come from the scan.
            if row <= len(rows) and column < len(rows[row - 1]):
                rows[row - 1][column] = ""
        found = sum(not isinstance(value, str) or not is_blank(value) for row in rows for value in row)
        if found != marks.shown:  # a value that is passed over would count as missing
            raise unsound(
                self.file, f"{abs(marks.shown - found)} of its cells cannot be read",
                f"有 {abs(marks.shown - found)} 个单元格无法读取",
            )  # fmt: skip
        numbers: dict[Cell, float] = {}
        # Rows of nothing but errors or formulas without results have no values.
        rows += [[]] * (marks.last[0] - len(rows))
        cells = [
            _row_texts(row, number, marks, numbers, from_1904=styles.from_1904) for number, row in enumerate(rows, 1)
        ]
        # calamine leaves errors blank, and a formula without a result must not pass for a blank cell.
        for (row, column), text in (*marks.errors.items(), *marks.formulas.items(), *marks.raised.items()):
            cells[row - 1][column] = text
        records = tuple(Record(number, tuple(texts)) for number, texts in enumerate(cells, 1))
        return Grid(sheet, records, marks, numbers)


def _values(content: bytes, texts: bytes | None, file: str) -> list[list[Any]]:
    """The stored values of a sheet that was scanned, from its upper left cell."""
    from python_calamine import CalamineError, CalamineWorkbook

    # Only what the scan has seen is handed on, in a package of our own: of the file itself calamine
    # would unpack more, and guess at dates by itself.
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(_repacked(content, texts)))
        return list(workbook.get_sheet_by_index(0).to_python(skip_empty_area=False))
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise unsound(file, f"its cells cannot be read ({error})", f"单元格无法读取（{error}）") from error
    except BaseException as error:
        # A panic of the Rust code is no Exception; it can be named but not imported.
        if type(error).__name__ != "PanicException":
            raise
        raise unsound(file, "its cells cannot be read", "单元格无法读取") from None


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_FRAME = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument"'
    ' Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="sheet" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}">'
    f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
}


def _repacked(content: bytes, texts: bytes | None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in _FRAME.items():
            archive.writestr(name, text)
        archive.writestr("xl/worksheets/sheet1.xml", content)
        if texts is not None:
            archive.writestr("xl/sharedStrings.xml", texts)
    return out.getvalue()


def _row_texts(row: list[Any], number: int, marks: Marks, numbers: dict[Cell, float], *, from_1904: bool) -> list[str]:
    cells = [""] * (marks.last[1] + 1)
    for column, value in enumerate(row[: len(cells)]):
        if isinstance(value, str):
            cells[column] = value
        elif isinstance(value, bool):
            cells[column] = "TRUE" if value else "FALSE"
        elif isinstance(value, (int, float)):
            kind = marks.kinds.get((number, column), "number")
            if kind == "number":
                numbers[number, column] = float(value)
                cells[column] = number_text(float(value))
            elif kind == "percent":
                cells[column] = percent_text(float(value))
            else:
                cells[column] = date_text(float(value), kind, from_1904=from_1904)
        else:
            cells[column] = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return cells


_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|table|head|body|\?mso-application|workbook)\b", re.IGNORECASE)
_OTHERS = {
    "xl/workbook.bin": {"en": "an XLSB workbook", "zh": "XLSB 工作簿"},
    "mimetype": {"en": "an OpenDocument file", "zh": "OpenDocument 文件"},
    "word/document.xml": {"en": "a Word document", "zh": "Word 文档"},
    "index/document.iwa": {"en": "a Numbers file", "zh": "Numbers 文件"},
}


def is_workbook(given: Input, head: bytes, size: int) -> bool:
    """Whether a file is a workbook of the kind that is read, by its bytes.

    Raises ``UnreadableError`` RI261 for other kinds (XLS, XLSB, OpenDocument, a web page saved as a
    workbook) and for encrypted ones, RI262 for a damaged one.
    """
    file = str(given.path)
    if head.startswith(_OLE):
        kind = {"en": "an old XLS workbook", "zh": "旧版 XLS 工作簿"}
        if size <= LARGEST and _ENCRYPTED in given.whole():
            kind = {"en": "a workbook with a password", "zh": "加密的工作簿"}
        raise UnreadableError("RI261", file=file, kind=kind)
    if head.lstrip().startswith(b"<"):
        if _MARKUP.match(head.lstrip()):
            kind = {"en": "a web page or XML, whatever its name says", "zh": "网页或 XML 文件（无论扩展名为何）"}
            raise UnreadableError("RI261", file=file, kind=kind)
        return False
    if not head.startswith(b"PK"):
        return False
    try:
        package = Package(given.whole() if size <= LARGEST else b"", file)
    except UnreadableError:
        if b"xl/" in head or b"[Content_Types].xml" in head:
            raise
        return False
    for part, kind in _OTHERS.items():
        if part in package:
            raise UnreadableError("RI261", file=file, kind=kind)
    return "xl/workbook.xml" in package or "[Content_Types].xml" in package
