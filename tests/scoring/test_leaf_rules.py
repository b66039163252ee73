"""The contract's rules for leaves, each on a few units worked out by hand.

Order at a leaf: tokens → fill → treat → transform → normalize (with direction) → clip → invert → round.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import Any

import pytest

Score = Callable[..., Any]
Close = Callable[[Any], Any]


def leaf(**settings: Any) -> str:
    """A framework of one leaf, ``x``, with these settings."""
    keys = ", ".join(f"{key}: {value}" for key, value in settings.items())
    return f"tree: {{children: [{{id: x, {keys}}}]}}"


# -- goalposts ------------------------------------------------------------------------------------------


def test_goalposts_run_from_worst_to_best(score: Score, close: Close) -> None:
    # (x − 60) / (100 − 60): 70 → 10/40, 90 → 30/40; the goalposts themselves give 0 and 1.
    result = score(leaf(goalposts=[60, 100]), "id,x\na,70\nb,90\nc,60\nd,100")
    assert result.passed("x") == close([0.25, 0.75, 0, 1])
    assert result.scores == close([25, 75, 0, 100])


def test_goalposts_of_a_cost_fall(score: Score, close: Close) -> None:
    # [240, 30]: (240 − 135) / (240 − 30) = 105/210.
    result = score(leaf(direction="cost", goalposts=[240, 30]), "id,x\na,135\nb,240\nc,30")
    assert result.passed("x") == close([0.5, 0, 1])


def test_values_beyond_the_goalposts_are_clipped_unless_told_otherwise(score: Score, close: Close) -> None:
    data = "id,x\na,-5\nb,12"  # (−5 − 0) / 10 = −0.5 and 12/10 = 1.2
    assert score(leaf(goalposts=[0, 10]), data).passed("x") == [0, 1]
    assert score(leaf(goalposts=[0, 10], normalize="{method: goalposts, clip: true}"), data).passed("x") == [0, 1]
    free = score(leaf(goalposts=[0, 10], normalize="{method: goalposts, clip: false}"), data)
    assert free.passed("x") == close([-0.5, 1.2])
    assert free.scores == close([-50, 120])


def test_the_pair_of_a_normalize_key_goes_before_that_of_the_indicator(score: Score, close: Close) -> None:
    # 5 between [0, 20], not between [0, 10].
    result = score(leaf(goalposts=[0, 10], normalize="{method: goalposts, goalposts: [0, 20]}"), "id,x\na,5")
    assert result.passed("x") == close([0.25])


def test_a_log_takes_the_goalposts_too(score: Score, close: Close) -> None:
    # ln(1000/100) / ln(10000/100) = 1/2; linear it would be 900/9900. Below 100 it is clipped.
    text = leaf(normalize="{method: goalposts, goalposts: [100, 10000], transform: log}")
    assert score(text, "id,x\na,1000\nb,50\nc,10000").passed("x") == close([0.5, 0, 1])


def test_a_log_of_a_cost(score: Score, close: Close) -> None:
    # (ln 240 − ln 60) / (ln 240 − ln 30) = ln 4 / ln 8 = 2/3.
    text = leaf(direction="cost", normalize="{method: goalposts, goalposts: [240, 30], transform: log}")
    assert score(text, "id,x\na,60").passed("x") == close([2 / 3])


def test_a_target_is_full_inside_and_falls_on_both_sides(score: Score, close: Close) -> None:
    # [0, 4, 6, 10]: 2 → 2/4, 4 and 5 and 6 → 1, 9 → (10 − 9)/(10 − 6) = 1/4, 11 and −1 → 0.
    text = leaf(direction="target", goalposts=[0, 4, 6, 10])
    result = score(text, "id,x\na,2\nb,4\nc,5\nd,6\ne,9\nf,11\ng,-1")
    assert result.passed("x") == close([0.5, 1, 1, 1, 0.25, 0, 0])


def test_a_target_without_clip_goes_on_below_zero(score: Score, close: Close) -> None:
    # (10 − 11)/(10 − 6) = −1/4 and (−1 − 0)/4 = −1/4; inside it stays 1.
    text = leaf(direction="target", goalposts=[0, 4, 6, 10], normalize="{method: goalposts, clip: false}")
    assert score(text, "id,x\na,11\nb,-1\nc,5").passed("x") == close([-0.25, -0.25, 1])


def test_a_target_is_logged_with_its_goalposts(score: Score, close: Close) -> None:
    # [1, 10, 100, 1000] is [0, 1, 2, 3] in decades: √10 lies half-way up, 100·√10 half-way down.
    text = leaf(direction="target", goalposts=[1, 10, 100, 1000], normalize="{method: goalposts, transform: log}")
    result = score(text, "id,x\na,3.1622776601683795\nb,50\nc,316.22776601683796")
    assert result.passed("x") == close([0.5, 1, 0.5])


# -- min–max --------------------------------------------------------------------------------------------


def test_minmax_runs_from_the_smallest_to_the_largest(score: Score, close: Close) -> None:
    # 3..7: (4 − 3)/4; the missing cell is no value and no minimum.
    data = "id,x\na,3\nb,4\nc,7\nd,"
    assert score(leaf(normalize="minmax"), data).passed("x") == close([0, 0.25, 1, None])
    # A cost: (7 − 4)/4.
    assert score(leaf(direction="cost", normalize="minmax"), data).passed("x") == close([1, 0.75, 0, None])


def test_minmax_stretches_to_a_range(score: Score, close: Close) -> None:
    # 0.1 + (1 − 0.1) · 0.25 = 0.325, for a cost 0.1 + 0.9 · 0.75 = 0.775.
    data = "id,x\na,3\nb,4\nc,7"
    text = {"normalize": "{method: minmax, to: [0.1, 1]}"}
    assert score(leaf(**text), data).passed("x") == close([0.1, 0.325, 1])
    assert score(leaf(direction="cost", **text), data).passed("x") == close([1, 0.775, 0.1])


def test_minmax_of_logarithms(score: Score, close: Close) -> None:
    # 1, 10, 1000: ln 10 / ln 1000 = 1/3.
    text = leaf(normalize="{method: minmax, transform: log}")
    assert score(text, "id,x\na,1\nb,10\nc,1000").passed("x") == close([0, 1 / 3, 1])


def test_a_constant_column_takes_the_constant_whatever_the_range(score: Score) -> None:
    data = "id,x\na,4\nb,4\nc,"
    assert score(leaf(normalize="{method: minmax, constant: 0.5}"), data).passed("x") == [0.5, 0.5, None]
    text = leaf(normalize="{method: minmax, constant: 0.5, to: [0.1, 0.3]}")
    assert score(text, data).passed("x") == [0.5, 0.5, None]


def test_the_constant_says_nothing_of_a_column_that_varies(score: Score) -> None:
    assert score(leaf(normalize="{method: minmax, constant: 0.5}"), "id,x\na,4\nb,5").passed("x") == [0, 1]


# -- percentile rank ------------------------------------------------------------------------------------

TIED = "id,x\na,1\nb,5\nc,5\nd,9\ne,"
"""N = 4 values: ranks 1, 2, 2, 4 (min), 1, 2.5, 2.5, 4 (average), 1, 3, 3, 4 (max); p = (rank − 1)/3."""


@pytest.mark.parametrize(
    ("ties", "expected"),
    [(None, 1 / 3), ("min", 1 / 3), ("average", 1.5 / 3), ("max", 2 / 3)],
)
def test_ties_of_a_percentile_rank(ties: str | None, expected: float, score: Score, close: Close) -> None:
    said = "" if ties is None else f", ties: {ties}"
    result = score(leaf(normalize=f"{{method: percentile_rank{said}}}"), TIED)
    assert result.passed("x") == close([0, expected, expected, 1, None])


@pytest.mark.parametrize(
    ("ties", "after", "before"),
    [
        ("min", 1 - 1 / 3, 1 / 3),  # −x puts the tie second from the other end: its smallest rank is 2 again
        ("average", 1 - 1.5 / 3, 1.5 / 3),
        ("max", 1 - 2 / 3, 2 / 3),
    ],
)
def test_a_cost_is_turned_after_or_before_ranking(
    ties: str, after: float, before: float, score: Score, close: Close
) -> None:
    for said, level in (("", after), (", cost: after", after), (", cost: before", before)):
        text = leaf(direction="cost", normalize=f"{{method: percentile_rank, ties: {ties}{said}}}")
        assert score(text, TIED).passed("x") == close([1, level, level, 0, None])


def test_ranks_of_raw_values_are_exact(score: Score) -> None:
    # The two differ in the last of 16 digits, and so in rank.
    data = "id,x\na,0.3000000000000001\nb,0.3\nc,0.1"
    assert score(leaf(normalize="percentile_rank"), data).passed("x") == [1, 0.5, 0]


def test_statistics_pool_all_periods_unless_within(score: Score, close: Close) -> None:
    data = "id,period,x\na,2024,1\nb,2024,3\na,2025,5\nb,2025,9"
    # All rows: ranks 1..4 of 4. Within: ranks 1, 2 of 2 in either year.
    pooled = score(leaf(normalize="percentile_rank"), data)
    assert pooled.passed("x") == close([0, 1 / 3, 2 / 3, 1])
    assert score(leaf(normalize="{method: percentile_rank, within: period}"), data).passed("x") == [0, 1, 0, 1]
    # (x − 1)/8 over all rows; (x − 1)/2 and (x − 5)/4 within a year.
    assert score(leaf(normalize="minmax"), data).passed("x") == close([0, 0.25, 0.5, 1])
    assert score(leaf(normalize="{method: minmax, within: period}"), data).passed("x") == [0, 1, 0, 1]


def test_statistics_within_a_column_of_the_data(score: Score, close: Close) -> None:
    # zone 甲: 1, 2, 5 → 0, 1/4, 1; zone 乙: 10, 20 → 0, 1. Rows of a zone need not stand together.
    text = leaf(normalize="{method: minmax, within: zone}")
    result = score(text, "id,zone,x\na,甲,1\nb,乙,10\nc,甲,2\nd,乙,20\ne,甲,5")
    assert result.passed("x") == close([0, 0, 0.25, 1, 1])


# -- none, invert, round, scale -------------------------------------------------------------------------


def test_none_passes_values_unchanged_whatever_the_direction(score: Score) -> None:
    for direction in ("benefit", "cost"):
        result = score(leaf(direction=direction, normalize="none", scale=1), "id,x\na,3.5\nb,-2")
        assert result.passed("x") == [3.5, -2]


def test_invert_comes_after_the_clip(score: Score, close: Close) -> None:
    # 12/10 is clipped to 1, then 1 − 1 = 0; 0.25 → 0.75.
    assert score(leaf(goalposts=[0, 10], invert="true"), "id,x\na,12\nb,2.5").passed("x") == close([0, 0.75])


def test_invert_of_a_percentile_rank(score: Score, close: Close) -> None:
    # p = 0, 1/3, 1/3, 1 becomes 1, 2/3, 2/3, 0.
    result = score(leaf(normalize="percentile_rank", invert="true"), TIED)
    assert result.passed("x") == close([1, 2 / 3, 2 / 3, 0, None])


def test_round_counts_digits_on_the_shown_scale(score: Score, close: Close) -> None:
    # 1/3 on 0–100 to 1 digit is 33.3, inside 0.333; on 0–1 to 1 digit it is 0.3.
    data = "id,x\na,1"
    text = {"goalposts": [0, 3], "round": "{digits: 1}"}
    assert score(leaf(**text), data).passed("x") == close([0.333])
    assert score(leaf(**text, scale=1), data).passed("x") == close([0.3])
    assert score(leaf(**text, scale=10), data).passed("x") == close([0.33])


def test_round_comes_after_invert(score: Score) -> None:
    # 1 − 0.25 = 0.75 → 0.8; rounding first would give 0.3 and 0.7.
    text = leaf(goalposts=[0, 1], invert="true", scale=1, round="{digits: 1}")
    assert score(text, "id,x\na,0.25").passed("x") == [0.8]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("half_up", [0.13, 0.14, -0.13]), ("half_even", [0.12, 0.14, -0.12])],
)
def test_halves(mode: str, expected: list[float], score: Score) -> None:
    # 0.125, 0.135 and −0.125 at 2 digits: half_up goes away from zero, half_even to the even digit. The double
    # below 0.135 is 0.13500000000000000888: halves are decided on the shortest decimal form.
    text = leaf(normalize="none", scale=1, round=f"{{digits: 2, mode: {mode}}}")
    assert score(text, "id,x\na,0.125\nb,0.135\nc,-0.125").passed("x") == expected


def test_halves_on_the_shown_scale(score: Score) -> None:
    # 0.80005 is shown as 80.005, although 0.80005 · 100 is 80.00500000000001 and 0.56785 · 100 = 56.785 falls short
    # in floating point.
    text = leaf(normalize="none", round="{digits: 2}")
    result = score(text, "id,x\na,0.80005\nb,0.56785")
    assert [round(value * 100, 6) for value in result.passed("x")] == [80.01, 56.79]


def test_the_default_mode_is_half_up(score: Score) -> None:
    text = leaf(normalize="none", scale=1, round="{digits: 0}")
    assert score(text, "id,x\na,0.5\nb,2.5").passed("x") == [1, 3]


# -- defaults and context -------------------------------------------------------------------------------


def test_a_key_on_a_leaf_replaces_the_default_whole(score: Score, close: Close) -> None:
    # The default neither clips nor has goalposts; y says goalposts alone, and so clips again: nothing is merged.
    text = """
    defaults: {normalize: {method: goalposts, clip: false}}
    tree:
      children:
        - {id: x, goalposts: [0, 10]}
        - {id: y, goalposts: [0, 10], normalize: {method: goalposts, goalposts: [0, 5]}}
    """
    result = score(text, "id,x,y\na,12,6")
    assert result.passed("x") == close([1.2])
    assert result.passed("y") == [1]


def test_defaults_hold_for_leaves_that_say_nothing(score: Score, close: Close) -> None:
    text = """
    defaults: {normalize: percentile_rank, scale: 1}
    tree: {children: [{id: x}, {id: y, direction: cost}]}
    """
    result = score(text, "id,x,y\na,1,1\nb,2,2\nc,4,4")
    assert result.passed("x") == [0, 0.5, 1]
    assert result.passed("y") == [1, 0.5, 0]
    assert result.scores == close([0.5, 0.5, 0.5])


def test_tokens_match_as_text_and_as_numbers_and_are_replaced_whole(score: Score) -> None:
    # −999 is named as a number and matches "-999.0"; "k.A." is text. y has tokens of its own, and −999 is none.
    text = """
    defaults: {normalize: none, tokens: [-999, k.A.], scale: 1, missing: {min_coverage: 0, policy: available}}
    tree: {children: [{id: x}, {id: y, tokens: [-1]}]}
    """
    result = score(text, "id,x,y\na,-999.0,-999\nb,k.A.,-1.0\nc,7,2")
    assert result.passed("x") == [None, None, 7]
    assert result.passed("y") == [-999, None, 2]
    assert result.coverage == [0.5, 0, 1]


def test_a_context_leaf_is_reported_and_never_scored(score: Score) -> None:
    text = """
    tree:
      children:
        - {id: x, goalposts: [0, 10]}
        - {id: people, direction: context}
    """
    # people is no child: one of one is there in a and none of one in b; the coverage counts x alone.
    result = score(text, "id,x,people\na,5,\nb,,1000")
    assert result.scores == [50, None]
    assert result.coverage == [1, 0]
    assert result.local("x") == [1]


def test_a_logarithm_needs_no_bounded_result(score: Score, close: Close) -> None:
    # Beyond the goalposts [1, 10] without clip: ln 1000 / ln 10 = 3.
    text = leaf(normalize="{method: goalposts, goalposts: [1, 10], transform: log, clip: false}")
    assert score(text, "id,x\na,1000\nb,0.1").passed("x") == close([3, log(0.1) / log(10)])
