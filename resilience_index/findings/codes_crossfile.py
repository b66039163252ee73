"""RI28x and RI29x: what only shows when framework and data are seen together."""

from __future__ import annotations

from resilience_index.findings.entry import entry

ENTRIES = (
    entry(
        "RI281",
        "error",
        "'{key}' names a file that is not there: {file}",
        "check the name; paths in a file start at that file's own folder{hint}",
        "“{key}”所写的文件不存在：{file}",
        "请检查文件名；文件中的路径从该文件所在的文件夹算起{hint}",
    ),
    entry(
        "RI282",
        "warning",
        "all {count} values of '{indicator}' ({low} to {high}) lie {side} both ends of its goalposts {goalposts}",
        "{effect}; the column is probably not in {unit}: correct it, or the goalposts (the leaf stands at {leaf})",
        "“{indicator}”的 {count} 个值（{low} 至 {high}）全部{side}目标值 {goalposts} 的两端",
        "{effect}；该列的单位很可能不是{unit}：请更正数据或目标值（指标位于 {leaf}）",
    ),
    entry(
        "RI283",
        "warning",
        "the red line on '{indicator}' can never apply: {cause}",
        "ask the communities for the figure: until then no grade is capped by it",
        "“{indicator}”的红线不会起作用：{cause}",
        "请向社区补要该数据；在此之前该红线不限级",
    ),
    entry(
        "RI284",
        "warning",
        "the flag '{id}' stays blank for every community: {cause}",
        "add the data that '{node}' is made of, or remove the flag",
        "标记“{id}”对所有社区均为空：{cause}",
        "请补充“{node}”所需的数据，或删去该标记",
    ),
    entry(
        "RI285",
        "warning",
        "grade '{id}' begins at {value}, outside the scale of the scores, 0 to {scale}",
        "grade bounds count on the shown scale: correct the bound, or 'scale:'",
        "等级“{id}”的下限为 {value}，超出得分的取值 0 至 {scale}",
        "等级下限按显示的分值书写：请更正下限或 scale",
    ),
    entry(
        "RI286",
        "warning",
        "all grade bounds are at most {value}, but the scores run from 0 to {scale}",
        "grade bounds count on the shown scale: write 80 rather than 0.8, or set 'scale: 1'",
        "等级下限最大为 {value}，而得分的取值为 0 至 {scale}",
        "等级下限按显示的分值书写：请写 80 而不是 0.8，或设 scale: 1",
    ),
    entry(
        "RI287",
        "warning",
        "the flag '{id}' is {outcome} for every community: '{node}' runs from 0 to {scale}, the flag asks {op} {value}",
        "flags compare values as they are shown: correct 'value:' or the scale",
        "标记“{id}”对所有社区均{outcome}：“{node}”的取值为 0 至 {scale}，而标记条件为 {op} {value}",
        "标记按显示的分值比较：请更正 value 或 scale",
    ),
    entry(
        "RI288",
        "warning",
        "the red line '{indicator}' {op} {value} is {outcome} for every community: its range is {range}",
        "red lines compare values in the indicator's own unit: correct 'value:' or the range",
        "红线“{indicator}” {op} {value} 对所有社区均{outcome}：其取值范围为 {range}",
        "红线按指标自身单位比较：请更正 value 或取值范围",
    ),
    entry(
        "RI289",
        "warning",
        "'sheet: {sheet}' is not used: no data file is a workbook",
        "remove 'sheet:', or name the workbook under 'data:'",
        "未使用“sheet: {sheet}”：数据文件都不是工作簿",
        "请删去 sheet，或在 data 写工作簿的文件名",
    ),
)
