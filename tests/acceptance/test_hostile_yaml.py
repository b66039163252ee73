"""Hostile YAML files through the real command, each in a process with limits: refused with their place, at once."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from acceptance_tools import ROOT, environment

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs the resource module")

SECONDS = 1.0
MEGABYTES = 150
ADDRESS_SPACE = 4 * 1024**3
HEAD = "schema: resilience-index/framework/1\nid: x\nversion: 1.0.0\ntitle: {zh: 甲, en: X}\n"
# A process of its own, so that its memory is measured alone; the limits keep a fault from harming the machine.
RUN = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]), int(sys.argv[1])))
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
child = os.fork()
if not child:
    os.execv(sys.executable, [sys.executable, "-m", "resilience_index", *sys.argv[2:]])
_, status, used = os.wait4(child, 0)
unit = 1024**2 if sys.platform == "darwin" else 1024
print("\\n@", os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss / unit, flush=True)
"""


@dataclass(frozen=True)
class Hostile:
    """A file, the code and exit code it is refused with, and the place."""

    name: str
    content: Callable[[], bytes] | None
    code: str
    exit_code: int
    place: str = ""


def _text(text: str) -> Callable[[], bytes]:
    return text.encode


def _laughs() -> bytes:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return (HEAD + "\n".join(lines)).encode()


def _merges() -> bytes:
    lines = ["a0: {k0: 1}", *(f"a{n}: {{<<: [*a{n - 1}, *a{n - 1}], k{n}: 1}}" for n in range(1, 25))]
    return (HEAD + "\n".join(lines)).encode()


FILES = (
    Hostile("an alias bomb", _laughs, "RI103", 2, "5:5"),
    Hostile("a merge-key bomb", _merges, "RI103", 2, "6:6"),
    Hostile("a merge key alone", _text(HEAD + "tree:\n  <<: {id: y}\n"), "RI103", 2, "6:3"),
    Hostile("an anchor", _text(HEAD + "notes: &a []\n"), "RI103", 2, "5:8"),
    Hostile("61 brackets", _text("a: " + "[" * 60 + "]" * 60), "RI105", 2, "1:63"),
    Hostile("100,000 brackets", _text(HEAD + "a: " + "[" * 100_000), "RI105", 2, "5:63"),
    Hostile("100,000 braces", _text(HEAD + "a: " + "{a: " * 100_000), "RI105", 2, "5:240"),
    Hostile("3,000 indented keys", lambda: b"".join(b" " * n + b"a:\n" for n in range(3000)), "RI105", 2, "61:61"),
    Hostile("100,000 question marks", _text("? " * 100_000), "RI105", 2, "1:121"),
    Hostile("100,000 dashes", _text("a:\n" + "- " * 100_000), "RI105", 2, "2:119"),
    Hostile("a Python call", _text(HEAD + "a: !!python/object/apply:os.system ['touch hacked']\n"), "RI104", 2, "5:4"),
    Hostile("a Python name", _text(HEAD + "a: !!python/name:os.system\n"), "RI104", 2, "5:4"),
    Hostile("a tag of one's own", _text(HEAD + "a: !include /etc/passwd\n"), "RI104", 2, "5:4"),
    Hostile("a tag directive", _text("%TAG ! tag:yaml.org,2002:python/\n---\na: !name:os x\n"), "RI104", 2, "3:4"),
    Hostile("a second document", _text(HEAD + "---\na: 1\n"), "RI106", 2, "5:1"),
    Hostile("100 MB", None, "RI108", 2),
    Hostile("a million items", _text(HEAD + "a: [" + "1," * 1_000_000 + "1]"), "RI109", 2, "5:"),
    Hostile("700,000 keys", lambda: b"".join(b"k%d: 1\n" % n for n in range(700_000)), "RI109", 2, "150000:10"),
    Hostile("a key that stands twice", _text(HEAD + "id: y\n"), "RI101", 1, "5:1"),
    Hostile("a million equal keys", _text(HEAD + "a: 1\n" * 1_000_000), "RI101", 1, "6:1"),
    Hostile("a number as a key", _text(HEAD + "12: y\n"), "RI102", 1, "5:1"),
    Hostile("a list as a key", _text(HEAD + "? [a, b]\n: y\n"), "RI102", 1, "5:3"),
    Hostile("a scalar of 7 MB", _text(HEAD + "a: " + "x" * 7_000_000), "RI112", 1, "5:1"),
    Hostile("an open quote over 7 MB", _text(HEAD + 'a: "' + "x\n" * 3_500_000), "RI100", 1, "5:4"),
    Hostile("a number of 7 million digits", _text(HEAD + "scale: " + "9" * 7_000_000), "RI112", 1, "5:1"),
    Hostile("comments of 7 MB", _text("#\n" * 3_500_000), "RI004", 2),
    Hostile("a control character", _text(HEAD + "a: \x1b[31mred\n"), "RI115", 2, "5:4"),
    Hostile("UTF-16", lambda: HEAD.encode("utf-16"), "RI005", 2),
    Hostile("bytes of no encoding", lambda: HEAD.encode() + b"\xff\xfe\x80", "RI006", 2),
)  # fmt: skip


@dataclass(frozen=True)
class Used:
    """How a run went: what it said, its exit code, processor seconds and megabytes at their most."""

    said: str
    code: int
    seconds: float
    megabytes: float


def _run(*arguments: str, cwd: Path) -> Used:
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(ADDRESS_SPACE), *arguments],
        cwd=cwd, env=environment() | {"PYTHONPATH": str(ROOT)}, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    said, _, end = done.stdout.decode("utf-8").rpartition("\n@ ")
    code, seconds, megabytes = end.split()
    return Used(said + done.stderr.decode("utf-8"), int(code), float(seconds), float(megabytes))


def test_every_hostile_file_is_refused_at_its_place_within_a_second(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "sound.yaml").write_text("schema: resilience-index/judgments/1\nexperts: []\n", encoding="utf-8")
    sound = [_run("validate", "sound.yaml", "-f", "toe", cwd=tmp_path) for _ in range(3)]
    base = Used("", 0, *(statistics.median(getattr(x, name) for x in sound) for name in ("seconds", "megabytes")))
    faults, worst, largest = [], 0.0, 0.0
    for number, file in enumerate(FILES):
        path = tmp_path / f"{number:02}.yaml"
        if file.content is None:
            with path.open("wb") as stream:
                stream.truncate(100 * 1024 * 1024)
        else:
            path.write_bytes(file.content())
        used = _run("validate", path.name, "--format", "concise", cwd=tmp_path)
        seconds, megabytes = used.seconds - base.seconds, used.megabytes - base.megabytes
        worst, largest = max(worst, seconds), max(largest, megabytes)
        place = rf"^{path.name}:{file.place}.*{file.code} " if file.place else rf"^{path.name}: {file.code} "
        told = re.search(place, used.said, re.MULTILINE) is not None
        sound_end = used.code == file.exit_code and "Traceback" not in used.said
        if not (told and sound_end and seconds < SECONDS and megabytes < MEGABYTES):
            faults.append((file.name, used.code, round(seconds, 2), round(megabytes), used.said[:300]))
        path.unlink()
    with capsys.disabled():
        print(f"\nhostile YAML: {len(FILES)} files, worst {worst:.2f} s and {largest:.0f} MB above a sound file")
    assert not faults
    assert not (tmp_path / "hacked").exists()


@pytest.mark.parametrize("call", [
    ("score", "data.csv", "-f", "bad.yaml"), ("score", "-c", "bad.yaml"), ("show", "bad.yaml"),
    ("score", "data.csv", "-f", "toe", "--weights", "ahp", "-j", "bad.yaml"), ("weights", "-f", "bad.yaml"),
], ids=" ".join)  # fmt: skip
def test_every_door_refuses_a_bomb(call: tuple[str, ...], tmp_path: Path):
    (tmp_path / "bad.yaml").write_bytes(_laughs())
    (tmp_path / "data.csv").write_text("community_id\n1\n", encoding="utf-8")
    used = _run(*call, cwd=tmp_path)
    assert (used.code, "bad.yaml:5:5: RI103 error" in used.said) == (2, True), used.said
