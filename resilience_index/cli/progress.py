"""How far a batch is, on stderr: one line that is written over on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time

from resilience_index.cli.language import t
from resilience_index.cli.output import safe
from resilience_index.cli.width import cells

_EVERY = 10.0
"""Seconds between the lines of a stream that is no terminal."""


class Progress:
    """Counts items that ended; says the rate and the time that is left."""

    def __init__(self, total: int, *, quiet: bool) -> None:
        self.total, self.quiet = total, quiet
        self.ended = self.failed = self.kept = 0
        self.start = self.last = time.monotonic()
        self.terminal = sys.stderr.isatty()
        self.wide = 0

    def add(self, name: str, *, failed: bool, kept: bool, why: str = "") -> None:
        """One more item has ended; a failure is told at once."""
        self.ended += 1
        self.failed += failed
        self.kept += kept
        if self.quiet:
            return
        if failed and not kept:
            self.clear()
            print(safe(t(f"failed: {name}: {why}", f"失败：{name}：{why}")), file=sys.stderr, flush=True)
        now = time.monotonic()
        if self.terminal:
            self._over(self.line(now, name))
        elif now - self.last >= _EVERY and self.ended < self.total:
            self.last = now
            print(self.line(now), file=sys.stderr, flush=True)

    def line(self, now: float, name: str = "") -> str:
        """The state in one line. Kept items take no time: they do not count for the rate."""
        done, rest = self.ended - self.kept, self.total - self.ended
        passed = max(now - self.start, 1e-9)
        text = f"{self.ended}/{self.total}"
        if done:
            rate = done / passed
            text += t(
                f", {speed(rate)}, about {clock(rest / rate)} left", f"，{speed(rate)}，约剩 {clock(rest / rate)}"
            )
        if self.failed:
            text += t(f", {self.failed} failed", f"，失败 {self.failed}")
        return safe(f"{text}  {name}" if name else text)

    def end(self) -> None:
        """Take the line away and say how it went."""
        self.clear()
        if self.ended and not self.quiet:
            passed = clock(time.monotonic() - self.start)
            done = self.ended - self.failed
            so_far = "" if self.ended == self.total else f"，已处理 {self.ended}"
            print(
                t(f"{self.ended} of {self.total} items: {done} done, {self.failed} failed, "
                  f"{self.kept} of them from before, in {passed}",
                  f"共 {self.total} 项{so_far}：完成 {done}，失败 {self.failed}，"
                  f"其中沿用先前 {self.kept}，用时 {passed}"),
                file=sys.stderr, flush=True,
            )  # fmt: skip

    def _over(self, text: str) -> None:
        import shutil

        width = shutil.get_terminal_size().columns - 1
        while cells(text) > width:
            text = text[:-1]
        print("\r" + text + " " * max(0, self.wide - cells(text)), end="", file=sys.stderr, flush=True)
        self.wide = cells(text)

    def clear(self) -> None:
        """Take the line away."""
        if self.terminal and self.wide:
            print("\r" + " " * self.wide + "\r", end="", file=sys.stderr, flush=True)
            self.wide = 0


class Counted:
    """Counts the files of a command that makes many of one kind; says nothing where they are quick."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self._line: Progress | None = None

    def tell(self, name: str, total: int) -> None:
        """One more is made. The clock starts where the first one ends, so that one has no time."""
        first = self._line is None
        if self._line is None:
            self._line = Progress(total, quiet=self.quiet)
        self._line.add(name, failed=False, kept=first)

    def end(self) -> None:
        """Take the line away."""
        if self._line is not None:
            self._line.clear()


def speed(rate: float) -> str:
    """``2.4/s``, or by the minute where that is less than one a second."""
    return f"{rate:.1f}/s" if rate >= 1 else f"{rate * 60:.1f}/min"


def clock(seconds: float) -> str:
    """``0:07``, ``12:30``, ``3:05:00``."""
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
