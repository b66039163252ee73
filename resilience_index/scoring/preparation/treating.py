"""Treating the outliers of leaves, over all rows or inside groups of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.data.table import Table
from resilience_index.errors import InputError, RefusalError
from resilience_index.findings import Finding, Location
from resilience_index.methods import treat as methods
from resilience_index.methods.arrays import group_rows
from resilience_index.scoring.plan import LeafPlan, Plan
from resilience_index.scoring.preparation.prepared import ALL, Codes, CodesOf, Prepared, names
from resilience_index.scoring.preparation.standing import own_treatment, standing
from resilience_index.scoring.statistics import Floats

_REASONS = {
    "few": {"zh": "有值的单元不足 4 个", "en": "fewer than 4 units have a value"},
    "constant": {"zh": "处理后各单元将完全相同", "en": "all units would become equal"},
}
_LEFT = {
    "keep": {"zh": "已按处理后的值保留", "en": "it is kept as treated"},
    "points": {
        "zh": "再处理就会超过 max_points；已按处理后的值保留",
        "en": "the next step would change more than max_points values; it is kept as treated",
    },
    "constant": {
        "zh": "再处理各单元将完全相同；已按处理后的值保留",
        "en": "the next step would make all units equal; it is kept as treated",
    },
    "undo": {"zh": "已撤销处理", "en": "the treatment is undone"},
}


def run(plan: Plan, table: Table, found: Prepared, codes_of: CodesOf) -> None:
    """Treat every leaf that asks for it. Raises ``InputError`` RI402, ``RefusalError`` RI442."""
    for leaf in plan.scored:
        if leaf.treat.name != "none":
            _Leaf(plan, leaf, table, found, codes_of).treat()


class _Leaf:
    def __init__(self, plan: Plan, leaf: LeafPlan, table: Table, found: Prepared, codes_of: CodesOf) -> None:
        self.leaf, self.table, self.found = leaf, table, found
        self.within = leaf.treat.get("within")
        self.codes: Codes | None = None
        self.labels = [ALL]
        if self.within is not None:
            self.codes, self.labels = codes_of(self.within)
        self.place = Location(table.source, field=table.headers.get(leaf.id))
        self.standing = standing(plan, leaf, "treat")

    def treat(self) -> None:
        x = self.found.values[self.leaf.index]
        there = ~np.isnan(x)
        changed = np.zeros(x.size, dtype=np.bool_)
        result = x.copy()
        settled: dict[str, Any] = {}
        for code, every in self._groups(x.size):
            rows = every[there[every]]
            if not rows.size:
                continue
            done = self._group(x[rows], rows) if self.standing is None else self._again(x[rows], rows, code)
            result[rows] = done.values
            changed[rows] = True if done.logged else done.values != x[rows]
            settled[self.labels[code]] = methods.parameters(done)
            self._tell(done, self.labels[code])
        self.found.note(self.leaf.index, "treat", settled)
        rows = np.flatnonzero(changed)
        if not rows.size:
            return
        result.flags.writeable = False
        self.found.values[self.leaf.index] = result
        self.found.treated[self.leaf.index] = changed
        params = {"leaf": self.leaf.id, "method": self.leaf.treat.text(), "count": int(rows.size)}
        units = names(self.table, rows)
        self.found.findings.append(Finding("RI428", self.place, {**params, "units": units}))

    def _groups(self, size: int) -> Iterable[tuple[int, NDArray[np.intp]]]:
        return [(0, np.arange(size))] if self.codes is None else group_rows(self.codes)

    def _group(self, x: Floats, rows: NDArray[np.intp]) -> methods.Treated:
        done = own_treatment(self.leaf.treat, x)
        if done.kept == "not_positive":
            column = self.found.values[self.leaf.index]
            bad = rows[x <= 0.0].tolist()
            raise InputError([*self.table.findings, *(self._not_above_zero(row, float(column[row])) for row in bad)])
        return done

    def _again(self, x: Floats, rows: NDArray[np.intp], code: int) -> methods.Treated:
        """Treated as the baseline's column was. Raises ``RefusalError`` RI442 for what its logarithm is not of."""
        assert self.standing is not None
        done = methods.again(x, self.standing.treatment(None if self.within is None else self.labels[code]))
        if done.kept == "beyond" and done.edge is not None and done.shift is not None:
            end = done.edge + done.shift if done.mirrored else done.edge - done.shift
            bad = np.sort(rows[x >= end if done.mirrored else x <= end])
            sign = "<" if done.mirrored else ">"
            units = ", ".join(names(self.table, bad))
            raise RefusalError("RI442", id=self.leaf.id, reason={
                "zh": f"其对数只适用于 {sign} {end:g} 的值，而以下单元不符：{units}",
                "en": f"its logarithm is for values {sign} {end:g}, which these units do not have: {units}",
            })  # fmt: skip
        return done

    def _not_above_zero(self, row: int, value: float) -> Finding:
        params = {"leaf": self.leaf.id, "unit": self.table.label(row), "value": value}
        return Finding("RI402", self.table.place(row, self.leaf.index), params)

    def _tell(self, done: methods.Treated, label: str) -> None:
        """RI430: not treated; RI429: treated, and the test is still not passed."""
        within: Any = "" if self.within is None else {"zh": f"（“{label}”内）", "en": f" (within '{label}')"}
        params: dict[str, Any] = {"leaf": self.leaf.id, "method": self.leaf.treat.text(), "within": within}
        if done.failing and done.after is not None:
            otherwise = self.leaf.treat.get("otherwise")
            what = _LEFT["undo" if otherwise == "undo" else done.kept or "keep"]
            params |= {"skewness": _short(done.after.skewness), "kurtosis": _short(done.after.kurtosis), "what": what}
            self.found.findings.append(Finding("RI429", self.place, params))
        elif done.kept in _REASONS:
            self.found.findings.append(Finding("RI430", self.place, {**params, "reason": _REASONS[done.kept]}))


def _short(value: float) -> str:
    return "—" if math.isnan(value) else f"{value:.4g}"
