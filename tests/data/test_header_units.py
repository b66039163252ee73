"""What may stand in brackets behind a title: the rule of docs/data.md, phrase by phrase."""

from __future__ import annotations

from pathlib import Path

import pytest
from data_helpers import HEADER, read

from resilience_index.data.layout.columns import match
from resilience_index.data.layout.header_units import says_own_unit
from resilience_index.data.layout.units import bilingual
from resilience_index.data.table import Column, Keys, Table
from resilience_index.folding import fold


def column(unit: str | None, range_: tuple[float, float] | None = None) -> Column:
    return Column("leaf", ("指标甲", "Leaf"), (), unit, range_)


SHARE = column("%", (0, 100))
MINUTES = column("min", (0, 1440))
LIKERT = column("1–5", (1, 5))
POINTS = column("分", (0, 5))
ANSWER = column("0/1", (0, 1))
NUMBER = column("个")
MONEY = column("万元/年")
DRILLS = column("次/年", (0, 365))


@pytest.mark.parametrize(
    ("written", "own"),
    [
        ("单位：分钟", MINUTES), ("计量单位: min", MINUTES), ("Unit: min", MINUTES), ("分钟，2024年", MINUTES),
        ("分钟数", MINUTES), ("以分钟计", MINUTES), ("分钟min", MINUTES), ("２０２４年；分钟", MINUTES), ("", MINUTES),
        ("%", SHARE), ("百分比%", SHARE), ("单位：％，2024年度", SHARE), ("0-100", SHARE), ("0～100％", SHARE),
        ("1-5分", LIKERT), ("1至5", LIKERT), ("满分5分", LIKERT), ("0-5分", POINTS), ("分", POINTS),
        ("0分—5分", POINTS),
        ("个", NUMBER), ("个数", NUMBER), ("家", NUMBER), ("截至2024年底", NUMBER),
        ("万元", MONEY), ("10,000 CNY/year", MONEY), ("10,000 CNY/year, 2024", MONEY),
        ("是=1，否=0", ANSWER), ("1=是、0=否", ANSWER), ("是/否", ANSWER), ("达标=1/未达标=0", ANSWER),
        ("1或0", ANSWER),
        ("2024年", DRILLS), ("次，2024", DRILLS), ("本年度", DRILLS),
        ("2024年上半年", SHARE), ("2024Q1", SHARE), ("2024年1-6月", SHARE), ("2023-2024年", SHARE), ("2024-06", SHARE),
        ("2024年", column(None)),
    ],
)  # fmt: skip
def test_what_says_nothing_else_is_accepted(written: str, own: Column) -> None:
    assert says_own_unit(fold(written), own)
    layout = match(["社区编码", f"指标甲（{written}）"], (own,), Keys(), file="a.csv")
    assert layout.indicators == {0: 1}


@pytest.mark.parametrize(
    ("written", "own"),
    [
        ("小时", MINUTES), ("单位：小时", MINUTES), ("小时，2024年", MINUTES), ("分钟，小时", MINUTES), ("分", MINUTES),
        ("‰", SHARE), ("百分点", SHARE), ("0-1", SHARE), ("0-100‰", SHARE), ("月均", SHARE), ("20241", SHARE),
        ("1-10分", LIKERT), ("0-5分", LIKERT), ("满分10分", LIKERT), ("0-100分", POINTS), ("百分制", POINTS),
        ("户", NUMBER), ("万个", NUMBER), ("个/月", NUMBER), ("元", MONEY), ("10,000 CNY, month", MONEY),
        ("是=0，否=1", ANSWER), ("是=1，否=2", ANSWER), ("是=1，小时", ANSWER), ("是=1", SHARE),
        ("次，2024年上半年", DRILLS), ("2024Q1", DRILLS), ("2022-2024年", DRILLS), ("次/月", DRILLS),
        ("单位", MINUTES), ("，", MINUTES), ("口径见说明", MINUTES),
    ],
)  # fmt: skip
def test_anything_else_may_be_another_scale(written: str, own: Column) -> None:
    assert not says_own_unit(fold(written), own)
    layout = match(["社区编码", f"指标甲（{written}）"], (own,), Keys(), file="a.csv")
    assert [finding.code for finding in layout.findings if finding.code == "RI214"] == ["RI214"]
    assert not layout.indicators


def test_several_brackets_are_looked_at_one_by_one() -> None:
    layout = match(["社区编码", "指标甲（分钟）（2024年）"], (MINUTES,), Keys(), file="a.csv")
    assert layout.indicators == {0: 1}
    layout = match(["社区编码", "指标甲（小时）（2024年）"], (MINUTES,), Keys(), file="a.csv")
    assert "RI214" in [finding.code for finding in layout.findings]


def test_messages_name_units_in_both_languages() -> None:
    layout = match(["社区编码", "指标甲（小时）"], (MINUTES,), Keys(), file="a.csv")
    (finding,) = [finding for finding in layout.findings if finding.code == "RI214"]
    assert "单位是分钟（min）" in finding.message("zh")
    assert "measured in min" in finding.message("en")
    assert bilingual("个") == {"en": "number (个)", "zh": "个"}
    assert bilingual("%") == {"en": "%", "zh": "%"}
    assert bilingual(None) == {"en": "no unit", "zh": "“无单位”"}


@pytest.mark.parametrize(
    ("units", "code"),
    [
        ("百分比%,分钟，2024年,1-5分", None),
        ("%,单位：分钟,满分5分", None),
        ("‰,分钟,1-5", "RI214"),
        ("%,小时，2024年,1-5分", "RI214"),
        ("%,min,1-10分", "RI214"),
    ],
)
def test_rows_of_units_follow_the_same_rule(tmp_path: Path, units: str, code: str | None) -> None:
    table = read(tmp_path, f"{HEADER}\n单位,,{units}\n001,甲,90,30,4\n")
    assert len(table) == 1
    assert [found for found in codes_of(table) if found != "RI225"] == ([] if code is None else [code])


@pytest.mark.parametrize(("unit", "code"), [("分钟，2024年", None), ("小时，2024年", "RI214"), ("2024年", None)])
def test_units_of_long_tables_follow_the_same_rule(tmp_path: Path, unit: str, code: str | None) -> None:
    table = read(tmp_path, f"社区编码,指标,数值,单位\n001,response_min,30,{unit}\n001,closure_rate,90,%\n")
    assert ("RI214" in codes_of(table)) == (code is not None)


def codes_of(table: Table) -> list[str]:
    return [finding.code for finding in table.findings]
