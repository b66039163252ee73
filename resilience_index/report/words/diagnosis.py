"""The fixed words of a diagnosis in both languages."""

from __future__ import annotations

from collections.abc import Iterable

from resilience_index.framework.diagnosis_models import DiagnosisModel
from resilience_index.report.view.format import number_text, percent_text
from resilience_index.report.view.model import Both


def _t(zh: str, en: str) -> Both:
    return {"zh": zh, "en": en}


LEVELS: tuple[Both, ...] = (
    _t("极度失调", "extreme disorder"), _t("严重失调", "severe disorder"), _t("中度失调", "moderate disorder"),
    _t("轻度失调", "mild disorder"), _t("濒临失调", "on the verge of disorder"),
    _t("勉强协调", "barely coordinated"), _t("初级协调", "primary coordination"),
    _t("中级协调", "intermediate coordination"), _t("良好协调", "good coordination"),
    _t("优质协调", "excellent coordination"),
)  # fmt: skip
"""The ten levels of coordination D, by 0.1."""
STAGES: tuple[Both, ...] = (
    _t("低水平耦合", "low coupling"), _t("拮抗", "antagonism"), _t("磨合", "running-in"),
    _t("高水平耦合", "high coupling"),
)  # fmt: skip
"""The stages of coupling C: up to 0.3, 0.5, 0.8 and 1."""
CHANGEABLE: dict[str, Both] = {
    "easy": _t("易改变", "easy to change"), "medium": _t("较易改变", "takes some time"),
    "hard": _t("难改变", "hard to change"),
}  # fmt: skip
BASES: dict[str, Both] = {
    "assumption": _t("本框架的假定", "our assumption"), "seed": _t("出自论文", "from the paper"),
    "norm": _t("出自标准规范", "from a norm"),
}  # fmt: skip
LINKS: dict[str, Both] = {
    "link": _t("环节", "link"), "strategy": _t("行动策略", "strategy"), "mechanism": _t("机制", "mechanism"),
    "resilience": _t("韧性", "resilience"),
}  # fmt: skip
GROUPS: dict[str, Both] = {
    "city": _t("城市", "city"), "district": _t("区县", "district"), "street": _t("街道", "subdistrict"),
}  # fmt: skip
"""The groups that the data format names; others keep the name of their column."""
AGAINST: dict[str, Both] = {
    "goalposts": _t("对照目标值", "against the goalposts"),
    "group": _t("{group}：{label}（{count} 个）", "{group}: {label} ({count})"),
    "all": _t("全部社区（{count} 个）", "all communities ({count})"),
    "nearest": _t("画像最近的 {count} 个社区", "the {count} nearest by profile"),
    "previous": _t("上一期：{label}", "last period: {label}"),
}
AND, QUOTED = _t("、", ", "), _t("“{}”", "{}")
UNJUDGED: dict[str, Both] = {
    "lowest": _t("{items}中何者最低（{missing}没有值）", "which of {items} is the lowest (no value: {missing})"),
    "below": _t("{items}是否越过阈值（没有值）", "the threshold of {items} (no value)"),
    "risk": _t("{subject}在{items}上的表现（没有值）", "signs of “{subject}” in {items} (no value)"),
    "balance": _t("{items}是否均衡（{missing}没有值）", "the balance of {items} (no value: {missing})"),
    "coupling": _t(
        "各维度的耦合协调度（{missing}没有值）", "coupling coordination of the dimensions (no value: {missing})"
    ),
}
"""What is left open, by the kind of the rule."""
LABELS: dict[str, Both] = {
    "actions": _t("先做什么（按障碍度与改变难易排序）", "What to do first (by obstacle degree and ease)"),
    "against": _t("对照", "against"),
    "city": _t("全部社区", "All communities"),
    "coupling": _t("耦合协调度", "Coupling coordination"),
    "degree": _t("障碍度", "obstacle"),
    "detail": _t("具体表现", "detail"),
    "dilemma": _t("困境", "dilemma"),
    "dimensions": _t("各维度障碍度", "Obstacle degree of the dimensions"),
    "nodes": _t("各级障碍度", "Obstacle degree of the nodes"),
    "distance": _t("距离", "distance"),
    "figures": _t("数据", "figures"),
    "frequencies": _t("各判断涉及的社区数", "In how many communities"),
    "gap": _t("差距", "gap"),
    "history": _t("历期", "periods"),
    "mean": _t("均分", "mean"),
    "none": _t("没有触发任何判断", "no statement holds"),
    "notes": _t("说明", "Notes"),
    "not_judged": _t("缺少数值，未作判断", "Not judged, as values are missing"),
    "obstacles": _t("差在哪里", "What is lacking"),
    "path": _t("路径", "path"),
    "points": _t("折合得分", "points"),
    "reference": _t("参照", "reference"),
    "source": _t("出处", "source"),
    "statements": _t("判断", "Statements"),
    "strengths": _t("优势", "Strengths"),
    "value": _t("得分", "value"),
    "weaknesses": _t("短板", "Weaknesses"),
    "neighbours": _t("画像最近的社区", "Nearest by profile"),
}


def settings_notes(settings: DiagnosisModel) -> Iterable[Both]:
    """The thresholds of strengths and weaknesses and the order of actions, with whose choice they are."""
    basis = BASES[settings.basis]
    strong, weak, apart, moved = (percent_text(value) for value in (
        settings.strong, settings.weak, settings.apart, settings.moved,
    ))  # fmt: skip
    yield _t(
        f"优势与短板：达到从最差到最好全程的 {strong} 为优势，不足 {weak} 为短板；"
        f"与参照相差 {apart}、与上期相差 {moved} 以上才列出（{basis['zh']}）。",
        f"Strengths lie {strong} or more of the way from worst to best, weaknesses below {weak}; gaps to others are "
        f"listed from {apart}, changes since the last period from {moved} ({basis['en']}).",
    )
    yield _t(
        "画像距离：双方都有值的指标，标准化值之差按权重取均方根（0–1）。",
        "Distance of profiles: root mean square difference of normalised values, by weight, of leaves both have (0–1).",
    )
    easy, medium, hard = (
        number_text(value) for value in (settings.ease.easy, settings.ease.medium, settings.ease.hard)
    )
    yield _t(
        f"行动按障碍度乘以难易系数排序：易改变 {easy}、较易改变 {medium}、难改变 {hard}（{basis['zh']}）。",
        f"Actions are in the order of obstacle degree times ease: easy {easy}, some time {medium}, hard {hard} "
        f"({basis['en']}).",
    )


def label(key: str, language: str) -> str:
    """A fixed word in ``zh`` or ``en``."""
    return LABELS[key][language]
