"""The formats of a report and who makes them; what writes a run's folder and what renders a finished run look here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from resilience_index.errors import UsageError
from resilience_index.findings import Location
from resilience_index.report.document.blocks import Language
from resilience_index.report.document.wording import titled
from resilience_index.report.templates import SHIPPED, Templates
from resilience_index.report.view.model import View
from resilience_index.report.words.translations import languages

Write = Callable[[View, Path, str, Templates], None]


@dataclass(frozen=True)
class Renderer:
    """A format: ``write`` fills a path that ``files.atomic_path`` gives, in a language of the reports.

    With ``one_language`` a file holds one language only; asked for both, there are two files.
    """

    write: Write
    one_language: bool = False


def _html(view: View, path: Path, language: str, templates: Templates) -> None:
    from resilience_index.report.page import html

    path.write_bytes(html.render(view, language, templates))


def _xlsx(view: View, path: Path, language: str, _: Templates) -> None:
    from xlsxwriter.exceptions import FileCreateError

    from resilience_index.report.workbook import xlsx

    try:
        xlsx.write(view, path, language)
    except FileCreateError as error:  # it holds the system's error and is none itself
        cause = error.args[0] if error.args else None
        raise cause if isinstance(cause, OSError) else OSError(str(error)) from error


def _docx(view: View, path: Path, language: str, templates: Templates) -> None:
    from resilience_index.report.document import docx

    docx.write_docx(view, path, _one(language), templates)


def _pdf(view: View, path: Path, language: str, templates: Templates) -> None:
    from resilience_index.report.document import pdf

    pdf.write_pdf(view, path, _one(language), templates)


def _md(view: View, path: Path, language: str, templates: Templates) -> None:
    from resilience_index.report.document import markdown

    markdown.write_markdown(view, path, _one(language), templates)


def _csv(view: View, path: Path, language: str, _: Templates) -> None:
    from resilience_index.report.export import ranking

    ranking.write_csv(view, path, language)


def _json(view: View, path: Path, _: str, __: Templates) -> None:
    from resilience_index.report.export import view_json

    path.write_bytes(view_json.render(view))


def _geojson(view: View, path: Path, _: str, __: Templates) -> None:
    from resilience_index.report.export import geojson

    geojson.write_geojson(view, path)


def _one(language: str) -> Language:
    return "zh" if language == "zh" else "en"


RENDERERS: Mapping[str, Renderer] = {
    "html": Renderer(_html),
    "xlsx": Renderer(_xlsx),
    "docx": Renderer(_docx, one_language=True),
    "pdf": Renderer(_pdf, one_language=True),
    "md": Renderer(_md, one_language=True),
    "csv": Renderer(_csv, one_language=True),
    "json": Renderer(_json),
    "geojson": Renderer(_geojson),
}
USUAL = ("html", "xlsx")
"""The formats of a run that names none."""


def writers(
    view: View, formats: Sequence[str], language: str, templates: Templates = SHIPPED
) -> dict[str, Callable[[Path], None]]:  # fmt: skip
    """What writes each file of a report, by its name: ``report.html``, ``report.zh.pdf``.

    Raises ``UsageError`` RI532 for GeoJSON of a view without a map.
    """
    check_map(formats, there=view.map is not None, where=view.data_source)
    named = files(formats, language)
    shown = titled(view, templates)
    return {file: _writer(RENDERERS[name], shown, each, templates) for file, (name, each) in named.items()}


def check_map(formats: Sequence[str], *, there: bool, where: str) -> None:
    """Refuse GeoJSON where there are no areas: ``UsageError`` RI532."""
    if "geojson" in formats and not there:
        raise UsageError("RI532", where=Location(where))


def files(formats: Sequence[str], language: str) -> dict[str, tuple[str, str]]:
    """The files of a report, each with its format and its language."""
    found: dict[str, tuple[str, str]] = {}
    for name, renderer in RENDERERS.items():
        if name not in formats:
            continue
        apart = renderer.one_language and len(languages(language)) > 1
        for each in languages(language) if renderer.one_language else (language,):
            found[f"report.{each}.{name}" if apart else f"report.{name}"] = (name, each)
    return found


def _writer(renderer: Renderer, view: View, language: str, templates: Templates) -> Callable[[Path], None]:
    return lambda path: renderer.write(view, path, language, templates)
