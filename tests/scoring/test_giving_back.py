"""Which data file is given back, with what, and when nothing is; the sheet itself is tested where it is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from plan_tools import finding

from resilience_index.errors import UsageError
from resilience_index.findings import Location
from resilience_index.scoring import returning
from resilience_index.scoring.validate import validate

FRAMEWORK = """\
schema: resilience-index/framework/1
id: %s
version: 1.2.0
title: {zh: 小%s, en: Mini %s}
dictionary: dictionary.yaml
tree:
  id: index
  title: {zh: 指数, en: Index}
  children:
    - {indicator: x, denominate: {by: n}, normalize: {method: goalposts, goalposts: [0, 1]}}
    - {id: %s, title: {zh: 乙%s, en: Yy %s}, direction: benefit, goalposts: [0, 10]}
"""
DICTIONARY = """\
schema: resilience-index/dictionary/1
indicators:
  x: {title: {zh: 甲, en: Xx}, direction: benefit}
  n: {title: {zh: 人, en: People}, direction: context}
  spare: {title: {zh: 备, en: Spare}, direction: benefit}
"""
DATA = "community_id,community,x,n,y\n1,甲,1,2,3\n2,乙,5,6,?\n"


class Calls:
    """What the reader and the writer were called with."""

    def __init__(self) -> None:
        self.read: tuple[Any, ...] = ()
        self.written: tuple[Any, ...] = ()
        self.options: dict[str, Any] = {}
        self.how: dict[str, Any] = {}


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Calls:
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two"):
        end = "y" if name == "one" else "v"
        Path(f"{name}.yaml").write_text(FRAMEWORK % (name, name, name, end, end, end), encoding="utf-8")
    Path("dictionary.yaml").write_text(DICTIONARY, encoding="utf-8")
    Path("data.csv").write_text(DATA, encoding="utf-8")
    found = Calls()

    def read(*arguments: Any, **options: Any) -> str:
        found.read, found.how = arguments, options
        return "the original"

    def write(*arguments: Any, **options: Any) -> int:
        found.written, found.options = arguments, options
        return 7

    monkeypatch.setattr(returning, "read_original", read)
    monkeypatch.setattr(returning, "write_return_sheet", write)
    return found


def test_what_is_written_for_one_framework(calls: Calls) -> None:
    report = validate(["data.csv"], "one.yaml", "utf-8", sheet=None)
    assert returning.return_sheet(report, "fix.xlsx", language="en") == 7
    file, columns = calls.read
    assert (file, [column.id for column in columns]) == ("data.csv", ["x", "y", "n"])
    assert [column.id for column in calls.how.pop("known")] == ["spare"]
    assert calls.how == {"keys": report.tables[0].work.keys, "encoding": "utf-8", "sheet": None}
    original, findings, indicators, path = calls.written
    assert (original, path, [item.id for item in indicators]) == ("the original", Path("fix.xlsx"), ["x", "y", "n"])
    assert [(item.code, item.location.row, item.location.field) for item in findings if item.severity == "error"] == [
        ("RI241", 3, "y")
    ]
    assert calls.options.pop("mask")("13800138000") != "13800138000"
    assert calls.options == {"language": "en", "title": "Mini one 1.2.0"}
    assert returning.return_sheet(report, Path("fix.xlsx")) == 7
    assert (calls.options["language"], calls.options["title"]) == ("zh", "小one 1.2.0")


def test_what_is_written_for_two_frameworks(calls: Calls) -> None:
    report = validate(["data.csv"], ["one.yaml", "two.yaml"])
    returning.return_sheet(report, "fix.xlsx")
    assert [item.id for item in calls.written[2]] == ["x", "y", "v", "n"]
    assert calls.options["title"] == "小one 1.2.0、小two 1.2.0"
    returning.return_sheet(report, "fix.xlsx", language="en")
    assert calls.options["title"] == "Mini one 1.2.0, Mini two 1.2.0"
    codes = [item.code for item in calls.written[1]]
    assert codes.count("RI241") == 1  # both read that cell, or one of them
    assert "RI222" not in codes
    assert len(codes) == len(set(map(str, calls.written[1])))


def test_findings_about_other_files_stay_out(calls: Calls) -> None:
    report = validate(["data.csv"], "one.yaml")
    (table,) = report.tables
    lines = finding("RI285", Location("one.yaml", line=3, column=1))
    from dataclasses import replace

    report.tables[:] = [replace(table, findings=(*table.findings, lines))]
    returning.return_sheet(report, "fix.xlsx")
    assert lines not in calls.written[1]
    assert list(calls.written[1]) == list(table.findings)


@pytest.mark.parametrize(("files", "count"), [([], 0), (["data.csv", "more.csv"], 2)])
def test_only_one_file_at_a_time(calls: Calls, files: list[str], count: int) -> None:
    Path("more.csv").write_text(DATA, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        returning.return_sheet(validate([*files, "one.yaml"]), "fix.xlsx")
    assert (caught.value.code, caught.value.params) == ("RI033", {"count": count})
    assert calls.written == ()


def test_the_file_that_an_assessment_names(calls: Calls) -> None:
    text = "schema: resilience-index/assessment/1\nframework: one.yaml\ndata: %s\n"
    Path("a.yaml").write_text(text % "data.csv", encoding="utf-8")
    assert returning.return_sheet(validate(["a.yaml"]), "fix.xlsx") == 7
    assert calls.read[0] == "data.csv"
    Path("more.csv").write_text(DATA.replace("\n1", "\n3").replace("\n2", "\n4"), encoding="utf-8")
    Path("a.yaml").write_text(text % "[data.csv, more.csv]", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        returning.return_sheet(validate(["a.yaml"]), "fix.xlsx")
    assert caught.value.params == {"count": 2}


def test_nothing_is_written_for_what_could_not_be_read(calls: Calls) -> None:
    assert returning.return_sheet(validate(["none.csv"], "one.yaml"), "fix.xlsx") is None
    assert returning.return_sheet(validate(["none.yaml"]), "fix.xlsx") is None
    assert calls.written == ()


def test_where_it_may_not_go(calls: Calls) -> None:
    report = validate(["data.csv"], "one.yaml")
    with pytest.raises(UsageError) as caught:
        returning.return_sheet(report, "fix.csv")
    assert caught.value.code == "RI032"
    Path("data.xlsx").symlink_to("data.csv")
    with pytest.raises(UsageError) as caught:
        returning.return_sheet(report, "data.xlsx")
    assert (caught.value.code, caught.value.where, caught.value.params) == (
        "RI035", Location("data.xlsx"), {"file": "data.xlsx"},
    )  # fmt: skip
    Path("there.xlsx").write_text("x", encoding="utf-8")
    assert returning.return_sheet(report, "there.xlsx") == 7
