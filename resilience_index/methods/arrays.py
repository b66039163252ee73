"""Names for the array types of this room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.integer[Any]]


def group_rows(codes: npt.NDArray[np.int64]) -> Iterator[tuple[int, npt.NDArray[np.intp]]]:
    """Each code of ``codes`` (n,) that occurs, ascending, with the places where it stands, ascending."""
    order = np.argsort(codes, kind="stable")
    sorted_codes = codes[order]
    starts = np.flatnonzero(np.r_[True, sorted_codes[1:] != sorted_codes[:-1]][: codes.size])
    for start, rows in zip(starts.tolist(), np.split(order, starts[1:]), strict=False):
        yield int(sorted_codes[start]), rows
