"""What the keys of a framework or dictionary mean together; every check adds findings with places."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from resilience_index.findings import Finding, did_you_mean
from resilience_index.folding import fold
from resilience_index.framework import grade_checks
from resilience_index.framework.models import ID_PATTERN, LARGEST_WEIGHT, RESERVED, FrameworkModel
from resilience_index.framework.tree import Indicator, Leaf, Node, walk
from resilience_index.framework.yaml_strict import Document, Steps, path_steps
from resilience_index.methods import aggregate_rules, bands
from resilience_index.methods.checking import Call, shown, suggestion


def dictionary_findings(document: Document, indicators: Mapping[str, Indicator]) -> list[Finding]:
    """Ids, goalposts, ranges and the uniqueness of column names over a dictionary."""
    findings: list[Finding] = []
    for name, indicator in indicators.items():
        findings += _id_findings(document, name, ("indicators", name), at_key=True)
        findings += _indicator_findings(document, indicator, ("indicators", name))
    findings += _name_clashes(document, [(item, ("indicators", item.id)) for item in indicators.values()])
    return findings


def framework_findings(
    document: Document,
    model: FrameworkModel,
    root: Node,
    unresolved: Mapping[str, Collection[str]] | None = None,
    dictionary: Collection[str] = (),
) -> list[Finding]:
    """Everything about a tree that its keys do not say one by one.

    ``unresolved`` are the children of a node (by its id) that the dictionary does not have: they were
    reported and are not reported again for what follows from it. ``dictionary`` are the ids it has.
    """
    unresolved = unresolved or {}
    findings: list[Finding] = []
    findings += _id_findings(document, model.id, ("id",))
    findings += _unique_ids(document, root)
    for item in walk(root):
        if isinstance(item, Node):
            findings += _node_findings(document, item, complete=item.id not in unresolved)
        else:
            findings += _leaf_findings(document, item)
    findings += default_findings(document, model.defaults.normalize)
    absent = [name for names in unresolved.values() for name in names]
    findings += _References(document, model, root, absent, dictionary).findings()
    taken = [*(item.id for item in walk(root)), *(flag.id for flag in model.flags)]
    faulty = model.grading is None and document.has(("grading",))  # told as an error of form
    findings += grade_checks.grade_findings(document, model.grades, model.grading, whole=not faulty)
    findings += grade_checks.gate_findings(document, model.gates, [grade.id for grade in model.grades], taken)
    leaves = [item for item in walk(root) if isinstance(item, Leaf)]
    findings += _name_clashes(document, [(leaf.indicator, _steps(leaf)) for leaf in leaves])
    return findings


def _steps(item: Node | Leaf) -> Steps:
    """The path of an item in its file."""
    return path_steps(item.location.path or "")


def _id_findings(document: Document, name: str, path: Steps, *, at_key: bool = False) -> Iterable[Finding]:
    if not re.match(ID_PATTERN, name):
        yield document.finding("RI132", path, at_key=at_key, id=name)
    elif name in RESERVED:
        yield document.finding("RI131", path, at_key=at_key, id=name, known=list(RESERVED))


def _id_path(document: Document, item: Node | Leaf) -> Steps:
    """Where an item's id stands: under ``id``, under ``indicator``, or as the item itself."""
    steps = _steps(item)
    key = "id" if isinstance(item, Node) or item.local else "indicator"
    return (*steps, key) if document.has((*steps, key)) else steps


def _unique_ids(document: Document, root: Node) -> Iterable[Finding]:
    seen: dict[str, Steps] = {}
    for item in walk(root):
        path = _id_path(document, item)
        if isinstance(item, Node) or item.local:  # a dictionary's ids were checked with the dictionary
            yield from _id_findings(document, item.id, path)
        if item.id in seen:
            yield _twice(document, item.id, path, seen[item.id])
        seen.setdefault(item.id, path)


def _twice(document: Document, name: str, path: Steps, first: Steps) -> Finding:
    return document.finding("RI130", path, id=name, line=document.location(first).line)


def _indicator_findings(document: Document, indicator: Indicator, path: Steps) -> Iterable[Finding]:
    if indicator.range is not None and not indicator.range[0] < indicator.range[1]:
        low, high = indicator.range
        yield document.finding("RI138", (*path, "range"), id=indicator.id, range=_list((low, high)))
    if indicator.goalposts is not None:
        yield from goalpost_findings(document, indicator, indicator.goalposts, (*path, "goalposts"))


def goalpost_findings(
    document: Document, indicator: Indicator, goalposts: Sequence[float], path: Steps
) -> Iterable[Finding]:
    """The form of goalposts, their order against the direction, and their place in the range."""
    direction = indicator.direction
    params: dict[str, Any] = {"id": indicator.id, "goalposts": _list(goalposts)}
    if direction == "target":
        if len(goalposts) != 4 or not goalposts[0] < goalposts[1] <= goalposts[2] < goalposts[3]:
            yield document.finding("RI135", path, **params, direction=direction)
            return
    elif direction in ("benefit", "cost"):
        if len(goalposts) != 2 or goalposts[0] == goalposts[1]:
            yield document.finding("RI135", path, **params, direction=direction)
            return
        if (goalposts[0] < goalposts[1]) != (direction == "benefit"):
            yield document.finding("RI134", path, **params, direction=direction)
            return
    if indicator.range is None or not indicator.range[0] < indicator.range[1]:
        return
    low, high = indicator.range
    if min(goalposts) < low or max(goalposts) > high:
        yield document.finding("RI137", path, **params, range=_list((low, high)))


def _list(values: Sequence[float]) -> str:
    return "[" + ", ".join(repr(float(value)).removesuffix(".0") for value in values) + "]"


_OF_SCORED = ("fill", "treat", "invert", "against")
"""Keys of a leaf that only a scored one can use: a context leaf is reported, and divided by, as it was read."""


def _leaf_findings(document: Document, leaf: Leaf) -> Iterable[Finding]:
    indicator, call, path = leaf.indicator, leaf.normalize, _steps(leaf)
    yield from _weight_findings(document, leaf)
    if not indicator.scored:
        idle = [name for name in _OF_SCORED if getattr(leaf, name) not in (None, False)]
        if idle:
            yield document.finding("RI151", (*path, idle[0]), at_key=True, id=leaf.id, names=idle)
    if leaf.local:  # a dictionary's indicator was checked with the dictionary
        yield from _indicator_findings(document, indicator, path)
    if call is not None and call.name == "bands":
        found: dict[str, Any] = against_direction(call, indicator)
        if found:
            yield document.finding("RI156", (*path, "normalize", "bands"), **found)
    if call is None or call.name != "goalposts":
        return
    own: Sequence[float] | None = call["goalposts"]
    if own is not None:
        # The range is that of the values as they are reported, the goalposts those of the quotient.
        judged = indicator if leaf.denominate is None else replace(indicator, range=None)
        yield from goalpost_findings(document, judged, own, (*path, "normalize", "goalposts"))
    goalposts = own or indicator.goalposts
    if own is None and goalposts is not None and leaf.denominate is not None and indicator.scored:
        yield document.finding("RI150", (*path, "normalize"), id=leaf.id, by=leaf.denominate["by"])
    if goalposts is None:
        if indicator.scored:
            yield document.finding("RI136", (*path, "normalize"), id=leaf.id)
    elif call["transform"] == "log" and min(goalposts) <= 0:
        yield document.finding("RI139", (*path, "normalize"), id=leaf.id, goalposts=_list(goalposts))


def against_direction(call: Call, indicator: Indicator) -> dict[str, Any]:
    """What RI156 says of bands whose points run against the indicator's direction; empty where they do not."""
    table, direction = call["bands"], indicator.direction
    found = bands.against_direction(table, direction)
    if found is None:
        return {}
    first, second = (table[place] for place in found)
    return {
        "id": indicator.id, "direction": direction, "first": bands.words(first), "second": bands.words(second),
        "low": first["points"], "high": second["points"],
    }  # fmt: skip


def _weight_findings(document: Document, item: Node | Leaf) -> Iterable[Finding]:
    if item.weight is not None and not 0 <= item.weight <= LARGEST_WEIGHT:
        weight = shown(item.weight)
        yield document.finding("RI140", (*_steps(item), "weight"), id=item.id, weight=weight)


def _node_findings(document: Document, node: Node, *, complete: bool) -> Iterable[Finding]:
    yield from _weight_findings(document, node)
    path = _steps(node)
    if complete:
        yield from _children_findings(document, node, path)
        yield from _aggregate_findings(document, node, path)
    for call, place in (
        (node.normalize, (*path, "normalize")),
        (node.show.normalize if node.show else None, (*path, "show", "normalize")),
    ):
        if call is not None and call.name == "goalposts":
            yield from _node_goalposts(document, node, call, place)


def _aggregate_findings(document: Document, node: Node, path: Steps) -> Iterable[Finding]:
    """RI160: parameters of a node's aggregation that do not fit its children."""
    call, count = node.aggregate, len(node.scored_children)
    for param, expected in aggregate_rules.faults(call, count) if call is not None else ():
        place = (*path, "aggregate", param) if document.has((*path, "aggregate", param)) else (*path, "aggregate")
        name = "" if call is None else call.name
        yield document.finding("RI160", place, id=node.id, name=name, param=param, count=count, expected=expected)


def _node_goalposts(document: Document, node: Node, call: Call, place: Steps) -> Iterable[Finding]:
    """RI157: goalposts of a node, which no indicator has for it."""
    own: Sequence[float] = call["goalposts"] or ()
    log = call["transform"] == "log"
    fits = own[0] != own[1] if len(own) == 2 else len(own) == 4 and own[0] < own[1] <= own[2] < own[3]
    if fits and not (log and min(own) <= 0):
        return
    more = {"zh": "，取对数时须大于 0", "en": "; above 0 under a logarithm"} if log else ""
    at = (*place, "goalposts") if own else place
    shown_as = _list(own) if own else {"zh": "缺省", "en": "left out"}
    yield document.finding("RI157", at, id=node.id, goalposts=shown_as, log=more)


def _children_findings(document: Document, node: Node, path: Steps) -> Iterable[Finding]:
    scored = node.scored_children
    if not scored:
        yield document.finding("RI143", path, id=node.id)
        return
    given = [child for child in scored if child.weight is not None]
    if given and len(given) < len(scored):
        names = [child.id for child in scored if child.weight is None]
        yield document.finding("RI142", path, id=node.id, names=names)
    elif given and all(child.weight == 0 for child in given):
        yield document.finding("RI141", path, id=node.id)
    least = node.missing.get("min_children") if node.missing is not None else None
    if least is not None and least > len(scored):
        place = (*path, "missing", "min_children")
        yield document.finding("RI148", place, id=node.id, least=least, count=len(scored))


def default_findings(document: Document, call: Call | None) -> Iterable[Finding]:
    """The default of ``normalize`` (of a framework or an assessment): goalposts belong to each indicator."""
    if call is not None and call.name == "goalposts" and call["goalposts"] is not None:
        place = {"zh": "默认值中带 goalposts", "en": "with goalposts of its own as a default"}
        path = ("defaults", "normalize", "goalposts")
        yield document.finding("RI146", path, name=call.name, place=place, known=["{method: goalposts}"])


class _References:
    """Names in a framework file that stand for something else in it."""

    def __init__(
        self,
        document: Document,
        model: FrameworkModel,
        root: Node,
        absent: Collection[str],
        dictionary: Collection[str],
    ) -> None:
        self.document, self.model, self.root = document, model, root
        items = list(walk(root))
        # Dictionaries as ordered sets.
        self.ids = dict.fromkeys([*(item.id for item in items), *absent])
        self.leaves = dict.fromkeys([*(item.id for item in items if isinstance(item, Leaf)), *absent])
        self.known = dict.fromkeys([*self.leaves, *dictionary])
        self.targets = self.ids
        if absent:  # a name that is right here may be misspelt in the tree, where it was reported
            self.leaves = self.known
            self.targets = self.ids | self.known
        self.grades = dict.fromkeys(grade.id for grade in model.grades)
        self.paths = dict.fromkeys(model.recommendations)

    def findings(self) -> Iterable[Finding]:
        """Every name that stands for nothing."""
        leaf = {"zh": "树中的指标", "en": "a leaf of the tree"}
        for position, line in enumerate(self.model.red_lines):
            path: Steps = ("red_lines", position)
            yield from self._missing(line.indicator, self.leaves, "red_lines", (*path, "indicator"), leaf)
            grade = {"zh": "等级", "en": "a grade"}
            yield from self._missing(line.cap, self.grades, "red_lines", (*path, "cap"), grade)
        yield from self._gates(leaf)
        yield from self._flags()
        for position, risk in enumerate(self.model.risks):
            for number, name in enumerate(risk.indicators):
                place = ("risks", position, "indicators", number)
                yield from self._missing(name, self.leaves, risk.id, place, leaf)
        for item in walk(self.root):
            if isinstance(item, Node):
                yield from self._chain(item, _steps(item))
            elif item.denominate is not None:
                yield from self._denominator(item, item.denominate["by"])

    def _gates(self, leaf: Mapping[str, str]) -> Iterable[Finding]:
        nodes = dict.fromkeys(item.id for item in walk(self.root) if isinstance(item, Node))
        for position, gate in enumerate(self.model.gates):
            yield from _id_findings(self.document, gate.id, ("gates", position, "id"))
            if gate.indicator is not None:
                place: Steps = ("gates", position, "indicator")
                yield from self._missing(gate.indicator, self.leaves, gate.id, place, leaf)
            if gate.node is not None:
                place, expected = ("gates", position, "node"), {"zh": "树中的节点", "en": "a node of the tree"}
                yield from self._missing(gate.node, nodes, gate.id, place, expected)

    def _flags(self) -> Iterable[Finding]:
        seen: dict[str, Steps] = {}
        for position, flag in enumerate(self.model.flags):
            path: Steps = ("flags", position, "id")
            yield from _id_findings(self.document, flag.id, path)
            expected = {"zh": "节点或指标", "en": "a node or leaf"}
            yield from self._missing(flag.node, self.targets, "flags", ("flags", position, "node"), expected)
            if flag.id in seen:
                yield _twice(self.document, flag.id, path, seen[flag.id])
            elif flag.id in self.ids:
                item = next((item for item in walk(self.root) if item.id == flag.id), self.root)
                yield _twice(self.document, flag.id, path, _id_path(self.document, item))
            seen.setdefault(flag.id, path)

    def _chain(self, node: Node, path: Steps) -> Iterable[Finding]:
        places: list[tuple[str, Steps]] = [(name, (*path, "paths", n)) for n, name in enumerate(node.paths)]
        if node.chain is not None and node.chain.path is not None:
            places.append((node.chain.path, (*path, "chain", "path")))
        expected = {"zh": "路径（recommendations）", "en": "a recommendation"}
        for name, place in places:
            yield from self._missing(name, self.paths, node.id, place, expected)
        indicator = {"zh": "树或词典中的指标", "en": "an indicator of the tree or the dictionary"}
        for number, detail in enumerate(node.chain.details if node.chain else ()):
            place = (*path, "chain", "details", number, "indicator")
            yield from self._missing(detail.indicator, self.known, node.id, place, indicator)

    def _denominator(self, leaf: Leaf, by: str) -> Iterable[Finding]:
        path: Steps = (*_steps(leaf), "denominate")
        place = (*path, "by") if self.document.has((*path, "by")) else path
        if by == leaf.id:
            yield self.document.finding("RI149", place, id=leaf.id)
        indicator = {"zh": "树或词典中的指标", "en": "an indicator of the tree or the dictionary"}
        yield from self._missing(by, self.known, leaf.id, place, indicator)

    def _missing(
        self, name: str, known: Mapping[str, None], owner: str, path: Steps, expected: Mapping[str, str]
    ) -> Iterable[Finding]:
        if name not in known:
            yield self.document.finding(
                "RI144", path, id=owner, name=name, expected=expected, known=list(known) or ["—"],
                suggestion=did_you_mean(suggestion(name, list(known))),
            )  # fmt: skip


def _name_clashes(document: Document, indicators: Sequence[tuple[Indicator, Steps]]) -> Iterable[Finding]:
    owners: dict[str, str] = {}
    for indicator, path in indicators:
        told: set[str] = set()
        for name in (indicator.id, indicator.title.zh, indicator.title.en, *indicator.aliases):
            first = owners.setdefault(fold(name), indicator.id)
            if first != indicator.id and first not in told:
                told.add(first)
                yield document.finding("RI147", path, at_key=True, name=name, first=first, second=indicator.id)
