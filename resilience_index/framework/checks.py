"""What the keys of a framework or dictionary mean together; every check adds findings with places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from resilience_index.findings import Finding, Location, did_you_mean
from resilience_index.framework.models import ID_PATTERN, RESERVED, FrameworkModel
from resilience_index.framework.tree import Indicator, Leaf, Node, walk
from resilience_index.framework.yaml_strict import Document
from resilience_index.methods.checking import suggestion

_ON_NODES = ("minmax", "percentile_rank", "none")


def dictionary_findings(document: Document, indicators: Mapping[str, Indicator]) -> list[Finding]:
    """Ids, goalposts, ranges and the uniqueness of column names over a dictionary."""
    findings: list[Finding] = []
    for name, indicator in indicators.items():
        place = document.location(("indicators", name), key=True)
        findings += _id_findings(document, name, place)
        findings += _indicator_findings(document, indicator, place)
    findings += _name_clashes(document, [(item, _key_place(document, item.id)) for item in indicators.values()])
    return findings


def _key_place(document: Document, name: str) -> Location:
    return document.location(("indicators", name), key=True)


def framework_findings(document: Document, model: FrameworkModel, root: Node) -> list[Finding]:
    """Everything about a tree that its keys do not say one by one."""
    findings: list[Finding] = []
    findings += _id_findings(document, model.id, document.location(("id",)))
    findings += _unique_ids(document, root)
    for item in walk(root):
        findings += _node_findings(document, item) if isinstance(item, Node) else _leaf_findings(document, item)
    findings += _default_findings(document, model)
    findings += _reference_findings(document, model, root)
    findings += _grade_findings(document, model)
    leaves = [item for item in walk(root) if isinstance(item, Leaf)]
    findings += _name_clashes(document, [(leaf.indicator, leaf.location) for leaf in leaves])
    return findings


def _at(document: Document, code: str, location: Location, **params: object) -> Finding:
    return Finding(code, location, params, document.source_line(location))


def _id_findings(document: Document, name: str, place: Location) -> Iterable[Finding]:
    if not re.match(ID_PATTERN, name):
        yield _at(document, "RI132", place, id=name)
    elif name in RESERVED:
        yield _at(document, "RI131", place, id=name, known=list(RESERVED))


def _unique_ids(document: Document, root: Node) -> Iterable[Finding]:
    seen: set[str] = set()
    for item in walk(root):
        yield from _id_findings(document, item.id, item.location)
        if item.id in seen:
            yield _at(document, "RI130", item.location, id=item.id)
        seen.add(item.id)


def _indicator_findings(document: Document, indicator: Indicator, place: Location) -> Iterable[Finding]:
    if indicator.range is not None and not indicator.range[0] < indicator.range[1]:
        yield _at(document, "RI138", place, id=indicator.id, range=list(indicator.range))
    if indicator.goalposts is not None:
        yield from goalpost_findings(document, indicator, indicator.goalposts, place)


def goalpost_findings(
    document: Document, indicator: Indicator, goalposts: Sequence[float], place: Location
) -> Iterable[Finding]:
    """The form of goalposts, their order against the direction, and their place in the range."""
    shown = [_plain(value) for value in goalposts]
    direction = indicator.direction
    if direction == "target":
        if len(goalposts) != 4 or not goalposts[0] < goalposts[1] <= goalposts[2] < goalposts[3]:
            yield _at(document, "RI135", place, id=indicator.id, goalposts=shown, direction=direction)
            return
    elif direction in ("benefit", "cost"):
        if len(goalposts) != 2 or goalposts[0] == goalposts[1]:
            yield _at(document, "RI135", place, id=indicator.id, goalposts=shown, direction=direction)
            return
        if (goalposts[0] < goalposts[1]) != (direction == "benefit"):
            yield _at(document, "RI134", place, id=indicator.id, goalposts=shown, direction=direction)
            return
    limits = indicator.range
    if limits is not None and limits[0] < limits[1] and not all(limits[0] <= value <= limits[1] for value in goalposts):
        yield _at(document, "RI137", place, id=indicator.id, goalposts=shown, range=[_plain(v) for v in limits])


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _leaf_findings(document: Document, leaf: Leaf) -> Iterable[Finding]:
    indicator, call = leaf.indicator, leaf.normalize
    yield from _weight_findings(document, leaf)
    if leaf.local:  # a dictionary's indicator was checked with the dictionary
        yield from _indicator_findings(document, indicator, leaf.location)
    if call is not None and call.name == "goalposts":
        goalposts = call["goalposts"] or indicator.goalposts
        if call["goalposts"] is not None:
            yield from goalpost_findings(document, indicator, call["goalposts"], leaf.location)
        if goalposts is None and indicator.scored:
            yield _at(document, "RI136", leaf.location, id=leaf.id)
        elif goalposts is not None and call["transform"] == "log" and min(goalposts) <= 0:
            yield _at(document, "RI139", leaf.location, id=leaf.id, goalposts=[_plain(v) for v in goalposts])


def _weight_findings(document: Document, item: Node | Leaf) -> Iterable[Finding]:
    if item.weight is not None and item.weight < 0:
        yield _at(document, "RI140", item.location, id=item.id, weight=str(item.weight))


def _node_findings(document: Document, node: Node) -> Iterable[Finding]:
    yield from _weight_findings(document, node)
    scored = node.scored_children
    if not scored:
        yield _at(document, "RI143", node.location, id=node.id)
        return
    given = [child for child in scored if child.weight is not None]
    if given and len(given) < len(scored):
        names = [child.id for child in scored if child.weight is None]
        yield _at(document, "RI142", node.location, id=node.id, names=names)
    elif given and all(child.weight == 0 for child in given):
        yield _at(document, "RI141", node.location, id=node.id)
    for call in (node.normalize, node.show.normalize if node.show else None):
        if call is not None and call.name not in _ON_NODES:
            place = {"zh": "内部节点", "en": "on an inner node"}
            yield _at(document, "RI146", node.location, name=call.name, place=place, known=list(_ON_NODES))


def _default_findings(document: Document, model: FrameworkModel) -> Iterable[Finding]:
    call = model.defaults.normalize
    if call is not None and call.name == "goalposts" and call["goalposts"] is not None:
        place = {"zh": "默认值(目标值属于各指标)", "en": "with goalposts as a default (they belong to each indicator)"}
        yield document.finding("RI146", ("defaults", "normalize"), name=call.name, place=place, known=["goalposts"])


def _reference_findings(document: Document, model: FrameworkModel, root: Node) -> Iterable[Finding]:
    ids = [item.id for item in walk(root)]
    leaves = [item.id for item in walk(root) if isinstance(item, Leaf)]
    grades = [grade.id for grade in model.grades]
    recommendations = list(model.recommendations)

    def missing(
        name: str, known: list[str], owner: str, path: tuple[str | int, ...], zh: str, en: str
    ) -> Iterable[Finding]:
        if name not in known:
            yield document.finding(
                "RI144", path, id=owner, name=name, expected={"zh": zh, "en": en}, known=known or ["—"],
                suggestion=did_you_mean(suggestion(name, known)),
            )  # fmt: skip

    for position, line in enumerate(model.red_lines):
        path = ("red_lines", position)
        yield from missing(line.indicator, leaves, "red_lines", (*path, "indicator"), "树中的指标", "a leaf of the tree")
        yield from missing(line.cap, grades, "red_lines", (*path, "cap"), "等级", "a grade")
    for position, flag in enumerate(model.flags):
        path = ("flags", position)
        yield from _id_findings(document, flag.id, document.location((*path, "id")))
        yield from missing(flag.node, ids, "flags", (*path, "node"), "节点或指标", "a node or leaf")
        if flag.id in ids or flag.id in [other.id for other in model.flags[:position]]:
            yield document.finding("RI130", (*path, "id"), id=flag.id)
    for position, risk in enumerate(model.risks):
        for name in risk.indicators:
            path = ("risks", position, "indicators")
            yield from missing(name, leaves, risk.id, path, "树中的指标", "a leaf of the tree")
    for item in walk(root):
        if isinstance(item, Node):
            paths = [*item.paths, *([item.chain.path] if item.chain and item.chain.path else [])]
            for name in dict.fromkeys(paths):
                if name not in recommendations:
                    known = recommendations or ["—"]
                    hint = did_you_mean(suggestion(name, recommendations))
                    expected = {"zh": "路径(recommendations)", "en": "a recommendation"}
                    yield _at(
                        document, "RI144", item.location, id=item.id, name=name, expected=expected,
                        known=known, suggestion=hint,
                    )  # fmt: skip


def _grade_findings(document: Document, model: FrameworkModel) -> Iterable[Finding]:
    seen: set[str] = set()
    for position, grade in enumerate(model.grades):
        path = ("grades", position)
        if position and not grade.min < model.grades[position - 1].min:
            previous = model.grades[position - 1].min
            yield document.finding("RI145", (*path, "min"), id=grade.id, value=grade.min, previous=previous)
        if grade.id in seen:
            yield document.finding("RI130", (*path, "id"), id=grade.id)
        seen.add(grade.id)


def fold(name: str) -> str:
    """A column name without case, width, white space and line breaks: names are compared in this form."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _name_clashes(document: Document, indicators: Sequence[tuple[Indicator, Location]]) -> Iterable[Finding]:
    owners: dict[str, str] = {}
    for indicator, place in indicators:
        for name in (indicator.id, indicator.title.zh, indicator.title.en, *indicator.aliases):
            first = owners.setdefault(fold(name), indicator.id)
            if first != indicator.id:
                yield _at(document, "RI147", place, name=name, first=first, second=indicator.id)

