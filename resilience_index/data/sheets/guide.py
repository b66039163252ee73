"""The guide of the data-entry template: every leaf explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resilience_index.data.layout.columns import letter
from resilience_index.data.layout.units import unit_name
from resilience_index.data.sheets.leaves import LeafColumn, frameworks_text, posts_text, range_text
from resilience_index.data.sheets.parts import BODY, HEADER, KEY_COLOUR, PLAIN, TITLE, Book, clean, height, print_setup
from resilience_index.data.sheets.words import DIRECTIONS, say


def write_guide(book: Book, name: str, title: str, notes: Sequence[str], columns: Sequence[LeafColumn],
                places: Mapping[str, int], colours: Mapping[str, str]) -> None:  # fmt: skip
    """A sheet that explains every leaf: notes on top, then a table with a row for each leaf.

    ``places`` gives the column of each leaf's id in the data sheet, ``colours`` that of its header. Title and id
    share a cell, so that no row has two names by which the reader could take it for a header.
    """
    language = book.language
    sheet = book.workbook.add_worksheet(name)
    heads = [
        ("column", 7), ("indicator", 30), ("unit", 12), ("allowed", 17), ("direction", 17), ("posts", 19),
        ("measure", 52), ("not_applicable", 30), ("frameworks", 36),
    ]  # fmt: skip
    for place, (_, size) in enumerate(heads):
        sheet.set_column(place, place, size)
    sheet.hide_gridlines(2)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, clean(title), book.format(TITLE))
    room = sum(size for _, size in heads[:-1])
    for row, note in enumerate(notes, 1):
        sheet.merge_range(row, 0, row, len(heads) - 2, "", book.format(PLAIN))
        sheet.write_string(row, 0, clean(note), book.format(PLAIN))
        sheet.set_row(row, height([(note, room)]))
    first = len(notes) + 2
    for place, (key, _) in enumerate(heads):
        sheet.write_string(first, place, say(key, language), book.format(HEADER, bg_color=KEY_COLOUR))
    sheet.set_row(first, 24)
    for row, column in enumerate(columns, first + 1):
        texts = _guide_row(column, places, language)
        for place, text in enumerate(texts):
            style = book.format(BODY)
            if place == 0:
                style = book.format(HEADER, bg_color=colours[column.indicator.id])
            sheet.write_string(row, place, clean(text), style)
        sheet.set_row(row, height(list(zip(texts, (size for _, size in heads), strict=True))))
    print_setup(sheet)
    sheet.repeat_rows(first)
    sheet.fit_to_pages(1, 0)


def _guide_row(column: LeafColumn, places: Mapping[str, int], language: str) -> list[str]:
    item = column.indicator
    return [
        letter(places[item.id]),
        f"{item.title.say(language)}\n{item.id}",
        unit_name(item.unit or "", language) or "—",
        range_text(item, language),
        DIRECTIONS[item.direction][language],
        posts_text(column, language) or "—",
        item.measure.say(language) if item.measure else "—",
        item.not_applicable.say(language) if item.not_applicable else "—",
        frameworks_text(column, language, "\n"),
    ]
