"""Every format of a report shows the same figures: each is parsed again and compared with the view and scores.csv."""

import csv
import dataclasses
import json
import re
import subprocess

import docx
import openpyxl
import pytest
from documents import tool
from page_tools import ROOT, content_of

from resilience_index.framework.assessment import load_assessment
from resilience_index.report.renderers import RENDERERS
from resilience_index.report.view import stored
from resilience_index.runs import folder
from resilience_index.scoring import assess

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
DIMENSIONS = 4
HEADS = {
    "zh": ("编码", "社区", "名次", "得分", "等级", "覆盖率"),
    "en": ("Id", "Community", "Rank", "Score", "Grade", "Coverage"),
}


def _square(number):
    west, south = 120 + number % 10 / 10, 30 + number // 10 / 10
    ring = [[west, south], [west + 0.1, south], [west + 0.1, south + 0.1], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of the sample in all formats, with a map and in both languages, and its view."""
    place = tmp_path_factory.mktemp("figures")
    with (ROOT / "sample_data" / "communities.csv").open(encoding="utf-8-sig", newline="") as stream:
        ids = sorted({row["community_id"] for row in csv.DictReader(stream)})
    areas = [{"type": "Feature", "id": name, "geometry": _square(at)} for at, name in enumerate(ids)]
    (place / "map.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": areas}), encoding="utf-8")
    work = assess.job(assessment=load_assessment(ROOT / "sample_data" / "assessment.yaml"))
    work = dataclasses.replace(work, map=str(place / "map.geojson"))
    result = assess.assess(work)
    for language in ("zh", "en"):
        folder.write(result, work, place / language, formats=tuple(RENDERERS), language=language)
    return place, stored.load((place / "zh" / stored.FILE).read_bytes())


def texts(view, *, newest):
    """(rank, score, grade, coverage, dimensions …) as they are shown, by id and period."""
    return {
        (unit.community_id, period.label): (
            unit.rank_text, unit.score_text, "—" if unit.grade is None else unit.grade.id, unit.coverage_text,
            *(unit.node_texts[name] for name in view.dimensions),
        )
        for period in (view.periods[:1] if newest else view.periods) for unit in period.units
    }  # fmt: skip


def numbers(view, *, newest):
    """The same in full precision."""
    return {
        (unit.community_id, period.label): (
            unit.rank, unit.score, None if unit.grade is None else unit.grade.id, unit.coverage,
            *(unit.nodes[name] for name in view.dimensions),
        )
        for period in (view.periods[:1] if newest else view.periods) for unit in period.units
    }  # fmt: skip


def _float(text):
    return float(text) if text else None


def _rows(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def test_the_view_has_the_figures_of_scores_csv(run):
    place, view = run
    head, *rows = _rows(place / "zh" / "scores.csv")
    wanted = ("rank", "score", "grade", "coverage", *view.dimensions)
    assert len(view.dimensions) == DIMENSIONS
    found = {}
    for row in (dict(zip(head, values, strict=True)) for values in rows):
        cells = [row[name] or None if name == "grade" else _float(row[name]) for name in wanted]
        found[row["community_id"], row["period"]] = tuple(cells)
    assert found == numbers(view, newest=False)
    assert len(found) == 180


def _html(place, language, view):
    content = content_of((place / language / "report.html").read_bytes())
    places = [content["items"].index(content["items"][content["nodes"][node]]) for node in content["dimensions"]]
    assert [content["items"][at][0] for at in places] == list(view.dimensions)
    return {
        (unit[0], period["label"]): (
            unit[4], unit[3], "—" if unit[5] < 0 else content["grades"][unit[5]][0], unit[7],
            *(unit[8][node] for node in content["dimensions"]),
        )
        for period in content["periods"] for unit in period["units"]
    }  # fmt: skip


def _titles(view, language):
    return [view.item(name).title[language] for name in view.dimensions]


def _csv(place, language, view):
    head, *rows = _rows(place / language / "report.csv")
    period = {"zh": "期", "en": "Period"}[language]
    titled = dict(zip(("id", "name", "rank", "score", "grade", "coverage"), HEADS[language], strict=True))
    titled["id"] = {"zh": "社区编码", "en": "Community id"}[language]
    wanted = [titled["rank"], titled["score"], titled["grade"], titled["coverage"], *_titles(view, language)]
    at = [head.index(title) for title in wanted]
    return {
        (row[head.index(titled["id"])], row[head.index(period)]): tuple(row[cell] or "—" for cell in at) for row in rows
    }  # fmt: skip


def _json(place, language, view):
    content = json.loads((place / language / "report.json").read_bytes())
    assert content["schema"] == stored.SCHEMA
    return {
        (unit["community_id"], period["label"]): (
            unit["rank_text"], unit["score_text"], "—" if unit["grade"] is None else unit["grade"]["id"],
            unit["coverage_text"], *(unit["node_texts"][name] for name in content["dimensions"]),
        )
        for period in content["periods"] for unit in period["units"]
    }  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("parse", [_html, _csv, _json])
def test_formats_of_all_periods(run, parse, language):
    place, view = run
    assert parse(place, language, view) == texts(view, newest=False)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_workbook(run, language):
    """The cached values, in full precision; ranks and grades are what its formulas gave."""
    place, view = run
    book = openpyxl.load_workbook(place / language / "report.xlsx", data_only=True)
    head, *rows = book[{"zh": "排名", "en": "Ranking"}[language]].iter_rows(values_only=True)
    shown = {"zh": ("社区编码", "期", "名次", "得分", "等级", "覆盖率"),
             "en": ("Community id", "Period", "Rank", "Score", "Grade", "Coverage")}[language]  # fmt: skip
    at = [head.index(title) for title in (*shown, *_titles(view, language))]
    found = {(row[at[0]], row[at[1]]): tuple(row[place] for place in at[2:]) for row in rows if row[at[0]]}
    wanted = numbers(view, newest=False)
    assert found.keys() == wanted.keys()
    for key, (rank, score, grade, coverage, *nodes) in wanted.items():
        cells = [None if cell in ("", "—") else cell for cell in found[key]]
        assert cells[2] == grade, key
        pairs = list(zip([cells[0], cells[1], *cells[3:]], [rank, score, coverage, *nodes], strict=True))
        assert all(cell is value is None or cell == pytest.approx(value, rel=1e-12) for cell, value in pairs), key


@pytest.mark.parametrize("language", ["zh", "en"])
def test_geojson(run, language):
    place, view = run
    content = json.loads((place / language / "report.geojson").read_bytes())
    given = json.loads((place / "map.geojson").read_bytes())
    assert [item["geometry"] for item in content["features"]] == [item["geometry"] for item in given["features"]]
    found = {}
    for feature in content["features"]:
        told = feature["properties"]
        assert feature["id"] == told["community_id"]
        cells = (told["rank"], told["score"], told["grade"], told["coverage"])
        found[told["community_id"], told["period"]] = (*cells, *(told["dimensions"][name] for name in view.dimensions))
    assert found == numbers(view, newest=True)
    assert len(found) == 60


# --- documents: a table of all communities, and one for each group with the dimensions


def _wanted(view, language):
    """What documents show of the newest period: by id, and by rank and name."""
    titles = {grade.id: f"{grade.id} {grade.title[language]}" for grade in view.grades}
    ranking, dimensions = {}, {}
    for unit in view.periods[0].units:
        grade = "—" if unit.grade is None else titles[unit.grade.id]
        ranking[unit.community_id] = (unit.rank_text, unit.name, unit.score_text, grade, unit.coverage_text)
        nodes = [unit.node_texts[name] for name in view.dimensions]
        dimensions[unit.rank_text, unit.name] = (unit.score_text, grade, *nodes)
    return ranking, dimensions


def _tables(tables, language):
    """The same from tables of texts, each with its head."""
    id_, name, rank, score, grade, coverage = HEADS[language]
    ranking, dimensions = {}, {}
    for head, *rows in tables:
        if id_ in head and score in head and grade in head:
            at = [head.index(title) for title in (rank, name, score, grade, coverage)]
            ranking |= {row[head.index(id_)]: tuple(row[place] for place in at) for row in rows}
        elif head[:4] == [rank, name, score, grade]:
            dimensions |= {(row[0], row[1]): tuple(row[2:]) for row in rows}
    return ranking, dimensions


@pytest.mark.parametrize("language", ["zh", "en"])
def test_word(run, language):
    place, view = run
    file = docx.Document(str(place / language / "report.docx"))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in file.tables]
    ranking, dimensions = _tables([table for table in tables if table], language)
    assert (ranking, dimensions) == _wanted(view, language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_markdown(run, language):
    from markdown_it import MarkdownIt

    place, view = run
    tokens = MarkdownIt("commonmark").enable("table").parse((place / language / "report.md").read_text("utf-8"))
    tables, row = [], []
    for position, token in enumerate(tokens):
        if token.type == "table_open":
            tables.append([])
        elif token.type == "tr_open":
            row = []
            tables[-1].append(row)
        elif token.type in ("th_open", "td_open"):
            row.append("".join(part.content for part in tokens[position + 1].children))
    assert len(view.periods[0].units) == 60
    assert _tables(tables, language) == _wanted(view, language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pdf(run, language):
    """Each row stands in the text of the pages, whole and in order."""
    place, view = run
    done = subprocess.run(
        [tool("pdftotext"), "-raw", place / language / "report.pdf", "-"], capture_output=True, check=True
    )  # fmt: skip
    text = done.stdout.decode("utf-8")
    ranking, dimensions = _wanted(view, language)
    for name, (rank, title, score, grade, coverage) in ranking.items():
        row = rf"^{rank} {title} {name} .* {re.escape(score)} \S+ {grade} {coverage}$"
        assert re.search(row, text, re.MULTILINE), row
    for (rank, title), cells in dimensions.items():
        row = " ".join([rank, title, *cells])
        assert re.search(rf"^{re.escape(row)}$", text, re.MULTILINE), row
