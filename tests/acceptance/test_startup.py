"""What the program imports: help is there at once, and a score needs neither pandas nor scipy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from acceptance_tools import SAMPLE, environment

HEAVY = {"numpy", "pandas", "scipy", "rich", "pyarrow", "pydantic", "jinja2", "xlsxwriter", "yaml", "matplotlib"}


RUN = """
import atexit, sys
atexit.register(lambda: print(*{name.partition(".")[0] for name in sys.modules}, file=open("modules.txt", "w")))
from resilience_index.cli.app import main
main()
"""


def imported(*arguments: str, cwd: Path) -> set[str]:
    """The packages a run of the program has imported at its end."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], cwd=cwd, env=environment(), stdout=subprocess.DEVNULL, check=False
    )
    assert done.returncode == 0
    return set((cwd / "modules.txt").read_text(encoding="utf-8").split())


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("--lang", "zh", "score", "-h")])
def test_help_imports_nothing_heavy(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert imported(*arguments, cwd=tmp_path) & HEAVY == set()


@pytest.mark.parametrize("arguments", [("codes", "RI002"), ("methods",), ("schema", "framework"), ("frameworks",)])
def test_looking_things_up_needs_no_numbers(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert imported(*arguments, cwd=tmp_path) & {"numpy", "pyarrow", "pandas", "scipy", "jinja2", "xlsxwriter"} == set()


def test_score_with_reports_needs_neither_pandas_nor_scipy(tmp_path: Path) -> None:
    found = imported("score", "-c", str(SAMPLE / "assessment.yaml"), "--out", "run", cwd=tmp_path)
    assert (tmp_path / "run" / "report.html").is_file()
    assert (tmp_path / "run" / "report.xlsx").is_file()
    assert found & {"pandas", "scipy", "matplotlib"} == set()
    assert {"numpy", "pyarrow"} <= found


def test_score_without_reports_makes_none(tmp_path: Path) -> None:
    """JSON alone needs no renderer."""
    found = imported("score", str(SAMPLE / "communities.csv"), "-f", "toe", "--json", cwd=tmp_path)
    assert found & {"jinja2", "xlsxwriter", "rich", "pandas", "scipy"} == set()


@pytest.mark.parametrize("arguments", [("explain", "099101001001"), ("weights",)])
def test_explain_and_weights_need_no_pandas(arguments: tuple[str, ...], tmp_path: Path) -> None:
    found = imported(*arguments, "-c", str(SAMPLE / "assessment.yaml"), cwd=tmp_path)
    assert found & {"pandas", "scipy", "matplotlib"} == set()
