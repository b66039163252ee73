"""The data-entry template: a workbook or a CSV header for one or several frameworks, each leaf once."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from resilience_index.data.layout.columns import letter, match
from resilience_index.data.sheets import leaves, parts
from resilience_index.data.sheets.guide import write_guide
from resilience_index.data.sheets.leaves import LeafColumn
from resilience_index.data.sheets.parts import Book
from resilience_index.data.sheets.words import say
from resilience_index.data.table import Column, Keys
from resilience_index.errors import InputError, UsageError
from resilience_index.files import write_atomic
from resilience_index.findings import Finding, Language, Location
from resilience_index.framework.tree import Framework, Indicator

ROWS = 500
"""Rows that are ready to be filled in unless said otherwise."""
MOST_ROWS = 1_048_575
ENDINGS = (".xlsx", ".csv")

# id, name in each language, width, and the word that explains it.
_KEYS = (
    ("community_id", {"zh": "社区编码", "en": "community_id"}, 18, "key_id"),
    ("community", {"zh": "社区名称", "en": "community"}, 20, "key_name"),
    ("district", {"zh": "区县", "en": "district"}, 12, "key_group"),
    ("street", {"zh": "街道", "en": "street"}, 14, "key_group"),
    ("period", {"zh": "期", "en": "period"}, 10, "key_period"),
)
_ID, _PERIOD = 0, 4
# What people who enter data must be told alike by all frameworks, and what it is called.
_DEFINITION = {
    "title": {"zh": "名称", "en": "title"},
    "unit": {"zh": "单位", "en": "unit"},
    "direction": {"zh": "方向", "en": "direction"},
    "range": {"zh": "取值范围", "en": "range"},
    "measure": {"zh": "测量方法", "en": "how it is measured"},
    "not_applicable": {"zh": "不适用的情形", "en": "when it does not apply"},
}


def gather(frameworks: Sequence[Framework]) -> list[LeafColumn]:
    """The leaves of all frameworks, each once, in the order of the trees.

    Raises ``InputError`` RI031 for every leaf that two of them define differently.
    """
    columns: dict[str, LeafColumn] = {}
    first_in: dict[str, Framework] = {}
    findings = []
    for framework in frameworks:
        uses = leaves.uses_of(framework)
        wanted = [(leaf.indicator, leaf.location) for leaf in framework.leaves]
        wanted += [(item, Location(framework.dictionary_file)) for item in framework.denominators]
        for item, location in wanted:
            known = columns.get(item.id)
            if known is None:
                columns[item.id] = LeafColumn(item, (uses[item.id],))
                first_in[item.id] = framework
                continue
            differing = _differing(known.indicator, item)
            if differing:
                params = {
                    "id": item.id, "first": first_in[item.id].file, "second": framework.file,
                    "parts": {language: [_DEFINITION[name][language] for name in differing]
                              for language in ("zh", "en")},
                }  # fmt: skip
                findings.append(Finding("RI031", location, params))
            columns[item.id] = LeafColumn(known.indicator, (*known.uses, uses[item.id]))
    if findings:
        raise InputError(findings)
    return list(columns.values())


def _differing(first: Indicator, second: Indicator) -> list[str]:
    return [name for name in _DEFINITION if getattr(first, name) != getattr(second, name)]


def write_template(
    frameworks: Sequence[Framework],
    destination: str | Path,
    *,
    language: Language = "zh",
    rows: int = ROWS,
    ids: bool = False,
) -> list[LeafColumn]:
    """Write the template to ``destination`` (``.xlsx`` or ``.csv``); return its leaves in the order of its columns.

    ``language`` is zh or en, ``rows`` the number of rows that are ready to be filled in (workbook only), ``ids``
    writes the ids of the indicators as headers instead of titles with units. The same frameworks give the same
    bytes. Raises ``UsageError`` RI032 for another ending, ``InputError`` RI031, and ``OSError``.
    """
    path = Path(destination)
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise UsageError("RI032", where=Location(str(path)), file=str(path), known=list(ENDINGS))
    columns = gather(frameworks)
    headers = header_row(columns, language, ids=ids)
    if ending == ".csv":
        content = _csv(headers)
    else:
        content = _workbook(frameworks, columns, headers, language, min(rows, MOST_ROWS))
    write_atomic(path, content)
    return columns


def workbook(frameworks: Sequence[Framework], *, language: Language = "zh") -> bytes:
    """The template as the bytes of a workbook. Raises ``InputError`` RI031."""
    columns = gather(frameworks)
    return _workbook(frameworks, columns, header_row(columns, language), language, ROWS)


def header_row(columns: Sequence[LeafColumn], language: str, *, ids: bool = False) -> list[str]:
    """The header: key columns, then a leaf each; a title that the reader could mistake gives way to the id."""
    keys = [name if ids else names[language] for name, names, _, _ in _KEYS]
    if ids:
        return [*keys, *(column.indicator.id for column in columns)]
    texts = [parts.clean(leaves.header_text(column.indicator, language)) for column in columns]
    wanted = [Column.of(column.indicator) for column in columns]
    layout = match([*keys, *texts], wanted, Keys(), file="")
    read_as = {position: place - len(keys) for position, place in layout.indicators.items()}
    # A CSV that begins a cell so is calculated by spreadsheets.
    once = {text for text in texts if texts.count(text) == 1 and not text.startswith(("=", "+", "-", "@"))}
    return [
        *keys,
        *(text if read_as.get(place) == place and text in once else columns[place].indicator.id
          for place, text in enumerate(texts)),
    ]  # fmt: skip


def _csv(headers: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(headers)
    return ("\ufeff" + text.getvalue()).encode("utf-8")


def _workbook(
    frameworks: Sequence[Framework],
    columns: Sequence[LeafColumn],
    headers: Sequence[str],
    language: Language,
    rows: int,
) -> bytes:
    book = Book(language, say("template", language))
    colours = leaves.dimension_colours(columns)
    _data_sheet(book, columns, headers, colours, rows)
    named = [say("framework", language, title=item.title.say(language), id=item.id) for item in frameworks]
    titles = ("、" if language == "zh" else ", ").join(named)
    notes = [
        say("of_frameworks", language, titles=titles),
        say("note_rows", language, data=say("data", language)),
        *(say(key, language) for key in ("note_keys", "note_numbers", "note_missing", "note_privacy", "note_comments")),
    ]
    places = {column.indicator.id: len(_KEYS) + place for place, column in enumerate(columns)}
    write_guide(book, say("guide", language), say("template", language), notes, columns, places, colours)
    return book.content()


def _data_sheet(
    book: Book, columns: Sequence[LeafColumn], headers: Sequence[str], colours: dict[str, str], rows: int
) -> None:
    language = book.language
    sheet = book.workbook.add_worksheet(say("data", language))
    entry = {"locked": False, "valign": "vcenter"}
    heights = []
    for place, (_, _, wide, word) in enumerate(_KEYS):
        sheet.set_column(place, place, wide, book.format(entry, num_format=parts.TEXT, bg_color="#F3F5F8", border=1,
                                                         border_color="#D5DCE3"))  # fmt: skip
        sheet.write_string(0, place, headers[place], book.format(parts.HEADER, bg_color=parts.KEY_COLOUR))
        text, options = parts.comment(say(word, language))
        sheet.write_comment(0, place, text, options)
        sheet.data_validation(1, place, rows, place, {
            "validate": "any", "input_title": headers[place][:32], "input_message": say(word, language),
        })  # fmt: skip
    for place, column in enumerate(columns, len(_KEYS)):
        size = parts.header_width(headers[place])
        style = book.format(entry, align="right")
        sheet.set_column(place, place, size, style)
        sheet.write_string(0, place, headers[place], book.format(parts.HEADER, bg_color=colours[column.indicator.id]))
        text, options = parts.comment(f"{column.indicator.title.say(language)}\n{leaves.about(column, language)}")
        sheet.write_comment(0, place, text, options)
        leaves.limit(sheet, (1, rows), place, column.indicator, language)
        heights.append((headers[place], size))
    sheet.set_row(0, max(48, parts.height(heights)))
    _remind(book, sheet, len(headers) - 1, rows)
    sheet.hide_gridlines(0)
    sheet.freeze_panes(1, 2)
    sheet.protect("", {"format_cells": True, "format_columns": True, "format_rows": True, "insert_rows": True})
    sheet.ignore_errors({"number_stored_as_text": f"A2:E{rows + 1}"})
    parts.print_setup(sheet)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0, 1)


def _remind(book: Book, sheet: Any, last: int, rows: int) -> None:
    """Colour the cells of a row that is begun but lacks its code or its period."""
    style = book.format(bg_color="#FFE3B3")
    end = letter(last)
    for place, others in ((_ID, f"$B2:${end}2"), (_PERIOD, f"$A2:$D2,$F2:${end}2")):
        cell = f"${letter(place)}2"
        rule = {"type": "formula", "criteria": f'=AND({cell}="",COUNTA({others})>0)', "format": style}
        sheet.conditional_format(1, place, rows, place, rule)
