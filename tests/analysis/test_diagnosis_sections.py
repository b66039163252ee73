"""Every section that shipped diagnoses cite exists in its paper, and every text is there in both languages.

``SECTIONS`` are the sections of the papers as they are cited, with what each says (``papers.yaml``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import resilience_index as ri
from resilience_index.analysis.diagnosis import Diagnosis, diagnose
from resilience_index.analysis.standing import from_result
from resilience_index.framework.catalogue import framework_paths, shipped_folder
from resilience_index.framework.diagnosis_rules import rulebook
from resilience_index.framework.tree import Node
from resilience_index.report.view.diagnosis import DiagnosisView, ProfileView, build

SECTIONS = yaml.safe_load((Path(__file__).parent / "papers.yaml").read_text(encoding="utf-8"))
#: The problem or path that a statement must be about → the section of the paper that has it.
SUBJECTS = {
    ("sfic_weakest_resilience", "subject"): "004 四(一)",
    ("sfic_weakest_resilience", "spatial"): "004 四(二)",
    ("sfic_weakest_resilience", "technical"): "004 四(三)",
    ("sfic_weakest_resilience", "risk_identification"): "004 四(三)",
    ("sfic_weakest_resilience", "psychological"): "004 四(四)",
    ("mechanisms_problem", "tools_for_the_grassroots"): "002 二(一)",
    ("mechanisms_problem", "scenes_in_a_closed_loop"): "002 二(二)",
    ("mechanisms_problem", "social_mechanisms_kept"): "002 二(三)",
}
PATHS = {
    "toe_path_technical": "001 四(一)", "toe_path_organisational": "001 四(二)",
    "toe_path_social_capital": "001 四(三); 四", "sfic_path_party_building": "004 五(一); 四(一)",
    "sfic_path_space_expansion": "004 五(二); 四(二)", "sfic_path_technical_regulation": "004 五(三)",
    "sfic_path_emotional_shaping": "004 五(四)", "policy_full_lifecycle_digital": "000 结论 第一; 进路1",
    "policy_power_allocation": "000 结论 第二; 进路2", "policy_resilient_organisation": "000 结论 第三; 进路3",
    "mechanisms_path_technology": "002 三(一)", "mechanisms_path_process": "002 三(二)",
    "mechanisms_path_system": "002 三(三)",
}  # fmt: skip
PAPERS = {
    "toe": {"001", "000"}, "sfic": {"001", "004"}, "community_resilience": {"000", "001", "004"},
    "dual_empowerment": {"000"}, "mechanisms": {"002"},
}  # fmt: skip
FRAMEWORKS = tuple(framework_paths())
_CHINESE = re.compile("[\u4e00-\u9fff]")


def cited(source: str) -> Iterator[tuple[str, str]]:
    """The papers and sections of a source: ``001 四; 四(二); 004 四(三)`` carries the paper on."""
    paper = ""
    for part in source.split("; "):
        found = re.fullmatch("(?:([0-9]{3}) )?(.+)", part)
        assert found is not None
        paper = found[1] or paper
        yield paper, found[2]


def assert_exists(source: str, framework: str) -> None:
    for paper, section in cited(source):
        assert paper in PAPERS[framework], source
        assert section in SECTIONS[paper], source


@pytest.fixture(scope="module", params=FRAMEWORKS)
def sample(request: pytest.FixtureRequest) -> tuple[str, Diagnosis, DiagnosisView]:
    framework = ri.load_framework(request.param)
    table = ri.read_data(shipped_folder("sample_data") / "communities.csv", framework)
    found = diagnose(from_result(ri.score(table, framework)))
    return request.param, found, build(found)


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_every_source_of_rules_actions_paths_risks_and_chains_exists(name):
    framework = ri.load_framework(name)
    book = rulebook(framework)
    sources = [entry.source for entry in (*book.rules, *book.actions, *book.risks.values(), *book.paths.values())]
    for node in framework.nodes:
        if isinstance(node, Node) and node.chain is not None:
            sources += [node.chain.source, node.chain.dilemma.source]
    assert len(sources) > 15
    for source in sources:
        assert source is not None
        assert_exists(source, name)


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_paths_are_those_of_the_sections_that_set_them_out(name):
    for key, path in ri.load_framework(name).recommendations.items():
        assert path.source == PATHS[key]


def test_every_statement_of_the_sample_cites_sections_that_exist(sample):
    name, found, _ = sample
    statements = [item for profile in (found.city, *found.communities) for item in profile.statements]
    assert len(statements) > 60
    for item in statements:
        for source in (item.source, item.dilemma_source, item.chain_source, *(way.source for way in item.paths)):
            if source is not None:
                assert_exists(source, name)
        assert item.figures
        expected = SUBJECTS.get((item.rule, item.subject))
        if item.rule in ("sfic_weakest_resilience", "mechanisms_problem"):
            assert expected is not None
        assert item.dilemma_source == expected


def test_every_rule_of_the_framework_holds_somewhere_in_the_sample(sample):
    """A rule that never holds in 60 communities of all kinds may be written wrong."""
    name, found, _ = sample
    assert {item.rule for item in found.frequencies} == {rule.id for rule in rulebook(ri.load_framework(name)).rules}


def test_every_scored_leaf_has_an_action(sample):
    name, found, _ = sample
    framework = ri.load_framework(name)
    about = {leaf for action in rulebook(framework).actions for leaf in action.items}
    assert about == {leaf.id for leaf in framework.leaves if leaf.indicator.scored}
    assert all(profile.actions for profile in found.communities if profile.obstacles)


def test_texts_are_filled_in_both_languages(sample):
    _, _, view = sample
    for profile in (view.city, *view.communities):
        for text in _texts(profile):
            assert _CHINESE.search(text["zh"])
            assert "{" not in text["zh"] + text["en"]
            assert not _CHINESE.search(_without_units(text["en"])), text["en"]
            assert not re.search(r"\b(nan|None)\b", text["zh"] + text["en"])


def _texts(profile: ProfileView) -> Iterator[dict[str, str]]:
    for item in profile.statements:
        yield from (item.title, item.text)
        yield from (way.text for way in item.paths)
        yield from (text for text in (item.dilemma, item.dilemma_text, item.detail) if text is not None)
    for action in profile.actions:
        yield from (action.text, action.about, action.changeable)


def _without_units(text: str) -> str:
    """Units of the dictionary are Chinese in both languages: a number with its unit is left out."""
    return re.sub(r"[0-9.]+ [^ \[;)]+", "", text)


# --- the sample itself

GOLDEN = {
    "community_resilience": (
        "70.76", "19/60", "0.8389",
        ["sfic_weakest_resilience/risk_identification", "toe_weak_dimension/technical",
         "toe_weak_dimension/organizational", "toe_named_risks/missing_procedures", "toe_named_risks/platform_pile_up"],
        ["collective_income_wan", "sop_coverage", "digital_embed_rate"],
        ["toe_write_procedures", "toe_collective_economy", "toe_hazards_followed_up"],
    ),
    "dual_empowerment": (
        "73.31", "14/60", "0.8556", [], ["data_backed_rate", "staff_turnover", "response_min"],
        ["dual_decide_by_data", "dual_follow_and_adjust", "dual_learn"],
    ),
    "mechanisms": (
        "72.46", "17/60", "0.8508",
        ["mechanisms_problem/tools_for_the_grassroots", "mechanisms_problem/scenes_in_a_closed_loop"],
        ["duty_list_rate", "owner_named_rate", "resource_arrival_days"],
        ["mechanisms_list_duties", "mechanisms_forces_in_units", "mechanisms_organize_volunteers"],
    ),
    "sfic": (
        "72.38", "19/60", "0.8501", ["sfic_weakest_resilience/spatial"],
        ["digital_embed_rate", "funding_wan", "platform_integration_rate"],
        ["sfic_lead_with_digital", "sfic_full_cycle_warning", "sfic_review_services"],
    ),
    "toe": (
        "73.56", "16/60", "0.8548",
        ["toe_weak_dimension/technical", "toe_dimensions_apart/technical", "toe_named_risks/missing_procedures",
         "toe_named_risks/platform_pile_up"],
        ["collective_income_wan", "sop_coverage", "levels_linked"],
        ["toe_hazards_followed_up", "toe_write_procedures", "toe_collective_economy"],
    ),
}  # fmt: skip


def test_a_community_of_the_sample(sample):
    name, found, view = sample
    profile, shown = found.community("099101001001"), view.community("099101001001")
    score, rank, d, statements, obstacles, actions = GOLDEN[name]
    assert (shown.score, shown.rank, shown.coupling.d) == (score, rank, d)
    assert [f"{item.rule}/{item.subject}" for item in profile.statements] == statements
    assert [item.id for item in profile.obstacles[:3]] == obstacles
    assert [item.action.id for item in profile.actions[:3]] == actions


def test_coordination_is_that_of_the_dimensions_and_the_score(sample):
    """All shipped trees are arithmetic at the top, so T is the score."""
    _, found, _ = sample
    for profile in found.communities:
        if profile.coupling is None:
            continue
        values = [value / 100 for _, _, value, _ in profile.dimensions]
        c = len(values) * math.prod(values) ** (1 / len(values)) / math.fsum(values)
        assert profile.coupling.d == pytest.approx(math.sqrt(c * profile.score / 100), rel=1e-9)
