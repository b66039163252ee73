"""The manifest of a small run, key by key, as its files say it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

import resilience_index as ri
from resilience_index.audit import manifest

FRAMEWORK = {
    "schema": "resilience-index/framework/1", "id": "small", "version": "2.1.0", "title": {"zh": "小", "en": "Small"},
    "grades": [{"id": "A", "min": 60, "title": {"zh": "优", "en": "Good"}},
               {"id": "B", "min": 0, "title": {"zh": "中", "en": "Fair"}}],
    "red_lines": [{"indicator": "visits", "op": ">=", "value": 30, "cap": "B",
                   "reason": {"zh": "因", "en": "because"}}],
    "tree": {
        "id": "index", "title": {"zh": "指数", "en": "Index"}, "round": {"digits": 1},
        "children": [
            {"id": "people", "title": {"zh": "人", "en": "People"}, "weight": 3, "aggregate": "min", "invert": True,
             "against": True, "show": {"normalize": "minmax"}, "children": [
                 {"id": "visits", "title": {"zh": "走访", "en": "Visits"}, "unit": "%", "range": [0, 100],
                  "direction": "benefit", "goalposts": [0, 100]},
                 {"id": "minutes", "title": {"zh": "时长", "en": "Minutes"}, "direction": "cost",
                  "normalize": {"method": "minmax", "within": "district"}, "treat": "iqr"}]},
            {"id": "events", "title": {"zh": "活动", "en": "Events"}, "weight": 1, "direction": "benefit",
             "denominate": {"by": "residents"}, "fill": "mean",
             "normalize": {"method": "goalposts", "goalposts": [0, 1]}, "invert": True},
            {"id": "residents", "title": {"zh": "人口", "en": "Residents"}, "direction": "context"},
        ],
    },
}  # fmt: skip
DATA = """\
community_id,district,visits,minutes,events,residents
001,甲,50%,30,20,100
002,甲,８０,10,,100
003,乙,20,25,50,100
004,乙,90,5,80,200
"""


@pytest.fixture
def run(tmp_path: Path) -> ri.Result:
    path, data = tmp_path / "small.yaml", tmp_path / "data.csv"
    path.write_text(json.dumps(FRAMEWORK, ensure_ascii=False), encoding="utf-8")
    data.write_text(DATA, encoding="utf-8")
    framework = ri.load_framework(path)
    return ri.score(ri.read_data(data, framework), framework)


@pytest.fixture
def built(run: ri.Result) -> dict[str, Any]:
    outputs = {"scores.csv": b"a\n", "data.json": "ab" * 32}
    found: dict[str, Any] = manifest.build(run, {"b.csv": "2" * 64, "a.yaml": "1" * 64}, outputs, {"form": "run"})
    return found


def test_the_statement(built: dict[str, Any]) -> None:
    assert built["_type"] == "https://in-toto.io/Statement/v1"
    assert built["predicateType"] == "urn:resilience-index:run:1"
    assert built["subject"] == [
        {"name": "data.json", "digest": {"sha256": "ab" * 32}},
        {"name": "scores.csv", "digest": {"sha256": hashlib.sha256(b"a\n").hexdigest()}},
    ]
    run = built["predicate"]
    assert run["inputs"] == [
        {"name": "a.yaml", "digest": {"sha256": "1" * 64}}, {"name": "b.csv", "digest": {"sha256": "2" * 64}},
    ]  # fmt: skip
    assert run["program"] == {"name": "resilience-index", "version": ri.__version__}
    assert run["framework"] == {"id": "small", "version": "2.1.0", "title": {"zh": "小", "en": "Small"}}
    assert (run["seed"], run["form"]) == (None, "run")
    assert {"python", "numpy", "pyarrow", "pydantic", "pyyaml", "xlsxwriter", "typst"} < set(run["versions"])


def test_the_data(built: dict[str, Any]) -> None:
    data = built["predicate"]["data"]
    assert data["rows"] == 4
    (file,) = data["files"]
    assert {key: file[key] for key in ("name", "rows", "kind", "encoding", "delimiter")} == {
        "name": "data.csv", "rows": 4, "kind": "csv", "encoding": "utf-8", "delimiter": ",",
    }  # fmt: skip
    assert "sheet" not in file
    assert file["columns"]["visits"] == "visits"
    assert set(data["conversions"]) == {"visits"}
    assert sorted(data["conversions"]["visits"].values()) == [1, 1]


def test_the_plan(built: dict[str, Any]) -> None:
    plan = built["predicate"]["plan"]
    assert plan["weights"] == {"method": "given"}
    assert not {"combinations", "experts_left_out", "weights_by_node"} & set(plan)
    assert plan["ties"] == "min"
    assert [grade["id"] for grade in plan["grades"]] == ["A", "B"]
    assert plan["gates"] == []
    assert plan["red_lines"] == [
        {"indicator": "visits", "op": ">=", "value": 30, "cap": "B", "reason": {"zh": "因", "en": "because"}}
    ]


def test_nodes(built: dict[str, Any]) -> None:
    index, people = built["predicate"]["plan"]["nodes"]
    assert index == {
        "id": "index", "title": {"zh": "指数", "en": "Index"}, "parent": None, "level": 0,
        "children": [{"id": "people", "local_weight": 0.75, "factor": 0.75},
                     {"id": "events", "local_weight": 0.25, "factor": 0.25}],
        "aggregate": {"method": "arithmetic"}, "missing": index["missing"], "normalize": None, "parameters": {},
        "invert": False, "against": False, "round": {"digits": 1, "mode": "half_up"}, "show": None, "scale": 100.0,
    }  # fmt: skip
    assert index["missing"]["policy"] == "available"
    assert (people["parent"], people["level"], people["aggregate"]) == ("index", 1, {"method": "min"})
    assert (people["invert"], people["against"], people["round"]) == (True, True, None)
    assert people["show"]["normalize"]["method"] == "minmax"
    assert people["show"]["round"] is None
    assert [child["id"] for child in people["children"]] == ["visits", "minutes"]


def test_leaves(built: dict[str, Any]) -> None:
    leaves = {leaf["id"]: leaf for leaf in built["predicate"]["plan"]["leaves"]}
    assert list(leaves) == ["visits", "minutes", "events", "residents"]
    visits, minutes, events = leaves["visits"], leaves["minutes"], leaves["events"]
    assert (visits["unit"], visits["range"], visits["goalposts"]) == ("%", [0, 100], [0, 100])
    assert (visits["parent"], visits["direction"], visits["round"], visits["scale"]) == ("people", "benefit", None, 100)
    assert (visits["denominate"], visits["fill"], visits["invert"]) == (None, {"method": "none"}, False)
    assert visits["global_weight"] == pytest.approx(0.375)
    assert minutes["goalposts"] is None
    assert minutes["treat"]["method"] == "iqr"
    assert minutes["parameters"] == {"extent": {"甲": [10.0, 30.0], "乙": [5.0, 25.0]}}
    assert events["denominate"]["by"] == "residents"
    assert events["fill"] == {"method": "mean"}
    assert events["prepared"] != {}
    assert (events["invert"], events["global_weight"]) == (True, 0.25)
    assert leaves["residents"]["global_weight"] is None


def test_methods_by_node_stand_only_where_there_are_several(tmp_path: Path, run: ri.Result) -> None:
    framework = ri.load_framework(tmp_path / "small.yaml")
    levels = {"method": "levels", "from_top": ["equal", "given"]}
    found = manifest.plan_dict(ri.score(ri.read_data(tmp_path / "data.csv", framework), framework, weights=levels))
    assert found["weights_by_node"] == {"index": {"method": "equal"}, "people": {"method": "given"}}


def test_only_manifests_of_runs_are_read(tmp_path: Path, built: dict[str, Any]) -> None:
    assert manifest.read(tmp_path) is None
    path = tmp_path / manifest.FILE
    path.write_text(json.dumps(built), encoding="utf-8")
    assert manifest.read(tmp_path) == built
    for other in ({**built, "predicateType": "urn:other"}, [built], "text"):
        path.write_text(json.dumps(other), encoding="utf-8")
        assert manifest.read(tmp_path) is None
    path.write_text("{", encoding="utf-8")
    assert manifest.read(tmp_path) is None
