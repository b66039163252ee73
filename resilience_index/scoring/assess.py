"""From files to a result: what the command line and the library both do."""

from __future__ import annotations

import contextlib
import os.path
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from resilience_index.data import areas
from resilience_index.data.areas import Areas
from resilience_index.data.concat import concat, short_names
from resilience_index.data.files.source import STREAM
from resilience_index.data.privacy import mask
from resilience_index.data.privacy.scan import PERSONAL, allowed
from resilience_index.data.read import CELL_CODES, read_table
from resilience_index.data.table import Column, Keys, Table
from resilience_index.errors import InputError, PersonalDataError, UnknownNameError, UnreadableError, UsageError
from resilience_index.findings import Finding, Location, did_you_mean, sort_findings
from resilience_index.framework import catalogue
from resilience_index.framework.assessment import Assessment
from resilience_index.framework.judgments import Judgments, load_judgments
from resilience_index.framework.loading import load_framework
from resilience_index.framework.models import Columns
from resilience_index.framework.text import sibling_hint
from resilience_index.framework.tree import Framework
from resilience_index.methods.checking import BadCall, Call, check, parse_flag, suggestion
from resilience_index.scoring import baseline as baselines
from resilience_index.scoring import crossfile, run, schemes, weight_calls
from resilience_index.scoring import plan as planning
from resilience_index.scoring.other_files import refuse_other
from resilience_index.scoring.plan import Plan
from resilience_index.scoring.result import Result
from resilience_index.scoring.settings import Origin, Setting, Settings, resolve


@dataclass(frozen=True)
class Options:
    """What a caller asks for beyond framework and data; None means not said."""

    weights: Call | None = None
    normalize: Call | None = None
    aggregate: Call | None = None
    missing: Call | None = None
    fill: Call | None = None
    treat: Call | None = None
    grading: Call | None = None
    scheme: str | None = None
    period: str | None = None
    by: str | None = None
    accept_errors: bool | None = None
    allow_personal_data: bool | None = None

    def to_settings(self) -> dict[str, Any]:
        """By the names of the settings."""
        return dict(vars(self))


@dataclass(frozen=True)
class Job:
    """Everything one run needs, as named by the command line, an assessment, or a call."""

    framework: Framework
    settings: Settings
    data: str | None = None
    further: tuple[str, ...] = ()
    """Files whose rows follow those of ``data``."""
    judgments: str | None = None
    baseline: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    keys: Keys = field(default_factory=Keys)
    assessment: Assessment | None = None
    map: str | None = None
    """A GeoJSON file with the areas of the communities; ``templates`` is a folder. Both are for reports."""
    templates: str | None = None
    beside: tuple[str, ...] = ()
    """Ids of other frameworks of the run: judgments may hold keys of theirs too."""
    labels: Mapping[str, str] | None = None
    """What findings call each data file, where that is not the shortest end of its path."""


def job(
    framework: str | Path | Framework | None = None,
    data: str | Path | Sequence[str | Path] | None = None,
    *,
    judgments: str | Path | None = None,
    baseline: str | Path | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    assessment: Assessment | None = None,
    options: Options | None = None,
) -> Job:
    """Lay what the caller says over the assessment; load the framework.

    Raises what ``load_framework`` raises, and ``UsageError`` RI009 without any framework.
    """
    options = options or Options()
    named: str | Path | Framework | None = framework
    if named is None and assessment is not None:
        named = assessment.framework_name()
    if named is None:
        raise usage(
            "没有指定框架", "请用 -f 写框架（resilience frameworks 可列出），或用 -c 写评估文件",
            "no framework is named", "name one with -f ('resilience frameworks' lists them), or an assessment with -c",
        )  # fmt: skip
    with _named(assessment if framework is None else None, "framework"):
        loaded = named if isinstance(named, Framework) else load_framework(named)
    model = assessment.model if assessment else None
    scheme = schemes.chosen(assessment, options.scheme)
    if scheme is not None and assessment is not None and options.scheme is not None:
        loaded = schemes.apply(loaded, assessment, options.scheme, scheme)
    settings = resolve(
        loaded, assessment=schemes.of_assessment(model), assessment_defaults=model.defaults if model else None,
        scheme=schemes.layer(scheme), scheme_defaults=scheme, options=options.to_settings(),
    )  # fmt: skip
    columns = model.columns if model else Columns()
    files = _files(data, assessment)
    _refuse_twice(files, assessment if data is None else None)
    work = Job(
        framework=loaded, settings=settings,
        data=files[0] if files else None,
        further=tuple(files[1:]),
        judgments=_path(judgments, assessment, schemes.judgments(model, scheme)),
        map=_path(None, assessment, model.map if model else None),
        templates=_path(None, assessment, model.templates if model else None),
        baseline=_path(baseline, assessment, model.baseline if model else None),
        encoding=encoding or (model.encoding if model else None),
        sheet=sheet or (model.sheet if model else None),
        keys=Keys(columns.id, columns.name, columns.period, tuple(columns.groups)),
        assessment=assessment,
    )  # fmt: skip
    said = {"framework": framework, "judgments": judgments, "baseline": baseline, "encoding": encoding, "sheet": sheet}
    return replace(work, settings=_with_sources(work, said))


def _with_sources(work: Job, said: Mapping[str, Any]) -> Settings:
    """The settings with what was read and where its name came from; names of files without folders."""
    written = work.assessment.model.model_fields_set if work.assessment is not None else set()
    used = {
        "framework": work.framework.id,
        "judgments": None if work.judgments is None else mask(Path(work.judgments).name),
        "encoding": work.encoding,
        "sheet": None if work.sheet is None else mask(work.sheet),
        "columns": {"id": work.keys.id, "name": work.keys.name, "period": work.keys.period,
                    "groups": list(work.keys.groups)},
    }  # fmt: skip
    if work.baseline is not None:
        used["baseline"] = mask(Path(work.baseline).name)
    items = dict(work.settings.items)
    for name, value in used.items():
        origin: Origin = "option" if said.get(name) is not None else "assessment" if name in written else "program"
        if name == "judgments" and origin != "option" and schemes.says_judgments(work.assessment, work.framework):
            origin = "scheme"
        items[name] = Setting(value, origin)
    return Settings(items)


def with_outputs(work: Job, outputs: Sequence[str], language: str | None, *, said: bool) -> Job:
    """A job whose settings also tell which reports are written, in which language, and whether the data are synthetic.

    ``language`` is the one the caller names, if any; ``said`` tells that the caller named the ``outputs``.
    """
    model = work.assessment.model if work.assessment is not None else None
    items = dict(work.settings.items)

    def record(name: str, value: Any, *, named: bool = False) -> None:
        written = model is not None and name in model.model_fields_set and getattr(model, name) is not None
        items[name] = Setting(value, "option" if named else "assessment" if written else "program")

    record("outputs", list(outputs), named=said)
    record("language", language or (model.language if model else None) or "both", named=language is not None)
    record("synthetic", model.synthetic if model else False)
    for name, file in (("map", work.map), ("templates", work.templates)):
        if file is not None:
            items[name] = Setting(mask(Path(file).name), "assessment" if is_written(work, name) else "option")
    title = model.title if model else None
    record("title", None if title is None else {"zh": title.zh, "en": title.en})
    return replace(work, settings=Settings(items))


def _named(assessment: Assessment | None, *path: str) -> contextlib.AbstractContextManager[None]:
    """Errors about a file that the assessment names point at its line; None: it was named by the caller."""
    return contextlib.nullcontext() if assessment is None else assessment.named(*path)


def _files(said: str | Path | Sequence[str | Path] | None, assessment: Assessment | None) -> list[str]:
    """The data files that are named by the caller, else by the assessment."""
    if said is None:
        written = assessment.model.data if assessment is not None else None
        names = [written] if isinstance(written, str) else written or []
        return [assessment.resolve(name) for name in names] if assessment is not None else []
    return [str(said)] if isinstance(said, (str, Path)) else [str(name) for name in said]


def _refuse_twice(files: Sequence[str], assessment: Assessment | None) -> None:
    """Refuse a data file that is named twice, perhaps by two names: ``UsageError`` RI043."""
    twice = named_twice(files)
    if twice is not None:
        first, second = twice
        where = Location(files[second]) if assessment is None else assessment.document.location(("data", second))
        line = None if assessment is None else assessment.document.source_line(where)
        params = {"file": mask(files[first]), "names": list(map(mask, (files[first], files[second])))}
        raise UsageError("RI043", where=where, **params, source_line=line)


def named_twice(files: Sequence[str]) -> tuple[int, int] | None:
    """The positions of two names of one file; None where there are none."""
    seen: dict[str, int] = {}
    for position, file in enumerate(files):
        with contextlib.suppress(OSError, ValueError):  # told when it is read
            real = file if file == STREAM else os.path.realpath(file)
            if seen.setdefault(real, position) != position:
                return seen[real], position
    return None


def _path(said: str | Path | None, assessment: Assessment | None, written: str | None) -> str | None:
    if said is not None:
        return str(said)
    return assessment.resolve(written) if assessment is not None and written is not None else None


def usage(problem_zh: str, remedy_zh: str, problem_en: str, remedy_en: str) -> Exception:
    """A usage error whose sentences are made where they are needed."""
    return UsageError("RI009", problem={"zh": problem_zh, "en": problem_en}, remedy={"zh": remedy_zh, "en": remedy_en})


def load_plan(work: Job) -> Plan:
    """Judgments (where weights need them) and the plan.

    Raises ``UsageError`` RI314 when weights need judgments and none are named, and what ``load_judgments`` and
    ``plan.build`` raise.
    """
    method: Call = work.settings["weights"]
    if not _needs_judgments(method):
        plan = _plan(work, None)
        if work.judgments is not None and work.settings.origin("judgments") == "option":
            params = {"file": Path(work.judgments).name, "method": method.text()}
            plan = replace(plan, findings=(*plan.findings, Finding("RI026", Location(work.judgments), params)))
        return plan
    if work.judgments is None:
        raise crossfile.without_judgments(method, work.assessment, work.settings)
    said = work.settings.origin("judgments") == "option"
    with _named(None if said else work.assessment, *schemes.judgments_path(work.settings)):
        judgments = load_judgments(work.judgments, work.framework, [*catalogue.framework_paths(), *work.beside])
    return _plan(work, judgments)


def _plan(work: Job, judgments: Judgments | None) -> Plan:
    """The plan of a job, with its baseline; what is wrong with the assessment's part points at its line."""
    try:
        plan = planning.build(work.framework, work.settings, judgments)
        if work.baseline is None:
            return plan
        said = work.settings.origin("baseline") == "option"
        with _named(None if said else work.assessment, "baseline"):
            return baselines.attach(plan, baselines.load(work.baseline))
    except InputError as error:
        raise InputError(crossfile.at_assessment(error.findings, work.assessment, work.settings)) from error


def look_for_judgments(work: Job) -> None:
    """Raise ``UnreadableError`` RI002 or RI281 for a file of judgments that is not there, needed or not."""
    if work.judgments is None:
        return
    said = work.settings.origin("judgments") == "option"
    path = Path(work.judgments)
    with _named(None if said else work.assessment, *schemes.judgments_path(work.settings)):
        if not os.path.exists(path):  # noqa: PTH110 - false for a name that is too long
            raise UnreadableError("RI002", where=Location(work.judgments), file=work.judgments, hint=sibling_hint(path))


def _needs_judgments(call: Call) -> bool:
    return bool(weight_calls.judged(call))


def read_rows(
    work: Job, plan: Plan, *, path: str | None = None, keep_text: bool = True, keys: Keys | None = None
) -> Table:
    """Read the data files for a plan: a column for each of its leaves; other columns of the dictionary are known.

    ``path`` reads another file instead. Raises what ``read_table`` raises, ``UsageError`` RI009 when a sheet is
    named and no file is a workbook.
    """
    files = [path] if path is not None else [work.data or "", *work.further]
    labels = short_names(files) if work.labels is None or path is not None else dict(work.labels)
    columns = [Column.of(leaf.leaf.indicator, leaf.tokens) for leaf in plan.leaves]
    divided_by = work.framework.denominators
    columns += [Column.of(item, work.settings["tokens"]) for item in divided_by]
    known = [Column.of(item) for item in work.framework.others if item not in divided_by]
    tables = []
    for position, data in enumerate(files):
        with _named_data(work, position, data):
            refuse_other(data)
            try:
                tables.append(
                    read_table(
                        data, columns, keys=keys or work.keys, encoding=work.encoding, sheet=work.sheet,
                        keep_text=keep_text, known=known, label=labels[data],
                    )
                )  # fmt: skip
            except UnreadableError as error:
                error.where = error.where or Location(data)
                raise
            except UnknownNameError as error:
                raise crossfile.unknown_encoding(error, work.assessment, work.settings) from error
    table = concat(tables)
    unused = work.sheet is not None and all(file.kind != "xlsx" for file in table.files)
    if unused and work.settings.origin("sheet") == "option":
        raise usage(
            f"指定了工作表“{work.sheet}”，但数据文件不是工作簿", "请去掉 --sheet",
            f"the sheet '{work.sheet}' is named, but the data are no workbook", "leave --sheet out",
        )  # fmt: skip
    if unused and work.assessment is not None:
        found = work.assessment.document.finding("RI289", ("sheet",), sheet=work.sheet)
        table = table.replace(findings=(*table.findings, found))
    findings = allowed(table.findings) if work.settings["allow_personal_data"] else table.findings
    return table.replace(findings=crossfile.with_leaf_places(plan, findings))


def _named_data(work: Job, position: int, data: str) -> contextlib.AbstractContextManager[None]:
    """As ``_named`` for a data file, where the assessment is what names it."""
    assessment = work.assessment
    if assessment is None or _files(None, assessment)[position : position + 1] != [data]:
        return contextlib.nullcontext()
    written = assessment.model.data
    return assessment.named("data") if isinstance(written, str) else assessment.named("data", position)


def read(work: Job, plan: Plan, *, keep_text: bool = True) -> Table:
    """Read the data of a job and keep the rows of its period.

    Raises ``InputError`` with all findings when there are errors that ``accept_errors`` does not cover, and
    ``PersonalDataError`` RI251 when there are personal data that ``allow_personal_data`` does not.
    """
    if work.data is None:
        raise usage(
            "没有指定数据", "请写出数据文件，或在评估文件写 data:",
            "no data are named", "name a data file, or write 'data:' in the assessment",
        )  # fmt: skip
    table = read_all(work, plan, keep_text=keep_text)
    personal = [finding for finding in table.findings if finding.code in PERSONAL]
    if personal:
        raise PersonalDataError(personal)
    accepted = CELL_CODES if work.settings["accept_errors"] else frozenset()
    if any(finding.severity == "error" and finding.code not in accepted for finding in table.findings):
        raise InputError(sort_findings([*plan.framework.findings, *plan.findings, *table.findings]))
    period = work.settings["period"]
    return table if period is None else chosen(work, table)


def read_all(work: Job, plan: Plan, *, keep_text: bool = True) -> Table:
    """Read the data of a job, all periods, with the groups that methods and ``by`` ask for; refuses nothing."""
    keys = work.keys
    wanted = {name: what for name, what in plan.groupings.items() if name not in ("period", *keys.groups)}
    keys = Keys(keys.id, keys.name, keys.period, (*keys.groups, *wanted))
    table = read_rows(work, plan, keep_text=keep_text, keys=keys)
    found = [_undeclared(finding, wanted, table) for finding in table.findings]
    return table.replace(findings=crossfile.at_assessment(found, work.assessment, work.settings))


def chosen(work: Job, table: Table) -> Table:
    """The rows of the period that the settings name. Raises ``InputError`` RI413, RI414."""
    try:
        return select_period(table, work.settings["period"])
    except InputError as error:
        raise InputError(crossfile.at_assessment(error.findings, work.assessment, work.settings)) from error


def _undeclared(finding: Finding, wanted: Mapping[str, str], table: Table) -> Finding:
    """A group column that is missing is told with who asked for it: no assessment has declared it."""
    name = finding.params.get("name")
    if finding.code != "RI212" or name not in wanted:
        return finding
    return run.no_column(table, str(name), wanted[str(name)])


def select_period(table: Table, period: str) -> Table:
    """The rows of one period. Raises ``InputError`` RI413 (no such period) or RI414 (no period column)."""
    where = Location(table.source)
    if table.periods is None:
        raise InputError([Finding("RI414", where, {"name": period})])
    codes, labels = table.period_codes()
    if period not in labels:
        params = {"name": period, "known": labels, "suggestion": did_you_mean(suggestion(period, labels))}
        raise InputError([Finding("RI413", where, params)])
    return table.select(codes == labels.index(period))


def assess(work: Job, *, threads: int | None = None, keep_text: bool = True) -> Result:
    """Plan, read and score a job."""
    look_for_judgments(work)
    plan = load_plan(work)
    table = read(work, plan, keep_text=keep_text)
    return scored(work, plan, table, threads=threads)


def scored(work: Job, plan: Plan, table: Table, *, threads: int | None = None) -> Result:
    """Score the table of a job, with the areas of its map."""
    found = None if work.map is None else _areas(work, work.map, table)
    result = run.execute(plan, table, threads=threads)
    if found is None:
        return result
    return replace(result, areas=found, findings=tuple(sort_findings([*result.findings, *found.findings])))


def _areas(work: Job, file: str, table: Table) -> Areas:
    """The areas of the communities of a table. Raises what ``areas.read_for`` raises."""
    with _named(work.assessment if is_written(work, "map") else None, "map"):
        return areas.read_for(file, table.ids.to_pylist(), allow_personal=bool(work.settings["allow_personal_data"]))


def is_written(work: Job, name: str) -> bool:
    """Whether the assessment names the ``map`` or the ``templates`` of a job."""
    assessment = work.assessment
    return assessment is not None and getattr(work, name) == _path(None, assessment, getattr(assessment.model, name))


def score(
    table: Table,
    framework: Framework | str | Path,
    *,
    weights: str | Mapping[str, Any] | Call | None = None,
    normalize: str | Mapping[str, Any] | Call | None = None,
    aggregate: str | Mapping[str, Any] | Call | None = None,
    missing: str | Mapping[str, Any] | Call | None = None,
    fill: str | Mapping[str, Any] | Call | None = None,
    treat: str | Mapping[str, Any] | Call | None = None,
    grading: str | Mapping[str, Any] | Call | None = None,
    judgments: str | Path | Judgments | None = None,
    baseline: str | Path | None = None,
    by: str | None = None,
    threads: int | None = None,
) -> Result:
    """Score a table that ``read_data`` read for the same framework.

    Methods are names (``"entropy"``, ``"entropy:scope=siblings"``) or mappings as in framework files, and
    replace the framework's defaults. ``judgments`` is a file or loaded judgments (for ``ahp``), ``baseline``
    what ``save_baseline`` wrote. ``by`` ranks inside a group column. Raises ``InputError`` with findings,
    ``ValueError`` for an unknown method, and ``UsageError`` RI009 for a table read for other leaves.
    """
    loaded = framework if isinstance(framework, Framework) else load_framework(framework)
    if table.indicators != (*(leaf.id for leaf in loaded.leaves), *(item.id for item in loaded.denominators)):
        raise usage(
            f"数据表不是为框架“{loaded.id}”读取的", "请以同一框架调用 read_data 重新读取",
            f"the table was not read for the framework '{loaded.id}'", "read it again: read_data(path, framework)",
        )  # fmt: skip
    options = Options(
        weights=_call("weights", weights), normalize=_call("normalize", normalize),
        aggregate=_call("aggregate", aggregate), missing=_call("missing", missing), fill=_call("fill", fill),
        treat=_call("treat", treat), grading=_call("grading", grading), by=by,
    )  # fmt: skip
    settings = resolve(loaded, options=options.to_settings())
    if isinstance(judgments, (str, Path)):
        judgments = load_judgments(judgments, loaded, catalogue.framework_paths())
    plan = planning.build(loaded, settings, judgments)
    plan = plan if baseline is None else baselines.attach(plan, baselines.load(baseline))
    return run.execute(plan, table, threads=threads)


def read_data(
    path: str | Path | Sequence[str | Path],
    framework: Framework | str | Path,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    accept_errors: bool = False,
    allow_personal_data: bool = False,
) -> Table:
    """Read community data for a framework: one row a community (and period), a column per leaf.

    CSV, XLSX or Parquet, or long tables with one row a value; several paths are read as one table, the rows of
    one file after those of another, and ``-`` is the standard input. ``sheet`` names a workbook's sheet.
    Raises ``UnreadableError`` for files that cannot be read and ``InputError`` with all findings when cells,
    rows, ids or headers are wrong; ``accept_errors`` counts faulty cells as missing instead. Raises
    ``PersonalDataError`` where cells hold personal numbers, unless ``allow_personal_data``; they are masked then.
    """
    said = Options(accept_errors=accept_errors, allow_personal_data=allow_personal_data)
    work = job(framework, path, encoding=encoding, sheet=sheet, options=said)
    # What the defaults lack (goalposts, judgments) a method named in ``score`` may not need.
    return read(work, planning.build(work.framework, work.settings, refuse=False))


def _call(kind: str, value: str | Mapping[str, Any] | Call | None) -> Call | None:
    if value is None:
        return None
    try:
        return parse_flag(kind, value) if isinstance(value, str) else check(kind, value)
    except BadCall as error:
        params = dict(error.params)
        if "suggestion" in params:
            params["suggestion"] = did_you_mean(params["suggestion"])
        finding = Finding(error.code, params=params)
        raise ValueError(f"{kind}: {finding.message('en')} ({finding.help('en')})") from error
