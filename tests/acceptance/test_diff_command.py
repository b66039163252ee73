"""``diff``: what differs between two runs, and what caused what."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from acceptance_tools import Inside
from tampering import areas

from resilience_index.audit import inputs

CALL = ("-q", "--format", "none", "--bundle", "zip", "--out")


@pytest.fixture
def two(project: Path, inside: Inside, changed: Callable[..., Path]) -> Path:
    """The second run has one cell and one weight changed, and another rule by the command line."""
    changed("data.csv", "50,30,5", "70,30,5", "later.csv")
    changed("mini.yaml", "weight: 2", "weight: 3", "heavier.yaml")
    assert inside("score", "data.csv", "-f", "mini.yaml", *CALL, "a").code == 0
    assert inside("score", "later.csv", "-f", "heavier.yaml", "--by", "district", *CALL, "b").code == 0
    return project


def found(inside: Inside, *names: str) -> Any:
    ran = inside("diff", *names, "--json")
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


@pytest.mark.parametrize("names", [("a", "b"), ("a.zip", "b"), ("a", "b.zip")])
def test_everything_that_differs_is_told(names: tuple[str, str], two: Path, inside: Inside) -> None:
    told = found(inside, *names)
    assert not told["same"]
    data, framework = told["inputs"]
    assert (data["role"], data["names"]) == ("data", ["data.csv", "later.csv"])
    assert data["sha256"] == [inputs.file_digest(two / name) for name in ("data.csv", "later.csv")]
    assert (framework["role"], framework["names"]) == ("framework", ["mini.yaml", "heavier.yaml"])
    assert told["versions"] == {}
    (setting,) = told["settings"]
    assert (setting["name"], setting["values"]) == ("by", [None, "district"])
    assert setting["origins"] == ["program", "option"]
    assert [item["indicator"] for item in told["weights"]] == ["visits", "minutes", "events"]
    assert told["weights"][2]["first"] == pytest.approx(1 / 3)
    assert told["weights"][2]["second"] == pytest.approx(1 / 4)
    assert told["plan"] == {"count": 0, "differences": []}
    unit = next(item for item in told["change"]["communities"] if item["community_id"] == "001")
    parts = unit["score"]
    assert parts["data"] == pytest.approx(10 * (2 / 3 + 3 / 4) / 2)
    assert parts["weights"] + parts["data"] == pytest.approx(parts["change"])
    other = next(item for item in told["change"]["communities"] if item["community_id"] == "002")
    assert other["score"]["data"] == 0.0


def test_as_text(two: Path, inside: Inside) -> None:
    ran = inside("diff", "a", "b")
    assert ran.code == 0
    for line in (
        "inputs: 2",
        "settings: 1",
        "by: — (program default) → district (command-line option)",
        "weights: 3",
        "What changed, and why",
    ):
        assert line in ran.out, ran.out


def test_as_chinese_text(two: Path, inside: Inside) -> None:
    ran = inside("diff", "a", "b", lang="zh")
    assert ran.code == 0
    for line in (
        "输入：2",
        "数据: data.csv",
        "设置：1",
        "（程序默认） → district（命令行选项）",
        "权重：3",
        "框架与求得的参数：无差异",
    ):
        assert line in ran.out, ran.out


def test_weights_are_listed_by_how_far_they_moved(two: Path, inside: Inside) -> None:
    lines = inside("diff", "a", "b").out.splitlines()
    listed = [line.split()[0] for line in lines[lines.index("weights: 3") + 1 :][:3]]
    moved = {item["indicator"]: abs(item["first"] - item["second"]) for item in found(inside, "a", "b")["weights"]}
    assert listed == sorted(moved, key=lambda name: -moved[name])


def test_maps_and_assessments_are_told(project: Path, inside: Inside) -> None:
    """What reports are made from is told like what scores are made from; no score changes by it."""
    for place, name in enumerate(("one", "two")):
        content = {"type": "FeatureCollection", "features": areas(["001", "002"][place:])}
        (project / f"{name}.geojson").write_text(json.dumps(content), "utf-8")
        text = f"framework: mini.yaml\ndata: data.csv\nmap: {name}.geojson\ntitle: {{zh: 第{place}, en: {name}}}\n"
        (project / f"{name}.yaml").write_text(f"schema: resilience-index/assessment/1\n{text}", "utf-8")
        assert inside("score", "-c", f"{name}.yaml", *CALL, name).code == 0
    told = found(inside, "one.zip", "two")
    assert [(item["role"], item["names"]) for item in told["inputs"]] == [
        ("assessment", ["one.yaml", "two.yaml"]), ("map", ["one.geojson", "two.geojson"]),
    ]  # fmt: skip
    assert [item["name"] for item in told["settings"]] == ["map", "title"]
    assert told["weights"] == []
    assert {item["score"]["change"] for item in told["change"]["communities"]} == {0.0}


def test_the_same_run(two: Path, inside: Inside) -> None:
    assert found(inside, "a", "a.zip")["same"]
    assert "the manifests are the same" in inside("diff", "a", "a.zip").out


def test_other_rules_are_named(project: Path, inside: Inside, changed: Callable[..., Path]) -> None:
    changed("mini.yaml", "goalposts: [0, 10]", "goalposts: [0, 12]", "other.yaml")
    for name in ("mini", "other"):
        assert inside("score", "data.csv", "-f", f"{name}.yaml", *CALL, name).code == 0
    told = found(inside, "mini", "other")
    assert "leaves.events.goalposts[1]" in [item["path"] for item in told["plan"]["differences"]]
    assert told["weights"] == []


def test_without_values_the_causes_stay_open(two: Path, inside: Inside) -> None:
    assert inside("score", "data.csv", "-f", "mini.yaml", "-q", "--no-trace", "--out", "c").code == 0
    told = found(inside, "c", "b")
    assert told["change"] is None
    assert [item["code"] for item in told["findings"]] == ["RI014"]
    assert len(told["weights"]) == 3
    ran = inside("diff", "c", "b")
    assert (ran.code, "scores: not compared" in ran.out) == (0, True)


@pytest.mark.parametrize("names", [("a", "nothing"), ("data.csv", "a"), ("a",)])
def test_refusals(names: tuple[str, ...], two: Path, inside: Inside) -> None:
    assert inside("diff", *names).code == 2


def test_a_damaged_run(two: Path, inside: Inside) -> None:
    (two / "a/inputs/framework.yaml").write_text("x")
    ran = inside("diff", "a", "b")
    assert (ran.code, "RI040" in ran.err) == (2, True)
    content = json.loads((two / "b/manifest.json").read_bytes())
    del content["predicate"]["settings"]
    (two / "b/manifest.json").write_text(json.dumps(content))
    assert inside("diff", "b", "b.zip").code == 2
