"""Texts in CSV files: nothing in a name steers a terminal or a spreadsheet, and every name can be had back."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.analysis.explain import explain, explain_run
from resilience_index.framework.loading import load_framework
from resilience_index.report.export.tables import inert
from resilience_index.runs import folder as run_folder
from resilience_index.scoring import assess

ROOT = Path(__file__).resolve().parents[2]
TINY = ROOT / "docs" / "examples" / "tiny.yaml"
STEERING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Elm\x1b[31m", r"Elm\x1b[31m"), ("a\x07\x08", r"a\x07\x08"), ("d\u202ecba", r"d\u202ecba"),
        ("\x9b1m", r"\x9b1m"), ("=1\x07", r"'=1\x07"), (r"a\x1b", r"a\x5cx1b"), (r"C:\new", r"C:\new"),
        ("甲\n乙\t丙", "甲\n乙\t丙"), ("\u3000x\xa0", "\u3000x\xa0"), ("é—“”", "é—“”"), ("", ""), (None, None),
    ],
)  # fmt: skip
def test_inert(text: str | None, written: str | None) -> None:
    assert inert(pa.array([text, "x"], pa.string())).to_pylist() == [written, "x"]


def test_parts_of_a_column() -> None:
    """A slice is looked at alone."""
    texts = pa.array(["a\x1b", "b", "c\x07", None])
    assert inert(texts[1:2]).to_pylist() == ["b"]
    assert inert(texts[2:]).to_pylist() == [r"c\x07", None]
    assert inert(texts[:0]).to_pylist() == []
    assert inert(pa.chunked_array([texts[:1], texts[2:3]])).to_pylist() == [r"a\x1b", r"c\x07"]


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",))), min_size=1))
def test_no_text_steers_or_is_lost(texts: list[str]) -> None:
    """Different texts stay different, and none keeps a control character."""
    written = inert(pa.array(texts)).to_pylist()
    assert not any(STEERING.search(text) for text in written)
    assert len(set(written)) == len(set(texts))


def test_files_of_a_run(tmp_path: Path) -> None:
    """Codes, names and groups; ``explain`` finds the community by what the data say, from both sides."""
    data = tmp_path / "data.csv"
    data.write_bytes(
        b"community_id,community,district,reply_min,visit_rate,shelter_area,grid_size,leaks\n"
        b"k1,Elm\x1b[31m,N\x07orth,72,81,0.9,300,0\nk2,Oak\xe2\x80\xae,South,156,64,1.2,700,1\nk3,\\x1b,South,1,1,1,1,0\n"
    )
    work = assess.job(load_framework(TINY), data)
    result = assess.assess(work)
    run_folder.write(result, work, tmp_path / "out", formats=())
    content = (tmp_path / "out" / "scores.csv").read_bytes()
    assert not STEERING.search(content.decode("utf-8"))
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    assert [row["community"] for row in rows] == [r"Elm\x1b[31m", r"Oak\u202e", r"\x5cx1b"]
    assert rows[0]["district"] == r"N\x07orth"
    for name in ("Elm\x1b[31m", "Oak\u202e", r"\x1b"):
        assert explain_run(tmp_path / "out", name) == explain(result, name)
