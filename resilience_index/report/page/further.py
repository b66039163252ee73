"""Further pages in the look of the report: what changed, and how one score came about."""

from __future__ import annotations

from collections.abc import Sequence

from resilience_index._version import __version__
from resilience_index.data.privacy import mask_all
from resilience_index.findings import Finding
from resilience_index.report.page.html import LISTED_UNITS, page
from resilience_index.report.view.change import ChangeView
from resilience_index.report.view.explanation import ExplanationView
from resilience_index.report.view.outlook import OutlookView
from resilience_index.report.words.change import WORDS
from resilience_index.report.words.translations import pick


def change_page(view: ChangeView, language: str = "both") -> bytes:
    """The page of a comparison as UTF-8 bytes; ``language`` is ``zh``, ``en`` or ``both``."""
    content = {
        "view": view, "w": WORDS, "units": view.units[:LISTED_UNITS],
        "left_out": max(0, len(view.units) - LISTED_UNITS), "findings": _findings(view.findings),
        "in_file": {key: text.format(count=len(view.units) - LISTED_UNITS) for key, text in WORDS["in_file"].items()},
        "title": pick(WORDS["change_title"], language, " / "), "version": __version__,
    }  # fmt: skip
    return page("change.html.j2", content, language)


def explanation_page(
    view: ExplanationView, outlook: OutlookView | None, findings: Sequence[Finding], language: str = "both"
) -> bytes:
    """The page of an explanation as UTF-8 bytes; ``language`` is ``zh``, ``en`` or ``both``."""
    content = {
        "view": view, "outlook": outlook, "w": WORDS, "findings": _findings(findings),
        "title": f"{view.name} {view.period}".strip(), "version": __version__,
    }  # fmt: skip
    return page("explain.html.j2", content, language)


def _findings(findings: Sequence[Finding]) -> list[dict[str, object]]:
    """Findings as a template takes them: both languages, personal numbers masked."""
    return [mask_all(finding.to_dict(("zh", "en"))) for finding in findings]
