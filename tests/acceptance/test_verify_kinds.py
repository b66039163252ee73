"""``verify`` on bundles of every kind of input and output: from the data files, every output the same byte for byte."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from acceptance_tools import DATA, LANGUAGES, Inside, cells
from tampering import areas, manifest

from resilience_index.audit import inputs

ROWS = [line.split(",") for line in DATA.splitlines()]
PHONE = "13800138000"


def _xlsx(project: Path) -> tuple[str, ...]:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in ROWS:
        book.active.append([float(cell) if at > 3 and row is not ROWS[0] else cell for at, cell in enumerate(row)])
    book.save(project / "data.xlsx")
    return ("data.xlsx",)


def _parquet(project: Path) -> tuple[str, ...]:
    columns = {name: [row[at] for row in ROWS[1:]] for at, name in enumerate(ROWS[0])}
    numbers = {name: [float(cell) for cell in columns.pop(name)] for name in ("visits", "minutes", "events")}
    pq.write_table(pa.table({**columns, **numbers}), project / "data.parquet")
    return ("data.parquet",)


def _gbk(project: Path) -> tuple[str, ...]:
    (project / "data.csv").write_bytes(DATA.encode("gbk"))
    return ("data.csv",)


def _utf16(project: Path) -> tuple[str, ...]:
    (project / "data.csv").write_bytes(DATA.encode("utf-16"))
    return ("data.csv",)


def _long(project: Path) -> tuple[str, ...]:
    lines = ["community_id,community,period,indicator,value"]
    for row in ROWS[1:]:
        lines += [f"{row[0]},{row[1]},{row[3]},{name},{cell}" for name, cell in zip(ROWS[0][4:], row[4:], strict=True)]
    (project / "data.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return ("data.csv",)


def _several(project: Path) -> tuple[str, ...]:
    head, *body = DATA.splitlines(keepends=True)
    for name, part in (("2024", body[:4]), ("2025", body[4:])):
        (project / name).mkdir()
        (project / name / "data.csv").write_text(head + "".join(part), "utf-8")
    return ("2024/data.csv", "2025/data.csv")


def _plain(project: Path) -> tuple[str, ...]:
    return ("data.csv",)


KINDS: dict[str, tuple[Callable[[Path], tuple[str, ...]], tuple[str, ...]]] = {
    "workbook": (_xlsx, ()),
    "Parquet": (_parquet, ()),
    "GBK, not declared": (_gbk, ()),
    "GBK, declared": (_gbk, ("--encoding", "gbk")),
    "UTF-16": (_utf16, ()),
    "long table": (_long, ()),
    "several files": (_several, ("--period", "2025")),
    "groups": (_plain, ("--by", "district")),
    "faulty cells": (_plain, ("--accept-errors", "--treat", "winsorize:max_points=1")),
    "judgments": (_plain, ("-j", "judgments.yaml", "--weights", "ahp")),
    "judgments that nothing needs": (_plain, ("-j", "judgments.yaml")),
    "a map": (_plain, ("--map", "areas.geojson")),
    "Word and PDF": (_plain, ("--format", "docx,pdf", "--map", "areas.geojson")),
    "Word and PDF in English": (_plain, ("--format", "docx,pdf", "--lang", "en")),
    "every format": (_plain, ("--format", "html,xlsx,docx,pdf,md,csv,json,geojson", "--map", "areas.geojson")),
    "no trace": (_plain, ("--no-trace",)),
}  # fmt: skip


def verified(inside: Inside, name: str, *more: str) -> Any:
    ran = inside("verify", name, "--json", *more)
    assert ran.code == 0, ran.out
    return json.loads(ran.out)


def map_file(project: Path, *more: dict[str, Any]) -> None:
    content = {"type": "FeatureCollection", "features": [*areas(["001", "002", "003"]), *more]}
    (project / "areas.geojson").write_text(json.dumps(content, ensure_ascii=False), "utf-8")


@pytest.mark.parametrize("name", KINDS)
def test_an_untouched_bundle_passes(name: str, project: Path, inside: Inside) -> None:
    prepare, options = KINDS[name]
    map_file(project)
    if name == "faulty cells":
        (project / "data.csv").write_text(DATA.replace("80,10,2", "x,10,2"), "utf-8")
    ran = inside("score", *prepare(project), "-f", "mini.yaml", "-q", "--bundle", "zip", "--out", "run", *options)
    assert ran.code == 0, ran.err
    (project / "away").mkdir()
    shutil.move(project / "run.zip", project / "away/it.zip")
    for place in ("run", "away/it.zip"):
        found = verified(inside, place)
        level = found["levels"][2]
        assert level["from"] == "data"
        assert level["same"] == level["compared"]
        outputs = {item["name"] for item in manifest(project / "run")["subject"]}
        assert set(level["compared"]) == {item for item in outputs if not item.startswith("inputs/")} | (
            {"inputs/data.parquet"} if name != "no trace" else set()
        )
        assert {item["severity"] for each in found["levels"] for item in each["findings"]} <= {"info"}


@pytest.mark.parametrize("bundle", ["folder", None])
def test_titles_schemes_and_maps_of_an_assessment(bundle: str | None, project: Path, inside: Inside) -> None:
    map_file(project)
    with (project / "assessment.yaml").open("a", encoding="utf-8") as stream:
        stream.write(
            "title: {zh: 甲市 2025, en: City A 2025}\nsynthetic: true\nmap: areas.geojson\nlanguage: zh\n"
            "outputs: [html, docx]\ncolumns: {groups: [district]}\n"
            "schemes:\n  flat: {title: {zh: 等权, en: Flat}, weights: equal}\n"
        )
    more = ("--bundle", bundle) if bundle else ()
    for name, options in (("one", ()), ("flat", ("--scheme", "flat"))):
        call = ("score", "-c", "assessment.yaml", "-q", "--out", name, *options, *more)
        assert inside(*call).code == 0
        found = verified(inside, name)
        level = found["levels"][2]
        assert level["from"] == ("data" if bundle else "values")
        if bundle:
            assert level["same"] == level["compared"]
        assert {item["code"] for item in level["findings"]} == (set() if bundle else {"RI577"})
    assert (project / "one/report.docx").exists()


def test_a_map_that_does_not_travel_is_named(project: Path, inside: Inside) -> None:
    """Without it the figures are compared and the reports are not; named by ``--data`` everything is."""
    map_file(project)
    call = ("score", "data.csv", "-f", "mini.yaml", "-q", "--map", "areas.geojson", "--out", "run")
    assert inside(*call, "--bundle-without-data").code == 0
    assert not (project / "run" / inputs.MAP).exists()
    source = next(item for item in manifest(project / "run")["predicate"]["sources"] if item["role"] == "map")
    assert source == {"role": "map", "name": "areas.geojson", "member": None}
    assert verified(inside, "run")["levels"][2]["from"] == "values"
    level = verified(inside, "run", "--data", "data.csv")["levels"][2]
    assert [item["code"] for item in level["findings"]] == ["RI594"]
    assert "report.html" not in level["compared"]
    level = verified(inside, "run", "--data", "data.csv", "--data", "areas.geojson")["levels"][2]
    assert level["findings"] == []
    assert {"report.html", "findings.json"} <= set(level["same"])
    (project / "areas.geojson").write_text((project / "areas.geojson").read_text("utf-8") + " ", "utf-8")
    ran = inside("verify", "run", "--data", "data.csv", "--data", "areas.geojson")
    assert (ran.code, "RI581" in ran.err) == (1, True)


def person(**properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": None}


@pytest.mark.parametrize(
    "feature",
    [person(phone=PHONE), person(phone=int(PHONE)), person(**{PHONE: 1}), person(more={"a": [f"电话 {PHONE}"]}),
     {**person(), "id": PHONE}, person(card="6222021234567890128", kind="x"),
     person(户主姓名="张三", 家庭住址="幸福路 3 号 2 单元 501 室")],
    ids=lambda feature: str(feature)[:40],
)  # fmt: skip
def test_personal_data_in_a_map(feature: dict[str, Any], project: Path, inside: Inside) -> None:
    """Refused with the place; allowed they are masked everywhere, and the map itself does not travel."""
    map_file(project, feature)
    call = ("score", "data.csv", "-f", "mini.yaml", "-q", "--map", "areas.geojson", "--out", "run")
    ran = inside(*call)
    assert ran.code == 2, ran.err
    assert "areas.geojson: RI251 error" in ran.err
    assert "RI252" in ran.err or "RI254" in ran.err
    assert PHONE not in ran.err
    assert not (project / "run").exists()
    ran = inside(*call, "--allow-personal-data", "--bundle", "folder")
    assert (ran.code, "RI560" in ran.err) == (2, True)
    ran = inside(*call, "--allow-personal-data", "--bundle-without-data", "-v")
    assert ran.code == 0, ran.err
    assert PHONE not in ran.err
    for path in (project / "run").rglob("*"):
        assert not path.is_file() or PHONE.encode() not in path.read_bytes(), path
    assert manifest(project / "run")["predicate"]["settings"]["allow_personal_data"]["value"] is True


def test_usual_properties_of_a_map_are_no_personal_data(project: Path, inside: Inside) -> None:
    properties = {"adcode": 330102001001, "area": 13812345678.25, "name": "东社区", "centre": [120.123456, 30.123456],
                  "updated": "2024-06-01 12:30:00", "population": 13800, "street": "幸福街道"}  # fmt: skip
    map_file(project, {**person(**properties), "bbox": [13800138000, 30.0, 120.1, 30.1]})
    call = (
        "score",
        "data.csv",
        "-f",
        "mini.yaml",
        "-q",
        "--map",
        "areas.geojson",
        "--bundle",
        "folder",
        "--out",
        "run",
    )
    ran = inside(*call)
    assert ran.code == 0, ran.err
    assert "RI25" not in ran.err


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_said_of_a_forged_bundle(lang: Any, project: Path, inside: Inside) -> None:
    """The levels and the outcome within 80 columns, each finding with its remedy, in both languages."""
    map_file(project)
    call = (
        "score",
        "data.csv",
        "-f",
        "mini.yaml",
        "-q",
        "--map",
        "areas.geojson",
        "--bundle",
        "folder",
        "--out",
        "run",
    )
    assert inside(*call).code == 0
    path = project / "run" / inputs.MAP
    path.write_text(path.read_text("utf-8").replace("120.05", "121.05"), "utf-8")
    ran = inside("verify", "run", lang=lang, columns=80)
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert max(cells(line) for line in lines if "SHA-256" not in line) <= 80
    count = len(manifest(project / "run")["subject"])
    if lang == "en":
        assert lines[0] == f"bytes: FAILED, {count} files"
        assert lines[-1] == "run: NOT verified"
    else:
        assert lines[-1] == "run：核验未通过"
    for code, said in (("RI567", inputs.MAP), ("RI592", "areas.geojson"), ("RI570", "report.html")):
        assert code in ran.err
        assert said in ran.err
