"""Workbooks that are damaged or made to do harm: one clear refusal, fast, and without much memory."""

from __future__ import annotations

import io
import re
import time
import zipfile
from pathlib import Path

import pytest
from data_helpers import COLUMNS, HEADER
from xlsx_files import MAIN, TYPES, book, raw_book, raw_sheet, relations, sheet_of, styles

from resilience_index.data.files import package
from resilience_index.data.files.opening import kind_of
from resilience_index.data.files.source import Input
from resilience_index.data.read import read_table
from resilience_index.errors import ResilienceError
from resilience_index.findings import from_error

TITLES = HEADER.split(",")
ROWS = [TITLES, ["001", "甲", 90, 30.5, 4], ["002", "乙", 80, 31, 5]]
ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'


def refused(path: Path, code: str = "RI262") -> str:
    start = time.perf_counter()
    with pytest.raises(ResilienceError) as caught:
        read_table(path, COLUMNS)
    assert time.perf_counter() - start < 1.5
    assert (caught.value.code, caught.value.exit_code) == (code, 2)
    told = from_error(caught.value)
    for language in ("zh", "en"):
        assert "{" not in told.message(language) + told.help(language)
    return told.message("en")


def good(tmp_path: Path) -> bytes:
    return book(tmp_path / "good.xlsx", sheet_of(ROWS)).read_bytes()


def test_cut_off_anywhere(tmp_path: Path) -> None:
    data = good(tmp_path)
    path = tmp_path / "a.xlsx"
    for end in range(0, len(data) - 1, max(1, len(data) // 40)):
        path.write_bytes(data[:end])
        with pytest.raises(ResilienceError) as caught:
            read_table(path, COLUMNS)
        assert caught.value.exit_code == 2, end


def test_bytes_changed_anywhere(tmp_path: Path) -> None:
    data = good(tmp_path)
    path = tmp_path / "a.xlsx"
    for at in range(0, len(data), max(1, len(data) // 150)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        outcome: object
        try:
            outcome = read_table(path, COLUMNS).ids.to_pylist()
        except ResilienceError as error:
            outcome = error.exit_code
        assert outcome in (2, ["001", "002"]), at


@pytest.mark.parametrize("reference", ["A1:XFD1048576", "A1:B2", "A1"])
def test_a_huge_dimension_costs_nothing(tmp_path: Path, reference: str) -> None:
    title = "".join(f'<c r="{letter}1" t="str"><v>{text}</v></c>' for letter, text in zip("ABCDE", TITLES, strict=True))
    cells = f'<row r="1">{title}</row><row r="2"><c r="A2" t="str"><v>001</v></c><c r="C2"><v>5</v></c></row>'
    sheet = raw_sheet(cells, before=f'<dimension ref="{reference}"/>')
    start = time.perf_counter()
    table = read_table(raw_book(tmp_path / "a.xlsx", sheet), COLUMNS)
    assert time.perf_counter() - start < 1
    assert table.values[0].tolist() == [5]


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048577"><c r="A1048577"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFE1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="AAAAAAAA1"><v>1</v></c></row>',
        '<row r="1"><c r="A99999999999999999999"><v>1</v></c></row>',
        '<row r="0"><c r="A0"><v>1</v></c></row>',
        '<row r="-1"><c r="A1"><v>1</v></c></row>',
        '<row r="2"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>5</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row',
        "<row><c><v>1</v></row>",
    ],
)
def test_impossible_cells(tmp_path: Path, cells: str) -> None:
    refused(raw_book(tmp_path / "a.xlsx", raw_sheet(cells)))


@pytest.mark.parametrize("reference", ["A1:ZZZZZ9", "1:2", "B2:A1", "A0:A1", "", "A1:B2:C3"])
def test_impossible_ranges(tmp_path: Path, reference: str) -> None:
    after = f'<mergeCells><mergeCell ref="{reference}"/></mergeCells>'
    refused(raw_book(tmp_path / "a.xlsx", raw_sheet(ONE, after=after)))
    refused(raw_book(tmp_path / "a.xlsx", raw_sheet(ONE, before=f'<dimension ref="{reference}"/>')))


def test_huge_merged_and_hidden_ranges_cost_nothing(tmp_path: Path) -> None:
    after = "<mergeCells>" + '<mergeCell ref="A2:XFD1048576"/>' * 200 + "</mergeCells>"
    before = "<cols>" + '<col min="1" max="16384" hidden="1"/>' * 5000 + "</cols>"
    title = "".join(f'<c r="{letter}1" t="str"><v>{text}</v></c>' for letter, text in zip("ABCDE", TITLES, strict=True))
    cells = f'<row r="1">{title}</row><row r="2"><c r="A2" t="str"><v>001</v></c><c r="C2"><v>5</v></c></row>'
    start = time.perf_counter()
    table = read_table(raw_book(tmp_path / "a.xlsx", raw_sheet(cells, before=before, after=after)), COLUMNS)
    assert time.perf_counter() - start < 1
    assert "RI270" in {finding.code for finding in table.findings}


BOMB = (
    '<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {name} "{f"&{last};" * 10}">' for last, name in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"]
)
def test_document_types_and_entities(tmp_path: Path, part: str) -> None:
    source = io.BytesIO(good(tmp_path))
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                start, end = content.split(b"?>", 1)
                content = start + b"?>" + BOMB.encode() + end.replace(b"</", b"&i;</", 1)
            new.writestr(name, content)
    assert "document type" in refused(path)


def test_external_entities_are_not_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("777")
    sheet = f'<!DOCTYPE x [<!ENTITY f SYSTEM "{secret.as_uri()}">]>' + raw_sheet(
        '<row r="1"><c r="A1" t="str"><v>&f;</v></c></row>'
    )
    assert "777" not in refused(raw_book(tmp_path / "a.xlsx", sheet))


def test_bombs_of_zeros(tmp_path: Path) -> None:
    # 300 MiB of blanks inside a file of 300 KiB.
    sheet = raw_sheet(ONE).encode().replace(b"</sheetData>", b" " * (300 << 20) + b"</sheetData>")
    path = raw_book(tmp_path / "a.xlsx", sheet)
    del sheet
    assert path.stat().st_size < 1 << 20
    assert "MiB" in refused(path)


def test_sizes_are_counted_and_not_believed(tmp_path: Path) -> None:
    path = raw_book(tmp_path / "a.xlsx", raw_sheet(ONE + "<!-- " + "x" * (40 << 20) + " -->"))
    data = bytearray(path.read_bytes())
    real = (40 << 20) + len(raw_sheet(ONE)) + 9
    for place in range(len(data) - 4):
        if int.from_bytes(data[place : place + 4], "little") == real:
            data[place : place + 4] = (1000).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    refused(path)


def test_too_many_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MEMBERS", 10)
    refused(raw_book(tmp_path / "a.xlsx", raw_sheet(ONE), more={f"x{number}": "x" for number in range(10)}))


def test_two_parts_of_one_name(tmp_path: Path) -> None:
    path = raw_book(tmp_path / "a.xlsx", raw_sheet(ONE), more={"XL/Worksheets/Sheet1.xml": raw_sheet("")})
    assert "one name" in refused(path)


def test_parts_that_are_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    for leave_out in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
        with zipfile.ZipFile(io.BytesIO(good(tmp_path))) as old, zipfile.ZipFile(path, "w") as new:
            for name in old.namelist():
                if name != leave_out:
                    new.writestr(name, old.read(name))
        refused(path)


def test_links_out_of_the_file_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.xml"
    outside.write_text(raw_sheet(ONE))
    for target in ("../../outside.xml", str(outside), outside.as_uri()):
        path = tmp_path / "a.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("[Content_Types].xml", TYPES)
            archive.writestr("_rels/.rels", relations([("officeDocument", "xl/workbook.xml")]))
            sheets = '<sheets><sheet name="S" sheetId="1" id="r1"/></sheets>'
            archive.writestr("xl/workbook.xml", f"<workbook>{sheets}</workbook>")
            archive.writestr("xl/_rels/workbook.xml.rels", relations([("worksheet", target)]))
        assert "missing" in refused(path)


def test_macros_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsm"
    path.write_bytes(good(tmp_path))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\0" * 100)
    assert read_table(path, COLUMNS).ids.to_pylist() == ["001", "002"]


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (OLE, "old XLS"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"<html><table><tr><td>001</td></tr></table></html>", "web page"),
        (b"\r\n<!DOCTYPE html><p>", "web page"),
        (b'<?mso-application progid="Excel.Sheet"?><Workbook/>', "web page"),
    ],
)
def test_other_workbooks(tmp_path: Path, content: bytes, kind: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    assert kind in refused(path, "RI261")


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ("xl/workbook.bin", "XLSB"), ("mimetype", "OpenDocument"), ("word/document.xml", "Word"),
        ("Index/Document.iwa", "Numbers"),
    ],
)  # fmt: skip
def test_other_packages(tmp_path: Path, part: str, kind: str) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr(part, "x")
    assert kind in refused(path, "RI261")


def test_archives_are_no_workbooks(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data.csv", HEADER)
    assert "ZIP" in refused(path, "RI005")
    with zipfile.ZipFile(path, "w"):
        pass
    assert "ZIP" in refused(path, "RI005")


def test_text_that_begins_like_markup_is_text() -> None:
    assert kind_of(Input(Path("a"), b"<5,<6\n")) == "csv"
    assert kind_of(Input(Path("a"), b"community_id,x\n")) == "csv"


def test_an_encrypted_part(tmp_path: Path) -> None:
    data = bytearray(raw_book(tmp_path / "a.xlsx", raw_sheet(ONE)).read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 1)
    path = tmp_path / "b.xlsx"
    path.write_bytes(bytes(data))
    assert "encrypted" in refused(path)


PLAIN = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="str"><v>community</v></c>'
    '<c r="C1" t="str"><v>closure_rate</v></c></row>'
    '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" t="inlineStr"><is><t>甲</t></is></c>'
    '<c r="C2" s="1"><v>0.5</v></c></row>'
)
SHARED = (
    f'<sst xmlns="{MAIN}"><si><t>community_id</t></si>'
    '<si><r><t>0</t></r><r><t>01</t></r><rPh sb="0" eb="1"><t>x</t></rPh></si></sst>'
)


def prefixed(xml: str) -> str:
    return re.sub(r"<(/?)(\w)", r"<\1x:\2", xml).replace("xmlns=", "xmlns:x=")


STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
SPELLINGS = {
    "plain": (raw_sheet(PLAIN), SHARED, styles("0%")),
    "prefixed": (prefixed(raw_sheet(PLAIN)), prefixed(SHARED), prefixed(styles("0%"))),
    "strict": (
        raw_sheet(PLAIN).replace(MAIN, STRICT),
        SHARED.replace(MAIN, STRICT),
        styles("0%").replace(MAIN, STRICT),
    ),
    "with a mark": ("\ufeff" + raw_sheet(PLAIN), "\ufeff" + SHARED, styles("0%")),
    "without references": (re.sub(r' r="[A-Z]?[0-9]"', "", raw_sheet(PLAIN)), SHARED, styles("0%")),
    "a comment before": ("<!-- made by x -->" + raw_sheet(PLAIN), SHARED, styles("0%")),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_other_ways_of_writing_the_same_xml(tmp_path: Path, name: str) -> None:
    sheet, texts, formats = SPELLINGS[name]
    table = read_table(raw_book(tmp_path / "a.xlsx", sheet, texts=texts, styles=formats), COLUMNS)
    assert table.ids.to_pylist() == ["001"]
    assert table.names.to_pylist() == ["甲"]
    assert table.values[0].tolist() == [50]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<v>0.5</v>", "<v>0.<!-- -->5</v>"), ("<v>0.5</v>", "<v><![CDATA[0.5]]></v>"),
        ("<v>0.5</v>", "<v>0<?x?>.5</v>"),
        ("<v>0.5</v>", "<v>0.5</v><v>0.6</v>"),
    ],
)  # fmt: skip
def test_values_that_readers_disagree_about_are_never_passed_over(tmp_path: Path, old: str, new: str) -> None:
    sheet = raw_sheet(PLAIN)
    assert old in sheet
    path = raw_book(tmp_path / "a.xlsx", sheet.replace(old, new, 1), texts=SHARED, styles=styles("0%"))
    refused(path)


def test_parts_in_other_encodings(tmp_path: Path) -> None:
    for encoding, declared in (("utf-16", "utf-16"), ("utf-16", None), ("latin-1", "iso-8859-1")):
        head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
        sheet = (head + raw_sheet(PLAIN.replace("甲", "x"))).encode(encoding)
        refused(raw_book(tmp_path / "a.xlsx", sheet, texts=SHARED, styles=styles("0%")))


def test_shared_texts_with_something_between(tmp_path: Path) -> None:
    for new in ("<t>0<!-- -->01</t>", "<t><![CDATA[001]]></t>"):
        texts = f'<sst xmlns="{MAIN}"><si><t>community_id</t></si><si>{new}</si></sst>'
        refused(raw_book(tmp_path / "a.xlsx", raw_sheet(PLAIN), texts=texts, styles=styles("0%")))


def test_blank_texts_are_blank(tmp_path: Path) -> None:
    more = '<row r="3"><c r="A3" t="s"><v>2</v></c><c r="B3" t="str"><v>_x000D_ </v></c><c r="C3"><v>30</v></c></row>'
    texts = SHARED.replace("</sst>", '<si><t xml:space="preserve"> </t></si></sst>')
    table = read_table(
        raw_book(tmp_path / "a.xlsx", raw_sheet(PLAIN + more), texts=texts, styles=styles("0%")), COLUMNS
    )
    assert ("RI231", 3) in [(finding.code, finding.location.row) for finding in table.findings]
    assert table.values[0].tolist() == [50, 30]
