"""What missing values leave open, obstacle degrees of dimensions, units and sections: in every format and language."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from documents import column, tables
from python_calamine import CalamineWorkbook
from rich.console import Console

import resilience_index as ri
from resilience_index.framework.catalogue import shipped_folder
from resilience_index.framework.tree import Leaf, walk
from resilience_index.report.document import city as city_document
from resilience_index.report.document import markdown
from resilience_index.report.document.blocks import Document, Paragraph
from resilience_index.report.document.community import Pages
from resilience_index.report.document.whole import WholePages
from resilience_index.report.page import data as page_data
from resilience_index.report.page import diagnosis as page_diagnosis
from resilience_index.report.page.texts import Texts
from resilience_index.report.terminal.diagnosis import print_community
from resilience_index.report.view.model import View
from resilience_index.report.workbook import xlsx
from resilience_index.runs import folder as run_folder
from resilience_index.scoring import assess

COMMUNITY = "099101001001"
LANGUAGES = ("zh", "en")
OPEN = {
    "zh": "缺少数值，未作判断：“主体韧性”、“空间韧性”、“技术韧性”、“心理韧性”中何者最低（“空间韧性”没有值）",
    "en": "Not judged, as values are missing: which of Subject resilience, Spatial resilience, Technical resilience, "
    "Psychological resilience is the lowest (no value: Spatial resilience)",
}
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    """The sample under SFIC, where one community reports nothing of spatial resilience in the newest period."""
    spatial = ri.load_framework("sfic").item("spatial")
    gone = {item.indicator.id for item in walk(spatial) if isinstance(item, Leaf)}
    with (shipped_folder("sample_data") / "communities.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        if (row["community_id"], row["period"]) == (COMMUNITY, "2025"):
            row.update(dict.fromkeys(gone, ""))
    file = tmp_path_factory.mktemp("open") / "communities.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    work = assess.job("sfic", file)
    return run_folder.make_view(assess.assess(work), work)


def told(document: Document) -> str:
    return "\n".join(block.text for block in document.blocks if isinstance(block, Paragraph))


def dimensions(view: View, language: str) -> list[str]:
    found = view.diagnosis.community(COMMUNITY).dimension_obstacles
    return [f"{item.title[language]} {item.degree}" for item in found]


def test_dimensions_are_the_first_level_and_add_up(view):
    profile = view.diagnosis.community(COMMUNITY)
    found = profile.dimension_obstacles
    assert {item.id for item in found} == set(view.dimensions)
    assert sum(item.share for item in found) == pytest.approx(1)
    assert [item.share for item in found] == sorted((item.share for item in found), reverse=True)
    assert len(profile.node_obstacles) > len(found)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("full", [False, True])
def test_in_a_terminal(view, language, full):
    stream = io.StringIO()
    out = Console(file=stream, width=1000, highlight=False, markup=False)
    profile = view.diagnosis.community(COMMUNITY)
    print_community(view.diagnosis, profile, "SFIC", language, out, full=full)
    text = stream.getvalue()
    assert OPEN[language] in text
    if full:
        nodes = text[text.index({"zh": "各级障碍度", "en": "Obstacle degree of the nodes"}[language]) :]
        assert all(item.title[language] in nodes and item.degree in nodes for item in profile.node_obstacles)
    else:
        assert all(item in text for item in dimensions(view, language))


def test_an_english_terminal_writes_units_and_sections_in_english(view):
    stream = io.StringIO()
    out = Console(file=stream, width=1000, highlight=False, markup=False)
    for profile in view.diagnosis.communities[:12]:
        print_community(view.diagnosis, profile, "SFIC", "en", out, full=True)
    bodies = [line for line in stream.getvalue().splitlines() if line.startswith(("+ ", "- ", "  ", "• "))]
    names = {part for profile in view.diagnosis.communities for part in (profile.name, *profile.neighbours)}
    assert len(bodies) > 300
    assert not [line for line in bodies if HAN.search(line) and not any(str(name) in line for name in names)]
    assert "× 10,000 CNY a year" in stream.getvalue()
    assert "[004 sec. 3(2)" in stream.getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_the_page(view, language):
    texts = Texts(language)
    content = page_diagnosis.build(view.diagnosis, texts)
    entries, unit = texts.entries, content["units"][COMMUNITY]
    assert OPEN[language].endswith(entries[unit["unjudged"][0]])
    assert [f"{entries[title]} {degree}" for title, degree in unit["dimensions"]] == dimensions(view, language)
    assert content["city"]["unjudged"] == []


@pytest.mark.parametrize("language", [*LANGUAGES, "both"])
def test_units_behind_figures_on_the_page(view, language):
    content = page_data.build(view, language, 2000)
    wanted = {
        "shared_circle_count": (("个", "个"), (" ", " ")), "inclusive_types": (("类", "类"), ("type", "types")),
        "joint_meetings": (("次/年", "次/年"), ("a year", "a year")),
    }  # fmt: skip
    found = {item[0]: tuple(content["texts"][place] for place in item[6]) for item in content["items"]}
    for leaf, units in wanted.items():
        if language == "both":
            assert found[leaf] == tuple(zip(*units, strict=True)), leaf
        else:
            assert found[leaf] == units[LANGUAGES.index(language)], leaf


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_documents(view, language):
    period = view.periods[0]
    unit = next(unit for unit in period.units if unit.community_id == COMMUNITY)
    colon, between = ("：", "；") if language == "zh" else (": ", "; ")
    name = {"zh": "各维度障碍度", "en": "Obstacle degree of the dimensions"}[language]
    whole = WholePages(view, language).page(unit)
    assert OPEN[language] in told(whole)
    assert f"{name}{colon}{between.join(dimensions(view, language))}" in told(whole)
    assert OPEN[language] in told(Pages(view, language).page(unit))
    city = city_document.build(view, language)
    first = view.diagnosis.city.dimension_obstacles[0]
    assert f"{name}{colon}{first.title[language]} {first.degree}" in told(city)
    assert name in markdown.render(city).decode("utf-8")


def test_trace_tables_of_documents_have_units_of_their_language(view):
    unit = next(unit for unit in view.periods[0].units if unit.community_id != COMMUNITY)
    for language, marks in (("zh", ("个", "次/年")), ("en", ("a year", "per 1,000 people"))):
        whole = WholePages(view, language).page(unit)
        title = {"zh": "原始值", "en": "Raw value"}[language]
        found = [table for table in tables(whole) if title in [item.title for item in table.columns]]
        values = " | ".join(text for table in found for text in column(table, title))
        assert all(mark in values for mark in marks)
        assert language == "zh" or not HAN.search(values)


@pytest.mark.parametrize("language", [*LANGUAGES, "both"])
def test_in_the_workbook(view, language, tmp_path: Path):
    file = tmp_path / "report.xlsx"
    xlsx.write(view, file, language)
    book = CalamineWorkbook.from_path(file)
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    shown = [row for rows in sheets.values() for row in rows if COMMUNITY in row]
    said = "\n".join(str(cell) for row in shown for cell in row)
    for code in LANGUAGES if language == "both" else (language,):
        assert OPEN[code].split("：" if code == "zh" else ": ", 1)[1] in said
        assert all(item.split(" ")[-1] in said for item in dimensions(view, code))
    if language != "both":
        assert "\n".join(dimensions(view, language)) in said
    if language == "en":
        titles = {"diagnosis", "statements"}
        english = [rows for name, rows in sheets.items() if name.lower() in titles]
        assert len(english) == len(titles)
        cells = [str(row[place]) for rows in english for row in rows for place in range(2, len(row))]
        assert not [cell for cell in cells if HAN.search(cell) and not cell.startswith("[")]
