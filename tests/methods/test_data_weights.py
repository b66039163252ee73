"""What all data methods hold, and what each of them refuses."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_index.errors import RefusalError
from resilience_index.methods.weights import (
    cilos,
    columns,
    critic,
    entropy,
    gini,
    idocriw,
    independence,
    merec,
    moments,
    pca,
    spread,
)
from resilience_index.methods.weights import extents as ranges

NAN = np.nan


def no_cost(matrix):
    return np.zeros(matrix.shape[1], dtype=bool)


METHODS = {
    "entropy": entropy.entropy,
    "critic": critic.critic,
    "cv": spread.cv,
    "std": spread.std,
    "gini": gini.gini,
    "merec": lambda matrix, names=None: merec.merec(matrix, no_cost(matrix), names),
    "cilos": lambda matrix, names=None: cilos.cilos(matrix, no_cost(matrix), names),
    "idocriw": lambda matrix, names=None: idocriw.idocriw(matrix, no_cost(matrix), names),
    "pca": lambda matrix, names=None: pca.pca(matrix, negative="absolute", names=names),
    "independence": independence.independence,
}


def merged_moments(blocks):
    on = moments.grid(ranges.merge(ranges.extents(block) for block in blocks))
    return moments.merge_comoments(moments.comoments(block, on) for block in blocks)


def by_column(module, measure):
    def merged(blocks):
        leaves = range(blocks[0].shape[1])
        return [module.merge(measure(block[:, leaf]) for block in blocks) for leaf in leaves]

    return merged


def merged_entropy(blocks):
    found = ranges.merge(ranges.extents(block) for block in blocks)
    on = entropy.scale(found)
    sums = entropy.merge(entropy.measure(block, on) for block in blocks)
    return entropy.weights_from(entropy.divergences(sums, on, found))


def merged_merec(blocks):
    found = merec.merge_extremes(merec.extremes(block) for block in blocks)
    merec.check(found)
    return merec.weights_from(merec.merge_effects(merec.effects(block, no_cost(block), found) for block in blocks))


def merged_cilos(blocks):
    return cilos.weights_from(cilos.merge(cilos.measure(block, no_cost(block)) for block in blocks))


def merged_idocriw(blocks):
    return idocriw.join(merged_entropy(blocks), merged_cilos(blocks))


BLOCKWISE = {
    "entropy": merged_entropy,
    "critic": lambda blocks: critic.weights_from(merged_moments(blocks)),
    "cv": lambda blocks: spread.cv_weights(by_column(spread, spread.column_statistics)(blocks)),
    "std": lambda blocks: spread.std_weights(by_column(spread, spread.column_statistics)(blocks)),
    "gini": lambda blocks: gini.weights_from(by_column(gini, gini.column_values)(blocks)),
    "merec": merged_merec,
    "cilos": merged_cilos,
    "idocriw": merged_idocriw,
    "pca": lambda blocks: pca.weights_from(merged_moments(blocks), negative="absolute"),
    "independence": lambda blocks: independence.weights_from(merged_moments(blocks)),
}

every_method = pytest.mark.parametrize("method", METHODS)


def refusal(call):
    with pytest.raises(RefusalError) as caught:
        call()
    return caught.value.code, caught.value.params


def attempt(call):
    """The result, or the code of the refusal."""
    try:
        return call(), None
    except RefusalError as error:
        return None, error.code


def table(seed, rows, columns, missing=0.0):
    """Positive, correlated, with ties; some cells missing, though not in the first rows."""
    rng = np.random.default_rng(seed)
    common = rng.random((rows, 1))
    matrix = np.round(0.2 + 0.4 * common + 0.4 * rng.random((rows, columns)), 2)
    gone = rng.random(matrix.shape) < missing
    gone[: max(6, columns + 3)] = False
    matrix[gone] = NAN
    matrix[0] = 0.1
    matrix[1] = np.linspace(0.11, 0.9, columns)
    return matrix


tables = st.tuples(st.integers(0, 2**32 - 1), st.integers(9, 60), st.integers(2, 5), st.sampled_from([0.0, 0.0, 0.1]))


@every_method
@settings(deadline=None, max_examples=25)
@given(drawn=tables)
def test_sums_are_one_and_order_is_irrelevant(method, drawn):
    matrix = table(*drawn)
    weights, code = attempt(lambda: METHODS[method](matrix))
    assert code in {None, "RI371", "RI374", "RI375"}  # what chance may bring
    if weights is None:
        return
    assert abs(math.fsum(weights) - 1.0) < 1e-12
    assert (weights >= 0.0).all()
    rng = np.random.default_rng(drawn[0])
    assert METHODS[method](matrix[rng.permutation(len(matrix))]).tobytes() == weights.tobytes()
    order = rng.permutation(matrix.shape[1])
    assert METHODS[method](matrix[:, order]) == pytest.approx(weights[order], rel=1e-8, abs=1e-12)


@every_method
@settings(deadline=None, max_examples=25)
@given(drawn=tables, cuts=st.lists(st.integers(0, 60), max_size=4))
def test_blocks_of_any_size_give_the_same_bits(method, drawn, cuts):
    matrix = table(*drawn)
    blocks = np.split(matrix, sorted({cut % len(matrix) for cut in cuts} - {0}))
    whole, code = attempt(lambda: METHODS[method](matrix))
    merged, same_code = attempt(lambda: BLOCKWISE[method](blocks[::-1]))
    assert code == same_code
    if whole is not None:
        assert merged.tobytes() == whole.tobytes()


@every_method
def test_fewer_than_three_units_are_refused(method):
    two = np.array([[1.0, 2.0], [2.0, 5.0]])
    code, params = refusal(lambda: METHODS[method](two))
    if method == "merec":
        assert (code, params) == ("RI377", {"count": 2})
    elif method == "entropy":
        assert (code, params) == ("RI322", {"leaf": "1", "count": 2})
    else:
        assert code == "RI360"
        assert params == {"method": method, "leaf": "1", "count": 2}
    if method != "merec":
        sparse = np.array([[1.0, 2.0], [2.0, 5.0], [3.0, NAN]])
        name = refusal(lambda: METHODS[method](sparse, names=["a", "b"]))[1]["leaf"]
        assert name == "b"


@every_method
def test_a_constant_column_has_weight_0_and_all_constant_is_refused(method):
    matrix = np.array([[1.0, 5, 1], [2, 5, 3], [3, 5, 2], [5, 5, 9], [9, 5, 8]])
    weights = METHODS[method](matrix)
    assert weights[1] == 0.0
    # in MEREC's formula it is one of the m criteria all the same
    within = 1e-3 if method == "merec" else 1e-12
    assert weights[[0, 2]] == pytest.approx(METHODS[method](matrix[:, [0, 2]]), rel=within)
    alone = METHODS[method](matrix[:, :2])
    assert alone.tolist() == [1.0, 0.0]
    code, params = refusal(lambda: METHODS[method](np.full((4, 3), 2.0)))
    if method == "entropy":
        assert (code, params) == ("RI323", {"count": 3})
    else:
        assert (code, params) == ("RI361", {"method": method, "count": 3})


@every_method
def test_units_of_measurement(method):
    matrix = table(3, 30, 4)
    weights, scaled = METHODS[method](matrix), METHODS[method](matrix * [1.0, 1000.0, 0.01, 7.0])
    if method in ("critic", "std"):  # they weigh the deviation itself, so they need normalised columns
        assert abs(scaled[1] - weights[1]) > 0.1
    else:
        assert scaled == pytest.approx(weights, rel=1e-9)


@settings(deadline=None, max_examples=25)
@given(drawn=tables, factor=st.floats(1e-3, 1e3))
def test_scaling_a_column_leaves_entropy_of_min_max_values_alone(drawn, factor):
    matrix = table(*drawn)
    scaled = matrix.copy()
    scaled[:, 1] *= factor

    def weights(x):
        low, high = np.nanmin(x, axis=0), np.nanmax(x, axis=0)
        return entropy.entropy((x - low) / (high - low))

    assert weights(scaled) == pytest.approx(weights(matrix), rel=1e-9)


@pytest.mark.parametrize("method", ["cv", "gini"])
def test_negatives_are_refused_where_a_ratio_scale_is_needed(method):
    matrix = np.array([[1.0, 2.0], [2.0, -0.5], [3.0, 7.0], [0.0, 0.0]])
    assert refusal(lambda: METHODS[method](matrix, names=["a", "b"])) == (
        "RI362",
        {"method": method, "leaf": "b", "value": -0.5},
    )
    assert METHODS[method](np.abs(matrix)).sum() == pytest.approx(1.0)
    assert METHODS[method](np.array([[0.0, 1], [0, 2], [0, 4]])).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("method", ["merec", "cilos", "idocriw"])
@pytest.mark.parametrize("value", [0.0, -2.0])
def test_zeros_are_refused_where_there_are_ratios(method, value):
    matrix = np.array([[1.0, 2.0], [2.0, value], [3.0, 7.0], [0.5, 3.0]])
    expected = ("RI363", {"method": method, "leaf": "b", "value": value})
    assert refusal(lambda: METHODS[method](matrix, names=["a", "b"])) == expected
    cost = np.array([False, True])
    assert refusal(lambda: cilos.cilos(matrix, cost))[1]["value"] == value
    assert refusal(lambda: merec.merec(matrix, cost))[1]["value"] == value


# --- entropy of whole tables


def by_the_formula(matrix, shift):
    """Entropy weights of a table as they are written down, with exact sums."""
    found = []
    for column in (matrix + shift).T:
        x = column[~np.isnan(column)]
        total = math.fsum(x)
        found.append(1.0 + math.fsum(v / total * math.log(v / total) for v in x if v > 0.0) / math.log(len(x)))
    return np.array(found) / math.fsum(found)


@settings(deadline=None, max_examples=40)
@given(tables, st.sampled_from([0.0, 0.01, 3.0]))
def test_entropy_is_that_of_the_formula_in_every_layout(drawn, shift):
    matrix = table(*drawn) - 0.1  # zeros too
    weights = entropy.entropy(matrix, shift=shift)
    assert weights == pytest.approx(by_the_formula(matrix, shift), rel=1e-11)
    assert entropy.entropy(np.asfortranarray(matrix), shift=shift).tobytes() == weights.tobytes()
    padded = np.pad(matrix, ((0, 0), (1, 1)))[:, 1:-1]
    assert entropy.entropy(padded, shift=shift).tobytes() == weights.tobytes()


@pytest.mark.parametrize("rows", [1023, 1024, 1040, 3000])
@pytest.mark.parametrize("factor", [1e-250, 1e-3, 1.0, 1e9, 1e200])
def test_entropy_of_long_tables(rows, factor):
    matrix = np.random.default_rng(rows).random((rows, 3)) ** [1, 2, 9] * factor
    weights = entropy.entropy(matrix)
    assert weights == pytest.approx(by_the_formula(matrix, 0.0), rel=1e-10)
    assert entropy.entropy(np.asfortranarray(matrix)).tobytes() == weights.tobytes()


def test_entropy_of_values_above_the_scale_is_refused():
    matrix = table(4, 50, 3, 0.1)
    on = entropy.scale(ranges.extents(matrix))
    for factors in (2.0, [1.0, 1.0, 2.0]):  # all columns, or one of them
        above = ranges.extents(factors * matrix)
        with pytest.raises(ValueError, match="above the scale"):
            entropy.divergences(entropy.measure(factors * matrix, on), on, above)


def test_a_shift_counts_towards_the_scale_of_entropy():
    matrix = table(4, 50, 3, 0.1)
    on = entropy.scale(ranges.extents(matrix), 0.1)
    matrix[0] = on.highest - 0.05  # within the scale as it stands, above it once shifted
    with pytest.raises(ValueError, match="above the scale"):
        entropy.divergences(entropy.measure(matrix, on), on, ranges.extents(matrix))


# --- one method after another


def test_critic_by_hand():
    matrix = table(5, 20, 4)
    r = np.corrcoef(matrix.T)
    information = matrix.std(axis=0, ddof=1) * (1.0 - r).sum(axis=0)
    assert critic.critic(matrix) == pytest.approx(information / information.sum(), rel=1e-11)
    flipped = matrix * [1, -1, 1, 1]  # a cost column turned round: other conflicts
    assert abs(critic.critic(flipped) - critic.critic(matrix)).max() > 1e-3


def test_critic_of_columns_that_say_the_same_is_refused():
    x = np.array([1.0, 2, 4, 8])
    assert refusal(lambda: critic.critic(np.stack([x, 2 * x, x + 3], axis=1))) == ("RI366", {"count": 3})
    assert critic.critic(np.stack([x, -x], axis=1)) == pytest.approx([0.5, 0.5])


def test_spread_is_rounded_once():
    x = np.array([1e8 + 0.1, 1e8 + 0.2, 1e8 + 0.4, NAN])
    found = spread.column_statistics(x)
    there = x[:3].astype(np.longdouble)
    expected = float(np.sqrt(((there - there.mean()) ** 2).sum() / 2))
    assert spread.column_deviation(found) == pytest.approx(expected, rel=1e-13)
    assert spread.column_mean(found) == float(there.mean())
    empty = spread.column_statistics(np.array([NAN]))
    assert math.isnan(spread.column_mean(empty))
    assert math.isnan(spread.column_deviation(empty))
    assert spread.merge([empty, found]).units == 3


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(0.0, 1e6), min_size=2, max_size=30))
def test_gini_is_the_mean_difference_of_pairs(values):
    found = gini.column_values(np.array([*values, NAN]))
    differences = [abs(a - b) for a, b in itertools.combinations(values, 2)]
    total = math.fsum(differences)
    assert gini.total_difference(found.ordered()) == pytest.approx(total, rel=1e-12)
    assert gini.mean_difference(found) == pytest.approx(total / len(differences), rel=1e-12)
    if total > 0.0:
        assert gini.coefficient(found) == pytest.approx(total / (len(values) * math.fsum(values)), rel=1e-12)
    else:
        assert gini.coefficient(found) == 0.0


def test_gini_by_hand():
    # (0, 0, 1): one unit has all, G = 2/3; (1, 2, 3): Σ over pairs is 4, G = 4 / (3 · 6)
    weights = gini.gini(np.array([[0.0, 1], [0, 2], [1, 3]]))
    assert weights == pytest.approx([0.75, 0.25], rel=1e-14)
    assert math.isnan(gini.mean_difference(gini.column_values(np.array([1.0]))))


def test_merec_leaves_units_with_gaps_out():
    matrix = table(6, 12, 3)
    gaps = np.vstack([matrix, [[NAN, 0.9, 0.01], [0.01, NAN, NAN]]])
    assert merec.merec(gaps, no_cost(gaps)).tobytes() == merec.merec(matrix, no_cost(matrix)).tobytes()
    nothing = np.full((4, 2), NAN)
    assert refusal(lambda: merec.merec(nothing, no_cost(nothing))) == ("RI377", {"count": 0})


def test_cilos_takes_the_mean_over_units_that_are_best_together():
    matrix = np.array([[4.0, 1.0], [4.0, 3.0], [1.0, 8.0], [2.0, 2.0]])
    # in column 0 two units are best, with 1 and 3 in column 1: 2 of 8 is a loss of 3/4; in column 1 the best
    # unit has 1 of 4 in column 0: 3/4 too
    found = cilos.measure(matrix, no_cost(matrix))
    losses, varying = cilos.losses(found)
    assert losses.tolist() == [[0.0, 0.75], [0.75, 0.0]]
    assert varying.all()
    assert cilos.cilos(matrix, no_cost(matrix)).tolist() == [0.5, 0.5]
    gap = matrix.copy()
    gap[0, 1] = NAN
    assert cilos.losses(cilos.measure(gap, no_cost(gap)))[0][0, 1] == 1.0 - 3.0 / 8.0


def test_cilos_solves_its_equations():
    matrix = table(7, 15, 5)
    cost = np.array([False, True, False, True, False])
    p, _ = cilos.losses(cilos.measure(matrix, cost))
    q = cilos.cilos(matrix, cost)
    assert (p - np.diag(p.sum(axis=0))) @ q == pytest.approx(np.zeros(5), abs=1e-14)
    assert cilos.cilos(1.0 / matrix, ~cost) == pytest.approx(q, rel=1e-12)


def test_cilos_without_a_unique_answer_is_refused():
    one_best = np.array([[1.0, 2.0, 3.0], [2.0, 3.0, 4.0], [3.0, 4.0, 5.0]])
    code, params = refusal(lambda: cilos.cilos(one_best, no_cost(one_best), ["a", "b", "c"]))
    assert (code, params) == ("RI375", {"method": "cilos", "leaves": ["a", "b", "c"]})
    # a and b are best together, c elsewhere: they lose to c only, and c to both
    pair = np.array([[3.0, 4.0, 1.0], [1.0, 2.0, 5.0], [2.0, 1.0, 2.0]])
    assert cilos.cilos(pair, no_cost(pair)).sum() == pytest.approx(1.0)
    # where a is best nobody loses, and a is best too where c is: all the weight is a's
    taker = np.array([[4.0, 1.0, 4.0], [4.0, 9.0, 1.0], [1.0, 2.0, 2.0]])
    assert cilos.cilos(taker, no_cost(taker)).tolist() == [1.0, 0.0, 0.0]


def test_cilos_without_a_value_at_the_best_unit_is_refused():
    matrix = np.array([[9.0, NAN, NAN], [1.0, 5.0, 2.0], [2.0, 3.0, 4.0], [3.0, 1.0, 1.0]])
    params = {"method": "cilos", "leaf": "b", "pairs": ["a → b", "a → c"]}
    assert refusal(lambda: cilos.cilos(matrix, no_cost(matrix), ["a", "b", "c"])) == ("RI374", params)
    assert refusal(lambda: idocriw.idocriw(matrix, no_cost(matrix), ["a", "b", "c"]))[1]["method"] == "idocriw"


def test_idocriw_without_a_common_leaf_is_refused():
    halves = np.array([[1.0, 0.0], [0.0, 1.0]])
    assert refusal(lambda: idocriw.join(*halves)) == ("RI376", {"method": "idocriw"})


def one_factor(seed, rows=200):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(rows, 1)) + rng.normal(size=(rows, 4)) * [0.4, 0.6, 0.8, 1.0]


def test_pca_by_hand_with_one_component():
    matrix = one_factor(8)
    values, vectors = np.linalg.eigh(np.corrcoef(matrix.T))
    first = np.abs(vectors[:, -1])
    found = pca.components(merged_moments([matrix]))
    assert found.eigenvalues == pytest.approx(values[::-1], rel=1e-10)
    assert found.explained == pytest.approx([values[-1] / 4], rel=1e-10)
    assert found.loadings[:, 0] == pytest.approx(first * math.sqrt(values[-1]), rel=1e-10)
    expected = first / first.sum()
    for negative in ("refuse", "signed", "absolute"):
        assert pca.pca(matrix, negative=negative) == pytest.approx(expected, rel=1e-10)


def test_pca_refuses_negative_loadings_unless_asked():
    matrix = one_factor(9)
    matrix[:, 2] *= -1.0
    code, params = refusal(lambda: pca.pca(matrix, names=["a", "b", "c", "d"]))
    loading = pca.components(merged_moments([matrix])).loadings[2, 0]
    assert (code, params) == ("RI369", {"leaf": "c", "loadings": [f"c (1: {loading:.3g})"]})
    assert -1.0 < loading < 0.0
    code, params = refusal(lambda: pca.pca(matrix, negative="signed"))
    assert (code, params["leaf"]) == ("RI370", "3")
    assert pca.pca(matrix, negative="absolute") == pytest.approx(pca.pca(matrix * [1, 1, -1, 1]), rel=1e-10)


def test_pca_names_every_negative_loading():
    matrix = one_factor(9) * [1, -1, -1, 1]
    matrix[:, [1, 2]] += 0.3 * matrix[:, :1]
    params = refusal(lambda: pca.pca(matrix, names=["a", "b", "c", "d"]))[1]
    assert params["leaf"] == "b"
    assert [said.split(" ")[0] for said in params["loadings"]] == ["b", "c"]


def test_pca_with_two_components():
    rng = np.random.default_rng(10)
    factors = rng.normal(size=(300, 2))
    matrix = np.column_stack([factors[:, [0, 0, 0]], factors[:, [1, 1]]]) + 0.5 * rng.normal(size=(300, 5))
    values, vectors = np.linalg.eigh(np.corrcoef(matrix.T))
    values, vectors = values[::-1], vectors[:, ::-1]
    assert (values > 1).sum() == 2
    turned = vectors[:, :2] * np.sign(vectors[:, :2].sum(axis=0))
    coefficients = (turned * values[:2]).sum(axis=1) / values[:2].sum()
    assert pca.pca(matrix, negative="signed") == pytest.approx(coefficients / coefficients.sum(), rel=1e-8)
    sizes = (np.abs(turned) * values[:2]).sum(axis=1)
    assert pca.pca(matrix, negative="absolute") == pytest.approx(sizes / sizes.sum(), rel=1e-8)


def test_pca_without_components_of_their_own_is_refused():
    unrelated = np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]])
    code, params = refusal(lambda: pca.pca(unrelated))
    assert (code, params) == ("RI368", {"value": 1.0})
    twice = np.column_stack([unrelated[:, [0, 0, 1, 1]]])
    code, params = refusal(lambda: pca.pca(twice))
    assert code == "RI371"
    assert (params["first"], params["second"], params["value"]) == (1, 2, pytest.approx(2.0))


def test_a_component_without_direction_is_turned_to_its_largest_loading():
    opposite = np.stack([np.array([1.0, 2, 4, 8]), -np.array([1.0, 2, 4, 8])], axis=1)
    loadings = pca.components(merged_moments([opposite])).loadings
    assert sorted(loadings[:, 0].tolist()) == pytest.approx([-1.0, 1.0])
    assert pca.pca(opposite, negative="absolute") == pytest.approx([0.5, 0.5])


def contradicting():
    """Three columns, any two of which have units of their own: r = 1, 1, and −1, which no table can have."""
    x = np.arange(1.0, 6.0)
    gap = np.full(5, NAN)
    first, second, third = (x, x, gap), (gap, x, x), (x, gap, -x)
    return np.concatenate([np.stack(block, axis=1) for block in (first, second, third)])


@pytest.mark.parametrize("method", ["pca", "independence"])
def test_correlations_that_contradict_one_another_are_refused(method):
    code, params = refusal(lambda: METHODS[method](contradicting()))
    assert code == "RI367"
    assert params["method"] == method
    assert params["value"] < -0.5


def test_independence_by_regression():
    matrix = table(11, 40, 4)
    squared = independence.squared_correlations(merged_moments([matrix]))
    for leaf in range(4):
        y = matrix[:, leaf] - matrix[:, leaf].mean()
        others = np.delete(matrix, leaf, axis=1)
        others = others - others.mean(axis=0)
        fitted = others @ np.linalg.lstsq(others, y, rcond=None)[0]
        assert squared[leaf] == pytest.approx(fitted @ fitted / (y @ y), rel=1e-9)
    reciprocal = 1.0 / np.sqrt(squared)
    assert independence.independence(matrix) == pytest.approx(reciprocal / reciprocal.sum(), rel=1e-12)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_columns_that_are_combinations_of_others_have_r_1(order):
    rng = np.random.default_rng(12)
    x = rng.normal(size=(30, 3))
    matrix = np.column_stack([x, x[:, 0] - 2.0 * x[:, 1]])[:, order]
    squared = independence.squared_correlations(merged_moments([matrix]))
    free = order.index(2)
    assert np.delete(squared, free).tolist() == [1.0, 1.0, 1.0]
    expected = independence.squared_correlations(merged_moments([x[:, [2, 0, 1]]]))[0]
    assert squared[free] == pytest.approx(expected, rel=1e-9)


def test_independence_without_relation_or_with_too_few_units_is_refused():
    cube = np.array(list(itertools.product([0.0, 1.0], repeat=3)))
    assert refusal(lambda: independence.independence(cube, ["a", "b", "c"])) == ("RI372", {"leaf": "a"})
    short = np.random.default_rng(13).random((4, 4))
    assert refusal(lambda: independence.independence(short)) == ("RI373", {"units": 4, "leaves": 4})


@pytest.mark.parametrize("method", ["merec", "cilos", "idocriw"])
def test_long_tables_are_measured_in_blocks(method, monkeypatch):
    matrix = table(14, 30, 4)
    whole = METHODS[method](matrix)
    monkeypatch.setattr(columns, "BLOCK", 7)
    assert METHODS[method](matrix).tobytes() == whole.tobytes()


def test_merec_takes_three_units_with_all_values():
    matrix = np.array([[1.0, 4.0], [2.0, 1.0], [4.0, 2.0], [np.nan, 3.0]])
    effect = []  # the formula of Keshavarz-Ghorabaee and others (2021), unit by unit
    normal = matrix[:3].min(axis=0) / matrix[:3]
    for leaf in (0, 1):
        whole = np.log(1 + np.abs(np.log(normal)).sum(axis=1) / 2)
        without = np.log(1 + np.abs(np.log(np.delete(normal, leaf, axis=1))).sum(axis=1) / 2)
        effect.append(np.abs(without - whole).sum())
    assert merec.merec(matrix, no_cost(matrix)) == pytest.approx(np.array(effect) / sum(effect), rel=1e-12)


def test_cilos_of_a_criterion_that_others_never_lose_to():
    # Where b or c is best nothing else loses; where a is, both do (1 − 1.5/2): all weight moves to a.
    matrix = np.array([[2.0, 2.0, 2.0], [2.0, 1.0, 1.0], [1.0, 1.0, 1.0]])
    assert cilos.cilos(matrix, no_cost(matrix)).tolist() == [1.0, 0.0, 0.0]
