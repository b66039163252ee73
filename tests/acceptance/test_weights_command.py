"""``resilience weights`` and the weights of a run's folder: tables, tree, advice, JSON, reports, manifest."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from acceptance_tools import ROOT, SAMPLE, Inside, cells

DATA, JUDGMENTS = str(SAMPLE / "communities.csv"), str(SAMPLE / "judgments.yaml")
TOE = ("-f", "toe", "-j", JUDGMENTS)
LEVELS = "levels:from_top=[{method:ahp,leave_out:0.3},std],under={technical:{method:combine,rule:game,objective:cv}}"


def read(inside: Inside, *arguments: str) -> dict[str, Any]:
    ran = inside("weights", *arguments, "--json")
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def test_json_keeps_the_contracts_keys_and_tells_more(inside: Inside) -> None:
    found = read(inside, *TOE, "--weights", "ahp:leave_out=0.3")
    assert {"schema_version", "method", "weights", "matrices", "findings"} <= set(found)
    contract = {
        "parent", "expert", "size", "lambda_max", "ci", "ri", "ri_table", "cr", "gci", "consistent", "priorities",
    }  # fmt: skip
    assert all(contract <= set(matrix) for matrix in found["matrices"])
    assert found["method"] == "ahp(leave_out=0.3)"
    (out,) = [matrix for matrix in found["matrices"] if matrix["left_out"]]
    assert (out["expert"], out["parent"]) == ("E06", "index")
    assert out["advice"]["three_cycles"][0]["elements"] == ["technical", "organizational", "environmental"]
    assert out["advice"]["best_change"]["cr"] < out["cr"]
    index = found["groups"][0]
    assert (index["parent"], index["group"], len(index["experts"])) == ("index", "judgments", 6)
    assert index["left_out"] == [{"expert": "E06", "cr": out["cr"], "limit": 0.3}]
    assert 0 < index["kendall_w"]["w"] < 1
    assert [level["level"] for level in found["levels"]] == [1, 2, 3]
    assert "RI337" in [finding["code"] for finding in found["findings"]]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_terminal_says_what_to_look_at_again_and_who_agrees(lang: Any, inside: Inside) -> None:
    ran = inside("weights", *TOE, "--weights", "ahp:leave_out=0.3", "-q", lang=lang)
    for text in {
        "en": ["To look at again", "circle: technical > organizational > environmental > technical",
               "technical/environmental 3 instead of 1/3 would give CR 0.0900", "Kendall's W", "inconsistent, left out",
               "E06 (CR 0.4086)", "Against equal weights among siblings"],
        "zh": ["请复核", "循环：technical > organizational > environmental > technical", "不一致，不计入",
               "由 1/3 改为 3，CR 将为 0.0900", "与同级等权相比"],
    }[lang]:  # fmt: skip
        assert text in ran.out


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("more", [(), ("--tree",)], ids=["table", "tree"])
def test_it_fits_a_terminal(lang: Any, more: tuple[str, ...], inside: Inside) -> None:
    ran = inside("weights", *TOE, "--weights", "ahp:leave_out=0.3", "-q", *more, lang=lang, columns=80)
    plain = [line.split("\x1b") for line in ran.out.splitlines()]
    texts = ["".join(part.partition("m")[2] if place else part for place, part in enumerate(line)) for line in plain]
    assert max(map(cells, texts)) <= 80


def test_the_tree_has_a_branch_for_every_item(inside: Inside) -> None:
    ran = inside("weights", "-f", str(ROOT / "docs/examples/tiny.yaml"), "--tree", "-q")
    lines = ran.out.splitlines()[1:7]
    assert [line.split("  ")[0].rstrip() for line in lines[1:]] == [
        "Index", "├─ Response", "│", "│", "├─ Shelter area per resident",
    ]  # fmt: skip
    assert "│  └─ Households visited" in ran.out
    assert "└─ Households per grid" in ran.out


def test_components_stand_side_by_side(inside: Inside) -> None:
    found = read(inside, DATA, *TOE, "--weights", "combine:rule=game,objective=std")
    assert set(found["weights"][0]["components"]) == {"ahp", "std"}
    (joined,) = found["combinations"]
    assert (joined["node"], joined["rule"], joined["components"]) == (None, "game", ["ahp", "std"])
    assert sum(joined["shares"]) == pytest.approx(1)
    ran = inside("weights", DATA, *TOE, "--weights", "combine:rule=game,objective=std", "-q")
    assert f"game: ahp {joined['shares'][0]:.4f}, std {joined['shares'][1]:.4f}" in ran.out


def test_answers_in_other_forms_are_shown(inside: Inside) -> None:
    files = (
        "-f",
        str(ROOT / "docs/examples/published.yaml"),
        "-j",
        str(ROOT / "docs/examples/published_judgments.yaml"),
    )
    found = read(inside, *files, "--weights", "bwm:model=nonlinear")
    answer = found["answers"][0]
    assert (answer["expert"], answer["best"], answer["worst"], answer["model"]) == ("E4", "c1", "c4", "nonlinear")
    assert list(answer["intervals"]) == ["c1", "c2", "c3", "c4"]
    ran = inside("weights", *files, "--weights", "bwm:model=nonlinear", "-q")
    assert f"ξ {answer['xi']:.4f}; CR {answer['cr']:.4f}" in ran.out


def test_a_runs_folder_names_every_method(inside: Inside, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    ran = inside("score", DATA, *TOE, "--weights", LEVELS, "-o", str(folder), "--format", "html,xlsx", "-q")
    assert ran.code in (0, 1), ran.err
    with (folder / "weights.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["node"]: row for row in csv.DictReader(file)}
    assert list(rows["index"]) == ["node", "parent", "level", "local_weight", "global_weight", "method"]
    assert rows["technical"]["method"] == "ahp(leave_out=0.3)"
    assert rows["crisis_resistance"]["method"] == "combine(rule=game, subjective=ahp, objective=cv(scope=siblings))"
    assert rows["iot_coverage_rate"]["method"] == "std(scope=siblings)"
    plan = json.loads((folder / "manifest.json").read_bytes())["predicate"]["plan"]
    assert plan["weights"]["method"] == "levels"
    assert plan["weights_by_node"]["technical"]["rule"] == "game"
    assert [joined["node"] for joined in plan["combinations"]] == ["technical"]
    assert list(plan["experts_left_out"]) == ["index"]
    page = (folder / "report.html").read_text(encoding="utf-8")
    for text in (
        "weight: std(scope=siblings)",
        "不计入",
        "E06 left out: CR 0.4086",
        "s W 0.715",
        "children of technical",
    ):
        assert text in page, text


def test_plain_weights_have_no_column_of_methods(inside: Inside, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    inside("score", DATA, *TOE, "--weights", "combine:objective=std", "-o", str(folder), "-q")
    head = (folder / "weights.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert head == "node,parent,level,local_weight,global_weight,ahp,std"


def test_weights_of_an_assessment_may_differ_by_level(inside: Inside, tmp_path: Path) -> None:
    text = f"""
schema: resilience-index/assessment/1
framework: toe
data: {DATA}
judgments: {JUDGMENTS}
weights:
  method: levels
  from_top: [ahp, {{method: entropy, input: raw}}]
  under: {{technical: given}}
"""
    path = tmp_path / "assessment.yaml"
    path.write_text(text, encoding="utf-8")
    found = read(inside, "-c", str(path))
    assert found["method"] == "levels(from_top=[ahp, entropy(scope=siblings, input=raw)], under={technical: given})"
    path.write_text(text.replace("input: raw", "inptu: raw"), encoding="utf-8")
    ran = inside("validate", str(path))
    assert f"{path}:8:" in ran.out
    assert "RI122" in ran.out
    path.write_text(text.replace("technical: given", "tech: given"), encoding="utf-8")
    ran = inside("validate", str(path))
    assert ran.code == 1
    assert "RI339" in ran.out


# -- a proposal -------------------------------------------------------------------------------------------

UNSOUND = """\
# A comment that stays. 注释
schema: resilience-index/judgments/1
experts:
  - id: E1
    comparisons:
      published/index:
        c1/c2: 9   # the first
        "c3/c1": '1/9'
        c4/c1: 1/9
        c2/c3: 9
        c4/c2: "1/3"
        c3/c4: 9
  - {id: E2, comparisons: {index: {c1/c2: 2, c1/c3: 4, c1/c4: 8, c2/c3: 2, c2/c4: 4, c3/c4: 2}}}
"""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_proposed_copy_stands_beside_the_judgments(lang: Any, inside: Inside, tmp_path: Path) -> None:
    path, copy = tmp_path / "j.yaml", tmp_path / "j_proposed.yaml"
    path.write_text(UNSOUND, encoding="utf-8")
    call = ("-f", str(ROOT / "docs/examples/published.yaml"), "--weights", "ahp")
    ran = inside("weights", *call, "-j", str(path), "--repair", "-q", lang=lang)
    assert ran.code == 0
    assert path.read_text(encoding="utf-8") == UNSOUND
    before, after = UNSOUND.splitlines(), copy.read_text(encoding="utf-8").splitlines()
    listed = [line.removeprefix("#   ") for line in after if line.startswith("#   ")]
    assert listed == [line.strip() for line in ran.err.splitlines()[1:]]
    body = after[len(listed) + 1 :]
    assert body[0] == before[0]
    differing = [(old, new) for old, new in zip(before, body, strict=True) if old != new]
    assert 0 < len(differing) == len(listed)
    assert all(old.split(":")[0] == new.split(":")[0] for old, new in differing)
    # The first expert passes with the copy, by the CR that the last change names; the second is as before.
    first, second, _ = read(inside, *call, "-j", str(copy))["matrices"]
    assert first["consistent"]
    assert f"{first['cr']:.4f})" in listed[-1]
    assert second["priorities"] == read(inside, *call, "-j", str(path))["matrices"][1]["priorities"]
    # A proposal that is there is not written over.
    again = inside("weights", *call, "-j", str(path), "--repair", "-q", lang=lang)
    assert (again.code, "RI015" in again.err) == (2, True)
    copy.write_text("mine", encoding="utf-8")
    forced = inside("weights", *call, "-j", str(path), "--repair", "--force", "-q", lang=lang)
    assert (forced.code, copy.read_text(encoding="utf-8").splitlines()) == (0, after)


def test_consistent_judgments_need_no_proposal(inside: Inside, tmp_path: Path) -> None:
    path = tmp_path / "j.yaml"
    path.write_text("schema: resilience-index/judgments/1\nexperts:\n" + UNSOUND.splitlines()[-1], encoding="utf-8")
    files = ("-f", str(ROOT / "docs/examples/published.yaml"), "-j", str(path), "--weights", "ahp")
    ran = inside("weights", *files, "--repair", "-q")
    assert (ran.code, "nothing is proposed" in ran.err) == (0, True)
    assert [item.name for item in tmp_path.iterdir()] == ["j.yaml"]
