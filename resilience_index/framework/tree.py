"""A framework as the rest of the program sees it: resolved, immutable, flat where that is handy."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from resilience_index.findings import Finding, Location
from resilience_index.framework.diagnosis_models import DiagnosisModel
from resilience_index.framework.model_base import Text
from resilience_index.framework.models import (
    Basis,
    Chain,
    Defaults,
    Flag,
    Gate,
    GradeModel,
    Recommendation,
    RedLine,
    Risk,
    Rounding,
    Show,
    Source,
)
from resilience_index.methods.checking import Call


@dataclass(frozen=True)
class Indicator:
    """What is measured: id, titles, unit, direction, allowed range and goalposts in raw units.

    ``goalposts`` are (worst, best), or (low, a, b, high) for ``target``; ``origin`` names the file
    that defines it.
    """

    id: str
    title: Text
    unit: str | None
    direction: str
    range: tuple[float, float] | None = None
    goalposts: tuple[float, ...] | None = None
    measure: Text | None = None
    phase: str | None = None
    basis: Basis | None = None
    aliases: tuple[str, ...] = ()
    not_applicable: Text | None = None

    @property
    def scored(self) -> bool:
        """Context indicators are reported, never scored."""
        return self.direction != "context"


@dataclass(frozen=True)
class Leaf:
    """An indicator at its place in a tree, with the settings it has of its own (None: the default).

    ``local`` leaves are defined in the tree, the others come from the dictionary. ``denominate`` says what
    its values are divided by.
    """

    indicator: Indicator
    location: Location
    weight: Fraction | float | None = None
    denominate: Call | None = None
    normalize: Call | None = None
    fill: Call | None = None
    treat: Call | None = None
    tokens: tuple[str | float, ...] | None = None
    invert: bool = False
    against: bool = False
    round: Rounding | None = None
    scale: float | None = None
    source: str | None = None
    local: bool = False

    @property
    def id(self) -> str:
        """The indicator's id."""
        return self.indicator.id

    @property
    def title(self) -> Text:
        """The indicator's title."""
        return self.indicator.title


@dataclass(frozen=True)
class Node:
    """An inner node with its children and the settings it has of its own (None: the default)."""

    id: str
    title: Text
    children: tuple[Node | Leaf, ...]
    location: Location
    description: Text | None = None
    weight: Fraction | float | None = None
    aggregate: Call | None = None
    normalize: Call | None = None
    missing: Call | None = None
    invert: bool = False
    against: bool = False
    round: Rounding | None = None
    show: Show | None = None
    scale: float | None = None
    paths: tuple[str, ...] = ()
    chain: Chain | None = None
    aliases: tuple[str, ...] = ()
    source: str | None = None

    @property
    def scored_children(self) -> tuple[Node | Leaf, ...]:
        """The children that count: all but context leaves."""
        return tuple(child for child in self.children if isinstance(child, Node) or child.indicator.scored)


@dataclass(frozen=True)
class Framework:
    """A loaded framework, perhaps with what the ``scheme`` of an assessment changes in it.

    ``files`` maps the names of the files it came from to their bytes; ``others`` are the dictionary's
    indicators that the tree does not use (their columns may stand in shared data).
    """

    id: str
    version: str
    title: Text
    root: Node
    file: str
    files: Mapping[str, bytes]
    description: Text | None = None
    dictionary_file: str | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)
    defaults: Defaults = field(default_factory=Defaults)
    ties: Literal["min", "average", "dense"] | None = None
    grades: tuple[GradeModel, ...] = ()
    red_lines: tuple[RedLine, ...] = ()
    grading: Call | None = None
    gates: tuple[Gate, ...] = ()
    flags: tuple[Flag, ...] = ()
    recommendations: Mapping[str, Recommendation] = field(default_factory=dict)
    risks: tuple[Risk, ...] = ()
    notes: tuple[Text, ...] = ()
    findings: tuple[Finding, ...] = ()
    others: tuple[Indicator, ...] = ()
    diagnosis: DiagnosisModel | None = None
    scheme: str | None = None
    scheme_title: Text | None = None

    @property
    def label(self) -> str:
        """What tells it from others of one run: the name of the scheme, else the framework's id."""
        return self.scheme or self.id

    @functools.cached_property
    def nodes(self) -> tuple[Node, ...]:
        """All inner nodes, parents before children, in the order of the file."""
        return tuple(item for item in walk(self.root) if isinstance(item, Node))

    @functools.cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """All leaves, context leaves included, in the order of the file."""
        return tuple(item for item in walk(self.root) if isinstance(item, Leaf))

    @functools.cached_property
    def denominators(self) -> tuple[Indicator, ...]:
        """The dictionary's indicators outside the tree that leaves are divided by: their columns are read too."""
        named = {leaf.denominate["by"] for leaf in self.leaves if leaf.denominate is not None}
        return tuple(item for item in self.others if item.id in named)

    @functools.cached_property
    def tree_sha256(self) -> str:
        """The checksum of the structure: ids of inner nodes and of their scored children, in the order of the file."""
        tree = [[node.id, [child.id for child in node.scored_children]] for node in self.nodes]
        return hashlib.sha256(json.dumps(tree, separators=(",", ":")).encode("utf-8")).hexdigest()

    def item(self, item_id: str) -> Node | Leaf:
        """The node or leaf of an id."""
        return self._by_id[item_id]

    @functools.cached_property
    def _by_id(self) -> Mapping[str, Node | Leaf]:
        return {item.id: item for item in walk(self.root)}

    def parent_of(self, item_id: str) -> Node | None:
        """The node that has ``item_id`` as a child."""
        return next((node for node in self.nodes if any(child.id == item_id for child in node.children)), None)


def walk(item: Node | Leaf) -> Iterator[Node | Leaf]:
    """The item and everything below it, in pre-order."""
    yield item
    if isinstance(item, Node):
        for child in item.children:
            yield from walk(child)
