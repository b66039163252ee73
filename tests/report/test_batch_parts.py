"""The parts of a batch: the journal, its file, one item, and what becomes of an item that cannot be done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from acceptance_tools import DATA, MINI
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.audit import journal
from resilience_index.audit.journal import Entry, Journal
from resilience_index.cli.progress import clock, speed
from resilience_index.errors import UsageError
from resilience_index.files import Appending
from resilience_index.runs import folder as run_folder
from resilience_index.runs.batch import item as batch_run
from resilience_index.runs.batch.item import Wanted, perform
from resilience_index.scoring import batch
from resilience_index.scoring.batch import Task

ENTRY = Entry("one/mini", "done", "k1", manifest="m", about={"framework": "mini", "periods": [{"mean": 1 / 3}]})


@pytest.fixture
def task(tmp_path: Path) -> Task:
    (tmp_path / "mini.yaml").write_text(MINI, encoding="utf-8")
    (tmp_path / "data.csv").write_text(DATA, encoding="utf-8")
    return Task("data.csv", str(tmp_path / "mini.yaml"), "data-1/mini", ((str(tmp_path / "data.csv"), "data.csv"),))


@pytest.fixture
def wanted(tmp_path: Path) -> Wanted:
    return Wanted(tmp_path / "out", formats=())


# --- the journal


def test_entries_come_back_as_they_were(tmp_path: Path) -> None:
    book = Journal(tmp_path / "j")
    other = replace(ENTRY, task="two/mini", state="failed", exit_code=1, findings=[{"code": "RI231"}], counted=1)
    for entry in (ENTRY, other, replace(ENTRY, key="k2")):
        book.add(entry)
    book.close()
    found = journal.read(tmp_path / "j")
    assert found.entries == {"one/mini": replace(ENTRY, key="k2"), "two/mini": other}
    assert found.unreadable == 0
    book = Journal(tmp_path / "j")
    book.finish([other, ENTRY])
    assert [*journal.read(tmp_path / "j").entries.values()] == [other, ENTRY]


@given(cut=st.integers(0, 400), junk=st.binary(max_size=20))
def test_no_cut_or_junk_makes_another_entry(tmp_path_factory: pytest.TempPathFactory, cut: int, junk: bytes) -> None:
    """Whatever the end of the file is, what is read was written; a line that is added below it counts."""
    path = tmp_path_factory.mktemp("journal") / "j"
    book = Journal(path)
    book.add(ENTRY)
    book.add(replace(ENTRY, task="two/mini"))
    book.close()
    content = path.read_bytes()
    head = len(content.split(b"\n", 1)[0]) + 1
    path.write_bytes(content[: max(head, len(content) - cut)] + junk)
    assert set(journal.read(path).entries) <= {"one/mini", "two/mini"}
    book = Journal(path)
    book.add(replace(ENTRY, task="three/mini"))
    book.close()
    assert "three/mini" in journal.read(path).entries


@pytest.mark.parametrize("text", [b"", b"{}", b"[1]", b'{"record": 1, "sum": "x"}', b"\xff", b"[" * 3000])
def test_what_is_no_journal(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "j").write_bytes(text)
    assert not journal.is_journal(tmp_path / "j")
    assert not journal.is_journal(tmp_path / "nothing")


def test_a_line_of_other_keys_is_not_an_entry(tmp_path: Path) -> None:
    Journal(tmp_path / "j").close()
    with (tmp_path / "j").open("ab") as stream:
        stream.write(journal.line({"something": "else"}) + b"\n")
    assert journal.read(tmp_path / "j").unreadable == 1


def test_appending_goes_on_below_a_torn_line(tmp_path: Path) -> None:
    for before, after in ((b"", b"x\n"), (b"a\n", b"a\nx\n"), (b"a\nhal", b"a\nhal\nx\n")):
        (tmp_path / "f").write_bytes(before)
        file = Appending(tmp_path / "f")
        file.add(b"x")
        file.close()
        assert (tmp_path / "f").read_bytes() == after


# --- one item


def test_an_item_is_done_once(task: Task, wanted: Wanted, monkeypatch: pytest.MonkeyPatch) -> None:
    first = perform(task, wanted, None)
    assert first.done
    monkeypatch.setattr(batch_run, "_scored", lambda *_: pytest.fail("done again"))
    assert perform(task, wanted, first) is first


def test_a_file_that_changes_meanwhile(task: Task, wanted: Wanted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read after its digest was taken: RI607, no run, no key, so that it is tried again."""
    real = batch_run._digests

    def late(*arguments: Any) -> Any:
        found = real(*arguments)
        Path(task.files[0][0]).write_text(DATA.replace("50,30", "51,30"), encoding="utf-8")
        return found

    monkeypatch.setattr(batch_run, "_digests", late)
    entry = perform(task, wanted, None)
    assert (entry.state, entry.key, entry.exit_code) == ("failed", "", 2)
    assert entry.findings[0]["code"] == "RI607"
    assert entry.findings[0]["message"]["en"] == "'data.csv' changed while it was being scored"
    assert not (wanted.out / "runs").exists()


def test_a_fault_of_the_program_is_an_entry(task: Task, wanted: Wanted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 3, RI011, to be tried again; the others go on."""

    def fault(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(batch_run.assess, "assess", fault)
    entry = perform(task, wanted, None)
    assert (entry.state, entry.exit_code, entry.findings[0]["code"]) == ("failed", 3, "RI011")
    monkeypatch.undo()
    assert perform(task, wanted, entry).done


def test_a_folder_that_is_held_is_waited_for(task: Task, wanted: Wanted, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = run_folder.write, []

    def busy(*arguments: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) < 3:
            raise UsageError("RI027", file="x")
        return real(*arguments, **named)

    monkeypatch.setattr(batch_run.run_folder, "write", busy)
    assert perform(task, wanted, None).done
    assert len(calls) == 3
    monkeypatch.setattr(batch_run, "PATIENCE", 0.0)
    calls.clear()
    entry = perform(replace(task, folder="other/mini"), wanted, None)
    assert (entry.state, entry.key, entry.findings[0]["code"]) == ("failed", "", "RI027")


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_bundles(kind: str, task: Task, wanted: Wanted) -> None:
    """A bundle holds the data; a packed one stands beside the folder, and is looked at when the batch goes on."""
    wanted = replace(wanted, bundle=kind)
    entry = perform(task, wanted, None)
    run = wanted.out / "runs" / task.folder
    packed = run.with_name("mini.zip")
    names = {item["name"] for item in json.loads((run / "manifest.json").read_bytes())["subject"]}
    assert any(name.startswith("inputs/data/") for name in names)
    assert packed.exists() == (kind == "zip") == (entry.archive is not None)
    assert perform(task, wanted, entry) is entry
    if kind == "zip":
        content = packed.read_bytes()
        packed.unlink()
        assert perform(task, wanted, entry) == entry
        assert packed.read_bytes() == content
    Path(task.files[0][0]).write_text("no,table\n1,2\n", encoding="utf-8")
    assert not perform(task, wanted, entry).done
    assert not (wanted.out / "runs" / "data-1").exists()


def test_what_a_message_calls_files(task: Task, wanted: Wanted, tmp_path: Path) -> None:
    """Neither machine nor folder shows in an entry."""
    Path(task.files[0][0]).unlink()
    for named in (
        {},
        {"judgments": str(tmp_path / "no.yaml"), "weights": "ahp"},
        {"config": str(tmp_path / "no.yaml")},
    ):
        entry = perform(replace(task, settings=named), wanted, None)
        assert entry.exit_code == 2
        assert str(tmp_path) not in json.dumps(entry.findings)


# --- names and words


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1))
def test_slugs_are_plain(name: str) -> None:
    found = batch.slug(name)
    assert 0 < len(found) <= 40
    assert not set(found) & set('/\\:*?"<>|. \t\n')
    assert found[0] not in "-_"


@pytest.mark.parametrize(
    ("function", "value", "text"),
    [(clock, 7.4, "0:07"), (clock, 750, "12:30"), (clock, 11100, "3:05:00"), (speed, 2.43, "2.4/s"),
     (speed, 0.5, "30.0/min")],
)  # fmt: skip
def test_words_of_progress(function: Callable[[float], str], value: float, text: str) -> None:
    assert function(value) == text


def test_names_with_one_slug_are_told_apart_by_8_characters() -> None:
    digests = {name: batch._digest(name) for name in ("a b.csv", "a-b.csv")}
    assert digests == {name: hashlib.sha256(name.encode()).hexdigest()[:8] for name in digests}
    assert batch.slug("a b.csv") == batch.slug("a-b.csv") == "a-b"
