"""The processes of a batch: each does one item at a time; one that dies costs its item and nothing else."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from typing import Any

from resilience_index.audit.journal import Entry
from resilience_index.findings import Finding
from resilience_index.runs.batch.item import Wanted, perform, told_of
from resilience_index.scoring.batch import Task

LIFE = 64
"""Items after which a process is replaced: what libraries keep does not add up."""
_FAREWELL = 10.0
"""Seconds that a process has to put its files away after it was told to stop."""
Work = tuple[Task, "Entry | None"]


class _Worker:
    """A process and the pipe to it."""

    def __init__(self, wanted: Wanted, begin: Callable[[], None] | None) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=_serve, args=(theirs, wanted, begin), daemon=True)
        with _no_interrupt():
            self.process.start()
        theirs.close()
        self.done = 0
        self.task: Task | None = None

    def give(self, work: Work) -> None:
        """Send a task; a process that is gone is noticed when its answer is read."""
        self.task = work[0]
        with contextlib.suppress(OSError):
            self.pipe.send(work)

    def answer(self) -> tuple[Entry, bool]:
        """The entry of the task, and whether it is the earlier one; one that says how the process ended."""
        assert self.task is not None
        try:
            answer: tuple[Entry, bool] = self.pipe.recv()
        except (EOFError, OSError):
            self.process.join(_FAREWELL)
            return _lost(self.task, self.process.exitcode), False
        self.done += 1
        return answer

    @property
    def spent(self) -> bool:
        """Whether another process has to take over."""
        return self.done >= LIFE or not self.process.is_alive()

    def stop(self) -> None:
        """Let an idle process end."""
        self.pipe.close()
        self.process.join(_FAREWELL)


def run(
    tasks: Sequence[Task],
    wanted: Wanted,
    earlier: Mapping[str, Entry],
    *,
    workers: int,
    begin: Callable[[], None] | None = None,
) -> Iterator[tuple[Entry, bool]]:
    """Do the tasks in ``workers`` processes; entries come in the order in which the tasks end, as from ``serial``.

    Only as many tasks as there are processes are under way. ``begin`` is called once in every process. When the
    caller stops (Ctrl-C), the processes put away what they were writing and end.
    """
    waiting = deque((task, earlier.get(task.folder)) for task in tasks)
    busy: dict[Any, _Worker] = {}
    try:
        while waiting or busy:
            while waiting and len(busy) < workers:
                worker = _Worker(wanted, begin)
                worker.give(waiting.popleft())
                busy[worker.pipe] = worker
            for pipe in connection.wait(list(busy)):
                worker = busy.pop(pipe)
                answer = worker.answer()
                if waiting and not worker.spent:
                    worker.give(waiting.popleft())
                    busy[pipe] = worker
                else:
                    worker.stop()
                yield answer
    finally:
        _end(list(busy.values()))


def _end(workers: Sequence[_Worker]) -> None:
    """Stop processes in the middle of their work."""
    for worker in workers:
        worker.process.terminate()
    for worker in workers:
        worker.process.join(_FAREWELL)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()
        worker.pipe.close()


def _lost(task: Task, code: int | None) -> Entry:
    """The entry of an item whose process ended by itself: RI608, to be tried again."""
    name = f"exit code {code}"
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            name = signal.Signals(-code).name
    finding = Finding("RI608", params={"item": task.item, "reason": name})
    return Entry(task.folder, "failed", "", 3, findings=[told_of(task, finding)], counted=1)


@contextlib.contextmanager
def _no_interrupt() -> Iterator[None]:
    """Let processes that are made meanwhile ignore Ctrl-C: the one who made them tells them to stop."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _serve(pipe: Any, wanted: Wanted, begin: Callable[[], None] | None) -> None:
    """Do what comes through the pipe, until it is closed or the batch is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_watch, daemon=True).start()
    if begin is not None:
        begin()
    while True:
        try:
            task, earlier = pipe.recv()
        except (EOFError, OSError):
            return
        entry = perform(task, wanted, earlier)
        pipe.send((entry, entry is earlier))


def _leave(*_: object) -> None:
    """End by unwinding: what was being written is put away, and a second request does not break into that."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(1)


def _watch() -> None:
    """End at once when the batch was killed: nobody would take the answer, and the next one needs the folder."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
