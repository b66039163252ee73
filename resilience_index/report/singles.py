"""Reports of single communities in every format that has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from resilience_index.report.document import wording
from resilience_index.report.document.batches import file_name
from resilience_index.report.document.blocks import Document, Language
from resilience_index.report.templates import SHIPPED, Templates
from resilience_index.report.view.model import UnitView, View
from resilience_index.report.words.translations import languages

Files = Iterator[tuple[str, bytes]]


def pages(
    view: View, units: Sequence[UnitView], formats: Sequence[str], language: str, templates: Templates = SHIPPED
) -> Files:  # fmt: skip
    """The files of the communities ``units`` of the newest period, by name, one after the other.

    ``community-ID.html``; formats of one language have a file for each: ``community-ID.zh.docx``. Raises
    ``UsageError`` RI540 without the typefaces of docx and pdf.
    """
    shown = wording.titled(view, templates)
    for name in FORMATS:
        if name in formats:
            yield from FORMATS[name](shown, units, language, templates)


def names(units: Sequence[UnitView], formats: Sequence[str], language: str) -> list[str]:
    """The names of the files that ``pages`` makes, in their order."""
    return [
        file_name(unit.community_id, shown)
        for name in FORMATS if name in formats
        for shown in ([name] if name in _ONE_FILE else [shown for _, shown in _endings(language, name)])
        for unit in units
    ]  # fmt: skip


def _html(view: View, units: Sequence[UnitView], language: str, templates: Templates) -> Files:
    from resilience_index.report.document.whole import WholePages
    from resilience_index.report.page import paper

    makers = [WholePages(view, each) for each in _languages(language)]
    for unit in units:
        content = paper.render(
            [wording.of(maker.page(unit), templates) for maker in makers], view.program_version, templates
        )  # fmt: skip
        yield file_name(unit.community_id, "html"), content


def _docx(view: View, units: Sequence[UnitView], language: str, templates: Templates) -> Files:
    from resilience_index.report.document import docx

    yield from _documents(view, units, language, "docx", docx.render_all, templates)


def _pdf(view: View, units: Sequence[UnitView], language: str, templates: Templates) -> Files:
    from resilience_index.report.document import pdf

    yield from _documents(view, units, language, "pdf", pdf.render_all, templates)


def _documents(
    view: View, units: Sequence[UnitView], language: str, ending: str,
    render: Callable[[Iterator[Document], Templates], Iterator[bytes]], templates: Templates,
) -> Files:  # fmt: skip
    from resilience_index.report.document.community import Pages

    for each, shown in _endings(language, ending):
        maker = Pages(view, each)
        names = [file_name(unit.community_id, shown) for unit in units]
        documents = (wording.of(maker.page(unit), templates) for unit in units)
        yield from zip(names, render(documents, templates), strict=True)


def _md(view: View, units: Sequence[UnitView], language: str, templates: Templates) -> Files:
    from resilience_index.report.document import markdown
    from resilience_index.report.document.whole import WholePages

    for each, shown in _endings(language, "md"):
        maker = WholePages(view, each)
        for unit in units:
            yield file_name(unit.community_id, shown), markdown.render(wording.of(maker.page(unit), templates))


def _json(view: View, units: Sequence[UnitView], _: str, __: Templates) -> Files:
    from resilience_index.report.export import view_json
    from resilience_index.report.view import single

    for unit in units:
        yield file_name(unit.community_id, "json"), view_json.render(single.of_community(view, unit.community_id))


def _languages(language: str) -> list[Language]:
    return ["zh" if each == "zh" else "en" for each in languages(language)]


def _endings(language: str, ending: str) -> list[tuple[Language, str]]:
    """Each language with the ending of its files."""
    found = _languages(language)
    return [(each, f"{each}.{ending}" if len(found) > 1 else ending) for each in found]


FORMATS: Mapping[str, Callable[[View, Sequence[UnitView], str, Templates], Files]] = {
    "html": _html, "docx": _docx, "pdf": _pdf, "md": _md, "json": _json,
}  # fmt: skip
"""Formats that have a form for one community; the others are tables of all."""
_ONE_FILE = ("html", "json")
