"""The diagnosis as reports show it: figures, signs, names of levels, sparklines; the view of a run holds it."""

from __future__ import annotations

import io
import re

import pytest
from rich.cells import cell_len
from rich.console import Console

import resilience_index as ri
from resilience_index.analysis.rules import Amount, Figure
from resilience_index.framework.catalogue import framework_paths, shipped_folder
from resilience_index.report.document import diagnosis as document_diagnosis
from resilience_index.report.page import diagnosis as page_diagnosis
from resilience_index.report.terminal.console import spark
from resilience_index.report.terminal.diagnosis import _line as print_line
from resilience_index.report.terminal.diagnosis import wrapped
from resilience_index.report.view import diagnosis as diagnosis_view
from resilience_index.report.view.diagnosis import figure_text, fill, raw_text, signed
from resilience_index.report.view.model import View
from resilience_index.report.view.trends import histories
from resilience_index.report.words import units as unit_words
from resilience_index.report.words.diagnosis import LEVELS, STAGES
from resilience_index.scoring import assess


@pytest.fixture(scope="module")
def result() -> ri.Result:
    framework = ri.load_framework("toe")
    return ri.score(ri.read_data(shipped_folder("sample_data") / "communities.csv", framework), framework)


def test_levels_and_stages_have_the_names_of_the_field():
    assert [level["zh"] for level in LEVELS] == [
        "极度失调", "严重失调", "中度失调", "轻度失调", "濒临失调",
        "勉强协调", "初级协调", "中级协调", "良好协调", "优质协调",
    ]  # fmt: skip
    assert len({level["en"] for level in LEVELS}) == 10
    assert len(STAGES) == 4


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (12.5, "%", "12.5%", "12.5%"), (3, "min", "3 分钟", "3 min"), (1, "0/1", "1", "1"),
        (4.25, "1–5", "4.25", "4.25"), (0.5, None, "0.5", "0.5"), (1 / 3, "h", "0.33 小时", "0.33 h"),
        (None, "h", "—", "—"), (0, "次/年", "0 次/年", "0 a year"), (7, "个", "7 个", "7"),
        (1, "天", "1 天", "1 day"), (1.5, "天", "1.5 天", "1.5 days"), (5, "袋", "5 袋", "5 袋"),
        (27.5, "万元/年", "27.5 万元/年", "27.5 × 10,000 CNY a year"),
        (0.89, "人/千人", "0.89 人/千人", "0.89 per 1,000 people"),
        (22.099999999999998, "万元/年", "22.1 万元/年", "22.1 × 10,000 CNY a year"), (0.1 + 0.2, None, "0.3", "0.3"),
        (199.99999999999997, "%", "200%", "200%"), (1e-13, None, "0", "0"),
        (123456789012.345, None, *["123456789012.35"] * 2),
    ],
)  # fmt: skip
def test_values_in_their_units(value, unit, zh, en):
    assert raw_text(value, unit) == {"zh": zh, "en": en}


def test_every_unit_of_the_dictionary_reads_in_both_languages():
    leaves = [leaf for path in framework_paths().values() for leaf in ri.load_framework(path).leaves]
    found = {leaf.indicator.unit for leaf in leaves}
    assert len(found) > 20
    for unit in found - {None}:
        for figure in ("1", "2.5"):
            text = unit_words.amount(figure, unit)
            assert text["en"].startswith(figure)
            assert not re.search("[\u4e00-\u9fff]", text["en"] + unit_words.name(unit)["en"]), unit
            assert not re.search(r"\b(min|h|s)\b", text["zh"] + unit_words.name(unit)["zh"]), unit


@pytest.mark.parametrize(("value", "text"), [(1.234, "+1.23"), (-1.235, "-1.24"), (0.001, "0.00"), (None, "—")])
def test_differences_have_signs(value, text):
    assert signed(value, 2) == text


def test_texts_are_filled_with_figures_texts_lists_and_levels():
    leaf = Figure("a", "leaf", {"zh": "走访", "en": "Visits"}, 50.0, 100.0, 5.0, "次")
    node = Figure("n", "node", {"zh": "人", "en": "People"}, 62.5, 100.0, None, None)
    template = {"zh": "{x}|{y}|{z}|{w}|{v}", "en": "{x}|{y}|{z}|{w}|{v}"}
    values = {"x": Amount(62.5, 100.0), "y": Amount(62.5), "z": {"zh": "甲", "en": "A"}, "w": (leaf, node), "v": 8}
    assert fill(template, values) == {
        "zh": "62.50|62.5|甲|走访 5 次 [50.00]；人 62.50|良好协调",
        "en": "62.50|62.5|A|Visits 5 次 [50.00]; People 62.50|good coordination",
    }
    assert figure_text(node) == {"zh": "62.50", "en": "62.50"}


def test_units_follow_their_figures_as_each_language_writes_them():
    leaf = Figure("a", "leaf", {"zh": "经费", "en": "Funding"}, 50.0, 100.0, 1.0, "个")
    template = {"zh": "{value} {unit}。", "en": "{value} {unit}."}
    units = {"zh": "个", "en": ""}
    assert fill(template, {"value": Amount(7.0), "unit": units}) == {"zh": "7 个。", "en": "7."}
    assert figure_text(leaf) == {"zh": "1 个 [50.00]", "en": "1 [50.00]"}


def test_values_with_braces_are_not_read_again():
    assert fill({"zh": "{x}", "en": "{x}"}, {"x": {"zh": "{y}", "en": "{y!r}"}}) == {"zh": "{y}", "en": "{y!r}"}


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ([], ""), ([None, None], "  "), ([10, 20, 30], "▁▅█"), ([30, None, 10], "█ ▁"),
        ([50, 50], "▅▅"), ([50, 51], "▄▅"), ([0, 100, 50, 25], "▁█▅▃"),
    ],
)  # fmt: skip
def test_sparklines(values, drawn):
    assert spark(values) == drawn


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 8, ["one two", "three"]), ("甲乙丙丁，戊己", 8, ["甲乙丙", "丁，戊己"]), ("", 8, [""]),
        ("1. 甲乙丙丁戊己", 8, ["1. 甲乙", "丙丁戊己"]), ("甲（乙丙）丁", 5, ["甲", "（乙", "丙）", "丁"]),
        ("unbreakable", 4, ["unbreakable"]), ("得 66.83 分", 8, ["得 66.83", "分"]),
    ],
)  # fmt: skip
def test_lines_break_between_words_and_chinese_characters(text, width, lines):
    assert wrapped(text, width) == lines


def test_histories_are_those_of_the_result(result):
    wanted = ["099101001001", "099101002003"]
    found = histories(result, wanted)
    frame = result.scores
    for name in wanted:
        rows = frame[frame["community_id"] == name].sort_values("period")
        assert found[name] == pytest.approx(rows["score"].tolist())


def test_the_view_of_a_diagnosis_has_its_figures(result):
    view = diagnosis_view.of(result)
    assert view is not None
    assert len(view.communities) == 60
    profile = view.community("099101001001")
    assert profile is not None
    frame = result.scores
    [row] = frame[(frame["community_id"] == "099101001001") & (frame["period"] == "2025")].to_dict("records")
    assert profile.score == f"{row['score']:.2f}"
    assert profile.rank == f"{int(row['rank'])}/60"
    extent = diagnosis_view.EXTENT
    assert max(len(item.strengths) for item in profile.against) == extent.points
    assert len(profile.obstacles) == len(profile.actions) == extent.listed
    assert view.community("0") is None


def test_very_many_communities_have_none(result, monkeypatch):
    monkeypatch.setattr(diagnosis_view, "MOST", 59)
    assert diagnosis_view.of(result) is None


def test_reports_hold_it_and_terminals_do_without():
    from resilience_index.runs import folder

    work = assess.job("toe", shipped_folder("sample_data") / "communities.csv")
    result = assess.assess(work)
    full: View = folder.make_view(result, work)
    assert full.diagnosis is not None
    assert full.diagnosis.period == "2025"
    assert folder.make_view(result, work, limit=5).diagnosis is None


def test_a_report_shows_no_more_of_a_community_than_its_view_holds():
    extent, page, paper = diagnosis_view.EXTENT, page_diagnosis, document_diagnosis
    assert max(page.LISTED, paper.PAGE_ACTIONS, paper.PAGE_OBSTACLES) <= extent.listed
    assert max(page.POINTS, paper.PAGE_POINTS) <= extent.points


def test_the_papers_that_sources_name_stand_among_the_notes(result):
    view = diagnosis_view.of(result)
    named = [note["zh"][:6] for note in view.notes if note["zh"].startswith("[")]
    assert sorted(named) == ["[000] ", "[001] "]


def test_a_section_is_not_broken_across_lines():
    stream = io.StringIO()
    out = Console(file=stream, width=30, highlight=False, markup=False)
    for length in range(4, 14):
        print_line("社" * length, "001 三(一)2; 000 进路2 其一", out)
    lines = stream.getvalue().splitlines()
    assert all(cell_len(line) <= 30 for line in lines)
    assert sum(line.count("[001 三(一)2;") for line in lines) == 10
    assert sum(line.count("000 进路2 其一]") for line in lines) == 10
