"""What filling and treating settled on, as a baseline keeps it, and taken from a baseline in place of the run's own.

Only what rests on the set of units is kept: centres of columns or groups, the ends of columns by which the leaves of
a unit are laid beside each other, and the bounds that values were cut to or logged from. Neighbours are units, not
parameters: ``knn`` stays relative.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.data.table import Table
from resilience_index.errors import RefusalError
from resilience_index.methods import fill, treat
from resilience_index.methods.arrays import group_rows
from resilience_index.methods.checking import Call
from resilience_index.scoring.plan import LeafPlan, Plan, carried
from resilience_index.scoring.preparation.prepared import CodesOf, Prepared
from resilience_index.scoring.statistics import Floats
from resilience_index.scoring.steps import IMPOSSIBLE

Label = str | None
"""A group's label; None is the one group of all rows."""
Parameters = Mapping[str, Any]
_Rows = Iterator[tuple[Label, NDArray[np.intp]]]


def row_ends(plan: Plan, leaf: LeafPlan) -> list[LeafPlan]:
    """The leaves that a leaf is filled from under ``row_mean`` and ``row_median``."""
    return [
        other for other in plan.scored
        if other.index != leaf.index and other.leaf.indicator.direction in ("benefit", "cost")
        and (leaf.fill["among"] == "leaves" or other.parent == leaf.parent)
    ]  # fmt: skip


def centre_of(leaf: LeafPlan) -> fill.Centre:
    """The centre that a fill method takes."""
    return "mean" if leaf.fill.name.endswith("mean") else "median"


def own_treatment(call: Call, x: Floats) -> treat.Treated:
    """A column (or a group of its rows) treated by its own values."""
    if call.name == "iqr":
        return treat.iqr(x, factor=call["factor"])
    if call.name == "percentile":
        return treat.percentile(x, low=float(call["low"]), high=float(call["high"]))
    test = {"skewness": float(call["skewness"]), "kurtosis": float(call["kurtosis"]), "test": call["test"]}
    if call.name == "log":
        return treat.log(x, shift=call["shift"], mirror=call["mirror"], **test)
    return treat.winsorize(x, max_points=call["max_points"], otherwise=call["otherwise"], **test)


# --- keeping


def kept(
    plan: Plan, leaf: LeafPlan, step: str, table: Table, found: Prepared, codes_of: CodesOf
) -> list[dict[str, Any]]:
    """The groups of a leaf's ``fill`` or ``treat`` with their parameters, as the file holds them."""
    if plan.baseline is not None:
        saved = plan.baseline.groups(leaf.id, step) or {}
        return [{"group": label, "parameters": dict(parameters)} for label, parameters in saved.items()]
    of = _filling if step == "fill" else _treating
    return [
        {"group": label, "parameters": parameters}
        for label, parameters in of(plan, leaf, table, found, codes_of)
    ]  # fmt: skip


def _before_fill(table: Table, found: Prepared, index: int) -> Floats:
    return found.divided.get(index, table.values[index])


def _filling(
    plan: Plan, leaf: LeafPlan, table: Table, found: Prepared, codes_of: CodesOf
) -> Iterator[tuple[Label, Parameters]]:
    if leaf.fill.name.startswith("row_"):
        yield None, {"ends": _ends(plan, leaf, table, found)}
        return
    column, how = _before_fill(table, found, leaf.index), centre_of(leaf)
    for label, rows in _rows(column, leaf.fill.get("by"), codes_of):
        values = column[rows]
        centres = fill.by_centre(np.append(values, np.nan), np.append(np.isnan(values), True), None, how)[1]
        yield label, {how: centres.get(0)}


def _ends(plan: Plan, leaf: LeafPlan, table: Table, found: Prepared) -> dict[str, list[float] | None]:
    """Of the leaf and of those it is filled from; values as they are (``scale: raw``) need none."""
    if leaf.fill["scale"] == "raw" or leaf.leaf.indicator.direction not in ("benefit", "cost"):
        return {}
    ends = {
        each.id: fill.extent(_before_fill(table, found, each.index)) for each in (leaf, *row_ends(plan, leaf))
    }  # fmt: skip
    return {name: None if math.isnan(low) else [low, high] for name, (low, high) in ends.items()}


def _treating(
    plan: Plan, leaf: LeafPlan, table: Table, found: Prepared, codes_of: CodesOf  # noqa: ARG001 - as _filling
) -> Iterator[tuple[Label, Parameters]]:  # fmt: skip
    column = found.completed.get(leaf.index, _before_fill(table, found, leaf.index))
    for label, rows in _rows(column, leaf.treat.get("within"), codes_of):
        values = column[rows]
        values = values[~np.isnan(values)]
        yield label, treat.settled(own_treatment(leaf.treat, values)) if values.size else {}


def _rows(column: Floats, name: str | None, codes_of: CodesOf) -> _Rows:
    """The rows of each group, by its label."""
    if name is None:
        yield None, np.arange(column.size)
        return
    codes, labels = codes_of(name)
    for code, rows in group_rows(codes):
        yield labels[code], rows


# --- taking


class Standing:
    """The parameters of a leaf's step that a baseline gives. Each method raises ``RefusalError`` RI442."""

    def __init__(self, leaf: LeafPlan, step: str, groups: Mapping[Label, Parameters]) -> None:
        self.leaf, self.step, self.groups = leaf, step, groups

    def _parameters(self, label: Label) -> Parameters:
        if label not in self.groups:
            known = [str(group) for group in self.groups]
            raise RefusalError("RI442", id=self.leaf.id, reason={
                "zh": f"没有“{label}”组的参数（{self.step}），只有：{'、'.join(known) or '—'}",
                "en": f"it has nothing for the group '{label}' ({self.step}), only for: {', '.join(known) or '—'}",
            })  # fmt: skip
        return self.groups[label]

    def centre(self, label: Label, how: fill.Centre) -> float | None:
        """What fills the gaps of a group; None where the baseline's group had no value."""
        value = self._parameters(label).get(how, "")
        return None if value is None else self._number(value)

    def ends(self, leaves: Sequence[LeafPlan]) -> list[fill.Extent]:
        """The smallest and largest values of leaves; NaN where the baseline had none."""
        saved = self._parameters(None).get("ends")
        if not isinstance(saved, Mapping) or any(leaf.id not in saved for leaf in leaves):
            raise self._impossible()
        return [self._pair(saved[leaf.id]) for leaf in leaves]

    def treatment(self, label: Label) -> dict[str, float | bool]:
        """The bounds of a cut or of a logarithm; empty where the baseline's column was left alone."""
        saved = self._parameters(label)
        if not saved:
            return {}
        if "edge" in saved:
            if not isinstance(saved.get("mirrored"), bool):
                raise self._impossible()
            edge, shift = self._number(saved["edge"]), self._number(saved.get("shift"))
            return {"edge": edge, "shift": shift, "mirrored": saved["mirrored"]}
        found: dict[str, float | bool] = {
            name: self._number(saved[name]) for name in ("low", "high") if name in saved
        }  # fmt: skip
        if not found or found.get("low", -math.inf) > found.get("high", math.inf):
            raise self._impossible()
        return found

    def _pair(self, value: Any) -> fill.Extent:
        if value is None:
            return math.nan, math.nan
        if not isinstance(value, list) or len(value) != 2:
            raise self._impossible()
        low, high = self._number(value[0]), self._number(value[1])
        if low > high:
            raise self._impossible()
        return low, high

    def _number(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self._impossible()
        return float(value)

    def _impossible(self) -> RefusalError:
        return RefusalError("RI442", id=self.leaf.id, reason=IMPOSSIBLE)


def standing(plan: Plan, leaf: LeafPlan, step: str) -> Standing | None:
    """What a plan's baseline gives for a step of a leaf; None without a baseline, or for what it does not carry."""
    call = leaf.fill if step == "fill" else leaf.treat
    if plan.baseline is None or not carried(call):
        return None
    return Standing(leaf, step, plan.baseline.groups(leaf.id, step) or {})
