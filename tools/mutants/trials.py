"""Running tests against one changed module, in a process that has every library loaded already."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

MEMORY = 6 << 30
PYTEST = ("-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", "-W", "ignore::pytest.PytestAssertRewriteWarning")


@dataclass(frozen=True)
class Outcome:
    """What the tests said: ``test`` is the one that failed, or why there is none."""

    noticed: bool
    test: str


class _First:
    """Notes the first test that failed, and runs them in the order asked for."""

    def __init__(self, order: list[str]) -> None:
        self.order = {name: place for place, name in enumerate(order)}
        self.test = ""
        self.ran = 0

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self.order.get(item.nodeid, len(self.order)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.ran += report.when == "call"
        if report.failed and not self.test:
            self.test = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and not self.test:
            self.test = report.nodeid


def load(modules: list[str]) -> None:
    """Import libraries, so that no trial has to. Nothing of the program, and no test, may be loaded."""
    for name in modules:
        with contextlib.suppress(BaseException):
            importlib.import_module(name)


def steady() -> None:
    """The same examples in every trial, and no time lost in looking for smaller ones."""
    from hypothesis import Phase, settings

    phases = (Phase.explicit, Phase.generate)
    settings.register_profile("mutants", derandomize=True, database=None, deadline=None, phases=phases)
    settings.load_profile("mutants")


@contextlib.contextmanager
def changed(path: Path, content: bytes) -> Iterator[None]:
    """A file with another content for a while. Compiled files are told apart by its time, which is put back too."""
    before, times = path.read_bytes(), path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns + 7_000_000_000))
    try:
        yield
    finally:
        path.write_bytes(before)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def trial(tests: list[str], seconds: float) -> Outcome:
    """Read and run tests in a copy of this process until one fails."""

    def run() -> tuple[int, str]:
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silent, stream)
        first = _First(tests)
        return int(pytest.main([*PYTEST, *tests], plugins=[first])), first.test

    return forked(run, seconds)


def forked(run: Callable[[], tuple[int, str]], seconds: float) -> Outcome:
    """What ``run`` gives in a copy of this process; out of ``seconds`` of the processor counts as failed."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        _answer(run, seconds, write)
    os.close(write)
    try:
        return _heard(read, time.monotonic() + 60 + 6 * seconds)
    finally:
        os.close(read)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _heard(read: int, until: float) -> Outcome:
    heard = b""
    while not heard.endswith(b"\n"):  # processes left behind may keep the pipe open
        ready, _, _ = select.select([read], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            return Outcome(True, "out of time")
        part = os.read(read, 65536)
        if not part:
            break
        heard += part
    if not heard:
        return Outcome(True, "out of time, or the process died")
    answer: dict[str, Any] = json.loads(heard)
    if answer["code"] == 0:
        return Outcome(False, "")
    if answer["code"] == pytest.ExitCode.NO_TESTS_COLLECTED:
        raise RuntimeError("no test was collected")
    return Outcome(True, answer["test"] or f"pytest ended with {answer['code']}")


def _answer(run: Callable[[], tuple[int, str]], seconds: float, write: int) -> None:
    os.setpgid(0, 0)
    limit = int(seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.dont_write_bytecode = True
    code, test = -1, "the process died"
    try:
        code, test = run()
    finally:
        os.write(write, json.dumps({"code": code, "test": test}).encode() + b"\n")
        os._exit(0)
