"""Edges of methods that ordinary tables do not come to: overflow, ties of ties, blocks of any size."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from resilience_index.errors import RefusalError
from resilience_index.methods import (
    aggregate,
    aggregate_balance,
    aggregate_fuzzy,
    aggregate_ranks,
    normalize,
    normalize_rank,
    normalize_spread,
    registry,
    rounding,
    treat,
)
from resilience_index.methods.weights import (
    ahp_advice,
    ahp_gaps,
    ahp_groups,
    cilos,
    combine,
    extents,
    levels,
    moments,
    pca,
    power,
    spread,
    swing,
)

NAN = math.nan


def test_of_two_directions_that_agree_the_one_from_one_upwards_stays() -> None:
    judged = np.array([[1, 1.5, 0.6667], [0.6667, 1, 1], [1.5, 1, 1]])
    found = ahp_gaps.reconciled(judged)
    assert found.tolist() == [[1, 1.5, 1 / 1.5], [1 / 1.5, 1, 1], [1.5, 1, 1]]
    level = ahp_gaps.reconciled(np.array([[1.0, 1.0], [1.00001, 1.0]]))
    assert level.tolist() == [[1.0, 1.0], [1.0, 1.0]]
    one_way = np.array([[1, NAN, 0.25], [0.5, 1, NAN], [NAN, NAN, 1]])
    assert repr(ahp_gaps.reconciled(one_way).tolist()) == repr([[1.0, 2.0, 0.25], [0.5, 1.0, NAN], [4.0, NAN, 1.0]])


def test_groups_of_priorities_beyond_the_range_of_exponents() -> None:
    rows = np.array([[1.0, 1e-320], [1.0, 1e-316]])
    found = ahp_groups.aggregate_priorities(rows, np.ones(2))
    assert found[0] == 1.0
    assert found[1] == pytest.approx(1e-318, rel=1e-3)
    means = ahp_groups.aggregate_priorities(np.array([[0.5, 0.5], [0.25, 0.75]]), np.array([1.0, 3.0]), "arithmetic")
    assert means.tolist() == pytest.approx([0.3125, 0.6875])
    logs = ahp_groups.aggregate_priorities(np.array([[0.5, 0.5], [0.2, 0.8]]), np.ones(2))
    assert logs.tolist() == pytest.approx([1 / 3, 2 / 3])


@pytest.mark.parametrize("mean", ["geometric", "arithmetic"])
def test_priorities_without_weight_are_not_heard(mean: Any) -> None:
    rows = np.array([[0.5, 0.5], [1.0, 0.0]])
    assert ahp_groups.aggregate_priorities(rows, np.array([2.0, 0.0]), mean).tolist() == [0.5, 0.5]


def test_the_range_that_balance_is_weighed_on() -> None:
    children, weights = [np.array([0.2]), np.array([0.6])], np.ones(2)
    for to in ((0.0, 1.0), (0.0, 2.0), (1.0, 2.0), (70.0, 130.0)):
        y = [to[0] + (to[1] - to[0]) * child for child in (0.2, 0.6)]
        mean, variance = sum(y) / 2, (y[0] - y[1]) ** 2 / 4
        for sign, factor in (("minus", -1), ("plus", 1)):
            found, undefined = aggregate_balance.mazziotta_pareto(children, weights, sign=sign, to=to)  # type: ignore[arg-type]
            assert found.tolist() == pytest.approx([mean + factor * variance / mean], rel=1e-14)
            assert undefined.tolist() == [False]


def suggested(cr: float | None, value: float = 3.0, nearest: int = 2, first: int = 0) -> ahp_advice.Suggestion:
    return ahp_advice.Suggestion(first, 1, value, 2.0, cr, None if cr is None else Fraction(nearest), cr)


def test_a_change_must_gain_more_than_noise() -> None:
    limit = 1.0 - 1e-9
    assert ahp_advice._best([suggested(limit)], 1.0) is None
    gain = suggested(math.nextafter(limit, 0))
    assert ahp_advice._best([suggested(None), gain], 1.0) is gain
    assert ahp_advice._best([], 1.0) is None
    near, far = suggested(0.5, 3.0, 2, first=5), suggested(0.5 - 2e-10, 9.0, 2)
    assert ahp_advice._best([far, near], 1.0) is near  # the same to 9 decimals: the smaller step
    assert ahp_advice._best([near, suggested(0.4, 9.0, 2)], 1.0).cr_nearest == 0.4  # type: ignore[union-attr]
    twin = suggested(0.5, 3.0, 2, first=2)
    assert ahp_advice._best([twin, near], 1.0) is twin


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.0, 1), (1.4, 1), (math.sqrt(2), 1), (1.42, 2), (9.0, 9), (100.0, 9), (0.001, Fraction(1, 9)),
        (1 / math.sqrt(2), 1), (0.7, Fraction(1, 2)), (math.sqrt(56), 7), (1 / math.sqrt(56), Fraction(1, 7)),
    ],
)  # fmt: skip
def test_values_of_the_scale_by_ratio(value: float, expected: Fraction) -> None:
    assert ahp_advice.nearest_on_scale(value) == expected


def test_signs_of_components() -> None:
    positive = np.array([0.4, 0.4, 0.4, -0.72])
    level = np.array([-0.8, 0.4, 0.4, 0.0])
    vectors = np.stack([positive, -positive, level, -level], axis=1)
    expected = np.stack([positive, positive, -level, -level], axis=1)
    assert pca._turned(vectors).tolist() == expected.tolist()


def test_ordered_means_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(8)
    children = [random.random(11) for _ in range(3)]
    children[1][4] = NAN
    weights = np.array([1.0, 2.0, 1.0])
    whole = aggregate_balance.ordered_mean(children, weights, [3, 2, 1])
    sizes: list[int] = []
    rows = aggregate_balance._ordered_rows

    def counted(part: Any, *arguments: Any) -> Any:
        sizes.append(part.shape[1])
        return rows(part, *arguments)

    monkeypatch.setattr(aggregate_balance, "_CHUNK", 4)
    monkeypatch.setattr(aggregate_balance, "_ordered_rows", counted)
    assert aggregate_balance.ordered_mean(children, weights, [3, 2, 1]).tolist() == whole.tolist()
    assert sizes == [4, 4, 3]


def test_no_more_units_are_kept_than_it_takes_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aggregate_ranks, "COPELAND_LIMIT", 5)
    method = aggregate_ranks.Copeland([False])
    parts = [np.arange(4.0)[:, np.newaxis], np.arange(4.0)[:, np.newaxis]]
    assert method.merge(parts)[:, 0].tolist() == [0, 1, 2, 3, 0, 1]
    most = method.merge([parts[0], parts[0][:1]])
    assert len(most) == 5
    method.settle(most, np.ones(1))
    assert method.settled
    with pytest.raises(RefusalError) as caught:
        aggregate_ranks.Copeland([False]).settle(method.merge(parts), np.ones(1))
    assert (caught.value.code, caught.value.params) == ("RI451", {"limit": 5})


def test_the_least_weight_that_counts_among_pairs() -> None:
    rows = np.array([[1.0, 1.0], [1.0, 2.0]])
    for weight, expected in ((1e-9, [-1, 1]), (4e-10, [0, 0])):
        weights = np.array([1.0 - weight, weight])
        assert aggregate_ranks.net_wins(rows, rows, np.ones(2, dtype=np.int64), weights).tolist() == expected


def test_vectors_that_are_nearly_the_same_are_told_apart() -> None:
    """The square of the sine against 1e-20: of the sum of squares of the vector, not of 1."""
    even = np.full(128, 2.0**-7)
    for step, apart in ((2.0**-34, True), (2.0**-41, False)):
        other = even.copy()
        other[0] += step
        other[1] -= step
        if apart:
            assert combine.game(np.stack([even, other])).coefficients.tolist() == [0.0, 1.0]
        else:
            with pytest.raises(RefusalError) as caught:
                combine.game(np.stack([even, other]))
            assert (caught.value.code, caught.value.params) == ("RI379", {"component": "2"})


@pytest.mark.parametrize(
    ("x", "mirrored"), [((1, 2, 3, 4, 6), False), ((-1, -2, -3, -4, -6), True), ((1, 2, 3, 4, 5), False)]
)
def test_only_a_tail_on_the_left_is_mirrored(x: tuple[float, ...], mirrored: bool) -> None:
    assert treat.log(np.array(x, dtype=float), test=False).mirrored == mirrored


def test_losses_of_blocks_in_which_a_criterion_has_no_value() -> None:
    table = np.array([[NAN, 5, 1], [NAN, 3, 2], [4, 4, 3], [3, 1, 9], [2, 2, 4]])
    cost = np.array([False, True, False])
    whole = cilos.cilos(table, cost)
    for cut in (1, 2, 3):
        parts = [cilos.measure(table[:cut], cost), cilos.measure(table[cut:], cost)]
        for order in (parts, parts[::-1]):
            assert cilos.weights_from(cilos.merge(order)).tolist() == whole.tolist()
    # The best of 1, 1/2 and 3 (x, 1/y, z): units 3, 4 and 4; what each loses in the others, relative to their best.
    p, varying = cilos.losses(cilos.measure(table, cost))
    assert varying.all()
    assert p.tolist() == [
        pytest.approx([0, 1 - 1 / 4, 1 - 3 / 9]), pytest.approx([1 - 3 / 4, 0, 0]), pytest.approx([1 - 3 / 4, 0, 0]),
    ]  # fmt: skip


def test_a_group_without_leaves_weighs_nothing() -> None:
    parent = np.array([-1, 0, 0, 2, 2, 0])
    leaf = np.array([False, True, False, True, True, False])
    weights, local = levels.local_from_global(np.array([0.5, 0.125, 0.375]), parent, leaf)
    assert weights.tolist() == [1.0, 0.5, 0.5, 0.125, 0.375, 0.0]
    assert local.tolist() == [1.0, 0.5, 0.5, 0.25, 0.75, 0.0]
    assert levels.global_from_local(local, parent).tolist() == weights.tolist()
    none, equal = levels.local_from_global(np.array([1.0, 0.0, 0.0]), parent, leaf)
    assert none.tolist() == [1.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    assert equal.tolist() == [1.0, 1.0, 0.0, 0.5, 0.5, 0.0]


def test_defaults_as_yaml_writes_them() -> None:
    words = {"zh": "数", "en": "x"}
    texts = {True: "true", False: "false", None: "", 0.5: "0.5", "ahp": "ahp", (0.0, 1.0): "[0.0, 1.0]"}
    for default, text in texts.items():
        param = registry.Param("x", "number", words, default)
        assert (param.required, param.default_text()) == (False, text)
    assert registry.Param("x", "number", words).default_text() == ""


def test_principal_vectors_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    matrices = np.random.default_rng(6).uniform(0.2, 5, (7, 3, 3))
    whole = [part.tolist() for part in power.principal(matrices)]
    sizes: list[int] = []
    block = power._block

    def counted(turned: Any) -> Any:
        sizes.append(turned.shape[2])
        return block(turned)

    monkeypatch.setattr(power, "_block", counted)
    for cells, expected in ((27, [3, 3, 1]), (26, [2, 2, 2, 1]), (1, [1] * 7)):
        monkeypatch.setattr(power, "_BLOCK_CELLS", cells)
        sizes.clear()
        assert [part.tolist() for part in power.principal(matrices)] == whole
        assert sizes == expected


def test_a_swing_that_is_none_is_named() -> None:
    with pytest.raises(RefusalError) as caught:
        swing.swing(np.array([[100.0, -1.0]]), np.ones(1), names=["a", "b"], experts=["E"])
    assert (caught.value.code, caught.value.params) == ("RI348", {"expert": "E", "name": "b", "value": -1.0})


def test_memberships_never_exceed_one() -> None:
    """Shares of weights may add up to more than 1 by rounding; what belongs wholly belongs no more than that."""
    one = np.ones((2, 1))
    beyond = 0
    random = np.random.default_rng(1)
    for count in range(2, 40):
        weights = random.random(count)
        beyond += sum((weights / weights.sum()).tolist()) > 1.0
        for operator in ("min_sum", "product_sum"):
            found = aggregate_fuzzy.compose([one] * count, weights, operator)  # type: ignore[arg-type]
            assert 1.0 - 1e-14 < found.max() <= 1.0
    assert beyond > 0


@pytest.mark.parametrize("operator", ["min_max", "product_max", "min_sum", "product_sum"])
def test_one_child_is_the_whole(operator: str) -> None:
    membership = np.array([[0.25, 1.0, NAN], [0.75, 0.0, NAN]])
    found = aggregate_fuzzy.compose([membership], np.array([3.0]), operator)  # type: ignore[arg-type]
    assert repr(found.tolist()) == repr(membership.tolist())


def test_statistics_of_columns_in_parts() -> None:
    x = np.array([3.0, NAN, -1.0, 8.0, 2.5])
    for cut in range(6):
        parts = [spread.column_statistics(x[:cut]), spread.column_statistics(x[cut:])]
        for order in (parts, parts[::-1]):
            found = spread.merge(order)
            assert (found.units, found.minimum, found.maximum) == (4, -1.0, 8.0)
            assert spread.column_mean(found) == 3.125
            assert spread.column_deviation(found) == pytest.approx(np.nanstd(x, ddof=1), rel=1e-15)


def test_power_zero_into_an_array() -> None:
    children, weights, out = [np.array([1.0, 4.0]), np.array([4.0, 4.0])], np.ones(2), np.empty(2)
    assert aggregate.power_mean(children, weights, 0.0, out=out) is out
    assert out.tolist() == pytest.approx([2.0, 4.0])


def test_grids_of_the_narrowest_columns() -> None:
    table = np.array([[0.0, 7.0, NAN, 1.0], [1e-320, 7.0, NAN, 3.0]])
    found = moments.grid(extents.extents(table))
    assert found.factor.tolist() == [2.0**1000, 0.0, 0.0, 2.0**21]
    assert found.middle.tolist() == [5e-321, 7.0, 0.0, 2.0]


def test_a_variance_that_may_be_what_was_left_out_is_none() -> None:
    """n·Σq² − (Σq)² counts from n²/8 on; here n is 4 and Σq is 0, so that Σq² in 2^-23 decides at 2^22."""

    def one(square: int) -> moments.Comoments:
        return moments.Comoments(
            moments.Grid(np.zeros(1), np.ones(1)), np.array([[4]]), np.array([[0]], dtype=object),
            np.array([[square]], dtype=object), np.array([[square]], dtype=object),
        )  # fmt: skip

    assert moments.constant(one(1 << 22)).tolist() == [True]
    assert moments.constant(one((1 << 22) + 1)).tolist() == [False]
    deviation = moments.deviations(one((1 << 22) + 1))[0]
    assert deviation == pytest.approx(math.sqrt((2**22 + 1) * 2**19 / 12) / 2**20, rel=1e-15)


HUGE = np.array([1.7e308, -1.7e308, 5e-324, 0.0, NAN])


@pytest.mark.parametrize(
    "call",
    [
        lambda x: normalize.goalposts(x, -1e308, 1e-308),
        lambda x: normalize.goalposts(x, 1e-308, 1e308, log=True, clip=False),
        lambda x: normalize.target(x, -1e308, 0.0, 1e-308, 1e308),
        lambda x: normalize.minmax(x, -1.7e308, 1.7e308, to=(0.0, 100.0)),
        lambda x: normalize.minmax(x, 1e-308, 2e-308, cost=True),
        normalize.nonpositive,
        lambda x: normalize_spread.zscore(x, -1e308, 1e-308, to_sd=10.0),
        lambda x: normalize_spread.distance(x, -1e308, 1e308),
        lambda x: normalize_spread.ratio(x, 1e-308, cost=True),
        lambda x: normalize_rank.places(x, np.array([-1.7e308, 1.0, 1.7e308])),
        lambda x: aggregate.weighted_mean([x, x], np.array([3.0, 2.0])),
        lambda x: aggregate.weighted_sum([x, x], np.array([3.0, 2.0])),
        lambda x: aggregate.geometric_mean([x, x], np.array([3.0, 2.0])),
        lambda x: aggregate.harmonic_mean([x, x[::-1]], np.array([3.0, 2.0])),
        lambda x: aggregate.power_mean([x, x], np.array([3.0, 2.0]), 3.0),
        lambda x: aggregate.power_mean([x, x], np.array([3.0, 2.0]), -3.0),
        lambda x: aggregate.nonpositive_children([x, x], np.array([3.0, 2.0])),
        lambda x: rounding.round_shown(x, 3, scale=100.0),
        lambda x: rounding.round_shown(x, 200),
    ],
)
def test_what_leaves_the_range_of_doubles_warns_nobody(call: Callable[[np.ndarray], Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = call(HUGE.copy())
    assert len(found) in (2, 5)


@pytest.mark.parametrize(
    "call",
    [
        lambda x, out: normalize_spread.zscore(x, 1.0, 2.0, to_sd=3.0, out=out),
        lambda x, out: normalize_spread.distance(x, 1.0, 2.0, clip=True, out=out),
        lambda x, out: normalize_spread.ratio(x, 2.0, cost=True, clip=True, out=out),
        lambda x, out: normalize_rank.ranks(x, np.array([1.0, 2.0]), out=out),
        lambda x, out: normalize_rank.borda(x, np.array([1.0, 2.0]), out=out),
        lambda x, out: normalize_rank.percentile_in(x, np.array([1.0, 2.0]), out=out),
        lambda x, out: normalize_rank.percentile_in(x, np.array([1.0, 2.0]), cost=True, out=out),
        lambda x, out: rounding.round_shown(x, 1, out=out),
        lambda x, out: rounding.comparison_key(x, out=out),
        lambda x, out: aggregate.smallest([x, x + 1], np.ones(2), out),
        lambda x, out: aggregate.largest([x, x + 1], np.ones(2), out),
        lambda x, out: aggregate.weighted_mean([x, x + 1], np.ones(2), out),
        lambda x, out: aggregate.weighted_mean([x, x + 1], np.zeros(2), out),
        lambda x, out: aggregate.weighted_sum([x, x + 1], np.ones(2), out),
        lambda x, out: aggregate.harmonic_mean([x, x + 1], np.ones(2), out=out),
        lambda x, out: aggregate.power_mean([x, x + 1], np.ones(2), 2.0, out=out),
        lambda x, out: aggregate.power_mean([x, x + 1], np.ones(2), -2.0, out=out),
        lambda x, out: aggregate_balance.ordered_mean([x, x + 1], np.ones(2), [1, 2], out),
    ],
)
def test_an_array_that_is_given_is_filled_and_given_back(call: Callable[..., np.ndarray]) -> None:
    x, out = np.array([1.0, 1.25, NAN, 2.0]), np.full(4, 99.0)
    kept = x.copy()
    found = call(x, out)
    assert found is out
    assert repr(call(x, None).tolist()) == repr(out.tolist())
    assert repr(x.tolist()) == repr(kept.tolist())


def test_three_elements_can_be_changed_and_two_cannot() -> None:
    judged = np.array([[1, 2, 1 / 4], [1 / 2, 1, 3], [4, 1 / 3, 1]])
    best = ahp_advice.best_change(judged)
    assert best is not None
    assert best.cr_nearest is not None
    assert best.cr_nearest < ahp_advice.propose(judged, 0.0).changes[0].cr_before
    assert ahp_advice.best_change(judged[:2, :2]) is None
    pair = ahp_advice.propose(judged[:2, :2], 0.05, "saaty_1980")
    assert repr(pair) == repr(
        ahp_advice.Proposal((), judged[:2, :2], None, None, 0.05, "saaty_1980", reached=True, cycles_left=())
    )


@pytest.mark.parametrize(
    ("call", "code", "params"),
    [
        (lambda x: normalize.goalposts(x, 0.0, 5.0, log=True), "RI402", {"worst": 0.0, "best": 5.0}),
        (lambda x: normalize.goalposts(x, 5.0, -1.0, log=True), "RI402", {"worst": 5.0, "best": -1.0}),
        (lambda x: normalize.minmax(x, 3.0, 3.0), "RI403", {"value": 3.0}),
        (lambda x: normalize.percentile_rank(x, np.array([7.0])), "RI404", {"count": 1}),
        (lambda x: normalize.percentile_rank(x, np.array([])), "RI404", {"count": 0}),
    ],
)
def test_what_cannot_be_normalised(call: Callable[[np.ndarray], Any], code: str, params: dict[str, float]) -> None:
    with pytest.raises(RefusalError) as caught:
        call(np.array([1.0, 2.0]))
    assert (caught.value.code, caught.value.params) == (code, params)


def test_chains_beyond_the_range_of_doubles() -> None:
    size = 13
    chain = np.full((size, size), NAN)
    np.fill_diagonal(chain, 1.0)
    for place in range(size - 1):
        chain[place, place + 1], chain[place + 1, place] = 1e70, 1e-70
    for judged, order in ((chain, 1), (chain[::-1, ::-1], -1)):
        weights = ahp_gaps.least_squares(judged[np.newaxis])[0][::order]
        assert weights[:4].tolist() == pytest.approx([1.0, 1e-70, 1e-140, 1e-210], rel=1e-9)
        assert weights[-1] == 0.0
    filled = ahp_gaps.complete(chain[np.newaxis])[0]
    assert filled[0, :5].tolist() == pytest.approx([1.0, 1e70, 1e140, 1e210, 1e280], rel=1e-9)
    assert (filled[0, 12], filled[12, 0]) == (math.inf, 0.0)


def test_a_comparison_in_either_direction_connects() -> None:
    judged = np.array([[1, 2, NAN, NAN], [NAN, 1, NAN, NAN], [NAN, 3, 1, NAN], [NAN, NAN, NAN, 1]])
    assert ahp_gaps.components(judged) == [[0, 1, 2], [3]]
    assert ahp_gaps.missing_pairs(judged) == [(0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    assert ahp_gaps.components(np.full((2, 2), NAN)) == [[0], [1]]
