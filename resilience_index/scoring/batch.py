"""A batch: which data sets are scored under which frameworks, with which settings, and where each result goes."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from resilience_index.data.batch_table import read_rows
from resilience_index.data.privacy import mask
from resilience_index.errors import InputError, UnreadableError, UsageError
from resilience_index.findings import Finding, Location, from_error
from resilience_index.framework import catalogue, yaml_strict
from resilience_index.framework.assessment import load_assessment
from resilience_index.framework.batch_models import BatchModel, BatchSettings
from resilience_index.framework.text import sibling_hint
from resilience_index.framework.validation import validate
from resilience_index.scoring import assess
from resilience_index.scoring.assess import Job, Options
from resilience_index.scoring.flags import flag

SUFFIXES = (".csv", ".tsv", ".xlsx", ".xlsm", ".parquet")
KEYS = tuple(BatchSettings.model_fields)
FLAGS = ("accept_errors", "allow_personal_data")
_METHODS = ("weights", "normalize", "aggregate", "missing", "fill", "treat", "grading")
_PATHS = ("config", "judgments", "baseline")
_COLUMNS = ("data", "id", "framework", *KEYS)
_NAMED = 5
_LONGEST = 40
Values = Mapping[str, str | bool]


@dataclass(frozen=True)
class Task:
    """A data set under a framework: one run.

    ``files`` are paths as they are opened, each with the name it has in the batch: seen from the folder or the list,
    so that nothing that is written depends on where the batch is run. ``framework`` is None where an assessment names
    it. ``folder`` is where the run goes, below the folder of the runs.
    """

    item: str
    framework: str | None
    folder: str
    files: tuple[tuple[str, str], ...]
    settings: Values = field(default_factory=dict)
    beside: tuple[str, ...] = ()
    """Ids of other frameworks of the data set: judgments may hold keys of theirs too."""
    source: str = field(default="", compare=False)
    """The folder or list it comes from."""

    @property
    def framework_shown(self) -> str:
        """The framework's id, or the name of its file, or that of the assessment that names it."""
        name = self.framework or str(self.settings.get("config", ""))
        return mask(Path(name).name if catalogue.is_path(name) else name)

    def names(self) -> dict[str, str]:
        """What each file of the task is called in messages, by the path it is opened by."""
        paths = [str(self.settings[key]) for key in _PATHS if key in self.settings]
        if self.framework is not None and catalogue.is_path(self.framework):
            paths.append(self.framework)
        return {path: mask(Path(path).name) for path in paths} | {path: mask(name) for path, name in self.files}


@dataclass(frozen=True)
class Batch:
    """The tasks in their order, and what there is to tell of the folder or list."""

    tasks: tuple[Task, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class _Item:
    files: tuple[tuple[str, str], ...]
    id: str | None = None
    frameworks: tuple[str, ...] = ()
    settings: Values = field(default_factory=dict)
    place: Location = field(default_factory=Location)

    @property
    def name(self) -> str:
        return self.id or " + ".join(shown for _, shown in self.files)


def collect(source: str, frameworks: Sequence[str], settings: Values, *, out: Path | None = None) -> Batch:
    """The tasks of a folder of data files, or of a list of data sets (YAML or CSV).

    ``frameworks`` and ``settings`` are those of the command line: they win over what a list says. Files below
    ``out`` are results, not data. Raises ``UnreadableError`` and ``InputError`` for a source that cannot be used,
    ``UsageError`` RI601 or RI620 (no data), RI603 (the same item twice), RI604 (no framework); of several faults
    ``InputError`` with all of them.
    """
    path = Path(source)
    if not os.path.lexists(path):
        raise UnreadableError("RI002", where=Location(source), file=source, hint=sibling_hint(path))
    findings: tuple[Finding, ...] = ()
    faults: list[Finding] = []
    if path.is_dir():
        items, findings = _of_folder(path, out)
    elif path.suffix.lower() in (".yaml", ".yml"):
        items = _of_yaml(path)
    else:
        items, faults = _of_csv(path)
    tasks: dict[str, Task] = {}
    wrong = [error for item in items for error in _add_tasks(tasks, item, frameworks, settings, source)]
    if faults:
        raise InputError([*faults, *map(from_error, wrong)])
    if wrong:
        raise wrong[0] if len(wrong) == 1 else _ItemsError([*map(from_error, wrong)])
    return Batch(tuple(tasks.values()), findings)


class _ItemsError(InputError):
    """Several items of which no tasks can be made: the batch cannot begin."""

    exit_code = 2


def _of_folder(folder: Path, out: Path | None) -> tuple[list[_Item], tuple[Finding, ...]]:
    """An item for each table in or below a folder, in the order of their names; hidden ones are left alone."""
    own = None if out is None else os.path.realpath(out)
    names: list[str] = []
    others: list[str] = []
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(
            name for name in folders
            if not name.startswith(".") and os.path.realpath(os.path.join(parent, name)) != own  # noqa: PTH118
        )  # fmt: skip
        for name in files:
            if name.startswith((".", "~$")):
                continue
            path = Path(parent, name)
            wanted = path.suffix.lower() in SUFFIXES and path.is_file()
            (names if wanted else others).append(path.relative_to(folder).as_posix())
    if not names:
        raise UsageError("RI601", where=Location(str(folder)), file=str(folder))
    items = [_Item(((str(folder / name), _text(name)),)) for name in sorted(names)]
    if not others:
        return items, ()
    listed = [mask(_text(name)) for name in sorted(others)]
    more = ["…"] if len(listed) > _NAMED else []
    params = {"count": len(listed), "names": [*listed[:_NAMED], *more]}
    return items, (Finding("RI602", params=params),)


def _text(name: str) -> str:
    """A name for messages: bytes that are no text as escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def load_list(path: str | Path) -> BatchModel:
    """The list of a batch (YAML). Raises ``UnreadableError`` and ``InputError`` with RI1xx."""
    return validate(yaml_strict.read_leniently(Path(path), str(path)), "batch", BatchModel)


def _of_yaml(path: Path) -> list[_Item]:
    document = yaml_strict.read_leniently(path, str(path))
    model = validate(document, "batch", BatchModel)
    items: list[_Item] = []
    for position, item in enumerate(model.items):
        data = [item.data] if isinstance(item.data, str) else item.data
        files = tuple((_resolved(path, name), name) for name in data)
        frameworks = tuple(_framework(path, name) for name in item.frameworks or model.frameworks)
        settings = _of_list(path, {**_plain(model.settings), **_plain(item.settings)})
        items.append(_Item(files, item.id, frameworks, settings, document.location(("items", position))))
    return items


def _plain(settings: BatchSettings) -> dict[str, str | bool]:
    return {key: value for key, value in settings if value is not None}


def _of_csv(path: Path) -> tuple[list[_Item], list[Finding]]:
    """An item for each sound row, and the faults of the list."""
    items = []
    rows, faults = read_rows(path, _COLUMNS, FLAGS)
    for row, cells in rows:
        texts = {name: str(value) for name, value in cells.items()}
        data = [name.strip() for name in texts["data"].split("|")]
        names = [name.strip() for name in texts.get("framework", "").split("|") if name.strip()]
        settings = {key: cells[key] for key in KEYS if key in cells}
        files = tuple((_resolved(path, name), name) for name in data)
        frameworks = tuple(_framework(path, name) for name in names)
        place = Location(str(path), row=row)
        items.append(_Item(files, texts.get("id"), frameworks, _of_list(path, settings), place))
    if not items and not faults:
        raise UsageError("RI620", where=Location(str(path)), file=str(path))
    return items, faults


def _resolved(source: Path, name: str) -> str:
    return name if Path(name).is_absolute() else str(source.parent / name)


def _framework(source: Path, name: str) -> str:
    return _resolved(source, name) if catalogue.is_path(name) else name


def _of_list(source: Path, settings: Values) -> Values:
    return {key: _resolved(source, str(value)) if key in _PATHS else value for key, value in settings.items()}


def _add_tasks(
    tasks: dict[str, Task], item: _Item, frameworks: Sequence[str], settings: Values, source: str
) -> Iterator[UsageError]:  # fmt: skip
    """Add the tasks of an item, by their folders; yields RI603 for one that is there, RI604 without a framework."""
    place = item.place if item.place != Location() else Location(source)
    merged = {key: value for key, value in {**item.settings, **settings}.items() if value is not False}
    names: Sequence[str | None] = catalogue.expanded(list(frameworks or item.frameworks))
    if not names:
        if "config" not in merged:
            yield UsageError("RI604", where=place, item=mask(item.name))
            return
        names = [None]
    for name in names:
        part = slug(Path(name or str(merged["config"])).stem)
        folder = f"{slug(item.name)}-{_digest(item.name)}/{part}"
        beside = tuple(Path(other).stem for other in names if other is not None and other != name)
        task = Task(mask(item.name), name, folder, item.files, merged, beside, source)
        if folder in tasks:
            yield UsageError("RI603", where=place, item=task.item, framework=task.framework_shown)
        tasks[folder] = task


def slug(name: str) -> str:
    """A name of a folder for a text: letters, digits and hyphens, none of them special to any system."""
    ending = next((suffix for suffix in SUFFIXES if name.lower().endswith(suffix)), "")
    plain = unicodedata.normalize("NFC", mask(name[: len(name) - len(ending)]))
    words = re.findall(r"\w+", plain)
    return "-".join(words)[:_LONGEST].strip("-_") or "data"


def _digest(name: str) -> str:
    """Tells names apart that have one slug."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def options(settings: Values) -> Options:
    """What a task asks for, as ``score`` does. Raises ``UsageError`` RI121 to RI124 for a method that is none."""
    calls: dict[str, Any] = {name: flag(name, _said(settings, name)) for name in _METHODS}
    rest: dict[str, Any] = {name: settings.get(name) for name in ("scheme", "period", "by", *FLAGS)}
    return Options(**calls, **rest)


def _said(settings: Values, name: str) -> str | None:
    value = settings.get(name)
    return None if value is None else str(value)


def job(task: Task) -> Job:
    """The job of a task. Raises as ``assess.job`` does, and ``UsageError`` RI030 for a file whose name is no text."""
    for path, shown in task.files:
        if any("\udc80" <= character <= "\udcff" for character in path):
            raise UsageError("RI030", where=Location(shown), name=shown)
    config = _said(task.settings, "config")
    work = assess.job(
        task.framework, [path for path, _ in task.files], judgments=_said(task.settings, "judgments"),
        baseline=_said(task.settings, "baseline"), encoding=_said(task.settings, "encoding"),
        sheet=_said(task.settings, "sheet"), options=options(task.settings),
        assessment=None if config is None else load_assessment(config),
    )  # fmt: skip
    return replace(work, beside=task.beside)


__all__ = ["FLAGS", "KEYS", "Batch", "Task", "collect", "job", "load_list", "options", "slug"]
