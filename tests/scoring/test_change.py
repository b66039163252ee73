"""Changes split into data, set, weights and method: by hand, in general, and where they cannot be split."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import resilience_index as ri
from resilience_index.analysis import change, pairing
from resilience_index.analysis.change import FIGURES, Change
from resilience_index.analysis.mixing import FACTORS, Mix, Mixer
from resilience_index.data.table import Table
from resilience_index.framework.loading import load_framework

Compare = Callable[..., Change]
TWO = "tree: {{children: [{{id: x, weight: {0}, goalposts: [0, 10]}}, {{id: y, weight: {1}, goalposts: [0, 10]}}]}}"


@pytest.fixture
def compare(framework_file: Callable[..., Path], data_file: Callable[..., Path]) -> Compare:
    """Compare two pairs of framework and data, each written in the test."""

    def run(
        first: tuple[str, str], second: tuple[str, str], periods: tuple[str | None, str | None] = (None, None),
        **options: Any,
    ) -> Change:  # fmt: skip
        sides = []
        for number, (text, data) in enumerate((first, second)):
            framework = load_framework(framework_file(text, f"framework{number}.yaml"))
            table = ri.read_data(data_file(data, f"data{number}.csv"), framework)
            sides.append(pairing.side("ab"[number], ri.score(table, framework, **options), periods[number]))
        return change.compare(*sides)

    return run


def parts(found: Change, unit: int = 0, figure: str = "score") -> list[float | None]:
    """The parts of one community's change, rounded where only arithmetic differs."""
    columns = [found.parts[figure][factor] for factor in FACTORS]
    return [None if column is None else round(float(column[unit]), 9) for column in columns]


def codes(found: Change) -> list[str]:
    return [finding.code for finding in found.findings]


def adds_up(found: Change) -> float:
    """How far the parts are from the changes, at most."""
    worst = 0.0
    for figure in FIGURES if found.comparable else FIGURES[:2]:
        total = np.zeros(len(found.pairs))
        for column in found.parts[figure].values():
            total += 0.0 if column is None else column
        known = ~np.isnan(total)
        worst = max(worst, float(np.max(np.abs(total - found.delta(figure))[known], initial=0.0)))
    return worst


# --- by hand


def test_data_and_weights_by_hand(compare: Compare) -> None:
    """Two factors change: each has the mean of what it does first and last. 0.5·2+0.5·4=3 → 0.25·6+0.75·4=4.5."""
    found = compare((TWO.format(1, 1), "id,x,y\na,2,4\nb,1,1"), (TWO.format(1, 3), "id,x,y\na,6,4\nb,1,1"))
    # Data: 4 · (0.5 + 0.25) / 2 = 1.5; weights: −0.25·(2 + 6)/2 + 0.25·(4 + 4)/2 = 0; in points of 100: × 10.
    assert parts(found) == [15.0, 0.0, 0.0, 0.0]
    assert found.delta("score").tolist() == pytest.approx([15.0, 0.0], abs=1e-12)
    found = compare((TWO.format(1, 1), "id,x,y\na,2,4\nb,1,1"), (TWO.format(1, 3), "id,x,y\na,6,8\nb,1,1"))
    # Data: x 1.5, y 4·(0.5 + 0.75)/2 = 2.5; weights: −1 + 0.25·(4 + 8)/2 = 0.5.
    assert parts(found) == [40.0, 0.0, 5.0, 0.0]


def test_method_by_hand(compare: Compare) -> None:
    """Other goalposts are a change of method; so is another aggregation."""
    other = TWO.replace("[0, 10]}}]", "[0, 20]}}]")
    found = compare((TWO.format(1, 1), "id,x,y\na,2,4"), (other.format(1, 1), "id,x,y\na,2,4"))
    assert parts(found) == [0.0, 0.0, 0.0, -10.0]
    geometric = TWO.replace("tree: {{", "tree: {{aggregate: geometric, ")
    found = compare((TWO.format(1, 1), "id,x,y\na,2,8"), (geometric.format(1, 1), "id,x,y\na,2,8"))
    assert parts(found) == [0.0, 0.0, 0.0, -10.0]


def test_set_by_hand(compare: Compare) -> None:
    """The others alone change: under min-max the same value stands elsewhere between them, and it loses a place."""
    text = "tree: {children: [{id: x, normalize: minmax}]}"
    found = compare((text, "id,x\na,5\nb,0\nc,10"), (text, "id,x\na,5\nb,0\nc,20\nd,6"))
    assert parts(found) == [0.0, -25.0, 0.0, 0.0]
    assert parts(found, figure="rank") == [0.0, 1.0, 0.0, 0.0]
    assert codes(found) == ["RI480", "RI486"]
    assert (found.pairs.new.tolist(), found.pairs.gone.tolist()) == ([3], [])


def test_sums_take_the_frameworks_own_weights(compare: Compare) -> None:
    """Under ``sum`` weights are those of the framework, and they are exchanged as weights."""
    text = TWO.replace("tree: {{", "tree: {{aggregate: sum, ")
    found = compare((text.format(1, 1), "id,x,y\na,2,4"), (text.format(2, 1), "id,x,y\na,2,4"))
    assert parts(found) == [0.0, 0.0, 20.0, 0.0]


def test_two_periods_of_one_run(compare: Compare) -> None:
    """Statistics pool all periods: between them only the data changed, and years compare without a warning."""
    text = "tree: {children: [{id: x, normalize: minmax}]}"
    data = "id,period,x\na,2024,5\nb,2024,0\na,2025,10\nb,2025,2"
    first = load_and_score(compare, text, data)
    sides = [pairing.side(label, first, label) for label in ("2024", "2025")]
    found = change.compare(*sides)
    assert parts(found) == [50.0, 0.0, 0.0, 0.0]
    assert codes(found) == []
    within = "tree: {children: [{id: x, normalize: {method: minmax, within: period}}]}"
    first = load_and_score(compare, within, data)
    found = change.compare(*[pairing.side(label, first, label) for label in ("2024", "2025")])
    # Both years it is the best of two: what its data gain, the set of 2025 takes away.
    assert found.delta("score").tolist() == [0.0, 0.0]
    data_part, set_part, *_ = parts(found)
    assert data_part == -set_part > 0
    assert codes(found) == ["RI480"]


def load_and_score(compare: Compare, text: str, data: str) -> Any:
    return compare((text, data), (text, data), ("2024", "2025")).pairs.first.result


# --- structure


def test_another_tree_takes_the_weights_into_the_method(compare: Compare) -> None:
    """A new leaf: data and set stay apart, the part of the method holds the weights, and the leaf's values."""
    three = TWO.replace("]}}]}}", "]}}, {{id: z, weight: 2, goalposts: [0, 10]}}]}}")
    found = compare((TWO.format(1, 1), "id,x,y\na,2,4"), (three.format(1, 1), "id,x,y,z\na,2,4,10"))
    assert parts(found) == [0.0, 0.0, None, 35.0]
    finding = next(finding for finding in found.findings if finding.code == "RI488")
    assert [finding.params[name] for name in ("added", "removed", "moved")] == [["z"], ["—"], ["—"]]
    found = compare((three.format(1, 1), "id,x,y,z\na,2,4,10"), (TWO.format(1, 1), "id,x,y\na,2,4"))
    assert parts(found) == [0.0, 0.0, None, -35.0]


def test_a_moved_leaf_and_another_order(compare: Compare) -> None:
    """Siblings in another order are the same tree; a leaf under another node is another one."""
    swapped = "tree: {children: [{id: y, weight: 3, goalposts: [0, 10]}, {id: x, weight: 1, goalposts: [0, 10]}]}"
    found = compare((TWO.format(1, 1), "id,x,y\na,2,4"), (swapped, "id,x,y\na,2,4"))
    assert parts(found) == [0.0, 0.0, 5.0, 0.0]
    assert codes(found) == []
    nested = "tree: {children: [{id: x, goalposts: [0, 10]}, {id: n, children: [{id: y, goalposts: [0, 10]}]}]}"
    found = compare((TWO.format(1, 1), "id,x,y\na,2,4"), (nested, "id,x,y\na,2,4"))
    finding = next(finding for finding in found.findings if finding.code == "RI488")
    assert (finding.params["added"], finding.params["moved"]) == (["n"], ["y"])


def test_another_unit_of_measurement(compare: Compare) -> None:
    """Minutes cannot stand in for hours: the values stay with their framework."""
    text = "tree: {{children: [{{id: x, unit: {0}, goalposts: [0, {1}]}}, {{id: y, goalposts: [0, 10]}}]}}"
    found = compare((text.format("h", 10), "id,x,y\na,5,2"), (text.format("min", 600), "id,x,y\na,300,4"))
    assert parts(found) == [10.0, 0.0, 0.0, 0.0]
    assert codes(found) == ["RI489"]


def test_a_combination_that_is_refused(compare: Compare) -> None:
    """A column that is constant on one side only: min–max of the mixture is not defined, and the message says so."""
    fixed = "tree: {children: [{id: x, goalposts: [0, 10]}]}"
    relative = "tree: {children: [{id: x, normalize: minmax}]}"
    found = compare((fixed, "id,x\na,5\nb,5"), (relative, "id,x\na,5\nb,9"))
    assert found.groups == (("data",), ("set", "weights", "method"))
    assert parts(found)[1:3] == [None, None]
    finding = next(finding for finding in found.findings if finding.code == "RI490")
    assert finding.params["reason"]["en"].startswith("RI403")
    assert adds_up(found) < 1e-12


def test_scores_that_are_missing(compare: Compare) -> None:
    """Without a score on one side there is no change; the count says so."""
    text = "tree: {missing: {policy: available, min_coverage: 1}, children: [{id: x, goalposts: [0, 10]}]}"
    found = compare((text, "id,x\na,5\nb,"), (text, "id,x\na,6\nb,7"))
    assert parts(found, 0) == [10.0, 0.0, 0.0, 0.0]
    assert np.isnan(found.parts["score"]["data"][1])
    assert codes(found) == ["RI491"]


# --- grades and ranks


GRADED = "grades: [{{id: A, min: {0}}}, {{id: B, min: 0}}]\n" + TWO


def test_grades(compare: Compare) -> None:
    """A step up is −1; other bounds are told."""
    found = compare((GRADED.format(60, 1), "id,x,y\na,5,5"), (GRADED.format(60, 1), "id,x,y\na,7,7"))
    assert parts(found, figure="grade") == [-1.0, 0.0, 0.0, 0.0]
    found = compare((GRADED.format(60, 1), "id,x,y\na,5,5"), (GRADED.format(40, 1), "id,x,y\na,5,5"))
    assert parts(found, figure="grade") == [0.0, 0.0, 0.0, -1.0]
    assert codes(found) == ["RI492"]
    other = GRADED.replace("id: B", "id: C")
    found = compare((GRADED.format(60, 1), "id,x,y\na,5,5"), (other.format(60, 1), "id,x,y\na,5,5"))
    assert not found.comparable


def test_matching(compare: Compare) -> None:
    """By code where each side has one period, else by code and period; what is open is refused."""
    data = "id,period,x,y\na,{0},1,1\na,{1},2,2"
    text = TWO.format(1, 1)
    found = compare((text, data.format(2024, 2025)), (text, data.format(2025, 2026)))
    assert (len(found.pairs), found.pairs.periods) == (1, ("2025",))
    assert found.delta("score").tolist() == [-10.0]
    found = compare((text, "id,period,x,y\na,2024,1,1"), (text, "id,period,x,y\na,2025,2,2"))
    assert (len(found.pairs), found.pairs.periods) == (1, None)
    found = compare((text, data.format(2024, 2025)), (text, data.format(2026, 2027)), ("2025", "2026"))
    assert found.delta("score").tolist() == [-10.0]
    with pytest.raises(ri.UsageError) as usage:
        compare((text, data.format(2024, 2025)), (text, data.format(2026, 2027)))
    assert usage.value.code == "RI485"
    with pytest.raises(ri.InputError) as refused:
        compare((text, "id,x,y\na,1,1"), (text, "id,x,y\nb,1,1"))
    assert refused.value.findings[0].code == "RI484"
    with pytest.raises(ri.InputError) as refused:
        compare((text, data.format(2024, 2025)), (text, data.format(2024, 2025)), ("2023", "2024"))
    assert refused.value.findings[0].code == "RI413"
    gone = compare((text, "id,x,y\na,1,1\nb,1,1"), (text, "id,x,y\na,1,1"))
    assert codes(gone) == ["RI487"]


# --- in general


LEAVES = """
schema: resilience-index/framework/1
id: small
version: 1.0.0
title: {zh: 小, en: Small}
grades:
  - {id: A, min: 60, title: {zh: 优, en: A}}
  - {id: B, min: 30, title: {zh: 良, en: B}}
  - {id: C, min: 0, title: {zh: 中, en: C}}
tree:
  id: index
  title: {zh: 指数, en: Index}
  aggregate: %s
  children:
    - id: n
      title: {zh: 节点, en: Node}
      weight: %s
      children:
        - {id: x, title: {zh: 甲, en: X}, direction: benefit, weight: %s, %s}
        - {id: y, title: {zh: 乙, en: Y}, direction: benefit, weight: 1, goalposts: [0, 10]}
    - {id: z, title: {zh: 丙, en: Z}, direction: benefit, weight: 1, %s}
"""
numbers = st.integers(0, 10)
RULES = ("goalposts: [0, 10]", "goalposts: [0, 20]", "normalize: minmax", "normalize: percentile_rank")


@st.composite
def sides(draw: st.DrawFn) -> tuple[str, list[tuple[str, int, int, int]]]:
    text = LEAVES % (
        draw(st.sampled_from(["arithmetic", "{method: geometric, zero: {floor: 0.01}}"])), draw(st.integers(1, 5)),
        draw(st.integers(1, 5)), draw(st.sampled_from(RULES)), draw(st.sampled_from(RULES)),
    )  # fmt: skip
    names = draw(st.lists(st.sampled_from("abcdef"), min_size=3, unique=True))
    # Extremes stand in every table, so that no column is constant.
    rows = [("p", 0, 0, 0), ("q", 10, 10, 10), *((name, draw(numbers), draw(numbers), draw(numbers)) for name in names)]
    return text, rows


@settings(deadline=None)
@given(first=sides(), second=sides())
def test_parts_add_up(tmp_path_factory: pytest.TempPathFactory, first: Any, second: Any) -> None:
    """Score, rank and grade of every community to 1e-12; exchanging the sides turns every part round."""
    results = []
    for text, rows in (first, second):
        results.append(scored(tmp_path_factory, text, rows))
    found = change.compare(*(pairing.side(name, one, None) for name, one in zip("ab", results, strict=True)))
    assert adds_up(found) <= 1e-12
    assert found.groups == (("data",), ("set",), ("weights",), ("method",))
    back = change.compare(*(pairing.side(name, one, None) for name, one in zip("ab", results[::-1], strict=True)))
    order = [back.pairs.first.result.table.ids[int(row)].as_py() for row in back.pairs.rows[0]]
    there = [found.pairs.first.result.table.ids[int(row)].as_py() for row in found.pairs.rows[0]]
    turn = [order.index(name) for name in there]
    for factor in FACTORS:
        np.testing.assert_allclose(
            found.parts["score"][factor], -np.asarray(back.parts["score"][factor])[turn], atol=1e-10
        )


def scored(folder: pytest.TempPathFactory, text: str, rows: list[tuple[str, int, int, int]]) -> Any:
    path = folder.mktemp("side") / "small.yaml"
    path.write_text(text, encoding="utf-8")
    data = path.with_name("data.csv")
    data.write_text("community_id,x,y,z\n" + "".join(f"{','.join(map(str, row))}\n" for row in rows), encoding="utf-8")
    framework = load_framework(path)
    return ri.score(ri.read_data(data, framework), framework)


ACROSS = """
id,district,x,y,p
a,E,3,14,100
b,E,8,6,200
c,W,13,2,300
d,W,18,11,400
e,W,,16,500
f,E,9,8,600
"""
LATER = ACROSS.replace("3,14", "12,7").replace("d,W,18,11", "g,W,16,12").replace("e,W,,", "e,W,5,")
SETTINGS = [
    "aggregate: topsis", "aggregate: vikor", "aggregate: gra", "aggregate: rsr", "aggregate: copeland",
    "normalize: zscore", "normalize: rank", "fill: mean", "fill: {method: group_median, by: district}",
    "treat: winsorize", "denominate: {by: p, factor: 100}, normalize: minmax",
]  # fmt: skip


@pytest.mark.parametrize("setting", SETTINGS)
def test_parts_add_up_under_every_kind_of_step(setting: str, compare: Compare) -> None:
    """Steps across units, filled, treated and divided values: new and lost communities, other weights and values."""
    at_node, at_leaf = (f"{setting}, ", "") if setting.startswith("aggregate") else ("", f"{setting}, ")
    texts = [
        f"tree: {{{at_node}children: [{{id: x, {at_leaf}goalposts: [0, 20], weight: {weight}}}, "
        "{id: y, goalposts: [0, 20], weight: 1}, {id: p, direction: context}]}"
        for weight in (1, 3)
    ]
    if "normalize" in setting:
        texts = [text.replace("goalposts: [0, 20], weight", "weight", 1) for text in texts]
    found = compare((texts[0], ACROSS), (texts[1], LATER))
    assert found.groups == (("data",), ("set",), ("weights",), ("method",))
    assert adds_up(found) <= 1e-12
    assert np.count_nonzero(~np.isnan(found.delta("score"))) >= 4


def test_a_baseline_lets_years_compare(
    framework_file: Callable[..., Path], data_file: Callable[..., Path], tmp_path: Path
) -> None:
    """Against one baseline the set plays no part in scores, and nothing warns."""
    framework = load_framework(framework_file("tree: {children: [{id: x, normalize: minmax}]}"))
    tables = [ri.read_data(data_file(f"id,x\na,{x}\nb,0\nc,{y}", f"{y}.csv"), framework) for x, y in ((4, 8), (6, 20))]
    first = ri.score(tables[0], framework)
    ri.save_baseline(first, tmp_path / "base.json")
    results = [ri.score(table, framework, baseline=tmp_path / "base.json") for table in tables]
    found = change.compare(*(pairing.side(name, one, None) for name, one in zip("ab", results, strict=True)))
    assert parts(found) == [25.0, 0.0, 0.0, 0.0]
    assert codes(found) == []


def test_neither_row_order_nor_blocks_matter(compare: Compare) -> None:
    """The same parts for the same communities, bit for bit."""
    text = "tree: {children: [{id: x, normalize: minmax}, {id: y, normalize: percentile_rank}]}"
    rows = [f"u{number},{number * 7 % 11},{number * 5 % 13}" for number in range(12)]
    later = [f"u{number},{number * 3 % 11},{number * 4 % 13}" for number in range(3, 14)]
    data = ["id,x,y\n" + "\n".join(lines) for lines in (rows, later, rows[::-1], later[::-1])]
    one, other = compare((text, data[0]), (text, data[1])), compare((text, data[2]), (text, data[3]))
    for figure in FIGURES[:2]:
        for factor in FACTORS:
            assert by_id(one, figure, factor) == by_id(other, figure, factor)


def by_id(found: Change, figure: str, factor: str) -> dict[str, float]:
    ids = found.pairs.first.result.table.ids
    column = found.parts[figure][factor]
    assert column is not None
    return {ids[int(row)].as_py(): float(value) for row, value in zip(found.pairs.rows[0], column, strict=True)}


def test_the_same_twice(compare: Compare) -> None:
    """Nothing differs: every part is exactly 0."""
    side = (TWO.format(1, 2), "id,x,y\na,3,4\nb,5,6")
    found = compare(side, side)
    for figure in FIGURES:
        for column in found.parts[figure].values():
            assert column is not None
            assert not column.any()
    assert found.movers(None) == []
    assert found.leaves is not None
    assert found.leaves.ids == ()


# --- leaves


def test_leaves_add_up_to_the_data_part(compare: Compare) -> None:
    """Sums and means: what each leaf does adds up; x: 4·(0.5 + 0.25)/2, y: 4·(0.5 + 0.75)/2."""
    found = compare((TWO.format(1, 1), "id,x,y\na,2,4"), (TWO.format(1, 3), "id,x,y\na,6,8"))
    assert found.leaves is not None
    effects = dict(zip(found.leaves.ids, found.leaves.effects[:, 0].tolist(), strict=True))
    assert effects == pytest.approx({"x": 15.0, "y": 25.0}, abs=1e-12)
    assert found.leaves.rest.tolist() == pytest.approx([0.0], abs=1e-12)


def test_what_leaves_do_together_is_told(compare: Compare) -> None:
    """A geometric mean of 0.1 and 0.1 → 0.9 and 0.9 changes by 0.8; each leaf alone by the mean of first and last."""
    text = "tree: {aggregate: geometric, children: [{id: x, goalposts: [0, 10]}, {id: y, goalposts: [0, 10]}]}"
    found = compare((text, "id,x,y\na,1,1"), (text, "id,x,y\na,9,9"))
    assert found.leaves is not None
    alone = 100 * ((0.09**0.5 - 0.1) + (0.9 - 0.09**0.5)) / 2
    assert found.leaves.effects[:, 0].tolist() == pytest.approx([alone, alone], abs=1e-9)
    three = text.replace("[0, 10]}]}", "[0, 10]}, {id: z, goalposts: [0, 10]}]}")
    found = compare((three, "id,x,y,z\na,1,1,1"), (three, "id,x,y,z\na,9,9,9"))
    assert found.leaves is not None
    total = found.leaves.effects.sum() + found.leaves.rest[0]
    assert total == pytest.approx(80.0, abs=1e-9)
    assert abs(found.leaves.rest[0]) > 1.0


def test_many_communities_explain_the_largest(compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change, "EXPLAINED", 2)
    text = TWO.format(1, 1)
    found = compare((text, "id,x,y\na,1,1\nb,1,1\nc,1,1"), (text, "id,x,y\na,2,1\nb,9,1\nc,5,1"))
    assert found.leaves is not None
    assert found.leaves.units.tolist() == [1, 2]
    assert found.movers(2) == [1, 2]
    assert found.movers(1, -1) == []
    assert found.movers(0) == []


def test_results_that_are_not_kept(compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large tables: combinations are calculated again when asked for, with the same figures."""
    from resilience_index.analysis import mixing

    first, second = (TWO.format(1, 1), "id,x,y\na,2,4"), (TWO.format(1, 3), "id,x,y\na,6,8")
    kept = compare(first, second)
    monkeypatch.setattr(mixing, "KEPT", 0)
    again = compare(first, second)
    assert parts(again) == parts(kept)
    assert again.leaves is not None
    assert kept.leaves is not None
    assert again.leaves.effects.tolist() == kept.leaves.effects.tolist()


def test_tables_are_not_changed(compare: Compare) -> None:
    """Exchanging data copies; what was read stays as it was."""
    found = compare((TWO.format(1, 1), "id,x,y\na,2,不适用"), (TWO.format(1, 1), "id,x,y\na,6,8"))
    table: Table = found.pairs.first.result.table
    assert table.values[0].tolist() == [2.0]
    assert list(table.not_applicable) == [1]
    assert parts(found) == [50.0, 0.0, 0.0, 0.0]


# --- values beyond the set


@pytest.mark.parametrize(
    ("normalize", "data", "of_set"),
    [
        # a is 0.5 between 0 and 10, and the best, 1, at last. Its 30 is above all of the first set: 1, as under a
        # baseline; its 5 in the second set is 1/6, or the place 1/2·1/2 of percentile ranks: half way from 0 to 10.
        ("minmax", (50 + 100 - 100 / 6) / 2, (100 / 6 - 50) / 2),
        ("distance_to_best", (50 + 100 - 100 / 6) / 2, (100 / 6 - 50) / 2),
        ("max", (50 + 100 - 100 / 6) / 2, (100 / 6 - 50) / 2),
        ("percentile_rank", (50 + 75) / 2, -25 / 2),
    ],
)
def test_values_beyond_the_set_count_as_its_ends(normalize: str, data: float, of_set: float, compare: Compare) -> None:
    """Data of the one side in the set of the other are taken as under a baseline: never above full or below nothing."""
    text = f"tree: {{children: [{{id: x, normalize: {normalize}}}]}}"
    found = compare((text, "id,x\na,5\nb,0\nc,10"), (text, "id,x\na,30\nb,0\nc,10"))
    assert [parts(found)[0], parts(found)[1]] == pytest.approx([data, of_set], abs=1e-9)
    assert adds_up(found) <= 1e-12


@pytest.mark.parametrize("method", ["topsis", "vikor", "gra", "rsr", "copeland", "{method: topsis, norm: none}"])
def test_better_than_the_best_of_the_set_is_the_best(method: str, compare: Compare) -> None:
    """Under methods across units, what exceeds the other set's best is worth what the best is worth, not less."""
    text = f"tree: {{aggregate: {method}, children: [{{id: x, goalposts: [0, 100]}}, {{id: y, goalposts: [0, 100]}}]}}"
    first = "id,x,y\na,8,8\nb,10,30\nc,30,10\nd,5,5"
    found = compare((text, first), (text, "id,x,y\na,90,95\nb,10,30\nc,30,10\nd,5,5"))
    level = compare((text, first), (text, "id,x,y\na,30,30\nb,10,30\nc,30,10\nd,5,5"))
    old_set = [change_mix(one) for one in (found, level)]
    assert old_set[0] >= old_set[1] > found.before.score[0]
    assert 0.0 < old_set[0] <= 100.0 + 1e-9


def change_mix(found: Change) -> float:
    """The score of the first community with the second side's data in the set of the first."""
    return float(Mixer(found.pairs).figures(Mix(1, 0, 0, 0)).score[0])
