"""The fuzzers themselves: seeds that are taken, a few mutations of each without a crash, and a crash that is told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
import targets

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", targets.BY_NAME)
def test_seeds_are_taken_and_mutations_are_no_crash(name: str, runs: Path) -> None:
    target = targets.BY_NAME[name]
    seeds = target.seeds()
    taken = [targets.once(target, data) for data in seeds]
    assert any(taken), "no seed reaches the end"
    choose = Random(20240601)
    for _ in range(25):
        targets.once(target, target.mutation(choose.choice(seeds), choose, seeds))


def test_mutations_are_decided_by_the_seed(runs: Path) -> None:
    for target in targets.TARGETS:
        if target.name != "keys":  # which are made anew
            seeds = target.seeds()
            made = [target.mutation(seeds[0], Random(7), seeds) for _ in range(2)]
            assert made[0] == made[1], target.name


def test_an_untouched_bundle_is_verified(runs: Path) -> None:
    assert targets.verified(runs / "two")
    assert not targets.verified(runs / "one"), "it is not signed"


def test_what_crashes_is_kept_with_its_place(tmp_path: Path) -> None:
    """A target that fails at some inputs: counted, kept, and the exit code is 1."""
    script = (
        "import sys; sys.path[:0] = [r'FUZZ', r'ROOT']\n"
        "import targets\n"
        "genuine = targets.flags\n"
        "def failing(file, pick):\n"
        "    if pick % 3 == 0: raise ZeroDivisionError\n"
        "    genuine(file, pick)\n"
        "import dataclasses\n"
        "targets.BY_NAME['flags'] = dataclasses.replace(targets.BY_NAME['flags'], run=failing)\n"
        "import worker\n"
        "worker.main()\n"
    )
    script = script.replace("FUZZ", str(ROOT / "fuzz")).replace("ROOT", str(ROOT))
    command = [sys.executable, "-c", script, "flags", "--seconds", "1", "--seed", "1", "--scratch", str(tmp_path / "s"),
               "--found", str(tmp_path / "found"), "--engine", "seeded"]  # fmt: skip
    (tmp_path / "s").mkdir()
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    tally = json.loads((tmp_path / "s" / "tally.json").read_bytes())
    kinds = list(tally["crashes"])
    assert [kind.split()[0] for kind in kinds] == ["ZeroDivisionError"]
    assert 0 < tally["crashes"][kinds[0]] < tally["inputs"]
    kept = sorted(path.suffix for path in (tmp_path / "found").iterdir())
    assert set(kept) == {".input", ".txt"}


def test_the_runner_counts_and_has_an_exit_code(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "fuzz" / "run.py"), "keys", "--seconds", "1", "--engine", "seeded",
               "--found", str(tmp_path)]  # fmt: skip
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 targets" in done.stdout
    figures = json.loads((tmp_path / "runs.jsonl").read_text("utf-8"))
    assert figures["inputs"] > 50
    assert figures["crashes"] == {}
