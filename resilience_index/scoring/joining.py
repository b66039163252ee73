"""Joining two components, as a rule expert weights with data weights, and what is to be said of the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from resilience_index.findings import Finding
from resilience_index.methods.checking import Call
from resilience_index.methods.registry import DATA_WEIGHTS
from resilience_index.methods.weights import combine
from resilience_index.methods.weights.combine import Combination
from resilience_index.scoring.statistics import Floats

LEAST_SHARE, MOST_SHARE = 0.001, 0.5
"""Shares of the whole below and above which a leaf's data weight is worth a warning."""


@dataclass(frozen=True)
class Joined:
    """How two components were joined, of the whole tree or (``node``) of one node's children.

    ``coefficients`` and ``shares`` are those of the first and of the second component, where the rule finds them.
    """

    call: Call
    node: str | None
    coefficients: Floats | None
    shares: Floats | None

    def to_dict(self) -> dict[str, Any]:
        """As ``weights --json`` prints it."""
        parts = (self.call["subjective"].text(), self.call["objective"].text())
        found: dict[str, Any] = {"node": self.node, "rule": self.call["rule"], "components": list(parts)}
        for key, values in (("coefficients", self.coefficients), ("shares", self.shares)):
            found[key] = None if values is None else values.tolist()
        return found


@dataclass(frozen=True)
class _Result:
    weights: Floats
    coefficients: Floats | None = None
    shares: Floats | None = None


def join(call: Call, subjective: Floats, objective: Floats, differences: Floats | None) -> _Result:
    """Two vectors of weights (leaves,) joined by the rule of a combination.

    ``differences`` (leaves,), how much units differ, are for ``deviation``. Raises RI331, RI376, RI378, RI379 and
    RI361 as the functions of ``combine``.
    """
    rule = call["rule"]
    if rule == "product":
        return _Result(combine.product(subjective, objective))
    if rule == "linear":
        share = float(call["alpha"])
        return _Result(combine.linear(subjective, objective, share), shares=np.array([share, 1.0 - share]))
    components = np.stack([subjective, objective])
    if rule == "geometric":
        return _Result(combine.geometric(components))
    names = [call["subjective"].text(), call["objective"].text()]
    if rule == "game":
        return _of(combine.game(components, negative=call["negative"], names=names))
    assert differences is not None  # measured wherever the rule is deviation
    return _of(combine.deviation(components, differences))


def _of(found: Combination) -> _Result:
    return _Result(found.weights, found.coefficients, found.shares)


def killed(call: Call, subjective: Floats, objective: Floats, names: Sequence[str]) -> list[Finding]:
    """RI326: whose weight in one component vanishes because the data give it none in the other."""
    if call["rule"] not in ("product", "geometric"):
        return []
    found = []
    for part, theirs, others in (("objective", objective, subjective), ("subjective", subjective, objective)):
        lost = [name for name, own, other in zip(names, theirs, others, strict=True) if own == 0 and other > 0]
        if lost and call[part].name in DATA_WEIGHTS:
            params = {"names": lost, "rule": call["rule"], "method": call[part].text()}
            found.append(Finding("RI326", params=params))
    return found


def extremes(leaves: Sequence[tuple[str, float]], method: str, total: int) -> list[Finding]:
    """RI356 and RI357: data weights below 0.1 % or above 50 % of the whole of ``total`` leaves.

    A weight of 0 has a finding of its own, and of two leaves one always has half or more.
    """
    little = [f"{name} ({share:.3%})" for name, share in leaves if 0.0 < share < LEAST_SHARE]
    much = [f"{name} ({share:.1%})" for name, share in leaves if share > MOST_SHARE] if total > 2 else []
    return [
        Finding(code, params={"method": method, "names": names})
        for code, names in (("RI356", little), ("RI357", much))
        if names
    ]
