"""Dividing, filling and treating from the command line: flags, assessments, run folders, refusals."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from acceptance_tools import LANGUAGES, Inside

from resilience_index.cli.language import Language

GAPS = """\
community_id,community,district,period,visits,minutes,events
001,东社区,甲区,2024,50,30,5
002,西社区,甲区,2024,,10,2
003,南社区,乙区,2024,90,5,10
004,北社区,乙区,2024,20,45,1
001,东社区,甲区,2025,55,,5
002,西社区,甲区,2025,85,10,2
003,南社区,乙区,2025,95,5,9
004,北社区,乙区,2025,25,45,
"""


@pytest.fixture
def gaps(project: Path) -> Path:
    path = project / "gaps.csv"
    path.write_text(GAPS, encoding="utf-8")
    return path


def statuses(run: Path) -> dict[tuple[str, str, str], tuple[str, float]]:
    rows = pq.read_table(run / "trace.parquet").to_pylist()
    return {
        (row["community_id"], row["period"], row["indicator"]): (row["status"], row["treated"])
        for row in rows
        if row["status"] in ("filled", "treated")
    }


def test_flags_of_score(gaps: Path, inside: Inside) -> None:
    ran = inside(
        "score", "gaps.csv", "-f", "mini.yaml", "--fill", "previous", "--treat", "percentile:low=0,high=0.9",
        "-o", "run",
    )  # fmt: skip
    assert ran.code == 0
    assert "†" in ran.out
    assert "RI427" in ran.err  # nothing comes before the first period
    found = statuses(gaps.parent / "run")
    assert found["001", "2025", "minutes"] == ("filled", 30.0)
    assert found["004", "2025", "events"] == ("filled", 1.0)
    assert ("002", "2024", "visits") not in found
    treated = {name: value for name, (status, value) in found.items() if status == "treated"}
    assert treated == {("003", "2025", "visits"): pytest.approx(92.0), ("003", "2024", "events"): pytest.approx(9.3)}
    manifest = json.loads((gaps.parent / "run" / "manifest.json").read_bytes())["predicate"]
    assert manifest["settings"]["fill"] == {"origin": "option", "value": {"method": "previous"}}
    assert manifest["settings"]["treat"]["value"] == {"method": "percentile", "low": 0.0, "high": 0.9}
    leaf = next(leaf for leaf in manifest["plan"]["leaves"] if leaf["id"] == "events")
    assert leaf["prepared"]["treat"]["all"]["high"] == pytest.approx(9.3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_explanation_from_the_folder_is_that_from_the_data(gaps: Path, inside: Inside, language: Language) -> None:
    (gaps.parent / "a.yaml").write_text(
        "schema: resilience-index/assessment/1\nframework: mini.yaml\ndata: gaps.csv\n"
        "defaults: {fill: {method: group_mean, by: district}, treat: {method: iqr, factor: 1/4}}\n",
        encoding="utf-8",
    )
    assert inside("score", "-c", "a.yaml", "-o", "run", "-q").code == 0
    for community in ("001", "002", "004"):
        saved = inside("explain", community, "run", lang=language)
        fresh = inside("explain", community, "-c", "a.yaml", lang=language)
        assert saved.code == fresh.code == 0
        assert saved.out == fresh.out
    word = {"zh": "填补", "en": "filled"}[language]
    assert word in inside("explain", "004", "run", lang=language).out
    content = json.loads(inside("explain", "004", "run", "--json").out)
    leaves = {leaf["indicator"]: leaf for leaf in content["leaves"]}
    assert leaves["events"]["status"] == "filled"
    assert leaves["events"]["preparation"]["fill"]["parameters"]["mean"]["乙区"] == pytest.approx(20 / 3)


def test_the_same_run_gives_the_same_bytes(gaps: Path, inside: Inside) -> None:
    flags = ("--fill", "knn:k=2", "--treat", "winsorize:test=false,max_points=1", "-q")
    for name in ("one", "two"):
        assert inside("score", "gaps.csv", "-f", "mini.yaml", *flags, "-o", name).code == 0
    for path in sorted((gaps.parent / "one").rglob("*.*")):
        other = gaps.parent / "two" / path.relative_to(gaps.parent / "one")
        assert path.read_bytes() == other.read_bytes()


def test_one_period_has_nothing_before_it(gaps: Path, inside: Inside) -> None:
    ran = inside("score", "gaps.csv", "-f", "mini.yaml", "--fill", "previous", "--period", "2025", "-o", "run")
    assert ran.code == 1
    assert ran.err.count("RI432") == 3
    assert "one period only" in ran.err
    assert "without --period" in ran.err
    assert not (gaps.parent / "run").exists()


@pytest.mark.parametrize(
    ("flag", "value", "words"),
    [
        ("--fill", "meen", ("RI121", "'mean'")),
        ("--fill", "group_mean", ("RI123", "by")),
        ("--fill", "knn:k=0", ("RI123", "an integer ≥ 1")),
        ("--treat", "winsorise", ("RI121", "'winsorize'")),
        ("--treat", "iqr:factor=-1", ("RI123", "a number above 0")),
        ("--treat", "percentile:low=0.6", ("RI123", "from 0 to 0.5")),
    ],
)
def test_flags_that_cannot_be(gaps: Path, inside: Inside, flag: str, value: str, words: tuple[str, ...]) -> None:
    ran = inside("score", "gaps.csv", "-f", "mini.yaml", flag, value)
    assert ran.code == 2
    assert all(word in ran.err for word in words)


def test_methods_print_every_step(inside: Inside) -> None:
    found = json.loads(inside("methods", "--json").out)
    listed = {(entry["kind"], entry["name"]) for entry in found["methods"]}
    assert {("denominate", "ratio"), ("fill", "knn"), ("fill", "row_median"), ("treat", "winsorize")} <= listed


def test_a_framework_that_divides_is_validated(project: Path, changed: Callable[..., Path], inside: Inside) -> None:
    divided = "direction: cost, normalize: minmax, denominate: visit"
    path = changed("mini.yaml", "direction: cost, goalposts: [60, 0]", divided, "bad.yaml")
    ran = inside("validate", path.name)
    assert ran.code == 1
    assert "RI144" in ran.err + ran.out
    assert "did you mean 'visits'" in ran.err + ran.out
    good = changed("bad.yaml", "denominate: visit", "denominate: visits", "good.yaml")
    assert inside("validate", good.name, "data.csv", "-f", good.name).code == 0
