"""Diagnosis: obstacles, coupling, peers and actions of small data worked out by hand, and what always holds."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from diagnosis_data import FRAMEWORK, HEADER, ROWS, diagnosed, standing
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resilience_index.analysis.diagnosis import Diagnosis, diagnose
from resilience_index.analysis.peers import Comparison
from resilience_index.errors import InputError
from resilience_index.report.export import diagnosis as diagnosis_json


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Diagnosis:
    return diagnosed(tmp_path_factory.mktemp("small"))


def against(found: Diagnosis, community: str, kind: str) -> Comparison:
    return next(item for item in found.community(community).comparisons if item.kind == kind)


def test_communities_stand_by_rank_those_without_a_score_last(found):
    assert [profile.community_id for profile in found.communities] == ["003", "001", "002", "004"]
    assert [profile.rank for profile in found.communities] == [1, 2, 3, None]
    assert found.community("001").score == pytest.approx(70)
    assert found.community("002").score == pytest.approx(48.75)
    assert (found.scored, found.total, found.grade_counts) == (3, 4, {"A": 2, "B": 1})


def test_obstacle_degrees_of_leaves_and_nodes(found):
    # each leaf weighs 1/4; 001 lacks 0.5, 0.5, 0.2, 0 of its leaves
    profile = found.community("001")
    degrees = {item.id: item.degree for item in profile.obstacles}
    assert degrees == pytest.approx({"a": 5 / 12, "b": 5 / 12, "c": 2 / 12, "d": 0})
    assert [item.id for item in profile.obstacles] == ["a", "b", "c", "d"]
    assert {item.id: item.degree for item in profile.node_obstacles} == pytest.approx(
        {"people": 10 / 12, "place": 2 / 12}
    )
    second = {item.id: item.degree for item in found.community("002").obstacles}
    assert second == pytest.approx({"a": 0.2 / 2.05, "b": 0.25 / 2.05, "c": 0.6 / 2.05, "d": 1 / 2.05})
    assert [item.id for item in found.community("002").obstacles] == ["d", "c", "b", "a"]


def test_a_community_that_lacks_nothing_has_no_obstacle_and_no_action(found):
    profile = found.community("003")
    assert all(item.degree == 0 for item in profile.obstacles)
    assert (profile.actions, profile.statements) == ((), ())


def test_a_community_without_a_score_has_no_obstacle_degrees(found):
    profile = found.community("004")
    assert (profile.score, profile.rank, profile.obstacles, profile.coupling) == (None, None, (), None)


def test_the_city_has_the_means_of_those_that_lack_something(found):
    city = found.city
    assert city.score == pytest.approx((70 + 48.75 + 100) / 3)
    degrees = {item.id: item.degree for item in city.obstacles}
    assert degrees["d"] == pytest.approx((0 + 1 / 2.05) / 2)
    assert math.fsum(degrees.values()) == pytest.approx(1)
    assert [(moment.period, moment.score) for moment in city.history] == [
        ("2024", pytest.approx((67.5 + 73.75) / 2)), ("2025", pytest.approx(72.9166666667)),
    ]  # fmt: skip


def test_coupling_coordination_of_the_dimensions(found):
    coupled = found.community("001").coupling
    c = 2 * math.sqrt(0.5 * 0.9) / 1.4
    assert (coupled.c, coupled.t, coupled.d) == pytest.approx((c, 0.7, math.sqrt(c * 0.7)))
    assert (coupled.level, coupled.stage) == (8, 3)  # D 0.819 good coordination, C 0.958 high coupling
    second = found.community("002").coupling
    c = 2 * math.sqrt(0.775 * 0.2) / 0.975
    assert (second.c, second.d) == pytest.approx((c, math.sqrt(c * 0.4875)))
    assert (second.level, second.stage) == (6, 3)


def test_a_dimension_at_0_makes_d_0_and_is_told(tmp_path):
    found = diagnosed(tmp_path, [*ROWS, "005,中社区,乙区,2025,5,30,0,0"])
    assert (found.community("005").coupling.d, found.community("005").coupling.level) == (0, 0)
    [finding] = found.findings
    assert (finding.code, finding.params["node"], finding.params["count"]) == ("RI505", "place", 1)
    assert finding.params["units"] == ["中社区"]


def test_values_outside_0_to_1_refuse_obstacles_and_coupling_by_name(tmp_path):
    plain = FRAMEWORK.replace("goalposts: [0, 100]}", "goalposts: [0, 100], normalize: none}")
    found = diagnosed(tmp_path, framework=plain)
    assert [finding.code for finding in found.findings] == ["RI504", "RI501"]
    assert found.findings[0].params["id"] == "c"
    assert found.findings[1].params["system"] == "place"
    assert all(profile.obstacles == () and profile.coupling is None for profile in found.communities)
    assert found.community("001").comparisons


def test_one_dimension_refuses_coupling(tmp_path):
    alone = FRAMEWORK[: FRAMEWORK.index("diagnosis:")] + FRAMEWORK[FRAMEWORK.index("tree:") :]
    alone = alone[: alone.index("    - id: place")].replace("risks:", "x:").replace("\nx:\n", "\n")
    alone = "\n".join(line for line in alone.splitlines() if "crowd" not in line) + "\n"
    found = diagnose(standing(tmp_path, ["1,a,1,1"], alone, "community_id,community,a,b"))
    assert [finding.code for finding in found.findings] == ["RI502"]
    assert found.communities[0].coupling is None


def test_peers_of_the_same_group(found):
    item = against(found, "001", "group")
    assert (item.group, item.label, item.rank, item.count) == ("district", "甲区", 1, 2)
    assert (item.reference, item.gap) == pytest.approx((59.375, 10.625))
    assert [(point.id, point.points) for point in item.strengths] == [
        ("d", pytest.approx(12.5)), ("c", pytest.approx(5)),
    ]  # fmt: skip
    assert [(point.id, point.points, point.raw) for point in item.weaknesses] == [
        ("a", pytest.approx(-3.75), 5), ("b", pytest.approx(-3.125), 30),
    ]  # fmt: skip
    assert (item.strengths[0].reference, item.weaknesses[0].reference) == pytest.approx((50, 65))


def test_the_nearest_by_profile_with_their_distances(found):
    # 004 has no b: the other three leaves, of weight 3/4, are compared
    near = [(item.community_id, item.distance, item.score) for item in found.community("001").neighbours]
    assert near == [("004", pytest.approx(math.sqrt(0.03)), None), ("003", pytest.approx(math.sqrt(0.135)), 100)]
    assert against(found, "001", "nearest").reference == pytest.approx(100)


def test_the_last_period(found):
    item = against(found, "001", "previous")
    assert (item.label, item.reference, item.gap) == ("2024", pytest.approx(67.5), pytest.approx(2.5))
    assert [(point.id, point.points) for point in item.strengths] == [("a", pytest.approx(2.5))]
    assert item.weaknesses == ()
    assert all(item.kind != "previous" for item in found.community("003").comparisons)


def test_goalposts(found):
    item = against(found, "002", "goalposts")
    assert [point.id for point in item.strengths] == ["a"]  # 0.8 and no more is strong; 0.75 is not
    assert [(point.id, point.points) for point in item.weaknesses] == [
        ("d", pytest.approx(-25)), ("c", pytest.approx(-15)),
    ]  # fmt: skip


def test_actions_are_in_the_order_of_obstacle_degree_and_ease(found):
    actions = found.community("002").actions
    told = [(item.action.id, item.degree, item.priority) for item in actions]
    assert told == [
        ("do_doors", pytest.approx(1 / 2.05), pytest.approx(0.7 / 2.05)),
        ("do_people", pytest.approx(0.45 / 2.05), pytest.approx(0.45 / 2.05)),
        ("do_space", pytest.approx(0.6 / 2.05), pytest.approx(0.24 / 2.05)),
    ]
    assert [item.id for item in actions[1].items] == ["b", "a"]
    assert [item.action.id for item in found.community("001").actions] == ["do_people", "do_space"]


def test_what_counts_against_the_score_is_turned(tmp_path):
    """Under an inverted node a high value of a leaf is what is lacking."""
    turned = FRAMEWORK.replace("      paths: [build]\n", "      paths: [build]\n      invert: true\n")
    found = diagnosed(tmp_path, framework=turned)
    degrees = {item.id: item.degree for item in found.community("001").obstacles}  # place is 1 − 0.9
    assert degrees == pytest.approx({"a": 0.5 / 2.8, "b": 0.5 / 2.8, "c": 0.8 / 2.8, "d": 1 / 2.8})
    assert found.community("001").coupling.systems[1][2] == pytest.approx(0.1)


def test_missing_leaves_leave_the_shares_to_the_others(tmp_path):
    loose = FRAMEWORK.replace(
        "title: {zh: 人, en: People}",
        "title: {zh: 人, en: People}\n      missing: {policy: available, min_children: 1}",
    )
    found = diagnosed(tmp_path, framework=loose)
    degrees = {item.id: item.degree for item in found.community("004").obstacles}
    assert degrees == pytest.approx({"a": 0.5 / 0.75, "c": 0.25 / 0.75, "d": 0})  # a now carries all of people


def test_a_period_and_a_community_are_named(tmp_path):
    figures = standing(tmp_path)
    found = diagnose(figures, period="2024")
    assert (found.period, len(found.communities), found.city.comparisons[-1].kind) == ("2024", 2, "goalposts")
    assert diagnose(figures, community="西社区").communities[0].community_id == "002"
    assert diagnose(figures, each=False).communities == ()
    for wrong, code in (({"period": "2026"}, "RI413"), ({"community": "009"}, "RI417")):
        with pytest.raises(InputError) as error:
            diagnose(figures, **wrong)
        assert error.value.findings[0].code == code


# --- what always holds


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drawn")


_cell = st.one_of(st.none(), st.integers(0, 10))
_rows = st.lists(st.tuples(_cell, _cell, _cell, st.sampled_from([0, 1])), min_size=1, max_size=8)


def lines(cells: list[tuple[int | None, ...]]) -> list[str]:
    def text(value: int | None, factor: int) -> str:
        return "" if value is None else str(value * factor)

    return [
        f"{number:03},社区{number},{'甲乙'[number % 2]}区,2025,{text(a, 1)},{text(b, 6)},{text(c, 10)},{d}"
        for number, (a, b, c, d) in enumerate(cells)
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(cells=_rows)
def test_obstacle_degrees_add_up_to_1(folder, cells):
    found = diagnosed(folder, lines(cells))
    for profile in found.communities:
        total = math.fsum(item.degree for item in profile.obstacles)
        assert total == pytest.approx(0 if profile.score in (None, 100) else 1)
        nodes = [item.degree for item in profile.node_obstacles]
        assert math.fsum(nodes) == pytest.approx(total)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(cells=_rows, data=st.data())
def test_the_order_of_rows_changes_nothing(folder, cells, data):
    rows = lines(cells)
    shuffled = data.draw(st.permutations(rows))
    first, second = (diagnosis_json.to_dict(diagnosed(folder, some), "en") for some in (rows, shuffled))
    assert json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)


def test_header_is_that_of_the_rows():
    assert all(row.count(",") == HEADER.count(",") for row in ROWS)
