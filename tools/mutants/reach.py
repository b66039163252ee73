"""Which test reaches which line: a plugin of pytest, and what it wrote."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import coverage
import pytest
from known import packed


class Reach:
    """Counts lines under the name of the test that runs, its fixtures included."""

    def __init__(self, root: Path, rooms: list[str], out: Path) -> None:
        self.root, self.out = root, out
        self.coverage = coverage.Coverage(
            data_file=None, config_file=False, include=[str(root / room / "*") for room in rooms]
        )
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()
        self.coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.coverage.switch_context(item.nodeid)
        start = time.process_time()
        try:
            return (yield)  # type: ignore[return-value]
        finally:
            self.seconds[item.nodeid] = time.process_time() - start
            self.coverage.switch_context("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed:  # a skipped test tells nothing either
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        self.coverage.stop()
        data = self.coverage.get_data()
        tests = {name: round(seconds, 4) for name, seconds in self.seconds.items() if name not in self.failed}
        lines: dict[str, dict[str, list[str]]] = {}
        for file in data.measured_files():
            name = Path(file).relative_to(self.root).as_posix()
            lines[name] = {
                str(line): sorted(test for test in names if test in tests)
                for line, names in data.contexts_by_lineno(file).items()
            }
        content: dict[str, Any] = {
            "tests": tests,
            "failed": sorted(self.failed),
            "lines": lines,
            "modules": sorted(name for name, module in sys.modules.items() if _outside(module, self.root)),
        }
        packed(content, self.out)


def _outside(module: Any, root: Path) -> bool:
    file = getattr(module, "__file__", None)
    return bool(file) and not str(file).startswith(str(root)) and module.__name__ not in ("__main__", __name__)


def pytest_configure(config: pytest.Config) -> None:
    """Start counting, before the program is imported."""
    root, *rooms = os.environ["REACH_ROOMS"].split(os.pathsep)
    config.pluginmanager.register(Reach(Path(root), rooms, Path(os.environ["REACH_OUT"])))
