"""The folder of a run: all its files, made aside and moved into place together, the manifest last."""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from resilience_index.audit import bundle as bundles
from resilience_index.audit import canonical, inputs, manifest, trace
from resilience_index.data.privacy import mask_all
from resilience_index.errors import UsageError
from resilience_index.files import atomic_path, write_atomic
from resilience_index.findings import Finding, Language, Location, sort_findings
from resilience_index.framework import json_strict
from resilience_index.framework.model_base import Text
from resilience_index.report import renderers
from resilience_index.report import templates as template_files
from resilience_index.report.export import tables
from resilience_index.report.renderers import USUAL
from resilience_index.report.templates import SHIPPED, Templates
from resilience_index.report.view import build as view_build
from resilience_index.report.view import diagnosis as diagnosis_view
from resilience_index.report.view import map_shapes, stored
from resilience_index.report.view.model import View
from resilience_index.scoring.assess import Job
from resilience_index.scoring.result import Result

FORMATS = USUAL
_LANGUAGES: tuple[Language, ...] = ("zh", "en")
EARLIER = ".manifest.earlier.json"
_LONGEST = 40
"""Characters of the folder's name in hidden names: together they stay below every system's limit."""


@dataclass(frozen=True)
class Written:
    """What was written: the folder and the names of its files."""

    folder: Path
    files: tuple[str, ...]
    runs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Of several runs: the files in each one's folder, by its name."""


def check_target(folder: Path, is_earlier: Callable[[Path], bool] | None = None) -> None:
    """Refuse a target that cannot be written (RI010), or has content that no run made (RI013).

    ``is_earlier`` says whether a folder holds an earlier run (default: ``is_run``).
    """
    shown = str(folder)
    refuse_name(folder)
    if folder.is_dir():
        if not (is_earlier or is_run)(folder) and any(not _is_ours(item.name, folder) for item in folder.iterdir()):
            raise UsageError("RI013", where=Location(shown), file=shown)
        nearest = folder
    else:
        nearest = next(path for path in (folder, *folder.absolute().parents) if os.path.lexists(path))
    if not nearest.is_dir():
        zh, en = f"“{nearest.name}”是文件，不是文件夹", f"'{nearest.name}' is a file, not a folder"
        raise UsageError("RI010", where=Location(shown), file=shown, reason={"zh": zh, "en": en})
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise cannot_write(folder, OSError(errno.EACCES, os.strerror(errno.EACCES)))


def refuse_name(path: Path) -> None:
    """Raise RI010 for a name that the system cannot have: one that is too long, or holds a NUL."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return  # told where it is written
    except OSError as error:
        raise cannot_write(path, error) from error
    except ValueError as error:
        raise UsageError("RI010", where=Location(str(path)), file=str(path), reason=str(error)) from error


def is_run(folder: Path) -> bool:
    """A finished run, or one whose files were being replaced when the program was killed."""
    return manifest.read(folder) is not None or (folder / EARLIER).is_file()


def _is_ours(name: str, folder: Path) -> bool:
    """Whether a name is that of our lock or of the files of a run that was killed."""
    return name == _lock_name(folder) or _leftover(folder).fullmatch(name) is not None


def _leftover(folder: Path) -> re.Pattern[str]:
    return re.compile(re.escape(f".{folder.absolute().name[:_LONGEST]}.") + r"[0-9a-f]{8}\.tmp")


def _lock_name(folder: Path) -> str:
    return f".{folder.absolute().name[:_LONGEST]}.lock"


_REASONS = {
    errno.EACCES: "权限不足", errno.EPERM: "权限不足", errno.EROFS: "文件系统只读", errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "超出磁盘配额", errno.ENAMETOOLONG: "名称过长", errno.ENOTDIR: "路径中有一级不是文件夹",
    errno.EBADF: "已关闭", errno.ENOENT: "路径中有一级不存在",
}  # fmt: skip


def cannot_write(folder: Path, error: OSError) -> UsageError:
    """RI010 with the system's reason."""
    return UsageError("RI010", where=Location(str(folder)), file=str(folder), reason=reason_of(error))


def reason_of(error: OSError) -> dict[str, str]:
    """The system's reason, in both languages where it is a usual one; libraries tell its number in a sentence."""
    told = re.search(r"\[errno ([0-9]+)\]", str(error), re.IGNORECASE)
    number = error.errno or (int(told[1]) if told else 0)
    text = os.strerror(number) if number in _REASONS else error.strerror or str(error)
    return {"zh": _REASONS.get(number, text), "en": text[:1].lower() + text[1:]}


def input_digests(work: Job, result: Result, templates: Templates | None = None) -> dict[str, str]:
    """SHA-256 of everything that went in, by short relative names; ``templates`` are those of the job, read already."""
    found = _digests_by_path(work, result, template_files.of_job(work) if templates is None else templates)
    names = manifest.short_names(list(found))
    return {names[path]: value for path, value in found.items()}


def _digests_by_path(work: Job, result: Result, templates: Templates) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in result.table.files:
        found[file.path] = file.sha256
    for name, content in work.framework.files.items():
        found[name] = canonical.digest(content)
    judgments = result.plan.judgments
    if judgments is not None:
        found[judgments.file] = canonical.digest(judgments.content)
    baseline = result.plan.baseline
    if baseline is not None:
        found[baseline.file] = canonical.digest(baseline.content)
    if work.assessment is not None:
        found[work.assessment.file] = canonical.digest(work.assessment.content)
    if work.map is not None and result.areas is not None:
        found[work.map] = canonical.digest(result.areas.content)
    for name, content in templates.files.items():
        found[f"{work.templates}/{name}"] = canonical.digest(content)
    return found


def write(
    result: Result,
    work: Job,
    folder: Path,
    *,
    formats: Sequence[str] = FORMATS,
    with_trace: bool = True,
    language: str = "both",
    bundle: bool = False,
    with_data: bool = True,
) -> Written:
    """Write the files of a run into ``folder``; with ``bundle`` all that it was made from too.

    ``with_data`` False leaves the data files out of a bundle: the manifest has their SHA-256.
    They are made aside and moved at the end: when anything fails, nothing is left behind and an earlier run
    stays whole. What a killed process left is removed. Raises ``UsageError`` RI010 when it cannot be written,
    RI027 when another process is writing the same folder, ``TemplateError`` for templates that fail.
    """
    templates = template_files.of_job(work)
    if bundle and with_data:
        bundles.refuse_personal(result, str(folder))
    result = as_written(result)
    sources = input_digests(work, result, templates)
    view = make_view(result, work, templates=templates) if formats else None
    writers = output_writers(
        result, view, formats=formats, with_trace=with_trace, language=language, templates=templates
    )  # fmt: skip
    writers |= {name: functools.partial(_write, content=content) for name, content in templates.members.items()}
    writers |= inputs.writers(result, work.assessment, with_data=with_trace)
    if bundle:
        writers |= bundles.writers(result, work.assessment, with_data=with_data)
    names = manifest.short_names(list(_digests_by_path(work, result, templates)))
    kept = {f"{work.templates}/{name}": inputs.TEMPLATES + name for name in templates.files}
    told = bundles.sources(result, work.assessment, work.map, names, list(writers), kept)
    extra = {
        "language": language, "sources": told,
        "bundle": {"data": "included" if with_data else "left_out"} if bundle else None, "trace": with_trace,
    }  # fmt: skip
    try:
        with staging_folder(folder) as staging:
            digests: dict[str, bytes | str] = {}
            for name, writer in writers.items():
                with atomic_path(staging / name) as temporary:
                    writer(temporary)
                digests[name] = _digest(staging / name)
            statement = manifest.build(result, sources, digests, extra)
            write_atomic(staging / manifest.FILE, canonical.dump(statement))
            files = (*writers, manifest.FILE)
            put_in_place(staging, folder, files)
    except OSError as error:
        raise cannot_write(folder, error) from error
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


def make_view(
    result: Result, work: Job, *, limit: int | None = None, templates: Templates | None = None
) -> View:  # fmt: skip
    """The view of a run, with what the job knows of its inputs."""
    model = work.assessment.model if work.assessment is not None else None
    synthetic, title = (model.synthetic, model.title) if model is not None else (False, None)
    return view_of(result, sorted(input_digests(work, result, templates).items()), synthetic, title, limit=limit)


def view_of(
    result: Result, inputs: Sequence[tuple[str, str]], synthetic: bool, title: Text | None, *, limit: int | None = None
) -> View:
    """The view of a result with the files that went in, their SHA-256, and what is said of them."""
    view = view_build.build(result, inputs=inputs, synthetic=synthetic, limit=limit, title=title)
    if limit is not None:
        return view
    drawn = None if result.areas is None else map_shapes.draw(result.areas)
    return replace(view, diagnosis=diagnosis_view.of(result), map=drawn)


def as_written(result: Result) -> Result:
    """A result with its findings as they are written: RI423 where texts are guarded, files named without folders."""
    guarded = tables.formula_like(result)
    extra_findings = [Finding("RI423", params={"count": len(guarded), "first": guarded[0]})] if guarded else []
    return replace(result, findings=_without_folders([*result.findings, *extra_findings]))


def output_writers(
    result: Result,
    view: View | None,
    *,
    formats: Sequence[str],
    with_trace: bool,
    language: str,
    templates: Templates = SHIPPED,
) -> dict[str, Callable[[Path], None]]:
    """How each output of a run is written, by name; ``result`` as ``as_written`` gives it."""

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
    findings = [mask_all(finding.to_dict(_LANGUAGES)) for finding in result.findings]
    writers["findings.json"] = lambda path: _write(path, canonical.dump(findings))
    if view is not None:
        writers |= renderers.writers(view, formats, language, templates)
        if stored.keeps(len(result)):
            writers[stored.FILE] = lambda path: _write(path, stored.dump(view))
    return writers


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _digest(path: Path) -> str:
    return inputs.file_digest(path)


@contextlib.contextmanager
def staging_folder(folder: Path) -> Iterator[Path]:
    """A folder for the files while they are made: inside the target where that exists, else beside it.

    It, and parents made for it, vanish when something fails.
    """
    missing = [] if folder.exists() else [parent for parent in folder.parents if not parent.exists()]
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        with alone(folder) as home:
            for item in home.iterdir():
                if _leftover(folder).fullmatch(item.name):
                    shutil.rmtree(item, ignore_errors=True)
            staging = home / f".{folder.absolute().name[:_LONGEST]}.{secrets.token_hex(4)}.tmp"
            staging.mkdir()
            try:
                yield staging
            finally:
                shutil.rmtree(staging, ignore_errors=True)
    finally:
        for parent in missing:
            with contextlib.suppress(OSError):
                parent.rmdir()


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[Path]:
    """Hold the lock of the target; yields the folder the lock and the staging folder are in.

    The lock is a file that the system frees when a process dies. Where the system has no locks, nothing is
    locked. Raises ``UsageError`` RI027 when another process holds it.
    """
    while True:
        home = _home(folder)
        path = home / _lock_name(folder)
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o666)
        try:
            if not _lock(handle):
                raise UsageError("RI027", where=Location(str(folder)), file=str(folder))
            if not _is_file_of(path, handle):
                continue  # the one who held the lock before has removed its file
            try:
                if home == _home(folder):  # else the one before has made the target meanwhile
                    yield home
                    return
            finally:
                with contextlib.suppress(OSError):
                    path.unlink()
        finally:
            os.close(handle)


def _home(folder: Path) -> Path:
    return folder if folder.is_dir() else folder.absolute().parent


def _lock(handle: int) -> bool:
    """Lock an open file; False when another process holds it."""
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except (ImportError, OSError):
        pass
    return True


def _is_file_of(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def put_in_place(staging: Path, folder: Path, files: Sequence[str]) -> None:
    """Move the files into place, the manifest last; files of an earlier run that this one does not write go.

    While files are being replaced the earlier manifest has another name: a folder whose files belong to two
    runs is never taken for a finished one, and the next run may still write into it.
    """
    if not folder.exists():
        staging.rename(folder)
        return
    stale = files_of_earlier(folder) - set(files)
    clear(folder, stale)
    for name in files:
        if "/" in name:
            inputs.make_folder(folder, name)
        (staging / name).replace(folder / name)
    (folder / EARLIER).unlink(missing_ok=True)


def clear(folder: Path, names: set[str]) -> None:
    """Remove files that an earlier run wrote; from now on the folder is no finished run.

    The names are read from a manifest that anybody may have edited: none leads out of the folder.
    """
    if (folder / manifest.FILE).exists():
        (folder / manifest.FILE).replace(folder / EARLIER)
    for name in names:
        if Path(name).name == name or bundles.is_member(name):
            (folder / name).unlink(missing_ok=True)
    for path in sorted((folder / bundles.SIGNATURES).glob("*.json")):
        if bundles.is_signature(f"{bundles.SIGNATURES}{path.name}"):
            path.unlink(missing_ok=True)  # it signed the manifest that has gone
    inputs.remove_folder(folder)


def files_of_earlier(folder: Path) -> set[str]:
    """The names of the files that the earlier run in the folder wrote."""
    try:
        earlier = manifest.read(folder) or json_strict.parse((folder / EARLIER).read_bytes())
        return {str(subject["name"]) for subject in earlier["subject"]}
    except (OSError, ValueError, TypeError, LookupError):
        return set()
