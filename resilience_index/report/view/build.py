"""Building the view from a result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from resilience_index._version import __version__
from resilience_index.findings import Finding
from resilience_index.framework.model_base import Text
from resilience_index.framework.tree import Node
from resilience_index.methods import bands
from resilience_index.methods.checking import Call
from resilience_index.methods.exact import mean_of
from resilience_index.report.export.tables import weight_rows
from resilience_index.report.view import calculation_build, opinions
from resilience_index.report.view import grades as grade_view
from resilience_index.report.view import method as method_view
from resilience_index.report.view import prepared as prepared_view
from resilience_index.report.view import units as view_units
from resilience_index.report.view.format import decimals, known, number_text, percent_text, score_text
from resilience_index.report.view.method import both
from resilience_index.report.view.model import (
    Both,
    FindingView,
    GradeView,
    ItemView,
    MatrixView,
    PeriodView,
    SettingView,
    UnitView,
    View,
)
from resilience_index.report.words import references, units
from resilience_index.scoring.plan import LeafPlan, NodePlan
from resilience_index.scoring.result import Result

_SYNTHETIC = ("synthetic", "合成")


def build(
    result: Result,
    *,
    inputs: Sequence[tuple[str, str]] = (),
    synthetic: bool = False,
    limit: int | None = None,
    title: Text | None = None,
) -> View:
    """The view of a result, with the first ``limit`` units of each period (all by default).

    ``inputs`` are names and SHA-256 of the files that went in; ``synthetic`` is what the assessment says of
    its data, ``title`` what it calls itself.
    """
    plan, framework = result.plan, result.plan.framework
    root = plan.nodes[0]
    grades = grade_view.grades(result)
    dimensions = [plan.nodes[ref.index].id for ref in root.children if ref.kind == "node"]
    orders = [_order(result, code) for code in reversed(range(len(result.period_labels)))]
    return View(
        framework_id=framework.id, framework_version=framework.version,
        framework_title=both(framework.title), title=both(title or framework.title),
        description=both(framework.description) if framework.description else None,
        data_source=result.table.source, synthetic=synthetic, scale=root.top,
        scale_text=f"0–{number_text(root.top)}", periods=_periods(result, grades, orders, limit),
        has_periods=result.table.periods is not None, group_names=tuple(result.table.groups),
        ranked_by=plan.settings["by"], grades=grades, dimensions=dimensions, items=list(_items(result)),
        component_names=[*result.weighting.components] if len(result.weighting.components) > 1 else [],
        matrices=_matrices(result), methods=method_view.steps(result), settings=list(_settings(result)),
        findings=[finding_view(finding) for finding in result.findings],
        notes=[both(note) for note in framework.notes],
        sources=[_citation(source) for source in framework.sources.values()],
        relative=bool(plan.relative_methods()), relative_methods=plan.relative_methods(),
        program_version=__version__, inputs=list(inputs), opinions=opinions.build(result),
        calculation=calculation_build.build(result, orders) if limit is None else None,
        leaves=view_units.build(result, orders[0]) if limit is None and orders else None,
        cells=prepared_view.cells(result), cells_total=prepared_view.count(result),
        grading=grade_view.grading(result), scheme=framework.scheme,
    )  # fmt: skip


def _citation(source: Any) -> str:
    parts = [source.citation]
    if source.doi:
        parts.append(f"doi:{source.doi}")
    if source.url:
        parts.append(source.url)
    return " ".join(parts)


def _periods(result: Result, grades: Sequence[GradeView], orders: Sequence[Any], limit: int | None) -> list[PeriodView]:
    """Newest period first; inside (of each group), ranked units first, then those without a score."""
    units = _Units(result, grades)
    labels = reversed(result.period_labels)
    return [
        _period(result, label, [units.view(int(row)) for row in ordered[:limit]], ordered)
        for label, ordered in zip(labels, orders, strict=True)
    ]


def _order(result: Result, code: int) -> Any:
    """The rows of a period as the view lists them."""
    rows = np.flatnonzero(result.period_codes == code)
    ranks = np.where(np.isnan(result.ranks[rows]), np.inf, result.ranks[rows])
    return rows[np.lexsort((rows, ranks, _group_order(result)[rows]))]


def _group_order(result: Result) -> Any:
    """With ranks inside groups, units stand group by group; else one after the other."""
    by = result.plan.settings["by"]
    if by is None or by not in result.table.groups:
        return np.zeros(len(result), dtype=np.int64)
    return result.table.group_codes(by)[0]


def _period(result: Result, label: str, units: list[UnitView], rows: Any) -> PeriodView:
    plan = result.plan
    counts = {item.id: int((result.grades[rows] == index).sum()) for index, item in enumerate(plan.grades)}
    means = {node.id: _mean(result.shown[node.index][rows]) for node in plan.nodes}
    texts = {node.id: number_text(means[node.id], decimals(node.top)) for node in plan.nodes}
    root = plan.nodes[0].id
    return PeriodView(
        label=label, units=units, total=len(rows), scored=int((~np.isnan(result.score[rows])).sum()),
        bounds=grade_view.of_period(result, label), gated=int((result.states[rows] >= 0).sum()), grade_counts=counts,
        mean=means[root], mean_text=texts[root], node_means=means, node_mean_texts=texts,
    )  # fmt: skip


def _mean(values: Any) -> float | None:
    known = values[~np.isnan(values)].tolist()
    return mean_of(known) if known else None


class _Units:
    """Makes unit views; holds what is the same for all."""

    def __init__(self, result: Result, grades: Sequence[GradeView]) -> None:
        self.result, self.grades = result, grades
        self.digits = {node.id: decimals(node.top) for node in result.plan.nodes}
        self.capped: dict[int, list[Both]] = {}
        positions = {item.id: index for index, item in enumerate(result.plan.grades)}
        for found in result.capped:
            for unit in found.units.tolist():
                if 0 <= int(result.grades_before[unit]) < positions[found.line.cap]:
                    self.capped.setdefault(unit, []).append(both(found.line.reason))
        self.failed = result.failed_gates()

    def _score_text(self, unit: int, score: float | None) -> str:
        if score is None:
            return number_text(None)
        root = self.result.plan.nodes[0]
        return score_text(score, self.result.cuts.of_unit(unit).tolist(), decimals(root.top), root.scale)

    def _grade(self, index: int) -> GradeView | None:
        return self.grades[index] if index >= 0 else None

    def view(self, unit: int) -> UnitView:
        result = self.result
        score, rank, coverage = (known(column[unit]) for column in (result.score, result.ranks, result.coverage))
        table = result.table
        nodes = {node.id: known(result.shown[node.index, unit]) for node in result.plan.nodes}
        return UnitView(
            community_id=table.ids[unit].as_py(), name=table.names[unit].as_py(),
            period=result.period_labels[int(result.period_codes[unit])],
            groups={name: values[unit].as_py() or "" for name, values in table.groups.items()},
            score=score,
            score_text=self._score_text(unit, score),
            rank=rank, rank_text=number_text(rank),
            grade=self._grade(int(result.grades[unit])), grade_before=self._grade(int(result.grades_before[unit])),
            capped_by=self.capped.get(unit, []), coverage=coverage,
            coverage_text=percent_text(coverage), nodes=nodes,
            node_texts={name: number_text(value, self.digits[name]) for name, value in nodes.items()},
            note=None if score is not None else self._why_unscored(nodes), prepared=prepared_view.mark(result, unit),
            state=grade_view.state(result, unit),
            gates_failed=[grade_view.gate_text(gate) for gate in self.failed.get(unit, [])],
        )  # fmt: skip

    def _why_unscored(self, nodes: dict[str, float | None]) -> Both:
        root = self.result.plan.nodes[0]
        plan = self.result.plan
        lacking = [plan.nodes[ref.index].node.title for ref in root.children
                   if ref.kind == "node" and nodes[plan.nodes[ref.index].id] is None]  # fmt: skip
        zh = "数据不足，未得分" + (f"；缺：{'、'.join(title.zh for title in lacking)}" if lacking else "")
        en = "too few data for a score" + (f"; without: {', '.join(title.en for title in lacking)}" if lacking else "")
        return {"zh": zh, "en": en}


def _items(result: Result) -> Iterable[ItemView]:
    plan = result.plan
    weights = {row["node"]: row for row in weight_rows(plan, result.weighting)}
    show_components = len(result.weighting.components) > 1
    for ref in plan.items:
        item: LeafPlan | NodePlan = plan.leaves[ref.index] if ref.kind == "leaf" else plan.nodes[ref.index]
        row = weights.get(item.id)
        parent = plan.nodes[item.parent] if item.parent >= 0 else None
        components = row["components"] if row is not None and show_components else {}
        common: dict[str, Any] = {
            "id": item.id, "kind": ref.kind, "level": parent.level + 1 if parent else 0,
            "parent": parent.id if parent else None,
            "local_weight": row["local_weight"] if row else None,
            "global_weight": row["global_weight"] if row else None,
            "local_text": percent_text(row["local_weight"], 2) if row else "—",
            "global_text": percent_text(row["global_weight"], 2) if row else "—",
            "scale": item.top,
            "components": {name: percent_text(value, 2) for name, value in components.items()},
        }  # fmt: skip
        named = method_view.weight_setting(row["method"]) if row is not None else []
        if isinstance(item, LeafPlan):
            yield _leaf_view(item, common, named)
        else:
            yield _node_view(item, common, named)


def _leaf_view(leaf: LeafPlan, common: dict[str, Any], named: list[Both]) -> ItemView:
    indicator = leaf.leaf.indicator
    basis = indicator.basis
    return ItemView(
        **common, title=both(indicator.title),
        source=references.sections((basis.seed if basis else None) or leaf.leaf.source),
        aggregate="", normalize=method_view.item_text(leaf.normalize) if leaf.scored else "—",
        unit=units.name(indicator.unit), unit_behind=units.behind(indicator.unit),
        direction=method_view.DIRECTIONS[indicator.direction],
        goalposts=_marks(leaf),
        basis=method_view.BASIS[basis.goalposts if basis and basis.goalposts else ""],
        measure=both(indicator.measure) if indicator.measure else {"zh": "", "en": ""},
        settings=[*named, *method_view.leaf_settings(leaf)],
    )  # fmt: skip


def _marks(leaf: LeafPlan) -> str:
    """A leaf's goalposts, or its bands."""
    if leaf.goalposts:
        return " → ".join(number_text(value) for value in leaf.goalposts)
    return bands.summary(leaf.normalize["bands"]) if leaf.scored and leaf.normalize.name == "bands" else "—"


def _node_view(node: NodePlan, common: dict[str, Any], named: list[Both]) -> ItemView:
    return ItemView(
        **common, title=both(node.node.title), source=references.sections(node.node.source),
        aggregate=_call_text(node.aggregate),
        normalize="" if node.normalize is None else method_view.item_text(node.normalize),
        unit=units.name(None), unit_behind=units.behind(None),
        direction={"zh": "", "en": ""}, goalposts="", basis={"zh": "", "en": ""},
        measure=both(node.node.description) if node.node.description else {"zh": "", "en": ""},
        settings=[*named, *method_view.node_settings(node)],
    )  # fmt: skip


def _call_text(call: Call) -> str:
    return call.text()


def _matrices(result: Result) -> list[MatrixView]:
    titles = {node.id: both(node.node.title) for node in result.plan.nodes}
    names = {item.id: item.title for item in _every(result.plan.framework.root)}
    return [
        MatrixView(
            parent=matrix.parent,
            parent_title=titles[matrix.parent],
            expert=matrix.expert,
            size=len(matrix.children),
            lambda_max=number_text(matrix.lambda_max, 4),
            ci=number_text(matrix.ci, 4),
            ri=number_text(matrix.ri, 4),
            ri_table=matrix.ri_table,
            cr="—" if matrix.cr is None else number_text(matrix.cr, 4),
            consistent=matrix.consistent,
            priorities=[
                (both(names[child]), percent_text(float(share), 2))
                for child, share in zip(matrix.children, matrix.priorities, strict=True)
            ],
            left_out=matrix.left_out,
            note=_gaps(len(matrix.missing)),
        )
        for matrix in result.weighting.matrices
    ]


def _gaps(count: int) -> Both | None:
    return {"zh": f"补全 {count} 处残缺判断", "en": f"{count} gaps filled"} if count else None


def _every(node: Node) -> Iterable[Any]:
    from resilience_index.framework.tree import walk

    return walk(node)


def _settings(result: Result) -> Iterable[SettingView]:
    import json

    for name, setting in result.plan.settings.to_dict().items():
        value = setting["value"]
        if name == "title":  # it stands above the report
            continue
        if name == "grades":
            value = ", ".join(
                f"{item['id']} ≥ {number_text(item['min'])}" if "min" in item else item["id"] for item in value
            )
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
        yield SettingView(name, "—" if value is None else text, method_view.ORIGINS[setting["origin"]])


def finding_view(finding: Finding) -> FindingView:
    """A finding in both languages."""
    return FindingView(
        finding.code, finding.severity, finding.location.text(),
        {"zh": finding.message("zh"), "en": finding.message("en")},
        {"zh": finding.help("zh"), "en": finding.help("en")},
    )  # fmt: skip
