"""Treatment of outliers of one column (of one group of its rows).

Every function takes the values that are there, ``x`` (n,) without NaN in any unit, and gives them after the
treatment in the same order. Nothing depends on the order: extremes, sorted values and exact sums decide.
A treatment never makes a column constant: what would is left undone, and ``kept`` says why.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from resilience_index.methods.arrays import FloatArray
from resilience_index.methods.moments import LEAST, Shape, quantile, shape

Kept = Literal["", "few", "constant", "points", "not_positive", "beyond"]
Shift = Literal["range", "one", "zero"]
Otherwise = Literal["keep", "undo", "log"]

_SHARE = 0.01
"""What a logarithm adds to the distance from the smallest value, as a share of the range."""


@dataclass(frozen=True)
class Treated:
    """A column after its treatment.

    ``before`` and ``after`` are its shapes, None where the method looks at none; ``low`` and ``high`` the
    bounds that values were cut to; ``offset`` what was added (``mirrored``: subtracted from) under the
    logarithm, which is of the distance from ``edge``, plus ``shift``; ``kept`` why nothing (more) was done: too
    few values, it would have made the column constant, more points than allowed, a logarithm of what is not
    above 0, or values ``beyond`` the logarithm of another column; ``failing``: the test is still not passed.
    """

    values: FloatArray
    before: Shape | None = None
    after: Shape | None = None
    low: float | None = None
    high: float | None = None
    points: int = 0
    logged: bool = False
    mirrored: bool = False
    offset: float | None = None
    kept: Kept = ""
    failing: bool = False
    edge: float | None = None
    shift: float | None = None


def winsorize(
    x: FloatArray,
    *,
    max_points: int = 5,
    skewness: float = 2.0,
    kurtosis: float = 3.5,
    test: bool = True,
    otherwise: Otherwise = "keep",
) -> Treated:
    """Set the outermost values to the next value inside, on the side of the skew, until the test is passed.

    The test: |skewness| below its bound or kurtosis below its own (type 2). All values that share the extreme
    are set together; the step that would move more than ``max_points`` values in all is not made. Without
    ``test``, ``max_points`` are moved whatever the shape. ``otherwise`` says what happens to a column that
    still fails: it is kept as it is then, undone, or the original is logged. Source: OECD/JRC, Handbook on
    Constructing Composite Indicators (2008), step 4; W. Becker and others, Journal of Open Source Software 7(78),
    2022, 4567 (COINr).
    """
    before = shape(x)
    if x.size < LEAST:
        return Treated(x, before, before, kept="few")
    values, now = x, before
    kept: Kept = ""
    high = low = 0
    while not (test and now.passes(skewness, kurtosis)):
        upper = not now.skewness < 0.0
        end = float(values.max() if upper else values.min())
        hit = values == end
        rest = values[~hit]
        moved = int(hit.sum())
        if rest.size == 0 or float(rest.min()) == float(rest.max()):
            kept = "constant"
            break
        if moved + (low if upper else high) > max_points:
            kept = "points"
            break
        values = np.where(hit, float(rest.max() if upper else rest.min()), values)
        high, low = (moved, low) if upper else (high, moved)
        now = shape(values)
    failing = test and not now.passes(skewness, kurtosis)
    if not failing:
        kept = ""
    if failing and otherwise == "log":
        return log(x, skewness=skewness, kurtosis=kurtosis)
    if failing and otherwise == "undo":
        return Treated(x, before, before, kept=kept, failing=True)
    return Treated(
        values, before, now, low=float(values.min()) if low else None, high=float(values.max()) if high else None,
        points=high + low, kept=kept, failing=failing,
    )  # fmt: skip


def log(
    x: FloatArray, *, shift: Shift = "range", mirror: bool = True, skewness: float = 2.0, kurtosis: float = 3.5,
    test: bool = True,
) -> Treated:  # fmt: skip
    """The natural logarithm of a column that does not pass the test (see ``winsorize``).

    ``shift`` says of what: ``range`` x − min + 0.01·(max − min), ``one`` x − min + 1, ``zero`` x itself. With
    ``mirror``, a column whose tail is on the left becomes −ln(max − x + …): the order of values stays and it
    is the tail that is drawn in. Under ``zero`` a value that is not above 0 leaves the column as it is.
    Source: W. Becker and others, COINr (log_CT, log_CT_orig, log_CT_plus).
    """
    before = shape(x)
    if test and x.size < LEAST:
        return Treated(x, before, before, kept="few")
    if x.size == 0 or (test and before.passes(skewness, kurtosis)):
        return Treated(x, before, before)
    low, high = float(x.min()), float(x.max())
    if low == high:
        return Treated(x, before, before, kept="constant")
    if shift == "zero":
        if low <= 0.0:
            return Treated(x, before, before, kept="not_positive")
        edge, added, mirrored = 0.0, 0.0, False
    else:
        added = _SHARE * (high - low) if shift == "range" else 1.0
        mirrored = mirror and before.skewness < 0.0
        edge = high if mirrored else low
    values = _logged(_distance(x, edge, added, mirrored), mirrored)
    after = shape(values)
    return Treated(
        values, before, after, logged=True, mirrored=mirrored, offset=_offset(edge, added, mirrored), points=x.size,
        failing=test and not after.passes(skewness, kurtosis), edge=edge, shift=added,
    )  # fmt: skip


def _distance(x: FloatArray, edge: float, shift: float, mirrored: bool) -> FloatArray:
    """What the logarithm is taken of."""
    return edge - x + shift if mirrored else x - edge + shift


def _logged(distance: FloatArray, mirrored: bool) -> FloatArray:
    found: FloatArray = -np.log(distance) if mirrored else np.log(distance)
    return found


def _offset(edge: float, shift: float, mirrored: bool) -> float:
    return edge + shift if mirrored else shift - edge


def iqr(x: FloatArray, *, factor: float = 1.5) -> Treated:
    """Cut to the quartiles widened by ``factor`` times the distance between them.

    Quartiles are those of ``moments.quantile``. Source: J. W. Tukey, Exploratory Data Analysis (1977), ch. 2.
    """
    if x.size < LEAST:
        return Treated(x, kept="few")
    ordered = np.sort(x)
    first, third = quantile(ordered, 0.25), quantile(ordered, 0.75)
    width = third - first
    return _cut(x, first - factor * width, third + factor * width)


def percentile(x: FloatArray, *, low: float = 0.05, high: float = 0.95) -> Treated:
    """Cut to two percentiles, given as shares 0..1 of the values.

    Percentiles are those of ``moments.quantile``. Source: OECD/JRC, Handbook on Constructing Composite
    Indicators (2008), step 4 (trimming).
    """
    if x.size < LEAST:
        return Treated(x, kept="few")
    ordered = np.sort(x)
    return _cut(x, quantile(ordered, low), quantile(ordered, high))


def _cut(x: FloatArray, low: float, high: float) -> Treated:
    values = np.clip(x, low, high)
    if float(values.min()) == float(values.max()):
        return Treated(x, low=low, high=high, kept="constant" if float(x.min()) < float(x.max()) else "")
    return Treated(values, low=low, high=high, points=int((values != x).sum()))


def settled(found: Treated) -> dict[str, float | bool]:
    """What other columns are treated by as this one was: the bounds of a cut, or those of a logarithm; else nothing."""
    if found.logged and found.edge is not None and found.shift is not None:
        return {"edge": found.edge, "shift": found.shift, "mirrored": found.mirrored}
    bounds = {name: bound for name, bound in (("low", found.low), ("high", found.high)) if bound is not None}
    both = found.low is not None and found.high is not None
    useless = (found.kept == "constant" and not found.points) or (both and found.low == found.high)
    return {} if useless else dict(bounds)


def again(x: FloatArray, saved: Mapping[str, float | bool]) -> Treated:
    """A column treated by what another one ``settled`` on.

    Where the logarithm is not defined for a value, the column is left alone and ``kept`` is ``beyond``.
    """
    if "edge" in saved:
        edge, shift, mirrored = float(saved["edge"]), float(saved["shift"]), bool(saved["mirrored"])
        distance = _distance(x, edge, shift, mirrored)
        if not bool((distance > 0.0).all()):
            return Treated(x, edge=edge, shift=shift, mirrored=mirrored, kept="beyond")
        return Treated(
            _logged(distance, mirrored), logged=True, mirrored=mirrored, offset=_offset(edge, shift, mirrored),
            points=x.size, edge=edge, shift=shift,
        )  # fmt: skip
    low, high = saved.get("low"), saved.get("high")
    if low is None and high is None:
        return Treated(x)
    values = np.clip(x, low, high)
    return Treated(values, low=low, high=high, points=int((values != x).sum()))


def parameters(found: Treated) -> dict[str, float | int | bool]:
    """What a treatment settled on, for traces: shapes before and after, bounds, points."""
    result: dict[str, float | int | bool] = {"points": found.points}
    for name, side in (("", found.before), ("_after", found.after)):
        if side is not None and not math.isnan(side.skewness):
            result[f"skewness{name}"] = side.skewness
            result[f"kurtosis{name}"] = side.kurtosis
    bounds = {"low": found.low, "high": found.high, "offset": found.offset}
    result |= {name: bound for name, bound in bounds.items() if bound is not None}
    if found.mirrored:
        result["mirrored"] = True
    return result
