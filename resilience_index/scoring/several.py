"""Several frameworks in one run: every fault of all of them is found before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from resilience_index.errors import ResilienceError, UsageError
from resilience_index.findings import Finding, Location, from_error, sort_findings
from resilience_index.framework import catalogue
from resilience_index.scoring import assess
from resilience_index.scoring.assess import Job
from resilience_index.scoring.result import Result


def names_of(said: Sequence[str]) -> list[str]:
    """The frameworks that are named, ``all`` standing for every shipped one.

    Raises ``UsageError`` RI036 when one is named twice, be it once by id and once by path. Whether they exist is
    found out when they are loaded, with all other faults.
    """
    names = catalogue.expanded(said)
    seen: set[Path] = set()
    for name in names:
        path = catalogue.path_of(name)
        if path in seen:
            raise UsageError("RI036", name=name)
        seen.add(path)
    return names


@dataclass
class Several:
    """The runs of several frameworks, by the names they were given, and everything found.

    ``exit_code`` is 0, or the worst of the faults; then nothing may be written.
    """

    works: dict[str, Job] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    found: dict[str, list[Finding]] = field(default_factory=dict)
    exit_code: int = 0

    def label(self, name: str) -> str:
        """The id of a framework, or the name it was given while it could not be read."""
        return self.works[name].framework.label if name in self.works else name

    def findings(self) -> Iterator[tuple[list[str], list[Finding]]]:
        """The findings, each once, with the frameworks (their labels) it belongs to.

        What all have in common comes first, then what some have, in the order of the frameworks.
        """
        owners: dict[str, list[str]] = {}
        kept: dict[str, Finding] = {}
        read = [result.findings for result in self.results.values()]
        settled = settle_unknown(list(self.found.values()), read)
        for name, findings in zip(self.found, settled, strict=True):
            for finding in findings:
                key = str(finding.to_dict(("en", "zh")))
                kept.setdefault(key, finding)
                if name not in owners.setdefault(key, []):
                    owners[key].append(name)
        groups: dict[tuple[str, ...], list[Finding]] = {}
        for key, finding in kept.items():
            groups.setdefault(tuple(owners[key]), []).append(finding)
        order = list(self.found)
        for group in sorted(groups, key=lambda group: (-len(group), [order.index(name) for name in group])):
            yield [self.label(name) for name in group], sort_findings(groups[group])

    def attempt(self, name: str, function: Callable[[], None]) -> None:
        """Run a step for one framework; what it refuses is kept."""
        try:
            function()
        except ResilienceError as error:
            found: Sequence[Finding] = getattr(error, "findings", None) or (from_error(error),)
            self.found.setdefault(name, []).extend(found)
            self.exit_code = max(self.exit_code, error.exit_code)


def settle_unknown(found: Sequence[Sequence[Finding]], read: Sequence[Sequence[Finding]]) -> list[list[Finding]]:
    """What several frameworks find in the same data, with each unknown column (RI218) told once.

    ``read`` are the findings of those that could read the data: a column that one of them knows is not unknown.
    Of what is told of a column, the first with a suggestion stays, for all.
    """

    told: dict[Location, Finding] = {}
    for finding in (finding for findings in found for finding in findings if finding.code == "RI218"):
        place = finding.location
        if place not in told or not told[place].params["suggestion"]["en"]:
            told[place] = finding
    unknown = [{finding.location for finding in findings if finding.code == "RI218"} for findings in read]
    known = {place for place in told if any(place not in places for places in unknown)}
    return [
        [told.get(f.location, f) if f.code == "RI218" else f for f in findings
         if f.code != "RI218" or f.location not in known]
        for findings in found
    ]  # fmt: skip


def assess_all(
    names: Sequence[str], make: Callable[[str], Job], *, check: Callable[[Sequence[Job]], None] | None = None,
    keep_text: bool = True,
) -> Several:  # fmt: skip
    """Score the data under every framework; ``make`` gives the job of one by its name.

    A fault of one framework does not hide those of the others. ``check`` is called with the jobs before anything
    is read, and may raise. Raises ``UsageError`` RI037 when two frameworks have one id.
    """
    several = Several(found={name: [] for name in names})
    for name in names:
        several.attempt(name, partial(_make, several, make, name))
    _refuse_same_ids(several.works)
    if check is not None:
        check(list(several.works.values()))
    # One that could not be read is called by its file: judgments about it are no fault of theirs.
    ids = [several.works[name].framework.id if name in several.works else Path(name).stem for name in names]
    for name, work in several.works.items():
        if work.framework.scheme is None:  # schemes have one framework, and no keys of their own in judgments
            work = replace(work, beside=tuple(other for other in ids if other != work.framework.id))  # noqa: PLW2901
        several.works[name] = work
        several.attempt(name, partial(_score, several, name, keep_text))
    return several


def _make(several: Several, make: Callable[[str], Job], name: str) -> None:
    several.works[name] = make(name)


def _score(several: Several, name: str, keep_text: bool) -> None:
    result = assess.assess(several.works[name], keep_text=keep_text)
    several.results[name] = result
    several.found[name].extend(result.findings)


def _refuse_same_ids(works: dict[str, Job]) -> None:
    files: dict[str, list[str]] = {}
    for name, work in works.items():
        files.setdefault(work.framework.label, []).append(name)
    for framework_id, names in files.items():
        if len(names) > 1:
            raise UsageError("RI037", where=Location(names[1]), id=framework_id, files=names)
