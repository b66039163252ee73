"""Full disks, read-only folders, closed pipes, Ctrl-C, two at once."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from acceptance_tools import environment, program, tree
from fault_tools import batch, cities, figure, journal_lines, leftovers, start, torn, wait_for

pytestmark = pytest.mark.skipif(os.name == "nt", reason="devices, users and signals of POSIX systems")
ROOT_ONLY = pytest.mark.skipif(os.name != "nt" and os.geteuid() != 0, reason="only root may do that")
NOBODY = 65534


@contextlib.contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A file system of that size in memory; the test is skipped where none can be mounted."""
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@ROOT_ONLY
def test_a_full_disk(project: Path) -> None:
    """At every size from nothing to enough: the old run whole or the new one whole, RI010, no leftovers."""
    call = ("score", "data.csv", "-f", "mini.yaml", "-q", "--out")
    assert program(*call, "new", "--weights", "equal", cwd=project).code == 0
    need = sum(path.stat().st_size for path in (project / "new").rglob("*") if path.is_file()) // 1024
    refused = done = 0
    with small_disk(project / "disk", 2 * need + 200) as disk:
        assert program(*call, "disk/run", cwd=project).code == 0
        old, new = tree(disk / "run"), tree(project / "new")
        for share in (0.0, 0.1, 0.3, 0.6, 0.9, 2.0):
            free = shutil.disk_usage(disk).free
            (disk / "ballast").write_bytes(b"\0" * max(0, free - int(share * need * 1024)))
            ran = program(*call, "disk/run", "--weights", "equal", cwd=project)
            if ran.code:
                refused += 1
                assert ran.code == 2
                assert "RI010 error: cannot write disk/run: no space left on device" in ran.err
                assert tree(disk / "run") == old
            else:
                done += 1
                assert tree(disk / "run") == new
            assert torn(disk / "run") == 0
            assert leftovers(disk) == []
            (disk / "ballast").unlink()
    assert refused >= 2
    assert done >= 1
    figure(f"full disk: {refused + done} sizes, refused {refused} with the old run whole, done {done}, torn 0")


@ROOT_ONLY
def test_a_batch_on_a_full_disk(project: Path) -> None:
    """It stops or fails item by item; with room again --resume ends as if nothing had been."""
    cities(project / "cities", 8)
    assert program(*batch(out="whole", more=("--workers", "0")), cwd=project).code == 1
    with small_disk(project / "disk", 160) as disk:
        ran = program(*batch(out="disk/out", more=("--workers", "2")), cwd=project)
        assert ran.code in (1, 2)
        assert "RI010" in ran.err
        assert "Traceback" not in ran.err
        assert all(torn(folder) == 0 for folder in disk.glob("out/runs/*/mini"))
        subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)
        assert program(*batch(out="disk/out", more=("--workers", "2", "--resume")), cwd=project).code == 1
        assert tree(disk / "out") == tree(project / "whole")
    figure("batch on a full disk: resumed with room again, end state identical")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize(
    "call",
    [batch(more=("--workers", "0")), batch(more=("--workers", "2", "--json"))],
    ids=["text", "json"],
)
def test_standard_output_that_is_full(call: tuple[str, ...], project: Path) -> None:
    """Nothing can be printed: exit 2 with RI042; what was done is in the folder and is not lost."""
    cities(project / "cities", 3)
    with Path("/dev/full").open("wb") as full:
        process = start(*call, cwd=project, stdout=full, stderr=subprocess.PIPE)
        err = process.communicate(timeout=120)[1].decode()
    assert process.returncode == 2
    assert "RI042" in err
    assert "Traceback" not in err
    assert journal_lines(project / "out") == 3


def test_a_reader_that_has_gone(project: Path) -> None:
    """``| head``: no traceback, the folder whole."""
    cities(project / "cities", 3)
    reader, writer = os.pipe()
    os.close(reader)
    process = start(*batch(more=("--workers", "2")), cwd=project, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    err = process.communicate(timeout=120)[1].decode()
    assert process.returncode in (0, 1)
    assert "Traceback" not in err
    assert (project / "out" / "summary.json").exists()
    figure("closed pipe: no traceback, results whole")


# Everything is imported by a first run, as root: the interpreter may be where other users cannot read.
AS_NOBODY = """
import os, shutil, sys
from resilience_index.cli.app import main
warm, *call = sys.argv[1:]
def run(arguments):
    sys.argv = ["resilience", *arguments]
    try:
        main()
    except SystemExit as leave:
        return leave.code
at = call.index("--out") + 1
assert run([*call[:at], warm, *call[at + 1 :]]) in (0, 1)
shutil.rmtree(warm)
print("as nobody", file=sys.stderr, flush=True)
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
sys.exit(run(call))
"""


@ROOT_ONLY
def test_a_folder_that_may_not_be_written(project: Path) -> None:
    """As a user who is not root: RI010 in one sentence, nothing left behind, exit 2."""
    home = Path(tempfile.mkdtemp(prefix="read-only-", dir="/tmp"))
    try:
        home.chmod(0o755)
        cities(home / "cities", 2)
        for name in ("data.csv", "mini.yaml"):
            shutil.copy(project / name, home / name)
        (home / "mine").mkdir()
        os.chown(home / "mine", NOBODY, NOBODY)
        (home / "mine").chmod(0o555)
        before = tree(home)
        score = ("score", "data.csv", "-f", "mini.yaml", "-q", "--out")
        serial = ("--workers", "0")
        for call in ((*score, "out"), (*score, "mine"), (*score, "mine/run"), batch(more=serial),
                     batch(out="mine/out", more=serial)):  # fmt: skip
            done = subprocess.run(
                [sys.executable, "-c", AS_NOBODY, str(project / "warm"), *call], cwd=home, env=environment(),
                check=False, capture_output=True,
            )  # fmt: skip
            said = done.stderr.decode().rpartition("as nobody\n")[2]
            assert done.returncode == 2, said
            assert said.count("RI010 error: cannot write") == 1
            assert "permission denied" in said
            assert "Traceback" not in said
            assert tree(home) == before
    finally:
        shutil.rmtree(home)
    figure("read-only folders as another user: 5 of 5 refused with RI010, nothing left behind")


@pytest.mark.parametrize("whom", ["group", "alone"])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_batch(how: signal.Signals, whom: str, project: Path) -> None:
    """Ctrl-C, or a request to end, to the whole group or to the batch alone: 130, tidy, resumable."""
    cities(project / "cities", 14)
    process = start(*batch(more=("--workers", "2")), cwd=project, stderr=subprocess.PIPE)
    assert wait_for(lambda: journal_lines(project / "out") >= 2)
    (os.killpg if whom == "group" else os.kill)(process.pid, how)
    err = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "interrupted" in err
    assert leftovers(project) == []
    done = journal_lines(project / "out")
    ran = program(*batch(more=("--workers", "2", "--resume")), cwd=project)
    assert f"{done} of them from before" in ran.err
    assert program(*batch(out="whole", more=("--workers", "0")), cwd=project).code == 1
    assert tree(project / "out") == tree(project / "whole")
    figure(f"{how.name} to {'the whole group' if whom == 'group' else 'the batch alone'}: exit 130, "
           f"{done} of 14 items kept, end state identical")  # fmt: skip


def test_two_batches_at_once(project: Path) -> None:
    """One works, the other is refused with RI027; the folder is that of one."""
    cities(project / "cities", 8)
    first = start(*batch(more=("--workers", "2")), cwd=project)
    assert wait_for((project / "out" / "journal.jsonl").exists)
    os.killpg(first.pid, signal.SIGSTOP)  # or it might be done before the other one has begun
    try:
        ran = program(*batch(more=("--workers", "2", "--resume")), cwd=project)
    finally:
        os.killpg(first.pid, signal.SIGCONT)
    assert (ran.code, ran.err.splitlines()[-2][:10]) == (2, "out: RI027")
    assert first.wait(timeout=120) == 1
    assert program(*batch(out="whole", more=("--workers", "0")), cwd=project).code == 1
    assert tree(project / "out") == tree(project / "whole")
    figure("two batches into one folder: one refused (RI027), corrupt 0")
