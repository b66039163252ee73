"""Data methods at work on a set of columns: measured block by block, merged, settled in one pass or two.

A ``DataMethod`` weighs all leaves together or the children of one node. Each pass measures every block of rows;
what blocks give is merged in any order and settled at the end of the pass, until ``result`` is there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.errors import RefusalError
from resilience_index.findings import Finding
from resilience_index.methods import rounding
from resilience_index.methods.checking import Call
from resilience_index.methods.weights import (
    cilos,
    columns,
    critic,
    entropy,
    extents,
    gini,
    idocriw,
    independence,
    merec,
    moments,
    pca,
    spread,
)
from resilience_index.scoring.statistics import Floats

Bools = NDArray[np.bool_]
DIFFERENCES = "differences"
"""How much units differ in each column: what maximum deviation asks for beside weights."""
_LARGEST = 1e120
"""Squares and products of larger values would leave the range of floating point."""


@dataclass(frozen=True)
class Columns:
    """The columns that are weighed: ids, which of them are nodes, and in which less is better.

    ``owner`` is the node whose children they are, None for all leaves together. ``equal_if_flat``: children that
    are all constant get equal weights, because the node is constant itself and weighs nothing above.
    """

    names: tuple[str, ...]
    nodes: Bools
    cost: Bools
    owner: str | None = None
    equal_if_flat: bool = False


class Gathered:
    """What some blocks of rows gave, and how it is joined with what others gave."""

    def __init__(self, found: Any, join: Callable[[Sequence[Any]], Any]) -> None:
        self.found, self.join = found, join

    def merge(self, other: Gathered) -> None:
        """Take in what further blocks gave."""
        self.found = self.join([self.found, other.found])


@dataclass
class DataMethod:
    """One data method on one set of columns. ``result`` (columns,) is there when it is settled."""

    call: Call | None
    columns: Columns
    result: Floats | None = None
    findings: list[Finding] = field(default_factory=list)
    passes: int = 0
    _first: Any = None
    _extents: extents.Extents | None = None
    _scale: entropy.Scale | None = None

    @property
    def name(self) -> str:
        """The method's name."""
        return DIFFERENCES if self.call is None else self.call.name

    def measure(self, values: Sequence[Floats]) -> Gathered:
        """One pass over a block: ``values`` are its columns (units,), NaN for missing."""
        self._refuse_huge(values)
        if self.name == "entropy":
            return self._sums(values)
        # Values of a node come out of sums: noise beyond the decimals in which they are ranked is no variation.
        seen = [rounding.comparison_key(x) if node else x for x, node in zip(values, self.columns.nodes, strict=True)]
        return _MEASURES[self.name](self, seen)

    def settle(self, gathered: Gathered) -> None:
        """Turn what all blocks gave into weights, or into what the next pass needs."""
        self.passes += 1
        _SETTLERS[self.name](self, gathered.found)

    def _refuse_huge(self, values: Sequence[Floats]) -> None:
        for name, x in zip(self.columns.names, values, strict=True):
            largest = float(np.fmax.reduce(np.abs(x), initial=0.0))
            if largest >= _LARGEST:
                raise RefusalError("RI336", method=self.name, leaf=name, value=largest)

    # -- what is measured -----------------------------------------------------------------------------

    def _spreads(self, values: Sequence[Floats]) -> Gathered:
        return Gathered([spread.column_statistics(x) for x in values], _by_column(spread.merge))

    def _values(self, values: Sequence[Floats]) -> Gathered:
        return Gathered([gini.column_values(x) for x in values], _by_column(gini.merge))

    def _merec(self, values: Sequence[Floats]) -> Gathered:
        block = _table(values)
        if self.passes == 0:
            return Gathered(merec.extremes(block), merec.merge_extremes)
        return Gathered(merec.effects(block, self.columns.cost, self._first), merec.merge_effects)

    def _cilos(self, values: Sequence[Floats]) -> Gathered:
        return Gathered(cilos.measure(_table(values), self.columns.cost), cilos.merge)

    def _sums(self, values: Sequence[Floats]) -> Gathered:
        block = _table(values)
        if self._scale is None:
            return Gathered(extents.extents(block), extents.merge)
        return Gathered(entropy.measure(block, self._scale), entropy.merge)

    def _idocriw(self, values: Sequence[Floats]) -> Gathered:
        if self._scale is not None:
            return self._sums(values)
        # Values that are not above 0 are refused by the first part, which names them.
        positive = _table([np.where(x > 0.0, x, np.nan) for x in values])
        found = [cilos.measure(_table(values), self.columns.cost), extents.extents(positive)]
        return Gathered(
            found, lambda parts: [cilos.merge(part[0] for part in parts), extents.merge(part[1] for part in parts)]
        )

    def _moments(self, values: Sequence[Floats]) -> Gathered:
        if self.call is not None and self.call.get("direction") == "raw":
            values = [-x if turned else x for x, turned in zip(values, self.columns.cost, strict=True)]
        block = _table(values)
        if self.passes == 0:
            return Gathered(extents.extents(block), extents.merge)
        return Gathered(moments.comoments(block, self._first), moments.merge_comoments)

    # -- what is settled ------------------------------------------------------------------------------

    def _settle_entropy(self, found: Any) -> None:
        if self._scale is not None:
            self._settle_sums(found)
            return
        names = self.columns.names
        for name, count in zip(names, found.counts.tolist(), strict=True):
            if count < columns.LEAST_UNITS:
                raise RefusalError("RI322", leaf=name, count=count)
        flat = self._constant(found)
        self.findings += [Finding("RI324", params={"leaf": name}) for name in _chosen(names, flat)]
        units = int(found.counts.min())
        if units < len(names):
            self.findings.append(Finding("RI325", params={"units": units, "leaves": len(names)}))
        self._start_sums(found)

    def _start_sums(self, found: extents.Extents) -> None:
        """Ask for the sums of entropy, on the scale that the extents of all units set."""
        shift = float(self.call["shift"]) if self.call is not None and "shift" in self.call else 0.0
        self._extents = found
        self._scale = entropy.scale(found, shift, self.columns.names)

    def _settle_sums(self, sums: entropy.Sums) -> None:
        """Entropy weights from the sums of all units, or a finer scale for another pass."""
        assert self._scale is not None
        assert self._extents is not None
        finer = entropy.finer(sums, self._scale, self._extents)
        if finer is not None:
            self._scale = finer
            return
        found = entropy.divergences(sums, self._scale, self._extents, self.columns.names)
        if self.name == "idocriw":
            self.result = idocriw.join(entropy.weights_from(found), self._first)
            return
        found = np.where(self._constant(self._extents), 0.0, found)
        if self.columns.equal_if_flat and not found.any():
            self._equal()
        else:
            self.result = entropy.weights_from(found)

    def _settle_spread(self, found: Sequence[spread.ColumnStatistics]) -> None:
        weigh = spread.std_weights if self.name == "std" else spread.cv_weights
        flat = np.array([column.minimum >= column.maximum for column in found])
        self._weigh([column.units for column in found], flat, lambda: weigh(found, self.columns.names))

    def _settle_gini(self, found: Sequence[gini.ColumnValues]) -> None:
        flat = np.array([_is_flat(column) for column in found])
        self._weigh(
            [column.units for column in found], flat, lambda: gini.weights_from(found, self.columns.names)
        )  # fmt: skip

    def _settle_differences(self, found: Sequence[gini.ColumnValues]) -> None:
        columns.require_units("deviation", [column.units for column in found], self.columns.names)
        self.result = np.array([gini.mean_difference(column) for column in found])

    def _settle_merec(self, found: Any) -> None:
        if self.passes == 1:
            if self._flat(found.minima == found.maxima) and found.units >= columns.LEAST_UNITS:
                return
            merec.check(found, self.columns.names)
            self._first = found
            return
        flat = self._first.minima == self._first.maxima
        self._tell(self._first.units, flat)
        self.result = merec.weights_from(found)

    def _settle_cilos(self, found: Sequence[cilos.Best]) -> None:
        flat = np.array([criterion.least >= criterion.best for criterion in found])
        self._weigh(
            [criterion.units for criterion in found], flat, lambda: cilos.weights_from(list(found), self.columns.names)
        )  # fmt: skip

    def _settle_idocriw(self, found: Any) -> None:
        if self._scale is not None:
            self._settle_sums(found)
            return
        losses, ranges = found
        columns.require_units(self.name, [criterion.units for criterion in losses], self.columns.names)
        flat = np.array([criterion.least >= criterion.best for criterion in losses])
        if self._flat(flat):
            return
        try:
            self._first = cilos.weights_from(losses, self.columns.names)
        except RefusalError as error:
            error.params["method"] = self.name
            raise
        self._tell(min(criterion.units for criterion in losses), flat)
        self._start_sums(ranges)

    def _settle_moments(self, found: Any) -> None:
        if self.passes == 1:
            self._first = moments.grid(found)
            return
        names = self.columns.names
        weigh: dict[str, Callable[[], Floats]] = {
            "critic": lambda: critic.weights_from(found, names=names),
            "pca": lambda: pca.weights_from(found, negative=self._own("negative"), names=names),
            "independence": lambda: independence.weights_from(found, names),
        }
        self._weigh(moments.units(found), moments.constant(found), weigh[self.name])

    # -- what is common -------------------------------------------------------------------------------

    def _constant(self, found: extents.Extents) -> Bools:
        """Which columns have one value only: those of leaves exactly, those of nodes at 10 decimals."""
        low, high = (np.where(self.columns.nodes, rounding.comparison_key(x), x) for x in (found.minima, found.maxima))
        return np.asarray(low == high)

    def _own(self, parameter: str) -> Any:
        assert self.call is not None
        return self.call[parameter]

    def _weigh(self, units: Sequence[int], flat: Bools, weigh: Callable[[], Floats]) -> None:
        columns.require_units(self.name, units, self.columns.names)
        if not self._flat(flat):
            result = weigh()
            self._tell(min(units), flat)
            self.result = result

    def _flat(self, flat: Bools) -> bool:
        """Equal weights for children that are all constant, where nothing is left to weigh."""
        if self.columns.equal_if_flat and bool(flat.all()):
            self._tell(len(flat), flat)
            self._equal()
            return True
        return False

    def _equal(self) -> None:
        self.result = np.full(len(self.columns.names), 1.0 / len(self.columns.names))

    def _tell(self, units: int, flat: Bools) -> None:
        names = self.columns.names
        self.findings += [Finding("RI334", params={"method": self.name, "leaf": name}) for name in _chosen(names, flat)]
        if units < len(names):
            params = {"method": self.name, "units": units, "leaves": len(names)}
            self.findings.append(Finding("RI335", params=params))


_MEASURES: dict[str, Callable[[DataMethod, Sequence[Floats]], Gathered]] = {
    "std": DataMethod._spreads,
    "cv": DataMethod._spreads,
    "gini": DataMethod._values,
    DIFFERENCES: DataMethod._values,
    "merec": DataMethod._merec,
    "cilos": DataMethod._cilos,
    "idocriw": DataMethod._idocriw,
    "critic": DataMethod._moments,
    "pca": DataMethod._moments,
    "independence": DataMethod._moments,
}
_SETTLERS: dict[str, Callable[[DataMethod, Any], None]] = {
    "entropy": DataMethod._settle_entropy,
    "std": DataMethod._settle_spread,
    "cv": DataMethod._settle_spread,
    "gini": DataMethod._settle_gini,
    DIFFERENCES: DataMethod._settle_differences,
    "merec": DataMethod._settle_merec,
    "cilos": DataMethod._settle_cilos,
    "idocriw": DataMethod._settle_idocriw,
    "critic": DataMethod._settle_moments,
    "pca": DataMethod._settle_moments,
    "independence": DataMethod._settle_moments,
}


def _table(values: Sequence[Floats]) -> Floats:
    """Columns as a table (units, columns), each contiguous."""
    return np.stack(values).T


def _by_column(merge: Callable[[Any], Any]) -> Callable[[Sequence[Any]], Any]:
    """Merging what blocks gave, column by column."""
    return lambda parts: [merge(column) for column in zip(*parts, strict=True)]


def _chosen(names: Sequence[str], mask: Bools) -> list[str]:
    return [name for name, inside in zip(names, mask, strict=True) if inside]


def _is_flat(found: gini.ColumnValues) -> bool:
    return not found.units or max(piece.max() for piece in found.pieces if piece.size) == min(
        piece.min() for piece in found.pieces if piece.size
    )
