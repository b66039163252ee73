"""The view of a comparison of two sides: every figure and text that is shown of it, made once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from resilience_index.analysis.change import Change
from resilience_index.analysis.mixing import FACTORS
from resilience_index.analysis.pairing import Side
from resilience_index.findings import Finding
from resilience_index.report.export import change as change_out
from resilience_index.report.view.format import DASH, decimals, number_text
from resilience_index.report.view.method import both
from resilience_index.report.view.model import Both
from resilience_index.report.words.change import WORDS


@dataclass(frozen=True)
class SideView:
    """One side: its name, framework, period, and how many communities (or rows, of several periods) count."""

    name: str
    framework: str
    title: Both
    period: str
    rows: Both


@dataclass(frozen=True)
class PartsView:
    """A figure before and after, its change, and the parts of it in the order of the factors."""

    before: str
    after: str
    change: str
    parts: Sequence[str]


@dataclass(frozen=True)
class UnitView:
    """A community: its score and rank with their parts, its grades, and the leaves behind the part 'data'."""

    community_id: str
    name: str
    period: str
    score: PartsView
    rank: PartsView
    grades: str
    leaves: Sequence[tuple[Both, str]]


@dataclass(frozen=True)
class LeafView:
    """A leaf behind the part 'data', over all communities."""

    title: Both
    id: str
    mean_effect: str
    mean_size: str


@dataclass(frozen=True)
class OnlyView:
    """A community of one side only."""

    community_id: str
    name: str
    period: str
    score: str
    rank: str


@dataclass(frozen=True)
class ChangeView:
    """A comparison.

    ``split`` counts the communities whose change is split, over which the means are taken. ``units`` are in the order
    asked for; ``left_out`` counts those that are not listed.
    """

    first: SideView
    second: SideView
    count: int
    split: int
    rose: int
    fell: int
    mean: PartsView
    factors: Sequence[str]
    units: Sequence[UnitView]
    left_out: int
    leaves: Sequence[LeafView]
    new: Sequence[OnlyView]
    gone: Sequence[OnlyView]
    has_periods: bool
    findings: Sequence[Finding]


def build(change: Change, findings: Sequence[Finding], *, limit: int | None) -> ChangeView:
    """The view with the ``limit`` largest changes of score (None: every community, unsplit ones last)."""
    first, second = change.pairs.sides
    digits = decimals(second.result.plan.nodes[0].scale)
    moved = change.movers(limit)
    listed = moved if limit is not None else [*moved, *(set(range(len(change.pairs))) - set(moved))]
    delta = change.delta("score")
    mean = change.means("score")
    return ChangeView(
        _side(first), _side(second), len(change.pairs), change.split_count(), int((delta > 0).sum()),
        int((delta < 0).sum()),
        _parts(mean, digits), FACTORS,
        [_unit(change, unit, digits) for unit in listed],
        left_out=int((np.abs(delta) > 0).sum()) - len(moved) if limit is not None else 0,
        leaves=[
            LeafView(item["title"], item["indicator"], _signed(item["mean_effect"], digits),
                     number_text(item["mean_size"], digits))
            for item in change_out.leaves(change)
        ],
        new=[_only(second, int(row), digits) for row in change.pairs.new],
        gone=[_only(first, int(row), digits) for row in change.pairs.gone],
        has_periods=change.pairs.periods is not None, findings=findings,
    )  # fmt: skip


def _side(side: Side) -> SideView:
    framework, count, periods = side.result.plan.framework, int(side.rows().size), len(side.periods)
    key = "one_community" if count == 1 else "communities" if periods == 1 else "rows"
    rows = {language: text.format(count=count, periods=periods) for language, text in WORDS[key].items()}
    return SideView(
        side.name, f"{framework.id} {framework.version}", both(framework.title), side.period or "", rows,
    )  # fmt: skip


def _signed(value: float | None, digits: int) -> str:
    """A change with its sign; nothing is shown as +0."""
    text = number_text(value, digits)
    return text if value is None or text == DASH or not value > 0 or float(text) == 0 else f"+{text}"


def _parts(found: Mapping[str, float | None], digits: int, *, change_digits: int | None = None) -> PartsView:
    places = digits if change_digits is None else change_digits
    return PartsView(
        number_text(found["before"], digits), number_text(found["after"], digits), _signed(found["change"], digits),
        [_signed(found[factor], places) for factor in FACTORS],
    )  # fmt: skip


def _places(found: Mapping[str, float | None]) -> PartsView:
    """Ranks: whole or half; the parts are means of places and have one decimal."""

    def plain(value: float | None) -> str:
        text = number_text(value)
        return text if value is None or value <= 0 else f"+{text}"

    return PartsView(
        number_text(found["before"]), number_text(found["after"]), plain(found["change"]),
        [_signed(found[factor], 1) for factor in FACTORS],
    )  # fmt: skip


def _unit(change: Change, unit: int, digits: int) -> UnitView:
    found = change_out.community(change, unit)
    plan = change.pairs.second.result.plan
    before, after = (found["grade"][when] or DASH for when in ("before", "after"))
    return UnitView(
        found["community_id"], found["community"] or "", found["period"] or "", _parts(found["score"], digits),
        _places(found["rank"]), after if before == after else f"{before} → {after}",
        [
            (both(plan.leaves[plan.positions[leaf["indicator"]].index].leaf.title), _signed(leaf["effect"], digits))
            for leaf in found["leaves"][:3]
        ],
    )  # fmt: skip


def _only(side: Side, row: int, digits: int) -> OnlyView:
    table, result = side.result.table, side.result
    period = "" if table.periods is None else table.periods[row].as_py()
    return OnlyView(
        table.ids[row].as_py(), table.names[row].as_py() or "", period or "",
        number_text(float(result.score[row]), digits), number_text(float(result.ranks[row])),
    )  # fmt: skip
