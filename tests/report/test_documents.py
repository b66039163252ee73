"""Documents before they are rendered: every figure is the view's, nothing is empty, both languages say the same."""

import dataclasses
import re
import string
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from documents import NAMES, column, tables
from documents import sample as sample_view
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_index.errors import InputError
from resilience_index.report.document import batches, fitting, pictures
from resilience_index.report.document import city as city_document
from resilience_index.report.document import parts as document_parts
from resilience_index.report.document import results as document_results
from resilience_index.report.document.blocks import (
    Beside,
    Bullets,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Scorecard,
    Table,
)
from resilience_index.report.document.community import Pages
from resilience_index.report.page import charts
from resilience_index.report.view import standings
from resilience_index.report.words import references
from resilience_index.report.words.document import SENTENCES, Words

LANGUAGES = ("zh", "en")
FRAMEWORKS = (None, "toe", "sfic", "dual_empowerment", "mechanisms", "community_resilience")


def titled(document, key):
    """The table with that caption, or beginning so."""
    start = Words(document.language)(key, period="", group="").split("（")[0].split(" (")[0]
    return next(table for table in tables(document) if table.caption.startswith(start))


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", SENTENCES)
def test_both_languages_say_the_same(key):
    texts = SENTENCES[key]
    assert set(texts) == {"zh", "en"}
    assert placeholders(texts["zh"]) == placeholders(texts["en"])
    assert all(text.strip() for text in texts.values())
    assert not re.search("[\u4e00-\u9fff，。；：（）、]", texts["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ranking_is_the_views(sample, language):
    words = Words(language)
    document = city_document.build(sample, language)
    table = titled(document, "caption_ranking")
    units = sample.periods[0].units
    assert column(table, words("community_id")) == [unit.community_id for unit in units]
    assert column(table, words("community")) == [unit.name for unit in units]
    assert column(table, words("rank")) == [unit.rank_text for unit in units]
    assert column(table, words("score")) == [unit.score_text for unit in units]
    assert column(table, words("coverage")) == [unit.coverage_text for unit in units]
    grades = [f"{unit.grade.id} {unit.grade.title[language]}" if unit.grade else "—" for unit in units]
    assert column(table, words("grade")) == grades
    assert [row[[c.title for c in table.columns].index(words("grade"))].fill is None for row in table.rows] == [
        unit.grade is None for unit in units
    ]


def test_changes_are_those_of_the_shown_scores(sample):
    now, before = sample.periods[:2]
    old = {unit.community_id: unit for unit in before.units}
    table = titled(city_document.build(sample, "zh"), "caption_ranking")
    for unit, text in zip(now.units, column(table, "变化"), strict=True):
        was = old[unit.community_id]
        if unit.score is None or was.score is None:
            assert text == "—"
        else:
            assert abs(float(text) - (unit.score - was.score)) <= 0.005 + 1e-9
            assert text.startswith("+") == (float(text) > 0)


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_empty(framework, language):
    view = sample_view(framework)
    document = city_document.build(view, language)
    flow = [block for block in document.blocks if not isinstance(block, PageBreak)]
    for block, following in pairwise(flow):
        if isinstance(block, Heading):
            assert not (isinstance(following, Heading) and following.level <= block.level), block.text
    assert not isinstance(flow[-1], Heading)
    for table in tables(document):
        assert table.rows, table.caption
        assert table.caption
        assert all(len(row) == len(table.columns) for row in table.rows)
        assert all(cell.text for row in table.rows for cell in row[:1])
    assert all(block.items for block in flow if isinstance(block, Bullets))
    texts = [block.text for block in flow if hasattr(block, "text")]
    assert not [text for text in texts if re.search(r"\{\w+\}", text)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_chapters_are_numbered_in_order(language):
    document = city_document.build(sample_view(), language)
    first = [block.text for block in document.blocks if isinstance(block, Heading) and block.level == 1]
    words = Words(language)
    chapters = [words("chapter_scope"), words("chapter_method"), words("chapter_results"), None,
                words("chapter_diagnosis"), words("chapter_actions")]  # fmt: skip
    for number, title in enumerate(chapters, 1):
        start = f"{document_parts.chinese(number)}、" if language == "zh" else f"{number}  "
        assert first[number].startswith(start)
        assert title is None or first[number] == start + title
    assert first[0] == words("summary")
    assert first[-1] == words("chapter_signature")
    assert [text.split("  ")[0] for text in first[7:-1]] == [words("annex", n=n).strip() for n in range(1, 7)]


def test_without_diagnosis_its_chapters_are_left_out(sample):
    titles = [block.text for block in city_document.build(sample, "zh").blocks if isinstance(block, Heading)]
    assert not [title for title in titles if "诊断" in title or "建议" in title]


def test_the_diagnosis_is_the_views():
    view = sample_view()
    document = city_document.build(view, "zh")
    said = "\n".join(block.text for block in document.blocks if hasattr(block, "text"))
    city = view.diagnosis.city
    assert all(
        item.title["zh"] in said and item.text["zh"] in said and item.source["zh"] in said for item in city.statements
    )
    actions = next(table for table in tables(document) if table.caption == "建议的行动")
    assert column(actions, "行动") == [item.text["zh"] for item in city.actions[: len(actions.rows)]]
    assert column(actions, "障碍度") == [item.degree for item in city.actions[: len(actions.rows)]]
    degrees = next(table for table in tables(document) if table.caption.startswith("障碍度最大"))
    assert column(degrees, "障碍度") == [item.degree for item in city.obstacles[: len(degrees.rows)]]


def test_groups_hold_every_community_once():
    view = sample_view()
    period = view.periods[0]
    name = standings.grouping(view, period)
    assert name == "district"  # the city is one, the streets are more
    found = standings.groups(view, period, name)
    assert sorted(unit.community_id for group in found for unit in group.units) == sorted(
        unit.community_id for unit in period.units
    )
    assert sum(group.scored for group in found) == period.scored
    for grade in view.grades:
        assert sum(group.grade_counts[grade.id] for group in found) == period.grade_counts[grade.id]
    captions = [table.caption for table in tables(city_document.build(view, "zh"))]
    assert [f"{group.name}各社区得分" in captions for group in found] == [True] * len(found)


def test_without_groups_there_is_one_table_of_dimensions(sample):
    bare = dataclasses.replace(sample, group_names=())
    document = city_document.build(bare, "en")
    assert [table.caption for table in tables(document) if table.caption.startswith("Scores by dimension")] == [
        "Scores by dimension (2024)"
    ]


def test_what_is_not_listed_is_counted(sample, monkeypatch):
    monkeypatch.setattr(document_results, "LISTED_UNITS", 10)
    table = titled(city_document.build(sample, "en"), "caption_ranking")
    assert len(table.rows) == 10
    assert "The first 10 communities are listed; 50 more are in scores.csv." in table.note


def test_many_dimensions_are_headed_by_letters(sample):
    items = [dataclasses.replace(sample.items[1], id=f"d{n}", title={"zh": f"维度{n}", "en": f"Dimension {n}"})
             for n in range(9)]  # fmt: skip
    titles, legend = document_parts.column_titles(items, Words("en"))
    assert titles == list("ABCDEFGHI")
    assert legend == "Columns: " + ", ".join(f"{letter} Dimension {n}" for n, letter in enumerate(titles)) + "."
    assert document_parts.column_titles(items[:4], Words("en"))[1] == ""


# --- pages of communities


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_shows_what_the_view_says(sample, language):
    words = Words(language)
    pages = Pages(sample, language)
    for unit in sample.periods[0].units:
        document = pages.page(unit)
        scores = next(block for block in document.blocks if isinstance(block, Scorecard))
        shown = {label: cell.text for label, cell in scores.items}
        assert shown[words("score")] == unit.score_text
        assert shown[words("coverage")] == unit.coverage_text
        assert document.title == unit.name
        assert unit.community_id in document.subtitle
        table = next(table for table in tables(document) if table.columns[0].title == words("dimension"))
        assert column(table, words("score")) == [unit.node_texts[name] for name in sample.dimensions]
        warned = " ".join(block.text for block in document.blocks if getattr(block, "style", "") == "warning")
        assert all(reason[language] in warned for reason in unit.capped_by)
        assert unit.note is None or unit.note[language] in warned


def test_a_page_of_a_diagnosis():
    view = sample_view()
    pages = Pages(view, "zh")
    unit = view.periods[0].units[30]
    profile = view.diagnosis.community(unit.community_id)
    blocks = pages.page(unit).blocks
    sides = [side for block in blocks if isinstance(block, Beside) for side in (block.left, block.right)]
    leads = [lead for side in sides for item in side if isinstance(item, Bullets) for lead, _ in item.items]
    against = next(item for item in profile.against if item.kind == "all")
    assert leads == [item.title["zh"] for item in (*against.strengths[:3], *against.weaknesses[:3])]
    said = [rest for block in blocks if isinstance(block, Bullets) for _, rest in block.items]
    assert [item.text["zh"] in " ".join(said) for item in profile.actions[:3]] == [True] * 3
    assert all(item.source["zh"] in " ".join(said) for item in profile.statements[:3])


def test_fewer_than_three_dimensions_are_bars(sample):
    two = dataclasses.replace(sample, dimensions=sample.dimensions[:2])
    figure = next(
        item for block in Pages(two, "zh").page(two.periods[0].units[0]).blocks if isinstance(block, Beside)
        for item in block.left if isinstance(item, Figure)
    )  # fmt: skip
    assert "<polygon" not in figure.svg
    assert figure.alt.startswith("条形图")


def test_more_text_takes_smaller_type():
    pages = Pages(sample_view("community_resilience"), "en")
    assert fitting.likely(pages.page(pages.period.units[30])) > fitting.likely(
        Pages(sample_view("sfic"), "zh").page(sample_view("sfic").periods[0].units[30])
    )


# --- one language each


HAN = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_chinese_documents_have_no_english_sentences_in_their_method(framework):
    table = titled(city_document.build(sample_view(framework), "zh"), "caption_steps")
    assert not [text for text in column(table, "公式") if re.search("[A-Za-z]{3,} [A-Za-z]{3,}", text)]
    assert "framework file" not in column(table, "出处")


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_english_documents_name_units_and_sections_in_english(framework):
    document = city_document.build(sample_view(framework), "en")
    table = titled(document, "caption_indicators")
    assert not HAN.search("".join(column(table, "Unit") + column(table, "Basis")))
    for table in tables(document):
        for title in ("Value", "Formula"):
            if title in [item.title for item in table.columns] and not table.caption.startswith("Settings"):
                assert not HAN.search("".join(column(table, title))), table.caption


def test_sections_of_papers_in_english():
    assert references.section("001 四(三); 004 三(二); 五(三)", "en") == "001 sec. 4(3); 004 sec. 3(2); sec. 5(3)"
    assert references.section("000 结论 第一; 进路1", "en") == "000 conclusion, point 1; approach 1"
    assert references.section("001 二(二) 一是; 三(一)2", "en") == "001 sec. 2(2), point 1; sec. 3(1)2"
    assert references.section("GB/T 第三章", "en") == "GB/T 第三章"
    assert references.section("001 四", "zh") == "001 四"
    assert references.sections("004 四") == {"zh": "004 四", "en": "004 sec. 4"}
    assert references.sections(None) == {"zh": "", "en": ""}


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_paper_that_is_cited_by_number_is_among_the_sources(framework, language):
    document = city_document.build(sample_view(framework), language)
    texts = [cell.text for table in tables(document) for row in table.rows for cell in row]
    texts += [block.text for block in document.blocks if isinstance(block, Paragraph)]
    texts += [rest for block in document.blocks if isinstance(block, Bullets) for _, rest in block.items]
    cited = set(re.findall(r"(?<![\d.])(00\d) (?:sec|approach|conclusion|[一二三四五进结])", " ".join(texts)))
    sources = " ".join(sample_view(framework).sources)
    assert cited
    assert {number for number in cited if f"[{number}]" not in sources} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_settings_are_read_without_the_signs_of_json(language):
    table = titled(city_document.build(sample_view(), language), "caption_settings")
    words = Words(language)
    values = dict(zip(column(table, words("setting")), column(table, words("value")), strict=True))
    assert values["normalize"] == words.list([f"clip = {words('yes')}", "method = goalposts", "transform = none"])
    assert "subjective = {" in values["weights"]
    assert not any('"' in value for value in values.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_says_how_to_check_it_and_what_it_assumes(language):
    view, words = sample_view(), Words(language)
    text = " ".join(block.text for block in city_document.build(view, language).blocks if hasattr(block, "text"))
    assert "resilience verify" in text
    assert view.program_version in text
    leaves = [item for item in view.items if item.kind == "leaf"]
    for basis in {item.basis[language] for item in leaves}:
        assert words("counted", what=basis, count=sum(item.basis[language] == basis for item in leaves)) in text


@pytest.mark.parametrize(("change", "said"), [(3.0, "上升 3.00"), (-2.5, "下降 2.50"), (0.0, "持平")])
def test_the_summary_says_rise_and_fall_in_words(sample, change, said):
    before = dataclasses.replace(sample.periods[1], mean=sample.periods[0].mean - change)
    view = dataclasses.replace(sample, periods=[sample.periods[0], before, *sample.periods[2:]])
    summary = next(block.text for block in city_document.build(view, "zh").blocks if isinstance(block, Paragraph))
    assert said in summary


# --- names of files


@given(st.text())
def test_names_of_files_stay_in_their_folder(text):
    name = batches.file_name(text, "pdf")
    assert re.fullmatch(r"community-[0-9a-z_-]*\.pdf", name)
    assert len(name) < 100


@given(st.text(), st.text())
def test_different_communities_have_different_files(one, other):
    assert (batches.file_name(one, "pdf") == batches.file_name(other, "pdf")) == (one == other)


def test_a_community_that_is_not_there_is_refused(sample):
    with pytest.raises(InputError) as caught:
        batches.choose(sample, [sample.periods[0].units[0].community_id, "000330681999"])
    (finding,) = caught.value.findings
    assert finding.code == "RI417"
    assert "000330681999" in finding.message("en")


def test_chosen_communities_keep_the_order_of_the_view(sample):
    units = sample.periods[0].units
    assert batches.choose(sample, [units[5].community_id, units[2].community_id]) == [units[2], units[5]]


# --- figures beside the view


@settings(deadline=None)  # the first example makes the view
@given(st.lists(st.floats(0, 100), min_size=2, max_size=30))
def test_classes_count_every_score(scores):
    view = sample_view("sfic")
    unit = view.periods[0].units[0]
    units = [dataclasses.replace(unit, score=score) for score in scores]
    found = standings.classes(view, dataclasses.replace(view.periods[0], units=units))
    assert sum(count for _, _, count in found) == len(scores)
    for low, high, count in found:
        last = high == "100"
        assert count == sum(float(low) <= score < float(high) or (last and score == 100) for score in scores)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30))
def test_classes_reach_up_to_sums_beyond_the_scale(scores):
    view = sample_view("sfic")
    units = [dataclasses.replace(view.periods[0].units[0], score=score) for score in scores]
    period = dataclasses.replace(view.periods[0], units=units)
    found = standings.classes(dataclasses.replace(view, periods=(period,)), period)
    assert float(found[-1][1]) >= max(scores)
    assert float(found[-1][1]) <= max(100, 2.5 * max(scores))
    for low, high, count in found[:-1]:
        assert count == sum(float(low) <= score < float(high) for score in scores)


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [(80.0, 79.0, "+1.00"), (79.0, 80.0, "-1.00"), (80.0, 80.0, "0.00"), (80.001, 80.0, "0.00"), (None, 80.0, "—"),
     (80.0, None, "—")],
)  # fmt: skip
def test_differences(now, before, text):
    assert standings.difference_text(now, before, 100.0) == text


def test_chinese_numerals():
    assert [document_parts.chinese(n) for n in (1, 9, 10, 11, 20, 21, 99)] == [
        "一", "九", "十", "十一", "二十", "二十一", "九十九"
    ]  # fmt: skip


# --- pictures


@pytest.mark.parametrize("name", NAMES)
def test_pictures_are_well_formed_whatever_a_name_is(name):
    rows = [pictures.Bar(name, value, "1.00", 50.0) for value in (None, 0.0, 100.0, 140.0)]
    drawn = (
        pictures.radar(rows, (name, name)), pictures.bars(rows, (name, name)), pictures.trend(rows, 100.0),
        pictures.histogram([(name, name, 3)]),
    )  # fmt: skip
    for picture in drawn:
        root = ET.fromstring(picture.svg)
        tags = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert tags <= {"svg", "text", "rect", "line", "polygon", "circle"}
        assert not re.search("nan|inf", picture.svg.replace(pictures.escape(name), ""))
        assert picture.width > 0
        assert picture.height > 0


def test_long_titles_are_cut_to_their_room():
    bars = pictures.bars([pictures.Bar("长" * 80, 50.0, "50.00")])
    first, second, value = (item.text for item in ET.fromstring(bars.svg).iter("{http://www.w3.org/2000/svg}text"))
    assert second.endswith("…")
    assert 20 < len(first) < 25
    assert len(second) <= len(first)
    assert value == "50.00"


@pytest.mark.parametrize("length", [4, 40, 400])
def test_a_legend_stays_inside_its_picture(length):
    parts = [charts.Part("等级名称" * (length // 4), 3, ("#112233", "#ffffff")) for _ in range(5)]
    picture = pictures.stacked([("", parts)], parts)
    texts = [item for item in ET.fromstring(picture.svg).iter() if "等级" in (item.text or "")]
    assert len(texts) == 5
    for item in texts:
        assert float(item.get("x")) + 32 * len(item.text) <= picture.width / pictures.UNIT
        assert float(item.get("y")) <= picture.height / pictures.UNIT


def test_a_grade_whose_id_is_a_word_shows_its_title_alone(sample):
    words = Words("en")
    grade = sample.grades[0]
    assert document_parts.grade_name(grade, words) == "A Excellent"
    assert document_parts.grade_mark(grade, words) == "A"
    long = dataclasses.replace(grade, id="very_high", title={"zh": "很高", "en": "Very high"})
    assert document_parts.grade_name(long, words) == document_parts.grade_mark(long, words) == "Very high"


def test_tables_have_no_width_of_nothing(sample):
    for language in LANGUAGES:
        for table in tables(city_document.build(sample, language)):
            assert isinstance(table, Table)
            assert all(each.width > 0 for each in table.columns)
