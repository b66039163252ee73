"""Every method with the parameters that frameworks rely on: a changed default changes scores without a word."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from resilience_index.methods import (
    aggregate_across,
    aggregate_balance,
    aggregate_ranks,
    normalize,
    normalize_spread,
    registry,
    treat,
)

JUDGED = "ahp/given/equal/bwm/direct/points/order/swing"
PLAIN = "equal/given/ahp/bwm/direct/points/order/swing"
DATA = "entropy/critic/std/cv/gini/merec/cilos/idocriw/pca/independence"

TABLE = """\
denominate ratio
  by text required
  factor positive = 1.0
fill none
fill mean relative
fill median relative
fill group_mean relative
  by column required
fill group_median relative
  by column required
fill row_mean relative
  scale choice = minmax of minmax/raw
  among choice = leaves of leaves/siblings
fill row_median relative
  scale choice = minmax of minmax/raw
  among choice = leaves of leaves/siblings
fill knn relative
  k integer = 5 1..
  within column
fill previous
  limit integer 1..
fill linear
treat none
treat winsorize relative
  max_points integer = 5 1..
  skewness number = 2.0 0..
  kurtosis number = 3.5
  test boolean = true
  otherwise choice = keep of keep/undo/log
  within column
treat iqr relative
  factor positive = 1.5
  within column
treat percentile relative
  low share = 0.05 0..0.5
  high share = 0.95 0.5..1
  within column
treat log relative
  shift choice = range of range/one/zero
  mirror boolean = true
  skewness number = 2.0 0..
  kurtosis number = 3.5
  test boolean = true
  within column
normalize goalposts
  goalposts numbers
  transform choice = none of none/log
  clip boolean = true
  scale positive
normalize minmax relative
  to pair = [0.0, 1.0]
  transform choice = none of none/log
  constant number
  clip boolean
  within column
normalize percentile_rank relative
  ties choice = min of min/average/max
  cost choice = after of after/before
  within column
normalize zscore relative
  mean number = 0.0
  sd positive = 1.0
  clip pair
  transform choice = none of none/log
  constant number
  within column
normalize rank relative
  ties choice = min of min/average/max
  within column
normalize borda relative
  ties choice = min of min/average/max
  within column
normalize vector relative
  cost choice = complement of complement/reciprocal
  transform choice = none of none/log
  clip boolean
  within column
normalize sum relative
  cost choice = reciprocal of complement/reciprocal
  transform choice = none of none/log
  clip boolean
  within column
normalize max relative
  cost choice = reciprocal of complement/reciprocal
  transform choice = none of none/log
  clip boolean
  within column
normalize distance_to_best relative
  transform choice = none of none/log
  constant number
  clip boolean
  within column
normalize distance_to_reference relative
  reference text required
  transform choice = none of none/log
  clip boolean = true
  within column
normalize distance_to_target relative
  target number required
  transform choice = none of none/log
  clip boolean = true
  within column
normalize bands
  bands bands required
  full positive
normalize none
weights equal
weights given
weights ahp
  priority choice = eigenvector of eigenvector/geometric/arithmetic/least_squares
  completion choice = least_squares of least_squares/eigenvalue
  ri_table choice = alonso_lamata_2006 of alonso_lamata_2006/saaty_1980/saaty_2005
  threshold number = 0.1 0..
  group choice = judgments of judgments/priorities
  mean choice = geometric of geometric/arithmetic
  leave_out number 0..
weights bwm
  model choice = linear of linear/nonlinear
weights direct
weights points
  budget number = 100.0 1..
weights order
  rule choice = roc of roc/rs/rr/precedence
  diagonal boolean = true
weights swing
weights entropy relative
  scope choice = leaves of leaves/siblings
  shift number = 0.0 0..
  input choice = normalized of normalized/raw
weights critic relative
  scope choice = leaves of leaves/siblings
  direction choice = flip of flip/raw
weights std relative
  scope choice = leaves of leaves/siblings
weights cv relative
  scope choice = leaves of leaves/siblings
  input choice = normalized of normalized/raw
weights gini relative
  scope choice = leaves of leaves/siblings
  input choice = normalized of normalized/raw
weights merec relative
  scope choice = leaves of leaves/siblings
  input choice = normalized of normalized/raw
weights cilos relative
  scope choice = leaves of leaves/siblings
  input choice = normalized of normalized/raw
weights idocriw relative
  scope choice = leaves of leaves/siblings
  input choice = normalized of normalized/raw
weights pca relative
  scope choice = leaves of leaves/siblings
  negative choice = refuse of refuse/signed/absolute
weights independence relative
  scope choice = leaves of leaves/siblings
weights combine
  rule choice = linear of linear/product/geometric/game/deviation
  alpha share = 0.5 0..1
  negative choice = refuse of refuse/absolute
  subjective component = ahp of JUDGED/DATA
  objective component = entropy of DATA/JUDGED
weights levels
  from_top components required of PLAIN/DATA/combine
  under component map of PLAIN/DATA/combine
missing available
  min_coverage share 0..1
  min_children integer 1..
missing refuse
missing zero
aggregate arithmetic
aggregate geometric
  zero zero = refuse
aggregate harmonic
  zero zero = refuse
aggregate power
  p number required -100..100
  zero zero = refuse
aggregate sum
aggregate points
  full number 0..
aggregate min
aggregate max
aggregate owa
  order list required 0..
aggregate mpi
  sign choice = minus of minus/plus
  to pair = [0.0, 1.0]
aggregate fuzzy
  operator choice = product_sum of min_max/product_max/min_sum/product_sum
  membership choice = triangular of triangular/bands/votes
  grades list = [1.0, 0.75, 0.5, 0.25, 0.0]
  bounds list
  score choice = values of values/largest
aggregate topsis relative
  norm choice = vector of vector/none
  within column
aggregate vikor relative
  v share = 0.5 0..1
  within column
aggregate gra relative
  rho number = 0.5 0.001..1
  within column
aggregate rsr relative
  score choice = ratio of ratio/fitted
  classes integer = 3 2..10
  within column
aggregate copeland relative
  within column
ranks min
ranks average
ranks dense
round half_up
round half_even
grading fixed
grading quantile relative
  shares list 0..1
  within column
grading natural_breaks relative
  within column
grading mean_sd relative
  steps list
  sd choice = sample of sample/population
  within column
grading equal_interval relative
  within column
"""


def written(param: registry.Param) -> Iterator[str]:
    """Name, kind, default, bounds and choices."""
    yield f"  {param.name} {param.kind}"
    if param.required:
        yield "required"
    elif param.default is not None:
        yield f"= {param.default_text()}"
    if (param.minimum, param.maximum) != (None, None):
        yield "..".join("" if bound is None else f"{bound:g}" for bound in (param.minimum, param.maximum))
    if param.choices:
        yield "of " + "/".join(param.choices)


def test_the_registry_is_what_frameworks_rely_on() -> None:
    lines = []
    for method in registry.METHODS.values():
        lines.append(f"{method.kind} {method.name}{' relative' * method.relative}")
        lines += [" ".join(written(param)) for param in method.params]
    expected = TABLE.replace("JUDGED", JUDGED).replace("PLAIN", PLAIN).replace("DATA", DATA)
    assert lines == expected.splitlines()


def test_kinds_in_the_order_of_the_steps() -> None:
    steps = "denominate fill treat normalize weights missing aggregate round ranks grading"
    assert " ".join(registry.KINDS) == steps
    assert set(steps.split()) == set(registry.KIND_TITLES)


def test_weights_by_what_they_are_made_from() -> None:
    assert "/".join(registry.DATA_WEIGHTS) == DATA
    assert "/".join(registry.JUDGED_WEIGHTS) == JUDGED.replace("/given/equal", "")
    assert set(registry.PLAIN_WEIGHTS) == {"given", "equal"}


def test_every_title_has_both_languages() -> None:
    titles = [*registry.KIND_TITLES.values(), *(method.title for method in registry.METHODS.values())]
    assert all(set(title) == {"zh", "en"} and all(title.values()) for title in titles)


def test_a_required_parameter_has_no_default_text() -> None:
    method = registry.get("aggregate", "power")
    p = method.param("p")
    assert p is not None
    assert (p.required, p.default_text()) == (True, "")
    assert method.param("q") is None


FUNCTIONS = [
    (treat.winsorize, "treat", "winsorize", {}),
    (treat.log, "treat", "log", {}),
    (treat.iqr, "treat", "iqr", {}),
    (treat.percentile, "treat", "percentile", {}),
    (normalize.goalposts, "normalize", "goalposts", {}),
    (normalize.minmax, "normalize", "minmax", {}),
    (normalize_spread.zscore, "normalize", "zscore", {"to_mean": "mean", "to_sd": "sd"}),
    (aggregate_balance.mazziotta_pareto, "aggregate", "mpi", {}),
    (aggregate_across.Topsis, "aggregate", "topsis", {}),
    (aggregate_across.Vikor, "aggregate", "vikor", {}),
    (aggregate_across.Grey, "aggregate", "gra", {}),
    (aggregate_ranks.RankSum, "aggregate", "rsr", {}),
]


@pytest.mark.parametrize(("function", "kind", "name", "called"), FUNCTIONS, ids=lambda value: str(value)[:30])
def test_what_a_caller_leaves_out_is_what_a_framework_leaves_out(
    function: Callable[..., Any], kind: str, name: str, called: dict[str, str]
) -> None:
    method = registry.get(kind, name)
    both = []
    for argument in inspect.signature(function).parameters.values():
        param = method.param(called.get(argument.name, argument.name))
        if param is not None and param.default is not None and argument.default is not inspect.Parameter.empty:
            both.append(argument.name)
            assert argument.default == param.default, argument.name
    assert both
