"""Native charts of the first sheet: ranking, dimensions, how scores are spread. They follow the cells."""

from __future__ import annotations

from typing import Any

from resilience_index.report.page import charts
from resilience_index.report.words.translations import clean
from resilience_index.report.workbook.book import Report
from resilience_index.report.workbook.parts import Sheet
from resilience_index.report.workbook.ranking import columns_of

BARS = 20
"""Communities in the chart of the ranking: more would not be legible."""
PERIODS = 4
"""Periods in one chart, the newest first."""
_HEIGHT, _ROW_PIXELS = 430, 24
_LABEL = 40
"""Characters of a period in a title."""
_COLOURS = ("#0B4F8A", "#E08A2C", "#4B9B8E", "#8A5A9E")
_FONT = {"name": "Microsoft YaHei", "size": 9}


def place(book: Report, sheet: Sheet, *, periods: int, spread: int | None) -> None:
    """The charts side by side below the current row, which moves below them.

    ``periods`` is the first row of the table of periods, ``spread`` the row of headings of the table of scores.
    """
    made = []
    if book.view.periods and book.view.periods[0].scored:
        made.append(_ranking(book))
        if len(book.dimensions) > 2:
            made.append(_dimensions(book, periods))
        if spread is not None:
            made.append(_spread(book, sheet.sheet.get_name(), spread))
    if not made:
        return
    sheet.row += 1
    offset = 0
    for chart, width in made:
        chart.set_size({"width": width, "height": _HEIGHT})
        chart.set_chartarea({"border": {"color": "#D5DCE3"}})
        options = {"x_offset": offset, "y_offset": 4, "object_position": 2, "description": chart.title.name or ""}
        sheet.sheet.insert_chart(sheet.row, 0, chart, options)
        offset += width + 8
    sheet.row += _HEIGHT // _ROW_PIXELS + 2


def _period(book: Report, summary: str, row: int, word: str) -> str | list[str | int]:
    """The name of a period's series: the cell with its label, for a name given as text could read like a formula."""
    return [summary, row, 0] if book.view.has_periods else book.say(word)


def _title(text: str) -> dict[str, Any]:
    return {"name": text, "name_font": {**_FONT, "size": 11, "bold": True, "color": "#1F4E79"}, "overlay": False}


def _ranking(book: Report) -> tuple[Any, int]:
    """Bars of the first communities of the newest period."""
    period, places = book.view.periods[0], columns_of(book)
    count = min(BARS, period.scored)
    name = book.say("ranking")
    chart = book.workbook.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": book.say("score"),
            "categories": [name, 1, places.name, count, places.name],
            "values": [name, 1, places.score, count, places.score],
            "fill": {"color": charts.ACCENT.upper()},
            "gap": 40,
            "data_labels": {
                "value": True,
                "num_format": book.figure_format(book.view.scale),
                "font": {**_FONT, "size": 8},
            },
        }
    )
    label = f" {clean(period.label)[:_LABEL]}" if book.view.has_periods else ""
    first = f" {book.say('first_of')} {count}" if count < period.scored else ""
    chart.set_title(_title(f"{name}{label}{first}"))
    chart.set_y_axis({"reverse": True, "num_font": {**_FONT, "size": 8}, "line": {"color": "#9AA5B1"},
                      "major_tick_mark": "none", "interval_unit": 1})  # fmt: skip
    full = charts.full_length((unit.score for unit in book.units), book.view.scale)
    chart.set_x_axis({"min": 0, "max": full, "num_font": _FONT, "num_format": "General",
                      "major_gridlines": {"visible": True, "line": {"color": "#E3E8ED"}}})  # fmt: skip
    chart.set_legend({"none": True})
    return chart, 460


def _dimensions(book: Report, first: int) -> tuple[Any, int]:
    """A radar of the means of the dimensions, a line a period."""
    places = columns_of(book)
    last = places.first_dimension + len(book.dimensions) - 1
    ranking, summary = book.say("ranking"), book.say("summary")
    start = 5 + len(book.view.grades) + book.summary_no_grade
    chart = book.workbook.add_chart({"type": "radar", "subtype": "with_markers"})
    for place in range(min(PERIODS, len(book.view.periods))):
        colour = _COLOURS[place]
        chart.add_series(
            {
                "name": _period(book, summary, first + place, "mean"),
                "categories": [ranking, 0, places.first_dimension, 0, last],
                "values": [summary, first + place, start, first + place, start + len(book.dimensions) - 1],
                "line": {"color": colour, "width": 2 if place == 0 else 1.25},
                "marker": {"type": "circle", "size": 5, "fill": {"color": colour}, "border": {"color": colour}},
            }
        )
    chart.set_title(_title(book.say("dimension_means")))
    full = max(charts.full_length((period.node_means.get(item.id) for period in book.view.periods), item.scale)
               for item in book.dimensions)  # fmt: skip
    chart.set_y_axis({"min": 0, "max": full, "num_font": {**_FONT, "size": 8}, "num_format": "General",
                      "major_gridlines": {"visible": True, "line": {"color": "#D5DCE3"}}})  # fmt: skip
    chart.set_x_axis({"num_font": _FONT})
    if book.view.has_periods:
        chart.set_legend({"position": "bottom", "font": _FONT})
    else:
        chart.set_legend({"none": True})
    return chart, 470


def _spread(book: Report, summary: str, heading: int) -> tuple[Any, int]:
    """Columns of how many communities score in each interval."""
    chart = book.workbook.add_chart({"type": "column"})
    for place in range(min(PERIODS, len(book.view.periods))):
        row = heading + 1 + place
        chart.add_series(
            {
                "name": _period(book, summary, row, "communities"),
                "categories": [summary, heading, 1, heading, 10],
                "values": [summary, row, 1, row, 10],
                "fill": {"color": _COLOURS[place]},
                "gap": 60,
            }
        )
    chart.set_title(_title(book.say("spread")))
    chart.set_x_axis({"num_font": _FONT, "line": {"color": "#9AA5B1"}})
    chart.set_y_axis({"num_font": _FONT, "num_format": "0", "line": {"none": True},
                      "major_gridlines": {"visible": True, "line": {"color": "#E3E8ED"}}})  # fmt: skip
    if book.view.has_periods:
        chart.set_legend({"position": "bottom", "font": _FONT})
    else:
        chart.set_legend({"none": True})
    return chart, 420
