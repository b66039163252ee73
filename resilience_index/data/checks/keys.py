"""Checks of what was read: ids, periods, groups; every fault becomes a finding with its row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from resilience_index.data.body import LISTED, Body
from resilience_index.data.cells import show
from resilience_index.data.checks.periods import alike, of_period, written_as
from resilience_index.data.layout.columns import Layout, letter
from resilience_index.data.table import encoded
from resilience_index.findings import Finding, Location

# Excel writes the mantissa of a long code it took for a number, and always a sign.
_SHORTENED = r"^[0-9]+(\.[0-9]+)?[eE]\+[0-9]+$"
_DECIMAL = r"^[0-9]+\.0+$"
Listed: TypeAlias = Sequence[tuple[int, dict[str, Any]]]  # row index and message parameters of each fault


@dataclass
class Checked:
    """Keys without surrounding spaces, and all findings about the rows."""

    ids: Any
    names: Any
    periods: Any
    groups: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def check_keys(body: Body, layout: Layout, file: str) -> Checked:
    """Trim and check ids, periods and groups: findings RI209, RI215 and RI231 to RI236."""
    return _Keys(body, layout, file).checked()


class _Keys:
    def __init__(self, body: Body, layout: Layout, file: str) -> None:
        self.body = body
        self.layout = layout
        self.file = file
        self.findings: list[Finding] = []

    def checked(self) -> Checked:
        import pyarrow as pa

        body, layout = self.body, self.layout
        for column in layout.unnamed:
            self._unnamed(column)
        groups = {name: self._labels(column) for name, column in layout.groups.items()}
        periods = None if layout.period is None else self._labels(layout.period)
        if periods is not None:
            self._blanks("RI236", periods, layout.period)
        if layout.id is None:
            # The header's finding stops the run; the rows keep a name to go by until then.
            ids = pa.array([str(row) for row in body.rows.tolist()], pa.string())
        else:
            ids = self._trimmed(layout.id, body.texts[layout.id])
            self._blanks("RI231", ids, layout.id)
            self._doubles(ids, periods)
            self._numbers(ids)
        if periods is not None:
            self._alike(ids, periods)
        names = ids if layout.name is None else self._named(body.texts[layout.name], ids, layout.name)
        return Checked(ids, names, periods, groups, self.findings)

    def _named(self, names: Any, ids: Any, column: int) -> Any:
        """The names; where one is blank the code stands in: RI258."""
        import pyarrow.compute as pc

        blank = pc.or_(pc.equal(pc.binary_length(names), 0), pc.utf8_is_space(names))
        rows = np.flatnonzero(blank.to_numpy(zero_copy_only=False))
        if not rows.size:
            return names
        params = {"count": int(rows.size), "first": int(self.body.rows[rows[0]])}
        self.findings.append(Finding("RI258", self._place(column), params))
        return pc.if_else(blank, ids, names)

    def _place(self, column: int | None, index: int | None = None) -> Location:
        row = None if index is None else int(self.body.rows[index])
        return Location(self.file, row=row, field=None if column is None else self.layout.title(column))

    def _faults(self, code: str, column: int | None, found: Sequence[tuple[int, dict[str, Any]]], total: int) -> None:
        for index, params in found:
            self.findings.append(Finding(code, self._place(column, index), params))
        if total > len(found):
            params = {"count": total - len(found), "fault": code, "shown": len(found)}
            self.findings.append(Finding("RI209", self._place(column), params))

    def _trimmed(self, column: int, texts: Any) -> Any:
        import pyarrow.compute as pc

        trimmed = pc.utf8_trim_whitespace(texts)
        differs = pc.and_(pc.not_equal(trimmed, texts), pc.greater(pc.binary_length(trimmed), 0))
        changed = np.flatnonzero(differs.to_numpy(zero_copy_only=False))
        if changed.size:
            params = {
                "count": int(changed.size),
                "name": self.layout.title(column),
                "first": int(self.body.rows[changed[0]]),
            }
            self.findings.append(Finding("RI235", self._place(column), params))
        return trimmed

    def _labels(self, column: int) -> Any:
        """A column of few labels: most often there is nothing to trim, which the distinct ones tell."""
        import pyarrow.compute as pc

        texts = self.body.texts[column]
        distinct = pc.unique(texts)
        if pc.all(pc.equal(pc.utf8_trim_whitespace(distinct), distinct), min_count=0).as_py():
            return texts
        return self._trimmed(column, texts)

    def _unnamed(self, column: int) -> None:
        import pyarrow.compute as pc

        texts = pc.utf8_trim_whitespace(self.body.texts[column])
        first = pc.index(pc.greater(pc.binary_length(texts), 0), True).as_py()
        if first >= 0:
            params = {"letter": letter(column), "first": int(self.body.rows[first])}
            self.findings.append(Finding("RI215", Location(self.file, row=self.layout.row), params))

    def _blanks(self, code: str, texts: Any, column: int | None) -> None:
        import pyarrow.compute as pc

        blank = np.flatnonzero(pc.equal(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False))
        listed: Listed = [(index, {}) for index in blank[:LISTED].tolist()]
        self._faults(code, column, listed, int(blank.size))

    def _doubles(self, ids: Any, periods: Any) -> None:
        if _ascend(ids, periods):
            return
        codes = encoded(ids)[0]
        if periods is not None:
            period_codes = encoded(periods)[0]
            codes = codes * (int(period_codes.max(initial=0)) + 1) + period_codes
        ordered = np.sort(codes)
        if not (ordered[1:] == ordered[:-1]).any():
            return
        _, first, place = np.unique(codes, return_index=True, return_inverse=True)
        found: list[tuple[int, dict[str, Any]]] = []
        total = 0
        for index in np.flatnonzero(first[place] != np.arange(len(codes))).tolist():
            code = ids[index].as_py()
            if not code:
                continue  # blank codes have their own finding
            total += 1
            if total > LISTED:
                continue
            params: dict[str, Any] = {"id": show(code), "period": ""}
            params["first"] = int(self.body.rows[first[place[index]]])
            params["second"] = int(self.body.rows[index])
            if periods is not None:
                params["period"] = of_period(periods[index].as_py())
            found.append((index, params))
        self._faults("RI232", self.layout.id, found, total)

    def _alike(self, ids: Any, periods: Any) -> None:
        """RI260 for periods that are written in several ways, RI232 for communities that then stand twice."""
        found = alike(ids, periods)
        for labels, index in found.groups:
            params = {"labels": [show(label) for label in labels]}
            self.findings.append(Finding("RI260", self._place(self.layout.period, index), params))
        twice: list[tuple[int, dict[str, Any]]] = []
        for first, second in found.twice[:LISTED]:
            rows = {"first": int(self.body.rows[first]), "second": int(self.body.rows[second])}
            period = written_as(periods[first].as_py(), periods[second].as_py())
            twice.append((second, {"id": show(ids[second].as_py()), **rows, "period": period}))
        self._faults("RI232", self.layout.id, twice, len(found.twice))

    def _numbers(self, ids: Any) -> None:
        """Traces of a spreadsheet that took codes for numbers."""
        import pyarrow.compute as pc

        digits = pc.ascii_is_decimal(ids)
        if not pc.all(digits, min_count=0).as_py():
            for code, form in (("RI233", _SHORTENED), ("RI238", _DECIMAL)):
                found = np.flatnonzero(pc.match_substring_regex(ids, form).to_numpy(zero_copy_only=False))
                listed = [(index, {"id": show(ids[index].as_py())}) for index in found[:LISTED].tolist()]
                self._faults(code, self.layout.id, listed, int(found.size))
        zeros = pc.and_(digits, pc.starts_with(ids, "0"))
        lengths = pc.binary_length(ids).to_numpy(zero_copy_only=False)
        zero_led = np.flatnonzero(zeros.to_numpy(zero_copy_only=False))
        if not zero_led.size:
            return
        long = int(zero_led[np.argmax(lengths[zero_led])])
        short = np.flatnonzero(digits.to_numpy(zero_copy_only=False) & (lengths < lengths[long]))
        if short.size:
            params = {
                "short": show(ids[int(short[0])].as_py()),
                "short_row": int(self.body.rows[short[0]]),
                "long": show(ids[long].as_py()),
                "long_row": int(self.body.rows[long]),
                "count": int(short.size),
                "long_file": "",
            }
            self.findings.append(Finding("RI234", self._place(self.layout.id, int(short[0])), params))


def _ascend(ids: Any, periods: Any) -> bool:
    """Whether each row stands after the one above it in the order of codes, then periods: then none is doubled."""
    import pyarrow.compute as pc

    above, below = ids.slice(0, max(len(ids) - 1, 0)), ids.slice(1)
    after = pc.less(above, below)
    if periods is not None:
        later = pc.less(periods.slice(0, max(len(ids) - 1, 0)), periods.slice(1))
        after = pc.or_(after, pc.and_(pc.equal(above, below), later))
    return bool(pc.all(after, min_count=0).as_py())
