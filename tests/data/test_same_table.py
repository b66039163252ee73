"""One table written in every way that is read gives one table."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from data_helpers import COLUMNS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet
from xlsx_files import book, sheet_of

from resilience_index.data.concat import concat
from resilience_index.data.read import read_table
from resilience_index.data.table import Table

KEYS = ["社区编码", "社区名称", "期", "区县"]
LEAVES = ["closure_rate", "诉求响应时长（分钟）", "belonging"]

NAMES = st.text("甲乙东区社 AZaz·—〇'\"、,;", min_size=1, max_size=6).map(str.strip).filter(bool)
LOW = st.floats(0, 100).map(lambda value: round(value, 3))
# Texts that are no numbers, and numbers that people write with signs; each as text in every kind of file.
WORDS = st.sampled_from(["", "不适用", "无", "n.a.", "x", "<5", "1.5.2"])


@st.composite
def tables(draw: st.DrawFn) -> list[list[Any]]:
    """Rows of keys and cells; cells are numbers, texts, or None where blank."""
    count = draw(st.integers(1, 6))
    cell = st.one_of(LOW, st.integers(0, 100), WORDS, st.none())
    # With a digit first, so that no row looks like a note.
    units = draw(
        st.lists(st.tuples(st.integers(100, 130).map(str), st.sampled_from(["2023", "2024"])), min_size=count,
                 max_size=count, unique=True)
    )  # fmt: skip
    names = {code: draw(NAMES) for code, _ in units}
    groups = {unit: draw(st.sampled_from(["东区", "西区"])) for unit in units}
    return [[code, names[code], period, groups[code, period], *(draw(cell) for _ in LEAVES)] for code, period in units]


def text(value: Any) -> str:
    return "" if value is None else str(value)


def write_csv(path: Path, rows: list[list[Any]], delimiter: str, header: list[str] | None = None) -> Path:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(header or [*KEYS, *LEAVES])
    writer.writerows([[text(value) for value in row] for row in rows])
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    return path


def write_parquet(path: Path, rows: list[list[Any]], *, typed: bool) -> Path:
    columns = {}
    for name, values in zip([*KEYS, *LEAVES], zip(*rows, strict=True), strict=True):
        numeric = typed and not any(isinstance(value, str) for value in values)
        columns[name] = pa.array(values, pa.float64()) if numeric else pa.array([text(value) for value in values])
    parquet.write_table(pa.table(columns), path)
    return path


def long_rows(rows: list[list[Any]]) -> list[list[Any]]:
    return [[*row[:4], leaf, value] for row in rows for leaf, value in zip(LEAVES, row[4:], strict=True)]


def seen(table: Table) -> dict[str, Any]:
    """What must not depend on the kind of file."""
    return {
        "ids": table.ids.to_pylist(),
        "names": table.names.to_pylist(),
        "periods": table.periods.to_pylist(),
        "groups": {name: labels.to_pylist() for name, labels in table.groups.items()},
        "values": [np.where(np.isnan(column), np.nan, column).tobytes() for column in table.values],
        "not_applicable": {at: mask.tolist() for at, mask in table.not_applicable.items()},
        "faulty": {at: mask.tolist() for at, mask in table.faulty.items()},
        "errors": sorted(finding.code for finding in table.findings if finding.severity == "error"),
    }


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables(), st.data())
def test_every_kind_of_file_gives_the_same_table(rows: list[list[Any]], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(rows)))
    long_header = [*KEYS, "指标", "数值"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        expected = seen(read_table(write_csv(folder / "a.csv", rows, ","), COLUMNS))
        paths = [
            write_csv(folder / "b.csv", rows, ";"),
            write_csv(folder / "c.csv", rows, "\t"),
            book(folder / "a.xlsx", sheet_of([[*KEYS, *LEAVES], *rows])),
            write_parquet(folder / "a.parquet", rows, typed=False),
            write_parquet(folder / "b.parquet", rows, typed=True),
            write_csv(folder / "long.csv", long_rows(rows), ",", long_header),
            book(folder / "long.xlsx", sheet_of([long_header, *long_rows(rows)])),
        ]
        for path in paths:
            for keep_text in (False, True):
                assert seen(read_table(path, COLUMNS, keep_text=keep_text)) == expected, path.name
        parts = [part for part in (rows[:cut], rows[cut:]) if part]
        halves = [read_table(write_csv(folder / f"{at}.csv", part, ","), COLUMNS) for at, part in enumerate(parts)]
        assert seen(concat(halves)) == expected
