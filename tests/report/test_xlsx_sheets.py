"""Every sheet of a workbook: what stays in sight, filters, prints and may be changed, and texts that do nothing."""

import dataclasses
import itertools
import re
import xml.etree.ElementTree as ET
import zipfile

import pytest
from spreadsheets import FIXED, MEAN, Run, columns, example, hdi, heading, mixed, opened, sample
from test_xlsx_recalculates import trees

from resilience_index.report.view import build as view_build
from resilience_index.report.view import diagnosis as diagnosis_view
from resilience_index.report.view.model import FindingView
from resilience_index.report.words.translations import clean
from resilience_index.report.workbook import live, xlsx

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
TABLES = {"排名": 1, "逐级得分": 6, "权重与一致性": 1, "标准化": 6, "原始值": 6, "诊断": 3, "诊断结论": 1, "日志": 1}
"""Sheets whose table has headings that stay in sight, with the row of them."""
BLUE = "FF0B5CAD"


@dataclasses.dataclass
class Parts:
    """What a workbook consists of: every part, and the XML of each sheet by its name."""

    files: dict[str, bytes]
    sheets: dict[str, ET.Element]
    workbook: ET.Element


def parts(path) -> Parts:
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    workbook = ET.fromstring(files["xl/workbook.xml"])
    targets = {item.get("Id"): item.get("Target") for item in ET.fromstring(files["xl/_rels/workbook.xml.rels"])}
    sheets = {
        sheet.get("name"): ET.fromstring(files["xl/" + targets[sheet.get(RELATION)]])
        for sheet in workbook.iter(f"{MAIN}sheet")
    }
    return Parts(files, sheets, workbook)


@pytest.fixture(scope="module")
def toe(tmp_path_factory):
    return sample("toe").book(tmp_path_factory.mktemp("sheets"), diagnosis=True)


def named(book: Parts, name: str) -> dict[str, str]:
    """The names of a kind, by their sheet."""
    found = [item for item in book.workbook.iter(f"{MAIN}definedName") if item.get("name") == name]
    return {list(book.sheets)[int(item.get("localSheetId"))]: item.text for item in found}


def test_headings_of_every_table_stay_in_sight_filter_and_print_on_every_page(toe):
    book = parts(toe)
    assert list(book.sheets) == ["总表", *list(TABLES)[:-1], "方法", "日志"]
    titles = named(book, "_xlnm.Print_Titles")
    for name, row in TABLES.items():
        sheet = book.sheets[name]
        pane = sheet.find(f".//{MAIN}pane")
        assert (pane.get("state"), pane.get("ySplit")) == ("frozen", str(row)), name
        assert f"$1:${row}" in titles[name], name
        assert sheet.find(f"{MAIN}autoFilter").get("ref").startswith(f"A{row}:"), name
    assert set(titles) == set(TABLES)
    assert set(named(book, "_xlnm.Print_Area")) == {"排名", "逐级得分"}  # columns for formulas only are not printed
    method = book.sheets["方法"]  # tables below each other
    assert method.find(f".//{MAIN}pane") is None
    assert method.find(f"{MAIN}autoFilter") is not None


def test_colours_follow_the_values(toe):
    book = parts(toe)
    kinds = {name: {rule.get("type") for rule in sheet.iter(f"{MAIN}cfRule")} for name, sheet in book.sheets.items()}
    assert kinds["排名"] == {"dataBar", "colorScale", "cellIs"}
    assert kinds["逐级得分"] == {"colorScale", "cellIs"}
    assert kinds["标准化"] == {"colorScale"}
    assert kinds["原始值"] == {"expression"}


def test_charts_are_native_and_read_the_cells(toe):
    book = parts(toe)
    charts = {name: ET.fromstring(part) for name, part in book.files.items() if name.startswith("xl/charts/chart")}
    kinds = [next(kind for kind in ("barChart", "radarChart") if chart.find(f".//{CHART}{kind}") is not None)
             for chart in charts.values()]  # fmt: skip
    assert sorted(kinds) == ["barChart", "barChart", "radarChart"]
    for chart in charts.values():
        for series in chart.iter(f"{CHART}ser"):
            for part in ("cat", "val"):
                assert re.match(r"'?(排名|总表)'?!", series.find(f"{CHART}{part}").findtext(f".//{CHART}f"))
            assert series.find(f".//{CHART}numCache").find(f"{CHART}pt") is not None
    drawing = book.files["xl/drawings/drawing1.xml"].decode()
    assert drawing.count("descr=") == 3


def test_every_sheet_prints_on_landscape_pages_with_their_numbers(toe):
    for name, sheet in parts(toe).sheets.items():
        assert sheet.find(f"{MAIN}pageSetup").get("orientation") == "landscape", name
        assert "&P / &N" in sheet.findtext(f".//{MAIN}oddFooter"), name


@pytest.mark.parametrize("name", ["one", "mixed", "points", "hdi"])
def test_no_sheet_is_empty_and_no_table_without_rows(tmp_path, name):
    made = {"one": lambda: alone(sample("toe", "2025")), "mixed": lambda: mixed(tmp_path), "hdi": hdi,
            "points": lambda: example("model_community")}  # fmt: skip
    workbook = opened(made[name]().book(tmp_path, diagnosis=True))
    for sheet in workbook:
        last = [str(cell.value) for cell in list(sheet.iter_rows())[-1] if cell.value is not None]
        bold = [cell.font.b for cell in list(sheet.iter_rows())[-1] if cell.value is not None]
        assert last, sheet.title
        assert not all(bold), (sheet.title, last)


def alone(run: Run) -> Run:
    return dataclasses.replace(run, rows=run.rows[:1])


def blues(sheet, row: int) -> set[str]:
    """Of each column whose cell in a row is blue, its heading."""
    return {name for name, column in columns(sheet).items() if sheet.cell(row, column).font.color is not None
            and sheet.cell(row, column).font.color.rgb == BLUE}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "other", "lines"),
    [
        ("mixed", {}, set()),
        ("mean", MEAN, set()),
        ("fixed", FIXED | {"indicator: fires": "indicator: staff"}, {"staff"}),
    ],
)
def test_raw_values_are_blue_where_a_score_or_a_grade_follows_them(tmp_path, name, other, lines):
    workbook = opened(mixed(tmp_path, name, other).book(tmp_path))
    raw = workbook["原始值"]
    row = heading(raw) + 1
    at = columns(raw)
    texts = [str(getattr(cell.value, "text", cell.value)) for title in ("标准化", "逐级得分")
             for cell in workbook[title][row] if cell.data_type == "f"]  # fmt: skip
    used = {leaf for leaf, column in at.items() for text in texts
            if re.search(rf"'原始值'!{raw.cell(row, column).column_letter}{row}\b", text)
            and not text.startswith("=IF(COUNTIF(")}  # fmt: skip
    assert blues(raw, row) == used == {"reach", "rate", "fires"} | lines
    heads = {leaf: str(raw.cell(heading(raw), column).value) for leaf, column in at.items()}
    assert {leaf for leaf, text in heads.items() if text.endswith("（得分不随改动而变）")} == {"visits", "costs"}


def test_nothing_is_blue_where_no_formula_follows(tmp_path):
    workbook = opened(example("model_community").book(tmp_path))
    raw = workbook["原始值"]
    assert not blues(raw, heading(raw) + 1)
    found = [cell.coordinate for sheet in workbook for row in sheet.iter_rows() for cell in row
             if cell.value is not None and cell.font.color is not None and cell.font.color.rgb == BLUE]  # fmt: skip
    assert found == []
    assert "不随原始值的改动而变" in text_of(workbook["总表"])
    assert "本工作簿可自行重算" not in text_of(workbook["总表"])


def test_weights_are_blue_where_the_parent_follows_them(tmp_path):
    sheet = opened(mixed(tmp_path).book(tmp_path))["权重与一致性"]
    found = {sheet.cell(row, 2).value: sheet.cell(row, 6).font.color for row in range(2, 10)}
    shown = {name for name, colour in found.items() if colour is not None and colour.rgb == BLUE}
    assert shown == {"visits", "costs", "reach", "rate", "fires"}  # the root, TOPSIS, follows no weight


def text_of(sheet) -> str:
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


SIGNS = ["=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", '=HYPERLINK("http://evil.example","x")',
         "=[evil.xlsx]A!A1", "<b>&amp;</b>\x00\x07\x1b[31m", "\u202e倒\u2066", "_x0041_", "''x'!A1",
         "#REF!"]  # fmt: skip
LONG = "长" * 32_767


def poisoned(view, *texts: str):
    """A view in which every text that people write says something that must do nothing: ``texts`` in turn."""
    turn = itertools.cycle(texts)

    def both() -> dict[str, str]:
        return {"zh": next(turn), "en": next(turn)}

    periods = []
    for label, period in zip(SIGNS, view.periods, strict=False):
        listed = [
            dataclasses.replace(
                unit, name=next(turn) if place else LONG, period=label, groups=dict.fromkeys(unit.groups, next(turn)),
                capped_by=tuple(both() for _ in unit.capped_by), note=both() if unit.note else None,
            ) for place, unit in enumerate(period.units)
        ]  # fmt: skip
        periods.append(dataclasses.replace(period, label=label, units=tuple(listed)))
    items = [dataclasses.replace(item, title=both(), unit=both(), source=both(), measure=both(), basis=both(),
                                 direction=both()) for item in view.items]  # fmt: skip
    lines = [dataclasses.replace(line, reason=both()) for line in view.calculation.red_lines]
    return dataclasses.replace(
        view, title=both(), framework_title=both(), data_source=next(turn), scheme=next(turn), periods=tuple(periods),
        items=items, calculation=dataclasses.replace(view.calculation, red_lines=lines), sources=(next(turn),),
        notes=(both(),), grades=[dataclasses.replace(grade, title=both()) for grade in view.grades],
        methods=[dataclasses.replace(step, formula=next(turn), title=both(), source=next(turn))
                 for step in view.methods],
        settings=[dataclasses.replace(item, value=next(turn)) for item in view.settings],
        inputs=((next(turn), next(turn)),), findings=(FindingView(*(next(turn) for _ in range(3)), both(), both()),),
    )  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The view of a run with all that a workbook shows: periods, grades, red lines, a diagnosis."""
    run = sample("toe")
    kept = dataclasses.replace(run, rows=[row for row in run.rows if row[0] in {row[0] for row in run.rows[:6]}])
    result = kept.score(tmp_path_factory.mktemp("whole"))
    return dataclasses.replace(view_build.build(result), diagnosis=diagnosis_view.of(result))


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_no_text_becomes_a_formula_a_link_or_markup(whole, tmp_path, language):
    xlsx.write(poisoned(whole, *SIGNS), tmp_path / "r.xlsx", language)
    book = parts(tmp_path / "r.xlsx")
    sheets = set(book.sheets)
    assert not [name for name in book.files if "external" in name.lower() or name.endswith((".bin", ".vml"))]
    for name, content in book.files.items():
        tree = ET.fromstring(content)  # every part is well-formed XML
        assert b"TargetMode" not in content, name
        assert not list(tree.iter(f"{MAIN}hyperlink"))
        for formula in [*tree.iter(f"{MAIN}f"), *tree.iter(f"{CHART}f"), *tree.iter(f"{MAIN}definedName")]:
            outside = re.sub(r'"[^"]*"', '""', formula.text or "")
            assert not re.search(r"HYPERLINK|cmd|evil|\[|1\+1|-2\+3|@|#REF", outside), (name, formula.text)
            assert {part.replace("''", "'") for part in re.findall(r"'((?:[^']|'')+)'!", outside)} <= sheets
    quoted = prefixed(book)
    for name, sheet in book.sheets.items():
        for cell in sheet.iter(f"{MAIN}c"):
            if cell.get("t") == "s" and shown(book, cell).startswith(("=", "+", "-", "@")):
                assert int(cell.get("s")) in quoted, (name, cell.get("r"))
    everything = "".join("".join(item.itertext()) for item in strings(book))
    assert all(clean(text).replace("_x0041_", "_x005F_x0041_") in everything for text in SIGNS)


def strings(book: Parts) -> list[ET.Element]:
    return list(ET.fromstring(book.files["xl/sharedStrings.xml"]).iter(f"{MAIN}si"))


def shown(book: Parts, cell: ET.Element) -> str:
    cache = book.__dict__.setdefault("texts", ["".join(item.itertext()) for item in strings(book)])
    return cache[int(cell.findtext(f"{MAIN}v"))]


def prefixed(book: Parts) -> set[int]:
    """The looks whose texts stay texts when a reader edits them."""
    looks = ET.fromstring(book.files["xl/styles.xml"]).find(f"{MAIN}cellXfs")
    return {place for place, look in enumerate(looks) if look.get("quotePrefix") == "1"}


def test_the_longest_text_a_cell_holds_is_kept_and_a_longer_one_cut(whole, tmp_path):
    xlsx.write(poisoned(whole, "x"), tmp_path / "r.xlsx", "zh")
    sheet = opened(tmp_path / "r.xlsx", values=True)["原始值"]
    assert sheet.cell(heading(sheet) + 1, 2).value == LONG
    longer = dataclasses.replace(whole, data_source="𠮷" * 20_000)
    xlsx.write(longer, tmp_path / "longer.xlsx", "zh")
    facts = [row[1].value for row in opened(tmp_path / "longer.xlsx")["总表"].iter_rows(max_row=6)]
    cut = next(text for text in facts if text and text.startswith("𠮷"))
    assert cut == "𠮷" * 16_383 + "…"
    assert len(cut.encode("utf-16-le")) // 2 == 32_767


def test_remarks_that_no_formula_can_hold_stand_as_values(whole, tmp_path):
    view = poisoned(whole, "=" + "很长的标题" * 600)
    xlsx.write(view, tmp_path / "r.xlsx", "zh")
    sheet = opened(tmp_path / "r.xlsx")["逐级得分"]
    heads = {str(cell.value).split("\n")[0]: cell for cell in sheet[heading(sheet)]}
    remark = heads["说明"]
    assert remark.value == "说明\n（只有数值，无公式）"
    assert sheet.cell(remark.row + 1, remark.column).data_type != "f"
    xlsx.write(whole, tmp_path / "usual.xlsx", "zh")
    usual = opened(tmp_path / "usual.xlsx")["逐级得分"]
    assert usual.cell(remark.row + 1, remark.column).data_type == "f"
    texts = [formula.text for sheet in parts(tmp_path / "r.xlsx").sheets.values() for formula in sheet.iter(f"{MAIN}f")]
    assert max(map(len, texts)) <= live.LONGEST_FORMULA


def test_a_community_without_a_name_has_none_in_the_ranking(tmp_path):
    run = hdi()
    rows = [[row[0], "", *row[2:]] for row in run.rows]
    sheet = opened(dataclasses.replace(run, rows=rows).book(tmp_path))["排名"]
    assert sheet.cell(2, 3).value.endswith('&""')  # else the cell would show 0


def test_every_value_behind_a_score_is_a_formula(toe):
    """Of each unit: the normalised leaves, the nodes, and what the ranking shows."""
    workbook = opened(toe)
    for title, plain in (("标准化", 3), ("逐级得分", 3), ("排名", 0)):
        sheet = workbook[title]
        first = 2 if title == "排名" else heading(sheet) + 1
        groups = {"城市", "区县", "街道"} if title == "逐级得分" else set()
        heads = [str(cell.value) for cell in sheet[first - 1]]
        counted = [cell.data_type == "f" for row in sheet.iter_rows(min_row=first)
                   for cell in row[plain:] if heads[cell.column - 1] not in groups]  # fmt: skip
        assert len(counted) == 180 * (len(heads) - plain - len(groups))
        assert all(counted), title


FUNCTIONS = {
    "ABS", "AND", "AVERAGE", "CHAR", "COUNT", "COUNTIF", "COUNTIFS", "EXACT", "EXP", "FREQUENCY", "IF", "INDEX",
    "ISNUMBER", "LN", "MATCH", "MAX", "MID", "MIN", "MOD", "NA", "RANK", "ROUND", "ROWS", "SUM", "SUMIF", "SUMPRODUCT",
}  # fmt: skip
"""Known to Excel since 2010 and to LibreOffice."""


@pytest.mark.parametrize("name", ["average", "dense", "min", "mixed", "svi", "inform", "ndgain", "hdi"])
def test_formulas_need_no_function_of_later_versions_and_no_other_file(tmp_path, name):
    made = {"mixed": lambda: mixed(tmp_path, other=MEAN | FIXED), "hdi": hdi}
    made |= {key: lambda key=key: trees(tmp_path, key) for key in ("average", "dense", "min")}
    run = made[name]() if name in made else example(name)
    book = parts(run.book(tmp_path, "en"))
    cells = [cell for sheet in book.sheets.values() for cell in sheet.iter(f"{MAIN}c")]
    formulas = [cell for cell in cells if cell.find(f"{MAIN}f") is not None]
    assert len(formulas) > 10 * len(run.rows)
    for cell in formulas:
        text = re.sub(r'"[^"]*"', '""', cell.findtext(f"{MAIN}f"))
        assert set(re.findall(r"([A-Za-z_][\w.]*)\(", text)) <= FUNCTIONS, text
        assert "[" not in text
        assert cell.find(f"{MAIN}v") is not None  # a value beside it
    assert "externalReferences" not in book.files["xl/workbook.xml"].decode()
