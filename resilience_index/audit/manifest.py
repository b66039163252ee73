"""The manifest of a run: what went in, by which methods, and what came out, tied by SHA-256.

It has the shape of an in-toto Statement v1 (``subject`` the outputs, ``predicate`` the run). Nothing in it
depends on the time, the machine, the folder or the user.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from resilience_index._version import __version__
from resilience_index.audit.canonical import digest
from resilience_index.data.cells.forms import label
from resilience_index.data.concat import short_names
from resilience_index.data.table import Table
from resilience_index.framework import json_strict
from resilience_index.framework.models import Gate
from resilience_index.scoring.baseline import labels_of
from resilience_index.scoring.plan import LeafPlan, NodePlan, Plan
from resilience_index.scoring.result import Result
from resilience_index.scoring.settings import plain

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:resilience-index:run:1"
FILE = "manifest.json"
__all__ = ["FILE", "build", "data_dict", "framework_dict", "plan_dict", "read", "short_names", "versions"]
_LIBRARIES = (
    "jinja2", "numpy", "pyarrow", "pydantic", "pylopdf-fonts-zh-cn", "python-calamine", "python-docx", "pyyaml",
    "typst", "xlsxwriter",
)  # fmt: skip


def build(
    result: Result, inputs: Mapping[str, str], outputs: Mapping[str, bytes | str], extra: Mapping[str, Any]
) -> Any:
    """The manifest of a result.

    ``inputs`` are digests by relative name, ``outputs`` contents (or digests, as text) by file name;
    ``extra`` is laid into the predicate.
    """
    subjects = [
        {"name": name, "digest": {"sha256": content if isinstance(content, str) else digest(content)}}
        for name, content in sorted(outputs.items())
    ]
    plan = result.plan
    return {
        "_type": STATEMENT,
        "subject": subjects,
        "predicateType": PREDICATE,
        "predicate": {
            "program": {"name": "resilience-index", "version": __version__},
            "versions": versions(),
            "inputs": [{"name": name, "digest": {"sha256": value}} for name, value in sorted(inputs.items())],
            "framework": framework_dict(plan),
            "settings": plan.settings.to_dict(),
            "data": data_dict(result.table),
            "plan": plan_dict(result),
            "seed": None,
            **extra,
        },
    }  # fmt: skip


def data_dict(table: Table) -> dict[str, Any]:
    """As what the data were read, file after file."""
    files = []
    for position, file in enumerate(table.files):
        rows = len(table) if table.file_of is None else int((table.file_of == position).sum())
        as_what = {"kind": file.kind, "form": file.form, "encoding": file.encoding, "delimiter": file.delimiter,
                   "sheet": file.sheet}  # fmt: skip
        said = {key: value for key, value in as_what.items() if value is not None}
        files.append({"name": file.name, "rows": rows, **said, "columns": dict(file.headers)})
    return {"rows": len(table), "files": files, "conversions": _conversions(table)}


def _conversions(table: Table) -> dict[str, dict[str, int]]:
    """How many cells of each indicator were converted to be read, by what was done to them."""
    found = {}
    for position, codes in table.conversions.items():
        distinct, counts = np.unique(codes[codes != 0], return_counts=True)
        pairs = zip(distinct.tolist(), counts.tolist(), strict=True)
        found[table.indicators[position]] = {label(code): count for code, count in pairs}
    return {name: counts for name, counts in found.items() if counts}


def read(folder: Path) -> dict[str, Any] | None:
    """The manifest of a run's folder, or None when there is none of ours."""
    try:
        content = json_strict.parse((folder / FILE).read_bytes())
    except (OSError, ValueError):
        return None
    ours = isinstance(content, dict) and content.get("predicateType") == PREDICATE
    return content if ours else None


def framework_dict(plan: Plan) -> dict[str, Any]:
    """The framework's id, version and title."""
    framework = plan.framework
    title = {"zh": framework.title.zh, "en": framework.title.en}
    scheme = {} if framework.scheme is None else {"scheme": framework.scheme}
    return {"id": framework.id, "version": framework.version, "title": title, **scheme}


def versions() -> dict[str, str]:
    """Versions of the interpreter and the libraries that figures or bytes depend on."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        found[name] = metadata.version(name)
    return found


def plan_dict(result: Result) -> dict[str, Any]:
    """The plan with settled parameters: enough to recompute every figure from the trace."""
    plan = result.plan
    return {
        "weights": plan.weights.to_dict(),
        **_weighting(result),
        "ties": plan.ties,
        "grades": [plain(item) for item in plan.grades],
        "grading": result.cuts.to_dict([item.id for item in plan.grades]),
        "gates": [_gate(item) for item in plan.framework.gates],
        "red_lines": [
            {
                "indicator": line.indicator,
                "op": line.op,
                "value": line.value,
                "cap": line.cap,
                "reason": {"zh": line.reason.zh, "en": line.reason.en},
            }
            for line in plan.framework.red_lines
        ],
        "nodes": [_node(result, node) for node in plan.nodes],
        "leaves": [_leaf(result, leaf) for leaf in plan.leaves],
    }


def _gate(item: Gate) -> dict[str, Any]:
    return {
        "id": item.id, "indicator": item.indicator, "node": item.node, "op": item.op, "value": item.value,
        "missing": item.missing, "state": None if item.state is None else item.state.id,
        "reason": {"zh": item.reason.zh, "en": item.reason.en},
    }  # fmt: skip


def _weighting(result: Result) -> dict[str, Any]:
    """What was settled of the weights beside the figures: shares of components, experts left out, methods by node."""
    weighting, plan = result.weighting, result.plan
    left_out = {group.parent: dict(group.left_out) for group in weighting.groups if group.left_out}
    by_node = {node.id: weighting.serving(node).to_dict() for node in plan.nodes} if (
        plan.weights.name == "levels"
    ) else {}  # fmt: skip
    found: dict[str, Any] = {
        "combinations": [joined.to_dict() for joined in weighting.joined],
        "experts_left_out": left_out,
        "weights_by_node": by_node,
    }
    return {key: value for key, value in found.items() if value}


def _steps(result: Result, steps: Sequence[Any]) -> dict[str, Any]:
    """The settled parameters of steps; groups by their labels."""
    parameters: dict[str, Any] = {}
    for step in steps:
        found = step.parameters()
        if step.within is not None:
            labels = labels_of(result.table, step.within)
            found = {
                name: {labels[int(code)]: value for code, value in groups.items()} for name, groups in found.items()
            }
        parameters |= found
    return parameters


def _node(result: Result, node: NodePlan) -> dict[str, Any]:
    plan: Plan = result.plan
    local = result.weights.local[node.index]
    factors = result.program.factors(node)
    return {
        "id": node.id,
        "title": {"zh": node.node.title.zh, "en": node.node.title.en},
        "parent": plan.nodes[node.parent].id if node.parent >= 0 else None,
        "level": node.level,
        "children": [
            {"id": plan.child_id(ref), "local_weight": float(share), "factor": float(factor)}
            for ref, share, factor in zip(node.children, local, factors, strict=True)
        ],
        "aggregate": node.aggregate.to_dict(),
        "missing": node.missing.to_dict(),
        "normalize": None if node.normalize is None else node.normalize.to_dict(),
        "parameters": {
            **result.program.aggregators[node.index].parameters(),
            **_steps(result, result.program.node_steps[node.index]),
        },
        "invert": node.invert,
        "against": node.against,
        "round": plain(node.round),
        "show": None
        if node.show is None
        else {"normalize": plain(node.show.normalize), "round": plain(node.show.round)},
        "scale": node.scale,
    }


def _leaf(result: Result, leaf: LeafPlan) -> dict[str, Any]:
    indicator = leaf.leaf.indicator
    return {
        "id": leaf.id,
        "title": {"zh": indicator.title.zh, "en": indicator.title.en},
        "parent": result.plan.nodes[leaf.parent].id,
        "unit": indicator.unit,
        "direction": indicator.direction,
        "range": None if indicator.range is None else list(indicator.range),
        "goalposts": None if leaf.goalposts is None else list(leaf.goalposts),
        "normalize": leaf.normalize.to_dict(),
        "parameters": _steps(result, result.program.leaf_steps[leaf.index]),
        "denominate": None if leaf.denominate is None else leaf.denominate.to_dict(),
        "prepared": result.prepared.parameters.get(leaf.index, {}),
        "fill": leaf.fill.to_dict(),
        "treat": leaf.treat.to_dict(),
        "tokens": list(leaf.tokens),
        "invert": leaf.invert,
        "against": leaf.against,
        "round": plain(leaf.round),
        "scale": leaf.scale,
        "global_weight": float(result.weights.leaf[leaf.index]) if leaf.scored else None,
    }
