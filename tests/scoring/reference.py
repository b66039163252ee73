"""A second scorer, slow and plain, written from the contract's sentences: one unit at a time, exact fractions.

It shares no code with the package. A framework is the mapping that its YAML holds, a unit a mapping of cells;
all arithmetic is on fractions, logarithms and powers have 50 digits. What the contract leaves to floating point
(which side of a bound a value lies on that is at the bound but for its last bits) raises ``Undecided``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

NOT_APPLICABLE = "n.a."
Cell = Fraction | str | None
Value = Fraction | None
Item = Mapping[str, Any]

_DIGITS = Context(prec=50)
_NEAR = Fraction(1, 10**13)
"""Closer than this to a bound a double may lie on either side."""


class Undecided(Exception):  # noqa: N818 - no error: the example says nothing
    """A value lies so near to a bound that the last bits of a double decide."""


class Refused(Exception):  # noqa: N818 - what the contract calls it
    """The contract refuses this input; ``code`` is the finding that tells of it."""

    def __init__(self, code: str, *about: Any) -> None:
        super().__init__(code, *about)
        self.code = code


@dataclass
class Unit:
    """A row: its cells by leaf (None: missing, ``NOT_APPLICABLE``), its period and groups."""

    cells: Mapping[str, Cell]
    groups: Mapping[str, str] = field(default_factory=dict)


def number(value: Any) -> Fraction:
    """A number as YAML writes it (``0.1``, ``2/3``), exactly."""
    return Fraction(value) if isinstance(value, (str, Fraction, int)) else Fraction(repr(float(value)))


def ln(x: Fraction) -> Fraction:
    return Fraction(_DIGITS.ln(_DIGITS.divide(Decimal(x.numerator), Decimal(x.denominator))))


def exp(x: Fraction) -> Fraction:
    return Fraction(_DIGITS.exp(_DIGITS.divide(Decimal(x.numerator), Decimal(x.denominator))))


def short(x: Fraction) -> Fraction:
    """The fraction to 45 decimals: logarithms bring denominators that would only grow."""
    if x.denominator < 10**60:
        return x
    return Fraction(round(x * 10**45), 10**45)


def rounded(x: Fraction, digits: int, mode: str = "half_up") -> Fraction:
    """Halves away from zero, or to the even digit."""
    units = abs(x) * Fraction(10) ** digits
    whole, rest = divmod(units, 1)
    half = Fraction(1, 2)
    if rest != half and abs(rest - half) < 100 * _NEAR * Fraction(10) ** digits * max(1, abs(x)):
        raise Undecided("half")
    up = rest > half or (rest == half and (mode == "half_up" or whole % 2 == 1))
    size = (whole + up) / Fraction(10) ** digits
    return size if x >= 0 else -size


def key(inside: Fraction) -> Fraction:
    """Ranks of scores and node values compare at 10 decimals of the inside scale."""
    units = abs(inside) * 10**10
    whole, rest = divmod(units, 1)
    if abs(rest - Fraction(1, 2)) < Fraction(1, 1000) * max(1, abs(inside)):
        raise Undecided("tenth decimal")
    size = Fraction(whole + (rest > Fraction(1, 2)), 10**10)
    return size if inside >= 0 else -size


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": lambda a, b: a >= b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b, "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
}  # fmt: skip


def method(value: Any, name: str = "method") -> dict[str, Any]:
    """``arithmetic`` is short for ``{method: arithmetic}``."""
    return {name: value} if isinstance(value, str) else dict(value)


class Reference:
    """All that the contract promises of one run. Values are by id, then by unit; None: no value.

    ``passed`` is inside, before ``against``; ``shown`` × scale, nodes only. ``comparisons`` are judgments:
    node → [(expert's weight, {(i, j): value})].
    """

    def __init__(
        self,
        framework: Item,
        units: Sequence[Unit],
        *,
        options: Item | None = None,
        by: str | None = None,
        comparisons: Mapping[str, Sequence[tuple[Fraction, Mapping[tuple[int, int], Fraction]]]] | None = None,
    ) -> None:
        program = {
            "normalize": "goalposts", "aggregate": "arithmetic", "weights": "given", "missing": "available",
            "round": None, "scale": 100,
        }  # fmt: skip
        self.defaults = {**program, **framework.get("defaults", {}), **(options or {})}
        self.framework, self.units, self.by = framework, units, by
        self.comparisons = comparisons or {}
        self.root: Item = framework["tree"]
        self.items: dict[str, Item] = {}
        self.parents: dict[str, Item] = {}
        self._walk(self.root)
        self.nodes = [item for item in self.items.values() if "children" in item]
        self.leaves = [item for item in self.items.values() if "children" not in item and scored(item)]
        self.n = range(len(units))
        self.passed: dict[str, list[Value]] = {}
        self.applies: dict[str, list[bool]] = {}
        for leaf in self.leaves:
            self.passed[leaf["id"]] = self._leaf(leaf)
            self.applies[leaf["id"]] = [unit.cells.get(leaf["id"]) != NOT_APPLICABLE for unit in units]
        self.components: dict[str, dict[str, Fraction]] = {}
        self.local = self._weights(method(self.defaults["weights"]))
        self.shown: dict[str, list[Value]] = {}
        self._nodes()
        self.weights = self._global()
        self._results()

    # -- the tree -------------------------------------------------------------------------------------

    def _walk(self, item: Item) -> None:
        self.items[item["id"]] = item
        for child in item.get("children", []):
            self.parents[child["id"]] = item
            self._walk(child)

    def _children(self, node: Item) -> list[Item]:
        """Context leaves are not children."""
        return [child for child in node["children"] if scored(child)]

    def _setting(self, item: Item, name: str) -> Any:
        """A key on a leaf or node replaces the default whole."""
        own = item.get(name)
        return self.defaults[name] if own is None else own

    def _scale(self, item: Item) -> Fraction:
        return number(self._setting(item, "scale"))

    def _groups(self, within: str | None) -> list[list[int]]:
        """Statistics pool all rows, unless the method says within."""
        if within is None:
            return [list(self.n)]
        names = dict.fromkeys(unit.groups[within] for unit in self.units)
        return [[u for u in self.n if self.units[u].groups[within] == name] for name in names]

    # -- leaves: tokens → fill → treat → transform → normalize (with direction) → clip → invert → round ----

    def _leaf(self, leaf: Item) -> list[Value]:
        cells = [unit.cells.get(leaf["id"]) for unit in self.units]
        values = [cell if isinstance(cell, Fraction) else None for cell in cells]
        call = method(self._setting(leaf, "normalize"))
        direction = leaf.get("direction", "benefit")
        if direction == "target" and call["method"] != "none" and call["method"] != "goalposts":
            call = {"method": "goalposts"}
        if call["method"] == "goalposts":
            values = self._goalposts(values, call, leaf)
        elif call["method"] == "minmax":
            if call.get("transform") == "log":
                values = [self._log(x) for x in values]
            values = self._minmax(values, call, cost=direction == "cost", node=False)
        elif call["method"] == "percentile_rank":
            values = self._percentile(values, call, cost=direction == "cost")
        if leaf.get("invert"):
            values = [None if x is None else 1 - x for x in values]
        return self._round(values, self._setting(leaf, "round"), self._scale(leaf))

    def _log(self, x: Value) -> Value:
        if x is None:
            return None
        if x <= 0:
            raise Refused("RI402", x)
        return ln(x)

    def _goalposts(self, values: list[Value], call: Item, leaf: Item) -> list[Value]:
        posts = [number(x) for x in call.get("goalposts") or leaf["goalposts"]]
        if call.get("transform") == "log":
            values, posts = [self._log(x) for x in values], [ln(x) for x in posts]

        def one(x: Fraction) -> Fraction:
            if len(posts) == 2:
                y = (x - posts[0]) / (posts[1] - posts[0])
            else:
                low, a, b, high = posts
                y = min((x - low) / (a - low), (high - x) / (high - b), Fraction(1))
            return min(max(y, Fraction(0)), Fraction(1)) if call.get("clip", True) else y

        return [None if x is None else one(x) for x in values]

    def _minmax(self, values: list[Value], call: Item, *, cost: bool, node: bool) -> list[Value]:
        result: list[Value] = list(values)
        bottom, top = (number(x) for x in call.get("to", (0, 1)))
        for rows in self._groups(call.get("within")):
            there = [x for u in rows if (x := values[u]) is not None]
            if not there:
                continue
            low, high = min(there), max(there)
            if low == high or (node and key(low) == key(high)):
                if call.get("constant") is None:
                    raise Refused("RI403")
                for u in rows:
                    result[u] = None if values[u] is None else number(call["constant"])
                continue
            if node and high - low < Fraction(1, 1000):
                raise Undecided("nearly constant")
            for u in rows:
                if (x := values[u]) is not None:
                    share = (high - x) / (high - low) if cost else (x - low) / (high - low)
                    result[u] = bottom + (top - bottom) * share
        return result

    def _percentile(self, values: list[Value], call: Item, *, cost: bool) -> list[Value]:
        result: list[Value] = list(values)
        ties = call.get("ties", "min")
        for rows in self._groups(call.get("within")):
            there = [x for u in rows if (x := values[u]) is not None]
            if len(there) == 1:
                raise Refused("RI404")
            for u in rows:
                if (x := values[u]) is None:
                    continue
                before = cost and call.get("cost", "after") == "before"
                below = sum((y > x) if before else (y < x) for y in there)
                level = sum(y == x for y in there)
                rank = {"min": below + 1, "max": below + level, "average": below + Fraction(level + 1, 2)}[ties]
                p = Fraction(rank - 1) / (len(there) - 1)
                result[u] = 1 - p if cost and not before else p
        return result

    def _round(self, values: list[Value], setting: Item | None, scale: Fraction) -> list[Value]:
        """round.digits counts on the shown scale; the parent takes the rounded value, unscaled."""
        if setting is None:
            return values
        digits, mode = setting["digits"], setting.get("mode", "half_up")
        return [None if x is None else rounded(x * scale, digits, mode) / scale for x in values]

    # -- nodes: missing rule → aggregate → normalize → invert → round → show ----------------------------

    def _nodes(self) -> None:
        for node in reversed(self.nodes):
            self._node(node, self.local[node["id"]])
        for node in self.nodes:
            self.shown[node["id"]] = self._show(node)

    def _node(self, node: Item, local: Sequence[Fraction]) -> None:
        name = node["id"]
        children = self._children(node)
        self.applies[name] = [any(self.applies[child["id"]][u] for child in children) for u in self.n]
        values: list[Value] = [short_(self._one(node, children, local, u)) for u in self.n]
        call = node.get("normalize")
        if call is not None:
            values = self._renormalize(values, method(call))
        if node.get("invert"):
            values = [None if x is None else 1 - x for x in values]
        self.passed[name] = self._round(values, self._setting(node, "round"), self._scale(node))

    def _renormalize(self, values: list[Value], call: Item) -> list[Value]:
        if call["method"] == "percentile_rank":
            return self._percentile([None if x is None else key(x) for x in values], call, cost=False)
        return self._minmax(values, call, cost=False, node=True) if call["method"] == "minmax" else values

    def _show(self, node: Item) -> list[Value]:
        values = self.passed[node["id"]]
        show = node.get("show") or {}
        if show.get("normalize") is not None:
            values = self._renormalize(values, method(show["normalize"]))
        scale = self._scale(node)
        return [None if x is None else x * scale for x in self._round(values, show.get("round"), scale)]

    def taken(self, child: Item, u: int) -> Value:
        """against: shown as x, but its parent takes 1 − x."""
        x = self.passed[child["id"]][u]
        return 1 - x if x is not None and child.get("against") else x

    def _one(self, node: Item, children: list[Item], local: Sequence[Fraction], u: int) -> Value:
        """The value of one node of one unit."""
        rule = method(self._setting(node, "missing"), "policy")
        applicable = [child for child in children if self.applies[child["id"]][u]]
        values = {child["id"]: self.taken(child, u) for child in applicable}
        present = {name: x for name, x in values.items() if x is not None}
        if not applicable:
            return None
        if rule["policy"] == "refuse" and len(present) < len(applicable):
            raise Refused("RI406", node["id"])
        if rule["policy"] == "zero":
            present = {name: Fraction(0) if x is None else x for name, x in values.items()}
        elif rule["policy"] == "available":
            share, count = rule.get("min_coverage"), rule.get("min_children")
            if share is None and count is None:
                share = Fraction(2, 3)
            enough = bool(present)
            if share is not None:
                enough &= Fraction(len(present), len(applicable)) >= number(share) - Fraction(1, 10**9)
            if count is not None:
                enough &= len(present) >= count
            if not enough:
                return None
        shares = dict(zip((child["id"] for child in children), local, strict=True))
        return self._aggregate(node, [(shares[name], x) for name, x in present.items()], list(present))

    def _aggregate(self, node: Item, terms: list[tuple[Fraction, Fraction]], names: list[str]) -> Value:
        call = method(self._setting(node, "aggregate"))
        if call["method"] == "sum":
            given = {child["id"]: number(child.get("weight", 1)) for child in self._children(node)}
            return sum((given[name] * x for name, (_, x) in zip(names, terms, strict=True)), Fraction(0))
        terms = [(w, x) for w, x in terms if w > 0]
        total = sum((w for w, _ in terms), Fraction(0))
        if not total:
            return None
        if call["method"] == "arithmetic":
            return sum((w * x for w, x in terms), Fraction(0)) / total
        zero = call.get("zero", "refuse")
        for _, x in terms:
            if x != 0 and abs(x) < _NEAR:
                raise Undecided("nearly zero")
            if x < 0 or (x == 0 and zero == "refuse"):
                raise Refused("RI405", node["id"])
        if zero != "refuse":
            terms = [(w, max(x, number(zero["floor"]))) for w, x in terms]
        return exp(sum((w * ln(x) for w, x in terms), Fraction(0)) / total)

    # -- weights --------------------------------------------------------------------------------------

    def _weights(self, call: Item) -> dict[str, list[Fraction]]:
        """Local weights of the children of every node."""
        if call["method"] == "entropy":
            return self._entropy(call)
        if call["method"] != "combine":
            return self._expert(call)
        subjective = self._down(self._expert(method(call.get("subjective", "ahp"))))
        objective = self._down(self._entropy(method(call.get("objective", "entropy"))))
        alpha = number(call.get("alpha", Fraction(1, 2)))
        ids = [leaf["id"] for leaf in self.leaves]
        if call.get("rule", "linear") == "linear":
            mixed = {name: alpha * subjective[name] + (1 - alpha) * objective[name] for name in ids}
        else:
            mixed = {name: subjective[name] * objective[name] for name in ids}
        if not any(mixed.values()):
            raise Refused("RI331")
        return self._from_leaves(mixed)

    def _expert(self, call: Item) -> dict[str, list[Fraction]]:
        found = {}
        for node in self.nodes:
            children = self._children(node)
            given = [number(child.get("weight", 1)) for child in children]
            if call["method"] == "equal":
                given = [Fraction(1)] * len(children)
            elif call["method"] == "ahp" and node["id"] in self.comparisons and len(children) > 1:
                given = priorities(len(children), self.comparisons[node["id"]])
            found[node["id"]] = [weight / sum(given) for weight in given]
        self.components[call["method"]] = self._down(found)
        return found

    def _entropy(self, call: Item) -> dict[str, list[Fraction]]:
        raw = call.get("input", "normalized") == "raw"
        shift = number(call.get("shift", 0))

        def column(item: Item) -> list[Fraction]:
            if raw and "children" not in item:
                cells = [unit.cells.get(item["id"]) for unit in self.units]
                values: list[Value] = [cell if isinstance(cell, Fraction) else None for cell in cells]
            else:
                values = [self.taken(item, u) for u in self.n]
            return [x + shift for x in values if x is not None]

        if call.get("scope", "leaves") == "leaves":
            found = divergences([column(leaf) for leaf in self.leaves], [False] * len(self.leaves))
            if not any(found):
                raise Refused("RI323")
            shares = dict(zip((leaf["id"] for leaf in self.leaves), found, strict=True))
            local = self._from_leaves(shares)
        else:
            local = {}
            for node in reversed(self.nodes):
                children = self._children(node)
                weights = [Fraction(1)]
                if len(children) > 1:
                    weights = divergences([column(child) for child in children], ["children" in c for c in children])
                if not any(weights):
                    if self._is_top(node):
                        raise Refused("RI323")
                    weights = [Fraction(1)] * len(children)
                local[node["id"]] = [weight / sum(weights) for weight in weights]
                self._node(node, local[node["id"]])
        self.components["entropy"] = self._down(local)
        return local

    def _is_top(self, node: Item) -> bool:
        """Nothing above it has a choice."""
        above = self.parents.get(node["id"])
        return above is None or (len(self._children(above)) == 1 and self._is_top(above))

    def _from_leaves(self, weights: Mapping[str, Fraction]) -> dict[str, list[Fraction]]:
        """A node weighs the sum of its leaves; under a parent of weight 0 local weights are equal."""

        def of(item: Item) -> Fraction:
            if "children" not in item:
                return weights[item["id"]]
            return sum((of(child) for child in self._children(item)), Fraction(0))

        local = {}
        for node in self.nodes:
            shares = [of(child) for child in self._children(node)]
            total = sum(shares, Fraction(0))
            local[node["id"]] = [x / total if total else Fraction(1, len(shares)) for x in shares]
        return local

    def _down(self, local: Mapping[str, Sequence[Fraction]]) -> dict[str, Fraction]:
        """Global weights: products down the tree."""
        found = {self.root["id"]: Fraction(1)}
        for node in self.nodes:
            for child, share in zip(self._children(node), local[node["id"]], strict=True):
                found[child["id"]] = found[node["id"]] * share
        return found

    def _global(self) -> dict[str, Fraction]:
        return self._down(self.local)

    # -- scores, ranks, grades, coverage, flags ---------------------------------------------------------

    def _results(self) -> None:
        self.scores = self.shown[self.root["id"]]
        scale = self._scale(self.root)
        inside = [None if x is None else key(x / scale) for x in self.scores]
        self.ranks = self._ranks(inside)
        bounds = [(grade["id"], number(grade["min"]) / scale) for grade in self.framework.get("grades", [])]
        best = [self._grade(x, bounds) for x in inside]
        names = [name for name, _ in bounds]
        self.grades = [None if index is None else names[self._cap(index, names, u)] for u, index in enumerate(best)]
        self.coverage = [self._coverage(unit) for unit in self.units]
        self.flags = {flag["id"]: self._flag(flag) for flag in self.framework.get("flags", [])}

    def _ranks(self, inside: list[Value]) -> list[Value]:
        ties = self.framework.get("ranks", {}).get("ties", "min")
        names = ["period", *([self.by] if self.by else [])]
        places = [tuple(unit.groups.get(name) for name in names) for unit in self.units]
        ranks: list[Value] = []
        for u in self.n:
            x = inside[u]
            others = [y for v in self.n if places[v] == places[u] and (y := inside[v]) is not None]
            if x is None:
                ranks.append(None)
            elif ties == "dense":
                ranks.append(Fraction(1 + len({y for y in others if y > x})))
            else:
                above, level = sum(y > x for y in others), sum(y == x for y in others)
                ranks.append(above + (1 if ties == "min" else Fraction(level + 1, 2)))
        return ranks

    def _grade(self, x: Value, bounds: list[tuple[str, Fraction]]) -> int | None:
        if x is None:
            return None
        return next((index for index, (_, bound) in enumerate(bounds) if x >= bound), None)

    def _cap(self, index: int, names: list[str], u: int) -> int:
        for line in self.framework.get("red_lines", []):
            cell = self.units[u].cells.get(line["indicator"])
            if isinstance(cell, Fraction) and OPERATORS[line["op"]](cell, number(line["value"])):
                index = max(index, names.index(line["cap"]))
        return index

    def _coverage(self, unit: Unit) -> Value:
        cells = [unit.cells.get(leaf["id"]) for leaf in self.leaves]
        applicable = [cell for cell in cells if cell != NOT_APPLICABLE]
        reported = sum(cell is not None for cell in applicable)
        return Fraction(reported, len(applicable)) if applicable else None

    def _flag(self, flag: Item) -> list[bool | None]:
        item = self.items[flag["node"]]
        scale = self._scale(item)
        values = self.shown.get(item["id"]) or [None if x is None else x * scale for x in self.passed[item["id"]]]
        bound, holds = number(flag["value"]) / scale, OPERATORS[flag["op"]]
        return [None if x is None else holds(key(x / scale), bound) for x in values]


def scored(item: Item) -> bool:
    return bool(item.get("direction") != "context")


def short_(x: Value) -> Value:
    return None if x is None else short(x)


def divergences(columns: Sequence[Sequence[Fraction]], nodes: Sequence[bool]) -> list[Fraction]:
    """1 − e of each column: p = x / Σx, e = −Σ p ln p / ln m; 0 for a constant column."""
    found = []
    for values, node in zip(columns, nodes, strict=True):
        m = len(values)
        if m < 3:
            raise Refused("RI322", m)
        if min(values) < 0:
            raise Refused("RI321")
        if min(values) == max(values) or (node and key(min(values)) == key(max(values))):
            found.append(Fraction(0))
            continue
        total = sum(values, Fraction(0))
        e = -sum((x / total * ln(x / total) for x in values if x > 0), Fraction(0)) / ln(Fraction(m))
        if 1 - e < Fraction(1, 1000):
            raise Undecided("nearly constant: 1 - e has lost its last digits in floating point")
        found.append(short(1 - e))
    return found


def priorities(size: int, experts: Sequence[tuple[Fraction, Mapping[tuple[int, int], Fraction]]]) -> list[Fraction]:
    """Of the weighted geometric means of the experts' judgments: the principal eigenvector."""
    matrix = [[Fraction(1)] * size for _ in range(size)]
    heard = sum((weight for weight, _ in experts), Fraction(0))
    for i in range(size):
        for j in range(i + 1, size):
            mean = short(exp(sum((w * ln(cells[i, j]) for w, cells in experts), Fraction(0)) / heard))
            matrix[i][j], matrix[j][i] = mean, short(1 / mean)
    weights = [Fraction(1, size)] * size
    for _ in range(400):
        product = [sum((a * w for a, w in zip(row, weights, strict=True)), Fraction(0)) for row in matrix]
        total = sum(product, Fraction(0))
        new = [Fraction(round(x / total * 10**30), 10**30) for x in product]
        if max(abs(a - b) for a, b in zip(new, weights, strict=True)) < Fraction(1, 10**25):
            return new
        weights = new
    raise Undecided("priorities")
