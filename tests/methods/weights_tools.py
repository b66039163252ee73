"""Helpers of the tests of weights: matrices in a line, and what a call refuses."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from resilience_index.errors import RefusalError

NAN = math.nan


def matrix(*rows: tuple[float, ...]) -> np.ndarray:
    return np.array(rows, dtype=float)


def refusal(call: Any) -> tuple[str, dict[str, Any]]:
    with pytest.raises(RefusalError) as caught:
        call()
    return caught.value.code, caught.value.params
