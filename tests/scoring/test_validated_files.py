"""Checking files of every kind: what each is taken for, what is read for what, the exit code, and every place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from resilience_index.framework import catalogue
from resilience_index.scoring.validate import Report, validate

FRAMEWORK = """\
schema: resilience-index/framework/1
id: mini
version: 1.0.0
title: {zh: 小, en: Mini}
tree:
  id: index
  title: {zh: 指数, en: Index}
  children:
    - id: part
      title: {zh: 部分, en: Part}
      children:
        - {id: x, title: {zh: 甲, en: X}, direction: benefit, goalposts: [0, 10]}
        - {id: y, title: {zh: 乙, en: Y}, direction: benefit, goalposts: [0, 10]}
        - {id: z, title: {zh: 丙, en: Z}, direction: benefit, goalposts: [0, 10]}
    - {id: w, title: {zh: 丁, en: W}, direction: benefit, goalposts: [0, 10]}
"""
DATA = "community_id,community,x,y,z,w\n1,甲,1,2,3,4\n2,乙,5,6,7,8\n"
SCHEMA = "schema: resilience-index/%s/1\n"
ASSESSMENT = SCHEMA % "assessment" + "framework: mini.yaml\n"
JUDGED = (
    SCHEMA % "judgments" + "experts: [{id: E1, comparisons: {part: {x/y: 2, y/z: 2, x/z: 4}, index: {part/w: 3}}}]\n"
)
CIRCLE = JUDGED.replace("x/z: 4", "x/z: 1/9")
BATCH = SCHEMA % "batch" + "items: [{data: data.csv}]\n"
DICTIONARY = SCHEMA % "dictionary" + "indicators:\n  n: {title: {zh: 数, en: N}, direction: benefit}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write("mini.yaml", FRAMEWORK)
    write("data.csv", DATA)
    write("judged.yaml", JUDGED)
    return tmp_path


def write(name: str, text: str) -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")
    return name


def told(report: Report, *codes: str) -> list[tuple[str, str]]:
    """Codes and places of all findings, or of those codes."""
    return [(item.code, item.location.text()) for item in report.findings if not codes or item.code in codes]


def state(report: Report) -> tuple[int, bool]:
    return report.exit_code, report.unreadable


def test_what_each_file_is_taken_for() -> None:
    write("a.yml", ASSESSMENT)
    write("batch.yaml", BATCH)
    write("dictionary.YAML", DICTIONARY)
    files = ["mini.yaml", "data.csv", "judged.yaml", "a.yml", "batch.yaml", "dictionary.YAML", "toe"]
    report = validate(files)
    kinds = ["framework", "data", "judgments", "assessment", "batch", "dictionary", "framework"]
    assert report.files == list(zip(files, kinds, strict=True))
    assert report.unreadable is False


def test_what_fits_has_nothing_against_it() -> None:
    report = validate(["mini.yaml", "data.csv", "judged.yaml"])
    assert (told(report), state(report)) == ([], (0, False))
    (table,) = report.tables
    assert (table.work.framework.id, table.work.data, table.work.further) == ("mini", "data.csv", ())
    assert [leaf.id for leaf in table.plan.leaves] == ["x", "y", "z", "w"]
    assert table.findings == ()
    assert [len(tables) for tables in report.together.values()] == [1]


@pytest.mark.parametrize("name", ["none.yaml", "none.csv", "nonesuch.yml", "deep/none.yaml"])
def test_files_that_are_not_there(name: str) -> None:
    report = validate([name], "mini.yaml")
    assert told(report) == [("RI002", name)]
    assert state(report) == (2, True)
    kind = "unknown" if Path(name).suffix in (".yaml", ".yml") else "data"
    assert report.files == [(name, kind)]


@pytest.mark.parametrize(("name", "known"), [("teo", "toe"), ("tod", "toe"), ("sficc", "sfic")])
def test_misspelt_frameworks(name: str, known: str) -> None:
    report = validate([name])
    assert (told(report), state(report), report.files) == ([("RI002", name)], (2, True), [(name, "unknown")])
    assert f"'{known}'" in report.findings[0].params["hint"]["en"]
    assert report.findings[0].params["file"] == name


def test_a_file_named_as_a_framework_is_that_file() -> None:
    write("toe", DATA)
    report = validate(["toe"], "mini.yaml")
    assert (report.files, told(report)) == ([("toe", "data")], [])


@pytest.mark.parametrize(
    ("schema", "shown", "near"),
    [("resilience-index/framwork/1", "resilience-index/framwork/1", "resilience-index/framework/1"), ("7", "7", None),
     (None, "—", None)],
)  # fmt: skip
def test_yaml_of_no_known_schema(schema: str | None, shown: str, near: str | None) -> None:
    write("odd.yaml", "id: x\n" if schema is None else f"id: x\nschema: {schema}\n")
    report = validate(["odd.yaml"])
    (finding,) = report.findings
    assert (finding.code, state(report), report.files) == ("RI025", (1, False), [("odd.yaml", "unknown")])
    assert finding.location.line == (1 if schema is None else 2)
    suggestion = finding.params.pop("suggestion")  # type: ignore[attr-defined]
    assert (suggestion["en"] == "") is (near is None)
    assert near is None or f"'{near}'" in suggestion["en"]
    kinds = ("framework", "dictionary", "assessment", "judgments", "batch")
    assert finding.params["schema"] == shown
    assert {f"resilience-index/{kind}/1" for kind in kinds} <= set(finding.params["known"])


def test_faults_of_a_yaml_file_of_no_known_schema_are_told_too() -> None:
    write("odd.yaml", "id: x\nid: y\nschema: other\n")
    assert [code for code, _ in told(validate(["odd.yaml"]))] == ["RI101", "RI025"]


@pytest.mark.parametrize("file", ["data.csv", "judged.yaml"])
def test_data_and_judgments_need_a_framework(file: str) -> None:
    report = validate([file])
    assert (told(report), state(report)) == ([("RI009", file)], (2, True))
    (finding,) = report.findings
    assert finding.params == {
        "problem": {"zh": f"检查 {file} 需要指标框架", "en": f"{file} can only be checked against a framework"},
        "remedy": {"zh": "请用 -f 指定框架", "en": "name one with -f"},
    }
    assert told(validate([file], "mini.yaml")) == told(validate([file], ["mini.yaml"])) == []
    write("a.yaml", ASSESSMENT)
    assert told(validate([file, "a.yaml"])) == []


def test_a_framework_that_was_named_stands_for_those_among_the_files() -> None:
    write(
        "other.yaml",
        FRAMEWORK.replace("id: mini", "id: other").replace("id: w,", "id: v,").replace("丁, en: W", "戊, en: V"),
    )
    report = validate(["mini.yaml", "other.yaml", "data.csv"], "mini.yaml")
    assert (told(report), [table.work.framework.id for table in report.tables]) == ([], ["mini"])
    both = validate(["mini.yaml", "other.yaml", "data.csv"])
    assert [table.work.framework.id for table in both.tables] == ["mini", "other"]
    assert [code for code, _ in told(both)] == ["RI216"]
    assert {tuple(table.work.beside) for table in both.tables} == {("other",), ("mini",)}
    named = validate(["data.csv"], ["mini.yaml", "other.yaml", "mini.yaml"])
    assert [table.work.framework.id for table in named.tables] == ["mini", "other"]


def test_a_broken_framework_among_the_files_hides_nothing() -> None:
    write("bad.yaml", FRAMEWORK.replace("goalposts: [0, 10]", "goalposts: [0]", 1))
    write("bad.csv", DATA.replace("5,6", "5,?"))
    report = validate(["bad.yaml", "bad.csv", "mini.yaml"])
    assert state(report) == (1, False)
    assert [(code, place) for code, place in told(report) if code == "RI241"] == [
        ("RI241", 'bad.csv:row 3, column "y"')
    ]
    assert any(place.startswith("bad.yaml:12:") for _, place in told(report))
    alone = validate(["bad.yaml", "bad.csv"])
    assert {place.partition(":")[0] for _, place in told(alone)} == {"bad.yaml"}


def test_the_same_file_twice_is_told_once() -> None:
    write("bad.yaml", FRAMEWORK.replace("goalposts: [0, 10]", "goalposts: [0]", 1))
    assert told(validate(["bad.yaml", "bad.yaml"])) == told(validate(["bad.yaml"]))
    write("judges.yaml", JUDGED.replace("x/y: 2", "x/v: 2"))
    once = validate(["judges.yaml"], "mini.yaml")
    assert told(validate(["judges.yaml", "judges.yaml"], "mini.yaml")) == told(once)
    assert len(told(once)) > 0


def test_dictionaries_and_lists_are_read() -> None:
    write("dictionary.yaml", DICTIONARY.replace("direction: benefit", "direction: up"))
    write("batch.yaml", BATCH.replace("data: data.csv", "dat: data.csv"))
    report = validate(["dictionary.yaml", "batch.yaml"])
    files = [place.partition(":")[0] for _, place in told(report)]
    assert set(files) == {"dictionary.yaml", "batch.yaml"}
    assert state(report) == (1, False)
    write("dictionary.yaml", DICTIONARY)
    write("batch.yaml", BATCH)
    assert told(validate(["dictionary.yaml", "batch.yaml"])) == []


def test_personal_data_stop_unless_they_are_allowed() -> None:
    write("data.csv", DATA.replace("甲", "13800138000"))
    report = validate(["data.csv"], "mini.yaml")
    assert "RI251" in [code for code, _ in told(report)]
    assert state(report) == (2, False)
    assert validate(["data.csv"], "mini.yaml", allow_personal_data=True).exit_code == 0
    write("a.yaml", ASSESSMENT + "data: data.csv\n")
    assert validate(["a.yaml"]).exit_code == 2
    assert validate(["a.yaml"], allow_personal_data=True).exit_code == 0


def test_the_encoding_and_the_sheet_are_handed_on() -> None:
    Path("data.csv").write_bytes(DATA.encode("gb18030"))
    write("a.yaml", ASSESSMENT + "data: data.csv\n")
    for files, framework in ((["data.csv"], "mini.yaml"), (["a.yaml"], None)):
        assert validate(files, framework, "gb18030").exit_code == 0
        wrong = validate(files, framework, "ascii")
        assert wrong.exit_code == 2
        sheet = validate(files, framework, sheet="one")
        assert [code for code, _ in told(sheet) if code == "RI009"] == ["RI009"]
        assert sheet.exit_code == 2


# -- assessments --------------------------------------------------------------------------------------------


def test_an_assessment_is_read_with_everything_it_names() -> None:
    write(
        "town/a.yaml",
        SCHEMA % "assessment" + "framework: ../mini.yaml\ndata: [d.csv, e.csv]\njudgments: j.yaml\nweights: ahp\n",
    )
    write("town/d.csv", DATA)
    write("town/e.csv", DATA.replace("1,甲", "3,丙").replace("2,乙", "4,丁").replace("5,6", "5,?"))
    write("town/j.yaml", CIRCLE)
    report = validate(["town/a.yaml"])
    assert sorted(told(report)) == [
        ("RI241", 'town/e.csv:row 3, column "y"'), ("RI310", "town/j.yaml"), ("RI310", "town/j.yaml"),
    ]  # fmt: skip
    (table,) = report.tables
    assert (table.work.data, table.work.further) == ("town/d.csv", ("town/e.csv",))
    assert state(report) == (1, False)
    assert report.together == {}


def test_inconsistent_experts_are_told_where_they_count() -> None:
    write("a.yaml", ASSESSMENT + "weights: ahp\njudgments: judged.yaml\n")
    write("judged.yaml", CIRCLE)
    (one, two) = validate(["a.yaml"]).findings
    assert (one.code, two.code) == ("RI310", "RI310")
    assert {item.params["node"] for item in (one, two)} == {"part"}
    write("a.yaml", ASSESSMENT + "weights: equal\njudgments: judged.yaml\n")
    assert told(validate(["a.yaml"])) == []
    levels = "weights: {method: levels, from_top: [ahp, equal]}\n"
    write("a.yaml", ASSESSMENT + levels + "judgments: judged.yaml\n")
    assert "RI310" not in [code for code, _ in told(validate(["a.yaml"]))]
    levels = "weights: {method: levels, from_top: [equal, ahp]}\n"
    write("a.yaml", ASSESSMENT + levels + "judgments: judged.yaml\n")
    assert "RI310" in [code for code, _ in told(validate(["a.yaml"]))]


def test_judgments_beside_an_assessment_are_looked_at_as_its_weights_say() -> None:
    write("a.yaml", ASSESSMENT + "weights: ahp\njudgments: judged.yaml\n")
    write("other.yaml", CIRCLE)
    assert told(validate(["a.yaml"])) == []
    assert told(validate(["a.yaml", "other.yaml"])) == [("RI310", "other.yaml"), ("RI310", "other.yaml")]
    assert told(validate(["other.yaml"], "mini.yaml")) == []  # without weights nobody counts


def test_schemes_are_looked_at_one_by_one() -> None:
    text = "weights: equal\nschemes:\n  even: {}\n  judged: {weights: ahp, judgments: circle.yaml}\n"
    write("a.yaml", ASSESSMENT + text)
    write("circle.yaml", CIRCLE)
    assert told(validate(["a.yaml"])) == [("RI310", "circle.yaml"), ("RI310", "circle.yaml")]
    Path("circle.yaml").unlink()
    assert told(validate(["a.yaml"])) == [("RI281", "a.yaml:6:37")]
    write("a.yaml", ASSESSMENT + text.replace("ahp, judgments: circle.yaml", "ahp"))
    assert [code for code, _ in told(validate(["a.yaml"]))] == ["RI314"]


def test_a_framework_that_is_not_there_hides_no_other_file() -> None:
    text = ASSESSMENT.replace("mini", "none") + "data: %s\njudgments: nobody.yaml\n"
    write("a.yaml", text % "[data.csv, no.csv]")
    assert told(validate(["a.yaml"])) == [("RI281", "a.yaml:2:12"), ("RI281", "a.yaml:3:18"), ("RI281", "a.yaml:4:12")]
    write("a.yaml", text % "no.csv")
    report = validate(["a.yaml"])
    assert told(report) == [("RI281", "a.yaml:2:12"), ("RI281", "a.yaml:3:7"), ("RI281", "a.yaml:4:12")]
    assert (state(report), report.tables) == ((2, True), [])


def test_data_are_read_though_judgments_are_not_there() -> None:
    write("bad.csv", DATA.replace("5,6", "5,?"))
    write("a.yaml", ASSESSMENT + "data: bad.csv\nweights: ahp\njudgments: none.yaml\n")
    assert told(validate(["a.yaml"])) == [("RI281", "a.yaml:5:12"), ("RI241", 'bad.csv:row 3, column "y"')]
    write("a.yaml", ASSESSMENT + "data: bad.csv\nweights: ahp\n")
    assert [code for code, _ in told(validate(["a.yaml"]))] == ["RI314", "RI241"]


def test_every_missing_file_of_several_is_told() -> None:
    write("a.yaml", ASSESSMENT + "data: [no.csv, data.csv, nor.csv]\n")
    assert told(validate(["a.yaml"])) == [("RI281", "a.yaml:3:8"), ("RI281", "a.yaml:3:26")]


def test_judgments_that_are_not_needed_are_read_all_the_same() -> None:
    write("bad.yaml", JUDGED.replace("x/y: 2", "x/v: 2"))
    write("a.yaml", ASSESSMENT + "weights: equal\njudgments: bad.yaml\n")
    report = validate(["a.yaml"])
    assert {place.partition(":")[0] for _, place in told(report)} == {"bad.yaml"}
    assert report.exit_code == 1


def test_grades_and_flags_of_a_framework_are_looked_at() -> None:
    grades = "grades: [{id: A, min: 500, title: {zh: 优, en: A}}, {id: B, min: 0, title: {zh: 中, en: B}}]\n"
    write("graded.yaml", FRAMEWORK.replace("tree:", grades + "tree:"))
    assert told(validate(["graded.yaml"])) == [("RI285", "graded.yaml:5:23")]
    write("a.yaml", ASSESSMENT + grades)
    assert told(validate(["a.yaml"])) == [("RI285", "a.yaml:3:23")]


def test_what_a_plan_says_of_an_assessment_is_told() -> None:
    write("own.yaml", FRAMEWORK.replace("goalposts: [0, 10]}", "goalposts: [0, 10], fill: median}", 1))
    write("a.yaml", ASSESSMENT.replace("mini", "own") + "defaults: {fill: mean}\n")
    (finding,) = validate(["a.yaml"]).findings
    assert (finding.code, finding.severity, finding.params["names"]) == ("RI411", "info", ["x"])


PERIODS = DATA.replace("community_id", "period,community_id").replace("\n1", "\n2023,1").replace("\n2,", "\n2024,2,")


def test_the_period_of_an_assessment_decides_what_is_looked_at() -> None:
    write("data.csv", PERIODS.replace("5,6", "5,"))
    write("a.yaml", ASSESSMENT + "data: data.csv\nperiod: '2024'\n")
    assert [code for code, _ in told(validate(["a.yaml"]))] == ["RI415"]
    write("a.yaml", ASSESSMENT + "data: data.csv\nperiod: '2023'\n")
    assert told(validate(["a.yaml"])) == []
    write("a.yaml", ASSESSMENT + "data: data.csv\nperiod: '2030'\n")
    assert told(validate(["a.yaml"])) == [("RI413", "a.yaml:4:9")]
    write("data.csv", PERIODS.replace("5,6", "5,?"))
    assert {code for code, _ in told(validate(["a.yaml"]))} == {"RI413", "RI241"}


# -- several frameworks and files ---------------------------------------------------------------------------


def test_columns_that_one_framework_leaves_to_another() -> None:
    write(
        "other.yaml",
        FRAMEWORK.replace("id: mini", "id: other").replace("id: w,", "id: v,").replace("丁, en: W", "戊, en: V"),
    )
    write("data.csv", "community_id,community,x,y,z,w,v,odd\n1,甲,1,2,3,4,5,6\n2,乙,5,6,7,8,9,9\n")
    alone = validate(["mini.yaml", "data.csv"])
    assert told(alone, "RI218") == [("RI218", 'data.csv:row 1, column "odd"'), ("RI218", 'data.csv:row 1, column "v"')]
    report = validate(["mini.yaml", "other.yaml", "data.csv"])
    assert told(report) == [("RI218", 'data.csv:row 1, column "odd"')]
    assert told(validate(["data.csv"], ["mini.yaml", "other.yaml"])) == told(report)


def test_files_of_one_name_are_told_by_their_paths() -> None:
    for name in ("a", "b"):
        write(f"{name}/d.csv", DATA.replace("\n1", f"\n{name}1").replace("\n2", f"\n{name}2").replace("5,6", "5,?"))
    places = [("RI241", f'{name}/d.csv:row 3, column "y"') for name in ("a", "b")]
    assert told(validate(["a/d.csv", "b/d.csv"], "mini.yaml")) == places
    write("w.yaml", ASSESSMENT + "data: [a/d.csv, b/d.csv]\n")
    assert told(validate(["w.yaml"])) == places
    write("other.yaml", FRAMEWORK.replace("id: mini", "id: other"))
    assert told(validate(["a/d.csv", "b/d.csv"], ["mini.yaml", "other.yaml"])) == places


def test_sheets_of_workbooks_keep_their_names() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in DATA.replace("5,6", "5,?").splitlines():
        book.active.append(row.split(","))  # type: ignore[union-attr]
    book.active.title = "表"  # type: ignore[union-attr]
    Path("a").mkdir()
    book.save("a/d.xlsx")
    write("other.yaml", FRAMEWORK.replace("id: mini", "id: other"))
    for frameworks in (["mini.yaml"], ["mini.yaml", "other.yaml"]):
        assert told(validate(["a/d.xlsx"], frameworks), "RI241") == [("RI241", 'a/d.xlsx[表]:row 3, column "y"')]


def test_personal_numbers_in_paths_are_masked() -> None:
    number = "13800138000"
    write(f"{number}.csv", DATA.replace("5,6", "5,?"))
    report = validate([f"{number}.csv"], "mini.yaml", allow_personal_data=True)
    assert "RI241" in [code for code, _ in told(report)]
    assert all(number not in place for _, place in told(report))


def test_files_named_one_by_one_are_one_table() -> None:
    write("a/d.csv", DATA)
    write("b/d.csv", DATA.replace("2,乙", "3,丙"))
    files = ["a/d.csv", "b/d.csv"]
    report = validate(files, "mini.yaml")
    assert told(report) == [("RI279", "b/d.csv:row 2")]
    assert "a/d.csv" in report.findings[0].message("en")
    assert [[table.files[0].name for table in tables] for tables in report.together.values()] == [files]


@pytest.mark.parametrize("given", [{}, {"unreadable": True}])
def test_exit_codes(given: dict[str, Any]) -> None:
    report = Report(**given)
    assert report.exit_code == (2 if given else 0)
    assert (report.files, report.findings, report.tables, report.together, report.sheet) == ([], [], [], {}, None)


def test_every_shipped_framework_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    known = list(catalogue.framework_paths())
    assert validate(known).files == [(name, "framework") for name in known]


def test_what_is_said_of_a_framework_is_said_of_an_assessment_that_names_it() -> None:
    write("mini.yaml", FRAMEWORK.replace("{id: w, ", "{id: w, range: [2, 9], "))
    assert told(validate([write("a.yaml", ASSESSMENT)])) == [("RI137", "mini.yaml:15:84")]
