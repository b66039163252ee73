"""What would change the rank or grade of a community that is explained."""

from __future__ import annotations

from dataclasses import replace

from resilience_index.analysis import whatif
from resilience_index.analysis.explain import Explanation, find_unit
from resilience_index.analysis.whatif import Goal, Outlook
from resilience_index.scoring.result import Result


def of_result(result: Result, explanation: Explanation) -> Outlook:
    """What would change the rank or grade of the community that an explanation of the result is about."""
    table = result.table
    ids = table.ids.to_pylist()
    periods = [None] * len(ids) if table.periods is None else table.periods.to_pylist()
    row = find_unit(
        ids, table.names.to_pylist(), periods, explanation.community_id, explanation.period, table.source
    )  # fmt: skip
    return whatif.outlook(result, row)


def within(outlook: Outlook, part: Explanation) -> Outlook:
    """The goals that leaves of a part of the tree can reach, with those leaves alone."""
    inside = {leaf.indicator for leaf in part.leaves}

    def cut(goal: Goal) -> Goal:
        return replace(
            goal, leaves=tuple(step for step in goal.leaves if step.indicator in inside),
            unable=tuple(name for name in goal.unable if name in inside),
        )  # fmt: skip

    return replace(outlook, goals=tuple(kept for kept in map(cut, outlook.goals) if kept.leaves))
