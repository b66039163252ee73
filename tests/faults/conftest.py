"""What was measured, at the end of the run."""

from __future__ import annotations

from pathlib import Path

import pytest
from acceptance_tools import Inside, mini_project
from fault_tools import FIGURES


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> Inside:
    """The program in this process."""
    return Inside(monkeypatch)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small framework and data; the current folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return mini_project(folder)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures."""
    if FIGURES:
        terminalreporter.section("faults: what was measured")
        for line in FIGURES:
            terminalreporter.write_line(line)
