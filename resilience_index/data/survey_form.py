"""What the expert survey's writer and reader share: its hidden sheets, keys of answers, and places."""

from __future__ import annotations

from collections.abc import Sequence

from resilience_index.errors import UnknownNameError, UsageError
from resilience_index.findings import did_you_mean
from resilience_index.framework.tree import Framework, Node
from resilience_index.methods.checking import suggestion

SCHEMA = "resilience-index/survey/1"
FORMS = ("comparisons", "points", "ranks", "best-worst")
META, LISTS, CALC = "_survey", "_lists", "_calc"
"""Hidden sheets: what the survey was made for, the texts of its drop-downs, the calculation of consistency."""
PARTICULARS = ("id", "name", "unit", "role", "group")
KEY, ANSWER, SECOND = 0, 3, 4
"""Columns of every sheet with answers: the hidden key of the row, the answer, and a second one (best–worst)."""
THRESHOLD = 0.10


def comparable(framework: Framework) -> list[Node]:
    """The nodes with at least two scored children: there is something to compare."""
    return [node for node in framework.nodes if len(node.scored_children) > 1]


def asked(framework: Framework, names: Sequence[str] = ()) -> list[Node]:
    """The nodes that a survey asks about: those named, in the order of the tree; by default all there are.

    Raises ``UnknownNameError`` RI008 and ``UsageError`` RI050.
    """
    nodes = comparable(framework)
    known = [node.id for node in nodes]
    for name in names:
        if name not in known:
            kind = {"zh": "可比较的上级节点", "en": "node with children to compare"}
            hint = did_you_mean(suggestion(name, known))
            raise UnknownNameError("RI008", kind=kind, name=name, known=known, suggestion=hint)
    if not nodes:
        raise UsageError("RI050", framework=framework.id)
    return [node for node in nodes if not names or node.id in names]


def questions(node: Node, form: str) -> int:
    """How many answers a survey asks for under a node."""
    size = len(node.scored_children)
    return {"comparisons": size * (size - 1) // 2, "best-worst": 2 * size - 1}.get(form, size)


def key(*parts: str) -> str:
    """The key of a row with an answer; ids have no bar in them."""
    return "|".join(parts)
