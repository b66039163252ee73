"""The expert survey as it goes out: sheets, drop-downs, formulas, what is hidden and what is protected."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import openpyxl
import pytest
from survey_files import blank, choice, keys

from resilience_index.data.survey import questionnaire, write_questionnaire
from resilience_index.data.survey_form import FORMS, asked, questions
from resilience_index.data.survey_words import _WORDS, DEGREES, choices, degrees, phrase
from resilience_index.errors import UnknownNameError, UsageError
from resilience_index.framework import catalogue
from resilience_index.framework.loading import load_framework

TOE = load_framework("toe")
LANGUAGES = ("zh", "en")


def test_the_same_survey_gives_the_same_bytes():
    first = questionnaire(TOE, language="zh")
    assert first == questionnaire(TOE, language="zh")
    assert first != questionnaire(TOE, language="en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_there_is_a_sheet_for_every_node_and_a_row_for_every_question(tmp_path: Path, form, language):
    path = blank(tmp_path, TOE, form=form, language=language)
    book = openpyxl.load_workbook(path)
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    nodes = asked(TOE)
    assert len(visible) == 2 + len(nodes) == 16
    assert len({sheet.title for sheet in visible}) == len(visible)
    assert all(len(sheet.title) <= 31 for sheet in visible)
    expected = [f"expert|{word}" for word in ("id", "name", "unit", "role", "group")]
    for node in nodes:
        children = [child.id for child in node.scored_children]
        head = f"head|{node.id}"
        if form == "comparisons":
            expected += [head, *(f"pair|{node.id}|{first}|{second}" for first, second in combinations(children, 2))]
        elif form == "best-worst":
            expected += [f"best|{node.id}", f"worst|{node.id}", head]
            expected += [f"best_worst|{node.id}|{name}" for name in children]
        else:
            expected += [head, *(f"{form}|{node.id}|{name}" for name in children)]
    assert keys(path) == expected


def test_the_hidden_sheet_says_what_the_survey_was_made_for(tmp_path: Path):
    book = openpyxl.load_workbook(blank(tmp_path, TOE, nodes=["technical"]))
    rows = [[cell for cell in row if cell is not None] for row in book["_survey"].iter_rows(values_only=True)]
    assert rows[:7] == [
        ["schema", "resilience-index/survey/1"], ["framework", "toe"], ["version", TOE.version],
        ["sha256", TOE.tree_sha256], ["language", "zh"], ["form", "comparisons"], ["asked", "technical"],
    ]  # fmt: skip
    assert rows[7:-1] == [["tree", node.id, *(child.id for child in node.scored_children)] for node in TOE.nodes]
    assert rows[-1] == ["titles", "technical", "风险精准识别", "多维危机抵抗", "恢复与适应"]
    assert {name: book[name].sheet_state for name in ("_survey", "_lists", "_calc")} == dict.fromkeys(
        ("_survey", "_lists", "_calc"), "veryHidden"
    )


def test_only_answers_can_be_changed(tmp_path: Path):
    for form in FORMS:
        book = openpyxl.load_workbook(blank(tmp_path, TOE, form=form, nodes=["index"]))
        assert all(sheet.protection.sheet for sheet in book.worksheets)
        open_ = {
            sheet.title: [cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked]
            for sheet in book.worksheets
        }
        assert open_.pop("专家信息") == ["D4", "D5", "D6", "D7", "D8"]
        name, cells = next((name, cells) for name, cells in open_.items() if cells)
        assert sum(map(len, open_.values())) == len(cells)
        assert name.startswith("1 ")
        size = len(TOE.root.scored_children)
        assert len(cells) == {"best-worst": 2 + 2 * size}.get(form, questions(TOE.root, form))


def test_comparisons_are_chosen_from_seventeen_texts(tmp_path: Path):
    book = openpyxl.load_workbook(blank(tmp_path, TOE, nodes=["technical"]))
    sheet = book.worksheets[2]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert len(rules) == 3
    assert {rule.formula1 for rule in rules.values()} == {"survey_choices"}
    assert all(rule.showErrorMessage for rule in rules.values())
    name = book.defined_names["survey_choices"].attr_text
    assert name == "_lists!$A$1:$A$17"
    lists = book["_lists"]
    assert [lists.cell(row, 1).value for row in range(1, 18)] == choices("zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_choices_are_all_different_and_read_from_left_to_right(language):
    found = choices(language)
    assert len(set(found)) == 17
    assert found[0] == choice(9, language)
    assert found[8] == choice(1, language)
    assert found[16] == choice("1/9", language)
    assert [int(text.split()[1]) for text in found[:8]] == list(range(9, 1, -1))
    assert [int(text.split()[1]) for text in found[9:]] == list(range(2, 10))
    assert [int(text.split()[0]) for text in degrees(language)] == list(range(1, 10))
    assert len({phrase(place, language) for place in range(1, 10)}) == 9
    assert len(DEGREES[language]) == 9


def test_every_text_is_there_in_both_languages_with_the_same_placeholders():
    import string

    for key, texts in _WORDS.items():
        assert list(texts) == ["zh", "en"], key
        names = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in texts.values()]
        assert names[0] == names[1], key
        assert all('"' not in text for text in texts.values()), key  # they stand in formulas


@pytest.mark.parametrize("form", FORMS)
def test_formulas_are_short_and_plain_and_their_texts_too(tmp_path: Path, form):
    import re

    book = openpyxl.load_workbook(blank(tmp_path, TOE, form=form, language="en"))
    known = {
        "ABS", "AND", "COUNT", "COUNTIF", "IF", "IFERROR", "INDEX", "ISNUMBER", "LN", "MATCH", "MAX", "OR", "SUM",
        "SUMPRODUCT",
    }  # fmt: skip
    formulas = [
        cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ]
    assert len(formulas) > 50
    for formula in formulas:
        assert isinstance(formula, str), "no array formulas"
        assert len(formula) < 2000
        bare = re.sub(r'"[^"]*"', '""', formula)
        assert set(re.findall(r"([A-Z]+)\(", bare)) <= known
        assert all(len(text) < 255 for text in re.findall(r'"([^"]*)"', formula))


def test_titles_that_look_like_formulas_stay_titles(tmp_path: Path):
    from dataclasses import replace

    from resilience_index.framework.models import Text

    title = Text(zh="=1+1 [甲]*'乙'/丙?", en="=1+1")
    framework = replace(TOE, root=replace(TOE.root, title=title))
    book = openpyxl.load_workbook(blank(tmp_path, framework, nodes=["index"]))
    sheet = book.worksheets[2]
    assert sheet["B1"].value == title.zh
    assert sheet["B1"].data_type == "s"
    assert not set(sheet.title) & set("[]*?/\\:'")


def test_nodes_and_paths_that_cannot_be():
    with pytest.raises(UnknownNameError) as refused:
        asked(TOE, ["technicl"])
    assert refused.value.code == "RI008"
    assert "technical" in str(refused.value)
    with pytest.raises(UsageError) as refused:
        write_questionnaire(TOE, Path("x.ods"))
    assert refused.value.code == "RI032"
    assert [node.id for node in asked(TOE, ["technical", "index"])] == ["index", "technical"]


def test_a_framework_without_siblings_has_nothing_to_ask(tmp_path: Path):
    from dataclasses import replace

    single = replace(TOE, root=replace(TOE.root, children=TOE.nodes[2].children[:1]))
    with pytest.raises(UsageError) as refused:
        questionnaire(single)
    assert refused.value.code == "RI050"


def test_what_may_be_left_blank_is_said_as_it_is_for_the_form(tmp_path: Path):
    said = {
        "comparisons": "没有把握的题可以空着",
        "points": "要么全部填完",
        "ranks": "要么全部填完",
        "best-worst": "要么全部填完",
    }
    for form in FORMS:
        guide = openpyxl.load_workbook(blank(tmp_path, TOE, form=form, nodes=["index"])).worksheets[0]
        [note] = [str(cell.value) for cell in guide["A"] if str(cell.value).startswith("4. ")]
        assert said[form] in note


@pytest.mark.parametrize("form", FORMS)
def test_the_header_of_the_answers_is_printed_on_every_page(tmp_path: Path, form):
    sheet = openpyxl.load_workbook(blank(tmp_path, TOE, form=form, nodes=["crisis_resistance"])).worksheets[2]
    [row] = [cell.row for cell in sheet["A"] if cell.value == "head|crisis_resistance"]
    assert sheet.print_title_rows == f"${row}:${row}"


def test_titles_that_may_be_chosen_fit_their_cell(tmp_path: Path):
    path = blank(tmp_path, TOE, form="best-worst", nodes=["participation"], language="en")
    sheet = openpyxl.load_workbook(path).worksheets[2]
    [row] = [cell.row for cell in sheet["A"] if cell.value == "best|participation"]
    longest = max((str(cell.value) for cell in sheet["B"][7:12]), key=len)
    assert len(longest) > sheet.column_dimensions["D"].width
    assert min(sheet.row_dimensions[row + place].height for place in (0, 1)) >= 2 * 15


def test_no_sheet_of_comparisons_is_without_end(tmp_path: Path):
    from dataclasses import replace

    leaf = TOE.nodes[2].children[0]
    many = [replace(leaf, indicator=replace(leaf.indicator, id=f"leaf{place}")) for place in range(51)]
    wide = replace(TOE, root=replace(TOE.root, children=tuple(many)))
    with pytest.raises(UsageError) as refused:
        questionnaire(wide)
    assert refused.value.code == "RI056"
    assert "1275 comparisons" in str(refused.value)
    assert questionnaire(wide, form="best-worst").startswith(b"PK")
    assert questionnaire(replace(wide, root=replace(wide.root, children=tuple(many[:50])))).startswith(b"PK")


def test_every_shipped_framework_has_a_survey():
    for name in catalogue.framework_paths():
        framework = load_framework(name)
        for language in LANGUAGES:
            assert questionnaire(framework, language=language).startswith(b"PK")
