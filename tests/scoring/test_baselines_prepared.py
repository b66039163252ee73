"""Baselines of runs that fill and treat: a later year takes the centres and bounds of the saved one."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import resilience_index as ri
from resilience_index.errors import InputError
from resilience_index.scoring import baseline as baselines

Score = Callable[..., Any]

DATA = """id,district,pop,x,y
a,N,2,1,5
b,N,4,2,
c,N,5,3,4
d,S,8,,2
e,S,4,5,1
f,S,10,60,3
"""
LATER = "id,district,pop,x,y\na,N,3,,9\nf,S,2,80,\ng,S,4,4,3"
LINE = "tree: {{children: [{{id: x, normalize: minmax{step}}}, {{id: y, direction: cost, goalposts: [9, 0]}}]}}"
STEPS = [
    ", fill: mean", ", fill: median", ", fill: {method: group_mean, by: district}",
    ", fill: {method: group_median, by: district}", ", fill: row_mean", ", fill: {method: row_median, among: siblings}",
    ", fill: {method: row_mean, scale: raw}", ", treat: iqr", ", treat: {method: percentile, within: district}",
    ", treat: {method: winsorize, max_points: 1}", ", treat: {method: winsorize, test: false, max_points: 2}",
    ", treat: {method: winsorize, max_points: 1, kurtosis: -5, skewness: 0.01, otherwise: log}",
    ", treat: {method: winsorize, max_points: 1, kurtosis: -5, skewness: 0.01, otherwise: undo}",
    ", treat: {method: log, test: false}", ", treat: {method: log, test: false, shift: one}",
    ", treat: {method: log, test: false, shift: zero}", ", fill: mean, treat: iqr, denominate: {by: y, factor: 10}",
]  # fmt: skip


@pytest.fixture
def saved(score: Score, tmp_path: Path) -> Callable[..., Path]:
    """Save the baseline of a run."""

    def save(text: str, data: str = DATA, name: str = "baseline.json", **options: Any) -> Path:
        path = tmp_path / name
        ri.save_baseline(score(text, data, **options).result, path)
        return path

    return save


def refused(score: Score, text: str, data: str, **options: Any) -> list[ri.Finding]:
    with pytest.raises(InputError) as caught:
        score(text, data, **options)
    return [finding for finding in caught.value.findings if finding.severity == "error"]


def prepared(found: Any, leaf: str) -> list[float]:
    """What is normalised of a leaf."""
    values: list[float] = found.result.prepared.values[found.plan.positions[leaf].index].tolist()
    return values


def group(path: Path, step: str) -> dict[str | None, Any]:
    """The parameters of the one entry of a step, by group."""
    (entry,) = [entry for entry in json.loads(path.read_bytes())["steps"] if entry["step"] == step]
    return {each["group"]: each["parameters"] for each in entry["groups"]}


@pytest.mark.parametrize("step", STEPS)
def test_the_run_itself_comes_out_the_same_to_the_bit(score: Score, saved, step: str) -> None:
    text = LINE.format(step=step)
    path = saved(text)
    own, again = score(text, DATA), score(text, DATA, baseline=path)
    assert again.passed("x") == own.passed("x")
    assert again.scores == own.scores
    assert "RI419" in own.codes
    assert "RI419" not in again.codes
    assert saved(text, baseline=path, name="again.json").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("step", STEPS)
def test_one_unit_alone_is_prepared_as_among_all(score: Score, saved, step: str) -> None:
    text = LINE.format(step=step)
    path, own = saved(text), score(text, DATA)
    lines = DATA.splitlines()
    for row in range(6):
        alone = score(text, f"{lines[0]}\n{lines[row + 1]}", baseline=path)
        assert alone.passed("x") == own.passed("x")[row : row + 1]
        assert alone.scores == own.scores[row : row + 1]


def test_gaps_take_the_centres_of_the_baseline(score: Score, saved) -> None:
    path = saved(LINE.format(step=", fill: mean"))
    assert group(path, "fill") == {None: {"mean": 14.2}}  # (1 + 2 + 3 + 5 + 60)/5
    assert prepared(score(LINE.format(step=", fill: mean"), LATER, baseline=path), "x") == [14.2, 80, 4]
    text = LINE.format(step=", fill: {method: group_median, by: district}")
    path = saved(text)
    assert group(path, "fill") == {"N": {"median": 2}, "S": {"median": 32.5}}
    assert prepared(score(text, LATER, baseline=path), "x") == [2, 80, 4]


def test_a_run_without_gaps_saves_its_centres_too(score: Score, saved) -> None:
    text = LINE.format(step=", fill: median")
    path = saved(text, "id,x,y\na,1,2\nb,3,4")
    assert score(text, "id,x,y\na,,2", baseline=path).result.prepared.values[0].tolist() == [2]


def test_rows_lie_between_the_ends_of_the_baseline(score: Score, saved) -> None:
    # y of a is 9 where 5 was worst and 1 best: (5 − 9)/(5 − 1) = −1, so that x is 1 − 1 × (60 − 1).
    text = LINE.format(step=", fill: row_mean")
    path = saved(text)
    assert group(path, "fill") == {None: {"ends": {"x": [1, 60], "y": [1, 5]}}}
    assert prepared(score(text, LATER, baseline=path), "x") == [-58, 80, 4]


def test_outliers_are_cut_to_the_bounds_of_the_baseline(score: Score, saved) -> None:
    # 1, 2, 3, 5, 60: quartiles 2 and 5, fences −2.5 and 9.5. The later run alone would cut nothing.
    text = LINE.format(step=", treat: iqr")
    path = saved(text)
    assert group(path, "treat") == {None: {"low": -2.5, "high": 9.5}}
    later = score(text, LATER, baseline=path)
    assert prepared(later, "x")[1:] == [9.5, 4]
    assert later.finding("RI428").params["count"] == 1
    assert prepared(score(text, LATER), "x")[1:] == [80, 4]


def test_bounds_that_cut_nothing_then_hold_now(score: Score, saved) -> None:
    text = LINE.format(step=", treat: iqr")
    path = saved(text, "id,x,y\na,1,1\nb,2,1\nc,3,1\nd,4,1")  # quartiles 1.75 and 3.25
    assert prepared(score(text, "id,x,y\na,7,1", baseline=path), "x") == [5.5]


def test_a_constant_column_leaves_no_bounds(score: Score, saved) -> None:
    text = LINE.format(step=", treat: {method: percentile}").replace("minmax", "{method: minmax, constant: 0.5}")
    path = saved(text, "id,x,y\na,3,1\nb,3,1\nc,3,1\nd,3,1")
    assert group(path, "treat") == {None: {}}
    assert prepared(score(text, "id,x,y\na,7,1\nb,3,1", baseline=path), "x") == [7, 3]


def test_logarithms_are_those_of_the_baseline_and_refuse_what_lies_beyond(score: Score, saved) -> None:
    # The range is 59: ln(x − 1 + 0.59).
    text = LINE.format(step=", treat: {method: log, test: false}").replace("minmax", "zscore")
    path = saved(text)
    assert prepared(score(text, "id,x,y\na,0.5,1\nb,100,1", baseline=path), "x") == pytest.approx(
        [math.log(0.09), math.log(99.59)], rel=1e-12
    )
    [found] = refused(score, text, "id,x,y\na,0.41,1\nb,0.2,1\nc,7,1", baseline=path)
    assert (found.code, found.params["id"]) == ("RI442", "x")
    assert "values > 0.41, which these units do not have: a, b" in found.message("en")
    assert "只适用于 > 0.41 的值" in found.message("zh")


def test_mirrored_logarithms_too(score: Score, saved) -> None:
    text = LINE.format(step=", treat: {method: log, test: false, shift: one}").replace("minmax", "zscore")
    data = "id,x,y\na,-60,1\nb,-5,1\nc,-3,1\nd,-2,1\ne,-1,1"  # the tail on the left: −ln(−1 − x + 1)
    path = saved(text, data)
    assert group(path, "treat") == {None: {"edge": -1, "shift": 1, "mirrored": True}}
    assert score(text, data, baseline=path).scores == score(text, data).scores
    [found] = refused(score, text, "id,x,y\na,0,1", baseline=path)
    assert "values < 0" in found.message("en")


def test_an_unknown_group_is_refused_where_it_is_needed(score: Score, saved) -> None:
    text = LINE.format(step=", fill: {method: group_mean, by: district}")
    path = saved(text)
    west = "id,district,x,y\na,W,{},9\nb,N,5,1"
    assert prepared(score(text, west.format(2), baseline=path), "x") == [2, 5]
    [found] = refused(score, text, west.format(""), baseline=path)
    assert "nothing for the group 'W' (fill), only for: N, S" in found.message("en")
    text = LINE.format(step=", treat: {method: iqr, within: district}")
    [found] = refused(score, text, west.format(2), baseline=saved(text))
    assert "nothing for the group 'W' (treat)" in found.message("en")


def test_a_group_without_a_value_stays_missing(score: Score, saved) -> None:
    text = LINE.format(step=", fill: {method: group_mean, by: district}")
    path = saved(text, "id,district,x,y\na,N,1,1\nb,N,2,1\nc,S,,1")
    later = score(text, "id,district,x,y\na,N,,1\nc,S,,1", baseline=path)
    assert later.passed("x") == [0.5, None]
    assert later.finding("RI427").params["count"] == 1


def test_what_was_filled_treated_or_divided_otherwise_is_refused_by_name(score: Score, saved) -> None:
    path = saved(LINE.format(step=", fill: mean, treat: iqr"))
    found = refused(score, LINE.format(step=", fill: median"), DATA, baseline=path)
    assert [each.params["reason"]["en"] for each in found] == [
        "it was saved with mean, this run uses median",
        "it was saved with treat iqr(factor=1.5), this run uses none",
    ]
    path = saved(LINE.format(step=", denominate: {by: y, factor: 10}"))
    [found] = refused(score, LINE.format(step=", denominate: {by: y, factor: 100}"), DATA, baseline=path)
    assert "were divided by y × 10 when it was saved, now they are divided by y × 100" in found.message("en")
    [found] = refused(score, LINE.format(step=""), DATA, baseline=path)
    assert "now they are not divided" in found.message("en")
    [found] = refused(score, LINE.format(step=", treat: iqr"), DATA, baseline=saved(LINE.format(step="")))
    assert "nothing was saved for its iqr" in found.message("en")


@pytest.mark.parametrize(
    ("step", "parameters"),
    [
        (", fill: mean", {"mean": "3"}), (", fill: mean", {"mean": True}), (", fill: row_mean", {}),
        (", fill: row_mean", {"ends": {"x": [1, 60]}}), (", fill: row_mean", {"ends": {"x": [2, 1], "y": [1, 2]}}),
        (", fill: row_mean", {"ends": {"x": 3, "y": [1, 2]}}), (", treat: iqr", {"low": 3, "high": 2}),
        (", treat: iqr", {"low": None}), (", treat: iqr", {"other": 2}), (", treat: iqr", {"edge": 2}),
        (", treat: iqr", {"edge": 2, "shift": "1", "mirrored": False}),
    ],
)  # fmt: skip
def test_parameters_that_cannot_be_a_runs_are_refused(score: Score, saved, step: str, parameters: dict) -> None:
    path = saved(LINE.format(step=step))
    content = json.loads(path.read_bytes())
    content["steps"][0]["groups"][0]["parameters"] = parameters
    content["sha256"] = baselines._digest(content)
    path.write_text(json.dumps(content), encoding="utf-8")
    [found] = refused(score, LINE.format(step=step), DATA, baseline=path)
    assert (found.code, found.params["id"]) == ("RI442", "x")
    assert "cannot be those of a run" in found.message("en")


def test_the_method_statement_says_what_the_baseline_stands_behind(score: Score, saved) -> None:
    from resilience_index.report.view import method as method_view

    text = LINE.format(step=", fill: mean, treat: iqr").replace(
        "goalposts: [9, 0]", "goalposts: [9, 0], fill: {method: knn, k: 1}"
    )
    again = score(text, DATA, baseline=saved(text))
    against = {
        view.method.split("(")[0]: (view.relative, "baseline.json" in view.used_by["en"])
        for view in method_view.steps(again.result)
        if view.method.startswith(("mean", "iqr", "knn"))
    }
    assert against == {"mean": (False, True), "iqr": (False, True), "knn": (True, False)}
    assert again.finding("RI419").params["names"] == ["knn"]
