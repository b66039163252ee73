"""Normalised values of a table of 12 units by 6 indicators, each method as the R package COINr 1.1 computes it.

W. Becker, G. Caperna, M. Del Sorbo, H. Norlén, E. Papadimitriou and M. Saisana, "COINr: An R package for
developing composite indicators", Journal of Open Source Software 7(78), 2022, 4567. ``coinr_normalise.csv`` has the
figures, 12 digits printed: `plain` of the columns as they are, `directed` of columns with a direction.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FIGURES = Path(__file__).with_name("coinr_normalise.csv")
UNITS = [f"C{number:02d}" for number in range(1, 13)]
LEAVES = ("i1", "i2", "i3", "i4", "i5", "i6")
DATA = """\
id,i1,i2,i3,i4,i5,i6
C01,12.5,3.1,101.2,0.45,55,3
C02,15.75,2.8,98.4,0.52,61.3,5
C03,9.2,4.6,110,0.38,47.25,3
C04,20.1,,105.5,0.71,39.9,8
C05,17.3,1.95,95.75,0.66,72.1,5
C06,11.05,3.75,99.9,0.49,58.4,1
C07,14.6,2.4,950,0.58,66.6,7
C08,8.4,5.2,102.3,0.31,44.8,2
C09,22.9,1.1,108.6,0.83,,9
C10,13.35,3.3,97.1,0.47,52.75,5
C11,18.8,2.15,103.4,0.62,69.5,6
C12,10.7,4.05,100.6,0.41,49.15,2
"""
DIRECTED = ("benefit", "cost", "benefit", "benefit", "cost", "benefit")
TARGETS = (20, 2, 104, 0.7, 45, 7)
CAPPED = (True, True, False, True, False, False)
POSTS = ((10, 20), (1.5, 5), (95, 110), (0.3, 0.9), (40, 70), (0, 10))
SCALES = (1, 100, 100, 1, 10, 100)
TRUNCATED = (True, True, True, False, True, False)

Make = Callable[[int, str], dict[str, Any]]


def goalposts(leaf: int, direction: str, *, scale: float, clip: bool) -> dict[str, Any]:
    worst, best = POSTS[leaf] if direction == "benefit" else POSTS[leaf][::-1]
    return {"method": "goalposts", "goalposts": [worst, best], "scale": scale, "clip": clip}


def scaled(leaf: int, direction: str) -> dict[str, Any]:
    """The range 0 to 100; a cost is turned round by its sign."""
    best = 100 if direction == "benefit" else -100
    return {"method": "goalposts", "goalposts": [0, best], "clip": False, "scale": 100}


def target(leaf: int, *, clip: bool) -> dict[str, Any]:
    return {"method": "distance_to_target", "target": TARGETS[leaf], "clip": clip}


METHODS: dict[str, Make] = {
    "n_minmax_0_100": lambda leaf, way: {"method": "minmax", "to": [0, 100]},
    "n_minmax_1_100": lambda leaf, way: {"method": "minmax", "to": [1, 100]},
    "n_zscore_0_1": lambda leaf, way: {"method": "zscore"},
    "n_zscore_10_2": lambda leaf, way: {"method": "zscore", "mean": 10, "sd": 2},
    "n_scaled_default": scaled,
    "n_prank": lambda leaf, way: {"method": "percentile_rank", "cost": "before"},
    "n_prank_average": lambda leaf, way: {"method": "percentile_rank", "ties": "average", "cost": "before"},
    "n_rank": lambda leaf, way: {"method": "rank"},
    "n_borda": lambda leaf, way: {"method": "borda"},
    "n_fracmax": lambda leaf, way: {"method": "max"},
    "n_dist2max": lambda leaf, way: {"method": "distance_to_best"},
    "n_dist2ref_11": lambda leaf, way: {"method": "distance_to_reference", "reference": "C11", "clip": False},
    "n_dist2ref_11_cap": lambda leaf, way: {"method": "distance_to_reference", "reference": "C11"},
    "n_dist2targ_direction1": lambda leaf, way: target(leaf, clip=False),
    "n_dist2targ_direction-1": lambda leaf, way: target(leaf, clip=False),
    "n_dist2targ_iMeta": lambda leaf, way: target(leaf, clip=CAPPED[leaf]),
    "n_goalposts_x100_direction1": lambda leaf, way: goalposts(leaf, way, scale=100, clip=True),
    "n_goalposts_x100_direction-1": lambda leaf, way: goalposts(leaf, way, scale=100, clip=True),
    "n_goalposts_iMeta": lambda leaf, way: goalposts(leaf, way, scale=SCALES[leaf], clip=TRUNCATED[leaf]),
}


def published() -> dict[tuple[str, str], dict[str, list[float | None]]]:
    found: dict[tuple[str, str], dict[str, list[float | None]]] = {}
    with FIGURES.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            values = [float(row[unit]) if row[unit] else None for unit in UNITS]
            found.setdefault((row["method"], row["mode"]), {})[row["leaf"]] = values
    return found


PUBLISHED = published()


def directions(method: str, mode: str) -> tuple[str, ...]:
    """The direction of each leaf: its own, one for all where the figure says so, or none (more is more)."""
    if mode == "directed":
        return DIRECTED
    return ("cost" if method.endswith("direction-1") else "benefit",) * len(LEAVES)


def corrected(method: str, direction: str, value: float | None) -> float | None:
    """The right figure where the peer's is not.

    Under the share of the maximum the peer turns a cost round by its sign, which cancels: x / min, larger for
    more of a cost. A share of the best, falling with the cost, is its reciprocal, min / x.
    """
    return 1.0 / value if method == "n_fracmax" and direction == "cost" and value is not None else value


def test_all_figures_are_there() -> None:
    assert sum(len(values) for leaves in PUBLISHED.values() for values in leaves.values()) == 2304
    assert {method for method, _ in PUBLISHED} == set(METHODS)


@pytest.mark.parametrize(("method", "mode"), PUBLISHED, ids="-".join)
def test_normalisation_coinr_2022(score: Callable[..., Any], method: str, mode: str) -> None:
    ways = directions(method, mode)
    leaves = [
        {"id": name, "direction": way, "normalize": METHODS[method](place, way)}
        for place, (name, way) in enumerate(zip(LEAVES, ways, strict=True))
    ]
    scored = score(str({"tree": {"children": leaves}}), DATA)
    for name, way in zip(LEAVES, ways, strict=True):
        expected = [corrected(method, way, value) for value in PUBLISHED[method, mode][name]]
        found = scored.passed(name)
        assert [value is None for value in found] == [value is None for value in expected], name
        for unit, value, right in zip(UNITS, found, expected, strict=True):
            assert right is None or value == pytest.approx(right, rel=1e-11, abs=1e-11), (name, unit)
