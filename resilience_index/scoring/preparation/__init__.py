"""From columns as they were read to the columns that are normalised: divide → fill → treat.

Whole columns are taken, so that nothing depends on blocks or threads; only leaves that ask for something are
copied. The table itself stays as it was read.
"""

from __future__ import annotations

from resilience_index.data.table import Table
from resilience_index.errors import InputError
from resilience_index.findings import has_errors
from resilience_index.scoring.plan import Plan
from resilience_index.scoring.preparation import denominating, filling, treating
from resilience_index.scoring.preparation.prepared import CodesOf, Prepared

__all__ = ["Prepared", "prepare"]


def prepare(plan: Plan, table: Table, codes_of: CodesOf) -> Prepared:
    """The columns of a plan's leaves, in its order, after dividing, filling and treating.

    ``codes_of`` gives codes and labels of a grouping by name. Raises ``InputError`` with RI424 (what is divided
    by is not above 0; told only, where faulty cells are accepted), RI431 (too many rows for neighbours), RI432
    (periods missing), RI402 (a logarithm of what is not above 0), and ``RefusalError`` RI442 where the plan's
    baseline does not fit.
    """
    found = Prepared(list(table.values[: len(plan.leaves)]))
    denominating.run(plan, table, found)
    if has_errors(found.findings) and not plan.settings["accept_errors"]:
        raise InputError([*plan.framework.findings, *plan.findings, *table.findings, *found.findings])
    filling.run(plan, table, found, codes_of)
    treating.run(plan, table, found, codes_of)
    return found
