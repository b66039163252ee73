"""How one community's score came about: from the cells of the file to the score, step by step.

An explanation is made from a fresh result or from a run's folder (manifest and trace); both give the same
``Explanation``, whose figures are those of the trace.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from resilience_index.analysis import recorded
from resilience_index.audit import manifest as manifests
from resilience_index.audit import trace
from resilience_index.data.privacy import mask
from resilience_index.errors import InputError, UnknownNameError, UsageError
from resilience_index.findings import Finding, Location, did_you_mean
from resilience_index.framework import json_strict
from resilience_index.methods import bands, grade
from resilience_index.methods.checking import suggestion
from resilience_index.scoring.grading import OPERATORS
from resilience_index.scoring.result import Result
from resilience_index.scoring.run import comparable


@dataclass(frozen=True)
class LeafLine:
    """One leaf of one unit: cell, values, weights, contribution (on the shown scale of the score)."""

    indicator: str
    title: Mapping[str, str]
    parent: str
    unit: str | None
    source_file: str | None
    source_row: int | None
    source_column: str | None
    raw: str | None
    cleaned: float | None
    status: str
    conversion: str | None
    divided: float | None
    filled: float | None
    treated: float | None
    preparation: Mapping[str, Any]
    method: Mapping[str, Any]
    parameters: Mapping[str, Any]
    normalized: float | None
    taken: float | None
    local_weight: float | None
    effective_weight: float | None
    global_weight: float | None
    contribution: float | None


@dataclass(frozen=True)
class NodeLine:
    """One inner node of one unit: how its children gave its value; ``details`` are figures on the way to it."""

    id: str
    title: Mapping[str, str]
    parent: str | None
    level: int
    aggregate: Mapping[str, Any]
    missing: Mapping[str, Any]
    steps: Mapping[str, Any]
    children: Sequence[Mapping[str, Any]]
    aggregated: float | None
    value: float | None
    shown: float | None
    scale: float
    local_weight: float | None
    effective_weight: float | None
    contribution: float | None
    details: Mapping[str, float | None]


@dataclass(frozen=True)
class Explanation:
    """Everything behind one score. ``leaves`` and ``nodes`` are in the order of the tree, the root first."""

    framework: Mapping[str, Any]
    community_id: str
    community: str
    period: str | None
    score: float | None
    rank: float | None
    grade: str | None
    grade_before: str | None
    coverage: float | None
    red_lines: Sequence[Mapping[str, Any]]
    gates: Sequence[Mapping[str, Any]]
    grading: Mapping[str, Any]
    weights: Mapping[str, Any]
    nodes: Sequence[NodeLine]
    leaves: Sequence[LeafLine]

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as ``explain --json`` prints it."""
        from dataclasses import asdict

        return {"schema_version": 1, **asdict(self)}


def find_unit(ids: Sequence[str], names: Sequence[str], periods: Sequence[str | None], wanted: str,
              period: str | None, source: str) -> int:  # fmt: skip
    """The row of a community given by id or name; the newest period unless one is said.

    Raises ``InputError`` RI417 (no such community, with the closest name) or RI418 (several of that name).
    """
    rows = [row for row, value in enumerate(ids) if value == wanted]
    if not rows:
        rows = [row for row, value in enumerate(names) if value == wanted]
        known = sorted({ids[row] for row in rows})
        if len(known) > 1:
            raise InputError([Finding("RI418", Location(source), {"name": wanted, "known": known})])
    if not rows:
        close = suggestion(wanted, [*dict.fromkeys(ids), *dict.fromkeys(names)])
        params = {"what": source, "name": mask(wanted), "known": "", "suggestion": did_you_mean(close)}
        raise InputError([Finding("RI417", Location(source), params)])
    if period is not None:
        found = [row for row in rows if periods[row] == period]
        if not found:
            there = [label for row in rows if (label := periods[row]) is not None]
            params = {"name": period, "known": there or ["—"], "suggestion": did_you_mean(None)}
            raise InputError([Finding("RI413", Location(source), params)])
        rows = found
    from resilience_index.data.table import natural_key

    return max(rows, key=lambda row: natural_key(periods[row] or ""))


def explain(result: Result, community: str, period: str | None = None) -> Explanation:
    """Explain one community (by id or name) of a result; the newest period unless one is said."""
    table = result.table
    periods = table.periods.to_pylist() if table.periods is not None else [None] * len(table)
    row = find_unit(table.ids.to_pylist(), table.names.to_pylist(), periods, community, period, table.source)
    detail = result.detail(row, row + 1)
    head = _Head(
        table.ids[row].as_py(), table.names[row].as_py(), periods[row], _number(result.score[row]),
        _number(result.ranks[row]), result.grade_id(row), _number(result.coverage[row]),
        {name: values[row].as_py() or "" for name, values in table.groups.items()},
    )  # fmt: skip
    cells = trace.leaf_batch(result, detail).to_pylist()
    nodes = trace.node_batch(result, detail).to_pylist()
    return _assemble(manifests.framework_dict(result.plan), manifests.plan_dict(result), head, cells, nodes)


def explain_run(folder: Path, community: str, period: str | None = None) -> Explanation:
    """Explain one community of a finished run, from the run's own files.

    Raises ``UsageError`` RI012 (no run), RI041 (the runs of several frameworks), RI014 (a run without trace) or RI040
    (a file that is damaged or lost), ``InputError`` RI417, RI418.
    """
    content = read_manifest(folder)
    with sound(folder / manifests.FILE):
        predicate, names = content["predicate"], {subject["name"] for subject in content["subject"]}
    if not names & {trace.FILE, trace.NODES_FILE}:
        raise UsageError("RI014", where=Location(str(folder)), file=str(folder))
    with sound(folder / "scores.csv"):
        head = _head_from_scores(folder / "scores.csv", community, period)
    with sound(folder / manifests.FILE):
        plan, framework = predicate["plan"], predicate["framework"]
        ids = [[item["id"] for item in plan[kind]] for kind in ("leaves", "nodes")]
    cells = _trace_rows(folder / trace.FILE, head, "indicator", ids[0])
    nodes = _trace_rows(folder / trace.NODES_FILE, head, "node", ids[1])
    with sound(folder / manifests.FILE):
        found = _assemble(framework, plan, head, cells, nodes)
        recorded.refuse_other(found)
    return found


def _trace_rows(path: Path, head: _Head, key: str, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of one unit, one for each of ``ids``. Raises ``UsageError`` RI040."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    same = pc.field("community_id") == head.community_id
    if head.period is not None:
        same &= pc.field("period") == head.period
    with sound(path):
        rows = list(pq.read_table(path, filters=same).to_pylist())
        if [row[key] for row in rows] != list(ids):
            raise ValueError(path)
    return rows


@contextlib.contextmanager
def sound(path: Path) -> Iterator[None]:
    """Tell that a file of a run is not as it was written: ``UsageError`` RI040."""
    import csv

    try:
        yield
    except (OSError, ValueError, LookupError, TypeError, AttributeError, NotImplementedError, csv.Error) as error:
        reason = {"zh": "内容不是运行时写出的内容", "en": "its content is not what a run writes"}
        if isinstance(error, FileNotFoundError):
            reason = {"zh": "找不到该文件", "en": "it is not there"}
        raise UsageError("RI040", where=Location(str(path)), file=str(path), reason=reason) from error


@dataclass(frozen=True)
class _Head:
    """What the scores say of the unit."""

    community_id: str
    community: str
    period: str | None
    score: float | None
    rank: float | None
    grade: str | None
    coverage: float | None
    groups: Mapping[str, str]


_ESCAPES = re.compile(r"\\x([0-9a-f]{2})|\\u([0-9a-f]{4})")
"""How ``scores.csv`` writes control characters."""


def cell_text(value: str) -> str:
    """A text of ``scores.csv`` as it was before formulas and control characters in it were made harmless."""
    guarded = value[:1] == "'" and value.lstrip("'")[:1] in ("=", "+", "-", "@", "\t", "\r")
    return _ESCAPES.sub(lambda found: chr(int(found[1] or found[2], 16)), value[1:] if guarded else value)


def read_scores(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """The columns and rows of a run's ``scores.csv``, as they are written. Raises ``KeyError`` for lost columns."""
    import csv

    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        rows = list(reader)
    lacking = {"community_id", "community", "score", "rank", "grade", "coverage"}.difference(reader.fieldnames or ())
    if lacking:
        raise KeyError(*lacking)
    return list(reader.fieldnames or ()), rows


def _head_from_scores(path: Path, community: str, period: str | None) -> _Head:
    _, rows = read_scores(path)

    def text(row: Mapping[str, str], name: str) -> str:
        return cell_text(row[name])

    def number(row: Mapping[str, str], name: str) -> float | None:
        return float(row[name]) if row[name] else None

    ids = [text(row, "community_id") for row in rows]
    names = [text(row, "community") for row in rows]
    periods = [text(row, "period") if "period" in row else None for row in rows]
    index = find_unit(ids, names, periods, community, period, str(path.parent))
    row = rows[index]
    return _Head(
        ids[index], names[index], periods[index], number(row, "score"), number(row, "rank"), row["grade"] or None,
        number(row, "coverage"), {name: text(row, name) for name in row if name is not None},
    )  # fmt: skip


def recorded_scores(path: Path) -> list[float]:
    """The scores that ``scores.csv`` holds, in its order; NaN where there is none. Raises ``UsageError`` RI040."""
    import csv

    with sound(path), path.open(encoding="utf-8-sig", newline="") as stream:
        return [float(row["score"] or "nan") for row in csv.DictReader(stream)]


def _number(value: Any) -> float | None:
    number = float(value)
    return None if np.isnan(number) else number


def _assemble(
    framework: Mapping[str, Any], plan: Mapping[str, Any], head: _Head, cells: Sequence[Mapping[str, Any]],
    nodes: Sequence[Mapping[str, Any]],
) -> Explanation:  # fmt: skip
    local = {child["id"]: child["local_weight"] for node in plan["nodes"] for child in node["children"]}
    leaves = [_leaf(settings, cell, local) for settings, cell in zip(plan["leaves"], cells, strict=True)]
    taken = {leaf.indicator: leaf.taken for leaf in leaves}
    weights = {leaf.indicator: leaf.effective_weight for leaf in leaves}
    for settings, row in zip(plan["nodes"], nodes, strict=True):
        taken[settings["id"]] = _taken(row["value"], settings["against"])
        weights[settings["id"]] = row["effective_weight"]
    lines = [_node(settings, row, local, taken, weights) for settings, row in zip(plan["nodes"], nodes, strict=True)]
    cleaned = {leaf.indicator: leaf.cleaned for leaf in leaves}
    crossed = [line for line in plan["red_lines"] if _crossed(line, cleaned.get(line["indicator"]))]
    scale = {line.id: line.scale for line in lines}
    looked_at = cleaned | {line.id: None if line.shown is None else _compared(line.shown, scale[line.id])
                           for line in lines}  # fmt: skip
    excused = {leaf.indicator for leaf in leaves if leaf.status == "not_applicable"}
    failed = [gate for gate in plan["gates"] if head.score is not None and _fails(gate, looked_at, excused)]
    return Explanation(
        framework=framework, community_id=head.community_id, community=head.community, period=head.period,
        score=head.score, rank=_whole(head.rank), grade=head.grade, grade_before=_grade_before(plan, head),
        coverage=head.coverage, red_lines=crossed, gates=failed, grading=_grading(plan, head),
        weights=plan["weights"], nodes=lines, leaves=leaves,
    )  # fmt: skip


def _whole(rank: float | None) -> float | None:
    """A whole rank as an integer; tied ranks may be averages."""
    return int(rank) if rank is not None and rank.is_integer() else rank


def _taken(value: float | None, against: bool) -> float | None:
    return None if value is None else (1.0 - value if against else value)


def _crossed(line: Mapping[str, Any], value: float | None) -> bool:
    return value is not None and bool(OPERATORS[line["op"]](value, line["value"]))


def _fails(gate: Mapping[str, Any], values: Mapping[str, float | None], excused: Collection[str]) -> bool:
    name = gate["indicator"] or gate["node"]
    value = values[name]
    if value is None:
        return gate["missing"] == "fail" and name not in excused
    return not OPERATORS[gate["op"]](value, gate["value"])


def _compared(shown: float, scale: float) -> float:
    return float(comparable(np.array([shown]), scale)[0])


def _grading(plan: Mapping[str, Any], head: _Head) -> dict[str, Any]:
    """How the bounds were found, with those of the unit's group."""
    found = plan["grading"]
    label = head.period if found["within"] == "period" else head.groups.get(found["within"] or "")
    bounds: Sequence[Any] = next(
        (item["bounds"] for item in found["groups"] if item["group"] in (None, label or "")), []
    )
    return {**{key: found[key] for key in ("method", "relative", "within")}, "bounds": bounds}


def _grade_before(plan: Mapping[str, Any], head: _Head) -> str | None:
    """The grade by the score alone, before red lines and gates."""
    bounds = _grading(plan, head)["bounds"]
    if head.score is None or not bounds:
        return None
    shown = np.array([_compared(head.score, plan["nodes"][0]["scale"])])
    index = int(grade.assign(shown, np.array([item["min"] for item in bounds]))[0])
    return str(bounds[index]["grade"]) if index >= 0 else None


def _preparation(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What the leaf asks for before it is normalised, and what each step settled on."""
    calls = {step: settings[step] for step in ("denominate", "fill", "treat")}
    used = {step: call for step, call in calls.items() if call is not None and call["method"] != "none"}
    return {step: {**call, "parameters": settings["prepared"].get(step, {})} for step, call in used.items()}


def _band(call: Mapping[str, Any], value: float | None) -> dict[str, Any]:
    """The band a value fell into, where the leaf has bands."""
    table = call.get("bands")
    place = None if table is None or value is None else bands.place_of(table, value)
    if table is None or place is None:
        return {}
    found = {"condition": bands.words(table[place]), "points": table[place]["points"]}
    return {"band": found | ({"text": table[place]["text"]} if "text" in table[place] else {})}


def _leaf(settings: Mapping[str, Any], cell: Mapping[str, Any], local: Mapping[str, float]) -> LeafLine:
    return LeafLine(
        indicator=settings["id"], title=settings["title"], parent=settings["parent"], unit=settings["unit"],
        source_file=cell["source_file"], source_row=cell["source_row"], source_column=cell["source_column"],
        raw=cell["raw"], cleaned=cell["cleaned"], status=cell["status"], conversion=cell["conversion"],
        divided=cell["divided"], filled=cell["filled"], treated=cell["treated"], preparation=_preparation(settings),
        method=settings["normalize"],
        parameters={
            **_band(settings["normalize"], cell["treated"]), **settings["parameters"],
            "direction": settings["direction"], "invert": settings["invert"], "against": settings["against"],
            "round": settings["round"],
        },
        normalized=cell["normalized"], taken=_taken(cell["normalized"], settings["against"]),
        local_weight=local.get(settings["id"]), effective_weight=cell["effective_weight"],
        global_weight=settings["global_weight"], contribution=cell["contribution"],
    )  # fmt: skip


def _node(
    settings: Mapping[str, Any], row: Mapping[str, Any], local: Mapping[str, float],
    taken: Mapping[str, float | None], weights: Mapping[str, float | None],
) -> NodeLine:  # fmt: skip
    children = [
        {**child, "taken": taken[child["id"]], "effective_weight": weights[child["id"]]}
        for child in settings["children"]
    ]
    keys = ("normalize", "parameters", "invert", "against", "round", "show")
    return NodeLine(
        id=settings["id"], title=settings["title"], parent=settings["parent"], level=settings["level"],
        aggregate=settings["aggregate"], missing=settings["missing"], steps={key: settings[key] for key in keys},
        children=children, aggregated=row["aggregated"], value=row["value"], shown=row["shown"],
        scale=settings["scale"], local_weight=local.get(settings["id"]), effective_weight=row["effective_weight"],
        contribution=row["contribution"], details=dict(row.get("details") or ()),
    )  # fmt: skip


def only(explanation: Explanation, node: str) -> Explanation:
    """The part of an explanation at and below a node (or a leaf). Raises ``UnknownNameError`` RI008."""
    parents = {line.id: line.parent for line in explanation.nodes}
    parents |= {line.indicator: line.parent for line in explanation.leaves}
    if node not in parents:
        hint = did_you_mean(suggestion(node, list(parents)))
        kind = {"zh": "节点", "en": "node"}
        raise UnknownNameError("RI008", kind=kind, name=node, known=list(parents), suggestion=hint)

    def below(item: str | None) -> bool:
        while item is not None and item != node:
            item = parents[item]
        return item == node

    return replace(
        explanation, nodes=[line for line in explanation.nodes if below(line.id)],
        leaves=[line for line in explanation.leaves if below(line.indicator)],
    )  # fmt: skip


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a run's folder.

    Raises ``UsageError`` RI012 when there is none of ours, RI040 for one that is damaged, RI041 where the folders
    inside hold runs.
    """
    content = manifests.read(folder)
    if content is not None:
        return content
    if (folder / manifests.FILE).is_file():
        with sound(folder / manifests.FILE):
            json_strict.parse((folder / manifests.FILE).read_bytes())
    inside = sorted(item.name for item in folder.iterdir() if manifests.read(item) is not None)
    if inside:
        raise UsageError("RI041", where=Location(str(folder)), file=str(folder), known=inside)
    raise UsageError("RI012", where=Location(str(folder)), file=str(folder))
