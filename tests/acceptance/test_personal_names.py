"""Personal numbers in the names of files and sheets: refused in files, masked wherever a name is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from acceptance_tools import DATA, Inside
from test_personal_data import contents, shown

from resilience_index.data.concat import short_names

MOBILE = "13812345678"
NAME = f"pv_{MOBILE}.csv"


@pytest.fixture
def named(project: Path) -> str:
    (project / NAME).write_text(DATA, encoding="utf-8")
    return NAME


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("command", ["score", "validate", "weights"])
def test_a_file_is_refused_for_its_name(named: str, inside: Inside, command: str, lang: str) -> None:
    weights = ("--weights", "entropy") if command == "weights" else ()
    ran = inside(command, named, "-f", "mini.yaml", *weights, lang=lang)
    assert ran.code == 2
    told = ran.out + ran.err
    assert "pv_138****5678.csv: RI251" in told
    assert "pv_138****5678.csv: RI252" in told
    assert {"zh": "文件名中的手机号码", "en": "mobile number in the file's name"}[lang] in told
    assert not shown(told)


@pytest.mark.parametrize("form", ["text", "concise", "json", "github"])
def test_every_form_masks_it(named: str, inside: Inside, form: str) -> None:
    for file in (named, f"no_{MOBILE}.csv"):
        ran = inside("validate", file, "-f", "mini.yaml", "--format", form)
        assert ran.code == 2
        assert "138****5678" in ran.out
        assert not shown(ran.out + ran.err)


def test_it_is_masked_where_it_is_allowed(named: str, project: Path, inside: Inside) -> None:
    call = ("score", named, "-f", "mini.yaml", "--allow-personal-data")
    ran = inside(*call, "--out", "run")
    assert ran.code == 0
    assert "RI256" in ran.err
    assert not shown(ran.out + ran.err + inside(*call, "--json").out)
    for path in sorted(path for path in (project / "run").rglob("*") if path.is_file()):
        assert not shown(contents(path)), path.name
    manifest = json.loads((project / "run" / "manifest.json").read_text(encoding="utf-8"))["predicate"]
    assert "pv_138****5678.csv" in [item["name"] for item in manifest["inputs"]]
    assert manifest["data"]["files"][0]["name"] == "pv_138****5678.csv"


def test_the_return_sheet_masks_it(named: str, project: Path, inside: Inside) -> None:
    ran = inside("validate", named, "-f", "mini.yaml", "--return-sheet", "back.xlsx")
    assert ran.code == 2
    text = contents(project / "back.xlsx")
    assert "pv_138****5678.csv" in text
    assert not shown(text + ran.out + ran.err)


def test_folders_are_masked_and_not_refused(project: Path, inside: Inside) -> None:
    (project / f"d_{MOBILE}").mkdir()
    path = f"d_{MOBILE}/data.csv"
    (project / path).write_text(DATA.replace("10", "x", 1), encoding="utf-8")
    ran = inside("validate", path, "-f", "mini.yaml", "--json")
    assert ran.code == 1
    assert "d_138****5678/data.csv" in ran.out
    assert not shown(ran.out + ran.err)


def test_names_that_are_alike_when_masked_stay_apart() -> None:
    paths = ["x/13811115678.csv", "x/13822225678.csv", "plain.csv"]
    assert list(short_names(paths).values()) == ["138****5678.csv", "138****5678.csv#2", "plain.csv"]


# --- sheets


@pytest.fixture
def sheets(project: Path) -> str:
    import xlsxwriter

    with xlsxwriter.Workbook(str(project / "book.xlsx"), {"strings_to_numbers": True}) as workbook:
        for name in (f"张三{MOBILE}", f"b {MOBILE}", "c13912345678"):
            sheet = workbook.add_worksheet(name)
            for row, line in enumerate(DATA.splitlines()):
                sheet.write_row(row, 0, line.split(","))
        sheet.hide()
    return "book.xlsx"


@pytest.mark.parametrize("wanted", ["", f"李四{MOBILE}", "c13912345678"])
def test_lists_of_sheets_are_masked(sheets: str, inside: Inside, wanted: str) -> None:
    ran = inside("validate", sheets, "-f", "mini.yaml", *(("--sheet", wanted) if wanted else ()))
    assert ran.code == 2
    assert "****5678" in ran.out
    assert not shown(ran.out + ran.err)


def test_outputs_mask_the_name_of_the_sheet(sheets: str, project: Path, inside: Inside) -> None:
    ran = inside("score", sheets, "-f", "mini.yaml", "--sheet", f"张三{MOBILE}", "--out", "run")
    assert ran.code == 0, ran.err
    for path in sorted(path for path in (project / "run").rglob("*") if path.is_file()):
        assert not shown(contents(path)), path.name
    back = inside("validate", sheets, "-f", "mini.yaml", "--sheet", "1", "--return-sheet", "back.xlsx")
    assert not shown(contents(project / "back.xlsx") + back.out + back.err)
