"""The report as a workbook that recalculates itself: names are text, figures are numbers, results are formulas.

From the raw values over normalisation, weights and aggregation to score, rank and grade every step is a formula with
its value beside it, so that a spreadsheet program follows a changed value without this program. Where a run is too
large, or a method has no formula, values stand alone and a note says so. The date of creation is fixed: the same view
gives the same bytes.
"""

from __future__ import annotations

from pathlib import Path

from resilience_index.report.view.model import View
from resilience_index.report.words.translations import languages
from resilience_index.report.workbook import diagnosis as xlsx_diagnosis
from resilience_index.report.workbook import levels as xlsx_levels
from resilience_index.report.workbook import method as xlsx_method
from resilience_index.report.workbook import prepared as xlsx_prepared
from resilience_index.report.workbook import ranking as xlsx_ranking
from resilience_index.report.workbook import summary as xlsx_summary
from resilience_index.report.workbook import values as xlsx_values
from resilience_index.report.workbook import weights as xlsx_weights
from resilience_index.report.workbook.book import Report

# A sheet ends at row 1 048 576; the rest is counted on the first sheet and stands in scores.csv.
LISTED_ROWS = 1_000_000


def write(view: View, path: Path, language: str = "both") -> None:
    """Write the workbook to ``path``; the same view and language give the same bytes.

    ``language`` is ``zh``, ``en`` or ``both`` (bilingual headings). Raises ``ValueError`` for another.
    """
    languages(language)
    book = Report(view, path, language, LISTED_ROWS)
    xlsx_summary.write(book)
    xlsx_ranking.write(book)
    xlsx_levels.write(book)
    xlsx_weights.write(book)
    if book.layout is not None:
        xlsx_values.normalized(book, book.layout)
        xlsx_values.raw(book, book.layout)
    if view.diagnosis is not None:
        xlsx_diagnosis.write(book, view.diagnosis)
    xlsx_method.write(book)
    xlsx_prepared.write(book, view)
    xlsx_method.log(book)
    book.workbook.close()
