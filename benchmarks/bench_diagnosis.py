"""How long the diagnosis of every community takes: CPU seconds, of made-up data of three years.

python benchmarks/bench_diagnosis.py [--communities 1000] [--framework toe]

The cells of a column are those of the sample, drawn for each community on its own; gaps are drawn with them.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import platform
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

import resilience_index as ri
from resilience_index.analysis import diagnosis, standing
from resilience_index.report.view import diagnosis as view

ROOT = Path(__file__).resolve().parents[1]
BOUND = 2.0
"""CPU seconds for the figures and the view of 1,000 communities."""
KEYS = ("community_id", "community", "city", "district", "street", "period", "population")


def made(count: int, file: Path) -> None:
    """Write data of ``count`` communities with the sample's columns, periods and groups."""
    with (ROOT / "sample_data" / "communities.csv").open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        rows, fields = list(reader), list(reader.fieldnames or [])
    draw = random.Random(2025)  # noqa: S311 - made-up data
    periods = sorted({row["period"] for row in rows})
    by_period = {period: [row for row in rows if row["period"] == period] for period in periods}
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fields)
        writer.writeheader()
        for number in range(count):
            for period in periods:
                pool = by_period[period]
                row = dict(pool[number % len(pool)])
                row |= {name: draw.choice(pool)[name] for name in fields if name not in KEYS}
                row["community_id"] = f"{row['community_id']}{number:05d}"
                row["community"] = f"{row['community']}{number}"
                writer.writerow(row)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--communities", type=int, default=1000)
    parser.add_argument("--framework", default="toe")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "communities.csv"
        made(asked.communities, file)
        framework = ri.load_framework(asked.framework)
        result = ri.score(ri.read_data(file, framework), framework)
    times = [time.process_time()]
    figures = standing.from_result(result)
    times.append(time.process_time())
    found = diagnosis.diagnose(figures, extent=view.EXTENT)
    times.append(time.process_time())
    view.build(found)
    times.append(time.process_time())
    parts = [after - before for before, after in itertools.pairwise(times)]
    total, memory = sum(parts), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    limit = BOUND * max(1.0, asked.communities / 1000)
    print(f"Python {platform.python_version()}, {asked.communities} communities of {asked.framework}")
    print(f"figures {parts[0]:.2f} s, diagnosis {parts[1]:.2f} s, view {parts[2]:.2f} s")
    print(f"{total:.2f} s CPU (limit {limit:.1f}), {memory:.0f} MB")
    return 0 if total <= limit else 1


if __name__ == "__main__":
    sys.exit(main())
