"""The method statement: each step of the calculation with its method, formula and source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from resilience_index.framework.model_base import Text
from resilience_index.framework.models import Rounding
from resilience_index.methods import registry
from resilience_index.methods.checking import Call
from resilience_index.report.view.format import number_text
from resilience_index.report.view.model import Both, MethodView
from resilience_index.scoring import weight_calls
from resilience_index.scoring.baseline import Baseline
from resilience_index.scoring.plan import LeafPlan, NodePlan, carried
from resilience_index.scoring.result import Result

DIRECTIONS: dict[str, Both] = {
    "benefit": {"zh": "正向（越大越好）", "en": "benefit (more is better)"},
    "cost": {"zh": "逆向（越小越好）", "en": "cost (less is better)"},
    "target": {"zh": "适度（区间内最好）", "en": "target (best inside a range)"},
    "context": {"zh": "背景（不计分）", "en": "context (not scored)"},
}
BASIS: dict[str, Both] = {
    "seed": {"zh": "论文", "en": "paper"},
    "norm": {"zh": "标准规范", "en": "norm"},
    "assumption": {"zh": "本框架假设", "en": "assumption of ours"},
    "": {"zh": "—", "en": "—"},
}
_SHOWN_APART = ("goalposts", "bands")
ORIGINS: dict[str, Both] = {
    "program": {"zh": "程序默认", "en": "program default"},
    "framework": {"zh": "框架文件", "en": "framework file"},
    "assessment": {"zh": "评估文件", "en": "assessment file"},
    "scheme": {"zh": "评估文件的方案", "en": "scheme of the assessment"},
    "option": {"zh": "命令行选项", "en": "command-line option"},
}


def both(text: Text) -> Both:
    """A text as a mapping of both languages."""
    return {"zh": text.zh, "en": text.en}


def steps(result: Result) -> list[MethodView]:
    """Every method in use, in the order of the calculation."""
    plan = result.plan
    found: list[MethodView] = []
    divided = [leaf.denominate for leaf in plan.leaves if leaf.denominate is not None]
    found += _counted("denominate", divided, "个指标", "indicators")
    baseline = plan.baseline
    for kind in ("fill", "treat"):
        calls = [call for leaf in plan.scored if (call := getattr(leaf, kind)).name != "none"]
        found += _fixed(baseline, _counted(kind, (call for call in calls if carried(call)), "个指标", "indicators"))
        found += _counted(kind, (call for call in calls if not carried(call)), "个指标", "indicators")
    found += _fixed(baseline, _counted("normalize", (leaf.normalize for leaf in plan.scored), "个指标", "indicators"))
    found += _fixed(baseline, _weights(result))
    inner = [node for node in plan.nodes if node.children]
    found += _counted("missing", (node.missing for node in inner), "个节点", "nodes")
    found += _counted("aggregate", (node.aggregate for node in inner), "个节点", "nodes")
    again = [node.normalize for node in inner] + [node.show.normalize for node in inner if node.show]
    found += _fixed(baseline, _counted("normalize", (call for call in again if call is not None), "个节点", "nodes"))
    modes: Counter[str] = Counter()
    modes.update(leaf.round.mode for leaf in plan.scored if leaf.round is not None)
    modes.update(node.round.mode for node in plan.nodes if node.round is not None)
    for mode, count in modes.items():
        found.append(_entry("round", mode, mode, _used(f"{count} 处", f"{count} steps")))
    found.append(_entry("ranks", plan.ties, plan.ties, _used("名次", "ranks")))
    if plan.grades:
        found.append(_method(plan.grading, _used("等级", "grades")))
    return found


def _fixed(baseline: Baseline | None, entries: Iterable[MethodView]) -> list[MethodView]:
    """The methods that a baseline, where there is one, stands behind."""
    return [entry if baseline is None else _against(baseline, entry) for entry in entries]


def _weights(result: Result) -> Iterable[MethodView]:
    """The weighting method; under ``levels`` each method with the nodes it serves; components of combinations."""
    plan = result.plan
    found_shares = [
        found.shares for found in result.weighting.joined
        if found.coefficients is not None and found.shares is not None and found.node is None
    ]  # fmt: skip
    if plan.weights.name == "levels":
        yield _method(plan.weights, _used("全部节点", "all nodes"))
    for call in weight_calls.choices(plan.weights):
        used = _used("全部节点", "all nodes")
        if plan.weights.name == "levels":
            nodes = [
                node.id for node in plan.nodes if len(node.children) > 1 and result.weighting.serving(node) == call
            ]
            if not nodes:
                continue
            used = _used(f"{'、'.join(nodes)} 的子项", f"children of {', '.join(nodes)}")
        for shares in found_shares:
            text = " : ".join(number_text(share, 4) for share in shares.tolist())
            used = _used(f"全部节点；两部分的份额 {text}", f"all nodes; shares of the two parts {text}")
        yield _method(call, used)
        for part in ("subjective", "objective"):
            component = call.get(part)
            if component is not None:
                yield _method(component, _used("组合的组成部分", "component of the combination"))


def _used(zh: str, en: str) -> Both:
    return {"zh": zh, "en": en}


def _counted(kind: str, calls: Iterable[Call], zh: str, en: str) -> list[MethodView]:
    counts = Counter(short_text(call) for call in calls)
    return [
        _entry(kind, text.split("(", 1)[0], text, _used(f"{count} {zh}", f"{count} {en}"))
        for text, count in counts.items()
    ]


def short_text(call: Call) -> str:
    """The call's text without goalposts and bands of single leaves, which the indicator table shows."""
    if call.get("goalposts") is None and call.get("bands") is None:
        return call.text()
    return Call(call.kind, call.name, {name: None if name in _SHOWN_APART else call[name] for name in call}).text()


def item_text(call: Call) -> str:
    """The text of one item's call, without a table of bands, which stands beside it."""
    return call.text() if call.get("bands") is None else short_text(call)


def _against(baseline: Baseline, entry: MethodView) -> MethodView:
    """A method whose statistics are those of a baseline: no longer relative to the run."""
    used = {
        "zh": f"{entry.used_by['zh']}；以基线 {baseline.name} 为准",
        "en": f"{entry.used_by['en']}; against the baseline {baseline.name}",
    }
    return replace(entry, relative=False, used_by=used) if entry.relative else entry


def _method(call: Call, used: Both) -> MethodView:
    return _entry(call.kind, call.name, call.text(), used)


def _entry(kind: str, name: str, text: str, used: Both) -> MethodView:
    method = registry.METHODS[kind, name]
    return MethodView(
        step=registry.KIND_TITLES[kind], method=text, title=dict(method.title), formula=method.formula,
        about=dict(method.about), source=method.source, relative=method.relative, used_by=used,
    )  # fmt: skip


def weight_setting(method: str | None) -> list[Both]:
    """The method of an item's local weight, where methods differ between levels."""
    return [] if method is None else [{"zh": f"权重：{method}", "en": f"weight: {method}"}]


def leaf_settings(leaf: LeafPlan) -> list[Both]:
    """What a leaf does beyond its normalisation, in words."""
    found: list[Both] = []
    if leaf.denominate is not None:
        by, factor = leaf.denominate["by"], number_text(leaf.denominate["factor"])
        found.append({"zh": f"除以 {by} × {factor}", "en": f"divided by {by} × {factor}"})
    if leaf.scored and leaf.fill.name != "none":
        found.append({"zh": f"填补：{leaf.fill.text()}", "en": f"fill: {leaf.fill.text()}"})
    if leaf.scored and leaf.treat.name != "none":
        found.append({"zh": f"异常值：{leaf.treat.text()}", "en": f"treat: {leaf.treat.text()}"})
    return [*found, *_turns(leaf.invert, leaf.against), *_rounding(leaf.round)]


def node_settings(node: NodePlan) -> list[Both]:
    """What a node does beyond aggregation, in words."""
    found = [*_turns(node.invert, node.against), *_rounding(node.round)]
    if node.missing.name != "available" or any(value is not None for value in node.missing.values()):
        found.append({"zh": f"缺失：{node.missing.text()}", "en": f"missing: {node.missing.text()}"})
    if node.show is not None:
        parts = [item_text(node.show.normalize)] if node.show.normalize else []
        parts += [item["en"] for item in _rounding(node.show.round)]
        found.append({"zh": f"仅显示：{'; '.join(parts)}", "en": f"shown only: {'; '.join(parts)}"})
    if node.top != 100.0:
        found.append({"zh": f"显示标度 0–{number_text(node.top)}", "en": f"shown on 0–{number_text(node.top)}"})
    return found


def _turns(invert: bool, against: bool) -> list[Both]:
    found: list[Both] = []
    if invert:
        found.append({"zh": "取 1 − x", "en": "inverted (1 − x)"})
    if against:
        found.append({"zh": "在上级中反向计入", "en": "counts against its parent"})
    return found


def _rounding(setting: Rounding | None) -> list[Both]:
    if setting is None:
        return []
    return [
        {
            "zh": f"修约到 {setting.digits} 位（{setting.mode}）",
            "en": f"rounded to {setting.digits} digits ({setting.mode})",
        }
    ]
