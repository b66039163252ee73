"""The calculation as the view shows it: raw values, every step with its parameters, and what came out.

A workbook writes it down as formulas. What has no formula there is marked ``live=False`` and stands as values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class NormalizeStep:
    """How a column becomes 0..1. ``points`` are goalposts ([worst, best], or [low, a, b, high]), empty for methods
    relative to the run; ``before`` ranks a cost leaf's −x; ``within`` names the grouping of the statistics.
    """

    method: str
    points: Sequence[float] = ()
    log: bool = False
    clip: bool = False
    to: tuple[float, float] = (0.0, 1.0)
    constant: float | None = None
    ties: str = "min"
    cost: bool = False
    before: bool = False
    within: str | None = None


@dataclass(frozen=True)
class RoundStep:
    """Rounding on the shown scale; ``mode`` is ``half_up`` or ``half_even``."""

    digits: int
    mode: str


@dataclass(frozen=True)
class LeafSteps:
    """A leaf's way: normalise, invert, round. Context leaves have no ``normalize``."""

    id: str
    normalize: NormalizeStep | None
    invert: bool
    against: bool
    round: RoundStep | None
    scale: float
    allowed: tuple[float, float] | None
    live: bool


@dataclass(frozen=True)
class NodeSteps:
    """A node's way: missing rule, aggregate, normalise, invert, round, show.

    ``children`` are ids in order; ``factors`` the weights of a sum, None where the children's local weights count;
    ``floor`` replaces zeros in a mean of logarithms or reciprocals; ``power`` is the exponent of a power mean;
    ``show`` says that the column differs from what the parent takes.
    """

    id: str
    children: Sequence[str]
    factors: Sequence[float] | None
    aggregate: str
    floor: float | None
    power: float | None
    missing: str
    min_coverage: float | None
    min_children: int | None
    normalize: NormalizeStep | None
    invert: bool
    against: bool
    round: RoundStep | None
    show: bool
    show_normalize: NormalizeStep | None
    show_round: RoundStep | None
    scale: float
    live: bool


@dataclass(frozen=True)
class RedLineStep:
    """A red line: its condition on a raw value, and the position (from 0) of the grade that it caps."""

    indicator: str
    op: str
    value: float
    cap: int
    reason: Mapping[str, str]


@dataclass(frozen=True)
class RowValues:
    """One unit, aligned with the leaves and nodes of the calculation; None is "no value".

    ``block`` numbers the units that are ranked together, in the order of the view; ``groups`` are codes of the
    groupings that methods name; ``excused`` are positions of leaves that do not apply, ``nodes_excused`` of nodes;
    ``caught`` are positions of the red lines that caught the unit. ``key`` is what ranks compare.
    ``raw`` are values as they were reported; ``filled`` and ``treated`` are positions of leaves that were given a
    value, and whose value was changed as an outlier, before they were normalised.
    ``normalized`` and ``passed`` are inside values as the parent takes them, but for ``against``.
    """

    block: int
    groups: Sequence[int]
    raw: Sequence[float | None]
    excused: frozenset[int]
    normalized: Sequence[float | None]
    aggregated: Sequence[float | None]
    passed: Sequence[float | None]
    nodes_excused: frozenset[int]
    key: float | None
    caught: frozenset[int] = frozenset()
    filled: frozenset[int] = frozenset()
    treated: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Spread:
    """How many units of each period have a score in each interval; ``edges`` are its bounds on the shown scale."""

    edges: Sequence[float]
    counts: Sequence[Sequence[int]]


@dataclass(frozen=True)
class Calculation:
    """Everything between the raw values and the scores of the units of a view, in its order.

    ``bounds`` are the grades' lower bounds (None: grades have no formula); ``groupings`` name the codes of the rows;
    ``value_weights`` are the methods whose weights come from the data and do not follow changed values.
    """

    leaves: Sequence[LeafSteps]
    nodes: Sequence[NodeSteps]
    rows: Sequence[RowValues]
    ties: str
    bounds: Sequence[float] | None
    red_lines: Sequence[RedLineStep]
    groupings: Sequence[str]
    value_weights: Sequence[str]
    spread: Spread
    live: bool

    @property
    def without_formula(self) -> Mapping[str, str]:
        """Leaves and nodes whose values have no formula → the method."""
        found = {leaf.id: leaf.normalize.method for leaf in self.leaves if leaf.normalize and not leaf.live}
        return found | {node.id: node.aggregate for node in self.nodes if not node.live}
