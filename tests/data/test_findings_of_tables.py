"""Every finding about tables: its code, its place, its sentences. One small file each."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from data_helpers import COLUMNS, HEADER, found, read

from resilience_index.data import body
from resilience_index.data.read import CELL_CODES
from resilience_index.data.table import Column, Keys, Table
from resilience_index.findings import CATALOGUE, codes_cells, codes_data, has_errors

ENTRIES = (*codes_data.ENTRIES, *codes_cells.ENTRIES)
A = "001,甲,90,30,4\n"
B = "002,乙,80,40,5\n"
Expected = list[tuple[str, int | None, str | None]]

# content, options, findings, a part of the first message in English, and in Chinese
CASES: list[tuple[str | bytes, dict[str, Any], Expected, str, str]] = [
    (
        f"{HEADER}\n{A}{B}".replace(",", ";"),
        {},
        [("RI202", 1, None)],
        "separated by semicolons",
        "以分号分隔",
    ),
    (f"{HEADER}\n{A}{B}".replace(",", "\t"), {}, [("RI202", 1, None)], "tabs", "制表符"),
    (
        f"{HEADER}\n{A}{B}".encode("gbk"),
        {},
        [("RI203", None, None)],
        "its 2 rows were read as GB18030",
        "2 行",
    ),
    (
        f"\ufeff{HEADER}\n{A}",
        {"encoding": "gbk"},
        [("RI204", None, None)],
        "declared as gbk",
        "声明的编码是 gbk",
    ),
    (
        f"{HEADER}\n001,模,1,1,1\n".encode("gbk"),
        {},
        [("RI205", None, None)],
        "read as utf-8, but its bytes are also valid gb18030",
        "同样符合 gb18030",
    ),
    (
        f'{HEADER}\n{A}002,"乙"丙,80,40,5\n{A}',
        {},
        [("RI206", 3, None), ("RI232", 4, "community_id")],
        "unread from here: 1",
        "1 行",
    ),
    (
        f'{HEADER}\n{A}002,"乙,80,40,5\n{B}',
        {},
        [("RI206", 3, None)],
        "lines left unread from here: 2",
        "2 行未能读取",
    ),
    (
        f'"community_id",community,"closure_rate"x\n{A[:8]}\n',
        {"columns": COLUMNS[:1]},
        [("RI206", 1, None), ("RI218", 1, 'closure_rate"x'), ("RI217", 1, None)],
        "unread from here: 1",
        "引号",
    ),
    (
        f"{HEADER}\n{A}002,乙,1,234,40,5\n",
        {},
        [("RI207", 3, None)],
        "6 cells, the header has 5; '1,234' may be one number with a thousands comma",
        "“1,234”可能是带千分位逗号的一个数",
    ),
    (
        f"{HEADER}\n{A}002,乙,80,40\n",
        {},
        [("RI207", 3, None)],
        "4 cells, the header has 5; a cell may hold a line",
        "换行",
    ),
    (f"{HEADER}\n{A}002,乙,丙,80,40,5\n", {}, [("RI207", 3, None)], "hold the separator", "分隔符"),
    (
        f"{HEADER}\n\n{A}\n,,,,\n,\u3000\n{B}\n",
        {},
        [("RI208", None, None)],
        "blank rows left out: 5 (first: row 2)",
        "5 个空行",
    ),
    (
        f"name,{HEADER[13:]}\n{A}",
        {},
        [("RI211", 1, None), ("RI218", 1, "name")],
        "no column of community codes",
        "没有社区编码列",
    ),
    (
        f"{HEADER}\n{A}",
        {"keys": Keys(groups=("类型",))},
        [("RI212", 1, None)],
        "no column '类型', which the assessment declares as the group",
        "没有评估文件声明为分组的列“类型”",
    ),
    (
        f"{HEADER},隐患闭环率\n001,甲,90,30,4,90\n",
        {},
        [("RI213", 1, "隐患闭环率")],
        "two columns hold the indicator closure_rate: 'closure_rate' (column C) and '隐患闭环率' (column F)",
        "C 列",
    ),
    (
        f"{HEADER.replace('closure_rate', '隐患整改闭环率（万）')}\n{A}",
        {},
        [("RI214", 1, "隐患整改闭环率（万）")],
        "'closure_rate' is measured in %",
        "单位是%",
    ),
    (
        f"{HEADER.replace('belonging', '归属感（万）')}\n{A}",
        {"columns": (Column("b", ("归属感",), (), None, None),)},
        [("RI214", 1, "归属感（万）"), ("RI218", 1, "closure_rate"), ("RI218", 1, "response_min")],
        "measured in no unit",
        "单位是“无单位”",
    ),
    (
        f"{HEADER},\n{A[:-1]},\n002,乙,80,40,5,x\n",
        {},
        [("RI215", 1, None)],
        "column F has data but no header (first: row 3)",
        "第 3 行",
    ),
    (
        "community_id,community,closure_rate,response_min,belongin\n" + A,
        {},
        [("RI218", 1, "belongin"), ("RI216", 1, None)],
        "column E, 'belongin', is not known",
        "E 列“belongin”",
    ),
    (
        "community_id,community\n001,甲\n",
        {},
        [("RI217", 1, None)],
        "no column belongs to an indicator",
        "没有任何一列",
    ),
    (
        f"{HEADER},其他\n{A[:-1]},x\n",
        {},
        [("RI218", 1, "其他")],
        "column F, '其他', is not known and is not used",
        "F 列",
    ),
    (f"{HEADER},其他,其他\n{A[:-1]},x,y\n", {}, [("RI218", 1, "其他"), ("RI219", 1, "其他")], "其他", "其他"),
    (f"{HEADER},备注\n{A[:-1]},x\n", {}, [("RI240", 1, "备注")], "column F, '备注', holds remarks", "F 列“备注”为备注"),
    (
        "指标,第一社区,第二社区\nclosure_rate,90,80\nresponse_min,30,40\n",
        {},
        [("RI210", None, None)],
        "column A names indicators (2, from 'closure_rate' in row 2), the header none",
        "行与列似乎颠倒：A 列写的是指标（2 个",
    ),
    (
        f"{HEADER}\n{A}００２,乙,80,40,5\n",
        {},
        [("RI249", None, "community_id")],
        "(full-width characters made half-width): 1; the first is row 3: '００２' → '002'",
        "（全角字符改为半角）：1 个；首个为第 3 行：“００２” → “002”",
    ),
    (
        "community_id," + HEADER[23:] + "\n001,90,30,4\n",
        {},
        [("RI220", 1, None)],
        "no column of community names",
        "没有社区名称列",
    ),
    (
        "community_id,community,比率\n001,甲,1\n",
        {"columns": (Column("a", ("比率",), (), None, None), Column("b", ("比率",), (), None, None))},
        [("RI221", 1, "比率")],
        "fits several indicators: a, b",
        "a、b",
    ),
    (
        f"{HEADER},other\n{A[:-1]},x\n",
        {"known": (Column("other", (), (), None, None),)},
        [("RI222", 1, None)],
        "columns of indicators that this framework does not use: 1",
        "1 列",
    ),
    (
        f"{HEADER}\n{A} ,乙,80,40,5\n",
        {},
        [("RI231", 3, "community_id")],
        "the community code is blank",
        "社区编码为空",
    ),
    (
        f"{HEADER}\n{A}{A}",
        {},
        [("RI232", 3, "community_id")],
        "'001' stands in rows 2 and 3",
        "第 2 行与第 3 行",
    ),
    (
        "community_id,community,closure_rate,response_min,belonging,期\n001,甲,1,2,3,2023\n001,甲,90,2,3,2024\n001,甲,9,2,3,2023\n",
        {},
        [("RI232", 4, "community_id")],
        "'001' stands in rows 2 and 4 of period 2023",
        "期别 2023",
    ),
    (
        f"{HEADER}\n{A}9.9E+11,乙,80,40,5\n1e+05,乙,80,40,5\n",
        {},
        [("RI233", 3, "community_id"), ("RI233", 4, "community_id")],
        "'9.9E+11' is a number",
        "“9.9E+11”",
    ),
    (
        f"{HEADER}\n4401.0,甲,80,40,5\n44.5,乙,80,40,5\n",
        {},
        [("RI238", 2, "community_id")],
        "code 4401.0 was written as a decimal number",
        "“4401.0”",
    ),
    (
        f"{HEADER}\n{A}合计,,80,40,5\n002,平均值,80,40,5\n003,合计社区,80,40,5\n",
        {},
        [("RI237", 3, None), ("RI237", 4, None)],
        "a total or a mean, not a community, and was left out: '合计  80  40  5'",
        "此行是合计或平均",
    ),
    (
        f"2024 年社区韧性数据表\n\n{HEADER}\n{A}",
        {},
        [("RI223", 1, None)],
        "above the header was left out: '2024 年社区韧性数据表'",
        "已略去表头上方",
    ),
    (
        f"社区编码,社区名称,技术,,社会\n,,closure_rate,response_min,belonging\n{A}",
        {},
        [("RI224", 2, None)],
        "cells left blank in row 2 were taken from row 1",
        "已取自第 1 行",
    ),
    (f"{HEADER}\n单位,,%,分钟,1-5\n{A}", {}, [("RI225", 2, None)], "row of units was left out", "单位行"),
    (
        f"{HEADER}\n{A}注：数据来自街道\n填表人：,张三,审核人：,李四,\n",
        {},
        [("RI226", 3, None), ("RI226", 4, None)],
        "left out as a note or heading: '注：数据来自街道'",
        "视为说明",
    ),
    (
        f"{HEADER}\n{A}\ncommunity_id,community,response_min,closure_rate,belonging\n{B}",
        {},
        [("RI230", 4, None), ("RI208", None, None)],
        "C: closure_rate → response_min, D: response_min → closure_rate",
        "与表格上方的表头不一致",
    ),
    (
        f"{HEADER}\n{A}{B}书记,王某,80,40,5\n",
        {},
        [("RI239", 4, None)],
        "has no digit, while the other codes are numbers",
        "不含数字",
    ),
    (f"{HEADER}\n{A}{HEADER}\n{B}", {}, [("RI227", 3, None)], "belongs to the header", "此行属于表头"),
    (
        f"社區編碼,社區名稱,隱患閉環率,response_min,belonging\n{A}",
        {},
        [("RI228", 1, None)],
        "社區編碼 → 社区编码, 社區名稱 → 社区名称, 隱患閉環率 → 隐患闭环率",
        "繁体表头",
    ),
    (
        f"{HEADER}\n{A}" + "合计,,80,40,5\n" * 22,
        {},
        [*[("RI237", row, None) for row in range(3, 23)], ("RI229", None, None)],
        "total or a mean",
        "合计或平均",
    ),
    (
        f"{HEADER}\n1,甲,80,40,5\n002,乙,80,40,5\n13,丙,80,40,5\nx4,丁,80,40,5\n",
        {},
        [("RI234", 2, "community_id")],
        "'1' (row 2) is shorter than '002' (row 3); codes affected: 2",
        "2 个编码",
    ),
    (
        f"{HEADER}\n 001\u3000,甲,80,40,5\n",
        {},
        [("RI235", None, "community_id")],
        "spaces around entries of column 'community_id' were removed: 1",
        "第 2 行",
    ),
    (f"{HEADER},期\n{A[:-1]},\n", {}, [("RI236", 2, "期")], "the period is blank", "期别为空"),
    (
        f"{HEADER}\n{A}002,乙,八十,40,5\n",
        {},
        [("RI241", 3, "closure_rate")],
        "'八十' is not a number",
        "“八十”不是数值",
    ),
    (
        f"{HEADER}\n{A}002,乙,100.5,-1,5\n",
        {},
        [("RI242", 3, "closure_rate"), ("RI242", 3, "response_min")],
        "100.5 lies outside the range 0 to 100 %",
        "100.5 超出允许范围 0 至 100 %",
    ),
    (
        f"{HEADER}\n001,甲,0.9,30,4\n002,乙,0.8,30,4\n003,丙,1,30,4\n",
        {},
        [("RI244", None, "closure_rate")],
        "all 3 values lie between 0 and 1",
        "全部 3 个数值",
    ),
]
# tested in this file, test_unreadable, test_value_checks and test_codes
ELSEWHERE = {"RI250", "RI245", "RI246", "RI247", "RI248", "RI201", "RI209", "RI216", "RI243"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[2][0][0])
@pytest.mark.parametrize("mode", ["auto", "careful"])
def test_finding(tmp_path: Path, case: tuple[Any, ...], mode: str) -> None:
    content, options, expected, english, chinese = case
    table = read(tmp_path, content, path_mode=mode, **options)
    assert found(table) == expected
    assert english in table.findings[0].message("en")
    assert chinese in table.findings[0].message("zh")
    for finding in table.findings:
        assert finding.location.file == "data.csv"
        for language in ("zh", "en"):
            assert finding.message(language)
            assert finding.help(language)
            assert "{" not in finding.message(language) + finding.help(language)


def test_every_code_has_a_case() -> None:
    tested = {code for case in CASES for code, _, _ in case[2]}
    assert tested | ELSEWHERE == {entry.code for entry in ENTRIES}
    assert all(entry.code.startswith("RI2") for entry in ENTRIES)


def test_cell_faults_are_the_only_ones_that_can_be_accepted() -> None:
    assert sorted(CELL_CODES) == ["RI241", "RI242", "RI243", "RI248", "RI270"]
    assert all(CATALOGUE[code].severity == "error" for code in CELL_CODES)


def test_faulty_cells_count_as_missing_and_are_marked(tmp_path: Path) -> None:
    table = read(tmp_path, f"{HEADER}\n001,甲,x,30,4\n002,乙,101,1e400,不适用\n003,丙,70,,NA\n")
    assert has_errors(table.findings)
    np.testing.assert_array_equal(table.values[0], [np.nan, np.nan, 70])
    np.testing.assert_array_equal(table.values[1], [30, np.nan, np.nan])
    assert {key: mask.tolist() for key, mask in table.faulty.items()} == {
        0: [True, True, False],
        1: [False, True, False],
    }
    assert {key: mask.tolist() for key, mask in table.not_applicable.items()} == {2: [False, True, False]}


@pytest.mark.parametrize("mode", ["auto", "careful"])
def test_long_lists_are_cut_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    from resilience_index.data.checks import keys, values
    from resilience_index.data.files import careful

    for module in (body, keys, values, careful):
        monkeypatch.setattr(module, "LISTED", 2)
    rows = "".join(f"00{number},甲,x,9999,4\n" for number in range(5))
    table = read(tmp_path, f"{HEADER}\n{rows}{rows}1\n2\n3\n4\n", path_mode=mode)
    codes = [code for code, _, _ in found(table)]
    assert codes == [
        "RI207",
        "RI207",
        "RI209",
        "RI232",
        "RI232",
        "RI209",
        "RI241",
        "RI241",
        "RI243",
        "RI242",
        "RI242",
        "RI243",
    ]
    rest = [finding for finding in table.findings if finding.code in {"RI209", "RI243"}]
    assert [(finding.params["fault"], finding.params["count"]) for finding in rest] == [
        ("RI207", 2), ("RI232", 3), ("RI241", 8), ("RI242", 8),
    ]  # fmt: skip
    assert table.faulty[0].all()
    for finding in rest:
        assert "{" not in finding.message("zh") + finding.help("en")


def test_shares_are_noticed_only_where_they_may_be_shares(tmp_path: Path) -> None:
    def warned(values: list[str], column: Column) -> bool:
        rows = "".join(f"00{number},甲,{value}\n" for number, value in enumerate(values))
        table = read(tmp_path, f"community_id,community,{column.id}\n{rows}", columns=(column,))
        return any(finding.code == "RI244" for finding in table.findings)

    percent = Column("rate", (), (), "%", (0, 100))
    assert warned(["0.5", "1", "", "0"], percent)
    assert warned(["0.5", "1", "0"], Column("rate", (), (), "％", None))
    assert not warned(["0.5", "1"], percent)
    assert not warned(["0", "0", "0"], percent)
    assert not warned(["0.5", "0.6", "1.1"], percent)
    assert not warned(["0.5", "0.6", "0.7"], Column("rate", (), (), "%", (0, 1)))
    assert not warned(["0.5", "0.6", "0.7"], Column("rate", (), (), "min", (0, 100)))


def test_tokens_of_columns_and_of_the_call(tmp_path: Path) -> None:
    columns = (Column("a", (), (), None, (0, 100), (-999,)), Column("b", (), (), None, (0, 100), ("空",)))
    text = "community_id,community,a,b\n001,甲,-999.0,1\n002,乙,1,空\n003,丙,未报,未报\n004,丁,7,7\n"
    for mode in ("auto", "careful"):
        table = read(tmp_path, text, columns=columns, tokens=("未报", 7), path_mode=mode)
        assert found(table) == []
        np.testing.assert_array_equal(table.values, [[np.nan, 1, np.nan, np.nan], [1, np.nan, np.nan, np.nan]])
    wrong = read(tmp_path, text, columns=columns, tokens=("未报", 7, "x"))
    assert found(wrong) == []
    assert found(read(tmp_path, text.replace("空", "-999"), columns=columns, tokens=("未报",))) == [("RI242", 3, "b")]


def test_names_such_as_na_are_names(tmp_path: Path) -> None:
    names = ["NA", "N/A", "null", "None", "nan", "NaN", "-", "无", "true", "1e5"]
    rows = "".join(f"0{number},{name},90,30,4,{name}\n" for number, name in enumerate(names))
    for mode in ("fast", "careful"):
        table = read(tmp_path, f"{HEADER},区\n{rows}", path_mode=mode)
        assert table.names.to_pylist() == names
        assert table.groups["district"].to_pylist() == names
        assert found(table) == []


def test_ids_keep_their_zeros_and_names_their_spaces(tmp_path: Path) -> None:
    rows = '0001, 甲 ,90,30,4\n0002,"乙\n社区",90,30,4\n'
    table = read(tmp_path, f"{HEADER}\n{rows}")
    assert table.ids.to_pylist() == ["0001", "0002"]
    assert table.names.to_pylist() == [" 甲 ", "乙\n社区"]
    assert found(table) == []


def test_an_indicator_without_a_column_is_missing_everywhere(tmp_path: Path) -> None:
    table = read(tmp_path, f"{HEADER[:-10]}\n001,甲,90,30\n002,乙,80,40\n")
    assert found(table) == [("RI216", 1, None)]
    assert "归属感" in table.findings[0].message("zh")
    assert "belonging or Sense of belonging" in table.findings[0].help("en")
    assert np.isnan(table.values[2]).all()
    assert list(table.headers) == ["closure_rate", "response_min"]


def test_a_header_that_is_not_in_the_first_row(tmp_path: Path) -> None:
    table = read(tmp_path, f"\n,,\n{HEADER}\n{A}\n{B}")
    assert table.rows.tolist() == [4, 6]
    assert found(table) == [("RI208", None, None)]


def test_everything_wrong_is_told_in_one_run(tmp_path: Path) -> None:
    text = f"{HEADER},其他\n001,甲,x,30,4,\n001,乙,999,30,4,\n003,丙,1,2\n,丁,1,2,3,\n\n"
    codes = sorted(code for code, _, _ in found(read(tmp_path, text)))
    assert codes == ["RI207", "RI208", "RI218", "RI231", "RI232", "RI241", "RI242"]


def test_label_names_the_file(tmp_path: Path) -> None:
    table: Table = read(tmp_path, f"{HEADER}\n001,甲,x,30,4\n", label="数据/2024.csv")
    assert table.source == "数据/2024.csv"
    assert table.findings[0].location.text() == '数据/2024.csv:row 2, column "closure_rate"'
    assert COLUMNS[0].id in table.headers
