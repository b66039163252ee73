"""Long tables: one row a value, with the indicator's name in a column of its own.

They are turned into the same table that a wide file gives; every value keeps the row it stands in.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.data.body import LISTED, Body, Gather
from resilience_index.data.cells import CellRules, show
from resilience_index.data.checks.periods import of_period
from resilience_index.data.checks.values import check_values
from resilience_index.data.layout.columns import Layout, match
from resilience_index.data.layout.header import Header
from resilience_index.data.layout.long_names import LEFT_OUT, Named, is_own_unit, named
from resilience_index.data.layout.names import INDICATOR_NAMES, LONG_NAMES, UNIT_NAMES, VALUE_NAMES, Names
from resilience_index.data.layout.units import bilingual
from resilience_index.data.table import Column, Keys, encoded
from resilience_index.findings import Finding, Location, did_you_mean
from resilience_index.folding import fold

Integers = NDArray[np.int64]
_SUGGESTED = 50  # unknown names that are compared with all indicators


@dataclass(frozen=True)
class Long:
    """The columns that make a table a long one, by their number in the file.

    ``indicators`` are those that may name a row's indicator, the usual one first; ``units`` those that
    say what its value is measured in.
    """

    indicators: tuple[int, ...]
    value: int
    units: tuple[int, ...] = ()

    @property
    def columns(self) -> tuple[int, ...]:
        """All of them."""
        return (*self.indicators, self.value, *self.units)


def long_columns(header: Header, columns: Sequence[Column]) -> Long | None:
    """The columns of a long table; None for a wide one.

    A table is long when it has one column of indicator names and one of values, neither of which is
    the name of an indicator itself, and no column of an indicator.
    """
    names = Names(columns)
    if any(names.positions(cell) for cell in header.cells if cell.strip()):
        return None
    folded = [fold(cell) for cell in header.cells]

    def named(wanted: Sequence[str]) -> tuple[int, ...]:
        """The first column of each of the names: 指标编号 and 指标名称 may stand side by side."""
        return tuple(dict.fromkeys(folded.index(name) for name in map(fold, wanted) if name in folded))

    indicators, values = named(INDICATOR_NAMES), named(VALUE_NAMES)
    return Long(indicators, values[0], named(UNIT_NAMES)) if indicators and values else None


def long_layout(header: Header, long: Long, keys: Keys, file: str) -> Layout:
    """Find the keys of a long table; its own columns are read as texts."""
    layout = match(header.cells, (), keys, file=file, row=header.row)
    own = {fold(name) for names in LONG_NAMES for name in names}
    titles = {layout.title(column) for column, text in enumerate(header.cells) if fold(text) in own}
    layout.findings = [
        found for found in layout.findings if not (found.code in ("RI218", "RI219") and found.location.field in titles)
    ]
    layout.further = long.columns
    return layout


@dataclass
class Pivoted:
    """A long table as a wide one: ``layout`` and ``body`` as of a wide file.

    ``cell_rows`` holds by indicator position the row of each value, 0 where there is none.
    """

    body: Body
    layout: Layout
    cell_rows: dict[int, Integers]
    written: dict[int, str]

    def check_values(self, columns: Sequence[Column], file: str) -> list[Finding]:
        """As ``checks.values.check_values``, with the rows of the long file.

        Findings about an indicator as a whole name it in place of the column of all values.
        """
        found = []
        for position, rows in self.cell_rows.items():
            body = dataclasses.replace(self.body, rows=rows)
            layout = dataclasses.replace(self.layout, indicators={position: self.layout.indicators[position]})
            for finding in check_values(body, columns, layout, file):
                if finding.location.row is None:
                    place = dataclasses.replace(finding.location, field=show(self.written[position]))
                    finding = dataclasses.replace(finding, location=place)  # noqa: PLW2901
                found.append(finding)
        return found


class Pivot:
    """Turns the rows of a long table into those of a wide one.

    Findings: RI214, RI216, RI217, RI221, RI222, RI231, RI276 to RI278, RI280.
    """

    def __init__(
        self, body: Body, layout: Layout, long: Long, columns: Sequence[Column], known: Sequence[Column], file: str
    ) -> None:
        self.body = body
        self.layout = layout
        self.long = long
        self.columns = columns
        self.known = known
        self.file = file
        self.main = long.indicators[0]
        self._texts: dict[int, Any] = {}
        self.findings: list[Finding] = []
        self.written: dict[int, str] = {}

    def wide(self, rules: Sequence[CellRules], *, keep_text: bool) -> Pivoted:
        """The wide table: units in the order of their first row."""
        import pyarrow as pa

        assert self.layout.id is not None
        rows, units, firsts = self._units()
        count = len(firsts)
        positions = self._positions(rows)
        values = self.body.texts[self.long.value]
        layout = dataclasses.replace(self.layout, further=(), findings=[])
        layout.indicators = {int(at): self.long.value for at in np.unique(positions) if at >= 0}
        gather = Gather(layout, rules, count, keep_text=keep_text)
        for column in layout.texts:
            chosen = firsts
            if column not in (layout.id, layout.period):
                chosen = self._agreed(column, rows, units, firsts)
            gather.texts(column, 0, _plain(self.body.texts[column]).take(pa.array(chosen)))
        cell_rows = {}
        for position in layout.indicators:
            places = np.flatnonzero(positions == position)
            at = self._once(position, rows[places], units[places], count)
            texts = _plain(values).take(pa.array(np.maximum(at, 0), mask=at < 0)).fill_null("")
            gather.cells(position, 0, texts)
            cell_rows[position] = np.where(at < 0, 0, self.body.rows[np.maximum(at, 0)] if len(rows) else 0)
        wide = gather.body(count, self.body.rows[firsts])
        wide.left_out = self.body.left_out
        wide.findings = [*self.body.findings, *self.findings]
        return Pivoted(wide, layout, cell_rows, self.written)

    def _place(self, index: int, column: int) -> Location:
        return Location(self.file, row=int(self.body.rows[index]), field=self.layout.title(column))

    def _trimmed(self, column: int) -> Any:
        import pyarrow.compute as pc

        if column not in self._texts:
            self._texts[column] = pc.utf8_trim_whitespace(self.body.texts[column])
        return self._texts[column]

    def _units(self) -> tuple[Integers, Integers, Integers]:
        """Indices of the rows with a code, the unit of each, and the index of each unit's first row."""
        import pyarrow.compute as pc

        assert self.layout.id is not None
        ids = self._trimmed(self.layout.id)
        blank = pc.equal(pc.binary_length(ids), 0).to_numpy(zero_copy_only=False)
        refused = np.flatnonzero(blank).tolist()
        self.findings += [Finding("RI231", self._place(index, self.layout.id)) for index in refused[:LISTED]]
        rows = np.flatnonzero(~blank)
        codes = encoded(ids)[0][rows]
        if self.layout.period is not None:
            periods = encoded(self._trimmed(self.layout.period))[0][rows]
            codes = codes * (int(periods.max(initial=0)) + 1) + periods
        _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
        order = np.argsort(first, kind="stable")
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        return rows, place[inverse], rows[first[order]]

    def _positions(self, rows: Integers) -> Integers:
        """The indicator position of each of the rows, negative for those that are left out."""
        found = named([self._trimmed(column) for column in self.long.indicators], rows, self.columns, self.known)
        self.main = self.long.indicators[found.main]
        positions, firsts = np.unique(found.at, return_index=True)
        for position, first in zip(positions.tolist(), rows[firsts].tolist(), strict=True):
            if position >= 0:
                self.written[position] = self._trimmed(self.main)[first].as_py() or self.columns[position].id
        self._contradictions(found, rows)
        self._ambiguous(found, rows)
        self._unknown(found, rows)
        if found.others:
            place = Location(self.file, field=self.layout.title(self.main))
            self.findings.append(Finding("RI222", place, {"count": found.others}))
        self._absent()
        return self._in_own_unit(found, rows)

    def _listed(self, code: str, column: int, found: Sequence[tuple[int, dict[str, Any]]], count: int) -> None:
        """A finding for each of the rows, and the number of those of ``count`` that are not among them."""
        for row, params in found:
            self.findings.append(Finding(code, self._place(row, column), params))
        if count > len(found):
            place = Location(self.file, field=self.layout.title(column))
            params = {"count": count - len(found), "fault": code, "shown": len(found)}
            self.findings.append(Finding("RI209", place, params))

    def _contradictions(self, found: Named, rows: Integers) -> None:
        told = []
        for index, number in found.contradictions[:LISTED]:
            other = self.long.indicators[number]
            row = int(rows[index])
            params = {
                "name": show(self._trimmed(self.main)[row].as_py()), "column": self.layout.title(self.main),
                "other": show(self._trimmed(other)[row].as_py()), "other_column": self.layout.title(other),
            }  # fmt: skip
            told.append((row, params))
        self._listed("RI280", self.main, told, len(found.contradictions))

    def _ambiguous(self, found: Named, rows: Integers) -> None:
        for index, text, positions in found.ambiguous:
            ids = [self.columns[at].id for at in positions]
            place = self._place(int(rows[index]), self.main)
            self.findings.append(Finding("RI221", place, {"name": show(text), "indicators": ids}))

    def _unknown(self, found: Named, rows: Integers) -> None:
        names = Names(self.columns)
        told = []
        for number, (index, text, count) in enumerate(found.unknown[:LISTED]):
            near = names.nearest(text) if text and number < _SUGGESTED else None
            row = int(rows[index])
            params = {
                "name": show(text), "count": count, "first": int(self.body.rows[row]), "suggestion": did_you_mean(near)
            }  # fmt: skip
            told.append((row, params))
        self._listed("RI276", self.main, told, len(found.unknown))

    def _in_own_unit(self, found: Named, rows: Integers) -> Integers:
        """The positions without the rows whose name or unit column says another unit: RI214 for each of them."""
        named, at = found.at, found.at.copy()
        at[found.bracketed] = LEFT_OUT
        self._in_another_unit(self.main, rows[found.bracketed], named[found.bracketed])
        for column in self.long.units:
            codes, distinct = encoded(self._trimmed(column))
            codes = codes[rows]
            _, first, pairs = np.unique(
                (named - named.min(initial=0)) * (len(distinct) + 1) + codes, return_index=True, return_inverse=True
            )
            odd = [
                named[index] >= 0
                and not is_own_unit(self.columns[named[index]], distinct[int(codes[index])].as_py())
                for index in first.tolist()
            ]  # fmt: skip
            wrong = np.array(odd, dtype=np.bool_)[pairs]
            self._in_another_unit(column, rows[wrong], named[wrong])
            at[wrong] = LEFT_OUT
        return at

    def _in_another_unit(self, column: int, rows: Integers, positions: Integers) -> None:
        texts = self._trimmed(column)
        told = []
        for row, position in zip(rows[:LISTED].tolist(), positions.tolist(), strict=False):
            indicator = self.columns[position]
            told.append((row, {
                "found": show(texts[row].as_py()), "indicator": indicator.id, "unit": bilingual(indicator.unit)
            }))  # fmt: skip
        self._listed("RI214", column, told, len(rows))

    def _absent(self) -> None:
        place = Location(self.file, row=self.layout.row)
        if not self.written and self.columns:
            self.findings.append(Finding("RI217", place))
            return
        for position, column in enumerate(self.columns):
            if position not in self.written:
                titles = column.titles or (column.id,)
                title = {"zh": titles[0], "en": titles[-1]}
                params = {"indicator": column.id, "title": title, "suggestion": did_you_mean(None), "leaf": ""}
                self.findings.append(Finding("RI216", place, params))

    def _once(self, position: int, rows: Integers, units: Integers, count: int) -> Integers:
        """The row index of each unit's value (-1 without one); RI277 where there are two."""
        at = np.full(count, -1, dtype=np.int64)
        at[units[::-1]] = rows[::-1]  # the first one stays
        for row, unit in [(row, unit) for row, unit in zip(rows, units, strict=True) if at[unit] != row][:LISTED]:
            first = int(self.body.rows[at[unit]])
            params = {"indicator": self.columns[position].id, "first": first, "second": int(self.body.rows[row])}
            place = self._place(int(row), self.main)
            self.findings.append(Finding("RI277", place, {**params, **self._unit(int(row))}))
        return at

    def _unit(self, row: int) -> dict[str, Any]:
        assert self.layout.id is not None
        unit: dict[str, Any] = {"id": show(self.body.texts[self.layout.id][row].as_py().strip()), "period": ""}
        if self.layout.period is not None:
            unit["period"] = of_period(self.body.texts[self.layout.period][row].as_py().strip())
        return unit

    def _agreed(self, column: int, rows: Integers, units: Integers, firsts: Integers) -> Integers:
        """The row index of each unit's first entry in a column that is not blank; RI278 where others differ."""
        import pyarrow.compute as pc

        texts = self._trimmed(column)
        filled = pc.greater(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False)[rows]
        codes = encoded(texts)[0]
        chosen = firsts.copy()
        chosen[units[filled][::-1]] = rows[filled][::-1]
        if column in self.layout.unnamed:
            return chosen
        differs = np.flatnonzero(filled & (codes[rows] != codes[chosen[units]]))
        for row, unit in zip(rows[differs][:LISTED].tolist(), units[differs][:LISTED].tolist(), strict=True):
            first = int(chosen[unit])
            params = {
                "id": self._unit(row)["id"], "first": int(self.body.rows[first]),
                "first_text": show(texts[first].as_py()), "second_text": show(texts[row].as_py()),
            }  # fmt: skip
            self.findings.append(Finding("RI278", self._place(row, column), params))
        return chosen


def _plain(texts: Any) -> Any:
    import pyarrow as pa

    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
