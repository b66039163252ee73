"""RI24x: the cells of indicator columns."""

from __future__ import annotations

from resilience_index.findings.entry import entry

ENTRIES = (
    entry(
        "RI241",
        "error",
        "'{text}' is not a number{cause}",
        "write a plain number such as 1234.5, leave the cell blank if there is no value,"
        " or write 不适用 if the indicator does not apply",
        "“{text}”不是数值{cause}",
        "请填写普通数字，例如 1234.5；没有数值请留空，指标不适用请写“不适用”",
    ),
    entry(
        "RI242",
        "error",
        "{value} lies outside the range {low} to {high}{unit}",
        "check the value and its unit against the source record",
        "{value} 超出允许范围 {low} 至 {high}{unit}",
        "请对照原始记录核对数值与单位",
    ),
    entry(
        "RI243",
        "error",
        "further cells of the column with the fault {fault}: {count}; the first {shown} are listed",
        "mend the column as a whole: the cells usually share one cause",
        "该列另有 {count} 个单元格存在问题 {fault}；仅列出前 {shown} 个",
        "请整列检查修正，这些单元格通常原因相同",
    ),
    entry(
        "RI244",
        "warning",
        "all {count} values lie between 0 and 1, but the indicator is in % from 0 to 100",
        "multiply the column by 100 if these are shares (0.85 for 85 %)",
        "全部 {count} 个数值都在 0 与 1 之间，而该指标以 % 计（0 至 100）",
        "若填写的是比例（0.85 表示 85 %），请将该列乘以 100",
    ),
    entry(
        "RI245",
        "info",
        "words of a 0/1 column were read as numbers: {words}",
        "nothing to do; check that they were meant so",
        "0/1 列中的文字按数值读取：{words}",
        "无需处理；请确认含义无误",
    ),
    entry(
        "RI246",
        "warning",
        "the column seems to mix shares of 1 and percentages: values between 0 and 1 without a sign: {shares}"
        " (rows {share_rows}); values that {how}: {others} (rows {other_rows})",
        "write every value of the column in %, 85 or 85% instead of 0.85",
        "该列似乎混用了比例与百分数：{shares} 个数值在 0 与 1 之间且不带百分号（第 {share_rows} 行），"
        "{others} 个数值{how}（第 {other_rows} 行）",
        "请将该列统一按 % 填写，即 85 或 85%，而不是 0.85",
    ),
    entry(
        "RI247",
        "info",
        "cells converted to plain numbers ({kind}): {count}; the first is row {first}: '{text}' → {value}",
        "nothing to do; check that they were meant so",
        "已换算为普通数字（{kind}）的单元格有 {count} 个；首个为第 {first} 行：“{text}” → {value}",
        "无需处理；请确认含义无误",
    ),
    entry(
        "RI248",
        "error",
        "{value} is neither 0 nor 1",
        "write 1 for yes and 0 for no, or leave the cell blank",
        "{value} 既不是 0 也不是 1",
        "“是”请填 1，“否”请填 0，没有数据请留空",
    ),
    entry(
        "RI249",
        "info",
        "community codes were read in plain form ({what}): {count}; the first is row {first}: '{text}' → '{id}'",
        "nothing to do if the codes are right; write them plainly in the source to be rid of this note",
        "已规范社区编码的写法（{what}）：{count} 个；首个为第 {first} 行：“{text}” → “{id}”",
        "如编码无误则无需处理；在原表中改正写法即可消除此提示",
    ),
    entry(
        "RI250",
        "info",
        "community codes are stored as numbers; they were read as the sheet shows them, with leading zeros:"
        " {count} (first: row {first}, '{id}')",
        "nothing to do; codes stored as text keep their zeros everywhere",
        "社区编码以数值保存，已按表中显示的样子（带前导零）读取：{count} 个（首个为第 {first} 行“{id}”）",
        "无需处理；编码以文本保存时，前导零在任何软件中都不会丢失",
    ),
)
