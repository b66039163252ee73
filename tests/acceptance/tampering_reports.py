"""Ways to change the documents, the map and the kept view of a run, and what must be said of each."""

from __future__ import annotations

import gzip
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from acceptance_tools import ROOT, mini_project
from tampering import (
    Case,
    Change,
    added,
    areas,
    csv_cell,
    emptied,
    forge,
    manifest,
    removed,
    settled,
    text,
    without_entry,
    write_manifest,
)

from resilience_index.audit import canonical, inputs

MAP = inputs.MAP
VIEW = "view.json.gz"
STYLE = "inputs/templates/page.css"
SETTINGS = ("predicate", "settings")
PHONE = "13800138000"


def project(folder: Path, formats: str) -> tuple[str, ...]:
    """Write a project with a map, a title and a template; the arguments of ``score`` that make these reports."""
    mini_project(folder)
    content = {"type": "FeatureCollection", "features": areas(["001", "002", "003", "004"])}
    (folder / "areas.geojson").write_text(json.dumps(content), "utf-8")
    with (folder / "assessment.yaml").open("a", encoding="utf-8") as stream:
        stream.write(
            "title: {zh: 甲市, en: City A}\nmap: areas.geojson\ncolumns: {groups: [district]}\n"
            f"outputs: [{formats}]\ntemplates: ours\n"
        )
    (folder / "ours").mkdir()
    shipped = ROOT / "resilience_index" / "report" / "templates" / "page.css"
    (folder / "ours" / "page.css").write_text(shipped.read_text("utf-8") + "\nh1 { color: navy }\n", "utf-8")
    return ("score", "-c", "assessment.yaml", "-q", "--bundle", "folder", "--out")


def part(name: str, member: str, old: str, new: str, *, forged: bool) -> Change:
    """Other text in a part of a Word document."""

    def change(folder: Path) -> None:
        with zipfile.ZipFile(folder / name) as archive:
            parts = {info: archive.read(info) for info in archive.infolist()}
        assert any(info.filename == member and old.encode() in content for info, content in parts.items()), member
        with zipfile.ZipFile(folder / name, "w") as archive:
            for info, content in parts.items():
                at_it = info.filename == member
                archive.writestr(info, content.replace(old.encode(), new.encode(), 1) if at_it else content)
        if forged:
            forge(folder)

    return change


def further_part(name: str, member: str) -> Change:
    def change(folder: Path) -> None:
        with zipfile.ZipFile(folder / name, "a") as archive:
            archive.writestr(member, b"x")
        forge(folder)

    return change


def raw(name: str, edit: Callable[[bytes], bytes], *, forged: bool = True) -> Change:
    def change(folder: Path) -> None:
        before = (folder / name).read_bytes()
        after = edit(before)
        assert after != before
        (folder / name).write_bytes(after)
        if forged:
            forge(folder)

    return change


def in_stream(content: bytes) -> bytes:
    """A byte of the packed content of the first page."""
    at = content.index(b"stream", len(content) // 2) + 40
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def other_title(content: bytes) -> bytes:
    at = content.index(b"/Title")
    return content[:at] + b"/Titel" + content[at + 6 :]


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def appended(content: bytes) -> bytes:
    """An update as PDF allows it: another object in the place of the first."""
    return content + b"\n1 0 obj\n<</Type/Pages/Count 0/Kids[]>>\nendobj\n%%EOF\n"


def swapped(first: str, second: str) -> Change:
    def change(folder: Path) -> None:
        shutil.copy(folder / second, folder / first)
        forge(folder)

    return change


def document(name: str, *path: Any, value: Any, forged: bool) -> Change:
    """Another value in a JSON file, packed or not."""

    def change(folder: Path) -> None:
        content = (folder / name).read_bytes()
        packed = content[:2] == b"\x1f\x8b"
        found = json.loads(gzip.decompress(content) if packed else content)
        place = found
        for step in path[:-1]:
            place = place[step]
        assert place[path[-1]] != value, path
        place[path[-1]] = value
        again = canonical.compact(found)
        (folder / name).write_bytes(gzip.compress(again, mtime=0) if packed else again + b"\n")
        if forged:
            forge(folder)

    return change


def bomb(name: str) -> Change:
    def change(folder: Path) -> None:
        (folder / name).write_bytes(gzip.compress(b"[" + b" " * (1 << 29), mtime=0))
        forge(folder)

    return change


def without_map(folder: Path) -> None:
    """The map taken out of everything that names it."""
    (folder / MAP).unlink()
    content = manifest(folder)
    content["subject"] = [item for item in content["subject"] if item["name"] != MAP]
    predicate = content["predicate"]
    predicate["sources"] = [item for item in predicate["sources"] if item["role"] != "map"]
    predicate["inputs"] = [item for item in predicate["inputs"] if item["name"] != "areas.geojson"]
    del predicate["settings"]["map"]
    write_manifest(folder, content)


def with_phone(folder: Path) -> None:
    content = json.loads((folder / MAP).read_bytes())
    content["features"][0]["properties"]["phone"] = PHONE
    (folder / MAP).write_text(json.dumps(content), "utf-8")
    forge(folder)


def _documents() -> list[Case]:
    word, body = "report.zh.docx", "word/document.xml"
    found = []
    for forged in (False, True):
        kind = "forged " if forged else ""
        found += [
            Case(f"{kind}word, a name", part(word, body, "东社区", "西社区", forged=forged),
                 (word, f"{body} paragraph ", "西社区")),
            Case(f"{kind}word, a style", part(word, "word/styles.xml", "w:val=", "w:val =", forged=forged),
                 (word, "word/styles.xml")),
            Case(f"{kind}PDF, a page", raw("report.en.pdf", in_stream, forged=forged), ("report.en.pdf", "object ")),
            Case(f"{kind}PDF, its title", raw("report.zh.pdf", other_title, forged=forged),
                 ("report.zh.pdf", "object ", "/Titel")),
            Case(f"{kind}Markdown", text("report.zh.md", "东社区", "西社区", forged=forged), ("report.zh.md", "line ")),
            Case(f"{kind}GeoJSON",
                 document("report.geojson", "features", 1, "properties", "rank", value=99, forged=forged),
                 ("report.geojson", "features", "rank", "99")),
        ]  # fmt: skip
    return [
        *found,
        Case("word, a further part", further_part(word, "word/vbaProject.bin"), (word, "word/vbaProject.bin")),
        Case("word, no document", emptied(word), ("RI572", word)),
        Case("word, removed", removed(word), ("RI566", word)),
        Case("word, removed with its entry", removed("report.en.docx", entry=True), ("RI573", "report.en.docx")),
        Case("word, the other language", swapped(word, "report.en.docx"), (word, "RI570")),
        Case("PDF, an update", raw("report.en.pdf", appended), ("report.en.pdf", "object 1")),
        Case("PDF, half of it", raw("report.en.pdf", half), ("report.en.pdf", "RI570")),
        Case("PDF, no PDF", emptied("report.zh.pdf"), ("RI572", "report.zh.pdf")),
        Case("PDF, removed with its entry", removed("report.zh.pdf", entry=True), ("RI573", "report.zh.pdf")),
        Case("PDF, the other language", swapped("report.zh.pdf", "report.en.pdf"), ("report.zh.pdf", "RI570")),
        Case("PDF, a further one", added("report.pdf", entry=True), ("RI574", "report.pdf")),
        Case("table of the report", csv_cell("report.zh.csv", 2, "社区编码", "099", forged=True),
             ("report.zh.csv:row 2", "社区编码", "099")),
        Case("JSON of the report, no JSON", emptied("report.json"), ("RI572", "report.json")),
    ]  # fmt: skip


def _map() -> list[Case]:
    return [
        Case("map, a corner", text(MAP, "120.05", "120.06"), (MAP, "RI567", "RI592")),
        Case("forged map, a corner", text(MAP, "120.05", "120.06", forged=True), ("report.html", VIEW)),
        Case("forged map, an id", text(MAP, '"004"', '"4"', forged=True), ("findings.json", "RI570", "report.html")),
        Case("forged map, no map", text(MAP, '"features"', '"feature"', forged=True), ("RI550", "RI579")),
        Case("forged map, metres", text(MAP, "120.0,", "3370000.0,", forged=True), ("RI550",)),
        Case("forged map, a number of a person", with_phone, ("RI252", "features[0].properties.phone")),
        Case("map, removed", removed(MAP), ("RI566", MAP)),
        Case("map, removed with its entry", removed(MAP, entry=True), ("RI573", MAP)),
        Case("map, its entry", without_entry(MAP), ("RI568", MAP)),
        Case("map, out of everything", without_map, ("RI580", "setting map", "report.html", "view.inputs")),
        Case("map, its digest", settled("predicate", "inputs", "areas.geojson", "digest", "sha256", value="0" * 64),
             ("RI592", "areas.geojson")),
        Case("map, its member", settled("predicate", "sources", "map", "member", value=None),
             ("sources[areas.geojson].member",)),
    ]  # fmt: skip


def _view() -> list[Case]:
    score = ("view", "periods", 0, "units", 0, "rank")
    found = [
        Case(f"{'forged ' if forged else ''}view, a rank",
             document(VIEW, *score, value=77, forged=forged), (VIEW, "rank", "77"))
        for forged in (False, True)
    ]  # fmt: skip
    return [
        *found,
        Case("view, swollen", bomb(VIEW), ("RI572", VIEW)),
        Case("view, cut", raw(VIEW, lambda content: content[:-30]), ("RI572", VIEW)),
        Case("view, removed with its entry", removed(VIEW, entry=True), ("RI573", VIEW)),
        Case("view, removed", removed(VIEW), ("RI566", VIEW)),
    ]


def _templates() -> list[Case]:
    return [
        Case("template", text(STYLE, "navy", "maroon"), ("RI567", STYLE, "RI592")),
        Case("forged template", text(STYLE, "navy", "maroon", forged=True), ("RI570", "report.html")),
        Case("template, removed", removed(STYLE), ("RI566", STYLE)),
        Case("template, removed with its entry", removed(STYLE, entry=True), ("RI573", STYLE)),
        Case("template, a further one", added("inputs/templates/print.css", entry=True),
             ("RI574", "inputs/templates/print.css")),
        Case("template, its digest", settled("predicate", "inputs", "page.css", "digest", "sha256", value="0" * 64),
             ("RI592", "page.css")),
    ]  # fmt: skip


def _settings() -> list[Case]:
    columns = {"id": None, "name": None, "period": None, "groups": []}
    found = []
    for name, value in (
        ("title", {"zh": "乙市", "en": "City B"}), ("map", "other.geojson"), ("synthetic", True), ("language", "zh"),
        ("outputs", ["xlsx"]), ("encoding", "gb18030"), ("sheet", "x"), ("columns", columns), ("judgments", "j.yaml"),
        ("framework", "other"), ("templates", "theirs"),
    ):  # fmt: skip
        found.append(
            Case(f"setting, {name}", settled(*SETTINGS, name, "value", value=value), ("RI580", f"setting {name}"))
        )
    return found


BUNDLES: dict[str, list[Case]] = {
    "docx, pdf, md, csv, json, geojson": _documents(),
    "html": [*_map(), *_view(), *_templates(), *_settings()],
}
"""The cases by the reports of the run that is changed: documents take their time."""
CASES = [(formats, case) for formats, cases in BUNDLES.items() for case in cases]
