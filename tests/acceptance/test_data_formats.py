"""Scoring data of every kind: the same scores, with every value's own place in trace, explanation and manifest."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import xlsxwriter
from acceptance_tools import DATA, MINI, SAMPLE, Inside, environment, program
from pyarrow import parquet

import resilience_index as ri

ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "utf-8-sig": lambda text: codecs.BOM_UTF8 + text.encode(),
    "utf-16-le": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "utf-16-be": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "gb18030": lambda text: text.encode("gb18030"),
    "gbk": lambda text: text.encode("gbk"),
}


def rows(text: str = DATA) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def workbook(path: Path, content: list[list[str]], *, sheets: tuple[str, ...] = ("数据",)) -> Path:
    """Numbers as numbers, codes and names as texts."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(content):
                for column, cell in enumerate(row):
                    numeric = number and column > 3
                    sheet.write_number(number, column, float(cell)) if numeric else sheet.write_string(
                        number, column, cell
                    )
    return path


def long(content: list[list[str]]) -> str:
    header, *body = content
    lines = ["community_id,community,district,period,indicator,value"]
    lines += [",".join([*row[:4], name, cell]) for row in body for name, cell in zip(header[4:], row[4:], strict=True)]
    return "\n".join(lines) + "\n"


def scores(project: Path, inside: Inside, *data: str, stdin: bytes = b"") -> bytes:
    ran = inside("score", *data, "-f", "mini.yaml", "-o", "run", "-q", stdin=stdin)
    assert ran.code == 0, ran.err
    return (project / "run" / "scores.csv").read_bytes()


def manifest(project: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((project / "run" / "manifest.json").read_bytes())
    return content["predicate"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("declared", [False, True])
def test_six_encodings_of_the_sample_give_the_same_bytes(tmp_path: Path, inside: Inside, declared: bool) -> None:
    text = (SAMPLE / "communities.csv").read_text(encoding="utf-8-sig")
    seen = set()
    for name, encode in ENCODINGS.items():
        path = tmp_path / "data.csv"
        path.write_bytes(encode(text))
        more = ("--encoding", name) if declared else ()
        ran = inside("score", str(path), "-f", "toe", "-o", str(tmp_path / name), "--format", "none", "-q", *more)
        assert ran.code == 0, ran.err
        seen.add((tmp_path / name / "scores.csv").read_bytes())
    assert len(seen) == 1


def test_every_kind_of_file_gives_the_same_scores(project: Path, inside: Inside) -> None:
    expected = scores(project, inside, "data.csv")
    content = rows()
    columns = {name: list(values) for name, values in zip(content[0], zip(*content[1:], strict=True), strict=True)}
    typed = {
        name: [float(v) for v in values] if at > 3 else values for at, (name, values) in enumerate(columns.items())
    }
    parquet.write_table(pa.table(typed), project / "a.parquet")
    workbook(project / "a.xlsx", content)
    (project / "long.csv").write_text(long(content), encoding="utf-8")
    header, *body = DATA.splitlines()
    (project / "1.csv").write_text("\n".join([header, *body[:3]]), encoding="gb18030")
    workbook(project / "2.xlsx", [content[0], *content[4:]])
    for data in (("a.parquet",), ("a.xlsx",), ("long.csv",), ("1.csv", "2.xlsx")):
        assert scores(project, inside, *data) == expected, data


@pytest.mark.parametrize("name", ["data.csv", "a.xlsx", "a.parquet"])
def test_the_standard_input(project: Path, inside: Inside, name: str) -> None:
    expected = scores(project, inside, "data.csv")
    workbook(project / "a.xlsx", rows())
    table = zip(rows()[0], zip(*rows()[1:], strict=True), strict=True)
    parquet.write_table(pa.table({key: list(values) for key, values in table}), project / "a.parquet")
    content = (project / name).read_bytes()
    assert scores(project, inside, "-", stdin=content) == expected
    inputs = {item["name"]: item["digest"]["sha256"] for item in manifest(project)["inputs"]}
    assert inputs["-"] == hashlib.sha256(content).hexdigest()
    for call in (("score", "-"), ("weights", "-", "--weights", "entropy"), ("explain", "001", "-")):
        ran = inside(*call, "-f", "mini.yaml", "--json", stdin=content)
        assert ran.code == 0, ran.err
        json.loads(ran.out)
    assert inside("validate", "-", "-f", "mini.yaml", stdin=content).code == 0


def test_the_standard_input_of_a_process(project: Path) -> None:
    ran = program("score", "-", "-f", "mini.yaml", "--json", cwd=project, stdin=DATA.encode("gb18030"))
    assert ran.code == 0
    assert len(json.loads(ran.out)["communities"]) == 8


def test_the_standard_input_under_several_frameworks(project: Path, inside: Inside) -> None:
    (project / "other.yaml").write_text(MINI.replace("id: mini", "id: other"), encoding="utf-8")
    ran = inside("score", "-", "-f", "mini.yaml", "-f", "other.yaml", "-o", "both", "-q", stdin=DATA.encode())
    assert ran.code == 0, ran.err
    first, second = (project / "both" / name / "scores.csv" for name in ("mini", "other"))
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs pseudo-terminals")
def test_a_terminal_is_no_input(project: Path) -> None:
    ours, theirs = os.openpty()
    call = [sys.executable, "-m", "resilience_index", "score", "-", "-f", "mini.yaml", "--lang", "en"]
    done = subprocess.run(
        call, stdin=theirs, capture_output=True, cwd=project, env=environment(), timeout=60, check=False
    )
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 2
    assert b"nothing is piped into it" in done.stderr


def test_places_in_trace_explanation_and_manifest(project: Path, inside: Inside) -> None:
    content = rows()
    workbook(project / "a.xlsx", [["社区编码", *content[0][1:4], "走访", *content[0][5:]], *content[1:3]])
    (project / "b.csv").write_text(long([content[0], *content[3:5]]), encoding="utf-8")
    scores(project, inside, "a.xlsx", "b.csv")
    trace = parquet.read_table(project / "run" / "trace.parquet").to_pylist()
    places = {
        (row["community_id"], row["indicator"]): (
            row["source_file"],
            row["source_row"],
            row["source_column"],
            row["raw"],
        )
        for row in trace
    }
    assert places["001", "visits"] == ("a.xlsx[数据]", 2, "走访", "50")
    assert places["002", "minutes"] == ("a.xlsx[数据]", 3, "minutes", "10")
    assert places["003", "visits"] == ("b.csv", 2, "value", "90")
    assert places["004", "events"] == ("b.csv", 7, "value", "1")
    data = manifest(project)["data"]
    assert data["rows"] == 4
    assert data["files"] == [
        {"name": "a.xlsx[数据]", "rows": 2, "kind": "xlsx", "form": "wide", "sheet": "数据",
         "columns": {"visits": "走访", "minutes": "minutes", "events": "events"}},
        {"name": "b.csv", "rows": 2, "kind": "csv", "form": "long", "encoding": "utf-8", "delimiter": ",",
         "columns": {"visits": "value", "minutes": "value", "events": "value"}},
    ]  # fmt: skip
    inputs = {item["name"]: item["digest"]["sha256"] for item in manifest(project)["inputs"]}
    for name in ("a.xlsx", "b.csv"):
        assert inputs[name] == hashlib.sha256((project / name).read_bytes()).hexdigest()
    assert "python-calamine" in manifest(project)["versions"]
    for source in ("run", "b.csv"):
        ran = inside("explain", "004", source, *(() if source == "run" else ("-f", "mini.yaml")), "--json")
        leaf = next(leaf for leaf in json.loads(ran.out)["leaves"] if leaf["indicator"] == "events")
        assert (leaf["source_file"], leaf["source_row"], leaf["source_column"]) == ("b.csv", 7, "value")


def test_a_value_that_a_long_table_does_not_have_has_no_row(project: Path, inside: Inside) -> None:
    text = "".join(
        line for line in long(rows()).splitlines(keepends=True) if "001,东社区,甲区,2024,minutes" not in line
    )
    (project / "long.csv").write_text(text, encoding="utf-8")
    scores(project, inside, "long.csv")
    trace = parquet.read_table(project / "run" / "trace.parquet").to_pylist()
    gaps = [row for row in trace if row["source_row"] is None]
    assert [(row["community_id"], row["period"], row["indicator"], row["status"]) for row in gaps] == [
        ("001", "2024", "minutes", "missing")
    ]


def test_files_of_one_name_in_two_folders(project: Path, inside: Inside) -> None:
    header, *body = DATA.splitlines()
    for folder, lines in (("east", body[:4]), ("west", [line.replace(",50,", ",x,") for line in body[4:]])):
        (project / folder).mkdir()
        (project / folder / "data.csv").write_text("\n".join([header, *lines]), encoding="utf-8")
    assert inside("score", "east/data.csv", "west/data.csv", "-f", "mini.yaml", "-o", "run").code == 0
    assert [item["name"] for item in manifest(project)["data"]["files"]] == ["east/data.csv", "west/data.csv"]
    (project / "west" / "data.csv").write_text(
        "\n".join([header, body[4].replace("2025,55", "2025,x")]), encoding="utf-8"
    )
    ran = inside("score", "east/data.csv", "west/data.csv", "-f", "mini.yaml")
    assert ran.code == 1
    assert 'west/data.csv:row 2, column "visits": RI241' in ran.err


def test_sheets_are_chosen(project: Path, inside: Inside) -> None:
    expected = scores(project, inside, "data.csv")
    workbook(project / "a.xlsx", rows(), sheets=("一月", "二月"))
    for command in ("score", "weights", "validate"):
        ran = inside(command, "a.xlsx", "-f", "mini.yaml", *(("--weights", "entropy") if command == "weights" else ()))
        assert ran.code == 2
        assert "一月, 二月" in ran.out + ran.err
    assert scores(project, inside, "a.xlsx", "--sheet", "二月") == expected
    assert scores(project, inside, "a.xlsx", "--sheet", "1") == expected
    assert inside("explain", "001", "a.xlsx", "-f", "mini.yaml", "--sheet", "二月", "--json").code == 0
    assert inside("validate", "a.xlsx", "-f", "mini.yaml", "--sheet", "二月").code == 0
    assert manifest(project)["settings"]["sheet"] == {"value": "1", "origin": "option"}


def test_an_assessment_names_files_and_a_sheet(project: Path, inside: Inside) -> None:
    content = rows()
    (project / "sub").mkdir()
    workbook(project / "sub" / "a.xlsx", content[:5], sheets=("一", "二"))
    (project / "b.csv").write_text("\n".join(",".join(row) for row in [content[0], *content[5:]]), encoding="utf-8")
    head = "schema: resilience-index/assessment/1\nframework: mini.yaml\n"
    (project / "own.yaml").write_text(f"{head}data: [sub/a.xlsx, b.csv]\nsheet: 二\n", encoding="utf-8")
    expected = scores(project, inside, "data.csv")
    ran = inside("score", "-c", "own.yaml", "-o", "run", "-q")
    assert ran.code == 0, ran.err
    assert (project / "run" / "scores.csv").read_bytes() == expected
    assert manifest(project)["settings"]["sheet"] == {"value": "二", "origin": "assessment"}
    assert inside("validate", "own.yaml").code == 0
    assert inside("score", "data.csv", "-c", "own.yaml").code == 0  # the sheet is that of another file
    (project / "own.yaml").write_text(f"{head}data:\n  - sub/a.xlsx\n  - c.csv\nsheet: 二\n", encoding="utf-8")
    ran = inside("score", "-c", "own.yaml")
    assert ran.code == 2
    assert "own.yaml:5:5: RI281" in ran.err
    (project / "own.yaml").write_text(f"{head}data: []\n", encoding="utf-8")
    assert inside("score", "-c", "own.yaml").code == 1


def test_the_library_reads_all_of_it(project: Path) -> None:
    framework = ri.load_framework("mini.yaml")
    workbook(project / "a.xlsx", rows()[:3], sheets=("一", "二"))
    (project / "b.csv").write_text("\n".join(",".join(row) for row in [rows()[0], *rows()[3:]]), encoding="utf-8")
    table = ri.read_data(["a.xlsx", Path("b.csv")], framework, sheet="二")
    whole = ri.read_data("data.csv", framework)
    assert table.ids.to_pylist() == whole.ids.to_pylist()
    assert ri.score(table, framework).score.tolist() == ri.score(whole, framework).score.tolist()
    assert [file.name for file in table.files] == ["a.xlsx[二]", "b.csv"]


def test_a_refusal_names_the_place_in_its_own_file(project: Path, inside: Inside) -> None:
    text = MINI.replace(
        "direction: cost, goalposts: [60, 0]",
        "direction: cost, goalposts: [60, 1], normalize: {method: goalposts, transform: log}",
    )
    (project / "log.yaml").write_text(text, encoding="utf-8")
    header, *body = DATA.splitlines()
    (project / "a.csv").write_text("\n".join([header, *body[:2]]), encoding="utf-8")
    (project / "b.csv").write_text(long(rows("\n".join([header, body[2].replace(",5,", ",0,")]))), encoding="utf-8")
    ran = inside("score", "a.csv", "b.csv", "-f", "log.yaml")
    assert ran.code == 1
    assert 'b.csv:row 3, column "value"' in ran.err
