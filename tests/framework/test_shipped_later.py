"""The dual empowerment, the mechanisms and the joint tree: every node, leaf and path where it belongs."""

from __future__ import annotations

import re

import pytest
from shipped_tables import (
    DUAL,
    DUAL_PARTS,
    DUAL_PATHS,
    LATER_INDICATORS,
    MECHANISM_PATHS,
    MECHANISMS,
    MECHANISMS_PARTS,
    PROBLEMS,
    SHARED,
)

from resilience_index.framework import catalogue
from resilience_index.framework.loading import load_dictionary, load_framework
from resilience_index.framework.tree import Framework, Leaf

NAMES = ["community_resilience", "dual_empowerment", "mechanisms", "sfic", "toe"]


def leaves_by_parent(framework: Framework) -> dict[str, tuple[str, ...]]:
    found = {node.id: tuple(child.id for child in node.children if isinstance(child, Leaf)) for node in framework.nodes}
    return {parent: leaves for parent, leaves in found.items() if leaves}


def parts(framework: Framework) -> dict[str, tuple[str, ...]]:
    return {child.id: tuple(part.id for part in child.children) for child in framework.root.children}


def test_dual_empowerment_has_every_node_and_leaf_of_the_paper_where_it_belongs():
    framework = load_framework("dual_empowerment")
    assert parts(framework) == DUAL_PARTS
    assert leaves_by_parent(framework) == DUAL
    assert {node.id: node.paths for node in framework.nodes if node.paths} == DUAL_PATHS
    assert list(framework.recommendations) == [paths[0] for paths in DUAL_PATHS.values()]


def test_mechanisms_have_every_node_and_leaf_of_the_paper_where_it_belongs():
    framework = load_framework("mechanisms")
    assert parts(framework) == MECHANISMS_PARTS
    assert leaves_by_parent(framework) == MECHANISMS


def test_each_problem_of_practice_leads_to_its_path_by_its_worst_leaf():
    framework = load_framework("mechanisms")
    nodes = {node.id: node for node in framework.nodes}
    for name, (problem, path) in PROBLEMS.items():
        node = nodes[name]
        assert node.chain is not None
        assert node.chain.dilemma is not None
        assert (node.chain.dilemma.title.zh, node.chain.path, node.paths) == (problem, path, (path,))
        assert node.chain.dilemma.text is not None
        scored = [child.id for child in node.scored_children]
        assert [detail.indicator for detail in node.chain.details] == scored
    paths = {node.id: node.paths for node in framework.nodes if node.paths and node.id not in PROBLEMS}
    assert paths == MECHANISM_PATHS
    assert list(framework.recommendations) == [path for _, path in PROBLEMS.values()]


def test_the_limits_of_the_mechanisms_under_major_events_are_notes():
    notes = [note for note in load_framework("mechanisms").notes if "重大突发事件" in note.zh]
    assert [note.zh[:2] for note in notes] == ["动员", "单元", "压力"]
    assert all("major events" in note.en for note in notes)


def test_the_count_of_scenes_is_context_and_the_balance_a_target_range():
    leaves = {leaf.id: leaf for leaf in load_framework("mechanisms").leaves}
    assert not leaves["scene_count"].indicator.scored
    assert leaves["scene_count"].indicator.goalposts is None
    assert [leaf.id for leaf in leaves.values() if not leaf.indicator.scored] == ["scene_count"]
    assert leaves["human_tech_balance"].indicator.direction == "target"


def test_the_joint_tree_has_each_leaf_of_both_trees_once():
    toe, sfic, joint = (
        [leaf.id for leaf in load_framework(name).leaves] for name in ("toe", "sfic", "community_resilience")
    )
    assert len(joint) == len(set(joint)) == 85
    assert set(joint) == set(toe) | set(sfic)
    assert set(toe) & set(sfic) == set(SHARED)


def test_the_joint_tree_says_why_each_shared_leaf_stands_where_it_stands():
    framework = load_framework("community_resilience")
    owner = {leaf: parent for parent, leaves in leaves_by_parent(framework).items() for leaf in leaves}
    assert {leaf: owner[leaf] for leaf in SHARED} == SHARED
    indicators = load_dictionary().indicators
    notes = "".join(note.zh for note in framework.notes)
    for name in SHARED:
        assert indicators[name].title.zh in notes, name


def test_the_joint_tree_keeps_red_lines_paths_risks_and_sources_of_both():
    toe, sfic, joint = (load_framework(name) for name in ("toe", "sfic", "community_resilience"))
    lines = {(line.indicator, line.op, line.value, line.cap) for line in (*toe.red_lines, *sfic.red_lines)}
    assert {(line.indicator, line.op, line.value, line.cap) for line in joint.red_lines} == lines
    assert len(joint.red_lines) == len(lines) == 2
    assert joint.recommendations == toe.recommendations | sfic.recommendations
    assert joint.risks == toe.risks
    assert joint.sources == toe.sources | sfic.sources
    used = {path for node in joint.nodes for path in node.paths}
    assert used == set(joint.recommendations)


def test_the_joint_tree_keeps_the_four_chains():
    def chains(name: str) -> list[object]:
        return [node.chain for node in load_framework(name).nodes if node.chain is not None]

    joint, sfic = chains("community_resilience"), chains("sfic")
    assert len(joint) == 4
    assert all(chain in sfic for chain in joint)


def test_the_later_indicators_have_their_direction_unit_and_goalposts():
    indicators = load_dictionary().indicators
    for name, (direction, unit, goalposts) in LATER_INDICATORS.items():
        indicator = indicators[name]
        assert (indicator.direction, indicator.unit, indicator.goalposts or ()) == (direction, unit, goalposts), name
        assert indicator.range is not None, name


def test_the_adopted_agenda_items_are_known_by_the_other_name_too():
    assert "adoption_rate" in load_dictionary().indicators["agenda_adoption_rate"].aliases


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_text_is_in_both_languages(name):
    """Nothing is left in one language: Chinese has Chinese characters, English has Latin letters."""
    framework = load_framework(name)
    texts = [framework.title, framework.description, *framework.notes]
    for node in framework.nodes:
        texts += [node.title, *([node.description] if node.description else [])]
    for leaf in framework.leaves:
        texts += [leaf.indicator.title, leaf.indicator.measure]
        texts += [leaf.indicator.not_applicable] if leaf.indicator.not_applicable else []
    for path in framework.recommendations.values():
        texts += [path.title, path.text]
    texts += [risk.title for risk in framework.risks]
    for text in texts:
        assert text is not None
        assert re.search(r"[一-鿿]", text.zh), text.zh
        assert re.search(r"[A-Za-z]{3}", text.en), text.en
        assert not re.search(r"[，。：；（）？]", text.en), text.en
        assert not re.search(r"[一-鿿][,:;?!()]|[,:;?!()][一-鿿]", text.zh), text.zh


@pytest.mark.parametrize("name", NAMES)
def test_goalposts_lie_inside_the_range_and_every_name_is_known(name):
    framework = load_framework(name)
    assert framework.findings == ()
    for leaf in framework.leaves:
        low, high = leaf.indicator.range
        assert all(low <= end <= high for end in leaf.indicator.goalposts or ()), leaf.id
    used = {path for node in framework.nodes for path in node.paths}
    used |= {node.chain.path for node in framework.nodes if node.chain is not None}
    assert used == set(framework.recommendations)
    assert all(path.source for path in framework.recommendations.values())


@pytest.mark.parametrize("name", NAMES)
def test_the_file_is_named_as_the_framework(name):
    path = catalogue.framework_paths()[name]
    assert (path.stem, load_framework(name).id) == (name, name)
    assert "basis: assumption" in path.read_text(encoding="utf-8")
