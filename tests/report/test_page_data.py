"""The data of the page: every text once and whole, every figure that of the view."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_tools import content_of, sample_view

from resilience_index.report.page import data as page_data
from resilience_index.report.page import html
from resilience_index.report.page.texts import SLOT, Texts
from resilience_index.report.words.translations import clean


def said(texts, kept, language=0):
    """A kept text as the page's script puts it together."""
    place, figures = (kept, []) if isinstance(kept, int) else (kept[0], kept[1:])
    if figures and isinstance(figures[0], list):
        figures = figures[language]
    entry = texts.entries[place]
    parts = (entry if isinstance(entry, str) else entry[language]).split(SLOT)
    return "".join(part + figure for part, figure in zip(parts, [*figures, ""], strict=True))


@given(st.text(), st.text())
def test_a_sentence_comes_back_as_it_was(chinese, english):
    texts = Texts("both")
    kept = texts.filled({"zh": chinese, "en": english})
    assert said(texts, kept, 0) == clean(chinese or english)
    assert said(texts, kept, 1) == clean(english or chinese)


@given(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["−", "+", "", "-"]))
def test_sentences_that_differ_in_figures_share_one_text(count, value, sign):
    texts = Texts("both")
    for number, other in ((count, value), (7, 0.5)):
        sentence = f"“甲”得 {number} 分，差 {sign}{abs(other):.2f}%"
        kept = texts.filled({"zh": sentence, "en": f"scores {number}, gap {sign}{abs(other):.2f}%"})
        assert said(texts, kept, 0) == sentence
    assert len(texts.entries) == 1


def test_figures_in_another_order_are_kept_for_each_language():
    texts = Texts("both")
    kept = texts.filled({"zh": "60 个中第 3", "en": "3 of 60"})
    assert kept == [0, ["60", "3"], ["3", "60"]]
    assert (said(texts, kept, 0), said(texts, kept, 1)) == ("60 个中第 3", "3 of 60")


@pytest.fixture(scope="module")
def view(tmp_path_factory):
    return sample_view()


@pytest.fixture(scope="module")
def content(view):
    return content_of(html.render(view))


def test_units_have_the_figures_of_the_view(view, content):
    nodes = [item.id for item in view.items if item.kind == "node"]
    texts = content["texts"]
    for period, told in zip(view.periods, content["periods"], strict=True):
        assert (told["label"], told["total"], told["scored"], told["mean"]) == (
            period.label, period.total, period.scored, period.mean_text
        )  # fmt: skip
        assert told["means"] == [period.node_mean_texts[node] for node in nodes]
        assert sum(count for *_, count in told["classes"]) == period.scored
        for unit, row in zip(period.units, told["units"], strict=True):
            assert row[:2] == [unit.community_id, unit.name]
            assert [texts[place] for place in row[2]] == list(unit.groups.values())
            assert row[3:8] == [
                unit.score_text, unit.rank_text, unit.grade.index if unit.grade else -1,
                unit.grade_before.index if unit.grade_before else -1, unit.coverage_text,
            ]  # fmt: skip
            assert row[8] == [unit.node_texts[node] for node in nodes]


def test_changes_are_those_between_the_periods(view, content):
    now, before = view.periods[:2]
    old = {unit.community_id: unit for unit in before.units}
    for unit, row in zip(now.units, content["periods"][0]["units"], strict=True):
        was = old[unit.community_id]
        if was.score is None:
            assert row[9] == "—"
        else:
            assert float(row[9].replace("−", "-")) == pytest.approx(unit.score - was.score, abs=0.0051)
            assert float(row[10]) == was.rank - unit.rank
    assert {row[9] for row in content["periods"][-1]["units"]} == {"—"}


def test_leaf_lines_are_those_of_the_trace(view, content):
    """Cells, shown values and points; the points add up to the score."""
    lines, leaves = view.leaves, content["leaves"]
    assert (lines.period, leaves["period"]) == ("2025", "2025")
    assert list(lines.units) == [unit.community_id for unit in view.periods[0].units]
    assert [content["items"][place][0] for place in leaves["items"]] == list(lines.leaves)
    for unit in view.periods[0].units:
        found = lines.units[unit.community_id]
        assert sum(value for value in found.points if value is not None) == pytest.approx(unit.score, abs=1e-9)
        packed = leaves["units"][unit.community_id]
        assert packed[1] == found.rows[0]
        assert [None if value is None else f"{value / 100:.2f}" for value in packed[3]] == [
            None if text == "—" else text for text in found.value_texts
        ]
        assert packed[5] == {str(place): mark for place, mark in found.marks.items()}
    marks = {mark for unit in lines.units.values() for mark in unit.marks.values()}
    assert marks == {"missing", "not_applicable"}


def test_the_diagnosis_is_whole(view, content):
    """Statements of the city, filled, in both languages."""
    told = content["diagnosis"]
    texts = Texts("both")
    texts._places = {tuple(entry) if isinstance(entry, list) else entry: None for entry in content["texts"]}
    for statement, row in zip(view.diagnosis.city.statements, told["city"]["statements"], strict=True):
        for place, language in enumerate(("zh", "en")):
            assert said(texts, row[1], place) == statement.title[language]
            assert said(texts, row[2], place) == statement.text[language]
        source = content["texts"][told["kept"][row[0]][1]]
        assert source == [statement.source[code] for code in ("zh", "en")]
    assert set(told["units"]) == {unit.community_id for unit in view.periods[0].units}


def test_agreement_of_experts_is_told_without_a_chance_of_zero(view):
    told = [remark["en"] for opinion in view.opinions for remark in opinion.remarks if "Kendall" in remark["en"]]
    assert any(remark.endswith("(p < 0.001)") for remark in told)
    assert not any("p 0.000" in remark for remark in told)


def test_a_period_with_too_many_communities_has_no_trial(view):
    content = page_data.build(view, "both", 10)
    assert content["live"] == {"off": "live_off_large"}
    assert [len(period["units"]) for period in content["periods"]] == [10, 10, 10]
    assert content["periods"][0]["left_out"] == 50


def test_other_methods_of_the_root_have_no_trial(view):
    root = dataclasses.replace(view.calculation.nodes[0], aggregate="min")
    calculation = dataclasses.replace(view.calculation, nodes=[root, *view.calculation.nodes[1:]])
    content = page_data.build(dataclasses.replace(view, calculation=calculation), "both", 100)
    assert content["live"] == {"off": "live_off_method", "method": "min"}


def test_one_language_has_one_text_each(view):
    assert all(isinstance(entry, str) for entry in page_data.build(view, "en", 100)["texts"])
