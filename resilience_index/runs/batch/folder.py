"""The folder of a batch: the journal, a run's folder for each item, and the summary across all."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from resilience_index.audit import canonical, journal
from resilience_index.audit.journal import Entry, Journal
from resilience_index.data.cells import show
from resilience_index.errors import UsageError
from resilience_index.files import write_atomic
from resilience_index.findings import Finding, Location, sort_findings
from resilience_index.runs import folder as run_folder
from resilience_index.runs.batch import strays
from resilience_index.runs.batch import summary as batch_summary
from resilience_index.runs.batch import workers as batch_workers
from resilience_index.runs.batch.item import RUNS, Wanted, serial
from resilience_index.scoring.batch import Batch, Task

_NAMED = 5
_FOLDERS_NAMED = 10
Tell = Callable[[Task, Entry, bool], None]


@dataclass(frozen=True)
class Outcome:
    """How a batch ended: the summary, how many items were kept from before, what there is to tell."""

    summary: dict[str, Any]
    kept: int
    findings: tuple[Finding, ...]

    @property
    def exit_code(self) -> int:
        """0 when every item is done, 3 when the program itself failed at one, else 1."""
        codes = [item["exit_code"] for item in self.summary["runs"]]
        return 3 if 3 in codes else int(any(codes))


def is_batch(folder: Path) -> bool:
    """Whether a folder holds a batch, or the beginning of one that was killed."""
    if journal.is_journal(folder / journal.FILE):
        return True
    begun = [item.name for item in folder.iterdir() if item.name.startswith(f".{journal.FILE}.")]
    own = f".{folder.absolute().name[:40]}.lock"
    return bool(begun) and {item.name for item in folder.iterdir()} <= {*begun, own}


def check_target(folder: Path) -> None:
    """Refuse a target that cannot be written (RI010), or has content that no batch made (RI013)."""
    run_folder.check_target(folder, is_batch)


def carry_out(
    batch: Batch,
    wanted: Wanted,
    *,
    resume: bool,
    workers: int,
    tell: Tell,
    begin: Callable[[], None] | None = None,
) -> Outcome:
    """Do a batch and write its summary; ``tell`` is called for each item that ended (with True where it was kept).

    ``workers`` 0 does it in this process. An item is in the journal before it is told of: whatever stops the batch,
    what was told is not lost. Raises ``UsageError`` RI600 for a folder with a batch unless ``resume``, RI010, RI027.
    """
    folder = wanted.out
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with run_folder.alone(folder):
            return _in_folder(batch, wanted, resume, tell, partial(_entries, workers=workers, begin=begin))
    except OSError as error:
        raise run_folder.cannot_write(folder, error) from error


def _entries(
    tasks: Sequence[Task], wanted: Wanted, earlier: dict[str, Entry], *, workers: int, begin: Callable[[], None] | None
) -> Any:  # fmt: skip
    if workers == 0:
        return serial(tasks, wanted, earlier)
    return batch_workers.run(tasks, wanted, earlier, workers=workers, begin=begin)


def _in_folder(batch: Batch, wanted: Wanted, resume: bool, tell: Tell, entries: Callable[..., Any]) -> Outcome:
    folder = wanted.out
    path = folder / journal.FILE
    found = journal.read(path) if journal.is_journal(path) else journal.Found()
    if not resume and (found.entries or (folder / batch_summary.JSON).exists()):
        raise UsageError("RI600", where=Location(str(folder)), file=str(folder), done=len(found.entries))
    tasks = {task.folder: task for task in batch.tasks}
    book = Journal(path)
    kept, ended = 0, {}
    with contextlib.closing(book), contextlib.closing(entries(batch.tasks, wanted, found.entries)) as stream:
        for entry, same in stream:
            if not same:
                book.add(entry)
            kept += same
            ended[entry.task] = entry
            tell(tasks[entry.task], entry, same)
    pairs = [(task, ended[task.folder]) for task in batch.tasks]
    lasting = sort_findings([*batch.findings, *batch_summary.comparable([entry for _, entry in pairs])])
    summary = batch_summary.build(pairs, lasting, RUNS)
    for name, write in batch_summary.WRITERS.items():
        write_atomic(folder / name, partial(write, summary))
    write_atomic(folder / batch_summary.JSON, canonical.dump(summary))
    book.finish([entry for _, entry in pairs])
    passing = [*_passing(found, tasks, summary), *_of_no_item(folder, tasks)]
    return Outcome(summary, kept, tuple(sort_findings([*lasting, *passing])))


def _of_no_item(folder: Path, tasks: dict[str, Task]) -> list[Finding]:
    """RI617 for folders of runs that are none of this batch: what an earlier one left is never deleted."""
    names = [show(name) for name in strays.of_no_item(folder, tasks)]
    if not names:
        return []
    rest = len(names) - _FOLDERS_NAMED
    more = {"en": f" and {rest} more", "zh": f"，另有 {rest} 个"} if rest > 0 else ""
    params = {"count": len(names), "names": names[:_FOLDERS_NAMED], "more": more}
    return [Finding("RI617", Location(str(folder)), params)]


def _passing(found: journal.Found, tasks: dict[str, Task], summary: dict[str, Any]) -> list[Finding]:
    """What is told once and not kept: torn lines (RI609), items no longer asked for (RI610), how many failed."""
    findings = []
    if found.unreadable:
        findings.append(Finding("RI609", params={"count": found.unreadable}))
    gone = sorted(set(found.entries) - set(tasks))
    if gone:
        names = [*gone[:_NAMED], *(["…"] if len(gone) > _NAMED else [])]
        findings.append(Finding("RI610", params={"count": len(gone), "names": names}))
    if summary["failed"]:
        findings.append(Finding("RI616", params={"failed": summary["failed"], "count": summary["items"]}))
    return findings
