"""Pictures for paper as SVG text: of a fixed size, self-contained, pure functions of the figures they show.

Unlike the charts of the page they cannot be scaled by a style, so sizes are in units of the drawing, ten of which
are a millimetre. Every figure also stands as a number in the picture or in the text for those who cannot see it.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from resilience_index.report.page import charts
from resilience_index.report.words.translations import clean

FAMILY = "Noto Sans SC"
UNIT = 0.1
"""Millimetres of a unit of the drawing."""

_INK, _SOFT, _LINE, _FAINT = "#14202b", "#5b6b7b", "#c3ccd5", "#edf1f4"
_MEAN = "#e08a2c"
_TEXT = 32.0
_TWO_LINES = 28.0


@dataclass(frozen=True)
class Picture:
    """SVG text with its size in millimetres."""

    svg: str
    width: float
    height: float


@dataclass(frozen=True)
class Bar:
    """A labelled pair of values: the one shown and the one it is compared with; ``full`` is what a full bar means."""

    title: str
    value: float | None
    text: str
    other: float | None = None
    full: float = 100.0


@dataclass(frozen=True)
class Strip:
    """One value among those of others; ``peers`` are those of the same group, ``mean`` is that of all."""

    title: str
    value: float | None
    text: str
    others: Sequence[float]
    peers: Sequence[float]
    mean: float | None
    full: float = 100.0


def stacked(rows: Sequence[tuple[str, Sequence[charts.Part]]], legend: Sequence[charts.Part]) -> Picture:
    """A stacked bar for each row, with the counts in its parts, and a legend below."""
    width, left, step = 1600.0, 180.0, 90.0
    pieces = []
    for place, (label, parts) in enumerate(rows):
        top = place * step
        pieces.append(_text(left - 20, top + 46, label, anchor="end"))
        total = sum(part.count for part in parts)
        start = left
        for part in parts:
            length = (width - left) * part.count / total if total else 0.0
            if not part.count:
                continue
            fill, ink = part.colour
            pieces.append(_rect(start, top + 8, length, 56, fill, stroke="#ffffff"))
            if length > 20 + _width(str(part.count)):
                pieces.append(_text(start + length / 2, top + 47, str(part.count), anchor="middle", fill=ink))
            start += length
    named, below = _legend([(part.name, part.colour[0]) for part in legend], left, len(rows) * step + 20, width)
    return _picture([*pieces, named], width, len(rows) * step + 20 + below)


def bars(rows: Sequence[Bar], legend: tuple[str, str] | None = None) -> Picture:
    """A bar for each row with its number; a mark where the value it is compared with lies."""
    width, step = 1600.0, 84.0
    label = min(620.0, max((_width(row.title) for row in rows), default=0.0) + 20)
    room = width - label - 150
    pieces = []
    for place, row in enumerate(rows):
        top = place * step
        lines = _lines(row.title, label - 20, _TEXT if _width(row.title) <= label - 20 else _TWO_LINES, 2)
        size, first = (_TEXT, 50.0) if len(lines) == 1 else (_TWO_LINES, 34.0)
        pieces += [_text(label - 20, top + first + 32 * place, line, anchor="end", size=size)
                   for place, line in enumerate(lines)]  # fmt: skip
        pieces.append(_rect(label, top + 18, room, 44, _FAINT))
        length = room * charts.share(row.value, row.full) / 100
        pieces.append(_rect(label, top + 18, length, 44, charts.ACCENT))
        if row.other is not None:
            mark = label + room * charts.share(row.other, row.full) / 100
            pieces.append(_rect(mark - 4, top + 8, 8, 64, _MEAN))
        pieces.append(_text(width, top + 51, row.text, anchor="end"))
    height = len(rows) * step
    if legend is not None:
        named, below = _legend([(legend[0], charts.ACCENT), (legend[1], _MEAN)], label, height + 20, width)
        pieces.append(named)
        height += 20 + below
    return _picture(pieces, width, height)


def histogram(classes: Sequence[tuple[str, str, int]]) -> Picture:
    """Columns with their counts above and the bounds of the classes below."""
    width, base, high = 1600.0, 420.0, 340.0
    most = max((count for _, _, count in classes), default=0)
    step = (width - 80) / max(1, len(classes))
    pieces = [_line(40, base, width - 40, base, _SOFT)]
    for place, (low, _, count) in enumerate(classes):
        left = 40 + place * step
        height = high * count / most if most else 0.0
        if count:
            pieces.append(_rect(left + 6, base - height, step - 12, height, charts.ACCENT))
            pieces.append(_text(left + step / 2, base - height - 12, str(count), anchor="middle"))
        pieces.append(_text(left, base + 42, low, anchor="middle", fill=_SOFT))
    if classes:
        pieces.append(_text(width - 40, base + 42, classes[-1][1], anchor="middle", fill=_SOFT))
    return _picture(pieces, width, base + 56)


def radar(rows: Sequence[Bar], legend: tuple[str, str]) -> Picture:
    """Axes for each row, the values as a filled shape, the values compared with as a dashed line.

    Of three rows and more; axes without a value end in the centre and say so by their number.
    """
    width, middle, radius = 980.0, 365.0, 245.0
    centre = width / 2
    angles = [2 * math.pi * place / len(rows) - math.pi / 2 for place in range(len(rows))]

    def at(angle: float, part: float) -> tuple[float, float]:
        return centre + radius * part * math.cos(angle), middle + radius * part * math.sin(angle)

    pieces = [_polygon([at(angle, ring / 4) for angle in angles], "none", _LINE) for ring in range(1, 5)]
    pieces += [_line(centre, middle, *at(angle, 1), _LINE) for angle in angles]
    values = [charts.share(row.value, row.full) / 100 for row in rows]
    others = [charts.share(row.other, row.full) / 100 for row in rows]
    pieces.append(_polygon([at(*pair) for pair in zip(angles, values, strict=True)], charts.ACCENT, charts.ACCENT, 0.3))
    if all(row.other is not None for row in rows):
        points = [at(*pair) for pair in zip(angles, others, strict=True)]
        pieces.append(_polygon(points, "none", _MEAN, dash="16 10"))
    for row, angle in zip(rows, angles, strict=True):
        pieces += _axis_label(row, at(angle, 1.07), angle, width)
    named = [(legend[0], charts.ACCENT), (legend[1], _MEAN)]
    left = (width - sum(96 + _width(name) for name, _ in named) + 50) / 2
    shown, below = _legend(named, max(0.0, left), 2 * middle, width)
    return _picture([*pieces, shown], width, 2 * middle + below + 4)


def _axis_label(row: Bar, point: tuple[float, float], angle: float, width: float) -> list[str]:
    """The title of an axis in at most three lines, and its number."""
    side, rise = math.cos(angle), math.sin(angle)
    anchor = "middle" if abs(side) < 0.3 else "start" if side > 0 else "end"
    left, top = point
    room = width - 40 if anchor == "middle" else (width - left if side > 0 else left)
    lines = [*_lines(row.title, room, 28.0), row.text]
    step = 34.0
    top += -step * (len(lines) - 1) if rise < -0.3 else 24 if rise > 0.3 else 10 - step * (len(lines) - 1) / 2
    return [
        _text(left, top + step * place, line, anchor=anchor, size=28, fill=_INK if place == len(lines) - 1 else _SOFT)
        for place, line in enumerate(lines)
    ]


def trend(points: Sequence[Bar], full: float) -> Picture:
    """A line over the periods, oldest first; the values compared with as a dashed line."""
    width, base, high = 800.0, 300.0, 210.0
    step = (width - 160) / max(1, len(points) - 1)
    known = [value for point in points for value in (point.value, point.other) if value is not None]
    low, top = (min(known), max(known)) if known else (0.0, full)
    # The line uses the height it has: a range of a tenth of the scale at least, so that small changes stay small.
    spread = max(top - low, full / 10)
    low = max(0.0, (low + top - spread) / 2)

    def place(index: int, value: float) -> tuple[float, float]:
        return 80 + index * step, base - high * min(1.0, (value - low) / spread)

    pieces = [_line(40, base + 20, width - 40, base + 20, _LINE)]
    for attribute, colour, dash in (("other", _MEAN, "16 10"), ("value", charts.ACCENT, "")):
        run = [place(n, value) for n, point in enumerate(points) if (value := getattr(point, attribute)) is not None]
        pieces += [_line(*one, *two, colour, 5, dash) for one, two in pairwise(run)]
    for index, point in enumerate(points):
        left = 80 + index * step
        pieces.append(_text(left, base + 62, point.title, anchor="middle", fill=_SOFT))
        if point.value is not None:
            _, height = place(index, point.value)
            pieces.append(f'<circle cx="{_n(left)}" cy="{_n(height)}" r="9" fill="{charts.ACCENT}"/>')
            pieces.append(_text(left, height - 22, point.text, anchor="middle"))
    return _picture(pieces, width, base + 80)


def strips(rows: Sequence[Strip], legend: tuple[str, str, str, str]) -> Picture:
    """A line for each row with a mark for every value: this one, those of the same group, the others, their mean."""
    width, step = 1600.0, 84.0
    label = min(620.0, max((_width(row.title) for row in rows), default=0.0) + 20)
    room = width - label - 150

    def marks(row: Strip, values: Sequence[float], top: float, height: float, wide: float, colour: str) -> str:
        # One path for all: a rectangle for each would be most of a page of a thousand communities.
        places = (_n(label + room * charts.share(value, row.full) / 100) for value in values)
        steps = "".join(f"M{place} {_n(top)}v{_n(height)}" for place in places)
        return f'<path d="{steps}" stroke="{colour}" stroke-width="{_n(wide)}"/>' if steps else ""

    pieces = []
    for place, row in enumerate(rows):
        top = place * step
        lines = _lines(row.title, label - 20, _TEXT if _width(row.title) <= label - 20 else _TWO_LINES, 2)
        size, first = (_TEXT, 50.0) if len(lines) == 1 else (_TWO_LINES, 34.0)
        pieces += [_text(label - 20, top + first + 32 * place, line, anchor="end", size=size)
                   for place, line in enumerate(lines)]  # fmt: skip
        pieces.append(_rect(label, top + 38, room, 4, _LINE))
        pieces.append(marks(row, row.others, top + 28, 24, 4, _SOFT))
        pieces.append(marks(row, row.peers, top + 24, 32, 5, _MEAN))
        pieces.append(marks(row, [] if row.mean is None else [row.mean], top + 56, 16, 14, _INK))
        pieces.append(marks(row, [] if row.value is None else [row.value], top + 12, 56, 10, charts.ACCENT))
        pieces.append(_text(width, top + 51, row.text, anchor="end"))
    named = list(zip(legend, (charts.ACCENT, _MEAN, _SOFT, _INK), strict=True))
    shown, below = _legend(named, 0.0, len(rows) * step + 20, width)
    return _picture([*pieces, shown], width, len(rows) * step + 20 + below)


def _picture(pieces: Sequence[str], width: float, height: float) -> Picture:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width)}" height="{_n(height)}" '
        f'viewBox="0 0 {_n(width)} {_n(height)}" font-family="{FAMILY}" font-size="{_n(_TEXT)}">{"".join(pieces)}</svg>'
    )
    return Picture(svg, width * UNIT, height * UNIT)


def _legend(entries: Sequence[tuple[str, str]], left: float, top: float, width: float) -> tuple[str, float]:
    """What colours mean, in lines that begin at ``left`` and end before ``width``; and the height it takes."""
    pieces, place, height = [], left, 40.0
    for entry, colour in entries:
        name = _fit(entry, width - left - 46)
        if place > left and place + 46 + _width(name) > width:
            place, height = left, height + 44
        pieces.append(_rect(place, top + height - 40, 32, 32, colour))
        pieces.append(_text(place + 46, top + height - 13, name, fill=_SOFT))
        place += 46 + _width(name) + 50
    return "".join(pieces), height


def _text(left: float, top: float, text: str, *, anchor: str = "start", fill: str = _INK, size: float = _TEXT) -> str:
    shown = escape(clean(text))
    height = "" if size == _TEXT else f' font-size="{_n(size)}"'
    return f'<text x="{_n(left)}" y="{_n(top)}" text-anchor="{anchor}" fill="{fill}"{height}>{shown}</text>'


def _rect(left: float, top: float, width: float, height: float, fill: str, stroke: str = "") -> str:
    border = f' stroke="{stroke}" stroke-width="3"' if stroke else ""
    size = f'width="{_n(max(0.0, width))}" height="{_n(height)}"'
    place = f'x="{_n(left)}" y="{_n(top)}"'
    return f'<rect {place} {size} fill="{fill}"{border}/>'


def _line(
    left: float, top: float, right: float, bottom: float, stroke: str, width: float = 3, dash: str = ""
) -> str:  # fmt: skip
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{_n(left)}" y1="{_n(top)}" x2="{_n(right)}" y2="{_n(bottom)}" stroke="{stroke}" '
        f'stroke-width="{_n(width)}"{dashed}/>'
    )


def _polygon(
    points: Sequence[tuple[float, float]], fill: str, stroke: str, opacity: float = 1.0, dash: str = ""
) -> str:  # fmt: skip
    corners = " ".join(f"{_n(left)},{_n(top)}" for left, top in points)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    strong = "5" if fill != "none" or dash else "2"
    return (
        f'<polygon points="{corners}" fill="{fill}" fill-opacity="{_n(opacity)}" stroke="{stroke}" '
        f'stroke-width="{strong}"{dashed}/>'
    )


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _width(text: str, size: float = _TEXT) -> float:
    """Roughly how wide a text is: Chinese characters are square, others a little over half as wide."""
    return size * sum(1.0 if unicodedata.east_asian_width(character) in "WF" else 0.54 for character in text)


def _fit(text: str, width: float, size: float = _TEXT) -> str:
    """A text cut to a width, with an ellipsis where something is left out."""
    if _width(text, size) <= width:
        return text
    while text and _width(text, size) + size > width:  # the ellipsis is a square in the typeface of pictures
        text = text[:-1]
    return text.rstrip() + "…"


def _lines(text: str, width: float, size: float, most: int = 3) -> list[str]:
    """A text in lines of a width, the last one cut where there are too many; only Chinese breaks inside words."""
    spaced = " " in text
    joiner, parts = (" ", text.split(" ")) if spaced else ("", list(text))
    lines: list[str] = []
    while parts and len(lines) < most - 1:
        line = parts.pop(0)
        while parts and _width(f"{line}{joiner}{parts[0]}", size) <= width:
            line = f"{line}{joiner}{parts.pop(0)}"
        lines.append(_fit(line, width, size))
    return [*lines, _fit(joiner.join(parts), width, size)] if parts else lines
