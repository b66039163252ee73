"""Weights from data as papers print them."""

import numpy as np
import pytest

from resilience_index.errors import RefusalError
from resilience_index.methods.weights import (
    cilos,
    combine,
    critic,
    entropy,
    idocriw,
    merec,
    spread,
)

# Zavadskas and Podvezko, Int. J. of Information Technology & Decision Making 15(2), 2016: four criteria, the
# first and third to be minimised.
MATRIX_2016 = np.array([[3.0, 100, 10, 7], [2.5, 80, 8, 5], [1.8, 50, 20, 11], [2.2, 70, 12, 9]])
COST_2016 = np.array([True, False, True, False])

LEE_CHANG = np.array(
    [
        [4550.0, 30.0, 6.74, 20.0, 15.0, 5.0, 85.0, 150.0, 0.87, 4.76],
        [3005.0, 60.86, 2.4, 35.0, 27.0, 4.0, 26.0, 200.0, 0.17, 4.51],
        [2040.0, 14.85, 1.7, 90.0, 25.0, 5.0, 26.0, 500.0, 0.27, 4.19],
        [3370.0, 99.4, 3.25, 25.3, 54.0, 3.0, 45.0, 222.0, 0.21, 3.78],
        [3920.0, 112.6, 4.93, 11.4, 71.7, 2.0, 50.0, 100.0, 0.25, 4.11],
    ]
)


def test_entropy_zavadskas_podvezko_2016_raw():
    # input: raw, direction ignored
    weights = entropy.entropy(MATRIX_2016)
    assert weights == pytest.approx([0.1146, 0.1981, 0.4185, 0.2689], abs=6e-5)
    full = [0.11457544989508994, 0.1980819718190378, 0.4184612445596035, 0.26888133372626877]
    assert weights == pytest.approx(full, rel=1e-12)


def test_entropy_lee_chang_2018_raw():
    weights = entropy.entropy(LEE_CHANG)
    printed = [0.026, 0.154, 0.089, 0.199, 0.115, 0.040, 0.080, 0.123, 0.172, 0.002]
    assert weights == pytest.approx(printed, abs=6e-4)
    full = [
        *(0.025858302620117086, 0.1539269505982367, 0.08880898799417876, 0.1990662243009534, 0.11486966448181174),
        *(0.03960542069710168, 0.08033320891088537, 0.12271048558461267, 0.17236095184152156, 0.0024598029705810735),
    ]
    assert weights == pytest.approx(full, rel=1e-11)


def test_entropy_edge_cases():
    assert entropy.entropy(np.array([[0, 1], [0.5, 0.5], [1, 0]])) == pytest.approx([0.5, 0.5], abs=1e-12)
    assert entropy.entropy(np.array([[1.0, 5], [2, 5], [3, 5]])).tolist() == [1.0, 0.0]
    # all constant: some libraries divide 0 by 0 here, this refuses
    with pytest.raises(RefusalError) as caught:
        entropy.entropy(np.array([[2.0, 5], [2, 5], [2, 5]]))
    assert (caught.value.code, caught.value.params) == ("RI323", {"count": 2})


def test_critic_diakoulaki_1995():
    # Computers & Operations Research 22(7): eight firms, min-max normalised; one column goes below 0
    raw = np.array(
        [
            *([61.0, 1.08, 4.33], [20.7, 0.26, 4.34], [16.3, 1.98, 2.53], [9.0, 3.29, 1.65]),
            *([5.4, 2.77, 2.33], [4.0, 4.12, 1.21], [-6.1, 3.52, 2.1], [-34.6, 3.31, 0.98]),
        ]
    )
    normalised = (raw - raw.min(axis=0)) / (raw.max(axis=0) - raw.min(axis=0))
    for weights in (critic.critic(normalised), critic.critic(raw, of_range=True)):
        assert weights == pytest.approx([0.20, 0.48, 0.32], abs=6e-3)
        assert weights == pytest.approx([0.20222554, 0.48090173, 0.31687273], abs=1e-8)


def test_coefficient_of_variation_shuai_2012():
    matrix = np.array([[30.0, 30, 38, 29], [19, 54, 86, 29], [19, 15, 85, 28.9], [68, 70, 60, 29]])
    assert spread.cv(matrix) == pytest.approx([0.4258, 0.3610, 0.2121, 0.0011], abs=6e-5)


def test_standard_deviation_salabun_2020():
    # Symmetry 12(9)
    matrix = np.array(
        [
            *([0.619, 0.449, 0.447], [0.862, 0.466, 0.006], [0.458, 0.698, 0.771]),
            *([0.777, 0.631, 0.491], [0.567, 0.992, 0.968]),
        ]
    )
    assert spread.std(matrix) == pytest.approx([0.217, 0.294, 0.488], abs=6e-4)


def test_cilos_zavadskas_podvezko_2016():
    weights = cilos.cilos(MATRIX_2016, COST_2016)
    assert weights == pytest.approx([0.334, 0.220, 0.196, 0.250], abs=6e-4)
    assert weights == pytest.approx([0.3343, 0.2199, 0.1957, 0.2501], abs=6e-5)


def test_idocriw_zavadskas_podvezko_2016():
    weights = idocriw.idocriw(MATRIX_2016, COST_2016)
    assert weights == pytest.approx([0.166, 0.189, 0.355, 0.291], abs=6e-4)


def test_merec_keshavarz_ghorabaee_2021():
    # Symmetry 13(4), the illustrative example
    matrix = np.array(
        [
            *([450.0, 8000, 54, 145], [10, 9100, 2, 160], [100, 8200, 31, 153]),
            *([220, 9300, 1, 162], [5, 8400, 23, 158]),
        ]
    )
    weights = merec.merec(matrix, np.array([False, False, True, True]))
    assert weights == pytest.approx([0.5752, 0.0141, 0.4016, 0.0091], abs=6e-5)
    full = [0.5752216672093823, 0.01409659116846726, 0.40156136388773117, 0.009120377734419302]
    assert weights == pytest.approx(full, rel=1e-13)


def test_game_theory_combination():
    # no printed figures: the definition
    symmetric = combine.game(np.array([[0.4, 0.3, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4]]))
    assert symmetric.coefficients == pytest.approx([0.6, 0.6], abs=1e-12)
    assert symmetric.shares == pytest.approx([0.5, 0.5], abs=1e-12)
    assert symmetric.weights == pytest.approx([0.25] * 4, abs=1e-12)
    pair = combine.game(np.array([[0.45, 0.25, 0.2, 0.1], [0.2, 0.25, 0.25, 0.3]]))
    assert pair.coefficients == pytest.approx([0.8008565310492507, 0.26980728051391856], abs=1e-12)
    assert pair.shares == pytest.approx([0.748, 0.252], abs=1e-12)
    assert pair.weights == pytest.approx([0.387, 0.25, 0.2126, 0.1504], abs=1e-12)


def test_game_theory_combination_with_a_negative_coefficient():
    triple = np.array([[0.4, 0.3, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4], [0.25, 0.25, 0.3, 0.2]])
    with pytest.raises(RefusalError) as caught:
        combine.game(triple, names=["ahp", "entropy", "critic"])
    assert caught.value.code == "RI378"
    assert caught.value.params["component"] == "critic"
    assert caught.value.params["value"] == pytest.approx(-10.0, abs=1e-12)
    # part of the literature takes its size, which is done only when it is asked for
    found = combine.game(triple, negative="absolute")
    assert found.coefficients == pytest.approx([6.1, 5.1, -10.0], abs=1e-12)
    assert found.shares == pytest.approx([0.2877358490566038, 0.2405660377358491, 0.4716981132075472], abs=1e-12)
    expected = [0.25707547169811323, 0.25235849056603776, 0.27122641509433965, 0.21933962264150947]
    assert found.weights == pytest.approx(expected, abs=1e-12)
