"""Templates of users: what they may replace, what is refused and where, and that nothing else is read."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from resilience_index.errors import TemplateError, UnreadableError, UsageError
from resilience_index.findings import Finding
from resilience_index.report import singles, templates
from resilience_index.report.document import city, docx, docx_base, markdown, pdf, wording
from resilience_index.report.page import html
from resilience_index.report.renderers import writers
from resilience_index.report.templates import SHIPPED, Templates
from resilience_index.report.view.model import View

Folder = Callable[..., Path]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#a00"/></svg>'


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Make a folder of templates: contents by name, ``_`` for the last dot of names."""

    def make(files: dict[str, str | bytes]) -> Path:
        root = tmp_path / "templates"
        root.mkdir(exist_ok=True)
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return root

    return make


def changed(name: str, old: str, new: str) -> str:
    """A shipped template with one text in it replaced."""
    text = SHIPPED.text(name)
    assert text.count(old) >= 1
    return text.replace(old, new, 1)


def refused(root: Path) -> list[Finding]:
    """What is found in a folder that cannot be used; each finding in both languages."""
    with pytest.raises(TemplateError) as caught:
        templates.load(root)
    return told(caught.value)


def told(error: TemplateError) -> list[Finding]:
    """The findings of an error, whose sentences are whole in both languages."""
    assert error.exit_code == 2
    for finding in error.findings:
        for language in ("zh", "en"):
            text = finding.message(language) + finding.help(language)
            assert not re.search(r"\{[a-z_]+\}", text.replace("{{ csp }}", "")), text
    return list(error.findings)


# --- what comes out


def test_saved_templates_give_the_same_bytes(sample: View, tmp_path: Path) -> None:
    names = templates.save_all(tmp_path / "all")
    assert sorted(names) == sorted(path.name for path in (tmp_path / "all").iterdir())
    found = templates.load(tmp_path / "all")
    assert set(found.files) == set(templates.NAMES)
    for language in ("zh", "en", "both"):
        assert html.render(sample, language, found) == html.render(sample, language)
    document = city.build(sample, "zh")
    assert pdf.render(document, found) == pdf.render(document)
    assert wording.of(document, found) == document
    unit = sample.periods[0].units[0]
    for name in ("html", "pdf", "md"):
        made = [dict(singles.pages(sample, [unit], [name], "both", each)) for each in (found, SHIPPED)]
        assert made[0] == made[1], name


def test_saving_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "page.css").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        templates.save_all(tmp_path)
    assert caught.value.code == "RI015"
    assert [path.name for path in tmp_path.iterdir()] == ["page.css"]
    templates.save_all(tmp_path, force=True)
    assert (tmp_path / "page.css").read_text(encoding="utf-8") == SHIPPED.text("page.css")


def test_starting_documents_are_the_same_bytes_and_usable() -> None:
    for name in templates.WORD:
        content = docx_base.starting(name)
        assert content == docx_base.starting(name)
        assert docx_base.opened(content).paragraphs == []


def test_styles_are_hashed_as_they_are_written(sample: View, folder: Folder) -> None:
    found = templates.load(folder({"page.css": SHIPPED.text("page.css") + "h1 { color: #123456; }\r\n"}))
    page = html.render(sample, "zh", found).decode("utf-8")
    style = re.search("<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    assert "h1 { color: #123456; }" in style[1]
    digest = base64.b64encode(hashlib.sha256(style[1].encode("utf-8")).digest()).decode()
    policy = re.search('Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert f"style-src &#39;sha256-{digest}&#39;" in policy[1]
    assert html.render(sample, "zh", found) == html.render(sample, "zh", found)


def test_a_page_of_the_users(hostile: View, folder: Folder) -> None:
    """Values stay inert in it, pictures are part of the page."""
    shown = "{% for unit in panel.units %}{{ unit.name }}{% endfor %}"
    line = '<p class="own"><img alt="" src="{{ picture("seal.svg") }}">' + shown + "</p>\n"
    files: dict[str, str | bytes] = {"plain.html.j2": line + SHIPPED.text("plain.html.j2"), "pictures/seal.svg": SVG}
    page = html.render(hostile, "zh", templates.load(folder(files))).decode("utf-8")
    own = page[page.index('<p class="own">') :].split("</p>")[0]
    assert f'src="data:image/svg+xml;base64,{base64.b64encode(SVG).decode()}"' in own
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in own
    assert "{{ 7*7 }}" in own
    assert "<script>" not in own


def test_a_pdf_of_the_users(sample: View, folder: Folder, tmp_path: Path) -> None:
    mark = '#let body = [MARKOFUSERS #image("pictures/seal.svg", width: 2cm)] + data.blocks'
    source = changed("paper.typ", "#let body = data.blocks", mark)
    found = templates.load(folder({"paper.typ": source, "pictures/seal.svg": SVG}))
    document = city.build(sample, "en")
    content = pdf.render(document, found)
    assert content == pdf.render(document, found)
    (tmp_path / "made.pdf").write_bytes(content)
    command = ["pdftotext", str(tmp_path / "made.pdf"), "-"]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "MARKOFUSERS" in shown
    with zipfile.ZipFile(io.BytesIO(docx.render(document, found))) as archive:
        assert b"MARKOFUSERS" not in archive.read("word/document.xml")


TEXTS = """\
schema: resilience-index/texts/1
title: {zh: 某市评估, en: Assessment of a city}
subtitle: {zh: 年度报告, en: Yearly report}
department: {zh: 某市应急局, en: Emergency bureau}
note: {zh: 内部资料, en: Internal}
cover:
  framework: {zh: 依据, en: Assessed by}
cover_lines:
  - label: {zh: 文号, en: Number}
    value: {zh: 一号, en: one}
"""


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ("某市评估", "年度报告", "某市应急局", "内部资料", "依据", "文号", "一号")),
     ("en", ("Assessment of a city", "Yearly report", "Emergency bureau", "Internal", "Assessed by", "Number", "one"))],
)  # fmt: skip
def test_texts_of_the_users(
    sample: View, folder: Folder, tmp_path: Path, language: str, words: tuple[str, ...]
) -> None:
    found = templates.load(folder({"texts.yaml": TEXTS}))
    for name, write in writers(sample, ["html", "md", "docx", "xlsx"], language, found).items():
        write(tmp_path / name)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert all(word in page for word in words[:4])
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert all(word in text for word in words)
    with zipfile.ZipFile(tmp_path / "report.docx") as archive:
        inside = archive.read("word/document.xml").decode("utf-8")
        header = "".join(archive.read(name).decode("utf-8") for name in archive.namelist() if "header" in name)
    assert all(word in inside for word in words)
    assert words[2] in header
    with zipfile.ZipFile(tmp_path / "report.xlsx") as archive:
        assert words[0] in archive.read("xl/sharedStrings.xml").decode("utf-8")
    unit = sample.periods[0].units[0]
    single = dict(singles.pages(sample, [unit], ["html"], language, found))
    assert all(word in next(iter(single.values())).decode("utf-8") for word in words[2:4])


# --- what is refused


def test_unknown_names_are_told_with_the_nearest_one(folder: Folder) -> None:
    root = folder(
        {"paper.typst": "", "report.html": "", "pictures/Seal.PNG": b"", ".DS_Store": b"", "~$report.docx": b""}
    )
    found = refused(root)
    assert {(item.code, item.params["name"]) for item in found} == {
        ("RI543", "paper.typst"), ("RI543", "report.html"), ("RI543", "pictures/Seal.PNG")}  # fmt: skip
    hints = {item.params["name"]: item.params["suggestion"]["en"] for item in found}
    assert hints["paper.typst"] == "; did you mean 'paper.typ'?"
    assert hints["report.html"] == "; did you mean 'report.html.j2'?"


PAGE_FAULTS = [
    ("plain.html.j2", "<h3>\n{% if panel %}", "RI545", 2, "Unexpected end"),
    ("plain.html.j2", "\n\n{{ panel.units|sortd }}", "RI545", 3, "No filter named"),
    ("plain.html.j2", "<p>{{ pannel.total }}</p>", "RI546", 1, "pannel"),
    ("plain.html.j2", "a\n[[ranking_titel]]", "RI546", 2, "ranking_titel"),
    ("weights.html.j2", "{% include 'wieghts.html.j2' %}", "RI546", 1, "wieghts.html.j2"),
    ("weights.html.j2", "{% include '../../../etc/passwd' %}", "RI546", 1, "/etc/passwd"),
    ("weights.html.j2", "\n{{ picture('none.png') }}", "RI546", 2, "none.png"),
    ("weights.html.j2", "\n{% autoescape false %}{{ view.title }}{% endautoescape %}", "RI544", 2, "escaping"),
    ("weights.html.j2", "{{ view.data_source|safe }}", "RI545", 1, "safe"),
    ("page.css", "h1 {}\n</style><script>", "RI544", 2, "</"),
    ("page.css", "@import 'x.css';", "RI544", 1, "@import"),
    ("print.css", "body { background: url(http://evil.example/x) }", "RI544", 1, "url("),
    ("paper.typ", '\n#import "@preview/cetz:0.3.0"', "RI544", 2, "import"),
    ("paper.typ", '#eval("1")', "RI544", 1, "eval"),
    ("page.css", b"h1 { } /* \xff */", "RI544", None, "UTF-8"),
    ("report.docx", b"no archive", "RI548", None, ".docx"),
    ("report.docx", b"\xd0\xcf\x11\xe0rest", "RI548", None, "encrypted"),
    ("texts.yaml", "schema: resilience-index/texts/1\ntitel: {zh: 一, en: one}\n", "RI112", 2, "titel"),
    ("texts.yaml", "schema: resilience-index/texts/1\ntitle: {zh: 一}\n", "RI111", 2, "en"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "code", "line", "said"), PAGE_FAULTS)
def test_a_fault_is_told_at_its_line(
    folder: Folder, name: str, content: str | bytes, code: str, line: int | None, said: str
) -> None:
    root = folder({name: content})
    found = refused(root)
    assert [(item.code, item.location.file, item.location.line) for item in found] == [(code, f"{root}/{name}", line)]
    assert said in found[0].message("en")


def test_all_faults_are_told_together(folder: Folder) -> None:
    root = folder({name: content for name, content, *_ in PAGE_FAULTS} | {"wrong.txt": ""})
    assert {item.code for item in refused(root)} == {"RI111", "RI543", "RI544", "RI545", "RI546", "RI548"}


RUNTIME_FAULTS = [
    ("{{ view.tilte }}", "tilte"),
    ("{{ view.title.__class__ }}", "__class__"),
    ("{{ ''.__class__.__mro__ }}", "__class__"),
    ("{{ range(10000000)|list }}", "Range too big"),
    ("{% set wanted = 'no' ~ 'ne.html.j2' %}{% include wanted %}", "none.html.j2"),
    ("{% include 'weights.html.j2' %}", "recursion"),
    ("{{ 1 // 0 }}", "zero"),
    ("{{ view.periods.clear() }}", "clear"),
]


@pytest.mark.parametrize(("content", "said"), RUNTIME_FAULTS)
def test_what_fails_while_a_page_is_made_is_told_at_its_line(
    sample: View, folder: Folder, content: str, said: str
) -> None:
    root = folder({"weights.html.j2": f"<p>\n</p>\n{content}"})
    found = templates.load(root)
    with pytest.raises(TemplateError) as caught:
        html.render(sample, "zh", found)
    finding = told(caught.value)[0]
    assert (finding.code, finding.location.file, finding.location.line) == ("RI545", f"{root}/weights.html.j2", 3)
    assert said in finding.message("en")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<meta http-equiv="Content-Security-Policy" content="{{ csp }}">\n', ""),
        ('<meta http-equiv="Content-Security-Policy" content="{{ csp }}">',
         '<!-- <meta http-equiv="Content-Security-Policy" content="{{ csp }}"> -->'),
        ("<head>", '<head><link rel="stylesheet" href="http://evil.example/x.css">'),
        ("{{ csp }}", "default-src *"),
    ],
)  # fmt: skip
def test_a_page_without_its_policy_is_refused(sample: View, folder: Folder, old: str, new: str) -> None:
    found = templates.load(folder({"report.html.j2": changed("report.html.j2", old, new)}))
    with pytest.raises(TemplateError) as caught:
        html.render(sample, "zh", found)
    assert [item.code for item in told(caught.value)] == ["RI544"]


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("#let x = (\n", 1, "unclosed"),
        ("\n#nothing-of-this-name\n", 2, "unknown variable"),
        ('#image("/etc/passwd")', 1, "file not found"),
        ('#image("../../secret.png")', 1, "escape"),
        ('#read("texts.yaml")', 1, "file not found"),
        ('#context assert(false, message: "more than a page")', 1, "more than a page"),
    ],
)
def test_faults_of_the_pdf_are_told_at_their_line(
    sample: View, folder: Folder, source: str, line: int, said: str
) -> None:
    root = folder({"paper.typ": source, "texts.yaml": TEXTS})
    with pytest.raises(TemplateError) as caught:
        pdf.render(city.build(sample, "zh"), templates.load(root))
    (finding,) = told(caught.value)
    assert (finding.code, finding.location.file, finding.location.line) == ("RI547", f"{root}/paper.typ", line)
    assert said in finding.message("en")
    assert "/tmp" not in finding.message("en").replace(str(root), "")


def test_pictures_that_are_none_are_told(sample: View, folder: Folder) -> None:
    root = folder({"picture.typ": "#let x = 1\n#y", "pictures/seal.svg": SVG})
    with pytest.raises(TemplateError) as caught:
        docx.render(city.build(sample, "zh"), templates.load(root))
    (finding,) = told(caught.value)
    assert (finding.code, finding.location.line) == ("RI547", 2)


def test_links_pipes_and_large_folders(folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("secret", encoding="utf-8")
    root = folder({"pictures/seal.svg": SVG})
    (root / "page.css").symlink_to(secret)
    os.mkfifo(root / "print.css")
    (root / "more").symlink_to(tmp_path)
    assert [(item.code, item.params["name"]) for item in refused(root)] == [
        ("RI543", "more"), ("RI544", "page.css"), ("RI544", "print.css")]  # fmt: skip
    for name in ("page.css", "print.css", "more"):
        (root / name).unlink()
    monkeypatch.setattr(templates, "LARGEST", len(SVG) - 1)
    assert [item.code for item in refused(root)] == ["RI544"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    with pytest.raises(UnreadableError) as caught:
        templates.load(tmp_path / "template")
    assert caught.value.code == "RI002"
    assert "templates" in caught.value.params["hint"]["en"]
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert [item.code for item in refused(tmp_path / "file")] == ["RI544"]
    assert isinstance(templates.load(tmp_path / "templates"), Templates)


# --- documents of Word


def test_a_document_of_the_users_gives_styles_header_and_page(sample: View, folder: Folder, tmp_path: Path) -> None:
    root = folder({"report.docx": own_document()})
    found = templates.load(root)
    document = city.build(sample, "zh")
    content = docx.render(document, found)
    assert content == docx.render(document, found)
    import docx as library

    made = library.Document(io.BytesIO(content))
    styles = {style.style_id: style for style in made.styles}
    assert styles["Heading1"].font.name == "FangSong"
    assert styles["Heading1"].font.size.pt == 22
    assert len(styles) == len(list(made.styles)) == len({style.name.lower() for style in made.styles})
    assert {"BodyText", "TableText", "ReportTable", "TOC1"} <= set(styles)
    section = made.sections[-1]
    assert round(section.page_width.mm) == 200
    assert [paragraph.text for paragraph in section.header.paragraphs] == [f"某市 {document.running}"]
    texts = [paragraph.text for paragraph in made.paragraphs]
    assert document.title in texts
    assert "旧文字" not in texts
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        body = archive.read("word/document.xml").decode("utf-8")
    assert "w:rFonts" not in body  # the typefaces are those of the styles
    headings = [paragraph for paragraph in made.paragraphs if paragraph.style.style_id == "Heading1"]
    assert len(headings) > 3
    default = docx.render(document)
    shown = [[paragraph.text.removeprefix("•  ") for paragraph in library.Document(io.BytesIO(each)).paragraphs]
             for each in (content, default)]  # fmt: skip
    assert shown[0] == shown[1]


def own_document() -> bytes:
    """A document as another program names its styles: ids that are numbers, names in capitals, a header of its own."""
    import docx as library
    from docx.shared import Mm, Pt

    file = library.Document()
    file.add_paragraph("旧文字", style="Heading 1")
    file.sections[0].page_width = Mm(200)
    file.sections[0].header.paragraphs[0].add_run("某市 {run")
    file.sections[0].header.paragraphs[0].add_run("ning}")
    file.styles["Heading 1"].font.name = "FangSong"
    file.styles["Heading 1"].font.size = Pt(22)
    styles = file.styles.element
    for style in list(file.styles):
        if style.style_id in ("BodyText", "ListBullet"):
            styles.remove(style.element)
    out = io.BytesIO()
    file.save(out)
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    for name in ("word/styles.xml", "word/document.xml"):
        parts[name] = parts[name].replace(b'"Heading1"', b'"11"').replace(b'"heading 1"', b'"Heading 1"')
    return packed(parts)


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return out.getvalue()


def test_active_documents_are_refused(folder: Folder) -> None:
    with zipfile.ZipFile(io.BytesIO(own_document())) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    relations = parts["word/_rels/document.xml.rels"]
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    link = f'<Relationship Id="r99" Type="{kind}attachedTemplate" Target="http://evil.example" TargetMode="External"/>'
    active = relations.replace(b"</Relationships>", link.encode() + b"</Relationships>")
    cases = {
        "evil.example": parts | {"word/_rels/document.xml.rels": active},
        "macros": parts | {"word/vbaProject.bin": b"x"},
        "read": {name: data for name, data in parts.items() if name != "word/styles.xml"},
        "page width": parts
        | {"word/document.xml": re.sub(b'w:w="[0-9]+"', b'w:w="100"', parts["word/document.xml"], count=1)},
    }
    for said, content in cases.items():
        (finding,) = refused(folder({"report.docx": packed(content)}))
        assert finding.code == "RI548"
        assert said in finding.message("en"), finding.message("en")


def test_a_page_of_a_community_has_a_document_of_its_own(sample: View, folder: Folder) -> None:
    found = templates.load(folder({"community.docx": own_document()}))
    unit = sample.periods[0].units[0]
    import docx as library

    (content,) = dict(singles.pages(sample, [unit], ["docx"], "zh", found)).values()
    assert round(library.Document(io.BytesIO(content)).sections[-1].page_width.mm) == 200
    assert docx.render(city.build(sample, "zh"), found) == docx.render(city.build(sample, "zh"))


def test_markdown_takes_the_words(sample: View, folder: Folder) -> None:
    found = templates.load(folder({"texts.yaml": TEXTS}))
    assert "年度报告" in markdown.render(wording.of(city.build(sample, "zh"), found)).decode("utf-8")
