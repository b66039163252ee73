"""The form of ``diagnosis:`` in framework files: rules that make statements, and actions, as data."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from resilience_index.framework.model_base import Id, Model, Name, Text

Kind = Literal["lowest", "below", "risk", "balance"]
Changeable = Literal["easy", "medium", "hard"]
Basis = Literal["seed", "norm", "assumption"]

NEEDED: dict[str, tuple[str, ...]] = {
    "lowest": ("items",), "below": ("items",), "risk": ("risks", "below"), "balance": ("items", "gap"),
}  # fmt: skip
"""The keys that each kind of rule must have."""
ALLOWED: dict[str, tuple[str, ...]] = {
    "lowest": ("items", "below"), "below": ("items", "below", "raw"), "risk": ("risks", "below"),
    "balance": ("items", "gap"),
}  # fmt: skip
"""The keys that mean something in each kind of rule, beside those that all have."""
PLACEHOLDERS: dict[str, tuple[str, ...]] = {
    "lowest": ("node", "value", "highest", "highest_value", "gap", "leaf", "leaf_value"),
    "below": ("item", "value", "threshold", "unit"),
    "risk": ("risk", "leaf", "leaf_value", "figures", "threshold"),
    "balance": ("high", "high_value", "low", "low_value", "gap", "threshold", "d", "level"),
}
"""What the texts of each kind of rule may name in braces."""

TITLES: dict[str, tuple[str, ...]] = {
    "lowest": ("node",), "below": ("item",), "risk": ("risk",), "balance": ("high", "low"),
}  # fmt: skip
"""What titles may name: no figures, so that one title stands for all communities a statement holds for."""


class RawLimit(Model):
    """A condition on a leaf's value in its own unit."""

    op: Literal[">=", ">", "<=", "<", "==", "!="]
    value: float


class Rule(Model):
    """When which statement is made; its thresholds are on the shown scale.

    ``lowest``: the lowest of several nodes that have a ``chain``, if it lies ``below``; ``below``: each node or leaf
    under ``below``, or each leaf whose raw value meets ``raw``; ``risk``: each of the framework's ``risks`` with a leaf
    under ``below``; ``balance``: systems whose highest and lowest lie ``gap`` or more apart. A node with a ``chain``
    brings its dilemma and path with it.
    """

    id: Id
    kind: Kind
    title: Text
    text: Text
    source: Name
    items: list[Id] = Field(default_factory=list)
    risks: list[Id] = Field(default_factory=list)
    below: float | None = None
    raw: RawLimit | None = None
    gap: float | None = Field(None, gt=0)
    paths: list[Name] = Field(default_factory=list)
    basis: Basis | None = None


class Action(Model):
    """Something to do about nodes or leaves, in our words, with the section it follows and how soon it can be done."""

    id: Id
    items: list[Id] = Field(min_length=1)
    text: Text
    source: Name
    changeable: Changeable
    path: Name | None = None


class Ease(Model):
    """What an obstacle degree counts for in the order of actions, by how soon the thing can be changed."""

    easy: float = Field(1.0, ge=0, le=1)
    medium: float = Field(0.7, ge=0, le=1)
    hard: float = Field(0.4, ge=0, le=1)


class DiagnosisModel(Model):
    """Rules, actions and the thresholds of strengths and weaknesses (shares of the way from worst to best, 0..1).

    ``basis`` holds for every threshold and every ``changeable`` that does not say otherwise. ``inherit`` names
    frameworks whose rules and actions hold here too, as far as their nodes, leaves and risks are in this tree.
    """

    basis: Basis = "assumption"
    inherit: list[Name] = Field(default_factory=list)
    strong: float = Field(0.8, ge=0, le=1)
    weak: float = Field(0.5, ge=0, le=1)
    apart: float = Field(0.1, gt=0, le=1)
    moved: float = Field(0.05, gt=0, le=1)
    nearest: int = Field(5, ge=1, le=50)
    ease: Ease = Field(default_factory=Ease)
    rules: list[Rule] = Field(default_factory=list)
    actions: list[Action] = Field(default_factory=list)
