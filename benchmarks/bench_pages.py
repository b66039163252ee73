"""How long pages of communities take as PDFs: CPU seconds for 1,000 of them, of made-up data, and their bytes.

python benchmarks/bench_pages.py [--pages 1000] [--lang zh]
"""

from __future__ import annotations

import argparse
import dataclasses
import platform
import resource
import sys
import tempfile
import time
from pathlib import Path

from resilience_index.framework.assessment import load_assessment
from resilience_index.report.document import pdf
from resilience_index.report.view.model import View
from resilience_index.runs import folder
from resilience_index.scoring import assess

ROOT = Path(__file__).resolve().parents[1]
BOUND = 30.0
"""CPU seconds for 1,000 pages."""


def many(view: View, count: int) -> View:
    """The sample's newest period with its communities again and again, under ids of their own."""
    period = view.periods[0]
    profiles = {} if view.diagnosis is None else {item.community_id: item for item in view.diagnosis.communities}
    units, found = [], []
    for number in range(count):
        unit = period.units[number % len(period.units)]
        name = f"{unit.community_id}{number:04d}"
        units.append(dataclasses.replace(unit, community_id=name, name=f"{unit.name}{number}"))
        if unit.community_id in profiles:
            found.append(dataclasses.replace(profiles[unit.community_id], community_id=name))
    diagnosis = None if view.diagnosis is None else dataclasses.replace(view.diagnosis, communities=found)
    periods = (dataclasses.replace(period, units=units, total=count), *view.periods[1:])
    return dataclasses.replace(view, periods=periods, diagnosis=diagnosis)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    asked = parser.parse_args()
    work = assess.job(assessment=load_assessment(ROOT / "sample_data" / "assessment.yaml"))
    view = many(folder.make_view(assess.assess(work), work), asked.pages)
    with tempfile.TemporaryDirectory() as place:
        wall, cpu = time.perf_counter(), time.process_time()
        names = pdf.write_one_pagers(view, Path(place), asked.lang)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        size = sum((Path(place) / name).stat().st_size for name in names)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    limit = BOUND * asked.pages / 1000
    print(f"Python {platform.python_version()}, {asked.pages} pages, {asked.lang}")
    print(f"{cpu:.1f} s CPU (limit {limit:.1f}), {wall:.1f} s")
    print(f"{size / asked.pages / 1024:.0f} kB a page, {memory:.0f} MB")
    return int(cpu > limit)


if __name__ == "__main__":
    sys.exit(main())
