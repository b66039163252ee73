"""Checks of the values that were read: what was converted, refused, outside its range, in a mixed unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.data import cells
from resilience_index.data.body import LISTED, Body
from resilience_index.data.cells import forms, show
from resilience_index.data.cells.forms import Conversion
from resilience_index.data.checks.keys import Listed
from resilience_index.data.layout.columns import Layout
from resilience_index.data.table import Column
from resilience_index.findings import Finding, Location

_FEW = 3  # values below which "all between 0 and 1" says nothing about the unit
_ROWS_NAMED = 5
_GAP = 10.0  # percentages that stand beside shares begin here: nothing lies between 1 and 10
_HEAD = 1000
_SIGNED = Conversion.PERCENT | Conversion.UNIT
_WITH_SIGN = {"en": "carry a percent sign", "zh": "带有百分号"}
_FROM_TEN = {"en": "are 10 or more", "zh": "不小于 10"}


def check_values(body: Body, columns: Sequence[Column], layout: Layout, file: str) -> list[Finding]:
    """Findings about the cells of indicators: RI241 to RI248.

    Values outside their range, and values of 0/1 indicators that are neither, become NaN in
    ``body.values`` and are marked in ``body.faulty``.
    """
    findings: list[Finding] = []
    for position in sorted(layout.indicators):
        title = layout.title(layout.indicators[position])
        findings += _Values(body, position, columns[position], file, title).findings()
    return findings


@dataclass(frozen=True)
class _Values:
    body: Body
    position: int
    column: Column
    file: str
    title: str

    def findings(self) -> list[Finding]:
        body, position = self.body, self.position
        unreadable = [
            (cell.at, {"text": show(cell.text), "cause": cell.why}) for cell in body.unreadable.get(position, [])
        ]
        refused = body.faulty.get(position)
        findings = self._listed("RI241", unreadable, 0 if refused is None else int(np.count_nonzero(refused)))
        if body.words.get(position):
            words = [
                f"{word} → {cells.answer(word):.0f} ({count})" for word, count in sorted(body.words[position].items())
            ]
            findings.append(self._of_column("RI245", words=words))
        findings += self._conversions()
        values = body.values[position]
        # fmin and fmax pass over NaN; of nothing but NaN they return NaN.
        low = float(np.fmin.reduce(values)) if len(values) else np.nan
        high = float(np.fmax.reduce(values)) if len(values) else np.nan
        return [*findings, *self._range(low, high), *self._answers(), *self._percentages(low, high)]

    def _of_column(self, code: str, **params: Any) -> Finding:
        return Finding(code, Location(self.file, field=self.title), params)

    def _listed(self, code: str, listed: Listed, total: int) -> list[Finding]:
        found = [
            Finding(code, Location(self.file, row=int(self.body.rows[index]), field=self.title), params)
            for index, params in listed
        ]
        if total > len(listed):
            found.append(self._of_column("RI243", count=total - len(listed), fault=code, shown=len(listed)))
        return found

    def _refuse(self, outside: NDArray[np.bool_]) -> None:
        body, position = self.body, self.position
        body.values[position][outside] = np.nan
        refused = body.faulty.get(position)
        body.faulty[position] = outside if refused is None else refused | outside

    def _conversions(self) -> list[Finding]:
        codes = self.body.conversions.get(self.position)
        if codes is None:
            return []
        examples = self.body.examples.get(self.position, {})
        return [
            self._of_column(
                "RI247",
                count=int(np.count_nonzero(codes & kind)),
                kind=forms.CONVERSIONS[kind],
                first=int(self.body.rows[example.at]),
                text=show(example.text.strip()),
                value=example.value,
            )
            for kind, example in sorted(examples.items())
            if kind in forms.CONVERSIONS
        ]

    def _range(self, low: float, high: float) -> list[Finding]:
        column, values = self.column, self.body.values[self.position]
        if column.range is None or not (low < column.range[0] or high > column.range[1]):
            return []
        outside = (values < column.range[0]) | (values > column.range[1])
        found = np.flatnonzero(outside)
        unit = f" {column.unit}" if column.unit else ""
        bounds = {"low": float(column.range[0]), "high": float(column.range[1]), "unit": unit}
        listed = [(index, {"value": float(values[index]), **bounds}) for index in found[:LISTED].tolist()]
        self._refuse(outside)
        return self._listed("RI242", listed, int(found.size))

    def _answers(self) -> list[Finding]:
        """A range lets 0.5 pass; an answer is yes or no."""
        if not forms.is_yes_no(self.column.unit):
            return []
        values = self.body.values[self.position]
        neither = ~(np.isnan(values) | (values == 0) | (values == 1))
        found = np.flatnonzero(neither)
        if not found.size:
            return []
        listed = [(index, {"value": float(values[index])}) for index in found[:LISTED].tolist()]
        self._refuse(neither)
        return self._listed("RI248", listed, int(found.size))

    def _percentages(self, low: float, high: float) -> list[Finding]:
        """Shares of 1 in a column of percentages: all of them, or some."""
        bounds = self.column.range
        if not forms.is_percent(self.column.unit) or not low <= 1:
            return []
        if low >= 0 and 0 < high <= 1 and (bounds is None or tuple(bounds) == (0, 100)):
            return self._shares()
        return self._mix() if bounds is None or bounds[1] >= _GAP else []

    def _shares(self) -> list[Finding]:
        signed = self._signed()
        if signed is not None and signed.any():
            return self._mix()
        count = int(np.count_nonzero(~np.isnan(self.body.values[self.position])))
        return [self._of_column("RI244", count=count)] if count >= _FEW else []

    def _signed(self) -> NDArray[np.bool_] | None:
        """The cells that say themselves that they are percentages."""
        codes = self.body.conversions.get(self.position)
        return None if codes is None else (codes & _SIGNED) != 0

    def _mix(self) -> list[Finding]:
        values, signed = self.body.values[self.position], self._signed()
        if signed is not None and signed.any():
            shares, others, how = (values > 0) & (values <= 1) & ~signed, signed & ~np.isnan(values), _WITH_SIGN
        else:
            head = values[:_HEAD]
            if ((head > 1) & (head < _GAP)).any():  # settled for nearly every column by its first rows
                return []
            shares, others, how = (values > 0) & (values <= 1), values >= _GAP, _FROM_TEN
            if np.count_nonzero(shares) + np.count_nonzero(others) != np.count_nonzero(np.abs(values) > 0):
                return []
        if not shares.any() or not others.any():
            return []
        return [
            self._of_column(
                "RI246",
                shares=int(np.count_nonzero(shares)),
                share_rows=self._rows(shares),
                others=int(np.count_nonzero(others)),
                other_rows=self._rows(others),
                how=how,
            )
        ]

    def _rows(self, mask: NDArray[np.bool_]) -> list[int | str]:
        rows = self.body.rows[np.flatnonzero(mask)[: _ROWS_NAMED + 1]].tolist()
        return rows if len(rows) <= _ROWS_NAMED else [*rows[:_ROWS_NAMED], "…"]
