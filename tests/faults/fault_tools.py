"""Counts, figures and small data sets for the tests of faults.

Every count is small by default and set by an environment variable ``FAULTS_…``; ``make faults`` sets large ones.
What was measured is printed at the end of the run, one line a row.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from acceptance_tools import DATA, MINI, environment

FIGURES: list[str] = []
PYTHON = (sys.executable, "-m", "resilience_index")


def count(name: str, default: int) -> int:
    """How often something is tried: ``FAULTS_NAME``, else the default."""
    return int(os.environ.get(f"FAULTS_{name}", default))


def figure(text: str) -> None:
    """Keep a line for the end of the run."""
    FIGURES.append(text)


def cities(folder: Path, items: int, *, rows: int = 4) -> Path:
    """A folder of small data sets: every seventh has a faulty cell, every eleventh is no table."""
    folder.mkdir(parents=True, exist_ok=True)
    head, *body = DATA.splitlines(keepends=True)
    choose = random.Random(20240601)
    for item in range(items):
        lines = [
            f"{city:03},社区{city},{'甲乙'[city % 2]}区,2024,{choose.randint(0, 100)},{choose.randint(0, 60)},"
            f"{choose.randint(0, 10)}\n"
            for city in range(rows)
        ]
        text = head + "".join(lines)
        if item % 7 == 5:
            text = text.replace(",2024,", ",2024,x", 1)
        path = folder / f"city{item:03}.csv"
        if item % 11 == 9:
            path.write_bytes(b"PK\x03\x04 no table")
        else:
            path.write_text(text, encoding="utf-8")
    assert body
    (folder.parent / "mini.yaml").write_text(MINI, encoding="utf-8")
    return folder


def start(*arguments: str, cwd: Path, extra: Mapping[str, str] | None = None, **named: Any) -> subprocess.Popen[bytes]:
    """The program as a process group of its own, so that all of it can be killed."""
    named = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **named}
    return subprocess.Popen(
        [*PYTHON, *arguments], cwd=cwd, env=environment(dict(extra or {})), start_new_session=True, **named
    )


def kill(process: subprocess.Popen[bytes], *, group: bool) -> None:
    """The hardest signal, to the process alone or to all that it started."""
    with contextlib.suppress(ProcessLookupError):  # it has ended by itself
        (os.killpg if group else os.kill)(process.pid, signal.SIGKILL)
    process.wait()


def torn(run: Path) -> int:
    """How many files of a finished run are not as its manifest says; 0 where no run is finished."""
    if not (run / "manifest.json").exists():
        return 0
    content = json.loads((run / "manifest.json").read_bytes())
    return sum(
        hashlib.sha256((run / item["name"]).read_bytes()).hexdigest() != item["digest"]["sha256"]
        for item in content["subject"]
    )


def leftovers(folder: Path) -> list[str]:
    """Hidden files and folders below a folder: locks and what is being made."""
    return [path.relative_to(folder).as_posix() for path in folder.rglob(".*")]


def wait_for(condition: Any, seconds: float = 60.0) -> bool:
    """Wait until a condition holds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.01)
    return False


def journal_lines(out: Path) -> int:
    """How many items the journal of a batch holds."""
    path = out / "journal.jsonl"
    return max(0, path.read_bytes().count(b"\n") - 1) if path.exists() else 0


def batch(source: str = "cities", *, out: str = "out", more: Sequence[str] = ()) -> tuple[str, ...]:
    """The arguments of a batch."""
    return ("batch", source, "-f", "mini.yaml", "--out", out, "--format", "none", *more)


def workers_of(pid: int) -> list[int]:
    """The processes of a batch that do its items."""
    found = []
    for path in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":\t", 1) for line in path.read_text().splitlines() if ":\t" in line)
            command = path.with_name("cmdline").read_bytes()
        except (OSError, ValueError):
            continue
        if lines.get("PPid", "").strip() == str(pid) and b"spawn_main" in command:
            found.append(int(lines["Pid"]))
    return sorted(found)
