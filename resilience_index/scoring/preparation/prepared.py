"""What preparation gives: columns, what was done in which cells, and with which parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.data.table import Table
from resilience_index.findings import Finding
from resilience_index.scoring.statistics import Floats

Codes = NDArray[np.int64]
Bools = NDArray[np.bool_]
CodesOf = Callable[[str], tuple[Codes, list[str]]]

_FIRST = 5
"""How many units a sentence names before it only counts them."""
ALL = "all"
"""What the one group is called where there are none."""


@dataclass
class Prepared:
    """The columns (units,) of a plan's leaves, in its order, as the kernel takes them.

    By leaf, only where something was asked for: ``divided`` and ``completed`` hold the column after dividing and
    after filling; ``filled`` and ``treated`` which cells were filled, and which were changed by the treatment;
    ``parameters`` what each step settled on, by group (``all`` without groups).
    """

    values: list[Floats]
    divided: dict[int, Floats] = field(default_factory=dict)
    completed: dict[int, Floats] = field(default_factory=dict)
    filled: dict[int, Bools] = field(default_factory=dict)
    treated: dict[int, Bools] = field(default_factory=dict)
    parameters: dict[int, dict[str, Any]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def note(self, index: int, step: str, parameters: Any) -> None:
        """Keep what a step of a leaf settled on."""
        self.parameters.setdefault(index, {})[step] = parameters

    def marked(self, start: int, stop: int, index: int) -> tuple[Bools | None, Bools | None]:
        """Which cells of a leaf in the rows ``start`` to ``stop`` were filled, and which treated; None: none of any."""
        filled, treated = self.filled.get(index), self.treated.get(index)
        return (
            None if filled is None else filled[start:stop],
            None if treated is None else treated[start:stop],
        )


def names(table: Table, units: NDArray[np.intp]) -> list[str]:
    """The first of some units, for a message."""
    shown = [table.label(int(unit)) for unit in units[:_FIRST]]
    return shown if units.size <= _FIRST else [*shown, f"… ({units.size})"]


def gaps(table: Table, x: Floats, index: int) -> Bools:
    """The cells of a leaf that may be filled: without a value, and not 不适用."""
    result = np.isnan(x)
    excused = table.not_applicable.get(index)
    return result if excused is None else result & ~excused
