"""Aggregation across units, as pure functions: published figures, slow references, and no order of rows."""

import math
import statistics
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_index.errors import RefusalError
from resilience_index.methods import exact
from resilience_index.methods.aggregate_across import Grey, Topsis, Vikor, _squares
from resilience_index.methods.aggregate_ranks import COPELAND_LIMIT, Copeland, RankSum

NAN = np.nan


def columns(rows):
    return [np.array(column, dtype=np.float64) for column in zip(*rows, strict=True)]


def method(name, width):
    """A method by name over children that do not come out of sums."""
    make = {
        "topsis": Topsis, "topsis none": lambda derived: Topsis(derived, "none"), "vikor": Vikor, "gra": Grey,
        "rsr": RankSum, "fitted": lambda derived: RankSum(derived, "fitted"), "copeland": Copeland,
    }  # fmt: skip
    return make[name]([False] * width)


def values(name, children, weights):
    return method(name, len(children)).evaluate(children, weights).values


NAMES = ["topsis", "topsis none", "vikor", "gra", "rsr", "fitted", "copeland"]

# --- published

CLIMBING = [(-1.0, 3000.0), (-2.0, 3750.0), (-5.0, 4500.0)]
"""Three mountains by risk (less is better: negative here) and altitude."""


def test_vikor_opricovic_tzeng_2004():
    found = Vikor([False, False]).evaluate(columns(CLIMBING), np.array([0.5, 0.5]))
    assert found.details["S"].tolist() == pytest.approx([0.5, 0.375, 0.5], abs=1e-12)
    assert found.details["R"].tolist() == pytest.approx([0.5, 0.25, 0.5], abs=1e-12)
    assert found.details["Q"].tolist() == pytest.approx([1, 0, 1], abs=1e-12)
    # The same with risk + 5 and altitude in thousands less 1.
    moved = [(risk - 5, altitude / 1000 - 1) for risk, altitude in CLIMBING]
    again = Vikor([False, False]).evaluate(columns(moved), np.array([0.5, 0.5]))
    assert again.details["Q"].tolist() == pytest.approx([1, 0, 1], abs=1e-12)


def test_topsis_opricovic_tzeng_2004():
    # Risk as a negative number has the same norm, and the same distances, as risk as a cost.
    expected = [0.7621405801238009, 0.7221778332293296, 0.23785941987619905]
    assert values("topsis", columns(CLIMBING), np.array([0.5, 0.5])).tolist() == pytest.approx(expected, abs=1e-9)


def test_vikor_papathanasiou_2018():
    rows = [(8, 7, 2, 1), (5, 3, 7, 5), (7, 5, 6, 4), (9, 9, 7, 3), (11, 10, 3, 7), (6, 9, 5, 4)]
    weights = np.array([0.4, 0.3, 0.1, 0.2])
    found = Vikor([False] * 4, 0.625).evaluate(columns(rows), weights)
    assert found.details["Q"].tolist() == pytest.approx([0.64, 1, 0.693, 0.271, 0, 0.694], abs=6e-4)
    assert (found.details["Q"].argsort().argsort() + 1).tolist() == [3, 6, 4, 2, 1, 5]


def test_gra_definition_check():
    # Min-max of the rows (5, 8, 4), (7, 6, 8), (8, 8, 6), (7, 4, 6).
    rows = [(0, 1, 0), (2 / 3, 0.5, 1), (1, 1, 0.5), (2 / 3, 0, 0.5)]
    found = values("gra", columns(rows), np.array([0.3, 0.4, 0.3]))
    assert found.tolist() == pytest.approx([0.6, 0.68, 0.85, 0.46333333333333326], abs=1e-12)


# --- TOPSIS, VIKOR, GRA by hand


def test_topsis_by_hand_without_a_norm():
    # Best (1, 1), worst (0, 0): D⁺ = √(0.25² + 0.5²), D⁻ = √(0.25² + 0) with equal weights of 1/2 and rows below.
    rows = [(1.0, 0.0), (0.0, 1.0), (0.5, 0.0)]
    found = values("topsis none", columns(rows), np.array([1.0, 1.0]))
    assert found.tolist() == pytest.approx([0.5, 0.5, 0.5 / (0.5 + math.sqrt(1.25))])


def test_a_missing_child_leaves_the_others():
    rows = [(1.0, 0.0), (0.0, 1.0), (0.25, NAN), (NAN, NAN)]
    weights = np.array([1.0, 3.0])
    assert values("topsis none", columns(rows), weights)[2] == pytest.approx(0.25)
    # S and R of the third are (1 − 0.25)/1 of a whole weight.
    found = Vikor([False, False]).evaluate(columns(rows), weights)
    assert (found.details["S"][2], found.details["R"][2]) == pytest.approx((0.75, 0.75))
    assert values("gra", columns(rows), weights)[2] == pytest.approx(0.5 / 1.25)
    for name in NAMES:
        assert np.isnan(values(name, columns(rows), weights)[3])


@pytest.mark.parametrize("name", NAMES)
def test_identical_units_are_refused(name):
    with pytest.raises(RefusalError) as caught:
        values(name, columns([(0.5, 0.2)] * 4), np.ones(2))
    assert (caught.value.code, caught.value.params) == ("RI448", {"count": 4})


@pytest.mark.parametrize("name", NAMES)
def test_one_unit_is_refused(name):
    with pytest.raises(RefusalError) as caught:
        values(name, columns([(0.5, 0.2), (NAN, NAN)]), np.ones(2))
    assert (caught.value.code, caught.value.params) == ("RI450", {"count": 1})


@pytest.mark.parametrize("name", ["topsis", "vikor"])
def test_a_unit_that_nothing_tells_apart_is_not_defined(name):
    # The third unit has only the child that is the same for all.
    outcome = method(name, 2).evaluate(columns([(0.1, 0.5), (0.4, 0.5), (NAN, 0.5), (NAN, NAN)]), np.ones(2))
    assert outcome.undefined.tolist() == [False, False, True, False]


def test_noise_of_sums_does_not_tell_units_apart():
    noisy = [0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1]
    assert noisy[0] != noisy[1]
    for make in (Topsis, Vikor, Grey, RankSum, Copeland):
        with pytest.raises(RefusalError) as caught:
            make([True]).evaluate([np.array(noisy)], np.ones(1))
        assert caught.value.code == "RI448"
        found = make([True, False]).evaluate([np.array(noisy), np.array([0.0, 1.0])], np.ones(2))
        assert found.values[0] < found.values[1]


def test_values_too_large_to_square_are_refused():
    with pytest.raises(RefusalError) as caught:
        values("topsis", columns([(1.0, 1.0), (2.0, -1e120)]), np.ones(2))
    assert (caught.value.code, caught.value.params) == ("RI456", {"child": 1, "value": -1e120})


def test_children_without_weight_are_not_looked_at():
    rows = [(0.1, 7.0), (0.4, -2.0), (0.3, NAN)]
    for name in NAMES:
        alone = values(name, columns([row[:1] for row in rows]), np.ones(1))
        assert values(name, columns(rows), np.array([1.0, 0.0])).tolist() == alone.tolist()


def test_a_part_of_vikor_in_which_all_are_the_same_adds_nothing():
    # S is 1/2 for both, R is 1/2 for both: nothing tells them apart.
    with pytest.raises(RefusalError) as caught:
        values("vikor", columns([(0.0, 1.0), (1.0, 0.0)]), np.ones(2))
    assert caught.value.code == "RI448"
    # S is 1/2 for all three, R is 1/2, 1/2, 1/4.
    rows = columns([(0.0, 1.0), (1.0, 0.0), (0.5, 0.5)])
    assert Vikor([False] * 2).evaluate(rows, np.ones(2)).values.tolist() == pytest.approx([0.5, 0.5, 1.0])
    with pytest.raises(RefusalError) as caught:
        Vikor([False] * 2, 1.0).evaluate(rows, np.ones(2))
    assert caught.value.code == "RI448"


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32 - 1), size=st.integers(1, 300), spread=st.integers(0, 40))
def test_sums_of_squares_agree_with_exact_arithmetic(seed, size, spread):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(size) * 10.0 ** rng.uniform(-spread, spread, size)
    size_of_largest = math.frexp(float(np.abs(x).max()))[1]
    cut = size // 3
    terms = _squares(x[cut:], size_of_largest) + _squares(x[:cut], size_of_largest)
    expected = sum(Fraction(value) ** 2 for value in x.tolist())
    found = Fraction(exact.exact_sum(terms)) * Fraction(2) ** (2 * size_of_largest)
    assert abs(found - expected) <= expected * Fraction(1, 2**50)
    shuffled = x[rng.permutation(size)]
    assert exact.exact_sum(_squares(shuffled, size_of_largest)) == exact.exact_sum(terms)


# --- rank-sum ratio


def test_rsr_ranks_and_weights():
    # Ranks of the first child 1, 2.5, 2.5, 4 of 4; of the second 3, 2, -, 1 of 3.
    rows = [(0.1, 0.9), (0.2, 0.5), (0.2, NAN), (0.7, 0.1)]
    found = values("rsr", columns(rows), np.array([3.0, 1.0]))
    assert found.tolist() == pytest.approx([(3 / 4 + 1) / 4, (7.5 / 4 + 2 / 3) / 4, 2.5 / 4, (3 + 1 / 3) / 4])


def test_rsr_line_over_probits():
    rows = [(9, 7, 9), (7, 3, 4), (8, 8, 8), (3, 4, 6), (2, 9, 7), (5, 6, 2), (1, 1, 1), (4, 2, 3), (6, 5, 5)]
    outcome = RankSum([False] * 3, "fitted", 4).evaluate(columns(rows), np.ones(3))
    ratios = [sum(row) / 27 for row in rows]  # each column holds the ranks from 1 to 9
    assert outcome.details["ratio"].tolist() == pytest.approx(ratios)
    ordered = sorted(ratios)
    distinct = sorted(set(ratios))
    normal = statistics.NormalDist()
    probits = {}
    for ratio in distinct:
        places = [place for place, value in enumerate(ordered, start=1) if value == ratio]
        share = statistics.mean(places) / 9
        probits[ratio] = 5 + normal.inv_cdf(1 - 1 / 36 if share == 1 else share)
    line = statistics.linear_regression([probits[ratio] for ratio in distinct], distinct)
    fitted = [line.intercept + line.slope * probits[ratio] for ratio in ratios]
    assert outcome.values.tolist() == pytest.approx(fitted, abs=1e-12)
    assert outcome.details["probit"].tolist() == pytest.approx([probits[ratio] for ratio in ratios], abs=1e-12)
    # Four classes: cuts at 3.5, 5 and 6.5.
    expected = [1 + sum(probits[ratio] >= cut for cut in (3.5, 5, 6.5)) for ratio in ratios]
    assert outcome.details["class"].tolist() == expected


def test_rsr_has_no_line_over_two_ratios():
    rows = columns([(0.1,), (0.2,), (0.2,)])
    outcome = RankSum([False]).evaluate(rows, np.ones(1))
    assert "fitted" not in outcome.details
    with pytest.raises(RefusalError) as caught:
        RankSum([False], "fitted").evaluate(rows, np.ones(1))
    assert (caught.value.code, caught.value.params) == ("RI457", {"count": 2})


@pytest.mark.parametrize(
    ("classes", "cuts"),
    [(3, [4, 6]), (4, [3.5, 5, 6.5]), (5, [3.2, 4.4, 5.6, 6.8]), (6, [3, 4, 5, 6, 7])],
)
def test_rsr_classes_have_the_probits_of_the_tables(classes, cuts):
    assert RankSum([False], classes=classes).cuts().tolist() == pytest.approx(cuts)


# --- Copeland


def slow_copeland(rows, weights):
    """Pair by pair, in exact arithmetic."""
    shares = [Fraction(round(weight / sum(weights) * 10**9)) for weight in weights]
    units = [row for row in rows if not all(math.isnan(x) for x, share in zip(row, shares, strict=True) if share)]
    found = []
    for mine in units:
        net = 0
        for theirs in units:
            balance = sum(
                share * ((x > y) - (x < y))
                for x, y, share in zip(mine, theirs, shares, strict=True)
                if not (math.isnan(x) or math.isnan(y))
            )
            net += (balance > 0) - (balance < 0)
        found.append(Fraction(net + len(units) - 1, 2 * (len(units) - 1)))
    return [float(value) for value in found]


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1), size=st.integers(2, 40), width=st.integers(1, 5),
    missing=st.sampled_from([0.0, 0.3]), levels=st.sampled_from([3, 1000]),
)  # fmt: skip
def test_copeland_counts_pairs(seed, size, width, missing, levels):
    rng = np.random.default_rng(seed)
    table = rng.integers(0, levels, (size, width)).astype(np.float64)
    table[rng.random((size, width)) < missing] = NAN
    table[:2] = [[0.0] * width, [float(levels)] * width]
    weights = rng.choice([1.0, 2.0, 3.0], width)
    found = values("copeland", list(table.T.copy()), weights)
    assert found[~np.isnan(found)].tolist() == pytest.approx(slow_copeland(table.tolist(), weights.tolist()))


def test_copeland_compares_sums_of_weights_exactly():
    # 0.1 + 0.2 against 0.3: a draw, whatever floating point says.
    rows = [(1.0, 1.0, 0.0), (0.0, 0.0, 1.0)]
    with_third = columns([*rows, (0.0, 0.0, 0.0)])
    assert values("copeland", with_third, np.array([0.1, 0.2, 0.3])).tolist() == [0.75, 0.75, 0.0]


def test_copeland_places_units_that_were_not_compared():
    settled = Copeland([False])
    settled.evaluate([np.array([0.1, 0.5, 0.9])], np.ones(1))
    found = settled.value([np.array([1.0, 0.5, 0.3, 0.0, NAN])], np.ones(1)).values
    # Above all three, among them (one win, one loss), above one, below all.
    assert found[:4].tolist() == pytest.approx([1.0, 0.5, 1 / 3, 0.0])
    assert np.isnan(found[4])
    other = settled.value([np.array([0.5])], np.array([2.0])).values
    assert other.tolist() == [0.5]


def test_copeland_has_a_limit():
    with pytest.raises(RefusalError) as caught:
        values("copeland", [np.arange(COPELAND_LIMIT + 1.0)], np.ones(1))
    assert (caught.value.code, caught.value.params) == ("RI451", {"limit": COPELAND_LIMIT})


# --- neither rows nor blocks


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=25)
@given(
    seed=st.integers(0, 2**32 - 1), size=st.integers(4, 60), width=st.integers(1, 5),
    missing=st.sampled_from([0.0, 0.2]), cut=st.integers(1, 60),
)  # fmt: skip
def test_no_order_of_rows_and_no_cut_changes_a_bit(name, seed, size, width, missing, cut, same_bits):
    rng = np.random.default_rng(seed)
    children = [np.round(rng.random(size), 3) for _ in range(width)]
    for child in children:
        child[rng.random(size) < missing] = NAN
        child[:3] = [0.0, 0.5, 1.0]
    weights = 0.1 + rng.random(width)
    whole = method(name, width)
    expected = whole.evaluate(children, weights).values
    order = rng.permutation(size)
    moved = method(name, width)
    cuts = [slice(0, min(cut, size)), slice(min(cut, size), size)]
    while not moved.settled:
        parts = [moved.measure([np.ascontiguousarray(child[order][part]) for child in children], weights)
                 for part in reversed(cuts)]  # fmt: skip
        moved.settle(moved.merge(parts), weights)
    found = moved.value([np.ascontiguousarray(child[order]) for child in children], weights).values
    assert same_bits(found, expected[order])


@pytest.mark.parametrize("name", ["topsis", "topsis none", "vikor", "gra", "rsr", "copeland"])
@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), size=st.integers(3, 30), width=st.integers(1, 5))
def test_better_in_everything_is_not_ranked_lower(name, seed, size, width):
    rng = np.random.default_rng(seed)
    table = rng.random((size, width))
    table[0], table[1] = table.max(axis=0), table.min(axis=0) * 0.5
    weights = 0.1 + rng.random(width)
    found = values(name, list(table.T.copy()), weights)
    assert (found[0] >= found - 1e-12).all()
    assert (found[1] <= found + 1e-12).all()
    for unit in range(size):
        below = (table <= table[unit]).all(axis=1)
        assert (found[below] <= found[unit] + 1e-12).all()
