"""Several files as one table: rows in the order given, every place with its own file."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from data_helpers import COLUMNS, HEADER, write
from xlsx_files import book, sheet_of

from resilience_index.data.concat import concat, short_names
from resilience_index.data.files import source
from resilience_index.data.files.source import Input
from resilience_index.data.read import read_table
from resilience_index.data.table import Keys, Table
from resilience_index.errors import UnreadableError


def joined(*paths: Path | Input, **options: Any) -> Table:
    return concat([read_table(path, COLUMNS, **options) for path in paths])


def places(table: Table) -> list[tuple[str, str | None, int | None]]:
    return [(finding.code, finding.location.file, finding.location.row) for finding in table.findings]


def test_files_of_any_kind_follow_each_other(tmp_path: Path) -> None:
    first = write(tmp_path, f"{HEADER},区县\n001,甲,90,30,4,东区\n".encode("gb18030"), "a.csv")
    second = book(
        tmp_path / "b.xlsx", sheet_of([["社区编码", "隐患闭环率", "区县"], ["002", 80, "西区"], ["003", 70, "东区"]])
    )
    third = write(tmp_path, "community_id;indicator;value\n004;response_min;5\n004;closure_rate;x\n", "c.csv")
    table = joined(first, second, third, keep_text=True)
    assert table.ids.to_pylist() == ["001", "002", "003", "004"]
    assert table.names.to_pylist() == ["甲", "002", "003", "004"]
    np.testing.assert_array_equal(table.values[0], [90, 80, 70, np.nan])
    np.testing.assert_array_equal(table.values[1], [30, np.nan, np.nan, 5])
    assert table.faulty[0].tolist() == [False, False, False, True]
    assert table.groups["district"].to_pylist() == ["东区", "西区", "东区", ""]
    assert table.rows.tolist() == [2, 2, 3, 2]
    assert table.file_of is not None
    assert table.file_of.tolist() == [0, 1, 1, 2]
    assert [(file.name, file.kind, file.encoding, file.form) for file in table.files] == [
        ("a.csv", "csv", "gb18030", "wide"), ("b.xlsx[数据]", "xlsx", None, "wide"), ("c.csv", "csv", "utf-8", "long")
    ]  # fmt: skip
    assert table.raw is not None
    assert table.raw.column(0).to_pylist() == ["90", "80", "70", "x"]
    assert table.raw.column(2).to_pylist() == ["4", None, None, None]
    assert table.headers == {"closure_rate": "closure_rate", "response_min": "response_min", "belonging": "belonging"}
    assert [table.place(row, 0).text() for row in range(4)] == [
        'a.csv:row 2, column "closure_rate"', 'b.xlsx[数据]:row 2, column "隐患闭环率"',
        'b.xlsx[数据]:row 3, column "隐患闭环率"', 'c.csv:row 3, column "value"',
    ]  # fmt: skip
    assert ("RI241", "c.csv", 3) in places(table)
    assert ("RI216", "b.xlsx[数据]", 1) in places(table)
    part = table.select(np.array([False, True, False, True]))
    assert [part.place(row, 0).file for row in range(2)] == ["b.xlsx[数据]", "c.csv"]
    assert part.place(1, 0).row == 3


def test_a_community_in_two_files(tmp_path: Path) -> None:
    first = write(tmp_path, f"{HEADER}\n001,甲,90,30,4\n002,乙,90,30,4\n", "a.csv")
    second = write(tmp_path, f"{HEADER}\n003,丙,90,30,4\n001,甲,90,30,4\n", "b.csv")
    table = joined(first, second)
    assert places(table) == [("RI279", "b.csv", 3)]
    assert table.findings[0].message("en") == "the community code '001' stands here and in a.csv, row 2"
    assert "a.csv" in table.findings[0].message("zh")
    assert [code for code, _, _ in places(joined(first, first))] == ["RI279", "RI279"]


def test_periods_keep_communities_apart(tmp_path: Path) -> None:
    first = write(tmp_path, f"{HEADER},期\n001,甲,90,30,4,2023\n", "a.csv")
    second = write(tmp_path, f"{HEADER},期\n001,甲,90,30,4,2024\n001,甲,90,30,4,2023\n", "b.csv")
    table = joined(first, second)
    assert places(table) == [("RI279", "b.csv", 3)]
    assert "of period 2023" in table.findings[0].message("en")
    assert table.period_codes()[1] == ["2023", "2024"]


def test_a_file_without_periods_among_others(tmp_path: Path) -> None:
    first = write(tmp_path, f"{HEADER},期\n001,甲,90,30,4,2023\n", "a.csv")
    second = write(tmp_path, f"{HEADER}\n002,甲,90,30,4\n", "b.csv")
    table = joined(first, second)
    assert places(table) == [("RI236", "b.csv", None)]
    assert table.periods.to_pylist() == ["2023", ""]


def test_zeros_that_one_file_has_lost(tmp_path: Path) -> None:
    first = write(tmp_path, f"{HEADER}\n001,甲,90,30,4\n002,乙,90,30,4\n", "a.csv")
    second = write(tmp_path, f"{HEADER}\n3,丙,90,30,4\n4,丁,90,30,4\n", "b.csv")
    table = joined(first, second)
    assert places(table) == [("RI234", "b.csv", 2)]
    assert "'001' (row 2, a.csv)" in table.findings[0].message("en")


def test_groups_that_only_one_file_has(tmp_path: Path) -> None:
    first = write(tmp_path, f"{HEADER},街道,类型\n001,甲,90,30,4,南街,x\n", "a.csv")
    second = write(tmp_path, f"{HEADER},区县,类型\n002,乙,90,30,4,东区,y\n", "b.csv")
    table = joined(first, second, keys=Keys(groups=("类型",)))
    assert list(table.groups) == ["类型", "district", "street"]
    assert table.groups["district"].to_pylist() == ["", "东区"]


def test_one_file_is_itself(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, f"{HEADER}\n001,甲,90,30,4\n"), COLUMNS)
    assert concat([table]) is table
    assert table.file_of is None


def test_many_doubles_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"{number:05d},x,1,1,1\n" for number in range(1200))
    first, second = write(tmp_path, f"{HEADER}\n{rows}", "a.csv"), write(tmp_path, f"{HEADER}\n{rows}", "b.csv")
    table = joined(first, second)
    assert [code for code, _, _ in places(table)].count("RI279") == 1000
    assert table.findings[-1].params["count"] == 200


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["a.csv"], ["a.csv"]),
        (["x/a.csv", "y/b.csv"], ["a.csv", "b.csv"]),
        (["x/a.csv", "y/a.csv"], ["x/a.csv", "y/a.csv"]),
        (["z/x/a.csv", "w/x/a.csv", "b.csv"], ["z/x/a.csv", "w/x/a.csv", "b.csv"]),
        (["a.csv", "x/a.csv"], ["a.csv", "x/a.csv"]),
        (["C:\\x\\a.csv", "C:\\y\\a.csv"], ["x/a.csv", "y/a.csv"]),
    ],
)
def test_names_that_tell_files_apart(paths: list[str], names: list[str]) -> None:
    assert list(short_names(paths).values()) == names


# --- bytes instead of a path


class Stream:
    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)


KINDS = ("utf-8", "utf-8-sig", "utf-16", "gb18030", "xlsx", "parquet")


@pytest.mark.parametrize("kind", KINDS)
def test_the_standard_input_of_any_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    if kind == "xlsx":
        content = book(tmp_path / "a", sheet_of([HEADER.split(","), ["001", "甲", 90, 30, 4]])).read_bytes()
    elif kind == "parquet":
        cells = zip(HEADER.split(","), ["001", "甲", 90, 30, 4], strict=True)
        parquet.write_table(pa.table({name: [cell] for name, cell in cells}), tmp_path / "a")
        content = (tmp_path / "a").read_bytes()
    else:
        content = f"{HEADER}\n001,甲,90,30,4\n".encode(kind)
    monkeypatch.setattr(source.sys, "stdin", Stream(content))
    for _ in range(2):  # several frameworks read it one after the other
        table = read_table("-", COLUMNS)
        assert table.ids.to_pylist() == ["001"]
        assert table.names.to_pylist() == ["甲"]
        assert [column.tolist() for column in table.values] == [[90], [30], [4]]
        assert table.source == ("-[数据]" if kind == "xlsx" else "-")
    import hashlib

    assert (table.sha256, table.size) == (hashlib.sha256(content).hexdigest(), len(content))


def test_an_empty_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source.sys, "stdin", Stream(b""))
    with pytest.raises(UnreadableError) as caught:
        read_table("-", COLUMNS)
    assert (caught.value.code, caught.value.params["file"]) == ("RI004", "-")


def test_bytes_are_read_both_ways() -> None:
    content = f"{HEADER}\n001,甲,90,30,4\n002,乙,x,30,4\n".encode()
    first, second = (read_table(Input(Path("x"), content), COLUMNS, path_mode=mode) for mode in ("auto", "careful"))
    assert first.ids.to_pylist() == second.ids.to_pylist() == ["001", "002"]
    assert places(first) == places(second)
