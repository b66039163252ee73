"""What a plan refuses or tells: judgments, weights by level, grades, and what may not hold for all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from plan_tools import OWN, TREE, build, settings_of

from resilience_index.errors import InputError
from resilience_index.findings import Location
from resilience_index.framework.judgments import Judgments
from resilience_index.framework.loading import load_framework
from resilience_index.framework.tree import Framework
from resilience_index.methods.checking import check
from resilience_index.scoring import plan as planning
from resilience_index.scoring.plan import Plan
from resilience_index.scoring.settings import Setting, Settings

Load = Callable[[str], Framework]


@pytest.fixture
def load(framework_file: Callable[[str], Path]) -> Load:
    return lambda text: load_framework(framework_file(text))


# -- judgments and weights by level -------------------------------------------------------------------------


def judgments(**forms: Any) -> Judgments:
    given: dict[str, Any] = {"file": "j.yaml", "content": b"", "comparisons": {}, "findings": (), "expert_weights": {}}
    return Judgments(**(given | forms))


def about(node: str, *experts: str) -> dict[str, dict[str, Any]]:
    return {node: dict.fromkeys(experts)}


def found(plan: Plan) -> list[tuple[str, Location, dict[str, Any]]]:
    return [(item.code, item.location, dict(item.params)) for item in plan.findings]


def test_experts_must_have_answered_in_the_form_that_is_read(load: Load) -> None:
    framework = load(TREE)
    place = Location("j.yaml")
    assert found(build(framework, weights="ahp")) == [("RI314", Location(), {"method": "ahp"})]
    both = {"method": "levels", "from_top": ["ahp", "bwm"]}
    text = check("weights", both).text()
    assert [item for item in found(build(framework, weights=both)) if item[0] == "RI314"] == [
        ("RI314", Location(), {"method": text})
    ]
    points = judgments(experts=("E1",), points=about("p", "E1"), ranks=about("p", "E1"))
    assert found(build(framework, points, weights="ahp")) == [
        ("RI355", place, {"method": "ahp", "form": "comparisons", "known": ["points", "ranks"]})
    ]
    none = judgments(experts=())
    assert found(build(framework, none, weights="order")) == [
        ("RI355", place, {"method": "order", "form": "ranks", "known": []})
    ]
    for weights in ("points", "direct", "order", "equal"):
        assert found(build(framework, points, weights=weights)) == []


def test_experts_whom_nobody_reads_are_named(load: Load) -> None:
    framework = load(TREE)
    given = judgments(
        experts=("E1", "E2", "E3", "E4"), comparisons=about("p", "E1"), points=about("p", "E1", "E2"),
        swing=about("index", "E3"),
    )  # fmt: skip
    assert found(build(framework, given, weights="ahp")) == [
        ("RI359", Location("j.yaml"), {"method": "ahp", "experts": ["E2", "E3"], "forms": ["points", "swing"]})
    ]
    assert found(build(framework, given, weights="points")) == [
        ("RI359", Location("j.yaml"), {"method": "points", "experts": ["E3"], "forms": ["comparisons", "swing"]})
    ]
    assert found(build(framework, given, weights="given")) == []
    # Where nobody at all is read, that alone is told.
    assert [item[0] for item in found(build(framework, given, weights="bwm"))] == ["RI355"]


def test_weights_by_level_name_parents_of_several(load: Load) -> None:
    framework = load(TREE)
    weights = {"method": "levels", "from_top": ["equal"], "under": {"pp": "given", "c": "given", "p": "equal"}}
    items = found(build(framework, weights=weights))
    common = {"framework": "small", "known": ["index", "p"]}
    assert [(code, place, params["name"]) for code, place, params in items if code == "RI339"] == [
        ("RI339", Location(), "pp"), ("RI339", Location(), "c"),
    ]  # fmt: skip
    first, second = (params for code, _, params in items if code == "RI339")
    assert {key: first[key] for key in common} == common
    assert "'p'" in first["suggestion"]["en"]
    assert second["suggestion"]["en"] == ""
    assert set(first) == {"name", "framework", "known", "suggestion"}


def test_methods_that_serve_no_level_are_told(load: Load) -> None:
    framework = load(TREE)

    def unused(from_top: list[str], **under: str) -> list[str]:
        weights = {"method": "levels", "from_top": from_top} | ({"under": under} if under else {})
        items = found(build(framework, weights=weights))
        assert {code for code, _, _ in items} <= {"RI358"}
        assert all(place == Location() for _, place, _ in items)
        return [params["method"] for _, _, params in items]

    assert unused(["equal", "given"]) == []
    entropy = "entropy(scope=siblings)"  # under ``levels`` there is nothing else
    assert unused(["equal", "given", "entropy"]) == [entropy]
    assert unused(["equal", "entropy"], p="given") == [entropy]
    assert unused(["equal"], p="given", index="entropy") == ["equal"]
    # A node of one child serves nobody.
    single = load("tree: {children: [{id: p, children: [{id: a, goalposts: [0, 1]}]}, {id: b, goalposts: [0, 1]}]}")
    items = found(build(single, weights={"method": "levels", "from_top": ["equal", "entropy"]}))
    assert items == [("RI358", Location(), {"method": entropy})]
    items = found(build(single, weights={"method": "levels", "from_top": ["equal"], "under": {"p": "equal"}}))
    assert [(code, params["name"], params["known"]) for code, _, params in items] == [("RI339", "p", ["index"])]


# -- grades, and what may not be a default ------------------------------------------------------------------

GRADES = "grades: [{id: A, min: 50}, {id: B, min: 0}]\n"


def test_grades_and_their_grading(load: Load) -> None:
    framework = load(GRADES + TREE)
    plan = build(framework)
    assert (plan.bounds, plan.relative_grades, [grade.id for grade in plan.grades]) == ((50, 0), False, ["A", "B"])
    relative = build(framework, grading="quantile")
    assert (relative.bounds, relative.relative_grades) == ((), True)
    assert found(relative) == []
    without = build(load(TREE), grading="quantile")
    assert (without.relative_grades, without.bounds) == (False, ())
    assert found(without) == [("RI174", Location(), {"method": "quantile"})]
    grades = tuple(grade.model_copy(update={"min": None}) for grade in framework.grades)
    assert found(build(framework, grades=(framework.grades[0], grades[1]))) == [("RI465", Location(), {"names": ["B"]})]
    assert found(build(framework, grades=grades)) == [("RI465", Location(), {"names": ["A", "B"]})]
    assert found(build(framework, grades=grades, grading="quantile")) == []


def test_grades_and_grading_from_different_places_must_fit(load: Load) -> None:
    framework = load(GRADES + TREE)
    shares = {"method": "quantile", "shares": [0.2, 0.3, 0.5]}
    given = {"method": "quantile", "param": "shares", "given": 3, "expected": 2}
    assert found(build(framework, grading=shares)) == [("RI172", Location(), given)]
    wrong = {"method": "quantile", "shares": [0.2, 0.7]}
    ((code, place, params),) = found(build(framework, grading=wrong))
    assert (code, place, params["shares"]) == ("RI173", Location(), ["0.2", "0.7"])
    one = framework.grades[:1]
    assert found(build(framework, grading="quantile", grades=one)) == []  # from one place: checked when it was read
    assert found(build(framework, origin="scheme", grading="quantile", grades=one)) == []
    mixed = settings_of(framework, grades=one)
    items = dict(mixed.items) | {"grading": Setting(check("grading", "quantile"), "scheme")}
    plan = planning.build(framework, Settings(items), refuse=False)
    assert found(plan) == [("RI174", Location(), {"method": "quantile"})]


def test_goalposts_are_no_default(load: Load) -> None:
    (item,) = found(build(load(TREE), normalize={"method": "goalposts", "goalposts": [0, 1]}))
    assert item[:2] == ("RI146", Location())
    assert (item[2]["name"], item[2]["known"]) == ("goalposts", ["goalposts"])
    assert set(item[2]) == {"name", "known", "place"}


def test_grades_must_have_the_caps_of_red_lines(load: Load) -> None:
    framework = load("red_lines: [{indicator: a, op: '<', value: 1, cap: B}]\n" + GRADES + TREE)
    assert found(build(framework)) == []
    expected = {"zh": "等级", "en": "a grade"}
    lower = tuple(grade.model_copy(update={"id": grade.id + "1"}) for grade in framework.grades)
    (item,) = found(build(framework, grades=lower))
    assert item[:2] == ("RI144", Location())
    assert "'B1'" in item[2].pop("suggestion")["en"]
    assert item[2] == {"id": "red_lines", "name": "B", "expected": expected, "known": ["A1", "B1"]}
    (none,) = found(build(framework, grades=()))
    assert none[2].pop("suggestion")["en"] == ""
    assert none[2] == {"id": "red_lines", "name": "B", "expected": expected, "known": ["—"]}


def test_errors_are_refused_with_all_that_was_found(load: Load) -> None:
    tree = (
        OWN.replace("id: x", "id: a2")
        .replace("- {id: a,", "- {id: a, weight: 1,")
        .replace("id: p,", "id: p, weight: 1,")
    )
    framework = load("red_lines: [{indicator: a, op: '<', value: 1, cap: B}]\n" + GRADES + tree)
    settings = settings_of(framework, grades=(), fill="mean", normalize="goalposts", grading="quantile")
    with pytest.raises(InputError) as caught:
        planning.build(framework, settings)
    plan = planning.build(framework, settings, refuse=False)
    assert list(caught.value.findings) == [*framework.findings, *plan.findings]
    assert [finding.code for finding in plan.findings] == ["RI401", "RI411", "RI411", "RI144", "RI174"]
    warned = planning.build(
        load(TREE), settings_of(load(TREE), weights={"method": "levels", "from_top": ["equal"] * 3})
    )
    assert {finding.severity for finding in warned.findings} <= {"warning", "info"}
