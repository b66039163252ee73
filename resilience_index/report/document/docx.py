"""Documents as Word files: real styles, captions that count themselves, a table of contents, fonts for Chinese.

Pictures are drawn from the same SVG as in the PDF. Nothing of the machine or the time is written, so the same document
gives the same bytes.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from resilience_index.files import write_atomic
from resilience_index.report.document import city as city_document
from resilience_index.report.document import docx_base, docx_styles, fitting, pdf, wording
from resilience_index.report.document import docx_parts as parts
from resilience_index.report.document.blocks import (
    Beside,
    Block,
    Bullets,
    Cell,
    Column,
    Document,
    Facts,
    Figure,
    Heading,
    Language,
    PageBreak,
    Paragraph,
    Scorecard,
    Signature,
    Table,
)
from resilience_index.report.templates import SHIPPED, WORD, Templates
from resilience_index.report.view.model import View
from resilience_index.report.words.translations import clean

_TWIPS = 1440 / 25.4
"""Twentieths of a point in a millimetre."""
_SHORT_SCORE = 9.0
"""Ems up to which a figure of the page of a community is set large."""
_EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


def write_docx(view: View, path: Path, lang: Language, templates: Templates = SHIPPED) -> None:
    """Write the report of a run; the same view, language and templates give the same bytes.

    Raises ``UsageError`` RI540 without the typefaces of the pictures, ``TemplateError`` RI547.
    """
    write_atomic(path, render(wording.of(city_document.build(view, lang), templates), templates))


def write_one_pagers(view: View, folder: Path, lang: Language, ids: Sequence[str] | None = None) -> tuple[str, ...]:
    """Write a page for each community of the newest period into a folder; the names of the files.

    ``ids`` chooses communities. Raises ``UsageError`` RI540 without the typefaces, ``InputError`` RI417 for ids that
    are not there.
    """
    from resilience_index.report.document import batches

    return batches.write(view, folder, lang, ids, "docx", render_all)


def render_all(documents: Iterator[Document], templates: Templates = SHIPPED) -> Iterator[bytes]:
    """Documents as Word files, one after the other."""
    for document in documents:
        yield render(document, templates)


def render(document: Document, templates: Templates = SHIPPED) -> bytes:
    """A document as a Word file."""
    return _Writer(document, templates).write()


def describe(file: Any, title: str, keywords: Sequence[str], language: str) -> None:
    """Say what a file is, and nothing of who made it or when."""
    told = file.core_properties
    told.title = clean(title)[:255]
    told.author = told.last_modified_by = told.comments = told.subject = ""
    told.keywords = clean(", ".join(keywords))[:255]
    told.language = language
    told.created = told.modified = _EPOCH
    told.revision = 1


class _Writer:
    """Writes one document; counts captions and headings."""

    def __init__(self, document: Document, templates: Templates) -> None:
        self.document = document
        self.single = not document.has_cover
        base = templates.files.get(WORD[1] if self.single else WORD[0])
        self.based = base is not None
        self.file = _empty() if base is None else docx_base.opened(base)
        # Word sets wider than typst does: half a point less keeps a page one page.
        self.text_size = fitting.SIZES[fitting.likely(document)] - 0.5 if self.single else 10.5
        prepared = docx_styles.prepare if base is None else docx_styles.complete
        self.width = prepared(self.file, document, self.text_size)
        drawn = list(_figures(document.blocks))
        self.pictures = dict(zip(map(id, drawn), pdf.pictures(drawn, templates=templates), strict=True))
        self.listed = docx_styles.is_listed(self.file)
        self.new_page = self.leads = False
        self.tables = self.figures = self.headings = self.marks = 0
        self.size = self.text_size - (0.5 if self.single else 1.5)

    def write(self) -> bytes:
        document, body = self.document, self.file.element.body
        if self.single:
            self._begin_page(body)
        else:
            self._begin_report(body)
        for block, following in zip_longest(document.blocks, document.blocks[1:]):
            self.leads = isinstance(block, Paragraph) and isinstance(following, (Table, Bullets))
            self._place(block, body, self.width)
        if self.based:
            docx_base.take_styles(body)
        language = "zh-CN" if document.language == "zh" else "en-GB"
        describe(self.file, f"{document.title} {document.subtitle}", document.keywords, language)
        out = io.BytesIO()
        self.file.save(out)
        return parts.same_bytes(out.getvalue())

    # --- beginnings

    def _begin_page(self, body: Any) -> None:
        document = self.document
        heading = self._paragraph(body, "Heading1")
        heading.append(parts.run(document.title, names=parts.HEAD))
        self._paragraph(body, "Remark").append(parts.run(document.subtitle, size=self.size, colour=parts.SOFT))
        if document.notice:
            self._paragraph(body, "Warning").append(parts.run(document.notice))

    def _begin_report(self, body: Any) -> None:
        document = self.document
        self._paragraph(body, "Title").append(parts.run(document.title, names=parts.HEAD))
        self._paragraph(body, "Subtitle").append(parts.run(document.subtitle, names=parts.HEAD))
        rows = [[Cell(label, ink=f"#{parts.SOFT}"), Cell(value)] for label, value in document.cover]
        self._facts(rows, body, self.width, share=0.8)
        if document.notice:
            self._paragraph(body, "Notice").append(parts.run(document.notice))
        docx_styles.end_cover(self._paragraph(body, "Normal"), self.file)
        self._paragraph(body, "TOCHeading").append(parts.run(document.contents, names=parts.HEAD))
        self._contents(body)

    def _contents(self, body: Any) -> None:
        """The table of contents as a field, with its entries in place for readers that do not count."""
        entries = [block for block in self.document.blocks if isinstance(block, Heading) and block.level < 3]
        before, after = parts.field('TOC \\o "1-2" \\h \\z \\u', "", stale=True)[:3], parts.field("", "")[-1:]
        for place, entry in enumerate(entries):
            paragraph = self._paragraph(body, f"TOC{entry.level}")
            for part in before if place == 0 else ():
                paragraph.append(part)
            # Pages are known only to the program that shows the document: until it counts, entries are links.
            link = parts.element("hyperlink", anchor=_mark(place), history="1")
            link.append(parts.run(entry.text))
            paragraph.append(link)
            for part in after if place == len(entries) - 1 else ():
                paragraph.append(part)
        self.new_page = True

    # --- blocks

    def _place(self, block: Block, into: Any, width: int) -> None:
        match block:
            case Heading():
                self._heading(block, into)
            case Paragraph():
                style = {"body": "BodyText", "note": "Remark", "warning": "Warning"}[block.style]
                paragraph = self._paragraph(into, style)
                if self.leads:  # what leads to a table or a list stays with it
                    paragraph.pPr.insert(1, parts.element("keepNext"))
                paragraph.append(parts.run(block.text))
            case Bullets():
                self._bullets(block, into)
            case Facts():
                rows = [[Cell(label, ink=f"#{parts.SOFT}"), Cell(value)] for label, value in block.rows]
                self._facts(rows, into, width)
            case Table():
                self._table(block, into, width)
            case Figure():
                self._figure(block, into, width)
            case Scorecard():
                self._scores(block, into, width)
            case Beside():
                self._beside(block, into, width)
            case Signature():
                self._signature(block, into, width)
            case PageBreak():
                self.new_page = True

    def _paragraph(self, into: Any, style: str) -> Any:
        paragraph = parts.element("p")
        setting = parts.element("pPr")
        setting.append(parts.element("pStyle", val=style))
        if self.new_page:  # as a property of what begins the page: a break of its own could fall on an empty one
            setting.append(parts.element("pageBreakBefore"))
            self.new_page = False
        paragraph.append(setting)
        return _append(into, paragraph)

    def _heading(self, block: Heading, into: Any) -> None:
        paragraph = self._paragraph(into, f"Heading{block.level}")
        text = [parts.run(block.text, names=parts.HEAD)]
        if block.level < 3:
            text = parts.bookmark(self.headings + 1, _mark(self.headings), text)
            self.headings += 1
        for part in text:
            paragraph.append(part)

    def _bullets(self, block: Bullets, into: Any) -> None:
        for lead, rest in block.items:
            paragraph = self._paragraph(into, "ListBullet")
            if self.based and not self.listed:
                paragraph.append(parts.run("•  "))
            if lead:
                paragraph.append(parts.run(f"{lead}  ", names=parts.HEAD))
            paragraph.append(parts.run(rest))

    def _table(self, block: Table, into: Any, width: int) -> None:
        if block.caption:
            self.tables += 1
            self._caption(into, self.document.table_word, self.tables, block.caption, keep=True)
        _append(into, parts.table(block, width, size=self.size))
        self._after_table(into, block.note)

    def _after_table(self, into: Any, note: str = "") -> None:
        """The remark of a table, or a thin line: two tables in a row would join."""
        if note:
            self._paragraph(into, "Remark").append(parts.run(note, size=self.size - 0.5, colour=parts.SOFT))
        else:
            self._paragraph(into, "Spacer")

    def _caption(self, into: Any, word: str, number: int, text: str, *, keep: bool) -> None:
        paragraph = self._paragraph(into, "Caption")
        if keep:
            paragraph.pPr.insert(1, parts.element("keepNext"))
        paragraph.append(parts.run(f"{word} ", names=parts.HEAD))
        for part in parts.field(f"SEQ {word} \\* ARABIC", str(number), names=parts.HEAD):
            paragraph.append(part)
        paragraph.append(parts.run(f"  {text}", names=parts.HEAD))

    def _figure(self, block: Figure, into: Any, width: int) -> None:
        from docx.shared import Mm
        from docx.text.paragraph import Paragraph as Place

        paragraph = self._paragraph(into, "Picture")
        picture = io.BytesIO(self.pictures[id(block)])
        shown = min(block.width, (0.72 if self.single else 0.97) * width / _TWIPS)
        inline = Place(paragraph, self.file.part).add_run().add_picture(picture, width=Mm(shown))._inline
        self.marks += 1
        for side in ("distT", "distB", "distL", "distR"):  # without them, some programs leave room around
            inline.set(side, "0")
        inline.docPr.set("id", str(1000 + self.marks))
        inline.docPr.set("name", f"{self.document.figure_word} {self.marks}")
        inline.docPr.set("descr", clean(block.alt))
        if block.caption and self.single:
            self._paragraph(into, "Caption").append(parts.run(block.caption, names=parts.HEAD))
        elif block.caption:
            self.figures += 1
            self._caption(into, self.document.figure_word, self.figures, block.caption, keep=False)

    def _facts(self, rows: Sequence[Sequence[Cell]], into: Any, width: int, share: float = 1.0) -> None:
        content = Table([Column("", 1), Column("", 3)], rows, share=share)
        found = parts.table(content, width, size=10)
        found.remove(found.tr_lst[0])  # pairs have no header
        _append(into, found)
        self._after_table(into)

    def _scores(self, block: Scorecard, into: Any, width: int) -> None:
        columns = [Column("", 1, "center") for _ in block.items]
        labels = [Cell(label, cell.fill, cell.ink or f"#{parts.SOFT}") for label, cell in block.items]
        found = parts.table(Table(columns, [labels, [cell for _, cell in block.items]]), width, size=self.size)
        found.remove(found.tr_lst[0])
        for cell in found.tr_lst[-1].tc_lst:
            for run in cell.p_lst[0].r_lst:
                size = 13 if fitting.width(run.text) < _SHORT_SCORE else 9
                run.replace(run.rPr, parts.properties(parts.HEAD, size=size, colour=_colour_of(run)))
        _append(into, found)
        self._after_table(into)

    def _beside(self, block: Beside, into: Any, width: int) -> None:
        left = round(width * block.share)
        found = parts.table(Table([Column("", block.share), Column("", 1 - block.share)], []), width)
        found.remove(found.tr_lst[0])
        found.tblPr.remove(found.tblPr.find(parts.tag("tblStyle")))
        row = parts.element("tr")
        for room, content in ((left, block.left), (width - left, block.right)):
            cell = parts.element("tc")
            look = parts.element("tcPr")
            look.append(parts.element("tcW", w=str(room), type="dxa"))
            cell.append(look)
            row.append(cell)
            for item in content:
                self._place(item, cell, room - 160)
        found.append(row)
        _append(into, found)
        self._after_table(into)

    def _signature(self, block: Signature, into: Any, width: int) -> None:
        found = parts.signature(block, width)
        _append(into, found)
        self._paragraph(into, "Spacer")
        self._paragraph(into, "Remark").append(parts.run(block.note))


def _empty() -> Any:
    import docx as library

    return library.Document()


def _figures(blocks: Sequence[Block]) -> Iterator[Figure]:
    for block in blocks:
        if isinstance(block, Figure):
            yield block
        elif isinstance(block, Beside):
            yield from _figures(block.left)
            yield from _figures(block.right)


def _mark(place: int) -> str:
    return f"_Toc{place + 1:06d}"


def _append(into: Any, item: Any) -> Any:
    """Put an element at the end: in the body, before the settings of its last section."""
    last = into[-1] if len(into) else None
    if last is not None and last.tag == parts.tag("sectPr"):
        last.addprevious(item)
    else:
        into.append(item)
    return item


def _colour_of(run: Any) -> str | None:
    found = run.rPr.find(parts.tag("color"))
    return None if found is None else str(next(iter(found.values())))
