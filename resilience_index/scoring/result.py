"""The result of a run: scores, ranks, grades, weights, and the way to every figure behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.data.table import Table
from resilience_index.findings import Finding
from resilience_index.framework.models import RedLine
from resilience_index.scoring.contributions import Contributions, contributions
from resilience_index.scoring.engines import local
from resilience_index.scoring.kernel import Block, Program, Values
from resilience_index.scoring.plan import Plan
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
    ``grades_before`` without them; ``flags`` 1, 0 or NaN. NaN is "no value" everywhere.
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
    flags: Mapping[str, Floats]
    period_codes: NDArray[np.int64]
    period_labels: tuple[str, ...]
    findings: tuple[Finding, ...]
    block_of: Callable[[int, int], Block]

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

    def grade_id(self, unit: int) -> str | None:
        """The grade of a unit, after red lines."""
        index = int(self.grades[unit])
        return self.plan.grades[index].id if index >= 0 else None

    def details(self) -> Iterator[BlockDetail]:
        """The rows block by block with everything behind them, recomputed by the settled kernel."""
        for start, stop in local.spans(len(self.table)):
            yield self.detail(start, stop)

    def detail(self, start: int, stop: int) -> BlockDetail:
        """Everything behind the scores of the rows ``start`` to ``stop``."""
        block = self.block_of(start, stop)
        values = self.program.evaluate(block)
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
        columns["grade"] = [self.grade_id(unit) for unit in range(len(self))]
        columns["coverage"] = self.coverage
        for node in self.plan.nodes[1:]:
            columns[node.id] = self.shown[node.index]
        columns |= {
            name: pd.arrays.BooleanArray(values == 1.0, np.isnan(values)) for name, values in self.flags.items()
        }
        return pd.DataFrame(columns)
