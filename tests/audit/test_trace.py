"""The trace of a small run, cell by cell, worked out by hand."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from audit_helpers import FRAMEWORK, scored

import resilience_index as ri
from resilience_index.audit import trace
from resilience_index.scoring.engines import local
from resilience_index.scoring.result import Result

NAMES = [
    "community_id", "period", "indicator", "source_file", "source_row", "source_column", "raw", "cleaned", "status",
    "conversion", "divided", "filled", "treated", "normalized", "global_weight", "contribution", "effective_weight",
]  # fmt: skip
NODE_NAMES = [
    "community_id", "period", "node", "aggregated", "value", "shown", "effective_weight", "contribution",
]  # fmt: skip
N = None


def leaf(unit: str, name: str, place: tuple[str, int, str], *rest: Any) -> list[Any]:
    return [unit, "2024", name, *place, *rest]


A2, A3, B2, B3, B4 = ("a.csv", 2), ("a.csv", 3), ("b.csv", 2), ("b.csv", 3), ("b.csv", 4)
# raw, cleaned, status, conversion, divided, filled, treated, normalized, global weight, contribution, effective weight
ROWS = [
    leaf("001", "visits", (*A2, "visits"), "50%", 50, "reported", "percent", N, N, 50, 0.5, 0.375, 18.75, 0.5),
    leaf("001", "minutes", (*A2, "minutes"), "30", 30, "reported", N, N, N, 30, 0.5, 0.375, 18.75, 0.5),
    leaf("001", "events", (*A2, "events"), "20", 20, "reported", N, 0.2, N, 0.2, 0.2, 0.25, 5, 0.25),
    leaf("001", "residents", (*A2, "residents"), "100", 100, "reported", N, N, N, 100, N, N, N, N),
    leaf("002", "visits", (*A3, "visits"), "不适用", N, "not_applicable", N, N, N, N, N, 0.375, N, N),
    leaf("002", "minutes", (*A3, "minutes"), "", N, "filled", N, N, 30, 30, 0.5, 0.375, 37.5, 1),
    leaf("002", "events", (*A3, "events"), "50", 50, "treated", N, 0.5, N, 0.45, 0.45, 0.25, 11.25, 0.25),
    leaf("002", "residents", (*A3, "residents"), "100", 100, "reported", N, N, N, 100, N, N, N, N),
    leaf("003", "visits", (*B2, "走访"), "200", N, "faulty", N, N, N, N, N, 0.375, N, N),
    leaf("003", "minutes", (*B2, "minutes"), "15", 15, "reported", N, N, N, 15, 0.75, 0.375, N, 1),
    leaf("003", "events", (*B2, "events"), "60", 60, "treated", N, 0.6, N, 0.45, 0.45, 0.25, N, 1),
    leaf("003", "residents", (*B2, "residents"), "100", 100, "reported", N, N, N, 100, N, N, N, N),
    leaf("004", "visits", (*B3, "走访"), "２０", 20, "reported", "width", N, N, 20, 0.2, 0.375, N, 0.5),
    leaf("004", "minutes", (*B3, "minutes"), "45", 45, "reported", N, N, N, 45, 0.25, 0.375, N, 0.5),
    leaf("004", "events", (*B3, "events"), "70", 70, "reported", N, N, N, N, N, 0.25, N, N),
    leaf("004", "residents", (*B3, "residents"), "", N, "missing", N, N, N, N, N, N, N, N),
    leaf("005", "visits", (*B4, "走访"), "100", 100, "reported", N, N, N, 100, 1, 0.375, 37.5, 0.5),
    leaf("005", "minutes", (*B4, "minutes"), "30", 30, "reported", N, N, N, 30, 0.5, 0.375, 18.75, 0.5),
    leaf("005", "events", (*B4, "events"), "40", 40, "reported", N, 0.4, N, 0.4, 0.4, 0.25, 10, 0.25),
    leaf("005", "residents", (*B4, "residents"), "100", 100, "reported", N, N, N, 100, N, N, N, N),
]
# aggregated, value, shown, effective weight, contribution
NODES = [
    ["001", "2024", "index", 0.425, 0.425, 42.5, 1, 42.5], ["001", "2024", "people", 0.5, 0.5, 50, 0.75, 37.5],
    ["002", "2024", "index", 0.4875, 0.4875, 48.75, 1, 48.75], ["002", "2024", "people", 0.5, 0.5, 50, 0.75, 37.5],
    ["003", "2024", "index", N, N, N, N, N], ["003", "2024", "people", N, N, N, N, N],
    ["004", "2024", "index", N, N, N, N, N], ["004", "2024", "people", 0.225, 0.225, 22.5, 1, N],
    ["005", "2024", "index", 0.6625, 0.6625, 66.25, 1, 66.25], ["005", "2024", "people", 0.75, 0.75, 75, 0.75, 56.25],
]  # fmt: skip


def close(rows: list[list[Any]]) -> list[list[Any]]:
    return [
        [pytest.approx(cell, rel=1e-12) if isinstance(cell, (int, float)) else cell for cell in row] for row in rows
    ]


def rows(path: Path) -> list[list[Any]]:
    return [list(row.values()) for row in pq.read_table(path).to_pylist()]


def written(result: Result, folder: Path) -> list[list[Any]]:
    trace.write(result, folder / "t")
    return rows(folder / "t")


@pytest.fixture
def result(tmp_path: Path) -> Result:
    return scored(tmp_path)


@pytest.mark.parametrize("spans", [None, [(0, 2), (2, 5)], [(0, 1), (1, 4), (4, 5)]])
def test_every_cell(spans: Any, result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In whatever blocks it is written: across two files, with the header that each of them has."""
    if spans is not None:
        monkeypatch.setattr(local, "spans", lambda _size: iter(spans))
    assert written(result, tmp_path) == close(ROWS)
    trace.write_nodes(result, tmp_path / "n")
    assert rows(tmp_path / "n") == close(NODES)
    for name, blocks in (("t", spans), ("n", spans)):
        with pq.ParquetFile(tmp_path / name) as file:
            assert file.metadata.num_row_groups == len(blocks or [0])
            assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def test_columns_and_their_types(result: Result) -> None:
    schema = trace.schema()
    assert schema.names == NAMES
    text = {"community_id", "period", "indicator", "source_file", "source_column", "raw", "status", "conversion"}
    for name in NAMES:
        wanted = pa.string() if name in text else pa.int64() if name == "source_row" else pa.float64()
        assert schema.field(name).type == wanted
    assert trace.leaf_batch(result, result.detail(0, 5)).schema == schema
    nodes = trace.node_schema(result.plan)
    assert nodes.names == NODE_NAMES
    assert [field.type for field in nodes] == [pa.string()] * 3 + [pa.float64()] * 5
    assert trace.node_batch(result, result.detail(0, 5)).schema == nodes
    assert (trace.FILE, trace.NODES_FILE) == ("trace.parquet", "trace_nodes.parquet")


def test_codes_of_cells(result: Result) -> None:
    names = {index: [trace.STATUSES[code] for code in trace.status_codes(result, index, 1, 4)] for index in range(4)}
    assert names == {
        0: ["not_applicable", "faulty", "reported"], 1: ["filled", "reported", "reported"],
        2: ["treated", "treated", "reported"], 3: ["reported", "reported", "missing"],
    }  # fmt: skip


def test_the_first_mark_of_a_cell_gives_way_to_the_last(result: Result) -> None:
    """Filled comes after what was found in the file, and after treated: a cell without a value was given one."""
    table, prepared = result.table, result.prepared
    ones, none = np.ones(5, dtype=np.bool_), np.zeros(5, dtype=np.bool_)
    for marks, wanted in (
        (("not_applicable",), "not_applicable"), (("not_applicable", "faulty"), "faulty"),
        (("faulty", "treated"), "treated"), (("treated", "filled"), "filled"), (("faulty", "filled"), "filled"),
    ):  # fmt: skip
        masks = {
            name: {0: ones if name in marks else none} for name in ("not_applicable", "faulty", "treated", "filled")
        }
        fake: Any = SimpleNamespace(
            table=SimpleNamespace(values=table.values, not_applicable=masks["not_applicable"], faulty=masks["faulty"]),
            prepared=SimpleNamespace(treated=masks["treated"], filled=masks["filled"]),
        )
        assert {trace.STATUSES[code] for code in trace.status_codes(fake, 0, 0, 5)} == {wanted}
    assert prepared.filled.keys() == {1}


def plain(folder: Path, framework: str, data: str, name: str = "d.csv") -> Result:
    (folder / "f.yaml").write_text(framework, "utf-8")
    (folder / name).write_text(data, "utf-8")
    loaded = ri.load_framework(folder / "f.yaml")
    return ri.score(ri.read_data(folder / name, loaded), loaded)


PLAIN = FRAMEWORK.replace(", fill: mean", "").replace(", treat: {method: percentile, low: 0, high: 0.5}", "")
UNDIVIDED = PLAIN.replace(", denominate: {by: residents}", "").replace("[0, 1]", "[0, 100]")
SOUND = """\
community_id,visits,minutes,events
001,50,30,20
002,80,0,50
"""


def test_without_preparation_and_periods(tmp_path: Path) -> None:
    """Nothing divided, filled or treated: what is normalised is what was read; a column that is not there is empty."""
    found = plain(tmp_path, UNDIVIDED, SOUND)
    assert found.table.periods is None
    place = {"001": ("d.csv", 2), "002": ("d.csv", 3)}
    expected = []
    for unit, name, raw, value, normalized, weight, share in (
        ("001", "visits", "50", 50.0, 0.5, 0.375, 0.5), ("001", "minutes", "30", 30.0, 0.5, 0.375, 0.5),
        ("001", "events", "20", 20.0, 0.2, 0.25, 0.25),
        ("002", "visits", "80", 80.0, 0.8, 0.375, 0.5), ("002", "minutes", "0", 0.0, 1.0, 0.375, 0.5),
        ("002", "events", "50", 50.0, 0.5, 0.25, 0.25),
    ):  # fmt: skip
        where = [*place[unit], name]
        figures = [value, "reported", N, N, N, value, normalized, weight, 100 * weight * normalized, share]
        expected.append([unit, N, name, *where, raw, *figures])
    kept = [row for row in written(found, tmp_path) if row[2] != "residents"]
    assert kept == close(expected)
    trace.write_nodes(found, tmp_path / "n")
    assert {row[1] for row in rows(tmp_path / "n")} == {None}
    assert trace.node_batch(found, found.detail(0, 2)).column("period").null_count == 4


@pytest.mark.parametrize(
    ("framework", "divided", "filled", "treated"),
    [
        (UNDIVIDED.replace("goalposts: [60, 0]}", "goalposts: [60, 0], fill: mean}"), [N] * 6, [N, 30, N, N, N, N],
         [50, 30, 20, 80, 30, 50]),
        (UNDIVIDED.replace("goalposts: [60, 0]}", "goalposts: [60, 0], treat: {method: percentile, high: 0.5}}"),
         N, N, N),
    ],
)  # fmt: skip
def test_one_kind_of_preparation_alone(framework: str, divided: Any, filled: Any, treated: Any, tmp_path: Path) -> None:
    data = SOUND.replace("001,50,30", "001,50,")
    if treated is None:  # four values are needed to cut at percentiles
        data += "003,10,30,20\n004,20,40,20\n005,20,50,20\n"
        values = plain(tmp_path, framework, data.replace("001,50,,20\n", ""))
        found = [row[12] for row in written(values, tmp_path) if row[2] == "minutes"]
        # of 0, 30, 40, 50: the median is 35, the twentieth part 4.5
        assert found == pytest.approx([4.5, 30, 35, 35])
        status = [row[8] for row in written(values, tmp_path) if row[2] == "minutes"]
        assert status == ["treated", "reported", "treated", "treated"]
        return
    data = data.replace("002,80,0", "002,80,30")
    found_rows = [row for row in written(plain(tmp_path, framework, data), tmp_path) if row[2] != "residents"]
    assert [row[10] for row in found_rows] == divided
    assert [row[11] for row in found_rows] == filled
    assert [row[12] for row in found_rows] == treated


LONG = """\
community_id,indicator,value
001,visits,50
001,minutes,30
002,events,50
001,events,20
002,visits,80
"""


def test_cells_in_rows_of_their_own(tmp_path: Path) -> None:
    """A long table: each cell has its row; where there is none, there is no row either."""
    found = plain(tmp_path, UNDIVIDED, LONG)
    every = written(found, tmp_path)
    assert [row[3:7] for row in every if row[2] == "residents"] == [["d.csv", None, None, None]] * 2
    leaves = [row for row in every if row[2] != "residents"]
    assert [(row[0], row[2], row[4], row[7]) for row in leaves] == [
        ("001", "visits", 2, 50), ("001", "minutes", 3, 30), ("001", "events", 5, 20),
        ("002", "visits", 6, 80), ("002", "minutes", None, None), ("002", "events", 4, 50),
    ]  # fmt: skip


def test_without_the_texts_of_cells(result: Result) -> None:
    bare: Any = SimpleNamespace(table=result.table.replace(raw=None), plan=result.plan)
    assert trace._raw(bare, 1, 3).to_pylist() == [None] * 8
    assert trace._raw(result, 1, 3).to_pylist() == ["不适用", "", "50", "100", "200", "15", "60", "100"]


def test_figures_on_the_way_to_values(tmp_path: Path) -> None:
    """A node with details has them in a map, one without has none; what is not a number is null."""
    framework = UNDIVIDED.replace("title: {zh: 人, en: People}", "title: {zh: 人, en: People}\n      aggregate: vikor")
    found = plain(tmp_path, framework, SOUND)
    assert found.plan.detailed
    detail = found.detail(0, 2)
    names = list(detail.values.details[1])
    assert names
    schema = trace.node_schema(found.plan)
    assert schema.names == [*NODE_NAMES, "details"]
    assert schema.field("details").type == pa.map_(pa.string(), pa.float64())
    for unit in (0, 1):
        expected = {name: float(column[unit]) for name, column in detail.values.details[1].items()}
        assert trace.node_details(detail, 1, unit) == expected
        assert trace.node_details(detail, 0, unit) == {}
    detail.values.details[1][names[0]][1] = np.nan
    assert trace.node_details(detail, 1, 1)[names[0]] is None
    batch = trace.node_batch(found, detail)
    told = batch.column("details").to_pylist()
    assert told == [None, list(trace.node_details(detail, 1, 0).items()), None,
                    list(trace.node_details(detail, 1, 1).items())]  # fmt: skip
    assert told[3][0] == (names[0], None)
    assert batch.schema == schema
