"""Tables of bands: their form, the interval of each, and what is wrong with them. No numerical code."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

LOWER = ("min", "above")
UPPER = ("max", "below")
_KEYS = (*LOWER, *UPPER, "points", "text")
_BAND = {"zh": "{min 或 above, max 或 below, points, text}", "en": "{min or above, max or below, points, text}"}
_TEXT = {"zh": "{zh: …, en: …} 或文字", "en": "{zh: …, en: …}, or words"}

Number = Callable[[Any], Any]


class Faulty(ValueError):  # noqa: N818 - an answer of ``read`` that its caller turns into a finding
    """What a table must not hold: where, the value, and what is expected there."""

    def __init__(self, path: tuple[str | int, ...], value: Any, expected: str | dict[str, str]) -> None:
        super().__init__(path, value, expected)
        self.path, self.value, self.expected = path, value, expected


class Overlap(ValueError):  # noqa: N818 - an answer of ``intervals`` that its caller turns into a finding
    """Two bands (their positions in the table) hold the same value."""

    def __init__(self, table: Sequence[Mapping[str, Any]], first: int, second: int) -> None:
        super().__init__(first, second)
        self.first, self.second = first, second
        self.words = words(table[first]), words(table[second])


def read(value: Any, number: Number) -> tuple[Mapping[str, Any], ...]:
    """A table of bands as YAML holds it, checked: numbers as floats, texts in both languages.

    ``number`` reads a number or a fraction (None: it is neither). Raises ``Faulty`` for its form, ``Overlap`` when
    two bands hold the same value.
    """
    if not isinstance(value, (list, tuple)) or not value:
        raise Faulty((), value, {"zh": "分档的列表", "en": "a list of bands"})
    table = tuple(_band(place, item, number) for place, item in enumerate(value))
    intervals(table)
    return table


def _band(place: int, item: Any, number: Number) -> Mapping[str, Any]:
    """One band, checked by itself."""
    if not isinstance(item, Mapping) or "points" not in item or set(item) - set(_KEYS):
        raise Faulty((place,), item, _BAND)
    if all(key in item for key in LOWER) or all(key in item for key in UPPER):
        raise Faulty((place,), item, _BAND)
    found: dict[str, Any] = {}
    for key in (*LOWER, *UPPER, "points"):
        if key in item:
            parsed = number(item[key])
            if parsed is None:
                raise Faulty((place, key), item[key], {"zh": "数字", "en": "a number"})
            found[key] = float(parsed)
    low, high = _lower(found), _upper(found)
    if low is not None and high is not None and not low < high:
        raise Faulty((place,), item, {"zh": "下限低于上限", "en": "a lower bound below the upper one"})
    if item.get("text") is not None:
        found["text"] = _words(place, item["text"])
    return MappingProxyType(found)


def _words(place: int, text: Any) -> Mapping[str, str]:
    if isinstance(text, str) and text.strip():
        return MappingProxyType({"zh": text, "en": text})
    both = isinstance(text, Mapping) and set(text) == {"zh", "en"}
    if not both or not all(isinstance(words, str) and words.strip() for words in text.values()):
        raise Faulty((place, "text"), text, _TEXT)
    return MappingProxyType({"zh": text["zh"], "en": text["en"]})


def intervals(bands: Sequence[Mapping[str, Any]]) -> list[tuple[float, float]]:
    """Each band as [low, high): the smallest double in it and the smallest above it.

    A band has a lower bound (``min`` belongs to it, ``above`` does not), an upper one (``max`` belongs to it,
    ``below`` does not), both or none. Where no band has an upper bound, each goes on to the next lower bound, and
    one without any holds what is below all of them; where none has a lower bound, the other way round. In a
    table that gives both kinds, an end that is not given is open, and there may be gaps. Raises ``Overlap`` when
    two bands hold the same value.
    """
    given = [(_lower(band), _upper(band)) for band in bands]
    lows = any(low is not None for low, _ in given)
    highs = any(high is not None for _, high in given)
    if lows and not highs:
        starts = [-math.inf if low is None else low for low, _ in given]
        found = [(start, min((other for other in starts if other > start), default=math.inf)) for start in starts]
    elif highs and not lows:
        ends = [math.inf if high is None else high for _, high in given]
        found = [(max((other for other in ends if other < end), default=-math.inf), end) for end in ends]
    else:
        found = [(-math.inf if low is None else low, math.inf if high is None else high) for low, high in given]
    order = sorted(range(len(found)), key=lambda index: found[index])
    for first, second in itertools.pairwise(order):
        if found[second][0] < found[first][1]:
            raise Overlap(bands, min(first, second), max(first, second))
    return found


def against_direction(bands: Sequence[Mapping[str, Any]], direction: str) -> tuple[int, int] | None:
    """Two bands (their positions) whose points run against the direction of the leaf; None where none do.

    More of a benefit must not have fewer points, more of a cost not more. Bands of other leaves may run any way.
    """
    found = intervals(bands)
    order = sorted(range(len(found)), key=lambda index: found[index])
    for first, second in itertools.pairwise(order):
        rise = bands[second]["points"] - bands[first]["points"]
        if (direction == "benefit" and rise < 0) or (direction == "cost" and rise > 0):
            return first, second
    return None


def _lower(band: Mapping[str, Any]) -> float | None:
    if "min" in band:
        return float(band["min"])
    return math.nextafter(float(band["above"]), math.inf) if "above" in band else None


def _upper(band: Mapping[str, Any]) -> float | None:
    if "below" in band:
        return float(band["below"])
    return math.nextafter(float(band["max"]), math.inf) if "max" in band else None


def place_of(bands: Sequence[Mapping[str, Any]], value: float) -> int | None:
    """The position of the band a value falls into; None for none."""
    for place, (low, high) in enumerate(intervals(bands)):
        if low <= value < high:
            return place
    return None


def summary(bands: Sequence[Mapping[str, Any]]) -> str:
    """A table on one line: ``80 ≤ x → 2; x → 0``."""
    return "; ".join(f"{words(band)} → {band['points']:g}" for band in bands)


def words(band: Mapping[str, Any]) -> str:
    """A band as a condition: ``80 ≤ x < 90``; ``x`` where it has no bounds of its own."""
    text = "x"
    if "min" in band or "above" in band:
        text = f"{band['min']:g} ≤ x" if "min" in band else f"{band['above']:g} < x"
    if "max" in band or "below" in band:
        text += f" ≤ {band['max']:g}" if "max" in band else f" < {band['below']:g}"
    return text
