"""Parquet files: every type of column becomes what a person would have typed, or is named."""

from __future__ import annotations

import datetime
import decimal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from data_helpers import COLUMNS, found
from pyarrow import parquet

from resilience_index.data.files.parquet import as_numbers, as_text
from resilience_index.data.read import read_table
from resilience_index.data.table import Keys, Table
from resilience_index.errors import UnreadableError

DAYS = 19_844 * 86_400_000_000  # 2024-05-01 in microseconds


def write(path: Path, **columns: Any) -> Path:
    rows = len(next(iter(columns.values())))
    base: dict[str, Any] = {
        "community_id": [f"{number:03d}" for number in range(1, rows + 1)], "community": ["甲"] * rows
    }  # fmt: skip
    parquet.write_table(pa.table(base | columns), path)
    return path


def read(path: Path, **options: Any) -> Table:
    return read_table(path, COLUMNS, **options)


def test_numbers_stay_numbers(tmp_path: Path) -> None:
    path = write(
        tmp_path / "data.csv", closure_rate=[90, None, 7], response_min=[0.1, float("nan"), None], belonging=pa.nulls(3)
    )
    for keep_text in (False, True):
        table = read(path, keep_text=keep_text)
        np.testing.assert_array_equal(table.values, [[90, np.nan, 7], [0.1, np.nan, np.nan], [np.nan] * 3])
        assert table.rows.tolist() == [2, 3, 4]
        assert table.findings == []
    assert table.raw is not None
    assert table.raw.column(0).to_pylist() == ["90", "", "7"]
    file = table.files[0]
    assert (file.kind, file.encoding, file.delimiter, file.sheet) == ("parquet", None, None, None)
    assert (file.size, file.path) == (path.stat().st_size, str(path))


def test_texts_follow_the_rules_of_cells(tmp_path: Path) -> None:
    for kind in (pa.string(), pa.large_string(), pa.dictionary(pa.int8(), pa.string())):
        cells = pa.array(["85%", "不适用", None, "<5"]).cast(kind)
        table = read(write(tmp_path / "a.parquet", closure_rate=cells, response_min=[1] * 4, belonging=[1] * 4))
        np.testing.assert_array_equal(table.values[0], [85, np.nan, np.nan, np.nan])
        assert table.not_applicable[0].tolist() == [False, True, False, False]
        assert [place for place in found(table) if place[0] == "RI241"] == [("RI241", 5, "closure_rate")]


@pytest.mark.parametrize(
    ("array", "texts"),
    [
        (pa.array([1, None, -5]), ["1", "", "-5"]),
        (pa.array([1.0, 0.1, float("nan"), None, 1e300, -0.5]), ["1", "0.1", "", "", "1e+300", "-0.5"]),
        (pa.array([0.1, 99.0, None], pa.float32()), ["0.1", "99", ""]),
        (pa.array([0.5, 2.0], pa.float16()), ["0.5", "2"]),
        (pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"]),
        (pa.array([True, False, None]), ["TRUE", "FALSE", ""]),
        (pa.array([decimal.Decimal("1.50"), None]), ["1.50", ""]),
        (pa.array([datetime.date(2024, 5, 1), None]), ["2024-05-01", ""]),
        (pa.array([DAYS], pa.timestamp("us")), ["2024-05-01"]),
        (pa.array([DAYS * 1000], pa.timestamp("ns", "Asia/Shanghai")), ["2024-05-01 08:00:00+0800"]),
        (pa.array([datetime.time(1, 2, 3)]), ["01:02:03"]),
        (pa.array(["a", None]).dictionary_encode().cast(pa.string()), ["a", ""]),
        (pa.nulls(2), ["", ""]),
        (pa.array([[1], None]), ["[1]", ""]),
    ],
)
def test_texts_of_types(array: Any, texts: list[str]) -> None:
    assert as_text(array).to_pylist() == texts


def test_numbers_of_types() -> None:
    assert as_numbers(pa.array([1, None])).to_pylist() == [1.0, None]
    assert as_numbers(pa.array([1.5, float("nan")])).to_pylist() == [1.5, None]
    assert as_numbers(pa.nulls(1)).to_pylist() == [None]
    for slow in (pa.array(["1"]), pa.array([float("inf")]), pa.array([True]), pa.array([decimal.Decimal("1.5")])):
        assert as_numbers(slow) is None


def test_what_is_no_number_is_named(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.parquet", closure_rate=[float("inf"), 1.0], response_min=[datetime.date(2024, 1, 1), None],
        belonging=[True, None],
    )  # fmt: skip
    errors = [place for place in found(read(path)) if place[0] == "RI241"]
    assert errors == [("RI241", 2, "closure_rate"), ("RI241", 2, "response_min"), ("RI241", 2, "belonging")]


def test_numbers_outside_the_range_and_tokens(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", closure_rate=[101, -999, 5], response_min=[1] * 3, belonging=[-999.0, 1, 2])
    table = read(path, tokens=(-999,))
    assert [place for place in found(table) if place[0] == "RI242"] == [("RI242", 2, "closure_rate")]
    np.testing.assert_array_equal(table.values[0], [np.nan, np.nan, 5])
    np.testing.assert_array_equal(table.values[2], [np.nan, 1, 2])


def test_codes_that_are_numbers(tmp_path: Path) -> None:
    for codes in ([330681001001, 5], [330681001001.0, 5.0]):
        table = read(write(tmp_path / "a.parquet", community_id=codes, closure_rate=[1, 2]))
        assert table.ids.to_pylist() == ["330681001001", "5"]
        assert ("RI274", None, "community_id") in found(table)


def test_integers_that_float64_cannot_hold(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", closure_rate=[1, 2], response_min=[1, 2], belonging=[2**53, 2**53 + 1])
    told = next(finding for finding in read(path).findings if finding.code == "RI273")
    assert (told.params["count"], told.params["first"], told.location.field) == (1, 3, "belonging")


@pytest.mark.parametrize("name", ["closure_rate", "community", "区县"])
@pytest.mark.parametrize("cells", [[[1], [2]], [{"a": 1}, None], [b"x", b"y"]])
def test_nested_and_binary_columns_are_named(tmp_path: Path, name: str, cells: list[Any]) -> None:
    table = read(write(tmp_path / "a.parquet", **{"closure_rate": [1, 2], name: cells}))
    errors = [place for place in found(table) if place[0] == "RI275"]
    assert errors == [("RI275", 1, name)]


def test_nested_columns_that_nobody_uses_do_not_matter(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", closure_rate=[1, 2], remark=[[1], [2]], note=[b"x", None], 人口=[5, 6])
    assert "RI275" not in {code for code, _, _ in found(read(path))}
    assert read(path).values[0].tolist() == [1, 2]


def test_rows_that_are_no_communities(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.parquet", community_id=["001", "002", "合计", None], community=["甲", "乙", None, None],
        closure_rate=[1.5, 2, 3.5, None], response_min=[1, 2, 3, None],
    )  # fmt: skip
    table = read(path)
    assert table.ids.to_pylist() == ["001", "002"]
    assert table.values[0].tolist() == [1.5, 2]
    assert {("RI237", 4, None), ("RI208", None, None)} <= set(found(table))


def test_periods_and_groups_of_any_type(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", closure_rate=[1, 2], period=[2024, 2025], 类型=[True, None])
    table = read(path, keys=Keys(groups=("类型",)))
    assert table.periods.to_pylist() == ["2024", "2025"]
    assert table.groups["类型"].to_pylist() == ["TRUE", ""]


def test_an_indicator_that_is_also_a_group(tmp_path: Path) -> None:
    table = read(write(tmp_path / "a.parquet", closure_rate=[1, 2]), keys=Keys(groups=("closure_rate",)))
    assert table.values[0].tolist() == [1, 2]
    assert table.groups["closure_rate"].to_pylist() == ["1", "2"]


def test_two_columns_of_one_name(tmp_path: Path) -> None:
    columns = [pa.array(["1", "2"]), pa.array([5, 6]), pa.array([7, 8])]
    parquet.write_table(pa.table(columns, names=["community_id", "x", "x"]), tmp_path / "a.parquet")
    assert ("RI219", 1, "x") in found(read(tmp_path / "a.parquet"))


def test_personal_numbers_in_any_type(tmp_path: Path) -> None:
    for column in ([13800138000, None], [13800138000.0, 1.0], ["13800138000", ""]):
        for name in ("remark", "belonging", "community"):
            table = read(write(tmp_path / "a.parquet", **{"closure_rate": [1, 2], name: column}))
            assert "RI252" in {code for code, _, _ in found(table)}, (name, column)


def test_without_rows_or_columns(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(write(tmp_path / "a.parquet", closure_rate=pa.array([], pa.int64())))
    assert caught.value.code == "RI201"
    parquet.write_table(pa.table({}), tmp_path / "a.parquet")
    with pytest.raises(UnreadableError) as caught:
        read(tmp_path / "a.parquet")
    assert caught.value.code == "RI004"


def test_damaged_files(tmp_path: Path) -> None:
    data = write(tmp_path / "good", closure_rate=list(range(50)), remark=["x" * 20] * 50).read_bytes()
    path = tmp_path / "a.parquet"
    refused = 0
    for end in (4, 5, 8, 12, 100, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:end])
        with pytest.raises(UnreadableError) as caught:
            read(path)
        assert caught.value.code == "RI262"
        refused += 1
    assert refused == 7


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    raw = pa.array([b"\xff\xfe", b"ok"], pa.binary())
    text = pa.Array.from_buffers(pa.string(), 2, raw.buffers())
    with pytest.raises(UnreadableError) as caught:
        read(write(tmp_path / "a.parquet", closure_rate=[1, 2], community=text))
    assert caught.value.code == "RI262"


def test_many_rows_are_fast(tmp_path: Path) -> None:
    count = 300_000
    values = np.random.default_rng(1).uniform(0, 100, count)
    ids = pa.array([f"{number:07d}" for number in range(count)])
    path = write(tmp_path / "a.parquet", community_id=ids, closure_rate=values, response_min=values, belonging=values)
    start = time.perf_counter()
    table = read(path)
    assert time.perf_counter() - start < 3
    np.testing.assert_array_equal(table.values[0], values)


def test_names_of_columns_that_are_no_text(tmp_path: Path) -> None:
    data = write(tmp_path / "good", closure_rate=[1, 2], abcdefgh=[1, 2]).read_bytes()
    path = tmp_path / "a.parquet"
    path.write_bytes(data.replace(b"abcdefgh", b"abc\xffefgh"))
    with pytest.raises(UnreadableError) as caught:
        read(path)
    assert caught.value.code == "RI262"
