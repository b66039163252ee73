"""Sums that do not depend on the order of their terms.

Floating-point addition is not associative, so a plain sum changes with the order of rows, the size of
blocks and the number of threads. Here a block of numbers is turned, without any rounding, into a handful
of doubles with the same exact sum. Partials of all blocks together, in any order, go through
``math.fsum``, which rounds once: the result is the double nearest to the true sum.

The extraction is that of J. Demmel and H. D. Nguyen, "Parallel reproducible summation", IEEE
Transactions on Computers 64(7), 2015, section 3: adding and subtracting M = 1.5 * 2^k leaves of each x
the part q that is a multiple of the unit 2^(k-52), and x - q is exact. Instead of adding the q in
floating point, which costs bits of head-room, the bit patterns of x + M are added as integers: inside
one binade consecutive doubles have consecutive patterns, so the integer sum is the sum of q in units.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np

from resilience_index.methods.arrays import FloatArray

CHUNK = 8192
"""Most terms that one integer sum may hold: 2^13 terms of at most 2^49 units stay below 2^63."""

_HEADROOM = 3  # |x| <= 2^(k-3), so that |q| <= 2^49 units
_ROUND_BITS = 50  # |x - q| <= 2^(k-53) = 2^((k-50)-3): how far k falls from round to round
_MIN_EXPONENT = -1022  # 1.5 * 2^-1022 has the unit 2^-1074, below which there is nothing left
_HUGE = 2.0**1000  # above, x + M could overflow
_VELTKAMP = 2.0**27 + 1.0


def exact_partials(x: FloatArray, out: FloatArray | None = None) -> list[float]:
    """Doubles whose exact sum is the exact sum of ``x``.

    ``x`` has shape (n,), any unit, no NaN and no infinity (ValueError); n may be 0. ``out`` is scratch of
    shape (2, >= min(n, CHUNK)) whose contents are lost. A block of ordinary data gives two to five
    partials. Source: Demmel and Nguyen 2015, section 3.
    """
    partials: list[float] = []
    size = min(x.size, CHUNK)
    scratch = np.empty((2, size)) if out is None else out
    for start in range(0, x.size, CHUNK):
        _chunk_partials(x[start : start + CHUNK], scratch, partials)
    return partials


def exact_sum(partials: Iterable[float]) -> float:
    """The double nearest to the exact sum of ``partials``, in any order; 0.0 for none, inf on overflow.

    Source: R. Hettinger's ``math.fsum``, after J. R. Shewchuk, Discrete & Computational Geometry 18
    (1997), section 2.4.
    """
    terms = list(partials)
    try:
        return math.fsum(terms)
    except OverflowError:  # an intermediate sum left the range; the total may not
        total = sum(map(Fraction, terms))
    try:
        return float(total)
    except OverflowError:
        return math.inf if total > 0 else -math.inf


def mean_of(values: Sequence[float]) -> float:
    """The mean of numbers, their sum rounded once; NaN for none. It never overflows; infinities count as such."""
    if not values:
        return math.nan
    infinite = {value for value in values if math.isinf(value)}
    if infinite:
        return math.nan if len(infinite) > 1 else infinite.pop()
    try:
        return math.fsum(values) / len(values)
    except OverflowError:  # the sum left the range of doubles
        return float(sum(map(Fraction, values)) / len(values))


def exact_product_partials(x: FloatArray, y: FloatArray) -> list[float]:
    """Doubles whose exact sum is the exact sum of ``x * y``.

    ``x`` and ``y`` have shape (n,), finite values below 2^500 in size (ValueError); products that are
    neither 0 nor above 2^-900 in size lose their last bits, though never their independence of order.
    Source: T. J. Dekker, Numerische Mathematik 18 (1971), section 5 (TwoProduct with Veltkamp's
    splitting).
    """
    if x.size and not max(np.abs(x).max(), np.abs(y).max()) < 2.0**500:
        raise ValueError("exact products need finite factors below 2**500")
    x_high, x_low = _split(x)
    y_high, y_low = _split(y)
    product = x * y
    error = x_high * y_high - product
    error += x_high * y_low
    error += x_low * y_high
    error += x_low * y_low
    return exact_partials(product) + exact_partials(error)


def _split(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Two halves of 26 bits whose sum is ``x``."""
    high = x * _VELTKAMP
    high -= high - x
    return high, x - high


def _chunk_partials(x: FloatArray, scratch: FloatArray, partials: list[float]) -> None:
    """Append the partials of at most CHUNK terms."""
    bound = _largest(x)
    if not bound < _HUGE:
        if not bound < math.inf:
            raise ValueError("exact sums need finite terms")
        huge = np.abs(x) >= _HUGE
        partials.extend(x[huge].tolist())
        x = x[~huge]
        bound = _largest(x)
    if bound == 0.0:
        return
    shifted, rest = scratch[0, : x.size], scratch[1, : x.size]
    exponent = max(math.frexp(bound)[1] + _HEADROOM, _MIN_EXPONENT)
    rounds = 0
    while True:
        magic = math.ldexp(1.5, exponent)
        np.add(x, magic, out=shifted)
        _append_units(shifted, magic, exponent, partials)
        np.subtract(shifted, magic, out=shifted)
        rounds += 1
        if not np.not_equal(x, shifted).any():
            return
        np.subtract(x, shifted, out=rest)
        x = rest
        exponent -= _ROUND_BITS
        if rounds > 1:  # very mixed magnitudes: skip the binades that nobody uses
            exponent = min(exponent, math.frexp(_largest(x))[1] + _HEADROOM)
        exponent = max(exponent, _MIN_EXPONENT)


def _largest(x: FloatArray) -> float:
    """The largest size in ``x``, 0.0 when it is empty, NaN when a NaN is there."""
    return max(float(x.max()), -float(x.min())) if x.size else 0.0


def _append_units(shifted: FloatArray, magic: float, exponent: int, partials: list[float]) -> None:
    """Append Σ (shifted − magic), exactly, as one or two doubles."""
    patterns = int(np.add.reduce(shifted.view(np.int64)))  # modulo 2^64, undone below
    origin = int(np.float64(magic).view(np.int64))
    units = (patterns - shifted.size * origin + 2**63) % 2**64 - 2**63
    high = float(units)
    low = units - int(high)  # at most 10 bits
    partials.append(math.ldexp(high, exponent - 52))
    if low:
        partials.append(math.ldexp(low, exponent - 52))
