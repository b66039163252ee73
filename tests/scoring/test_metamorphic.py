"""What must not change, or must change in a known way, when the table is turned into another one."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from plain_columns import Rows
from test_own_indices import INDICES, leaf, node, rows_for, scored

NORMALIZE: list[Any] = [
    {"method": "goalposts", "goalposts": [0, 100]}, "minmax", {"method": "zscore", "mean": 50, "sd": 9},
    "percentile_rank", "rank", "borda", "vector", "sum", "max", "distance_to_best",
    {"method": "distance_to_target", "target": 97}, "none",
    {"method": "bands", "bands": [{"min": 60, "points": 3}, {"min": 30, "points": 2}, {"points": 1}]},
]  # fmt: skip
AGGREGATE: list[Any] = [
    "arithmetic", {"method": "geometric", "zero": {"floor": 0.01}}, {"method": "harmonic", "zero": {"floor": 0.01}},
    {"method": "power", "p": 3}, "min", "max", {"method": "owa", "order": [3, 2, 1]}, "sum", "topsis",
    {"method": "topsis", "norm": "none"}, "vikor", "gra", "rsr", {"method": "rsr", "score": "fitted"}, "copeland",
]  # fmt: skip
AS_BEFORE = ("arithmetic", "geometric", "power", "min", "max", "owa", "sum", "topsis", "vikor", "gra")
"""Aggregations whose values do not depend on how many units are alike."""

INSIDE = tuple(name for name in AS_BEFORE if name not in ("topsis", "vikor"))
"""Those that look at the ends of each child only. The norm of TOPSIS, S and R of VIKOR rest on every unit."""


def taken(rows: Rows, order: list[int]) -> Rows:
    """Some rows, in another order or several times."""
    return Rows(
        [rows.ids[row] for row in order], [rows.periods[row] for row in order],
        [rows.districts[row] for row in order], {name: x[order] for name, x in rows.values.items()},
        {name: mask[order] for name, mask in rows.na.items()},
    )  # fmt: skip


def doubled(rows: Rows) -> Rows:
    """Every unit a second time under another code, behind all others."""
    size = len(rows.ids)
    both = taken(rows, [*range(size), *range(size)])
    return dataclasses.replace(both, ids=[*rows.ids, *(f"Z{unit}" for unit in rows.ids)])


def method_of(call: Any) -> str:
    return str(call if isinstance(call, str) else call["method"])


@pytest.mark.parametrize("name", INDICES)
def test_the_order_of_rows_changes_no_bit(name: str, tmp_path: Path) -> None:
    rows = rows_for(INDICES[name], 7)
    before = scored(tmp_path, INDICES[name], rows)
    order = np.random.default_rng(3).permutation(len(rows.ids)).tolist()
    after = scored(tmp_path, INDICES[name], taken(rows, order))
    for old, new in ((before.shown, after.shown), (before.passed, after.passed)):
        assert new.tobytes() == np.ascontiguousarray(old[:, order]).tobytes()
    np.testing.assert_array_equal(after.ranks, before.ranks[order])
    np.testing.assert_array_equal(after.coverage, before.coverage[order])


@pytest.mark.parametrize("name", [name for name in INDICES if "distance_to_reference" not in str(INDICES[name])])
def test_units_that_are_alike_score_alike(name: str, tmp_path: Path) -> None:
    rows = rows_for(INDICES[name], 7)
    found = scored(tmp_path, INDICES[name], doubled(rows))
    size = len(rows.ids)
    assert found.shown[:, :size].tobytes() == np.ascontiguousarray(found.shown[:, size:]).tobytes()
    np.testing.assert_array_equal(found.ranks[:size], found.ranks[size:])


@pytest.mark.parametrize("aggregate", AGGREGATE, ids=str)
@pytest.mark.parametrize("normalize", ["minmax", "max", "distance_to_best"])
def test_twins_change_no_order_and_no_value_that_extremes_decide(
    normalize: str, aggregate: Any, tmp_path: Path
) -> None:
    index = small(normalize, aggregate)
    rows = whole(seed=5)
    before, after = scored(tmp_path, index, rows), scored(tmp_path, index, doubled(rows))
    size = len(rows.ids)
    if method_of(aggregate) in AS_BEFORE:
        np.testing.assert_allclose(after.score[:size], before.score, rtol=1e-12)
    if method_of(aggregate) != "rsr":  # ranks of ties move closer together, and sums of them may change places
        np.testing.assert_array_equal(np.argsort(after.score[:size]), np.argsort(before.score))


def times(item: dict[str, Any], factor: float) -> dict[str, Any]:
    """An index whose leaves are measured in another unit: their goalposts, targets and bounds too."""
    if "children" in item:
        return {**item, "children": [times(child, factor) for child in item["children"]]}
    if "denominate" in item:
        return item  # what is divided by is measured in the other unit as well
    item = json.loads(json.dumps(item))
    if "goalposts" in item:
        item["goalposts"] = [post * factor for post in item["goalposts"]]
    call = item.get("normalize")
    if isinstance(call, dict):
        if "goalposts" in call:
            call["goalposts"] = [post * factor for post in call["goalposts"]]
        if "target" in call:
            call["target"] *= factor
        for band in call.get("bands", []):
            band |= {key: band[key] * factor for key in ("min", "above", "max", "below") if key in band}
    return item


@pytest.mark.parametrize("factor", [1024.0, 0.001])
@pytest.mark.parametrize("name", INDICES)
def test_the_unit_of_measurement_decides_nothing(name: str, factor: float, tmp_path: Path) -> None:
    index = INDICES[name]
    rows = rows_for(index, 7)
    before = scored(tmp_path, index, rows)
    other = dataclasses.replace(rows, values={leaf: np.round(x * factor, 9) for leaf, x in rows.values.items()})
    after = scored(tmp_path, {**index, "tree": times(index["tree"], factor)}, other)
    np.testing.assert_allclose(after.shown, before.shown, rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(after.ranks, before.ranks)


def whole(seed: int) -> Rows:
    """A table of one year without gaps, with a unit D that is worse than U03 in every leaf, and never the worst."""
    draw = np.random.default_rng(seed)
    size = 12
    values = {name: np.round(draw.uniform(10, 90, size), 1) for name in ("a", "b", "c")}
    for name, (high, low) in {"a": (70.0, 60.0), "b": (25.0, 40.0), "c": (80.0, 80.0)}.items():
        x = values[name]
        x[0], x[1], x[3] = 5.0, 95.0, high
        values[name] = np.append(x, low)
    na = {name: np.zeros(size + 1, dtype=bool) for name in values}
    return Rows([*(f"U{n:02d}" for n in range(size)), "D"], ["2024"] * 13, ["N"] * 13, values, na)


def small(normalize: Any, aggregate: Any) -> dict[str, Any]:
    """Two leaves of which more is better, and one (b) of which less is, where the method knows a direction."""
    cost = "benefit" if method_of(normalize) in ("none", "bands") else "cost"
    other = {"method": "goalposts", "goalposts": [100, 0]} if method_of(normalize) == "goalposts" else normalize
    if method_of(normalize) == "distance_to_target":
        other = {"method": "distance_to_target", "target": 2}
    return {
        "tree": node(
            "index", leaf("a", normalize=normalize, weight=2), leaf("b", cost, normalize=other, weight=1),
            leaf("c", normalize=normalize, weight=1), aggregate=aggregate,
        )
    }  # fmt: skip


@pytest.mark.parametrize("aggregate", AGGREGATE, ids=str)
@pytest.mark.parametrize("normalize", NORMALIZE, ids=str)
def test_a_dominated_unit_never_leads(normalize: Any, aggregate: Any, tmp_path: Path) -> None:
    rows = whole(seed=11)
    if method_of(normalize) in ("none", "bands"):
        rows.values["b"] = 100 - rows.values["b"]
    result = scored(tmp_path, small(normalize, aggregate), rows)
    assert result.score[12] <= result.score[3] + 1e-12
    assert result.ranks[12] >= result.ranks[3]


BY_EXTREMES = ("goalposts", "minmax", "max", "distance_to_best", "distance_to_target", "none", "bands")


@pytest.mark.parametrize("aggregate", [call for call in AGGREGATE if method_of(call) in INSIDE], ids=str)
@pytest.mark.parametrize("normalize", [call for call in NORMALIZE if method_of(call) in BY_EXTREMES], ids=str)
def test_a_unit_inside_the_extremes_changes_no_other(normalize: Any, aggregate: Any, tmp_path: Path) -> None:
    rows = whole(seed=11)
    index = small(normalize, aggregate)
    with_it, without = scored(tmp_path, index, rows), scored(tmp_path, index, taken(rows, list(range(12))))
    np.testing.assert_allclose(with_it.score[:12], without.score, rtol=1e-12)
