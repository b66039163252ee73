"""Every fixed word of the reports in both languages, and how texts are put on a page.

``clean`` makes text inert for every format: what XML forbids and what changes the reading direction
becomes the replacement character, so that a name can neither break a file nor disguise itself.
"""

from __future__ import annotations

import re

from resilience_index.report.view import Both

LANGUAGES = ("zh", "en", "both")

# C0 and C1 controls, surrogates, noncharacters; marks, embeddings, overrides and isolates of direction.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def _t(zh: str, en: str) -> Both:
    return {"zh": zh, "en": en}


LABELS: dict[str, Both] = {
    # The page as a whole
    "report": _t("社区韧性评估报告", "Community resilience assessment"),
    "skip": _t("跳到正文", "Skip to content"),
    "language": _t("语言", "Language"),
    "contents": _t("目录", "Contents"),
    "framework": _t("指标框架", "Framework"),
    "data": _t("数据", "Data"),
    "scheme": _t("方案", "Scheme"),
    "scale": _t("得分区间", "Scale"),
    "program": _t("计算程序", "Program"),
    "notice": _t("提示", "Notice"),
    "synthetic": _t("合成数据", "Synthetic data"),
    "synthetic_about": _t(
        "本报告依据虚构的合成数据计算，只用于演示，不代表任何真实社区。",
        "Calculated from invented data for demonstration; no figure describes a real community.",
    ),
    "relative": _t("相对得分", "Relative scores"),
    "relative_about": _t(
        "所用方法取决于本次参评的社区：得分只能在本次运行内比较，不能与本次之外的年份或批次比较。相关方法：",
        "Methods in use depend on the set of communities: scores compare inside this run only, "
        "not with years or sets outside it. Methods concerned:",
    ),
    "offline": _t(
        "本页不加载任何外部内容，可离线保存与打印。",
        "This page loads nothing from outside; it can be kept and printed offline.",
    ),
    # Results
    "results": _t("结果", "Results"),
    "period": _t("期", "Period"),
    "periods": _t("各期结果", "Results by period"),
    "ranking": _t("排名", "Ranking"),
    "levels": _t("逐级得分", "Levels"),
    "rank": _t("名次", "Rank"),
    "community": _t("社区", "Community"),
    "community_id": _t("社区编码", "Community id"),
    "score": _t("得分", "Score"),
    "grade": _t("等级", "Grade"),
    "coverage": _t("覆盖率", "Coverage"),
    "mean": _t("平均", "Mean"),
    "mean_score": _t("平均得分", "Mean score"),
    "communities": _t("社区数", "Communities"),
    "scored": _t("已得分社区", "Communities scored"),
    "unscored": _t("未得分社区", "Not scored"),
    "capped": _t("红线限级", "Capped by red lines"),
    "capped_mark": _t("红线", "red line"),
    "gate_mark": _t("门槛", "gate"),
    "gate_caption": _t("未达到门槛、因而不评级的社区", "Communities that fail a gate, and so have no grade"),
    "gated": _t("未达门槛", "Gate not passed"),
    "relative_grades": _t("相对等级", "Relative grades"),
    "relative_grades_about": _t(
        "等级的分界由得分求出，只说明社区在下列范围中的位置，不能跨年或与其他社区比较：",
        "The bounds of the grades are found from the scores. A grade says how a community stands among those named "
        "here, and does not compare with other years or sets:",
    ),
    "bounds": _t("等级分界（下限，含）", "Bounds of the grades (lowest score, inclusive)"),
    "capped_caption": _t("因触碰红线而降低的等级", "Grades lowered by red lines"),
    "grade_before": _t("红线前等级", "Grade before red lines"),
    "remark": _t("说明", "Remark"),
    "grades": _t("等级分布", "Grades"),
    "no_grade": _t("无等级", "No grade"),
    "no_grade_about": _t("低于最低等级下限", "below the lowest bound"),
    "dimension_means": _t("各维度平均得分", "Mean score by dimension"),
    "ranking_caption": _t("社区排名与各维度得分", "Communities ranked, with the score of each dimension"),
    "ranked_within": _t("名次在此分组内排列：", "Ranks are counted within:"),
    "coverage_about": _t(
        "覆盖率：有上报值的指标占该社区适用指标的比例。",
        "Coverage: share of the community's applicable indicators that have a reported value.",
    ),
    "shade_about": _t("底色越浓，得分越高。", "The stronger the shade, the higher the score."),
    "rows_left_out": _t("行未列出，完整结果见 scores.csv。", "rows are not listed here; scores.csv has all."),
    "nothing_scored": _t("本期没有社区得分。", "No community has a score in this period."),
    # Weights
    "weights": _t("权重与一致性", "Weights"),
    "tree": _t("权重", "Weights of the tree"),
    "tree_about": _t(
        "局部权重在同级之间合计为 1；全局权重为沿路径各级权重之积。",
        "Local weights sum to 1 among siblings; a global weight is the product along the path from the root.",
    ),
    "item": _t("维度与指标", "Dimension or indicator"),
    "id": _t("编号", "Id"),
    "level": _t("层级", "Level"),
    "kind": _t("类别", "Kind"),
    "node": _t("维度", "Node"),
    "leaf": _t("指标", "Indicator"),
    "context": _t("背景指标（不计分）", "Context, not scored"),
    "parent": _t("上级", "Parent"),
    "local": _t("局部权重", "Local weight"),
    "global": _t("全局权重", "Global weight"),
    "component": _t("分项权重", "Component"),
    "aggregate": _t("聚合", "Aggregation"),
    "own_settings": _t("自有设置", "Own settings"),
    "consistency": _t("判断矩阵一致性", "Consistency of the judgments"),
    "matrix": _t("判断矩阵", "Matrix"),
    "expert": _t("专家", "Expert"),
    "group": _t("专家组", "group"),
    "size": _t("阶数 n", "Size n"),
    "lambda_max": _t("λmax", "λmax"),
    "ci": _t("CI", "CI"),
    "ri": _t("RI", "RI"),
    "ri_table": _t("RI 表", "RI table"),
    "cr": _t("CR", "CR"),
    "verdict": _t("结论", "Verdict"),
    "consistent": _t("通过", "consistent"),
    "inconsistent": _t("未通过：CR 超过阈值", "CR over the threshold"),
    "priorities": _t("优先权重", "Priorities"),
    "left_out": _t("不计入", "left out"),
    "opinions": _t("专家意见", "What the experts say"),
    "remarks": _t("说明", "Remarks"),
    # Method
    "method": _t("方法", "Method"),
    "how": _t("得分如何算出", "How the score is made"),
    "step": _t("步骤", "Step"),
    "formula": _t("公式", "Formula"),
    "about": _t("含义", "Meaning"),
    "source": _t("出处", "Source"),
    "used_by": _t("适用于", "Used by"),
    "relative_mark": _t("相对方法", "relative"),
    "absolute_mark": _t("绝对方法", "absolute"),
    "comparability": _t("可比性", "Comparability"),
    "indicators": _t("指标", "Indicators"),
    "indicators_caption": _t("指标、目标值与依据", "Indicators with goalposts and basis"),
    "indicators_about": _t(
        "目标值写作“最差 → 最好”。依据注明出处：文献、规范或本框架的假设；假设可在框架文件中修改。",
        "Goalposts are written worst → best. The basis says whether a paper, a norm or an assumption of the "
        "framework stands behind them; assumptions can be edited in the framework file.",
    ),
    "indicator": _t("指标", "Indicator"),
    "unit": _t("单位", "Unit"),
    "direction": _t("方向", "Direction"),
    "goalposts": _t("目标值", "Goalposts"),
    "normalize": _t("标准化", "Normalisation"),
    "basis": _t("依据", "Basis"),
    "measure": _t("测量方法", "How it is measured"),
    "prepared": _t("填补与处理的值", "Filled and treated values"),
    "prepared_sheet": _t("填补与处理", "Prepared values"),
    "prepared_about": _t(
        "填补值不计入覆盖率；处理前后的值均列出，全部见 trace.parquet。",
        "Filled values do not count as reported. Values before and after are listed; trace.parquet holds them all.",
    ),
    "prepared_caption": _t("逐项列出", "Value by value"),
    "what_was_done": _t("操作", "What was done"),
    "filled": _t("填补", "filled"),
    "treated": _t("异常值处理", "treated"),
    "before": _t("之前", "Before"),
    "after": _t("之后", "After"),
    "cells_left_out": _t("项未列出，见 trace.parquet。", "more are in trace.parquet."),
    "settings": _t("设置及其来源", "Settings and where they come from"),
    "setting": _t("设置", "Setting"),
    "value": _t("取值", "Value"),
    "origin": _t("来源", "Origin"),
    # Log
    "log": _t("日志", "Log"),
    "findings": _t("检查发现", "Findings"),
    "no_findings": _t("没有检查发现。", "There are no findings."),
    "findings_left_out": _t("条未列出，见 findings.json。", "more are in findings.json."),
    "code": _t("代码", "Code"),
    "severity": _t("级别", "Severity"),
    "place": _t("位置", "Place"),
    "message": _t("内容", "Message"),
    "help": _t("处理建议", "What to do"),
    "error": _t("错误", "error"),
    "warning": _t("警告", "warning"),
    "info": _t("信息", "information"),
    "notes": _t("注记", "Notes"),
    "sources": _t("文献来源", "Sources"),
    "inputs": _t("输入文件", "Inputs"),
    "file": _t("文件", "File"),
    "sha256": _t("SHA-256", "SHA-256"),
    # Workbook only
    "summary": _t("总表", "Summary"),
}

# Usual names of grouping columns; any other column keeps the name it has in the data.
_COLUMNS: dict[str, Both] = {
    "city": _t("城市", "City"),
    "district": _t("区县", "District"),
    "street": _t("街道", "Street"),
    "period": _t("期", "Period"),
}


def clean(text: str) -> str:
    """``text`` with controls, direction marks and what XML forbids shown as the replacement character."""
    return _UNSAFE.sub("\ufffd", text) if _UNSAFE.search(text) else text


def languages(language: str) -> tuple[str, ...]:
    """The languages a report in ``language`` carries.

    Raises ``ValueError`` for any other word.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, not {language!r}")
    return ("zh", "en") if language == "both" else (language,)


def versions(texts: Both, language: str) -> tuple[tuple[str, str], ...]:
    """The (language, text) pairs to show, doubles and blanks left out.

    A text that lacks the asked language is given in the one it has.
    """
    wanted = [(code, texts.get(code, "")) for code in languages(language)]
    shown = [(code, text) for code, text in wanted if text]
    if not shown:
        shown = [(code, text) for code, text in texts.items() if text][:1]
    if len(shown) == 2 and shown[0][1] == shown[1][1]:
        shown = shown[:1]
    return tuple(shown)


def pick(texts: Both, language: str, joiner: str = " ") -> str:
    """``texts`` in a language, or in both with ``joiner`` between them."""
    return joiner.join(text for _, text in versions(texts, language))


def column_title(name: str) -> Both:
    """The heading of a grouping column."""
    return _COLUMNS.get(name, {"zh": name, "en": name})


def say(key: str, language: str, joiner: str = " ") -> str:
    """A fixed word of the reports: ``say("score", "both")`` is ``得分 Score``."""
    return pick(LABELS[key], language, joiner)
