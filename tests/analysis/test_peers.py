"""Peers of many communities at once are those of a plain reckoning, bit for bit; a bounded diagnosis is its first part.

The sample has gaps, ties of leaves at their ends, and communities without a score.
"""

from __future__ import annotations

from dataclasses import replace

import plain_peers as plain
import pytest

import resilience_index as ri
from resilience_index.analysis.diagnosis import Diagnosis, Extent, Profile, diagnose
from resilience_index.analysis.peers import Comparison
from resilience_index.analysis.standing import Standing, from_result
from resilience_index.framework.catalogue import framework_paths, shipped_folder

BOTH = ("2024", "2025")
STEP = 4
"""Every fourth community, from the best to the last."""


@pytest.fixture(scope="module", params=tuple(framework_paths()))
def standing(request: pytest.FixtureRequest) -> Standing:
    framework = ri.load_framework(request.param)
    table = ri.read_data(shipped_folder("sample_data") / "communities.csv", framework)
    return from_result(ri.score(table, framework))


@pytest.fixture(scope="module")
def found(standing) -> dict[str, Diagnosis]:
    return {period: diagnose(standing, period=period) for period in BOTH}


def said(comparison: Comparison) -> tuple[list[plain.Told], list[plain.Told]]:
    strengths, weaknesses = (
        [(point.id, point.reference, point.gap, point.points) for point in points]
        for points in (comparison.strengths, comparison.weaknesses)
    )
    return strengths, weaknesses


def row_of(standing: Standing, profile: Profile) -> int:
    pairs = list(zip(standing.ids, standing.periods, strict=True))
    return pairs.index((profile.community_id, profile.period))


def test_comparisons_with_sets_of_peers(standing, found):
    for period, diagnosis in found.items():
        rows = standing.rows_of(period)
        for profile in diagnosis.communities[::STEP]:
            row = row_of(standing, profile)
            sets = plain.sets(standing, row, rows)
            made = {(item.group, item.label): item for item in profile.comparisons if item.kind in ("group", "all")}
            assert list(made) == list(sets)
            for key, members in sets.items():
                assert said(made[key]) == plain.against(standing, row, members, diagnosis.settings.apart)
                scored = [standing.score[other] for other in members if standing.score[other] == standing.score[other]]
                assert made[key].count == len(scored)
                reference = plain.mean([standing.root.shown[other] for other in members])
                assert made[key].reference == reference
                if profile.score is not None:
                    assert made[key].rank == 1 + sum(1 for score in scored if round(score - profile.score, 7) > 0)


def test_comparisons_with_goalposts_and_the_last_period(standing, found):
    for diagnosis in found.values():
        for profile in diagnosis.communities[::STEP]:
            row = row_of(standing, profile)
            by_kind = {item.kind: item for item in profile.comparisons}
            settings = diagnosis.settings
            assert said(by_kind["goalposts"]) == plain.goalposts(standing, row, settings.strong, settings.weak)
            before = row_of(standing, replace(profile, period=str(int(profile.period) - 1)))
            assert said(by_kind["previous"]) == plain.against(standing, row, [before], settings.moved)


def test_the_nearest(standing, found):
    rows = standing.rows_of("2025")
    diagnosis = found["2025"]
    for profile in diagnosis.communities[::STEP]:
        row = row_of(standing, profile)
        near = plain.nearest(standing, row, rows, diagnosis.settings.nearest)
        assert [(item.community_id, item.distance) for item in profile.neighbours] == near
        others = [standing.ids.index(name) for name, _ in near]
        others = [next(at for at in rows if standing.ids[at] == standing.ids[other]) for other in others]
        [item] = [item for item in profile.comparisons if item.kind == "nearest"]
        assert said(item) == plain.against(standing, row, others, diagnosis.settings.apart)


def first(profile: Profile, points: int, listed: int | None) -> Profile:
    return replace(
        profile, obstacles=profile.obstacles[:listed], actions=profile.actions[:listed],
        comparisons=tuple(
            replace(item, strengths=item.strengths[:points], weaknesses=item.weaknesses[:points])
            for item in profile.comparisons
        ),
    )  # fmt: skip


def test_a_bounded_diagnosis_is_the_first_part_of_the_whole(standing, found):
    whole = found["2025"]
    bounded = diagnose(standing, extent=Extent(points=3, listed=8))
    assert bounded.city == first(whole.city, 3, None)
    assert bounded.communities == tuple(first(profile, 3, 8) for profile in whole.communities)
    assert (bounded.frequencies, bounded.findings) == (whole.frequencies, whole.findings)
