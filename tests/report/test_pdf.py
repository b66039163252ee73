"""PDFs: the figures of the view, every character visible, nothing that acts, the same bytes each time."""

import dataclasses
import re
import subprocess
import sys

import pytest
from documents import NAMES, flat, fonts_of, pages_of, sample, text_of, tool
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_index.errors import InputError, UsageError
from resilience_index.report.document import city as city_document
from resilience_index.report.document import fonts, pdf
from resilience_index.report.document.blocks import Bullets, Document, Figure, Heading
from resilience_index.report.document.community import Pages
from resilience_index.report.words.translations import clean

OURS = {"NotoSansSC-Regular-Identity-H", "NotoSerifSC-Regular-Identity-H"}


@pytest.fixture(scope="module", params=["zh", "en"])
def report(request):
    document = city_document.build(sample(), request.param)
    return document, pdf.render(document)


def test_the_report_has_every_community_and_heading(report, tmp_path):
    document, content = report
    text = flat(text_of(content, tmp_path))
    for unit in sample().periods[0].units:
        assert flat(unit.name) in text
        assert flat(f"{unit.community_id}") in text
        assert unit.score_text in text
    for block in document.blocks:
        if isinstance(block, Heading):
            assert flat(block.text) in text, block.text
    for action in sample().diagnosis.city.actions[:12]:
        assert flat(action.degree) in text


def test_only_our_typefaces_are_used_and_embedded(report, tmp_path):
    _, content = report
    found = fonts_of(content, tmp_path)
    assert {name for name, _ in found} == OURS
    assert {embedded for _, embedded in found} == {"yes"}


def test_the_same_document_gives_the_same_bytes(report):
    document, content = report
    assert pdf.render(document) == content
    assert b"CreationDate" not in content
    assert b"ModDate" not in content


def test_it_can_be_read_aloud(report, tmp_path):
    document, content = report
    path = tmp_path / "report.pdf"
    path.write_bytes(content)
    told = subprocess.run([tool("pdfinfo"), path], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Tagged: +yes", told)
    assert f"{document.title} {document.subtitle}" in told
    assert f"/Lang({'zh-CN' if document.language == 'zh' else 'en-GB'})".encode() in content
    structure = subprocess.run([tool("pdfinfo"), "-struct", path], capture_output=True, check=True).stdout
    figures = sum(isinstance(block, Figure) for block in document.blocks)
    assert len(re.findall(rb"^ *Figure\b", structure, re.MULTILINE)) == figures
    assert len(re.findall(rb"/Alt[<(]", content)) == figures
    assert re.search(rb"^ *TH\b", structure, re.MULTILINE)


def test_no_page_is_empty(report, tmp_path):
    document, content = report
    pages = text_of(content, tmp_path).split("\f")[:-1]
    assert len(pages) == pages_of(content) > 10
    assert all(len(flat(page).replace(flat(document.running), "")) > 40 for page in pages)


def test_there_is_nothing_that_acts(tmp_path):
    content = pdf.render(city_document.build(_with_names(), "zh"))
    for word in (b"/JavaScript", b"/JS", b"/Launch", b"/URI", b"/EmbeddedFile", b"/OpenAction", b"/AA"):
        assert word not in content
    text = flat(text_of(content, tmp_path))
    assert "root:" not in text
    for name in NAMES:
        if name.strip():
            assert flat(fonts.printable(clean(name))) in text, name


def _with_names():
    """The sample's view with the hostile names as communities, districts and titles."""
    view = sample()
    period = view.periods[0]
    units = [
        dataclasses.replace(unit, name=NAMES[n % len(NAMES)], groups={**unit.groups, "district": NAMES[n % 3]})
        for n, unit in enumerate(period.units)
    ]
    items = [dataclasses.replace(item, title={"zh": NAMES[n % 9], "en": NAMES[n % 9]})
             for n, item in enumerate(view.items)]  # fmt: skip
    periods = [dataclasses.replace(period, units=units), *view.periods[1:]]
    return dataclasses.replace(view, periods=periods, items=items, title={"zh": NAMES[1], "en": NAMES[2]})


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_of_hostile_names_are_one_page(language, tmp_path):
    view = _with_names()
    pages = Pages(view, language)
    documents = [pages.page(unit) for unit in view.periods[0].units[: len(NAMES)]]
    for document, content in zip(documents, pdf.render_all(iter(documents)), strict=True):
        assert pages_of(content) == 1
        assert flat(fonts.printable(clean(document.title))) in flat(text_of(content, tmp_path))


@pytest.mark.parametrize("framework", [None, "sfic", "community_resilience"])
def test_pages_show_their_figures(framework, tmp_path):
    view = sample(framework)
    units = view.periods[0].units[::20]
    pages = Pages(view, "en")
    for unit, content in zip(units, pdf.render_all(pages.page(unit) for unit in units), strict=True):
        text = flat(text_of(content, tmp_path))
        assert pages_of(content) == 1
        for name in view.dimensions:
            assert unit.node_texts[name] in text
        for action in view.diagnosis.community(unit.community_id).actions[:3]:
            assert flat(action.text["en"])[:30].replace("-", "") in text.replace("-", "")


def test_a_page_with_much_to_say_is_still_one(tmp_path):
    page = Pages(sample(), "zh").page(sample().periods[0].units[0])
    long = Bullets([("理由", "说明" * 150)] * 8)
    content = pdf.render(dataclasses.replace(page, blocks=[*page.blocks, long]))
    assert pages_of(content) == 1
    assert flat(text_of(content, tmp_path)).count("说明" * 150) == 8


def test_pages_are_written_into_a_folder(tmp_path):
    view = sample()
    ids = [unit.community_id for unit in view.periods[0].units[3:6]]
    names = pdf.write_one_pagers(view, tmp_path / "pages", "zh", ids)
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == sorted(names)
    assert names == tuple(f"community-{name}.pdf" for name in ids)
    alone = tmp_path / "alone"
    pdf.write_one_pagers(view, alone, "zh", ids[1:2])
    name = f"community-{ids[1]}.pdf"
    assert (alone / name).read_bytes() == (tmp_path / "pages" / name).read_bytes()
    with pytest.raises(InputError):
        pdf.write_one_pagers(view, tmp_path / "none", "zh", ["nobody"])
    assert not (tmp_path / "none").exists()


# --- typefaces


def test_without_typefaces_the_remedy_is_named(monkeypatch, tmp_path):
    for function in (fonts.files, fonts.collection, fonts.covered, fonts._plain):
        function.cache_clear()
    monkeypatch.setitem(sys.modules, "pylopdf_fonts_zh_cn", None)
    try:
        with pytest.raises(UsageError) as caught:
            pdf.write_pdf(sample(), tmp_path / "report.pdf", "zh")
        assert caught.value.code == "RI540"
        assert caught.value.params == {"package": "pylopdf-fonts-zh-cn"}
        assert list(tmp_path.iterdir()) == []
    finally:
        for function in (fonts.files, fonts.collection, fonts.covered, fonts._plain):
            function.cache_clear()


@settings(deadline=None)  # the first call reads the typefaces
@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_every_printed_character_has_a_glyph(text):
    printed = fonts.printable(text)
    assert all(ord(character) in fonts.covered() or character in "\n\t" for character in printed)
    assert all(character in text for character in printed) or "[U+" in printed


def test_what_has_no_glyph_is_written_by_its_code_point():
    assert fonts.printable("社区👍ཀ") == "社区[U+1F44D][U+0F40]"
    assert fonts.printable("韌性 Ünïçödé ğ Ω Я → ≥") == "韌性 Ünïçödé ğ Ω Я → ≥"


def test_characters_said_to_be_covered_are_drawn():
    """Each is set on a page of its own; none looks like the box of a missing glyph."""
    points = sorted(fonts.covered())
    built_in = [point for first, last in fonts._BUILT_IN for point in range(first, last + 1)]
    chosen = [0x10FFFD, *built_in, *points[:: len(points) // 300]]
    source = (
        '#set page(width: 20pt, height: 20pt, margin: 2pt)\n#set text(font: "Noto Sans SC", size: 10pt)\n'
        "#for point in json(bytes(sys.inputs.points)) { page(str.from-unicode(point)) }"
    )
    pages = pdf._compiler().compile(
        input=source.encode(), format="png", ppi=72.0, sys_inputs={"points": str(chosen)}
    )  # fmt: skip
    assert len(pages) == len(chosen)
    assert [f"{point:04X}" for point, page in zip(chosen[1:], pages[1:], strict=True) if page == pages[0]] == []


def test_pictures_are_the_same_bytes_each_time():
    document = city_document.build(sample(), "zh")
    drawn = [block for block in document.blocks if hasattr(block, "svg")]
    first = pdf.pictures(drawn)
    assert first == pdf.pictures(drawn)
    assert len(set(first)) == len(drawn) == 3
    for content, figure in zip(first, drawn, strict=True):
        assert content.startswith(b"\x89PNG")
        width, height = (int.from_bytes(content[place : place + 4]) for place in (16, 20))
        assert width / height == pytest.approx(figure.width / figure.height, rel=0.01)
    assert pdf.pictures([]) == []


def test_markup_in_a_document_stays_text(tmp_path):
    document = Document("zh", "#(1+1)", "*粗*", "#panic()", "", [Heading("= #sys.inputs", 3)])
    text = flat(text_of(pdf.render(document), tmp_path))
    assert "#(1+1)" in text
    assert "*粗*" in text
    assert "#panic()" in text
    assert re.search("=#sys.inputs", text)
