"""Areas of communities from a GeoJSON file (RFC 7946)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from resilience_index.data.cells import show
from resilience_index.data.privacy import documents, scan
from resilience_index.errors import InputError, PersonalDataError
from resilience_index.findings import Finding, Location
from resilience_index.framework import json_strict
from resilience_index.framework.text import read_bytes

KEYS = ("community_id", "社区编码", "id", "code")
"""Properties that may hold a community's id; the feature's own ``id`` counts too."""
MOST_BYTES = 50_000_000
_LISTED = 5
_NUMBERS = ("coordinates", "bbox")
"""Members that hold coordinates alone."""
Point = tuple[float, ...]
Polygon = Sequence[Sequence[Point]]
"""Rings of positions, the outer one first, then holes."""


@dataclass(frozen=True)
class Areas:
    """``polygons`` of each community (by id, in the order of the file): positions are longitude, latitude in degrees.

    What a position has beside these two (a height) is kept. ``content`` are the bytes of the file, ``findings`` say
    which features and communities found no partner.
    """

    polygons: Mapping[str, Sequence[Polygon]]
    content: bytes
    findings: Sequence[Finding]

    @property
    def rings(self) -> dict[str, list[Sequence[Point]]]:
        """All rings of each community, whichever polygon they belong to."""
        return {name: [ring for polygon in found for ring in polygon] for name, found in self.polygons.items()}


def read(path: str, ids: Collection[str]) -> Areas:
    """The polygons of the communities ``ids``.

    Findings: RI251 to RI255 (personal data in it), RI551 (features that match no community), RI552 (communities
    without an area), RI553 (nothing matches).
    Raises what ``read_bytes`` raises, and ``InputError`` RI550 for what is no collection of features in degrees.
    """
    where = Location(path)
    content = read_bytes(Path(path), MOST_BYTES, path)
    document = _document(content, where)
    known = set(ids)
    found: dict[str, list[Polygon]] = {}
    unknown: list[str] = []
    for number, feature in enumerate(document["features"], 1):
        names = [str(value) for value in _names(feature) if isinstance(value, str | int)]
        name = next((name for name in names if name in known), None)
        polygons = _polygons(feature.get("geometry"), where, number)
        if name is None:
            unknown.append(show(names[0]) if names else f"#{number}")
        elif polygons:
            found.setdefault(name, []).extend(polygons)
    personal = documents.personal(document, path, Path(path).name, leaving=_NUMBERS)
    told = _findings(where, found, unknown, sorted(known - set(found)))
    return Areas(found, content, [*personal, *told])


def read_for(path: str, ids: Collection[str], *, allow_personal: bool) -> Areas:
    """The areas of communities for a run; personal data in the file are refused unless they are allowed.

    Raises what ``read`` raises, and ``PersonalDataError`` with findings RI251 to RI254.
    """
    found = read(path, ids)
    if allow_personal:
        return replace(found, findings=scan.allowed(found.findings))
    personal = [finding for finding in found.findings if finding.code in scan.PERSONAL]
    if personal:
        raise PersonalDataError(personal)
    return found


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


def _document(content: bytes, where: Location) -> dict[str, Any]:
    """The collection with its ``features``."""
    try:
        value = json_strict.parse(content, finite=False)
        features = value["features"] if value["type"] == "FeatureCollection" else None
    except (ValueError, KeyError, TypeError):
        features = None
    if not isinstance(features, list) or not all(isinstance(item, dict) for item in features):
        raise _refused(where, "—")
    return dict(value)


def _refused(where: Location, feature: int | str) -> InputError:
    return InputError([Finding("RI550", where, {"feature": feature})])


def _names(feature: dict[str, Any]) -> Iterable[Any]:
    properties = feature.get("properties")
    for key in KEYS:
        if isinstance(properties, dict) and key in properties:
            yield properties[key]
    yield feature.get("id")


def _position(at: Any) -> Point:
    """The numbers of a position: texts and mappings are none, though Python would take them for numbers."""
    if not isinstance(at, list) or not all(type(number) in (int, float) for number in at):
        raise TypeError(at)
    return tuple(float(number) for number in at)


def _polygons(geometry: Any, where: Location, number: int) -> list[Polygon]:
    """The polygons of a geometry; none for other geometries. Rings of less than four positions are left out."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        return []
    coordinates = geometry.get("coordinates")
    try:
        nested = [coordinates] if kind == "Polygon" else coordinates
        polygons = [[[_position(at) for at in ring] for ring in polygon] for polygon in nested]
        for at in (at for polygon in polygons for ring in polygon for at in ring):
            if not (abs(at[0]) <= 360 and abs(at[1]) <= 90):  # nor NaN, nor metres of a projected system
                raise _refused(where, number)
    except (TypeError, ValueError, LookupError, OverflowError) as error:
        raise _refused(where, number) from error
    whole = [[ring for ring in polygon if len(ring) > 3] for polygon in polygons]
    return [polygon for polygon in whole if polygon]
