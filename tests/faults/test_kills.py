"""kill -9 at random moments and at chosen ones: no torn file, nothing lost, the same end state."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from acceptance_tools import SAMPLE, environment, program, tree
from fault_tools import batch, cities, count, figure, journal_lines, kill, leftovers, start, torn, wait_for, workers_of

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and process groups are POSIX only")


def test_random_kills_of_a_run(project: Path) -> None:
    """Into a new folder and over an earlier run, in turn. FAULTS_KILLS=200 for more."""
    source = str(SAMPLE / "communities.csv")
    call = ("score", source, "-f", "toe", "-q", "--out", "run")
    assert program(*call, cwd=project).code == 0
    wanted = tree(project / "run")
    kills, damaged, done, attempt, lasted = count("KILLS", 2), 0, 0, 0, 60.0
    while done < kills:
        if attempt % 2:
            shutil.rmtree(project / "run", ignore_errors=True)
        other = ("--weights", "equal") if attempt % 4 < 2 else ()
        began = time.monotonic()
        process = start(*call, *other, cwd=project)
        try:
            process.wait(lasted * random.Random(attempt).uniform(0.1, 1.0) if attempt else None)
            lasted = time.monotonic() - began  # it ended before: the next ones are killed sooner
        except subprocess.TimeoutExpired:
            kill(process, group=True)
            done += 1
            lasted *= 1.02  # the machine may have become slower
        damaged += torn(project / "run")
        attempt += 1
        assert attempt <= 3 * kills + 10
    assert damaged == 0
    assert program(*call, cwd=project).code == 0
    assert tree(project / "run") == wanted
    assert leftovers(project) == []
    figure(f"score: killed at random moments while it ran: {done}, torn files {damaged}, leftovers 0")


def undisturbed(project: Path, items: int) -> dict[str, bytes]:
    """The end state of a batch that nobody disturbs."""
    cities(project / "cities", items)
    assert program(*batch(out="whole", more=("--workers", "2")), cwd=project).code == 1
    return tree(project / "whole")


def test_random_kills_of_a_batch(project: Path) -> None:
    """Killed with and without its workers, each time resumed. FAULTS_BATCH_KILLS=20 FAULTS_ITEMS=500 for more."""
    items, kills = count("ITEMS", 8), count("BATCH_KILLS", 2)
    began = time.monotonic()
    wanted = undisturbed(project, items)
    lasted = time.monotonic() - began
    killed = lost = 0
    for attempt in range(kills):
        before = journal_lines(project / "out")
        process = start(*batch(more=("--workers", "2", "--resume")), cwd=project)
        # The times add up to what the batch needs: it is killed all along its way.
        time.sleep(random.Random(attempt).uniform(0.5, 1.5) * max(lasted / kills, 1.2))
        killed += process.poll() is None
        kill(process, group=attempt % 2 == 0)
        lost += journal_lines(project / "out") < before
        for folder in (project / "out").glob("runs/*/mini"):
            assert torn(folder) == 0
    ran = program(*batch(more=("--workers", "2", "--resume")), cwd=project)
    assert ran.code == 1
    assert tree(project / "out") == wanted
    assert leftovers(project) == []
    assert lost == 0
    figure(f"batch of {items}: killed at random moments and resumed: {kills} ({killed} while it ran), "
           f"entries lost {lost}, end state identical to an undisturbed one")  # fmt: skip


# The program, killed at the k-th item: before its line is in the journal, after it, or in the middle of it.
DEADLY = """
import os, signal, sys
from resilience_index import files
from resilience_index.cli.app import main
when, k = sys.argv.pop(1), int(sys.argv.pop(1))
real, calls = files.Appending.add, 0
def deadly(self, line):
    global calls
    calls += 1
    if calls == k:
        if when == "torn":
            self._stream.write(line[: len(line) // 2])
        elif when == "after":
            real(self, line)
        os.kill(os.getpid(), signal.SIGKILL)
    real(self, line)
files.Appending.add = deadly
main()
"""


@pytest.mark.parametrize("when", ["before", "torn", "after"])
def test_killed_at_every_kth_item(when: str, project: Path) -> None:
    """What the journal has is not done again, what it lacks is; nothing is lost. FAULTS_EVERY=1 for every item."""
    items = 6
    wanted = undisturbed(project, items)
    lost = redone = tried = 0
    for k in range(1, items + 1, count("EVERY", 3)):
        shutil.rmtree(project / "out", ignore_errors=True)
        done = subprocess.run(
            [sys.executable, "-c", DEADLY, when, str(k), *batch(more=("--workers", "0"))], cwd=project,
            env=environment(), check=False, capture_output=True,
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL
        kept = k if when == "after" else k - 1
        ran = program(*batch(more=("--workers", "0", "--resume")), cwd=project)
        assert f"{items} of {items} items: 5 done, 1 failed, {kept} of them from before" in ran.err
        assert ("RI609" in ran.err) == (when == "torn")
        lost += tree(project / "out") != wanted
        redone += items - kept
        tried += 1
    assert lost == 0
    figure(f"batch stopped at every k-th item ({when} its line): {tried} stops, lost {lost}, redone {redone} "
           "(only the unfinished)")  # fmt: skip


def test_a_worker_that_dies_costs_its_item(project: Path) -> None:
    """The process of one item is killed: RI608, the others are done, --resume mends it."""
    cities(project / "cities", 6)
    wanted = None
    process = start(*batch(more=("--workers", "2")), cwd=project, stderr=subprocess.PIPE)
    assert wait_for(lambda: len(workers_of(process.pid)) == 2)
    victim = workers_of(process.pid)[0]
    os.kill(victim, signal.SIGKILL)
    err = process.communicate(timeout=120)[1].decode()
    assert process.returncode == 3
    assert "RI608 the process that scored" in err
    assert "SIGKILL" in err
    assert "6 of 6 items: 4 done, 2 failed" in err
    ran = program(*batch(more=("--workers", "2", "--resume")), cwd=project)
    assert "6 of 6 items: 5 done, 1 failed, 5 of them from before" in ran.err
    wanted = tree(project / "out")
    assert program(*batch(out="whole", more=("--workers", "0")), cwd=project).code == 1
    assert tree(project / "whole") == wanted


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="processes are looked at in /proc")
def test_workers_do_not_outlive_the_batch(project: Path) -> None:
    """The batch alone is killed: its workers end by themselves and leave the folders to the next one."""
    cities(project / "cities", 12)
    process = start(*batch(more=("--workers", "2")), cwd=project)
    assert wait_for(lambda: journal_lines(project / "out") >= 1)
    workers = workers_of(process.pid)
    assert workers
    kill(process, group=False)
    assert wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers), 20)
