"""The result of a run: scores, ranks, grades, weights, and the way to every figure behind them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.data.areas import Areas
from resilience_index.data.table import Table
from resilience_index.findings import Finding
from resilience_index.framework.models import Gate, RedLine, State
from resilience_index.scoring.aggregation_reports import AcrossReport
from resilience_index.scoring.contributions import Contributions, contributions
from resilience_index.scoring.engines import local
from resilience_index.scoring.grading import Cuts, Gated
from resilience_index.scoring.kernel import Block, Program, Values
from resilience_index.scoring.plan import Plan
from resilience_index.scoring.preparation.prepared import Prepared
from resilience_index.scoring.statistics import Floats
from resilience_index.scoring.weighting import Weighting, WeightTable

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Capped:
    """A red line and the units (row positions) it caught."""

    line: RedLine
    units: NDArray[np.int64]


@dataclass(frozen=True)
class BlockDetail:
    """Everything behind the scores of some rows: values of leaves and nodes, contributions of leaves."""

    block: Block
    values: Values
    contributions: Contributions


@dataclass(frozen=True)
class Result:
    """What a run found.

    Arrays are over units in the order of the input: ``passed`` (nodes, units) the values each parent takes,
    inside scale; ``shown`` (nodes, units) on the shown scale, the score being ``shown[0]``; ``coverage`` a
    share; ``ranks`` within the period; ``grades`` positions in ``plan.grades`` (−1: none), after red lines,
    ``grades_before`` without them; ``cuts`` are the bounds; ``states`` positions in ``gated`` of the first gate that
    takes a unit's grade (−1: none); ``flags`` 1, 0 or NaN. ``prepared`` are the columns that
    were normalised, with what was divided, filled and treated; ``areas`` those of the communities, where there is a
    map. NaN is "no value" everywhere.
    """

    plan: Plan
    table: Table
    program: Program
    weighting: Weighting
    passed: Floats
    shown: Floats
    coverage: Floats
    ranks: Floats
    grades: NDArray[np.int64]
    grades_before: NDArray[np.int64]
    capped: list[Capped]
    cuts: Cuts
    gated: list[Gated]
    states: NDArray[np.int64]
    flags: Mapping[str, Floats]
    period_codes: NDArray[np.int64]
    period_labels: tuple[str, ...]
    findings: tuple[Finding, ...]
    prepared: Prepared
    block_of: Callable[[int, int], Block]
    across: tuple[AcrossReport, ...] = ()
    areas: Areas | None = None

    def __len__(self) -> int:
        return len(self.table)

    @property
    def score(self) -> Floats:
        """The root's value on the shown scale, of each unit."""
        return np.asarray(self.shown[0])

    @property
    def weights(self) -> WeightTable:
        """Final weights of the tree."""
        return self.weighting.weights

    @functools.cached_property
    def outcomes(self) -> tuple[str, ...]:
        """What may stand in the column of grades: the ids of the grades, then those of states that gates name."""
        named = [found.gate.state.id for found in self.gated if found.gate.state is not None]
        return tuple(dict.fromkeys([*(item.id for item in self.plan.grades), *named]))

    @functools.cached_property
    def graded(self) -> NDArray[np.int64]:
        """The outcome of each unit, as a position in ``outcomes`` (−1: none), after red lines and gates."""
        if not self.gated:
            return self.grades
        places = [-1 if (state := found.gate.state) is None else self.outcomes.index(state.id) for found in self.gated]
        return np.where(self.states >= 0, np.array(places)[self.states], self.grades)

    def grade_id(self, unit: int) -> str | None:
        """The grade of a unit, after red lines; the state that a gate names in its place, if any."""
        index = int(self.graded[unit])
        return self.outcomes[index] if index >= 0 else None

    def state(self, unit: int) -> State | None:
        """What stands in the place of a unit's grade by the first gate it fails."""
        index = int(self.states[unit])
        return self.gated[index].gate.state if index >= 0 else None

    def failed_gates(self) -> dict[int, list[Gate]]:
        """The gates that units (row positions) fail, in the order of the framework."""
        found: dict[int, list[Gate]] = {}
        for gated in self.gated:
            for unit in gated.failed.tolist():
                found.setdefault(unit, []).append(gated.gate)
        return found

    def details(self) -> Iterator[BlockDetail]:
        """The rows block by block with everything behind them, recomputed by the settled kernel."""
        for start, stop in local.spans(len(self.table)):
            yield self.detail(start, stop)

    def detail(self, start: int, stop: int) -> BlockDetail:
        """Everything behind the scores of the rows ``start`` to ``stop``."""
        block = self.block_of(start, stop)
        values = self.program.evaluate(block, details=True)
        return BlockDetail(block, values, contributions(self.program, values, block))

    @property
    def scores(self) -> pd.DataFrame:
        """The columns of ``scores.csv`` as a DataFrame, one row a unit in input order."""
        import pandas as pd

        columns: dict[str, Any] = {
            "community_id": self.table.ids.to_pylist(),
            "community": self.table.names.to_pylist(),
        }
        if self.table.periods is not None:
            columns["period"] = self.table.periods.to_pylist()
        columns |= {name: values.to_pylist() for name, values in self.table.groups.items()}
        columns["score"] = self.score
        columns["rank"] = self.ranks
        columns["grade"] = [self.outcomes[index] if index >= 0 else None for index in self.graded.tolist()]
        columns["coverage"] = self.coverage
        for node in self.plan.nodes[1:]:
            columns[node.id] = self.shown[node.index]
        conditions = {**self.flags, **{found.gate.id: found.passed for found in self.gated}}
        columns |= {
            name: pd.arrays.BooleanArray(values == 1.0, np.isnan(values)) for name, values in conditions.items()
        }
        return pd.DataFrame(columns)
