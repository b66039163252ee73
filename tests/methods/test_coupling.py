"""Coupling coordination: the forms Wang et al. (2021) fix, the misuses they name, and what must hold for any data."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from resilience_index.errors import RefusalError
from resilience_index.findings import Finding
from resilience_index.methods.coupling import Coupling, Form, coupling

NAN = math.nan
PAIRS = [[0.6, 0.4], [0.5, 0.5], [0.9, 0.1], [0.3, 0.2]]
SHARES = st.floats(0.0, 1.0).filter(lambda x: x == 0.0 or x > 1e-6)


def of(*units: list[float], weights: list[float] | None = None, form: Form = "standard") -> Coupling:
    systems = [np.array(system, dtype=np.float64) for system in zip(*units, strict=True)]
    return coupling(systems, np.array(weights or [1.0] * len(systems)), form=form)


def test_coupling_wang_2021_two_systems() -> None:
    found = of(*PAIRS)
    np.testing.assert_allclose(found.c, [0.9797958971132712, 1.0, 0.6000000000000001, 0.9797958971132712], atol=1e-12)
    np.testing.assert_allclose(found.t, [0.5, 0.5, 0.5, 0.25], atol=1e-12)
    expected = [0.6999271023161167, 0.7071067811865476, 0.5477225575051662, 0.4949232003839765]
    np.testing.assert_allclose(found.d, expected, atol=1e-12)


def test_coupling_wang_2021_three_systems() -> None:
    found = of([0.5, 0.4, 0.3])
    assert found.c[0] == pytest.approx(0.978716910292216, abs=1e-12)
    assert found.d[0] == pytest.approx(0.6256890314820025, abs=1e-12)


def test_coupling_wang_2021_modified_form() -> None:
    expected = [0.7302967433402215, 1.0, 0.14907119849998596, 0.7745966692414834]
    np.testing.assert_allclose(of(*PAIRS, form="modified").c, expected, atol=1e-12)
    assert of([0.5, 0.4, 0.3], form="modified").c[0] == pytest.approx(0.7748833976523247, abs=1e-12)


@pytest.mark.parametrize(
    ("largest", "smallest", "standard", "modified"),
    [
        (0.3196039284710761, 0.29097319934205, 0.9989, 0.9404),
        (0.30924152895260354, 0.11375311733662015, 0.8868, 0.544),
        (0.4194442016631271, 0.04860075322336431, 0.6101, 0.27),
        (0.45444603958582197, 0.20773172168361823, 0.928, 0.5868),
    ],
)
def test_coupling_wang_2021_table_8(largest: float, smallest: float, standard: float, modified: float) -> None:
    # The pairs of table 8 fix U; both forms must give the printed figures back.
    assert of([largest, smallest]).c[0] == pytest.approx(standard, abs=5e-5)
    assert of([smallest, largest], form="modified").c[0] == pytest.approx(modified, abs=5e-5)


def test_levels_belong_to_the_interval_they_close() -> None:
    d = np.array([0.0, 0.05, 0.1, 0.1 + 1e-9, 0.3, 0.30000000000000004, 0.9, 0.91, 1.0, NAN])
    found = Coupling(np.full(10, NAN), np.full(10, NAN), d)
    assert found.level.tolist() == [0, 0, 0, 1, 2, 2, 8, 9, 9, -1]
    c = Coupling(np.array([0.0, 0.3, 0.3000001, 0.5, 0.8, 0.81, 1.0, NAN]), d, d)
    assert c.stage.tolist() == [0, 0, 1, 1, 2, 3, 3, -1]


def test_a_system_at_zero_takes_all_coordination() -> None:
    found = of([0.0, 0.8], [0.0, 0.0])
    assert found.c.tolist() == [0.0, 0.0]
    assert found.d.tolist() == [0.0, 0.0]


def test_a_unit_without_a_system_has_none() -> None:
    found = of([NAN, 0.8], [0.5, 0.5])
    assert np.isnan([found.c[0], found.t[0], found.d[0]]).all()
    assert found.d[1] == pytest.approx(math.sqrt(0.5))


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: of([60.0, 40.0]), "RI501"),
        (lambda: of([0.5, -0.1]), "RI501"),
        (lambda: of([0.5]), "RI502"),
        (lambda: of([0.5, 0.5], weights=[0.0, 0.0]), "RI503"),
        (lambda: of([0.5, 0.5], weights=[2.0, -1.0]), "RI503"),
    ],
)
def test_misuses_are_refused(call: object, code: str) -> None:
    with pytest.raises(RefusalError) as caught:
        call()  # type: ignore[operator]
    assert caught.value.code == code
    for language in ("zh", "en"):
        assert "{" not in Finding(code, params=dict(caught.value.params)).message(language)


@given(st.lists(SHARES, min_size=2, max_size=6), st.floats(0.01, 1.0))
def test_what_holds_for_any_systems(unit: list[float], factor: float) -> None:
    assume(max(unit) > 0)
    for form in ("standard", "modified"):
        found, turned = of(unit, form=form), of(unit[::-1], form=form)
        assert 0.0 <= found.c[0] <= 1.0
        assert 0.0 <= found.d[0] <= 1.0
        assert found.c[0] == pytest.approx(turned.c[0], abs=1e-12)
    # The standard C does not change with the unit of measurement; weights do not enter it.
    assert of([x * factor for x in unit]).c[0] == pytest.approx(of(unit).c[0], abs=1e-9)
    weights = [float(place + 1) for place in range(len(unit))]
    assert of(unit, weights=weights).c[0] == of(unit).c[0]


@given(st.floats(0.001, 1.0), st.integers(2, 8))
def test_even_systems_are_fully_coupled(value: float, count: int) -> None:
    for form in ("standard", "modified"):
        found = of([value] * count, form=form)
        assert found.c[0] == pytest.approx(1.0, abs=1e-12)
        assert found.d[0] == pytest.approx(math.sqrt(value), abs=1e-12)


def test_a_unit_does_not_depend_on_its_neighbours() -> None:
    units = np.random.default_rng(7).random((50, 4)).tolist()
    whole = of(*units, weights=[1, 2, 3, 4])
    for index, unit in enumerate(units):
        assert of(unit, weights=[1, 2, 3, 4]).d[0] == whole.d[index]
