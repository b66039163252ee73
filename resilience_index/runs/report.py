"""Reports of a finished run, made from the view that it keeps: nothing is scored again, nothing of the run changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resilience_index._version import __version__
from resilience_index.analysis.explain import find_unit
from resilience_index.audit import canonical, inputs
from resilience_index.audit.verify import Opened
from resilience_index.data.cells import show
from resilience_index.errors import UsageError
from resilience_index.files import atomic_path, write_atomic
from resilience_index.findings import Location
from resilience_index.framework import json_strict
from resilience_index.report import renderers, singles
from resilience_index.report.templates import SHIPPED, Templates
from resilience_index.report.templates import of_run as of_kept
from resilience_index.report.view import stored
from resilience_index.report.view.model import UnitView, View
from resilience_index.report.words.translations import LANGUAGES
from resilience_index.runs import change_folder, comparison_folder
from resilience_index.runs import folder as run_folder
from resilience_index.runs.batch import folder as batch_folder

RECORD = "report.files.json"
SCHEMA = "resilience-index/report/1"
USUAL = ("html", "docx", "pdf")
"""The formats of a report that names none."""
ALL = "all"
COMMUNITIES = "communities/"


@dataclass(frozen=True)
class Order:
    """What is to be made: ``communities`` are ids or names, None for the report of all; ``ALL`` is each of them.

    ``language`` None is that of the source; ``templates`` None are those of the source.
    """

    formats: Sequence[str]
    language: str | None = None
    communities: Sequence[str] | None = None
    force: bool = False
    templates: Templates | None = None


@dataclass(frozen=True)
class Source:
    """A view, the language of its reports, and the SHA-256 of the manifest of its run (None: scored on the fly).

    ``templates`` are those that its reports are made with unless others are ordered.
    """

    view: View
    language: str = "both"
    manifest: str | None = None
    templates: Templates = SHIPPED


# --- what a report is made from


def of_run(run: Opened) -> Source:
    """The view that a run keeps.

    Raises ``UsageError`` RI541 (it keeps none), RI040 (lost, or not as the manifest says), RI542 (of another form).
    """
    where = Location(run.shown)
    wanted = run.digests.get(stored.FILE)
    if wanted is None:
        raise UsageError("RI541", where=where, file=run.shown, most=stored.MOST_UNITS)
    content = _content(run, wanted)
    try:
        kept = of_kept(run.folder, run.shown, run.digests)
        return Source(stored.load(content), _language(run), canonical.digest(run.content), kept)
    except stored.OtherFormError as error:
        form = show(error.found)
        reason = {"zh": f"格式为“{form}”，不是“{stored.SCHEMA}”", "en": f"its form is '{form}', not '{stored.SCHEMA}'"}
        raise _unreadable(run, reason) from error
    except stored.NoViewError as error:  # the bytes are those of the run: it is this program that reads others
        reason = {"zh": "内容与本版本的视图不同", "en": "its content differs from the views of this version"}
        raise _unreadable(run, reason) from error


def _unreadable(run: Opened, reason: Mapping[str, str]) -> UsageError:
    where = Location(f"{run.shown}/{stored.FILE}")
    return UsageError("RI542", where=where, here=__version__, version=_version(run), reason=dict(reason))


def _content(run: Opened, wanted: str) -> bytes:
    path = run.folder / stored.FILE
    if path.is_symlink() or not path.is_file():  # a pipe would be waited for
        raise _damaged(run, "找不到该文件", "it is not there")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != wanted:
        raise _damaged(run, "内容与清单中的 SHA-256 不符", "its SHA-256 is not the one in the manifest")
    return content


def _damaged(run: Opened, zh: str, en: str) -> UsageError:
    where = f"{run.shown}/{stored.FILE}"
    return UsageError("RI040", where=Location(where), file=stored.FILE, reason={"zh": zh, "en": en})


def _language(run: Opened) -> str:
    said = run.predicate.get("language")
    return str(said) if said in LANGUAGES else "both"


def _version(run: Opened) -> str:
    program = run.predicate.get("program")
    return show(str(program.get("version"))) if isinstance(program, Mapping) else "—"


# --- what is made, and where


def check(order: Order, folder: Path) -> None:
    """Refuse what cannot be made: RI531 (formats without a form for a community), RI530 (inside a run), RI010."""
    lacking = [name for name in order.formats if name not in singles.FORMATS]
    if order.communities is not None and lacking:
        raise UsageError("RI531", formats=lacking)
    run_folder.refuse_name(folder)
    where = folder.absolute()
    for place in (where, *where.parents):
        if _is_evidence(place):
            raise UsageError("RI530", where=Location(str(folder)), file=str(folder))
    if folder.exists() and not folder.is_dir():
        run_folder.check_target(folder)


def _is_evidence(folder: Path) -> bool:
    kinds = (run_folder.is_run, comparison_folder.is_comparison, change_folder.is_change, batch_folder.is_batch)
    return folder.is_dir() and any(kind(folder) for kind in kinds)


def chosen(view: View, names: Sequence[str] | None) -> list[UnitView] | None:
    """The communities of the newest period that are named, by id or name, each once; None: no single ones.

    Raises ``InputError`` RI417, RI418.
    """
    if names is None:
        return None
    units = list(view.periods[0].units) if view.periods else []
    if ALL in names:
        return units
    ids, titles = [unit.community_id for unit in units], [unit.name for unit in units]
    labels: list[str | None] = [None] * len(units)
    rows = [find_unit(ids, titles, labels, name, None, view.data_source) for name in names]
    return [units[row] for row in dict.fromkeys(rows)]


def write(source: Source, folder: Path, order: Order, tell: Callable[[str, int], None]) -> tuple[str, ...]:
    """Write the files into ``folder``; their names. ``tell`` hears of each page of a community, and how many there are.

    All are made aside and moved into place together. A file that is there is replaced where it is one of an earlier
    report and nobody has changed it since, or with ``force``. Raises ``UsageError`` RI015 (files of somebody else),
    RI532 (no map), RI010, RI027, ``InputError`` RI417, RI418.
    """
    language = order.language or source.language
    templates = source.templates if order.templates is None else order.templates
    units = chosen(source.view, order.communities)
    writers = {} if units is not None else renderers.writers(source.view, order.formats, language, templates)
    names = list(writers) if units is None else _names(units, order, language)
    _refuse_others(folder, names, force=order.force)
    try:
        with run_folder.staging_folder(folder) as staging:
            for name, writer in writers.items():
                with atomic_path(staging / name) as temporary:
                    writer(temporary)
            for name, content in singles.pages(source.view, units or [], order.formats, language, templates):
                write_atomic(staging / _below(order, name), content)
                tell(name, len(names))
            record = _record(source, folder, {name: inputs.file_digest(staging / name) for name in names})
            record |= {"templates": _listed(templates)} if templates.files else {}
            write_atomic(staging / RECORD, canonical.dump(record))
            _put(staging, folder, [*names, RECORD])
    except OSError as error:
        raise run_folder.cannot_write(folder, error) from error
    return tuple(names)


def _below(order: Order, name: str) -> str:
    return COMMUNITIES + name if ALL in (order.communities or ()) else name


def _names(units: Sequence[UnitView], order: Order, language: str) -> list[str]:
    return [_below(order, name) for name in singles.names(units, order.formats, language)]


def _refuse_others(folder: Path, names: Sequence[str], *, force: bool) -> None:
    """Raise RI015 for files that no report made, or that were changed since: somebody may need them."""
    known = {} if force else _files(folder)
    others = [
        name for name in names if (folder / name).exists() and not force
        and (not (folder / name).is_file() or known.get(name) != inputs.file_digest(folder / name))
    ]  # fmt: skip
    if others:
        listed = others if len(others) <= _LISTED else [*others[:_LISTED], "…"]
        raise UsageError("RI015", where=Location(str(folder)), file=str(folder), names=listed)


_LISTED = 5


def _files(folder: Path) -> dict[str, str]:
    """SHA-256 by name of the files that the earlier reports in a folder wrote; nothing where there are none of ours."""
    try:
        content: Any = json_strict.parse((folder / RECORD).read_bytes())
        if content["schema"] != SCHEMA:
            return {}
        return {str(item["name"]): str(item["sha256"]) for item in content["files"]}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def _record(source: Source, folder: Path, made: Mapping[str, str]) -> dict[str, Any]:
    """Which files are those of reports, those of earlier ones that are still there included, and of which run."""
    kept = {name: digest for name, digest in _files(folder).items() if (folder / name).is_file()}
    files = [{"name": name, "sha256": digest} for name, digest in sorted({**kept, **made}.items())]
    return {"schema": SCHEMA, "run_manifest_sha256": source.manifest, "files": files}


def _listed(templates: Templates) -> list[dict[str, str]]:
    return [{"name": name, "sha256": canonical.digest(content)} for name, content in templates.files.items()]


def _put(staging: Path, folder: Path, names: Sequence[str]) -> None:
    """Move the files into place, the record last."""
    if not folder.exists():
        staging.rename(folder)
        return
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (staging / name).replace(folder / name)
