"""Filling the missing values of leaves, each from columns as they were reported (and divided)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from resilience_index.data.table import Table, encode
from resilience_index.errors import InputError
from resilience_index.findings import Finding, Location
from resilience_index.methods import fill
from resilience_index.scoring.plan import LeafPlan, Plan
from resilience_index.scoring.preparation.prepared import ALL, Bools, Codes, CodesOf, Prepared, gaps, names
from resilience_index.scoring.preparation.standing import centre_of, row_ends, standing
from resilience_index.scoring.statistics import Floats

_YEAR = re.compile(r"[0-9]{4}\Z")
_NO_PERIODS = {"zh": "没有期列", "en": "no period column"}
_ONE_PERIOD = {"zh": "只有一期", "en": "one period only"}


def run(plan: Plan, table: Table, found: Prepared, codes_of: CodesOf) -> None:
    """Fill every leaf that asks for it.

    Raises ``InputError`` RI431, RI432, all of them at once, and ``RefusalError`` RI442 about a baseline.
    """
    asking = [leaf for leaf in plan.scored if leaf.fill.name != "none"]
    if not asking:
        return
    _refuse(asking, table)
    holes = {leaf.index: gaps(table, found.values[leaf.index], leaf.index) for leaf in asking}
    before = list(found.values)
    work = _Work(plan, table, before, holes, codes_of, found)
    results = {
        leaf.index: work.one(leaf) for leaf in asking if leaf.fill.name != "knn" and holes[leaf.index].any()
    } | work.neighbours([leaf for leaf in asking if leaf.fill.name == "knn" and holes[leaf.index].any()])
    for leaf in asking:
        if leaf.index in results:
            _keep(leaf, table, found, results[leaf.index], holes[leaf.index])


def _refuse(asking: Sequence[LeafPlan], table: Table) -> None:
    problems = []
    periods = len(table.period_codes()[1])
    for leaf in asking:
        place = Location(table.source, field=table.headers.get(leaf.id))
        params: dict[str, Any] = {"leaf": leaf.id, "method": leaf.fill.text()}
        if leaf.fill.name == "knn" and len(table) > fill.MOST_ROWS:
            problems.append(Finding("RI431", place, {**params, "count": len(table), "limit": fill.MOST_ROWS}))
        if leaf.fill.name in ("previous", "linear") and periods < 2 and len(table):
            what = _NO_PERIODS if table.periods is None else _ONE_PERIOD
            problems.append(Finding("RI432", place, {**params, "what": what}))
    if problems:
        raise InputError([*table.findings, *problems])


def _keep(leaf: LeafPlan, table: Table, found: Prepared, result: Floats, holes: Bools) -> None:
    """Take a filled column in, and say what was filled and what was not."""
    done = holes & ~np.isnan(result)
    left = np.flatnonzero(holes & np.isnan(result))
    place = Location(table.source, field=table.headers.get(leaf.id))
    params: dict[str, Any] = {"leaf": leaf.id, "method": leaf.fill.text()}
    if left.size:
        units = names(table, left)
        found.findings.append(Finding("RI427", place, {**params, "count": int(left.size), "units": units}))
    rows = np.flatnonzero(done)
    if not rows.size:
        return
    found.findings.append(Finding("RI426", place, {**params, "count": int(rows.size), "units": names(table, rows)}))
    result.flags.writeable = False
    found.values[leaf.index] = found.completed[leaf.index] = result
    found.filled[leaf.index] = done


class _Work:
    """The ways to fill, over the columns as they are before any is filled."""

    def __init__(
        self,
        plan: Plan,
        table: Table,
        before: list[Floats],
        holes: dict[int, Bools],
        codes_of: CodesOf,
        found: Prepared,
    ) -> None:
        self.plan, self.table, self.before, self.holes = plan, table, before, holes
        self.codes_of, self.found = codes_of, found

    def one(self, leaf: LeafPlan) -> Floats:
        """A column filled by any method but nearest neighbours."""
        name, x, holes = leaf.fill.name, self.before[leaf.index], self.holes[leaf.index]
        if name in ("previous", "linear"):
            return self._over_time(leaf, x, holes)
        if name.startswith("row_"):
            return self._by_row(leaf, x, holes)
        how = centre_of(leaf)
        by = leaf.fill.get("by")
        codes, labels = (None, [ALL]) if by is None else self.codes_of(by)
        given = standing(self.plan, leaf, "fill")
        if given is None:
            result, centres = fill.by_centre(x, holes, codes, how)
        else:
            wanted = [0] if codes is None else np.unique(codes[holes]).tolist()
            found = {code: given.centre(None if by is None else labels[code], how) for code in wanted}
            centres = {code: centre for code, centre in found.items() if centre is not None}
            result = fill.by_given(x, holes, codes, centres)
        self.found.note(leaf.index, "fill", {how: {labels[code]: value for code, value in sorted(centres.items())}})
        return result

    def _over_time(self, leaf: LeafPlan, x: Floats, holes: Bools) -> Floats:
        units, _ = encode(self.table.ids)
        codes, labels = self.table.period_codes()
        if leaf.fill.name == "previous":
            return fill.previous(x, holes, units, codes, limit=leaf.fill["limit"])
        years = all(_YEAR.match(label) for label in labels)
        times = np.array([float(label) for label in labels]) if years else np.arange(float(len(labels)))
        self.found.note(leaf.index, "fill", {"periods": "years" if years else "places"})
        return fill.linear(x, holes, units, times[codes])

    def _by_row(self, leaf: LeafPlan, x: Floats, holes: Bools) -> Floats:
        call, direction = leaf.fill, leaf.leaf.indicator.direction
        if direction not in ("benefit", "cost"):
            return x.copy()
        beside = row_ends(self.plan, leaf)
        others = [(self.before[other.index], other.leaf.indicator.direction == "cost") for other in beside]
        raw, given = call["scale"] == "raw", standing(self.plan, leaf, "fill")
        ends = None if raw or given is None else given.ends([leaf, *beside])
        return fill.by_row(x, holes, direction == "cost", others, centre_of(leaf), raw=raw, extents=ends)

    def neighbours(self, leaves: Sequence[LeafPlan]) -> dict[int, Floats]:
        """The columns that are filled from nearest neighbours, by leaf: distances are found once for all."""
        if not leaves:
            return {}
        space = fill.Neighbours([self.before[leaf.index] for leaf in self.plan.scored])
        groups: list[Codes | None] = []
        for leaf in leaves:
            within = leaf.fill["within"]
            groups.append(None if within is None else self.codes_of(within)[0])
        targets = [(self.before[leaf.index], self.holes[leaf.index], leaf.fill["k"]) for leaf in leaves]
        return {leaf.index: result for leaf, result in zip(leaves, space.fill(targets, groups), strict=True)}
