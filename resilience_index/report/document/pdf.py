"""Documents as PDFs, set by typst.

The template is fixed; everything of a run reaches it as JSON, which it shows as text and never reads as markup. Only
the typefaces of ``fonts`` are used and no date is written, so the same document gives the same bytes on every machine.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from resilience_index.errors import InternalError
from resilience_index.files import write_atomic
from resilience_index.report.document import city as city_document
from resilience_index.report.document import fitting, fonts, widths
from resilience_index.report.document.blocks import Document, Figure, Language
from resilience_index.report.view.model import View
from resilience_index.report.words.translations import clean

_TEMPLATES = Path(__file__).parents[1] / "templates"
_SIZE = 10.5
"""Points of the type of a report."""
_TEXT_WIDTH, _PAGE_WIDTH = 8957, 9865
"""Twentieths of a point: the width of the text of a report, and of a page of a community."""
_EM = 0.6
"""The usual width of a letter in the typefaces of PDFs."""
_FULL = "more than a page"
"""What the template says of a page that does not fit."""
_FORGET = 50
"""Documents set by one compiler: it keeps what it has set, so a new one bounds the memory of a long batch."""


def write_pdf(view: View, path: Path, lang: Language) -> None:
    """Write the report of a run; the same view and language give the same bytes.

    Raises ``UsageError`` RI540 without the typefaces.
    """
    write_atomic(path, render(city_document.build(view, lang)))


def write_one_pagers(view: View, folder: Path, lang: Language, ids: Sequence[str] | None = None) -> tuple[str, ...]:
    """Write a page for each community of the newest period into a folder; the names of the files.

    ``ids`` chooses communities. Raises ``UsageError`` RI540 without the typefaces, RI541 for ids that are not there.
    """
    from resilience_index.report.document import batches

    return batches.write(view, folder, lang, ids, "pdf", render_all)


def render(document: Document) -> bytes:
    """A document as a PDF."""
    return next(render_all(iter([document])))


def render_all(documents: Iterator[Document]) -> Iterator[bytes]:
    """Documents as PDFs, one after the other, with one compiler for many of them."""
    for place, document in enumerate(documents):
        if place % _FORGET == 0:
            compiler = _compiler()
        yield _pdf(compiler, document)


def pictures(drawn: Sequence[Figure], pixels_per_inch: int = 200) -> list[bytes]:
    """Pictures as PNG, in one go. Raises ``UsageError`` RI540 without the typefaces."""
    if not drawn:
        return []
    shown = json.dumps([{"svg": fonts.printable(figure.svg), "width": figure.width} for figure in drawn])
    found = _compiler().compile(
        input=_source("picture.typ"), format="png", ppi=float(pixels_per_inch), sys_inputs={"svgs": shown}
    )
    return [bytes(page) for page in found] if isinstance(found, list) else [bytes(found)]


def _compiler() -> Any:
    import typst

    # Rooted in the folder of the templates: the fixed text of a template is all that is ever read.
    return typst.Compiler(root=str(_TEMPLATES), font_paths=fonts.collection(), ignore_system_fonts=True)


def _pdf(compiler: Any, document: Document) -> bytes:
    """A document set in the usual size of type; a page that would need two in a smaller one."""
    import typst

    width, size = (_PAGE_WIDTH, 9.0) if not document.has_cover else (_TEXT_WIDTH, _SIZE * 0.82)
    fitted = dataclasses.replace(document, blocks=list(widths.fitted(document.blocks, width, size, _EM)))
    data = fonts.printable(json.dumps(_plain(fitted), ensure_ascii=False))
    for points in (_SIZE,) if document.has_cover else fitting.SIZES[fitting.likely(document) :]:
        inputs = {"data": data, "size": str(points)}
        try:
            found = compiler.compile(input=_source("paper.typ"), format="pdf", timestamp=0, sys_inputs=inputs)
        except typst.TypstError as error:
            if _FULL not in error.message:
                raise
            continue
        return bytes(found)
    raise InternalError("RI011", reason=f"more than a page: {document.title}")


@functools.cache
def _source(name: str) -> bytes:
    return (_TEMPLATES / name).read_bytes()


def _plain(value: object) -> Any:
    """A document as JSON: blocks with their kind, texts inert."""
    if isinstance(value, str):
        return clean(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {item.name: _plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
        return {"kind": type(value).__name__.lower(), **fields}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
