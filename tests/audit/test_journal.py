"""Lines of journals: believed only as they were written, whatever is wrong with one."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from resilience_index.audit import journal
from resilience_index.audit.journal import Entry

HEAD = {"kind": "resilience-index/batch-journal/1"}
FULL: dict[str, Any] = {
    "task": "a", "state": "failed", "key": "k", "exit_code": 2, "manifest": "1" * 64, "archive": "2" * 64,
    "about": {"units": 3}, "findings": [{"code": "RI001"}], "counted": 7,
}  # fmt: skip


def written(record: Any) -> bytes:
    """A line as the format says: sorted, without blanks, with the checksum of the record written the same way."""
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f'{{"record":{text},"sum":"{hashlib.sha256(text.encode()).hexdigest()}"}}'.encode()


def read(path: Path, *lines: bytes) -> tuple[dict[str, Entry], int]:
    path.write_bytes(b"\n".join(lines) + b"\n")
    found = journal.read(path)
    return found.entries, found.unreadable


def test_a_line() -> None:
    assert journal.line(FULL) == written(FULL)
    assert journal.line({"b": "社", "a": None}) == written({"b": "社", "a": None})


def test_entries_come_back_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "j"
    little = {"task": "b", "state": "done", "key": ""}
    entries, unreadable = read(path, written(HEAD), written(FULL), written(little))
    assert (entries, unreadable) == ({"a": Entry(**FULL), "b": Entry("b", "done", "")}, 0)
    assert vars(entries["b"]) == {
        "task": "b", "state": "done", "key": "", "exit_code": 0, "manifest": None, "archive": None, "about": None,
        "findings": [], "counted": 0,
    }  # fmt: skip
    assert [entries[name].done for name in "ab"] == [False, True]


def test_the_last_entry_of_an_item_counts(tmp_path: Path) -> None:
    lines = (written({**FULL, "counted": number}) for number in (1, 2, 3))
    entries, unreadable = read(tmp_path / "j", written(HEAD), *lines)
    assert (entries["a"].counted, len(entries), unreadable) == (3, 1, 0)


GOOD = written(FULL)
BAD = [
    GOOD[:-1], GOOD[1:], GOOD.replace(b'"counted":7', b'"counted":8'), b"", b"[]", b"1", b'"x"', b"null", b"{}",
    b'{"record":{}}', b'{"sum":""}', written([]), written("x"), written(None), written({}), written(HEAD | FULL),
    b"\xff" + GOOD, b"[" * 100_000,
    *(written({key: value for key, value in FULL.items() if key != gone}) for gone in ("task", "state", "key")),
    written({**FULL, "more": 1}),
    *(written({**FULL, key: value}) for key, value in (
        ("task", 1), ("task", None), ("state", None), ("key", 3), ("exit_code", "1"), ("exit_code", None),
        ("exit_code", 1.0), ("manifest", 1), ("archive", []), ("about", []), ("about", "x"), ("findings", {}),
        ("findings", None), ("counted", None), ("counted", "1"),
    )),
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_a_line_that_is_not_believed_is_counted(bad: bytes, tmp_path: Path) -> None:
    """The lines before and after it are believed nevertheless."""
    before, after = ({"task": name, "state": "done", "key": "k"} for name in "xy")
    entries, unreadable = read(tmp_path / "j", written(HEAD), written(before), bad, written(after))
    assert (list(entries), unreadable) == (["x", "y"], 1)


@pytest.mark.parametrize("name", ["manifest", "archive", "about"])
def test_what_may_be_nothing(name: str, tmp_path: Path) -> None:
    entries, unreadable = read(tmp_path / "j", written({**FULL, name: None}))
    assert (getattr(entries["a"], name), unreadable) == (None, 0)


@pytest.mark.parametrize(
    ("content", "found"),
    [(written(HEAD) + b"\n", True), (written(HEAD), True), (written(HEAD) + b"\n" + GOOD, True), (GOOD, False),
     (b"\n" + written(HEAD), False), (b"", False), (written({"kind": "other"}), False), (b"{}", False),
     (written(HEAD) + b" " * (4096 - len(written(HEAD))) + b"x\n", True),
     (written(HEAD) + b" " * (4095 - len(written(HEAD))) + b"x\n", False),
     (written(HEAD) + b" " * 4000 + b"\n", True), (written(HEAD) + b" " * 5000 + b"x\n", True)],
)  # fmt: skip
def test_what_begins_as_a_journal(content: bytes, found: bool, tmp_path: Path) -> None:
    """No more than 4096 bytes of its first line are read."""
    (tmp_path / "j").write_bytes(content)
    assert journal.is_journal(tmp_path / "j") is found


def test_nothing_and_a_folder_are_no_journals(tmp_path: Path) -> None:
    assert journal.is_journal(tmp_path / "none") is False
    assert journal.is_journal(tmp_path) is False


def test_written_line_by_line_and_then_anew(tmp_path: Path) -> None:
    path = tmp_path / "j"
    path.write_bytes(b"something else\n")
    made = journal.Journal(path)
    assert path.read_bytes() == written(HEAD) + b"\n"
    first, second = Entry(**FULL), Entry("b", "done", "k")
    lines = [written(vars(entry)) + b"\n" for entry in (first, second)]
    made.add(second)
    made.add(first)
    assert path.read_bytes() == written(HEAD) + b"\n" + lines[1] + lines[0]
    made.finish([first, second])
    assert path.read_bytes() == written(HEAD) + b"\n" + lines[0] + lines[1]
    with pytest.raises(ValueError, match="closed"):
        made.add(first)


def test_a_journal_that_is_there_is_continued(tmp_path: Path) -> None:
    path = tmp_path / "j"
    path.write_bytes(written(HEAD) + b"\n" + GOOD + b"\n" + GOOD[:20])
    made = journal.Journal(path)
    made.add(Entry("b", "done", "k"))
    made.close()
    assert path.read_bytes().startswith(written(HEAD) + b"\n" + GOOD + b"\n" + GOOD[:20] + b"\n")
    found = journal.read(path)
    assert (list(found.entries), found.unreadable) == (["a", "b"], 1)
    with pytest.raises(ValueError, match="closed"):
        made.add(Entry("c", "done", "k"))
