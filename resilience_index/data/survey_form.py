"""What the expert survey's writer and reader share: its hidden sheets, keys of answers, and places."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

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
SIDES = (2, 4)
"""Columns of the titles of a row: of its item, or of the left one and the right one."""
HEADS = {"comparisons": "judgment", "points": "points", "ranks": "rank", "best-worst": "best_to"}
"""The word that stands above the column of answers, by form."""
THRESHOLD = 0.10
LARGEST = 50
"""The children that a sheet of comparisons takes: 1,225 questions, more than anybody answers."""


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


def refuse_too_many(nodes: Sequence[Node], form: str) -> None:
    """Raise ``UsageError`` RI056 where a sheet of comparisons would have no end."""
    for node in nodes:
        size = len(node.scored_children)
        if form == "comparisons" and size > LARGEST:
            raise UsageError("RI056", node=node.id, count=size, questions=questions(node, form), limit=LARGEST)


def questions(node: Node, form: str) -> int:
    """How many answers a survey asks for under a node."""
    size = len(node.scored_children)
    return {"comparisons": size * (size - 1) // 2, "best-worst": 2 * size - 1}.get(form, size)


def key(*parts: str) -> str:
    """The key of a row with an answer; ids have no bar in them."""
    return "|".join(parts)


def keys(form: str, node: str, children: Sequence[str]) -> list[str]:
    """The keys of all rows of a node's sheet."""
    head = key("head", node)
    if form == "comparisons":
        return [head, *(key("pair", node, first, second) for first, second in combinations(children, 2))]
    if form == "best-worst":
        both = [key("best", node), key("worst", node)]
        return [*both, head, *(key("best_worst", node, child) for child in children)]
    return [head, *(key(form, node, child) for child in children)]
