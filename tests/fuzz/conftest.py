"""The small files of the fuzzers, laid out for a test."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "fuzz"))

import desk


@pytest.fixture
def desk_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with small files of every kind; tests run in it."""
    monkeypatch.chdir(tmp_path)
    desk.lay_out(tmp_path / "desk")
    return tmp_path / "desk"


@pytest.fixture
def runs(desk_folder: Path) -> Path:
    """The same folder with two runs, ``one`` and ``two``, a bundle of the second and keys."""
    desk.runs()
    return desk_folder
