"""What an aggregation asks of the node it stands at: how many children, in which form. No numerical code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

Expected = dict[str, str]


def faults(call: Mapping[str, Any], children: int) -> Iterable[tuple[str, Expected]]:
    """Parameters of a checked call that do not fit a node of so many children: their names, and what is expected."""
    order = call.get("order")
    if order is not None:
        if len(order) != children:
            yield "order", _both(f"{children} 个权重，每个子项一个", f"{children} weights, one for each child")
        elif not any(order):
            yield "order", _both("至少一个权重大于 0", "at least one weight above 0")
    grades = call.get("grades")
    if grades is None:
        return
    steps = [second - first for first, second in pairwise(grades)]
    if not steps or not (all(step > 0 for step in steps) or all(step < 0 for step in steps)):
        yield "grades", _both("至少两个、依次递增或递减的值", "two values or more, rising or falling")
    bounds = call["bounds"]
    if bounds is not None and call["membership"] != "bands":
        yield "bounds", _both("只在 membership: bands 时给出", "to stand only with membership: bands")
    if call["membership"] == "bands":
        yield from _bounds(grades, bounds)
    if call["membership"] == "votes" and len(grades) != children:
        yield "grades", _both(f"{children} 个，每个子项一个", f"{children} values, one for each child")


def _bounds(grades: Any, bounds: Any) -> Iterable[tuple[str, Expected]]:
    if bounds is None or len(bounds) != len(grades) - 1:
        yield "bounds", _both(f"{len(grades) - 1} 个分界", f"{len(grades) - 1} bounds between the grades")
        return
    ends = sorted((grades[0], grades[-1]))
    falling = grades[0] > grades[-1]
    steps = [second - first for first, second in pairwise(bounds)]
    ordered = all(step < 0 for step in steps) if falling else all(step > 0 for step in steps)
    if not ordered or min(bounds) < ends[0] or max(bounds) > ends[1]:
        yield "bounds", _both("与等级同序，且在等级值之间", "bounds in the order of the grades, between their values")


def _both(zh: str, en: str) -> Expected:
    return {"zh": zh, "en": en}
