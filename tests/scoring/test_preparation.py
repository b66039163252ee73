"""Dividing, filling and treating inside a run: published figures, marks, coverage, and what no row order may change."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import resilience_index as ri
from resilience_index.audit import trace

Score = Callable[..., Any]

COINR = """
defaults: {normalize: minmax, weights: given}
tree:
  children:
    - id: cap
      weight: 2
      children:
        - {id: i1, weight: 1}
        - {id: i2, weight: 2, direction: cost}
        - {id: i3, weight: 1}
    - id: expo
      weight: 1
      children:
        - {id: i4, weight: 1}
        - {id: i5, weight: 1, direction: cost}
        - {id: i6, weight: 3}
        - {id: pop, direction: context}
"""
ROWS = """
id,district,pop,i1,i2,i3,i4,i5,i6
C01,north,4.2,12.5,3.1,101.2,0.45,55,3
C02,north,6.1,15.75,2.8,98.4,0.52,61.3,5
C03,south,2.5,9.2,4.6,110,0.38,47.25,3
C04,south,8.8,20.1,,105.5,0.71,39.9,8
C05,north,5.4,17.3,1.95,95.75,0.66,72.1,5
C06,south,3.3,11.05,3.75,99.9,0.49,58.4,1
C07,north,7.7,14.6,2.4,950,0.58,66.6,7
C08,south,1.9,8.4,5.2,102.3,0.31,44.8,2
C09,north,9.6,22.9,1.1,108.6,0.83,,9
C10,south,3.8,13.35,3.3,97.1,0.47,52.75,5
C11,north,6.9,18.8,2.15,103.4,0.62,69.5,6
C12,south,2.7,10.7,4.05,100.6,0.41,49.15,2
"""


def value(found: Any, leaf: str, community: str) -> float:
    """What is normalised of a leaf for a community."""
    result = found.result
    row = result.table.ids.to_pylist().index(community)
    return float(result.prepared.values[result.plan.positions[leaf].index][row])


@pytest.mark.parametrize(
    ("fill", "first", "second"),
    [
        ("mean", 3.12727272727, 56.0681818182),
        ("median", 3.1, 55),
        ("group_mean:by=district", 4.18, 64.9),
        ("group_median:by=district", 4.05, 66.6),
        ("row_mean", 2.3607165099, 46.2431267193),
        ("row_mean:scale=raw", 34.842, 28.486),
        ("row_mean:among=siblings", 3.52246435167, 39.9),
        ("row_median", 1.89172413793, 39.9),
    ],
)
def test_filled_cells_becker_2022(score: Score, fill: str, first: float, second: float) -> None:
    """Figures of the R package COINr 1.1, which calls the rule by siblings a normalisation within groups."""
    found = score(COINR, ROWS, fill=fill)
    assert value(found, "i2", "C04") == pytest.approx(first, rel=1e-11)
    assert value(found, "i5", "C09") == pytest.approx(second, rel=1e-11)
    assert [f.params["leaf"] for f in found.result.findings if f.code == "RI426"] == ["i2", "i5"]


LOGGED = {
    "range": (2.63852147178, 2.41524391113, 3.12643153448, 6.76017422185),
    "one": (1.86408013081, 1.29472716759, 2.72457950305, 6.75139382386),
}


@pytest.mark.parametrize("shift", LOGGED)
def test_log_treatment_becker_2022(score: Score, shift: str) -> None:
    found = score(COINR, ROWS, treat=f"log:shift={shift}")
    values = [value(found, "i3", community) for community in ("C01", "C02", "C03", "C07")]
    assert values == pytest.approx(LOGGED[shift], rel=1e-11)
    assert [f.params["count"] for f in found.result.findings if f.code == "RI428"] == [12]  # only i3 fails the test
    assert value(found, "i1", "C01") == 12.5


def test_winsorised_treatment_becker_2022(score: Score) -> None:
    found = score(COINR, ROWS, treat="winsorize")
    plain = score(COINR, ROWS)
    for leaf in found.plan.scored:
        changed = found.result.prepared.values[leaf.index] != plain.result.prepared.values[leaf.index]
        changed &= ~np.isnan(found.result.prepared.values[leaf.index])
        assert changed.sum() == (1 if leaf.id == "i3" else 0)
    assert value(found, "i3", "C07") == 110
    parameters = found.result.prepared.parameters[found.plan.positions["i3"].index]["treat"]["all"]
    assert parameters["skewness"] == pytest.approx(3.46216716856, rel=1e-11)
    assert parameters["kurtosis"] == pytest.approx(11.9903025952, rel=1e-11)
    assert parameters["points"] == 1


def test_two_points_without_a_test_becker_2022(score: Score) -> None:
    framework = COINR.replace(
        "{id: i3, weight: 1}", "{id: i3, weight: 1, treat: {method: winsorize, max_points: 2, test: false}}"
    )
    found = score(framework, ROWS)
    assert [value(found, "i3", community) for community in ("C03", "C07", "C09", "C01")] == [108.6, 108.6, 108.6, 101.2]


# --- marks


STEPS = """
defaults: {normalize: minmax}
tree:
  children:
    - {id: a, fill: mean}
    - {id: b, treat: {method: winsorize}}
    - {id: c, denominate: {by: pop, factor: 1000}}
    - {id: d, denominate: {by: pop}, fill: median, treat: {method: percentile, low: 0, high: 3/4}}
    - {id: pop, direction: context}
"""
MANY = """
id,a,b,c,d,pop
1,1,101,5,6,1000
2,,98,6,2,2000
3,3,99,7,5,500
4,4,950,8,,4000
5,n.a.,97,,4,800
6,6,96,9,1,
"""


def rows_of(found: Any) -> dict[tuple[str, str], dict[str, Any]]:
    result = found.result
    batch = trace.leaf_batch(result, result.detail(0, len(result)))
    return {(row["community_id"], row["indicator"]): row for row in batch.to_pylist()}


def test_the_trace_marks_what_was_done_in_each_cell(score: Score) -> None:
    rows = rows_of(score(STEPS, MANY))

    def cell(community: str, leaf: str) -> tuple[Any, ...]:
        row = rows[community, leaf]
        return row["cleaned"], row["status"], row["divided"], row["filled"], row["treated"]

    assert cell("1", "a") == (1.0, "reported", None, None, 1.0)
    assert cell("2", "a") == (None, "filled", None, 3.5, 3.5)
    assert cell("5", "a") == (None, "not_applicable", None, None, None)
    assert cell("4", "b") == (950.0, "treated", None, None, 101.0)
    assert cell("3", "b") == (99.0, "reported", None, None, 99.0)
    assert cell("2", "c") == (6.0, "reported", 3.0, None, 3.0)
    assert cell("5", "c") == (None, "missing", None, None, None)
    assert cell("6", "c") == (9.0, "reported", None, None, None)  # nothing to divide by
    # d: quotients 0.006, 0.001, 0.01, –, 0.005, –; filled with 0.0055; cut at the third quartile 0.005875
    assert cell("4", "d") == (None, "filled", None, pytest.approx(0.0055), pytest.approx(0.0055))
    assert cell("6", "d") == (1.0, "filled", None, pytest.approx(0.0055), pytest.approx(0.0055))
    assert cell("3", "d") == (5.0, "treated", 0.01, None, pytest.approx(0.005875))
    assert rows["4", "pop"]["treated"] == 4000.0


def test_without_a_step_the_trace_holds_the_cleaned_value(score: Score) -> None:
    rows = rows_of(score("tree: {children: [{id: a, goalposts: [0, 10]}]}", "id,a\n1,4\n2,\n"))
    assert [(row["divided"], row["filled"], row["treated"], row["status"]) for row in rows.values()] == [
        (None, None, 4.0, "reported"),
        (None, None, None, "missing"),
    ]


def test_filled_cells_do_not_count_as_reported(score: Score) -> None:
    framework = "defaults: {normalize: minmax}\ntree: {children: [{id: a}, {id: b}]}"
    data = "id,a,b\n1,1,1\n2,,2\n3,3,n.a.\n4,4,4\n"
    found = score(framework, data, fill="mean")
    assert found.coverage == score(framework, data).coverage == [1.0, 0.5, 1.0, 1.0]
    assert found.scores[1] is not None
    assert score(framework, data).scores[1] is None  # half of the children: fewer than two thirds


def test_a_value_without_denominator_is_not_reported(score: Score) -> None:
    found = score(STEPS, MANY)
    assert found.coverage == [1.0, 0.75, 1.0, 0.75, pytest.approx(2 / 3), 0.5]
    told = [finding.params for finding in found.result.findings if finding.code == "RI425"]
    assert [(params["leaf"], params["count"], params["units"]) for params in told] == [("c", 1, ["6"]), ("d", 1, ["6"])]


def test_nothing_changes_where_nothing_is_asked_for(score: Score) -> None:
    plain = score(COINR, ROWS)
    prepared = plain.result.prepared
    assert all(one is other for one, other in zip(prepared.values, plain.result.table.values, strict=True))
    for kept in (prepared.divided, prepared.completed, prepared.filled, prepared.treated, prepared.parameters):
        assert kept == {}
    assert not {"RI424", "RI425", "RI426", "RI427", "RI428", "RI429", "RI430"} & set(plain.codes)


@pytest.mark.parametrize("fill", ["mean", "group_median:by=district", "row_mean", "knn:k=3"])
def test_nothing_changes_where_nothing_is_missing(score: Score, fill: str) -> None:
    whole = ROWS.replace("20.1,,", "20.1,2,").replace("0.83,,", "0.83,50,")
    assert score(COINR, whole, fill=fill).scores == score(COINR, whole).scores


def test_the_table_stays_as_it_was_read(score: Score) -> None:
    table = score(COINR, ROWS, fill="mean", treat="log").result.table
    assert np.isnan(table.values[1][3])
    assert table.values[2][6] == 950


def test_red_lines_look_at_reported_values_only(score: Score) -> None:
    framework = """
defaults: {normalize: minmax}
grades: [{id: A, min: 1}, {id: B, min: 0}]
red_lines: [{indicator: a, op: ">=", value: 3, cap: B}]
tree: {children: [{id: a, fill: mean}, {id: b}]}
"""
    found = score(framework, "id,a,b\n1,9,1\n2,,2\n3,0,3\n4,0,4\n")  # the mean is 3
    assert found.result.capped[0].units.tolist() == [0]
    assert found.finding("RI409").params["count"] == 1


# --- order, duplicates, groups


PANEL = """
id,period,district,a,b,c
1,2021,n,1,5,10
1,2022,n,,6,
1,2024,n,4,,30
2,2021,s,7,n.a.,
2,2022,s,,9,50
2,2024,s,,8,900
3,2021,s,3,2,20
3,2022,s,5,,15
3,2024,s,n.a.,4,18
"""
WHOLE = [
    "mean", "median", "group_mean:by=district", "group_median:by=period", "row_mean", "row_median:among=siblings",
    "knn:k=2", "knn:k=1,within=district", "previous", "previous:limit=1", "linear",
]  # fmt: skip
FLAT = """
defaults: {normalize: {method: goalposts, goalposts: null}}
tree: {children: [{id: a, goalposts: [0, 10]}, {id: b, goalposts: [0, 10]}, {id: c, goalposts: [0, 100]}]}
"""


def by_unit(found: Any) -> dict[tuple[Any, Any], list[str]]:
    """The prepared values of each unit and period."""
    table = found.result.table
    columns = found.result.prepared.values
    keys = zip(table.ids.to_pylist(), table.periods.to_pylist(), strict=True)
    return {key: [repr(float(column[row])) for column in columns] for row, key in enumerate(keys)}


@pytest.mark.parametrize("fill", WHOLE)
@pytest.mark.parametrize(
    "treat", ["none", "iqr", "percentile:low=0.2,high=0.8,within=district", "winsorize:test=false"]
)
def test_the_order_of_rows_decides_nothing(score: Score, fill: str, treat: str) -> None:
    head, *rows = PANEL.strip().splitlines()
    one = score(FLAT, PANEL, fill=fill, treat=treat)
    for seed in range(3):
        random.Random(seed).shuffle(rows)
        other = score(FLAT, "\n".join([head, *rows]), fill=fill, treat=treat)
        assert by_unit(other) == by_unit(one)


@pytest.mark.parametrize("fill", WHOLE)
def test_what_does_not_apply_is_never_filled(score: Score, fill: str) -> None:
    found = by_unit(score(FLAT, PANEL, fill=fill))
    assert found["2", "2021"][1] == "nan"
    assert found["3", "2024"][0] == "nan"


def test_other_groups_decide_nothing(score: Score) -> None:
    changed = "\n".join(line.replace(",900", ",1") if ",s," in line else line for line in PANEL.splitlines())
    for fill in ("group_mean:by=district", "group_median:by=district"):
        one, other = by_unit(score(FLAT, PANEL, fill=fill)), by_unit(score(FLAT, changed, fill=fill))
        assert [one[key] for key in one if key[0] == "1"] == [other[key] for key in one if key[0] == "1"]
        assert one != other


def test_doubled_rows_move_no_mean_or_median(score: Score) -> None:
    head, *rows = PANEL.strip().splitlines()
    doubled = [head, *rows, *(f"9{row}" for row in rows)]
    for fill in ("mean", "median", "group_mean:by=district"):
        one, other = by_unit(score(FLAT, PANEL, fill=fill)), by_unit(score(FLAT, "\n".join(doubled), fill=fill))
        assert {key: other[key] for key in one} == one


def test_panel_figures(score: Score) -> None:
    previous = by_unit(score(FLAT, PANEL, fill="previous"))
    assert previous["1", "2022"] == ["1.0", "6.0", "10.0"]
    assert previous["1", "2024"] == ["4.0", "6.0", "30.0"]
    assert previous["2", "2024"] == ["7.0", "8.0", "900.0"]
    linear = by_unit(score(FLAT, PANEL, fill="linear"))
    assert linear["1", "2022"][0] == "2.0"  # a third of the way: 2022 lies one year from 2021, two from 2024
    assert linear["3", "2022"][1] == repr(2 * (1 - 1 / 3) + 4 * (1 / 3))
    assert linear["2", "2022"][0] == "nan"  # nothing after it
    named = "\n".join(line.replace("2021", "2021 H1").replace("2022", "2022 H1").replace("2024", "2024 H1")
                      for line in PANEL.splitlines())  # fmt: skip
    assert by_unit(score(FLAT, named, fill="linear"))["1", "2022 H1"][0] == "2.5"  # places, not years


def test_treatment_inside_groups(score: Score) -> None:
    framework = "defaults: {normalize: minmax}\ntree: {children: [{id: a}]}"
    data = "id,district,a\n" + "\n".join(f"{n},{'n' if n < 5 else 's'},{n if n != 4 else 50}" for n in range(10))
    found = score(framework, data, treat="percentile:low=0,high=0.75,within=district")
    assert found.result.prepared.values[0].tolist()[:5] == [0, 1, 2, 3, 3]
    assert found.result.prepared.parameters[0]["treat"].keys() == {"n", "s"}


# --- dictionaries, settings


def test_an_indicator_of_the_dictionary_divides(tmp_path: Path) -> None:
    (tmp_path / "dictionary.yaml").write_text(
        """
schema: resilience-index/dictionary/1
indicators:
  cases: {title: {zh: 案件, en: Cases}, direction: cost, goalposts: [100, 0], range: [0, 1000]}
  residents: {title: {zh: 居民, en: Residents}, direction: context}
""",
        encoding="utf-8",
    )
    path = tmp_path / "f.yaml"
    path.write_text(
        """
schema: resilience-index/framework/1
id: small
version: 1.0.0
title: {zh: 小, en: small}
dictionary: dictionary.yaml
tree:
  id: index
  title: {zh: 甲, en: index}
  children:
    - indicator: cases
      denominate: {by: residents, factor: 1000}
      normalize: {method: goalposts, goalposts: [10, 0]}
""",
        encoding="utf-8",
    )
    (tmp_path / "d.csv").write_text("community_id,案件,居民\n1,5,1000\n2,8,4000\n", encoding="utf-8")
    framework = ri.load_framework(path)
    table = ri.read_data(tmp_path / "d.csv", framework)
    assert table.indicators == ("cases", "residents")
    result = ri.score(table, framework)
    assert result.score.tolist() == [50.0, 80.0]
    assert not [finding for finding in result.findings if finding.code == "RI218"]


def test_a_leaf_keeps_its_own_setting(score: Score) -> None:
    framework = COINR.replace(
        "{id: i2, weight: 2, direction: cost}", "{id: i2, weight: 2, direction: cost, fill: none}"
    )
    found = score(framework, ROWS, fill="mean", treat="iqr")
    assert np.isnan(value(found, "i2", "C04"))
    assert not np.isnan(value(found, "i5", "C09"))
    assert [f.params["what"] for f in found.result.findings if f.code == "RI411"] == ["fill"]


def test_methods_that_depend_on_the_set_are_called_relative(score: Score) -> None:
    framework = "tree: {children: [{id: a, goalposts: [0, 10]}]}"
    data = "id,period,a\n1,2021,1\n1,2022,\n2,2021,3\n2,2022,4\n"
    assert score(framework, data, fill="mean").finding("RI419").params["names"] == ["mean"]
    assert score(framework, data, treat="iqr").finding("RI419").params["names"] == ["iqr"]
    assert "RI419" not in score(framework, data, fill="previous").codes


def test_data_weights_take_filled_values(score: Score) -> None:
    found = score(COINR, ROWS, fill="mean", weights="entropy")
    whole = score(COINR, ROWS.replace("20.1,,", f"20.1,{34.4 / 11!r},").replace("0.83,,", f"0.83,{616.75 / 11!r},"),
                  weights="entropy")  # fmt: skip
    assert found.weights("i1", "i2", "i5") == pytest.approx(whole.weights("i1", "i2", "i5"), rel=1e-12)


@pytest.mark.parametrize("fill", ["mean", "row_median", "knn:k=3", "group_mean:by=district"])
@pytest.mark.parametrize("treat", ["winsorize:test=false,max_points=2", "iqr", "percentile", "log:test=false"])
def test_the_unit_of_measurement_decides_no_score(score: Score, fill: str, treat: str) -> None:
    head, *rows = ROWS.strip().splitlines()
    scaled = []
    for row in rows:
        cells = row.split(",")
        scaled.append(",".join([*cells[:3], *(cell and repr(float(cell) * 1024) for cell in cells[3:])]))
    one, other = (
        score(COINR, ROWS, fill=fill, treat=treat),
        score(COINR, "\n".join([head, *scaled]), fill=fill, treat=treat),
    )
    assert other.scores == pytest.approx(one.scores, rel=1e-12)


def test_blocks_and_threads_decide_nothing(score: Score, monkeypatch: pytest.MonkeyPatch) -> None:
    from resilience_index.scoring.engines import local

    asked = {"fill": "knn:k=2", "treat": "winsorize:test=false,max_points=3"}
    one = score(COINR, ROWS, **asked, threads=1)
    monkeypatch.setattr(local, "BLOCK_ROWS", 5)
    other = score(COINR, ROWS, **asked, threads=4)
    assert (other.scores, other.coverage) == (one.scores, one.coverage)
    assert rows_in_parts(other) == rows_of(one)


def rows_in_parts(found: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """The trace as it is written: part after part."""
    result = found.result
    parts = [(start, min(start + 5, len(result))) for start in range(0, len(result), 5)]
    batches = [trace.leaf_batch(result, result.detail(*part)) for part in parts]
    return {(row["community_id"], row["indicator"]): row for batch in batches for row in batch.to_pylist()}
