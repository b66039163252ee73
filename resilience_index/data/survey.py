"""The expert survey: a workbook that asks for judgments and checks them while they are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from resilience_index.data import survey_sheets
from resilience_index.data.sheets import parts
from resilience_index.data.sheets.parts import Book
from resilience_index.data.survey_calc import Calc
from resilience_index.data.survey_form import (
    ANSWER,
    CALC,
    FORMS,
    KEY,
    LISTS,
    META,
    PARTICULARS,
    SCHEMA,
    asked,
    key,
    questions,
    refuse_too_many,
)
from resilience_index.data.survey_sheets import Page
from resilience_index.data.survey_words import choices, degrees, phrase, say
from resilience_index.errors import UsageError
from resilience_index.files import write_atomic
from resilience_index.findings import Language, Location
from resilience_index.framework.tree import Framework, Node

_LONGEST_NAME = 31
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_ASK = {"border": 1, "border_color": "#C9D2DC", "bg_color": "#FFF6D6", "locked": False, "num_format": parts.TEXT,
        "valign": "vcenter", "indent": 1}  # fmt: skip
_CELL = {"border": 1, "border_color": "#C9D2DC", "valign": "vcenter", "text_wrap": True, "indent": 1}
_SECTION = {"bold": True, "font_size": 12, "font_color": "#1F4E79", "valign": "vcenter"}
_WIDTHS = (10, 42, 24, 24, 12)


def write_questionnaire(
    framework: Framework, path: Path, *, form: str = "comparisons", nodes: Sequence[str] = (), language: Language = "zh"
) -> list[Node]:
    """Write the survey to an ``.xlsx`` file; the nodes it asks about.

    Raises as ``questionnaire``, ``UsageError`` RI032 for another ending, and ``OSError`` as the system does.
    """
    if path.suffix.lower() != ".xlsx":
        raise UsageError("RI032", where=Location(str(path)), file=str(path), known=[".xlsx"])
    content = questionnaire(framework, form=form, nodes=nodes, language=language)
    write_atomic(path, content)
    return asked(framework, nodes)


def questionnaire(
    framework: Framework, *, form: str = "comparisons", nodes: Sequence[str] = (), language: Language = "zh"
) -> bytes:
    """The survey as the bytes of a workbook, the same in every run.

    ``form`` is one of ``survey_form.FORMS``; ``nodes`` names the nodes to ask about, by default all with at least
    two scored children. Raises ``UnknownNameError`` RI008 and ``UsageError`` RI050 and RI056.
    """
    assert form in FORMS
    chosen = asked(framework, nodes)
    refuse_too_many(chosen, form)
    book = Book(language, say("survey", language))
    names = _sheet_names(chosen, language)
    guide = book.workbook.add_worksheet(say("guide", language))
    expert = book.workbook.add_worksheet(say("expert", language))
    sheets = [book.workbook.add_worksheet(names[node.id]) for node in chosen]
    hidden = {name: book.workbook.add_worksheet(name) for name in (LISTS, CALC, META)}
    _lists(book, hidden[LISTS])
    calc = Calc(hidden[CALC])
    counts = {}
    for node, sheet in zip(chosen, sheets, strict=True):
        size = len(node.scored_children)
        page = Page(book, calc, sheet, names[node.id], node, form, _random_index(size))
        counts[node.id] = survey_sheets.write(page)
    _expert(book, expert)
    _guide(book, guide, framework, form, chosen, names, counts)
    _meta(hidden[META], framework, form, chosen, language)
    for sheet in hidden.values():
        sheet.protect()
        sheet.very_hidden()
    guide.activate()
    return book.content()


def _random_index(size: int) -> float:
    from resilience_index.methods.weights import ahp

    return ahp.random_index(size)


def _sheet_names(nodes: Sequence[Node], language: str) -> dict[str, str]:
    """A name for each node's sheet: a number and as much of the title as fits."""
    names = {}
    for place, node in enumerate(nodes, 1):
        title = " ".join(parts.clean(node.title.say(language)).translate(_FORBIDDEN).split())
        name = f"{place} {title}"
        if len(name) > _LONGEST_NAME:
            name = name[: _LONGEST_NAME - 1].rpartition(" ")[0] if name.isascii() else name[: _LONGEST_NAME - 1]
            name = name.rstrip(" (（,，") + "…"
        names[node.id] = name
    return names


def _lists(book: Book, sheet: Any) -> None:
    """The texts of drop-downs, what they are worth, and how they are read back; with names for formulas."""
    language = book.language
    texts = choices(language)
    for row, text in enumerate(texts):
        degree = abs(8 - row) + 1
        sheet.write_string(row, 0, text)
        if row <= 8:
            sheet.write_number(row, 1, degree)
        else:
            sheet.write_formula(row, 1, f"=1/{degree}", None, 1 / degree)
        middle, end = ("与", phrase(1, language)) if degree == 1 else ("比", phrase(degree, language))
        if language == "en":
            middle, end = f" is {phrase(degree, language)} ", ""
        sheet.write_string(row, 2, middle)
        sheet.write_string(row, 3, end)
    for row, text in enumerate(degrees(language)):
        sheet.write_string(row, 4, text)
    spans = {"choices": ("A", 17), "values": ("B", 17), "phrases": ("C", 17), "ends": ("D", 17), "degrees": ("E", 9)}
    for name, (column, last) in spans.items():
        book.workbook.define_name(f"survey_{name}", f"={LISTS}!${column}$1:${column}${last}")


def _meta(sheet: Any, framework: Framework, form: str, nodes: Sequence[Node], language: Language) -> None:
    """What the survey was made for."""
    rows = [
        ["schema", SCHEMA], ["framework", framework.id], ["version", framework.version],
        ["sha256", framework.tree_sha256], ["language", language], ["form", form],
        *(["asked", node.id] for node in nodes),
        *(["tree", node.id, *(child.id for child in node.scored_children)] for node in framework.nodes),
        *(["titles", node.id, *(parts.clean(child.title.say(language)) for child in node.scored_children)]
          for node in nodes),
    ]  # fmt: skip
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text)


def _expert(book: Book, sheet: Any) -> None:
    language = book.language
    for column, width in enumerate((0, 4, 28, 44, 50)):
        sheet.set_column(column, column, width, None, {"hidden": column == KEY})
    sheet.hide_gridlines(2)
    sheet.set_row(0, 30)
    sheet.write_string(0, 2, say("expert_title", language), book.format(parts.TITLE))
    note = say("expert_note", language)
    sheet.merge_range(1, 2, 1, 4, "", book.format(parts.PLAIN))
    sheet.write_string(1, 2, note, book.format(parts.PLAIN))
    sheet.set_row(1, parts.height([(note, 122)]))
    for row, word in enumerate(PARTICULARS, 3):
        sheet.set_row(row, 26)
        sheet.write_string(row, KEY, key("expert", word))
        sheet.write_string(row, 2, say(f"expert_{word}", language), book.format(_CELL, bold=True))
        sheet.write_blank(row, ANSWER, None, book.format(_ASK))
        if word == "group":
            grey = book.format(parts.PLAIN, font_color="#44526B", valign="vcenter", indent=1)
            sheet.write_string(row, 4, say("expert_group_note", language), grey)
    sheet.data_validation(3, ANSWER, 3, ANSWER, {
        "validate": "length", "criteria": "<=", "value": 40, "ignore_blank": True,
        "error_title": say("expert_id", language), "error_message": say("stop_id", language),
    })  # fmt: skip
    sheet.protect("", {"format_columns": True, "format_rows": True})
    parts.print_setup(sheet)
    sheet.fit_to_pages(1, 0)


def _guide(
    book: Book, sheet: Any, framework: Framework, form: str, nodes: Sequence[Node], names: Mapping[str, str],
    counts: Mapping[str, str],
) -> None:  # fmt: skip
    language, room = book.language, sum(_WIDTHS)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, say("survey", language), book.format(parts.TITLE))
    title = say("of", language, title=framework.title.say(language), id=framework.id, version=framework.version)
    sheet.write_string(1, 0, parts.clean(title), book.format(bold=True))
    word = form.replace("-", "_")
    notes = [
        say("how_1", language, expert=say("expert", language), count=len(nodes)), say(f"how_2_{word}", language),
        say(f"how_3_{word}", language), say("how_4" if form == "comparisons" else "how_4_whole", language),
        say("secret", language),
    ]  # fmt: skip
    row = _section(book, sheet, 3, say("how", language))
    for note in notes:
        style = book.format(parts.PLAIN, bg_color="#EAF1F8") if note == notes[-1] else book.format(parts.PLAIN)
        sheet.merge_range(row, 0, row, len(_WIDTHS) - 1, "", style)
        sheet.write_string(row, 0, note, style)
        sheet.set_row(row, parts.height([(note, room)]) + 4)
        row += 1
    if form in ("comparisons", "best-worst"):
        row = _scale(book, sheet, row + 1, example=form == "comparisons")
    _progress(book, sheet, row + 1, form, nodes, names, counts)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    parts.print_setup(sheet)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 0)


def _section(book: Book, sheet: Any, row: int, title: str) -> int:
    sheet.set_row(row, 24)
    sheet.write_string(row, 0, title, book.format(_SECTION))
    return row + 1


def _header(book: Book, sheet: Any, row: int, words: Sequence[str]) -> None:
    for column, text in enumerate(words):
        sheet.write_string(row, column, text, book.format(parts.HEADER, bg_color=parts.KEY_COLOUR))
    sheet.set_row(row, 22)


def _scale(book: Book, sheet: Any, row: int, *, example: bool) -> int:
    language = book.language
    row = _section(book, sheet, row, say("scale", language))
    _header(book, sheet, row, [say("scale_degree", language), say("scale_word", language)])
    texts = degrees(language)
    for degree in (1, 3, 5, 7, 9):
        row += 1
        sheet.write_number(row, 0, degree, book.format(_CELL, align="center", indent=0))
        sheet.write_string(row, 1, texts[degree - 1].split(" ", 1)[1], book.format(_CELL))
    row += 1
    sheet.write_string(row, 0, say("scale_even", language), book.format(font_color="#44526B"))
    if not example:
        return row + 1
    row = _section(book, sheet, row + 2, say("example", language))
    heads = ["question", "left_head", "judgment", "right_head"]
    _header(book, sheet, row, [say(word, language) for word in heads])
    left, right = say("example_left", language), say("example_right", language)
    choice = choices(language)[4]
    for column, text in enumerate(("1", left, choice, right)):
        shade = {"bg_color": "#FFF6D6"} if column == 2 else {}
        middle = {"align": "center", "indent": 0} if column == 0 else {}
        sheet.write_string(row + 1, column, text, book.format(_CELL, shade, middle))
    sheet.set_row(row + 1, 22)
    end = phrase(5, language)
    said = f"{left}比{right}{end}" if language == "zh" else f"{left} is {end} {right}"
    sheet.write_string(row + 2, 1, f"{say('reads', language)}{'：' if language == 'zh' else ': '}{said}", book.format())
    return row + 3


def _progress(
    book: Book, sheet: Any, row: int, form: str, nodes: Sequence[Node], names: Mapping[str, str],
    counts: Mapping[str, str],
) -> None:  # fmt: skip
    language = book.language
    row = _section(book, sheet, row, say("progress", language))
    words = ("", "sheet", "questions", "answered", "state")
    _header(book, sheet, row, [say(word, language) if word else "" for word in words])
    open_, begun, done = (say(word, language) for word in ("open", "begun", "done"))
    first = row + 1
    for place, node in enumerate(nodes, 1):
        row += 1
        total = questions(node, form)
        sheet.write_number(row, 0, place, book.format(_CELL, align="center", indent=0))
        link = book.format(_CELL, font_color="#1F4E79", underline=1)
        sheet.write_url(row, 1, f"internal:'{names[node.id]}'!A1", link, parts.clean(node.title.say(language)))
        sheet.write_number(row, 2, total, book.format(_CELL, align="center", indent=0))
        sheet.write_formula(row, 3, f"={counts[node.id]}", book.format(_CELL, align="center", indent=0), 0)
        state = f'=IF($D{row + 1}=0,"{open_}",IF($D{row + 1}<$C{row + 1},"{begun}","{done}"))'
        sheet.write_formula(row, 4, state, book.format(_CELL, align="center", indent=0), open_)
        sheet.set_row(row, 20)
    for text, colour in ((done, "#D5EFE3"), (begun, "#FFF6D6")):
        rule = {"type": "formula", "criteria": f'=$E{first + 1}="{text}"', "format": book.format(bg_color=colour)}
        sheet.conditional_format(first, 4, row, 4, rule)
