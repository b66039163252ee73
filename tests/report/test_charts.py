"""The charts: right lengths, colours that can be read, nothing that escapes its quotes."""

import math
import xml.etree.ElementTree as ET

import pytest
from report_pages import contrast

from resilience_index.report.page import charts

SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


@pytest.mark.parametrize("count", range(1, 8))
def test_grades_differ_in_colour_and_their_letters_can_be_read(count):
    colours = [charts.grade_colour(index, count) for index in range(count)]
    assert len(set(colours)) == count
    for fill, ink in (*colours, charts.NO_GRADE_COLOUR):
        assert contrast(fill, ink) >= 4.5


def test_more_grades_than_colours_still_get_one_each():
    colours = [charts.grade_colour(index, 12) for index in range(12)]
    assert colours[0] != colours[-1]
    assert len(colours) == 12


@pytest.mark.parametrize(
    ("value", "full", "length", "step"),
    [(0, 100, 0, 0), (9.99, 100, 9.99, 0), (10, 100, 10, 1), (55, 100, 55, 5), (100, 100, 100, 9), (0.5, 1, 50, 5),
     (-3, 100, 0, 0), (130, 100, 100, 9), (None, 100, 0, None), (math.nan, 100, 0, None), (math.inf, 100, 0, None)],
)  # fmt: skip
def test_lengths_and_shades(value, full, length, step):
    assert charts.share(value, full) == pytest.approx(length)
    assert charts.heat(value, full) == step


def test_a_full_bar_is_the_scale_or_the_largest_value_beyond_it():
    assert charts.full_length([12.0, None, 80.0], 100.0) == 100.0
    assert charts.full_length([12.0, 240.0, math.nan, math.inf], 100.0) == 240.0
    assert charts.full_length([], 1.0) == 1.0


def test_stacked_parts_fill_the_width_in_order():
    parts = [charts.Part(name, count, charts.grade_colour(0, 1)) for name, count in (("A", 1), ("B", 0), ("C", 39))]
    rects = parsed(charts.stacked_bar(parts, "caption")).findall(f"{SVG}rect")
    assert [(rect.get("x"), rect.get("width")) for rect in rects] == [("0%", "2.5%"), ("2.5%", "97.5%")]


def test_a_narrow_part_carries_no_text_and_an_empty_whole_no_part():
    parts = [charts.Part("A", 1, charts.NO_GRADE_COLOUR), charts.Part("B", 99, charts.NO_GRADE_COLOUR)]
    texts = parsed(charts.stacked_bar(parts, "caption")).findall(f"{SVG}text")
    assert [text.text for text in texts] == ["B"]
    assert len(parsed(charts.stacked_bar([charts.Part("A", 0, charts.NO_GRADE_COLOUR)], "caption"))) == 0


@pytest.mark.parametrize("text", ['"><script>x</script>', "a & b < c", "'quoted'"])
def test_texts_cannot_leave_their_place(text):
    part = charts.Part(text, 1, charts.NO_GRADE_COLOUR)
    tree = parsed(charts.stacked_bar([part], text))
    assert {element.tag.removeprefix(SVG) for element in tree.iter()} <= {"svg", "rect", "text"}
    assert tree.get("aria-labelledby") == text
