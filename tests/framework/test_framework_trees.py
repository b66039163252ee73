"""Frameworks as the rest of the program sees them: trees of any shape, settings as they were written."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from fractions import Fraction
from pathlib import Path

import pytest
from framework_files import ALPHA, BETA, framework_text, load_text
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_index.errors import UnknownNameError, UnreadableError, UsageError
from resilience_index.findings import from_error
from resilience_index.framework import catalogue
from resilience_index.framework.loading import load_framework
from resilience_index.framework.tree import Leaf, Node, walk

RAGGED = framework_text(
    ALPHA,
    """\
    - id: upper
      title: {zh: 上, en: Upper}
      weight: 2/3
      children:
        - reply_rate
        - id: lower
          title: {zh: 下, en: Lower}
          children:
            - indicator: response_min
              normalize: {method: goalposts, goalposts: [240, 30], transform: log, clip: false}
              tokens: [-999, 无]
              against: true
            - {id: note, title: {zh: 注, en: Note}, direction: context}
    """,
).replace("goalposts: [0, 10]", "goalposts: [0, 10], weight: 1")


def test_a_ragged_tree_keeps_the_order_of_the_file(tmp_path: Path):
    framework = load_text(tmp_path, RAGGED)
    assert [node.id for node in framework.nodes] == ["index", "upper", "lower"]
    assert [leaf.id for leaf in framework.leaves] == ["alpha", "reply_rate", "response_min", "note"]
    assert [item.id for item in walk(framework.root)] == [
        "index",
        "alpha",
        "upper",
        "reply_rate",
        "lower",
        "response_min",
        "note",
    ]
    lower = framework.nodes[2]
    assert [child.id for child in lower.scored_children] == ["response_min"]
    parents = {leaf.id: framework.parent_of(leaf.id).id for leaf in framework.leaves}
    assert parents == {"alpha": "index", "reply_rate": "upper", "response_min": "lower", "note": "lower"}
    assert framework.parent_of("index") is None


def test_leaves_come_from_the_dictionary_or_from_the_tree_itself(tmp_path: Path):
    framework = load_text(tmp_path, RAGGED)
    alpha, reply, response, note = framework.leaves
    assert alpha.local
    assert (alpha.indicator.goalposts, alpha.weight, alpha.title.zh) == ((0.0, 10.0), 1.0, "甲")
    assert not reply.local
    assert (reply.indicator.unit, reply.indicator.goalposts, reply.normalize) == ("%", (60.0, 100.0), None)
    assert response.normalize["goalposts"] == (240.0, 30.0)
    assert (response.normalize["transform"], response.normalize["clip"]) == ("log", False)
    assert (response.tokens, response.against, response.invert) == ((-999, "无"), True, False)
    assert not note.indicator.scored


def test_what_a_node_does_not_say_is_left_to_the_defaults(tmp_path: Path):
    framework = load_text(tmp_path, RAGGED)
    upper = framework.nodes[1]
    assert upper.weight == Fraction(2, 3)
    for name in ("aggregate", "normalize", "missing", "round", "show", "scale", "chain"):
        assert getattr(upper, name) is None, name
    assert (upper.invert, upper.against, upper.paths) == (False, False, ())
    defaults = framework.defaults
    assert all(getattr(defaults, name) is None for name in type(defaults).model_fields)
    assert (framework.ties, framework.grades, framework.red_lines, framework.flags) == (None, (), (), ())


def test_settings_of_nodes_and_defaults_are_read_as_written(tmp_path: Path):
    text = framework_text(
        ALPHA,
        BETA,
        top="""\
        defaults:
          normalize: minmax
          aggregate: {method: geometric, zero: {floor: 0.01}}
          weights: {method: entropy, scope: siblings}
          missing: {policy: available, min_coverage: 2/3}
          tokens: [-999]
          round: {digits: 4, mode: half_even}
          scale: 1
        ranks: {ties: dense}
        """,
        root="""\
        aggregate: sum
        normalize: {method: percentile_rank, ties: average, within: period}
        invert: true
        round: {digits: 2}
        show: {normalize: minmax, round: {digits: 0}}
        scale: 10
        missing: {policy: available, min_children: 2}
        """,
    )
    framework = load_text(tmp_path, text)
    root, defaults = framework.root, framework.defaults
    assert root.aggregate.to_dict() == {"method": "sum"}
    assert root.normalize.text() == "percentile_rank(ties=average, within=period)"
    assert (root.invert, root.round.digits, root.round.mode, root.scale) == (True, 2, "half_up", 10)
    assert (root.show.normalize.name, root.show.round.digits) == ("minmax", 0)
    assert root.missing.to_dict() == {"policy": "available", "min_children": 2}
    assert defaults.aggregate.to_dict() == {"method": "geometric", "zero": {"floor": 0.01}}
    assert defaults.weights["scope"] == "siblings"
    assert defaults.missing["min_coverage"] == Fraction(2, 3)
    assert (defaults.round.mode, defaults.tokens, framework.ties) == ("half_even", [-999], "dense")


def test_null_is_the_same_as_not_saying_it(tmp_path: Path):
    text = framework_text(ALPHA, top="defaults: {round: null, scale: ~, normalize: }", root="round: null\nweight: ~")
    framework = load_text(tmp_path, text)
    assert framework.root.round is None
    assert framework.defaults.normalize is None


def test_a_framework_cannot_be_changed(tmp_path: Path):
    framework = load_text(tmp_path, RAGGED)
    with pytest.raises(dataclasses.FrozenInstanceError):
        framework.root.weight = 1
    with pytest.raises(TypeError):
        framework.leaves[2].normalize["clip"] = True


@pytest.mark.parametrize("name", ["toe", "sfic"])
def test_frameworks_can_be_sent_to_other_processes(name):
    framework = load_framework(name)
    for same in (pickle.loads(pickle.dumps(framework)), copy.deepcopy(framework)):
        assert same == framework


def test_a_framework_is_found_by_id_or_by_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "mine.yaml"
    path.write_text(framework_text(ALPHA), encoding="utf-8")
    assert load_framework("toe").file == "toe.yaml"
    assert load_framework(path).file == str(path)
    monkeypatch.chdir(tmp_path)
    assert load_framework("mine.yaml").file == "mine.yaml"
    (tmp_path / "plain").write_text(framework_text(ALPHA), encoding="utf-8")
    assert load_framework("plain").id == "demo"
    (tmp_path / "toe").write_text(framework_text(ALPHA), encoding="utf-8")
    assert load_framework("toe").id == "toe"
    assert [catalogue.is_path(name) for name in ("toe", "a/b", "a\\b", "x.yml", "x.yaml")] == [False] + [True] * 4


def test_an_unknown_framework_is_told_with_the_closest_one():
    with pytest.raises(UnknownNameError) as caught:
        load_framework("tow")
    finding = from_error(caught.value)
    assert (finding.code, caught.value.exit_code) == ("RI008", 2)
    assert "did you mean 'toe'?" in finding.message("en")
    assert "框架" in finding.message("zh")
    assert "sfic, toe" in finding.help("en")
    assert str(caught.value) == f"RI008 {finding.message('en')}"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("x" * 300, "RI008"),
        ("nul\0", "RI008"),
        ("", "RI003"),
        (".", "RI003"),
        ("x" * 300 + ".yaml", "RI007"),
        ("~", "RI008"),
    ],
)
def test_names_that_no_file_can_have_are_refused_like_any_other(name, code):
    with pytest.raises(UsageError) as caught:
        load_framework(name)
    assert caught.value.code == code


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*arguments, **named):
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "file.yaml"
    path.write_text(framework_text(ALPHA), encoding="utf-8")
    for step in ("open", "stat"):
        with monkeypatch.context() as patch:
            patch.setattr(Path, step, refuse)
            with pytest.raises(UnreadableError) as caught:
                load_framework(path)
        assert caught.value.code == "RI007"
        assert "Permission denied" in str(caught.value)


@pytest.mark.parametrize("name", ["dictionary: no/such.yaml", 'dictionary: "nul\\0.yaml"', "dictionary: ."])
def test_a_dictionary_that_cannot_be_read_is_told_even_where_no_leaf_needs_it(tmp_path: Path, name):
    with pytest.raises(UnreadableError):
        load_text(tmp_path, framework_text(ALPHA, top=name))


def test_ten_thousand_leaves_are_loaded(tmp_path: Path):
    leaves = "\n".join(
        f"- {{id: leaf{n}, title: {{zh: 叶{n}, en: Leaf {n}}}, direction: benefit, goalposts: [0, 10], range: [0, 10]}}"
        for n in range(10_000)
    )
    assert len(load_text(tmp_path, framework_text(leaves)).leaves) == 10_000


def test_trees_of_the_depth_yaml_allows_are_loaded(tmp_path: Path):
    lines = []
    for level in range(27):
        lines += [f"{'    ' * level}- id: n{level}", f"{'    ' * level}  title: {{zh: 层{level}, en: Level {level}}}"]
        lines += [f"{'    ' * level}  children:"]
    framework = load_text(tmp_path, framework_text("\n".join([*lines, "    " * 27 + ALPHA])))
    assert len(framework.nodes) == 28
    assert framework.parent_of("alpha").id == "n26"


# --- properties

_tree = st.recursive(st.just("leaf"), lambda inner: st.lists(inner, min_size=1, max_size=4), max_leaves=15)


@given(_tree.filter(lambda tree: tree != "leaf"))
@settings(max_examples=30, deadline=None)
def test_any_tree_is_loaded_with_its_shape(tmp_path_factory, tree):
    count = 0

    def write(item, indent: str) -> list[str]:
        nonlocal count
        count += 1
        name, title = f"item{count}", f"title: {{zh: 项{count}, en: Item {count}}}"
        if item == "leaf":
            return [f"{indent}- {{id: {name}, {title}, direction: benefit}}"]
        lines = [f"{indent}- id: {name}", f"{indent}  {title}", f"{indent}  children:"]
        return lines + [line for child in item for line in write(child, indent + "    ")]

    def shape(item: Node | Leaf):
        return "leaf" if isinstance(item, Leaf) else [shape(child) for child in item.children]

    text = framework_text("\n".join(line for child in tree for line in write(child, "")))
    framework = load_text(tmp_path_factory.mktemp("tree"), text)
    assert shape(framework.root) == tree
    for item in walk(framework.root):
        line = text.split("\n")[item.location.line - 1]
        assert item.id in line or item.id == "index"
