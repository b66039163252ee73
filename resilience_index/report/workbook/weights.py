"""The sheet of weights: the tree, and how consistent the judgments are."""

from __future__ import annotations

from collections.abc import Iterable

from resilience_index.report.view.model import Both, ItemView
from resilience_index.report.words.translations import say
from resilience_index.report.workbook.book import NODE, Report
from resilience_index.report.workbook.layout import Layout
from resilience_index.report.workbook.live import LOCAL
from resilience_index.report.workbook.parts import BODY, HEADER, INPUT, Sheet, Style


def write(book: Report) -> None:
    """The sheet."""
    view = book.view
    sheet = Sheet(book, "weights", {0: 52, 4: 26, 8 + len(view.component_names): 60, 10: 60})
    keys = ("item", "id", "parent", "level", "kind", "local", "global")
    heads = [book.say(key) for key in keys]
    heads += [f"{book.say('component')} {name}" for name in view.component_names]
    heads += [book.say(key) for key in ("aggregate", "own_settings", "source")]
    sheet.header(heads)
    for item in view.items:
        is_node = item.id in book.nodes
        style = {**BODY, **NODE} if is_node else BODY
        sheet.text(0, book.short(item.title), {**style, "indent": 1 + item.level, "text_wrap": True})
        sheet.text(1, item.id, style)
        sheet.text(2, item.parent or "", style)
        sheet.number(3, item.level, "0", {**style, "align": "center"})
        kind = "node" if is_node else "context" if item.local_weight is None else "leaf"
        sheet.text(4, book.say(kind), style)
        _shares(book, sheet, item, style)
        for column, name in enumerate(view.component_names, 7):
            sheet.figure(column, item.components.get(name, ""), style)
        column = 7 + len(view.component_names)
        sheet.text(column, item.aggregate, style)
        sheet.text(column + 1, "\n".join(map(book.long, item.settings)), {**style, "text_wrap": True})
        sheet.text(column + 2, book.either(item.source), style)
        sheet.row += 1
    sheet.filter(0, len(heads) - 1)
    if view.matrices or view.opinions:
        # The headings of the tree do not stay in sight: they would stand above the matrices too.
        sheet.sheet.freeze_panes(0, 1)
    else:
        sheet.freeze(1)
    if view.matrices:
        _matrices(book, sheet)
    if view.opinions:
        _opinions(book, sheet)
    sheet.finish()


def _shares(book: Report, sheet: Sheet, item: ItemView, style: Style) -> None:
    """The local weight, for the reader to change, and the global one, which follows."""
    layout = book.live if item.parent and item.local_weight is not None else None
    follows = layout is not None and layout.weighs(layout.parent[item.id])
    sheet.number(LOCAL, item.local_weight, item.local_text, {**style, **INPUT} if follows else style)
    formula = (_global(layout, item, sheet.row), False) if layout is not None else None
    sheet.live(LOCAL + 1, formula, item.global_weight, item.global_text, style)


def _global(layout: Layout, item: ItemView, row: int) -> str:
    """The parent's global weight times the item's share among its siblings."""
    rows = (1, len(layout.view.items))
    parent, local = layout.column(2, rows=rows), layout.column(LOCAL, rows=rows)
    above = layout.item_rows[item.parent or ""] + 1
    return f"G{above}*F{row + 1}/SUMIF({parent},C{row + 1},{local})"


def _matrices(book: Report, sheet: Sheet) -> None:
    sheet.row += 1
    sheet.title(book.say("consistency"))
    keys = ("matrix", "id", "expert", "size", "verdict", "lambda_max", "ci", "ri", "cr", "ri_table")
    sheet.header([*map(book.say, keys), book.say("priorities")])
    for matrix in book.view.matrices:
        style = BODY if matrix.consistent else {**BODY, "bg_color": "#FBE5D6"}
        wrapped = {**style, "text_wrap": True}
        sheet.text(0, book.short(matrix.parent_title), style)
        sheet.text(1, matrix.parent, style)
        sheet.text(2, book.say("group") if matrix.expert is None else matrix.expert, style)
        sheet.number(3, matrix.size, "0", style)
        verdict = say("consistent" if matrix.consistent else "inconsistent", book.language, "\n")
        if matrix.left_out:
            verdict += "\n" + say("left_out", book.language, "\n")
        if matrix.note is not None:
            verdict += "\n" + book.long(matrix.note)
        sheet.text(4, verdict, wrapped if matrix.consistent else {**wrapped, "bold": True})
        for column, text in enumerate((matrix.lambda_max, matrix.ci, matrix.ri, matrix.cr), 5):
            sheet.figure(column, text, style)
        sheet.text(9, matrix.ri_table, style)
        sheet.text(10, _priorities(book, matrix.priorities), wrapped)
        sheet.row += 1


def _opinions(book: Report, sheet: Sheet) -> None:
    sheet.row += 1
    sheet.title(book.say("opinions"))
    first, last = 4, 9
    sheet.over(sheet.row, first, last, book.say("priorities"), HEADER)
    sheet.header([book.say("remarks")], last + 1)
    sheet.row -= 1
    sheet.header(map(book.say, ("node", "id", "expert", "method")))
    wrapped = {**BODY, "text_wrap": True}
    for opinion in book.view.opinions:
        sheet.text(0, book.short(opinion.parent_title), BODY)
        sheet.text(1, opinion.parent, BODY)
        sheet.text(2, book.say("group") if opinion.expert is None else opinion.expert, BODY)
        sheet.text(3, opinion.method, BODY)
        sheet.over(sheet.row, first, last, _priorities(book, opinion.shares), wrapped)
        sheet.text(last + 1, "\n".join(map(book.long, opinion.remarks)), wrapped)
        sheet.row += 1


def _priorities(book: Report, shares: Iterable[tuple[Both, str]]) -> str:
    """Children with their weights, side by side: a line each would make the rows of many children too high."""
    return " · ".join(f"{book.short(title)} {text}" for title, text in shares)
