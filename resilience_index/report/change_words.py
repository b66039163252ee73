"""The fixed words about changes and about what would change, in both languages."""

from __future__ import annotations

from resilience_index.report.view import Both

WORDS: dict[str, Both] = {
    "change": {"zh": "变化", "en": "change"},
    "changes": {"zh": "变化", "en": "Changes"},
    "change_title": {"zh": "变化及其来源", "en": "What changed, and why"},
    "before": {"zh": "前", "en": "before"},
    "after": {"zh": "后", "en": "after"},
    "data": {"zh": "数据", "en": "data"},
    "set": {"zh": "集合", "en": "set"},
    "weights": {"zh": "权重", "en": "weights"},
    "method": {"zh": "方法", "en": "method"},
    "score": {"zh": "得分", "en": "score"},
    "rank": {"zh": "名次", "en": "rank"},
    "grade": {"zh": "等级", "en": "grade"},
    "community": {"zh": "社区", "en": "community"},
    "community_id": {"zh": "编码", "en": "id"},
    "period": {"zh": "期", "en": "period"},
    "mean": {"zh": "平均", "en": "mean"},
    "both": {"zh": "双方都有的社区", "en": "communities in both"},
    "new": {"zh": "新增社区", "en": "new communities"},
    "gone": {"zh": "不再有的社区", "en": "communities no longer there"},
    "up": {"zh": "得分上升", "en": "scores that rose"},
    "down": {"zh": "得分下降", "en": "scores that fell"},
    "movers": {"zh": "变化最大的社区", "en": "Largest changes of score"},
    "all_changes": {"zh": "各社区的变化", "en": "Change of each community"},
    "leaves": {"zh": "数据部分来自哪些指标", "en": "Leaves behind the part 'data'"},
    "leaf": {"zh": "指标", "en": "indicator"},
    "mean_effect": {"zh": "平均影响", "en": "mean effect"},
    "mean_size": {"zh": "平均幅度", "en": "mean size"},
    "driven_by": {"zh": "主要指标", "en": "mostly by"},
    "together": {"zh": "指标共同作用", "en": "leaves together"},
    "rule": {
        "zh": "各部分相加等于变化。数据：社区自己的数值；集合：统计量与名次所参照的其他社区；权重；方法：其余一切。"
        "取各种互换次序的平均（Shapley）。",
        "en": "The parts add up to the change. Data: the community's own values; set: the others that statistics and "
        "ranks refer to; weights; method: all else. Mean over every order of exchanging them (Shapley).",
    },
    "rank_rule": {
        "zh": "名次与等级按位次计：负数表示更靠前。",
        "en": "Ranks and grades count in places: negative is better.",
    },
    "no_change": {"zh": "没有得分变化", "en": "no score changed"},
    "more": {"zh": "… 另有 {count} 行（加 --top 0 显示全部）", "en": "… {count} more (--top 0 shows all)"},
    "outlook": {"zh": "怎样会改变名次或等级", "en": "What would change the rank or the grade"},
    "outlook_rule": {
        "zh": "每行只改动一个指标，其余不变；由评分所用的同一程序计算。",
        "en": "One leaf alone, all else as it is; calculated by the program that made the score.",
    },
    "better_grade": {"zh": "升到等级 {grade}", "en": "to reach grade {grade}"},
    "worse_grade": {"zh": "会降到等级 {grade}", "en": "what would lower the grade to {grade}"},
    "pass_above": {"zh": "超过 {name}（{score}）", "en": "to pass {name} ({score})"},
    "behind_below": {"zh": "会落到 {name}（{score}）之后", "en": "what would drop it behind {name} ({score})"},
    "none_able": {"zh": "没有哪个指标单独改变就能做到", "en": "no leaf can do it alone"},
    "unable": {"zh": "另有 {count} 个指标单独改变也做不到", "en": "{count} other leaves cannot do it alone"},
    "now": {"zh": "现值", "en": "now"},
    "needed": {"zh": "需达到", "en": "needed"},
    "then": {"zh": "届时得分", "en": "score then"},
    "further": {"zh": "另有 {count} 个", "en": "{count} more"},
    "not_reported": {"zh": "未填报", "en": "not reported"},
    "explanation": {"zh": "得分解释", "en": "How a score came about"},
    "cell": {"zh": "位置", "en": "cell"},
    "raw": {"zh": "原始值", "en": "raw"},
    "cleaned": {"zh": "清理后", "en": "cleaned"},
    "prepared": {"zh": "除以/补缺/处理后", "en": "divided, filled, treated"},
    "normalized": {"zh": "标准化值", "en": "normalised"},
    "parameters": {"zh": "标准化方法与参数", "en": "method and parameters"},
    "local": {"zh": "局部权重", "en": "local weight"},
    "effective": {"zh": "有效权重", "en": "effective weight"},
    "global": {"zh": "全局权重", "en": "global weight"},
    "contribution": {"zh": "贡献", "en": "contribution"},
    "nodes": {"zh": "各级节点", "en": "Nodes"},
    "leaf_table": {"zh": "从单元格到贡献", "en": "From cell to contribution"},
    "node": {"zh": "节点", "en": "node"},
    "value": {"zh": "值", "en": "value"},
    "aggregation": {"zh": "聚合", "en": "aggregation"},
    "sum": {"zh": "贡献之和", "en": "sum of contributions"},
    "coverage": {"zh": "覆盖率", "en": "coverage"},
    "capped": {"zh": "红线限级", "en": "capped by a red line"},
    "gated": {"zh": "未通过的门槛", "en": "gates that are failed"},
    "sides": {"zh": "比较双方", "en": "The two sides"},
    "framework": {"zh": "指标框架", "en": "framework"},
    "findings": {"zh": "检查发现", "en": "Findings"},
    "help": {"zh": "处理建议", "en": "what to do"},
}


def word(key: str, language: str) -> str:
    """A fixed word in ``zh`` or ``en``."""
    return WORDS[key][language]
