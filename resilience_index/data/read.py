"""Reading a table of communities: the door of this room."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from resilience_index.data.careful import read_careful
from resilience_index.data.cells import Tokens
from resilience_index.data.checks import check_keys, check_values
from resilience_index.data.columns import Layout, match
from resilience_index.data.convert import Body
from resilience_index.data.fast import DoubtError, read_fast
from resilience_index.data.header import DELIMITERS, Header, find_header
from resilience_index.data.source import NotUtf8Error, Source, open_source
from resilience_index.data.table import Column, Keys, RawText, Table, frozen
from resilience_index.errors import UnreadableError
from resilience_index.findings import Finding, Location

PathMode = Literal["auto", "fast", "careful"]

# The errors that --accept-errors may accept: their cells then count as missing. All others stop.
CELL_CODES = frozenset({"RI241", "RI242", "RI243"})


def read_table(
    path: str | Path,
    columns: Sequence[Column],
    *,
    keys: Keys | None = None,
    encoding: str | None = None,
    keep_text: bool = False,
    tokens: Sequence[str | float] = (),
    label: str | None = None,
    known: Sequence[Column] = (),
    path_mode: PathMode = "auto",
) -> Table:
    """Read a CSV file of communities; everything wrong with it is in the table's findings.

    ``columns`` are the indicators wanted, in the order of the table's ``values``; ``known`` others
    that may stand in the file without being unknown. ``encoding`` is the file's, None: found out.
    ``keep_text`` keeps the cells' texts for ``Table.raw``. ``tokens`` are texts or numbers that mean
    "missing" in every indicator column. ``label`` is the file's name in findings (default: its name
    without folders). ``path_mode`` "fast" refuses what only the careful way reads (``DoubtError``),
    for tests.

    Raises ``UnreadableError`` RI002 to RI007 for a file that cannot be read at all and RI201 for one
    without rows, ``UnknownNameError`` RI008 for an encoding that is not known.
    """
    source = open_source(Path(path), encoding)
    job = _Job(columns, keys or Keys(), tuple(known), label or Path(path).name, keep_text, path_mode)
    own = [Tokens.of([*column.tokens, *tokens], yes_no=column.unit == "0/1") for column in columns]
    try:
        return job.read(source, own)
    except NotUtf8Error:
        if source.certain:
            raise UnreadableError("RI006", file=str(path), encoding=source.encoding) from None
    except OSError as error:
        raise UnreadableError("RI007", file=str(path), reason=error.strerror or str(error)) from None
    return job.read(source.as_gb18030(), own)


@dataclasses.dataclass(frozen=True)
class _Job:
    columns: Sequence[Column]
    keys: Keys
    known: Sequence[Column]
    file: str
    keep_text: bool
    mode: PathMode

    def read(self, source: Source, tokens: Sequence[Tokens]) -> Table:
        header = find_header(source, self.columns, self.keys)
        if not header.cells:
            raise UnreadableError("RI004", file=str(source.path))
        layout = match(header.cells, self.columns, self.keys, file=self.file, row=header.row, known=self.known)
        body = self._rows(source, header, layout, tokens)
        if not len(body.rows) and not any(finding.severity == "error" for finding in body.findings):
            raise UnreadableError("RI201", file=str(source.path))
        keys = check_keys(body, layout, self.file)
        values = check_values(body, self.columns, layout, self.file)
        about_file = self._about_file(source, header, len(body.rows))
        return Table(
            source=self.file,
            indicators=tuple(column.id for column in self.columns),
            values=[frozen(column) for column in body.values],
            not_applicable=body.not_applicable,
            faulty=dict(sorted(body.faulty.items())),
            ids=keys.ids,
            names=keys.names,
            periods=keys.periods,
            groups=keys.groups,
            rows=body.rows,
            headers={
                self.columns[position].id: header.cells[column]
                for position, column in sorted(layout.indicators.items())
            },
            raw=RawText(body.raw) if self.keep_text else None,
            findings=[*about_file, *layout.findings, *body.findings, *keys.findings, *values],
            encoding=source.encoding,
            delimiter=header.delimiter,
            sha256=source.sha256(),
            size=source.size,
        )

    def _rows(self, source: Source, header: Header, layout: Layout, tokens: Sequence[Tokens]) -> Body:
        """The rows by the fastest way that has no doubts."""
        ways: list[bool] = [True] if self.keep_text else [False, True]
        for as_text in ways if self.mode != "careful" else []:
            try:
                return read_fast(source, header, layout, tokens, as_text=as_text, keep_text=self.keep_text)
            except DoubtError as doubt:
                if self.mode == "fast" and (as_text or not doubt.cells):
                    raise
                if not doubt.cells:
                    break
        return read_careful(source, header, layout, self.columns, tokens, file=self.file, keep_text=self.keep_text)

    def _about_file(self, source: Source, header: Header, count: int) -> list[Finding]:
        found = []
        for note in source.notes:
            params: dict[str, Any] = {**note.params, "rows": count}
            found.append(Finding(note.code, Location(self.file), params))
        if header.delimiter != ",":
            params = {"delimiter": DELIMITERS[header.delimiter]}
            found.append(Finding("RI202", Location(self.file, row=header.row), params))
        if header.broken:
            found.append(Finding("RI206", Location(self.file, row=header.row), {"lines": 1}))
        return found
