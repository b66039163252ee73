"""Standard output and standard error: their encoding, and what happens when nothing can be written to them."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar, cast

from resilience_index.errors import UsageError

UNWRITABLE = "RI042"


def prepare() -> None:
    """UTF-8 on pipes and files; on a terminal of another encoding, unknown characters are replaced.

    A stream that the caller has closed is one that cannot be written; messages then go nowhere.
    """
    if sys.stdout is None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or the next file that is opened would be standard output
        sys.stdout = Output(cast("Any", _Closed()), encoding="utf-8")
    elif type(sys.stdout) is io.TextIOWrapper:
        sys.stdout = Output.over(sys.stdout)
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open to the end of the process
    elif type(sys.stderr) is io.TextIOWrapper:
        sys.stderr = Messages.over(sys.stderr)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            if stream.isatty() or "PYTHONIOENCODING" in os.environ:
                reconfigure(errors="replace")
            else:
                reconfigure(encoding="utf-8", errors="replace")


def drop_stdout() -> None:
    """Let what is still to be printed go nowhere: the interpreter must not fail on it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if isinstance(sys.stdout, Output) and isinstance(sys.stdout.buffer, _Closed):
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open to the end of the process


S = TypeVar("S", bound="_Shared")


class _Shared(io.TextIOWrapper):
    """A stream over the buffer of another one, which stays as it is."""

    beneath: io.TextIOWrapper
    """The other one: it closes the buffer when nobody knows it any more."""

    @classmethod
    def over(cls: type[S], stream: io.TextIOWrapper) -> S:
        """A stream of ours that writes where ``stream`` does."""
        stream.flush()
        own = cls(
            stream.buffer, stream.encoding, stream.errors, line_buffering=stream.line_buffering,
            write_through=stream.write_through,
        )  # fmt: skip
        own.beneath = stream
        return own

    def close(self) -> None:
        """Write what is waiting; the buffer is closed by whom it belongs to."""
        with contextlib.suppress(OSError, ValueError, UsageError):
            self.flush()


class Output(_Shared):
    """Standard output, whose faults are errors of ours; a reader that has gone is none."""

    def write(self, text: str) -> int:
        """Write a text. Raises ``UsageError`` RI042 and ``BrokenPipeError``."""
        with _told():
            return super().write(text)

    def flush(self) -> None:
        """Write what is waiting. Raises as ``write`` does."""
        with _told():
            super().flush()


class Messages(_Shared):
    """Standard error: what cannot be told there is not told, and the exit code stays what it is."""

    def write(self, text: str) -> int:
        """Write a text if that is possible."""
        with contextlib.suppress(OSError):
            super().write(text)
        return len(text)

    def flush(self) -> None:
        """Write what is waiting if that is possible."""
        with contextlib.suppress(OSError):
            super().flush()


class _Closed(io.BufferedIOBase):
    """What is behind a standard output that was closed before the program began."""

    def writable(self) -> bool:
        return True

    def write(self, _: object) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        from resilience_index.runs.folder import reason_of

        raise UsageError(UNWRITABLE, reason=reason_of(error)) from error
