"""Codes of communities that only look different, and codes that a sheet stores as numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from data_helpers import COLUMNS, HEADER, found, read
from hypothesis import given
from hypothesis import strategies as st
from xlsx_files import book

from resilience_index.data.checks.codes import plain_code
from resilience_index.data.read import read_table
from resilience_index.data.table import Table

CODE = "330106001001"
ODD = [
    ("３３０１０６００１００１", {"wide"}),
    ("330106001001\u200b", {"invisible"}),
    ("\ufeff330106001001", {"invisible"}),
    ("330106001001\u202c", {"invisible"}),
    ("3301060\u00ad01001", {"invisible"}),
    ('="330106001001"', {"formula"}),
    ("'330106001001", {"apostrophe"}),
    ("330106 001 001", {"spaces"}),
    ("330106\u00a0001001", {"spaces"}),
    ("'３３０１０６００１００１\u200b", {"apostrophe", "wide", "invisible"}),
]


@pytest.mark.parametrize(("written", "kinds"), ODD)
def test_a_code_that_only_looks_different_is_the_same(tmp_path: Path, written: str, kinds: set[str]) -> None:
    assert plain_code(written) == (CODE, kinds)
    table = read(tmp_path, f"{HEADER}\n{CODE},甲,90,30,4\n{_quoted(written)},乙,80,40,5\n330106001002,丙,80,40,5\n")
    assert table.ids.to_pylist() == [CODE, CODE, "330106001002"]
    assert [code for code, _, _ in found(table)] == [*["RI249"] * len(kinds), "RI232"]
    assert ("RI232", 3, "community_id") in found(table)
    for finding in table.findings[: len(kinds)]:
        assert finding.message("en").endswith(f"→ '{CODE}'")
        assert finding.params["first"] == 3


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@pytest.mark.parametrize(
    "code", ["01", "A-1", "A_1.b", "云澜社区", "云澜社区（东）", "d'Arc", "'a'", "01 A", "=1", "一 二", "Ä1", "1/2"]
)
def test_what_may_mean_something_stays(tmp_path: Path, code: str) -> None:
    assert plain_code(code) == (code, set())
    table = read(tmp_path, f"{HEADER}\n{_quoted(code)},甲,90,30,4\n")
    assert table.ids.to_pylist() == [code]
    assert "RI249" not in [finding.code for finding in table.findings]


@given(st.text(alphabet=st.sampled_from("0１9Aａ－_ 　'=\"\u200b\ufeff社"), max_size=8))
def test_a_plain_code_stays_as_it_is(text: str) -> None:
    code, kinds = plain_code(text.strip())
    assert bool(kinds) == (code != text.strip())
    if not kinds:
        assert plain_code(code) == (code, set())
    assert not {"\u200b", "\ufeff", "１", "ａ", "－"} & set(code)


def test_names_keep_their_text_and_kinds_are_told_once(tmp_path: Path) -> None:
    rows = "".join(f"０{row},社区０{row}\u200b,90,30,4\n" for row in range(1, 6))
    table = read(tmp_path, f"{HEADER}\n{rows}")
    assert table.ids.to_pylist() == ["01", "02", "03", "04", "05"]
    assert table.names[0].as_py() == "社区０1\u200b"
    (finding,) = table.findings
    assert (finding.code, finding.params["count"]) == ("RI249", 5)


def test_a_code_of_nothing_but_invisible_characters_is_blank(tmp_path: Path) -> None:
    table = read(tmp_path, f"{HEADER}\n01,甲,90,30,4\n\u200b,乙,80,40,5\n")
    assert ("RI231", 3, "community_id") in found(table)


def test_lost_zeros_are_seen_in_plain_codes(tmp_path: Path) -> None:
    table = read(tmp_path, f"{HEADER}\n００１,甲,90,30,4\n2,乙,80,40,5\n")
    assert [finding.code for finding in table.findings] == ["RI249", "RI234"]


def test_long_tables_put_equal_codes_together(tmp_path: Path) -> None:
    text = "community_id,indicator,value\n01,closure_rate,90\n０１,response_min,30\n01\u200b,belonging,4\n"
    table = read(tmp_path, text)
    assert table.ids.to_pylist() == ["01"]
    assert [finding.code for finding in table.findings].count("RI249") == 2
    assert [column.tolist() for column in table.values] == [[90.0], [30.0], [4.0]]


def _sheet(path: Path, codes: list[Any], formats: list[str]) -> Table:
    def fill(workbook: Any) -> None:
        sheet = workbook.add_worksheet("数据")
        sheet.write_row(0, 0, HEADER.split(","))
        for row, (code, form) in enumerate(zip(codes, formats, strict=True), 1):
            sheet.write(row, 0, code, workbook.add_format({"num_format": form}))
            sheet.write_row(row, 1, [f"社区{row}", 90, 30, 4])

    return read_table(book(path / "codes.xlsx", fill), COLUMNS)


def test_zeros_that_the_sheet_shows_belong_to_the_code(tmp_path: Path) -> None:
    table = _sheet(tmp_path, [1, 20, 300, 4000], ["000", "000;-000", "000", "000_ "])
    assert table.ids.to_pylist() == ["001", "020", "300", "4000"]
    findings = {finding.code: finding for finding in table.findings}
    assert findings["RI250"].params == {"count": 2, "first": 2, "id": "001"}
    assert findings["RI250"].location.field == "community_id"
    assert "'001'" in findings["RI250"].message("en")
    assert "“001”" in findings["RI250"].message("zh")
    assert findings["RI274"].params == {"count": 2, "first": 4}


@pytest.mark.parametrize("form", ["0", "General", "0.00", "#,##0", '"A"000', "0-00", "000.0"])
def test_other_formats_show_no_zeros(tmp_path: Path, form: str) -> None:
    table = _sheet(tmp_path, [7, 12], [form, form])
    assert table.ids.to_pylist() == ["7", "12"]
    assert [finding.code for finding in table.findings] == ["RI274"]


def test_a_sheet_that_shows_some_zeros_has_lost_others(tmp_path: Path) -> None:
    table = _sheet(tmp_path, [1, 2], ["000", "General"])
    assert table.ids.to_pylist() == ["001", "2"]
    assert "RI234" in [finding.code for finding in table.findings]


def test_values_are_not_filled_up(tmp_path: Path) -> None:
    def fill(workbook: Any) -> None:
        sheet = workbook.add_worksheet("数据")
        sheet.write_row(0, 0, HEADER.split(","))
        sheet.write_row(1, 0, ["a1", "甲"])
        sheet.write_row(1, 2, [7, 8, 4], workbook.add_format({"num_format": "000"}))

    table = read_table(book(tmp_path / "values.xlsx", fill), COLUMNS, keep_text=True)
    assert [column.tolist() for column in table.values] == [[7.0], [8.0], [4.0]]
    assert table.raw is not None
    assert table.raw.column(0).to_pylist() == ["7"]


def test_codes_that_are_no_whole_numbers(tmp_path: Path) -> None:
    table = _sheet(tmp_path, [1.5, 2], ["General", "000"])
    assert [(finding.code, finding.location.row) for finding in table.findings if finding.severity == "error"] == [
        ("RI238", 2)
    ]
    path = tmp_path / "codes.parquet"
    columns = {"community_id": [1.5, 2.0], "community": ["甲", "乙"]}
    columns |= {"closure_rate": [1.0, 2.0], "response_min": [1.0, 2.0], "belonging": [1.0, 2.0]}
    pa.parquet.write_table(pa.table(columns), path)
    assert [(code, row) for code, row, _ in found(read_table(path, COLUMNS))] == [("RI238", 2), ("RI274", None)]
