"""What the tests of the numerical room share."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest

Function = Callable[..., np.ndarray]


def _bits(values: np.ndarray) -> list[int]:
    """Bit patterns, every NaN being the same one: a missing value has no other content."""
    values = np.array(values, dtype=np.float64)
    values[np.isnan(values)] = np.nan
    return values.view(np.int64).tolist()


@pytest.fixture(scope="session")
def same_bits() -> Callable[[np.ndarray, np.ndarray], bool]:
    return lambda left, right: _bits(left) == _bits(right)


@pytest.fixture(scope="session")
def block_free() -> Callable[[Function, list[np.ndarray], list[int]], bool]:
    """Whether a function of columns gives each row the same bits in one block, in any cut, and alone."""

    def check(function: Function, columns: list[np.ndarray], cuts: list[int]) -> bool:
        whole = _bits(function(*columns))
        size = len(columns[0])
        edges = sorted({0, size, *(cut % (size + 1) for cut in cuts)})
        parts = [
            _bits(function(*(column[start:stop] for column in columns))) for start, stop in itertools.pairwise(edges)
        ]
        alone = [_bits(function(*(column[row : row + 1] for column in columns)))[0] for row in range(size)]
        backwards = _bits(function(*(np.ascontiguousarray(column[::-1]) for column in columns)))[::-1]
        return whole == [bit for part in parts for bit in part] == alone == backwards

    return check
