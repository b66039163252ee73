"""Rows that are no communities, and communities that only look so."""

from __future__ import annotations

from pathlib import Path

import pytest
from data_helpers import COLUMNS, HEADER, found, read
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.data.layout import row_words, rows
from resilience_index.data.layout.columns import match
from resilience_index.data.layout.row_words import is_numbering
from resilience_index.data.layout.rows import Kind, RowKinds
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
    (["三环", "三环社区", "80", "1", "3"], Kind.NO_CODE),
    (["", "丙社区", "80", "1", "3"], Kind.DATA),
    (["", "丙社区", "", "", ""], Kind.DATA),
    (["", "Sunny Hill", "", "", ""], Kind.DATA),
    (["", "", "80", "1", "3"], Kind.DATA),
    (["0103", "注安社区", "80", "1", "3"], Kind.DATA),
    (["汇总社区", "汇总社区", "80", "1", "3"], Kind.NO_CODE),
    (["MIN", "Minster", "80", "1", "3"], Kind.NO_CODE),
    # totals that carry a code or a count, statistics, targets
    (["330106001000", "东湖街道合计", "80", "1", "3"], Kind.TOTAL),
    (["330106000000", "全区平均", "80", "1", "3"], Kind.TOTAL),
    (["97", "合计（2个）", "80", "1", "3"], Kind.TOTAL),
    (["97", "2个社区合计", "80", "1", "3"], Kind.TOTAL),
    (["97", "District average", "80", "1", "3"], Kind.TOTAL),
    (["合计8", "", "80", "1", "3"], Kind.TOTAL),
    (["合计：8个社区", "", "80", "1", "3"], Kind.TOTAL),
    (["共 8 个社区", "", "", "", ""], Kind.TOTAL),
    (["", "合计数", "80", "1", "3"], Kind.TOTAL),
    (["", "共 8 个社区", "80", "1", "3"], Kind.TOTAL),
    (["共计2个社区", "", "80", "1", "3"], Kind.TOTAL),
    (["累计", "", "80", "1", "3"], Kind.TOTAL),
    (["达标率", "", "80", "1", "3"], Kind.TOTAL),
    (["上年同期", "", "80", "1", "3"], Kind.TOTAL),
    (["指标权重", "", "0.3", "0.3", "0.4"], Kind.TOTAL),
    (["Subtotal North", "", "80", "1", "3"], Kind.TOTAL),
    (["Total 2 communities", "", "80", "1", "3"], Kind.TOTAL),
    (["Average of 2", "", "80", "1", "3"], Kind.TOTAL),
    # rows of a form: numbers of columns, examples, signatures, dates
    (["甲", "乙", "1", "2", "3"], Kind.HEADER),
    (["1", "2", "3", "4", "5"], Kind.HEADER),
    (["A", "B", "1", "2", "3"], Kind.HEADER),
    (["（1）", "（2）", "（3）", "（4）", "（5）"], Kind.HEADER),
    (["示例", "某某社区", "95", "60", "2"], Kind.NOTE),
    (["a", "b", "1", "2", "3"], Kind.NO_CODE),
    (["例：330106001000", "示范社区", "95", "60", "2"], Kind.NOTE),
    (["分管领导：", "张三", "", "", ""], Kind.NOTE),
    (["主任签字：", "李四", "", "", ""], Kind.NOTE),
    (["分管领导：张三", "", "", "经办人：李四", ""], Kind.NOTE),
    (["", "", "", "", "2024年12月31日"], Kind.NOTE),
    # another header, or a second row of the first one that says something of its own
    (["社区编码", "社区名称", "诉求响应时长", "隐患整改闭环率", "归属感"], Kind.OTHER_HEADER),
    (["社区编码", "社区名称", "隐患整改闭环率", "诉求响应时长（小时）", "归属感"], Kind.OTHER_HEADER),
    (["社区编码", "社区名称", "打通部门数", "归集数源系统数", "归属感"], Kind.OTHER_HEADER),
    (["", "", "最大值", "平均值", "平均值"], Kind.OTHER_HEADER),
    (["责任部门", "", "应急局", "民政局", "宣传部"], Kind.OTHER_HEADER),
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
    kinds = RowKinds(LAYOUT, COLUMNS, below)
    for row in (["丙", "", "", "", ""], ["丁", "丁社区", "无", "是", "无"], ["MIN", "Minster", "1", "2", "3"]):
        assert kinds.kind(row) is Kind.DATA


def test_a_line_of_place_and_date_below_the_table_is_a_note() -> None:
    kinds = RowKinds(LAYOUT, COLUMNS, BELOW)
    assert kinds.kind(["0101", "甲", "1", "2", "3"]) is Kind.DATA
    assert kinds.kind(["", "", "", "云澜区民政局", "二〇二四年十二月"]) is Kind.NOTE
    assert kinds.kind(["", "", "", "八十", "四十"]) is Kind.NOTE
    assert kinds.kind(["", "", "八十", "40", "无"]) is Kind.DATA


@given(
    st.sampled_from(row_words.EXACT),
    st.sampled_from(["", ":", "：", "（60个）"]),
    st.sampled_from(["", "云澜区", "x "]),
)
def test_both_ways_know_the_same_names_of_totals(word: str, end: str, before: str) -> None:
    import pyarrow as pa

    name = before + word + end
    kind = RowKinds(LAYOUT, COLUMNS, BELOW).kind(["0103", name, "1", "2", "3"])
    assert rows.any_doubtful(pa.array(["0103"]), pa.array([name])) == (kind is Kind.TOTAL)


def test_rows_numbered_ahead_are_blank(tmp_path: Path) -> None:
    table = read(tmp_path, f"序号,{HEADER}\n1,0101,甲,90,30,4\n2,0102,乙,80,40,5\n3,,,,,\n4,,,,,\n松溪街道,,,,,\n")
    assert table.ids.to_pylist() == ["0101", "0102"]
    assert not [finding for finding in table.findings if finding.severity == "error"]


def test_a_second_table_with_its_columns_in_another_order_is_an_error(tmp_path: Path) -> None:
    second = "community_id,community,response_min,closure_rate,belonging"
    table = read(tmp_path, f"{HEADER}\n001,甲,90,30,4\n\n{second}\n002,乙,40,80,5\n")
    assert ("RI230", 4, None) in found(table)
    assert "C: closure_rate → response_min" in table.findings[-1].message("en") or any(
        "C: closure_rate → response_min" in finding.message("en") for finding in table.findings
    )


def test_units_above_the_header_are_checked(tmp_path: Path) -> None:
    table = read(tmp_path, f"数据表,,,,\n,,%,小时,1-5\n{HEADER}\n001,甲,90,30,4\n")
    assert ("RI214", 2, "response_min") in found(table)


def test_text_among_numbered_codes_is_an_error(tmp_path: Path) -> None:
    table = read(tmp_path, f"{HEADER}\n001,甲,90,30,4\n002,乙,80,40,5\n书记,王某,80,40,5\n")
    assert ("RI239", 4, None) in found(table)
    assert table.ids.to_pylist() == ["001", "002"]


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
    assert "'小时' stands here" in table.findings[0].message("en")


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
    cells = [code, name, value, "", ""]
    if not rows.any_doubtful(ids, names) and not is_numbering(cells):
        assert RowKinds(LAYOUT, COLUMNS, BELOW).kind(cells) is Kind.DATA


@given(st.lists(st.text(max_size=20), max_size=7))
def test_every_row_has_a_kind(cells: list[str]) -> None:
    kind = RowKinds(LAYOUT, COLUMNS, BELOW).kind(cells)
    assert (kind is Kind.BLANK) == (not any(cell.strip() for cell in cells))
