"""Validating files of every kind in one run, with all findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resilience_index.errors import InputError, RefusalError, ResilienceError, UsageError
from resilience_index.findings import Finding, did_you_mean, from_error, sort_findings
from resilience_index.framework import catalogue, yaml_strict
from resilience_index.framework.assessment import load_assessment
from resilience_index.framework.judgments import load_judgments
from resilience_index.framework.loading import load_dictionary, load_framework
from resilience_index.framework.models import SCHEMAS
from resilience_index.framework.tree import Framework
from resilience_index.methods.checking import check, suggestion
from resilience_index.scoring import assess
from resilience_index.scoring import plan as planning
from resilience_index.scoring.settings import resolve

_KINDS = {schema: kind for kind, schema in SCHEMAS.items()}


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
    report.files = [(file, kind) for file, kind in kinds if kind is not None]
    frameworks = [file for file, kind in report.files if kind == "framework"]
    name = framework or (frameworks[0] if len(frameworks) == 1 else None)
    loaded = _collect(report, lambda: _framework(name, report)) if name is not None else None
    seen = {name}
    for file, kind in report.files:
        if kind == "dictionary":
            _collect(report, lambda file=file: load_dictionary(file))
        elif kind == "framework" and file not in seen:
            _collect(report, lambda file=file: _framework(file, report))
        elif kind == "judgments":
            _with_framework(report, loaded, name, lambda file=file: _judgments(file, loaded))
        elif kind == "assessment":
            _assessment(report, file)
        elif kind == "data":
            _with_framework(report, loaded, name, lambda file=file: _data(file, loaded, encoding))
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
        schema = yaml_strict.read(path, file).data.get("schema")
        if schema in _KINDS:
            return _KINDS[str(schema)]
        known = list(_KINDS)
        hint = suggestion(str(schema), known)
        raise UsageError(
            "RI008", kind={"zh": "文件 schema", "en": "file schema"}, name=str(schema), known=known,
            suggestion=did_you_mean(hint),
        )  # fmt: skip

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


def _with_framework(
    report: Report, loaded: Framework | None, name: str | None, function: Callable[[], list[Finding]]
) -> None:
    if loaded is None and name is None:
        _collect(report, _need_framework)
    elif loaded is not None:
        report.findings += _collect(report, function) or []


def _need_framework() -> None:
    raise assess.usage(
        "检查数据或判断需要框架", "请用 -f 写框架",
        "data and judgments are checked against a framework", "name one with -f",
    )  # fmt: skip


def _framework(name: str | None, report: Report) -> Framework:
    """Load a framework and resolve its plan; its warnings go into the report."""
    assert name is not None
    loaded = load_framework(name)
    report.findings += loaded.findings
    planning.build(loaded, resolve(loaded, options={"weights": check("weights", "equal")}))
    return loaded


def _judgments(file: str, loaded: Framework | None) -> list[Finding]:
    assert loaded is not None
    return list(load_judgments(file, loaded, catalogue.framework_paths()).findings)


def _data(file: str, loaded: Framework | None, encoding: str | None) -> list[Finding]:
    assert loaded is not None
    work = assess.job(loaded, file, encoding=encoding, options=assess.Options(weights=check("weights", "equal")))
    return list(assess.read_rows(work, assess.load_plan(work)).findings)


def _assessment(report: Report, file: str) -> None:
    """An assessment with everything it names."""
    loaded = _collect(report, lambda: load_assessment(file))
    if loaded is None:
        return
    work = _collect(report, lambda: assess.job(assessment=loaded))
    if work is None:
        return
    report.findings += work.framework.findings
    plan = _collect(report, lambda: assess.load_plan(work))
    if plan is not None:
        report.findings += plan.findings
        if plan.judgments is not None:
            report.findings += plan.judgments.findings
        if work.data is not None:
            table = _collect(report, lambda: assess.read_rows(work, plan))
            if table is not None:
                report.findings += table.findings
