"""The pages of ``compare`` and ``explain``: all figures, both languages, nothing from outside, inert names."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
from report_pages import read

import resilience_index as ri
from resilience_index.analysis import change, outlook, pairing
from resilience_index.analysis.explain import explain
from resilience_index.framework.loading import load_framework
from resilience_index.report.page import further as pages
from resilience_index.report.view import change as change_view
from resilience_index.report.view import explanation as explain_view
from resilience_index.report.view import outlook as outlook_view

TINY = Path(__file__).resolve().parents[2] / "docs" / "examples" / "tiny.yaml"
NASTY = '<script>alert(1)</script>"\u202e'
ROWS = (
    "community_id,community,period,reply_min,visit_rate,shelter_area,grid_size,leaks\n"
    "k1,{0},2024,72,81,0.9,300,0\nk2,Oak,2024,156,64,1.2,700,1\nk3,Ash,2024,100,50,1,450,0\nk4,Yew,2024,90,40,1,450,0\n"
    "k1,{0},2025,60,85,0.9,300,1\nk2,Oak,2025,150,60,1.4,600,0\nk3,Ash,2025,,55,1,450,0\nk5,Fir,2025,90,40,1,450,0\n"
)


@pytest.fixture
def result(tmp_path: Path) -> ri.Result:
    data = tmp_path / "data.csv"
    data.write_text(ROWS.format('"' + NASTY.replace('"', '""') + '"'), encoding="utf-8")
    framework = load_framework(TINY)
    return ri.score(ri.read_data(data, framework), framework)


def of_change(result: ri.Result, language: str = "both") -> bytes:
    found = change.compare(*(pairing.side(label, result, label) for label in ("2024", "2025")))
    return pages.change_page(change_view.build(found, found.findings, limit=None), language)


def of_explanation(result: ri.Result, name: str = "k1", language: str = "both") -> bytes:
    found = explain(result, name)
    ahead = outlook.of_result(result, found)
    view = outlook_view.build(ahead, 100.0)
    return pages.explanation_page(explain_view.build(found), view, ahead.findings, language)


@pytest.mark.parametrize("make", [of_change, of_explanation])
def test_a_page_stands_alone(make: object, result: ri.Result) -> None:
    """Nothing is loaded, nothing inline but what the policy's hashes allow, and no name is code."""
    for language in ("both", "zh", "en"):
        page = make(result, language=language)  # type: ignore[operator]
        root = read(page)
        text = page.decode("utf-8")
        assert "http://" not in text.replace("http://www.w3.org", "")
        assert "https://" not in text
        assert not any(
            name in element.attributes for element in root.iter() for name in ("src", "style", "onclick", "onload")
        )
        policy = root.all("meta", **{"http-equiv": "Content-Security-Policy"})[0].attributes["content"] or ""
        assert policy.startswith("default-src 'none'")
        for tag in ("style", "script"):
            for element in root.all(tag):
                digest = base64.b64encode(hashlib.sha256(element.text().encode()).digest()).decode()
                assert f"'sha256-{digest}'" in policy
        assert len(root.all("script")) == (language == "both")
        assert "\u202e" not in text
        assert "alert(1)" in root.all("main")[0].text() + root.all("h1")[0].text()
        assert page == make(result, language=language)  # type: ignore[operator]


def test_languages(result: ri.Result) -> None:
    assert "What changed, and why" not in of_change(result, "zh").decode()
    assert "变化及其来源" not in of_change(result, "en").decode()
    assert "得分解释" not in of_explanation(result, language="en").decode()
    assert "How a score came about" not in of_explanation(result, language="zh").decode()


def test_figures_of_a_change(result: ri.Result) -> None:
    """A row for each community in both, with the score before and after; new ones and those that have gone."""
    root = read(of_change(result, "en"))
    first, *others = root.all("table")
    rows = [[cell.text() for cell in row.all("td")] for row in first.all("tr") if row.all("td")]
    assert len(rows) == 3 + 1
    scores = {f"{value:.2f}" for value in result.score[:3]}
    assert {row[0] for row in rows[:3]} == scores
    text = root.all("main")[0].text()
    assert "Fir" in text
    assert "Yew" in text
    assert "good → weak" in text  # k1 leaks in 2025
    assert len(others) == 3


def test_figures_of_an_explanation(result: ri.Result) -> None:
    """Every leaf with cell, raw value, parameters, weights and contribution; the sum is the score; red line told."""
    root = read(of_explanation(result, language="en"))
    text = root.text()
    found = explain(result, "k1")
    for leaf in found.leaves:
        assert leaf.title["en"] in text
    assert f"{found.score:.8f}".rstrip("0") in text
    assert "row 6" in text
    assert "goalposts: 240 → 30" in text
    assert "Personal data leaked." in text
    assert "good → weak" in text
    assert "to reach grade" in text
    assert "missing" in read(of_explanation(result, "k3", "en")).text()


def test_figures_on_the_way_of_a_node(tmp_path: Path) -> None:
    """What a node across units measures stands beside its method."""
    text = TINY.read_text(encoding="utf-8").replace(
        "    - id: response\n", "    - id: response\n      normalize: none\n"
    )
    text = text.replace("  id: index\n", "  id: index\n  aggregate: topsis\n")
    framework, data = tmp_path / "across.yaml", tmp_path / "data.csv"
    framework.write_text(text, encoding="utf-8")
    data.write_text(ROWS.format("Elm"), encoding="utf-8")
    loaded = load_framework(framework)
    result = ri.score(ri.read_data(data, loaded), loaded)
    found = explain(result, "k1")
    assert found.nodes[0].details
    page = read(of_explanation(result, language="en")).text()
    assert "topsis" in page
    assert "RI493" in page


def test_steps_of_preparation_are_shown(tmp_path: Path) -> None:
    """Divided, filled and treated cells say what was done to them."""
    framework = tmp_path / "small.yaml"
    framework.write_text(
        "schema: resilience-index/framework/1\nid: small\nversion: 1.0.0\ntitle: {zh: 小, en: Small}\n"
        "tree:\n  id: index\n  title: {zh: 指数, en: Index}\n  children:\n"
        "    - id: beds\n      title: {zh: 床位, en: Beds}\n      direction: benefit\n"
        "      denominate: {by: people, factor: 1000}\n      normalize: {method: goalposts, goalposts: [0, 10]}\n"
        "    - id: visits\n      title: {zh: 走访, en: Visits}\n      direction: benefit\n      fill: mean\n"
        "      goalposts: [0, 10]\n"
        "    - {id: people, title: {zh: 人口, en: People}, direction: context}\n",
        encoding="utf-8",
    )
    data = tmp_path / "data.csv"
    data.write_text("community_id,beds,visits,people\na,4,,2000\nb,3,6,1000\n", encoding="utf-8")
    loaded = load_framework(framework)
    text = read(of_explanation(ri.score(ri.read_data(data, loaded), loaded), "a", "en")).text()
    assert "÷ people × 1000 = 2" in text
    assert "mean → 6" in text
