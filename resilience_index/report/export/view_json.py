"""The whole view as JSON for other programs: all that a report shows, figures and texts in both languages."""

from __future__ import annotations

from resilience_index.audit import canonical
from resilience_index.report.export.tables import inert_json
from resilience_index.report.view import stored
from resilience_index.report.view.model import View


def render(view: View) -> bytes:
    """The view in one line with sorted keys, UTF-8; characters that steer a terminal are written as escapes."""
    return inert_json(canonical.compact(stored.plain(view))) + b"\n"
