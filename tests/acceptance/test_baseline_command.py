"""Baselines from the command line: saved, used, named in every output, refused with a reason."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from acceptance_tools import Inside

from resilience_index.audit import inputs

SAVE = ("score", "data.csv", "-f", "mini.yaml", "--normalize", "minmax", "--weights", "std", "--period", "2024")
LATER = (*SAVE[:-1], "2025")
ASSESSMENT = """\
schema: resilience-index/assessment/1
framework: mini.yaml
data: data.csv
weights: std
baseline: base.json
"""
RELATIVE = """\
schema: resilience-index/framework/1
id: mini
version: 1.0.0
title: {zh: 小框架, en: Mini framework}
tree:
  id: index
  title: {zh: 指数, en: Index}
  normalize: {method: percentile_rank, within: period}
  children:
    - {id: visits, title: {zh: 走访, en: Rate}, direction: benefit, normalize: zscore}
    - {id: minutes, title: {zh: 响应时长, en: Minutes}, direction: cost, normalize: {method: max, within: district}}
"""


@pytest.fixture
def mini(project: Path) -> Path:
    """The framework with relative methods."""
    (project / "mini.yaml").write_text(RELATIVE, encoding="utf-8")
    return project


def test_a_later_year_against_an_earlier(mini: Path, inside: Inside) -> None:
    text = (mini / "mini.yaml").read_text(encoding="utf-8").replace("normalize: {method: percentile_rank", "x: {m")
    (mini / "mini.yaml").write_text(text.replace("  x: {m, within: period}\n", ""), encoding="utf-8")
    ran = inside(*SAVE, "--save-baseline", "base.json", "--out", "first")
    assert ran.code == 0, ran.err
    assert "baseline written to base.json" in ran.err
    ran = inside(*LATER, "--baseline", "base.json", "--out", "second", "-v")
    assert ran.code == 0, ran.err
    assert "RI444 info: normalised against the baseline 'base.json' (2 steps, 4 units)" in ran.err
    assert "RI419" not in ran.err
    assert "relative" not in ran.out


def used(mini: Path, inside: Inside) -> Path:
    """The folder of a run against a baseline."""
    call = ("score", "data.csv", "-f", "mini.yaml", "--weights", "std")
    assert inside(*call, "--save-baseline", "base.json").code == 0
    ran = inside(*call, "--baseline", "base.json", "--out", "out")
    assert ran.code == 0, ran.err
    return mini / "out"


def test_every_output_names_the_baseline(mini: Path, inside: Inside) -> None:
    folder = used(mini, inside)
    content = (mini / "base.json").read_bytes()
    predicate = json.loads((folder / "manifest.json").read_bytes())["predicate"]
    assert predicate["settings"]["baseline"] == {"origin": "option", "value": "base.json"}
    digests = {item["name"]: item["digest"]["sha256"] for item in predicate["inputs"]}
    assert digests["base.json"] == hashlib.sha256(content).hexdigest()
    assert (folder / "inputs" / "baseline.json").read_bytes() == content
    assert "RI444" in (folder / "findings.json").read_text(encoding="utf-8")
    html = (folder / "report.html").read_text(encoding="utf-8")
    assert "against the baseline base.json" in html
    assert "以基线 base.json 为准" in html
    ran = inside("score", "data.csv", "-f", "mini.yaml", "--weights", "std", "--baseline", "base.json", "--json")
    assert json.loads(ran.out)["settings"]["baseline"]["value"] == "base.json"


def test_groups_are_named_in_the_manifest(mini: Path, inside: Inside) -> None:
    predicate = json.loads((used(mini, inside) / "manifest.json").read_bytes())["predicate"]
    [_, minutes] = predicate["plan"]["leaves"]
    # The largest reciprocal of 30 and 10, and of 5 and 45.
    assert minutes["parameters"] == {"size": {"甲区": 1 / 10, "乙区": 1 / 5}}


def test_a_run_that_is_kept_keeps_its_baseline(mini: Path, inside: Inside) -> None:
    folder = used(mini, inside)
    statement = json.loads((folder / "manifest.json").read_bytes())
    digests = {item["name"]: item["digest"]["sha256"] for item in statement["subject"]}
    kept = inputs.read(folder, statement["predicate"], digests)
    assert kept.plan.baseline is not None
    assert kept.plan.baseline.content == (mini / "base.json").read_bytes()
    assert kept.plan.relative_methods() == []


def test_an_assessment_names_a_baseline(mini: Path, inside: Inside) -> None:
    used(mini, inside)
    (mini / "a.yaml").write_text(ASSESSMENT, encoding="utf-8")
    ran = inside("score", "-c", "a.yaml", "--json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["settings"]["baseline"] == {"origin": "assessment", "value": "base.json"}
    assert inside("validate", "a.yaml").code == 0
    (mini / "a.yaml").write_text(ASSESSMENT.replace("base.json", "bas.json"), encoding="utf-8")
    for ran in (inside("score", "-c", "a.yaml"), inside("validate", "a.yaml")):
        assert ran.code == 2
        assert "a.yaml:5:11: RI281 error: 'baseline' names a file that is not there" in ran.err + ran.out


def test_what_does_not_fit_is_refused_and_nothing_written(mini: Path, inside: Inside) -> None:
    used(mini, inside)
    call = ("score", "data.csv", "-f", "mini.yaml", "--baseline", "base.json", "--out", "new")
    ran = inside(*call, "--weights", "critic")
    assert (ran.code, (mini / "new").exists()) == (1, False)
    assert "base.json: RI442 error: the baseline does not fit 'weights'" in ran.err
    (mini / "base.json").write_bytes((mini / "base.json").read_bytes().replace(b'"units": 8', b'"units": 9'))
    ran = inside(*call)
    assert (ran.code, (mini / "new").exists()) == (2, False)
    assert ran.err.startswith("base.json: RI440 error: not a baseline that can be used: its content does not match")
    ran = inside(*call[:-4], "--baseline", "none.json")
    assert (ran.code, ran.err.split(" ")[1]) == (2, "RI002")


def test_places_for_a_baseline_are_checked_first(mini: Path, inside: Inside) -> None:
    (mini / "folder").mkdir()
    ran = inside("score", "none.csv", "-f", "mini.yaml", "--save-baseline", "folder")
    assert ran.code == 2
    assert ran.err.startswith("folder: RI003")
    ran = inside("score", "data.csv", "-f", "mini.yaml", "-f", "toe", "--save-baseline", "base.json")
    assert (ran.code, ran.err.startswith("RI009 error: --save-baseline keeps the baseline of one run")) == (2, True)
    ran = inside("score", "data.csv", "-f", "mini.yaml", "--save-baseline", "-")
    assert ran.err.startswith("RI023")


def test_a_run_that_fails_saves_no_baseline(mini: Path, inside: Inside) -> None:
    (mini / "data.csv").write_text(
        "community_id,district,period,visits,minutes\n1,N,1,2,-3\n2,N,1,3,3\n", encoding="utf-8"
    )
    ran = inside("score", "data.csv", "-f", "mini.yaml", "--save-baseline", "base.json")
    assert (ran.code, (mini / "base.json").exists()) == (1, False)
    assert "RI435" in ran.err


def test_the_baseline_is_explained_in_chinese(mini: Path, inside: Inside) -> None:
    used(mini, inside)
    ran = inside("score", "data.csv", "-f", "mini.yaml", "--weights", "std", "--baseline", "base.json", "-v", lang="zh")
    assert "以基线“base.json”标准化（3 处，8 个单元），而非以本次数据" in ran.err
