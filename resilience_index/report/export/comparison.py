"""``comparison.csv`` and ``comparison.json``: several frameworks side by side, in full precision."""

from __future__ import annotations

from typing import IO, Any

import numpy as np

from resilience_index.analysis.comparison import Comparison, Period
from resilience_index.errors import InputError
from resilience_index.findings import Finding, Location
from resilience_index.report.export.tables import BOM, CHUNK, csv_text, header_line, inert, number
from resilience_index.report.view.format import place
from resilience_index.scoring.result import Result

KIND = "urn:resilience-index:comparison:1"
STATISTIC = "Kendall's tau-b"
SCHEMA_VERSION = 1
LISTED = 10
"""Shifts listed for each period; ``comparison.csv`` has all."""
KEYS = ("community_id", "community", "period")


def check_groups(comparison: Comparison) -> None:
    """Refuse groups that would share a column of ``comparison.csv`` with a result (RI131)."""
    results = [f"{name}_{what}" for name in comparison.ids for what in ("score", "rank", "grade")]
    results += ["rank_shift_max", "rank_shift_best", "rank_shift_worst"]
    clashes = [name for name in comparison.units.groups if name in results]
    if clashes:
        place = Location(comparison.results[0].table.source, field=clashes[0])
        raise InputError([Finding("RI131", place, {"id": clashes[0], "known": results})])


def write_csv(comparison: Comparison, stream: IO[bytes]) -> None:
    """Write a row for each community and period: score, rank and grade under each framework, the largest shift."""
    stream.write(BOM)
    stream.write(header_line(comparison_table(comparison, 0, 0).column_names))
    for start in range(0, len(comparison.units), CHUNK):
        stream.write(csv_text(comparison_table(comparison, start, min(start + CHUNK, len(comparison.units)))))


def comparison_table(comparison: Comparison, start: int, stop: int) -> Any:
    """The columns of ``comparison.csv`` for the units ``start`` to ``stop``, as an Arrow table.

    ``rank_shift_max`` is the largest difference of a unit's ranks, ``rank_shift_best`` and ``rank_shift_worst``
    the frameworks it is between; blank where fewer than two ranks are there, or no rank differs.
    """
    import pyarrow as pa

    units, rows = comparison.units, slice(start, stop)
    columns: dict[str, Any] = {"community_id": inert(units.ids[rows]), "community": inert(units.names[rows])}
    if units.periods is not None:
        columns["period"] = inert(units.periods[rows])
    columns |= {name: inert(labels[rows]) for name, labels in units.groups.items()}
    for index, result in enumerate(comparison.results):
        name = result.plan.framework.label
        columns[f"{name}_score"] = number(comparison.scores[index, rows])
        columns[f"{name}_rank"] = _ranks(comparison.ranks[index, rows], whole=result.plan.ties != "average")
        grades = list(result.outcomes)
        columns[f"{name}_grade"] = _labels(comparison.grades[index, rows], grades)
    whole = all(result.plan.ties != "average" for result in comparison.results)
    columns["rank_shift_max"] = _ranks(comparison.shift[rows], whole=whole)
    columns["rank_shift_best"] = _labels(comparison.best[rows], comparison.ids)
    columns["rank_shift_worst"] = _labels(comparison.worst[rows], comparison.ids)
    return pa.table(columns)


def _ranks(values: Any, *, whole: bool) -> Any:
    import pyarrow as pa

    return number(values).cast(pa.int64()) if whole else number(values)


def _labels(codes: Any, labels: list[str]) -> Any:
    """Texts by code; −1 is an empty cell."""
    import pyarrow as pa

    indices = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(labels, pa.string())).cast(pa.string())


def to_dict(comparison: Comparison) -> dict[str, Any]:
    """What ``comparison.json`` holds, without findings: periods in order, null where there is no value."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": KIND,
        "statistic": STATISTIC,
        "frameworks": [_framework(result) for result in comparison.results],
        "ranked_by": comparison.results[0].plan.settings["by"],
        "periods": [_period(comparison, period) for period in comparison.periods],
    }


def _framework(result: Result) -> dict[str, Any]:
    framework = result.plan.framework
    scheme = {} if framework.scheme is None else {"scheme": framework.scheme, "framework": framework.id}
    return {
        "id": framework.label, **scheme, "version": framework.version,
        "title": {"zh": framework.title.zh, "en": framework.title.en}, "scale": result.plan.nodes[0].scale,
        "ties": result.plan.ties, "relative_methods": result.plan.relative_methods(),
    }  # fmt: skip


def _period(comparison: Comparison, period: Period) -> dict[str, Any]:
    ids = comparison.ids
    pairs = [
        {
            "first": ids[pair.first], "second": ids[pair.second], "n": pair.agreement.n,
            "tau_b": pair.agreement.tau_b, "undefined": pair.agreement.undefined, "mean_shift": pair.mean_shift,
        }
        for pair in period.pairs
    ]  # fmt: skip
    return {
        "period": period.label if comparison.units.periods is not None else None,
        "communities": int(period.units.size),
        "frameworks": [_counts(comparison, period, index) for index in range(len(ids))],
        "tau_b": period.tau(),
        "pairs": pairs,
        "largest_shifts": [shift(comparison, unit) for unit in comparison.largest(period, LISTED)],
    }


def _counts(comparison: Comparison, period: Period, index: int) -> dict[str, Any]:
    found = comparison.counts(period, index)
    name = comparison.results[index].plan.framework.label
    return {"id": name, "scored": found.scored, "mean": found.mean, "grades": dict(found.grades)}


def shift(comparison: Comparison, unit: int) -> dict[str, Any]:
    """A community with its ranks under every framework and the largest difference of two of them."""
    units, ids = comparison.units, comparison.ids
    return {
        "community_id": units.ids[unit].as_py(), "community": units.names[unit].as_py(),
        "groups": {name: labels[unit].as_py() for name, labels in units.groups.items()},
        "shift": place(comparison.shift[unit]), "best": ids[int(comparison.best[unit])],
        "worst": ids[int(comparison.worst[unit])],
        "ranks": {name: place(comparison.ranks[index, unit]) for index, name in enumerate(ids)},
    }  # fmt: skip
