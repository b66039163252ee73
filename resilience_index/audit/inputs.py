"""What a run depends on, kept in its own folder: framework, dictionary, judgments and the values that were read.

With the settings of the manifest they are all that is needed to score again years later, without the files the run
was made from. Files of text are the bytes that went in; ``data.parquet`` holds the values after reading.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.audit.canonical import digest
from resilience_index.data.table import SourceFile, Table, frozen
from resilience_index.errors import InputError, UsageError
from resilience_index.findings import Location
from resilience_index.framework import yaml_strict
from resilience_index.framework.assessment import Assessment, load_assessment
from resilience_index.framework.judgments import Judgments, judgments_of
from resilience_index.framework.loading import framework_from
from resilience_index.framework.models import GradeModel, Rounding
from resilience_index.framework.tree import Framework
from resilience_index.methods import registry
from resilience_index.methods.checking import BadCall, check
from resilience_index.scoring import baseline as baselines
from resilience_index.scoring import plan as planning
from resilience_index.scoring import schemes
from resilience_index.scoring.plan import Plan
from resilience_index.scoring.result import Result
from resilience_index.scoring.settings import Setting, Settings

FOLDER = "inputs/"
FRAMEWORK, DICTIONARY, ASSESSMENT, JUDGMENTS, BASELINE, DATA = NAMES = tuple(
    f"{FOLDER}{name}"
    for name in (
        "framework.yaml", "dictionary.yaml", "assessment.yaml", "judgments.yaml", "baseline.json", "data.parquet",
    )
)  # fmt: skip
MAP = f"{FOLDER}map.geojson"
TEMPLATES = f"{FOLDER}templates/"
_TEMPLATE = re.compile(re.escape(TEMPLATES) + r"(?:pictures/)?[a-z0-9][a-z0-9_-]{0,39}(?:\.[a-z0-9]{1,5}){1,2}")
_GROUP, _LEAF, _NOT_APPLICABLE, _FAULTY = "group:", "leaf:", "not_applicable:", "faulty:"

_OTHER = {"zh": "内容不是运行时写出的内容", "en": "its content is not what a run writes"}


@dataclass(frozen=True)
class Kept:
    """What a run's folder keeps: the manifest's predicate, the plan, and the table of values."""

    predicate: Mapping[str, Any]
    plan: Plan
    table: Table


# --- writing


def writers(result: Result, assessment: Assessment | None, *, with_data: bool) -> dict[str, Callable[[Path], Any]]:
    """How each file is written, by its name in the run's folder; the assessment where one of its schemes is used."""
    files = list(result.plan.framework.files.values())
    found: dict[str, Callable[[Path], Any]] = {FRAMEWORK: lambda path: _bytes(path, files[0])}
    if len(files) > 1:
        found[DICTIONARY] = lambda path: _bytes(path, files[1])
    if assessment is not None and result.plan.framework.scheme is not None:
        found[ASSESSMENT] = lambda path: _bytes(path, assessment.content)
    judgments = result.plan.judgments
    if judgments is not None:
        found[JUDGMENTS] = lambda path: _bytes(path, judgments.content)
    baseline = result.plan.baseline
    if baseline is not None:
        found[BASELINE] = lambda path: _bytes(path, baseline.content)
    if with_data:
        found[DATA] = lambda path: _write_table(result.table, path)
    return found


def _bytes(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def is_template(name: str) -> bool:
    """Whether a name below the top of a folder is that of a template that a run keeps."""
    return _TEMPLATE.fullmatch(name) is not None


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def make_folder(run: Path, name: str) -> None:
    """Make the folders of a member inside a run; a link to somewhere else in the place of one goes."""
    inside = run
    for part in name.split("/")[:-1]:
        inside = inside / part
        if inside.is_symlink():
            inside.unlink()
        inside.mkdir(exist_ok=True)


def remove_folder(run: Path) -> None:
    """Remove the folders inside a run once they are empty."""
    for name in (f"{FOLDER}data", f"{TEMPLATES}pictures", TEMPLATES, FOLDER, "signatures"):
        with contextlib.suppress(OSError):
            (run / name).rmdir()


def _write_table(table: Table, path: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(arrow(table), path, compression="zstd")


def arrow(table: Table) -> Any:
    """What is kept of a table, as the Arrow table of ``data.parquet``."""
    import pyarrow as pa

    columns: dict[str, Any] = {"community_id": table.ids, "community": table.names, "row": pa.array(table.rows)}
    if table.periods is not None:
        columns["period"] = table.periods
    columns |= {_GROUP + name: labels for name, labels in table.groups.items()}
    for position, name in enumerate(table.indicators):
        values = table.values[position]
        columns[_LEAF + name] = pa.array(values, mask=np.isnan(values))
        for prefix, masks in ((_NOT_APPLICABLE, table.not_applicable), (_FAULTY, table.faulty)):
            if position in masks:
                columns[prefix + name] = pa.array(masks[position])
    return pa.table(columns)


# --- reading


def read(run: Path, predicate: Mapping[str, Any], digests: Mapping[str, str]) -> Kept:
    """What the folder of a run keeps; ``digests`` are those its manifest names, by file.

    Raises ``UsageError`` RI481 (a run of an earlier version), RI014 (a run without its values) or RI040 (a file that
    is lost or is not as it was written).
    """
    if FRAMEWORK not in digests:
        raise UsageError("RI481", where=Location(str(run)), file=str(run))
    if DATA not in digests:
        raise UsageError("RI014", where=Location(str(run)), file=str(run))
    content = {name: sound(run / name, digests[name]) for name in NAMES if name in digests}
    try:
        framework = framework_from(content[FRAMEWORK], FRAMEWORK, content.get(DICTIONARY))
        if ASSESSMENT in content and "scheme" in predicate["framework"]:
            framework = with_scheme(framework, load_assessment(run / ASSESSMENT), predicate["framework"]["scheme"])
        judgments = _judgments(content.get(JUDGMENTS), framework)
        plan = planning.build(framework, settings_of(predicate["settings"]), judgments)
        if BASELINE in content:
            plan = baselines.attach(plan, baselines.read(content[BASELINE], BASELINE))
    except (BadCall, InputError, ValueError, LookupError, TypeError) as error:
        # The bytes are those that were written: it is the version of the program that reads them differently.
        params = {"file": str(run), "version": _version(predicate), "reason": reason_of(error)}
        raise UsageError("RI482", where=Location(str(run)), **params) from error
    return Kept(predicate, plan, read_values(run / DATA, plan, run.name))


def with_scheme(framework: Framework, assessment: Assessment, name: str) -> Framework:
    """The framework with what the scheme of an assessment says of single nodes and leaves."""
    return schemes.apply(framework, assessment, name, assessment.model.schemes[name])


def reason_of(error: Exception) -> Any:
    """Why something could not be read, in both languages where a finding says it."""
    found = getattr(error, "findings", ())
    if found:
        return {"zh": f"{found[0].code} {found[0].message('zh')}", "en": f"{found[0].code} {found[0].message('en')}"}
    return getattr(error, "code", None) or str(error)


def _version(predicate: Mapping[str, Any]) -> str:
    return str(predicate["program"]["version"])


def sound(path: Path, wanted: str) -> bytes:
    """The bytes of a file, which must be those the manifest names. Raises ``UsageError`` RI040."""
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = {"zh": "找不到该文件", "en": "it is not there"}
        raise UsageError("RI040", where=Location(str(path)), file=str(path), reason=reason) from error
    if digest(content) != wanted:
        raise UsageError("RI040", where=Location(str(path)), file=str(path), reason=_OTHER)
    return content


def _judgments(content: bytes | None, framework: Framework) -> Judgments | None:
    """The judgments about a framework; keys about others that were scored beside it are known by their names."""
    if content is None:
        return None
    document = yaml_strict.parse_leniently(content, JUDGMENTS)
    names = re.findall("[a-z][a-z0-9_]*", content.decode("utf-8", "replace"))
    return judgments_of(document, framework, set(names) - {framework.id})


def settings_of(written: Mapping[str, Mapping[str, Any]]) -> Settings:
    """The settings that a manifest holds, as a plan takes them.

    Raises ``BadCall``, ``ValueError``, ``LookupError``, ``TypeError`` or ``AttributeError`` for what is none.
    """
    return Settings({name: Setting(_value(name, item["value"]), item["origin"]) for name, item in written.items()})


def _value(name: str, value: Any) -> Any:
    if name in _METHODS:
        return check(name, value)
    if name == "round" and value is not None:
        return Rounding.model_validate(value)
    if name == "grades":
        return tuple(GradeModel.model_validate(item) for item in value)
    if not _FORMS.get(name, _any)(value):
        raise ValueError(name)
    return tuple(value) if isinstance(value, list) else value


def _any(value: Any) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def _text_or_none(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


_METHODS = ("weights", "normalize", "aggregate", "missing", "fill", "treat", "grading")
_FORMS: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(
        ("period", "by", "framework", "judgments", "baseline", "encoding", "sheet", "map", "templates"), _text_or_none
    ),
    **dict.fromkeys(("accept_errors", "allow_personal_data", "synthetic"), lambda value: isinstance(value, bool)),
    "scale": lambda value: _number(value) and value > 0,
    "ties": lambda value: value in registry.names("ranks"),
    "tokens": lambda value: isinstance(value, list) and all(isinstance(one, str) or _number(one) for one in value),
    "outputs": lambda value: value is None or _texts(value),
}
"""What the values of settings look like that are no methods."""


def read_values(path: Path, plan: Plan, source: str) -> Table:
    """The table of values that a run kept. Raises ``UsageError`` RI040 for what is none, or one of other leaves."""
    found = _kept_table(path)
    names = tuple(name.removeprefix(_LEAF) for name in found.column_names if name.startswith(_LEAF))
    if names[: len(plan.leaves)] != tuple(leaf.id for leaf in plan.leaves):
        raise UsageError("RI040", where=Location(str(path)), file=str(path), reason=_OTHER)

    def masks(prefix: str) -> dict[int, NDArray[np.bool_]]:
        return {
            position: found.column(prefix + name).to_numpy()
            for position, name in enumerate(names)
            if prefix + name in found.column_names
        }

    def texts(name: str) -> Any:
        return found.column(name).combine_chunks()

    groups = [name for name in found.column_names if name.startswith(_GROUP)]
    file = SourceFile(source, "parquet", lambda: "", 0, {name: name for name in names}, path=str(path))
    return Table(
        source=source, indicators=names, values=[_numbers(found.column(_LEAF + name)) for name in names],
        not_applicable=masks(_NOT_APPLICABLE), faulty=masks(_FAULTY), ids=texts("community_id"),
        names=texts("community"), periods=texts("period") if "period" in found.column_names else None,
        groups={name.removeprefix(_GROUP): texts(name) for name in groups},
        rows=found.column("row").to_numpy(), headers={}, raw=None, findings=[], files=(file,),
    )  # fmt: skip


def _kept_table(path: Path) -> Any:
    """The Arrow table in a file, its columns of the types that are written. Raises ``UsageError`` RI040."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        found = pq.ParquetFile(path).read()
        found.validate(full=True)  # texts that are no UTF-8
        columns = found.column_names
        whole = len(set(columns)) == len(columns) and not {"community_id", "community", "row"} - set(columns)
        if not whole or not all(_is_written(field) for field in found.schema):
            raise ValueError(path)
        masks = [name for name in columns if name.startswith((_NOT_APPLICABLE, _FAULTY))]
        if any(found.column(name).null_count for name in ("community_id", "row", *masks)):
            raise ValueError(path)
    except (OSError, ValueError, LookupError, TypeError, pa.ArrowException) as error:
        raise UsageError("RI040", where=Location(str(path)), file=str(path), reason=_OTHER) from error
    return found


def _is_written(field: Any) -> bool:
    """Whether a column has the type that a run writes under its name."""
    from pyarrow import types

    name = str(field.name)
    if name == "row":
        return bool(types.is_int64(field.type))
    if name.startswith(_LEAF):
        return bool(types.is_float64(field.type))
    if name.startswith((_NOT_APPLICABLE, _FAULTY)):
        return bool(types.is_boolean(field.type))
    known = name in ("community_id", "community", "period") or name.startswith(_GROUP)
    return known and bool(types.is_string(field.type) or types.is_large_string(field.type))


def _numbers(column: Any) -> NDArray[np.float64]:
    """A column of numbers; null is NaN."""
    return frozen(np.array(column.to_numpy()))
