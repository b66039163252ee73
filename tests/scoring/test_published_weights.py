"""Published weights from whole runs: a framework, a table or judgments in, the printed figures out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

Score = Callable[..., Any]

# Zavadskas and Podvezko 2016: four alternatives, the first and the third criterion are costs.
ALTERNATIVES = {"a": [3.0, 2.5, 1.8, 2.2], "b": [100, 80, 50, 70], "c": [10, 8, 20, 12], "d": [7, 5, 11, 9]}
COSTS = "ac"


def framework(leaves: Sequence[str], costs: str = "", normalize: str = "none") -> str:
    """A flat tree."""
    children = ", ".join(f"{{id: {leaf}, direction: {'cost' if leaf in costs else 'benefit'}}}" for leaf in leaves)
    return f"defaults: {{normalize: {normalize}, scale: 1}}\ntree: {{children: [{children}]}}"


def table(columns: Mapping[str, Sequence[float]]) -> str:
    rows = zip(*columns.values(), strict=True)
    lines = (f"u{place}," + ",".join(map(str, row)) for place, row in enumerate(rows))
    return "\n".join(["id," + ",".join(columns), *lines])


@pytest.mark.parametrize(
    ("weights", "printed", "tolerance"),
    [
        ("entropy:input=raw", [0.1146, 0.1981, 0.4185, 0.2689], 6e-5),
        ("cilos:input=raw", [0.334, 0.220, 0.196, 0.250], 6e-4),
        ("idocriw:input=raw", [0.166, 0.189, 0.355, 0.291], 6e-4),
    ],
)
def test_zavadskas_podvezko_2016(weights: str, printed: list[float], tolerance: float, score: Score) -> None:
    result = score(framework("abcd", COSTS), table(ALTERNATIVES), weights=weights)
    assert result.weights(*"abcd") == pytest.approx(printed, abs=tolerance)


def test_critic_diakoulaki_1995(score: Score) -> None:
    firms = {
        "a": [61.0, 20.7, 16.3, 9.0, 5.4, 4.0, -6.1, -34.6],
        "b": [1.08, 0.26, 1.98, 3.29, 2.77, 4.12, 3.52, 3.31],
        "c": [4.33, 4.34, 2.53, 1.65, 2.33, 1.21, 2.1, 0.98],
    }
    result = score(framework("abc", normalize="minmax"), table(firms), weights="critic")
    assert result.weights(*"abc") == pytest.approx([0.20, 0.48, 0.32], abs=0.006)
    assert result.weights(*"abc") == pytest.approx([0.20222554, 0.48090173, 0.31687273], abs=1e-8)


def test_cv_shuai_2012(score: Score) -> None:
    columns = {"a": [30, 19, 19, 68], "b": [30, 54, 15, 70], "c": [38, 86, 85, 60], "d": [29, 29, 28.9, 29]}
    result = score(framework("abcd"), table(columns), weights="cv")
    assert result.weights(*"abcd") == pytest.approx([0.4258, 0.3610, 0.2121, 0.0011], abs=6e-5)


def test_std_salabun_2020(score: Score) -> None:
    columns = {
        "a": [0.619, 0.862, 0.458, 0.777, 0.567], "b": [0.449, 0.466, 0.698, 0.631, 0.992],
        "c": [0.447, 0.006, 0.771, 0.491, 0.968],
    }  # fmt: skip
    result = score(framework("abc"), table(columns), weights="std")
    assert result.weights(*"abc") == pytest.approx([0.217, 0.294, 0.488], abs=6e-4)


def test_merec_2021(score: Score) -> None:
    columns = {
        "a": [450, 10, 100, 220, 5], "b": [8000, 9100, 8200, 9300, 8400], "c": [54, 2, 31, 1, 23],
        "d": [145, 160, 153, 162, 158],
    }  # fmt: skip
    result = score(framework("abcd", "cd"), table(columns), weights="merec:input=raw")
    assert result.weights(*"abcd") == pytest.approx([0.5752, 0.0141, 0.4016, 0.0091], abs=6e-5)


@pytest.fixture
def judge(tmp_path: Path) -> Callable[[str], Path]:
    """A judgments file of one expert, as YAML."""

    def write(said: str) -> Path:
        path = tmp_path / "judgments.yaml"
        path.write_text(f"schema: resilience-index/judgments/1\nexperts: [{{id: E1, {said}}}]\n", encoding="utf-8")
        return path

    return write


def test_ahp_leader(score: Score, judge: Callable[[str], Path]) -> None:
    judgments = judge("comparisons: {index: {a/b: 4, a/c: 3, a/d: 7, b/c: 1/3, b/d: 3, c/d: 5}}")
    result = score(framework("abcd"), "id,a,b,c,d\nu,1,1,1,1", weights="ahp:ri_table=saaty_1980", judgments=judgments)
    assert result.weights(*"abcd") == pytest.approx([0.547, 0.127, 0.270, 0.056], abs=6e-4)
    assert result.result.weighting.matrices[-1].cr == pytest.approx(0.04385852752346877, rel=1e-9)


def test_ahp_incomplete_housing_bozoki_2010(score: Score, judge: Callable[[str], Path]) -> None:
    given = (
        "a/b: 5, a/c: 3, a/d: 7, a/e: 6, a/f: 6, b/d: 5, b/f: 3, c/e: 3, c/g: 6, f/d: 4, g/a: 3, g/e: 5,"
        " h/a: 4, h/b: 7, h/d: 8, h/f: 6"
    )
    names = "abcdefgh"
    result = score(
        framework(names), "id," + ",".join(names) + "\nu" + ",1" * 8, weights="ahp:completion=eigenvalue",
        judgments=judge(f"comparisons: {{index: {{{given}}}}}"),
    )  # fmt: skip
    expected = [0.18937, 0.05668, 0.21162, 0.01749, 0.03193, 0.03536, 0.15093, 0.30662]
    assert result.weights(*names) == pytest.approx(expected, abs=5e-5)
    report = result.result.weighting.matrices[0]
    assert (len(report.missing), report.lambda_max) == (12, pytest.approx(9.298092250355769, rel=1e-6))


def test_bwm_rezaei_2015(score: Score, judge: Callable[[str], Path]) -> None:
    judgments = judge(
        "best_worst: {index: {best: c, worst: a, best_to_others: {a: 8, b: 2}, others_to_worst: {b: 5, c: 8}}}"
    )
    data = "id,a,b,c\nu,1,1,1"
    result = score(framework("abc"), data, weights="bwm:model=nonlinear", judgments=judgments)
    assert result.weights(*"abc") == pytest.approx([0.0714, 0.3387, 0.5899], abs=3e-4)
    answer = result.result.weighting.answers[0].details
    assert (answer["xi"], answer["cr"]) == (pytest.approx(0.26, abs=0.002), pytest.approx(0.058, abs=5e-4))
    linear = score(framework("abc"), data, weights="bwm", judgments=judgments)
    assert linear.weights(*"abc") == pytest.approx([0.0714286, 0.3214286, 0.6071429], abs=1e-6)
    assert linear.result.weighting.answers[0].details["xi"] == pytest.approx(0.0357143, abs=1e-6)
