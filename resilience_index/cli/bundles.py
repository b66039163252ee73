"""What ``--bundle`` asks for: all that a run was made from in its folder, and a ZIP archive of it beside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from resilience_index.cli import output, shared
from resilience_index.cli.language import t
from resilience_index.errors import UsageError
from resilience_index.findings import Location

if TYPE_CHECKING:
    from resilience_index.cli.asked import Asked
    from resilience_index.scoring.assess import Job


def check(kind: str | None, *, without_data: bool, out: str | None) -> None:
    """Refuse a kind that does not exist (RI008), or a bundle without a folder to write (RI009)."""
    from resilience_index.audit.bundle import KINDS
    from resilience_index.scoring import assess

    if kind is not None and kind not in KINDS:
        raise shared.unknown({"zh": "结果包形式", "en": "kind of bundle"}, kind, list(KINDS))
    if out is None and (kind is not None or without_data):
        raise assess.usage(
            "结果包需要写入文件夹", "请用 --out 指定文件夹",
            "a bundle needs a folder to be written to", "name one with --out",
        )  # fmt: skip


def kind_of(asked: Asked, work: Job) -> str | None:
    """The bundle that is asked for: by the command line, else by the assessment; without data means one, too."""
    model = work.assessment.model if work.assessment is not None else None
    if asked.bundle is not None:
        return asked.bundle
    if model is not None and model.bundle is not None:
        return model.bundle
    return "folder" if without_data(asked, work) else None


def without_data(asked: Asked, work: Job) -> bool:
    """Whether the data files stay away."""
    return asked.without_data or (work.assessment is not None and work.assessment.model.bundle_without_data)


def archive_of(folder: Path) -> Path:
    """The archive beside a folder."""
    place = folder.absolute()
    return place.with_name(f"{place.name}.zip") if folder.name in ("", "..") else folder.with_name(f"{folder.name}.zip")


def check_archive(folder: Path) -> None:
    """Raise ``UsageError`` RI561 where something else than an earlier bundle stands in the archive's place."""
    import os
    import zipfile
    import zlib

    from resilience_index.audit import manifest
    from resilience_index.framework import json_strict

    path = archive_of(folder)
    if not os.path.lexists(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            ours = json_strict.parse(archive.read(manifest.FILE))["predicateType"] == manifest.PREDICATE
    except (OSError, ValueError, LookupError, TypeError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile):
        ours = False
    if not ours:
        raise UsageError("RI561", where=Location(str(path)), file=str(path))


def pack(folder: Path, files: Sequence[str], *, quiet: bool) -> None:
    """Write the archive of a run that is written. Raises ``UsageError`` RI010."""
    from resilience_index.audit import archive
    from resilience_index.runs import folder as run_folder

    path = archive_of(folder)
    try:
        archive.pack(folder, files, path)
    except OSError as error:
        raise run_folder.cannot_write(path, error) from error
    output.message(t(f"packed into {path}", f"已打包为 {path}"), quiet=quiet)
