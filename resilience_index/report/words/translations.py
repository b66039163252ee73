"""Every fixed word of the reports in both languages, and how texts are put on a page.

``clean`` makes text inert for every format: what XML forbids and what changes the reading direction
becomes the replacement character, so that a name can neither break a file nor disguise itself.
"""

from __future__ import annotations

import re

from resilience_index.report.view.model import Both

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
    "colours": _t("配色", "Colours"),
    "scheme_auto": _t("自动", "Auto"),
    "scheme_light": _t("浅色", "Light"),
    "scheme_dark": _t("深色", "Dark"),
    "without_script": _t(
        "浏览器未运行本页脚本：仅列出最新一期的排名，不含图表、社区页面和权重试算。",
        "The script of this page does not run: the ranking of the newest period is shown, without charts, pages of "
        "communities and trial weights.",
    ),
    # Marks between words and figures
    "colon": _t("：", ": "),
    "comma": _t("，", ", "),
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
    "diagnosis": _t("诊断", "Diagnosis"),
    "whole": _t("全部社区", "All communities"),
    "coordination": _t("耦合协调度 D", "Coupling coordination D"),
    "coordination_level": _t("协调等级", "Level of coordination"),
    "obstacles": _t("主要障碍（障碍度）", "Main obstacles (obstacle degree)"),
    "dimension_obstacles": _t("各维度障碍度", "Obstacle degree of the dimensions"),
    "statements": _t("诊断结论", "Statements"),
    "statement": _t("结论", "Statement"),
    "figures": _t("依据的数字", "Figures behind it"),
    "meaning": _t("说明与出处", "What it says, and where"),
    "measures": _t("路径", "Paths"),
    "actions": _t("先做什么", "What to do first"),
    "normalized": _t("标准化", "Normalised"),
    "raw": _t("原始值", "Raw values"),
    "method_name": _t("方法", "Method"),
    "lowest_allowed": _t("允许的最小值", "Lowest allowed"),
    "highest_allowed": _t("允许的最大值", "Highest allowed"),
    "value_count": _t("有值个数", "Values"),
    "point_1": _t("最差值／最小值／下界（名次法：个数）", "Worst, smallest or low (ranks: count)"),
    "point_2": _t("最好值／最大值／满分下界", "Best, largest or a"),
    "point_3": _t("满分上界／区间下端", "b, or range from"),
    "point_4": _t("上界／区间上端", "High, or range to"),
    "min_coverage": _t("子项最低占比", "Least share of children"),
    "min_children": _t("子项最少个数", "Least number of children"),
    "values_only": _t("（只有数值，无公式）", "(values, no formulas)"),
    "not_followed": _t("（得分不随改动而变）", "(scores do not follow)"),
    "compared_score": _t("比较用得分（十位小数）", "Compared score (10 decimals)"),
    "list_place": _t("列表位次", "Place in the list"),
    "list_row": _t("取自行", "From row"),
    "grade_place": _t("等级序号（红线前）", "Grade number before red lines"),
    "red_line_place": _t("红线所限等级序号", "Grade number a red line leaves"),
    "before_normalizing": _t("聚合值", "Aggregated"),
    "passed_up": _t("上传值", "Passed up"),
    "compared_value": _t("比较值", "Compared value"),
    "remark_fixed": _t("说明中不随重算的部分", "Remark that does not recalculate"),
    "raw_marks": _t(
        "“原始值”中绿底为填补、橙底为经异常值处理的值：该表保留上报值，处理前后的值见“填补与处理”，覆盖率不计填补值。",
        "Among the raw values, green marks what was filled in and orange what was treated as an outlier: that sheet "
        "keeps what was reported, 'Prepared values' has the values before and after, and coverage leaves filled "
        "values out.",
    ),
    "not_graded": _t(
        "等级不随改动而变：其分界由得分求出，或设有门槛。",
        "Grades do not follow changes: their bounds are found from the scores, or gates apply.",
    ),
    "as_taken": _t("上级取值", "As the parent takes it"),
    "group_code": _t("分组号", "Group number"),
    "grade_bounds": _t("等级下限", "Lower bounds of grades"),
    "title": _t("名称", "Title"),
    "lower_bound": _t("下限（含）", "Lower bound (inclusive)"),
    "red_lines": _t("红线", "Red lines"),
    "condition": _t("条件", "Condition"),
    "capped_at": _t("最高等级", "Grade at most"),
    "spread": _t("得分分布", "Spread of scores"),
    "first_of": _t("前", "first"),
    "live_about": _t(
        "本工作簿可自行重算：改动蓝色的数（原始值、目标值、局部权重、子项最低占比、等级下限、红线值），标准化、各级得分、"
        "名次、等级随之更新。空格为缺失；不适用的单元格须写成与表中相同的字样。出现错误值，表示本程序会拒绝这一输入。",
        "This workbook recalculates itself: change a blue figure (raw value, goalpost, local weight, least share of "
        "children, lower bound of a grade, value of a red line), and normalised values, scores, ranks and grades "
        "follow. A blank is missing; write what does not apply as the sheet writes it. An error value means that "
        "this program would refuse such an input.",
    ),
    "live_nothing": _t(
        "本工作簿中的得分只有数值，不随原始值的改动而变：所用方法在表格软件中没有公式。",
        "The scores of this workbook are values and do not follow changed raw values: the methods behind them have no "
        "formula in a spreadsheet.",
    ),
    "live_not_score": _t(
        "总得分与名次只有数值，不随改动而变；有公式的各级得分仍随之更新。",
        "The overall score and the rank are values and do not follow changes; scores below them with a formula do.",
    ),
    "live_weights": _t(
        "以下方法由数据定权，权重是数值，不随改动而变：",
        "Weights of these methods come from the data and do not follow changes:",
    ),
    "live_not": _t("以下各项没有公式，只有数值：", "These have values, no formulas:"),
    "not_live": _t(
        "社区或指标过多，本工作簿只列数值，没有公式。",
        "The run is too large for formulas: this workbook lists values only.",
    ),
    "not_listed": _t(
        "本工作簿只列数值，没有公式；逐项原始值与标准化值见 trace.parquet。",
        "This workbook lists values only; raw and normalised values are in trace.parquet.",
    ),
}

# Usual names of grouping columns; any other column keeps the name it has in the data.
_COLUMNS: dict[str, Both] = {
    "city": _t("城市", "City"),
    "district": _t("区县", "District"),
    "street": _t("街道", "Subdistrict"),
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
