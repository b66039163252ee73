"""Periods written in several ways: told in one file and across files, never taken for one period silently."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from data_helpers import COLUMNS, HEADER, read, write
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.data.checks.periods import alike, plain_period
from resilience_index.data.concat import concat
from resilience_index.data.read import read_table
from resilience_index.data.table import Table
from resilience_index.findings import Finding


def told(table: Table) -> list[tuple[str, int | None, str | None]]:
    return [(found.code, found.location.row, found.location.file) for found in table.findings if _is(found)]


def _is(finding: Finding) -> bool:
    return finding.code in ("RI260", "RI232", "RI279", "RI209")


@pytest.mark.parametrize("mode", ["auto", "careful"])
def test_a_community_that_stands_twice(tmp_path: Path, mode: str) -> None:
    rows = [
        ("001", "2024"),
        ("001", "2024年"),
        ("001", "2024年度"),
        ("001", "２０２４"),
        ("002", "2024"),
        ("001", "2023"),
    ]
    text = "".join(f"{code},甲,90,30,4,{period}\n" for code, period in rows)
    table = read(tmp_path, f"{HEADER},period\n{text}", path_mode=mode)
    name = "data.csv"
    assert told(table) == [("RI260", 3, name), ("RI232", 3, name), ("RI232", 4, name), ("RI232", 5, name)]
    first, second = table.findings[0], table.findings[1]
    assert first.message("zh") == "期别写法不一，将按不同期别评分：2024、2024年、2024年度、２０２４"
    assert (
        second.message("en")
        == "the community code '001' stands in rows 2 and 3, as of period 2024 and of period 2024年"
    )
    assert second.message("zh").endswith("（期别分别写作 2024 与 2024年）")


def test_different_communities_are_a_warning(tmp_path: Path) -> None:
    table = read(tmp_path, f"{HEADER},period\n001,甲,90,30,4,2024\n002,乙,90,30,4,2024 年\n003,丙,90,30,4,2023年\n")
    assert told(table) == [("RI260", 3, "data.csv")]
    assert table.findings[0].severity == "warning"
    assert table.period_codes()[1] == ["2023年", "2024", "2024 年"]


def test_doubles_are_told_once(tmp_path: Path) -> None:
    rows = "001,甲,90,30,4,2024\n001,甲,90,30,4,2024年\n001,甲,90,30,4,2024年\n"
    assert told(read(tmp_path, f"{HEADER},period\n{rows}")) == [
        ("RI232", 4, "data.csv"), ("RI260", 3, "data.csv"), ("RI232", 3, "data.csv")
    ]  # fmt: skip


def test_across_files(tmp_path: Path) -> None:
    first = write(tmp_path, f"{HEADER},period\n001,甲,90,30,4,2024\n002,乙,90,30,4,2024\n", "a.csv")
    second = write(tmp_path, f"{HEADER},period\n002,乙,90,30,4,2024年\n003,丙,90,30,4,2024年\n", "b.csv")
    tables = [read_table(path, COLUMNS) for path in (first, second)]
    assert [told(table) for table in tables] == [[], []]
    table = concat(tables)
    assert told(table) == [("RI260", 2, "b.csv"), ("RI279", 2, "b.csv")]
    assert "as of period 2024 and of period 2024年" in table.findings[1].message("en")


def test_what_one_file_has_told_is_not_told_again(tmp_path: Path) -> None:
    first = write(tmp_path, f"{HEADER},period\n001,甲,90,30,4,2024\n001,甲,90,30,4,2024年\n", "a.csv")
    second = write(tmp_path, f"{HEADER},period\n002,乙,90,30,4,2024年\n", "b.csv")
    table = concat([read_table(path, COLUMNS) for path in (first, second)])
    assert told(table) == [("RI260", 3, "a.csv"), ("RI232", 3, "a.csv")]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2024", "2024年", True), ("2024", "2024年度", True), ("2024", "２０２４", True), ("2024 Q1", "2024Q1", True),
        ("2024", "2024\u200b", True), ("2024-Q1", "2024Q1", False), ("2024", "2023", False), ("年", "年度", False),
        ("2024年1月", "20241月", False), ("第1年", "第1", True),
    ],
)  # fmt: skip
def test_what_is_alike(first: str, second: str, same: bool) -> None:
    assert (plain_period(first) == plain_period(second)) is same


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["1", "1年", "１", "2", ""])), max_size=12))
def test_pairs_are_what_comparing_all_rows_finds(rows: list[tuple[str, str]]) -> None:
    found = alike(pa.array([row[0] for row in rows], pa.string()), pa.array([row[1] for row in rows], pa.string()))
    expected = []
    for at, (code, period) in enumerate(rows):
        before = [
            row for row in range(at) if rows[row][0] == code and plain_period(rows[row][1]) == plain_period(period)
        ]
        if before and all(rows[row][1] != period for row in before):
            expected.append((before[0], at))
    assert found.twice == expected
    spellings = {period for _, period in rows if plain_period(period) == "1"}
    assert [set(group) for group, _ in found.groups] == [spellings] * (len(spellings) > 1)
