"""Weights that need no data: equal, given, and from experts' pairwise comparisons (AHP)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from resilience_index.findings import Finding, Location
from resilience_index.framework.judgments import Judgments
from resilience_index.methods.checking import Call
from resilience_index.methods.weights import ahp
from resilience_index.scoring.plan import NodePlan, Plan
from resilience_index.scoring.statistics import Floats


@dataclass(frozen=True)
class MatrixReport:
    """One comparison matrix with its priorities and consistency; ``expert`` None: the group's."""

    parent: str
    expert: str | None
    children: tuple[str, ...]
    matrix: Floats
    priorities: Floats
    lambda_max: float
    ci: float
    ri: float
    ri_table: str
    cr: float | None
    gci: float | None
    threshold: float

    @property
    def consistent(self) -> bool:
        """CR within the threshold; up to two elements a matrix is always consistent."""
        return self.cr is None or self.cr <= self.threshold

    def to_dict(self) -> dict[str, Any]:
        """As ``weights --json`` prints it."""
        return {
            "parent": self.parent, "expert": self.expert, "size": len(self.children),
            "lambda_max": self.lambda_max, "ci": self.ci, "ri": self.ri, "ri_table": self.ri_table,
            "cr": self.cr, "gci": self.gci, "consistent": self.consistent,
            "priorities": dict(zip(self.children, self.priorities.tolist(), strict=True)),
        }  # fmt: skip


@dataclass
class ExpertWeights:
    """Local weights of every node, the matrices they came from, findings, and the nodes nobody compared."""

    local: list[Floats]
    matrices: list[MatrixReport] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    without: list[str] = field(default_factory=list)


def find(plan: Plan, call: Call) -> ExpertWeights:
    """Local weights under ``equal``, ``given`` or ``ahp``."""
    if call.name == "equal":
        return ExpertWeights([np.full(len(node.children), 1.0 / len(node.children)) for node in plan.nodes])
    given = [_given(node) for node in plan.nodes]
    if call.name == "given":
        return ExpertWeights(given)
    assert plan.judgments is not None  # the plan refuses AHP without judgments
    result = ExpertWeights(given, findings=[])
    for node in plan.nodes:
        if len(node.children) > 1:
            _compare(plan, node, call, plan.judgments, result)
    if result.without:
        result.findings.append(Finding("RI309", Location(plan.judgments.file), {"nodes": result.without}))
    return result


def _given(node: NodePlan) -> Floats:
    weights = np.array(node.given)
    return np.asarray(weights / weights.sum())


def _compare(plan: Plan, node: NodePlan, call: Call, judgments: Judgments, result: ExpertWeights) -> None:
    """Priorities of one node from all experts who compared its children."""
    found = judgments.comparisons.get(node.id, {})
    if not found:
        result.without.append(node.id)
        return
    names = tuple(plan.child_id(ref) for ref in node.children)
    matrices = np.stack([_matrix(pairs, len(names)) for pairs in found.values()])
    weights = np.array([float(judgments.expert_weights[expert]) for expert in found])
    group = ahp.aggregate_judgments(matrices, weights)
    every = np.concatenate([matrices, group[None]])
    priorities, lambda_max = ahp.eigenvector(every)
    gci = ahp.gci(every) if len(names) > 2 else None
    for position, expert in enumerate([*found, None]):
        consistency = ahp.consistency(float(lambda_max[position]), len(names), call["ri_table"])
        report = MatrixReport(
            parent=node.id, expert=expert, children=names, matrix=every[position], priorities=priorities[position],
            lambda_max=consistency.lambda_max, ci=consistency.ci, ri=consistency.ri,
            ri_table=consistency.ri_table, cr=consistency.cr,
            gci=None if gci is None else float(gci[position]), threshold=float(call["threshold"]),
        )  # fmt: skip
        result.matrices.append(report)
        if not report.consistent:
            result.findings.append(_inconsistent(report, judgments))
    result.local[node.index] = priorities[-1]


def _matrix(pairs: Mapping[tuple[int, int], Any], size: int) -> Floats:
    matrix = np.eye(size)
    for (i, j), value in pairs.items():
        matrix[i, j] = float(value)
        matrix[j, i] = float(1 / value)
    return matrix


def _inconsistent(report: MatrixReport, judgments: Judgments) -> Finding:
    expert: Any = report.expert if report.expert is not None else {"zh": "(群体)", "en": "(group)"}
    params = {
        "expert": expert, "node": report.parent, "cr": f"{report.cr:.3f}", "threshold": report.threshold,
        "table": report.ri_table,
    }  # fmt: skip
    return Finding("RI310", Location(judgments.file), params)
