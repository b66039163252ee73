"""One changed function in a process that has collected every test already: a trial costs its tests and nothing else."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path
from types import CodeType, FunctionType

import pytest
import trials
from changes import Change
from trials import Outcome

Key = tuple[str, str, int]


class Loop:
    """A plugin of pytest that does ``work`` in the place of running the tests that were collected."""

    def __init__(self, work: Callable[[Loop], None]) -> None:
        self.work = work
        self.items: dict[str, pytest.Item] = {}
        self.functions: dict[Key, list[FunctionType]] = {}
        self.failed = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        _import_all(session.config.rootpath)
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and "resilience_index" in each.__code__.co_filename:
                self.functions.setdefault(_key(each.__code__), []).append(each)
        gc.freeze()
        self.work(self)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def trial(self, tests: list[str], seconds: float, pairs: list[tuple[FunctionType, CodeType]]) -> Outcome:
        """What the tests say of functions with other code; of none it is the control."""
        items = [self.items[name] for name in tests]

        def run() -> tuple[int, str]:
            for function, code in pairs:
                function.__code__ = code
            for item, following in zip_longest(items, items[1:]):
                item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
                if self.failed:
                    return 1, self.failed
            return 0, ""

        return trials.forked(run, seconds)

    def changed(self, change: Change, path: Path, source: bytes) -> list[tuple[FunctionType, CodeType]]:
        """The live functions that a change is in, each with its changed code; none where that cannot be."""
        before, after = (compile(text, str(path), "exec") for text in (source, change.applied(source)))
        pairs = []
        for old, new in _differing(before, after):
            for function in self.functions.get(_key(old), ()):
                if len(new.co_freevars) != len(old.co_freevars):
                    return []
                pairs.append((function, new))
        return pairs


def _import_all(root: Path) -> None:
    """Every module of the program: many are loaded when they are first needed, which would be in every trial."""
    for path in sorted((root / "resilience_index").rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if parts[-1] != "__main__":
            importlib.import_module(".".join(part for part in parts if part != "__init__"))


def _key(code: CodeType) -> Key:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _differing(before: CodeType, after: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """The functions of a module, or of its classes, whose code differs."""
    pairs = zip(_inner(before), _inner(after), strict=False)
    for old, new in pairs:
        if old != new:
            yield old, new
            yield from _differing(old, new)


def _inner(code: CodeType) -> list[CodeType]:
    return [each for each in code.co_consts if isinstance(each, CodeType)]


def with_all_collected(files: list[str], marked: str, work: Callable[[Loop], None]) -> None:
    """Collect tests and do ``work``, whose output goes where it went before."""
    loop = Loop(work)
    silent, shown = os.open(os.devnull, os.O_RDWR), os.dup(1)
    os.dup2(silent, 1)
    try:
        with contextlib.suppress(SystemExit):
            pytest.main([*trials.PYTEST, "-m", marked, *files], plugins=[loop])
    finally:
        os.dup2(shown, 1)
    if not loop.items:
        raise RuntimeError("no test was collected")
