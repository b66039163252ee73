"""How numbers are written in reports."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

DASH = "—"


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
    return format(exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP), "f")


def percent_text(share: float | None, digits: int = 0) -> str:
    """A share as a percentage."""
    if share is None or math.isnan(share):
        return DASH
    return number_text(float(Decimal(repr(float(share))) * 100), digits) + "%"


def score_text(score: float, bounds: Sequence[float], digits: int) -> str:
    """A score with enough digits that no grade bound lies between it and what is written.

    79.99996 with a bound at 80 is written 79.99996, not 80.00: the grade beside it stays understandable.
    """
    # Scores are compared with bounds at 10 decimals of the inside scale; 8 shown decimals are that on 0–100.
    compared = float(number_text(score, 8))
    for count in range(digits, 8):
        text = number_text(score, count)
        if all((float(text) >= bound) == (compared >= bound) for bound in bounds):
            return text
    return number_text(score, 8)
