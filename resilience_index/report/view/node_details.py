"""Figures on the way to a node's value, in words: distances, utility and regret, ranks, memberships."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resilience_index.report.view.format import number_text
from resilience_index.report.view.model import Both

WORDS: dict[str, Both] = {
    "distance_to_best": {"zh": "到最优的距离 D⁺", "en": "distance to the best D⁺"},
    "distance_to_worst": {"zh": "到最劣的距离 D⁻", "en": "distance to the worst D⁻"},
    "S": {"zh": "群体效用 S", "en": "utility S"},
    "R": {"zh": "个体遗憾 R", "en": "regret R"},
    "Q": {"zh": "折衷值 Q", "en": "compromise Q"},
    "ratio": {"zh": "秩和比 RSR", "en": "rank-sum ratio"},
    "probit": {"zh": "概率单位", "en": "probit"},
    "fitted": {"zh": "回归估计值", "en": "fitted ratio"},
    "class": {"zh": "档次", "en": "class"},
}
MEMBERSHIP: Both = {"zh": "对等级 {grade} 的隶属度", "en": "membership in grade {grade}"}


def text(details: Mapping[str, float | None], aggregate: Mapping[str, Any], language: str) -> str:
    """All figures of a node in one line; empty where it has none."""
    parts = []
    for name, value in details.items():
        if name.startswith("membership_"):
            grade = aggregate["grades"][int(name.removeprefix("membership_")) - 1]  # a fraction stands as text
            word = MEMBERSHIP[language].format(grade=grade if isinstance(grade, str) else number_text(grade))
        else:
            word = WORDS[name][language]
        parts.append(f"{word} {number_text(value, 4)}")
    return ", ".join(parts)
