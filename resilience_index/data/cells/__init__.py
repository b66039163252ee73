"""The text of a cell to a number, or to a reason why there is none.

``parsing`` is the definition and what this package offers; ``forms`` are the ways of writing a number that it
knows, ``causes`` say why a text is none of them. ``convert`` applies the definition to whole columns.
"""

from resilience_index.data.cells.parsing import (
    MISSING_TEXTS,
    NO_RULES,
    NOT_APPLICABLE_TEXTS,
    YES_NO,
    Cell,
    CellRules,
    Status,
    answer,
    parse,
    show,
    why,
)

__all__ = [
    "MISSING_TEXTS",
    "NOT_APPLICABLE_TEXTS",
    "NO_RULES",
    "YES_NO",
    "Cell",
    "CellRules",
    "Status",
    "answer",
    "parse",
    "show",
    "why",
]
