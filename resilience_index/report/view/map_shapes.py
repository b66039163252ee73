"""Areas of communities as paths of an SVG map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from resilience_index.data.areas import Areas, Point, Polygon

SIZE = 900


@dataclass(frozen=True)
class Shape:
    """A community's area as a path; a letter of the size ``room`` may stand at (x, y), amid its largest ring.

    ``polygons`` are its coordinates in degrees, as the file has them.
    """

    community_id: str
    path: str
    x: int
    y: int
    room: int
    polygons: Sequence[Polygon] = ()


@dataclass(frozen=True)
class MapView:
    """Areas in a drawing of ``width`` × ``height`` (y downwards), in the order of the file."""

    width: int
    height: int
    shapes: Sequence[Shape]


def draw(areas: Areas) -> MapView | None:
    """The map, x by longitude times the cosine of the middle latitude, y by latitude; None without areas.

    Corners that fall on the same pixel are drawn once. Source: equirectangular projection (Snyder 1987, 12).
    """
    points = [at[:2] for rings in areas.rings.values() for ring in rings for at in ring]
    if not points:
        return None
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrowed = math.cos(math.radians((south + north) / 2))
    across, upwards = max((east - west) * narrowed, 1e-9), max(north - south, 1e-9)
    unit = SIZE / max(across, upwards)

    def place(at: Point) -> tuple[int, int]:
        return round((at[0] - west) * narrowed * unit), round((north - at[1]) * unit)

    shapes = [
        _shape(name, [[place(at) for at in ring] for ring in rings], areas.polygons[name])
        for name, rings in areas.rings.items()
    ]
    return MapView(max(1, round(across * unit)), max(1, round(upwards * unit)), shapes)


def _shape(name: str, rings: Sequence[Sequence[tuple[int, int]]], polygons: Sequence[Polygon]) -> Shape:
    across, down = zip(*max(rings, key=_size), strict=True)
    room = min(max(across) - min(across), max(down) - min(down))
    return Shape(
        name,
        "".join(_path(ring) for ring in rings),
        (min(across) + max(across)) // 2,
        (min(down) + max(down)) // 2,
        room,
        polygons,
    )


def _size(ring: Sequence[tuple[int, int]]) -> int:
    """Twice the area of a ring (shoelace formula)."""
    return abs(sum(x * below - right * y for (x, y), (right, below) in pairwise(ring)))


def _path(corners: Sequence[tuple[int, int]]) -> str:
    """A closed ring with relative steps."""
    kept = [corners[0], *(at for before, at in pairwise(corners) if at != before)]
    if len(kept) > 1 and kept[-1] == kept[0]:
        kept.pop()
    steps = [f"l{at[0] - last[0]} {at[1] - last[1]}" for last, at in pairwise(kept)]
    return f"M{kept[0][0]} {kept[0][1]}{''.join(steps)}z"
