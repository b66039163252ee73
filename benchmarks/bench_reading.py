"""Reading a clean table of a million communities, against pyarrow reading the same file.

Uses the file of ``bench_million.py`` (1,000,000 rows × 60 indicators and 3 text columns, about 630 MB). Both
ways run in one process, in turns; only the reading is timed, after a first round that counts for nothing:

- ``pyarrow.csv.read_csv`` with the type of every column given;
- ``resilience_index.data.read.read_table``: the same into the table, with its checks of codes, ranges, doubled
  communities and personal data. The file's SHA-256 is computed afterwards, in the background, and not timed.

    python benchmarks/bench_reading.py [--rows N] [--leaves N] [--rounds N] [--keep FILE]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import bench_million

RATIO_AIM = 1.3


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--leaves", type=int, default=60)
    parser.add_argument("--decimals", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keep", type=Path, metavar="FILE", help="the data: used when there, else made and kept")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        return benchmark(args, args.keep or Path(folder) / "communities.csv", Path(folder))


def benchmark(args: argparse.Namespace, data: Path, folder: Path) -> int:
    """Make the files where they are not there, time both ways in turns, print medians and their ratio."""
    from resilience_index.data.read import read_table
    from resilience_index.data.table import Column
    from resilience_index.framework.loading import load_framework
    from resilience_index.scoring import assess, plan

    leaves = bench_million.plan(args.leaves)
    if not data.exists():
        bench_million.make(data, leaves, args.rows, args.decimals)
    file = folder / "bench.yaml"
    file.write_text("\n".join(bench_million.framework_lines(leaves)) + "\n", encoding="utf-8")
    framework = load_framework(file)
    work = assess.job(framework, data)
    columns = [Column.of(leaf.leaf.indicator, leaf.tokens) for leaf in plan.build(framework, work.settings).leaves]
    print(f"{args.rows:,} rows x {args.leaves} indicators + 3 text columns, {data.stat().st_size / 1e6:,.0f} MB")
    print(", ".join(bench_million.versions()))
    ratios: list[float] = []
    times: tuple[list[float], list[float]] = ([], [])
    for round_ in range(args.rounds + 1):
        started = time.perf_counter()
        rows = len(bench_million.read(data, leaves, args.rows))
        between = time.perf_counter()
        table = read_table(data, columns)
        ended = time.perf_counter()
        if len(table) != rows or any(finding.severity != "info" for finding in table.findings):
            print("the table is not what it should be", file=sys.stderr)
            return 1
        table.files[0].digest()  # computed in the background: it must not run on into the next round
        del table
        if round_ == 0:
            continue
        pair = between - started, ended - between
        for kept, seconds in zip(times, pair, strict=True):
            kept.append(seconds)
        ratios.append(pair[1] / pair[0])
        print(f"round {round_}: pyarrow {pair[0]:.2f} s, into the table {pair[1]:.2f} s, ratio {ratios[-1]:.2f}")
    print(f"pyarrow         {statistics.median(times[0]):6.2f} s")
    print(f"into the table  {statistics.median(times[1]):6.2f} s")
    ratio = statistics.median(ratios)
    print(f"ratio           {ratio:6.2f}    aim: at most {RATIO_AIM}: {bench_million.met(ratio <= RATIO_AIM)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
