"""RI28x and RI29x: what only shows when framework and data are seen together."""

from __future__ import annotations

from resilience_index.findings.entry import Entry

ENTRIES: tuple[Entry, ...] = ()
