"""Workbooks: every cell becomes the text that a person sees, or is named."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from data_helpers import COLUMNS, HEADER, found
from hypothesis import given
from hypothesis import strategies as st
from xlsx_files import book, raw_book, raw_sheet, sheet_of, styles

from resilience_index.data.files.sheet_formats import date_text, kind_of, number_text, percent_text
from resilience_index.data.files.workbook import Book
from resilience_index.data.read import read_table
from resilience_index.data.table import Table
from resilience_index.errors import UnreadableError, UsageError

TITLES = HEADER.split(",")
ROWS = [TITLES, ["001", "甲", 90, 30.5, 4], ["002", "乙", 80, 31, 5]]


def texts(path: Path) -> list[tuple[str, ...]]:
    workbook = Book(path.read_bytes(), path.name)
    return [tuple(record.cells) for record in workbook.grid(workbook.visible[0]).records]


def read(path: Path, **options: Any) -> Table:
    return read_table(path, COLUMNS, **options)


def codes(table: Table) -> list[str]:
    return [finding.code for finding in table.findings]


def one_column(path: Path, fill: Any) -> list[str]:
    """The texts of column A of a workbook that ``fill(workbook, sheet)`` writes."""
    return [row[0] for row in texts(book(path, lambda workbook: fill(workbook, workbook.add_worksheet())))]


# --- cells


def test_a_plain_table(tmp_path: Path) -> None:
    table = read(book(tmp_path / "data.csv", sheet_of(ROWS)))  # the name says nothing about the kind
    assert table.source == "data.csv[数据]"
    assert table.ids.to_pylist() == ["001", "002"]
    assert table.names.to_pylist() == ["甲", "乙"]
    assert [column.tolist() for column in table.values] == [[90, 80], [30.5, 31], [4, 5]]
    assert table.rows.tolist() == [2, 3]
    assert table.findings == []
    file = table.files[0]
    assert (file.kind, file.sheet, file.encoding, file.delimiter, file.form) == ("xlsx", "数据", None, None, "wide")
    assert file.size == (tmp_path / "data.csv").stat().st_size
    assert table.place(1, 0).text() == 'data.csv[数据]:row 3, column "closure_rate"'


def test_values_become_texts(tmp_path: Path) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        percent = workbook.add_format({"num_format": "0.0%"})
        for number, (value, form) in enumerate(
            [
                (5.0, None), (5.25, None), (0.1, None), (1e-7, None), (-3, None), (True, None), (False, None),
                (0.85, percent), (0.575, percent), (1, percent), (datetime.date(2024, 5, 1), day),
                (45413.5625, day), (123456789012345, None),
            ]
        ):  # fmt: skip
            sheet.write(number, 0, value, form)
        sheet.write_formula(13, 0, "=1/0", None, "#DIV/0!")
        sheet.write_formula(14, 0, '="a"', None, "a")
        sheet.write_formula(15, 0, "=2*3", None, 6)
        sheet.write_string(16, 0, "007")
        sheet.write_string(17, 0, " 85% ")
        sheet.write_rich_string(18, 0, workbook.add_format({"bold": True}), "社", "区")

    assert one_column(tmp_path / "a.xlsx", fill) == [
        "5", "5.25", "0.1", "1e-07", "-3", "TRUE", "FALSE", "85%", "57.5%", "100%", "2024-05-01",
        "2024-05-01 13:30:00", "123456789012345", "#DIV/0!", "a", "6", "007", " 85% ", "社区",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("0%", "percent"), ("0.00%", "percent"), ("[Red]0%;[Blue]-0%", "percent"),
        ('0"%"', "number"), ("0\\%", "number"),
        ("yyyy-mm-dd", "date"), ('yyyy"年"m"月"d"日"', "date"), ("[$-804]yyyy/m/d", "date"), ("h:mm", "time"),
        ("mm:ss", "time"), ("[h]:mm", "span"), ("General", "number"), ("G/通用格式", "number"), ("0.0E+00", "number"),
        ('#,##0"元/月"', "number"), ("[Red]#,##0", "number"), ('0.0"days"', "number"), ("@", "number"), ("", "number"),
        ("_(* #,##0_);_(* (#,##0)", "number"), ("mmm-yy", "date"),
    ],
)  # fmt: skip
def test_kinds_of_formats(code: str, kind: str) -> None:
    assert kind_of(164, {164: code}) == kind


def test_built_in_formats() -> None:
    kinds = {number: kind_of(number, {}) for number in range(60)}
    assert {number for number, kind in kinds.items() if kind == "percent"} == {9, 10}
    assert {number for number, kind in kinds.items() if kind in ("date", "time", "span")} == {
        *range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (45413, "date", "2024-05-01"), (1, "date", "1900-01-01"), (59, "date", "1900-02-28"),
        (60, "date", "1900-02-29"),
        (61, "date", "1900-03-01"), (2958465, "date", "9999-12-31"), (2958466, "date", "########"),
        (-1, "date", "########"),
        (0.5, "time", "12:00:00"), (1.5, "span", "36:00:00"), (45413.75, "date", "2024-05-01 18:00:00"),
        (45413.999999999, "date", "2024-05-02"), (float("inf"), "date", "########"), (float("nan"), "time", "########"),
    ],
)  # fmt: skip
def test_dates(value: float, kind: Any, text: str) -> None:
    assert date_text(value, kind, from_1904=False) == text


def test_dates_of_old_macintosh_workbooks(tmp_path: Path) -> None:
    assert date_text(0, "date", from_1904=True) == "1904-01-01"
    cells = '<row r="1"><c r="A1" s="1"><v>43951</v></c></row>'
    path = raw_book(
        tmp_path / "a.xlsx", raw_sheet(cells), styles=styles("yyyy-mm-dd"), workbook='<workbookPr date1904="1"/>'
    )
    assert texts(path) == [("2024-05-01",)]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_number_and_percent_texts_lose_nothing(value: float) -> None:
    from fractions import Fraction

    assert float(number_text(value)) == value
    assert Fraction(percent_text(value).removesuffix("%")) == Fraction(repr(value)) * 100


def test_percent_formats_are_honoured(tmp_path: Path) -> None:
    def fill(workbook: Any) -> None:
        sheet = workbook.add_worksheet()
        percent = workbook.add_format({"num_format": "0%"})
        for column, title in enumerate(TITLES):
            sheet.write(0, column, title)
        for row, value in enumerate([0.85, 0.57, 1], 1):
            sheet.write_row(row, 0, [f"00{row}", "甲"])
            sheet.write(row, 2, value, percent)

    table = read(book(tmp_path / "a.xlsx", fill), keep_text=True)
    assert table.values[0].tolist() == [85, 57, 100]
    assert table.raw is not None
    assert table.raw.column(0).to_pylist() == ["85%", "57%", "100%"]
    assert not [finding for finding in table.findings if finding.severity == "error"]


def test_faulty_cells_are_named_with_their_place(tmp_path: Path) -> None:
    def fill(workbook: Any) -> None:
        sheet = workbook.add_worksheet("S")
        for column, title in enumerate(TITLES):
            sheet.write(0, column, title)
        sheet.write_row(1, 0, ["001", "甲"])
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
        sheet.write_datetime(1, 3, datetime.date(2024, 3, 5), workbook.add_format({"num_format": "m月d日"}))
        sheet.write_string(1, 4, "<5")

    table = read(book(tmp_path / "a.xlsx", fill))
    errors = [finding for finding in table.findings if finding.severity == "error"]
    assert [finding.location.text() for finding in errors] == [
        f'a.xlsx[S]:row 2, column "{title}"' for title in TITLES[2:]
    ]
    said = " ".join(finding.message("en") for finding in errors)
    for text in ("#DIV/0!", "2024-03-05", "<5"):
        assert text in said
    assert all(np.isnan(column).all() for column in table.values)


def test_formulas_without_results_are_never_blank(tmp_path: Path) -> None:
    title = "".join(f'<c r="{letter}1" t="str"><v>{text}</v></c>' for letter, text in zip("ABCDE", TITLES, strict=True))
    cells = (
        f'<row r="1">{title}</row><row r="2"><c r="A2" t="str"><v>001</v></c><c r="B2"><f>X1</f></c>'
        '<c r="C2"><f>SUM(D2:E2)</f></c><c r="D2"><f>A1</f><v></v></c><c r="E2" t="str"><f>""</f><v></v></c></row>'
    )
    table = read(raw_book(tmp_path / "a.xlsx", raw_sheet(cells)))
    assert sorted(found(table)) == [
        ("RI241", 2, "closure_rate"), ("RI241", 2, "response_min"), ("RI271", None, None), ("RI272", 2, "community"),
    ]  # fmt: skip
    told = {finding.code: finding.message("en") for finding in table.findings}
    assert "=X1" in told["RI272"]
    assert "2 (first: row 2)" in told["RI271"]
    assert np.isnan(table.values[2][0])  # a formula whose result is an empty text is blank


def test_codes_that_are_numbers(tmp_path: Path) -> None:
    rows = [TITLES, [330681001001, "甲", 90, 30, 4], [3.306810010010012e17, "乙", 80, 31, 5], ["00A", "丙", 80, 31, 5]]
    table = read(book(tmp_path / "a.xlsx", sheet_of(rows)), label="a")
    told = found(table)
    assert ("RI274", None, "community_id") in told
    assert ("RI233", 3, "community_id") in told
    assert table.ids[0].as_py() == "330681001001"
    assert next(finding for finding in table.findings if finding.code == "RI274").params["count"] == 2


# --- rows and columns


def test_title_rows_blank_rows_and_hidden_rows(tmp_path: Path) -> None:
    def fill(workbook: Any) -> None:
        sheet = workbook.add_worksheet("S")
        sheet.merge_range(0, 0, 0, 4, "2024年社区数据")
        for number, row in enumerate(ROWS):
            sheet.write_row(number + 2 + (number == 2), 0, row)
        sheet.set_row(5, None, None, {"hidden": True})
        sheet.set_column(3, 3, None, None, {"hidden": True})

    table = read(book(tmp_path / "a.xlsx", fill))
    assert table.rows.tolist() == [4, 6]
    told = {finding.code: finding for finding in table.findings}
    assert {"RI223", "RI208", "RI267"} == set(told)
    hidden = [finding.message("en") for finding in table.findings if finding.code == "RI267"]
    assert hidden == [
        "hidden rows were read like all others: 1 (first: 6)",
        "hidden columns were read like all others: 1 (first: response_min)",
    ]


def test_data_without_a_header_are_told(tmp_path: Path) -> None:
    rows = [[*TITLES, None], ["001", "甲", 90, 30, 4, "x"]]
    assert ("RI215", 1, None) in found(read(book(tmp_path / "a.xlsx", sheet_of(rows))))


def merged(path: Path, ranges: list[tuple[int, int, int, int, Any]], rows: int = 5) -> Table:
    def fill(workbook: Any) -> None:
        sheet = workbook.add_worksheet("S")
        for column, title in enumerate([*TITLES, "区县"]):
            sheet.write(0, column, title)
        for row in range(1, rows):
            sheet.write_row(row, 0, [f"00{row}", "甲", 90, 30, 4])
        for top, left, bottom, right, value in ranges:
            sheet.merge_range(top, left, bottom, right, value, workbook.add_format())

    return read(book(path, fill))


def test_merged_groups_are_filled_down(tmp_path: Path) -> None:
    table = merged(tmp_path / "a.xlsx", [(1, 5, 3, 5, "东区")])
    assert table.groups["district"].to_pylist() == ["东区", "东区", "东区", ""]
    assert found(table) == [("RI269", None, "区县")]
    assert "F2:F4" in table.findings[0].message("zh")


def test_merged_values_are_errors(tmp_path: Path) -> None:
    table = merged(tmp_path / "a.xlsx", [(1, 2, 2, 2, 77), (4, 3, 4, 4, 5)])
    assert sorted(found(table)) == [
        ("RI270", 2, "closure_rate"), ("RI270", 3, "closure_rate"),
        ("RI270", 5, "belonging"), ("RI270", 5, "response_min"),
    ]  # fmt: skip
    assert "C2:C3" in table.findings[0].message("en")
    assert {position: mask.tolist() for position, mask in table.faulty.items()} == {
        0: [True, True, False, False], 1: [False, False, False, True], 2: [False, False, False, True],
    }  # fmt: skip


def test_merged_blank_cells_and_merged_notes_are_no_values(tmp_path: Path) -> None:
    table = merged(tmp_path / "a.xlsx", [(1, 2, 2, 2, ""), (6, 0, 7, 5, "注：数据来源于平台")])
    assert found(table) == [("RI208", None, None), ("RI226", 7, None)]
    assert table.faulty == {}


# --- sheets


def several_sheets(*names: tuple[str, list[list[Any]], str]) -> Any:
    def fill(workbook: Any) -> None:
        for name, rows, state in names:
            sheet_of(rows, name)(workbook)
            sheet = workbook.get_worksheet_by_name(name)
            {"visible": lambda: None, "hidden": sheet.hide, "very": sheet.very_hidden}[state]()

    return fill


NOTES = [["填报说明"], ["请逐项填写"]]


def test_the_only_sheet_that_matches_is_read(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        several_sheets(
            ("说明", NOTES, "visible"), ("数据", ROWS, "visible"), ("旧", ROWS, "hidden"), ("更旧", ROWS, "very")
        ),
    )
    table = read(path)
    assert table.files[0].sheet == "数据"
    assert found(table) == [("RI268", None, None)]
    assert table.findings[0].message("en") == (
        "the sheet '数据' was read; left aside: 说明, 旧 (hidden), 更旧 (hidden)"
    )


def test_several_sheets_that_match_are_asked_about(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", several_sheets(("2023", ROWS, "visible"), ("2024 年", ROWS[:2], "visible")))
    with pytest.raises(UsageError) as caught:
        read(path)
    assert (caught.value.code, caught.value.exit_code) == ("RI263", 2)
    assert caught.value.params["sheets"] == ["2023", "2024 年"]
    for name in ("2024 年", " 2024 年 ", "2"):
        table = read(path, sheet=name)
        assert table.ids.to_pylist() == ["001"]
        assert table.findings == []
    assert len(read(path, sheet="2023")) == 2


def test_sheets_named_wrongly(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", several_sheets(("Data", ROWS, "visible"), ("Old", ROWS, "hidden")))
    assert len(read(path, sheet="data")) == 2
    for name, code in (("Dta", "RI264"), ("3", "RI264"), ("0", "RI264"), ("Old", "RI265"), ("old", "RI265")):
        with pytest.raises(UsageError) as caught:
            read(path, sheet=name)
        assert caught.value.code == code
    with pytest.raises(UsageError) as caught:
        read(path, sheet="Dta")
    assert "did you mean 'Data'?" in str(caught.value)


def test_nothing_to_see(tmp_path: Path) -> None:
    for path in (
        book(tmp_path / "a.xlsx", several_sheets(("A", [], "visible"), ("B", ROWS, "hidden"))),
        book(tmp_path / "b.xlsx", lambda workbook: (workbook.add_worksheet(), workbook.add_chartsheet())),
    ):
        with pytest.raises(UnreadableError) as caught:
            read(path)
        assert caught.value.code == "RI266"


def test_a_sheet_asked_for_that_is_empty(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", several_sheets(("A", [], "visible"), ("B", ROWS, "visible")))
    with pytest.raises(UnreadableError) as caught:
        read(path, sheet="A")
    assert caught.value.code == "RI004"


def test_header_without_rows(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(book(tmp_path / "a.xlsx", sheet_of(ROWS[:1])))
    assert caught.value.code == "RI201"
