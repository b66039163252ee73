"""Scores of communities over the periods of a run."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from resilience_index.report.view.format import known
from resilience_index.scoring.result import Result


def histories(result: Result, ids: Collection[str]) -> Mapping[str, list[float | None]]:
    """For each of the ids its scores on the shown scale, the oldest period first, None where it has none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = pc.is_in(result.table.ids, value_set=pa.array(list(ids), pa.string()))
    found: dict[str, list[float | None]] = {name: [None] * len(result.period_labels) for name in ids}
    for row in np.flatnonzero(wanted.to_numpy(zero_copy_only=False)).tolist():
        found[result.table.ids[row].as_py()][int(result.period_codes[row])] = known(result.score[row])
    return found
