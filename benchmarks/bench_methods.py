"""Min-max weighted sums, TOPSIS and VIKOR of a million units, against cache-blocked NumPy kernels and two libraries.

For each method, in turns after a round that counts for nothing, on one thread:

- ours: the kernel that scores every run, from a framework file to the values of its root, pass by pass over the
  engine's own blocks. It takes missing values, and gives the same bits for any order of rows and any blocks;
- the same as one would write it down for speed in NumPy, block by block, without either;
- pymcdm and scikit-criteria (extra ``bench``), on the whole table or on a part of its rows; their time is shown for
  the whole table, in proportion.

Values are raw, above 0, more is better. Ours has them column by column, as it reads tables, the others unit by unit.
Prints medians and ratios.

    python benchmarks/bench_methods.py [--rows N] [--leaves N] [--part N] [--rounds N] [--library-rounds N]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import turns
from turns import BLOCK, Aims, Run, Way

import resilience_index as ri
from resilience_index.scoring import kernel, settings
from resilience_index.scoring.engines import local
from resilience_index.scoring.plan import Plan, build
from resilience_index.scoring.weighting import Weighting

AIMS = Aims(kernel=2.0, library=5.0, tolerance=1e-9, library_tolerance={})
METHODS = {"minmax weighted sum": ("minmax", "arithmetic"), "topsis": ("none", "topsis"), "vikor": ("none", "vikor")}


def weights(leaves: int) -> np.ndarray:
    """Weights that differ, of a sum of 1."""
    raw = 1.0 + np.arange(leaves) % 7
    return np.asarray(raw / raw.sum())


# -- ours -------------------------------------------------------------------------------------------------------


def plan(method: str, leaves: int) -> Plan:
    """The plan of a framework of so many leaves under one node."""
    normalize, aggregate = METHODS[method]
    title = "{zh: x, en: x}"
    shares = (1 + np.arange(leaves) % 7).tolist()
    lines = [
        "schema: resilience-index/framework/1", "id: bench", "version: 1.0.0", f"title: {title}",
        f"defaults: {{normalize: {normalize}, scale: 1}}",
        f"tree: {{id: index, title: {title}, aggregate: {aggregate}, children: [",
        *(
            f"{{id: x{leaf}, title: {{zh: x{leaf}, en: x{leaf}}}, direction: benefit, weight: {share}}},"
            for leaf, share in enumerate(shares)
        ),
        "]}",
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bench.yaml")
        path.write_text("\n".join(lines), encoding="utf-8")
        framework = ri.load_framework(path)
    return build(framework, settings.resolve(framework))


def ours(resolved: Plan) -> Run:
    """The program of a plan over columns (leaves, units), pass by pass."""

    def run(columns: np.ndarray) -> np.ndarray:
        leaves, rows = columns.shape
        program = kernel.Program(resolved, Weighting(resolved))
        room = local.Room(leaves)
        values = np.empty(rows)

        def block(start: int, stop: int) -> kernel.Block:
            return kernel.Block(start, stop, [column[start:stop] for column in columns], {}, {})

        while requests := program.requests():
            measured: kernel.Measured = {}

            def measure(start: int, stop: int, wanted: list[kernel.Request] = requests) -> Any:
                return program.measure(block(start, stop), wanted, room.get(stop - start))[0]

            for found in local.map_blocks(measure, rows, leaves, threads=1):
                measured = kernel.merge(measured, found)
            program.settle(measured)

        def score(start: int, stop: int) -> None:
            values[start:stop] = program.evaluate(block(start, stop), room.get(stop - start)).nodes[0]

        for _ in local.map_blocks(score, rows, leaves, threads=1):
            pass
        return values

    return run


# -- as one would write it down -----------------------------------------------------------------------------------


def extremes(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    low, high = matrix[0].copy(), matrix[0].copy()
    for start in range(0, len(matrix), BLOCK):
        block = matrix[start : start + BLOCK]
        np.minimum(low, block.min(axis=0), out=low)
        np.maximum(high, block.max(axis=0), out=high)
    return low, high


def sum_kernel(matrix: np.ndarray) -> np.ndarray:
    low, high = extremes(matrix)
    factors = weights(matrix.shape[1]) / (high - low)
    shift = (low * factors).sum()
    return np.concatenate([matrix[start : start + BLOCK] @ factors - shift for start in range(0, len(matrix), BLOCK)])


def topsis_kernel(matrix: np.ndarray) -> np.ndarray:
    rows, leaves = matrix.shape
    squares = np.zeros(leaves)
    low, high = matrix[0].copy(), matrix[0].copy()
    for start in range(0, rows, BLOCK):
        block = matrix[start : start + BLOCK]
        squares += np.einsum("ij,ij->j", block, block)
        np.minimum(low, block.min(axis=0), out=low)
        np.maximum(high, block.max(axis=0), out=high)
    factors = weights(leaves) / np.sqrt(squares)
    low, high = low * factors, high * factors
    values, room, apart = np.empty(rows), np.empty((BLOCK, leaves)), np.empty((BLOCK, leaves))
    for start in range(0, rows, BLOCK):
        block = matrix[start : start + BLOCK]
        scaled = np.multiply(block, factors, out=room[: len(block)])
        far = apart[: len(block)]
        np.subtract(scaled, high, out=far)
        best = np.sqrt(np.einsum("ij,ij->i", far, far))
        np.subtract(scaled, low, out=far)
        worst = np.sqrt(np.einsum("ij,ij->i", far, far))
        values[start : start + BLOCK] = worst / (best + worst)
    return values


def vikor_kernel(matrix: np.ndarray) -> np.ndarray:
    rows, leaves = matrix.shape
    low, high = extremes(matrix)
    factors = weights(leaves) / (high - low)
    utility, regret, room = np.empty(rows), np.empty(rows), np.empty((BLOCK, leaves))
    for start in range(0, rows, BLOCK):
        block = matrix[start : start + BLOCK]
        far = np.subtract(high, block, out=room[: len(block)])
        far *= factors
        far.sum(axis=1, out=utility[start : start + BLOCK])
        far.max(axis=1, out=regret[start : start + BLOCK])
    utility -= utility.min()
    utility /= utility.max()
    regret -= regret.min()
    regret /= regret.max()
    return 1.0 - 0.5 * (utility + regret)


# -- libraries ------------------------------------------------------------------------------------------------------


def pymcdm_run(method: str) -> Run:
    def run(matrix: np.ndarray) -> np.ndarray:
        from pymcdm import methods, normalizations

        types = np.ones(matrix.shape[1])
        if method == "vikor":
            return 1.0 - np.asarray(methods.VIKOR()(matrix, weights(matrix.shape[1]), types))
        if method == "topsis":
            found = methods.TOPSIS(normalizations.vector_normalization)
        else:
            found = methods.WSM(normalizations.minmax_normalization)
        return np.asarray(found(matrix, weights(matrix.shape[1]), types))

    return run


def skcriteria_run(method: str) -> Run:
    def run(matrix: np.ndarray) -> np.ndarray:
        import skcriteria as skc
        from skcriteria.agg.simple import WeightedSumModel
        from skcriteria.agg.topsis import TOPSIS
        from skcriteria.agg.vikor import VIKOR
        from skcriteria.preprocessing import scalers

        given = skc.mkdm(matrix, [max] * matrix.shape[1], weights=weights(matrix.shape[1]))
        if method == "vikor":
            return 1.0 - np.asarray(VIKOR().evaluate(given).e_.q_k)
        if method == "topsis":
            scaled = scalers.VectorScaler("matrix").transform(given)
            return np.asarray(TOPSIS().evaluate(scaled).e_.similarity)
        scaled = scalers.MinMaxScaler("matrix").transform(given)
        return np.asarray(WeightedSumModel().evaluate(scaled).e_.score)

    return run


KERNELS: dict[str, Run] = {"minmax weighted sum": sum_kernel, "topsis": topsis_kernel, "vikor": vikor_kernel}
MODULES = {"pymcdm": "pymcdm", "scikit-criteria": "skcriteria"}
LIBRARIES = {"pymcdm": pymcdm_run, "scikit-criteria": skcriteria_run}


def main() -> int:
    """Run the benchmark."""
    args = turns.table_arguments(__doc__).parse_args()
    present = turns.installed(MODULES)
    turns.headline(f"{args.rows:,} x {args.leaves}", args.rounds, present)
    matrix = turns.table(args.rows, args.leaves)
    columns = np.ascontiguousarray(matrix.T)
    good = [benchmark(method, matrix, columns, present, args) for method in METHODS]
    return 0 if all(good) else 1


def benchmark(
    method: str, matrix: np.ndarray, columns: np.ndarray, present: list[str], args: argparse.Namespace
) -> bool:
    """Time all ways of a method in turns; say whether the aims are met."""
    part = matrix[: args.part or args.rows]
    own = ours(plan(method, args.leaves))
    libraries = {name: Way(LIBRARIES[name](method), part, len(part) / len(matrix)) for name in present}
    for way in libraries.values():
        way.run(part[:1000])  # importing a library is no part of its time
    return turns.compare(
        method, Way(own, columns), Way(KERNELS[method], matrix), libraries, AIMS,
        rounds=args.rounds, library_rounds=args.library_rounds, same=lambda: own(np.ascontiguousarray(part.T)),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
