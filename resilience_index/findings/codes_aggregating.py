"""RI445–RI464: aggregation, row by row and across units."""

from __future__ import annotations

from resilience_index.findings.entry import entry

ENTRIES = (
    entry(
        "RI445",
        "error",
        "{method} at '{node}' meets {value} in '{child}' for {unit}",
        "say 'zero: {{floor: 0.01}}' at the node, or normalise with 'to: [0.01, 1]'; negative values have no such mean",
        "“{node}”的 {method} 遇到 {unit} 的“{child}”为 {value}",
        "请在该节点写 zero: {{floor: 0.01}}，或标准化时写 to: [0.01, 1]；负值没有这种平均",
    ),
    entry(
        "RI446",
        "error",
        "{method} at '{node}' meets {value} in '{child}' for {unit}: powers of negative values are not defined",
        "normalise the child so that its values are 0 or more",
        "“{node}”的 {method} 遇到 {unit} 的“{child}”为 {value}：负值的幂无定义",
        "请把该子项标准化为不小于 0 的值",
    ),
    entry(
        "RI447",
        "error",
        "the Mazziotta–Pareto index at '{node}' is not defined for {unit}: the mean of its children is not above 0",
        "give a range above 0, such as 'to: [70, 130]' (or [100, 110] over z-scores)",
        "“{node}”的 Mazziotta–Pareto 指数对 {unit} 无定义：其子项均值不大于 0",
        "请给出大于 0 的区间，如 to: [70, 130]（z 分数用 [100, 110]）",
    ),
    entry(
        "RI448",
        "error",
        "'{id}' cannot compare by {method}: nothing tells its {count} units apart{within}",
        "they have the same values, or the same figures by this method; use one that looks at each unit by itself",
        "“{id}”无法用 {method} 比较：{count} 个单元{within}无从区分",
        "它们数值相同，或按此方法所得数字相同；请改用逐单元的聚合方法",
    ),
    entry(
        "RI449",
        "error",
        "'{node}' cannot place {unit} by {method}: in every child it has, all units are the same",
        "fill its gaps, or ask for more children with 'missing: {{min_children: …}}'",
        "“{node}”无法用 {method} 给 {unit} 定位：它已有的子项在各单元间都相同",
        "请补齐其数据，或用 missing: {{min_children: …}} 要求更多子项",
    ),
    entry(
        "RI450",
        "error",
        "'{id}' compares units by {method}, and only {count} has a value{within}",
        "score more communities together, or use a method that looks at each unit by itself",
        "“{id}”以 {method} 比较各单元，但{within}只有 {count} 个有值",
        "请合并更多社区一起评估，或改用逐单元的聚合方法",
    ),
    entry(
        "RI451",
        "error",
        "'{id}' compares pairs by {method}: more than {limit} units{within} would take too long",
        "compare inside groups with 'within: COLUMN', or use topsis, vikor or rsr",
        "“{id}”以 {method} 两两比较：单元{within}超过 {limit} 个，耗时过长",
        "请用 within: 列名 在组内比较，或改用 topsis、vikor、rsr",
    ),
    entry(
        "RI452",
        "info",
        "VIKOR at '{id}'{within}: the compromise solution is {units}; advantage {advantage}, stability {stability}",
        "condition 1 asks for a lead of at least {least} in Q (it is {lead}); condition 2 that the first is also best"
        " in S or R; where one fails, several units form the solution",
        "“{id}”的 VIKOR{within}：折衷解为 {units}；优势条件{advantage}，稳定条件{stability}",
        "条件一要求 Q 领先至少 {least}（实为 {lead}）；条件二要求首位在 S 或 R 上也最优；"
        "有一条不满足时折衷解含多个单元",
    ),
    entry(
        "RI453",
        "warning",
        "TOPSIS at {names}: adding or leaving out a unit may reverse the order of others",
        "compare ranks only within this run; means over goalposts have no such reversal",
        "{names} 采用 TOPSIS：增减单元可能使其他单元名次逆转",
        "名次只在本次运行内比较；对固定目标值取平均没有这种逆转",
    ),
    entry(
        "RI454",
        "info",
        "rank-sum ratio at '{id}'{within}: RSR = {intercept} + {slope}·probit, r² = {fit}, {count} units;"
        " classes from the lowest: {classes}",
        "a class begins where the fitted ratio reaches the next of {cuts}",
        "“{id}”的秩和比{within}：RSR = {intercept} + {slope}·Probit，r² = {fit}，{count} 个单元；"
        "由低到高各档：{classes}",
        "估计值达到 {cuts} 中的下一个时进入上一档",
    ),
    entry(
        "RI455",
        "error",
        "'{id}': {param} of {name} does not fit its {count} children: expected {expected}",
        "say it at the node itself; options and defaults hold for all nodes that say nothing",
        "“{id}”：{name} 的 {param} 与其 {count} 个子项不符：应为{expected}",
        "请在该节点单独写明；选项与默认值用于所有未写明的节点",
    ),
    entry(
        "RI456",
        "error",
        "'{id}' cannot compare by {method}: '{child}' has {value}, too large to square",
        "normalise the child, or give it in a larger unit of measurement",
        "“{id}”无法用 {method} 比较：“{child}”有 {value}，过大而无法平方",
        "请先标准化，或改用更大的计量单位",
    ),
    entry(
        "RI457",
        "error",
        "the rank-sum ratios at '{id}' have no line{within}: {count} different ratios, three are needed",
        "use 'score: ratio', or score more communities together",
        "“{id}”的秩和比{within}无法回归：只有 {count} 个不同的值，至少要三个",
        "请用 score: ratio，或合并更多社区一起评估",
    ),
    entry(
        "RI458",
        "info",
        "rank-sum ratio at '{id}'{within}: no line over probits, only {count} different ratios",
        "classes need three different ratios",
        "“{id}”的秩和比{within}：只有 {count} 个不同的值，未作回归分档",
        "分档至少需要三个不同的值",
    ),
    entry(
        "RI459",
        "error",
        "'{node}': {unit} belongs to no grade at all",
        "votes must be above 0 for at least one grade; see the children of the node",
        "“{node}”：{unit} 对各等级的隶属度全为 0",
        "至少要有一个等级得票大于 0；请查看该节点的子项",
    ),
    entry(
        "RI460",
        "error",
        "'{node}' reads '{child}' as votes, and {unit} has {value}",
        "votes are numbers from 0 upwards, passed on by 'normalize: none'",
        "“{node}”把“{child}”读作票数，但 {unit} 为 {value}",
        "票数为不小于 0 的数，并以 normalize: none 传递",
    ),
)
