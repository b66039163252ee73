"""The view that a run keeps: it comes back as it was, whatever it holds, and what is none is told."""

import dataclasses
import gzip
import hashlib
import json
import typing

import pytest
from documents import ROOT, sample
from report_views import make_view

from resilience_index.report.renderers import RENDERERS, writers
from resilience_index.report.view import single, stored
from resilience_index.report.view.diagnosis import DiagnosisView
from resilience_index.report.view.map_shapes import MapView
from resilience_index.report.view.model import View
from resilience_index.report.view.units import LeafLines
from resilience_index.runs import folder
from resilience_index.scoring import assess

EXAMPLES = ROOT / "docs" / "examples"


def tiny():
    work = assess.job(EXAMPLES / "tiny.yaml", EXAMPLES / "tiny.csv")
    return folder.make_view(assess.assess(work), work)


def written(view, name, language, place):
    """The bytes of a report."""
    ((_, write),) = writers(view, [name], language).items()
    write(place / f"report.{name}")
    return (place / f"report.{name}").read_bytes()


VIEWS = {"sample": sample, "sfic": lambda: sample("sfic"), "tiny": tiny}


@pytest.mark.parametrize("name", VIEWS)
def test_every_format_of_a_kept_view_is_the_same_bytes(name, tmp_path):
    view = VIEWS[name]()
    content = stored.dump(view)
    again = stored.load(content)
    assert stored.dump(again) == content
    formats = [each for each in RENDERERS if each != "geojson" and (each not in ("docx", "pdf") or name == "tiny")]
    for each in formats:
        for language in ("zh", "en") if RENDERERS[each].one_language else ("both",):
            first, second = (written(one, each, language, tmp_path) for one in (view, again))
            assert first == second, (each, language)


def test_a_map_comes_back_with_its_coordinates(tmp_path):
    ring = [[120.123456789012345, 30, 5], [121, 30, 5], [121, 31, 5], [120.123456789012345, 30, 5]]
    area = {"type": "Feature", "id": "01", "geometry": {"type": "Polygon", "coordinates": [ring]}}
    (tmp_path / "map.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [area]}))
    (tmp_path / "data.csv").write_text("community_id,community,reply_min,visit_rate,shelter_area,grid_size,leaks\n"
                                       "01,Elm,72,81,0.9,300,0\n02,Oak,80,70,1,400,0\n", encoding="utf-8")  # fmt: skip
    work = assess.job(EXAMPLES / "tiny.yaml", tmp_path / "data.csv")
    work = dataclasses.replace(work, map=str(tmp_path / "map.geojson"))
    view = folder.make_view(assess.assess(work), work)
    content = written(view, "geojson", "zh", tmp_path)
    found = json.loads(content)
    assert [item["geometry"]["coordinates"] for item in found["features"]] == [[ring]]
    assert written(stored.load(stored.dump(view)), "geojson", "zh", tmp_path) == content


def test_texts_of_both_languages_stand_once():
    content = json.loads(gzip.decompress(stored.dump(sample())))
    pairs = [tuple(pair) for pair in content["texts"]]
    assert len(set(pairs)) == len(pairs) > 100
    assert b'"zh":' not in json.dumps(content["view"]).encode()


def test_a_group_may_be_called_as_the_sign_of_a_reference():
    view = make_view(units=3)
    units = [dataclasses.replace(unit, groups={"=": "1"}) for unit in view.periods[0].units]
    changed = dataclasses.replace(view, periods=[dataclasses.replace(view.periods[0], units=units)], group_names=["="])
    assert stored.load(stored.dump(changed)).periods[0].units[0].groups == {"=": "1"}


def _packed(value):
    return gzip.compress(json.dumps(value).encode())


@pytest.mark.parametrize(
    "content",
    [
        b"", b"no gzip", b"\x1f\x8b", gzip.compress(b""), gzip.compress(b"{"), gzip.compress(b"[" * 100_000),
        _packed([]), _packed({}), _packed({"schema": stored.SCHEMA}),
        _packed({"schema": stored.SCHEMA, "texts": [], "view": {}}),
        _packed({"schema": stored.SCHEMA, "texts": [[1]], "view": {}}),
        _packed({"schema": stored.SCHEMA, "texts": [], "view": {"title": {"=": 7}}}),
    ],
)  # fmt: skip
def test_what_is_no_view_is_told(content):
    with pytest.raises(stored.NoViewError) as caught:
        stored.load(content)
    assert not isinstance(caught.value, stored.OtherFormError)


def test_a_cut_view_and_one_of_another_form():
    content = stored.dump(sample())
    with pytest.raises(stored.NoViewError):
        stored.load(content[: len(content) // 2])
    with pytest.raises(stored.OtherFormError) as caught:
        stored.load(_packed({"schema": "resilience-index/view/9", "texts": [], "view": {}}))
    assert caught.value.found == "resilience-index/view/9"


def test_a_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(stored, "MOST_BYTES", 1 << 20)
    with pytest.raises(stored.NoViewError):
        stored.load(gzip.compress(b" " * (1 << 22) + b"{}"))


def test_a_large_run_keeps_none(tmp_path, monkeypatch):
    work = assess.job(EXAMPLES / "tiny.yaml", EXAMPLES / "tiny.csv")
    result = assess.assess(work)
    assert stored.FILE in folder.write(result, work, tmp_path / "kept", formats=("csv",)).files
    assert stored.FILE not in folder.write(result, work, tmp_path / "none", formats=()).files
    monkeypatch.setattr(stored, "MOST_UNITS", len(result) - 1)
    assert stored.FILE not in folder.write(result, work, tmp_path / "large", formats=("csv",)).files


def test_the_view_of_one_names_no_other():
    view = sample()
    unit = view.periods[0].units[7]
    text = json.dumps(stored.plain(single.of_community(view, unit.community_id)), ensure_ascii=False)
    near = {name for name, *_ in view.diagnosis.community(unit.community_id).neighbours}
    others = {other.community_id for other in view.periods[0].units} - near - {unit.community_id}
    assert unit.community_id in text
    assert len(near) == 5
    assert not [name for name in others if name in text]


def form(kind, seen):
    """Every dataclass below a view with its fields and their types, by name."""
    if dataclasses.is_dataclass(kind) and kind.__name__ not in seen:
        seen[kind.__name__] = None
        types = typing.get_type_hints(kind, localns=NAMES)
        seen[kind.__name__] = {field.name: field.type for field in dataclasses.fields(kind)}
        for found in types.values():
            form(found, seen)
    for part in typing.get_args(kind):
        form(part, seen)
    return seen


NAMES = {"DiagnosisView": DiagnosisView, "MapView": MapView, "LeafLines": LeafLines}


def test_a_view_of_other_fields_is_of_another_form():
    """Where this fails the form has changed: runs kept earlier must be told apart (``stored.SCHEMA``)."""
    text = json.dumps(form(View, {}), sort_keys=True)
    assert (stored.SCHEMA, hashlib.sha256(text.encode()).hexdigest()[:16]) == (
        "resilience-index/view/1",
        "81c970d67e0e0dab",
    )
