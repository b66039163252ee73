"""The whole of what a manifest says of a run of two files, and of what only some runs have."""

from __future__ import annotations

import platform
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from audit_helpers import scored

from resilience_index import __version__
from resilience_index.audit import manifest
from resilience_index.data.table import SourceFile
from resilience_index.framework.models import Gate
from resilience_index.methods.checking import check
from resilience_index.scoring.result import Result

NONE, GIVEN = {"method": "none"}, {"method": "given"}
GOALPOSTS = {"method": "goalposts", "transform": "none", "clip": True}
PERCENTILE = {"method": "percentile", "low": 0.0, "high": 0.5}
GRADES = [
    {"id": "A", "min": 60.0, "title": {"zh": "优", "en": "Good"}},
    {"id": "B", "min": 0.0, "title": {"zh": "中", "en": "Fair"}},
]


def setting(value: Any, origin: str = "program") -> dict[str, Any]:
    return {"value": value, "origin": origin}


SETTINGS = {
    "accept_errors": setting(True, "option"), "aggregate": setting({"method": "arithmetic"}),
    "allow_personal_data": setting(False), "by": setting(None),
    "columns": setting({"id": None, "name": None, "period": None, "groups": []}), "encoding": setting(None),
    "fill": setting(NONE), "framework": setting("small", "option"), "grades": setting(GRADES, "framework"),
    "grading": setting({"method": "fixed"}), "judgments": setting(None), "missing": setting({"policy": "available"}),
    "normalize": setting(GOALPOSTS), "period": setting(None), "round": setting(None), "scale": setting(100.0),
    "sheet": setting(None), "ties": setting("min", "framework"), "tokens": setting([]), "treat": setting(NONE),
    "weights": setting(GIVEN),
}  # fmt: skip


def data_file(name: str, rows: int, visits: str) -> dict[str, Any]:
    return {
        "name": name, "rows": rows, "kind": "csv", "form": "wide", "encoding": "utf-8", "delimiter": ",",
        "columns": {"visits": visits, "minutes": "minutes", "events": "events", "residents": "residents"},
    }  # fmt: skip


DATA = {
    "rows": 5, "files": [data_file("a.csv", 2, "visits"), data_file("b.csv", 3, "走访")],
    "conversions": {"visits": {"percent": 1, "width": 1}},
}  # fmt: skip


def node(name: str, zh: str, en: str, parent: str | None, level: int, *children: tuple[str, float]) -> dict[str, Any]:
    return {
        "id": name, "title": {"zh": zh, "en": en}, "parent": parent, "level": level,
        "children": [{"id": child, "local_weight": share, "factor": share} for child, share in children],
        "aggregate": {"method": "arithmetic"}, "missing": {"policy": "available"}, "normalize": None, "parameters": {},
        "invert": False, "against": False, "round": None, "show": None, "scale": 100.0,
    }  # fmt: skip


def leaf(name: str, zh: str, en: str, parent: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name, "title": {"zh": zh, "en": en}, "parent": parent, "unit": None, "direction": "benefit",
        "range": None, "goalposts": None, "normalize": GOALPOSTS, "parameters": {}, "denominate": None, "prepared": {},
        "fill": NONE, "treat": NONE, "tokens": [], "invert": False, "against": False, "round": None, "scale": 100.0,
        "global_weight": 0.375, **more,
    }  # fmt: skip


def posts(*ends: float) -> dict[str, Any]:
    return {"goalposts": list(ends), "parameters": {"goalposts": list(ends)}}


PLAN = {
    "weights": GIVEN, "ties": "min", "grades": GRADES,
    "grading": {
        "method": {"method": "fixed"}, "relative": False, "within": None,
        "groups": [{"group": None, "units": 0, "bounds": [{"grade": "A", "min": 60.0}, {"grade": "B", "min": 0.0}]}],
    },
    "gates": [], "red_lines": [],
    "nodes": [
        node("index", "指数", "Index", None, 0, ("people", 0.75), ("events", 0.25)),
        node("people", "人", "People", "index", 1, ("visits", 0.5), ("minutes", 0.5)),
    ],
    "leaves": [
        leaf("visits", "走访", "Visits", "people", unit="%", range=[0.0, 100.0], **posts(0.0, 100.0)),
        leaf("minutes", "时长", "Minutes", "people", direction="cost", fill={"method": "mean"},
             prepared={"fill": {"mean": {"all": 30.0}}}, **posts(60.0, 0.0)),
        leaf("events", "活动", "Events", "index", global_weight=0.25, treat=PERCENTILE,
             denominate={"method": "ratio", "by": "residents", "factor": 1.0},
             prepared={"denominate": {"by": "residents", "factor": 1.0},
                       "treat": {"all": {"points": 2, "low": 0.2, "high": 0.45}}},
             **posts(0.0, 1.0) | {"normalize": GOALPOSTS | {"goalposts": [0.0, 1.0]}}),
        leaf("residents", "人口", "Residents", "index", direction="context", global_weight=None),
    ],
}  # fmt: skip


@pytest.fixture
def result(tmp_path: Path) -> Result:
    return scored(tmp_path)


def test_the_whole_of_a_manifest(result: Result) -> None:
    libraries = (
        "jinja2", "numpy", "pyarrow", "pydantic", "pylopdf-fonts-zh-cn", "python-calamine", "python-docx", "pyyaml",
        "typst", "xlsxwriter",
    )  # fmt: skip
    versions = {"python": platform.python_version(), **{name: metadata.version(name) for name in libraries}}
    found = manifest.build(result, {"b": "2" * 64, "a": "1" * 64}, {"z": b"", "c": "3" * 64}, {"more": 1})
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert found == {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "c", "digest": {"sha256": "3" * 64}}, {"name": "z", "digest": {"sha256": empty}}],
        "predicateType": "urn:resilience-index:run:1",
        "predicate": {
            "program": {"name": "resilience-index", "version": __version__}, "versions": versions,
            "inputs": [{"name": "a", "digest": {"sha256": "1" * 64}}, {"name": "b", "digest": {"sha256": "2" * 64}}],
            "framework": {"id": "small", "version": "2.1.0", "title": {"zh": "小", "en": "Small"}},
            "settings": SETTINGS, "data": DATA, "plan": PLAN, "seed": None, "more": 1,
        },
    }  # fmt: skip
    assert manifest.build(result, {}, {}, {"seed": 7})["predicate"]["seed"] == 7
    assert found["predicate"]["versions"] == manifest.versions()


def test_a_scheme_is_named() -> None:
    title = SimpleNamespace(zh="小", en="Small")
    framework = SimpleNamespace(id="small", version="1.0.0", title=title, scheme="flat")
    said = {"id": "small", "version": "1.0.0", "title": {"zh": "小", "en": "Small"}}
    assert manifest.framework_dict(SimpleNamespace(framework=framework)) == {**said, "scheme": "flat"}  # type: ignore[arg-type]
    framework.scheme = None
    assert manifest.framework_dict(SimpleNamespace(framework=framework)) == said  # type: ignore[arg-type]


def source(name: str, **more: Any) -> SourceFile:
    return SourceFile(name, more.pop("kind", "xlsx"), lambda: "", 0, {"x": "X"}, **more)


class Rows(SimpleNamespace):
    def __len__(self) -> int:
        return 3


def test_workbooks_and_files_without_rows() -> None:
    files = (source("w.xlsx", sheet="表1"), source("l.csv", kind="csv", form="long", encoding="gbk", delimiter=";"))
    table: Any = Rows(files=files, file_of=np.array([1, 1, 1]), conversions={}, indicators=("x",))
    assert manifest.data_dict(table) == {
        "rows": 3, "conversions": {},
        "files": [
            {"name": "w.xlsx", "rows": 0, "kind": "xlsx", "form": "wide", "sheet": "表1", "columns": {"x": "X"}},
            {"name": "l.csv", "rows": 3, "kind": "csv", "form": "long", "encoding": "gbk", "delimiter": ";",
             "columns": {"x": "X"}},
        ],
    }  # fmt: skip
    table.file_of, table.files = None, files[:1]
    assert manifest.data_dict(table)["files"][0]["rows"] == 3


def test_conversions_are_counted_by_kind() -> None:
    from resilience_index.data.cells.forms import Conversion, label

    first, second = (int(kind) for kind in list(Conversion)[:2])
    codes = {0: [0, first, second, first, first | second], 2: [0] * 5, 1: [second, 0, 0, 0, 0]}
    conversions = {position: np.array(values, dtype=np.int16) for position, values in codes.items()}
    table: Any = SimpleNamespace(conversions=conversions, indicators=("x", "y", "z"))
    assert manifest._conversions(table) == {
        "x": {label(first): 2, label(second): 1, label(first | second): 1}, "y": {label(second): 1},
    }  # fmt: skip


REASON = {"zh": "因", "en": "because"}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"id": "g", "indicator": "visits", "op": "<", "value": 30, "missing": "pass", "reason": REASON,
          "state": {"id": "void", "title": {"zh": "无", "en": "Void"}}},
         {"id": "g", "indicator": "visits", "node": None, "op": "<", "value": 30.0, "missing": "pass", "state": "void",
          "reason": REASON}),
        ({"id": "h", "node": "people", "op": ">=", "value": 0.5, "reason": REASON},
         {"id": "h", "indicator": None, "node": "people", "op": ">=", "value": 0.5, "missing": "fail", "state": None,
          "reason": REASON}),
    ],
)  # fmt: skip
def test_gates(said: Any, told: Any) -> None:
    assert manifest._gate(Gate.model_validate(said)) == told


def test_what_was_settled_of_weights() -> None:
    """Only what there is: experts left out, components, and methods by node where there are several."""
    groups = [SimpleNamespace(parent="a", left_out=(("E1", 0.2),)), SimpleNamespace(parent="b", left_out=())]
    nodes = [SimpleNamespace(id="index"), SimpleNamespace(id="people")]
    methods = {"index": check("weights", {"method": "equal"}), "people": check("weights", {"method": "given"})}
    joined = [SimpleNamespace(to_dict=lambda: {"node": "index"})]
    levels = check("weights", {"method": "levels", "from_top": ["equal", "given"]})

    def told(groups: Any, joined: Any, weights: Any) -> dict[str, Any]:
        weighting = SimpleNamespace(groups=groups, joined=joined, serving=lambda item: methods[item.id])
        result: Any = SimpleNamespace(weighting=weighting, plan=SimpleNamespace(nodes=nodes, weights=weights))
        return manifest._weighting(result)

    by_node = {"weights_by_node": {"index": {"method": "equal"}, "people": {"method": "given"}}}
    assert told([], [], methods["index"]) == {}
    assert told(groups[1:], [], methods["index"]) == {}
    assert told(groups, [], methods["index"]) == {"experts_left_out": {"a": {"E1": 0.2}}}
    assert told([], joined, methods["index"]) == {"combinations": [{"node": "index"}]}
    assert told([], [], levels) == by_node
    assert told(groups, joined, levels) == {
        "combinations": [{"node": "index"}], "experts_left_out": {"a": {"E1": 0.2}}, **by_node,
    }  # fmt: skip


def test_parameters_of_steps() -> None:
    """Those of several are laid together; groups are called by their labels."""
    table = object()
    plain = SimpleNamespace(within=None, parameters=lambda: {"low": 1.0})
    grouped = SimpleNamespace(within="district", parameters=lambda: {"extent": {0: [1, 2], 1: [3, 4]}})
    result: Any = SimpleNamespace(table=table)
    with pytest.MonkeyPatch.context() as patch:
        labels = {(id(table), "district"): ["甲", "乙"]}
        patch.setattr(manifest, "labels_of", lambda found, name: labels[id(found), name])
        assert manifest._steps(result, [plain, grouped]) == {"low": 1.0, "extent": {"甲": [1, 2], "乙": [3, 4]}}
    assert manifest._steps(result, []) == {}
