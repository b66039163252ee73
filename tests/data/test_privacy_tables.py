"""Personal numbers in files of every kind: each place is named, and no table holds a number."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import xlsxwriter
from data_helpers import COLUMNS, picture, write
from hypothesis import given, settings
from hypothesis import strategies as st
from privacy_numbers import ALL, CARD, IDENTITY, MOBILE, WRITTEN, card, identities
from pyarrow import parquet

from resilience_index.data.files.fast import DoubtError
from resilience_index.data.privacy import find
from resilience_index.data.privacy.scan import LISTED, PERSONAL, _suspects, allowed
from resilience_index.data.read import read_table
from resilience_index.data.table import Keys, Table

HEADER = ["社区编码", "社区名称", "区县", "closure_rate", "response_min", "belonging", "楼栋", ""]
ROWS = [
    ["099101001001", "鼓桥社区", "澜阳区", "85", "30", "4", "3号楼", ""],
    ["099101001002", "望湖社区", "澜阳区", "64.5", "12", "3.5", "5号楼", ""],
    ["099101002001", "青石社区", "云溪区", "90", "不适用", "", "", ""],
]
WHERE = {
    "code": (0, "社区编码"),
    "name": (1, "社区名称"),
    "group": (2, "区县"),
    "indicator": (3, "closure_rate"),
    "unused": (6, "楼栋"),
    "unnamed": (7, "H"),
}
FORMS = ("plain", "spaced", "hyphens", "no-break spaces", "full width", "in a text")


def cells(column: int, text: str, row: int = 1) -> list[list[str]]:
    rows = [list(HEADER), *(list(cells) for cells in ROWS)]
    rows[row][column] = text
    return rows


def as_csv(rows: list[list[str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            # Counts and numbers as people type them: as numbers where a number holds all digits.
            if text.isascii() and text.isdecimal() and len(text) < 15 and column != 0:
                sheet.write_number(row, column, int(text))
            elif text:
                sheet.write_string(row, column, text)
    book.close()
    return out.getvalue()


def as_parquet(rows: list[list[str]]) -> bytes:
    columns = list(zip(*rows[1:], strict=True))
    out = io.BytesIO()
    table = pa.table([pa.array(list(column), pa.string()) for column in columns], names=rows[0])
    parquet.write_table(table, out)
    return out.getvalue()


KINDS: dict[str, Callable[[list[list[str]]], bytes]] = {
    "comma": as_csv,
    "semicolon": lambda rows: as_csv(rows, ";"),
    "tab": lambda rows: as_csv(rows, "\t"),
    "gbk": lambda rows: as_csv(rows, encoding="gb18030"),
    "utf-16": lambda rows: as_csv(rows, encoding="utf-16"),
    "xlsx": as_xlsx,
    "parquet": as_parquet,
}


def read(folder: Path, content: bytes, **options: Any) -> Table:
    options.setdefault("keys", Keys())
    return read_table(write(folder, content), COLUMNS, keep_text=True, **options)


def personal(table: Table) -> list[tuple[str, int | None, str | None]]:
    return [
        (finding.code, finding.location.row, finding.location.field)
        for finding in table.findings
        if finding.code in PERSONAL and finding.code != "RI251"
    ]


def everything(table: Table) -> str:
    """All that the table holds and its findings say, in one text."""
    told = [finding.to_dict(("zh", "en")) for finding in table.findings]
    raw = [column.to_pylist() for column in table.raw.columns.values()]
    values = [column.tolist() for column in table.values]
    return repr((picture(table) if len(table.files) == 1 else None, told, raw, values, table.files, table.headers))


def holds(text: str, number: str) -> bool:
    """Whether a number, or its middle, can be read in a text, whatever stands between its digits."""
    plain = "".join(filter(str.isalnum, text)).upper()
    return number in plain or (len(number) > 11 and number[6:-4] in plain)


# --- every column, form and kind of file


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("where", WHERE)
def test_every_number_is_found_in_every_column(tmp_path: Path, where: str, kind: str):
    column, title = WHERE[where]
    missed = []
    for what, number in ALL.items():
        for form in FORMS:
            content = KINDS[kind](cells(column, WRITTEN[form](number)))
            table = read(tmp_path, content)
            if personal(table) != [("RI252", 2, title)] or holds(everything(table), number):
                missed.append((what, form, personal(table)))
    assert missed == []


@pytest.mark.parametrize("where", ["name", "group", "indicator", "unused"])
def test_the_fast_way_and_the_careful_way_mask_alike(tmp_path: Path, where: str):
    for number in ALL.values():
        content = as_csv(cells(WHERE[where][0], number))
        for keep_text in (False, True):
            fast, careful = (
                read_table(write(tmp_path, content), COLUMNS, keep_text=keep_text, path_mode=mode)
                for mode in ("fast", "careful")
            )
            assert picture(fast) == picture(careful)
            assert personal(fast) == [("RI252", 2, WHERE[where][1])]


@pytest.mark.parametrize("kind", ["comma", "gbk", "xlsx", "parquet"])
def test_a_header_is_looked_at_too(tmp_path: Path, kind: str):
    table = read(tmp_path, KINDS[kind](cells(6, f"电话{MOBILE}", row=0)))
    assert personal(table) == [("RI252", 1, "电话138****5678")]
    assert not holds(everything(table), MOBILE)


@pytest.mark.parametrize("kind", ["comma", "semicolon", "gbk", "xlsx"])
def test_title_note_and_total_rows_are_looked_at_too(tmp_path: Path, kind: str):
    rows = cells(0, ROWS[0][0])
    blank = [""] * (len(HEADER) - 1)
    rows.insert(0, [f"社区统计表（联系人 {MOBILE}）", *blank])
    rows.append(["合计", "", "", "", "", "", CARD, ""])
    rows.append([f"注：填表人身份证 {IDENTITY}", *blank])
    table = read(tmp_path, KINDS[kind](rows))
    assert len(table) == 3
    assert sorted(personal(table), key=str) == [("RI252", 1, None), ("RI252", 6, "楼栋"), ("RI252", 7, "社区编码")]
    for number in (MOBILE, IDENTITY, CARD):
        assert not holds(everything(table), number)


def test_rows_of_the_wrong_length_are_looked_at_too(tmp_path: Path):
    rows = [*cells(0, ROWS[0][0]), ["099101002002", "桥东社区", MOBILE], [*ROWS[0], IDENTITY]]
    table = read(tmp_path, as_csv(rows))
    assert sorted(personal(table), key=str) == [("RI252", 5, "区县"), ("RI252", 6, None)]
    assert not holds(everything(table), MOBILE)
    assert not holds(everything(table), IDENTITY)


@pytest.mark.parametrize("kind", ["comma", "xlsx", "parquet"])
def test_long_tables_are_looked_at_too(tmp_path: Path, kind: str):
    rows = [["community_id", "community", "indicator", "value", "备注"]]
    rows += [[code, name, "closure_rate", value, ""] for code, name, _, value, *_ in ROWS]
    rows[1][3] = MOBILE
    rows[2][0] = IDENTITY
    rows[3][4] = CARD
    table = read(tmp_path, KINDS[kind](rows))
    assert personal(table) == [("RI252", 3, "community_id"), ("RI252", 2, "value"), ("RI252", 4, "备注")]
    for number in (MOBILE, IDENTITY, CARD):
        assert not holds(everything(table), number)


@pytest.mark.parametrize("number", [int(MOBILE), int(card("622202021234567"))])
def test_numbers_stored_as_numbers(tmp_path: Path, number: int):
    columns = {"community_id": ["1", "2"], "community": ["a", "b"], "closure_rate": [1.5, 2.5], "更多": [1, 1]}
    for kind in (pa.int64(), pa.float64(), pa.decimal128(20, 0)):
        for name in ("closure_rate", "更多"):
            data = {**columns, name: pa.array([number, 1]).cast(kind)}
            out = io.BytesIO()
            parquet.write_table(pa.table(data), out)
            table = read_table(write(tmp_path, out.getvalue()), COLUMNS)
            assert personal(table) == [("RI252", 2, name)]
            assert not holds(everything(read(tmp_path, out.getvalue())), str(number))


# --- what becomes of the table


def test_a_personal_number_is_no_value_of_an_indicator(tmp_path: Path):
    table = read(tmp_path, as_csv(cells(3, MOBILE)))
    assert table.faulty[0].tolist() == [True, False, False]
    told = [finding for finding in table.findings if finding.code == "RI241"]
    assert [finding.location.row for finding in told] == [2]
    assert told[0].message("en") == "'138****5678' is not a number; a personal number is no value of an indicator"
    assert table.raw.column(0).to_pylist()[0] == "138****5678"


def test_masked_codes_stay_apart_and_the_same_code_stays_the_same(tmp_path: Path):
    numbers = _same_mask(IDENTITY)[:2]
    rows = [["community_id", "period", "closure_rate"]]
    rows += [[numbers[0], "2023", "1"], [numbers[1], "2023", "2"], [numbers[0], "2024", "3"]]
    table = read(tmp_path, as_csv(rows))
    masked = f"110101********{IDENTITY[-4:]}"
    assert table.ids.to_pylist() == [f"{masked}#2", f"{masked}#3", f"{masked}#2"]
    assert [finding.code for finding in table.findings if finding.code == "RI232"] == []


def _same_mask(number: str) -> list[str]:
    """Other identity numbers that look the same when they are masked."""
    days = [f"{year}{month:02d}{day:02d}" for year in range(1950, 2000) for month in range(1, 13) for day in (1, 15)]
    candidates = [number[:6] + day + number[14:] for day in days]
    return [candidate for candidate in candidates if find(candidate) and candidate != number]


def test_many_are_counted(tmp_path: Path):
    rows = [["community_id", "community", "closure_rate", "电话"]]
    rows += [[f"c{row}", f"社区{row}", "1", f"138{row:08d}"] for row in range(100)]
    table = read(tmp_path, as_csv(rows))
    found = personal(table)
    assert found[:-1] == [("RI252", row, "电话") for row in range(2, 2 + LISTED)]
    assert found[-1] == ("RI253", None, "电话")
    summary = next(finding for finding in table.findings if finding.code == "RI251")
    assert summary.message("zh") == "文件含有个人信息，已拒绝处理：100 个手机号码"
    assert "100 mobile numbers" in summary.message("en")
    last = next(finding for finding in table.findings if finding.code == "RI253")
    assert "80" in last.message("zh")


def test_allowed_data_leave_one_warning(tmp_path: Path):
    table = read(tmp_path, as_csv(cells(6, f"{MOBILE}，{IDENTITY}")))
    findings = [finding for finding in allowed(table.findings) if finding.code.startswith("RI25")]
    assert [(finding.code, finding.severity) for finding in findings] == [("RI256", "warning")]
    assert findings[0].message("en").endswith("masked: 1 identity number, 1 mobile number")


# --- names and addresses

PEOPLE = ["张三", "李小明", "王芳", "欧阳文博"]
HOMES = ["幸福路3号2单元301室", "建设路12号院4号楼", "胜利街15巷2号", "和平小区7栋1单元602"]


def people(*columns: tuple[str, list[str]]) -> list[list[str]]:
    rows = [["community_id", "community", "closure_rate", *(title for title, _ in columns)]]
    return rows + [[f"c{row}", f"社区{row}", "1", *(cells[row] for _, cells in columns)] for row in range(4)]


@pytest.mark.parametrize("kind", ["comma", "gbk", "xlsx", "parquet"])
@pytest.mark.parametrize("titles", [("姓名", "家庭住址"), ("甲", "乙"), ("户主", ""), ("Contact person", "Address")])
def test_names_beside_addresses_are_refused(tmp_path: Path, titles: tuple[str, str], kind: str):
    rows = people((titles[0], PEOPLE), (titles[1], HOMES))
    table = read(tmp_path, KINDS[kind](rows))
    assert personal(table) == [("RI254", 1, titles[0])]
    told = next(finding for finding in table.findings if finding.code == "RI254")
    for language in ("zh", "en"):
        assert titles[0] in told.message(language)
        assert (titles[1] or "E") in told.message(language)
    assert "张三" not in everything(table)
    assert [finding.code for finding in allowed(table.findings) if finding.code.startswith("RI25")] == ["RI256"]


def test_names_alone_are_a_warning_and_addresses_alone_are_nothing(tmp_path: Path):
    table = read(tmp_path, as_csv(people(("姓名", PEOPLE))))
    assert [finding.code for finding in table.findings if finding.code.startswith("RI25")] == ["RI255"]
    table = read(tmp_path, as_csv(people(("地址", HOMES))))
    assert [finding.code for finding in table.findings if finding.code.startswith("RI25")] == []


def test_names_of_communities_and_groups_are_no_names_of_people(tmp_path: Path):
    rows = [["community_id", "community", "片区", "closure_rate", "地址"]]
    rows += [[f"c{row}", PEOPLE[row], PEOPLE[row], "1", HOMES[row]] for row in range(4)]
    table = read(tmp_path, as_csv(rows), keys=Keys(groups=("片区",)))
    assert [finding.code for finding in table.findings if finding.code.startswith("RI25")] == []


# --- the fast way


def test_clean_files_are_read_fast_whatever_their_other_columns_hold(tmp_path: Path):
    rows = [["community_id", "community", "closure_rate", "数", "字"]]
    rows += [[f"{row:012d}", f"社区{row}", "1.5", "2", "文"] for row in range(200)]
    rows[-1][3] = "不详"  # beyond the rows by which the column was taken for numbers
    fast = read_table(write(tmp_path, as_csv(rows)), COLUMNS, path_mode="fast")
    careful = read_table(write(tmp_path, as_csv(rows)), COLUMNS, path_mode="careful")
    assert picture(fast) == picture(careful)
    rows[-1][3] = MOBILE
    fast = read_table(write(tmp_path, as_csv(rows)), COLUMNS, path_mode="fast")
    assert personal(fast) == [("RI252", 201, "数")]


def test_long_numbers_that_are_nobodys_are_read(tmp_path: Path):
    rows = [["community_id", "closure_rate", "response_min", "数"], ["1", "20000000000", "-30000000000.5", "2e10"]]
    columns = [column for column in COLUMNS if column.id == "belonging"]
    with pytest.raises(DoubtError):
        read_table(write(tmp_path, as_csv([*rows, ["2"]])), columns, path_mode="fast")
    for mode in ("fast", "careful"):
        table = read_table(write(tmp_path, as_csv(rows)), COLUMNS, path_mode=mode)
        assert personal(table) == []
        assert sorted(finding.code for finding in table.findings if finding.severity == "error") == ["RI242", "RI242"]


def test_columns_of_codes_are_passed_over_unless_a_cell_is_something_else():
    codes = [f"{110101001001 + row}" for row in range(50)]
    assert len(_suspects(pa.array(codes), None)) == 0
    assert _suspects(pa.array([*codes, f"{MOBILE}x"]), None).tolist() == [50]
    assert _suspects(pa.array([*codes, f"{MOBILE}x", *codes]).slice(50, 1), None).tolist() == [0]
    assert len(_suspects(pa.array([*codes, f"{MOBILE}x", *codes]).slice(51, 9), None)) == 0


# --- the quick look lets nothing through that the definition finds


@given(st.lists(st.one_of(st.text("0123456789X -.,_()１２３x张\u00a0\u200b", max_size=40), st.text(), identities)))
def test_the_quick_look_misses_nothing(texts: list[str]):
    suspects = set(_suspects(pa.array(texts, pa.string()), None).tolist())
    assert {index for index, text in enumerate(texts) if find(text)} <= suspects


@given(st.sampled_from(sorted(ALL)), st.sampled_from(sorted(WRITTEN)), st.text(max_size=10), st.text(max_size=10))
@settings(max_examples=300)
def test_nor_whatever_stands_around_a_number(what: str, written: str, before: str, after: str):
    text = f"{before}{WRITTEN[written](ALL[what])}{after}"
    assert len(_suspects(pa.array([text]), None)) >= bool(find(text))
