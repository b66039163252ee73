"""What is reported of experts' judgments: each matrix, the group behind it, and answers in other forms."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from resilience_index.methods.weights import ahp, ahp_advice
from resilience_index.methods.weights.ahp_groups import Concordance
from resilience_index.scoring.statistics import Floats


@dataclass(frozen=True)
class Distance:
    """How far an expert's priorities are from the group's: see ``ahp_groups.Distances``."""

    total_variation: float
    euclidean: float
    compatibility: float

    def to_dict(self) -> dict[str, float]:
        """As ``weights --json`` prints it."""
        return {
            "total_variation": self.total_variation, "euclidean": self.euclidean, "compatibility": self.compatibility,
        }  # fmt: skip


@dataclass(frozen=True)
class MatrixReport:
    """One comparison matrix with its priorities and consistency; ``expert`` None: the group's.

    ``given`` (n, n) are the judgments, NaN for gaps; ``matrix`` is complete. ``limit`` is the CR above which
    experts are left out (None: nobody), ``left_out`` says that this one was.
    """

    parent: str
    expert: str | None
    children: tuple[str, ...]
    given: Floats
    matrix: Floats
    priorities: Floats
    lambda_max: float
    ci: float
    ri: float
    ri_table: str
    cr: float | None
    gci: float | None
    threshold: float
    priority: ahp.Priority = "eigenvector"
    missing: tuple[tuple[int, int], ...] = ()
    cr_gaps: float | None = None
    left_out: bool = False
    limit: float | None = None
    distance: Distance | None = None

    @property
    def consistent(self) -> bool:
        """CR within the threshold; up to two elements a matrix is always consistent."""
        return self.cr is None or self.cr <= self.threshold

    def pair(self, i: int, j: int) -> str:
        """A judgment by the ids of its elements."""
        return f"{self.children[i]}/{self.children[j]}"

    def to_dict(self) -> dict[str, Any]:
        """As ``weights --json`` prints it."""
        return {
            "parent": self.parent, "expert": self.expert, "size": len(self.children),
            "lambda_max": self.lambda_max, "ci": self.ci, "ri": self.ri, "ri_table": self.ri_table,
            "cr": self.cr, "gci": self.gci, "consistent": self.consistent,
            "priorities": dict(zip(self.children, self.priorities.tolist(), strict=True)),
            "priority": self.priority, "threshold": self.threshold,
            "missing": [self.pair(i, j) for i, j in self.missing], "cr_gaps": self.cr_gaps,
            "left_out": self.left_out, "leave_out": self.limit,
            "distance": None if self.distance is None else self.distance.to_dict(),
            "advice": self.advice().to_dict(),
        }  # fmt: skip

    def advice(self) -> Advice:
        """What to ask the expert to look at again; nothing for a consistent matrix but its circles."""
        cycles = tuple(ahp_advice.three_cycles(self.given))
        if self.consistent:
            return Advice(self, None, cycles, None)
        best = ahp_advice.best_change(self.given, self.ri_table)
        return Advice(self, ahp_advice.worst_triad(self.given), cycles, best)


@dataclass(frozen=True)
class Advice:
    """The worst triad of a matrix, its three-cycles, and the change of one judgment that helps most.

    The CR of a change is that of the principal eigenvector, whatever priorities are in use.
    """

    report: MatrixReport
    triad: ahp_advice.Triad | None
    cycles: Sequence[ahp_advice.Cycle]
    change: ahp_advice.Suggestion | None

    def to_dict(self) -> dict[str, Any]:
        """As ``weights --json`` prints it."""
        names = self.report.children
        found: dict[str, Any] = {"worst_triad": None, "three_cycles": [], "best_change": None}
        if self.triad is not None:
            i, j, k = self.triad.elements
            pairs = (self.report.pair(i, j), self.report.pair(j, k), self.report.pair(i, k))
            judgments = dict(zip(pairs, self.triad.judgments, strict=True))
            found["worst_triad"] = {"judgments": judgments, "ratio": self.triad.ratio}
        found["three_cycles"] = [
            {"elements": [names[place] for place in cycle.elements], "judgments": list(cycle.judgments)}
            for cycle in self.cycles
        ]
        if self.change is not None and self.change.nearest is not None:
            found["best_change"] = {
                "pair": self.report.pair(self.change.first, self.change.second), "value": self.change.value,
                "suggested": str(self.change.nearest), "cr": self.change.cr_nearest, "fitted": self.change.fitted,
            }  # fmt: skip
        return found


@dataclass(frozen=True)
class GroupReport:
    """How the experts who compared the children of one node were joined, and how far they agree.

    ``kept`` are the experts who count, ``left_out`` those above the ``limit`` with their CR; ``dispersion`` is the
    geometric standard deviation of each judgment over the experts kept (NaN: given by fewer than two);
    ``subgroups`` the priorities of each sub-group of experts by itself.
    """

    parent: str
    children: tuple[str, ...]
    group: str
    priorities: Floats
    kept: tuple[str, ...]
    left_out: Mapping[str, float]
    limit: float | None
    dispersion: Floats
    concordance: Concordance
    subgroups: Mapping[str, Floats] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As ``weights --json`` prints it."""
        size = len(self.children)
        spread = {
            f"{self.children[i]}/{self.children[j]}": _known(float(self.dispersion[i, j]))
            for i in range(size) for j in range(i + 1, size)
        }  # fmt: skip
        w = self.concordance
        return {
            "parent": self.parent, "group": self.group, "experts": list(self.kept),
            "left_out": [
                {"expert": name, "cr": cr, "limit": self.limit} for name, cr in self.left_out.items()
            ],
            "priorities": dict(zip(self.children, self.priorities.tolist(), strict=True)),
            "dispersion": spread,
            "kendall_w": {"w": w.w, "chi_square": w.chi_square, "degrees": w.degrees, "p_value": w.p_value},
            "subgroups": {
                name: dict(zip(self.children, values.tolist(), strict=True)) for name, values in self.subgroups.items()
            },
        }  # fmt: skip


@dataclass(frozen=True)
class AnswerReport:
    """The weights of one expert's answer in a form other than comparisons; ``expert`` None: the mean of all.

    ``details`` are figures of the method by name, such as ``xi`` of the best–worst method.
    """

    parent: str
    expert: str | None
    method: str
    children: tuple[str, ...]
    weights: Floats
    details: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As ``weights --json`` prints it."""
        return {
            "parent": self.parent, "expert": self.expert, "method": self.method,
            "weights": dict(zip(self.children, self.weights.tolist(), strict=True)), **self.details,
        }  # fmt: skip


def scale_text(value: float) -> str:
    """A judgment as experts write it: 3, 1/5, else a number."""
    if value >= 1.0:
        return f"{value:.4g}"
    inverse = Fraction(1.0 / value).limit_denominator(1)
    return f"1/{inverse}" if math.isclose(float(inverse) * value, 1.0) else f"{value:.4g}"


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
