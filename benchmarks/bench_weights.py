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
import math
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import turns
from turns import BLOCK, Aims, Run, Way

from resilience_index.methods.weights import critic, entropy

AIMS = Aims(kernel=2.0, library=5.0, tolerance=1e-9, library_tolerance={})
MEMORY_AIM = 100 << 20


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
    parser = turns.table_arguments(__doc__)
    parser.add_argument("--memory", nargs=2, metavar=("METHOD", "WAY"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.memory is not None:
        print(memory_beyond_the_table(RUNS[args.memory[0]][args.memory[1]], args.rows, args.leaves))
        return 0
    present = turns.installed(MODULES)
    turns.headline(f"{args.rows:,} x {args.leaves}", args.rounds, present)
    for runs in RUNS.values():
        for name in present:
            runs[name](turns.table(1000, args.leaves))  # importing a library is no part of its time
    matrix = turns.table(args.rows, args.leaves)
    good = [benchmark(method, matrix, present, args) for method in RUNS]
    del matrix
    good += [memory(method, args) for method in RUNS]
    return 0 if all(good) else 1


def benchmark(method: str, matrix: np.ndarray, present: list[str], args: argparse.Namespace) -> bool:
    """Time all ways of a method in turns; say whether the aims are met."""
    runs = RUNS[method]
    part = matrix[: args.part or args.rows]
    return turns.compare(
        method, Way(runs["ours"], matrix), Way(runs["kernel"], matrix),
        {name: Way(runs[name], part, len(part) / len(matrix)) for name in present}, AIMS,
        rounds=args.rounds, library_rounds=args.library_rounds, same=lambda: runs["ours"](part),
    )  # fmt: skip


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
    run(turns.table(1000, leaves))
    matrix = turns.table(rows, leaves)
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
