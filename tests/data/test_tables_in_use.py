from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from data_helpers import HEADER, read

from resilience_index.data.cells import CellRules
from resilience_index.data.table import Table, encode, natural_key

TEXT = (
    f"{HEADER},期,区县,类型\n"
    "001,甲,90,30,4,2024,东区,x\n"
    "001,甲,91,31,不适用,2023,东区,x\n"
    "002,乙,x,32,5,2024,西区,y\n"
    "10,,70,33,5,2024,东区,\n"
)


def table(folder: Path, **options: object) -> Table:
    from resilience_index.data.table import Keys

    return read(folder, TEXT, keys=Keys(groups=("类型",)), **options)


def test_periods_are_sorted_naturally(tmp_path: Path) -> None:
    codes, labels = table(tmp_path).period_codes()
    assert labels == ["2023", "2024"]
    assert codes.tolist() == [1, 0, 1, 1]
    labels = ["10", "9", "2024 Q10", "2024 Q2", "上半年", "2024", "02", "2", ""]
    assert sorted(labels, key=natural_key) == [
        "",
        "02",
        "2",
        "9",
        "10",
        "2024",
        "2024 Q2",
        "2024 Q10",
        "上半年",
    ]
    assert natural_key("9" * 5000) > natural_key("9" * 4999)


def test_without_periods_there_is_one(tmp_path: Path) -> None:
    plain = read(tmp_path, f"{HEADER}\n001,甲,90,30,4\n")
    assert plain.periods is None
    codes, labels = plain.period_codes()
    assert (codes.tolist(), labels) == ([0], [""])


def test_declared_groups_come_first(tmp_path: Path) -> None:
    codes, labels = table(tmp_path).group_codes("district")
    assert (codes.tolist(), labels) == ([0, 0, 1, 0], ["东区", "西区"])
    assert table(tmp_path).group_codes("类型")[1] == ["x", "y", ""]
    assert list(table(tmp_path).groups) == ["类型", "district"]
    with pytest.raises(KeyError):
        table(tmp_path).group_codes("street")


def test_selecting_rows(tmp_path: Path) -> None:
    whole = table(tmp_path, keep_text=True)
    whole.period_codes()
    part = whole.select(np.array([True, False, True, True]))
    assert len(part) == 3
    assert part.ids.to_pylist() == ["001", "002", "10"]
    assert part.names.to_pylist() == ["甲", "乙", "10"]
    assert part.rows.tolist() == [2, 4, 5]
    assert part.period_codes()[1] == ["2024"]
    assert part.group_codes("district")[0].tolist() == [0, 1, 0]
    np.testing.assert_array_equal(part.values[0], [90, np.nan, 70])
    assert {key: mask.tolist() for key, mask in part.faulty.items()} == {0: [False, True, False]}
    assert part.not_applicable == {}
    assert part.raw is not None
    assert part.raw.column(0).to_pylist() == ["90", "x", "70"]
    assert (part.sha256, part.size, part.findings) == (whole.sha256, whole.size, whole.findings)
    assert len(whole) == 4


def test_tables_cannot_be_changed(tmp_path: Path) -> None:
    whole = table(tmp_path)
    for values in (*whole.values, *whole.select(np.ones(4, dtype=bool)).values):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 1
    renamed = whole.replace(source="other.csv")
    assert (renamed.source, whole.source) == ("other.csv", "data.csv")
    assert renamed.values[0] is whole.values[0]


def test_labels_of_communities(tmp_path: Path) -> None:
    whole = table(tmp_path)
    assert whole.label(0) == f"甲 (001, {whole.periods[0].as_py()})"
    assert whole.label(3) == f"10, {whole.periods[3].as_py()}"
    assert whole.replace(periods=None).label(0) == "甲 (001)"


def test_tokens_are_hashable_and_empty_by_default() -> None:
    assert CellRules.of([]) == CellRules()
    assert hash(CellRules.of([1])) == hash(CellRules.of([1]))


def test_labels_in_chunks_share_their_codes() -> None:
    chunked = pa.chunked_array([["b", "a"], [], ["c", "a"]], pa.string())
    codes, labels = encode(chunked)
    assert (codes.tolist(), labels) == ([0, 1, 2, 1], ["b", "a", "c"])
    assert encode(chunked.combine_chunks())[1] == labels
    assert encode(pa.chunked_array([], pa.string()))[1] == []
