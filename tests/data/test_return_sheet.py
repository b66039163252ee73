"""The return sheet: the data given back, every fault at its cell, ready to be corrected and read again."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from resilience_index.data.files.records import Record
from resilience_index.data.layout.columns import match
from resilience_index.data.sheets import originals, return_sheet
from resilience_index.data.sheets.originals import read_original
from resilience_index.data.sheets.return_sheet import Original, write_return_sheet
from resilience_index.data.table import Column, Keys
from resilience_index.errors import UsageError
from resilience_index.findings import CATALOGUE, Finding, Location
from resilience_index.framework.catalogue import shipped_folder
from resilience_index.framework.loading import load_framework
from resilience_index.scoring import returning
from resilience_index.scoring.validate import validate

FILLS = {"error": "FFF7C4B8", "warning": "FFFFE3A3", "info": "FFCFE3F5"}
WORDS = {"zh": ("汇总", "社区数据", "✖ 错误"), "en": ("Summary", "Data", "✖ Error")}
HEADER = 2  # below a title
# Row of the sheet, column, what is written there, what is found, what is right.
FAULTS = [
    (3, "hazard_closure_rate", "85%%", "RI241", "85"),
    (4, "response_min", "<60", "RI241", "60"),
    (5, "iot_coverage_rate", "120", "RI242", "12"),
    (6, "community_id", "9.9E+11", "RI233", "099101009999"),
    (8, "community_id", "099101001005", "RI232", "099101009998"),
    (9, "community_id", "", "RI231", "099101009997"),
    (10, "drills_per_year", "三十", "RI241", "3"),
    (11, "rescue_arrival_min", "#DIV/0!", "RI241", "9"),
    (12, "warning_lead_min", "12:30", "RI241", "45"),
    (13, "plan_completeness", "4-5", "RI241", "4"),
    (14, "reply_rate", "-3", "RI242", "93"),
    (15, "period", "", "RI236", "2024"),
    (16, "micro_fire_station", "0.5", "RI248", "1"),
    (17, "shelter_area_pc", "1.2.3", "RI241", "1.23"),
    (18, "online_meetings", "约12", "RI241", "不适用"),
]  # fmt: skip


def sample() -> tuple[list[str], list[list[str]]]:
    text = (shipped_folder("sample_data") / "communities.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    period = rows[0].index("period")
    wanted = [place for place, name in enumerate(rows[0]) if name in NAMES]
    return [rows[0][place] for place in wanted], [
        [row[place] for place in wanted] for row in rows[1:] if row[period] == "2024"
    ][:30]


LEAVES = load_framework("toe").leaves
NAMES = {"community_id", "community", "city", "district", "street", "period", "population"} | {
    leaf.id for leaf in LEAVES
}


def faulty(path: Path, *, encoding: str = "utf-8", delimiter: str = ",", faults=FAULTS) -> list[list[str]]:
    """The sample with its faults below a title, with a column nobody knows and two rows at the end; its cells."""
    header, rows = sample()
    table = [[f"二〇二四年社区韧性数据表{delimiter}一"], [*header, "其他情况"]]
    table += [[*row, "=1+1" if number % 2 else "007"] for number, row in enumerate(rows)]
    table += [["合计", *[""] * len(header)], ["填表人：某某", *[""] * len(header)]]
    for row, name, text, _, _ in faults:
        table[row - 1][header.index(name)] = text
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(table)
    path.write_bytes(text.getvalue().encode(encoding))
    return table


def give_back(path: Path, *more: str, language="en", framework="toe", **options):
    report = validate([str(path), *more], framework, **options)
    destination = path.parent / f"fix_{language}.xlsx"
    count = returning.return_sheet(report, destination, language=language)
    return report, destination, count


def pages(path: Path):
    summary, data = openpyxl.load_workbook(path).worksheets
    return summary, data


def filled(page) -> dict[tuple[int, int], str]:
    """The severity of each cell that is marked."""
    by_fill = {fill: severity for severity, fill in FILLS.items()}
    return {
        (cell.row, cell.column): by_fill[cell.fill.fgColor.rgb]
        for row in page.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb in by_fill
    }


@pytest.fixture(scope="module", params=["zh", "en"])
def returned(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("returned") / "data.csv"
    table = faulty(path)
    report, destination, count = give_back(path, language=request.param)
    assert report.exit_code == 1
    return request.param, table, report, destination, count


def test_every_fault_is_marked_at_its_cell_and_no_other_cell_is(returned):
    language, table, report, destination, _ = returned
    _, page = pages(destination)
    marked = filled(page)
    wanted = {(row, table[1].index(name) + 1): code for row, name, _, code, _ in FAULTS}
    assert len(wanted) == len(FAULTS) == 15
    assert {place for place, severity in marked.items() if severity == "error"} == set(wanted)
    found = {(f.location.row, f.location.field): f for f in report.findings if f.severity == "error"}
    assert len(found) == 15
    for (row, column), code in wanted.items():
        finding = found[row, table[1][column - 1]]
        note = page.cell(row, column).comment.text
        assert finding.code == code
        assert note == (
            f"{WORDS[language][2]} {code}\n{finding.message(language)}\n→ {finding.help(language)}"
        )  # fmt: skip


def test_notes_and_warnings_are_marked_too(returned):
    _, table, _, destination, _ = returned
    _, page = pages(destination)
    others = {place: severity for place, severity in filled(page).items() if severity != "error"}
    assert others == {
        (1, 1): "info",  # the title
        (HEADER, len(table[1])): "warning",  # a column nobody knows
        (33, 1): "info",  # a total
        (34, 1): "info",  # a note
    }
    assert "RI223" in page.cell(1, 1).comment.text
    assert "RI218" in page.cell(HEADER, len(table[1])).comment.text
    assert "RI237" in page.cell(33, 1).comment.text
    assert all(cell.fill.fill_type == "solid" for cell in page[33][: len(table[1])])
    noted = {(cell.row, cell.column) for row in page.iter_rows() for cell in row if cell.comment}
    assert noted == set(filled(page))


def test_texts_stay_as_they_are_and_numbers_are_numbers(returned):
    _, table, _, destination, _ = returned
    _, page = pages(destination)
    header = table[1]
    text_columns = {"community_id", "community", "city", "district", "street", "period"}
    for number, row in enumerate(table, 1):
        for place, text in enumerate(row):
            cell = page.cell(number, place + 1)
            if not text:
                assert cell.value is None
            elif isinstance(cell.value, str):
                assert cell.value == text
                assert cell.data_type == "s"  # "=1+1" and "007" among them
            else:
                assert number > HEADER
                assert header[place] not in text_columns
                assert float(text) == cell.value
    assert page.cell(3, header.index("hazard_closure_rate") + 2).data_type == "n"
    assert page.cell(3, 1).value == table[2][0]
    assert page.cell(3, 1).value.startswith("0")
    with zipfile.ZipFile(destination) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name]
        assert not any("<f>" in sheet for sheet in sheets)
        assert b"http" not in b"".join(
            archive.read(name) for name in archive.namelist() if "worksheets/_rels" in name
        ).replace(b"http://schemas.openxmlformats.org", b"")


def test_indicator_columns_have_the_limits_of_the_template(returned):
    _, table, _, destination, _ = returned
    _, page = pages(destination)
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    assert len(rules) == len(LEAVES)
    letter = openpyxl.utils.get_column_letter(table[1].index("micro_fire_station") + 1)
    rule = rules[f"{letter}3:{letter}134"]
    assert rule.formula1.startswith('"0,1,')
    assert page.freeze_panes == "C3"
    assert not page.protection.sheet
    assert all(not cell.protection.locked for cell in page[5][: len(table[1])] if cell.value is not None)


def test_the_summary_lists_everything_with_links(returned):
    language, table, report, destination, count = returned
    page, data = pages(destination)
    assert [page.title, data.title] == list(WORDS[language][:2])
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    start = next(place for place, row in enumerate(rows) if row[0] == 1)
    listed = rows[start : start + count]
    assert [row[0] for row in listed] == list(range(1, count + 1))
    assert count == len([finding for finding in report.findings if finding.location.line is None])
    assert rows[start + count : start + count + 1] in ([], [[None] * 9])
    counts = {row[0]: row[2] for row in rows[:start] if row[0] and row[0][0] in "✖▲●"}
    assert list(counts.values()) == [15, 1, 3]
    by_code = {row[3]: row for row in listed}
    for row, name, text, code, _ in FAULTS:
        cell = f"{openpyxl.utils.get_column_letter(table[1].index(name) + 1)}{row}"
        line = by_code[cell]
        assert line[1] == WORDS[language][2]
        assert line[2] == code
        assert line[5].endswith(name)
        assert (line[6] or "") == text
        assert line[7]
        assert line[8]
        place = f"D{start + line[0]}"
        assert page[place].hyperlink.location == f"'{WORDS[language][1]}'!{cell}"
    assert by_code["K3"][4] == f"{table[2][0]} {table[2][1]}"


def test_no_row_of_the_summary_could_be_taken_for_a_header(returned):
    _, _, _, destination, _ = returned
    page, _ = pages(destination)
    indicators = [leaf.indicator for leaf in LEAVES]
    columns = [Column.of(item) for item in indicators]
    for row in page.iter_rows(values_only=True):
        layout = match([str(cell or "") for cell in row], columns, Keys(), file="summary")
        assert layout.id is None
        assert len(layout.indicators) + len(layout.groups) + (layout.name is not None) < 2


def test_a_corrected_sheet_is_read_without_errors(returned):
    language, table, _, destination, _ = returned
    workbook = openpyxl.load_workbook(destination)
    page = workbook.worksheets[1]
    for row, name, _, _, right in FAULTS:
        number = re.fullmatch(r"[0-9.]+", right) and name not in ("community_id", "period")
        page.cell(row, table[1].index(name) + 1).value = float(right) if number else right
    path = destination.parent / f"corrected_{language}.xlsx"
    workbook.save(path)
    report = validate([str(path)], "toe")
    assert [(finding.code, finding.location) for finding in report.findings if finding.severity == "error"] == []
    (checked,) = report.tables
    assert {finding.code for finding in checked.findings} <= {
        "RI216",
        "RI218",
        "RI222",
        "RI223",
        "RI226",
        "RI237",
        "RI268",
    }
    clean = destination.parent / f"clean_{language}.csv"
    faulty(clean, faults=[(row, name, right, code, right) for row, name, _, code, right in FAULTS])
    assert _values(path) == _values(clean)


def _values(path: Path) -> list[str]:
    from resilience_index.scoring.assess import read_data

    table = read_data(path, "toe")
    assert len(table) == 30
    return [repr(column.tolist()) for column in table.values] + [repr(table.ids.to_pylist())]


def test_the_same_file_gives_the_same_bytes(tmp_path):
    faulty(tmp_path / "data.csv")
    first = give_back(tmp_path / "data.csv")[1].read_bytes()
    assert give_back(tmp_path / "data.csv")[1].read_bytes() == first


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_encodings_and_delimiters_are_given_back_alike(tmp_path, encoding, delimiter):
    table = faulty(tmp_path / "data.csv", encoding=encoding, delimiter=delimiter)
    _, destination, _ = give_back(tmp_path / "data.csv")
    _, page = pages(destination)
    marked = {place for place, severity in filled(page).items() if severity == "error"}
    assert marked == {(row, table[1].index(name) + 1) for row, name, _, _, _ in FAULTS}
    assert [cell.value for cell in page[HEADER]] == table[1]


def test_rows_with_broken_quotation_marks_are_given_back_line_by_line(tmp_path):
    path = tmp_path / "data.csv"
    faulty(path, faults=[])
    lines = path.read_bytes().decode().split("\r\n")
    cells = lines[4].split(",")
    lines[4] = ",".join([cells[0], f'"{cells[1]}" x', *cells[2:]])
    path.write_bytes("\r\n".join(lines).encode())
    report, destination, _ = give_back(path)
    (finding,) = [finding for finding in report.findings if finding.severity == "error"]
    assert (finding.code, finding.location.row) == ("RI206", 5)
    _, page = pages(destination)
    assert filled(page)[5, 1] == "error"
    assert [cell.value for cell in page[5]][:4] == [cells[0], f'{cells[1]}" x', *cells[2:4]]
    assert page.cell(6, 1).value == lines[5].split(",")[0]


def test_a_row_that_is_too_long_is_given_back_whole(tmp_path):
    path = tmp_path / "data.csv"
    faulty(path, faults=[])
    lines = path.read_bytes().decode().split("\r\n")
    path.write_bytes("\r\n".join([*lines[:6], lines[6] + ",further", *lines[7:]]).encode())
    _, destination, _ = give_back(path)
    summary, page = pages(destination)
    assert page.cell(7, len(NAMES) + 2).value == "further"
    assert filled(page)[7, 1] == "error"
    rows = [[cell.value for cell in row] for row in summary.iter_rows()]
    assert next(row for row in rows if row[2] == "RI207")[5] == "the whole row 7"


def test_clean_data_are_given_back_with_nothing_marked(tmp_path):
    path = tmp_path / "data.csv"
    header, rows = sample()
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    path.write_text(text.getvalue(), encoding="utf-8")
    report, destination, count = give_back(path)
    assert (report.exit_code, count) == (0, 0)
    summary, page = pages(destination)
    assert filled(page) == {}
    assert any("nothing to correct" in str(cell.value) for row in summary.iter_rows() for cell in row)


def test_a_table_checked_against_two_frameworks_is_given_back_once(tmp_path):
    path = tmp_path / "data.csv"
    text = (shipped_folder("sample_data") / "communities.csv").read_text(encoding="utf-8-sig")
    lines = text.split("\n")
    header = lines[0].split(",")
    place = header.index("response_min")  # of both
    cells = lines[3].split(",")
    path.write_text("\n".join([*lines[:3], ",".join([*cells[:place], "soon", *cells[place + 1 :]])]), encoding="utf-8")
    frameworks = [load_framework(name) for name in ("toe", "sfic")]
    files = [str(shipped_folder("indicators") / f"{name}.yaml") for name in ("toe", "sfic")]
    _, destination, _ = give_back(path, *files, framework=None)
    summary, page = pages(destination)
    assert marked_errors(destination) == {(4, place + 1)}
    assert page.cell(4, place + 1).comment.text.count("RI241") == 1
    leaves = {leaf.id for framework in frameworks for leaf in framework.leaves}
    assert len(page.data_validations.dataValidation) == len(leaves)
    assert all(framework.title.en in summary["A3"].value for framework in frameworks)
    assert "RI222" not in [cell.value for cell in summary["C"]]


def test_header_faults_are_marked_at_the_headers(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text(
        "community_id,community,response_min,诉求响应时长,隐患整改闭环率（万）,,hazard_x\n1,a,5,5,7,8,9\n2,b,5,6,7,,9\n",
        encoding="utf-8",
    )
    _, destination, count = give_back(path)
    summary, page = pages(destination)
    marked = filled(page)
    assert marked[1, 3] == marked[1, 4] == marked[1, 5] == "error"  # two for one indicator, another unit
    assert marked[1, 6] == marked[1, 7] == "warning"  # no header, unknown
    assert "RI213" in page["C1"].comment.text
    assert "RI214" in page["E1"].comment.text
    assert "RI215" in page["F1"].comment.text
    rows = [[cell.value for cell in row] for row in summary.iter_rows()]
    missing = [row for row in rows if row[2] == "RI216"]
    assert missing
    assert all(row[3] == "—" and ".yaml" not in row[7] for row in missing)
    assert count == sum(isinstance(row[0], int) for row in rows)


# --- texts that must not do anything, and texts nobody may see


def test_texts_are_inert(tmp_path):
    path = tmp_path / "data.csv"
    names = ['=HYPERLINK("http://x")', "+1", "@a", "-2+3", "http://x.example", "a\x0bb", "a\u202eb", "{=1}", "x" * 300]
    text = io.StringIO()
    csv.writer(text).writerows([["community_id", "community", "response_min"], *[[f"c{n}", name, "bad" + name]
                                for n, name in enumerate(names)]])  # fmt: skip
    path.write_text(text.getvalue(), encoding="utf-8")
    _, destination, _ = give_back(path)
    with zipfile.ZipFile(destination) as archive:
        parts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    whole = "".join(parts.values())
    assert "<f>" not in whole
    assert 'TargetMode="External"' not in whole
    assert "\u202e" not in whole
    _, page = pages(destination)
    assert [page.cell(row, 2).value for row in (2, 3, 4, 5, 6, 8, 9)] == [*names[:5], "ab", "{=1}"]


def identity() -> str:
    digits = "110101199003070" + "15"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return digits + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11]


def test_personal_data_are_masked(tmp_path):
    path = tmp_path / "data.csv"
    header, rows = sample()
    phone, number = "13800138000", identity()
    table = [[*header, "联系人", "住址"], *[[*row, "王小明", "人民路 12 号 3 单元 401 室"] for row in rows]]
    table[3][header.index("response_min")] = phone
    table[4][header.index("community")] = f"东社区（{number}）"
    text = io.StringIO()
    csv.writer(text).writerows(table)
    path.write_text(text.getvalue(), encoding="utf-8")
    report, destination, _ = give_back(path)
    assert report.exit_code == 2
    with zipfile.ZipFile(destination) as archive:
        whole = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    assert phone not in whole
    assert number not in whole
    assert "王小明" not in whole
    assert "人民路" not in whole
    _, page = pages(destination)
    marked = filled(page)
    assert marked[4, header.index("response_min") + 1] == "error"
    assert marked[5, header.index("community") + 1] == "error"
    assert page.cell(5, header.index("community") + 1).value.startswith("东社区（110101")


# --- what is refused


def refused(report, destination: Path) -> str:
    with pytest.raises(UsageError) as caught:
        returning.return_sheet(report, destination)
    assert caught.value.code in CATALOGUE
    return caught.value.code


def test_what_cannot_be_given_back_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "data.csv"
    faulty(path)
    other = tmp_path / "other.csv"
    faulty(other)
    report = validate([str(path)], "toe")
    assert refused(report, tmp_path / "fix.csv") == "RI032"
    assert refused(validate([str(path), str(other)], "toe"), tmp_path / "fix.xlsx") == "RI033"
    assert refused(validate(["toe"]), tmp_path / "fix.xlsx") == "RI033"
    with monkeypatch.context() as patched:
        patched.setattr(originals, "MOST_CELLS", 100)
        assert refused(report, tmp_path / "fix.xlsx") == "RI034"
    with monkeypatch.context() as patched:
        patched.setattr(return_sheet.parts, "LONGEST_CELL", 10)
        assert refused(report, tmp_path / "fix.xlsx") == "RI034"
    named = tmp_path / "named.xlsx"
    named.write_bytes(path.read_bytes())
    assert refused(validate([str(named)], "toe"), named) == "RI035"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["data.csv", "named.xlsx", "other.csv"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 rubbish", b"community_id,response_min\n", b"\x00\x01"])
def test_a_file_that_cannot_be_read_gives_no_sheet(tmp_path, content):
    path = tmp_path / "data.csv"
    path.write_bytes(content)
    report, destination, count = give_back(path)
    assert (report.exit_code, count) == (2, None)
    assert not destination.exists()


# --- other kinds of files


def marked_errors(destination: Path) -> set[tuple[int, int]]:
    return {place for place, severity in filled(pages(destination)[1]).items() if severity == "error"}


def test_a_workbook_is_given_back_where_its_cells_were(tmp_path):
    table = faulty(tmp_path / "data.csv")
    path = tmp_path / "data.xlsx"
    workbook = openpyxl.Workbook()
    workbook.active.title = "总表"
    other = workbook.create_sheet("说明")
    other["A1"] = "谁来填"
    page = workbook.worksheets[0]
    for row, cells in enumerate(table, 1):
        for column, text in enumerate(cells, 1):
            page.cell(row, column, text or None).data_type = "s" if text else "n"
    street, rate = table[1].index("street") + 1, table[1].index("sop_coverage") + 1
    page.merge_cells(start_row=20, end_row=22, start_column=street, end_column=street)
    page.cell(25, rate, 0.5).number_format = "0.0%"
    workbook.save(path)
    _, destination, _ = give_back(path)
    assert marked_errors(destination) == {(row, table[1].index(name) + 1) for row, name, _, _, _ in FAULTS}
    summary, data = pages(destination)
    assert [cell.value for cell in data[HEADER]] == table[1]
    assert data.cell(25, rate).value == "50%"
    # Merged entries stand in each of their rows: the sheet that comes back has no merged cells.
    assert {data.cell(row, street).value for row in (20, 21, 22)} == {table[19][street - 1]}
    assert summary["A2"].value.endswith("data.xlsx[总表]")
    assert data.title == "总表"


def test_a_return_sheet_can_be_given_back_again(tmp_path):
    faulty(tmp_path / "data.csv")
    first = give_back(tmp_path / "data.csv")[1].rename(tmp_path / "first.xlsx")
    report, again, _ = give_back(first)
    assert report.exit_code == 1
    assert marked_errors(again) == marked_errors(first)
    for rows in zip(pages(first)[1].iter_rows(), pages(again)[1].iter_rows(), strict=True):
        assert [cell.value for cell in rows[0]] == [cell.value for cell in rows[1]]


def test_parquet_is_given_back_with_its_header_as_row_1(tmp_path):
    import pyarrow as pa
    from pyarrow import parquet

    header, rows = sample()
    columns = {name: [row[place] for row in rows] for place, name in enumerate(header)}
    columns["response_min"][4] = "<60"
    columns["further"] = [[1, 2]] * len(rows)
    path = tmp_path / "data.parquet"
    parquet.write_table(pa.table(columns), path)
    _, destination, _ = give_back(path)
    assert marked_errors(destination) == {(6, header.index("response_min") + 1)}
    _, page = pages(destination)
    assert [cell.value for cell in page[1]] == [*header, "further"]
    assert page.cell(2, len(header) + 1).value == "[1, 2]"


def test_a_long_table_is_given_back_row_by_row(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text(
        "社区编码,社区名称,指标,值\n01,东社区,诉求响应时长,30\n01,东社区,隐患整改闭环率,120\n"
        "02,西社区,诉求响应时长,<5\n02,西社区,没有这个指标,5\n",
        encoding="utf-8",
    )
    report, destination, _ = give_back(path)
    wanted = {finding.location.row for finding in report.findings if finding.severity == "error"}
    assert {3, 4} <= wanted
    assert {row for row, _ in marked_errors(destination)} == wanted
    summary, page = pages(destination)
    assert page.cell(3, 4).comment.text.startswith("✖ Error RI242")
    assert page.cell(4, 4).comment.text.startswith("✖ Error RI241")
    assert page.data_validations.dataValidation == []
    codes = [str(cell.value) for row in summary.iter_rows() for cell in row if cell.column == 5]
    assert "01 东社区" in codes


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("数据", "数据"), ("it's", "it's"), ("Summary", "Data"), ("History", "Data"), ("a" * 31, "a" * 31), ("", "Data")],
)
def test_the_sheet_of_a_workbook_keeps_its_name(tmp_path, name, wanted):
    header = ["community_id", "response_min"]
    records = [Record(1, header), Record(2, ["a", "x"])]
    indicators = [leaf.indicator for leaf in LEAVES if leaf.id == "response_min"]
    layout = match(header, [Column.of(item) for item in indicators], Keys(), file="d")
    params = {"value": 900.0, "low": 0.0, "high": 480.0, "unit": " min"}
    finding = Finding("RI242", Location("d", row=2, field="response_min"), params)
    path = tmp_path / "fix.xlsx"
    write_return_sheet(Original("d", records, layout, name), [finding], indicators, path, language="en")
    summary, page = pages(path)
    assert page.title == wanted
    links = [cell.hyperlink.location for row in summary.iter_rows() for cell in row if cell.hyperlink]
    assert links == ["'" + wanted.replace("'", "''") + "'!B2"]


OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.mark.skipif(OFFICE is None and not os.environ.get("CI"), reason="no LibreOffice here")
@pytest.mark.office
def test_libreoffice_saves_a_return_sheet_without_loss(returned):
    language, table, report, destination, _ = returned
    folder = destination.parent / f"office_{language}"
    command = [OFFICE or "soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
               "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder), str(destination)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    again = validate([str(folder / destination.name)], "toe")

    def places(findings):
        return {(f.code, f.location.row, f.location.field) for f in findings if f.severity == "error"}

    assert places(again.findings) == places(report.findings)
    _, page = pages(folder / destination.name)
    wanted = {(row, table[1].index(name) + 1) for row, name, _, _, _ in FAULTS}
    assert wanted <= {(cell.row, cell.column) for row in page.iter_rows() for cell in row if cell.comment}


# --- whatever the cells hold

CELLS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf")), max_size=12),
    st.sampled_from(["007", "1.50", "1e5", "-0", "=1+1", "+5", " 5", "5 ", "_x0041_", "'5", "a\nb", "TRUE", "不适用",
                     "2024-05-01", "0.1", "85%", "12345678901234567", "0.30000000000000004", "http://x", "#DIV/0!"]),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers().map(str),
)  # fmt: skip


@given(rows=st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=1, max_size=6))
@example(rows=[["", "", "5.02e+16", "5.02e+16"], ["", "", "1e-07", "1e-07"]])
def test_every_text_comes_back_as_it_was(rows, tmp_path_factory):
    header = ["community_id", "community", "response_min", "further"]
    rows = [[f"c{number}", *row[1:]] for number, row in enumerate(rows)]
    records = [Record(number, cells) for number, cells in enumerate([header, *rows], 1)]
    indicators = [leaf.indicator for leaf in LEAVES if leaf.id == "response_min"]
    columns = [Column.of(item) for item in indicators]
    layout = match(header, columns, Keys(), file="data.csv")
    path = tmp_path_factory.mktemp("any") / "fix.xlsx"
    finding = Finding("RI241", Location("data.csv", row=2, field="response_min"), {"text": "x", "cause": ""})
    original = Original("data.csv", records, layout)
    assert write_return_sheet(original, [finding], indicators, path, language="en") == 1
    back = read_original(path, columns).records
    assert back[0].cells[: len(header)] == tuple(header)
    found = {record.row: record.cells for record in back}
    for number, row in enumerate(rows, 2):
        for place, text in enumerate(row):
            cell = found[number][place] if place < len(found[number]) else ""
            if place == 2 and re.fullmatch(r"-?(0|[1-9][0-9]*)\.[0-9]+", text):
                assert float(cell) == float(text)
            else:
                assert cell == text
