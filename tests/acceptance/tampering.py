"""Ways to change a run after it was made, and what must be said of each.

``naive``: a file is changed and the manifest is not. ``forged``: the manifest is made to fit, as somebody would who
knows how it is made; only scoring again can tell then.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from resilience_index.audit import canonical, inputs

Change = Callable[[Path], None]


@dataclass(frozen=True)
class Case:
    """A change and the texts that the messages must have: they name the item."""

    name: str
    change: Change
    said: tuple[str, ...]
    code: int = 1


def manifest(folder: Path) -> Any:
    return json.loads((folder / "manifest.json").read_bytes())


def write_manifest(folder: Path, content: Any) -> None:
    (folder / "manifest.json").write_bytes(canonical.dump(content))


def areas(names: list[str]) -> list[dict[str, Any]]:
    """Features of a map: a square for each community."""
    squares = []
    for place, name in enumerate(names):
        x, y = 120 + place / 10, 30.0
        ring = [[x, y], [x + 0.05, y], [x + 0.05, y + 0.05], [x, y + 0.05], [x, y]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        squares.append({"type": "Feature", "properties": {"community_id": name}, "geometry": geometry})
    return squares


def forge(folder: Path) -> None:
    """Make the manifest fit the files: of outputs, and of what went in."""
    content = manifest(folder)
    for item in content["subject"]:
        if (folder / item["name"]).is_file():
            item["digest"]["sha256"] = inputs.file_digest(folder / item["name"])
    digests = {item["name"]: item["digest"] for item in content["predicate"]["inputs"]}
    for source in content["predicate"]["sources"]:
        if source["member"] is not None:
            digests[source["name"]]["sha256"] = inputs.file_digest(folder / source["member"])
    write_manifest(folder, content)


def text(name: str, old: str, new: str, *, forged: bool = False, count: int = 1) -> Change:
    def change(folder: Path) -> None:
        path = folder / name
        before = path.read_bytes().decode()
        assert before.count(old) >= 1, (name, old)
        path.write_bytes(before.replace(old, new, count).encode())
        if forged:
            forge(folder)

    return change


def csv_cell(name: str, row: int, column: str, value: str, *, forged: bool) -> Change:
    """Another value in a cell; ``row`` as a spreadsheet counts."""

    def change(folder: Path) -> None:
        path = folder / name
        mark = "\ufeff"
        lines = path.read_bytes().decode().removeprefix(mark).splitlines(keepends=True)
        at = lines[0].strip().split(",").index(column)
        cells = lines[row - 1].rstrip("\r\n").split(",")
        assert cells[at] != value
        cells[at] = value
        lines[row - 1] = ",".join(cells) + "\n"
        path.write_bytes((mark + "".join(lines)).encode() if name != "inputs/data/1.csv" else "".join(lines).encode())
        if forged:
            forge(folder)

    return change


def parquet_cell(name: str, row: int, column: str, value: Any, *, forged: bool) -> Change:
    """Another value in a row, counted from 0."""

    def change(folder: Path) -> None:
        table = pq.read_table(folder / name)
        values = table.column(column).to_pylist()
        assert values[row] != value
        values[row] = value
        at = table.column_names.index(column)
        changed = table.set_column(at, table.schema.field(column), pa.array(values, table.schema.field(column).type))
        pq.write_table(changed, folder / name, compression="zstd")
        if forged:
            forge(folder)

    return change


def settled(*path: Any, value: Any) -> Change:
    """Another value in the manifest, at a path; items of lists by their ``id``, ``name`` or ``role``."""

    def change(folder: Path) -> None:
        content = manifest(folder)
        place = content
        for step in path[:-1]:
            place = _step(place, step)
        last = path[-1]
        assert place[last] != value
        place[last] = value
        write_manifest(folder, content)

    return change


def _step(place: Any, step: Any) -> Any:
    if isinstance(place, list) and isinstance(step, str):
        return next(item for item in place if step in (item.get("id"), item.get("name"), item.get("role")))
    return place[step]


def workbook(*replaced: tuple[str, str, str], forged: bool) -> Change:
    """Other text in parts of the workbook: the part, a pattern that it has once or more, what stands there then."""

    def change(folder: Path) -> None:
        path = folder / "report.xlsx"
        with zipfile.ZipFile(path) as archive:
            parts = {info: archive.read(info).decode() for info in archive.infolist()}
        for name, old, new in replaced:
            (info,) = (info for info in parts if info.filename == name)
            parts[info], count = re.subn(old, new, parts[info])
            assert count, (name, old)
        with zipfile.ZipFile(path, "w") as archive:
            for info, part in parts.items():
                archive.writestr(info, part)
        if forged:
            forge(folder)

    return change


def removed(name: str, *, entry: bool = False) -> Change:
    def change(folder: Path) -> None:
        (folder / name).unlink()
        if entry:
            without_entry(name)(folder)

    return change


def without_entry(name: str) -> Change:
    def change(folder: Path) -> None:
        content = manifest(folder)
        content["subject"] = [item for item in content["subject"] if item["name"] != name]
        write_manifest(folder, content)

    return change


def added(name: str, *, entry: bool = False) -> Change:
    def change(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"more")
        if entry:
            content = manifest(folder)
            content["subject"].append({"name": name, "digest": {"sha256": inputs.file_digest(folder / name)}})
            content["subject"].sort(key=lambda item: item["name"])
            write_manifest(folder, content)

    return change


def linked(name: str) -> Change:
    def change(folder: Path) -> None:
        (folder / name).rename(folder.parent / "away")
        (folder / name).symlink_to(folder.parent / "away")

    return change


def raw_bytes(old: bytes, new: bytes) -> Change:
    def change(folder: Path) -> None:
        path = folder / "manifest.json"
        assert old in path.read_bytes()
        path.write_bytes(path.read_bytes().replace(old, new, 1))

    return change


RAW = "inputs/data/1.csv"
PREDICATE = ("predicate",)


def _data() -> list[Case]:
    found = []
    cells = [(2, "visits", "51", "001 2024"), (3, "minutes", "11", "002 2024"), (4, "events", "9", "003 2024"),
             (7, "visits", "86", "002 2025"), (9, "minutes", "44", "004 2025")]  # fmt: skip
    for row, column, value, unit in cells:
        named = f"{unit} {column} raw"
        found.append(Case(f"data {unit} {column}", csv_cell(RAW, row, column, value, forged=False), (RAW, named)))
        found.append(Case(f"forged data {unit} {column}", csv_cell(RAW, row, column, value, forged=True), (named,)))
    found.append(Case("data, a community's name", text(RAW, "南社区", "北北社区", forged=True),
                      ("003 2024 community", "北北社区")))  # fmt: skip
    found.append(Case("data, a row less", text(RAW, "004,北社区,乙区,2025,25,45,1\n", "", forged=True), ("004 2025",)))
    found.append(Case("data, a letter in a cell", text(RAW, "90,5,10", "9O,5,10", forged=True),
                      ("RI241", "row 4", "visits")))  # fmt: skip
    found.append(Case("data, a header", text(RAW, "events", "evens", forged=True), ("RI579",)))
    for row, column, value, item in (
        (2, "score", "99.5", "001 2024 score"), (3, "rank", "1", "002 2024 rank"), (4, "grade", "B", "003 2024 grade"),
        (5, "coverage", "0.5", "004 2024 coverage"), (6, "people", "1.25", "001 2025 people"),
        (7, "community", "某社区", "002 2025 community"), (9, "community_id", "4", "004 2025 community_id"),
    ):  # fmt: skip
        for forged in (False, True):
            name = f"{'forged ' if forged else ''}scores.csv {column}"
            said = (item, f"scores.csv:row {row}") + (() if forged else ("RI567",))
            found.append(Case(name, csv_cell("scores.csv", row, column, value, forged=forged), said))
    return found


def _tables() -> list[Case]:
    found = []
    for column, row, item in (("local_weight", 3, "people"), ("global_weight", 4, "visits")):
        for forged in (False, True):
            change = csv_cell("weights.csv", row, column, "0.123", forged=forged)
            found.append(Case(f"weights.csv {column} {forged}", change, ("weights.csv", f"{item} {column}", "0.123")))
    for column, value in (
        ("raw", "77"), ("cleaned", 77.0), ("normalized", 0.5001), ("contribution", 1.5),
        ("source_row", 99), ("status", "filled"), ("source_column", "x"), ("global_weight", 0.9),
    ):  # fmt: skip
        change = parquet_cell("trace.parquet", 4, column, value, forged=True)
        found.append(Case(f"trace {column}", change, ("trace.parquet", f"002 2024 minutes {column}")))
    for column, value in (("value", 0.25), ("shown", 25.0)):
        change = parquet_cell("trace_nodes.parquet", 3, column, value, forged=True)
        found.append(Case(f"trace_nodes {column}", change, ("trace_nodes.parquet", f"002 2024 people {column}")))
    for column, value in (("leaf:visits", 81.0), ("community", "某社区"), ("row", 30)):
        change = parquet_cell("inputs/data.parquet", 1, column, value, forged=True)
        found.append(Case(f"data.parquet {column}", change, ("inputs/data.parquet", f"002 2024 {column}")))
    for forged in (False, True):
        found += [
            Case(f"findings {forged}", text("findings.json", '"warning"', '"info"', forged=forged),
                 ("findings.json", "severity")),
            Case(f"page {forged}", text("report.html", "东社区", "西社区", forged=forged), ("report.html:", "line ")),
        ]  # fmt: skip
    return found


def _workbook() -> list[Case]:
    """A text, a number, a formula and its value in a cell, a sheet's title; parts only where all cells are the same."""
    shared, ranking = "xl/sharedStrings.xml", "xl/worksheets/sheet2.xml"
    title, formula = "排名 Ranking", "INDEX('逐级得分 Levels'!$D$7:$D$14,$L2)"
    of_f2 = r'(<c r="F2" s="[0-9]+">)<f>[^<]*</f><v>[^<]*</v>'
    found = []
    for forged in (False, True):
        kind = "forged " if forged else ""
        for name, changes, said in (
            ("a text", [(shared, "<t>东社区</t>", "<t>西社区</t>")], ("逐级得分 Levels!B9", "西社区", "东社区")),
            ("a value", [(ranking, r'(<c r="F3".*?<v>)[^<]*', r"\g<1>99.5")], (f"{title}!F3", "99.5")),
            ("typed over", [(ranking, of_f2, r"\1<v>99.5</v>")], (f"{title}!F2", "99.5", f"={formula}")),
            ("a formula", [(ranking, r'(<c r="F2"[^>]*><f>INDEX)', r"\1X")], (f"{title}!F2", "=INDEXX(", "=INDEX(")),
            ("a sheet", [("xl/workbook.xml", f'name="{title}"', 'name="Rank"')], ("Rank", title)),
            ("a style", [(ranking, '<c r="F2" s="[0-9]+"', '<c r="F2" s="1"')], (f"{ranking} F2",)),
            ("a chart", [("xl/charts/chart1.xml", "<c:order", "<c:Order")], ("xl/charts/chart1.xml",)),
            ("an unused text", [(shared, "</sst>", "<si><t>more</t></si></sst>")], (shared, "more")),
        ):  # fmt: skip
            found.append(Case(f"{kind}workbook, {name}", workbook(*changes, forged=forged), ("report.xlsx", *said)))
    return found


def _forms() -> list[Case]:
    """What says the same in another form; titles of columns; a finding more."""

    def ends(folder: Path) -> None:
        path = folder / "scores.csv"
        path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        forge(folder)

    more = '[\n  {"code": "RI999", "location": {"file": "x.csv", "row": 3}},'
    return [
        Case("table, no byte order mark", text("scores.csv", "\ufeff", "", forged=True),
             ("scores.csv", "byte order mark", "EF BB BF")),
        Case("table, line ends", ends, ("scores.csv", "line ends", "CRLF × 9", "LF × 9")),
        Case("table, a title", text("weights.csv", "global_weight", "global_wait", forged=True),
             ('weights.csv:row 1, column "global_weight"', "global_wait")),
        Case("findings, one more", text("findings.json", "[", more, forged=True), ("findings.json", "[RI999 x.csv 3]")),
    ]  # fmt: skip


def emptied(name: str) -> Change:
    def change(folder: Path) -> None:
        (folder / name).write_bytes(b"PAR1 no more")
        forge(folder)

    return change


def _sources() -> list[Case]:
    rules = "inputs/framework.yaml"
    return [
        Case("trace, no Parquet", emptied("trace.parquet"), ("RI572", "trace.parquet")),
        Case("workbook, no workbook", emptied("report.xlsx"), ("RI572", "report.xlsx")),
        Case("page, every line", text("report.html", "\n", " \n", forged=True, count=100), ("RI571", "report.html")),
        Case("framework, a weight", text(rules, "weight: 2", "weight: 3"), (rules, "RI567")),
        Case("framework, goalposts", text(rules, "goalposts: [0, 10]", "goalposts: [0, 12]", forged=True),
             ("events", "goalposts", "12")),
        Case("framework, a bound", text(rules, "min: 60", "min: 61", forged=True), ("grades", "61")),
        Case("framework, a title", text(rules, "en: Rate", "en: Tare", forged=True), ("leaves[visits].title", "Tare")),
        Case("framework, a direction", text(rules, "direction: cost, goalposts: [60, 0]",
                                            "direction: benefit, goalposts: [0, 60]", forged=True),
             ("leaves[minutes]", "direction")),
        Case("framework, no YAML", text(rules, "tree:", "tree: [", forged=True), ("RI579",)),
        Case("judgments", text("inputs/judgments.yaml", "people/events: 3", "people/events: 5", forged=True),
             ("weights.csv", "people local_weight")),
        Case("judgments, naive", text("inputs/judgments.yaml", "visits/minutes: 2", "visits/minutes: 1/2"),
             ("inputs/judgments.yaml", "weights.csv", "visits local_weight")),
        Case("assessment", text("inputs/assessment.yaml", "alpha: 0.5", "alpha: 0.6", forged=True),
             ("RI580", "setting weights", "0.6")),
    ]  # fmt: skip


def _manifest() -> list[Case]:
    plan, settings = (*PREDICATE, "plan"), (*PREDICATE, "settings")
    zero = "0" * 64
    return [
        Case("setting, weights", settled(*settings, "weights", "value", value={"method": "equal"}),
             ("RI580", "setting weights")),
        Case("setting, scale", settled(*settings, "scale", "value", value=10.0), ("RI580", "setting scale")),
        Case("setting, origin", settled(*settings, "missing", "origin", value="framework"),
             ("setting missing.origin", "framework")),
        Case("setting, by", settled(*settings, "by", "value", value="district"), ("setting by", "district")),
        Case("plan, a weight", settled(*plan, "nodes", "index", "children", "people", "local_weight", value=0.7),
             ("manifest.json", "nodes[index].children[people].local_weight", "0.7")),
        Case("plan, a method", settled(*plan, "leaves", "events", "normalize", "method", value="minmax"),
             ("leaves[events].normalize.method", "minmax")),
        Case("plan, a global weight", settled(*plan, "leaves", "visits", "global_weight", value=0.99),
             ("leaves[visits].global_weight", "0.99")),
        Case("seed", settled(*PREDICATE, "seed", value=7), ("predicate.seed", "7")),
        Case("rows", settled(*PREDICATE, "data", "rows", value=9), ("predicate.data.rows", "9")),
        Case("language", settled(*PREDICATE, "language", value="zh"), ("language",)),
        Case("framework's version", settled(*PREDICATE, "framework", "version", value="1.0.1"),
             ("predicate.framework.version", "1.0.1")),
        Case("digest of an input", settled(*PREDICATE, "inputs", "data.csv", "digest", "sha256", value=zero),
             ("RI592", "data.csv", zero)),
        Case("digest of an output", settled("subject", "scores.csv", "digest", "sha256", value=zero),
             ("RI567", "scores.csv", zero)),
        Case("what was asked of reports", settled(*settings, "outputs", "value", value=["html"]), ("report.xlsx",)),
        Case("member of a source", settled(*PREDICATE, "sources", "judgments", "member", value="scores.csv"),
             ("sources[judgments.yaml].member", "scores.csv")),
        Case("program", settled(*PREDICATE, "program", "name", value="other"), ("program.name", "other")),
        Case("version of a library", settled(*PREDICATE, "versions", "numpy", value="1.0"), ("RI576", "numpy 1.0"), 0),
        Case("a further key", raw_bytes(b'{\n  "_type"', b'{\n  "more": 1,\n  "_type"'),
             ("RI565", "more")),
        Case("a key twice", raw_bytes(b'"seed": null', b'"seed": 1,\n    "seed": null'), ("RI565", "line ")),
        Case("white space", raw_bytes(b'"seed": null', b'"seed":  null'), ("RI565", "line ")),
        Case("no JSON", raw_bytes(b'"seed": null', b'"seed": nul'), ("RI565",)),
        Case("no predicate", raw_bytes(b'"predicate":', b'"predicat":'), ("RI565",)),
        Case("later form", raw_bytes(b"resilience-index:run:1", b"resilience-index:run:2"), ("RI564", "run:2"), 2),
        Case("other statement", raw_bytes(b"Statement/v1", b"Statement/v0.1"), ("RI564", "v0.1"), 2),
    ]  # fmt: skip


def _files() -> list[Case]:
    found = [Case(f"removed {name}", removed(name), ("RI566", name))
             for name in ("scores.csv", "trace.parquet", "inputs/framework.yaml", RAW, "report.html")]  # fmt: skip
    found += [Case(f"removed with its entry {name}", removed(name, entry=True), ("RI573", name))
              for name in ("scores.csv", "findings.json", "trace.parquet", "report.xlsx", RAW)]  # fmt: skip
    more = ("evil.txt", ".hidden", "inputs/more.yaml", "inputs/data/2.csv", "signatures/x.json")
    found += [Case(f"added {name}", added(name), ("RI568", name)) for name in more]
    found += [
        Case("added with an entry", added("evil.txt", entry=True), ("RI574", "evil.txt")),
        Case("entry alone removed", without_entry("weights.csv"), ("RI568", "weights.csv")),
        Case("a link", linked("scores.csv"), ("RI569", "scores.csv")),
        Case("a linked folder", linked("inputs"), ("RI569", "inputs")),
        Case("no manifest", removed("manifest.json"), ("RI012",), 2),
    ]
    return found


CASES = [*_data(), *_tables(), *_workbook(), *_forms(), *_sources(), *_manifest(), *_files()]
