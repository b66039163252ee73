"""The settings of a run as they are recorded: every one of them, plain, with where it came from."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from resilience_index.framework.assessment import Assessment, load_assessment
from resilience_index.framework.loading import load_framework
from resilience_index.framework.models import GradeModel, Rounding
from resilience_index.methods.checking import check
from resilience_index.scoring import assess
from resilience_index.scoring.assess import Options
from resilience_index.scoring.settings import Setting, Settings, plain, resolve

FRAMEWORK = """\
schema: resilience-index/framework/1
id: mini
version: 1.0.0
title: {zh: 小框架, en: Mini framework}
%s
tree:
  id: index
  title: {zh: 指数, en: Index}
  children:
    - {id: x, title: {zh: 甲, en: X}, direction: benefit, goalposts: [0, 10]}
    - {id: y, title: {zh: 乙, en: Y}, direction: benefit, goalposts: [0, 10]}
"""
RANKS = "ranks: {ties: dense}"
ASSESSMENT = "schema: resilience-index/assessment/1\nframework: mini.yaml\n"
GRADES = "grades: [{id: A, min: 50, title: {zh: 优, en: Good}}, {id: B, min: 0, title: {zh: 中, en: Fair}}]"
GOALPOSTS = {"method": "goalposts", "transform": "none", "clip": True}
COLUMNS: dict[str, Any] = {"id": None, "name": None, "period": None, "groups": []}
PROGRAM: dict[str, Any] = {
    "weights": {"method": "given"}, "normalize": GOALPOSTS, "aggregate": {"method": "arithmetic"},
    "missing": {"policy": "available"}, "fill": {"method": "none"}, "treat": {"method": "none"}, "tokens": [],
    "round": None, "scale": 100.0, "period": None, "by": None, "grades": [], "grading": {"method": "fixed"},
    "accept_errors": False, "allow_personal_data": False, "judgments": None, "encoding": None, "sheet": None,
    "columns": COLUMNS,
}  # fmt: skip
"""What holds where nobody says anything."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("mini.yaml").write_text(FRAMEWORK % RANKS, encoding="utf-8")
    return tmp_path


def assessment(text: str = "") -> Assessment:
    path = Path("assessment.yaml")
    path.write_text(ASSESSMENT + text, encoding="utf-8")
    return load_assessment(path)


def recorded(**said: Any) -> dict[str, Any]:
    return assess.job(**said).settings.to_dict()


def of(origin: str, **values: Any) -> dict[str, Any]:
    return {name: {"value": value, "origin": origin} for name, value in values.items()}


BASE = of("program", **PROGRAM) | of("framework", ties="dense")


def test_nobody_says_anything(folder: Path) -> None:
    found = recorded(framework="mini.yaml")
    assert found == BASE | of("option", framework="mini")
    assert list(found) == sorted(found)
    assert recorded(assessment=assessment()) == BASE | of("assessment", framework="mini")
    assert recorded(framework=load_framework("mini.yaml"), assessment=assessment()) == BASE | of(
        "option", framework="mini"
    )


DEFAULTS = """\
defaults:
  weights: equal
  normalize: minmax
  aggregate: geometric
  missing: zero
  fill: median
  treat: {method: winsorize}
  tokens: [缺, -9]
  round: {digits: 2}
  scale: 10
"""
DEFAULTED: dict[str, Any] = {
    "weights": {"method": "equal"}, "normalize": check("normalize", "minmax").to_dict(),
    "aggregate": check("aggregate", "geometric").to_dict(), "missing": {"policy": "zero"},
    "fill": check("fill", "median").to_dict(), "treat": check("treat", "winsorize").to_dict(), "tokens": ["缺", -9],
    "round": {"digits": 2, "mode": "half_up"}, "scale": 10.0,
}  # fmt: skip
GRADED = [
    {"id": "A", "min": 50, "title": {"zh": "优", "en": "Good"}},
    {"id": "B", "min": 0, "title": {"zh": "中", "en": "Fair"}},
]


def test_a_framework_that_says_nothing_is_no_origin(folder: Path) -> None:
    Path("mini.yaml").write_text(FRAMEWORK % "", encoding="utf-8")
    expected = of("program", **PROGRAM, ties="min") | of("option", framework="mini")
    assert recorded(framework="mini.yaml") == expected


def test_the_framework_says_its_defaults_grades_and_ties(folder: Path) -> None:
    Path("mini.yaml").write_text(FRAMEWORK % f"{RANKS}\n{GRADES}\n{DEFAULTS}", encoding="utf-8")
    expected = of("program", **PROGRAM) | of("framework", ties="dense", grades=GRADED, **DEFAULTED)
    assert recorded(framework="mini.yaml") == expected | of("option", framework="mini")
    own = "grading: quantile\n" + GRADES.replace("min: 50, ", "").replace("min: 0, ", "")
    Path("mini.yaml").write_text(FRAMEWORK % f"{RANKS}\n{own}", encoding="utf-8")
    without = [{key: grade[key] for key in ("id", "title")} for grade in GRADED]
    assert recorded(framework="mini.yaml") == BASE | of("option", framework="mini") | of(
        "framework", grades=without, grading=check("grading", "quantile").to_dict()
    )


EVERYTHING = f"""\
title: {{zh: 评估, en: Assessment}}
data: data.csv
encoding: gb18030
sheet: one
columns: {{id: code, name: called, period: year, groups: [town, kind]}}
period: "2024"
by: town
weights: ahp
judgments: below/judged.yaml
baseline: below/base.json
map: below/map.geojson
templates: below/own
accept_errors: true
allow_personal_data: true
synthetic: true
language: zh
outputs: [html, csv]
grading: {{method: fixed}}
{GRADES}
{DEFAULTS.replace("weights: equal", "weights: entropy")}"""
ASSESSED: dict[str, Any] = DEFAULTED | {
    "framework": "mini", "weights": check("weights", "ahp").to_dict(), "period": "2024", "by": "town",
    "grades": GRADED, "grading": {"method": "fixed"}, "accept_errors": True, "allow_personal_data": True,
    "encoding": "gb18030", "sheet": "one", "judgments": "judged.yaml", "baseline": "base.json",
    "columns": {"id": "code", "name": "called", "period": "year", "groups": ["town", "kind"]},
}  # fmt: skip
SAID_OF_REPORTS: dict[str, Any] = {
    "outputs": ["html", "csv"], "language": "zh", "synthetic": True, "title": {"zh": "评估", "en": "Assessment"},
    "map": "map.geojson", "templates": "own",
}  # fmt: skip


def test_the_assessment_says_everything(folder: Path) -> None:
    work = assess.job(assessment=assessment(EVERYTHING))
    everything = of("framework", ties="dense") | of("assessment", **ASSESSED)
    assert work.settings.to_dict() == everything
    assert work.keys == assess.Keys("code", "called", "year", ("town", "kind"))
    assert (work.data, work.further, work.encoding, work.sheet) == ("data.csv", (), "gb18030", "one")
    assert (work.judgments, work.baseline) == (str(Path("below/judged.yaml")), str(Path("below/base.json")))
    assert (work.map, work.templates) == (str(Path("below/map.geojson")), str(Path("below/own")))
    written = assess.with_outputs(work, ["html", "csv"], None, said=False)
    assert written.settings.to_dict() == everything | of("assessment", **SAID_OF_REPORTS)
    assert replace(written, settings=work.settings) == work
    named = assess.with_outputs(work, ["md"], "en", said=True)
    assert named.settings.to_dict() == everything | of("assessment", **SAID_OF_REPORTS) | of(
        "option", outputs=["md"], language="en"
    )


def test_false_is_as_good_as_unsaid_and_an_assessment_may_be_empty_of_reports(folder: Path) -> None:
    text = "accept_errors: false\nallow_personal_data: false\n"
    work = assess.job(assessment=assessment(text))
    assert work.settings.to_dict() == BASE | of("assessment", framework="mini")
    plainly = of("program", outputs=["html"], language="both", synthetic=False, title=None)
    for each in (work, assess.job("mini.yaml")):
        found = assess.with_outputs(each, ["html"], None, said=False).settings.to_dict()
        assert found == each.settings.to_dict() | plainly
    # Written without a value is not written; written as it would be anyway is.
    said = assess.job(assessment=assessment("language: null\nsynthetic: false\n"))
    assert assess.with_outputs(said, ["html"], None, said=False).settings.to_dict() == (
        said.settings.to_dict() | plainly | of("assessment", synthetic=False)
    )


def test_the_command_line_says_everything(folder: Path) -> None:
    calls = {
        "weights": "critic", "normalize": "zscore", "aggregate": "harmonic", "missing": "refuse", "fill": "mean",
        "treat": "log", "grading": "quantile",
    }  # fmt: skip
    methods = {kind: check(kind, name) for kind, name in calls.items()}
    options = Options(
        **methods, scheme=None, period="2023", by="kind", accept_errors=False, allow_personal_data=False,
    )  # fmt: skip
    work = assess.job(
        "mini.yaml", ["one.csv", "two.csv"], judgments="other/mine.yaml", baseline="other/mine.json", encoding="utf-8",
        sheet="two", assessment=assessment(EVERYTHING), options=options,
    )  # fmt: skip
    assert (work.data, work.further) == ("one.csv", ("two.csv",))
    assert work.settings.to_dict() == of("framework", ties="dense") | of("assessment", **ASSESSED) | of(
        "option", framework="mini", judgments="mine.yaml", baseline="mine.json", encoding="utf-8", sheet="two",
        period="2023", by="kind", accept_errors=False, allow_personal_data=False,
        **{kind: call.to_dict() for kind, call in methods.items()},
    )  # fmt: skip
    assert (work.judgments, work.baseline) == ("other/mine.yaml", "other/mine.json")
    assert work.keys == assess.Keys("code", "called", "year", ("town", "kind"))


def test_personal_numbers_in_names_are_masked(folder: Path) -> None:
    number = "13800138000"
    work = assess.job(
        "mini.yaml", judgments=f"{number}/a {number}.yaml", baseline=f"b {number}.json", sheet=f"s {number}",
    )  # fmt: skip
    work = replace(work, map=f"{number}/m {number}.geojson", templates=f"t {number}")
    found = assess.with_outputs(work, [], None, said=True).settings.to_dict()
    for name, start in {"judgments": "a ", "baseline": "b ", "sheet": "s ", "map": "m ", "templates": "t "}.items():
        assert found[name]["origin"] == "option"
        assert found[name]["value"].startswith(start)
        assert number not in found[name]["value"]
        assert "/" not in found[name]["value"]


SCHEMES = """\
judgments: all.yaml
schemes:
  other:
    title: {zh: 另一种, en: Another}
    judgments: below/others.yaml
    grading: {method: fixed}
    grades: [{id: A, min: 50, title: {zh: 优, en: Good}}, {id: B, min: 0, title: {zh: 中, en: Fair}}]
    ranks: {ties: average}
    weights: equal
    normalize: minmax
    aggregate: geometric
    missing: zero
    fill: median
    treat: {method: winsorize}
    tokens: [缺, -9]
    round: {digits: 2}
    scale: 10
  plain: {}
"""


def test_a_scheme_says_everything(folder: Path) -> None:
    work = assess.job(assessment=assessment(SCHEMES), options=Options(scheme="other"))
    assert work.settings.to_dict() == of("program", **PROGRAM) | of("assessment", framework="mini") | of(
        "scheme", **DEFAULTED, ties="average", grades=GRADED, grading={"method": "fixed"}, judgments="others.yaml",
    ) | of("option", scheme="other")  # fmt: skip
    assert work.judgments == str(Path("below/others.yaml"))
    assert work.framework.label == "other"


def test_a_scheme_that_says_nothing_changes_nothing(folder: Path) -> None:
    work = assess.job(assessment=assessment(SCHEMES), options=Options(scheme="plain"))
    expected = BASE | of("assessment", framework="mini", judgments="all.yaml") | of("option", scheme="plain")
    assert work.settings.to_dict() == expected
    assert work.judgments == "all.yaml"
    said = assess.job(assessment=assessment(SCHEMES), judgments="mine.yaml", options=Options(scheme="other"))
    assert said.settings.to_dict()["judgments"] == {"value": "mine.yaml", "origin": "option"}


LAYERS = ("framework", "assessment_defaults", "assessment", "scheme_defaults", "scheme", "options")
ORIGINS = dict(zip(LAYERS, ("framework", "assessment", "assessment", "scheme", "scheme", "option"), strict=True))


@pytest.mark.parametrize("name", ["weights", "scale"])
@pytest.mark.parametrize("said", [
    part for count in range(1, 7) for part in itertools.combinations(LAYERS, count)
], ids="+".join)  # fmt: skip
def test_the_last_that_says_a_setting_decides(folder: Path, said: tuple[str, ...], name: str) -> None:
    calls = [check("weights", name) for name in ("given", "equal", "entropy", "critic", "ahp", "bwm")]
    values: dict[str, Any] = dict(
        zip(LAYERS, calls if name == "weights" else (1.0, 2.0, 3.0, 4.0, 5.0, 6.0), strict=True)
    )
    framework = load_framework("mini.yaml")
    layers: dict[str, Any] = {}
    for layer in said:
        if layer == "framework":
            changed = framework.defaults.model_copy(update={name: values[layer]})
            framework = replace(framework, defaults=changed)
        elif layer.endswith("_defaults"):
            layers[layer] = framework.defaults.model_copy(update={"weights": None, "scale": None, name: values[layer]})
        else:
            layers[layer] = {name: values[layer], "by": None}
    found = resolve(framework, **layers)
    assert (found[name], found.origin(name)) == (values[said[-1]], ORIGINS[said[-1]])
    assert (found["by"], found.origin("by")) == (None, "program")


def test_values_are_plain() -> None:
    title = {"zh": "优", "en": "Good"}
    values = {
        "call": (check("normalize", "minmax"), check("normalize", "minmax").to_dict()),
        "round": (Rounding(digits=3, mode="half_even"), {"digits": 3, "mode": "half_even"}),
        "grade": (GradeModel(id="A", min=0, title=title, basis="§ 3"), {"id": "A", "min": 0.0, "title": title}),
        "open": (GradeModel(id="A", title=title), {"id": "A", "title": title}),
        "many": (("a", [1, None]), ["a", [1, None]]),
        "text": ("a", "a"),
        "none": (None, None),
    }
    for value, expected in values.values():
        assert plain(value) == expected
    items = {name: Setting(value, "option") for name, (value, _) in values.items()}
    assert Settings(items).to_dict() == of("option", **{name: expected for name, (_, expected) in values.items()})
    assert list(Settings(items).to_dict()) == sorted(values)
    assert Settings().to_dict() == {}


def test_lists_become_what_cannot_be_changed(folder: Path) -> None:
    framework = load_framework("mini.yaml")
    found = resolve(framework, options={"tokens": ["a"], "by": "kind"})
    assert (found["tokens"], found["by"]) == (("a",), "kind")
