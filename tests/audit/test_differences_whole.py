"""Differences of every kind of file, each told whole: place, both sides, count, and how far numbers are apart."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from resilience_index.audit import differences as diff
from resilience_index.audit.differences import Difference, Found

HEAD = "node,parent,weight\n"


def tables(folder: Path, old: str | bytes, new: str | bytes, *keys: str, **more: Any) -> Found:
    for name, text in (("old", old), ("new", new)):
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return diff.csv_tables(folder / "old", folder / "new", keys or ("node", "parent"), **more)


# --- numbers


@pytest.mark.parametrize(
    ("first", "second", "gap"),
    [
        (1.0, 1.0, 0.0), (2.0**31, 2.0**31 + 2, 2.0), (2.0**31, 2.0**31 - 2, 2.0), (-(2.0**31), -(2.0**31) - 2, 2.0),
        (-3e9, -3e9 - 3, 3.0), (-3e9, -3e9 - 4, None), (3e9, 3e9 + 4, None), (0.0, 1e-9, 1e-9), (0.0, -1e-9, 1e-9),
        (0.0, 1.0000001e-9, None), (1e9, 1e9 + 1, 1.0), (-1.0, 1.0, None), ("2", "2.0", 0.0), ("x", "1", None),
        ("1", "x", None), (None, 1.0, None), (1.0, None, None), (True, 1.0, None), (1.0, True, None), ([], 1.0, None),
        (math.inf, math.inf, None), (math.inf, 1.0, None), (1.0, math.inf, None), (math.nan, 1.0, None),
        (1.0, math.nan, None), (-math.inf, -1e300, None), ("inf", "1", None), ("1", "nan", None),
    ],
)  # fmt: skip
def test_how_far_numbers_are_apart(first: Any, second: Any, gap: float | None) -> None:
    """Within 1e-9 of the number, or of 1: the very limit is within."""
    assert diff.apart(first, second) == gap


def test_counting() -> None:
    found = Found()
    for gap in (1e-12, 3e-12, 2e-12):
        found.compare(1.0, 1.0 + gap, Difference("x", "", ""))
    assert (found.count, found.near, found.listed) == (0, 3, [])
    assert found.largest == pytest.approx(3e-12, rel=1e-3)
    items = [Difference(str(number), "1", "2") for number in range(diff.LISTED + 2)]
    for item in items:
        found.compare(1.0, 2.0, item)
    assert (found.count, found.near, found.listed) == (diff.LISTED + 2, 3, items[: diff.LISTED])
    exact = Found(exact=True)
    exact.compare(1.0, 1.0 + 1e-12, items[0])
    assert exact == Found(True, [items[0]], 1, 0, 0.0)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "—"), (math.nan, "—"), (0.1, "0.1"), (1e30, "1e+30"), (3, "3"), (True, "True"), ("a\n", "a\\n"),
     ({"b": 1, "a": "社"}, '{"a": "社", "b": 1}'), ([1, "区"], '[1, "区"]'), ("x" * 50, "x" * 39 + "…"), ("", "")],
)  # fmt: skip
def test_values_as_they_are_shown(value: Any, text: str) -> None:
    assert diff.shown(value) == text


# --- tables of text


def test_the_same_table(tmp_path: Path) -> None:
    text = HEAD + "a,r,1\n"
    assert tables(tmp_path, text, text) == Found()
    assert tables(tmp_path, "", "") == Found()
    assert tables(tmp_path, text, text, exact=True) == Found(True)


def test_cells_row_by_row(tmp_path: Path) -> None:
    old, new = HEAD + "a,r,1\nb,,2\n社,区,x\n", HEAD + "a,r,\nb,q,2\n社,区,0.5\n"
    assert tables(tmp_path, old, new) == Found(False, [
        Difference("a r", "1", "—", 2, "weight"), Difference("b q", "—", "q", 3, "parent"),
        Difference("社 区", "x", "0.5", 4, "weight"),
    ], 3)  # fmt: skip


def test_line_ends_within_cells_are_told(tmp_path: Path) -> None:
    old, new = (f'{HEAD}a,"1{end}2",1\n' for end in ("\r\n", "\n"))
    assert tables(tmp_path, old, new, "node").listed == [Difference("a", "1\\r\\n2", "1\\n2", 2, "parent")]
    assert tables(tmp_path, new, old, "node").listed == [Difference("a", "1\\n2", "1\\r\\n2", 2, "parent")]


@pytest.mark.parametrize(
    ("keys", "row", "item"),
    [
        (("node",), "a,r,2", "a"), (("parent", "node"), "a,r,2", "r a"), (("none",), "a,r,2", "a"),
        (("node",), ",r,2", ""), (("node", "parent"), ",r,2", "r"), (("weight",), "a,r,2", "2"),
    ],
)  # fmt: skip
def test_what_a_row_is_called(keys: tuple[str, ...], row: str, item: str, tmp_path: Path) -> None:
    """By its keys that say something, as they are made again; by its first cell where none does."""
    old = HEAD + row.replace("2", "1")
    (found,) = tables(tmp_path, old, HEAD + row, *keys).listed
    assert (found.item, found.row, found.column) == (item, 2, "weight")


def test_rows_of_one_side_and_of_other_lengths(tmp_path: Path) -> None:
    old, new = HEAD + "a,r,1\nb,r\n", HEAD + "a,r,1\nb,r,2\nc,r,3\n"
    assert tables(tmp_path, old, new).listed == [
        Difference("b r", "b,r", "b,r,2", 3), Difference("c r", "—", "c,r,3", 4),
    ]  # fmt: skip
    assert tables(tmp_path, new, old).listed == [
        Difference("b r", "b,r,2", "b,r", 3), Difference("c r", "c,r,3", "—", 4),
    ]  # fmt: skip
    assert tables(tmp_path, HEAD + "\n", HEAD + "a,r,1\n").listed == [Difference("a r", "", "a,r,1", 2)]
    assert tables(tmp_path, HEAD + "a,r,1\n", HEAD + "\n").listed == [Difference("a r", "a,r,1", "", 2)]


def test_headers(tmp_path: Path) -> None:
    assert tables(tmp_path, "node,weight\na,1\n", HEAD + "a,r,2\n") == Found(False, [
        Difference("parent", "weight", "parent", 1, "parent"), Difference("weight", "—", "weight", 1, "weight"),
    ], 2)  # fmt: skip
    assert tables(tmp_path, HEAD, "node,parent\n").listed == [Difference("weight", "weight", "—", 1, "weight")]
    assert tables(tmp_path, "", "node\n").listed == [Difference("node", "—", "node", 1, "node")]
    assert tables(tmp_path, "node\n", "").listed == [Difference("node", "node", "—", 1, "node")]
    assert tables(tmp_path, "a\nb", "").listed == [Difference("a", "a", "—", 1, "a")]


def test_numbers_that_are_near(tmp_path: Path) -> None:
    old, new = HEAD + "a,r,0.3\n", HEAD + "a,r,0.30000000000000004\n"
    found = tables(tmp_path, old, new)
    assert found == Found(False, [], 0, 1, 0.30000000000000004 - 0.3)
    item = Difference("a r", "0.3", "0.30000000000000004", 2, "weight")
    assert tables(tmp_path, old, new, exact=True) == Found(True, [item], 1)


def test_what_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="field larger"):
        tables(tmp_path, HEAD + "x" * 200_000, HEAD)
    with pytest.raises(ValueError, match="utf-8"):
        tables(tmp_path, b"\xff\xfe", HEAD)
    with pytest.raises(ValueError, match="utf-8"):
        tables(tmp_path, HEAD, b"\xff\xfe")


# --- Parquet


def parquet(path: Path, **columns: Any) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def compared(folder: Path, old: dict[str, Any], new: dict[str, Any], *keys: str, **more: Any) -> Found:
    """Both ways in which the second may come: as a table, as a file."""
    first = parquet(folder / "old", **old)
    found = diff.parquet_tables(first, pa.table(new), keys or ("id",), **more)
    assert diff.parquet_tables(first, parquet(folder / "new", **new), keys or ("id",), **more) == found
    return found


@pytest.mark.parametrize("chunk", [1, 2, 3, 100])
def test_cells_of_parquet(chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the blocks end in which a column is compared."""
    monkeypatch.setattr(diff, "_CHUNK", chunk)
    old = {"id": list("abcde"), "x": [1.0, 2.0, None, math.nan, 5.0], "y": ["a", None, "c", "d", "e"]}
    new = {"id": list("abcde"), "x": [1.0, 2.5, 3.0, math.nan, 5.0 + 1e-12], "y": ["a", "b", "c", "", "E"]}
    found = compared(tmp_path, old, new)
    assert found.listed == [
        Difference("b", "2.0", "2.5", 2, "x"), Difference("c", "—", "3.0", 3, "x"), Difference("b", "—", "b", 2, "y"),
        Difference("d", "d", "", 4, "y"), Difference("e", "e", "E", 5, "y"),
    ]  # fmt: skip
    assert (found.count, found.near) == (5, 1)
    assert found.largest == pytest.approx(1e-12, rel=1e-3)
    assert compared(tmp_path, old, old) == Found()
    exact = compared(tmp_path, old, new, exact=True)
    assert (exact.count, exact.near) == (6, 0)
    assert exact.listed[2] == Difference("e", "5.0", repr(5.0 + 1e-12), 5, "x")


def test_keys_of_rows_of_parquet(tmp_path: Path) -> None:
    old = {"id": ["a", None], "n": ["1", "2"], "x": [1.0, 2.0]}
    new = {"id": ["b", None], "n": ["1", "2"], "x": [1.0, 3.0]}
    assert compared(tmp_path, old, new, "id", "n", "other").listed == [
        Difference("b 1", "a", "b", 1, "id"), Difference("2", "2.0", "3.0", 2, "x"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "count", "near"),
    [
        (pa.array([1, 2]), pa.array([1.0, 2.0]), 0, 2), (pa.array([1, 2]), pa.array(["1", "2"]), 0, 2),
        (pa.array([True, False]), pa.array([1, 0]), 2, 0), (pa.array(["a", "b"]), pa.array([b"a", b"b"]), 2, 0),
        (pa.array([1, 2], pa.int32()), pa.array([1, 2], pa.int64()), 0, 0),
        (pa.array([1.0, 2.0]), pa.array([1, 2]), 0, 2), (pa.array([None, 1.0]), pa.array([math.nan, 1.0]), 1, 0),
        (pa.array([math.nan, 1.0]), pa.array([math.nan, 1.0], pa.float32()), 0, 0),
        (pa.array([math.nan, 1.0]), pa.array([1.0, 1.0]), 1, 0),
    ],
)  # fmt: skip
def test_columns_of_other_types(old: Any, new: Any, count: int, near: int, tmp_path: Path) -> None:
    """The values decide: 1 and 1.0 are near, true and 1 are not."""
    found = compared(tmp_path, {"id": ["a", "b"], "x": old}, {"id": ["a", "b"], "x": new})
    assert (found.count, found.near) == (count, near)


def test_columns_that_one_side_has(tmp_path: Path) -> None:
    old, new = {"id": ["a"], "gone": [1.0], "x": [1.0]}, {"id": ["a"], "x": [2.0], "more": [1.0]}
    missing = [Difference("more", "—", "more", column="more"), Difference("gone", "gone", "—", column="gone")]
    cell = Difference("a", "1.0", "2.0", 1, "x")
    assert compared(tmp_path, old, new).listed == [*missing, cell]
    assert compared(tmp_path, old, new, columns=["x"]).listed == [cell]
    assert compared(tmp_path, old, new, columns=["gone", "id"]).listed == [missing[1]]
    assert compared(tmp_path, old, new, columns=["id"]) == Found()
    none = Difference("none", "—", "—", column="none")
    assert compared(tmp_path, old, new, columns=["none"]).listed == [none]


def test_rows_that_one_side_has(tmp_path: Path) -> None:
    old, new = {"id": ["a", "b", "c"], "x": [1.0] * 3}, {"id": ["c", "d"], "x": [1.0] * 2}
    rows = Difference("rows", "3", "2")
    assert compared(tmp_path, old, new).listed == [
        rows, Difference("a", "a", "—"), Difference("b", "b", "—"), Difference("d", "—", "d"),
    ]  # fmt: skip
    two = {"id": ["a", "b", "c"], "n": ["1", "2", "3"]}
    assert compared(tmp_path, two, {"id": ["a"], "n": ["1"]}, "id", "n").listed == [
        Difference("rows", "3", "1"), Difference("b 2", "b 2", "—"), Difference("c 3", "c 3", "—"),
    ]  # fmt: skip
    assert compared(tmp_path, {"id": ["a", "b"]}, {"id": ["a"]}, "other").listed == [Difference("rows", "2", "1")]


def test_a_file_that_claims_far_too_many_rows_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diff, "_MANY", 3)
    new = {"id": ["0", "1"]}
    at_limit = compared(tmp_path, {"id": [str(number) for number in range(7)]}, new)
    assert at_limit.listed[0] == Difference("rows", "7", "2")
    assert [item.item for item in at_limit.listed[1:]] == ["2", "3", "4", "5", "6"]
    beyond = compared(tmp_path, {"id": [str(number) for number in range(8)]}, new)
    assert beyond == Found(False, [Difference("rows", "8", "2")], 1)


def test_what_is_no_parquet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = parquet(tmp_path / "good", id=["a"])
    (tmp_path / "bad").write_bytes(b"PAR1 and no more PAR1")
    for pair in ((good, tmp_path / "bad"), (tmp_path / "bad", good)):
        with pytest.raises(ValueError, match=r".+"):
            diff.parquet_tables(*pair, ("id",))
    for error in (OverflowError("so"), MemoryError("so"), pa.ArrowInvalid("so")):
        monkeypatch.setattr(pq.ParquetFile, "read", lambda _, error=error: (_ for _ in ()).throw(error))
        with pytest.raises(ValueError, match=r"^so$"):
            diff.parquet_tables(good, pa.table({"id": ["a"]}), ("id",))


# --- JSON


@pytest.mark.parametrize(
    ("old", "new", "listed", "near"),
    [
        (1, 1.0, [], 0), (True, 1, [("/", "True", "1")], 0), (1, True, [("/", "1", "True")], 0),
        (True, 1.0, [("/", "True", "1.0")], 0), (0, False, [("/", "0", "False")], 0), (1.0, 1.0 + 1e-12, [], 1),
        ("1", 1, [], 1), (None, 0, [("/", "null", "0")], 0), (None, None, [], 0), ([], {}, [("/", "[]", "{}")], 0),
        ({"a": 1}, {"a": {"b": 1}}, [("a", "1", '{"b": 1}')], 0), ({}, {"a": None}, [("a", "—", "null")], 0),
        ({"b": 1, "a": 1}, {"a": 2, "b": 3}, [("a", "1", "2"), ("b", "1", "3")], 0),
        ({"a": {"b": {"c": 1}}}, {"a": {"b": {"c": 2}}}, [("a.b.c", "1", "2")], 0),
        ({"": 1}, {"": 2}, [("/", "1", "2")], 0), ({"a": {"": 1}}, {"a": {"": 2}}, [("a.", "1", "2")], 0),
        ([1, 2], [1, 3], [("[1]", "2", "3")], 0), ([1], [1, 2], [("[1]", "—", "2")], 0),
        ([1, 2], [1], [("[1]", "2", "—")], 0),
        ([1, 2, 3], [2], [("[0]", "1", "2"), ("[1]", "2", "—"), ("[2]", "3", "—")], 0),
        ([{"id": "p", "x": 1}], [{"id": "p", "x": 2}], [("[p].x", "1", "2")], 0),
        ([{"name": "p", "x": 1}], [{"name": "p", "x": 2}], [("[p].x", "1", "2")], 0),
        ([{"code": "p", "x": 1}], [{"code": "p", "x": 2}], [("[p].x", "1", "2")], 0),
        ([{"code": "c", "name": "n", "id": "i", "x": 1}], [{"code": "c", "name": "n", "id": "i", "x": 2}],
         [("[i].x", "1", "2")], 0),
        ([{"id": 1, "name": "n", "x": 1}], [{"id": 1, "name": "n", "x": 2}], [("[n].x", "1", "2")], 0),
        ([{"id": "p"}], [{"id": "q"}], [("[q].id", "p", "q")], 0), ([{"id": "a\n", "x": 1}], [{"id": "a\n"}],
         [("[a\\n].x", "1", "—")], 0),
        # of other lengths: by name, where each has one of its own
        ([{"id": "a"}, {"id": "b", "x": 1}], [{"id": "b", "x": 2}],
         [("[a]", '{"id": "a"}', "—"), ("[b].x", "1", "2")], 0),
        ([{"id": "b", "x": 1}], [{"id": "a"}, {"id": "b", "x": 1}], [("[a]", "—", '{"id": "a"}')], 0),
        ([{"id": "a"}, {"id": "a"}], [{"id": "a"}], [("[a]", '{"id": "a"}', "—")], 0),
        ([{"id": "a"}], [{"id": "a"}, {"id": "a"}], [("[a]", "—", '{"id": "a"}')], 0),
        ([{"id": "a"}, 5], [{"id": "a"}], [("[1]", "5", "—")], 0), ([{"id": "a"}], [5, {"id": "a"}],
         [("[0]", '{"id": "a"}', "5"), ("[a]", "—", '{"id": "a"}')], 0),
        ([], [{"id": "a"}], [("[a]", "—", '{"id": "a"}')], 0), ([[1]], [[2]], [("[0][0]", "1", "2")], 0),
    ],
)  # fmt: skip
def test_documents(old: Any, new: Any, listed: list[tuple[str, str, str]], near: int) -> None:
    found = diff.documents(old, new)
    assert [(item.item, item.recorded, item.made) for item in found.listed] == listed
    assert (found.count, found.near) == (len(listed), near)
    assert all((item.row, item.column, item.line) == (None, None, None) for item in found.listed)
    assert diff.documents(old, new, exact=True).count == len(listed) + near


def finding(code: str, message: str = "m", **location: Any) -> dict[str, Any]:
    return {"code": code, "location": location, "message": message}


A, B, C = finding("RI1"), finding("RI2", file="d.csv", row=3, field="v"), finding("RI2", file="d.csv", row=4, field="v")
B_NAME, C_NAME = "[RI2 d.csv 3 v]", "[RI2 d.csv 4 v]"


@pytest.mark.parametrize(
    ("old", "new", "places"),
    [
        ([A, B], [A, B], []), ([A], [A, B], [B_NAME]), ([B], [A, B], ["[RI1]"]), ([A, B], [B], ["[RI1]"]),
        ([A, B], [B, C], ["[RI1]", C_NAME]), ([A, B, C], [A, C], [B_NAME]), ([], [A], ["[RI1]"]),
        ([A, A], [A], ["[RI1]"]), ([A], [A, finding("RI1", "n")], ["[RI1]"]),
        ([A, B], [A, finding("RI2", "n", file="d.csv", row=3, field="v")], [f"{B_NAME}.message"]),
        ([B, C], [B, finding("RI2", file="d.csv", row=5, field="v")], [C_NAME, "[RI2 d.csv 5 v]"]),
        ([A, B], [B, A], ["[RI2].code", "[RI2].location.field", "[RI2].location.file", "[RI2].location.row",
                          "[RI1].code", "[RI1].location.field", "[RI1].location.file", "[RI1].location.row"]),
        ([A, {"code": "RI2", "location": {"other": 1}}], [{"code": "RI2", "location": {"other": 1}}, A],
         ["[RI2].code", "[RI2].location.other", "[RI2].message",
          "[RI1].code", "[RI1].location.other", "[RI1].message"]),
        ([A, 5], [A], ["[1]"]), ([A, {"code": "RI2", "location": None}], [A], ["[RI2]"]),
        ([finding("RI3", file="f", line=2, column=5, path="a.b")], [], ["[RI3 f 2 5 a.b]"]),
    ],
)  # fmt: skip
def test_findings_are_matched_by_code_and_place(old: Any, new: Any, places: list[str]) -> None:
    """One that is added reads as added, whatever stands behind it; another order is a difference."""
    assert [item.item for item in diff.documents(old, new).listed] == places
    assert [item.item for item in diff.documents({"findings": old}, {"findings": new}).listed] == [
        f"findings{place}" for place in places
    ]


def test_keys_come_in_order() -> None:
    """Whatever the order of sets is in this process."""
    names = [f"{first}{second}" for first in "zyxcba" for second in "21"]
    found = diff.documents(dict.fromkeys(names, 1), dict.fromkeys(reversed(names), 2))
    assert [item.item for item in found.listed] == sorted(names)
