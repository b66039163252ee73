"""Published indices: the HDI to its last decimal, and small ones built like those of CDC, INFORM and ND-GAIN.

The small ones are worked out by hand on five units; what is tested is that a framework file can say each rule.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from math import log
from pathlib import Path
from typing import Any

import pytest

import resilience_index as ri
from resilience_index.framework.catalogue import framework_paths, shipped_folder

Score = Callable[..., Any]
Close = Callable[[Any], Any]


# -- UNDP, Human Development Index 2022 -------------------------------------------------------------------


@pytest.fixture(scope="module")
def hdi() -> ri.Result:
    folder = shipped_folder("sample_data") / "hdi_2022"
    framework = ri.load_framework(folder / "hdi.yaml")
    return ri.score(ri.read_data(folder / "countries.csv", framework), framework)


@pytest.fixture(scope="module")
def published() -> dict[str, float]:
    path = shipped_folder("sample_data") / "hdi_2022" / "published.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return {row["community_id"]: float(row["hdi"]) for row in csv.DictReader(stream)}


def test_hdi_2022_is_reproduced_exactly(hdi: ri.Result, published: dict[str, float]) -> None:
    assert len(published) == 20
    scores = dict(zip(hdi.scores["community_id"], hdi.scores["score"], strict=True))
    assert scores == published


def test_hdi_2022_ranks_are_those_of_the_published_figures(hdi: ri.Result, published: dict[str, float]) -> None:
    expected = {name: 1 + sum(other > value for other in published.values()) for name, value in published.items()}
    assert dict(zip(hdi.scores["community_id"], hdi.scores["rank"], strict=True)) == expected
    # Chad and Niger, Luxembourg and the United States are level on three decimals.
    assert (expected["TCD"], expected["NER"], expected["LUX"], expected["USA"]) == (18, 18, 6, 6)


def test_hdi_2022_groups_are_those_of_the_report(hdi: ri.Result, published: dict[str, float]) -> None:
    def group(value: float) -> str:
        bounds = {"very_high": 0.800, "high": 0.700, "medium": 0.550, "low": 0}
        return next(name for name, bound in bounds.items() if value >= bound)

    expected = {name: group(value) for name, value in published.items()}
    assert dict(zip(hdi.scores["community_id"], hdi.scores["grade"], strict=True)) == expected
    assert sorted(set(expected.values())) == ["high", "low", "medium", "very_high"]


def test_hdi_2022_dimensions_of_one_country(hdi: ri.Result) -> None:
    # China: (78.587 − 20)/65; (15.21793605/18 + 8.106910446/15)/2; ln(18024.88747/100)/ln(75000/100).
    row = hdi.scores.set_index("community_id").loc["CHN"]
    assert row["health"] == pytest.approx(58.587 / 65, rel=1e-14)
    assert row["education"] == pytest.approx((15.21793605 / 18 + 8.106910446 / 15) / 2, rel=1e-14)
    assert row["living_standard"] == pytest.approx(log(180.2488747) / log(750), rel=1e-14)


def test_norway_counts_18_years_of_its_18_6(hdi: ri.Result) -> None:
    # Expected schooling 18.638 is capped at 18 before the mean with 13.06234279/15.
    row = hdi.scores.set_index("community_id").loc["NOR"]
    assert row["education"] == pytest.approx((1 + 13.06234279 / 15) / 2, rel=1e-14)


# -- CDC/ATSDR, Social Vulnerability Index ----------------------------------------------------------------

SVI = """
defaults:
  normalize: percentile_rank
  aggregate: sum
  tokens: [-999]
  missing: {policy: available, min_coverage: 1}
  scale: 1
ranks: {ties: min}
flags:
  - {id: f_poverty, node: poverty, op: ">=", value: 0.90}
  - {id: f_status, node: status, op: ">=", value: 0.90}
tree:
  id: overall
  show: {normalize: percentile_rank, round: {digits: 4}}
  children:
    - id: status
      show: {normalize: percentile_rank, round: {digits: 4}}
      children: [{id: poverty, round: {digits: 4}}, {id: jobless, round: {digits: 4}}]
    - id: household
      show: {normalize: percentile_rank, round: {digits: 4}}
      children: [{id: income, direction: cost, round: {digits: 4}}, {id: disabled, round: {digits: 4}}]
"""
TRACTS = """
id,poverty,jobless,income,disabled
T1,10,7,50,3
T2,20,9,90,2
T3,20,8,90,1
T4,40,6,60,4
T5,30,-999,70,5
"""


def test_svi_ranks_the_leaves(score: Score) -> None:
    result = score(SVI, TRACTS)
    # 10 < 20 = 20 < 30 < 40: ranks 1, 2, 2, 5, 4 of 5.
    assert result.passed("poverty") == [0, 0.25, 0.25, 1, 0.75]
    # −999 is no value: of four, 6 < 7 < 8 < 9: 1/3, 1, 2/3, 0 to 4 decimals.
    assert result.passed("jobless") == [0.3333, 1, 0.6667, 0, None]
    # Income: 50 < 60 < 70 < 90 = 90 gives 0, 0.75, 0.75, 0.25, 0.5, and vulnerability is 1 minus that.
    assert result.passed("income") == [1, 0.25, 0.25, 0.75, 0.5]
    assert result.passed("disabled") == [0.5, 0.25, 0, 0.75, 1]


def test_svi_shows_themes_as_ranks_and_passes_their_sums(score: Score, close: Close) -> None:
    result = score(SVI, TRACTS)
    # 0 + 0.3333, 0.25 + 1, 0.25 + 0.6667, 1 + 0; T5 has no sum.
    assert result.passed("status") == close([0.3333, 1.25, 0.9167, 1, None])
    # Four sums: 0.3333 < 0.9167 < 1 < 1.25.
    assert result.of("status") == [0, 1, 0.3333, 0.6667, None]
    # 1 + 0.5, 0.25 + 0.25, 0.25 + 0, 0.75 + 0.75, 0.5 + 1: three are level, ranks 3, 2, 1, 3, 3 of 5.
    assert result.passed("household") == close([1.5, 0.5, 0.25, 1.5, 1.5])
    assert result.of("household") == [0.5, 0.25, 0, 0.5, 0.5]


def test_svi_overall_is_the_rank_of_the_sum_of_the_sums(score: Score, close: Close) -> None:
    result = score(SVI, TRACTS)
    # Sums 1.8333, 1.75, 1.1667, 2.5: T3 < T2 < T1 < T4. The sum of the theme ranks (0.5, 1.25, 0.3333, 1.1667)
    # would put them T3 < T1 < T4 < T2.
    assert result.passed("overall") == close([1.8333, 1.75, 1.1667, 2.5, None])
    assert result.scores == [0.6667, 0.3333, 0, 1, None]
    assert result.ranks == [2, 3, 4, 1, None]
    assert result.coverage == [1, 1, 1, 1, 0.75]


def test_svi_flags_the_upper_tenth(score: Score) -> None:
    result = score(SVI, TRACTS)
    assert result.flag("f_poverty") == [False, False, False, True, False]
    assert result.flag("f_status") == [False, True, False, False, None]


# -- INFORM Risk: fixed ranges, rounding at every step, a geometric top -----------------------------------

INFORM = """
defaults:
  normalize: {method: goalposts, clip: true}
  aggregate: arithmetic
  scale: 10
  round: {digits: 1, mode: half_up}
grades:
  - {id: very_high, min: 6.5}
  - {id: high, min: 5.0}
  - {id: medium, min: 3.5}
  - {id: low, min: 2.0}
  - {id: very_low, min: 0}
tree:
  id: risk
  aggregate: {method: geometric, zero: {floor: 0.01}}
  children:
    - {id: hazard, children: [{id: quake, goalposts: [0, 10]}, {id: flood, goalposts: [0, 20]}]}
    - {id: vulnerability, children: [{id: poverty, goalposts: [0, 50]}]}
    - {id: lack_of_coping, children: [{id: doctors, direction: cost, goalposts: [40, 0]}]}
"""
COUNTRIES = """
id,quake,flood,poverty,doctors
A,3.25,5,20,12
B,0,0,25,20
C,10,20,60,0
D,3.3,5.2,17.5,26
E,0.1,1.2,10,36
"""


def test_inform_rounds_at_every_step(score: Score) -> None:
    result = score(INFORM, COUNTRIES)
    # Quake of A: 3.25 on 0–10 is a half and goes up. Flood: 5/20 → 2.5, 5.2/20 → 2.6, 1.2/20 → 0.6.
    assert inside(result.passed("quake")) == [3.3, 0, 10, 3.3, 0.1]
    assert inside(result.passed("flood")) == [2.5, 0, 10, 2.6, 0.6]
    # Hazard: (3.3 + 2.5)/2 = 2.9; (3.3 + 2.6)/2 = 2.95 → 3.0; (0.1 + 0.6)/2 = 0.35 → 0.4, although the mean of
    # 0.01 and 0.06 falls short of 0.035 in floating point.
    assert result.of("hazard") == [2.9, 0, 10, 3.0, 0.4]
    # Poverty 60 of 50 is clipped to 10. Doctors: (40 − 12)/40 = 7.0, 5.0, 10, (40 − 26)/40 = 3.5, 1.0.
    assert result.of("vulnerability") == [4, 5, 10, 3.5, 2]
    assert result.of("lack_of_coping") == [7, 5, 10, 3.5, 1]


def test_inform_risk_is_the_cube_root_of_the_product(score: Score) -> None:
    result = score(INFORM, COUNTRIES)
    # A: ∛(2.9 · 4 · 7) = ∛81.2 = 4.33; B: the hazard of 0 counts as 0.1, ∛(0.1 · 5 · 5) = ∛2.5 = 1.357;
    # C: 10; D: ∛(3 · 3.5 · 3.5) = ∛36.75 = 3.325; E: ∛(0.4 · 2 · 1) = ∛0.8 = 0.928.
    assert [round(81.2 ** (1 / 3), 1), round(2.5 ** (1 / 3), 1), round(36.75 ** (1 / 3), 1)] == [4.3, 1.4, 3.3]
    assert result.scores == [4.3, 1.4, 10, 3.3, 0.9]
    assert result.ranks == [2, 4, 1, 3, 5]
    assert result.grades == ["medium", "very_low", "very_high", "low", "very_low"]


def inside(values: list[float]) -> list[float]:
    """Leaves × 10, to the decimal they are rounded to."""
    return [round(value * 10, 6) for value in values]


# -- ND-GAIN: a minimum number of indicators, a node that counts against ----------------------------------

GAIN = """
defaults:
  normalize: {method: goalposts, clip: true}
  aggregate: arithmetic
  weights: equal
  scale: 1
tree:
  id: gain
  scale: 100
  missing: {policy: available, min_coverage: 1}
  children:
    - id: vulnerability
      against: true
      missing: {policy: available, min_children: 4}
      children:
        - {id: food, goalposts: [0, 10]}
        - {id: water, goalposts: [0, 10]}
        - {id: health, goalposts: [0, 10]}
        - {id: habitat, goalposts: [0, 10]}
        - {id: coast, goalposts: [0, 10]}
        - {id: power, goalposts: [0, 10]}
    - id: readiness
      children: [{id: economy, goalposts: [0, 10]}, {id: rule, goalposts: [0, 10]}]
"""
NATIONS = """
id,food,water,health,habitat,coast,power,economy,rule
A,1,2,3,4,5,6,8,6
B,1,2,3,4,,,8,6
C,1,2,3,,,,8,6
D,1,2,3,,不适用,不适用,8,6
E,5,5,5,5,5,5,,6
"""


def test_gain_needs_four_of_six(score: Score, close: Close) -> None:
    result = score(GAIN, NATIONS)
    # A: 2.1/6 = 0.35; B: 1.0/4 = 0.25 with four; C and D have three, whatever applies; E: 0.5.
    assert result.of("vulnerability") == close([0.35, 0.25, None, None, 0.5])
    # E: readiness has one of two, less than 2/3.
    assert result.of("readiness") == close([0.7, 0.7, 0.7, 0.7, None])


def test_gain_counts_vulnerability_against(score: Score, close: Close) -> None:
    result = score(GAIN, NATIONS)
    # (0.7 − 0.35 + 1) · 50 = 67.5; (0.7 − 0.25 + 1) · 50 = 72.5.
    assert result.scores == close([67.5, 72.5, None, None, None])
    assert result.ranks == [2, 1, None, None, None]
    assert result.coverage == close([1, 6 / 8, 5 / 8, 5 / 6, 7 / 8])


def test_shipped_frameworks_score_the_sample() -> None:
    folder = Path(shipped_folder("sample_data"))
    for name in framework_paths():
        framework = ri.load_framework(name)
        result = ri.score(ri.read_data(folder / "communities.csv", framework), framework)
        scores = result.score[result.score == result.score]
        assert len(result) == 180
        assert scores.size > 170
        assert ((scores >= 0) & (scores <= 100)).all()
