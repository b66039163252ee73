"""Batches as state machines: the journal, appended to, torn and read again; a batch that is stopped and resumed."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import Any

import desk
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from resilience_index.audit import journal
from resilience_index.audit.journal import Entry, Journal
from resilience_index.runs.batch import folder as batch_folder
from resilience_index.runs.batch.item import Wanted
from resilience_index.scoring import batch

_TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)
ENTRIES = st.builds(
    Entry,
    task=st.sampled_from(("a", "b", "c")),
    state=st.sampled_from(("done", "failed")),
    key=_TEXTS,
    exit_code=st.integers(0, 3),
    manifest=st.none() | _TEXTS,
    about=st.none() | st.dictionaries(_TEXTS, st.none() | _TEXTS | st.integers(-9, 9), max_size=2),
    findings=st.lists(st.dictionaries(_TEXTS, _TEXTS, max_size=2), max_size=2),
    counted=st.integers(0, 5),
)


class Lines(RuleBasedStateMachine):
    """A journal, and the lines that are whole in it: an entry, or None for one that cannot be believed."""

    @initialize()
    def begin(self) -> None:
        self.home = Path(tempfile.mkdtemp())
        self.path = self.home / journal.FILE
        self.book: Journal | None = Journal(self.path)
        self.lines: list[Entry | None] = []

    def teardown(self) -> None:
        if hasattr(self, "home"):
            self._close()
            shutil.rmtree(self.home)

    def _close(self) -> None:
        if self.book is not None:
            self.book.close()
            self.book = None

    def _open(self) -> Journal:
        self.book = self.book or Journal(self.path)
        return self.book

    @rule(entry=ENTRIES)
    def add(self, entry: Entry) -> None:
        self._open().add(entry)
        self.lines.append(entry)

    @rule(data=st.data())
    def tear(self, data: st.DataObject) -> None:
        """The process dies while it appends: the last line has no end, and perhaps no whole content."""
        self._close()
        content = self.path.read_bytes()
        last = content.rstrip(b"\n").rpartition(b"\n")[2]
        if not self.lines or self.lines[-1] is None or not content.endswith(b"\n"):
            return
        lost = data.draw(st.integers(1, len(last)), label="bytes that are lost")
        self.path.write_bytes(content[:-lost])
        if lost > 1:  # the end of the line alone is not missed
            self.lines[-1] = None

    @rule(data=st.data())
    def change(self, data: st.DataObject) -> None:
        """Somebody changes a letter of a line."""
        self._close()
        lines = self.path.read_bytes().split(b"\n")
        if not self.lines:
            return
        number = data.draw(st.integers(0, len(self.lines) - 1), label="line")
        if self.lines[number] is None:
            return
        at = data.draw(st.integers(0, max(0, len(lines[number + 1]) - 1)), label="place")
        text = bytearray(lines[number + 1])
        if not text:
            return
        text[at] ^= 0x02
        if text[at] in b"\n\r":
            return
        lines[number + 1] = bytes(text)
        self.path.write_bytes(b"\n".join(lines))
        self.lines[number] = None

    @rule()
    def resume(self) -> None:
        self._close()
        self._open()

    @rule()
    def finish(self) -> None:
        entries = list(self._believed().values())
        self._open().finish(entries)
        self.book = None
        self.lines = list(entries)

    def _believed(self) -> dict[str, Entry]:
        return {entry.task: entry for entry in self.lines if entry is not None}

    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "path"):
            return
        found = journal.read(self.path)
        assert found.entries == self._believed()
        assert found.unreadable <= sum(entry is None for entry in self.lines)
        assert journal.is_journal(self.path)


class StoppedError(BaseException):
    """The batch is stopped at this item."""


DATA = (desk.DATA, desk.DATA.replace("80,10,2", "80,10,x"), desk.DATA.replace("90,5,10", "91,5,10"), "no table\n")


class Stopped(RuleBasedStateMachine):
    """A folder of three data sets and a batch of it, stopped, changed, resumed; at its end it is as if undisturbed."""

    @initialize()
    def begin(self) -> None:
        self.home = Path(tempfile.mkdtemp())
        (self.home / "mini.yaml").write_text(desk.FRAMEWORK, encoding="utf-8")
        (self.home / "data").mkdir()
        self.out = self.home / "out"
        for number in range(3):
            self.replace(number, number)

    def teardown(self) -> None:
        if hasattr(self, "home"):
            shutil.rmtree(self.home)

    @rule(number=st.integers(0, 2), text=st.integers(0, len(DATA) - 1))
    def replace(self, number: int, text: int) -> None:
        (self.home / "data" / f"city{number}.csv").write_text(DATA[text], encoding="utf-8")

    def _carry_out(self, out: Path, stop: int | None = None) -> Any:
        todo = batch.collect(str(self.home / "data"), [str(self.home / "mini.yaml")], {})
        told = []

        def tell(task: Any, entry: Entry, kept: bool) -> None:
            told.append((task.item, kept))
            if len(told) == stop:
                raise StoppedError

        outcome = batch_folder.carry_out(todo, Wanted(out, formats=()), resume=True, workers=0, tell=tell)
        return outcome, told

    @rule(item=st.integers(1, 3))
    def stop(self, item: int) -> None:
        with contextlib.suppress(StoppedError):
            self._carry_out(self.out, item)

    @rule(lost=st.integers(1, 300))
    def tear(self, lost: int) -> None:
        """The journal loses its end: only what it held there is done again."""
        path = self.out / journal.FILE
        if path.exists():
            head, line, rest = path.read_bytes().partition(b"\n")
            path.write_bytes(head + line + rest[: max(0, len(rest) - lost)])

    @rule(number=st.integers(0, 2))
    def lose(self, number: int) -> None:
        """The run of an item loses a file."""
        for path in (self.out / "runs").glob(f"city{number}*/*/scores.csv"):
            path.unlink()

    @rule()
    def resume(self) -> None:
        outcome, told = self._carry_out(self.out)
        whole, _ = self._carry_out(self.home / "whole")
        assert outcome.summary == whole.summary
        assert _content(self.out) == _content(self.home / "whole")
        assert [item for item, _ in told] == [f"city{number}.csv" for number in range(3)]
        assert outcome.kept == sum(kept for _, kept in told)
        again, _ = self._carry_out(self.out)
        assert again.kept == 3
        shutil.rmtree(self.home / "whole")


def _content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]


def test_the_journal_of_a_batch() -> None:
    run_state_machine_as_test(
        Lines, settings=settings(max_examples=40, stateful_step_count=20, deadline=None, suppress_health_check=_QUIET)
    )


def test_a_batch_that_is_stopped_and_resumed() -> None:
    run_state_machine_as_test(
        Stopped, settings=settings(max_examples=8, stateful_step_count=8, deadline=None, suppress_health_check=_QUIET)
    )
