"""The data-entry template: each leaf once, accepted by the reader as it is, filled in and read back without loss."""

from __future__ import annotations

import csv
import functools
import io
import os
import shutil
import subprocess
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from resilience_index.data.layout.columns import letter, match
from resilience_index.data.layout.units import ENGLISH
from resilience_index.data.read import read_table
from resilience_index.data.sheets import leaves
from resilience_index.data.sheets.template import write_template
from resilience_index.data.table import Column, Keys
from resilience_index.errors import InputError, UnreadableError, UsageError
from resilience_index.framework.catalogue import framework_paths
from resilience_index.framework.loading import load_framework

SHIPPED = tuple(framework_paths())
KEYS = {
    "zh": ["社区编码", "社区名称", "区县", "街道", "期"],
    "en": ["community_id", "community", "district", "street", "period"],
}
LEAF = """\
schema: resilience-index/framework/1
id: {id}
version: 1.0.0
title: {{zh: 框架, en: Framework {id}}}
tree:
  id: index
  title: {{zh: 指数, en: Index}}
  children:
    - id: visits
      title: {{zh: 走访率, en: {title}}}
      unit: "{unit}"
      direction: {direction}
      range: [{low}, 100]
      goalposts: [{goalposts}]
    - {{id: other_{id}, title: {{zh: 其他{id}, en: Other {id}}}, direction: benefit, goalposts: [0, 1]}}
"""


@functools.cache
def loaded(name: str):
    return load_framework(name)


def columns_of(framework):
    return [
        Column(
            leaf.id, (leaf.title.zh, leaf.title.en), leaf.indicator.aliases, leaf.indicator.unit, leaf.indicator.range
        )
        for leaf in framework.leaves
    ]


def small(folder: Path, name: str = "one", **changes: str):
    said = {"title": "Visits", "unit": "%", "direction": "benefit", "low": "0", "goalposts": "0, 100", **changes}
    path = folder / f"{name}.yaml"
    path.write_text(LEAF.format(id=name, **said), encoding="utf-8")
    return load_framework(path)


def sheet(path: Path):
    return openpyxl.load_workbook(path).worksheets[0]


def header(path: Path) -> list[str]:
    if path.suffix == ".csv":
        return next(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    return [cell.value for cell in sheet(path)[1]]


def rule_of(page, column: int, row: int = 2):
    cell = f"{letter(column)}{row}"
    found = [rule for rule in page.data_validations.dataValidation if cell in rule.sqref]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_each_leaf_of_all_frameworks_has_one_column_that_every_reader_accepts(tmp_path, language, ending):
    path = tmp_path / f"template{ending}"
    frameworks = [loaded(name) for name in SHIPPED]
    columns = write_template(frameworks, path, language=language)
    ids = [column.indicator.id for column in columns]
    assert sorted(ids) == sorted({leaf.id for framework in frameworks for leaf in framework.leaves})
    cells = header(path)
    assert cells[:5] == KEYS[language]
    assert len(cells) == len(set(cells)) == 5 + len(ids)
    for framework in frameworks:
        wanted = columns_of(framework)
        known = [Column(c.indicator.id, (c.indicator.title.zh, c.indicator.title.en), (), None, None) for c in columns]
        layout = match(cells, wanted, Keys(), file="template", known=known)
        assert {finding.code for finding in layout.findings} <= {"RI222"}
        read_as = {wanted[position].id: ids[column - 5] for position, column in layout.indicators.items()}
        assert read_as == {leaf.id: leaf.id for leaf in framework.leaves}
        assert (layout.id, layout.name, layout.period) == (0, 1, 4)
        assert layout.groups == {"district": 2, "street": 3}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_headers_are_titles_with_units(tmp_path, language):
    path = tmp_path / "t.csv"
    write_template([loaded("toe")], path, language=language)
    wanted = {
        "zh": {"隐患整改闭环率（%）", "人均避灾安置面积（平方米/人）", "微型消防站达标（0/1）"},
        "en": {"Hazards closed on time (%)", "Shelter area per resident (m²/person)"},
    }
    assert wanted[language] <= set(header(path))
    assert path.read_bytes().startswith("\ufeff".encode())
    assert path.read_bytes().endswith(b"\r\n")
    assert path.read_bytes().count(b"\n") == 1


def test_every_unit_of_the_dictionary_can_be_read_in_english():
    units = {item.indicator.unit for name in SHIPPED for item in loaded(name).leaves} - {None}
    assert {unit for unit in units if not unit.isascii() and unit not in ENGLISH} == {"1–5"}


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_headers_may_be_ids(tmp_path, ending):
    path = tmp_path / f"t{ending}"
    write_template([loaded("sfic")], path, language="zh", ids=True)
    assert header(path) == [*KEYS["en"], *(leaf.id for leaf in loaded("sfic").leaves)]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_the_same_frameworks_give_the_same_bytes(tmp_path, language, ending):
    frameworks = [loaded("toe"), loaded("sfic")]
    for name in ("a", "b"):
        write_template(frameworks, tmp_path / f"{name}{ending}", language=language)
    assert (tmp_path / f"a{ending}").read_bytes() == (tmp_path / f"b{ending}").read_bytes()


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        ({"unit": "人"}, "unit"),
        ({"title": "Calls"}, "title"),
        ({"direction": "cost", "goalposts": "100, 0"}, "direction"),
        ({"low": "-5"}, "range"),
    ],
)
def test_a_leaf_that_two_frameworks_define_differently_is_refused_by_name(tmp_path, change, parts):
    first, second = small(tmp_path), small(tmp_path, "two", **change)
    with pytest.raises(InputError) as caught:
        write_template([first, second], tmp_path / "t.xlsx")
    (finding,) = caught.value.findings
    assert finding.code == "RI031"
    assert finding.location.file == second.file
    assert finding.location.line == 9
    text = finding.message("en")
    assert "'visits'" in text
    assert first.file in text
    assert text.endswith(f": {parts}")
    assert not (tmp_path / "t.xlsx").exists()


def test_goalposts_may_differ_and_are_then_told_by_framework(tmp_path):
    first, second = small(tmp_path), small(tmp_path, "two", goalposts="50, 90")
    path = tmp_path / "t.xlsx"
    columns = write_template([first, second], path, language="en")
    assert [column.indicator.id for column in columns] == ["visits", "other_one", "other_two"]
    note = sheet(path)["F1"].comment.text
    assert "one: worst 0, best 100" in note
    assert "two: worst 50, best 90" in note


def test_titles_that_could_be_mistaken_give_way_to_ids(tmp_path):
    first = small(tmp_path)
    path = tmp_path / "two.yaml"
    text = LEAF.format(id="two", title="Visits", unit="%", direction="benefit", low="0", goalposts="0, 100")
    path.write_text(text.replace("id: visits", "id: calls").replace("Other two", "district"), encoding="utf-8")
    frameworks = [first, load_framework(path)]
    write_template(frameworks, tmp_path / "t.csv", language="zh")
    assert header(tmp_path / "t.csv")[5:] == ["visits", "其他one", "calls", "其他two"]
    write_template(frameworks, tmp_path / "t.csv", language="en")
    assert header(tmp_path / "t.csv")[5:] == ["visits", "Other one", "calls", "other_two"]


@pytest.mark.parametrize("title", ["=1+1", "+1", "-x", "@SUM(1)"])
def test_no_header_is_a_formula(tmp_path, title):
    write_template([small(tmp_path, title=f"'{title}'")], tmp_path / "t.csv", language="en")
    assert header(tmp_path / "t.csv")[5:] == ["visits", "Other one"]


def test_other_endings_are_refused(tmp_path):
    with pytest.raises(UsageError) as caught:
        write_template([loaded("toe")], tmp_path / "t.xls")
    assert caught.value.code == "RI032"
    assert list(tmp_path.iterdir()) == []


# --- the workbook


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "t.xlsx"
    columns = write_template([loaded("toe"), loaded("sfic")], path, language="zh", rows=40)
    return path, columns


def test_cells_hold_what_the_reader_accepts(book):
    path, columns = book
    page = sheet(path)
    for place, column in enumerate(columns, 5):
        item = column.indicator
        rule = rule_of(page, place)
        assert rule_of(page, place, 41) is rule
        assert not [other for other in page.data_validations.dataValidation if f"A{42}" in other.sqref]
        assert rule.allow_blank
        assert rule.showErrorMessage
        assert rule.prompt
        assert len(rule.prompt) <= 255
        if item.unit == "0/1":
            assert (rule.type, rule.formula1) == ("list", '"0,1,不适用"')
            assert rule.errorStyle in (None, "stop")
        elif item.unit in ("分", "级"):
            top = int(item.range[1])
            assert (rule.type, rule.formula1) == ("list", f'"{",".join(map(str, range(top + 1)))},不适用"')
            assert rule.errorStyle == "warning"
        else:
            cell = f"{letter(place)}2"
            low, high = (repr(float(end)).removesuffix(".0") for end in item.range)
            assert rule.type == "custom"
            assert rule.formula1 == (
                f'OR({cell}="不适用",{cell}="n.a.",AND(ISNUMBER({cell}),{cell}>={low},{cell}<={high}))'
            )


def test_headers_explain_their_leaf(book):
    path, columns = book
    page = sheet(path)
    for place, column in enumerate(columns, 6):
        note = page.cell(1, place).comment.text
        item = column.indicator
        assert item.id in note
        assert item.measure.zh in note
        assert all(use.framework in note for use in column.uses)
        assert (item.not_applicable is None) or item.not_applicable.zh in note
    assert {len(column.uses) for column in columns} == {1, 2}


def test_headers_are_protected_and_cells_are_not(book):
    page = sheet(book[0])
    assert page.protection.sheet
    assert page.protection.password is None
    assert all(cell.protection.locked for cell in page[1])
    dimensions = page.column_dimensions
    with zipfile.ZipFile(book[0]) as archive:
        part = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        styles = ET.fromstring(archive.read("xl/styles.xml"))
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    formats = styles.findall("m:cellXfs/m:xf", space)
    used = [int(column.get("style")) for column in part.findall("m:cols/m:col", space)]
    assert len(used) == len(dimensions)
    for number in used:
        assert formats[number].find("m:protection", space).get("locked") == "0"
    codes = formats[used[0]]
    assert codes.get("numFmtId") == "49"  # text: leading zeros stay
    assert page.freeze_panes == "C2"
    assert page.print_title_rows == "$1:$1"
    assert page.page_setup.orientation == "landscape"


def test_the_guide_has_a_row_for_each_leaf_and_no_header_of_a_table(book):
    path, columns = book
    pages = openpyxl.load_workbook(path).worksheets
    assert [page.title for page in pages] == ["社区数据", "填报说明"]
    rows = [[str(cell) for cell in row if cell is not None] for row in pages[1].iter_rows(values_only=True)]
    names = [row for row in rows if len(row) > 5]
    assert names[0][:3] == ["列", "指标与编号", "单位"]
    assert [row[1].split("\n")[1] for row in names[1:]] == [column.indicator.id for column in columns]
    assert [row[0] for row in names[1:]] == [letter(place) for place in range(5, 5 + len(columns))]
    wanted = columns_of(loaded("toe"))
    for row in rows:
        layout = match(row, wanted, Keys(), file="guide")
        assert layout.id is None
        assert not layout.indicators


# --- filled in and read back


def filled(path: Path, framework, rows: int = 12) -> list[list[float]]:
    """Values for every leaf, written into the template as a person's program would; a few are not applicable."""
    random = np.random.default_rng(5)
    workbook = openpyxl.load_workbook(path)
    page = workbook.worksheets[0]
    values = []
    for row in range(rows):
        keys = [f"00{row + 1:02d}", f"社区{row + 1}", "东区", "南街道", "2024"]
        line = []
        for leaf in framework.leaves:
            low, high = leaf.indicator.range or (0, 10)
            whole = bool(leaves.choices(leaf.indicator))
            line.append(
                float(random.integers(low, high + 1))
                if whole
                else round(float(random.uniform(low + 0.3 * (high - low), high)), 9)
            )
        line[row % len(line)] = np.nan
        values.append(line)
        for place, text in enumerate(keys, 1):
            page.cell(row + 2, place, text)
        for place, value in enumerate(line, 6):
            page.cell(row + 2, place, "不适用" if np.isnan(value) else value)
    workbook.save(path)
    return values


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("ids", [False, True])
def test_what_is_filled_in_is_read_back_to_the_last_digit(tmp_path, language, ids):
    path = tmp_path / "t.xlsx"
    framework = loaded("toe")
    write_template([framework], path, language=language, ids=ids)
    values = filled(path, framework)
    table = read_table(path, columns_of(framework))
    assert np.array_equal(np.array(table.values), np.array(values).T, equal_nan=True)
    assert table.ids.to_pylist() == [f"00{row + 1:02d}" for row in range(12)]
    assert table.periods.to_pylist() == ["2024"] * 12
    assert {name: labels.to_pylist()[0] for name, labels in table.groups.items()} == {
        "district": "东区", "street": "南街道",
    }  # fmt: skip
    assert sum(int(mask.sum()) for mask in table.not_applicable.values()) == 12
    assert {finding.code for finding in table.findings} == {"RI268"}  # the guide is another sheet


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_an_untouched_template_has_no_communities(tmp_path, ending):
    path = tmp_path / f"t{ending}"
    write_template([loaded("toe")], path)
    with pytest.raises(UnreadableError) as caught:
        read_table(path, columns_of(loaded("toe")))
    assert caught.value.code == "RI201"


OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.mark.skipif(OFFICE is None and not os.environ.get("CI"), reason="no LibreOffice here")
@pytest.mark.office
def test_libreoffice_saves_a_filled_template_without_loss(tmp_path):
    path = tmp_path / "t.xlsx"
    framework = loaded("sfic")
    write_template([framework], path)
    values = filled(path, framework, rows=3)
    command = [OFFICE or "soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
               "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), str(path)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    saved = tmp_path / "out" / "t.xlsx"
    table = read_table(saved, columns_of(framework))
    assert np.allclose(np.array(table.values), np.array(values).T, rtol=1e-14, atol=0, equal_nan=True)
    assert table.ids.to_pylist() == ["0001", "0002", "0003"]
    page = sheet(saved)
    assert page.protection.sheet
    assert len(page.data_validations.dataValidation) >= len(framework.leaves)
