"""The fixed words of the sheets that communities fill in or get back, in both languages."""

from __future__ import annotations

from typing import Any

DIRECTIONS = {
    "benefit": {"zh": "越大越好", "en": "higher is better"},
    "cost": {"zh": "越小越好", "en": "lower is better"},
    "target": {"zh": "适中为好", "en": "best in between"},
    "context": {"zh": "背景信息，不计分", "en": "context, not scored"},
}
SEVERITY_WORDS = {
    "error": {"zh": "错误", "en": "Error"},
    "warning": {"zh": "警告", "en": "Warning"},
    "info": {"zh": "提示", "en": "Note"},
}
_WORDS: dict[str, dict[str, str]] = {
    "data": {"zh": "社区数据", "en": "Data"},
    "guide": {"zh": "填报说明", "en": "Guide"},
    "summary": {"zh": "汇总", "en": "Summary"},
    "id": {"zh": "编号", "en": "Id"},
    "unit": {"zh": "单位", "en": "Unit"},
    "no_unit": {"zh": "无", "en": "none"},
    "allowed": {"zh": "允许取值", "en": "Allowed"},
    "direction": {"zh": "方向", "en": "Direction"},
    "posts": {"zh": "目标值", "en": "Goalposts"},
    "measure": {"zh": "如何测量", "en": "How to measure"},
    "not_applicable": {"zh": "不适用的情形", "en": "Not applicable when"},
    "frameworks": {"zh": "使用框架与维度", "en": "Used by (dimension)"},
    "column": {"zh": "列", "en": "Col."},
    "indicator": {"zh": "指标与编号", "en": "Indicator and id"},
    "line": {"zh": "{name}：{text}", "en": "{name}: {text}"},
    "use": {"zh": "{framework}（{dimension}）", "en": "{framework} ({dimension})"},
    "yes_no": {"zh": "0（否）或 1（是）", "en": "0 (no) or 1 (yes)"},
    "any_number": {"zh": "任意数值", "en": "any number"},
    "range": {"zh": "{low} 至 {high}", "en": "{low} to {high}"},
    "none": {"zh": "—", "en": "—"},
    "goalposts": {"zh": "最差 {worst}，最好 {best}", "en": "worst {worst}, best {best}"},
    "target": {
        "zh": "最好 {first} 至 {last}，{low} 与 {high} 处为零分",
        "en": "best {first} to {last}, nothing at {low} and {high}",
    },
    "prompt": {"zh": "允许：{allowed}；{direction}。", "en": "Allowed: {allowed}; {direction}. "},
    "prompt_unit": {"zh": "单位：{unit}。", "en": "Unit: {unit}. "},
    "prompt_blank": {"zh": "没有数据请留空。", "en": "Leave blank if there is no value."},
    "prompt_word": {
        "zh": "没有数据请留空，不适用请填“{word}”。",
        "en": "Leave blank if there is no value, enter {word} if it does not apply.",
    },
    "stop_title": {"zh": "请核对此值", "en": "Please check this value"},
    "stop": {
        "zh": "请只填数字，不带单位。允许取值：{allowed}。没有数据请留空；该指标确实不适用请填“{word}”。",
        "en": "Enter a number without a unit. Allowed: {allowed}. Leave the cell blank if there is no value;"
        " enter {word} if the indicator does not apply.",
    },
    # The template
    "template": {"zh": "社区韧性数据填报表", "en": "Community resilience data entry"},
    "framework": {"zh": "{title}（{id}）", "en": "{title} ({id})"},
    "of_frameworks": {"zh": "适用框架：{titles}", "en": "For: {titles}"},
    "note_rows": {
        "zh": "1. 在“{data}”表中每个社区每期填一行，从第 2 行开始；请勿改动表头，也不要添加合计行、备注行或"
        "合并单元格。",
        "en": "1. In the sheet '{data}', fill in one row for each community and period, from row 2 on. Do not change"
        " the header, and add no totals, notes or merged cells.",
    },
    "note_keys": {
        "zh": "2. 社区编码与期为必填。编码列为文本格式，前导零会保留；同一期内每个社区的编码只能出现一次。"
        "区县、街道用于分组，可留空。",
        "en": "2. The community code and the period are required. Codes are text, so leading zeros stay; a code stands"
        " once in a period. District and street are for groups and may stay blank.",
    },
    "note_numbers": {
        "zh": "3. 指标只填数字，单位见表头。百分数填 0–100 之间的数（85 表示 85%）；0/1 指标填 1（是）或 0（否）。",
        "en": "3. Enter numbers only; the unit stands in the header. Percentages go from 0 to 100 (85 means 85%);"
        " 0/1 indicators take 1 for yes and 0 for no.",
    },
    "note_missing": {
        "zh": "4. 没有数据请留空，不要填 0。确实不适用（如当年未发生该类事件）请填“不适用”，情形见下表。",
        "en": "4. Leave a cell blank if there is no value; do not enter 0. Enter n.a. where an indicator cannot apply"
        " (no such event in the year), as the table below says.",
    },
    "note_privacy": {
        "zh": "5. 只填社区汇总数，请勿填写居民姓名、身份证号、电话、住址等个人信息。",
        "en": "5. Enter figures of the community only: no names, identity numbers, telephone numbers or addresses of"
        " persons.",
    },
    "note_comments": {
        "zh": "6. 选中单元格即显示单位与取值范围；指向表头可见测量方法。表头颜色表示所属维度，下表首列颜色与之对应。",
        "en": "6. Selecting a cell shows unit and range; pointing at a header shows how to measure. Colours of headers"
        " are dimensions, and come back in the first column of the table below.",
    },
    "key_id": {
        "zh": "必填。台账中的社区编码，按文本保存，前导零会保留；同一期内不可重复。",
        "en": "Required. The community's code in the register, kept as text with its leading zeros; once in a period.",
    },
    "key_name": {"zh": "社区名称，用于结果展示。", "en": "The community's name, as results will show it."},
    "key_group": {"zh": "选填，用于分组统计与组内排名。", "en": "Optional, for results and ranks by group."},
    "key_period": {
        "zh": "必填。数据所属的期，例如 2024；各行写法须一致。",
        "en": "Required. The period of the data, such as 2024, written alike in every row.",
    },
    # The return sheet
    "returned": {"zh": "社区数据核对结果", "en": "Community data: what was found"},
    "file": {"zh": "文件", "en": "File"},
    "checked": {"zh": "按此框架检查", "en": "Checked against"},
    "do_mend": {
        "zh": "请在“{data}”表中逐格修正：错误必须改正，警告请核对，提示仅供了解。点击下表“位置”列可跳到该格；"
        "指向带颜色的单元格可见原因与改法。行列位置与原文件一致，请勿移动。",
        "en": "Correct the cells in the sheet '{data}': errors must go, warnings want a look, notes are for your"
        " information. A click on a place below leads to its cell; pointing at a coloured cell shows cause and"
        " remedy. Rows and columns stand where they stood in your file: please leave them there.",
    },
    "do_return": {
        "zh": "改完后保存并交回本文件即可，颜色与批注不必清除。",
        "en": "Then save this file and send it back; colours and comments may stay.",
    },
    "no_findings": {"zh": "未发现问题，无需修改。", "en": "Nothing was found; there is nothing to correct."},
    "number": {"zh": "序号", "en": "No."},
    "severity": {"zh": "程度", "en": "Severity"},
    "code": {"zh": "代码", "en": "Code"},
    "cell": {"zh": "位置", "en": "Place"},
    "whose": {"zh": "编码与社区", "en": "Code and community"},
    "where": {"zh": "所在列", "en": "Column"},
    "content": {"zh": "原内容", "en": "Content"},
    "cause": {"zh": "原因", "en": "Cause"},
    "remedy": {"zh": "改法", "en": "Remedy"},
    "whole": {"zh": "整张表", "en": "the whole table"},
    "whole_row": {"zh": "第 {row} 行整行", "en": "the whole row {row}"},
    "of_column": {"zh": "{letter} 列：{header}", "en": "{letter}: {header}"},
}


def say(key: str, language: str, **values: Any) -> str:
    """A fixed word or sentence in ``zh`` or ``en``."""
    return _WORDS[key][language].format(**values) if values else _WORDS[key][language]
