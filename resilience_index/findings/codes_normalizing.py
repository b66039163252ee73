"""RI435–RI444: normalisation, and baselines in place of a run's own statistics."""

from __future__ import annotations

from resilience_index.findings.entry import entry

ENTRIES = (
    entry(
        "RI435",
        "error",
        "'{leaf}' is {value} for {unit}: {name} needs values {least}",
        "correct the value, or use a method for such values, such as minmax or zscore",
        "{unit} 的“{leaf}”为 {value}：{name} 要求数值 {least}",
        "请更正数值，或改用适合的方法，如 minmax、zscore",
    ),
    entry(
        "RI436",
        "error",
        "'{id}'{within} cannot be normalised by {name}: {reason}",
        "use another method for it, or correct the column",
        "“{id}”{within}不能用 {name} 标准化：{reason}",
        "请改用其他方法，或更正该列",
    ),
    entry(
        "RI437",
        "error",
        "'{leaf}' is {value} for {unit}: no band holds this value",
        "add a band for it, or correct the value",
        "{unit} 的“{leaf}”为 {value}：没有对应的分档",
        "请补充分档，或更正数值",
    ),
    entry(
        "RI438",
        "error",
        "'{id}' is measured against the unit '{unit}'{within}: {reason}",
        "name a unit of the data by its community_id that has one value there",
        "“{id}”以单元“{unit}”为参照{within}：{reason}",
        "请以社区编码指明数据中恰有一个值的单元",
    ),
    entry(
        "RI439",
        "error",
        "'{id}'{within}: the reference {value} of {name} is no better than the worst value, {worst}",
        "choose a better reference, or check the direction of the indicator",
        "“{id}”{within}：{name} 的参照值 {value} 不优于最差值 {worst}",
        "请另选参照值，或检查指标方向",
    ),
    entry(
        "RI440",
        "error",
        "not a baseline that can be used: {reason}",
        "write one with: resilience score … --save-baseline FILE",
        "不是可用的基线文件：{reason}",
        "请用 resilience score … --save-baseline 文件 生成",
    ),
    entry(
        "RI441",
        "error",
        "the baseline belongs to the framework '{other}', not to '{framework}'",
        "use a baseline that was saved with this framework",
        "基线属于框架“{other}”，而非“{framework}”",
        "请使用以本框架保存的基线",
    ),
    entry(
        "RI442",
        "error",
        "the baseline does not fit '{id}': {reason}",
        "use the method the baseline was saved with, or save a new baseline",
        "基线与“{id}”不符：{reason}",
        "请采用保存基线时的方法，或重新保存基线",
    ),
    entry(
        "RI443",
        "warning",
        "the baseline was saved with other settings ({names}): its nodes may not compare with these",
        "use the settings of the earlier run, or save a new baseline",
        "保存基线时的设置不同（{names}）：以其标准化的节点未必可与该次运行比较",
        "请采用当时的设置，或重新保存基线",
    ),
    entry(
        "RI444",
        "info",
        "normalised against the baseline '{name}' ({steps} steps, {units} units), not against the units of this run",
        "scores compare with every run that uses the same baseline and the same weights",
        "以基线“{name}”标准化（{steps} 处，{units} 个单元），而非以本次数据",
        "得分可与采用同一基线、同一权重的各次运行比较",
    ),
)
