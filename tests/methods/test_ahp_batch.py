import numpy as np
import pytest

from resilience_index.errors import RefusalError
from resilience_index.methods.weights import ahp, ahp_batch, ahp_gaps


def random_matrix(seed, size):
    logs = np.triu(np.random.default_rng(seed).normal(scale=0.5, size=(size, size)), 1)
    return np.exp(logs - logs.T)


def without(matrix, *pairs):
    result = matrix.copy()
    for i, j in pairs:
        result[i, j] = result[j, i] = np.nan
    return result


MIXED = [random_matrix(seed, size) for seed, size in enumerate([4, 2, 9, 4, 1, 3, 9])]
MIXED += [without(random_matrix(8, 4), (0, 2)), without(random_matrix(9, 5), (0, 4), (1, 3))]


@pytest.mark.parametrize("method", ahp.PRIORITIES)
@pytest.mark.parametrize("completion", ahp_gaps.COMPLETIONS)
def test_matrices_of_any_sizes_come_back_in_their_order(method, completion):
    found = ahp_batch.judge(MIXED, method, completion, "saaty_2005")
    assert [len(item.priorities) for item in found] == [len(matrix) for matrix in MIXED]
    for matrix, item in zip(MIXED, found, strict=True):
        (alone,) = ahp_batch.judge([matrix], method, completion, "saaty_2005")
        assert alone.priorities.tobytes() == item.priorities.tobytes()
        assert alone.matrix.tobytes() == item.matrix.tobytes()
        size = len(matrix)
        complete = ahp_gaps.complete(matrix[np.newaxis], completion)
        assert (complete[0] == item.matrix).all()
        consistency = ahp.consistency(item.lambda_max, size, "saaty_2005")
        assert (item.ci, item.ri, item.cr, item.ri_table) == (
            consistency.ci,
            consistency.ri,
            consistency.cr,
            "saaty_2005",
        )
        assert item.missing == np.isnan(matrix).sum() // 2
        assert item.lambda_max == ahp.mean_ratio(complete, item.priorities[np.newaxis])[0]
        if size > 2:
            assert item.gci == ahp.gci(complete)[0]
        else:
            assert (item.gci, item.cr, item.cr_gaps) == (None, None, None)
        if not item.missing:
            assert (item.cr_gaps, item.ri_gaps) == (item.cr, item.ri if size > 2 else None)


def test_gaps_make_the_second_ratio_stricter():
    (found,) = ahp_batch.judge([MIXED[-1]])
    assert found.missing == 2
    assert found.ri_gaps == pytest.approx(found.ri * (1 - 4 / 12))
    assert found.cr_gaps == pytest.approx(found.cr * 1.5)


def test_least_squares_of_gaps_does_not_depend_on_the_completion():
    for completion in ahp_gaps.COMPLETIONS:
        found = ahp_batch.judge(MIXED, "least_squares", completion)[-1]
        assert found.priorities.tolist() == ahp_gaps.least_squares(MIXED[-1][np.newaxis])[0].tolist()


def test_nothing_to_judge_and_what_is_refused():
    assert ahp_batch.judge([]) == []
    with pytest.raises(RefusalError, match="RI340"):
        ahp_batch.judge([without(MIXED[0], (0, 1), (0, 2), (0, 3))])
    with pytest.raises(RefusalError, match="RI311"):
        ahp_batch.judge([random_matrix(1, 16)], table="saaty_1980")
