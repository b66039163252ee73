"""RI48x and RI49x: comparing runs, and what would change a rank or a grade."""

from __future__ import annotations

from resilience_index.findings.entry import entry

ENTRIES = (
    entry(
        "RI480",
        "warning",
        "the two sides are measured on different sets of values by relative methods ({names}): part of every change "
        "comes from the others",
        "see the part 'set'; to compare years on one scale, save the statistics of the first run as a baseline and "
        "score the second against it, or use goalposts and fixed bounds",
        "双方用相对方法（{names}）按不同的数值集合计算：每项变化都有一部分来自其他社区",
        "见“集合”部分；要使各年在同一尺度上可比，请将首次运行的统计量存为基线并据此评定后一次，或使用目标值法与固定界限",
    ),
    entry(
        "RI481",
        "error",
        "the run in {file} keeps no inputs: an earlier version made it",
        "score its data again with this version, then compare the new folder",
        "{file} 中的运行由较早版本生成，没有保存输入",
        "请用当前版本对其数据重新评分，再比较新的结果文件夹",
    ),
    entry(
        "RI482",
        "error",
        "the inputs kept in {file} cannot be read by this version: {reason} (the run was made by version {version})",
        "score its data again with this version, or compare with version {version}",
        "当前版本不能读取 {file} 中保存的输入：{reason}（该运行由版本 {version} 生成）",
        "请用当前版本对其数据重新评分，或用版本 {version} 比较",
    ),
    entry(
        "RI483",
        "warning",
        "scored again from its inputs, the run in {file} gives other scores (in {count} rows, by up to {largest}); "
        "it was made by version {version}",
        "the comparison uses the new figures; 'resilience score' writes them into a folder",
        "按所存输入重新计算，{file} 中有 {count} 个社区的得分不同（最多相差 {largest}）；该运行由版本 {version} 生成",
        "比较采用重新计算的数值；可用 resilience score 写入结果文件夹",
    ),
    entry(
        "RI484",
        "error",
        "no community of {first} is in {second}",
        "communities are matched by community_id{also}; name periods with --periods if the labels differ",
        "{first} 的社区都不在 {second} 中",
        "社区按 community_id{also} 配对；期的写法不同时请用 --periods 指定",
    ),
    entry(
        "RI485",
        "error",
        "which two periods to compare is open: {known}",
        "name them: --periods FIRST SECOND",
        "未说明比较哪两期：{known}",
        "请指定：--periods 前一期 后一期",
    ),
    entry(
        "RI486",
        "info",
        "communities that are new in {second}: {count} ({units})",
        "they have no change; they count among the set that ranks and relative methods refer to",
        "{second} 中新增 {count} 个社区（{units}）",
        "它们没有变化值，但属于名次与相对方法所参照的集合",
    ),
    entry(
        "RI487",
        "info",
        "communities that {second} no longer has: {count} ({units})",
        "they have no change; they count among the set that ranks and relative methods refer to",
        "{second} 中不再有 {count} 个社区（{units}）",
        "它们没有变化值，但属于名次与相对方法所参照的集合",
    ),
    entry(
        "RI488",
        "warning",
        "the trees differ (added: {added}; removed: {removed}; moved: {moved}): weights cannot be exchanged alone",
        "the part 'method' holds the change of weights too",
        "两棵指标树不同（新增：{added}；删除：{removed}；移动：{moved}），权重不能单独互换",
        "“方法”部分包含权重的变化",
    ),
    entry(
        "RI489",
        "warning",
        "'{id}' is measured in {old} on one side and in {new} on the other: its values cannot be exchanged",
        "its whole change counts as 'method'",
        "“{id}”的单位一方为 {old}，另一方为 {new}，其数值不能互换",
        "它的全部变化计入“方法”",
    ),
    entry(
        "RI490",
        "warning",
        "not every combination of the two sides can be calculated ({reason}): the part 'method' also holds {parts}",
        "use fixed goalposts or a baseline, and the same groups on both sides, to split the change further",
        "双方并非每种组合都能计算（{reason}）：“方法”部分还包含{parts}",
        "要进一步拆分，请使用固定目标值或基线，并使双方的分组一致",
    ),
    entry(
        "RI491",
        "info",
        "changes that are not split: {count} (no score on one side, or in a combination of both)",
        "'resilience explain' shows what they lack",
        "{count} 个社区的变化未拆分：一方没有得分，或双方的某种组合没有得分",
        "resilience explain 可显示缺少什么",
    ),
    entry(
        "RI492",
        "warning",
        "the grades of the two sides have other bounds: {first}, and {second}",
        "a change of grade may come from the bounds; its part 'method' shows how much",
        "双方的等级界限不同：{first}；{second}",
        "等级变化可能来自界限；“方法”部分显示其大小",
    ),
    entry(
        "RI493",
        "info",
        "what would change the rank is not promised: by relative methods ({names}) every score depends on the others",
        "change the value in the data and score again, or use fixed goalposts or a baseline",
        "不能给出怎样改变名次：相对方法（{names}）使每个得分都取决于其他社区",
        "请在数据中改动该值后重新评分，或使用固定目标值或基线",
    ),
    entry(
        "RI494",
        "info",
        "what would change the rank is not shown: {file} keeps no values to score again",
        "score again with this version and without --no-trace, or name the data file together with -f",
        "未显示怎样改变名次：{file} 没有保存可重新评分的数值",
        "请用当前版本且不加 --no-trace 重新评分，或写数据文件并加 -f",
    ),
    entry(
        "RI495",
        "info",
        "what would change the grade is not promised: the bounds of the grades depend on the others ({names})",
        "use fixed bounds",
        "不能给出怎样改变等级：等级界限取决于其他社区（{names}）",
        "请使用固定界限",
    ),
)
