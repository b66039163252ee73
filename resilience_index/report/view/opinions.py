"""What experts say beside their matrices, as reports show it: agreement, who was left out, other forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from resilience_index.framework.tree import walk
from resilience_index.report.view.format import number_text, percent_text
from resilience_index.report.view.model import Both, OpinionView
from resilience_index.scoring.judgment_reports import AnswerReport, GroupReport
from resilience_index.scoring.result import Result


def build(result: Result) -> list[OpinionView]:
    """The groups of several experts node by node, each sub-group, and every answer in a form of its own."""
    plan, weighting = result.plan, result.weighting
    titles: dict[str, Both] = {
        item.id: {"zh": item.title.zh, "en": item.title.en} for item in walk(plan.framework.root)
    }
    found: list[OpinionView] = []
    for group in weighting.groups:
        if len(group.kept) > 1 or group.left_out:
            found.append(_opinion(titles, group, None, f"ahp({group.group})", group.priorities, _agreement(group)))
        found += [
            _opinion(titles, group, name, f"ahp({group.group})", priorities, [])
            for name, priorities in group.subgroups.items()
        ]
    found += [
        _opinion(titles, answer, answer.expert, answer.method, answer.weights, _consistency(answer))
        for answer in weighting.answers
    ]
    return found


def _opinion(
    titles: dict[str, Both], report: GroupReport | AnswerReport, expert: str | None, method: str, shares: Any,
    remarks: Sequence[Both],
) -> OpinionView:  # fmt: skip
    shown = [(titles[child], percent_text(float(share), 2)) for child, share in zip(
        report.children, shares, strict=True
    )]  # fmt: skip
    return OpinionView(report.parent, titles[report.parent], expert, method, shown, remarks)


def _agreement(group: GroupReport) -> list[Both]:
    count, w = len(group.kept), group.concordance
    remarks: list[Both] = [{"zh": f"{count} 位专家", "en": f"{count} expert{'' if count == 1 else 's'}"}]
    if w.w is not None and w.p_value is not None:
        chance = "p < 0.001" if w.p_value < 0.0005 else f"p {number_text(w.p_value, 3)}"
        text = f"Kendall's W {number_text(w.w, 3)} ({chance})"
        remarks.append({"zh": text, "en": text})
    for expert, cr in group.left_out.items():
        limit = number_text(group.limit, 3)
        remarks.append({
            "zh": f"不计入 {expert}：CR {number_text(cr, 4)} > {limit}",
            "en": f"{expert} left out: CR {number_text(cr, 4)} > {limit}",
        })  # fmt: skip
    return remarks


def _consistency(answer: AnswerReport) -> list[Both]:
    if "xi" not in answer.details:
        return []
    text = f"{answer.details['model']}: ξ {number_text(answer.details['xi'], 4)}"
    if answer.details["cr"] is not None:
        text += f", CR {number_text(answer.details['cr'], 4)}"
    return [{"zh": text, "en": text}]
