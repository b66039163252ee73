"""The diagnosis of the sample against a plain reckoning from its cells: every community of every shipped framework."""

from __future__ import annotations

import csv

import pytest
from plain_rules import Reckoned

import resilience_index as ri
from resilience_index.analysis.diagnosis import Diagnosis, Profile, diagnose
from resilience_index.analysis.rules import Statement
from resilience_index.analysis.standing import from_result
from resilience_index.framework.catalogue import framework_paths, shipped_folder

RESILIENCES = {
    "sfic": ["subject", "spatial", "technical", "psychological"],
    "community_resilience": ["subject", "spatial", "risk_identification", "psychological"],
}
PROBLEMS = ["tools_for_the_grassroots", "scenes_in_a_closed_loop", "social_mechanisms_kept"]
WHEELS = ["enabling", "enfranchising"]
DIMENSIONS = ["technical", "organizational", "environmental"]


@pytest.fixture(scope="module", params=tuple(framework_paths()))
def pairs(request: pytest.FixtureRequest) -> tuple[str, list[tuple[Reckoned, Profile]]]:
    data = shipped_folder("sample_data") / "communities.csv"
    framework = ri.load_framework(request.param)
    found: Diagnosis = diagnose(from_result(ri.score(ri.read_data(data, framework), framework)))
    folder = shipped_folder("indicators")
    with data.open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["period"] == found.period]
    assert len(rows) == len(found.communities) == 60
    return request.param, [(Reckoned(folder, request.param, row), found.community(row["community_id"])) for row in rows]


def by_rule(profile: Profile, rule: str) -> list[Statement]:
    return [item for item in profile.statements if item.rule == rule]


def chains(statements: list[Statement]) -> list[tuple[str, str, str, str | None]]:
    return [
        (item.subject, item.dilemma["zh"], item.paths[0].id, item.detail["zh"] if item.detail else None)
        for item in statements
    ]


def test_scores_and_obstacle_degrees(pairs):
    for plain, profile in pairs[1]:
        score = plain.values["index"]
        assert profile.score == (None if score is None else pytest.approx(score * 100, rel=1e-12))
        degrees = {} if score is None else plain.obstacles()
        assert {item.id: item.degree for item in profile.obstacles} == pytest.approx(degrees, abs=1e-12)


def test_the_weakest_resilience_its_dilemma_path_and_detail(pairs):
    name, both = pairs
    for plain, profile in both:
        wanted = plain.weakest(RESILIENCES[name], 0.85) if name in RESILIENCES else []
        assert chains(by_rule(profile, "sfic_weakest_resilience")) == wanted


def test_the_problems_of_practice_and_their_paths(pairs):
    name, both = pairs
    for plain, profile in both:
        wanted = plain.problems(PROBLEMS, 0.7) if name == "mechanisms" else []
        assert chains(by_rule(profile, "mechanisms_problem")) == wanted


def test_the_named_risks(pairs):
    name, both = pairs
    rule, bound = ("mechanisms_limits", 0.4) if name == "mechanisms" else ("toe_named_risks", 0.6)
    for plain, profile in both:
        wanted = plain.risks(bound) if "risks" in plain.framework else set()
        assert {item.subject for item in by_rule(profile, rule)} == wanted


def test_systems_that_lie_apart(pairs):
    name, both = pairs
    wheels = name == "dual_empowerment"
    rule, items = ("dual_single_wheel", WHEELS) if wheels else ("toe_dimensions_apart", DIMENSIONS)
    if name in ("sfic", "mechanisms"):
        items = []
    for plain, profile in both:
        wanted = plain.apart(items, 0.15) if items else None
        found = by_rule(profile, rule)
        assert [(item.other, item.subject) for item in found] == ([] if wanted is None else [wanted])
        for item in found:
            assert item.values["d"].value == pytest.approx(plain.coordination(items), rel=1e-12)
