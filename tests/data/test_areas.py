"""Areas of communities from GeoJSON files: what matches, what does not, what is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.data import areas
from resilience_index.errors import InputError, UnreadableError
from resilience_index.report.view.map_shapes import SIZE, draw

SQUARE = [[120.0, 30.0], [120.1, 30.0], [120.1, 30.1], [120.0, 30.1], [120.0, 30.0]]


def feature(name, ring=SQUARE, **more):
    return {
        "type": "Feature", "properties": {"community_id": name}, "geometry": {"type": "Polygon", "coordinates": [ring]}
    } | more  # fmt: skip


def written(folder, features, kind="FeatureCollection", encoding="utf-8"):
    path = folder / "map.geojson"
    path.write_text(json.dumps({"type": kind, "features": features}, ensure_ascii=False), encoding=encoding)
    return str(path)


def codes(found):
    return [(finding.code, finding.params.get("count")) for finding in found.findings]


def test_ids_are_texts_with_their_zeros(tmp_path):
    path = written(tmp_path, [feature("007"), feature("7"), feature(8)], encoding="utf-8-sig")
    found = areas.read(path, ["007", "8", "9"])
    assert list(found.rings) == ["007", "8"]
    assert found.rings["007"] == [[tuple(at) for at in SQUARE]]
    assert codes(found) == [("RI551", 1), ("RI552", 1)]
    assert found.findings[0].params["names"] == ["7"]
    assert found.findings[1].params["names"] == ["9"]


@pytest.mark.parametrize("key", areas.KEYS)
def test_an_id_stands_in_one_of_the_known_properties(tmp_path, key):
    path = written(tmp_path, [feature(None, properties={key: "a", "name": "b"})])
    assert list(areas.read(path, ["a"]).rings) == ["a"]


def test_the_features_own_id_counts_and_parts_join(tmp_path):
    several = {"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE, SQUARE]]}
    path = written(tmp_path, [feature("x", id="a", properties=None), feature("a", geometry=several)])
    assert len(areas.read(path, ["a"]).rings["a"]) == 4


def test_points_and_nothing_are_no_area(tmp_path):
    point = {"type": "Point", "coordinates": [120, 30]}
    path = written(tmp_path, [feature("a", geometry=point), feature("b", geometry=None)])
    found = areas.read(path, ["a", "b"])
    assert codes(found) == [("RI553", None)]
    assert draw(found) is None


@pytest.mark.parametrize(
    ("features", "place"),
    [
        ([feature("a"), feature("b", [[500000.0, 3400000.0]] * 4)], 2),
        ([feature("a", [[120, "x"]] * 4)], 1),
        ([feature("a", [[120]] * 4)], 1),
        ([feature("a", 5)], 1),
        ("none", "—"),
        ([1], "—"),
    ],
)
def test_what_is_no_map_in_degrees_is_refused(tmp_path, features, place):
    with pytest.raises(InputError) as caught:
        areas.read(written(tmp_path, features), ["a"])
    assert [(finding.code, finding.params) for finding in caught.value.findings] == [("RI550", {"feature": place})]


@pytest.mark.parametrize(
    "content", ["[]", "{", "5", '{"type": "FeatureCollection"}', '{"type": "Feature"}', "[" * 9999]
)
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "map.geojson"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        areas.read(str(path), ["a"])
    assert caught.value.findings[0].code == "RI550"


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(UnreadableError) as caught:
        areas.read(str(tmp_path / "nope.geojson"), ["a"])
    assert caught.value.code == "RI002"


def test_a_square_on_the_ground_is_a_square_on_the_map(tmp_path):
    """At 60 degrees north a degree of longitude is half as long as one of latitude."""
    ring = [[10.0, 59.9], [10.4, 59.9], [10.4, 60.1], [10.0, 60.1], [10.0, 59.9]]
    drawn = draw(areas.read(written(tmp_path, [feature("a", ring)]), ["a"]))
    assert (drawn.width, drawn.height) == (SIZE, SIZE)
    shape = drawn.shapes[0]
    assert (shape.x, shape.y, shape.room) == (450, 450, 900)
    assert shape.path == "M0 900l900 0l0 -900l-900 0z"


@given(
    st.lists(
        st.lists(st.tuples(st.floats(-180, 180), st.floats(-85, 85)), min_size=4, max_size=9), min_size=1, max_size=4
    )
)
def test_every_map_stays_inside_its_frame(rings):
    found = areas.Areas({"a": [[[*ring, ring[0]] for ring in rings]]}, b"", ())
    drawn = draw(found)
    assert 1 <= drawn.width <= SIZE
    assert 1 <= drawn.height <= SIZE
    x = y = 0
    for part in drawn.shapes[0].path.replace("l", " l").replace("z", " z ").replace("M", " M").split(" z "):
        for step in part.split(" l"):
            left, down = (int(number) for number in step.strip(" M").split()) if step.strip() else (0, 0)
            x, y = (left, down) if "M" in step else (x + left, y + down)
            assert 0 <= x <= drawn.width
            assert 0 <= y <= drawn.height


def test_coordinates_stay_as_they_are(tmp_path):
    """Nesting, holes, heights and every digit; rings that are no rings are left out."""
    square = [[120.1234567890123, 30, 5.5], [121, 30, 6], [121, 31, 7], [120.1234567890123, 30, 5.5]]
    hole = [[120.5, 30.2], [120.6, 30.2], [120.6, 30.3], [120.5, 30.2]]
    several = {"type": "MultiPolygon", "coordinates": [[square, hole], [SQUARE, SQUARE[:3]], [SQUARE[:2]]]}
    path = written(tmp_path, [feature("a", geometry=several), feature("a")])
    found = areas.read(path, ["a"])
    shaped = [[[list(at) for at in ring] for ring in polygon] for polygon in found.polygons["a"]]
    assert shaped == [[square, hole], [SQUARE], [SQUARE]]
    assert draw(found).shapes[0].polygons == found.polygons["a"]
