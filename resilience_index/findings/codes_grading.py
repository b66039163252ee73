"""RI465 to RI479: bounds of grades, and gates."""

from __future__ import annotations

from resilience_index.findings.entry import entry

ENTRIES = (
    entry(
        "RI465",
        "error",
        "fixed grading needs a min for every grade; without: {names}",
        "give each of them its lower bound, or choose a grading that finds the bounds, such as natural_breaks",
        "固定分界要求每个等级都有 min；缺：{names}",
        "请写出其下限，或改用由得分求分界的方法，如 natural_breaks",
    ),
    entry(
        "RI466",
        "error",
        "grading '{method}' needs {needed} different scores{within}, and there are {count}",
        "score more communities together, use fewer grades, or 'grading: fixed'",
        "grading“{method}”{within}需要 {needed} 个不同的得分，现有 {count} 个",
        "请合并更多社区一起评估、减少等级，或改用 grading: fixed",
    ),
    entry(
        "RI467",
        "warning",
        "relative grades ({method}): a grade says how a community stands among {among}, not how good its score is",
        "use 'grading: fixed' where grades must compare between years or with other communities",
        "相对等级（{method}）：等级只说明社区在{among}中的位置，不说明得分本身的好坏",
        "需要跨年或与其他社区比较时，请用 grading: fixed",
    ),
    entry(
        "RI468",
        "info",
        "no community can have the grades {names}{within}: their bounds fall together",
        "tied scores are never split; fewer grades, or other shares, avoid it",
        "{within}不会有社区得到等级 {names}：其分界重合",
        "得分相同者不拆分；减少等级或调整份额可避免",
    ),
    entry(
        "RI469",
        "info",
        "gate '{id}' ({condition}) is not passed by {units}: no grade{state}",
        "{reason}",
        "门槛“{id}”（{condition}）未达到：{units} 不评级{state}",
        "{reason}",
    ),
    entry(
        "RI470",
        "warning",
        "gate '{id}' could not be checked for {count} units without a value; first: {units}",
        "{remedy}",
        "{count} 个单元缺“{id}”所需的数据，门槛无法核对；前几个：{units}",
        "{remedy}",
    ),
)
