"""Two runs side by side, for auditors: what went in, how it was set, what was settled, and what follows from that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from resilience_index.analysis import change, runs
from resilience_index.analysis.pairing import side
from resilience_index.audit import canonical, differences
from resilience_index.audit.verify import Opened
from resilience_index.errors import InputError, UsageError
from resilience_index.findings import Finding, from_error

_PLAN_ID = ("nodes", "leaves")
_WEIGHTS = frozenset({"global_weight", "local_weight", "factor", "weight"})


@dataclass(frozen=True)
class InputChange:
    """A file that went in on one side only, or with other bytes; SHA-256 or None."""

    role: str
    names: tuple[str | None, str | None]
    digests: tuple[str | None, str | None]


@dataclass(frozen=True)
class SettingChange:
    """A setting with its values and origins on both sides; None where a side does not have it."""

    name: str
    values: tuple[Any, Any]
    origins: tuple[str | None, str | None]


@dataclass(frozen=True)
class WeightChange:
    """The weight of a leaf in the index on both sides; None where a side does not have the leaf."""

    indicator: str
    title: Mapping[str, str]
    first: float | None
    second: float | None


@dataclass(frozen=True)
class RunDiff:
    """What differs between two runs. ``change`` is the split by causes, None where ``findings`` tell why not."""

    manifests: tuple[str, str]
    inputs: tuple[InputChange, ...]
    versions: Mapping[str, tuple[Any, Any]]
    settings: tuple[SettingChange, ...]
    weights: tuple[WeightChange, ...]
    plan: differences.Found
    change: change.Change | None
    findings: tuple[Finding, ...]

    @property
    def same(self) -> bool:
        """Whether both manifests are the same bytes, and so the runs."""
        return self.manifests[0] == self.manifests[1]


def diff(first: Opened, second: Opened, names: tuple[str, str]) -> RunDiff:
    """Compare two runs.

    Raises ``UsageError`` and ``InputError`` as ``runs.load`` does for a run that is damaged, and ``LookupError``,
    ``TypeError`` or ``AttributeError`` for a manifest that lacks what every run writes.
    """
    sides = (first, second)
    split, findings = _split(sides, names)
    old, new = (dict(run.predicate) for run in sides)
    return RunDiff(
        manifests=(canonical.digest(first.content), canonical.digest(second.content)),
        inputs=tuple(_inputs(old, new)), versions=_versions(old, new), settings=tuple(_settings(old, new)),
        weights=tuple(_weights(old, new)), plan=differences.documents(_plan(old), _plan(new), exact=True),
        change=split, findings=findings,
    )  # fmt: skip


def _split(sides: tuple[Opened, Opened], names: tuple[str, str]) -> tuple[change.Change | None, tuple[Finding, ...]]:
    """The change split by causes; without it where a run keeps no values, or no community is in both."""
    try:
        loaded = [runs.load(run.folder) for run in sides]
        found = [finding for one in loaded for finding in one.findings]
        compared = change.compare(*(side(name, one.result, None) for name, one in zip(names, loaded, strict=True)))
    except UsageError as error:
        if error.code not in ("RI014", "RI485"):
            raise
        return None, (from_error(error),)
    except InputError as error:
        return None, tuple(error.findings)
    return compared, (*found, *compared.findings)


def _inputs(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[InputChange]:
    """Files by role, in order: the same bytes are the same file, whatever its name."""
    found = []
    by_role = [_by_role(predicate) for predicate in (old, new)]
    for role in dict.fromkeys([*by_role[0], *by_role[1]]):
        pairs = zip_longest(by_role[0].get(role, []), by_role[1].get(role, []), fillvalue=(None, None))
        for (name, digest), (other, later) in pairs:
            if digest != later:
                found.append(InputChange(role, (name, other), (digest, later)))
    return found


def _by_role(predicate: Mapping[str, Any]) -> dict[str, list[tuple[str | None, str | None]]]:
    digests = {item["name"]: item["digest"]["sha256"] for item in predicate["inputs"]}
    found: dict[str, list[tuple[str | None, str | None]]] = {}
    for item in predicate["sources"]:
        found.setdefault(item["role"], []).append((item["name"], digests[item["name"]]))
    return found


def _versions(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    said = [{"resilience-index": item["program"]["version"], **item["versions"]} for item in (old, new)]
    names = sorted({*said[0], *said[1]})
    return {name: (said[0].get(name), said[1].get(name)) for name in names if said[0].get(name) != said[1].get(name)}


def _settings(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[SettingChange]:
    found = []
    for name in sorted({*old["settings"], *new["settings"]}):
        pair = [item["settings"].get(name) for item in (old, new)]
        if pair[0] != pair[1]:
            values = [None if item is None else item["value"] for item in pair]
            origins = [None if item is None else item["origin"] for item in pair]
            found.append(SettingChange(name, (values[0], values[1]), (origins[0], origins[1])))
    return found


def _weights(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[WeightChange]:
    shares = [{leaf["id"]: leaf["global_weight"] for leaf in item["plan"]["leaves"]} for item in (old, new)]
    titles = {leaf["id"]: leaf["title"] for item in (new, old) for leaf in item["plan"]["leaves"]}
    names = dict.fromkeys([*shares[0], *shares[1]])
    return [
        WeightChange(name, titles[name], shares[0].get(name), shares[1].get(name))
        for name in names
        if shares[0].get(name) != shares[1].get(name)
    ]


def _plan(predicate: Mapping[str, Any]) -> Any:
    """The framework and what was settled, without weights, which are told by themselves; items by their ids."""
    plan = {key: value for key, value in predicate["plan"].items() if key != "weights"}
    for kind in _PLAN_ID:
        plan[kind] = {item["id"]: _without_weights(item) for item in plan[kind]}
    return {"framework": predicate["framework"], **plan}


def _without_weights(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_weights(item) for key, item in value.items() if key not in _WEIGHTS}
    if isinstance(value, list):
        return [_without_weights(item) for item in value]
    return value
