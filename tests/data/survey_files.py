"""Filling surveys as experts would: drop-down texts go into the answer cells of a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl

from resilience_index.data.survey import questionnaire
from resilience_index.data.survey_words import choices, degrees
from resilience_index.framework.tree import Framework

ANSWER, SECOND = 4, 5


def choice(value: Any, language: str = "zh") -> str:
    """The text of the drop-down that says a_ij."""
    number = Fraction(value)
    place = 9 - number if number >= 1 else 7 + 1 / number
    return choices(language)[int(place)]


def degree(value: int, language: str = "zh") -> str:
    """The text of the drop-down of best–worst sheets."""
    return degrees(language)[value - 1]


def blank(folder: Path, framework: Framework, name: str = "survey.xlsx", **options: Any) -> Path:
    """An empty survey."""
    path = folder / name
    path.write_bytes(questionnaire(framework, **options))
    return path


def fill(source: Path, target: Path, answers: Mapping[str, Any]) -> Path:
    """Fill in a copy: ``answers`` by the hidden key of a row, two of them as a pair."""
    book = openpyxl.load_workbook(source)
    left = dict(answers)
    for sheet in book.worksheets:
        for row in range(1, sheet.max_row + 1):
            given = left.pop(str(sheet.cell(row, 1).value), None)
            for column, value in zip((ANSWER, SECOND), given if isinstance(given, tuple) else (given,), strict=False):
                if value is not None:
                    sheet.cell(row, column).value = value
    assert left == {}, "no such rows"
    book.save(target)
    return target


def keys(path: Path) -> list[str]:
    """The hidden keys of all rows with answers."""
    book = openpyxl.load_workbook(path)
    found = []
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            found += [str(cell.value) for cell in sheet["A"] if cell.value and "|" in str(cell.value)]
    return found
