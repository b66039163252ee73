"""Verification of a whole folder of runs: a batch with its journal and summary, or several frameworks compared.

Every run is verified by itself. What was written across them is then made again from the runs that were scored again
(the comparison, what the summary says of each run) and from the journal (ranking, grades, failures), and compared.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resilience_index.analysis import comparison as comparing
from resilience_index.audit import archive, canonical, differences, inputs, journal, manifest, rebuild, signing, verify
from resilience_index.audit.journal import Entry
from resilience_index.audit.verify import Level, Status
from resilience_index.data.cells import show
from resilience_index.errors import ResilienceError, UsageError
from resilience_index.findings import Finding, Location, from_error, has_errors
from resilience_index.framework import json_strict
from resilience_index.report.export import comparison as comparison_out
from resilience_index.runs import comparison_folder, recheck
from resilience_index.runs.batch import about as batch_about
from resilience_index.runs.batch import folder as batch_folder
from resilience_index.runs.batch import strays
from resilience_index.runs.batch import summary as batch_summary
from resilience_index.runs.batch.item import RUNS
from resilience_index.scoring.result import Result

_ABSENT = differences.ABSENT
_PUT = {"en": "put there", "zh": "另行放入"}
_LEFT = {"en": "left from an item that the batch no longer has, or put there", "zh": "批次已不含该项而留下，或另行放入"}
Tell = Callable[["Member"], None]


@dataclass(frozen=True)
class Member:
    """A run of the folder: its place in it, its levels; none where the batch could not score the item."""

    name: str
    title: str
    levels: tuple[Level, ...]
    findings: tuple[Finding, ...] = ()
    """About its place in the folder: its archive, its entry in the journal."""
    lost: bool = False
    """Whether there must be a run, and its folder is not there."""
    stopped: bool = False
    """Whether an unfinished batch was making it anew: the next one does, so it is not verified."""

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.stopped and recheck.passed(self.levels) and not has_errors(self.findings)


@dataclass(frozen=True)
class Whole:
    """A folder of runs: ``kind`` is ``batch`` or ``comparison``; ``findings`` are about what lies across the runs."""

    kind: str
    members: tuple[Member, ...]
    findings: tuple[Finding, ...]
    compared: tuple[str, ...] = field(default_factory=tuple)
    across: Status = "passed"
    """Of what was written across the runs; not checked where a run is lost, or the batch is unfinished."""

    @property
    def passed(self) -> bool:
        """Whether every run and everything across them has passed."""
        return all(member.passed for member in self.members) and not has_errors(self.findings)


def kind_of(folder: Path) -> str | None:
    """``batch`` or ``comparison`` where a folder is verified as a whole; None for a single run, or nothing of ours."""
    if not folder.is_dir() or (folder / manifest.FILE).exists():
        return None
    if batch_folder.is_batch(folder):
        return "batch"
    return "comparison" if comparison_folder.is_comparison(folder) else None


def check(
    folder: Path, shown: str, trusted: Sequence[signing.Trusted], given: Sequence[Path], tell: Tell
) -> Whole:  # fmt: skip
    """Verify every run of a folder; ``tell`` is called for each as it ends.

    ``given`` are data files that do not travel; each run takes those it was made from. Raises ``UsageError`` RI572
    for a folder whose own files cannot be read.
    """
    checker = _Batch if kind_of(folder) == "batch" else _Comparison
    return checker(folder, shown, trusted, given).check(tell)


class _Folder:
    """What both kinds have in common."""

    names = ""
    """The file of the folder that names its runs."""

    def __init__(self, folder: Path, shown: str, trusted: Sequence[signing.Trusted], given: Sequence[Path]) -> None:
        self.folder, self.shown, self.trusted = folder, shown, trusted
        self.given = {inputs.file_digest(path): path for path in given}
        self.used: set[str] = set()

    def where(self, name: str) -> Location:
        return Location(f"{self.shown}/{name}")

    def run(self, name: str, also: recheck.Also) -> tuple[tuple[Level, ...], list[Finding]]:
        """The levels of one run; findings where it cannot be opened."""
        path = self.folder / name
        try:
            opened = verify.open_run(path, f"{self.shown}/{name}")
        except ResilienceError as error:
            return (), list(getattr(error, "findings", None) or (from_error(error),))
        bytes_ = verify.check_bytes(opened)
        signed = verify.check_signatures(opened, bytes_.detail["signatures"], self.trusted)
        known = _input_digests(opened)
        own = [path for digest, path in self.given.items() if digest in known]
        self.used |= known & set(self.given)
        return (bytes_, signed, recheck.recompute(opened, own, also)), []

    def archive(self, name: str) -> list[Finding]:
        """What is wrong with the packed bundle beside a run: its members, or that it is another run's."""
        packed = self.folder / f"{name}.zip"
        wanted = inputs.file_digest(self.folder / name / manifest.FILE)
        try:
            with archive.opened(packed) as folder:
                opened = verify.open_run(folder, f"{self.shown}/{name}.zip")
                found = [*verify.check_bytes(opened).findings]
                if canonical.digest(opened.content) != wanted:
                    params = {"file": f"{name}.zip", "item": manifest.FILE, "recorded": wanted,
                              "found": canonical.digest(opened.content)}  # fmt: skip
                    found.append(Finding("RI596", self.where(f"{name}.zip"), params))
                return found
        except ResilienceError as error:
            return list(getattr(error, "findings", None) or (from_error(error),))

    def unused(self) -> Iterator[Finding]:
        """RI581 for data files that no run was made from."""
        for digest, path in self.given.items():
            if digest not in self.used:
                yield Finding("RI581", Location(str(path)), {"file": str(path), "found": digest, "known": [_ABSENT]})

    def strangers(self, known: set[str], names: str) -> Iterator[Finding]:
        """RI597 for what lies in the folder beside what is written there; ``names`` is the file that names it all."""
        for path in sorted(self.folder.iterdir()):
            if path.name not in known and not strays.is_leftover(path):
                yield self.stranger(path.name, names, _PUT)

    def stranger(self, file: str, names: str, reason: Mapping[str, str]) -> Finding:
        """RI597 for a path of the folder."""
        return Finding("RI597", self.where(show(file)), {"file": show(file), "name": names, "reason": reason})

    def lost(self, file: str, names: str) -> Finding:
        """RI619 for a path that ``names`` (a file of the folder) says is there."""
        return Finding("RI619", self.where(show(file)), {"file": show(file), "name": names})

    def gone(self, name: str) -> Finding | None:
        """RI619 for a run that is not there, or whose manifest is not."""
        if not (self.folder / name).is_dir():
            return self.lost(name, self.names)
        held = os.path.lexists(self.folder / name / manifest.FILE)
        return None if held else self.lost(f"{name}/{manifest.FILE}", self.names)

    def no_name(self, file: str, name: str) -> Finding:
        """RI572 for a file of the folder that calls a run by what can be the name of none."""
        reason = {"en": f"it names the run {show(name)}", "zh": f"其中的运行名为 {show(name)}"}
        return Finding("RI572", self.where(file), {"file": file, "reason": reason})

    def bytes_of(self, name: str, made: bytes) -> Iterator[Finding]:
        """RI570 where a CSV file is not what comes out again, RI619 where it is missing."""
        path = self.folder / name
        if not path.is_file():
            yield self.lost(name, self.names)
        elif path.read_bytes() != made:
            old, new = path.read_bytes().split(b"\n"), made.split(b"\n")
            at = next((at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]),
                      min(len(old), len(new)))  # fmt: skip
            lines = [show(side[at].decode("utf-8", "replace")) if at < len(side) else _ABSENT for side in (old, new)]
            line = {"en": f"line {at + 1}", "zh": f"第 {at + 1} 行"}
            params = {"file": name, "item": line, "recorded": lines[0], "made": lines[1]}
            yield Finding("RI570", Location(f"{self.shown}/{name}", line=at + 1), params)

    def document(self, name: str, recorded: Any, made: Any) -> Iterator[Finding]:
        """RI570 where parts of a JSON file are not what comes out again."""
        yield from verify.difference_findings(name, differences.documents(recorded, made, exact=True), self.shown)

    def read(self, name: str) -> Any:
        """A JSON file of the folder. Raises ``UsageError`` RI572."""
        try:
            return json_strict.parse((self.folder / name).read_bytes())
        except FileNotFoundError as error:
            reason = {"en": "it is not there", "zh": "文件不存在"}
            raise UsageError("RI572", where=self.where(name), file=name, reason=reason) from error
        except (OSError, ValueError) as error:
            said = show(getattr(error, "strerror", None) or str(error))
            raise UsageError("RI572", where=self.where(name), file=name, reason=said) from error


def _input_digests(opened: verify.Opened) -> set[str]:
    try:
        return {str(item["digest"]["sha256"]) for item in opened.predicate["inputs"]}
    except (LookupError, TypeError):
        return set()


class _Comparison(_Folder):
    names = comparison_folder.JSON

    def check(self, tell: Tell) -> Whole:
        results: list[Result] = []
        members = []

        def keep(made: rebuild.Rebuilt) -> Sequence[Finding]:
            results.append(made.result)
            return ()

        content = self.read(comparison_folder.JSON)
        names = [str(item["id"]) for item in _list(content, "frameworks")]
        for name in names:
            member = self._member(name, keep)
            members.append(member)
            tell(member)
        across = list(self._across(content, results, len(names)))
        findings = [*self.unused(), *across]
        known = {comparison_folder.CSV, comparison_folder.JSON, *names, *(f"{name}.zip" for name in names)}
        findings += self.strangers(known, self.names)
        files = (comparison_folder.CSV, comparison_folder.JSON)
        status = _status(across, compared=bool(results) and len(results) == len(names))
        return Whole("comparison", tuple(members), tuple(findings), files, status)

    def _member(self, name: str, keep: recheck.Also) -> Member:
        if not archive.safe_name(name) or "/" in name:
            return Member(show(name), show(name), (), (self.no_name(self.names, name),))
        gone = self.gone(name)
        if gone is not None:
            return Member(name, name, (), (gone,), lost=True)
        levels, told = self.run(name, keep)
        if (self.folder / f"{name}.zip").exists() and levels:
            told += self.archive(name)
        return Member(name, name, levels, tuple(told))

    def _across(self, content: Any, results: Sequence[Result], count: int) -> Iterator[Finding]:
        """The comparison, made again from the runs that were scored again."""
        if len(results) < count or not results:
            return
        compared = comparing.compare(results)
        made = comparison_out.to_dict(compared)
        made["findings"] = [finding.to_dict(("zh", "en")) for finding in compared.findings()]
        yield from self.document(comparison_folder.JSON, content, json.loads(canonical.dump(made)))
        stream = io.BytesIO()
        comparison_out.write_csv(compared, stream)
        yield from self.bytes_of(comparison_folder.CSV, stream.getvalue())


class _Batch(_Folder):
    names = journal.FILE

    def check(self, tell: Tell) -> Whole:
        path = self.folder / journal.FILE
        found = journal.read(path) if path.exists() else journal.Found()
        unfinished = strays.is_unfinished(self.folder, found)
        findings = []
        if unfinished:
            findings.append(Finding("RI618", Location(self.shown), {"count": len(found.entries)}))
        if found.unreadable:
            findings.append(Finding("RI595", self.where(journal.FILE), {"count": found.unreadable}))
        members = []
        for entry in found.entries.values():
            member = self._stopped(entry) if unfinished else None
            member = member or self._member(entry)
            members.append(member)
            tell(member)
        across = [] if unfinished else list(self._across(list(found.entries.values())))
        findings += [*self.unused(), *across]
        findings += self.strangers({journal.FILE, RUNS, *batch_summary.FILES}, self.names)
        for name in strays.of_no_item(self.folder, found.entries):
            if not (unfinished and strays.under_way(self.folder, name)):
                findings.append(self.stranger(name, self.names, _LEFT))
        return Whole(
            "batch", tuple(members), tuple(findings), batch_summary.FILES, _status(across, compared=not unfinished)
        )

    def _stopped(self, entry: Entry) -> Member | None:
        """An item whose run was being made anew when the batch was stopped; None for others."""
        name = f"{RUNS}/{entry.task}"
        if not archive.safe_name(name) or not strays.is_being_made(self.folder / name):
            return None
        return Member(name, entry.task, (), stopped=True)

    def _member(self, entry: Entry) -> Member:
        name = f"{RUNS}/{entry.task}"
        if not archive.safe_name(name):
            return Member(show(name), show(entry.task), (), (self.no_name(self.names, entry.task),))
        place, packed = self.folder / name, self.folder / f"{name}.zip"
        if not entry.done:
            there = [item.name for item in (place, packed) if item.exists()]
            wrong = [self._unlike(name, "state", entry.state, shown) for shown in there]
            return Member(name, entry.task, (), tuple(wrong))
        gone = self.gone(name)
        if gone is not None:
            return Member(name, entry.task, (), (gone,), lost=True)
        levels, told = self.run(name, lambda made: list(self._about(name, entry, made)))
        have = inputs.file_digest(place / manifest.FILE) if levels else _ABSENT
        if have != entry.manifest:
            told.append(self._unlike(name, manifest.FILE, str(entry.manifest), have))
        if packed.exists() and levels:
            told += self.archive(name)
        if packed.exists() != (entry.archive is not None):
            said = entry.archive or _ABSENT
            told.append(self._unlike(f"{name}.zip", "ZIP", said, packed.name if packed.exists() else _ABSENT))
        return Member(name, entry.task, levels, tuple(told))

    def _unlike(self, name: str, item: str, recorded: str, found: str) -> Finding:
        params = {"file": name, "item": item, "recorded": recorded, "found": found}
        return Finding("RI596", self.where(name), params)

    def _about(self, name: str, entry: Entry, made: rebuild.Rebuilt) -> Iterator[Finding]:
        """What the journal says of a run, made again from its scores."""
        work, plan = made.work, made.result.plan
        read: dict[str, str | None] = {}
        for path, loaded in ((work.judgments, plan.judgments), (work.baseline, plan.baseline)):
            if path is not None and loaded is not None:
                read[path] = canonical.digest(loaded.content)
        again = batch_about.of(made.result, work, read)
        if made.basis != "raw":  # what reading found is not made again
            again["warnings"] = (entry.about or {}).get("warnings")
        found = differences.documents(entry.about, json.loads(canonical.dump(again)), exact=True)
        for item in found.listed:
            params = {"file": name, "item": item.item, "recorded": item.recorded, "found": item.made}
            yield Finding("RI596", self.where(journal.FILE), params)

    def _across(self, entries: Sequence[Entry]) -> Iterator[Finding]:
        """The summary, made again from the journal, and its tables from the summary."""
        try:
            recorded = self.read(batch_summary.JSON)
            made = batch_summary.again(recorded, entries, RUNS)
        except UsageError as error:
            yield from_error(error)
            return
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            reason = show(str(error) or type(error).__name__)
            params = {"file": batch_summary.JSON, "reason": reason}
            yield Finding("RI572", self.where(batch_summary.JSON), params)
            return
        yield from self.document(batch_summary.JSON, recorded, json.loads(canonical.dump(made)))
        for name, write in batch_summary.WRITERS.items():
            stream = io.BytesIO()
            write(made, stream)
            yield from self.bytes_of(name, stream.getvalue())


def _status(across: Sequence[Finding], *, compared: bool) -> Status:
    """The status of what was written across the runs."""
    return "failed" if has_errors(across) else "passed" if compared else "not_checked"


def _list(content: Any, key: str) -> list[Any]:
    found = content.get(key) if isinstance(content, dict) else None
    return [item for item in found if isinstance(item, dict) and "id" in item] if isinstance(found, list) else []
