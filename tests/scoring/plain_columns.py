"""Columns prepared and normalised a second time, in plain NumPy, from the sentences of the guides.

Nothing of the package is used. A table is a mapping of columns; NaN is no value, ``na`` says which cells do not apply.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Column = np.ndarray[Any, np.dtype[np.float64]]
Call = Mapping[str, Any]


@dataclass
class Rows:
    """Units by rows: codes, periods, districts; columns of leaves, and where these do not apply."""

    ids: list[str]
    periods: list[str]
    districts: list[str]
    values: dict[str, Column]
    na: dict[str, Any]

    def groups(self, name: str | None) -> list[list[int]]:
        """The places of the rows of each group; one group without a name."""
        if name is None:
            return [list(range(len(self.ids)))]
        labels = {"period": self.periods, "district": self.districts}[name]
        return [[row for row, label in enumerate(labels) if label == each] for each in sorted(set(labels))]


def call_of(value: Any, key: str = "method") -> dict[str, Any]:
    return {key: value} if isinstance(value, str) else dict(value)


# --- fill


def fill(
    leaf: Mapping[str, Any], call: Call, rows: Rows, before: Mapping[str, Column], tree: Mapping[str, Any]
) -> Column:
    """A leaf with its gaps filled; ``before`` are the divided columns, ``tree`` each leaf's parent and direction."""
    name, x = call["method"], before[leaf["id"]].copy()
    gaps = np.isnan(x) & ~rows.na[leaf["id"]]
    if name in ("mean", "median", "group_mean", "group_median"):
        centre: Any = np.mean if name.endswith("mean") else np.median
        for group in rows.groups(call.get("by")):
            known = [x[row] for row in group if not np.isnan(before[leaf["id"]][row])]
            for row in group:
                if gaps[row] and known:
                    x[row] = centre(known)
    elif name in ("previous", "linear"):
        _over_time(x, gaps, call, rows, before[leaf["id"]])
    elif name.startswith("row_"):
        _by_row(leaf, x, gaps, call, before, tree)
    elif name == "knn":
        _neighbours(leaf, x, gaps, call, rows, before, tree)
    return x


def _over_time(x: Column, gaps: Any, call: Call, rows: Rows, old: Column) -> None:
    order = sorted(set(rows.periods))
    for row in np.flatnonzero(gaps):
        own = {
            rows.periods[i]: old[i] for i, unit in enumerate(rows.ids) if unit == rows.ids[row] and not np.isnan(old[i])
        }
        now = rows.periods[row]
        earlier, later = [p for p in order if p < now and p in own], [p for p in order if p > now and p in own]
        if call["method"] == "previous":
            if earlier and order.index(now) - order.index(earlier[-1]) <= call.get("limit", 99):
                x[row] = own[earlier[-1]]
        elif earlier and later:
            a, b = earlier[-1], later[0]
            x[row] = own[a] + (own[b] - own[a]) * (int(now) - int(a)) / (int(b) - int(a))


def _by_row(leaf: Mapping[str, Any], x: Column, gaps: Any, call: Call, before: Mapping[str, Column], tree: Any) -> None:
    raw = call.get("scale") == "raw"
    others = [
        name for name, (parent, way) in tree.items()
        if name != leaf["id"] and way in ("benefit", "cost")
        and (call.get("among") != "siblings" or parent == tree[leaf["id"]][0])
    ]  # fmt: skip
    for row in np.flatnonzero(gaps):
        shares = []
        for name in others:
            column = before[name]
            low, high = np.nanmin(column), np.nanmax(column)
            if raw:
                shares.append(column[row])
            elif low < high:
                u = (column[row] - low) / (high - low)
                shares.append(1 - u if tree[name][1] == "cost" else u)
        shares = [share for share in shares if not np.isnan(share)]
        if shares:
            u = np.mean(shares) if call["method"] == "row_mean" else np.median(shares)
            ends = np.nanmin(before[leaf["id"]]), np.nanmax(before[leaf["id"]])
            worst, best = ends if tree[leaf["id"]][1] == "benefit" else ends[::-1]
            x[row] = u if raw else worst + u * (best - worst)


def _neighbours(
    leaf: Mapping[str, Any], x: Column, gaps: Any, call: Call, rows: Rows, before: Mapping[str, Column], tree: Any
) -> None:
    grid = []
    for name, (_, way) in tree.items():
        column = before[name]
        low, high = np.nanmin(column), np.nanmax(column)
        if way != "context" and low < high:
            grid.append(np.round((column - low) / (high - low) * 2**20))
    table, k, old = np.array(grid).T, call.get("k", 5), before[leaf["id"]]
    for row in np.flatnonzero(gaps):
        group = next(group for group in rows.groups(call.get("within")) if row in group)
        own = ~np.isnan(table[row])
        found = []
        for other in group:
            common = own & ~np.isnan(table[other])
            if not np.isnan(old[other]) and common.sum() > 0 and common.sum() * 2 >= own.sum():
                found.append((float(np.mean((table[row][common] - table[other][common]) ** 2)), old[other]))
        if len(found) >= k:
            reach = sorted(distance for distance, _ in found)[k - 1]
            x[row] = np.mean([value for distance, value in found if distance <= reach])


# --- treat


def treat(x: Column, call: Call, rows: Rows) -> Column:
    """A column with its outliers treated."""
    result = x.copy()
    for group in rows.groups(call.get("within")):
        known = [row for row in group if not np.isnan(x[row])]
        if known:
            result[known] = _TREAT[call["method"]](x[known], call)
    return result


def _shape(x: Column) -> tuple[float, float]:
    n, z = len(x), (x - np.mean(x)) / np.std(x, ddof=1)
    skewness = n / ((n - 1) * (n - 2)) * np.sum(z**3)
    kurtosis = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * np.sum(z**4) - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))
    return float(skewness), float(kurtosis)


def _passes(x: Column, call: Call) -> bool:
    if not call.get("test", True):
        return False
    if len(set(x.tolist())) == 1:
        return True
    skewness, kurtosis = _shape(x)
    return abs(skewness) < call.get("skewness", 2) or kurtosis < call.get("kurtosis", 3.5)


def _winsorize(x: Column, call: Call) -> Column:
    if len(x) < 4:
        return x
    moved, values = {True: 0, False: 0}, x.copy()
    while not _passes(values, call):
        upper = _shape(values)[0] >= 0
        end = values.max() if upper else values.min()
        rest = values[values != end]
        if len(set(rest.tolist())) < 2 or (values == end).sum() + moved[not upper] > call.get("max_points", 5):
            break
        moved[upper] = int((values == end).sum())
        values[values == end] = rest.max() if upper else rest.min()
    if call.get("test", True) and not _passes(values, call):
        if call.get("otherwise") == "undo":
            return x
        if call.get("otherwise") == "log":
            return _log(x, {key: call[key] for key in ("skewness", "kurtosis") if key in call})
    return values


def _cut(x: Column, low: float, high: float) -> Column:
    values = np.clip(x, low, high)
    return x if values.min() == values.max() else values


def _iqr(x: Column, call: Call) -> Column:
    if len(x) < 4:
        return x
    first, third = np.quantile(x, [0.25, 0.75])
    reach = call.get("factor", 1.5) * (third - first)
    return _cut(x, first - reach, third + reach)


def _percentile(x: Column, call: Call) -> Column:
    return x if len(x) < 4 else _cut(x, *np.quantile(x, [call.get("low", 0.05), call.get("high", 0.95)]))


def _log(x: Column, call: Call) -> Column:
    if (len(x) < 4 and call.get("test", True)) or _passes(x, call) or x.min() == x.max():
        return x
    shift = call.get("shift", "range")
    if shift == "zero":
        return np.log(x)
    s = 0.01 * (x.max() - x.min()) if shift == "range" else 1.0
    if call.get("mirror", True) and _shape(x)[0] < 0:
        return -np.log(x.max() - x + s)
    return np.log(x - x.min() + s)


_TREAT: dict[str, Callable[[Column, Call], Column]] = {
    "winsorize": _winsorize, "iqr": _iqr, "percentile": _percentile, "log": _log, "none": lambda x, call: x,
}  # fmt: skip


# --- normalise


def normalize(x: Column, call: Call, rows: Rows, way: str, scale: float = 1.0) -> Column:
    """A column normalised; of a node ``scale`` is what its numbers are shown times, and ``way`` benefit."""
    result = np.full(len(x), np.nan)
    for group in rows.groups(call.get("within")):
        known = [row for row in group if not np.isnan(x[row])]
        if known:
            result[known] = _one(x[known], call, [rows.ids[row] for row in known], way, scale)
    return result


def _one(x: Column, call: Call, ids: list[str], way: str, scale: float) -> Column:
    name = call["method"]
    if name == "none":
        return x
    if name == "bands":
        return np.array([_points(round(value * scale, 10), call) for value in x])
    log = call.get("transform") == "log"
    x = np.log(x) if log else x
    if name == "goalposts":
        posts = [math.log(post) if log else post / scale for post in call["goalposts"]]
        y = _between(x, posts)
        return (np.clip(y, 0, 1) if call.get("clip", True) else y) * call.get("scale", 1)
    return _relative(x, call, ids, way, scale, log)


def _between(x: Column, posts: list[float]) -> Column:
    if len(posts) == 2:
        return (x - posts[0]) / (posts[1] - posts[0])
    low, a, b, high = posts
    return np.minimum(1, np.where(x < a, (x - low) / (a - low) if a > low else 0, (high - x) / (high - b)))


def _points(value: float, call: Call) -> float:
    bands = call["bands"]
    bounds = [next((band[key] for key in ("min", "above", "max", "below") if key in band), None) for band in bands]
    rising = not any("max" in band or "below" in band for band in bands)
    order = sorted(
        range(len(bands)), key=lambda at: -math.inf if bounds[at] is None else bounds[at] * (1 if rising else -1)
    )
    for at in reversed(order):  # lower bounds from the highest down, upper bounds from the lowest up
        band = bands[at]
        if value < band.get("min", -math.inf) or value <= band.get("above", -math.inf):
            continue
        if value > band.get("max", math.inf) or value >= band.get("below", math.inf):
            continue
        return float(band["points"]) / call.get("full", 1)
    raise AssertionError(f"no band holds {value}")


def _ranks(x: Column, ties: str) -> Column:
    low = np.array([1 + (x < value).sum() for value in x])
    high = np.array([(x <= value).sum() for value in x])
    return {"min": low, "max": high, "average": (low + high) / 2}[ties]


def _relative(x: Column, call: Call, ids: list[str], way: str, scale: float, log: bool) -> Column:
    name, cost = call["method"], way == "cost"
    y = -x if cost else x
    if name in ("percentile_rank", "rank", "borda"):
        ties, n = call.get("ties", "min"), len(x)
        if name == "percentile_rank":
            if cost and call.get("cost") != "before":
                return 1 - (_ranks(x, ties) - 1) / (n - 1)
            return (_ranks(y, ties) - 1) / (n - 1)
        return _ranks(y, ties) - (1 if name == "borda" else 0)
    if name in ("vector", "sum", "max"):
        turned = cost and call.get("cost", "complement" if name == "vector" else "reciprocal") == "reciprocal"
        z = 1 / x if turned else x
        size = {"vector": math.sqrt(np.sum(z**2)), "sum": np.sum(z), "max": z.max()}[name]
        return 1 - z / size if cost and not turned else z / size
    if x.min() == x.max() and "constant" in call:
        return np.full(len(x), float(call["constant"]))
    if name == "zscore":
        z = call.get("mean", 0) + call.get("sd", 1) * (y - y.mean()) / np.std(y, ddof=1)
        return np.clip(z, *call["clip"]) if "clip" in call else z
    best = y.max()
    if name == "distance_to_reference":
        best = y[ids.index(call["reference"])]
    elif name == "distance_to_target":
        target = math.log(call["target"]) if log else call["target"] / scale
        best = -target if cost else target
    share = (y - y.min()) / (best - y.min())
    if name.startswith("distance_to_") and name != "distance_to_best":
        return np.clip(share, 0, 1) if call.get("clip", True) else share
    low, high = call.get("to", (0, 1))
    return low + (high - low) * share
