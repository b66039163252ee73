"""The steps of relative normalisations: their parameters are statistics of the run's units, or of a baseline."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods import normalize, normalize_rank, normalize_spread, rounding
from resilience_index.methods.exact import exact_sum
from resilience_index.scoring.statistics import ColumnStatistics, Floats
from resilience_index.scoring.steps import Grouped

Ties = Literal["min", "average", "max"]
_TOO_LARGE = {"zh": "有大于等于 3.3e150 的数值", "en": "it has values of 3.3e150 or more"}
_ALL_ZERO = {"zh": "各值全为 0", "en": "all its values are 0"}
_TOO_CLOSE = {"zh": "各值相差过小，算不出标准差", "en": "its values differ too little for a standard deviation"}
_NO_ROW = {"zh": "该单元不在其中", "en": "it is not among the units"}
_NO_VALUE = {"zh": "该单元没有值", "en": "it has no value"}
_SEVERAL = {"zh": "该单元有多行；可写 within: period", "en": "it has several rows; 'within: period' may be meant"}


@dataclass
class Extent(Grouped):
    """A step between the smallest and the largest value, with a rule for a constant column."""

    cost: bool = False
    constant: float | None = None
    clip: bool = True
    node: bool = False

    def settle(self, statistics: Mapping[int, ColumnStatistics]) -> None:
        for code, found in statistics.items():
            constant = found.is_constant(node=self.node)
            if constant and self.constant is None:
                raise RefusalError("RI403", id=self.name, group=code)
            self.groups[code] = (found.minimum, found.minimum if constant else found.maximum)
        self.settled = True

    def holds(self, parameter: Any) -> bool:
        return parameter is not None and parameter[0] <= parameter[1]

    def one(self, x: Floats, parameter: Any, out: Floats | None = None) -> Floats:
        if not self.holds(parameter):
            return np.full(x.shape, np.nan)
        if parameter[0] == parameter[1]:
            return normalize.minmax(x, *parameter, constant=self.constant, out=out)
        low, high = parameter
        return self.between(x, low, high, out)

    @abstractmethod
    def between(self, x: Floats, low: float, high: float, out: Floats | None) -> Floats:
        """The values between two extremes that differ."""

    def saved(self, parameter: Any) -> dict[str, Any]:
        return {"minimum": parameter[0], "maximum": parameter[1]}

    def restored(self, saved: Mapping[str, Any]) -> Any:
        low, high = _finite(saved, "minimum"), _finite(saved, "maximum")
        if low > high or (low == high and self.constant is None):
            raise ValueError("minimum above maximum")
        return low, high

    def parameters(self) -> dict[str, Any]:
        return {"extent": {str(code): list(pair) for code, pair in sorted(self.groups.items())}}


@dataclass
class MinMax(Extent):
    """Min–max."""

    to: tuple[float, float] = (0.0, 1.0)

    def between(self, x: Floats, low: float, high: float, out: Floats | None) -> Floats:
        clip = self.clip and self.fixed
        return normalize.minmax(x, low, high, cost=self.cost, to=self.to, clip=clip, out=out)


@dataclass
class DistanceToBest(Extent):
    """Distance to the best value."""

    def between(self, x: Floats, low: float, high: float, out: Floats | None) -> Floats:
        worst, best = (high, low) if self.cost else (low, high)
        return normalize_spread.distance(x, worst, best, clip=self.clip and self.fixed, out=out)


@dataclass
class Distance(Grouped):
    """Distance to a target, or to the value of the unit that ``mark`` names; the worst value is the run's."""

    method: str = ""
    cost: bool = False
    clip: bool = True
    target: float | None = None
    node: bool = False

    def settle(self, statistics: Mapping[int, ColumnStatistics]) -> None:
        for code, found in statistics.items():
            if found.count:
                self.groups[code] = self._pair(code, found)
        self.settled = True

    def _pair(self, code: int, found: ColumnStatistics) -> tuple[float, float]:
        """The worst value and the reference."""
        reference = self._reference(code, found.marked) if self.target is None else self.target
        worst = found.maximum if self.cost else found.minimum
        way = np.array([reference - worst])
        better = float((rounding.comparison_key(way) if self.node else way)[0])  # noise of sums is no distance
        if not (better < 0.0 if self.cost else better > 0.0):
            raise RefusalError("RI439", id=self.name, name=self.method, value=reference, worst=worst, group=code)
        return worst, reference

    def _reference(self, code: int, marked: list[float]) -> float:
        if len(marked) == 1 and not math.isnan(marked[0]):
            return marked[0]
        reason = _SEVERAL if len(marked) > 1 else _NO_VALUE if marked else _NO_ROW
        raise RefusalError("RI438", id=self.name, unit=self.mark, reason=reason, group=code)

    def one(self, x: Floats, parameter: Any, out: Floats | None = None) -> Floats:
        if parameter is None:
            return np.full(x.shape, np.nan)
        return normalize_spread.distance(x, *parameter, clip=self.clip, out=out)

    def saved(self, parameter: Any) -> dict[str, Any]:
        return {"worst": parameter[0], "reference": parameter[1]}

    def restored(self, saved: Mapping[str, Any]) -> Any:
        worst, reference = _finite(saved, "worst"), _finite(saved, "reference")
        if worst == reference:
            raise ValueError("no distance")
        return worst, reference

    def parameters(self) -> dict[str, Any]:
        return {"distance": {str(code): self.saved(pair) for code, pair in sorted(self.groups.items())}}


@dataclass
class ZScore(Grouped):
    """z-scores, stretched to a mean and a deviation."""

    cost: bool = False
    to_mean: float = 0.0
    to_sd: float = 1.0
    clip: tuple[float, float] | None = None
    constant: float | None = None
    node: bool = False

    def settle(self, statistics: Mapping[int, ColumnStatistics]) -> None:
        for code, found in statistics.items():
            if not found.count:
                continue
            if found.is_constant(node=self.node):
                if self.constant is None:
                    raise RefusalError("RI403", id=self.name, group=code)
                self.groups[code] = (found.minimum, 0.0)
                continue
            if not found.summable:
                raise RefusalError("RI436", id=self.name, name="zscore", reason=_TOO_LARGE, group=code)
            mean, sd = normalize_spread.mean_sd(found.count, found.sums, found.squares)
            if not sd > 0.0:
                raise RefusalError("RI436", id=self.name, name="zscore", reason=_TOO_CLOSE, group=code)
            self.groups[code] = (mean, sd)
        self.settled = True

    def one(self, x: Floats, parameter: Any, out: Floats | None = None) -> Floats:
        if parameter is None:
            return np.full(x.shape, np.nan)
        mean, sd = parameter
        if sd == 0.0:
            return normalize.minmax(x, mean, mean, constant=self.constant, out=out)
        z = normalize_spread.zscore(
            x, mean, sd, cost=self.cost, to_mean=self.to_mean, to_sd=self.to_sd, out=out
        )  # fmt: skip
        return z if self.clip is None else np.clip(z, *self.clip, out=z)

    def saved(self, parameter: Any) -> dict[str, Any]:
        return {"mean": parameter[0], "sd": parameter[1]}

    def restored(self, saved: Mapping[str, Any]) -> Any:
        mean, sd = _finite(saved, "mean"), _finite(saved, "sd")
        if sd < 0.0 or (sd == 0.0 and self.constant is None):
            raise ValueError("no deviation")
        return mean, sd

    def parameters(self) -> dict[str, Any]:
        return {"spread": {str(code): self.saved(pair) for code, pair in sorted(self.groups.items())}}


@dataclass
class Ratio(Grouped):
    """A share of the largest value, the sum, or the root of the sum of squares."""

    method: Literal["max", "sum", "vector"] = "max"
    cost: bool = False
    clip: bool = True

    def settle(self, statistics: Mapping[int, ColumnStatistics]) -> None:
        for code, found in statistics.items():
            if found.count:
                self.groups[code] = self._size(code, found)
        self.settled = True

    def _size(self, code: int, found: ColumnStatistics) -> float:
        if not found.summable:
            raise RefusalError("RI436", id=self.name, name=self.method, reason=_TOO_LARGE, group=code)
        if self.method == "max":
            size = found.maximum
        else:
            size = exact_sum(found.sums) if self.method == "sum" else math.sqrt(exact_sum(found.squares))
        if not size > 0.0:
            raise RefusalError("RI436", id=self.name, name=self.method, reason=_ALL_ZERO, group=code)
        return size

    def one(self, x: Floats, parameter: Any, out: Floats | None = None) -> Floats:
        if parameter is None:
            return np.full(x.shape, np.nan)
        return normalize_spread.ratio(x, parameter, cost=self.cost, clip=self.clip and self.fixed, out=out)

    def saved(self, parameter: Any) -> dict[str, Any]:
        return {"size": parameter}

    def restored(self, saved: Mapping[str, Any]) -> Any:
        size = _finite(saved, "size")
        if not size > 0.0:
            raise ValueError("no size")
        return size

    def parameters(self) -> dict[str, Any]:
        return {"size": {str(code): size for code, size in sorted(self.groups.items())}}


@dataclass
class Ranked(Grouped):
    """A rank among the units: ``percentile_rank``, ``rank`` or ``borda``."""

    method: Literal["percentile_rank", "rank", "borda"] = "percentile_rank"
    ties: Ties = "min"
    cost: bool = False
    before: bool = False

    def settle(self, statistics: Mapping[int, ColumnStatistics]) -> None:
        for code, found in statistics.items():
            if found.count == 1 and self.method == "percentile_rank":
                raise RefusalError("RI404", id=self.name, count=1, group=code)
            self.groups[code] = found.sorted_values()
        self.settled = True

    def holds(self, parameter: Any) -> bool:
        return parameter is not None and parameter.size > 0

    def one(self, x: Floats, parameter: Any, out: Floats | None = None) -> Floats:
        if not self.holds(parameter):
            return np.full(x.shape, np.nan)
        if self.method != "percentile_rank":
            rank = normalize_rank.ranks if self.method == "rank" else normalize_rank.borda
            return rank(x, parameter, ties=self.ties, cost=self.cost, out=out)
        percentile = normalize_rank.percentile_in if self.fixed else normalize.percentile_rank
        return percentile(x, parameter, ties=self.ties, cost=self.cost, before=self.before, out=out)

    def saved(self, parameter: Any) -> dict[str, Any]:
        return {"values": parameter.tolist()}

    def restored(self, saved: Mapping[str, Any]) -> Any:
        values = np.array(saved["values"], dtype=np.float64)
        least = 2 if self.method == "percentile_rank" else 1
        if values.ndim != 1 or values.size < least or not np.isfinite(values).all() or (np.diff(values) < 0).any():
            raise ValueError("no ascending values")
        return values

    def parameters(self) -> dict[str, Any]:
        return {"units": {str(code): int(values.size) for code, values in sorted(self.groups.items())}}


def _finite(saved: Mapping[str, Any], key: str) -> float:
    value = saved[key]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"{key} is no number")
    return float(value)
