"""The main job on a million communities, against reading their file alone.

Makes a CSV file (1,000,000 rows × 60 indicators and 3 text columns, about 620 MB) and a framework of three
levels, then runs two commands in turn, each in a process of its own:

- reading alone: ``pyarrow.csv.read_csv`` with the type of every column given;
- the whole job: ``resilience score`` with entropy weights, down to ranks and ``scores.csv``.

Prints the median seconds of whole processes, their ratio (of each pair, and its median), and peak memory. A
round before the counted ones warms the file cache. Some scores are compared with a direct NumPy calculation.

    python benchmarks/bench_million.py [--rows N] [--leaves N] [--decimals N] [--rounds N] [--keep FILE] [--folder DIR]
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

# This process stays small, with numpy only in the processes it starts: what a process reports as its peak
# memory includes that of the process it was forked from.

RATIO_AIM = 2.5
MEMORY_AIM = 2 << 30
TOLERANCE = 1e-12
LEAST_SHARE = 2 / 3 - 1e-9
"""The framework's rule for missing values, the default: two thirds of the children must be there."""
SEED = 20240601
CHUNK = 50_000
DIMENSIONS = 6
EMPTY_EVERY, EMPTY_SHARE = 10, 0.01
"""In every tenth indicator 1 % of the cells are empty."""
TEXTS = ("community_id", "community", "district")
DISTRICTS = ("Dongcheng", "Xicheng", "Haidian", "Chaoyang", "Fengtai", "Tongzhou", "Daxing", "Shunyi")


@dataclass(frozen=True)
class Kind:
    """A kind of indicator: direction, range of its values, goalposts, and how values crowd at one end."""

    direction: str
    range: tuple[float, float]
    goalposts: tuple[float, ...]
    power: float


KINDS = (
    Kind("benefit", (0, 100), (20, 90), 1.0),
    Kind("cost", (0, 400), (360, 10), 2.0),
    Kind("benefit", (0, 100), (0, 100), 3.0),
    Kind("target", (0, 100), (0, 30, 60, 100), 0.7),
)


@dataclass(frozen=True)
class Leaf:
    """An indicator of the benchmark: its id, its kind, and the dimension it belongs to."""

    id: str
    kind: Kind
    dimension: int


@dataclass(frozen=True)
class Cost:
    """What a process took: seconds from start to end, and peak memory in bytes where the system tells."""

    seconds: float
    memory: int | None


def main() -> int:
    """Run the benchmark, or one of its steps when it is started for one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="communities (default: 1,000,000)")
    parser.add_argument("--leaves", type=int, default=60, help="indicators (default: 60)")
    parser.add_argument("--decimals", type=int, default=6, help="decimals of a value (default: 6; 16: about 1.1 GB)")
    parser.add_argument("--rounds", type=int, default=3, help="counted rounds (default: 3)")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="keep the CSV here; used again when it is there")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where temporary files go")
    parser.add_argument("--step", nargs=3, metavar=("STEP", "DATA", "RESULTS"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.rows < 10 or args.leaves < DIMENSIONS or args.rounds < 1:
        parser.error(f"at least 10 rows, {DIMENSIONS} leaves and 1 round are needed")
    leaves = plan(args.leaves)
    if args.step is not None:
        name, data, results = args.step
        if name == "make":
            make(Path(data), leaves, args.rows, args.decimals)
        elif name == "read":
            read(Path(data), leaves, args.rows)
        else:
            check(Path(data), Path(results), leaves, args.rows)
        return 0
    try:
        with tempfile.TemporaryDirectory(prefix="bench-", dir=args.folder) as temporary:
            return benchmark(args, leaves, Path(temporary))
    except subprocess.CalledProcessError as error:
        print(f"failed: {error}", file=sys.stderr)
        return 1


def plan(count: int) -> list[Leaf]:
    """The indicators, spread over the dimensions in turn."""
    return [
        Leaf(f"leaf_{index:03d}", KINDS[index // DIMENSIONS % len(KINDS)], index % DIMENSIONS) for index in range(count)
    ]


def benchmark(args: argparse.Namespace, leaves: Sequence[Leaf], folder: Path) -> int:
    """Make the files, run the rounds, check the scores, print what was found."""
    data = folder / "communities.csv" if args.keep is None else args.keep
    results = folder / "results"

    def own(step: str) -> list[str]:
        size = ["--rows", str(args.rows), "--leaves", str(args.leaves), "--decimals", str(args.decimals)]
        return [sys.executable, str(Path(__file__).resolve()), *size, "--step", step, str(data), str(results)]

    if not data.exists():
        run(own("make"))
    framework = folder / "bench.yaml"
    framework.write_text("\n".join(framework_lines(leaves)) + "\n", encoding="utf-8")
    job = [
        sys.executable, "-m", "resilience_index", "score", str(data), "-f", str(framework), "--weights", "entropy",
        "--format", "none", "--no-trace", "-o", str(results), "-q",
    ]  # fmt: skip
    print(f"{args.rows:,} rows x {args.leaves} indicators + 3 text columns, {data.stat().st_size / 1e6:,.0f} MB")
    print(", ".join(versions()))
    reading: list[Cost] = []
    whole: list[Cost] = []
    for round_ in range(args.rounds + 1):
        shutil.rmtree(results, ignore_errors=True)
        costs = run(own("read")), run(job)
        if round_ == 0:
            continue
        reading.append(costs[0])
        whole.append(costs[1])
        print(
            f"round {round_}: reading alone {costs[0].seconds:.2f} s, whole job {costs[1].seconds:.2f} s, "
            f"ratio {costs[1].seconds / costs[0].seconds:.2f}"
        )
    run(own("check"))
    report(reading, whole)
    return 0


def report(reading: Sequence[Cost], whole: Sequence[Cost]) -> None:
    """Print medians, the ratio and peak memory, each with its aim."""
    print(f"reading alone  {middle(reading):6.2f} s, peak memory {memory(reading)}")
    print(f"whole job      {middle(whole):6.2f} s, peak memory {memory(whole)}")
    ratio = statistics.median(b.seconds / a.seconds for a, b in zip(reading, whole, strict=True))
    print(f"ratio      {ratio:6.2f}      aim: at most {RATIO_AIM}: {met(ratio <= RATIO_AIM)}")
    peak = max((cost.memory for cost in whole if cost.memory is not None), default=None)
    if peak is not None:
        print(
            f"memory     {peak / 2**30:6.2f} GiB  aim: at most {MEMORY_AIM / 2**30:.0f} GiB: {met(peak <= MEMORY_AIM)}"
        )


def met(reached: bool) -> str:
    """In words."""
    return "met" if reached else "NOT met"


def middle(costs: Sequence[Cost]) -> float:
    """The median of the seconds."""
    return statistics.median(cost.seconds for cost in costs)


def memory(costs: Sequence[Cost]) -> str:
    """The largest peak, in MiB."""
    peaks = [cost.memory for cost in costs if cost.memory is not None]
    return f"{max(peaks) / 2**20:,.0f} MiB" if peaks else "not told by this system"


def versions() -> list[str]:
    """What the figures depend on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    libraries = [f"{name} {metadata.version(name)}" for name in ("resilience-index", "numpy", "pyarrow")]
    return [f"Python {platform.python_version()}", *libraries, f"{cores} cores", platform.machine()]


def run(command: Sequence[str]) -> Cost:
    """Run a command to its end; CalledProcessError when it fails."""
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # without compiled files, start-up is three times as long
    started = time.perf_counter()
    with subprocess.Popen(command, env=environment) as process:
        peak = None
        if hasattr(os, "wait4"):
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        else:
            process.wait()
        seconds = time.perf_counter() - started
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command))
    return Cost(seconds, peak)


# -- the files ------------------------------------------------------------------------------------------


def framework_lines(leaves: Sequence[Leaf]) -> Iterator[str]:
    """The framework: a root, its dimensions, their indicators."""
    yield from (
        "schema: resilience-index/framework/1",
        "id: bench",
        "version: 1.0.0",
        "title: {zh: 基准, en: Benchmark}",
        "grades:",
        "  - {id: A, min: 60, title: {zh: 优, en: Excellent}}",
        "  - {id: B, min: 50, title: {zh: 良, en: Good}}",
        "  - {id: C, min: 0, title: {zh: 中, en: Fair}}",
        "tree:",
        "  id: index",
        "  title: {zh: 指数, en: Index}",
        "  children:",
    )
    for dimension in range(DIMENSIONS):
        yield f"    - id: dimension_{dimension}"
        yield f"      title: {{zh: 维度 {dimension}, en: Dimension {dimension}}}"
        yield "      children:"
        for leaf in leaves:
            if leaf.dimension == dimension:
                kind = leaf.kind
                yield (
                    f"        - {{id: {leaf.id}, title: {{zh: 指标 {leaf.id}, en: Indicator {leaf.id}}}, "
                    f"direction: {kind.direction}, range: {list(kind.range)}, goalposts: {list(kind.goalposts)}}}"
                )


def make(path: Path, leaves: Sequence[Leaf], rows: int, decimals: int) -> None:
    """Write the CSV file, chunk by chunk on two threads; each chunk has a seed of its own."""
    from concurrent.futures import ThreadPoolExecutor

    spans = [(start, min(start + CHUNK, rows)) for start in range(0, rows, CHUNK)]
    with path.open("wb") as stream, ThreadPoolExecutor(2) as pool:
        stream.write((",".join([*TEXTS, *(leaf.id for leaf in leaves)]) + "\n").encode())
        for pair in range(0, len(spans), 2):
            texts = [pool.submit(chunk_text, leaves, *span, decimals) for span in spans[pair : pair + 2]]
            for text in texts:
                stream.write(text.result())


def chunk_text(leaves: Sequence[Leaf], start: int, stop: int, decimals: int) -> Any:
    """The rows ``start`` to ``stop`` as CSV text."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import csv

    random = np.random.default_rng([SEED, start])
    count = stop - start
    columns: dict[str, Any] = {
        TEXTS[0]: [f"{110_100_000_000 + row:d}" for row in range(start, stop)],
        TEXTS[1]: [f"Community {row:07d}" for row in range(start, stop)],
        TEXTS[2]: pa.array(DISTRICTS).take(pa.array(random.integers(0, len(DISTRICTS), count))),
    }
    for index, leaf in enumerate(leaves):
        low, high = leaf.kind.range
        values = np.round(low + (high - low) * random.random(count) ** leaf.kind.power, decimals)
        empty = random.random(count) < (EMPTY_SHARE if index % EMPTY_EVERY == 0 else 0.0)
        columns[leaf.id] = pa.array(values, mask=empty)
    sink = pa.BufferOutputStream()
    csv.write_csv(pa.table(columns), sink, csv.WriteOptions(include_header=False, quoting_style="none"))
    return sink.getvalue()


# -- reading alone, and checking ------------------------------------------------------------------------


def read(data: Path, leaves: Sequence[Leaf], rows: int) -> Any:
    """Read the file as pyarrow reads it at its best."""
    import pyarrow as pa
    from pyarrow import csv

    types = {name: pa.string() for name in TEXTS} | {leaf.id: pa.float64() for leaf in leaves}
    table = csv.read_csv(data, convert_options=csv.ConvertOptions(column_types=types))
    if len(table) != rows or table.column_names != list(types):
        raise SystemExit(
            f"{data} has {len(table)} rows and {len(table.column_names)} columns: another benchmark's file"
        )
    return table


def check(data: Path, results: Path, leaves: Sequence[Leaf], rows: int) -> None:
    """Compare every score and rank with a direct calculation, to 1e-12 on the scale of 0 to 1."""
    import numpy as np
    from pyarrow import csv

    table = read(data, leaves, rows)
    x = np.stack([normalized(table.column(leaf.id).to_numpy(), leaf.kind) for leaf in leaves])
    shares = x / np.nansum(x, axis=1, keepdims=True)
    counts = np.count_nonzero(~np.isnan(x), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(shares > 0, shares * np.log(shares), 0.0)
    divergence = 1.0 + terms.sum(axis=1) / np.log(counts)
    weights = divergence / divergence.sum()
    total, weight, count = np.zeros(rows), np.zeros(rows), np.zeros(rows)
    for dimension in range(DIMENSIONS):
        own = np.array([leaf.dimension == dimension for leaf in leaves])
        there = ~np.isnan(x[own])
        enough = there.mean(axis=0) > LEAST_SHARE
        part = np.einsum("l,lu->u", weights[own], np.where(there, x[own], 0.0))
        part /= np.maximum(np.einsum("l,lu->u", weights[own], there.astype(float)), np.finfo(float).tiny)
        total += np.where(enough, weights[own].sum() * part, 0.0)
        weight += np.where(enough, weights[own].sum(), 0.0)
        count += enough
    expected = np.where(count / DIMENSIONS > LEAST_SHARE, total / weight, np.nan)
    found = csv.read_csv(results / "scores.csv")
    score, rank = found.column("score").to_numpy() / 100.0, found.column("rank").to_numpy()
    scored = ~np.isnan(expected)
    if not (np.isnan(score) == ~scored).all():
        raise SystemExit("other communities have a score than should")
    difference = float(np.abs(score - expected)[scored].max())
    falling = -np.round(score[scored], 10)
    wrong = int((rank[scored] != np.searchsorted(np.sort(falling), falling) + 1).sum())
    print(f"{rows:,} scores agree with a direct calculation to {difference:.1e}")
    if not difference <= TOLERANCE or wrong:
        raise SystemExit(f"scores differ by {difference}, {wrong} ranks differ")


def normalized(x: Any, kind: Kind) -> Any:
    """Goalposts, or the target range, written down plainly."""
    import numpy as np

    if kind.direction == "target":
        low, a, b, high = kind.goalposts
        return np.clip(np.minimum((x - low) / (a - low), (high - x) / (high - b)), 0.0, 1.0)
    worst, best = kind.goalposts
    return np.clip((x - worst) / (best - worst), 0.0, 1.0)


if __name__ == "__main__":
    sys.exit(main())
