"""What an assessment asks for and cannot have is told at its line; what it settles is in the manifest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from acceptance_tools import ASSESSMENT, MINI, Inside

PLAIN = "schema: resilience-index/assessment/1\nframework: mini.yaml\ndata: data.csv\n"
GRADES = "grades: [{id: X, min: 50, title: {zh: 甲, en: X}}, {id: Y, min: 0, title: {zh: 乙, en: Y}}]\n"
RED = "red_lines: [{indicator: visits, op: '<', value: 30, cap: B, reason: {zh: 甲, en: Low}}]\n"


def _both(project: Path, inside: Inside, text: str, *more: str) -> list[str]:
    """What ``score`` and ``validate`` say first about an assessment."""
    (project / "a.yaml").write_text(text, encoding="utf-8")
    scored = inside("score", "-c", "a.yaml", *more)
    checked = inside("validate", "a.yaml")
    assert scored.code == checked.code
    return [scored.err.splitlines()[0], checked.out.splitlines()[0]]


def test_grades_without_the_cap_of_a_red_line(project: Path, inside: Inside) -> None:
    """The grades stand in the assessment, and so does the fault."""
    (project / "mini.yaml").write_text(MINI + RED, encoding="utf-8")
    for line in _both(project, inside, PLAIN + GRADES):
        assert line.startswith("a.yaml:4:9: RI144 error: 'red_lines' names 'B', which is not a grade")


def test_unknown_encoding(project: Path, inside: Inside) -> None:
    """At ``encoding``, not at the data; without a place where an option names it."""
    for line in _both(project, inside, PLAIN + "encoding: gbkk\n"):
        assert line == "a.yaml:4:11: RI008 error: there is no encoding named 'gbkk'; did you mean 'gbk'?"
    ran = inside("score", "-c", "a.yaml", "--encoding", "utf9")
    assert ran.err.startswith("RI008 error: there is no encoding named 'utf9'; did you mean 'utf-8'?")


@pytest.mark.parametrize(("declared", "meant"), [("dstrict", "district"), ("distric", "district")])
def test_misspelt_group(declared: str, meant: str, project: Path, inside: Inside) -> None:
    """A usual group's column, taken for it without being asked, may be what was meant."""
    for line in _both(project, inside, PLAIN + f"columns: {{groups: [{declared}]}}\n"):
        assert line.startswith("a.yaml:4:20: RI212 error:")
        assert line.endswith(f"did you mean '{meant}'?")


def test_group_that_is_declared_is_no_suggestion(project: Path, inside: Inside) -> None:
    """A column that is asked for by its name is not meant by another."""
    for line in _both(project, inside, PLAIN + "columns: {groups: [district, dstrict]}\n"):
        assert "RI212" in line
        assert "did you mean" not in line


def test_sheet_without_a_workbook(project: Path, inside: Inside) -> None:
    """A warning: the figures do not depend on it."""
    for line in _both(project, inside, PLAIN + "sheet: one\n"):
        assert line == "a.yaml:4:8: RI289 warning: 'sheet: one' is not used: no data file is a workbook"


def test_data_of_a_name_that_no_file_can_have(project: Path, inside: Inside) -> None:
    text = PLAIN.replace("data: data.csv", r'data: "a\0b.csv"')
    assert text != PLAIN
    for line in _both(project, inside, text):
        assert line.startswith(r"a.yaml:3:7: RI007 error: cannot read a\x00b.csv: ")


def test_judgments_that_are_not_there(project: Path, inside: Inside) -> None:
    """Whether they are needed or not."""
    text = PLAIN + "judgments: nope.yaml\n"
    for weights in ("", "weights: equal\n", "weights: ahp\n"):
        for line in _both(project, inside, text + weights):
            assert line.startswith("a.yaml:4:12: RI281 error: 'judgments' names a file that is not there: nope.yaml")
        ran = inside("weights", "-c", "a.yaml")
        assert (ran.code, ran.err[:29]) == (2, "a.yaml:4:12: RI281 error: 'ju")
    ran = inside("score", "data.csv", "-f", "mini.yaml", "-j", "nope.yaml")
    assert (ran.code, ran.err[:16]) == (2, "nope.yaml: RI002")


def _settings(folder: Path) -> dict[str, Any]:
    found = json.loads((folder / "manifest.json").read_bytes())["predicate"]["settings"]
    return {name: (found[name]["value"], found[name]["origin"]) for name in ("language", "outputs", "synthetic")}


def test_settings_of_the_outputs(project: Path, inside: Inside) -> None:
    """The manifest tells where each came from."""
    (project / "a.yaml").write_text(ASSESSMENT + "synthetic: true\noutputs: [xlsx]\nlanguage: zh\n", encoding="utf-8")
    assert inside("score", "data.csv", "-f", "mini.yaml", "--out", "bare", "-q").code == 0
    assert _settings(project / "bare") == {
        "language": ("both", "program"), "outputs": (["html", "xlsx"], "program"), "synthetic": (False, "program"),
    }  # fmt: skip
    assert inside("score", "-c", "a.yaml", "--out", "own", "-q").code == 0
    assert _settings(project / "own") == {
        "language": ("zh", "assessment"), "outputs": (["xlsx"], "assessment"), "synthetic": (True, "assessment"),
    }  # fmt: skip
    assert inside("score", "-c", "a.yaml", "--out", "said", "-q", "--format", "none", "--lang", "en").code == 0
    assert _settings(project / "said") == {
        "language": ("en", "option"), "outputs": ([], "option"), "synthetic": (True, "assessment"),
    }  # fmt: skip
    (project / "other.yaml").write_text(MINI.replace("id: mini", "id: other"), encoding="utf-8")
    call = ("score", "data.csv", "-f", "mini.yaml", "-f", "other.yaml", "--format", "xlsx")
    assert inside(*call, "--out", "pair", "-q").code == 0
    assert _settings(project / "pair" / "other")["outputs"] == (["xlsx"], "option")
