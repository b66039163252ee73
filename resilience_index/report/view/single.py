"""The view of one community: all that a run says of it, and nothing of the others but means and counts."""

from __future__ import annotations

from dataclasses import replace

from resilience_index.report.view.diagnosis import DiagnosisView
from resilience_index.report.view.map_shapes import MapView
from resilience_index.report.view.model import PeriodView, View
from resilience_index.report.view.units import LeafLines


def of_community(view: View, community_id: str) -> View:
    """The view with the units, diagnosis, leaf lines and area of one community.

    What is counted over all communities stays; the calculation, findings and opinions of experts, which name others,
    are left out.
    """
    cells = [cell for cell in view.cells if cell.community_id == community_id]
    return replace(
        view, periods=[_period(period, community_id) for period in view.periods],
        diagnosis=None if view.diagnosis is None else _diagnosis(view.diagnosis, community_id),
        leaves=None if view.leaves is None else _leaves(view.leaves, community_id),
        map=None if view.map is None else _map(view.map, community_id),
        cells=cells, cells_total=len(cells), calculation=None, findings=(), opinions=(), matrices=(),
    )  # fmt: skip


def _period(period: PeriodView, community_id: str) -> PeriodView:
    return replace(period, units=[unit for unit in period.units if unit.community_id == community_id])


def _diagnosis(found: DiagnosisView, community_id: str) -> DiagnosisView:
    """The profile of the community; how often statements hold, without saying for whom else."""
    return replace(
        found, communities=[item for item in found.communities if item.community_id == community_id], findings=(),
        frequencies=[
            replace(item, communities=[name for name in item.communities if name == community_id])
            for item in found.frequencies
        ],
    )  # fmt: skip


def _leaves(lines: LeafLines, community_id: str) -> LeafLines:
    return replace(lines, units={name: unit for name, unit in lines.units.items() if name == community_id})


def _map(found: MapView, community_id: str) -> MapView:
    return replace(found, shapes=[shape for shape in found.shapes if shape.community_id == community_id])
