"""Small charts as SVG text: pure functions of the figures they show.

Lengths are percentages, so that a chart fits any width without measuring text. Colours are safe for
colour-blind readers (blue to orange; light to dark), and every figure also stands as a number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

Colour = tuple[str, str]

# (fill, ink) from the best grade to the worst; every ink has a contrast of at least 4.5 on its fill.
_GRADE_COLOURS: tuple[Colour, ...] = (
    ("#0b4f8a", "#ffffff"),
    ("#2a74ad", "#ffffff"),
    ("#9dc8e6", "#14202b"),
    ("#e6e2d8", "#14202b"),
    ("#fbc77d", "#14202b"),
    ("#e08a2c", "#14202b"),
    ("#9a3a06", "#ffffff"),
)
NO_GRADE_COLOUR: Colour = ("#d3d7dc", "#14202b")
ACCENT = "#2a74ad"
HEAT_STEPS = 10


@dataclass(frozen=True)
class Part:
    """A piece of a stacked bar: its name, its size, its colours."""

    name: str
    count: int
    colour: Colour


def grade_colour(index: int, count: int) -> Colour:
    """The (fill, ink) of the grade at ``index`` (0: the best) among ``count`` grades."""
    last = len(_GRADE_COLOURS) - 1
    return _GRADE_COLOURS[min(last, round(index * last / (count - 1)))] if count > 1 else _GRADE_COLOURS[0]


def full_length(values: Iterable[float | None], scale: float) -> float:
    """What a full bar means: the scale, or the largest value where values go beyond it (sums)."""
    return max([scale, *(value for value in values if value is not None and math.isfinite(value))])


def share(value: float | None, full: float) -> float:
    """``value`` as a percentage of ``full``, inside 0..100; 0 without a value."""
    if value is None or not math.isfinite(value) or full <= 0:
        return 0.0
    return min(100.0, max(0.0, 100 * value / full))


def heat(value: float | None, full: float) -> int | None:
    """The shade of a cell: 0 (lowest tenth of the scale) to 9; None without a value."""
    if value is None or not math.isfinite(value):
        return None
    return min(HEAT_STEPS - 1, int(share(value, full) * HEAT_STEPS / 100))


def bar(value: float | None, full: float) -> str:
    """A thin horizontal bar for a cell that has the number too, hence hidden from screen readers."""
    return (
        '<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
        f'<path d="M0 0h{_number(share(value, full))}v4H0z" fill="currentColor"/></svg>'
    )


def stacked_bar(parts: Sequence[Part], labelled_by: str) -> str:
    """How a whole splits into parts; narrow parts carry no text (the legend beside the bar has all)."""
    total = sum(part.count for part in parts)
    pieces = []
    start = 0.0
    for part in parts:
        width = 100 * part.count / total if total else 0.0
        if not part.count:
            continue
        fill, ink = part.colour
        pieces.append(
            f'<rect x="{_number(start)}%" width="{_number(width)}%" height="34" fill="{fill}" '
            'stroke="#ffffff" stroke-width="1"/>'
        )
        if width >= 4 + 2 * len(part.name):
            pieces.append(
                f'<text x="{_number(start + width / 2)}%" y="22" text-anchor="middle" font-size="14" '
                f'font-weight="600" fill="{ink}">{escape(part.name)}</text>'
            )
        start += width
    return (
        f'<svg class="stack" width="100%" height="34" role="img" aria-labelledby="{escape(labelled_by)}">'
        f"{''.join(pieces)}</svg>"
    )


def _number(value: float) -> str:
    # One decimal of a per cent is finer than any screen; no trailing zeros, no exponent.
    return f"{value:.1f}".removesuffix(".0")
