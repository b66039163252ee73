"""The folder of a comparison of two sides: ``compare.csv``, ``compare.json`` and ``compare.html``."""

from __future__ import annotations

from pathlib import Path

from resilience_index.analysis.change import Change
from resilience_index.audit import canonical
from resilience_index.data.privacy import mask_all
from resilience_index.files import write_atomic
from resilience_index.framework import json_strict
from resilience_index.report.export import change as change_out
from resilience_index.report.page import further as pages
from resilience_index.report.view.change import ChangeView
from resilience_index.runs import folder as run_folder
from resilience_index.runs.folder import Written

CSV, JSON, HTML = FILES = ("compare.csv", "compare.json", "compare.html")


def check_target(folder: Path) -> None:
    """Refuse a target that cannot be written (RI010), or has content that no comparison made (RI013)."""
    run_folder.check_target(folder, is_change)


def is_change(folder: Path) -> bool:
    """Whether a folder holds an earlier comparison."""
    try:
        content = json_strict.parse((folder / JSON).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("kind") == change_out.KIND


def write(change: Change, view: ChangeView, folder: Path, *, language: str = "both") -> Written:
    """Write the files, made aside and moved at the end. Raises ``UsageError`` RI010, RI027."""
    content = change_out.to_dict(change) | {"findings": mask_all(change_out.findings_of(view.findings))}
    try:
        with run_folder.staging_folder(folder) as staging:
            write_atomic(staging / CSV, lambda stream: change_out.write_csv(change, stream))
            write_atomic(staging / HTML, pages.change_page(view, language))
            write_atomic(staging / JSON, canonical.dump(content))
            if not folder.exists():
                staging.replace(folder)
            else:
                for name in (CSV, HTML, JSON):
                    (staging / name).replace(folder / name)
    except OSError as error:
        raise run_folder.cannot_write(folder, error) from error
    return Written(folder, FILES)
