"""The JSON forms of a result, as the contract gives them: full precision, null where there is no value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from resilience_index.audit.manifest import framework_dict
from resilience_index.audit.trace import node_details
from resilience_index.data.privacy import mask_all
from resilience_index.findings import Finding, Language
from resilience_index.report.export.tables import weight_rows
from resilience_index.report.export.weight_shifts import weight_shifts
from resilience_index.report.view.format import known
from resilience_index.scoring.plan import Plan
from resilience_index.scoring.result import Result
from resilience_index.scoring.weighting import Weighting

SCHEMA_VERSION = 1


def score_dict(result: Result, language: Language) -> dict[str, Any]:
    """What ``score --json`` prints: communities sorted by period, rank and id."""
    return {
        "schema_version": SCHEMA_VERSION,
        "framework": framework_dict(result.plan),
        "settings": _settings(result),
        "weights": weights_list(result.plan, result.weighting),
        "communities": communities(result),
        **({"aggregations": [report.to_dict() for report in result.across]} if result.across else {}),
        "findings": findings_list(result.findings, language),
    }


def _settings(result: Result) -> dict[str, Any]:
    """The settings; with the way to find the bounds of the grades stand the bounds that were found."""
    settings = result.plan.settings.to_dict()
    found = result.cuts.to_dict([item.id for item in result.plan.grades])
    settings["grading"] |= {key: found[key] for key in ("relative", "within", "groups")}
    return settings


def weights_dict(plan: Plan, weighting: Weighting, findings: Sequence[Finding], language: Language) -> dict[str, Any]:
    """What ``weights --json`` prints."""
    return {
        "schema_version": SCHEMA_VERSION, "method": plan.weights.text(), "framework": framework_dict(plan),
        "weights": weights_list(plan, weighting), "matrices": [matrix.to_dict() for matrix in weighting.matrices],
        "groups": [group.to_dict() for group in weighting.groups],
        "answers": [answer.to_dict() for answer in weighting.answers],
        "combinations": [joined.to_dict() for joined in weighting.joined],
        "levels": [shift.to_dict() for shift in weight_shifts(plan, weighting)],
        "findings": findings_list(findings, language),
    }  # fmt: skip


def weights_list(plan: Plan, weighting: Weighting) -> list[dict[str, Any]]:
    """Weights of the tree with the component methods' global weights; under ``levels`` with each one's method."""
    return [
        {
            "node": row["node"], "parent": row["parent"], "level": row["level"],
            "local_weight": row["local_weight"], "global_weight": row["global_weight"],
            "components": row["components"], **({} if row["method"] is None else {"method": row["method"]}),
        }
        for row in weight_rows(plan, weighting)
    ]  # fmt: skip


def findings_list(findings: Sequence[Finding], language: Language) -> list[dict[str, Any]]:
    """Findings in one language."""
    return [mask_all(finding.to_dict((language,))) for finding in findings]


def _details(result: Result) -> list[dict[str, dict[str, float | None]]]:
    """Figures on the way to the values of nodes (distances, ranks, memberships), by unit and node; empty without."""
    if not result.plan.detailed:
        return []
    return [
        {
            node.id: node_details(detail, node.index, place)
            for node in result.plan.nodes
            if node.index in detail.values.details
        }
        for detail in result.details()
        for place in range(detail.block.stop - detail.block.start)
    ]


def communities(result: Result) -> list[dict[str, Any]]:
    """One object a community and period, sorted by period, rank (unscored last) and id."""
    table, plan = result.table, result.plan
    ids, names = table.ids.to_pylist(), table.names.to_pylist()
    periods = table.periods.to_pylist() if table.periods is not None else [None] * len(table)
    groups = {name: values.to_pylist() for name, values in table.groups.items()}
    capped: dict[int, list[str]] = {}
    for found in result.capped:
        for unit in found.units.tolist():
            capped.setdefault(unit, []).append(found.line.indicator)
    failed = result.failed_gates()
    shown = {node.id: result.shown[node.index].tolist() for node in plan.nodes}
    details = _details(result)
    whole = plan.ties != "average"
    rows = []
    for unit in range(len(table)):
        rank = known(result.ranks[unit])
        row: dict[str, Any] = {
            "community_id": ids[unit], "community": names[unit], "period": periods[unit],
            "groups": {name: values[unit] for name, values in groups.items()},
            "score": float(result.score[unit]), "rank": int(rank) if whole and rank is not None else rank,
            "grade": result.grade_id(unit), "coverage": float(result.coverage[unit]),
            "red_lines": capped.get(unit, []),
            "nodes": {node_id: values[unit] for node_id, values in shown.items()},
        }  # fmt: skip
        for action, masks in (("filled", result.prepared.filled), ("treated", result.prepared.treated)):
            if masks:
                row[action] = [leaf.id for leaf in plan.leaves if leaf.index in masks and masks[leaf.index][unit]]
        if result.flags:
            row["flags"] = {
                name: None if known(values[unit]) is None else bool(values[unit])
                for name, values in result.flags.items()
            }
        if details:
            row["details"] = details[unit]
        if result.gated:
            row["gates_failed"] = [gate.id for gate in failed.get(unit, [])]
        rows.append(row)
    codes = result.period_codes

    def key(unit: int) -> tuple[Any, ...]:
        rank = known(result.ranks[unit])
        return (int(codes[unit]), float("inf") if rank is None else rank, ids[unit])

    return [rows[unit] for unit in sorted(range(len(table)), key=key)]
