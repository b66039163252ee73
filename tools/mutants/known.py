"""Which test reaches which line: found out once, and again for test files that changed."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("methods", "scoring", "audit")
KEPT = ROOT / ".mutants"
LEFT_OUT = ("hostile_yaml", "startup", "streams", "wheel", "typos", "init", "terminal", "bad_input", "map")
"""Tests of acceptance in processes of their own, and of files that are refused before anything is computed."""

MARKED = "not browser and not office and not wheel"


def packed(found: dict[str, Any], path: Path) -> None:
    """Write what was found, with numbers for the names of tests."""
    number = {name: place for place, name in enumerate(found["tests"])}
    lines = {
        file: {line: [number[name] for name in names if name in number] for line, names in lines.items()}
        for file, lines in found["lines"].items()
    }
    path.write_text(json.dumps({**found, "lines": lines}), encoding="utf-8")


def unpacked(path: Path) -> dict[str, Any]:
    """What ``packed`` wrote."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    names = list(found["tests"])
    found["lines"] = {
        file: {line: [names[place] for place in places] for line, places in lines.items()}
        for file, lines in found["lines"].items()
    }
    return found


def reach(root: Path, asked: list[str]) -> dict[str, Any]:
    """The tests with their seconds, and which of them reach which line.

    What is known of test files that are as they were is kept, as long as the three rooms are as they were.
    """
    rooms = [path for room in ROOMS for path in sorted((root / "resilience_index" / room).rglob("*.py"))]
    kept = KEPT / f"reach-{_digest(rooms)}.json"
    found: dict[str, Any] = {"files": {}, "tests": {}, "failed": [], "lines": {}, "modules": []}
    if kept.exists():
        found = unpacked(kept)
    files = {file: _digest([root / file]) for file in test_files(root, asked)}
    new = [file for file, digest in files.items() if found["files"].get(file) != digest]
    if new:
        start = time.monotonic()
        found = _without(found, set(new))
        _join(found, _found_out(root, new))
        found["files"] |= files
        packed(found, kept)
        print(f"lines reached by {len(new)} test files found out in {time.monotonic() - start:.0f} s", flush=True)
    found = _without(found, set(found["files"]) - set(files))
    print(f"{len(found['tests'])} tests; left out, as they fail or are skipped unchanged: {len(found['failed'])}")
    for name in found["failed"][:20]:
        print(f"  {name}")
    return found


def importers(root: Path) -> dict[str, set[str]]:
    """By which modules of the three rooms each is imported; all as paths of files."""
    found: dict[str, set[str]] = {}
    for room in ROOMS:
        for path in (root / "resilience_index" / room).rglob("*.py"):
            name = path.relative_to(root).as_posix()
            for node in ast.walk(ast.parse(path.read_bytes())):
                if isinstance(node, ast.ImportFrom) and node.module:
                    for module in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
                        file = module.replace(".", "/")
                        for source in (f"{file}.py", f"{file}/__init__.py"):
                            if (root / source).exists():
                                found.setdefault(source, set()).add(name)
    return found


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def test_files(root: Path, asked: list[str]) -> list[str]:
    """The files of tests in files and folders that were asked for."""
    found = [
        path for name in asked for path in ([root / name] if name.endswith(".py") else (root / name).rglob("*.py"))
    ]
    names = sorted(path.relative_to(root).as_posix() for path in found if path.name.startswith("test_"))
    return [name for name in names if Path(name).stem.removeprefix("test_") not in LEFT_OUT]


def _found_out(root: Path, files: list[str]) -> dict[str, Any]:
    KEPT.mkdir(exist_ok=True)
    rooms = os.pathsep.join([str(root), *(f"resilience_index/{room}" for room in ROOMS)])
    out = KEPT / "found.json"
    out.unlink(missing_ok=True)
    with (KEPT / "reach.log").open("w") as log:
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "reach", "-p", "no:cacheprovider", "-m", MARKED, *files],
            cwd=root, check=False, stdout=log, stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(root), str(root / "tools/mutants")]),
                              "REACH_ROOMS": rooms, "REACH_OUT": str(out)},
        )  # fmt: skip
    return unpacked(out)


def compiled(root: Path, asked: list[str]) -> None:
    """Let pytest keep its compiled form of the test files, so that no trial makes it."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--collect-only",
        "-p",
        "no:cacheprovider",
        *test_files(root, asked),
    ]
    subprocess.run(command, cwd=root, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _without(reach: dict[str, Any], files: set[str]) -> dict[str, Any]:
    """What is known but for the tests of some files."""
    kept = {name: seconds for name, seconds in reach["tests"].items() if name.partition("::")[0] not in files}
    lines = {
        file: {line: [name for name in names if name in kept] for line, names in found.items()}
        for file, found in reach["lines"].items()
    }
    failed = [name for name in reach["failed"] if name.partition("::")[0] not in files]
    return {**reach, "tests": kept, "lines": lines, "failed": failed}


def _join(reach: dict[str, Any], found: dict[str, Any]) -> None:
    reach["tests"] |= found["tests"]
    reach["failed"] = sorted({*reach["failed"], *found["failed"]})
    reach["modules"] = sorted({*reach["modules"], *found["modules"]})
    for file, lines in found["lines"].items():
        known = reach["lines"].setdefault(file, {})
        for line, names in lines.items():
            known[line] = [*known.get(line, []), *names]
