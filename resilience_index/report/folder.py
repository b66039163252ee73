"""The folder of a run: all its files, made aside and moved into place together, the manifest last."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from resilience_index.audit import canonical, manifest, trace
from resilience_index.errors import UsageError
from resilience_index.files import atomic_path, write_atomic
from resilience_index.findings import Finding, Location, sort_findings
from resilience_index.report import tables, view_build
from resilience_index.report.view import View
from resilience_index.scoring.assess import Job
from resilience_index.scoring.result import Result

FORMATS = ("html", "xlsx")
_LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Written:
    """What was written: the folder and the names of its files."""

    folder: Path
    files: tuple[str, ...]


def check_target(folder: Path) -> None:
    """Refuse a target that is a file, or a folder with content that no run made (RI003, RI013)."""
    shown = str(folder)
    if folder.exists() and not folder.is_dir():
        raise UsageError("RI010", where=Location(shown), file=shown, reason="a file of that name exists")
    if folder.is_dir() and any(folder.iterdir()) and not _is_run(folder):
        raise UsageError("RI013", where=Location(shown), file=shown)


def _is_run(folder: Path) -> bool:
    return manifest.read(folder) is not None


def input_digests(work: Job, result: Result) -> dict[str, str]:
    """SHA-256 of everything that went in, by short relative names."""
    found: dict[str, str] = {}
    if work.data is not None:
        found[work.data] = result.table.sha256
    for name, content in work.framework.files.items():
        found[name] = canonical.digest(content)
    judgments = result.plan.judgments
    if judgments is not None:
        found[judgments.file] = canonical.digest(judgments.content)
    if work.assessment is not None:
        found[work.assessment.file] = canonical.digest(work.assessment.content)
    names = manifest.short_names(list(found))
    return {names[path]: value for path, value in found.items()}


def write(
    result: Result,
    work: Job,
    folder: Path,
    *,
    formats: Sequence[str] = FORMATS,
    with_trace: bool = True,
    language: str = "both",
) -> Written:
    """Write the files of a run into ``folder``.

    They are made in a folder beside it and moved at the end: when anything fails, nothing is left behind and
    an earlier run stays whole. Raises ``UsageError`` RI010 when it cannot be written.
    """
    result = replace(result, findings=_without_folders(result.findings))
    inputs = input_digests(work, result)
    view = make_view(result, work) if formats else None
    writers = _writers(result, view, with_trace=with_trace, language=language)
    writers = {name: writer for name, writer in writers.items() if _wanted(name, formats)}
    shown = str(folder)
    try:
        with _staging(folder) as staging:
            digests: dict[str, bytes | str] = {}
            for name, writer in writers.items():
                with atomic_path(staging / name) as temporary:
                    writer(temporary)
                digests[name] = _digest(staging / name)
            extra = {"language": language}
            statement = manifest.build(result, inputs, digests, extra)
            write_atomic(staging / manifest.FILE, canonical.dump(statement))
            files = (*writers, manifest.FILE)
            _move(staging, folder, files)
    except OSError as error:
        raise UsageError("RI010", where=Location(shown), file=shown, reason=error.strerror or str(error)) from error
    return Written(folder, files)


def _without_folders(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings that name files as the manifest does: neither machine nor folder shows in what is written."""
    names = manifest.short_names([finding.location.file for finding in findings if finding.location.file])
    renamed = (
        replace(finding, location=replace(finding.location, file=names[finding.location.file]))
        if finding.location.file
        else finding
        for finding in findings
    )
    return tuple(sort_findings(renamed))


def make_view(result: Result, work: Job, *, limit: int | None = None) -> View:
    """The view of a run, with what the job knows of its inputs."""
    model = work.assessment.model if work.assessment is not None else None
    synthetic, title = (model.synthetic, model.title) if model is not None else (False, None)
    inputs = sorted(input_digests(work, result).items())
    return view_build.build(result, inputs=inputs, synthetic=synthetic, limit=limit, title=title)


def _wanted(name: str, formats: Sequence[str]) -> bool:
    return not name.startswith("report.") or name.removeprefix("report.") in formats


def _writers(
    result: Result, view: View | None, *, with_trace: bool, language: str
) -> dict[str, Callable[[Path], None]]:
    def stream(write_to: Callable[[Result, IO[bytes]], None]) -> Callable[[Path], None]:
        def write_file(path: Path) -> None:
            with path.open("wb") as out:
                write_to(result, out)

        return write_file

    writers: dict[str, Callable[[Path], None]] = {
        "scores.csv": stream(tables.write_scores),
        "weights.csv": stream(tables.write_weights),
    }
    if with_trace:
        writers[trace.FILE] = lambda path: trace.write(result, path)
        writers[trace.NODES_FILE] = lambda path: trace.write_nodes(result, path)
    findings = [finding.to_dict(_LANGUAGES) for finding in result.findings]
    writers["findings.json"] = lambda path: _write(path, canonical.dump(findings))
    if view is not None:
        writers["report.html"] = lambda path: _write(path, _html(view, language))
        writers["report.xlsx"] = lambda path: _xlsx(view, path, language)
    return writers


def _html(view: View, language: str) -> bytes:
    from resilience_index.report import html

    return html.render(view, language)


def _xlsx(view: View, path: Path, language: str) -> None:
    from resilience_index.report import xlsx

    xlsx.write(view, path, language)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _digest(path: Path) -> str:
    import hashlib

    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextlib.contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """A folder beside the target; it and parents made for it vanish when something fails."""
    missing = [parent for parent in folder.parents if not parent.exists()]
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".tmp", dir=folder.parent))
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        for parent in missing:
            with contextlib.suppress(OSError):
                parent.rmdir()


def _move(staging: Path, folder: Path, files: Sequence[str]) -> None:
    """Move the files into place; files of an earlier run that this one does not write are removed."""
    if not folder.exists():
        staging.chmod(0o755)
        staging.rename(folder)
        return
    earlier = manifest.read(folder)
    stale = {subject["name"] for subject in earlier["subject"]} - set(files) if earlier else set()
    (folder / manifest.FILE).unlink(missing_ok=True)
    for name in stale:
        if Path(name).name == name:
            (folder / name).unlink(missing_ok=True)
    for name in files:
        (staging / name).replace(folder / name)
