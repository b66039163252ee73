"""Validating files of every kind in one run, with all findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from resilience_index.errors import InputError, RefusalError, ResilienceError, UsageError
from resilience_index.findings import Finding, Location, did_you_mean, from_error, sort_findings
from resilience_index.framework import catalogue, yaml_strict
from resilience_index.framework.assessment import load_assessment
from resilience_index.framework.judgments import load_judgments
from resilience_index.framework.loading import load_dictionary, load_framework
from resilience_index.framework.models import SCHEMAS
from resilience_index.framework.tree import Framework
from resilience_index.methods.checking import check, suggestion
from resilience_index.scoring import assess
from resilience_index.scoring import plan as planning
from resilience_index.scoring.plan import Plan
from resilience_index.scoring.settings import resolve

_KINDS = {schema: kind for kind, schema in SCHEMAS.items()}
_EQUAL = assess.Options(weights=check("weights", "equal"))


@dataclass
class Report:
    """What was looked at, what was found, and the exit code that follows."""

    files: list[tuple[str, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unreadable: bool = False

    @property
    def exit_code(self) -> int:
        """2 when a file could not be read at all, 1 with error findings, else 0."""
        if self.unreadable:
            return 2
        return int(any(finding.severity == "error" for finding in self.findings))


def validate(files: Sequence[str], framework: str | None = None, encoding: str | None = None) -> Report:
    """Look at files of any kind: YAML by its ``schema``, everything else as data of ``framework``.

    Judgments and data need a framework: the one named, or the only one among the files. Findings of all
    files are collected; nothing stops at the first.
    """
    report = Report()
    kinds = [(file, _kind(file, report)) for file in files]
    report.files = [(file, kind or "unknown") for file, kind in kinds]
    frameworks = [file for file, kind in kinds if kind == "framework"]
    name = framework or (frameworks[0] if len(frameworks) == 1 else None)
    loaded: Framework | None = _collect(report, partial(_framework, name, report)) if name is not None else None
    for file, kind in kinds:
        if kind == "dictionary":
            _collect(report, partial(load_dictionary, file))
        elif kind == "framework" and file != name:
            _collect(report, partial(_framework, file, report))
        elif kind == "assessment":
            _assessment(report, file)
        elif kind in ("judgments", "data"):
            check_file = _judgments if kind == "judgments" else _data
            if loaded is not None:
                found = _collect(report, partial(check_file, file, loaded, encoding))
                report.findings += found or []
            elif name is None:
                _collect(report, partial(_need_framework, file))
    report.findings = sort_findings(_unique(report.findings))
    return report


def _unique(findings: list[Finding]) -> list[Finding]:
    """Findings without repeats: the same file may be reached in two ways."""
    unique: dict[str, Finding] = {}
    for finding in findings:
        unique.setdefault(str(finding.to_dict(("en",))), finding)
    return list(unique.values())


def _kind(file: str, report: Report) -> str | None:
    """What a file is; None when it cannot be read."""
    path = Path(file)
    if not path.exists() and file in catalogue.framework_paths():
        return "framework"
    if path.suffix.lower() not in (".yaml", ".yml"):
        return "data"

    def kind() -> str:
        document = yaml_strict.read(path, file)
        schema = str(document.data.get("schema", "—"))
        if schema in _KINDS:
            return _KINDS[schema]
        hint = did_you_mean(suggestion(schema, list(_KINDS)))
        found = document.finding("RI025", ("schema",), schema=schema, known=list(_KINDS), suggestion=hint)
        raise InputError([found])

    found: str | None = _collect(report, kind)
    return found


def _collect(report: Report, function: Callable[[], Any]) -> Any:
    """Run a step; its findings go into the report, and None comes back when it failed."""
    try:
        return function()
    except InputError as error:
        report.findings += error.findings
    except RefusalError as error:
        report.findings.append(from_error(error))
    except ResilienceError as error:
        report.findings.append(from_error(error))
        report.unreadable = True
    return None


def _need_framework(file: str) -> None:
    problem = {"zh": f"检查 {file} 需要指标框架", "en": f"{file} can only be checked against a framework"}
    remedy = {"zh": "请用 -f 指定框架", "en": "name one with -f"}
    raise UsageError("RI009", where=Location(file), problem=problem, remedy=remedy)


def _framework(name: str | None, report: Report) -> Framework:
    """Load a framework and resolve its plan; its warnings go into the report."""
    assert name is not None
    loaded = load_framework(name)
    report.findings += loaded.findings
    planning.build(loaded, resolve(loaded, options={"weights": check("weights", "equal")}))
    return loaded


def _judgments(file: str, loaded: Framework, encoding: str | None) -> list[Finding]:  # noqa: ARG001 - as _data
    return list(load_judgments(file, loaded, catalogue.framework_paths()).findings)


def _data(file: str, loaded: Framework, encoding: str | None) -> list[Finding]:
    work = assess.job(loaded, file, encoding=encoding, options=_EQUAL)
    return list(assess.read_rows(work, assess.load_plan(work)).findings)


def _assessment(report: Report, file: str) -> None:
    """An assessment with everything it names; a fault of one part does not hide those of the others."""
    loaded = _collect(report, partial(load_assessment, file))
    if loaded is None:
        return
    work: assess.Job | None = _collect(report, partial(assess.job, assessment=loaded))
    if work is None:
        return
    report.findings += work.framework.findings
    plan = _collect(report, partial(assess.load_plan, work))
    if plan is not None:
        report.findings += plan.findings
    if work.judgments is not None:
        report.findings += _collect(report, partial(_judgments, work.judgments, work.framework, None)) or []
    if work.data is not None:
        if plan is None:
            plan = _collect(report, lambda: assess.load_plan(assess.job(assessment=loaded, options=_EQUAL)))
        if plan is not None:
            _collect(report, partial(_rows, report, work, plan))


def _rows(report: Report, work: assess.Job, plan: Plan) -> None:
    """The data of an assessment, with the period and the groups it names."""
    report.findings += assess.read(work, plan, keep_text=False).findings
