"""The third level of a verification: the run is scored again and every output written again and compared."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from resilience_index._version import __version__
from resilience_index.audit import (
    bundle,
    canonical,
    document_differences,
    forms,
    inputs,
    manifest,
    rebuild,
    trace,
    verify,
)
from resilience_index.audit import differences as diff
from resilience_index.audit.differences import Found
from resilience_index.audit.verify import Level, Opened
from resilience_index.data.cells import show
from resilience_index.errors import InputError, PersonalDataError, ResilienceError
from resilience_index.findings import Finding, Location, has_errors
from resilience_index.report import renderers, templates
from resilience_index.report.templates import Templates
from resilience_index.report.view import stored
from resilience_index.report.view.method import ORIGINS
from resilience_index.report.view.model import View
from resilience_index.runs import folder as run_folder
from resilience_index.scoring.assess import Job

_UNIT = ("community_id", "period")
_KEYS = {
    "scores.csv": _UNIT, "weights.csv": ("node",), trace.FILE: (*_UNIT, "indicator"),
    trace.NODES_FILE: (*_UNIT, "node"), inputs.DATA: _UNIT,
}  # fmt: skip
FIGURES = frozenset(_KEYS)
"""Files of figures: they must come out under every version."""
_ORDER = {
    name: place
    for place, name in enumerate(
        (inputs.DATA, manifest.FILE, "weights.csv", "scores.csv", trace.NODES_FILE, trace.FILE, "findings.json")
    )
}
_CAUSES = (inputs.DATA, manifest.FILE, "weights.csv")
"""What other files follow from: values, settled figures, weights."""
FOLLOWING = 3
"""Differences of a file that are named where others that it follows from differ."""
_FROM_CELLS = ("source_file", "source_row", "source_column", "raw", "conversion")
_FROM_READING = "findings.json"
_PACKED = (".parquet", ".xlsx", ".docx", ".gz")
"""Files whose content is compressed: the same content may be other bytes by another library for that."""
_VERSIONED = ("program", "versions")
_WRITERS = {
    ".html": ("jinja2",), ".xlsx": ("xlsxwriter",), ".docx": ("python-docx",),
    ".pdf": ("typst", "pylopdf-fonts-zh-cn"),
}  # fmt: skip
"""Libraries that write a report: another version of one may write the same figures otherwise."""


Also = Callable[[rebuild.Rebuilt], Sequence[Finding]]


def recompute(run: Opened, given: Sequence[Path] = (), also: Also | None = None) -> Level:
    """Score a run again and compare; ``given`` are data files that do not travel with it.

    ``also`` looks at the run that was made again; what it finds belongs to the level.

    Whatever a manifest or a file holds, the outcome is a level: one that cannot be scored again has failed.
    """
    findings: list[Finding] = []
    detail: dict[str, Any] = {"from": None, "same": [], "compared": [], "not_compared": []}
    if not all(regular for _, regular in verify.walk(run.folder)):  # a pipe would be waited for
        zh, en = "其中有链接或不是普通文件的内容", "it holds links, or what is no regular file"
        return verify.level("recomputation", [_cannot(run, {"zh": zh, "en": en})], detail)
    findings += forms.findings(run.predicate, run.shown)
    if findings:
        return verify.level("recomputation", findings, detail)
    with tempfile.TemporaryDirectory() as scratch:
        try:
            files = _given(run, given, findings)
            raw = rebuild.raw_files(run.folder, run.predicate, files)
            if raw is None and not (run.folder / inputs.DATA).is_file() and inputs.DATA not in run.digests:
                findings += [Finding("RI578", Location(run.shown)), *verify.input_findings(run)]
                return verify.level("recomputation", findings, detail, checked=False)
            findings += [*verify.version_findings(run), *verify.input_findings(run)]
            made = Path(scratch, "files")
            made.mkdir()
            areas = rebuild.map_file(run.folder, run.predicate, files) if raw else None
            work = rebuild.job(run.folder, run.predicate, raw, made, areas)
            findings += _settings(run, work)
            rebuilt = rebuild.rebuild(run.folder, work)
            detail["from"] = "data" if raw else "values"
            if raw is None:
                names = [show(str(item["name"])) for item in rebuild.of_role(run.predicate, "data")]
                findings.append(Finding("RI577", Location(run.shown), {"files": names}))
            if raw and areas is None and rebuild.of_role(run.predicate, "map"):
                names = [show(str(item["name"])) for item in rebuild.of_role(run.predicate, "map")]
                findings.append(Finding("RI594", Location(run.shown), {"files": names}))
            kept = templates.of_run(run.folder, run.shown, run.digests)
            check = _Check(run, rebuilt, Path(scratch), kept)
            findings += check.findings(detail, caused=has_errors(findings))
            findings += () if also is None else also(rebuilt)
        except (InputError, PersonalDataError) as error:
            stopped = [_renamed(finding, scratch) for finding in error.findings if finding.severity == "error"]
            limit = FOLLOWING if has_errors(findings) else diff.LISTED
            findings += stopped[:limit]
            if more := len(stopped[limit:]):
                findings.append(Finding("RI571", Location(run.shown), {"file": run.shown, "count": more}))
            findings.append(_renamed(_cannot(run, inputs.reason_of(error)), scratch))
        except ResilienceError as error:
            reason = {language: _said(error, language) for language in ("zh", "en")}
            findings.append(_renamed(_cannot(run, reason), scratch))
        except Exception as error:  # a manifest may hold anything: what cannot be read has not passed
            findings.append(_cannot(run, f"{type(error).__name__}: {show(str(error))}"))
    return verify.level("recomputation", findings, detail)


def _said(error: ResilienceError, language: Any) -> str:
    from resilience_index.findings import from_error

    return f"{error.code} {from_error(error).message(language)}"


def _settings(run: Opened, work: Job) -> Iterator[Finding]:
    """RI580: settings that contradict the file they are said to come from."""
    for item in rebuild.disagreements(work, run.predicate, renderers.USUAL):
        params = {"name": item.name, "origin": ORIGINS[item.origin], "recorded": diff.shown(item.recorded),
                  "made": diff.shown(item.made)}  # fmt: skip
        where = Location(f"{run.shown}/{manifest.FILE}", path=f"predicate.settings.{item.name}")
        yield Finding("RI580", where, params)


def _renamed(finding: Finding, scratch: str) -> Finding:
    """A finding that calls files as the manifest does, not by the place where they were read again."""
    place = re.compile(f"(?:{re.escape(scratch)}|{re.escape(os.path.realpath(scratch))})/files/")

    def text(value: Any) -> Any:
        if isinstance(value, str):
            return place.sub("", value)
        if isinstance(value, Mapping):
            return {key: text(item) for key, item in value.items()}
        return [text(item) for item in value] if isinstance(value, (list, tuple)) else value

    return replace(
        finding, location=replace(finding.location, file=text(finding.location.file)), params=text(finding.params)
    )


def _cannot(run: Opened, reason: Any) -> Finding:
    return Finding("RI579", Location(run.shown), {"reason": reason})


def _given(run: Opened, given: Sequence[Path], findings: list[Finding]) -> dict[str, Path]:
    """Data files by SHA-256; RI581 for one that the run was not made from."""
    digests = {item["name"]: item["digest"]["sha256"] for item in run.predicate["inputs"]}
    outside = [item for role in ("data", "map") for item in rebuild.of_role(run.predicate, role)]
    wanted = {digests[item["name"]]: item["name"] for item in outside}
    found = {}
    for path in given:
        value = inputs.file_digest(path)
        if value in wanted:
            found[value] = path
        else:
            params = {"file": str(path), "found": value, "known": [f"{show(n)} ({d})" for d, n in wanted.items()]}
            findings.append(Finding("RI581", Location(str(path)), params))
    return found


@dataclass(frozen=True)
class _Check:
    """A run beside the same run made again."""

    run: Opened
    rebuilt: rebuild.Rebuilt
    scratch: Path
    templates: Templates

    @property
    def raw(self) -> bool:
        return self.rebuilt.basis == "raw"

    @property
    def whole(self) -> bool:
        """Whether everything is there that reports and findings are made from: the data files, and the map if any."""
        mapped = bool(rebuild.of_role(self.run.predicate, "map"))
        return self.raw and (not mapped or self.rebuilt.result.areas is not None)

    def findings(self, detail: dict[str, Any], *, caused: bool) -> list[Finding]:
        """Write every output again and compare it with the recorded one, those that others follow from first.

        ``caused`` says that an input or a setting is not the recorded one. From there on, as after values or settled
        figures that differ, a file's differences are what follows: a few of each file are named, the others counted.
        """
        found: list[Finding] = []
        writers = self._writers()
        detail["not_compared"] = self._beyond(writers)
        for name in sorted({*writers, manifest.FILE}, key=lambda name: (_ORDER.get(name, len(_ORDER)), name)):
            limit = FOLLOWING if caused else diff.LISTED
            if name == manifest.FILE:
                own = self._manifest(limit)
            else:
                own = self._output(name, writers[name], detail, limit, excusable=not caused)
            caused = caused or (name in _CAUSES and has_errors(own))
            found += own
        return [*found, *self._names()]

    def _output(
        self, name: str, writer: Any, detail: dict[str, Any], limit: int, *, excusable: bool
    ) -> Sequence[Finding]:
        """Write one output again and compare."""
        recorded, made = self.run.folder / name, self.scratch / f"made-{name.replace('/', '-')}"
        if not recorded.is_file() or name not in self.run.digests:
            return ()  # told with the bytes, or with the manifest
        writer(made)
        detail["compared"].append(name)
        digest = inputs.file_digest(recorded)
        if inputs.file_digest(made) == digest:
            detail["same"].append(name)
            return ()
        exact = digest != self.run.digests[name]
        # A page or workbook that is as the manifest says may differ with the versions of what wrote it.
        excused = excusable and not exact and name not in FIGURES and self._by_others(name)
        code = "RI593" if excused else "RI570"
        own = list(self._differences(name, recorded, made, code, limit, exact=exact))
        if not own and not name.endswith(_PACKED):
            params = {"file": name, "item": "SHA-256", "recorded": digest, "made": inputs.file_digest(made)}
            own = [Finding(code, Location(f"{self.run.shown}/{name}"), params)]
        if excused and any(item.code == code for item in own):
            detail["not_compared"].append(name)
        return own

    def _by_others(self, name: str) -> bool:
        """Whether the program, or the library that writes this file, had another version."""
        recorded, now = self.run.predicate, manifest.versions()
        writers = _WRITERS.get(Path(name).suffix, ())
        return bool(recorded["program"]["version"] != __version__) or any(
            recorded["versions"].get(library) != now.get(library) for library in writers
        )

    def _beyond(self, writers: Mapping[str, Any]) -> list[str]:
        """What is recorded and cannot be made again without the data files or the map: files, and parts of them."""
        found = sorted(name for name in self._made_files() & set(self.run.digests) if name not in writers)
        if not self.raw and trace.FILE in writers:
            found.append(f"{trace.FILE} ({', '.join(_FROM_CELLS)})")
        return found

    def _writers(self) -> dict[str, Any]:
        settings, predicate = self.rebuilt.work.settings, self.run.predicate
        result = run_folder.as_written(self.rebuilt.result)
        formats = [str(name) for name in settings["outputs"] or ()] if self.whole else []
        language, with_trace = str(predicate["language"]), bool(predicate["trace"])
        view = self._view(result) if formats else None
        writers = dict(
            run_folder.output_writers(
                result, view, formats=formats, with_trace=with_trace, language=language, templates=self.templates
            )
        )
        if self.raw and with_trace:
            kept = inputs.writers(result, None, with_data=True)
            writers[inputs.DATA] = kept[inputs.DATA]
        return {name: writer for name, writer in writers.items() if self.whole or name != _FROM_READING}

    def _view(self, result: Any) -> View:
        listed = sorted((str(item["name"]), str(item["digest"]["sha256"])) for item in self.run.predicate["inputs"])
        synthetic = bool(self.rebuilt.work.settings["synthetic"])
        return run_folder.view_of(result, listed, synthetic, self.rebuilt.title)

    def _differences(
        self, name: str, recorded: Path, made: Path, code: str, limit: int, *, exact: bool
    ) -> Iterator[Finding]:
        try:
            found = self._compare(name, recorded, made, exact=exact)
        except (ValueError, OSError, RecursionError) as error:
            where = Location(f"{self.run.shown}/{name}")
            yield Finding("RI572", where, {"file": name, "reason": show(str(error) or type(error).__name__)})
            return
        yield from verify.difference_findings(name, found, self.run.shown, code, limit=limit)

    def _compare(self, name: str, recorded: Path, made: Path, *, exact: bool) -> Found:
        if name.endswith(".csv"):
            return diff.csv_tables(recorded, made, _KEYS.get(name, _UNIT), exact=exact)
        if name.endswith(".parquet"):
            return diff.parquet_tables(recorded, made, _KEYS[name], self._columns(name), exact=exact)
        if name == stored.FILE:
            return document_differences.json_files(recorded, made, exact=exact, read_as=stored.expanded)
        if name.endswith((".json", ".json.gz", ".geojson")):
            return document_differences.json_files(recorded, made, exact=exact)
        if name.endswith(".pdf"):
            return document_differences.pdfs(recorded, made)
        if name.endswith((".xlsx", ".docx")):
            return diff.packages(recorded, made, exact=exact)
        return diff.texts(recorded, made, exact=exact)

    def _columns(self, name: str) -> list[str] | None:
        """The columns that are known without the cells of the data; None: all."""
        if self.raw or name != trace.FILE:
            return None
        return [column for column in trace.schema().names if column not in _FROM_CELLS]

    # --- the manifest

    def _manifest(self, limit: int) -> Sequence[Finding]:
        """Make the manifest again and compare all that was settled."""
        recorded = self.run.predicate
        expected = self._predicate()
        skipped = set(_VERSIONED) | ({"data"} if not self.raw else set())
        old, new = ({key: value for key, value in item.items() if key not in skipped} for item in (recorded, expected))
        old["program"], new["program"] = ({**item["program"], "version": None} for item in (recorded, expected))
        found = diff.documents({"predicate": old}, {"predicate": new})
        return list(verify.difference_findings(manifest.FILE, found, self.run.shown, limit=limit))

    def _predicate(self) -> Mapping[str, Any]:
        recorded = self.run.predicate
        result = run_folder.as_written(self.rebuilt.result)
        names = {str(item["name"]): str(item["digest"]["sha256"]) for item in recorded["inputs"]}
        extra = {key: recorded[key] for key in ("language", "sources", "bundle", "trace") if key in recorded}
        built = manifest.build(result, names, {}, extra)["predicate"]
        settings = self.rebuilt.work.settings
        if "language" in settings.items:
            built["language"] = settings["language"]
        built["sources"] = self._sources()
        expected: Mapping[str, Any] = json.loads(canonical.dump(built))
        return expected

    def _sources(self) -> list[dict[str, Any]]:
        """The sources with the members that the roles of such a run have."""
        held = self._held()
        listed, number = [], 0
        for item in self.run.predicate["sources"]:
            member: str | None = next((name for name in held if Path(name).stem == item["role"]), None)
            if item["role"] == "templates":
                member = item["member"] if item["member"] in held else None
            if item["role"] == "data":
                member = self._raw_names()[number] if self._travels() else None
                number += 1
            listed.append({**item, "member": member})
        return listed

    def _travels(self) -> bool:
        """Whether the data files are in the bundle, by what the manifest says of it."""
        return (self.run.predicate["bundle"] or {}).get("data") == "included"

    def _raw_names(self) -> list[str]:
        files = self.run.predicate["data"]["files"]
        return [f"{bundle.RAW}{number}.{file['kind']}" for number, file in enumerate(files, 1)]

    def _held(self) -> list[str]:
        """The files a run keeps of what it was made from, beside data."""
        work, plan = self.rebuilt.work, self.rebuilt.result.plan
        held = [inputs.FRAMEWORK]
        held += [inputs.DICTIONARY] if len(plan.framework.files) > 1 else []
        held += [inputs.JUDGMENTS] if plan.judgments is not None else []
        held += [inputs.BASELINE] if plan.baseline is not None else []
        held += [inputs.MAP] if self._travels() and rebuild.of_role(self.run.predicate, "map") else []
        held += [str(item["member"]) for item in rebuild.of_role(self.run.predicate, "templates")]
        named = any(item["role"] == "assessment" for item in self.run.predicate["sources"])
        bundled = self.run.predicate["bundle"] is not None
        return held + ([inputs.ASSESSMENT] if named and (bundled or work.framework.scheme is not None) else [])

    def _made_files(self) -> set[str]:
        """The outputs of a run with these settings."""
        found = {"scores.csv", "weights.csv", "findings.json"}
        found |= {trace.FILE, trace.NODES_FILE} if self.run.predicate["trace"] else set()
        formats = [str(name) for name in self.rebuilt.work.settings["outputs"] or ()]
        found |= set(renderers.files(formats, str(self.run.predicate["language"])))
        return found | ({stored.FILE} if formats and stored.keeps(len(self.rebuilt.result)) else set())

    def _names(self) -> Iterator[Finding]:
        """RI573 and RI574: files the manifest ought to name, and others."""
        expected = self._made_files() | set(self._held())
        expected |= {inputs.DATA} if self.run.predicate["trace"] else set()
        expected |= set(self._raw_names()) if self._travels() else set()
        where = Location(f"{self.run.shown}/{manifest.FILE}")
        for name in sorted(expected - set(self.run.digests)):
            yield Finding("RI573", where, {"file": name})
        for name in sorted(set(self.run.digests) - expected):
            yield Finding("RI574", where, {"file": show(name)})


def passed(levels: Sequence[Level]) -> bool:
    """Whether no level has failed."""
    return not any(has_errors(level.findings) for level in levels)
