"""Cells that were converted, in the files of a run: the trace and the explanation name what was done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from resilience_index.analysis import explain
from resilience_index.runs import folder as run_folder
from resilience_index.scoring import assess

FRAMEWORK = """
tree:
  children:
    - {id: rate, unit: "%", goalposts: [0, 100]}
    - {id: minutes, unit: min, direction: cost, goalposts: [240, 0]}
    - {id: items, unit: 个, goalposts: [0, 20000]}
    - {id: station, unit: "0/1", goalposts: [0, 1]}
"""
DATA = """\
community_id,rate,minutes,items,station
001,８５％,30分钟,1.5万,有
002,85,60,"12,000",0
003,,90,700,1
"""
PLAIN = """\
community_id,rate,minutes,items,station
001,85,30,15000,1
002,85,60,12000,0
003,,90,700,1
"""


@pytest.fixture
def runs(tmp_path: Path, framework_file: Callable[..., Path]) -> dict[str, Path]:
    framework = framework_file(FRAMEWORK)
    made = {}
    for name, text in {"converted": DATA, "plain": PLAIN}.items():
        data = tmp_path / name / "data.csv"
        data.parent.mkdir()
        data.write_text(text, encoding="utf-8")
        work = assess.job(str(framework), str(data))
        made[name] = run_folder.write(assess.assess(work), work, tmp_path / f"{name}_run", formats=()).folder
    return made


def test_the_trace_names_the_conversion_of_each_cell(runs: dict[str, Path]) -> None:
    rows = pq.read_table(runs["converted"] / "trace.parquet").to_pylist()
    told = {(row["community_id"], row["indicator"]): (row["raw"], row["cleaned"], row["conversion"]) for row in rows}
    assert told["001", "rate"] == ("８５％", 85, "width+percent")
    assert told["001", "minutes"] == ("30分钟", 30, "unit")
    assert told["001", "items"] == ("1.5万", 15000, "ten_thousands")
    assert told["001", "station"] == ("有", 1, "word")
    assert told["002", "items"] == ("12,000", 12000, "thousands")
    assert {told["003", leaf][2] for leaf in ("rate", "minutes", "items", "station")} == {None}
    plain = pq.read_table(runs["plain"] / "trace.parquet")
    assert plain.column("conversion").null_count == plain.num_rows


def test_other_ways_of_writing_a_number_give_the_same_scores(runs: dict[str, Path]) -> None:
    assert (runs["converted"] / "scores.csv").read_bytes() == (runs["plain"] / "scores.csv").read_bytes()


def test_an_explanation_names_the_conversion(runs: dict[str, Path]) -> None:
    told = explain.explain_run(runs["converted"], "001")
    assert {leaf.indicator: leaf.conversion for leaf in told.leaves} == {
        "rate": "width+percent", "minutes": "unit", "items": "ten_thousands", "station": "word",
    }  # fmt: skip
