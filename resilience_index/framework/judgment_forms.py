"""Judgments in other forms than comparisons: points, ranks, swings, best–worst; checked against a node's children."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from resilience_index.errors import RefusalError
from resilience_index.findings import did_you_mean
from resilience_index.framework.models import BestWorstModel
from resilience_index.framework.tree import Node
from resilience_index.framework.yaml_strict import Steps
from resilience_index.methods.checking import shown, suggestion

Number = Fraction | float
Values = tuple[Number, ...]
_MOST = 9


@dataclass(frozen=True)
class BestWorst:
    """One expert's best–worst judgments under a node, by position among the scored children.

    ``best_to_others[i]`` is how many times the best outweighs child i, ``others_to_worst[i]`` how many times child
    i outweighs the worst; both are 1 for the best, and for the worst, itself.
    """

    best: int
    worst: int
    best_to_others: Values
    others_to_worst: Values


class Find(Protocol):
    """Notes a finding at a place of the file."""

    def __call__(self, code: str, path: Steps, /, *, at_key: bool = False, **params: object) -> None:
        """Note it."""


@dataclass(frozen=True)
class FormReader:
    """Reads what one expert said under one node. What is faulty is told and gives None."""

    find: Find
    expert: str
    node: Node

    @property
    def names(self) -> list[str]:
        """The children that are judged."""
        return [child.id for child in self.node.scored_children]

    def numbers(self, form: str, given: Mapping[str, Number], place: Steps) -> Values | None:
        """A number for each child: ``points``, ``ranks`` or ``swing``. Findings RI302, RI348 to RI352 and RI383."""
        sound = self._known(given, place)
        for name, value in given.items():
            if form != "ranks" and name in self.names and value < 0:
                self.find("RI348", (*place, name), expert=self.expert, name=name, value=shown(value))
                sound = False
        if not self._complete(form, given, self.names, place) or not sound:
            return None
        values = tuple(given[name] for name in self.names)
        refusal = _refusal(form, values, self.names, self.expert)
        if refusal is not None:
            params = {"places": [shown(value) for value in values]} if form == "ranks" else {}
            self.find(refusal.code, place, at_key=True, **(refusal.params | params))
            return None
        return values

    def best_worst(self, given: BestWorstModel, place: Steps) -> BestWorst | None:
        """Findings RI302, RI306, RI344 to RI347 and RI383."""
        ends = {key: getattr(given, key) for key in ("best", "worst")}
        strangers = [(key, name) for key, name in ends.items() if name not in self.names]
        for key, name in strangers:
            self._stranger(name, (*place, key), at_key=False)
        if strangers:
            return None
        if given.best == given.worst:
            self.find("RI347", (*place, "worst"), name=given.worst)
            return None
        lists = {key: self._list(key, given, place) for key in ("best_to_others", "others_to_worst")}
        first, second = lists["best_to_others"], lists["others_to_worst"]
        if first is None or second is None:
            return None
        if given.worst not in first and given.best not in second:
            self._complete("best_to_others", first, self.names, place)
            return None
        span = first.setdefault(given.worst, second.get(given.best, 0))
        if second.setdefault(given.best, span) != span:
            self.find(
                "RI346", (*place, "others_to_worst", given.best),
                forward=shown(span), backward=shown(second[given.best]),
            )  # fmt: skip
            return None
        return BestWorst(
            self.names.index(given.best), self.names.index(given.worst),
            tuple(first[name] for name in self.names), tuple(second[name] for name in self.names),
        )  # fmt: skip

    def _list(self, key: str, model: BestWorstModel, place: Steps) -> dict[str, Number] | None:
        """One of the two lists, with the 1 of the element against itself; the best against the worst may be absent."""
        given: Mapping[str, Number] = getattr(model, key)
        own, other = (model.best, model.worst) if key == "best_to_others" else (model.worst, model.best)
        sound = self._known(given, (*place, key))
        for name, value in given.items():
            pair = f"{own}/{name}" if key == "best_to_others" else f"{name}/{own}"
            here = (*place, key, name)
            if name not in self.names:
                continue
            if name == own and value != 1:
                self.find("RI345", here, name=name, value=shown(value))
            elif not value >= 1:
                self.find("RI344", here, pair=pair, value=shown(value))
            else:
                if value > _MOST:
                    self.find("RI306", here, expert=self.expert, pair=pair, value=shown(value))
                continue
            sound = False
        needed = [name for name in self.names if name not in (own, other)]
        if not self._complete(key, given, needed, (*place, key)) or not sound:
            return None
        return {own: 1, **given}

    def _known(self, given: Mapping[str, Number], place: Steps) -> bool:
        strangers = [name for name in given if name not in self.names]
        for name in strangers:
            self._stranger(name, (*place, name), at_key=True)
        return not strangers

    def _stranger(self, name: str, place: Steps, *, at_key: bool) -> None:
        self.find(
            "RI302", place, at_key=at_key, expert=self.expert, name=name, node=self.node.id, known=self.names,
            suggestion=did_you_mean(suggestion(name, self.names)),
        )  # fmt: skip

    def _complete(self, form: str, given: Mapping[str, Number], needed: Sequence[str], place: Steps) -> bool:
        missing = [name for name in needed if name not in given]
        if missing:
            self.find(
                "RI383", place, at_key=True, expert=self.expert, node=self.node.id, names=missing, form=form,
                known=self.names,
            )  # fmt: skip
        return not missing


def _refusal(form: str, values: Values, names: Sequence[str], expert: str) -> RefusalError | None:
    """What the method of a form would refuse: the same rule here as when the weights are made."""
    import numpy as np

    from resilience_index.methods.weights import direct, ranking, swing

    given, one = np.array([[float(value) for value in values]]), np.ones(1)
    try:
        if form == "points":
            direct.points(given, one, names=names, experts=[expert])
        elif form == "swing":
            swing.swing(given, one, names=names, experts=[expert])
        else:
            ranking.ranked(given, one, experts=[expert])
    except RefusalError as refusal:
        return refusal
    return None


def apart(pairs: Iterator[tuple[int, int]], names: Sequence[str]) -> list[str]:
    """The groups of children that hang together by comparisons, when there are several; else nothing."""
    import numpy as np

    from resilience_index.methods.weights import ahp_gaps

    matrix = np.full((len(names), len(names)), np.nan)
    for i, j in pairs:
        matrix[i, j] = matrix[j, i] = 1.0
    parts = ahp_gaps.components(matrix)
    return [] if len(parts) == 1 else ["(" + ", ".join(names[place] for place in part) + ")" for part in parts]
