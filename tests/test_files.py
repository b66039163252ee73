"""Writing files: the old one or the new one, never a part of either, and nothing left behind."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from resilience_index import files
from resilience_index.files import atomic_path, write_atomic

posix = pytest.mark.skipif(os.name == "nt", reason="permissions and devices of POSIX systems")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("old", [None, b"old"])
def test_bytes_or_a_function_are_written_whole(tmp_path: Path, old):
    target = tmp_path / "file.txt"
    for content in (b"new \xe7\xa4\xbe", lambda stream: stream.write(b"new \xe7\xa4\xbe")):
        if old is not None:
            target.write_bytes(old)
        write_atomic(target, content)
        assert target.read_bytes() == b"new \xe7\xa4\xbe"
        assert names(tmp_path) == ["file.txt"]


def test_writers_that_insist_on_a_path_get_one_in_the_same_folder(tmp_path: Path):
    target = tmp_path / "file.xlsx"
    with atomic_path(target) as temporary:
        assert temporary.parent == tmp_path
        assert temporary.name.startswith(".file.xlsx.")
        temporary.unlink()
        temporary.write_bytes(b"made anew")
        assert not target.exists()
    assert target.read_bytes() == b"made anew"
    assert names(tmp_path) == ["file.xlsx"]


class StoppedError(Exception):
    pass


@pytest.mark.parametrize("error", [StoppedError, KeyboardInterrupt, SystemExit, OSError])
def test_a_writer_that_fails_midway_leaves_the_old_file_and_nothing_else(tmp_path: Path, error):
    target = tmp_path / "file.txt"
    target.write_bytes(b"old")

    def writer(stream):
        stream.write(b"half")
        raise error

    with pytest.raises(error):
        write_atomic(target, writer)
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["file.txt"]


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
def test_a_failure_of_the_system_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch, step):
    target = tmp_path / "file.txt"
    target.write_bytes(b"old")

    def fail(*arguments, **named):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(*((os, "fsync") if step == "fsync" else (Path, step)), fail)
    with pytest.raises(OSError, match="No space left"):
        write_atomic(target, b"new")
    monkeypatch.undo()
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["file.txt"]


def test_the_content_is_on_the_disk_before_the_name(tmp_path: Path, monkeypatch):
    order = []
    sync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (order.append("fsync"), sync(handle))[1])
    monkeypatch.setattr(Path, "replace", lambda path, target: (order.append("replace"), replace(path, target))[1])
    write_atomic(tmp_path / "file.txt", b"new")
    assert order[:2] == ["fsync", "replace"]
    assert os.name == "nt" or order == ["fsync", "replace", "fsync"]


def test_missing_folders_are_made_and_taken_back_on_failure(tmp_path: Path):
    write_atomic(tmp_path / "a" / "b" / "file.txt", b"new")
    assert (tmp_path / "a" / "b" / "file.txt").read_bytes() == b"new"
    with pytest.raises(ZeroDivisionError):
        write_atomic(tmp_path / "c" / "d" / "file.txt", lambda stream: 1 / 0)
    assert names(tmp_path) == ["a"]


@posix
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664), (0, 0o666)])
def test_a_new_file_has_the_permissions_of_the_mask(tmp_path: Path, mask, mode):
    before = os.umask(mask)
    try:
        write_atomic(tmp_path / "file.txt", b"new")
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "file.txt").stat().st_mode) == mode


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_a_file_that_is_written_again_keeps_its_permissions(tmp_path: Path, mode):
    target = tmp_path / "file.txt"
    target.write_bytes(b"old")
    target.chmod(mode)
    write_atomic(target, b"new")
    assert stat.S_IMODE(target.stat().st_mode) == mode


@posix
def test_a_temporary_file_is_private(tmp_path: Path):
    with atomic_path(tmp_path / "file.txt") as temporary:
        assert stat.S_IMODE(temporary.stat().st_mode) == 0o600
        temporary.write_bytes(b"x")


@posix
def test_a_device_is_written_to_not_replaced():
    mode = Path(os.devnull).stat().st_mode
    write_atomic(Path(os.devnull), b"new")
    assert Path(os.devnull).stat().st_mode == mode
    assert stat.S_ISCHR(mode)


@posix
def test_a_pipe_is_written_to_and_a_failure_writes_nothing(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    write_atomic(pipe, b"through the pipe")
    reader.join(5)
    assert received == [b"through the pipe"]
    with pytest.raises(ZeroDivisionError):
        write_atomic(pipe, lambda stream: 1 / 0)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_folder_is_not_replaced(tmp_path: Path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match=r".+"):
        write_atomic(tmp_path / "folder", b"new")
    assert names(tmp_path) == ["folder"]


@pytest.mark.parametrize("name", ["x" * 250 + ".txt", "社区" * 40 + ".txt", ".hidden", "a b.csv"])
def test_every_name_the_system_takes_can_be_written(tmp_path: Path, name):
    write_atomic(tmp_path / name, b"new")
    assert names(tmp_path) == [name]


@posix
def test_a_link_is_replaced_by_the_file_and_its_target_is_left_alone(tmp_path: Path):
    (tmp_path / "outside.txt").write_bytes(b"outside")
    (tmp_path / "link.txt").symlink_to("outside.txt")
    write_atomic(tmp_path / "link.txt", b"new")
    assert (tmp_path / "outside.txt").read_bytes() == b"outside"
    assert not (tmp_path / "link.txt").is_symlink()


_KILLED = """
import sys, time
from pathlib import Path
from resilience_index.files import write_atomic
def slow(stream):
    while True:
        stream.write(b"half " * 1000)
        stream.flush()
        print("writing", flush=True)
        time.sleep(0.01)
write_atomic(Path(sys.argv[1]), slow)
"""


@posix
def test_a_killed_process_leaves_the_old_file_and_the_next_one_clears_up(tmp_path: Path):
    target = tmp_path / "file.txt"
    target.write_bytes(b"old")
    command = [sys.executable, "-c", _KILLED, str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        # While the writer lives, its file is not taken away.
        other = tmp_path / "file.txt.other"
        write_atomic(other, b"x")
        assert [name for name in names(tmp_path) if name.endswith(".tmp")]
        write_atomic(target, b"meanwhile")
        assert len([name for name in names(tmp_path) if name.endswith(".tmp")]) == 1
        process.kill()
        process.wait(5)
    assert target.read_bytes() == b"meanwhile"
    assert len(names(tmp_path)) == 3
    write_atomic(target, b"new")
    assert names(tmp_path) == ["file.txt", "file.txt.other"]
    assert target.read_bytes() == b"new"


def test_leftovers_of_other_files_are_not_touched(tmp_path: Path):
    others = [".file.txtx.abc.tmp", ".other.txt.abc.tmp", "file.txt.tmp", ".file.txt.abc"]
    for name in others:
        (tmp_path / name).write_bytes(b"x")
    write_atomic(tmp_path / "file.txt", b"new")
    assert names(tmp_path) == sorted([*others, "file.txt"])


def test_many_threads_writing_one_file_leave_one_whole_content(tmp_path: Path):
    target = tmp_path / "file.txt"
    contents = [bytes([65 + number]) * 100_000 for number in range(8)]
    faults = []

    def write(content: bytes) -> None:
        try:
            for _ in range(5):
                write_atomic(target, content)
        except OSError as error:
            faults.append(error)

    threads = [threading.Thread(target=write, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        if target.exists():
            assert target.read_bytes() in contents
        time.sleep(0.001)
    assert faults == []
    assert names(tmp_path) == ["file.txt"]


def test_files_are_written_where_locks_are_not_to_be_had(tmp_path: Path, monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    (tmp_path / ".file.txt.abc.tmp").write_bytes(b"perhaps in use")
    write_atomic(tmp_path / "file.txt", b"new")
    assert names(tmp_path) == [".file.txt.abc.tmp", "file.txt"]


def test_the_room_offers_nothing_else():
    public = {name for name, value in vars(files).items() if not name.startswith("_") and callable(value)}
    assert {"Appending", "atomic_path", "write_atomic"} <= public
    own = {name for name in public if getattr(vars(files)[name], "__module__", "") == files.__name__}
    assert own == {"Appending", "atomic_path", "write_atomic"}
