"""Ways to calculate the same thing, timed in turns: ours, a kernel written for speed, and libraries."""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # before numpy is loaded: all on one thread

import numpy as np  # noqa: E402

Run = Callable[[np.ndarray], np.ndarray]
SEED = 20240601
BLOCK = 4096


@dataclass(frozen=True)
class Aims:
    """At most ``kernel`` times as long as the kernel, at least ``library`` times as fast as each library, and
    results no further apart than ``tolerance`` (from a library: than its own in ``library_tolerance``, if any).
    """

    kernel: float
    library: float
    tolerance: float
    library_tolerance: Mapping[str, float]


@dataclass(frozen=True)
class Way:
    """How something is calculated, and from what; ``share`` is the part of the whole that it is given."""

    run: Run
    given: np.ndarray
    share: float = 1.0


def table(rows: int, leaves: int) -> np.ndarray:
    """Values in (0, 1], every third column crowded at one end, neighbours correlated."""
    matrix = np.random.default_rng(SEED).random((rows, leaves))
    for start in range(0, rows, BLOCK):
        block = matrix[start : start + BLOCK]
        block[:, 1:] = 0.7 * block[:, 1:] + 0.3 * block[:, :-1]
        block[:, ::3] **= 3
        block *= 0.99
        block += 0.01
    return matrix


def table_arguments(about: str | None) -> argparse.ArgumentParser:
    """The options of a benchmark over a table."""
    parser = argparse.ArgumentParser(description=(about or "").split("\n", 1)[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--leaves", type=int, default=50)
    parser.add_argument("--part", type=int, help="rows given to each library (default: all)")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--library-rounds", type=int, default=1, help="rounds in which the libraries run too")
    return parser


def installed(modules: Mapping[str, str]) -> list[str]:
    """Those of the libraries (distribution → module) that are there; says which are not."""
    present = [name for name, module in modules.items() if importlib.util.find_spec(module)]
    for name in modules.keys() - set(present):
        print(f"{name} is not installed: pip install 'resilience-index[bench]'")
    return present


def headline(size: str, rounds: int, libraries: list[str]) -> None:
    """What is measured, and with which versions."""
    versions = [f"{name} {metadata.version(name)}" for name in ("numpy", *libraries)]
    print(f"{size}, medians of {rounds} rounds, one thread; {', '.join(versions)}")


def compare(
    title: str, ours: Way, kernel: Way, libraries: Mapping[str, Way], aims: Aims, *, rounds: int, library_rounds: int,
    same: Callable[[], np.ndarray],
) -> bool:  # fmt: skip
    """Time all ways in turns and print their medians; say whether the aims are met and the results agree.

    A first round counts for nothing. ``same`` gives our result for what the libraries were given.
    """
    ways = {"ours": ours, "kernel": kernel, **libraries}
    times: dict[str, list[float]] = {name: [] for name in ways}
    found: dict[str, np.ndarray] = {}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            if name in libraries and not 1 <= turn <= library_rounds:
                continue
            started = time.perf_counter()
            found[name] = way.run(way.given)
            if turn:
                times[name].append((time.perf_counter() - started) / way.share)
    mine = statistics.median(times["ours"])
    ratio = statistics.median(one / other for one, other in zip(times["ours"], times["kernel"], strict=True))
    apart = np.abs(found["ours"] - found["kernel"]).max()
    good = bool(ratio <= aims.kernel and apart <= aims.tolerance)
    print(
        f"{title}: ours {mine:.4g} s, kernel {statistics.median(times['kernel']):.4g} s, ratio {ratio:.2f} "
        f"(aim: at most {aims.kernel:g}), apart {apart:.1e}"
    )
    expected = same() if any(times[name] for name in libraries) else None
    for name in libraries:
        if not times[name] or expected is None:
            continue
        theirs = statistics.median(times[name])
        apart = np.abs(found[name] - expected).max()
        good &= bool(theirs / mine >= aims.library and apart <= aims.library_tolerance.get(name, aims.tolerance))
        print(
            f"  {name} {theirs:.2f} s, {theirs / mine:.1f} x as long (aim: at least {aims.library:g}), "
            f"apart {apart:.1e}"
        )
    print("  aims met" if good else "  aims NOT met")
    return good
