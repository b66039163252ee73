import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_index.errors import RefusalError
from resilience_index.methods import normalize

NAN = np.nan

# Twelve units by six indicators, and what the R package COINr makes of them (12 digits printed).
# fmt: off
TABLE = {
    "I1": [12.5, 15.75, 9.2, 20.1, 17.3, 11.05, 14.6, 8.4, 22.9, 13.35, 18.8, 10.7],
    "I2": [3.1, 2.8, 4.6, NAN, 1.95, 3.75, 2.4, 5.2, 1.1, 3.3, 2.15, 4.05],
    "I3": [101.2, 98.4, 110, 105.5, 95.75, 99.9, 950, 102.3, 108.6, 97.1, 103.4, 100.6],
    "I4": [0.45, 0.52, 0.38, 0.71, 0.66, 0.49, 0.58, 0.31, 0.83, 0.47, 0.62, 0.41],
    "I5": [55, 61.3, 47.25, 39.9, 72.1, 58.4, 66.6, 44.8, NAN, 52.75, 69.5, 49.15],
    "I6": [3, 5, 3, 8, 5, 1, 7, 2, 9, 5, 6, 2],
}
MINMAX_0_100 = {
    "I1": [28.275862069, 50.6896551724, 5.51724137931, 80.6896551724, 61.3793103448, 18.275862069,
           42.7586206897, 0, 100, 34.1379310345, 71.724137931, 15.8620689655],
    "I2": [51.2195121951, 58.5365853659, 14.6341463415, NAN, 79.2682926829, 35.3658536585,
           68.2926829268, 0, 100, 46.3414634146, 74.3902439024, 28.0487804878],
    "I3": [0.637986537899, 0.310213637694, 1.66812993854, 1.14135206321, 0, 0.485806262804,
           100, 0.766754462979, 1.50424348844, 0.158033362599, 0.89552238806, 0.567749487855],
    "I4": [26.9230769231, 40.3846153846, 13.4615384615, 76.9230769231, 67.3076923077, 34.6153846154,
           51.9230769231, 0, 100, 30.7692307692, 59.6153846154, 19.2307692308],
    "I5": [53.1055900621, 33.5403726708, 77.1739130435, 100, 0, 42.5465838509,
           17.0807453416, 84.7826086957, NAN, 60.0931677019, 8.07453416149, 71.2732919255],
    "I6": [25, 50, 25, 87.5, 50, 0, 75, 12.5, 100, 50, 62.5, 12.5],
}
MINMAX_1_100 = {
    "I2": [51.7073170732, 58.9512195122, 15.487804878, NAN, 79.4756097561, 36.012195122,
           68.6097560976, 1, 100, 46.8780487805, 74.6463414634, 28.7682926829],
    "I3": [1.63160667252, 1.30711150132, 2.65144863916, 2.12993854258, 1, 1.48094820018,
           100, 1.75908691835, 2.48920105356, 1.15645302897, 1.88656716418, 1.56207199298],
}
PERCENTILE = {
    "I1": [0.363636363636, 0.636363636364, 0.0909090909091, 0.909090909091, 0.727272727273, 0.272727272727,
           0.545454545455, 0, 1, 0.454545454545, 0.818181818182, 0.181818181818],
    "I2": [0.5, 0.6, 0.1, NAN, 0.9, 0.3, 0.7, 0, 1, 0.4, 0.8, 0.2],
    "I3": [0.454545454545, 0.181818181818, 0.909090909091, 0.727272727273, 0, 0.272727272727,
           1, 0.545454545455, 0.818181818182, 0.0909090909091, 0.636363636364, 0.363636363636],
    "I4": [0.272727272727, 0.545454545455, 0.0909090909091, 0.909090909091, 0.818181818182, 0.454545454545,
           0.636363636364, 0, 1, 0.363636363636, 0.727272727273, 0.181818181818],
    "I5": [0.5, 0.3, 0.8, 1, 0, 0.4, 0.2, 0.9, NAN, 0.6, 0.1, 0.7],
    "I6": [0.272727272727, 0.454545454545, 0.272727272727, 0.909090909091, 0.454545454545, 0,
           0.818181818182, 0.0909090909091, 1, 0.454545454545, 0.727272727273, 0.0909090909091],
}
PERCENTILE_AVERAGE = {
    "I2": [0.5, 0.6, 0.1, NAN, 0.9, 0.3, 0.7, 0, 1, 0.4, 0.8, 0.2],
    "I6": [0.318181818182, 0.545454545455, 0.318181818182, 0.909090909091, 0.545454545455, 0,
           0.818181818182, 0.136363636364, 1, 0.545454545455, 0.727272727273, 0.136363636364],
}
GOALPOSTS = {
    "I1": [0.25, 0.575, 0, 1, 0.73, 0.105, 0.46, 0, 1, 0.335, 0.88, 0.07],
    "I2": [54.2857142857, 62.8571428571, 11.4285714286, NAN, 87.1428571429, 35.7142857143,
           74.2857142857, 0, 100, 48.5714285714, 81.4285714286, 27.1428571429],
    "I3": [41.3333333333, 22.6666666667, 100, 70, 5, 32.6666666667,
           100, 48.6666666667, 90.6666666667, 14, 56, 37.3333333333],
    "I4": [0.25, 0.366666666667, 0.133333333333, 0.683333333333, 0.6, 0.316666666667,
           0.466666666667, 0.0166666666667, 0.883333333333, 0.283333333333, 0.533333333333, 0.183333333333],
    "I5": [5, 2.9, 7.58333333333, 10, 0, 3.86666666667, 1.13333333333, 8.4, NAN, 5.75, 0.166666666667, 6.95],
    "I6": [30, 50, 30, 80, 50, 10, 70, 20, 90, 50, 60, 20],
}
GOALPOSTS_REVERSED = {
    "I1": [75, 42.5, 100, 0, 27, 89.5, 54, 100, 0, 66.5, 12, 93],
    "I3": [58.6666666667, 77.3333333333, 0, 30, 95, 67.3333333333,
           0, 51.3333333333, 9.33333333333, 86, 44, 62.6666666667],
    "I4": [75, 63.3333333333, 86.6666666667, 31.6666666667, 40, 68.3333333333,
           53.3333333333, 98.3333333333, 11.6666666667, 71.6666666667, 46.6666666667, 81.6666666667],
}
# fmt: on
COSTS = {"I2", "I5"}
# lower, upper, scale, clip: "iMeta" of that table; COINr always has the benefit end last
POSTS = {
    "I1": (10, 20, 1, True),
    "I2": (1.5, 5, 100, True),
    "I3": (95, 110, 100, True),
    "I4": (0.3, 0.9, 1, False),
    "I5": (40, 70, 10, True),
    "I6": (0, 10, 100, False),
}


def column(name):
    return np.array(TABLE[name], dtype=np.float64)


def bounds(x):
    return float(np.nanmin(x)), float(np.nanmax(x))


def close(result, expected):
    return np.allclose(result, np.array(expected, dtype=np.float64), rtol=1e-11, atol=1e-11, equal_nan=True)


@pytest.mark.parametrize("name", TABLE)
def test_minmax_coinr(name):
    x = column(name)
    assert close(normalize.minmax(x, *bounds(x), cost=name in COSTS, to=(0.0, 100.0)), MINMAX_0_100[name])


@pytest.mark.parametrize("name", MINMAX_1_100)
def test_minmax_stretched_coinr(name):
    x = column(name)
    assert close(normalize.minmax(x, *bounds(x), cost=name in COSTS, to=(1.0, 100.0)), MINMAX_1_100[name])


@pytest.mark.parametrize("name", TABLE)
def test_percentile_rank_coinr(name):
    x = column(name)
    ordered = np.sort(x[~np.isnan(x)])
    p = normalize.percentile_rank(x, ordered, cost=name in COSTS, before=True)
    assert close(p, PERCENTILE[name])


@pytest.mark.parametrize("name", PERCENTILE_AVERAGE)
def test_percentile_rank_average_coinr(name):
    x = column(name)
    ordered = np.sort(x[~np.isnan(x)])
    p = normalize.percentile_rank(x, ordered, ties="average", cost=name in COSTS, before=True)
    assert close(p, PERCENTILE_AVERAGE[name])


@pytest.mark.parametrize("name", TABLE)
def test_goalposts_coinr(name):
    lower, upper, scale, clip = POSTS[name]
    ends = (upper, lower) if name in COSTS else (lower, upper)
    assert close(normalize.goalposts(column(name), *ends, clip=clip) * scale, GOALPOSTS[name])


@pytest.mark.parametrize("name", GOALPOSTS_REVERSED)
def test_goalposts_reversed_coinr(name):
    lower, upper, _, _ = POSTS[name]
    assert close(normalize.goalposts(column(name), upper, lower) * 100, GOALPOSTS_REVERSED[name])


# --- goalposts


def test_goalposts_ends_are_exact_and_zero_is_positive():
    x = np.array([0.3, 0.1, 0.2, NAN, -1.0, 9.0])
    rising = normalize.goalposts(x, 0.1, 0.3)
    assert rising.tolist()[:3] == [1.0, 0.0, (0.2 - 0.1) / (0.3 - 0.1)]
    assert math.isnan(rising[3])
    assert rising.tolist()[4:] == [0.0, 1.0]
    falling = normalize.goalposts(x, 0.3, 0.1)
    assert falling[0] == 0.0
    assert not np.signbit(falling).any()
    assert falling[1] == 1.0


def test_goalposts_without_clip_go_on():
    x = np.array([-1.0, 3.0])
    assert normalize.goalposts(x, 0.0, 2.0, clip=False).tolist() == [-0.5, 1.5]
    assert normalize.goalposts(x, 2.0, 0.0, clip=False).tolist() == [1.5, -0.5]


def test_goalposts_divide_rather_than_multiply():
    # 35 · (1/100) is 0.35000000000000003
    x = np.arange(101.0)
    assert normalize.goalposts(x, 0.0, 100.0).tolist() == [value / 100.0 for value in range(101)]


def test_goalposts_under_log_take_logarithms_of_all_three():
    # UNDP: GNI per head between 100 and 75,000 dollars
    x = np.array([100.0, 75_000.0, 17_254.0, 50.0, NAN])
    result = normalize.goalposts(x, 100.0, 75_000.0, log=True)
    assert result[[0, 1, 3]].tolist() == [0.0, 1.0, 0.0]
    assert result[2] == pytest.approx(math.log(172.54) / math.log(750.0), rel=1e-14)
    assert math.isnan(result[4])
    assert normalize.goalposts(x, 75_000.0, 100.0, log=True)[:2].tolist() == [1.0, 0.0]


@pytest.mark.parametrize("posts", [(0.0, 5.0), (5.0, 0.0), (-1.0, 5.0), (5.0, -1.0), (NAN, 5.0)])
def test_goalposts_under_log_must_be_positive(posts):
    with pytest.raises(RefusalError) as caught:
        normalize.goalposts(np.ones(2), *posts, log=True)
    assert caught.value.code == "RI402"
    assert caught.value.params["best"] == posts[1]


def test_goalposts_under_log_may_be_below_one():
    x = np.array([0.1, 0.01, 0.001])
    assert normalize.goalposts(x, 0.001, 0.1, log=True).tolist() == pytest.approx([1.0, 0.5, 0.0])


def test_nonpositive_names_zeros_and_negatives_only():
    x = np.array([0.0, -0.0, -1.0, 5e-324, NAN, 2.0])
    assert normalize.nonpositive(x).tolist() == [True, True, True, False, False, False]


# --- target


def test_target_is_full_inside_and_falls_to_the_outer_bounds():
    x = np.array([5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 50.0, 70.0, 90.0, NAN])
    expected = [0.0, 0.0, 0.5, 1.0, 1.0, 1.0, 0.5, 0.0, 0.0]
    result = normalize.target(x, 10.0, 20.0, 30.0, 70.0)
    assert result.tolist()[:-1] == expected
    assert math.isnan(result[-1])
    assert not np.signbit(result[:-1]).any()
    open_ended = normalize.target(x, 10.0, 20.0, 30.0, 70.0, clip=False)
    assert open_ended.tolist()[:-1] == [-0.5, *expected[1:-1], -0.5]


def test_target_without_width_drops_at_once():
    x = np.array([-1.0, 0.0, 5.0, 7.5, 10.0, 11.0, NAN])
    for clip in (True, False):
        left = normalize.target(x, 0.0, 0.0, 5.0, 10.0, clip=clip)
        assert left.tolist()[:5] == [0.0, 1.0, 1.0, 0.5, 0.0]
        assert math.isnan(left[6])
        right = normalize.target(x, 0.0, 5.0, 10.0, 10.0, clip=clip)
        assert right.tolist()[1:6] == [0.0, 1.0, 1.0, 1.0, 0.0]
        assert math.isnan(right[6])
        both = normalize.target(x, 0.0, 0.0, 10.0, 10.0, clip=clip)
        assert both.tolist()[:6] == [0.0, 1.0, 1.0, 1.0, 1.0, 0.0]
        assert math.isnan(both[6])


# --- minmax


def test_minmax_of_a_cost_and_a_stretch():
    x = np.array([1.0, 2.0, 5.0, NAN])
    assert normalize.minmax(x, 1.0, 5.0).tolist()[:3] == [0.0, 0.25, 1.0]
    assert normalize.minmax(x, 1.0, 5.0, cost=True).tolist()[:3] == [1.0, 0.75, 0.0]
    assert normalize.minmax(x, 1.0, 5.0, to=(0.5, 1.0)).tolist()[:3] == [0.5, 0.625, 1.0]


def test_minmax_outside_a_baseline():
    x = np.array([0.0, 9.0])
    assert normalize.minmax(x, 1.0, 5.0).tolist() == [-0.25, 2.0]
    assert normalize.minmax(x, 1.0, 5.0, clip=True, to=(0.1, 0.5)).tolist() == [0.1, 0.5]


def test_minmax_of_a_constant_column_is_refused_unless_declared():
    x = np.array([3.0, NAN, 3.0])
    with pytest.raises(RefusalError) as caught:
        normalize.minmax(x, 3.0, 3.0)
    assert (caught.value.code, caught.value.params) == ("RI403", {"value": 3.0})
    result = normalize.minmax(x, 3.0, 3.0, constant=0.5, out=x)
    assert result is x
    assert result[[0, 2]].tolist() == [0.5, 0.5]
    assert math.isnan(result[1])


# --- percentile rank


def test_percentile_rank_ties():
    x = np.array([10.0, 20.0, 20.0, 20.0, 30.0])

    def p(**options):
        return (normalize.percentile_rank(x, x, **options) * 4).tolist()

    assert p() == [0, 1, 1, 1, 4]
    assert p(ties="average") == [0, 2, 2, 2, 4]
    assert p(ties="max") == [0, 3, 3, 3, 4]
    assert p(cost=True) == [4, 3, 3, 3, 0]
    assert p(cost=True, before=True) == [4, 1, 1, 1, 0]
    assert p(cost=True, before=True, ties="average") == [4, 2, 2, 2, 0]
    assert p(cost=True, before=True, ties="max") == [4, 3, 3, 3, 0]
    assert p(before=True) == p()


@pytest.mark.parametrize("ordered", [[], [7.0]])
def test_percentile_rank_of_one_unit_is_refused(ordered):
    with pytest.raises(RefusalError) as caught:
        normalize.percentile_rank(np.array([7.0]), np.array(ordered, dtype=np.float64))
    assert (caught.value.code, caught.value.params) == ("RI404", {"count": len(ordered)})


levels = st.lists(st.one_of(st.just(NAN), st.integers(-3, 3).map(float)), min_size=2, max_size=30)


@settings(deadline=None, max_examples=80)
@given(levels, st.sampled_from(["min", "average", "max"]), st.booleans(), st.booleans())
def test_percentile_rank_agrees_with_counting(values, ties, cost, before):
    known = [-value if cost and before else value for value in values if value == value]
    if len(known) < 2:
        return
    x = np.array(values)
    result = normalize.percentile_rank(x, np.sort(x[~np.isnan(x)]), ties=ties, cost=cost, before=before)
    for value, p in zip(values, result.tolist(), strict=True):
        if math.isnan(value):
            assert math.isnan(p)
            continue
        own = -value if cost and before else value
        smaller, level = sum(v < own for v in known), sum(v == own for v in known)
        rank = {"min": smaller + 1, "average": smaller + (level + 1) / 2, "max": smaller + level}[ties]
        expected = (rank - 1) / (len(known) - 1)
        assert p == (1 - expected if cost and not before else expected)


# --- all


def test_invert():
    assert normalize.invert(np.array([0.0, 0.25, 1.0])).tolist() == [1.0, 0.75, 0.0]


FUNCTIONS = {
    "goalposts": lambda x, **out: normalize.goalposts(x, 1.5, 80.0, **out),
    "goalposts down": lambda x, **out: normalize.goalposts(x, 80.0, 1.5, clip=False, **out),
    "goalposts log": lambda x, **out: normalize.goalposts(x, 1.5, 80.0, log=True, **out),
    "target": lambda x, **out: normalize.target(x, 1.0, 20.0, 40.0, 90.0, **out),
    "target without sides": lambda x, **out: normalize.target(x, 20.0, 20.0, 40.0, 40.0, **out),
    "minmax": lambda x, **out: normalize.minmax(x, 0.0, 99.0, cost=True, to=(0.1, 0.9), **out),
    "percentile": lambda x, **out: normalize.percentile_rank(x, np.arange(100.0), ties="average", **out),
    "invert": normalize.invert,
}


@pytest.mark.parametrize("name", FUNCTIONS)
@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 2**32 - 1), size=st.integers(0, 70), cuts=st.lists(st.integers(0, 100), max_size=4))
def test_a_row_does_not_know_its_block(name, seed, size, cuts, block_free):
    rng = np.random.default_rng(seed)
    x = rng.random(size) * 100
    x[rng.random(size) < 0.1] = 0.0
    x[rng.random(size) < 0.1] = NAN
    assert block_free(FUNCTIONS[name], [x], cuts)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_out_is_filled_and_given_back(name, same_bits):
    x = np.random.default_rng(5).random(50) * 120 - 10
    x[7] = NAN
    kept = x.copy()
    out = np.full(50, 7.0)
    expected = FUNCTIONS[name](x)
    assert FUNCTIONS[name](x, out=out) is out
    assert same_bits(out, expected)
    assert same_bits(x, kept)
    if "target" not in name:
        assert FUNCTIONS[name](x, out=x) is x
        assert same_bits(x, expected)
