"""Rows that are no communities, and communities that only look so."""

from __future__ import annotations

from pathlib import Path

import pytest
from data_helpers import COLUMNS, HEADER, found, read
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.data import rows
from resilience_index.data.columns import match
from resilience_index.data.rows import Kind, RowKinds
from resilience_index.data.table import Keys

CELLS = HEADER.split(",")
LAYOUT = match(CELLS, COLUMNS, Keys(), file="a.csv")
BELOW = [["0101", "甲", "1", "2", "3"], ["0102", "乙", "1", "2", "3"]]

KINDS = [
    # totals, means and the like
    (["合计", "", "80", "1", "3"], Kind.TOTAL),
    (["合 计", "", "80", "1", "3"], Kind.TOTAL),
    (["合　　计", "", "80", "1", "3"], Kind.TOTAL),
    (["合计：", "", "80", "1", "3"], Kind.TOTAL),
    (["总计（60个社区）", "", "80", "1", "3"], Kind.TOTAL),
    (["云澜区小计", "", "80", "1", "3"], Kind.TOTAL),
    (["", "全市平均", "80", "1", "3"], Kind.TOTAL),
    (["", "平均值", "80", "1", "3"], Kind.TOTAL),
    (["0109", "平均值", "80", "1", "3"], Kind.TOTAL),
    (["最大值", "", "80", "1", "3"], Kind.TOTAL),
    (["Grand Total", "", "80", "1", "3"], Kind.TOTAL),
    (["", "Average", "80", "1", "3"], Kind.TOTAL),
    (["SUBTOTAL:", "", "80", "1", "3"], Kind.TOTAL),
    # notes, signatures, page numbers, headings of sections
    (["注：本表由街道填报", "", "", "", ""], Kind.NOTE),
    (["注1：口径见附件", "", "", "", ""], Kind.NOTE),
    (["备注", "以上数据截至年末", "", "", ""], Kind.NOTE),
    (["填表人：", "张三", "审核人：", "李四", ""], Kind.NOTE),
    (["填表人：张三", "", "联系电话：", "", ""], Kind.NOTE),
    (["数据来源：网格平台", "", "", "", ""], Kind.NOTE),
    (["", "", "填报日期:2024-12-31", "", ""], Kind.NOTE),
    (["Note: figures as of 31 December", "", "", "", ""], Kind.NOTE),
    (["本表一式两份，街道与社区各存一份。", "", "", "", ""], Kind.NOTE),
    (["第 2 页 共 5 页", "", "", "", ""], Kind.NOTE),
    (["一、云澜区", "", "", "", ""], Kind.NOTE),
    (["云澜区", "", "", "", ""], Kind.NOTE),
    (["※ 以上为预报数", "", "", "", ""], Kind.NOTE),
    (["注：一个单元格"], Kind.NOTE),
    # repeated headers, units, blank rows
    (CELLS, Kind.HEADER),
    (["社区编码", "社区名称", "隐患整改闭环率", "诉求响应时长", "归属感"], Kind.HEADER),
    (["单位", "", "%", "分钟", "1-5"], Kind.UNITS),
    (["", "", "（%）", "(min)", "—"], Kind.UNITS),
    (["", "", "%", "小时", ""], Kind.UNITS),
    (["", " ", "", "\u3000", ""], Kind.BLANK),
    ([], Kind.BLANK),
    # communities, whole or lacking something
    (["0103", "丙", "80", "1", "3"], Kind.DATA),
    (["0103", "合计社区", "80", "1", "3"], Kind.DATA),
    (["0103", "平均路社区", "80", "1", "3"], Kind.DATA),
    (["0103", "", "", "", ""], Kind.DATA),
    (["C-7", "", "", "", ""], Kind.DATA),
    (["甲", "甲社区", "80", "1", "3"], Kind.DATA),
    (["", "丙社区", "80", "1", "3"], Kind.DATA),
    (["", "丙社区", "", "", ""], Kind.DATA),
    (["", "Sunny Hill", "", "", ""], Kind.DATA),
    (["", "", "80", "1", "3"], Kind.DATA),
    (["0103", "注安社区", "80", "1", "3"], Kind.DATA),
    (["汇总社区", "汇总社区", "80", "1", "3"], Kind.DATA),
    (["Total View", "Total View", "80", "1", "3"], Kind.DATA),
    (["", "", "-", "-", "-"], Kind.DATA),
    (["0103", "丙"], Kind.DATA),
]


@pytest.mark.parametrize(("cells", "kind"), KINDS, ids=lambda value: str(value)[:40])
def test_the_kind_of_a_row(cells: list[str], kind: Kind) -> None:
    assert RowKinds(LAYOUT, COLUMNS, BELOW).kind(cells) is kind


def test_a_row_of_units_stands_right_below_the_header_only() -> None:
    kinds = RowKinds(LAYOUT, COLUMNS, BELOW)
    assert kinds.kind(["0101", "甲", "1", "2", "3"]) is Kind.DATA
    assert kinds.kind(["", "", "%", "分钟", "1-5"]) is Kind.DATA  # a blank code is an error there


def test_a_lone_name_among_names_is_a_community() -> None:
    below = [["甲", "甲社区", "1", "2", "3"], ["乙", "乙社区", "1", "2", "3"]]
    assert RowKinds(LAYOUT, COLUMNS, below).kind(["丙", "", "", "", ""]) is Kind.DATA


def test_rows_below_a_table_leave_the_communities_alone(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        f"云澜市社区韧性数据（2024年）,,,,\n单位：见表头,,,,\n\n{HEADER}\n单位,,%,min,1–5\n"
        "0101,甲,90,30,4\n云澜区,,,,\n0102,乙,80,40,5\n小计,,170,70,9\n\n合计,,170,70,9\n注：,以上为年末数,,,\n填表人：王某",
    )
    assert table.ids.to_pylist() == ["0101", "0102"]
    assert table.rows.tolist() == [6, 8]
    assert found(table) == [
        ("RI223", 1, None),
        ("RI223", 2, None),
        ("RI208", None, None),
        ("RI225", 5, None),
        ("RI226", 7, None),
        ("RI237", 9, None),
        ("RI237", 11, None),
        ("RI226", 12, None),
        ("RI226", 13, None),
    ]
    assert not any(finding.severity == "error" for finding in table.findings)


def test_a_unit_row_with_another_unit_is_an_error(tmp_path: Path) -> None:
    table = read(tmp_path, f"{HEADER}\n单位,,%,小时,1-5\n001,甲,90,30,4\n")
    assert found(table) == [("RI214", 2, "response_min"), ("RI225", 2, None)]
    assert "says '小时'" in table.findings[0].message("en")


def test_a_header_of_two_rows_is_put_together(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        "社区编码,社区名称,一、治理,,二、社会\n,,隐患整改闭环率（%）,诉求响应时长（分钟）,归属感\n001,甲,90,30,4\n",
    )
    assert (table.ids.to_pylist(), table.names.to_pylist()) == (["001"], ["甲"])
    assert [column.tolist() for column in table.values] == [[90], [30], [4]]
    assert found(table) == [("RI224", 2, None)]


def test_titles_above_codes_leave_one_header(tmp_path: Path) -> None:
    table = read(tmp_path, f"社区编码,社区名称,隐患整改闭环率,诉求响应时长,归属感\n{HEADER}\n001,甲,90,30,4\n")
    assert table.ids.to_pylist() == ["001"]
    assert found(table) == [("RI227", 2, None)]


def test_a_data_row_is_never_taken_for_the_header(tmp_path: Path) -> None:
    # Nothing in the first row is known; the cells below happen to hold the name of a key.
    table = read(tmp_path, "a,b,c\n1,社区,2\n3,社区,4\n")
    assert ("RI211", 1, None) in found(table)
    assert len(table) == 2


@given(st.text(max_size=12), st.text(max_size=12), st.sampled_from(["", "80", "%"]))
def test_what_the_fast_way_does_not_doubt_is_a_community(code: str, name: str, value: str) -> None:
    import pyarrow as pa

    ids, names = pa.array([code]), pa.array([name])
    if not rows.any_doubtful(ids, names):
        assert RowKinds(LAYOUT, COLUMNS, BELOW).kind([code, name, value, "", ""]) is Kind.DATA
    assert rows.any_doubtful(ids, names) <= bool(rows.doubtful(ids, names)[0])


@given(st.lists(st.text(max_size=20), max_size=7))
def test_every_row_has_a_kind(cells: list[str]) -> None:
    kind = RowKinds(LAYOUT, COLUMNS, BELOW).kind(cells)
    assert (kind is Kind.BLANK) == (not any(cell.strip() for cell in cells))
