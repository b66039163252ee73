"""Fixtures of the acceptance tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from acceptance_tools import Inside, mini_project


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> Inside:
    """The program in this process."""
    return Inside(monkeypatch)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small framework, its data, judgments and assessment; the current folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return mini_project(folder)


@pytest.fixture
def changed(project: Path) -> Callable[[str, str, str, str], Path]:
    """Write a copy of a file of the project with one text in it replaced."""

    def change(source: str, old: str, new: str, name: str) -> Path:
        text = (project / source).read_text(encoding="utf-8")
        assert old in text
        path = project / name
        path.write_text(text.replace(old, new), encoding="utf-8")
        return path

    return change


_COUNTED = {
    ("test_verify_tampered.py", "is_found_and_named"): "changed runs found and named",
    ("test_verify_tampered.py", "is_found_in_an_archive"): "changed archives found and named",
    ("test_verify_folders.py", "is_found_and_named"): "changed batches and comparisons found and named",
    ("test_verify_tampered.py", "untouched_runs_pass"): "untouched runs of random settings that pass",
    ("test_verify_kinds.py", "untouched_bundle_passes"): "untouched bundles of every kind that pass",
    ("test_sign_command.py", "forged_signature"): "forged signatures refused",
    ("test_sign_command.py", "swapped_stripped"): "swapped and stripped signatures refused",
    ("test_archive_attacks.py", "test_"): "attacks by archives refused, and archives of others read",
}
"""What is counted at the end of the run, by the file and a part of the names of its tests."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many variants of each kind were tried, and how many ended as they must."""
    tried: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, ()):
            for (file, part), title in _COUNTED.items():
                if getattr(report, "when", "") == "call" and f"{file}::" in report.nodeid and part in report.nodeid:
                    tried[title] += 1
                    passed[title] += outcome == "passed"
    if tried:
        terminalreporter.section("verification: what was measured")
        for title, number in tried.items():
            terminalreporter.write_line(f"{title}: {passed[title]}/{number}")
