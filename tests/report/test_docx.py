"""Word documents: real styles and fields, the figures of the view, fonts for Chinese, nothing that acts, same bytes."""

import dataclasses
import io
import os
import re
import xml.etree.ElementTree as ET
import zipfile
from itertools import pairwise

import docx as library
import pytest
from documents import NAMES, OFFICE, flat, fonts_of, sample, tables, text_of, to_pdf
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.report.document import city as city_document
from resilience_index.report.document import docx, widths
from resilience_index.report.document.blocks import Cell, Column, Figure, Heading, Table
from resilience_index.report.document.community import Pages
from resilience_index.report.words.translations import clean

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module", params=["zh", "en"])
def report(request):
    document = city_document.build(sample(), request.param)
    return document, docx.render(document)


def opened(content):
    return library.Document(io.BytesIO(content))


def parts_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_headings_have_the_styles_of_headings(report):
    document, content = report
    expected = [(f"Heading {block.level}", block.text) for block in document.blocks if isinstance(block, Heading)]
    paragraphs = [(item.style.name, item.text) for item in opened(content).paragraphs]
    assert [pair for pair in paragraphs if pair[0].startswith("Heading")] == expected
    assert ("Title", document.title) in paragraphs
    assert ("Subtitle", document.subtitle) in paragraphs


def test_tables_are_those_of_the_document(report):
    document, content = report
    found = {}
    for table in opened(content).tables:
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        found[tuple(rows[0])] = [*found.get(tuple(rows[0]), []), rows[1:]]
    for table in tables(document):
        rows = [[cell.text for cell in row] for row in table.rows]
        assert rows in found[tuple(column.title for column in table.columns)], table.caption


def test_captions_count_themselves(report):
    document, content = report
    captions = [item.text for item in opened(content).paragraphs if item.style.name == "Caption"]
    numbered = [table for table in tables(document) if table.caption]
    assert [text for text in captions if text.startswith(document.table_word)] == [
        f"{document.table_word} {number}  {table.caption}" for number, table in enumerate(numbered, 1)
    ]
    body = parts_of(content)["word/document.xml"].decode()
    assert body.count(f"SEQ {document.table_word} ") == len(numbered)
    assert body.count(f"SEQ {document.figure_word} ") == sum(isinstance(block, Figure) for block in document.blocks)


def test_fields_are_ours_only(report):
    _, content = report
    for name, part in parts_of(content).items():
        if name.endswith(".xml"):
            codes = [item.text.split()[0] for item in ET.fromstring(part).iter(f"{W}instrText") if item.text.strip()]
            assert set(codes) <= {"TOC", "SEQ", "PAGE", "NUMPAGES"}, name
            assert not list(ET.fromstring(part).iter(f"{W}fldSimple"))
    footers = [part.decode() for name, part in parts_of(content).items() if "footer" in name]
    assert any("PAGE" in text and "NUMPAGES" in text for text in footers)


def test_the_contents_name_every_heading_and_lead_to_it(report):
    document, content = report
    root = ET.fromstring(parts_of(content)["word/document.xml"])
    links = [(item.get(f"{W}anchor"), "".join(text.text for text in item.iter(f"{W}t")))
             for item in root.iter(f"{W}hyperlink")]  # fmt: skip
    headings = [block.text for block in document.blocks if isinstance(block, Heading) and block.level < 3]
    assert [text for _, text in links] == headings
    marks = {item.get(f"{W}name") for item in root.iter(f"{W}bookmarkStart")}
    assert {anchor for anchor, _ in links} == marks


def test_every_run_and_style_names_a_chinese_typeface(report):
    _, content = report
    parts = parts_of(content)
    names = ["word/document.xml", *(name for name in parts if re.match(r"word/(header|footer)\d", name))]
    for name in names:
        for run in ET.fromstring(parts[name]).iter(f"{W}r"):
            if run.find(f"{W}t") is not None:
                fonts = run.find(f"{W}rPr/{W}rFonts")
                assert fonts is not None, name
                assert fonts.get(f"{W}eastAsia") in {"宋体", "黑体"}
    styles = ET.fromstring(parts["word/styles.xml"])
    used = {"Normal", "Title", "Heading1", "Heading2", "Heading3", "BodyText", "Caption", "TableText", "ListBullet"}
    for style in styles.iter(f"{W}style"):
        if style.get(f"{W}styleId") in used:
            used.discard(style.get(f"{W}styleId"))
            assert style.find(f"{W}rPr/{W}rFonts").get(f"{W}eastAsia") in {"宋体", "黑体"}
    assert used == set()


def test_pictures_have_a_text_for_those_who_cannot_see_them(report):
    document, content = report
    described = [item.get("descr") for item in ET.fromstring(parts_of(content)["word/document.xml"]).iter()
                 if item.tag.endswith("}docPr")]  # fmt: skip
    assert described == [block.alt for block in document.blocks if isinstance(block, Figure)]
    assert len(described) == 3
    assert all(re.search(r"\d", text) for text in described)


def test_the_same_document_gives_the_same_bytes(report):
    document, content = report
    assert docx.render(document) == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "docProps/thumbnail.jpeg" not in archive.namelist()
    told = opened(content).core_properties
    assert (told.author, told.last_modified_by) == ("", "")
    assert told.created == told.modified
    assert told.created.year == 2000


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_names_are_text(language):
    view = sample()
    units = [dataclasses.replace(unit, name=name, groups={**unit.groups, "district": name})
             for unit, name in zip(view.periods[0].units, NAMES * 4, strict=False)]  # fmt: skip
    hostile = dataclasses.replace(
        view, periods=[dataclasses.replace(view.periods[0], units=units), *view.periods[1:]],
        title={"zh": NAMES[6], "en": NAMES[7]},
    )  # fmt: skip
    content = docx.render(city_document.build(hostile, language))
    parts = parts_of(content)
    for name, part in parts.items():
        if name.endswith((".xml", ".rels")):
            root = ET.fromstring(part)  # well-formed, whatever the names
            assert not [item for item in root.iter() if item.get("TargetMode") == "External"], name
    assert not [name for name in parts if re.search("vba|embeddings|activeX|externalLink", name)]
    shown = "\n".join(cell.text for table in opened(content).tables for row in table.rows for cell in row.cells)
    for name in NAMES:
        if name.strip():
            assert clean(name).replace("\t", "\t") in shown, name
    codes = [item.text.split()[0] for item in ET.fromstring(parts["word/document.xml"]).iter(f"{W}instrText")
             if item.text.strip()]  # fmt: skip
    assert set(codes) <= {"TOC", "SEQ"}


@given(
    st.lists(st.tuples(st.text("ab 中", max_size=20), st.floats(0.1, 10)), min_size=1, max_size=12),
    st.lists(st.text("0123 区", max_size=16), min_size=1, max_size=5),
)
def test_columns_fill_the_width_and_break_no_usual_word(columns, texts):
    table = Table([Column(title, width) for title, width in columns], [[Cell(text)] * len(columns) for text in texts])
    found = widths.widths(table, 9000, 9.0)
    assert abs(sum(found) - 9000) <= len(columns)
    for (title, _), width in zip(columns, found, strict=True):
        words = [word for text in (title, *texts) for word in text.split() if word.isascii() and len(word) <= 16]
        need = max((len(word) for word in words), default=0) * 9 * 20 * 0.56
        assert width >= min(need, 9000 // len(columns)) - 1


def test_headers_repeat_and_short_tables_stay_whole(report):
    document, content = report
    root = ET.fromstring(parts_of(content)["word/document.xml"])
    found = {}
    for table in root.iter(f"{W}tbl"):
        rows = list(table.iter(f"{W}tr"))
        key = "".join(text.text for text in rows[0].iter(f"{W}t"))
        found.setdefault(key, []).append(rows)
    for table in tables(document):
        rows = found["".join(column.title for column in table.columns)].pop(0)
        assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
        kept = [all(cell.find(f"{W}pPr/{W}keepNext") is not None for cell in row.iter(f"{W}p")) for row in rows]
        assert kept[:2] == [True, len(rows) > 2 or table.note != ""]
        letters = sum(len(cell.text) for row in table.rows for cell in row)
        if len(table.rows) <= 12 and letters < 1000:
            assert all(kept[:-1])
        assert kept[-1] == (table.note != "")
        assert len(table.rows) < 20 or not all(kept)


def test_the_seal_has_a_frame_beside_the_lines(report):
    document, content = report
    block = document.blocks[-1]
    table = opened(content).tables[-1]
    assert [row.cells[0].text for row in table.rows] == list(block.lines)
    assert {row.cells[3].text for row in table.rows} == {block.seal}  # one cell over all rows
    assert len({row.cells[3]._tc for row in table.rows}) == 1
    assert all(row.cells[1].text == "" for row in table.rows)


def test_levels_of_headings_leave_none_out(report):
    _, content = report
    levels = [int(item.style.name[-1]) for item in opened(content).paragraphs if item.style.name.startswith("Heading")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_language_is_that_of_the_document(report):
    document, content = report
    assert opened(content).core_properties.language == {"zh": "zh-CN", "en": "en-GB"}[document.language]
    language = ET.fromstring(parts_of(content)["word/styles.xml"]).find(f".//{W}docDefaults//{W}lang")
    assert (language.get(f"{W}val"), language.get(f"{W}eastAsia")) == ("en-GB", "zh-CN")


def test_pages_are_written_into_a_folder(tmp_path):
    ids = [unit.community_id for unit in sample().periods[0].units[:2]]
    names = docx.write_one_pagers(sample(), tmp_path, "en", ids)
    for name, unit in zip(names, sample().periods[0].units, strict=False):
        shown = [item.text for item in library.Document(str(tmp_path / name)).paragraphs]
        assert unit.name in shown


@pytest.mark.office
@pytest.mark.skipif(OFFICE is None and not os.environ.get("CI"), reason="no LibreOffice here")
def test_libreoffice_prints_them_whole(report, tmp_path):
    document, content = report
    pages = Pages(sample(), document.language)
    units = [sample().periods[0].units[place] for place in (0, 30, 59)]
    files = [tmp_path / "city.docx", *(tmp_path / f"page{n}.docx" for n in range(3))]
    for file, made in zip(files, [content, *(docx.render(pages.page(unit)) for unit in units)], strict=True):
        file.write_bytes(made)
    printed, *singles = to_pdf(files, tmp_path)
    text = text_of(printed, tmp_path)
    for block in document.blocks:
        if isinstance(block, Heading):
            assert flat(block.text) in flat(text), block.text
    for unit in sample().periods[0].units:
        assert flat(unit.name) in flat(text)
        assert unit.score_text in text
    *after_cover, last = text.split("\f")[1:]
    assert last == ""
    for page in after_cover:  # beside head and foot there is something on each
        assert len(flat(page).replace(flat(document.running), "")) > 40
    fonts = fonts_of(printed, tmp_path)
    assert fonts
    assert {embedded for _, embedded in fonts} == {"yes"}
    for unit, single in zip(units, singles, strict=True):
        page = text_of(single, tmp_path)
        assert page.count("\f") == 1
        assert unit.score_text in page
