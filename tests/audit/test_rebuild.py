"""Runs made again from their folders: the same job, the same figures, and every setting that its origin contradicts."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from audit_helpers import Run, made

from resilience_index.audit import rebuild
from resilience_index.audit.rebuild import Disagreement
from resilience_index.data.privacy import mask
from resilience_index.data.table import Keys
from resilience_index.framework.assessment import load_assessment
from resilience_index.framework.model_base import Text
from resilience_index.methods.checking import check
from resilience_index.scoring.baseline import save_baseline

RAW = ("inputs/data/1.csv", "inputs/data/2.csv")


def raw(run: Path) -> list[Path]:
    return [run / name for name in RAW]


# --- the files of a run


def test_the_data_files(plain: Run, tmp_path: Path) -> None:
    run, predicate = plain
    assert rebuild.raw_files(run, predicate, {}) == raw(run)
    digests = {item["name"]: item["digest"]["sha256"] for item in predicate["inputs"]}
    given = {digests["b.csv"]: tmp_path / "mine.csv"}
    assert rebuild.raw_files(run, predicate, given) is None
    (tmp_path / "mine.csv").write_bytes(b"")
    assert rebuild.raw_files(run, predicate, given) == [run / RAW[0], tmp_path / "mine.csv"]


@pytest.mark.parametrize("member", [None, "inputs/data/9.csv", "scores.csv", "../x", "inputs/data"])
def test_data_files_that_are_not_there(member: str | None, plain: Run, tmp_path: Path) -> None:
    """One that did not travel, is lost, or is called as no member is: all must be given then."""
    run, predicate = plain[0], copy.deepcopy(plain[1])
    rebuild.of_role(predicate, "data")[1]["member"] = member  # type: ignore[index]
    assert rebuild.raw_files(run, predicate, {}) is None
    digests = {item["name"]: item["digest"]["sha256"] for item in predicate["inputs"]}
    (tmp_path / "b").write_bytes(b"")
    assert rebuild.raw_files(run, predicate, {digests["b.csv"]: tmp_path / "b"}) == [run / RAW[0], tmp_path / "b"]
    assert rebuild.raw_files(run, {**predicate, "sources": []}, {}) is None


def test_the_map(asked: Run, plain: Run, tmp_path: Path) -> None:
    run, predicate = asked
    assert rebuild.map_file(run, predicate, {}) == run / "inputs/map.geojson"
    digests = {item["name"]: item["digest"]["sha256"] for item in predicate["inputs"]}
    given = {digests["areas.geojson"]: tmp_path / "mine"}
    assert rebuild.map_file(run, predicate, given) is None
    (tmp_path / "mine").write_bytes(b"")
    assert rebuild.map_file(run, predicate, given) == tmp_path / "mine"
    assert rebuild.map_file(tmp_path, predicate, {}) is None
    assert rebuild.map_file(*plain, {}) is None
    assert rebuild.map_file(run, plain[1], {}) is None


def test_sources_by_role(asked: Run) -> None:
    names = {role: [item["name"] for item in rebuild.of_role(asked[1], role)]
             for role in ("data", "framework", "judgments", "map", "assessment", "dictionary", "baseline")}  # fmt: skip
    assert names == {
        "data": ["a.csv", "b.csv"], "framework": ["small.yaml"], "judgments": ["judgments.yaml"],
        "map": ["areas.geojson"], "assessment": ["assessment.yaml"], "dictionary": [], "baseline": [],
    }  # fmt: skip


# --- the job


def copied(run: Path, scratch: Path, name: str, member: str) -> str:
    assert (scratch / name).read_bytes() == (run / member).read_bytes()
    return str(scratch / name)


def test_the_job_of_a_plain_run(plain: Run, tmp_path: Path) -> None:
    run, predicate = plain
    work = rebuild.job(run, predicate, raw(run), tmp_path)
    assert work.framework.files == {"small.yaml": (run / "inputs/framework.yaml").read_bytes()}
    assert work.settings.to_dict() == predicate["settings"]
    assert (work.data, work.further) == (str(run / RAW[0]), (str(run / RAW[1]),))
    assert (work.judgments, work.baseline, work.encoding, work.sheet) == (None, None, None, None)
    assert (work.keys, work.assessment, work.map, work.templates, work.beside) == (Keys(), None, None, None, ())
    assert work.labels == {str(run / RAW[0]): "a.csv", str(run / RAW[1]): "b.csv"}
    assert list(tmp_path.iterdir()) == []


def test_the_job_of_an_assessment(asked: Run, tmp_path: Path) -> None:
    run, predicate = asked
    work = rebuild.job(run, predicate, raw(run), tmp_path, run / "inputs/map.geojson")
    assert work.assessment is not None
    assert work.assessment.file == copied(run, tmp_path, "assessment.yaml", "inputs/assessment.yaml")
    assert work.judgments == copied(run, tmp_path, "judgments.yaml", "inputs/judgments.yaml")
    assert work.map == copied(run, tmp_path, "areas.geojson", "inputs/map.geojson")
    assert work.keys == Keys("community_id", "community", "period", ("district",))
    assert (work.encoding, work.sheet, work.baseline, work.framework.scheme) == ("utf-8", None, None, None)
    assert work.beside == tuple(sorted({
        "schema", "resilience", "index", "judgments", "experts", "id", "comparisons", "people", "events", "visits",
        "minutes",
    }))  # fmt: skip
    assert rebuild.job(run, predicate, raw(run), tmp_path).map is None


def test_the_job_of_a_scheme(flat: Run, tmp_path: Path) -> None:
    run, predicate = flat
    work = rebuild.job(run, predicate, raw(run), tmp_path)
    assert work.framework.scheme == "flat"
    assert work.settings["weights"].name == "equal"
    without = {**predicate, "framework": {key: item for key, item in predicate["framework"].items() if key != "scheme"}}
    assert rebuild.job(run, without, raw(run), tmp_path).framework.scheme is None


def test_the_sheet_of_a_workbook(plain: Run, tmp_path: Path) -> None:
    run, predicate = plain[0], copy.deepcopy(plain[1])
    predicate["settings"]["sheet"]["value"] = "表1"
    assert rebuild.job(run, predicate, None, tmp_path).sheet == "表1"


def test_a_job_of_values_alone(plain: Run, tmp_path: Path) -> None:
    run, predicate = plain
    for files in (None, []):
        work = rebuild.job(run, predicate, files, tmp_path)
        assert (work.data, work.further, work.labels) == (None, (), None)


def test_names_that_are_not_harmless(asked: Run, tmp_path: Path) -> None:
    """What a manifest calls a file decides on a place only where it stays inside; else our own name does."""
    run, predicate = asked[0], copy.deepcopy(asked[1])
    for item in predicate["sources"]:
        if item["role"] in ("judgments", "map"):
            item["name"] = f"../{item['name']}"
        if item["role"] == "assessment":
            item["name"] = "deep/er/a.yaml"
    scratch = tmp_path / "scratch"
    work = rebuild.job(run, predicate, raw(run), scratch, run / "inputs/map.geojson")
    assert work.judgments == copied(run, scratch, "judgments.yaml", "inputs/judgments.yaml")
    assert work.map == copied(run, scratch, "map.geojson", "inputs/map.geojson")
    assert work.assessment is not None
    assert work.assessment.file == copied(run, scratch, "deep/er/a.yaml", "inputs/assessment.yaml")
    assert [item.name for item in tmp_path.iterdir()] == ["scratch"]


def test_names_in_judgments_of_another_encoding(asked: Run, tmp_path: Path) -> None:
    """What is no UTF-8 is refused where the judgments are read, with a finding, not where names are looked for."""
    framework = rebuild.job(*asked, None, tmp_path).framework
    (tmp_path / "j").write_bytes("other/small: 评分 b_2".encode("gb18030"))
    assert rebuild._beside(tmp_path / "j", framework) == ("b_2", "other")


def test_judgments_are_called_as_their_source_says(asked: Run, tmp_path: Path) -> None:
    """Whatever the setting says: it is the source that findings name."""
    run, predicate = asked[0], copy.deepcopy(asked[1])
    (source,) = rebuild.of_role(predicate, "judgments")
    source["name"] = "folder/mine.yaml"  # type: ignore[index]
    work = rebuild.job(run, predicate, None, tmp_path)
    assert work.judgments == copied(run, tmp_path, "folder/mine.yaml", "inputs/judgments.yaml")


@pytest.mark.parametrize(("said", "name"), [("mine.yaml", "mine.yaml"), ("../mine.yaml", "judgments.yaml")])
def test_judgments_that_nothing_needed_are_named(said: str, name: str, plain: Run, tmp_path: Path) -> None:
    run, predicate = plain[0], copy.deepcopy(plain[1])
    predicate["settings"]["judgments"]["value"] = said
    work = rebuild.job(run, predicate, raw(run), tmp_path)
    assert (work.judgments, work.beside) == (str(tmp_path / name), ())
    assert list(tmp_path.iterdir()) == []


# --- made again


@pytest.mark.parametrize("kind", ["plain", "asked", "flat"])
def test_made_again(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """From the data files and from the values: the figures of the first time, and where they come from."""
    run, predicate = request.getfixturevalue(kind)
    lines = (run / "scores.csv").read_text("utf-8-sig").splitlines()
    column = lines[0].split(",").index("score")
    scores = [float(line.split(",")[column] or "nan") for line in lines[1:]]
    assert sum(map(np.isfinite, scores)) >= 3
    for files, basis in ((raw(run), "raw"), (None, "values")):
        work = rebuild.job(run, predicate, files, tmp_path)
        again = rebuild.rebuild(run, work)
        assert (again.work, again.basis) == (work, basis)
        np.testing.assert_allclose(again.result.score, scores, rtol=1e-12)
        assert again.title == (None if kind == "plain" else Text(zh="甲市", en="City A"))
        assert again.result.table.source == ("a.csv" if basis == "raw" else "data") or basis == "raw"
    assert again.result.table.files[0].name == "data"


def test_a_run_without_a_title(plain: Run, tmp_path: Path) -> None:
    run, predicate = plain[0], copy.deepcopy(plain[1])
    del predicate["settings"]["title"]
    assert rebuild.rebuild(run, rebuild.job(run, predicate, None, tmp_path)).title is None


def test_a_baseline_and_a_dictionary_come_along(plain: Run, tmp_path: Path) -> None:
    run = Path(shutil.copytree(plain[0], tmp_path / "run"))
    predicate = copy.deepcopy(plain[1])
    again = rebuild.rebuild(run, rebuild.job(run, predicate, None, tmp_path))
    save_baseline(again.result, run / "inputs/baseline.json")
    (run / "inputs/dictionary.yaml").write_text(
        "schema: resilience-index/dictionary/1\nindicators:\n"
        "  other: {title: {zh: 某, en: Other}, direction: benefit}\n", "utf-8"
    )  # fmt: skip
    predicate["sources"] += [
        {"role": "baseline", "name": "b.json", "member": None},
        {"role": "dictionary", "name": "d.yaml", "member": None},
    ]
    scratch = tmp_path / "scratch"
    work = rebuild.job(run, predicate, None, scratch)
    assert work.baseline == copied(run, scratch, "b.json", "inputs/baseline.json")
    assert list(work.framework.files) == ["small.yaml", "d.yaml"]
    predicate["sources"] = predicate["sources"][:-2]
    work = rebuild.job(run, predicate, None, scratch)
    assert work.baseline == copied(run, scratch, "baseline.json", "inputs/baseline.json")
    assert list(work.framework.files) == ["small.yaml", "dictionary.yaml"]


# --- settings that contradict themselves


Change = Callable[[dict[str, Any]], None]


def disagreements(run: Run, scratch: Path, change: Change | None = None) -> list[Disagreement]:
    folder, predicate = run[0], copy.deepcopy(run[1])
    if change is not None:
        change(predicate)
    work = rebuild.job(folder, predicate, None, scratch)
    return rebuild.disagreements(work, predicate, ["html", "xlsx"])


def setting(name: str, **parts: Any) -> Change:
    def change(predicate: dict[str, Any]) -> None:
        assert any(predicate["settings"][name][key] != value for key, value in parts.items())
        predicate["settings"][name].update(parts)

    return change


def without(name: str) -> Change:
    def change(predicate: dict[str, Any]) -> None:
        del predicate["settings"][name]

    return change


@pytest.mark.parametrize("kind", ["plain", "asked", "flat"])
def test_no_setting_of_an_untouched_run(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    assert disagreements(request.getfixturevalue(kind), tmp_path) == []


EQUAL, GIVEN = {"method": "equal"}, {"method": "given"}
OFF = {"policy": "available"}
COLUMNS = {"id": None, "name": None, "period": None, "groups": []}


@pytest.mark.parametrize(
    ("name", "value", "origin", "made"),
    [
        ("weights", EQUAL, "program", GIVEN), ("scale", 10.0, "program", 100.0), ("by", "district", "program", None),
        ("period", "2024", "program", None), ("ties", "dense", "framework", "min"), ("tokens", ["x"], "program", []),
        ("fill", {"method": "mean"}, "program", {"method": "none"}), ("round", {"digits": 1, "mode": "half_up"},
         "program", None), ("allow_personal_data", True, "program", False),
        # those of reading and reporting, in a bundle: what nobody said is the usual
        ("outputs", ["html"], "program", ["html", "xlsx"]), ("language", "zh", "program", "both"),
        ("synthetic", True, "program", False), ("title", {"zh": "甲", "en": "A"}, "program", None),
        ("judgments", "j.yaml", "program", None), ("encoding", "gbk", "program", None), ("sheet", "S", "program", None),
        ("columns", {**COLUMNS, "id": "x"}, "program", COLUMNS), ("framework", "other", "program", "small"),
    ],
)  # fmt: skip
def test_a_value_of_a_plain_run(
    name: str, value: Any, origin: str, made: Any, plain: Run, tmp_path: Path
) -> None:  # fmt: skip
    found = disagreements(plain, tmp_path, setting(name, value=value))
    assert found == [Disagreement(name, origin, value, made)]


@pytest.mark.parametrize(
    ("name", "said", "origin"),
    [("weights", "framework", "program"), ("ties", "program", "framework"), ("grades", "program", "framework"),
     ("scale", "framework", "program")],
)  # fmt: skip
def test_an_origin(name: str, said: str, origin: str, plain: Run, tmp_path: Path) -> None:
    assert disagreements(plain, tmp_path, setting(name, origin=said)) == [
        Disagreement(f"{name}.origin", origin, said, origin)
    ]


@pytest.mark.parametrize("name", ["weights", "scale", "outputs", "columns", "encoding", "title", "accept_errors"])
def test_what_an_option_said_stands_nowhere_else(name: str, plain: Run, tmp_path: Path) -> None:
    values = {"weights": EQUAL, "scale": 10.0, "outputs": ["csv"], "columns": {**COLUMNS, "id": "x"},
              "title": {"zh": "甲", "en": "A"},
              "encoding": "gbk", "accept_errors": False}  # fmt: skip
    change = setting(name, value=values[name], origin="option")
    assert disagreements(plain, tmp_path, change) == []


@pytest.mark.parametrize("origin", ["assessment", "scheme"])
def test_an_assessment_that_did_not_travel_is_not_contradicted(origin: str, plain: Run, tmp_path: Path) -> None:
    assert disagreements(plain, tmp_path, setting("weights", value=EQUAL, origin=origin)) == []


def test_without_a_bundle_reading_and_reporting_are_believed(tmp_path: Path) -> None:
    """All but the framework's name: it stands in the framework."""
    run = made(tmp_path, asked=False, bundle=False)
    assert disagreements(run, tmp_path) == []
    for name, value in (("outputs", ["html"]), ("language", "zh"), ("columns", {**COLUMNS, "id": "x"})):
        assert disagreements(run, tmp_path, setting(name, value=value)) == []
    found = disagreements(run, tmp_path, setting("framework", value="other"))
    assert found == [Disagreement("framework", "program", "other", "small")]
    assert disagreements(run, tmp_path, setting("scale", value=10.0)) == [Disagreement("scale", "program", 10.0, 100.0)]


@pytest.mark.parametrize(
    ("name", "origin", "made"),
    [("weights", "program", GIVEN), ("scale", "program", 100.0), ("ties", "framework", "min"), ("by", "program", None)],
)  # fmt: skip
def test_a_setting_that_is_not_recorded(name: str, origin: str, made: Any, plain: Run, tmp_path: Path) -> None:
    found = disagreements(plain, tmp_path, without(name))
    assert found == [Disagreement(name, origin, None, made)]


@pytest.mark.parametrize("name", ["outputs", "language", "synthetic"])
def test_a_setting_of_reports_that_is_not_recorded(name: str, plain: Run, tmp_path: Path) -> None:
    usual = {"outputs": ["html", "xlsx"], "language": "both", "synthetic": False}[name]
    assert disagreements(plain, tmp_path, without(name)) == [Disagreement(name, "program", None, usual)]
    assert disagreements(plain, tmp_path, without("title")) == []


ASKED_COLUMNS = {"id": "community_id", "name": "community", "period": "period", "groups": ["district"]}


@pytest.mark.parametrize(
    ("name", "value", "origin", "made"),
    [
        ("weights", EQUAL, "assessment", check("weights", {"method": "ahp"}).to_dict()),
        ("accept_errors", False, "assessment", True),
        ("missing", OFF, "assessment", check("missing", {**OFF, "min_coverage": 0}).to_dict()),
        ("scale", 10.0, "program", 100.0),
        ("outputs", ["html"], "assessment", ["html", "csv"]), ("language", "en", "assessment", "zh"),
        ("synthetic", False, "assessment", True), ("title", {"zh": "乙市", "en": "City A"}, "assessment",
         {"zh": "甲市", "en": "City A"}), ("judgments", "other.yaml", "assessment", "judgments.yaml"),
        ("judgments", None, "assessment", "judgments.yaml"), ("map", "m.geojson", "assessment", "areas.geojson"),
        ("encoding", "gbk", "assessment", "utf-8"), ("sheet", "S", "program", None),
        ("columns", {**ASKED_COLUMNS, "groups": []}, "assessment", ASKED_COLUMNS),
        ("columns", {**ASKED_COLUMNS, "name": None}, "assessment", ASKED_COLUMNS),
        ("framework", "other", "program", "small"),
    ],
)  # fmt: skip
def test_a_value_of_an_assessment(
    name: str, value: Any, origin: str, made: Any, asked: Run, tmp_path: Path
) -> None:  # fmt: skip
    found = disagreements(asked, tmp_path, setting(name, value=value))
    assert found == [Disagreement(name, origin, value, made)]


def test_further_files_that_no_assessment_names(asked: Run, tmp_path: Path) -> None:
    for name in ("baseline", "templates"):

        def change(predicate: dict[str, Any], name: str = name) -> None:
            predicate["settings"][name] = {"value": "x", "origin": "assessment"}

        assert disagreements(asked, tmp_path, change) == [Disagreement(name, "program", "x", None)]


def test_values_of_a_scheme(flat: Run, tmp_path: Path) -> None:
    found = disagreements(flat, tmp_path, setting("weights", value=GIVEN))
    assert found == [Disagreement("weights", "scheme", GIVEN, EQUAL)]
    found = disagreements(flat, tmp_path, setting("weights", origin="assessment"))
    assert found == [Disagreement("weights.origin", "scheme", "assessment", "scheme")]


def test_several_at_once_come_in_order(asked: Run, tmp_path: Path) -> None:
    def change(predicate: dict[str, Any]) -> None:
        for name, value in (("weights", EQUAL), ("language", "en"), ("scale", 10.0), ("framework", "x")):
            predicate["settings"][name]["value"] = value

    found = disagreements(asked, tmp_path, change)
    assert [item.name for item in found] == ["scale", "weights", "framework", "language"]


@pytest.mark.parametrize(
    ("name", "line", "made"),
    [
        ("judgments", "judgments: folder/13800138000.yaml", mask("13800138000.yaml")), ("judgments", "", None),
        ("baseline", "baseline: a/b.json", "b.json"), ("baseline", "", None), ("map", "map: a/m.geojson", "m.geojson"),
        ("templates", "templates: a/13800138000", mask("13800138000")), ("sheet", "sheet: 表1", "表1"),
        ("sheet", "sheet: '13800138000'", mask("13800138000")), ("encoding", "encoding: gbk", "gbk"),
        ("title", "title: {zh: 甲, en: A}", {"zh": "甲", "en": "A"}), ("outputs", "outputs: [pdf]", ["pdf"]),
        ("synthetic", "synthetic: true", True), ("synthetic", "", False), ("language", "language: en", "en"),
        ("language", "", None), ("columns", "", COLUMNS), ("title", "", None),
        ("columns", "columns: {id: x, groups: [g]}", {**COLUMNS, "id": "x", "groups": ["g"]}),
    ],
)  # fmt: skip
def test_what_an_assessment_says(name: str, line: str, made: Any, tmp_path: Path) -> None:
    """As it is recorded: files by their names alone, personal numbers masked."""
    text = f"schema: resilience-index/assessment/1\nframework: small.yaml\n{line}\n"
    (tmp_path / "a.yaml").write_text(text, "utf-8")
    assert rebuild._written(name, load_assessment(tmp_path / "a.yaml").model, None) == made
    assert rebuild._written(name, None, None) is None
    assert "13800138000" not in str(made)
