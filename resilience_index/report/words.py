"""The fixed words of the terminal's tables, in both languages."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "against": {"zh": "反向计入", "en": "against"},
    "aggregation": {"zh": "聚合", "en": "aggregation"},
    "all": {"zh": "全部", "en": "all"},
    "basis_marks": {
        "zh": "目标值依据：[A] 本框架的假设  [N] 标准规范  无标记：论文所载",
        "en": "basis of goalposts: [A] our assumption  [N] a norm  no mark: a paper",
    },
    "between": {"zh": "介于", "en": "between"},
    "capped": {"zh": "红线限级", "en": "capped by a red line"},
    "capped_mark": {"zh": "* 等级受红线限制", "en": "* grade capped by a red line"},
    "cell": {"zh": "位置", "en": "cell"},
    "code": {"zh": "编码", "en": "code"},
    "communities": {"zh": "社区数", "en": "communities"},
    "community": {"zh": "社区", "en": "community"},
    "comparison": {"zh": "框架比较", "en": "Comparison of frameworks"},
    "contribution": {"zh": "贡献", "en": "contribution"},
    "coverage": {"zh": "覆盖", "en": "cover"},
    "effective": {"zh": "有效权重", "en": "eff. weight"},
    "expert": {"zh": "专家", "en": "expert"},
    "faulty": {"zh": "有误", "en": "faulty"},
    "framework": {"zh": "框架", "en": "framework"},
    "global": {"zh": "全局权重", "en": "global"},
    "goalposts": {"zh": "目标值 / 聚合", "en": "goalposts / aggregate"},
    "grade": {"zh": "等级", "en": "grade"},
    "grades": {"zh": "各等级社区数", "en": "communities by grade"},
    "group": {"zh": "（群体）", "en": "(group)"},
    "inconsistent": {"zh": "不一致", "en": "inconsistent"},
    "indicator": {"zh": "指标", "en": "indicator"},
    "indicators": {"zh": "指标数", "en": "leaves"},
    "invert": {"zh": "取反", "en": "inverted"},
    "largest_shifts": {
        "zh": "名次相差最大的社区（[n]：该框架下的名次）",
        "en": "Largest shifts of rank ([n]: the rank under that framework)",
    },
    "local": {"zh": "局部权重", "en": "local"},
    "mean": {"zh": "平均分", "en": "mean"},
    "missing": {"zh": "缺失", "en": "missing"},
    "more_rows": {"zh": "… 另有 {count} 行（加 --top 0 显示全部）", "en": "… {count} more (--top 0 shows all)"},
    "no_shift": {"zh": "各框架下名次相同", "en": "no rank differs between the frameworks"},
    "node": {"zh": "节点", "en": "node"},
    "nodes": {"zh": "节点数", "en": "nodes"},
    "normalize": {"zh": "再标准化", "en": "normalised"},
    "normalized": {"zh": "标准化值", "en": "normalised"},
    "not_applicable": {"zh": "不适用", "en": "n.a."},
    "period": {"zh": "期", "en": "period"},
    "rank": {"zh": "名次", "en": "rank"},
    "ranked_by": {"zh": "名次在“{name}”各组内排列", "en": "ranks are counted within each {name}"},
    "raw": {"zh": "原始值", "en": "raw"},
    "relative": {
        "zh": "使用了相对方法（{names}），得分只在本次运行内可比",
        "en": "relative methods ({names}): scores compare inside this run only",
    },
    "round": {"zh": "修约", "en": "rounded"},
    "row": {"zh": "第 {row} 行", "en": "row {row}"},
    "score": {"zh": "得分", "en": "score"},
    "scored": {"zh": "已得分", "en": "scored"},
    "shift": {"zh": "相差", "en": "shift"},
    "show": {"zh": "另有显示值", "en": "shown apart"},
    "source": {"zh": "出处", "en": "source"},
    "synthetic": {"zh": "合成数据，不代表任何真实社区", "en": "synthetic data: no real community is shown"},
    "tau_legend": {
        "zh": "对角线以上：Kendall's tau-b（{units} 个社区）；以下：平均名次差；—：无定义",
        "en": "above the diagonal: Kendall's tau-b ({units} communities); below: mean shift of rank; —: undefined",
    },
    "title": {"zh": "名称", "en": "title"},
    "trend": {"zh": "历期", "en": "trend"},
    "unit": {"zh": "单位", "en": "unit"},
    "unscored": {
        "zh": "未得分：上表中没有值的节点，其有值的子项太少",
        "en": "no score: a node without a value above has too few children with one",
    },
    "value": {"zh": "值", "en": "value"},
    "version": {"zh": "版本", "en": "version"},
}


def say(key: str, language: str) -> str:
    """A fixed word in ``zh`` or ``en``."""
    return WORDS[key][language]
