"""A map in the report, from the command line and from an assessment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from acceptance_tools import ROOT, Inside, page_text

TINY = ROOT / "docs" / "examples" / "tiny.yaml"
DATA = (
    "community_id,community,reply_min,visit_rate,shelter_area,grid_size,leaks\n"
    "k1,Elm,72,81,0.9,300,0\nk2,Oak,156,64,1.2,700,1\n"
)


def _area(name: str, west: float) -> dict[str, Any]:
    ring = [[west, 30.0], [west + 0.1, 30.0], [west + 0.1, 30.1], [west, 30.0]]
    return {"type": "Feature", "id": name, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def _write(folder: Path, *names: str) -> None:
    features = [_area(name, 120 + place) for place, name in enumerate(names)]
    content = {"type": "FeatureCollection", "features": features}
    (folder / "map.geojson").write_text(json.dumps(content), encoding="utf-8")
    (folder / "data.csv").write_text(DATA, encoding="utf-8")


def test_a_map_is_drawn_digested_and_checked(tmp_path: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _write(tmp_path, "k1", "park")
    call = ("score", "data.csv", "-f", str(TINY), "--out", "run", "--lang", "en")
    ran = inside(*call, "--map", "map.geojson")
    assert ran.code == 0
    assert "map.geojson: RI551 warning: 1 features match no community: park" in ran.err
    assert "map.geojson: RI552 warning: 1 communities have no area on the map: k2" in ran.err
    assert '"shapes":[["k1","M0 ' in page_text((tmp_path / "run" / "report.html").read_bytes())
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_bytes())["predicate"]
    assert [item["name"] for item in manifest["inputs"] if "geojson" in item["name"]] == ["map.geojson"]
    assert manifest["settings"]["map"] == {"value": "map.geojson", "origin": "option"}
    assert inside(*call).code == 0
    assert '"map":null' in page_text((tmp_path / "run" / "report.html").read_bytes())


def test_an_assessment_names_a_map(tmp_path: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is no map stops the run at the line that names it; nothing is written."""
    monkeypatch.chdir(tmp_path)
    _write(tmp_path, "k1", "k2")
    text = f"schema: resilience-index/assessment/1\nframework: {TINY}\ndata: data.csv\nmap: map.geojson\n"
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    ran = inside("score", "-c", "a.yaml", "--out", "run", "--lang", "en")
    assert ran.code == 0
    assert "RI55" not in ran.err
    settings = json.loads((tmp_path / "run" / "manifest.json").read_bytes())["predicate"]["settings"]
    assert settings["map"] == {"value": "map.geojson", "origin": "assessment"}
    (tmp_path / "map.geojson").write_text("{}", encoding="utf-8")
    ran = inside("score", "-c", "a.yaml", "--out", "other", "--lang", "en")
    assert ran.code == 1
    assert "map.geojson: RI550 error" in ran.err
    (tmp_path / "map.geojson").unlink()
    ran = inside("score", "-c", "a.yaml", "--out", "other", "--lang", "en")
    assert ran.code == 2
    assert "a.yaml:4:6: " in ran.err
    assert not (tmp_path / "other").exists()


def test_an_area_of_no_community_at_all(tmp_path: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _write(tmp_path, "x")
    ran = inside("score", "data.csv", "-f", str(TINY), "--out", "run", "--map", "map.geojson", "--lang", "zh")
    assert ran.code == 0
    assert "RI553" in ran.err
