"""The expert survey from end to end: out, filled in by three experts (one of them carelessly), and back as weights."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from acceptance_tools import LANGUAGES, program, tree
from survey_files import choice, degree, fill

from resilience_index.data.survey import questionnaire
from resilience_index.framework.judgments import load_judgments
from resilience_index.framework.loading import load_framework
from resilience_index.framework.models import Text
from resilience_index.methods.weights import ahp

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
TOE = load_framework("toe")
NODES = [node for node in TOE.nodes if len(node.scored_children) > 1]
SCALE = [Fraction(value) for value in range(1, 10)]
SCALE += [1 / value for value in SCALE[1:]]


def careful(seed: int) -> dict[str, Fraction]:
    """Answers that follow from importances, rounded to the scale."""
    draw = random.Random(seed)
    answers = {}
    for node in NODES:
        children = node.scored_children
        weights = [draw.choice((1, 2, 3, 5)) for _ in children]
        for i, j in combinations(range(len(children)), 2):
            ratio = weights[i] / weights[j]
            near = min(SCALE, key=lambda value: abs(np.log(float(value)) - np.log(ratio)))
            answers[f"pair|{node.id}|{children[i].id}|{children[j].id}"] = near
    return answers


def careless(seed: int) -> dict[str, Fraction]:
    """Answers drawn by lot; under the last node every third pair is left open."""
    draw = random.Random(seed)
    answers = {key: draw.choice(SCALE) for key in careful(seed)}
    last = [key for key in answers if key.split("|")[1] == NODES[-1].id]
    for key in last[2::3]:
        del answers[key]
    return answers


def texts(answers: dict[str, Fraction], language: str) -> dict[str, object]:
    return {key: choice(value, language) for key, value in answers.items()}


EXPERTS = {
    "E01": (careful(1), {"expert|group": "高校", "expert|name": "甲", "expert|unit": "某大学", "expert|role": "教授"}),
    "E02": (careful(2), {"expert|group": "街道"}),
    "E03": (careless(3), {"expert|group": "街道"}),
}


@pytest.fixture
def surveys(inside, tmp_path: Path, monkeypatch) -> dict[str, Path]:
    """The survey, filled in by three experts, the second in English."""
    monkeypatch.chdir(tmp_path)
    for lang in LANGUAGES:
        made = inside("questionnaire", "toe", "-o", f"survey_{lang}.xlsx", lang=lang)
        assert (made.code, made.out) == (0, ""), made.err
        assert f"survey_{lang}.xlsx" in made.err
    found = {}
    for name, (answers, about) in EXPERTS.items():
        lang = "en" if name == "E02" else "zh"
        given = {**texts(answers, lang), **about, "expert|id": name}
        found[name] = fill(tmp_path / f"survey_{lang}.xlsx", tmp_path / f"{name}.xlsx", given)
    return found


def matrix_of(answers: dict[str, Fraction], node) -> np.ndarray:
    names = [child.id for child in node.scored_children]
    matrix = np.ones((len(names), len(names)))
    for i, j in combinations(range(len(names)), 2):
        value = answers[f"pair|{node.id}|{names[i]}|{names[j]}"]
        matrix[i, j], matrix[j, i] = float(value), float(1 / value)
    return matrix


def cr_of(answers: dict[str, Fraction], node) -> float:
    """CR by NumPy's eigenvalues, not by the program."""
    matrix = matrix_of(answers, node)
    size = len(matrix)
    largest = max(np.linalg.eigvals(matrix).real)
    return (largest - size) / (size - 1) / ahp.RANDOM_INDEX["alonso_lamata_2006"][size]


def test_three_experts_answer_and_weights_come_out(inside, surveys, tmp_path: Path):
    files = [str(path) for path in surveys.values()]
    ran = inside("collect", *files, "-o", "judgments.yaml", "--json")
    assert ran.code == 0
    report = json.loads(ran.out)
    assert report["written"] == "judgments.yaml"
    assert [expert["expert"] for expert in report["experts"]] == ["E01", "E02", "E03"]
    assert report["framework"] == {"id": "toe", "version": TOE.version, "sha256": TOE.tree_sha256}
    for expert, (answers, _) in zip(report["experts"], EXPERTS.values(), strict=True):
        assert expert["answered"] == len(answers)
        assert expert["questions"] == 166
        for found, node in zip(expert["nodes"], NODES, strict=True):
            if not found["missing"]:
                assert found["cr"] == pytest.approx(max(cr_of(answers, node), 0), abs=1e-9)
    bad = {node["node"] for node in report["experts"][2]["nodes"] if not node["consistent"]}
    assert {"index", "crisis_resistance"} <= bad
    assert all(node["consistent"] for node in report["experts"][1]["nodes"])
    assert len(report["experts"][2]["nodes"][-1]["missing"]) == 9
    worst = report["experts"][2]["nodes"][0]["worst"]
    assert worst["place"]["field"] == "D"
    assert worst["place"]["file"].startswith(files[2])
    codes = [finding["code"] for finding in report["findings"]]
    assert set(codes) == {"RI303", "RI394"}

    judgments = load_judgments(tmp_path / "judgments.yaml", TOE)
    assert {finding.code for finding in judgments.findings} == {"RI303"}
    assert judgments.groups == {"E01": "高校", "E02": "街道", "E03": "街道"}
    for name, (answers, _) in EXPERTS.items():
        for node in NODES:
            names = [child.id for child in node.scored_children]
            expected = {
                (i, j): float(answers[key])
                for i, j in combinations(range(len(names)), 2)
                if (key := f"pair|{node.id}|{names[i]}|{names[j]}") in answers
            }
            given = {cell: float(value) for cell, value in judgments.comparisons[node.id][name].items()}
            assert given == pytest.approx(expected)

    weighed = inside("weights", "-f", "toe", "-j", "judgments.yaml", "--weights", "ahp", "--json")
    assert weighed.code == 0, weighed.err
    found = json.loads(weighed.out)
    assert len([item for item in found["matrices"] if item["parent"] == "index"]) == 4
    shares = [item["local_weight"] for item in found["weights"] if item["parent"] == "index"]
    assert sum(shares) == pytest.approx(1)
    logs = [np.log(matrix_of(answers, NODES[0])) for answers, _ in EXPERTS.values()]
    values, vectors = np.linalg.eig(np.exp(np.mean(logs, axis=0)))
    vector = np.abs(vectors[:, values.real.argmax()].real)
    assert shares == pytest.approx(list(vector / vector.sum()))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_people_are_told_who_is_inconsistent_and_where(inside, surveys, lang):
    ran = inside("collect", *map(str, surveys.values()), "-o", "j.yaml", lang=lang)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert re.match(r"E01 +高校 +166/166 +(良好|good) ", lines[1])
    assert re.match(r"E02 +街道 +166/166 +(良好|good) ", lines[2])
    assert re.match(r"E03 +街道 +157/166 +[0-9]+ (处超过|above) CR 0.10 ", lines[3])
    assert re.search(r"index.*CR [0-9.]+.*/", lines[4])
    assert {"zh": "已写出 j.yaml：3 位专家的判断", "en": "made j.yaml: judgments of 3 experts"}[lang] in ran.err


def test_names_are_left_out_when_asked(inside, surveys, tmp_path: Path):
    for extra, there in (((), True), (("--anonymous",), False)):
        ran = inside("collect", str(surveys["E01"]), "-o", "j.yaml", "--force", "--json", *extra)
        text = (tmp_path / "j.yaml").read_text(encoding="utf-8")
        for said in (text, ran.out):
            assert ('"甲"' in said) == ("某大学" in said) == ("教授" in said) == there
            assert "高校" in said


def test_the_same_surveys_give_the_same_file_in_the_order_of_files(inside, surveys, tmp_path: Path):
    files = [str(path) for path in surveys.values()]
    for name, order in (("a", files), ("b", files), ("c", files[::-1])):
        assert inside("collect", *order, "-o", f"{name}.yaml").code == 0
    assert (tmp_path / "a.yaml").read_bytes() == (tmp_path / "b.yaml").read_bytes()
    found = load_judgments(tmp_path / "c.yaml", TOE)
    assert found.experts == ("E03", "E02", "E01")


def test_nothing_is_overwritten_and_nothing_written_with_errors(inside, surveys, tmp_path: Path):
    (tmp_path / "j.yaml").write_text("mine", encoding="utf-8")
    ran = inside("collect", str(surveys["E01"]), "-o", "j.yaml")
    assert ran.code == 2
    assert "RI015" in ran.err
    twice = inside("collect", str(surveys["E01"]), str(surveys["E02"]), "survey_zh.xlsx", "-o", "new.yaml")
    assert twice.code == 0
    assert "RI392" in twice.err
    shutil.copy(surveys["E01"], tmp_path / "again.xlsx")
    before = tree(tmp_path)
    ran = inside("collect", str(surveys["E01"]), "again.xlsx", "-o", "other.yaml")
    assert ran.code == 1
    assert "RI388" in ran.err
    assert "other.yaml is not written" in ran.err
    assert tree(tmp_path) == before


def test_without_a_file_to_write_there_is_only_the_report(inside, surveys, tmp_path: Path):
    before = tree(tmp_path)
    ran = inside("collect", str(surveys["E02"]))
    assert ran.code == 0
    assert "E02" in ran.out
    assert tree(tmp_path) == before


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["questionnaire", "toe"], "RI018"),
        (["questionnaire", "toe", "-o", "s.csv"], "RI032"),
        (["questionnaire", "toe", "-o", "."], "RI003"),
        (["questionnaire", "toi", "-o", "s.xlsx"], "RI008"),
        (["questionnaire", "toe", "-o", "s.xlsx", "--form", "pairs"], "RI008"),
        (["questionnaire", "toe", "-o", "s.xlsx", "--node", "indx"], "RI008"),
        (["questionnaire", "toe", "-o", "mini.yaml/s.xlsx"], "RI010"),
        (["collect", "data.csv", "-o", "j.yaml"], "RI051"),
        (["collect", "none.xlsx", "-o", "j.yaml"], "RI002"),
        (["collect", "data.csv", "-o", "j.xlsx"], "RI032"),
        (["collect", "-", "-o", "j.yaml"], "RI023"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_message(inside, project, lang, arguments, code):
    before = tree(project)
    ran = inside(*arguments, lang=lang)
    assert ran.code == 2
    assert code in ran.err
    assert "Traceback" not in ran.err
    assert tree(project) == before


def test_surveys_of_other_forms_become_judgments_too(inside, project):
    people = {"points": ("points|people|visits", "points|people|minutes"),
              "ranks": ("ranks|people|visits", "ranks|people|minutes")}  # fmt: skip
    for form, (first, second) in people.items():
        assert inside("questionnaire", "mini.yaml", "-o", f"{form}.xlsx", "--form", form, "--node", "people").code == 0
        fill(project / f"{form}.xlsx", project / f"{form}1.xlsx", {first: 2, second: 1, "expert|id": form})
    assert inside("questionnaire", "mini.yaml", "-o", "bw.xlsx", "--form", "best-worst", "--lang", "en").code == 0
    best = {"best|people": "1 Rate", "worst|people": "2 Minutes", "best_worst|people|minutes": (degree(4, "en"), None)}
    fill(project / "bw.xlsx", project / "bw1.xlsx", best)
    ran = inside("collect", "points1.xlsx", "ranks1.xlsx", "bw1.xlsx", "-o", "j.yaml", "-f", "mini.yaml")
    assert ran.code == 0, ran.err
    assert "RI393" in ran.err
    found = load_judgments(project / "j.yaml", load_framework("mini.yaml"))
    assert found.findings == ()
    assert found.experts == ("points", "ranks", "E01")
    assert found.points == {"people": {"points": (2, 1)}}
    assert found.ranks == {"people": {"ranks": (2, 1)}}
    assert (found.best_worst["people"]["E01"].best, found.best_worst["people"]["E01"].best_to_others) == (0, (1, 4))


def test_surveys_do_not_depend_on_where_and_when_they_are_made(tmp_path: Path):
    environments = [
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai"},
        {"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "C"},
    ]
    for number, env in enumerate(environments):
        done = program("questionnaire", "sfic", "-o", f"{number}.xlsx", "--lang", "zh", cwd=tmp_path, env=env)
        assert done.code == 0, done.err
    assert (tmp_path / "0.xlsx").read_bytes() == (tmp_path / "1.xlsx").read_bytes()


def renamed(node, title: Text):
    return replace(node, title=title)


def recalculated(folder: Path, *paths: Path) -> list[Path]:
    profile = (folder / "profile").as_uri()
    form = "xlsx:Calc MS Excel 2007 XML"
    command = [OFFICE or "soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", form]
    command += ["--outdir", str(folder / "out"), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return [folder / "out" / path.name for path in paths]


@pytest.mark.skipif(OFFICE is None and not os.environ.get("CI"), reason="no LibreOffice here")
@pytest.mark.office
def test_the_sheets_show_the_consistency_that_the_program_finds(inside, surveys, tmp_path: Path):
    saved = recalculated(tmp_path, *surveys.values())
    ran = inside("collect", *map(str, saved), "-o", "j.yaml", "--json")
    assert ran.code == 0
    report = json.loads(ran.out)
    before = json.loads(inside("collect", *map(str, surveys.values()), "-o", "k.yaml", "--json").out)
    assert (tmp_path / "j.yaml").read_bytes() == (tmp_path / "k.yaml").read_bytes()
    named = 0
    for path, expert, plain in zip(saved, report["experts"], before["experts"], strict=True):
        assert [node["cr"] for node in expert["nodes"]] == [node["cr"] for node in plain["nodes"]]
        book = openpyxl.load_workbook(path, data_only=True)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"][2:]
        guide = book.worksheets[0]
        states = [row[4].value for row in guide.iter_rows() if isinstance(row[3].value, (int, float)) and row[4].value]
        for sheet, node in zip(sheets, expert["nodes"], strict=True):
            assert sheet["D3"].value == f"{node['answered']} / {node['questions']}"
            if node["missing"]:
                assert sheet["D4"].value == "全部填完后显示"
                assert "9" in sheet["D5"].value
                continue
            assert sheet["D4"].value == pytest.approx(node["cr"], abs=1e-6)
            marked = [row for row in range(8, sheet.max_row + 1) if sheet.cell(row, 7).value == 1]
            if node["consistent"]:
                assert marked == []
                assert sheet["D5"].value in (
                    "已填完，前后一致，可以交回。",
                    "Complete and consistent: ready to be sent back.",
                )
            else:
                [row] = marked
                named += 1
                assert sheet["A" + str(row)].value == "|".join(
                    ["pair", node["node"], node["worst"]["first"], node["worst"]["second"]]
                )
                assert f"第 {sheet['B' + str(row)].value} 题" in sheet["D5"].value
        assert len(states) == len(sheets)
        errors = [cell.coordinate for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
                  if isinstance(cell.value, str) and cell.value.startswith(("#", "Err:"))]  # fmt: skip
        assert errors == []
    assert named >= 5


@pytest.mark.skipif(OFFICE is None and not os.environ.get("CI"), reason="no LibreOffice here")
@pytest.mark.office
def test_titles_with_wildcards_are_found_on_the_sheet(tmp_path: Path):
    children = TOE.nodes[1].scored_children
    odd = [Text(zh=title, en=title) for title in ("60~69 岁*占比?", "=1+1", '甲"乙"')]
    root = replace(TOE.root, children=tuple(map(renamed, children, odd)))
    (tmp_path / "odd.xlsx").write_bytes(questionnaire(replace(TOE, root=root), form="best-worst", nodes=["index"]))
    first, second, third = (f"best_worst|index|{child.id}" for child in children)
    answers = {"best|index": "1 60~69 岁*占比?", "worst|index": '3 甲"乙"', second: (degree(2), degree(4)),
               third: (degree(8), None)}  # fmt: skip
    filled = fill(tmp_path / "odd.xlsx", tmp_path / "filled.xlsx", answers)
    sheet = openpyxl.load_workbook(recalculated(tmp_path, filled)[0], data_only=True).worksheets[2]
    assert [sheet[f"D{row}"].value for row in (3, 4, 5)] == ["5 / 5", 0, "已填完，前后一致，可以交回。"]
    assert first in [cell.value for cell in sheet["A"]]


@pytest.mark.skipif(OFFICE is None and not os.environ.get("CI"), reason="no LibreOffice here")
@pytest.mark.office
def test_the_sheets_of_other_forms_say_what_is_amiss(inside, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = [child.id for child in TOE.root.children]
    answers = {
        "best|index": "1 技术韧性", "worst|index": "4 数字化风险可控",
        **{f"best_worst|index|{name}": (degree(first), None if second is None else degree(second))
           for name, first, second in zip(names[1:], (2, 4, 8), (4, 3, None), strict=True)},
    }  # fmt: skip
    same = {"best|index": "1 技术韧性", "worst|index": "1 技术韧性"}
    filled = {
        "best-worst": [answers, same],
        "points": [dict(zip((f"points|index|{name}" for name in names), given, strict=True))
                   for given in ((40, 30, 20, 10), (40, 30, 20, 20))],
        "ranks": [dict(zip((f"ranks|index|{name}" for name in names), given, strict=True))
                  for given in ((1, 2, 2, 4), (1, 2, 2, 3), (1, 2, 4, 4))],
    }  # fmt: skip
    paths = []
    for form, cases in filled.items():
        arguments = ["-o", f"{form}.xlsx", "--form", form, "--node", "index"]
        assert inside("questionnaire", "toe", *arguments, lang="zh").code == 0
        for place, given in enumerate(cases):
            paths.append(fill(tmp_path / f"{form}.xlsx", tmp_path / f"{form}{place}.xlsx", given))
    said = {}
    for path in recalculated(tmp_path, *paths):
        sheet = openpyxl.load_workbook(path, data_only=True).worksheets[2]
        said[path.stem] = tuple(sheet[f"D{row}"].value for row in (3, 4, 5))
    assert said["best-worst0"] == (
        "7 / 7",
        pytest.approx(4 / 56),
        "已填完；与其余回答相差最大的一项：环境韧性（社会资本）",
    )
    assert said["best-worst1"] == ("2 / 7", "全部填完后显示", "最重要与最不重要不能是同一项")
    assert said["points0"] == ("4 / 4", 100, "已填完，可以交回。")
    assert said["points1"] == ("4 / 4", 110, "已填完，但合计不是 100，请调整。")
    assert said["ranks0"][2] == said["ranks1"][2] == "已填完，可以交回。"
    assert said["ranks2"][2].startswith("名次不连续")
    report = json.loads(inside("collect", str(tmp_path / "out" / "best-worst0.xlsx"), "--json").out)
    assert report["experts"][0]["nodes"][0]["cr"] == pytest.approx(4 / 56)
