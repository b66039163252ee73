"""``compare.json`` and ``compare.csv``: two sides and every community's change, in full precision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Any

from resilience_index.analysis.change import FIGURES, Change
from resilience_index.analysis.mixing import FACTORS
from resilience_index.analysis.pairing import Side
from resilience_index.audit.manifest import framework_dict
from resilience_index.findings import Finding
from resilience_index.report.export.tables import BOM, csv_text, header_line, inert
from resilience_index.report.view.format import known, place

KIND = "urn:resilience-index:change:1"
SCHEMA_VERSION = 1
MOVERS = 10
"""Communities named as the largest changes in each direction."""
LEAVES = 5
"""Leaves named for each community."""


def to_dict(change: Change) -> dict[str, Any]:
    """What ``compare --json`` prints, without findings; null where there is no value."""
    first, second = change.pairs.sides
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": KIND,
        "first": _side(first),
        "second": _side(second),
        "matched_by": ["community_id"] if change.pairs.periods is None else ["community_id", "period"],
        "periods": None if change.pairs.periods is None else list(change.pairs.periods),
        "split": {"rule": "shapley", "parts": [list(group) for group in change.groups]},
        "communities": [community(change, unit) for unit in range(len(change.pairs))],
        "new": [_unit(second, int(row)) for row in change.pairs.new],
        "gone": [_unit(first, int(row)) for row in change.pairs.gone],
        "mean": {figure: change.means(figure) for figure in FIGURES},
        "largest_gains": [_id(change, unit) for unit in change.movers(MOVERS, 1)],
        "largest_losses": [_id(change, unit) for unit in change.movers(MOVERS, -1)],
        "leaves": leaves(change),
    }


def _side(side: Side) -> dict[str, Any]:
    plan = side.result.plan
    return {
        "name": side.name, "framework": framework_dict(plan), "period": side.period,
        "communities": int(side.rows().size), "weights": plan.weights.to_dict(), "scale": plan.nodes[0].scale,
        "relative_methods": plan.relative_methods(), "grades": [grade.id for grade in plan.grades],
    }  # fmt: skip


def _unit(side: Side, row: int) -> dict[str, Any]:
    table = side.result.table
    return {
        "community_id": table.ids[row].as_py(), "community": table.names[row].as_py(),
        "period": None if table.periods is None else table.periods[row].as_py(),
        "score": known(side.result.score[row]), "rank": place(side.result.ranks[row]),
        "grade": side.result.grade_id(row),
    }  # fmt: skip


def _id(change: Change, unit: int) -> dict[str, Any]:
    found = _unit(change.pairs.second, int(change.pairs.rows[1][unit]))
    return {"community_id": found["community_id"], "period": found["period"]}


def community(change: Change, unit: int) -> dict[str, Any]:
    """One community in both sides: score, rank and grade before and after, with the parts of each change."""
    pairs = change.pairs
    first, second = (_unit(side, int(rows[unit])) for side, rows in zip(pairs.sides, pairs.rows, strict=True))
    found: dict[str, Any] = {
        "community_id": second["community_id"], "community": second["community"],
        "period": second["period"] if change.pairs.periods is not None else None,
        "score": {"before": first["score"], "after": second["score"], **_parts(change, "score", unit)},
        "rank": {"before": first["rank"], "after": second["rank"], **_parts(change, "rank", unit)},
        "grade": {"before": first["grade"], "after": second["grade"]},
        "leaves": [
            {"indicator": name, "effect": effect, "before": old, "after": new}
            for name, effect, old, new in change.largest_leaves(unit, LEAVES)
        ],
    }  # fmt: skip
    if change.comparable:
        found["grade"] |= _parts(change, "grade", unit)
    return found


def _parts(change: Change, figure: str, unit: int) -> dict[str, Any]:
    number = known if figure == "score" else place
    found: dict[str, Any] = {"change": number(change.delta(figure)[unit])}
    for factor in FACTORS:
        column = change.parts[figure][factor]
        found[factor] = None if column is None else number(column[unit])
    return found


def leaves(change: Change) -> list[dict[str, Any]]:
    """Every leaf behind the part 'data', the largest mean size first; effects over the communities looked at."""
    if change.leaves is None:
        return []
    plan = change.pairs.second.result.plan
    titles = {name: plan.leaves[plan.positions[name].index].leaf.title for name in change.leaves.ids}
    return [
        {
            "indicator": item.id, "title": {"zh": titles[item.id].zh, "en": titles[item.id].en},
            "mean_effect": item.mean, "mean_size": item.size, "communities": int(change.leaves.units.size),
        }
        for item in change.leaves.means()
    ]  # fmt: skip


def write_csv(change: Change, stream: IO[bytes]) -> None:
    """A row for each community: those in both, then new ones and those no longer there."""
    import pyarrow as pa

    rows = [_flat(community(change, unit)) for unit in range(len(change.pairs))]
    for status, side, only in (("new", 1, change.pairs.new), ("gone", 0, change.pairs.gone)):
        rows += [_flat_only(_unit(change.pairs.sides[side], int(row)), status, side) for row in only]
    texts = ("status", "community_id", "community", "period", "grade_before", "grade_after", "largest_leaf")
    columns: dict[str, Any] = {}
    for name in _columns(change):
        values = [row.get(name) for row in rows]
        if name in texts:
            columns[name] = inert(pa.array(values, pa.string()))
        else:
            columns[name] = pa.array(values, pa.float64())
    table = pa.table(columns)
    stream.write(BOM)
    stream.write(header_line(table.column_names))
    stream.write(csv_text(table))


def _columns(change: Change) -> Sequence[str]:
    names = ["status", "community_id", "community"]
    if any(side.result.table.periods is not None for side in change.pairs.sides):
        names.append("period")
    for figure in ("score", "rank", "grade"):
        names += [f"{figure}_{name}" for name in ("before", "after", "change", *FACTORS)]
    return [*names, "largest_leaf", "largest_leaf_effect"]


def _flat(found: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {"status": "both", **{key: found[key] for key in ("community_id", "community", "period")}}
    for figure in FIGURES:
        row |= {f"{figure}_{name}": value for name, value in found[figure].items()}
    if found["leaves"]:
        row |= {"largest_leaf": found["leaves"][0]["indicator"], "largest_leaf_effect": found["leaves"][0]["effect"]}
    return row


def _flat_only(found: dict[str, Any], status: str, side: int) -> dict[str, Any]:
    when = ("before", "after")[side]
    row = {"status": status, **{key: found[key] for key in ("community_id", "community", "period")}}
    return row | {f"{figure}_{when}": found[figure] for figure in FIGURES}


def findings_of(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings in both languages."""
    return [finding.to_dict(("zh", "en")) for finding in findings]
