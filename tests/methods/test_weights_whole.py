"""Weights at their limits: boundaries of every rule, whole answers, and two ways to the same figure."""

from __future__ import annotations

import itertools
import math
from dataclasses import fields
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import linprog
from weights_tools import NAN, matrix, refusal

from resilience_index.methods.weights import (
    ahp,
    ahp_advice,
    ahp_batch,
    ahp_gaps,
    ahp_groups,
    bwm,
    direct,
    power,
    ranking,
    swing,
)


def reciprocal(*upper: float) -> np.ndarray:
    """The matrix with these judgments above its diagonal, row by row."""
    size = int((1 + math.isqrt(1 + 8 * len(upper))) / 2)
    result = np.eye(size)
    for (i, j), value in zip(itertools.combinations(range(size), 2), upper, strict=True):
        result[i, j], result[j, i] = value, 1.0 / value
    return result


# --- AHP


@pytest.mark.parametrize("n", [3, 4, 8, 16])
def test_what_rounding_lifts_is_no_inconsistency(n: int) -> None:
    limit = n + n * 2.0**-46
    beyond = math.nextafter(limit, 99)
    ri = ahp.random_index(n)
    assert ahp.consistency(limit, n) == ahp.Consistency(limit, 0.0, ri, "alonso_lamata_2006", 0.0)
    assert ahp.consistency(n - 1e-9, n).ci == 0.0
    found = ahp.consistency(beyond, n)
    ci = (beyond - n) / (n - 1)
    assert found == ahp.Consistency(beyond, ci, ri, "alonso_lamata_2006", ci / ri)
    many = ahp.consistency_ratios(np.array([limit, beyond, n - 1.0]), n)
    assert [values.tolist() for values in many] == [[0.0, ci, 0.0], [0.0, ci / ri, 0.0]]


@pytest.mark.parametrize("n", [1, 2])
def test_nothing_is_inconsistent_below_three(n: int) -> None:
    assert ahp.consistency(2.5, n, "saaty_1980") == ahp.Consistency(2.5, 0.0, 0.0, "saaty_1980", None)
    assert repr([values.tolist() for values in ahp.consistency_ratios(np.array([2.5]), n)]) == "[[0.0], [nan]]"
    assert repr(ahp.gci(np.ones((2, n, n))).tolist()) == "[nan, nan]"
    assert math.isnan(ahp.gci_threshold(n))
    assert ahp_gaps.random_index_with_gaps(n, 0) == 0.0


def test_thresholds_and_indices_of_every_size() -> None:
    assert [ahp.gci_threshold(n) for n in (3, 4, 5, 9)] == pytest.approx([0.3147, 0.3526, 0.37, 0.37], rel=1e-15)
    assert ahp.gci_threshold(3, 0.05) == pytest.approx(0.15735, rel=1e-15)
    assert ahp.random_index(15) == 1.5838
    assert ahp.random_index(16) == pytest.approx((2.7699 * 16 - 4.3513 - 16) / 15, rel=1e-15)
    assert [ahp.random_index(n, "saaty_2005") for n in (1, 2, 3, 15)] == [0.0, 0.0, 0.52, 1.59]
    assert refusal(lambda: ahp.random_index(16, "saaty_1980")) == ("RI311", {"size": 16, "table": "saaty_1980"})
    for missing in range(7):
        expected = max(0.0, ahp.random_index(5, "saaty_1980") * (1 - missing / 6))
        assert ahp_gaps.random_index_with_gaps(5, missing, "saaty_1980") == pytest.approx(expected, abs=1e-15)
    assert ahp_gaps.random_index_with_gaps(5, 7) == 0.0


def test_gci_by_its_definition() -> None:
    judged = reciprocal(2, 5, 1 / 3, 3, 1, 1 / 7)
    w = np.exp(np.log(judged).mean(axis=1))
    errors = [math.log(judged[i, j] * w[j] / w[i]) ** 2 for i, j in itertools.combinations(range(4), 2)]
    assert ahp.gci(judged[np.newaxis])[0] == pytest.approx(2 / (3 * 2) * sum(errors), rel=1e-13)


def test_judgments_of_experts_without_weight_are_not_heard() -> None:
    matrices = np.stack([reciprocal(2, 4, 8), reciprocal(8, 1, 2), reciprocal(9, 9, 9)])
    present = np.ones(matrices.shape, dtype=bool)
    present[0, 0, 2] = present[1, 0, 2] = present[1, 1, 2] = False
    group = ahp.aggregate_judgments(matrices, np.array([1.0, 3.0, 0.0]), present)
    mean = 2 ** (1 / 4) * 8 ** (3 / 4)
    assert group[np.triu_indices(3)].tolist() == pytest.approx([1, mean, NAN, 1, 8, 1], rel=1e-14, nan_ok=True)
    assert group[1, 0] == pytest.approx(1 / mean, rel=1e-14)
    assert group[2, 1] == 0.125
    assert math.isnan(group[2, 0])


def test_ordinary_matrices_settle_by_solving() -> None:
    """Squaring is for what rounding keeps from settling; without a sound solution everything would go there."""
    random = np.random.default_rng(5)
    matrices = np.stack([reciprocal(*(9 ** random.uniform(-1, 1, 10))) for _ in range(50)])
    turned = np.ascontiguousarray(matrices.transpose(2, 1, 0))
    weights, left = power._solved(turned)
    assert left.size == 0
    assert power._squared(turned) == pytest.approx(weights, rel=1e-12)


@pytest.mark.parametrize("size", [2, 3, 6])
def test_a_solution_is_the_inverse_applied_twice(size: int) -> None:
    random = np.random.default_rng(size)
    matrices = random.uniform(0.2, 5, (4, size, size))
    vectors = random.uniform(0.1, 1, (4, size))
    shifts = matrices.sum(axis=2).max(axis=1) * 1.5
    found = power._solution(
        np.ascontiguousarray(matrices.transpose(2, 1, 0)), np.ascontiguousarray(vectors.T), shifts
    ).T
    for one, vector, shift, weights in zip(matrices, vectors, shifts, found, strict=True):
        inverse = np.linalg.inv(shift * np.eye(size) - one)
        expected = inverse @ inverse @ vector
        assert weights.tolist() == pytest.approx((expected / expected.sum()).tolist(), rel=1e-11)


def test_everything_that_is_said_of_matrices() -> None:
    full, gappy, pair = reciprocal(2, 5, 4), reciprocal(2, NAN, NAN, 3, NAN, 2), reciprocal(3)
    found = ahp_batch.judge([full, pair, gappy, full], table="saaty_1980")
    assert [type(item) for item in found] == [ahp_batch.Judged] * 4
    said = [{field.name: getattr(item, field.name) for field in fields(item)} for item in found]
    for item in said:
        item["matrix"], item["priorities"] = item["matrix"].tolist(), item["priorities"].tolist()
    assert said[0] == said[3]
    values, vectors = np.linalg.eig(full)
    top = int(values.real.argmax())
    most = values.real[top]
    ci = (most - 3) / 2
    assert said[0] == {
        "matrix": full.tolist(), "priorities": pytest.approx((vectors[:, top] / vectors[:, top].sum()).real.tolist()),
        "lambda_max": pytest.approx(most), "ci": pytest.approx(ci), "ri_table": "saaty_1980", "ri": 0.58,
        "cr": pytest.approx(ci / 0.58), "gci": pytest.approx(math.log(2 * 4 / 5) ** 2 / 3), "missing": 0,
        "ri_gaps": 0.58, "cr_gaps": pytest.approx(ci / 0.58),
    }  # fmt: skip
    assert said[1] == {
        "matrix": pair.tolist(), "priorities": pytest.approx([0.75, 0.25]), "lambda_max": pytest.approx(2.0),
        "ci": 0.0, "ri_table": "saaty_1980", "ri": 0.0, "cr": None, "gci": None, "missing": 0, "ri_gaps": None,
        "cr_gaps": None,
    }  # fmt: skip
    total = 12 + 6 + 2 + 1
    w = [12 / total, 6 / total, 2 / total, 1 / total]
    assert said[2] == {
        "matrix": [pytest.approx([a / b for b in w]) for a in w], "priorities": pytest.approx(w),
        "lambda_max": pytest.approx(4.0), "ci": 0.0, "ri_table": "saaty_1980", "ri": 0.9, "cr": 0.0,
        "gci": pytest.approx(0.0, abs=1e-20), "missing": 3, "ri_gaps": None, "cr_gaps": None,
    }  # fmt: skip


def test_circles_need_all_three_judgments() -> None:
    for hole in range(3):
        upper = [2.0, 1 / 3, 4.0]  # 0 > 1, 1 > 2, 2 > 0
        circle = ahp_advice.three_cycles(reciprocal(*upper))
        assert circle == [ahp_advice.Cycle((0, 1, 2), (2.0, 4.0, 3.0), 24.0, True)]
        upper[hole] = NAN
        assert ahp_advice.three_cycles(reciprocal(*upper), with_ties=True) == []
    tied = reciprocal(2, 1, 1)
    assert ahp_advice.three_cycles(tied) == []
    assert ahp_advice.three_cycles(tied, with_ties=True) == [ahp_advice.Cycle((0, 1, 2), (2.0, 1.0, 1.0), 2.0, False)]
    assert ahp_advice.three_cycles(reciprocal(1, 1, 1), with_ties=True) == []


# --- groups of experts


def test_one_expert_has_no_dispersion() -> None:
    alone = ahp_groups.dispersion(reciprocal(2, 5, 4)[np.newaxis])
    assert repr(alone.tolist()) == "[[1.0, nan, nan], [nan, 1.0, nan], [nan, nan, 1.0]]"


@pytest.mark.parametrize("degrees", range(1, 9))
def test_tails_of_chi_square(degrees: int) -> None:
    assert ahp_groups._chi_square_tail(0.0, degrees) == 1.0
    for value in (0.01, 0.5, 1.5, 2.5, 7.0, 30.0):
        expected = stats.chi2.sf(value, degrees)
        assert ahp_groups._chi_square_tail(value, degrees) == pytest.approx(expected, rel=1e-12)


def test_concordance_whole() -> None:
    opposite = ahp_groups.kendall_w(matrix((3, 2, 1), (1, 2, 3)))
    assert opposite == ahp_groups.Concordance(0.0, 2, 3, 0.0, 2, 1.0)
    even = ahp_groups.kendall_w(matrix((2, 1), (1, 2)))
    assert even == ahp_groups.Concordance(0.0, 2, 2, 0.0, 1, 1.0)
    assert ahp_groups.kendall_w(matrix((1, 2))) == ahp_groups.Concordance(None, 1, 2, None, 1, None)
    assert ahp_groups.kendall_w(matrix((1,), (2,))) == ahp_groups.Concordance(None, 2, 1, None, 0, None)
    assert ahp_groups.kendall_w(matrix((5, 5), (1, 1))) == ahp_groups.Concordance(None, 2, 2, None, 1, None)


def test_a_cr_at_the_limit_stays() -> None:
    above = math.nextafter(0.1, 1)
    assert ahp_groups.leave_out([0.1, None, above], 0.1) == ahp_groups.Selection(
        (0, 1), (ahp_groups.LeftOut(2, above, 0.1),)
    )
    assert refusal(lambda: ahp_groups.leave_out([0.3], 0.2)) == ("RI343", {"limit": 0.2})


# --- best and worst


@pytest.mark.parametrize(("first", "second", "span"), list(itertools.product((1, 2, 8), (1, 3, 8), (2, 5, 9))))
def test_three_elements_against_a_linear_program(first: float, second: float, span: float) -> None:
    """w = (best, other, worst, ξ): the least ξ that bounds every difference."""
    given, back = np.array([1.0, first, span]), np.array([span, second, 1.0])
    rows = [(1, -first, 0), (0, 1, -second), (1, 0, -span)]
    bounds = [[*(sign * value for value in row), -1.0] for row in rows for sign in (1, -1)]
    least = linprog([0, 0, 0, 1], bounds, np.zeros(6), [[1, 1, 1, 0]], [1])
    found = bwm.linear(given, back, 0, 2)
    assert found.xi == pytest.approx(least.x[3], abs=1e-10)
    slack = max(abs(np.dot(row, found.weights)) for row in rows)
    assert slack == pytest.approx(found.xi, abs=1e-9)
    if found.unique:
        assert found.weights.tolist() == pytest.approx(least.x[:3].tolist(), abs=1e-8)


@pytest.mark.parametrize(
    ("given", "back"),
    [
        ((1, 2, 5, 8), (8, 3, 4, 1)),
        ((1, 9, 2, 4), (4, 1, 6, 1)),
        ((1, 2, 3, 9), (9, 2, 2, 1)),
        ((1, 3, 3, 5), (5, 3, 1, 1)),
    ],
)
def test_intervals_of_the_nonlinear_model(given: tuple[float, ...], back: tuple[float, ...]) -> None:
    """At the least ξ the weights of each element run from the least to the largest that linear programs find."""
    first, second = np.array(given, dtype=float), np.array(back, dtype=float)
    found = bwm.nonlinear(first, second, 0, 3)
    rows = []
    for j in range(4):
        for sign in (1.0, -1.0):
            best, worst = np.zeros(4), np.zeros(4)
            best[0] += sign
            best[j] -= sign * first[j] + found.xi + 1e-12
            worst[j] += sign
            worst[3] -= sign * second[j] + found.xi + 1e-12
            rows += [best, worst]
    for j in range(4):
        ends = []
        for sign in (1.0, -1.0):
            wanted = np.zeros(4)
            wanted[j] = sign
            ends.append(sign * linprog(wanted, rows, np.zeros(len(rows)), [np.ones(4)], [1.0]).fun)
        assert [found.low[j], found.high[j]] == pytest.approx(ends, abs=1e-8)
    centre = found.low + found.high
    assert found.weights.tolist() == pytest.approx((centre / centre.sum()).tolist(), rel=1e-12)
    assert found.unique == bool((found.high - found.low < 1e-9).all())
    assert found.cr == pytest.approx(found.xi / bwm.consistency_index(first[3]))


# --- points, swings, places, charts


def test_totals_at_the_edge_of_the_budget() -> None:
    budget = 2.0**30
    edge = 1e-9 * budget
    within, beyond = budget + math.floor(edge), budget + math.floor(edge) + 1
    assert direct.points(matrix((within, 0)), np.ones(1), budget=budget).tolist() == [1.0, 0.0]
    assert refusal(lambda: direct.points(matrix((beyond, 0)), np.ones(1), budget=budget)) == (
        "RI350", {"expert": "#1", "total": beyond, "budget": budget},
    )  # fmt: skip
    assert refusal(lambda: direct.points(matrix((1e9 - 2, 0)), np.ones(1), budget=1e9, experts=["E"])) == (
        "RI350", {"expert": "E", "total": 1e9 - 2, "budget": 1e9},
    )  # fmt: skip
    for exact in (1e9 - 1, 1e9 + 1):
        assert direct.shares(matrix((exact, 0)), budget=1e9).tolist() == [[1.0, 0.0]]


@pytest.mark.parametrize(
    ("given", "code", "params"),
    [
        (((1, 2), (1, -1)), "RI348", {"expert": "#2", "name": "#2", "value": -1.0}),
        (((1, NAN), (1, -1)), "RI348", {"expert": "#1", "name": "#2", "value": None}),
        (((math.inf, 1),), "RI348", {"expert": "#1", "name": "#1", "value": math.inf}),
        (((1, 2), (0, 0)), "RI349", {"expert": "#2"}),
    ],
)
def test_points_that_are_none(given: Any, code: str, params: dict[str, Any]) -> None:
    assert refusal(lambda: direct.points(matrix(*given), np.ones(len(given)))) == (code, params)
    assert refusal(lambda: swing.swing(matrix(*given), np.ones(len(given)))) == (code, params)


def test_swings_have_their_reference() -> None:
    assert swing.swing(matrix((100, 25, 0)), np.ones(1)).tolist() == [0.8, 0.2, 0.0]
    for largest in (99.0, 101.0):
        assert refusal(lambda value=largest: swing.swing(matrix((value, 25)), np.ones(1), experts=["E"])) == (
            "RI351", {"expert": "E", "largest": largest, "reference": 100.0},
        )  # fmt: skip
    assert swing.swing(matrix((10, 10)), np.ones(1), reference=10.0).tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    ("places", "levels"),
    [
        ((1, 2, 3), [[0], [1], [2]]), ((1, 2, 2), [[0], [1, 2]]), ((1, 2.5, 2.5), [[0], [1, 2]]),
        ((1, 1, 3), [[0, 1], [2]]), ((1, 1, 2), [[0, 1], [2]]), ((1.5, 1.5, 3), [[0, 1], [2]]),
        ((2, 2, 2), [[0, 1, 2]]), ((1, 1, 1), [[0, 1, 2]]), ((3, 1, 2), [[1], [2], [0]]),
        ((1.5, 1.5, 2), None), ((1, 3, 3), None), ((0, 1, 2), None), ((2, 3, 4), None), ((1, 2, NAN), None),
        ((1, 2, 4), None), ((1, 1.5, 3), None),
    ],
)  # fmt: skip
def test_places_that_are_a_ranking(places: tuple[float, ...], levels: list[list[int]] | None) -> None:
    steps = [Fraction(11, 18), Fraction(5, 18), Fraction(2, 18)]
    if levels is None:
        shown = [None if math.isnan(place) else place for place in places]
        assert refusal(lambda: ranking.ranked(matrix(places), np.ones(1))) == (
            "RI352", {"expert": "#1", "places": shown, "count": 3},
        )  # fmt: skip
        return
    expected, start = [0.0] * 3, 0
    for level in levels:
        share = sum(steps[start : start + len(level)], Fraction(0)) / len(level)
        for place in level:
            expected[place] = float(share)
        start += len(level)
    assert ranking.ranked(matrix(places), np.ones(1)).tolist() == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("value", "reverse"), [(0.0, 0.0), (1.0, 1.0), (0.5, 0.0), (2.0, -1.0), (-1.0, 2.0), (0.25, 0.75), (NAN, 0.5)]
)
def test_halves_of_a_chart_that_do_not_add_up(value: float, reverse: float) -> None:
    chart = matrix((0.5, 1, 1), (0, 0.5, value), (0, reverse, 0.5))[np.newaxis]
    assert refusal(lambda: ranking.precedence_chart(chart, np.ones(1), names=["a", "b", "c"])) == (
        "RI353", {"expert": "#1", "first": "b", "second": "c", "value": direct.shown(value), "reverse": reverse},
    )  # fmt: skip


@pytest.mark.parametrize(("value", "with_own", "without"), [(1.0, [5, 3, 1], [2, 1, 0]), (0.5, [5, 2, 2], [4, 1, 1])])
def test_sums_of_a_chart(value: float, with_own: list[int], without: list[int]) -> None:
    chart = matrix((7, 1, 1), (0, 7, value), (0, 1 - value, 7))[np.newaxis]  # the diagonal is not read
    for diagonal, sums in ((True, with_own), (False, without)):
        found = ranking.precedence_chart(chart, np.ones(1), diagonal=diagonal)
        assert found.tolist() == pytest.approx([one / sum(sums) for one in sums], rel=1e-15)
    assert ranking.precedence_chart(np.full((1, 1, 1), 0.5), np.ones(1), diagonal=False).tolist() == [1.0]
