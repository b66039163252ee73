"""Texts of several runs in workbooks: what is raised or lowered stays so, and is no digit of a number."""

from __future__ import annotations

from pathlib import Path

import pytest
from data_helpers import COLUMNS
from xlsx_files import MAIN, raw_book, raw_sheet

from resilience_index.data.read import read_table
from resilience_index.data.table import Column


def _run(text: str, mark: str = "") -> str:
    properties = f'<rPr><vertAlign val="{mark}"/></rPr>' if mark else "<rPr><b/></rPr>"
    return f'<r>{properties}<t xml:space="preserve">{text}</t></r>'


RICH = {
    "7¹": _run("7") + _run("1", "superscript"),
    "7₁": _run("7") + _run("1", "subscript"),
    "⁽¹⁾7": _run("(1)", "superscript") + _run("7"),
    "71": _run("7") + _run("1", "baseline") + '<rPh sb="0" eb="1"><t>9</t></rPh>',
    "7*": _run("7") + _run("*", "superscript"),
}


@pytest.mark.parametrize("shared", [True, False])
def test_raised_digits_are_no_digits_of_the_number(tmp_path: Path, shared: bool) -> None:
    head = ["社区编码", "隐患整改闭环率"]
    cells = [
        f'<c r="{letter}1" t="inlineStr"><is><t>{text}</t></is></c>' for letter, text in zip("AB", head, strict=True)
    ]
    rows = [f'<row r="1">{"".join(cells)}</row>']
    for at, rich in enumerate(RICH.values()):
        number = at + 2
        value = f't="s"><v>{at}</v>' if shared else f't="inlineStr"><is>{rich}</is>'
        rows.append(f'<row r="{number}"><c r="A{number}"><v>{number}</v></c><c r="B{number}" {value}</c></row>')
    texts = "".join(f"<si>{rich}</si>" for rich in RICH.values())
    texts = f'<sst xmlns="{MAIN}">{texts}</sst>' if shared else ""
    path = raw_book(tmp_path / "a.xlsx", raw_sheet("".join(rows)), texts=texts)
    table = read_table(path, COLUMNS, keep_text=True)
    assert table.raw is not None
    assert table.raw.column(0).to_pylist() == list(RICH)
    assert table.faulty[0].tolist() == [True, True, True, False, True]
    assert table.values[0][3] == 71
    cause = [found.message("en") for found in table.findings if found.code == "RI241"]
    assert cause[0] == "'7¹' is not a number; it holds a raised or enclosed digit"


def test_a_raised_unit_in_a_header_is_the_unit(tmp_path: Path) -> None:
    area = Column("area", ("人均面积", "Area"), (), "m²", None)
    head = f"<si><t>社区编码</t></si><si>{_run('人均面积（m')}{_run('2', 'superscript')}{_run('）')}</si>"
    cells = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    cells += '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>3</v></c></row>'
    path = raw_book(tmp_path / "a.xlsx", raw_sheet(cells), texts=f'<sst xmlns="{MAIN}">{head}</sst>')
    table = read_table(path, [area])
    assert table.headers == {"area": "人均面积（m²）"}
    assert table.values[0].tolist() == [3]
