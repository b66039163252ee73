"""Tables whose rows and columns are swapped: indicators down a column, communities along the header."""

from __future__ import annotations

from collections.abc import Sequence

from resilience_index.data.cells import show
from resilience_index.data.layout.columns import letter
from resilience_index.data.layout.header import Header
from resilience_index.data.layout.names import ID_NAMES, NAME_NAMES, Names
from resilience_index.data.table import Column
from resilience_index.findings import Finding, Location
from resilience_index.folding import fold

_FIRST = 3  # columns that may hold the indicators' names: a serial number or a heading may stand before them
_ENOUGH = 2  # indicators that must be named


def swapped(header: Header, columns: Sequence[Column], file: str) -> Finding | None:
    """RI210 when one of the first columns names indicators, each once, and the header none of them.

    A column of codes or names of communities before it makes a table of values in rows, which is another fault.
    """
    names = Names(columns)
    if any(names.positions(cell) for cell in header.cells if cell.strip()):
        return None
    keys = {fold(name) for name in (*ID_NAMES, *NAME_NAMES)}
    for column in range(min(_FIRST, len(header.cells))):
        cells = [(header.row, header.cells[column])]
        cells += [(record.row, record.cells[column]) for record in header.below if column < len(record.cells)]
        filled = [(row, text.strip()) for row, text in cells if text.strip()]
        named = [(row, text, found) for row, text in filled if (found := names.positions(text))]
        once = len({found for _, _, found in named}) == len(named)
        if len(named) >= _ENOUGH and once and 2 * len(named) >= len(filled):
            row, text, _ = named[0]
            params = {"letter": letter(column), "count": len(named), "first": show(text), "row": row}
            return Finding("RI210", Location(file), params)
        if fold(header.cells[column]) in keys:
            return None
    return None
