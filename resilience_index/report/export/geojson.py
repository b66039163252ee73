"""The areas of the communities with their results, as GeoJSON (RFC 7946) for geographic information systems."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from resilience_index.audit import canonical
from resilience_index.files import write_atomic
from resilience_index.report.export.tables import inert_json
from resilience_index.report.view.model import UnitView, View

if TYPE_CHECKING:
    from resilience_index.report.view.map_shapes import Shape


def write_geojson(view: View, path: Path) -> None:
    """Write the collection: a feature for each area of the map, in its order, with the newest period's results.

    Coordinates are WGS 84 as the map has them; figures are in full precision, null where there is no value.
    """
    write_atomic(path, inert_json(canonical.dump(collection(view))))


def collection(view: View) -> dict[str, Any]:
    """The FeatureCollection of a view with a map."""
    units = {unit.community_id: unit for unit in view.periods[0].units} if view.periods else {}
    shapes = [] if view.map is None else view.map.shapes
    features = [_feature(view, shape, units[shape.community_id]) for shape in shapes if shape.community_id in units]
    return {"type": "FeatureCollection", "features": features}


def _feature(view: View, shape: Shape, unit: UnitView) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "community_id": unit.community_id, "community": unit.name, "period": unit.period if view.has_periods else None,
        "rank": _whole(unit.rank), "score": unit.score, "grade": _grade(unit), "coverage": unit.coverage,
        "dimensions": {name: unit.nodes.get(name) for name in view.dimensions},
    }  # fmt: skip
    return {"type": "Feature", "id": unit.community_id, "geometry": _geometry(shape), "properties": properties}


def _whole(rank: float | None) -> float | int | None:
    return int(rank) if rank is not None and rank.is_integer() else rank


def _grade(unit: UnitView) -> str | None:
    if unit.grade is not None:
        return unit.grade.id
    return None if unit.state is None else unit.state.id


def _geometry(shape: Shape) -> dict[str, Any]:
    polygons = [[[list(at) for at in ring] for ring in polygon] for polygon in shape.polygons]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}
