"""Weights from data and combined: who is refused with which words, and every figure by its definition."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from weights_tools import NAN, matrix, refusal

from resilience_index.errors import InternalError
from resilience_index.methods.weights import (
    cilos,
    columns,
    combine,
    critic,
    eigen,
    entropy,
    extents,
    gini,
    idocriw,
    independence,
    merec,
    moments,
    pca,
    spread,
)

# --- weights from data

TABLE = matrix((1, 5, 2), (2, 3, 2), (4, 4, 2), (3, 1, 2))


def test_a_column_without_values_is_named() -> None:
    empty = TABLE.copy()
    empty[:, 1] = NAN
    names = ["a", "b", "c"]
    for method, call in (
        ("cilos", lambda: cilos.cilos(empty, np.zeros(3, dtype=bool), names)),
        ("std", lambda: spread.std(empty, names)),
        ("cv", lambda: spread.cv(empty, names)),
        ("pca", lambda: pca.pca(empty, names=names)),
        ("critic", lambda: critic.critic(empty, names=names)),
        ("gini", lambda: gini.gini(empty, names)),
        ("idocriw", lambda: idocriw.idocriw(empty, np.zeros(3, dtype=bool), names)),
        ("independence", lambda: independence.independence(empty, names)),
    ):
        assert refusal(call) == ("RI360", {"method": method, "leaf": "b", "count": 0})
    assert refusal(lambda: merec.merec(empty, np.zeros(3, dtype=bool))) == ("RI377", {"count": 0})
    assert refusal(lambda: entropy.entropy(empty, names=names)) == ("RI322", {"leaf": "b", "count": 0})


def test_a_table_in_which_nothing_varies() -> None:
    level, none = np.full((5, 2), 3.0), np.zeros(2, dtype=bool)
    for method, call in (
        ("cilos", lambda: cilos.cilos(level, none)),
        ("merec", lambda: merec.merec(level, none)),
        ("std", lambda: spread.std(level)),
        ("cv", lambda: spread.cv(level)),
        ("gini", lambda: gini.gini(level)),
        ("critic", lambda: critic.critic(level)),
        ("pca", lambda: pca.pca(level)),
        ("independence", lambda: independence.independence(level)),
        ("idocriw", lambda: idocriw.idocriw(level, none)),
    ):
        assert refusal(call) == ("RI361", {"method": method, "count": 2})
    few = [gini.column_values(np.array([1.0, 2.0, 4.0])), gini.column_values(np.array([1.0, 2.0, NAN]))]
    assert refusal(lambda: gini.weights_from(few, ["a", "b"])) == (
        "RI360", {"method": "gini", "leaf": "b", "count": 2},
    )  # fmt: skip
    assert refusal(lambda: entropy.entropy(level)) == ("RI323", {"count": 2})
    one = np.stack([level[:, 0], np.arange(5.0) + 1.0], axis=1)
    for weights in (
        cilos.cilos(one, none), merec.merec(one, none), spread.std(one), spread.cv(one), gini.gini(one),
        critic.critic(one), pca.pca(one), independence.independence(one), entropy.entropy(one),
    ):  # fmt: skip
        assert weights.tolist() == [0.0, 1.0]


def test_a_single_negative_value_is_told_before_how_few_there_are() -> None:
    few = TABLE.copy()
    few[:, 1] = NAN
    few[2, 1] = -0.5
    assert refusal(lambda: entropy.entropy(few)) == ("RI321", {"leaf": "2", "value": -0.5})
    assert refusal(lambda: entropy.entropy(few, shift=0.5)) == ("RI322", {"leaf": "2", "count": 1})


def test_best_units_that_are_level_lose_nothing_for_rounding() -> None:
    """Where 1 − (Σ/k)/best of equal values is not 0 in doubles, a loss would be made of nothing."""
    best, k = next(
        (value / 1000, count)
        for count in (3, 5, 6, 7, 9, 11, 13)
        for value in range(1, 1000)
        if 1.0 - math.fsum([value / 1000] * count) / count / (value / 1000) > 0.0
    )
    rows = [[best, best]] * k + [[best / 2, best / 4]]
    found, varying = cilos.losses(cilos.measure(np.array(rows), np.zeros(2, dtype=bool)))
    assert found.tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert varying.tolist() == [True, True]


def test_three_units_are_enough_and_two_are_not() -> None:
    two, three = TABLE[:2], TABLE[:3]
    none = np.zeros(3, dtype=bool)
    for call in (
        spread.std, spread.cv, lambda table: cilos.cilos(table, none), lambda table: merec.merec(table, none),
        entropy.entropy,
    ):  # fmt: skip
        assert call(three).sum() == pytest.approx(1.0)
        code, params = refusal(lambda call=call: call(two))
        assert (code, params["count"]) in (("RI360", 2), ("RI377", 2), ("RI322", 2))


def test_spreads_by_their_definitions() -> None:
    s = np.array([*TABLE[:, :2].std(axis=0, ddof=1), 0.0])
    assert spread.std(TABLE).tolist() == pytest.approx((s / s.sum()).tolist(), rel=1e-14)
    v = s / TABLE.mean(axis=0)
    assert spread.cv(TABLE).tolist() == pytest.approx((v / v.sum()).tolist(), rel=1e-14)
    zero = TABLE.copy()
    zero[0, 0] = 0.0
    assert spread.cv(zero)[0] > 0.0
    zero[0, 0] = -1e-300
    assert refusal(lambda: spread.cv(zero)) == ("RI362", {"method": "cv", "leaf": "1", "value": -1e-300})
    nothing = spread.merge([spread.column_statistics(np.full(3, NAN)), spread.column_statistics(np.empty(0))])
    assert nothing == spread.ColumnStatistics(0, [], [], math.inf, -math.inf)
    assert math.isnan(spread.column_mean(nothing))
    assert math.isnan(spread.column_deviation(spread.column_statistics(np.array([2.0]))))
    assert spread.column_deviation(spread.column_statistics(np.array([2.0, 4.0]))) == pytest.approx(math.sqrt(2))


def test_merec_by_its_definition() -> None:
    cost = np.array([False, True, False])
    n = np.stack([TABLE[:, 0].min() / TABLE[:, 0], TABLE[:, 1] / TABLE[:, 1].max(), np.ones(4)], axis=1)
    logs = np.abs(np.log(n))
    whole = np.log(1 + logs.sum(axis=1) / 3)
    effects = [np.abs(np.log(1 + np.delete(logs, leaf, axis=1).sum(axis=1) / 3) - whole).sum() for leaf in range(3)]
    assert merec.merec(TABLE, cost).tolist() == pytest.approx([one / sum(effects) for one in effects], rel=1e-13)
    zero = TABLE.copy()
    zero[1, 1] = 0.0
    assert refusal(lambda: merec.merec(zero, cost)) == ("RI363", {"method": "merec", "leaf": "2", "value": 0.0})


def test_independence_by_multiple_correlations() -> None:
    random = np.random.default_rng(3)
    table = random.normal(size=(12, 4)) @ random.normal(size=(4, 4))
    table[:, 3] = 7.0
    inverse = np.linalg.inv(np.corrcoef(table[:, :3].T))
    wanted = 1 / np.sqrt(1 - 1 / inverse.diagonal())
    found = independence.independence(table)
    assert found.tolist() == pytest.approx([*(wanted / wanted.sum()), 0.0], rel=1e-9)
    least = table[:4]
    assert independence.independence(least).sum() == pytest.approx(1.0)
    assert refusal(lambda: independence.independence(table[:3])) == ("RI373", {"units": 3, "leaves": 3})


def test_rounding_below_zero_is_no_contradiction() -> None:
    eigen.require_no_contradiction("pca", np.array([2.0, -1e-10]))
    below = math.nextafter(-1e-10, -1)
    assert refusal(lambda: eigen.require_no_contradiction("pca", np.array([2.0, below]))) == (
        "RI367", {"method": "pca", "value": below},
    )  # fmt: skip
    pca._refuse_negative(np.array([[-1e-10], [1.0]]), [0, 1], None)
    loadings = np.array([[0.5, below], [-0.25, 1.0]])
    assert refusal(lambda: pca._refuse_negative(loadings, [0, 2], ["a", "b", "c"])) == (
        "RI369", {"leaf": "c", "loadings": ["c (1: -0.25)", "a (2: -1e-10)"]},
    )  # fmt: skip


def test_rotations_that_do_not_settle_are_an_error_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eigen, "_MOST_SWEEPS", 1)
    values, vectors = eigen.symmetric(np.diag([1.0, 3.0, 2.0]))
    assert values.tolist() == [3.0, 2.0, 1.0]
    assert vectors.tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
    with pytest.raises(InternalError) as caught:
        eigen.symmetric(matrix((1, 2, 3), (2, 1, 4), (3, 4, 1)))
    assert caught.value.code == "RI011"
    assert caught.value.params == {"reason": "Jacobi rotations do not settle"}


def test_extents_of_blocks_and_gaps() -> None:
    table = np.arange(34.0).reshape(17, 2)
    table[3, 0] = table[16, 1] = NAN
    whole = extents.extents(table)
    assert (whole.rows, whole.counts.tolist()) == (17, [16, 16])
    assert (whole.minima.tolist(), whole.maxima.tolist()) == ([0, 1], [32, 31])
    joined = extents.merge([extents.extents(table[:5]), extents.extents(table[5:]), extents.extents(table[:0])])
    assert [np.asarray(value).tolist() for value in joined] == [np.asarray(value).tolist() for value in whole]
    for bad in (math.inf, -math.inf):
        table[0, 0] = bad
        with pytest.raises(ValueError, match="weights need finite values"):
            extents.extents(table)
    assert [len(block) for block in columns.row_blocks(np.zeros((0, 2)))] == [0]
    assert [len(block) for block in columns.row_blocks(np.zeros((columns.BLOCK + 1, 1)))] == [columns.BLOCK, 1]


def test_correlations_that_are_not_told() -> None:
    table = matrix((1, 2, NAN), (2, 1, NAN), (3, 5, 1), (4, 4, 2), (NAN, 3, 3), (NAN, 3, 4))
    on = moments.grid(extents.extents(table))
    found = moments.comoments(table, on)
    assert moments.units(found) == [4, 6, 4]
    assert refusal(lambda: moments.correlations(found, "critic", ["a", "b", "c"])) == (
        "RI364", {"method": "critic", "leaf": "a", "pairs": ["a × c (2)"]},
    )  # fmt: skip
    flat = matrix((1, 2), (2, 2), (3, 2), (NAN, 3), (NAN, 1))
    level = moments.comoments(flat, moments.grid(extents.extents(flat)))
    assert refusal(lambda: moments.correlations(level, "critic")) == (
        "RI365", {"method": "critic", "leaf": "2", "pairs": ["2 × 1"]},
    )  # fmt: skip
    assert moments.deviations(found).tolist() == pytest.approx(np.nanstd(table, axis=0, ddof=1).tolist(), rel=1e-9)
    ranges = np.nanmax(table, axis=0) - np.nanmin(table, axis=0)
    expected = np.nanstd(table, axis=0, ddof=1) / ranges
    assert moments.deviations(found, of_range=True).tolist() == pytest.approx(expected.tolist(), rel=1e-9)


# --- combinations


def test_combinations_whole() -> None:
    s, o = np.array([0.5, 0.5, 0.0]), np.array([0.2, 0.2, 0.6])
    assert combine.linear(s, o, Fraction(1, 4)).tolist() == pytest.approx([0.275, 0.275, 0.45])
    assert combine.product(s, o).tolist() == pytest.approx([0.5, 0.5, 0.0])
    apart = np.array([0.0, 0.0, 1.0])
    assert refusal(lambda: combine.product(s, apart)) == ("RI331", {"count": 3})
    assert refusal(lambda: combine.geometric(np.stack([s, apart]))) == ("RI376", {"method": "geometric"})
    found = combine.game(np.stack([s, o]))
    # Σ a_j w_i·w_j = w_i·w_i: 0.5 a + 0.2 b = 0.5, 0.2 a + 0.44 b = 0.44
    a, b = (0.5 * 0.44 - 0.2 * 0.44) / 0.18, (0.5 * 0.44 - 0.2 * 0.5) / 0.18
    assert found.coefficients.tolist() == pytest.approx([a, b])
    assert found.shares.tolist() == pytest.approx([a / (a + b), b / (a + b)])
    assert found.weights.tolist() == pytest.approx(((a * s + b * o) / (a + b)).tolist())
    widest = combine.deviation(np.stack([s, o]), np.array([1.0, 2.0, 4.0]))
    by = np.array([1.5, 3.0])
    assert widest.coefficients.tolist() == pytest.approx((by / math.hypot(*by)).tolist())
    assert widest.shares.tolist() == pytest.approx((by / by.sum()).tolist())
    assert widest.weights.tolist() == pytest.approx(((by[0] * s + by[1] * o) / by.sum()).tolist())
    assert refusal(lambda: combine.deviation(np.stack([s, o]), np.zeros(3))) == (
        "RI361", {"method": "deviation", "count": 3},
    )  # fmt: skip


def test_games_that_have_no_answer() -> None:
    a, b = np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0])
    assert refusal(lambda: combine.game(np.stack([a, b, (a + b) / 2]), names=["x", "y", "z"])) == (
        "RI379", {"component": "z"},
    )  # fmt: skip
    sharp, flat = np.array([0.9, 0.1]), np.array([0.6, 0.4])
    # 0.82 a + 0.58 b = 0.82, 0.58 a + 0.52 b = 0.52: b = (0.82·0.52 − 0.58·0.82) / 0.09
    value = (0.82 * 0.52 - 0.58 * 0.82) / 0.09
    code, params = refusal(lambda: combine.game(np.stack([sharp, flat])))
    assert (code, params) == ("RI378", {"component": "2", "value": pytest.approx(value)})
    taken = combine.game(np.stack([sharp, flat]), negative="absolute")
    other = (0.82 * 0.52 - 0.58 * 0.52) / 0.09
    assert taken.coefficients.tolist() == pytest.approx([other, value])
    assert taken.shares.tolist() == pytest.approx([other / (other - value), -value / (other - value)])
