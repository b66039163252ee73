"""The parts of a Word document that its library has no words for: fields, bookmarks, tables made fast, fonts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from resilience_index.report.document.blocks import Cell, Column, Signature, Table
from resilience_index.report.document.widths import widths
from resilience_index.report.words.translations import clean

HEAD, BODY = ("Arial", "黑体"), ("Times New Roman", "宋体")
"""Typefaces of headings and of running text: of Latin, and of Chinese as every Chinese Windows has them."""
INK, SOFT, LINE, FAINT = "1F4E79", "5B6B7B", "C3CCD5", "EDF1F4"
_SHORT, _LETTERS = 12, 1000
"""Rows and characters up to which a table stays on one page."""
_EMPTY = (1980, 1, 1, 0, 0, 0)


def element(name: str, /, **attributes: str) -> Any:
    """An element of WordprocessingML; attributes are in its namespace."""
    from docx.oxml import OxmlElement

    found = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        found.set(tag(key), value)
    return found


def tag(name: str) -> str:
    """The name of an element or attribute of WordprocessingML with its namespace."""
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))


def fonts(names: tuple[str, str]) -> Any:
    """The typefaces of a run or a style, that of Chinese named as well."""
    latin, chinese = names
    return element("rFonts", ascii=latin, hAnsi=latin, cs=latin, eastAsia=chinese)


def properties(names: tuple[str, str] = BODY, *, size: float | None = None, colour: str | None = None) -> Any:
    """The properties of a run, in the order the format asks for."""
    found = element("rPr")
    found.append(fonts(names))
    if colour is not None:
        found.append(element("color", val=colour))
    if size is not None:
        found.append(element("sz", val=str(round(size * 2))))
        found.append(element("szCs", val=str(round(size * 2))))
    return found


def run(text: str, **look: Any) -> Any:
    """A run of text; line breaks in the text are line breaks in the document."""
    found = element("r")
    found.append(properties(**look))
    for place, line in enumerate(clean(text).split("\n")):
        if place:
            found.append(element("br"))
        found.append(_text(line))
    return found


def _text(text: str) -> Any:
    found = element("t")
    found.text = text
    found.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return found


def field(instruction: str, shown: str, *, stale: bool = False, **look: Any) -> list[Any]:
    """A field with the result it shows until the program counts again; ``stale`` asks it to do so."""
    found = []
    for kind in ("begin", "instruction", "separate", "result", "end"):
        part = element("r")
        part.append(properties(**look))
        if kind == "instruction":
            code = element("instrText")
            code.text = f" {instruction} "
            code.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            part.append(code)
        elif kind == "result":
            part.append(_text(shown))
        else:
            mark = element("fldChar", fldCharType=kind)
            if stale and kind == "begin":
                mark.set(tag("dirty"), "true")
            part.append(mark)
        found.append(part)
    return found


def bookmark(number: int, name: str, inside: Sequence[Any]) -> list[Any]:
    """What a reference can point at."""
    return [element("bookmarkStart", id=str(number), name=name), *inside, element("bookmarkEnd", id=str(number))]


def table(content: Table, width: int, *, size: float = 9.0) -> Any:
    """A table of the given width in twentieths of a point, its header repeated on every page.

    A short table stays on one page; of a long one the first rows stay with the header, the last with its remark.
    """
    room = widths(content, round(width * content.share), size)
    found = element("tbl")
    look = element("tblPr")
    look.append(element("tblStyle", val="ReportTable"))
    look.append(element("tblW", w=str(sum(room)), type="dxa"))
    look.append(element("jc", val="center"))
    look.append(element("tblLayout", type="fixed"))
    look.append(element("tblLook", val="0020", firstRow="1", lastRow="0", firstColumn="0", lastColumn="0",
                        noHBand="1", noVBand="1"))  # fmt: skip
    found.append(look)
    grid = element("tblGrid")
    for each in room:
        grid.append(element("gridCol", w=str(each)))
    found.append(grid)
    heads = [Cell(column.title, f"#{INK}", "#ffffff", strong=True) for column in content.columns]
    found.append(_row(heads, content.columns, room, size, header=True))
    last = len(content.rows) - 1
    whole = content.caption != "" and len(content.rows) <= _SHORT and sum(map(_letters, content.rows)) < _LETTERS
    for place, cells in enumerate(content.rows):
        keep = content.caption != "" and (
            (whole and place < last) or (not whole and place < 2) or (place == last and content.note != "")
        )
        found.append(_row(cells, content.columns, room, size, keep=keep))
    return found


def _letters(cells: Sequence[Cell]) -> int:
    return sum(len(cell.text) for cell in cells)


def _row(
    cells: Sequence[Cell], columns: Sequence[Column], room: Sequence[int], size: float, *, header: bool = False,
    keep: bool = False,
) -> Any:  # fmt: skip
    """A row; ``keep`` holds it on the page of the next one."""
    found = element("tr")
    look = element("trPr")
    look.append(element("cantSplit"))
    if header:
        look.append(element("tblHeader"))
    found.append(look)
    for cell, column, width in zip(cells, columns, room, strict=True):
        found.append(_cell(cell, column.align, width, size, keep=keep or header))
    return found


def _cell(cell: Cell, align: str, width: int, size: float, *, keep: bool) -> Any:
    found = element("tc")
    look = element("tcPr")
    look.append(element("tcW", w=str(width), type="dxa"))
    if cell.fill is not None:
        look.append(element("shd", val="clear", color="auto", fill=hexadecimal(cell.fill)))
    look.append(element("vAlign", val="center"))
    found.append(look)
    paragraph = element("p")
    setting = element("pPr")
    setting.append(element("pStyle", val="TableText"))
    if keep:
        setting.append(element("keepNext"))
    if cell.indent:
        setting.append(element("ind", left=str(180 * cell.indent)))
    setting.append(element("jc", val=align))
    paragraph.append(setting)
    colour = None if cell.ink is None else hexadecimal(cell.ink)
    paragraph.append(run(cell.text, names=HEAD if cell.strong else BODY, size=size, colour=colour))
    found.append(paragraph)
    return found


def signature(block: Signature, width: int) -> Any:
    """Lines to sign, and beside them a place for the seal in a frame over all of them."""
    room = [round(width * part) for part in (0.16, 0.42, 0.04, 0.38)]
    found = element("tbl")
    look = element("tblPr")
    look.append(element("tblW", w=str(sum(room)), type="dxa"))
    look.append(element("tblLayout", type="fixed"))
    found.append(look)
    grid = element("tblGrid")
    for each in room:
        grid.append(element("gridCol", w=str(each)))
    found.append(grid)
    for place, label in enumerate(block.lines):
        row = element("tr")
        setting = element("trPr")
        setting.append(element("cantSplit"))
        setting.append(element("trHeight", val="760", hRule="atLeast"))
        row.append(setting)
        row.append(_field(room[0], label, "TableText", bottom=False))
        row.append(_field(room[1], "", "TableText", bottom=True))
        row.append(_field(room[2], "", "TableText", bottom=False))
        row.append(_seal(room[3], block.seal if place == 0 else "", first=place == 0))
        found.append(row)
    return found


def _field(width: int, text: str, style: str, *, bottom: bool) -> Any:
    """A cell of the block of signatures: a label, or room to write on a line."""
    found = element("tc")
    look = element("tcPr")
    look.append(element("tcW", w=str(width), type="dxa"))
    if bottom:
        borders = element("tcBorders")
        borders.append(element("bottom", val="single", sz="4", space="0", color=SOFT))
        look.append(borders)
    look.append(element("vAlign", val="bottom"))
    found.append(look)
    found.append(_labelled(text, style, None))
    return found


def _seal(width: int, text: str, *, first: bool) -> Any:
    """A cell of the frame for the seal, which goes over all rows."""
    found = element("tc")
    look = element("tcPr")
    look.append(element("tcW", w=str(width), type="dxa"))
    look.append(element("vMerge", val="restart") if first else element("vMerge"))
    borders = element("tcBorders")
    for side in ("top", "left", "bottom", "right"):
        borders.append(element(side, val="dashed", sz="6", space="0", color=LINE))
    look.append(borders)
    look.append(element("vAlign", val="center"))
    found.append(look)
    found.append(_labelled(text, "Seal", SOFT))
    return found


def _labelled(text: str, style: str, colour: str | None) -> Any:
    paragraph = element("p")
    setting = element("pPr")
    setting.append(element("pStyle", val=style))
    paragraph.append(setting)
    if text:
        paragraph.append(run(text, size=10.5, colour=colour))
    return paragraph


def hexadecimal(colour: str) -> str:
    """``#rrggbb`` as the format writes it."""
    return colour.removeprefix("#").upper()


def same_bytes(content: bytes, left_out: frozenset[str] = frozenset()) -> bytes:
    """A zip archive without times, its members in the order of their names, the first as the format asks."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        names = sorted(set(source.namelist()) - left_out, key=lambda name: (name != "[Content_Types].xml", name))
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
            for name in names:
                member = zipfile.ZipInfo(name, _EMPTY)
                member.compress_type = zipfile.ZIP_DEFLATED
                member.external_attr = 0o600 << 16
                member.create_system = 3
                target.writestr(member, source.read(name))
    return out.getvalue()
