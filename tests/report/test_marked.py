"""Filled and treated values, relative grades and gates in page, workbook, documents and diagnosis."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from documents import tables
from page_tools import content_of
from spreadsheets import opened

import resilience_index as ri
from resilience_index.analysis import diagnosis, standing
from resilience_index.report.document import city as city_document
from resilience_index.report.document import community as community_document
from resilience_index.report.document import docx
from resilience_index.report.document.blocks import Paragraph
from resilience_index.report.page import html
from resilience_index.report.view import build as view_build
from resilience_index.report.view import diagnosis as diagnosis_view
from resilience_index.report.view.model import View
from resilience_index.report.words import document as document_words
from resilience_index.report.workbook import xlsx
from resilience_index.runs import folder as run_folder
from resilience_index.scoring import assess

FRAMEWORK = """\
schema: resilience-index/framework/1
id: marked
version: 1.0.0
title: {zh: 标记, en: Marks}
defaults: {normalize: {method: goalposts}, weights: given}
grades:
  - {id: A, min: 60, title: {zh: 优, en: Good}}
  - {id: B, min: 30, title: {zh: 良, en: Fair}}
RULES
tree:
  id: index
  title: {zh: 指数, en: Index}
  children:
    - {id: visits, title: {zh: 走访, en: Visits}, unit: 次, direction: benefit, goalposts: [0, 10], weight: 1,
       fill: mean}
    - {id: costs, title: {zh: 费用, en: Costs}, unit: 元, direction: cost, goalposts: [200, 0], weight: 1,
       treat: {method: winsorize, max_points: 1}}
    - {id: cases, title: {zh: 案件, en: Cases}, direction: cost, weight: 2,
       normalize: {method: goalposts, goalposts: [9, 0]}, denominate: {by: people, factor: 1000}}
    - {id: plain, title: {zh: 其他, en: Other}, direction: benefit, goalposts: [0, 1], weight: 1}
    - {id: people, title: {zh: 人口, en: People}, direction: context}
"""
GATES = """\
gates:
  - {id: met, indicator: plain, op: ">", value: 0.2, reason: {zh: 其他过低, en: Other is low},
     state: {id: held, title: {zh: 暂缓, en: Held back}}}
red_lines:
  - {indicator: plain, op: "<", value: 0.6, cap: B, reason: {zh: 其他不足, en: Other is short}}
"""
RELATIVE = "grading: {method: quantile}\n"
DATA = """\
community_id,community,visits,costs,cases,plain,people
1,东社区,1,101,2,0.9,1000
2,西社区,,98,1,0.5,1000
3,南社区,3,99,4,0.1,1000
4,北社区,8,95000,8,0.8,1000
5,中社区,4,97,1,1,1000
"""


def scored(folder: Path, rules: str = "") -> ri.Result:
    folder.mkdir(exist_ok=True)
    text = FRAMEWORK.replace("RULES\n", rules)
    if rules == RELATIVE:
        text = text.replace("min: 60, ", "").replace("min: 30, ", "")
    (folder / "marked.yaml").write_text(text, encoding="utf-8")
    (folder / "data.csv").write_text(DATA, encoding="utf-8")
    loaded = ri.load_framework(folder / "marked.yaml")
    return ri.score(ri.read_data(folder / "data.csv", loaded), loaded)


def viewed(result: ri.Result) -> View:
    return dataclasses.replace(view_build.build(result), diagnosis=diagnosis_view.of(result))


@pytest.fixture
def gated(tmp_path: Path) -> View:
    return viewed(scored(tmp_path / "gated", GATES))


@pytest.fixture
def relative(tmp_path: Path) -> View:
    return viewed(scored(tmp_path / "relative", RELATIVE))


def test_the_calculation_has_formulas_only_where_the_step_has_one(gated: View, relative: View, tmp_path: Path) -> None:
    assert gated.calculation is not None
    assert {leaf.id: leaf.live for leaf in gated.calculation.leaves} == {
        "visits": False, "costs": False, "cases": False, "plain": True, "people": False
    }  # fmt: skip
    assert gated.calculation.bounds is None
    assert relative.calculation is not None
    assert relative.calculation.bounds is None
    fixed = view_build.build(scored(tmp_path / "fixed")).calculation
    assert fixed is not None
    assert fixed.bounds == [60.0, 30.0]
    assert [row.filled for row in sorted(fixed.rows, key=lambda row: str(row.raw))].count(frozenset({0})) == 1
    assert [row.raw[0] for row in fixed.rows if row.filled] == [None]
    assert [row.raw[1] for row in fixed.rows if row.treated] == [95000.0]


def test_the_page_carries_marks_states_and_bounds(gated: View, relative: View) -> None:
    page = content_of(html.render(gated, "en"))
    texts, period = page["texts"], page["periods"][0]
    units = {unit[0]: unit for unit in period["units"]}
    assert [texts[place] for place in units["3"][13]] == ["held", "Held back"]
    assert [texts[place] for place in units["3"][14]] == ["plain > 0.2: Other is low"]
    assert (units["1"][13], units["1"][14], units["1"][15]) == (None, [], -1)
    assert texts[units["2"][15]] == "1 filled"
    assert (period["gated"], period["bounds"], page["live"]["graded"]) == (1, ["60", "30"], False)
    lines = page["leaves"]["units"]
    assert lines["2"][5]["0"] == "filled"
    assert lines["2"][6]["0"] == "4"
    assert lines["4"][5]["1"] == "treated"
    assert lines["4"][6] == {"1": "101", "2": "8"}
    assert content_of(html.render(relative, "en"))["live"]["graded"] is False
    assert "Relative grades" in html.render(relative, "en").decode("utf-8")
    assert "Relative grades" not in html.render(gated, "en").decode("utf-8")


def test_the_workbook_marks_them_and_keeps_what_does_not_follow(gated: View, relative: View, tmp_path: Path) -> None:
    xlsx.write(gated, tmp_path / "g.xlsx", "en")
    book = opened(tmp_path / "g.xlsx")
    raw = book["Raw values"]
    colours = {cell.fill.fgColor.rgb: cell.value for row in raw.iter_rows(min_row=7) for cell in row}
    assert colours["FFE2F0D9"] is None
    assert colours["FFFCE4CC"] == 95000
    levels = [[str(cell.value) for cell in row] for row in book["Levels"].iter_rows(min_row=6)]
    coverage = next(row[levels[0].index("Coverage")] for row in levels[1:])
    assert "COUNT('Raw values'!" in coverage
    at = levels[0].index("Grade")
    assert {row[0]: row[at] for row in levels[1:]}["3"] == "held"
    said = {row[0]: row[levels[0].index("Remark that does not recalculate")] for row in levels[1:]}
    assert said["3"] == "gate: plain > 0.2: Other is low"
    assert said["2"] == "red line: Other is short\n1 filled"
    summary = " ".join(str(cell.value) for row in book["Summary"].iter_rows() for cell in row)
    assert "Grades do not follow changes" in summary
    assert "green marks what was filled in" in summary
    xlsx.write(relative, tmp_path / "r.xlsx", "en")
    method = [str(cell.value) for row in opened(tmp_path / "r.xlsx")["Method"].iter_rows() for cell in row]
    assert any(text.startswith("Bounds of the grades") for text in method)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_documents_say_them(gated: View, relative: View, language: document_words.Language) -> None:
    words = document_words.Words(language)
    document = city_document.build(gated, language)
    captions = {table.caption: table for table in tables(document)}
    assert [[cell.text for cell in row][1:] for row in captions[words("caption_gated")].rows] == [
        {"zh": ["南社区", "B 良", "held 暂缓", "plain > 0.2：其他过低"],
         "en": ["南社区", "B Fair", "held Held back", "plain > 0.2: Other is low"]}[language]
    ]  # fmt: skip
    prepared = captions[words("caption_prepared")].rows
    assert [[cell.text for cell in row][3:] for row in prepared] == [
        ["—", "4", "mean"],
        ["95000", "101", prepared[1][5].text],
    ]
    pages = community_document.Pages(gated, language)
    units = {unit.community_id: unit for unit in gated.periods[0].units}
    said = {name: [block.text for block in pages.page(unit).blocks if isinstance(block, Paragraph)]
            for name, unit in units.items()}  # fmt: skip
    assert any({"zh": "其他过低", "en": "Other is low"}[language] in text for text in said["3"])
    assert any({"zh": "1 项填补", "en": "1 filled"}[language] in text for text in said["2"])
    warned = [block.text for block in city_document.build(relative, language).blocks if isinstance(block, Paragraph)]
    assert any(
        {"zh": "等级是相对的（quantile", "en": "Grades are relative (quantile"}[language] in text for text in warned
    )
    assert docx.render(document) == docx.render(city_document.build(gated, language))


def test_the_diagnosis_shows_the_value_in_use(tmp_path: Path) -> None:
    result = scored(tmp_path / "run")
    found = diagnosis.diagnose(standing.from_result(result))
    assert found.prepared
    points = {
        (profile.community_id, point.id): point.prepared
        for profile in found.communities for item in profile.comparisons
        for point in (*item.strengths, *item.weaknesses)
    }  # fmt: skip
    obstacles = {(p.community_id, o.id): o.prepared for p in found.communities for o in p.obstacles}
    known = points | obstacles
    assert known["2", "visits"] == {"action": "filled", "value": 4.0}
    assert known["4", "costs"] == {"action": "treated", "value": 101.0}
    assert known["1", "visits"] is None
    shown = diagnosis_view.build(found)
    raws = {(p.community_id, o.id): o.raw for p in shown.communities for o in p.obstacles}
    assert raws["2", "visits"] == {"zh": "— → 4 次", "en": "— → 4 次"}
    assert raws["4", "costs"] == {"zh": "95000 元 → 101 元", "en": "95000 元 → 101 元"}
    assert any("→" in note["en"] for note in shown.notes)


def test_a_finished_run_tells_the_same_of_them(tmp_path: Path) -> None:
    result = scored(tmp_path / "run", GATES)
    work = assess.job(result.plan.framework, tmp_path / "run" / "data.csv")
    run_folder.write(result, work, tmp_path / "out", formats=())
    own, read = standing.from_result(result), standing.from_run(tmp_path / "out", result.plan.framework)
    assert own.relative == read.relative
    for name, item in own.items.items():
        for row in range(len(own)):
            assert item.prepared(row) == read.items[name].prepared(row)


def test_points_count_as_shares_of_the_full_ones() -> None:
    """19 points are lacking of 100, five of them for signs."""
    folder = Path(__file__).resolve().parents[2] / "indicators" / "examples"
    loaded = ri.load_framework(folder / "model_community.yaml")
    result = ri.score(ri.read_data(folder / "model_community.csv", loaded), loaded)
    found = diagnosis.diagnose(standing.from_result(result))
    profile = found.community("S002")
    assert profile.score == 81.0
    degrees = {item.id: item.degree for item in profile.obstacles}
    assert sum(degrees.values()) == pytest.approx(1.0, abs=1e-12)
    goalposts = next(item for item in profile.comparisons if item.kind == "goalposts")
    lost = {point.id: -point.points for point in goalposts.weaknesses}
    assert set(lost.values()) == {5.0, 3.0, 1.0}
    assert all(degrees[name] == pytest.approx(points / 19, abs=1e-12) for name, points in lost.items())
