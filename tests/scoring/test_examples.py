"""The example frameworks against their rules, worked out for every unit in plain Python.

Nothing here goes through the program's methods: whole numbers, fractions and decimals, straight from the rules that
the published indices state.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from resilience_index.findings import has_errors
from resilience_index.framework import catalogue
from resilience_index.framework.loading import load_framework
from resilience_index.scoring import assess

FOLDER = catalogue.shipped_folder("indicators") / "examples"
HDI = catalogue.shipped_folder("sample_data") / "hdi_2022"
Exact = dict[str, Fraction | None]


def rows_of(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def number(text: str, *missing: str) -> Fraction | None:
    return None if text in ("", *missing) else Fraction(text)


def scored(name: str):
    framework = load_framework(name)
    result = assess.score(assess.read_data(FOLDER / f"{name}.csv", framework), framework)
    assert not has_errors(result.findings)
    frame = result.scores.set_index("community_id")
    return {unit: frame.loc[unit] for unit in frame.index}


def half_up(value: Fraction, digits: int) -> Fraction:
    unit = Fraction(1, 10**digits)
    whole, rest = divmod(abs(value), unit)
    found = (whole + (1 if rest * 2 >= unit else 0)) * unit
    return found if value >= 0 else -found


def same(found: float, expected: Fraction | None, where: object) -> None:
    if expected is None:
        assert found != found, where
    else:
        assert found == pytest.approx(float(expected), abs=1e-12), where


def competition(values: dict[str, Fraction | None]) -> dict[str, int | None]:
    known = [value for value in values.values() if value is not None]
    return {
        unit: None if value is None else 1 + sum(other > value for other in known) for unit, value in values.items()
    }


def percentile(values: dict[str, Fraction | None], *, cost: bool = False) -> dict[str, Fraction | None]:
    known = [value for value in values.values() if value is not None]
    ranks = {
        unit: None if value is None else Fraction(sum(other < value for other in known), len(known) - 1)
        for unit, value in values.items()
    }
    return {unit: None if rank is None else half_up(1 - rank if cost else rank, 4) for unit, rank in ranks.items()}


def total(parts: Sequence[Fraction | None]) -> Fraction | None:
    return None if None in parts else sum((part for part in parts if part is not None), start=Fraction(0))


# --- the social vulnerability index

THEMES = {
    "socioeconomic": ["below_poverty", "unemployed", "income_pc", "no_diploma"],
    "household": ["aged_65", "aged_17", "disabled", "single_parent"],
    "minority_language": ["minority", "limited_language"],
    "housing_transport": ["multi_unit", "makeshift", "crowded", "no_vehicle", "group_quarters"],
}


def test_svi_every_unit_by_the_published_rule():
    rows = rows_of("svi")
    units = [row["community_id"] for row in rows]
    leaves = {
        leaf: percentile({row["community_id"]: number(row[leaf], "-999") for row in rows}, cost=leaf == "income_pc")
        for names in THEMES.values() for leaf in names
    }  # fmt: skip
    sums = {theme: {unit: total([leaves[leaf][unit] for leaf in names]) for unit in units}
            for theme, names in THEMES.items()}  # fmt: skip
    themes = {theme: percentile(values) for theme, values in sums.items()}
    index = percentile({unit: total([sums[theme][unit] for theme in THEMES]) for unit in units})
    ranks = competition(index)
    found = scored("svi")
    left_out = {unit for unit in units if index[unit] is None}
    assert len(left_out) == 7
    assert {unit for unit in units if themes["household"][unit] is None} == set()
    for unit, row in found.items():
        same(row["score"], index[unit], unit)
        for theme in THEMES:
            same(row[theme], themes[theme][unit], (unit, theme))
        assert (None if row["rank"] != row["rank"] else row["rank"]) == ranks[unit]
        for name, values in (*leaves.items(), *themes.items()):
            value, flag = values[unit], row[f"flag_{name}"]
            assert pd.isna(flag) if value is None else flag == (value >= Fraction(9, 10)), (unit, name)
        if index[unit] is not None:
            quarters = (("high", 75), ("medium_high", 50), ("low_medium", 25), ("low", 0))
            assert row["grade"] == next(name for name, least in quarters if index[unit] * 100 >= least)


def test_svi_halves_go_up_and_ties_and_costs_matter_in_the_data():
    """With 33 ranked units ranks are 32nds, whose fourth decimal is a half; a cost is rounded after 1 − p."""
    rows = rows_of("svi")
    income = {row["community_id"]: number(row["income_pc"], "-999") for row in rows}
    known = [value for value in income.values() if value is not None]
    assert len(set(known)) < len(known)  # ties
    assert {float(row["score"]) for row in scored("svi").values() if row["score"] == row["score"]} >= {0.0313, 0.9688}


# --- the risk index

RANGES = {
    "flood_area": (0, 40), "hot_days": (0, 60), "old_buildings": (0, 80), "living_alone": (0, 50), "in_need": (0, 20),
    "turnover": (5, 45), "volunteers": (80, 0), "shelter_places": (30, 0),
}  # fmt: skip


def on_ten(value: Fraction | None, low: int, high: int) -> Fraction | None:
    if value is None:
        return None
    return half_up(min(max((value - low) / (high - low), Fraction(0)), Fraction(1)) * 10, 1)


def mean_of_half(parts: Sequence[Fraction | None]) -> Fraction | None:
    """The mean of those that are there, if they are half of all; rounded."""
    known = [part for part in parts if part is not None]
    return half_up(sum(known, start=Fraction(0)) / len(known), 1) if 2 * len(known) >= len(parts) else None


def cube_root(value: Fraction) -> Decimal:
    from decimal import localcontext

    with localcontext() as context:
        context.prec = 60
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return (exact.ln() / 3).exp()


def test_inform_every_unit_by_the_published_rule():
    found, top = scored("inform"), {}
    for row in rows_of("inform"):
        x = {leaf: on_ten(number(row[leaf]), *span) for leaf, span in RANGES.items()}
        hazard = mean_of_half([x["flood_area"], x["hot_days"], x["old_buildings"]])
        people = mean_of_half([x["living_alone"], x["in_need"]])
        vulnerability = mean_of_half([people, x["turnover"]])
        coping = mean_of_half([x["volunteers"], x["shelter_places"]])
        unit = row["community_id"]
        for name, value in (("hazard", hazard), ("people", people), ("vulnerability", vulnerability),
                            ("lack_of_coping", coping)):  # fmt: skip
            same(found[unit][name], value, (unit, name))
        parts = [max(part, Fraction(1, 10)) for part in (hazard, vulnerability, coping) if part is not None]
        # Two of three are half of all: the weights of those that are there are re-scaled.
        product = Fraction(1)
        for part in parts:
            product *= part
        root = cube_root(product) if len(parts) == 3 else Decimal(str(float(product))).sqrt()
        risk = root.quantize(Decimal("0.1"), ROUND_HALF_UP)
        assert found[unit]["score"] == float(risk), unit
        top[unit] = Fraction(risk)
        bounds = {"very_high": 8, "high": 6, "medium": 4, "low": 2, "very_low": 0}
        assert found[unit]["grade"] == next(name for name, least in bounds.items() if top[unit] >= least)
    assert {unit: int(row["rank"]) for unit, row in found.items()} == competition(top)
    assert found["S005"]["lack_of_coping"] == 0.0
    assert found["S014"]["hazard"] != found["S014"]["hazard"]  # one of three is less than half


# --- the adaptation index


def goalposts(name: str) -> dict[str, tuple[Fraction, Fraction]]:
    """Only the reference points are read from the file: they are data of the index, not a rule."""
    return {
        leaf.id: (Fraction(str(leaf.indicator.goalposts[0])), Fraction(str(leaf.indicator.goalposts[1])))
        for leaf in load_framework(name).leaves if leaf.indicator.goalposts is not None
    }  # fmt: skip


def mean_of_four(parts: Sequence[Fraction | None]) -> Fraction | None:
    known = [part for part in parts if part is not None]
    return sum(known, start=Fraction(0)) / len(known) if len(known) >= 4 else None


SECTORS = {
    "food": ("food_import", "food_price", "shop_distance", "child_growth", "rural_share", "yield_change"),
    "water": ("water_stress", "one_source", "leakage", "outages", "recharge_change", "water_disease"),
    "lack_of_capacity": ("doctors", "pumps", "plans", "grid_staff", "power_backup", "transport"),
    "readiness": ("rule_service", "open_data", "schooling", "broadband", "savings", "associations"),
}


def test_ndgain_every_unit_by_the_published_rule():
    points, found, top = goalposts("ndgain"), scored("ndgain"), {}
    for row in rows_of("ndgain"):
        unit = row["community_id"]
        x: Exact = {}
        for leaf, (low, high) in points.items():
            value = number(row[leaf])
            x[leaf] = None if value is None else min(max((value - low) / (high - low), Fraction(0)), Fraction(1))
        nodes = {name: mean_of_four([x[leaf] for leaf in leaves]) for name, leaves in SECTORS.items()}
        capacity = nodes["lack_of_capacity"]
        nodes["lack_of_capacity"] = None if capacity is None else 1 - capacity
        known = [nodes[name] for name in ("food", "water", "lack_of_capacity") if nodes[name] is not None]
        vulnerability = sum(known, start=Fraction(0)) / len(known) if 3 * len(known) >= 2 * 3 else None
        for name, value in (*nodes.items(), ("vulnerability", vulnerability)):
            same(found[unit][name], value, (unit, name))
        ready = nodes["readiness"]
        top[unit] = None if ready is None or vulnerability is None else (ready - vulnerability + 1) * 50
        same(found[unit]["score"], top[unit], unit)
    ranks = competition(top)
    for unit, row in found.items():
        assert (None if row["rank"] != row["rank"] else int(row["rank"])) == ranks[unit]
    assert [unit for unit, value in top.items() if value is None] == ["S013", "S016"]
    assert found["S006"]["water"] != found["S006"]["water"]  # three of six are too few
    assert found["S003"]["food"] == found["S003"]["food"]  # four are enough


# --- the points table

# (least value, points) of each item, the best first; a value "above" 10 is written as just over it.
TABLE: dict[str, list[tuple[str, int]]] = {
    "grid_coverage": [("100", 2), ("80", 1)], "annual_funds": [("10.0000001", 2), ("1", 1)],
    "team_size": [("20", 4), ("10", 2)], "meetings": [("4", 2), ("1", 1)], "hazards_handled": [("100", 1)],
    "assessments": [("2", 1)], "risk_map": [("90", 4), ("60", 2)], "vulnerable_list": [("95", 4), ("60", 2)],
    "drills": [("2", 10), ("1", 5)], "drill_share": [("50", 10), ("30", 6), ("10", 3)],
    "courses": [("6", 10), ("2", 5)], "awareness": [("70", 10), ("40", 5)], "shelter_pc": [("1.5", 15), ("0.5", 8)],
    "supplies": [("90", 10), ("60", 5)], "signs": [("80", 5)], "volunteers": [("3", 5), ("1", 3)],
    "partners": [("3", 5), ("1", 2)],
}  # fmt: skip
BLOCKS = {
    "organization": ("grid_coverage", "annual_funds", "team_size", "meetings"),
    "risk_assessment": ("hazards_handled", "assessments", "risk_map", "vulnerable_list"),
    "plan": ("drills", "drill_share"), "education": ("courses", "awareness"),
    "facilities": ("shelter_pc", "supplies", "signs"), "participation": ("volunteers", "partners"),
}  # fmt: skip


def points_of(item: str, value: Fraction | None) -> int:
    if value is None:
        return 0
    return next((points for least, points in TABLE[item] if value >= Fraction(least)), 0)


def test_model_community_every_unit_by_the_table():
    assert sum(steps[0][1] for steps in TABLE.values()) == 100
    found, sums = scored("model_community"), {}
    states = []
    for row in rows_of("model_community"):
        unit = row["community_id"]
        blocks = {name: sum(points_of(item, number(row[item])) for item in items) for name, items in BLOCKS.items()}
        for name, value in blocks.items():
            assert found[unit][name] == value, (unit, name)
        points = sum(blocks.values())
        assert found[unit]["score"] == points, unit
        sums[unit] = Fraction(points)
        satisfied = number(row["satisfaction"])
        gates = {
            "gate_satisfaction": None if satisfied is None else satisfied > 70,
            "gate_accidents": row["major_accidents"] == "0", "gate_plan": row["plan_in_force"] == "1",
            "gate_drills": int(row["drills"]) >= 1,
        }  # fmt: skip
        for name, passed in gates.items():
            flag = found[unit][name]
            assert pd.isna(flag) if passed is None else flag == passed, (unit, name)
        grade = "model" if points >= 85 else "qualified" if points >= 60 else "improving"
        expected = grade if all(gates.values()) else "not_admitted"
        states.append(expected)
        assert found[unit]["grade"] == expected, unit
    assert {unit: int(row["rank"]) for unit, row in found.items()} == competition(sums)
    assert {"model", "qualified", "not_admitted"} <= set(states)
    assert found["S002"]["grade"] == "not_admitted"  # exactly 70 is not above 70
    assert found["S008"]["grade"] == "not_admitted"  # a condition that nobody reports does not hold


# --- HDI, and the files


def test_the_hdi_example_is_the_one_of_the_sample_data():
    first, second = FOLDER / "hdi.yaml", HDI / "hdi.yaml"
    assert first.read_text("utf-8").splitlines()[1:] == second.read_text("utf-8").splitlines()[1:]
    assert (FOLDER / "hdi.csv").read_bytes() == (HDI / "countries.csv").read_bytes()


def test_hdi_gives_the_published_index_of_every_country():
    with (HDI / "published.csv").open(encoding="utf-8", newline="") as stream:
        published = {row["community_id"]: float(row["hdi"]) for row in csv.DictReader(stream)}
    assert {unit: row["score"] for unit, row in scored("hdi").items()} == published


def test_the_data_are_what_the_script_makes(tmp_path: Path):
    script = tmp_path / "make_data.py"
    script.write_bytes((FOLDER / "make_data.py").read_bytes())
    subprocess.run([sys.executable, str(script)], check=True)
    made = sorted(path.name for path in tmp_path.glob("*.csv"))
    assert made == ["inform.csv", "model_community.csv", "ndgain.csv", "svi.csv"]
    for name in made:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name
        assert all("(synthetic)" in row["community"] for row in rows_of(name.removesuffix(".csv")))


@pytest.mark.parametrize("name", catalogue.example_paths())
def test_examples_are_found_by_id_and_as_examples(name: str):
    by_id = load_framework(name)
    assert by_id.id == name
    assert load_framework(f"examples/{name}").files == by_id.files
    assert load_framework(catalogue.example_paths()[name]).root.id == by_id.root.id
    assert name not in catalogue.framework_paths()
