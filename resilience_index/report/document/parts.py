"""What the documents of cities and communities share: names, outcomes, numbered chapters, the signature block."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence

from resilience_index.report.document.blocks import (
    Block,
    Cell,
    Heading,
    Signature,
)
from resilience_index.report.page import charts
from resilience_index.report.view.format import DASH
from resilience_index.report.view.model import GradeView, ItemView, PeriodView, UnitView, View
from resilience_index.report.words.document import Words

_LETTERS = 2
"""Ids of grades that are no longer are shown before the title."""
_WIDE = {"zh": 6, "en": 4}
"""With more dimensions than this, columns are headed by letters that a remark below explains."""


def signature(words: Words) -> Signature:
    """The blank block for signatures and seal."""
    lines = [words(key) for key in ("unit_name", "made_by", "checked_by", "approved_by", "date")]
    return Signature(lines, words("seal"), words("signature_note"))


def name_of(unit: UnitView, words: Words) -> str:
    """The name of a community, or that it has none."""
    return unit.name if unit.name.strip() else words("no_name")


def outcome_cell(unit: UnitView, view: View, words: Words) -> Cell:
    """A unit's grade, or what stands in its place."""
    if unit.grade is None and unit.state is not None:
        title = words.of(unit.state.title)
        return Cell(f"{unit.state.id} {title}" if title != unit.state.id else title)
    return grade_cell(unit.grade, view, words)


def grade_cell(grade: GradeView | None, view: View, words: Words) -> Cell:
    """A grade with its title, in its colours."""
    if grade is None:
        return Cell(DASH)
    fill, ink = charts.grade_colour(grade.index, len(view.grades))
    return Cell(grade_name(grade, words), fill, ink)


def grade_name(grade: GradeView, words: Words) -> str:
    """A grade by its letter and its title; by its title alone where its id is a word for programs."""
    title = words.of(grade.title)
    return title if title == grade.id or len(grade.id) > _LETTERS else f"{grade.id} {title}"


def grade_mark(grade: GradeView, words: Words) -> str:
    """A grade where there is little room."""
    return words.of(grade.title) if len(grade.id) > _LETTERS else grade.id


def within(key: str, period: PeriodView, view: View, words: Words) -> str:
    """A caption that names the period where the data have periods."""
    return words(key, period=words("in_period", label=period.label) if view.has_periods else "")


class Chapters:
    """Numbers chapters and sections as official documents do: 一、（一） in Chinese, 1 and 1.1 in English."""

    def __init__(self, words: Words) -> None:
        self.words, self.chapter, self.part = words, 0, 0

    def next(self, key: str, **parts: object) -> Heading:
        """The heading of the next chapter."""
        self.chapter, self.part = self.chapter + 1, 0
        number = f"{chinese(self.chapter)}、" if self.words.language == "zh" else f"{self.chapter}  "
        return Heading(number + self.words(key, **parts), 1)

    def with_content(self, key: str, make: Callable[[], list[Block]]) -> list[Block]:
        """The next chapter with its content; nothing where there is none."""
        heading, content = self.next(key), make()
        if not content:
            self.chapter -= 1
        return [heading, *content] if content else []

    def section(self, text: str) -> Heading:
        """The heading of the next section of the chapter."""
        self.part += 1
        number = f"（{chinese(self.part)}）" if self.words.language == "zh" else f"{self.chapter}.{self.part}  "
        return Heading(number + text, 2)


def chinese(number: int) -> str:
    """A number from 1 to 99 in Chinese numerals."""
    digits = " 一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else digits[tens]) + "十" if tens else "") + (digits[ones] if ones else "")


def relative_grades(view: View, words: Words) -> str:
    """That grades are relative, and to whom."""
    assert view.grading is not None
    return words("relative_grades", method=view.grading.method, among=words.of(view.grading.among))


def full_lengths(view: View) -> dict[str, float]:
    """What a full bar of each dimension means: its scale, or the largest value where values go beyond it."""
    units = [unit for period in view.periods for unit in period.units]
    return {
        name: charts.full_length((unit.nodes.get(name) for unit in units), view.item(name).scale)
        for name in view.dimensions
    }


def column_titles(items: Sequence[ItemView], words: Words) -> tuple[list[str], str]:
    """Headings of columns: titles where they fit, else letters and a remark that explains them."""
    titles = [words.of(item.title) for item in items]
    if len(items) <= _WIDE[words.language]:
        return titles, ""
    letters = [*string.ascii_uppercase, *(first + second for first in string.ascii_uppercase
                                          for second in string.ascii_uppercase)][: len(items)]  # fmt: skip
    pairs = [f"{letter} {title}" for letter, title in zip(letters, titles, strict=True)]
    return letters, words("letters", letters=words.join(pairs))
