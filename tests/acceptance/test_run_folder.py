"""The folder of a run is whole or is not there: kills, full disks, two runs at once, leftovers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from acceptance_tools import SAMPLE, Inside, environment, program, tree

from resilience_index.runs import folder as run_folder

fcntl = pytest.importorskip("fcntl", reason="locks are POSIX only here")

CALL = ("score", "data.csv", "-f", "mini.yaml", "-q", "--out", "run")
# The program, killed by the kernel's hardest signal at a chosen call of a chosen function.
KILLED = """
import os, signal, sys
from resilience_index.runs import folder
from resilience_index.cli.app import main
what, count = sys.argv.pop(1), int(sys.argv.pop(1))
owner, _, name = what.rpartition(".")
import pathlib
target = {"folder": folder, "Path": pathlib.Path}[owner]
real = getattr(target, name)
calls = 0
def deadly(*args, **kwargs):
    global calls
    calls += 1
    if calls == count:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*args, **kwargs)
setattr(target, name, deadly)
main()
"""


def killed(what: str, count: int, *arguments: str, cwd: Path) -> int:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, what, str(count), *arguments], cwd=cwd, env=environment(), check=False,
        capture_output=True,
    )  # fmt: skip
    return done.returncode


@pytest.mark.parametrize(("what", "count"), [("folder._digest", 1), ("folder._digest", 7), ("folder.put_in_place", 1)])
def test_killed_while_a_new_run_is_made(what: str, count: int, project: Path, inside: Inside) -> None:
    """There is no run then; the next one removes what was left."""
    before = set(tree(project))
    assert killed(what, count, *CALL, cwd=project) == -signal.SIGKILL
    assert not (project / "run").exists()
    assert set(tree(project)) > before
    assert inside(*CALL).code == 0
    left = {name for name in tree(project) if not name.startswith("run")}
    assert left == before


@pytest.mark.parametrize("count", [1, 4, 7, 8])
def test_killed_while_an_earlier_run_is_replaced(count: int, project: Path, inside: Inside) -> None:
    """At every rename: the earlier run is whole, or the folder is no finished run; the next run mends it."""
    call = (*CALL, "--format", "none")
    assert inside(*call).code == 0
    earlier = tree(project / "run")
    # Every file is renamed once where it is made and once into its place: the second half of the calls.
    code = killed("Path.replace", len(earlier) + count, *call, "--weights", "equal", cwd=project)
    found = {name: content for name, content in tree(project / "run").items() if not name.startswith(".run.")}
    if code == -signal.SIGKILL:
        assert found == earlier or "manifest.json" not in found
        if "manifest.json" not in found:
            assert inside("explain", "001", "run").code == 2
    else:
        assert code == 0
    assert inside(*call).code == 0
    assert tree(project / "run") == earlier


def test_a_run_that_fails_leaves_nothing(project: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full at the last file: RI010 in both languages, the earlier run untouched, no leftovers."""
    assert inside(*CALL).code == 0
    before = tree(project)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run_folder.canonical, "dump", full)
    for language, reason in (("zh", "磁盘空间不足"), ("en", "no space left on device")):
        for out in ("run", "new", "deep/er/new"):
            ran = inside(*CALL[:-1], out, lang="zh" if language == "zh" else "en")
            assert ran.code == 2
            assert f"{out}: RI010" in ran.err
            assert reason in ran.err
            assert tree(project) == before


def test_interrupted_while_writing(project: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while the files are made: 130, the earlier run untouched."""
    assert inside(*CALL).code == 0
    before = tree(project)

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run_folder, "_digest", interrupt)
    for out in ("run", "new"):
        assert inside(*CALL[:-1], out).code == 130
        assert tree(project) == before


def test_another_run_into_the_same_folder_is_refused(project: Path, inside: Inside) -> None:
    """While a process holds the lock of a folder, a second one says so and changes nothing."""
    for home, name in ((project, ".run.lock"), (project / "run", ".run.lock")):
        handle = os.open(home / name, os.O_CREAT | os.O_RDWR)
        fcntl.flock(handle, fcntl.LOCK_EX)
        before = tree(project)
        ran = inside(*CALL)
        assert (ran.code, ran.err[:11]) == (2, "run: RI027 ")
        assert tree(project) == before
        assert inside(*CALL[:-1], "other").code == 0
        os.close(handle)  # as when the process dies: the file stays, the lock is free
        assert inside(*CALL).code == 0
        assert not (home / name).exists()


def test_many_runs_at_once(project: Path) -> None:
    """Four processes and two frameworks into one folder: each is done or refused, and the folder is of one run."""
    text = (project / "mini.yaml").read_text(encoding="utf-8")
    (project / "other.yaml").write_text(text.replace("id: mini", "id: other"), encoding="utf-8")
    call = [sys.executable, "-m", "resilience_index", "score", "data.csv", "-q", "--out", "run", "-f"]
    running = [
        subprocess.Popen([*call, f"{name}.yaml"], cwd=project, env=environment(), stderr=subprocess.PIPE)
        for name in ("mini", "other") * 2
    ]
    said = [process.communicate(timeout=120)[1].decode() for process in running]
    codes = [process.returncode for process in running]
    assert set(codes) <= {0, 2}
    assert 0 in codes
    assert all("RI027" in text for text, code in zip(said, codes, strict=True) if code == 2)
    assert not list(project.rglob(".*"))
    manifest = json.loads((project / "run" / "manifest.json").read_bytes())
    alone = program(
        "score",
        "data.csv",
        "-q",
        "--out",
        "alone",
        "-f",
        manifest["predicate"]["framework"]["id"] + ".yaml",
        cwd=project,
    )
    assert alone.code == 0
    assert tree(project / "run") == tree(project / "alone")


def test_a_folder_that_is_there_and_empty(project: Path, inside: Inside) -> None:
    """An empty folder is written into; it keeps its permissions, and nothing is needed above it."""
    (project / "run").mkdir(mode=0o750)
    mode = (project / "run").stat().st_mode
    assert inside(*CALL).code == 0
    assert (project / "run").stat().st_mode == mode
    assert (project / "run" / "manifest.json").is_file()


def test_new_folders_follow_the_mask(project: Path, inside: Inside) -> None:
    """A new folder and its files get the permissions the user's mask gives."""
    mask = os.umask(0o027)
    try:
        assert inside(*CALL).code == 0
    finally:
        os.umask(mask)
    assert (project / "run").stat().st_mode & 0o777 == 0o750
    assert (project / "run" / "scores.csv").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("name", ["结果 2025", "a.b", ".hidden", "x" * 200, "-run"])
def test_names_of_folders(name: str, project: Path, inside: Inside) -> None:
    """Spaces, dots, Chinese, long names and a leading dash."""
    assert inside("score", "data.csv", "-f", "mini.yaml", "-q", f"--out={name}").code == 0
    assert inside("score", "data.csv", "-f", "mini.yaml", "-q", f"--out={name}").code == 0
    assert (project / name / "manifest.json").is_file()
    assert [path.name for path in (project / name).iterdir() if path.name.startswith(".")] == []


def test_a_link_to_a_folder(project: Path, inside: Inside) -> None:
    """A symbolic link to a folder is written through; a dangling one is refused."""
    (project / "real").mkdir()
    (project / "link").symlink_to("real")
    (project / "dangling").symlink_to("nowhere")
    assert inside(*CALL[:-1], "link").code == 0
    assert (project / "real" / "scores.csv").is_file()
    assert (project / "link").is_symlink()
    ran = inside(*CALL[:-1], "dangling")
    assert ran.code == 2
    assert "RI010" in ran.err


def test_random_kills(project: Path) -> None:
    """Killed at random moments while reports are made: never a torn file of a finished run. KILLS=200 for more."""
    import hashlib
    import random

    source = str(SAMPLE / "communities.csv")
    call = [sys.executable, "-m", "resilience_index", "score", source, "-f", "toe", "-q", "--out", "run"]
    torn = 0
    for attempt in range(int(os.environ.get("KILLS", "2"))):
        process = subprocess.Popen(call, cwd=project, env=environment(), stderr=subprocess.DEVNULL)
        time.sleep(random.Random(attempt).uniform(0.3, 1.6))
        process.kill()
        process.wait()
        if (project / "run" / "manifest.json").exists():
            manifest = json.loads((project / "run" / "manifest.json").read_bytes())
            for subject in manifest["subject"]:
                content = (project / "run" / subject["name"]).read_bytes()
                torn += hashlib.sha256(content).hexdigest() != subject["digest"]["sha256"]
    assert torn == 0
    assert program(*call[3:], cwd=project).code == 0
    assert not list(project.rglob(".*"))
