"""Where two versions of a file differ: the place is named, numbers that are near are told apart."""

from __future__ import annotations

import copy
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_index.audit import differences as diff

HEADER = "node,parent,weight"


def csv_found(tmp_path: Path, old: str, new: str, *, exact: bool = False) -> diff.Found:
    for name, text in (("old", old), ("new", new)):
        (tmp_path / name).write_text(text, "utf-8")
    return diff.csv_tables(tmp_path / "old", tmp_path / "new", ("node",), exact=exact)


def test_a_cell_of_a_table(tmp_path: Path) -> None:
    found = csv_found(tmp_path, f"{HEADER}\na,r,1\nb,r,2\n", f"{HEADER}\na,r,1\nb,r,3\n")
    assert found.listed == [diff.Difference("b", "2", "3", 3, "weight")]
    assert (found.count, found.near) == (1, 0)


@pytest.mark.parametrize(
    ("old", "item"),
    [
        (f"{HEADER}\na,r,1\n", "b"), (f"{HEADER}\na,r,1\nb,r,2\nc,r,3\n", "c"), (f"{HEADER}\na,r,1\nb,r\n", "b"),
        ("node,weight\na,1\nb,2\n", "parent"), ("", "node"),
    ],
)  # fmt: skip
def test_rows_and_columns_that_one_side_has(old: str, item: str, tmp_path: Path) -> None:
    found = csv_found(tmp_path, old, f"{HEADER}\na,r,1\nb,r,2\n")
    assert found.count >= 1
    assert found.listed[0].item == item


def test_near_numbers_count_apart_unless_exact(tmp_path: Path) -> None:
    old, new = f"{HEADER}\na,r,0.3\n", f"{HEADER}\na,r,0.30000000000000004\n"
    found = csv_found(tmp_path, old, new)
    assert (found.count, found.near) == (0, 1)
    assert 0 < found.largest < 1e-15
    assert csv_found(tmp_path, old, new, exact=True).count == 1


@pytest.mark.parametrize(
    ("first", "second", "near"),
    [
        (1.0, 1.0 + 9e-10, True), (1.0, 1.0 + 2e-9, False), (1e12, 1e12 + 900, True), (1e12, 1e12 + 2000, False),
        (0.0, 9e-10, True), ("1.5", "1.5000000001", True), ("", "1", False), (None, 0.0, False), (True, 1, False),
        (float("nan"), 1.0, False), (float("inf"), float("inf"), False), ("A", "B", False),
    ],
)  # fmt: skip
def test_what_is_near(first: object, second: object, near: bool) -> None:
    assert (diff.apart(first, second) is not None) == near


def parquet(path: Path, **columns: list[object]) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def test_a_cell_of_parquet(tmp_path: Path) -> None:
    ids = [f"{number:03}" for number in range(70_000)]  # more than one block
    values = [float(number) for number in range(70_000)]
    old = parquet(tmp_path / "old", community_id=ids, value=values)
    values[69_000] = None
    new = parquet(tmp_path / "new", community_id=ids, value=values)
    found = diff.parquet_tables(old, new, ("community_id",))
    assert found.listed == [diff.Difference("69000", "69000.0", "—", 69_001, "value")]


def test_rows_columns_and_types_of_parquet(tmp_path: Path) -> None:
    new = parquet(tmp_path / "new", community_id=["a", "b"], value=[1.0, 2.0])
    fewer = parquet(tmp_path / "fewer", community_id=["a"], value=[1.0])
    assert "b" in [item.item for item in diff.parquet_tables(fewer, new, ("community_id",)).listed]
    other = parquet(tmp_path / "other", community_id=["a", "b"], other=[1.0, 2.0])
    assert {item.column for item in diff.parquet_tables(other, new, ("community_id",)).listed} == {"value", "other"}
    typed = parquet(tmp_path / "typed", community_id=["a", "b"], value=["1", "2"])
    assert diff.parquet_tables(typed, new, ("community_id",), exact=True).count == 2
    many = parquet(tmp_path / "many", community_id=["a"] * 20_000, value=[1.0] * 20_000)
    assert [item.item for item in diff.parquet_tables(many, new, ("community_id",)).listed] == ["rows"]
    (tmp_path / "none").write_bytes(b"PAR1 and no more PAR1")
    with pytest.raises(ValueError, match=r".+"):
        diff.parquet_tables(tmp_path / "none", new, ("community_id",))


def test_only_the_first_are_listed_and_all_counted(tmp_path: Path) -> None:
    rows = [f"n{number},r,{number}" for number in range(100)]
    changed = [f"n{number},r,{number + 1}" for number in range(100)]
    found = csv_found(tmp_path, "\n".join([HEADER, *rows]), "\n".join([HEADER, *changed]))
    assert (len(found.listed), found.count) == (diff.LISTED, 100)


def test_lines_and_workbooks(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("a\nb\nc", "utf-8")
    (tmp_path / "new").write_text("a\nx\nc\nd", "utf-8")
    found = diff.texts(tmp_path / "old", tmp_path / "new")
    assert [(item.line, item.recorded, item.made) for item in found.listed] == [(2, "b", "x"), (4, "—", "d")]
    for name, value in (("one", "5"), ("two", "6")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("sheet1.xml", f'<row><c r="A1"><v>1</v></c><c r="B1"><v>{value}</v></c></row>')
    assert diff.packages(tmp_path / "one", tmp_path / "two").listed[0].item == "sheet1.xml B1"
    with pytest.raises(ValueError, match="not a zip"):
        diff.packages(tmp_path / "old", tmp_path / "two")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-5, 5) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


def alike(first: object, second: object) -> bool:
    """The same JSON: 1 and 1.0 are one number, true is none."""
    return json.dumps(_numbers(first), sort_keys=True) == json.dumps(_numbers(second), sort_keys=True)


def _numbers(value: object) -> object:
    if isinstance(value, dict):
        return {key: _numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_numbers(item) for item in value]
    return float(value) + 0.0 if isinstance(value, (int, float)) and not isinstance(value, bool) else value


@settings(deadline=None)
@given(old=JSON, new=JSON)
def test_documents_differ_exactly_where_they_are_not_alike(old: object, new: object) -> None:
    assert diff.documents(old, copy.deepcopy(old), exact=True).count == 0
    assert (diff.documents(old, new, exact=True).count == 0) == alike(old, new)


def test_items_of_documents_are_called_by_their_ids() -> None:
    old = {"nodes": [{"id": "people", "weight": 1.0, "gone": None}]}
    new = {"nodes": [{"id": "people", "weight": 2.0}, {"id": "more"}]}
    listed = diff.documents(old, new).listed
    assert [item.item for item in listed] == ["nodes[people].gone", "nodes[people].weight", "nodes[more]"]
    assert [item.recorded for item in listed] == ["null", "1.0", "—"]


def test_items_of_lists_of_other_lengths_are_paired_by_name() -> None:
    old = [{"name": "a", "x": 1}, {"name": "b", "x": 2}, {"name": "c", "x": 3}]
    found = diff.documents(old, [old[0], {"name": "c", "x": 4}])
    assert [(item.item, item.made) for item in found.listed] == [("[b]", "—"), ("[c].x", "4")]
    twice = diff.documents([*old, old[0]], [old[0]])
    assert twice.count == 3
