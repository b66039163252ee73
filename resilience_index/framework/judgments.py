"""Judgments: experts' pairwise comparisons, checked against a framework's tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from pathlib import Path

from resilience_index.errors import InputError
from resilience_index.findings import Finding, did_you_mean, has_errors
from resilience_index.framework import yaml_strict
from resilience_index.framework.models import ExpertModel, JudgmentsModel
from resilience_index.framework.tree import Framework, Node
from resilience_index.framework.validation import examine
from resilience_index.framework.yaml_strict import Document, Steps
from resilience_index.methods.checking import shown, suggestion

Number = Fraction | float
Cells = dict[tuple[int, int], Number]
# Saaty's scale; a ninth written as a rounded decimal (0.111) is on it.
_LEAST, _MOST = Fraction(1, 9) - Fraction(1, 1000), 9


@dataclass(frozen=True)
class Judgments:
    """What experts said of one framework.

    ``comparisons[node][expert][(i, j)]`` is how many times child ``i`` of ``node`` outweighs child
    ``j`` (positions among the scored children, i < j). Experts without judgments under a node are
    absent there.
    """

    file: str
    content: bytes
    experts: tuple[str, ...]
    expert_weights: Mapping[str, Number]
    comparisons: Mapping[str, Mapping[str, Mapping[tuple[int, int], Number]]]
    findings: tuple[Finding, ...]


def load_judgments(path: str | Path, framework: Framework, frameworks: Iterable[str] = ()) -> Judgments:
    """Load ``judgments.yaml`` for one framework.

    ``frameworks`` are further ids that may stand before a slash in the keys. Raises ``UnreadableError``
    and ``InputError`` with findings RI1xx and RI301–RI308, RI312, RI315.
    """
    document = yaml_strict.read_leniently(Path(path), str(path))
    examined = examine(document, "judgments", JudgmentsModel)
    if examined.model is None:
        raise InputError(examined.findings)
    reader = _Reader(document, framework, set(frameworks))
    for position, expert in enumerate(examined.model.experts):
        reader.expert(expert, position)
    findings = [*examined.findings, *examined.keep(reader.finish())]
    if has_errors(findings):
        raise InputError(findings)
    return Judgments(
        file=str(path), content=document.content, experts=tuple(reader.weights), expert_weights=reader.weights,
        comparisons=reader.comparisons, findings=tuple(findings),
    )  # fmt: skip


class _Reader:
    """Collects comparisons by node and every finding of the file."""

    def __init__(self, document: Document, framework: Framework, others: set[str]) -> None:
        self.document, self.framework, self.others = document, framework, others
        self.nodes = {node.id: node for node in framework.nodes}
        self.known = [node.id for node in framework.nodes if len(node.scored_children) > 1]
        self.weights: dict[str, Number] = {}
        self.comparisons: dict[str, dict[str, Cells]] = {}
        self.findings: list[Finding] = []
        self.left_out: dict[str, int] = {}

    def expert(self, model: ExpertModel, position: int) -> None:
        path: Steps = ("experts", position)
        if model.id in self.weights:
            self._find("RI308", (*path, "id"), expert=model.id)
        if not model.weight > 0:
            self._find("RI312", (*path, "weight"), expert=model.id, value=shown(model.weight))
        self.weights[model.id] = model.weight
        places: dict[str, Steps] = {}
        cells: dict[str, Cells] = {}
        faulty: set[str] = set()
        for key, pairs in model.comparisons.items():
            place = (*path, "comparisons", key)
            node = self._node(key, model.id, place)
            if node is not None:
                places.setdefault(node.id, place)
                if not self._pairs(node, model.id, pairs, place, cells.setdefault(node.id, {})):
                    faulty.add(node.id)
        for name, place in places.items():
            self.comparisons.setdefault(name, {})[model.id] = cells[name]
            if name not in faulty:
                self._gaps(self.nodes[name], model.id, place, cells[name])

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

    def _pairs(self, node: Node, expert: str, pairs: Mapping[str, Number], place: Steps, found: Cells) -> bool:
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
            cell = (i, j) if i < j else (j, i)
            if cell in found:
                low, high = names[cell[0]], names[cell[1]]
                self._find("RI304", here, at_key=True, expert=expert, node=node.id, first=low, second=high)
                sound = False
                continue
            found[cell] = value if i < j else 1 / value
        return sound

    def _gaps(self, node: Node, expert: str, place: Steps, found: Cells) -> None:
        names = [child.id for child in node.scored_children]
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
        if not self.comparisons and not has_errors(self.findings):
            self._find("RI315", ("experts",), framework=self.framework.id)
        return self.findings

    def _find(self, code: str, path: Steps, /, *, at_key: bool = False, **params: object) -> None:
        self.findings.append(self.document.finding(code, path, at_key=at_key, **params))
