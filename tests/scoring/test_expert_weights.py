"""Expert methods in a run: AHP in all its forms, groups of experts, and judgments in other forms."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import resilience_index as ri
from resilience_index.methods.weights import ahp, ahp_groups, bwm
from resilience_index.report.export.weight_shifts import weight_shifts
from resilience_index.scoring.judgment_reports import scale_text

Score = Callable[..., Any]
Close = Callable[[Any], Any]
Judge = Callable[[str], Path]

THREE = "defaults: {normalize: none, scale: 1}\ntree: {children: [{id: x}, {id: y}, {id: z}]}"
ROWS = "id,x,y,z\na,7,0,0\nb,0,7,0\nc,0,0,7"
NAMES = ("x", "y", "z")


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """A judgments file from the experts, as YAML."""

    def write(experts: str) -> Path:
        path = tmp_path / "judgments.yaml"
        path.write_text("schema: resilience-index/judgments/1\nexperts:\n" + experts, encoding="utf-8")
        return path

    return write


def matrix(xy: float, xz: float, yz: float) -> Any:
    return np.array([[1, xy, xz], [1 / xy, 1, yz], [1 / xz, 1 / yz, 1]])


ONE = "  - {id: E1, comparisons: {index: {x/y: 2, x/z: 3, y/z: 4}}}"
TWO = (
    "  - {id: E1, weight: 3, group: town, comparisons: {index: {x/y: 2, x/z: 3, y/z: 4}}}\n"
    "  - {id: E2, group: village, comparisons: {index: {x/y: 3, x/z: 6, y/z: 2}}}\n"
)


# -- AHP --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("priority", ["eigenvector", "geometric", "arithmetic", "least_squares"])
def test_each_way_to_find_priorities(priority: Any, score: Score, judge: Judge, close: Close) -> None:
    result = score(THREE, ROWS, weights=f"ahp:priority={priority}", judgments=judge(ONE))
    weights, lambda_max = ahp.priorities(matrix(2, 3, 4)[np.newaxis], priority)
    assert result.weights(*NAMES) == close(weights[0].tolist())
    report = result.result.weighting.matrices[0]
    assert (report.priority, report.lambda_max) == (priority, pytest.approx(lambda_max[0], rel=1e-14))
    assert report.to_dict()["priority"] == priority


def test_row_geometric_means_by_hand(score: Score, judge: Judge, close: Close) -> None:
    result = score(THREE, ROWS, weights="ahp:priority=geometric", judgments=judge(ONE))
    rows = [6 ** (1 / 3), 2 ** (1 / 3), (1 / 12) ** (1 / 3)]
    assert result.weights(*NAMES) == close([row / sum(rows) for row in rows])


def test_gaps_are_completed_and_named(score: Score, judge: Judge, close: Close) -> None:
    # x : y : z = 6 : 3 : 1 by the two judgments there are.
    judgments = judge("  - {id: E1, comparisons: {index: {x/y: 2, y/z: 3}}}")
    result = score(THREE, ROWS, weights="ahp", judgments=judgments)
    assert result.weights(*NAMES) == pytest.approx([0.6, 0.3, 0.1], rel=1e-12)
    report = result.result.weighting.matrices[0]
    assert report.to_dict()["missing"] == ["x/z"]
    assert (report.cr, report.cr_gaps) == (pytest.approx(0, abs=1e-12), None)


def test_a_gap_of_one_expert_is_filled_by_the_others(score: Score, judge: Judge, close: Close) -> None:
    judgments = judge(
        "  - {id: E1, comparisons: {index: {x/y: 2, y/z: 3}}}\n"
        "  - {id: E2, comparisons: {index: {x/y: 8, x/z: 6, y/z: 3/4}}}"
    )
    result = score(THREE, ROWS, weights="ahp:priority=geometric", judgments=judgments)
    joined = matrix(4, 6, 1.5)  # √(2 · 8), 6 alone, √(3 · 3/4)
    assert result.weights(*NAMES) == close(ahp.geometric(joined[np.newaxis])[0].tolist())
    assert [len(report.missing) for report in result.result.weighting.matrices] == [1, 0, 0]


@pytest.mark.parametrize("mean", ["geometric", "arithmetic"])
def test_experts_may_be_joined_by_their_priorities(mean: Any, score: Score, judge: Judge, close: Close) -> None:
    result = score(THREE, ROWS, weights=f"ahp:group=priorities,mean={mean}", judgments=judge(TWO))
    each = np.concatenate([ahp.eigenvector(matrix(*given)[np.newaxis])[0] for given in ((2, 3, 4), (3, 6, 2))])
    expected = ahp_groups.aggregate_priorities(each, np.array([3.0, 1.0]), mean)
    assert result.weights(*NAMES) == close(expected.tolist())
    # There is no matrix of the group then.
    assert [report.expert for report in result.result.weighting.matrices] == ["E1", "E2"]


def test_dispersion_distance_and_concordance_are_reported(score: Score, judge: Judge) -> None:
    result = score(THREE, ROWS, weights="ahp", judgments=judge(TWO))
    (group,) = result.result.weighting.groups
    said = group.to_dict()
    # The geometric standard deviation of 2 and 3 is exp(ln(3/2)/√2).
    assert said["dispersion"]["x/y"] == pytest.approx(np.exp(np.log(1.5) / sqrt(2)), rel=1e-12)
    assert said["kendall_w"]["w"] == 1  # both rank x, y, z
    first = result.result.weighting.matrices[0]
    weights = np.array(result.weights(*NAMES))
    assert first.distance.total_variation == pytest.approx(np.abs(first.priorities - weights).sum() / 2, rel=1e-12)
    assert set(said["subgroups"]) == {"town", "village"}
    alone = score(THREE, ROWS, weights="ahp", judgments=judge(TWO.splitlines()[1]))
    assert list(said["subgroups"]["village"].values()) == pytest.approx(alone.weights(*NAMES), rel=1e-14)
    assert result.result.weighting.matrices[2].distance is None


CIRCLE = "  - {id: E3, comparisons: {index: {x/y: 9, y/z: 9, z/x: 9}}}\n"


@pytest.mark.parametrize("group", ["judgments", "priorities"])
def test_experts_above_a_cr_are_left_out_and_named(group: str, score: Score, judge: Judge, close: Close) -> None:
    result = score(THREE, ROWS, weights=f"ahp:leave_out=0.2,group={group}", judgments=judge(TWO + CIRCLE))
    without = score(THREE, ROWS, weights=f"ahp:group={group}", judgments=judge(TWO))
    assert result.weights(*NAMES) == close(without.weights(*NAMES))
    finding = result.finding("RI337")
    assert (finding.params["expert"], finding.params["node"], finding.severity) == ("E3", "index", "warning")
    (report,) = [report for report in result.result.weighting.matrices if report.left_out]
    assert report.to_dict()["left_out"] is True
    (said,) = (item.to_dict() for item in result.result.weighting.groups)
    assert said["experts"] == ["E1", "E2"]
    assert said["left_out"] == [{"expert": "E3", "cr": report.cr, "limit": 0.2}]
    # Whoever is left out is not told of as inconsistent and used besides.
    assert all("E3" not in str(f.params["expert"]) for f in result.result.findings if f.code == "RI310")


def test_when_every_expert_is_left_out_the_run_is_refused(score: Score, judge: Judge) -> None:
    with pytest.raises(ri.InputError) as caught:
        score(THREE, ROWS, weights="ahp:leave_out=0.05", judgments=judge(ONE + "\n" + CIRCLE))
    (finding,) = [finding for finding in caught.value.findings if finding.severity == "error"]
    assert finding.code == "RI338"
    assert "E1 (0.103)" in finding.message("en")
    assert finding.location.file.endswith("judgments.yaml")


def test_two_children_are_never_left_out(score: Score, judge: Judge) -> None:
    text = "defaults: {normalize: none}\ntree: {children: [{id: x}, {id: y}]}"
    judgments = judge("  - {id: E1, comparisons: {index: {x/y: 4}}}")
    result = score(text, "id,x,y\na,1,1", weights="ahp:leave_out=0", judgments=judgments)
    assert result.weights("x", "y") == pytest.approx([0.8, 0.2])


def test_advice_names_the_circle_the_triad_and_the_change(score: Score, judge: Judge) -> None:
    result = score(THREE, ROWS, weights="ahp", judgments=judge(CIRCLE))
    advice = result.result.weighting.matrices[0].to_dict()["advice"]
    assert advice["three_cycles"] == [{"elements": ["x", "y", "z"], "judgments": [9, 9, pytest.approx(9)]}]
    assert advice["worst_triad"]["ratio"] == pytest.approx(729)
    change = advice["best_change"]
    # z/x from 9 to 1/9 leaves x > y > z with 9 in each place.
    assert change["suggested"] in ("9", "1/9")
    repaired = matrix(9, 9, 9)
    cr = ahp.consistency(float(ahp.eigenvector(repaired[np.newaxis])[1][0]), 3).cr
    assert change["cr"] == pytest.approx(cr, rel=1e-9)


def test_a_consistent_matrix_gets_no_advice(score: Score, judge: Judge) -> None:
    judgments = judge("  - {id: E1, comparisons: {index: {x/y: 2, x/z: 4, y/z: 2}}}")
    result = score(THREE, ROWS, weights="ahp", judgments=judgments)
    advice = result.result.weighting.matrices[0].to_dict()["advice"]
    assert advice == {"worst_triad": None, "three_cycles": [], "best_change": None}


def test_judgments_are_written_as_experts_write_them() -> None:
    assert [scale_text(value) for value in (3.0, 1 / 5, 1.0, 2.5, 0.4)] == ["3", "1/5", "1", "2.5", "0.4"]


# -- other forms ------------------------------------------------------------------------------------------


def test_points_are_shares_of_each_expert_and_then_averaged(score: Score, judge: Judge, close: Close) -> None:
    experts = "  - {id: E1, weight: 3, points: {index: {x: 50, y: 30, z: 20}}}\n  - {id: E2, points: {index: %s}}"
    judgments = judge(experts % "{x: 10, y: 20, z: 70}")
    expected = [(3 * 0.5 + 0.1) / 4, (3 * 0.3 + 0.2) / 4, (3 * 0.2 + 0.7) / 4]
    assert score(THREE, ROWS, weights="points", judgments=judgments).weights(*NAMES) == close(expected)
    # Direct scores may have any total.
    direct = judge(experts % "{x: 1, y: 2, z: 7}")
    assert score(THREE, ROWS, weights="direct", judgments=direct).weights(*NAMES) == close(expected)
    with pytest.raises(ri.InputError) as caught:
        score(THREE, ROWS, weights="points", judgments=direct)
    (finding,) = [f for f in caught.value.findings if f.code == "RI350"]
    assert finding.params["expert"] == "E2"
    assert finding.location.file.endswith("judgments.yaml")
    assert score(
        THREE, ROWS, weights="points:budget=10", judgments=judge(experts.splitlines()[1] % "{x: 1, y: 2, z: 7}")
    )


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("roc", [11 / 18, 5 / 18, 2 / 18]),
        ("rs", [3 / 6, 2 / 6, 1 / 6]),
        ("rr", [6 / 11, 3 / 11, 2 / 11]),
        ("precedence", [2.5 / 4.5, 1.5 / 4.5, 0.5 / 4.5]),
        ("precedence,diagonal=false", [2 / 3, 1 / 3, 0]),
    ],
)
def test_rankings(rule: str, expected: list[float], score: Score, judge: Judge, close: Close) -> None:
    judgments = judge("  - {id: E1, ranks: {index: {x: 1, y: 2, z: 3}}}")
    assert score(THREE, ROWS, weights=f"order:rule={rule}", judgments=judgments).weights(*NAMES) == close(expected)


def test_ties_in_a_precedence_chart_count_a_half(score: Score, judge: Judge, close: Close) -> None:
    judgments = judge("  - {id: E1, ranks: {index: {x: 1, y: 1, z: 3}}}")
    found = score(THREE, ROWS, weights="order:rule=precedence", judgments=judgments)
    assert found.weights(*NAMES) == close([2 / 4.5, 2 / 4.5, 0.5 / 4.5])


def test_swings_are_points_beside_the_largest(score: Score, judge: Judge, close: Close) -> None:
    judgments = judge("  - {id: E1, swing: {index: {x: 100, y: 60, z: 40}}}")
    assert score(THREE, ROWS, weights="swing", judgments=judgments).weights(*NAMES) == close([0.5, 0.3, 0.2])


BEST_WORST = (
    "  - {id: E1, best_worst: {index: {best: x, worst: z, best_to_others: {y: 2, z: 8},"
    " others_to_worst: {x: 8, y: 5}}}}"
)


@pytest.mark.parametrize("model", ["linear", "nonlinear"])
def test_best_worst(model: str, score: Score, judge: Judge, close: Close) -> None:
    result = score(THREE, ROWS, weights=f"bwm:model={model}", judgments=judge(BEST_WORST))
    given = (np.array([1.0, 2, 8]), np.array([8.0, 5, 1]), 0, 2)
    expected = getattr(bwm, model)(*given)
    assert result.weights(*NAMES) == close(expected.weights.tolist())
    answer, mean = (item.to_dict() for item in result.result.weighting.answers)
    assert (answer["expert"], answer["best"], answer["worst"]) == ("E1", "x", "z")
    assert answer["xi"] == expected.xi
    assert answer["cr"] == (None if model == "linear" else expected.cr)
    assert (mean["expert"], "xi" in mean) == (None, False)


def test_a_parent_that_nobody_ranks_keeps_the_given_weights(score: Score, judge: Judge, close: Close) -> None:
    text = """
    defaults: {normalize: none}
    tree: {children: [{id: x, weight: 1}, {id: part, weight: 3, children: [{id: y}, {id: z}]}]}
    """
    judgments = judge("  - {id: E1, ranks: {part: {y: 1, z: 2}}}")
    result = score(text, ROWS, weights="order", judgments=judgments)
    assert result.local("x", "part", "y", "z") == close([0.25, 0.75, 0.75, 0.25])
    assert result.finding("RI309").params == {"nodes": ["index"]}


def test_judgments_in_another_form_are_not_enough(score: Score, judge: Judge) -> None:
    with pytest.raises(ri.InputError) as caught:
        score(THREE, ROWS, weights="bwm", judgments=judge(ONE))
    (finding,) = [finding for finding in caught.value.findings if finding.severity == "error"]
    assert (finding.code, finding.params["form"], finding.params["known"]) == ("RI355", "best_worst", ["comparisons"])


def test_experts_whose_form_is_not_read_are_named(score: Score, judge: Judge) -> None:
    judgments = judge(ONE + "\n  - {id: E8, points: {index: {x: 30, y: 30, z: 40}}}")
    finding = score(THREE, ROWS, weights="ahp", judgments=judgments).finding("RI359")
    assert finding.params == {"method": "ahp", "experts": ["E8"], "forms": ["points"]}
    assert "E8" in finding.message("zh")
    both = "levels:from_top=[ahp],under={index:points}"
    for weights in ("equal", both):
        found = score(THREE, ROWS, weights=weights, judgments=judgments).result.findings
        assert "RI359" not in [finding.code for finding in found]


@pytest.mark.parametrize("weights", ["bwm", "swing", "combine:subjective=order", "levels:from_top=[equal,points]"])
def test_expert_methods_need_judgments(weights: str, score: Score) -> None:
    with pytest.raises(ri.InputError) as caught:
        score(THREE, ROWS, weights=weights)
    assert "RI314" in [finding.code for finding in caught.value.findings]


def test_forms_may_be_mixed_by_level(score: Score, judge: Judge, close: Close) -> None:
    text = "defaults: {normalize: none}\ntree: {children: [{id: x}, {id: part, children: [{id: y}, {id: z}]}]}"
    judgments = judge("  - {id: E1, comparisons: {index: {x/part: 4}}, points: {part: {y: 30, z: 70}}}")
    result = score(text, ROWS, weights="levels:from_top=[ahp,points]", judgments=judgments)
    assert result.local("x", "part", "y", "z") == close([0.8, 0.2, 0.3, 0.7])
    assert "RI309" not in result.codes  # each method is asked about its own level only


# -- against equal weights --------------------------------------------------------------------------------


def test_levels_are_compared_with_equal_weights(score: Score, close: Close) -> None:
    text = """
    defaults: {normalize: none}
    tree: {children: [{id: x, weight: 1}, {id: part, weight: 3, children: [{id: y, weight: 1}, {id: z, weight: 1}]}]}
    """
    result = score(text, ROWS)
    first, second = weight_shifts(result.plan, result.result.weighting)
    assert (first.level, first.items, first.moved, first.most, first.least) == (
        1,
        2,
        0.25,
        ("part", 0.25),
        ("x", -0.25),
    )
    # y and z: 3/8 each against 1/4.
    assert (second.level, second.items, second.moved) == (2, 2, 0.125)
    assert second.least is None
    equal = weight_shifts(result.plan, score(text, ROWS, weights="equal").result.weighting)
    assert [shift.to_dict()["largest_gain"] for shift in equal] == [None, None]


@pytest.mark.parametrize(
    "weights", ["ahp", "ahp:group=priorities", "ahp:leave_out=0.09", "points", "order", "swing", "bwm"]
)
def test_the_order_of_experts_is_irrelevant_to_the_last_bit(weights: str, score: Score, judge: Judge) -> None:
    experts = [
        f"  - {{id: E{place}, weight: {place}, comparisons: {{index: {{x/y: {xy}, x/z: {xz}, y/z: {yz}}}}},"
        f" points: {{index: {{x: {a}, y: {b}, z: {100 - a - b}}}}}, ranks: {{index: {{x: {place % 3 + 1}, y: "
        f"{(place + 1) % 3 + 1}, z: {(place + 2) % 3 + 1}}}}}, swing: {{index: {{x: {a}, y: 100, z: {b}}}}},"
        f" best_worst: {{index: {{best: x, worst: z, best_to_others: {{y: {xy}, z: 9}}, others_to_worst: {{x: 9,"
        f" y: {yz}}}}}}}}}\n"
        for place, (xy, xz, yz, a, b) in enumerate(
            [(2, 3, 2, 37, 21), (3, 7, 2, 50, 29), (5, 3, 4, 11, 19), (1, 2, 3, 43, 7)], start=1
        )
    ]
    one = score(THREE, ROWS, weights=weights, judgments=judge("".join(experts)))
    other = score(THREE, ROWS, weights=weights, judgments=judge("".join(experts[::-1])))
    assert one.weights(*NAMES) == other.weights(*NAMES)
    if weights == "ahp:leave_out=0.09":
        assert "RI337" in one.codes
