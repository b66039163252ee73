"""The workbook of a real run: formulas with their values, inert names, the same bytes, values only where large."""

import dataclasses
import re
import xml.etree.ElementTree as ET
import zipfile

import pytest
from python_calamine import CalamineWorkbook
from report_views import HOSTILE
from spreadsheets import EXCUSED, ROOT, Run, columns, hdi, heading, opened, sample, units

import resilience_index as ri
from resilience_index.report.view import build as view_build
from resilience_index.report.view import calculation_build
from resilience_index.report.words.translations import clean
from resilience_index.report.workbook import xlsx

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SHEETS = {
    "zh": ["总表", "排名", "逐级得分", "权重与一致性", "标准化", "原始值", "诊断", "诊断结论", "方法", "日志"],
    "en": ["Summary", "Ranking", "Levels", "Weights", "Normalised", "Raw values", "Diagnosis", "Method", "Log"],
}


@pytest.fixture(scope="module")
def toe(tmp_path_factory):
    run = sample("toe")
    folder = tmp_path_factory.mktemp("live")
    return run.book(folder, diagnosis=True), run.score(folder)


def test_sheets_stand_in_the_order_of_the_work(toe, tmp_path):
    assert CalamineWorkbook.from_path(toe[0]).sheet_names == SHEETS["zh"]
    assert CalamineWorkbook.from_path(hdi().book(tmp_path, "en", diagnosis=True)).sheet_names == SHEETS["en"]
    both = CalamineWorkbook.from_path(hdi().book(tmp_path, "both", diagnosis=True)).sheet_names
    stated = [name for name in SHEETS["zh"] if name != "诊断结论"]  # no statement is made of these data
    assert both == [f"{zh} {en}" for zh, en in zip(stated, SHEETS["en"], strict=True)]
    assert all(len(name) <= 31 for name in both)


def test_without_a_diagnosis_its_sheet_is_left_out(tmp_path):
    assert "诊断" not in CalamineWorkbook.from_path(hdi().book(tmp_path)).sheet_names


def test_from_raw_value_to_grade_every_step_is_a_formula(toe):
    path, result = toe
    workbook = opened(path)
    levels, normalized, ranking = workbook["逐级得分"], workbook["标准化"], workbook["排名"]
    row = heading(levels) + 1
    where = columns(levels)
    for name in [node.id for node in result.plan.nodes] + ["名次", "等级", "红线前等级", "覆盖率"]:
        assert levels.cell(row, where[name]).data_type == "f"
    for name, column in columns(normalized).items():
        if name not in ("社区编码", "社区", "期"):
            assert normalized.cell(row, column).data_type == "f"
    assert all(ranking.cell(2, column).data_type == "f" for column in range(1, 17))
    text = normalized.cell(row, columns(normalized)["iot_coverage_rate"]).value
    assert text == ("=IF(ISNUMBER('原始值'!D7),MAX(0,MIN(1,('原始值'!D7-$D$4)/($D$5-$D$4))),"
                    "IF('原始值'!D7=not_applicable,not_applicable,no_value))")  # fmt: skip
    text = levels.cell(row, where["technical"]).value
    assert text.endswith("SUMPRODUCT($I$3:$K$3,I7:K7)/SUMPRODUCT($I$3:$K$3,--ISNUMBER(I7:K7)))")
    raw = workbook["原始值"]
    assert not [cell for line in raw.iter_rows(min_row=row) for cell in line if cell.data_type == "f"]


def test_the_values_beside_the_formulas_are_the_results(toe):
    path, result = toe
    sheet = opened(path, values=True)["逐级得分"]
    where, at = columns(sheet), units(sheet)
    for index, row in result.scores.iterrows():
        line = at[row["community_id"], row["period"]]
        for place, node in enumerate(result.plan.nodes):
            shown = float(result.shown[place][index])
            value = sheet.cell(line, where[node.id]).value
            assert value == shown or (shown != shown and value in ("—", EXCUSED))
        assert sheet.cell(line, where["名次"]).value == (row["rank"] if row["rank"] == row["rank"] else "—")


def test_raw_values_gaps_and_what_does_not_apply_stand_in_their_cells(toe):
    path, result = toe
    sheet = opened(path, values=True)["原始值"]
    where, at = columns(sheet), units(sheet)
    table = result.table
    seen = set()
    for unit, (name, period) in enumerate(zip(table.ids.to_pylist(), table.periods.to_pylist(), strict=True)):
        for leaf in result.plan.leaves:
            value = sheet.cell(at[name, period], where[leaf.id]).value
            excused = leaf.index in table.not_applicable and table.not_applicable[leaf.index][unit]
            number = float(table.values[leaf.index][unit])
            assert value == (EXCUSED if excused else None if number != number else number)
            seen.add(EXCUSED if excused else value is None)
    assert seen == {EXCUSED, True, False}


def hostile_run() -> Run:
    run = hdi()
    rows = [[str(number), *row[1:]] for number, row in enumerate(run.rows)]
    for row, name in zip(rows, HOSTILE, strict=False):
        row[1] = name.replace("\x00", "").replace("\ud800", "").replace("\x1b", "").replace("\x07", "")
    return dataclasses.replace(run, rows=rows, name="hostile")


def test_hostile_names_are_text_beside_formulas(tmp_path):
    run = hostile_run()
    path = run.book(tmp_path, "both")
    formulas = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            tree = ET.fromstring(content)
            assert b"TargetMode" not in content
            if name.startswith("xl/worksheets/sheet"):
                assert not list(tree.iter(f"{MAIN}hyperlink"))
                formulas += [cell.text for cell in tree.iter(f"{MAIN}f")]
        assert not [name for name in archive.namelist() if name.endswith((".bin", ".vml"))]
    assert len(formulas) > 500
    assert not [text for text in formulas if "HYPERLINK" in text or "cmd" in text or "script" in text]
    shown = {row[2] for row in CalamineWorkbook.from_path(path).get_sheet_by_index(1).to_python()}
    assert {clean(row[1]) for row in run.rows} - shown <= {"_x0041_ &amp; 'x' </td></table>"}


def test_hostile_titles_never_leave_their_quotes(tmp_path):
    plain = (ROOT / "sample_data" / "hdi_2022" / "hdi.yaml").read_text(encoding="utf-8")
    text = plain.replace("en: Knowledge", 'en: \'"&HYPERLINK(""http://x"")&" FILTER(A1\'')
    assert text != plain
    path = tmp_path / "hostile.yaml"
    path.write_text(text, encoding="utf-8")
    run = dataclasses.replace(hdi(), framework=ri.load_framework(path))
    with zipfile.ZipFile(run.book(tmp_path, "en")) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    found = [
        cell.text for sheet in sheets for cell in ET.fromstring(sheet).iter(f"{MAIN}f") if "HYPERLINK" in cell.text
    ]
    assert found
    for formula in found:
        outside = "".join(formula.replace('""', "").split('"')[::2])
        assert "HYPERLINK" not in outside
        assert "http" not in outside
    assert not [sheet for sheet in sheets if 'cm="1"' in sheet]  # no formula of later versions


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_the_same_run_gives_the_same_bytes(tmp_path, language):
    first = hdi().book(tmp_path, language, diagnosis=True).read_bytes()
    assert hdi().book(tmp_path, language, diagnosis=True).read_bytes() == first


def test_names_that_read_like_errors_and_numbers_stay_text(tmp_path):
    run = hdi()
    rows = [list(row) for row in run.rows]
    rows[0][1], rows[1][1] = "#N/A", "007"
    path = dataclasses.replace(run, rows=rows).book(tmp_path)
    with zipfile.ZipFile(path) as archive:
        tree = ET.fromstring(archive.read("xl/worksheets/sheet2.xml"))
    kinds = {
        cell.findtext(f"{MAIN}v"): cell.get("t") for cell in tree.iter(f"{MAIN}c") if cell.find(f"{MAIN}f") is not None
    }
    assert kinds["#N/A"] == kinds["007"] == "str"


def test_no_formula_needs_more_than_excel_2010(toe):
    names = set()
    for sheet in opened(toe[0]):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    names.update(words(str(getattr(cell.value, "text", cell.value))))
    assert names <= {
        "IF", "ISNUMBER", "MAX", "MIN", "COUNT", "COUNTIF", "COUNTIFS", "SUM", "SUMIF", "SUMPRODUCT", "ROUND", "RANK",
        "INDEX", "MATCH", "ROWS", "AND", "MID", "CHAR", "AVERAGE", "EXACT",
    }  # fmt: skip


def words(formula: str) -> list[str]:
    return re.findall(r"([A-Z][A-Z0-9._]*)\(", re.sub(r'"[^"]*"', "", formula))


def test_a_large_run_has_values_only_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(calculation_build, "LIVE_ROWS", 10)
    path = hdi().book(tmp_path)
    workbook = opened(path)
    assert workbook.sheetnames == [name for name in SHEETS["zh"] if "诊断" not in name]
    assert not [cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert "只列数值，没有公式" in text_of(workbook["总表"])
    sheet = workbook["标准化"]
    assert isinstance(sheet.cell(heading(sheet) + 1, 3).value, float)


def test_a_still_larger_run_leaves_the_values_to_the_trace(tmp_path, monkeypatch):
    monkeypatch.setattr(calculation_build, "VALUE_CELLS", 10)
    workbook = opened(hdi().book(tmp_path))
    assert workbook.sheetnames == ["总表", "排名", "逐级得分", "权重与一致性", "方法", "日志"]
    assert "trace.parquet" in text_of(workbook["总表"])


def text_of(sheet) -> str:
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


def test_what_has_no_formula_is_marked(tmp_path):
    run = hdi()
    view = run.view(tmp_path)
    calculation = view.calculation
    nodes = [dataclasses.replace(node, live=node.id != "education", aggregate="topsis" if node.id == "education"
                                 else node.aggregate) for node in calculation.nodes]  # fmt: skip
    leaves = [dataclasses.replace(leaf, live=leaf.id != "le") for leaf in calculation.leaves]
    path = tmp_path / "marked.xlsx"
    xlsx.write(
        dataclasses.replace(view, calculation=dataclasses.replace(calculation, nodes=nodes, leaves=leaves)), path, "zh"
    )
    workbook = opened(path)
    assert "education (topsis)" in text_of(workbook["总表"])
    assert "le (goalposts)" in text_of(workbook["总表"])
    for name, sheet in (("education", workbook["逐级得分"]), ("le", workbook["标准化"])):
        column = columns(sheet)[name]
        assert sheet.cell(heading(sheet), column).value.endswith("（只有数值，无公式）")
        assert isinstance(sheet.cell(heading(sheet) + 1, column).value, float)
    levels = workbook["逐级得分"]
    assert levels.cell(heading(levels) + 1, columns(levels)["index"]).data_type == "f"


def test_weights_from_data_are_said_not_to_follow(tmp_path):
    path = sample("dual_empowerment", "2025", weights="entropy").book(tmp_path, "en")
    assert "do not follow changes: entropy" in text_of(opened(path)["Summary"])
    assert "do not follow changes" not in text_of(opened(hdi().book(tmp_path, "en"))["Summary"])


def test_the_diagnosis_shows_every_community_and_section(toe):
    path, result = toe
    workbook = opened(path, values=True)
    text = text_of(workbook["诊断"])
    newest = result.scores[result.scores["period"] == "2025"]
    assert all(name in text for name in newest["community_id"])
    assert "不随本工作簿中的改动而变" in text
    assert "[001 四" in text_of(workbook["诊断结论"])


def test_ranks_inside_groups_look_at_their_block(tmp_path):
    run = sample("dual_empowerment", "2025", by="district")
    rows = run.view(tmp_path).calculation.rows
    assert sorted({row.block for row in rows}) == [0, 1, 2, 3]
    assert [row.block for row in rows] == sorted(row.block for row in rows)
    sheet = opened(run.book(tmp_path))["逐级得分"]
    column, first = columns(sheet)["名次"], heading(sheet) + 1
    blocks = {sheet.cell(row, column).value.split(",")[2] for row in range(first, first + len(rows))}
    assert len(blocks) == 4


def test_a_view_of_the_first_units_has_no_calculation(tmp_path):
    result = hdi().score(tmp_path)
    assert view_build.build(result, limit=3).calculation is None
    assert len(view_build.build(result).calculation.rows) == len(result)


def test_the_library_still_lets_formulas_through_as_they_are(tmp_path):
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

    from resilience_index.report.workbook.parts import _own_worksheet

    own = _own_worksheet()
    assert issubclass(own, Worksheet)
    with xlsxwriter.Workbook(tmp_path / "own.xlsx") as workbook:
        sheet = workbook.add_worksheet("a", own)
        sheet.write_formula(0, 0, "=1+1", None, 2)
        sheet.write_array_formula(0, 1, 0, 1, "{=SUM(A1:A1)}", None, 2)
    sheet = opened(tmp_path / "own.xlsx")["a"]
    assert sheet["A1"].value == "=1+1"
    assert sheet["B1"].value.text == "=SUM(A1:A1)"
