"""Writing the judgments file of surveys that came back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from resilience_index.data.survey_form import PARTICULARS
from resilience_index.data.survey_read import Survey
from resilience_index.framework.tree import Framework

_HEAD = """\
# 由 resilience collect 汇总专家问卷而成；键为“框架/节点”，“甲/乙: 3”表示甲的重要性是乙的 3 倍。
# Made by 'resilience collect' from experts' surveys; keys are FRAMEWORK/NODE, 'a/b: 3' says that a counts 3 times b.
schema: resilience-index/judgments/1
"""
_WIDTH = 118


@dataclass(frozen=True)
class Entry:
    """One survey of an expert: id, particulars that are written, the survey, and the nodes whose answers are used."""

    expert: str
    about: Mapping[str, str]
    survey: Survey
    used: Sequence[str]


def judgments_text(framework: Framework, entries: Sequence[Entry]) -> str:
    """The judgments file of the answers that can be used, experts in the order of their first files."""
    made_for = [
        f"id: {framework.id}",
        f"version: {_quoted(framework.version)}",
        f"sha256: {_quoted(framework.tree_sha256)}",
    ]
    lines = [f"framework: {{{', '.join(made_for)}}}", "experts:"]
    experts: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.used:
            experts.setdefault(entry.expert, []).append(entry)
    for name, own in experts.items():
        lines += [f"  - id: {_quoted(name)}", "    weight: 1"]
        for word in PARTICULARS[1:]:
            said = next((entry.about[word] for entry in own if word in entry.about), None)
            if said is not None:
                text = _quoted(said)
                lines.append(f"    {word}: " + (f"{{zh: {text}, en: {text}}}" if word == "role" else text))
        for form in dict.fromkeys(entry.survey.form for entry in own):
            lines.append(f"    {form.replace('-', '_')}:")
            for entry in own:
                for node in entry.used if entry.survey.form == form else ():
                    lines += _node_lines(f"{framework.id}/{node}", entry.survey, node)
    return _HEAD + "\n".join(lines) + "\n"


def _node_lines(key: str, survey: Survey, node: str) -> list[str]:
    if survey.form == "comparisons":
        given = survey.comparisons[node]
        children = survey.tree[node]
        order = sorted(given, key=lambda pair: (children.index(pair[0]), children.index(pair[1])))
        return _block(key, [f"{first}/{second}: {given[first, second]}" for first, second in order])
    if survey.form != "best-worst":
        numbers = survey.numbers[node]
        return _block(key, [f"{name}: {repr(numbers[name]).removesuffix('.0')}" for name in survey.tree[node]])
    found = survey.best_worst[node]
    others = [name for name in survey.tree[node] if name != found.best]
    first = [f"{name}: {found.to_others[name]}" for name in others]
    second = [f"{name}: {found.to_worst[name]}" for name in others if name != found.worst]
    return [
        f"      {key}:", f"        best: {found.best}", f"        worst: {found.worst}",
        *("  " + line for line in _block("best_to_others", first)),
        *("  " + line for line in _block("others_to_worst", second)),
    ]  # fmt: skip


def _block(key: str, items: Sequence[str]) -> list[str]:
    """A mapping in braces, on one line where it fits."""
    line = f"      {key}: {{{', '.join(items)}}}"
    if len(line) <= _WIDTH:
        return [line]
    lines, line = [f"      {key}: {{"], " " * 8
    for item in items:
        if len(line) + len(item) + 2 > _WIDTH:
            lines.append(line.rstrip())
            line = " " * 8
        line += f"{item}, "
    return [*lines, line.rstrip(), "      }"]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
