"""Long tables: one row a value; the same table as a wide file, every value with its own row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from data_helpers import COLUMNS, HEADER, found, picture, read
from pyarrow import csv, parquet
from xlsx_files import book, sheet_of

from resilience_index.data.read import read_table
from resilience_index.data.table import Column, Table
from resilience_index.errors import UnreadableError

TEXT = """community_id,community,period,区县,indicator,value
001,甲,2024,东区,closure_rate,90
001,甲,2024,东区,诉求响应时长（分钟）,30
002,乙,2024,西区,closure_rate,80%
001,甲,2024,东区,归属感,不适用
002,乙,2024,西区,Response time,x
002,乙,2025,西区,closure_rate,70
"""


def codes(table: Table) -> list[str]:
    return [code for code, _, _ in found(table)]


@pytest.mark.parametrize("mode", ["auto", "careful"])
def test_a_long_table(tmp_path: Path, mode: str) -> None:
    table = read(tmp_path, TEXT, path_mode=mode, keep_text=True)
    assert table.ids.to_pylist() == ["001", "002", "002"]
    assert table.names.to_pylist() == ["甲", "乙", "乙"]
    assert table.periods.to_pylist() == ["2024", "2024", "2025"]
    assert table.groups["district"].to_pylist() == ["东区", "西区", "西区"]
    np.testing.assert_array_equal(
        table.values, [[90, 80, 70], [30, np.nan, np.nan], [np.nan, np.nan, np.nan]]
    )  # fmt: skip
    assert table.not_applicable[2].tolist() == [True, False, False]
    assert table.faulty[1].tolist() == [False, True, False]
    assert table.rows.tolist() == [2, 4, 7]
    assert table.cell_rows is not None
    assert {at: rows.tolist() for at, rows in table.cell_rows.items()} == {0: [2, 4, 7], 1: [3, 6, 0], 2: [5, 0, 0]}
    assert table.headers == {"closure_rate": "value", "response_min": "value", "belonging": "value"}
    assert table.files[0].form == "long"
    assert table.raw is not None
    assert table.raw.column(1).to_pylist() == ["30", "x", ""]
    assert table.place(1, 1).text() == 'data.csv:row 6, column "value"'
    assert table.place(1, 2).text() == 'data.csv:row 4, column "value"'
    assert [place for place in found(table) if place[0] == "RI241"] == [("RI241", 6, "value")]


def test_the_same_as_a_wide_table(tmp_path: Path) -> None:
    wide = f"{HEADER},期\n001,甲,90,30,4,2024\n002,乙,80,,5,2024\n"
    long = (
        "社区编码,社区名称,期,指标编号,指标值\n001,甲,2024,closure_rate,90\n001,甲,2024,response_min,30\n"
        "001,甲,2024,belonging,4\n002,乙,2024,closure_rate,80\n002,乙,2024,belonging,5\n"
    )
    first, second = (picture(read(tmp_path, text)) for text in (wide, long))
    for key in ("values", "not_applicable", "faulty", "ids", "names", "periods", "groups"):
        assert first[key] == second[key], key


@pytest.mark.parametrize("names", [("指标", "数值"), ("指标名称", "值"), ("Indicator", "VALUE"), ("指标代码", "取值")])
def test_names_of_the_two_columns(tmp_path: Path, names: tuple[str, str]) -> None:
    table = read(tmp_path, f"社区编码,{names[0]},{names[1]}\n001,closure_rate,90\n002,belonging,3\n")
    np.testing.assert_array_equal(table.values[0], [90, np.nan])
    assert "RI218" not in codes(table)


def test_both_a_code_and_a_name_of_the_indicator(tmp_path: Path) -> None:
    table = read(tmp_path, "社区编码,指标名称,指标编号,数值\n001,随便,closure_rate,90\n")
    assert table.values[0].tolist() == [90]
    assert "RI276" not in codes(table)


def test_wide_tables_are_not_taken_for_long_ones(tmp_path: Path) -> None:
    table = read(tmp_path, f"{HEADER},指标,数值\n001,甲,90,30,4,x,5\n")
    assert table.files[0].form == "wide"
    assert codes(table) == ["RI218", "RI218"]
    own = (Column("value", ("Value",), (), None, None), Column("other", ("Other",), (), None, None))
    table = read(tmp_path, "community_id,indicator,value\n001,x,5\n", columns=own)
    assert table.files[0].form == "wide"
    assert table.values[0].tolist() == [5]


def test_a_value_that_stands_twice(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        "community_id,period,indicator,value\n001,2024,closure_rate,90\n002,2024,closure_rate,80\n"
        "001,2024,隐患闭环率,91\n001,2025,closure_rate,92\n",
    )
    told = [finding for finding in table.findings if finding.code == "RI277"]
    assert [finding.location.row for finding in told] == [4]
    assert told[0].message("en") == "'closure_rate' of community '001' of period 2024 stands in rows 2 and 4"
    assert table.values[0].tolist() == [90, 80, 92]


def test_entries_of_one_community_that_differ(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        "community_id,community,区县,indicator,value\n001,,东区,closure_rate,90\n001,甲,,response_min,5\n"
        "001,乙,西区,belonging,4\n",
    )
    assert table.names.to_pylist() == ["甲"]
    assert [place for place in found(table) if place[0] == "RI278"] == [
        ("RI278", 4, "community"), ("RI278", 4, "区县")
    ]  # fmt: skip
    told = next(finding for finding in table.findings if finding.code == "RI278")
    assert told.message("en") == "community '001' has '乙' here, and '甲' in row 3"


def test_indicators_nobody_knows(tmp_path: Path) -> None:
    other = Column("other_rate", ("别的",), (), "%", None)
    table = read(
        tmp_path,
        "community_id,indicator,value\n001,closure_rte,90\n001,别的,5\n002,closure_rte,80\n001,belonging,4\n002,,7\n",
        known=(other,),
    )
    told = {finding.location.row: finding for finding in table.findings if finding.code == "RI276"}
    assert set(told) == {2, 6}
    assert told[2].params["count"] == 2
    assert "did you mean 'closure_rate'?" in told[2].message("en")
    assert {"RI222", "RI216"} <= set(codes(table))
    np.testing.assert_array_equal(table.values[2], [4, np.nan])


def test_no_indicator_at_all(tmp_path: Path) -> None:
    assert "RI217" in codes(read(tmp_path, "community_id,indicator,value\n001,x,90\n"))


def test_an_indicator_in_another_unit_is_not_read(tmp_path: Path) -> None:
    table = read(tmp_path, "community_id,indicator,value\n001,诉求响应时长（小时）,2\n001,closure_rate,90\n")
    assert "RI276" in codes(table)
    assert np.isnan(table.values[1]).all()


def test_a_name_of_several_indicators(tmp_path: Path) -> None:
    twins = (Column("a", ("同名",), (), None, None), Column("b", ("同名",), (), None, None))
    table = read(tmp_path, "community_id,indicator,value\n001,同名,90\n001,a,5\n", columns=twins)
    assert ("RI221", 2, "indicator") in found(table)


def test_faults_of_codes_periods_and_rows(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        "community_id,period,indicator,value\n,2024,closure_rate,90\n001,,belonging,4\n合计,,,5\n002,2024,belonging\n"
        "2,2024,belonging,3\n\n002,2024,belonging,3\n",
    )
    told = found(table)
    for place in (
        ("RI231", 2, "community_id"), ("RI236", 3, "period"), ("RI237", 4, None), ("RI207", 5, None),
        ("RI208", None, None), ("RI234", 6, "community_id"),
    ):  # fmt: skip
        assert place in told, place


def test_findings_about_an_indicator_name_it(tmp_path: Path) -> None:
    rows = "".join(f"00{number},归属感,5\n00{number},隐患整改闭环率,0.{number}\n" for number in range(1, 6))
    table = read(tmp_path, f"community_id,indicator,value\n{rows}")
    assert ("RI244", None, "隐患整改闭环率") in found(table)
    outside = read(tmp_path, "community_id,indicator,value\n001,belonging,4\n002,closure_rate,101\n")
    assert ("RI242", 3, "value") in found(outside)


def test_without_a_column_of_codes(tmp_path: Path) -> None:
    table = read(tmp_path, "name,indicator,value\n甲,closure_rate,90\n")
    assert "RI211" in codes(table)
    assert len(table) == 1


def test_without_rows(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(tmp_path, "community_id,indicator,value\n")
    assert caught.value.code == "RI201"


def test_personal_numbers_are_found(tmp_path: Path) -> None:
    table = read(
        tmp_path, "community_id,indicator,value,备注\n001,closure_rate,13800138000,\n002,belonging,3,13912345678\n"
    )
    places = {place[1:] for place in found(table) if place[0] == "RI252"}
    assert places == {(2, "value"), (3, "备注")}


def test_long_workbooks_and_parquet_files(tmp_path: Path) -> None:
    rows = [line.split(",") for line in TEXT.splitlines()]
    expected = picture(read(tmp_path, TEXT))
    path = tmp_path / "data.csv"
    paths: list[Any] = [book(tmp_path / "a.xlsx", sheet_of(rows)), tmp_path / "a.parquet"]
    parquet.write_table(
        csv.read_csv(path, convert_options=csv.ConvertOptions(column_types={"community_id": "string"})), paths[1]
    )
    for other in paths:
        table = read_table(other, COLUMNS)
        seen = picture(table)
        for key in ("values", "not_applicable", "faulty", "ids", "names", "periods", "groups", "rows", "headers"):
            assert seen[key] == expected[key], key
        assert table.files[0].form == "long"


def test_merged_codes_of_a_long_workbook(tmp_path: Path) -> None:
    def fill(workbook: Any) -> None:
        sheet = workbook.add_worksheet("S")
        sheet.write_row(0, 0, ["社区编码", "指标", "数值"])
        sheet.merge_range(1, 0, 2, 0, "001")
        sheet.write_row(1, 1, ["closure_rate", 90])
        sheet.write_row(2, 1, ["belonging", 4])
        sheet.write_row(3, 0, ["002", "belonging", 5])

    table = read_table(book(tmp_path / "a.xlsx", fill), COLUMNS)
    assert table.ids.to_pylist() == ["001", "002"]
    assert table.values[2].tolist() == [4, 5]


def test_many_unknown_names_are_fast(tmp_path: Path) -> None:
    import time

    rows = "".join(f"{number:05d},unknown_{number},1\n" for number in range(20_000))
    start = time.perf_counter()
    table = read(tmp_path, f"community_id,indicator,value\n{rows}99999,closure_rate,5\n")
    assert time.perf_counter() - start < 5
    assert codes(table).count("RI276") == 1000
    assert "RI209" in codes(table)
