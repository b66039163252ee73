"""Schemes of an assessment: scored one by one or together, compared, and refused with a place."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
import python_calamine
from acceptance_tools import DATA, MINI, Inside, tree

from resilience_index.report.words.results import say

SCHEMES = """\
schema: resilience-index/assessment/1
framework: mini.yaml
data: data.csv
columns: {groups: [district]}
judgments: judgments.yaml
schemes:
  base: {}
  even: {title: {zh: 等权, en: Equal weights}, weights: equal}
  experts: {weights: ahp}
  weakest:
    aggregate: {method: geometric, zero: {floor: 0.01}}
    grading: {method: quantile, within: period}
    items: {people: {weight: 1}, events: {weight: 3, normalize: {method: goalposts, goalposts: [0, 20]}}}
"""
PLAIN = SCHEMES.partition("schemes:")[0]
CALL = ("score", "-c", "assessment.yaml")


@pytest.fixture
def schemes(project: Path) -> Path:
    (project / "mini.yaml").write_text(MINI, encoding="utf-8")
    (project / "data.csv").write_text(DATA, encoding="utf-8")
    (project / "assessment.yaml").write_text(SCHEMES, encoding="utf-8")
    return project


def scores(path: Path) -> dict[tuple[str, str], dict[str, str]]:
    rows = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig")))
    return {(row["community_id"], row["period"]): row for row in rows}


def test_a_folder_for_each_scheme_and_the_comparison(schemes: Path, inside: Inside) -> None:
    """Every folder holds byte for byte the scores that the scheme alone gives."""
    ran = inside(*CALL, "--scheme", "base", "--scheme", "weakest", "--out", "out")
    assert ran.code == 0, ran.err
    assert {path.name for path in (schemes / "out").iterdir()} == {
        "base", "weakest", "comparison.csv", "comparison.json"
    }  # fmt: skip
    for name in ("base", "weakest"):
        assert inside(*CALL, "--scheme", name, "--out", f"alone/{name}").code == 0
        alone, together = tree(schemes / "alone" / name), tree(schemes / "out" / name)
        assert {file for file in alone if alone[file] != together.get(file)} <= {"manifest.json"}
        assert set(alone) == set(together)
    content = json.loads((schemes / "out" / "comparison.json").read_bytes())
    assert [(item["id"], item["scheme"], item["framework"]) for item in content["frameworks"]] == [
        ("base", "base", "mini"), ("weakest", "weakest", "mini")
    ]  # fmt: skip
    compared = next(csv.DictReader(io.StringIO((schemes / "out/comparison.csv").read_bytes().decode("utf-8-sig"))))
    assert {"base_rank", "weakest_rank", "weakest_grade", "rank_shift_max"} <= set(compared)


def test_what_a_scheme_says_is_what_is_computed(schemes: Path, inside: Inside) -> None:
    """001 in 2024: 50 visits, 30 minutes, 5 events."""
    assert inside(*CALL, "--scheme", "all", "--out", "out").code == 0
    row = ("001", "2024")
    expected = {
        "base": (2 * 50 + 1 * 50) / 3, "even": 50, "experts": (3 * (2 * 50 + 50) / 3 + 50) / 4,
        "weakest": 100 * (0.5 * 0.25**3) ** 0.25,
    }  # fmt: skip
    for name, score in expected.items():
        assert float(scores(schemes / "out" / name / "scores.csv")[row]["score"]) == pytest.approx(score, abs=1e-9)
    grades = [item["grade"] for item in scores(schemes / "out/weakest/scores.csv").values()]
    assert grades.count("A") == grades.count("B") == 4


def test_settings_say_that_they_come_from_the_scheme(schemes: Path, inside: Inside) -> None:
    ran = inside(*CALL, "--scheme", "weakest", "--json")
    settings = json.loads(ran.out)["settings"]
    assert settings["aggregate"]["origin"] == settings["grading"]["origin"] == "scheme"
    assert settings["scheme"] == {"value": "weakest", "origin": "option"}
    assert settings["weights"]["origin"] == "program"
    ran = inside(*CALL, "--scheme", "weakest", "--aggregate", "arithmetic", "--json")
    assert json.loads(ran.out)["settings"]["aggregate"]["origin"] == "option"
    assert json.loads(ran.out)["framework"]["scheme"] == "weakest"


def test_without_a_scheme_the_assessment_is_scored_as_before(schemes: Path, inside: Inside) -> None:
    alone = json.loads(inside(*CALL, "--json").out)
    base = json.loads(inside(*CALL, "--scheme", "base", "--json").out)
    assert alone["communities"] == base["communities"]
    assert "scheme" not in alone["settings"]


def test_the_table_calls_them_schemes(schemes: Path, inside: Inside) -> None:
    ran = inside(*CALL, "--scheme", "base", "--scheme", "even", "--lang", "en")
    assert "Comparison of schemes" in ran.out
    assert "frameworks" not in ran.out
    assert (say("comparison_schemes", "zh"), say("no_shift_schemes", "zh")) == ("方案比较", "各方案下名次相同")
    ran = inside(*CALL, "--scheme", "base", "--scheme", "even", "--json")
    assert list(json.loads(ran.out)) == ["schema_version", "schemes", "comparison"]
    ran = inside(*CALL, "--scheme", "weakest", "--lang", "en")
    assert "mini 1.0.0  ·  scheme weakest" in ran.out
    assert re.search(r"relative grades \(quantile\(within=period\)\)", ran.out)
    assert "2024: A ≥" in ran.out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("-c", "assessment.yaml", "--scheme", "evn"), "RI008", "did you mean 'even'?"),
        (("-c", "assessment.yaml", "--scheme", "even", "--scheme", "even"), "RI009", "named twice"),
        (("-c", "assessment.yaml", "--scheme", "all", "--scheme", "even"), "RI009", "named twice"),
        (("data.csv", "-f", "mini.yaml", "--scheme", "even"), "RI009", "names a scheme of an assessment"),
        (("-c", "plain.yaml", "--scheme", "even"), "RI009", "names a scheme of an assessment"),
        (("-c", "assessment.yaml", "-f", "mini.yaml", "-f", "toe", "--scheme", "even"), "RI009", "several -f"),
    ],
)
def test_schemes_that_cannot_be_used(
    arguments: tuple[str, ...], code: str, words: str, schemes: Path, inside: Inside
) -> None:
    (schemes / "plain.yaml").write_text(PLAIN, encoding="utf-8")
    ran = inside("score", *arguments, "--lang", "en")
    assert ran.code == 2
    assert code in ran.err
    assert words in ran.err


@pytest.mark.parametrize(
    ("items", "code", "place"),
    [
        ("peeple: {weight: 1}", "RI144", "peeple"), ("people: {fill: mean}", "RI146", "fill"),
        ("events: {aggregate: sum}", "RI146", "aggregate"), ("visits: {weight: 3}", "RI142", "3"),
        ("events: {weight: -1}", "RI140", "-1"),
        ("events: {normalize: {method: goalposts, goalposts: [9, 0]}}", "RI134", "[9, 0]"),
        ("people: {weight: 0}, events: {weight: 0}", "RI141", "0"),
    ],
)  # fmt: skip
def test_items_of_a_scheme_are_checked_at_their_line(
    items: str, code: str, place: str, schemes: Path, inside: Inside
) -> None:
    text = PLAIN + f"schemes:\n  odd:\n    items: {{{items}}}\n"
    (schemes / "assessment.yaml").write_text(text, encoding="utf-8")
    ran = inside(*CALL, "--scheme", "odd", "--lang", "en")
    assert ran.code == 1
    column = text.splitlines()[7].index(place) + 1
    assert f"assessment.yaml:8:{column}: {code} error" in ran.err


def test_validate_looks_at_every_scheme(schemes: Path, inside: Inside) -> None:
    assert inside("validate", "assessment.yaml").code == 0
    text = SCHEMES + "  odd: {items: {peeple: {weight: 1}}}\n  other: {grading: quantile, grades: []}\n"
    (schemes / "assessment.yaml").write_text(text, encoding="utf-8")
    ran = inside("validate", "assessment.yaml", "--lang", "en")
    assert ran.code == 1
    places = [f"assessment.yaml:14:{text.splitlines()[13].index('peeple') + 1}: RI144 error",
              f"assessment.yaml:15:{text.splitlines()[14].index('quantile') + 1}: RI174 error"]  # fmt: skip
    assert [place in ran.out for place in places] == [True, True]


def test_judgments_of_a_scheme_are_looked_for_at_its_line(schemes: Path, inside: Inside) -> None:
    text = PLAIN + "schemes:\n  odd: {weights: ahp, judgments: others.yaml}\n"
    (schemes / "assessment.yaml").write_text(text, encoding="utf-8")
    ran = inside(*CALL, "--scheme", "odd", "--lang", "en")
    assert ran.code == 2
    assert f"assessment.yaml:7:{text.splitlines()[6].index('others') + 1}: RI281 error" in ran.err
    (schemes / "others.yaml").write_bytes((schemes / "judgments.yaml").read_bytes())
    ran = inside(*CALL, "--scheme", "odd", "--json")
    assert json.loads(ran.out)["settings"]["judgments"] == {"value": "others.yaml", "origin": "scheme"}


def test_relative_grades_and_gates_are_explained_from_the_folder(schemes: Path, inside: Inside) -> None:
    gate = (
        'gates: [{id: enough, indicator: visits, op: ">", value: 50, state: {id: held, title: {zh: 暂缓, en: Held}}, '
        "reason: {zh: 走访太少, en: Too few visits}}]\n"
    )
    (schemes / "mini.yaml").write_text(MINI.replace("tree:", gate + "tree:"), encoding="utf-8")
    assert inside(*CALL, "--scheme", "weakest", "--out", "out").code == 0
    ran = inside("explain", "001", "out", "--period", "2024", "--lang", "en")
    assert ran.code == 0, ran.err
    assert "grade held" in ran.out
    assert "gate not passed: visits > 50: Too few visits" in ran.out
    assert "bounds of relative grades (quantile): A ≥" in ran.out
    explained = json.loads(inside("explain", "001", "out", "--period", "2024", "--json").out)
    assert explained["grade_before"] == "A"
    assert [item["grade"] for item in explained["grading"]["bounds"]] == ["A", "B"]
    page = (schemes / "out/report.html").read_text(encoding="utf-8")
    assert "Too few visits" in page
    assert "Relative grades" in page
    assert ">held<" in page
    book = python_calamine.load_workbook(schemes / "out/report.xlsx")
    cells = [str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    assert "held" in cells
    assert any("Too few visits" in cell for cell in cells)
    assert any("quantile(within=period)" in cell and "Relative grades" in cell for cell in cells)
    assert any("Bounds of the grades" in cell for cell in cells)
    assert scores(schemes / "out/scores.csv")["001", "2024"]["grade"] == "held"
    assert scores(schemes / "out/scores.csv")["001", "2024"]["enough"] == "false"
