"""RI50x: diagnosis."""

from __future__ import annotations

from resilience_index.findings.entry import entry

ENTRIES = (
    entry(
        "RI501",
        "error",
        "system {system} has the value {value} in row {row}: coupling coordination is defined for 0 to 1 only",
        "take normalised scores of the inside scale (0..1), not shown scores or raw values",
        "第 {row} 行系统 {system} 的值为 {value}：耦合协调度只对 0 到 1 有定义",
        "请用内部 0..1 的标准化得分，而不是显示得分或原始值",
    ),
    entry(
        "RI502",
        "error",
        "coupling coordination needs two systems or more, there is {count}",
        "choose a node that has at least two inner children",
        "耦合协调度至少需要两个系统，现有 {count} 个",
        "请选择至少有两个下级节点的节点",
    ),
    entry(
        "RI503",
        "error",
        "the weights of the systems ({weights}) leave nothing to add up to 1",
        "give weights that are not negative, at least one of them above 0",
        "各系统的权重（{weights}）无法归一",
        "请给出非负的权重，且至少一个大于 0",
    ),
)
