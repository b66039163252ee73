"""The catalogue of finding codes, made of one module a room.

RI0xx running and files, RI1xx frameworks and assessments, RI2xx data, RI3xx judgments and weights,
RI4xx calculation, RI5xx diagnosis and outputs.
"""

from __future__ import annotations

from resilience_index.findings import (
    codes_aggregating,
    codes_audit,
    codes_batch,
    codes_cells,
    codes_compare,
    codes_crossfile,
    codes_data,
    codes_diagnosis,
    codes_documents,
    codes_formats,
    codes_framework,
    codes_grading,
    codes_maps,
    codes_normalizing,
    codes_preparing,
    codes_privacy,
    codes_reports,
    codes_rules,
    codes_run,
    codes_scoring,
    codes_survey,
    codes_weighting,
    codes_weights,
)
from resilience_index.findings.entry import Entry

CATALOGUE: dict[str, Entry] = {
    entry.code: entry
    for module in (
        codes_run,
        codes_framework,
        codes_rules,
        codes_data,
        codes_cells,
        codes_privacy,
        codes_formats,
        codes_crossfile,
        codes_weights,
        codes_weighting,
        codes_survey,
        codes_scoring,
        codes_preparing,
        codes_normalizing,
        codes_aggregating,
        codes_grading,
        codes_compare,
        codes_diagnosis,
        codes_reports,
        codes_documents,
        codes_maps,
        codes_audit,
        codes_batch,
    )
    for entry in module.ENTRIES
}
