"""Surveys as they come back: answers with their places, and files that are none."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from survey_files import blank, choice, degree, fill

from resilience_index.data.survey_read import answered, missing_pairs, read_survey
from resilience_index.errors import UnreadableError
from resilience_index.framework.loading import load_framework

TOE = load_framework("toe")
PAIRS = [("risk_identification", "crisis_resistance"), ("risk_identification", "recovery_adaptation"),
         ("crisis_resistance", "recovery_adaptation")]  # fmt: skip
CHILDREN = ("risk_identification", "crisis_resistance", "recovery_adaptation")


def pair(place: int) -> str:
    return "pair|technical|" + "|".join(PAIRS[place])


@pytest.fixture(scope="module")
def forms(tmp_path_factory) -> dict[tuple[str, str], Path]:
    folder = tmp_path_factory.mktemp("forms")
    return {
        (form, language): blank(
            folder, TOE, f"{form}_{language}.xlsx", form=form, language=language, nodes=["technical"]
        )
        for form in ("comparisons", "points", "ranks", "best-worst")
        for language in ("zh", "en")
    }


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_choice_means_its_number(forms, tmp_path: Path, language):
    values = [Fraction(number) for number in (9, 8, 7, 6, 5, 4, 3, 2, 1)]
    values += [1 / value for value in values[-2::-1]]
    for value in values:
        survey = read_survey(
            fill(forms["comparisons", language], tmp_path / "f.xlsx", {pair(1): choice(value, language)})
        )
        assert survey.comparisons == {"technical": {PAIRS[1]: value}}
        assert survey.findings == []


def test_what_was_entered_comes_back_with_its_places(forms, tmp_path: Path):
    filled = fill(
        forms["comparisons", "zh"], tmp_path / "f.xlsx",
        {"expert|id": "007", "expert|group": " 高校　", "expert|name": "电话 13800138000", pair(0): choice(3),
         pair(2): " 右 5 明显重要 "},
    )  # fmt: skip
    survey = read_survey(filled)
    assert (survey.framework, survey.version, survey.language) == ("toe", TOE.version, "zh")
    assert survey.form == "comparisons"
    assert survey.tree_sha256 == TOE.tree_sha256
    assert survey.asked == ("technical",)
    assert survey.expert["id"] == "007"
    assert survey.expert["group"] == "高校"
    assert "13800138000" not in survey.expert["name"]
    assert survey.comparisons["technical"] == {PAIRS[0]: 3, PAIRS[2]: Fraction(1, 5)}
    assert answered(survey, "technical") == 2
    assert list(missing_pairs(survey, "technical")) == [PAIRS[1]]
    place = survey.places["technical", *PAIRS[0]]
    assert place.file == f"{filled}[1 技术韧性]"
    assert (place.row, place.field) == (13, "D")
    assert openpyxl.load_workbook(filled).worksheets[2]["D13"].value == choice(3)


def test_points_ranks_and_best_worst(forms, tmp_path: Path):
    given = dict(zip(CHILDREN, (50, "３０", 20.5), strict=True))
    survey = read_survey(
        fill(forms["points", "en"], tmp_path / "f.xlsx", {f"points|technical|{k}": v for k, v in given.items()})
    )
    assert survey.numbers == {
        "technical": {"risk_identification": 50, "crisis_resistance": 30, "recovery_adaptation": 20.5}
    }
    places = {f"ranks|technical|{name}": place for name, place in zip(CHILDREN, (2, 1, 2), strict=True)}
    survey = read_survey(fill(forms["ranks", "zh"], tmp_path / "f.xlsx", places))
    assert survey.numbers["technical"] == dict(zip(CHILDREN, (2, 1, 2), strict=True))
    answers = {
        "best|technical": "2 多维危机抵抗", "worst|technical": "3 恢复与适应",
        "best_worst|technical|risk_identification": (degree(2), degree(4)),
        "best_worst|technical|recovery_adaptation": (degree(8), None),
    }  # fmt: skip
    survey = read_survey(fill(forms["best-worst", "zh"], tmp_path / "f.xlsx", answers))
    found = survey.best_worst["technical"]
    assert (found.best, found.worst) == ("crisis_resistance", "recovery_adaptation")
    assert found.to_others == {"risk_identification": 2, "recovery_adaptation": 8}
    assert found.to_worst == {"risk_identification": 4}
    assert answered(survey, "technical") == 5


FAULTY = [
    ("comparisons", pair(0), "也许左边", "也许左边", "is not on the list"),
    ("comparisons", pair(0), 3, "3", "is not on the list"),
    ("points", "points|technical|crisis_resistance", "many", "many", "no plain number from 0"),
    ("points", "points|technical|crisis_resistance", -1, "-1", "no plain number from 0"),
    ("points", "points|technical|crisis_resistance", "nan", "nan", "such as 25"),
    ("points", "points|technical|crisis_resistance", "1_0", "1_0", "such as 25"),
    ("points", "points|technical|crisis_resistance", "40%", "40%", "such as 25"),
    ("ranks", "ranks|technical|crisis_resistance", 4, "4", "no place from 1 to 3"),
    ("ranks", "ranks|technical|crisis_resistance", "第一", "第一", "no place from 1 to 3"),
    ("best-worst", "best|technical", "多维危机抵抗", "多维危机抵抗", "none of the items"),
    ("best-worst", "best|technical", "4 x", "4 x", "none of the items"),
    ("best-worst", "best|technical", "2 恢复与适应", "2 恢复与适应", "none of the items"),
    ("best-worst", "best_worst|technical|crisis_resistance", ("很重要", None), "很重要", "is not on the list"),
    ("best-worst", "best_worst|technical|crisis_resistance", ("12", None), "12", "is not on the list"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "key", "value", "shown", "reason"), FAULTY)
def test_what_cannot_be_read_is_told_with_sheet_and_cell(forms, tmp_path: Path, form, key, value, shown, reason):
    survey = read_survey(fill(forms[form, "zh"], tmp_path / "f.xlsx", {key: value}))
    [finding] = survey.findings
    assert finding.code == "RI391"
    assert f"'{shown}'" in finding.message("en")
    assert reason in finding.message("en")
    assert "[1 技术韧性]" in finding.location.file
    assert finding.location.field == "D"
    assert answered(survey, "technical") == 0


def test_a_lone_one_says_equal_and_a_copied_row_is_told(forms, tmp_path: Path):
    path = fill(forms["comparisons", "zh"], tmp_path / "f.xlsx", {pair(0): 1})
    assert read_survey(path).comparisons["technical"] == {PAIRS[0]: 1}
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[2]
    sheet["A30"], sheet["D30"] = pair(0), choice(9)
    book.save(path)
    survey = read_survey(path)
    assert [finding.code for finding in survey.findings] == ["RI399"]
    assert "'technical' stands there twice" in survey.findings[0].message("en")
    assert survey.comparisons == {}


def test_sheets_may_be_renamed_and_moved(forms, tmp_path: Path):
    path = fill(forms["comparisons", "zh"], tmp_path / "f.xlsx", {pair(0): choice(3)})
    book = openpyxl.load_workbook(path)
    book.worksheets[2].title = "改名"
    book.move_sheet("改名", -2)
    book.save(path)
    assert read_survey(path).comparisons["technical"] == {PAIRS[0]: 3}


def test_a_sheet_that_was_hidden_is_read_all_the_same(forms, tmp_path: Path):
    path = fill(forms["comparisons", "zh"], tmp_path / "f.xlsx", {pair(0): choice(3)})
    book = openpyxl.load_workbook(path)
    book.worksheets[2].sheet_state = "hidden"
    book.save(path)
    assert read_survey(path).comparisons["technical"] == {PAIRS[0]: 3}


def rearranged(sheet) -> None:
    """Rows sorted by what is seen, their hidden keys left where they were."""
    rows = [cell.row for cell in sheet["A"] if cell.value and cell.value.split("|")[0] not in ("head", "best", "worst")]
    values = [[sheet.cell(row, column).value for column in (3, 4, 5)] for row in rows]
    for row, cells in zip(rows, values[::-1], strict=True):
        for column, value in zip((3, 4, 5), cells, strict=True):
            sheet.cell(row, column).value = value


CHANGES = {
    "this row shows other items": rearranged,
    "the column of answers is not where it was": lambda sheet: sheet.insert_cols(4),
    "the questions about technical are not there": lambda sheet: sheet.insert_cols(1),
    "1 rows are gone": lambda sheet: sheet.delete_rows(sheet.max_row),
}


@pytest.mark.parametrize("said", CHANGES)
@pytest.mark.parametrize("form", ["comparisons", "points", "ranks", "best-worst"])
def test_answers_of_a_sheet_that_was_changed_are_not_taken(forms, tmp_path: Path, form, said):
    word = form.replace("-", "_")
    keys = [pair(place) for place in range(3)] if form == "comparisons" else [
        f"{word}|technical|{name}" for name in CHILDREN
    ]  # fmt: skip
    values = {"comparisons": choice(3), "points": 30, "ranks": 1, "best-worst": (degree(2), degree(2))}
    path = fill(forms[form, "zh"], tmp_path / "f.xlsx", dict.fromkeys(keys, values[form]))
    book = openpyxl.load_workbook(path)
    CHANGES[said](book.worksheets[2])
    book.save(path)
    survey = read_survey(path)
    changed = [finding for finding in survey.findings if finding.code == "RI399"]
    assert [said in finding.message("en") for finding in changed] == [True]
    assert "结构被改动" in changed[0].message("zh")
    assert survey.changed == {"technical"}
    assert answered(survey, "technical") == 0


def test_a_sheet_that_is_gone_is_told(forms, tmp_path: Path):
    book = openpyxl.load_workbook(forms["points", "en"])
    book.remove(book.worksheets[2])
    book.save(tmp_path / "f.xlsx")
    [finding] = read_survey(tmp_path / "f.xlsx").findings
    assert finding.code == "RI399"
    assert "the questions about technical are not there" in finding.message("en")


def other_book(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active["A1"] = "community_id"
    book.save(path)
    return path


def changed(source: Path, path: Path, key: str, value: str) -> Path:
    book = openpyxl.load_workbook(source)
    sheet = book["_survey"]
    for row in range(1, sheet.max_row + 1):
        if sheet.cell(row, 1).value == key:
            sheet.cell(row, 2).value = value
    book.save(path)
    return path


def test_files_that_are_no_surveys(forms, tmp_path: Path):
    blank_ = forms["comparisons", "zh"]
    (tmp_path / "text.xlsx").write_text("nothing", encoding="utf-8")
    (tmp_path / "broken.xlsx").write_bytes(blank_.read_bytes()[:3000])
    shutil.copy(blank_, tmp_path / "copy.xlsx")
    cases = {
        tmp_path / "none.xlsx": "RI002",
        tmp_path: "RI003",
        tmp_path / "text.xlsx": "RI051",
        tmp_path / "broken.xlsx": "RI262",
        other_book(tmp_path / "other.xlsx"): "RI051",
        changed(blank_, tmp_path / "later.xlsx", "schema", "resilience-index/survey/2"): "RI052",
        changed(blank_, tmp_path / "form.xlsx", "form", "guess"): "RI051",
        changed(blank_, tmp_path / "node.xlsx", "asked", "guess"): "RI051",
    }
    for path, code in cases.items():
        with pytest.raises(UnreadableError) as refused:
            read_survey(path)
        assert refused.value.code == code, path
    assert read_survey(tmp_path / "copy.xlsx").comparisons == {}
