"""The rules of a framework: each kind on small data by hand, where they hold and where they do not."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from diagnosis_data import FRAMEWORK, HEADER, ROWS, diagnosed, standing

import resilience_index as ri
from resilience_index.analysis.diagnosis import Diagnosis, Profile, diagnose
from resilience_index.analysis.rules import Statement
from resilience_index.framework.diagnosis_rules import rulebook
from resilience_index.report.view.diagnosis import fill, statement_view, unjudged_text


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Diagnosis:
    return diagnosed(tmp_path_factory.mktemp("rules"))


def by_rule(profile: Profile, rule: str) -> list[Statement]:
    return [item for item in profile.statements if item.rule == rule]


def said(profile: Profile, rule: str) -> list[str]:
    return [fill(item.text, item.values)["en"] for item in by_rule(profile, rule)]


def test_lowest_leads_to_the_dilemma_its_detail_and_the_path(found):
    [item] = by_rule(found.community("001"), "weakest")
    assert (item.subject, item.other, item.threshold, item.basis) == ("people", "place", 85, "assumption")
    assert said(found.community("001"), "weakest") == ["People 50.00 < Place 90.00 by 40.00, Visits 50.00"]
    assert (item.dilemma["en"], item.dilemma_source, item.chain_source) == ("Too few", "s 12", "s 13")
    assert item.chain == {"link": {"zh": "对话", "en": "Dialogue"}}
    assert item.detail["en"] == "Few visits"  # both details have 50: the first of the tree
    assert [(way.id, way.source) for way in item.paths] == [("meet", "s 1")]
    assert [figure.id for figure in item.figures] == ["people", "place", "a"]


def test_the_detail_is_the_worst_leaf_that_is_short(found):
    [item] = by_rule(found.community("002"), "weakest")
    assert (item.subject, item.detail, [way.id for way in item.paths]) == ("place", None, ["build"])


@pytest.mark.parametrize(
    ("row", "subject", "detail"),
    [
        ("1,东,甲,2025,9,24,80,1", "people", "Slow"),  # 0.9 and 0.6
        ("1,东,甲,2025,10,15,80,1", None, None),  # 0.875 against 0.9: none lies below 85
        ("1,东,甲,2025,8,12,80,0", "place", None),  # no details
        ("1,东,甲,2025,5,30,50,0.5", None, None),  # equal: none is lowest
    ],
)
def test_lowest_holds_below_its_threshold_only(row, subject, detail, tmp_path):
    profile = diagnosed(tmp_path, [row]).communities[0]
    items = by_rule(profile, "weakest")
    assert [item.subject for item in items] == ([] if subject is None else [subject])
    assert [item.detail and item.detail["en"] for item in items] == ([] if subject is None else [detail])


def test_lowest_names_every_node_of_a_tie(tmp_path):
    three = FRAMEWORK.replace("items: [people, place], below: 85", "items: [people, place, third], below: 85")
    third = three[three.index("    - id: place") :]
    names = {"id: place": "id: third", "id: c,": "id: e,", "id: d,": "id: f,", "地, en: Place": "丙, en: Third",
             "空间, en: Space": "新空间, en: New space", "大门, en: Doors": "新门, en: New doors"}  # fmt: skip
    for old, new in names.items():
        third = third.replace(old, new)
    figures = standing(tmp_path, ["1,东,甲,2025,4,36,50,0.3,80,1"], three + third, HEADER + ",e,f")
    items = by_rule(diagnose(figures).communities[0], "weakest")
    assert [item.subject for item in items] == ["people", "place"]
    assert {item.other for item in items} == {"third"}


def test_lowest_says_nothing_where_a_node_has_no_value(found):
    assert by_rule(found.community("004"), "weakest") == []


def test_what_missing_values_leave_open_is_told(tmp_path):
    """Visits, minutes and doors of 005 are missing: no value of people, one leaf of the risk, nothing to compare."""
    profile = diagnosed(tmp_path, [*ROWS, "005,中社区,乙区,2025,,,90,"]).community("005")
    people, place, visits, doors = ("people", "place", "a", "d")
    told = [
        (item.rule, item.kind, [name for name, _ in item.items], [name for name, _ in item.missing])
        for item in profile.unjudged
    ]
    gone = [name for name, _, value, _ in profile.dimensions if value is None]
    assert people in gone
    assert told == [
        ("weakest", "lowest", [people, place], gone), ("low", "below", [*(gone[1:]), visits], [*(gone[1:]), visits]),
        ("closed", "below", [doors], [doors]), ("danger", "risk", [doors], [doors]),
        ("apart", "balance", [people, place], gone), (None, "coupling", [people, place], gone),
    ]  # fmt: skip
    assert profile.unjudged[3].subject == {"zh": "拥挤", "en": "Crowding"}


def test_nothing_is_left_open_where_all_values_are_there(found):
    assert found.community("001").unjudged == ()
    assert found.city.unjudged == ()
    assert found.community("004").unjudged != ()


def test_what_is_left_open_reads_in_both_languages(tmp_path):
    profile = diagnosed(tmp_path, [*ROWS, "005,中社区,乙区,2025,,,90,1"]).community("005")
    texts = [unjudged_text(item) for item in profile.unjudged]
    assert [text["en"] for text in texts] == [
        "which of People, Place is the lowest (no value: People)", "the threshold of Visits (no value)",
        "the balance of People, Place (no value: People)",
        "coupling coordination of the dimensions (no value: People)",
    ]  # fmt: skip
    assert [text["zh"] for text in texts] == [
        "“人”、“地”中何者最低（“人”没有值）", "“走访”是否越过阈值（没有值）", "“人”、“地”是否均衡（“人”没有值）",
        "各维度的耦合协调度（“人”没有值）",
    ]  # fmt: skip


def test_below_on_the_shown_scale_worst_first(found):
    assert said(found.community("002"), "low") == ["Place 20.00/60.00"]
    assert said(found.community("001"), "low") == ["Visits 50.00/60.00 次"]
    [item] = by_rule(found.community("002"), "low")
    assert (item.dilemma["en"], [way.id for way in item.paths]) == ("Too narrow", ["build"])
    [leaf] = by_rule(found.community("001"), "low")
    assert (leaf.dilemma, [way.id for way in leaf.paths]) == (None, ["meet"])  # of the node above


def test_below_is_strict(tmp_path):
    profile = diagnosed(tmp_path, ["1,东,甲,2025,6,0,60,1"]).communities[0]
    assert by_rule(profile, "low") == []


def test_below_with_a_raw_value(found):
    [item] = by_rule(found.community("002"), "closed")
    assert (fill(item.text, item.values)["en"], item.threshold, item.basis) == ("0=0", 0, "norm")
    assert [way.id for way in item.paths] == ["meet"]
    assert statement_view(item).threshold["en"] == "threshold 0 (raw value, from a norm)"
    assert by_rule(found.community("001"), "closed") == []


def test_a_risk_shows_all_its_figures(found):
    [item] = by_rule(found.community("002"), "danger")
    assert (item.subject, item.source) == ("crowd", "s 3; s 7")
    assert said(found.community("002"), "danger") == ["Space 40% [40.00]; Doors 0 [0.00]; Doors 0.00<50.00"]
    assert by_rule(found.community("001"), "danger") == []
    assert by_rule(found.community("004"), "danger") == []  # 50 is not below 50


def test_balance_of_two_systems(found):
    [item] = by_rule(found.community("002"), "apart")
    c = 2 * math.sqrt(0.775 * 0.2) / 0.975
    d = math.sqrt(c * 0.4875)
    assert (item.subject, item.other, item.values["d"].value) == ("place", "people", pytest.approx(d))
    # 0.627 lies in (0.6, 0.7]
    text = f"People 77.50 Place 20.00 57.50 40.00 {d:.4f} primary coordination"
    assert said(found.community("002"), "apart") == [text]
    [exact] = by_rule(found.community("001"), "apart")  # 40 apart is 40 apart
    assert exact.values["gap"].value == pytest.approx(40)
    assert by_rule(found.community("003"), "apart") == []


def test_statements_stand_in_the_order_of_the_rules(found):
    rules = [item.rule for item in found.community("002").statements]
    assert rules == ["weakest", "low", "closed", "danger", "apart"]


def test_frequencies_count_communities(found):
    counts = [(item.rule, item.subject, item.count, item.communities) for item in found.frequencies]
    assert counts[0] == ("low", "a", 2, ("001", "004"))
    assert ("weakest", "people", 1, ("001",)) in counts
    assert ("weakest", "place", 1, ("002",)) in counts
    assert {fill(item.title, item.values)["en"] for item in found.frequencies if item.rule == "apart"} == {
        "Place behind People", "People behind Place",
    }  # fmt: skip


def test_the_city_is_judged_by_its_means(found):
    # means of 2025: people 0.5, 0.775, 1 (004 has no value); place 0.9, 0.2, 1, 0.75
    assert said(found.city, "weakest") == ["Place 71.25 < People 75.83 by 4.58, Space 67.50"]
    assert by_rule(found.city, "closed") == []  # a mean of 0.75 is not 0


# --- what is inherited

CHILD = """\
schema: resilience-index/framework/1
id: child
version: 1.0.0
title: {zh: 子框架, en: Child}
recommendations: {build: {title: {zh: 建, en: Build}}}
diagnosis:
  inherit: [small.yaml]
  rules:
    - {id: low, kind: below, items: [c], below: 10, source: "own", title: {zh: 低, en: Low}, text: {zh: 低, en: Low}}
tree:
  id: index
  title: {zh: 指数, en: Index}
  children:
    - id: place
      title: {zh: 地, en: Place}
      children:
        - {id: c, title: {zh: 空间, en: Space}, direction: benefit, goalposts: [0, 100]}
        - {id: d, title: {zh: 大门, en: Doors}, direction: benefit, goalposts: [0, 1]}
"""


def test_what_is_inherited_fits_the_tree_and_gives_way_to_own_rules(tmp_path: Path):
    (tmp_path / "small.yaml").write_text(FRAMEWORK, encoding="utf-8")
    (tmp_path / "child.yaml").write_text(CHILD, encoding="utf-8")
    book = rulebook(ri.load_framework(tmp_path / "child.yaml"))
    assert [(rule.id, rule.source, rule.items, rule.paths) for rule in book.rules] == [
        ("low", "own", ["c"], []), ("closed", "s 6", ["d"], []),
    ]  # fmt: skip
    # 'people' is not in the tree, nor is the risk; do_people has nothing left, and 'build' is a path here too
    assert [(action.id, action.items, action.path) for action in book.actions] == [
        ("do_space", ["c"], None), ("do_doors", ["d"], "build"),
    ]  # fmt: skip


def test_a_framework_without_rules_is_diagnosed_all_the_same(tmp_path):
    bare = FRAMEWORK[: FRAMEWORK.index("diagnosis:")] + FRAMEWORK[FRAMEWORK.index("tree:") :]
    found = diagnosed(tmp_path, ROWS, bare)
    assert found.community("001").statements == ()
    assert found.community("001").actions == ()
    assert found.community("001").obstacles
    assert found.settings.nearest == 5


def test_the_joint_tree_has_the_rules_and_actions_of_both():
    joint, toe, sfic = (rulebook(ri.load_framework(name)) for name in ("community_resilience", "toe", "sfic"))
    assert {rule.id for rule in joint.rules} == {rule.id for rule in (*toe.rules, *sfic.rules)}
    assert {action.id for action in joint.actions} == {action.id for action in (*toe.actions, *sfic.actions)}
    lowest = next(rule for rule in joint.rules if rule.id == "sfic_weakest_resilience")
    assert lowest.items == ["subject", "spatial", "risk_identification", "psychological"]
