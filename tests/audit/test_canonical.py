"""The one way to write JSON, to the byte."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest

from resilience_index.audit import canonical

VALUE = {"b": [1, 1.0, 0.1, None, True], "a": {"社": "区\n", "1": (2, float("nan"))}, 3: -0.0, "inf": float("-inf")}


def test_readable_json() -> None:
    assert canonical.dump(VALUE).decode() == (
        '{\n  "3": -0.0,\n  "a": {\n    "1": [\n      2,\n      null\n    ],\n    "社": "区\\n"\n  },\n'
        '  "b": [\n    1,\n    1.0,\n    0.1,\n    null,\n    true\n  ],\n  "inf": null\n}\n'
    )


def test_json_without_white_space() -> None:
    text = '{"3":-0.0,"a":{"1":[2,null],"社":"区\\n"},"b":[1,1.0,0.1,null,true],"inf":null}'
    assert canonical.compact(VALUE).decode() == text


@pytest.mark.parametrize(
    ("value", "made"),
    [(1.5, 1.5), (float("inf"), None), (float("nan"), None), ((1, float("nan")), [1, None]), ({1: {2: float("nan")}},
     {"1": {"2": None}}), ([[float("inf")]], [[None]]), ("nan", "nan"), (True, True), (None, None), (10**30, 10**30)],
)  # fmt: skip
def test_what_is_not_finite_becomes_nothing(value: Any, made: Any) -> None:
    found = canonical.finite(value)
    assert found == made
    assert type(found) is type(made)


def test_numbers_that_hide_in_other_types_are_refused() -> None:
    """NaN that is no ``float`` to begin with is an error, never the word NaN in a file."""

    class Number(int):
        def __repr__(self) -> str:
            return "NaN"

    for write in (canonical.dump, canonical.compact):
        assert b"NaN" not in write({"a": Number(1), "b": np.float64("nan")})
        for other in (object(), np.float32("nan")):
            with pytest.raises(TypeError):
                write({"a": other})


def test_digests() -> None:
    assert canonical.digest(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2
    assert canonical.digest(b"") == hashlib.sha256().hexdigest()
