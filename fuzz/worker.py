"""One target in a process of its own: mutate, try, keep what crashes.

Guided by coverage where atheris is installed, else by a seeded generator alone.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import sys
import time
import traceback
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

SECONDS = 10
"""Processor time of one input: more is a crash of kind ``slow``."""
MEMORY = 1 << 30
"""Bytes by which the process may grow for one input: more is a crash of kind ``large``."""
ROOMS = ("methods", "framework", "data", "scoring", "analysis", "audit", "runs")
"""The rooms whose lines guide: those that read files."""
_EXAMPLES = 3
_ROOT = Path(__file__).resolve().parents[1]


class OutOfTimeError(BaseException):
    """An input took longer than it may. No handler of the program may keep it."""


@dataclass
class Tally:
    """What happened so far: written to a file, so that it outlives the process."""

    path: Path
    inputs: int = 0
    taken: int = 0
    slowest: float = 0.0
    crashes: dict[str, int] = field(default_factory=dict)
    said: float = 0.0

    def write(self) -> None:
        """Write the counts."""
        content = {key: getattr(self, key) for key in ("inputs", "taken", "slowest", "crashes")}
        temporary = self.path.with_suffix(".new")
        temporary.write_text(json.dumps(content), encoding="utf-8")
        temporary.replace(self.path)
        self.said = time.monotonic()


@dataclass
class Trial:
    """Trying inputs of a target within its limits."""

    target: Any
    once: Callable[[Any, bytes], bool]
    current: Path
    found: Path
    tally: Tally
    until: float
    most: int = 0

    def __call__(self, data: bytes) -> None:
        """Try an input; keep it if it crashes; end the process when its time is over."""
        self.current.write_bytes(data)
        began = time.process_time()
        try:
            self._limited(data)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # whatever it is, it is what is looked for
            self._keep(_signature(error), "".join(traceback.format_exception(error)[-40:]), data)
        took = time.process_time() - began
        self.tally.inputs += 1
        self.tally.slowest = max(self.tally.slowest, took)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
        if self.most and peak - self.most > MEMORY:
            self._keep("large", f"{(peak - self.most) >> 20} MB more", data)
        self.most = max(peak, self.most)
        if time.monotonic() - self.tally.said > 2 or time.process_time() > self.until:
            self.tally.write()
        if time.process_time() > self.until:
            os._exit(0)  # the engine has nothing to say that is not counted here

    def _limited(self, data: bytes) -> None:
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            self.tally.taken += self.once(self.target, data)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    def _keep(self, kind: str, told: str, data: bytes) -> None:
        count = self.tally.crashes.get(kind, 0) + 1
        self.tally.crashes[kind] = count
        name = f"{self.target.name}-{zlib.crc32(kind.encode()):08x}"
        self.found.mkdir(parents=True, exist_ok=True)
        smallest = min((path.stat().st_size for path in self.found.glob(f"{name}-*.input")), default=1 << 40)
        if count <= _EXAMPLES or len(data) < smallest:
            path = self.found / f"{name}-{zlib.crc32(data):08x}.input"
            path.write_bytes(data)
            path.with_suffix(".txt").write_text(f"{kind}\n\n{told}", encoding="utf-8", errors="backslashreplace")
        self.tally.write()


def _signature(error: BaseException) -> str:
    """What tells one crash from another: its type, and where in the program it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "resilience_index" in frame.filename] or list(frames)
    places = [f"{Path(frame.filename).name}:{frame.name}" for frame in [*ours[-2:], frames[-1]]] if frames else []
    kind = "slow" if isinstance(error, OutOfTimeError) else type(error).__name__
    return " ".join([kind, *dict.fromkeys(places)])


def _too_long(*_: object) -> None:
    raise OutOfTimeError


def _limits() -> None:
    signal.signal(signal.SIGPROF, _too_long)
    address = next(int(line.split()[1]) << 10 for line in Path("/proc/self/status").read_text().splitlines()
                   if line.startswith("VmSize"))  # fmt: skip
    resource.setrlimit(resource.RLIMIT_AS, (address + 4 * MEMORY, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _seeded(trial: Trial, seeds: Sequence[bytes], choose: Random, only: int | None) -> None:
    """Every value in every place of trees, in turn with mutations of seeds and of what was taken, without guidance."""
    pool = list(seeds)
    for data in pool[:]:
        trial(data)
    swept = _swept(trial.target, seeds, choose)
    number = 0
    while only is None or number < only:
        number += 1
        systematic = next(swept, None) if number % 2 else None
        if systematic is not None:
            trial(systematic)
            continue
        before = trial.tally.taken
        data = trial.target.mutation(choose.choice(pool), choose, pool)
        trial(data)
        if trial.tally.taken > before and choose.random() < 0.05:
            pool[len(seeds) :] = [*pool[len(seeds) :], data][-200:]


def _swept(target: Any, seeds: Sequence[bytes], choose: Random) -> Iterator[bytes]:
    """The seeds of a target whose inputs are trees, with every value in every place, in an order of chance."""
    import mutate

    ending = target.file.rpartition(".")[2]
    if ending not in ("yaml", "json", "geojson"):
        return
    read, written = (mutate.read_yaml, mutate.as_yaml) if ending == "yaml" else (json.loads, mutate.as_json)
    trees = [read(data) for data in seeds]
    every = [(tree, *pair) for tree in trees for pair in mutate.sweep(tree)]
    choose.shuffle(every)
    for tree, place, value in every:
        try:
            data = written(mutate.put(tree, place, value))
        except (ValueError, UnicodeError):
            continue
        yield data if target.finish is None else target.finish(data)


def _guided(trial: Trial, seeds: Sequence[bytes], seed: int, scratch: Path) -> None:
    """Mutations of inputs that reached lines no other had reached."""
    import atheris

    corpus = scratch / "corpus"
    corpus.mkdir(exist_ok=True)
    for number, data in enumerate(seeds):
        (corpus / f"seed{number:03}").write_bytes(data)

    def mutate(data: bytes, most: int, number: int) -> bytes:
        choose = Random(number)
        if choose.random() < 0.15:
            return bytes(atheris.Mutate(data, most))
        begun = choose.choice(seeds) if choose.random() < 0.4 else data  # or all would be far from what is taken
        return bytes(trial.target.mutation(begun, choose, seeds)[:most])

    arguments = [sys.argv[0], str(corpus), f"-seed={seed}", "-max_len=1000000", "-len_control=0", "-timeout=100000",
                 "-rss_limit_mb=0", "-verbosity=0", "-print_final_stats=0"]  # fmt: skip
    atheris.Setup(arguments, trial, custom_mutator=mutate)
    atheris.Fuzz()


def main() -> None:
    """Try a target for some seconds of processor time."""
    parser = argparse.ArgumentParser()
    parser.add_argument("target")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--found", type=Path, required=True)
    parser.add_argument("--engine", choices=("atheris", "seeded"), required=True)
    said = parser.parse_args()
    os.nice(10)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 - open to the end
    sys.path.insert(0, str(_ROOT))
    if said.engine == "atheris":
        import atheris

        with atheris.instrument_imports(include=[*(f"resilience_index.{room}" for room in ROOMS), "yaml", "zipfile"]):
            import targets

            _import_all()
    else:
        import targets
    import desk

    target = targets.BY_NAME[said.target]
    scratch = said.scratch.resolve()
    found = said.found.resolve()
    desk.lay_out(scratch / "desk")
    if target.with_runs:
        desk.runs()
    seeds = target.seeds()
    tally = Tally(scratch / "tally.json")
    trial = Trial(target, targets.once, scratch / "current", found, tally, time.process_time() + said.seconds)
    for data in seeds[:2]:
        targets.once(target, data)  # imports and caches are nobody's fault
    trial.most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    _limits()
    if said.engine == "atheris":
        _guided(trial, seeds, said.seed, scratch)
    else:
        _seeded(trial, seeds, Random(said.seed), None)


def _import_all() -> None:
    """Import every module now: what is imported later is not guided by."""
    import importlib
    import pkgutil

    import resilience_index

    for module in pkgutil.walk_packages(resilience_index.__path__, "resilience_index."):
        if module.name.split(".")[1] in ROOMS:
            importlib.import_module(module.name)


if __name__ == "__main__":
    main()
