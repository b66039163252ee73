"""The fast way and the careful way give the same table, or the fast way leaves the file to the other."""

import csv
import io
import itertools
import tempfile
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from data_helpers import COLUMNS, HEADER, found, picture, read
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from resilience_index.data.files import fast, segments, source
from resilience_index.data.files.fast import DoubtError
from resilience_index.data.read import read_table
from resilience_index.data.table import Column, Keys, Table

CLEAN = ["0", "1", "12.5", "-3", "100", "1e1", ".5", "7."]
MARKS = ["", "NA", "-", "无", "—", "不适用", "n.a.", " 5", "na", "+5"]
DIRTY = [
    "x",
    "inf",
    "nan",
    "1e400",
    "101",
    "５",
    "5%",
    "1,000",
    '"',
    'a"b',
    "a\nb",
    "\u3000",
    "9999999",
    "12;5",
    "12,5",
    "0.5",
    "\u221212",
    "30 min",
    "1 234",
    "－",
    "1.5万",
]
IDS = ["001", "002", "003", "010", "1", "C-7", " 004", "", "9.9E+11", "\u3000", "甲"]
NAMES = ["甲社区", "NA", "null", "", " 乙 ", 'the "old" town', "a,b", "a;b", "行1\n行2", "\ufeff丙", "\u0085"]
ENDS = ["\n", "\n", "\r\n", "\r\n", "\r"]
# Options that the readers must not care about: where files are cut for threads and for pyarrow.
SIZES = [(1 << 20, 1 << 20, 8 << 20), (40, 1 << 20, 200), (97, 400, 200), (1, 1 << 20, 200)]


def cells(*more: list[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(list(itertools.chain(CLEAN, *more)))


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Files as programs write them, from perfectly plain to full of odd cells."""
    cell = draw(st.sampled_from([cells(), cells(MARKS), cells(MARKS, DIRTY)]))
    ident = draw(st.sampled_from([st.integers(100, 120).map(str), st.sampled_from(IDS)]))
    name = draw(st.sampled_from([st.just("甲"), st.sampled_from(NAMES)]))
    extra = draw(st.sampled_from([[], ["期"], ["区", "备注"], [""], ["期", "", "备注"]]))
    delimiter = draw(st.sampled_from(",,,;\t"))
    out = io.StringIO()
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    writer = csv.writer(out, delimiter=delimiter, lineterminator=draw(st.sampled_from(ENDS)), quoting=quoting)
    writer.writerow(HEADER.split(",") + extra)
    for _ in range(draw(st.integers(0, 8))):
        row = [draw(ident), draw(name), draw(cell), draw(cell), draw(cell), *(draw(name) for _ in extra)]
        writer.writerow(row)
    return out.getvalue().encode(draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16"])), "replace")


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Files that something was put into or cut out of, anywhere."""
    data = bytearray(draw(files()))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(draw(st.sampled_from([0, len(HEADER), len(HEADER)])), len(data)))
        piece = draw(st.sampled_from(['"', '""', ",", "\n", "\n\n", "\r", ",,,,\n", "1,234", "\ufeff", "é", " ", ""]))
        cut = draw(st.integers(0, 2))
        data[at : at + cut] = piece.encode()
    return bytes(data)


def outcome(action: Callable[[], Table]) -> object:
    try:
        return picture(action())
    except DoubtError:
        raise
    except Exception as error:  # whatever is raised must be the same
        return type(error), str(error)


def both_ways(data: bytes, sizes: tuple[int, int, int], *, keep_text: bool = False) -> None:
    segment, block, head = sizes
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.object(segments, "SEGMENT", segment),
        mock.patch.object(fast, "BLOCK", block),
        mock.patch.object(source, "SMALL", head),
        mock.patch.object(source, "HEAD", head),
    ):
        path = Path(folder) / "data.csv"
        path.write_bytes(data)

        def way(mode: str) -> object:
            return outcome(lambda: read_table(path, COLUMNS, keep_text=keep_text, path_mode=mode))  # type: ignore[arg-type]

        careful = way("careful")
        try:
            assert way("fast") == careful
        except DoubtError as doubt:
            event(f"left to the careful way: {str(doubt)[:20]}")
        else:
            event("fast")
        assert way("auto") == careful


RUN = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])


@RUN
@given(files(), st.sampled_from(SIZES), st.booleans())
@example(f"{HEADER}\n\ufeff001,甲,1,1,1\n".encode(), SIZES[0], False)
@example(f"{HEADER}\n001,甲,1e400,1,1\n002,甲,inf,1,1\n".encode(), SIZES[1], False)
def test_same_table(data: bytes, sizes: tuple[int, int, int], keep_text: bool) -> None:
    both_ways(data, sizes, keep_text=keep_text)


@RUN
@given(damaged(), st.sampled_from(SIZES))
@example(f'{HEADER}\n001,甲,"1"2,1,1\n'.encode(), SIZES[0])
@example(f'{HEADER}\n001,甲,""5,1,1\n'.encode(), SIZES[0])
@example(f'{HEADER}\n001,甲,1,1,"1\n'.encode(), SIZES[0])
@example(f'{HEADER},备注\n001,甲,1,1,1,"a"b"\n002,甲,1,1,1,\n'.encode(), SIZES[0])
@example(f"{HEADER}\n001,甲,1,1,1\r\r\n002,甲,1,1,1\r\n".encode(), SIZES[0])
@example(f'{HEADER}\n001,"甲\n,,,,\n乙",1,1,1\n002,乙,1,1,1\n'.encode(), SIZES[1])
def test_same_table_of_damaged_files(data: bytes, sizes: tuple[int, int, int]) -> None:
    both_ways(data, sizes)


def big(rows: int, cell: str = "12.5") -> str:
    return HEADER + "\n" + "".join(f"{number:06d},社区{number},{cell},{number % 1000},\n" for number in range(rows))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_segments_join_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, newline: str) -> None:
    monkeypatch.setattr(source, "SMALL", 1000)
    monkeypatch.setattr(source, "HEAD", 1000)
    monkeypatch.setattr(segments, "SEGMENT", 5000)
    monkeypatch.setattr(fast, "BLOCK", 900)
    table = read(tmp_path, big(3000).replace("\n", newline), path_mode="fast")
    assert table.ids.to_pylist() == [f"{number:06d}" for number in range(3000)]
    np.testing.assert_array_equal(table.values[1], np.arange(3000) % 1000)
    assert np.isnan(table.values[2]).all()
    assert table.rows.tolist() == list(range(2, 3002))
    assert all(column.flags.c_contiguous and not column.flags.writeable for column in table.values)


def test_more_rows_than_the_samples_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Room for the rows must then be made anew.
    monkeypatch.setattr(source, "SMALL", 1000)
    monkeypatch.setattr(source, "HEAD", 1000)
    monkeypatch.setattr(segments, "SEGMENT", 5000)
    monkeypatch.setattr(segments, "_MARGIN", 0.5)
    text = big(9000)
    with mock.patch.object(segments.Segments, "lines", autospec=True, side_effect=segments.Segments.lines) as counted:
        table = read(tmp_path, text, path_mode="fast")
    assert counted.call_count == 1
    assert table.ids.to_pylist() == [f"{number:06d}" for number in range(9000)]
    np.testing.assert_array_equal(table.values[1], np.arange(9000) % 1000)


def test_a_doubt_in_the_middle_wakes_all_who_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "SMALL", 1000)
    monkeypatch.setattr(source, "HEAD", 1000)
    monkeypatch.setattr(segments, "SEGMENT", 5000)
    monkeypatch.setattr(fast, "_workers", lambda _: 8)
    text = big(3000).replace("社区1500", '社区"1500')
    with pytest.raises(DoubtError, match="quotation"):
        read(tmp_path, text, path_mode="fast")
    assert len(read(tmp_path, text)) == 3000


def test_a_line_break_at_the_end_of_a_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Wherever the block ends, a quoted line break must not cut a row in two.
    text = f'{HEADER}\n001,"甲\n002,1,1,1",1,1,1\n003,乙,1,1,1\n'
    for size in range(8, len(text.encode()) + 8):
        monkeypatch.setattr(fast, "BLOCK", size)
        table = read(tmp_path, text)
        assert table.ids.to_pylist() == ["001", "003"], size
        assert table.rows.tolist() == [2, 3]


FAST = {
    "plain": "001,甲,1,2,3\n",
    "windows": "001,甲,1,2,3\r\n",
    "no last line end": "001,甲,1,2,3",
    "missing": "001,甲,,NA,—\n",
    "not applicable": "001,甲,1,2,不适用\n",
    "unreadable": "001,甲,1,x,3\n",
    "quoted": '"001","甲, ""乙""","1","","3"\n',
}
SLOW = {
    "ragged": "001,甲,1,2\n",
    "blank row": "001,甲,1,2,3\n\n002,甲,1,2,3\n",
    "blank code": ",甲,1,2,3\n",
    "odd quotes": '001,the "old" town,1,2,3\n',
    "line break": '001,"甲\n乙",1,2,3\n',
}


@pytest.mark.parametrize("name", FAST)
def test_what_is_read_fast(tmp_path: Path, name: str) -> None:
    for keep_text in (False, True):
        table = read(tmp_path, f"{HEADER}\n{FAST[name]}", path_mode="fast", keep_text=keep_text)
        assert table.ids.to_pylist() == ["001"]


@pytest.mark.parametrize("name", SLOW)
def test_what_is_left_to_the_careful_way(tmp_path: Path, name: str) -> None:
    with pytest.raises(DoubtError):
        read(tmp_path, f"{HEADER}\n{SLOW[name]}", path_mode="fast")
    assert picture(read(tmp_path, f"{HEADER}\n{SLOW[name]}")) == picture(
        read(tmp_path, f"{HEADER}\n{SLOW[name]}", path_mode="careful")
    )


def test_very_long_cells_are_refused_by_both(tmp_path: Path) -> None:
    text = f"{HEADER}\n001,{'x' * 140_000},1,2,3\n002,乙,1,2,3\n"
    for mode in ("auto", "careful"):
        assert found(read(tmp_path, text, path_mode=mode)) == [("RI259", 2, None)]


def test_raw_text_is_kept_as_it_stands(tmp_path: Path) -> None:
    text = f"{HEADER}\n001,甲, 90.50,3e1,\n002,乙,x,不适用,4\n"
    for mode in ("fast", "careful"):
        raw = read(tmp_path, text, path_mode=mode, keep_text=True).raw
        assert raw is not None
        assert [raw.column(position).to_pylist() for position in range(3)] == [
            [" 90.50", "x"], ["3e1", "不适用"], ["", "4"],
        ]  # fmt: skip
        assert raw.column(3) is None
    assert read(tmp_path, text).raw is None


def test_an_indicator_that_is_also_a_group(tmp_path: Path) -> None:
    text = f"{HEADER}\n001,甲,90,30,4\n002,乙,80,30,4\n"
    for mode in ("fast", "careful"):
        table = read(tmp_path, text, keys=Keys(groups=("response_min",)), path_mode=mode)
        assert table.group_codes("response_min")[1] == ["30"]
        assert table.values[1].tolist() == [30, 30]


SAMPLE = [
    "community_id,community,区县,closure_rate,response_min,belonging,备注",
    "001,甲社区,澜阳区,90,30,4.1,x",
    "002,乙社区,澜阳区,80.5,45,3.9,",
    "003,丙社区,东区,70,60,,y",
]
PLACES = [(row, column) for row in range(1, 4) for column in range(7)]


@pytest.mark.parametrize("piece", ["1,234", ",", "1,234,567", "a,b"])
@pytest.mark.parametrize("mode", ["auto", "careful"])
def test_an_unquoted_comma_never_shifts_a_row(tmp_path: Path, piece: str, mode: str) -> None:
    columns: tuple[Column, ...] = COLUMNS
    for row, column in PLACES:
        lines = [line.split(",") for line in SAMPLE]
        lines[row][column] = piece
        text = "\n".join(",".join(line) for line in lines) + "\n"
        table = read(tmp_path, text, columns=columns, path_mode=mode)
        assert ("RI207", row + 1, None) in found(table)
        assert row + 1 not in table.rows.tolist()
        told = next(finding for finding in table.findings if finding.code == "RI207")
        if piece.startswith("1,") and column != 6:
            assert "thousands comma" in told.message("en")


@pytest.mark.parametrize("mode", ["auto", "careful"])
def test_a_lost_cell_never_shifts_a_row(tmp_path: Path, mode: str) -> None:
    for row, column in PLACES:
        lines = [line.split(",") for line in SAMPLE]
        del lines[row][column]
        table = read(tmp_path, "\n".join(",".join(line) for line in lines), path_mode=mode)
        assert ("RI207", row + 1, None) in found(table)
        assert row + 1 not in table.rows.tolist()
