"""How numbers are written in reports."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

DASH = "—"
_EXACT = Context(prec=400)  # any double, whole and with all the digits that are ever shown
_PLAIN, _QUICK_DIGITS = 1e9, 4  # doubles below 10^9 lie closer than 10^-6: more than one digit finer
_BRIEF = 10  # characters up to which a number is written in full


def known(value: float | None) -> float | None:
    """The number, or None where there is no value (NaN)."""
    return None if value is None or math.isnan(value) else float(value)


def place(value: float | None) -> int | float | None:
    """A rank or a count of places: whole where it is, None for NaN."""
    found = known(value)
    return found if found is None or not found.is_integer() else int(found)


def decimals(scale: float) -> int:
    """Digits that give four figures on a scale: 2 for 0–100, 4 for 0–1, 3 for 0–10."""
    if scale >= 100:
        return 2
    return 3 if scale >= 10 else 4


def number_text(value: float | None, digits: int | None = None) -> str:
    """A number with a fixed count of digits (half up on its shortest decimal form); a dash for none.

    Without ``digits`` it is written in full, whole numbers without a point.
    """
    if value is None or math.isnan(value):
        return DASH
    shortest = repr(float(value))
    quick = _quick(float(value), shortest, digits)
    if quick is not None:
        return quick
    exact = Decimal(shortest)
    if digits is None:
        return str(int(exact)) if exact == exact.to_integral_value() else format(exact.normalize(), "f")
    rounded = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP, context=_EXACT)
    return format(rounded or abs(rounded), "f")  # nothing is shown as -0.00


def _quick(value: float, shortest: str, digits: int | None) -> str | None:
    """The same without decimal arithmetic; None where that needs care.

    What floating-point formatting rounds, the double, and the shortest decimal lie on different sides of a half only
    if the shortest decimal is that half itself, as long as doubles lie closer together than the digits reach.
    """
    if not -_PLAIN < value < _PLAIN or "e" in shortest:
        return None
    if digits is None:
        return shortest.removesuffix(".0") if value else "0"
    _, _, fraction = shortest.partition(".")
    if not 0 <= digits <= _QUICK_DIGITS or (len(fraction) == digits + 1 and fraction[-1] == "5"):
        return None
    text = f"{value + 0.0:.{digits}f}"  # no -0.00
    return text if value >= 0.0 or float(text) else None


def brief_text(value: float | None) -> str:
    """A number in full where that is short, else to six significant digits; a dash for none."""
    full = number_text(value)
    if value is None or math.isnan(value) or len(full) <= _BRIEF:
        return full
    return format(Decimal(f"{float(value):.6g}").normalize(), "f")


def percent_text(share: float | None, digits: int = 0) -> str:
    """A share as a percentage."""
    if share is None or math.isnan(share):
        return DASH
    return number_text(float(Decimal(repr(float(share))) * 100), digits) + "%"


def score_text(score: float, bounds: Sequence[float], digits: int, scale: float = 100.0) -> str:
    """A score with enough digits that no grade bound lies between it and what is written.

    79.99996 with a bound at 80 is written 79.99996, not 80.00: the grade beside it stays understandable.
    Scores are compared with bounds at 10 decimals of the inside scale: 8 of those that are shown on 0–100.
    """
    inside = Decimal(repr(score / scale)).quantize(Decimal("1e-10"), rounding=ROUND_HALF_UP, context=_EXACT)
    compared = _EXACT.multiply(inside, Decimal(repr(scale)))
    limits = [Decimal(repr(bound)) for bound in bounds]
    for count in range(digits, 12):
        text = number_text(score, count)
        if all((Decimal(text) >= limit) == (compared >= limit) for limit in limits):
            return text
    return format(compared.normalize(), "f")
