"""The steps a column goes through: each says which statistics it needs, settles on them, and applies.

A step that needs statistics is *unsettled* until a measuring pass has given them. Steps never look at
other columns, so any cut of the rows into blocks gives the same values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.framework.models import Rounding
from resilience_index.methods import normalize, rounding
from resilience_index.methods.checking import Call
from resilience_index.scoring.statistics import ColumnStatistics, Floats, Wanted

Groups = Mapping[str, Any]

_DECIMALS = 1e14
_LARGEST = 64.0
"""Up to here a value times 10^14 is a whole number that a double holds exactly."""
_FINEST = 1e12
"""Rounding finer than 12 decimals of the inside scale looks at all digits."""


class RowRefusal(Exception):  # noqa: N818 - caught by the kernel, which knows the unit's name
    """A refusal about single rows: the code, the rows of the block, their values, and parameters."""

    def __init__(self, code: str, rows: Any, values: Any, **params: Any) -> None:
        super().__init__(code)
        self.code, self.rows, self.values, self.params = code, rows, values, params


@dataclass
class Step:
    """A step of a column's way. ``within`` names the grouping its statistics are taken in, if any."""

    wanted: Wanted | None = None
    within: str | None = None
    settled: bool = True

    def settle(self, statistics: Mapping[int, ColumnStatistics]) -> None:
        """Take the parameters from the statistics of each group (one group, 0, without ``within``)."""

    def apply(self, x: Floats, codes: Any, out: Floats | None = None) -> Floats:
        """Return the column after this step.

        ``codes`` are the rows' group codes where ``within`` is set; ``out``, not ``x`` itself, is where the
        result may be put.
        """
        raise NotImplementedError  # pragma: no cover - every step defines it

    def parameters(self) -> dict[str, Any]:
        """The settled parameters, for traces and explanations."""
        return {}


@dataclass
class Goalposts(Step):
    """Fixed goalposts, or a target range."""

    goalposts: tuple[float, ...] = ()
    log: bool = False
    clip: bool = True
    leaf: str = ""

    def apply(self, x: Floats, codes: Any, out: Floats | None = None) -> Floats:  # noqa: ARG002 - the interface
        if self.log:
            _refuse_nonpositive(x, self.leaf)
        if len(self.goalposts) == 4:
            low, a, b, high = np.log(np.array(self.goalposts)).tolist() if self.log else self.goalposts
            return normalize.target(np.log(x) if self.log else x, low, a, b, high, clip=self.clip, out=out)
        return normalize.goalposts(x, *self.goalposts, log=self.log, clip=self.clip, out=out)

    def parameters(self) -> dict[str, Any]:
        return {"goalposts": list(self.goalposts)}


@dataclass
class Logarithm(Step):
    """Natural logarithm before a relative method."""

    leaf: str = ""

    def apply(self, x: Floats, codes: Any, out: Floats | None = None) -> Floats:  # noqa: ARG002 - the interface
        _refuse_nonpositive(x, self.leaf)
        return np.log(x, out=out)


def _refuse_nonpositive(x: Floats, leaf: str) -> None:
    bad = normalize.nonpositive(x)
    if bad.any():
        rows = np.flatnonzero(bad)
        raise RowRefusal("RI402", rows, x[rows], leaf=leaf)


@dataclass
class Grouped(Step):
    """A step whose parameters come from statistics, perhaps of each group of rows apart."""

    name: str = ""
    groups: dict[int, Any] = field(default_factory=dict)

    def one(self, x: Floats, parameter: Any, out: Floats | None = None) -> Floats:
        """Apply to rows of one group."""
        raise NotImplementedError  # pragma: no cover - every grouped step defines it

    def apply(self, x: Floats, codes: Any, out: Floats | None = None) -> Floats:
        if codes is None:
            return self.one(x, self.groups.get(0), out)
        result = np.empty_like(x) if out is None else out
        for code in np.unique(codes):
            rows = codes == code
            result[rows] = self.one(np.ascontiguousarray(x[rows]), self.groups.get(int(code)))
        return result


@dataclass
class MinMax(Grouped):
    """Between the smallest and the largest value."""

    cost: bool = False
    to: tuple[float, float] = (0.0, 1.0)
    constant: float | None = None
    node: bool = False

    def settle(self, statistics: Mapping[int, ColumnStatistics]) -> None:
        for code, found in statistics.items():
            constant = found.is_constant(node=self.node)
            if constant and self.constant is None:
                raise RefusalError("RI403", id=self.name, group=code)
            self.groups[code] = (found.minimum, found.minimum if constant else found.maximum)
        self.settled = True

    def one(self, x: Floats, parameter: Any, out: Floats | None = None) -> Floats:
        if parameter is None or parameter[0] > parameter[1]:
            return np.full(x.shape, np.nan)
        return normalize.minmax(x, *parameter, cost=self.cost, to=self.to, constant=self.constant, out=out)

    def parameters(self) -> dict[str, Any]:
        return {"extent": {str(code): list(pair) for code, pair in sorted(self.groups.items())}}


@dataclass
class PercentileRank(Grouped):
    """Rank among the units, between 0 and 1."""

    ties: Literal["min", "average", "max"] = "min"
    cost: bool = False
    before: bool = False

    def settle(self, statistics: Mapping[int, ColumnStatistics]) -> None:
        for code, found in statistics.items():
            if found.count == 1:
                raise RefusalError("RI404", id=self.name, count=1, group=code)
            self.groups[code] = found.sorted_values()
        self.settled = True

    def one(self, x: Floats, parameter: Any, out: Floats | None = None) -> Floats:
        if parameter is None or parameter.size == 0:
            return np.full(x.shape, np.nan)
        return normalize.percentile_rank(x, parameter, ties=self.ties, cost=self.cost, before=self.before, out=out)

    def parameters(self) -> dict[str, Any]:
        return {"units": {str(code): int(values.size) for code, values in sorted(self.groups.items())}}


@dataclass
class Comparable(Step):
    """Rounds to the 10 decimals in which node values are compared, before they are ranked."""

    def apply(self, x: Floats, codes: Any, out: Floats | None = None) -> Floats:  # noqa: ARG002 - the interface
        return rounding.comparison_key(x, out=out)


@dataclass
class Invert(Step):
    """1 − x."""

    def apply(self, x: Floats, codes: Any, out: Floats | None = None) -> Floats:  # noqa: ARG002 - the interface
        return normalize.invert(x, out=out)


@dataclass
class Round(Step):
    """Rounding on the shown scale; the value goes on unscaled."""

    digits: int = 0
    mode: Literal["half_up", "half_even"] = "half_up"
    scale: float = 1.0

    def shown(self, x: Floats) -> Floats:
        """The rounded value on the shown scale."""
        if self.scale * 10.0**self.digits <= _FINEST:
            x = _without_noise(x)
        return rounding.round_shown(x, self.digits, self.mode, self.scale)

    def apply(self, x: Floats, codes: Any, out: Floats | None = None) -> Floats:  # noqa: ARG002 - the interface
        shown = self.shown(x)
        return np.divide(shown, self.scale, out=shown)


def _without_noise(x: Floats) -> Floats:
    """Values to the 14 decimals that arithmetic leaves untouched, so that its noise decides no half.

    The mean of 0.01 and 0.06 is 0.035 to everybody who works it out, and 0.034999999999999996 in floating point.
    """
    with np.errstate(all="ignore"):
        result = np.multiply(x, _DECIMALS)
        np.rint(result, out=result)
        np.divide(result, _DECIMALS, out=result)
        np.copyto(result, x, where=np.abs(x) >= _LARGEST)
    return result


def round_step(setting: Rounding | None, scale: float) -> Round | None:
    """The rounding step of a setting."""
    return None if setting is None else Round(digits=setting.digits, mode=setting.mode, scale=scale)


def normalize_steps(
    call: Call, name: str, *, goalposts: tuple[float, ...] | None, cost: bool, node: bool = False
) -> list[Step]:
    """The steps of a normalisation: a logarithm where asked, then the method."""
    make: dict[str, Callable[[], list[Step]]] = {
        "none": list,
        "goalposts": lambda: [
            Goalposts(goalposts=goalposts or (), log=call["transform"] == "log", clip=call["clip"], leaf=name)
        ],
        "minmax": lambda: [
            *([Logarithm(leaf=name)] if call["transform"] == "log" else []),
            MinMax(
                wanted="extent", within=call["within"], settled=False, name=name, cost=cost, to=call["to"],
                constant=call["constant"], node=node,
            ),
        ],
        "percentile_rank": lambda: [
            *([Comparable()] if node else []),
            PercentileRank(
                wanted="ordered", within=call["within"], settled=False, name=name, ties=call["ties"],
                cost=cost, before=call["cost"] == "before",
            ),
        ],
    }  # fmt: skip
    return make[call.name]()
