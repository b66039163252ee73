"""A scorer of whole trees with 50 digits (mpmath), from the formulas of the guides; nothing of the package is used.

A cell is an ``mpf`` or None. What is read is a double, taken as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from statistics import NormalDist
from typing import Any

from mpmath import mp, mpf

DIGITS = 50
mp.dps = DIGITS

Cells = list[Any]
Call = Mapping[str, Any]
Item = Mapping[str, Any]


def call_of(value: Any) -> dict[str, Any]:
    return {"method": value} if isinstance(value, str) else dict(value)


def exact(value: Any) -> Any:
    """A number as a framework writes it: 0.1 and 1/3 are meant as they stand."""
    share = Fraction(str(value))
    return mpf(share.numerator) / share.denominator


def mean(x: Sequence[Any]) -> Any:
    return mp.fsum(x) / len(x)


def deviation(x: Sequence[Any]) -> Any:
    centre = mean(x)
    return mp.sqrt(mp.fsum((each - centre) ** 2 for each in x) / (len(x) - 1))


def ranks(x: Sequence[Any], ties: str = "min") -> list[Any]:
    """1 for the smallest. The same sum by two ways is the same: what is equal to 30 decimals is level."""
    x = [mp.nint(each * mpf(10) ** 30) for each in x]
    low = [1 + sum(other < each for other in x) for each in x]
    high = [sum(other <= each for other in x) for each in x]
    return [mpf({"min": a, "max": b, "average": mpf(a + b) / 2}[ties]) for a, b in zip(low, high, strict=True)]


# --- normalisation


def normalized(cells: Cells, call: Call, way: str, ids: Sequence[str]) -> Cells:
    """A column on its way into the tree."""
    known = [place for place, x in enumerate(cells) if x is not None]
    x = [mp.log(cells[place]) if call.get("transform") == "log" else cells[place] for place in known]
    found = _column(x, call, way == "cost", [ids[place] for place in known])
    result: Cells = [None] * len(cells)
    for place, value in zip(known, found, strict=True):
        result[place] = value
    return result


def _column(x: Cells, call: Call, cost: bool, ids: Sequence[str]) -> Cells:
    name = call["method"]
    if name == "none":
        return x
    if name == "bands":
        bands = sorted(call["bands"], key=lambda band: -band.get("min", -1))
        return [exact(next(b["points"] for b in bands if value >= b.get("min", -(10**9)))) for value in x]
    if name == "goalposts":
        logs = call.get("transform") == "log"
        posts = [mp.log(exact(post)) if logs else exact(post) for post in call["goalposts"]]
        return _clipped([_between(value, posts) for value in x], call)
    y = [-value for value in x] if cost else x
    if name in ("percentile_rank", "rank", "borda"):
        places = ranks(y, call.get("ties", "min"))
        if name == "percentile_rank":
            if cost:
                return [1 - (place - 1) / (len(x) - 1) for place in ranks(x, call.get("ties", "min"))]
            return [(place - 1) / (len(x) - 1) for place in places]
        return [place - (name == "borda") for place in places]
    if name in ("vector", "sum", "max"):
        return _sizes(x, name, cost, call.get("cost", "complement" if name == "vector" else "reciprocal"))
    if name == "zscore":
        centre, spread = mean(y), deviation(y)
        return [exact(call["mean"]) + exact(call["sd"]) * (value - centre) / spread for value in y]
    best = max(y)
    if name == "distance_to_reference":
        best = y[list(ids).index(call["reference"])]
    elif name == "distance_to_target":
        best = -exact(call["target"]) if cost else exact(call["target"])
    share = [1 - (best - value) / (best - min(y)) for value in y]
    if name in ("distance_to_reference", "distance_to_target"):
        return _clipped(share, call)
    low, high = (exact(each) for each in call.get("to", (0, 1)))
    return [low + (high - low) * each for each in share]


def _clipped(x: Cells, call: Call) -> Cells:
    return [min(mpf(1), max(mpf(0), each)) for each in x] if call.get("clip", True) else x


def _between(x: Any, posts: Sequence[Any]) -> Any:
    if len(posts) == 2:
        return (x - posts[0]) / (posts[1] - posts[0])
    low, a, b, high = posts
    return min(mpf(1), (x - low) / (a - low), (high - x) / (high - b))


def _sizes(x: Cells, name: str, cost: bool, rule: str) -> Cells:
    turned = cost and rule == "reciprocal"
    z = [1 / value for value in x] if turned else x
    size = {"vector": mp.sqrt(mp.fsum(v**2 for v in z)), "sum": mp.fsum(z), "max": max(z)}[name]
    return [1 - v / size if cost and not turned else v / size for v in z]


# --- aggregation of the children that one unit has


def _power(w: Cells, x: Cells, p: Any, call: Call) -> Any:
    total = mp.fsum(w)
    if p <= 0:
        floor = exact(call["zero"]["floor"])
        x = [max(value, floor) for value in x]
    if p == 0:
        return mp.exp(mp.fsum(a * mp.log(v) for a, v in zip(w, x, strict=True)) / total)
    return (mp.fsum(a * v**p for a, v in zip(w, x, strict=True)) / total) ** (1 / p)


def _owa(w: Cells, x: Cells, p: Any, call: Call) -> Any:
    order = [exact(each) for each in call["order"]]
    steps = [mp.fsum(order[:k]) / mp.fsum(order) for k in range(len(order) + 1)]

    def reached(share: Any) -> Any:  # the quantifier: straight between the given points
        place = min(int(mp.floor(share * len(order))), len(order) - 1)
        return steps[place] + (steps[place + 1] - steps[place]) * (share * len(order) - place)

    pairs = sorted(zip(x, w, strict=True), key=lambda pair: -pair[0])
    before, found = mpf(0), mpf(0)
    for value, weight in pairs:
        after = before + weight / mp.fsum(w)
        found += (reached(min(after, mpf(1))) - reached(before)) * value
        before = after
    return found


def _mpi(w: Cells, x: Cells, p: Any, call: Call) -> Any:
    low, high = (exact(each) for each in call.get("to", (0, 1)))
    x, total = [low + (high - low) * value for value in x], mp.fsum(w)
    centre = mp.fsum(a * v for a, v in zip(w, x, strict=True)) / total
    variance = mp.fsum(a * (v - centre) ** 2 for a, v in zip(w, x, strict=True)) / total
    return centre + (1 if call.get("sign") == "plus" else -1) * variance / centre


_ONE: dict[str, Callable[..., Any]] = {
    "arithmetic": lambda w, x, p, call: _power(w, x, mpf(1), call),
    "geometric": lambda w, x, p, call: _power(w, x, mpf(0), call),
    "harmonic": lambda w, x, p, call: _power(w, x, mpf(-1), call),
    "power": _power, "owa": _owa, "mpi": _mpi,
    "min": lambda w, x, p, call: min(x), "max": lambda w, x, p, call: max(x),
}  # fmt: skip

# --- aggregation across units: ``w[u]`` and ``x[u]`` map the place of a child to its share and value


def _ends(x: Sequence[Mapping[int, Any]]) -> dict[int, tuple[Any, Any]]:
    places = {place for unit in x for place in unit}
    return {place: (max(u[place] for u in x if place in u), min(u[place] for u in x if place in u)) for place in places}


def _topsis(w: Sequence[Any], x: Sequence[Any], call: Call) -> Cells:
    vector = call.get("norm", "vector") == "vector"
    places = {place for unit in x for place in unit}
    norm = {p: mp.sqrt(mp.fsum(u[p] ** 2 for u in x if p in u)) if vector else mpf(1) for p in places}
    z = [{p: v / norm[p] for p, v in unit.items()} for unit in x]
    ends = _ends(z)
    found = []
    for share, unit in zip(w, z, strict=True):
        best, worst = (
            mp.sqrt(mp.fsum((share[p] * (v - ends[p][end])) ** 2 for p, v in unit.items())) for end in (0, 1)
        )
        found.append(worst / (worst + best))
    return found


def _vikor(w: Sequence[Any], x: Sequence[Any], call: Call) -> Cells:
    ends, v = _ends(x), exact(call.get("v", 0.5))
    far = [
        [share[p] * (ends[p][0] - y) / (ends[p][0] - ends[p][1]) for p, y in unit.items()]
        for share, unit in zip(w, x, strict=True)
    ]
    s, r = [mp.fsum(each) for each in far], [max(each) for each in far]
    return [
        1 - v * (a - min(s)) / (max(s) - min(s)) - (1 - v) * (b - min(r)) / (max(r) - min(r))
        for a, b in zip(s, r, strict=True)
    ]


def _gra(w: Sequence[Any], x: Sequence[Any], call: Call) -> Cells:
    ends = _ends(x)
    delta = [{p: ends[p][0] - v for p, v in unit.items()} for unit in x]
    reach = exact(call.get("rho", 0.5)) * max(d for unit in delta for d in unit.values())
    return [
        mp.fsum(share[p] * reach / (d + reach) for p, d in unit.items()) for share, unit in zip(w, delta, strict=True)
    ]


def _rsr(w: Sequence[Any], x: Sequence[Any], call: Call) -> Cells:
    places = {place for unit in x for place in unit}
    ratio: list[dict[int, Any]] = [{} for _ in x]
    for p in places:
        known = [u for u, unit in enumerate(x) if p in unit]
        for u, rank in zip(known, ranks([x[u][p] for u in known], "average"), strict=True):
            ratio[u][p] = rank / len(known)
    found = [mp.fsum(share[p] * r for p, r in unit.items()) for share, unit in zip(w, ratio, strict=True)]
    return _fitted(found) if call.get("score") == "fitted" else found


def _fitted(ratios: Cells) -> Cells:
    """On the line over the probits of the ratios' places; the last place is 1 − 1/(4n)."""
    n, places = len(ratios), ranks(ratios, "average")
    p = [1 - mpf(1) / (4 * n) if place == max(places) else place / n for place in places]
    y = [5 + probit(each) for each in p]
    points = list({place: (a, b) for place, a, b in zip(places, y, ratios, strict=True)}.values())
    my, mr = mean([a for a, _ in points]), mean([b for _, b in points])
    slope = mp.fsum((a - my) * (b - mr) for a, b in points) / mp.fsum((a - my) ** 2 for a, _ in points)
    return [mr + slope * (each - my) for each in y]


_ACROSS: dict[str, Callable[..., Cells]] = {"topsis": _topsis, "vikor": _vikor, "gra": _gra, "rsr": _rsr}


class Exact:
    """The values of every item of a tree: ``values`` inside, before ``scale``. Context leaves, rounding: none."""

    def __init__(
        self, tree: Item, columns: Mapping[str, Cells], ids: Sequence[str], local: Mapping[str, Sequence[Any]]
    ) -> None:
        self.columns, self.ids, self.local = columns, ids, local
        self.values: dict[str, Cells] = {}
        self.item(tree)

    def item(self, item: Item) -> Cells:
        if "children" in item:
            cells = self.node(item)
        else:
            call = call_of(item["normalize"])
            if call["method"] == "goalposts":
                call["goalposts"] = item["goalposts"]
            cells = normalized(self.columns[item["id"]], call, item["direction"], self.ids)
        if item.get("invert"):
            cells = [None if x is None else 1 - x for x in cells]
        self.values[item["id"]] = cells
        return cells

    def node(self, item: Item) -> Cells:
        columns = [self.item(child) for child in item["children"]]
        for place, child in enumerate(item["children"]):
            if child.get("against"):
                columns[place] = [None if x is None else 1 - x for x in columns[place]]
        shares = self.local[item["id"]]
        call = call_of(item["aggregate"])
        units = [{p: column[u] for p, column in enumerate(columns) if column[u] is not None}
                 for u in range(len(self.ids))]  # fmt: skip
        there = [u for u, unit in enumerate(units) if unit]
        result: Cells = [None] * len(units)
        if call["method"] in _ACROSS:
            totals = {u: mp.fsum(shares[p] for p in units[u]) for u in there}
            weights = [{p: shares[p] / totals[u] for p in units[u]} for u in there]
            for u, value in zip(there, _ACROSS[call["method"]](weights, [units[u] for u in there], call), strict=True):
                result[u] = value
        else:
            for u in there:
                w = [shares[p] for p in units[u]]
                result[u] = _ONE[call["method"]](w, list(units[u].values()), exact(call.get("p", 1)), call)
        return result


# --- weights of leaves from data: columns (gaps are None) → shares


def _known(column: Cells) -> Cells:
    return [x for x in column if x is not None]


def _entropy(column: Cells) -> Any:
    x = _known(column)
    total = mp.fsum(x)
    return 1 + mp.fsum(v / total * mp.log(v / total) for v in x if v > 0) / mp.log(len(x))


def _gini(column: Cells) -> Any:
    x = _known(column)
    return mp.fsum(abs(a - b) for a, b in combinations(x, 2)) / (len(x) * mp.fsum(x))


def _correlation(one: Cells, other: Cells) -> Any:
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    x, y = [a for a, _ in pairs], [b for _, b in pairs]
    mx, my = mean(x), mean(y)
    return mp.fsum((a - mx) * (b - my) for a, b in pairs) / mp.sqrt(
        mp.fsum((a - mx) ** 2 for a in x) * mp.fsum((b - my) ** 2 for b in y)
    )


def _critic(columns: Sequence[Cells]) -> Cells:
    return [
        deviation(_known(one)) * mp.fsum(1 - _correlation(one, other) for other in columns if other is not one)
        for one in columns
    ]


def _independence(columns: Sequence[Cells]) -> Cells:
    matrix = mp.matrix([[_correlation(one, other) for other in columns] for one in columns])
    inverse = matrix**-1
    return [1 / mp.sqrt(1 - 1 / inverse[j, j]) for j in range(len(columns))]


_EACH: dict[str, Callable[[Cells], Any]] = {
    "entropy": _entropy, "gini": _gini, "std": lambda x: deviation(_known(x)),
    "cv": lambda x: deviation(_known(x)) / mean(_known(x)),
}  # fmt: skip


def data_weights(method: str, columns: Sequence[Cells]) -> Cells:
    """Shares of the leaves."""
    if method in _EACH:
        found = [_EACH[method](column) for column in columns]
    else:
        found = (_critic if method == "critic" else _independence)(columns)
    total = mp.fsum(found)
    return [each / total for each in found]


# --- weights from judgments


def joined(matrices: Sequence[tuple[int, Mapping[tuple[int, int], Fraction]]], size: int) -> Any:
    """The experts' matrices, cell by cell, in the weighted geometric mean."""
    total = sum(weight for weight, _ in matrices)
    found = mp.matrix(size, size)
    for i in range(size):
        for j in range(size):
            powers = []
            for weight, cells in matrices:
                value = cells.get((i, j)) or (1 / cells[j, i] if i != j else Fraction(1))
                powers.append(mpf(weight) / total * mp.log(mpf(value.numerator) / value.denominator))
            found[i, j] = mp.exp(mp.fsum(powers))
    return found


def priorities(matrix: Any, rule: str) -> Cells:
    """Shares of the compared items."""
    size = matrix.rows
    if rule == "geometric":
        found = [mp.exp(mp.fsum(mp.log(matrix[i, j]) for j in range(size)) / size) for i in range(size)]
    elif rule == "arithmetic":
        sums = [mp.fsum(matrix[i, j] for i in range(size)) for j in range(size)]
        found = [mp.fsum(matrix[i, j] / sums[j] for j in range(size)) for i in range(size)]
    else:  # the principal eigenvector, by powers of the matrix
        found = [mpf(1) / size] * size
        for _ in range(400):
            step = matrix * mp.matrix(found)
            found = [value / mp.fsum(step) for value in step]
    total = mp.fsum(found)
    return [each / total for each in found]


def probit(p: Any) -> Any:
    """Only a start for Newton's steps has 16 digits."""
    x = mpf(NormalDist().inv_cdf(float(p)))
    for _ in range(4):
        x -= (mp.ncdf(x) - p) / mp.npdf(x)
    return x
