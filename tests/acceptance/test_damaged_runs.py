"""Runs' folders whose files are damaged or lost: ``explain`` names the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from acceptance_tools import MINI, Inside


def _short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def _no_text(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\xff")


def _other(path: Path) -> None:
    path.write_bytes(b"a,b\n1,2\n")


def _without_plan(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert '"nodes"' in text
    path.write_text(text.replace('"nodes"', '"noods"'), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("trace.parquet", _short), ("trace.parquet", Path.unlink), ("trace_nodes.parquet", _other),
        ("manifest.json", _short), ("manifest.json", _without_plan), ("manifest.json", _no_text),
        ("scores.csv", _other), ("scores.csv", _no_text), ("scores.csv", Path.unlink),
    ],
)  # fmt: skip
def test_damaged_file(name: str, damage: Callable[[Path], None], project: Path, inside: Inside) -> None:
    """A usage error with the name of the file."""
    assert inside("score", "data.csv", "-f", "mini.yaml", "--out", "out", "-q").code == 0
    assert inside("explain", "001", "out").code == 0
    damage(project / "out" / name)
    ran = inside("explain", "001", "out")
    assert (ran.code, ran.out) == (2, "")
    path = Path("out", name)
    assert ran.err.startswith(f"{path}: RI040 error: {path} is damaged: ")


def test_trace_of_another_run(project: Path, inside: Inside) -> None:
    """Rows that do not belong to the plan are not put together with it."""
    (project / "other.yaml").write_text(MINI.replace("id: events", "id: minutes2"), encoding="utf-8")
    for name in ("mini", "other"):
        assert inside("score", "data.csv", "-f", f"{name}.yaml", "--out", name, "-q").code == 0
    (project / "other" / "trace.parquet").replace(project / "mini" / "trace.parquet")
    ran = inside("explain", "001", "mini")
    assert ran.code == 2
    assert "trace.parquet is damaged" in ran.err


def test_run_without_trace(project: Path, inside: Inside) -> None:
    """A trace that was never written is not lost."""
    assert inside("score", "data.csv", "-f", "mini.yaml", "--out", "out", "-q", "--no-trace").code == 0
    ran = inside("explain", "001", "out")
    assert (ran.code, ran.err[:15]) == (2, "out: RI014 erro")


def test_folder_of_several_frameworks(project: Path, inside: Inside) -> None:
    """The folders inside are named."""
    (project / "other.yaml").write_text(MINI.replace("id: mini", "id: other"), encoding="utf-8")
    assert inside("score", "data.csv", "-f", "mini.yaml", "-f", "other.yaml", "--out", "out", "-q").code == 0
    ran = inside("explain", "001", "out")
    assert ran.code == 2
    assert "RI041 error: out holds several runs" in ran.err
    assert "name the folder of one of them: mini, other" in ran.err
    assert inside("explain", "001", "out/other").code == 0


def test_some_other_manifest(project: Path, inside: Inside) -> None:
    """A folder of something else is no damaged run."""
    (project / "page").mkdir()
    (project / "page" / "manifest.json").write_text("{}", encoding="utf-8")
    assert "RI012 error" in inside("explain", "001", "page").err
