"""0/1 indicators answered in words, and units of headers in their other spellings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from data_helpers import COLUMNS, found, picture, read

from resilience_index.data.layout.units import same_unit
from resilience_index.data.table import Column

STATION = Column("micro_fire_station", ("微型消防站", "Micro fire station"), (), "0/1", (0, 1))
YES_NO = (*COLUMNS, STATION)
HEADER = "community_id,community,closure_rate,response_min,belonging,微型消防站"


@pytest.mark.parametrize("mode", ["auto", "careful"])
def test_words_of_a_yes_no_column_are_numbers_and_told(tmp_path: Path, mode: str) -> None:
    rows = "\n".join(
        f"00{n},社区{n},80,无,4,{word}" for n, word in enumerate(["有", "无", "是", "否", " 无", "1", ""], 1)
    )
    table = read(tmp_path, f"{HEADER}\n{rows}\n", columns=YES_NO, path_mode=mode)
    np.testing.assert_array_equal(table.values[3], [1, 0, 1, 0, 0, 1, np.nan])
    # Elsewhere 无 means "missing".
    assert np.isnan(table.values[1]).all()
    assert found(table) == [("RI245", None, "微型消防站")]
    assert table.findings[0].message("zh").endswith("否 → 0 (1)、无 → 0 (2)、是 → 1 (1)、有 → 1 (1)")


def test_only_no_in_a_yes_no_column_is_still_no(tmp_path: Path) -> None:
    content = f"{HEADER}\n001,甲,80,40,4,无\n002,乙,80,40,4,无\n"
    fast = read(tmp_path, content, columns=YES_NO)
    assert fast.values[3].tolist() == [0.0, 0.0]
    assert picture(fast) == picture(read(tmp_path, content, columns=YES_NO, path_mode="careful"))


def test_other_words_in_a_yes_no_column_are_refused(tmp_path: Path) -> None:
    table = read(tmp_path, f"{HEADER}\n001,甲,80,40,4,有的\n", columns=YES_NO)
    assert found(table) == [("RI241", 2, "微型消防站")]


@pytest.mark.parametrize(
    ("header", "code"),
    [("诉求响应时长（分钟）", None), ("Response time (minutes)", None), ("诉求响应时长（小时）", "RI214")],
)
def test_a_unit_in_its_other_spelling_is_the_same_unit(tmp_path: Path, header: str, code: str | None) -> None:
    text = f"community_id,community,closure_rate,{header},belonging\n001,甲,80,40,4\n"
    codes = [code_ for code_, _, _ in found(read(tmp_path, text))]
    assert codes == ([] if code is None else [code])


def test_units_that_differ_are_never_the_same() -> None:
    assert not same_unit("万元", "元")
    assert not same_unit("h", "min")
    assert not same_unit("", "min")
    assert same_unit("㎡".replace("㎡", "m2"), "平方米")
