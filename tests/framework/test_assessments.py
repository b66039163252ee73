"""Assessment files: what they hold, and paths seen from the current folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from resilience_index.errors import UnreadableError
from resilience_index.framework import catalogue
from resilience_index.framework.assessment import load_assessment


def write(folder: Path, **keys: str) -> Path:
    lines = ["schema: resilience-index/assessment/1", *(f"{key}: {value}" for key, value in keys.items())]
    path = folder / "assessment.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_everything_an_assessment_says_is_kept(tmp_path: Path):
    path = write(
        tmp_path,
        framework="toe",
        data="data.csv",
        encoding="gb18030",
        period="'2024'",
        by="district",
        columns="{id: code, name: 名称, period: 年, groups: [city, district]}",
        weights="{method: combine, alpha: 1/3}",
        judgments="j.yaml",
        defaults="{aggregate: geometric, scale: 1}",
        accept_errors="true",
        allow_personal_data="true",
        synthetic="true",
        grades="[{id: A, min: 0.5, title: {zh: 优, en: A}}]",
        language="both",
        outputs="[html, xlsx]",
    )
    assessment = load_assessment(path)
    model = assessment.model
    assert (model.framework, model.data, model.encoding, model.period, model.by) == (
        "toe",
        "data.csv",
        "gb18030",
        "2024",
        "district",
    )
    assert (model.columns.id, model.columns.groups) == ("code", ["city", "district"])
    assert model.weights.text() == "combine(alpha=1/3, subjective=ahp, objective=entropy)"
    assert (model.defaults.aggregate.name, model.defaults.scale) == ("geometric", 1)
    assert (model.accept_errors, model.synthetic, model.language, model.outputs) == (
        True,
        True,
        "both",
        ["html", "xlsx"],
    )
    assert model.allow_personal_data is True
    assert model.grades[0].min == 0.5
    assert assessment.content == path.read_bytes()


def test_only_the_framework_is_needed(tmp_path: Path):
    model = load_assessment(write(tmp_path, framework="toe")).model
    assert model.model_dump(exclude={"schema_", "framework", "columns", "defaults"}) == {
        "title": None,
        "data": None,
        "encoding": None,
        "sheet": None,
        "period": None,
        "by": None,
        "weights": None,
        "judgments": None,
        "baseline": None,
        "grading": None,
        "grades": None,
        "schemes": {},
        "accept_errors": False,
        "allow_personal_data": False,
        "synthetic": False,
        "language": None,
        "outputs": None,
        "map": None,
        "templates": None,
        "bundle": None,
        "bundle_without_data": False,
    }


def test_paths_are_relative_to_the_file_whatever_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "city"
    folder.mkdir()
    write(folder, framework="trees/mine.yaml", data="data.csv")
    for here, name in (
        (tmp_path, "city/assessment.yaml"),
        (folder, "assessment.yaml"),
        (tmp_path, str(folder / "assessment.yaml")),
    ):
        monkeypatch.chdir(here)
        assessment = load_assessment(name)
        assert Path(assessment.resolve("data.csv")).parent.samefile(folder)
        assert Path(assessment.framework_name()).resolve() == folder / "trees" / "mine.yaml"
    assert assessment.resolve("/data/table.csv") == "/data/table.csv"
    assert Path(assessment.resolve("../table.csv")).resolve() == tmp_path / "table.csv"


@pytest.mark.parametrize(("name", "path"), [("toe", False), ("mine.yml", True), ("a/mine", True), ("a\\mine", True)])
def test_a_framework_is_an_id_or_a_path_beside_the_file(tmp_path: Path, name, path):
    found = load_assessment(write(tmp_path, framework=name)).framework_name()
    assert found == (str(tmp_path / name) if path else name)


def test_a_missing_assessment_is_told():
    with pytest.raises(UnreadableError) as caught:
        load_assessment("no/such/assessment.yaml")
    assert caught.value.code == "RI002"


def test_the_sample_assessment_is_read():
    folder = catalogue.shipped_folder("sample_data")
    assessment = load_assessment(folder / "assessment.yaml")
    assert assessment.framework_name() == "toe"
    assert Path(assessment.resolve(assessment.model.data)).is_file()
    assert Path(assessment.resolve(assessment.model.judgments)).is_file()
    assert assessment.model.synthetic
