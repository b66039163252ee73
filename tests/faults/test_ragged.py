"""An unquoted comma in any cell of the sample: its row is refused with its number, no other row is read otherwise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from acceptance_tools import SAMPLE
from fault_tools import count, figure

from resilience_index.data.table import Table
from resilience_index.scoring import assess
from resilience_index.scoring import plan as planning


def read(path: Path) -> Table:
    """The table as ``score`` reads it, with its findings, whatever they are."""
    work = assess.job("toe", str(path))
    return assess.read_all(work, planning.build(work.framework, work.settings, refuse=False), keep_text=False)


def test_a_comma_in_any_cell_shifts_nothing(tmp_path: Path) -> None:
    whole = read(SAMPLE / "communities.csv")
    rows = [line.split(",") for line in (SAMPLE / "communities.csv").read_text("utf-8-sig").splitlines()]
    path = tmp_path / "comma.csv"
    tried = 0
    for column in range(0, len(rows[0]), count("COLUMNS", 18)):
        for part in (0, 1):
            broken = [number for number in range(1, len(rows)) if number % 2 == part]
            lines = [",".join(row) for row in rows]
            for number in broken:
                cells = list(rows[number])
                cells[column] = f"1,{cells[column]}"
                lines[number] = ",".join(cells)
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
            table = read(path)
            told = {finding.location.row for finding in table.findings if finding.code == "RI207"}
            assert told == {number + 1 for number in broken}
            kept = np.array([number + 1 not in told for number in range(1, len(rows))])
            assert table.ids.to_pylist() == [
                name for name, keep in zip(whole.ids.to_pylist(), kept, strict=True) if keep
            ]
            for found, expected in zip(table.values, whole.values, strict=True):
                assert np.array_equal(found, expected[kept], equal_nan=True)
            tried += len(broken)
    figure(f"an unquoted comma in {tried} cells of the sample: silent shifts 0")
