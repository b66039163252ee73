"""Dividing a leaf by another column, × factor."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from resilience_index.data.cells import show
from resilience_index.data.table import Table
from resilience_index.findings import Finding, Location
from resilience_index.scoring.plan import LeafPlan, Plan
from resilience_index.scoring.preparation.prepared import Prepared, names
from resilience_index.scoring.statistics import Floats


def quotient(leaf: LeafPlan, table: Table) -> Floats:
    """A leaf's values (units,) as they are divided: x / d × factor, NaN without d and where d is not above 0."""
    assert leaf.denominate is not None
    divisor = table.values[table.indicators.index(leaf.denominate["by"])]
    with np.errstate(all="ignore"):
        result = table.values[leaf.index] / np.where(divisor > 0.0, divisor, np.nan) * leaf.denominate["factor"]
    return np.where(np.isinf(result), np.nan, result)


def run(plan: Plan, table: Table, found: Prepared) -> None:
    """Divide every leaf that asks for it by the values as they were reported."""
    found.findings += findings(plan, table)
    for leaf in plan.leaves:
        if leaf.denominate is not None:
            result = quotient(leaf, table)
            result.flags.writeable = False
            found.divided[leaf.index] = found.values[leaf.index] = result
            call = leaf.denominate
            found.note(leaf.index, "denominate", {"by": call["by"], "factor": call["factor"]})


def findings(plan: Plan, table: Table) -> list[Finding]:
    """RI424: what is divided by is not above 0, cell by cell; RI425: it has no value, counted for each leaf."""
    return [found for leaf in plan.leaves if leaf.denominate is not None for found in _findings(leaf, table)]


def _findings(leaf: LeafPlan, table: Table) -> Iterator[Finding]:
    assert leaf.denominate is not None
    by = leaf.denominate["by"]
    position = table.indicators.index(by)
    divisor, there = table.values[position], ~np.isnan(table.values[leaf.index])
    for row in np.flatnonzero(there & (divisor <= 0.0)).tolist():
        params = {"leaf": leaf.id, "by": by, "value": show(f"{divisor[row]:g}"), "unit": table.label(row)}
        yield Finding("RI424", table.place(row, position), params)
    lost = np.flatnonzero(there & np.isnan(divisor))
    if lost.size:
        params = {"leaf": leaf.id, "by": by, "count": int(lost.size), "units": names(table, lost)}
        yield Finding("RI425", Location(table.source, field=table.headers.get(by)), params)
