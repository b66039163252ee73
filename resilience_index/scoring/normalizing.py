"""From a normalisation, as a framework names it, to the steps of a column's way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from resilience_index.methods import normalize_bands, rounding
from resilience_index.methods.bands import LOWER, UPPER
from resilience_index.methods.checking import Call
from resilience_index.scoring.steps import Bands, Comparable, Goalposts, Logarithm, Sizes, Step, Times
from resilience_index.scoring.steps_relative import Distance, DistanceToBest, MinMax, Ranked, Ratio, ZScore


def normalize_steps(
    call: Call, name: str, *, goalposts: tuple[float, ...] | None, cost: bool, node: bool = False, scale: float = 1.0
) -> list[Step]:
    """The steps of a normalisation: a logarithm where asked, then the method.

    ``goalposts`` are a leaf's, resolved; a ``node`` has those of the call. What a call says in numbers of a node's
    value is on its shown scale, ``scale`` times the value inside.
    """
    if call.name == "none":
        return []
    if call.name == "goalposts":
        return _goalposts(call, name, goalposts, node=node, scale=scale)
    if call.name == "bands":
        return _bands(call, name, node=node, scale=scale)
    if call.name in ("percentile_rank", "rank", "borda"):
        method: Any = call.name
        ranked = Ranked(
            wanted="ordered", within=call["within"], settled=False, name=name, method=method, ties=call["ties"],
            cost=cost, before=call.get("cost") == "before",
        )  # fmt: skip
        return [*([Comparable()] if node else []), ranked]
    before: list[Step] = [Logarithm(leaf=name)] if call["transform"] == "log" else []
    if call.name in ("vector", "sum", "max"):
        return [*before, *_ratio(call, name, cost=cost)]
    return [*before, _spread(call, name, cost=cost, node=node, scale=scale)]


def _goalposts(
    call: Call, name: str, goalposts: tuple[float, ...] | None, *, node: bool, scale: float
) -> list[Step]:  # fmt: skip
    posts = Goalposts(
        goalposts=(call["goalposts"] if node else goalposts) or (), scale=scale if node else 1.0,
        log=call["transform"] == "log", clip=call["clip"], leaf=name,
    )  # fmt: skip
    return [posts] if call["scale"] is None else [posts, Times(factor=call["scale"])]


def _bands(call: Call, name: str, *, node: bool, scale: float) -> list[Step]:
    """The table of bands; for a node, whose values come out of sums, at the 10 decimals that ranks compare."""
    bands = [_inside(band, scale) for band in call["bands"]] if node else call["bands"]
    table = Bands(table=normalize_bands.edges(bands, full=call["full"]), leaf=name)
    return [Comparable(), table] if node else [table]


def _inside(band: Mapping[str, Any], scale: float) -> dict[str, Any]:
    """A band with its bounds on the inside scale."""
    bounds = {key: band[key] for key in (*LOWER, *UPPER) if key in band}
    keys = rounding.comparison_key(np.array(list(bounds.values()), dtype=np.float64) / scale).tolist()
    return {**band, **dict(zip(bounds, keys, strict=True))}


def _ratio(call: Call, name: str, *, cost: bool) -> list[Step]:
    reciprocal = cost and call["cost"] == "reciprocal"
    wanted: dict[str, Any] = {"vector": "squares", "sum": "sums", "max": "extent"}
    method: Any = call.name
    share = Ratio(
        wanted=wanted[call.name], within=call["within"], settled=False, name=name, method=method,
        cost=cost and not reciprocal, clip=call["clip"] is not False,
    )  # fmt: skip
    return [Sizes(leaf=name, method=call.name, reciprocal=reciprocal), share]


def _spread(call: Call, name: str, *, cost: bool, node: bool, scale: float) -> Step:
    within = call["within"]
    if call.name == "zscore":
        return ZScore(
            wanted="moments", within=within, settled=False, name=name, cost=cost, to_mean=float(call["mean"]),
            to_sd=call["sd"], clip=call["clip"], constant=_constant(call), node=node,
        )  # fmt: skip
    if call.name in ("minmax", "distance_to_best"):
        common: dict[str, Any] = {
            "wanted": "extent", "within": within, "settled": False, "name": name, "cost": cost,
            "constant": _constant(call), "clip": call["clip"] is not False, "node": node,
        }  # fmt: skip
        return MinMax(to=call["to"], **common) if call.name == "minmax" else DistanceToBest(**common)
    target = call.get("target")
    if target is not None:
        target = float(target) / (scale if node else 1.0)
        target = float(np.log(target)) if call["transform"] == "log" else target  # as the values are logged
    return Distance(
        wanted="extent", within=within, settled=False, name=name, method=call.name, cost=cost, clip=call["clip"],
        target=target, mark=call.get("reference"), node=node,
    )  # fmt: skip


def _constant(call: Call) -> float | None:
    return None if call["constant"] is None else float(call["constant"])
