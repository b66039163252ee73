"""Bounds of grades, ranks, shapes and coupling at their edges: small sets worked out by hand."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from resilience_index.errors import RefusalError
from resilience_index.methods import coupling, exact, grade, grading, kendall, moments, obstacle, rank, registry

NAN = math.nan


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)


@pytest.mark.parametrize(
    "scores",
    [(0, 1, 2, 100), (0, 98, 99, 100), (0, 0.5, 10, 10.5, 100), (5, 5, 1, 9, 9, 9, 2), (1, 2, 4, 8, 16, 32, 64)],
)
def test_natural_breaks_of_every_number_of_classes(scores: tuple[float, ...]) -> None:
    distinct = sorted(set(scores))
    for count in range(1, len(distinct) + 1):
        divisions: list[tuple[Fraction, list[float]]] = []
        for cuts in itertools.combinations(range(1, len(distinct)), count - 1):
            starts = [distinct[cut] for cut in (0, *cuts)]
            spread = Fraction(0)
            for place, start in enumerate(starts):
                stop = starts[place + 1] if place + 1 < count else math.inf
                own = [Fraction(score) for score in scores if start <= score < stop]
                mean = sum(own, Fraction(0)) / len(own)
                spread += sum((score - mean) ** 2 for score in own)
            divisions.append((spread, starts[::-1]))
        # Of those with the same sum, the classes from the top begin at the lowest score.
        assert grading.natural_breaks(column(*scores), count).tolist() == min(divisions)[1]
    for count in (0, len(distinct) + 1):
        with pytest.raises(ValueError, match="natural breaks need at least as many different scores as classes"):
            grading.natural_breaks(column(*scores), count)


def test_other_bounds_by_hand() -> None:
    scores = column(3, 9, 1, 5, 5)
    assert grading.equal_interval(scores, 4).tolist() == [7, 5, 3, 1]
    assert grading.equal_interval(scores, 1).tolist() == [1]
    shares = [Fraction(1, 5), Fraction(2, 5), Fraction(2, 5)]
    assert grading.quantile(scores, shares).tolist() == [9, 5, 1]
    assert grading.quantile(scores, [Fraction(0), Fraction(1, 5) + Fraction(1, 10**9), Fraction(1)]).tolist() == [
        9, 5, 1,
    ]  # fmt: skip
    assert grading.quantile(column(4), [Fraction(1, 2), Fraction(1, 2)]).tolist() == [4, 4]
    deviations = column(-1.6, 4.4, -3.6, 0.4, 0.4)
    for sample in (True, False):
        sd = math.sqrt((deviations**2).sum() / (5 - sample))
        found = grading.mean_sd(scores, (1.0, -0.5), sample=sample)
        assert found.tolist() == pytest.approx([4.6 + sd, 4.6 - 0.5 * sd, 1])
    assert grading.mean_sd(scores, (-9.0,)).tolist()[0] == grading.mean_sd(scores, (-9.0,)).tolist()[1] < 1
    assert [grading.middle_steps(count) for count in (1, 2, 3, 4)] == [(), (0.0,), (0.5, -0.5), (1.0, 0.0, -1.0)]


def test_grades_and_caps_at_their_bounds() -> None:
    bounds = column(80, 60, 0)
    shown = column(100, 80, math.nextafter(80, 0), 60, 59, 0, -1e-300, NAN)
    index = grade.assign(shown, bounds)
    assert index.tolist() == [0, 0, 1, 1, 2, 2, -1, -1]
    mask = np.array([True, False, True, True, True, True, True, True])
    assert grade.cap(index, 1, mask).tolist() == [1, 0, 1, 1, 2, 2, -1, -1]
    assert grade.cap(index, 2, mask).tolist() == [2, 0, 2, 2, 2, 2, -1, -1]


@pytest.mark.parametrize(
    ("ties", "expected", "grouped"),
    [
        ("min", [2, 1, 2, NAN, 4], [2, 1, 1, NAN, 2]),
        ("average", [2.5, 1, 2.5, NAN, 4], [2, 1, 1, NAN, 2]),
        ("dense", [2, 1, 2, NAN, 3], [2, 1, 1, NAN, 2]),
    ],
)
def test_ranks_over_all_and_inside_groups(ties: str, expected: list[float], grouped: list[float]) -> None:
    keys = column(5, 9, 5, NAN, 1)
    groups = np.array([7, 7, 3, 3, 3])
    assert repr(rank.competition_rank(keys, ties=ties).tolist()) == repr([float(one) for one in expected])  # type: ignore[arg-type]
    found = rank.competition_rank(keys, ties=ties, groups=groups)  # type: ignore[arg-type]
    assert repr(found.tolist()) == repr([float(one) for one in grouped])
    level = rank.competition_rank(column(5, 5, 5), ties=ties, groups=np.array([0, 1, 1]))  # type: ignore[arg-type]
    assert level.tolist() == [1, *([1.5, 1.5] if ties == "average" else [1, 1])]
    assert repr(rank.competition_rank(column(NAN)).tolist()) == "[nan]"


@pytest.mark.parametrize("unit", [1e-300, 2.0**-1060, 1e-3, 1.0, 1e150, 1e307])
def test_shapes_do_not_depend_on_the_unit(unit: float) -> None:
    x = column(-17, 0, 0.5, 1, 2, 17) * unit
    values = [Fraction(float(one)) for one in x]
    n = len(values)
    mean = sum(values, Fraction(0)) / n
    second, third, fourth = (sum((one - mean) ** power for one in values) for power in (2, 3, 4))
    ratio = float(third**2 / second**3)
    skewness = math.copysign(math.sqrt(n * ratio), 1 if third > 0 else -1) * math.sqrt(n * (n - 1)) / (n - 2)
    kurtosis = ((n + 1) * (n * float(fourth / second**2) - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
    found = moments.shape(x)
    assert found.units == 6
    assert (found.skewness, found.kurtosis) == pytest.approx((skewness, kurtosis), rel=1e-9)
    assert not math.isnan(moments.shape(x[:4]).kurtosis)
    assert repr(moments.shape(x[:3])) == "Shape(units=3, skewness=nan, kurtosis=nan)"


def test_means_medians_and_quantiles_at_their_edges() -> None:
    assert math.isnan(moments.mean(column()))
    assert math.isnan(moments.median(column()))
    assert moments.mean(column(1.7e308, 1.7e308)) == 1.7e308
    assert moments.median(column(1.7e308, 1.7e308)) == 1.7e308
    assert [moments.median(column(*range(size))) for size in (1, 2, 3, 4)] == [0, 0.5, 1, 1.5]
    ordered = column(1, 3, 3, 11)
    shares = (0, 1 / 3, 0.5, 2 / 3, 5 / 6, 1)
    assert [moments.quantile(ordered, share) for share in shares] == pytest.approx([1, 3, 3, 3, 7, 11])
    assert [moments.quantile(column(4), share) for share in (0, 0.5, 1)] == [4, 4, 4]


def test_kendall_whole() -> None:
    first, second = column(1, 2, 2, 4, NAN, 9), column(3, 1, 1, 5, 2, NAN)
    found = kendall.agreement(first, second)
    assert found == kendall.Agreement(4, 3, 2, 1, 1)
    assert (found.pairs, found.undefined) == (6, None)
    assert found.tau_b == pytest.approx(1 / 5)
    for left, right, why in (
        (column(1), column(2), "too_few"), (column(1, 1), column(1, 2), "tied"), (column(1, 2), column(1, 1), "tied"),
    ):  # fmt: skip
        agreement = kendall.agreement(left, right)
        assert (agreement.undefined, agreement.tau_b) == (why, None)
    none = kendall.agreement(column(NAN), column(1))
    assert none == kendall.Agreement(0, 0, 0, 0, 0)
    random = np.random.default_rng(4)
    for size in (1, 2, 3, 9, 40):
        codes = random.integers(0, 7, size)
        plain = sum(a > b for a, b in itertools.combinations(codes.tolist(), 2))
        assert kendall.inversions(codes) == plain


def test_stages_and_levels_at_their_bounds() -> None:
    c = column(0, 0.3, 0.3 + 1e-9, 0.5, 0.5 + 1e-9, 0.8, 0.8 + 1e-9, 1.0, NAN)
    d = column(0, 0.1, 0.1 + 1e-9, 0.5, 0.5 + 1e-9, 0.9, 0.9 + 1e-9, 1.0, NAN)
    found = coupling.Coupling(c, c, d)
    assert found.stage.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, -1]
    assert found.level.tolist() == [0, 0, 1, 4, 5, 8, 9, 9, -1]
    noise = coupling.Coupling(c[1:2] + 1e-12, c, d[1:2] + 1e-12)
    assert (noise.stage.tolist(), noise.level.tolist()) == ([0], [0])


@pytest.mark.parametrize("form", ["standard", "modified"])
def test_coupling_by_its_formulas(form: str) -> None:
    systems = [column(0.2, 0, 0, 1, NAN), column(0.8, 0.5, 0, 1, 1), column(0.5, 1, 0, 1, 1)]
    weights = np.array([1.0, 1.0, 2.0])
    found = coupling.coupling(systems, weights, form=form)  # type: ignore[arg-type]
    t = [(0.2 + 0.8 + 1.0) / 4, 2.5 / 4, 0.0, 1.0, NAN]
    if form == "standard":
        first = 3 * (0.2 * 0.8 * 0.5) ** (1 / 3) / 1.5
        c = [first, 0.0, 0.0, 1.0, NAN]
    else:
        first = math.sqrt((1 - (0.6 + 0.3 + 0.3) / 3) * math.sqrt(0.25 * 0.625))
        c = [first, 0.0, 0.0, 1.0, NAN]
    assert found.t.tolist() == pytest.approx(t, rel=1e-14, nan_ok=True)
    assert found.c.tolist() == pytest.approx(c, rel=1e-12, nan_ok=True)
    assert found.d.tolist() == pytest.approx([math.sqrt(a * b) for a, b in zip(c, t, strict=True)], nan_ok=True)


@pytest.mark.parametrize(
    ("systems", "weights", "code", "params"),
    [
        ([(0.5,)], (1,), "RI502", {"count": 1}),
        ([(0.5,), (0.5,)], (0, 0), "RI503", {"weights": [0.0, 0.0]}),
        ([(0.5,), (0.5,)], (2, -1), "RI503", {"weights": [2.0, -1.0]}),
        ([(0.5, 0.1), (0.5, 1.0 + 1e-15)], (1, 0), "RI501", {"system": 1, "row": 1, "value": 1.0 + 1e-15}),
        ([(0.5, -1e-300), (2.0, 3.0)], (1, 1), "RI501", {"system": 0, "row": 1, "value": -1e-300}),
    ],
)
def test_what_has_no_coupling(systems: list, weights: tuple, code: str, params: dict) -> None:
    with pytest.raises(RefusalError) as caught:
        coupling.coupling([column(*system) for system in systems], np.array(weights, dtype=float))
    assert (caught.value.code, caught.value.params) == (code, params)


def test_obstacles_by_their_formula() -> None:
    leaves = [column(0.5, 1.0, 1.2, NAN), column(0.0, 1.0, 0.9, 0.4), column(NAN, 1.0, 1.0, NAN)]
    shares = obstacle.obstacle_degree(leaves, column(2, 1, 5))
    assert repr([share.tolist() for share in shares]) == repr(
        [[0.5, 0.0, 0.0, NAN], [0.5, 0.0, 1.0, 1.0], [NAN, 0.0, 0.0, NAN]]
    )
    varying = obstacle.obstacle_degree(leaves[:2], [column(1, 1, 1, 1), column(3, 1, 1, 0)])
    assert repr([share.tolist() for share in varying]) == repr([[0.5 / 3.5, 0.0, 0.0, NAN], [3 / 3.5, 0.0, 1.0, 0.0]])


def test_sums_that_are_exact_at_the_ends_of_doubles() -> None:
    for terms in (
        [1e308, 1e308, -1e308], [2.0**-1074] * 3, [1e300, 1.0, -1e300, 2.0**-1070], [2.0**1000, 1.0, -(2.0**1000)],
        [0.1] * 10_000, [], [0.0, -0.0], [1.0, 2.0**-53, 2.0**-106],
    ):  # fmt: skip
        total = float(sum(map(Fraction, terms), Fraction(0)))
        assert exact.exact_sum(exact.exact_partials(column(*terms))) == total
    assert exact.exact_sum([1e308, 1e308]) == math.inf
    assert exact.exact_sum([-1e308, -1e308]) == -math.inf
    assert exact.exact_sum([1e308, 1e308, -1e308]) == 1e308
    for bad in (NAN, math.inf, -math.inf):
        with pytest.raises(ValueError, match="exact sums need finite terms"):
            exact.exact_partials(column(1, bad))
    for x, y in (([2.0**500], [1.0]), ([1.0], [-(2.0**500)]), ([NAN], [1.0])):
        with pytest.raises(ValueError, match="exact products need finite factors below"):
            exact.exact_product_partials(column(*x), column(*y))
    x, y = column(1 + 2.0**-50, -3.7, 1e100), column(1 - 2.0**-51, 2.0**-30, 0.1)
    wanted = float(sum((Fraction(a) * Fraction(b) for a, b in zip(x.tolist(), y.tolist(), strict=True)), Fraction(0)))
    assert exact.exact_sum(exact.exact_product_partials(x, y)) == wanted
    assert exact.exact_product_partials(column(), column()) == []


def test_bounds_of_parameters_are_those_that_are_worded() -> None:
    """No parameter has an upper bound alone, and pairs have none: what is expected has no words for these."""
    for method in registry.METHODS.values():
        for param in method.params:
            assert param.minimum is not None or param.maximum is None, (method.name, param.name)
            assert param.kind not in ("pair", "numbers") or param.minimum is None, (method.name, param.name)
