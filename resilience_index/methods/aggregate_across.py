"""Aggregation across units: what a unit is worth beside all others of the run.

A method is an object that is settled in one or more passes over all units and then gives values. In a pass
``measure`` takes what it needs from some units, ``merge`` joins what several blocks of units gave, in any order,
and ``settle`` reads it; when ``settled`` is true, ``value`` gives the values of any units. All statistics are exact
and independent of the order of units and of how they are cut into blocks.

``children`` are m arrays (n,) in which more is better, ``weights`` (m,) are not negative, missing is NaN. A unit of
which a child is missing is weighed by the others. Children of weight 0 are not looked at. ``derived`` says which
children come out of sums: they are constant when they are the same at 10 decimals.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods import exact, rounding
from resilience_index.methods.arrays import BoolArray, FloatArray

_BITS = 16
_MANY = 1 << _BITS
"""Squares that are added at a time."""
LARGEST = 1e120
"""Squares of larger values would leave the range of floating point."""


@dataclass(frozen=True)
class Outcome:
    """Values of units (n,), where they are not defined (None: nowhere), and the figures on the way by name."""

    values: FloatArray
    undefined: BoolArray | None = None
    details: Mapping[str, FloatArray] = field(default_factory=dict)


class AcrossMethod(ABC):
    """The interface of a method across units; ``derived`` as in the module's docstring."""

    def __init__(self, derived: Sequence[bool]) -> None:
        self.derived = tuple(derived)
        self.settled = False
        self.reach: Extents | None = None

    @abstractmethod
    def measure(self, children: Sequence[FloatArray], weights: FloatArray) -> Any:
        """What this pass needs of some units."""

    @abstractmethod
    def merge(self, parts: Sequence[Any]) -> Any:
        """Join what several blocks of units gave."""

    def count(self, found: Any) -> int:
        """How many units the first pass found."""
        units: int = found.units
        return units

    @abstractmethod
    def settle(self, found: Any, weights: FloatArray) -> None:
        """Read what a pass over all units found. Raises ``RefusalError`` (RI448: nothing tells the units apart)."""

    @abstractmethod
    def value(self, children: Sequence[FloatArray], weights: FloatArray) -> Outcome:
        """The values of some units."""

    def beyond(self, children: Sequence[FloatArray], weights: FloatArray) -> Outcome:
        """The values of units that were not measured: what is better than the best counts as the best.

        Without that TOPSIS would count it as far from the best, and a grey coefficient would have no bound.
        """
        reach = self.reach
        if reach is not None:
            children = [
                np.clip(child, low, high) if low <= high else child
                for child, low, high in zip(children, reach.low.tolist(), reach.high.tolist(), strict=True)
            ]
        return self.value(children, weights)

    def parameters(self) -> dict[str, Any]:
        """What was settled, for traces and explanations."""
        return {}

    def evaluate(self, children: Sequence[FloatArray], weights: FloatArray) -> Outcome:
        """All passes and the values, of units that are all in one block."""
        while not self.settled:
            self.settle(self.merge([self.measure(children, weights)]), weights)
        return self.value(children, weights)


@dataclass
class Extents:
    """The extremes of each child (inf, −inf where there is no value), and how many units there are."""

    low: FloatArray
    high: FloatArray
    units: int

    def constant(self, derived: Sequence[bool]) -> BoolArray:
        """Children that are the same for all units that have them."""
        low, high = self.low.copy(), self.high.copy()
        with np.errstate(invalid="ignore"):
            for place in np.flatnonzero(np.asarray(derived, dtype=bool) & (self.low < self.high)).tolist():
                low[place], high[place] = rounding.comparison_key(np.array([low[place], high[place]]))
        return np.asarray(low >= high)


def extents(children: Sequence[FloatArray], weights: FloatArray) -> Extents:
    """Take the extremes of the children of positive weight. Raises ``RefusalError`` RI456 (values too large)."""
    size = len(children)
    found = Extents(np.full(size, np.inf), np.full(size, -np.inf), 0)
    gaps: BoolArray | None = None
    some = False
    for place, (child, weight) in enumerate(zip(children, weights.tolist(), strict=True)):
        if not weight > 0.0 or not child.size:
            continue
        low = float(child.min())
        if not math.isnan(low):  # a NaN anywhere would be the minimum
            known, some = child, True
        else:
            missing = np.isnan(child)
            gaps = missing if gaps is None else gaps & missing
            known = child[~missing]
            if not known.size:
                continue
            low = float(known.min())
        high = float(known.max())
        if max(-low, high) >= LARGEST:
            raise RefusalError("RI456", child=place, value=high if high >= LARGEST else low)
        found.low[place], found.high[place] = low, high
    rows = children[0].size
    found.units = rows if some or gaps is None else rows - int(gaps.sum())
    return found


def merge_extents(parts: Sequence[Extents]) -> Extents:
    """Join the extents of several blocks."""
    return Extents(
        np.minimum.reduce([part.low for part in parts]),
        np.maximum.reduce([part.high for part in parts]),
        sum(part.units for part in parts),
    )


class Topsis(AcrossMethod):
    """TOPSIS: how close a unit is to the best of every child rather than to the worst.

    C = D⁻ / (D⁺ + D⁻) with D± = √Σ (w·(x − x±)/‖x‖)²; ‖x‖ is √Σx² over the units (``norm: vector``) or 1. Not
    defined for a unit all of whose children are the same for all units. Source: C.-L. Hwang and K. Yoon, Multiple
    Attribute Decision Making (1981), section 3.2.7.
    """

    def __init__(self, derived: Sequence[bool], norm: Literal["vector", "none"] = "vector") -> None:
        super().__init__(derived)
        self.norm = norm
        self._sizes: list[int] | None = None

    def measure(self, children: Sequence[FloatArray], weights: FloatArray) -> Any:
        if self._sizes is None:
            return extents(children, weights)
        pairs = zip(children, self._sizes, self.flat.tolist(), strict=True)
        return [[] if flat else _squares(child, size) for child, size, flat in pairs]

    def merge(self, parts: Sequence[Any]) -> Any:
        if self._sizes is None:
            return merge_extents(parts)
        return [[term for part in child for term in part] for child in zip(*parts, strict=True)]

    def settle(self, found: Any, weights: FloatArray) -> None:
        if self._sizes is None:
            require(found.units)
            self.flat = found.constant(self.derived) | ~(weights > 0.0)
            refuse_same(self.flat, found.units)
            self.reach = found
            # A child that is the same for all is as far from the best as from the worst: from both 0.
            self.low, self.high = np.where(self.flat, 0.0, found.low), np.where(self.flat, 0.0, found.high)
            self.norms = np.ones(weights.size)
            largest = np.maximum(np.abs(self.low), np.abs(self.high)).tolist()
            self._sizes = [math.frexp(value)[1] for value in largest]
            self.settled = self.norm == "none"
            return
        norms = [math.ldexp(math.sqrt(exact.exact_sum(terms)), size) for terms, size in
                 zip(found, self._sizes, strict=True)]  # fmt: skip
        self.norms = np.where(self.flat, 1.0, norms)
        self.settled = True

    def value(self, children: Sequence[FloatArray], weights: FloatArray) -> Outcome:
        factors = np.where(self.flat, 0.0, weights / np.where(self.flat, 1.0, self.norms))
        used = [
            (child, factor, low * factor, high * factor)
            for child, factor, low, high in zip(
                children, factors.tolist(), self.low.tolist(), self.high.tolist(), strict=True
            )
            if factor > 0.0
        ]
        best, worst = _distances(used, children[0].size)
        rows = np.flatnonzero(np.isnan(best))
        if rows.size:
            part = [(child[rows], factor, low, high) for child, factor, low, high in used]
            best[rows], worst[rows] = _distances(part, rows.size, gaps=True)
        np.sqrt(best, out=best)
        np.sqrt(worst, out=worst)
        total = best + worst
        undefined = total == 0.0
        with np.errstate(all="ignore"):
            values = worst / total
        return Outcome(
            values, undefined & present(children, weights) if undefined.any() else None,
            {"distance_to_best": best, "distance_to_worst": worst},
        )  # fmt: skip

    def parameters(self) -> dict[str, Any]:
        used = ~self.flat
        return {"worst": known(self.low, used), "best": known(self.high, used), "norms": known(self.norms, used)}


def _squares(x: FloatArray, size: int) -> list[float]:
    """Terms whose exact sum is that of (x / 2^size)², each square to 73 binary places; |x| < 2^size, NaN left out.

    Adding and subtracting 1.5 · 2^k leaves of a number what is a multiple of 2^(k − 52). With k such that _MANY
    such parts have an exact sum, no order of adding them changes it (Demmel and Nguyen 2015, as in ``exact``), and
    a bound that is known beforehand takes half the work of one that is looked for.
    """
    found = []
    if np.isnan(x).any():
        x = x[~np.isnan(x)]
    scale = math.ldexp(1.0, -size)
    for start in range(0, x.size, _MANY):
        rest = x[start : start + _MANY] * scale
        np.multiply(rest, rest, out=rest)
        part = np.empty_like(rest)
        for magic in (math.ldexp(1.5, _BITS), math.ldexp(1.5, 2 * _BITS - 53)):
            np.add(rest, magic, out=part)
            np.subtract(part, magic, out=part)
            found.append(float(part.sum()))
            np.subtract(rest, part, out=rest)
    return found


def _distances(used: Sequence[Any], size: int, *, gaps: bool = False) -> tuple[FloatArray, FloatArray]:
    """Sums of squared distances to the best and to the worst; a missing child adds nothing under ``gaps``."""
    best, worst = np.zeros(size), np.zeros(size)
    scaled, term = np.empty(size), np.empty(size)
    for child, factor, low, high in used:
        np.multiply(child, factor, out=scaled)
        for bound, total in ((high, best), (low, worst)):
            np.subtract(scaled, bound, out=term)
            np.multiply(term, term, out=term)
            if gaps:
                np.copyto(term, 0.0, where=np.isnan(term))
            np.add(total, term, out=total)
    return best, worst


class Vikor(AcrossMethod):
    """VIKOR: the sum and the largest of the weighted distances to the best, each stretched between the units.

    With t = w·(x⁺ − x)/(x⁺ − x⁻), w as shares of those of the children there: S = Σ t, R = max t,
    Q = v·(S − S*)/(S⁻ − S*) + (1 − v)·(R − R*)/(R⁻ − R*); the value is 1 − Q. A part in which all units are the same
    (at 10 decimals) adds nothing. Not defined for a unit that has only children which are the same for all.
    Source: S. Opricovic and G.-H. Tzeng, European Journal of Operational Research 156 (2004), 445–455, section 2.
    """

    def __init__(self, derived: Sequence[bool], v: float = 0.5) -> None:
        super().__init__(derived)
        self.v = float(v)
        self._extents: Extents | None = None

    def measure(self, children: Sequence[FloatArray], weights: FloatArray) -> Extents:
        if self._extents is None:
            return extents(children, weights)
        utility, regret = self.measures(children, weights)
        return extents([utility, regret], np.ones(2))

    def merge(self, parts: Sequence[Extents]) -> Extents:
        return merge_extents(parts)

    def settle(self, found: Extents, weights: FloatArray) -> None:
        if self._extents is None:
            require(found.units)
            self.flat = found.constant(self.derived) | ~(weights > 0.0)
            refuse_same(self.flat, found.units)
            self._extents = self.reach = found
            return
        self.low, self.high = found.low.tolist(), found.high.tolist()
        self.units = found.units
        varies = ~found.constant((True, True))
        parts = np.where(varies, (self.v, 1.0 - self.v), 0.0)
        refuse_same(parts == 0.0, found.units)
        self.parts = parts.tolist()
        self.settled = True

    def measures(self, children: Sequence[FloatArray], weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The utility measure S and the regret measure R of units."""
        bounds = self._extents
        assert bounds is not None
        ranges = np.where(self.flat, 1.0, bounds.high - bounds.low)
        factors = np.where(self.flat, 0.0, weights / ranges).tolist()
        tops = np.where(self.flat, 0.0, bounds.high).tolist()
        used = [item for item in zip(children, factors, tops, weights.tolist(), strict=True) if item[3] > 0.0]
        utility, regret = _regrets(used, children[0].size)
        rows = np.flatnonzero(np.isnan(utility))
        if rows.size:
            part = [(child[rows], factor, top, weight) for child, factor, top, weight in used]
            utility[rows], regret[rows] = _regrets(part, rows.size, gaps=True)
            telling = [child for child, flat in zip(children, self.flat.tolist(), strict=True) if not flat]
            none = np.logical_and.reduce([np.isnan(child[rows]) for child in telling])
            utility[rows[none]] = regret[rows[none]] = np.nan
        return utility, regret

    def value(self, children: Sequence[FloatArray], weights: FloatArray) -> Outcome:
        utility, regret = self.measures(children, weights)
        compromise = np.zeros(utility.size)
        for measure, share, low, high in zip((utility, regret), self.parts, self.low, self.high, strict=True):
            if share > 0.0:
                compromise += share * ((measure - low) / (high - low))
        lost = np.isnan(utility)
        compromise[lost] = np.nan
        undefined = lost & present(children, weights) if lost.any() else None
        return Outcome(1.0 - compromise, undefined, {"S": utility, "R": regret, "Q": compromise})

    def beyond(self, children: Sequence[FloatArray], weights: FloatArray) -> Outcome:
        found = super().beyond(children, weights)
        return Outcome(np.clip(found.values, 0.0, 1.0), found.undefined, found.details)

    def parameters(self) -> dict[str, Any]:
        bounds = self._extents
        assert bounds is not None
        used = ~self.flat
        return {
            "worst": known(bounds.low, used), "best": known(bounds.high, used),
            "S": [self.low[0], self.high[0]], "R": [self.low[1], self.high[1]], "units": self.units,
        }  # fmt: skip


def _regrets(used: Sequence[Any], size: int, *, gaps: bool = False) -> tuple[FloatArray, FloatArray]:
    """S and R; under ``gaps`` children may be missing, and weights are shares of those that are there.

    Without it a NaN of a child must reach S, even of one that is the same for all.
    """
    utility, regret = np.zeros(size), np.zeros(size)
    term = np.empty(size)
    divisor: Any = 0.0
    for child, factor, top, weight in used:
        np.subtract(top, child, out=term)
        np.multiply(term, factor, out=term)
        if gaps:
            missing = np.isnan(child)
            np.copyto(term, 0.0, where=missing)
            divisor += np.where(missing, 0.0, weight)
        else:
            divisor += weight
        np.add(utility, term, out=utility)
        np.maximum(regret, term, out=regret)
    with np.errstate(all="ignore"):
        return utility / divisor, regret / divisor


class Grey(AcrossMethod):
    """Grey relational grade: Σ w·ξ / Σ w with ξ = (Δmin + ρ·Δmax) / (Δ + ρ·Δmax), Δ = x⁺ − x.

    The reference x⁺ is the best of each child, so that Δmin, over all units and children, is 0; Δmax is taken over
    all of them. Source: J.-L. Deng, Systems & Control Letters 1 (1982), 288–294; Journal of Grey System 1 (1989),
    1–24.
    """

    def __init__(self, derived: Sequence[bool], rho: float = 0.5) -> None:
        super().__init__(derived)
        self.rho = float(rho)

    def measure(self, children: Sequence[FloatArray], weights: FloatArray) -> Extents:
        return extents(children, weights)

    def merge(self, parts: Sequence[Extents]) -> Extents:
        return merge_extents(parts)

    def settle(self, found: Extents, weights: FloatArray) -> None:
        require(found.units)
        flat = found.constant(self.derived) | ~(weights > 0.0)
        refuse_same(flat, found.units)
        self.flat, self.best = flat, np.where(np.isfinite(found.high), found.high, 0.0)
        self.reach, self.widest = found, float((found.high - found.low)[~flat].max())
        self.settled = True

    def value(self, children: Sequence[FloatArray], weights: FloatArray) -> Outcome:
        from resilience_index.methods.aggregate import weighted_mean

        floor = self.rho * self.widest
        coefficients = []
        for child, weight, best, flat in zip(
            children, weights.tolist(), self.best.tolist(), self.flat.tolist(), strict=True
        ):
            if not weight > 0.0:
                coefficients.append(child)
                continue
            distance = np.where(np.isnan(child), np.nan, 0.0) if flat else best - child
            coefficients.append(np.divide(floor, distance + floor))
        return Outcome(weighted_mean(coefficients, weights))

    def parameters(self) -> dict[str, Any]:
        return {"best": self.best.tolist(), "widest": self.widest}


def require(units: int) -> None:
    """Refuse a comparison of less than two units (RI450)."""
    if units < 2:
        raise RefusalError("RI450", count=units)


def refuse_same(flat: BoolArray, units: int) -> None:
    """Refuse units that nothing tells apart (RI448)."""
    if flat.all():
        raise RefusalError("RI448", count=units)


def present(children: Sequence[FloatArray], weights: FloatArray) -> BoolArray:
    """Units with at least one child of positive weight."""
    found = np.zeros(children[0].size, dtype=bool)
    for child, weight in zip(children, weights.tolist(), strict=True):
        if weight > 0.0:
            found |= ~np.isnan(child)
    return found


def known(values: FloatArray, used: BoolArray) -> list[float | None]:
    """Figures of children as plain numbers, None for those that are not looked at."""
    return [value if here else None for value, here in zip(values.tolist(), used.tolist(), strict=True)]
