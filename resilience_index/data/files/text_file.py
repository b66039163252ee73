"""Text files (CSV) as the readers' door sees a file: header, rows, what there is to tell."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from resilience_index.data.body import Body
from resilience_index.data.cells import CellRules
from resilience_index.data.files.careful import read_careful
from resilience_index.data.files.fast import DoubtError, read_fast
from resilience_index.data.files.records import Record, csv_records
from resilience_index.data.files.source import Source
from resilience_index.data.layout.columns import Layout
from resilience_index.data.layout.header import DELIMITERS, Header, find_header
from resilience_index.data.table import Column, Keys, SourceFile
from resilience_index.findings import Finding, Location

PathMode = Literal["auto", "fast", "careful"]


@dataclasses.dataclass
class TextFile:
    """A text file; ``label`` is its name in findings."""

    source: Source
    label: str
    mode: PathMode = "auto"

    @property
    def shown(self) -> str:
        """Its name in messages about the file as a whole."""
        return str(self.source.path)

    def header(self, columns: Sequence[Column], keys: Keys) -> Header:
        """Find the header and the delimiter. Raises ``NotUtf8Error``."""
        return find_header(self.source, columns, keys)

    def rows(
        self, header: Header, layout: Layout, columns: Sequence[Column], rules: Sequence[CellRules], *, keep_text: bool
    ) -> Body:
        """The rows by the fastest way that has no doubts. Raises ``NotUtf8Error``."""
        ways: list[bool] = [True] if keep_text else [False, True]
        for as_text in ways if self.mode != "careful" else []:
            try:
                return read_fast(self.source, header, layout, rules, as_text=as_text, keep_text=keep_text)
            except DoubtError as doubt:
                if self.mode == "fast" and (as_text or not doubt.cells):
                    raise
                if not doubt.cells:
                    break
        return read_careful(self.source, header, layout, columns, rules, file=self.label, keep_text=keep_text)

    def originals(self, header: Header, layout: Layout) -> Iterator[Record]:  # noqa: ARG002 - as for workbooks
        """Every row; lines whose quotation marks are wrong are split at every delimiter. Raises ``NotUtf8Error``."""
        for record in csv_records(self.source, header.delimiter):
            if not record.lines:
                yield record
                continue
            with self.source.text() as stream:
                broken = itertools.islice(stream, record.end - record.lines, record.end)
                for number, line in enumerate(broken):
                    cells = [cell.strip().strip('"') for cell in line.rstrip("\r\n").split(header.delimiter)]
                    yield Record(record.row + number, cells)

    def about(self, header: Header, count: int) -> list[Finding]:
        """Findings about encoding and delimiter: RI202 to RI206."""
        found = []
        for note in self.source.notes:
            params: dict[str, Any] = {**note.params, "rows": count}
            found.append(Finding(note.code, Location(self.label), params))
        if header.delimiter != ",":
            params = {"delimiter": DELIMITERS[header.delimiter]}
            found.append(Finding("RI202", Location(self.label, row=header.row), params))
        if header.broken:
            found.append(Finding("RI206", Location(self.label, row=header.row), {"lines": 1}))
        return found

    def described(self, header: Header, headers: dict[str, str], form: str) -> SourceFile:
        """What was read."""
        return SourceFile(
            self.label, "csv", self.source.sha256(), self.source.size, headers, self.source.encoding,
            header.delimiter, form=form, path=str(self.source.path),
        )  # fmt: skip
