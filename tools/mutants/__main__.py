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
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import known
import trials
from changes import Change, changes
from known import ROOMS, ROOT

TESTS = (
    "tests/methods", "tests/scoring", "tests/audit", "tests/analysis", "tests/acceptance",
    "tests/framework/test_method_calls.py", "tests/framework/test_grading_files.py",
    "tests/framework/test_judgments.py", "tests/framework/test_judgment_forms.py",
)  # fmt: skip
COPIED = ("resilience_index", "tests", "indicators", "sample_data", "docs", "tools", "pyproject.toml", "README.md")
BUDGET = 60.0
"""Seconds of tests for one change at most; what they do not notice counts as not noticed."""


def main() -> None:
    """Draw, try, tell."""
    asked = _asked()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        root = Path(folder)
        _copy(root)
        _environment(root)
        reach = known.reach(root, list(asked.tests))
        every = {room: list(_all(root, room)) for room in ROOMS}
        drawn = _drawn(every, asked.count, asked.seed, root)
        if asked.only:
            wanted = [tuple(line.rsplit(":", 1)) for line in asked.only]
            drawn = [c for changes in every.values() for c in changes if (c.file, str(c.line)) in wanted]
        print(f"{sum(map(len, every.values()))} changes possible, {len(drawn)} tried, seed {asked.seed}", flush=True)
        trials.load(reach["modules"])
        trials.steady()
        assert not any(name.partition(".")[0] == "resilience_index" for name in sys.modules)
        os.chdir(root)
        sys.path.insert(0, str(root))
        _report(_tried(drawn, Selection(reach), root), every, asked)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=int(os.environ.get("MUTANTS", "600")))
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED", "1")))
    parser.add_argument("--tests", nargs="+", default=list(TESTS), help="tests that may notice")
    parser.add_argument("--only", nargs="+", help="FILE:LINE …: every change of these lines instead of a sample")
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

    def __init__(self, reach: dict[str, Any]) -> None:
        self.seconds: dict[str, float] = reach["tests"]
        self.lines: dict[str, dict[str, list[str]]] = reach["lines"]

    def chosen(self, change: Change) -> tuple[list[list[str]], float, bool]:
        """The tests in two helpings, their seconds together, and whether they reach the very statement."""
        lines = self.lines.get(change.file, {})
        names = {test for line in range(change.first, change.last + 1) for test in lines.get(str(line), ())}
        reached = bool(names)
        if not change.inside or not names:  # runs on import, or in another process: whoever uses the module
            names = names | {test for found in lines.values() for test in found}
        seconds, chosen = 0.0, []
        for test in sorted(names, key=lambda test: (self.seconds[test], test)):
            seconds += self.seconds[test]
            if seconds > BUDGET:
                break
            chosen.append(test)
        return self._helpings(chosen), seconds, reached

    def _helpings(self, chosen: list[str]) -> list[list[str]]:
        """First the quick tests of few files: reading all test files takes longer than most tests."""
        by_file: dict[str, list[str]] = {}
        for test in chosen:
            by_file.setdefault(test.partition("::")[0], []).append(test)
        files = sorted(by_file, key=lambda file: -len(by_file[file]))[:5]
        seconds, first = 0.0, []
        for test in chosen:
            if test.partition("::")[0] in files and seconds < 5:
                seconds += self.seconds[test]
                first.append(test)
        rest = [test for test in chosen if test not in set(first)]
        return [part for part in (first, rest) if part]


def _tried(drawn: list[Change], selection: Selection, root: Path) -> list[dict[str, Any]]:
    results = []
    start = time.monotonic()
    for place, change in enumerate(drawn, 1):
        helpings, seconds, reached = selection.chosen(change)
        outcome = trials.Outcome(False, "no test reaches the module")
        with trials.changed(root / change.file, change.applied((root / change.file).read_bytes())):
            for tests in helpings:
                outcome = trials.trial(tests, 20 + 5 * seconds)
                if outcome.noticed:
                    break
        results.append({**asdict(change), "noticed": outcome.noticed, "test": outcome.test, "reached": reached})
        if not outcome.noticed:
            print(_line(results[-1]), flush=True)
        if place % 25 == 0:
            kept = sum(not result["noticed"] for result in results)
            print(f"[{place} of {len(drawn)}, {kept} not noticed, {time.monotonic() - start:.0f} s]", flush=True)
    return _sound(results)


def _sound(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without those that were noticed by a test which fails, run so, on the unchanged program too."""
    tests = sorted({result["test"] for result in results if "::" in result["test"]})
    false = set()
    for place in range(0, len(tests), 40):
        part = tests[place : place + 40]
        while part and (outcome := trials.trial(part, 600)).noticed:
            if outcome.test not in part:
                raise RuntimeError(f"the unchanged program: {outcome.test}")
            false.add(outcome.test)
            part = [test for test in part if test != outcome.test]
    print(f"control: {len(tests)} tests that noticed something, run on the unchanged program: {len(false)} fail")
    print(f"noticed by running out of time or dying: {sum(r['test'].startswith('out of') for r in results)}")
    return [result for result in results if result["test"] not in false]


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
