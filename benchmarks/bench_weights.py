"""Entropy and CRITIC weights of a million units, against cache-blocked NumPy kernels and two libraries.

For each method, in turns after a round that counts for nothing, on one thread:

- ours: ``entropy.entropy`` and ``critic.critic``, which give the same bits for any order of rows;
- the same as one would write it down for speed in NumPy, block by block, without that and without missing values;
- pymcdm and scikit-criteria (extra ``bench``), on the whole table or on a part of its rows; their time is shown for
  the whole table, in proportion.

Entropy starts from normalised values above 0. CRITIC starts from raw values: both libraries and the kernel
normalise them by min-max. Prints medians, ratios, and what each takes in memory beyond the table, in a process of
its own.

    python benchmarks/bench_weights.py [--rows N] [--leaves N] [--part N] [--rounds N] [--library-rounds N]
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # before numpy is loaded: all on one thread

import numpy as np  # noqa: E402

from resilience_index.methods.weights import critic, entropy  # noqa: E402

KERNEL_AIM = 2.0
"""At most so many times as long as the kernel."""
LIBRARY_AIM = 5.0
"""At least so many times as fast as each library."""
MEMORY_AIM = 100 << 20
TOLERANCE = 1e-9
SEED = 20240601
BLOCK = 4096

Run = Callable[[np.ndarray], np.ndarray]


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


def entropy_kernel(matrix: np.ndarray) -> np.ndarray:
    rows, leaves = matrix.shape
    total, xlnx = np.zeros(leaves), np.zeros(leaves)
    room = np.empty((BLOCK, leaves))
    for start in range(0, rows, BLOCK):
        block = matrix[start : start + BLOCK]
        total += block.sum(axis=0)
        term = np.log(block, out=room[: len(block)])
        term *= block
        xlnx += term.sum(axis=0)
    divergence = 1.0 - (np.log(total) - xlnx / total) / math.log(rows)
    return divergence / divergence.sum()


def critic_kernel(matrix: np.ndarray) -> np.ndarray:
    rows, leaves = matrix.shape
    low, high, total = np.full(leaves, np.inf), np.full(leaves, -np.inf), np.zeros(leaves)
    for start in range(0, rows, BLOCK):
        block = matrix[start : start + BLOCK]
        np.minimum(low, block.min(axis=0), out=low)
        np.maximum(high, block.max(axis=0), out=high)
        total += block.sum(axis=0)
    mean, factor = total / rows, 1.0 / (high - low)
    products = np.zeros((leaves, leaves))
    room = np.empty((BLOCK, leaves))
    for start in range(0, rows, BLOCK):
        block = matrix[start : start + BLOCK]
        normalised = np.subtract(block, mean, out=room[: len(block)])
        normalised *= factor
        products += normalised.T @ normalised
    deviation = np.sqrt(np.diag(products) / (rows - 1))
    correlation = products / np.sqrt(np.outer(np.diag(products), np.diag(products)))
    information = deviation * (1.0 - correlation).sum(axis=0)
    return information / information.sum()


def pymcdm_entropy(matrix: np.ndarray) -> np.ndarray:
    from pymcdm import weights

    return np.asarray(weights.entropy_weights(matrix))


def pymcdm_critic(matrix: np.ndarray) -> np.ndarray:
    from pymcdm import weights

    return np.asarray(weights.critic_weights(matrix))


def skcriteria_entropy(matrix: np.ndarray) -> np.ndarray:
    from skcriteria.preprocessing import weighters

    return np.asarray(weighters.entropy_weights(matrix))


def skcriteria_critic(matrix: np.ndarray) -> np.ndarray:
    from skcriteria.preprocessing import weighters

    return np.asarray(weighters.critic_weights(matrix, np.ones(matrix.shape[1], dtype=int)))


RUNS: dict[str, dict[str, Run]] = {
    "entropy": {
        "ours": entropy.entropy,
        "kernel": entropy_kernel,
        "pymcdm": pymcdm_entropy,
        "scikit-criteria": skcriteria_entropy,
    },
    "critic": {
        "ours": lambda matrix: critic.critic(matrix, of_range=True),
        "kernel": critic_kernel,
        "pymcdm": pymcdm_critic,
        "scikit-criteria": skcriteria_critic,
    },
}
MODULES = {"pymcdm": "pymcdm", "scikit-criteria": "skcriteria"}


def main() -> int:
    """Run the benchmark, or measure the memory of one way when started for that."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--leaves", type=int, default=50)
    parser.add_argument("--part", type=int, help="rows given to each library (default: all)")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--library-rounds", type=int, default=1, help="rounds in which the libraries run too")
    parser.add_argument("--memory", nargs=2, metavar=("METHOD", "WAY"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.memory is not None:
        print(memory_beyond_the_table(RUNS[args.memory[0]][args.memory[1]], args.rows, args.leaves))
        return 0
    present = [name for name, module in MODULES.items() if importlib.util.find_spec(module)]
    versions = [f"{name} {metadata.version(name)}" for name in ("numpy", *present)]
    print(f"{args.rows:,} x {args.leaves}, medians of {args.rounds} rounds, one thread; {', '.join(versions)}")
    for name in MODULES.keys() - set(present):
        print(f"{name} is not installed: pip install 'resilience-index[bench]'")
    for runs in RUNS.values():
        for name in present:
            runs[name](table(1000, args.leaves))  # importing a library is no part of its time
    matrix = table(args.rows, args.leaves)
    good = [benchmark(method, matrix, present, args) for method in RUNS]
    del matrix
    good += [memory(method, args) for method in RUNS]
    return 0 if all(good) else 1


def benchmark(method: str, matrix: np.ndarray, present: list[str], args: argparse.Namespace) -> bool:
    """Time all ways in turns and print their medians; say whether the aims are met and the weights agree."""
    part = matrix[: args.part or args.rows]
    given = {name: part if name in present else matrix for name in ("ours", "kernel", *present)}
    times: dict[str, list[float]] = {name: [] for name in given}
    found: dict[str, np.ndarray] = {}
    for round_ in range(args.rounds + 1):
        for name, rows in given.items():
            if name in present and not 1 <= round_ <= args.library_rounds:
                continue
            started = time.perf_counter()
            found[name] = RUNS[method][name](rows)
            if round_:
                times[name].append((time.perf_counter() - started) * len(matrix) / len(rows))
    medians = {name: statistics.median(values) for name, values in times.items() if values}
    ratio = statistics.median(mine / other for mine, other in zip(times["ours"], times["kernel"], strict=True))
    apart = np.abs(found["ours"] - found["kernel"]).max()
    good = bool(ratio <= KERNEL_AIM and apart <= TOLERANCE)
    print(
        f"{method}: ours {medians['ours']:.3f} s, kernel {medians['kernel']:.3f} s, ratio {ratio:.2f} "
        f"(aim: at most {KERNEL_AIM:g}), apart {apart:.1e}"
    )
    same = found["ours"] if part.shape == matrix.shape else RUNS[method]["ours"](part)
    for name in present:
        if name not in medians:
            continue
        faster = medians[name] / medians["ours"]
        apart = np.abs(found[name] - same).max()
        good &= bool(faster >= LIBRARY_AIM and apart <= TOLERANCE)
        print(
            f"  {name} {medians[name]:.2f} s, {faster:.1f} x as long (aim: at least {LIBRARY_AIM:g}), apart {apart:.1e}"
        )
    print("  aims met" if good else "  aims NOT met")
    return good


def memory(method: str, args: argparse.Namespace) -> bool:
    """Print what ours and the kernel take beyond the table, each in a process of its own."""
    taken = {}
    for way in ("ours", "kernel"):
        command = [sys.executable, __file__, "--rows", str(args.rows), "--leaves", str(args.leaves)]
        done = subprocess.run([*command, "--memory", method, way], capture_output=True, text=True, check=True)
        taken[way] = int(done.stdout)
    good = taken["ours"] < MEMORY_AIM
    shown = ", ".join(f"{way} {size / 2**20:.1f} MiB" for way, size in taken.items())
    print(f"{method}: beyond the table {shown} (aim: below {MEMORY_AIM >> 20} MiB){'' if good else ': NOT met'}")
    return good


def memory_beyond_the_table(run: Run, rows: int, leaves: int) -> int:
    """By how many bytes the peak of this process grows while ``run`` works, after a first run on a small table."""
    run(table(1000, leaves))
    matrix = table(rows, leaves)
    before = peak()
    run(matrix)
    return peak() - before


def peak() -> int:
    """The most memory that this process has had, in bytes.

    ``ru_maxrss`` would do, but on Linux a process inherits that of the one that started it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
        if found is not None:
            return int(found[1]) * 1024
    import resource

    usage: Any = resource.getrusage(resource.RUSAGE_SELF)
    return int(usage.ru_maxrss) * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    sys.exit(main())
