"""Aggregations through the engine: published figures, what is refused and told, outputs, and the way to a score."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import resilience_index as ri
from resilience_index.analysis.explain import explain, explain_run
from resilience_index.audit import trace
from resilience_index.report.export.json import score_dict
from resilience_index.report.view import explanation as explain_view
from resilience_index.report.view import node_details
from resilience_index.report.view.build import build as build_view
from resilience_index.scoring.engines import local

Score = Callable[..., Any]
Close = Callable[[Any], Any]

AS_GIVEN = "defaults: {normalize: none, scale: 1, missing: {policy: available, min_coverage: 0}}"


def tree(aggregate: str, *children: str) -> str:
    """A framework of one node over leaves that pass their values."""
    items = ", ".join(child if child.startswith("{") else f"{{id: {child}}}" for child in children)
    return f"{AS_GIVEN}\ntree: {{aggregate: {aggregate}, children: [{items}]}}"


# -- published --------------------------------------------------------------------------------------------

CLIMBING = "id,risk,altitude\na,-1,3000\nb,-2,3750\nc,-5,4500"
WEIGHTED = ("{id: risk, weight: 1/2}", "{id: altitude, weight: 1/2}")


def test_vikor_opricovic_tzeng_2004(score: Score, close: Close) -> None:
    result = score(tree("vikor", *WEIGHTED), CLIMBING)
    assert result.scores == close([0, 1, 0])
    details = [explain(result.result, name).nodes[0].details for name in "abc"]
    assert [found["S"] for found in details] == close([0.5, 0.375, 0.5])
    assert [found["R"] for found in details] == close([0.5, 0.25, 0.5])
    (report,) = [found.to_dict() for found in result.result.across]
    assert report["compromise"] == ["b"]
    assert report["acceptable_advantage"] is True
    assert report["acceptable_stability"] is True
    assert report["best_in"] == ["S", "R"]
    assert report["least_lead"] == 0.5


def test_topsis_opricovic_tzeng_2004(score: Score, close: Close) -> None:
    result = score(tree("topsis", *WEIGHTED), CLIMBING)
    assert result.scores == close([0.7621405801238009, 0.7221778332293296, 0.23785941987619905])
    # Normalised as vectors first, risk as a cost (1 − x/‖x‖): distances are the same.
    text = """
    defaults: {normalize: vector, aggregate: {method: topsis, norm: none}, scale: 1}
    tree: {children: [{id: risk, direction: cost, weight: 1}, {id: altitude, weight: 1}]}
    """
    again = score(text, CLIMBING.replace("-", ""))
    assert again.scores == close(result.scores)


def test_vikor_papathanasiou_2018(score: Score) -> None:
    children = [f"{{id: {name}, weight: {weight}}}" for name, weight in zip("wxyz", (0.4, 0.3, 0.1, 0.2), strict=True)]
    rows = "a,8,7,2,1\nb,5,3,7,5\nc,7,5,6,4\nd,9,9,7,3\ne,11,10,3,7\nf,6,9,5,4"
    result = score(tree("{method: vikor, v: 0.625}", *children), "id,w,x,y,z\n" + rows)
    assert [1 - value for value in result.scores] == pytest.approx([0.64, 1, 0.693, 0.271, 0, 0.694], abs=6e-4)
    assert result.ranks == [3, 6, 4, 2, 1, 5]


def test_gra_definition_check(score: Score, close: Close) -> None:
    text = """
    defaults: {normalize: minmax, aggregate: gra, scale: 1}
    tree: {children: [{id: x, weight: 0.3}, {id: y, weight: 0.4}, {id: z, weight: 0.3}]}
    """
    result = score(text, "id,x,y,z\na,5,8,4\nb,7,6,8\nc,8,8,6\nd,7,4,6")
    assert result.scores == close([0.6, 0.68, 0.85, 0.46333333333333326])


@pytest.mark.parametrize(
    ("operator", "weights", "expected"),
    [
        ("min_max", (0.2, 0.5, 0.1, 0.2), [0.5, 0.2, 1 / 7, 1 / 7, 1 / 7]),
        ("min_max", (0.2, 0.1, 0.5, 0.2), [0.2, 0.2, 0.5, 1 / 7, 1 / 7]),
        ("product_sum", (0.2, 0.5, 0.1, 0.2), [0.6, 0.1857142857, 0.1285714286, 0.0428571429, 0.0428571429]),
        ("product_sum", (0.2, 0.1, 0.5, 0.2), [0.2571428571, 0.1285714286, 0.4142857143, 0.1, 0.1]),
    ],
)
def test_fuzzy_professor_promotion(
    operator: str, weights: tuple[float, ...], expected: list[float], score: Score
) -> None:
    # Each factor is a node whose children are the votes for its grades; the root joins the four vectors.
    votes = [[4, 2, 1, 0, 0], [6, 1, 0, 0, 0], [0, 0, 5, 1, 1], [2, 2, 1, 1, 1]]
    factors = [
        f"{{id: f{place}, weight: {weight}, aggregate: {{method: fuzzy, membership: votes}}, children: ["
        + ", ".join(f"{{id: f{place}_{grade}}}" for grade in range(5)) + "]}"
        for place, weight in enumerate(weights)
    ]  # fmt: skip
    text = tree(f"{{method: fuzzy, operator: {operator}}}", *factors)
    names = [f"f{place}_{grade}" for place in range(4) for grade in range(5)]
    cells = [str(count) for row in votes for count in row]
    result = score(text, f"id,{','.join(names)}\na,{','.join(cells)}")
    details = explain(result.result, "a").nodes[0].details
    assert list(details.values()) == pytest.approx(expected, abs=1e-9)
    values = [1, 0.75, 0.5, 0.25, 0]
    total = math.fsum(expected)
    assert result.scores == pytest.approx(
        [sum(share * value for share, value in zip(expected, values, strict=True)) / total]
    )
    unit = score_dict(result.result, "en")["communities"][0]
    assert list(unit["details"]["index"].values()) == pytest.approx(expected, abs=1e-9)
    assert list(unit["details"]["f0"].values()) == pytest.approx([count / 7 for count in votes[0]])


# -- row by row -------------------------------------------------------------------------------------------

ROWWISE = {
    "harmonic": ("harmonic", [2 / (1 / 0.4 + 1 / 0.9), 0.9]),
    "power": ("{method: power, p: 2}", [math.sqrt((0.16 + 0.81) / 2), 0.9]),
    "power of 1": ("{method: power, p: 1}", [0.65, 0.9]),
    "power of 0": ("{method: power, p: 0}", [0.6, 0.9]),
    "power of −1": ("{method: power, p: -1}", [2 / (1 / 0.4 + 1 / 0.9), 0.9]),
    "min": ("min", [0.4, 0.9]),
    "max": ("max", [0.9, 0.9]),
    "owa": ("{method: owa, order: [1, 3]}", [0.25 * 0.9 + 0.75 * 0.4, 0.9]),
    "mpi": ("mpi", [0.65 - 0.0625 / 0.65, 0.9]),
    "mpi plus": ("{method: mpi, sign: plus, to: [70, 130]}", [109 + 225 / 109, 124]),
    "points": ("points", [1.3, 1.8]),
    "fuzzy": ("fuzzy", [0.65, 0.9]),
    "fuzzy bands": ("{method: fuzzy, membership: bands, grades: [1, 0.5, 0], bounds: [0.8, 0.3]}", [0.75, 1]),
    "fuzzy largest": ("{method: fuzzy, score: largest}", [0.5, 1]),
}


@pytest.mark.parametrize("name", ROWWISE)
def test_aggregation_row_by_row(name: str, score: Score, close: Close) -> None:
    # The second unit has only the second child.
    aggregate, expected = ROWWISE[name]
    result = score(tree(aggregate, "x", "y"), "id,x,y\na,0.4,0.9\nb,,0.9")
    assert result.scores == close(expected)
    shares = [explain(result.result, unit) for unit in "ab"]
    for found in shares:
        assert math.fsum(leaf.contribution or 0 for leaf in found.leaves) == pytest.approx(found.score, abs=1e-12)


def test_zeros_follow_the_rule_of_the_node(score: Score, close: Close) -> None:
    # Under a floor of 0.01: 2/(100 + 2); zeros of weight 0 are ignored.
    text = tree("{method: harmonic, zero: {floor: 0.01}}", "x", "y")
    assert score(text, "id,x,y\na,0,0.5").scores == close([2 / 102])
    text = tree("{method: power, p: -1}", "{id: x, weight: 0}", "{id: y, weight: 1}")
    assert score(text, "id,x,y\na,0,0.5").scores == close([0.5])


def test_a_fuzzy_child_hands_on_its_memberships_unless_it_is_turned(score: Score) -> None:
    inner = "{{id: part, aggregate: fuzzy, {keys} children: [{{id: x}}, {{id: y}}]}}"
    data = "id,x,y,z\na,0,1,0.5"

    def memberships(keys: str) -> list[float]:
        result = score(tree("fuzzy", inner.format(keys=keys), "z"), data)
        assert result.scores == pytest.approx([0.5])
        return list(explain(result.result, "a").nodes[0].details.values())

    # Half the votes of the part for each end, and all of z's for the middle.
    assert memberships("") == pytest.approx([0.25, 0, 0.5, 0, 0.25])
    # 1 − 0.5 is a value like others: in the middle.
    assert memberships("invert: true,") == pytest.approx([0, 0, 1, 0, 0])
    # Memberships are not rounded with the value.
    assert memberships("round: {digits: 0},") == pytest.approx([0.25, 0, 0.5, 0, 0.25])


def test_grades_may_be_fractions(score: Score, close: Close) -> None:
    result = score(tree("{method: fuzzy, grades: [1, 2/3, 1/3, 0]}", "x"), "id,x\na,0.5")
    assert result.scores == close([0.5])
    node = explain(result.result, "a").nodes[0]
    assert "membership in grade 2/3 0.5000" in node_details.text(node.details, node.aggregate, "en")


def test_points_of_bands_add_up_to_the_full_points(score: Score, close: Close) -> None:
    bands = "normalize: {method: bands, bands: [{min: 80, points: 2}, {min: 60, points: 1}, {points: 0}]}"
    text = f"""
    defaults: {{aggregate: points, scale: 100, missing: {{policy: available, min_coverage: 0}}}}
    grades: [{{id: A, min: 9}}, {{id: B, min: 0}}]
    tree:
      aggregate: {{method: points, full: 10}}
      children:
        - {{id: part, children: [{{id: x, {bands}}}, {{id: y, {bands}}}]}}
        - {{id: rest, children: [{{id: z, goalposts: [0, 100], weight: 6}}]}}
    """
    result = score(text, "id,x,y,z\na,85,60,50\nb,,80,100\nc,,,100")
    # 2 + 1 of 4 and 3 of 6; without x what y earns is raised to 4; without the part 6 of 6 are 10 of 10.
    assert result.scores == close([6, 10, 10])
    assert result.of("part") == close([3, 4, None])
    assert result.grades == ["B", "A", "A"]
    assert result.local("part", "rest") == close([0.4, 0.6])
    found = explain(result.result, "a")
    assert [leaf.contribution for leaf in found.leaves] == pytest.approx([2, 1, 3])


def test_points_that_do_not_add_up_are_refused(framework_file: Callable[[str], Path]) -> None:
    bands = "normalize: {method: bands, bands: [{min: 80, points: 2}, {points: 0}]}"
    path = framework_file(
        f"tree: {{aggregate: {{method: points, full: 5}}, children: [{{id: x, weight: 3, {bands}}}]}}"
    )
    table = path.parent / "data.csv"
    table.write_text("community_id,x\na,85\n", encoding="utf-8")
    loaded = ri.load_framework(path)
    with pytest.raises(ri.InputError) as caught:
        ri.score(ri.read_data(table, loaded), loaded)
    assert [finding.code for finding in caught.value.findings] == ["RI161", "RI162"]
    assert "weight 3" in caught.value.findings[0].message("en")
    assert "full: 5" in caught.value.findings[1].message("en")
    assert all(finding.location.line for finding in caught.value.findings)


# -- across units -----------------------------------------------------------------------------------------

ACROSS = ["topsis", "{method: topsis, norm: none}", "vikor", "gra", "rsr", "{method: rsr, score: fitted}", "copeland"]


def test_copeland_and_rsr_by_hand(score: Score, close: Close) -> None:
    data = "id,x,y\na,0.2,0.9\nb,0.5,0.5\nc,0.8,0.1\nd,,0.3"
    # a: draws with b and c, beats d; b too; c draws twice, loses to d; d beats c, loses twice.
    assert score(tree("copeland", "x", "y"), data).scores == close([4 / 6, 4 / 6, 2 / 6, 2 / 6])
    # Ranks of x 1, 2, 3 of 3; of y 4, 3, 1, 2 of 4.
    expected = [(1 / 3 + 1) / 2, (2 / 3 + 3 / 4) / 2, (1 + 1 / 4) / 2, 1 / 2]
    assert score(tree("rsr", "x", "y"), data).scores == close(expected)


def test_units_without_a_value_take_no_part(score: Score, close: Close) -> None:
    # Two of three children are needed: the unit with an extreme z alone sets no ideal.
    data = "id,x,y,z\na,0.1,0.3,0.2\nb,0.4,0.2,0.3\nc,0.2,0.9,0.1"
    for aggregate in ACROSS:
        text = tree(aggregate, "x", "y", "z").replace("min_coverage: 0", "min_coverage: 2/3")
        without = score(text, data).scores
        assert score(text, data + "\nd,,,99").scores == [*close(without).expected, None]


def test_within_compares_inside_each_group(score: Score, close: Close) -> None:
    data = "id,district,x,y\na,E,0.1,0.2\nb,W,9,7\nc,E,0.4,0.1\nd,W,5,8\ne,N,,\nf,E,0.3,0.3\ng,W,6,2"
    for name in ("topsis", "vikor", "gra", "rsr", "copeland"):
        text = tree(f"{{method: {name}, within: district}}", "x", "y")
        together = score(text, data)
        east = score(tree(name, "x", "y"), "id,x,y\na,0.1,0.2\nc,0.4,0.1\nf,0.3,0.3").scores
        west = score(tree(name, "x", "y"), "id,x,y\nb,9,7\nd,5,8\ng,6,2").scores
        assert together.scores == close([east[0], west[0], east[1], west[1], None, east[2], west[2]])
        groups = [report.to_dict()["group"] for report in together.result.across]
        assert groups == (["E", "W"] if name in ("vikor", "rsr") else [])


def test_within_names_the_group_it_refuses(score: Score, framework_file: Any, data_file: Any) -> None:
    data = "id,district,x\na,E,0.1\nb,E,0.4\nc,W,5"
    loaded = ri.load_framework(framework_file(tree("{method: topsis, within: district}", "x")))
    with pytest.raises(ri.InputError) as caught:
        ri.score(ri.read_data(data_file(data), loaded), loaded)
    (finding,) = [finding for finding in caught.value.findings if finding.code == "RI450"]
    assert "within 'W'" in finding.message("en")
    assert "“W”" in finding.message("zh")
    framework = ri.load_framework(framework_file(tree("{method: topsis, within: zone}", "x")))
    with pytest.raises(ri.InputError) as caught:
        ri.score(ri.read_data(data_file(data), framework), framework)
    assert "RI412" in [finding.code for finding in caught.value.findings]


def test_vikor_names_a_compromise_of_several(score: Score) -> None:
    result = score(tree("vikor", "x", "y"), "id,x,y\na,0.2,0.9\nb,0.5,0.5\nc,0.8,0.1\nd,,0.3")
    (report,) = result.result.across
    assert report.to_dict()["acceptable_advantage"] is False
    assert report.to_dict()["compromise"] == ["b", "a", "c"]
    found = result.finding("RI452")
    assert "b, a, c" in found.message("en")
    assert "fails" in found.message("en")
    assert "不满足" in found.message("zh")


def test_vikor_keeps_two_where_the_first_is_not_stable(score: Score) -> None:
    # v = 0.5: the first is best neither in S nor in R, and leads by more than 1/(N − 1).
    rng = np.random.default_rng(0)
    for _ in range(2000):
        values = rng.random((5, 4)).round(2)
        from resilience_index.methods.aggregate_across import Vikor

        found = Vikor([False] * 4).evaluate(list(values.T.copy()), np.ones(4)).details
        order = np.argsort(found["Q"])
        first = order[0]
        unstable = found["S"][first] > found["S"].min() + 1e-6 and found["R"][first] > found["R"].min() + 1e-6
        if unstable and found["Q"][order[1]] - found["Q"][first] >= 0.25 + 1e-6:
            break
    else:
        pytest.fail("no such table")
    rows = [f"{name},{','.join(map(str, row))}" for name, row in zip("abcde", values.tolist(), strict=True)]
    result = score(tree("vikor", "w", "x", "y", "z"), "id,w,x,y,z\n" + "\n".join(rows))
    (report,) = [report.to_dict() for report in result.result.across]
    assert report["acceptable_advantage"] is True
    assert report["acceptable_stability"] is False
    assert report["compromise"] == ["abcde"[order[0]], "abcde"[order[1]]]


def test_relative_methods_are_told(score: Score) -> None:
    data = "id,x,y\na,0.2,0.9\nb,0.5,0.5\nc,0.8,0.1\nd,0.1,0.3"
    for name in ("topsis", "vikor", "gra", "rsr", "copeland"):
        result = score(tree(name, "x", "y"), data)
        assert name in result.finding("RI419").message("en")
        assert ("RI453" in result.codes) == (name == "topsis")
    result = score(tree("rsr", "x", "y"), data)
    assert "probit" in result.finding("RI454").message("en")
    sizes = result.result.across[0].to_dict()["class_sizes"]
    assert sum(sizes) == 4
    two = score(tree("rsr", "x"), "id,x\na,1\nb,2\nc,2")
    assert "RI458" in two.codes
    assert two.scores == pytest.approx([1 / 3, 2.5 / 3, 2.5 / 3])


REFUSED = {
    "harmonic of 0": ("harmonic", "a,0,1\nb,1,1", "RI445", "x"),
    "power of a negative": ("{method: power, p: 2}", "a,-1,1\nb,1,1", "RI446", "x"),
    "power −1 of 0": ("{method: power, p: -1}", "a,1,0\nb,1,1", "RI445", "y"),
    "mpi without a mean": ("mpi", "a,-1,1\nb,1,1", "RI447", None),
    "identical units": ("topsis", "a,1,1\nb,1,1", "RI448", None),
    "identical units under vikor": ("vikor", "a,1,1\nb,1,1", "RI448", None),
    "only what all share": ("topsis", "a,,1\nb,1,1\nc,2,1", "RI449", None),
    "only what all share under vikor": ("vikor", "a,,1\nb,1,1\nc,2,1", "RI449", None),
    "one unit": ("gra", "a,1,1\nb,,", "RI450", None),
    "too large": ("topsis", "a,1e130,1\nb,1,2", "RI456", None),
    "no line": ("{method: rsr, score: fitted}", "a,1,1\nb,2,2", "RI457", None),
    "no votes": ("{method: fuzzy, membership: votes, grades: [1, 0]}", "a,0,0\nb,1,1", "RI459", None),
    "negative votes": ("{method: fuzzy, membership: votes, grades: [1, 0]}", "a,-1,2\nb,1,1", "RI460", "x"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_name_node_unit_and_child(
    name: str, framework_file: Callable[[str], Path], data_file: Callable[[str], Path]
) -> None:
    aggregate, rows, code, column = REFUSED[name]
    loaded = ri.load_framework(framework_file(tree(aggregate, "x", "y")))
    with pytest.raises(ri.InputError) as caught:
        ri.score(ri.read_data(data_file("id,x,y\n" + rows), loaded), loaded)
    findings = [finding for finding in caught.value.findings if finding.severity == "error"]
    assert [finding.code for finding in findings] == [code]
    for language in ("en", "zh"):
        text = findings[0].message(language) + findings[0].help(language)
        assert "index" in text
        assert "{" not in text.replace("{policy", "").replace("{floor", "").replace("{min_children", "")
    if column is not None:
        assert (findings[0].location.row, findings[0].location.field) in ((2, column), (3, column))


def test_copeland_refuses_more_units_than_it_can_compare(
    framework_file: Callable[[str], Path], data_file: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from resilience_index.methods import aggregate_ranks

    monkeypatch.setattr(aggregate_ranks, "COPELAND_LIMIT", 3)
    loaded = ri.load_framework(framework_file(tree("copeland", "x")))
    with pytest.raises(ri.InputError) as caught:
        ri.score(ri.read_data(data_file("id,x\na,1\nb,2\nc,3\nd,4"), loaded), loaded)
    assert "more than 3 units" in next(f for f in caught.value.findings if f.code == "RI451").message("en")


FAULTY = {
    "too few order weights": ("{method: owa, order: [1]}", "order", "2 weights"),
    "order weights of 0": ("{method: owa, order: [0, 0]}", "order", "above 0"),
    "grades up and down": ("{method: fuzzy, grades: [0, 1, 0.5]}", "grades", "rising or falling"),
    "bands without bounds": ("{method: fuzzy, membership: bands}", "bounds", "4 bounds"),
    "bounds without bands": ("{method: fuzzy, grades: [1, 0], bounds: [0.5]}", "bounds", "membership: bands"),
    "bounds out of order": (
        "{method: fuzzy, membership: bands, grades: [1, 0.5, 0], bounds: [0.2, 0.8]}", "bounds", "in the order",
    ),
    "a vote for each grade": ("{method: fuzzy, membership: votes}", "grades", "one for each child"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTY)
def test_parameters_must_fit_the_children(
    name: str, framework_file: Callable[[str], Path], data_file: Callable[[str], Path]
) -> None:
    aggregate, param, words = FAULTY[name]
    with pytest.raises(ri.InputError) as caught:
        ri.load_framework(framework_file(tree(aggregate, "x", "y")))
    (finding,) = [finding for finding in caught.value.findings if finding.code == "RI160"]
    assert param in finding.message("en")
    assert words in finding.message("en")
    assert finding.location.line
    # The same as a default, which is only known to be wrong where it meets a node.
    text = tree("arithmetic", "x", "y").replace("{aggregate: arithmetic, ", "{")
    loaded = ri.load_framework(framework_file(text))
    import yaml

    with pytest.raises(ri.InputError) as caught:
        ri.score(ri.read_data(data_file("id,x,y\na,1,2"), loaded), loaded, aggregate=yaml.safe_load(aggregate))
    assert "RI455" in [finding.code for finding in caught.value.findings]


# -- neither rows, blocks nor threads -----------------------------------------------------------------------

MIXED = """
defaults: {normalize: minmax, missing: {policy: available, min_coverage: 0}}
tree:
  aggregate: AGGREGATE
  children:
    - {id: left, weight: 2, aggregate: AGGREGATE, children: [{id: a}, {id: b, weight: 1}]}
    - {id: right, weight: 3, aggregate: AGGREGATE, children: [{id: c}, {id: d, direction: cost}]}
    - {id: e, weight: 1}
""".replace("{id: b, weight: 1}", "{id: b}")
UNITS = 120


def table(order: np.ndarray) -> str:
    rng = np.random.default_rng(7)
    values = rng.random((UNITS, 5)).round(3)
    gaps = rng.random((UNITS, 5)) < 0.05
    lines = []
    for unit in order.tolist():
        cells = [
            "" if gap else repr(value) for value, gap in zip(values[unit].tolist(), gaps[unit].tolist(), strict=True)
        ]
        lines.append(f"u{unit:03d},{','.join(cells)}")
    return "\n".join(["id,a,b,c,d,e", *lines])


@pytest.mark.parametrize("aggregate", [*ACROSS, "fuzzy", "mpi", "{method: power, p: 3}"])
def test_rows_blocks_and_threads_change_nothing(
    aggregate: str, framework_file: Callable[[str], Path], data_file: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    loaded = ri.load_framework(framework_file(MIXED.replace("AGGREGATE", aggregate)))
    order = np.random.default_rng(1).permutation(UNITS)
    plain = ri.read_data(data_file(table(np.arange(UNITS))), loaded)
    mixed = ri.read_data(data_file(table(order), "mixed.csv"), loaded)
    expected = ri.score(plain, loaded, threads=1)
    assert not np.isnan(expected.score).any()
    for rows, threads in ((7, 1), (64, 2), (1000, 2)):
        monkeypatch.setattr(local, "BLOCK_ROWS", rows)
        for found, places in ((ri.score(plain, loaded, threads=threads), slice(None)),
                              (ri.score(mixed, loaded, threads=threads), order)):  # fmt: skip
            assert found.shown.tobytes() == np.ascontiguousarray(expected.shown[:, places]).tobytes()
            assert found.ranks.tolist() == expected.ranks[places].tolist()
            assert [report.to_dict() for report in found.across] == [report.to_dict() for report in expected.across]


@pytest.mark.parametrize("aggregate", ["topsis", "vikor", "gra", "rsr", "copeland"])
def test_units_that_stand_twice_share_their_rank(aggregate: str, score: Score) -> None:
    data = "id,x,y\na,0.2,0.9\nb,0.5,0.6\nc,0.8,0.1\nd,0.1,0.3"
    doubled = score(tree(aggregate, "x", "y"), data + "\n" + "\n".join(f"{line}" for line in (
        "e,0.2,0.9", "f,0.5,0.6", "g,0.8,0.1", "h,0.1,0.3")))  # fmt: skip
    assert doubled.scores[:4] == doubled.scores[4:]
    assert doubled.ranks[:4] == doubled.ranks[4:]
    if aggregate in ("vikor", "gra"):  # only extremes count: the same figures
        assert doubled.scores[:4] == pytest.approx(score(tree(aggregate, "x", "y"), data).scores, abs=1e-12)
    if aggregate == "topsis":  # norms grow alike in every child
        assert doubled.scores[:4] == pytest.approx(score(tree(aggregate, "x", "y"), data).scores, abs=1e-12)


@pytest.mark.parametrize("aggregate", ["{method: topsis, norm: none}", "vikor", "gra"])
def test_a_dominated_unit_inside_the_extremes_changes_no_order(aggregate: str, score: Score) -> None:
    # The new unit is worse than b in everything and no worst value: bounds stay, and so does every score.
    data = "id,x,y\na,0.2,0.9\nb,0.5,0.6\nc,0.8,0.1\nd,0.1,0.3"
    before = score(tree(aggregate, "x", "y"), data)
    after = score(tree(aggregate, "x", "y"), data + "\ne,0.4,0.4")
    assert after.scores[:4] == pytest.approx(before.scores, abs=1e-12)
    assert after.scores[4] < after.scores[1]


# -- weights, outputs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("weights", ["entropy", "entropy:scope=siblings", "critic:scope=siblings"])
@pytest.mark.parametrize("aggregate", ["vikor", "copeland", "rsr"])
def test_weights_from_data_and_methods_across_units(
    weights: str, aggregate: str, framework_file: Callable[[str], Path], data_file: Callable[[str], Path]
) -> None:
    from resilience_index.methods.checking import parse_flag

    loaded = ri.load_framework(framework_file(MIXED.replace("AGGREGATE", aggregate).replace("weight: 2, ", "")
                                              .replace("weight: 3, ", "").replace(", weight: 1", "")))  # fmt: skip
    found = ri.score(ri.read_data(data_file(table(np.arange(UNITS))), loaded), loaded,
                     weights=parse_flag("weights", weights))  # fmt: skip
    assert not np.isnan(found.score).any()
    for unit in range(0, UNITS, 17):
        explained = explain(found, f"u{unit:03d}")
        total = math.fsum(leaf.contribution or 0 for leaf in explained.leaves)
        assert total == pytest.approx(explained.score, abs=1e-12)


@pytest.mark.parametrize("aggregate", ["vikor", "rsr", "topsis", "fuzzy"])
def test_a_finished_run_explains_what_a_fresh_one_does(
    aggregate: str, framework_file: Callable[[str], Path], data_file: Callable[[str], Path], tmp_path: Path
) -> None:
    import subprocess
    import sys

    framework_file(MIXED.replace("AGGREGATE", aggregate))
    data_file(table(np.arange(UNITS)))
    command = [sys.executable, "-m", "resilience_index", "score", "data.csv", "-f", "small.yaml", "--out", "run", "-q"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    loaded = ri.load_framework(tmp_path / "small.yaml")
    fresh = explain(ri.score(ri.read_data(tmp_path / "data.csv", loaded), loaded), "u005")
    finished = explain_run(tmp_path / "run", "u005")
    assert [node.details for node in finished.nodes] == [node.details for node in fresh.nodes]
    assert all(node.details for node in fresh.nodes)
    details = explain_view.build(fresh).nodes[0].details
    assert details["en"]
    assert details["zh"] != details["en"]
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    parameters = manifest["predicate"]["plan"]["nodes"][0]["parameters"]
    assert ("across" in parameters) == (aggregate != "fuzzy")


def test_runs_without_such_methods_have_no_column_of_details(score: Score) -> None:
    result = score(tree("arithmetic", "x"), "id,x\na,1").result
    assert "details" not in trace.node_schema(result.plan).names
    assert "details" not in score_dict(result, "en")["communities"][0]
    assert "aggregations" not in score_dict(result, "en")


def test_reports_name_the_method(score: Score) -> None:
    result = score(tree("{method: vikor, v: 0.6}", "x", "y"), "id,x,y\na,0.2,0.9\nb,0.5,0.5\nc,0.8,0.1\nd,0.1,0.1")
    view = build_view(result.result)
    step = next(step for step in view.methods if step.method.startswith("vikor"))
    assert "v=0.6" in step.method
    assert step.relative
    assert "折衷" in step.title["zh"]
    assert view.item("index").aggregate == "vikor(v=0.6)"
    assert score_dict(result.result, "zh")["aggregations"][0]["node"] == "index"
