"""Findings and errors that an assessment caused stand at the line of it that asks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from plan_tools import finding

import resilience_index as ri
from resilience_index.errors import UnknownNameError, UsageError
from resilience_index.findings import Finding, Location
from resilience_index.framework.assessment import Assessment, load_assessment
from resilience_index.framework.tree import Framework
from resilience_index.methods.checking import check
from resilience_index.scoring import assess, crossfile
from resilience_index.scoring import plan as planning
from resilience_index.scoring.settings import Setting, Settings, resolve

FRAMEWORK = """\
schema: resilience-index/framework/1
id: mini
version: 1.0.0
title: {zh: 小, en: Mini}
grades: [{id: A, min: 0.5, title: {zh: 优, en: A}}, {id: B, min: 0, title: {zh: 中, en: B}}]
tree:
  id: index
  title: {zh: 指数, en: Index}
  children:
    - {id: x, title: {zh: 甲, en: X}, direction: benefit, goalposts: [0, 10]}
"""
ASSESSMENT = """\
schema: resilience-index/assessment/1
framework: mini.yaml
period: '2024'
by: town
encoding: latin-x
weights: ahp
columns: {id: code, name: called, period: year, groups: [town, kind]}
grading: quantile
grades: [{id: A, title: {zh: 优, en: A}}, {id: B, title: {zh: 中, en: B}}]
schemes:
  other: {grading: natural_breaks, grades: [{id: A, title: {zh: 优, en: A}}, {id: B, title: {zh: 中, en: B}}]}
"""


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Assessment:
    monkeypatch.chdir(tmp_path)
    Path("mini.yaml").write_text(FRAMEWORK, encoding="utf-8")
    Path("a.yaml").write_text(ASSESSMENT, encoding="utf-8")
    return load_assessment("a.yaml")


def settings(asked: Assessment, **origins: str) -> Settings:
    """The settings of the assessment, with other origins."""
    items = dict(assess.job(assessment=asked).settings.items)
    items["scheme"] = Setting("other", "option")
    return Settings(items | {name: replace(items[name], origin=origin) for name, origin in origins.items()})  # type: ignore[arg-type]


def at(item: Finding) -> str:
    return item.location.text()


@pytest.mark.parametrize(
    ("code", "params", "path"),
    [
        ("RI413", {"name": "2024"}, ("period",)), ("RI414", {"name": "2024"}, ("period",)),
        ("RI412", {"what": "--by", "name": "town"}, ("by",)), ("RI412", {"what": "x", "name": "town"}, None),
        ("RI212", {"name": "code"}, ("columns", "id")), ("RI212", {"name": "called"}, ("columns", "name")),
        ("RI212", {"name": "year"}, ("columns", "period")), ("RI212", {"name": "town"}, ("columns", "groups", 0)),
        ("RI212", {"name": "kind"}, ("columns", "groups", 1)), ("RI212", {"name": "else"}, None),
        ("RI172", {}, ("grading",)), ("RI173", {}, ("grading",)), ("RI174", {}, ("grading",)),
        ("RI175", {}, ("grading",)), ("RI465", {}, ("grading",)), ("RI144", {}, ("grades",)), ("RI241", {}, None),
    ],
)  # fmt: skip
def test_findings_stand_where_the_assessment_asks(
    asked: Assessment, code: str, params: dict[str, Any], path: tuple[str | int, ...] | None
) -> None:
    said = finding(code, **params)
    (found,) = crossfile.at_assessment([said], asked, settings(asked))
    assert crossfile.at_assessment([said], None, settings(asked)) == [said]
    if path is None:
        assert found == said
        return
    assert found.location == asked.document.location(path)
    assert found.source == asked.document.source_line(found.location)
    assert (found.code, found.params) == (
        code,
        said.params | ({"what": {"zh": "“by”", "en": "'by:'"}} if code == "RI412" else {}),
    )


@pytest.mark.parametrize(
    ("code", "params", "origins", "path"),
    [
        ("RI413", {}, {"period": "option"}, None), ("RI414", {}, {"period": "option"}, None),
        ("RI412", {"what": "--by"}, {"by": "option"}, None), ("RI174", {}, {"grading": "option"}, ("grades",)),
        ("RI174", {}, {"grading": "option", "grades": "option"}, None),
        ("RI174", {}, {"grading": "scheme"}, ("schemes", "other", "grading")),
        ("RI174", {}, {"grading": "framework", "grades": "scheme"}, ("schemes", "other", "grades")),
        ("RI144", {}, {"grades": "option"}, None), ("RI144", {}, {"grades": "scheme"}, ("schemes", "other", "grades")),
        ("RI144", {}, {"grading": "scheme"}, ("grades",)),
    ],
)  # fmt: skip
def test_what_a_flag_or_a_scheme_asked_is_told_there(
    asked: Assessment, code: str, params: dict[str, Any], origins: dict[str, str], path: tuple[str | int, ...] | None
) -> None:
    (found,) = crossfile.at_assessment([finding(code, **params)], asked, settings(asked, **origins))
    assert found.location == (Location() if path is None else asked.document.location(path))


def test_findings_that_have_a_file_keep_it(asked: Assessment) -> None:
    placed = finding("RI174", Location("mini.yaml", line=3, column=1))
    assert crossfile.at_assessment([placed], asked, settings(asked)) == [placed]


def test_errors_that_an_assessment_caused_stand_at_its_line(asked: Assessment) -> None:
    method = check("weights", "ahp")
    for found, path, at_key in (
        (crossfile.without_judgments(method, asked, settings(asked)), ("weights",), True),
        (
            crossfile.unknown_encoding(UnknownNameError("RI008", name="latin-x"), asked, settings(asked)),
            ("encoding",),
            False,
        ),
    ):
        assert isinstance(found, UsageError)
        assert found.where == asked.document.location(path, at_key=at_key)
        assert found.params["source_line"] == asked.document.source_line(found.where)
        assert found.params["source_line"] is not None
    first, second = method.text(), UnknownNameError("RI008", name="latin-x", known=["utf-8"])
    for each, options in ((None, settings(asked)), (asked, settings(asked, weights="option", encoding="option"))):
        error = crossfile.without_judgments(method, each, options)
        assert (error.code, error.where, error.params) == ("RI314", None, {"method": first})
        error = crossfile.unknown_encoding(second, each, options)
        assert (error.code, error.where, error.params) == ("RI008", None, {"name": "latin-x", "known": ["utf-8"]})


def test_grades_of_an_assessment_are_told_in_it_and_others_in_the_framework(asked: Assessment) -> None:
    plan = planning.build(ri.load_framework("mini.yaml"), resolve(ri.load_framework("mini.yaml")))
    (found,) = crossfile.plan_findings(plan)
    assert (at(found), found.source) == ("mini.yaml:5:23", FRAMEWORK.splitlines()[4])
    text = "schema: resilience-index/assessment/1\nframework: mini.yaml\n"
    Path("b.yaml").write_text(text + FRAMEWORK.splitlines()[4] + "\n", encoding="utf-8")
    (told_there,) = crossfile.plan_findings(plan, load_assessment("b.yaml"))
    assert at(told_there) == "b.yaml:3:23"
    Path("c.yaml").write_text(text, encoding="utf-8")
    (told_here,) = crossfile.plan_findings(plan, load_assessment("c.yaml"))
    assert at(told_here) == "mini.yaml:5:23"
    bare: Framework = replace(plan.framework, files={})
    (without,) = crossfile.plan_findings(replace(plan, framework=bare))
    assert (without.location, without.source) == (Location("mini.yaml"), None)
