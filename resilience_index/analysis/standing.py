"""The figures of a run that a diagnosis reads: every leaf and node of every unit, from a result or a run's folder.

Both ways give the same figures: those the kernel made, and those the trace of a run holds of them.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.analysis import explain
from resilience_index.audit import inputs, trace
from resilience_index.audit import manifest as manifests
from resilience_index.audit.canonical import digest
from resilience_index.data.table import natural_key
from resilience_index.errors import InputError, UsageError
from resilience_index.findings import Finding, Location
from resilience_index.framework.tree import Framework, Leaf, Node
from resilience_index.scoring.result import Result
from resilience_index.scoring.statistics import Floats

Both = Mapping[str, str]
MARKS = ("", "filled", "treated")
"""What may have been done to a leaf's value before it was normalised."""


@dataclass(frozen=True)
class Item:
    """A node or leaf with its figures of every unit, arrays (units,), NaN without a value.

    ``shown`` is on the shown scale, which ends at ``scale``, ``raw`` (leaves) in the leaf's own unit; ``good`` is the
    value inside (0..1 for bounded methods; of points the share of the full ones, ``full``), turned where an ancestor
    counts it against, so that more is always better for the score; ``share`` is its effective share of the index after
    weights were re-scaled over what is there; ``weight`` its weight where nothing is missing. ``leaves`` are the ids of
    the scored leaves at or below it. ``used`` (leaves) is what was normalised, and ``marks`` say by position in
    ``MARKS`` whether it was filled in or treated.
    """

    id: str
    title: Both
    kind: str
    parent: str | None
    level: int
    unit: str | None
    scale: float
    weight: float
    local_weight: float
    leaves: tuple[str, ...]
    shown: Floats
    good: Floats
    share: Floats
    raw: Floats | None = None
    full: float = 1.0
    used: Floats | None = None
    marks: NDArray[np.int8] | None = None

    def prepared(self, row: int) -> dict[str, Any] | None:
        """What was done to a unit's value before it was normalised, and the value used; None for a reported one."""
        if self.marks is None or self.used is None or not self.marks[row]:
            return None
        return {"action": MARKS[int(self.marks[row])], "value": float(self.used[row])}


@dataclass(frozen=True)
class Standing:
    """The units of a run (rows; one a period) and their figures.

    ``items`` are the nodes and scored leaves in the order of the tree, the root first. ``periods`` are those of the
    rows, ``labels`` each once, the oldest first; one empty label without periods.
    """

    source: str
    framework: Framework
    items: Mapping[str, Item]
    ids: tuple[str, ...]
    names: tuple[str, ...]
    periods: tuple[str, ...]
    labels: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    score: Floats
    rank: Floats
    coverage: Floats
    grades: tuple[str | None, ...]
    relative: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def root(self) -> Item:
        """The index itself."""
        return next(iter(self.items.values()))

    @functools.cached_property
    def leaves(self) -> list[Item]:
        """The scored leaves in the order of the tree."""
        return [item for item in self.items.values() if item.kind == "leaf"]

    @functools.cached_property
    def dimensions(self) -> list[Item]:
        """The inner children of the root."""
        root = self.root.id
        return [item for item in self.items.values() if item.kind == "node" and item.parent == root]

    def rows_of(self, period: str) -> list[int]:
        """The rows of a period."""
        return [row for row, label in enumerate(self.periods) if label == period]


def from_result(result: Result) -> Standing:
    """The figures of a fresh result."""
    plan, table = result.plan, result.table
    leaves, nodes, effective_leaves, effective_nodes = [], [], [], []
    for detail in result.details():
        rows = detail.block.stop - detail.block.start
        leaves.append(_matrix(detail.values.leaves, rows))
        nodes.append(_matrix(detail.values.nodes, rows))
        effective_leaves.append(_matrix(detail.contributions.effective_leaves, rows))
        effective_nodes.append(_matrix(detail.contributions.effective_nodes, rows))
    figures = _Figures(
        leaves=_joined(leaves, len(plan.leaves)), nodes=_joined(nodes, len(plan.nodes)), shown=result.shown,
        raw=np.array([table.values[leaf.index] for leaf in plan.leaves]).reshape(len(plan.leaves), len(table)),
        effective_leaves=_joined(effective_leaves, len(plan.leaves)),
        effective_nodes=_joined(effective_nodes, len(plan.nodes)),
        used=np.array(result.prepared.values).reshape(len(plan.leaves), len(table)), marks=_marks(result),
    )  # fmt: skip
    periods = [""] * len(table) if table.periods is None else [label or "" for label in table.periods.to_pylist()]
    head = _Head(
        source=table.source, ids=table.ids.to_pylist(), names=table.names.to_pylist(), periods=periods,
        groups={name: [value or "" for value in column.to_pylist()] for name, column in table.groups.items()},
        score=result.score, rank=np.asarray(result.ranks, dtype=np.float64), coverage=result.coverage,
        grades=[result.grade_id(unit) for unit in range(len(table))],
    )  # fmt: skip
    return _assemble(head, figures, manifests.plan_dict(result), plan.framework, plan.relative_methods())


def _marks(result: Result) -> NDArray[np.int8]:
    """What was done to each value, as positions in ``MARKS``: (leaves, units)."""
    marks = np.zeros((len(result.plan.leaves), len(result)), dtype=np.int8)
    for code, masks in ((2, result.prepared.treated), (1, result.prepared.filled)):
        for leaf, mask in masks.items():
            marks[leaf][mask] = code
    return marks


def from_run(folder: Path, framework: Framework) -> Standing:
    """The figures of a finished run, from its own files; ``framework`` is the one the run was made with.

    Raises ``UsageError`` RI012, RI014, RI040, RI041 (as ``explain_run``), and ``InputError`` RI506 when the framework
    file is not the one that the manifest names, RI508 when it is another framework altogether.
    """
    content = explain.read_manifest(folder)
    with explain.sound(folder / manifests.FILE):
        predicate, names = content["predicate"], {subject["name"] for subject in content["subject"]}
        plan, files = predicate["plan"], {item["name"]: item["digest"]["sha256"] for item in predicate["inputs"]}
        if not {trace.FILE, trace.NODES_FILE} <= names:
            raise UsageError("RI014", where=Location(str(folder)), file=str(folder))
        _same(framework, str(predicate["framework"]["id"]), files)
        leaves = [leaf["id"] for leaf in plan["leaves"]]
        nodes = [node["id"] for node in plan["nodes"]]
    with explain.sound(folder / "scores.csv"):
        head = _read_scores(folder / "scores.csv", str(folder))
    cells = _columns(folder / trace.FILE, "indicator", leaves, ("cleaned", "treated", "normalized", "effective_weight"))
    marks = _marks_of(folder / trace.FILE, len(leaves))
    values = _columns(folder / trace.NODES_FILE, "node", nodes, ("value", "shown", "effective_weight"))
    with explain.sound(folder / trace.FILE):
        if cells["cleaned"].shape[1] != len(head.ids) or values["value"].shape[1] != len(head.ids):
            raise ValueError(folder)
    figures = _Figures(
        leaves=cells["normalized"], nodes=values["value"], shown=values["shown"], raw=cells["cleaned"],
        effective_leaves=cells["effective_weight"], effective_nodes=values["effective_weight"],
        used=cells["treated"], marks=marks,
    )  # fmt: skip
    with explain.sound(folder / manifests.FILE):
        return _assemble(head, figures, plan, framework, _relative(plan, baseline=inputs.BASELINE in names))


def run_framework(folder: Path) -> str:
    """The id of the framework a run was made with. Raises ``UsageError`` as ``from_run``."""
    content = explain.read_manifest(folder)
    with explain.sound(folder / manifests.FILE):
        return str(content["predicate"]["framework"]["id"])


def _same(framework: Framework, used: str, files: Mapping[str, str]) -> None:
    """Refuse a framework that is not the one of the run: its rules may speak of another tree."""
    if framework.id != used:
        raise InputError([Finding("RI508", Location(framework.file), {"used": used, "name": framework.id})])
    for name, content in framework.files.items():
        if digest(content) not in files.values():
            raise InputError([Finding("RI506", Location(framework.file), {"file": Path(name).name})])


@dataclass(frozen=True)
class _Figures:
    """Arrays (leaves or nodes, units)."""

    leaves: Floats
    nodes: Floats
    shown: Floats
    raw: Floats
    effective_leaves: Floats
    effective_nodes: Floats
    used: Floats
    marks: NDArray[np.int8]


@dataclass(frozen=True)
class _Head:
    source: str
    ids: Sequence[str]
    names: Sequence[str]
    periods: Sequence[str]
    groups: Mapping[str, Sequence[str]]
    score: Floats
    rank: Floats
    coverage: Floats
    grades: Sequence[str | None]


def _matrix(columns: Sequence[Floats | None], rows: int) -> Floats:
    return np.array([np.full(rows, np.nan) if column is None else column for column in columns]).reshape(-1, rows)


def _joined(blocks: Sequence[Floats], size: int) -> Floats:
    return np.concatenate(blocks, axis=1) if blocks else np.empty((size, 0))


def _columns(path: Path, key: str, ids: Sequence[str], wanted: Sequence[str]) -> dict[str, Floats]:
    """Columns of a trace as arrays (ids, units). Raises ``UsageError`` RI040 for one that is not as it was written."""
    import pyarrow.parquet as pq

    with explain.sound(path):
        table = pq.read_table(path, columns=[key, *wanted])
        units, rest = divmod(table.num_rows, max(1, len(ids)))
        if rest or table.column(key).to_pylist() != list(ids) * units:
            raise ValueError(path)
        return {
            name: np.asarray(table.column(name).to_numpy(zero_copy_only=False), dtype=np.float64)
            .reshape(units, len(ids)).T
            for name in wanted
        }  # fmt: skip


def _marks_of(path: Path, leaves: int) -> NDArray[np.int8]:
    """What a trace says was done to each value, as positions in ``MARKS``: (leaves, units)."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    with explain.sound(path):
        column = pq.read_table(path, columns=["status"]).column("status").cast(pa.string())
        found = pc.fill_null(pc.index_in(column, pa.array(MARKS)), 0)
        return np.asarray(found.to_numpy(), dtype=np.int8).reshape(-1, max(1, leaves)).T


def _read_scores(path: Path, source: str) -> _Head:
    """What ``scores.csv`` says of the units; the columns before the score that are no keys are groups."""
    fields, rows = explain.read_scores(path)
    keys = ("community_id", "community", "period")
    groups = [name for name in fields[: fields.index("score")] if name not in keys]

    def number(name: str) -> Floats:
        return np.array([float(row[name]) if row[name] else np.nan for row in rows], dtype=np.float64)

    def texts(name: str) -> list[str]:
        return [explain.cell_text(row[name]) for row in rows]

    return _Head(
        source=source, ids=texts("community_id"), names=texts("community"),
        periods=texts("period") if "period" in fields else [""] * len(rows),
        groups={explain.cell_text(name): texts(name) for name in groups}, score=number("score"),
        rank=number("rank"), coverage=number("coverage"), grades=[row["grade"] or None for row in rows],
    )  # fmt: skip


def _relative(plan: Mapping[str, Any], *, baseline: bool) -> list[str]:
    """The methods of a run whose results depend on the set of units, from its manifest; as the plan tells them."""
    from resilience_index.methods.registry import get

    scored = [leaf for leaf in plan["leaves"] if leaf["direction"] != "context"]
    prepared = [(kind, leaf[kind]) for leaf in scored for kind in ("fill", "treat")]
    # A baseline carries what these settle on, but for neighbours, which are units.
    calls = [(kind, call) for kind, call in prepared if not baseline or call["method"] == "knn"]
    calls += [("aggregate", node["aggregate"]) for node in plan["nodes"]]
    if not baseline:
        calls += [("normalize", item["normalize"]) for item in (*scored, *plan["nodes"])]
        calls += [("normalize", node["show"]["normalize"]) for node in plan["nodes"] if node["show"]]
        calls += [("weights", call) for call in _weight_calls(plan["weights"])]
    return sorted({call["method"] for kind, call in calls if call and get(kind, call["method"]).relative})


def _weight_calls(call: Any) -> list[Any]:
    """A weighting method and those it is made of."""
    if not isinstance(call, Mapping):
        return [part for item in call for part in _weight_calls(item)] if isinstance(call, list) else []
    own = [call] if "method" in call else []
    return [*own, *(part for value in call.values() for part in _weight_calls(value))]


def _full(
    settings: Mapping[str, Any], nodes: Mapping[str, Mapping[str, Any]], leaves: Mapping[str, Mapping[str, Any]]
) -> float | None:
    """The full points of a node or leaf whose value is points; None for others."""
    call = settings["normalize"] or {}
    if settings["invert"] or settings["against"]:
        return None
    if "children" not in settings:
        table = call.get("bands")
        if not table or call.get("full") is not None:
            return None
        return max(0.0, *(float(Fraction(band["points"])) for band in table)) or None
    if call or settings["aggregate"]["method"] != "points":
        return None
    parts = []
    for child in settings["children"]:
        found = nodes.get(child["id"]) or leaves[child["id"]]
        full = _full(found, nodes, leaves)
        parts.append(float(child["factor"]) * (1.0 if full is None else full))
    return math.fsum(parts) or None


def _assemble(
    head: _Head, figures: _Figures, plan: Mapping[str, Any], framework: Framework, relative: Sequence[str]
) -> Standing:
    rows_of = {leaf["id"]: row for row, leaf in enumerate(plan["leaves"])}
    rows_of |= {node["id"]: row for row, node in enumerate(plan["nodes"])}
    nodes = {node["id"]: node for node in plan["nodes"]}
    leaves = {leaf["id"]: leaf for leaf in plan["leaves"] if leaf["direction"] != "context"}
    local = {child["id"]: child["local_weight"] for node in plan["nodes"] for child in node["children"]}
    items: dict[str, Item] = {}

    def add(node: Node | Leaf, parent: Item | None, flipped: bool) -> tuple[str, ...]:
        """Add an item and all below it; ``flipped``: more of the parent is worse for the score."""
        settings = nodes.get(node.id) or leaves.get(node.id)
        if settings is None:
            return ()
        against = flipped ^ (bool(settings["against"]) and parent is not None)
        row = rows_of[node.id]
        inner = isinstance(node, Node)
        value = (figures.nodes if inner else figures.leaves)[row]
        effective = (figures.effective_nodes if inner else figures.effective_leaves)[row]
        share = np.ones_like(value) if parent is None else parent.share * effective
        full = _full(settings, nodes, leaves)
        # A leaf that gives points is shown as they are.
        factor = 1.0 if full is not None and not inner else float(settings["scale"])
        points = 1.0 if full is None else full
        local_weight = 1.0 if parent is None else float(local[node.id])
        item = Item(
            id=node.id, title={"zh": node.title.zh, "en": node.title.en}, kind="node" if inner else "leaf",
            parent=None if parent is None else parent.id, level=0 if parent is None else parent.level + 1,
            unit=None if isinstance(node, Node) else node.indicator.unit, scale=factor * points, full=points,
            weight=local_weight if parent is None else parent.weight * local_weight, local_weight=local_weight,
            leaves=(node.id,), shown=figures.shown[row] if inner else value * factor,
            good=1.0 - value / points if against else value / points, share=share,
            raw=None if inner else figures.raw[row], used=None if inner else figures.used[row],
            marks=None if inner else figures.marks[row],
        )  # fmt: skip
        items[node.id] = item
        if isinstance(node, Node):
            inverted = against ^ bool(settings["invert"])
            below = [name for child in node.children for name in add(child, item, inverted)]
            items[node.id] = replace(item, leaves=tuple(below))
        return items[node.id].leaves

    add(framework.root, None, flipped=False)
    # Points are passed up as they are: their share of the index is that of a whole ``good``.
    whole = next(iter(items.values())).full
    items = {name: replace(item, share=item.share * (item.full / whole)) for name, item in items.items()}
    labels = tuple(sorted(set(head.periods), key=natural_key))
    return Standing(
        source=head.source, framework=framework, items=items, ids=tuple(head.ids), names=tuple(head.names),
        periods=tuple(head.periods), labels=labels,
        groups={name: tuple(values) for name, values in head.groups.items()}, score=head.score, rank=head.rank,
        coverage=head.coverage, grades=tuple(head.grades), relative=tuple(relative),
    )  # fmt: skip
