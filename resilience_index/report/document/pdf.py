"""Documents as PDFs, set by typst.

The template is fixed; everything of a run reaches it as JSON, which it shows as text and never reads as markup. Only
the typefaces of ``fonts`` are used and no date is written, so the same document gives the same bytes on every machine.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from resilience_index.errors import InternalError, TemplateError
from resilience_index.files import write_atomic
from resilience_index.findings import Finding
from resilience_index.report.document import city as city_document
from resilience_index.report.document import fitting, fonts, widths, wording
from resilience_index.report.document.blocks import Document, Figure, Language
from resilience_index.report.templates import FOLDER, SHIPPED, TYPST, Templates
from resilience_index.report.view.model import View
from resilience_index.report.words.translations import clean

_SIZE = 10.5
"""Points of the type of a report."""
_TEXT_WIDTH, _PAGE_WIDTH = 8957, 9865
"""Twentieths of a point: the width of the text of a report, and of a page of a community."""
_EM = 0.6
"""The usual width of a letter in the typefaces of PDFs."""
_LONG_WORD = re.compile("[A-Za-z]{17}")
"""A word that the column of a table on a page may have to divide."""
_FULL = "more than a page"
"""What the template says of a page that does not fit."""
_FORGET = 50
"""Documents set by one compiler: it keeps what it has set, so a new one bounds the memory of a long batch."""


def write_pdf(view: View, path: Path, lang: Language, templates: Templates = SHIPPED) -> None:
    """Write the report of a run; the same view, language and templates give the same bytes.

    Raises ``UsageError`` RI540 without the typefaces, ``TemplateError`` RI547.
    """
    write_atomic(path, render(wording.of(city_document.build(view, lang), templates), templates))


def write_one_pagers(view: View, folder: Path, lang: Language, ids: Sequence[str] | None = None) -> tuple[str, ...]:
    """Write a page for each community of the newest period into a folder; the names of the files.

    ``ids`` chooses communities. Raises ``UsageError`` RI540 without the typefaces, ``InputError`` RI417 for
    ids that are not there.
    """
    from resilience_index.report.document import batches

    return batches.write(view, folder, lang, ids, "pdf", render_all)


def render(document: Document, templates: Templates = SHIPPED) -> bytes:
    """A document as a PDF."""
    return next(render_all(iter([document]), templates))


def render_all(documents: Iterator[Document], templates: Templates = SHIPPED) -> Iterator[bytes]:
    """Documents as PDFs, one after the other, with one compiler for many of them."""
    with _root(templates) as root:
        for place, document in enumerate(documents):
            if place % _FORGET == 0:
                compiler = _compiler(root)
            yield _pdf(compiler, document, templates)


def pictures(drawn: Sequence[Figure], pixels_per_inch: int = 200, templates: Templates = SHIPPED) -> list[bytes]:
    """Pictures as PNG, in one go. Raises ``UsageError`` RI540 without the typefaces, ``TemplateError`` RI547."""
    if not drawn:
        return []
    shown = json.dumps([{"svg": fonts.printable(figure.svg), "width": figure.width} for figure in drawn])
    source = _source("picture.typ", templates)
    with _root(templates) as root, _told("picture.typ", templates):
        found = _compiler(root).compile(
            input=source, format="png", ppi=float(pixels_per_inch), sys_inputs={"svgs": shown}
        )  # fmt: skip
    return [bytes(page) for page in found] if isinstance(found, list) else [bytes(found)]


@contextlib.contextmanager
def _root(templates: Templates) -> Iterator[Path]:
    """The folder that typst may read: that of the templates, or one with nothing but the user's pictures."""
    if not any(templates.own(name) for name in TYPST):
        yield FOLDER
        return
    with tempfile.TemporaryDirectory() as scratch:
        for name, content in templates.pictures.items():
            path = Path(scratch, name)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        yield Path(scratch)


def _compiler(root: Path = FOLDER) -> Any:
    import typst

    # All that is ever read lies in the root; there are no packages in it, either.
    return typst.Compiler(
        root=str(root), font_paths=fonts.collection(), ignore_system_fonts=True, package_path=str(root),
        package_cache_path=str(root),
    )  # fmt: skip


@contextlib.contextmanager
def _told(name: str, templates: Templates) -> Iterator[None]:
    """Errors of the user's template as findings with their place; those of the program's are its own fault."""
    import typst

    try:
        yield
    except typst.TypstError as error:
        if not templates.own(name):
            raise
        raise TemplateError([_finding(error, name, templates)]) from error


def _finding(error: Any, name: str, templates: Templates) -> Finding:
    place = _PLACE.search(str(error.diagnostic))
    line, column = (int(place[1]), int(place[2])) if place else (None, None)
    said = _SEARCHED.sub("", str(error.message))
    params = {"name": name, "reason": said, "hint": list(error.hints) or _NO_HINT}
    return Finding("RI547", templates.where(name, line, column), params, templates.source_line(name, line))


_PLACE = re.compile(r"__typst_py_bytes__\.typ:(\d+):(\d+)")
_SEARCHED = re.compile(r" \(searched at .*\)")
_NO_HINT = {"zh": "见 typst 的说明", "en": "see the manual of typst"}


def _pdf(compiler: Any, document: Document, templates: Templates) -> bytes:
    """A document set in the usual size of type; a page that would need two in a smaller one."""
    import typst

    width, size = (_PAGE_WIDTH, 9.0) if not document.has_cover else (_TEXT_WIDTH, _SIZE * 0.82)
    fitted = dataclasses.replace(document, blocks=list(widths.fitted(document.blocks, width, size, _EM)))
    data = fonts.printable(json.dumps(_plain(fitted), ensure_ascii=False))
    long = "yes" if _LONG_WORD.search(data) else "no"
    source = _source("paper.typ", templates)
    last: Exception = InternalError("RI011", reason=f"more than a page: {document.title}")
    with _told("paper.typ", templates):
        for points in (_SIZE,) if document.has_cover else fitting.SIZES[fitting.likely(document) :]:
            inputs = {"data": data, "size": str(points), "long": long}
            try:
                found = compiler.compile(input=source, format="pdf", timestamp=0, sys_inputs=inputs)
            except typst.TypstError as error:
                if _FULL not in error.message:
                    raise
                last = error if templates.own("paper.typ") else last
                continue
            return bytes(found)
        raise last


def _source(name: str, templates: Templates) -> bytes:
    return templates.text(name).encode("utf-8")


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
