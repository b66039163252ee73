"""A diagnosis as JSON: every figure in full precision, every text filled, both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from resilience_index.analysis.diagnosis import Advice, Coupled, Diagnosis, Frequency, Profile
from resilience_index.analysis.rules import Amount, Figure, Statement, Value
from resilience_index.analysis.unjudged import Unjudged
from resilience_index.findings import Language
from resilience_index.report.export import json as json_out
from resilience_index.report.view.diagnosis import fill, unjudged_text
from resilience_index.report.words.diagnosis import LEVELS, STAGES


def to_dict(diagnosis: Diagnosis, language: Language, *, city: bool = True) -> dict[str, Any]:
    """The whole diagnosis as plain data; ``language`` is that of the findings."""
    return {
        "schema_version": json_out.SCHEMA_VERSION,
        "framework": {
            "id": diagnosis.framework_id, "version": diagnosis.framework_version, "title": diagnosis.framework_title
        },
        "period": diagnosis.period or None, "scale": diagnosis.scale,
        "settings": diagnosis.settings.model_dump(include=_SETTINGS),
        "papers": list(diagnosis.papers),
        "relative_methods": list(diagnosis.relative), "scored": diagnosis.scored, "total": diagnosis.total,
        "grade_counts": dict(diagnosis.grade_counts),
        "city": _profile(diagnosis.city) if city else None,
        "frequencies": [_frequency(found) for found in diagnosis.frequencies] if city else [],
        "communities": [_profile(profile) for profile in diagnosis.communities],
        "findings": json_out.findings_list(diagnosis.findings, language),
    }  # fmt: skip


_SETTINGS = {"basis", "strong", "weak", "apart", "moved", "nearest", "ease"}


def _profile(profile: Profile) -> dict[str, Any]:
    return {
        "community_id": profile.community_id, "community": profile.name, "period": profile.period or None,
        "groups": dict(profile.groups), "score": profile.score, "rank": profile.rank, "ranked": profile.ranked,
        "grade": profile.grade, "coverage": profile.coverage,
        "dimensions": [{"id": name, "value": value, "scale": scale} for name, _, value, scale in profile.dimensions],
        "history": [asdict(moment) for moment in profile.history],
        "comparisons": [_comparison(asdict(item)) for item in profile.comparisons],
        "nearest": [asdict(item) for item in profile.neighbours],
        "obstacles": {"leaves": [asdict(item) for item in profile.obstacles],
                      "nodes": [asdict(item) for item in profile.node_obstacles]},
        "coupling": None if profile.coupling is None else _coupling(profile.coupling),
        "statements": [_statement(item) for item in profile.statements],
        "unjudged": [_unjudged(item) for item in profile.unjudged],
        "actions": [_action(item) for item in profile.actions],
    }  # fmt: skip


def _frequency(found: Frequency) -> dict[str, Any]:
    return {
        "rule": found.rule, "kind": found.kind, "subject": found.subject, "title": fill(found.title, found.values),
        "count": found.count, "communities": list(found.communities),
    }  # fmt: skip


def _comparison(found: dict[str, Any]) -> dict[str, Any]:
    dimensions = [{"id": name, "value": own, "reference": other} for name, _, own, other in found["dimensions"]]
    return {**found, "dimensions": dimensions}


def _coupling(found: Coupled) -> dict[str, Any]:
    return {
        "c": found.c, "t": found.t, "d": found.d, "level": found.level + 1, "level_name": LEVELS[found.level],
        "stage": found.stage + 1, "stage_name": STAGES[found.stage],
        "systems": [{"id": name, "value": value} for name, _, value in found.systems],
    }  # fmt: skip


def _statement(found: Statement) -> dict[str, Any]:
    return {
        "rule": found.rule, "kind": found.kind, "subject": found.subject,
        "title": fill(found.title, found.values), "text": fill(found.text, found.values), "source": found.source,
        "threshold": found.threshold, "basis": found.basis, "figures": _figures(found.figures),
        "values": {name: _plain(value) for name, value in found.values.items()},
        "chain": dict(found.chain) or None, "chain_source": found.chain_source,
        "dilemma": None if found.dilemma is None else {
            "title": found.dilemma, "text": found.dilemma_text, "source": found.dilemma_source, "detail": found.detail,
            "detail_figure": None if found.detail_figure is None else asdict(found.detail_figure),
        },
        "paths": [asdict(way) for way in found.paths],
    }  # fmt: skip


def _unjudged(found: Unjudged) -> dict[str, Any]:
    return {
        "rule": found.rule, "kind": found.kind, "items": [name for name, _ in found.items],
        "missing": [name for name, _ in found.missing], "text": unjudged_text(found),
    }  # fmt: skip


def _figures(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    return [asdict(figure) for figure in figures]


def _plain(value: Value) -> Any:
    if isinstance(value, Amount):
        return value.value
    if isinstance(value, Mapping):
        return dict(value)
    return value + 1 if isinstance(value, int) else _figures(value)


def _action(advice: Advice) -> dict[str, Any]:
    action = advice.action
    return {
        "id": action.id, "text": {"zh": action.text.zh, "en": action.text.en}, "source": action.source,
        "changeable": action.changeable, "path": action.path, "degree": advice.degree, "priority": advice.priority,
        "leaves": [{"id": item.id, "degree": item.degree} for item in advice.items],
    }  # fmt: skip
