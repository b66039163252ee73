"""A result does not depend on how rows are cut into blocks, on threads, or on the order of rows and columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

import resilience_index as ri
from resilience_index.scoring.engines import local
from resilience_index.scoring.result import Result

Files = Callable[..., Path]
Arrays = Mapping[str, NDArray[Any]]

UNITS = 300
LEAVES = "abcdefghij"

GRADES = """
grades: [{id: high, min: 60}, {id: middle, min: 40}, {id: low, min: 0}]
red_lines: [{indicator: c, op: ">=", value: 190, cap: middle}]
flags: [{id: strong, node: left, op: ">=", value: 50}, {id: worn, node: c, op: "<", value: 30}]
"""

GOALPOSTS = (
    GRADES
    + """
tree:
  children:
    - id: left
      weight: 3
      aggregate: {method: geometric, zero: {floor: 0.01}}
      children:
        - {id: a, goalposts: [10, 90], weight: 2}
        - {id: b, goalposts: [0, 100], invert: true, weight: 1}
        - {id: c, direction: cost, goalposts: [180, 20], round: {digits: 2}, weight: 1}
    - id: right
      weight: 2
      missing: {policy: available, min_children: 2}
      round: {digits: 3, mode: half_even}
      children:
        - {id: d, direction: target, goalposts: [0, 30, 60, 100]}
        - {id: e, normalize: {method: goalposts, goalposts: [1, 100], transform: log}}
        - {id: f, goalposts: [0, 100], against: true}
        - id: deep
          missing: zero
          invert: true
          children: [{id: g, goalposts: [0, 100]}, {id: h, goalposts: [100, 0], direction: cost}]
    - {id: i, goalposts: [0, 100], weight: 1}
    - {id: j, direction: context}
"""
)

MINMAX = (
    GRADES
    + """
defaults: {normalize: minmax}
tree:
  children:
    - id: left
      normalize: {method: minmax, to: [0.2, 0.9]}
      children:
        - {id: a, normalize: {method: minmax, to: [0.1, 1]}}
        - {id: b, normalize: {method: minmax, within: period}}
        - {id: c, direction: cost, normalize: {method: minmax, within: district, constant: 0.5}}
        - {id: e, normalize: {method: minmax, transform: log}}
    - id: right
      show: {normalize: {method: minmax, within: period}, round: {digits: 1}}
      children: [{id: d}, {id: f}, {id: g, direction: cost}]
"""
)

RANKS = (
    GRADES
    + """
defaults: {normalize: percentile_rank}
ranks: {ties: average}
tree:
  normalize: {method: percentile_rank, within: period}
  children:
    - id: left
      normalize: {method: percentile_rank, ties: max}
      round: {digits: 4}
      children:
        - {id: a, normalize: {method: percentile_rank, ties: average}}
        - {id: b, direction: cost, normalize: {method: percentile_rank, cost: before}}
        - {id: c, direction: cost}
    - id: right
      show: {normalize: percentile_rank, round: {digits: 4}}
      aggregate: sum
      scale: 1
      children:
        - {id: d, weight: 0.5}
        - {id: e, weight: 2, normalize: {method: percentile_rank, within: district}}
        - {id: f, weight: 1.5}
"""
)

SPREAD = (
    GRADES
    + """
tree:
  normalize: {method: goalposts, goalposts: [5, 90], clip: false, scale: 0.9}
  children:
    - id: left
      normalize: {method: zscore, mean: 0.6, sd: 0.1, clip: [0.1, 1]}
      show: {normalize: {method: bands, bands: [{min: 70, points: 1}, {min: 50, points: 0.5}, {points: 0}]}}
      children:
        - {id: a, normalize: {method: zscore, within: district}}
        - {id: b, direction: cost, normalize: vector}
        - {id: c, direction: cost, normalize: {method: sum, within: period}}
        - {id: d, normalize: rank}
        - {id: e, direction: cost, normalize: {method: max, transform: log, cost: complement}}
    - id: right
      show: {normalize: {method: borda, ties: average, within: district}}
      children:
        - {id: f, normalize: distance_to_best}
        - {id: g, normalize: {method: distance_to_reference, reference: u138, clip: false}}
        - {id: h, direction: cost, normalize: {method: distance_to_target, target: 2}}
        - {id: i, normalize: {method: bands, bands: [{above: 50, points: 1}, {points: 0}]}}
        - {id: j, direction: cost, normalize: {method: sum, cost: complement}}
"""
)

# Above 0 everywhere, and many units share the best value.
POSITIVE = (
    GRADES
    + """
tree:
  children:
    - id: left
      children: [{id: b, goalposts: [-10, 60]}, {id: d, goalposts: [-10, 60]}, {id: e, goalposts: [-10, 60]}]
    - id: right
      children: [{id: g, goalposts: [-10, 9]}, {id: c, direction: cost, goalposts: [250, 90]}]
"""
)

CASES = {
    "goalposts": (GOALPOSTS, "given"),
    "goalposts, entropy of leaves": (GOALPOSTS, "entropy"),
    "goalposts, entropy of siblings": (GOALPOSTS, "entropy:scope=siblings,shift=0.01"),
    "minmax": (MINMAX, "equal"),
    "minmax, entropy of raw values": (MINMAX, "entropy:input=raw"),
    "minmax, entropy of siblings": (MINMAX, "entropy:scope=siblings"),
    "minmax, linear combination": (MINMAX, "combine:rule=linear,alpha=0.3,subjective=given,objective=entropy"),
    "ranks": (RANKS, "given"),
    "ranks, entropy of leaves": (RANKS, "entropy"),
    "minmax, CRITIC of leaves": (MINMAX, "critic:direction=raw"),
    "minmax, CRITIC of siblings": (MINMAX, "critic:scope=siblings"),
    "minmax, standard deviation": (MINMAX, "std"),
    "minmax, variation of raw values": (MINMAX, "cv:input=raw"),
    "minmax, Gini of siblings": (MINMAX, "gini:scope=siblings"),
    "spread": (SPREAD, "equal"),
    "spread, standard deviation": (SPREAD, "std:scope=siblings"),
    "positive values, MEREC": (POSITIVE, "merec"),
    "positive values, CILOS": (POSITIVE, "cilos"),
    "positive values, IDOCRIW": (POSITIVE, "idocriw"),
    "minmax, principal components": (MINMAX, "pca:negative=absolute"),
    "minmax, independence": (MINMAX, "independence"),
    "minmax, maximum deviation": (
        MINMAX,
        "combine:rule=deviation,subjective=given,objective={method:std,scope:siblings}",
    ),
    "minmax, two data methods among siblings": (
        MINMAX,
        "combine:subjective={method:critic,scope:siblings},objective={method:entropy,scope:siblings}",
    ),
    "goalposts, methods by level": (
        GOALPOSTS,
        "levels:from_top=[{method:combine,rule:deviation,subjective:given,objective:std},critic],under={deep:entropy}",
    ),
    "ranks, product combination": (RANKS, "combine:rule=product,subjective=equal,objective=entropy"),
}


def random_case(seed: int) -> tuple[str, str]:
    """A tree with settings and weights drawn at random from all that a leaf or node may say."""
    random = np.random.default_rng(seed)

    def some(*choices: Any) -> Any:
        return choices[int(random.integers(len(choices)))]

    def settings(**choices: tuple[Any, ...]) -> dict[str, Any]:
        drawn = {name: some(*values) for name, values in choices.items()}
        return {name: value for name, value in drawn.items() if value is not None}

    def leaf(name: str) -> dict[str, Any]:
        within = settings(within=(None, "period", "district"))
        return {"id": name, "weight": some(1, 2, 0.5)} | settings(
            direction=("benefit", "cost"),
            normalize=(
                {"method": "goalposts"}, {"method": "minmax", "constant": 0.5} | within,
                {"method": "minmax", "to": [0.1, 0.9]}, {"method": "percentile_rank", "ties": "max"} | within,
            ),
            invert=(False, True), round=(None, None, {"digits": 2}),
        )  # fmt: skip

    def node(name: str, children: list[dict[str, Any]]) -> dict[str, Any]:
        again = {"method": some("minmax", "percentile_rank")} | settings(within=(None, "period"))
        return {"id": name, "weight": some(1, 2, 3), "children": children} | settings(
            aggregate=("arithmetic", "arithmetic", {"method": "geometric", "zero": {"floor": 0.01}}),
            missing=(None, {"policy": "available", "min_children": 1}, "zero"),
            normalize=(None, again), invert=(False, True), show=(None, {"normalize": dict(again)}),
            round=(None, {"digits": 3}),
        )  # fmt: skip

    leaves = [leaf(name) for name in LEAVES]
    for item in leaves:
        top = 200 if item["id"] == "c" else 100
        item["goalposts"] = [top, 0] if item["direction"] == "cost" else [0, top]
    deep = node("deep", leaves[:2])
    tree = node("index", [node("left", [deep, *leaves[2:5]]), node("right", leaves[5:9]), leaves[9]])
    tree.pop("weight")
    weights = some("given", "entropy", "entropy:scope=siblings", "combine:subjective=equal,alpha=0.25")
    return yaml.safe_dump({"tree": tree}), weights


CASES |= {f"random {seed}": random_case(seed) for seed in range(10)}
cases = pytest.mark.parametrize("case", CASES)


def cells(seed: int) -> dict[str, list[str]]:
    """The columns of a file: values with ties and without, missing and not applicable cells, equal units."""
    random = np.random.default_rng(seed)
    columns = {
        "id": [f"u{unit:03d}" for unit in range(UNITS)],
        "period": random.choice(["2023", "2024"], UNITS).tolist(),
        "district": random.choice(["north", "south", "west"], UNITS).tolist(),
    }
    for index, leaf in enumerate(LEAVES):
        top = 200.0 if leaf == "c" else 100.0
        values = random.uniform(1.0, top, UNITS) ** random.choice([0.5, 1.0])
        texts = [repr(value) for value in (np.round(values * 2) / 2 if index % 2 else values).tolist()]
        kinds = random.choice(["value", "missing", "not applicable"], UNITS, p=[0.88, 0.08, 0.04])
        texts = [
            {"value": text, "missing": "", "not applicable": "n.a."}[kind]
            for text, kind in zip(texts, kinds, strict=True)
        ]
        texts[3] = texts[2]
        texts[10:13] = ["0" if leaf in "af" else texts[10]] * 3  # zeros, and units that tie
        columns[leaf] = texts
    return columns


def text(columns: Mapping[str, list[str]], rows: Any = None) -> str:
    lines = list(zip(*columns.values(), strict=True))
    chosen = lines if rows is None else [lines[row] for row in rows]
    return "\n".join(",".join(line) for line in [tuple(columns), *chosen])


@pytest.fixture
def scored(framework_file: Files, data_file: Files) -> Callable[..., Result]:
    """Score columns under a case."""

    def score(case: str, data: str, threads: int = 1) -> Result:
        framework, weights = CASES[case]
        loaded = ri.load_framework(framework_file(framework))
        table = ri.read_data(data_file(data), loaded)
        return ri.score(table, loaded, weights=weights, threads=threads)

    return score


def weights(result: Result) -> Arrays:
    """Everything that is one figure for all units."""
    found = {"leaf": result.weights.leaf, "node": result.weights.node}
    found |= {f"local {index}": local for index, local in enumerate(result.weights.local)}
    for name, table in result.weighting.components.items():
        found |= {f"{name} leaf": table.leaf, f"{name} node": table.node}
    return found


def figures(result: Result) -> Arrays:
    """Everything that is a figure of each unit, the units last."""
    detail = result.detail(0, len(result))
    found = {
        "shown": result.shown,
        "passed": result.passed,
        "coverage": result.coverage,
        "ranks": result.ranks,
        "grades": result.grades,
        "grades before": result.grades_before,
        **{f"flag {name}": values for name, values in result.flags.items()},
    }
    parts = {
        "leaf": detail.values.leaves,
        "aggregated": detail.values.aggregated,
        "contribution": detail.contributions.leaves,
        "effective weight": detail.contributions.effective_nodes,
    }
    for name, columns in parts.items():
        found |= {f"{name} {index}": column for index, column in enumerate(columns) if column is not None}
    return found


def assert_same_bits(found: Arrays, expected: Arrays) -> None:
    assert found.keys() == expected.keys()
    for name, values in found.items():
        assert bits(values) == bits(expected[name]), name


def bits(values: NDArray[Any]) -> bytes:
    """The bytes of an array, −0.0 being another than 0.0; one NaN is as good as another."""
    return np.where(np.isnan(values), np.nan, values).tobytes()


@cases
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("rows", [7, 64, 8192])
def test_blocks_and_threads(
    scored: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, case: str, rows: int, threads: int
) -> None:
    data = text(cells(1))
    whole = scored(case, data)
    assert np.isfinite(whole.score).sum() > UNITS / 2
    assert np.unique(whole.score).size > UNITS / 3
    monkeypatch.setattr(local, "BLOCK_ROWS", rows)
    cut = scored(case, data, threads)
    assert_same_bits(weights(cut), weights(whole))
    assert_same_bits(figures(cut), figures(whole))
    assert [finding.to_dict() for finding in cut.findings] == [finding.to_dict() for finding in whole.findings]


@cases
@pytest.mark.parametrize("seed", [2, 3])
def test_the_order_of_rows(
    scored: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, case: str, seed: int
) -> None:
    columns, order = cells(seed), np.random.default_rng(seed).permutation(UNITS)
    expected = scored(case, text(columns))
    monkeypatch.setattr(local, "BLOCK_ROWS", 64)
    found = scored(case, text(columns, order), 2)
    assert found.table.ids.to_pylist() == [f"u{unit:03d}" for unit in order.tolist()]
    assert_same_bits(weights(found), weights(expected))
    assert_same_bits(figures(found), {name: values[..., order] for name, values in figures(expected).items()})


@cases
def test_the_order_of_columns(scored: Callable[..., Result], case: str) -> None:
    columns = cells(4)
    names = ["id", *np.random.default_rng(5).permutation([name for name in columns if name != "id"]).tolist()]
    expected, found = scored(case, text(columns)), scored(case, text({name: columns[name] for name in names}))
    assert_same_bits(weights(found), weights(expected))
    assert_same_bits(figures(found), figures(expected))


@pytest.mark.parametrize("rows", [7, 8192])
def test_a_part_of_the_details_is_the_same_alone(
    scored: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(local, "BLOCK_ROWS", rows)
    result = scored("minmax", text(cells(6)))
    whole, part = result.detail(0, UNITS), result.detail(100, 113)
    for alone, together in zip(part.contributions.leaves, whole.contributions.leaves, strict=True):
        if together is not None:
            assert alone is not None
            assert bits(alone) == bits(together[100:113])


@pytest.mark.parametrize("rows", [7, 64, 8192])
@pytest.mark.parametrize("threads", [1, 2])
def test_refusals_name_the_same_units(
    framework_file: Files, data_file: Files, monkeypatch: pytest.MonkeyPatch, rows: int, threads: int
) -> None:
    loaded = ri.load_framework(
        framework_file("tree: {aggregate: geometric, children: [{id: a, normalize: none}, {id: b, normalize: none}]}")
    )
    values = np.arange(1, UNITS + 1) % 50
    lines = [f"u{unit:03d},{value},1" for unit, value in enumerate(values.tolist())]
    table = ri.read_data(data_file("\n".join(["id,a,b", *lines])), loaded)
    monkeypatch.setattr(local, "BLOCK_ROWS", rows)
    with pytest.raises(ri.InputError) as caught:
        ri.score(table, loaded, threads=threads)
    units = [finding.params["unit"] for finding in caught.value.findings]
    assert units == [f"u{unit:03d}" for unit in range(49, UNITS, 50)]


# -- the engine ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [0, 1, 6, 7, 8, 20])
def test_spans_cover_every_row_once(rows: int) -> None:
    spans = local.spans(rows, 7)
    assert (spans[0][0], spans[-1][1]) == (0, rows)
    assert all(first[1] == second[0] for first, second in pairwise(spans))
    assert all(stop - start <= 7 for start, stop in spans)


@pytest.mark.parametrize("threads", [1, 2, 9])
def test_results_come_in_the_order_of_the_blocks(monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    monkeypatch.setattr(local, "BLOCK_ROWS", 3)
    found = list(local.map_blocks(lambda start, stop: (start, stop), 100, 4, threads=threads))
    assert found == local.spans(100, 3)


def test_many_columns_make_small_blocks() -> None:
    assert [stop - start for start, stop in local.map_blocks(lambda *span: span, 3000, 1 << 12)] == [1024, 1024, 952]
    assert len(list(local.map_blocks(lambda *span: span, 3, 1 << 30))) == 3


def test_room_is_used_again_and_grows() -> None:
    room = local.Room(3)
    first = room.get(5)
    assert first.shape == (3, 5)
    assert room.get(4) is first
    assert room.get(6).shape == (3, 6)
