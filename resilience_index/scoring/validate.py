"""Validating files of every kind in one run, with all findings."""

from __future__ import annotations

import os.path
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from resilience_index.data.concat import across, keys_only, short_names
from resilience_index.data.privacy import mask
from resilience_index.data.privacy.scan import PERSONAL
from resilience_index.data.table import Table
from resilience_index.errors import InputError, ResilienceError, UnreadableError, UsageError
from resilience_index.findings import Finding, Location, did_you_mean, from_error, sort_findings
from resilience_index.framework import catalogue, yaml_strict
from resilience_index.framework.assessment import Assessment, load_assessment
from resilience_index.framework.judgments import load_judgments
from resilience_index.framework.loading import load_dictionary
from resilience_index.framework.models import SCHEMAS
from resilience_index.framework.text import sibling_hint
from resilience_index.framework.yaml_strict import Steps
from resilience_index.methods.checking import Call, check, suggestion
from resilience_index.scoring import assess, batch, crossfile, expert_weights, weight_calls
from resilience_index.scoring.assess import Job
from resilience_index.scoring.plan import NodePlan, Plan
from resilience_index.scoring.settings import Setting, Settings
from resilience_index.scoring.several import settle_unknown

_KINDS = {schema: kind for kind, schema in SCHEMAS.items()}
_EQUAL = assess.Options(weights=check("weights", "equal"))


@dataclass(frozen=True)
class CheckedTable:
    """A data file that was read: the job and plan it was read for, and what was found in it."""

    work: Job
    plan: Plan
    findings: tuple[Finding, ...]


@dataclass
class Report:
    """What was looked at, what was found, and the exit code that follows."""

    files: list[tuple[str, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unreadable: bool = False
    allow_personal_data: bool | None = None
    sheet: str | None = None
    tables: list[CheckedTable] = field(default_factory=list)
    together: dict[int, list[Table]] = field(default_factory=dict)
    """The data files that were named one by one, by framework object (ids may be alike): they are one table, too."""

    @property
    def exit_code(self) -> int:
        """2 when a file could not be read at all or holds personal data, 1 with error findings, else 0."""
        if self.unreadable or any(finding.code in PERSONAL for finding in self.findings):
            return 2
        return int(any(finding.severity == "error" for finding in self.findings))


def validate(
    files: Sequence[str],
    framework: str | Sequence[str] | None = None,
    encoding: str | None = None,
    *,
    sheet: str | None = None,
    allow_personal_data: bool | None = None,
) -> Report:
    """Look at files of any kind: YAML by its ``schema``, everything else as data.

    Judgments and data need a framework: those named, else every one among the files, else those that
    assessments among the files name (their columns and weights count, too). Findings of all files are collected;
    nothing stops at the first.
    """
    report = Report(allow_personal_data=allow_personal_data, sheet=sheet)
    kinds = [(file, _kind(file, report)) for file in files]
    report.files = [(file, kind or "unknown") for file, kind in kinds]
    by_kind = {kind: [file for file, found in kinds if found == kind] for kind in (*_KINDS.values(), "data")}
    works: list[Job] = []
    said = [framework] if isinstance(framework, str) else framework or []
    for name in dict.fromkeys([*said, *by_kind["framework"]]):
        work = _collect(report, partial(_framework, name, encoding, report))
        if work is not None and (not said or name in said):
            works.append(work)
    ids = [work.framework.id for work in works]
    works = [replace(work, beside=tuple(ids[:at] + ids[at + 1 :])) for at, work in enumerate(works)]
    for file in by_kind["dictionary"]:
        _collect(report, partial(_dictionary, report, file))
    for file in by_kind["batch"]:
        _collect(report, partial(batch.load_list, file))
    assessments = [_assessment(report, file, encoding) for file in by_kind["assessment"]]
    named = bool(said) or bool(by_kind["framework"])
    if not named:
        works = [work for work in assessments if work is not None]
    for kind, check_file in (("judgments", _judgments), ("data", _data)):
        for file in dict.fromkeys(by_kind[kind]):
            if not named and not by_kind["assessment"]:
                _collect(report, partial(_need_framework, file))
            for work in works:
                _collect(report, partial(check_file, report, work, file))
    for tables in report.together.values():
        report.findings += across(tables)
    if len(works) > 1:
        report.findings = _of_several(report)
    report.findings = sort_findings(_unique(report.findings))
    return report


def _of_several(report: Report) -> list[Finding]:
    """The findings of data read for several frameworks, without the columns that one leaves to another."""
    tables: dict[tuple[str, ...], list[list[Finding]]] = {}
    for table in report.tables:
        named = tuple(file for file in (table.work.data, *table.work.further) if file is not None)
        placed = [_with_path(finding, short_names(named)) for finding in table.findings]
        tables.setdefault(named, []).append(placed)
    findings = [finding for finding in report.findings if finding.code != "RI222"]
    for files, read in tables.items():
        paths = {mask(file) for file in files}
        mine = [finding for finding in findings if _file_of(finding) in paths]
        others = [finding for finding in findings if _file_of(finding) not in paths]
        findings = others + settle_unknown([mine], read)[0]
    return findings


def _file_of(finding: Finding) -> str | None:
    """The file of a finding without its sheet."""
    file = finding.location.file
    return file if file is None or not file.endswith("]") else file.rpartition("[")[0]


def _unique(findings: list[Finding]) -> list[Finding]:
    """Findings without repeats: the same file may be reached in two ways."""
    unique: dict[str, Finding] = {}
    for finding in findings:
        unique.setdefault(str(finding.to_dict(("en",))), finding)
    return list(unique.values())


def _kind(file: str, report: Report) -> str | None:
    """What a file is; None when it cannot be read."""
    path = Path(file)
    if not os.path.exists(file) and not catalogue.is_path(file):  # noqa: PTH110 - false for a name too long
        known = list(catalogue.framework_paths())
        if file in known:
            return "framework"
        near = None if path.suffix else suggestion(file, known)
        if near is not None:
            error = UnreadableError("RI002", where=Location(file), file=file, hint=did_you_mean(near))
            return cast("str | None", _collect(report, partial(_raise, error)))
    if path.suffix.lower() not in (".yaml", ".yml"):
        return "data"
    return cast("str | None", _collect(report, partial(_kind_of_yaml, path, file)))


def _raise(error: ResilienceError) -> None:
    raise error


def _kind_of_yaml(path: Path, file: str) -> str:
    """The kind that a YAML file says it is; faults of its keys are left to whoever reads it next."""
    document = yaml_strict.read_leniently(path, file)
    schema = str(document.data.get("schema", "—"))
    if schema in _KINDS:
        return _KINDS[schema]
    hint = did_you_mean(suggestion(schema, list(_KINDS)))
    found = document.finding("RI025", ("schema",), schema=schema, known=list(_KINDS), suggestion=hint)
    raise InputError([*document.findings, found])


def _collect(report: Report, function: Callable[[], Any]) -> Any:
    """Run a step; its findings go into the report, and None comes back when it failed."""
    try:
        return function()
    except ResilienceError as error:
        report.findings += getattr(error, "findings", None) or [from_error(error)]
        report.unreadable |= error.exit_code != 1
    return None


def _need_framework(file: str) -> None:
    problem = {"zh": f"检查 {file} 需要指标框架", "en": f"{file} can only be checked against a framework"}
    remedy = {"zh": "请用 -f 指定框架", "en": "name one with -f"}
    raise UsageError("RI009", where=Location(file), problem=problem, remedy=remedy)


def _framework(name: str, encoding: str | None, report: Report) -> Job:
    """Load a framework and resolve its plan; its warnings go into the report."""
    options = replace(_EQUAL, allow_personal_data=report.allow_personal_data)
    work = assess.job(name, encoding=encoding, sheet=report.sheet, options=options)
    report.findings += work.framework.findings
    report.findings += crossfile.plan_findings(assess.load_plan(work))
    return work


def _dictionary(report: Report, file: str) -> None:
    report.findings += load_dictionary(file).findings


def _judgments(report: Report, work: Job, file: str) -> None:
    loaded = load_judgments(file, work.framework, [*catalogue.framework_paths(), *work.beside])
    report.findings += loaded.findings
    if work.assessment is not None:
        _weights(report, replace(work, judgments=file))


def _data(report: Report, work: Job, file: str) -> None:
    """A table, against a framework or in the way that an assessment reads it."""
    work = replace(work, data=file, further=())
    plan = assess.load_plan(replace(work, settings=_equal(work.settings)))
    table = _rows(report, work, plan)
    report.together.setdefault(id(work.framework), []).append(_with_paths(table, {file: short_names([file])[file]}))


def _equal(settings: Settings) -> Settings:
    """Settings whose weights need no judgments: what is read does not depend on them."""
    return Settings({**settings.items, "weights": Setting(_EQUAL.weights, "program")})


def _assessment(report: Report, file: str, encoding: str | None) -> Job | None:
    """An assessment with everything it names; a fault of one part does not hide those of the others."""
    loaded: Assessment | None = _collect(report, partial(load_assessment, file))
    if loaded is None:
        return None
    options = assess.Options(allow_personal_data=report.allow_personal_data)
    make = partial(assess.job, assessment=loaded, encoding=encoding, sheet=report.sheet, options=options)
    work: Job | None = _collect(report, make)
    if work is None:
        for key in ("data", "judgments"):
            _look_for(report, loaded, key)
        return None
    report.findings += work.framework.findings
    plan = _collect(report, partial(_weights, report, work))
    for name in loaded.model.schemes:
        _collect(report, partial(_scheme, report, make, replace(options, scheme=name)))
    if work.judgments is not None:
        with_place = partial(_named_judgments, loaded, work)
        report.findings += _collect(report, with_place) or []
    if plan is None:
        plan = _collect(report, lambda: assess.load_plan(replace(work, settings=_equal(work.settings))))
    if plan is not None:
        report.findings += crossfile.plan_findings(plan, loaded)
        if work.further:  # reading stops at the first file that is missing
            _look_for(report, loaded, "data")
        if work.data is not None:
            _collect(report, partial(_rows, report, work, plan))
    return work


def _scheme(report: Report, make: Callable[..., Job], options: assess.Options) -> None:
    """What a scheme of the assessment says, and the judgments that it needs."""
    _weights(report, make(options=options))


def _look_for(report: Report, loaded: Assessment, key: str) -> None:
    """Say which files are missing that an assessment names."""
    names = getattr(loaded.model, key) or []
    for position, name in enumerate([names] if isinstance(names, str) else names):
        place = (key,) if isinstance(names, str) else (key, position)
        _collect(report, partial(_exists, loaded, place, loaded.resolve(name)))


def _exists(loaded: Assessment, place: Steps, file: str) -> None:
    with loaded.named(*place):
        if not os.path.exists(file):  # noqa: PTH110 - false for a name too long
            raise UnreadableError("RI002", where=Location(file), file=file, hint=sibling_hint(Path(file)))


def _named_judgments(loaded: Assessment, work: Job) -> list[Finding]:
    assert work.judgments is not None
    with loaded.named("judgments"):
        return list(load_judgments(work.judgments, work.framework, catalogue.framework_paths()).findings)


def _weights(report: Report, work: Job) -> Plan:
    """The plan of an assessment, with what its experts say of each other: consistency, nodes nobody compares."""
    plan = assess.load_plan(work)
    report.findings += plan.findings
    for call in weight_calls.judged(plan.weights):
        nodes = [node for node in plan.nodes if call in weight_calls.parts(_serving(plan, node))]
        report.findings += expert_weights.find(plan, call, nodes).findings
    return plan


def _serving(plan: Plan, node: NodePlan) -> Call:
    return weight_calls.serving(plan.weights, node.id, node.level)


def _rows(report: Report, work: Job, plan: Plan) -> Table:
    """The data of a job, with the period and the groups it names, and what they say of the framework.

    Returns the rows of all periods.
    """
    assert work.data is not None
    table = every = assess.read_all(work, plan, keep_text=False)
    found = [*table.findings]
    try:
        if work.settings["period"] is not None:
            table = assess.chosen(work, table)
    except InputError as error:
        found += error.findings
    found += crossfile.table_findings(plan, table)
    report.tables.append(CheckedTable(work, plan, tuple(found)))
    labels = short_names([work.data, *work.further])
    report.findings += [_with_path(finding, labels) for finding in found]
    return every


def _with_paths(table: Table, labels: Mapping[str, str]) -> Table:
    """A table whose files are called by their paths, without its values: only its keys are looked at again."""
    files = [replace(file, name=_path_of(file.name, labels)) for file in table.files]
    return keys_only(table).replace(files=tuple(files))


def _with_path(finding: Finding, labels: Mapping[str, str]) -> Finding:
    """A finding about a table, with the path as it was written: two folders may hold tables of one name."""
    place = finding.location
    if place.file is None:
        return finding
    return replace(finding, location=replace(place, file=_path_of(place.file, labels)))


def _path_of(name: str, labels: Mapping[str, str]) -> str:
    """The path of the file that a table calls by a label, personal numbers masked."""
    for path, label in labels.items():
        if name == label or name.startswith(f"{label}["):  # a sheet of a workbook
            return mask(path) + name.removeprefix(label)
    return name
