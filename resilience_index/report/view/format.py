"""How numbers are written in reports."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

DASH = "—"
_EXACT = Context(prec=400)  # any double, whole and with all the digits that are ever shown
_BRIEF = 10  # characters up to which a number is written in full


def known(value: float | None) -> float | None:
    """The number, or None where there is no value (NaN)."""
    return None if value is None or math.isnan(value) else float(value)


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
    exact = Decimal(repr(float(value)))
    if digits is None:
        return str(int(exact)) if exact == exact.to_integral_value() else format(exact.normalize(), "f")
    rounded = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP, context=_EXACT)
    return format(rounded or abs(rounded), "f")  # nothing is shown as -0.00


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
