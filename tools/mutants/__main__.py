"""Mutation testing: how many small changes of the program do the tests notice?

``make mutants`` draws MUTANTS changes by SEED from ``methods``, ``scoring`` and ``audit``, each room in proportion
(MUTANTS=0: all of them), and runs the tests that reach the changed line until one fails. It prints the share that was
noticed in each room with a 95 % interval (Wilson 1927), and every change that no test noticed. Everything happens in a
copy of the tree, one change after the other.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import known
import swap
import trials
from changes import Change, changes
from known import ROOMS, ROOT

TESTS = (
    "tests/methods", "tests/scoring", "tests/audit", "tests/analysis", "tests/acceptance",
    "tests/framework/test_method_calls.py", "tests/framework/test_grading_files.py",
    "tests/framework/test_judgments.py", "tests/framework/test_judgment_forms.py",
)  # fmt: skip
COPIED = ("resilience_index", "tests", "indicators", "sample_data", "docs", "tools", "pyproject.toml", "README.md")
BUDGET = 12.0
"""Seconds of tests for one change at most; what they do not notice counts as not noticed."""


def main() -> None:
    """Draw, try, tell."""
    asked = _asked()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        root = Path(folder)
        _copy(root)
        _environment(root)
        reach = known.reach(root, list(asked.tests))
        every = {room: list(_all(root, room)) for room in ROOMS}
        drawn = _drawn(every, asked.count, asked.seed, root)
        if asked.inside:
            drawn = [change for change in drawn if change.inside]
        if asked.only:
            wanted = [tuple(line.rsplit(":", 1)) for line in asked.only]
            drawn = [c for changes in every.values() for c in changes if (c.file, str(c.line)) in wanted]
        print(f"{sum(map(len, every.values()))} changes possible, {len(drawn)} tried, seed {asked.seed}", flush=True)
        known.compiled(root, list(asked.tests))
        trials.load(reach["modules"])
        trials.steady()
        assert not any(name.partition(".")[0] == "resilience_index" for name in sys.modules)
        os.chdir(root)
        sys.path.insert(0, str(root))
        results = Trials(drawn, Selection(reach, root), root).run(known.test_files(root, list(asked.tests)))
        _report(results, every, asked)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=int(os.environ.get("MUTANTS", "600")))
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED", "1")))
    parser.add_argument("--tests", nargs="+", default=list(TESTS), help="tests that may notice")
    parser.add_argument("--only", nargs="+", help="FILE:LINE …: every change of these lines instead of a sample")
    parser.add_argument("--inside", action="store_true", help="only changes inside functions, which are quick to try")
    parser.add_argument("--out", type=Path, help="write every outcome to this file (JSON)")
    return parser.parse_args()


def _copy(root: Path) -> None:
    ignore = shutil.ignore_patterns("__pycache__", ".hypothesis", "results")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=ignore, symlinks=True)
        else:
            shutil.copy2(source, root / name)


def _environment(root: Path) -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "ARROW_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    os.environ["PYTHONPATH"] = str(root)
    os.environ.pop("CI", None)
    os.nice(10)


def _all(root: Path, room: str) -> Iterator[Change]:
    for path in sorted((root / "resilience_index" / room).rglob("*.py")):
        yield from changes(path.relative_to(root).as_posix(), path.read_bytes())


def _drawn(every: dict[str, list[Change]], count: int, seed: int, root: Path) -> list[Change]:
    total = sum(map(len, every.values()))
    draw = random.Random(seed)  # noqa: S311 - a sample, no secret
    drawn: list[Change] = []
    for found in every.values():
        size = len(found) if count == 0 else min(len(found), round(count * len(found) / total))
        sound = (change for change in draw.sample(found, len(found)) if _compiles(change, root))
        drawn += [change for change, _ in zip(sound, range(size))]  # noqa: B905 - the first that are Python
    draw.shuffle(drawn)
    return drawn


def _compiles(change: Change, root: Path) -> bool:
    try:
        compile(change.applied((root / change.file).read_bytes()), change.file, "exec")
    except SyntaxError:
        return False
    return True


class Selection:
    """Which tests a change is shown to."""

    def __init__(self, reach: dict[str, Any], root: Path) -> None:
        self.seconds: dict[str, float] = reach["tests"]
        self.lines: dict[str, dict[str, list[str]]] = reach["lines"]
        self.importers = known.importers(root)
        files = set(map(_file, self.seconds))
        self.texts = {file: (root / file).read_text(encoding="utf-8") for file in files}

    def chosen(self, change: Change) -> tuple[list[list[str]], float, bool]:
        """The tests in two helpings, their seconds together, and whether they reach the very statement."""
        lines = self.lines.get(change.file, {})
        names = {test for line in range(change.first, change.last + 1) for test in lines.get(str(line), ())}
        reached, near = bool(names), set[str]()
        if not change.inside or not names:  # runs on import, or in another process: whoever uses or names the module
            word = Path(change.file).stem.partition("_")[0]
            room = change.file.split("/")[1]
            near = {file for file, text in self.texts.items() if word in text and file.startswith(f"tests/{room}")}
            names = names | self._users(change.file) | {test for test in self.seconds if _file(test) in near}
        seconds, chosen = 0.0, []
        for test in self._various(names, near, lines, change):
            seconds += self.seconds[test]
            if seconds > (BUDGET if change.inside else BUDGET / 2):  # those are read anew each time, too
                break
            chosen.append(test)
        return self._helpings(chosen), seconds, reached

    def _various(self, names: set[str], near: set[str], lines: dict[str, list[str]], change: Change) -> Iterator[str]:
        """The four quickest tests of each way past the change, then the others: some ways are taken by few tests."""
        ways: dict[str, list[int]] = {}
        for line in range(change.first - 10, change.last + 11):
            for test in lines.get(str(line), ()):
                ways.setdefault(test, []).append(line)
        order = sorted(names, key=lambda test: (_file(test) not in near, self.seconds[test], test))
        by_way: dict[tuple[int, ...], list[str]] = {}
        for test in order:
            by_way.setdefault(tuple(ways.get(test, ())), []).append(test)
        quickest = {test for found in by_way.values() for test in found[:4]}
        yield from (test for test in order if test in quickest)
        yield from (test for test in order if test not in quickest)

    def _users(self, file: str) -> set[str]:
        """The tests that reach a module or one that imports it; if there are none, go one step further."""
        near, seen, names = {file}, {file}, set[str]()
        while near and not names:
            near |= {user for each in near for user in self.importers.get(each, ())}
            names = {test for each in near for found in self.lines.get(each, {}).values() for test in found}
            near, seen = near - seen, seen | near
        return names

    def _helpings(self, chosen: list[str]) -> list[list[str]]:
        """First the quick tests of few files: reading all test files takes longer than most tests."""
        by_file: dict[str, list[str]] = {}
        for test in chosen:
            by_file.setdefault(_file(test), []).append(test)
        files = sorted(by_file, key=lambda file: -len(by_file[file]))[:5]
        seconds, first = 0.0, []
        for test in chosen:
            if _file(test) in files and seconds < 5:
                seconds += self.seconds[test]
                first.append(test)
        rest = [test for test in chosen if test not in set(first)]
        return [part for part in (first, rest) if part]


def _file(test: str) -> str:
    return test.partition("::")[0]


class Trials:
    """All changes, one after the other: those that run on import first, with the tests read anew for each."""

    def __init__(self, drawn: list[Change], selection: Selection, root: Path) -> None:
        self.drawn, self.selection, self.root = drawn, selection, root
        self.results: list[dict[str, Any]] = []
        self.again: list[Change] = []
        self.start = time.monotonic()
        self.out = os.fdopen(os.dup(1), "w", encoding="utf-8")

    def run(self, files: list[str]) -> list[dict[str, Any]]:
        """Try them, in ``files`` of tests."""
        for change in self.drawn:
            if not change.inside:
                self.one(change, None)
        swap.with_all_collected(files, known.MARKED, self.collected)
        return self.results

    def collected(self, loop: swap.Loop) -> None:
        """What runs with every test collected."""
        try:
            for change in self.drawn:
                if change.inside:
                    self.one(change, loop)
        except KeyboardInterrupt:
            self.say("interrupted; what was tried so far is a sample as well")
        self.control(loop)

    def one(self, change: Change, loop: swap.Loop | None) -> None:
        """Show one change to its tests."""
        helpings, seconds, reached = self.selection.chosen(change)
        path = self.root / change.file
        source = path.read_bytes()
        pairs = [] if loop is None else loop.changed(change, path, source)
        if loop is not None and not pairs:
            self.say(f"left out, as no live function can be changed: {change.file}:{change.line}")
            return
        outcome = trials.Outcome(False, "no test reaches the module")
        if loop is not None:
            helpings = [[test for part in helpings for test in part if test in loop.items]]
        with trials.changed(path, change.applied(source)):
            for tests in helpings:
                if loop is None:
                    outcome = trials.trial(tests, 20 + 5 * seconds)
                else:
                    outcome = loop.trial(tests, 20 + 5 * seconds, pairs)
                if outcome.noticed:
                    break
        result = {**asdict(change), "noticed": outcome.noticed, "test": outcome.test, "reached": reached}
        self.results.append(result)
        if not outcome.noticed:
            self.say(_line(result))
        if len(self.results) % 25 == 0:
            kept = sum(not each["noticed"] for each in self.results)
            passed = time.monotonic() - self.start
            self.say(f"[{len(self.results)} of {len(self.drawn)}, {kept} not noticed, {passed:.0f} s]")

    def say(self, text: str) -> None:
        """Print, whatever pytest has done to the streams."""
        print(text, file=self.out, flush=True)

    def control(self, loop: swap.Loop) -> None:
        """Leave out what was noticed by a test which fails, run so, on the unchanged program too."""
        tests = sorted({result["test"] for result in self.results} & set(loop.items))
        false = set()
        for place in range(0, len(tests), 40):
            part = tests[place : place + 40]
            while part and (outcome := loop.trial(part, 600, [])).noticed:
                if outcome.test not in part:
                    raise RuntimeError(f"the unchanged program: {outcome.test}")
                false.add(outcome.test)
                part = [test for test in part if test != outcome.test]
        late = sum(result["test"].startswith("out of") for result in self.results)
        self.say(f"control: {len(tests)} tests that noticed something, run on the unchanged program: {len(false)} fail")
        self.say(f"noticed by running out of time or dying: {late}")
        self.results = [result for result in self.results if result["test"] not in false]


def _line(result: dict[str, Any]) -> str:
    how = "" if result["reached"] else " (no test reaches the line)" if result["inside"] else " (runs on import)"
    before, after = (" ".join(result[key].split()) for key in ("before", "after"))
    return f"{result['file']}:{result['line']}: {result['kind']}: {before}  ->  {after}{how}"


def wilson(noticed: int, tried: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    z, share = 1.959964, noticed / tried
    middle = share + z * z / (2 * tried)
    half = z * (share * (1 - share) / tried + z * z / (4 * tried * tried)) ** 0.5
    return (middle - half) / (1 + z * z / tried), (middle + half) / (1 + z * z / tried)


def _report(results: list[dict[str, Any]], every: dict[str, list[Change]], asked: argparse.Namespace) -> None:
    if asked.out is not None:
        asked.out.write_text(json.dumps(results, indent=1, ensure_ascii=False), encoding="utf-8")
    print("\nnot noticed:")
    for result in sorted((r for r in results if not r["noticed"]), key=lambda r: (r["file"], r["line"])):
        print("  " + _line(result))
    print(f"\n{'room':10}{'possible':>10}{'tried':>8}{'noticed':>9}{'share':>9}   95 % interval")
    for room in (*ROOMS, "all"):
        of_room = [r for r in results if room in ("all", r["file"].split("/")[1])]
        possible = sum(map(len, every.values())) if room == "all" else len(every[room])
        if of_room:
            noticed = sum(r["noticed"] for r in of_room)
            low, high = wilson(noticed, len(of_room))
            share = f"{noticed / len(of_room):8.1%}"
            print(f"{room:10}{possible:10}{len(of_room):8}{noticed:9}{share:>9}   {low:.1%} to {high:.1%}")


if __name__ == "__main__":
    main()
