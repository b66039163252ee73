"""The sheets of the diagnosis: the city and each community; every statement with its figures and section."""

from __future__ import annotations

from collections.abc import Iterable

from resilience_index.report.view.diagnosis import DiagnosisView, ProfileView, StatementView
from resilience_index.report.words.diagnosis import LABELS
from resilience_index.report.workbook.book import NODE, Report
from resilience_index.report.workbook.parts import BODY, MIDDLE, WRAPPED, Sheet

_FIRST = 3
"""Obstacles and actions in a community's row; the report of the community has all."""
_TOP = {"valign": "top"}


def write(book: Report, diagnosis: DiagnosisView) -> None:
    """The sheet, and the sheet of statements where there are any."""
    sheet = Sheet(book, "diagnosis", {7: 40, 8: 34, 9: 60, 10: 60})
    sheet.title(f"{book.say('diagnosis')} {diagnosis.period}".strip())
    sheet.widths = {0: 18.0, 1: 18.0, 7: 34.0, 8: 28.0, 9: 44.0, 10: 44.0}
    sheet.paragraph(book.long(LIVE_NOTE), 0, 10)
    first = sheet.row
    keys = ("community_id", "community", "score", "rank", "grade", "coordination", "coordination_level", "obstacles",
            "dimension_obstacles", "statements", "actions")  # fmt: skip
    sheet.header(map(book.say, keys))
    for profile in (diagnosis.city, *diagnosis.communities):
        _profile(book, sheet, profile)
    sheet.filter(first, len(keys) - 1)
    sheet.freeze(2, first)
    sheet.row += 1
    for note in diagnosis.notes:
        sheet.paragraph(book.long(note), 0, 10)
    sheet.finish()
    profiles = (diagnosis.city, *diagnosis.communities)
    if any(profile.statements for profile in profiles):
        _statements(book, profiles)


LIVE_NOTE = {
    "zh": "诊断是出报告时的结果，不随本工作簿中的改动而变。",
    "en": "The diagnosis is of the figures as they were reported; it does not follow changes in this workbook.",
}


def _profile(book: Report, sheet: Sheet, profile: ProfileView) -> None:
    """A row: what stands in the way most, what is stated, what to do first."""
    whole = profile.community_id is None
    style = {**BODY, **_TOP, **(NODE if whole else {})}
    wrapped = {**WRAPPED, **(NODE if whole else {})}
    middle = {**MIDDLE, **_TOP, **(NODE if whole else {})}
    sheet.text(0, profile.community_id or "", style)
    sheet.text(1, book.say("whole") if whole else profile.name, style)
    sheet.figure(2, profile.score, style)
    sheet.text(3, profile.rank, middle)
    sheet.text(4, profile.grade, middle)
    coupling = profile.coupling
    sheet.figure(5, coupling.d if coupling else "—", style)
    sheet.text(6, book.short(coupling.level) if coupling else "—", wrapped)
    sheet.text(7, _lines(f"{book.short(item.title)} {item.degree}" for item in profile.obstacles[:_FIRST]), wrapped)
    sheet.text(8, "\n".join(f"{book.short(item.title)} {item.degree}" for item in profile.dimension_obstacles), wrapped)
    stated = [_lines(_short(book, item) for item in profile.statements), _not_judged(book, profile)]
    sheet.text(9, "\n".join(filter(None, stated)), wrapped)
    sheet.text(10, _lines(book.short(item.text) for item in profile.actions[:_FIRST]), wrapped)
    sheet.row += 1


def _short(book: Report, item: StatementView) -> str:
    """A statement's title, its dilemma, and the paths out of it."""
    parts = [book.short(item.title)]
    if item.dilemma is not None:
        parts.append(book.short(item.dilemma))
    paths = [book.short(way.title) for way in item.paths]
    return ": ".join(parts) + (f" → {', '.join(paths)}" if paths else "")


def _not_judged(book: Report, profile: ProfileView) -> str:
    """What missing values leave open; nothing where they leave nothing open."""
    told = "; ".join(book.short(text) for text in profile.unjudged)
    return f"{book.short(LABELS['not_judged'])}: {told}" if told else ""


def _lines(texts: Iterable[str]) -> str:
    found = list(texts)
    return "\n".join(f"{number}. {text}" for number, text in enumerate(found, 1)) if len(found) > 1 else "".join(found)


def _statements(book: Report, profiles: Iterable[ProfileView]) -> None:
    """The sheet of statements: each with what triggered it and where it is said."""
    sheet = Sheet(book, "statements", {2: 30, 3: 44, 4: 66, 5: 44})
    keys = ("community_id", "community", "statement", "figures", "meaning", "measures")
    sheet.header(map(book.say, keys))
    for profile in profiles:
        for item in profile.statements:
            sheet.text(0, profile.community_id or "", {**BODY, **_TOP})
            sheet.text(1, book.say("whole") if profile.community_id is None else profile.name, {**BODY, **_TOP})
            sheet.text(2, book.short(item.title), WRAPPED)
            figures = [f"{book.short(name)}: {book.either(value)}" for name, value in item.figures]
            sheet.text(3, "\n".join([*figures, book.long(item.threshold)]), WRAPPED)
            sheet.text(4, f"{book.long(item.text)} [{book.either(item.source)}]", WRAPPED)
            paths = [f"{book.short(way.title)} [{book.either(way.source)}]" for way in item.paths]
            sheet.text(5, _lines(paths), WRAPPED)
            sheet.row += 1
    sheet.filter(0, len(keys) - 1)
    sheet.freeze(2)
    sheet.finish()
