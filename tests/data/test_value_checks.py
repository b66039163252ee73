"""Conversions told by column, mixed units, 0/1 indicators: what is said of the values that were read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from data_helpers import found, read
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.data.cells.forms import Conversion
from resilience_index.data.read import read_table
from resilience_index.data.table import Column, Table
from resilience_index.framework.loading import load_framework

ROOT = Path(__file__).parents[2]
RATE = Column("rate", (), (), "%", (0, 100))
COUNT = Column("items", (), (), "个", (0, 1_000_000))
STATION = Column("station", (), (), "0/1", (0, 1))
COLUMNS = (RATE, COUNT, STATION)


def table(folder: Path, column: Column, values: list[str], *, mode: str = "auto") -> Table:
    rows = "".join(f'00{number},甲,"{value}"\n' for number, value in enumerate(values, 1))
    return read(folder, f"community_id,community,{column.id}\n{rows}", columns=(column,), path_mode=mode)


MODES = pytest.mark.parametrize("mode", ["auto", "careful"])


@MODES
def test_conversions_are_told_by_kind_with_the_first_cell(tmp_path: Path, mode: str) -> None:
    read_ = table(tmp_path, RATE, ["85", "80%", "７５％", "", " 70 % ", "６０"], mode=mode)
    assert read_.values[0].tolist()[:3] == [85, 80, 75]
    assert read_.values[0].tolist()[4:] == [70, 60]
    assert found(read_) == [("RI247", None, "rate"), ("RI247", None, "rate")]
    width, percent = read_.findings
    assert "(full-width characters): 2; the first is row 4: '７５％' → 75" in width.message("en")
    assert "（全角字符）的单元格有 2 个；首个为第 4 行：“７５％” → 75" in width.message("zh")
    assert "(percent sign): 3; the first is row 3: '80%' → 80" in percent.message("en")
    assert read_.conversions[0].tolist() == [0, 32, 33, 0, 32, 1]
    assert read_.conversions[0].dtype == np.int16


@MODES
def test_a_clean_table_has_no_conversions(tmp_path: Path, mode: str) -> None:
    clean = table(tmp_path, RATE, ["85", " 80 ", "NA", "不适用"], mode=mode)
    assert clean.conversions == {}
    assert clean.findings == []


def test_selecting_rows_cuts_the_conversions(tmp_path: Path) -> None:
    whole = table(tmp_path, COUNT, ["1,234", "5", "1.5万"])
    some = whole.select(np.array([False, True, True]))
    assert some.conversions[0].tolist() == [0, Conversion.TEN_THOUSANDS]
    assert whole.select(np.array([False, True, False])).conversions == {}


def test_a_converted_value_outside_the_range_is_refused(tmp_path: Path) -> None:
    read_ = table(tmp_path, RATE, ["850%", "80"])
    assert found(read_) == [("RI247", None, "rate"), ("RI242", 2, "rate")]
    assert "'850%' → 850" in read_.findings[0].message("en")
    assert np.isnan(read_.values[0][0])


@MODES
def test_the_reason_stands_in_the_finding(tmp_path: Path, mode: str) -> None:
    (finding,) = table(tmp_path, COUNT, ["5", "2小时"], mode=mode).findings
    assert finding.message("en") == "'2小时' is not a number; '小时' is not the indicator's unit, 个"
    assert finding.message("zh") == "“2小时”不是数值，“小时”不是该指标的单位 个"
    (finding,) = table(tmp_path, COUNT, ["5", "good"], mode=mode).findings
    assert finding.message("en") == "'good' is not a number"


@MODES
def test_zero_one_indicators_take_only_zero_and_one(tmp_path: Path, mode: str) -> None:
    read_ = table(tmp_path, STATION, ["0", "1", "0.5", "2", "是", "TRUE", "否", "1.0"], mode=mode)
    np.testing.assert_array_equal(read_.values[0], [0, 1, np.nan, np.nan, 1, 1, 0, 1])
    assert found(read_) == [("RI245", None, "station"), ("RI242", 5, "station"), ("RI248", 4, "station")]
    assert read_.faulty[0].tolist() == [False, False, True, True, False, False, False, False]
    words, _, neither = read_.findings
    assert words.message("zh").endswith("TRUE → 1 (1)、否 → 0 (1)、是 → 1 (1)")
    assert neither.message("en") == "0.5 is neither 0 nor 1"
    assert neither.message("zh") == "0.5 既不是 0 也不是 1"
    assert read_.conversions[0].tolist() == [0, 0, 0, 0, 512, 512, 512, 0]


def test_without_a_range_too_only_zero_and_one(tmp_path: Path) -> None:
    assert found(table(tmp_path, Column("station", (), (), "是/否", None), ["0", "2", "-1"])) == [
        ("RI248", 3, "station"),
        ("RI248", 4, "station"),
    ]


def test_decimal_commas_are_read_in_files_separated_otherwise(tmp_path: Path) -> None:
    for delimiter in ";\t":
        text = "community_id,rate,items\n001,12.5,3\n002,7,4\n".replace(",", delimiter).replace("12.5", "12,5")
        read_ = read(tmp_path, text, columns=COLUMNS[:2])
        assert read_.values[0].tolist() == [12.5, 7]
        assert ("RI247", None, "rate") in found(read_)
    text = "community_id;items\n001;1,234\n002;1,234,567\n"
    read_ = read(tmp_path, text, columns=(Column("items", (), (), "个", None),))
    assert np.isnan(read_.values[0][0])
    assert read_.values[0][1] == 1234567
    assert "decimals or thousands" in next(one for one in read_.findings if one.code == "RI241").message("en")


MIXED = [
    (["85%", "0.9", "80%"], [3], [2, 4], "carry a percent sign"),
    (["85%", "0.9", "75"], [3], [2], "carry a percent sign"),
    (["0.85", "90%", "0.7", "1", "0.2", "0.3", "0.4", "0"], [2, 4, 5, 6, 7, "…"], [3], "carry a percent sign"),
    (["85", "0.9", "10", ""], [3], [2, 4], "are 10 or more"),
    (["0", "85", "1"], [4], [3], "are 10 or more"),
]


@MODES
@pytest.mark.parametrize(("values", "shares", "others", "how"), MIXED)
def test_shares_beside_percentages_are_named(
    tmp_path: Path, values: list[str], shares: list[int | str], others: list[int], how: str, mode: str
) -> None:
    told = [one for one in table(tmp_path, RATE, values, mode=mode).findings if one.code != "RI247"]
    (mix,) = told
    assert (mix.code, mix.severity, mix.location.field) == ("RI246", "warning", "rate")
    assert (mix.params["share_rows"], mix.params["other_rows"]) == (shares, others)
    assert f"values that {how}: {len(others)} (rows {', '.join(map(str, others))})" in mix.message("en")
    assert "混用" in mix.message("zh")


UNMIXED = [
    ["85", "0.9", "5"], ["85%", "90", "5"], ["85%", "0.5%", "1%"], ["0", "85", "90"], ["85", "", "90%"], ["85"],
    ["0%", "100%", "0"], ["1.5", "85", "9.99"],
]  # fmt: skip


@pytest.mark.parametrize("values", UNMIXED)
def test_other_percentages_are_not_suspected(tmp_path: Path, values: list[str]) -> None:
    assert {one.code for one in table(tmp_path, RATE, values).findings} <= {"RI247"}


def test_only_percentages_are_suspected(tmp_path: Path) -> None:
    assert table(tmp_path, COUNT, ["85", "0.9", "10"]).findings == []
    assert table(tmp_path, Column("rate", (), (), "%", (0, 1)), ["0.85", "0.9", "1"]).findings == []
    assert [one.code for one in table(tmp_path, RATE, ["0.85", "0.9", "1"]).findings] == ["RI244"]


@given(st.lists(st.one_of(st.floats(0, 100), st.none()), min_size=1, max_size=12))
def test_a_mix_is_told_where_there_is_one(values: list[float | None]) -> None:
    from resilience_index.data.body import Body
    from resilience_index.data.checks.values import check_values
    from resilience_index.data.layout.columns import Layout

    array = np.array([np.nan if value is None else value for value in values])
    body = Body([array.copy()], {}, {}, {}, {}, {}, np.arange(2, len(array) + 2))
    told = [one.code for one in check_values(body, (RATE,), Layout(("rate",), 1, indicators={0: 0}), "data.csv")]
    given_ = array[~np.isnan(array) & (array != 0)]
    mixed = bool((given_ <= 1).any() and (given_ >= 10).any() and not ((given_ > 1) & (given_ < 10)).any())
    assert ("RI246" in told) is mixed


@pytest.mark.parametrize("framework", ["toe", "sfic", "dual_empowerment", "mechanisms", "community_resilience"])
def test_the_sample_has_nothing_to_convert_or_suspect(framework: str) -> None:
    leaves = load_framework(framework).leaves
    columns = [Column(leaf.id, (), (), leaf.indicator.unit, leaf.indicator.range) for leaf in leaves]
    sample = read_table(ROOT / "sample_data" / "communities.csv", columns)
    assert not [one for one in sample.findings if one.code.startswith("RI24")]
    assert sample.conversions == {}
