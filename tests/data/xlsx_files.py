"""Workbooks for tests: written by xlsxwriter, or from their XML where no program writes such files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def book(path: Path, fill: Callable[[Any], None]) -> Path:
    """A workbook that ``fill`` puts sheets into."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_numbers": False}) as workbook:
        fill(workbook)
    return path


def sheet_of(rows: Sequence[Sequence[Any]], name: str = "数据") -> Callable[[Any], None]:
    """Fills one sheet with rows as they are: numbers stay numbers, texts texts, None blank."""

    def fill(workbook: Any) -> None:
        sheet = workbook.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write(number, column, value)

    return fill


def raw_sheet(cells: str, *, after: str = "", before: str = "") -> str:
    """The XML of a sheet, given the XML of its rows."""
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{cells}</sheetData>{after}</worksheet>'


def raw_book(
    path: Path, sheet: str | bytes, *, styles: str = "", texts: str = "", workbook: str = "",
    more: dict[str, str] | None = None, compression: int = zipfile.ZIP_DEFLATED,
) -> Path:  # fmt: skip
    """A workbook of one sheet, from the XML of its parts."""
    out = io.BytesIO()
    listed = '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>'
    listed = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{workbook}{listed}</workbook>'
    with zipfile.ZipFile(out, "w", compression) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", relations([("officeDocument", "xl/workbook.xml")]))
        archive.writestr("xl/workbook.xml", listed)
        parts = [("worksheet", "worksheets/sheet1.xml")]
        parts += [("styles", "styles.xml")] * bool(styles) + [("sharedStrings", "sharedStrings.xml")] * bool(texts)
        archive.writestr("xl/_rels/workbook.xml.rels", relations(parts))
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, content in {"xl/styles.xml": styles, "xl/sharedStrings.xml": texts, **(more or {})}.items():
            if content:
                archive.writestr(name, content)
    path.write_bytes(out.getvalue())
    return path


def relations(parts: Sequence[tuple[str, str]]) -> str:
    """The XML that ties parts together; ids are r1, r2 …"""
    items = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(parts, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}">{items}</Relationships>'


def styles(*codes: str) -> str:
    """Styles 1, 2 … with these number formats; style 0 is general."""
    formats = "".join(f'<numFmt numFmtId="{164 + at}" formatCode="{code}"/>' for at, code in enumerate(codes))
    used = "".join(f'<xf numFmtId="{164 + at}"/>' for at in range(len(codes)))
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        f'<cellXfs><xf numFmtId="0"/>{used}</cellXfs></styleSheet>'
    )
