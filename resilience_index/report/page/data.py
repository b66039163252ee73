"""The view as the data of the page's script: compact, every text once, nothing computed but what standings give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resilience_index.report.page import diagnosis as page_diagnosis
from resilience_index.report.page import live as page_live
from resilience_index.report.page.texts import Texts
from resilience_index.report.view import standings
from resilience_index.report.view.format import decimals, number_text
from resilience_index.report.view.model import Both, PeriodView, UnitView, View
from resilience_index.report.view.units import LeafLines
from resilience_index.report.words.page import WORDS
from resilience_index.report.words.translations import LABELS, clean, column_title


def build(view: View, language: str, limit: int) -> dict[str, Any]:
    """The data in a language (``zh``, ``en``, ``both``), with the first ``limit`` units of each period."""
    texts = Texts(language)
    positions = {item.id: place for place, item in enumerate(view.items)}
    nodes = [item.id for item in view.items if item.kind == "node"]
    words = {key: texts.both(text) for key, text in {**_labels(), **WORDS}.items()}
    content = {
        "words": words,
        "title": texts.both(view.title),
        "scale": view.scale,
        "digits": decimals(view.scale),
        "grades": [[grade.id, texts.both(grade.title), grade.minimum] for grade in view.grades],
        "groups": [texts.both(column_title(name)) for name in view.group_names],
        "ranked_by": view.group_names.index(view.ranked_by) if view.ranked_by in view.group_names else -1,
        "items": [
            [item.id, texts.both(item.title), item.kind, item.level, positions.get(item.parent or "", -1),
             item.global_text, [texts.both(_behind(unit)) for unit in item.unit_behind], texts.plain(item.goalposts),
             texts.both(item.direction), item.scale]
            for item in view.items
        ],
        "nodes": [positions[node] for node in nodes],
        "dimensions": [nodes.index(dimension) for dimension in view.dimensions if dimension in nodes],
        "periods": [_period(view, key, nodes, texts, limit) for key in range(len(view.periods))],
        "live": page_live.build(view, positions, limit),
        "leaves": _leaves(view.leaves, positions, texts),
        "map": None if view.map is None else {
            "width": view.map.width, "height": view.map.height,
            "shapes": [[clean(area.community_id), area.path, area.x, area.y, area.room] for area in view.map.shapes],
        },
        "weights": _weights(view, texts),
        "diagnosis": page_diagnosis.build(view.diagnosis, texts),
    }  # fmt: skip
    return {"texts": texts.entries, **content}


def _behind(unit: Both) -> Both:
    """A unit as it follows a figure; a blank where a language writes none, so that the other's does not stand there."""
    return {code: text or " " for code, text in unit.items()} if any(unit.values()) else unit


def _labels() -> dict[str, Mapping[str, str]]:
    """Words that the page's fixed parts have too."""
    wanted = (
        "colon", "comma", "rank", "community", "score", "grade", "coverage", "mean", "mean_score", "scored", "unscored",
        "capped", "capped_mark", "gated", "gate_mark", "gate_caption",
        "grades", "no_grade", "no_grade_about", "dimension_means", "ranking_caption",
        "ranked_within", "nothing_scored", "period", "capped_caption", "shade_about", "coverage_about",
        "indicator", "goalposts", "global", "item", "rows_left_out", "source",
        "tree", "local", "component", "aggregate", "own_settings", "consistency", "matrix", "expert", "size",
        "ri_table", "verdict", "consistent", "inconsistent", "priorities", "left_out", "opinions", "remarks", "method",
    )  # fmt: skip
    return {key: LABELS[key] for key in wanted}


def _weights(view: View, texts: Texts) -> dict[str, Any]:
    def who(expert: str | None) -> int:
        return -1 if expert is None else texts.plain(expert)

    def parts(shares: Sequence[tuple[Both, str]]) -> list[list[Any]]:
        return [[texts.both(title), share] for title, share in shares]

    return {
        "components": [texts.plain(name) for name in view.component_names],
        "rows": [
            [item.local_text, [item.components.get(name, "") for name in view.component_names],
             texts.plain(item.aggregate), [texts.both(setting) for setting in item.settings],
             texts.both(item.source), None if item.local_weight is None else round(item.local_weight, 3)]
            for item in view.items
        ],
        "matrices": [
            [texts.both(matrix.parent_title), who(matrix.expert), matrix.size, matrix.lambda_max, matrix.ci, matrix.ri,
             texts.plain(matrix.ri_table), matrix.cr, matrix.consistent, parts(matrix.priorities), matrix.left_out,
             texts.both(matrix.note)]
            for matrix in view.matrices
        ],
        "opinions": [
            [texts.both(opinion.parent_title), who(opinion.expert), texts.plain(opinion.method), parts(opinion.shares),
             [texts.both(remark) for remark in opinion.remarks]]
            for opinion in view.opinions
        ],
    }  # fmt: skip


def _period(view: View, key: int, nodes: Sequence[str], texts: Texts, limit: int) -> dict[str, Any]:
    period = view.periods[key]
    before = standings.earlier(view, key)
    old = standings.by_id(before)
    units = [_unit(view, unit, old.get(unit.community_id), nodes, texts) for unit in period.units[:limit]]
    counts = [period.grade_counts.get(grade.id, 0) for grade in view.grades]
    return {
        "label": clean(period.label),
        "total": period.total,
        "scored": period.scored,
        "mean": period.mean_text,
        "counts": [*counts, max(0, period.scored - sum(counts))],
        "bounds": [period.bounds.get(grade.id, grade.minimum) for grade in view.grades],
        "gated": period.gated,
        "means": [period.node_mean_texts.get(node, "—") for node in nodes],
        "classes": [list(item) for item in standings.classes(view, period)],
        "groups": [_groups(view, period, name, texts) for name in _telling(view, period)],
        "before": None if before is None else clean(before.label),
        "moves": None if before is None else list(standings.moves(period, before)),
        "mean_change": standings.difference_text(period.mean, before.mean if before else None, view.scale),
        "units": units,
        "left_out": period.total - len(units),
    }


def _telling(view: View, period: PeriodView) -> list[str]:
    names = standings.telling(view, period)
    counts = {name: len({unit.groups.get(name, "") for unit in period.units}) for name in names}
    return [name for name in names if counts[name] <= standings.MOST_GROUPS]


def _groups(view: View, period: PeriodView, name: str, texts: Texts) -> list[Any]:
    rows = []
    for group in standings.groups(view, period, name):
        counts = [group.grade_counts.get(grade.id, 0) for grade in view.grades]
        rows.append([texts.plain(group.name), len(group.units), group.scored, group.mean_text, counts])
    return [view.group_names.index(name), rows]


def _unit(view: View, unit: UnitView, old: UnitView | None, nodes: Sequence[str], texts: Texts) -> list[Any]:
    change = standings.difference_text(unit.score, old.score if old else None, view.scale)
    moved = None if old is None or old.rank is None or unit.rank is None else old.rank - unit.rank
    return [
        clean(unit.community_id), clean(unit.name),
        [texts.plain(unit.groups.get(name, "")) for name in view.group_names],
        unit.score_text, unit.rank_text, unit.grade.index if unit.grade else -1,
        unit.grade_before.index if unit.grade_before else -1, unit.coverage_text,
        [unit.node_texts.get(node, "—") for node in nodes], change,
        None if moved is None else number_text(moved), texts.both(unit.note),
        [texts.both(reason) for reason in unit.capped_by], _state(unit, texts),
        [texts.both(reason) for reason in unit.gates_failed], texts.both(unit.prepared),
    ]  # fmt: skip


def _state(unit: UnitView, texts: Texts) -> list[int] | None:
    """What stands in the place of a unit's grade, with its title."""
    return None if unit.state is None else [texts.plain(unit.state.id), texts.both(unit.state.title)]


def _leaves(lines: LeafLines | None, positions: Mapping[str, int], texts: Texts) -> dict[str, Any] | None:
    """The leaf lines; shown figures without their point, as whole numbers: half as many bytes."""
    if lines is None:
        return None
    units = {}
    for name, unit in lines.units.items():
        rows = set(unit.rows)
        units[clean(name)] = [
            texts.plain(unit.file),
            next(iter(rows)) if len(rows) == 1 else list(unit.rows),
            [None if text == "—" else _number(text) for text in unit.raw],
            [_packed(text) for text in unit.value_texts],
            [_packed(text) for text in unit.point_texts],
            {str(place): mark for place, mark in unit.marks.items()},
            {str(place): text for place, text in unit.prepared.items()},
        ]
    return {
        "period": clean(lines.period),
        "items": [positions[leaf] for leaf in lines.leaves],
        "columns": [texts.plain(column) for column in lines.columns],
        "units": units,
    }


def _packed(text: str) -> int | str | None:
    """``83.30`` as 8330; the page puts the point back by the count of digits of its scale."""
    if text == "—":
        return None
    digits = text.replace(".", "")
    return int(digits) if not digits.startswith("-") and len(digits) < 15 else text


def _number(text: str) -> float | int | str:
    """A value written in full, as a number where JSON and the page write it the same way."""
    if len(text) > 12 or text.startswith(("-0", "0.0000")):
        return text
    return float(text) if "." in text else int(text)
