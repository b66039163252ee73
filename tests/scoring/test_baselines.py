"""Baselines: the statistics of one run in place of another's, so that years compare."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import resilience_index as ri
from resilience_index.errors import InputError, UnreadableError
from resilience_index.scoring import baseline as baselines

Score = Callable[..., Any]
Close = Callable[[Any], Any]

METHODS = [
    "minmax", "{method: minmax, to: [1, 100]}", "zscore", "{method: zscore, mean: 50, sd: 10, clip: [20, 80]}",
    "percentile_rank", "{method: percentile_rank, ties: average}", "{method: percentile_rank, ties: max}", "rank",
    "borda", "vector", "sum", "max", "distance_to_best", "{method: distance_to_reference, reference: b}",
    "{method: distance_to_target, target: 12}", "{method: minmax, transform: log}",
]  # fmt: skip
DATA = "id,x,y\na,2,5\nb,10,1\nc,4,4\nd,4,\ne,8,2"
LATER = "id,x,y\na,1,9\nf,3,3\ng,12,1"


def framework(method: str, **node: Any) -> str:
    keys = "".join(f", {key}: {value}" for key, value in node.items())
    return f"""
tree:
  children:
    - {{id: part, children: [{{id: x, normalize: {method}}}]{keys}}}
"""


@pytest.fixture
def saved(score: Score, tmp_path: Path) -> Callable[..., Path]:
    """Save the baseline of a run."""

    def save(text: str, data: str, **options: Any) -> Path:
        path = tmp_path / "baseline.json"
        ri.save_baseline(score(text, data, **options).result, path)
        return path

    return save


def refused(score: Score, text: str, data: str, **options: Any) -> list[ri.Finding]:
    with pytest.raises(InputError) as caught:
        score(text, data, **options)
    return [finding for finding in caught.value.findings if finding.severity == "error"]


def changed(path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """A baseline that somebody wrote by hand, with a checksum that fits."""
    content = json.loads(path.read_bytes())
    change(content)
    content["sha256"] = baselines._digest(content)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


# -- the same figures -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("direction", ["benefit", "cost"])
@pytest.mark.parametrize("method", METHODS)
def test_the_run_itself_comes_out_the_same_to_the_bit(score: Score, saved, method: str, direction: str) -> None:
    if direction == "cost":
        method = method.replace("target: 12", "target: 1").replace("reference: b", "reference: a")
    text = f"tree: {{children: [{{id: x, direction: {direction}, normalize: {method}}}]}}"
    path = saved(text, DATA)
    own, again = score(text, DATA), score(text, DATA, baseline=path)
    assert again.passed("x") == own.passed("x")
    assert "RI419" in own.codes
    assert "RI419" not in again.codes
    assert again.finding("RI444").params == {"name": "baseline.json", "steps": 1, "units": 5}


@pytest.mark.parametrize("method", [name for name in METHODS if "reference" not in name])
def test_one_unit_alone_scores_as_among_all(score: Score, saved, method: str) -> None:
    text = framework(method)
    path = saved(text, DATA)
    expected = score(text, DATA).passed("x")[2]
    assert score(text, "id,x\nc,4", baseline=path).passed("x") == [expected]


def test_nodes_and_what_is_only_shown_have_their_own_statistics(score: Score, saved) -> None:
    # Nodes 0.2, 1, 0.4, 0.4, 0.8 in the first run: extent 0.2 to 1, mean 0.56.
    leaf = "{method: goalposts, goalposts: [0, 10], clip: false}"
    text = framework(leaf, normalize="minmax", show="{normalize: {method: percentile_rank}}")
    path = saved(text, DATA)
    again = score(text, "id,x\na,2\nb,6", baseline=path)
    assert again.passed("part") == [0, pytest.approx(0.5)]
    # Shown 0, 1, 0.25, 0.25, 0.75 then: 0.5 lies between 0.25 (last place 2) and 0.75 (place 3), half-way.
    assert again.of("part") == pytest.approx([0, 62.5])
    steps = [(entry["id"], entry["step"]) for entry in json.loads(path.read_bytes())["steps"]]
    assert steps == [("part", "normalize"), ("part", "show")]


# -- values beyond the baseline -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "clipped", "free"),
    [
        # The first run has 2, 10, 4, 4, 8; now 1, 3, 12.
        ("minmax", [0, 1 / 8, 1], [-1 / 8, 1 / 8, 10 / 8]),
        ("distance_to_best", [0, 1 / 8, 1], [-1 / 8, 1 / 8, 10 / 8]),
        ("max", [0.1, 0.3, 1], [0.1, 0.3, 1.2]),
        ("sum", [1 / 28, 3 / 28, 12 / 28], [1 / 28, 3 / 28, 12 / 28]),
        ("vector", [1 / math.sqrt(200), 3 / math.sqrt(200), 12 / math.sqrt(200)], None),
    ],
)
def test_values_beyond_the_baseline_follow_clip(
    score: Score, close: Close, saved, method: str, clipped: list[float], free: list[float] | None
) -> None:
    path = saved(framework(method), DATA)
    assert score(framework(method), LATER, baseline=path).passed("x") == close(clipped)
    if free is not None:
        text = framework(f"{{method: {method}, clip: false}}")
        assert score(text, LATER, baseline=saved(text, DATA)).passed("x") == close(free)


def test_minmax_to_a_range_is_clipped_to_its_ends(score: Score, close: Close, saved) -> None:
    text = framework("{method: minmax, to: [1, 100]}")
    assert score(text, LATER, baseline=saved(text, DATA)).passed("x") == close([1, 1 + 99 / 8, 100])


def test_ranks_against_a_baseline_lie_between_its_ranks(score: Score, close: Close, saved) -> None:
    # In 2, 4, 4, 8, 10: 3 is half-way between places 0 and 1; below all 0, above all 4.
    for method, expected in (("percentile_rank", [0, 0.125, 1]), ("rank", [1, 1.5, 5]), ("borda", [0, 0.5, 4])):
        path = saved(framework(method), DATA)
        assert score(framework(method), LATER, baseline=path).passed("x") == close(expected)


def test_a_constant_column_of_the_baseline_keeps_its_rule(score: Score, saved) -> None:
    for method in ("minmax", "zscore", "distance_to_best"):
        text = framework(f"{{method: {method}, constant: 0.5}}")
        path = saved(text, "id,x\na,3\nb,3")
        assert score(text, LATER, baseline=path).passed("x") == [0.5, 0.5, 0.5]


# -- groups and weights -----------------------------------------------------------------------------------------


def test_groups_are_found_again_by_their_names(score: Score, close: Close, saved) -> None:
    text = framework("{method: minmax, within: district}")
    path = saved(text, "id,district,x\na,N,0\nb,N,10\nc,S,0\nd,S,100")
    # Other groups come first now: they are matched by name, not by number.
    assert score(text, "id,district,x\nc,S,50\na,N,5", baseline=path).passed("x") == close([0.5, 0.5])
    found = refused(score, text, "id,district,x\na,N,5\ne,W,5", baseline=path)
    assert [finding.code for finding in found] == ["RI442"]
    assert "nothing for the group 'W', only for: N, S" in found[0].message("en")


def test_weights_from_data_are_those_of_the_baseline(score: Score, saved) -> None:
    text = "tree: {children: [{id: x, normalize: minmax}, {id: y, direction: cost, normalize: minmax}]}"
    data = "id,x,y\na,2,5\nb,10,1\nc,4,4\ne,8,2"
    path = saved(text, data, weights="entropy")
    before, again = score(text, data, weights="entropy"), score(text, LATER, weights="entropy", baseline=path)
    assert again.weights("x", "y") == before.weights("x", "y")
    assert again.weights("x", "y") != score(text, LATER, weights="entropy").weights("x", "y")
    assert "RI419" not in again.codes
    [found] = refused(score, text, LATER, weights="critic", baseline=path)
    assert found.params["id"] == "weights"
    assert "saved with entropy" in found.message("en")
    # Weights that are not from data are this run's own, and the difference is told.
    assert score(text, LATER, weights="equal", baseline=path).weights("x", "y") == [0.5, 0.5]
    path = saved(text, data)
    [found] = refused(score, text, LATER, weights="entropy", baseline=path)
    assert "weights that are not from data" in found.message("en")


def test_combined_weights_are_the_baselines_where_one_part_is_from_data(score: Score, saved) -> None:
    children = "{id: x, weight: 3, normalize: minmax}, {id: y, weight: 1, direction: cost, normalize: minmax}"
    text = f"tree: {{children: [{children}]}}"
    data = "id,x,y\na,2,5\nb,10,1\nc,4,4\ne,8,2"
    both = {"method": "combine", "rule": "linear", "subjective": "given", "objective": "entropy"}
    path = saved(text, data, weights=both)
    before, again = score(text, data, weights=both), score(text, LATER, weights=both, baseline=path)
    assert again.weights("x", "y") == before.weights("x", "y")
    assert again.weights("x", "y") != score(text, LATER, weights=both).weights("x", "y")


def test_other_settings_are_told_where_nodes_rest_on_them(score: Score, saved) -> None:
    text = "tree: {normalize: zscore, children: [{id: x, goalposts: [0, 9]}, {id: y, goalposts: [0, 9]}]}"
    path = saved(text, "id,x,y\na,2,5\nb,9,3")
    again = score(text, "id,x,y\na,2,5", aggregate="geometric", weights="equal", baseline=path)
    assert again.finding("RI443").params["names"] == ["aggregate", "weights"]
    assert "RI443" not in score(text, "id,x,y\na,2,5", baseline=path).codes
    leaves = framework("minmax")
    path = saved(leaves, DATA)
    assert "RI443" not in score(leaves, DATA, weights="equal", baseline=path).codes


def test_methods_that_no_baseline_stands_for_stay_relative(score: Score, saved) -> None:
    children = "{id: x, normalize: minmax, fill: {method: knn, k: 1}}, {id: y, fill: mean, goalposts: [0, 9]}"
    text = f"tree: {{children: [{children}]}}"
    path = saved(text, DATA)
    assert score(text, DATA, baseline=path).finding("RI419").params["names"] == ["knn"]


# -- refusals -------------------------------------------------------------------------------------------------------


def test_another_method_is_refused_by_name(score: Score, saved) -> None:
    path = saved(framework("minmax"), DATA)
    for other, words in (
        ("zscore", "it was saved with minmax(to=[0.0, 1.0], transform=none), this run uses zscore"),
        ("{method: minmax, transform: log}", "this run uses minmax(transform=log)"),
    ):
        [found] = refused(score, framework(other), DATA, baseline=path)
        assert (found.code, found.params["id"]) == ("RI442", "x")
        assert words in found.message("en")
    [found] = refused(score, framework("minmax").replace("id: x,", "id: x, direction: cost,"), DATA, baseline=path)
    assert "saved as a benefit, now it is a cost" in found.message("en")


def test_a_step_that_was_not_saved_is_refused_with_all_others(score: Score, saved) -> None:
    path = saved(framework("minmax"), DATA)
    text = "tree: {normalize: zscore, children: [{id: xx, normalize: minmax}, {id: x, normalize: rank}]}"
    found = refused(score, text, "id,x,xx\na,1,2\nb,2,3", baseline=path)
    assert [finding.params["id"] for finding in found] == ["xx", "x", "index"]
    assert "nothing was saved for its minmax; did you mean 'x'?" in found[0].message("en")


def test_another_framework_is_refused_by_name(score: Score, saved) -> None:
    path = saved(framework("minmax"), DATA)
    [found] = refused(score, "id: other\n" + framework("minmax"), DATA, baseline=path)
    assert (found.code, found.params) == ("RI441", {"other": "small", "framework": "other"})


def unusable(path: Path, reason: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        baselines.load(path)
    assert caught.value.code == "RI440"
    assert reason in caught.value.params["reason"]["en"]


def test_what_is_no_baseline_is_refused(saved, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    for content, reason in (("{", "not JSON"), ("[" * 100000, "not JSON"), ("[]", "schema"), ("{}", "schema")):
        path.write_text(content, encoding="utf-8")
        unusable(path, reason)
    with pytest.raises(UnreadableError) as caught:
        baselines.load(tmp_path / "missing.json")
    assert caught.value.code == "RI002"
    good = saved(framework("minmax"), DATA)
    text = good.read_text(encoding="utf-8")
    good.write_text(text.replace('"maximum": 10.0', '"maximum": 11.0'), encoding="utf-8")
    unusable(good, "changed or damaged")


@pytest.mark.parametrize("key", ["framework", "steps", "settings", "units", "weights"])
def test_a_baseline_that_lacks_something_is_refused(saved, key: str) -> None:
    path = changed(saved(framework("minmax"), DATA), lambda content: content.pop(key))
    unusable(path, "not complete")


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("minmax", {"minimum": 3, "maximum": 2}),
        ("minmax", {"minimum": 3}),
        ("minmax", {"minimum": "3", "maximum": 4}),
        ("minmax", {"minimum": 3, "maximum": True}),
        ("minmax", {"minimum": 3, "maximum": 3}),
        ("zscore", {"mean": 3, "sd": 0}),
        ("zscore", {"mean": 3, "sd": -1}),
        ("sum", {"size": 0}),
        ("{method: distance_to_target, target: 12}", {"worst": 12, "reference": 12}),
        ("percentile_rank", {"values": [1]}),
        ("percentile_rank", {"values": [2, 1]}),
        ("percentile_rank", {"values": [1, None]}),
        ("percentile_rank", {"values": "12"}),
        ("rank", {"values": []}),
    ],
)
def test_parameters_that_cannot_be_a_runs_are_refused(score: Score, saved, method: str, parameters: dict) -> None:
    def change(content: dict[str, Any]) -> None:
        content["steps"][0]["groups"][0]["parameters"] = parameters

    path = changed(saved(framework(method), DATA), change)
    [found] = refused(score, framework(method), DATA, baseline=path)
    assert (found.code, found.params["id"]) == ("RI442", "x")


# -- the file ---------------------------------------------------------------------------------------------------------


def test_the_same_run_saves_the_same_bytes(score: Score, saved) -> None:
    text = framework("{method: percentile_rank, within: district}")
    data = ["a,N,2", "b,S,3", "c,N,5", "d,S,1"]
    first = saved(text, "\n".join(["id,district,x", *data])).read_bytes()
    groups = json.loads(saved(text, "\n".join(["id,district,x", *data[::-1]])).read_bytes())["steps"][0]["groups"]
    assert {group["group"]: group["parameters"]["values"] for group in groups} == {"N": [2, 5], "S": [1, 3]}
    assert saved(text, "\n".join(["id,district,x", *data])).read_bytes() == first
    assert first.endswith(b"}\n")


def test_groups_without_any_value_are_not_saved(score: Score, saved) -> None:
    text = framework("{method: minmax, within: district}")
    path = saved(text, "id,district,x\na,N,2\nb,N,3\nc,S,")
    [group] = json.loads(path.read_bytes())["steps"][0]["groups"]
    assert group == {"group": "N", "parameters": {"minimum": 2, "maximum": 3}}


def test_a_fixed_framework_has_an_empty_baseline_that_changes_nothing(score: Score, saved) -> None:
    text = framework("{method: goalposts, goalposts: [0, 10]}")
    path = saved(text, DATA)
    assert json.loads(path.read_bytes())["steps"] == []
    assert score(text, LATER, baseline=path).scores == score(text, LATER).scores
