"""The journal of a batch: a line for each item that was finished, on the disk before the next one is told of.

Each line is a JSON object with a checksum of its own. A line that is torn or changed is not believed: its item is
done again, and nothing else is lost.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resilience_index.audit import canonical
from resilience_index.files import Appending, write_atomic

FILE = "journal.jsonl"
KIND = "resilience-index/batch-journal/1"
_HEAD = {"kind": KIND}


@dataclass(frozen=True)
class Entry:
    """How an item ended.

    ``key`` is a digest of all that the outcome depends on; empty where trying again may end otherwise. ``manifest``
    and ``archive`` are the digests of the run's manifest and of its packed bundle, ``about`` what the summary says of
    the run, ``findings`` those of an item that failed, in both languages, ``counted`` how many errors there were.
    """

    task: str
    state: str
    key: str
    exit_code: int = 0
    manifest: str | None = None
    archive: str | None = None
    about: Mapping[str, Any] | None = None
    findings: Sequence[Mapping[str, Any]] = field(default_factory=list)
    counted: int = 0

    @property
    def done(self) -> bool:
        """Whether a run's folder was written."""
        return self.state == "done"


@dataclass
class Found:
    """What a journal holds: the last entry of each item, and how many lines cannot be believed."""

    entries: dict[str, Entry] = field(default_factory=dict)
    unreadable: int = 0


def line(record: Mapping[str, Any]) -> bytes:
    """A line of the journal, without its end."""
    return canonical.compact({"record": record, "sum": canonical.digest(canonical.compact(record))})


def _record(text: bytes) -> Mapping[str, Any] | None:
    """The record of a line; None for one that is not as it was written."""
    try:
        content = json.loads(text)
        record, digest = content["record"], content["sum"]
        sound = isinstance(record, dict) and canonical.digest(canonical.compact(record)) == digest
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return record if sound else None


def is_journal(path: Path) -> bool:
    """Whether a file begins as a journal of ours does."""
    try:
        with path.open("rb") as stream:
            return _record(stream.readline(4096)) == _HEAD
    except OSError:
        return False


def read(path: Path) -> Found:
    """The entries of a journal. Raises ``OSError`` as the system does."""
    found = Found()
    with path.open("rb") as stream:
        for text in stream:
            record = _record(text)
            if record == _HEAD:
                continue
            entry = _entry(record)
            if entry is None:
                found.unreadable += 1
            else:
                found.entries[entry.task] = entry
    return found


_KINDS: Mapping[str, Any] = {
    "task": str, "state": str, "key": str, "exit_code": int, "manifest": str | None, "archive": str | None,
    "about": dict | None, "findings": list, "counted": int,
}  # fmt: skip


def _entry(record: Mapping[str, Any] | None) -> Entry | None:
    """The entry of a record; None where it has not the parts of one."""
    if record is None or not {"task", "state", "key"} <= record.keys() <= _KINDS.keys():
        return None
    if not all(isinstance(value, _KINDS[name]) for name, value in record.items()):
        return None
    return Entry(**record)


class Journal:
    """A journal that is being written. Its methods raise ``OSError`` as the system does."""

    def __init__(self, path: Path) -> None:
        if not is_journal(path):
            write_atomic(path, line(_HEAD) + b"\n")
        self._path = path
        self._file = Appending(path)

    def add(self, entry: Entry) -> None:
        """Append an entry; it is on the disk when this returns."""
        self._file.add(line(vars(entry)))

    def finish(self, entries: Sequence[Entry]) -> None:
        """Write the journal anew, one line an item in their order: it no longer tells in which order they ended."""
        self.close()
        content = b"".join(line(record) + b"\n" for record in (_HEAD, *map(vars, entries)))
        write_atomic(self._path, content)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
