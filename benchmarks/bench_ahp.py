"""Priorities and consistency of 10,000 comparison matrices, against a plain power iteration and two libraries.

Two sets of n × n matrices of Saaty's judgments: ``answers`` as an expert gives them (true weights, judged with some
error, rounded to the scale) and ``random`` (every judgment drawn from the scale, the hardest case). For each, in
turns after a round that counts for nothing:

- ``ahp.priorities`` and ``ahp.consistency_ratios``: weights, λmax, CI and CR of the whole batch, to the last bits;
- the same by a plain NumPy power iteration over the batch, w ← A·w / Σ, until no weight moves by 1e-12;
- AHPy and pymcdm (``pip install ahpy pymcdm``), matrix by matrix, on a part of the batch; their time is shown for the
  whole batch, in proportion. AHPy rounds its weights to 4 decimals.

    python benchmarks/bench_ahp.py [--count N] [--size N] [--part N] [--rounds N]
"""

from __future__ import annotations

import argparse
import sys
from itertools import combinations
from typing import Any

import numpy as np
import turns
from turns import SEED, Aims, Run, Way

from resilience_index.methods.weights import ahp

AIMS = Aims(kernel=2.0, library=20.0, tolerance=1e-11, library_tolerance={"ahpy": 1.01e-4, "pymcdm": 1e-9})
SCALE = np.array([*(1 / value for value in range(9, 1, -1)), *map(float, range(1, 10))])


def answers(count: int, size: int) -> np.ndarray:
    """Matrices (count, size, size) of judgments with an error of about a third."""
    rng = np.random.default_rng(SEED)
    true = rng.normal(scale=0.7, size=(count, size))
    rows, columns = np.triu_indices(size, 1)
    wanted = true[:, rows] - true[:, columns] + rng.normal(scale=0.3, size=(count, rows.size))
    return filled(np.abs(wanted[..., np.newaxis] - np.log(SCALE)).argmin(axis=-1), size)


def random(count: int, size: int) -> np.ndarray:
    """Matrices (count, size, size) of judgments drawn from the scale."""
    rng = np.random.default_rng(SEED)
    return filled(rng.integers(0, SCALE.size, size=(count, size * (size - 1) // 2)), size)


def filled(choices: np.ndarray, size: int) -> np.ndarray:
    matrices = np.ones((len(choices), size, size))
    rows, columns = np.triu_indices(size, 1)
    matrices[:, rows, columns] = SCALE[choices]
    matrices[:, columns, rows] = 1.0 / matrices[:, rows, columns]
    return matrices


def ours(matrices: np.ndarray) -> np.ndarray:
    weights, lambda_max = ahp.priorities(matrices)
    _, cr = ahp.consistency_ratios(lambda_max, matrices.shape[1])
    return np.column_stack([weights, cr])


def plain(matrices: np.ndarray) -> np.ndarray:
    count, size = matrices.shape[:2]
    weights = np.full((count, size), 1.0 / size)
    for _ in range(1000):
        new = (matrices @ weights[:, :, np.newaxis])[:, :, 0]
        new /= new.sum(axis=1, keepdims=True)
        moved = np.abs(new - weights).max()
        weights = new
        if moved < 1e-12:
            break
    lambda_max = ((matrices @ weights[:, :, np.newaxis])[:, :, 0] / weights).mean(axis=1)
    ci = (lambda_max - size) / (size - 1)
    return np.column_stack([weights, ci / ahp.random_index(size)])


def by_ahpy(matrices: np.ndarray) -> np.ndarray:
    import ahpy

    size = matrices.shape[1]
    pairs = list(combinations(range(size), 2))
    found = np.empty((len(matrices), size))
    for row, matrix in enumerate(matrices):
        given = {(str(i), str(j)): float(matrix[i, j]) for i, j in pairs}
        compared: Any = ahpy.Compare("all", given, precision=4, random_index="saaty")
        found[row] = [compared.local_weights[str(i)] for i in range(size)]
    return found


def by_pymcdm(matrices: np.ndarray) -> np.ndarray:
    from pymcdm.weights.subjective import AHP

    found = np.empty(matrices.shape[:2])
    for row, matrix in enumerate(matrices):
        method: Any = AHP(matrix=matrix)
        found[row] = method()
        method.get_cr()
    return found


LIBRARIES: dict[str, Run] = {"ahpy": by_ahpy, "pymcdm": by_pymcdm}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--size", type=int, default=9)
    parser.add_argument("--part", type=int, default=200, help="matrices given to each library")
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    libraries = {name: LIBRARIES[name] for name in turns.installed({"ahpy": "ahpy", "pymcdm": "pymcdm"})}
    turns.headline(f"{args.count:,} matrices {args.size} x {args.size}", args.rounds, list(libraries))
    sets = {"answers": answers(args.count, args.size), "random": random(args.count, args.size)}
    results = [benchmark(name, matrices, libraries, args) for name, matrices in sets.items()]
    return 0 if all(results) else 1


def benchmark(name: str, matrices: np.ndarray, libraries: dict[str, Run], args: argparse.Namespace) -> bool:
    """Time all ways in turns; say whether the aims are met and the weights agree."""
    part = matrices[: args.part]
    return turns.compare(
        name, Way(ours, matrices), Way(plain, matrices),
        {key: Way(run, part, len(part) / len(matrices)) for key, run in libraries.items()}, AIMS,
        rounds=args.rounds, library_rounds=args.rounds, same=lambda: ours(part)[:, :-1],
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
