"""Ranks of results."""

from __future__ import annotations

from typing import Literal

import numpy as np

from resilience_index.methods.arrays import FloatArray, IntArray

RankTies = Literal["min", "average", "dense"]


def competition_rank(keys: FloatArray, *, ties: RankTies = "min", groups: IntArray | None = None) -> FloatArray:
    """Descending ranks, 1 for the largest key, inside each group.

    ``keys`` (n,) are compared as they are (``rounding.comparison_key`` makes them from scores); ``groups``
    (n,) are integer codes of the groups. Gives (n,): level keys share their smallest rank (``min``), the
    mean of their ranks (``average``), or count as one place (``dense``). NaN keys have a NaN rank and
    push nobody down. Source: "standard competition", "fractional" and "dense" ranking.
    """
    ranks = np.full(keys.shape, np.nan)
    rows = np.flatnonzero(~np.isnan(keys))
    if not rows.size:
        return ranks
    falling = np.negative(keys[rows])
    if groups is None:
        order = np.argsort(falling)  # need not be stable: level keys get level ranks
        new_group = np.zeros(rows.size, dtype=np.bool_)
        new_group[0] = True
    else:
        codes = groups[rows]
        order = np.lexsort((falling, codes))
        codes = codes[order]
        new_group = np.concatenate(([True], codes[1:] != codes[:-1]))
    falling = falling[order]
    new_run = np.concatenate(([True], falling[1:] != falling[:-1]))
    new_run |= new_group
    run = np.cumsum(new_run) - 1  # which run of level keys each place belongs to
    run_starts = np.flatnonzero(new_run)
    group_starts = np.flatnonzero(new_group)
    group_of_run = np.cumsum(new_group)[run_starts] - 1
    if ties == "dense":
        first_run = run[group_starts]
        run_rank = (np.arange(run_starts.size) - first_run[group_of_run] + 1).astype(np.float64)
    else:
        run_rank = (run_starts - group_starts[group_of_run] + 1).astype(np.float64)
        if ties == "average":
            lengths = np.diff(run_starts, append=rows.size)
            run_rank += (lengths - 1) / 2.0
    ranks[rows[order]] = run_rank[run]
    return ranks
