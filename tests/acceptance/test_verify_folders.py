"""``verify`` of a whole folder: a batch with journal and summary, several frameworks or schemes compared."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from acceptance_tools import DATA, LANGUAGES, Inside, cells, mini_project
from tampering import csv_cell, forge, manifest, write_manifest

from resilience_index.audit import inputs, journal

LIST = """\
schema: resilience-index/batch/1
frameworks: [mini.yaml]
items:
  - {id: east, data: east.csv}
  - {id: west, data: west.csv, settings: {weights: entropy}}
  - {id: judged, data: east.csv, settings: {config: assessment.yaml}}
  - {id: broken, data: broken.csv}
"""
SCHEMES = "schemes:\n  flat: {title: {zh: 等权, en: Flat}, weights: equal}\n  steep: {weights: entropy}\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A batch, a run of two frameworks and one of three schemes, made once."""
    folder = mini_project(tmp_path_factory.mktemp("project"))
    (folder / "east.csv").write_text(DATA, encoding="utf-8")
    (folder / "west.csv").write_text(DATA.replace("50,30", "70,30"), encoding="gb18030")
    (folder / "broken.csv").write_text(DATA.replace("80,10,2", "x,10,2"), encoding="utf-8")
    (folder / "list.yaml").write_text(LIST, encoding="utf-8")
    text = (folder / "mini.yaml").read_text("utf-8")
    (folder / "other.yaml").write_text(text.replace("id: mini", "id: other").replace("weight: 2", "weight: 4"), "utf-8")
    (folder / "schemes.yaml").write_text((folder / "assessment.yaml").read_text("utf-8") + SCHEMES, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        inside = Inside(patch)
        ran = inside("batch", "list.yaml", "--out", "batch", "--workers", "0", "--bundle", "zip", "-q")
        assert ran.code == 1, ran.err
        call = ("score", "data.csv", "-f", "mini.yaml", "-f", "other.yaml", "-q", "--bundle", "zip", "--out", "two")
        assert inside(*call).code == 0
        call = ("score", "-c", "schemes.yaml", "--scheme", "all", "-q", "--format", "none", "--out", "schemes")
        assert inside(*call).code == 0
    return folder


@pytest.fixture
def copied(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = Path(shutil.copytree(made, tmp_path / "copy"))
    monkeypatch.chdir(folder)
    return folder


def run_of(folder: Path, item: str) -> Path:
    return next((folder / "batch/runs").glob(f"{item}-*/*/manifest.json")).parent


@pytest.mark.parametrize(("name", "runs"), [("batch", 4), ("two", 2), ("schemes", 2)])
def test_untouched_folders_pass(name: str, runs: int, copied: Path, inside: Inside) -> None:
    ran = inside("verify", name, "--json")
    assert ran.code == 0, ran.out
    found = json.loads(ran.out)
    assert found["verified"]
    assert found["kind"] == ("batch" if name == "batch" else "comparison")
    assert len(found["runs"]) == runs
    assert [item["scored"] for item in found["runs"]].count(True) == runs - (name == "batch")
    assert found["findings"] == []
    scored = [item for item in found["runs"] if item["scored"]]
    basis = "values" if name == "schemes" else "data"
    assert {item["levels"][2]["from"] for item in scored} == {basis}
    told = [finding for item in scored for level in item["levels"] for finding in level["findings"]]
    assert {finding["severity"] for finding in told} <= {"info"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_as_text(lang: Any, copied: Path, inside: Inside) -> None:
    """A line for each run, what lies across them, and the outcome; within 80 columns."""
    ran = inside("verify", "batch", lang=lang, columns=80)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert len(lines) == 6
    assert max(map(cells, lines)) <= 90  # names of folders are not cut
    assert ("3 of 3 runs verified" if lang == "en" else "3 次运行中 3 次通过") in lines[-1]
    assert inside("verify", "batch", "-q", lang=lang).out.count("\n") == 1


def test_data_that_did_not_travel_are_named(copied: Path, inside: Inside) -> None:
    """Each run takes the files it was made from; one that no run was made from is refused."""
    call = ("batch", "list.yaml", "--out", "plain", "--workers", "0", "--format", "none", "-q")
    assert inside(*call).code == 1
    found = json.loads(inside("verify", "plain", "--data", "east.csv", "--json").out)
    basis = [item["levels"][2]["from"] for item in found["runs"] if item["scored"]]
    assert basis == ["data", "values", "data"]
    ran = inside("verify", "plain", "--data", "east.csv", "--data", "broken.csv")
    assert (ran.code, "RI581" in ran.err) == (1, True)


def test_every_run_must_have_signed(copied: Path, inside: Inside) -> None:
    assert inside("keygen", "k").code == 0
    for name in ("mini", "other"):
        assert inside("verify", "two", "--key", "auditor=k.pub").code == 1
        assert inside("sign", f"two/{name}", "--key", "k.key", "--role", "auditor").code == 0
    ran = inside("verify", "two", "--key", "auditor=k.pub")
    assert (ran.code, ran.out.count("signature passed")) == (0, 2)


# --- changed


def _score(folder: Path) -> None:
    csv_cell("scores.csv", 2, "score", "99.5", forged=False)(run_of(folder, "east"))


def _forged_score(folder: Path) -> None:
    csv_cell("scores.csv", 2, "score", "99.5", forged=True)(run_of(folder, "east"))


def _other_run(folder: Path) -> None:
    """A sound run in the place of another."""
    shutil.rmtree(run_of(folder, "east"))
    shutil.copytree(run_of(folder, "west"), folder / "batch/runs" / _task(folder, "east") / "mini")


def _task(folder: Path, item: str) -> str:
    entries = journal.read(folder / "batch" / journal.FILE).entries
    return next(name.split("/")[0] for name in entries if name.startswith(f"{item}-"))


def _lost_run(folder: Path) -> None:
    shutil.rmtree(run_of(folder, "west"))


def _run_for_the_broken(folder: Path) -> None:
    shutil.copytree(run_of(folder, "east"), folder / "batch/runs" / _task(folder, "broken") / "mini")


def _further_run(folder: Path) -> None:
    shutil.copytree(run_of(folder, "east"), folder / "batch/runs/more/mini")


def _further_file(folder: Path) -> None:
    (folder / "batch/notes.txt").write_text("x")


def _torn_line(folder: Path) -> None:
    path = folder / "batch/journal.jsonl"
    path.write_bytes(path.read_bytes()[:-40])


def _summary_mean(folder: Path) -> None:
    path = folder / "batch/summary.json"
    content = json.loads(path.read_bytes())
    content["ranking"][0]["mean"] += 1
    write_manifest_like(path, content)


def _journal_mean(folder: Path) -> None:
    """A better mean in the journal, its checksum made to fit, and the summary written anew from it."""
    path = folder / "batch/journal.jsonl"
    lines = path.read_bytes().splitlines()
    record = json.loads(lines[1])
    record.pop("sha256", None)
    entries = list(journal.read(path).entries.values())
    about = json.loads(json.dumps(entries[0].about))
    about["periods"][0]["mean"] += 1
    changed = {**vars(entries[0]), "about": about}
    rest = [journal.line(vars(entry)) for entry in entries[1:]]
    path.write_bytes(b"\n".join([lines[0], journal.line(changed), *rest]) + b"\n")


def _table(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / name
        before = path.read_bytes()
        after = before.replace(b"east", b"best").replace(b"broken", b"whole").replace(b"001", b"009")
        assert after != before
        path.write_bytes(after)

    return change


def _archive(folder: Path) -> None:
    run = run_of(folder, "east")
    content = bytearray(run.with_suffix(".zip").read_bytes())
    content[content.index(b"community_id,community")] ^= 1
    run.with_suffix(".zip").write_bytes(content)


def _other_archive(folder: Path) -> None:
    shutil.copy(run_of(folder, "west").with_suffix(".zip"), run_of(folder, "east").with_suffix(".zip"))


def _lost_archive(folder: Path) -> None:
    run_of(folder, "east").with_suffix(".zip").unlink()


def _lost_summary(folder: Path) -> None:
    (folder / "batch/grades.csv").unlink()


def _comparison(folder: Path) -> None:
    path = folder / "two/comparison.json"
    content = json.loads(path.read_bytes())
    content["frameworks"][1]["version"] = "9.9.9"
    write_manifest_like(path, content)


def _framework_gone(folder: Path) -> None:
    shutil.rmtree(folder / "two/other")


def _forged_framework(folder: Path) -> None:
    csv_cell("scores.csv", 3, "rank", "1", forged=True)(folder / "two/other")


def _wrong_setting(folder: Path) -> None:
    run = run_of(folder, "judged")
    content = manifest(run)
    content["predicate"]["settings"]["weights"]["value"] = {"method": "equal"}
    write_manifest(run, content)
    forge(run)


def write_manifest_like(path: Path, content: Any) -> None:
    from resilience_index.audit import canonical

    path.write_bytes(canonical.dump(content))


CHANGES: dict[str, tuple[str, Callable[[Path], None], tuple[str, ...]]] = {
    "a score": ("batch", _score, ("RI567", "001 2024 score", "99.5")),
    "a forged score": ("batch", _forged_score, ("RI570", "001 2024 score", "RI596", "manifest.json")),
    "another run in its place": ("batch", _other_run, ("RI596", "east-", "manifest.json")),
    "a run lost": ("batch", _lost_run, ("RI619", "west-")),
    "a run for what failed": ("batch", _run_for_the_broken, ("RI596", "broken-", "state")),
    "a further run": ("batch", _further_run, ("RI597", "runs/more")),
    "a further file": ("batch", _further_file, ("RI597", "notes.txt")),
    "a torn line": ("batch", _torn_line, ("RI595", "RI572", "summary.json")),
    "a mean of the summary": ("batch", _summary_mean, ("RI570", "summary.json", "ranking", "mean")),
    "a mean of the journal": ("batch", _journal_mean, ("RI596", "journal.jsonl", "periods", "mean")),
    "a table of the summary": ("batch", _table("batch/summary.csv"), ("RI570", "summary.csv:", "line ")),
    "a table of failures": ("batch", _table("batch/failures.csv"), ("RI570", "failures.csv:")),
    "an archive": ("batch", _archive, ("RI563", "mini.zip")),
    "another archive": ("batch", _other_archive, ("RI596", "mini.zip")),
    "an archive lost": ("batch", _lost_archive, ("RI596", "mini.zip")),
    "a table lost": ("batch", _lost_summary, ("RI619", "grades.csv")),
    "a setting": ("batch", _wrong_setting, ("RI580", "setting weights")),
    "the comparison": ("two", _comparison, ("RI570", "comparison.json", "frameworks[other].version")),
    "the table of the comparison": ("two", _table("two/comparison.csv"), ("RI570", "comparison.csv", "line ")),
    "a framework's run": ("two", _framework_gone, ("RI619", "other")),
    "a framework's forged run": ("two", _forged_framework, ("RI570", "002 2024 rank")),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_found_and_named(name: str, copied: Path, inside: Inside) -> None:
    folder, change, said = CHANGES[name]
    change(copied)
    ran = inside("verify", folder)
    assert ran.code == 1, ran.out + ran.err
    for text in said:
        assert text in ran.err, ran.err


def test_names_in_the_journal_lead_nowhere(copied: Path, inside: Inside) -> None:
    """The names of runs come from files that anybody may have edited."""
    path = copied / "batch/journal.jsonl"
    head = path.read_bytes().splitlines()[0]
    entries = list(journal.read(path).entries.values())
    outside = [{**vars(entry), "task": f"../../{number}/secret"} for number, entry in enumerate(entries)]
    path.write_bytes(b"\n".join([head, *map(journal.line, outside)]) + b"\n")
    ran = inside("verify", "batch")
    assert ran.code == 1
    assert "RI597" in ran.err
    assert "RI572 error: journal.jsonl cannot be compared: it names the run ../../0/secret" in ran.err
    content = json.loads((copied / "two/comparison.json").read_bytes())
    content["frameworks"][0]["id"] = "../two/mini"
    write_manifest_like(copied / "two/comparison.json", content)
    ran = inside("verify", "two")
    assert (ran.code, "RI572" in ran.err) == (1, True)
    assert inputs.file_digest(copied / "two/mini/manifest.json")  # untouched
