"""Baselines: the statistics of one run, kept in a file, that others use in place of their own.

Scores by relative methods compare inside a run only. Against a baseline every run is normalised by the minima,
means, ranks … of the same units, so that years and sets compare. The file is JSON (``resilience-index/baseline/1``)
with one line for each step; ``docs/methods_normalize.md`` describes it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.data.table import Table
from resilience_index.errors import InputError, RefusalError, UnreadableError
from resilience_index.files import write_atomic
from resilience_index.findings import Finding, Location, did_you_mean
from resilience_index.framework import json_strict
from resilience_index.framework.text import read_bytes
from resilience_index.framework.tree import Framework
from resilience_index.methods.checking import Call, suggestion
from resilience_index.scoring import weight_calls
from resilience_index.scoring.kernel import Program
from resilience_index.scoring.plan import LeafPlan, Plan, carried
from resilience_index.scoring.preparation.prepared import Prepared
from resilience_index.scoring.preparation.standing import kept
from resilience_index.scoring.result import Result
from resilience_index.scoring.steps import Grouped, Step

SCHEMA = "resilience-index/baseline/1"
LIMIT = 1 << 30
"""Bytes of the largest file that is read."""

Groups = Mapping[str | None, Mapping[str, Any]]
"""Parameters by the label of the group; None is the one of all rows."""
CodesOf = Callable[[str], tuple[NDArray[np.int64], list[str]]]
_COMPARED = ("aggregate", "missing", "round", "scale", "weights", "fill", "treat")
_KINDS = {"leaf": "normalize", "node": "normalize", "show": "show", "fill": "fill", "treat": "treat"}
_PREPARING = ("fill", "treat")
_NO_JSON = {"zh": "内容不是 JSON", "en": "its content is not JSON"}
_OTHER = {"zh": f"schema 不是 {SCHEMA}", "en": f"its schema is not {SCHEMA}"}
_CHANGED = {
    "zh": "内容与其 sha256 不符，文件在保存后被改动或损坏",
    "en": "its content does not match its sha256: it was changed or damaged after it was saved",
}
_INCOMPLETE = {"zh": "内容不完整", "en": "its content is not complete"}


@dataclass(frozen=True)
class Baseline:
    """A loaded baseline.

    ``steps`` holds, by item and step (``fill``, ``treat``, ``normalize`` or ``show``), what was settled.
    """

    file: str
    content: bytes
    framework: Mapping[str, Any]
    settings: Mapping[str, Any]
    units: int
    steps: Mapping[tuple[str, str], Mapping[str, Any]]
    weights: Mapping[str, Any] | None

    @property
    def name(self) -> str:
        """The file's name without folders."""
        return Path(self.file).name

    def groups(self, item: str, step: str) -> Groups | None:
        """The parameters of an item's step by group; None where the baseline has none."""
        entry = self.steps.get((item, step))
        return None if entry is None else {group["group"]: group["parameters"] for group in entry["groups"]}


# --- writing


def save_baseline(result: Result, path: str | Path) -> None:
    """Write the statistics of a result's relative steps, for other runs to use in place of their own.

    Raises ``OSError`` as the system does.
    """
    write_atomic(Path(path), text(result))


def text(result: Result) -> bytes:
    """The baseline of a run, as the file holds it."""
    plan = result.plan
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "framework": _framework(plan.framework),
        "settings": _settings(plan),
        "units": len(result),
        "steps": list(_entries(result)),
        "weights": _weights(result),
    }
    content["sha256"] = _digest(content)
    lines = [f"{_compact(key)}: {_lines(value)}" for key, value in content.items()]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _lines(value: Any) -> str:
    """A value on one line; a list with one line for each of its items."""
    if not isinstance(value, list) or not value:
        return _compact(value)
    return "[\n" + ",\n".join(f"  {_compact(item)}" for item in value) + "\n]"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)


def _digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of everything but itself."""
    rest = {key: value for key, value in content.items() if key != "sha256"}
    return hashlib.sha256(_compact(rest).encode()).hexdigest()


def _framework(framework: Framework) -> dict[str, Any]:
    return {"id": framework.id, "version": framework.version, "tree_sha256": framework.tree_sha256}


def _settings(plan: Plan) -> dict[str, Any]:
    """The settings that decide what nodes are before they are normalised."""
    everything = plan.settings.to_dict()
    return {name: everything[name]["value"] for name in _COMPARED if name in everything}


@dataclass(frozen=True)
class _Place:
    """A relative step of a plan: the item, which step of it, the method, and the column's direction.

    ``divided`` is what a leaf's values were divided by before.
    """

    kind: str
    index: int
    item: str
    call: Call
    direction: str
    location: Location
    divided: dict[str, Any] | None = None

    @property
    def step(self) -> str:
        return _KINDS[self.kind]


def _places(plan: Plan) -> Iterator[_Place]:
    for leaf in plan.scored:
        calls = {"fill": leaf.fill, "treat": leaf.treat}
        used: dict[str, Call] = {kind: call for kind, call in calls.items() if carried(call)}
        if leaf.normalize.method.relative:
            used["leaf"] = leaf.normalize
        divided = None if leaf.denominate is None else leaf.denominate.to_dict()
        for kind, call in used.items():
            direction = leaf.leaf.indicator.direction
            yield _Place(kind, leaf.index, leaf.id, call, direction, leaf.leaf.location, divided)
    for node in plan.nodes:
        shown = None if node.show is None else node.show.normalize
        for kind, again in (("node", node.normalize), ("show", shown)):
            if again is not None and again.method.relative:
                yield _Place(kind, node.index, node.id, again, "benefit", node.node.location)


def _entries(result: Result) -> Iterator[dict[str, Any]]:
    program = result.program
    columns: dict[str, list[list[Step]]] = {
        "leaf": program.leaf_steps, "node": program.node_steps, "show": program.show_steps,
    }  # fmt: skip
    for place in _places(result.plan):
        head: dict[str, Any] = {
            "id": place.item, "step": place.step, "method": place.call.to_dict(), "direction": place.direction,
        }  # fmt: skip
        if place.divided is not None:
            head["denominate"] = place.divided
        if place.kind in _PREPARING:
            yield head | {"groups": _prepared(result, place)}
            continue
        step = next(step for step in columns[place.kind][place.index] if isinstance(step, Grouped))
        labels = None if step.within is None else labels_of(result.table, step.within)
        yield head | {
            "groups": [
                {"group": None if labels is None else labels[code], "parameters": step.saved(parameter)}
                for code, parameter in sorted(step.groups.items()) if step.holds(parameter)
            ],
        }  # fmt: skip


def _prepared(result: Result, place: _Place) -> list[dict[str, Any]]:
    plan, leaf = result.plan, result.plan.leaves[place.index]
    return kept(plan, leaf, place.step, result.table, result.prepared, lambda name: codes_of(result.table, name))


def codes_of(table: Table, name: str) -> tuple[NDArray[np.int64], list[str]]:
    """The codes of a grouping and their labels."""
    by_period = name == "period" and table.periods is not None
    return table.period_codes() if by_period else table.group_codes(name)


def labels_of(table: Table, name: str) -> list[str]:
    """The labels of a grouping's codes."""
    return list(codes_of(table, name)[1])


def _weights(result: Result) -> dict[str, Any] | None:
    """Local weights that rest on the data, by node; None where the weights do not."""
    plan = result.plan
    if not _from_data(plan):
        return None
    local = {
        node.id: dict(zip(map(plan.child_id, node.children), shares.tolist(), strict=True))
        for node, shares in zip(plan.nodes, result.weights.local, strict=True)
    }
    return {"method": plan.weights.to_dict(), "local": local}


def _from_data(plan: Plan) -> bool:
    return any(call.method.relative for call in weight_calls.parts(plan.weights))


# --- reading


def load(path: str | Path) -> Baseline:
    """Load a baseline. Raises ``UnreadableError`` as for other files, and RI440 for what is none."""
    return read(read_bytes(Path(path), LIMIT), str(path))


def read(content: bytes, path: str) -> Baseline:
    """The baseline that a file ``path`` holds. Raises ``UnreadableError`` RI440."""
    try:
        data = json_strict.parse(content)
    except ValueError as error:
        raise _unusable(path, _NO_JSON) from error
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise _unusable(path, _OTHER)
    try:
        if data["sha256"] != _digest(data):
            raise _unusable(path, _CHANGED)
        steps = {(str(entry["id"]), str(entry["step"])): entry for entry in data["steps"]}
        for entry in steps.values():
            _look_at(entry)
        framework = {key: str(data["framework"][key]) for key in ("id", "version", "tree_sha256")}
        weights = data["weights"]
        if weights is not None:
            _said(weights["method"])
            weights = {"method": dict(weights["method"]), "local": _shares(weights["local"])}
        return Baseline(path, content, framework, dict(data["settings"]), int(data["units"]), steps, weights)
    except (LookupError, TypeError, AttributeError, ArithmeticError, ValueError, RecursionError) as error:
        raise _unusable(path, _INCOMPLETE) from error


def _look_at(entry: Mapping[str, Any]) -> None:
    """Raise ``ValueError``, ``TypeError``, ``LookupError`` or ``OverflowError`` for a step that nothing wrote."""
    _said(entry["method"])
    names = [group["group"] for group in entry["groups"]]
    told = isinstance(entry["groups"], list) and isinstance(entry["direction"], str)
    if not told or not all(isinstance(name, str | None) for name in names) or len(set(names)) < len(names):
        raise ValueError(entry["id"])
    for group in entry["groups"]:
        _refuse_endless(dict(group["parameters"]))


def _refuse_endless(value: Any) -> None:
    """Raise ``OverflowError`` where a whole number is beyond those of 64 bits with a point."""
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, (dict, list)):
            _refuse_endless(item)
        elif isinstance(item, int):
            float(item)


def _shares(local: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    return {node: {child: float(share) for child, share in shares.items()} for node, shares in local.items()}


def _unusable(path: str, reason: Mapping[str, str]) -> UnreadableError:
    return UnreadableError("RI440", where=Location(path), reason=dict(reason))


# --- using


def attach(plan: Plan, baseline: Baseline) -> Plan:
    """The plan with a baseline that fits it.

    Raises ``InputError`` RI441 (another framework) or RI442 (a step that was saved with another method, or not at
    all). RI443 tells settings that differ.
    """
    where = Location(baseline.file)
    if baseline.framework["id"] != plan.framework.id:
        params = {"other": baseline.framework["id"], "framework": plan.framework.id}
        raise InputError([*plan.findings, Finding("RI441", where, params)])
    found = [*_misfits(plan, baseline)]
    if found:
        raise InputError([*plan.findings, *found])
    places = list(_places(plan))
    told = [Finding("RI444", where, {"name": baseline.name, "steps": len(places), "units": baseline.units})]
    differing = _differing(plan, baseline)
    if differing and any(place.kind in ("node", "show") for place in places):
        told.append(Finding("RI443", where, {"names": differing}))
    return replace(plan, baseline=baseline, findings=(*plan.findings, *told))


def _misfits(plan: Plan, baseline: Baseline) -> Iterator[Finding]:
    for place in _places(plan):
        entry = baseline.steps.get((place.item, place.step))
        if entry is None:
            yield _misfit(place.item, baseline, _not_saved(place, baseline))
        elif entry["method"] != place.call.to_dict():
            saved = _said(entry["method"])
            yield _misfit(place.item, baseline, {
                "zh": f"保存时为 {saved}，本次为 {place.call.text()}",
                "en": f"it was saved with {saved}, this run uses {place.call.text()}",
            })  # fmt: skip
        elif entry["direction"] != place.direction:
            yield _misfit(place.item, baseline, {
                "zh": f"保存时方向为 {entry['direction']}，本次为 {place.direction}",
                "en": f"it was saved as a {entry['direction']}, now it is a {place.direction}",
            })  # fmt: skip
        elif entry.get("denominate") != place.divided:
            yield _misfit(place.item, baseline, _divided(entry.get("denominate"), place.divided))
    yield from _left_out(plan, baseline)
    if _from_data(plan):
        yield from _weight_misfits(plan, baseline)


def _divided(saved: Any, now: dict[str, Any] | None) -> dict[str, str]:
    old, new = (
        {"zh": f"除以 {call['by']} × {call['factor']:g}", "en": f"divided by {call['by']} × {call['factor']:g}"}
        if isinstance(call, dict) and call.keys() >= {"by", "factor"}
        else {"zh": "未作除法", "en": "not divided"}
        for call in (saved, now)
    )
    return {
        "zh": f"保存时{old['zh']}，本次{new['zh']}",
        "en": f"its values were {old['en']} when it was saved, now they are {new['en']}",
    }


def _left_out(plan: Plan, baseline: Baseline) -> Iterator[Finding]:
    """RI442 about leaves that were filled or treated when the baseline was saved, and are not now."""
    here = {(place.item, place.step) for place in _places(plan)}
    leaves: dict[str, LeafPlan] = {leaf.id: leaf for leaf in plan.scored}
    for (item, step), entry in baseline.steps.items():
        if step in _PREPARING and item in leaves and (item, step) not in here:
            call = leaves[item].fill if step == "fill" else leaves[item].treat
            yield _misfit(item, baseline, {
                "zh": f"保存时 {step} 为 {_said(entry['method'])}，本次为 {call.text()}",
                "en": f"it was saved with {step} {_said(entry['method'])}, this run uses {call.text()}",
            })  # fmt: skip


def _weight_misfits(plan: Plan, baseline: Baseline) -> Iterator[Finding]:
    """RI442 about weights from data: they are those of the baseline."""
    saved = None if baseline.weights is None else _said(baseline.weights["method"])
    if baseline.weights is None or baseline.weights["method"] != plan.weights.to_dict():
        yield _misfit("weights", baseline, {
            "zh": f"保存时的权重为 {saved or '非数据赋权'}，本次为 {plan.weights.text()}",
            "en": f"it was saved with {saved or 'weights that are not from data'}, "
                  f"this run uses {plan.weights.text()}",
        })  # fmt: skip
        return
    for node in plan.nodes:
        children = {plan.child_id(ref) for ref in node.children}
        if set(baseline.weights["local"].get(node.id, ())) != children:
            reason = {"zh": "其子项与保存时不同", "en": "its children are not those of the run that saved it"}
            yield _misfit(node.id, baseline, reason)


def _not_saved(place: _Place, baseline: Baseline) -> dict[str, str]:
    known = sorted({item for item, step in baseline.steps if step == place.step})
    near = did_you_mean(suggestion(place.item, known))
    return {
        "zh": f"其中没有为它保存 {place.call.text()} 的参数{near['zh']}",
        "en": f"nothing was saved for its {place.call.text()}{near['en']}",
    }


def _misfit(item: str, baseline: Baseline, reason: Mapping[str, str]) -> Finding:
    return Finding("RI442", Location(baseline.file), {"id": item, "reason": dict(reason)})


def _said(method: Mapping[str, Any]) -> str:
    """A method of the file as a message shows it."""
    others = ", ".join(f"{key}={value}" for key, value in method.items() if key not in ("method", "bands"))
    return f"{method['method']}({others})" if others else str(method["method"])


def _differing(plan: Plan, baseline: Baseline) -> list[str]:
    """The settings (and the tree) that are not those the baseline was saved with."""
    now = json.loads(_compact(_settings(plan)))
    names = [name for name in _COMPARED if name in now and name in baseline.settings]
    found = [name for name in names if now[name] != baseline.settings[name]]
    if baseline.framework["tree_sha256"] != plan.framework.tree_sha256:
        found.append("tree")
    return found


def prepared(plan: Plan, function: Callable[[], Prepared]) -> Prepared:
    """What prepares a plan's columns; what its baseline does not fit becomes ``InputError`` RI442."""
    try:
        return function()
    except RefusalError as error:
        assert plan.baseline is not None
        raise InputError([Finding(error.code, Location(plan.baseline.file), dict(error.params))]) from error


def settle(program: Program, codes_of: CodesOf) -> None:
    """Let a program take the parameters of its plan's baseline, if it has one.

    ``codes_of`` gives codes and labels of the groupings of the table. Raises ``InputError`` RI442.
    """
    baseline = program.plan.baseline
    if baseline is None:
        return
    try:
        program.fix(_fixed(program.plan, baseline, codes_of))
    except RefusalError as error:
        raise InputError([Finding(error.code, Location(baseline.file), dict(error.params))]) from error


def _fixed(plan: Plan, baseline: Baseline, codes_of: CodesOf) -> dict[tuple[str, int], dict[int, Mapping[str, Any]]]:
    """The baseline's parameters, by the codes of groups. Raises ``InputError`` RI442 for a group it does not have."""
    result: dict[tuple[str, int], dict[int, Mapping[str, Any]]] = {}
    problems: list[Finding] = []
    for place in _places(plan):
        if place.kind in _PREPARING:
            continue
        groups = baseline.groups(place.item, place.step) or {}
        within = place.call.get("within")
        wanted: Iterable[tuple[int, str | None]] = [(0, None)]
        if within is not None:
            codes, labels = codes_of(within)
            wanted = [(int(code), labels[int(code)]) for code in np.unique(codes)]
        lacking = [label for _, label in wanted if label not in groups]
        problems += [_without_group(place, baseline, label, groups) for label in lacking]
        result[place.kind, place.index] = {code: groups[label] for code, label in wanted if label in groups}
    if problems:
        raise InputError(problems)
    return result


def _without_group(place: _Place, baseline: Baseline, label: str | None, groups: Groups) -> Finding:
    known = [str(group) for group in groups]
    if label is None:
        reason = {"zh": "其中没有任何值", "en": "the run that saved it had no value there"}
    else:
        reason = {
            "zh": f"没有“{label}”组的参数，只有：{'、'.join(known) or '—'}",
            "en": f"it has nothing for the group '{label}', only for: {', '.join(known) or '—'}",
        }
    return _misfit(place.item, baseline, reason)


def shares(plan: Plan) -> Sequence[NDArray[np.float64]] | None:
    """The baseline's weights of each node's children, where the plan's weights come from data; else None."""
    baseline = plan.baseline
    if baseline is None or baseline.weights is None or not _from_data(plan):
        return None
    local = baseline.weights["local"]
    return [np.array([local[node.id][plan.child_id(ref)] for ref in node.children]) for node in plan.nodes]
