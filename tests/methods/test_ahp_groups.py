import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from resilience_index.errors import RefusalError
from resilience_index.methods.weights import ahp, ahp_groups

MEANS = ["geometric", "arithmetic"]


def shares(seed, count, size):
    rows = np.random.default_rng(seed).random((count, size)) + 0.01
    return rows / rows.sum(axis=1, keepdims=True)


# --- priorities of a group


def test_group_priorities_by_hand():
    rows = np.array([[0.8, 0.2], [0.2, 0.8]])
    for mean in MEANS:
        assert ahp_groups.aggregate_priorities(rows, np.ones(2), mean) == pytest.approx([0.5, 0.5])
    # Weights 3 and 1: (3 · 0.8 + 0.2) / 4, and 0.8³ · 0.2 against 0.2³ · 0.8, that is 4 : 1 under the fourth root
    weights = np.array([3.0, 1.0])
    assert ahp_groups.aggregate_priorities(rows, weights, "arithmetic") == pytest.approx([0.65, 0.35])
    assert ahp_groups.aggregate_priorities(rows, weights, "geometric") == pytest.approx([2 / 3, 1 / 3])
    assert ahp_groups.aggregate_priorities(rows, np.array([1.0, 0.0])).tolist() == [0.8, 0.2]


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 7), st.integers(1, 7), st.sampled_from(MEANS))
def test_group_priorities_do_not_depend_on_the_order_of_the_experts(seed, count, size, mean):
    rng = np.random.default_rng(seed)
    rows, weights = shares(seed, count, size), rng.random(count) + 0.1
    group = ahp_groups.aggregate_priorities(rows, weights, mean)
    order = rng.permutation(count)
    assert ahp_groups.aggregate_priorities(rows[order], weights[order], mean).tobytes() == group.tobytes()
    assert abs(math.fsum(group.tolist()) - 1) < 1e-15
    assert np.allclose(ahp_groups.aggregate_priorities(rows, weights * 7, mean), group, rtol=1e-14, atol=0)
    if mean == "geometric":
        expected = np.exp(np.average(np.log(rows), axis=0, weights=weights))
    else:
        expected = np.average(rows, axis=0, weights=weights)
    assert np.allclose(group, expected / expected.sum(), rtol=1e-13, atol=0)
    turned = rng.permutation(size)
    assert np.allclose(ahp_groups.aggregate_priorities(rows[:, turned], weights, mean), group[turned], rtol=1e-14)
    agreed = ahp_groups.aggregate_priorities(np.repeat(rows[:1], count, axis=0), weights, mean)
    assert np.allclose(agreed, rows[0], rtol=1e-15, atol=0)


def test_geometric_group_of_priorities_and_of_judgments_agree_for_row_geometric_means():
    # Aczél and Saaty: the two ways of aggregating meet there
    logs = np.triu(np.random.default_rng(4).normal(size=(5, 4, 4)), 1)
    matrices = np.exp(logs - np.swapaxes(logs, 1, 2))
    weights = np.array([1.0, 2.0, 1.0, 0.5, 3.0])
    by_judgments = ahp.geometric(ahp.aggregate_judgments(matrices, weights)[np.newaxis])[0]
    by_priorities = ahp_groups.aggregate_priorities(ahp.geometric(matrices), weights)
    assert by_priorities == pytest.approx(by_judgments, rel=1e-13)


# --- dispersion


def test_dispersion_is_the_geometric_sd_of_each_judgment():
    matrices = np.ones((3, 3, 3))
    for k, value in enumerate([2.0, 4.0, 8.0]):
        matrices[k, 0, 1], matrices[k, 1, 0] = value, 1 / value
    matrices[:2, 0, 2] = matrices[:2, 2, 0] = np.nan
    found = ahp_groups.dispersion(matrices)
    assert found[0, 1] == pytest.approx(2.0, rel=1e-15)  # ln 2, 2 ln 2, 3 ln 2: a sample sd of ln 2
    assert found[1, 0] == found[0, 1]
    assert found[1, 2] == found[2, 1] == 1.0
    assert np.isnan(found[0, 2])
    assert (np.diagonal(found) == 1.0).all()


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(2, 7))
def test_dispersion_does_not_depend_on_order_or_direction(seed, count):
    rng = np.random.default_rng(seed)
    upper = np.triu(rng.normal(size=(count, 4, 4)), 1)
    matrices = np.exp(upper - np.swapaxes(upper, 1, 2))
    found = ahp_groups.dispersion(matrices)
    assert ahp_groups.dispersion(matrices[rng.permutation(count)]).tobytes() == found.tobytes()
    assert np.allclose(ahp_groups.dispersion(np.swapaxes(matrices, 1, 2)), found, rtol=1e-12, atol=0)
    expected = np.exp(np.log(matrices).std(axis=0, ddof=1))
    assert np.allclose(found, expected, rtol=1e-12, atol=0)


# --- distances


def test_distances_of_an_expert_who_agrees_and_one_who_does_not():
    group = np.array([0.5, 0.3, 0.2])
    found = ahp_groups.distances(np.array([[0.5, 0.3, 0.2], [0.2, 0.3, 0.5]]), group)
    assert found.total_variation == pytest.approx([0.0, 0.3])
    assert found.euclidean == pytest.approx([0.0, math.sqrt(0.18)])
    assert found.compatibility[0] == pytest.approx(1.0)
    ratios = [0.4, 1.0, 2.5]
    assert found.compatibility[1] == pytest.approx(sum(ratios) * sum(1 / ratio for ratio in ratios) / 9)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 6))
def test_distances_by_their_definitions(seed, count, size):
    rows, group = shares(seed, count, size), shares(seed + 1, 1, size)[0]
    found = ahp_groups.distances(rows, group)
    for k, p in enumerate(rows):
        assert found.total_variation[k] == pytest.approx(np.abs(p - group).sum() / 2, abs=1e-15)
        assert found.euclidean[k] == pytest.approx(np.linalg.norm(p - group), abs=1e-15)
        pairs = np.outer(p, 1 / p) * np.outer(1 / group, group)
        assert found.compatibility[k] == pytest.approx(pairs.mean(), rel=1e-12)
    assert (found.total_variation <= 1.0).all()
    assert (found.compatibility >= 1.0 - 1e-14).all()


# --- Kendall's W


def test_w_of_full_agreement_and_of_opposite_rankings():
    rows = np.array([[0.5, 0.3, 0.2]] * 4)
    found = ahp_groups.kendall_w(rows)
    assert (found.w, found.experts, found.elements, found.degrees) == (1.0, 4, 3, 2)
    assert found.chi_square == 8.0
    assert ahp_groups.kendall_w(np.array([[0.5, 0.3, 0.2], [0.2, 0.3, 0.5]])).w == 0.0


def test_w_by_hand_with_ties():
    # Ranks 1 2.5 2.5 4, 1 2 3 4 and 1.5 1.5 3 4: sums 3.5 6 8.5 12, ties 6 + 0 + 6
    rows = np.array([[9.0, 5.0, 5.0, 1.0], [9.0, 5.0, 4.0, 1.0], [7.0, 7.0, 5.0, 1.0]])
    above = 12 * (3.5**2 + 6**2 + 8.5**2 + 12**2) - 3 * 9 * 4 * 25
    assert ahp_groups.kendall_w(rows).w == pytest.approx(above / (9 * 60 - 3 * 12), rel=1e-15)


def test_w_takes_rounding_noise_as_a_tie():
    rows = np.array([[0.3, 0.3 + 1e-14, 0.4], [0.3, 0.3, 0.4]])
    assert ahp_groups.kendall_w(rows).w == 1.0


@pytest.mark.parametrize("elements", range(2, 16))
def test_the_chance_of_w_is_the_tail_of_chi_square(elements):
    rng = np.random.default_rng(elements)
    for count in (2, 5, 40):
        found = ahp_groups.kendall_w(rng.random((count, elements)))
        assert found.p_value == pytest.approx(stats.chi2.sf(found.chi_square, elements - 1), rel=1e-11)
    agreed = ahp_groups.kendall_w(np.tile(np.arange(float(elements)), (9, 1)))
    assert agreed.p_value == pytest.approx(stats.chi2.sf(9 * (elements - 1), elements - 1), rel=1e-11)
    opposite = np.stack([np.arange(float(elements)), -np.arange(float(elements))])
    assert ahp_groups.kendall_w(opposite).p_value == 1.0


@pytest.mark.parametrize("rows", [np.ones((1, 3)), np.ones((3, 1)), np.full((4, 3), 0.25), np.ones((0, 3))])
def test_w_where_nothing_can_agree(rows):
    found = ahp_groups.kendall_w(rows)
    assert (found.w, found.chi_square, found.p_value) == (None, None, None)
    assert found.degrees == rows.shape[1] - 1


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(2, 8), st.integers(3, 7))
def test_w_agrees_with_friedman(seed, count, size):
    rng = np.random.default_rng(seed)
    rows = rng.integers(1, 5, size=(count, size)).astype(float)
    rows[0, :2] = 1.0, 4.0  # not everybody has everything on a level
    found = ahp_groups.kendall_w(rows)
    expected, chance = stats.friedmanchisquare(*rows.T)
    assert found.chi_square == pytest.approx(expected, rel=1e-10, abs=1e-10)
    assert found.p_value == pytest.approx(chance, rel=1e-9, abs=1e-12)
    assert found.w == pytest.approx(expected / (count * (size - 1)), rel=1e-10, abs=1e-10)
    assert -1e-15 <= found.w <= 1 + 1e-15
    assert ahp_groups.kendall_w(rows[rng.permutation(count)]) == found
    assert ahp_groups.kendall_w(rows[:, rng.permutation(size)]) == found


# --- leaving out


def test_experts_above_the_limit_are_named_with_their_cr():
    found = ahp_groups.leave_out([0.05, 0.2, None, 0.1, 0.31], 0.1)
    assert found.kept == (0, 2, 3)
    assert found.left_out == (ahp_groups.LeftOut(1, 0.2, 0.1), ahp_groups.LeftOut(4, 0.31, 0.1))
    assert ahp_groups.leave_out([0.1], 0.1) == ahp_groups.Selection((0,), ())


def test_leaving_out_everybody_is_refused():
    with pytest.raises(RefusalError) as caught:
        ahp_groups.leave_out([0.2, 0.3], 0.1)
    assert (caught.value.code, caught.value.params) == ("RI343", {"limit": 0.1})
