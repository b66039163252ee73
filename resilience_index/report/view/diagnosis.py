"""The diagnosis as reports show it: every text filled with its figures, in both languages, ready to place."""

from __future__ import annotations

import functools
import math
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from resilience_index.analysis import diagnosis as analysis
from resilience_index.analysis import standing as standings
from resilience_index.analysis.diagnosis import Advice, Coupled, Diagnosis, Extent, Frequency, Obstacle, Profile
from resilience_index.analysis.peers import Comparison, Neighbour, Point
from resilience_index.analysis.rules import Amount, Figure, Statement, Value
from resilience_index.analysis.unjudged import Unjudged
from resilience_index.report.view.build import finding_view
from resilience_index.report.view.format import DASH, decimals, number_text, percent_text
from resilience_index.report.view.model import Both, FindingView
from resilience_index.report.words.diagnosis import (
    AGAINST,
    AND,
    BASES,
    CHANGEABLE,
    GROUPS,
    LEVELS,
    LINKS,
    QUOTED,
    STAGES,
    UNJUDGED,
    settings_notes,
)
from resilience_index.report.words.references import sections
from resilience_index.report.words.units import amount
from resilience_index.scoring.result import Result

__all__ = ["DiagnosisView", "ProfileView", "StatementView", "build", "fill", "of"]

MOST = 1000
"""Communities of a period up to which a report diagnoses each of them; ``resilience diagnose`` has no such bound."""
EXTENT = Extent(points=3, listed=8)
"""Strengths and weaknesses of each comparison, obstacles and actions of each community in a report."""


@dataclass(frozen=True, slots=True)
class PointView:
    """A leaf as strength or weakness: shown value, value in its unit, what it is compared with, points of the score."""

    id: str
    title: Both
    value: str
    raw: Both
    reference: str
    gap: str
    points: str


@dataclass(frozen=True)
class AgainstView:
    """A comparison: with what, how many communities, rank among them, their mean score and the gap to it."""

    kind: str
    title: Both
    count: str
    rank: str
    reference: str
    gap: str
    strengths: Sequence[PointView]
    weaknesses: Sequence[PointView]


@dataclass(frozen=True, slots=True)
class ObstacleView:
    """An obstacle degree: ``share`` 0..1 for bars, ``level`` in the tree (the root is 0), texts ready to show."""

    id: str
    kind: str
    title: Both
    share: float
    degree: str
    value: str
    raw: Both
    level: int


@dataclass(frozen=True)
class CouplingView:
    """Coupling coordination of the dimensions; ``level`` of D and ``stage`` of C by name, ``position`` 0–9."""

    c: str
    t: str
    d: str
    value: float
    position: int
    level: Both
    stage: Both


@dataclass(frozen=True)
class WayView:
    """A path out, with its section."""

    id: str
    title: Both
    text: Both
    source: Both


@dataclass(frozen=True)
class StatementView:
    """A statement: its sentence, the section that says so, the figures behind it, dilemma, detail and paths.

    ``threshold`` says what was crossed and whose choice that is; ``chain`` are the links of the node's process.
    """

    rule: str
    kind: str
    subject: str
    title: Both
    text: Both
    source: Both
    threshold: Both
    figures: Sequence[tuple[Both, Both]]
    chain: Sequence[tuple[Both, Both]]
    chain_source: Both
    dilemma: Both | None
    dilemma_text: Both | None
    dilemma_source: Both
    detail: Both | None
    paths: Sequence[WayView]


@dataclass(frozen=True)
class ActionView:
    """Something to do: what for (leaves with their obstacle degree together), how soon, on which path."""

    id: str
    text: Both
    source: Both
    path: Both | None
    changeable: Both
    degree: str
    share: float
    about: Both


@dataclass(frozen=True)
class MomentView:
    """A period's score."""

    period: str
    score: float | None
    text: str


@dataclass(frozen=True)
class ProfileView:
    """The diagnosis of a community, or of the city (``community_id`` None).

    ``unjudged`` says what is left open since values are missing.
    """

    community_id: str | None
    name: str
    period: str
    score: str
    rank: str
    grade: str
    history: Sequence[MomentView]
    against: Sequence[AgainstView]
    neighbours: Sequence[tuple[str, str, str, str]]
    obstacles: Sequence[ObstacleView]
    node_obstacles: Sequence[ObstacleView]
    coupling: CouplingView | None
    statements: Sequence[StatementView]
    unjudged: Sequence[Both]
    actions: Sequence[ActionView]

    @property
    def dimension_obstacles(self) -> list[ObstacleView]:
        """The obstacle degrees of the dimensions, the greatest first."""
        found = [item for item in self.node_obstacles if item.level == 1]
        return sorted(found, key=lambda item: -round(item.share, 12))


@dataclass(frozen=True)
class FrequencyView:
    """A statement and the ids of the communities it holds for."""

    title: Both
    count: int
    text: str
    communities: Sequence[str]


@dataclass(frozen=True)
class DiagnosisView:
    """A run's diagnosis in one period. ``notes`` say which thresholds hold and whose they are."""

    period: str
    city: ProfileView
    communities: Sequence[ProfileView]
    frequencies: Sequence[FrequencyView]
    findings: Sequence[FindingView]
    notes: Sequence[Both]

    def community(self, community_id: str) -> ProfileView | None:
        """The diagnosis of a community, if it is among those that were made."""
        return next((profile for profile in self.communities if profile.community_id == community_id), None)


def of(result: Result) -> DiagnosisView | None:
    """The diagnosis of a result's newest period; None for more than ``MOST`` communities, or none at all."""
    if len(result) == 0 or int(np.bincount(result.period_codes).max()) > MOST:
        return None
    return build(analysis.diagnose(standings.from_result(result), extent=EXTENT))


def build(diagnosis: Diagnosis) -> DiagnosisView:
    """The view of a diagnosis."""
    scale = diagnosis.scale
    notes = list(settings_notes(diagnosis.settings))
    if diagnosis.relative:
        names = ", ".join(diagnosis.relative)
        notes.append({
            "zh": f"使用了相对方法（{names}），与上期及其他社区的比较只在本次运行内成立。",
            "en": f"Relative methods are in use ({names}); comparisons hold inside this run only.",
        })  # fmt: skip
    if diagnosis.prepared:
        notes.append({
            "zh": "“→”之后的值是填补的，或经异常值处理的，计算用的是它。",
            "en": "A value behind → was filled in, or treated as an outlier; it is the one in use.",
        })  # fmt: skip
    notes += [{"zh": paper, "en": paper} for paper in diagnosis.papers]
    return DiagnosisView(
        period=diagnosis.period, city=_profile(diagnosis.city, scale),
        communities=[_profile(profile, scale) for profile in diagnosis.communities],
        frequencies=[_frequency(found, diagnosis.total) for found in diagnosis.frequencies],
        findings=[finding_view(finding) for finding in diagnosis.findings], notes=notes,
    )  # fmt: skip


def _frequency(found: Frequency, total: int) -> FrequencyView:
    return FrequencyView(fill(found.title, found.values), found.count, f"{found.count}/{total}", found.communities)


def _profile(profile: Profile, scale: float) -> ProfileView:
    digits = decimals(scale)
    made: dict[int, list[PointView]] = {}
    rank = DASH if profile.rank is None else f"{number_text(profile.rank)}/{profile.ranked}"
    return ProfileView(
        community_id=profile.community_id, name=profile.name or "", period=profile.period,
        score=number_text(profile.score, digits), rank=rank, grade=profile.grade or DASH,
        history=[MomentView(item.period, item.score, number_text(item.score, digits)) for item in profile.history],
        against=[_against(item, scale, made) for item in profile.comparisons],
        neighbours=[_neighbour(item, digits) for item in profile.neighbours],
        obstacles=[_obstacle(item) for item in profile.obstacles],
        node_obstacles=[_obstacle(item) for item in profile.node_obstacles],
        coupling=None if profile.coupling is None else _coupling(profile.coupling),
        statements=[statement_view(item) for item in profile.statements],
        unjudged=[unjudged_text(item) for item in profile.unjudged],
        actions=[_action(item) for item in profile.actions],
    )  # fmt: skip


def _neighbour(item: Neighbour, digits: int) -> tuple[str, str, str, str]:
    """Id, name, distance and score."""
    return item.community_id, item.name, number_text(item.distance, 3), number_text(item.score, digits)


def _against(item: Comparison, scale: float, made: dict[int, list[PointView]]) -> AgainstView:
    digits = decimals(scale)
    group = GROUPS.get(item.group or "", {"zh": item.group or "", "en": item.group or ""})
    count = DASH if item.count is None else str(item.count)
    title = {
        language: words.format(group=group[language], label=item.label, count=count)
        for language, words in AGAINST[item.kind].items()
    }
    return AgainstView(
        kind=item.kind, title=title, count=count, rank=DASH if item.rank is None else f"{item.rank}/{item.count}",
        reference=number_text(item.reference, digits), gap=signed(item.gap, digits),
        strengths=_points(item.strengths, scale, made), weaknesses=_points(item.weaknesses, scale, made),
    )  # fmt: skip


def _points(points: Sequence[Point], scale: float, made: dict[int, list[PointView]]) -> list[PointView]:
    """Leaves as strengths or weaknesses; those of a group that holds all communities are made once (``made``)."""
    if id(points) not in made:
        made[id(points)] = [_point(point, scale) for point in points]
    return made[id(points)]


def _point(point: Point, scale: float) -> PointView:
    digits = decimals(point.scale)
    return PointView(
        id=point.id, title=point.title, value=number_text(point.shown, digits), raw=_raw(point),
        reference=number_text(point.reference, digits), gap=signed(point.gap * point.scale, digits),
        points=signed(point.points, decimals(scale)),
    )  # fmt: skip


def _obstacle(item: Obstacle) -> ObstacleView:
    return ObstacleView(
        id=item.id, kind=item.kind, title=item.title, share=item.degree, degree=percent_text(item.degree, 1),
        value=number_text(item.shown, decimals(item.scale)), raw=_raw(item),
        level=item.level,
    )  # fmt: skip


def _coupling(found: Coupled) -> CouplingView:
    return CouplingView(
        c=number_text(found.c, 4), t=number_text(found.t, 4), d=number_text(found.d, 4), value=found.d,
        position=found.level, level=LEVELS[found.level], stage=STAGES[found.stage],
    )  # fmt: skip


def statement_view(found: Statement) -> StatementView:
    """A statement with its text filled."""
    scale = found.figures[0].scale if found.figures else 100.0
    raw = isinstance(found.values.get("threshold"), Amount) and _is_raw(found.values["threshold"])
    return StatementView(
        rule=found.rule, kind=found.kind, subject=found.subject, title=fill(found.title, found.values),
        text=fill(found.text, found.values), source=sections(found.source),
        threshold=_threshold(found, None if raw else scale),
        figures=[(figure.title, figure_text(figure)) for figure in found.figures],
        chain=[(LINKS[name], text) for name, text in found.chain.items()],
        chain_source=sections(found.chain_source), dilemma=found.dilemma, dilemma_text=found.dilemma_text,
        dilemma_source=sections(found.dilemma_source),
        detail=_detail(found),
        paths=[WayView(way.id, way.title, way.text or way.title, sections(way.source)) for way in found.paths],
    )  # fmt: skip


def _is_raw(value: Value) -> bool:
    return isinstance(value, Amount) and value.scale is None


def _threshold(found: Statement, scale: float | None) -> Both:
    """What was crossed and where the threshold comes from; nothing where there is none."""
    if found.threshold is None:
        return {"zh": "", "en": ""}
    number = number_text(found.threshold)
    basis = BASES[found.basis]
    on = {"zh": "原始值", "en": "raw value"} if scale is None else {
        "zh": f"显示尺度 0–{number_text(scale)}", "en": f"shown scale 0–{number_text(scale)}"
    }  # fmt: skip
    return {
        "zh": f"阈值 {number}（{on['zh']}，{basis['zh']}）",
        "en": f"threshold {number} ({on['en']}, {basis['en']})",
    }


def _detail(found: Statement) -> Both | None:
    if found.detail is None or found.detail_figure is None:
        return found.detail
    text = figure_text(found.detail_figure)
    title = found.detail_figure.title
    return {
        "zh": f"{found.detail['zh']}（{title['zh']}：{text['zh']}）",
        "en": f"{found.detail['en']} ({title['en']}: {text['en']})",
    }


def _action(advice: Advice) -> ActionView:
    titles = [item.title for item in advice.items]
    return ActionView(
        id=advice.action.id, text={"zh": advice.action.text.zh, "en": advice.action.text.en},
        source=sections(advice.action.source),
        path=None if advice.path is None else {"zh": advice.path.title.zh, "en": advice.path.title.en},
        changeable=CHANGEABLE[advice.action.changeable], degree=percent_text(advice.degree, 1), share=advice.degree,
        about={"zh": "、".join(title["zh"] for title in titles), "en": ", ".join(title["en"] for title in titles)},
    )  # fmt: skip


def unjudged_text(found: Unjudged) -> Both:
    """What could not be judged, with what has no value."""
    filled = {}
    for language, text in UNJUDGED[found.kind].items():
        items, missing = (
            [QUOTED[language].format(title[language]) for _, title in part] for part in (found.items, found.missing)
        )
        subject = "" if found.subject is None else QUOTED[language].format(found.subject[language])
        between = AND[language]
        filled[language] = text.format(items=between.join(items), missing=between.join(missing), subject=subject)
    return filled


# -- texts ------------------------------------------------------------------------------------------------


def fill(template: Both, values: Mapping[str, Value]) -> Both:
    """A text with its placeholders filled, in both languages."""
    filled = {}
    for language, text in template.items():
        said = {name: _said(values[name], language) for name in _named(text)}
        # What is merely counted has no unit behind its figure.
        template_text = text.replace(" {unit}", "{unit}") if said.get("unit") == "" else text
        filled[language] = template_text.format(**said)
    return filled


@functools.lru_cache(maxsize=1 << 12)
def _named(text: str) -> tuple[str, ...]:
    """The placeholders of a text."""
    return tuple(dict.fromkeys(name for _, name, _, _ in string.Formatter().parse(text) if name))


def _said(value: Value, language: str) -> str:
    if isinstance(value, Amount):
        return number_text(value.value, None if value.scale is None else decimals(value.scale))
    if isinstance(value, int):
        return LEVELS[value][language] if value >= 0 else DASH
    if isinstance(value, Mapping):
        return value[language]
    joiner = "；" if language == "zh" else "; "
    return joiner.join(f"{figure.title[language]} {figure_text(figure)[language]}" for figure in value)


def figure_text(figure: Figure) -> Both:
    """A leaf's value in its unit with its shown value in brackets; a node's shown value."""
    shown = number_text(figure.shown, decimals(figure.scale))
    if figure.raw is None and figure.prepared is None:
        return {"zh": shown, "en": shown}
    return {language: f"{text} [{shown}]" for language, text in _raw(figure).items()}


def _raw(item: Point | Obstacle | Figure) -> Both:
    """A leaf's value in its own unit; behind an arrow the one in use, where that was filled in or treated."""
    reported = raw_text(item.raw, item.unit)
    if item.prepared is None:
        return reported
    used = raw_text(item.prepared["value"], item.unit)
    return {language: f"{text} → {used[language]}" for language, text in reported.items()}


_NONE = {"zh": DASH, "en": DASH}


@functools.lru_cache(maxsize=1 << 14)
def raw_text(value: float | None, unit: str | None) -> Both:
    """A value in its own unit, in both languages."""
    if value is None:
        return _NONE
    text = number_text(value, 2)
    brief = float(text)
    # a mean of 22.099999999999998 is 22.1: what sums leave in the last digits is no figure
    return amount(number_text(brief) if math.isclose(value, brief, abs_tol=1e-12) else text, unit)


def signed(value: float | None, digits: int) -> str:
    """A difference with its sign."""
    text = number_text(value, digits)
    return f"+{text}" if value is not None and float(text) > 0 else text
