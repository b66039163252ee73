"""RI18x: the rules of a diagnosis in framework files."""

from __future__ import annotations

from resilience_index.findings.entry import entry

ENTRIES = (
    entry(
        "RI180",
        "error",
        "the rule '{id}' of kind {kind} lacks {lacking}",
        "a rule of this kind has {known}; 'below' (shown scale) or 'raw' (the leaf's own unit) is its threshold",
        "{kind} 类规则“{id}”缺少 {lacking}",
        "这类规则的键为 {known}；阈值写 below（显示尺度）或 raw（指标自己的单位）",
    ),
    entry(
        "RI181",
        "error",
        "'{key}' says nothing in a rule of kind {kind} ('{id}')",
        "take it out; a rule of this kind has {known}",
        "“{key}”在 {kind} 类规则（“{id}”）中没有作用",
        "请删去；这类规则的键为 {known}",
    ),
    entry(
        "RI182",
        "error",
        "the rule '{id}' looks for the lowest of several nodes, but '{name}' has no {lacking}",
        "give the node a chain with a dilemma and a path, or take it out of the rule",
        "规则“{id}”取多个节点中最低者，但“{name}”没有 {lacking}",
        "请为该节点写 chain（含 dilemma 与 path），或从规则中删去该节点",
    ),
    entry(
        "RI183",
        "error",
        "the text of '{id}' names '{name}' in braces, which a rule of kind {kind} does not fill there{suggestion}",
        "it may name {known}, by the name alone; a brace itself is written twice",
        "“{id}”的文本在花括号中用了“{name}”，{kind} 类规则在此不提供这一项{suggestion}",
        "可用：{known}，只写名称；花括号本身须写两个",
    ),
    entry(
        "RI184",
        "error",
        "the diagnosis is to be inherited from '{name}', {reason}",
        "name other frameworks by id or file; known: {known}",
        "诊断规则要从“{name}”继承，{reason}",
        "请写其他框架的标识或文件；已有：{known}",
    ),
    entry(
        "RI185",
        "error",
        "the braces in the text of '{id}' are not in pairs",
        "put the name of a figure into one pair of braces, and write a brace itself twice",
        "“{id}”文本中的花括号不成对",
        "数值的名称写在一对花括号中，花括号本身须写两个",
    ),
    entry(
        "RI186",
        "error",
        "the rule '{id}' compares raw values, but '{name}' is a node",
        "raw values belong to leaves; write 'below' for a node",
        "规则“{id}”比较原始值，但“{name}”是节点",
        "只有指标有原始值；节点请用 below",
    ),
    entry(
        "RI187",
        "error",
        "the threshold {value} of the rule '{id}' lies outside the shown scale 0–{scale} of '{name}'",
        "thresholds are on the scale on which the score is shown",
        "规则“{id}”的阈值 {value} 不在“{name}”的显示尺度 0–{scale} 之内",
        "阈值按得分的显示尺度填写",
    ),
)
