"""What a caller in Python is told: sentences, and errors that can be imported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import resilience_index as ri
from resilience_index import errors

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"weights": "entorpy"}, "weights: unknown method 'entorpy' for Weights; did you mean 'entropy'? (known: "),
        (
            {"weights": "entropy:scop=leaves"},
            "weights: method 'entropy' has no parameter 'scop'; did you mean 'scope'?",
        ),
        ({"normalize": {"method": "goalposts", "clip": 7}}, "normalize: method 'goalposts': clip is 7, expected true"),
        ({"missing": {}}, "missing: no method is named"),
    ],
)
def test_faulty_call(said: dict[str, Any], sentence: str) -> None:
    """A sentence with cause and remedy, no code with parameters."""
    framework = ri.load_framework(EXAMPLES / "tiny.yaml")
    table = ri.read_data(EXAMPLES / "tiny.csv", framework)
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is compared below
        ri.score(table, framework, **said)
    assert str(caught.value).startswith(sentence)


def test_every_error_is_exported() -> None:
    """Whatever is raised on purpose can be caught by a name of the package."""
    raised = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)]
    assert {kind.__name__ for kind in raised} <= set(ri.__all__)
    assert all(getattr(ri, kind.__name__) is kind for kind in raised)
