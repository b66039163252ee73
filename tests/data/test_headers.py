import pytest
from data_helpers import COLUMNS
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.data.columns import Layout, by_fold, fold, letter, match, nearest
from resilience_index.data.table import Column, Keys


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


@pytest.mark.parametrize("unit", ["万", "次", "‰", "2023年"])
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
    result = layout("community_id|community|closure_rate|备注|备注|respnse_min")
    assert [(finding.code, finding.location.field) for finding in result.findings] == [
        ("RI218", "备注"),
        ("RI219", "备注"),
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
