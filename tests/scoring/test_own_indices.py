"""Whole indices with every option of every step, against a second scorer in plain NumPy (``plain_index``).

Forty-two rows (14 units in three years and three districts) with gaps and cells that do not apply.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from plain_columns import Rows, call_of
from plain_index import Plain

import resilience_index as ri
from resilience_index.methods import registry

LEAVES = ("a", "b", "c", "d", "e", "f", "g", "h")
POSTS = {"goalposts": [0, 100]}
LOGGED = {"method": "log", "test": False}


def table(seed: int = 7) -> Rows:
    """Positive values of two decimals, some far out, some tied; a share of gaps, a few cells not applicable."""
    draw = np.random.default_rng(seed)
    units, periods = [f"U{n:02d}" for n in range(14)], ["2023", "2024", "2026"]
    ids = [unit for unit in units for _ in periods]
    size = len(ids)
    values, na = {}, {}
    for name in LEAVES:
        x = np.round(draw.uniform(5, 95, size), 2)
        x[draw.integers(0, size, 3)] = 50.0
        x[draw.random(size) < 0.12] = np.nan
        na[name] = draw.random(size) < 0.05
        x[na[name]] = np.nan
        values[name] = x
    values["b"][5], values["b"][20] = 900.0, 740.0
    values["c"] = np.round(values["c"] / 10) * 10
    values["pop"] = np.round(draw.uniform(800, 4000, size))
    na["pop"] = np.zeros(size, dtype=bool)
    return Rows(ids, periods * 14, [("N", "S", "W")[n % 3] for n in range(14) for _ in periods], values, na)


def leaf(name: str, direction: str = "benefit", **keys: Any) -> dict[str, Any]:
    if keys.get("normalize", "goalposts") == "goalposts" and "goalposts" not in keys and direction != "context":
        keys["goalposts"] = [100, 0] if direction == "cost" else [0, 100]
    return {"id": name, "direction": direction, **keys}


def node(name: str, *children: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {"id": name, **keys, "children": list(children)}


POP = leaf("pop", "context")
BANDS = {"method": "bands", "bands": [{"min": 80, "points": 10}, {"above": 50, "points": 6}, {"points": 1}]}
FALLING = {"method": "bands", "full": 5, "bands": [{"max": 20, "points": 5}, {"below": 50, "points": 3}, {"points": 0}]}
LOOSE = {"missing": {"policy": "available", "min_children": 1}}

INDICES: dict[str, dict[str, Any]] = {
    "filled by centres": {
        "defaults": {"fill": "mean", "weights": "given"},
        "tree": node(
            "index",
            node("one", leaf("a", weight=2, normalize={"method": "minmax", "to": [1, 100]}),
                 leaf("b", "cost", weight=1, fill="median", treat={"method": "winsorize", "max_points": 3},
                      normalize="zscore"), weight="1/3", normalize={"method": "goalposts", "goalposts": [-500, 9000]}),
            node("two", leaf("c", fill={"method": "group_mean", "by": "district"}, normalize="percentile_rank"),
                 leaf("d", "cost", fill={"method": "group_median", "by": "period"}, normalize="rank"),
                 weight="2/3", normalize="minmax"),
        ),
    },
    "filled by rows and neighbours": {
        "defaults": {"normalize": "minmax"},
        "tree": node(
            "index",
            node("one", leaf("a", fill="row_mean"), leaf("b", "cost", fill={"method": "row_median"}, treat="iqr"),
                 leaf("c", fill={"method": "row_mean", "among": "siblings"}), aggregate={"method": "power", "p": 2}),
            node("two", leaf("d", "cost", fill={"method": "knn", "k": 3}),
                 leaf("e", fill={"method": "knn", "k": 2, "within": "district"}),
                 leaf("f", fill={"method": "row_median", "scale": "raw"}), leaf("g", "cost"),
                 aggregate={"method": "power", "p": -0.5, "zero": {"floor": 0.05}}, against=True),
            aggregate={"method": "power", "p": 0, "zero": {"floor": 0.01}},
        ),
    },
    "filled over time, divided, logged": {
        "tree": node(
            "index",
            leaf("a", fill="linear", normalize={"method": "zscore", "mean": 50, "sd": 10, "clip": [30, 70]}, scale=1),
            leaf("b", "cost", denominate={"by": "pop", "factor": 1000}, fill={"method": "previous", "limit": 1},
                 treat=LOGGED, normalize={"method": "minmax", "within": "period"}),
            leaf("c", denominate={"by": "pop"}, fill="previous", treat={**LOGGED, "shift": "one", "mirror": False},
                 normalize="distance_to_best"),
            leaf("d", treat={**LOGGED, "shift": "zero"}, normalize={"method": "percentile_rank", "ties": "average"}),
            leaf("e", "cost", denominate={"by": "a", "factor": 2},
                 normalize={"method": "goalposts", "goalposts": [6, 0.1], "transform": "log", "clip": False}),
            POP, **LOOSE,
        ),
    },
    "treated inside groups": {
        "defaults": {"normalize": {"method": "minmax", "transform": "log"}, "round": {"digits": 2}},
        "tree": node(
            "index",
            leaf("a", treat={"method": "percentile", "low": 0.1, "high": 0.9, "within": "district"}),
            leaf("b", "cost", treat={"method": "iqr", "factor": 1, "within": "period"}),
            leaf("c", treat={"method": "winsorize", "max_points": 4, "test": False},
                 normalize={"method": "zscore", "within": "district"}),
            leaf("d", treat={"method": "winsorize", "max_points": 2, "skewness": 0.01, "kurtosis": -3,
                             "otherwise": "undo"}, normalize={"method": "max"}),
            leaf("e", "cost", treat={"method": "winsorize", "max_points": 2, "skewness": 0.01, "kurtosis": -3}),
            show={"normalize": {"method": "percentile_rank", "ties": "max"}, "round": {"digits": 1}},
        ),
    },
    "sizes and references": {
        "tree": node(
            "index",
            leaf("a", normalize="vector"), leaf("b", "cost", normalize="vector"),
            leaf("c", "cost", normalize={"method": "vector", "cost": "reciprocal"}),
            leaf("d", "cost", normalize="sum"),
            leaf("e", "cost", normalize={"method": "sum", "cost": "complement", "within": "period"}),
            leaf("f", "cost", normalize="max"), leaf("g", "cost", normalize={"method": "max", "cost": "complement"}),
            leaf("h", normalize={"method": "distance_to_target", "target": 90, "clip": False}, invert=True),
            aggregate={"method": "sum"}, scale=1, missing={"policy": "zero"},
        ),
    },
    "references by period": {
        "tree": node(
            "index",
            node("one", leaf("pop", normalize={"method": "distance_to_reference", "reference": "U03",
                                               "within": "period"}),
                 leaf("a", "cost", normalize={"method": "distance_to_target", "target": 8, "transform": "log"}),
                 leaf("b", "target", goalposts=[0, 20, 60, 100]), aggregate="min"),
            node("two", leaf("c", "cost", normalize={"method": "borda", "ties": "average"}),
                 leaf("d", normalize={"method": "rank", "within": "district", "ties": "max"}),
                 leaf("e", "cost", normalize={"method": "percentile_rank", "cost": "before"}), aggregate="max",
                 normalize="distance_to_best"),
            aggregate={"method": "geometric", "zero": {"floor": 0.02}},
            missing={"policy": "available", "min_coverage": 1},
        ),
    },
    "points": {
        "tree": node(
            "index",
            node("one", leaf("a", normalize=BANDS, weight=10), leaf("b", weight=6), leaf("c", weight=4, against=True),
                 aggregate={"method": "points", "full": 20}, weight=20),
            leaf("d", "cost", normalize=FALLING, weight=5),
            leaf("e", normalize={"method": "bands", "bands": [
                {"min": 0, "below": 33, "points": 0}, {"min": 33, "max": 66, "points": 4}, {"above": 66, "points": 9},
            ]}, weight=9),
            aggregate="points",
        ),
    },
    "points with zeros": {
        "defaults": {"missing": {"policy": "zero"}},
        "tree": node("index", leaf("a", normalize=BANDS, weight=10), leaf("b", weight=30), node(
            "rest", leaf("c", weight=1), leaf("d", "cost", weight=3), weight=60,
        ), aggregate={"method": "points", "full": 100}),
    },
    "fuzzy": {
        "tree": node(
            "index",
            node("one", leaf("a", weight=1), leaf("b", "cost", weight=2, goalposts=[100, 0]), leaf("c", weight=3),
                 aggregate={"method": "fuzzy", "operator": "min_sum"}, weight=3),
            node("two", leaf("d", weight=1), leaf("e", weight=2), aggregate={"method": "fuzzy", "operator": "min_max"},
                 weight=2),
            node("three", leaf("f", weight=1), leaf("g", "cost", weight=1), weight=4),
            aggregate={"method": "fuzzy", "operator": "product_max"},
        ),
    },
    "fuzzy in bands": {
        "tree": node(
            "index",
            node("votes", leaf("a", normalize="none"), leaf("b", normalize="none"), leaf("c", normalize="none"),
                 aggregate={"method": "fuzzy", "membership": "votes", "grades": [1, 0.6, 0.2]}),
            leaf("d"), leaf("e", "cost"),
            aggregate={"method": "fuzzy", "membership": "bands", "grades": [1, 0.6, 0.2], "bounds": [0.7, 0.4],
                       "score": "largest"},
            **LOOSE,
        ),
    },
    "ordered and penalised": {
        "tree": node(
            "index",
            node("one", leaf("a", weight=1), leaf("b", weight=2), leaf("c", weight=4, against=True),
                 aggregate={"method": "owa", "order": [0.6, 0.3, 0.1]}, weight=2,
                 round={"digits": 1, "mode": "half_even"}),
            node("two", leaf("d", weight=1), leaf("e", weight=1), leaf("f", "cost", weight=1),
                 aggregate={"method": "mpi", "sign": "plus", "to": [70, 130]}, scale=1, weight=1,
                 normalize={"method": "goalposts", "goalposts": [140, 70]}, invert=True),
            node("three", leaf("g", weight=5), leaf("h", weight=3), weight=1,
                 aggregate={"method": "harmonic", "zero": {"floor": 0.1}}),
            aggregate="mpi", round={"digits": 3},
        ),
    },
    "across units": {
        "tree": node(
            "index",
            node("one", leaf("a", weight=1), leaf("b", "cost", weight=2, treat="iqr"), leaf("c", weight=1),
                 aggregate="topsis"),
            node("two", leaf("d", weight=1), leaf("e", "cost", weight=3),
                 aggregate={"method": "vikor", "v": 0.7, "within": "period"}, against=True),
            node("three", leaf("f", weight=2), leaf("g", "cost", weight=1),
                 aggregate={"method": "gra", "rho": 0.3, "within": "district"}),
            aggregate={"method": "topsis", "norm": "none"},
        ),
    },
    "ranks across units": {
        "tree": node(
            "index",
            node("one", leaf("a", weight=1), leaf("b", "cost", weight=2), leaf("c", weight=1), aggregate="rsr"),
            node("two", leaf("d", weight=1), leaf("e", "cost", weight=3), leaf("c2", weight=2),
                 aggregate={"method": "copeland", "within": "period"}),
            node("three", leaf("f", weight=2), leaf("g", "cost", weight=1),
                 aggregate={"method": "rsr", "score": "fitted", "within": "district"}, normalize="percentile_rank"),
            aggregate="copeland",
        ),
    },
    "nodes normalised": {
        "defaults": {"normalize": "minmax", "aggregate": {"method": "mpi", "to": [1, 2]}},
        "tree": node(
            "index",
            node("one", leaf("a"), leaf("b"), normalize={"method": "zscore", "within": "period", "sd": 2}, weight=2),
            node("two", leaf("c"), leaf("d", "cost"), aggregate="arithmetic", weight=1,
                 normalize={"method": "bands", "bands": [{"min": 55, "points": 1}, {"min": 40, "points": 0.5},
                                                         {"points": 0}]}),
            node("three", leaf("e"), leaf("f", "cost"), aggregate="arithmetic", scale=10, round={"digits": 1}, weight=1,
                 normalize={"method": "distance_to_target", "target": 7}),
            node("four", leaf("g"), leaf("h", "cost"), aggregate="arithmetic", weight=1, invert=True,
                 normalize={"method": "borda", "within": "district"},
                 show={"normalize": {"method": "goalposts", "goalposts": [-1000, 0]}, "round": {"digits": 0}}),
            aggregate="sum", scale=1, show={"normalize": "minmax"},
        ),
    },
    "logs and constants": {
        "defaults": {"normalize": "minmax", "aggregate": {"method": "fuzzy", "grades": [1, 0.4, 0]}},
        "tree": node(
            "index",
            leaf("a", treat={"method": "winsorize", "max_points": 1, "skewness": 0.001, "kurtosis": -9,
                             "otherwise": "log"}),
            leaf("b", "cost", treat={"method": "log", "skewness": 1, "kurtosis": 1}),
            leaf("b2", treat={"method": "log", "skewness": 1, "kurtosis": 1}),
            leaf("b3", treat={"method": "log", "skewness": 1, "kurtosis": 1, "mirror": False}),
            leaf("same", normalize={"method": "minmax", "constant": 0.3}),
            leaf("d", normalize={"method": "goalposts", "goalposts": [0, 100], "scale": 0.5}, invert=True),
        ),
    },
}  # fmt: skip

GRADINGS = [
    {"method": "quantile"}, {"method": "quantile", "shares": [0.1, 0.2, 0.7], "within": "period"},
    {"method": "natural_breaks", "within": "district"}, {"method": "natural_breaks"}, {"method": "mean_sd"},
    {"method": "mean_sd", "steps": [1.5, -0.5], "sd": "population", "within": "period"},
    {"method": "equal_interval", "within": "district"},
]  # fmt: skip


def named(item: dict[str, Any]) -> dict[str, Any]:
    """With the titles that every item must have."""
    title = {"zh": f"{item['id']}（中）", "en": f"{item['id']} (en)"}
    children = {"children": [named(child) for child in item["children"]]} if "children" in item else {}
    return {"title": title, **item, **children}


def scored(folder: Path, index: dict[str, Any], rows: Rows, **options: Any) -> ri.Result:
    head = {
        "schema": "resilience-index/framework/1",
        "id": "own",
        "version": "1.0.0",
        "title": {"zh": "自", "en": "Own"},
    }
    content = {**head, **index, "tree": named(index["tree"])}
    path = folder / "own.yaml"
    content = json.loads(json.dumps(content))  # no mapping twice: the subset of YAML has no anchors
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    lines = [",".join(["community_id", "period", "district", *rows.values])]
    for row, unit in enumerate(rows.ids):
        cells = [
            "n.a." if rows.na[name][row] else "" if np.isnan(x[row]) else repr(float(x[row]))
            for name, x in rows.values.items()
        ]  # fmt: skip
        lines.append(",".join([unit, rows.periods[row], rows.districts[row], *cells]))
    data = folder / "own.csv"
    data.write_text("\n".join(lines) + "\n", encoding="utf-8")
    framework = ri.load_framework(path)
    return ri.score(ri.read_data(data, framework), framework, **options)


def rows_for(index: dict[str, Any], seed: int) -> Rows:
    rows = table(seed)
    extra = {"c2": 100 - rows.values["c"], "b2": 1000 - rows.values["b"], "b3": 1000 - rows.values["b"]}
    extra["same"] = np.where(np.isnan(rows.values["e"]), np.nan, 4.0)
    origin = {"c2": "c", "b2": "b", "b3": "b", "same": "e"}
    for name in set(extra) & set(re.findall(r"\w+", str(index))):
        rows.values[name], rows.na[name] = extra[name], rows.na[origin[name]]
    return rows


@pytest.mark.parametrize("kind", ["fill", "treat", "normalize", "aggregate", "grading"])
def test_every_method_is_used(kind: str) -> None:
    used = re.findall(r"\w+", f"{INDICES} {GRADINGS}")
    assert set(registry.names(kind)) - {"fixed"} <= set(used)


@pytest.mark.parametrize("seed", [7, 8, 9])
@pytest.mark.parametrize("name", INDICES)
def test_every_figure_is_that_of_the_plain_scorer(name: str, seed: int, tmp_path: Path) -> None:
    index = INDICES[name]
    rows = rows_for(index, seed)
    expected, result = Plain(index, rows), scored(tmp_path, index, rows)
    plan = result.plan
    values = result.detail(0, len(result)).values.leaves
    for leaf_plan in plan.scored:
        found = values[leaf_plan.index]
        assert found is not None
        np.testing.assert_allclose(found, expected.passed[leaf_plan.id], rtol=1e-9, atol=1e-9, err_msg=leaf_plan.id)
    for place in sorted(plan.nodes, key=lambda each: -each.level):
        np.testing.assert_allclose(
            result.passed[place.index], expected.passed[place.id], rtol=1e-9, atol=1e-9, err_msg=place.id
        )
        np.testing.assert_allclose(
            result.shown[place.index], expected.shown[place.id], rtol=1e-9, atol=1e-7, err_msg=place.id
        )
    assert not np.isnan(expected.score).all()


@pytest.mark.parametrize("grading", GRADINGS, ids=str)
def test_bounds_of_grades_are_those_of_the_plain_scorer(grading: dict[str, Any], tmp_path: Path) -> None:
    title = {"zh": "等", "en": "grade"}
    index = {
        **INDICES["filled by centres"], "grading": grading,
        "grades": [{"id": name, "title": title} for name in "ABC"],
    }  # fmt: skip
    rows = table()
    rows.values["a"][[0, 7]], rows.na["a"][[0, 7]] = np.nan, True
    result = scored(tmp_path, index, rows)
    expected = Plain(index, rows)
    np.testing.assert_allclose(result.cuts.bounds, expected.bounds(call_of(grading)), rtol=0, atol=2e-8)
    groups = rows.groups(grading.get("within"))
    for group, bounds in zip(groups, result.cuts.bounds.tolist(), strict=True):
        for row in group:
            score = expected.score[row]
            right = None if np.isnan(score) else next(
                (name for name, bound in zip("ABC", bounds, strict=True) if round(score - bound, 8) >= 0), "C"
            )  # fmt: skip
            assert result.grade_id(row) == right
