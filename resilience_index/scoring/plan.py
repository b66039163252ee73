"""The plan: an assessment with every choice resolved. Nothing later looks at YAML, defaults or flags."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from resilience_index.errors import InputError
from resilience_index.findings import Finding, Location, did_you_mean, has_errors
from resilience_index.framework.checks import against_direction
from resilience_index.framework.grade_checks import grading_problems
from resilience_index.framework.judgments import Judgments
from resilience_index.framework.models import GradeModel, Rounding
from resilience_index.framework.tree import Framework, Leaf, Node, walk
from resilience_index.methods import aggregate_rules
from resilience_index.methods.checking import Call, check, shown, suggestion
from resilience_index.scoring import weight_calls
from resilience_index.scoring.settings import Settings

if TYPE_CHECKING:
    from resilience_index.scoring.baseline import Baseline

DETAILED = ("topsis", "vikor", "rsr", "fuzzy")
"""Aggregations with figures on the way to a value."""
_REPLACEABLE: dict[str, tuple[str, ...]] = {
    "normalize": ("leaf",), "fill": ("leaf",), "treat": ("leaf",), "tokens": ("leaf",),
    "aggregate": ("node",), "missing": ("node",), "round": ("leaf", "node"), "scale": ("leaf", "node"),
}  # fmt: skip


@dataclass(frozen=True)
class Ref:
    """A child: the position of a leaf (among the plan's leaves) or of a node (among its nodes)."""

    kind: Literal["leaf", "node"]
    index: int


@dataclass(frozen=True)
class LeafPlan:
    """A leaf with every setting resolved. ``goalposts`` is None where its method needs none."""

    index: int
    leaf: Leaf
    parent: int
    normalize: Call
    goalposts: tuple[float, ...] | None
    denominate: Call | None
    fill: Call
    treat: Call
    tokens: tuple[str | float, ...]
    invert: bool
    against: bool
    round: Rounding | None
    scale: float

    @property
    def id(self) -> str:
        """The indicator's id."""
        return self.leaf.id

    @property
    def scored(self) -> bool:
        """Whether it counts; context leaves do not."""
        return self.leaf.indicator.scored

    @property
    def full(self) -> float | None:
        """Its full points, where its value is points as they are."""
        table = self.normalize.get("bands")
        if table is None or self.normalize["full"] is not None or self.invert or self.against:
            return None
        return max(0.0, *(float(band["points"]) for band in table))

    @property
    def top(self) -> float:
        """The end of its shown scale: its full points, where its value is points."""
        return self.full or self.scale

    @property
    def factor(self) -> float:
        """What its value is multiplied by to be shown: 1 for points."""
        return 1.0 if self.full else self.scale


@dataclass(frozen=True)
class ShowPlan:
    """How a node is shown: re-normalised, rounded."""

    normalize: Call | None
    round: Rounding | None


@dataclass(frozen=True)
class NodePlan:
    """An inner node with every setting resolved. ``given`` are the framework's weights of its children.

    Under ``aggregate: points``, ``full`` are the children's full points, ``points`` what their values are multiplied
    by: 1 where they are points already.
    """

    index: int
    node: Node
    parent: int
    level: int
    children: tuple[Ref, ...]
    given: tuple[float, ...]
    has_given: bool
    aggregate: Call
    missing: Call
    normalize: Call | None
    invert: bool
    against: bool
    round: Rounding | None
    show: ShowPlan | None
    scale: float
    full: tuple[float, ...] = ()
    points: tuple[float, ...] = ()

    @property
    def id(self) -> str:
        """The node's id."""
        return self.node.id

    @property
    def top(self) -> float:
        """The end of its shown scale: where points are added, its full points."""
        return self.scale * math.fsum(self.full) if self.full and self.normalize is None else self.scale


@dataclass(frozen=True)
class Plan:
    """All a score depends on, resolved. ``nodes`` are in pre-order (the root first), ``leaves`` in file order."""

    framework: Framework
    settings: Settings
    leaves: tuple[LeafPlan, ...]
    nodes: tuple[NodePlan, ...]
    weights: Call
    judgments: Judgments | None
    grades: tuple[GradeModel, ...]
    grading: Call
    ties: Literal["min", "average", "dense"]
    findings: tuple[Finding, ...]
    baseline: Baseline | None = None
    """What stands in place of the run's own statistics."""

    @functools.cached_property
    def relative_grades(self) -> bool:
        """Whether there are grades whose bounds are found from the scores."""
        return bool(self.grades) and self.grading.method.relative

    @functools.cached_property
    def bounds(self) -> tuple[float, ...]:
        """The grades' fixed lower bounds; empty where they are found from the scores."""
        return () if self.relative_grades else tuple(item.min for item in self.grades if item.min is not None)

    @functools.cached_property
    def scored(self) -> tuple[LeafPlan, ...]:
        """The leaves that count."""
        return tuple(leaf for leaf in self.leaves if leaf.scored)

    @functools.cached_property
    def detailed(self) -> bool:
        """Whether some nodes have figures on the way to their values: distances, ranks, memberships."""
        return any(node.aggregate.name in DETAILED for node in self.nodes)

    @functools.cached_property
    def positions(self) -> dict[str, Ref]:
        """Every id of the tree → its place."""
        places = {leaf.id: Ref("leaf", leaf.index) for leaf in self.leaves}
        return places | {node.id: Ref("node", node.index) for node in self.nodes}

    @functools.cached_property
    def items(self) -> tuple[Ref, ...]:
        """Every node and leaf, context leaves included, in the order of the file."""
        return tuple(self.positions[item.id] for item in walk(self.framework.root))

    def child_id(self, ref: Ref) -> str:
        """The id behind a reference."""
        return self.leaves[ref.index].id if ref.kind == "leaf" else self.nodes[ref.index].id

    @functools.cached_property
    def groupings(self) -> dict[str, str]:
        """Every grouping that a method's ``within`` or ``--by`` names → the first that names it."""
        found: dict[str, str] = {}
        calls: list[tuple[str, Call | None]] = [(leaf.id, leaf.normalize) for leaf in self.scored]
        for node in self.nodes:
            calls += [(node.id, node.normalize), (node.id, node.show.normalize if node.show else None)]
            calls.append((node.id, node.aggregate))
        calls.append(("grading", self.grading))
        for leaf in self.scored:
            calls += [(leaf.id, leaf.fill), (leaf.id, leaf.treat)]
        for name, call in calls:
            within = call.get("by" if call.kind == "fill" and "by" in call else "within") if call is not None else None
            if within is not None:
                found.setdefault(within, name)
        if self.settings["by"]:
            found.setdefault(self.settings["by"], "--by")
        return found

    def relative_methods(self) -> list[str]:
        """The names of the methods in use whose result depends on the set of units.

        What a baseline stands in for (filling, treatment, normalisation, and weights from data) does not.
        """
        prepared = [call for leaf in self.scored for call in (leaf.fill, leaf.treat)]
        calls: list[Call | None] = [call for call in prepared if self.baseline is None or not carried(call)]
        calls += [node.aggregate for node in self.nodes]
        if self.baseline is None:
            calls += [leaf.normalize for leaf in self.scored]
            for node in self.nodes:
                calls += [node.normalize, node.show.normalize if node.show else None]
            calls += weight_calls.parts(self.weights)
        return sorted({call.name for call in calls if call is not None and call.method.relative})


def carried(call: Call) -> bool:
    """Whether a baseline carries what a filling or a treatment settled on: neighbours are units, not parameters."""
    return call.method.relative and call.name != "knn"


def build(framework: Framework, settings: Settings, judgments: Judgments | None = None, *, refuse: bool = True) -> Plan:
    """Resolve a framework and settings into a plan; one that only tells what to read need not ``refuse``.

    Raises ``InputError`` with RI401 (goalposts missing), RI139 (goalposts without a logarithm), RI146
    (goalposts as a default), RI144 (grades without a red line's cap), RI314 and RI355 (judgments missing) or RI339
    (weights by level of a node that does not exist).
    """
    builder = _Builder(settings)
    builder.node(framework.root, -1, 0)
    weights: Call = settings["weights"]
    findings = [*builder.findings, *_kept(framework, settings), *_defaults(framework, settings)]
    findings += [*_judgments(weights, judgments), *_levels(framework, weights), *_grading(settings)]
    if refuse and has_errors(findings):
        raise InputError([*framework.findings, *findings])
    nodes = tuple(sorted(builder.nodes, key=lambda node: node.index))
    return Plan(
        framework=framework, settings=settings, leaves=tuple(builder.leaves), nodes=nodes, weights=weights,
        judgments=judgments, grades=tuple(settings["grades"]), grading=settings["grading"], ties=settings["ties"],
        findings=tuple(findings),
    )  # fmt: skip


class _Builder:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.leaves: list[LeafPlan] = []
        self.nodes: list[NodePlan] = []
        self.count = 0
        self.findings: list[Finding] = []

    def _own(self, value: Any, name: str) -> Any:
        return self.settings[name] if value is None else value

    def node(self, node: Node, parent: int, level: int) -> int:
        index = self.count
        self.count += 1
        refs: list[Ref] = []
        given: list[float] = []
        for child in node.children:
            if isinstance(child, Node):
                refs.append(Ref("node", self.node(child, index, level + 1)))
            else:
                place = self.leaf(child, index)
                if not child.indicator.scored:
                    continue
                refs.append(Ref("leaf", place))
            given.append(1.0 if child.weight is None else float(child.weight))
        show = None if node.show is None else ShowPlan(node.show.normalize, node.show.round)
        call: Call = self._own(node.aggregate, "aggregate")
        if node.aggregate is None:  # a node's own method was checked with its file
            for param, expected in aggregate_rules.faults(call, len(refs)):
                params = {"id": node.id, "name": call.name, "param": param, "count": len(refs), "expected": expected}
                self.findings.append(Finding("RI455", node.location, params))
        full: tuple[float, ...] = ()
        points: tuple[float, ...] = ()
        has_given = any(child.weight is not None for child in node.scored_children)
        if call.name == "points":
            pairs = [self._points(ref, weight) for ref, weight in zip(refs, given, strict=True)]
            full, points = tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)
            self._check_points(node, call, full, given if has_given else None)
            given = given if has_given else list(full)
        self.nodes.append(
            NodePlan(
                index=index,
                node=node,
                parent=parent,
                level=level,
                children=tuple(refs),
                given=tuple(given),
                has_given=has_given,
                aggregate=call,
                missing=self._own(node.missing, "missing"),
                normalize=node.normalize,
                invert=node.invert,
                against=node.against,
                round=self._own(node.round, "round"),
                show=show,
                scale=1.0 if call.name == "points" and node.scale is None else float(self._own(node.scale, "scale")),
                full=full,
                points=points,
            )
        )
        return index

    def _points(self, ref: Ref, weight: float) -> tuple[float, float]:
        """A child's full points, and what its value is multiplied by to be points."""
        if ref.kind == "leaf":
            own = self.leaves[ref.index].full
            return (weight, weight) if own is None else (own, 1.0)
        node = next(node for node in self.nodes if node.index == ref.index)
        if node.full and node.normalize is None and not (node.invert or node.against):
            return math.fsum(node.full), 1.0
        return weight, weight

    def _check_points(self, node: Node, call: Call, full: Sequence[float], given: Sequence[float] | None) -> None:
        """RI161 and RI162: weights and a total that are not the full points."""
        for position, (points, weight) in enumerate(zip(full, given or full, strict=True)):
            if not math.isclose(points, weight):
                child = node.scored_children[position]
                params = {"node": node.id, "child": child.id, "weight": shown(weight), "full": shown(points)}
                self.findings.append(Finding("RI161", child.location, params))
        total = math.fsum(full)
        if call["full"] is not None and not math.isclose(total, float(call["full"])):
            params = {"node": node.id, "full": shown(float(call["full"])), "total": shown(total)}
            self.findings.append(Finding("RI162", node.location, params))

    def leaf(self, leaf: Leaf, parent: int) -> int:
        call: Call = self._own(leaf.normalize, "normalize")
        goalposts = None
        if leaf.indicator.direction == "target" and call.name not in ("goalposts", "bands", "none"):
            # A target can only be read against its range of best values, whatever the default method.
            code = "RI421" if leaf.normalize is None else "RI422"
            self.findings.append(Finding(code, leaf.location, {"id": leaf.id, "name": call.name}))
            call = check("normalize", "goalposts")
        if call.name == "bands" and leaf.normalize is None:  # a leaf's own bands were checked with its file
            found = against_direction(call, leaf.indicator)
            self.findings += [Finding("RI156", leaf.location, found)] if found else []
        if call.name == "goalposts" and leaf.indicator.scored:
            goalposts = call["goalposts"] or (leaf.indicator.goalposts if leaf.denominate is None else None)
            if goalposts is None and leaf.denominate is not None:
                self.findings.append(Finding("RI433", leaf.location, {"id": leaf.id, "by": leaf.denominate["by"]}))
            elif goalposts is None:
                self.findings.append(Finding("RI401", leaf.location, {"id": leaf.id}))
            elif call["transform"] == "log" and min(goalposts) <= 0:
                params = {"id": leaf.id, "goalposts": list(goalposts)}
                self.findings.append(Finding("RI139", leaf.location, params))
        treat: Call = self._own(leaf.treat, "treat")
        logs = treat.name == "log" or treat.get("otherwise") == "log"
        if logs and leaf.indicator.scored and not call.method.relative and call.name != "none":
            self.findings.append(Finding("RI434", leaf.location, {"id": leaf.id, "method": call.name}))
        index = len(self.leaves)
        self.leaves.append(
            LeafPlan(
                index=index,
                leaf=leaf,
                parent=parent,
                normalize=call,
                goalposts=goalposts,
                denominate=leaf.denominate,
                fill=self._own(leaf.fill, "fill"),
                treat=treat,
                tokens=tuple(self._own(leaf.tokens, "tokens")),
                invert=leaf.invert,
                against=leaf.against,
                round=self._own(leaf.round, "round"),
                scale=float(self._own(leaf.scale, "scale")),
            )
        )
        return index


def _judgments(weights: Call, judgments: Judgments | None) -> Iterable[Finding]:
    """RI314, RI355: expert methods without judgments, or without any in their form; RI359: experts nobody reads."""
    judged = weight_calls.judged(weights)
    if judged and judgments is None:
        yield Finding("RI314", params={"method": weights.text()})
    if judgments is None:
        return
    there = [form for form in dict.fromkeys(weight_calls.FORMS.values()) if getattr(judgments, form)]
    for call in judged:
        form = weight_calls.FORMS[call.name]
        if form not in there:
            params = {"method": call.text(), "form": form, "known": there}
            yield Finding("RI355", Location(judgments.file), params)
    used = {weight_calls.FORMS[call.name] for call in judged}
    read = {expert for form in used for experts in getattr(judgments, form).values() for expert in experts}
    others = [form for form in there if form not in used]
    unread = [
        expert for expert in judgments.experts if expert not in read
        and any(expert in experts for form in others for experts in getattr(judgments, form).values())
    ]  # fmt: skip
    if read and unread:
        params = {"method": weights.text(), "experts": unread, "forms": others}
        yield Finding("RI359", Location(judgments.file), params)


def _levels(framework: Framework, weights: Call) -> Iterable[Finding]:
    """RI339 and RI358: weights by level that name what is no parent of several children, or serve none."""
    known = [node.id for node in framework.nodes if len(node.scored_children) > 1]
    for name in weights.get("under") or ():
        if name not in known:
            hint = did_you_mean(suggestion(name, known))
            params = {"name": name, "framework": framework.id, "known": known, "suggestion": hint}
            yield Finding("RI339", params=params)
    if weights.name != "levels":
        return
    used = {weight_calls.serving(weights, node.id, level) for node, level in _parents(framework.root, 0)}
    for call in weight_calls.choices(weights):
        if call not in used:
            yield Finding("RI358", params={"method": call.text()})


def _parents(node: Node, level: int) -> Iterable[tuple[Node, int]]:
    """Every node with several scored children, with its level."""
    if len(node.scored_children) > 1:
        yield node, level
    for child in node.children:
        if isinstance(child, Node):
            yield from _parents(child, level + 1)


def _kept(framework: Framework, settings: Settings) -> Iterable[Finding]:
    """Say how many nodes or leaves kept their own setting in spite of an option."""
    groups: dict[str, tuple[Leaf | Node, ...]] = {"leaf": framework.leaves, "node": framework.nodes}
    for name, kinds in _REPLACEABLE.items():
        if name not in settings.items or settings.origin(name) not in ("option", "scheme", "assessment"):
            continue
        kept = [item.id for kind in kinds for item in groups[kind] if getattr(item, name) is not None]
        if kept:
            value = settings[name]
            shown = value.text() if isinstance(value, Call) else str(value)
            yield Finding("RI411", params={"what": name, "count": len(kept), "value": shown, "names": kept})


def _grading(settings: Settings) -> Iterable[Finding]:
    """Grades and a way to find their bounds that come from different places, and do not fit: RI172, RI174, RI465."""
    call, grades = settings["grading"], settings["grades"]
    without = [grade.id for grade in grades if grade.min is None]
    if not call.method.relative and without:
        yield Finding("RI465", params={"names": without})
    if call.method.relative and not grades:
        yield Finding("RI174", params={"method": call.name})
    if grades and settings.origin("grading") != settings.origin("grades"):
        for code, params in grading_problems(call, len(grades)):
            yield Finding(code, params=params)


def _defaults(framework: Framework, settings: Settings) -> Iterable[Finding]:
    """What options and assessments may not set: one pair of goalposts for all, grades without a red line's cap.

    In a framework's own file the same is found when it is loaded.
    """
    normalize: Call = settings["normalize"]
    if normalize.get("goalposts") is not None:
        place = {
            "zh": "默认值（目标值属于各指标）",
            "en": "with goalposts as a default (they belong to each indicator)",
        }
        yield Finding("RI146", params={"name": normalize.name, "place": place, "known": ["goalposts"]})
    known = [grade.id for grade in settings["grades"]]
    for line in framework.red_lines:
        if line.cap not in known:
            yield Finding(
                "RI144",
                params={
                    "id": "red_lines", "name": line.cap, "expected": {"zh": "等级", "en": "a grade"},
                    "known": known or ["—"], "suggestion": did_you_mean(suggestion(line.cap, known)),
                },
            )  # fmt: skip
