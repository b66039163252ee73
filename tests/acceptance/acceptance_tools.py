"""Running the program as its users do, and small files for it to read."""

from __future__ import annotations

import base64
import contextlib
import io
import os
import re
import subprocess
import sys
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from resilience_index.cli import app, language

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample_data"
LANGUAGES = ("zh", "en")

MINI = """\
schema: resilience-index/framework/1
id: mini
version: 1.0.0
title: {zh: 小框架, en: Mini framework}
grades:
  - {id: A, min: 60, title: {zh: 优, en: Good}}
  - {id: B, min: 0, title: {zh: 中, en: Fair}}
tree:
  id: index
  title: {zh: 指数, en: Index}
  children:
    - id: people
      title: {zh: 人, en: People}
      weight: 2
      children:
        - {id: visits, title: {zh: 走访, en: Rate}, unit: "%", range: [0, 100], direction: benefit, goalposts: [0, 100]}
        - {id: minutes, title: {zh: 响应时长, en: Minutes}, unit: min, direction: cost, goalposts: [60, 0]}
    - {id: events, title: {zh: 活动, en: Events}, weight: 1, direction: benefit, goalposts: [0, 10]}
"""

DATA = """\
community_id,community,district,period,visits,minutes,events
001,东社区,甲区,2024,50,30,5
002,西社区,甲区,2024,80,10,2
003,南社区,乙区,2024,90,5,10
004,北社区,乙区,2024,20,45,1
001,东社区,甲区,2025,55,30,5
002,西社区,甲区,2025,85,10,2
003,南社区,乙区,2025,95,5,10
004,北社区,乙区,2025,25,45,1
"""

JUDGMENTS = """\
schema: resilience-index/judgments/1
experts:
  - id: E1
    comparisons:
      index: {people/events: 3}
      people: {visits/minutes: 2}
"""

ASSESSMENT = """\
schema: resilience-index/assessment/1
framework: mini.yaml
data: data.csv
weights: {method: combine, rule: linear, alpha: 0.5, subjective: ahp, objective: entropy}
judgments: judgments.yaml
"""


@dataclass(frozen=True)
class Ran:
    """How a command went."""

    code: int
    out: str
    err: str


class _Stream(io.TextIOWrapper):
    """A stream in memory that the program takes for a pipe or a terminal."""

    terminal = False

    def isatty(self) -> bool:
        return self.terminal


@contextlib.contextmanager
def _streams(terminal: bool) -> Iterator[tuple[_Stream, _Stream]]:
    out, err = (_Stream(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    out.terminal = err.terminal = terminal
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        yield out, err


def _text(stream: _Stream) -> str:
    stream.flush()
    content = stream.buffer.getvalue()  # type: ignore[attr-defined]
    return content.decode("utf-8")


class Inside:
    """The program in this process: quick, for tests with many variants. Help pages keep this process's language."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch

    def __call__(
        self, *arguments: str, lang: language.Language = "en", columns: int | None = None, stdin: bytes = b""
    ) -> Ran:
        """Run a command; ``columns`` is the width of the terminal, None for pipes."""
        with self.monkeypatch.context() as patch, _streams(columns is not None) as (out, err):
            patch.setattr(sys, "argv", ["resilience", *arguments])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            patch.setattr(language, "CURRENT", lang)
            patch.delenv("COLUMNS", raising=False)
            if columns is not None:
                patch.setenv("COLUMNS", str(columns))
                patch.setenv("TERM", "xterm-256color")
                patch.delenv("NO_COLOR", raising=False)
            try:
                app.main()
            except SystemExit as leave:
                code = leave.code
            return Ran(code if isinstance(code, int) else 1, _text(out), _text(err))


def program(
    *arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None, python: Sequence[str] = (),
    stdin: bytes = b"",
) -> Ran:  # fmt: skip
    """The program in a process of its own, with a plain environment and streams of bytes."""
    done = subprocess.run(
        [sys.executable, *python, "-m", "resilience_index", *arguments],
        cwd=cwd, env=environment(env), capture_output=True, check=False, timeout=120, input=stdin,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """This process's environment without what changes the program's output, and with ``extra``."""
    drop = {
        "LANG", "LANGUAGE", "COLUMNS", "NO_COLOR", "TERM", "RESILIENCE_LANG", "PYTHONIOENCODING", "TZ",
        "PYTHONDONTWRITEBYTECODE",  # or every process compiles the program anew
    }  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if name not in drop and not name.startswith("LC_")}
    return kept | {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"} | (extra or {})


def cells(text: str) -> int:
    """How many cells of a terminal a text takes, counted without the program's own function."""
    wide = sum(unicodedata.east_asian_width(character) in ("W", "F") for character in text)
    return len(text) + wide - sum(bool(unicodedata.combining(character)) for character in text)


def page_text(page: bytes) -> str:
    """A report's page with the data that its script draws from, as text."""
    packed = re.search(rb'<script type="text/plain" id="data">([^<]*)</script>', page)
    assert packed is not None
    return page.decode("utf-8") + zlib.decompress(base64.b64decode(packed[1])).decode("utf-8")


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too, with its bytes; empty folders count."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b"(folder)"
        for path in sorted(folder.rglob("*"))
    }


def mini_project(folder: Path) -> Path:
    """Write the small framework, its data, judgments and assessment."""
    files = {"mini.yaml": MINI, "data.csv": DATA, "judgments.yaml": JUDGMENTS, "assessment.yaml": ASSESSMENT}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
