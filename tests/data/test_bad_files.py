"""Files as offices send them (tests/bad_files): read as documented, or refused with the place; never silently wrong."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

import pytest

from resilience_index.data.table import Table
from resilience_index.errors import PersonalDataError, UnreadableError, UsageError
from resilience_index.framework.loading import load_framework
from resilience_index.scoring import assess
from resilience_index.scoring import plan as planning

FOLDER = Path(__file__).resolve().parent.parent / "bad_files"
sys.path.insert(0, str(FOLDER))
import make_bad_files as made  # noqa: E402 - lies beside the files it makes

LEAVES = made.IDS[3:]
TITLES = dict(zip(LEAVES, made.ZH[3:], strict=True))
TRUTH = {row[0]: dict(zip(LEAVES, row[3:], strict=True)) for row in made.ROWS}
FILES = sorted(path.name for path in FOLDER.iterdir() if path.name[:2].isdigit())


def read(name: str, **options: Any) -> Table:
    framework = load_framework(FOLDER / "framework.yaml")
    work = assess.job(framework, FOLDER / name, **options)
    return assess.read_rows(work, planning.build(framework, work.settings))


def codes(table: Table) -> list[tuple[str, int | None, str | None]]:
    return sorted(
        ((finding.code, finding.location.row, finding.location.field) for finding in table.findings),
        key=lambda item: (item[0], item[1] or 0, item[2] or ""),
    )


@pytest.mark.parametrize("name", [name for name in FILES if name[:2] not in ("08", "09")])
def test_no_value_is_silently_wrong(name: str) -> None:
    table = read(name)
    errors = {
        (finding.location.row, finding.location.field) for finding in table.findings if finding.severity == "error"
    }
    rows_in_error = {row for row, field in errors if field is None or field in ("社区编码", "community_id")}
    told = {finding.location.field for finding in table.findings if finding.code == "RI246"}
    wrong = []
    for index, code in enumerate(table.ids.to_pylist()):
        row = int(table.rows[index])
        if code not in TRUTH:
            assert row in rows_in_error, f"{code} is no community"
            continue
        for position, leaf in enumerate(table.indicators):
            value, header = float(table.values[position][index]), table.headers.get(leaf)
            cell_row = row if table.cell_rows is None else int(table.cell_rows[position][index])
            named = (cell_row, header) in errors or any(spot == (cell_row, None) for spot in errors) or header in told
            if value != TRUTH[code][leaf] and not named and (name, code, leaf) not in WITHOUT_VALUE:
                wrong.append((code, leaf, value))
    assert wrong == []


WITHOUT_VALUE = {
    ("04_fullwidth_wan.csv", "0991002002", "recovery_days"),
    ("15_ambiguous_cells.csv", "0991002001", "recovery_days"),
    ("15_ambiguous_cells.csv", "0991002002", "recovery_days"),
    ("15_ambiguous_cells.csv", "0991002002", "belonging_score"),
}
"""Cells that rightly say nothing: a mark for missing, or 不适用."""


def all_there(table: Table) -> bool:
    return table.ids.to_pylist() == list(TRUTH) and not any(
        math.isnan(value) for column in table.values for value in column.tolist()
    )


def errors(table: Table) -> list[tuple[str, int | None, str | None]]:
    severe = {finding.code for finding in table.findings if finding.severity == "error"}
    return [item for item in codes(table) if item[0] in severe]


@pytest.mark.parametrize(
    "name",
    [
        "01_gbk_percent_total.csv",
        "02_merged_header_footer.xlsx",
        "03_percent_format_hidden.xlsx",
        "05_traditional_headers.csv",
        "06_unicode_text.txt",
        "14_sections_subtotals_pages.csv",
    ],
)
def test_what_only_looks_odd_is_read_whole(name: str) -> None:
    table = read(name)
    assert all_there(table)
    assert errors(table) == []


def test_rows_left_out_are_named() -> None:
    assert {code for code, _, _ in codes(read("01_gbk_percent_total.csv"))} == {"RI203", "RI223", "RI237", "RI247"}
    table = read("02_merged_header_footer.xlsx")
    left_out = [item for item in codes(table) if item[0] in ("RI223", "RI224", "RI225", "RI226", "RI237")]
    assert left_out == [
        ("RI223", 1, None), ("RI223", 2, None), ("RI224", 4, None), ("RI225", 5, None), ("RI226", 11, None),
        ("RI226", 12, None), ("RI237", 10, None),
    ]  # fmt: skip
    table = read("14_sections_subtotals_pages.csv")
    left_out = [item[:2] for item in codes(table) if item[0] in ("RI223", "RI226", "RI227", "RI237")]
    assert left_out == [
        ("RI223", 1), ("RI223", 2), ("RI226", 4), ("RI226", 9), ("RI226", 11), ("RI226", 16), ("RI226", 17),
        ("RI227", 10), ("RI237", 7), ("RI237", 14), ("RI237", 15),
    ]  # fmt: skip


def test_other_ways_of_writing_numbers_are_read_and_told() -> None:
    table = read("04_fullwidth_wan.csv")
    assert errors(table) == []
    told = {(item[0], item[2]) for item in codes(table)}
    assert ("RI247", "服务人口") in told
    assert ("RI245", "微型消防站达标") in told
    position = table.indicators.index("recovery_days")
    assert table.not_applicable[position].tolist() == [False, False, False, True]


def test_lost_zeros_stop_the_run() -> None:
    assert [item[0] for item in errors(read("07_lost_zeros.csv"))] == ["RI233", "RI234"]


def test_personal_data_stop_the_run_and_are_not_repeated() -> None:
    framework = load_framework(FOLDER / "framework.yaml")
    work = assess.job(framework, FOLDER / "08_personal_data.csv")
    with pytest.raises(PersonalDataError) as caught:
        assess.read(work, planning.build(framework, work.settings))
    error = caught.value
    assert error.exit_code == 2
    assert error.code == error.findings[0].code == "RI251"
    places = {(finding.location.row, finding.location.field) for finding in error.findings[1:]}
    assert places == {(2, "联系电话"), (4, "联系电话"), (3, "备注"), (5, "备注")}
    said = " ".join(finding.message(language) for finding in error.findings for language in ("zh", "en"))
    for number in ("138 0013 8000", "13800138000", "13912345678", "11010119900307451", "6222 0212 3456 7890 128"):
        assert number not in said


def test_several_sheets_that_match_are_asked_about() -> None:
    with pytest.raises((UsageError, UnreadableError)) as caught:
        read("09_two_years_two_sheets.xlsx")
    assert caught.value.exit_code == 2
    assert "2023年" in str(caught.value)
    assert "2024年" in str(caught.value)
    assert all_there(read("09_two_years_two_sheets.xlsx", sheet="2024年"))


def test_unquoted_thousands_are_ragged_rows() -> None:
    table = read("10_unquoted_thousands.csv")
    assert errors(table) == [("RI207", 2, None), ("RI207", 4, None)]
    assert "184,000" in next(finding for finding in table.findings if finding.code == "RI207").message("zh")


def test_formulas_without_values_and_error_cells_are_errors() -> None:
    table = read("11_formulas_without_values.xlsx")
    found = {item[1:] for item in errors(table)}
    assert {(2, TITLES["iot_coverage_rate"]), (3, TITLES["reply_rate"]), (4, TITLES["response_min"])} <= found


def test_decimal_commas_are_read_and_what_is_ambiguous_is_not() -> None:
    table = read("12_semicolon_decimal_comma.csv")
    assert errors(table) == [("RI241", 3, "residents"), ("RI241", 4, "residents")]
    assert table.values[table.indicators.index("belonging_score")].tolist() == [4.1, 3.8, 4.4]


def test_a_long_table_names_what_is_doubled_or_unknown() -> None:
    table = read("13_long_table.csv")
    rows = {item[1] for item in errors(table)}
    assert 20 in rows  # the second value of one cell
    unknown = [finding for finding in table.findings if "归属惑" in finding.message("zh")]
    assert len(unknown) == 1
    assert "归属感" in unknown[0].message("zh")


def test_ambiguous_cells_are_errors_one_by_one() -> None:
    found = [item[1:] for item in errors(read("15_ambiguous_cells.csv")) if item[0] in ("RI241", "RI242", "RI248")]
    by_row = {row: sorted(field for at, field in found if at == row) for row in (2, 3, 4, 5)}
    title = TITLES
    assert by_row[2] == sorted(
        [title["iot_coverage_rate"], title["response_min"], title["departments_connected"], title["belonging_score"]]
    )
    assert by_row[3] == sorted(
        [title["iot_coverage_rate"], title["response_min"], title["residents"], title["recovery_days"]]
    )
    assert by_row[4] == sorted([title["iot_coverage_rate"], title["response_min"], title["micro_fire_station"]])
    assert by_row[5] == sorted([title["iot_coverage_rate"], title["collective_income_wan"]])


def test_one_value_merged_over_several_communities_is_an_error() -> None:
    table = read("16_merged_values.xlsx")
    assert table.groups["district"].to_pylist() == ["云澜区", "云澜区", "松溪区", "松溪区"]
    assert (3, TITLES["collective_income_wan"]) in {item[1:] for item in errors(table)}


def test_mixed_units_of_a_percentage_are_told() -> None:
    told = {item[2] for item in codes(read("17_mixed_percent.csv")) if item[0] == "RI246"}
    assert told == {TITLES["iot_coverage_rate"], TITLES["reply_rate"]}
