"""Rounding as a reader would do it: on the decimal digits that are shown.

0.80005 on a scale of 100 is 80.005 to everybody who reads the number, but the double below it times 100
is 80.00500000000001 or 80.00499999999999 depending on the arithmetic. Halves are therefore decided on
the exact decimal product of the shortest decimal forms.
"""

from __future__ import annotations

import decimal
from decimal import Decimal
from typing import Literal

import numpy as np

from resilience_index.methods.arrays import FloatArray, IntArray

Mode = Literal["half_up", "half_even"]

COMPARED_DIGITS = 10
"""Decimals of the inside scale at which scores are compared."""

_MODES = {"half_up": decimal.ROUND_HALF_UP, "half_even": decimal.ROUND_HALF_EVEN}
# Two shortest forms of 17 digits multiply to 34; quantize never adds more than one to that here.
_CONTEXT = decimal.Context(prec=60, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN, traps=[])
# 10^15 is an exact double, and a quotient or product of two exact doubles is correctly rounded.
_FAST_DIGITS = 15
# |x|·factor differs from the decimal product by the rounding of x, of the factor and of the product:
# less than 2^-51 relative. Twice that is kept as the margin around a half.
_MARGIN = 2.0**-50


def round_shown(
    x: FloatArray,
    digits: int,
    mode: Mode = "half_up",
    scale: float = 1.0,
    *,
    out: FloatArray | None = None,
) -> FloatArray:
    """``x * scale`` rounded to ``digits`` decimals, halves decided on decimal digits.

    ``x`` (n,) holds inside values; the result (n,) is on the shown scale, each the double nearest to the
    rounded decimal. ``half_up`` goes away from zero; ``digits`` may be negative (tens, hundreds). NaN and
    infinities pass; a zero is +0.0. ``out`` must not be ``x``. Source: IEEE 754-2019, 4.3.1
    (roundTiesToAway, roundTiesToEven) applied to the shortest decimal form.
    """
    out = np.empty_like(x) if out is None else out
    scale = float(scale)
    factor = abs(float(Decimal(repr(scale)).scaleb(digits, _CONTEXT)))
    if abs(digits) > _FAST_DIGITS or not 1e-200 < factor < 1e200:
        with np.errstate(all="ignore"):
            np.multiply(x, scale, out=out)
        _round_exactly(x, np.flatnonzero(np.isfinite(x)), out, digits=digits, mode=mode, scale=scale)
        return np.add(out, 0.0, out=out)
    power = 10.0 ** abs(digits)
    with np.errstate(all="ignore"):
        units = np.abs(x)
        np.multiply(units, factor, out=units)
        np.floor(units, out=out)
        doubt = units - out
        np.subtract(doubt, 0.5, out=doubt)
        np.add(out, np.greater(doubt, 0.0), out=out)
        np.abs(doubt, out=doubt)
        np.multiply(units, _MARGIN, out=units)
        unclear = np.greater(doubt, units)  # False for NaN and overflow too
        np.logical_not(unclear, out=unclear)
        if digits > 0:
            np.divide(out, power, out=out)
        elif digits < 0:
            np.multiply(out, power, out=out)
        np.copysign(out, x, out=out)
        if scale < 0.0:
            np.negative(out, out=out)
    if unclear.any():
        unclear &= np.isfinite(x)
        _round_exactly(x, np.flatnonzero(unclear), out, digits=digits, mode=mode, scale=scale)
    return np.add(out, 0.0, out=out)


def comparison_key(x: FloatArray, *, out: FloatArray | None = None) -> FloatArray:
    """What ranks compare: ``x`` (n,) of the inside scale rounded to 10 decimals, half up; NaN stays NaN."""
    return round_shown(x, COMPARED_DIGITS, "half_up", 1.0, out=out)


def _round_exactly(x: FloatArray, rows: IntArray, out: FloatArray, *, digits: int, mode: Mode, scale: float) -> None:
    """Round the finite ``x[rows]`` in decimal arithmetic, each distinct value once, into ``out[rows]``."""
    if not rows.size:
        return
    values, positions = np.unique(x[rows], return_inverse=True)
    multiplier = Decimal(repr(scale))
    step = Decimal((0, (1,), -digits))
    rounded = []
    for value in values.tolist():
        shown = _CONTEXT.multiply(Decimal(repr(value)), multiplier)
        exponent = shown.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -digits:  # else it has no digit to lose
            shown = shown.quantize(step, rounding=_MODES[mode], context=_CONTEXT)
        rounded.append(float(shown))
    out[rows] = np.array(rounded)[positions]
