"""RI2xx: tables of community data."""

from __future__ import annotations

from resilience_index.findings.entry import Entry

ENTRIES: tuple[Entry, ...] = ()
