"""Weights that need no data: equal, given, and from experts' judgments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.findings import Finding, Location
from resilience_index.framework.judgments import Judgments
from resilience_index.methods.checking import Call
from resilience_index.methods.weights import ahp, ahp_batch, ahp_gaps, ahp_groups
from resilience_index.methods.weights.ahp_batch import Judged
from resilience_index.scoring import judged_forms, weight_calls
from resilience_index.scoring.judgment_reports import AnswerReport, Distance, GroupReport, MatrixReport
from resilience_index.scoring.plan import NodePlan, Plan
from resilience_index.scoring.statistics import Floats


@dataclass
class ExpertWeights:
    """Local weights of every node, the judgments they came from, findings, and the nodes nobody judged."""

    local: list[Floats]
    matrices: list[MatrixReport] = field(default_factory=list)
    groups: list[GroupReport] = field(default_factory=list)
    answers: list[AnswerReport] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    without: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Compared:
    """A node whose children experts compared: their matrices (NaN for gaps) and weights."""

    node: NodePlan
    children: tuple[str, ...]
    experts: tuple[str, ...]
    weights: Floats
    matrices: Floats


def find(plan: Plan, call: Call, nodes: Sequence[NodePlan] | None = None) -> ExpertWeights:
    """Local weights under a method that needs no data, of all nodes or of those named (others: given weights).

    Raises ``RefusalError`` RI338 (``node``, ``limit``) where every expert is left out, RI311 for a matrix
    beyond a table of random indices, and what the method of the judgments' form raises.
    """
    if call.name == "equal":
        return ExpertWeights([np.full(len(node.children), 1.0 / len(node.children)) for node in plan.nodes])
    result = ExpertWeights([_given(node) for node in plan.nodes])
    if call.name == "given":
        return result
    judgments = plan.judgments
    assert judgments is not None  # the plan refuses expert methods without judgments
    wanted = [node for node in (plan.nodes if nodes is None else nodes) if len(node.children) > 1]
    by_node: Mapping[str, Any] = getattr(judgments, weight_calls.FORMS[call.name])
    result.without = [node.id for node in wanted if not by_node.get(node.id)]
    judged = [node for node in wanted if by_node.get(node.id)]
    try:
        if call.name == "ahp":
            _compare(plan, judged, call, judgments, result)
        else:
            _answer(plan, judged, call, judgments, result)
    except RefusalError as error:
        error.where = error.where or Location(judgments.file)
        raise
    if result.without:
        result.findings.append(Finding("RI309", Location(judgments.file), {"nodes": result.without}))
    return result


def _answer(plan: Plan, nodes: Sequence[NodePlan], call: Call, judgments: Judgments, result: ExpertWeights) -> None:
    """Weights of nodes whose children experts judged in another form than comparisons."""
    for node in nodes:
        names = tuple(plan.child_id(ref) for ref in node.children)
        weights, answers = judged_forms.find(call, node.id, names, judgments)
        result.answers += answers
        result.local[node.index] = weights


def _given(node: NodePlan) -> Floats:
    weights = np.array(node.given)
    return np.asarray(weights / weights.sum())


# -- AHP --------------------------------------------------------------------------------------------------


def _compare(plan: Plan, nodes: Sequence[NodePlan], call: Call, judgments: Judgments, result: ExpertWeights) -> None:
    """Priorities of nodes whose children experts compared: all their matrices are one batch, then all groups."""
    compared = [_compared(plan, node, judgments) for node in nodes]
    single = _judge([matrix for item in compared for matrix in item.matrices], call)
    experts: list[list[Judged]] = []
    for item in compared:
        experts.append(single[: len(item.experts)])
        single = single[len(item.experts) :]
    kept = [_kept(item, found, call) for item, found in zip(compared, experts, strict=True)]
    groups: list[Judged | None] = [None] * len(compared)
    if call["group"] == "judgments":
        groups[:] = _judge([_joined(item, chosen) for item, chosen in zip(compared, kept, strict=True)], call)
    for item, found, chosen, group in zip(compared, experts, kept, groups, strict=True):
        _report(item, found, chosen, group, call, judgments, result)


def _compared(plan: Plan, node: NodePlan, judgments: Judgments) -> _Compared:
    found = judgments.comparisons[node.id]
    names = tuple(plan.child_id(ref) for ref in node.children)
    matrices = np.stack([_matrix(pairs, len(names)) for pairs in found.values()])
    weights = np.array([float(judgments.expert_weights[expert]) for expert in found])
    return _Compared(node, names, tuple(found), weights, matrices)


def _matrix(pairs: Mapping[tuple[int, int], Any], size: int) -> Floats:
    matrix = np.full((size, size), np.nan)
    np.fill_diagonal(matrix, 1.0)
    for (i, j), value in pairs.items():
        matrix[i, j] = float(value)
        matrix[j, i] = float(1 / value)
    return matrix


def _judge(matrices: Sequence[Floats], call: Call) -> list[Judged]:
    return ahp_batch.judge(matrices, call["priority"], call["completion"], call["ri_table"])


def _kept(item: _Compared, found: Sequence[Judged], call: Call) -> ahp_groups.Selection:
    """The experts who count. Raises RI338 when all are above the limit."""
    crs = [judged.cr for judged in found]
    limit = call["leave_out"]
    if limit is None:
        return ahp_groups.Selection(tuple(range(len(crs))), ())
    try:
        return ahp_groups.leave_out(crs, limit)
    except RefusalError as error:
        named = [f"{name} ({cr:.3f})" for name, cr in zip(item.experts, crs, strict=True) if cr is not None]
        raise RefusalError("RI338", node=item.node.id, limit=limit, experts=named) from error


def _joined(item: _Compared, chosen: ahp_groups.Selection) -> Floats:
    """The group's matrix, cell by cell over the experts who gave it."""
    rows = list(chosen.kept)
    matrices = item.matrices[rows]
    return ahp.aggregate_judgments(matrices, item.weights[rows], ~np.isnan(matrices))


def _report(
    item: _Compared, found: Sequence[Judged], chosen: ahp_groups.Selection, group: Judged | None, call: Call,
    judgments: Judgments, result: ExpertWeights,
) -> None:  # fmt: skip
    rows = list(chosen.kept)
    each = np.stack([judged.priorities for judged in found])
    if group is None:
        priorities = ahp_groups.aggregate_priorities(each[rows], item.weights[rows], call["mean"])
    else:
        priorities = group.priorities
    away = ahp_groups.distances(each, priorities)
    gone = {left.expert for left in chosen.left_out}
    for place, (expert, judged) in enumerate(zip(item.experts, found, strict=True)):
        distance = Distance(
            float(away.total_variation[place]), float(away.euclidean[place]), float(away.compatibility[place])
        )
        report = _matrix_report(item, expert, item.matrices[place], judged, call, place in gone, distance)
        result.matrices.append(report)
        result.findings += _said(report, judgments)
    if group is not None:
        report = _matrix_report(item, None, _joined(item, chosen), group, call, False, None)
        result.matrices.append(report)
        result.findings += _said(report, judgments)
    result.groups.append(
        GroupReport(
            parent=item.node.id, children=item.children, group=call["group"], priorities=priorities,
            kept=tuple(item.experts[row] for row in rows),
            left_out={item.experts[left.expert]: left.cr for left in chosen.left_out}, limit=call["leave_out"],
            dispersion=ahp_groups.dispersion(item.matrices[rows]), concordance=ahp_groups.kendall_w(each[rows]),
            subgroups=_subgroups(item, rows, each, call, judgments),
        )
    )  # fmt: skip
    result.local[item.node.index] = priorities


def _subgroups(
    item: _Compared, rows: Sequence[int], each: Floats, call: Call, judgments: Judgments
) -> dict[str, Floats]:
    """The priorities of each sub-group of the experts kept, joined as the whole group is."""
    members: dict[str, list[int]] = {}
    for row in rows:
        name = judgments.groups.get(item.experts[row])
        if name is not None:
            members.setdefault(name, []).append(row)
    found = {}
    for name, own in sorted(members.items()):
        if call["group"] == "priorities":
            found[name] = ahp_groups.aggregate_priorities(each[own], item.weights[own], call["mean"])
        else:
            matrix = _joined(item, ahp_groups.Selection(tuple(own), ()))
            found[name] = _judge([matrix], call)[0].priorities
    return found


def _matrix_report(
    item: _Compared, expert: str | None, given: Floats, judged: Judged, call: Call, left_out: bool,
    distance: Distance | None,
) -> MatrixReport:  # fmt: skip
    return MatrixReport(
        parent=item.node.id, expert=expert, children=item.children, given=given, matrix=judged.matrix,
        priorities=judged.priorities, lambda_max=judged.lambda_max, ci=judged.ci, ri=judged.ri,
        ri_table=judged.ri_table, cr=judged.cr, gci=judged.gci, threshold=float(call["threshold"]),
        priority=call["priority"], missing=tuple(ahp_gaps.missing_pairs(given)), cr_gaps=judged.cr_gaps,
        left_out=left_out, limit=call["leave_out"], distance=distance,
    )  # fmt: skip


def _said(report: MatrixReport, judgments: Judgments) -> list[Finding]:
    """RI337 for an expert who is left out, RI310 for a matrix that is inconsistent and counts."""
    if report.left_out:
        params: dict[str, Any] = {
            "expert": report.expert, "node": report.parent, "cr": f"{report.cr:.3f}", "limit": report.limit,
            "table": report.ri_table,
        }  # fmt: skip
        return [Finding("RI337", Location(judgments.file), params)]
    return [] if report.consistent else [_inconsistent(report, judgments)]


def _inconsistent(report: MatrixReport, judgments: Judgments) -> Finding:
    expert: Any = report.expert if report.expert is not None else {"zh": "(群体)", "en": "(group)"}
    params = {
        "expert": expert, "node": report.parent, "cr": f"{report.cr:.3f}", "threshold": report.threshold,
        "table": report.ri_table,
    }  # fmt: skip
    return Finding("RI310", Location(judgments.file), params)
