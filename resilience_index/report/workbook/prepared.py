"""The sheet of filled and treated values; it is there only when there are any."""

from __future__ import annotations

from resilience_index.report.view.model import View
from resilience_index.report.workbook.parts import MIDDLE, WRAPPED, Book, Sheet


def write(book: Book, view: View) -> None:
    """A row for each cell: whose, which indicator, what was done, before and after."""
    if not view.cells:
        return
    sheet = Sheet(book, "prepared_sheet")
    keys = ["community_id", "community", *(["period"] if view.has_periods else []), "indicator", "id"]
    keys += ["what_was_done", "before", "after", "method"]
    sheet.header(map(book.say, keys))
    for cell in view.cells:
        texts = [cell.community_id, cell.name, *([cell.period] if view.has_periods else [])]
        texts += [book.short(cell.title), cell.indicator, ", ".join(map(book.say, cell.actions))]
        for column, text in enumerate(texts):
            sheet.text(column, text)
        sheet.figure(len(texts), cell.before, MIDDLE)
        sheet.figure(len(texts) + 1, cell.after, MIDDLE)
        sheet.text(len(texts) + 2, cell.method)
        sheet.row += 1
    sheet.filter(0, len(keys) - 1)
    sheet.freeze(2)
    left_out = view.cells_total - len(view.cells)
    if left_out > 0:
        sheet.row += 1
        sheet.text(0, f"{left_out} {book.say('cells_left_out')}", WRAPPED)
    sheet.finish()
