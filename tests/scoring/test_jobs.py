"""From what a caller names to a table and a result: which file counts, and where each fault is told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import resilience_index as ri
from resilience_index.errors import InputError, PersonalDataError, UnreadableError, UsageError
from resilience_index.findings import Location
from resilience_index.framework.assessment import Assessment, load_assessment
from resilience_index.methods.checking import check
from resilience_index.scoring import assess
from resilience_index.scoring.assess import Job, Options

FRAMEWORK = """\
schema: resilience-index/framework/1
id: mini
version: 1.0.0
title: {zh: 小, en: Mini}
tree:
  id: index
  title: {zh: 指数, en: Index}
  children:
    - {id: x, title: {zh: 甲, en: X}, direction: benefit, goalposts: [0, 10]}
    - {id: y, title: {zh: 乙, en: Y}, direction: benefit, goalposts: [0, 10]}
"""
DATA = "community_id,community,x,y\n1,甲,1,2\n2,乙,5,6\n"
ASSESSMENT = "schema: resilience-index/assessment/1\nframework: mini.yaml\n"
JUDGED = "schema: resilience-index/judgments/1\nexperts: [{id: E1, comparisons: {index: {x/y: 3}}}]\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("mini.yaml", FRAMEWORK), ("data.csv", DATA), ("judged.yaml", JUDGED)):
        Path(name).write_text(text, encoding="utf-8")
    return tmp_path


def assessment(text: str) -> Assessment:
    Path("a.yaml").write_text(ASSESSMENT + text, encoding="utf-8")
    return load_assessment("a.yaml")


def asked(text: str, **said: Any) -> Job:
    return assess.job(assessment=assessment(text), **said)


def place(error: Any) -> str:
    return "" if error.where is None else error.where.text()


# -- which framework, which data ----------------------------------------------------------------------------


def test_without_any_framework() -> None:
    with pytest.raises(UsageError) as caught:
        assess.job(data="data.csv")
    assert (caught.value.code, caught.value.where) == ("RI009", None)
    assert caught.value.params == {
        "problem": {"zh": "没有指定框架", "en": "no framework is named"},
        "remedy": {
            "zh": "请用 -f 写框架（resilience frameworks 可列出），或用 -c 写评估文件",
            "en": "name one with -f ('resilience frameworks' lists them), or an assessment with -c",
        },
    }


def test_a_framework_that_is_not_there_is_told_where_it_is_named() -> None:
    text = ASSESSMENT.replace("mini", "none")
    Path("a.yaml").write_text(text, encoding="utf-8")
    loaded = load_assessment("a.yaml")
    for said, code, expected in ((None, "RI281", "a.yaml:2:12"), ("none.yaml", "RI002", "none.yaml")):
        with pytest.raises(UnreadableError) as caught:
            assess.job(said, assessment=loaded)
        assert (caught.value.code, place(caught.value)) == (code, expected)
    assert assess.job("mini.yaml", assessment=loaded).framework.id == "mini"


def test_which_data_count() -> None:
    for said, written, expected in (
        (None, "", (None, ())), (None, "data: a.csv", ("a.csv", ())),
        (None, "data: [a.csv, b.csv]", ("a.csv", ("b.csv",))),
        ("c.csv", "data: [a.csv, b.csv]", ("c.csv", ())), (Path("c.csv"), "data: a.csv", ("c.csv", ())),
        (["c.csv", Path("d.csv")], "data: a.csv", ("c.csv", ("d.csv",))), ([], "data: a.csv", (None, ())),
    ):  # fmt: skip
        work = asked(written, data=said)
        assert (work.data, work.further) == expected


def test_a_data_file_named_twice() -> None:
    Path("link.csv").symlink_to("data.csv")
    with pytest.raises(UsageError) as caught:
        assess.job("mini.yaml", ["data.csv", "other.csv", "link.csv"])
    assert (caught.value.code, caught.value.where) == ("RI043", Location("link.csv"))
    assert caught.value.params == {"file": "data.csv", "names": ["data.csv", "link.csv"], "source_line": None}
    with pytest.raises(UsageError) as caught:
        asked("data: [data.csv, link.csv]\n")
    assert place(caught.value) == "a.yaml:3:18"
    assert caught.value.params == {
        "file": "data.csv", "names": ["data.csv", "link.csv"], "source_line": "data: [data.csv, link.csv]",
    }  # fmt: skip
    with pytest.raises(UsageError) as caught:  # named by the caller, not by the assessment
        asked("data: data.csv\n", data=["data.csv", "data.csv"])
    assert caught.value.where == Location("data.csv")
    assert assess.named_twice(["-", "a.csv", "-"]) == (0, 2)
    assert assess.named_twice(["a.csv", "b.csv", "./b.csv", "a.csv"]) == (1, 2)
    assert assess.named_twice(["a.csv", "b.csv"]) is None
    assert assess.named_twice(["a\0.csv", "a\0.csv"]) is None  # told when it is read


def test_no_data_at_all() -> None:
    work = asked("")
    with pytest.raises(UsageError) as caught:
        assess.assess(work)
    assert caught.value.code == "RI009"
    assert caught.value.params == {
        "problem": {"zh": "没有指定数据", "en": "no data are named"},
        "remedy": {
            "zh": "请写出数据文件，或在评估文件写 data:", "en": "name a data file, or write 'data:' in the assessment",
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "said", "expected"),
    [
        ("data: none.csv", None, "a.yaml:3:7"), ("data: [data.csv, none.csv]", None, "a.yaml:3:18"),
        ("data: data.csv", "none.csv", "none.csv"), ("data: [data.csv, none.csv]", ["none.csv"], "none.csv"),
        ("data: [none.csv]", ["data.csv", "none.csv"], "none.csv"), ("data: none.csv", "none.csv", "a.yaml:3:7"),
        ("", "none.csv", "none.csv"),
    ],
)  # fmt: skip
def test_data_that_are_not_there_are_told_where_they_are_named(written: str, said: Any, expected: str) -> None:
    work = asked(written, data=said)
    with pytest.raises(UnreadableError) as caught:
        assess.read(work, assess.load_plan(work))
    assert place(caught.value) == expected


# -- judgments ----------------------------------------------------------------------------------------------


def test_judgments_that_are_not_read() -> None:
    work = assess.job(
        "mini.yaml", "data.csv", judgments="below/judged.yaml", options=Options(weights=check("weights", "equal"))
    )
    plan = assess.load_plan(work)
    assert [(item.code, item.location, item.params) for item in plan.findings] == [
        ("RI026", Location("below/judged.yaml"), {"file": "judged.yaml", "method": "equal"})
    ]
    assert plan.judgments is None
    for quiet in (asked("judgments: judged.yaml\n"), assess.job("mini.yaml")):
        assert assess.load_plan(quiet).findings == ()
    judged = assess.load_plan(asked("weights: ahp\njudgments: judged.yaml\n"))
    assert judged.judgments is not None
    assert (judged.judgments.experts, judged.findings) == (("E1",), ())


def test_judgments_that_are_needed_and_not_named() -> None:
    for work, expected in (
        (asked("weights: ahp\n"), "a.yaml:3:1"),
        (asked("", options=Options(weights=check("weights", "ahp"))), ""),
        (assess.job("mini.yaml", options=Options(weights=check("weights", "ahp"))), ""),
    ):
        with pytest.raises(UsageError) as caught:
            assess.load_plan(work)
        assert (caught.value.code, place(caught.value)) == ("RI314", expected)
        assert caught.value.params["method"] == "ahp"


@pytest.mark.parametrize(
    ("written", "said", "code", "expected"),
    [
        ("judgments: none.yaml\n", None, "RI281", "a.yaml:4:12"),
        ("judgments: judged.yaml\n", "none.yaml", "RI002", "none.yaml"),
        ("", "none.yaml", "RI002", "none.yaml"), ("judgments: judged.yaml\n", None, None, ""), ("", None, None, ""),
    ],
)  # fmt: skip
def test_judgments_that_are_not_there(written: str, said: str | None, code: str | None, expected: str) -> None:
    for weights in ("equal", "ahp"):
        work = asked(f"weights: {weights}\n{written}", judgments=said)
        if code is None:
            assess.look_for_judgments(work)
            continue
        with pytest.raises(UnreadableError) as caught:
            assess.look_for_judgments(work)
        assert (caught.value.code, place(caught.value)) == (code, expected)
        assert caught.value.params["file"] == "none.yaml"
        if weights == "ahp":
            with pytest.raises(UnreadableError) as caught:
                assess.load_plan(work)
            assert (caught.value.code, place(caught.value)) == (code, expected)


def test_judgments_may_hold_keys_of_frameworks_beside() -> None:
    text = JUDGED.replace("index: {x/y: 3}", "index: {x/y: 3}, other/part: {a/b: 3}")
    Path("judged.yaml").write_text(text, encoding="utf-8")
    work = asked("weights: ahp\njudgments: judged.yaml\n")
    with pytest.raises(InputError):
        assess.load_plan(work)
    assert assess.load_plan(replace(work, beside=("other",))).judgments is not None


def test_a_baseline_that_is_not_there() -> None:
    for work, expected in (
        (asked("baseline: none.json\n"), "a.yaml:3:11"),
        (asked("baseline: x.json\n", baseline="none.json"), "none.json"),
    ):
        with pytest.raises(UnreadableError) as caught:
            assess.load_plan(work)
        assert place(caught.value) == expected


# -- reading ------------------------------------------------------------------------------------------------


def workbook(name: str, *sheets: str) -> str:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for title in sheets:
        sheet = book.create_sheet(title)
        for row in DATA.splitlines():
            code, *cells = row.split(",")
            sheet.append([code, *(int(cell) if cell.isdigit() else cell for cell in cells)])
    book.save(name)
    return name


def test_a_sheet_needs_a_workbook() -> None:
    work = assess.job("mini.yaml", "data.csv", sheet="b")
    with pytest.raises(UsageError) as caught:
        assess.read_rows(work, assess.load_plan(work))
    assert (caught.value.code, caught.value.params["remedy"]) == (
        "RI009",
        {"zh": "请去掉 --sheet", "en": "leave --sheet out"},
    )
    assert "'b'" in caught.value.params["problem"]["en"]
    assert "“b”" in caught.value.params["problem"]["zh"]
    written = asked("data: data.csv\nsheet: b\n")
    table = assess.read_rows(written, assess.load_plan(written))
    assert [(item.code, item.location.text(), item.params["sheet"]) for item in table.findings] == [
        ("RI289", "a.yaml:4:8", "b")
    ]
    workbook("book.xlsx", "a", "b")
    fine = assess.job("mini.yaml", "book.xlsx", sheet="b")
    assert assess.read_rows(fine, assess.load_plan(fine)).findings == []
    # One workbook among several files is enough.
    Path("more.csv").write_text(DATA.replace("1,甲", "3,丙").replace("2,乙", "4,丁"), encoding="utf-8")
    mixed = assess.job("mini.yaml", ["more.csv", "book.xlsx"], sheet="b")
    assert len(assess.read_rows(mixed, assess.load_plan(mixed))) == 4


def test_another_file_may_be_read_for_a_job() -> None:
    Path("deep").mkdir()
    Path("deep/other.csv").write_text(DATA.replace("5,6", "5,?"), encoding="utf-8")
    work = replace(assess.job("mini.yaml", "data.csv"), labels={"data.csv": "called"})
    plan = assess.load_plan(work)
    assert [item.location.text() for item in assess.read_rows(work, plan, path="deep/other.csv").findings] == [
        'other.csv:row 3, column "y"'
    ]
    assert assess.read_rows(work, plan).files[0].name == "called"
    assert assess.read_rows(replace(work, labels=None), plan).files[0].name == "data.csv"
    keys = assess.Keys(id="x")
    assert assess.read_rows(work, plan, keys=keys).ids.to_pylist() == ["1", "5"]


def texts(table: Any) -> list[str] | None:
    """The cells of the first column as they stand in the file, where they were kept."""
    column = None if table.raw is None else table.raw.column(0)
    return None if column is None else column.to_pylist()  # type: ignore[no-any-return]


def test_texts_are_kept_where_they_are_wanted() -> None:
    work = assess.job("mini.yaml", "data.csv")
    plan = assess.load_plan(work)
    for read in (assess.read, assess.read_all, assess.read_rows):
        assert texts(read(work, plan)) == texts(read(work, plan, keep_text=True)) == ["1", "5"]
        assert texts(read(work, plan, keep_text=False)) is None
        assert read(work, plan, keep_text=False).values[0].tolist() == [1, 5]
    assert texts(assess.assess(work).table) == ["1", "5"]
    assert texts(assess.assess(work, keep_text=False).table) is None


DICTIONARY = """\
schema: resilience-index/dictionary/1
indicators:
  x: {title: {zh: 甲, en: X}, direction: benefit, goalposts: [0, 10]}
  people: {title: {zh: 人, en: People}, direction: context}
  spare: {title: {zh: 备, en: Spare}, direction: benefit, goalposts: [0, 10]}
"""


def test_columns_of_the_dictionary_are_known() -> None:
    Path("dictionary.yaml").write_text(DICTIONARY, encoding="utf-8")
    tree = (
        FRAMEWORK.partition("tree:")[0]
        + """\
dictionary: dictionary.yaml
tree:
  id: index
  title: {zh: 指数, en: Index}
  children:
    - {indicator: x, denominate: {by: people}, normalize: {method: goalposts, goalposts: [0, 1]}}
"""
    )
    Path("own.yaml").write_text(tree, encoding="utf-8")
    Path("own.csv").write_text("community_id,community,x,people,spare,odd\n1,甲,1,2,3,4\n", encoding="utf-8")
    work = assess.job("own.yaml", "own.csv")
    table = assess.read_rows(work, assess.load_plan(work))
    unknown, unused = table.findings
    assert (unknown.code, unknown.location.field) == ("RI218", "odd")
    assert (unused.code, list(unused.params.values())) == ("RI222", [1])
    assert table.indicators == ("x", "people")
    assert [column.tolist() for column in table.values] == [[1.0], [2.0]]


def test_faulty_cells_stop_unless_they_are_accepted() -> None:
    Path("data.csv").write_text(DATA.replace("5,6", "5,?"), encoding="utf-8")
    plan = assess.load_plan(assess.job("mini.yaml"))
    for accept in (None, False):
        with pytest.raises(InputError) as caught:
            assess.read(assess.job("mini.yaml", "data.csv", options=Options(accept_errors=accept)), plan)
        assert [item.code for item in caught.value.findings] == ["RI241"]
        with pytest.raises(InputError):
            ri.read_data("data.csv", "mini.yaml", accept_errors=bool(accept))
    table = ri.read_data("data.csv", "mini.yaml", accept_errors=True)
    assert [[None if value != value else value for value in column] for column in table.values] == [[1, 5], [2, None]]
    # What is wrong with keys stops all the same.
    Path("data.csv").write_text(DATA.replace("2,乙", "1,乙"), encoding="utf-8")
    with pytest.raises(InputError):
        ri.read_data("data.csv", "mini.yaml", accept_errors=True)


def test_personal_data_stop_unless_they_are_allowed() -> None:
    Path("data.csv").write_text(DATA.replace("甲", "13800138000"), encoding="utf-8")
    with pytest.raises(PersonalDataError) as caught:
        ri.read_data("data.csv", "mini.yaml")
    assert {item.code for item in caught.value.findings} == {"RI251", "RI252"}
    table = ri.read_data("data.csv", "mini.yaml", allow_personal_data=True)
    assert "13800138000" not in json.dumps([str(name) for name in (table.names or table.ids).to_pylist()])


PERIODS = "community_id,community,period,x,y\n1,甲,2023,1,2\n1,甲,2024,3,4\n2,乙,2024,5,6\n"


def test_the_rows_of_a_period() -> None:
    Path("data.csv").write_text(PERIODS, encoding="utf-8")
    work = assess.job("mini.yaml", "data.csv", options=Options(period="2024"))
    plan = assess.load_plan(work)
    assert assess.read(work, plan).values[0].tolist() == [3, 5]
    assert assess.read_all(work, plan).values[0].tolist() == [1, 3, 5]
    every = assess.job("mini.yaml", "data.csv")
    assert assess.read(every, plan).values[0].tolist() == [1, 3, 5]


def test_periods_that_are_not_there() -> None:
    Path("data.csv").write_text(PERIODS, encoding="utf-8")
    work = assess.job("mini.yaml", "data.csv", options=Options(period="2025"))
    with pytest.raises(InputError) as caught:
        assess.read(work, assess.load_plan(work))
    (finding,) = caught.value.findings
    assert (finding.code, finding.location) == ("RI413", Location("data.csv"))
    assert (finding.params["name"], finding.params["known"]) == ("2025", ["2023", "2024"])
    assert "'202" in finding.params["suggestion"]["en"]
    Path("data.csv").write_text(DATA, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        assess.read(work, assess.load_plan(work))
    (finding,) = caught.value.findings
    assert (finding.code, finding.location, finding.params) == ("RI414", Location("data.csv"), {"name": "2025"})


def test_groups_that_methods_ask_for_are_read() -> None:
    Path("data.csv").write_text("community_id,community,town,x,y\n1,甲,A,1,2\n2,乙,B,5,6\n", encoding="utf-8")
    work = assess.job("mini.yaml", "data.csv", options=Options(by="town"))
    table = assess.read(work, assess.load_plan(work))
    assert list(table.groups) == ["town"]
    nobody = assess.job("mini.yaml", "data.csv", options=Options(by="city"))
    with pytest.raises(InputError) as caught:
        assess.read(nobody, assess.load_plan(nobody))
    (missing,) = [item for item in caught.value.findings if item.code == "RI412"]
    assert (missing.params["name"], missing.params["what"]) == ("city", "--by")


# -- as a library -------------------------------------------------------------------------------------------


def test_methods_as_names_mappings_and_calls() -> None:
    table = ri.read_data("data.csv", "mini.yaml")
    for value in ("geometric", {"method": "geometric"}, check("aggregate", "geometric")):
        result = ri.score(table, "mini.yaml", aggregate=value)
        assert result.plan.nodes[0].aggregate == check("aggregate", "geometric")
        assert result.plan.settings.origin("aggregate") == "option"
    for name, value in {
        "weights": "equal", "normalize": "minmax", "missing": "zero", "fill": "median", "treat": "winsorize",
    }.items():  # fmt: skip
        found = ri.score(table, "mini.yaml", **{name: value}).plan.settings
        assert (found[name], found.origin(name)) == (check(name, value), "option")


def test_ranks_inside_groups() -> None:
    Path("data.csv").write_text(PERIODS, encoding="utf-8")
    table = ri.read_data("data.csv", "mini.yaml")
    for by, ranks in ((None, [1, 2, 1]), ("period", [1, 2, 1])):
        result = ri.score(table, "mini.yaml", by=by)
        assert (result.plan.settings["by"], result.ranks.tolist()) == (by, ranks)


@pytest.mark.parametrize(
    ("kind", "value", "start"),
    [
        ("aggregate", "geometrc", "aggregate: unknown method 'geometrc'"),
        ("weights", {"method": "entropy", "scop": 1}, "weights: method 'entropy' has no parameter 'scop'"),
    ],
)  # fmt: skip
def test_methods_that_are_none(kind: str, value: Any, start: str) -> None:
    table = ri.read_data("data.csv", "mini.yaml")
    with pytest.raises(ValueError, match="did you mean") as caught:
        ri.score(table, "mini.yaml", **{kind: value})
    assert str(caught.value).startswith(start)
    assert str(caught.value).endswith(")")


def test_a_table_of_another_framework() -> None:
    Path("other.yaml").write_text(FRAMEWORK.replace("id: y", "id: z"), encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        ri.score(ri.read_data("data.csv", "mini.yaml"), "other.yaml")
    assert caught.value.params == {
        "problem": {
            "zh": "数据表不是为框架“mini”读取的", "en": "the table was not read for the framework 'mini'",
        },
        "remedy": {
            "zh": "请以同一框架调用 read_data 重新读取", "en": "read it again: read_data(path, framework)",
        },
    }  # fmt: skip


MAP = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {"community_id": name, "x": 1},
         "geometry": {"type": "Polygon", "coordinates": [[[at, 0], [at + 1, 0], [at + 1, 1], [at, 0]]]}}
        for at, name in enumerate(("1", "3"))
    ],
}  # fmt: skip


def test_areas_come_with_the_result_and_their_findings() -> None:
    Path("map.geojson").write_text(json.dumps(MAP), encoding="utf-8")
    work = asked("data: data.csv\nmap: map.geojson\n")
    plain = assess.assess(replace(work, map=None))
    result = assess.assess(work)
    assert (plain.areas, result.areas is None) == (None, False)
    assert result.areas is not None
    assert len(result.areas.findings) > 0
    codes = [item.code for item in plain.findings]
    assert sorted(item.code for item in result.findings) == sorted(
        [*codes, *(item.code for item in result.areas.findings)]
    )
    assert result.score.tolist() == plain.score.tolist()
    assert assess.is_written(work, "map")
    assert not assess.is_written(replace(work, map="other.geojson"), "map")
    assert not assess.is_written(assess.job("mini.yaml"), "map")
    for missing, expected in ((asked("data: data.csv\nmap: none.geojson\n"), "a.yaml:4:6"),
                              (replace(work, map="none.geojson"), "none.geojson")):  # fmt: skip
        with pytest.raises(UnreadableError) as caught:
            assess.assess(missing)
        assert place(caught.value) == expected
