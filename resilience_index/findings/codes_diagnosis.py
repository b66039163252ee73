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
    entry(
        "RI504",
        "error",
        "'{id}' has the value {value} ({unit}): obstacle degrees are defined for values from 0 to 1 only",
        "normalise the leaf by goalposts or minmax; everything else of the diagnosis is given",
        "“{id}”的标准化值为 {value}（{unit}）：障碍度只对 0 到 1 的值有定义",
        "请对该指标使用 goalposts 或 minmax 标准化；诊断的其余部分照常给出",
    ),
    entry(
        "RI505",
        "warning",
        "'{node}' is 0 in {count} communities ({units}), so their coupling coordination is 0 whatever the others are",
        "look at that dimension by itself; a single zero makes the product of all dimensions 0",
        "“{node}”在 {count} 个社区（{units}）为 0，无论其他维度如何，其耦合协调度都为 0",
        "请单独查看该维度；只要有一个维度为 0，各维度之积就为 0",
    ),
    entry(
        "RI506",
        "error",
        "the run was made with another version of '{file}' than the framework that is there now",
        "name the framework the run was made with (-f FILE), or score the data again",
        "这次运行所用的“{file}”与现有的框架文件内容不同",
        "请用 -f 写出当时所用的框架文件，或重新评分",
    ),
    entry(
        "RI507",
        "error",
        "the framework '{name}' of the run is not among those that are shipped",
        "name its file with -f, or the assessment with -c",
        "这次运行所用的框架“{name}”不在自带框架之中",
        "请用 -f 写出框架文件，或用 -c 写出评估文件",
    ),
    entry(
        "RI508",
        "error",
        "the run was made with the framework '{used}', not with '{name}'",
        "name the framework '{used}', or leave it out where it is a shipped one; for '{name}', score the data with it",
        "这次运行所用的框架是“{used}”，不是“{name}”",
        "请写出框架“{used}”（自带的框架可以省略）；要用“{name}”诊断，请用它对数据评分",
    ),
    entry(
        "RI509",
        "error",
        "options of reading and scoring ({options}) do not apply to '{folder}', a run that is scored already",
        "leave them out; to score anew, name the data file together with -f or -c",
        "“{folder}”中的运行已经评过分，读取数据和评分的选项（{options}）不再起作用",
        "请去掉该选项；如需重新评分，请写数据文件并加 -f 或 -c",
    ),
)
