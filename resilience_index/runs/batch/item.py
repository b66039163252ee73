"""One item of a batch: is it done already, else score it and write its folder; whatever happens is an entry."""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from resilience_index._version import __version__
from resilience_index.audit import archive, bundle, canonical, manifest, verify
from resilience_index.audit.journal import Entry
from resilience_index.data.privacy import mask, mask_all
from resilience_index.errors import InputError, InternalError, ResilienceError, UsageError
from resilience_index.findings import Finding, Language, Location, did_you_mean, from_error, sort_findings
from resilience_index.runs import folder as run_folder
from resilience_index.runs.batch import about as batch_about
from resilience_index.scoring import assess, batch
from resilience_index.scoring.assess import Job
from resilience_index.scoring.batch import Task
from resilience_index.scoring.result import Result

RUNS = "runs"
MOST = 500
"""Findings of an item that the journal keeps; further ones are counted."""
PATIENCE = 10.0
"""Seconds to wait for the process of a batch that was killed to let go of an item's folder."""
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True)
class Wanted:
    """What is written of every item: below which folder, which reports, in which language (None: as assessments say).

    ``bundle`` (``folder``, or ``zip`` packed beside it) keeps in every run's folder what it was made from,
    ``with_data`` the data files too. ``threads`` are those of one item; None: as many as there are processors.
    """

    out: Path
    formats: Sequence[str] | None = None
    with_trace: bool = True
    language: str | None = None
    bundle: str | None = None
    with_data: bool = True
    threads: int | None = 1


def perform(task: Task, wanted: Wanted, earlier: Entry | None) -> Entry:
    """Do a task unless the earlier entry still holds. Never raises for what is wrong with the item."""
    folder = wanted.out / RUNS / task.folder
    key = ""
    found: ResilienceError
    try:
        work = batch.job(task)
        work = assess.with_outputs(work, _formats(wanted, work), wanted.language, said=wanted.formats is not None)
        read = _digests(task, work)
        key = _key(task, work, wanted, read)
        if earlier is not None and earlier.key == key and _holds(earlier, folder):
            return earlier
        return _scored(task, work, wanted, folder, (key, read))
    except ResilienceError as error:
        found = error
    except Exception as error:  # one bad file must not stop the others, whatever is wrong with it
        found = InternalError("RI011", reason=mask(f"{type(error).__name__}: {error}"))
    if not _passes(found):
        _discard(folder)
    return _failed(task, found, key)


def _formats(wanted: Wanted, work: Job) -> Sequence[str]:
    if wanted.formats is not None:
        return wanted.formats
    model = work.assessment.model if work.assessment is not None else None
    return model.outputs if model is not None and model.outputs is not None else run_folder.FORMATS


def _digests(task: Task, work: Job) -> dict[str, str | None]:
    """SHA-256 of the files that the framework and the assessment do not hold already; None for one not to be read."""
    paths = [path for path, _ in task.files]
    paths += [path for path in (work.judgments, work.baseline, work.map) if path is not None]
    return {path: _digest(Path(path)) for path in paths}


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, ValueError):
        return None


def _key(task: Task, work: Job, wanted: Wanted, read: Mapping[str, str | None]) -> str:
    """A digest of all that the outcome depends on: inputs, framework, settings, program and libraries."""
    content = {
        "item": task.item,
        "data": [[shown, read[path]] for path, shown in task.files],
        "judgments": None if work.judgments is None else read[work.judgments],
        "baseline": None if work.baseline is None else read[work.baseline],
        "map": None if work.map is None else read[work.map],
        "framework": [canonical.digest(text) for text in work.framework.files.values()],
        "assessment": None if work.assessment is None else canonical.digest(work.assessment.content),
        "settings": work.settings.to_dict(),
        "trace": wanted.with_trace,
        "bundle": _bundle(wanted, work),
        "program": __version__,
        "versions": manifest.versions(),
    }
    return canonical.digest(canonical.compact(content))


def _holds(entry: Entry, folder: Path) -> bool:
    """Whether an outcome is still there: that of a run with every file as it was written."""
    if not entry.done:
        return not (folder / manifest.FILE).exists()
    content = manifest.read(folder)
    if content is None or _digest(folder / manifest.FILE) != entry.manifest:
        return False
    if _digest(_archive(folder)) != entry.archive and not _signed(entry, folder):
        return False
    return all(_digest(folder / item["name"]) == item["digest"]["sha256"] for item in content["subject"])


def _signed(entry: Entry, folder: Path) -> bool:
    """Whether the packed bundle of a run is the one that was written, but for signatures that have come to it."""
    packed = _archive(folder)
    if entry.archive is None or not archive.is_archive(packed):
        return False
    try:
        with archive.opened(packed) as unpacked:
            names = [name for name, _ in verify.walk(unpacked) if not bundle.is_signature(name)]
            same = all(_digest(unpacked / name) == _digest(folder / name) for name in names)
    except ResilienceError:
        return False
    return same and sorted(names) == sorted(_members(folder))


def _scored(
    task: Task, work: Job, wanted: Wanted, folder: Path, known: tuple[str, Mapping[str, str | None]]
) -> Entry:  # fmt: skip
    key, read = known
    result = assess.assess(work, threads=wanted.threads, keep_text=wanted.with_trace)
    _refuse_changed(task, work, result, read)
    model = work.assessment.model if work.assessment is not None else None
    language = wanted.language or (model.language if model else None) or "both"
    formats = _formats(wanted, work)
    kind, with_data = _bundle(wanted, work)
    _patiently(
        lambda: run_folder.write(
            result, work, folder, formats=formats, with_trace=wanted.with_trace, language=language,
            bundle=kind is not None, with_data=with_data,
        )
    )  # fmt: skip
    packed = _archive(folder)
    if kind == "zip":
        archive.pack(folder, _members(folder), packed)
    else:
        packed.unlink(missing_ok=True)
    about = batch_about.of(result, work, read)
    return Entry(
        task.folder, "done", key, manifest=_digest(folder / manifest.FILE), archive=_digest(packed), about=about
    )


def _bundle(wanted: Wanted, work: Job) -> tuple[str | None, bool]:
    """The bundle of an item and whether the data travel in it: as is asked for, else as its assessment says."""
    model = work.assessment.model if work.assessment is not None else None
    with_data = wanted.with_data and not (model is not None and model.bundle_without_data)
    kind = wanted.bundle or (model.bundle if model is not None else None)
    return kind or (None if with_data else "folder"), with_data


def _archive(folder: Path) -> Path:
    """Where the packed bundle of a run is: beside its folder."""
    return folder.with_name(f"{folder.name}.zip")


def _members(folder: Path) -> list[str]:
    """The files of a run that was just written, the manifest last."""
    content = manifest.read(folder) or {"subject": []}
    return [*(str(item["name"]) for item in content["subject"]), manifest.FILE]


def _refuse_changed(task: Task, work: Job, result: Result, read: Mapping[str, str | None]) -> None:
    """Raise ``UsageError`` RI607 where a file is not the one its digest was taken of."""
    used = dict(zip((path for path, _ in task.files), (file.sha256 for file in result.table.files), strict=True))
    for path, loaded in ((work.judgments, result.plan.judgments), (work.baseline, result.plan.baseline)):
        if path is not None and loaded is not None:
            used[path] = canonical.digest(loaded.content)
    if work.map is not None and result.areas is not None:
        used[work.map] = canonical.digest(result.areas.content)
    for path, digest in used.items():
        if digest != read[path]:
            raise UsageError("RI607", file=path)


def _patiently(write: Callable[[], Any]) -> None:
    """Write; where a process that is about to end holds the folder, wait for it."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            write()
        except UsageError as error:
            if error.code != "RI027" or time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


_PASSING = ("RI010", "RI027", "RI561", "RI607")


def _passes(error: ResilienceError) -> bool:
    """Whether the same inputs may end otherwise next time: the disk, another process, a fault of the program."""
    return error.exit_code == 3 or error.code in _PASSING


def _failed(task: Task, error: ResilienceError, key: str) -> Entry:
    """The entry of an item that failed. Its key is kept where the same inputs would fail the same way."""
    found: Sequence[Finding] = getattr(error, "findings", None) or (from_error(error),)
    if isinstance(error, InputError):
        found = sort_findings(found)
    told = [told_of(task, finding) for finding in found[:MOST]]
    return Entry(
        task.folder, "failed", "" if _passes(error) else key, exit_code=error.exit_code, findings=told,
        counted=sum(finding.severity == "error" for finding in found),
    )  # fmt: skip


def told_of(task: Task, finding: Finding) -> Mapping[str, Any]:
    """A finding of an item as the journal keeps it: with the names of the batch, and always with a file."""
    named = _missing(task, finding) or _placed(task, _renamed(finding, task.names()))
    said: Mapping[str, Any] = mask_all(named.to_dict(_LANGUAGES))
    return said


def _missing(task: Task, finding: Finding) -> Finding | None:
    """RI002 of a file that the list names, as RI621: its name starts at the list, and only names of files are near.

    What else lies beside the list (results, folders, notes) must not show in what is written.
    """
    names = {str(Path(path)): name for path, name in task.names().items()}
    path = Path(str(finding.params.get("file", "")))
    if finding.code != "RI002" or str(path) not in names:
        return None
    data = any(path == Path(name) for name, _ in task.files)
    endings = batch.SUFFIXES if data else (path.suffix.lower(),)
    known: list[str] = []
    with contextlib.suppress(OSError):
        known = sorted(
            item.name
            for item in path.parent.iterdir()
            if item.suffix.lower() in endings and not item.name.startswith((".", "~$"))
            and item.is_file() and item != Path(task.source)
        )  # fmt: skip
    hint = did_you_mean(next(iter(difflib.get_close_matches(path.name, known, n=1, cutoff=0.6)), None))
    return Finding("RI621", Location(names[str(path)]), {"file": names[str(path)], "hint": hint})


def _placed(task: Task, finding: Finding) -> Finding:
    """A finding without a file names the one it speaks of, or else the data of the item."""
    if finding.location.file is not None:
        return finding
    data = [task.names()[path] for path, _ in task.files]
    said = str(finding.params.get("file", ""))
    file = said if said in task.names().values() else " | ".join(data)
    return replace(finding, location=replace(finding.location, file=file))


def _renamed(finding: Finding, names: Mapping[str, str]) -> Finding:
    """A finding that calls the task's files as the batch does: neither machine nor folder shows in what is written."""

    def text(value: Any) -> Any:
        if isinstance(value, str):
            for path, name in names.items():
                value = value.replace(path, name)
            return value
        if isinstance(value, Mapping):
            return {key: text(item) for key, item in value.items()}
        return [text(item) for item in value] if isinstance(value, (list, tuple)) else value

    place = finding.location
    by_name = {Path(path).name: name for path, name in names.items()}
    file = None if place.file is None else by_name.get(place.file, text(place.file))
    return replace(finding, location=replace(place, file=file), params=text(finding.params))


def _discard(folder: Path) -> None:
    """Remove what an earlier run left of an item that can no longer be scored; what is not a run's stays."""
    if not folder.parent.is_dir():
        return
    with contextlib.suppress(OSError, UsageError):
        with run_folder.staging_folder(folder):  # clears what a killed process left
            if run_folder.is_run(folder):
                run_folder.clear(folder, run_folder.files_of_earlier(folder))
                (folder / run_folder.EARLIER).unlink()
            for packed in (_archive(folder), *folder.parent.glob(f".{_archive(folder).name}.*.tmp")):
                packed.unlink(missing_ok=True)
        for empty in (folder, folder.parent):
            if empty.is_dir():
                empty.rmdir()


def serial(tasks: Sequence[Task], wanted: Wanted, earlier: Mapping[str, Entry]) -> Iterator[tuple[Entry, bool]]:
    """Do the tasks one after the other, in this process; with each entry whether it is the earlier one."""
    for task in tasks:
        entry = perform(task, wanted, earlier.get(task.folder))
        yield entry, entry is earlier.get(task.folder)
