"""Treatment of outliers against printed figures and hand-made cases."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.methods import treat
from resilience_index.methods.moments import shape

# Indicator 3 of the table in test_shape: one value lies far outside. Figures of the R package COINr 1.1.
RAW = [101.2, 98.4, 110, 105.5, 95.75, 99.9, 950, 102.3, 108.6, 97.1, 103.4, 100.6]
# fmt: off
LOG_CT = [2.63852147178, 2.41524391113, 3.12643153448, 2.90649113978, 2.14505370501, 2.54101126784,
          6.76017422185, 2.71419793169, 3.06304039331, 2.29177689428, 2.78454817207, 2.59469484877]
LOG_CT_ORIG = [1.86408013081, 1.29472716759, 2.72457950305, 2.37490575457, 0, 1.63899671468,
               6.75139382386, 2.02154756326, 2.62828523263, 0.854415328156, 2.15755932094, 1.76644166124]
# fmt: on


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)


def test_winsorize_takes_one_point_to_the_next_becker_2022() -> None:
    found = treat.winsorize(column(*RAW))
    assert found.values.tolist() == [110.0 if value == 950 else value for value in RAW]
    assert (found.points, found.high, found.low, found.kept, found.failing) == (1, 110.0, None, "", False)
    assert found.before == shape(column(*RAW))
    assert found.after == shape(found.values)


def test_winsorize_two_points_without_a_test_becker_2022() -> None:
    found = treat.winsorize(column(*RAW), max_points=2, test=False)
    assert found.values.tolist() == [108.6 if value >= 110 else value for value in RAW]
    assert found.points == 2


@pytest.mark.parametrize("mirror", [True, False])
def test_log_of_the_range_becker_2022(mirror: bool) -> None:
    found = treat.log(column(*RAW), mirror=mirror)
    assert found.values.tolist() == pytest.approx(LOG_CT, rel=1e-11)
    assert found.logged
    assert found.points == 12


def test_log_of_the_coin_tool_becker_2022() -> None:
    assert treat.log(column(*RAW), shift="one").values.tolist() == pytest.approx(LOG_CT_ORIG, rel=1e-11, abs=1e-15)


def test_what_passes_is_left_alone_becker_2022() -> None:
    x = column(12.5, 15.75, 9.2, 20.1, 17.3, 11.05, 14.6, 8.4, 22.9, 13.35, 18.8, 10.7)
    for found in (treat.winsorize(x), treat.log(x), treat.winsorize(x, otherwise="log")):
        assert found.values is x
        assert found.points == 0


def test_ties_move_together_and_never_more_than_max_points() -> None:
    """The R package counts after the step, so that a tie takes it beyond its own limit; here the step is not made."""
    x = column(*range(20), 500, 500, 500)
    found = treat.winsorize(x, max_points=2)
    assert found.values.tolist() == x.tolist()
    assert (found.points, found.kept, found.failing) == (0, "points", not shape(x).passes(2.0, 3.5))
    assert treat.winsorize(column(*range(30), 900, 950), max_points=2).values.tolist() == [*range(30), 29, 29]


def test_the_side_of_the_skew_is_treated() -> None:
    x = -column(*RAW)
    assert treat.winsorize(x).values.tolist() == [-110.0 if value == 950 else -value for value in RAW]
    assert treat.winsorize(x).low == -110.0


def test_a_column_is_never_made_constant() -> None:
    x = column(*[0.0] * 20, 1.0)
    found = treat.winsorize(x)
    assert found.values is x
    assert (found.kept, found.failing) == ("constant", True)
    for cut in (treat.iqr(x), treat.percentile(x)):
        assert cut.values is x
        assert cut.kept == "constant"
    assert treat.log(np.full(5, 2.0), test=False).kept == "constant"


def test_what_still_fails_is_kept_undone_or_logged() -> None:
    x = column(*range(40), 1e5, 1e7)
    kept, undone, logged = (
        treat.winsorize(x, max_points=1, otherwise=word)  # type: ignore[arg-type]
        for word in ("keep", "undo", "log")
    )
    assert (kept.points, kept.values[-1], kept.failing) == (1, 1e5, True)
    assert (undone.points, undone.values[-1], undone.failing) == (0, 1e7, True)
    assert logged.logged
    assert logged.values.tolist() == treat.log(x).values.tolist()


def test_a_tail_on_the_left_is_mirrored() -> None:
    x = -column(*RAW)
    found = treat.log(x)
    assert found.mirrored
    assert found.values.tolist() == pytest.approx([-value for value in LOG_CT], rel=1e-11)
    plain = treat.log(x, mirror=False)
    assert not plain.mirrored
    assert plain.after is not None
    assert found.after is not None
    assert abs(found.after.skewness) < abs(plain.after.skewness)
    assert found.offset == pytest.approx(-95.75 + 8.5425, rel=1e-12)


def test_plain_logarithms_need_positive_values() -> None:
    x = column(1.0, 2.0, 3.0, 4.0, 5e4)
    assert treat.log(x, shift="zero", test=False).values.tolist() == pytest.approx(np.log(x).tolist(), rel=1e-15)
    assert treat.log(x - 1.0, shift="zero", test=False).kept == "not_positive"


def test_few_values_are_left_alone() -> None:
    x = column(1.0, 2.0, 900.0)
    for found in (treat.winsorize(x), treat.winsorize(x, test=False), treat.log(x), treat.iqr(x), treat.percentile(x)):
        assert found.values is x
        assert found.kept == "few"


def test_iqr_cuts_at_tukeys_fences() -> None:
    found = treat.iqr(column(1, 2, 3, 4, 5, 6, 7, 8, 100))
    assert (found.low, found.high) == (3 - 1.5 * 4, 7 + 1.5 * 4)
    assert found.values.tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 13]
    assert treat.iqr(column(1, 2, 3, 4, 5, 6, 7, 8, 100), factor=0.125).values.tolist() == [
        2.5,
        2.5,
        3,
        4,
        5,
        6,
        7,
        7.5,
        7.5,
    ]


def test_percentile_cuts_at_both_ends() -> None:
    found = treat.percentile(column(*range(11)), low=0.1, high=0.85)
    assert found.values.tolist() == [1, 1, 2, 3, 4, 5, 6, 7, 8, 8.5, 8.5]
    assert found.points == 3


def test_parameters_say_what_was_found() -> None:
    found = treat.parameters(treat.winsorize(column(*RAW)))
    assert found["points"] == 1
    assert found["high"] == 110.0
    assert found["skewness"] == pytest.approx(3.46216716856, rel=1e-11)
    assert found["kurtosis"] == pytest.approx(11.9903025952, rel=1e-11)
    assert "low" not in found
    assert treat.parameters(treat.log(-column(*RAW)))["mirrored"] is True


numbers = st.lists(st.integers(-50, 50).map(lambda n: float(n**3)), min_size=1, max_size=30)
METHODS = [
    treat.winsorize,
    lambda x: treat.winsorize(x, max_points=3, test=False),
    lambda x: treat.winsorize(x, otherwise="log"),
    treat.iqr,
    treat.percentile,
    treat.log,
    lambda x: treat.log(x, shift="one", test=False),
]


@pytest.mark.parametrize("method", METHODS)
@given(numbers, st.randoms(use_true_random=False))
def test_the_order_of_units_decides_nothing(method: object, values: list[float], random: object) -> None:
    order = list(range(len(values)))
    random.shuffle(order)  # type: ignore[attr-defined]
    x = column(*values)
    one, other = method(x), method(x[order])  # type: ignore[operator]
    assert one.values[order].tolist() == other.values.tolist()
    assert repr(treat.parameters(one)) == repr(treat.parameters(other))


@pytest.mark.parametrize("method", METHODS)
@given(numbers)
def test_ranks_never_turn_round_and_no_column_becomes_constant(method: object, values: list[float]) -> None:
    x = column(*values)
    found = method(x).values  # type: ignore[operator]
    order = np.argsort(x, kind="stable")
    assert (np.diff(found[order]) >= 0.0).all()
    assert (found.min() < found.max()) == (x.min() < x.max())
    assert all(math.isfinite(value) for value in found.tolist())


@given(numbers, st.integers(1, 6))
def test_at_most_max_points_are_moved(values: list[float], most: int) -> None:
    x = column(*values)
    found = treat.winsorize(x, max_points=most, test=False)
    assert int((found.values != x).sum()) == found.points <= most
