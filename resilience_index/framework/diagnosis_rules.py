"""The rules and actions that hold in a framework: its own, and those it inherits as far as its tree has their items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from resilience_index.framework import catalogue
from resilience_index.framework.diagnosis_models import Action, DiagnosisModel, Rule
from resilience_index.framework.loading import load_framework
from resilience_index.framework.models import Recommendation, Risk
from resilience_index.framework.tree import Framework, Leaf, Node


@dataclass(frozen=True)
class Rulebook:
    """What a diagnosis goes by: thresholds (``settings``), rules and actions in order, risks and paths by id."""

    settings: DiagnosisModel
    rules: tuple[Rule, ...]
    actions: tuple[Action, ...]
    risks: Mapping[str, Risk]
    paths: Mapping[str, Recommendation]


def rulebook(framework: Framework) -> Rulebook:
    """The rules that hold in a framework; without ``diagnosis:`` there are the usual thresholds and no rules.

    What is inherited stands after its own; an entry of the same id is replaced, and one of whose items this tree lacks
    a needed one is left out. Raises what ``load_framework`` raises for a framework that is inherited from.
    """
    settings = framework.diagnosis or DiagnosisModel()
    rules = {rule.id: rule for rule in settings.rules}
    actions = {action.id: action for action in settings.actions}
    risks = {risk.id: risk for risk in framework.risks}
    for name in settings.inherit:
        other = load_framework(_place(framework, name))
        if other.diagnosis is None:
            continue
        for rule in other.diagnosis.rules:
            kept = _rule(rule, framework, risks)
            if kept is not None:
                rules.setdefault(rule.id, kept)
        for action in other.diagnosis.actions:
            items = _there(action.items, framework)
            if items:
                path = action.path if action.path in framework.recommendations else None
                actions.setdefault(action.id, action.model_copy(update={"items": items, "path": path}))
    return Rulebook(settings, tuple(rules.values()), tuple(actions.values()), risks, framework.recommendations)


def _place(framework: Framework, name: str) -> str:
    """A file is named relative to the framework that names it."""
    if not catalogue.is_path(name):
        return name
    return str(Path(framework.file).parent / name)


def _there(names: list[str], framework: Framework) -> list[str]:
    known = {*(node.id for node in framework.nodes), *(leaf.id for leaf in framework.leaves)}
    return [name for name in names if name in known]


def _rule(rule: Rule, framework: Framework, risks: Mapping[str, Risk]) -> Rule | None:
    """An inherited rule as far as it fits this tree; None where it does not."""
    items = _there(rule.items, framework)
    named = [name for name in rule.risks if name in risks]
    paths = [name for name in rule.paths if name in framework.recommendations]
    if rule.kind in ("lowest", "balance"):
        nodes = [framework.item(name) for name in items]
        whole = len(items) == len(rule.items) and all(isinstance(node, Node) for node in nodes)
        if not whole or (rule.kind == "lowest" and not all(_leads(node) for node in nodes)):
            return None
    if not items and not named:
        return None
    return rule.model_copy(update={"items": items, "risks": named, "paths": paths})


def _leads(item: Node | Leaf) -> bool:
    """Whether a node has a dilemma and a path out of it."""
    return (
        isinstance(item, Node)
        and item.chain is not None
        and item.chain.dilemma is not None
        and item.chain.path is not None
    )
