"""A second scorer of whole frameworks, in plain NumPy, one unit at a time, from the sentences of the guides."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import numpy as np
from plain_columns import Call, Column, Rows, call_of, fill, normalize, treat

Item = Mapping[str, Any]
Present = list[tuple[float, float, int]]
"""Weight, value and place of each child that a unit has."""


class Plain:
    """The values of every item: ``passed`` inside, ``shown`` × scale; ``bounds`` of grades by group."""

    def __init__(self, framework: Item, rows: Rows) -> None:
        self.framework, self.rows = framework, rows
        self.defaults = framework.get("defaults", {})
        self.tree: dict[str, tuple[str, str]] = {}
        self.leaves: list[Item] = []
        self._walk(framework["tree"], "")
        self.passed: dict[str, Column] = {}
        self.shown: dict[str, Column] = {}
        self.memberships: dict[str, list[list[float] | None]] = {}
        self.na = dict(rows.na)
        before = {leaf["id"]: self._divided(leaf) for leaf in self.leaves}
        for leaf in self.leaves:
            if leaf["direction"] != "context":
                self._leaf(leaf, before)
        self._node(framework["tree"])
        self.score = self.shown[framework["tree"]["id"]]

    def _walk(self, item: Item, parent: str) -> None:
        if "children" in item:
            for child in item["children"]:
                self._walk(child, item["id"])
        else:
            self.leaves.append(item)
            self.tree[item["id"]] = (parent, item["direction"])

    def _said(self, item: Item, name: str, default: Any) -> Any:
        return item.get(name, self.defaults.get(name, default))

    def _divided(self, leaf: Item) -> Column:
        x = self.rows.values[leaf["id"]]
        if "denominate" in leaf:
            x = x / self.rows.values[leaf["denominate"]["by"]] * leaf["denominate"].get("factor", 1)
        return x

    def _leaf(self, leaf: Item, before: Mapping[str, Column]) -> None:
        x = fill(leaf, call_of(self._said(leaf, "fill", "none")), self.rows, before, self.tree)
        x = treat(x, call_of(self._said(leaf, "treat", "none")), self.rows)
        call = call_of(self._said(leaf, "normalize", "goalposts"))
        if call["method"] == "goalposts":
            call = {"goalposts": leaf.get("goalposts"), **call}
        x = normalize(x, call, self.rows, leaf["direction"])
        self._keep(leaf, 1 - x if leaf.get("invert") else x, self._said(leaf, "scale", 100))

    def _keep(self, item: Item, x: Column, scale: float) -> None:
        self.passed[item["id"]] = self._rounded(x, self._said(item, "round", None), scale)
        self.shown[item["id"]] = self.passed[item["id"]] * scale

    def _rounded(self, x: Column, how: Item | None, scale: float) -> Column:
        if how is None:
            return x
        mode = ROUND_HALF_EVEN if how.get("mode") == "half_even" else ROUND_HALF_UP
        step = Decimal(1).scaleb(-how["digits"])
        exact = [value if np.isnan(value) else Decimal(repr(round(float(value * scale), 11))) for value in x]
        return np.array([
            np.nan if isinstance(value, float) else float(value.quantize(step, mode)) / scale for value in exact
        ])  # fmt: skip

    # --- nodes

    def _node(self, node: Item) -> None:
        children = [child for child in node["children"] if child.get("direction") != "context"]
        for child in children:
            if "children" in child:
                self._node(child)
        name, size = node["id"], len(self.rows.ids)
        self.na[name] = np.array([all(self.na[child["id"]][u] for child in children) for u in range(size)])
        call = call_of(self._said(node, "aggregate", "arithmetic"))
        scale = node.get("scale", 1 if call["method"] == "points" else self.defaults.get("scale", 100))
        present = [self._present(node, children, u) for u in range(size)]
        if call["method"] in _ACROSS:
            x = np.full(size, np.nan)
            for group in self.rows.groups(call.get("within")):
                there = [u for u in group if present[u]]
                if there:
                    x[there] = _ACROSS[call["method"]]([present[u] for u in there], call, len(children))
        else:
            x = np.array([math.nan if present[u] is None else self._one(node, children, present[u], call, u)
                          for u in range(size)])  # fmt: skip
        if "normalize" in node:
            x = normalize(x, call_of(node["normalize"]), self.rows, "benefit", scale)
        self._keep(node, 1 - x if node.get("invert") else x, scale)
        show = node.get("show", {})
        y = self.passed[name]
        if "normalize" in show:
            y = normalize(y, call_of(show["normalize"]), self.rows, "benefit", scale)
        if show:
            self.shown[name] = self._rounded(y, show.get("round"), scale) * scale

    def _weights(self, children: Sequence[Item]) -> list[float]:
        return [float(Fraction(child.get("weight", 1))) for child in children]

    def _present(self, node: Item, children: Sequence[Item], u: int) -> Any:
        """The children a unit has; None where the node has no value."""
        rule = call_of(self._said(node, "missing", "available"), "policy")
        found: Present = []
        apply = 0
        for place, (child, weight) in enumerate(zip(children, self._weights(children), strict=True)):
            if self.na[child["id"]][u]:
                continue
            apply += 1
            x = self.passed[child["id"]][u]
            if np.isnan(x):
                if rule["policy"] == "zero":
                    found.append((weight, 0.0, place))
                continue
            found.append((weight, 1 - x if child.get("against") else x, place))
        if not apply or not found:
            return None
        least = rule.get("min_coverage", None if "min_children" in rule else 2 / 3)
        if rule["policy"] == "zero":
            return found
        if least is not None and len(found) / apply < least - 1e-12:
            return None
        return None if len(found) < rule.get("min_children", 1) else found

    def _one(self, node: Item, children: Sequence[Item], present: Present, call: Call, u: int) -> float:
        name = call["method"]
        if name == "points":
            return self._points(children, present)
        if name == "fuzzy":
            return self._fuzzy(node, children, present, call, u)
        w, x = np.array([each[0] for each in present]), np.array([each[1] for each in present])
        return float(_ROW[name](w, x, call))

    def _full(self, child: Item) -> tuple[float, bool]:
        """Full points of a child, and whether its value is points already."""
        call = call_of(child.get("normalize", "goalposts")) if "children" not in child else {}
        if call.get("method") == "bands" and "full" not in call:
            return max(band["points"] for band in call["bands"]), True
        if call_of(child.get("aggregate", ""))["method"] == "points":
            return sum(self._full(each)[0] for each in child["children"]), True
        return float(child["weight"]), False

    def _points(self, children: Sequence[Item], present: Present) -> float:
        full = [self._full(child) for child in children]
        earned = sum(x if full[place][1] else x * full[place][0] for _, x, place in present)
        return earned * sum(each for each, _ in full) / sum(full[place][0] for _, _, place in present)

    def _fuzzy(self, node: Item, children: Sequence[Item], present: Present, call: Call, u: int) -> float:
        grades = call.get("grades", [1, 0.75, 0.5, 0.25, 0])
        total = sum(weight for weight, _, _ in present)
        if call.get("membership") == "votes":
            votes = [0.0] * len(grades)
            for _, x, place in present:
                votes[place] = x
            vector = [vote / sum(votes) for vote in votes]
        else:
            parts = []
            for weight, x, place in present:
                handed = self.memberships.get(children[place]["id"])
                own = None if handed is None else handed[u]
                member = [each / sum(own) for each in own] if own else _membership(x, grades, call)
                parts.append((weight / total, member))
            operator = call.get("operator", "product_sum")
            vector = [_join(operator, [(w, member[g]) for w, member in parts]) for g in range(len(grades))]
        self.memberships.setdefault(node["id"], [None] * len(self.rows.ids))[u] = vector
        if call.get("score") == "largest":
            return float(min(g for g, b in zip(grades, vector, strict=True) if b == max(vector)))
        return sum(b * g for b, g in zip(vector, grades, strict=True)) / sum(vector)

    # --- grades

    def bounds(self, call: Call) -> list[list[float]]:
        """The bounds of the grades in each group, from the best down."""
        count = len(self.framework["grades"])
        found = []
        for group in self.rows.groups(call.get("within")):
            scores = sorted((float(self.score[u]) for u in group if not np.isnan(self.score[u])), reverse=True)
            found.append(_CUTS[call["method"]](scores, count, call))
        return found


def _membership(x: float, grades: Sequence[float], call: Call) -> list[float]:
    if call.get("membership") == "bands":
        place = next((at for at, bound in enumerate(call["bounds"]) if x >= bound), len(grades) - 1)
        return [1.0 if at == place else 0.0 for at in range(len(grades))]
    if x >= grades[0]:
        return [1.0] + [0.0] * (len(grades) - 1)
    found = [0.0] * len(grades)
    for at in range(len(grades) - 1):
        if grades[at + 1] <= x <= grades[at]:
            found[at] = (x - grades[at + 1]) / (grades[at] - grades[at + 1])
            found[at + 1] = 1 - found[at]
            return found
    found[-1] = 1.0
    return found


def _join(operator: str, terms: Sequence[tuple[float, float]]) -> float:
    each = [min(w, r) if operator.startswith("min") else w * r for w, r in terms]
    return max(each) if operator.endswith("max") else min(1.0, sum(each))


# --- unit by unit


def _power(w: Column, x: Column, p: float, call: Call) -> float:
    floor = call.get("zero")
    if isinstance(floor, Mapping) and p <= 0:
        x = np.maximum(x, floor["floor"])
    share = w / w.sum()
    return float(np.exp(np.sum(share * np.log(x)))) if p == 0 else float(np.sum(share * x**p) ** (1 / p))


def _owa(w: Column, x: Column, call: Call) -> float:
    order = np.array([float(each) for each in call["order"]])
    steps = np.concatenate([[0], np.cumsum(order / order.sum())])
    at = np.linspace(0, 1, len(order) + 1)
    places = sorted(range(len(x)), key=lambda place: -x[place])
    reached, total = 0.0, 0.0
    for place in places:
        start, reached = reached, reached + w[place] / w.sum()
        total += (np.interp(reached, at, steps) - np.interp(start, at, steps)) * x[place]
    return total


def _mpi(w: Column, x: Column, call: Call) -> float:
    low, high = call.get("to", (0, 1))
    x, share = low + (high - low) * x, w / w.sum()
    mean = np.sum(share * x)
    penalty = np.sum(share * (x - mean) ** 2) / mean
    return float(mean + penalty if call.get("sign") == "plus" else mean - penalty)


_ROW: dict[str, Any] = {
    "arithmetic": lambda w, x, call: _power(w, x, 1, call), "geometric": lambda w, x, call: _power(w, x, 0, call),
    "harmonic": lambda w, x, call: _power(w, x, -1, call), "power": lambda w, x, call: _power(w, x, call["p"], call),
    "sum": lambda w, x, call: np.sum(w * x), "min": lambda w, x, call: x.min(), "max": lambda w, x, call: x.max(),
    "owa": _owa, "mpi": _mpi,
}  # fmt: skip

# --- across units: each takes the children that every unit has, and gives a value a unit


def _matrix(units: list[Present], width: int) -> tuple[Column, Column]:
    w, x = np.full((len(units), width), np.nan), np.full((len(units), width), np.nan)
    for row, present in enumerate(units):
        for weight, value, place in present:
            w[row, place], x[row, place] = weight, value
    return w / np.nansum(w, axis=1, keepdims=True), x


def _topsis(units: list[Present], call: Call, width: int) -> Column:
    w, x = _matrix(units, width)
    z = x / (np.sqrt(np.nansum(x**2, axis=0)) if call.get("norm", "vector") == "vector" else 1)
    to_best = np.sqrt(np.nansum((w * (z - np.nanmax(z, axis=0))) ** 2, axis=1))
    to_worst = np.sqrt(np.nansum((w * (z - np.nanmin(z, axis=0))) ** 2, axis=1))
    return to_worst / (to_worst + to_best)


def _vikor(units: list[Present], call: Call, width: int) -> Column:
    w, x = _matrix(units, width)
    far = w * (np.nanmax(x, axis=0) - x) / (np.nanmax(x, axis=0) - np.nanmin(x, axis=0))
    s, r, v = np.nansum(far, axis=1), np.nanmax(far, axis=1), call.get("v", 0.5)
    return 1 - v * (s - s.min()) / (s.max() - s.min()) - (1 - v) * (r - r.min()) / (r.max() - r.min())


def _gra(units: list[Present], call: Call, width: int) -> Column:
    w, x = _matrix(units, width)
    delta = np.nanmax(x, axis=0) - x
    reach = call.get("rho", 0.5) * np.nanmax(delta)
    return np.nansum(w * reach / (delta + reach), axis=1)


def _rsr(units: list[Present], call: Call, width: int) -> Column:
    w, x = _matrix(units, width)
    ratio = np.full(x.shape, np.nan)
    for place in range(width):
        known = np.flatnonzero(~np.isnan(x[:, place]))
        y = np.round(x[known, place], 10)
        ratio[known, place] = [((y < v).sum() + ((y == v).sum() + 1) / 2) / len(known) for v in y]
    found = np.nansum(w * ratio, axis=1)
    if call.get("score") != "fitted":
        return found
    keys = np.round(found, 10)
    different, n = sorted(set(keys.tolist())), len(keys)
    probits = {}
    for each in different:
        places = [(keys < each).sum() + i + 1 for i in range((keys == each).sum())]
        p = np.mean(places) / n if each != different[-1] else 1 - 1 / (4 * n)
        probits[each] = 5 + NormalDist().inv_cdf(float(p))
    slope, start = np.polyfit([probits[each] for each in different], different, 1)
    return np.array([start + slope * probits[each] for each in keys.tolist()])


def _copeland(units: list[Present], call: Call, width: int) -> Column:
    w, x = np.full((len(units), width), np.nan), np.full((len(units), width), np.nan)
    for row, present in enumerate(units):
        for weight, value, place in present:
            w[row, place], x[row, place] = weight, round(value, 10)
    n = len(units)
    points = []
    for a in range(n):
        total = 0
        for b in range(n):
            lead = np.nansum(np.sign(x[a] - x[b]) * w[a])
            total += int(np.sign(round(float(lead), 9)))
        points.append((total + n - 1) / (2 * (n - 1)))
    return np.array(points)


_ACROSS: dict[str, Any] = {"topsis": _topsis, "vikor": _vikor, "gra": _gra, "rsr": _rsr, "copeland": _copeland}

# --- bounds of grades, from scores that fall


def _quantile(scores: list[float], count: int, call: Call) -> list[float]:
    shares = [float(share) for share in call.get("shares", [1 / count] * count)]
    return [scores[math.ceil(round(len(scores) * sum(shares[: j + 1]), 9)) - 1] for j in range(count)]


def _breaks(scores: list[float], count: int, call: Call) -> list[float]:
    different = sorted(set(scores), reverse=True)
    best: tuple[float, tuple[int, ...]] | None = None
    for cuts in itertools.combinations(range(1, len(different)), count - 1):
        ends = (0, *cuts, len(different))
        classes = [[s for s in scores if s in different[a:b]] for a, b in itertools.pairwise(ends)]
        spread = sum(float(np.sum((np.array(each) - np.mean(each)) ** 2)) for each in classes)
        if best is None or spread < best[0]:
            best = spread, cuts
    assert best is not None
    return [different[cut - 1] for cut in (*best[1], len(different))]


def _mean_sd(scores: list[float], count: int, call: Call) -> list[float]:
    steps = call.get("steps", [count / 2 - 1 - j for j in range(count - 1)])
    sd = np.std(scores, ddof=0 if call.get("sd") == "population" else 1)
    return [*(float(np.mean(scores) + step * sd) for step in steps), scores[-1]]


def _equal(scores: list[float], count: int, call: Call) -> list[float]:
    return [scores[-1] + (scores[0] - scores[-1]) * (count - 1 - j) / count for j in range(count)]


_CUTS: dict[str, Any] = {
    "quantile": _quantile, "natural_breaks": _breaks, "mean_sd": _mean_sd, "equal_interval": _equal,
}  # fmt: skip
