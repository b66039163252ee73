"""Weights from judgments in other forms than comparisons: best–worst, points, rankings, swings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from resilience_index.framework.judgments import Judgments
from resilience_index.methods.checking import Call
from resilience_index.methods.weights import bwm, direct, ranking, swing
from resilience_index.scoring import weight_calls
from resilience_index.scoring.judgment_reports import AnswerReport
from resilience_index.scoring.statistics import Floats

_RULES: dict[str, ranking.RankRule] = {"roc": "centroid", "rs": "sum", "rr": "reciprocal"}


def find(call: Call, node: str, children: Sequence[str], judgments: Judgments) -> tuple[Floats, list[AnswerReport]]:
    """The weights (children,) of one node's children, and each expert's own; the mean is the last answer.

    Raises RI344 to RI352 as the functions of the methods.
    """
    given: Mapping[str, Any] = getattr(judgments, weight_calls.FORMS[call.name])[node]
    weights = np.array([float(judgments.expert_weights[expert]) for expert in given])
    names = tuple(children)
    each, answers = [], []
    for expert, answer in given.items():
        own, details = _ONE[call.name](call, names, expert, answer)
        each.append(own)
        answers.append(AnswerReport(node, expert, call.name, names, own, details))
    mean = direct.mean_of_shares(np.stack(each), weights)
    return mean, [*answers, AnswerReport(node, None, call.name, names, mean)]


def _best_worst(call: Call, names: Sequence[str], _: str, answer: Any) -> tuple[Floats, dict[str, Any]]:
    first, second = (np.array([float(value) for value in values]) for values in (
        answer.best_to_others, answer.others_to_worst
    ))  # fmt: skip
    judged = (first, second, answer.best, answer.worst)
    checked = bwm.input_consistency(*judged)
    details: dict[str, Any] = {
        "best": names[answer.best], "worst": names[answer.worst],
        "input_cr": checked.cr, "reversals": [f"{names[i]}/{names[j]}" for i, j in checked.reversals],
    }  # fmt: skip
    if call["model"] == "linear":
        linear = bwm.linear(*judged, names)
        return linear.weights, {**details, "model": "linear", "xi": linear.xi, "cr": None, "unique": linear.unique}
    found = bwm.nonlinear(*judged, names)
    interval = dict(zip(names, zip(found.low.tolist(), found.high.tolist(), strict=True), strict=True))
    return found.weights, {
        **details, "model": "nonlinear", "xi": found.xi, "cr": found.cr, "unique": found.unique,
        "intervals": {name: list(pair) for name, pair in interval.items()},
    }  # fmt: skip


def _points(call: Call, names: Sequence[str], expert: str, answer: Any) -> tuple[Floats, dict[str, Any]]:
    budget = call["budget"] if call.name == "points" else None
    return direct.shares(_row(answer), budget=budget, names=names, experts=[expert])[0], {}


def _order(call: Call, names: Sequence[str], expert: str, answer: Any) -> tuple[Floats, dict[str, Any]]:
    one, places = np.ones(1), _row(answer)
    # A ranking that is none is refused, whatever is made of it.
    weights = ranking.ranked(places, one, _RULES.get(call["rule"], "centroid"), [expert])
    if call["rule"] != "precedence":
        return weights, {}
    chart = ranking.chart_from_scores(-places[0])[np.newaxis]
    return ranking.precedence_chart(chart, one, diagonal=call["diagonal"], names=names, experts=[expert]), {}


def _swing(_: Call, names: Sequence[str], expert: str, answer: Any) -> tuple[Floats, dict[str, Any]]:
    return swing.swing(_row(answer), np.ones(1), names=names, experts=[expert]), {}


def _row(answer: Sequence[Any]) -> Floats:
    return np.array([[float(value) for value in answer]])


_ONE: dict[str, Callable[[Call, Sequence[str], str, Any], tuple[Floats, dict[str, Any]]]] = {
    "bwm": _best_worst,
    "direct": _points,
    "points": _points,
    "order": _order,
    "swing": _swing,
}
