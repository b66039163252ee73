"""``make fuzz``: every target for some seconds of processor time; the figures, and the inputs that crash.

    python fuzz/run.py                     all targets, FUZZ_SECONDS (default 60) each
    python fuzz/run.py csv xlsx            some targets
    python fuzz/run.py --replay FILE...    try kept inputs again, with their tracebacks

Inputs that crash are kept in ``fuzz/found`` with their tracebacks, the figures of every run in ``runs.jsonl`` there.
The exit code is 1 when there was a crash.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PATIENCE = 300.0
"""Seconds without a sign of life after which a process is ended: its input hangs."""


@dataclass
class Figures:
    """What came out for a target."""

    target: str
    engine: str
    seed: int
    seconds: float = 0.0
    inputs: int = 0
    taken: int = 0
    slowest: float = 0.0
    crashes: dict[str, int] = field(default_factory=dict)

    def add(self, tally: dict[str, Any]) -> None:
        """Add what a process counted."""
        self.inputs += tally["inputs"]
        self.taken += tally["taken"]
        self.slowest = max(self.slowest, tally["slowest"])
        for kind, count in tally["crashes"].items():
            self.crashes[kind] = self.crashes.get(kind, 0) + count

    def line(self) -> str:
        """The figures as text."""
        return (
            f"{self.target:<12} {self.seconds:8.1f} s {self.inputs:9} inputs {self.taken:9} taken "
            f"slowest {self.slowest:5.2f} s  crashes {sum(self.crashes.values())} ({len(self.crashes)} kinds)"
        )


def try_target(name: str, engine: str, seconds: float, seed: int, found: Path) -> Figures:
    """Try a target; a process that dies is a crash, and the next one takes its place."""
    figures = Figures(name, engine, seed)
    place = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112 - memory, where there is some
    with tempfile.TemporaryDirectory(dir=place) as folder:
        scratch = Path(folder)
        while figures.seconds < seconds * 0.98 and len(figures.crashes) < 50:
            left = seconds - figures.seconds
            command = [sys.executable, str(HERE / "worker.py"), name, "--seconds", str(left), "--seed", str(seed),
                       "--scratch", str(scratch), "--found", str(found), "--engine", engine]  # fmt: skip
            code, spent, told = _watched(command, scratch)
            figures.seconds += spent
            tally = scratch / "tally.json"
            if tally.exists():
                figures.add(json.loads(tally.read_bytes()))
                tally.unlink()
            elif code:
                raise SystemExit(f"{name} does not start:\n{told}")
            if code:
                kind = "hangs" if code == -9 and told == "hangs" else f"died {code}"
                figures.crashes[kind] = figures.crashes.get(kind, 0) + 1
                found.mkdir(parents=True, exist_ok=True)
                kept = found / f"{name}-{kind.replace(' ', '')}-{seed}.input"
                with contextlib.suppress(FileNotFoundError):
                    shutil.copy(scratch / "current", kept)
                kept.with_suffix(".txt").write_text(told, encoding="utf-8", errors="backslashreplace")
            seed += 1
    return figures


def _watched(command: list[str], scratch: Path) -> tuple[int, float, str]:
    """Run a process; its exit code, the processor time it took, and the end of what it said."""
    log = scratch / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=stream, stdin=subprocess.DEVNULL)
    alive, hangs = time.monotonic(), False
    stamp = 0.0
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            break
        with contextlib.suppress(OSError):
            changed = (scratch / "current").stat().st_mtime
            if changed != stamp:
                stamp, alive = changed, time.monotonic()
        if time.monotonic() - alive > PATIENCE:
            hangs = True
            process.kill()
        time.sleep(0.2)
    told = "hangs" if hangs else log.read_text("utf-8", "replace")[-4000:]
    return process.returncode, used.ru_utime + used.ru_stime, told


def replay(files: list[Path]) -> int:
    """Try kept inputs again."""
    sys.path.insert(0, str(HERE.parent))
    import desk
    import targets

    crashed = 0
    for file in (path.resolve() for path in files):
        target = max((one for one in targets.TARGETS if file.name.startswith(one.name)), key=lambda one: len(one.name))
        data = file.read_bytes()
        with tempfile.TemporaryDirectory() as folder:
            desk.lay_out(Path(folder, "desk"))
            if target.with_runs:
                desk.runs()
            began = time.process_time()
            try:
                print(f"{file.name}: {'taken' if targets.once(target, data) else 'refused'}", end="")
            except Exception:
                crashed += 1
                print(f"{file.name}: crash\n{traceback.format_exc()}", end="")
            print(f" ({time.process_time() - began:.2f} s)")
            os.chdir("/")
    return crashed


def main() -> int:
    """Run the targets one after the other and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--replay", action="store_true")
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("FUZZ_SECONDS", "60")))
    parser.add_argument("--seed", type=int, default=int(os.environ.get("FUZZ_SEED", "1")))
    parser.add_argument("--engine", choices=("atheris", "seeded"))
    parser.add_argument("--found", type=Path, default=HERE / "found")
    said = parser.parse_args()
    if said.replay:
        return int(bool(replay([Path(name) for name in said.names])))
    guided = importlib.util.find_spec("atheris") is not None
    engine = said.engine or ("atheris" if guided else "seeded")
    sys.path.insert(0, str(HERE.parent))
    import targets

    known = [target.name for target in targets.TARGETS]
    for name in said.names:
        if name not in known:
            parser.error(f"{name} is none of {', '.join(known)}")
    every = []
    for name in said.names or known:
        figures = try_target(name, engine, said.seconds, said.seed, said.found)
        every.append(figures)
        print(figures.line(), flush=True)
        for kind, count in figures.crashes.items():
            print(f"    {count} x {kind}", flush=True)
        said.found.mkdir(parents=True, exist_ok=True)
        with (said.found / "runs.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(figures)) + "\n")
    crashes = sum(sum(figures.crashes.values()) for figures in every)
    hours = sum(figures.seconds for figures in every) / 3600
    inputs, taken = sum(figures.inputs for figures in every), sum(figures.taken for figures in every)
    print(f"{engine}, seed {said.seed}: {len(every)} targets, {hours:.3f} hours of processor time, "
          f"{inputs} inputs, {taken} taken, {crashes} crashes")  # fmt: skip
    return int(crashes > 0)


if __name__ == "__main__":
    sys.exit(main())
