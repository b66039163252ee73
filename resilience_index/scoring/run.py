"""A run: a plan and a table through the kernel, then ranks, grades, red lines and flags."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.data.table import Table
from resilience_index.errors import InputError, RefusalError
from resilience_index.findings import Finding, Location, did_you_mean, sort_findings
from resilience_index.framework.models import RESERVED
from resilience_index.methods import grade, rank, rounding
from resilience_index.methods.checking import suggestion
from resilience_index.scoring import aggregation_reports, baseline, crossfile, grading, kernel
from resilience_index.scoring.aggregation_reports import AcrossReport
from resilience_index.scoring.engines import local
from resilience_index.scoring.fixed_weights import FixedWeighting
from resilience_index.scoring.grading import OPERATORS
from resilience_index.scoring.kernel import Block, Measured, Program
from resilience_index.scoring.plan import Plan
from resilience_index.scoring.preparation import prepare
from resilience_index.scoring.result import Capped, Result
from resilience_index.scoring.statistics import Floats
from resilience_index.scoring.weighting import Weighting

FIRST = 5
"""How many units a sentence names before it only counts them."""


def execute(plan: Plan, table: Table, *, threads: int | None = None) -> Result:
    """Score a table under a plan.

    ``table`` has a column for every leaf of the plan, in its order. Raises ``InputError`` with RI402–RI406
    (refusals named by unit), RI321–RI323, RI331 (weights), RI412 (a grouping that does not exist).
    """
    runner = _Runner(plan, table, threads)
    runner.settle()
    return runner.score()


def settled(plan: Plan, table: Table, weighting: Weighting) -> Program:
    """The program of a plan with given weights, settled on the statistics of a table. Raises as ``execute``.

    Values of other tables may lie beyond these statistics: they are taken as under a baseline.
    """
    runner = _Runner(plan, table, None, Program(plan, weighting))
    runner.settle()
    runner.program.widen()
    return runner.program


def apply(program: Program, table: Table, codes: Mapping[str, NDArray[np.int64]] | None = None) -> Result:
    """Score a table by a program that was settled on another one. Raises as ``execute``.

    ``codes`` are the rows' codes of every grouping as that table counts them; without them the groups of both tables
    are the same, in the same order.
    """
    return _Runner(program.plan, table, None, program, codes).score()


class _Runner:
    def __init__(
        self, plan: Plan, table: Table, threads: int | None, program: Program | None = None,
        codes: Mapping[str, NDArray[np.int64]] | None = None,
    ) -> None:  # fmt: skip
        self.plan, self.table, self.threads = plan, table, threads
        self.findings: list[Finding] = []
        self._check_groups()
        self.codes = self._group_codes() if codes is None else dict(codes)
        self.prepared = baseline.prepared(plan, lambda: prepare(plan, table, self._grouping))
        self.findings += self.prepared.findings
        self.program = program or self._guard(lambda: Program(plan, _weighting(plan)))
        if codes is None:  # else the program has its groups from the table it was settled on
            baseline.settle(self.program, self._grouping)
        self.weighting = self.program.weighting
        self.room = local.Room(len(plan.leaves))
        self.marks: dict[str, NDArray[np.intp]] = {}

    def _grouping(self, name: str) -> tuple[NDArray[np.int64], list[str]]:
        return grouping(self.table, name, self.plan.groupings.get(name, ""))

    def block(self, start: int, stop: int) -> Block:
        """A view of some rows."""
        table = self.table
        return Block(
            start, stop,
            [column[start:stop] for column in self.prepared.values],
            {index: mask[start:stop] for index, mask in table.not_applicable.items()},
            {name: codes[start:stop] for name, codes in self.codes.items()},
            {name: rows[(rows >= start) & (rows < stop)] - start for name, rows in self.marks.items()},
        )  # fmt: skip

    def _blocks(self, function: Callable[[int, int], Any]) -> Iterator[Any]:
        """Apply a function to every block of rows."""
        return local.map_blocks(function, len(self.table), len(self.plan.leaves), threads=self.threads)

    def _check_groups(self) -> None:
        """Refuse groups that would share a column of the output with a result (RI131)."""
        results = [name for name in RESERVED if name not in ("community_id", "community", "period")]
        results += [node.id for node in self.plan.nodes] + [flag.id for flag in self.plan.framework.flags]
        results += [gate.id for gate in self.plan.framework.gates]
        clashes = [name for name in self.table.groups if name in results]
        if clashes:
            place = Location(self.table.source, field=clashes[0])
            raise InputError([Finding("RI131", place, {"id": clashes[0], "known": results})])

    def _group_codes(self) -> dict[str, NDArray[np.int64]]:
        """Codes of every grouping that a method's ``within`` or ``--by`` names."""
        return {name: grouping(self.table, name, what)[0] for name, what in self.plan.groupings.items()}

    def settle(self) -> None:
        """Measuring passes until nothing waits for statistics."""
        requests = self.program.requests()
        while requests:
            self._find_marks(requests)
            measured: Measured = {}
            problems: list[kernel.Problem] = []

            def measure(start: int, stop: int, wanted: list[kernel.Request] = requests) -> Any:
                return self.program.measure(self.block(start, stop), wanted, self.room.get(stop - start))

            for found, refused in self._guard(lambda: list(self._blocks(measure))):
                problems += refused
                measured = kernel.merge(measured, found)
            self._refuse(problems)
            ordered = {request.key: measured[request.key] for request in requests}
            self._guard(lambda: self.program.settle(ordered))  # noqa: B023 - called at once
            requests = self.program.requests()

    def _find_marks(self, requests: Sequence[kernel.Request]) -> None:
        """Where the rows are of the units whose values are asked for by name. Raises ``InputError`` RI438."""
        import pyarrow.compute as pc

        for request in requests:
            unit = request.mark
            if unit is None or unit in self.marks:
                continue
            rows = np.flatnonzero(pc.equal(self.table.ids, unit).to_numpy(zero_copy_only=False))
            if not rows.size:
                kind, index, _ = request.key
                item = self.plan.leaves[index] if kind == "leaf" else self.plan.nodes[index]
                reason = {"zh": "数据中没有这个社区编码", "en": "no row has this community_id"}
                params = {"id": item.id, "unit": unit, "reason": reason, "within": ""}
                raise InputError([*self.findings, Finding("RI438", Location(self.table.source), params)])
            self.marks[unit] = rows

    def _guard(self, function: Callable[[], Any]) -> Any:
        """Run a step; a method's refusal becomes a finding with the place of the leaf's column."""
        try:
            return function()
        except RefusalError as error:
            params = dict(error.params)
            params["within"] = self._within(params)
            finding = Finding(error.code, error.where or self._place_of(params), params)
            raise InputError([*self.findings, finding]) from error

    def _within(self, params: Mapping[str, Any]) -> Any:
        code = params.get("group")
        ref = self.plan.positions.get(str(params.get("id")))
        if code is None or ref is None:
            return ""
        item = self.plan.leaves[ref.index] if ref.kind == "leaf" else self.plan.nodes[ref.index]
        name = params.get("grouping") or (item.normalize.get("within") if item.normalize else None)
        if name is None:
            return ""
        label = grouping(self.table, name, "")[1][int(code)]
        return {"zh": f"（“{label}”内）", "en": f" (within '{label}')"}

    def _place_of(self, params: Mapping[str, Any]) -> Location:
        """The column of the leaf that a refusal names, else the node of the framework whose children it is about."""
        place = self._place(str(params.get("leaf") or params.get("id")))
        owner = self.plan.positions.get(str(params.get("owner")))
        if place != Location() or owner is None:
            return place
        return self.plan.nodes[owner.index].node.location

    def _place(self, leaf: str, row: int | None = None) -> Location:
        header = self.table.headers.get(leaf)
        if header is None and row is None:
            return Location()
        if row is None:
            return Location(self.table.source, field=header)
        ref = self.plan.positions.get(leaf)
        return self.table.place(row, ref.index if ref is not None and ref.kind == "leaf" else None)

    def _refuse(self, problems: list[kernel.Problem]) -> None:
        if not problems:
            return
        findings = []
        for code, row, params in problems:
            place = self._place(str(params.get("leaf") or params.get("child")), row)
            findings.append(Finding(code, place, {**params, "unit": self.table.label(row)}))
        raise InputError(sort_findings([*self.findings, *findings]))

    def score(self) -> Result:
        """The scoring pass and what follows from the scores."""
        size, rows, scale = len(self.plan.nodes), len(self.table), self.plan.nodes[0].scale
        passed, shown = np.empty((size, rows)), np.empty((size, rows))
        coverage, key = np.empty(rows), np.empty(rows)
        grades = np.empty(rows, dtype=np.int64)
        bounds = np.array(self.plan.bounds)

        joined = aggregation_reports.columns(self.program, rows)

        def score(start: int, stop: int) -> kernel.Values:
            block = self.block(start, stop)
            values = self.program.evaluate(block, self.room.get(stop - start))
            if not values.problems:
                for index in range(size):
                    passed[index, start:stop] = values.nodes[index]
                    shown[index, start:stop] = values.shown[index]
                for index, column in joined.items():
                    column[start:stop] = values.aggregated[index]
                coverage[start:stop] = self._coverage(block)
                compared = rounding.comparison_key(shown[0, start:stop] / scale, out=key[start:stop])
                grades[start:stop] = grade.assign(_on_scale(compared, scale), bounds)
            return kernel.Values([], [], [], [], [], [], values.weightless, values.problems)

        problems: list[kernel.Problem] = []
        weightless: dict[int, int] = {}
        for values in self._blocks(score):
            problems += values.problems
            for index, count in values.weightless.items():
                weightless[index] = weightless.get(index, 0) + count
        self._refuse(problems)
        for index, count in sorted(weightless.items()):
            self.findings.append(Finding("RI410", params={"node": self.plan.nodes[index].id, "count": count}))
        self.across = self._across(joined)
        return self._result(passed, shown, coverage, key, grades)

    def _across(self, joined: Mapping[int, Floats]) -> tuple[AcrossReport, ...]:
        """What methods across units say of the whole run; the findings they make are kept."""

        def details(row: int, index: int) -> Mapping[str, Floats]:
            return self.program.evaluate(self.block(row, row + 1), details=True).details[index]

        found: list[AcrossReport] = []
        units = aggregation_reports.Units(lambda row: str(self.table.ids[row].as_py()), self._names, details)
        for index, column in joined.items():
            name = self.program.aggregators[index].within
            codes, labels = (None, []) if name is None else grouping(self.table, name, "")
            node = self.plan.nodes[index]
            found += aggregation_reports.build(node, self.program.aggregators[index], column, codes, labels, units)
        reversing = [node.id for node in self.plan.nodes if node.aggregate.name == "topsis"]
        self.findings += [report.finding for report in found]
        self.findings += [Finding("RI453", params={"names": reversing})] if reversing else []
        return tuple(found)

    def _coverage(self, block: Block) -> Floats:
        """Leaves with a reported value / applicable scored leaves, of each unit."""
        size = block.stop - block.start
        reported = np.full(size, float(len(self.plan.scored)))
        applicable = reported.copy()
        for leaf in self.plan.scored:
            missing = np.isnan(block.columns[leaf.index])
            filled, _ = self.prepared.marked(block.start, block.stop, leaf.index)
            if filled is not None:
                missing |= filled
            if missing.any():
                reported -= missing
            excused = block.not_applicable.get(leaf.index)
            if excused is not None:
                applicable -= excused
        share: Floats = np.divide(reported, applicable, out=np.full(size, np.nan), where=applicable > 0)
        return share

    def _result(
        self, passed: Floats, shown: Floats, coverage: Floats, key: Floats, before: NDArray[np.int64]
    ) -> Result:
        plan = self.plan
        codes, periods = self.table.period_codes()
        groups = codes if len(periods) > 1 else None  # one group ranks several times faster without codes
        if plan.settings["by"]:
            groups = _joined(codes, self.codes[plan.settings["by"]])
        ranks = rank.competition_rank(key, ties=plan.ties, groups=groups)
        cuts, before = self._cut(key, before)
        after, capped = self._red_lines(before)
        gated = self._gates(shown)
        states = grading.states(gated, len(self.table))
        after = np.where(states >= 0, -1, after) if gated else after
        self._tell(shown[0], before)
        return Result(
            plan=plan, table=self.table, program=self.program, weighting=self.weighting, passed=passed, shown=shown,
            coverage=coverage, ranks=ranks, grades=after, grades_before=before, capped=capped,
            cuts=cuts, gated=gated, states=states,
            flags=self._flags(shown), period_codes=codes, period_labels=tuple(periods),
            findings=tuple(sort_findings([*self._inputs(), *self.weighting.findings, *self.findings])),
            prepared=self.prepared, block_of=self.block, across=self.across,
        )  # fmt: skip

    def _cut(self, key: Floats, found: NDArray[np.int64]) -> tuple[grading.Cuts, NDArray[np.int64]]:
        """The bounds of the grades; where they come from the scores, the grades by them."""
        plan, scale = self.plan, self.plan.nodes[0].scale
        if not plan.relative_grades:
            return grading.fixed(plan), found
        within = plan.grading.get("within")
        groups = None if within is None else grouping(self.table, within, "grading")
        return grading.cut(plan, _on_scale(key, scale), groups, lambda x: comparable(x, scale), self.findings)

    def _gates(self, shown: Floats) -> list[grading.Gated]:
        """Who passes each gate."""
        plan, scored, gated = self.plan, ~np.isnan(shown[0]), []
        for gate in plan.framework.gates:
            ref = plan.positions[str(gate.indicator or gate.node)]
            if ref.kind == "leaf":
                values, excused = self.table.values[ref.index], self.table.not_applicable.get(ref.index)
            else:
                values, excused = comparable(shown[ref.index], plan.nodes[ref.index].scale), None
            gated.append(grading.gate(gate, values, excused, scored))
        self.findings += grading.gate_findings(gated, self._names)
        return gated

    def _inputs(self) -> list[Finding]:
        plan = self.plan
        found = [*plan.framework.findings, *plan.findings, *self.table.findings]
        if plan.judgments is not None:
            found += plan.judgments.findings
        names = plan.relative_methods()
        return [*found, *([Finding("RI419", params={"names": names})] if names else [])]

    def _red_lines(self, before: NDArray[np.int64]) -> tuple[NDArray[np.int64], list[Capped]]:
        plan = self.plan
        positions = {item.id: index for index, item in enumerate(plan.grades)}
        after, capped = before, []
        for line in plan.framework.red_lines:
            if line.cap not in positions:
                continue
            index = plan.positions[line.indicator].index
            column = self.table.values[index]
            known = ~np.isnan(column)
            hit = known & OPERATORS[line.op](np.where(known, column, 0.0), line.value)
            after = grade.cap(after, positions[line.cap], hit).astype(np.int64)
            units = np.flatnonzero(hit)
            capped.append(Capped(line, units))
            names = self._names(units)
            if units.size:
                params = {"indicator": line.indicator, "op": line.op, "value": line.value, "cap": line.cap}
                reason = {"zh": line.reason.zh, "en": line.reason.en}
                self.findings.append(Finding("RI408", params={**params, "units": names, "reason": reason}))
            excused = self.table.not_applicable.get(index)
            unknown = np.flatnonzero(~known if excused is None else ~known & ~excused)
            if unknown.size:
                params = {"indicator": line.indicator, "count": int(unknown.size), "units": self._names(unknown)}
                self.findings.append(Finding("RI409", params=params))
        return after, capped

    def _names(self, units: NDArray[np.int64]) -> list[str]:
        names = [self.table.label(int(unit)) for unit in units[:FIRST]]
        return names if units.size <= FIRST else [*names, f"… ({units.size})"]

    def _flags(self, shown: Floats) -> dict[str, Floats]:
        """Each flag as 1, 0 or NaN (no value)."""
        flags: dict[str, Floats] = {}
        for flag in self.plan.framework.flags:
            ref = self.plan.positions[flag.node]
            if ref.kind == "node":
                values = comparable(shown[ref.index], self.plan.nodes[ref.index].scale)
            else:
                values = self._leaf_shown(ref.index)
            hit = OPERATORS[flag.op](np.where(np.isnan(values), 0.0, values), flag.value).astype(np.float64)
            flags[flag.id] = np.where(np.isnan(values), np.nan, hit)
        return flags

    def _leaf_shown(self, index: int) -> Floats:
        result = np.empty(len(self.table))

        def show(start: int, stop: int) -> None:
            values = self.program.evaluate(self.block(start, stop), self.room.get(stop - start)).leaves[index]
            result[start:stop] = np.nan if values is None else values

        for _ in self._blocks(show):
            pass
        scale = self.plan.leaves[index].scale
        return comparable(result * scale, scale)

    def _tell(self, score: Floats, before: NDArray[np.int64]) -> None:
        """Findings about the result as a whole."""
        unscored = np.flatnonzero(np.isnan(score))
        if unscored.size:
            params = {"count": int(unscored.size), "total": len(self.table), "units": self._names(unscored)}
            self.findings.append(Finding("RI407", params=params))
        below = int(((before < 0) & ~np.isnan(score)).sum()) if self.plan.bounds else 0
        if below:
            self.findings.append(Finding("RI416", params={"count": below, "bound": self.plan.bounds[-1]}))
        self.findings += crossfile.column_findings(self.plan, self.table)
        faulty = sum(int(mask.sum()) for mask in self.table.faulty.values())
        if faulty:  # the table was read with accept_errors
            self.findings.append(Finding("RI420", params={"count": faulty}))


def _weighting(plan: Plan) -> Weighting:
    """The weights of a plan: to be found, or, where they come from data, those of its baseline."""
    shares = baseline.shares(plan)
    return Weighting(plan) if shares is None else FixedWeighting(plan, shares=shares)


def comparable(shown: Floats, scale: float) -> Floats:
    """Shown values at the 10 decimals of the inside scale in which results are compared.

    So a grade bound of 80 means 80.00000000, and floating-point noise decides no grade, flag or rank.
    """
    return _on_scale(rounding.comparison_key(shown / scale), scale)


def _on_scale(key: Floats, scale: float) -> Floats:
    """Values of the inside scale with 10 decimals on the shown scale."""
    return rounding.round_shown(key, 12, "half_up", scale)


def grouping(table: Table, name: str, what: str) -> tuple[NDArray[np.int64], list[str]]:
    """Codes and labels of ``period`` or a group column. Raises ``InputError`` RI412."""
    if name == "period" and table.periods is not None:
        return table.period_codes()
    if name in table.groups:
        return table.group_codes(name)
    raise InputError([no_column(table, name, what)])


def no_column(table: Table, name: str, what: str) -> Finding:
    """RI412: a column that a method or ``--by`` names does not exist."""
    known = [*(["period"] if table.periods is not None else []), *table.groups]
    params = {"name": name, "what": what, "known": known or ["—"], "suggestion": did_you_mean(suggestion(name, known))}
    return Finding("RI412", Location(table.source), params)


def _joined(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """One code for each pair of codes."""
    return np.asarray(first * (int(second.max(initial=0)) + 1) + second)
