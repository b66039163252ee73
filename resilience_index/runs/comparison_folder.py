"""The folder of several frameworks: a run's folder for each, and the comparison beside them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from resilience_index.analysis.comparison import Comparison
from resilience_index.audit import canonical
from resilience_index.errors import UsageError
from resilience_index.files import write_atomic
from resilience_index.findings import Finding, Location
from resilience_index.framework import json_strict
from resilience_index.report.export import comparison as report
from resilience_index.runs import folder as run_folder
from resilience_index.runs.folder import Written
from resilience_index.scoring.assess import Job

CSV = "comparison.csv"
JSON = "comparison.json"
_EARLIER = ".comparison.earlier.json"
_ID = re.compile("[a-z][a-z0-9_]*")


def check_target(folder: Path, ids: Sequence[str]) -> None:
    """Refuse a target that cannot be written (RI010), holds a single run (RI038), or has content that no run made.

    The last is RI013; it also holds for the folders of the frameworks.
    """
    run_folder.refuse_name(folder)
    if run_folder.is_run(folder):
        raise UsageError("RI038", where=Location(str(folder)), file=str(folder))
    run_folder.check_target(folder, is_comparison)
    for name in ids if folder.is_dir() else ():
        run_folder.check_target(folder / name)


def is_comparison(folder: Path) -> bool:
    """A finished run of several frameworks, or one that was being replaced when the program was killed."""
    return any(_read(folder / name) is not None for name in (JSON, _EARLIER))


def _read(path: Path) -> Mapping[str, Any] | None:
    try:
        content = json_strict.parse(path.read_bytes())
    except (OSError, ValueError):
        return None
    ours = isinstance(content, dict) and content.get("kind") == report.KIND
    return content if ours else None


def write(
    comparison: Comparison,
    works: Sequence[Job],
    folder: Path,
    *,
    findings: Sequence[Finding] = (),
    formats: Sequence[str] = run_folder.FORMATS,
    with_trace: bool = True,
    language: str = "both",
    bundle: bool = False,
    with_data: bool = True,
) -> Written:
    """Write a folder for each framework, named by its id, ``comparison.csv`` and ``comparison.json`` into ``folder``.

    Everything is made aside and moved at the end: when anything fails, nothing is left behind and the earlier
    runs stay whole. Folders of frameworks of the earlier comparison that this one does not have go. Raises
    ``UsageError`` RI010 when it cannot be written, RI027 when another process is writing there, ``InputError``
    RI131 for a group with the name of a column.
    """
    report.check_groups(comparison)
    content = report.to_dict(comparison)
    content["findings"] = [finding.to_dict(("zh", "en")) for finding in findings]
    ids = comparison.ids
    try:
        files: dict[str, Sequence[str]] = {}
        with run_folder.staging_folder(folder) as staging, contextlib.ExitStack() as locks:
            earlier = _earlier_ids(folder)
            if folder.is_dir():
                for name in sorted({*ids, *earlier}):
                    locks.enter_context(run_folder.alone(folder / name))
            for result, work in zip(comparison.results, works, strict=True):
                name = result.plan.framework.label
                written = run_folder.write(
                    result, work, staging / name, formats=formats, with_trace=with_trace, language=language,
                    bundle=bundle, with_data=with_data,
                )  # fmt: skip
                files[name] = written.files
            write_atomic(staging / CSV, lambda stream: report.write_csv(comparison, stream))
            write_atomic(staging / JSON, canonical.dump(content))
            _put_in_place(staging, folder, files, earlier)
        for name in set(earlier) - set(ids):  # only now: their locks were in them
            with contextlib.suppress(OSError):
                (folder / name).rmdir()
    except OSError as error:
        raise run_folder.cannot_write(folder, error) from error
    except UsageError as error:
        if isinstance(error.__cause__, OSError):  # a run that could not be made aside
            raise run_folder.cannot_write(folder, error.__cause__) from error
        raise
    return Written(folder, (*(f"{name}/" for name in ids), CSV, JSON), files)


def _put_in_place(
    staging: Path, folder: Path, files: Mapping[str, Sequence[str]], earlier: Sequence[str]
) -> None:  # fmt: skip
    """Move all into place, ``comparison.json`` last.

    While folders are being replaced a hidden file names all that may be there: a folder of two comparisons is never
    taken for a finished one, and the next run may still write into it and clear it.
    """
    if not folder.exists():
        staging.replace(folder)
        return
    every = sorted({*files, *earlier})
    mark = {"kind": report.KIND, "frameworks": [{"id": name} for name in every]}
    write_atomic(folder / _EARLIER, canonical.dump(mark))
    (folder / JSON).unlink(missing_ok=True)
    for name in every:
        if name in files:
            run_folder.put_in_place(staging / name, folder / name, files[name])
        else:
            _remove(folder / name)
    for name in (CSV, JSON):
        (staging / name).replace(folder / name)
    (folder / _EARLIER).unlink()


def _earlier_ids(folder: Path) -> list[str]:
    """The frameworks of the comparison that is there; none where a name is no id, for a file can be edited."""
    found = set()
    for name in (JSON, _EARLIER):
        try:
            found |= {str(item["id"]) for item in (_read(folder / name) or {})["frameworks"]}
        except (KeyError, TypeError):
            continue
    return sorted(name for name in found if _ID.fullmatch(name))


def _remove(folder: Path) -> None:
    """Remove the files that a run wrote into its folder; what else is in it stays."""
    if not run_folder.is_run(folder):
        return
    run_folder.clear(folder, run_folder.files_of_earlier(folder))
    (folder / run_folder.EARLIER).unlink()
