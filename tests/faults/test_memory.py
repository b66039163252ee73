"""The memory of a batch does not grow with the number of its items."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path

import pytest
from fault_tools import batch, cities, count, figure, journal_lines, start, workers_of

MB = 1024
ROOM = 12.0
"""MB that a later half may need beyond the first: what a process that is older has loaded by then."""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_does_not_grow_with_the_items(project: Path) -> None:
    """The largest memory of the batch and of its processes, in both halves of the items. FAULTS_ITEMS=500 for more."""
    items = count("ITEMS", 16)
    cities(project / "cities", items)
    process = start(*batch(more=("--workers", "2")), cwd=project)
    largest = {(half, who): 0.0 for half in (0, 1) for who in ("batch", "process")}
    while process.poll() is None:
        done = journal_lines(project / "out")
        own, theirs = _resident(process.pid), [_resident(worker) for worker in workers_of(process.pid)]
        if 0 < done < items:  # the last line begins the summary
            half = int(done > items / 2)
            largest[half, "batch"] = max(largest[half, "batch"], own)
            largest[half, "process"] = max([largest[half, "process"], *theirs])
        time.sleep(0.02)
    assert process.returncode == 1  # some items are faulty
    told = {who: [largest[half, who] for half in (0, 1)] for who in ("batch", "process")}
    figure(
        f"memory over {items} items: batch {told['batch'][0]:.0f} MB in the first half, {told['batch'][1]:.0f} MB in "
        f"the second; largest process {told['process'][0]:.0f} MB and {told['process'][1]:.0f} MB"
    )
    for first, second in told.values():
        assert 0 < second < first + ROOM


def _resident(pid: int) -> float:
    """The memory of a process in MB; 0 for one that has ended."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / MB
    return 0.0
