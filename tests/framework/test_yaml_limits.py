"""Hostile YAML files cost neither time nor memory: under a second, under 150 MB, exit code 2, no crash."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS = 1.0
MEGABYTES = 150
# One process for all files: a crash of the parser would end it.
_RUN = """
import resource, sys, time
from pathlib import Path
from resilience_index.errors import ResilienceError
from resilience_index.framework.loading import load_framework
load_framework("toe")
unit = 1024 ** 2 if sys.platform == "darwin" else 1024
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sorted(Path(sys.argv[1]).iterdir()):
    start = time.process_time()
    try:
        load_framework(path)
    except ResilienceError as error:
        code, exit_code = error.code, error.exit_code
    else:
        code, exit_code = "loaded", 0
    spent = time.process_time() - start
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(path.stem, code, exit_code, spent, grown / unit, flush=True)
"""


def _billion_laughs() -> bytes:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    return "\n".join(lines).encode()


def _merge_keys() -> bytes:
    lines = ["a0: &a0 {k0: 1}"]
    lines += [f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: 1}}" for n in range(1, 25)]
    return "\n".join(lines).encode()


FILES = {
    "alias bomb": (_billion_laughs, "RI103", 2),
    "merge-key bomb": (_merge_keys, "RI103", 2),
    "lists nested 61 deep": (lambda: b"a: " + b"[" * 60 + b"]" * 60, "RI105", 2),
    "lists nested 100,000 deep": (lambda: b"a: " + b"[" * 100_000, "RI105", 2),
    "mappings nested 100,000 deep": (lambda: b"a: " + b"{a: " * 100_000, "RI105", 2),
    "blocks nested 3,000 deep": (lambda: b"".join(b" " * n + b"a:\n" for n in range(3_000)), "RI105", 2),
    "question marks": (lambda: b"? " * 100_000, "RI105", 2),
    "dashes": (lambda: b"- " * 100_000, "RI105", 2),
    "100 MB": (None, "RI108", 2),
    "Python tag": (lambda: b"a: !!python/object/apply:os.system ['touch hacked']", "RI104", 2),
    "a million short items": (lambda: b"a: [" + b"1," * 1_000_000 + b"1]", "RI109", 2),
    "a million equal keys": (lambda: b"a: 1\n" * 1_000_000, "RI001", 1),
    "a scalar of 7 MB": (lambda: b"schema: " + b"x" * 7_000_000, "RI001", 1),
    "a key of 7 MB": (lambda: b"? " + b"x" * 7_000_000 + b"\n: 1", "RI001", 1),
    "an open quote over 7 MB": (lambda: b'a: "' + b"x\n" * 3_500_000, "RI001", 1),
    "comments of 7 MB": (lambda: b"#\n" * 3_500_000, "RI004", 2),
    "a number of 7 million digits": (lambda: b"schema: " + b"9" * 7_000_000, "RI001", 1),
}


@pytest.mark.skipif(os.name == "nt", reason="needs the resource module")
def test_hostile_files_are_refused_within_the_limits_of_time_and_memory(tmp_path: Path):
    folder = tmp_path / "files"
    folder.mkdir()
    for number, (make, _, _) in enumerate(FILES.values()):
        path = folder / f"{number:02}.yaml"
        if make is None:
            with path.open("wb") as stream:
                stream.truncate(100 * 1024 * 1024)
        else:
            path.write_bytes(make())
    command = [sys.executable, "-c", _RUN, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120, check=False)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert (done.returncode, len(lines)) == (0, len(FILES)), done.stderr[-2000:]
    faults = []
    for (name, (_, expected, expected_exit)), line in zip(FILES.items(), lines, strict=True):
        _, code, exit_code, seconds, megabytes = line
        # Hundreds of thousands of items are read before they are too many.
        limit = SECONDS * (2 if code == "RI109" else 1)
        if (
            (code, int(exit_code)) != (expected, expected_exit)
            or float(seconds) > limit
            or float(megabytes) > MEGABYTES
        ):
            faults.append((name, line))
    assert not faults
    assert not (tmp_path / "hacked").exists()
