"""Points, ranks, swings and best–worst judgments, sub-groups and the tree they were made for."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest
from framework_files import check

from resilience_index.framework.judgment_forms import BestWorst
from resilience_index.framework.judgments import load_judgments
from resilience_index.framework.loading import load_framework

TOE = load_framework("toe")
HEAD = "schema: resilience-index/judgments/1\n"
CHILDREN = "{risk_identification: 5, crisis_resistance: 3, recovery_adaptation: 2}"
BEST = (
    "{best: crisis_resistance, worst: recovery_adaptation, "
    "best_to_others: {risk_identification: 2, recovery_adaptation: 8}, "
    "others_to_worst: {risk_identification: 4, crisis_resistance: 8}}"
)


def best(old: str, new: str) -> str:
    assert old in BEST
    return f"best_worst: {{technical: {BEST.replace(old, new)}}}"


def points(old: str, new: str, form: str = "points") -> str:
    return f"{form}: {{technical: {CHILDREN.replace(' 5', ' 100' if form == 'swing' else ' 5').replace(old, new)}}}"


def text_of(*forms: str, head: str = "", more: str = "") -> str:
    lines = "".join(f"    {form}\n" for form in forms)
    return f"{HEAD}{head}experts:\n  - id: E01\n{more}{lines}"


def load(path: Path):
    return load_judgments(path, TOE, ["sfic"])


def read(folder: Path, text: str):
    path = folder / "judgments.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_each_form_is_kept_by_node_expert_and_position(tmp_path: Path):
    text = text_of(
        f"points: {{technical: {CHILDREN}}}",
        "ranks: {toe/technical: {crisis_resistance: 1, recovery_adaptation: 2, risk_identification: 2}}",
        "swing: {technical: {risk_identification: 100, crisis_resistance: 2/3, recovery_adaptation: 0}}",
        f"best_worst: {{technical: {BEST}}}",
        more="    group: 街道\n    unit: 某单位\n    name: 甲\n",
    )
    found = read(tmp_path, text)
    assert found.findings == ()
    assert found.points == {"technical": {"E01": (5, 3, 2)}}
    assert found.ranks == {"technical": {"E01": (2, 1, 2)}}
    assert found.swing == {"technical": {"E01": (100, Fraction(2, 3), 0)}}
    assert found.best_worst == {"technical": {"E01": BestWorst(1, 2, (2, 1, 8), (4, 8, 1))}}
    assert found.comparisons == {}
    assert found.groups == {"E01": "街道"}


@pytest.mark.parametrize("places", [(1, 2, 2), (1, "2.5", "2.5"), (1, 1, 3), (1, 1, 2), (2, 2, 2)])
def test_ranks_may_be_tied_in_each_usual_way(tmp_path: Path, places):
    names = [child.id for child in TOE.nodes[1].scored_children]
    given = ", ".join(f"{name}: {place}" for name, place in zip(names, places, strict=True))
    found = read(tmp_path, text_of(f"ranks: {{technical: {{{given}}}}}"))
    assert found.ranks["technical"]["E01"] == tuple(float(place) for place in places)


@pytest.mark.parametrize("without", ["recovery_adaptation: 8", "crisis_resistance: 8"])
def test_the_best_against_the_worst_may_stand_in_one_list_only(tmp_path: Path, without):
    text = text_of(f"best_worst: {{technical: {BEST.replace(', ' + without, '')}}}")
    assert read(tmp_path, text).best_worst["technical"]["E01"] == BestWorst(1, 2, (2, 1, 8), (4, 8, 1))


MARKED = {
    "points of a stranger": (
        "points: {technical: {⟨RI302⟩crisis_resistence: 1, " + CHILDREN[1:] + "}",
        "did you mean 'crisis_resistance'?",
    ),
    "points for an unknown node": (f"points: {{⟨RI301⟩technicl: {CHILDREN}}}", "did you mean 'technical'?"),
    "negative points": (points(" 3", " ⟨RI348⟩-3"), "gives 'crisis_resistance' -3"),
    "no points": (
        "points: {⟨RI349⟩technical: {risk_identification: 0, crisis_resistance: 0, recovery_adaptation: 0}}",
        "gives no points to any element",
    ),
    "a child without points": (
        "points: {⟨RI383⟩technical: {risk_identification: 1, crisis_resistance: 0}}",
        "'technical': recovery_adaptation are missing in 'points'",
    ),
    "no ranking": (
        "ranks: {⟨RI352⟩technical: {risk_identification: 1, crisis_resistance: 3, recovery_adaptation: 4}}",
        "1, 3, 4, are no ranking of 3 elements",
    ),
    "ranks from 0": (
        "ranks: {⟨RI352⟩technical: {risk_identification: 0, crisis_resistance: 1, recovery_adaptation: 2}}",
        "are no ranking",
    ),
    "no swing of 100": (f"swing: {{⟨RI351⟩technical: {CHILDREN}}}", "has 5 points"),
    "a swing above 100": (f"swing: {{⟨RI351⟩technical: {CHILDREN.replace('5', '120')}}}", "has 120 points"),
    "a negative swing": (points(" 3", " ⟨RI348⟩-3", "swing"), "-3 points"),
    "twice": (f"points: {{technical: {CHILDREN}, ⟨RI386⟩toe/technical: {CHILDREN}}}", "judges 'technical' twice"),
    "best is worst": (
        best("worst: recovery_adaptation", "worst: ⟨RI347⟩crisis_resistance"),
        "'crisis_resistance' is named as the best and as the worst",
    ),
    "an unknown best": (
        best("best: crisis", "best: ⟨RI302⟩crises"),
        "'crises_resistance' is no child of 'technical'; did you mean",
    ),
    "a judgment below 1": (
        best("risk_identification: 4", "risk_identification: ⟨RI344⟩1/4"),
        "the judgment risk_identification/recovery_adaptation is 1/4",
    ),
    "above the scale": (
        best("risk_identification: 2", "risk_identification: ⟨RI306⟩10"),
        "the judgment crisis_resistance/risk_identification is 10",
    ),
    "not 1 against itself": (
        best("{risk_identification: 2", "{crisis_resistance: ⟨RI345⟩2, risk_identification: 2"),
        "'crisis_resistance' compared with itself is 2",
    ),
    "two values of one pair": (
        best("crisis_resistance: 8", "crisis_resistance: ⟨RI346⟩7"),
        "is 8 in one list and 7 in the other",
    ),
    "in neither list": (
        best("{best", "{best")
        .replace("{technical", "{⟨RI383⟩technical")
        .replace(", recovery_adaptation: 8", "")
        .replace(", crisis_resistance: 8", ""),
        "recovery_adaptation are missing in 'best_to_others'",
    ),
    "a gap": (
        best("best_to_others: {risk_identification: 2, ", "⟨RI383⟩best_to_others: {"),
        "risk_identification are missing in 'best_to_others'",
    ),
    "a stranger in a list": (
        best("{risk_identification: 4", "{⟨RI302⟩x: 1, risk_identification: 4"),
        "'x' is no child of 'technical'",
    ),
    "a key of the form is missing": (
        "best_worst: {technical: ⟨RI111⟩{best: crisis_resistance, best_to_others: {}, others_to_worst: {}}}",
        "'worst'",
    ),
    "text as points": (points("5", "⟨RI113⟩many"), "is 'many', expected a number"),
}


@pytest.mark.parametrize("name", MARKED)
def test_each_fault_is_told_at_its_place(tmp_path: Path, name):
    form, message = MARKED[name]
    findings = check(tmp_path, text_of(form, f"comparisons: {{index: {_index()}}}"), load)
    assert message in findings[0].message("en")


def _index() -> str:
    names = [child.id for child in TOE.root.children]
    return "{" + ", ".join(f"{first}/{second}: 1" for first, second in combinations(names, 2)) + "}"


def test_a_misspelt_form_is_one_finding(tmp_path: Path):
    [finding] = check(tmp_path, text_of(f"⟨RI112⟩point: {{technical: {CHILDREN}}}"), load)
    assert "did you mean 'points'?" in finding.message("en")


def made_for(**keys: str) -> str:
    given = {"id": "toe", "version": "0.9.0", "sha256": f"'{TOE.tree_sha256}'"} | keys
    return f"framework: {{{', '.join(f'{key}: {value}' for key, value in given.items())}}}\n"


def test_judgments_say_which_tree_they_were_made_for(tmp_path: Path):
    form = f"points: {{technical: {CHILDREN}}}"
    check(tmp_path, text_of(form, head=made_for()), load)
    other = "⟨RI385⟩'" + "0" * 64 + "'"
    [finding] = check(tmp_path, text_of(form, head=made_for(sha256=other)), load)
    assert finding.severity == "warning"
    assert f"version 0.9.0, here {TOE.version}" in finding.message("en")
    [finding] = check(tmp_path, text_of(form, head=made_for(id="⟨RI384⟩toi")), load)
    assert "for the framework 'toi', not for 'toe'" in finding.message("en")
    check(tmp_path, text_of(form, head=made_for(id="sfic")), load)


def test_the_checksum_of_a_tree_is_that_of_its_ids_in_order():
    from dataclasses import replace

    turned = replace(TOE, root=replace(TOE.root, children=TOE.root.children[::-1]))
    assert turned.tree_sha256 != TOE.tree_sha256
    titles = replace(TOE, title=TOE.root.title, version="9", root=replace(TOE.root, weight=3))
    assert titles.tree_sha256 == TOE.tree_sha256
    assert len({load_framework(name).tree_sha256 for name in ("toe", "sfic")}) == 2
