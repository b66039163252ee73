"""What is shipped says what the papers say: every node, leaf, path and red line, without a finding.

The expected lists were written from the papers, not read from the files.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from shipped_tables import LATER_INDICATORS

from resilience_index.framework import catalogue, yaml_strict
from resilience_index.framework.loading import load_dictionary, load_framework
from resilience_index.framework.tree import Leaf

HDI = catalogue.shipped_folder("sample_data") / "hdi_2022" / "hdi.yaml"

TOE = {
    "risk_identification": (
        "iot_coverage_rate",
        "warning_reach_rate",
        "warning_lead_min",
        "hazard_closure_rate",
        "hidden_space_check_rate",
        "risk_map_updates",
    ),
    "crisis_resistance": (
        "departments_connected",
        "data_sources_integrated",
        "resident_tag_types",
        "task_loop_rate",
        "rescue_arrival_min",
        "rescue_circle_coverage",
        "shelter_area_pc",
        "supplies_online_rate",
        "micro_fire_station",
        "plan_completeness",
        "drills_per_year",
    ),
    "recovery_adaptation": ("collective_income_wan", "recovery_days", "review_rate", "psych_care_coverage"),
    "party_digital": ("branch_grid_rate", "member_tasks_pc", "secretary_leads_emergency", "online_meetings"),
    "grid_response": (
        "microgrids_per_grid",
        "grid_team_rate",
        "household_visit_rate",
        "special_visit_rate",
        "response_min",
        "record_update_days",
    ),
    "rules_people": ("sop_coverage", "digital_training_hours", "levels_linked"),
    "digital_services": ("terminal_types", "online_service_rate", "elder_training_rate", "reply_rate", "reply_hours"),
    "emotional_construction": ("neighbour_events", "mutual_aid_rate", "belonging_score"),
    "participation": (
        "social_orgs",
        "agenda_adoption_rate",
        "three_rounds_rate",
        "participation_rate",
        "new_worker_informants",
    ),
    "digital_risk": (
        "platform_count",
        "platform_idle_rate",
        "checkin_hours",
        "elder_gap_pp",
        "privacy_incidents",
        "face_id_no_alternative",
        "offline_fallback",
        "media_fake_plan",
    ),
}
TOE_DIMENSIONS = {
    "technical": ("risk_identification", "crisis_resistance", "recovery_adaptation"),
    "organizational": ("party_digital", "grid_response", "rules_people"),
    "environmental": ("digital_services", "emotional_construction", "participation"),
}
SFIC_PARTS = (
    "starting_conditions",
    "facilitative_leadership",
    "institutional_design",
    "organizational_guarantee",
    "collaborative_process",
)
SFIC = {
    "starting_conditions": ("motivation_score", "info_asymmetry_items", "resource_gap_ratio", "past_conflicts"),
    "facilitative_leadership": ("digital_embed_rate", "facilitator_named", "platform_uptime"),
    "institutional_design": ("inclusive_types", "platform_integration_rate", "rule_clarity", "process_open_rate"),
    "organizational_guarantee": ("branch_grid_rate", "delegated_items", "funding_wan", "staff_per_1000"),
    "subject": (
        "participation_rate",
        "joint_meetings",
        "shared_data_rate",
        "third_party_review_rate",
        "fingertip_close_rate",
    ),
    "spatial": ("public_space_pc", "zoned_space", "online_active_rate", "online_service_rate", "shared_circle_count"),
    "technical": (
        "iot_coverage_rate",
        "full_cycle_stages",
        "warning_hit_rate",
        "liability_rule",
        "security_audit_year",
        "privacy_incidents",
    ),
    "psychological": (
        "belonging_score",
        "trust_score",
        "wellbeing_score",
        "safety_score",
        "reply_rate",
        "dead_account_rate",
        "neighbour_events",
    ),
}
# link, strategy, mechanism, resilience, path, logic, and the leaves that choose the detail of the dilemma
CHAINS = {
    "subject": (
        "实现对话",
        "信息共享",
        "协同参与",
        "主体韧性",
        "sfic_path_party_building",
        "善治",
        ("elder_gap_pp",),
    ),
    "spatial": (
        "建立信任",
        "场景拓展",
        "空间互动",
        "空间韧性",
        "sfic_path_space_expansion",
        "善治",
        ("zoned_space", "online_active_rate", "reply_rate"),
    ),
    "technical": (
        "投入行动",
        "风险监测",
        "风险防范",
        "技术韧性",
        "sfic_path_technical_regulation",
        "智治",
        ("privacy_incidents", "checkin_hours"),
    ),
    "psychological": (
        "达成共识",
        "智慧服务",
        "情感认同",
        "心理韧性",
        "sfic_path_emotional_shaping",
        "良治",
        ("trust_score", "belonging_score"),
    ),
}
RISKS = {
    ("platform_count", "platform_idle_rate"),
    ("checkin_hours",),
    ("sop_coverage",),
    ("elder_gap_pp",),
    ("face_id_no_alternative", "privacy_incidents"),
    ("belonging_score",),
    ("offline_fallback",),
    ("media_fake_plan",),
}
# direction, range, goalposts (worst, best)
INDICATORS = {
    "iot_coverage_rate": ("benefit", 0, 100, 0, 100),
    "warning_reach_rate": ("benefit", 0, 100, 50, 100),
    "warning_lead_min": ("benefit", 0, 1440, 0, 120),
    "hazard_closure_rate": ("benefit", 0, 100, 60, 100),
    "hidden_space_check_rate": ("benefit", 0, 100, 50, 100),
    "risk_map_updates": ("benefit", 0, 12, 0, 2),
    "departments_connected": ("benefit", 0, 30, 0, 12),
    "data_sources_integrated": ("benefit", 0, 30, 0, 9),
    "resident_tag_types": ("benefit", 0, 50, 0, 20),
    "task_loop_rate": ("benefit", 0, 100, 60, 100),
    "rescue_arrival_min": ("cost", 0, 120, 30, 3),
    "rescue_circle_coverage": ("benefit", 0, 100, 0, 100),
    "shelter_area_pc": ("benefit", 0, 10, 0, 1.5),
    "supplies_online_rate": ("benefit", 0, 100, 0, 100),
    "micro_fire_station": ("benefit", 0, 1, 0, 1),
    "plan_completeness": ("benefit", 0, 5, 0, 5),
    "drills_per_year": ("benefit", 0, 24, 0, 2),
    "collective_income_wan": ("benefit", 0, 1000, 0, 50),
    "recovery_days": ("cost", 0, 90, 14, 1),
    "review_rate": ("benefit", 0, 100, 0, 100),
    "psych_care_coverage": ("benefit", 0, 100, 0, 100),
    "branch_grid_rate": ("benefit", 0, 100, 0, 100),
    "member_tasks_pc": ("benefit", 0, 50, 0, 5),
    "secretary_leads_emergency": ("benefit", 0, 1, 0, 1),
    "online_meetings": ("benefit", 0, 52, 0, 12),
    "microgrids_per_grid": ("benefit", 0, 20, 1, 8),
    "grid_team_rate": ("benefit", 0, 100, 0, 100),
    "household_visit_rate": ("benefit", 0, 100, 0, 100),
    "special_visit_rate": ("benefit", 0, 100, 50, 100),
    "response_min": ("cost", 0, 1440, 240, 30),
    "record_update_days": ("cost", 1, 365, 90, 7),
    "sop_coverage": ("benefit", 0, 100, 0, 100),
    "digital_training_hours": ("benefit", 0, 200, 0, 40),
    "levels_linked": ("benefit", 0, 3, 0, 3),
    "terminal_types": ("benefit", 0, 10, 0, 4),
    "online_service_rate": ("benefit", 0, 100, 30, 100),
    "elder_training_rate": ("benefit", 0, 100, 0, 50),
    "reply_rate": ("benefit", 0, 100, 60, 100),
    "reply_hours": ("cost", 0, 720, 72, 4),
    "neighbour_events": ("benefit", 0, 100, 0, 24),
    "mutual_aid_rate": ("benefit", 0, 100, 0, 50),
    "belonging_score": ("benefit", 1, 5, 1, 5),
    "social_orgs": ("benefit", 0, 60, 0, 15),
    "agenda_adoption_rate": ("benefit", 0, 100, 0, 80),
    "three_rounds_rate": ("benefit", 0, 100, 0, 100),
    "participation_rate": ("benefit", 0, 100, 0, 30),
    "new_worker_informants": ("benefit", 0, 100, 0, 10),
    "platform_count": ("cost", 0, 50, 12, 3),
    "platform_idle_rate": ("cost", 0, 100, 60, 0),
    "checkin_hours": ("cost", 0, 60, 20, 2),
    "elder_gap_pp": ("cost", 0, 100, 60, 0),
    "privacy_incidents": ("cost", 0, 20, 3, 0),
    "face_id_no_alternative": ("cost", 0, 1, 1, 0),
    "offline_fallback": ("benefit", 0, 1, 0, 1),
    "media_fake_plan": ("benefit", 0, 1, 0, 1),
    # those of the second framework alone: the range is ours
    "motivation_score": ("benefit", 1, 5, 1, 5),
    "info_asymmetry_items": ("cost", None, None, 20, 0),
    "resource_gap_ratio": ("cost", None, None, 50, 0),
    "past_conflicts": ("cost", None, None, 20, 0),
    "digital_embed_rate": ("benefit", 0, 100, 0, 100),
    "facilitator_named": ("benefit", 0, 1, 0, 1),
    "platform_uptime": ("benefit", 0, 100, 95, 99.9),
    "inclusive_types": ("benefit", 0, 8, 2, 8),
    "platform_integration_rate": ("benefit", 0, 100, 0, 100),
    "rule_clarity": ("benefit", 0, 5, 0, 5),
    "process_open_rate": ("benefit", 0, 100, 0, 100),
    "delegated_items": ("benefit", None, None, 0, 20),
    "funding_wan": ("benefit", None, None, 0, 10),
    "staff_per_1000": ("benefit", None, None, 0, 1.8),
    "joint_meetings": ("benefit", None, None, 0, 12),
    "shared_data_rate": ("benefit", 0, 100, 0, 100),
    "third_party_review_rate": ("benefit", 0, 100, 0, 100),
    "fingertip_close_rate": ("benefit", 0, 100, 50, 100),
    "public_space_pc": ("benefit", None, None, 0, 2),
    "zoned_space": ("benefit", 0, 1, 0, 1),
    "online_active_rate": ("benefit", 0, 100, 0, 60),
    "shared_circle_count": ("benefit", None, None, 0, 4),
    "full_cycle_stages": ("benefit", 0, 3, 0, 3),
    "warning_hit_rate": ("benefit", 0, 100, 30, 95),
    "liability_rule": ("benefit", 0, 1, 0, 1),
    "security_audit_year": ("benefit", None, None, 0, 1),
    "trust_score": ("benefit", 1, 5, 1, 5),
    "wellbeing_score": ("benefit", 1, 5, 1, 5),
    "safety_score": ("benefit", 1, 5, 1, 5),
    "dead_account_rate": ("cost", 0, 100, 100, 0),
}


@pytest.mark.parametrize("name", [*catalogue.framework_paths(), str(HDI)])
def test_shipped_frameworks_load_without_findings(name):
    assert load_framework(name).findings == ()


def test_the_shipped_dictionary_loads_without_findings():
    assert load_dictionary().findings == ()


def leaves_by_parent(name: str) -> dict[str, tuple[str, ...]]:
    nodes = load_framework(name).nodes
    found = {node.id: tuple(child.id for child in node.children if isinstance(child, Leaf)) for node in nodes}
    return {parent: leaves for parent, leaves in found.items() if leaves}


def test_toe_has_every_leaf_of_the_paper_where_it_belongs():
    assert leaves_by_parent("toe") == TOE
    assert sum(map(len, TOE.values())) == 55


def test_toe_has_three_dimensions_and_the_digital_risks():
    framework = load_framework("toe")
    assert [child.id for child in framework.root.children] == [*TOE_DIMENSIONS, "digital_risk"]
    for dimension in framework.root.children[:3]:
        assert tuple(child.id for child in dimension.children) == TOE_DIMENSIONS[dimension.id]


def test_toe_has_three_paths_and_no_fourth():
    framework = load_framework("toe")
    paths = {node.id: node.paths for node in framework.nodes if node.paths}
    assert paths == {
        "technical": ("toe_path_technical",),
        "organizational": ("toe_path_organisational",),
        "environmental": ("toe_path_social_capital",),
        "digital_risk": ("toe_path_social_capital",),
    }
    assert set(framework.recommendations) == {
        "toe_path_technical",
        "toe_path_organisational",
        "toe_path_social_capital",
    }
    assert all(path.title.zh and path.text is not None and path.source for path in framework.recommendations.values())


def test_toe_has_the_red_lines_and_the_named_risks():
    framework = load_framework("toe")
    lines = {(line.indicator, line.op, line.value, line.cap) for line in framework.red_lines}
    assert lines == {("privacy_incidents", ">=", 1, "C"), ("face_id_no_alternative", ">=", 1, "C")}
    assert {tuple(risk.indicators) for risk in framework.risks} == RISKS


def test_sfic_has_five_parts_and_every_leaf_where_it_belongs():
    framework = load_framework("sfic")
    assert tuple(child.id for child in framework.root.children) == SFIC_PARTS
    assert tuple(child.id for child in framework.root.children[4].children) == tuple(CHAINS)
    assert leaves_by_parent("sfic") == SFIC


def test_sfic_has_four_paths():
    framework = load_framework("sfic")
    paths = [path for node in framework.nodes for path in node.paths]
    assert paths == [chain[4] for chain in CHAINS.values()]
    assert list(framework.recommendations) == paths


@pytest.mark.parametrize("name", CHAINS)
def test_sfic_chains_lead_from_the_link_to_the_path(name):
    node = next(node for node in load_framework("sfic").nodes if node.id == name)
    chain = node.chain
    link, strategy, mechanism, resilience, path, logic, details = CHAINS[name]
    assert [chain.link.zh, chain.strategy.zh, chain.mechanism.zh, chain.resilience.zh] == [
        link,
        strategy,
        mechanism,
        resilience,
    ]
    assert (chain.path, chain.logic.title.zh, chain.logic.basis) == (path, logic, "assumption")
    assert tuple(detail.indicator for detail in chain.details) == details
    assert chain.dilemma.title.zh
    assert chain.dilemma.text is not None
    assert chain.dilemma.source.startswith("004 四")
    assert node.title.zh == resilience


def test_sfic_calls_its_fourth_resilience_by_both_names():
    node = next(node for node in load_framework("sfic").nodes if node.id == "psychological")
    assert node.title.zh == "心理韧性"
    assert node.aliases == ("情感韧性",)


def test_sfic_has_its_red_line():
    lines = [(line.indicator, line.op, line.value, line.cap) for line in load_framework("sfic").red_lines]
    assert lines == [("privacy_incidents", ">=", 1, "C")]


def test_the_dictionary_has_every_indicator_of_the_frameworks_and_no_other():
    used = {leaf.id for name in catalogue.framework_paths() for leaf in load_framework(name).leaves}
    assert set(load_dictionary().indicators) == used == set(INDICATORS) | set(LATER_INDICATORS)
    assert not set(INDICATORS) & set(LATER_INDICATORS)


def test_indicators_have_their_direction_range_and_goalposts():
    indicators = load_dictionary().indicators
    for name, (direction, low, high, worst, best) in INDICATORS.items():
        indicator = indicators[name]
        assert (indicator.direction, indicator.goalposts) == (direction, (worst, best)), name
        assert indicator.range is not None, name
        assert low is None or indicator.range == (low, high), name


def test_indicators_say_how_they_are_measured_and_what_their_goalposts_rest_on():
    for name, indicator in load_dictionary().indicators.items():
        assert indicator.unit, name
        assert indicator.measure is not None, name
        assert indicator.phase in ("prevent", "respond", "recover", "adapt"), name
        assert indicator.basis.seed, name
        expected = ("seed", "norm", "assumption") if indicator.scored else (None,)
        assert indicator.basis.goalposts in expected, name


def test_every_phase_has_indicators_in_every_shipped_framework():
    for name in catalogue.framework_paths():
        phases = {leaf.indicator.phase for leaf in load_framework(name).leaves}
        assert phases == {"prevent", "respond", "recover", "adapt"}


@pytest.mark.parametrize("name", catalogue.framework_paths())
def test_frameworks_say_that_weights_and_grades_are_ours(name):
    framework = load_framework(name)
    assert [(grade.id, grade.min) for grade in framework.grades] == [("A", 85), ("B", 70), ("C", 55), ("D", 0)]
    assert all(grade.basis == "assumption" for grade in framework.grades)
    assert any("本项目假定" in note.zh for note in framework.notes)
    assert framework.sources
    assert framework.description is not None


def test_hdi_is_the_index_of_the_technical_note():
    framework = load_framework(HDI)
    assert leaves_by_parent(str(HDI)) == {
        "health": ("le",),
        "education": ("eys", "mys"),
        "living_standard": ("gnipc",),
    }
    goalposts = {leaf.id: leaf.indicator.goalposts for leaf in framework.leaves}
    assert sorted(goalposts.values()) == [(0, 15), (0, 18), (20, 85), (100, 75000)]
    assert framework.root.aggregate.text() == "geometric"
    assert framework.root.round.digits == 3
    assert [grade.min for grade in framework.grades] == [0.8, 0.7, 0.55, 0]
    log = [leaf.id for leaf in framework.leaves if leaf.normalize is not None and leaf.normalize["transform"] == "log"]
    assert [goalposts[name] for name in log] == [(100, 75000)]


def test_the_shipped_frameworks_are_those_that_can_be_named():
    assert list(catalogue.framework_paths()) == [
        "community_resilience",
        "dual_empowerment",
        "mechanisms",
        "sfic",
        "toe",
    ]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (catalogue.dictionary_path(), "dictionary"),
        *((path, "framework") for path in catalogue.framework_paths().values()),
        (HDI, "framework"),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else value,
)
def test_shipped_files_start_with_the_comment_that_points_editors_at_the_schema(path: Path, kind):
    first = path.read_text(encoding="utf-8").split("\n")[0]
    prefix = "# yaml-language-server: $schema="
    assert first.startswith(prefix)
    target = (path.parent / first.removeprefix(prefix)).resolve()
    assert target.parts[-3:] == ("docs", "schemas", f"{kind}.json")
    assert yaml_strict.read(path).findings == ()
