"""Reading a table of communities: the door of this room."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from resilience_index.data.body import Body
from resilience_index.data.cells import CellRules
from resilience_index.data.checks.codes import with_plain_codes
from resilience_index.data.checks.keys import check_keys
from resilience_index.data.checks.values import check_values
from resilience_index.data.files.opening import File, with_file
from resilience_index.data.files.source import Input
from resilience_index.data.files.text_file import PathMode
from resilience_index.data.layout.columns import Layout, match
from resilience_index.data.layout.header import Header
from resilience_index.data.layout.long_form import Long, Pivot, long_columns, long_layout
from resilience_index.data.layout.swapped import swapped
from resilience_index.data.privacy.scan import in_name
from resilience_index.data.table import Column, Keys, RawText, SourceFile, Table, frozen
from resilience_index.errors import UnreadableError
from resilience_index.findings import Finding

# The errors that --accept-errors may accept: their cells then count as missing. All others stop.
CELL_CODES = frozenset({"RI241", "RI242", "RI243", "RI248", "RI270"})


def read_table(
    path: str | Path | Input,
    columns: Sequence[Column],
    *,
    keys: Keys | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    keep_text: bool = False,
    tokens: Sequence[str | float] = (),
    label: str | None = None,
    known: Sequence[Column] = (),
    path_mode: PathMode = "auto",
) -> Table:
    """Read a file of communities; everything wrong with it is in the table's findings.

    The kind of the file (CSV, XLSX, Parquet) is told by its bytes, its form (a column for each
    indicator, or a row for each value) by its header. ``columns`` are the indicators wanted, in the order
    of the table's ``values``; ``known`` others that may stand in the file without being unknown.
    ``encoding`` is a text file's, None: found out. ``sheet`` is the name or number of a workbook's sheet,
    None: found by its header. ``keep_text`` keeps the cells' texts for ``Table.raw``. ``tokens`` are texts
    or numbers that mean "missing" in every indicator column. ``label`` is the file's name in findings
    (default: its name without folders, personal numbers masked). ``path_mode`` "fast" refuses what only
    the careful way reads (``DoubtError``), for tests.

    Raises ``UnreadableError`` RI002 to RI007, RI261, RI262 or RI266 for a file that cannot be read at all and
    RI201 for one without rows, ``UnknownNameError`` RI008 for an encoding that is not known, ``UsageError``
    RI263 to RI265 about sheets.
    """
    name = (path.path if isinstance(path, Input) else Path(path)).name
    job = _Job(columns, keys or Keys(), tuple(known), keep_text, tuple(tokens), name)
    return with_file(
        path, columns, job.keys, job.read, encoding=encoding, sheet=sheet, label=label, path_mode=path_mode
    )  # fmt: skip


@dataclasses.dataclass(frozen=True)
class _Job:
    columns: Sequence[Column]
    keys: Keys
    known: Sequence[Column]
    keep_text: bool
    tokens: Sequence[str | float]
    name: str = ""
    """The file's name as it is."""

    def read(self, file: File) -> Table:
        header = file.header(self.columns, self.keys)
        if not header.cells:
            raise UnreadableError("RI004", file=file.shown)
        comma = header.delimiter in (";", "\t")  # 12,5 can only be a number where commas separate nothing
        rules = [
            dataclasses.replace(CellRules.of([*column.tokens, *self.tokens], unit=column.unit), decimal_comma=comma)
            for column in self.columns
        ]
        long = long_columns(header, self.columns)
        table = self._wide(file, header, rules) if long is None else self._long(file, header, rules, long)
        personal = in_name(self.name, file.label)
        return table.replace(findings=[*personal, *table.findings]) if personal else table

    def _wide(self, file: File, header: Header, rules: Sequence[CellRules]) -> Table:
        layout = match(header.cells, self.columns, self.keys, file=file.label, row=header.row, known=self.known)
        body = file.rows(header, layout, self.columns, rules, keep_text=self.keep_text)
        turned = swapped(header, (*self.columns, *self.known), file.label)
        if turned is None:
            self._refuse_empty(file, body)
        body.findings += with_plain_codes(body, layout, file.label)
        headers = {
            self.columns[position].id: layout.header[column] for position, column in sorted(layout.indicators.items())
        }
        table = self._table(file, header, layout, body, file.described(header, headers, "wide"), body.personal)
        if turned is not None:  # every other finding would only follow from it
            return self._with_faults(table, body, [*file.about(header, len(body.rows)), turned, *body.personal])
        values = check_values(body, self.columns, layout, file.label)
        return self._with_faults(table, body, [*table.findings, *values])

    def _long(self, file: File, header: Header, rules: Sequence[CellRules], long: Long) -> Table:
        layout = long_layout(header, long, self.keys, file.label)
        rows = file.rows(header, layout, self.columns, rules, keep_text=self.keep_text)
        self._refuse_empty(file, rows)
        rows.findings += with_plain_codes(rows, layout, file.label)
        if layout.id is None:  # its finding stops the run
            described = file.described(header, {}, "long")
            nothing = _without_values(rows, len(self.columns))
            table = self._table(file, header, layout, nothing, described, rows.personal)
            return table.replace(values=[frozen(column) for column in nothing.values])
        pivoted = Pivot(rows, layout, long, self.columns, self.known, file.label).wide(rules, keep_text=self.keep_text)
        headers = {self.columns[position].id: layout.header[long.value] for position in pivoted.cell_rows}
        described = file.described(header, headers, "long")
        pivoted.layout.findings = layout.findings
        table = self._table(file, header, pivoted.layout, pivoted.body, described, rows.personal)
        values = pivoted.check_values(self.columns, file.label)
        table = table.replace(cell_rows=pivoted.cell_rows)
        return self._with_faults(table, pivoted.body, [*table.findings, *values])

    def _refuse_empty(self, file: File, body: Body) -> None:
        if not len(body.rows) and not any(finding.severity == "error" for finding in body.findings):
            raise UnreadableError("RI201", file=file.shown)

    def _table(
        self, file: File, header: Header, layout: Layout, body: Body, described: SourceFile, personal: list[Finding]
    ) -> Table:
        """A table that lacks its values yet."""
        keys = check_keys(body, layout, file.label)
        return Table(
            source=file.label,
            indicators=tuple(column.id for column in self.columns),
            values=[],
            not_applicable=body.not_applicable,
            faulty={},
            ids=keys.ids,
            names=keys.names,
            periods=keys.periods,
            groups=keys.groups,
            rows=body.rows,
            headers=described.headers,
            raw=RawText(body.raw) if self.keep_text else None,
            findings=[
                *file.about(header, len(body.rows)),
                *layout.findings,
                *body.findings,
                *personal,
                *keys.findings,
            ],
            files=(described,),
            conversions=dict(sorted(body.conversions.items())),
        )

    def _with_faults(self, table: Table, body: Body, findings: list[Finding]) -> Table:
        """The table with its values, after the checks have taken out those that are refused."""
        for position, covered in body.covered.items():
            refused = body.faulty.get(position)
            body.faulty[position] = covered if refused is None else refused | covered
        return table.replace(
            values=[frozen(column) for column in body.values], faulty=dict(sorted(body.faulty.items())),
            findings=findings,
        )  # fmt: skip


def _without_values(body: Body, count: int) -> Body:
    nothing = np.full(len(body.rows), np.nan)
    return dataclasses.replace(body, values=[nothing] * count, faulty={}, not_applicable={})
