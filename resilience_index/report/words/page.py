"""Fixed words of the page's script in both languages."""

from __future__ import annotations

from resilience_index.report.view.model import Both
from resilience_index.report.words.diagnosis import LABELS


def _t(zh: str, en: str) -> Both:
    return {"zh": zh, "en": en}


WORDS: dict[str, Both] = {
    # Marks between words and figures
    "open": _t("（", " ("),
    "close": _t("）", ")"),
    # City
    "search": _t("查找社区", "Find a community"),
    "search_hint": _t("名称、编码或分组", "name, id or group"),
    "shown_rows": _t("显示", "shown"),
    "no_match": _t("没有符合的社区。", "No community matches."),
    "sort_hint": _t("点击列标题可排序。", "Select a heading to sort."),
    "change": _t("较上期", "Change"),
    "up": _t("上升", "up"),
    "down": _t("下降", "down"),
    "same": _t("持平", "level"),
    "since": _t("与上期相比", "Since the period before"),
    "since_about": _t("两期都有得分的社区：", "Communities scored in both periods:"),
    "risers": _t("升幅最大", "Largest gains"),
    "fallers": _t("降幅最大", "Largest losses"),
    "mean_change": _t("平均得分变化", "Change of the mean"),
    "heat": _t("维度热力图", "Heat map of dimensions"),
    "heat_about": _t(
        "每列一个社区，按名次从左到右；每行一个维度。数值见排名表与各社区页面。",
        "A column is a community, in order of rank from the left; a row is a dimension. "
        "The figures are in the ranking and on the pages of communities.",
    ),
    "low": _t("低", "low"),
    "high": _t("高", "high"),
    "distribution": _t("得分分布", "Distribution of scores"),
    "distribution_about": _t(
        "每个区间含下限不含上限；最后一个区间含上限。",
        "An interval includes its lower bound; only the last includes its upper one.",
    ),
    "groups": _t("分组结果", "Groups"),
    "experts_group": _t("专家组", "group"),
    "map": _t("地图", "Map"),
    "map_about": _t(
        "按等级着色；文字为等级。未着色的社区没有得分或没有数据。",
        "Coloured by grade, with its letter; without colour: no score or no data.",
    ),
    "list": _t("逐社区页面", "Pages of communities"),
    # Weights in the page
    "trial": _t("权重试算", "Try other weights"),
    "trial_about": _t(
        "拖动滑块可改变一级权重，得分、名次和等级随即在本页按同一方法重算；正式结果不变。",
        "Moving a slider changes the weights of the top level; scores, ranks and grades are made anew on this page "
        "by the same method. The official results stay as they are.",
    ),
    "trial_column": _t("试算", "Trial"),
    "trial_mark": _t("试算结果，非正式结果", "Trial, not the official result"),
    "official": _t("正式结果（正式权重）", "Official result (official weights)"),
    "official_weight": _t("正式权重", "official"),
    "reset": _t("恢复正式权重", "Back to the official weights"),
    "distance": _t("与正式结果的差距", "How far from the official result"),
    "ranks_moved": _t("名次变动的社区", "Communities with another rank"),
    "largest_move": _t("最大名次变动", "Largest move of rank"),
    "mean_move": _t("平均名次变动", "Mean move of rank"),
    "grades_moved": _t("等级变动的社区", "Communities with another grade"),
    "mean_score_move": _t("平均得分变动", "Change of the mean score"),
    "scored_moved": _t("得分有无变动的社区", "Communities with a score gained or lost"),
    "weight_shift": _t("权重变动合计", "Weight moved"),
    "trial_ungraded": _t(
        "等级的分界由得分求出，或设有门槛，因此试算不评级。",
        "The bounds of the grades follow the scores, or gates apply: a trial has no grades.",
    ),
    "all_zero": _t("权重全为 0，没有得分。", "All weights are 0: there are no scores."),
    "live_off_method": _t(
        "根节点的聚合方法不能在页面内重算，因此不提供权重试算。",
        "The root's method cannot be computed inside the page, so that there are no sliders.",
    ),
    "live_off_large": _t(
        "社区过多，页面不带试算所需的数据。", "There are too many communities for the page to carry what a trial needs."
    ),
    "live_off_single": _t(
        "一级只有一个维度，没有可调的权重。", "There is one dimension only, hence no weight to change."
    ),
    "arithmetic": _t("加权算术平均", "weighted arithmetic mean"),
    "geometric": _t("加权几何平均", "weighted geometric mean"),
    "harmonic": _t("加权调和平均", "weighted harmonic mean"),
    "power": _t("加权幂平均", "weighted power mean"),
    "sum": _t("加权求和", "weighted sum"),
    "root_method": _t("一级聚合方法", "Top-level method"),
    # A community
    "back": _t("返回全部社区", "Back to all communities"),
    "previous": _t("上一个", "Previous"),
    "next": _t("下一个", "Next"),
    "profile": _t("维度轮廓", "Profile of dimensions"),
    "profile_about": _t("实线为本社区，虚线为平均。", "Solid: this community; dashed: the mean."),
    "peers": _t("同组社区", "same group"),
    "position": _t("在全部社区中的位置", "Position among all communities"),
    "position_about": _t(
        "每条竖线是一个社区；粗长线为本社区，三角为平均，橙色为同组社区。",
        "Each line is a community: the long thick one is this community, the triangle the mean, orange the same group.",
    ),
    "history": _t("历期得分", "Scores by period"),
    "contributions": _t("得分构成", "What the score is made of"),
    "contributions_about": _t(
        "各指标对得分的贡献（分），合计等于得分。", "Points that each indicator adds; they add up to the score."
    ),
    "dimension_scores": _t("各级得分", "Scores of all levels"),
    "node": _t("维度", "Dimension"),
    "points": _t("贡献（分）", "Points"),
    "trace": _t("计算过程", "Trace"),
    "trace_about": _t("从数据单元格到得分。", "From the cell of the data to points of the score."),
    "raw": _t("原始值", "Raw value"),
    "normalized": _t("标准化得分", "Normalised"),
    "column": _t("数据列", "Column"),
    "row": _t("行", "Row"),
    "file": _t("文件", "File"),
    "missing": _t("缺失", "missing"),
    "not_applicable": _t("不适用", "not applicable"),
    "faulty": _t("有误，按缺失计", "faulty, counted as missing"),
    "filled": _t("填补", "filled"),
    "treated": _t("已处理", "treated"),
    "newest_only": _t(
        "计算过程只列最新一期；其他期见 trace.parquet。",
        "The trace is that of the newest period; trace.parquet has the others.",
    ),
    "no_trace": _t("数据量大，计算过程见 trace.parquet。", "The data are large: the trace is in trace.parquet."),
    # Diagnosis
    "diagnosis": _t("诊断", "Diagnosis"),
    "actions": _t("先做什么", "What to do first"),
    "actions_about": _t("按障碍度与改变难易排序。", "In the order of obstacle degree and ease of change."),
    "serves": _t("针对", "For"),
    "path": _t("路径", "Path"),
    "ease": _t("难易", "Ease"),
    "obstacles": _t("差在哪里", "What is lacking"),
    "degree": _t("障碍度", "Obstacle degree"),
    "strengths": _t("优势", "Strengths"),
    "weaknesses": _t("短板", "Weaknesses"),
    "compared": _t("对照", "Comparisons"),
    "reference": _t("参照", "Reference"),
    "gap": _t("差距", "Gap"),
    "value": _t("得分", "Value"),
    "coupling": _t("耦合协调度", "Coupling coordination"),
    "dilemma": _t("困境", "Dilemma"),
    "detail": _t("具体表现", "Detail"),
    "figures": _t("数据", "Figures"),
    "near": _t("画像最近的社区", "Nearest by profile"),
    "similarity": _t("距离", "Distance"),
    "often": _t("各判断涉及的社区数", "In how many communities"),
    "statement": _t("判断", "Statement"),
    "not_judged": LABELS["not_judged"],
    "dimension_degrees": LABELS["dimensions"],
    "no_statement": _t("没有触发任何判断。", "No statement holds."),
    "diagnosis_notes": _t("诊断说明", "Notes on the diagnosis"),
}
