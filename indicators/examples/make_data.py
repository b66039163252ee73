"""Make the data of the examples: synthetic, so that nothing may be concluded from them.

``python indicators/examples/make_data.py`` writes ``svi.csv``, ``inform.csv``, ``ndgain.csv`` and
``model_community.csv`` beside it, the same bytes every time. Names, codes and figures are invented; some figures are
missing, tied or out of range of the goalposts on purpose. ``hdi.csv`` is not made here: it holds the published
figures of 20 countries (see ``sample_data/hdi_2022``).
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Sequence
from pathlib import Path

HERE = Path(__file__).parent
Row = dict[str, object]

_FIRST = ("Ash", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Juniper", "Larch", "Maple", "Oak", "Pine", "Yew")
_SECOND = ("Bank", "Court", "Ford", "Gate", "Hill", "Lane")


def main() -> None:
    """Write the files."""
    _write("svi", 40, _svi)
    _write("inform", 30, _inform)
    _write("ndgain", 30, _ndgain)
    _write("model_community", 24, _points)


def _write(name: str, count: int, make: Callable[[random.Random, int], Row]) -> None:
    chance = random.Random(f"resilience-index examples {name}")  # noqa: S311 - invented data
    rows: list[Row] = []
    for number in range(count):
        community = f"{_FIRST[number % len(_FIRST)]} {_SECOND[number // len(_FIRST)]} (synthetic)"
        rows.append({"community_id": f"S{number + 1:03d}", "community": community, **make(chance, number)})
    with (HERE / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _around(chance: random.Random, low: float, high: float, digits: int = 1) -> float | int:
    value = round(chance.betavariate(2, 2) * (high - low) + low, digits)
    return int(value) if digits == 0 else value


def _svi(chance: random.Random, number: int) -> Row:
    """Shares in %, with many ties; -999 stands for a figure that is not published."""
    spans = {
        "below_poverty": (2, 40), "unemployed": (1, 20), "income_pc": (18000, 90000), "no_diploma": (2, 45),
        "aged_65": (5, 35), "aged_17": (8, 30), "disabled": (2, 18), "single_parent": (2, 25), "minority": (0, 60),
        "limited_language": (0, 25), "multi_unit": (0, 80), "makeshift": (0, 12), "crowded": (0, 15),
        "no_vehicle": (5, 60), "group_quarters": (0, 10),
    }  # fmt: skip
    row: Row = {name: _around(chance, *span, digits=0) for name, span in spans.items()}
    row["income_pc"] = 500 * round(_around(chance, 18000, 90000, 0) / 500)
    if number in (6, 17):
        row["unemployed"] = -999
    if number == 17:
        row["income_pc"] = -999
    if number in (3, 11, 25, 30, 38):
        row["group_quarters"] = -999
    return row


def _inform(chance: random.Random, number: int) -> Row:
    spans = {
        "flood_area": (0, 50), "hot_days": (0, 75), "old_buildings": (0, 90), "living_alone": (0, 60),
        "in_need": (0, 24), "turnover": (0, 50), "volunteers": (0, 95), "shelter_places": (0, 36),
    }  # fmt: skip
    row: Row = {name: _around(chance, *span, digits=1 if name != "hot_days" else 0) for name, span in spans.items()}
    if number == 4:  # a dimension of 0
        row |= {"volunteers": 90, "shelter_places": 30}
    if number == 9:  # half of a dimension is there: enough
        row["shelter_places"] = ""
    if number == 13:  # one of three is not
        row |= {"flood_area": "", "hot_days": ""}
    return row


_SECTORS: dict[str, Sequence[str]] = {
    "food": ("food_import", "food_price", "shop_distance", "child_growth", "rural_share", "yield_change"),
    "water": ("water_stress", "one_source", "leakage", "outages", "recharge_change", "water_disease"),
    "lack_of_capacity": ("doctors", "pumps", "plans", "grid_staff", "power_backup", "transport"),
    "readiness": ("rule_service", "open_data", "schooling", "broadband", "savings", "associations"),
}
_SPANS = {
    "shop_distance": (0, 6), "child_growth": (0, 45), "rural_share": (0, 70), "yield_change": (-15, 45),
    "leakage": (3, 50), "outages": (0, 34), "recharge_change": (-15, 55), "water_disease": (0, 28), "doctors": (0, 7),
    "grid_staff": (0, 11), "schooling": (3, 17), "associations": (0, 34),
}  # fmt: skip


def _ndgain(chance: random.Random, number: int) -> Row:
    row: Row = {
        name: _around(chance, *_SPANS.get(name, (5, 98)), digits=1) for names in _SECTORS.values() for name in names
    }
    for sector, names in _SECTORS.items():
        gaps = {(2, "food"): 2, (5, "water"): 3, (8, "readiness"): 2, (8, "food"): 1, (12, "readiness"): 3,
                (15, "food"): 4, (15, "water"): 4}.get((number, sector), 0)  # fmt: skip
        for name in names[:gaps]:
            row[name] = ""
    return row


def _points(chance: random.Random, number: int) -> Row:
    good = 0.55 + 0.45 * chance.random()  # how well the community stands throughout

    def share(low: float = 0.0) -> int:
        return round(low + (100 - low) * min(1.0, max(0.0, good + chance.uniform(-0.3, 0.3))))

    def count(most: int) -> int:
        return round(most * min(1.0, max(0.0, good + chance.uniform(-0.5, 0.3))))

    row: Row = {
        "grid_coverage": share(60), "annual_funds": count(22), "team_size": count(30), "meetings": count(6),
        "satisfaction": share(40), "major_accidents": int(chance.random() < 0.08),
        "plan_in_force": int(chance.random() < 0.95),
        "hazards_handled": 100 if chance.random() < good else 97, "assessments": count(3), "risk_map": share(30),
        "vulnerable_list": share(50), "drills": count(3), "drill_share": share(), "courses": count(9),
        "awareness": share(20), "shelter_pc": count(22) / 10, "supplies": share(40), "signs": share(60),
        "volunteers": count(50) / 10, "partners": count(6),
    }  # fmt: skip
    edges: dict[int, Row] = {
        1: {"satisfaction": 70}, 2: {"satisfaction": 70.5, "annual_funds": 10, "grid_coverage": 100},
        7: {"satisfaction": ""}, 10: {"drills": 0}, 14: {"supplies": "", "signs": ""}, 18: {"drill_share": 50},
    }  # fmt: skip
    return row | edges.get(number, {})


if __name__ == "__main__":
    main()
