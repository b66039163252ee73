"""What lies in the folder of a batch beside what the batch has written, and how far the batch is."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from resilience_index.audit import journal
from resilience_index.audit.journal import Found
from resilience_index.framework import json_strict
from resilience_index.runs import folder as run_folder
from resilience_index.runs.batch import summary
from resilience_index.runs.batch.item import RUNS

_LEFT = re.compile(r"\..{1,60}\.[0-9a-z_]{8}\.tmp", re.DOTALL)
"""Files and folders that a killed process was making."""
_LOCK = re.compile(r"\..{1,40}\.lock", re.DOTALL)
_ITEM = re.compile(r".+-[0-9a-f]{8}", re.DOTALL)


def is_leftover(path: Path) -> bool:
    """Whether a path is the lock of a batch or a run, or what a killed process left; a lock has no content."""
    if path.is_symlink():
        return False
    if _LOCK.fullmatch(path.name):
        return path.is_file() and path.stat().st_size == 0
    return _LEFT.fullmatch(path.name) is not None


def of_no_item(folder: Path, tasks: Collection[str]) -> Iterator[str]:
    """What is in the folder of the runs and belongs to none of the ``tasks``, by its name below ``folder``.

    A folder is named, not what is in it. Leftovers are passed over, and folders of items that hold nothing else.
    """
    runs = folder / RUNS
    items = {task.rsplit("/", 1)[0] for task in tasks}
    for item in sorted(runs.iterdir()) if runs.is_dir() else ():
        inside = sorted(item.iterdir()) if item.is_dir() and not item.is_symlink() else None
        if inside is None:
            if item.name not in items and not is_leftover(item):
                yield f"{RUNS}/{item.name}"
            continue
        there = [path for path in inside if not is_leftover(path)]
        unknown = [path for path in there if f"{item.name}/{path.name.removesuffix('.zip')}" not in tasks]
        if not _ITEM.fullmatch(item.name) or (there and unknown == there):
            yield f"{RUNS}/{item.name}"
        else:
            yield from (f"{RUNS}/{item.name}/{path.name}" for path in unknown)


def is_being_made(run: Path) -> bool:
    """Whether a killed process was replacing a run: what it left is in its folder."""
    if not run.is_dir() or run.is_symlink():
        return False
    return any(path.name == run_folder.EARLIER or is_leftover(path) for path in run.iterdir())


def under_way(folder: Path, name: str) -> bool:
    """Whether what the journal does not name may be an item that a stopped batch was at: the folder of one, a run."""
    place = folder / name
    if not place.is_dir() or place.is_symlink():
        return False
    parts = name.split("/")
    return _ITEM.fullmatch(parts[1]) is not None and (
        len(parts) > 2 or all(path.is_dir() or path.suffix == ".zip" or is_leftover(path) for path in place.iterdir())
    )


def is_unfinished(folder: Path, found: Found) -> bool:
    """Whether a batch was stopped, or went on after its summary, which is written last.

    A batch that has ended leaves a line an item in its journal, no more than its summary has.
    """
    if not (folder / summary.JSON).exists() or not (folder / journal.FILE).exists():
        return True
    with (folder / journal.FILE).open("rb") as stream:
        lines = sum(1 for _ in stream) - 1  # the first is the head
    return lines > len(found.entries) + found.unreadable or len(found.entries) > _items(folder)


def _items(folder: Path) -> float:
    """How many items the summary has; where that cannot be said, as many as there may be."""
    try:
        return len(json_strict.parse((folder / summary.JSON).read_bytes())["runs"])
    except (OSError, ValueError, TypeError, LookupError):
        return math.inf
