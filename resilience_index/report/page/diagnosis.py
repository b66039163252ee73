"""The diagnosis as the page's data: texts by their positions, what repeats kept once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from resilience_index.report.page.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from resilience_index.report.view.diagnosis import (
        AgainstView,
        DiagnosisView,
        ObstacleView,
        PointView,
        ProfileView,
        StatementView,
    )

LISTED = 8
"""Obstacles and actions of a community; ``diagnose --full`` lists all."""
POINTS = 3
"""Strengths and weaknesses of a comparison."""


def build(view: DiagnosisView | None, texts: Texts) -> dict[str, Any] | None:
    """The diagnosis as plain data; None without one."""
    if view is None:
        return None
    shared = _Shared(texts)
    return {
        "period": view.period,
        "city": shared.profile(view.city),
        "units": {item.community_id or "": shared.profile(item) for item in view.communities},
        "often": [[texts.filled(item.title), item.text, item.count] for item in view.frequencies],
        "notes": [texts.filled(note) for note in view.notes],
        "findings": [texts.filled(finding.message) for finding in view.findings],
        "kept": shared.kept,
    }


def _different(found: Sequence[AgainstView]) -> list[AgainstView]:
    """Comparisons without those with a group that holds all communities."""
    whole = [item for item in found if item.kind == "all"]
    return [
        item for item in found
        if item.kind != "group" or not any(item.rank == other.rank and item.count == other.count for other in whole)
    ]  # fmt: skip


class _Shared:
    """Keeps what statements and actions of many communities have in common."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.kept: list[Any] = []
        self._places: dict[str, int] = {}

    def keep(self, value: Any) -> int:
        """The position of a value in ``kept``."""
        key = json.dumps(value)
        if key not in self._places:
            self._places[key] = len(self.kept)
            self.kept.append(value)
        return self._places[key]

    def profile(self, item: ProfileView) -> dict[str, Any]:
        texts = self.texts
        found = item.coupling
        facts: dict[tuple[int, int, str], int] = {}
        against = [self._against(other, facts) for other in _different(item.against)]
        obstacles = [self._obstacle(other, facts) for other in item.obstacles[:LISTED]]
        return {
            "facts": [list(fact) for fact in facts],
            "against": against,
            "near": [[texts.plain(code), texts.plain(name), distance, score]
                     for code, name, distance, score in item.neighbours],
            "obstacles": obstacles,
            "dimensions": [[texts.both(other.title), other.degree] for other in item.dimension_obstacles],
            "coupling": None if found is None else [
                found.c, found.t, found.d, found.position, texts.both(found.level), texts.both(found.stage)
            ],
            "statements": [self._statement(other) for other in item.statements],
            "unjudged": [texts.both(other) for other in item.unjudged],
            "actions": [
                [self.keep([texts.filled(other.text), texts.both(other.source), texts.both(other.path),
                            texts.both(other.changeable)]),
                 other.degree, self.keep(texts.both(other.about))]
                for other in item.actions[:LISTED]
            ],
        }  # fmt: skip

    def _against(self, item: AgainstView, facts: dict[tuple[int, int, str], int]) -> list[Any]:
        points = [
            [[self._fact(point, facts), point.reference] for point in found[:POINTS]]
            for found in (item.strengths, item.weaknesses)
        ]
        return [self.texts.filled(item.title), item.rank, item.reference, item.gap, *points]

    def _obstacle(self, item: ObstacleView, facts: dict[tuple[int, int, str], int]) -> list[Any]:
        return [self._fact(item, facts), item.degree]

    def _fact(self, item: PointView | ObstacleView, facts: dict[tuple[int, int, str], int]) -> int:
        """The position of a leaf's title, raw and shown value among the facts of a profile."""
        fact = self.texts.both(item.title), self.texts.both(item.raw), item.value
        return facts.setdefault(fact, len(facts))

    def _statement(self, item: StatementView) -> list[Any]:
        texts = self.texts
        same = self.keep([
            item.kind, texts.both(item.source),
            [[texts.both(link), texts.filled(said)] for link, said in item.chain],
            texts.both(item.chain_source), texts.both(item.dilemma), texts.filled(item.dilemma_text),
            texts.both(item.dilemma_source), texts.filled(item.threshold),
            [[texts.both(way.title), texts.filled(way.text), texts.both(way.source)] for way in item.paths],
        ])  # fmt: skip
        return [
            same, texts.filled(item.title), texts.filled(item.text), texts.filled(item.detail),
            [[texts.both(title), texts.both(value)] for title, value in item.figures],
        ]  # fmt: skip
