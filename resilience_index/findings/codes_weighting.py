"""RI33x and RI35x: what a run says of the weights it finds."""

from __future__ import annotations

from resilience_index.findings.entry import entry

ENTRIES = (
    entry(
        "RI334",
        "warning",
        "{method} weights: '{leaf}' is constant over the units and gets weight 0",
        "nothing in these data distinguishes the units by it; a combination with expert weights keeps it in",
        "{method} 赋权：“{leaf}”在各单元上为常数，权重为 0",
        "该指标不能区分这些单元；与专家权重组合可保留它",
    ),
    entry(
        "RI335",
        "warning",
        "{method} weights from {units} units for {leaves} indicators: fewer units than indicators",
        "such weights are unstable; prefer more units or a combination with expert weights",
        "{method} 赋权：{units} 个单元、{leaves} 个指标，单元少于指标",
        "这样的权重不稳定；建议增加单元或与专家权重组合",
    ),
    entry(
        "RI336",
        "error",
        "{method} weights: a value of '{leaf}' is too large ({value})",
        "use a larger unit, or normalised values",
        "{method} 赋权：“{leaf}”有过大的值（{value}）",
        "请换用更大的单位，或用标准化值",
    ),
    entry(
        "RI337",
        "warning",
        "expert {expert} is left out under '{node}': CR {cr} is above {limit} ({table})",
        "this is what 'leave_out' asks for; ask the expert to look again at these comparisons",
        "专家 {expert} 在“{node}”下不计入：CR 为 {cr}，超过 {limit}（{table}）",
        "这是 leave_out 所要求的；可请专家复核这些比较",
    ),
    entry(
        "RI338",
        "error",
        "every expert is left out under '{node}': {experts} are above the CR {limit} of 'leave_out'",
        "raise 'leave_out', or ask the experts to look again at these comparisons",
        "“{node}”下没有可计入的专家：{experts} 都超过 leave_out 的 CR 限值 {limit}",
        "请放宽 leave_out，或请专家复核这些比较",
    ),
    entry(
        "RI339",
        "error",
        "weights by level name '{name}', which is no node of '{framework}' with several children{suggestion}",
        "under 'under' nodes with several children can stand: {known}",
        "分级赋权所指“{name}”不是框架“{framework}”中有多个子项的节点{suggestion}",
        "under 中可写有多个子项的节点：{known}",
    ),
    entry(
        "RI354",
        "error",
        "{method} weights from raw values: '{leaf}' is best inside a range, its raw values have no direction",
        "use normalised values (input: normalized), or another method",
        "{method} 赋权用原始值：“{leaf}”为适度型指标，原始值没有方向",
        "请用标准化值（input: normalized），或改用其他方法",
    ),
    entry(
        "RI355",
        "error",
        "weights '{method}' need judgments in the form '{form}', and no expert gives any",
        "add them to the judgments, or choose a method for the forms that are there: {known}",
        "权重方法“{method}”需要 {form} 形式的判断，但没有专家给出",
        "请补充这种形式的判断，或改用适合已有形式的方法：{known}",
    ),
    entry(
        "RI356",
        "warning",
        "{method} leaves {names} less than 0.1 % of the whole",
        "they hardly count, whatever their importance; a combination with expert weights keeps them in",
        "{method} 使 {names} 的权重不足 0.1 %",
        "无论是否重要，它们几乎不计入；与专家权重组合可保留它们",
    ),
    entry(
        "RI357",
        "warning",
        "{method} gives {names} more than half of the whole",
        "the index is little more than this indicator: look at its data, or combine with expert weights",
        "{method} 使 {names} 的权重超过一半",
        "该指数几乎只反映这一指标：请检查其数据，或与专家权重组合",
    ),
    entry(
        "RI358",
        "warning",
        "weights by level: {method} weighs nothing, no node with several children is left to it",
        "'from_top' begins with the root's children; leave out what is not used",
        "分级赋权：{method} 未用于任何节点，没有留给它的、有多个子项的节点",
        "from_top 自根的子项开始；请删去未用到的方法",
    ),
    entry(
        "RI359",
        "warning",
        "experts {experts} do not count: '{method}' reads no judgments in the form {forms}",
        "combine methods by level or node, or ask these experts again in the form of the others",
        "专家 {experts} 不计入：权重方法“{method}”不读取 {forms} 形式的判断",
        "可按级或按节点使用不同方法，或请这些专家改用与其他人相同的形式",
    ),
)
