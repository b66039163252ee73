"""Judgments: what experts said of a framework's nodes, checked against its tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

from resilience_index.errors import InputError
from resilience_index.findings import Finding, did_you_mean, has_errors
from resilience_index.framework import yaml_strict
from resilience_index.framework.judgment_forms import BestWorst, FormReader, Values, apart
from resilience_index.framework.models import JUDGMENT_FORMS, LARGEST_WEIGHT, ExpertModel, JudgmentsModel, MadeForModel
from resilience_index.framework.tree import Framework, Node
from resilience_index.framework.validation import examine
from resilience_index.framework.yaml_strict import Document, Steps
from resilience_index.methods.checking import shown, suggestion

Number = Fraction | float
Cells = dict[tuple[int, int], Number]
Directed = dict[tuple[int, int], tuple[Number, Steps]]
_NUMBERS = ("points", "ranks", "swing")
# Saaty's scale; a ninth written as a rounded decimal (0.111) is on it.
_LEAST, _MOST = Fraction(1, 9) - Fraction(1, 1000), 9


@dataclass(frozen=True)
class Judgments:
    """What experts said of one framework, in each form by node and expert.

    ``comparisons[node][expert][(i, j)]`` is how many times child ``i`` of ``node`` outweighs child ``j`` (positions
    among the scored children, i < j); pairs may be missing, but those that are there connect all children.
    ``points``, ``ranks`` (1 is the most important, ties share a place) and ``swing`` hold a number for each scored
    child; ``best_worst`` as its class says. Experts without judgments under a node are absent there. ``groups`` are
    the sub-groups of the experts who have one.
    """

    file: str
    content: bytes
    experts: tuple[str, ...]
    expert_weights: Mapping[str, Number]
    comparisons: Mapping[str, Mapping[str, Mapping[tuple[int, int], Number]]]
    findings: tuple[Finding, ...]
    points: Mapping[str, Mapping[str, Values]] = field(default_factory=dict)
    ranks: Mapping[str, Mapping[str, Values]] = field(default_factory=dict)
    swing: Mapping[str, Mapping[str, Values]] = field(default_factory=dict)
    best_worst: Mapping[str, Mapping[str, BestWorst]] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)


def load_judgments(path: str | Path, framework: Framework, frameworks: Iterable[str] = ()) -> Judgments:
    """Load ``judgments.yaml`` for one framework.

    ``frameworks`` are further ids that may stand before a slash in the keys. Raises ``UnreadableError``
    and ``InputError`` with findings RI1xx, RI301–RI308, RI312, RI315, RI344–RI352 and RI380–RI386.
    """
    return judgments_of(yaml_strict.read_leniently(Path(path), str(path)), framework, frameworks)


def judgments_of(document: Document, framework: Framework, frameworks: Iterable[str] = ()) -> Judgments:
    """The judgments of a document that was read; as ``load_judgments``."""
    examined = examine(document, "judgments", JudgmentsModel)
    if examined.model is None:
        raise InputError(examined.findings)
    reader = _Reader(document, framework, set(frameworks))
    if examined.model.framework is not None:
        reader.made_for(examined.model.framework)
    for position, expert in enumerate(examined.model.experts):
        reader.expert(expert, position)
    findings = [*examined.findings, *examined.keep(reader.finish())]
    if has_errors(findings):
        raise InputError(findings)
    return Judgments(
        file=document.file, content=document.content, experts=tuple(reader.weights), expert_weights=reader.weights,
        comparisons=reader.comparisons, findings=tuple(findings), points=reader.numbers["points"],
        ranks=reader.numbers["ranks"], swing=reader.numbers["swing"], best_worst=reader.best_worst,
        groups=reader.groups,
    )  # fmt: skip


class _Reader:
    """Collects judgments by node and every finding of the file."""

    def __init__(self, document: Document, framework: Framework, others: set[str]) -> None:
        self.document, self.framework, self.others = document, framework, others
        self.nodes = {node.id: node for node in framework.nodes}
        self.known = [node.id for node in framework.nodes if len(node.scored_children) > 1]
        self.weights: dict[str, Number] = {}
        self.groups: dict[str, str] = {}
        self.comparisons: dict[str, dict[str, Cells]] = {}
        self.numbers: dict[str, dict[str, dict[str, Values]]] = {form: {} for form in _NUMBERS}
        self.best_worst: dict[str, dict[str, BestWorst]] = {}
        self.findings: list[Finding] = []
        self.left_out: dict[str, int] = {}
        self.judged = False

    def expert(self, model: ExpertModel, position: int) -> None:
        path: Steps = ("experts", position)
        if model.id in self.weights:
            self._find("RI308", (*path, "id"), expert=model.id)
        if not 0 < model.weight <= LARGEST_WEIGHT:
            self._find("RI312", (*path, "weight"), expert=model.id, value=shown(model.weight))
        if not model.model_fields_set.intersection(JUDGMENT_FORMS):
            self._find("RI382", path, expert=model.id, known=list(JUDGMENT_FORMS))
        self.weights[model.id] = model.weight
        if model.group is not None:
            self.groups[model.id] = model.group
        self._comparisons(model, path)
        for form in _NUMBERS:
            for node, given, place in self._forms(model, form, path):
                values = FormReader(self._find, model.id, node).numbers(form, given, place)
                if values is not None:
                    self.numbers[form].setdefault(node.id, {})[model.id] = values
        for node, named, place in self._forms(model, "best_worst", path):
            judged = FormReader(self._find, model.id, node).best_worst(named, place)
            if judged is not None:
                self.best_worst.setdefault(node.id, {})[model.id] = judged

    def made_for(self, model: MadeForModel) -> None:
        """RI384 and RI385: judgments of another framework, or of another tree of this one."""
        if model.id != self.framework.id:
            if model.id not in self.others:
                self._find("RI384", ("framework", "id"), given=model.id, framework=self.framework.id)
        elif model.sha256 is not None and model.sha256 != self.framework.tree_sha256:
            self._find(
                "RI385", ("framework", "sha256"), framework=self.framework.id, given=model.version,
                version=self.framework.version,
            )  # fmt: skip

    def _forms(self, model: ExpertModel, form: str, path: Steps) -> Iterator[tuple[Node, Any, Steps]]:
        """The nodes that an expert judges in a form, with what was given and its place."""
        seen: set[str] = set()
        for key, given in getattr(model, form).items():
            place = (*path, form, key)
            node = self._node(key, model.id, place)
            if node is None:
                continue
            if node.id in seen:
                self._find("RI386", place, at_key=True, expert=model.id, node=node.id, form=form)
                continue
            seen.add(node.id)
            self.judged = True
            yield node, given, place

    def _comparisons(self, model: ExpertModel, path: Steps) -> None:
        places: dict[str, Steps] = {}
        cells: dict[str, Directed] = {}
        faulty: set[str] = set()
        for key, pairs in model.comparisons.items():
            place = (*path, "comparisons", key)
            node = self._node(key, model.id, place)
            if node is not None:
                places.setdefault(node.id, place)
                if not self._pairs(node, model.id, pairs, place, cells.setdefault(node.id, {})):
                    faulty.add(node.id)
        for name, place in places.items():
            self.judged = True
            node = self.nodes[name]
            found = self._reciprocal(node, model.id, cells[name])
            self.comparisons.setdefault(name, {})[model.id] = found
            if name not in faulty:
                self._gaps(node, model.id, place, found)

    def _node(self, key: str, expert: str, place: Steps) -> Node | None:
        prefix, slash, name = key.rpartition("/")
        if slash and prefix != self.framework.id and prefix in self.others:
            self.left_out[prefix] = self.left_out.get(prefix, 0) + 1
            return None
        wanted = name if not slash or prefix == self.framework.id else key
        node = self.nodes.get(wanted)
        if node is None or wanted not in self.known:
            prefixed = [f"{self.framework.id}/{item}" for item in self.known] if slash else []
            hint = did_you_mean(suggestion(key, [*self.known, *prefixed]))
            self._find(
                "RI301", place, at_key=True, expert=expert, name=key, framework=self.framework.id,
                suggestion=hint, known=self.known,
            )  # fmt: skip
            return None
        return node

    def _pairs(self, node: Node, expert: str, pairs: Mapping[str, Number], place: Steps, found: Directed) -> bool:
        """Read the comparisons under a node into ``found``; say whether all of them could be used."""
        names = [child.id for child in node.scored_children]
        sound = True
        for pair, value in pairs.items():
            first, slash, second = (part.strip() for part in pair.partition("/"))
            here = (*place, pair)
            if not slash or not first or not second or first == second:
                self._find("RI307", here, at_key=True, expert=expert, pair=pair)
                sound = False
                continue
            strangers = [name for name in (first, second) if name not in names]
            for name in strangers:
                self._find(
                    "RI302", here, at_key=True, expert=expert, name=name, node=node.id, known=names,
                    suggestion=did_you_mean(suggestion(name, names)),
                )  # fmt: skip
            if strangers or not self._value(value, expert, pair, here):
                sound = False
                continue
            i, j = names.index(first), names.index(second)
            if (i, j) in found:
                self._find("RI304", here, at_key=True, expert=expert, node=node.id, first=first, second=second)
                sound = False
                continue
            found[i, j] = (value, here)
        return sound

    def _reciprocal(self, node: Node, expert: str, given: Directed) -> Cells:
        """Each pair once, (i, j) with i < j. Of two directions that agree the one from 1 upwards is kept."""
        from resilience_index.methods.weights.ahp_gaps import CLASH_TOLERANCE

        names = [child.id for child in node.scored_children]
        found: Cells = {}
        for (i, j), (value, here) in given.items():
            cell = (i, j) if i < j else (j, i)
            if cell in found:
                reverse, _ = given[j, i]
                if abs(float(value) * float(reverse) - 1) > CLASH_TOLERANCE:
                    first, second = names[j], names[i]
                    self._find(
                        "RI380", here, at_key=True, expert=expert, node=node.id, first=first, second=second,
                        value=shown(reverse), reverse=shown(value),
                    )  # fmt: skip
                if value < 1:
                    continue
            found[cell] = value if i < j else 1 / value
        return found

    def _gaps(self, node: Node, expert: str, place: Steps, found: Cells) -> None:
        names = [child.id for child in node.scored_children]
        parts = apart(iter(found), names)
        if parts:
            self._find("RI381", place, at_key=True, expert=expert, node=node.id, count=len(parts), parts=parts)
            return
        cells = combinations(range(len(names)), 2)
        missing = [f"{names[i]}/{names[j]}" for i, j in cells if (i, j) not in found]
        if missing:
            self._find("RI303", place, at_key=True, expert=expert, pairs=missing, node=node.id)

    def _value(self, value: Number, expert: str, pair: str, here: Steps) -> bool:
        if not value > 0:
            self._find("RI305", here, expert=expert, pair=pair, value=shown(value))
            return False
        if not _LEAST <= value <= _MOST:
            self._find("RI306", here, expert=expert, pair=pair, value=shown(value))
        return True

    def finish(self) -> list[Finding]:
        if self.left_out:
            names = [f"{name} ({count})" for name, count in sorted(self.left_out.items())]
            self._find("RI313", (), names=names)
        if not self.judged and not has_errors(self.findings):
            self._find("RI315", ("experts",), framework=self.framework.id)
        return self.findings

    def _find(self, code: str, path: Steps, /, *, at_key: bool = False, **params: object) -> None:
        self.findings.append(self.document.finding(code, path, at_key=at_key, **params))
