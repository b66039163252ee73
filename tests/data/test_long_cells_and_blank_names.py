"""Cells that are too long, names that are blank, codes that are not there."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from data_helpers import COLUMNS, HEADER, found, read
from pyarrow import parquet

from resilience_index.data.read import read_table
from resilience_index.data.table import Table

LONG = "x" * 131_073


@pytest.mark.parametrize("cell", [LONG, f'"{LONG}"'])
def test_long_cell(cell: str, tmp_path: Path) -> None:
    """It is the length that is told, not quotation marks; the rows around are read."""
    rows = [HEADER + ",remarks", "001,a,90,5,3,ok", f"002,b,90,5,3,{cell}", "003,c,80,5,3,ok", ""]
    table = read(tmp_path, "\n".join(rows))
    assert [place[:2] for place in found(table) if place[0] in ("RI206", "RI259")] == [("RI259", 3)]
    assert table.ids.to_pylist() == ["001", "003"]


def test_longest_cell(tmp_path: Path) -> None:
    """One character less is read."""
    table = read(tmp_path, f"{HEADER},remarks\n001,a,90,5,3,{LONG[1:]}\n")
    assert "RI259" not in [place[0] for place in found(table)]
    assert table.ids.to_pylist() == ["001"]


def test_mark_that_is_not_closed(tmp_path: Path) -> None:
    """A cell that is long because its quotation mark has no end is a matter of the mark."""
    rows = [HEADER, '001,"a,90,5,3', *[f"{number},b,90,5,3" for number in range(100, 20_000)], ""]
    codes = [place[0] for place in found(read(tmp_path, "\n".join(rows)))]
    assert "RI206" in codes
    assert "RI259" not in codes


def _named(folder: Path, names: list[str]) -> Table:
    return read(folder, "\n".join([HEADER, *[f"{at:03d},{name},90,5,3" for at, name in enumerate(names, 1)], ""]))


@pytest.mark.parametrize("blank", ["", " ", "\u3000 "])
def test_blank_name(blank: str, tmp_path: Path) -> None:
    """The code stands in, and a note says so."""
    table = _named(tmp_path, ["甲", blank, "丙", blank])
    assert table.names.to_pylist() == ["甲", "002", "丙", "004"]
    note = next(finding for finding in table.findings if finding.code == "RI258")
    assert (note.severity, note.params["count"], note.params["first"]) == ("info", 2, 3)


def test_every_name_is_there(tmp_path: Path) -> None:
    assert found(_named(tmp_path, ["甲", "乙"])) == []


def test_numeric_codes_with_a_gap(tmp_path: Path) -> None:
    """Rows without a code are not counted among the codes that are numbers."""
    columns = {"community_id": pa.array([None, 12, 13]), "community": ["a", "b", "c"], "closure_rate": [1, 2, 3]}
    parquet.write_table(pa.table(columns), tmp_path / "data.parquet")
    table = read_table(tmp_path / "data.parquet", COLUMNS)
    note = next(finding for finding in table.findings if finding.code == "RI274")
    assert note.params == {"count": 2, "first": 3}
