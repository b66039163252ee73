"""A run made again from what its folder holds: the files it was made from, read by the same reader, or their values.

Nothing is taken from the outputs. The manifest says which files there were, what they were called, and the settings.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from resilience_index.audit import archive, bundle, inputs
from resilience_index.data.privacy import mask
from resilience_index.data.table import Keys
from resilience_index.framework.assessment import Assessment, load_assessment
from resilience_index.framework.loading import framework_from
from resilience_index.framework.model_base import Text
from resilience_index.framework.models import AssessmentModel
from resilience_index.framework.tree import Framework
from resilience_index.scoring import assess, schemes
from resilience_index.scoring.assess import Job
from resilience_index.scoring.result import Result
from resilience_index.scoring.settings import Settings, plain, resolve

Basis = Literal["raw", "values"]
_WORD = re.compile("[a-z][a-z0-9_]*")
_FREE = {
    "outputs", "language", "synthetic", "title", "framework", "judgments", "baseline", "encoding", "sheet", "columns",
    "templates",
}  # fmt: skip
"""Settings that come from no default of a framework."""


@dataclass(frozen=True)
class Disagreement:
    """A setting whose recorded value is not that of the file it is said to come from."""

    name: str
    origin: str
    recorded: Any
    made: Any


@dataclass(frozen=True)
class Rebuilt:
    """A run made again: its job, its result, and what it was made from."""

    work: Job
    result: Result
    basis: Basis

    @property
    def title(self) -> Text | None:
        """What the assessment calls the run."""
        title = self.work.settings["title"] if "title" in self.work.settings.items else None
        return None if title is None else Text.model_validate(title)


def raw_files(folder: Path, predicate: Mapping[str, Any], given: Mapping[str, Path]) -> list[Path] | None:
    """The data files of a run in their order: members, or those ``given`` by SHA-256; None where one is missing."""
    digests = {item["name"]: item["digest"]["sha256"] for item in predicate["inputs"]}
    found = []
    for item in of_role(predicate, "data"):
        path = given.get(digests[item["name"]])
        if path is None and item["member"] is not None and bundle.is_member(str(item["member"])):
            path = folder / item["member"]
        if path is None or not path.is_file():
            return None
        found.append(path)
    return found or None


def map_file(folder: Path, predicate: Mapping[str, Any], given: Mapping[str, Path]) -> Path | None:
    """The map of a run: its member, or the one ``given`` by SHA-256; None where it has none, or it is missing."""
    digests = {item["name"]: item["digest"]["sha256"] for item in predicate["inputs"]}
    for item in of_role(predicate, "map"):
        path = given.get(digests[item["name"]], folder / inputs.MAP)
        return path if path.is_file() else None
    return None


def of_role(predicate: Mapping[str, Any], role: str) -> list[Mapping[str, Any]]:
    """The sources of a run that have a role."""
    return [item for item in predicate["sources"] if item["role"] == role]


def job(
    folder: Path, predicate: Mapping[str, Any], raw: Sequence[Path] | None, scratch: Path, areas: Path | None = None
) -> Job:
    """The job of a run; ``raw`` are its data files, None: there are its values only; ``areas`` is its map.


    Raises deliberate errors as scoring does, and ``ValueError``, ``LookupError``, ``TypeError`` and the like for a
    manifest that is none.
    """
    work = _job(folder, predicate, raw or [], scratch)
    if areas is None:
        return work
    name = str(of_role(predicate, "map")[0]["name"])
    return replace(work, map=str(_place(areas, scratch, name)))


def rebuild(folder: Path, work: Job) -> Rebuilt:
    """Score the job of a run again: from its data files, else from the values it keeps. Raises as ``job`` does."""
    plan = assess.load_plan(work)
    table = assess.read(work, plan) if work.data else inputs.read_values(folder / inputs.DATA, plan, "data")
    result = assess.scored(work, plan, table)
    return Rebuilt(work, result, "raw" if work.data else "values")


def _job(folder: Path, predicate: Mapping[str, Any], raw: Sequence[Path], scratch: Path) -> Job:
    """The job of a run; its files have in ``scratch`` the names that findings call them by."""
    names = {item["role"]: str(item["name"]) for item in predicate["sources"]}
    held = {
        role: _place(folder / member, scratch, names.get(role, ""))
        for role, member in (("judgments", inputs.JUDGMENTS), ("baseline", inputs.BASELINE),
                             ("assessment", inputs.ASSESSMENT))
        if (folder / member).is_file()
    }  # fmt: skip
    dictionary = folder / inputs.DICTIONARY
    framework = framework_from(
        (folder / inputs.FRAMEWORK).read_bytes(), names["framework"],
        dictionary.read_bytes() if dictionary.is_file() else None, names.get("dictionary", "dictionary.yaml"),
    )  # fmt: skip
    assessment = load_assessment(held["assessment"]) if "assessment" in held else None
    scheme = predicate["framework"].get("scheme")
    if scheme is not None and assessment is not None:
        framework = inputs.with_scheme(framework, assessment, scheme)
    settings = inputs.settings_of(predicate["settings"])
    columns = settings["columns"]
    labels = [str(item["label"]) for item in of_role(predicate, "data")]
    return Job(
        framework=framework, settings=settings, data=str(raw[0]) if raw else None,
        further=tuple(str(path) for path in raw[1:]), judgments=_judgments(held, settings, scratch),
        baseline=str(held["baseline"]) if "baseline" in held else None,
        encoding=settings["encoding"], sheet=settings["sheet"],
        keys=Keys(columns["id"], columns["name"], columns["period"], tuple(columns["groups"])),
        assessment=assessment, beside=_beside(held.get("judgments"), framework),
        labels=dict(zip(map(str, raw), labels, strict=True)) if raw else None,
    )  # fmt: skip


def _place(source: Path, scratch: Path, name: str) -> Path:
    """A copy of a file under the name the manifest gives it, where that name is harmless."""
    target = scratch / (name if archive.safe_name(name) else source.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return target


def _judgments(held: Mapping[str, Path], settings: Settings, scratch: Path) -> str | None:
    """The judgments; where a run named some and needed none, their name alone is told."""
    if "judgments" in held:
        return str(held["judgments"])
    name = settings["judgments"]
    if name is None:
        return None
    return str(scratch / (name if archive.safe_name(str(name)) else Path(inputs.JUDGMENTS).name))


def _beside(judgments: Path | None, framework: Framework) -> tuple[str, ...]:
    """Names before which keys of judgments may stand: other frameworks were perhaps scored beside this one."""
    if judgments is None:
        return ()
    found = set(_WORD.findall(judgments.read_text("utf-8", "replace")))
    return tuple(sorted(found - {framework.id}))


def disagreements(work: Job, predicate: Mapping[str, Any], outputs: Sequence[str]) -> list[Disagreement]:
    """Settings that their own origin contradicts; ``outputs`` are the reports of a run that names none.

    What a command line said stands nowhere else; every other value must be the one its file gives.
    """
    said = {
        name: setting.value
        for name, setting in work.settings.items.items()
        if setting.origin == "option" or (work.assessment is None and setting.origin in ("assessment", "scheme"))
    }
    expected = _resolved(work, {name: value for name, value in said.items() if name not in _FREE}, predicate)
    found = []
    recorded = work.settings.to_dict()
    for name, item in expected.to_dict().items():
        if name in said or name in _FREE:
            continue
        have = recorded.get(name)
        if have is None or have["value"] != item["value"]:
            value = None if have is None else have["value"]
            found.append(Disagreement(name, str(item["origin"]), value, item["value"]))
        elif have["origin"] != item["origin"]:
            found.append(Disagreement(f"{name}.origin", str(item["origin"]), have["origin"], item["origin"]))
    return found + list(_free_disagreements(work, recorded, predicate, {**_USUAL, "outputs": list(outputs)}))


def _free_disagreements(
    work: Job, recorded: Mapping[str, Mapping[str, Any]], predicate: Mapping[str, Any], defaults: Mapping[str, Any]
) -> Iterator[Disagreement]:
    """The same for settings of reading and reporting: what no option said is what the assessment says, if anything."""
    yield from _unlike("framework", "program", recorded, work.framework.id)
    bundled_without = work.assessment is None and predicate["bundle"] is not None
    if work.assessment is None and not bundled_without:
        return
    model = None if work.assessment is None else work.assessment.model
    scheme = None if work.assessment is None else _scheme(work.assessment, predicate)
    for name, usual in defaults.items():
        written = _written(name, model, scheme)
        have = recorded.get(name, {"value": usual, "origin": "program"})
        if have["origin"] != "option":
            origin = "program" if written is None else "assessment"
            yield from _unlike(name, origin, recorded, usual if written is None else written)


def _unlike(
    name: str, origin: str, recorded: Mapping[str, Mapping[str, Any]], made: Any
) -> Iterator[Disagreement]:  # fmt: skip
    value = recorded[name]["value"] if name in recorded else None
    if plain(value) != plain(made):
        yield Disagreement(name, origin, value, plain(made))


_USUAL: Mapping[str, Any] = {
    "outputs": None, "language": "both", "synthetic": False, "title": None, "judgments": None,
    "baseline": None, "map": None, "templates": None, "encoding": None, "sheet": None,
    "columns": {"id": None, "name": None, "period": None, "groups": []},
}  # fmt: skip
"""What is recorded of settings that neither an option nor an assessment names."""


def _written(name: str, model: AssessmentModel | None, scheme: Any) -> Any:
    """What an assessment says of a setting, as it is recorded; files by their names."""
    if model is None:
        return None
    if name == "judgments":
        file = schemes.judgments(model, scheme)
        return None if file is None else mask(Path(file).name)
    value = getattr(model, name)
    if value is None or isinstance(value, (bool, list)):
        return value
    if name in ("baseline", "map", "templates"):
        return mask(Path(value).name)
    if name == "title":
        return {"zh": value.zh, "en": value.en}
    if name == "columns":
        return {key: getattr(value, key) for key in ("id", "name", "period")} | {"groups": list(value.groups)}
    return mask(value) if name == "sheet" else value


def _resolved(work: Job, options: Mapping[str, Any], predicate: Mapping[str, Any]) -> Settings:
    """The settings as the files of the run give them, below the options."""
    assessment = work.assessment
    if assessment is None:
        return resolve(work.framework, options=options)
    scheme = _scheme(assessment, predicate)
    return resolve(
        work.framework, assessment=schemes.of_assessment(assessment.model),
        assessment_defaults=assessment.model.defaults, scheme=schemes.layer(scheme), scheme_defaults=scheme,
        options=options,
    )  # fmt: skip


def _scheme(assessment: Assessment, predicate: Mapping[str, Any]) -> Any:
    name = predicate["framework"].get("scheme")
    return schemes.chosen(assessment, name)
