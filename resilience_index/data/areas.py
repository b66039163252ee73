"""Areas of communities from a GeoJSON file (RFC 7946)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resilience_index.data.cells import show
from resilience_index.errors import InputError
from resilience_index.findings import Finding, Location
from resilience_index.framework.text import read_bytes

KEYS = ("community_id", "社区编码", "id", "code")
"""Properties that may hold a community's id; the feature's own ``id`` counts too."""
MOST_BYTES = 50_000_000
_LISTED = 5
Point = tuple[float, float]


@dataclass(frozen=True)
class Areas:
    """``rings`` of each community (by id, in the order of the file): lists of (longitude, latitude) in degrees.

    ``content`` are the bytes of the file, ``findings`` say which features and communities found no partner.
    """

    rings: Mapping[str, Sequence[Sequence[Point]]]
    content: bytes
    findings: Sequence[Finding]


def read(path: str, ids: Collection[str]) -> Areas:
    """The polygons of the communities ``ids``.

    Findings: RI551 (features that match no community), RI552 (communities without an area), RI553 (nothing matches).
    Raises what ``read_bytes`` raises, and ``InputError`` RI550 for what is no collection of features in degrees.
    """
    where = Location(path)
    content = read_bytes(Path(path), MOST_BYTES, path)
    known = set(ids)
    found: dict[str, list[list[Point]]] = {}
    unknown: list[str] = []
    for number, feature in enumerate(_features(content, where), 1):
        names = [str(value) for value in _names(feature) if isinstance(value, str | int)]
        name = next((name for name in names if name in known), None)
        rings = _rings(feature.get("geometry"), where, number)
        if name is None:
            unknown.append(show(names[0]) if names else f"#{number}")
        elif rings:
            found.setdefault(name, []).extend(rings)
    return Areas(found, content, list(_findings(where, found, unknown, sorted(known - set(found)))))


def _findings(
    where: Location, found: Mapping[str, Any], unknown: Sequence[str], lacking: Sequence[str]
) -> Iterable[Finding]:
    if not found:
        yield Finding("RI553", where, {"keys": list(KEYS)})
        return
    if unknown:
        yield Finding("RI551", where, {"count": len(unknown), "names": _first(unknown)})
    if lacking:
        yield Finding("RI552", where, {"count": len(lacking), "names": _first([show(name) for name in lacking])})


def _first(names: Sequence[str]) -> list[str]:
    return list(names) if len(names) <= _LISTED else [*names[:_LISTED], "…"]


def _features(content: bytes, where: Location) -> list[dict[str, Any]]:
    try:
        value = json.loads(content.decode("utf-8-sig"))
        features = value["features"] if value["type"] == "FeatureCollection" else None
    except (ValueError, KeyError, TypeError, RecursionError):
        features = None
    if not isinstance(features, list) or not all(isinstance(item, dict) for item in features):
        raise _refused(where, "—")
    return features


def _refused(where: Location, feature: int | str) -> InputError:
    return InputError([Finding("RI550", where, {"feature": feature})])


def _names(feature: dict[str, Any]) -> Iterable[Any]:
    properties = feature.get("properties")
    for key in KEYS:
        if isinstance(properties, dict) and key in properties:
            yield properties[key]
    yield feature.get("id")


def _rings(geometry: Any, where: Location, number: int) -> list[list[Point]]:
    """The rings of a polygon or of several; none for other geometries."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        return []
    coordinates = geometry.get("coordinates")
    try:
        polygons = [coordinates] if kind == "Polygon" else coordinates
        rings = [[(float(at[0]), float(at[1])) for at in ring] for polygon in polygons for ring in polygon]
    except (TypeError, ValueError, IndexError) as error:
        raise _refused(where, number) from error
    for x, y in (at for ring in rings for at in ring):
        if not (abs(x) <= 360 and abs(y) <= 90):  # nor NaN, nor metres of a projected system
            raise _refused(where, number)
    return [ring for ring in rings if len(ring) > 3]
