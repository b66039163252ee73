"""RI26x and RI27x: workbooks, Parquet, long tables, several files as one table."""

from __future__ import annotations

from resilience_index.findings.entry import Entry

ENTRIES: tuple[Entry, ...] = ()
