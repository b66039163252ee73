"""Fixtures of the acceptance tests."""

from __future__ import annotations

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
