"""What the summary of a batch says of one run: communities, mean scores, grades by district."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.audit import canonical
from resilience_index.methods.exact import mean_of
from resilience_index.scoring.assess import Job
from resilience_index.scoring.result import Result

DISTRICT = "district"
_NO_METHOD = (
    "encoding", "sheet", "columns", "outputs", "language", "synthetic", "accept_errors", "allow_personal_data",
    "judgments", "baseline", "period", "by", "scheme", "map", "title",
)  # fmt: skip
"""Settings that say what is read and written, not how it is scored; files count by their content."""


def of(result: Result, work: Job, read: Mapping[str, str | None]) -> dict[str, Any]:
    """The framework, how it was scored (``method``, a digest), and figures for each period."""
    plan = result.plan
    settings = {key: value["value"] for key, value in plan.settings.to_dict().items() if key not in _NO_METHOD}
    method = {
        "settings": settings,
        "framework": [canonical.digest(text) for text in plan.framework.files.values()],
        "scheme": plan.framework.scheme,
        "judgments": None if plan.judgments is None else read[work.judgments or ""],
        "baseline": None if plan.baseline is None else read[work.baseline or ""],
    }
    return {
        "framework": plan.framework.label,
        "version": plan.framework.version,
        "method": canonical.digest(canonical.compact(method))[:16],
        "relative": [*plan.relative_methods(), *([plan.grading.text()] if plan.relative_grades else [])],
        "grades": list(result.outcomes),
        "warnings": sum(finding.severity == "warning" for finding in result.findings),
        "periods": [_period(result, code, label or None) for code, label in enumerate(result.period_labels)],
    }


def _period(result: Result, code: int, label: str | None) -> dict[str, Any]:
    rows = result.period_codes == code
    name = str(result.plan.settings["by"] or DISTRICT)
    districts = []
    if name in result.table.groups:
        labels = np.array(result.table.groups[name].to_pylist(), dtype=object)
        present = sorted({str(value) for value in labels[rows] if value is not None})
        districts = [{"group": value, **_figures(result, rows & (labels == value))} for value in present]
        blank = rows & np.array([value is None for value in labels], dtype=bool)
        if blank.any():
            districts.append({"group": None, **_figures(result, blank)})
    return {"period": label, **_figures(result, rows), "group_by": name if districts else None, "groups": districts}


def _figures(result: Result, rows: NDArray[np.bool_]) -> dict[str, Any]:
    """Counts, the unweighted mean and the range of scores, and how many have each grade."""
    scores = result.score[rows]
    scores = scores[~np.isnan(scores)]
    graded = result.graded[rows]
    grades = {name: int((graded == index).sum()) for index, name in enumerate(result.outcomes)}
    return {
        "communities": int(rows.sum()),
        "scored": int(scores.size),
        "mean": mean_of(scores.tolist()) if scores.size else None,
        "lowest": float(scores.min()) if scores.size else None,
        "highest": float(scores.max()) if scores.size else None,
        "grades": grades,
        "without_grade": int((graded < 0).sum()),
    }
