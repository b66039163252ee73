"""The form of a manifest: what is not as every run writes it is named by its place."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import audit_helpers
import pytest

from resilience_index.audit import canonical, forms, manifest

Change = Callable[[dict[str, Any]], Any]


@pytest.fixture
def predicate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.chdir(tmp_path)
    names = {"a.csv": "0" * 64, "b.csv": "1" * 64, "small.yaml": "2" * 64}
    sources = [
        {"role": role, "name": name, "member": None, "label": name}
        for role, name in (("data", "a.csv"), ("data", "b.csv"), ("framework", "small.yaml"))
    ]
    extra = {"language": "both", "sources": sources, "bundle": None, "trace": True}
    result = audit_helpers.scored(tmp_path)
    found: dict[str, Any] = json.loads(canonical.dump(manifest.build(result, names, {}, extra)["predicate"]))
    return found


def places(predicate: dict[str, Any]) -> list[tuple[str, str]]:
    found = list(forms.findings(predicate, "run"))
    assert {(item.code, item.location.file) for item in found} <= {("RI598", "run/manifest.json")}
    assert [item.location.path for item in found] == [item.params["item"] for item in found]
    return [(item.params["item"], item.params["value"]) for item in found]


def test_what_a_run_writes_has_the_form(predicate: dict[str, Any]) -> None:
    assert places(predicate) == []
    assert places(predicate | {"more": 1}) == []


@pytest.mark.parametrize("key", ["bundle", "data", "framework", "inputs", "language", "plan", "program", "settings",
                                 "sources", "trace", "versions"])  # fmt: skip
def test_what_is_missing(key: str, predicate: dict[str, Any]) -> None:
    del predicate[key]
    assert places(predicate) == [(f"predicate.{key}", "—")]


def put(*path: str | int, value: Any) -> Change:
    def change(predicate: dict[str, Any]) -> None:
        place: Any = predicate
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "item", "value"),
    [
        (put("bundle", value=1), "bundle", "1"),
        (put("data", "files", 0, "kind", value=None), "data.files[0].kind", "—"),
        (put("inputs", 1, "digest", "sha256", value="0" * 63), "inputs[1].digest.sha256", "0" * 39 + "…"),
        (put("inputs", 1, "digest", "sha256", value="G" * 64), "inputs[1].digest.sha256", "G" * 39 + "…"),
        (put("language", value=["zh"]), "language", '["zh"]'),
        (put("program", "version", value=1), "program.version", "1"),
        (put("settings", value=5), "settings", "5"),
        (put("settings", "scale", value=100), "settings.scale", "100"),
        (put("settings", "scale", "origin", value="command line"), "settings.scale.origin", "command line"),
        (put("settings", "scale", "origin", value={"a": 1}), "settings.scale.origin", '{"a": 1}'),
        (put("settings", "columns", "value", "groups", value="x"), "settings.columns.value.groups", "x"),
        (put("settings", "columns", "origin", value="none"), "settings.columns.origin", "none"),
        (put("sources", 0, "member", value=7), "sources[0].member", "7"),
        (put("trace", value=1), "trace", "1"),
        (put("versions", "numpy", value=None), "versions.numpy", "—"),
    ],
)
def test_what_has_another_form(change: Change, item: str, value: str, predicate: dict[str, Any]) -> None:
    change(predicate)
    assert places(predicate) == [(f"predicate.{item}", value)]


def test_inputs_are_those_of_the_sources(predicate: dict[str, Any]) -> None:
    other = copy.deepcopy(predicate)
    other["inputs"].append({"name": "zzz.csv", "digest": {"sha256": "3" * 64}})
    assert places(other) == [("predicate.inputs[zzz.csv]", "zzz.csv")]
    other = copy.deepcopy(predicate)
    other["inputs"].append(other["inputs"][0])
    assert places(other) == [("predicate.inputs[a.csv]", "a.csv")]
    predicate["sources"][0]["name"] = "evil.csv"
    assert places(predicate) == [("predicate.inputs[a.csv]", "a.csv"), ("predicate.sources[evil.csv]", "evil.csv")]
