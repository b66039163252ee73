"""The steps a column goes through: each says which statistics it needs, settles on them, and applies.

A step that needs statistics is *unsettled* until a measuring pass has given them, or a baseline. Steps never
look at other columns, so any cut of the rows into blocks gives the same values. ``steps_relative`` holds the
steps of relative methods, ``normalizing`` makes the steps of a method.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.framework.models import Rounding
from resilience_index.methods import normalize, normalize_bands, rounding
from resilience_index.scoring.statistics import ColumnStatistics, Floats, Wanted

Groups = Mapping[str, Any]
IMPOSSIBLE = {"zh": "所存参数不可能出自一次运行", "en": "its parameters cannot be those of a run"}

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
class Step(ABC):
    """A step of a column's way.

    ``within`` names the grouping its statistics are taken in, if any; ``mark`` the unit (its community_id) whose
    value is one of them.
    """

    wanted: Wanted | None = None
    within: str | None = None
    settled: bool = True
    mark: str | None = None

    def settle(self, statistics: Mapping[int, ColumnStatistics]) -> None:  # noqa: ARG002 - the interface
        """Take the parameters from the statistics of each group (one group, 0, without ``within``)."""
        self.settled = True

    @abstractmethod
    def apply(self, x: Floats, codes: Any, out: Floats | None = None) -> Floats:
        """Return the column after this step.

        ``codes`` are the rows' group codes where ``within`` is set; ``out``, not ``x`` itself, is where the
        result may be put.
        """

    def parameters(self) -> dict[str, Any]:
        """The settled parameters, for traces and explanations."""
        return {}


@dataclass
class Goalposts(Step):
    """Fixed goalposts, or a target range; on a node they are counted in 1/``scale``."""

    goalposts: tuple[float, ...] = ()
    scale: float = 1.0
    log: bool = False
    clip: bool = True
    leaf: str = ""

    def apply(self, x: Floats, codes: Any, out: Floats | None = None) -> Floats:  # noqa: ARG002 - the interface
        if self.log:
            _refuse_nonpositive(x, self.leaf)
        inside = tuple(value / self.scale for value in self.goalposts)
        if len(inside) == 4:
            low, a, b, high = np.log(np.array(inside)).tolist() if self.log else inside
            return normalize.target(np.log(x) if self.log else x, low, a, b, high, clip=self.clip, out=out)
        return normalize.goalposts(x, *inside, log=self.log, clip=self.clip, out=out)

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
class Times(Step):
    """A constant factor."""

    factor: float = 1.0

    def apply(self, x: Floats, codes: Any, out: Floats | None = None) -> Floats:  # noqa: ARG002 - the interface
        return np.multiply(x, self.factor, out=out)


@dataclass
class Bands(Step):
    """Points by the band a value falls into."""

    table: normalize_bands.Edges = field(default_factory=lambda: normalize_bands.edges(()))
    leaf: str = ""

    def apply(self, x: Floats, codes: Any, out: Floats | None = None) -> Floats:  # noqa: ARG002 - the interface
        points = normalize_bands.apply(x, self.table, out=out)
        outside = normalize_bands.outside(x, points)
        if outside.any():
            rows = np.flatnonzero(outside)
            raise RowRefusal("RI437", rows, x[rows], leaf=self.leaf)
        return points


@dataclass
class Sizes(Step):
    """Refuses what is no size: negative values, zeros too where ``reciprocal`` values follow."""

    leaf: str = ""
    method: str = ""
    reciprocal: bool = False

    def apply(self, x: Floats, codes: Any, out: Floats | None = None) -> Floats:  # noqa: ARG002 - the interface
        with np.errstate(all="ignore"):
            bad = np.less_equal(x, 0.0) if self.reciprocal else np.less(x, 0.0)
            if bad.any():
                rows = np.flatnonzero(bad)
                least = "> 0" if self.reciprocal else "≥ 0"
                raise RowRefusal("RI435", rows, x[rows], leaf=self.leaf, name=self.method, least=least)
            return np.divide(1.0, x, out=out) if self.reciprocal else x


@dataclass
class Grouped(Step):
    """A step whose parameters come from statistics, perhaps of each group of rows apart.

    ``fixed`` says that they are those of a baseline or of another table: values may lie beyond them.
    """

    name: str = ""
    groups: dict[int, Any] = field(default_factory=dict)
    fixed: bool = False

    def holds(self, parameter: Any) -> bool:
        """Whether there are parameters: a group without any value has none."""
        return parameter is not None

    @abstractmethod
    def saved(self, parameter: Any) -> dict[str, Any]:
        """The parameters of a group as a baseline holds them."""

    @abstractmethod
    def restored(self, saved: Mapping[str, Any]) -> Any:
        """The parameters of a group from what a baseline holds. Raises ``ValueError`` for what cannot be theirs."""

    def fix(self, groups: Mapping[int, Mapping[str, Any]]) -> None:
        """Settle on the parameters of a baseline instead of the run's statistics. Raises ``RefusalError`` RI442."""
        try:
            self.groups = {code: self.restored(saved) for code, saved in groups.items()}
        except (KeyError, TypeError, ValueError) as error:
            raise RefusalError("RI442", id=self.name, reason=IMPOSSIBLE) from error
        self.settled = self.fixed = True

    @abstractmethod
    def one(self, x: Floats, parameter: Any, out: Floats | None = None) -> Floats:
        """Apply to rows of one group."""

    def apply(self, x: Floats, codes: Any, out: Floats | None = None) -> Floats:
        if codes is None:
            return self.one(x, self.groups.get(0), out)
        result = np.empty_like(x) if out is None else out
        for code in np.unique(codes):
            rows = codes == code
            result[rows] = self.one(np.ascontiguousarray(x[rows]), self.groups.get(int(code)))
        return result


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
