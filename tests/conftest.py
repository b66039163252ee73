"""What holds for every test."""

from __future__ import annotations

import functools
import signal
import string
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from resilience_index.findings import CATALOGUE, Finding

GAPS: list[str] = []
_plain_init = Finding.__init__


@functools.cache
def _needed(code: str) -> frozenset[str]:
    entry = CATALOGUE[code]
    sentences = (entry.message["en"], entry.help["en"])
    return frozenset(name for text in sentences for _, name, _, _ in string.Formatter().parse(text) if name)


def _watched(self: Finding, *arguments: Any, **keys: Any) -> None:
    _plain_init(self, *arguments, **keys)
    if self.code in CATALOGUE and (gaps := _needed(self.code) - set(self.params)):
        GAPS.append(f"{self.code}: {', '.join(sorted(gaps))}")
    GAPS.extend(f"{self.code}: {name} in one language" for name, value in self.params.items() if _halved(value))


def _halved(value: Any) -> bool:
    if isinstance(value, Mapping):
        return set(value) != {"zh", "en"}
    return isinstance(value, list | tuple) and any(map(_halved, value))


# A shell starts jobs behind "&" with Ctrl-C ignored, and what the tests start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

Finding.__init__ = _watched  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def no_sentence_has_a_gap(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every finding that the program made has what its sentences say; a gap is shown as ``{name}`` to users."""
    GAPS.clear()
    yield
    if request.path.name != "test_findings.py":  # which has some on purpose
        assert not GAPS, f"findings without {GAPS}"
