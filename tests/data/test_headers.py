from pathlib import Path

import pytest
from data_helpers import COLUMNS, HEADER, found, read
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.data.layout.columns import Layout, column_of, letter, match
from resilience_index.data.layout.names import by_fold, nearest
from resilience_index.data.table import Column, Keys
from resilience_index.folding import fold


def layout(header: str, keys: Keys | None = None, columns: tuple[Column, ...] = COLUMNS, **options: object) -> Layout:
    return match(header.split("|"), columns, keys or Keys(), file="data.csv", **options)  # type: ignore[arg-type]


def codes(result: Layout) -> list[str]:
    return [finding.code for finding in result.findings]


ALL = "community_id|community|closure_rate|response_min|belonging"


@pytest.mark.parametrize(
    "header",
    [
        ALL,
        "社区编码|社区名称|隐患整改闭环率|诉求响应时长|归属感",
        "社区代码|社区|隐患闭环率|RESPONSE TIME|Sense of belonging",
        "COMMUNITY_ID|Community|隐患整改闭环率(%)|诉求响应时长（min）|归属感【1–5】",
        "Ｃｏｍｍｕｎｉｔｙ＿ｉｄ|社 区 名 称|隐患整改\n闭环率 （％）|诉求响应时长( MIN )|归属感()",
        "\ufeffcommunity_id|community|hazardsclosed|response_min [min]|归属感〔1–5〕",
    ],
)
def test_ways_to_write_the_same_header(header: str) -> None:
    result = layout(header)
    assert (result.id, result.name, result.indicators) == (0, 1, {0: 2, 1: 3, 2: 4})
    assert codes(result) == []


@pytest.mark.parametrize("unit", ["万", "次", "‰", "千分比，2023年"])
def test_another_unit_is_an_error(unit: str) -> None:
    result = layout(f"community_id|community|隐患整改闭环率（{unit}）|response_min|belonging")
    assert codes(result) == ["RI214"]
    assert result.findings[0].location.field == f"隐患整改闭环率（{unit}）"
    assert 0 not in result.indicators


def test_brackets_in_a_title_belong_to_it() -> None:
    column = Column("platforms", ("在用平台数（平台堆砌）", "Platforms in use (pile-up)"), (), "个", None)
    for header in ("在用平台数(平台堆砌)", "在用平台数（平台堆砌）（个）", "platforms in use (pile-up)"):
        assert layout(f"community_id|community|{header}", columns=(column,)).indicators == {0: 2}


def test_keys_and_groups() -> None:
    result = layout("区县|街道|城市|期|社区编码|社区名称|人口|closure_rate|response_min|belonging")
    assert (result.period, result.id, result.name) == (3, 4, 5)
    assert list(result.groups.items()) == [("city", 2), ("district", 0), ("street", 1)]
    assert codes(result) == []


def test_declared_keys() -> None:
    keys = Keys(id="编号", name="名", period="季度", groups=("类型", "district", "population"))
    result = layout("编号|名|季度|类型|区县|Population|closure_rate|response_min|belonging", keys)
    assert (result.id, result.name, result.period) == (0, 1, 2)
    assert result.groups == {"类型": 3, "district": 4, "population": 5}
    assert codes(result) == []


def test_a_declared_key_replaces_the_built_in_names() -> None:
    result = layout(f"编号|{ALL}", Keys(id="编号"))
    assert result.id == 0
    assert codes(result) == ["RI218"]


def test_a_declared_group_may_be_a_key_or_an_indicator() -> None:
    result = layout(f"period|{ALL}", Keys(groups=("period", "closure_rate")))
    assert result.groups == {"period": 0, "closure_rate": 3}
    assert result.indicators[0] == 3
    assert codes(result) == []


def test_missing_keys() -> None:
    result = layout("comunity_id|community|closure_rate|response_min|belonging", Keys(groups=("类型",)))
    assert codes(result) == ["RI211", "RI212", "RI218"]
    assert "column 'comunity_id' looks like it" in result.findings[0].message("en")
    assert "类型" in result.findings[1].message("zh")
    missing_id = layout("社区编马|closure_rate|response_min|belonging", Keys(id="社区编码"))
    assert codes(missing_id)[:2] == ["RI220", "RI212"]
    assert "社区编马" in missing_id.findings[1].message("zh")


def test_two_columns_for_one() -> None:
    result = layout(f"{ALL}|社区编码|隐患闭环率|区|district")
    assert codes(result) == ["RI213"] * 3
    shown = [finding.message("en") for finding in result.findings]
    assert "'community_id' (column A) and '社区编码' (column F)" in shown[0]
    assert "'区' (column H) and 'district' (column I)" in shown[1]
    assert "'closure_rate' (column C) and '隐患闭环率' (column G)" in shown[2]


def test_a_header_that_fits_two_indicators() -> None:
    twins = (Column("a_rate", ("比率",), (), "%", None), Column("b_rate", ("比率",), (), "%", None))
    result = layout("community_id|community|比率", columns=twins)
    assert codes(result) == ["RI221"]
    assert "a_rate, b_rate" in result.findings[0].message("en")
    assert codes(layout("community_id|community|a_rate|b_rate", columns=twins)) == []


def test_an_id_wins_over_another_title() -> None:
    columns = (Column("a_rate", ("b_rate",), (), None, None), Column("b_rate", ("乙",), (), None, None))
    assert layout("community_id|community|b_rate", columns=columns).indicators == {1: 2}


def test_columns_without_an_indicator_and_indicators_without_a_column() -> None:
    result = layout("community_id|community|closure_rate|其他|其他|respnse_min")
    assert [(finding.code, finding.location.field) for finding in result.findings] == [
        ("RI218", "其他"),
        ("RI219", "其他"),
        ("RI218", "respnse_min"),
        ("RI216", None),
        ("RI216", None),
    ]
    assert "column 'respnse_min' looks like it" in result.findings[3].message("en")
    assert "belonging" in result.findings[4].message("en")
    assert "归属感" in result.findings[4].message("zh")


def test_no_indicator_at_all() -> None:
    assert codes(layout("community_id|community|城市")) == ["RI217"]


def test_known_indicators_are_counted_not_warned_about() -> None:
    others = (Column("other", ("其他",), (), "%", None),)
    result = layout(f"{ALL}|其他（%）", known=others)
    assert codes(result) == ["RI222"]
    assert result.findings[0].params == {"count": 1}


def test_unnamed_columns() -> None:
    result = layout(f"{ALL}|| \u3000")
    assert result.unnamed == (5, 6)
    assert result.texts == (0, 1, 5, 6)


def test_letters() -> None:
    assert [letter(column) for column in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert [column_of(letter(column)) for column in range(20_000)] == list(range(20_000))


IDS = [
    "iot_coverage_rate", "warning_reach_rate", "hazard_closure_rate", "risk_map_updates", "task_loop_rate",
    "rescue_arrival_min", "review_rate", "response_min", "reply_rate", "reply_hours", "trust_score",
]  # fmt: skip
TITLES = [
    "预警信息到户率", "预警提前量", "隐患整改闭环率", "打通部门数", "演练次数", "归属感", "答复时长",
    "居民议事参与率", "平台闲置率", "信任度", "安全感", "网格党支部覆盖率", "年入户走访率",
]  # fmt: skip


@given(st.sampled_from([*IDS, *TITLES]), st.integers(0, 3), st.integers(0, 30), st.sampled_from("qxz字数"))
def test_one_edit_finds_the_name_meant(name: str, kind: int, place: int, letter: str) -> None:
    at = place % len(name)
    typo = [
        name[:at] + name[at + 1 :],
        name[:at] + letter + name[at:],
        name[:at] + letter + name[at + 1 :],
        name[: max(at - 1, 0)] + name[max(at - 1, 0) : at + 1][::-1] + name[at + 1 :],
    ][kind]
    if typo != name:
        assert nearest(typo, by_fold([*IDS, *TITLES])) == name


def test_nothing_is_near_a_stranger() -> None:
    assert nearest("备注", by_fold([*IDS, *TITLES])) is None


def test_many_columns_do_not_take_long() -> None:
    columns = tuple(Column(f"leaf_{n}", (f"指标{n}", f"Indicator {n}"), (), None, None) for n in range(3000))
    header = "|".join(["community_id", "community", *(f"unbekannt {n}" for n in range(3000))])
    result = layout(header, columns=columns)
    assert codes(result).count("RI218") == 3000


@given(st.text(max_size=8))
def test_folding_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_keys_may_carry_brackets() -> None:
    result = layout(
        "社区编码（12位）|社区名称（必填）|年度（4位）|街道（乡镇）|人口（人）|closure_rate|response_min|belonging"
    )
    assert (result.id, result.name, result.period, result.groups) == (0, 1, 2, {"street": 3})
    assert codes(result) == []
    two = layout("社区编码（12位）|社区编码（旧）|社区名称|closure_rate|response_min|belonging")
    assert codes(two) == ["RI213"]
    declared = layout(f"编码（新）（12位）|{ALL}", Keys(id="编码"))
    assert (declared.id, codes(declared)) == (0, ["RI218"])


def test_a_declared_key_means_the_column_that_is_called_so() -> None:
    result = layout("编码（旧）|编码|community|closure_rate|response_min|belonging", Keys(id="编码"))
    assert (result.id, codes(result)) == (1, ["RI218"])


def test_a_title_with_brackets_is_no_key() -> None:
    column = Column("streets", ("街道（走访）",), (), "%", None)
    result = layout("社区编码|社区名称|街道（走访）", columns=(column,))
    assert (result.indicators, result.groups) == ({0: 2}, {})


def test_a_missing_code_column_is_looked_for_behind_brackets() -> None:
    result = layout("社区编马（12位）|社区名称|closure_rate|response_min|belonging")
    finding = next(finding for finding in result.findings if finding.code == "RI211")
    assert "“社区编马（12位）”" in finding.message("zh")


@pytest.mark.parametrize("name", ["编号", "编码", "行政区划代码", "统计用区划代码（12位）", "社区ID", "Code"])
def test_a_column_that_may_hold_the_codes_is_named(name: str) -> None:
    result = layout(f"街道编码|{name}|社区名称|closure_rate|response_min|belonging")
    finding = next(finding for finding in result.findings if finding.code == "RI211")
    assert f"“{name}”列与之相近" in finding.message("zh")


@pytest.mark.parametrize("name", ["序号", "序 号", "No.", "NO", "№", "#", "行号"])
def test_serial_numbers_are_context(name: str) -> None:
    assert codes(layout(f"{name}|{ALL}")) == []


@pytest.mark.parametrize("name", ["备注", "备 注", "备注（如有）", "说明", "Remarks", "note"])
def test_remarks_are_told_but_no_warning(name: str) -> None:
    result = layout(f"{ALL}|{name}")
    assert codes(result) == ["RI240"]
    assert (result.findings[0].severity, result.findings[0].location.field) == ("info", name)


def test_numbers_that_may_be_codes_stay_a_warning() -> None:
    assert codes(layout(f"编号|{ALL}")) == ["RI218"]


def test_names_in_the_upper_row_of_a_header_count_too(tmp_path: Path) -> None:
    text = "表一,,,,,\n序号,社区编码,社区名称,指标,,\n,,,closure_rate,response_min,belonging\n1,01,甲,90,30,4\n"
    table = read(tmp_path, text)
    assert [code for code, _, _ in found(table)] == ["RI223", "RI224"]
    other = read(tmp_path, text.replace("序号", "网格"))
    assert [(code, field) for code, _, field in found(other)][:1] == [("RI218", "网格")]


def test_a_title_above_the_header_names_no_column(tmp_path: Path) -> None:
    table = read(tmp_path, f"数据表,,,,,\n,{HEADER}\nx,01,甲,90,30,4\n")
    assert sorted(code for code, _, _ in found(table)) == ["RI215", "RI223"]


SWAPPED = (
    "指标,单位,第一社区,第二社区\n社区编码,,01,02\nclosure_rate,%,90,80\n诉求响应时长（分钟）,,30,40\n归属感,,4,5\n"
)


@pytest.mark.parametrize("title", ["", "表一 社区韧性指标,,,\n"])
def test_rows_and_columns_that_are_swapped_are_one_error(tmp_path: Path, title: str) -> None:
    table = read(tmp_path, title + SWAPPED)
    (finding,) = table.findings
    assert (finding.code, finding.severity) == ("RI210", "error")
    assert finding.params["count"] == 3
    assert "转置" in finding.help("zh")


def test_swapped_tables_still_hide_no_personal_numbers(tmp_path: Path) -> None:
    table = read(tmp_path, SWAPPED + "联系电话,,13812345678,\n")
    assert {"RI210", "RI251", "RI252"} == {code for code, _, _ in found(table)}


def test_long_tables_with_another_name_for_values_are_not_swapped(tmp_path: Path) -> None:
    table = read(tmp_path, "社区编码,指标,数据\n01,closure_rate,90\n01,response_min,30\n")
    assert "RI210" not in [code for code, _, _ in found(table)]
    assert "RI217" in [code for code, _, _ in found(table)]
