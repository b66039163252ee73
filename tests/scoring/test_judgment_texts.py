"""What is said of experts' judgments, whole: every key and figure, worked out by hand.

A 3 × 3 matrix has the row geometric means as its principal eigenvector, and with t = x/y · y/z / x/z the eigenvalue
λ = 1 + ∛t + 1/∛t; each judgment is off by the factor ∛t or its inverse, so that GCI = ln²t / 3.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from resilience_index.methods.checking import check
from resilience_index.methods.weights.ahp_groups import Concordance
from resilience_index.scoring.joining import Joined
from resilience_index.scoring.judgment_reports import AnswerReport, Distance, GroupReport, MatrixReport, scale_text

RI3 = 0.5245  # Alonso and Lamata 2006
NO_ADVICE = {"worst_triad": None, "three_cycles": [], "best_change": None}
NAMES = ("x", "y", "z")
THREE = "defaults: {normalize: none, scale: 1}\ntree: {children: [{id: x}, {id: y}, {id: z}]}"
ROWS = "id,x,y,z\na,7,0,0\nb,0,7,0\nc,0,0,7"


def near(value: Any) -> Any:
    """A structure whose floats may differ in their last digits, and nothing else."""
    if isinstance(value, dict):
        return {key: near(item) for key, item in value.items()}
    if isinstance(value, list):
        return [near(item) for item in value]
    return pytest.approx(value, rel=1e-9, abs=1e-12) if isinstance(value, float) else value


def matrix_of(*rows: tuple[float, ...]) -> Any:
    """A reciprocal matrix from what stands above its diagonal."""
    size = len(rows) + 1
    found = np.eye(size)
    for i, row in enumerate(rows):
        for j, value in enumerate(row, start=i + 1):
            found[i, j], found[j, i] = value, 1 / value
    return found


def report(given: Any, children: tuple[str, ...], cr: float | None, **more: Any) -> MatrixReport:
    size = len(children)
    shares = np.arange(1, size + 1) / (size * (size + 1) / 2)
    return MatrixReport(
        parent="top", expert="E1", children=children, given=given, matrix=given, priorities=shares, lambda_max=4.5,
        ci=0.25, ri=0.5, ri_table="alonso_lamata_2006", cr=cr, gci=0.125, threshold=0.1, **more,
    )  # fmt: skip


PLAIN: dict[str, Any] = {
    "parent": "top", "expert": "E1", "size": 3, "lambda_max": 4.5, "ci": 0.25, "ri": 0.5,
    "ri_table": "alonso_lamata_2006", "cr": 0.05, "gci": 0.125, "consistent": True,
    "priorities": {"x": 1 / 6, "y": 2 / 6, "z": 3 / 6}, "priority": "eigenvector", "threshold": 0.1, "missing": [],
    "cr_gaps": None, "left_out": False, "leave_out": None, "distance": None, "advice": NO_ADVICE,
}  # fmt: skip


def test_a_matrix_is_said_whole() -> None:
    given = matrix_of((2, 4), (2,))
    assert report(given, NAMES, 0.05).to_dict() == PLAIN
    gaps = given.copy()
    gaps[0, 1] = gaps[1, 0] = gaps[1, 2] = gaps[2, 1] = np.nan
    full = report(
        gaps, NAMES, 0.05, priority="geometric", missing=((0, 1), (1, 2)), cr_gaps=0.07, left_out=True, limit=0.2,
        distance=Distance(0.1, 0.2, 1.5),
    )  # fmt: skip
    full = replace(full, expert=None)
    assert full.to_dict() == PLAIN | {
        "expert": None, "priority": "geometric", "missing": ["x/y", "y/z"], "cr_gaps": 0.07, "left_out": True,
        "leave_out": 0.2, "distance": {"total_variation": 0.1, "euclidean": 0.2, "compatibility": 1.5},
    }  # fmt: skip


@pytest.mark.parametrize(("cr", "consistent"), [(None, True), (0.0, True), (0.1, True), (0.1 + 1e-9, False)])
def test_a_cr_at_the_threshold_is_consistent(cr: float | None, consistent: bool) -> None:
    found = report(matrix_of((9, 1 / 9), (9,)), NAMES, cr)
    assert (found.consistent, found.to_dict()["consistent"]) == (consistent, consistent)
    advice = found.to_dict()["advice"]
    assert (advice["worst_triad"] is None, advice["best_change"] is None) == (consistent, consistent)
    # A circle is told of either way: no degree of a judgment makes it go away.
    assert advice["three_cycles"] == near([{"elements": ["x", "y", "z"], "judgments": [9.0, 9.0, 9.0]}])


def test_advice_on_a_circle_whole() -> None:
    # x/y = 9, y/z = 9, x/z = 1/9. Each judgment should be 81 or 1/81 by the others; the first one is proposed.
    found = report(matrix_of((9, 1 / 9), (9,)), NAMES, 2.0).to_dict()["advice"]
    t = (1 / 9) * 9 / (1 / 9)
    cr = (t ** (1 / 3) + t ** (-1 / 3) - 2) / 2 / RI3
    assert found == near({
        "worst_triad": {"judgments": {"x/y": 9.0, "y/z": 9.0, "x/z": 1 / 9}, "ratio": 729.0},
        "three_cycles": [{"elements": ["x", "y", "z"], "judgments": [9.0, 9.0, 9.0]}],
        "best_change": {"pair": "x/y", "value": 9.0, "suggested": "1/9", "cr": cr, "fitted": 1 / 81},
    })  # fmt: skip


def test_advice_names_elements_by_their_places() -> None:
    # b/d alone is wrong: by b/c = 3 and c/d = 3 it would be 9; a stands by b, a/d is not given.
    given = matrix_of((1, 3, np.nan), (3, 1 / 2), (3,))
    found = report(given, ("a", "b", "c", "d"), 0.5).to_dict()["advice"]
    assert found == near({
        "worst_triad": {"judgments": {"b/c": 3.0, "c/d": 3.0, "b/d": 0.5}, "ratio": 18.0},
        "three_cycles": [{"elements": ["b", "c", "d"], "judgments": [3.0, 3.0, 2.0]}],
        "best_change": {"pair": "b/d", "value": 0.5, "suggested": "9", "cr": 0.0, "fitted": 9.0},
    })  # fmt: skip


def test_where_no_change_helps_none_is_proposed() -> None:
    # Only the middle one of three links is missing: no judgment follows from the others.
    given = matrix_of((3, np.nan), (5,))
    assert report(given, NAMES, 0.5).to_dict()["advice"] == NO_ADVICE


def test_a_group_is_said_whole() -> None:
    group = GroupReport(
        parent="top", children=NAMES, group="judgments", priorities=np.array([0.5, 0.3, 0.2]), kept=("E1", "E3"),
        left_out={"E2": 0.4, "E4": 0.3}, limit=0.2,
        dispersion=np.array([[1.0, 2.0, np.nan], [2.0, 1.0, 4.0], [np.nan, 4.0, 1.0]]),
        concordance=Concordance(0.75, 2, 3, 3.0, 2, 0.25),
    )  # fmt: skip
    said = {
        "parent": "top", "group": "judgments", "experts": ["E1", "E3"],
        "left_out": [{"expert": "E2", "cr": 0.4, "limit": 0.2}, {"expert": "E4", "cr": 0.3, "limit": 0.2}],
        "priorities": {"x": 0.5, "y": 0.3, "z": 0.2}, "dispersion": {"x/y": 2.0, "x/z": None, "y/z": 4.0},
        "kendall_w": {"w": 0.75, "chi_square": 3.0, "degrees": 2, "p_value": 0.25}, "subgroups": {},
    }  # fmt: skip
    assert group.to_dict() == said
    parts = {"town": np.array([0.1, 0.2, 0.7]), "village": np.array([0.6, 0.3, 0.1])}
    assert replace(group, left_out={}, subgroups=parts).to_dict() == said | {
        "left_out": [],
        "subgroups": {"town": {"x": 0.1, "y": 0.2, "z": 0.7}, "village": {"x": 0.6, "y": 0.3, "z": 0.1}},
    }


def test_an_answer_is_said_whole() -> None:
    answer = AnswerReport("top", "E1", "bwm", ("x", "y"), np.array([0.75, 0.25]), {"xi": 0.5})
    said = {"parent": "top", "expert": "E1", "method": "bwm", "weights": {"x": 0.75, "y": 0.25}}
    assert answer.to_dict() == said | {"xi": 0.5}
    assert replace(answer, expert=None, details={}).to_dict() == said | {"expert": None}


def test_how_components_were_joined_is_said_whole() -> None:
    call = check("weights", {"method": "combine", "rule": "game", "subjective": "given", "objective": "entropy"})
    found = Joined(call, "part", np.array([0.25, 0.5]), np.array([1 / 3, 2 / 3]))
    components = [call["subjective"].text(), call["objective"].text()]
    assert found.to_dict() == {
        "node": "part", "rule": "game", "components": components, "coefficients": [0.25, 0.5],
        "shares": [1 / 3, 2 / 3],
    }  # fmt: skip
    assert components[0] == "given"
    assert components[1].startswith("entropy")
    assert replace(found, node=None, coefficients=None, shares=None).to_dict() == {
        "node": None, "rule": "game", "components": components, "coefficients": None, "shares": None,
    }  # fmt: skip


def test_a_linear_combination_says_its_shares(score: Callable[..., Any]) -> None:
    weights = {"method": "combine", "rule": "linear", "alpha": 0.3, "subjective": "equal", "objective": "std"}
    (found,) = score(THREE, ROWS, weights=weights).result.weighting.joined
    assert found.to_dict() == near({
        "node": None, "rule": "linear", "components": [found.call[key].text() for key in ("subjective", "objective")],
        "coefficients": None, "shares": [0.3, 0.7],
    })  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"), (9.0, "9"), (2.5, "2.5"), (1234567.0, "1.235e+06"), (1 / 2, "1/2"), (1 / 9, "1/9"),
        (2 / 3, "0.6667"), (0.4, "0.4"), (1 / (5 * (1 + 1e-10)), "1/5"), (1 / (5 * (1 + 1e-8)), "0.2"),
        (1 / 1000, "1/1000"),
    ],
)  # fmt: skip
def test_judgments_as_experts_write_them(value: float, text: str) -> None:
    assert scale_text(value) == text


# -- from judgments to what is said -------------------------------------------------------------------------


@pytest.fixture
def judge(tmp_path: Path) -> Callable[[str], Path]:
    def write(experts: str) -> Path:
        path = tmp_path / "judgments.yaml"
        path.write_text("schema: resilience-index/judgments/1\nexperts:\n" + experts, encoding="utf-8")
        return path

    return write


def by_hand(xy: float, xz: float, yz: float, ri: float = RI3) -> dict[str, Any]:
    """The figures of a 3 × 3 matrix."""
    t = xy * yz / xz
    rows = [(xy * xz) ** (1 / 3), (yz / xy) ** (1 / 3), (1 / (xz * yz)) ** (1 / 3)]
    most = 1 + t ** (1 / 3) + t ** (-1 / 3)
    ci = (most - 3) / 2
    return {
        "parent": "index", "size": 3, "lambda_max": most, "ci": ci, "ri": ri, "cr": ci / ri,
        "gci": math.log(t) ** 2 / 3, "priorities": dict(zip(NAMES, [row / sum(rows) for row in rows], strict=True)),
        "priority": "eigenvector", "missing": [], "cr_gaps": ci / ri, "left_out": False, "leave_out": None,
    }  # fmt: skip


def away(each: dict[str, float], group: dict[str, float]) -> dict[str, float]:
    pairs = [(each[name], group[name]) for name in each]
    ratios = [(p / q) * (s / r) for p, r in pairs for q, s in pairs]
    return {
        "total_variation": sum(abs(p - g) for p, g in pairs) / 2,
        "euclidean": math.sqrt(sum((p - g) ** 2 for p, g in pairs)), "compatibility": sum(ratios) / len(ratios),
    }  # fmt: skip


TWO = (
    "  - {id: E1, weight: 3, group: town, comparisons: {index: {x/y: 2, x/z: 3, y/z: 4}}}\n"
    "  - {id: E2, comparisons: {index: {x/y: 3, x/z: 6, y/z: 2}}}\n"
)
CIRCLE = "  - {id: E3, group: town, comparisons: {index: {x/y: 9, y/z: 9, z/x: 9}}}\n"


def without_advice(said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in item.items() if key != "advice"} for item in said]


def test_a_run_says_every_figure_of_two_experts(score: Callable[..., Any], judge: Callable[[str], Path]) -> None:
    result = score(THREE, ROWS, weights="ahp:threshold=0.12,leave_out=0.5", judgments=judge(TWO + CIRCLE)).result
    first, second = by_hand(2, 3, 4), by_hand(3, 6, 2)
    third = by_hand(9, 1 / 9, 9)
    group = by_hand(2**0.75 * 3**0.25, 3**0.75 * 6**0.25, 4**0.75 * 2**0.25)
    common = {"ri_table": "alonso_lamata_2006", "threshold": 0.12, "leave_out": 0.5}
    second |= {"ci": 0.0, "cr": 0.0, "cr_gaps": 0.0, "gci": 0.0}  # 3 · 2 = 6
    experts = [
        item | common | {"expert": name, "consistent": name != "E3", "left_out": name == "E3",
                         "distance": away(item["priorities"], group["priorities"])}
        for name, item in (("E1", first), ("E2", second), ("E3", third))
    ]  # fmt: skip
    expected = [*experts, group | common | {"expert": None, "consistent": True, "distance": None}]
    assert without_advice([item.to_dict() for item in result.weighting.matrices]) == near(expected)
    (said,) = [item.to_dict() for item in result.weighting.groups]
    spread = [math.exp(abs(math.log(a / b)) / math.sqrt(2)) for a, b in ((2, 3), (3, 6), (4, 2))]
    assert said == near({
        "parent": "index", "group": "judgments", "experts": ["E1", "E2"],
        "left_out": [{"expert": "E3", "cr": third["cr"], "limit": 0.5}], "priorities": group["priorities"],
        "dispersion": dict(zip(("x/y", "x/z", "y/z"), spread, strict=True)),
        # Both rank x, y, z: full agreement, χ² = 2 · 2 · 1 with two degrees of freedom, exp(−χ²/2).
        "kendall_w": {"w": 1.0, "chi_square": 4.0, "degrees": 2, "p_value": math.exp(-2)},
        "subgroups": {"town": first["priorities"]},
    })  # fmt: skip
    place = str(judge("").parent / "judgments.yaml")
    told = [finding for finding in result.findings if finding.code in ("RI310", "RI337", "RI309")]
    assert [(finding.code, finding.location.text(), finding.params) for finding in told] == [
        ("RI337", place, {"expert": "E3", "node": "index", "cr": f"{third['cr']:.3f}", "limit": 0.5,
                          "table": "alonso_lamata_2006"}),
    ]  # fmt: skip


def test_inconsistent_experts_and_groups_are_told_with_every_figure(
    score: Callable[..., Any], judge: Callable[[str], Path]
) -> None:
    one = judge(CIRCLE)
    result = score(THREE, ROWS, weights="ahp:ri_table=saaty_1980", judgments=one).result
    cr = by_hand(9, 1 / 9, 9, ri=0.58)["cr"]
    params = {"node": "index", "cr": f"{cr:.3f}", "threshold": 0.1, "table": "saaty_1980"}
    told = [finding for finding in result.findings if finding.code == "RI310"]
    assert [(finding.location.text(), finding.params) for finding in told] == [
        (str(one), {"expert": {"zh": "(群体)", "en": "(group)"}} | params), (str(one), {"expert": "E3"} | params),
    ]  # fmt: skip


def test_who_is_left_when_all_are_left_out(score: Callable[..., Any], judge: Callable[[str], Path]) -> None:
    import resilience_index as ri

    with pytest.raises(ri.InputError) as caught:
        score(THREE, ROWS, weights="ahp:leave_out=0.05", judgments=judge(TWO.splitlines()[0] + "\n" + CIRCLE))
    (finding,) = [finding for finding in caught.value.findings if finding.severity == "error"]
    named = [f"{name} ({by_hand(*given)['cr']:.3f})" for name, given in (("E1", (2, 3, 4)), ("E3", (9, 1 / 9, 9)))]
    assert (finding.code, finding.params) == ("RI338", {"node": "index", "limit": 0.05, "experts": named, "within": ""})


def test_answers_in_other_forms_are_said_whole(score: Callable[..., Any], judge: Callable[[str], Path]) -> None:
    judgments = judge(
        "  - {id: E1, points: {index: {x: 50, y: 30, z: 20}}}\n"
        "  - {id: E2, weight: 3, points: {index: {x: 10, y: 20, z: 70}}}\n"
    )
    for method in ("points", "direct"):
        result = score(THREE, ROWS, weights=method, judgments=judgments).result
        common = {"parent": "index", "method": method}
        assert [item.to_dict() for item in result.weighting.answers] == near([
            common | {"expert": "E1", "weights": {"x": 0.5, "y": 0.3, "z": 0.2}},
            common | {"expert": "E2", "weights": {"x": 0.1, "y": 0.2, "z": 0.7}},
            common | {"expert": None, "weights": {"x": 0.2, "y": 0.225, "z": 0.575}},
        ])  # fmt: skip


def test_best_worst_answers_are_said_whole(score: Callable[..., Any], judge: Callable[[str], Path]) -> None:
    # Fully consistent: x : y : z = 8 : 4 : 1, so that 2 · 4 = 8 and nothing is off.
    judgments = judge(
        "  - {id: E1, best_worst: {index: {best: x, worst: z, best_to_others: {y: 2, z: 8},"
        " others_to_worst: {x: 8, y: 4}}}}"
    )
    shares = {"x": 8 / 13, "y": 4 / 13, "z": 1 / 13}
    common = {"parent": "index", "method": "bwm", "weights": shares}
    own = {"expert": "E1", "best": "x", "worst": "z", "input_cr": 0.0, "reversals": []}
    result = score(THREE, ROWS, weights="bwm:model=linear", judgments=judgments).result
    assert [item.to_dict() for item in result.weighting.answers] == near([
        common | own | {"model": "linear", "xi": 0.0, "cr": None, "unique": True}, common | {"expert": None},
    ])  # fmt: skip
    result = score(THREE, ROWS, weights="bwm:model=nonlinear", judgments=judgments).result
    found = [item.to_dict() for item in result.weighting.answers]
    intervals = found[0].pop("intervals")
    assert found == near([
        common | own | {"model": "nonlinear", "xi": 0.0, "cr": 0.0, "unique": True}, common | {"expert": None},
    ])  # fmt: skip
    assert intervals == {name: pytest.approx([share, share], abs=1e-6) for name, share in shares.items()}
