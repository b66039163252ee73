"""RI38x: forms of experts' judgments; RI39x: what experts filled in."""

from __future__ import annotations

from resilience_index.findings.entry import entry

ENTRIES = (
    entry(
        "RI380",
        "error",
        "expert {expert} under '{node}': {first}/{second} is {value} and {second}/{first} is {reverse}",
        "the two must multiply to 1: correct one of them, or leave it out",
        "专家 {expert} 在“{node}”下：{first}/{second} 为 {value}，而 {second}/{first} 为 {reverse}",
        "两者之积应为 1：请改正或删去其一",
    ),
    entry(
        "RI381",
        "error",
        "the comparisons of expert {expert} under '{node}' fall apart into {count} groups: {parts}",
        "add comparisons that link the groups, or leave out this expert's comparisons under '{node}'",
        "专家 {expert} 在“{node}”下的比较分成互不相连的 {count} 组：{parts}",
        "请补充把各组连起来的比较，或删去该专家在“{node}”下的比较",
    ),
    entry(
        "RI382",
        "error",
        "expert {expert} has no judgments",
        "give them in at least one of the forms: {known}",
        "专家 {expert} 没有任何判断",
        "请至少用以下形式之一给出：{known}",
    ),
    entry(
        "RI383",
        "error",
        "expert {expert} under '{node}': {names} are missing in '{form}'",
        "this form needs every scored child: {known}",
        "专家 {expert} 在“{node}”下的 {form} 缺少：{names}",
        "此形式须包含每个计分子项：{known}",
    ),
    entry(
        "RI384",
        "warning",
        "the judgments were made for the framework '{given}', not for '{framework}'",
        "check that the nodes of one name mean the same in both",
        "这些判断是为框架“{given}”而不是“{framework}”所作",
        "请确认两者中同名节点的含义相同",
    ),
    entry(
        "RI385",
        "warning",
        "the judgments were made for another tree of '{framework}' (version {given}, here {version})",
        "what still fits is used; look at the findings about nodes, children and missing pairs",
        "这些判断是针对“{framework}”的另一棵指标树所作（版本 {given}，现为 {version}）",
        "仍相符的部分照常使用；请查看关于节点、子项与缺少比较的发现",
    ),
    entry(
        "RI386",
        "error",
        "expert {expert} judges '{node}' twice in '{form}'",
        "keep one of NODE and FRAMEWORK/NODE",
        "专家 {expert} 在 {form} 中两次判断“{node}”",
        "“节点”与“框架/节点”只保留其一",
    ),
)
