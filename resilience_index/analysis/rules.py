"""From the rules of a framework to statements about a community, with the figures that triggered them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from resilience_index.analysis.standing import Both, Item, Standing
from resilience_index.data.layout.units import unit_behind
from resilience_index.errors import RefusalError
from resilience_index.framework.diagnosis_models import Rule
from resilience_index.framework.diagnosis_rules import Rulebook
from resilience_index.framework.model_base import Text
from resilience_index.framework.models import Chain, Recommendation
from resilience_index.framework.tree import Node
from resilience_index.methods import coupling
from resilience_index.scoring.grading import OPERATORS
from resilience_index.scoring.run import comparable


@dataclass(frozen=True)
class Amount:
    """A figure in a statement's text: on a shown scale, or (``scale`` None) in full."""

    value: float
    scale: float | None = None


@dataclass(frozen=True)
class Figure:
    """A figure behind a statement: the shown value of a node or leaf, and a leaf's value in its own unit."""

    id: str
    kind: str
    title: Both
    shown: float | None
    scale: float
    raw: float | None
    unit: str | None
    prepared: dict[str, Any] | None = None


Value = Amount | Mapping[str, str] | tuple[Figure, ...] | int
"""What stands for a placeholder: a figure, a text, a list of figures, or a level of coordination."""


@dataclass(frozen=True)
class Way:
    """A path out: its id and what the framework says of it, with its section."""

    id: str
    title: Both
    text: Both | None
    source: str | None


@dataclass(frozen=True)
class Statement:
    """What a rule says of a community; ``title`` and ``text`` hold placeholders that ``values`` fill.

    ``other`` is the id of what ``subject`` is set against in ``balance`` and ``lowest``.
    ``threshold`` is what was crossed and ``basis`` where it comes from (assumption: ours). A ``lowest`` statement also
    has the node's chain: the links of its process, the dilemma with its section, and the detail that its worst leaf
    chooses.
    """

    rule: str
    kind: str
    subject: str
    subject_title: Both
    title: Both
    text: Both
    values: Mapping[str, Value]
    source: str
    threshold: float | None
    basis: str
    figures: tuple[Figure, ...]
    paths: tuple[Way, ...]
    other: str | None = None
    chain: Mapping[str, Both] = field(default_factory=dict)
    chain_source: str | None = None
    dilemma: Both | None = None
    dilemma_text: Both | None = None
    dilemma_source: str | None = None
    detail: Both | None = None
    detail_figure: Figure | None = None


class Rules:
    """The rules of a framework over the units of a standing."""

    def __init__(self, standing: Standing, book: Rulebook) -> None:
        self.standing, self.book = standing, book
        self._compared: dict[tuple[str, bool], list[float]] = {}

    def statements(self, row: int) -> tuple[Statement, ...]:
        """The statements that hold for a unit, in the order of the rules, the worst first in each."""
        maker = _Maker(self, row)
        return tuple(statement for rule in self.book.rules for statement in maker.of(rule))

    def compared(self, item: Item, *, good: bool) -> list[float]:
        """The values of an item at the digits in which results are compared, on its shown scale.

        ``good`` turns them so that more is better.
        """
        key = (item.id, good)
        if key not in self._compared:
            self._compared[key] = comparable(item.good * item.scale if good else item.shown, item.scale).tolist()
        return self._compared[key]


class _Maker:
    def __init__(self, rules: Rules, row: int) -> None:
        self.rules, self.row = rules, row
        self.standing, self.book = rules.standing, rules.book

    def of(self, rule: Rule) -> Iterable[Statement]:
        """The statements of one rule."""
        makers = {"lowest": self._lowest, "below": self._below, "risk": self._risk, "balance": self._balance}
        return makers[rule.kind](rule)

    # -- kinds ----------------------------------------------------------------------------------------

    def _lowest(self, rule: Rule) -> Iterable[Statement]:
        """The lowest of the nodes; several where they tie. None when all are equal or a value is missing."""
        items = [self.standing.items[name] for name in rule.items]
        values = {item.id: self._shown(item) for item in items}
        if any(math.isnan(value) for value in values.values()):
            return
        low, high = min(values.values()), max(values.values())
        if low == high or (rule.below is not None and low >= rule.below):
            return
        highest = next(item for item in items if values[item.id] == high)
        for item in items:
            if values[item.id] == low:
                worst = self._worst(item.leaves)
                assert worst is not None  # a node with a value has a leaf with one
                filled: dict[str, Value] = {
                    "node": item.title, "value": self._amount(item), "highest": highest.title,
                    "highest_value": self._amount(highest), "gap": Amount(high - low, item.scale),
                    "leaf": worst.title, "leaf_value": self._amount(worst),
                }  # fmt: skip
                figures = (*(self._figure(each) for each in items), self._figure(worst))
                made = self._statement(rule, item, filled, rule.below, figures)
                yield replace(self._with_chain(made, item, rule), other=highest.id)

    def _with_chain(self, statement: Statement, item: Item, rule: Rule) -> Statement:
        """The statement with the dilemma, its detail and the path of a node's chain; the rule's own paths go first."""
        node = self.standing.framework.item(item.id)
        chain = node.chain if isinstance(node, Node) else None
        if chain is None or chain.dilemma is None:
            return statement
        links = {name: getattr(chain, name) for name in ("link", "strategy", "mechanism", "resilience")}
        detail, figure = self._detail(chain, rule)
        return replace(
            statement, chain={name: _both(text) for name, text in links.items() if text is not None},
            chain_source=chain.source, dilemma=_both(chain.dilemma.title),
            dilemma_text=_both(chain.dilemma.text) if chain.dilemma.text else None,
            dilemma_source=chain.dilemma.source, detail=detail, detail_figure=figure,
            paths=self._ways([chain.path]) if chain.path and not rule.paths else statement.paths,
        )  # fmt: skip

    def _detail(self, chain: Chain, rule: Rule) -> tuple[Both | None, Figure | None]:
        """The detail whose leaf is worst, if it is short of the rule's threshold (or of a strength)."""
        names = [detail.indicator for detail in chain.details]
        worst = self._worst(names)
        if worst is None:
            return None, None
        bound = rule.below if rule.below is not None else self.book.settings.strong * worst.scale
        if self._good(worst) >= bound:
            return None, None
        return _both(chain.details[names.index(worst.id)].title), self._figure(worst)

    def _below(self, rule: Rule) -> Iterable[Statement]:
        found = []
        for name in rule.items:
            item = self.standing.items.get(name)
            if item is None:  # a context leaf
                continue
            value, threshold, hit = self._compared(item, rule)
            if hit:
                amount = Amount(threshold, None if rule.raw is not None else item.scale)
                shown = Amount(value, None if rule.raw is not None else item.scale)
                filled: dict[str, Value] = {
                    "item": item.title, "value": shown, "threshold": amount, "unit": _unit(item, value),
                }  # fmt: skip
                depth = float(item.good[self.row])
                made = self._statement(rule, item, filled, threshold, (self._figure(item),))
                found.append((depth, self._with_chain(made, item, rule)))
        yield from _worst_first(found)

    def _compared(self, item: Item, rule: Rule) -> tuple[float, float, bool]:
        """The value that counts, its threshold, and whether the rule holds."""
        if rule.raw is not None:
            value = math.nan if item.raw is None else float(item.raw[self.row])
            hit = not math.isnan(value) and bool(OPERATORS[rule.raw.op](value, rule.raw.value))
            return value, rule.raw.value, hit
        assert rule.below is not None
        value = self._shown(item)
        return value, rule.below, not math.isnan(value) and value < rule.below

    def _risk(self, rule: Rule) -> Iterable[Statement]:
        assert rule.below is not None
        found = []
        for name in rule.risks:
            risk = self.book.risks[name]
            items = [self.standing.items[leaf] for leaf in risk.indicators if leaf in self.standing.items]
            hit = [item for item in items if self._good(item) < rule.below]
            if not hit:
                continue
            worst = min(hit, key=self._good)
            shown = tuple(self._figure(item) for item in items if not math.isnan(self._good(item)))
            filled: dict[str, Value] = {
                "risk": _both(risk.title), "leaf": worst.title, "leaf_value": self._amount(worst), "figures": shown,
                "threshold": Amount(rule.below, worst.scale),
            }  # fmt: skip
            made = self._statement(rule, worst, filled, rule.below, shown, subject=(risk.id, _both(risk.title)))
            source = "; ".join(dict.fromkeys([part for part in (risk.source, rule.source) if part]))
            found.append((self._good(worst), _sourced(made, source)))
        yield from _worst_first(found)

    def _balance(self, rule: Rule) -> Iterable[Statement]:
        assert rule.gap is not None
        items = [self.standing.items[name] for name in rule.items]
        values = [self._good(item) for item in items]
        if any(math.isnan(value) for value in values) or max(values) - min(values) < rule.gap:
            return
        high, low = items[values.index(max(values))], items[values.index(min(values))]
        d, level = self._coordination(items)
        filled: dict[str, Value] = {
            "high": high.title, "high_value": self._amount(high), "low": low.title, "low_value": self._amount(low),
            "gap": Amount(max(values) - min(values), low.scale), "threshold": Amount(rule.gap, low.scale),
            "d": Amount(d, 1.0), "level": level,
        }  # fmt: skip
        figures = tuple(self._figure(item) for item in items)
        yield replace(self._statement(rule, low, filled, rule.gap, figures), other=high.id)

    def _coordination(self, items: list[Item]) -> tuple[float, int]:
        """D and its level over systems of equal weight; NaN and −1 where values lie outside 0..1."""
        systems = [item.good[self.row : self.row + 1] for item in items]
        try:
            found = coupling.coupling(systems, np.ones(len(items)))
        except RefusalError:
            return math.nan, -1
        return float(found.d[0]), int(found.level[0])

    # -- parts ----------------------------------------------------------------------------------------

    def _statement(
        self, rule: Rule, item: Item, values: Mapping[str, Value], threshold: float | None,
        figures: tuple[Figure, ...], subject: tuple[str, Both] | None = None,
    ) -> Statement:  # fmt: skip
        name, title = subject or (item.id, item.title)
        return Statement(
            rule=rule.id, kind=rule.kind, subject=name, subject_title=title, title=_both(rule.title),
            text=_both(rule.text), values=values, source=rule.source, threshold=threshold,
            basis=rule.basis or self.book.settings.basis, figures=figures,
            paths=self._ways(rule.paths or self._paths_of(item)),
        )  # fmt: skip

    def _paths_of(self, item: Item) -> list[str]:
        """The paths of the nearest node at or above an item that has any."""
        name: str | None = item.id
        while name is not None:
            node = self.standing.framework.item(name)
            if isinstance(node, Node) and node.paths:
                return list(node.paths)
            name = self.standing.items[name].parent
        return []

    def _ways(self, names: Iterable[str]) -> tuple[Way, ...]:
        found = []
        for name in names:
            path: Recommendation = self.book.paths[name]
            text = _both(path.text) if path.text is not None else None
            found.append(Way(name, _both(path.title), text, path.source))
        return tuple(found)

    def _shown(self, item: Item) -> float:
        """The shown value at the digits in which results are compared."""
        return self.rules.compared(item, good=False)[self.row]

    def _good(self, item: Item) -> float:
        """The value on the shown scale, turned so that more is better."""
        return self.rules.compared(item, good=True)[self.row]

    def _worst(self, names: Iterable[str]) -> Item | None:
        """The leaf with the lowest value, the first of the tree where several have it."""
        wanted = set(names)
        there = [item for item in self.standing.leaves if item.id in wanted and not math.isnan(item.good[self.row])]
        return min(there, key=self._good, default=None)

    def _amount(self, item: Item) -> Amount:
        return Amount(float(item.shown[self.row]), item.scale)

    def _figure(self, item: Item) -> Figure:
        raw = None if item.raw is None else float(item.raw[self.row])
        shown = float(item.shown[self.row])
        return Figure(
            id=item.id, kind=item.kind, title=item.title, shown=None if math.isnan(shown) else shown,
            scale=item.scale, raw=None if raw is None or math.isnan(raw) else raw, unit=item.unit,
            prepared=item.prepared(self.row),
        )  # fmt: skip


def _both(text: Text) -> Both:
    return {"zh": text.zh, "en": text.en}


def _unit(item: Item, value: float) -> Both:
    """A leaf's unit as it follows a value."""
    return {language: unit_behind(item.unit, language, one=value == 1.0) for language in ("zh", "en")}


def _worst_first(found: list[tuple[float, Statement]]) -> list[Statement]:
    return [statement for _, statement in sorted(found, key=lambda pair: round(pair[0], 10))]


def _sourced(statement: Statement, source: str) -> Statement:
    return replace(statement, source=source)
