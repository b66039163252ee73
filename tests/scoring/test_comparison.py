"""Several results side by side: agreement of orders, shifts of ranks, units that only one of them has."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

import resilience_index as ri
from resilience_index.analysis.comparison import Comparison, compare
from resilience_index.report.export import comparison as report
from resilience_index.report.view import comparison as comparison_view
from resilience_index.scoring import several
from resilience_index.scoring.result import Result

Write = Callable[..., Path]
LEAF = """\
id: {id}
tree:
  id: index
  children:
    - {{id: {leaf}, goalposts: [0, 100]}}
"""
DATA = """\
id,period,a,b,c
1,2024,10,40,90
2,2024,20,30,90
3,2024,30,20,90
4,2024,40,10,90
1,2025,10,10,
2,2025,20,30,
3,2025,30,20,50
4,2025,40,,
"""


@pytest.fixture
def scored(framework_file: Write, data_file: Write) -> Callable[..., list[Result]]:
    """Results of one table under a framework for each leaf, whose score is that leaf."""

    def run(data: str = DATA, *leaves: str, settings: str = "", **options: Any) -> list[Result]:
        path = data_file(data)
        results = []
        for leaf in leaves or ("a", "b", "c"):
            text = settings + LEAF.format(id=f"f_{leaf}", leaf=leaf)
            framework = ri.load_framework(framework_file(text, f"{leaf}.yaml"))
            results.append(ri.score(ri.read_data(path, framework), framework, **options))
        return results

    return run


def pair(comparison: Comparison, period: int, first: int, second: int) -> tuple[int, float | None, float | None]:
    """n, tau-b and mean shift of two frameworks."""
    (found,) = [item for item in comparison.periods[period].pairs if (item.first, item.second) == (first, second)]
    return found.agreement.n, found.agreement.tau_b, found.mean_shift


def table(comparison: Comparison) -> list[dict[str, str]]:
    """The rows of ``comparison.csv``."""
    stream = io.BytesIO()
    report.write_csv(comparison, stream)
    assert stream.getvalue().startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(stream.getvalue().decode("utf-8-sig"))))


def test_pairs_of_each_period_by_hand(scored: Callable[..., list[Result]]) -> None:
    """2024: b reverses a, c puts all level. 2025: b and a agree in two pairs of three, c has one community."""
    comparison = compare(scored())
    assert [period.label for period in comparison.periods] == ["2024", "2025"]
    assert pair(comparison, 0, 0, 1) == (4, -1.0, (3 + 1 + 1 + 3) / 4)
    assert pair(comparison, 0, 0, 2) == (4, None, (3 + 2 + 1 + 0) / 4)  # ties share rank 1
    n, tau, mean = pair(comparison, 1, 0, 1)
    assert (n, tau) == (3, pytest.approx(1 / 3, abs=1e-15))
    assert mean == pytest.approx((1 + 2 + 0) / 3)  # ranks of a: 4 3 2 1; of b: 3 1 2 and none
    assert pair(comparison, 1, 1, 2) == (1, None, 1.0)
    found = report.to_dict(comparison)
    assert found["statistic"] == "Kendall's tau-b"
    assert found["periods"][0]["tau_b"] == [[1.0, -1.0, None], [-1.0, 1.0, None], [None, None, None]]
    assert [item["undefined"] for item in found["periods"][0]["pairs"]] == [None, "tied", "tied"]
    assert [item["undefined"] for item in found["periods"][1]["pairs"]] == [None, "too_few", "too_few"]


def test_what_is_undefined_is_a_finding(scored: Callable[..., list[Result]]) -> None:
    found = compare(scored()).findings()
    assert [finding.code for finding in found] == ["RI039"] * 4
    assert found[0].message("en") == (
        "there is no Kendall's tau-b between 'f_a' and 'f_c' in 2024: all scores are equal in one of them"
    )
    assert found[-1].message("zh") == "2025 期“f_b”与“f_c”之间没有 Kendall's tau-b：两者都有得分的社区不足 2 个"


def test_rows_of_the_table(scored: Callable[..., list[Result]]) -> None:
    rows = table(compare(scored()))
    assert list(rows[0]) == [
        "community_id", "community", "period", "f_a_score", "f_a_rank", "f_a_grade", "f_b_score", "f_b_rank",
        "f_b_grade", "f_c_score", "f_c_rank", "f_c_grade", "rank_shift_max", "rank_shift_best", "rank_shift_worst",
    ]  # fmt: skip
    shifts = [(row["rank_shift_max"], row["rank_shift_best"], row["rank_shift_worst"]) for row in rows]
    assert shifts == [
        ("3", "f_b", "f_a"),  # ranks 4, 1, 1: the first named of equal ones
        ("2", "f_c", "f_a"),  # 3, 2, 1
        ("2", "f_c", "f_b"),  # 2, 3, 1
        ("3", "f_a", "f_b"),  # 1, 4, 1
        ("1", "f_b", "f_a"),  # 4, 3, none
        ("2", "f_b", "f_a"),  # 3, 1, none
        ("1", "f_c", "f_a"),  # 2, 2, 1
        ("", "", ""),  # 1 and none
    ]
    assert (rows[7]["f_b_score"], rows[7]["f_b_rank"], rows[7]["f_a_score"]) == ("", "", "40")


def test_ranks_that_agree_have_a_shift_of_zero_between_nobody(scored: Callable[..., list[Result]]) -> None:
    rows = table(compare(scored("id,a,b\n1,10,20\n2,30,40", "a", "b")))
    assert [(row["rank_shift_max"], row["rank_shift_best"]) for row in rows] == [("0", ""), ("0", "")]
    assert "period" not in rows[0]


def test_average_ranks_may_be_halves(scored: Callable[..., list[Result]]) -> None:
    found = compare(scored("id,a,b\n1,10,5\n2,10,7\n3,4,1", "a", "b", settings="ranks: {ties: average}\n"))
    assert [row["rank_shift_max"] for row in table(found)] == ["0.5", "0.5", "0"]
    assert [item["shift"] for item in report.to_dict(found)["periods"][0]["largest_shifts"]] == [0.5, 0.5]


def test_grades_means_and_counts(scored: Callable[..., list[Result]]) -> None:
    grades = "grades:\n  - {id: A, min: 30}\n  - {id: B, min: 0}\n"
    found = report.to_dict(compare(scored(DATA, settings=grades)))["periods"][1]["frameworks"]
    assert found[0] == {"id": "f_a", "scored": 4, "mean": 25.0, "grades": {"A": 2, "B": 2}}
    assert found[1] == {"id": "f_b", "scored": 3, "mean": 20.0, "grades": {"A": 1, "B": 2}}
    assert found[2]["mean"] == 50.0


def test_the_largest_shifts_come_first_and_equal_ones_by_code(scored: Callable[..., list[Result]]) -> None:
    comparison = compare(scored(DATA, "a", "b"))
    period = comparison.periods[0]
    ids = [comparison.units.ids[unit].as_py() for unit in comparison.largest(period, None)]
    assert ids == ["1", "4", "2", "3"]
    for limit in range(5):
        assert comparison.largest(period, limit) == comparison.largest(period, None)[:limit]


def test_groups_of_ranks_change_shifts_and_not_tau(scored: Callable[..., list[Result]]) -> None:
    data = "id,district,a,b\n1,x,10,40\n2,x,20,30\n3,y,30,20\n4,y,40,10"
    whole, grouped = compare(scored(data, "a", "b")), compare(scored(data, "a", "b", by="district"))
    assert pair(whole, 0, 0, 1) == (4, -1.0, 2.0)
    assert pair(grouped, 0, 0, 1) == (4, -1.0, 1.0)
    assert report.to_dict(grouped)["ranked_by"] == "district"
    assert [row["district"] for row in table(grouped)] == ["x", "x", "y", "y"]


def test_scores_that_differ_by_noise_are_level(scored: Callable[..., list[Result]]) -> None:
    """Ranks compare at 10 decimals of the inside scale; so does tau."""
    comparison = compare(scored("id,a,b\n1,10,1\n2,10.0000000001,2\n3,20,3", "a", "b"))
    assert pair(comparison, 0, 0, 1)[1] == pytest.approx(2 / math.sqrt(6), abs=1e-15)


def test_tables_with_other_rows_are_joined_by_code_and_period(
    scored: Callable[..., list[Result]], data_file: Write
) -> None:
    """A row that only one framework could read has blanks under the other."""
    first = scored("id,period,a\n1,2024,10\n2,2024,20\n3,2024,5\n1,2023,7", "a")
    second = scored("id,period,b\n2,2024,5\n1,2024,9\n9,2025,1", "b")
    comparison = compare([*first, *second])
    rows = {(row["community_id"], row["period"]): row for row in table(comparison)}
    assert list(rows) == [("1", "2024"), ("2", "2024"), ("3", "2024"), ("1", "2023"), ("9", "2025")]
    assert [rows[key]["f_b_rank"] for key in rows] == ["1", "2", "", "", "1"]
    assert [rows[key]["rank_shift_max"] for key in rows] == ["1", "1", "", "", ""]
    assert [period.label for period in comparison.periods] == ["2023", "2024", "2025"]
    assert pair(comparison, 1, 0, 1) == (2, -1.0, 1.0)


def test_names_like_formulas_are_inert(scored: Callable[..., list[Result]]) -> None:
    rows = table(compare(scored("id,community,a,b\n1,=1+1,10,40\n2,@x,20,30", "a", "b")))
    assert [row["community"] for row in rows] == ["'=1+1", "'@x"]


def test_the_sample_as_scipy_sees_it() -> None:
    """Every pair of shipped frameworks and every period."""
    data = several.catalogue.shipped_folder("sample_data") / "communities.csv"
    names = list(several.catalogue.framework_paths())
    results = [ri.score(ri.read_data(data, name), name, weights="equal") for name in names]
    comparison = compare(results)
    for period in comparison.periods:
        for found in period.pairs:
            first, second = comparison.scores[found.first, period.units], comparison.scores[found.second, period.units]
            both = ~np.isnan(first) & ~np.isnan(second)
            expected = stats.kendalltau(first[both].round(8), second[both].round(8)).statistic
            assert found.agreement.n == int(both.sum())
            assert found.agreement.tau_b == pytest.approx(expected, abs=1e-12)


def test_the_view_shows_what_the_json_holds(scored: Callable[..., list[Result]]) -> None:
    view = comparison_view.build(compare(scored()), limit=1)
    newest, earlier = view.periods
    assert (newest.label, newest.units, newest.moved) == ("2025", "1–3", 3)
    assert [list(row) for row in earlier.cells] == [
        ["1.000", "-1.000", "—"],
        ["2.0", "1.000", "—"],
        ["1.5", "1.5", "—"],
    ]
    (shift,) = newest.shifts
    assert (shift.community_id, shift.shift_text, shift.best, shift.worst) == ("2", "2", "[2]", "[1]")
    assert list(shift.rank_texts) == ["3", "1", "—"]


def test_a_name_is_a_framework_once() -> None:
    shipped = list(several.catalogue.framework_paths())
    assert several.names_of(["all"]) == shipped
    assert several.names_of(["toe", "no-such"]) == ["toe", "no-such"]
    path = str(several.catalogue.framework_paths()["toe"])
    for twice in (["toe", "toe"], ["all", "toe"], ["toe", path], ["x.yaml", "./x.yaml"], ["nope", "nope"]):
        with pytest.raises(ri.UsageError) as caught:
            several.names_of(twice)
        assert (caught.value.code, caught.value.params["name"]) == ("RI036", twice[1])
