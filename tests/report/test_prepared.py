"""Filled and treated values in every form of a result: page, workbook, JSON, terminal, method statement."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

import resilience_index as ri
from resilience_index.report.export import json as json_out
from resilience_index.report.page import html
from resilience_index.report.terminal import console, explanation, scores
from resilience_index.report.view import build as view_build
from resilience_index.report.view import prepared as prepared_view
from resilience_index.report.view.format import brief_text
from resilience_index.report.view.model import View
from resilience_index.report.workbook import xlsx

FRAMEWORK = """\
schema: resilience-index/framework/1
id: small
version: 1.0.0
title: {zh: 小, en: small}
defaults: {normalize: minmax}
tree:
  id: index
  title: {zh: 指数, en: Index}
  children:
    - {id: visits, title: {zh: 走访, en: Visits}, direction: benefit, fill: mean}
    - {id: costs, title: {zh: 费用, en: Costs}, direction: cost, treat: winsorize}
    - id: cases
      title: {zh: 案件, en: Cases}
      direction: cost
      denominate: {by: people, factor: 1000}
      fill: median
      treat: {method: percentile, low: 0, high: 1/2}
    - {id: people, title: {zh: 人口, en: People}, direction: context}
"""
DATA = """\
community_id,community,period,visits,costs,cases,people
1,东社区,2024,1,101,2,1000
2,<b>西,2024,,98,,1000
3,南社区,2024,3,99,4,1000
4,北社区,2024,8,950,8,1000
5,中社区,2024,4,97,1,1000
"""


UNTOUCHED = FRAMEWORK[: FRAMEWORK.index("    - id: cases")].replace("fill: mean", "").replace("treat: winsorize", "")
UNTOUCHED = UNTOUCHED.replace(", }", "}")


def scored(folder: Path, framework: str = FRAMEWORK, data: str = DATA) -> ri.Result:
    (folder / "small.yaml").write_text(framework, encoding="utf-8")
    (folder / "data.csv").write_text(data, encoding="utf-8")
    loaded = ri.load_framework(folder / "small.yaml")
    return ri.score(ri.read_data(folder / "data.csv", loaded), loaded)


@pytest.fixture
def result(tmp_path: Path) -> ri.Result:
    return scored(tmp_path)


@pytest.fixture
def view(result: ri.Result) -> View:
    return view_build.build(result)


def test_cells_stand_with_their_values_before_and_after(view: View) -> None:
    found = [(cell.community_id, cell.indicator, list(cell.actions), cell.before, cell.after) for cell in view.cells]
    # cases per 1000: 2, –, 4, 8, 1; the gap takes the median 3; cut at the median of all five, 3
    assert found == [
        ("2", "visits", ["filled"], "—", "4"),
        ("4", "costs", ["treated"], "950", "101"),
        ("2", "cases", ["filled"], "—", "3"),
        ("3", "cases", ["treated"], "4", "3"),
        ("4", "cases", ["treated"], "8", "3"),
    ]
    assert view.cells_total == 5
    assert view.cells[1].method == "winsorize"
    assert view.cells[0].title == {"zh": "走访", "en": "Visits"}
    assert view.cells[0].period == "2024"


def test_a_cell_can_be_filled_and_treated(tmp_path: Path) -> None:
    cut = "fill: mean, treat: {method: percentile, high: 1/2}"
    framework = FRAMEWORK.replace("fill: mean", cut)
    found = scored(tmp_path, framework, DATA.replace(",8,950", ",99,950"))
    (cell,) = [cell for cell in prepared_view.cells(found) if cell.actions == ["filled", "treated"]]
    assert (cell.before, cell.after, cell.method) == ("—", "4", "mean, percentile(high=1/2)")


def test_units_say_how_much_was_done(view: View) -> None:
    marks = {unit.community_id: unit.prepared for unit in view.periods[0].units}
    assert marks == {
        "1": None,
        "2": {"zh": "2 项填补", "en": "2 filled"},
        "3": {"zh": "1 项经异常值处理", "en": "1 treated"},
        "4": {"zh": "2 项经异常值处理", "en": "2 treated"},
        "5": None,
    }


def test_the_method_statement_names_the_steps_in_their_order(view: View) -> None:
    steps = [(step.step["en"], step.method) for step in view.methods[:6]]
    assert steps == [
        ("Dividing by a column", "ratio(by=people, factor=1000)"),
        ("Filling missing values", "mean"),
        ("Filling missing values", "median"),
        ("Treatment of outliers", "winsorize"),
        ("Treatment of outliers", "percentile(low=0, high=1/2)"),
        ("Normalisation", "minmax"),
    ]
    assert [setting["en"] for setting in view.item("cases").settings] == [
        "divided by people × 1000",
        "fill: median",
        "treat: percentile(low=0, high=1/2)",
    ]


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_the_page_lists_and_marks_them(view: View, language: str) -> None:
    page = html.render(view, language).decode("utf-8")
    assert '<section id="prepared">' in page
    section = page.split('<section id="prepared">')[1].split("</section>")[0]
    assert section.count("<tr>") == 6
    assert "&lt;b&gt;西" in section
    assert "<b>西" not in page
    words = {"zh": ["2 项填补", "异常值处理"], "en": ["2 filled", "treated"]}
    for spoken in ("zh", "en"):
        assert all((word in page) == (language in (spoken, "both")) for word in words[spoken])


def test_a_page_of_untouched_values_says_nothing(tmp_path: Path) -> None:
    untouched = view_build.build(scored(tmp_path, UNTOUCHED))
    page = html.render(untouched, "en").decode("utf-8")
    assert "prepared" not in page.split("</style>")[1]
    xlsx.write(untouched, tmp_path / "r.xlsx", "en")
    assert "Prepared values" not in CalamineWorkbook.from_path(tmp_path / "r.xlsx").sheet_names


def test_the_workbook_has_a_sheet_of_them(view: View, tmp_path: Path) -> None:
    xlsx.write(view, tmp_path / "r.xlsx", "en")
    book = CalamineWorkbook.from_path(tmp_path / "r.xlsx")
    rows = book.get_sheet_by_name("Prepared values").to_python()
    heads = ["Community id", "Community", "Period", "Indicator", "Id", "What was done", "Before", "After", "Method"]
    assert rows[0] == heads
    assert [row[:2] + row[5:] for row in rows[1:3]] == [
        ["2", "<b>西", "filled", "—", 4.0, "mean"],
        ["4", "北社区", "treated", 950.0, 101.0, "winsorize"],
    ]
    ranking = book.get_sheet_by_name("Ranking").to_python()
    assert any("2 filled" in str(cell) for row in ranking for cell in row)


def test_long_lists_are_counted(result: ri.Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared_view, "MOST_CELLS", 2)
    monkeypatch.setattr(html, "LISTED_CELLS", 1)
    few = view_build.build(result)
    assert [cell.indicator for cell in few.cells] == ["visits", "costs"]
    assert "4 more are in trace.parquet." in html.render(few, "en").decode("utf-8")
    xlsx.write(few, tmp_path / "r.xlsx", "en")
    rows = CalamineWorkbook.from_path(tmp_path / "r.xlsx").get_sheet_by_name("Prepared values").to_python()
    assert "3 more are in trace.parquet." in str(rows[-1])


def test_json_lists_the_leaves(result: ri.Result, tmp_path: Path) -> None:
    found = {row["community_id"]: row for row in json_out.score_dict(result, "en")["communities"]}
    assert (found["2"]["filled"], found["2"]["treated"]) == (["visits", "cases"], [])
    assert (found["4"]["filled"], found["4"]["treated"]) == ([], ["costs", "cases"])
    plain = scored(tmp_path, UNTOUCHED)
    assert not {"filled", "treated"} & set(json_out.score_dict(plain, "en")["communities"][0])


def printed(view: View, language: str) -> str:
    stream = io.StringIO()
    scores.print_scores(view, language, top=0, out=console.console(stream))
    return stream.getvalue()


def test_the_terminal_marks_the_coverage(view: View) -> None:
    lines = printed(view, "en").splitlines()
    assert [line.rstrip().endswith("†") for line in lines if "社区" in line or "西" in line].count(True) == 3
    assert any("with filled or treated values" in line for line in lines)
    assert "† 有填补或经异常值处理的值" in printed(view, "zh")


def explained(result: ri.Result, community: str, language: str) -> tuple[Any, str]:
    from resilience_index.analysis.explain import explain

    found = explain(result, community)
    stream = io.StringIO()
    explanation.print_explanation(found, language, console.console(stream))
    return found, stream.getvalue()


def test_explanations_show_each_step(result: ri.Result) -> None:
    found, english = explained(result, "4", "en")
    leaves = {leaf.indicator: leaf for leaf in found.leaves}
    assert leaves["costs"].status == "treated"
    assert leaves["costs"].preparation["treat"]["parameters"]["all"]["high"] == 101.0
    assert (leaves["cases"].divided, leaves["cases"].filled, leaves["cases"].treated) == (8.0, None, 3.0)
    assert leaves["cases"].preparation["denominate"]["by"] == "people"
    assert leaves["visits"].preparation == {"fill": {"method": "mean", "parameters": {"mean": {"all": 4.0}}}}
    assert "950 → 101 (treated)" in " ".join(english.split())
    assert "8 → 8 → 3 (treated)" in " ".join(english.split())
    _, chinese = explained(result, "2", "zh")
    assert "填补 4" in chinese
    assert json.dumps(found.to_dict(), allow_nan=False)


def test_an_explanation_adds_up_with_filled_values(result: ri.Result) -> None:
    for community in "12345":
        found, _ = explained(result, community, "en")
        parts = [leaf.contribution for leaf in found.leaves if leaf.contribution is not None]
        assert sum(parts) == pytest.approx(found.score, abs=1e-12)


def test_the_csv_tells_by_its_coverage(result: ri.Result) -> None:
    from resilience_index.report.export.tables import write_scores

    stream = io.BytesIO()
    write_scores(result, stream)
    rows = list(csv.DictReader(io.StringIO(stream.getvalue().decode("utf-8-sig"))))
    assert [row["coverage"] for row in rows] == ["1", "0.3333333333333333", "1", "1", "1"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "—"),
        (float("nan"), "—"),
        (4.0, "4"),
        (0.005875, "0.005875"),
        (10 / 3, "3.33333"),
        (2e-9 / 3, "0.000000000666667"),
        (1234567890123.4, "1234570000000"),
        (-1 / 3, "-0.333333"),
    ],
)
def test_values_are_shown_briefly(value: float | None, shown: str) -> None:
    assert brief_text(value) == shown
