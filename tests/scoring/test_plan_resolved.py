"""The plan: what each leaf and node of a tree is resolved to, what does not fit there, and what is relative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from plan_tools import OWN, TREE, build, call, told

from resilience_index.framework.loading import load_framework
from resilience_index.framework.models import Rounding
from resilience_index.framework.tree import Framework
from resilience_index.scoring import plan as planning
from resilience_index.scoring.baseline import Baseline
from resilience_index.scoring.plan import Ref

Load = Callable[[str], Framework]


@pytest.fixture
def load(framework_file: Callable[[str], Path]) -> Load:
    return lambda text: load_framework(framework_file(text))


def test_a_tree_is_resolved_with_every_default(load: Load) -> None:
    plan = build(load(TREE))
    assert [(leaf.id, leaf.index, leaf.parent, leaf.scored) for leaf in plan.leaves] == [
        ("a", 0, 1, True), ("b", 1, 1, True), ("note", 2, 0, False), ("c", 3, 0, True),
    ]  # fmt: skip
    assert [leaf.goalposts for leaf in plan.leaves] == [(0, 10), (10, 0), None, (0, 1)]
    for leaf in plan.leaves:
        assert (leaf.normalize, leaf.fill, leaf.treat) == (
            call("normalize", "goalposts"), call("fill", "none"), call("treat", "none"),
        )  # fmt: skip
        assert (leaf.denominate, leaf.tokens, leaf.invert, leaf.against, leaf.round) == (None, (), False, False, None)
        assert (leaf.scale, leaf.full, leaf.top, leaf.factor) == (100.0, None, 100.0, 100.0)
    root, part = plan.nodes
    assert (root.id, root.index, root.parent, root.level, root.children) == (
        "index", 0, -1, 0, (Ref("node", 1), Ref("leaf", 3)),
    )  # fmt: skip
    assert (part.id, part.index, part.parent, part.level, part.children) == (
        "p", 1, 0, 1, (Ref("leaf", 0), Ref("leaf", 1)),
    )  # fmt: skip
    assert (root.given, root.has_given, part.given, part.has_given) == ((1.0, 4.0), True, (2.0, 3.0), True)
    for node in plan.nodes:
        assert (node.aggregate, node.missing) == (call("aggregate", "arithmetic"), call("missing", "available"))
        assert (node.normalize, node.invert, node.against, node.round, node.show) == (None, False, False, None, None)
        assert (node.scale, node.top, node.full, node.points) == (100.0, 100.0, (), ())
    assert plan.items == (
        Ref("node", 0),
        Ref("node", 1),
        Ref("leaf", 0),
        Ref("leaf", 1),
        Ref("leaf", 2),
        Ref("leaf", 3),
    )
    assert [plan.child_id(ref) for ref in plan.items] == ["index", "p", "a", "b", "note", "c"]
    assert plan.positions == {plan.child_id(ref): ref for ref in plan.items}
    assert [leaf.id for leaf in plan.scored] == ["a", "b", "c"]
    assert (plan.weights, plan.judgments, plan.baseline) == (call("weights", "given"), None, None)
    assert (plan.grades, plan.grading, plan.ties, plan.bounds) == ((), call("grading", "fixed"), "min", ())
    assert (plan.relative_grades, plan.detailed, plan.groupings, plan.relative_methods()) == (False, False, {}, [])
    assert plan.findings == ()


def test_without_weights_all_are_alike(load: Load) -> None:
    plan = build(load(TREE.replace("      weight: 1\n", "").replace("weight: 4, ", "")))
    assert [(node.given, node.has_given) for node in plan.nodes] == [((1.0, 1.0), False), ((2.0, 3.0), True)]


def test_what_items_say_themselves_wins_over_what_holds_for_all(load: Load) -> None:
    said: dict[str, Any] = {
        "aggregate": "harmonic", "missing": "refuse", "normalize": "percentile_rank", "fill": "mean", "treat": "log",
        "tokens": ("-",), "round": Rounding(digits=0), "scale": 1.0,
    }  # fmt: skip
    plan = build(load(OWN), **said)
    root, part = plan.nodes
    assert (root.aggregate, root.missing) == (call("aggregate", "geometric"), call("missing", "zero"))
    assert (root.normalize, root.round, root.scale) == (call("normalize", "minmax"), Rounding(digits=1), 10.0)
    assert root.show is not None
    assert (root.show.normalize, root.show.round) == (call("normalize", "zscore"), Rounding(digits=3))
    assert (part.aggregate, part.missing) == (call("aggregate", "harmonic"), call("missing", "refuse"))
    assert (part.normalize, part.round, part.scale, part.show, part.invert) == (
        None,
        Rounding(digits=0),
        1.0,
        None,
        True,
    )
    x, a = plan.leaves
    assert (a.normalize, a.fill, a.treat) == (
        call("normalize", "zscore"),
        call("fill", "median"),
        call("treat", "winsorize"),
    )
    assert (a.tokens, a.round, a.scale, a.invert) == (("缺",), Rounding(digits=2), 5.0, True)
    assert (x.normalize, x.fill, x.treat) == (
        call("normalize", "percentile_rank"),
        call("fill", "mean"),
        call("treat", "log"),
    )
    assert (x.tokens, x.round, x.scale, x.invert) == (("-",), Rounding(digits=0), 1.0, False)
    kept = {params["what"]: params for code, _, params in told(plan) if code == "RI411"}
    texts = {"tokens": "('-',)", "round": str(Rounding(digits=0)), "scale": "1.0"}
    names = {"aggregate": ["index"], "missing": ["index"], "round": ["a", "index"], "scale": ["a", "index"]}
    assert kept == {
        name: {
            "what": name, "count": len(names.get(name, ["a"])), "names": names.get(name, ["a"]),
            "value": texts[name] if name in texts else call(name, said[name]).text(),
        }
        for name in ("normalize", "fill", "treat", "tokens", "aggregate", "missing", "round", "scale")
    }  # fmt: skip


@pytest.mark.parametrize(
    ("origin", "count"), [("option", 1), ("scheme", 1), ("assessment", 1), ("framework", 0), ("program", 0)]
)
def test_what_is_kept_is_told_of_what_comes_from_outside(load: Load, origin: str, count: int) -> None:
    plan = build(load(OWN), origin=origin, fill="mean")
    assert [item for item in told(plan) if item[0] == "RI411"] == count * [
        ("RI411", "", {"what": "fill", "count": 1, "value": "mean", "names": ["a"]})
    ]
    assert not [item for item in told(build(load(TREE), fill="mean")) if item[0] == "RI411"]


BANDS = "{method: bands, bands: [{min: 5, points: 20}, {min: 1, points: 8}, {points: 0}]%s}"
POINTS = """
defaults: {aggregate: points}
tree:
  children:
    - {id: p, weight: 28, children: [{id: a, normalize: BANDS}, {id: b, weight: 8, goalposts: [0, 1]}]}
    - {id: c, weight: 5, goalposts: [0, 1]}
"""


def test_points_are_added_up_the_tree(load: Load) -> None:
    framework = load(POINTS.replace("BANDS", BANDS % "").replace("id: a,", "id: a, weight: 20,"))
    plan = build(framework)
    root, part = plan.nodes
    assert (part.full, part.points, part.given, part.top, part.scale) == (
        (20.0, 8.0),
        (1.0, 8.0),
        (20.0, 8.0),
        28.0,
        1.0,
    )
    assert (root.full, root.points, root.given, root.top, root.scale) == (
        (28.0, 5.0),
        (1.0, 5.0),
        (28.0, 5.0),
        33.0,
        1.0,
    )
    a, b, c = plan.leaves
    assert [(leaf.full, leaf.top, leaf.factor) for leaf in (a, b, c)] == [
        (20.0, 20.0, 1.0), (None, 100.0, 100.0), (None, 100.0, 100.0),
    ]  # fmt: skip
    assert told(plan) == []


def test_points_without_weights_are_the_full_ones(load: Load) -> None:
    text = "defaults: {aggregate: points}\ntree: {children: [{id: a, normalize: BANDS}, {id: b, normalize: BANDS}]}"
    plan = build(load(text.replace("BANDS", BANDS % "")))
    assert (plan.nodes[0].given, plan.nodes[0].has_given, plan.nodes[0].points) == ((20.0, 20.0), False, (1.0, 1.0))
    assert plan.nodes[0].top == 40.0


@pytest.mark.parametrize("own", ["invert: true", "normalize: {method: goalposts}", "with full"])
def test_what_is_no_points_is_multiplied_by_its_weight(load: Load, own: str) -> None:
    bands = BANDS % (", full: 20" if own == "with full" else "")
    leaf = f"{{id: a, weight: 7, goalposts: [0, 1], {own}}}"
    if own != "normalize: {method: goalposts}":
        leaf = f"{{id: a, weight: 7, normalize: {bands}{', invert: true' if own == 'invert: true' else ''}}}"
    plan = build(load(f"defaults: {{aggregate: points}}\ntree: {{children: [{leaf}]}}"))
    assert (plan.nodes[0].full, plan.nodes[0].points) == ((7.0,), (7.0,))
    assert plan.leaves[0].full is None
    assert told(plan) == []


@pytest.mark.parametrize("own", ["invert: true", "normalize: minmax", "aggregate: arithmetic"])
def test_nodes_that_are_no_points_are_multiplied_by_their_weights(load: Load, own: str) -> None:
    part = f"{{id: p, weight: 7, {own}, children: [{{id: a, weight: 28, goalposts: [0, 1]}}]}}"
    plan = build(load(f"defaults: {{aggregate: points}}\ntree: {{children: [{part}]}}"))
    assert (plan.nodes[0].full, plan.nodes[0].points) == ((7.0,), (7.0,))


def test_points_that_do_not_fit_are_told_at_their_children(load: Load) -> None:
    text = """
    defaults: {aggregate: {method: points, full: 30}}
    tree: {scale: 2, children: [{id: a, weight: 21, normalize: BANDS}, {id: b, weight: 8, goalposts: [0, 1]}]}
    """.replace("BANDS", BANDS % "")
    framework = load(text)
    plan = build(framework)
    a = framework.leaves[0].location.text().rpartition("/")[2]
    root = framework.root.location.text().rpartition("/")[2]
    assert told(plan) == [
        ("RI161", a, {"node": "index", "child": "a", "weight": "21", "full": "20"}),
        ("RI162", root, {"node": "index", "full": "30", "total": "28"}),
    ]
    assert a != root
    assert plan.nodes[0].top == 56.0
    fine = text.replace("full: 30", "full: 28").replace("21", "20")
    assert told(build(load(fine))) == []


def test_methods_that_do_not_fit_their_leaves_are_told_at_them(load: Load) -> None:
    text = """
    tree:
      children:
        - {id: a}
        - {id: b, goalposts: [0, 5]}
        - {id: c, direction: target, goalposts: [0, 1, 2, 3], normalize: NORMALIZE}
        - {id: d, direction: target, goalposts: [0, 1, 2, 3]}
        - {id: e, direction: context}
    """
    framework = load(text.replace(", normalize: NORMALIZE", ""))
    places = [leaf.location.text().rpartition("/")[2] for leaf in framework.leaves]
    assert len(set(places)) == 5
    assert told(build(framework)) == [("RI401", places[0], {"id": "a"})]
    log = told(build(framework, normalize={"method": "goalposts", "transform": "log"}))
    assert log == [
        ("RI401", places[0], {"id": "a"}), ("RI139", places[1], {"id": "b", "goalposts": [0, 5]}),
        ("RI139", places[2], {"id": "c", "goalposts": [0, 1, 2, 3]}),
        ("RI139", places[3], {"id": "d", "goalposts": [0, 1, 2, 3]}),
    ]  # fmt: skip
    relative = build(framework, normalize="minmax")
    assert told(relative) == [(
        "RI421", places[place], {"id": name, "name": "minmax"}) for place, name in ((2, "c"), (3, "d"))
    ]  # fmt: skip
    assert [leaf.normalize.name for leaf in relative.leaves] == ["minmax", "minmax", "goalposts", "goalposts", "minmax"]
    for name in ("none", "goalposts"):
        plan = build(framework, normalize=name)
        assert {leaf.normalize.name for leaf in plan.leaves} == {name}


def test_goalposts_under_a_logarithm_begin_above_0(load: Load) -> None:
    text = "tree: {children: [{id: a, goalposts: [%s, 5]}]}"
    for low, codes in (("0.001", []), ("0", ["RI139"]), ("-1", ["RI139"])):
        plan = build(load(text % low), normalize={"method": "goalposts", "transform": "log"})
        assert [item[0] for item in told(plan)] == codes


def test_bands_against_the_direction_are_told_where_they_are_a_default(load: Load) -> None:
    framework = load("tree: {children: [{id: a}, {id: b, direction: cost}, {id: c, direction: context}]}")
    plan = build(framework, normalize={"method": "bands", "bands": [{"min": 1, "points": 1}, {"points": 0}]})
    ((code, place, params),) = told(plan)
    assert (code, place) == ("RI156", framework.leaves[1].location.text().rpartition("/")[2])
    assert {key: params[key] for key in ("id", "direction", "low", "high")} == {
        "id": "b", "direction": "cost", "low": 0, "high": 1,
    }  # fmt: skip


def test_divided_leaves_need_goalposts_of_their_own(load: Load) -> None:
    text = """
    tree:
      children:
        - {id: a, goalposts: [0, 1], denominate: {by: n}}
        - {id: b, denominate: {by: n}, normalize: {method: goalposts, goalposts: [0, 9]}}
        - {id: n, direction: context}
    """
    framework = load(text)
    plan = build(framework)
    assert told(plan) == [("RI433", framework.leaves[0].location.text().rpartition("/")[2], {"id": "a", "by": "n"})]
    assert [leaf.goalposts for leaf in plan.leaves] == [None, (0, 9), None]


@pytest.mark.parametrize(
    ("treat", "normalize", "told_of"),
    [
        ("log", "goalposts", True), ("log", "minmax", False), ("log", "none", False), ("winsorize", "goalposts", False),
        ({"method": "winsorize", "otherwise": "log"}, "goalposts", True),
        ({"method": "winsorize", "otherwise": "log"}, "zscore", False),
    ],
)  # fmt: skip
def test_logarithms_before_a_fixed_scale_are_told(load: Load, treat: Any, normalize: str, told_of: bool) -> None:
    framework = load("tree: {children: [{id: a, goalposts: [0, 1]}, {id: e, direction: context}]}")
    found = [item for item in told(build(framework, treat=treat, normalize=normalize)) if item[0] == "RI434"]
    place = framework.leaves[0].location.text().rpartition("/")[2]
    assert found == ([("RI434", place, {"id": "a", "method": normalize})] if told_of else [])


def test_default_aggregations_are_checked_at_each_node_without_one(load: Load) -> None:
    text = """
    tree:
      children:
        - {id: p, children: [{id: a, goalposts: [0, 1]}, {id: b, goalposts: [0, 1]}]}
        - {id: q, aggregate: geometric, children: [{id: c, goalposts: [0, 1]}]}
        - {id: d, goalposts: [0, 1]}
    """
    framework = load(text)
    plan = build(framework, aggregate={"method": "owa", "order": [1, 1]})
    ((code, place, params),) = [item for item in told(plan) if item[0] != "RI411"]
    assert (code, place) == ("RI455", framework.root.location.text().rpartition("/")[2])
    assert {key: params[key] for key in ("id", "name", "param", "count")} == {
        "id": "index", "name": "owa", "param": "order", "count": 3,
    }  # fmt: skip


# -- what depends on the set of units -----------------------------------------------------------------------


def test_groupings_are_told_with_the_first_that_names_them(load: Load) -> None:
    text = """
    tree:
      show: {normalize: {method: minmax, within: shown}}
      normalize: {method: zscore, within: node}
      children:
        - {id: a, normalize: {method: minmax, within: leaf}, fill: {method: group_median, by: filled}}
        - {id: b, normalize: {method: minmax, within: leaf}, fill: {method: group_mean, by: leaf}}
        - {id: e, direction: context, fill: {method: group_mean, by: context}}
    """
    framework = load(text)
    plan = build(framework, by="town", grading={"method": "quantile", "within": "graded"})
    assert plan.groupings == {
        "leaf": "a", "node": "index", "shown": "index", "graded": "grading", "filled": "a", "town": "--by",
    }  # fmt: skip
    assert list(plan.groupings) == ["leaf", "node", "shown", "graded", "filled", "town"]
    again = build(framework, by="leaf")
    assert again.groupings["leaf"] == "a"
    assert "town" not in again.groupings


def test_relative_methods_are_named_once_in_order(load: Load) -> None:
    text = """
    tree:
      aggregate: topsis
      normalize: zscore
      show: {normalize: rank}
      children:
        - {id: a, normalize: minmax, fill: median}
        - {id: b, normalize: minmax, fill: {method: knn, k: 1}, treat: winsorize}
        - {id: e, direction: context, fill: mean}
    """
    plan = build(load(text), weights="entropy")
    names = ["entropy", "knn", "median", "minmax", "rank", "topsis", "winsorize", "zscore"]
    assert plan.relative_methods() == names
    kept = replace(plan, baseline=Baseline.__new__(Baseline))
    assert kept.relative_methods() == ["knn", "topsis"]
    assert plan.detailed
    assert [planning.carried(each) for each in (call("fill", "median"), call("fill", {"method": "knn", "k": 1}),
                                                 call("fill", "none"))] == [True, False, False]  # fmt: skip
    fixed = build(load(TREE), aggregate="geometric")
    assert (fixed.relative_methods(), fixed.detailed) == ([], False)
    fuzzy = {"method": "fuzzy", "grades": [1, 0], "membership": "triangular"}
    for method in ("topsis", "vikor", "rsr", fuzzy):
        assert build(load(TREE), aggregate=method).detailed
