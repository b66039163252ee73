"""The ranking with the diagnosis for spreadsheets: columns, texts of one language, nothing that acts; and the areas."""

import csv
import dataclasses
import json

import pytest
from documents import sample
from report_views import HOSTILE, make_view

from resilience_index.report.export import geojson, ranking
from resilience_index.report.view.map_shapes import MapView, Shape


def rows_of(view, folder, language):
    path = folder / "report.csv"
    ranking.write_csv(view, path, language)
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(content.decode("utf-8-sig").splitlines(keepends=True)))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("framework", ["toe", "sfic", "mechanisms"])
def test_dilemmas_paths_and_the_first_action(framework, language, tmp_path):
    view = sample(framework)
    head, *rows = rows_of(view, tmp_path, language)
    dilemma, path, action = {"zh": ("困境", "路径", "先做什么"), "en": ("Dilemma", "Path", "What to do first")}[
        language
    ]
    assert head[-3:] == [dilemma, path, action]
    assert len(rows) == 180
    newest = {row[0]: dict(zip(head, row, strict=True)) for row in rows[:60]}
    assert [row[-3:] for row in rows[60:]] == [["", "", ""]] * 120
    joiner = {"zh": "；", "en": "; "}[language]
    told = 0
    for profile in view.diagnosis.communities:
        row = newest[profile.community_id]
        said = {(item.dilemma or item.title)[language] for item in profile.statements}
        ways = {way.title[language] for item in profile.statements for way in item.paths}
        assert sorted(filter(None, row[dilemma].split(joiner))) == sorted(said)
        assert sorted(filter(None, row[path].split(joiner))) == sorted(ways)
        assert row[action] == (profile.actions[0].text[language] if profile.actions else "")
        told += bool(said)
    assert told > 20


def test_names_that_act_are_guarded_and_come_back(tmp_path):
    view = make_view(units=40, labels=("2024",), hostile=True)
    units = [dataclasses.replace(unit, name=unit.name.replace("\ud800", "")) for unit in view.periods[0].units]
    view = dataclasses.replace(view, periods=[dataclasses.replace(view.periods[0], units=units)], diagnosis=None)
    head, *rows = rows_of(view, tmp_path, "en")
    names = [row[head.index("Community")] for row in rows]
    assert any(name.startswith("'=") for name in names)
    assert not [name for name in names if name[:1] in ("=", "+", "-", "@", "\t")]
    assert not [name for name in names for character in name if character < " " or "\u202a" <= character <= "\u202e"]
    assert sum(name in HOSTILE for name in names) > 2


def test_columns_of_a_run_without_groups_periods_and_grades(tmp_path):
    view = dataclasses.replace(
        make_view(units=3, labels=("",)), group_names=(), grades=(), diagnosis=None, has_periods=False
    )  # fmt: skip
    head, *rows = rows_of(view, tmp_path, "en")
    titles = [view.item(name).title["en"] for name in view.dimensions]
    assert head == ["Community id", "Community", "Rank", "Score", "Coverage", *titles]
    assert len(rows) == 3


def test_areas_of_several_parts_and_of_units_that_are_not_there():
    view = make_view(units=3, labels=("2024",))
    first, second = view.periods[0].units[:2]
    ring = ((120.0, 30.0), (121.0, 30.0), (121.0, 31.0), (120.0, 30.0))
    shapes = [
        Shape(name, "", 0, 0, 0, polygons)
        for name, polygons in (
            (first.community_id, [[ring, ring], [ring]]), (second.community_id, [[ring]]), ("gone", [[ring]])
        )
    ]  # fmt: skip
    found = geojson.collection(dataclasses.replace(view, map=MapView(1, 1, shapes)))
    flat = [list(at) for at in ring]
    assert [item["geometry"] for item in found["features"]] == [
        {"type": "MultiPolygon", "coordinates": [[flat, flat], [flat]]}, {"type": "Polygon", "coordinates": [flat]}
    ]  # fmt: skip
    assert [item["id"] for item in found["features"]] == [first.community_id, second.community_id]
    json.dumps(found, allow_nan=False)


def test_what_steers_is_an_escape_that_readers_give_back(tmp_path):
    view = make_view(units=1, labels=("2024",))
    unit = dataclasses.replace(view.periods[0].units[0], name="a\u202eb\x9bc\u2066")
    ring = ((120.0, 30.0), (121.0, 30.0), (121.0, 31.0), (120.0, 30.0))
    period = dataclasses.replace(view.periods[0], units=[unit])
    shapes = [Shape(unit.community_id, "", 0, 0, 0, [[ring]])]
    path = tmp_path / "a.geojson"
    geojson.write_geojson(dataclasses.replace(view, periods=[period], map=MapView(1, 1, shapes)), path)
    text = path.read_text(encoding="utf-8")
    assert not set(text) & set("\u202e\x9b\u2066")
    assert json.loads(text)["features"][0]["properties"]["community"] == unit.name
