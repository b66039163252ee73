"""The view of an explanation: every text its page shows, made once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resilience_index.analysis.explain import Explanation, LeafLine, NodeLine
from resilience_index.methods.exact import exact_sum
from resilience_index.methods.registry import get
from resilience_index.report.view import node_details
from resilience_index.report.view.format import DASH, number_text, percent_text
from resilience_index.report.view.model import Both
from resilience_index.report.words import parameters as parameter_words
from resilience_index.report.words import units
from resilience_index.report.words.results import WORDS

_DIGITS = 4


@dataclass(frozen=True)
class LeafView:
    """A leaf from its cell to its contribution."""

    id: str
    title: Both
    unit: Both
    file: str
    row: Both
    column: str
    raw: str
    status: Both | None
    cleaned: str
    conversion: str
    prepared: Sequence[str]
    method: str
    parameters: Sequence[Both]
    normalized: str
    local: str
    effective: str
    global_weight: str
    contribution: str


@dataclass(frozen=True)
class GroupView:
    """The leaves of one node."""

    title: Both
    leaves: Sequence[LeafView]


@dataclass(frozen=True)
class NodeView:
    """A node with its value and share."""

    id: str
    title: Both
    level: int
    value: str
    local: str
    effective: str
    contribution: str
    contribution_number: float | None
    method: Both
    details: Both


@dataclass(frozen=True)
class ExplanationView:
    """One community. ``full`` is the length of a full bar, ``total`` the sum of the contributions shown."""

    community_id: str
    name: str
    period: str
    framework: str
    framework_title: Both
    score: str
    rank: str
    grade: str
    grade_change: str
    coverage: str
    capped: Sequence[Both]
    gated: Sequence[Both]
    nodes: Sequence[NodeView]
    groups: Sequence[GroupView]
    total: str
    full: float
    has_prepared: bool


def build(explanation: Explanation) -> ExplanationView:
    """The view of an explanation, or of the part of it below a node."""
    titles = {node.id: node.title for node in explanation.nodes}
    parents = dict.fromkeys(leaf.parent for leaf in explanation.leaves)
    before, after = explanation.grade_before or DASH, explanation.grade or DASH
    contributions = [leaf.contribution or 0.0 for leaf in explanation.leaves]
    return ExplanationView(
        explanation.community_id, explanation.community, explanation.period or "",
        f"{explanation.framework['id']} {explanation.framework['version']}", explanation.framework["title"],
        _exact(explanation.score), number_text(explanation.rank), after,
        "" if before == after else f"{before} → {after}", percent_text(explanation.coverage),
        [line["reason"] for line in explanation.red_lines], [gate["reason"] for gate in explanation.gates],
        [_node(node) for node in explanation.nodes],
        [
            GroupView(
                titles.get(parent, {"zh": parent, "en": parent}),
                [_leaf(leaf) for leaf in explanation.leaves if leaf.parent == parent],
            )
            for parent in parents
        ],
        _exact(exact_sum(contributions)) if explanation.score is not None else DASH,
        full=max([abs(node.contribution or 0.0) for node in explanation.nodes] or [0.0]) or 1.0,
        has_prepared=any(leaf.preparation for leaf in explanation.leaves),
    )  # fmt: skip


def _exact(value: float | None) -> str:
    """A score with the digits in which scores are compared."""
    text = number_text(value, 8)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _node(node: NodeLine) -> NodeView:
    name = str(node.aggregate["method"])
    steps = [WORDS[key] for key in ("normalize", "invert", "against", "round", "show") if node.steps[key]]
    method = {
        "zh": " · ".join([get("aggregate", name).title["zh"], *(step["zh"] for step in steps)]),
        "en": " · ".join([name, *(step["en"] for step in steps)]),
    }
    details = {
        language: node_details.text(node.details, node.aggregate, language) if node.details else ""
        for language in ("zh", "en")
    }
    return NodeView(
        node.id, node.title, min(node.level, 8), number_text(node.shown, _DIGITS),
        number_text(node.local_weight, _DIGITS), number_text(node.effective_weight, _DIGITS),
        number_text(node.contribution, _DIGITS), node.contribution, method, details,
    )  # fmt: skip


def _leaf(leaf: LeafLine) -> LeafView:
    row = dict.fromkeys(("zh", "en"), "")
    if leaf.source_row is not None:
        row = {language: text.format(row=leaf.source_row) for language, text in WORDS["row"].items()}
    return LeafView(
        leaf.indicator, leaf.title, units.name(leaf.unit), leaf.source_file or "", row, leaf.source_column or "",
        leaf.raw or DASH, None if leaf.status == "reported" else WORDS.get(leaf.status), number_text(leaf.cleaned),
        leaf.conversion or "", _prepared(leaf), _method(leaf), parameter_words.lines(leaf.parameters),
        number_text(leaf.taken, _DIGITS), number_text(leaf.local_weight, _DIGITS),
        number_text(leaf.effective_weight, _DIGITS), number_text(leaf.global_weight, _DIGITS),
        number_text(leaf.contribution, _DIGITS),
    )  # fmt: skip


def _method(leaf: LeafLine) -> str:
    """The method with its parameters; nothing for a leaf that is reported only."""
    return "" if leaf.parameters["direction"] == "context" else parameter_words.method_text(leaf.method)


def _prepared(leaf: LeafLine) -> list[str]:
    """What happened between reading and normalising, step by step."""
    found = []
    if leaf.divided is not None:
        call = leaf.preparation.get("denominate", {})
        found.append(f"÷ {call.get('by', '')} × {_text(call.get('factor', 1))} = {number_text(leaf.divided)}")
    if leaf.filled is not None:
        found.append(f"{leaf.preparation.get('fill', {}).get('method', '')} → {number_text(leaf.filled)}")
    last = next((value for value in (leaf.filled, leaf.divided, leaf.cleaned) if value is not None), None)
    if leaf.treated is not None and leaf.treated != last:
        found.append(f"{leaf.preparation.get('treat', {}).get('method', '')} → {number_text(leaf.treated)}")
    return found


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_text(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return " → ".join(_text(item) for item in value)
    if isinstance(value, float):
        return number_text(value, 6).rstrip("0").rstrip(".") if not value.is_integer() else number_text(value)
    return str(value)
