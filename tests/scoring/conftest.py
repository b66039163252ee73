"""What the tests of scoring share: a framework and a table, both written in the test, and their result.

A test writes the YAML that matters. Titles, which do not, are filled in; so are the schema and the version.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from scoring_figures import FIGURES

import resilience_index as ri
from resilience_index.scoring.result import Result

Values = list[float | None]


class Scored:
    """A result as plain lists over the units of the file."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self.plan = result.plan

    def of(self, name: str) -> Values:
        """The column of a node on the shown scale."""
        return known(self.result.shown[self.plan.positions[name].index])

    def passed(self, name: str) -> Values:
        """The values of a node or leaf inside: what its parent takes, before ``against``."""
        place = self.plan.positions[name]
        if place.kind == "node":
            return known(self.result.passed[place.index])
        values = self.result.detail(0, len(self.result)).values.leaves[place.index]
        assert values is not None, f"{name} has no values"
        return known(values)

    @property
    def scores(self) -> Values:
        return known(self.result.score)

    @property
    def ranks(self) -> Values:
        return known(self.result.ranks)

    @property
    def coverage(self) -> Values:
        return known(self.result.coverage)

    @property
    def grades(self) -> list[str | None]:
        return [self.result.grade_id(unit) for unit in range(len(self.result))]

    def flag(self, name: str) -> list[bool | None]:
        return [None if value is None else bool(value) for value in known(self.result.flags[name])]

    def local(self, *names: str) -> list[float]:
        """Local weights: shares of the parent."""
        return [self._weight(name)["local_weight"] for name in names]

    def weights(self, *names: str) -> list[float]:
        """Global weights: shares of the root."""
        return [self._weight(name)["global_weight"] for name in names]

    def _weight(self, name: str) -> dict[str, Any]:
        from resilience_index.report.export.tables import weight_rows

        return next(row for row in weight_rows(self.plan, self.result.weighting) if row["node"] == name)

    @property
    def codes(self) -> list[str]:
        return [finding.code for finding in self.result.findings]

    def finding(self, code: str) -> ri.Finding:
        """The one finding of a code."""
        (found,) = [finding for finding in self.result.findings if finding.code == code]
        return found


def known(values: Any) -> Values:
    """Floats, with None where there is no value."""
    return [None if np.isnan(value) else float(value) for value in values]


def complete(framework: dict[str, Any]) -> dict[str, Any]:
    """A framework with the keys that every file must have and no figure depends on."""
    head = {"schema": "resilience-index/framework/1", "id": "small", "version": "1.0.0", "title": _title("small")}
    for grade in framework.get("grades", []):
        grade.setdefault("title", _title(grade["id"]))
    for line in framework.get("red_lines", []):
        line.setdefault("reason", _title("because"))
    framework["tree"].setdefault("id", "index")
    _name(framework["tree"])
    return head | framework


def _name(item: dict[str, Any]) -> None:
    if "indicator" in item:
        return
    item.setdefault("title", _title(item["id"]))
    if "children" not in item:
        item.setdefault("direction", "benefit")
    for child in item.get("children", []):
        if isinstance(child, dict):
            _name(child)


def _title(name: str) -> dict[str, str]:
    return {"zh": f"{name}（中）", "en": f"{name} (en)"}


@pytest.fixture
def framework_file(tmp_path: Path) -> Callable[[str], Path]:
    """Write a framework from the YAML that matters."""

    def write(text: str, name: str = "small.yaml") -> Path:
        path = tmp_path / name
        content = complete(yaml.safe_load(text))
        path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
        return path

    return write


@pytest.fixture
def data_file(tmp_path: Path) -> Callable[[str], Path]:
    """Write a table whose first column, ``id``, is the community's code."""

    def write(text: str, name: str = "data.csv") -> Path:
        lines = [line.strip() for line in text.strip().splitlines()]
        assert lines[0].split(",")[0] == "id"
        path = tmp_path / name
        path.write_text("community_" + "\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def score(framework_file: Callable[[str], Path], data_file: Callable[[str], Path]) -> Callable[..., Scored]:
    """Score a table under a framework, both given as text."""

    def run(framework: str, data: str, **options: Any) -> Scored:
        loaded = ri.load_framework(framework_file(framework))
        return Scored(ri.score(ri.read_data(data_file(data), loaded), loaded, **options))

    return run


@pytest.fixture
def refused(score: Callable[..., Scored]) -> Callable[..., ri.Finding]:
    """The error finding of a run that is refused: exactly one, unless a test asks for ``every``."""

    def run(framework: str, data: str, *, every: bool = False, **options: Any) -> Any:
        with pytest.raises(ri.InputError) as caught:
            score(framework, data, **options)
        errors = [finding for finding in caught.value.findings if finding.severity == "error"]
        if every:
            return errors
        (finding,) = errors
        return finding

    return run


class Close:
    """Equal to 1e-12 of each figure: more than the last bits, far less than any figure that is shown."""

    def __init__(self, expected: Any) -> None:
        self.expected = expected

    def __eq__(self, found: object) -> bool:
        return self._same(found, self.expected)

    def __hash__(self) -> int:  # pragma: no cover - expectations are compared, never kept
        return 0

    def __repr__(self) -> str:
        return f"close to {self.expected}"

    def _same(self, found: Any, expected: Any) -> bool:
        if isinstance(expected, (list, tuple)):
            return len(found) == len(expected) and all(map(self._same, found, expected))
        if found is None or expected is None:
            return found is expected
        return math.isclose(found, expected, rel_tol=1e-12, abs_tol=1e-15)


@pytest.fixture
def close() -> type[Close]:
    """``found == close(expected)``, where None is no value."""
    return Close


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures."""
    if FIGURES:
        terminalreporter.section("numbers: what was measured")
        for line in FIGURES:
            terminalreporter.write_line(line)
