"""Texts that would act somewhere: formulas, markup, scripts, control and bidi characters, paths: inert everywhere."""

from __future__ import annotations

import csv
import html.parser
import json
import re
import zipfile
from pathlib import Path

import pytest
from acceptance_tools import MINI, Inside, tree
from fault_tools import figure

from resilience_index.report.renderers import RENDERERS

openpyxl = pytest.importorskip("openpyxl")

PAYLOADS = {
    "formula": "=HYPERLINK('http://x.test','y')", "plus": "+1+cmd|' /C calc'!A0", "minus": "-2+3", "at": "@SUM(1)",
    "script": "<script>alert(1)</script>", "image": "\"><img src=x onerror=alert(1)>", "style": "</style><b>x",
    "template": "{{7*7}}${7*7}<%=7*7%>", "rich": "[bold red]x[/] [link=http://x.test]y[/link]",
    "ansi": "\x1b[31mx\x1b]0;t\x07", "bidi": "\u202edcba\u2066x", "entity": "&lt;b&gt;&#x3c;i&#x3e;", "path": "../../x",
    "comment": "--><x", "quote": "'\"`",
}  # fmt: skip
FIELDS = ("community_id", "community", "district", "framework title", "node title", "leaf title", "unit", "file name")
HARMLESS = "plain"
STEERING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
ACTIVE = re.compile(r"[=+\-@\t\r]")
LITERALS = re.compile(r'"(?:[^"]|"")*"(?:&"(?:[^"]|"")*")*')
ROW = re.compile(r"\d+")
NUMBER = re.compile(r"-?[0-9.]+(e-?[0-9]+)?")


class _Structure(html.parser.HTMLParser):
    """Tags with the names of their attributes; whether an attribute runs something."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.scripts: list[str] = []
        self.active = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.active += sum(name.startswith("on") for name, _ in attrs)
        self.active += sum("javascript:" in (value or "") for _, value in attrs)

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] == "script":
            packed = "type" in self.tags[-1][1] and re.fullmatch(r"[A-Za-z0-9+/=]+", data)  # the page's data, base 64
            self.scripts.append("data" if packed else data)


def structure(text: str) -> _Structure:
    found = _Structure()
    found.feed(text)
    return found


def files(folder: Path, payload: str) -> None:
    """The payload in every field, each with a mark of its own."""
    folder.mkdir()
    framework = MINI
    for field, old in (("framework title", "Mini framework"), ("node title", "People"), ("leaf title", "Rate")):
        framework = framework.replace(f"en: {old}", f"en: {json.dumps(payload + field)}")
    framework = framework.replace("unit: min", f"unit: {json.dumps(payload + 'unit')}")
    (folder / "mini.yaml").write_text(framework, encoding="utf-8")
    with (folder / "data.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["community_id", "community", "district", "visits", "minutes", "events"])
        for row in range(3):
            writer.writerow([f"{payload}{row}", f"{payload}name{row}", f"{payload}d", 50 + row, 30, 5])
        writer.writerow(["mapped", f"{payload}mapped", f"{payload}d", 60, 30, 5])
    ring = [[120, 30], [121, 30], [121, 31], [120, 30]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    areas = [{"type": "Feature", "id": name, "geometry": shape} for name in (f"{payload}0", "mapped")]
    (folder / "map.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": areas}), encoding="utf-8")
    name = "n" + re.sub(r"[/\x00]", "_", payload)  # a name that begins with a dot would be hidden
    (folder / "cities").mkdir()
    (folder / "cities" / f"{name}.csv").write_bytes((folder / "data.csv").read_bytes())
    (folder / "cities" / f"{name} bad.csv").write_text("community_id,visits\n1,x\n", encoding="utf-8")


def differences(page: _Structure, harmless: _Structure) -> list[str]:
    """What a page has that a harmless one has not."""
    tags = {tag for tag, _ in page.tags} ^ {tag for tag, _ in harmless.tags}
    names = {name for _, names in page.tags for name in names} ^ {name for _, names in harmless.tags for name in names}
    scripts = [] if sorted(page.scripts) == sorted(harmless.scripts) else ["other scripts"]
    return [*sorted(tags), *sorted(names), *scripts, *(["active attributes"] if page.active else [])]


def active_cells(path: Path) -> list[str]:
    """Cells of a CSV file that a spreadsheet would take for a formula, or that steer a terminal."""
    text = path.read_text(encoding="utf-8-sig")
    cells = [cell for row in csv.reader(text.splitlines()) for cell in row]
    formulas = [cell for cell in cells if ACTIVE.match(cell) and not NUMBER.fullmatch(cell)]
    return formulas + STEERING.findall(text)


def active_workbook(path: Path) -> list[str]:
    """Formulas without the texts and the numbers of rows in them, links and foreign parts of a workbook."""
    book = openpyxl.load_workbook(path)
    cells = [(sheet.title, cell) for sheet in book for row in sheet.iter_rows() for cell in row]
    found = [
        f"{title} {cell.column_letter} {ROW.sub('0', LITERALS.sub('text', str(cell.value)))}" for title, cell in cells
        if cell.data_type == "f"
    ]  # fmt: skip
    found += [str(cell.hyperlink.target) for _, cell in cells if cell.hyperlink is not None and cell.hyperlink.target]
    book.close()
    with zipfile.ZipFile(path) as parts:
        return found + [name for name in parts.namelist() if "external" in name.lower() or "vba" in name.lower()]


def active_markdown(path: Path) -> list[str]:
    """What a reader of Markdown would make of a report beside text, headings, lists, tables and strong type."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(path.read_text("utf-8"))
    parts = [part.type for token in tokens for part in token.children or ()]
    blocks = {token.type.removesuffix("_open").removesuffix("_close") for token in tokens}
    usual = {"paragraph", "heading", "bullet_list", "list_item", "blockquote", "inline",
             "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip
    inside = {"text", "softbreak", "hardbreak", "strong_open", "strong_close"}
    return sorted(set(parts) - inside) + sorted(blocks - usual)


def active_word(path: Path) -> list[str]:
    """Parts outside the file, and fields that are not those of the document itself."""
    with zipfile.ZipFile(path) as parts:
        names = [name for name in parts.namelist() if name.endswith((".xml", ".rels"))]
        texts = {name: parts.read(name).decode("utf-8") for name in names}
    found = [name for name, text in texts.items() if 'TargetMode="External"' in text or "<w:object" in text]
    fields = re.findall(r"<w:instrText[^>]*>([^<]*)<", texts["word/document.xml"])
    own = re.compile(r"SEQ \S+ .*|TOC .*|PAGE.*|NUMPAGES.*")
    return found + [field for field in fields if not own.fullmatch(field.strip())]


def active_pdf(path: Path) -> list[str]:
    """Links to elsewhere, scripts and programs to start."""
    content = path.read_bytes()
    return [name for name in ("/URI", "/JavaScript", "/JS", "/Launch", "/EmbeddedFile") if name.encode() in content]


@pytest.mark.filterwarnings("ignore:.*extension is not supported")  # of openpyxl, about conditional formats
def test_payloads_fields_and_formats(project: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each payload in every field at once, every format reopened: active 0."""
    wanted: _Structure | None = None
    wanted_alone: _Structure | None = None
    wanted_book: list[str] | None = None
    alones = 0
    active: list[tuple[str, str]] = []
    looked = 0
    refused: list[str] = []
    for name, payload in {"harmless": HARMLESS, **PAYLOADS}.items():
        folder = project / name
        files(folder, payload)
        monkeypatch.chdir(folder)
        formats = ("--format", ",".join(RENDERERS), "--map", "map.geojson")
        ran = inside("score", "data.csv", "-f", "mini.yaml", "--out", "run", "-v", *formats, columns=100)
        said = {"terminal": re.sub(r"\x1b\[[0-9;]*m", "", ran.out + ran.err)}
        if ran.code:
            refused.append(f"{name}: {ran.err}")
        else:
            page = structure((folder / "run" / "report.html").read_text(encoding="utf-8"))
            wanted = wanted or page
            active += [(name, f"html: {what}") for what in differences(page, wanted)]
            book = active_workbook(folder / "run" / "report.xlsx")
            wanted_book = wanted_book or book
            active += [(name, f"xlsx: {what}") for what in set(book) - set(wanted_book)]
            for language in ("zh", "en"):
                active += [(name, f"md: {what}") for what in active_markdown(folder / "run" / f"report.{language}.md")]
                active += [(name, f"docx: {what}") for what in active_word(folder / "run" / f"report.{language}.docx")]
                active += [(name, f"pdf: {what}") for what in active_pdf(folder / "run" / f"report.{language}.pdf")]
            for kind in ("json", "geojson"):
                said[kind] = (folder / "run" / f"report.{kind}").read_text(encoding="utf-8")
                json.loads(said[kind])
            one = inside("report", "run", "--community", "mapped", "--format", "html,md", "--out", "one")
            assert one.code == 0, one.err
            for path in (folder / "one").glob("*.html"):
                alone = structure(path.read_text(encoding="utf-8"))
                wanted_alone = wanted_alone or alone
                active += [(name, f"page of one: {what}") for what in differences(alone, wanted_alone)]
            for path in (folder / "one").glob("*.md"):
                active += [(name, f"md of one: {what}") for what in active_markdown(path)]
            alones += len(list((folder / "one").glob("*.html")))
            for call in (("explain", f"{payload}1", "run"), ("score", "data.csv", "-f", "mini.yaml", "--json", "-q")):
                told = inside(*call)
                assert told.code in (0, 1, 2), told.err  # an id that was cleaned while reading is not found
                said[call[0]] = told.out + told.err
        done = inside("batch", "cities", "-f", "mini.yaml", "--out", "out", "--workers", "0", "--format", "none")
        assert done.code == 1
        said["batch"] = done.out + done.err
        for path in (*folder.glob("run/*.csv"), *folder.glob("out/*.csv")):
            active += [(name, f"{path.name}: {cell}") for cell in active_cells(path)]
        active += [(name, f"{where}: {found!r}") for where, text in said.items() for found in STEERING.findall(text)]
        looked += 1
    outside = {path.name for path in project.iterdir()} - {"harmless", *PAYLOADS}
    assert outside == {"mini.yaml", "data.csv", "judgments.yaml", "assessment.yaml"}
    assert not active, "\n".join(map(str, active))
    assert len(refused) <= 2, "\n".join(refused)
    assert alones == looked - len(refused)
    figure(f"injection: {looked - 1} payloads x {len(FIELDS)} fields x 17 formats (html, xlsx, docx, pdf, md, csv, "
           f"json, geojson, pages of one in html and md, scores, weights, score --json, terminal, explain, batch "
           f"tables, batch messages), refused {len(refused)}: active 0")  # fmt: skip


NAMES = (
    "..", "...", "con", "NUL", "aux.csv", "a/b", "..\\x", "-rf", "~", "$HOME", "`id`", "%2e%2e", "x" * 200, "é",
    "e\u0301", ".hidden", " lead", "trail ", "社区", "a:b", "*?", "\u202etxt", "\x1b[0m", "LPT1", "a\nb",
)  # fmt: skip


def test_names_of_items_stay_inside(project: Path, inside: Inside) -> None:
    """Ids of a list become names of folders: each of its own, below the folder of the runs, plain characters only."""
    lines = [f"  - {{id: {json.dumps(name)}, data: data.csv}}" for name in NAMES]
    text = "schema: resilience-index/batch/1\nframeworks: [mini.yaml]\nitems:\n" + "\n".join(lines) + "\n"
    (project / "list.yaml").write_text(text, encoding="utf-8")
    before = set(tree(project))
    ran = inside("batch", "list.yaml", "--out", "out", "--workers", "0", "--format", "none", "--no-trace")
    assert ran.code == 0, ran.err
    folders = [path.name for path in (project / "out" / "runs").iterdir()]
    assert len({name.casefold() for name in folders}) == len(NAMES)
    assert all(re.fullmatch(r"[\w-]{1,40}-[0-9a-f]{8}", name) for name in folders)
    escapes = [name for name in set(tree(project)) - before if not name.startswith("out")]
    assert escapes == []
    figure(f"names of items: {len(NAMES)}, escapes {len(escapes)}")
