"""The one place that writes files.

A file is written beside its destination, flushed to disk and renamed over it, so that a reader
(or a crash) sees the old file or the new one, never a part of either.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

_WINDOWS = os.name == "nt"
_SUFFIX = ".tmp"
_LONGEST_NAME = 40
"""Characters of the destination's name in a temporary one: together they stay below every system's limit."""


@contextlib.contextmanager
def atomic_path(destination: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``destination``; rename it over ``destination`` on success.

    Nothing is left behind when the body raises; what a killed process left is removed by the next
    one that writes the same file. For writers that insist on a path
    (Parquet, XLSX). A new file gets the permissions the user's mask gives, an existing one keeps
    its own. A device or pipe (``/dev/stdout``) cannot be renamed over; the content is copied into it.
    Raises ``OSError`` as the system does.
    """
    mode = _mode(destination)
    if mode is not None and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        with tempfile.TemporaryDirectory() as folder:
            inside = Path(folder, "content")
            yield inside
            with inside.open("rb") as source, destination.open("wb") as device:
                shutil.copyfileobj(source, device)
        return
    made = _make_folder(destination.parent)
    prefix = f".{destination.name[:_LONGEST_NAME]}."
    try:
        _clean(destination.parent, prefix)
        handle, temporary = _temporary(destination.parent, prefix)
        try:
            yield temporary
            with temporary.open("rb+") as stream:
                os.fsync(stream.fileno())
            temporary.chmod(0o666 & ~_umask() if mode is None else stat.S_IMODE(mode))
            if _WINDOWS:  # open files cannot be renamed there; elsewhere the lock is kept to the end
                os.close(handle)
                handle = -1
            temporary.replace(destination)
            _sync_folder(destination.parent)
        finally:
            temporary.unlink(missing_ok=True)
            if handle >= 0:
                os.close(handle)
    except BaseException:
        for empty in made:
            with contextlib.suppress(OSError):
                empty.rmdir()
        raise


def write_atomic(destination: Path, content: bytes | Callable[[IO[bytes]], None]) -> None:
    """Write ``content`` (bytes, or a function that writes to the open file) to ``destination``.

    Raises ``OSError`` as the system does; the file is then as it was.
    """
    with atomic_path(destination) as temporary, temporary.open("wb") as stream:
        if callable(content):
            content(stream)
        else:
            stream.write(content)


class Appending:
    """A file that only grows, line by line: a line is on the disk when ``add`` returns.

    A process that is killed meanwhile leaves at most one line that has no end; the next one begins below it.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as stream:
            stream.seek(0, os.SEEK_END)
            if stream.tell():
                stream.seek(-1, os.SEEK_CUR)
            self._torn = stream.read(1) not in (b"", b"\n")
        self._stream = path.open("ab", buffering=0)

    def add(self, line: bytes) -> None:
        """Append a line, given without its end. Raises ``OSError`` as the system does."""
        rest = memoryview((b"\n" if self._torn else b"") + line + b"\n")
        self._torn = True
        while rest:
            rest = rest[self._stream.write(rest) :]
        os.fsync(self._stream.fileno())
        self._torn = False

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def _make_folder(folder: Path) -> list[Path]:
    """Make a folder; return those that were made, the innermost first."""
    missing = [folder, *folder.parents]
    missing = [parent for parent in missing if not parent.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _temporary(folder: Path, prefix: str) -> tuple[int, Path]:
    """A new file, locked; one that another process cleared away before it was locked is made again."""
    while True:
        handle, name = tempfile.mkstemp(prefix=prefix, suffix=_SUFFIX, dir=folder)
        _lock(handle, wait=True)
        if _WINDOWS or os.path.lexists(name):
            return handle, Path(name)
        os.close(handle)


def _lock(handle: int, *, wait: bool) -> bool:
    """Lock an open file; False when another one holds it, or locks are not to be had."""
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):
        return False
    return True


def _clean(folder: Path, prefix: str) -> None:
    """Remove the temporary files of processes that are gone: nobody holds their lock."""
    for left in folder.iterdir():
        if left.name.startswith(prefix) and left.name.endswith(_SUFFIX):
            with contextlib.suppress(OSError), left.open("rb") as stream:
                if _lock(stream.fileno(), wait=False):
                    left.unlink()


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _umask() -> int:
    # The mask can only be read by setting it; meanwhile another thread's files would be private.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    # Makes the rename itself durable. Windows cannot open folders, and some file systems cannot
    # synchronise them; there the rename is enough.
    if _WINDOWS:
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
