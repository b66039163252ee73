"""What is tried: for each kind of file the functions its commands call, and everything they say, in both languages.

A target is right when it returns, or raises a deliberate error with exit code 1 or 2. All else is a crash.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import shutil
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import desk
import mutate
import odd
import packages

from resilience_index.errors import ResilienceError

_TOLD = 1
"""Findings of each code that are told: what the others say differs in their values only."""


class WrongError(Exception):
    """What a target did is not what is promised, although nothing was raised."""


@dataclass(frozen=True)
class Target:
    """A kind of input: its seeds, its mutations, what is done with it; whether the two runs are needed."""

    name: str
    file: str
    seeds: Callable[[], list[bytes]]
    mutation: mutate.Mutation
    run: Callable[[str, int], None]
    with_runs: bool = False
    finish: Callable[[bytes], bytes] | None = None
    """Makes an input whose tree was changed fit its own checksum."""


def once(target: Target, data: bytes) -> bool:
    """Try an input in the folder that is laid out; whether it was taken. Raises for a crash."""
    path = Path(target.file)
    path.write_bytes(data)
    try:
        target.run(target.file, zlib.crc32(data))
    except ResilienceError as error:
        tell_error(error)
        return False
    return True


def tell_error(error: ResilienceError) -> None:
    """Say what an error says; one that is a fault of the program is raised again."""
    from resilience_index.findings import from_error

    if error.exit_code not in (1, 2):
        raise error
    tell([from_error(error), *getattr(error, "findings", ())])


def tell(findings: Iterable[Any]) -> None:
    """Say findings as the commands do: as text in both languages, and as JSON."""
    from resilience_index.cli import language, output
    from resilience_index.findings import sort_findings

    counted: Counter[str] = Counter()
    for finding in sort_findings(findings):
        counted[finding.code] += 1
        if counted[finding.code] > _TOLD:
            continue
        for tongue in ("zh", "en"):
            language.CURRENT = tongue
            output.finding_text(finding).encode()
            json.dumps(output.finding_dict(finding), ensure_ascii=False, allow_nan=False).encode()


def scored(work: Any) -> Any:
    """Score a job; the figures are those a result may hold."""
    from resilience_index.scoring import assess

    result = assess.assess(work)
    tell(result.findings)
    scale = result.plan.nodes[0].scale
    if any(math.isinf(value) for value in result.score):
        raise WrongError(f"a score is infinite (scale {scale})")
    return result


def written(result: Any, work: Any, formats: Sequence[str] = ()) -> None:
    """Write the folder of a run."""
    from resilience_index.runs import folder as run_folder

    shutil.rmtree("out", ignore_errors=True)
    run_folder.write(result, work, Path("out"), formats=formats, bundle=bool(formats))


def _formats(pick: int) -> tuple[str, ...] | None:
    """The outputs that an input is written to: mostly none at all."""
    return {0: ("html", "xlsx"), 1: (), 2: ()}.get(pick % 24)


# --- YAML


def framework(file: str, pick: int) -> None:
    from resilience_index.framework.loading import load_framework
    from resilience_index.scoring import assess
    from resilience_index.scoring.validate import validate

    tell(validate([file, "data.csv"] if pick % 8 == 0 else [file]).findings)
    loaded = load_framework(file)
    Path("table.csv").write_text(desk.table_for(loaded), encoding="utf-8")
    options = (assess.Options(), _flag("weights", "equal"), _flag("weights", "critic"), _flag("normalize", "minmax"))
    work = assess.job(loaded, "table.csv", options=replace(options[pick % 4], accept_errors=True))
    result = scored(work)
    formats = _formats(pick)
    if formats is not None:
        written(result, work, formats)


def _flag(kind: str, text: str) -> Any:
    from resilience_index.scoring.assess import Options
    from resilience_index.scoring.flags import flag

    return Options(**{kind: flag(kind, text)})


def dictionary(file: str, pick: int) -> None:
    from resilience_index.scoring import assess
    from resilience_index.scoring.validate import validate

    tell(validate([file]).findings)
    scored(assess.job("short/short.yaml", "data.csv", options=assess.Options(accept_errors=True)))


def assessment(file: str, pick: int) -> None:
    from resilience_index.framework.assessment import load_assessment
    from resilience_index.scoring import assess
    from resilience_index.scoring.validate import validate

    tell(validate([file]).findings)
    scheme = (None, None, "even", "other")[pick % 4]
    work = assess.job(assessment=load_assessment(file), options=assess.Options(scheme=scheme))
    result = scored(work)
    formats = _formats(pick)
    if formats is not None:
        written(result, work, formats)


def judgments(file: str, pick: int) -> None:
    from resilience_index.scoring import assess, repair
    from resilience_index.scoring.validate import validate
    from resilience_index.scoring.weighting import Weighting

    tell(validate([file], "mini.yaml").findings)
    methods = ("bwm", "direct", "points", "order", "swing", "ahp") if b"swing" in Path(file).read_bytes() else ("ahp",)
    every = (*methods, "ahp:group=priorities,leave_out=0.2", "combine:subjective=ahp,objective=entropy")
    method = every[pick % len(every)]
    work = assess.job("mini.yaml", "data.csv", judgments=file, options=_flag("weights", method))
    if not method.startswith("combine"):
        weighting = Weighting(assess.load_plan(work))
        tell(weighting.findings)
        found = repair.repairs(weighting.matrices)
        if found:
            repair.proposed(Path(file), work.framework.id, found)
    scored(work)


def batch_list(file: str, pick: int) -> None:
    from resilience_index.scoring import batch
    from resilience_index.scoring.validate import validate

    if file.endswith(".yaml"):
        tell(validate([file]).findings)
    todo = batch.collect(file, [], {})
    tell(todo.findings)
    for task in todo.tasks[:3]:
        task.names()
        scored(batch.job(task))


# --- tables


def table(file: str, pick: int) -> None:
    from resilience_index.scoring import assess, returning
    from resilience_index.scoring.validate import validate

    content = Path(file).read_bytes()
    parts = packages.members(content) if content.startswith(b"PK") else None
    small = any(b"visits" in part.replace(b"\0", b"") for _, part in parts or [("", content)])
    name = "mini.yaml" if small else "messy.yaml"
    encoding = {0: "utf-8", 1: "gb18030", 2: "utf-16"}.get(pick % 20)
    report = validate([file], name, encoding, allow_personal_data=pick % 5 == 0)
    tell(report.findings)
    if pick % 16 == 3:
        returning.return_sheet(report, "back.xlsx", language="en")
    options = assess.Options(accept_errors=pick % 2 == 0, allow_personal_data=pick % 5 == 0)
    work = assess.job(name, file, encoding=encoding, options=options)
    result = scored(work)
    formats = _formats(pick)
    if formats is not None:
        written(result, work, formats)


def survey(file: str, pick: int) -> None:
    from resilience_index.scoring.surveying import collect

    name = None if pick % 8 == 0 else "mini.yaml"
    result = collect([file], name, anonymous=pick % 2 == 0, accept_errors=pick % 3 > 0)
    tell(result.findings)
    for language in ("zh", "en"):
        if result.framework is not None:
            json.dumps(result.to_dict(language), allow_nan=False).encode()
    if result.content is not None:
        Path("collected.yaml").write_bytes(result.content)
        judgments("collected.yaml", pick)


def areas(file: str, pick: int) -> None:
    from resilience_index.data import areas as reader
    from resilience_index.report.view import map_shapes

    found = reader.read(file, ["001", "002", "003", "004"])
    tell(found.findings)
    map_shapes.draw(found)


def baseline(file: str, pick: int) -> None:
    from resilience_index.scoring import assess

    content = Path(file).read_bytes()
    name = "rich.yaml" if b'"rich"' in content else "mini.yaml"
    weights = "entropy" if b"entropy" in content else "given"
    options = replace(_flag("weights", weights), accept_errors=True)
    scored(assess.job(name, "data.csv", baseline=file, options=options))


def flags(file: str, pick: int) -> None:
    from resilience_index.scoring import assess

    kind, _, text = Path(file).read_bytes().decode("utf-8", "replace").partition(" ")
    kind = kind if kind in desk.OPTIONS else desk.OPTIONS[pick % len(desk.OPTIONS)]
    scored(assess.job("mini.yaml", "data.csv", judgments="judgments.yaml", options=_flag(kind, text)))


# --- runs


def run_folder(file: str, pick: int) -> None:
    """A run whose files were changed: explained, compared, told apart from another, verified."""
    folder = Path("changed")
    shutil.rmtree(folder, ignore_errors=True)
    _unpack(Path(file).read_bytes(), folder)
    steps: Sequence[Callable[[Path], Any]] = (_explained, _compared, _diffed, _diagnosed)
    for step in (steps[pick % 4], verified):
        try:
            step(folder)
        except ResilienceError as error:
            tell_error(error)


def _unpack(data: bytes, folder: Path) -> None:
    """The members of a package whose names stay inside the folder."""
    folder.mkdir()
    for name, content in packages.members(data) or []:
        parts = name.split("/")
        if name.startswith("/") or any(part in ("", ".", "..") or len(part) > 100 or "\0" in part for part in parts):
            continue
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except (OSError, UnicodeError):
            continue


def _explained(folder: Path) -> None:
    from resilience_index.analysis import outlook, runs
    from resilience_index.analysis.explain import explain_run
    from resilience_index.report.view import explanation

    found = explain_run(folder, "001", "2025")
    json.dumps(found.to_dict(), ensure_ascii=False).encode()
    explanation.build(found)
    run = runs.load(folder)
    tell([*run.findings, *outlook.of_result(run.result, found).findings])


def _compared(folder: Path) -> None:
    from resilience_index.analysis import change, runs
    from resilience_index.analysis.pairing import side

    first, second = runs.load(Path("one")), runs.load(folder)
    compared = change.compare(side("one", first.result, None), side("changed", second.result, None))
    tell([*second.findings, *compared.findings])


def _diagnosed(folder: Path) -> None:
    from resilience_index.analysis import diagnosis, standing
    from resilience_index.framework.loading import load_framework

    standing.run_framework(folder)
    figures = standing.from_run(folder, load_framework("mini.yaml"))
    tell(diagnosis.diagnose(figures, community=None, period=None, each=True).findings)


def _diffed(folder: Path) -> None:
    from resilience_index.analysis import run_diff
    from resilience_index.analysis.explain import sound
    from resilience_index.audit import verify
    from resilience_index.audit.manifest import FILE

    opened = [verify.open_run(Path("one"), "one"), verify.open_run(folder, "changed")]
    with sound(folder / FILE):
        found = run_diff.diff(opened[0], opened[1], ("one", "changed"))
    tell(found.findings)


def _trusted() -> Any:
    from resilience_index.audit import signing

    return [signing.load_public("trusted.pub")]


def verified(folder: Path, shown: str = "changed") -> bool:
    """Verify a run as its command does; whether it passes. What passes is what the trusted key has signed."""
    from resilience_index.audit import verify
    from resilience_index.runs import recheck

    opened = verify.open_run(folder, shown)
    bytes_ = verify.check_bytes(opened)
    signed = verify.check_signatures(opened, bytes_.detail["signatures"], _trusted())
    levels = [bytes_, signed, recheck.recompute(opened)]
    for level in levels:
        tell(level.findings)
        json.dumps(level.detail, ensure_ascii=False).encode()
    faults = [finding for finding in levels[2].findings if finding.code == "RI579"]
    if any("MemoryError" in str(finding.params) or "AssertionError" in str(finding.params) for finding in faults):
        raise WrongError(faults[0].message("en"))
    if recheck.passed(levels) and _content(folder) != _content(Path("two")):
        raise WrongError("a changed run is verified although a trusted key signed another one")
    return recheck.passed(levels)


def _content(folder: Path) -> dict[str, bytes]:
    """The files of a run without its signatures."""
    return {
        name: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not (name := path.relative_to(folder).as_posix()).startswith("signatures/")
    }


def bundle(file: str, pick: int) -> None:
    """A packed bundle: unpacked within limits and verified; nothing is written beside the folder it is unpacked to."""
    from resilience_index.audit import archive

    before = sorted(Path().iterdir())
    path = Path(file)
    if not archive.is_archive(path):
        return
    with ExitStack() as stack:
        folder = stack.enter_context(archive.opened(path))
        verified(folder, file)
        tell(archive.packed_by_others(path, folder))
    if sorted(Path().iterdir()) != before:
        raise WrongError("a member was unpacked outside the folder")


def keys(file: str, pick: int) -> None:
    from resilience_index.audit import signing

    try:
        signing.load_public(("", "auditor=", "x=")[pick % 3] + file)
    except ResilienceError as error:
        tell_error(error)
    tell(signing.load_private(Path(file))[1])


def signature(file: str, pick: int) -> None:
    """A changed signature beside an unchanged run."""
    from resilience_index.audit import verify

    folder = Path("two")
    name = next(path.name for path in (folder / "signatures").iterdir())
    genuine = (folder / "signatures" / name).read_bytes()
    data = Path(file).read_bytes()
    (folder / "signatures" / name).write_bytes(data)
    try:
        opened = verify.open_run(folder, "two")
        level = verify.check_signatures(opened, verify.check_bytes(opened).detail["signatures"], _trusted())
    finally:
        (folder / "signatures" / name).write_bytes(genuine)
    tell(level.findings)
    if level.status == "passed" and not _holds(json.loads(data), (folder / "manifest.json").read_bytes()):
        raise WrongError("a signature is counted that does not hold")


def _holds(envelope: Any, manifest: bytes) -> bool:
    """Whether an envelope signs a manifest with the trusted key: computed here, from the description of DSSE alone."""
    from cryptography.exceptions import InvalidSignature

    payload, signed = base64.b64decode(envelope["payload"]), base64.b64decode(envelope["signatures"][0]["sig"])
    kind = envelope["payloadType"].encode()
    try:
        _trusted()[0].key.verify(signed, b" ".join((b"DSSEv1", b"%d" % len(kind), kind, b"%d" % len(payload), payload)))
    except InvalidSignature:
        return False
    return bool(json.loads(payload)["subject"][0]["digest"]["sha256"] == hashlib.sha256(manifest).hexdigest())


def _signature(data: bytes, choose: Any, others: Sequence[bytes]) -> bytes:
    """Mutations of a signature: of its envelope, or of what it says, signed again by the key that is trusted."""
    from resilience_index.audit import signing

    if choose.random() < 0.6:
        return mutate.of_json(data, choose, others)
    try:
        envelope = json.loads(data)
        payload = mutate.of_json(base64.b64decode(envelope["payload"]), choose, ())
        kind = envelope["payloadType"].encode()
        key, _ = signing.load_private(Path("a.key"))
        signed = key.sign(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload))
        envelope["payload"] = base64.b64encode(payload).decode()
        envelope["signatures"][0]["sig"] = base64.b64encode(signed).decode()
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return mutate.of_bytes(data, choose, others)
    return mutate.as_json(envelope)


def journal(file: str, pick: int) -> None:
    from resilience_index.audit import journal as journals

    journals.is_journal(Path(file))
    found = journals.read(Path(file))
    for entry in found.entries.values():
        if not isinstance(entry.task, str):
            raise WrongError("an entry without a task")


_JOURNAL_TEXT = mutate.of_text(("{", "}", '"', "\x00", "\\ud800", '"record"', '"sum"', "null", "[", "\r", "NaN"))


def _journal(data: bytes, choose: Any, others: Sequence[bytes]) -> bytes:
    """Mutations of a journal: of its lines (with sums that fit), its text, its bytes."""
    from resilience_index.audit import journal as journals

    kind = choose.random()
    if kind > 0.5:
        return _JOURNAL_TEXT(data, choose, others) if kind < 0.8 else mutate.of_bytes(data, choose, others)
    lines = data.split(b"\n")
    at = choose.randrange(len(lines))
    try:
        record = mutate.of_tree(json.loads(lines[at])["record"], choose)
        lines[at] = journals.line(record)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return mutate.of_bytes(data, choose, others)
    return b"\n".join(lines)


def _baseline(data: bytes, choose: Any, others: Sequence[bytes]) -> bytes:
    """Mutations of a baseline, mostly with a checksum that fits."""
    again = mutate.of_json(data, choose, others)
    return _with_sum(again) if choose.random() < 0.8 else again


def _with_sum(data: bytes) -> bytes:
    """A baseline with the checksum of its content."""
    from resilience_index.scoring.baseline import _digest

    try:
        content = json.loads(data)
        content["sha256"] = _digest(content)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return data
    return mutate.as_json(content)


_FLAG_TEXT = mutate.of_text(
    (":", "=", ",", "[", "]", "{", "}", "'", '"', "1e999", "nan", "-1", "true", "none", ";", " ", "…")
)


_KEY_TEXT = mutate.of_text(("-----BEGIN PRIVATE KEY-----\n", "=", "A", "\n", "-----"))


def _yaml_seeds(*contents: str, more: Sequence[bytes] = ()) -> Callable[[], list[bytes]]:
    return lambda: [*desk.texts(*contents), *more]


def _example_frameworks() -> list[bytes]:
    return [*desk.texts(desk.FRAMEWORK, desk.RICH), *desk.files(desk.ROOT / "indicators", "examples/*.yaml", most=6000)]


TARGETS = (
    Target("framework", "tried.yaml", _example_frameworks, mutate.of_yaml, framework),
    Target("dictionary", "short/dictionary.yaml", _yaml_seeds(desk.DICTIONARY), mutate.of_yaml, dictionary),
    Target("assessment", "tried.yaml", _yaml_seeds(desk.ASSESSMENT), mutate.of_yaml, assessment),
    Target("judgments", "tried.yaml", _yaml_seeds(desk.JUDGMENTS, desk.OTHER_JUDGMENTS), mutate.of_yaml, judgments),
    Target("batch-yaml", "tried.yaml", _yaml_seeds(desk.BATCH), mutate.of_yaml, batch_list),
    Target("batch-csv", "tried.csv", _yaml_seeds(desk.BATCH_CSV), mutate.of_table, batch_list),
    Target("csv", "tried.csv", desk.tables, mutate.of_table, table),
    Target("xlsx", "tried.xlsx", desk.workbooks, packages.workbook, table),
    Target("parquet", "tried.parquet", desk.parquets, packages.parquet, table),
    Target("survey", "tried.xlsx", desk.surveys, packages.workbook, survey),
    Target("geojson", "tried.geojson", desk.geojson, mutate.of_json, areas),
    Target("baseline", "tried.json", desk.baselines, _baseline, baseline, finish=_with_sum),
    Target("flags", "tried.txt", desk.flags, _FLAG_TEXT, flags),
    Target("run-folder", "tried.pack", lambda: [desk.of_folder(Path("one")), desk.of_folder(Path("two"))], packages.run,
           run_folder, with_runs=True),
    Target("bundle-zip", "tried.zip", lambda: [Path("two.zip").read_bytes()], packages.archive, bundle, with_runs=True),
    Target("keys", "tried.pem", desk.keys, _KEY_TEXT, keys, with_runs=True),
    Target("signature", "tried.json", lambda: [next(Path("two/signatures").iterdir()).read_bytes()], _signature,
           signature, with_runs=True),
    Target("journal", "tried.jsonl", desk.journals, _journal, journal),
)  # fmt: skip
BY_NAME = {target.name: target for target in TARGETS}

__all__ = ["BY_NAME", "TARGETS", "Target", "WrongError", "odd", "once"]
