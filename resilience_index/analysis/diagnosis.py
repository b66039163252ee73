"""A diagnosis: where communities and their city stand, why, what the framework's papers say of it, what to do first.

Every figure is the kernel's, through ``Standing``; the rules, risks, paths and actions are those of the framework file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from resilience_index.analysis import peers, unjudged
from resilience_index.analysis.explain import find_unit
from resilience_index.analysis.peers import Comparison, Neighbour
from resilience_index.analysis.rules import Rules, Statement, Value
from resilience_index.analysis.standing import Both, Item, Standing
from resilience_index.analysis.unjudged import Unjudged
from resilience_index.data.table import natural_key
from resilience_index.errors import InputError, RefusalError
from resilience_index.findings import Finding, Location, did_you_mean
from resilience_index.framework.diagnosis_models import Action, DiagnosisModel
from resilience_index.framework.diagnosis_rules import Rulebook, rulebook
from resilience_index.framework.models import Recommendation
from resilience_index.framework.tree import Framework
from resilience_index.methods import coupling, obstacle
from resilience_index.methods.arrays import IntArray
from resilience_index.methods.checking import suggestion
from resilience_index.methods.exact import exact_sum, mean_of

_NAMED = 5
_NOISE = 1e-12


@dataclass(frozen=True, slots=True)
class Obstacle:
    """How much of what is lacking a leaf or node accounts for: ``degree`` 0..1, over the leaves adding up to 1.

    ``level`` counts from the root (0).
    ``shown`` is its value on its shown scale, ``raw`` a leaf's value in its own unit, ``share`` its effective share of
    the index; ``prepared`` is what was done to the value before it was normalised.
    """

    id: str
    kind: str
    title: Both
    degree: float
    shown: float | None
    scale: float
    raw: float | None
    unit: str | None
    share: float | None
    level: int
    prepared: dict[str, Any] | None = None


@dataclass(frozen=True)
class Coupled:
    """Coupling C, development T and coordination D of systems, 0..1, with level 0–9 and stage 0–3."""

    systems: tuple[tuple[str, Both, float], ...]
    c: float
    t: float
    d: float
    level: int
    stage: int


@dataclass(frozen=True)
class Advice:
    """An action with the obstacle degree of its leaves; ``priority`` is that degree times what its ease counts for."""

    action: Action
    path: Recommendation | None
    degree: float
    priority: float
    items: tuple[Obstacle, ...]


@dataclass(frozen=True)
class Extent:
    """How much is told of each community: ``points`` strengths and weaknesses of a comparison, ``listed`` obstacles

    of leaves and actions. What is told is the first of it all; of the city there is no such bound but ``points``.
    """

    points: int | None = None
    listed: int | None = None


ALL = Extent()


@dataclass(frozen=True)
class Moment:
    """A period: the score and the shown values of the dimensions, None without a value."""

    period: str
    score: float | None
    dimensions: Mapping[str, float | None]


@dataclass(frozen=True)
class Profile:
    """The diagnosis of a community, or of the city (``community_id`` None), in one period.

    ``ranked`` counts the communities that have a rank in the period. ``obstacles`` are leaves, greatest first, and
    ``node_obstacles`` nodes in the order of the tree; of a city they are means over those of its communities that lack
    something. ``history`` holds all periods, the oldest first. ``unjudged`` is what missing values leave open.
    """

    community_id: str | None
    name: str | None
    period: str
    groups: Mapping[str, str]
    score: float | None
    rank: float | None
    ranked: int
    grade: str | None
    coverage: float | None
    dimensions: tuple[tuple[str, Both, float | None, float], ...]
    history: tuple[Moment, ...]
    comparisons: tuple[Comparison, ...]
    neighbours: tuple[Neighbour, ...]
    obstacles: tuple[Obstacle, ...]
    node_obstacles: tuple[Obstacle, ...]
    coupling: Coupled | None
    statements: tuple[Statement, ...]
    unjudged: tuple[Unjudged, ...]
    actions: tuple[Advice, ...]


@dataclass(frozen=True)
class Frequency:
    """In how many communities a statement holds, with their ids; ``title`` and ``values`` as in ``Statement``."""

    rule: str
    kind: str
    subject: str
    title: Both
    values: Mapping[str, Value]
    count: int
    communities: tuple[str, ...]


@dataclass(frozen=True)
class Diagnosis:
    """The diagnosis of a run in one period: its city, and those communities that were asked for.

    ``frequencies`` are counted where no single community was asked for; ``prepared`` says that values were filled in
    or treated before they were normalised. ``papers`` are the citations of those that its sources name.
    """

    framework_id: str
    framework_version: str
    framework_title: Both
    source: str
    period: str
    scale: float
    settings: DiagnosisModel
    relative: tuple[str, ...]
    prepared: bool
    city: Profile
    scored: int
    total: int
    grade_counts: Mapping[str, int]
    frequencies: tuple[Frequency, ...]
    communities: tuple[Profile, ...]
    findings: tuple[Finding, ...]
    papers: tuple[str, ...] = ()

    def community(self, community_id: str) -> Profile:
        """The diagnosis of a community by its id."""
        return next(profile for profile in self.communities if profile.community_id == community_id)


def diagnose(
    standing: Standing, *, community: str | None = None, period: str | None = None, each: bool = True,
    extent: Extent = ALL,
) -> Diagnosis:  # fmt: skip
    """Diagnose a run in one period (the newest by default): the city, and all communities or the one that is named.

    ``community`` is an id or a name; without ``each`` the city alone is diagnosed. ``extent`` bounds what is told of
    each community. Raises ``InputError`` RI413 (no such period), RI417, RI418 (community).
    """
    one = None
    if community is not None:
        labels = [label or None for label in standing.periods]
        one = find_unit(standing.ids, standing.names, labels, community, period, standing.source)
    label = standing.periods[one] if one is not None else _period(standing, period)
    return _Diagnoser(standing, label, extent).run(one, each=each)


def _period(standing: Standing, period: str | None) -> str:
    if period is None:
        return standing.labels[-1] if standing.labels else ""
    if period not in standing.labels:
        known = [label for label in standing.labels if label]
        params = {"name": period, "known": known or ["—"], "suggestion": did_you_mean(suggestion(period, known))}
        raise InputError([Finding("RI413", Location(standing.source), params)])
    return period


class _Diagnoser:
    """What is the same for all communities of a period."""

    def __init__(self, standing: Standing, period: str, extent: Extent) -> None:
        self.standing, self.period, self.extent = standing, period, extent
        self.book: Rulebook = rulebook(standing.framework)
        self.city = peers.means(standing)
        self.rows = standing.rows_of(period)
        self.findings: list[Finding] = []
        self.degrees = self._degrees()
        self.by_row = np.array(list(self.degrees.values())).T.copy()  # (units, leaves)
        self.coupled = self._coupled(standing)
        none: IntArray = np.empty(0, dtype=np.int64)
        self.level, self.stage = (none, none) if self.coupled is None else (self.coupled.level, self.coupled.stage)
        self.city_coupled = self._coupled(self.city, tell=False)
        self.unjudged = unjudged.of(standing, self.book, coupled=self.coupled is not None)
        self.peers = peers.Peers(standing, self.rows, self.book.settings, first=extent.points)
        self.leaves_of = {action.id: self._leaves(action) for action in self.book.actions}
        self.ranked = sum(1 for row in self.rows if not math.isnan(standing.rank[row]))
        self.rows_of: dict[str, list[int]] = {}
        for row, name in enumerate(standing.ids):
            self.rows_of.setdefault(name, []).append(row)

    def run(self, one: int | None, *, each: bool) -> Diagnosis:
        """The diagnosis of ``one`` row, or of all rows if ``each``, and of the city."""
        standing = self.standing
        rules = Rules(standing, self.book)
        statements = {row: rules.statements(row) for row in (self.rows if one is None else [one])}
        order = [one] if one is not None else sorted(self.rows, key=self._order) if each else []
        root = standing.root
        scored = [row for row in self.rows if not math.isnan(standing.score[row])]
        counts = {grade.id: 0 for grade in standing.framework.grades}
        for row in self.rows:
            grade = standing.grades[row]
            if grade is not None:
                counts[grade] = counts.get(grade, 0) + 1
        framework = standing.framework
        return Diagnosis(
            framework_id=framework.id, framework_version=framework.version,
            framework_title={"zh": framework.title.zh, "en": framework.title.en}, source=standing.source,
            period=self.period, scale=root.scale, settings=self.book.settings, relative=standing.relative,
            prepared=any(item.marks is not None and bool(item.marks.any()) for item in standing.leaves),
            city=self._city(), scored=len(scored), total=len(self.rows), grade_counts=counts,
            frequencies=self._frequencies(statements) if one is None else (),
            communities=tuple(self._community(row, statements[row]) for row in order), findings=tuple(self.findings),
            papers=_papers(framework, self.book),
        )  # fmt: skip

    def _order(self, row: int) -> tuple[float, object]:
        """Communities by rank, those without one last; equal ranks by id: no matter how the rows stand."""
        rank = self.standing.rank[row]
        return (math.inf if math.isnan(rank) else float(rank), natural_key(self.standing.ids[row]))

    # -- one community, the city ----------------------------------------------------------------------

    def _community(self, row: int, found: tuple[Statement, ...]) -> Profile:
        standing = self.standing
        degrees = dict(zip(self.degrees, self.by_row[row].tolist(), strict=True)) if self.degrees else {}
        obstacles, nodes, actions = self._lacking(standing, row, degrees, self.extent.listed)
        comparisons, neighbours = self.peers.of(row)
        history = [_moment(standing, other) for other in self.rows_of[standing.ids[row]]]
        return Profile(
            community_id=standing.ids[row], name=standing.names[row], period=self.period,
            groups={name: values[row] for name, values in standing.groups.items()}, score=_known(standing.score[row]),
            rank=_known(standing.rank[row]), ranked=self.ranked, grade=standing.grades[row],
            coverage=_known(standing.coverage[row]), dimensions=_dimensions(standing, row),
            history=tuple(sorted(history, key=lambda moment: natural_key(moment.period))), comparisons=comparisons,
            neighbours=neighbours, obstacles=obstacles, node_obstacles=nodes, coupling=self._at(self.coupled, row),
            statements=found, unjudged=self.unjudged.get(row, ()), actions=actions,
        )  # fmt: skip

    def _city(self) -> Profile:
        city = self.city
        row = city.labels.index(self.period)
        lacking = [row for row in self.rows if any(part[row] > 0.0 for part in self.degrees.values())]
        degrees = {name: _mean_degree(part, lacking) for name, part in self.degrees.items()}
        obstacles, nodes, actions = self._lacking(city, row, degrees if lacking else {}, None)
        comparisons = peers.of_city(city, row, self.book.settings, first=self.extent.points)
        left_open = unjudged.of(city, self.book, coupled=self.city_coupled is not None)
        return Profile(
            community_id=None, name=None, period=self.period, groups={}, score=_known(city.score[row]), rank=None,
            ranked=0, grade=None, coverage=_known(city.coverage[row]), dimensions=_dimensions(city, row),
            history=tuple(_moment(city, other) for other in range(len(city))), comparisons=comparisons, neighbours=(),
            obstacles=obstacles, node_obstacles=nodes, coupling=self._at(self.city_coupled, row),
            statements=Rules(city, self.book).statements(row), unjudged=left_open.get(row, ()), actions=actions,
        )  # fmt: skip

    # -- obstacles --------------------------------------------------------------------------------------

    def _degrees(self) -> dict[str, np.ndarray]:
        """Obstacle degrees by leaf, arrays (units,); empty, with RI504, where a value lies outside 0..1."""
        leaves = self.standing.leaves
        for leaf in leaves:
            outside = np.flatnonzero((leaf.good < -_NOISE) | (leaf.good > 1.0 + _NOISE))
            if outside.size:
                row = min(outside.tolist(), key=lambda row: natural_key(self.standing.ids[row]))
                params = {"id": leaf.id, "value": float(leaf.good[row]), "unit": self.standing.ids[row]}
                self.findings.append(Finding("RI504", Location(self.standing.source, field=leaf.id), params))
                return {}
        if not leaves:
            return {}
        unscored = np.isnan(self.standing.score)
        found = obstacle.obstacle_degree([leaf.good for leaf in leaves], [leaf.share for leaf in leaves])
        return {leaf.id: np.where(unscored, np.nan, degree) for leaf, degree in zip(leaves, found, strict=True)}

    def _lacking(
        self, standing: Standing, row: int, degrees: Mapping[str, float], listed: int | None
    ) -> tuple[tuple[Obstacle, ...], tuple[Obstacle, ...], tuple[Advice, ...]]:
        """Obstacles of leaves, greatest first, and of nodes (all but the root) as in the tree; actions about them."""
        known = {name: degree for name, degree in degrees.items() if not math.isnan(degree)}
        made: dict[str, Obstacle] = {}

        def obstacle_of(name: str) -> Obstacle:
            if name not in made:
                made[name] = _obstacle(standing.items[name], row, known[name])
            return made[name]

        nodes = [
            _obstacle(item, row, exact_sum(known.get(name, 0.0) for name in item.leaves))
            for item in standing.items.values()
            if item.kind == "node" and item.parent is not None and any(name in known for name in item.leaves)
        ]
        greatest = sorted(known, key=lambda name: -round(known[name], 12))[:listed]
        actions = tuple(
            Advice(action, self.book.paths.get(action.path) if action.path else None, degree, priority,
                   tuple(obstacle_of(name) for name in names))
            for action, degree, priority, names in self._advice(known)[:listed]
        )  # fmt: skip
        return tuple(obstacle_of(name) for name in greatest), tuple(nodes), actions

    def _advice(self, degrees: Mapping[str, float]) -> list[tuple[Action, float, float, list[str]]]:
        """The actions about what is lacking, by obstacle degree times ease, with their leaves."""
        ease = self.book.settings.ease
        found = []
        for action in self.book.actions:
            names = [name for name in self.leaves_of[action.id] if degrees.get(name, 0.0) > 0.0]
            if names:
                degree = exact_sum(degrees[name] for name in names)
                names.sort(key=lambda name: -round(degrees[name], 12))
                found.append((action, degree, degree * float(getattr(ease, action.changeable)), names))
        return sorted(found, key=lambda advice: -round(advice[2], 12))

    def _leaves(self, action: Action) -> tuple[str, ...]:
        """The scored leaves at or below the items of an action, each once."""
        items = [self.standing.items[name] for name in action.items if name in self.standing.items]
        return tuple(dict.fromkeys(name for item in items for name in item.leaves))

    # -- coupling ---------------------------------------------------------------------------------------

    def _coupled(self, standing: Standing, *, tell: bool = True) -> coupling.Coupling | None:
        """Coupling coordination over the dimensions; None, with the refusal as a finding, where it is not defined."""
        dimensions = standing.dimensions
        try:
            found = coupling.coupling(
                [item.good for item in dimensions], np.array([item.local_weight for item in dimensions])
            )
        except RefusalError as error:
            if tell:
                params = dict(error.params)
                if error.code == "RI501":
                    row = int(params["row"])
                    params |= {"system": dimensions[int(params["system"])].id, "row": standing.ids[row]}
                self.findings.append(Finding(error.code, Location(standing.source), params))
            return None
        if tell:
            self._tell_zeros(dimensions)
        return found

    def _tell_zeros(self, dimensions: Sequence[Item]) -> None:
        for item in dimensions:
            rows = sorted((row for row in self.rows if item.good[row] == 0.0), key=self._order)
            if rows:
                named = [self.standing.names[row] for row in rows[:_NAMED]]
                more = [f"… ({len(rows)})"] if len(rows) > _NAMED else []
                params = {"node": item.id, "count": len(rows), "units": [*named, *more]}
                self.findings.append(Finding("RI505", Location(self.standing.source), params))

    def _at(self, found: coupling.Coupling | None, row: int) -> Coupled | None:
        standing = self.standing if found is self.coupled else self.city
        if found is None or math.isnan(found.d[row]):
            return None
        systems = tuple((item.id, item.title, float(item.good[row])) for item in standing.dimensions)
        c, t, d = (float(part[row]) for part in (found.c, found.t, found.d))
        level, stage = (self.level, self.stage) if found is self.coupled else (found.level, found.stage)
        return Coupled(systems, c, t, d, int(level[row]), int(stage[row]))

    # -- the city as a whole ----------------------------------------------------------------------------

    def _frequencies(self, statements: Mapping[int, tuple[Statement, ...]]) -> tuple[Frequency, ...]:
        """In how many communities each statement holds, the most frequent first."""
        rows: dict[tuple[str, str, str], list[int]] = {}
        first: dict[tuple[str, str, str], Statement] = {}
        for row in sorted(statements, key=self._order):
            for found in statements[row]:
                # One title stands for a weakest node whatever the strongest; a gap is one between two systems.
                key = (found.rule, found.subject, (found.other or "") if found.kind == "balance" else "")
                rows.setdefault(key, []).append(row)
                first.setdefault(key, found)
        order = {rule.id: position for position, rule in enumerate(self.book.rules)}
        keys = sorted(rows, key=lambda key: (-len(rows[key]), order[key[0]], key[1:]))
        return tuple(
            Frequency(
                rule=key[0], kind=first[key].kind, subject=key[1], title=first[key].title, values=first[key].values,
                count=len(rows[key]), communities=tuple(self.standing.ids[row] for row in rows[key]),
            )
            for key in keys
        )  # fmt: skip


def _papers(framework: Framework, book: Rulebook) -> tuple[str, ...]:
    """The citations that begin with a name in brackets which a source of the rules or actions begins with."""
    sources = [rule.source for rule in book.rules] + [action.source for action in book.actions]
    sources += [entry.source or "" for part in (book.risks, book.paths) for entry in part.values()]
    named = {f"[{part.split(' ')[0]}]" for source in sources for part in source.split("; ")}
    return tuple(paper.citation for paper in framework.sources.values() if paper.citation.split(" ")[0] in named)


def _known(value: float) -> float | None:
    number = float(value)
    return None if math.isnan(number) else number


def _mean_degree(degrees: np.ndarray, rows: Sequence[int]) -> float:
    """The mean over communities that lack something; a leaf that has no share in one of them counts 0 there."""
    known = [float(degrees[row]) for row in rows]
    return mean_of([0.0 if math.isnan(value) else value for value in known]) if known else 0.0


def _obstacle(item: Item, row: int, degree: float) -> Obstacle:
    return Obstacle(
        id=item.id, kind=item.kind, title=item.title, degree=degree, shown=_known(item.shown[row]), scale=item.scale,
        raw=None if item.raw is None else _known(item.raw[row]), unit=item.unit, share=_known(item.share[row]),
        level=item.level, prepared=item.prepared(row),
    )  # fmt: skip


def _dimensions(standing: Standing, row: int) -> tuple[tuple[str, Both, float | None, float], ...]:
    return tuple((item.id, item.title, _known(item.shown[row]), item.scale) for item in standing.dimensions)


def _moment(standing: Standing, row: int) -> Moment:
    dimensions = {item.id: _known(item.shown[row]) for item in standing.dimensions}
    return Moment(standing.periods[row], _known(standing.score[row]), dimensions)


def only(diagnosis: Diagnosis, communities: Sequence[str]) -> Diagnosis:
    """A diagnosis with some of its communities only, by id."""
    kept = tuple(profile for profile in diagnosis.communities if profile.community_id in communities)
    return replace(diagnosis, communities=kept)
