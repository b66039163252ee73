"""The fixed words and sentences of the documents, in both languages; parts in braces are filled in."""

from __future__ import annotations

from collections.abc import Sequence

from resilience_index.report.view.model import Both
from resilience_index.report.words import formulas
from resilience_index.report.words.translations import LABELS


def _t(zh: str, en: str) -> Both:
    return {"zh": zh, "en": en}


SENTENCES: dict[str, Both] = {
    # The document as a whole
    "report_title": _t("社区韧性评估报告", "Community resilience assessment report"),
    "page_title": _t("社区韧性评估单页报告", "Community resilience profile"),
    "page": _t("第 {n} 页，共 {total} 页", "Page {n} of {total}"),
    "contents": _t("目录", "Contents"),
    "table": _t("表", "Table"),
    "figure": _t("图", "Figure"),
    "annex": _t("附件{n}  ", "Annex {n}  "),
    "colon": LABELS["colon"],
    "comma": LABELS["comma"],
    "and": _t("、", ", "),
    "semicolon": _t("；", "; "),
    "stop": _t("。", "."),
    "brackets": _t("（{text}）", " ({text})"),
    "blank": _t("（空白）", "(blank)"),
    "no_name": _t("（无名称）", "(no name)"),
    # Cover
    "cover_department": _t("编制单位", "Prepared by"),
    "cover_framework": _t("指标框架", "Framework"),
    "cover_period": _t("评估期", "Period"),
    "cover_communities": _t("参评社区", "Communities"),
    "cover_scheme": _t("方案", "Scheme"),
    "cover_data": _t("数据文件", "Data file"),
    "cover_program": _t("计算程序", "Program"),
    "synthetic": _t(
        "合成数据：本报告依据虚构的数据计算，只用于演示，不代表任何真实社区。",
        "Synthetic data: this report is calculated from invented data for demonstration; "
        "no figure describes a real community.",
    ),
    # Summary
    "summary": _t("摘要", "Summary"),
    "summary_scope": _t(
        "本报告依据“{framework}”（版本 {version}），评估{period} {total} 个社区的韧性，其中 {scored} 个社区得分。"
        "得分区间为 {scale}。",
        "This report assesses the resilience of communities{period} with the {framework} (version {version}). "
        "Communities with a score: {scored} of {total}. Scores run on the scale {scale}.",
    ),
    "of_period": _t(" {label} 期", " in {label}"),
    "summary_mean": _t("平均得分 {mean}。", "The mean score is {mean}."),
    "summary_extremes": _t(
        "得分最高的是{top}（{top_score}），最低的是{bottom}（{bottom_score}）。",
        "{top} scores highest ({top_score}), {bottom} lowest ({bottom_score}).",
    ),
    "summary_grades": _t("各等级社区数：{counts}。", "Communities by grade: {counts}."),
    "summary_dimensions": _t(
        "各维度中，“{best}”平均得分最高（{best_score}），“{worst}”最低（{worst_score}）。",
        "Among the dimensions, {best} has the highest mean ({best_score}) and {worst} the lowest ({worst_score}).",
    ),
    "summary_rise": _t(
        "平均得分比 {before} 期上升 {difference}。", "Since {before} the mean score has risen by {difference}."
    ),
    "summary_fall": _t(
        "平均得分比 {before} 期下降 {difference}。", "Since {before} the mean score has fallen by {difference}."
    ),
    "summary_same": _t("平均得分与 {before} 期持平。", "The mean score is the same as in {before}."),
    "summary_moves": _t(
        "两期都有得分的社区中，上升 {up} 个，下降 {down} 个，持平 {same} 个。",
        "Of the communities scored in both periods, {up} rose, {down} fell and {same} stayed the same.",
    ),
    "summary_actions": _t(
        "按障碍度与改变的难易，建议先抓以下工作：", "By obstacle degree and ease of change, these actions come first:"
    ),
    "summary_capped": _t(
        "等级因触碰红线而降低的社区：{count} 个。", "Communities whose grade a red line lowered: {count}."
    ),
    "summary_gated": _t(
        "未达到门槛、因而不评级的社区：{count} 个。", "Communities without a grade because they fail a gate: {count}."
    ),
    "relative_grades": _t(
        "等级是相对的（{method}）：其分界由得分求出，只说明社区在{among}中的位置，不能跨年或与其他社区比较。",
        "Grades are relative ({method}): their bounds are found from the scores. A grade says how a community stands "
        "among {among}, and does not compare with other years or sets.",
    ),
    "summary_unscored": _t(
        "数据不足、未得分的社区：{count} 个。", "Communities without a score for want of data: {count}."
    ),
    "relative": _t(
        "所用方法（{methods}）取决于本次参评的社区：得分只能在本次运行内比较，不能与本次之外的年份或批次比较。",
        "Methods in use ({methods}) depend on the set of communities: scores compare inside this run only, "
        "not with years or sets outside it.",
    ),
    # Chapters
    "chapter_scope": _t("评估说明", "Scope and data"),
    "chapter_method": _t("评估方法", "Method"),
    "chapter_results": _t("评估结果", "Results"),
    "chapter_groups": _t("各{group}结果", "Results by {group}"),
    "chapter_dimensions": _t("各社区维度得分", "Scores by dimension"),
    "chapter_diagnosis": _t("诊断", "Diagnosis"),
    "chapter_actions": _t("对策建议", "Recommendations"),
    "section_object": _t("评估对象与数据", "Object and data"),
    "section_notes": _t("框架说明", "Notes on the framework"),
    "section_steps": _t("计算步骤", "Steps of the calculation"),
    "section_grades": _t("等级划分", "Grades"),
    "section_overall": _t("总体情况", "Overview"),
    "section_ranking": _t("排名与等级", "Ranking and grades"),
    "section_capped": _t("红线限级", "Grades lowered by red lines"),
    "section_gated": _t("未达门槛的社区", "Communities that fail a gate"),
    "section_unscored": _t("未得分社区", "Communities without a score"),
    "annex_weights": _t("权重", "Weights"),
    "annex_consistency": _t("判断矩阵一致性", "Consistency of the judgments"),
    "annex_opinions": _t("专家意见", "What the experts say"),
    "annex_indicators": _t("指标定义", "Definitions of the indicators"),
    "annex_prepared": _t("填补与处理的值", "Filled and treated values"),
    "annex_settings": _t("设置与数据检查", "Settings and checks of the data"),
    "annex_sources": _t("文献与输入文件", "Sources and input files"),
    "chapter_signature": _t("签章", "Signatures and seal"),
    # Scope
    "scope_data": _t(
        "数据取自文件“{file}”。每个社区（每期）一行；每项指标保留原始值、标准化值、权重与得分贡献，可逐项追溯。",
        "The data come from the file {file}, one row for each community and period. Raw value, normalised value, "
        "weight and contribution of every indicator are kept and can be traced.",
    ),
    "scope_tree": _t(
        "指标体系共 {dimensions} 个维度、{leaves} 项计分指标。",
        "The tree has {dimensions} dimensions and {leaves} scored indicators.",
    ),
    # Method
    "method_intro": _t(
        "得分按下表所列步骤，由原始值逐级算出；公式中的符号见出处。",
        "Scores are calculated from raw values step by step, as the table lists; the sources explain the symbols.",
    ),
    "caption_steps": _t("计算步骤、方法与公式", "Steps, methods and formulas"),
    "caption_grades": _t("等级与下限（含）", "Grades and their lower bounds (inclusive)"),
    "bound": _t("得分下限", "Score at least"),
    "grading_fixed": _t("分界固定，各年的等级可以比较。", "The bounds are fixed: grades compare between years."),
    "grading_about": _t("分界的求法：{method}；{among}。", "How the bounds are found: {method}; {among}."),
    "gates_about": _t(
        "未达到门槛的社区不评级，其得分与名次保留。", "A community that fails a gate has no grade; score and rank stay."
    ),
    "red_lines_about": _t(
        "触碰红线的社区，等级不得高于红线所限。", "Where a red line is crossed, the grade cannot exceed its cap."
    ),
    "section_assumptions": _t("依据与假设", "Basis and assumptions"),
    "counted": _t("{what} {count} 项", "{what} ({count})"),
    "assumptions_basis": _t(
        "计分指标目标值的依据：{counts}，逐项列于附件。", "What the goalposts rest on: {counts}; an annex lists each."
    ),
    "assumptions_about": _t(
        "假设的目标值不出自论文或标准规范，权重、等级线与诊断阈值见框架说明和附件；引用结论之前，应由主管部门核定。",
        "Assumed goalposts come from no paper or norm. Weights, grade bounds and thresholds of the diagnosis are "
        "explained in the notes on the framework and in the annexes. The department should confirm them all before it "
        "relies on the results.",
    ),
    "section_again": _t("复核与重算", "Checking and recalculating"),
    "again_program": _t(
        "本报告由程序 resilience-index {version} 按附件所列的设置和输入文件算出；同样的输入得出同样的结果。",
        "The program resilience-index {version} made this report from the settings and input files listed in the "
        "annexes; the same inputs give the same results.",
    ),
    "again_verify": _t(
        "复核时，先按附件核对输入文件的 SHA-256，再对结果文件夹运行命令 resilience verify：程序会核对各文件，重新计算，"
        "并与原结果逐项比对。",
        "To check it, compare the SHA-256 of the input files with those in the annex and run the command resilience "
        "verify on the results folder: it checks every file, calculates again and compares the results.",
    ),
    "again_trace": _t(
        "单个社区的得分可用命令 resilience explain 逐项追溯到数据文件的单元格。",
        "The command resilience explain traces the score of a community back to the cells of the data file.",
    ),
    # Results
    "caption_periods": _t("各期总体情况", "Overview by period"),
    "caption_dimension_means": _t("各维度平均得分", "Mean score by dimension"),
    "caption_ranking": _t("社区排名与等级{period}", "Ranking and grades{period}"),
    "caption_capped": _t("等级因红线降低的社区", "Communities whose grade a red line lowered"),
    "caption_gated": _t("未达到门槛的社区及原因", "Communities that fail a gate, and why"),
    "caption_prepared": _t("填补与处理的值：之前与之后", "Filled and treated values, before and after"),
    "what_was_done": _t("操作", "What was done"),
    "filled": _t("填补", "filled"),
    "treated": _t("异常值处理", "treated"),
    "before": _t("之前", "Before"),
    "after": _t("之后", "After"),
    "prepared_note": _t("填补值不计入覆盖率。", "Filled values do not count as reported."),
    "cells_left_out": _t("另有 {count} 项，见 trace.parquet。", "{count} more are in trace.parquet."),
    "caption_unscored": _t("未得分社区及原因", "Communities without a score, and why"),
    "figure_grades_once": _t("等级分布", "Communities by grade"),
    "figure_grades": _t("各期等级分布", "Grades by period"),
    "figure_dimensions": _t("各维度平均得分", "Mean score by dimension"),
    "figure_histogram": _t("得分分布{period}", "Distribution of scores{period}"),
    "in_period": _t("（{label}）", " ({label})"),
    "period": _t("期", "Period"),
    "communities": _t("社区数", "Communities"),
    "scored": _t("有得分", "Scored"),
    "mean": _t("平均", "Mean"),
    "mean_score": _t("平均得分", "Mean score"),
    "no_grade": _t("无等级", "No grade"),
    "dimension": _t("维度", "Dimension"),
    "weight": _t("权重", "Weight"),
    "change": _t("变化", "Change"),
    "rank": _t("名次", "Rank"),
    "community": _t("社区", "Community"),
    "community_id": _t("编码", "Id"),
    "score": _t("得分", "Score"),
    "grade": _t("等级", "Grade"),
    "coverage": _t("覆盖率", "Coverage"),
    "reason": _t("原因", "Reason"),
    "grade_without_gates": _t("无门槛时等级", "Grade without gates"),
    "instead": _t("结果", "Outcome"),
    "gate_because": _t(
        "未达到门槛（{before} → {after}）：{reason}", "A gate is not passed ({before} → {after}): {reason}"
    ),
    "prepared_because": _t(
        "原始值处理：{what}（填补值不计入覆盖率）", "Raw values prepared: {what} (coverage leaves filled values out)"
    ),
    "grade_before": _t("红线前等级", "Before"),
    "coverage_note": _t(
        "覆盖率：有上报值的指标占该社区适用指标的比例。",
        "Coverage: share of the community's applicable indicators that have a reported value.",
    ),
    "change_note": _t("变化：与 {before} 期得分之差。", "Change: difference from the score in {before}."),
    "ranked_within": _t("名次在各“{group}”内排列。", "Ranks are counted within each {group}."),
    "rows_left_out": _t(
        "只列前 {shown} 个社区，另有 {count} 个见 scores.csv。",
        "The first {shown} communities are listed; {count} more are in scores.csv.",
    ),
    "letters": _t("列标题：{letters}。", "Columns: {letters}."),
    # Groups
    "group_sentence": _t(
        "{group}有 {total} 个社区参评，{scored} 个得分，平均得分 {mean}（全部社区平均 {overall}）。",
        "{group}: {scored} of {total} communities have a score; the mean is {mean} (all communities: {overall}).",
    ),
    "caption_groups": _t("各{group}概况", "Overview by {group}"),
    "caption_group": _t("{group}各社区得分", "Scores in {group}"),
    "caption_dimensions": _t("各社区维度得分{period}", "Scores by dimension{period}"),
    "best": _t("得分最高社区", "Highest community"),
    "unnamed_group": _t("（未注明）", "(not stated)"),
    # Diagnosis
    "summary_coupling": _t(
        "各维度耦合协调度 D 为 {d}（{level}）。", "The coupling coordination D of the dimensions is {d} ({level})."
    ),
    "summary_obstacles": _t("障碍度最大的指标：{items}。", "The indicators that hold scores back most: {items}."),
    "section_statements": _t("主要判断", "Main statements"),
    "section_frequencies": _t("各判断涉及的社区数", "How many communities each statement holds for"),
    "section_obstacles": _t("主要障碍因素", "What holds scores back"),
    "section_coupling": _t("各维度的协调", "How the dimensions go together"),
    "statement": _t("判断", "Statement"),
    "caption_frequencies": _t("各判断涉及的社区", "Statements and the communities they hold for"),
    "caption_obstacles": _t("障碍度最大的指标（全部社区平均）", "Greatest obstacle degrees (mean of all communities)"),
    "obstacle_about": _t(
        "障碍度是某项指标的不足在全部不足中所占的份额（按权重），各项合计为 100%。",
        "An obstacle degree is an indicator's share of all that is lacking, by weight; the degrees add up to 100%.",
    ),
    "obstacle_degree": _t("障碍度", "Obstacle"),
    "coupling_sentence": _t(
        "耦合度 C = {c}（{stage}），综合发展度 T = {t}，耦合协调度 D = {d}，属{level}。",
        "Coupling C = {c} ({stage}), development T = {t}, coordination D = {d}: {level}.",
    ),
    "cited": _t("依据 {source}", "see {source}"),
    "chain": _t("环节", "Chain"),
    "dilemma": _t("困境", "Dilemma"),
    "detail": _t("具体表现", "In detail"),
    "path": _t("路径", "Path"),
    "of_lacking": _t("障碍度 {degree}", "obstacle {degree}"),
    "actions_about": _t(
        "下列行动按障碍度与改变的难易排序；具体安排由主管部门结合实际确定。",
        "Actions are in the order of obstacle degree and ease of change; the department decides what is done.",
    ),
    "caption_actions": _t("建议的行动", "Recommended actions"),
    "actions_left_out": _t("另有 {count} 项行动见诊断结果。", "{count} more actions are in the diagnosis."),
    "priority": _t("序号", "No."),
    "action": _t("行动", "Action"),
    "what_for": _t("针对", "For"),
    "changeable": _t("难易", "Ease"),
    "compared": _t("对照", "Compared with"),
    "gap": _t("差", "Gap"),
    "page_statements": _t("诊断", "Diagnosis"),
    "page_actions": _t("先做什么", "What to do first"),
    "page_obstacles": _t("障碍度最大：{items}。", "Greatest obstacles: {items}."),
    # Annexes
    "caption_weights": _t("指标体系权重", "Weights of the tree"),
    "weights_note": _t(
        "局部权重在同级之间合计为 1；全局权重为沿路径各级权重之积。",
        "Local weights sum to 1 among siblings; a global weight is the product along the path from the root.",
    ),
    "item": _t("维度与指标", "Dimension or indicator"),
    "local": _t("局部权重", "Local"),
    "global": _t("全局权重", "Global"),
    "component": _t("其中 {name}", "of it {name}"),
    "caption_consistency": _t("判断矩阵及其一致性检验", "Judgment matrices and their consistency"),
    "consistency_note": _t(
        "λmax 为最大特征值，CI 为一致性指标，CR 为一致性比率；RI 表：{tables}。",
        "λmax is the principal eigenvalue, CI the consistency index, CR the consistency ratio; RI table: {tables}.",
    ),
    "matrix": _t("判断矩阵", "Matrix"),
    "expert": _t("专家", "Expert"),
    "expert_group": _t("专家组", "group"),
    "size": _t("阶数", "Size"),
    "verdict": _t("结论", "Verdict"),
    "consistent": _t("通过", "consistent"),
    "inconsistent": _t("未通过", "not consistent"),
    "left_out": _t("不计入", "left out"),
    "caption_opinions": _t("各节点的专家意见", "Opinions of the experts by node"),
    "method": _t("方法", "Method"),
    "shares": _t("权重", "Shares"),
    "remarks": _t("说明", "Remarks"),
    "caption_indicators": _t("指标、单位、目标值与依据", "Indicators, units, goalposts and basis"),
    "indicators_note": _t(
        "目标值写作“最差 → 最好”。标为假设者不出自文献或规范，可在框架文件中修改。",
        "Goalposts are written worst → best. Those marked as assumption come from no paper or norm and can be edited "
        "in the framework file.",
    ),
    "indicator": _t("指标", "Indicator"),
    "unit": _t("单位", "Unit"),
    "direction": _t("方向", "Direction"),
    "goalposts": _t("目标值", "Goalposts"),
    "basis": _t("依据", "Basis"),
    "measure": _t("测量方法", "How it is measured"),
    "caption_settings": _t("本次运行的设置及其来源", "Settings of the run and where they come from"),
    "yes": _t("是", "yes"),
    "no": _t("否", "no"),
    "setting": _t("设置", "Setting"),
    "value": _t("取值", "Value"),
    "origin": _t("来源", "Origin"),
    "caption_findings": _t("数据与计算中的检查发现", "Findings in data and calculation"),
    "findings_left_out": _t("另有 {count} 条见 findings.json。", "{count} more are in findings.json."),
    "findings_none": _t("数据与计算中没有检查发现。", "There are no findings in data or calculation."),
    "severity": _t("级别", "Severity"),
    "error": _t("错误", "error"),
    "warning": _t("警告", "warning"),
    "info": _t("信息", "information"),
    "place": _t("位置", "Place"),
    "message": _t("内容", "Message"),
    "step": _t("步骤", "Step"),
    "formula": _t("公式", "Formula"),
    "framework_file": _t("框架文件", "framework file"),
    "source": _t("出处", "Source"),
    "section_sources": _t("文献来源", "Sources"),
    "section_inputs": _t("输入文件", "Input files"),
    "caption_inputs": _t("输入文件及其 SHA-256", "Input files and their SHA-256"),
    "file": _t("文件", "File"),
    # Signatures
    "made_by": _t("编制人", "Prepared by"),
    "checked_by": _t("审核人", "Reviewed by"),
    "approved_by": _t("批准人", "Approved by"),
    "unit_name": _t("编制单位", "Issued by"),
    "date": _t("日期", "Date"),
    "seal": _t("（盖章处）", "(seal)"),
    "signature_note": _t(
        "以上各栏留空，由编制单位填写、签字、盖章；程序不作签署。",
        "These fields are left blank, to be filled in, signed and sealed by the issuing body; "
        "the program signs nothing.",
    ),
    # The page of a community
    "rank_of": _t("{rank} / {scored}", "{rank} of {scored}"),
    "figure_radar": _t("各维度得分与平均", "Dimensions against the mean"),
    "this_community": _t("本社区", "This community"),
    "mean_of_all": _t("全部社区平均", "Mean of all"),
    "compared_with_mean": _t("与平均之差", "Against mean"),
    "since": _t("比 {before}", "Since {before}"),
    "lower_nodes": _t("下级维度", "Lower-level node"),
    "strengths": _t("相对优势", "Strengths"),
    "weaknesses": _t("相对短板", "Weaknesses"),
    "against_mean_about": _t(
        "优势与短板：下级维度中高于、低于全部社区平均最多的各三项。",
        "Strengths and weaknesses: the lower-level nodes furthest above and below the mean of all communities.",
    ),
    "other_communities": _t("其他社区", "other communities"),
    "trend": _t("历期得分", "Scores over the periods"),
    "made_with": _t(
        "依据{framework}（版本 {version}）计算；得分区间 {scale}。",
        "Calculated with the {framework} (version {version}); scale {scale}.",
    ),
    "capped_because": _t("等级由 {before} 降为 {after}：{reason}", "Grade lowered from {before} to {after}: {reason}"),
    # Texts for those who cannot see a picture
    "alt_radar": _t("雷达图。{values}。", "Radar chart. {values}."),
    "alt_value": _t("{title} {value}（平均 {mean}）", "{title} {value} (mean {mean})"),
    "alt_grades": _t("堆叠条形图。{values}。", "Stacked bars. {values}."),
    "alt_dimensions": _t("条形图。{values}。", "Bar chart. {values}."),
    "alt_histogram": _t("直方图，每段社区数。{values}。", "Histogram, communities in each class. {values}."),
    "alt_bin": _t("{low} 至 {high}：{count}", "{low} to {high}: {count}"),
    "alt_trend": _t("折线图。{values}。", "Line chart. {values}."),
}


class Words:
    """The sentences in one language: ``words("summary_mean", mean="71.20")``."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, **parts: object) -> str:
        """A sentence with its parts filled in."""
        text = SENTENCES[key][self.language]
        return text.format(**parts) if parts else text

    def of(self, texts: Both) -> str:
        """A text of the view in this language, or in the one it has."""
        return texts.get(self.language) or next((text for text in texts.values() if text), "")

    def formula(self, text: str) -> str:
        """A formula of the registry, its words in this language."""
        return formulas.formula(text, self.language)

    def join(self, parts: Sequence[str]) -> str:
        """Parts of a list in running text."""
        return self("and").join(parts)

    def list(self, parts: Sequence[str]) -> str:
        """Parts that have commas of their own."""
        return self("semicolon").join(parts)

    def sentences(self, parts: Sequence[str]) -> str:
        """Sentences one after the other."""
        return ("" if self.language == "zh" else " ").join(parts)
