"""The workbook: numbers that are numbers, text that is text, nothing that runs, the same bytes each time."""

import dataclasses
import math
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
import zipfile

import pytest
from python_calamine import CalamineWorkbook
from report_views import HOSTILE

from resilience_index.report.words.translations import clean, pick
from resilience_index.report.workbook import xlsx

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SHEETS = ["总表 Summary", "排名 Ranking", "逐级得分 Levels", "权重与一致性 Weights", "方法 Method", "日志 Log"]


def written(view, folder, language="both"):
    path = folder / "report.xlsx"
    xlsx.write(view, path, language)
    return path


@pytest.fixture(scope="module")
def book(sample, tmp_path_factory):
    return written(sample, tmp_path_factory.mktemp("book"))


@pytest.fixture(scope="module")
def sheets(book):
    workbook = CalamineWorkbook.from_path(book)
    return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}


def table(rows, first):
    """The rows below the row that starts with ``first``, as dictionaries, up to an empty row."""
    start = next(place for place, row in enumerate(rows) if row[0] == first)
    found = []
    for row in rows[start + 1 :]:
        if not any(cell != "" for cell in row):
            break
        found.append(dict(zip(rows[start], row, strict=True)))
    return found


@pytest.mark.parametrize(
    ("language", "names"),
    [("both", SHEETS), ("zh", [name.split()[0] for name in SHEETS]), ("en", [name.split()[1] for name in SHEETS])],
)
def test_sheets_are_named_in_the_language(sample, tmp_path, language, names):
    assert CalamineWorkbook.from_path(written(sample, tmp_path, language)).sheet_names == names
    assert all(len(name) <= 31 for name in names)


def test_ranking_has_every_figure_as_a_number(sample, sheets):
    units = [unit for period in sample.periods for unit in period.units]
    found = table(sheets["排名 Ranking"], "名次 Rank")
    assert len(found) == len(units) == 180
    for unit, row in zip(units, found, strict=True):
        assert row["社区编码 Community id"] == unit.community_id
        assert unit.community_id.startswith("000")
        assert row["社区 Community"] == unit.name
        assert row["期 Period"] == unit.period
        assert (row["区县"], row["街道"]) == tuple(unit.groups.values())
        assert row["得分 Score"] == ("—" if unit.score is None else unit.score)
        assert row["名次 Rank"] == ("—" if unit.rank is None else unit.rank)
        assert row["等级 Grade"] == (unit.grade.id if unit.grade else "—")
        assert row["红线前等级 Grade before red lines"] == (unit.grade_before.id if unit.capped_by else "")
        assert row["覆盖率 Coverage"] == unit.coverage
        remark = row["说明 Remark"]
        assert all(reason["zh"] in remark and reason["en"] in remark for reason in unit.capped_by)
        assert unit.note is None or (unit.note["zh"] in remark and unit.note["en"] in remark)
        assert bool(remark) == bool(unit.capped_by or unit.note)
        for name in sample.dimensions:
            title = sample.item(name).title
            value = unit.nodes[name]
            assert row[f"{title['zh']} {title['en']}"] == ("—" if value is None else value)


def test_levels_has_every_inner_node(sample, sheets):
    rows = sheets["逐级得分 Levels"]
    nodes = [item for item in sample.items if item.kind == "node"]
    assert [head.splitlines()[-1] for head in rows[0][3:]] == [item.id for item in nodes]
    units = [unit for period in sample.periods for unit in period.units]
    for unit, row in zip(units, rows[1:], strict=True):
        assert row[:3] == [unit.community_id, unit.name, unit.period]
        assert row[3:] == ["—" if unit.nodes[item.id] is None else unit.nodes[item.id] for item in nodes]


def test_summary_counts_and_means_by_period(sample, sheets):
    rows = sheets["总表 Summary"]
    found = table(rows, "期 Period")
    for period, row in zip(sample.periods, found, strict=True):
        values = list(row.values())
        assert values[:5] == [period.label, period.total, period.scored, period.total - period.scored, period.mean]
        assert values[5:9] == [period.grade_counts[grade.id] for grade in sample.grades]
        assert values[9 : 9 + len(sample.dimensions)] == [period.node_means[name] for name in sample.dimensions]
    text = "\n".join(str(cell) for row in rows for cell in row)
    for part in (
        "合成数据 Synthetic data",
        "相对得分 Relative scores",
        "entropy",
        sample.title["zh"],
        sample.title["en"],
    ):
        assert part in text
    assert all(step.formula in text for step in sample.methods)
    assert sample.data_source in text
    assert sample.sources[0] in text


def test_weights_tree_and_matrices(sample, sheets):
    rows = sheets["权重与一致性 Weights"]
    found = table(rows, "维度与指标 Dimension or indicator")
    for item, row in zip(sample.items, found, strict=True):
        assert row["编号 Id"] == item.id
        assert row["层级 Level"] == item.level
        assert row["局部权重 Local weight"] == ("—" if item.local_weight is None else item.local_weight)
        assert row["全局权重 Global weight"] == ("—" if item.global_weight is None else item.global_weight)
        for name in sample.component_names:
            shown = row[f"分项权重 Component {name}"]
            assert shown == "" if name not in item.components else f"{shown:.2%}" == item.components[name]
    assert [row["类别 Kind"] for row in found][-1] == "背景指标（不计分） Context, not scored"
    matrices = table(rows, "判断矩阵 Matrix")
    for matrix, row in zip(sample.matrices, matrices, strict=True):
        assert row["λmax"] == float(matrix.lambda_max)
        assert row["CR"] == float(matrix.cr)
        assert row["专家 Expert"] == (matrix.expert or "专家组 group")
        assert ("超过阈值" in row["结论 Verdict"]) != matrix.consistent


def test_method_and_log(sample, sheets):
    rows = sheets["方法 Method"]
    steps = table(rows, "步骤 Step")
    assert [(row["编号 Id"], row["公式 Formula"], row["出处 Source"]) for row in steps] == [
        (step.method, step.formula, step.source) for step in sample.methods
    ]
    leaves = [item for item in sample.items if item.kind != "node"]
    indicators = table(rows, "指标 Indicator")
    assert [(row["编号 Id"], row["目标值 Goalposts"], row["单位 Unit"]) for row in indicators] == [
        (item.id, item.goalposts, pick(item.unit, "both", " / ")) for item in leaves
    ]
    settings = table(rows, "设置 Setting")
    assert [(row["设置 Setting"], row["取值 Value"]) for row in settings] == [
        (setting.name, setting.value) for setting in sample.settings
    ]
    log = sheets["日志 Log"]
    findings = table(log, "代码 Code")
    for finding, row in zip(sample.findings, findings, strict=True):
        assert row["代码 Code"] == finding.code
        assert row["位置 Place"] == finding.place
        assert row["内容 Message"] == f"{finding.message['zh']}\n{finding.message['en']}"
    assert [row[2:4] for row in log[-len(sample.inputs) :]] == [list(pair) for pair in sample.inputs]


@pytest.mark.parametrize("language", ["both", "zh", "en"])
def test_the_same_view_gives_the_same_bytes(sample, view_of, tmp_path, language):
    first = written(sample, tmp_path, language).read_bytes()
    other = tmp_path / ".report.xlsx.abc.tmp"
    xlsx.write(view_of(), other, language)
    assert other.read_bytes() == first


def parts(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_hostile_texts_are_text(hostile, tmp_path):
    path = written(hostile, tmp_path)
    names = []
    for name, content in parts(path).items():
        tree = ET.fromstring(content)  # every part is well-formed XML
        if name.startswith("xl/worksheets/sheet"):
            assert not list(tree.iter(f"{MAIN}f"))
            assert not list(tree.iter(f"{MAIN}hyperlink"))
        assert b"TargetMode" not in content
        assert "externalLink" not in name
        names.append(name)
    assert "xl/sharedStrings.xml" in names
    assert not [name for name in names if name.endswith((".bin", ".vml"))]
    shown = {row[2] for row in CalamineWorkbook.from_path(path).get_sheet_by_index(1).to_python()}
    assert {clean(name) for name in HOSTILE} - shown <= {"_x0041_ &amp; 'x' </td></table>"}
    # Excel reads _x0041_ as an escape; the file escapes the underscore, so that the name stays as it is.
    assert b"_x005F_x0041_ &amp;amp; 'x' &lt;/td&gt;" in parts(path)["xl/sharedStrings.xml"]


def test_ids_and_names_are_text_cells_and_scores_number_cells(book):
    tree = ET.fromstring(parts(book)["xl/worksheets/sheet2.xml"])
    cells = {cell.get("r"): cell for cell in tree.iter(f"{MAIN}c")}
    assert cells["B2"].get("t") == cells["C2"].get("t") == "s"
    assert cells["A2"].get("t") is None
    assert cells["G2"].get("t") is None


def test_numbers_are_written_as_the_page_writes_them(sample, tmp_path):
    unit = dataclasses.replace(sample.periods[0].units[0], score=79.99996, score_text="79.99996")
    period = dataclasses.replace(sample.periods[0], units=(unit,))
    path = written(dataclasses.replace(sample, periods=(period,)), tmp_path)
    styles = ET.fromstring(parts(path)["xl/styles.xml"])
    codes = {entry.get("numFmtId"): entry.get("formatCode") for entry in styles.iter(f"{MAIN}numFmt")}
    formats = [entry.get("numFmtId") for entry in styles.find(f"{MAIN}cellXfs")]
    sheet = ET.fromstring(parts(path)["xl/worksheets/sheet2.xml"])
    score = next(cell for cell in sheet.iter(f"{MAIN}c") if cell.get("r") == "G2")
    assert codes[formats[int(score.get("s"))]] == "0.00000"


def test_values_that_no_cell_can_hold_are_shown_as_text(sample, tmp_path):
    unit = dataclasses.replace(sample.periods[0].units[0], score=math.nan, score_text="—", name="长" * 40_000)
    period = dataclasses.replace(sample.periods[0], units=(unit,))
    rows = CalamineWorkbook.from_path(
        written(dataclasses.replace(sample, periods=(period,)), tmp_path)
    ).get_sheet_by_index(1)
    row = rows.to_python()[1]
    assert row[6] == "—"
    assert row[2].startswith("长长")
    assert row[2].endswith("…")
    assert len(row[2].encode("utf-16-le")) // 2 <= 32_767


def test_headings_stay_in_sight_filter_and_print_on_every_page(book):
    files = parts(book)
    for number in (2, 3, 6):
        sheet = ET.fromstring(files[f"xl/worksheets/sheet{number}.xml"])
        assert sheet.find(f".//{MAIN}pane").get("ySplit") == "1"
        assert sheet.find(f"{MAIN}autoFilter") is not None
    for number in range(1, 7):
        setup = ET.fromstring(files[f"xl/worksheets/sheet{number}.xml"]).find(f"{MAIN}pageSetup")
        assert setup.get("orientation") == "landscape"
        assert setup.get("fitToHeight") == "0"
    names = files["xl/workbook.xml"].decode()
    assert names.count("_xlnm.Print_Titles") == 3


def test_columns_are_wide_enough_for_chinese(book, sheets):
    sheet = ET.fromstring(parts(book)["xl/worksheets/sheet2.xml"])
    widths = {int(column.get("min")): float(column.get("width")) for column in sheet.iter(f"{MAIN}col")}
    longest = max(len(row[2]) for row in sheets["排名 Ranking"][1:])
    assert widths[3] >= 2 * longest


def test_a_view_with_almost_nothing_is_written(sample, tmp_path):
    period = dataclasses.replace(
        sample.periods[0], label="", units=(), total=0, scored=0, grade_counts={}, mean=None, mean_text="—",
        node_means={}, node_mean_texts={},
    )  # fmt: skip
    bare = dataclasses.replace(
        sample, periods=(period,), has_periods=False, grades=(), dimensions=(), matrices=(), findings=(), notes=(),
        sources=(), group_names=(), synthetic=False, relative=False,
    )  # fmt: skip
    path = written(bare, tmp_path)
    assert CalamineWorkbook.from_path(path).sheet_names == SHEETS
    assert "没有检查发现" in str(CalamineWorkbook.from_path(path).get_sheet_by_index(5).to_python())


def test_what_a_sheet_leaves_out_is_said(sample, tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "LISTED_ROWS", 100)
    workbook = CalamineWorkbook.from_path(written(sample, tmp_path))
    assert len(workbook.get_sheet_by_index(1).to_python()) == len(workbook.get_sheet_by_index(2).to_python()) == 101
    assert "80 行未列出" in str(workbook.get_sheet_by_index(0).to_python())


def test_an_unknown_language_is_refused_before_anything_is_written(sample, tmp_path):
    with pytest.raises(ValueError, match="zh, en, both"):
        xlsx.write(sample, tmp_path / "report.xlsx", "fr")
    assert not list(tmp_path.iterdir())


OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.mark.skipif(OFFICE is None and not os.environ.get("CI"), reason="no LibreOffice here")
@pytest.mark.office
def test_libreoffice_opens_it_and_shows_the_figures(hostile, tmp_path):
    path = written(hostile, tmp_path)
    command = [
        OFFICE or "soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2", "--outdir", str(tmp_path),
        str(path),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    text = next(tmp_path.glob("*.csv")).read_text(encoding="utf-8")
    unit = hostile.periods[0].units[0]
    assert unit.community_id in text
    assert str(unit.score)[:12] in text
    assert not re.search(r"#(NAME|REF|VALUE|DIV)|Err:", text)
    assert "=HYPERLINK" in text  # shown as it is, not calculated
