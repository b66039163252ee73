"""Sheets that go out to communities and come back: ``template`` and ``validate --return-sheet``, as users run them."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from acceptance_tools import LANGUAGES, SAMPLE, program, tree

BAD = """\
community_id,community,district,period,visits,minutes,events
001,东社区,甲区,2024,<50,30,5
002,西社区,甲区,2024,80,10,2
"""


def fill(path: Path, rows: list[list[object]]) -> None:
    workbook = openpyxl.load_workbook(path)
    for number, row in enumerate(rows, 2):
        for place, value in enumerate(row, 1):
            workbook.worksheets[0].cell(number, place, value)
    workbook.save(path)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_template_goes_out_comes_back_is_returned_corrected_and_scored(inside, project, lang):
    made = inside("template", "mini.yaml", "-o", "t.xlsx", "--rows", "20", lang=lang)
    assert (made.code, made.out) == (0, "")
    assert "t.xlsx" in made.err
    rows = [[f"00{n}", f"社区{n}", "甲区", "街道", "2024", 50 + n, 30, "很多" if n == 2 else 5] for n in (1, 2, 3)]
    fill(project / "t.xlsx", rows)
    checked = inside("validate", "t.xlsx", "-f", "mini.yaml", "--return-sheet", "fix.xlsx", lang=lang)
    assert checked.code == 1
    assert checked.err.splitlines()[-1].startswith({"zh": "已写出 fix.xlsx", "en": "made fix.xlsx"}[lang])
    workbook = openpyxl.load_workbook(project / "fix.xlsx")
    page = workbook.worksheets[1]
    assert page["H3"].comment.text.startswith("✖")
    page["H3"].value = 7
    workbook.save(project / "fix.xlsx")
    assert inside("validate", "fix.xlsx", "-f", "mini.yaml", lang=lang).code == 0
    scored = inside("score", "fix.xlsx", "-f", "mini.yaml", "--json", lang=lang)
    assert scored.code == 0, scored.err
    assert sorted(unit["community_id"] for unit in json.loads(scored.out)["communities"]) == ["001", "002", "003"]


def test_an_untouched_template_is_told_to_have_no_rows(inside, project):
    inside("template", "mini.yaml", "-o", "t.xlsx")
    for command in ("score", "validate"):
        ran = inside(command, "t.xlsx", "-f", "mini.yaml")
        assert ran.code == 2
        assert "RI201" in ran.out + ran.err


def test_a_template_for_all_frameworks_reads_in_each(inside, project):
    assert inside("template", "all", "-o", "all.csv", "--ids").code == 0
    header = (project / "all.csv").read_text(encoding="utf-8-sig").strip().split(",")
    with (SAMPLE / "communities.csv").open(encoding="utf-8-sig") as stream:
        known = stream.readline().strip().split(",")
    assert set(header) <= set(known)
    (project / "all.csv").write_text(",".join(header) + "\n1,a,b,c,2024" + ",1" * (len(header) - 5), encoding="utf-8")
    for name in json.loads(inside("frameworks", "--json").out)["frameworks"]:
        ran = inside("validate", "all.csv", "-f", name["id"], "--json")
        codes = {finding["code"] for finding in json.loads(ran.out)["findings"]}
        assert not codes & {"RI216", "RI217", "RI218", "RI221", "RI213"}, name


def test_a_framework_named_twice_is_used_once(inside, project):
    """By its path in two spellings, or by its id and among all."""
    once = inside("template", "mini.yaml", "-o", "once.csv")
    twice = inside("template", "mini.yaml", "./mini.yaml", "-o", "twice.csv")
    assert twice.err == once.err.replace("once.csv", "twice.csv")
    assert inside("template", "all", "toe", "-o", "all.csv").err.count("toe") == 1


def test_templates_do_not_depend_on_where_and_when_they_are_made(tmp_path):
    environments = [
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai"},
        {"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "C"},
    ]
    for number, env in enumerate(environments):
        done = program("template", "toe", "sfic", "-o", f"{number}.xlsx", "--lang", "zh", cwd=tmp_path, env=env)
        assert done.code == 0, done.err
    assert (tmp_path / "0.xlsx").read_bytes() == (tmp_path / "1.xlsx").read_bytes()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["template", "mini.yaml"], "RI018"),
        (["template", "mini.yaml", "-o", "data.csv"], "RI015"),
        (["template", "mini.yaml", "-o", "."], "RI003"),
        (["template", "mini.yaml", "-o", "t.ods"], "RI032"),
        (["template", "mini.yaml", "-o", "t.xlsx", "--rows", "0"], "RI021"),
        (["template", "mimi", "-o", "t.xlsx"], "RI008"),
        (["template", "nowhere.yaml", "-o", "t.xlsx"], "RI002"),
        (["template", "mini.yaml", "-o", "data.csv/t.xlsx"], "RI010"),
        (["validate", "data.csv", "-f", "mini.yaml", "--return-sheet", "fix.csv"], "RI032"),
        (["validate", "data.csv", "-f", "mini.yaml", "--return-sheet", "data.csv"], "RI015"),
        (["validate", "mini.yaml", "--return-sheet", "fix.xlsx"], "RI033"),
        (["validate", "data.csv", "bad.csv", "-f", "mini.yaml", "--return-sheet", "fix.xlsx"], "RI033"),
        (["validate", "data.csv", "-f", "mini.yaml", "--return-sheet", "data.csv/fix.xlsx"], "RI010"),
    ],
)
def test_what_cannot_be_written_is_told_in_one_message(inside, project, lang, arguments, code):
    (project / "bad.csv").write_text(BAD, encoding="utf-8")
    before = tree(project)
    ran = inside(*arguments, lang=lang)
    assert ran.code == 2
    assert code in ran.err
    assert ran.err.count("RI0") == 1
    assert "Traceback" not in ran.err
    assert tree(project) == before


def test_force_overwrites(inside, project):
    (project / "bad.csv").write_text(BAD, encoding="utf-8")
    for name in ("t.xlsx", "fix.xlsx"):
        (project / name).write_text("old", encoding="utf-8")
    assert inside("template", "mini.yaml", "-o", "t.xlsx", "--force").code == 0
    assert inside("validate", "bad.csv", "-f", "mini.yaml", "--return-sheet", "fix.xlsx", "--force").code == 1
    assert openpyxl.load_workbook(project / "t.xlsx").sheetnames == ["Data", "Guide"]
    assert openpyxl.load_workbook(project / "fix.xlsx").sheetnames == ["Summary", "Data"]


def test_an_assessment_gives_back_the_data_it_names(inside, project):
    ran = inside("validate", "assessment.yaml", "--return-sheet", "fix.xlsx")
    assert ran.code == 0, ran.out
    page = openpyxl.load_workbook(project / "fix.xlsx").worksheets[1]
    assert page["A2"].value == "001"


def test_json_stays_one_object(inside, project):
    (project / "bad.csv").write_text(BAD, encoding="utf-8")
    ran = inside("validate", "bad.csv", "-f", "mini.yaml", "--return-sheet", "fix.xlsx", "--json")
    assert ran.code == 1
    assert json.loads(ran.out)["findings"]
    assert ran.err == ""
    assert (project / "fix.xlsx").exists()


def test_data_that_cannot_be_read_give_no_sheet(inside, project):
    (project / "empty.csv").write_bytes(b"")
    ran = inside("validate", "empty.csv", "-f", "mini.yaml", "--return-sheet", "fix.xlsx")
    assert ran.code == 2
    assert "no return sheet is written" in ran.err
    assert not (project / "fix.xlsx").exists()
