"""How one score came about, in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from resilience_index.methods.exact import exact_sum
from resilience_index.report.terminal.console import Language, clean, indented, table
from resilience_index.report.view import node_details
from resilience_index.report.view.format import brief_text, number_text
from resilience_index.report.words.results import say

if TYPE_CHECKING:
    from rich.console import Console


def print_explanation(explanation: Any, language: Language, out: Console) -> None:
    """One community: the head, its nodes, and every leaf from cell to contribution."""
    head = f"{clean(explanation.community)} ({clean(explanation.community_id)})"
    if explanation.period:
        head += f"  {clean(explanation.period)}"
    out.print(head, style="bold")
    rank = "—" if explanation.rank is None else number_text(explanation.rank)
    words = [
        f"{say('score', language)} {_exact(explanation.score)}", f"{say('rank', language)} {rank}",
        f"{say('grade', language)} {explanation.grade or '—'}",
    ]  # fmt: skip
    out.print("  ".join(words))
    colon = "：" if language == "zh" else ": "
    for line in explanation.red_lines:
        before, after = explanation.grade_before or "—", explanation.grade or "—"
        change = after if before == after else f"{before} → {after}"
        out.print(f"{say('capped', language)}{colon}{change}{colon}{line['reason'][language]}")
    for gate in explanation.gates:
        rule = f"{gate['indicator'] or gate['node']} {gate['op']} {number_text(gate['value'])}"
        out.print(f"{say('gated', language)}{colon}{rule}{colon}{gate['reason'][language]}")
    if explanation.grading["relative"] and explanation.grading["bounds"]:
        bounds = "  ".join(f"{item['grade']} ≥ {number_text(item['min'])}" for item in explanation.grading["bounds"])
        out.print(f"{say('bounds', language)} ({explanation.grading['method']['method']}){colon}{bounds}")
    if explanation.nodes:
        _node_table(explanation, language, out)
    titles = {node.id: node.title[language] for node in explanation.nodes}
    for parent in dict.fromkeys(leaf.parent for leaf in explanation.leaves):
        out.print()
        out.print(f"{titles[parent]} ({parent})" if parent in titles else parent, style="bold")
        _leaf_table([leaf for leaf in explanation.leaves if leaf.parent == parent], language, out)
    out.print()
    if explanation.score is None:
        out.print(say("unscored", language))
        return
    total = exact_sum(leaf.contribution or 0.0 for leaf in explanation.leaves)
    out.print(f"Σ {say('contribution', language)} = {_exact(total)}")


def _exact(value: float | None) -> str:
    """A score with the digits in which scores are compared."""
    text = number_text(value, 8)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _node_table(explanation: Any, language: Language, out: Console) -> None:
    from resilience_index.methods.registry import get

    result = table(
        [(say("node", language), "wrap"), (say("value", language), "right"), (say("effective", language), "right"),
         (say("contribution", language), "right"), (say("aggregation", language), "wrap")]
    )  # fmt: skip
    for node in explanation.nodes:
        method = str(node.aggregate["method"])
        if language == "zh":
            method = get("aggregate", method).title["zh"]
        steps = [
            say(name, language) for name in ("normalize", "invert", "against", "round", "show") if node.steps[name]
        ]
        result.add_row(
            indented(node.title[language], node.level), number_text(node.shown, 4),
            number_text(node.effective_weight, 4), number_text(node.contribution, 4), " · ".join([method, *steps]),
        )  # fmt: skip
    out.print(result)
    for node in explanation.nodes:
        if node.details:
            out.print(f"{node.title[language]}: {node_details.text(node.details, node.aggregate, language)}")


def _leaf_table(leaves: Sequence[Any], language: Language, out: Console) -> None:
    result = table(
        [(say("indicator", language), "wrap"), (say("cell", language), "left"), (say("raw", language), "right"),
         (say("normalized", language), "right"), (say("effective", language), "right"),
         (say("contribution", language), "right")]
    )  # fmt: skip
    result.columns[0].max_width = 34
    result.columns[2].no_wrap = False
    for leaf in leaves:
        raw = clean(leaf.raw) if leaf.raw else "—"
        if leaf.status in ("filled", "treated") or leaf.divided is not None:
            raw = _prepared_text(leaf, raw, language)
        elif leaf.status != "reported":
            raw = say(leaf.status, language)
        cell = say("row", language).format(row=leaf.source_row) if leaf.source_row is not None else "—"
        result.add_row(
            leaf.title[language], cell, raw, number_text(leaf.taken, 4), number_text(leaf.effective_weight, 4),
            number_text(leaf.contribution, 4),
        )  # fmt: skip
    out.print(result)


def _prepared_text(leaf: Any, raw: str, language: Language) -> str:
    """A cell that was divided, filled or treated: the value before and after, and what was done."""
    before = raw if leaf.divided is None or leaf.filled is not None else f"{raw} → {brief_text(leaf.divided)}"
    if leaf.status == "filled":
        before = f"{say('filled', language)} {brief_text(leaf.filled)}"
        return before if leaf.filled == leaf.treated else f"{before} → {brief_text(leaf.treated)}"
    if leaf.status == "treated":
        return f"{before} → {brief_text(leaf.treated)} ({say('treated', language)})"
    return before if leaf.status == "reported" else say(leaf.status, language)
