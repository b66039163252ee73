"""Data methods in a run: the columns they see, their policies, combinations and methods by level."""

from __future__ import annotations

from collections.abc import Callable
from math import log, sqrt
from statistics import mean, stdev
from typing import Any

import numpy as np
import pytest

from resilience_index.methods.weights import cilos, critic, entropy, gini, idocriw, independence, merec, pca, spread

Score = Callable[..., Any]
Close = Callable[[Any], Any]
Refused = Callable[..., Any]

TREE = """
defaults: {normalize: none, scale: 1}
tree:
  children:
    - {id: left, weight: 3, children: [{id: x, weight: 1}, {id: y, weight: 4}]}
    - {id: right, weight: 1, children: [{id: v}, {id: w}]}
"""
LEAVES = ("x", "y", "v", "w")
# Six units, above 0, no column a mixture of others; x and w rise together, y falls.
X, Y = [0.2, 0.4, 0.5, 0.7, 0.9, 0.6], [0.9, 0.8, 0.4, 0.5, 0.1, 0.3]
V, W = [0.3, 0.7, 0.2, 0.9, 0.4, 0.5], [0.1, 0.5, 0.4, 0.8, 0.7, 0.9]
VALUES = np.array([X, Y, V, W]).T
NO_COST = np.zeros(4, dtype=np.bool_)

WHOLE: dict[str, Callable[[Any], Any]] = {
    "critic": critic.critic,
    "std": spread.std,
    "cv": spread.cv,
    "gini": gini.gini,
    "merec": lambda values: merec.merec(values, NO_COST[: values.shape[1]]),
    "cilos": lambda values: cilos.cilos(values, NO_COST[: values.shape[1]]),
    "idocriw": lambda values: idocriw.idocriw(values, NO_COST[: values.shape[1]]),
    "pca:negative=absolute": lambda values: pca.pca(values, negative="absolute"),
    "independence": independence.independence,
}


def table(**columns: list[Any]) -> str:
    lines = zip(*columns.values(), strict=True)
    head = "id," + ",".join(columns)
    return "\n".join([head, *(f"u{place}," + ",".join(map(str, line)) for place, line in enumerate(lines))])


def flag(weights: str, **more: str) -> str:
    """A flag with further parameters."""
    return weights + "".join((":" if ":" not in weights else ",") + f"{key}={value}" for key, value in more.items())


DATA = table(x=X, y=Y, v=V, w=W)


@pytest.mark.parametrize("weights", WHOLE)
def test_all_leaves_together_are_weighed_as_the_whole_table_is(weights: str, score: Score) -> None:
    result = score(TREE, DATA, weights=weights)
    expected = WHOLE[weights](VALUES)
    assert result.weights(*LEAVES) == pytest.approx(expected.tolist(), rel=1e-11)
    assert result.weights("left") == pytest.approx([expected[0] + expected[1]], rel=1e-11)
    assert set(result.finding("RI419").params["names"]) == {weights.partition(":")[0]}


@pytest.mark.parametrize("weights", [name for name in WHOLE if name not in ("pca:negative=absolute", "independence")])
def test_siblings_are_weighed_bottom_up(weights: str, score: Score) -> None:
    result = score(TREE, DATA, weights=flag(weights, scope="siblings"))
    method = WHOLE[weights]
    assert result.local("x", "y") == pytest.approx(method(VALUES[:, :2]).tolist(), rel=1e-11)
    assert result.local("v", "w") == pytest.approx(method(VALUES[:, 2:]).tolist(), rel=1e-11)
    # Nodes by the scores that these weights give them.
    nodes = np.array([result.of("left"), result.of("right")]).T
    assert result.local("left", "right") == pytest.approx(method(nodes).tolist(), rel=1e-7)


def test_std_and_cv_by_hand(score: Score, close: Close) -> None:
    deviations = [stdev(column) for column in (X, Y, V, W)]
    assert score(TREE, DATA, weights="std").weights(*LEAVES) == close([s / sum(deviations) for s in deviations])
    ratios = [stdev(column) / mean(column) for column in (X, Y, V, W)]
    assert score(TREE, DATA, weights="cv").weights(*LEAVES) == close([r / sum(ratios) for r in ratios])


GOALS = """
tree: {children: [{id: x, goalposts: [0, 1]}, {id: y, direction: cost, goalposts: [1, 0]}, {id: v, goalposts: [0, 1]}]}
"""
THREE = table(x=X, y=Y, v=V)


def test_critic_may_leave_cost_columns_unflipped(score: Score) -> None:
    flipped = np.array([X, [1 - value for value in Y], V]).T
    assert score(GOALS, THREE, weights="critic").weights("x", "y", "v") == pytest.approx(
        critic.critic(flipped).tolist(), rel=1e-11
    )
    raw = np.array([X, Y, V]).T
    found = score(GOALS, THREE, weights="critic:direction=raw").weights("x", "y", "v")
    assert found == pytest.approx(critic.critic(raw).tolist(), rel=1e-11)
    assert found != pytest.approx(critic.critic(flipped).tolist(), rel=1e-3)


@pytest.mark.parametrize(
    ("name", "method"), [("merec", merec.merec), ("cilos", cilos.cilos), ("idocriw", idocriw.idocriw)]
)
def test_raw_values_keep_their_direction(name: str, method: Callable[..., Any], score: Score) -> None:
    data = table(x=[30, 50, 80, 20], y=[5, 3, 9, 4], v=[100, 120, 90, 150])
    raw = np.array([[30, 50, 80, 20], [5, 3, 9, 4], [100, 120, 90, 150]], dtype=float).T
    text = GOALS.replace("[0, 1]", "[0, 200]").replace("[1, 0]", "[10, 0]")
    found = score(text, data, weights=f"{name}:input=raw").weights("x", "y", "v")
    assert found == pytest.approx(method(raw, np.array([False, True, False])).tolist(), rel=1e-11)
    assert found != pytest.approx(method(raw, np.array([False, False, False])).tolist(), rel=1e-3)


@pytest.mark.parametrize("turned", ["invert: true", "against: true"])
def test_a_leaf_that_is_turned_round_turns_its_raw_direction(turned: str, score: Score) -> None:
    data = table(x=[30, 50, 80, 20], y=[5, 3, 9, 4], v=[100, 120, 90, 150])
    text = (
        GOALS.replace("[0, 1]", "[0, 200]").replace("[1, 0]", "[10, 0]").replace("{id: x,", "{id: x, " + turned + ",")
    )
    raw = np.array([[30, 50, 80, 20], [5, 3, 9, 4], [100, 120, 90, 150]], dtype=float).T
    found = score(text, data, weights="merec:input=raw").weights("x", "y", "v")
    assert found == pytest.approx(merec.merec(raw, np.array([True, True, False])).tolist(), rel=1e-11)


@pytest.mark.parametrize("name", ["merec", "cilos", "idocriw"])
def test_raw_values_of_a_target_leaf_have_no_direction(name: str, refused: Refused) -> None:
    text = "tree: {children: [{id: x, direction: target, goalposts: [0, 2, 3, 9]}, {id: y, goalposts: [0, 9]}]}"
    data = table(x=[1, 2, 3, 4], y=[4, 3, 5, 1])
    finding = refused(text, data, weights=f"{name}:input=raw")
    assert (finding.code, finding.params["leaf"]) == ("RI354", "x")
    assert finding.location.field == "x"


def test_raw_gini_and_cv_see_the_file(score: Score, close: Close) -> None:
    text = "tree: {children: [{id: x, goalposts: [0, 10]}, {id: y, goalposts: [0, 1000]}]}"
    data = table(x=[1, 2, 3], y=[100, 200, 900])
    ratios = [stdev([1, 2, 3]) / 2, stdev([100, 200, 900]) / 400]
    assert score(text, data, weights="cv:input=raw").weights("x", "y") == close([r / sum(ratios) for r in ratios])
    coefficients = [8 / (2 * 9 * 2), 3200 / (2 * 9 * 400)]  # Σ_i Σ_k |x_i − x_k| = 8 and 3200
    expected = [g / sum(coefficients) for g in coefficients]
    assert score(text, data, weights="gini:input=raw").weights("x", "y") == close(expected)


# -- policies ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weights", WHOLE)
def test_a_constant_column_gets_weight_0_and_is_told(weights: str, score: Score) -> None:
    result = score(TREE, table(x=X, y=[0.5] * 6, v=V, w=W), weights=weights)
    assert result.weights("y") == [0]
    assert result.finding("RI334").params == {"method": weights.partition(":")[0], "leaf": "y"}


@pytest.mark.parametrize("weights", ["std", "critic", "merec", "cilos", "gini"])
def test_children_that_are_all_constant_are_equal_under_a_node_of_weight_0(weights: str, score: Score) -> None:
    flat = [0.5] * 6
    result = score(TREE, table(x=flat, y=flat, v=V, w=W), weights=flag(weights, scope="siblings"))
    assert result.local("x", "y") == [0.5, 0.5]
    assert result.weights("left", "right") == [0, 1]


def test_a_node_that_differs_by_noise_only_is_constant(score: Score) -> None:
    text = """
    defaults: {normalize: none, scale: 1, aggregate: sum}
    tree: {aggregate: arithmetic, children: [{id: part, children: [{id: x}, {id: y}, {id: z}]}, {id: v}, {id: w}]}
    """
    data = table(x=[0.1, 0.3, 0.2, 0.1], y=[0.2, 0.2, 0.2, 0.3], z=[0.3, 0.1, 0.2, 0.2], v=V[:4], w=W[:4])
    for weights in ("critic", "std", "merec"):
        result = score(text, data, weights=flag(weights, scope="siblings"))
        assert len(set(result.passed("part"))) > 1
        assert result.weights("part") == [0], weights


@pytest.mark.parametrize("weights", ["std", "critic", "merec", "cilos", "gini", "pca", "independence", "cv", "idocriw"])
def test_all_constant_is_refused(weights: str, refused: Refused) -> None:
    flat = [0.5] * 6
    finding = refused(TREE, table(x=flat, y=flat, v=flat, w=flat), weights=weights)
    assert (finding.code, finding.params["method"]) == ("RI361", weights)


@pytest.mark.parametrize("weights", ["std", "critic", "cilos", "gini", "pca", "independence", "cv", "idocriw"])
def test_fewer_than_three_units_are_refused_by_name(weights: str, refused: Refused) -> None:
    finding = refused(
        TREE.replace("scale: 1", "scale: 1, missing: zero"), table(x=["", "", 1, 2], y=Y[:4], v=V[:4], w=W[:4]),
        weights=weights,
    )  # fmt: skip
    assert (finding.code, finding.params["method"], finding.params["leaf"]) == ("RI360", weights, "x")
    assert finding.location.field == "x"


@pytest.mark.parametrize("weights", ["merec", "cilos", "idocriw"])
def test_a_zero_is_refused_by_the_methods_that_divide_by_it(weights: str, refused: Refused) -> None:
    finding = refused(TREE, table(x=[0, *X[1:]], y=Y, v=V, w=W), weights=weights)
    assert (finding.code, finding.params["method"], finding.params["leaf"]) == ("RI363", weights, "x")


@pytest.mark.parametrize("weights", ["cv", "gini", "merec", "cilos", "idocriw"])
def test_a_negative_value_is_refused(weights: str, refused: Refused) -> None:
    finding = refused(TREE, table(x=[-1, *X[1:]], y=Y, v=V, w=W), weights=weights)
    assert finding.code in ("RI362", "RI363")
    assert (finding.params["method"], finding.params["leaf"], finding.params["value"]) == (weights, "x", -1)


@pytest.mark.parametrize("weights", ["critic", "pca", "independence"])
def test_correlations_that_cannot_be_formed_are_all_named_with_what_helps(
    weights: str, refused: Refused, score: Score
) -> None:
    # x is constant where v has a value, and y too; among siblings nothing is missing beside them
    x, y = [*[0.2] * 5, 0.9, 0.6, 0.4], [*[0.3] * 5, 0.1, 0.8, 0.2]
    data = table(x=x, y=y, v=[0.7, 0.2, 0.9, 0.4, 0.6, "", "", ""], w=[*W, 0.2, 0.6])
    tree = TREE.replace("scale: 1", "scale: 1, missing: zero")
    finding = refused(tree, data, weights=weights)
    assert (finding.code, finding.params["pairs"]) == ("RI365", ["x × v", "y × v"])
    assert finding.location.field == "x"
    for remedy in ("fill", "scope: siblings", "under", "context"):
        assert remedy in finding.help("en")
    levels = f"levels:from_top=[equal,{{method:{weights}{',negative:absolute' if weights == 'pca' else ''}}}]"
    result = score(tree, data, weights=levels.replace("}]", "}],under={right:given}"))
    assert sum(result.weights("x", "y")) == pytest.approx(0.5, abs=1e-12)


@pytest.mark.parametrize("weights", ["cilos", "idocriw"])
def test_best_units_without_a_value_are_all_named(weights: str, refused: Refused) -> None:
    # the unit that is best in x has neither v nor w
    data = table(x=X, y=Y, v=[*V[:4], "", V[5]], w=[*W[:4], "", W[5]])
    finding = refused(TREE.replace("scale: 1", "scale: 1, missing: zero"), data, weights=weights)
    assert (finding.code, finding.params["pairs"]) == ("RI374", ["x → v", "x → w"])
    assert (finding.params["method"], finding.location.field) == (weights, "v")
    assert "scope: siblings" in finding.help("en")


def test_a_refusal_among_siblings_points_at_their_parent(refused: Refused) -> None:
    # x and y rise together exactly, so that CRITIC finds no conflict between them.
    finding = refused(TREE, table(x=X, y=[2 * value for value in X], v=V, w=W), weights="critic:scope=siblings")
    assert finding.code == "RI366"
    assert finding.location.file.endswith("small.yaml")
    assert finding.location.line is not None


def test_a_value_too_large_to_be_squared_is_refused_by_name(refused: Refused) -> None:
    finding = refused(TREE, table(x=[1e130, *X[1:]], y=Y, v=V, w=W), weights="std")
    assert (finding.code, finding.params["leaf"], finding.params["value"]) == ("RI336", "x", 1e130)


def test_fewer_units_than_leaves_is_warned_of(score: Score) -> None:
    data = table(x=X[:3], y=Y[:3], v=V[:3], w=W[:3])
    assert score(TREE, data, weights="std").finding("RI335").params == {"method": "std", "units": 3, "leaves": 4}
    assert "RI335" not in score(TREE, DATA, weights="std").codes


def test_next_to_nothing_and_more_than_half_are_warned_of(score: Score) -> None:
    # s of y is 1/10000 of the others', that of x more than all others together.
    little = [0.5 + value / 10000 for value in Y]
    data = table(x=[10 * value for value in X], y=little, v=V, w=W)
    result = score(TREE, data, weights="std")
    (share,) = result.weights("y")
    assert share < 0.001
    assert result.finding("RI356").params == {"method": "std", "names": [f"y ({share:.3%})"]}
    assert [name.split()[0] for name in result.finding("RI357").params["names"]] == ["x"]
    assert not {"RI356", "RI357"} & set(score(TREE, DATA, weights="std").codes)
    # Of a combination it is the data's own weight that is told.
    joined = score(TREE, data, weights="combine:subjective=equal,objective=std")
    assert joined.weights("y")[0] > 0.1
    assert joined.finding("RI356").params["method"] == "std"


# -- combinations -----------------------------------------------------------------------------------------

GIVEN = [0.15, 0.6, 0.125, 0.125]


def test_a_geometric_combination(score: Score, close: Close) -> None:
    objective = score(TREE, DATA, weights="std").weights(*LEAVES)
    roots = [sqrt(s * o) for s, o in zip(GIVEN, objective, strict=True)]
    found = score(TREE, DATA, weights="combine:rule=geometric,subjective=given,objective=std")
    assert found.weights(*LEAVES) == close([root / sum(roots) for root in roots])


def test_a_geometric_combination_tells_whose_weight_vanishes(score: Score) -> None:
    data = table(x=X, y=[0.5] * 6, v=V, w=W)
    found = score(TREE, data, weights="combine:rule=geometric,subjective=given,objective=std")
    assert found.finding("RI326").params == {"names": ["y"], "rule": "geometric", "method": "std"}
    turned = score(TREE, data, weights="combine:rule=product,subjective=std,objective=given")
    assert turned.finding("RI326").params == {"names": ["y"], "rule": "product", "method": "std"}


def test_game_theory_solves_its_first_order_conditions(score: Score) -> None:
    tree = TREE.replace("weight: 3", "weight: 1").replace("y, weight: 4", "y, weight: 2")
    given = [1 / 6, 1 / 3, 1 / 4, 1 / 4]
    objective = score(tree, DATA, weights="entropy").weights(*LEAVES)
    result = score(tree, DATA, weights="combine:rule=game,subjective=given,objective=entropy")
    pairs = ((given, given), (given, objective), (objective, objective))
    ss, so, oo = (sum(a * b for a, b in zip(*pair, strict=True)) for pair in pairs)
    determinant = ss * oo - so * so
    a, b = (ss * oo - so * oo) / determinant, (ss * oo - ss * so) / determinant
    assert min(a, b) > 0.01
    (joined,) = result.result.weighting.joined
    assert joined.coefficients.tolist() == pytest.approx([a, b], rel=1e-9)
    share = a / (a + b)
    expected = [share * s + (1 - share) * o for s, o in zip(given, objective, strict=True)]
    assert result.weights(*LEAVES) == pytest.approx(expected, rel=1e-9)
    assert joined.to_dict()["components"] == ["given", "entropy"]


def test_game_theory_refuses_a_negative_coefficient_unless_its_size_is_asked_for(
    score: Score, refused: Refused
) -> None:
    call = "combine:rule=game,subjective=given,objective=critic"
    finding = refused(TREE, DATA, weights=call)
    assert (finding.code, finding.params["component"]) == ("RI378", "critic")
    (joined,) = score(TREE, DATA, weights=call + ",negative=absolute").result.weighting.joined
    assert joined.coefficients.min() < 0 < joined.shares.min()


def test_beside_equal_weights_game_theory_is_the_data_method_alone(score: Score) -> None:
    # e·e = e·o = 1/n, so that the coefficient of equal weights is 0.
    flat = "tree: {children: [{id: x}, {id: y}, {id: v}, {id: w}]}\ndefaults: {normalize: none}"
    alone = score(flat, DATA, weights="critic")
    found = score(flat, DATA, weights="combine:rule=game,subjective=equal,objective=critic")
    assert found.weights(*LEAVES) == pytest.approx(alone.weights(*LEAVES), rel=1e-12)


def test_maximum_deviation_shares_by_how_much_units_differ(score: Score) -> None:
    objective = score(TREE, DATA, weights="std").weights(*LEAVES)
    result = score(TREE, DATA, weights="combine:rule=deviation,subjective=given,objective=std")
    differences = [sum(abs(one - other) for one in column for other in column) / 30 for column in (X, Y, V, W)]
    s, o = (sum(d * w for d, w in zip(differences, weights, strict=True)) for weights in (GIVEN, objective))
    (joined,) = result.result.weighting.joined
    assert joined.shares.tolist() == pytest.approx([s / (s + o), o / (s + o)], rel=1e-12)


def test_components_stand_beside_the_combination(score: Score, close: Close) -> None:
    result = score(TREE, DATA, weights="combine:rule=game,subjective=equal,objective={method:cv,scope:siblings}")
    alone = score(TREE, DATA, weights="cv:scope=siblings")
    components = result.result.weighting.components
    assert list(components) == ["equal", "cv"]
    assert components["cv"].leaf.tolist() == close(alone.weights(*LEAVES))


# -- levels -----------------------------------------------------------------------------------------------


def test_a_method_for_each_level(score: Score, close: Close) -> None:
    result = score(TREE, DATA, weights="levels:from_top=[given,std]")
    assert result.local("left", "right") == close([0.75, 0.25])
    alone = score(TREE, DATA, weights="std:scope=siblings")
    assert result.local(*LEAVES) == close(alone.local(*LEAVES))
    assert result.weights("x") == close([0.75 * alone.local("x")[0]])
    assert result.finding("RI419").params == {"names": ["std"]}


def test_data_at_the_top_sees_what_the_weights_below_make(score: Score) -> None:
    # left is (x + 4y)/5 and right (v + w)/2, whatever the data say of leaves.
    result = score(TREE, DATA, weights="levels:from_top=[std,given]")
    left = [(x + 4 * y) / 5 for x, y in zip(X, Y, strict=True)]
    right = [(v + w) / 2 for v, w in zip(V, W, strict=True)]
    a, b = stdev(left), stdev(right)
    assert result.local("left", "right") == pytest.approx([a / (a + b), b / (a + b)], rel=1e-9)


def test_a_node_may_have_a_method_of_its_own(score: Score, close: Close) -> None:
    result = score(TREE, DATA, weights="levels:from_top=[equal,given],under={right:cv}")
    assert result.local("left", "right", "x", "y") == close([0.5, 0.5, 0.2, 0.8])
    assert result.local("v", "w") == close(score(TREE, DATA, weights="cv:scope=siblings").local("v", "w"))
    from resilience_index.report.export.tables import weight_rows

    methods = {row["node"]: row["method"] for row in weight_rows(result.plan, result.result.weighting)}
    assert methods == {
        "index": None, "left": "equal", "right": "equal", "x": "given", "y": "given",
        "v": "cv(scope=siblings)", "w": "cv(scope=siblings)",
    }  # fmt: skip


def test_a_combination_inside_a_level_joins_local_weights(score: Score, close: Close) -> None:
    inside = "{method:combine,rule:deviation,subjective:given,objective:std}"
    result = score(TREE, DATA, weights=f"levels:from_top=[equal,{inside}]")
    s, o = [0.2, 0.8], score(TREE, DATA, weights="std:scope=siblings").local("x", "y")
    d = [sum(abs(one - other) for one in column for other in column) / 30 for column in (X, Y)]
    a, b = (sum(p * q for p, q in zip(d, weights, strict=True)) for weights in (s, o))
    expected = [(a * one + b * other) / (a + b) for one, other in zip(s, o, strict=True)]
    assert result.local("x", "y") == pytest.approx(expected, rel=1e-9)
    assert [joined.node for joined in result.result.weighting.joined] == ["right", "left"]


def test_levels_from_the_same_entropy_are_entropy_among_siblings(score: Score, close: Close) -> None:
    alone = score(TREE, DATA, weights="entropy:scope=siblings")
    assert score(TREE, DATA, weights="levels:from_top=[entropy]").weights(*LEAVES) == close(alone.weights(*LEAVES))


def test_levels_of_expert_methods_need_no_data(score: Score, close: Close) -> None:
    result = score(TREE, DATA, weights="levels:from_top=[equal,given]")
    assert result.weights("x", "y", "v", "w") == close([0.1, 0.4, 0.25, 0.25])
    assert "RI419" not in result.codes


def test_a_node_that_is_no_parent_of_several_is_refused(refused: Refused) -> None:
    finding = refused(TREE, DATA, weights="levels:from_top=[given],under={lef:std}")
    assert finding.code == "RI339"
    assert "left" in finding.message("en")
    assert refused(TREE, DATA, weights="levels:from_top=[given],under={x:std}").code == "RI339"


def test_a_level_that_the_tree_does_not_have_is_told(score: Score) -> None:
    found = score(TREE, DATA, weights="levels:from_top=[given,equal,std]")
    assert found.finding("RI358").params == {"method": "std(scope=siblings)"}
    assert "RI358" not in score(TREE, DATA, weights="levels:from_top=[given,equal]").codes


def test_a_refusal_inside_a_combination_of_one_node_points_at_it(refused: Refused) -> None:
    # v is a unit of its own: the expert weighs nothing but w, the data nothing but v.
    text = TREE.replace("{id: v}, {id: w}", "{id: v, weight: 0}, {id: w, weight: 1}")
    inside = "{method:combine,rule:product,subjective:given,objective:std}"
    data = table(x=X, y=Y, v=V, w=[0.5] * 6)
    finding = refused(text, data, weights=f"levels:from_top=[equal,{inside}]")
    assert finding.code == "RI331"
    assert finding.location.line is not None


def test_entropy_of_normalised_values_by_hand_under_levels(score: Score, close: Close) -> None:
    text = "defaults: {normalize: none}\ntree: {children: [{id: x}, {id: y}]}"
    result = score(text, table(x=[1, 1, 0, 0], y=[4, 2, 1, 1]), weights="levels:from_top=[{method:entropy,shift:1}]")

    def divergence(values: list[int]) -> float:
        total = sum(values)
        return 1 + sum(value / total * log(value / total) for value in values) / log(4)

    one, other = divergence([2, 2, 1, 1]), divergence([5, 3, 2, 2])
    assert result.weights("x", "y") == close([one / (one + other), other / (one + other)])


def test_entropy_of_units_far_below_one_is_that_of_the_formula(score: Score, close: Close) -> None:
    # 2000 units share what one has a hundred thousand times: sums are measured once more, on a finer scale
    x, y = [1e6, *[3.0] * 2000], [float(place % 7 + 1) for place in range(2001)]
    tree = "defaults: {normalize: none}\ntree: {children: [{id: x}, {id: y}]}"
    result = score(tree, table(x=x, y=y), weights="entropy:input=raw")
    parts = []
    for column in (x, y):
        shares = [value / sum(column) for value in column]
        parts.append(1 + sum(share * log(share) for share in shares) / log(len(column)))
    assert result.weights("x", "y") == close([part / sum(parts) for part in parts])
    idocriw_weights = score(tree, table(x=x, y=y), weights="idocriw:input=raw").weights("x", "y")
    assert idocriw_weights == close(idocriw.idocriw(np.array([x, y]).T, NO_COST[:2]).tolist())


# --- any two methods as components


def test_two_data_methods_may_be_joined(score: Score, close: Close) -> None:
    result = score(TREE, DATA, weights="combine:subjective=critic,objective=entropy,alpha=0.25")
    apart = [critic.critic(VALUES), entropy.entropy(VALUES)]
    assert [*result.result.weighting.components] == ["critic", "entropy"]
    assert result.weights(*LEAVES) == close((0.25 * apart[0] + 0.75 * apart[1]).tolist())


@pytest.mark.parametrize("rule", ["linear", "product", "geometric", "deviation"])
def test_components_among_siblings_are_each_found_as_if_alone(rule: str, score: Score, close: Close) -> None:
    # std at the top sees nodes by its own weights below, and entropy by its own
    tree = TREE.replace("id: left,", "id: left, normalize: minmax,")
    parts = ["std:scope=siblings", "entropy:scope=siblings"]
    alone = [score(tree, DATA, weights=part).result.weighting.weights for part in parts]
    both = "combine:rule=" + rule + ",subjective={method:std,scope:siblings},objective={method:entropy,scope:siblings}"
    weighting = score(tree, DATA, weights=both).result.weighting
    for found, expected in zip(weighting.components.values(), alone, strict=True):
        assert found.leaf.tobytes() == expected.leaf.tobytes()
    if rule == "linear":
        assert weighting.weights.leaf.tolist() == close(((alone[0].leaf + alone[1].leaf) / 2).tolist())


def test_a_method_with_itself_otherwise_set_has_two_columns(score: Score) -> None:
    call = "combine:subjective={method:entropy,shift:0.5},objective=entropy"
    weighting = score(TREE, DATA, weights=call).result.weighting
    assert [*weighting.components] == ["entropy(shift=0.5)", "entropy"]


def test_two_methods_without_data_may_be_joined(score: Score, close: Close) -> None:
    result = score(TREE, DATA, weights="combine:subjective=given,objective=equal,alpha=0.5")
    assert result.weights(*LEAVES) == close(
        [(0.15 + 0.25) / 2, (0.6 + 0.25) / 2, (0.125 + 0.25) / 2, (0.125 + 0.25) / 2]
    )
    below = score(TREE, DATA, weights="levels:from_top=[given,{method:combine,subjective:given,objective:equal}]")
    assert below.weights("x", "y") == close([0.75 * 0.35, 0.75 * 0.65])
    spread_apart = score(TREE, DATA, weights="combine:subjective=given,objective=equal,rule=deviation")
    assert sum(spread_apart.weights(*LEAVES)) == pytest.approx(1.0, abs=1e-12)


def test_two_data_methods_inside_a_level(score: Score, close: Close) -> None:
    call = "levels:from_top=[equal,{method:combine,subjective:std,objective:gini}]"
    expected = (spread.std(VALUES[:, :2]) + gini.gini(VALUES[:, :2])) / 4
    assert score(TREE, DATA, weights=call).weights("x", "y") == close(expected.tolist())
