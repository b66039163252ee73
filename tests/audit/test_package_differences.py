"""Workbooks by sheet and cell, Word documents by paragraph, and other parts of packages."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from resilience_index.audit import differences as diff
from resilience_index.audit import package_differences as packages
from resilience_index.audit import workbook_cells
from resilience_index.audit.found import Difference, Found


def packed(path: Path, **parts: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return path


def cells(**values: str) -> bytes:
    return b"<row>" + b"".join(f'<c r="{at}"><v>{value}</v></c>'.encode() for at, value in values.items()) + b"</row>"


def parts(folder: Path, old: dict[str, bytes], new: dict[str, bytes]) -> list[Difference]:
    found = diff.packages(packed(folder / "old", **old), packed(folder / "new", **new))
    assert (found.count, found.near) == (len(found.listed), 0)
    return found.listed


def test_cells_of_workbooks(tmp_path: Path) -> None:
    old = cells(A1="1", B1="5", C1="7")
    for new, cell in (
        (cells(A1="1", B1="6", C1="8"), "B1"), (cells(A1="2", B1="5", C1="7"), "A1"),
        (cells(A1="1", B1="5", C1="8"), "C1"),
        (cells(A1="1", B2="5", C1="7"), "B2"), (cells(A1="1", B1="5", C1="7") + b"<x/>", "C1"),
        (cells(A1="1", B1="6"), "B1"),
    ):  # fmt: skip
        (found,) = parts(tmp_path, {"xl__s_xml": old}, {"xl__s_xml": new})
        assert found.item == f"xl/s.xml {cell}"
        assert (found.recorded, found.made) == packages._around(old, new)
    assert parts(tmp_path, {"xl__s_xml": old}, {"xl__s_xml": old}) == []


def test_parts_without_cells(tmp_path: Path) -> None:
    """What stands before the first cell, and cells that one side has more, have no cell that could be named."""
    assert packages._first_cell(b"x" + cells(A1="1"), b"y" + cells(A1="1")) is None
    assert packages._first_cell(b"", cells(A1="1")) is None
    one, two = cells(A1="1")[:-6], cells(A1="1", B1="2")[:-6]
    assert packages._first_cell(one, two) is None
    assert packages._first_cell(cells(A1="1"), cells(B1="1")) == "B1"
    assert parts(tmp_path, {"a_xml": b"<x>1</x>"}, {"a_xml": b"<x>2</x>"}) == [
        Difference("a.xml", "<x>1</x>", "<x>2</x>")
    ]


def test_parts_that_one_side_has(tmp_path: Path) -> None:
    old, new = {"b_xml": b"1", "a_xml": b"1", "z_xml": b"1"}, {"b_xml": b"2", "c_xml": b"1", "z_xml": b"1"}
    assert parts(tmp_path, old, new) == [
        Difference("a.xml", "a.xml", "—"), Difference("b.xml", "1", "2"), Difference("c.xml", "—", "c.xml"),
    ]  # fmt: skip


def test_paragraphs_of_word_documents(tmp_path: Path) -> None:
    old = b'<w:body><w:pPr/><w:p>one</w:p><w:p x="1">two</w:p><w:p>three</w:p></w:body>'
    for new, place in (
        (old.replace(b"two", b"Two"), "word/d.xml paragraph 2"),
        (old.replace(b"one", b"One"), "word/d.xml paragraph 1"),
        (old.replace(b"three", b"thre"), "word/d.xml paragraph 3"),
        (old.replace(b"<w:body>", b"<w:BODY>"), "word/d.xml"),
    ):  # fmt: skip
        (found,) = parts(tmp_path, {"word__d_xml": old}, {"word__d_xml": new})
        assert found.item == place
        (found,) = parts(tmp_path, {"x__d_xml": old}, {"x__d_xml": new})
        assert found.item == "x/d.xml"


def test_what_is_no_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = packed(tmp_path / "good", a_xml=b"12345", b_xml=b"123")
    (tmp_path / "bad").write_bytes(b"PK\x03\x04 no more")
    for pair in ((good, tmp_path / "bad"), (tmp_path / "bad", good)):
        with pytest.raises(ValueError, match="zip"):
            diff.packages(*pair)
    monkeypatch.setattr(packages, "LARGEST", 8)
    assert diff.packages(good, good) == Found(True)
    monkeypatch.setattr(packages, "LARGEST", 7)
    with pytest.raises(ValueError, match="good"):
        diff.packages(good, good)
    for error in (EOFError("so"), NotImplementedError("so"), RuntimeError("so")):
        monkeypatch.setattr(packages, "_parts", lambda _, error=error: (_ for _ in ()).throw(error))
        with pytest.raises(ValueError, match=r"^so$"):
            diff.packages(good, good)


# --- workbooks: sheets and cells

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
RANKING = "排名 Ranking"


def cell(place: str, value: str = "", formula: str = "", kind: str = "n") -> str:
    tag = "is" if kind == "inlineStr" else "v"
    body = f"<t>{value}</t>" if kind == "inlineStr" else value
    return f'<c r="{place}" t="{kind}">{f"<f>{formula}</f>" if formula else ""}<{tag}>{body}</{tag}></c>'


def book(sheets: dict[str, list[str]], texts: tuple[str, ...] = (), **more: str) -> dict[str, bytes]:
    """The parts of a workbook whose sheets hold these cells, all in one row."""
    listed = "".join(f'<sheet name="{name}" sheetId="{at}" r:id="r{at}"/>' for at, name in enumerate(sheets, 1))
    relations = "".join(
        f'<Relationship Id="r{at}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    found = {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relations}<Relationship Id="s"'
                                      f' Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f"<sst>{''.join(f'<si><t>{text}</t></si>' for text in texts)}</sst>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="w" Type="{OFFICE}/officeDocument"'
                       ' Target="xl/workbook.xml"/></Relationships>',
    }  # fmt: skip
    for at, cells_of in enumerate(sheets.values(), 1):
        found[f"xl/worksheets/sheet{at}.xml"] = (
            f'<worksheet xmlns="{MAIN}"><sheetData><row>{"".join(cells_of)}</row></sheetData></worksheet>'
        )
    return {name: content.encode() for name, content in {**found, **more}.items()}


def books(folder: Path, old: dict[str, bytes], new: dict[str, bytes], *, exact: bool = True) -> Found:
    for name, content in (("old", old), ("new", new)):
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, body in content.items():
                archive.writestr(part, body)
    return diff.packages(folder / "old", folder / "new", exact=exact)


@pytest.mark.parametrize(
    ("old", "new", "recorded", "made"),
    [
        (cell("B1", "5"), cell("B1", "6"), "5", "6"),
        (cell("B1", "1", kind="s"), cell("B1", "0", kind="s"), "西社区", "东社区"),
        (cell("B1", "1", kind="s"), cell("B1", "东社区", kind="inlineStr"), "西社区", "东社区"),
        (cell("B1", "5", "A1+4"), cell("B1", "5", "A1+5"), "=A1+4", "=A1+5"),
        (cell("B1", "9"), cell("B1", "5", "A1+5"), "9", "=A1+5"),
        (cell("B1", "5", "A1+5"), cell("B1", "9"), "=A1+5", "9"),
        (cell("B1", "9", "A1+5"), cell("B1", "5", "A1+5"), "9", "5"),
        (cell("B1", "", "A1+5"), cell("B1", "5", "A1+5"), "—", "5"),
        ("", cell("B1", "5"), "—", "5"), (cell("B1", "5"), "", "5", "—"),
        (cell("B1", "1"), cell("B1", "1", kind="str"), "1", '"1"'),
        (cell("B1", "1", kind="b"), cell("B1", "#N/A", kind="e"), "1", "#N/A"),
        (cell("B1", "x", kind="n"), cell("B1", "y", kind="n"), "x", "y"),
        (cell("B1", "nan", kind="n"), cell("B1", "NaN", kind="n"), "nan", "NaN"),
        (cell("B1", "A" * 60 + "x", kind="str"), cell("B1", "A" * 60 + "y", kind="str"), "…" + "A" * 20 + "x",
         "…" + "A" * 20 + "y"),
    ],
)  # fmt: skip
def test_a_cell_is_named_by_its_sheet(old: str, new: str, recorded: str, made: str, tmp_path: Path) -> None:
    """By value and formula, however the text of it is stored; nothing is said of parts."""
    texts = ("东社区", "西社区")
    before = book({"Summary": [cell("A1", "1")], RANKING: [cell("A1", "1"), old]}, texts, **{"xl/a.xml": "<a/>"})
    after = book({"Summary": [cell("A1", "1")], RANKING: [cell("A1", "1"), new]}, texts, **{"xl/a.xml": "<b/>"})
    for exact in (True, False):
        found = books(tmp_path, before, after, exact=exact)
        assert found == Found(exact, [Difference(f"{RANKING}!B1", recorded, made)], 1)


def test_cells_in_the_order_of_sheets_rows_and_columns(tmp_path: Path) -> None:
    places = ["A1", "B1", "Z1", "AA1", "A2", "B10"]
    titles = ["乙", "甲", "c"]
    old = book({title: [cell(place, "1") for place in places] for title in titles})
    new = book({title: [cell(place, "2") for place in places] for title in titles})
    found = books(tmp_path, old, new)
    assert [item.item for item in found.listed] == [f"{title}!{place}" for title in titles for place in places]


def test_texts_that_stand_at_other_numbers_are_the_same(tmp_path: Path) -> None:
    """The shared texts are told where nothing else differs, and only then."""
    old = book({"a": [cell("A1", "0", kind="s"), cell("B1", "1", kind="s")]}, ("x", "y"))
    moved = book({"a": [cell("A1", "1", kind="s"), cell("B1", "0", kind="s")]}, ("y", "x"))
    shared = Difference("xl/sharedStrings.xml", "<sst><si><t>x</t></si><si><t>y</t></si>…",
                        "<sst><si><t>y</t></si><si><t>x</t></si>…")  # fmt: skip
    assert books(tmp_path, old, moved) == Found(True, [shared], 1)
    styled = {**moved, "xl/styles.xml": b"<styles/>"}
    assert [item.item for item in books(tmp_path, old, styled).listed] == ["xl/styles.xml"]
    changed = book({"a": [cell("A1", "1", kind="s"), cell("B1", "0", kind="s")]}, ("y", "z"))
    assert books(tmp_path, old, changed).listed == [Difference("a!A1", "x", "z")]


def test_the_same_numbers_written_otherwise_are_told_by_the_part(tmp_path: Path) -> None:
    old, new = book({"a": [cell("A1", "1.0")]}), book({"a": [cell("A1", "1")]})
    assert [item.item for item in books(tmp_path, old, new).listed] == ["xl/worksheets/sheet1.xml A1"]
    styled = book({"a": [cell("A1", "1").replace("<c ", '<c s="2" ')]})
    assert [item.item for item in books(tmp_path, new, styled).listed] == ["xl/worksheets/sheet1.xml"]


def test_sheets_that_one_side_has_or_calls_otherwise(tmp_path: Path) -> None:
    old = book({"a": [cell("A1", "1")], "b": [cell("A1", "2")]})
    assert books(tmp_path, old, book({"a": [cell("A1", "1")]})).listed == [Difference("b", "b", "—")]
    more = book({"a": [cell("A1", "1")], "c": [], "b": [cell("A1", "2")]})
    assert books(tmp_path, old, more).listed == [Difference("c", "—", "c")]
    renamed = book({"a": [cell("A1", "1")], "c": [cell("A1", "3")]})
    assert books(tmp_path, old, renamed).listed == [Difference("c", "b", "c"), Difference("c!A1", "2", "3")]
    turned = book({"b": [cell("A1", "2")], "a": [cell("A1", "1")]})
    assert "xl/workbook.xml" in [item.item for item in books(tmp_path, old, turned).listed]


NEAR, FAR = "1.0000000009", "1.0000000011"


@pytest.mark.parametrize(
    ("old", "new", "near"),
    [
        (cell("A1", "1.0"), cell("A1", NEAR), 1), (cell("A1", "1.0"), cell("A1", FAR), None),
        (cell("A1", "1"), cell("A1", NEAR), 1), (cell("A1", "1", "B1"), cell("A1", NEAR, "B1"), 1),
        (cell("A1", "1", "B1*1.0"), cell("A1", NEAR, f"B1*{NEAR}"), 2),
        (cell("A1", "1", "B1*1.0"), cell("A1", NEAR, f"B1*{FAR}"), None),
        (cell("A1", "1", "B1"), cell("A1", NEAR), None),
        (cell("A1", "得 1.0 分", kind="str"), cell("A1", f"得 {NEAR} 分", kind="str"), 1),
        (cell("A1", "得 1.0 分", kind="str"), cell("A1", f"得 {FAR} 分", kind="str"), None),
        (cell("A1", "1.0"), cell("A1", NEAR, kind="str"), None),
        (cell("A1", "310101001001"), cell("A1", "310101001002"), None),
    ],
)  # fmt: skip
def test_cells_that_are_near(old: str, new: str, near: int | None, tmp_path: Path) -> None:
    """A little less than 1e-9 is near, a little more is not; unless the comparison is exact."""
    before, after = book({"a": [old]}), book({"a": [new]})
    found = books(tmp_path, before, after, exact=False)
    assert (found.near, found.count) == ((0, 1) if near is None else (near, 0))
    assert found.largest == (0.0 if near is None else 1.0000000009 - 1)
    assert [item.item for item in books(tmp_path, before, after).listed] == ["a!A1"]


def test_parts_beside_cells_that_are_near(tmp_path: Path) -> None:
    """Charts keep the numbers of cells: they are near as well, or told; shared texts are not counted twice."""
    chart = "xl/charts/chart1.xml"

    def found(cells_of: str, text: str, charted: str, more: str = "") -> Found:
        old = book({"a": [cell("A1", "1.0"), cell("B1", "0", kind="s")]}, ("得 1.0",), **{chart: "<c>1.0</c>"})
        new = book({"a": [cell("A1", cells_of), cell("B1", "0", kind="s"), more]}, (text,), **{chart: charted})
        return books(tmp_path, old, new, exact=False)

    assert found(NEAR, f"得 {NEAR}", f"<c>{NEAR}</c>") == Found(False, [], 0, 3, 1.0000000009 - 1)
    assert found(NEAR, "得 1.0", "<c>1.0</c>") == Found(False, [], 0, 1, 1.0000000009 - 1)
    assert found("1.0", "得 1.0", f"<c>{NEAR}</c>").near == 1
    told = found(NEAR, "得 1.0", f"<c>{FAR}</c>")
    assert told.listed == [Difference(chart, "<c>1.0</c>", f"<c>{FAR}</c>")]
    styled = found(NEAR, "得 1.0", "<c>1.0</c>", '<c r="C1" s="1"/>')
    assert [item.item for item in styled.listed] == ["xl/worksheets/sheet1.xml B1"]


def test_paragraphs_and_parts_that_are_near(tmp_path: Path) -> None:
    """Not exact: a paragraph that is only near is passed over on the way to the one that differs."""
    body = "<w:body><w:p>得 {} 分</w:p><w:p>第 {} 名</w:p></w:body>"

    def found(*numbers: str, exact: bool = False) -> Found:
        old, new = (
            {"word/document.xml": body.format(*said).encode(), "word/styles.xml": b"<s/>"}
            for said in (("1.0", "2"), numbers)
        )  # fmt: skip
        return books(tmp_path, old, new, exact=exact)

    assert found(NEAR, "2") == Found(False, [], 0, 1, 1.0000000009 - 1)
    assert [item.item for item in found(NEAR, "2", exact=True).listed] == ["word/document.xml paragraph 1"]
    assert [item.item for item in found(FAR, "2").listed] == ["word/document.xml paragraph 1"]
    told = found(NEAR, "3")
    assert [item.item for item in told.listed] == ["word/document.xml paragraph 2"]
    assert (told.near, told.count) == (0, 1)


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("xl/worksheets/sheet1.xml", '<!DOCTYPE x [<!ENTITY a "5">]><worksheet><c r="A1"><v>&a;</v></c></worksheet>'),
        ("xl/worksheets/sheet1.xml", '<worksheet><c r="A1"><v>5</v>'),
        ("xl/workbook.xml", "<workbook><sheets></workbook>"),
        ("xl/worksheets/sheet1.xml", f"<worksheet>{cell('A1', '7', kind='s')}</worksheet>"),
        ("xl/worksheets/sheet1.xml", f"<worksheet>{cell('A1', 'x', kind='s')}</worksheet>"),
        ("xl/worksheets/sheet1.xml", f"<worksheet>{cell('A1', '5')}{cell('A1', '6')}</worksheet>"),
        ("xl/worksheets/sheet1.xml", f"<worksheet>{cell('a one', '5')}</worksheet>"),
        ("xl/worksheets/sheet1.xml", f"<worksheet>{cell('A0', '5')}</worksheet>"),
        ("xl/sharedStrings.xml", "<sst><si><t>x</t>"),
    ],
)  # fmt: skip
def test_a_workbook_whose_cells_cannot_be_read_is_compared_by_parts(part: str, content: str, tmp_path: Path) -> None:
    good = book({"a": [cell("A1", "4"), cell("B1", "0", kind="s")]}, ("x",))
    bad = {**good, part: content.encode()}
    for pair in ((bad, good), (good, bad)):
        (item,) = books(tmp_path, *pair).listed
        assert item.item.startswith(part)


def test_far_more_cells_and_texts_than_there_are_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_MANY", 1)
    new = book({"a": [cell("A1", "1")]})
    few = book({"a": [cell(f"A{row}", "1") for row in (1, 2, 3)]})
    assert [item.item for item in books(tmp_path, few, new).listed] == ["a!A2", "a!A3"]
    many = book({"a": [cell(f"A{row}", "1") for row in (1, 2, 3, 4)]})
    assert [item.item.split()[0] for item in books(tmp_path, many, new).listed] == ["xl/worksheets/sheet1.xml"]
    assert [item.item for item in books(tmp_path, book({"a": [cell("A1", "2")]}, ("x",)), new).listed] == ["a!A1"]
    texts = books(tmp_path, book({"a": [cell("A1", "2")]}, ("x", "y")), new)
    assert [item.item for item in texts.listed] == ["xl/worksheets/sheet1.xml A1", "xl/sharedStrings.xml"][::-1]
    monkeypatch.setattr(workbook_cells, "TOTAL", 10)
    assert [item.item for item in books(tmp_path, few, new).listed] == ["xl/worksheets/sheet1.xml A1"]


def test_cells_as_programs_write_them(tmp_path: Path) -> None:
    """Texts of runs without what says how they sound, escaped letters, cells without places, formulas shared."""
    content = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="3">'
        '<x:c t="s"><x:v> 0 </x:v></x:c>'
        '<x:c t="inlineStr"><x:is><x:r><x:t>a</x:t></x:r><x:r><x:t>b</x:t></x:r></x:is></x:c>'
        '<x:c t="str"><x:f t="shared" si="0"/><x:v>a_x000D_b</x:v></x:c>'
        '<x:c s="1"/><x:c><x:v/></x:c><x:c><x:v>1.5 </x:v></x:c>'
        '</x:row><x:row><x:c t="b"><x:v>1</x:v></x:c>'
        '<x:c t="e"><x:f>1/0</x:f><x:v>#DIV/0!</x:v></x:c><x:c><x:f>A1</x:f></x:c>'
        "</x:row></x:sheetData></x:worksheet>"
    )  # fmt: skip
    parts_of = book({"a": []}, (), **{"xl/worksheets/sheet1.xml": content})
    shared = "<sst><si><r><t>社</t></r><r><t xml:space='preserve'>区 </t></r><rPh><t>she</t></rPh></si></sst>"
    books(tmp_path, {**parts_of, "xl/sharedStrings.xml": shared.encode()}, parts_of)
    found = workbook_cells.Book(tmp_path / "old")
    assert (list(found.texts), found.parts) == (["社区 "], {"a": "xl/worksheets/sheet1.xml"})
    assert found.cells("a") == {
        "A3": ("text", "社区 ", None), "B3": ("text", "ab", None), "C3": ("text", "a\rb", "…"),
        "F3": ("number", "1.5", None), "A4": ("truth", "1", None), "B4": ("error", "#DIV/0!", "1/0"),
        "C4": ("text", "", "A1"),
    }  # fmt: skip
    assert len(found.cells("a", 7)) == 7
    with pytest.raises(ValueError, match="more than 6"):
        found.cells("a", 6)


def test_large_parts_that_are_near_take_no_longer_than_they_must(tmp_path: Path) -> None:
    """Several megabytes whose numbers all differ in the last digit."""
    values = [0.1 + number for number in range(100_000)]
    old, new = (
        {"xl/a.xml": " ".join(f"<v>{value + step!r}</v>" for value in values).encode()} for step in (0.0, 1e-10)
    )
    found = books(tmp_path, old, new, exact=False)
    assert (found.count, found.near > 99_000) == (0, True)
