"""What makes a run's folder self-contained: the files it was made from, and the names its members may have.

The names of members are ours, whatever the files were called: nothing in them leads out of a folder, and they are the
same on every system. What the files were called stands in the manifest, under ``sources``.
"""

from __future__ import annotations

import contextlib
import functools
import io
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from resilience_index.audit import inputs
from resilience_index.data.concat import short_names
from resilience_index.data.files.source import STREAM, Input
from resilience_index.data.table import SourceFile
from resilience_index.errors import UnreadableError, UsageError
from resilience_index.findings import Location
from resilience_index.framework.assessment import Assessment
from resilience_index.scoring.result import Result

KINDS = ("folder", "zip")
RAW = f"{inputs.FOLDER}data/"
SIGNATURES = "signatures/"
ROLES = {
    "evaluator": {"en": "evaluator", "zh": "评估方"},
    "department": {"en": "department", "zh": "主管部门"},
    "auditor": {"en": "auditor", "zh": "审计方"},
}
_RAW_NAME = re.compile(re.escape(RAW) + r"[1-9][0-9]{0,3}\.(?:csv|xlsx|parquet)")
_SIGNATURE_NAME = re.compile(re.escape(SIGNATURES) + rf"(?:{'|'.join(ROLES)})\.[0-9a-f]{{16}}\.json")
_ALLOWED = "RI256"
"""The finding of a table with personal data that were allowed."""


def is_member(name: str) -> bool:
    """Whether a name below the top of a folder is one that a run writes."""
    return name in (*inputs.NAMES, inputs.MAP) or inputs.is_template(name) or _RAW_NAME.fullmatch(name) is not None


def is_signature(name: str) -> bool:
    """Whether a name is that of a signature."""
    return _SIGNATURE_NAME.fullmatch(name) is not None


def raw_names(files: Sequence[SourceFile]) -> list[str]:
    """The member that each data file becomes."""
    return [f"{RAW}{number}.{file.kind}" for number, file in enumerate(files, 1)]


def refuse_personal(result: Result, where: str) -> None:
    """Raise ``UsageError`` RI560 where a file with personal data would travel."""
    areas = () if result.areas is None else result.areas.findings
    for finding in (*result.table.findings, *areas):
        if finding.code == _ALLOWED:
            raise UsageError("RI560", where=Location(where), file=finding.location.file or where)


def writers(result: Result, assessment: Assessment | None, *, with_data: bool) -> dict[str, Callable[[Path], Any]]:
    """How the further files of a self-contained run are written, by name."""
    found: dict[str, Callable[[Path], Any]] = {}
    if assessment is not None:
        found[inputs.ASSESSMENT] = lambda path: path.write_bytes(assessment.content)
    if with_data:
        files = result.table.files
        for name, file in zip(raw_names(files), files, strict=True):
            found[name] = functools.partial(_copy, file)
        if result.areas is not None:
            areas = result.areas.content
            found[inputs.MAP] = lambda path: path.write_bytes(areas)
    return found


def _copy(file: SourceFile, path: Path) -> None:
    """Copy a data file; it must be the one that was read. Raises ``UnreadableError`` RI007."""
    reason: Any = {"zh": "读取后内容已改变", "en": "it has changed since it was read"}
    with contextlib.ExitStack() as opened:
        source: IO[bytes]
        try:
            if file.path == STREAM:
                source = io.BytesIO(Input.of(STREAM).whole())
            else:
                source = opened.enter_context(Path(file.path).open("rb"))
        except OSError as error:
            reason = error.strerror or str(error)
            raise UnreadableError("RI007", where=Location(file.path), file=file.path, reason=reason) from error
        with path.open("wb") as copy:
            shutil.copyfileobj(source, copy)
    if inputs.file_digest(path) != file.sha256:
        raise UnreadableError("RI007", where=Location(file.path), file=file.path, reason=reason)


def sources(
    result: Result, assessment: Assessment | None, map_file: str | None, names: Mapping[str, str],
    members: Sequence[str], templates: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """What each file that went in was called, its role, and the member that holds it (None: it does not travel).

    ``templates`` are the members of templates by the paths they were read from.
    """
    plan = result.plan
    labels = short_names([file.path for file in result.table.files])
    found: list[dict[str, Any]] = [
        {"role": "data", "name": names[file.path], "label": labels[file.path], "member": member}
        for file, member in zip(result.table.files, raw_names(result.table.files), strict=True)
    ]
    others = dict(zip(plan.framework.files, (inputs.FRAMEWORK, inputs.DICTIONARY), strict=False))
    for other, member in ((plan.judgments, inputs.JUDGMENTS), (plan.baseline, inputs.BASELINE),
                          (assessment, inputs.ASSESSMENT)):  # fmt: skip
        if other is not None:
            others[other.file] = member
    if map_file is not None:
        others[map_file] = inputs.MAP
    found += [{"role": Path(member).stem, "name": names[path], "member": member} for path, member in others.items()]
    kept = (templates or {}).items()
    found += [{"role": "templates", "name": names[path], "member": member} for path, member in kept]
    return [{**item, "member": item["member"] if item["member"] in members else None} for item in found]
