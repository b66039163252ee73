"""RI25x: personal data in tables."""

from __future__ import annotations

from resilience_index.findings.entry import Entry

ENTRIES: tuple[Entry, ...] = ()
